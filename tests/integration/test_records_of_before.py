"""Records of an earlier version of the tables: brought up to date, nothing lost."""

import json
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from loopkeeper.adapters.records.alarm_book import AlarmBook, _plain
from loopkeeper.adapters.records.base import Records, migrate
from loopkeeper.adapters.records.diagnoses import Diagnoses
from loopkeeper.adapters.records.jobs import Jobs
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.trail import Trail
from loopkeeper.adapters.records.work_orders import WorkOrders
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.ports import Diagnosed, Judged
from loopkeeper.app.work_orders import WorkOrder
from loopkeeper.lifecycle.monitor.alarm import AlarmState, Seen, Standing
from peers.postgres import database

pytestmark = pytest.mark.integration
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RAISED = AlarmState.UNACKNOWLEDGED
WHOSE = {"a": "p", "b": "q"}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    with ExitStack() as stack:
        own = request.param == "sqlite"
        yield tmp_path / RECORDS if own else stack.enter_context(database(tmp_path))


@contextmanager
def of_version(place, version):
    """A database as that version of the tables left it, to be written to in SQL."""
    url = f"sqlite:///{place}" if isinstance(place, Path) else place
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as base:
        migrate(base, version)
    with engine.begin() as base:
        yield base
    engine.dispose()


OLD = {"t": ZERO.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")}


def test_records_of_the_first_version_take_the_tables_of_diagnoses(place):
    with of_version(place, "0001") as base:
        kept = "INSERT INTO judgement (organisation, plant, made_at, code_version, data_version, "
        base.execute(text(f"{kept} found) VALUES ('', 'p', :t, '1', '2', '{{}}')"), OLD)
    with closing(Records(place)) as again:
        assert Judgements(again, SERVICE).last("p") == Judged(ZERO, "1", "2", {})
        made = Diagnosed(
            made_at=ZERO,
            code_version="1",
            data_version="2",
            start=ZERO - MINUTE,
            end=ZERO,
            found={"en": {}},
            deviations=(),
        )
        Diagnoses(again, SERVICE).add("p", made)
        assert Diagnoses(again, SERVICE).last("p") == made


def test_jobs_of_the_second_version_tell_no_result_and_new_ones_do(place):
    with of_version(place, "0002") as base:
        columns = (
            "id, organisation, plant, kind, key, payload, state, tries, most_tries, due_at, "
            "worker, progress, cancelled, error, asked_by, asked_at"
        )
        values = (
            "'j', '', 'p', 'round', 'k', '{}', 'waiting', 0, 3, :t, '', 0, FALSE, '', 'me', :t"
        )
        base.execute(text(f"INSERT INTO job ({columns}) VALUES ({values})"), OLD)
    with closing(Records(place)) as again:
        jobs = Jobs(again, SERVICE)
        assert jobs.of("j").result == {}
        held = jobs.claim("w", ["round"], ZERO, MINUTE)
        assert jobs.done(held, ZERO + MINUTE, {"kept": 3, "said": ["一"]})
        assert jobs.of("j").result == {"kept": 3, "said": ["一"]}


def test_alarms_of_the_third_version_are_kept_and_seen_again_by_who_sees_their_plant(place):
    standing = Standing(RAISED, ZERO, on=True, seen=Seen(ZERO, 3.0, None, ZERO))
    with of_version(place, "0003") as base:
        for alarm in ("a", "b"):
            row = {"t": OLD["t"], "a": alarm, "data": json.dumps(_plain(standing))}
            stood = "INSERT INTO alarm_standing (alarm, data) VALUES (:a, :data)"
            came = "INSERT INTO alarm_event (time, alarm, before, after, value, by, note) "
            base.execute(text(stood), row)
            base.execute(text(f"{came} VALUES (:t, :a, 'normal', '{RAISED}', 3.0, '', '')"), row)
    with closing(Records(place)) as again:
        book = AlarmBook(again, SERVICE)
        assert book.standings() == {"a": standing, "b": standing}
        book.claim(WHOSE)
        book.note({"a": standing}, [], WHOSE)
        partner = AlarmBook(again, Actor("partner", plants=frozenset({"q"})))
        assert [(e.alarm, e.time, e.value) for e in partner.events(None, ZERO + MINUTE)] == [
            ("b", ZERO, 3.0)
        ]
        assert partner.standings() == {"b": standing}
        assert book.standings() == {"a": standing, "b": standing}


def test_records_of_the_fourth_version_take_members_and_orders(place):
    with of_version(place, "0004") as base:
        columns = "organisation, plant, time, by, deed, detail"
        base.execute(
            text(f"INSERT INTO trail ({columns}) VALUES ('', 'p', :t, 'a', 'b', 'c')"), OLD
        )
    with closing(Records(place)) as again:
        assert [one.by for one in Trail(again, SERVICE, lambda: ZERO).all("p")] == ["a"]
        orders = WorkOrders(again, SERVICE, lambda: ZERO)
        assert orders.open("p", WorkOrder(title="clean it")) == orders.all("p")[0]
