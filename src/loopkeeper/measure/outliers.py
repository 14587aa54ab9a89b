"""Which readings of a sampled point are false: sentinels, spikes, dropouts, or nobody can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.admitted import SECOND, Microseconds
from loopkeeper.measure.excursions import (
    Bools,
    Runs,
    course_of,
    crowded,
    excursions,
    flipped,
    runs_of,
    sentinels,
)
from loopkeeper.measure.holding import CHANGE_LOG_HOLD, holding_time
from loopkeeper.measure.series import Floats
from loopkeeper.measure.witnesses import MovingPoint, explained, informative
from loopkeeper.units import MAJORITY

FEWEST, RARE, TOLD = 3, 0.05, 0.6
"""Fewer cases tell nothing; share that is seldom, and that something else tells of. [-]"""

NOTICED_KELVIN: Final = 1.0
"""No temperature nearer to its course than this is looked at. [K]"""
SURE_KELVIN: Final = 5.0
"""A few readings are left out only when they are this far off course. [K]"""
NOTICED_SHARE: Final = 0.1
"""The same for flow and power, of what they usually read. [-]"""
ABSURD_TIMES: Final = 5.0
"""A flow or power this many times above what it reaches on its course is a spike. [-]"""
SPIKE_TIMES: Final = 4.0
"""Without witness a spike is this many times larger than all but 1 in 200 other steps. [-]"""
OFTEN: Final = 0.02
"""More unexplained excursions than this share are no accident. [-]"""
MOST_LEFT_OUT: Final = 0.3
"""With more readings left out than this share the point is not believed. [-]"""
SHARP: Final = 0.25
"""Up to this share of readings at the witness's changes may be wrong ones. [-]"""
ABOVE: Final = 2.0
"""Beyond this many times the reach of its course a flow or power is no stage of its own. [-]"""
TRIFLE: Final = 0.01
"""Oddities of a flow or power that move its sum by less are left alone. [-]"""
ON_SHARE: Final = 0.05
"""A flow or power below this share of its usual reading stands still. [-]"""
STILL: Final = 0.1
"""A course that falls below this share of its reach stops. [-]"""
OFTEN_MOVES: Final = 0.1
"""A witness that moves more often than this has told what it can by its states. [-]"""
LONGEST: Final = 6
"""No excursion of more readings than this is explained by moves at its ends."""
_FEWEST: Final = 24
_ALIKE: Final = 0.3
_MANY: Final = 20
_ONE: Final = 0.3


@dataclass(frozen=True, slots=True)
class OutlierMasks:
    """Masks of a point's readings, shape (n,); ``erratic`` holds all that cannot be told."""

    sentinel: Bools
    spike: Bools
    dropout: Bools
    erratic: Bools | None = None


@dataclass(frozen=True, slots=True)
class _Off:
    """Excursions of a point: distance from the course, and where nothing explains them."""

    value: Floats
    course: Floats
    off: Bools
    odd: Bools
    crowd: Bools
    twofold: bool

    @property
    def distance(self) -> Floats:
        """Distance from the course. [SI]"""
        return self.value - self.course


