"""Records on SQLite and on PostgreSQL: the same answers, the same refusals."""

import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, text

from loopkeeper.adapters.records.accounts import Accounts
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.diagnoses import Diagnoses
from loopkeeper.adapters.records.jobs import Jobs
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.members import Members
from loopkeeper.adapters.records.schema import (
    ADDED_TO,
    HEAD,
    alarm_event,
    metadata,
    report,
    trail,
)
from loopkeeper.adapters.records.stances import Stances
from loopkeeper.adapters.records.trail import Trail
from loopkeeper.adapters.records.work_orders import WorkOrders
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.jobs import BACK_OFF, JobState, Order
from loopkeeper.app.members import IssuedToken, ServiceMember
from loopkeeper.app.people import OneTimeLink, PersonAccount, PersonSession
from loopkeeper.app.ports import Diagnosed, FoundDeviation, Judged
from loopkeeper.app.second_factor import SecondKey
from loopkeeper.app.stances import DeviationStance, Stance
from loopkeeper.app.work_orders import WorkOrder
from loopkeeper.errors import AccessError, StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Seen, Standing
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


@pytest.fixture
def records(place):
    made = Records(place)
    yield made
    made.close()


def test_migrations_leave_the_tables_that_the_program_knows(records):
    with records.reading() as base:
        assert compare_metadata(MigrationContext.configure(base), metadata) == []
        assert base.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        names = set(inspect(base).get_table_names())
    assert names == {*metadata.tables, "alembic_version"}


def test_what_is_only_added_to_cannot_be_changed(records):
    book = AlarmBook(records, SERVICE)
    Judgements(records, SERVICE).add("p", Judged(ZERO, "1", "2", {}))
    Diagnoses(records, SERVICE).add("p", diagnosed(ZERO))
    book.note(
        {}, [AlarmEvent(time=ZERO, alarm="a", before=AlarmState.NORMAL, after=RAISED)], {"a": "p"}
    )
    own = {"organisation": "", "plant": "p"}
    done = {"time": ZERO, "by": "x", "deed": "y", "detail": "z"}
    made = {"made_at": ZERO, "code_version": "1", "file": "a.pdf", "sha256": "0"}
    with records.writing() as base:
        base.execute(insert(trail), [own | done])
        base.execute(insert(report), [own | made])
    members = Members(records, SERVICE, lambda: ZERO)
    members.put(ServiceMember(name="east"))
    members.issue(IssuedToken(sha256="0", member="east", made_at=ZERO, made_by="x"))
    members.end(members.tokens()[0])
    WorkOrders(records, SERVICE, lambda: ZERO).open("p", WorkOrder(title="clean the filter"))
    held = DeviationStance(cause="c", stance=Stance.ACCEPTED, made_at=ZERO)
    Stances(records, SERVICE, lambda: ZERO).put("p", held)
    people = Accounts(records, SERVICE, lambda: ZERO)
    people.put(PersonAccount(name="li"))
    link = OneTimeLink(sha256="0", account="li", made_at=ZERO, made_by="x", ends_at=ZERO + MINUTE)
    people.put_key(SecondKey(name="li"))
    people.use_code("li", "1")
    people.make_link(link)
    people.use(link, "li")
    whose = {"organisation": "", "account": "li", "made_at": ZERO, "seen_at": ZERO}
    session = PersonSession(sha256="0", ends_at=ZERO + MINUTE, **whose)
    people.begin(session)
    people.end(session)
    for table in ADDED_TO:
        columns = metadata.tables[table].c
        column = next(name for name in ("plant", "name", "sha256", "code") if name in columns)
        changed = f"UPDATE {table} SET {column} = 'q'"
        again = [f"UPDATE {table} SET note = 'q'"] if table == "alarm_event" else []
        for deed in (f"DELETE FROM {table}", changed, *again):
            with pytest.raises(StoreError, match="only added to"), records.writing() as base:
                base.execute(text(deed))


