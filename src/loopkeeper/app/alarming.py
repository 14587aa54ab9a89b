"""
Watching alarms: readings in, changes of state into the book and to the people.

Each point keeps its own time: that of its newest live reading, and what a clock that nobody sets
counted since. The machine's clock may be set by an hour or a day without an alarm that comes,
goes or waits by it.
"""

import asyncio
import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

import polars as pl

from loopkeeper.app.arrivals import AHEAD, Clocks, Ticks
from loopkeeper.app.ports import Clock
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.monitor.alarm import (
    STANDING,
    AlarmEvent,
    AlarmState,
    Condition,
    Definition,
    Seen,
    Standing,
    is_hidden,
    pass_time,
    read,
)
from loopkeeper.measure.source_quality import warns
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.words import Language, chosen

LOOK_BACK = timedelta(hours=6)
"""Readings before a start that are judged again, at least."""
MOST_UNWRITTEN = 100_000
"""Changes that wait for the book in memory."""
_Moved = tuple[Standing, tuple[AlarmEvent, ...]]
Doing = Callable[[Definition, Standing], _Moved]
Past = Callable[[str, Sequence[str], timedelta], pl.DataFrame]
"""Readings of some points of a plant over a time back from now, and where there are none in it the
last there was: columns plant, point, time, value, quality, known_at."""


@dataclass(frozen=True)
class Watched:
    """An alarm of a plant, and what to do when it comes, in two languages."""

    plant: str
    definition: Definition
    words: Mapping[str, str]

    def said(self, name: str, language: Language) -> str:
        """Return name, cause, consequence or action in a language, empty where nobody told it."""
        return chosen(self.words.get(name, ""), self.words.get(f"{name}_zh", ""), language)

    def called(self, language: Language) -> str:
        """Return what it is called: its id where nobody named it."""
        return self.said("name", language) or self.definition.id


def _called(one: Watched) -> str:
    """What an alarm is called, in both languages where the table has them."""
    names = [one.words.get(key, "") for key in ("name", "name_zh")]
    return " · ".join(dict.fromkeys(n for n in names if n)) or one.definition.id


class Book(Protocol):
    """Where alarms are kept over restarts."""

    def standings(self) -> dict[str, Standing]:
        """Return how each alarm stood when it last changed."""

    def claim(self, plants: Mapping[str, str]) -> None:
        """Give alarms of which the book does not know whose they are their plants."""

    def note(
        self,
        standings: Mapping[str, Standing],
        events: Sequence[AlarmEvent],
        plants: Mapping[str, str],
    ) -> None:
        """Keep changes of state, durable when this returns; ``plants`` whose each alarm is."""

    def events(self, start: datetime | None, end: datetime) -> list[AlarmEvent]:
        """Return the changes of a period, in order."""

    def begun(self, alarms: Sequence[str]) -> list[AlarmEvent]:
        """Return for each alarm the last change by which it began to stand."""

    def last(self, alarms: Sequence[str]) -> list[AlarmEvent]:
        """Return the last change of each alarm."""


