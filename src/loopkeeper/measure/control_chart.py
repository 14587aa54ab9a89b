"""
Control charts with a stated rate of false alarms: small lasting shifts, found early.

The chart is the exponentially weighted moving average of standardised residuals. Its run lengths
come from the integral equation of the chart, not from tables, so that the limit follows from how
often one is willing to be called for nothing.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.optimize import brentq

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.measure.series import Floats

LONGEST = 1e5
"""Run lengths beyond are lost in the rounding of the integral equation. [-]"""
NODES = 81
"""Points at which the integral equation is solved."""
WEIGHT = 0.1
"""Weight of the newest value: shifts of about one standard deviation are found soonest. [-]"""
OUTLIER = 3.0
"""A single value counts for no more: one odd day is no lasting shift. [-]"""
FEWEST = 30
"""Values of the time in which the process was sound. [-]"""


def average_run_length(weight: float, limit: float, *, shift: float = 0.0) -> float:
    r"""
    Return how many values pass on average before the chart signals.

    .. math:: L(u) = 1 + \int_{-h}^{h} L(v)\, \frac{1}{\lambda}
              \varphi\!\left(\frac{v - (1 - \lambda) u}{\lambda} - \delta\right) dv

    Parameters
    ----------
    weight : float
        :math:`\lambda` of the newest value, above 0 and at most 1. [-]
    limit : float
        In standard deviations of the moving average. [-]
    shift : float
        :math:`\delta` of the mean, in standard deviations of the values. [-]

    Returns
    -------
    float
        Values, starting from a moving average of zero.

    Raises
    ------
    InputError
        When weight or limit lie outside what they can be.

    References
    ----------
    .. [1] S. V. Crowder, "A simple method for studying run-length distributions of exponentially
       weighted moving average charts", Technometrics 29 (1987) 401.
    """
    if not 0 < weight <= 1 or limit <= 0:
        raise InputError(
            f"weight {weight:g} and limit {limit:g}: expected 0 < weight ≤ 1, limit > 0"
        )
    half = limit * np.sqrt(weight / (2 - weight))
    nodes, weights = leggauss(NODES)
    nodes, weights = half * nodes, half * weights
    starts = np.append(nodes, 0.0)
    apart = (nodes[None, :] - (1 - weight) * starts[:, None]) / weight - shift
    kernel = np.exp(-0.5 * apart**2) / np.sqrt(2 * np.pi) / weight * weights[None, :]
    inside = np.linalg.solve(np.eye(NODES) - kernel[:-1], np.ones(NODES))
    return float(1 + kernel[-1] @ inside)


@cache
def limit_for(run_length: float, weight: float = WEIGHT) -> float:
    """
    Return the limit at which a sound process is called for nothing once in so many values.

    Parameters
    ----------
    run_length : float
        Average run length, above 2 and at most 100 000. [-]
    weight : float
        Of the newest value. [-]

    Returns
    -------
    float
        In standard deviations of the moving average. [-]

    Raises
    ------
    InputError
        When the run length lies outside.
    """
    if not 2 < run_length <= LONGEST:
        raise InputError(f"run length {run_length:g}: expected above 2, up to {LONGEST:g}")
    return float(brentq(lambda x: average_run_length(weight, x) - run_length, 0.1, 4.8))


@dataclass(frozen=True)
class Chart:
    """
    A chart over its values, shape (n,).

    ``average`` moving average of the standardised innovations; ``limit`` it must not pass, both
    in standard deviations of the average; ``signals`` indices at which it passed, each the first
    of a run; ``mean``, ``deviation`` and ``memory`` of the sound time: what was taken out.
    """

    average: Floats
    limit: float
    signals: tuple[int, ...]
    mean: float
    deviation: float
    memory: float


def control_chart(
    values: Floats, sound: int, *, run_length: float, weight: float = WEIGHT, least: float = 0.0
) -> Chart:
    """
    Watch a series for lasting shifts.

    Parameters
    ----------
    values : array, shape (n,)
        In order; NaN where nothing is known, which leaves the average as it is.
    sound : int
        How many of the first values come from the time in which the process was sound.
    run_length : float
        Values between false alarms on average. [-]
    weight : float
        Of the newest value. [-]
    least : float
        Standard deviation below which differences do not matter; the series' unit.

    Returns
    -------
    Chart
        The average starts again after each signal.

    Raises
    ------
    InsufficientDataError
        When fewer than 30 values of the sound time are known, or they do not vary.

    Notes
    -----
    Values that remember the one before (first order) are replaced by their innovations: charts of
    correlated values call far too often. A lasting shift of the values then shows reduced by one
    less the memory.
    """
    known = values[:sound][np.isfinite(values[:sound])]
    if len(known) < FEWEST:
        raise InsufficientDataError(
            "the chart has too little to start from",
            [f"{len(known)} values of the sound time are known, {FEWEST} are needed"],
        )
    if np.ptp(known) == 0:
        raise InsufficientDataError(
            "the chart cannot be made", ["the values of the sound time do not vary"]
        )
    mean = float(known.mean())
    memory = first_order(known - mean)
    before = np.concatenate([[np.nan], values[:-1]]) - mean
    innovation = values - mean - memory * np.where(np.isfinite(before), before, 0.0)
    start = innovation[:sound]
    deviation = max(float(np.nanstd(start, ddof=2)), least)
    limit = limit_for(run_length, weight)
    average, signals = _averaged(innovation / deviation, weight, limit)
    return Chart(average, limit, signals, mean, deviation, memory)


def first_order(apart: Floats) -> float:
    """
    Return how far values remember the one before.

    Parameters
    ----------
    apart : array, shape (n,)
        Distances from their mean, not all zero; any unit.

    Returns
    -------
    float
        First-order correlation, from 0 to 0.95. [-]
    """
    return float(np.clip(apart[1:] @ apart[:-1] / (apart @ apart), 0.0, 0.95))


def moved(average: float, standard: float, weight: float = WEIGHT, most: float = OUTLIER) -> float:
    """
    Return a chart's moving average after one more value.

    Parameters
    ----------
    average : float
        So far, in its own standard deviations. [-]
    standard : float
        The value in standard deviations of the values. [-]
    weight : float
        Of the value. [-]
    most : float
        A single value counts for no more, in the same unit. [-]

    Returns
    -------
    float
        In standard deviations of the average. [-]
    """
    kept = min(max(standard, -most), most)
    return (1 - weight) * average + float(np.sqrt(weight * (2 - weight))) * kept


def _averaged(values: Floats, weight: float, limit: float) -> tuple[Floats, tuple[int, ...]]:
    """Moving average in its own standard deviations, and where it passes its limit."""
    average, signals = np.zeros(len(values)), []
    now = 0.0
    for n, value in enumerate(values):
        if np.isfinite(value):
            now = moved(now, value, weight)
        average[n] = now
        if abs(average[n]) > limit:
            signals.append(n)
            now = 0.0
    return average, tuple(signals)