def diagnosed(at, *kinds):
    found = [
        FoundDeviation(
            kind=kind,
            cause=f"{kind}.x",
            energy=10.0,
            low=5.0,
            high=15.0,
            share=0.5,
            confidence=0.8,
        )
        for kind in kinds or ("operation",)
    ]
    return Diagnosed(
        made_at=at,
        code_version="1",
        data_version="2",
        start=ZERO - MINUTE,
        end=ZERO,
        found={"en": {"a": 1}, "zh": {"a": 2}},
        deviations=tuple(found),
    )


def test_diagnoses_are_kept_with_their_deviations_for_those_who_see_the_plant(records):
    mine, theirs = Actor("me", plants=frozenset({"a"})), Actor("they", plants=frozenset({"b"}))
    Diagnoses(records, SERVICE).add("b", diagnosed(ZERO, "design"))
    first, second = diagnosed(ZERO), diagnosed(ZERO + MINUTE, "hydraulic", "balance")
    for one in (first, second):
        Diagnoses(records, mine).add("a", one)
    assert Diagnoses(records, mine).all("a") == (first, second)
    assert Diagnoses(records, mine).last("a") == second
    assert Diagnoses(records, theirs).all("a") == ()
    assert Diagnoses(records, theirs).last("a") is None
    with pytest.raises(AccessError):
        Diagnoses(records, theirs).add("a", first)


def test_a_newer_program_s_records_are_not_touched(place):
    made = Records(place)
    with made.writing() as base:
        base.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made.close()
    with pytest.raises(StoreError, match="version 9999"):
        Records(place)


def test_another_file_is_no_database_of_records(tmp_path):
    (tmp_path / RECORDS).write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StoreError, match="restore it from a backup"):
        Records(tmp_path / RECORDS)


def test_judgements_are_kept_one_after_the_other(place):
    made = Records(place)
    kept = [Judged(ZERO + n * MINUTE, "1.0", f"entry {n}", {"n": n, "中": "文"}) for n in range(3)]
    for one in kept:
        Judgements(made, SERVICE).add("p", one)
    Judgements(made, SERVICE).add("q", kept[0])
    made.close()
    with closing(Records(place)) as again:
        judgements = Judgements(again, SERVICE)
        assert judgements.last("p") == kept[2]
        assert judgements.last("nobody") is None
        assert judgements.between("p", ZERO + MINUTE, ZERO + 2 * MINUTE) == (kept[1],)
        assert judgements.newest() == {"p": kept[2].made_at, "q": ZERO}


def test_nobody_sees_or_writes_what_is_another_s(records):
    one = Judged(ZERO, "1", "2", {})
    ours, theirs = Actor("we", "ours"), Actor("they", "theirs")
    partner = replace(ours, name="partner", plants=frozenset({"q"}))
    for actor, plant in ((ours, "p"), (ours, "q"), (theirs, "p")):
        Judgements(records, actor).add(plant, one)
        Jobs(records, actor).ask(Order(kind="round", plant=plant), ZERO)
    assert set(Judgements(records, ours).newest()) == {"p", "q"}
    assert set(Judgements(records, partner).newest()) == {"q"}
    assert Judgements(records, partner).last("p") is None
    assert {j.plant for j in Jobs(records, theirs).all()} == {"p"}
    assert [j.asked_by for j in Jobs(records, theirs).all()] == ["they"]
    foreign = Jobs(records, theirs).all()[0].id
    with pytest.raises(KeyError):
        Jobs(records, ours).of(foreign)
    with pytest.raises(KeyError):
        Jobs(records, partner).cancel(foreign, ZERO)
    with pytest.raises(AccessError, match="partner may not see plant 'p'"):
        Judgements(records, partner).add("p", one)
    assert Jobs(records, Actor("nobody", "none")).claim("w", ["round"], ZERO, MINUTE) is None


