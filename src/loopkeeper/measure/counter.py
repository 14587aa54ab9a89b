"""Counters: from register readings to increments, through resets, roll-overs and glitches."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.courses import (
    BLIND_COSTS,
    CAUGHT_UP,
    JUMP,
    LOST,
    OVERLAP,
    RESET,
    ROLLOVER,
    CounterCourse,
    Indices,
    Rules,
    Stretches,
    best_course,
    cut,
)
from loopkeeper.measure.register_turns import Direction, block_rate, clean_rises, direction
from loopkeeper.measure.series import Floats
from loopkeeper.units import HOUR

FEWEST = 3
"""Fewer moves of a register tell nothing of it. [-]"""

ROUNDING: Final = 2e-6
"""A step back by less than this share of the count is rounding of the transmission. [-]"""
LEFT_OUT: Final = 0.3
"""With a larger share of readings off any course the point is not a counter. [-]"""
EVENTS: Final = 0.1
"""With more resets and jumps per believed reading the point is not a counter. [-]"""
SELDOM_TIMES: Final = 50.0
"""A register of few rises counts at most this many times faster than usual. [-]"""
OFTEN_TIMES: Final = 10.0
"""The same for one of many. [-]"""
MANY: Final = 100
"""Rises that show how fast a register counts."""
BOUND_TIMES: Final = 200.0
"""No register counts faster than this many times its rate over days. [-]"""
FEW: Final = 0.005
"""Fewer breaks than this share of rises bend neither median nor 98 % quantile. [-]"""
FOUL: Final = 0.02
"""With more stretches left out, up and down again between courses is nonsense, no exchange. [-]"""
DOUBT: Final = 0.01
"""With more of its energy than this in doubt the point is not believed. [-]"""
LEAP: Final = 3
"""A step over this many readings is a leap."""
ALIKE: Final = 10.0
"""Leaps ahead within this factor of each other are the machine's own fast way to count. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """
    Increments of a counter.

    ``kept`` are the indices of believed readings, shape (k,); ``increment`` [register unit] and
    ``flag`` belong to the k − 1 intervals between them. ``resets``, ``rollovers``, ``jumps``
    and ``glitches`` are indices of the readings where these happened. ``direction`` tells a
    register that runs backwards or, with the seasons, both ways.
    """

    kept: Indices
    increment: Floats
    flag: NDArray[np.uint8]
    resets: tuple[int, ...] = ()
    rollovers: tuple[int, ...] = ()
    jumps: tuple[int, ...] = ()
    glitches: tuple[int, ...] = ()
    believable: bool = True
    resolution: float = 0.0
    direction: Direction = Direction.UP

    @property
    def signed(self) -> bool:
        """Whether it counts both ways and its increments carry a sign."""
        return self.direction is Direction.BOTH


def count_increments(
    seconds: Floats, count: Floats, *, fastest: float | None = None, signed: bool = False
) -> Counted:
    """
    Return what a counter counted between its readings.

    Of all readings the course that explains most of them is taken: a drop within it is a
    roll-over when a usual register size makes the step believable, else a reset, after which the
    new count is what was counted since. Readings off the course, be it for one reading or for
    weeks, are glitches and left out; what was counted meanwhile lies in the step over them.
    Nothing is ever negative, and no step is faster than believable; a step that is too fast and
    stays counts as unknown.

    Breakdown: up to a fifth of the readings may be wrong, singly, in bursts or periodically;
    beyond three in ten off any course nothing is believed.

    Parameters
    ----------
    seconds : array, shape (n,)
        Times of the readings, increasing. [s]
    count : array, shape (n,)
        Register readings, finite. [register unit]
    fastest : float, optional
        Highest rate the nameplates allow. [register unit s-1]
    signed : bool, optional
        Whether a register that counts both ways with the seasons is believed.

    Returns
    -------
    Counted
        Increments between believed readings; unknown ones are NaN.
    """
    n = len(count)
    if n < 2:
        return Counted(kept=np.arange(n), increment=np.zeros(0), flag=np.zeros(0, np.uint8))
    step, duration = np.diff(count), np.diff(seconds)
    rising = step > 0
    rules = _rules(step, duration, count, fastest)
    hour = rules.fastest * np.minimum(duration, HOUR)
    most = rules.slack + np.maximum(rules.usual * duration, hour)
    allowed = (step >= -rules.rounding) & (step <= most)
    if allowed.all():
        increment = np.diff(np.maximum.accumulate(count))
        flag = np.zeros(n - 1, np.uint8)
        return Counted(
            kept=np.arange(n), increment=increment, flag=flag, resolution=rules.slack / 2
        )
    risen, broken = int(rising.sum()), n - 1 - int(allowed.sum())
    if broken > FEW * risen:
        way = direction(seconds, step, rules.rounding)
        if way is not Direction.UP:
            return _other_way(step, duration, rules, way, signed=signed)
    if broken > FEW * risen and risen >= MANY / 5:
        rules = _learnt(seconds, count, rules.rounding, fastest)
    return _along(seconds, count, rules, raisable=fastest is None)


def _rules(step: Floats, duration: Floats, count: Floats, fastest: float | None) -> Rules:
    """
    Read resolution and rates from all rising steps.

    Breakdown: the median bears half, the 98 % quantile 2 % of wrong steps; enough where next to
    nothing is wrong.
    """
    rising = step > 0
    rise, lasted = step[rising], duration[rising]
    rounding = ROUNDING * abs(float(np.median(count)))
    if len(rise) == 0:
        return Rules(0.0, 0.0, 0.0, 0.0, rounding)
    rate = rise / lasted
    middle = float(np.median(rate))
    high = float(np.quantile(rate, 0.98)) if len(rate) >= MANY / 5 else 0.0
    most = max(SELDOM_TIMES * middle if fastest is None else fastest, 3 * high)
    resolution = float(np.quantile(rise, 0.01))
    mean = middle * float(lasted.sum()) / float(duration.sum())
    return Rules(mean, 2 * high if high > 0 else most, most, 2 * resolution, rounding)


def _learnt(seconds: Floats, count: Floats, rounding: float, fastest: float | None) -> Rules:
    """
    Read the rules from the rises on the best course that a wide bound on rates leaves.

    Breakdown: wrong readings enter that course only where they lie between their neighbours or
    count as a register would, whatever their share below a half.
    """
    bound = BOUND_TIMES * block_rate(seconds, count)
    free = Rules(bound, bound, bound, 0.0, rounding, BLIND_COSTS)
    stretches = cut(seconds, count, free)
    kept = np.flatnonzero(_kept(stretches, best_course(stretches, free), count, rounding))
    rise, lasted = np.diff(count[kept]), np.diff(seconds[kept])
    whole = (rise > 0) & (rise <= bound * np.maximum(lasted, HOUR))
    clean = clean_rises(rise) & whole & (np.diff(kept) == 1)
    if clean.sum() < FEWEST:
        clean = whole
    if not clean.any():
        return Rules(0.0, 0.0, 0.0, 0.0, rounding)
    resolution = float(np.quantile(rise[clean], 0.01))
    risen = np.flatnonzero(rise > 0)
    since = np.zeros(len(rise))
    since[risen] = np.diff(seconds[kept][np.append(0, risen + 1)])
    rate = np.maximum((rise - resolution) / lasted, rise / np.maximum(since, lasted))[clean]
    high = float(np.quantile(rate, 0.98))
    times = SELDOM_TIMES if len(rate) < MANY else OFTEN_TIMES
    middle = times * float(np.median(rate))
    most = max(middle if fastest is None else fastest, 3 * high)
    mean = float(rise[whole].sum() / lasted.sum())
    return Rules(mean, min(2 * high, most), most, 2 * resolution, rounding)


def _other_way(
    step: Floats, duration: Floats, rules: Rules, way: Direction, *, signed: bool
) -> Counted:
    """Increments of a register that counts down, or up and down with the seasons."""
    n = len(step) + 1
    rate = np.abs(step) / duration
    usual = float(np.quantile(rate[rate > 0], 0.9))
    steady = bool((rate <= OFTEN_TIMES * usual + rules.slack / duration).all())
    if way is Direction.BOTH and signed and steady:
        flag = np.zeros(n - 1, np.uint8)
        return Counted(
            kept=np.arange(n),
            increment=step,
            flag=flag,
            resolution=rules.slack / 2,
            direction=Direction.BOTH,
        )
    return replace(_unbelievable(n), direction=way)


def _unbelievable(n: int) -> Counted:
    return Counted(
        kept=np.arange(n),
        increment=np.full(n - 1, np.nan),
        flag=np.full(n - 1, Flag.JUMP, np.uint8),
        believable=False,
    )


def _along(seconds: Floats, count: Floats, rules: Rules, *, raisable: bool) -> Counted:
    """Follow the register's best course."""
    stretches = cut(seconds, count, rules)
    course = best_course(stretches, rules)
    raised = _raised(stretches, course, rules) if raisable else None
    if raised is not None:
        rules = raised
        stretches = cut(seconds, count, rules)
        course = best_course(stretches, rules)
    kept = _kept(stretches, course, count, rules.rounding)
    if not _credible(stretches, course, kept):
        return _unbelievable(len(count))
    closed = _closed(count, kept, stretches, course, rules)
    left = len(stretches.first) - len(course.chosen)
    torn = {JUMP, LOST} <= set(course.way[1:].tolist()) and left > FOUL * len(count)
    if torn or (left > 0 and _doubtful(seconds, count, kept, closed, rules)):
        return _unbelievable(len(count))
    return closed


