"""Stamps that cannot be right, clocks that are set, restarts, disks that are full."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.peers.notify import Notifier, NotifyChannel
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.store import journal
from loopkeeper.adapters.store.before import before_now
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app import ingesting
from loopkeeper.app.access import SERVICE
from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.columns import Columns
from loopkeeper.app.ingesting import Ingestion
from loopkeeper.app.ports import Window
from loopkeeper.cli.serve import _ended
from loopkeeper.errors import OutsideError, StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmState, Condition, Definition, shelve
from loopkeeper.web import api

ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOT = Definition(
    id="hot", point="supply", condition=Condition.ABOVE, limit=30.0, on_delay=60, off_delay=60
)
SILENT = Definition(id="quiet", point="supply", condition=Condition.SILENT, limit=900.0)
RAISED = AlarmState.UNACKNOWLEDGED


class Time:
    """A machine's clock that a test sets, and one that nobody sets."""

    def __init__(self):
        self.ticked, self.set = 0.0, timedelta()

    def wall(self):
        return ZERO + timedelta(seconds=self.ticked) + self.set

    def ticks(self):
        return self.ticked

    @property
    def true(self):
        return ZERO + timedelta(seconds=self.ticked)


class House:
    """A store, its ingestion and its alarms, all by one clock, that can be started again."""

    def __init__(self, folder, *definitions):
        self.folder, self.time = folder, Time()
        self.definitions = definitions or (HOT, SILENT)
        self.start()

    def start(self):
        time = self.time
        self.store = TelemetryStore(self.folder, now=time.wall)
        self.ingestion = Ingestion(self.store, time.wall, ticks=time.ticks)
        self.records = Records(self.folder / RECORDS)
        self.book = AlarmBook(self.records, SERVICE)
        watched = [Watched("p", d, {}) for d in self.definitions]
        self.watch = AlarmWatch(watched, self.book, time.wall, ticks=time.ticks)
        self.watch.take_up(lambda *asked: before_now(self.store, time.wall(), *asked))
        self.ingestion.observers.append(self.watch.saw)

    def again(self):
        """End without warning and start."""
        self.store.close()
        self.records.close()
        self.start()

    def keep(self, *rows):
        """Keep (stamp, value) of the supply; returns what was put aside."""
        columns = Columns()
        for stamp, value, *known in rows:
            times = [round(t.timestamp() * 1e6) for t in (stamp, *known)]
            columns.add("p", "supply", times[0], value, known_at=times[1] if known else None)
        return run(self.ingestion, columns.frame())

    def events(self):
        return [(e.alarm, e.after) for e in self.book.events(None, ZERO + timedelta(days=30_000))]

    def rows(self):
        return self.store.read(
            Window("p", datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
        )


def run(ingestion, frame):
    async def kept():
        writer = asyncio.create_task(ingestion._write())
        try:
            async with asyncio.timeout(10):
                return await ingestion.keep(frame, "f")
        finally:
            writer.cancel()

    return asyncio.run(kept())


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.store.close()
    made.records.close()


def test_a_stamp_of_another_age_silences_nothing(house):
    future = datetime(2098, 1, 1, tzinfo=UTC)
    (aside,) = house.keep((future, 20.0), (house.time.true, 21.0))
    assert "ahead of the service's clock" in aside.reason
    assert "超前" in aside.reason
    assert house.rows()["value"].to_list() == [21.0]
    for second in (10, 40, 80):
        house.time.ticked = second
        house.keep((house.time.true, 1000.0))
    assert ("hot", RAISED) in house.events()
    (refused,) = house.store.refusals()
    again = Columns()
    read_json(refused["begins"].encode(), again, plant=None, arrived=0)
    assert again.frame()["time"].to_list() == [future]
    assert house.ingestion.tally.aside == {"f": 1}


@pytest.mark.parametrize(("minutes", "kept"), [(9.9, 1), (10.1, 0)])
def test_clocks_of_plants_may_drift(house, minutes, kept):
    house.keep((house.time.true + timedelta(minutes=minutes), 1.0))
    assert house.rows().height == kept


def test_what_is_put_aside_is_whole_however_much_it_is(house):
    future = ZERO + timedelta(days=1)
    house.keep(*((future + timedelta(seconds=n), float(n)) for n in range(5000)))
    base = house.store._journal._base
    bodies = [json.loads(raw) for (raw,) in base.execute("SELECT payload FROM refused")]
    assert sorted(v for body in bodies for v in body["value"]) == list(range(5000))
    assert len(bodies) > 1


def test_known_no_later_than_it_came(house):
    stamp = house.time.true
    house.keep((stamp, 1.0, ZERO + timedelta(days=3650)))
    house.time.ticked = 5
    house.keep((stamp, 2.0))
    assert house.rows()["value"].to_list() == [2.0]  # it can be corrected
    assert house.ingestion.tally.known_later["f"] == 1


def test_what_the_retention_deletes_is_not_taken_as_kept(house):
    old, kept = ZERO - timedelta(days=731), ZERO - timedelta(days=729)
    (aside,) = house.keep((old, 1.0), (kept, 2.0))
    assert "2024-03-01" in aside.reason
    house.store.compact()
    house.store.retain()
    assert house.rows()["value"].to_list() == [2.0]
    assert len(house.store.refusals()) == 1


HOURS = [1, -1, 24, -24]


@pytest.mark.parametrize("live", [False, True], ids=["peers' clocks", "our clock"])
@pytest.mark.parametrize("hours", HOURS)
def test_a_clock_that_is_set_loses_and_repeats_nothing(house, hours, live):
    """An alarm stands while the clock is set there and back; another comes meanwhile."""
    sent = []

    def minute(value):
        house.time.ticked += 60
        stamp = house.time.wall() if live else house.time.true
        sent.append((stamp, value))
        assert house.keep(sent[-1]) == ()
        house.watch.tick()

    def raised():
        return house.events().count(("hot", RAISED))

    for value in (20, 35, 35, 35):
        minute(value)
    assert raised() == 1
    house.time.set = timedelta(hours=hours)
    for value in (35, 35, 20, 20, 20, 35, 35, 35):
        minute(value)
    assert raised() == 2
    house.time.set = timedelta()
    for value in (35, 35, 20, 20, 20, 35, 35, 35):
        minute(value)
    assert raised() == 3
    assert not [e for e in house.events() if e[0] == "quiet"]
    for _ in range(16):
        house.time.ticked += 60
        house.watch.tick()
    assert house.events().count(("quiet", RAISED)) == 1  # silence is noticed as before
    rows = house.rows()
    held = set(zip(rows["time"], rows["value"], strict=True))
    assert {(stamp, float(value)) for stamp, value in sent} <= held


@pytest.mark.parametrize("hours", [24 * 365 * 80, -24])
def test_a_clock_that_is_set_deletes_nothing(tmp_path, hours):
    house = House(tmp_path)
    house.keep((house.time.true, 1.0))
    house.time.set = timedelta(hours=hours)

    async def hours_later():
        work = asyncio.create_task(house.ingestion._upkeep(0.01))
        await asyncio.sleep(0.3)
        work.cancel()

    asyncio.run(hours_later())
    house.store.flush()
    assert house.rows().height == 1


def test_upkeep_keeps_its_rhythm(tmp_path, monkeypatch):
    house, done = House(tmp_path), []
    monkeypatch.setattr(house.store, "compact", lambda: done.append("compact"))
    monkeypatch.setattr(house.store, "retain", lambda: done.append("retain"))

    async def set_about():
        work = asyncio.create_task(house.ingestion._upkeep(0.01))
        for hours in (*HOURS, 0):
            house.time.set = timedelta(hours=hours)
            await asyncio.sleep(0.05)
        work.cancel()

    asyncio.run(set_about())
    assert done.count("retain") == 1
    assert done.count("compact") > 5


@pytest.mark.parametrize("flushed", [False, True])
def test_silence_is_known_over_a_restart(house, flushed):
    house.keep((house.time.true, 20.0))
    house.watch.tick()
    if flushed:
        house.store.flush()
    house.time.ticked = 600
    house.again()
    house.watch.tick()
    assert house.events() == []
    house.time.ticked = 1000
    house.watch.tick()
    house.again()
    house.watch.tick()
    assert house.events() == [("quiet", RAISED)]


def test_silence_of_days_is_known_after_a_restart(house):
    house.keep((house.time.true, 20.0))
    house.time.ticked = 5 * 86_400
    house.again()
    house.watch.tick()
    assert house.events() == [("quiet", RAISED)]


def test_what_was_waited_for_goes_on_over_a_restart(house):
    for second, value in ((0, 20.0), (10, 31.0), (40, 31.0)):
        house.time.ticked = second
        house.keep((house.time.true, value))
    house.again()
    house.time.ticked = 71  # 61 s after it went beyond the limit, 30 s after the start
    house.keep((house.time.true, 31.0))
    assert house.events() == [("hot", RAISED)]
    house.again()
    house.keep((house.time.true, 31.0))
    assert house.events() == [("hot", RAISED)]


def test_what_came_late_raises_nothing_after_a_restart(house):
    for second, stamp, value in ((100, 100, 20.0), (101, 10, 99.0), (102, 80, 99.0)):
        house.time.ticked = second
        house.keep((ZERO + timedelta(seconds=stamp), value))
    assert house.events() == []
    house.again()
    assert house.events() == []


def test_a_shelf_ends_when_it_was_to_end_over_a_restart(house):
    for second in (0, 61):
        house.time.ticked = second
        house.keep((house.time.true, 40.0))
    now = house.watch.time("hot")
    until = now + timedelta(seconds=600)
    house.watch.act("hot", lambda d, s: shelve(d, s, now, until, "li", "works"))
    for second, raised in ((300, 1), (700, 2)):
        house.time.ticked = second
        house.again()
        house.keep((house.time.true, 40.0))
        house.watch.tick()
        assert house.events().count(("hot", RAISED)) == raised


def test_an_alarm_new_to_the_book_tells_how_it_stands_only(house):
    house.definitions = ()
    for n, value in enumerate((40.0, 40.0, 20.0, 20.0) * 5):
        house.time.ticked = 61.0 * n
        columns = Columns()
        columns.add("p", "supply", round(house.time.true.timestamp() * 1e6), value)
        house.store.append(columns.frame())
    house.definitions = (HOT, SILENT)
    house.again()
    assert house.events() == []


class Full:
    """A part of a store whose disk can be full."""

    def __init__(self, real):
        self._real, self.full = real, True

    def __getattr__(self, name):
        work = getattr(self._real, name)
        if not callable(work):
            return work

        def tried(*given, **named):
            if self.full:
                raise StoreError("database or disk is full · [Errno 28]")
            return work(*given, **named)

        return tried


def test_changes_wait_for_a_book_that_cannot_be_written(house):
    full = house.watch._book = Full(house.book)
    for second in (0, 61):
        house.time.ticked = second
        house.keep((house.time.true, 40.0))
    house.watch.tick()
    assert "full" in house.watch.trouble
    with pytest.raises(OutsideError):
        house.watch.act("hot", lambda d, s: shelve(d, s, ZERO, ZERO + timedelta(1), "li", "x"))
    assert house.events() == []
    full.full = False
    house.watch.tick()
    house.watch.tick()
    assert house.events() == [("hot", RAISED)]
    assert house.watch.trouble == ""


def test_a_notifier_outlives_its_book_and_tells_once(house, monkeypatch):
    book = Full(house.book)
    book.full = False
    watched = house.watch.watched()
    notifier = Notifier([NotifyChannel("c", webhook="http://127.0.0.1:1/")], book, watched)
    told = []

    async def send(_channel, _one, event):
        told.append(event.alarm)
        book.full = True  # it arrived, and then the disk was full
        return ""

    monkeypatch.setattr(notifier, "_send", send)
    hot = Definition(id="hot", point="supply", condition=Condition.ABOVE, limit=30.0)
    monkeypatch.setitem(house.watch._watched, "hot", Watched("p", hot, {}))
    house.keep((house.time.true, 40.0))
    monkeypatch.setattr("loopkeeper.adapters.peers.notify._concerns", lambda *_: True)

    async def days():
        work = asyncio.create_task(notifier.run(0.01))
        await asyncio.sleep(0.1)
        assert "full" in notifier.trouble
        assert not work.done()
        book.full = False
        await asyncio.sleep(0.1)
        work.cancel()

    asyncio.run(days())
    assert told == ["hot"]
    assert notifier.trouble == ""
    assert notifier.not_told() == {}
    book.tell("c", 7, "no answer")
    assert notifier.not_told() == {"c": 1}


def test_a_full_store_holds_feeds_back_and_recovers(house, monkeypatch):
    monkeypatch.setattr(ingesting, "DELAYS", (0.02,))
    store = house.ingestion._store = Full(house.store)
    store.oldest = house.store.oldest
    frame = pl.DataFrame(
        {
            "plant": ["p"],
            "point": ["supply"],
            "time": [ZERO],
            "value": [1.0],
            "quality": [0],
            "known_at": [None],
        },
        schema_overrides={
            "time": pl.Datetime("us", "UTC"),
            "quality": pl.Int8,
            "known_at": pl.Datetime("us", "UTC"),
        },
    )

    async def course():
        work = asyncio.create_task(house.ingestion.run(flush_every=0.02, upkeep_every=0.02))
        waits = [
            asyncio.create_task(house.ingestion.keep(frame, "f")),
            asyncio.create_task(house.ingestion.refuse("f", "s", "why", b"raw")),
        ]
        await asyncio.sleep(0.3)
        assert not any(w.done() for w in (*waits, work))
        assert "full" in house.ingestion.tally.trouble
        store.full = False
        async with asyncio.timeout(5):
            await asyncio.gather(*waits)
        await asyncio.sleep(0.3)
        assert house.ingestion.tally.trouble == ""
        store.full = True
        lost = asyncio.create_task(house.ingestion.keep(frame, "f"))
        await asyncio.sleep(0.05)
        work.cancel()
        async with asyncio.timeout(5):
            await house.ingestion.drain()  # a stop does not wait for room
        assert not lost.done()
        lost.cancel()

    asyncio.run(course())
    assert house.rows().height == 1
    assert len(house.store.refusals()) == 1


def test_a_table_asks_for_room_first(house, monkeypatch):
    house.keep((house.time.true, 1.0))
    real = os.statvfs(house.folder)
    full = os.statvfs_result((*real[:3], 0, 0, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    with pytest.raises(StoreError, match="disk is full"):
        house.store.flush()
    monkeypatch.setattr(os, "statvfs", lambda _: real)
    assert house.store.flush() == 1


def test_a_fatal_end_has_one_sentence():
    async def end():
        async def work():
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(int, "x"))

        task = asyncio.create_task(work())
        await asyncio.wait({task})
        await _ended(task)

    with pytest.raises(OutsideError, match="the service ended: ValueError"):
        asyncio.run(end())


def test_silence_waits_its_delay_from_when_it_began_over_a_restart(tmp_path):
    slow = Definition(
        id="slow", point="supply", condition=Condition.SILENT, limit=900.0, on_delay=600.0
    )
    house = House(tmp_path, slow)
    house.keep((house.time.true, 20.0))
    for second, raised in ((1000, 0), (1499, 0), (1501, 1)):
        house.time.ticked = second
        house.again()
        house.watch.tick()
        assert house.events() == [("slow", RAISED)] * raised


def test_refused_payloads_that_make_room_are_counted(house, monkeypatch):
    monkeypatch.setattr(journal, "MOST_REFUSED", 3)
    for n in range(5):
        house.store.refuse("f", "s", "why", str(n).encode())
    assert [one["begins"] for one in house.store.refusals()] == ["4", "3", "2"]
    assert house.store.refused_gone() == 2
    house.again()
    house.store.refuse("f", "s", "why", b"5")
    assert house.store.refused_gone() == 3
    assert api._cautions(0) == []
    assert "3 refused payloads" in api._cautions(3)[0]
