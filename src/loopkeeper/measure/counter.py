"""Counters: from register readings to increments, through resets, roll-overs and glitches."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.admitted import Quality
from loopkeeper.measure.series import Floats
from loopkeeper.units import DAY

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
MEMORY: Final = 2 * DAY
"""A glitch longer than this is taken for a reset. [s]"""
ROUNDING: Final = 2e-6
"""A step back by less than this share of the count is rounding of the transmission. [-]"""
NOISE_SHARE: Final = 0.05
"""With more breaks than this share of readings the point is not a counter. [-]"""


@dataclass(frozen=True, slots=True)
class Counted:
    """
    Increments of a counter.

    ``kept`` are the indices of believed readings, shape (k,); ``increment`` [register unit] and
    ``quality`` belong to the k − 1 intervals between them. ``resets``, ``rollovers``, ``jumps``
    and ``glitches`` are indices of the readings where these happened.
    """

    kept: Indices
    increment: Floats
    quality: NDArray[np.uint8]
    resets: tuple[int, ...] = ()
    rollovers: tuple[int, ...] = ()
    jumps: tuple[int, ...] = ()
    glitches: tuple[int, ...] = ()
    believable: bool = True
    resolution: float = 0.0


@dataclass(frozen=True, slots=True)
class _Register:
    """Readings of a register and what its own behaviour allows."""

    seconds: Floats
    count: Floats
    fastest: float
    resolution: float
    rounding: float

    def allows(self, step: float, duration: float) -> bool:
        """Tell whether a step is neither backwards nor faster than ever seen."""
        return -self.rounding <= step <= self.fastest * duration + 2 * self.resolution


def count_increments(seconds: Floats, count: Floats) -> Counted:
    """
    Return what a counter counted between its readings.

    A drop is a roll-over when a usual register size makes the step believable, else a reset, after
    which the new count is what was counted since. Readings that leave the count for less than two
    days and come back are glitches and left out. Nothing is ever negative, and no step is faster
    than the counter's own behaviour allows; a step that is too fast and stays counts as unknown.

    Parameters
    ----------
    seconds : array, shape (n,)
        Times of the readings, increasing. [s]
    count : array, shape (n,)
        Register readings, finite and not negative. [register unit]

    Returns
    -------
    Counted
        Increments between believed readings; unknown ones are NaN.
    """
    n = len(count)
    if n < 2:
        return Counted(np.arange(n), np.zeros(0), np.zeros(0, np.uint8))
    step, duration = np.diff(count), np.diff(seconds)
    register = _register(seconds, count, step, duration)
    allowed = (step >= -register.rounding) & (
        step <= register.fastest * duration + 2 * register.resolution
    )
    breaks = np.flatnonzero(~allowed) + 1
    if len(breaks) == 0:
        increment = np.diff(np.maximum.accumulate(count))
        quality = np.zeros(n - 1, np.uint8)
        return Counted(np.arange(n), increment, quality, resolution=register.resolution)
    if len(breaks) > max(20, NOISE_SHARE * n):
        return Counted(
            np.arange(n),
            np.full(n - 1, np.nan),
            np.full(n - 1, Quality.JUMP, np.uint8),
            believable=False,
        )
    return _joined(register, breaks)


def _register(seconds: Floats, count: Floats, step: Floats, duration: Floats) -> _Register:
    """Read resolution and fastest believable rate from the counter's own steps."""
    rising = step > 0
    rounding = ROUNDING * float(np.median(count))
    if not rising.any():
        return _Register(seconds, count, 0.0, 0.0, rounding)
    rate = step[rising] / duration[rising]
    fastest = 50 * float(np.median(rate))
    if len(rate) >= 100:
        fastest = max(fastest, 3 * float(np.quantile(rate, 0.98)))
    resolution = float(np.quantile(step[rising], 0.01))
    return _Register(seconds, count, fastest, resolution, rounding)


@dataclass
class _Ledger:
    """The stretches accepted so far and what happened between them."""

    kept: list[Indices]
    bridges: list[tuple[float, Quality]]
    resets: list[int]
    rollovers: list[int]
    jumps: list[int]
    glitches: list[int]


def _joined(register: _Register, breaks: Indices) -> Counted:
    """Join the stretches between breaks one after the other."""
    starts = np.concatenate([[0], breaks])
    ends = np.concatenate([breaks, [len(register.count)]])
    ledger = _Ledger([np.arange(0, ends[0])], [], [], [], [], [])
    top = float(register.count[: ends[0]].max())
    for k in range(1, len(starts)):
        first, last = int(starts[k]), int(ends[k])
        here = ledger.kept[-1][-1]
        bridge = _bridge(register, top, int(here), starts[k:], ledger)
        if bridge is None:
            ledger.glitches += range(first, last)
            continue
        ledger.bridges.append(bridge)
        ledger.kept.append(np.arange(first, last))
        top = float(register.count[first:last].max())
    return _closed(register, ledger)


def _bridge(
    register: _Register, top: float, here: int, starts: Indices, ledger: _Ledger
) -> tuple[float, Quality] | None:
    """Say what was counted across a break; None when the stretch behind it is a glitch."""
    first = int(starts[0])
    step = float(register.count[first]) - top
    duration = float(register.seconds[first] - register.seconds[here])
    if register.allows(step, duration):
        return max(step, 0.0), Quality.GOOD
    if _comes_back(register, top, here, starts[1:]):
        return None
    if step > 0:
        ledger.jumps.append(first)
        return np.nan, Quality.JUMP
    for size in REGISTER_SIZES:
        if NEAR_FULL * size <= top < size and register.allows(step + size, duration):
            ledger.rollovers.append(first)
            return step + size, Quality.GOOD
    ledger.resets.append(first)
    since = float(register.count[first])
    if register.allows(since, duration):
        return since, Quality.SPREAD
    return np.nan, Quality.RESET


def _comes_back(register: _Register, top: float, here: int, starts: Indices) -> bool:
    """Tell whether a later stretch carries on from the last believed reading."""
    for first in starts[:20]:
        duration = float(register.seconds[first] - register.seconds[here])
        if duration > MEMORY:
            return False
        if register.allows(float(register.count[first]) - top, duration):
            return True
    return False


def _closed(register: _Register, ledger: _Ledger) -> Counted:
    """Lay the stretches and the bridges between them end to end."""
    increments, qualities = [], []
    for k, stretch in enumerate(ledger.kept):
        if k:
            value, quality = ledger.bridges[k - 1]
            increments.append(np.array([value]))
            qualities.append(np.array([quality], np.uint8))
        increments.append(np.diff(np.maximum.accumulate(register.count[stretch])))
        qualities.append(np.zeros(len(stretch) - 1, np.uint8))
    return Counted(
        np.concatenate(ledger.kept),
        np.concatenate(increments),
        np.concatenate(qualities),
        tuple(ledger.resets),
        tuple(ledger.rollovers),
        tuple(ledger.jumps),
        tuple(ledger.glitches),
        resolution=register.resolution,
    )
