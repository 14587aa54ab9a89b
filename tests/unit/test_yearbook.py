"""Machines and pumps of a year, by hand on 100 made hours; and months that end where they end."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from loopkeeper.app.yearbook import overdue, parts
from loopkeeper.measure.periods import months_of, named_period
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source
from loopkeeper.units import KWH

HOUR = np.arange(100)
TIME = np.datetime64("2024-01-01", "s") + HOUR * np.timedelta64(1, "h")
PERIOD = Period(TIME[0], TIME[-1] + np.timedelta64(1, "h"))
ONE = (HOUR < 60).astype(float)  # hp1 runs 60 h from the start
TWO = ((HOUR >= 40) & (HOUR < 50) | (HOUR >= 55) & (HOUR < 60)).astype(float)  # twice beside it


def meter(quantity, of, unit, day):
    return Point(
        id=f"{of}-{quantity}",
        quantity=quantity,
        of=of,
        statistic=Statistic.MEAN,
        unit=unit,
        accuracy="1 %",
        calibrated_on=day,
        calibration_months=24,
    )


POINTS = (
    meter("electricity_power", "hp1", "kW", date(2021, 5, 6)),
    meter("electricity_power", "hp2", "kW", date(2023, 5, 6)),
    meter("electricity_power", "load-pumps", "kW", None),
)
PLANT = Plant(
    site=Site(id="t", name="T", timezone="UTC"),
    source=Source(kind=SourceKind.BOREHOLE_FIELD),
    machines=(
        MachineRecord(id="hp1", rated_heating=45e3),
        MachineRecord(id="hp2", rated_heating=45e3),
    ),
    pumps=tuple(
        PumpRecord(id=f"lp{n}", loop=Loop.LOAD, flow=0.002, head=18.0, power=1e3) for n in (1, 2)
    ),
    points=POINTS,
)


def hours(more=None):
    values = {
        ("running", "hp1"): ONE,
        ("running", "hp2"): TWO,
        ("electricity_power", "hp1"): 10e3 * ONE,
        ("electricity_power", "hp2"): 10e3 * TWO,
        ("electricity_power", "load-pumps"): 1e3 * ONE,
        ("heat_power", "load"): 42e3 * ONE + 36e3 * TWO,
        **(more or {}),
    }
    return PlantHours(TIME, {k: Channel(v, np.ones(100)) for k, v in values.items()})


def by_id(found):
    return {p.id: p for p in found}


def test_hours_starts_and_electricity_by_hand():
    found = by_id(parts(PLANT, hours(), PERIOD))
    assert (found["hp1"].hours, found["hp2"].hours) == (60, 15)
    assert found["hp1"].electricity == pytest.approx(60 * 10 * KWH)
    assert found["hp2"].starts == 2
    pumps = found["lp1, lp2"]  # one meter for both
    assert pumps.electricity == pytest.approx(60 * KWH)
    assert (pumps.hours, pumps.hours_counted) == (60, False)


def test_a_machine_is_told_by_the_hours_it_ran_alone_and_one_that_never_did_is_not():
    found = by_id(parts(PLANT, hours(), PERIOD))
    assert found["hp1"].factors == (pytest.approx(4.2), None)  # 45 h alone at 42 kW over 10 kW
    assert found["hp1"].basis == "alone"
    assert found["hp2"].factors == (None, None)


def test_its_own_heat_meter_comes_first():
    own = {("heat_power", "hp1"): -39e3 * ONE}
    found = by_id(parts(PLANT, hours(own), PERIOD))
    assert found["hp1"].factors == (None, pytest.approx(3.9))
    assert found["hp1"].basis == "own"


def test_hours_that_nobody_knows_are_not_alone():
    holed = {("running", "hp2"): np.where(HOUR < 30, np.nan, TWO)}
    found = by_id(parts(PLANT, hours(holed), PERIOD))
    assert found["hp1"].factors == (None, None)  # 15 h alone are too few


def test_calibrations_end_after_their_months():
    found = by_id(parts(PLANT, hours(), PERIOD))
    assert found["hp1"].calibrated == date(2023, 5, 6)
    assert overdue(found["hp1"], date(2024, 1, 5))
    assert not overdue(found["hp2"], date(2024, 1, 5))
    assert (found["lp1, lp2"].meters, found["lp1, lp2"].calibrated) == (1, None)


def test_a_meter_silent_for_a_third_gives_no_sum():
    silent = {("electricity_power", "hp1"): np.where(HOUR < 33, np.nan, 10e3 * ONE)}
    assert by_id(parts(PLANT, hours(silent), PERIOD))["hp1"].electricity is None


def test_months_are_local_and_fill_the_period():
    site = Site(id="t", name="T", timezone="Asia/Shanghai")
    year = named_period("2023-11-15/2024-11-15", site)
    found = months_of(year, site.timezone)
    assert len(found) == 13
    assert (found[0].start, found[-1].end) == (year.start, year.end)
    assert found[1].start == np.datetime64("2023-11-30T16:00", "s")  # midnight in Shanghai
    assert all(a.end == b.start for a, b in pairwise(found))
