"""Admission: raw readings become stretches in SI; counters are differenced here and only here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loopkeeper.errors import UnitError
from loopkeeper.measure.admitted import (
    SECOND,
    Admitted,
    Flag,
    Microseconds,
    Segments,
    stamp,
)
from loopkeeper.measure.counter import Counted, count_increments
from loopkeeper.measure.excursions import course_of
from loopkeeper.measure.holding import holding_time
from loopkeeper.measure.limits import physical_limits
from loopkeeper.measure.register_turns import Direction
from loopkeeper.measure.series import Floats
from loopkeeper.measure.tidy import tidy
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, linear_to_si

OFTEN_NEGATIVE: Final = 0.3
"""A register with this share of negative readings runs backwards or both ways. [-]"""
LASTING, MOVING, FEW = 0.005, 0.05, 8
"""A signed register crosses zero when its course is below for this share of the readings, and this
share of those differ, more than a few. [-]"""
_SIGNED: Final = ("heat_energy", "cooling_energy")
LONGEST_COUNT: Final = HOUR
"""A counter's interval up to this long is good whatever its usual step. [s]"""
LONGEST_COUNT_STEPS: Final = 2.5
"""Longer intervals are good up to this many usual steps, else spread. [-]"""


@dataclass(frozen=True, slots=True)
class _Meter:
    """A point with its conversion to SI."""

    point: Point
    factor: float
    offset: float

    @property
    def allowed(self) -> tuple[float, float]:
        """Limits of the raw reading by the point's own row. [meter unit]"""
        low, high = self.point.low, self.point.high
        return -np.inf if low is None else low, np.inf if high is None else high


def admit(
    readings: pl.DataFrame,
    points: Sequence[Point],
    *,
    now: datetime | None = None,
    fastest: Mapping[str, float] = MappingProxyType({}),
) -> Admitted:
    """
    Return the readings of known points in SI, as stretches of time with a quality code.

    Instant values hold until the next reading, at most 1.5 usual steps (or 15 min; logs of changes
    6 h); means and sums cover the step that begins at their time; counters become mean rates
    between readings. Every reading that is not taken over is counted in a verdict.

    Parameters
    ----------
    readings : DataFrame
        Columns ``time`` (Datetime, UTC), ``point`` (text of any kind), ``value`` in the meter's
        own unit and, optionally, ``known_at`` and ``quality`` as the source states it; in any
        order.
    points : sequence of Point
        The point list.
    now : datetime, optional
        What became known later is not used, what is dated later is refused.
    fastest : mapping, optional
        Highest rate that the nameplates allow a counter, by point id. [SI s-1]

    Returns
    -------
    Admitted
        Stretches and verdicts.
    """
    meters, verdicts = _meters(points)
    tidied = tidy(readings, [m.point.id for m in meters], now=now)
    verdicts += tidied.verdicts
    parts: list[tuple[str, Segments]] = []
    for meter, time, value in _by_meter(meters, tidied.frame):
        segments, said = _segments(meter, time, value, fastest.get(meter.point.id))
        parts.append((meter.point.id, segments))
        verdicts += said
    present = {identifier for identifier, _ in parts}
    silent = [m.point.id for m in meters if m.point.id not in present]
    if silent:
        verdicts.append(
            Verdict("measure.admit.no_readings", {"points": ", ".join(silent), "n": len(silent)})
        )
    return Admitted(_frame(meters, parts), tuple(points), tuple(verdicts))


def _meters(points: Sequence[Point]) -> tuple[list[_Meter], list[Verdict]]:
    """Return the points whose unit is known; two points on one channel are named."""
    meters: list[_Meter] = []
    verdicts: list[Verdict] = []
    seen: dict[tuple[str, str], str] = {}
    for point in points:
        key = (point.quantity, point.of)
        if key in seen:
            verdicts.append(
                Verdict(
                    "measure.admit.same_channel",
                    {"point": point.id, "first": seen[key], "quantity": key[0], "of": key[1]},
                )
            )
        seen.setdefault(key, point.id)
        try:
            factor, offset, _ = linear_to_si(point.unit)
        except UnitError:
            verdicts.append(
                Verdict("measure.admit.unknown_unit", {"point": point.id, "unit": point.unit})
            )
            continue
        meters.append(_Meter(point, factor, offset))
    return meters, verdicts


