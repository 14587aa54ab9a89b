"""When a plant under trial was steady, to the minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90
from loopkeeper.units import HOUR

MINUTE: Final = 60.0
"""Step of the series that are looked at. [s]"""
SHORTEST: Final = 30
"""
A steady stretch is at least so long [min]: EN 14511-3 and ISO 13256 take their readings over 30
to 35 minutes (M).
"""
SMOOTH: Final = 5
"""Minutes over which a reading is averaged before it is held against a band: meters' noise."""
FEWEST: Final = 0.9
"""Share of a stretch in which every signal must have been read. [-]"""
MOST_ALIKE: Final = 0.99
"""Autocorrelation of neighbouring minutes at most: a record of hours shows no more. [-]"""
HIDDEN_SLOPE: Final = 6**0.5
"""
Standard deviation of the slope of a power that is read from a register, in steps of it over the
square of the time: by least squares each end counts 6/T², and is wrong by a uniform error of one
step, √2 · 6/√12. What the readings between add is of the order of √(minute/T). [-]
"""


@dataclass(frozen=True, slots=True)
class SteadyBand:
    """
    What a signal may do while a plant is called steady.

    It stays within ``spread`` of its median over the stretch, and goes by less than ``rate`` an
    hour, both in its own unit; of the median's size where ``relative``.
    """

    spread: float
    rate: float
    relative: bool = False

    def of(self, values: Floats) -> tuple[float, float]:
        """Return spread and rate in the unit of the signal."""
        size = abs(float(np.nanmedian(values))) if self.relative else 1.0
        return self.spread * size, self.rate * size


SUPPLY: Final = SteadyBand(0.5, 0.4)
"""
Water of the load side: single readings of EN 14511-3 lie within 0.5 K (M). At 0.4 K/h the water of
a usual loop (ten litres a kilowatt) stores half a hundredth of the heat (A). [K], [K/h]
"""
SOURCE: Final = SteadyBand(1.0, 1.0)
"""Water of the source side: a ground goes on cooling under load, and machines follow it. [K]"""
STREAM: Final = SteadyBand(0.1, 0.05, relative=True)
"""Flows and powers: within a tenth of their median, and less than a twentieth an hour (A). [-]"""


@dataclass(frozen=True, slots=True)
class Signal:
    """
    A series by the minute, shape (n,), NaN where nothing was read, and its band.

    ``step`` of the register that it is the rate of, in its own unit times seconds; 0 of none.
    """

    values: Floats
    band: SteadyBand
    step: float = 0.0

    @property
    def window(self) -> int:
        """
        Minutes over which it is averaged before it is held against its band.

        The fewest in which a register's step is at most the spread; five where there is no step.
        """
        if not self.step:
            return SMOOTH
        for minutes in range(SMOOTH, SHORTEST):
            spread, _ = self.band.of(smooth(self.values, minutes))
            if self.step / (minutes * MINUTE) <= spread:
                return minutes
        return SHORTEST

    @property
    def coarse(self) -> bool:
        """Whether a register's step is more than the spread over the minutes of a reading."""
        return self.window > SMOOTH


@dataclass(frozen=True, slots=True)
class _Watched:
    """A signal as it is held against its band: its means, and what its register hides in one."""

    signal: Signal
    means: Floats
    hidden: float

    @classmethod
    def of(cls, signal: Signal) -> "_Watched":
        window = signal.window
        return cls(signal, smooth(signal.values, window), signal.step / (window * MINUTE))

    def spread(self, where: slice | Bools) -> float:
        """Spread that its means may have in some minutes."""
        return self.signal.band.of(self.means[where])[0] + self.hidden

    def level(self, part: slice) -> bool:
        """
        Whether a line through a stretch goes by less than its rate, or may well do so.

        A slope that a register may hide is no evidence against it.
        """
        values = self.signal.values[part]
        known = np.isfinite(values)
        if known.mean() < FEWEST:
            return False
        _, rate = self.signal.band.of(self.means[part])
        hours = np.asarray(np.flatnonzero(known) * MINUTE / HOUR, dtype=np.float64)
        hours -= float(hours.mean())
        rest = values[known] - values[known].mean()
        slope = float((hours * rest).sum() / (hours**2).sum())
        lasts = len(values) * MINUTE
        hides = HIDDEN_SLOPE * self.signal.step / lasts**2 * HOUR
        seen = max(abs(slope) - COVERAGE_FACTOR_90 * hides, 0.0)
        doubt = slope_deviation(hours, rest - slope * hours, self.signal.step / MINUTE)
        return seen <= rate and seen + COVERAGE_FACTOR_90 * doubt <= 2 * rate


