"""What a hand-over needs and what is open, counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from loopkeeper.lifecycle.commission.handover import (
    HandoverFacts,
    completeness,
    newest_trials,
    open_items,
)
from loopkeeper.lifecycle.commission.package import PackedFile, package_changes
from loopkeeper.lifecycle.commission.views import PackageView, seen
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import (
    Assessment,
    LedgerCheck,
    PlantEvent,
    SurveyTest,
    Trial,
    WaterSample,
)
from loopkeeper.plant.site import Site, SourceKind, Tariff
from loopkeeper.plant.source import Source, Well, WellRole

SITE = Site(id="p", name="P", timezone="UTC")
WELL = Well(id="w1", role=WellRole.ABSTRACTION, x=0.0, y=0.0, design_flow=0.01)


def plant_of(kind=SourceKind.BOREHOLE_FIELD, **of):
    return Plant(site=SITE, source=Source(kind=kind), **of)


def facts_of(**of):
    return HandoverFacts(on=date(2026, 1, 20), **of)


def items(found):
    return {one.item for one in found}


def trial(name, mode, accepted, day=1, **of):
    return Trial(
        trial=name,
        mode=mode,
        load_fraction=of.pop("load_fraction", None),
        started_at=datetime(2026, 1, day, tzinfo=UTC),
        ended_at=None,
        quantity="heat_power",
        of="load",
        expected=None,
        found=None,
        accepted=accepted,
        **of,
    )


def test_an_empty_plant_of_boreholes_needs_these_and_has_none():
    found = completeness(facts_of(plant=plant_of()))
    assert found.there == ()
    assert items(found.missing) == {
        "hand_over_day",
        "promise",
        "survey_tests",
        "source_as_drawn",
        "machines",
        "machine_maps",
        "pumps",
        "controls",
        "ledger_sealed",
        "works_recorded",
        "trial_balance",
        "trial_continuous",
        "trial_meters",
        "points",
        "calibrations",
        "alarms",
        "operating_instructions",
        "maintenance_plan",
        "as_built_drawings",
        "warranty",
        "training",
        "events",
    }


def test_wells_need_a_licence_their_water_and_reinjection():
    bored = items(completeness(facts_of(plant=plant_of())).missing)
    wells = items(completeness(facts_of(plant=plant_of(SourceKind.WELL_GROUP))).missing)
    assert wells - bored == {"well_tests", "trial_reinjection", "water_licence", "water_quality"}
    assert bored - wells == {"survey_tests"}


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        ("hand_over_day", {"site": replace(SITE, handed_over_on=date(2026, 1, 1))}),
        ("training", {"assessments": (Assessment("training", 1.0, date(2026, 1, 1)),)}),
        ("trial_balance", {"trials": (trial("b", "balance", accepted=False),)}),
        ("events", {"events": (PlantEvent(datetime(2026, 1, 1, tzinfo=UTC), "failure", "hp1"),)}),
        ("machines", {"machines": (MachineRecord(id="hp1", rated_heating=1e5),)}),
    ],
)
def test_each_is_told_by_its_own_part(item, facts):
    before = items(completeness(facts_of(plant=plant_of())).there)
    after = items(completeness(facts_of(plant=replace(plant_of(), **facts))).there)
    assert item in after - before


def test_what_is_stated_to_be_missing_is_missing_and_a_file_tells():
    denied = plant_of(assessments=(Assessment("training", 0.0, date(2026, 1, 1)),))
    assert "training" in items(completeness(facts_of(plant=denied)).missing)
    files = ("documents/training_2026.pdf", "other/documents/warranty.pdf")
    found = completeness(facts_of(plant=plant_of(), files=files))
    assert "training" in items(found.there)
    assert "warranty" in items(found.missing)


def test_one_sensor_without_calibration_leaves_the_register_incomplete():
    told = {"quantity": "flow", "of": "load", "statistic": Statistic.MEAN, "unit": "m3/h"}
    good = Point(id="a", accuracy="2 %", calibrated_on=date(2026, 1, 1), **told)
    state = Point(id="b", **told)
    bad = Point(id="c", accuracy="2 %", **told)
    for points, there in (((good, state), True), ((good, state, bad), False)):
        found = completeness(facts_of(plant=plant_of(points=points)))
        assert ("calibrations" in items(found.there)) is there


def test_the_last_repetition_of_a_trial_counts():
    first = trial("balance", "balance", accepted=False, owner="contractor", due=date(2026, 3, 1))
    again = trial("balance", "balance", accepted=True, day=9)
    assert newest_trials((first, again)) == (again,)
    for trials, is_open in (((first,), True), ((first, again), False)):
        found = open_items(facts_of(plant=plant_of(trials=trials)))
        assert ("trial-flow_balance" in [one.id for one in found]) is is_open


def test_an_open_trial_tells_owner_day_and_clause():
    failed = trial("balance", "balance", accepted=False, owner="contractor", due=date(2026, 3, 1))
    unproven = trial("meters", "meter_proof", accepted=None, note="no load")
    found = open_items(facts_of(plant=plant_of(trials=(failed, unproven))))
    said = {one.id: one for one in found}
    balance, meters = said["trial-flow_balance"], said["trial-meter_proof"]
    assert (balance.verdict.code, balance.owner, balance.due, balance.clause) == (
        "handover.trial.failed",
        "contractor",
        date(2026, 3, 1),
        "GB 50366-2005 (2009) 8.0.2",
    )
    assert (meters.verdict.code, meters.owner, meters.due) == (
        "handover.trial.not_proven",
        "",
        None,
    )
    assert "no load" in meters.verdict.sentence()


def test_trials_that_nobody_made_are_open_by_season_and_source():
    """On a day in January: a trial in summer is for later, with its day."""

    def told(plant, code="handover.trial.not_made"):
        found = open_items(facts_of(plant=plant))
        return {one.id.removeprefix("trial-") for one in found if one.verdict.code == code}

    always = {
        "point_check",
        "meter_proof",
        "flow_balance",
        "valves",
        "control",
        "interlocks",
        "alarms",
        "continuous",
    }
    assert told(plant_of()) == always
    both = plant_of(machines=(MachineRecord(id="hp1", rated_heating=1e5, rated_cooling=1e5),))
    assert told(both) == always | {"heating_full", "heating_part"}
    later = "handover.trial.postponed"
    assert told(both, later) == {"cooling_full", "cooling_part"}
    days = {one.due for one in open_items(facts_of(plant=both)) if one.verdict.code == later}
    assert min(days) > date(2026, 3, 1)
    half = trial("h", "heating", accepted=True, load_fraction=0.5)
    assert told(replace(both, trials=(half,))) == always | {"heating_full"}
    assert told(plant_of(SourceKind.WELL_GROUP)) == always | {"reinjection"}
    pump = PumpRecord(id="sp1", loop=Loop.SOURCE, flow=0.01, head=20.0, power=2e3)
    assert told(plant_of(pumps=(pump,))) == always | {"rotation-sp1"}


def test_a_trial_that_no_plan_knows_is_open_too():
    failed = trial("noise", "acoustics", accepted=False, owner="contractor")
    found = {one.id: one for one in open_items(facts_of(plant=plant_of(trials=(failed,))))}
    assert (found["trial-noise"].verdict.code, found["trial-noise"].owner) == (
        "handover.trial.failed",
        "contractor",
    )


def test_what_is_missing_is_open_once():
    ids = [one.id for one in open_items(facts_of(plant=plant_of()))]
    assert len(set(ids)) == len(ids)
    assert "missing-training" in ids
    assert "missing-trial_balance" not in ids  # trial-flow_balance says it


def test_an_evaluator_sees_no_price_and_no_name():
    plant = plant_of(
        tariff=Tariff("CNY", ()),
        ledger=(
            LedgerCheck(
                item="B1",
                item_kind="borehole",
                check="x",
                drawn="0",
                found="0.4",
                checked_by="Somebody",
                evidence="Somebody's photo",
            ),
        ),
        trials=(trial("b", "balance", accepted=False, by="Somebody", owner="Somebody"),),
        events=(PlantEvent(datetime(2026, 1, 1, tzinfo=UTC), "failure", "hp1", "Somebody came"),),
        assessments=(Assessment("training", 1.0, date(2026, 1, 1), "Somebody", "Somebody"),),
    )
    shown = seen(plant, PackageView.EVALUATOR)
    assert "Somebody" not in repr(shown)
    assert shown.tariff is None
    assert shown.ledger[0].found == "0.4"
    assert seen(plant, PackageView.WHOLE) == plant


def test_a_water_authority_sees_the_wells_alone():
    told = {"statistic": Statistic.MEAN, "unit": "m3/h"}
    taken = Point(id="a", quantity="abstraction_flow", of="source", **told)
    at_well = Point(id="b", quantity="flow", of="w1", **told)
    load = Point(id="c", quantity="flow", of="load", **told)
    sample = WaterSample(sampled_at="2026-01-01", place="w1", parameter="pH", value=7.0, unit="-")
    plant = Plant(
        site=SITE,
        source=Source(kind=SourceKind.WELL_GROUP, wells=(WELL,)),
        machines=(MachineRecord(id="hp1"),),
        tests=(
            SurveyTest(kind="pumping", file="a.csv"),
            SurveyTest(kind="thermal_response", file="b.csv"),
        ),
        ledger=tuple(
            LedgerCheck(item=i, item_kind=k, check="depth", drawn="1", found="1")
            for i, k in (("w1", "well"), ("H1", "header"))
        ),
        points=(taken, at_well, load),
        samples=(sample,),
        tariff=Tariff("CNY", ()),
    )
    shown = seen(plant, PackageView.WATER_AUTHORITY)
    assert [one.id for one in shown.points] == ["a", "b"]
    assert [one.file for one in shown.tests] == ["a.csv"]
    assert [one.item for one in shown.ledger] == ["w1"]
    assert (shown.samples, shown.machines, shown.tariff) == ((sample,), (), None)
    assert shown.source.wells == (WELL,)


def packed(**files):
    return [PackedFile(name=k, size=len(v), sha256=v) for k, v in files.items()]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"a": "1", "b": "2", "c": "3"}, []),
        ({"a": "x", "b": "2", "c": "3"}, [("altered", "a", "")]),
        ({"b": "2", "c": "3"}, [("missing", "a", "")]),
        ({"a": "1", "b": "2", "c": "3", "d": "9"}, [("added", "d", "")]),
        ({"b": "2", "c": "3", "d": "1"}, [("renamed", "a", "d")]),
        ({"a": "2", "b": "1", "c": "3"}, [("swapped", "a", "b"), ("swapped", "b", "a")]),
        ({"a": "1", "b": "1", "c": "3"}, [("swapped", "b", "a")]),
        ({}, [("missing", "a", ""), ("missing", "b", ""), ("missing", "c", "")]),
    ],
)
def test_what_became_of_each_file(now, told):
    found = package_changes(packed(a="1", b="2", c="3"), packed(**now))
    assert [(str(one.fate), one.name, one.other) for one in found] == told
