"""Supply off its set-point: how far, since when, and whom the records of a plant blame for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from lived import even_dice
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.machine_fit import SetPoints
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE, set_point
from loopkeeper.measure.series import Period
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import PlantEvent, Trial
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source

THEN = datetime(2023, 6, 10, 12, tzinfo=UTC)
PERIOD = Period(np.datetime64("2024-01-01T00:00:00"), np.datetime64("2024-12-31T00:00:00"))
NONE, EARLY, LATE = None, date(2023, 10, 3), date(2023, 10, 2)
"""Hand-over nobody knows, ninety days ahead of the period, and ninety-one."""


def level(value, onset=None, odds=9.0, deviation=0.2):
    return Level(value, deviation, onset, odds)


def trial(**of):
    usual = {
        "trial": "t",
        "mode": "heating",
        "load_fraction": 1.0,
        "started_at": None,
        "ended_at": None,
        "quantity": "supply_temperature",
        "of": "load",
        "expected": 45.0,
        "found": 45.0,
    }
    return Trial(**{**usual, **of})


CONTROL = trial(mode="control", quantity="enabled", of="plant", accepted=True)


def event(kind):
    return PlantEvent(THEN, kind, "plant")


def scene(small, heating, cooling=None, trials=(), events=(), handed_over=NONE):
    site = Site(id="p", name="P", timezone="UTC", handed_over_on=handed_over)
    source = Source(kind=SourceKind.BOREHOLE_FIELD)
    return SimpleNamespace(
        plant=Plant(site=site, source=source, trials=trials, events=events),
        set_points=SetPoints(heating, cooling or level(0.0)),
        listed=small,
        case=SimpleNamespace(period=PERIOD),
        dice=even_dice(2),
        operation=None,
    )


def blamed(*of, **by_name):
    """The kind that is found; never two of them."""
    one = scene(*of, **by_name)
    kinds = ("operation", "commissioning")
    found = [kind for kind in kinds if BY_CODE[f"{kind}.set_point"].look(one) is not None]
    assert len(found) <= 1
    return found[0] if found else None


def found(small, *of, **by_name):
    one = scene(small, *of, **by_name)
    kind = "operation" if one.plant.events or one.plant.trials else "commissioning"
    return BY_CODE[f"{kind}.set_point"].look(one)


# -- how far, and since when


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("off", "counts"), [(0.82, True), (0.78, False)])
def test_supply_is_off_from_eight_tenths_of_a_kelvin_on_either_side(small, sign, off, counts):
    assert (blamed(small, level(sign * off)) is not None) is counts
    assert (blamed(small, level(0.0), level(sign * off)) is not None) is counts


def test_supply_that_is_not_twenty_times_as_likely_off_is_not_off(small):
    assert blamed(small, level(2.0, odds=np.log(19.0))) is None
    assert blamed(small, level(2.0, odds=np.log(21.0))) == "commissioning"


@pytest.mark.parametrize(
    ("heat", "cold", "hour"), [(7, 4, 96), (4, 7, 96), (7, None, 168), (None, 3, 72)]
)
def test_it_began_with_the_earlier_of_both_modes(small, heat, cold, hour):
    one = scene(small, level(2.0, heat), level(-3.0, cold))
    suspect = BY_CODE["operation.set_point"].look(one)
    assert suspect.onset == hour
    ((later, _),) = suspect.apply(Hypothesis.of(small), suspect.value).later
    assert later == hour


def test_a_mode_that_is_not_off_has_no_onset_and_no_doubt(small):
    one = scene(small, level(2.0, 7, deviation=0.3), level(0.5, 2))
    suspect = BY_CODE["operation.set_point"].look(one)
    assert (suspect.kind, suspect.cause) == (DeviationKind.OPERATION, "operation.set_point")
    assert suspect.onset == 168
    assert suspect.value.tolist() == [2.0, 0.0]
    assert suspect.draws == pytest.approx(np.array([[2.3, 0.0], [1.7, 0.0]]))
    assert suspect.finding.code == "diagnose.operation.set_point"
    assert suspect.finding.figures == {"heating": 2.0, "cooling": 0.0}


def test_what_was_always_off_is_off_in_all_four_set_points(small):
    suspect = found(small, level(2.0), level(-1.5, deviation=0.4))
    assert (suspect.kind, suspect.onset) == (DeviationKind.COMMISSIONING, None)
    assert suspect.finding.code == "diagnose.commissioning.set_point"
    assert suspect.draws == pytest.approx(np.array([[2.2, -1.1], [1.8, -1.9]]))
    moved = suspect.apply(Hypothesis.of(small), np.array([2.0, -1.5]))
    assert moved.later == ()
    controls = moved.system.controls
    assert (controls.heating_supply, controls.heating_supply_min) == (47.0, 32.0)
    assert (controls.cooling_supply, controls.cooling_supply_max) == (5.5, 13.5)
    assert replace(moved.system, controls=small.system.controls) == small.system


# -- who is to blame


@pytest.mark.parametrize(
    ("handed_over", "kind"),
    [(NONE, "commissioning"), (EARLY, "commissioning"), (LATE, "operation")],
)
def test_proven_controls_blame_operation_from_ninety_days_after_hand_over_on(
    small, handed_over, kind
):
    assert blamed(small, level(2.0), trials=(CONTROL,), handed_over=handed_over) == kind
    assert blamed(small, level(2.0), handed_over=handed_over) == "commissioning"


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        ({"accepted": None}, "operation"),
        ({"accepted": False}, "commissioning"),
        ({"mode": "heating"}, "commissioning"),
    ],
)
def test_controls_are_proven_by_a_trial_of_theirs_that_nobody_refused(small, of, kind):
    tried = (replace(CONTROL, **of),)
    assert blamed(small, level(2.0), trials=tried, handed_over=LATE) == kind


def test_a_change_in_the_log_or_an_onset_blames_operation(small):
    assert blamed(small, level(2.0), events=(event("maintenance"),)) == "commissioning"
    changed = (event("maintenance"), event("setpoint_change"))
    assert blamed(small, level(2.0), events=changed) == "operation"
    assert blamed(small, level(2.0, 3)) == "operation"


def met(small, one, off=2.0, cold=0.0):
    """Whether a trial is taken to have met what is off today, though a change is in the log."""
    changed = (event("setpoint_change"),)
    kind = blamed(small, level(off), level(cold), trials=(one,), events=changed)
    return kind == "commissioning"


@pytest.mark.parametrize(
    ("times", "alike"), [(0.48, False), (0.52, True), (1.95, True), (2.05, False), (-1.0, False)]
)
@pytest.mark.parametrize("off", [2.0, -3.0])
def test_a_trial_meets_the_same_from_half_to_twice_as_far(small, off, times, alike):
    assert met(small, trial(found=45.0 + times * off), off) is alike


@pytest.mark.parametrize(
    "of",
    [{"of": "source"}, {"quantity": "flow"}, {"found": None}, {"mode": "cooling"}],
)
def test_only_supplies_and_set_points_of_the_load_in_its_mode_tell(small, of):
    assert met(small, trial(found=47.0))
    assert met(small, trial(found=47.0, quantity="setpoint"))
    assert not met(small, trial(**{"found": 47.0, **of}))


def test_what_began_in_the_record_was_not_met_by_a_trial(small):
    assert blamed(small, level(2.0, 3), trials=(trial(found=47.0),)) == "operation"


def test_any_one_of_several_trials_may_have_met_it(small):
    trials = (trial(found=None), trial(found=45.1), trial(found=47.0))
    changed = (event("setpoint_change"),)
    assert blamed(small, level(2.0), trials=trials, events=changed) == "commissioning"


def test_a_trial_of_no_mode_tells_of_that_whose_set_point_is_nearer(small):
    """45 and 7 °C; half way is 26."""
    control = trial(mode="control", quantity="setpoint")
    assert met(small, replace(control, expected=24.5, found=26.5))
    assert not met(small, replace(control, expected=23.5, found=25.5))
    assert met(small, replace(control, expected=23.5, found=25.5), 0.0, 2.0)
    assert not met(small, replace(control, expected=24.5, found=26.5), 0.0, 2.0)


# -- what was asked at the time of a trial


def reset(small):
    """Heat at 45 °C less the outdoor air above nought, cold at 7 °C and half of that below 35."""
    controls = replace(small.system.controls, heating_reset=1.0, cooling_reset=0.5)
    return small.with_system(replace(small.system, controls=controls))


def asked(small, mode, hours=(), air=(), **of):
    time = np.datetime64("2023-06-10T12:00:00") + np.array(hours, int) * np.timedelta64(1, "h")
    operation = SimpleNamespace(time=time, outdoor=np.array(air))
    one = SimpleNamespace(listed=reset(small), operation=operation)
    return set_point._asked_then(one, trial(**{"load_fraction": None, **of}), mode)


def test_without_a_date_or_at_full_load_the_design_s_set_point_was_asked(small):
    assert (asked(small, 0), asked(small, 1)) == (45.0, 7.0)
    air = {"hours": (0,), "air": (8.0,), "started_at": THEN}
    assert asked(small, 0, **air, load_fraction=0.82) == 45.0
    assert asked(small, 1, **air, load_fraction=0.82) == 7.0
    for part in (None, 0.0, 0.79):
        assert asked(small, 0, **air, load_fraction=part) == pytest.approx(37.0)
    warm = {"hours": (0,), "air": (29.0,), "started_at": THEN}
    assert asked(small, 1, **warm) == pytest.approx(10.0)


def test_air_within_ten_days_of_that_time_of_the_year_stands_for_it(small):
    """A year is 8766 hours; of the hours within 240 of the date the middle set-point counts."""
    year = 8766
    hours = (-241, -239, 241, 239, year - 239, year - 241, year + 239, year + 241)
    air = (14.0, 1.0, 13.0, 3.0, 6.0, 12.0, 8.0, 11.0)
    # near are 1, 3, 6 and 8 °C
    assert asked(small, 0, hours, air, started_at=THEN) == pytest.approx(45.0 - 4.5)


def test_where_no_hour_of_that_season_is_in_the_period_all_of_them_stand_for_it(small):
    hours, air = (-500, 900, 4000), (2.0, 9.0, 4.0)
    assert asked(small, 0, hours, air, started_at=THEN) == pytest.approx(41.0)


def test_a_set_point_read_without_an_expectation_is_held_against_that_day_s(small):
    one = scene(
        reset(small),
        level(2.0),
        trials=(trial(expected=None, found=39.0, load_fraction=0.3, started_at=THEN),),
        events=(event("setpoint_change"),),
    )
    one.operation = SimpleNamespace(
        time=np.array([np.datetime64("2024-06-10T12:00:00")]), outdoor=np.array([8.0])
    )
    assert BY_CODE["commissioning.set_point"].look(one) is not None
    one.operation.outdoor[:] = 3.0  # 42 °C were asked, and 39 are colder
    assert BY_CODE["commissioning.set_point"].look(one) is None
