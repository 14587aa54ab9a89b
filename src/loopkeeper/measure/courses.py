"""The course of a register: the best chain of its stretches, whatever lies between them."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats
from loopkeeper.physics.compiled import compiled, inlined
from loopkeeper.units import HOUR

Indices = NDArray[np.int64]

REGISTER_SIZES: Final = tuple(
    sorted(
        [10.0**k for k in range(3, 13)]
        + [size * scale for size in (2.0**16, 2.0**31, 2.0**32) for scale in (1.0, 0.1, 0.01)]
    )
)
"""Counts at which registers of usual meters start again from zero. [register unit]"""
NEAR_FULL: Final = 0.95
"""A register rolls over only after it was this full. [-]"""

USUAL: Final = 0
FAST: Final = 1
CAUGHT_UP: Final = 2
OVERLAP: Final = 3
ROLLOVER: Final = 4
RESET: Final = 5
JUMP: Final = 6
LOST: Final = 7

COSTS: Final = np.array([0.0, 0.9, 2.5, 1.5, 1.0, 1.0, 8.0, 8.0])
"""What each way to go on costs, in stretches: a return from nonsense costs two. [-]"""
BLIND_COSTS: Final = np.array([0.0, 0.0, 0.0, 8.0, 8.0, 8.0, 8.0, 8.0])
"""The same before the register's rates are known: only steps back cost. [-]"""
_EMPTY_RESET: Final = 1.5
"""More for a reset to a register that then stands at zero, as converters answer. [-]"""
_CLIMB: Final = 0.5
"""Worth of a rise between two stretches. [-]"""
_LENGTH_WORTH: Final = 0.05
_LONGEST: Final = 20
"""Readings up to this many make a stretch without rises more credible. [-]"""
_FEW: Final = {FAST: 100, RESET: 2}
"""Fast steps and resets that are more than these are the register's habit."""
_WORTH_OF_END: Final = 2.0
"""A stretch after the last or before the first link that is worth this much is kept. [-]"""


class Stretches(NamedTuple):
    """
    Maximal runs of a register that only count, shape (s,) each.

    ``first`` and ``last`` are indices of readings, ``risen`` the reading at which the last value
    was reached, ``size`` of the register where it is nearly full, else 0, ``weight`` its
    credit: one, plus its rises.
    """

    first: Indices
    last: Indices
    risen: Indices
    start_time: Floats
    end_time: Floats
    risen_time: Floats
    start_value: Floats
    end_value: Floats
    size: Floats
    weight: Floats
    rises: Indices


class Rules(NamedTuple):
    """
    What a register may do from one reading to the next.

    ``mean``, ``usual`` and ``fastest`` rate, the last for an hour [register unit s-1]; ``slack``
    for its resolution and ``rounding`` backwards [register unit]; ``costs`` of the ways to go on.
    """

    mean: float
    usual: float
    fastest: float
    slack: float
    rounding: float
    costs: Floats = COSTS


class _Links(NamedTuple):
    """Best chain that ends at each stretch: its score, the best until it, predecessor, way."""

    score: Floats
    best: Floats
    back: Indices
    way: Indices


class CounterCourse(NamedTuple):
    """The chosen stretches in order and the way into each; the first has none that counts."""

    chosen: Indices
    way: Indices