def judge(
    start: Microseconds,
    value: Floats,
    witnesses: Sequence[MovingPoint],
    sworn: Sequence[MovingPoint] | None,
    *,
    means: bool = False,
) -> OutlierMasks:
    """
    Return which readings of a temperature, flow or power are false.

    Breakdown: up to a fifth of the readings, singly, periodically or in bursts: the course and
    the scales are medians, and what is no longer than four readings cannot move them. A stretch
    where most readings jump has no course and is left out as a whole. What other points of the
    plant explain stays; when excursions are many and neither explained nor alike, all is refused.

    Parameters
    ----------
    start : array, shape (n,)
        Times of the readings. [µs]
    value : array, shape (n,)
        Readings that nothing else is held against. [SI]
    witnesses : sequence of MovingPoint
        All other points.
    sworn : sequence of MovingPoint or None
        Those that stop when a flow or power stops; None for a temperature.
    means : bool
        Whether readings are means over their step, which lie anywhere between off and full.

    Returns
    -------
    OutlierMasks
        Masks.
    """
    none = np.zeros(len(value), dtype=bool)
    sound = OutlierMasks(none, none, none)
    if len(value) < _FEWEST:
        return sound
    warm = sworn is None
    noticed = NOTICED_KELVIN if warm else NOTICED_SHARE * usual(value)
    if noticed == 0 or not (np.abs(np.diff(value)) > noticed).any():
        return sound
    sentinel = _sentinels(start, value, witnesses, warm=warm)
    left = np.flatnonzero(~sentinel)
    off = _off_course(start[left], value[left], witnesses, noticed)
    if off is None:
        return OutlierMasks(sentinel, none, none)
    spike, dropout = none.copy(), none.copy()
    found = _decided(start[left], off, witnesses, sworn, means=means)
    if found is None:
        spike[left] = off.odd
        return OutlierMasks(none, none, none, erratic=spike | sentinel)
    spike[left], dropout[left] = found
    wrong = sentinel | spike | dropout
    if wrong.mean() > MOST_LEFT_OUT:
        return OutlierMasks(none, none, none, erratic=wrong)
    return OutlierMasks(sentinel, spike, dropout)


def _decided(
    start: Microseconds,
    off: _Off,
    witnesses: Sequence[MovingPoint],
    sworn: Sequence[MovingPoint] | None,
    *,
    means: bool,
) -> tuple[Bools, Bools] | None:
    """Spikes and dropouts by the kind of point and log; None when nobody can tell."""
    if _of_changes(start):
        return _beyond_habit(off, warm=sworn is None), np.zeros(len(off.odd), dtype=bool)
    if sworn is None:
        return _warm(start, off, witnesses)
    return _driven(start, off, sworn, means=means)


def _of_changes(start: Microseconds) -> bool:
    """Tell a log that writes changes: its readings are no equal steps of a course."""
    hold, _ = holding_time(start)
    return float(np.mean(hold == CHANGE_LOG_HOLD * SECOND)) > MAJORITY


def _beyond_habit(off: _Off, *, warm: bool) -> Bools:
    """Excursions of a log of changes that leave everything its own steps do."""
    step = np.abs(np.diff(off.value))
    habit = float(np.quantile(step, 0.995)) if len(step) else 0.0
    if warm:
        return off.off & (np.abs(off.distance) > max(SURE_KELVIN, SPIKE_TIMES * habit))
    top = float(np.quantile(np.abs(off.value), 0.99))
    return off.off & (np.abs(off.value) > ABSURD_TIMES * top)


def usual(value: Floats) -> float:
    """What a flow or power usually reads while it reads anything. [SI]"""
    on = np.abs(value[value != 0])
    return float(np.median(on)) if len(on) else 0.0


def _sentinels(
    start: Microseconds, value: Floats, witnesses: Sequence[MovingPoint], *, warm: bool
) -> Bools:
    """Exact values that recur out of course; that a flow or power is off is none."""
    floor = 3 * NOTICED_KELVIN if warm else 3 * NOTICED_SHARE * usual(value)
    mask = sentinels(value, floor)
    if not warm:
        reach = float(np.abs(course_of(value)).max())
        off = (np.abs(value) < ON_SHARE * reach) | (value == value.min())
        return _unexplained(start, mask & ~off, witnesses)
    turned = _unexplained(start, flipped(value, floor), witnesses)
    return _unexplained(start, mask, witnesses) | turned


def _unexplained(start: Microseconds, mask: Bools, witnesses: Sequence[MovingPoint]) -> Bools:
    """Drop readings that come and go as another point moves."""
    runs = runs_of(mask)
    if len(runs.first) and explained(start, runs, witnesses, whole=True)[0].mean() > MAJORITY:
        return np.zeros(len(mask), dtype=bool)
    return mask


