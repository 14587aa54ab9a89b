"""What stands in for running points, source flow and source heat."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.averaging import StepAxis
from loopkeeper.measure.operation import operation
from loopkeeper.measure.running import (
    CALCULATED,
    _draw_of,
    _limits,
    _rated,
    calculated_running,
)
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.points import Point, Statistic

MINUTES = range(0, 24 * 60, 10)


def codes(verdicts):
    return {v.code for v in verdicts}


@pytest.fixture
def drawing(readings, plant):
    """Hours of a machine of 20 kW that may go down to a quarter, by what it draws. [W]"""
    machine = MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0, minimum_part_load=0.25)
    one = replace(plant, machines=(machine,))

    def build(watts, **more):
        points = (
            Point(
                id="E", quantity="electricity_power", of="hp1", statistic=Statistic.MEAN, unit="W"
            ),
            *(
                Point(id=n, quantity="running", of="hp1", statistic=Statistic.INSTANT, unit="")
                for n in more
            ),
        )
        here = replace(one, points=points)
        return hourly(admit(readings(E=watts, **more), points), here), here

    return build


def test_a_machine_runs_while_it_draws(drawing):
    watts = [(m, 18e3 if m % 60 < 20 else 100.0) for m in MINUTES]
    hours, plant = drawing(watts)
    found, said = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(1 / 3)
    assert found.machines_running[1:-1] == pytest.approx(1 / 3)
    assert "measure.running.derived" in codes(said)


def test_low_stages_run_all_the_hour(drawing):
    hours, plant = drawing([(m, 5e3) for m in MINUTES])
    found, _ = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(1.0)


def test_a_running_point_is_believed_first(drawing):
    hours, plant = drawing([(m, 18e3) for m in MINUTES], R=[(m, m % 60 < 30) for m in MINUTES])
    found, said = operation(hours, plant)
    assert found.run_share[1:-1] == pytest.approx(0.5)
    assert "measure.running.derived" not in codes(said)


def test_flow_of_fixed_pumps_is_their_rating_while_they_run(plant, channelled):
    draw = np.where(np.arange(48) % 2, 1700.0, 0.0)
    values = {("electricity_power", "sp1"): draw, ("outdoor_temperature", "site"): 0.0}
    found, said = operation(channelled(values), plant)
    assert found.source_flow == pytest.approx(np.where(draw > 0, 0.005, 0.0))
    assert "measure.flow.by_pumps" in codes(said)


def test_heat_of_an_unmetered_source_closes_the_balance(plant, channelled):
    values = {
        ("heat_power", "load"): np.array([1e5, 0.0, -1e5]),
        ("electricity_power", "hp1"): np.array([2e4, 0.0, 2e4]),
    }
    found, said = operation(channelled(values), plant)
    assert found.source_heat == pytest.approx([8e4, 0.0, -1.2e5])
    assert "measure.source.by_balance" in codes(said)


# -- limits and readings


MINUTE = 60_000_000
MACHINE = MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0, minimum_part_load=0.25)
POWER, ENERGY = ("electricity_power", "hp1"), ("electricity_energy", "hp1")


def stretch(values, minutes=10, flag=Flag.GOOD):
    start = np.arange(len(values)) * minutes * MINUTE
    flags = np.broadcast_to(np.array(flag, np.uint8), len(values)).copy()
    return Segments(start, start + minutes * MINUTE, np.array(values, float), flags)


def test_a_machine_s_rated_draw_is_its_nameplate_s_or_what_it_usually_reaches():
    draw = np.array([0.0, -5.0, *np.arange(1000.0, 1100.0, 10.0), 1100.0])
    both = replace(MACHINE, rated_cooling=6e4, rated_eer=4.0)
    assert _rated(both, draw) == pytest.approx((20e3 + 15e3) / 2)
    assert _rated(replace(both, rated_cop=None), draw) == pytest.approx(15e3)
    assert _rated(MACHINE, draw) == pytest.approx(20e3)
    assert _rated(MachineRecord(id="hp1"), draw) == pytest.approx(1090.0)  # nine of ten are less
    assert _rated(MachineRecord(id="hp1"), draw / 5000.0) == pytest.approx(0.218)
    assert _rated(MachineRecord(id="hp1"), np.array([0.0, -1.0])) == 0.0


def test_standing_by_is_the_usual_draw_below_a_twentieth_and_running_four_fifths_of_the_least():
    """Of 20 kW: stand-by below 1 kW, running from 0.8 · 0.25 · 20 kW."""
    draw = stretch([0.0, 990.0, 980.0, 1010.0, 5e3])
    assert _limits(MACHINE, draw) == pytest.approx((980.0, 4e3))
    assert _limits(MACHINE, stretch([1010.0, 5e3])) == pytest.approx((0.0, 4e3))
    low = replace(MACHINE, minimum_part_load=0.1)
    assert _limits(low, draw) == pytest.approx((800.0, 1.6e3))  # no more than half of the least
    unrated = MachineRecord(id="hp1")
    assert _limits(unrated, stretch([0.0, 0.4, 0.4])) == pytest.approx((0.0, 0.08))
    assert _limits(unrated, stretch([0.0, 0.0])) is None


def test_readings_of_draw_stand_for_an_hour_at_most_and_are_good(plant):
    one = replace(plant, machines=(MACHINE,))
    good = stretch([1.0, 2.0, np.nan, 4.0], 60)
    good.flag[1] = Flag.SPREAD
    key, found = _draw_of(one, MACHINE, {POWER: good})
    assert key == POWER
    assert found.value.tolist() == [1.0, 4.0]
    assert (found.start / MINUTE).tolist() == [0.0, 180.0]
    assert (found.end / MINUTE).tolist() == [60.0, 240.0]
    assert _draw_of(one, MACHINE, {POWER: stretch([1.0, 2.0], 61)}) is None
    assert _draw_of(one, MACHINE, {POWER: stretch([1.0, 2.0], 61), ENERGY: good})[0] == ENERGY
    assert _draw_of(one, MACHINE, {POWER: good, ENERGY: good})[0] == POWER
    common = {("electricity_power", "machines"): good}
    assert _draw_of(one, MACHINE, common)[0] == ("electricity_power", "machines")
    two = replace(plant, machines=(MACHINE, replace(MACHINE, id="hp2")))
    assert _draw_of(two, MACHINE, common) is None
    assert _draw_of(one, MACHINE, {("flow", "hp1"): good}) is None


def test_between_standing_by_and_running_a_reading_counts_in_proportion(plant):
    """Stand-by at 400 W and running from 4 kW: 1300 W are a quarter, 3100 W three of them."""
    draw = stretch(
        [400.0, 1300.0, 3100.0, 4e3, 9e3, 100.0, 400.0, 400.0, 400.0, 400.0, 1300.0, 700.0]
    )
    axis = StepAxis.spanning(0, 120 * MINUTE)
    two = replace(plant, machines=(MACHINE, replace(MACHINE, id="hp2")))
    found = calculated_running(two, {POWER: draw}, axis)
    assert list(found) == [(CALCULATED, "hp1")]
    channel = found[CALCULATED, "hp1"]
    assert channel.values == pytest.approx([(0.25 + 0.75 + 1 + 1) / 6, (0.25 + 1 / 12) / 6])
    assert channel.coverage == pytest.approx([1.0, 1.0])
    assert channel.rests_on == (POWER,)
    assert calculated_running(two, {POWER: draw, ("running", "hp1"): draw}, axis) == {}
    bare = replace(plant, machines=(MachineRecord(id="hp1"),))
    assert calculated_running(bare, {POWER: stretch([0.0] * 12)}, axis) == {}