def test_alarms_come_out_as_they_went_in(place):
    made = Records(place)
    book = AlarmBook(made, SERVICE)
    events = [
        AlarmEvent(
            time=ZERO + n * MINUTE,
            alarm="a",
            before=AlarmState.NORMAL,
            after=RAISED,
            value=n,
            by="我",
            note="x",
        )
        for n in range(5)
    ]
    seen = Seen(ZERO, 3.0, None, ZERO)
    standing = Standing(RAISED, ZERO, on=True, pending=None, until=None, seen=seen)
    book.note({"a": standing}, events, WHOSE)
    book.note({"a": replace(standing, since=ZERO + MINUTE)}, [], WHOSE)
    book.begin_telling("late")
    book.tell("mail", 2, "no answer")
    book.tell("mail", 3, "")
    made.close()
    with closing(Records(place)) as opened:
        again = AlarmBook(opened, SERVICE)
        assert again.events(None, ZERO + 9 * MINUTE) == events
        assert again.events(ZERO + MINUTE, ZERO + 3 * MINUTE) == events[1:3]
        assert again.standings() == {"a": replace(standing, since=ZERO + MINUTE)}
        assert again.untold("late") == []
        assert [number for number, _ in again.untold("mail")] == [4, 5]
        assert [event for _, event in again.untold("new")] == events
        assert again.dead_letters() == [(2, "mail", "no answer")]


def test_how_an_alarm_began_to_stand_is_found_without_its_history(records):
    normal, known, gone = AlarmState.NORMAL, AlarmState.ACKNOWLEDGED, AlarmState.RETURNED
    told = [
        ("a", normal, RAISED),
        ("b", normal, RAISED),
        ("a", RAISED, gone),
        ("a", gone, normal),
        ("a", normal, RAISED),
        ("a", RAISED, known),
        ("b", RAISED, known),
    ]
    events = [
        AlarmEvent(time=ZERO + n * MINUTE, alarm=alarm, before=before, after=after)
        for n, (alarm, before, after) in enumerate(told)
    ]
    book = AlarmBook(records, SERVICE)
    book.note({}, events, WHOSE)
    assert book.begun(["a", "b", "c"]) == [events[1], events[4]]
    assert book.begun([]) == []


def test_alarms_are_seen_by_who_sees_their_plant(records):
    def came(alarm, minute):
        before = AlarmState.NORMAL
        return AlarmEvent(time=ZERO + minute * MINUTE, alarm=alarm, before=before, after=RAISED)

    ours = AlarmBook(records, SERVICE)
    ours.note({"a": Standing(), "b": Standing()}, [came("a", 1), came("b", 2)], WHOSE)
    partner = AlarmBook(records, Actor("partner", plants=frozenset({"q"})))
    assert [e.alarm for e in partner.events(None, ZERO + 9 * MINUTE)] == ["b"]
    assert [e.alarm for e in partner.begun(["a", "b"])] == ["b"]
    assert [e.alarm for _, e in partner.untold("mail")] == ["b"]
    assert set(partner.standings()) == {"b"}
    with pytest.raises(AccessError, match="partner may not see plant 'p'"):
        partner.note({}, [came("a", 3)], WHOSE)
    stranger = AlarmBook(records, Actor("stranger", "elsewhere"))
    assert stranger.events(None, ZERO + 9 * MINUTE) == []
    stranger.note({"a": Standing(RAISED)}, [came("a", 4)], {"a": "theirs"})
    assert ours.standings()["a"] == Standing()
    assert len(ours.events(None, ZERO + 9 * MINUTE)) == 2


def test_alarms_noted_before_rows_had_a_plant_are_given_theirs_once(records):
    """The guard of the table lets nothing else pass."""
    row = {
        "time": ZERO,
        "before": AlarmState.NORMAL,
        "after": RAISED,
        "value": 3.0,
        "by": "",
        "note": "",
    }
    with records.writing() as base:
        for alarm in ("a", "b", "gone"):
            base.execute(insert(alarm_event), [row | {"alarm": alarm}])
    partner = AlarmBook(records, Actor("partner", plants=frozenset({"q"})))
    assert partner.events(None, ZERO + MINUTE) == []
    with pytest.raises(StoreError, match="only added to"), records.writing() as base:
        base.execute(text("UPDATE alarm_event SET plant = 'p', value = 4.0"))
    book = AlarmBook(records, SERVICE)
    book.claim(WHOSE)
    assert [e.alarm for e in partner.events(None, ZERO + MINUTE)] == ["b"]
    assert [e.value for e in book.events(None, ZERO + MINUTE)] == [3.0, 3.0, 3.0]
    book.claim({"a": "q", "b": "p"})
    assert [e.alarm for e in partner.events(None, ZERO + MINUTE)] == ["b"]


