"""Seasonal Mann–Kendall: by hand, against SciPy, with ties and results below a limit."""

import itertools

import numpy as np
import pytest
from scipy.stats import kendalltau, norm

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.trend import (
    Trend,
    _signs,
    _variance,
    monthly_trend,
    seasonal_trend,
    together,
)


def test_one_season_is_kendall():
    rng = np.random.default_rng(1)
    years, values = np.arange(20.0), rng.normal(size=20) + 0.1 * np.arange(20)
    found = seasonal_trend(years, [0] * 20, values)
    tau = kendalltau(years, values)
    assert found.statistic == pytest.approx(tau.statistic * 20 * 19 / 2)
    # normal approximation with continuity against the exact distribution
    assert found.p == pytest.approx(tau.pvalue, abs=0.01)


def test_the_variance_is_that_of_all_orders():
    # five values, two of them alike: all 120 orders by hand
    values = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    none = np.zeros(5, dtype=bool)
    statistics = [_signs(np.array(v), none).sum() for v in itertools.permutations(values)]
    assert np.mean(statistics) == 0
    assert _variance(_signs(values, none)) == pytest.approx(np.var(statistics))


def test_seasons_are_not_compared_with_each_other():
    years = np.arange(16) / 4 + 2000
    seasons = [n % 4 for n in range(16)]
    values = np.array([10.0, 50.0, 90.0, 20.0] * 4) + np.repeat([0.0, 1.0, 2.0, 3.0], 4)
    found = seasonal_trend(years, seasons, values)
    assert found.statistic == 4 * 6  # every later year above every earlier one, in each season
    assert found.slope == pytest.approx(1.0)
    assert found.p < 0.001


def test_results_below_the_limit_tie_with_what_they_cannot_be_told_from():
    values = np.array([1.0, 0.5, 1.0, 2.0])
    below = np.array([True, False, True, False])
    signs = _signs(values, below)
    assert signs[0, 1] == 0  # <1 and 0.5: nothing is known
    assert signs[0, 2] == 0  # two below the limit
    assert signs[0, 3] == 1  # 2 lies above <1
    assert signs[1, 3] == 1


def test_false_alarms_come_as_often_as_stated():
    calls = 0
    for seed in range(400):
        values = np.random.default_rng(seed).normal(size=24)
        calls += seasonal_trend(np.arange(24) / 12, [n % 12 for n in range(24)], values).p < 0.05
    # 24 months in pairs: the normal approximation with continuity is careful
    assert calls / 400 <= 0.07


def test_few_samples_say_so():
    with pytest.raises(InsufficientDataError, match="5 samples of 1 seasons"):
        seasonal_trend(np.arange(5.0), [0] * 5, np.arange(5.0))


@pytest.mark.parametrize(
    ("samples", "seasons", "tested"), [(8, 1, True), (7, 1, False), (11, 4, True), (10, 4, False)]
)
def test_seven_samples_more_than_seasons_are_the_fewest(samples, seasons, tested):
    labels = [n % seasons for n in range(samples)]
    years, values = np.arange(samples) / seasons, np.arange(float(samples))
    if tested:
        assert seasonal_trend(years, labels, values).samples == samples
        return
    with pytest.raises(InsufficientDataError):
        seasonal_trend(years, labels, values)


def test_a_fall_has_the_probability_of_a_rise_and_samples_come_in_any_order():
    """Eight samples: S = 28, variance 8 · 7 · 21 / 18, continuity of one."""
    years = np.array([3.0, 1.0, 0.0, 2.0, 5.0, 4.0, 7.0, 6.0])
    score = 27.0 / np.sqrt(8 * 7 * 21 / 18)
    for slope in (2.5, -2.5):
        found = seasonal_trend(years, [0] * 8, slope * years)
        assert found.statistic == np.sign(slope) * 28
        assert found.slope == pytest.approx(slope)
        assert found.p == pytest.approx(2 * norm.sf(score))


def test_what_never_changes_has_no_trend():
    found = seasonal_trend(np.arange(9.0), [0] * 9, np.full(9, 4.0))
    assert (found.statistic, found.p, found.slope) == (0, 1.0, 0.0)
    alike = seasonal_trend(np.zeros(9), [0] * 9, np.arange(9.0))
    assert alike.slope == 0.0  # all at one time


def test_what_hides_below_its_limit_is_told_from_what_lies_above_it():
    values = np.array([1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    hidden = [True, False, True, False, False, False, False, False]
    found = seasonal_trend(np.arange(8.0), [0] * 8, values, hidden)
    # of 28 pairs the two that hide tie, 2 and 2 tie, and 2 before <1 falls
    assert found.statistic == 28 - 1 - 1 - 2


def test_months_are_compared_by_their_medians_with_the_same_month():
    """Fourteen months from January on: only January and February come again."""
    time = np.datetime64("2022-01-01T00", "s") + np.arange(24 * 730) * np.timedelta64(3600, "s")
    month = time.astype("datetime64[M]").astype(np.int64) - 12 * 52
    season = np.array([9.0, 7.0, 5.0, 3.0, 1.0, 0.0, 2.0, 4.0, 6.0, 8.0, 9.5, 9.9])
    values = season[month % 12] + 0.5 * (month // 12)
    values[::50] = 1e6  # medians do not see them
    found = monthly_trend(time, values)
    assert (found.samples, found.statistic) == (24, 12)
    assert found.slope == pytest.approx(0.5)
    values[month >= 19] = np.nan
    assert monthly_trend(time, values).samples == 19
    assert monthly_trend(time, values).statistic == 7
    with pytest.raises(InsufficientDataError):
        monthly_trend(time, values, month < 18)
    assert monthly_trend(time, np.nan_to_num(values), month < 20).samples == 20


def test_probabilities_side_by_side_never_fall_and_end_at_one():
    trends = [Trend(1.0, p, 1, 10) for p in (0.5, 0.02, 0.7)]
    assert [t.p for t in together(trends)] == pytest.approx([1.0, 0.06, 1.0])
    assert together([]) == ()
