"""A chart that goes on from day to day: quiet, called, dated, let go."""

import numpy as np
import pytest

from loopkeeper.lifecycle.monitor.gauge import FAMILIES, Family, Gauge, footing, onset_of

START = np.datetime64("2025-01-01", "D")
MACHINES = next(f for f in FAMILIES if f.name == "machines")
STRICT = Family("machines", 0.0, 0.001)


def year(seed, days=150, noise=0.02):
    """Residuals that follow the heat a little, and the heat."""
    rng = np.random.default_rng(seed)
    heat = rng.uniform(50e3, 150e3, days)
    return 0.03 + 0.1 * (heat - 1e5) / 1e5 + noise * rng.standard_normal(days), heat


def gauge(seed, family=MACHINES, run_length=730.0):
    stands = footing(*year(seed), family, run_length)
    none = np.zeros(0)
    return Gauge(
        family="machines",
        mode="heating",
        footing=stands,
        average=0.0,
        days=none.astype("datetime64[D]"),
        apart=none,
    )


def run(one, values, heat):
    """The chart after each day."""
    course = []
    for n, (value, load) in enumerate(zip(values, heat, strict=True)):
        one = one.after(START + n, value, load)
        course.append(one)
    return course


def first_call(course):
    return next((n for n, one in enumerate(course) if one.call), None)


def test_sound_days_are_called_as_rarely_as_stated():
    """Forty plants of 150 days at one call in 730 days: 8 expected without slack, 14 at 97 %."""
    called = [first_call(run(gauge(s, STRICT), *year(1000 + s))) for s in range(40)]
    assert 1 <= sum(n is not None for n in called) <= 18  # the footing is itself of 150 days
    with_slack = [first_call(run(gauge(s), *year(1000 + s))) for s in range(40)]
    assert sum(n is not None for n in with_slack) <= 1


@pytest.mark.parametrize("step", [0.06, -0.06])
def test_a_step_is_called_dated_and_sized(step):
    delays = []
    for seed in range(20):
        values, heat = year(500 + seed)
        values[60:] += step
        course = run(gauge(seed), values, heat)
        found = first_call(course)
        call = course[found].call
        assert found >= 60
        assert call.day == START + found
        assert abs(int((call.onset - START).astype(int)) - 60) <= 6
        assert call.size == pytest.approx(step, abs=0.02)
        assert call.delay == found - int((call.onset - START).astype(int)) == course[found].ran
        delays.append(found - 60)
    assert np.median(delays) <= 12  # three standard deviations with a slack of one


def test_what_a_season_may_differ_by_never_calls_for_long():
    """A lasting shift as large as the slack is called no oftener than the stated rate."""
    called = 0
    for seed in range(40):
        values, heat = year(700 + seed)
        called += first_call(run(gauge(seed), values + 0.8 * MACHINES.slack, heat)) is not None
    assert called <= 8  # 150 days at one call in 730: eight of forty at most


def test_a_single_odd_day_calls_nothing():
    values, heat = year(3)
    values[40] += 5.0
    assert first_call(run(gauge(3), values, heat)[:45]) is None


@pytest.mark.parametrize(("value", "heat"), [(np.nan, 1e5), (9.0, 100.0)])
def test_days_that_say_nothing_leave_the_chart_as_it_is(value, heat):
    one = run(gauge(1), *year(2, 30))[-1]
    assert one.after(START + 30, value, heat) is one


def test_a_shift_that_is_over_is_let_go():
    values, heat = year(4, 200)
    values[60:100] += 0.08
    course = run(gauge(4), values, heat)
    assert first_call(course) < 80
    assert course[-1].call is None
    assert course[99].standing >= 1 > course[-1].standing


def test_large_shifts_are_found_however_wide_the_slack():
    """The bound of a single day counts above the slack, else the limit could not be reached."""
    wide = Family("supply", 0.5, 0.001)
    stands = footing(*year(5), wide, 730.0)
    none = np.zeros(0)
    one = Gauge(
        family="supply",
        mode="heating",
        footing=stands,
        average=0.0,
        days=none.astype("datetime64[D]"),
        apart=none,
    )
    values, heat = year(6)
    assert first_call(run(one, values + 1.0, heat)) < 30


def test_there_is_no_footing_in_too_few_or_equal_days():
    values, heat = year(7)
    values[29:] = np.nan
    assert footing(values, heat, MACHINES, 730.0) is None
    assert footing(np.full(150, 0.1), heat, MACHINES, 730.0) is None


def test_the_onset_is_where_the_step_is():
    values = np.array([0.1, -0.1, 0.0, 0.1, 1.0, 1.1, 0.9, 1.0])
    assert onset_of(values, 1.0) == 4
    assert onset_of(-values, -1.0) == 4
