"""Use cases that ask ports: alarms by who sees them, orders of reports, waters, design years."""

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.app import calibrating, design_year
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.telling.days import runs
from loopkeeper.app.telling.places import place_name, point_known, point_name
from loopkeeper.app.use_cases.alarm_desk import AlarmDesk, Handling
from loopkeeper.app.use_cases.asked import ReportWish, report_file
from loopkeeper.app.use_cases.water_samples import analysed
from loopkeeper.app.waters import groundwater_of
from loopkeeper.errors import AccessError, InputError, InsufficientDataError
from loopkeeper.lifecycle.monitor.alarm import (
    AlarmEvent,
    AlarmState,
    Condition,
    Definition,
    Priority,
    Standing,
)
from loopkeeper.lifecycle.survey.hydrochemistry import Sample
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.water_quality import Result
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.virtual.templates import template

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RAISED = Standing(AlarmState.UNACKNOWLEDGED, NOW - HOUR, on=True)


def watched(plant, name, priority=Priority.HIGH):
    definition = Definition(
        id=name, point="p", condition=Condition.ABOVE, limit=1.0, priority=priority
    )
    return SimpleNamespace(plant=plant, definition=definition)


class FakeWatch:
    """Two alarms of two plants; remembers what was done to them."""

    def __init__(self):
        self.alarms = {"a": watched("one", "a"), "b": watched("two", "b", Priority.LOW)}
        self.now = dict.fromkeys(self.alarms, RAISED)

    def watched(self):
        return self.alarms

    def standing(self, sees):
        return [(one, self.now[n]) for n, one in self.alarms.items() if sees(one.plant)]

    def plant_of(self, name):
        return self.alarms[name].plant if name in self.alarms else None

    def time(self, _name):
        return NOW

    def act(self, name, doing):
        self.now[name], self.said = doing(self.alarms[name].definition, self.now[name])
        return self.now[name]


class FakeKept:
    """The book of plant one, and a trail that is undone by an error."""

    def __init__(self):
        self.book = self.trail = self
        self.deeds = []

    def began(self, name, ago):
        before, after = AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED
        return AlarmEvent(time=NOW - ago, alarm=name, before=before, after=after)

    def events(self, _start, _end):
        return [self.began("a", HOUR)]

    def begun(self, alarms):
        return [self.began(name, 9 * HOUR) for name in alarms]

    def add(self, *deed):
        self.deeds.append(deed)

    @contextmanager
    def at_once(self):
        before = list(self.deeds)
        try:
            yield
        except Exception:
            self.deeds[:] = before
            raise


@pytest.fixture
def watch():
    return FakeWatch()


@pytest.fixture
def kept():
    return FakeKept()


ONE = Actor("anna", plants=frozenset({"one"}))
DEED = Handling("anna", "why", timedelta(hours=2))


def test_somebody_sees_alarms_and_events_of_their_own_plants(watch, kept):
    desk = AlarmDesk(watch, ONE, kept)
    assert [one.plant for one, _ in desk.standing()] == ["one"]
    assert desk.by_priority() == {"low": 0, "medium": 0, "high": 1, "critical": 0}
    assert [e.alarm for e in desk.events(NOW, NOW)] == ["a"]
    rates = desk.rates(NOW - 2 * HOUR, NOW)
    assert rates.raised == 1
    assert [one.plant for one, _ in AlarmDesk(watch, SERVICE, kept).standing()] == ["one", "two"]


def test_alarms_that_do_not_stand_are_not_counted(watch, kept):
    watch.now["a"] = Standing(AlarmState.RETURNED, NOW)
    assert AlarmDesk(watch, ONE, kept).by_priority()["high"] == 0


@pytest.mark.parametrize(
    ("deed", "state"),
    [
        ("acknowledge", AlarmState.ACKNOWLEDGED),
        ("shelve", AlarmState.SHELVED),
        ("take_out", AlarmState.OUT_OF_SERVICE),
    ],
)
def test_a_deed_moves_the_alarm_and_is_signed(watch, kept, deed, state):
    one, now = getattr(AlarmDesk(watch, ONE, kept), deed)("a", DEED)
    assert (one.plant, now.state) == ("one", state)
    assert watch.said[0].by == "anna"
    assert watch.said[0].time == NOW
    assert kept.deeds == [("one", f"alarm.{deed}", "a: anna")]
    if deed == "shelve":
        assert now.until == NOW + timedelta(hours=2)
    if deed != "acknowledge":
        assert watch.said[0].note == "why"
        _, back = AlarmDesk(watch, ONE, kept).put_back("a", DEED)
        assert back.state not in {state, AlarmState.NORMAL}


def test_nobody_touches_an_alarm_of_another_plant_or_one_that_is_none(watch, kept):
    desk = AlarmDesk(watch, ONE, kept)
    with pytest.raises(AccessError):
        desk.acknowledge("b", DEED)
    with pytest.raises(KeyError):
        desk.acknowledge("c", DEED)
    assert watch.now["b"] is RAISED
    with pytest.raises(InputError, match="says who and why"):
        desk.shelve("a", Handling("anna"))
    assert kept.deeds == []