def _off_course(
    start: Microseconds, value: Floats, witnesses: Sequence[MovingPoint], noticed: float
) -> _Off | None:
    """Find the excursions and those which no witness explains."""
    if len(value) < _FEWEST:
        return None
    course, twofold = _course(start, value, witnesses, noticed)
    distance = np.abs(value - course)
    off = excursions(distance, noticed)
    runs = runs_of(off)
    if len(runs.first) == 0:
        return None
    odd = off.copy()
    seldom = [w for w in witnesses if not twofold or len(w.moves) < OFTEN_MOVES * len(start)]
    told, moved = explained(start, runs, seldom)
    if told.any():
        told &= runs.last - runs.first < LONGEST
        told |= _all_told(value, runs, moved, noticed)
    if told.any():
        peak = np.array([distance[a : b + 1].max() for a, b in zip(*runs, strict=True)])
        told &= peak <= 3 * float(np.median(peak[told]))
        for first, last in zip(runs.first[told], runs.last[told], strict=True):
            odd[first : last + 1] = False
    crowd = crowded(odd)
    odd |= crowd
    return _Off(value, course, off, odd, crowd, twofold)


def _all_told(value: Floats, runs: Runs, moved: Bools, noticed: float) -> Bools:
    """Tell around which excursions the point only steps when the witness moves."""
    steps = np.append(False, np.abs(np.diff(value)) > noticed)
    own = np.append(0, np.cumsum(steps))
    alone = np.append(0, np.cumsum(steps & ~moved))
    low = np.maximum(runs.first - 2, 0)
    high = np.minimum(runs.last + 3, len(value))
    return np.asarray((alone[high] == alone[low]) & (own[high] > own[low]))


def _course(
    start: Microseconds, value: Floats, witnesses: Sequence[MovingPoint], noticed: float
) -> tuple[Floats, bool]:
    """Course of a point: one, or one for each state of the witness whose states it follows."""
    best = course_of(value)
    least = _usual_distance(value, best)
    twofold = False
    if least < noticed / 3:
        return best, twofold
    least /= 2
    for witness in witnesses:
        course = _two_courses(value, witness.high_at(start), noticed)
        if course is not None and _usual_distance(value, course) < least:
            best, least, twofold = course, _usual_distance(value, course), True
    return best, twofold


def _usual_distance(value: Floats, course: Floats) -> float:
    """Distance from the course of all but a quarter: a fifth may be wrong. [SI]"""
    return float(np.quantile(np.abs(value - course), 0.75))


def _two_courses(value: Floats, high: Bools, noticed: float) -> Floats | None:
    """Follow the readings of either state; where changes are seldom sharp either will do there."""
    if not RARE < high.mean() < 1 - RARE:
        return None
    place = np.arange(len(value))
    up = np.interp(place, place[high], course_of(value[high]))
    down = np.interp(place, place[~high], course_of(value[~high]))
    own, other = np.where(high, up, down), np.where(high, down, up)
    change = np.flatnonzero(np.diff(high.astype(np.int8)))
    near = np.unique(np.concatenate([change, change + 1]))
    away = np.abs(value[near] - own[near]) > noticed
    if away.mean() < SHARP:
        return own
    nearer = near[np.abs(value[near] - other[near]) < np.abs(value[near] - own[near])]
    own[nearer] = other[nearer]
    return own


def _warm(
    start: Microseconds, off: _Off, witnesses: Sequence[MovingPoint]
) -> tuple[Bools, Bools] | None:
    """Decide on a temperature; None when nobody can tell."""
    far, none = np.abs(off.distance) > SURE_KELVIN, np.zeros(len(off.odd), dtype=bool)
    often = off.odd.mean() > OFTEN
    if witnesses and _stages(off):
        return off.odd & far, none
    if off.twofold or informative(start, witnesses):
        sure = far | off.crowd | _repeated(off)
        return (off.odd if often else off.odd & sure), none
    if often:
        return (none, none) if _alike(off) else None
    quiet = ~(off.off[1:] | off.off[:-1])
    step = np.abs(np.diff(off.value))[quiet]
    habit = float(np.quantile(step, 0.995)) if len(step) else 0.0
    limit = max(SURE_KELVIN, SPIKE_TIMES * habit)
    return off.odd & (np.abs(off.distance) > limit), none