def _by_meter(
    meters: Sequence[_Meter], frame: pl.DataFrame
) -> Iterator[tuple[_Meter, Microseconds, Floats]]:
    """Walk over the points of a tidy frame."""
    runs = frame.get_column("point").rle().struct.unnest()
    time = frame.get_column("time").to_physical().to_numpy()
    value = frame.get_column("value").to_numpy()
    first = 0
    for code, length in zip(runs.get_column("value"), runs.get_column("len"), strict=True):
        last = first + length
        yield meters[code], time[first:last], value[first:last]
        first = last


def _segments(
    meter: _Meter, time: Microseconds, value: Floats, fastest: float | None
) -> tuple[Segments, tuple[Verdict, ...]]:
    if meter.point.statistic is Statistic.COUNTER:
        return _counted(meter, time, value, fastest)
    return _sampled(meter, time, value)


def _sampled(
    meter: _Meter, time: Microseconds, value: Floats
) -> tuple[Segments, tuple[Verdict, ...]]:
    """Turn instants, means and sums into stretches."""
    hold, step = holding_time(time)
    following = np.append(time[1:], np.iinfo(np.int64).max)
    if meter.point.statistic is Statistic.INSTANT:
        end = np.minimum(following, time + hold)
    else:
        end = np.where(following - time <= hold, following, time + step)
    si = meter.factor * value + meter.offset
    if meter.point.statistic is Statistic.SUM:
        si = meter.factor * value * SECOND / (end - time)
    wrong = _outside(value, meter.allowed) | _outside(si, physical_limits(meter.point.quantity))
    flag = np.where(wrong, np.uint8(Flag.RANGE), np.uint8(Flag.GOOD))
    return Segments(time, end, si, flag), _range_verdict(meter, time, value, wrong)


def _counted(
    meter: _Meter, time: Microseconds, value: Floats, fastest: float | None
) -> tuple[Segments, tuple[Verdict, ...]]:
    """Turn a counter into mean rates between its readings."""
    wrong = _outside(value, meter.allowed)
    if not _goes_below(meter, value):
        wrong |= value < 0
    verdicts = list(_range_verdict(meter, time, value, wrong))
    time, value = time[~wrong], value[~wrong]
    counted = count_increments(
        time / SECOND,
        value,
        fastest=None if fastest is None else fastest / meter.factor,
        signed=meter.point.quantity in _SIGNED,
    )
    kept = time[counted.kept]
    start, end = kept[:-1], kept[1:]
    duration = (end - start) / SECOND
    rate = meter.factor * counted.increment / duration
    flag = counted.flag.copy()
    # One count may be the end of what was counted before: it says nothing about the rate.
    certain = rate - np.minimum(rate, meter.factor * counted.resolution / duration)
    flag[_outside(certain, physical_limits(meter.point.quantity))] = Flag.JUMP
    spread = _spread(kept, counted) & (flag == Flag.GOOD)
    flag[spread] = Flag.SPREAD
    verdicts += _counter_verdicts(meter, time, counted)
    if spread.any():
        worst = int(np.argmax(np.where(spread, duration, 0.0)))
        verdicts.append(
            Verdict(
                "measure.counter.gap",
                {
                    "point": meter.point.id,
                    "count": int(spread.sum()),
                    "hours": round(float(duration[spread].sum()) / HOUR, 1),
                    "longest_hours": round(float(duration[worst]) / HOUR, 1),
                    "first": stamp(start[int(np.argmax(spread))]),
                },
            )
        )
    return Segments(start, end, rate, flag), tuple(verdicts)


def _goes_below(meter: _Meter, value: Floats) -> bool:
    """Whether a register goes below zero by itself; stray readings and error codes do not move."""
    below = value < 0
    if np.mean(below) >= OFTEN_NEGATIVE:
        return True
    if meter.point.quantity not in _SIGNED or not below.any():
        return False
    moves = len(np.unique(value[below])) > max(MOVING * below.sum(), FEW)
    return bool(moves and np.mean(course_of(value) < 0) > LASTING)


