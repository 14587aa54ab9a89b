"""Time-weighted means of stretches over the steps of an axis."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.admitted import SECOND, Flag, Microseconds, Segments
from loopkeeper.measure.series import Floats, Times
from loopkeeper.units import HOUR

NOTHING = 1e-6
"""Less than this of a step is rounding. [s]"""

HOUR_STEP = int(HOUR * SECOND)
"""Microseconds in an hour. [µs]"""


@dataclass(frozen=True, slots=True)
class StepAxis:
    """Equal steps without gaps: ``edges`` [µs], shape (n + 1,)."""

    edges: Microseconds

    @classmethod
    def spanning(cls, first: int, last: int, step: int = HOUR_STEP) -> "StepAxis":
        """Return the whole steps (UTC), hours, that hold the instants `first` to `last`. [µs]"""
        low = first // step * step
        high = -(-last // step) * step
        return cls(np.arange(low, high + step, step, dtype=np.int64))

    @property
    def time(self) -> Times:
        """Start of each step."""
        return self.edges[:-1].astype("datetime64[us]").astype("datetime64[s]")


def integrate(segments: Segments, edges: Microseconds) -> Floats:
    """
    Return the integral of what a point says between neighbouring edges.

    Parameters
    ----------
    segments : Segments
        Stretches, all of which count.
    edges : array, shape (n + 1,)
        Instants, increasing. [µs]

    Returns
    -------
    array, shape (n,)
        Integral of value over time within each interval. [SI unit × s]
    """
    if len(segments.start) == 0:
        return np.zeros(len(edges) - 1)
    knots = np.stack([segments.start, segments.end], axis=1).ravel()
    area = np.zeros(len(knots))
    area[1::2] = np.cumsum(segments.value * segments.seconds)
    area[2::2] = area[1:-1:2]
    origin = edges[0]
    held = np.interp((edges - origin) / SECOND, (knots - origin) / SECOND, area)
    return np.diff(held)


def step_mean(segments: Segments, axis: StepAxis) -> tuple[Floats, Floats]:
    """
    Return the mean of each step and the share of it that good readings stand for.

    Parameters
    ----------
    segments : Segments
        All stretches of a point; only usable ones count.
    axis : StepAxis
        The steps, n of them.

    Returns
    -------
    mean : array, shape (n,)
        Time-weighted mean of the part of the step that is known, else NaN. [SI]
    coverage : array, shape (n,)
        Share of the step covered by good readings; spread counter energy does not count. [-]
    """
    usable = segments.usable()
    covered = _covered(usable, axis.edges)
    area = integrate(usable, axis.edges)
    known = covered > NOTHING
    mean = np.divide(area, covered, out=np.full(len(area), np.nan), where=known)
    good = covered
    if (usable.flag != Flag.GOOD).any():
        good = _covered(usable.good(), axis.edges)
    return mean, np.clip(good / (np.diff(axis.edges) / SECOND), 0.0, 1.0)


def _covered(segments: Segments, edges: Microseconds) -> Floats:
    ones = np.ones(len(segments.start))
    return integrate(Segments(segments.start, segments.end, ones, segments.flag), edges)
