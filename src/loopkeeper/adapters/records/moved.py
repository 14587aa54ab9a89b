"""What stores kept before there were records: taken over once, nothing lost, nothing twice."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.owned import owned
from loopkeeper.adapters.records.schema import (
    alarm_event,
    alarm_letter,
    alarm_standing,
    alarm_told,
    trail,
)
from loopkeeper.adapters.store.sqlite import ALARMS, read_only
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.app.ports import Judged
from loopkeeper.errors import StoreError

_TABLES = (
    ("SELECT alarm, data FROM standing", alarm_standing, ("alarm", "data")),
    ("SELECT id, time, alarm, before, after, value, by, note FROM event ORDER BY id", alarm_event,
     ("id", "time", "alarm", "before", "after", "value", "by", "note")),
    ("SELECT channel, upto FROM told", alarm_told, ("channel", "upto")),
    ("SELECT event, channel, reason FROM dead_letter", alarm_letter,
     ("event", "channel", "reason")),
)  # fmt: skip
MOVED = ".moved"
"""Ending of a file whose content the records have taken over."""


def take_over(store: TelemetryStore, records: Records, now: datetime) -> list[str]:
    """
    Take over the book of alarms and the last judgements of a store without records.

    Parameters
    ----------
    store : TelemetryStore
        Open to write.
    records : Records
        Where they go.
    now : datetime
        The time, UTC.

    Returns
    -------
    list of str
        What was done, nothing when there was nothing to do.

    Raises
    ------
    StoreError
        When the old book cannot be read as it was written.
    """
    done = _alarms(store.folder / ALARMS, records, now)
    judgements = Judgements(records, SERVICE)
    known = judgements.newest()
    for plant in store.plants():
        text = store.recall(f"round {plant}")
        if text is None or plant in known:
            continue
        found = json.loads(text)
        at = datetime.fromisoformat(found["time"])
        judgements.add(plant, Judged(at, "", "", found))
        done.append(f"the last judgement of {plant} taken over")
    return done


def _alarms(old: Path, records: Records, now: datetime) -> list[str]:
    if not old.exists():
        return []
    deed = f"took over {ALARMS}"
    try:
        base = read_only(old)
        parts = [(t, [*_rows(base.execute(asked), names)]) for asked, t, names in _TABLES]
        base.close()
    except sqlite3.Error as error:
        raise StoreError(f"{old}: {error}; restore it from a backup") from error
    with records.writing() as there:
        if not _done(there, deed):
            for table, rows in parts:
                if rows:
                    there.execute(insert(table), [_whose(row, table) for row in rows])
            _number_on(there)
            row = owned(SERVICE, "", time=now, by=SERVICE.name, deed=deed, detail="")
            there.execute(insert(trail), [row])
    for path in sorted(old.parent.glob(f"{old.name}*")):
        if not path.name.endswith(MOVED):
            path.rename(path.with_name(path.name + MOVED))
    events = next(len(rows) for table, rows in parts if table is alarm_event)
    return [f"{events} changes of alarms taken over; the old book is {old.name}{MOVED}"]


def _rows(rows: Iterable[Iterable[Any]], names: tuple[str, ...]) -> Iterable[dict[str, Any]]:
    for row in rows:
        found = dict(zip(names, row, strict=True))
        if "time" in found:
            found["time"] = datetime.fromisoformat(found["time"])
        yield found


def _whose(row: dict[str, Any], table: Table) -> dict[str, Any]:
    """A row of a plant that a service tells later."""
    return owned(SERVICE, "", **row) if "plant" in table.c else row


def _number_on(base: Connection) -> None:
    """PostgreSQL counts only what it numbered itself."""
    if base.dialect.name == "postgresql":
        last = select(func.max(alarm_event.c.id)).scalar_subquery()
        base.execute(select(func.setval("alarm_event_id_seq", last)))


def _done(base: Connection, deed: str) -> bool:
    return base.execute(select(trail.c.id).where(trail.c.deed == deed)).first() is not None
