"""How long a reading stands for its point: by the point's own rhythm."""

from typing import Final

import numpy as np

from loopkeeper.measure.admitted import SECOND, Microseconds
from loopkeeper.measure.series import Floats
from loopkeeper.units import HOUR

HOLD_STEPS: Final = 1.5
"""A reading of a regular log holds for this many of its usual steps. [-]"""
LEAST_HOLD: Final = HOUR / 4
"""No reading holds shorter than this. [s]"""
CHANGE_LOG_HOLD: Final = 6 * HOUR
"""A reading of a log that writes changes only holds this long. [s]"""
LONGEST_HOLD: Final = 36 * HOUR
"""No reading holds longer than this: a daily reading, once missed. [s]"""
FEW: Final = 4
"""Fewer steps than this show no rhythm; their readings hold no longer than a change's."""
REGULAR_SHARE: Final = 0.5
"""A log is regular when this share of its steps lies within 10 % of the usual one. [-]"""
BLOCK: Final = 512
"""The usual step is taken over this many readings, because loggers are re-set in their lives."""


def holding_time(time: Microseconds) -> tuple[Microseconds, Microseconds]:
    """
    Return for every reading how long it may stand alone, and the usual step around it.

    Parameters
    ----------
    time : array, shape (n,)
        Times of one point's readings, increasing. [µs]

    Returns
    -------
    hold : array, shape (n,)
        Longest time until the next reading that still counts as seen. [µs]
    step : array, shape (n,)
        Median step of the readings around. [µs]
    """
    n = len(time)
    if n < 2:
        alone = np.full(n, int(LEAST_HOLD * SECOND), np.int64)
        return alone, alone
    intervals = np.diff(time).astype(np.float64)
    median, regular = _rhythm(intervals)
    longest = LONGEST_HOLD if len(intervals) >= FEW else CHANGE_LOG_HOLD
    hold = np.where(
        regular > REGULAR_SHARE,
        np.clip(HOLD_STEPS * median, LEAST_HOLD * SECOND, longest * SECOND),
        CHANGE_LOG_HOLD * SECOND,
    )
    return _per_reading(hold, n), _per_reading(median, n)


def _rhythm(intervals: Floats) -> tuple[Floats, Floats]:
    """Median step of each block of readings, and the share of steps near it."""
    whole = len(intervals) // BLOCK * BLOCK
    if whole == 0:
        median, regular = _block_rhythm(intervals[None, :])
        return median, regular
    median, regular = _block_rhythm(intervals[:whole].reshape(-1, BLOCK))
    if whole < len(intervals):
        last = _block_rhythm(intervals[None, -BLOCK:])
        return np.append(median, last[0]), np.append(regular, last[1])
    return median, regular


def _block_rhythm(blocks: Floats) -> tuple[Floats, Floats]:
    middle = blocks.shape[1] // 2
    median = np.partition(blocks, middle, axis=1)[:, middle]
    near = np.abs(blocks - median[:, None]) <= 0.1 * median[:, None] + SECOND
    return median, near.mean(axis=1)


def _per_reading(blocks: Floats, n: int) -> Microseconds:
    spread = np.repeat(blocks, BLOCK)[:n]
    filled = np.append(spread, np.full(n - len(spread), blocks[-1]))
    return np.asarray(filled, dtype=np.int64)