def _raised(stretches: Stretches, course: CounterCourse, rules: Rules) -> Rules | None:
    """Leaps ahead that recur and stay are how the register counts at its fastest."""
    leaps = np.flatnonzero(course.way[1:] == JUMP) + 1
    drops = int((course.way[1:] == LOST).sum())
    foul = len(stretches.first) - len(course.chosen) > len(leaps)
    if len(leaps) < FEWEST or drops > len(leaps) / 10 or foul:
        return None
    to, since = course.chosen[leaps], course.chosen[leaps - 1]
    step = stretches.start_value[to] - stretches.end_value[since]
    rate = step / (stretches.start_time[to] - stretches.end_time[since])
    alike = rate[rate <= ALIKE * float(np.median(rate))]
    return rules._replace(fastest=3 * float(alike.max()))


def _kept(
    stretches: Stretches, course: CounterCourse, count: Floats, rounding: float
) -> NDArray[np.bool_]:
    """Tell which readings lie on the course."""
    kept = np.zeros(len(count) + 1, dtype=np.int64)
    first, last = stretches.first[course.chosen], stretches.last[course.chosen].copy()
    frozen = np.flatnonzero(course.way[1:] == CAUGHT_UP)
    last[frozen] = stretches.risen[course.chosen[frozen]]
    kept[first] += 1
    kept[last + 1] -= 1
    mask = np.cumsum(kept[:-1]) > 0
    for k in np.flatnonzero(course.way[1:] == OVERLAP) + 1:
        entered = slice(first[k], last[k] + 1)
        before = stretches.end_value[course.chosen[k - 1]]
        mask[entered] &= count[entered] >= before - rounding
    return mask


