"""Levels of wells under test."""

from typing import Final

import numpy as np

from loopkeeper.measure.series import Floats

STEADY_WITHIN: Final = 0.05
"""Level counts as steady while it stays within this share of the last drawdown (A). [-]"""
LAST: Final = 3
"""Readings whose middle is the last drawdown. [-]"""


def steady_for(time: Floats, moved: Floats) -> float:
    """
    Return for how long a level was steady at the end of a test.

    Parameters
    ----------
    time : array, shape (n,)
        Since the test began, ascending. [s]
    moved : array, shape (n,)
        How far the level stood from rest, down or up. [m]

    Returns
    -------
    float
        Since the last reading that was further off the last level; 0 where it never moved. [s]
    """
    last = float(np.median(np.abs(moved[-LAST:])))
    if last <= 0:
        return 0.0
    off = np.abs(np.abs(moved) - last) > STEADY_WITHIN * last
    begin = time[np.flatnonzero(off)[-1]] if off.any() else 0.0
    return float(time[-1] - begin)