def cut(seconds: Floats, count: Floats, rules: Rules) -> Stretches:
    """
    Cut a register's readings into stretches that only count.

    Parameters
    ----------
    seconds, count : array, shape (n,)
        Times [s] and register readings [register unit].
    rules : Rules
        What it may do.

    Returns
    -------
    Stretches
        Around each step back single readings stand alone: either may be the wrong one.
    """
    n = len(count)
    step, duration = np.diff(count), np.diff(seconds)
    rising = step > 0
    back = np.flatnonzero(step < -rules.rounding) + 1
    fast = np.flatnonzero(step > rules.usual * duration + rules.slack) + 1
    starts = np.zeros(n + 2, dtype=bool)
    starts[0] = True
    starts[fast] = True
    for offset in (-1, 0, 1):
        starts[back + offset] = True
    first = np.flatnonzero(starts[:n])
    last = np.append(first[1:], n) - 1
    risen = np.maximum.accumulate(np.where(np.append(False, rising), np.arange(n), 0))[last]
    risen = np.maximum(risen, first)
    climbed = np.concatenate([[0], np.cumsum(rising)])
    rises = climbed[last] - climbed[first]
    top = np.maximum.reduceat(count, first)
    weight = 1.0 + rises + _LENGTH_WORTH * np.minimum(last - first + 1, _LONGEST)
    return Stretches(
        first,
        last,
        risen,
        seconds[first],
        seconds[last],
        seconds[risen],
        count[first],
        top,
        _sizes(top),
        weight,
        rises,
    )


def _sizes(top: Floats) -> Floats:
    """Size of the register where it is nearly full, else 0."""
    sizes = np.append(REGISTER_SIZES, np.inf)
    above = sizes[np.searchsorted(sizes, top, side="right")]
    return np.where(top >= NEAR_FULL * above, above, 0.0)


def best_course(stretches: Stretches, rules: Rules) -> CounterCourse:
    """
    Return the chain of stretches that explains most of what the register did.

    Rises and stretches count for a chain, resets, exchanges and leaps against it; the optimum is
    found by dynamic programming over all pairs. As long as the true course holds more than half
    of the stretches, nonsense between them, however long, is left out: nonsense has to count as
    steadily as a register to be taken for one.

    Parameters
    ----------
    stretches : Stretches
        Of :func:`cut`.
    rules : Rules
        What the register may do.

    Returns
    -------
    CounterCourse
        Chosen stretches and the ways between them.
    """
    chosen, way = _returned(stretches, rules, *_chain(stretches, rules))
    head, tail = int(chosen[0]), int(chosen[-1])
    before, toward = _part(stretches, rules, 0, head)
    after, onward = _part(stretches, rules, tail + 1, len(stretches.first))
    if len(before):
        way[0] = _way(stretches, rules, int(before[-1]), head)
        chosen, way = np.append(before, chosen), np.append(toward, way)
    if len(after):
        onward[0] = _way(stretches, rules, tail, int(after[0]))
        chosen, way = np.append(chosen, after), np.append(way, onward)
    return CounterCourse(chosen, way)


def _returned(
    stretches: Stretches, rules: Rules, chosen: Indices, way: Indices
) -> tuple[Indices, Indices]:
    """Take out what lies between leaving a course and coming back to it, however it counts."""
    leaving = {JUMP, LOST} | {w for w in (FAST, RESET) if (way == w).sum() <= _FEW[w]}
    k = 1
    while k < len(chosen) and k <= np.flatnonzero(way >= JUMP).max(initial=0):
        if way[k] in leaving:
            back = _back_at(stretches, rules, chosen, way, k)
            if back > k:
                chosen = np.delete(chosen, slice(k, back))
                way = np.delete(way, slice(k, back))
                way[k] = USUAL
        k += 1
    return chosen, way


def _back_at(stretches: Stretches, rules: Rules, chosen: Indices, way: Indices, k: int) -> int:
    """Where the course left before link k goes on, if that weighs more than what lies between."""
    weight = np.append(0.0, np.cumsum(stretches.weight[chosen]))
    events = np.append(np.flatnonzero(way >= ROLLOVER), len(chosen))
    before = weight[k] - weight[events[events < k].max(initial=0)]
    for back in np.flatnonzero(way[k + 1 :] >= JUMP) + k + 1:
        after = weight[events[events > back].min()] - weight[back]
        outweighs = weight[back] - weight[k] <= before + after
        fits = _way(stretches, rules, int(chosen[k - 1]), int(chosen[back])) <= FAST
        if outweighs and fits:
            return int(back)
    return k


