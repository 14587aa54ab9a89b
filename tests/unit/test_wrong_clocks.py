"""A machine that starts with a wrong clock, and one whose clock is set under the rounds."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.app.alarming import AlarmWatch
from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.columns import Columns
from loopkeeper.app.ingesting import Ingestion
from loopkeeper.app.own_alarms import OwnAlarms, own_alarms
from loopkeeper.app.ports import Judged, Window
from loopkeeper.app.use_cases.rounds import Daily, round_of
from loopkeeper.cli.main import app

ZERO = datetime(2026, 11, 1, 12, tzinfo=UTC)
EVER = Window("p", datetime(1960, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
HOUR = 3600.0


class Machine:
    """A machine with a store, whose clock a test sets; its other clock begins at every start."""

    def __init__(self, folder):
        self.folder, self.clock, self.ticked = folder, ZERO, 0.0
        self.start()

    def wall(self):
        return self.clock

    def ticks(self):
        return self.ticked

    def start(self):
        self.store = TelemetryStore(self.folder, now=self.wall)
        self.ingestion = Ingestion(self.store, self.wall, ticks=self.ticks)

    def starts_at(self, clock):
        self.stop()
        self.clock, self.ticked = clock, 0.0
        self.start()

    def stop(self):
        self.store.close()

    def passes(self, seconds):
        self.clock += timedelta(seconds=seconds)
        self.ticked += seconds

    def keeps(self, *stamps):
        """Keep a reading of each stamp; return how many were put aside."""
        columns = Columns()
        for stamp in stamps:
            columns.add("p", "supply", round(stamp.timestamp() * 1e6), 1.0)

        async def kept():
            writer = asyncio.create_task(self.ingestion._write())
            try:
                return await self.ingestion.keep(columns.frame(), "f")
            finally:
                writer.cancel()

        return sum(one.rows.height for one in asyncio.run(kept()))

    def works(self, every=0.02):
        """Flush and upkeep for a moment, each a few times."""

        async def moment():
            tasks = [
                asyncio.create_task(self.ingestion._flush(every)),
                asyncio.create_task(self.ingestion._upkeep(every)),
            ]
            await asyncio.sleep(0.5)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run(moment())

    def rows(self):
        return self.store.read(EVER).height


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    made.keeps(*(ZERO - timedelta(days=days) for days in (0, 1, 300, 700)))
    made.works()
    assert (made.ingestion.clocks.doubt, made.rows()) == ("", 4)
    yield made
    made.stop()


@pytest.mark.parametrize("year", [2098, 2030, 1970])
def test_a_start_with_a_wrong_clock_is_said_and_deletes_nothing(machine, year):
    for _ in range(3):  # it stays said, however often it is started
        machine.starts_at(datetime(year, 1, 1, tzinfo=UTC))
        doubt = machine.ingestion.clocks.doubt
        assert str(year) in doubt
        assert "2026-11-01" in doubt
        assert "时钟" in doubt
        machine.works()
        assert machine.rows() == 4
        assert machine.store.known_time() >= ZERO
    machine.starts_at(ZERO + timedelta(days=10))
    assert machine.ingestion.clocks.doubt == ""
    machine.works()
    assert machine.rows() == 4
    machine.starts_at(ZERO + timedelta(days=200))
    assert machine.ingestion.clocks.doubt == ""
    machine.works()
    assert machine.rows() == 3  # the retention goes on as before


def test_what_comes_to_a_clock_that_is_behind(machine):
    machine.starts_at(datetime(1970, 1, 1, tzinfo=UTC))
    assert machine.keeps(ZERO + timedelta(minutes=2)) == 0  # as after a short stop
    assert machine.keeps(machine.clock) == 1  # it would be deleted by the right clock
    machine.starts_at(ZERO + timedelta(days=1))
    machine.works()
    assert machine.rows() == 5


def test_what_comes_to_a_clock_that_is_far_ahead_is_not_too_old(machine):
    machine.starts_at(datetime(2098, 1, 1, tzinfo=UTC))
    assert machine.keeps(ZERO + timedelta(hours=1)) == 0
    machine.works()
    assert machine.rows() == 5


def test_an_empty_store_knows_the_year_of_the_program():
    clocks = Clocks(lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert "1970" in clocks.doubt
    assert Clocks(lambda: datetime(2031, 1, 1, tzinfo=UTC)).doubt == ""


def test_an_operator_says_that_the_clock_is_right(machine):
    machine.starts_at(datetime(2029, 1, 1, tzinfo=UTC))
    assert machine.ingestion.clocks.doubt
    machine.store.trust_clock()
    machine.starts_at(datetime(2029, 1, 1, tzinfo=UTC))
    assert machine.ingestion.clocks.doubt == ""
    machine.works()
    assert machine.rows() == 0
    machine.stop()
    answer = CliRunner().invoke(app, ["store", "trust-clock", str(machine.folder)])
    assert answer.exit_code == 0
    machine.start()


def test_the_alarm_of_the_clock_comes_and_goes(machine, tmp_path, caplog):
    records = Records(tmp_path / RECORDS)
    book = AlarmBook(records, SERVICE)
    watch = AlarmWatch(own_alarms(), book, machine.wall, ticks=machine.ticks)
    said = ["the clock says 2098"]
    own = OwnAlarms(watch, machine.wall, {"clock": lambda: said[0], "store": lambda: ""})
    own.look()
    assert [one.definition.id for one, _ in watch.standing(lambda _: True)] == ["loopkeeper.clock"]
    assert "the clock says 2098" in caplog.text
    said[0] = ""
    machine.passes(5)
    own.look()
    assert [e.after for e in book.events(None, machine.clock + timedelta(days=1))] == [
        "unacknowledged",
        "returned_unacknowledged",
    ]
    records.close()


class Kept:
    """A store that knows of one plant, and judgements that know when it was judged last."""

    def __init__(self, time):
        self.time = time

    def plants(self):
        return ["p"]

    def last(self, _):
        return Judged(self.time, "", "", {})


@pytest.mark.parametrize("hours", [1, -1, 24, -24])
def test_rounds_keep_their_rhythm_when_the_clock_is_set(hours):
    """Every 24 h once, whether the clock is set under way or between two starts."""
    clock, ticked = [ZERO], [0.0]

    def rounds(last):
        clocks = Clocks(lambda: clock[0], lambda: ticked[0])
        kept = Kept(last)
        return Daily(24.0, kept, kept, clocks)

    def passes(seconds):
        clock[0] += timedelta(seconds=seconds)
        ticked[0] += seconds

    def due_after(going, most=48):
        """Hours until the plant is due; it is taken as judged then."""
        for hour in range(most):
            if going.due(["p"]) == [round_of("p")]:
                return hour
            passes(HOUR)
        return most

    going = rounds(ZERO)
    passes(6 * HOUR)
    assert going.due(["p"]) == []
    clock[0] += timedelta(hours=hours)
    assert due_after(going) == 18
    clock[0] -= timedelta(hours=hours)
    assert due_after(going) == 24
    # a start after the clock was set: at once, or a day later at the latest, never twice
    last = clock[0]
    clock[0] += timedelta(hours=hours)
    again = rounds(last)
    assert due_after(again) == (0 if hours == 24 else 24 - max(hours, 0))
    assert due_after(again) == 24
