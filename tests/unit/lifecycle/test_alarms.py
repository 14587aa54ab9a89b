"""Alarms: raised, held, returned, acknowledged, put aside; and how many a person can bear."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor import alarm
from loopkeeper.lifecycle.monitor.alarm import (
    STANDING,
    AlarmEvent,
    AlarmState,
    Condition,
    Definition,
    Priority,
    Standing,
    acknowledge,
    is_hidden,
    pass_time,
    put_back,
    read,
    shelve,
    take_out_of_service,
)
from loopkeeper.lifecycle.monitor.alarm_rates import alarm_rates

ZERO = datetime(2026, 3, 1, tzinfo=UTC)
HOT = Definition(
    id="hot",
    point="supply",
    condition=Condition.ABOVE,
    limit=30.0,
    dead_band=2.0,
    on_delay=60,
    off_delay=120,
)


def at(seconds):
    return ZERO + timedelta(seconds=seconds)


def played(definition, readings, standing=None):
    """States after each (seconds, value) and all events."""
    standing, events = standing or Standing(), []
    for seconds, value in readings:
        standing, said = read(definition, standing, at(seconds), value)
        events += said
    return standing, events


def changes(events):
    return [(int((e.time - ZERO).total_seconds()), e.after) for e in events]


def test_an_alarm_waits_for_its_delays_and_its_dead_band():
    course = [
        (0, 31),
        (30, 31),
        (60, 31),
        (90, 29),
        (120, 27),
        (200, 29),
        (240, 27),
        (359, 27),
        (360, 27),
        (361, 27),
    ]
    _, events = played(HOT, course)
    # on after 60 s above 30; off only after 120 s below 28 without a break
    assert changes(events) == [(60, AlarmState.UNACKNOWLEDGED), (360, AlarmState.RETURNED)]


def test_a_short_peak_raises_nothing():
    _, events = played(HOT, [(0, 40), (59, 40), (59.5, 20), (60, 40), (100, 40)])
    assert not events


def test_what_the_operator_did_not_see_stays_until_seen():
    standing, _ = played(HOT, [(0, 31), (60, 31), (61, 20), (181, 20)])
    assert standing.state is AlarmState.RETURNED
    standing, events = acknowledge(HOT, standing, at(200), "zhang")
    assert standing.state is AlarmState.NORMAL
    assert events[0].by == "zhang"
    assert acknowledge(HOT, standing, at(201), "zhang") == (standing, ())


def test_an_acknowledged_alarm_returns_by_itself():
    standing, _ = played(HOT, [(0, 31), (60, 31)])
    standing, _ = acknowledge(HOT, standing, at(70), "li")
    standing, events = played(HOT, [(80, 20), (200, 20)], standing)
    assert changes(events) == [(200, AlarmState.NORMAL)]


@pytest.mark.parametrize(
    ("condition", "limit", "course", "raised"),
    [
        (Condition.BELOW, 4.0, [(0, 5), (60, 3.9)], [60]),
        (Condition.RISING, 6.0, [(0, 10), (600, 10.5), (1200, 12)], [1200]),
        (Condition.FALLING, 6.0, [(0, 10), (600, 8)], [600]),
        (Condition.STUCK, 3600, [(0, 7), (1800, 7), (3600, 7), (3601, 7)], [3601]),
        (Condition.STUCK, 3600, [(0, 7), (1800, 7.1), (3700, 7.1)], []),
    ],
)
def test_every_condition(condition, limit, course, raised):
    _, events = played(Definition(id="a", point="p", condition=condition, limit=limit), course)
    assert [s for s, _ in changes(events)] == raised


def test_silence_is_noticed_as_time_passes():
    definition = Definition(id="silent", point="p", condition=Condition.SILENT, limit=900)
    standing, _ = played(definition, [(0, 1.0)])
    standing, events = pass_time(definition, standing, at(900))
    assert not events
    standing, events = pass_time(definition, standing, at(901))
    assert changes(events) == [(901, AlarmState.UNACKNOWLEDGED)]
    standing, events = read(definition, standing, at(1000), 1.0)
    assert changes(events) == [(1000, AlarmState.RETURNED)]


def test_a_shelf_ends_and_the_alarm_is_back():
    standing, _ = played(HOT, [(0, 31), (60, 31)])
    with pytest.raises(InputError, match="within 24 hours"):
        shelve(HOT, standing, at(70), at(70 + 86_401), "li", "works")
    with pytest.raises(InputError, match="who and why"):
        shelve(HOT, standing, at(70), at(100), "li", "")
    standing, _ = shelve(HOT, standing, at(70), at(3600), "li", "works")
    standing, events = played(HOT, [(100, 35), (3599, 35)], standing)
    assert not events
    standing, events = pass_time(HOT, standing, at(3600))
    assert changes(events) == [(3600, AlarmState.UNACKNOWLEDGED)]
    assert events[0].note == "shelf ended"


def test_out_of_service_until_put_back():
    standing, _ = take_out_of_service(HOT, Standing(), at(0), "li", "sensor removed")
    standing, events = played(HOT, [(1, 50), (100, 50)], standing)
    assert not events
    standing, events = put_back(HOT, standing, at(200), "li")
    assert standing.state is AlarmState.UNACKNOWLEDGED


def test_a_standing_machine_suppresses():
    definition = Definition(
        id="low-dt", point="dt", condition=Condition.BELOW, limit=2.0, suppressed_by="hp1.running"
    )
    assert is_hidden(definition, {"hp1.running": 0.0})
    assert not is_hidden(definition, {"hp1.running": 1.0})
    assert not is_hidden(definition, {})
    standing, _ = played(definition, [(0, 1.0)])
    standing, events = pass_time(definition, standing, at(1), hidden=True)
    assert changes(events) == [(1, AlarmState.SUPPRESSED)]
    standing, events = pass_time(definition, standing, at(2))
    assert changes(events) == [(2, AlarmState.UNACKNOWLEDGED)]


def test_late_and_missing_readings_change_nothing():
    standing, _ = played(HOT, [(100, 20)])
    assert read(HOT, standing, at(50), 99.0) == (standing, ())
    assert read(HOT, standing, at(150), None) == (standing, ())


def test_a_wrong_definition_is_refused():
    with pytest.raises(InputError, match="never negative"):
        Definition(id="a", point="p", condition=Condition.ABOVE, limit=1.0, on_delay=-1)
    with pytest.raises(InputError, match="above zero"):
        Definition(id="a", point="p", condition=Condition.SILENT, limit=0.0)


DOINGS = {
    "read": lambda s, t, v: read(HOT, s, t, v),
    "pass": lambda s, t, _: pass_time(HOT, s, t),
    "hide": lambda s, t, _: pass_time(HOT, s, t, hidden=True),
    "ack": lambda s, t, _: acknowledge(HOT, s, t, "a"),
    "shelve": lambda s, t, _: shelve(HOT, s, t, t + timedelta(seconds=500), "a", "b"),
    "out": lambda s, t, _: take_out_of_service(HOT, s, t, "a", "b"),
    "back": lambda s, t, _: put_back(HOT, s, t, "a"),
}
ACTION = st.sampled_from(sorted(DOINGS))


@given(st.lists(st.tuples(ACTION, st.floats(20, 40), st.integers(1, 400)), max_size=60))
def test_whatever_happens_the_history_is_a_chain(steps):
    standing, events, now = Standing(), [], 0
    for action, value, after in steps:
        now += after
        standing, said = DOINGS[action](standing, at(now), value)
        events += said
    before = AlarmState.NORMAL
    for event in events:
        assert event.before is before
        before = event.after
    assert before is standing.state
    if standing.state in STANDING:
        assert standing.on
    if standing.state is AlarmState.NORMAL:
        assert not standing.on


def raised(alarm, seconds, before=AlarmState.NORMAL):
    return AlarmEvent(
        time=at(seconds), alarm=alarm, before=before, after=AlarmState.UNACKNOWLEDGED
    )


def test_rates_by_hand():
    flood = [raised(f"f{n}", 600 + n) for n in range(12)]
    chatter = [raised("c", 3000 + 20 * n) for n in range(3)]
    stale = [raised("s", -90_000)]
    back = [raised("shelf", 100, AlarmState.SHELVED)]
    rates = alarm_rates([*stale, *back, *flood, *chatter], at(0), at(6000), {"c": Priority.HIGH})
    assert rates.raised == 15
    assert rates.per_ten_minutes == pytest.approx(1.5)
    assert rates.worst == 12
    assert rates.flooded == pytest.approx(0.1)
    assert rates.top_ten == pytest.approx(12 / 15)
    assert rates.chattering == ("c",)
    assert rates.stale == ("s",)
    assert rates.by_priority == {"high": pytest.approx(0.2), "medium": pytest.approx(0.8)}


def test_readings_that_come_while_hidden_are_seen():
    definition = Definition(
        id="silent", point="p", condition=Condition.SILENT, limit=900, suppressed_by="run"
    )
    standing = Standing()
    for seconds in range(0, 3600, 300):
        standing, _ = read(definition, standing, at(seconds), 1.0, hidden=True)
    assert standing.state is AlarmState.SUPPRESSED
    standing, events = pass_time(definition, standing, at(3400))
    assert standing.state is AlarmState.NORMAL
    assert changes(events) == [(3400, AlarmState.NORMAL)]


class Book:
    """A book that already holds what came."""

    def __init__(self, events):
        self.kept = events

    def claim(self, plants):
        assert plants == {"cold": "a", "other": "b"}

    def standings(self):
        return {}

    def events(self, start, end):
        return [e for e in self.kept if start <= e.time < end]


def test_what_came_of_a_plant_is_told_as_its_reports_list_events():
    def watched(name, plant):
        words = {"name": "Water about to freeze", "name_zh": "即将冻结"} if plant == "a" else {}
        return Watched(
            plant,
            Definition(id=name, point=f"{plant}-t", condition=Condition.BELOW, limit=4.0),
            words,
        )

    def event(day, name, before, after):
        return AlarmEvent(
            time=datetime(2024, 1, day, tzinfo=UTC), alarm=name, before=before, after=after
        )

    came = [
        event(1, "cold", AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED),
        event(2, "cold", AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED),
        event(3, "cold", AlarmState.RETURNED, AlarmState.UNACKNOWLEDGED),
        event(4, "other", AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED),
    ]
    watch = AlarmWatch((watched("cold", "a"), watched("other", "b")), Book(came), lambda: None)
    told = watch.raised("a", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))
    assert [e.time.day for e in told] == [1, 3]  # acknowledging is no alarm
    assert {(e.kind, e.note) for e in told} == {("alarm", "Water about to freeze · 即将冻结")}
    later = watch.raised("a", datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))
    assert len(later) == 1


def test_every_condition_is_judged_by_its_own_rule():
    assert set(alarm._EXCESS) == set(Condition)
