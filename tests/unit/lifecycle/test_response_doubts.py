"""What a response test cannot know is said: undisturbed temperature, flow, fluid, steady power."""

import numpy as np
import pytest
from CoolProp.CoolProp import PropsSI
from scipy.special import exp1

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.test_fluid import Fluid, volumetric
from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.lifecycle.survey.thermal_response_test import interpret
from loopkeeper.lifecycle.survey.two_evaluations import between
from loopkeeper.measure.uncertainty import Estimate

K, C, RB, LENGTH, RADIUS, REST, POWER = 2.2, 2.4e6, 0.12, 100.0, 0.07, 12.0, 6000.0
TIME = np.arange(300.0, 72 * 3600 + 1, 300.0)


def rise(time, power=None, resistance=RB):
    """Mean water over rest of a line source with a resistance; steps of power superposed."""
    power = np.full(len(time), POWER) if power is None else power
    before = np.r_[0.0, time[:-1]]
    warm = np.zeros(len(time))
    for at, change in zip(before, np.diff(power, prepend=0.0), strict=True):
        if change:
            on = time > at
            shape = exp1(RADIUS**2 * C / (4 * K * (time[on] - at))) / (4 * np.pi * K)
            warm[on] += change / LENGTH * shape
    return warm + power / LENGTH * resistance


def log_of(mean, power, flow=None, time=TIME, spread=4.0):
    return TestLog(
        time=time, inlet=mean + spread / 2, outlet=mean - spread / 2, power=power, flow=flow
    )


def evaluated(log, **more):
    return interpret(log, length=LENGTH, radius=RADIUS, heat_capacity=C, **more)


def codes(test):
    return {v.code.removeprefix("survey.trt.") for v in test.verdicts}


def noisy(values, size=0.01):
    return values + np.random.default_rng(3).normal(0, size, len(values))


HEATED = log_of(noisy(REST + rise(TIME)), np.full(len(TIME), POWER))


def test_a_reading_under_heat_is_never_the_ground():
    test = evaluated(HEATED)
    assert "no_undisturbed" in codes(test)
    assert test.undisturbed is None
    assert test.fit.resistance is None
    assert test.line_source.resistance is None
    # the slope needs no temperature of the ground; 3 %: noise, and the hole's inside is not told
    assert test.fit.conductivity.value == pytest.approx(K, rel=0.03)


def test_circulation_before_heating_is_measured_with_its_origin():
    before = np.arange(-3600.0, 1, 300.0)
    time = np.r_[before, TIME] + 3600.0
    mean = np.r_[np.full(len(before), REST), noisy(REST + rise(TIME))]
    power = np.r_[np.zeros(len(before)), np.full(len(TIME), POWER)]
    spread = np.where(power > 0, 4.0, 0.0)
    flow = np.full(len(time), POWER / 4.0 / 4.18e6)
    test = evaluated(log_of(mean, power, flow, time, spread))
    assert test.undisturbed.origin == "circulation"
    assert test.hole.undisturbed.value == pytest.approx(REST, abs=0.01)
    assert test.fit.resistance.low < RB < test.fit.resistance.high
    still = evaluated(log_of(mean, power, np.where(power > 0, flow, 0.0), time, spread))
    assert still.undisturbed.origin == "rest"
    width = [t.fit.resistance.high - t.fit.resistance.low for t in (test, still)]
    assert width[1] > 1.5 * width[0]


def test_a_stated_temperature_outweighs_the_log_and_says_so():
    before = np.arange(-3600.0, 1, 300.0)
    mean = np.r_[np.full(len(before), REST + 2), REST + rise(TIME)]
    power = np.r_[np.zeros(len(before)), np.full(len(TIME), POWER)]
    log = TestLog(time=np.r_[before, TIME] + 3600, mean=mean, power=power)
    test = evaluated(log, undisturbed_temperature=REST)
    assert "temperature_differs" in codes(test)
    assert test.fit.resistance.value == pytest.approx(RB, rel=0.05)


def test_a_long_recovery_tells_the_ground():
    time = np.arange(300.0, 160 * 3600 + 1, 300.0)
    power = np.where(time <= 60 * 3600, POWER, 0.0)
    mean = noisy(REST + rise(time, power))
    test = evaluated(TestLog(time=time, mean=mean, power=power))
    assert test.undisturbed.origin == "recovery"
    low, high = test.fit.undisturbed_temperature.low, test.fit.undisturbed_temperature.high
    assert low < REST < high
    assert test.fit.resistance.low < RB < test.fit.resistance.high


def test_steps_of_flow_have_a_resistance_each():
    own = np.select([TIME <= 20 * 3600, TIME <= 40 * 3600], [0.20, 0.15], 0.12)
    flow = np.select([TIME <= 20 * 3600, TIME <= 40 * 3600], [2e-4, 2.6e-4], 3.4e-4)
    mean = noisy(REST + rise(TIME, resistance=own))
    power = np.full(len(TIME), POWER)
    logs = (
        log_of(mean, power, flow, spread=power / (4.18e6 * flow)),
        log_of(mean, power, None, spread=power / (4.18e6 * flow)),  # flow not logged
    )
    for log in logs:
        test = evaluated(log, undisturbed_temperature=REST)
        assert "flow_steps" in codes(test)
        assert test.line_source is None
        assert test.fit.resistance is None
        assert test.fit.conductivity.low < K < test.fit.conductivity.high
        for found, true in zip(test.fit.resistances, (0.20, 0.15, 0.12), strict=True):
            assert found.low < true < found.high