def _spread(kept: Microseconds, counted: Counted) -> NDArray[np.bool_]:
    """Intervals too long to say when within them the counter counted."""
    if len(kept) < 2:
        return np.zeros(0, dtype=bool)
    duration = np.diff(kept)
    _, step = holding_time(kept)
    longest = np.maximum(LONGEST_COUNT_STEPS * step[:-1], LONGEST_COUNT * SECOND)
    late: NDArray[np.bool_] = duration > longest
    return late & np.asarray(counted.increment > 2 * counted.resolution)


def _outside(value: Floats, limits: tuple[float, float]) -> NDArray[np.bool_]:
    low, high = limits
    return np.asarray((value < low) | (value > high))


def _range_verdict(
    meter: _Meter, time: Microseconds, value: Floats, wrong: NDArray[np.bool_]
) -> tuple[Verdict, ...]:
    if not wrong.any():
        return ()
    first = int(np.argmax(wrong))
    low, high = _expected(meter)
    return (
        Verdict(
            "measure.admit.range",
            {
                "point": meter.point.id,
                "count": int(wrong.sum()),
                "first": stamp(time[first]),
                "value": float(f"{value[first]:.6g}"),
                "low": float(f"{low:.6g}"),
                "high": float(f"{high:.6g}"),
                "unit": meter.point.unit,
            },
        ),
    )


def _expected(meter: _Meter) -> tuple[float, float]:
    """Limits that a raw reading has to keep. [meter unit]"""
    low, high = meter.allowed
    if meter.point.statistic is Statistic.COUNTER:
        return max(low, 0.0), high
    if meter.point.statistic is Statistic.SUM:
        return low, high
    si = physical_limits(meter.point.quantity)
    physical = [(limit - meter.offset) / meter.factor for limit in si]
    return max(low, physical[0]), min(high, physical[1])


def _counter_verdicts(meter: _Meter, time: Microseconds, counted: Counted) -> list[Verdict]:
    figures = {"point": meter.point.id, "count": len(time)}
    if counted.direction is Direction.DOWN:
        return [Verdict("measure.counter.backwards", figures)]
    if counted.signed and counted.believable:
        return [Verdict("measure.counter.signed", figures)]
    if counted.signed:
        return [Verdict("measure.counter.both_ways", figures)]
    if not counted.believable:
        return [Verdict("measure.counter.not_a_counter", figures)]
    happened = (
        ("measure.counter.reset", counted.resets),
        ("measure.counter.rollover", counted.rollovers),
        ("measure.counter.jump", counted.jumps),
        ("measure.counter.glitch", counted.glitches),
    )
    return [
        Verdict(
            code,
            {"point": meter.point.id, "count": len(places), "first": stamp(time[places[0]])},
        )
        for code, places in happened
        if places
    ]


def _frame(meters: Sequence[_Meter], parts: Sequence[tuple[str, Segments]]) -> pl.DataFrame:
    """Lay the stretches of all points into one frame."""
    ids = [m.point.id for m in meters]
    index = {name: k for k, name in enumerate(ids)}
    codes = np.repeat(
        np.array([index[name] for name, _ in parts], dtype=np.int64),
        np.array([len(s.start) for _, s in parts], dtype=np.int64),
    )
    stretches = [s for _, s in parts]
    utc = pl.Datetime("us", "UTC")
    none = Segments(
        np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.uint8)
    )
    every = [none, *stretches]
    return pl.DataFrame(
        {
            "point": pl.Series(ids, dtype=pl.Enum(ids)).gather(codes),
            "time": pl.Series(np.concatenate([s.start for s in every])).cast(utc),
            "until": pl.Series(np.concatenate([s.end for s in every])).cast(utc),
            "value": pl.Series(np.concatenate([s.value for s in every])),
            "flag": pl.Series(np.concatenate([s.flag for s in every])),
        }
    )
