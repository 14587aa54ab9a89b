"""Trends of samples: seasonal Mann–Kendall with ties and results below a reporting limit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erf, sqrt

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.series import Floats, Times

FEWEST = 8
"""Samples a trend needs (A). [-]"""


@dataclass(frozen=True, slots=True)
class Trend:
    """
    A monotonic trend.

    ``slope`` a year by Sen's median of slopes within seasons [unit/year]; ``p`` probability of
    such a statistic without any trend, two-sided [-]; ``statistic`` S of Mann–Kendall.
    """

    slope: float
    p: float
    statistic: int
    samples: int


def seasonal_trend(
    years: Floats, seasons: Sequence[int], values: Floats, censored: Sequence[bool] = ()
) -> Trend:
    """
    Test samples for a trend, season by season.

    Parameters
    ----------
    years : array, shape (n,)
        Times as decimal years.
    seasons : sequence of int, length n
        Which season each sample belongs to; samples are compared within a season only.
    values : array, shape (n,)
        Results, the reporting limit where censored.
    censored : sequence of bool, length n
        Which results lie below their reporting limit: of two such, and of one and a detected
        value below that limit, nothing is known, they tie.

    Returns
    -------
    Trend

    Raises
    ------
    InsufficientDataError
        With fewer than eight samples of one season, or seven more samples than seasons.

    Notes
    -----
    Mann–Kendall by season with the correction for ties [1]_, normal approximation with
    continuity; autocorrelation between seasons is not corrected for.

    References
    ----------
    .. [1] R. M. Hirsch, J. R. Slack, R. A. Smith, Water Resources Research 18, 107 (1982).
    """
    pairs = len(values) - len(set(seasons))
    if pairs < FEWEST - 1:
        raise InsufficientDataError(
            "no trend can be tested",
            [f"{len(values)} samples of {len(set(seasons))} seasons: too few in each"],
        )
    hidden = np.asarray(censored, dtype=bool) if len(censored) else np.zeros(len(values), bool)
    total, variance, slopes = 0, 0.0, []
    for season in set(seasons):
        place = np.flatnonzero(np.asarray(seasons) == season)
        place = place[np.argsort(years[place], kind="stable")]
        sign = _signs(values[place], hidden[place])
        total += int(sign.sum())
        variance += _variance(sign)
        slopes += _slopes(years[place], values[place])
    score = 0.0 if total == 0 or variance == 0 else (abs(total) - 1) / sqrt(variance)
    p = 1.0 - erf(score / sqrt(2.0))
    slope = float(np.median(slopes)) if slopes else 0.0
    return Trend(slope, p, total, len(values))


def together(trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """
    Return trends that were looked for side by side, each probability that of the whole search.

    Parameters
    ----------
    trends : sequence of Trend
        Every one that was tested, whatever came of it.

    Returns
    -------
    tuple of Trend
        In the same order, ``p`` after Holm [1]_: below 0.05 is one chance in twenty that *any* of
        them is called a trend when none is, however they depend on each other.

    References
    ----------
    .. [1] S. Holm, Scandinavian Journal of Statistics 6, 65 (1979).
    """
    order = sorted(range(len(trends)), key=lambda n: trends[n].p)
    found, highest = list(trends), 0.0
    for place, n in enumerate(order):
        highest = max(highest, min(1.0, (len(trends) - place) * trends[n].p))
        found[n] = replace(trends[n], p=highest)
    return tuple(found)


def monthly_trend(time: Times, values: Floats, where: np.ndarray | None = None) -> Trend:
    """
    Test the monthly medians of an hourly series for a trend, month against the same month.

    Parameters
    ----------
    time : array of datetime64, shape (n,)
        Hours.
    values : array, shape (n,)
        NaN where not measured.
    where : bool array, shape (n,), optional
        Hours that count.

    Returns
    -------
    Trend
        Slope in the values' unit a year.

    Raises
    ------
    InsufficientDataError
        When the record has fewer than seven months that come again.
    """
    known = np.isfinite(values) if where is None else where & np.isfinite(values)
    month = time.astype("datetime64[M]")
    there = np.unique(month[known])
    medians = np.array([np.median(values[known & (month == m)]) for m in there])
    number = there.astype(np.int64)
    return seasonal_trend(1970 + number / 12, [int(m) % 12 for m in number], medians)


def _signs(values: Floats, hidden: np.ndarray) -> np.ndarray:
    """Signs of later less earlier, 0 for ties and for what cannot be told; upper triangle."""
    n = len(values)
    apart = np.sign(values[None, :] - values[:, None])
    below = hidden[None, :] | hidden[:, None]
    limit = np.where(hidden, values, -np.inf)
    highest = np.maximum(limit[None, :], limit[:, None])
    larger = np.maximum(values[None, :], values[:, None])
    unknown = below & ((hidden[None, :] & hidden[:, None]) | (larger <= highest))
    apart[unknown] = 0.0
    return np.asarray(np.triu(apart, 1)[:n, :n].astype(np.int64))


def _variance(sign: np.ndarray) -> float:
    """Variance of S without a trend; ties are groups of values that none can be told from."""
    n = len(sign)
    whole = sign - sign.T
    ties: dict[tuple[int, ...], int] = {}
    for row in whole:
        ties[tuple(row)] = ties.get(tuple(row), 0) + 1
    spread = n * (n - 1) * (2 * n + 5)
    tied = sum(t * (t - 1) * (2 * t + 5) for t in ties.values())
    return (spread - tied) / 18.0


def _slopes(years: Floats, values: Floats) -> list[float]:
    return [
        float((values[j] - values[i]) / (years[j] - years[i]))
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if years[j] > years[i]
    ]