def test_a_flow_that_never_rests_is_refused_by_name():
    flow = 2e-4 * (1 + 0.4 * np.sin(TIME / 3600))
    log = log_of(REST + rise(TIME), np.full(len(TIME), POWER), flow)
    with pytest.raises(InsufficientDataError, match=r"flow under heat from .* m³/h"):
        evaluated(log, undisturbed_temperature=REST)


def test_a_falling_temperature_is_no_answer():
    mean = REST + 12 - 2e-5 * TIME
    with pytest.raises(Exception, match=r"bound|describe|rise") as caught:
        evaluated(
            TestLog(time=TIME, mean=mean, power=np.full(len(TIME), POWER)),
            undisturbed_temperature=REST,
        )
    assert caught.type.__module__ == "loopkeeper.errors"


def test_power_that_swings_by_the_day_is_superposed():
    # 2.5 % of amplitude, 1.8 % of standard deviation, over a day
    power = POWER * (1 + 0.025 * np.sin(2 * np.pi * TIME / 86400))
    test = evaluated(
        TestLog(time=TIME, mean=noisy(REST + rise(TIME, power)), power=power),
        undisturbed_temperature=REST,
    )
    assert test.line_source.superposed
    # 2 %: steps of ten minutes, noise of 0.01 K
    assert test.line_source.conductivity.value == pytest.approx(K, rel=0.02)


@pytest.mark.parametrize(("name", "code"), [("ethylene_glycol", "MEG"), ("ethanol", "MEA")])
def test_brine_carries_less(name, code):
    brine = f"INCOMP::{code}[0.3]"
    capacity = PropsSI("D", "T", 293.15, "P", 3e5, brine) * PropsSI(
        "C", "T", 293.15, "P", 3e5, brine
    )
    flow = np.full(len(TIME), 1.5 / 3600)
    mean = REST + rise(TIME)
    half = POWER / (capacity * flow) / 2
    log = TestLog(
        time=TIME, inlet=mean + half, outlet=mean - half, flow=flow, fluid=Fluid(name, 0.3)
    )
    test = evaluated(log, undisturbed_temperature=REST)
    # 0.5 %: properties at the test's mean of 25 °C, not 20 °C
    assert test.record.mean_power == pytest.approx(POWER, rel=5e-3)
    water = evaluated(
        TestLog(time=TIME, inlet=log.inlet, outlet=log.outlet, flow=flow),
        undisturbed_temperature=REST,
    )
    assert "fluid_assumed" in codes(water)
    assert water.record.mean_power > 1.03 * POWER
    # a flow by mass needs the specific heat alone
    cp = PropsSI("C", "T", 293.15, "P", 3e5, brine)
    assert volumetric(Fluid(name, 0.3), 20.0, weighed=True) == pytest.approx(1000 * cp, rel=1e-6)


def test_thinning_ten_fold_stays_within_the_interval():
    dense = log_of(noisy(REST + rise(TIME), 0.02), np.full(len(TIME), POWER))
    few = dense.rows(slice(9, None, 10))
    whole = evaluated(dense, undisturbed_temperature=REST).fit
    thin = evaluated(few, undisturbed_temperature=REST).fit
    for ours, theirs in (
        (whole.resistance, thin.resistance),
        (whole.conductivity, thin.conductivity),
    ):
        assert ours.low < theirs.value < ours.high


def test_power_that_the_water_does_not_follow_is_held():
    drifting = POWER * np.linspace(0.95, 1.05, len(TIME))
    test = evaluated(log_of(noisy(REST + rise(TIME)), drifting), undisturbed_temperature=REST)
    assert "power_not_followed" in codes(test)
    # 3 %: as where the power was logged as it was
    assert test.fit.conductivity.value == pytest.approx(K, rel=0.03)
    doubt = np.std(drifting) / POWER
    assert test.fit.conductivity.standard_deviation > doubt * K
    assert test.line_source.conductivity.standard_deviation > doubt * K


def test_power_that_the_water_follows_is_taken_as_logged():
    drifting = POWER * np.linspace(0.95, 1.05, len(TIME))
    warm = noisy(REST + rise(TIME, drifting))
    test = evaluated(log_of(warm, drifting), undisturbed_temperature=REST)
    assert "power_unsteady" in codes(test)
    assert "power_not_followed" not in codes(test)
    assert test.fit.conductivity.value == pytest.approx(K, rel=0.03)


def test_evaluations_apart_by_more_than_their_doubts_are_mixed():
    # by hand: 1 apart, no doubts: half each, and a variance of 1/2 · 1/2 · 1²
    assert between(Estimate.exact(3.0), Estimate.exact(2.0)) == Estimate.normal(2.5, 0.5)
    # doubts of 0.1 and 0.3, 0.8 apart: common (0.64 − 0.10) / 2 = 0.27; the line's weight is
    # 0.28 / 0.64 = 0.4375
    mixed = between(Estimate.normal(2.8, 0.3), Estimate.normal(2.0, 0.1))
    assert mixed.value == pytest.approx(2.0 + 0.4375 * 0.8)
    width = 0.5625 * 0.01 + 0.4375 * 0.09 + 0.4375 * 0.5625 * 0.64
    assert mixed.standard_deviation == pytest.approx(width**0.5)


@pytest.mark.parametrize("line", [None, Estimate.normal(2.2, 0.2)], ids=["no line", "agrees"])
def test_a_fit_that_nothing_contradicts_stands(line):
    fit = Estimate.normal(2.0, 0.1)
    assert between(line, fit) is fit
