"""Which way a register counts, and which of its rises lie amid rises."""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats
from loopkeeper.units import DAY

FEWEST = 3
"""Fewer moves of a register tell nothing of it. [-]"""

Bools = NDArray[np.bool_]

ONE_WAY: Final = 0.9
"""Of the steps amid their like this share goes the way the register counts. [-]"""
LEAST_OTHER: Final = 0.03
"""Less of them than this the other way are accidents. [-]"""
BLOCKS: Final = 60
"""Blocks a record is cut into."""
SEASON: Final = 3 * DAY
"""A register that counts both ways keeps its direction for at least this long. [s]"""


class Direction(StrEnum):
    """Which way a register counts."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


def clean_rises(step: Floats) -> Bools:
    """
    Tell which steps rise amid rises: nonsense goes up and down.

    Two neighbours on either side that are not zero have to rise too; where too few do, one.
    Breakdown: of single wrong readings, three in a row that rise by chance pass: one in a
    thousand steps where a fifth of the readings is wrong.

    Parameters
    ----------
    step : array, shape (n,)
        Differences of the readings. [register unit]

    Returns
    -------
    bool array, shape (n,)
        All rises when none is amid rises.
    """
    rising = step > 0
    moves = np.flatnonzero(step)
    for width in (2, 1):
        amid = _amid(rising[moves], width)
        if amid.sum() >= max(3.0, 0.02 * len(moves)):
            clean = np.zeros(len(step), dtype=bool)
            clean[moves[amid]] = True
            return clean
    return np.asarray(rising)


def block_rate(seconds: Floats, count: Floats) -> float:
    """
    Return how fast a register counts over days.

    Breakdown: the medians of blocks bear half of their readings wrong, the 60 % quantile of what
    lies between them a fifth of the blocks.

    Parameters
    ----------
    seconds, count : array, shape (n,)
        Times [s] and readings [register unit].

    Returns
    -------
    float
        Rate; infinite when most blocks do not count. [register unit s-1]
    """
    size = max(len(count) // BLOCKS, 5)
    whole = len(count) // size * size
    middle = np.median(count[:whole].reshape(-1, size), axis=1)
    at = seconds[:whole].reshape(-1, size)[:, size // 2]
    rise = np.diff(middle)
    risen = rise > 0
    if risen.sum() < FEWEST:
        return np.inf
    rate = float(np.quantile((rise / np.diff(at))[risen], 0.6))
    return rate if np.isfinite(rate) else np.inf


def direction(seconds: Floats, step: Floats, rounding: float) -> Direction:
    """
    Tell which way a register counts by the steps that lie amid their like.

    Breakdown: as :func:`clean_rises`; both ways need runs of three days each.

    Parameters
    ----------
    seconds : array, shape (n + 1,)
        Times of the readings. [s]
    step : array, shape (n,)
        Their differences. [register unit]
    rounding : float
        Steps back within it are none. [register unit]

    Returns
    -------
    Direction
        ``UP`` unless the register clearly does otherwise.
    """
    moves = np.flatnonzero((step > 0) | (step < -rounding))
    if len(moves) < FEWEST:
        return Direction.UP
    up = step[moves] > 0
    rising, falling = _amid(up, 1), _amid(~up, 1)
    fallen = int(falling.sum())
    share = fallen / max(fallen + int(rising.sum()), 1)
    if share < LEAST_OTHER or fallen < FEWEST:
        return Direction.UP
    if share >= ONE_WAY:
        return Direction.DOWN
    rising, falling = _amid(up, 2), _amid(~up, 2)
    sure = np.flatnonzero(rising | falling)
    turns = int((np.diff(rising[sure].astype(np.int8)) != 0).sum())
    lasted = float(seconds[-1] - seconds[0]) / (turns + 1)
    known = len(sure) > len(moves) / 2
    return Direction.BOTH if known and lasted >= SEASON else Direction.UP


def _amid(like: Bools, width: int) -> Bools:
    """Tell which are amid their like on either side; the ends have none beyond."""
    amid = like.copy()
    for offset in range(1, width + 1):
        amid[offset:] &= like[:-offset]
        amid[:-offset] &= like[offset:]
    return amid
