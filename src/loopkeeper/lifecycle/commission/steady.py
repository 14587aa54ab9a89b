"""When a plant under trial was steady, to the minute."""

from collections.abc import Mapping
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
    """A series by the minute, shape (n,), NaN where nothing was read, and its band."""

    values: Floats
    band: SteadyBand


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
    slow ramp is not steady though it stays in its band.
    """
    smoothed = {name: _smooth(one.values) for name, one in signals.items()}
    free = np.ones(len(next(iter(smoothed.values()))), dtype=bool)
    while free.sum() >= SHORTEST:
        found = _longest(smoothed, signals, free)
        if found is None:
            return None
        kept = _within(smoothed, signals, found)
        if kept is not None:
            return kept
        free[found] = False
    return None


def unsteady(signals: Mapping[str, Signal]) -> tuple[str, ...]:
    """Return the signals that by themselves have no steady stretch: what is to blame."""
    return tuple(n for n, one in signals.items() if steady_stretch({n: one}) is None)


def _smooth(values: Floats) -> Floats:
    """Centred means over five minutes of what is known, NaN where less than two of them are."""
    known = np.isfinite(values)
    window = np.ones(SMOOTH)
    count = np.convolve(known, window, "same")
    total = np.convolve(np.where(known, values, 0.0), window, "same")
    edge = np.convolve(np.ones(len(values)), window, "same")
    return np.where(2 * count >= edge - 1, total / np.maximum(count, 1), np.nan)


def _longest(
    smoothed: Mapping[str, Floats], signals: Mapping[str, Signal], free: Bools
) -> slice | None:
    """The longest stretch of free minutes in which each signal's range is twice its spread."""
    count = len(free)
    ends = np.full(count, count)
    for name, values in smoothed.items():
        spread, _ = signals[name].band.of(values[free])
        ends = np.minimum(ends, _reach(values, 2 * spread))
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


def _within(
    smoothed: Mapping[str, Floats], signals: Mapping[str, Signal], found: slice
) -> slice | None:
    """Trim a stretch to where all signals lie within their bands and hardly move."""
    start, stop = found.start, found.stop
    while stop - start >= SHORTEST:
        outside = np.flatnonzero(_outside(smoothed, signals, slice(start, stop)))
        early, late = np.split(outside, [np.searchsorted(outside, (stop - start) / 2)])
        if len(outside):
            stop = start + int(late[0]) if len(late) else stop
            start += int(early[-1]) + 1 if len(early) else 0
        elif all(_level(one, one.values[start:stop]) for one in signals.values()):
            return slice(start, stop)
        else:
            start += 1
    return None


def _outside(smoothed: Mapping[str, Floats], signals: Mapping[str, Signal], part: slice) -> Bools:
    """Which minutes of a stretch have a signal outside its band about the median."""
    out = np.zeros(part.stop - part.start, dtype=bool)
    for name, values in smoothed.items():
        spread, _ = signals[name].band.of(values[part])
        out |= np.abs(values[part] - np.nanmedian(values[part])) > spread
    return out


def _level(signal: Signal, values: Floats) -> bool:
    """Whether a line through a signal goes by less than its rate, or may well do so."""
    known = np.isfinite(values)
    if known.mean() < FEWEST:
        return False
    _, rate = signal.band.of(values)
    hours = np.asarray(np.flatnonzero(known) * MINUTE / HOUR, dtype=np.float64)
    hours -= float(hours.mean())
    rest = values[known] - values[known].mean()
    slope = float((hours * rest).sum() / (hours**2).sum())
    doubt = _slope_deviation(hours, rest - slope * hours)
    return abs(slope) <= rate and (abs(slope) + COVERAGE_FACTOR_90 * doubt <= 2 * rate)


def _slope_deviation(hours: Floats, rest: Floats) -> float:
    """Standard deviation of a slope whose residuals remember the minute before (AR(1))."""
    variance = float(rest @ rest) / max(len(rest) - 2, 1)
    if variance <= 0.0:
        return 0.0
    alike = float(np.clip((rest[1:] @ rest[:-1]) / (rest @ rest), 0.0, 0.95))
    return float(np.sqrt(variance * (1 + alike) / (1 - alike) / (hours**2).sum()))