def _stages(off: _Off) -> bool:
    """
    Tell whether a temperature goes to and fro between stages of machines.

    Many excursions about as far, hardly any farther than a machine moves the water, and of many
    values: a fault of the meter is of all sizes, or of one value.
    """
    distance = np.abs(off.distance[off.odd])
    if len(distance) < _MANY or float(np.quantile(distance, 0.95)) > SURE_KELVIN:
        return False
    middle = float(np.median(distance))
    _, times = np.unique(off.value[off.odd], return_counts=True)
    one = float(times.max()) / len(distance)
    return one < _ONE and float(np.median(np.abs(distance - middle))) < _ALIKE * middle


def _repeated(off: _Off) -> Bools:
    """Tell which readings repeat an exact value that is mostly odd."""
    values, times = np.unique(off.value[off.odd], return_counts=True)
    exact = [v for v in values[times >= FEWEST] if off.odd[off.value == v].mean() > MAJORITY]
    return np.asarray(np.isin(off.value, exact))


def _driven(
    start: Microseconds, off: _Off, witnesses: Sequence[MovingPoint], *, means: bool
) -> tuple[Bools, Bools] | None:
    """
    Decide on a flow or power; None when nobody can tell.

    Means over a step in which something started, and stages of machines, lie anywhere between off
    and full: within the reach of their course only standing still is odd. Oddities that move the
    sum by less than a hundredth are left alone: real stops look like them.
    """
    size = np.abs(off.value)
    on = size[~off.off & (off.value != 0)]
    top = float(np.quantile(on, 0.99)) if len(on) else np.inf
    absurd = off.odd & (size > ABSURD_TIMES * top)
    odd = off.odd & ~absurd
    still = size < ON_SHARE * usual(off.value)
    if means:
        reach = max(float(np.abs(off.course).max()), top)
        odd &= still | (size > ABOVE * reach) | (off.value < -ON_SHARE * reach)
    if float(np.abs(off.distance[odd]).sum()) < TRIFLE * float(size[~absurd].sum()):
        odd = np.zeros(len(odd), dtype=bool)
    if _sworn(start, off, witnesses):
        return absurd, odd
    if (odd & ~still).mean() > OFTEN and not _alike(off):  # who often rests is not erratic
        return None
    return absurd, np.zeros(len(odd), dtype=bool)


def _sworn(start: Microseconds, off: _Off, witnesses: Sequence[MovingPoint]) -> bool:
    """Tell whether a witness would have moved: it does when this point starts and stops."""
    course = np.abs(off.course)
    reach = float(np.quantile(course, 0.95))
    still = np.minimum(course[1:], course[:-1]) < STILL * reach
    turns = np.flatnonzero(still & (np.abs(np.diff(off.course)) > reach / 2)) + 1
    if len(turns) < max(3, OFTEN * len(course)) and any(w.steady for w in witnesses):
        return True
    if len(turns) < FEWEST:
        return False
    told, _ = explained(start, Runs(turns, turns - 1), witnesses)
    return float(told.mean()) > TOLD


def _alike(off: _Off) -> bool:
    """Tell whether excursions look like cycles: many, to one side, about as far."""
    distance = off.distance[off.odd]
    middle = float(np.median(distance))
    one_side = float(np.mean(np.sign(distance) == np.sign(middle))) > 1 - RARE
    spread = float(np.median(np.abs(distance - middle)))
    return len(distance) >= _MANY and one_side and spread < _ALIKE * abs(middle)