def _part(stretches: Stretches, rules: Rules, low: int, high: int) -> tuple[Indices, Indices]:
    """Chain of the stretches left over at an end, when it counts like a register itself."""
    none = np.zeros(0, np.int64)
    if low >= high:
        return none, none
    part = Stretches._make(array[low:high] for array in stretches)
    chosen, way = _chain(part, rules)
    worth = float(part.weight[chosen].sum() - rules.costs[way[1:]].sum())
    climbs = part.end_value[chosen[-1]] > part.start_value[chosen[0]]
    if worth < _WORTH_OF_END or not climbs:
        return none, none
    return chosen + low, way


def _chain(stretches: Stretches, rules: Rules) -> tuple[Indices, Indices]:
    """Best chain and the ways between its stretches."""
    s = len(stretches.first)
    links = _Links(np.empty(s), np.empty(s), np.empty(s, np.int64), np.empty(s, np.int64))
    _link(stretches, rules, links)
    chain = [int(np.argmax(links.score))]
    while links.back[chain[-1]] >= 0:
        chain.append(int(links.back[chain[-1]]))
    chosen = np.array(chain[::-1], dtype=np.int64)
    return chosen, links.way[chosen].copy()


@inlined
def _way(stretches: Stretches, rules: Rules, i: int, j: int) -> int:
    """Say how the register came from the end of stretch i to the start of stretch j."""
    step = stretches.start_value[j] - stretches.end_value[i]
    lasted = stretches.start_time[j] - stretches.end_time[i]
    if step < -rules.rounding:
        return _way_down(stretches, rules, i, j)
    if step <= rules.usual * lasted + rules.slack:
        return USUAL
    if step <= _most(rules, lasted):
        return FAST
    lasted = stretches.start_time[j] - stretches.risen_time[i]
    return CAUGHT_UP if step <= _most(rules, lasted) else JUMP


@inlined
def _most(rules: Rules, lasted: float) -> float:
    """Most a register counts within a time: at its fastest for an hour of it."""
    return rules.slack + max(rules.usual * lasted, rules.fastest * min(lasted, HOUR))


@inlined
def _way_down(stretches: Stretches, rules: Rules, i: int, j: int) -> int:
    """Say what a step back is."""
    start, end = stretches.start_value[j], stretches.end_value[i]
    lasted = stretches.start_time[j] - stretches.end_time[i]
    step, most = start - end, _most(rules, lasted)
    if stretches.size[i] > 0.0 and -rules.rounding <= step + stretches.size[i] <= most:
        return ROLLOVER
    if 0.0 <= start <= rules.slack + rules.usual * min(lasted, HOUR) + 3.0 * rules.mean * lasted:
        return RESET
    near = -step <= 3.0 * rules.usual * lasted + rules.slack
    return OVERLAP if near and stretches.end_value[j] > end else LOST


@compiled
def _link(stretches: Stretches, rules: Rules, links: _Links) -> None:
    """Find the best predecessor of each stretch; look back only as far as one may be better."""
    for j in range(len(stretches.first)):
        most, back, how = 0.0, -1, 0
        i = j - 1
        while i >= 0 and links.best[i] + _CLIMB > most:
            if links.score[i] + _CLIMB > most:
                way = _way(stretches, rules, i, j)
                value = links.score[i] - rules.costs[way]
                if way == RESET and stretches.end_value[j] == 0.0:
                    value -= _EMPTY_RESET
                if way == USUAL and stretches.start_value[j] > stretches.end_value[i]:
                    value += _CLIMB
                if value > most:
                    most, back, how = value, i, way
            i -= 1
        links.score[j] = most + stretches.weight[j]
        links.back[j], links.way[j] = back, how
        better = j == 0 or links.score[j] > links.best[j - 1]
        links.best[j] = links.score[j] if better else links.best[j - 1]