def test_who_cancelled_a_job_or_did_something_is_on_the_trail(records):
    anna = Actor("anna", plants=frozenset({"p"}))
    asked = Jobs(records, SERVICE).ask(Order(kind="report", plant="p"), ZERO)
    Jobs(records, anna).cancel(asked.id, ZERO + MINUTE)
    own = Trail(records, anna, lambda: ZERO + 2 * MINUTE)
    own.add("p", "alarm.shelve", "hot: Anna")
    assert [(d.time, d.by, d.deed, d.detail) for d in own.all("p")] == [
        (ZERO + 2 * MINUTE, "anna", "alarm.shelve", "hot: Anna"),
        (ZERO + MINUTE, "anna", "job.cancel", f"report {asked.id}"),
    ]
    assert len(own.all("p", 1)) == 1
    Jobs(records, anna).cancel(asked.id, ZERO + 3 * MINUTE)  # it has ended: nothing is done
    assert len(own.all("p")) == 2
    other = Trail(records, Actor("other", plants=frozenset({"q"})), lambda: ZERO)
    assert other.all("p") == ()
    with pytest.raises(AccessError):
        other.add("p", "alarm.shelve", "hot: Other")


@pytest.fixture
def jobs(records):
    return Jobs(records, SERVICE)


def order(key="", **more):
    return Order(kind="round", plant="p", key=key, payload={"day": 1}, **more)


def test_a_key_is_asked_for_once(jobs):
    first = jobs.ask(order("2026-03-01"), ZERO)
    assert jobs.ask(order("2026-03-01"), ZERO + MINUTE) == first
    held = jobs.claim("w", ["round"], ZERO, MINUTE)
    assert jobs.ask(order("2026-03-01"), ZERO + MINUTE).id == first.id
    assert jobs.done(held, ZERO, {"kept": 1})
    again = jobs.ask(order("2026-03-01"), ZERO + MINUTE)
    assert again.id != first.id
    assert jobs.ask(order(), ZERO).id != jobs.ask(order(), ZERO).id
    assert first.payload == {"day": 1}
    assert len(jobs.all()) == 4