def steady_stretch(signals: Mapping[str, Signal]) -> slice | None:
    """
    Return the longest stretch in which all signals are steady.

    Parameters
    ----------
    signals : mapping of str to Signal
        By the minute, all of one length; at least one.

    Returns
    -------
    slice or None
        Minutes; None where no stretch of half an hour is.

    Notes
    -----
    Two conditions hold in it for five-minute means of every signal. Each lies within its band
    about the median of the stretch, so that after a start a stretch begins when the last of them
    enters its band: τ ln(A/spread) for a signal that approaches its end by exp(−t/τ) from A. And
    the slope of a line through it is less than its rate, with 90 % confidence or by value: a long
    slow ramp is not steady though it stays in its band. Registers of coarse steps are averaged
    over more minutes, and may do what their rounding does.
    """
    watched = [_Watched.of(one) for one in signals.values()]
    free = np.ones(len(watched[0].means), dtype=bool)
    while free.sum() >= SHORTEST:
        found = _longest(watched, free)
        if found is None:
            return None
        kept = _within(watched, found)
        if kept is not None:
            return kept
        free[found] = False
    return None


def unsteady(signals: Mapping[str, Signal]) -> tuple[str, ...]:
    """Return the signals that by themselves have no steady stretch: what is to blame."""
    return tuple(n for n, one in signals.items() if steady_stretch({n: one}) is None)


def smooth(values: Floats, minutes: int) -> Floats:
    """Return centred means over some minutes, NaN where less than half of them are known."""
    known = np.isfinite(values)
    window = np.ones(minutes)
    count = np.convolve(known, window, "same")[: len(values)]
    total = np.convolve(np.where(known, values, 0.0), window, "same")[: len(values)]
    edge = np.convolve(np.ones(len(values)), window, "same")[: len(values)]
    return np.where(2 * count >= edge - 1, total / np.maximum(count, 1), np.nan)


def _longest(watched: Sequence[_Watched], free: Bools) -> slice | None:
    """The longest stretch of free minutes in which each signal's range is twice its spread."""
    count = len(free)
    ends = np.full(count, count)
    for one in watched:
        ends = np.minimum(ends, _reach(one.means, 2 * one.spread(free)))
    ends = np.minimum(ends, _reach(np.where(free, 0.0, np.nan), 0.0))
    length = ends - np.arange(count)
    start = int(length.argmax())
    return slice(start, int(ends[start])) if length[start] >= SHORTEST else None


def _reach(values: Floats, width: float) -> np.ndarray:
    """Return for each start the first minute that is not known, or whose range is beyond."""
    count = len(values)
    ends = np.empty(count, dtype=np.int64)
    for start in range(count):
        rest = values[start:]
        low, high = np.minimum.accumulate(rest), np.maximum.accumulate(rest)
        beyond = np.flatnonzero(~(high - low <= width))
        ends[start] = start + (int(beyond[0]) if len(beyond) else len(rest))
    return ends


def _within(watched: Sequence[_Watched], found: slice) -> slice | None:
    """Trim a stretch to where all signals lie within their bands and hardly move."""
    start, stop = found.start, found.stop
    while stop - start >= SHORTEST:
        outside = np.flatnonzero(_outside(watched, slice(start, stop)))
        early, late = np.split(outside, [np.searchsorted(outside, (stop - start) / 2)])
        if len(outside):
            stop = start + int(late[0]) if len(late) else stop
            start += int(early[-1]) + 1 if len(early) else 0
        elif all(one.level(slice(start, stop)) for one in watched):
            return slice(start, stop)
        else:
            start += 1
    return None


def _outside(watched: Sequence[_Watched], part: slice) -> Bools:
    """Which minutes of a stretch have a signal outside its band about the median."""
    out = np.zeros(part.stop - part.start, dtype=bool)
    for one in watched:
        means = one.means[part]
        out |= np.abs(means - np.nanmedian(means)) > one.spread(part)
    return out


def slope_deviation(time: Floats, rest: Floats, step: float = 0.0) -> float:
    """
    Return the standard deviation of the slope of a line, by what is left beside it.

    Parameters
    ----------
    time : array, shape (n,)
        Equally spaced but for short gaps, about its mean.
    rest : array, shape (n,)
        Residuals.
    step : float
        Of a register whose increments they are: its rounding is not counted here.

    Returns
    -------
    float
        By the autocovariances of residuals that remember the two minutes before (AR(2) by
        Yule and Walker): a swing that returns moves a line by its ends only, and red noise by
        more than white. A register's own are step²/6 and, a minute later, −step²/12.
    """
    count = len(rest)
    seen = np.array([float(rest[lag:] @ rest[: count - lag]) for lag in range(3)]) / max(
        count - 2, 1
    )
    seen += np.array([-(step**2) / 6, step**2 / 12, 0.0])
    if seen[0] <= 0.0:
        return 0.0
    alike = np.clip(seen[1:] / seen[0], -MOST_ALIKE, MOST_ALIKE)
    weight = time / float(time @ time)
    beside = np.correlate(weight, weight, "full")[count - 1 :]
    course = _remembered(float(alike[0]), float(alike[1]), count)
    variance = seen[0] * (beside[0] + 2 * float(beside[1:] @ course[1:]))
    return float(np.sqrt(max(variance, 0.0)))


def _remembered(first: float, second: float, count: int) -> Floats:
    """Autocorrelations of AR(2) by the first two of them. [-]"""
    second = max(second, 2 * first**2 - 1)
    one = first * (1 - second) / (1 - first**2)
    other = (second - first**2) / (1 - first**2)
    course = np.ones(count)
    course[1] = first
    for lag in range(2, count):
        course[lag] = one * course[lag - 1] + other * course[lag - 2]
    return course
