"""The list of plants: what stands first, and when each was last heard of."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from loopkeeper.app.access import Actor
from loopkeeper.app.alarming import Watched
from loopkeeper.app.use_cases.alarm_desk import Standing
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.use_cases.fleet_view import FleetView, LastHeard
from loopkeeper.errors import StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmState, Condition, Definition, Priority

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def frame(plant, *ages, point="pump"):
    rows = [(plant, point, NOW - age) for age in ages]
    kinds = {"plant": pl.String, "point": pl.String, "time": pl.Datetime("us", "UTC")}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def failing():
    raise StoreError("the disk is gone")


def test_the_store_is_asked_once_and_what_comes_is_noted():
    asked = []

    def latest(plant):
        asked.append(plant)
        return frame(plant, timedelta(hours=2)) if plant == "a" else frame(plant)

    heard = LastHeard(latest)
    heard.saw(frame("b", timedelta(0)))  # nobody asked yet: the store will know it
    assert [heard.of(p) for p in "aab"] == [NOW - timedelta(hours=2)] * 2 + [None]
    heard.saw(pl.concat([frame("b", timedelta(minutes=3)), frame("a", timedelta(hours=9))]))
    heard.saw(frame("a", timedelta(0), point="calc.spread.source"))
    assert (heard.of("a"), heard.of("b")) == (NOW - timedelta(hours=2), NOW - timedelta(minutes=3))
    assert asked == ["a", "b"]
    heard.warm(lambda: ["a", "c"])
    assert asked == ["a", "b", "c"]
    heard.warm(failing)


class Desk:
    def __init__(self, *alarms):
        self.alarms = alarms

    def standing(self):
        for plant, priority, state in self.alarms:
            one = Definition(
                id=f"{plant}.{priority}",
                point="x",
                condition=Condition.ABOVE,
                limit=1.0,
                priority=priority,
            )
            yield Watched(plant, one, {"name": str(priority)}), Standing(state=state)


class Store:
    def __init__(self, *plants):
        self._plants = plants

    def plants(self):
        return self._plants


class Orders:
    def __init__(self, **counts):
        self._counts = counts

    def counts(self, states):
        assert {str(one) for one in states} == {"open", "in_hand", "done"}
        return self._counts


def rows(plants, desk, ages, **orders):
    heard = LastHeard(lambda p: frame(p, *([ages[p]] if p in ages else [])))
    view = FleetView(
        plants={},
        archive=Archive(Store(*plants), Actor("x", plants=frozenset("abcdef"))),
        newest=heard,
        alarms=desk,
        orders=Orders(**orders),
        diagnoses=None,
        clock=lambda: NOW,
    )
    return view.rows()


def test_what_is_urgent_stands_first_and_others_plants_do_not_stand():
    here, raised = timedelta(minutes=1), AlarmState.UNACKNOWLEDGED
    desk = Desk(
        ("c", Priority.HIGH, raised),
        ("b", Priority.MEDIUM, raised),
        ("b", Priority.MEDIUM, AlarmState.ACKNOWLEDGED),
        ("a", Priority.CRITICAL, AlarmState.SHELVED),
    )
    ages = {"a": here, "b": here, "c": here, "d": timedelta(hours=3), "f": here}
    found = rows("abcdefz", desk, ages, f=2)
    assert [(row.id, row.state) for row in found] == [
        ("c", "alarm"),
        ("b", "alarm"),
        ("d", "silent"),
        ("f", "well"),
        ("a", "well"),
        ("e", "none"),
    ]
    assert dict(found[1].alarms) == {"medium": 2}
    assert found[0].worst.words == {"name": "high"}
