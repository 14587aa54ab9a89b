"""What somebody sees of a service's alarms, and does to them: only those of plants they see."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopkeeper.app.access import Actor
from loopkeeper.app.alarming import AlarmWatch, Book, Doing, Watched
from loopkeeper.app.arrivals import AHEAD
from loopkeeper.app.ports import DeedBook
from loopkeeper.errors import AccessError, ConflictError
from loopkeeper.lifecycle.monitor.alarm import (
    STANDING,
    AlarmEvent,
    AlarmState,
    Condition,
    Definition,
    Priority,
    Standing,
    acknowledge,
    put_back,
    shelve,
    take_out_of_service,
)
from loopkeeper.lifecycle.monitor.alarm_rates import (
    FLOOD,
    TEN_MINUTES,
    AlarmRates,
    alarm_rates,
    raised_per,
)

__all__ = [
    "FLOOD",
    "STANDING",
    "TEN_MINUTES",
    "AlarmDesk",
    "AlarmEvent",
    "AlarmState",
    "Condition",
    "Handling",
    "Kept",
    "OvertakenError",
    "Standing",
    "Watched",
]
Moved = tuple[Watched, Standing]
Changed = tuple[Standing, tuple[AlarmEvent, ...]]


class OvertakenError(ConflictError):
    """
    Somebody else did something to an alarm since it was looked at.

    Parameters
    ----------
    done : AlarmEvent
        What they did last.
    """

    def __init__(self, done: AlarmEvent) -> None:
        super().__init__("somebody else has handled this alarm since it was read")
        self.done = done


@dataclass(frozen=True)
class Handling:
    """
    Who does something to an alarm and why; a shelf ``lasts`` so long.

    ``since`` when the state began that who does it looked at; None asks for no such care.
    """

    by: str
    note: str = ""
    lasts: timedelta = timedelta(hours=1)
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Book and trail as somebody sees them; what is written ``at_once`` is one transaction."""

    book: Book
    trail: DeedBook
    at_once: Callable[[], AbstractContextManager[None]]


class AlarmDesk:
    """
    The alarms of the plants that somebody sees.

    Who does something to an alarm that is none gets KeyError; to one of another's plant
    AccessError; what cannot be done to it now InputError.
    """

    def __init__(self, watch: AlarmWatch, actor: Actor, kept: Kept) -> None:
        """Look at these alarms on behalf of somebody."""
        self._watch, self._actor, self._kept = watch, actor, kept

    def standing(self) -> list[Moved]:
        """Return alarms that are not normal, the most urgent first."""
        return self._watch.standing(self._actor.sees)

    def watched(self) -> dict[str, Watched]:
        """Return every alarm by its name, whatever its state."""
        known = self._watch.watched().items()
        return {name: one for name, one in known if self._actor.sees(one.plant)}

    def by_priority(self) -> dict[str, int]:
        """Return how many alarms stand, by priority."""
        ranks = [one.definition.priority for one, now in self.standing() if now.state in STANDING]
        return {str(priority): ranks.count(priority) for priority in Priority}

    def events(self, start: datetime, end: datetime) -> list[AlarmEvent]:
        """Return every change of state in a time, the oldest first."""
        return self._kept.book.events(start, end)

    def begun(
        self, plant: str, start: datetime, end: datetime
    ) -> list[tuple[AlarmEvent, Watched]]:
        """Return the alarms of a plant that began to stand in a time, the oldest first."""
        known = self._watch.watched()
        return [
            (one, known[one.alarm])
            for one in self.events(start, end)
            if one.after in STANDING
            and one.before not in STANDING
            and one.alarm in known
            and known[one.alarm].plant == plant
        ]

    def last(self, alarms: Sequence[str]) -> dict[str, AlarmEvent]:
        """Return the last change of each alarm: when, by whom and why."""
        return {one.alarm: one for one in self._kept.book.last(alarms)}

    def raised(self, start: datetime, end: datetime, each: timedelta) -> tuple[int, ...]:
        """Return how many alarms came in each part of a time."""
        return raised_per(self._kept.book.events(start, end), start, end, each)

    def rates(self, start: datetime, end: datetime) -> AlarmRates:
        """Return how bearable the alarms of a time were, after EEMUA 191."""
        stand = [one.definition.id for one, now in self.standing() if now.state in STANDING]
        before = [e for e in self._kept.book.begun(stand) if e.time < start]
        found = [*before, *self._kept.book.events(start, end)]
        ranks = {name: one.definition.priority for name, one in self._watch.watched().items()}
        return alarm_rates(found, start, end, ranks)

    def acknowledge(self, name: str, deed: Handling) -> Moved:
        """Say that somebody saw an alarm."""

        def seen(definition: Definition, standing: Standing) -> Changed:
            return acknowledge(definition, standing, self._watch.time(name), deed.by)

        return self._done(name, seen, "alarm.acknowledge", deed)

    def shelve(self, name: str, deed: Handling) -> Moved:
        """Put an alarm aside for a while, with a reason."""

        def aside(definition: Definition, standing: Standing) -> Changed:
            now = self._watch.time(name)
            return shelve(definition, standing, now, now + deed.lasts, deed.by, deed.note)

        return self._done(name, aside, "alarm.shelve", deed)

    def take_out(self, name: str, deed: Handling) -> Moved:
        """Take an alarm out of service until it is put back."""

        def out(definition: Definition, standing: Standing) -> Changed:
            now = self._watch.time(name)
            return take_out_of_service(definition, standing, now, deed.by, deed.note)

        return self._done(name, out, "alarm.take_out", deed)

    def put_back(self, name: str, deed: Handling) -> Moved:
        """End a shelf, or bring an alarm back into service."""

        def back(definition: Definition, standing: Standing) -> Changed:
            return put_back(definition, standing, self._watch.time(name), deed.by)

        return self._done(name, back, "alarm.put_back", deed)

    def _done(self, name: str, doing: Doing, kind: str, deed: Handling) -> Moved:
        plant = self._watch.plant_of(name)
        if plant is None:
            raise KeyError(name)
        if not self._actor.sees(plant):
            raise AccessError(f"{self._actor.name} may not see plant {plant!r}")
        self._refuse_overtaken(name, deed)
        with self._kept.at_once():
            now = self._watch.act(name, doing)
            self._kept.trail.add(plant, kind, f"{name}: {deed.by}")
        return self._watch.watched()[name], now

    def _refuse_overtaken(self, name: str, deed: Handling) -> None:
        """Refuse where a person changed it since it was looked at; what time changed is let be."""
        if deed.since is None:
            return
        done = [
            e
            for e in self._kept.book.events(deed.since, self._watch.time(name) + AHEAD)
            if e.alarm == name and e.by and e.time > deed.since
        ]
        if done:
            raise OvertakenError(done[-1])
