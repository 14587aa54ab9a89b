"""What survey, ledger, trials and log say of a cause, and what they let one expect of a ground."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import evidence
from loopkeeper.measure.case import FieldWorks, Recorded, Surveyed
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck, PlantEvent, SurveyTest, Trial
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import AquiferRecord, Basis, BoreholeField, Ground, Source

SITE = Site(id="p", name="P", timezone="UTC")
UNTESTED = Surveyed()
FIELD, WELLS = SourceKind.BOREHOLE_FIELD, SourceKind.WELL_GROUP


def ground(basis=Basis.TEST):
    return Ground(conductivity=2.0, heat_capacity=2.2e6, undisturbed_temperature=15.0, basis=basis)


def plant(basis=Basis.TEST, holes=10, **records):
    holes = BoreholeField(
        count=holes, length=100.0, diameter=0.15, buried_depth=1.5, positions=((0.0, 0.0),)
    )
    return Plant(
        site=SITE, source=Source(kind=FIELD, ground=ground(basis), field=holes), **records
    )


def rows(check, *pairs):
    return tuple(
        LedgerCheck(item="B", item_kind="borehole", check=check, drawn=str(a), found=str(b))
        for a, b in pairs
    )


def trial(mode, accepted=None, load=1.0, name="t"):
    return Trial(
        trial=name,
        mode=mode,
        load_fraction=load,
        started_at=None,
        ended_at=None,
        quantity="flow",
        of="load",
        expected=1.0,
        found=1.0,
        accepted=accepted,
    )


def event(kind, day, note=""):
    return PlantEvent(datetime(2024, 3, day, tzinfo=UTC), kind, "plant", note)


def codes(said):
    return [one.code for one in said]


# -- what is expected of a ground


def test_ground_that_was_tested_is_known_to_seven_percent_and_one_guessed_to_a_quarter():
    """Conductivity, resistance, T0, length, spacing, by-pass, bias, gain, pair."""
    tested = evidence.ground_prior(plant(), UNTESTED, 0)
    guessed = evidence.ground_prior(plant(Basis.REGIONAL_GUESS), UNTESTED, 0)
    usual = [0.35, 0.4, 0.15, 0.4, 0.3, 0.15, 0.025, 0.05]
    assert tested.deviation == pytest.approx([0.07, *usual])
    usual[1] = 1.0
    assert guessed.deviation == pytest.approx([0.25, *usual])
    assert tested.mean.tolist() == guessed.mean.tolist() == [0.0] * 9


def test_a_meter_in_the_field_leaves_a_bypass_two_percent():
    found = evidence.ground_prior(plant(), UNTESTED, 0, field_metered=True)
    assert found.deviation[5] == pytest.approx(0.02)


@pytest.mark.parametrize(("days", "drift"), [(73, 0.2), (365, 1.0), (730, 2.0), (1460, 2.0)])
def test_days_without_a_record_may_have_warmed_a_ground_by_two_kelvin_at_most(days, drift):
    found = evidence.ground_prior(plant(), UNTESTED, days)
    assert found.deviation[2] == pytest.approx((0.4**2 + drift**2) ** 0.5)


@pytest.mark.parametrize(("spread", "believed"), [(0.06, 0.05), (0.12, 0.12 / 1.8)])
def test_a_response_test_says_what_it_found_and_is_trusted_to_five_percent(spread, believed):
    tested = Surveyed(conductivity=Estimate.normal(1.8, spread))
    found = evidence.ground_prior(plant(), tested, 0)
    assert found.mean[0] == pytest.approx(np.log(1.8 / 2.0))
    assert found.deviation[0] == pytest.approx(believed)
    assert (found.mean[2], found.deviation[2]) == pytest.approx((0.0, 0.4))


@pytest.mark.parametrize(("spread", "believed"), [(0.2, 0.3), (0.6, 0.6)])
def test_a_tested_rest_temperature_is_trusted_to_three_tenths_of_a_kelvin(spread, believed):
    tested = Surveyed(undisturbed_temperature=Estimate.normal(16.5, spread))
    found = evidence.ground_prior(plant(), tested, 0)
    assert found.mean[2] == pytest.approx(1.5)
    assert found.deviation[2] == pytest.approx(believed)
    assert (found.mean[0], found.deviation[0]) == pytest.approx((0.0, 0.07))


def test_a_test_where_no_ground_was_designed_is_held_against_nothing():
    bare = Plant(site=SITE, source=Source(kind=FIELD))
    tested = Surveyed(
        conductivity=Estimate.exact(1.8), undisturbed_temperature=Estimate.exact(16.5)
    )
    found = evidence.ground_prior(bare, tested, 0)
    assert (found.mean[0], found.mean[2]) == pytest.approx((np.log(1.8), 16.5))
    blind = evidence.ground_prior(bare, UNTESTED, 0).deviation
    assert (blind[0], blind[2], blind[3]) == pytest.approx((0.25, 1.0, 0.15))


def works(**told):
    return FieldWorks(**{part: Recorded(*one) for part, one in told.items()})


def prior_of(**told):
    return evidence.ground_prior(plant(), UNTESTED, 0, works=works(**told))


@pytest.mark.parametrize(
    ("share", "doubt"),
    [(0.0, 0.15), (0.5, 0.15 - 0.08 * 0.5), (0.8, 0.15 - 0.08 * 0.8), (0.81, 0.02), (1.0, 0.02)],
)
@pytest.mark.parametrize("factor", [1.0, 0.85])
def test_a_ledger_of_four_holes_in_five_makes_their_length_sure(factor, share, doubt):
    assert prior_of(length=(factor, share)).deviation[3] == pytest.approx(doubt)


def test_holes_on_record_as_short_are_expected_short_by_the_share_on_record():
    """Half the holes on record at 80 %: log 0.8 times a half; within 2 % they are as drawn."""
    assert prior_of(length=(0.8, 0.5)).mean[3] == pytest.approx(0.5 * np.log(0.8))
    assert prior_of(length=(0.981, 1.0)).mean[3] == 0.0
    assert prior_of(length=(0.979, 1.0)).mean[3] == pytest.approx(np.log(0.979))


def test_a_fifth_of_the_holes_speaks_for_most_of_the_field():
    """30 of 150 outweigh a prior worth five: six sevenths of the rest are like them."""
    found = prior_of(length=(0.8, 0.2, 6 / 7))
    weight = 0.2 + 0.8 * 6 / 7
    assert found.mean[3] == pytest.approx(weight * np.log(0.8))
    assert found.deviation[3] == pytest.approx(0.15 - 0.08 * weight)


def test_what_no_ground_can_be_is_not_expected_of_one():
    """No hole is further from its neighbours than drawn, by more than a twentieth."""
    found = prior_of(length=(0.1, 1.0), resistance=(9.0, 1.0), spacing=(2.0, 1.0))
    assert found.mean[[3, 1, 4]] == pytest.approx([-1.2, 1.6, 0.05])


def test_grout_and_places_on_record_move_what_is_expected_of_resistance_and_spacing():
    found = prior_of(resistance=(1.4, 1.0), spacing=(0.8, 0.5))
    assert found.mean[1] == pytest.approx(np.log(1.4))
    assert found.deviation[1] == pytest.approx(0.35)  # voids and contact are on no record
    assert found.mean[4] == pytest.approx(0.5 * np.log(0.8))
    assert found.deviation[4] == pytest.approx(0.4 - 0.35 * 0.5)
    assert prior_of(spacing=(0.995, 1.0)).deviation[4] == pytest.approx(0.4)  # holes lean


def test_loops_that_failed_their_last_test_are_expected_not_to_carry():
    """A quarter of a fifth on record: log 0.75 by their weight, half of it in doubt."""
    weight = 0.2 + 0.8 * 0.8
    found = prior_of(tight=(0.75, 0.2, 0.8))
    expected = weight * np.log(0.75)
    assert found.mean[3] == pytest.approx(expected)
    assert found.deviation[3] == pytest.approx(np.hypot(0.15, 0.5 * expected))
    assert found.recorded == {3}
    assert prior_of(tight=(1.0, 0.2, 0.8)).recorded == frozenset()
    assert prior_of(resistance=(1.4, 1.0), length=(0.8, 0.5)).recorded == {1, 3}


@pytest.mark.parametrize(
    ("trials", "doubt"),
    [
        ((), 0.3),
        ((trial("valves", accepted=True),), 0.1),
        ((trial("valves", accepted=False),), 0.3),
    ],
)
def test_valves_that_were_tried_leave_a_bypass_a_tenth(trials, doubt):
    found = evidence.ground_prior(plant(trials=trials), UNTESTED, 0)
    assert found.deviation[5] == pytest.approx(doubt)


# -- what trials saw at hand-over


def drew(found, expected=100.0, of="hp1", mode="heating", name="heating_full", day=1):
    return Trial(
        trial=name,
        mode=mode,
        load_fraction=1.0,
        started_at=datetime(2022, 10, day, tzinfo=UTC),
        ended_at=None,
        quantity="electricity_power",
        of=of,
        expected=expected,
        found=found,
    )


def seen(*trials):
    return evidence.at_hand_over(plant(trials=trials), "electricity_power", {"hp1", "hp2"})


def test_what_trials_found_over_what_was_expected_is_summed_over_machines():
    assert seen() is None
    assert seen(drew(None), drew(0.0), drew(120.0, mode="control"), drew(5.0, of="lp1")) is None
    assert seen(drew(120.0)) == pytest.approx(np.log(1.2))
    both = (drew(130.0, of="hp1"), drew(100.0, of="hp2"))
    assert seen(*both) == pytest.approx(np.log(2.3 / 2.0))


def test_a_repeated_trial_counts_as_it_was_last_and_several_by_their_median():
    assert seen(drew(105.0, day=9), drew(150.0, day=2)) == pytest.approx(np.log(1.05))
    three = (drew(110.0), drew(102.0, name="heating_part"), drew(190.0, name="c", mode="cooling"))
    assert seen(*three) == pytest.approx(np.log(1.1))


# -- what speaks for a cause


def test_survey_tells_a_guess_and_a_missing_test():
    assert codes(evidence.survey(plant(), UNTESTED)) == ["evidence.survey.no_test"]
    guessed = plant(Basis.REGIONAL_GUESS)
    assert codes(evidence.survey(guessed, UNTESTED)) == [
        "evidence.survey.regional_guess",
        "evidence.survey.no_test",
    ]
    pumped = replace(guessed, tests=(SurveyTest(kind="pumping", file="x"),))
    assert codes(evidence.survey(pumped, UNTESTED))[-1] == "evidence.survey.no_test"
    tested = replace(guessed, tests=(SurveyTest(kind="thermal_response", file="x"),))
    assert codes(evidence.survey(tested, UNTESTED)) == ["evidence.survey.regional_guess"]
    bare = Plant(site=SITE, source=Source(kind=FIELD))
    assert codes(evidence.survey(bare, UNTESTED)) == ["evidence.survey.no_test"]


def test_of_wells_the_aquifer_is_what_was_assumed():
    aquifer = AquiferRecord(hydraulic_conductivity=1e-3, thickness=20.0, basis=Basis.TEST)
    source = Source(kind=WELLS, ground=ground(Basis.REGIONAL_GUESS), aquifer=aquifer)
    wells = Plant(site=SITE, source=source)
    assert codes(evidence.survey(wells, UNTESTED)) == ["evidence.survey.no_pumping"]
    guessed = replace(source, aquifer=replace(aquifer, basis=Basis.REGIONAL_GUESS))
    assert codes(evidence.survey(replace(wells, source=guessed), UNTESTED)) == [
        "evidence.survey.regional_guess",
        "evidence.survey.no_pumping",
    ]


def test_a_response_test_is_told_with_its_interval():
    (said,) = evidence.survey(plant(), Surveyed(conductivity=Estimate(1.8, 1.6, 2.1)))
    assert said.code == "evidence.survey.test"
    assert said.figures == {"value": 1.8, "low": 1.6, "high": 2.1}


def test_flows_that_were_never_balanced_are_told():
    assert codes(evidence.no_balance(plant(), UNTESTED)) == ["evidence.trial.no_balance"]
    for accepted, told in ((None, 0), (True, 0), (False, 1)):
        balanced = plant(trials=(trial("heating"), trial("balance", accepted)))
        assert len(evidence.no_balance(balanced, UNTESTED)) == told
    assert evidence.nothing(plant(), UNTESTED) == []


def test_a_ledger_is_below_what_was_drawn_from_three_percent_on():
    said = evidence.ledger("depth", "active_length")
    lines = rows("depth", (100, 97.1), (50, 60), (0, 7), ("?", 1)) + rows("spacing", (5, 1))
    (fine,) = said(plant(ledger=lines), UNTESTED)
    assert fine.code == "evidence.ledger.as_drawn"
    assert fine.figures == pytest.approx(
        {"checks": "depth, active_length", "rows": 2, "below": 0, "mean_percent": 108.55}
    )
    lines += rows("active_length", (200, 193.8), (10, 4))
    (short,) = said(plant(ledger=lines), UNTESTED)
    assert short.code == "evidence.ledger.below"
    # 0.971, 1.2, 0.969 and 0.4 of what was drawn
    assert short.figures == pytest.approx(
        {"checks": "depth, active_length", "rows": 4, "below": 2, "mean_percent": 88.5}
    )


def test_a_ledger_without_such_rows_is_missing():
    (said,) = evidence.ledger("depth", "active_length")(plant(), UNTESTED)
    assert said.code == "evidence.ledger.missing"
    assert said.figures == {"checks": "depth, active_length"}
    unread = plant(ledger=rows("depth", ("?", 3)))
    assert codes(evidence.ledger("depth")(unread, UNTESTED)) == ["evidence.ledger.missing"]


@pytest.mark.parametrize(
    ("mode", "load", "proven"),
    [
        ("heating", 0.6, True),
        ("cooling", 0.3, True),
        ("heating", 0.61, False),
        ("control", 0.3, False),
        ("heating", None, False),
    ],
)
def test_part_load_is_proven_by_heat_or_cold_at_six_tenths_of_the_load(mode, load, proven):
    tried = plant(trials=(trial("control"), trial(mode, load=load)))
    assert (evidence.trials(tried, UNTESTED) == []) is proven


def test_trials_tell_what_was_not_proven_and_what_was_refused():
    assert codes(evidence.trials(plant(), UNTESTED)) == ["evidence.trial.none"]
    full = plant(trials=(trial("heating"), trial("control", accepted=False, name="c")))
    said = evidence.trials(full, UNTESTED)
    assert codes(said) == [
        "evidence.trial.no_part_load",
        "evidence.trial.no_control",
        "evidence.trial.not_accepted",
    ]
    assert said[2].figures == {"trials": "c"}
    more = (trial("cooling", accepted=False, name="a", load=0.5), trial("control", accepted=True))
    (refused,) = evidence.trials(replace(full, trials=full.trials * 2 + more), UNTESTED)
    assert refused.figures == {"trials": "a, c"}


def test_three_changes_of_set_points_are_told_by_day_and_note():
    (none,) = evidence.set_point_changes(plant(events=(event("maintenance", 1),)), UNTESTED)
    assert none.code == "evidence.event.no_set_point_record"
    changes = tuple(event("setpoint_change", day, f"to {day}") for day in (9, 4, 7, 2))
    said = evidence.set_point_changes(plant(events=changes), UNTESTED)
    assert codes(said) == ["evidence.event.set_point_change"] * 3
    assert [one.figures for one in said] == [
        {"time": f"2024-03-0{day}", "note": f"to {day}"} for day in (9, 4, 7)
    ]


def test_the_last_maintenance_is_told_by_its_day():
    (none,) = evidence.service(plant(events=(event("setpoint_change", 1),)), UNTESTED)
    assert none.code == "evidence.event.no_maintenance"
    done = tuple(event("maintenance", day) for day in (5, 21, 8))
    (last,) = evidence.service(plant(events=(*done, event("alarm", 30))), UNTESTED)
    assert (last.code, last.figures) == (
        "evidence.event.last_maintenance",
        {"time": "2024-03-21"},
    )


SOIL, GROUT = "resource.conductivity", "construction.resistance"
LENGTH, NEAR = "construction.active_length", "construction.spacing"
WARMTH, YEARS = "resource.temperature", "thermal_balance.history"


@pytest.mark.parametrize(
    ("one", "other", "test"),
    [
        (GROUT, SOIL, "pulse_test"),
        (LENGTH, SOIL, "depth_survey"),
        (LENGTH, GROUT, "depth_survey"),
        (NEAR, SOIL, "places"),
        (NEAR, WARMTH, "places"),
        (NEAR, YEARS, "places"),
        (NEAR, "thermal_balance.temperature", "places"),
        (GROUT, "hydraulic.bypass", "field_flow"),
        (WARMTH, YEARS, "rest_temperature"),
        ("resource.well_bypass", "resource.water_temperature", "rest_temperature"),
        (GROUT, WARMTH, "longer_record"),
    ],
)
def test_every_pair_is_told_apart_by_its_own_measurement_in_either_order(one, other, test):
    found = {evidence.settled_by(one, other).code, evidence.settled_by(other, one).code}
    assert found == {f"settles.{test}"}
