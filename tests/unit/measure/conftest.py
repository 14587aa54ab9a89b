"""Factories: readings as a logger writes them, and a plant whose physics is exact."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def readings():
    """Build a long frame: ``readings(P=[(minutes, value), ...])``."""

    def build(known_at=None, **series):
        rows = [(name, m, v) for name, pairs in series.items() for m, v in pairs]
        frame = pl.DataFrame(
            {
                "time": [START + timedelta(minutes=m) for _, m, _ in rows],
                "point": [name for name, _, _ in rows],
                "value": [v for _, _, v in rows],
            },
            schema={
                "time": pl.Datetime("us", "UTC"),
                "point": pl.String,
                "value": pl.Float64,
            },
        )
        if known_at is None:
            return frame
        learned = [None if m is None else START + timedelta(minutes=m) for m in known_at]
        return frame.with_columns(known_at=pl.Series(learned, dtype=pl.Datetime("us", "UTC")))

    return build


POINTS = {
    ("supply_temperature", "source"): ("°C", "0.1"),
    ("return_temperature", "source"): ("°C", "0.1"),
    ("flow", "source"): ("m3/h", "2 %"),
    ("supply_temperature", "load"): ("°C", "0.1"),
    ("return_temperature", "load"): ("°C", "0.1"),
    ("flow", "load"): ("m3/h", "2 %"),
    ("heat_power", "load"): ("kW", "3 %"),
    ("heat_power", "source"): ("kW", "3 %"),
    ("electricity_power", "hp1"): ("kW", "1 %"),
    ("electricity_power", "sp1"): ("kW", "1 %"),
    ("electricity_power", "lp1"): ("kW", "1 %"),
    ("evaporator_inlet_temperature", "hp1"): ("°C", "0.1"),
    ("outdoor_temperature", "site"): ("°C", "0.3"),
}


def point_of(quantity, of):
    unit, accuracy = POINTS[quantity, of]
    return Point(
        id=f"{of}:{quantity}",
        quantity=quantity,
        of=of,
        statistic=Statistic.MEAN,
        unit=unit,
        accuracy=accuracy,
    )


@pytest.fixture
def plant():
    """One machine, one pump a loop, water in both."""
    return Plant(
        site=Site(id="test", name="Test", timezone="UTC"),
        source=Source(kind=SourceKind.BOREHOLE_FIELD),
        machines=(MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0),),
        pumps=(
            PumpRecord(id="sp1", loop=Loop.SOURCE, flow=0.005, head=20.0, power=2e3),
            PumpRecord(id="lp1", loop=Loop.LOAD, flow=0.005, head=20.0, power=1e3),
        ),
        points=tuple(point_of(*key) for key in POINTS),
    )


@pytest.fixture
def channelled():
    """Build PlantHours from values by channel; covered fully where finite."""

    def build(values, coverage=None):
        length = max(np.size(v) for v in values.values())
        time = np.datetime64("2024-01-01T00", "s") + np.arange(length) * np.timedelta64(3600, "s")
        channels = {}
        for key, value in values.items():
            array = np.broadcast_to(np.asarray(value, float), length).copy()
            share = np.isfinite(array).astype(float) if coverage is None else coverage
            point = point_of(*key) if key in POINTS else None
            channels[key] = Channel(array, np.broadcast_to(share, length).copy(), point)
        return PlantHours(time, channels)

    return build


@pytest.fixture
def pointed():
    """Return hours by other meters: ``pointed(hours, {key: "1 %"})``; None is no meter."""

    def build(hours, accuracies):
        channels = dict(hours.channels)
        for (quantity, of), accuracy in accuracies.items():
            had = channels[quantity, of].point
            point = None
            if accuracy is not None:
                point = Point(
                    id=f"{of}:{quantity}",
                    quantity=quantity,
                    of=of,
                    statistic=Statistic.MEAN,
                    unit=had.unit if had else "kW",
                    accuracy=accuracy,
                )
            channels[quantity, of] = replace(channels[quantity, of], point=point)
        return replace(hours, channels=channels)

    return build


@pytest.fixture
def spread():
    """Return the deviation of 95 % limits, and of a third of them for each reading."""

    def of(limit, readings=np.inf):
        return limit * np.sqrt(1 / 1.959963984540054**2 + 1 / (9 * readings))

    return of


@pytest.fixture
def whole():
    """Return the period that hours cover."""

    def build(hours):
        return Period(hours.time[0], hours.time[-1] + np.timedelta64(3600, "s"))

    return build


@pytest.fixture
def consistent():
    """Return ninety heating days whose loops, machine and meters obey every law exactly."""

    def build(days=90):
        hour = np.arange(24 * days)
        outdoor = -2.0 + 6.0 * np.cos(2 * np.pi * (hour % 24 - 15) / 24) + 3 * np.sin(hour / 100)
        load = 4000.0 * (18.0 - outdoor) + 3000.0 * np.sin(hour * 0.7)
        draw = load / 4.0
        flow = 0.005
        capacity = {
            name: fluid_properties("water", 0.0, t).volumetric_heat_capacity
            for name, t in (("source", 8.0), ("load", 42.0))
        }
        source = load - draw
        return {
            ("outdoor_temperature", "site"): outdoor,
            ("heat_power", "load"): load,
            ("heat_power", "source"): source,
            ("heat_power_calculated", "load"): load,
            ("heat_power_calculated", "source"): source,
            ("electricity_power", "hp1"): draw,
            ("electricity_power", "sp1"): 0.0 * draw + 1000.0,
            ("electricity_power", "lp1"): 0.0 * draw + 500.0,
            ("flow", "source"): 0.0 * draw + flow,
            ("flow", "load"): 0.0 * draw + flow,
            ("supply_temperature", "source"): 8.0 + source / flow / capacity["source"] / 2,
            ("return_temperature", "source"): 8.0 - source / flow / capacity["source"] / 2,
            ("supply_temperature", "load"): 42.0 + load / flow / capacity["load"] / 2,
            ("return_temperature", "load"): 42.0 - load / flow / capacity["load"] / 2,
            ("evaporator_inlet_temperature", "hp1"): 8.0 + source / flow / capacity["source"] / 2,
        }

    return build
