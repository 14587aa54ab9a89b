"""A store of a version without records: everything it kept is taken over, once."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.moved import MOVED, take_over
from loopkeeper.adapters.store.sqlite import ALARMS, RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.app.columns import Columns
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.cli.main import app
from loopkeeper.errors import StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Seen, Standing
from peers.postgres import database

pytestmark = pytest.mark.integration
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATE = ZERO + timedelta(days=2)
SCHEMA = """
CREATE TABLE standing (alarm TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, alarm TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, value REAL, by TEXT NOT NULL, note TEXT NOT NULL
);
CREATE TABLE told (channel TEXT PRIMARY KEY, upto INTEGER NOT NULL);
CREATE TABLE dead_letter (event INTEGER, channel TEXT, reason TEXT, PRIMARY KEY (event, channel));
"""
STANDING = {
    "state": "unacknowledged", "on": True, "value": 31.5, "since": ZERO.isoformat(),
    "pending": None, "until": None, "seen": ZERO.isoformat(), "changed": None,
}  # fmt: skip
FOUND = {"time": ZERO.isoformat(), "figures": {"calc.unsound": 1.0}, "verdicts": [], "reports": []}
EVENTS = [
    AlarmEvent(
        time=ZERO + timedelta(minutes=n),
        alarm="hot",
        before=AlarmState.NORMAL,
        after=AlarmState.UNACKNOWLEDGED,
        value=None if n == 1 else 30.0 + n,
        by="值班员",
        note="看过",
    )
    for n in range(3)
]


@pytest.fixture
def old(tmp_path):
    """A store as the version before left it: its book of alarms and what its journal remembers."""
    folder = tmp_path / "store"
    with TelemetryStore(folder, now=lambda: LATE) as store:
        columns = Columns()
        for plant in ("p", "q"):
            columns.add(plant, "t", round(ZERO.timestamp() * 1e6), 30.0)
        store.append(columns.frame())
        store.flush()
        store.remember("round p", json.dumps(FOUND))
    with closing(sqlite3.connect(folder / ALARMS)) as base:
        base.executescript(SCHEMA)
        base.execute("INSERT INTO standing VALUES ('hot', ?)", (json.dumps(STANDING),))
        rows = [
            (e.time.isoformat(), e.alarm, e.before, e.after, e.value, e.by, e.note) for e in EVENTS
        ]
        base.executemany(
            "INSERT INTO event (time, alarm, before, after, value, by, note) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        base.execute("INSERT INTO told VALUES ('mail', 2)")
        base.execute("INSERT INTO dead_letter VALUES (1, 'mail', 'no answer')")
        base.commit()
    return folder


def holds_everything(records):
    book = AlarmBook(records, SERVICE)
    assert book.events(None, LATE) == EVENTS
    seen = Seen(ZERO, 31.5, None, None)
    assert book.standings() == {
        "hot": Standing(AlarmState.UNACKNOWLEDGED, ZERO, on=True, seen=seen)
    }
    assert [n for n, _ in book.untold("mail")] == [3]
    assert book.dead_letters() == [(1, "mail", "no answer")]
    judgements = Judgements(records, SERVICE)
    assert judgements.last("p").found == FOUND
    assert judgements.last("p").made_at == ZERO
    assert judgements.last("q") is None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_comes_twice(old, tmp_path, kind):
    def taken(place):
        with TelemetryStore(old, now=lambda: LATE) as store, closing(Records(place)) as records:
            done = take_over(store, records, LATE)
            holds_everything(records)
            return done

    def twice(place):
        assert len(taken(place)) == 2
        assert not (old / ALARMS).exists()
        assert (old / (ALARMS + MOVED)).exists()
        (old / (ALARMS + MOVED)).rename(old / ALARMS)  # killed between the two steps
        assert len(taken(place)) == 1
        with closing(Records(place)) as records:  # and what comes next is numbered on
            AlarmBook(records, SERVICE).note({}, [EVENTS[0]], {"hot": "p"})
            assert [n for n, _ in AlarmBook(records, SERVICE).untold("mail")] == [3, 4]

    if kind == "sqlite":
        twice(tmp_path / RECORDS)
        return
    with database(tmp_path) as url:
        twice(url)


def test_a_book_that_cannot_be_read_stays_and_is_named(old):
    raw = bytearray((old / ALARMS).read_bytes())
    raw[100:4000] = b"\0" * 3900
    (old / ALARMS).write_bytes(raw)
    with (
        TelemetryStore(old, now=lambda: LATE) as store,
        closing(Records(old / RECORDS)) as records,
    ):
        with pytest.raises(StoreError, match="restore it from a backup"):
            take_over(store, records, LATE)
        assert AlarmBook(records, SERVICE).events(None, LATE) == []
    assert (old / ALARMS).exists()
    with pytest.raises(StoreError, match="restore it from a backup"):  # nor does a service hide it
        service(Settings(old))


def test_store_upgrade_says_what_it_did(old):
    done = CliRunner().invoke(app, ["store", "upgrade", str(old)])
    assert done.exit_code == 0, done.output
    assert "3 changes of alarms" in done.output
    with closing(Records(old / RECORDS)) as records:
        holds_everything(records)
    again = CliRunner().invoke(app, ["store", "upgrade", str(old)])
    assert again.exit_code == 0
    assert "up to date" in again.output
    checked = CliRunner().invoke(app, ["store", "check", str(old)])
    assert checked.exit_code == 0, checked.output
