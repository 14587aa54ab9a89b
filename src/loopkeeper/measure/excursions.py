"""Excursions: readings that leave the course of a point and return, by robust scales."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from loopkeeper.measure.series import Floats

RETURNED = 0.6
"""Share of excursions that come back where they left. [-]"""

Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]

WINDOW: Final = 9
"""Readings whose median is the course: it bears four wrong ones."""
CROWDED: Final = 0.5
"""Where more readings than this leave the course there is none. [-]"""
SCALE_TIMES: Final = 8.0
"""An excursion is this many times the usual distance from the course. [-]"""
ERROR_VALUES: Final = (
    85.0,
    -127.0,
    999.9,
    9999.0,
    32767.0,
    3276.7,
    327.67,
    65535.0,
    6553.5,
    655.35,
)
"""Answers of meters that cannot measure (DS18B20 at power-on and unplugged, full registers)."""
_RUNS: Final = 3
_KNOWN_RUNS: Final = 2
_SUSPECTS: Final = 20
_SELDOM: Final = 0.1
_LONG: Final = 4


class Runs(NamedTuple):
    """Runs of readings: indices of ``first`` and ``last``, shape (r,)."""

    first: Indices
    last: Indices


def runs_of(mask: Bools) -> Runs:
    """Return the runs of True in a mask."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return Runs(edges[::2], edges[1::2] - 1)


def course_of(value: Floats) -> Floats:
    """
    Return the running median over nine readings.

    Breakdown: four of nine; of a fifth of single wrong readings one place in fifty is lost.
    """
    return np.asarray(median_filter(value, WINDOW, mode="nearest"))


def crowded(wrong: Bools) -> Bools:
    """Tell where most readings around are wrong: what is left there has no course."""
    return np.asarray(uniform_filter1d(wrong.astype(np.float64), WINDOW, mode="nearest") > CROWDED)


def excursions(distance: Floats, floor: float) -> Bools:
    """
    Tell which readings leave the course.

    Breakdown: the scale is a median of distances and bears half of them wrong.

    Parameters
    ----------
    distance : array, shape (n,)
        Distances of the readings from the course. [SI]
    floor : float
        Least distance that is noticed. [SI]

    Returns
    -------
    bool array, shape (n,)
        True for readings off course.
    """
    limit = max(floor, SCALE_TIMES * 1.4826 * float(np.median(distance)))
    return np.asarray(distance > limit)


def flipped(value: Floats, floor: float) -> Bools:
    """
    Tell which readings carry the wrong sign: by leaps they come and go, and turned round they fit.

    Breakdown: the median they have to fit bears half of the readings wrong.

    Parameters
    ----------
    value : array, shape (n,)
        Readings. [SI]
    floor : float
        Least leap. [SI]

    Returns
    -------
    bool array, shape (n,)
        True for readings of the wrong sign.
    """
    middle = float(np.median(value))
    away, turned = np.abs(value - middle), np.abs(value + middle)
    runs = runs_of((away > floor) & (turned < away / 2))
    wrong = np.zeros(len(value), dtype=bool)
    leap = np.concatenate([[True], np.abs(np.diff(value)) > floor, [True]])
    for first, last in zip(*runs, strict=True):
        wrong[first : last + 1] = leap[first] and leap[last + 1]
    return wrong


def sentinels(value: Floats, floor: float) -> Bools:
    """
    Tell which readings repeat an exact value that does not belong to the course.

    Such a value recurs, in runs mostly short or at a point that else never repeats; before and
    after each the point reads the same, far from it, and values like it but not equal to it are
    rare. Then its longer runs are wrong as well.

    Breakdown: up to a quarter of the readings, whatever their spacing.

    Parameters
    ----------
    value : array, shape (n,)
        Readings. [SI]
    floor : float
        Least distance to the course. [SI]

    Returns
    -------
    bool array, shape (n,)
        True for sentinels.
    """
    mask = np.zeros(len(value), dtype=bool)
    leaps = np.flatnonzero(np.abs(np.diff(value)) > floor) + 1
    entered, times = np.unique(value[leaps], return_counts=True)
    known = np.isin(np.round(np.abs(entered), 6), np.abs(ERROR_VALUES))
    same = np.append(np.diff(value) == 0, np.zeros(_LONG, dtype=bool))
    held = np.all([same[leaps + k] for k in range(_LONG - 1)], axis=0)
    lone = np.isin(entered, value[leaps[held]]) & (same.mean() < 2 * _SELDOM)
    often = np.argsort(-times - _RUNS * lone, kind="stable")[:_SUSPECTS]
    often = often[((times + _RUNS * lone >= _RUNS) | (known & (times >= _KNOWN_RUNS)))[often]]
    if len(often) == 0:
        return mask
    ordered = np.sort(value)
    for suspect in entered[often]:
        same = value == suspect
        if _foreign(value, ordered, same, floor):
            mask |= same
    return mask


def _foreign(value: Floats, ordered: Floats, same: Bools, floor: float) -> bool:
    """Tell whether an exact value does not belong to the course it interrupts."""
    count, suspect = int(same.sum()), float(value[np.argmax(same)])
    near = np.searchsorted(ordered, [suspect - floor / 2, suspect + floor / 2])
    alike = int(near[1] - near[0]) - count
    if count > len(value) / 4 or alike > count / 2:
        return False
    first, last = runs_of(same)
    inner = (first > 0) & (last < len(value) - 1)
    first, last = first[inner], last[inner]
    repeats = (np.diff(value) == 0) & ~same[1:]
    long_runs = np.median(last - first) > 1 and repeats.mean() > _SELDOM
    lone = len(first) > 0 and np.median(last - first) >= _LONG - 1
    if len(first) < (1 if lone else _KNOWN_RUNS) or long_runs:
        return False
    before, after = value[first - 1], value[last + 1]
    away = np.minimum(np.abs(before - suspect), np.abs(after - suspect))
    returns = (away > floor) & (np.abs(before - after) < away / 3)
    return float(np.mean(returns)) > RETURNED
