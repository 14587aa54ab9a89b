"""
Clocks of several loggers held against each other by the steps that all of them saw.

Flow on, power off, a bleed: whatever a logger records jumps then. A response never precedes its
cause, so an offset is a whole number of hours and what is left is the way of the water.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate

from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, MINUTE

FEWEST = 3
"""Fewer common readings tell no shift. [-]"""

FARTHEST = 14 * HOUR
"""Clocks on earth differ by no more from UTC. [s]"""
STEP = MINUTE
"""To which a lag is told. [s]"""
HALF = 10 * MINUTE
"""Means before and after an instant, whose difference is a step, last so long. [s]"""
CLEAR = 1.5
"""The best likeness must exceed that of any other shift by this factor. [-]"""
EARLY = 6 * MINUTE
"""A response seen so much before its cause is still rounding of both logs. [s]"""
_USUAL, _MOST = 99.0, 5.0


@dataclass(frozen=True)
class Logger:
    """What one logger recorded: ``time`` [s] since 1970 by its own clock, columns (n,) each."""

    name: str
    time: Floats
    columns: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class ClockComparison:
    """
    One clock against another.

    ``lag`` how much later than the reference it stamps the same step [s]; ``offset`` whole hours
    of it, to subtract from its stamps [s]; ``delay`` what is left, never before the cause [s];
    ``likeness`` correlation of the steps [-], and the best ``elsewhere`` [-].
    """

    lag: float
    offset: float
    delay: float
    likeness: float
    elsewhere: float

    @property
    def clear(self) -> bool:
        """Whether the shift stands out from all others."""
        return self.likeness > CLEAR * max(self.elsewhere, 0.0) and self.likeness > 0


def compare_clocks(reference: Logger, other: Logger) -> ClockComparison:
    """
    Find by how much one logger's clock differs from another's.

    Parameters
    ----------
    reference : Logger
        Whose clock counts; the more often a step shows in its columns the better.
    other : Logger
        Whose clock is in doubt.

    Returns
    -------
    ClockComparison
        The shift at which the steps of both coincide best, within 14 hours.
    """
    begin = max(reference.time[0], other.time[0]) - FARTHEST
    end = min(reference.time[-1], other.time[-1]) + FARTHEST
    grid = np.arange(begin, end, STEP)
    if len(grid) < 2:
        return ClockComparison(np.nan, 0.0, 0.0, 0.0, 0.0)
    ours, theirs = _steps(grid, reference), _steps(grid, other)
    norm = float(np.sqrt((ours @ ours) * (theirs @ theirs))) or 1.0
    likeness = correlate(theirs, ours, mode="full", method="fft") / norm
    lag = (np.arange(len(likeness)) - (len(grid) - 1)) * STEP
    near = np.abs(lag) <= FARTHEST
    likeness, lag = likeness[near], lag[near]
    best = int(np.argmax(likeness))
    offset = HOUR * np.floor((lag[best] + EARLY) / HOUR)
    elsewhere = likeness[np.abs(lag - lag[best]) > HOUR].max()
    return ClockComparison(
        float(lag[best]),
        float(offset),
        float(lag[best] - offset),
        float(likeness[best]),
        float(elsewhere),
    )


def clock_verdicts(reference: Logger, others: Sequence[Logger]) -> tuple[Verdict, ...]:
    """
    Say of each logger whether its clock agrees with the reference.

    Parameters
    ----------
    reference : Logger
        The log of the test.
    others : sequence of Logger
        What was recorded beside it.

    Returns
    -------
    tuple of Verdict
        Offset, agreement, or that no common step tells.
    """
    return tuple(_said(other.name, compare_clocks(reference, other)) for other in others)


def _said(name: str, found: ClockComparison) -> Verdict:
    figures: dict[str, str | int | float] = {"file": name}
    if not found.clear:
        figures["best"], figures["elsewhere"] = f"{found.likeness:.2f}", f"{found.elsewhere:.2f}"
        return Verdict("survey.clock.unclear", figures)
    figures["minutes"] = round(found.delay / MINUTE)
    if found.offset == 0:
        return Verdict("survey.clock.agrees", figures)
    figures["hours"], figures["lag"] = f"{found.offset / HOUR:+z.0f}", f"{found.lag / HOUR:+z.2f}"
    return Verdict("survey.clock.offset", figures)


def _steps(grid: Floats, logger: Logger) -> Floats:
    """Size of the largest step at each instant, as a multiple of what is usual, mean removed."""
    sizes = [_step_sizes(grid, logger.time, column) for column in logger.columns]
    train = np.max(sizes, axis=0) if sizes else np.zeros(len(grid))
    return np.asarray(train - train.mean())


def _step_sizes(grid: Floats, time: Floats, column: Floats) -> Floats:
    """Mean after less mean before each instant, its size over the usual, capped."""
    known = np.isfinite(column) & np.isfinite(time)
    if known.sum() < FEWEST:
        return np.zeros(len(grid))
    t, v = time[known], column[known]
    area = np.concatenate([[0.0], np.cumsum(0.5 * (v[1:] + v[:-1]) * np.diff(t))])

    def summed(at: Floats) -> Floats:
        return np.asarray(np.interp(at, t, area))

    size = np.abs(summed(grid + HALF) - 2 * summed(grid) + summed(grid - HALF)) / HALF
    inside = (grid - HALF >= t[0]) & (grid + HALF <= t[-1])
    usual = float(np.percentile(size[inside], _USUAL)) if inside.any() else 0.0
    return np.asarray(np.minimum(size / (usual or 1.0), _MOST) * inside)
