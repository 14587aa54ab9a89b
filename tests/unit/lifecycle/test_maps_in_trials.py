"""What maps say of a heat in a trial, and how far their readings lie apart, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission.maps import by_maps
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.machines import MachineRecord

COUNT = 60
TIME = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(COUNT)
ALL = np.ones(COUNT, dtype=bool)
PART = np.array([0.25, 0.5, 0.75, 1.0])
SOURCE = np.array([0.0, 20.0])
CAPACITY = 1e5 * (1 + 0.02 * (SOURCE - 10.0))
"""100 kW at 10 °C, two hundredths more a kelvin. [W]"""
POWER = 25e3 * (0.2 + 0.8 * PART)
"""A fifth of the draw does not fall with the load. [W]"""


def machine():
    electricity = np.broadcast_to(POWER, (2, 2, 4)).copy()
    grid = np.broadcast_to(CAPACITY[:, None], (2, 2)).copy()
    heating = PerformanceMap(SOURCE, np.array([35.0, 55.0]), PART, grid, electricity)
    return Machine(heating, None, rated_spread=5.0)


def tried(spread, running=(1.0, 1.0), order=StagingOrder.SEQUENCE):
    """Two machines at 10 and 45 °C, of which so much runs; None where nothing tells."""
    given = {
        ("supply_temperature", "source"): 10.0,
        ("return_temperature", "source"): 10.0 - spread,
        ("supply_temperature", "load"): 45.0,
        ("return_temperature", "load"): 40.0,
    }
    told = zip(("hp1", "hp2"), running, strict=True) if running else ()
    given |= {("running", name): share for name, share in told}
    even = {key: Channel(np.full(COUNT, value), np.ones(COUNT)) for key, value in given.items()}
    system = SimpleNamespace(
        machines=(machine(), machine()), controls=SimpleNamespace(staging=order)
    )
    return SimpleNamespace(
        minutes=PlantHours(TIME, even),
        plant=SimpleNamespace(machines=[MachineRecord(id="hp1"), MachineRecord(id="hp2")]),
        model=SimpleNamespace(system=system),
    )


def told(case, kilowatt):
    return by_maps(case, ALL, Estimate.exact(1e3 * kilowatt))


def test_at_full_load_all_readings_are_one():
    found = told(tried(5.0), 200.0)
    assert (found.draw, found.capacity, found.full) == pytest.approx((50e3, 200e3, 50e3))
    assert (found.draw_doubt, found.capacity_doubt) == pytest.approx((0.0, 0.0), abs=1.0)


def test_where_power_is_a_line_it_does_not_matter_who_takes_what():
    """150 kW: one whole and one half draw 25 + 25 · 0.6 kW, both at 75 % as much."""
    found = told(tried(3.75), 150.0)
    assert found.draw == pytest.approx(40e3, rel=1e-6)
    alone = told(tried(3.0, running=(1.0, 0.0)), 60.0)  # below what a quarter loses
    assert alone.draw == pytest.approx(25e3 * (0.2 + 0.8 * 0.6), rel=1e-3)


def test_a_machine_that_idles_along_costs_its_standing_share():
    """30 kW: one at 30 % draws 11 kW; both at 15 % run for six tenths of the time."""
    found = told(tried(1.5), 30.0)
    one = 25e3 * (0.2 + 0.8 * 0.3)
    both = 2 * 0.6 * 25e3 * (0.2 + 0.8 * 0.25) / (1 - 0.1 * 0.4)
    assert found.draw == pytest.approx((one + both) / 2, rel=0.02)
    assert found.draw_doubt == pytest.approx((both - one) / 12**0.5, rel=0.1)


def test_the_spread_of_the_map_s_maker_is_doubt():
    """At 9 K the water is 2 K colder in the mean than where 5 K was rated: 4 % of the capacity."""
    found = told(tried(9.0), 200.0)
    assert found.capacity == pytest.approx(200e3 * (1 - 0.02), rel=1e-3)
    assert found.capacity_doubt == pytest.approx(0.04 * 200e3 / 12**0.5, rel=1e-2)
    wanted = found.wanted_capacity(0.03)
    own = np.hypot(0.03 * found.capacity, found.capacity_doubt)
    assert wanted.standard_deviation == pytest.approx(own)


def test_without_a_temperature_nothing_is_told():
    case = tried(5.0)
    gone = {("supply_temperature", "load"): Channel(np.full(COUNT, np.nan), np.zeros(COUNT))}
    case.minutes = PlantHours(TIME, {**case.minutes.channels, **gone})
    assert told(case, 100.0) is None


def test_machines_of_which_nothing_is_told_share_as_designed():
    assert told(tried(1.5, running=None), 30.0).draw_doubt == pytest.approx(0.0, abs=150.0)
