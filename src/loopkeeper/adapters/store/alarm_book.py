"""The book of alarms: every change of state, how each alarm stands, what is still to be told."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from loopkeeper.adapters.store.durable import sync
from loopkeeper.adapters.store.room import FULL, refusal, said
from loopkeeper.adapters.store.sqlite import detached, read_only, tables
from loopkeeper.errors import StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Seen, Standing

_SCHEMA = """
CREATE TABLE IF NOT EXISTS standing (alarm TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, alarm TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, value REAL, by TEXT NOT NULL, note TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_time ON event (time);
CREATE TABLE IF NOT EXISTS told (
    channel TEXT PRIMARY KEY, upto INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS dead_letter (
    event INTEGER NOT NULL, channel TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (event, channel)
);
"""


class AlarmBook:
    """Changes of alarms in one SQLite file, durable when noted."""

    def __init__(self, path: Path, *, patient: bool = False) -> None:
        """
        Open or create.

        Where the disk takes nothing a ``patient`` book reads what is there and writes as soon as
        the disk takes it. Raises StoreError when it is no book, or cannot be written otherwise.
        """
        self._lock, self._path, self._patient = RLock(), path, patient
        self._dozes = False
        try:
            self._base = _opened(path)
        except (sqlite3.Error, OSError) as error:
            if not patient or refusal(path.parent) is None:
                raise StoreError(f"{path}: {error}; restore it from a backup") from error
            self._doze()

    def standings(self) -> dict[str, Standing]:
        """Return how each alarm stood when it last changed."""
        with self._speaking():
            rows = self._base.execute("SELECT alarm, data FROM standing").fetchall()
        return {alarm: _standing(json.loads(data)) for alarm, data in rows}

    def note(self, standings: Mapping[str, Standing], events: Sequence[AlarmEvent]) -> None:
        """Keep changes of state in one transaction."""
        with self._writing():
            self._base.executemany(
                "INSERT INTO standing VALUES (?, ?) "
                "ON CONFLICT (alarm) DO UPDATE SET data = excluded.data",
                [(alarm, json.dumps(_plain(one))) for alarm, one in standings.items()],
            )
            self._base.executemany(
                "INSERT INTO event (time, alarm, before, after, value, by, note) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (e.time.isoformat(), e.alarm, e.before, e.after, e.value, e.by, e.note)
                    for e in events
                ],
            )

    def events(self, start: datetime | None, end: datetime) -> list[AlarmEvent]:
        """Return the changes of a period, in the order they were noted."""
        first = "" if start is None else start.isoformat()
        with self._speaking():
            rows = self._base.execute(
                "SELECT time, alarm, before, after, value, by, note FROM event "
                "WHERE time >= ? AND time < ? ORDER BY id",
                (first, end.isoformat()),
            ).fetchall()
        return [_event(row) for row in rows]

    def untold(self, channel: str, most: int = 100) -> list[tuple[int, AlarmEvent]]:
        """Return changes that a channel has not told yet, with their numbers."""
        with self._speaking():
            rows = self._base.execute(
                "SELECT id, time, alarm, before, after, value, by, note FROM event WHERE id > "
                "coalesce((SELECT upto FROM told WHERE channel = ?), 0) ORDER BY id LIMIT ?",
                (channel, most),
            ).fetchall()
        return [(row[0], _event(row[1:])) for row in rows]

    def tell(self, channel: str, number: int, failure: str = "") -> None:
        """Note that a change was told, or given up for a reason: then it is a dead letter."""
        with self._writing():
            self._base.execute(
                "INSERT INTO told VALUES (?, ?) "
                "ON CONFLICT (channel) DO UPDATE SET upto = excluded.upto",
                (channel, number),
            )
            if failure:
                self._base.execute(
                    "INSERT OR REPLACE INTO dead_letter VALUES (?, ?, ?)",
                    (number, channel, failure[:300]),
                )

    def begin_telling(self, channel: str) -> None:
        """Start a new channel with what happens from now on."""
        with self._writing():
            self._base.execute(
                "INSERT OR IGNORE INTO told SELECT ?, coalesce(max(id), 0) FROM event", (channel,)
            )

    def dead_letters(self) -> list[tuple[int, str, str]]:
        """Return the number, channel and reason of what could not be told."""
        with self._speaking():
            return self._base.execute(
                "SELECT event, channel, reason FROM dead_letter ORDER BY event"
            ).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def _doze(self) -> None:
        """Read what is there until the disk takes something."""
        self._dozes = True
        try:
            self._base = detached(self._path)
            self._base.execute("SELECT count(*) FROM standing")
        except sqlite3.Error:
            self._base = sqlite3.connect(":memory:", check_same_thread=False)
            self._base.executescript(f"{_SCHEMA}; PRAGMA query_only=ON")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write in one transaction; a disk that was taken away is let go of."""
        with self._speaking():
            if self._dozes:
                self._wake()
            try:
                with self._base:
                    yield
            except sqlite3.Error:
                why = refusal(self._path.parent) if self._patient else None
                if why is not None and why.errno not in FULL:
                    self._base.close()
                    self._doze()
                raise

    def _wake(self) -> None:
        if why := refusal(self._path.parent):
            raise StoreError(said(self._path.parent, why)) from why
        if not self._path.parent.is_dir():
            raise StoreError(f"{self._path.parent}: the store is not there")
        self._base.close()  # first: connections of a process share what they know of the disk
        try:
            self._base = _opened(self._path)
        except (sqlite3.Error, OSError):
            self._doze()
            raise
        self._dozes = False

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"{self._path}: {error}") from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open to write, or create."""
    base = sqlite3.connect(path, check_same_thread=False)
    try:
        if (there := tables(base)) and "standing" not in there:
            raise sqlite3.DatabaseError("it is no book of alarms")
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.executescript(_SCHEMA)
        sync(path.parent)
    except (sqlite3.Error, OSError):
        base.close()
        raise
    return base


def _event(row: Sequence[Any]) -> AlarmEvent:
    time, alarm, before, after, value, by, note = row
    number = None if value is None else float(value)
    return AlarmEvent(
        datetime.fromisoformat(time),
        alarm,
        AlarmState(before),
        AlarmState(after),
        number,
        by,
        note,
    )


def _plain(one: Standing) -> dict[str, object]:
    return {
        "state": one.state, "on": one.on, "value": one.seen.value,
        **{name: _text(getattr(one, name)) for name in ("since", "pending", "until")},
        "seen": _text(one.seen.time), "changed": _text(one.seen.changed),
    }  # fmt: skip


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


def alarm_problems(path: Path) -> list[str]:
    """What SQLite finds wrong with the book of alarms."""
    if not path.exists():
        return []
    try:
        base = read_only(path)
        rows = base.execute("PRAGMA integrity_check").fetchall()
        rows += [(f"no table {n}",) for n in ("standing", "event") if not base.execute(
            "SELECT 1 FROM sqlite_master WHERE name = ?", (n,)).fetchone()]  # fmt: skip
        base.close()
    except sqlite3.Error as error:
        return [f"{path.name}: {error}"]
    return [f"{path.name}: {text}" for (text,) in rows if text != "ok"]


def copy_alarms(path: Path, target: Path) -> list[str]:
    """Copy the book of alarms while it is written to."""
    if said := alarm_problems(path):
        return said
    source, copy = read_only(path), sqlite3.connect(target)
    source.backup(copy)
    copy.close()
    source.close()
    sync(target)
    return []
