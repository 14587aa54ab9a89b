"""Clocks: shifts month by month, correlations by hand, and the warmest hour of a day."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.clock import (
    Shift,
    _best_lag,
    _correlation,
    check_clock,
    find_shift,
    warmest_hour,
)

MONTH = 720
DRAW, LOAD = ("electricity_power", "hp1"), ("heat_power", "load")
SOURCE, AIR = ("heat_power", "source"), ("outdoor_temperature", "site")


def noise(count, seed=3):
    return np.random.default_rng(seed).normal(size=count)


def months(*lags):
    """A reference and a series that is so many hours late, month by month."""
    one = noise(MONTH * len(lags) + 26)
    late = [one[13 - lag :][n * MONTH : (n + 1) * MONTH] for n, lag in enumerate(lags)]
    return one[13:][: MONTH * len(lags)], np.concatenate(late)


@pytest.mark.parametrize(
    ("lags", "found"),
    [
        ((0,), None),
        ((4,), (4, 0, 1)),
        ((12,), (12, 0, 1)),
        ((-12,), (-12, 0, 1)),
        ((13,), None),
        ((-13,), None),
        ((4, 0), None),
        ((0, 4, 4), (4, 720, 2)),
        ((4, 4, 9), (4, 0, 2)),
        ((3, 7), None),
        ((2, 5, 9), None),
        ((-3, 0, -3), (-3, 0, 2)),
    ],
)
def test_a_shift_is_that_of_at_least_two_months_unless_there_is_but_one(lags, found):
    assert find_shift(*months(*lags)) == (None if found is None else Shift(*found))


def test_a_month_of_thirty_days_is_needed():
    one, other = months(4)
    assert find_shift(one[:719], other[:719]) is None
    both = np.tile(one, 2)[:1439], np.tile(other, 2)[:1439]
    assert find_shift(*both).months == 1


def test_a_correlation_of_moved_series_is_that_of_what_is_left():
    """1, 2, 4 beside 1, 2, 4 an hour later; 3, 1, 2 by hand: −1.5 of √(14/3 · 2)."""
    one = np.array([1.0, 2.0, 4.0, 9.0])
    other = np.array([7.0, 1.0, 2.0, 4.0])
    assert _correlation(one, other, 1) == pytest.approx(1.0)
    assert _correlation(other, one, -1) == pytest.approx(1.0)
    left = np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, 2.0])
    by_hand = float((left[0] - 7 / 3) @ (left[1] - 2)) / np.sqrt(14 / 3 * 2)
    assert by_hand == pytest.approx(-1 / np.sqrt(28 / 3))
    assert _correlation(*left, 0) == pytest.approx(by_hand)


def test_half_of_the_hours_must_be_known_of_both():
    one, other = noise(20), noise(20)
    one[:5], other[15:] = np.nan, np.nan
    assert _correlation(one, one + 0 * other, 0) == pytest.approx(1.0)
    one[7] = np.nan
    assert _correlation(one, one + 0 * other, 0) == 0.0
    assert _correlation(np.ones(20), noise(20), 0) == 0.0


@pytest.mark.parametrize(("share", "lag"), [(0.7, 3), (0.3, 0)])
def test_a_correlation_below_a_half_tells_nothing(share, lag):
    """A part of the same and a rest of its own: correlations of about 0.71 and 0.30."""
    one, other = months(3)
    mixed = share * other + np.sqrt(1 - share**2) * noise(MONTH, 8)
    assert _best_lag(one, mixed) == lag


@pytest.mark.parametrize(("period", "lag"), [(19.3, 1), (20.3, 0)])
def test_a_shift_must_correlate_better_by_a_twentieth(period, lag):
    """A wave an hour late correlates by the cosine of that hour: 0.9475 or 0.9525."""
    hour = np.arange(4000.0)
    one, other = (np.cos(2 * np.pi * (hour - late) / period) for late in (0, 1))
    assert _correlation(one, other, 0) == pytest.approx(np.cos(2 * np.pi / period), abs=1e-3)
    assert _best_lag(one, other) == lag


# -- the warmest hour


def air(peak, swing=6.0, count=480):
    hour = np.arange(count) % 24 + 0.5
    return 5.0 + swing * np.cos(2 * np.pi * (hour - peak) / 24)


TIME = np.datetime64("2024-01-01T00", "s") + np.arange(480) * np.timedelta64(3600, "s")


@pytest.mark.parametrize(("swing", "told"), [(0.99, False), (1.01, True)])
def test_a_day_that_swings_by_less_than_a_kelvin_has_no_warmest_hour(swing, told):
    assert (warmest_hour(TIME, air(3.0, swing), "UTC") is not None) is told


def test_ten_days_of_all_hours_tell_the_warmest():
    one = air(4.25)
    assert warmest_hour(TIME[:240], one[:240], "UTC") == pytest.approx(4.25)
    assert warmest_hour(TIME[:239], one[:239], "UTC") is None
    one[::24] = np.nan
    assert warmest_hour(TIME, one, "UTC") is None
    one[48] = air(4.25)[48]
    assert warmest_hour(TIME, one, "UTC") == pytest.approx(4.25)


def test_a_mean_day_is_that_of_the_known_hours():
    """Hours known twice as often weigh no more."""
    one = air(20.0)
    one[240 + 5 :: 24] = np.nan
    one[3::48] = np.nan
    assert warmest_hour(TIME, one, "UTC") == pytest.approx(20.0)


# -- the check


@pytest.mark.parametrize(
    ("peak", "said"), [(11.9, True), (12.1, False), (17.9, False), (18.1, True)]
)
def test_the_warmest_hour_lies_between_noon_and_six(channelled, plant, peak, said):
    found = check_clock(channelled({AIR: air(peak)}), plant)
    assert [v.code for v in found] == ["measure.clock.weather"] * said
    if said:
        assert found[0].figures == {"hour": f"{peak:.0f}", "timezone": "UTC"}
    abroad = replace(plant, site=replace(plant.site, timezone="Asia/Shanghai"))
    found = check_clock(channelled({AIR: air(peak - 8)}), abroad)
    assert [v.code for v in found] == ["measure.clock.weather"] * said


def test_heat_and_draw_move_together_whatever_the_sign(channelled, plant):
    one, late = months(0, 5, 5)
    rows = {DRAW: 9.0 + one, LOAD: -9.0 - one, SOURCE: 9.0 + late}
    (verdict,) = check_clock(channelled(rows), plant)
    assert verdict.code == "measure.clock.shifted"
    assert verdict.figures == {"of": "source", "hours": "+5", "months": 2, "first": "2024-01-31"}
    assert check_clock(channelled({DRAW: 9.0 + one}), plant) == ()
    assert check_clock(channelled({SOURCE: 9.0 + late}), plant) == ()
