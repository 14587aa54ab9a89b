"""Seasonal Mann–Kendall: by hand, against SciPy, with ties and results below a limit."""

import itertools

import numpy as np
import pytest
from scipy.stats import kendalltau

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.trend import _signs, _variance, seasonal_trend


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
