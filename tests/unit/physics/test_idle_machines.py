"""Load water that passes idle machines: what the running ones have to make, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.duty import mixed_outlets
from loopkeeper.physics.heat_pump import Machine, PerformanceMap

WATER = 4.2e6 * 6e-4
"""Heat that the load water of both pumps carries per kelvin. [W/K]"""
PART = np.array([0.25, 1.0])


def _by_outlet(outlet, capacity, draw):
    """A map that only the load water's temperature moves, alike at all source water."""
    w = np.array(outlet)
    full = np.stack([draw(w), draw(w)])
    able = np.full((2, 2), capacity)
    return PerformanceMap(np.array([0.0, 30.0]), w, PART, able, full[..., None] * PART)


@pytest.fixture
def leaking(plant):
    """Two machines of 10 kW heat and 8 kW cold, half a machine's flow through each idle one."""
    one = Machine(
        _by_outlet([35.0, 55.0], 10e3, lambda w: 2e3 + 30.0 * (w - 45.0)),
        _by_outlet([0.0, 15.0], 8e3, lambda w: 2e3 - 60.0 * (w - 7.0)),
    )

    def with_(share=0.5, **changes):
        return plant(machines=(one, one), idle_flow=share, **changes)

    return with_


def test_one_of_two_makes_water_hotter_by_half_the_spread(leaking, lived):
    run = lived(leaking(), [6e3])
    spread = 6e3 / WATER
    outlet = 45.0 + 0.5 * spread
    assert run["machine_heating_electricity"][0] == pytest.approx(
        0.6 * (2e3 + 30.0 * (outlet - 45.0))
    )
    # a kilogram through the running machine and half a one of the return make the supply
    assert (outlet + 0.5 * (45.0 - spread)) / 1.5 == pytest.approx(45.0)
    assert [run["load_supply"][0], run["load_return"][0]] == pytest.approx([45.0, 45.0 - spread])
    assert run["ground_heat_rate"][0] == pytest.approx(6e3 - run["machine_heating_electricity"][0])


def test_cooling_makes_it_colder(leaking, lived):
    run = lived(leaking(), cooling=[4e3])
    beyond = 0.5 * 4e3 / WATER
    assert run["machine_cooling_electricity"][0] == pytest.approx(0.5 * (2e3 + 60.0 * beyond))
    assert run["load_supply"][0] == pytest.approx(7.0)


def test_a_machine_that_cycles_does_so_while_it_runs(leaking, lived):
    run = lived(leaking(), [1e3])
    beyond = 0.5 * 2.5e3 / WATER
    whole = 0.4 * 0.25 * (2e3 + 30.0 * beyond) / (1.0 - 0.1 * 0.6)
    assert run["machine_heating_electricity"][0] == pytest.approx(whole)


def test_nothing_mixes_in_where_all_run_or_heat_meets_cold(leaking, lived):
    tight = leaking(0.0)
    for load in ({"heating": [15e3]}, {"heating": [6e3], "cooling": [4e3]}, {"heating": [0.0]}):
        assert lived(leaking(), **load).values == pytest.approx(lived(tight, **load).values)


def test_three_idle_ones_count_three_times(leaking, lived):
    system = leaking(0.2)
    run = lived(replace(system, machines=system.machines * 2), [6e3])
    beyond = 0.2 * 3 * 6e3 / WATER
    assert run["machine_heating_electricity"][0] == pytest.approx(0.6 * (2e3 + 30.0 * beyond))


@pytest.mark.parametrize("share", [-0.01, 1.01])
def test_no_more_passes_an_idle_machine_than_a_running_one(leaking, lived, share):
    with pytest.raises(OutOfRangeError, match="idle machine"):
        lived(leaking(share), [6e3])


def test_outlets_of_measured_hours_are_the_supply_where_something_is_not_known():
    given = {
        "load_supply": np.array([45.0, 45.0, 45.0, 7.0, 45.0]),
        "load_return": np.array([40.0, np.nan, 40.0, 12.0, 40.0]),
        "running": np.array([1.0, 1.0, np.nan, 2.0, 0.4]),
    }
    found = mixed_outlets(0.5, 3, **given)
    assert found == pytest.approx([50.0, 45.0, 45.0, 7.0 - 1.25, 50.0])
    assert mixed_outlets(0.0, 3, **given) == pytest.approx(given["load_supply"])
