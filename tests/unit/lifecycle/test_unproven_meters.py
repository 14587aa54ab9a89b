"""What is said of meters while nothing is steady, and withheld while heats do not fit."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission.closed import open_balance, sides
from loopkeeper.lifecycle.commission.control import control
from loopkeeper.lifecycle.commission.maps import ByMaps
from loopkeeper.lifecycle.commission.meters import meters
from loopkeeper.lifecycle.commission.performance import performance
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.points import Point, Statistic

COUNT = 120
TIME = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(COUNT)
ALL = np.ones(COUNT, dtype=bool)
CYCLES = np.where(np.arange(COUNT) % 20 < 10, 1.4, 0.6)
"""Of a load that swings, while the machine goes on. [-]"""
WATER = SimpleNamespace(fluid="water", fluid_mass_fraction=0.0)
UNITS = {"temperature": ("°C", "0.2"), "flow": ("m3/h", "2 %"), "power": ("kW", "1 %")}


def channel(quantity, of, values):
    unit, accuracy = UNITS.get(quantity.rpartition("_")[2], ("-", ""))
    point = Point(
        id=f"{of}.{quantity}",
        quantity=quantity,
        of=of,
        statistic=Statistic.INSTANT,
        unit=unit,
        accuracy=accuracy,
    )
    series = np.broadcast_to(np.asarray(values, dtype=float), (COUNT,)).copy()
    own = None if quantity == "heat_power_calculated" else point
    return Channel(series, np.ones(COUNT), own)


def tried(**told):
    """A machine that gives 100 kW of 75 kW and 25 kW, as it swings; what is told counts."""
    given = {
        "heat_power@load": 1e5 * CYCLES,
        "heat_power_calculated@load": 1e5 * CYCLES,
        "heat_power@source": 75e3 * CYCLES,
        "electricity_power@machines": 25e3 * CYCLES,
        "supply_temperature@load": 45.0,
        "return_temperature@load": 40.0,
        "supply_temperature@source": 10.0,
        "return_temperature@source": 6.0,
        "flow@load": 1e5 * CYCLES / 5 / 4.14e6,
        "running@hp1": 1.0,
    } | {key.replace("__", "@"): value for key, value in told.items()}
    keys = {tuple(name.split("@")): value for name, value in given.items() if value is not None}
    return SimpleNamespace(
        minutes=PlantHours(TIME, {key: channel(*key, value) for key, value in keys.items()}),
        plant=SimpleNamespace(
            machines=[MachineRecord(id="hp1")], pumps=(), backups=(), source=WATER
        ),
        model=SimpleNamespace(system=None),
        planned=SimpleNamespace(kind=SimpleNamespace(mode="heating")),
    )


@pytest.fixture(autouse=True)
def maps(monkeypatch):
    """Machines that draw a quarter of the heat by their maps."""

    def told(_tried, _where, heat):
        return ByMaps(abs(heat.value) / 4, 2e5, 5e4)

    monkeypatch.setattr("loopkeeper.lifecycle.commission.meters.by_maps", told)


def codes(verdicts):
    return [one.code.removeprefix("commission.") for one in verdicts]


# -- balance


def test_the_balance_of_a_cooling_plant_is_one_of_what_goes_into_the_ground():
    """100 kW of cold and 25 kW of electricity are 125 kW into the ground."""
    cold = {"heat_power__load": -1e5, "heat_power__source": -125e3}
    building, others = sides(tried(**cold, electricity_power__machines=25e3), ALL)
    assert (building.value, others.value) == (pytest.approx(1e5), pytest.approx(1e5))


@pytest.mark.parametrize(
    ("told", "open_"),
    [
        ({}, False),
        ({"heat_power__load": 104e3 * CYCLES}, False),  # so much is usual
        ({"heat_power__load": 1e6 * CYCLES}, True),
        ({"heat_power__load": 4e4 * CYCLES}, True),
        ({"heat_power__source": -75e3 * CYCLES}, True),  # thermometers exchanged
        ({"electricity_power__machines": 75e3 * CYCLES}, True),
        ({"electricity_power__machines": 30e3 * CYCLES}, False),
        ({"heat_power__source": None}, False),  # not measured: nothing is withheld for it
    ],
)
def test_a_balance_is_open_beyond_what_it_always_is(told, open_):
    said = open_balance(tried(**told), ALL)
    assert (said is not None) is open_
    assert said is None or said.code == "commission.not_closed"


def test_nothing_is_said_of_machines_while_the_balance_is_open(monkeypatch):
    """Ten times the heat is no capacity, no draw, no spread and no source water."""
    even = tried(heat_power__load=1e6, heat_power__source=75e3, electricity_power__machines=25e3)
    proved = performance(even)
    assert (codes(proved.findings), codes(proved.reasons)) == ([], ["not_closed"])
    module = "loopkeeper.lifecycle.commission.control._set_point"
    monkeypatch.setattr(module, lambda *_, **__: performance(even))
    assert codes(control(even).reasons) == ["not_closed"] * 2
    assert codes(control(even).findings) == []


# -- meters


@pytest.mark.parametrize(
    ("factor", "named"),
    [(1.0, []), (1.4, []), (0.7, []), (10.0, ["meter.heat_factor"]), (0.4, ["meter.heat_factor"])],
)
def test_a_gross_factor_shows_while_nothing_is_steady(factor, named):
    proved = meters(
        tried(heat_power__load=factor * 1e5 * CYCLES, heat_power_calculated__source=75e3 * CYCLES)
    )
    assert codes(proved.findings) == named
    assert "not_steady" in codes(proved.reasons)


@pytest.mark.parametrize(
    ("factor", "named"), [(1.4, []), (2.0, ["meter.transformer"]), (0.5, ["meter.transformer"])]
)
def test_a_gross_transformer_shows_while_nothing_is_steady(factor, named):
    proved = meters(tried(electricity_power__machines=factor * 25e3 * CYCLES))
    assert codes(proved.findings) == named
    assert codes(proved.reasons) == ["not_steady"]


@pytest.mark.parametrize(("back", "named"), [(45.3, []), (47.0, ["meter.swapped"])])
def test_exchanged_thermometers_show_while_nothing_is_steady(back, named):
    proved = meters(tried(return_temperature__load=back))
    assert codes(proved.findings) == named
    assert codes(proved.reasons) == ["not_steady"]


def test_machines_that_never_run_half_an_hour_tell_nothing():
    proved = meters(tried(heat_power__load=1e6 * CYCLES, running__hp1=CYCLES > 1))
    assert (codes(proved.findings), codes(proved.reasons)) == ([], ["not_steady"])