def test_what_is_written_at_once_stands_whole_or_not_at_all(records):
    """A judgement and the end of its job; beside it another thread writes on its own."""
    jobs, judgements = Jobs(records, SERVICE), Judgements(records, SERVICE)
    jobs.ask(order("a"), ZERO)
    held = jobs.claim("w", ["round"], ZERO, MINUTE)

    def undone():
        with records.together():
            judgements.add("p", Judged(ZERO, "1", "2", {}))
            assert jobs.done(held, ZERO, {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert judgements.last("p") is None
    assert jobs.of(held.id).state == "running"
    with records.together():
        judgements.add("p", Judged(ZERO, "1", "2", {}))
        assert jobs.done(held, ZERO, {})
    assert judgements.last("p") == Judged(ZERO, "1", "2", {})
    assert jobs.of(held.id).state == "done"


def test_the_longest_due_is_claimed_first_and_only_once(jobs):
    late = jobs.ask(order("b", due_at=ZERO + MINUTE), ZERO)
    soon = jobs.ask(order("a"), ZERO)
    assert jobs.claim("w", ["other"], ZERO + 5 * MINUTE, MINUTE) is None
    assert jobs.claim("w", ["round"], ZERO, MINUTE).id == soon.id
    assert jobs.claim("w", ["round"], ZERO, MINUTE) is None  # the other is not due yet
    held = jobs.claim("v", ["round"], ZERO + MINUTE, 9 * MINUTE)
    assert (held.id, held.worker, held.tries) == (late.id, "v", 1)
    assert jobs.done(held, ZERO + 2 * MINUTE, {})
    assert jobs.of(late.id).state is JobState.DONE
    assert not jobs.done(held, ZERO + 3 * MINUTE, {})


def test_who_dies_loses_the_job_and_what_comes_late_counts_for_nothing(jobs):
    jobs.ask(order("a"), ZERO)
    lost = jobs.claim("w", ["round"], ZERO, MINUTE)
    assert jobs.renew(lost, ZERO + 2 * MINUTE, 0.5)
    assert jobs.of(lost.id).progress == 0.5
    assert jobs.claim("v", ["round"], ZERO + MINUTE, MINUTE) is None
    taken = jobs.claim("v", ["round"], ZERO + 3 * MINUTE, MINUTE)
    assert (taken.id, taken.tries) == (lost.id, 2)
    assert not jobs.renew(lost, ZERO + 9 * MINUTE)
    assert not jobs.done(lost, ZERO + 3 * MINUTE, {})
    assert jobs.done(taken, ZERO + 3 * MINUTE, {})


def test_failures_are_tried_again_later_and_given_up_in_the_end(jobs):
    asked = jobs.ask(order("a", most_tries=2), ZERO)
    assert jobs.failed(jobs.claim("w", ["round"], ZERO, MINUTE), "no data", ZERO)
    assert jobs.of(asked.id).state is JobState.WAITING
    assert jobs.claim("w", ["round"], ZERO + BACK_OFF / 2, MINUTE) is None
    again = jobs.claim("w", ["round"], ZERO + BACK_OFF, MINUTE)
    assert jobs.failed(again, "no data still", ZERO + BACK_OFF)
    ended = jobs.of(asked.id)
    assert (ended.state, ended.error, ended.tries) == (JobState.FAILED, "no data still", 2)
    assert jobs.claim("w", ["round"], ZERO + 9 * BACK_OFF, MINUTE) is None


def test_a_job_is_cancelled_before_it_begins_or_when_it_next_looks(jobs):
    waiting = jobs.ask(order("a"), ZERO)
    assert jobs.cancel(waiting.id, ZERO).state is JobState.CANCELLED
    assert jobs.claim("w", ["round"], ZERO, MINUTE) is None
    jobs.ask(order("b"), ZERO)
    held = jobs.claim("w", ["round"], ZERO, MINUTE)
    assert jobs.cancel(held.id, ZERO).state is JobState.RUNNING
    assert not jobs.renew(held, ZERO + MINUTE)
    assert jobs.of(held.id).state is JobState.CANCELLED
    assert jobs.claim("v", ["round"], ZERO + 9 * MINUTE, MINUTE) is None


def test_a_cancelled_job_whose_worker_is_gone_is_not_done_again(jobs):
    jobs.ask(order("a"), ZERO)
    held = jobs.claim("w", ["round"], ZERO, MINUTE)
    jobs.cancel(held.id, ZERO)
    assert jobs.claim("v", ["round"], ZERO + 2 * MINUTE, MINUTE) is None
    assert jobs.of(held.id).state is JobState.CANCELLED


def test_a_job_that_takes_its_worker_with_it_is_given_up(jobs):
    jobs.ask(order("a", most_tries=2), ZERO)
    for number in range(2):
        held = jobs.claim("w", ["round"], ZERO + 9 * number * MINUTE, MINUTE)
        assert held.tries == number + 1
    assert jobs.claim("w", ["round"], ZERO + 99 * MINUTE, MINUTE) is None
    ended = jobs.of(held.id)
    assert (ended.state, ended.error) == (JobState.FAILED, "its worker is gone")


def test_a_lease_given_by_a_wrong_clock_holds_nobody_up(jobs):
    jobs.ask(order("a"), ZERO)
    wrong = jobs.claim("w", ["round"], ZERO + timedelta(days=9999), MINUTE)
    assert jobs.claim("v", ["round"], ZERO, MINUTE).id == wrong.id


def test_many_workers_share_the_work_and_no_job_is_done_twice(place):
    made = Records(place)
    for n in range(40):
        Jobs(made, SERVICE).ask(order(f"{n}"), ZERO)
    done = []

    def work(name):
        with closing(Records(place)) as own:
            jobs = Jobs(own, SERVICE)
            while (held := jobs.claim(name, ["round"], ZERO, MINUTE)) is not None:
                done.append(held.key)
                assert jobs.done(held, ZERO, {"kept": 1})

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert sorted(done, key=int) == [str(n) for n in range(40)]
    assert {j.state for j in Jobs(made, SERVICE).all()} == {JobState.DONE}
    made.close()
