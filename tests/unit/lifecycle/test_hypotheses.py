"""Hypotheses in a setting of two days: which loads they carry, in which phases, at what value."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import hypothesis
from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis, Setting
from loopkeeper.measure.past import Past
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.physics.system import BoundaryConditions
from loopkeeper.plant import model
from loopkeeper.plant.model import WaterModel

AIR = np.repeat([-4.0, 9.0], 24)
PAST = Past(
    np.array([9.0, 5.0, 0.0]),
    np.array([0.0, 2.0, 0.0]),
    np.array([1.0, 2.0, 3.0]),
    np.array([-1.0, 3.0, 8.0]),
)
"""Three days: heat, heat and cold, nothing."""


def setting(heat, cold, recharge=(0.0, 0.0)):
    """Heat of a first day and cold of a second one; the design's are 20 and 10 W, all day."""
    first = np.repeat([1.0, 0.0], 24)
    outside = BoundaryConditions(AIR, np.ones(48, bool))
    operation = SimpleNamespace(
        heating=heat * first,
        cooling=cold * (1 - first),
        recharge=np.full(48, recharge[0]),
        outdoor=AIR,
        boundary=lambda: outside,
    )
    reference = ReferenceLoads(20.0 * first, 10.0 * (1 - first), np.full(48, recharge[1]))
    return Setting(case=SimpleNamespace(operation=operation, past=PAST), reference=reference)


def days(values):
    """The value of each day, which is the same at all its hours."""
    assert np.ptp(values.reshape(2, 24), axis=1).tolist() == [0.0, 0.0]
    return values[::24].tolist()


def test_delivered_heat_and_cold_are_sums_of_hours():
    one = setting(30.0, 8.0)
    assert one.heating == pytest.approx(30.0 * 24 * 3600)
    assert one.cooling == pytest.approx(8.0 * 24 * 3600)


@pytest.mark.parametrize(
    ("heat", "cold", "scales"),
    [
        (30.0, 8.0, (1.0, 1.5, 0.8)),
        (24.0, 15.0, (1.2, 1.0, 1.25)),
        (10.0, 8.0, (0.8, 0.625, 1.0)),
        (0.0, 15.0, (1.0, 1.0, 1.5)),
        (30.0, 10.0, (1.0, 1.5, 1.0)),
        (0.04, 8.0, (0.8, 0.0025, 1.0)),
    ],
)
def test_loads_are_held_against_the_design_s_mode_by_mode(heat, cold, scales):
    """A mode that was not asked for is as designed, and of one mode there is no common size."""
    found = setting(heat, cold).scales
    assert (found.size, found.heating, found.cooling) == pytest.approx(scales)


def test_a_mode_that_was_not_designed_is_as_designed():
    one = setting(30.0, 8.0)
    heats = replace(one, reference=replace(one.reference, cooling=np.zeros(48)))
    assert (heats.scales.heating, heats.scales.cooling) == (1.5, 1.0)
    little = replace(one, reference=replace(one.reference, cooling=one.operation.cooling / 500))
    assert little.scales.cooling * little.scales.size == pytest.approx(500.0)


def test_recharge_is_apart_by_its_share_of_the_larger():
    assert setting(1.0, 1.0, (6.0, 8.0)).recharge_apart == pytest.approx(0.25)
    assert setting(1.0, 1.0, (8.0, -2.0)).recharge_apart == pytest.approx(1.25)
    assert setting(1.0, 1.0, (0.004, 0.0)).recharge_apart == pytest.approx(1.0)
    assert setting(1.0, 1.0).recharge_apart == 0.0


def test_the_design_s_past_is_its_own_days_laid_backwards():
    past = setting(30.0, 8.0, (3.0, 7.0)).reference_past
    assert past.heating.tolist() == [0.0, 20.0, 0.0]
    assert past.cooling.tolist() == [10.0, 0.0, 10.0]
    assert past.recharge.tolist() == [7.0] * 3
    assert past.outdoor.tolist() == [9.0, -4.0, 9.0]


@pytest.mark.parametrize(
    ("sized", "unbalanced", "heat", "cold", "times"),
    [
        (True, True, 24.0, 15.0, 1.0),
        (True, False, 24.0, 12.0, 1.2),
        (False, True, 20.0, 12.5, 1 / 1.2),
        (False, False, 20.0, 10.0, 1.0),
    ],
)
def test_loads_have_their_measured_size_balance_or_both(sized, unbalanced, heat, cold, times):
    """Heat 1.2 and cold 1.5 of the design's are a size of 1.2 and a quarter more cold."""
    one = setting(24.0, 15.0, (3.0, 7.0))
    years = one.years(sized=sized, unbalanced=unbalanced)
    assert days(years.load.heating) == pytest.approx([heat, 0.0])
    assert days(years.load.cooling) == pytest.approx([0.0, cold])
    assert days(years.load.recharge) == ([3.0, 3.0] if unbalanced else [7.0, 7.0])
    past = PAST if unbalanced else one.reference_past
    assert years.before.heating == pytest.approx(times * past.heating)
    assert years.before.cooling == pytest.approx(times * past.cooling)
    assert years.before.recharge.tolist() == past.recharge.tolist()
    assert years.before_boundary.outdoor_temperature.tolist() == past.outdoor.tolist()
    enabled = [True, True, not unbalanced]
    assert years.before_boundary.enabled.tolist() == enabled
    assert years.boundary is one.operation.boundary()