def test_a_wish_travels_as_plain_data_and_names_its_file():
    wish = ReportWish(about="diagnosis", period="2025", suffix=".docx", language=Language.ENGLISH)
    assert ReportWish.of(wish.as_payload()) == wish
    assert wish.stem == "diagnosis-2025-en"
    assert ReportWish(about="survey").stem == "survey-last-zh"


@pytest.mark.parametrize("wrong", [{"about": "poem"}, {"suffix": ".exe"}, {"period": "later"}])
def test_what_nobody_can_print_is_refused(wrong):
    with pytest.raises(InputError):
        ReportWish(**{"about": "diagnosis", **wrong})


def test_a_report_is_given_only_as_it_was_printed(tmp_path):
    (tmp_path / "one").mkdir()
    file = tmp_path / "one" / "r.pdf"
    file.write_bytes(b"as printed")
    digest = hashlib.sha256(b"as printed").hexdigest()
    book = SimpleNamespace(all=lambda _: [SimpleNamespace(file="r.pdf", sha256=digest)])
    assert report_file(book, tmp_path, "one", digest) == file
    assert report_file(book, tmp_path, "one", "0" * 64) is None
    file.write_bytes(b"changed")
    assert report_file(book, tmp_path, "one", digest) is None
    file.unlink()
    assert report_file(book, tmp_path, "one", digest) is None


def test_samples_of_all_files_are_joined_by_place():
    said = Verdict("survey.pumping.no_distance", {"radius": 0.15})

    class Logs:
        def read_samples(self, file, edition):
            assert edition == "2017"
            places = ("w1", "w2") if file.name == "a.csv" else ("w1",)
            found = [
                Sample(p, f"2025-0{n + 1}-01", (Result("iron", 0.2),))
                for n, p in enumerate(places)
            ]
            return found, (said,)

    files = (Path("a.csv"), Path("b.csv"))
    found = analysed(Logs(), files, edition="2017", temperature=40.0)
    assert [b.place for b in found.places] == ["w1", "w2"]
    assert found.verdicts == (said, said)
    assert found.files == files


def dossier(*verdicts, loads=None):
    return Dossier(plant=template("office").plant, design_loads=loads, verdicts=verdicts)


def test_a_design_rests_on_nothing_that_comes_later():
    parts = ("ledger.csv", "design/loads.csv", "weather.csv")
    missing = [Verdict("dossier.part.missing", {"part": part}) for part in parts]
    kept = design_year.of_design(dossier(*missing))
    assert [v.figures["part"] for v in kept] == ["design/loads.csv"]
    assert design_year.told(dossier(*missing)) == kept


def test_without_a_design_year_a_design_is_not_checked():
    for ask in (design_year.design_year, design_year.likely_loads):
        with pytest.raises(InsufficientDataError):
            ask(dossier())


def test_only_wells_have_groundwater():
    base = SimpleNamespace(dossier=dossier(), measured=SimpleNamespace(hours=None))
    assert groundwater_of(base, None, ()) is None


def test_days_that_follow_each_other_are_one_run():
    days = [date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 3)]
    assert runs(days) == "2025-02-27/2025-03-01, 2025-03-03"
    assert runs([]) == ""


def test_equipment_is_called_by_what_it_is_and_its_name():
    plant = template("office").plant
    english = Language.ENGLISH
    machine = plant.machines[0].id
    assert machine in place_name(plant, machine, english) != machine
    both = place_name(plant, f"{machine}+{plant.pumps[0].id}", english)
    assert machine in both
    assert plant.pumps[0].id in both
    assert "60" in place_name(plant, "borehole-M1@60m", english)
    assert point_name(plant, "nobody knows it", english) == "nobody knows it"
    assert point_known(plant, "nobody knows it", english) == "nobody knows it"
    point = Point(id="T17", quantity="flow", of=machine, statistic=Statistic.MEAN, unit="m3/h")
    known = point_known(replace(plant, points=(point,)), "T17", english)
    assert known.count("T17") == 1
    assert machine in known


def doubted(*doubt):
    return calibrating.Calibrated(
        models=None, pumps={}, doubt=doubt, design=None, run=None, verdicts=()
    )


def test_machines_are_doubted_by_their_make_and_what_was_moved():
    assert doubted(0.03, 0.04, 0, 0).machine_doubt == pytest.approx(
        np.hypot(0.025, np.sqrt((0.03**2 + 0.04**2) / 2))
    )
    assert doubted(0.3, 0.4, 0, 0).machine_doubt == pytest.approx(np.hypot(0.025, 0.05))
    assert doubted(np.nan, 0.03, 0, 0).machine_doubt == pytest.approx(np.hypot(0.025, 0.05))


def test_water_is_apart_by_the_worse_mode():
    design = {
        "run_share": np.array([1.0, 1.0, 0.0]),
        "source_supply": np.array([5.0, 25.0, 99.0]),
        "heating_delivered": np.array([1.0, 0.0, 1.0]),
        "cooling_delivered": np.array([0.0, 1.0, 0.0]),
    }
    met = SimpleNamespace(
        run_share=np.array([1.0, 1.0, 1.0]),
        source_supply=np.array([4.0, 28.0, np.nan]),
        heating=np.array([1.0, 0.0, 1.0]),
        cooling=np.array([0.0, 1.0, 0.0]),
    )
    assert calibrating._water_apart(design, met) == 3.0
    met.cooling = np.zeros(3)
    assert calibrating._water_apart(design, met) == 1.0
