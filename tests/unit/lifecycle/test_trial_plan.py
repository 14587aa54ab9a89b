"""Which trials a plant needs, when, and how they stand, by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from loopkeeper.lifecycle.commission.plan import trial_plan
from loopkeeper.lifecycle.commission.status import TrialState, trial_status
from loopkeeper.plant.machines import Loop, MachineRecord, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import Trial
from loopkeeper.plant.site import Season, Site, SourceKind
from loopkeeper.plant.source import Source

AUTUMN, WINTER = date(2026, 10, 1), date(2026, 12, 1)
SEASONS = {
    "heating_season": Season((11, 15), (3, 15)),
    "cooling_season": Season((6, 1), (9, 15)),
}


def point(quantity, of, unit):
    return Point(
        id=f"{of}_{quantity}", quantity=quantity, of=of, statistic=Statistic.INSTANT, unit=unit
    )


def plant(kind=SourceKind.BOREHOLE_FIELD, cooling=400.0, points=(), **site):
    machine = MachineRecord(id="hp1", rated_heating=400e3, rated_cooling=cooling)
    pumps = tuple(
        PumpRecord(id=f"{loop[0]}p1", loop=Loop(loop), flow=0.02, head=20.0, power=6e3)
        for loop in ("source", "load")
    )
    return Plant(
        site=Site(id="p", name="P", timezone="UTC", **(site or SEASONS)),
        source=Source(kind=kind),
        machines=(machine,),
        pumps=pumps,
        points=points,
    )


def names(plan):
    return [one.name for one in plan.trials]


def test_points_come_first_then_pumps_meters_and_what_is_measured_by_them():
    assert names(trial_plan(plant(), WINTER)) == [
        "point_check",
        "rotation-sp1",
        "rotation-lp1",
        "meter_proof",
        "flow_balance",
        "valves",
        "control",
        "interlocks",
        "alarms",
        "heating_full",
        "heating_part",
        "cooling_full",
        "cooling_part",
        "continuous",
    ]


def test_wells_are_tried_for_reinjection_and_plants_without_cold_for_none():
    assert "reinjection" in names(trial_plan(plant(SourceKind.WELL_GROUP), WINTER))
    bare = names(trial_plan(plant(cooling=None), WINTER))
    assert "heating_full" in bare
    assert not [name for name in bare if name.startswith("cooling")]


@pytest.mark.parametrize(
    ("on", "heating", "cooling"),
    [
        (AUTUMN, date(2026, 11, 15), date(2027, 6, 1)),
        (WINTER, WINTER, date(2027, 6, 1)),
        (date(2027, 3, 16), date(2027, 11, 15), date(2027, 6, 1)),
        (date(2026, 7, 1), date(2026, 11, 15), date(2026, 7, 1)),
    ],
)
def test_a_trial_of_another_season_is_due_on_its_first_day(on, heating, cooling):
    due = {one.name: (one.due, one.postponed) for one in trial_plan(plant(), on).trials}
    assert due["heating_full"] == (heating, heating > on)
    assert due["cooling_part"] == (cooling, cooling > on)
    assert due["meter_proof"] == (on, False)


def test_without_stated_seasons_the_latitude_tells_south_of_the_equator_too():
    """Summer is May to September in the north, November to March in the south."""
    north = trial_plan(plant(latitude=40.0), date(2026, 7, 1))
    south = trial_plan(plant(latitude=-35.0), date(2026, 7, 1))
    later = {(one.name, one.due) for one in north.trials if one.postponed}
    assert later == {(name, date(2026, 10, 1)) for name in ("heating_full", "heating_part")}
    later = {(one.name, one.due) for one in south.trials if one.postponed}
    assert later == {(name, date(2026, 11, 1)) for name in ("cooling_full", "cooling_part")}


def test_points_that_a_trial_wants_and_nobody_measures_are_named():
    sides = [(f"{s}_temperature", "°C") for s in ("supply", "return")]
    told = [point(q, of, u) for of in ("source", "load") for q, u in (*sides, ("flow", "m3/h"))]
    told += [point("electricity_power", "plant", "kW")]
    plan = {one.name: one for one in trial_plan(plant(points=tuple(told)), WINTER).trials}
    assert plan["meter_proof"].unmeasured == ()  # heat by flow and temperatures, meter of all
    assert plan["rotation-sp1"].unmeasured == ()
    assert set(plan["heating_full"].unmeasured) == {
        ("running", "hp1"),
        ("outdoor_temperature", "site"),
    }


# -- how they stand


def row(trial, day, accepted, **more):
    given = {
        "trial": trial,
        "mode": "control",
        "load_fraction": None,
        "started_at": datetime(2026, 12, day, tzinfo=UTC),
        "ended_at": datetime(2026, 12, day, 3, tzinfo=UTC),
        "quantity": "",
        "of": "plant",
        "expected": None,
        "found": None,
        "accepted": accepted,
    }
    return Trial(**(given | more))


def state(*rows, on=date(2026, 12, 20), name="control"):
    found = trial_status(trial_plan(plant(), on), rows)
    return next(one for one in found if one.planned.name == name)


def test_a_failed_trial_stays_failed_until_a_repetition_is_accepted():
    failed = row("control", 2, accepted=False, note="4 K high", owner="installer")
    assert state().state is TrialState.OPEN
    assert state(failed).state is TrialState.FAILED
    assert (state(failed).note, state(failed).owner) == ("4 K high", "installer")
    again = state(row("control", 9, accepted=True), failed)
    assert (again.state, again.runs, again.last) == (TrialState.PASSED, 2, date(2026, 12, 9))
    worse = state(row("control", 9, accepted=None), failed)
    assert worse.state is TrialState.NOT_PROVEN


def test_one_row_of_a_run_that_is_refused_fails_it():
    rows = [row("control", 2, accepted=a, quantity=q) for a, q in ((True, "flow"), (False, ""))]
    assert state(*rows).state is TrialState.FAILED


@pytest.mark.parametrize(("until", "overdue"), [(date(2026, 12, 19), True), (None, True)])
def test_what_is_not_closed_by_its_day_is_overdue(until, overdue):
    late = state(row("control", 2, accepted=False, due=until))
    assert late.overdue is (overdue and until is not None)
    assert not state(row("control", 2, accepted=True, due=until)).overdue
    assert not state(row("control", 2, accepted=False, due=date(2026, 12, 21))).overdue


def test_trials_of_another_name_are_known_by_mode_and_load():
    full = row("HW-1", 3, accepted=True, mode="heating", load_fraction=1.0)
    part = row("HW-2", 4, accepted=False, mode="heating", load_fraction=0.5)
    assert state(full, part, name="heating_full").state is TrialState.PASSED
    assert state(full, part, name="heating_part").state is TrialState.FAILED
    assert state(full, part, name="cooling_full").state is TrialState.POSTPONED


def test_a_row_that_tells_nothing_is_none():
    blank = replace(row("control", 2, accepted=None), started_at=None, ended_at=None)
    assert state(blank).state is TrialState.OPEN


def test_a_trial_that_was_never_made_is_overdue_once_its_season_after_hand_over_has_gone():
    handed = plant(**SEASONS, handed_over_on=date(2026, 10, 20))

    def late(on):
        return {s.planned.name for s in trial_status(trial_plan(handed, on), ()) if s.overdue}

    assert late(date(2026, 10, 20)) == set()  # the day itself is not too late
    winter = late(date(2026, 12, 1))
    assert {"meter_proof", "valves"} <= winter
    assert not {"heating_full", "cooling_full"} & winter
    assert "heating_full" not in late(date(2027, 3, 15))
    assert "heating_full" in late(date(2027, 3, 16))
    assert "cooling_full" not in late(date(2027, 9, 15))
    assert "cooling_full" in late(date(2027, 9, 16))
    nobody_says = trial_status(trial_plan(plant(), WINTER), ())
    assert not any(one.overdue for one in nobody_says)