def test_one_sided_heat_is_taken_back_where_the_balance_is_the_design_s():
    years = setting(30.0, 8.0).years(sized=True, unbalanced=False)
    assert days(years.load.heating) == pytest.approx([20.0, 0.0])
    assert days(years.load.cooling) == pytest.approx([0.0, 10.0])
    up = setting(30.0, 8.0).years(sized=False, unbalanced=True)
    assert days(up.load.heating) == pytest.approx([30.0, 0.0])
    assert days(up.load.cooling) == pytest.approx([0.0, 8.0])


# -- phases


def warmer(by):
    return lambda system: replace(system, source_offset=system.source_offset + by)


def test_a_change_from_hour_one_on_is_later_and_one_at_the_first_hour_is_there(small):
    bare = Hypothesis.of(small)
    assert (bare.ground, bare.system, bare.later) == (small.ground, small.system, ())
    assert not bare.sized
    assert not bare.unbalanced
    there = bare.changed(warmer(2.0), 0)
    assert there.later == ()
    assert there.system.source_offset == pytest.approx(2.3)
    later = bare.changed(warmer(2.0), 1)
    assert later.system is small.system
    assert [hour for hour, _ in later.later] == [1]


def test_phases_come_by_their_hours_and_those_of_one_hour_together(small):
    told = Hypothesis.of(small).changed(warmer(4.0), 30).changed(warmer(1.0), 12)
    told = told.changed(warmer(8.0), 30)
    phases = told.phases(small.system)
    assert [hour for hour, _ in phases] == [0, 12, 30]
    assert [one.source_offset for _, one in phases] == pytest.approx([0.3, 1.3, 13.3])


@pytest.fixture
def reductions(monkeypatch):
    """The grounds that were reduced to modes, each time it was done."""
    done = []

    def reduced(ground):
        done.append(ground)
        return SimpleNamespace(of=ground)

    monkeypatch.setattr(model, "reduced", reduced)
    return done


def test_a_field_is_reduced_once_and_again_when_anything_of_it_changed(small, reductions):
    court = Counterfactuals(setting(20.0, 10.0))
    one = Hypothesis.of(small)
    assert court.phases(one)[0][1].ground.of is small.ground
    court.phases(replace(one, sized=True).changed(warmer(1.0), 5))
    assert len(reductions) == 1
    other = replace(small.ground, conductivity=2.2)
    assert court.phases(replace(one, ground=other))[0][1].ground.of is other
    warm = replace(small.ground, undisturbed_temperature=16.0)
    assert court.phases(replace(one, ground=warm))[0][1].ground.of is warm
    assert court.phases(one)[0][1].ground.of is small.ground
    assert len(reductions) == 3


def test_water_is_reduced_once_for_each_of_its_temperatures(small, reductions):
    court = Counterfactuals(setting(20.0, 10.0))
    water = WaterModel(small.system.ground)
    one = replace(Hypothesis.of(small), ground=water)
    for degrees in (14.0, 17.0, 14.0):
        phases = court.phases(replace(one, ground=water.with_temperature(degrees)))
        assert phases[0][1].ground.of.undisturbed_temperature == degrees
    assert len(reductions) == 2


def test_phases_on_a_reduced_ground_keep_the_rest_of_the_plant(small, reductions):
    court = Counterfactuals(setting(20.0, 10.0))
    ((_, first), (hour, later)) = court.phases(Hypothesis.of(small).changed(warmer(1.0), 5))
    assert hour == 5
    assert first.ground is later.ground
    assert replace(first, ground=small.system.ground) == small.system
    assert (first.source_offset, later.source_offset) == pytest.approx((0.3, 1.3))
    assert len(reductions) == 1


# -- values


class Run(dict):
    step = 3600.0


RUN = Run(
    heating_delivered=np.array([10.0, 30.0, 0.0]),
    cooling_delivered=np.array([0.0, 0.0, 25.0]),
    machine_heating_electricity=np.array([2.0, 5.0, 0.0]),
    machine_cooling_electricity=np.array([0.0, 0.0, 4.0]),
    source_pump_electricity=np.array([0.5, 0.5, 0.6]),
    load_pump_electricity=np.array([1.0, 1.0, 0.4]),
)


@pytest.mark.usefixtures("reductions")
@pytest.mark.parametrize("sized", [False, True])
@pytest.mark.parametrize("unbalanced", [False, True])
def test_a_hypothesis_runs_under_its_own_loads(small, monkeypatch, sized, unbalanced):
    seen = []
    monkeypatch.setattr(hypothesis, "run_years", lambda *of: seen.append(of) or RUN)
    one = setting(24.0, 15.0, (3.0, 7.0))
    told = replace(Hypothesis.of(small), sized=sized, unbalanced=unbalanced)
    assert Counterfactuals(one).run(told) is RUN
    ((phases, years),) = seen
    assert [hour for hour, _ in phases] == [0]
    own = one.years(sized=sized, unbalanced=unbalanced)
    assert years.load.heating.tolist() == own.load.heating.tolist()
    assert years.load.cooling.tolist() == own.load.cooling.tolist()
    assert years.load.recharge.tolist() == own.load.recharge.tolist()


@pytest.mark.usefixtures("reductions")
def test_the_value_is_electricity_at_the_heat_and_cold_that_were_delivered(small, monkeypatch):
    """10 W for 40 W of heat and 5 W for 25 W of cold, where 720 and 360 Wh were delivered."""
    monkeypatch.setattr(hypothesis, "run_years", lambda *_: RUN)
    value = Counterfactuals(setting(30.0, 15.0)).value(Hypothesis.of(small))
    assert value == pytest.approx(3600.0 * (720 * 10 / 40 + 360 * 5 / 25))