class AlarmWatch:
    """All alarms of a service; one thread of control, the event loop's."""

    def __init__(
        self, watched: Iterable[Watched], book: Book, now: Clock, *, ticks: Ticks = clock.monotonic
    ) -> None:
        """Take up every alarm where the book left it."""
        self._watched: dict[str, Watched] = {}
        self._by_point: dict[tuple[str, str], list[str]] = {}
        self._book, self._clocks = book, Clocks(now, ticks)
        self._lived: dict[tuple[str, str], tuple[datetime, float]] = {}
        self._unwritten: list[AlarmEvent] = []
        self._unsure: set[tuple[str, str]] = set()
        self._standings: dict[str, Standing] = {}
        self._values: dict[tuple[str, str], float] = {}
        self.trouble = ""
        self.welcome(watched)

    def welcome(self, watched: Iterable[Watched]) -> None:
        """Watch more alarms, from where the book left them; those of a known name stay."""
        came = tuple(watched)
        with suppress(OutsideError):  # at the next start
            self._book.claim({one.definition.id: one.plant for one in came})
        known = self._book.standings()
        for one in came:
            name = one.definition.id
            if name in self._watched:
                continue
            self._watched[name] = one
            self._by_point.setdefault((one.plant, one.definition.point), []).append(name)
            self._standings[name] = known.get(name, Standing())
        self._interesting = pl.DataFrame(
            [{"plant": p, "point": q} for p, q in self._points()],
            schema={"plant": pl.String, "point": pl.String},
        )

    def take_up(self, past: Past, *, only: str | None = None) -> None:
        """
        Judge again what came before, in the order it came.

        What the book knows is not said again; what began to be waited for goes on, and silence
        is known of points that said nothing since. Alarms the book does not know move at most
        once: what came and went before nobody is told of.

        Parameters
        ----------
        past : callable
            Readings of the store.
        only : str, optional
            The plant whose alarms are new; all when left out.
        """
        known = {name for name, one in self._standings.items() if one.since is not None}
        points: dict[str, list[str]] = {}
        for plant, point in sorted(self._points()):
            if only not in {None, plant}:
                continue
            points.setdefault(plant, []).append(point)
        events: list[AlarmEvent] = []
        for plant, names in points.items():
            rows = past(plant, names, self._look_back(plant)).filter(warns())
            self._unsure = set(rows.select("plant", "point").unique().iter_rows())
            for _, batch in rows.sort("known_at", maintain_order=True).group_by(
                "known_at", maintain_order=True
            ):
                events += self._judged(batch.sort("time"))
        self._unsure = set()
        self._keep([*(e for e in events if e.alarm in known), *self._moved_once(known, events)])

    def _moved_once(self, known: set[str], events: Sequence[AlarmEvent]) -> list[AlarmEvent]:
        """Of alarms new to the book the last change, as if it was the only one."""
        last = {e.alarm: e for e in events if e.alarm not in known}
        for name, event in last.items():
            if event.after not in STANDING | {AlarmState.SUPPRESSED}:
                self._standings[name] = replace(
                    self._standings[name], state=AlarmState.NORMAL, since=None
                )
        return [
            replace(e, before=AlarmState.NORMAL)
            for name, e in last.items()
            if self._standings[name].state is not AlarmState.NORMAL
        ]

    def _look_back(self, plant: str) -> timedelta:
        """So long that stuck values and delays show."""
        own = [one.definition for one in self._watched.values() if one.plant == plant]
        stuck = [one.limit for one in own if one.condition is Condition.STUCK]
        waited = [one.on_delay + one.off_delay for one in own]
        return max(LOOK_BACK, timedelta(seconds=2 * max(*stuck, *waited, 0.0, 0.0)))

    def saw(self, frame: pl.DataFrame) -> None:
        """Take readings that were just kept."""
        if self._interesting.is_empty():
            return
        rows = frame.join(self._interesting, on=["plant", "point"], how="semi").sort("time")
        rows = rows.filter(warns())
        self._note_live(rows)
        self._keep(self._judged(rows))

    def time(self, name: str) -> datetime:
        """Return what time it is for an alarm."""
        one = self._watched.get(name)
        lived = None if one is None else self._lived.get((one.plant, one.definition.point))
        if lived is None:
            return self._clocks.latest
        return lived[0] + timedelta(seconds=self._clocks.ticks() - lived[1])

    def _note_live(self, rows: pl.DataFrame) -> None:
        """Points whose readings are of now by the machine's clock take their time from it."""
        now, tick = self._clocks.wall(), self._clocks.ticks()
        newest = rows.group_by("plant", "point").agg(pl.col("time").max())
        for plant, point, at in newest.iter_rows():
            if abs(now - at) > AHEAD:
                continue
            self._lived[plant, point] = (now, tick)
            for name in self._by_point.get((plant, point), ()):
                self._standings[name] = _not_beyond(self._standings[name], now + AHEAD)

    def _judged(self, rows: pl.DataFrame) -> list[AlarmEvent]:
        events: list[AlarmEvent] = []
        columns = rows.select("plant", "point", "time", "value").iter_rows()
        for time, together in groupby(columns, key=lambda row: row[2]):
            events += self._instant(time, list(together))
        return events

    def _instant(
        self, time: datetime, rows: Sequence[tuple[str, str, datetime, float | None]]
    ) -> list[AlarmEvent]:
        """Readings of one instant: first what suppresses, then what is judged."""
        self._values |= {(p, q): value for p, q, _, value in rows if value is not None}
        return [
            event
            for plant, point, _, value in rows
            for name in self._by_point.get((plant, point), ())
            if not self._cannot_say(name)
            for event in self._settle(name, self._read(name, time, value))
        ]

    def _cannot_say(self, name: str) -> bool:
        """Whether what suppresses an alarm is not known yet: it comes later before the start."""
        by = self._watched[name].plant, self._watched[name].definition.suppressed_by
        return by in self._unsure and by not in self._values

    def _read(self, name: str, time: datetime, value: float | None) -> _Moved:
        one, standing = self._watched[name], self._standings[name]
        hidden = self._hidden(one.plant, one.definition)
        return read(one.definition, standing, time, value, hidden=hidden)

    def tick(self) -> None:
        """Let time pass for every alarm."""
        events: list[AlarmEvent] = []
        for name, one in self._watched.items():
            hidden, now = self._hidden(one.plant, one.definition), self.time(name)
            moved = pass_time(one.definition, self._standings[name], now, hidden=hidden)
            events += self._settle(name, moved)
        self._keep(events)

    async def run(self, every: float = 5.0) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(every)
            self.tick()

    def act(self, name: str, doing: Doing) -> Standing:
        """
        Do what an operator asks.

        Parameters
        ----------
        name : str
            Of the alarm.
        doing : callable
            From definition and standing to the new standing and its events.

        Returns
        -------
        Standing

        Raises
        ------
        InputError
            When there is no such alarm, or what is asked is not allowed.
        OutsideError
            When it cannot be written: nothing is done then.
        """
        if name not in self._watched:
            raise InputError(f"no alarm {name!r}")
        standing, events = doing(self._watched[name].definition, self._standings[name])
        self._keep(())
        self._note({name: standing}, events)
        self._standings[name] = standing
        return standing

    def plant_of(self, name: str) -> str | None:
        """Return the plant of an alarm, None when there is no such alarm."""
        return self._watched[name].plant if name in self._watched else None

    def standing(self, plants: Callable[[str], bool]) -> list[tuple[Watched, Standing]]:
        """Return the alarms of some plants that are not normal, the most urgent first."""
        ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3}
        found = [
            (one, self._standings[name])
            for name, one in self._watched.items()
            if plants(one.plant) and self._standings[name].state is not AlarmState.NORMAL
        ]
        return sorted(found, key=lambda p: (ranks[p[0].definition.priority], str(p[1].since)))

    def watched(self) -> Mapping[str, Watched]:
        """Return every alarm by its name."""
        return self._watched

    def raised(self, plant: str, start: datetime, end: datetime) -> tuple[PlantEvent, ...]:
        """Return the alarms of a plant that came in a period, as its reports list events."""
        own = {name: one for name, one in self._watched.items() if one.plant == plant}
        return tuple(
            PlantEvent(e.time, "alarm", own[e.alarm].definition.point, _called(own[e.alarm]))
            for e in self._book.events(start, end)
            if e.alarm in own and e.after is AlarmState.UNACKNOWLEDGED and e.before not in STANDING
        )

    def _settle(self, name: str, moved: _Moved) -> tuple[AlarmEvent, ...]:
        self._standings[name] = moved[0]
        return moved[1]

    def _keep(self, events: Sequence[AlarmEvent]) -> None:
        """Write changes; what could not be written is said and tried again at every tick."""
        waiting = [*self._unwritten, *events][-MOST_UNWRITTEN:]
        if not waiting:
            return
        try:
            self._note({e.alarm: self._standings[e.alarm] for e in waiting}, waiting)
        except OutsideError as error:
            self.trouble, self._unwritten = str(error), waiting
        else:
            self.trouble, self._unwritten = "", []

    def _note(self, standings: Mapping[str, Standing], events: Sequence[AlarmEvent]) -> None:
        plants = {name: self._watched[name].plant for name in standings}
        self._book.note(standings, events, plants)

    def _hidden(self, plant: str, definition: Definition) -> bool:
        by = definition.suppressed_by
        if by is None or (plant, by) not in self._values:
            return False
        return is_hidden(definition, {by: self._values[plant, by]})

    def _points(self) -> set[tuple[str, str]]:
        suppressing = {
            (w.plant, w.definition.suppressed_by)
            for w in self._watched.values()
            if w.definition.suppressed_by is not None
        }
        return {*self._by_point, *suppressing}


def _not_beyond(standing: Standing, latest: datetime) -> Standing:
    """Forget what was seen in a time that is still to come: the clock was set back since."""
    seen, pending = standing.seen, standing.pending
    if seen.time is not None and seen.time > latest:
        seen = Seen()
    if pending is not None and pending > latest:
        pending = None
    return replace(standing, seen=seen, pending=pending)