def _credible(stretches: Stretches, course: CounterCourse, kept: NDArray[np.bool_]) -> bool:
    """Tell whether the course explains the register; a constant answer counts as one reading."""
    out = np.ones(len(stretches.first), dtype=bool)
    out[course.chosen] = False
    length = stretches.last - stretches.first + 1
    left = float(np.where(stretches.rises > 0, length, 1)[out].sum())
    believed = int(kept.sum())
    events = int(np.isin(course.way[1:], (ROLLOVER, RESET, JUMP, LOST)).sum())
    return left <= max(3.0, LEFT_OUT * (left + believed)) and events <= max(3.0, EVENTS * believed)


def _doubtful(
    seconds: Floats, count: Floats, kept: NDArray[np.bool_], counted: Counted, rules: Rules
) -> bool:
    """
    Tell whether nonsense may have become energy.

    Fast steps beside readings left out, leaps over several of them, and slight steps back, where
    a reset would start near zero, are what nonsense within the limits looks like; a hundredth of
    the energy in such steps is too much.
    """
    places = counted.kept
    rise, lasted = np.nan_to_num(counted.increment), np.diff(seconds[places])
    beside = np.convolve(~kept, np.ones(5), "same")[places] > 0
    beside[:3] = beside[-3:] = True
    near = beside[:-1] | beside[1:]
    fast = rise > rules.usual * lasted + rules.slack
    back = -np.diff(count[places])
    slight = (back > rules.rounding) & (back < count[places][:-1] / 2)
    since = counted.flag == Flag.SPREAD
    leap = (np.diff(places) > LEAP) & (rise > 3 * rules.mean * lasted + rules.slack)
    doubt = float(rise[(near & (fast | since)) | leap].sum() + back[slight].sum())
    return doubt > DOUBT * float(rise.sum())


def _closed(
    count: Floats,
    kept: NDArray[np.bool_],
    stretches: Stretches,
    course: CounterCourse,
    rules: Rules,
) -> Counted:
    """Lay the courses between resets end to end."""
    places = np.flatnonzero(kept)
    increment = np.zeros(max(len(places) - 1, 0))
    flag = np.zeros(len(increment), np.uint8)
    events = np.flatnonzero(np.isin(course.way, (ROLLOVER, RESET, JUMP, LOST)))
    events = events[events > 0]
    where = stretches.first[course.chosen[events]]
    at = np.searchsorted(places, where)
    edges = [0, *at.tolist(), len(places)]
    for low, high in pairwise(edges):
        run = np.maximum.accumulate(count[places[low:high]])
        increment[low : high - 1] = np.diff(run)
    for k, place, way in zip(events, at, course.way[events], strict=True):
        before, here = int(course.chosen[k - 1]), int(course.chosen[k])
        increment[place - 1], flag[place - 1] = _bridged(stretches, before, here, way)
    ways = course.way[events]
    return Counted(
        kept=places,
        increment=increment,
        flag=flag,
        resets=tuple(where[(ways == RESET) | (ways == LOST)].tolist()),
        rollovers=tuple(where[ways == ROLLOVER].tolist()),
        jumps=tuple(where[ways == JUMP].tolist()),
        glitches=tuple(np.flatnonzero(~kept).tolist()),
        resolution=rules.slack / 2,
    )


def _bridged(stretches: Stretches, i: int, j: int, way: int) -> tuple[float, Flag]:
    """Say what was counted across an event."""
    if way == ROLLOVER:
        step = stretches.start_value[j] - stretches.end_value[i]
        return float(step + stretches.size[i]), Flag.GOOD
    if way == RESET:
        return float(stretches.start_value[j]), Flag.SPREAD
    return np.nan, Flag.JUMP if way == JUMP else Flag.RESET
