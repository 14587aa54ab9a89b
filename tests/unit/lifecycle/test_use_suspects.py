"""Suspects of machines, loads and documents on a small plant: from when on, and how doubted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import even_dice
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis, LoadScales
from loopkeeper.lifecycle.diagnose.needed import undersized
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.lifecycle.diagnose.suspects.load_size import by_weather
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source

UNTRIED = SimpleNamespace(trials=(), machines=())
"""A plant without a trial on record."""
CERTAIN = 9.0
"""Log of the odds of a deviation."""
HISTORY, SIZE = "thermal_balance.history", "design.load_size"


def look(code, dice=None, **seen):
    return BY_CODE[code].look(SimpleNamespace(dice=dice or even_dice(2), **seen))


def nothing_drawn(suspect):
    return suspect.value.tolist() == [0.0] and suspect.draws.tolist() == [[0.0], [0.0]]


# -- wear


def worn(value, onset=None, odds=CERTAIN, own=(), *, doubted=False):
    return look(
        "operation.wear",
        wear=Level(value, 0.05, onset, odds, own),
        known=SimpleNamespace(meter_doubted=doubted),
        plant=UNTRIED,
    )


@pytest.mark.parametrize(("value", "named"), [(0.029, False), (0.032, True), (-0.3, False)])
def test_machines_are_worn_from_three_percent_above_their_maps_on(value, named):
    assert (worn(value) is not None) is named


@pytest.mark.parametrize(("odds", "named"), [(2.9, False), (3.1, True)])
def test_wear_that_is_three_times_as_likely_as_not_is_looked_at(odds, named):
    assert (worn(0.2, odds=np.log(odds)) is not None) is named


def test_wear_is_of_each_mode_by_itself_and_doubted_in_both_together():
    own = ((0.0, 0.1, 0.02), (1.0, 0.3, 0.04))
    found = worn(0.25, own=own)
    assert (found.kind, found.cause) == (DeviationKind.OPERATION, "operation.wear")
    assert found.value.tolist() == [0.1, 0.3]
    assert found.draws == pytest.approx(np.array([[0.12, 0.34], [0.08, 0.26]]))
    assert found.finding.code == "diagnose.operation.wear"
    assert found.finding.figures == pytest.approx({"percent": 100 * (np.exp(0.2) - 1)})
    assert (found.onset, found.doubt, found.settles) == (None, 0.0, ())


def test_where_heating_is_more_worn_than_found_cooling_is_likewise():
    dice = PosteriorSampler(np.random.default_rng(3), 50)
    level = Level(0.25, 0.05, None, CERTAIN, ((0.0, 0.1, 0.02), (1.0, 0.3, 0.04)))
    known = SimpleNamespace(meter_doubted=False)
    heating, cooling = look("operation.wear", dice, wear=level, known=known, plant=UNTRIED).draws.T
    assert (cooling - 0.3) / 0.04 == pytest.approx((heating - 0.1) / 0.02)
    assert np.ptp(heating) > 0.02


def test_a_mode_that_was_not_seen_is_worn_as_both_are():
    found = worn(0.25, own=((0.0, 0.1, 0.02),))
    assert found.value.tolist() == [0.1, 0.25]
    assert found.draws == pytest.approx(np.array([[0.12, 0.3], [0.08, 0.2]]))


def test_worn_machines_draw_more_by_mode_and_give_what_they_gave(small):
    moved = worn(0.25).apply(Hypothesis.of(small), np.log([1.2, 1.5]))
    assert moved.later == ()
    assert len(moved.system.machines) == 2
    for machine in moved.system.machines:
        assert machine.heating.electricity[0, 0, 0] == pytest.approx(10.8e3)
        assert machine.cooling.electricity[0, 0, 0] == pytest.approx(10.5e3)
        assert machine.heating.capacity[0, 0] == 40e3
    assert moved.system.source_pumps == small.system.source_pumps


def test_wear_that_came_in_the_record_begins_at_its_day(small):
    found = worn(0.25, onset=3)
    moved = found.apply(Hypothesis.of(small), np.log([1.2, 1.5]))
    ((hour, change),) = moved.later
    assert (found.onset, hour, moved.system) == (72, 72, small.system)
    electricity = change(small.system).machines[1].heating.electricity
    assert electricity[0, 0, 0] == pytest.approx(10.8e3)


def test_wear_that_a_meter_may_have_made_is_doubted_by_half_and_a_clamp_settles_it():
    found = worn(0.25, doubted=True)
    assert found.doubt == 0.5
    assert [one.code for one in found.settles] == ["settles.clamp_meter"]
    assert found.settles[0].figures == {}


# -- staging


@pytest.mark.parametrize(("together", "percent"), [(0.83, 83.0), (0.99, 99.0), (1.3, 100.0)])
def test_machines_that_run_together_start_all_at_once(small, together, percent):
    seen = {"staging": (replace(small.system), together), "listed": small}
    found = look("commissioning.staging", **seen)
    assert (found.kind, found.cause) == (DeviationKind.COMMISSIONING, "commissioning.staging")
    assert found.finding.code == "diagnose.commissioning.staging"
    assert found.finding.figures == {"percent": pytest.approx(percent)}
    assert nothing_drawn(found)
    moved = found.apply(Hypothesis.of(small), found.value)
    assert (moved.system.controls.staging, moved.later) == (StagingOrder.EQUAL, ())
    own = replace(moved.system.controls, staging=StagingOrder.SEQUENCE)
    assert replace(moved.system, controls=own) == small.system


def test_machines_that_follow_each_other_are_as_designed(small):
    assert look("commissioning.staging", staging=(small.system, 0.9), listed=small) is None


# -- loads


@pytest.mark.parametrize(
    ("doubt", "logs", "part"),
    [
        (0.1, (0.4,), 0.25),
        (0.1, (-0.4,), 0.25),
        (0.1, (0.2, -0.5), 0.2),
        (0.1, (0.5, 0.2), 0.2),
        (0.1, (0.11, 0.0), 0.1 / 0.11),
        (0.1, (0.09,), 1.0),
        (0.1, (0.0, 0.0), 1.0),
        (0.0, (0.4,), 0.0),
        (3.0, (2.0,), 1.0),
    ],
)
def test_weather_may_be_its_doubt_of_the_largest_ratio_and_all_of_it_at_most(doubt, logs, part):
    assert by_weather(doubt, *np.exp(logs)) == pytest.approx(part)


def of_loads(code, scales, kind=SourceKind.BOREHOLE_FIELD):
    return look(
        code,
        setting=SimpleNamespace(scales=LoadScales(*scales)),
        known=SimpleNamespace(weather_doubt=0.1),
        plant=SimpleNamespace(source=Source(kind=kind)),
    )


def test_a_load_of_another_size_is_told_by_it_and_doubted_by_weather(small):
    found = of_loads(SIZE, (1.5, 0.6, 2.0))
    assert (found.kind, found.cause) == (DeviationKind.DESIGN, SIZE)
    assert found.finding.code == "diagnose.design.load_size"
    assert found.finding.figures == {"percent": pytest.approx(150.0)}
    assert found.doubt == pytest.approx(0.1 / np.log(1.5))
    assert nothing_drawn(found)
    bare = Hypothesis.of(small)
    assert found.apply(bare, found.value) == replace(bare, sized=True)


@pytest.mark.parametrize(
    ("heat", "cold", "largest"), [(0.6, 1.2, np.log(1 / 0.6)), (1.1, 2.0, np.log(2.0))]
)
def test_years_out_of_balance_are_told_by_mode_and_doubted_by_the_larger(
    small, heat, cold, largest
):
    found = of_loads(HISTORY, (1.5, heat, cold))
    assert (found.kind, found.cause) == (DeviationKind.THERMAL_BALANCE, HISTORY)
    assert found.finding.code == "diagnose.thermal_balance.history"
    figures = {"heating_percent": 100 * heat, "cooling_percent": 100 * cold}
    assert found.finding.figures == pytest.approx(figures)
    assert found.doubt == pytest.approx(0.1 / largest)
    assert nothing_drawn(found)
    bare = Hypothesis.of(small)
    assert found.apply(bare, found.value) == replace(bare, unbalanced=True)


@pytest.mark.parametrize(
    ("kind", "remembers"),
    [
        (SourceKind.WELL_GROUP, True),
        (SourceKind.SINGLE_WELL, True),
        (SourceKind.SURFACE_WATER, False),
        (SourceKind.HORIZONTAL_LOOP, False),
    ],
)
def test_a_source_that_weather_renews_remembers_no_years(kind, remembers):
    assert (of_loads(HISTORY, (1.5, 0.6, 1.2), kind) is not None) is remembers


# -- documents


MISDESIGNS = ("design.oversizing", "design.undersized_source", "design.unit_type")


def test_a_misdesign_leads_from_the_needed_plant_to_the_listed_one(small):
    listed = SimpleNamespace(system="listed", ground="a longer field")
    one = undersized(1.6)
    asked = []
    other = SimpleNamespace(
        cause="design.unit_type",
        change=lambda model: asked.append(model) or listed,
        finding=one.finding,
    )
    known = SimpleNamespace(misdesign=(one, other))
    found = {code: look(code, known=known) for code in MISDESIGNS}
    assert [code for code in MISDESIGNS if found[code]] == list(MISDESIGNS[1:])
    suspect = found["design.unit_type"]
    assert (suspect.kind, suspect.cause) == (DeviationKind.DESIGN, "design.unit_type")
    assert suspect.finding is one.finding
    assert nothing_drawn(suspect)
    start = replace(Hypothesis.of(small), sized=True)
    moved = suspect.apply(start, suspect.value)
    assert moved == replace(start, system="listed", ground="a longer field")
    assert asked == [small]
    short = found["design.undersized_source"].apply(start, np.zeros(1))
    assert short.ground.length_factor == pytest.approx(0.6)
