"""
Points calculated from others while readings come: what an alarm needs and no meter shows.

Spread of a loop, distance to freezing, starts in an hour, share of the water that went back. Each
takes good readings in SI, instant by instant; late ones change nothing, gaps give no value.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from loopkeeper.measure.limits import physical_limits
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.units import to_si

PREFIX = "calc."
"""Names of calculated points begin so; no meter's does."""
FRESH = timedelta(minutes=20)
"""Readings that far apart do not belong together, and a flow is not held longer."""
BEAT = timedelta(minutes=1)
"""A calculated point is given no more often."""
REST = timedelta(hours=1)
"""Counts and states that stay as they are, are given no more often."""
LEAST_VOLUME = 1.0
"""Less water than this in a window makes no ratio. [m3]"""


class Kind(StrEnum):
    """How a point is calculated."""

    SPREAD = "spread"
    MARGIN = "margin"
    RUNNING = "running"
    STARTS = "starts"
    RETURNED = "returned"
    HEARD = "heard"


_STEADY = {Kind.RUNNING, Kind.STARTS}


@dataclass(frozen=True, slots=True)
class Calculation:
    """
    A calculated point.

    ``first`` and ``second`` the points it takes (supply and return, water returned and taken);
    ``above`` what a point has to exceed to count as running, or what a margin is counted from, SI;
    ``window`` over which starts and water are counted.
    """

    id: str
    kind: Kind
    first: tuple[Point, ...]
    second: tuple[Point, ...] = ()
    above: float = 0.0
    window: timedelta = timedelta(hours=1)

    @property
    def points(self) -> tuple[Point, ...]:
        """All points it takes."""
        return self.first + self.second


@dataclass
class _Sum:
    """The volume of a point since it was first heard; ``broken`` when it was last unknown."""

    time: datetime
    value: float
    broken: datetime
    total: float = 0.0


@dataclass
class _Memory:
    """What a calculation remembers: sums of volumes, their past, starts, when it last spoke."""

    sums: dict[str, _Sum] = field(default_factory=dict)
    past: deque[tuple[datetime, float, float]] = field(default_factory=deque)
    starts: deque[datetime] = field(default_factory=deque)
    running: bool | None = None
    spoke: datetime | None = None
    value: float | None = None


class Calculator:
    """The calculated points of one plant."""

    def __init__(self, calculations: tuple[Calculation, ...]) -> None:
        """Begin without any memory."""
        self._all = calculations
        self._points = {p.id: p for c in calculations for p in c.points}
        self._newest: dict[str, tuple[datetime, float]] = {}
        self._memory = {c.id: _Memory() for c in calculations}

    @property
    def takes(self) -> tuple[str, ...]:
        """The points it wants to see."""
        return tuple(self._points)

    def speak_again(self) -> None:
        """Give every point anew at the next reading, as after a start."""
        for memory in self._memory.values():
            memory.spoke = None

    def take(self, time: datetime, values: Mapping[str, float]) -> dict[str, float]:
        """
        Take the readings of one instant.

        Parameters
        ----------
        time : datetime
            Of the readings.
        values : mapping
            Good readings by point, each in the meter's own unit.

        Returns
        -------
        dict
            Values of calculated points at that time: K, count, share or 0/1.
        """
        fresh = {}
        for name, value in values.items():
            newest = self._newest.get(name)
            if newest is not None and time <= newest[0]:
                continue
            si = _admitted(self._points.get(name), value)
            if si is not None:
                fresh[name] = si
                self._newest[name] = (time, si)
        due = [c for c in self._all if not c.points or any(p.id in fresh for p in c.points)]
        found = {c.id: self._value(c, time, fresh) for c in due}
        return {name: value for name, value in found.items() if value is not None}

    def _value(
        self, calculation: Calculation, time: datetime, fresh: Mapping[str, float]
    ) -> float | None:
        memory = self._memory[calculation.id]
        match calculation.kind:
            case Kind.HEARD:
                value: float | None = 1.0
            case Kind.RETURNED:
                value = self._returned(calculation, memory, time, fresh)
            case Kind.STARTS:
                value = self._starts(calculation, memory, time)
            case _:
                value = self._now(calculation, time)
        if value is None or (memory.spoke is not None and time < memory.spoke + BEAT):
            return None
        steady = calculation.kind in _STEADY and value == memory.value
        if steady and memory.spoke is not None and time < memory.spoke + REST:
            return None
        memory.spoke, memory.value = time, value
        return value

    def _now(self, calculation: Calculation, time: datetime) -> float | None:
        """What follows from the newest readings alone."""
        first, second = (
            self._fresh(part, time) for part in (calculation.first, calculation.second)
        )
        if not first:
            return None
        match calculation.kind:
            case Kind.SPREAD:
                return abs(first[0] - second[0]) if second else None
            case Kind.MARGIN:
                return min(first) - calculation.above
            case _:
                return float(max(first) > calculation.above)

    def _fresh(self, points: tuple[Point, ...], time: datetime) -> list[float]:
        newest = (self._newest.get(p.id) for p in points)
        return [n[1] for n in newest if n is not None and abs(time - n[0]) <= FRESH]

    def _starts(self, one: Calculation, memory: _Memory, time: datetime) -> float | None:
        """Starts seen within the window; those between two readings stay unseen."""
        values = self._fresh(one.first, time)
        if not values:
            return None
        running = max(values) > one.above
        if running and memory.running is False:
            memory.starts.append(time)
        memory.running = running
        while memory.starts and memory.starts[0] <= time - one.window:
            memory.starts.popleft()
        return float(len(memory.starts))

    def _returned(
        self, one: Calculation, memory: _Memory, time: datetime, fresh: Mapping[str, float]
    ) -> float | None:
        """Water returned over water taken in the window, where all of it is known."""
        for point in one.points:
            if point.id in fresh:
                _count(memory.sums, point, time, fresh[point.id])
        if len(memory.sums) < len(one.points):
            return None
        back, taken = (
            sum(memory.sums[p.id].total for p in part) for part in (one.first, one.second)
        )
        past = memory.past
        if not past or time >= past[-1][0] + BEAT:
            past.append((time, back, taken))
        start = time - one.window
        while len(past) > 1 and past[1][0] <= start:
            past.popleft()
        known = all(s.broken <= start and time - s.time <= FRESH for s in memory.sums.values())
        if not known:
            return None
        volume = taken - past[0][2]
        return (back - past[0][1]) / volume if volume >= LEAST_VOLUME else None


def _admitted(point: Point | None, value: float) -> float | None:
    """A reading in SI, None when it cannot be true."""
    if point is None:
        return None
    stated = (point.low, point.high)
    if any(
        limit is not None and side * (value - limit) > 0
        for limit, side in zip(stated, (-1, 1), strict=True)
    ):
        return None
    si = to_si(value, point.unit)
    low, high = physical_limits(point.quantity)
    counted = point.statistic in {Statistic.COUNTER, Statistic.SUM}
    return si if counted or low <= si <= high else None


def _count(sums: dict[str, _Sum], point: Point, time: datetime, value: float) -> None:
    """Add what a meter counted, or what a flow brought, since its last reading."""
    if point.id not in sums:
        sums[point.id] = _Sum(time, value, time)
        return
    one = sums[point.id]
    step = time - one.time
    if point.statistic is Statistic.COUNTER:
        if value < one.value:
            one.broken = time
        one.total += max(0.0, value - one.value)
    elif point.statistic is Statistic.SUM:
        one.total += value
    else:
        if step > FRESH:
            one.broken = time
        one.total += one.value * step.total_seconds()
    one.time, one.value = time, value
