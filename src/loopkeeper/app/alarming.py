"""Watching alarms: readings in, changes of state into the book and to the people."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

import polars as pl

from loopkeeper.app.ports import Clock
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.monitor.alarm import (
    STANDING,
    Definition,
    Event,
    Standing,
    State,
    is_hidden,
    pass_time,
    read,
)
from loopkeeper.plant.records import Event as Written

BAD = 2
"""Quality of readings that are none."""
_Moved = tuple[Standing, tuple[Event, ...]]
Doing = Callable[[Definition, Standing], _Moved]


@dataclass(frozen=True)
class Watched:
    """An alarm of a plant, and what to do when it comes, in two languages."""

    plant: str
    definition: Definition
    words: Mapping[str, str]


def _called(one: Watched) -> str:
    """What an alarm is called, in both languages where the table has them."""
    names = [one.words.get(key, "") for key in ("name", "name_zh")]
    return " · ".join(dict.fromkeys(n for n in names if n)) or one.definition.id


class Book(Protocol):
    """Where alarms are kept over restarts."""

    def standings(self) -> dict[str, Standing]:
        """Return how each alarm stood when it last changed."""

    def note(self, standings: Mapping[str, Standing], events: Sequence[Event]) -> None:
        """Keep changes of state, durable when this returns."""

    def events(self, start: datetime | None, end: datetime) -> list[Event]:
        """Return the changes of a period, in order."""


class AlarmWatch:
    """All alarms of a service; one thread of control, the event loop's."""

    def __init__(self, watched: Iterable[Watched], book: Book, now: Clock) -> None:
        """Take up every alarm where the book left it."""
        self._watched = {w.definition.id: w for w in watched}
        self._by_point: dict[tuple[str, str], list[str]] = {}
        for name, one in self._watched.items():
            self._by_point.setdefault((one.plant, one.definition.point), []).append(name)
        self._book, self._now = book, now
        known = book.standings()
        self._standings = {name: known.get(name, Standing()) for name in self._watched}
        self._values: dict[tuple[str, str], float] = {}
        self._interesting = pl.DataFrame(
            [{"plant": p, "point": q} for p, q in self._points()],
            schema={"plant": pl.String, "point": pl.String},
        )
        self.trouble = ""

    def saw(self, frame: pl.DataFrame) -> None:
        """Take readings that were just kept."""
        if self._interesting.is_empty():
            return
        rows = frame.join(self._interesting, on=["plant", "point"], how="semi").sort("time")
        rows = rows.filter(pl.col("quality") < BAD)  # what is bad was not measured
        events: list[Event] = []
        columns = rows.select("plant", "point", "time", "value").iter_rows()
        for time, together in groupby(columns, key=lambda row: row[2]):
            events += self._instant(time, list(together))
        self._keep(events)

    def _instant(
        self, time: datetime, rows: Sequence[tuple[str, str, datetime, float | None]]
    ) -> list[Event]:
        """Readings of one instant: first what suppresses, then what is judged."""
        self._values |= {(p, q): value for p, q, _, value in rows if value is not None}
        return [
            event
            for plant, point, _, value in rows
            for name in self._by_point.get((plant, point), ())
            for event in self._settle(name, self._read(name, time, value))
        ]

    def _read(self, name: str, time: datetime, value: float | None) -> _Moved:
        one, standing = self._watched[name], self._standings[name]
        hidden = self._hidden(one.plant, one.definition)
        return read(one.definition, standing, time, value, hidden=hidden)

    def tick(self) -> None:
        """Let time pass for every alarm."""
        now = self._now()
        events: list[Event] = []
        for name, one in self._watched.items():
            hidden = self._hidden(one.plant, one.definition)
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
        """
        if name not in self._watched:
            raise InputError(f"no alarm {name!r}")
        moved = doing(self._watched[name].definition, self._standings[name])
        self._keep(self._settle(name, moved))
        return self._standings[name]

    def plant_of(self, name: str) -> str | None:
        """Return the plant of an alarm, None when there is no such alarm."""
        return self._watched[name].plant if name in self._watched else None

    def standing(self, plants: Callable[[str], bool]) -> list[tuple[Watched, Standing]]:
        """Return the alarms of some plants that are not normal, the most urgent first."""
        ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3}
        found = [
            (one, self._standings[name]) for name, one in self._watched.items()
            if plants(one.plant) and self._standings[name].state is not State.NORMAL
        ]  # fmt: skip
        return sorted(found, key=lambda p: (ranks[p[0].definition.priority], str(p[1].since)))

    def watched(self) -> Mapping[str, Watched]:
        """Return every alarm by its name."""
        return self._watched

    def history(self, start: datetime | None, end: datetime) -> list[Event]:
        """Return changes of state from the book."""
        return self._book.events(start, end)

    def raised(self, plant: str, start: datetime, end: datetime) -> tuple[Written, ...]:
        """Return the alarms of a plant that came in a period, as its reports list events."""
        own = {name: one for name, one in self._watched.items() if one.plant == plant}
        return tuple(
            Written(e.time, "alarm", own[e.alarm].definition.point, _called(own[e.alarm]))
            for e in self.history(start, end)
            if e.alarm in own and e.after is State.UNACKNOWLEDGED and e.before not in STANDING
        )

    def _settle(self, name: str, moved: _Moved) -> tuple[Event, ...]:
        self._standings[name] = moved[0]
        return moved[1]

    def _keep(self, events: Sequence[Event]) -> None:
        """Write changes; what could not be written is said and tried with the next change."""
        if not events:
            return
        try:
            self._book.note({e.alarm: self._standings[e.alarm] for e in events}, events)
        except OutsideError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""

    def _hidden(self, plant: str, definition: Definition) -> bool:
        by = definition.suppressed_by
        if by is None or (plant, by) not in self._values:
            return False
        return is_hidden(definition, {by: self._values[plant, by]})

    def _points(self) -> set[tuple[str, str]]:
        suppressing = {
            (w.plant, w.definition.suppressed_by) for w in self._watched.values()
            if w.definition.suppressed_by is not None
        }  # fmt: skip
        return {*self._by_point, *suppressing}
