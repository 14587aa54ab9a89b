"""The book of alarms: every change of state, how each alarm stands, what is still to be told."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select, update

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import (
    alarm_event,
    alarm_letter,
    alarm_standing,
    alarm_told,
)
from loopkeeper.app.access import Actor
from loopkeeper.lifecycle.monitor.alarm import (
    STANDING,
    AlarmEvent,
    AlarmState,
    Seen,
    Standing,
)

_NAMES = ("time", "alarm", "before", "after", "value", "by", "note")
_EVENT = [alarm_event.c[name] for name in _NAMES]


class AlarmBook:
    """Changes of alarms, durable when noted, of the plants that an actor may see."""

    def __init__(self, records: Records, actor: Actor) -> None:
        """Of a database, for somebody."""
        self._records, self._actor = records, actor

    def claim(self, plants: Mapping[str, str]) -> None:
        """Give alarms that were noted when rows had no plant theirs, by the names of alarms."""
        for table in (alarm_event, alarm_standing):
            lost = and_(table.c.organisation == self._actor.organisation, table.c.plant == "")
            with self._records.reading() as base:
                names = base.execute(select(table.c.alarm).where(lost).distinct()).scalars().all()
            rows = [{"its": name, "whose": plants[name]} for name in names if plants.get(name)]
            if not rows:
                continue
            given = update(table).where(lost, table.c.alarm == bindparam("its"))
            with self._records.writing() as base:
                base.execute(given.values(plant=bindparam("whose")), rows)

    def standings(self) -> dict[str, Standing]:
        """Return how each alarm stood when it last changed."""
        asked = select(alarm_standing.c.alarm, alarm_standing.c.data)
        with self._records.reading() as base:
            rows = base.execute(asked.where(seen_by(self._actor, alarm_standing))).all()
        return {alarm: _standing(json.loads(data)) for alarm, data in rows}

    def note(
        self,
        standings: Mapping[str, Standing],
        events: Sequence[AlarmEvent],
        plants: Mapping[str, str],
    ) -> None:
        """Keep changes of state in one transaction; ``plants`` whose each alarm is."""

        def row(alarm: str, **columns: Any) -> dict[str, Any]:
            return owned(self._actor, plants[alarm], alarm=alarm, **columns)

        stand = [row(name, data=json.dumps(_plain(one))) for name, one in standings.items()]
        told = [row(**{name: getattr(e, name) for name in _NAMES}) for e in events]
        before = and_(
            alarm_standing.c.organisation == self._actor.organisation,
            alarm_standing.c.alarm.in_(list(standings)),
        )
        with self._records.writing() as base:
            if stand:
                base.execute(delete(alarm_standing).where(before))
                base.execute(insert(alarm_standing), stand)
            if told:
                base.execute(insert(alarm_event), told)

    def events(self, start: datetime | None, end: datetime) -> list[AlarmEvent]:
        """Return the changes of a period, in the order they were noted."""
        own = seen_by(self._actor, alarm_event)
        asked = select(*_EVENT).where(own, alarm_event.c.time < end).order_by(alarm_event.c.id)
        if start is not None:
            asked = asked.where(alarm_event.c.time >= start)
        with self._records.reading() as base:
            return [_event(tuple(row)) for row in base.execute(asked)]

    def begun(self, alarms: Sequence[str]) -> list[AlarmEvent]:
        """Return for each alarm the last change by which it began to stand, oldest first."""
        standing = sorted(STANDING)
        began = alarm_event.c.after.in_(standing), alarm_event.c.before.not_in(standing)
        return self._newest(alarms, *began)

    def last(self, alarms: Sequence[str]) -> list[AlarmEvent]:
        """Return the last change of each alarm, oldest first."""
        return self._newest(alarms)

    def _newest(self, alarms: Sequence[str], *such: ColumnElement[bool]) -> list[AlarmEvent]:
        """The last change of each alarm among such changes."""
        own = seen_by(self._actor, alarm_event), alarm_event.c.alarm.in_(list(alarms))
        last = select(func.max(alarm_event.c.id)).where(*own, *such).group_by(alarm_event.c.alarm)
        asked = select(*_EVENT).where(alarm_event.c.id.in_(last)).order_by(alarm_event.c.id)
        with self._records.reading() as base:
            return [_event(tuple(row)) for row in base.execute(asked)]

    def untold(self, channel: str, most: int = 100) -> list[tuple[int, AlarmEvent]]:
        """Return changes that a channel has not told yet, with their numbers."""
        upto = select(alarm_told.c.upto).where(alarm_told.c.channel == channel).scalar_subquery()
        asked = (
            select(alarm_event.c.id, *_EVENT)
            .where(seen_by(self._actor, alarm_event), alarm_event.c.id > func.coalesce(upto, 0))
            .order_by(alarm_event.c.id)
            .limit(most)
        )
        with self._records.reading() as base:
            return [(row[0], _event(tuple(row)[1:])) for row in base.execute(asked)]

    def tell(self, channel: str, number: int, failure: str = "") -> None:
        """Note that a change was told, or given up for a reason: then it is a dead letter."""
        letter = alarm_letter.c
        with self._records.writing() as base:
            known = base.execute(
                update(alarm_told).where(alarm_told.c.channel == channel).values(upto=number)
            )
            if not known.rowcount:
                base.execute(insert(alarm_told), [{"channel": channel, "upto": number}])
            if failure:
                base.execute(
                    delete(alarm_letter).where(letter.event == number, letter.channel == channel)
                )
                row = {"event": number, "channel": channel, "reason": failure[:300]}
                base.execute(insert(alarm_letter), [row])

    def begin_telling(self, channel: str) -> None:
        """Start a new channel with what happens from now on."""
        with self._records.writing() as base:
            known = select(alarm_told.c.upto).where(alarm_told.c.channel == channel)
            if base.execute(known).first() is None:
                last = base.execute(select(func.max(alarm_event.c.id))).scalar() or 0
                base.execute(insert(alarm_told), [{"channel": channel, "upto": last}])

    def dead_letters(self) -> list[tuple[int, str, str]]:
        """Return the number, channel and reason of what could not be told."""
        columns = alarm_letter.c
        asked = select(columns.event, columns.channel, columns.reason).order_by(columns.event)
        with self._records.reading() as base:
            return [(row[0], row[1], row[2]) for row in base.execute(asked)]


def _event(row: Sequence[Any]) -> AlarmEvent:
    time, alarm, before, after, value, by, note = row
    number = None if value is None else float(value)
    return AlarmEvent(
        time=time,
        alarm=alarm,
        before=AlarmState(before),
        after=AlarmState(after),
        value=number,
        by=by,
        note=note,
    )


def _plain(one: Standing) -> dict[str, object]:
    return {
        "state": one.state,
        "on": one.on,
        "value": one.seen.value,
        **{name: _text(getattr(one, name)) for name in ("since", "pending", "until")},
        "seen": _text(one.seen.time),
        "changed": _text(one.seen.changed),
    }


def _standing(data: Mapping[str, Any]) -> Standing:
    times = {
        n: datetime.fromisoformat(data[n]) if data[n] else None
        for n in ("since", "pending", "until", "seen", "changed")
    }
    value = None if data["value"] is None else float(data["value"])
    seen = Seen(times["seen"], value, None, times["changed"])
    return Standing(
        AlarmState(data["state"]),
        times["since"],
        bool(data["on"]),
        times["pending"],
        times["until"],
        seen,
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
