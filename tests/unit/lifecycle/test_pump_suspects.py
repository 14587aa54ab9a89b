"""Suspects of pumps and wells on a small plant: from which draw on, of whom, and how much."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import even_dice, pumps_like
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.lifecycle.diagnose.suspects.pump_draw import found_draw
from loopkeeper.measure.drawdown import Drawdown
from loopkeeper.physics.pump import DriveLaw, PumpMode
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source

PUMP, WELLS, RISEN = "hydraulic.source_pumps", "construction.wells", "operation.reinjection"
FIELD, GROUP, COLUMN = (
    SourceKind.BOREHOLE_FIELD, SourceKind.WELL_GROUP, SourceKind.SINGLE_WELL,
)  # fmt: skip
STEADY = Level(0.0, 0.1, None, -np.inf)
OWN, FLAT = DriveLaw(0.2, 0.8, 0.2), DriveLaw(0.7, 0.3, 0.2)
BOTH = pytest.mark.parametrize("loop", ["source", "load"])
HEADS = (("source", 18.0), ("load", 90.0), ("source", 22.0), ("source", None))
"""Pumps of the source have a head of 20 m on the mean of those that state one. [m]"""


def scene(small, fits, kind=FIELD, levels=None, risen=STEADY, heads=HEADS):
    return SimpleNamespace(
        known=SimpleNamespace(pumps=fits, doubt={"source": 0.08, "load": 0.05}),
        listed=small,
        plant=SimpleNamespace(
            source=Source(kind=kind),
            pumps=[SimpleNamespace(loop=loop, head=head) for loop, head in heads],
        ),
        case=SimpleNamespace(drawdown=levels or Drawdown()),
        source_pumps_risen=risen,
        dice=even_dice(2),
    )


def look(code, *of, **by_name):
    return BY_CODE[code].look(scene(*of, **by_name))


def after(suspect, small):
    """The plant's system with a cause that was always there."""
    moved = suspect.apply(Hypothesis.of(small), suspect.value)
    assert moved.later == ()
    return moved.system


# -- drives and idle pumps


def driven(small, loop, mode=PumpMode.VARIABLE):
    bank = replace(small.system.pumps_of(loop), mode=mode, law=OWN)
    return small.with_system(small.system.with_pumps(loop, bank)), bank


@BOTH
def test_pumps_in_another_control_were_never_put_into_their_own(small, loop):
    plant, bank = driven(small, loop)
    code = f"commissioning.{loop}_pump_control"
    assert look(code, plant, {loop: pumps_like(bank)}) is None
    assert look(code, plant, {}) is None
    fit = pumps_like(bank, 2.0, 1.5, mode=PumpMode.CONSTANT, idle=0.7, minimum_speed=0.9)
    found = look(code, plant, {loop: fit})
    assert found.kind is DeviationKind.COMMISSIONING
    assert found.cause == code
    assert found.finding.code == "diagnose.commissioning.pump_control"
    assert found.finding.figures == {"loop": loop, "control": "VARIABLE", "run_as": "CONSTANT"}
    assert (found.value.tolist(), found.draws.tolist()) == ([0.0], [[0.0], [0.0]])
    moved = after(found, plant)
    own = replace(bank, mode=PumpMode.CONSTANT, idle=0.7, minimum_speed=0.9)
    assert moved == plant.system.with_pumps(loop, own)  # draw and flow are another cause


@BOTH
def test_drives_that_hardly_vary_are_stuck_unless_they_are_turned(small, loop):
    plant, bank = driven(small, loop)
    stuck = pumps_like(bank, law=FLAT, follows=False)
    control, astray = f"commissioning.{loop}_pump_control", f"hydraulic.{loop}_excess_flow"
    assert look(control, plant, {loop: stuck}).finding.figures["run_as"] == "STUCK"
    assert look(astray, plant, {loop: stuck}) is None
    assert look(astray, plant, {}) is None
    turned = replace(stuck, turned=True)
    assert look(control, plant, {loop: turned}) is None
    found = look(astray, plant, {loop: turned})
    assert (found.kind, found.cause) == (DeviationKind.HYDRAULIC, astray)
    assert found.finding.code == "diagnose.hydraulic.excess_flow"
    # half the need moves 0.7 + 0.3 / 2 of the flow
    assert found.finding.figures == {"loop": loop, "percent": pytest.approx(85.0)}
    assert (found.value.tolist(), found.draws.tolist()) == ([0.0], [[0.0], [0.0]])
    assert after(found, plant) == plant.system.with_pumps(loop, replace(bank, law=FLAT, idle=0.0))


@BOTH
@pytest.mark.parametrize(
    ("mode", "idle", "named"),
    [
        (PumpMode.ONE_PER_MACHINE, 0.145, False),
        (PumpMode.ONE_PER_MACHINE, 0.155, True),
        (PumpMode.VARIABLE, 0.155, True),
        (PumpMode.CONSTANT, 1.0, False),
    ],
)
def test_pumps_run_for_nothing_from_fifteen_percent_more_than_designed_on(
    small, loop, mode, idle, named
):
    plant, bank = driven(small, loop, mode)
    found = look(f"commissioning.{loop}_pumps_idle", plant, {loop: pumps_like(bank, idle=idle)})
    assert (found is not None) is named
    if found:
        assert found.finding.code == "diagnose.commissioning.pumps_idle"
        assert found.finding.figures == {"loop": loop, "percent": pytest.approx(100 * idle)}
        assert after(found, plant) == plant.system.with_pumps(loop, replace(bank, idle=idle))
        assert (found.value.tolist(), found.draws.tolist()) == ([0.0], [[0.0], [0.0]])


@BOTH
def test_designed_idling_is_no_cause_and_another_control_is_its_own(small, loop):
    plant, bank = driven(small, loop)
    plant = plant.with_system(plant.system.with_pumps(loop, replace(bank, idle=0.4)))
    code = f"commissioning.{loop}_pumps_idle"
    assert look(code, plant, {loop: pumps_like(bank, idle=0.54)}) is None
    assert look(code, plant, {loop: pumps_like(bank, idle=0.56)}) is not None
    assert look(code, plant, {loop: pumps_like(bank, idle=0.9, mode=PumpMode.CONSTANT)}) is None
    assert look(code, plant, {}) is None


# -- draw and flow


@BOTH
@pytest.mark.parametrize(
    ("log", "named"), [(0.115, False), (0.125, True), (-0.115, False), (-0.125, True)]
)
def test_pumps_are_as_they_should_be_within_a_log_of_0_12(small, loop, log, named):
    bank = small.system.pumps_of(loop)
    code = f"hydraulic.{loop}_pumps"
    found = look(code, small, {loop: pumps_like(bank, np.exp(log), 1.3)})
    assert (found is not None) is named
    if found:
        assert (found.kind, found.cause) == (DeviationKind.HYDRAULIC, code)
        doubt = {"source": 0.08, "load": 0.05}[loop]
        middle = np.array([log, np.log(1.3)])
        assert found.value == pytest.approx(middle)
        assert found.draws == pytest.approx(middle + np.outer([1, -1], [doubt, 0.02]))
        assert found.finding.code == "diagnose.hydraulic.pumps"
        assert found.finding.figures == {
            "loop": loop,
            "electricity_percent": pytest.approx(100 * np.exp(log)),
            "flow_percent": pytest.approx(130.0),
        }
        moved = after(found, small).pumps_of(loop)
        assert moved.electricity == pytest.approx(np.exp(log) * bank.electricity)
        assert moved.flow == pytest.approx(1.3 * bank.flow)


def of_wells(small, draw, flow, kind=GROUP, further=np.nan, ratio=np.nan, **of):
    """Draw and flow of what is found of the pumps, and of the wells."""
    fits = {"source": pumps_like(small.system.source_pumps, draw, flow)}
    levels = Drawdown(ratio, further)
    pair = [look(code, small, fits, kind, levels, **of) for code in (PUMP, WELLS)]
    return [None if one is None else np.exp(one.value) for one in pair]


@pytest.mark.parametrize(
    ("flow", "wells"), [(1.0, True), (1.11, True), (1.13, False), (1.3, False)]
)
def test_without_levels_wells_resist_where_hardly_more_water_is_moved(small, flow, wells):
    pump, lift = of_wells(small, 1.5, flow)
    if wells:
        assert pump is None
        assert lift == pytest.approx([1.5, flow])
    else:
        assert pump == pytest.approx([1.5, flow])
        assert lift is None


@pytest.mark.parametrize(("draw", "wells"), [(1.115, False), (1.14, True)])
def test_wells_resist_from_an_eighth_more_draw_on(small, draw, wells):
    pump, lift = of_wells(small, draw, 1.0)
    assert pump is None
    assert (lift is not None) is wells


def test_less_draw_is_the_pumps_own(small):
    pump, lift = of_wells(small, 0.8, 1.0)
    assert pump == pytest.approx([0.8, 1.0])
    assert lift is None


@pytest.mark.parametrize("kind", [FIELD, COLUMN, SourceKind.SURFACE_WATER])
def test_only_wells_of_a_group_have_a_lift(small, kind):
    pump, lift = of_wells(small, 1.5, 1.0, kind, further=3.0, ratio=2.0)
    assert pump == pytest.approx([1.5, 1.0])
    assert lift is None


@pytest.mark.parametrize(("ratio", "wells"), [(1.38, False), (1.42, True)])
def test_metered_levels_speak_for_the_wells_from_1_4_times_as_far_on(small, ratio, wells):
    """Whatever water is moved; where none is told how far, all of it is theirs."""
    for flow in (1.0, 1.3):
        pump, lift = of_wells(small, 1.5, flow, ratio=ratio)
        assert (lift is not None, pump is None) == (wells, wells)


def test_wells_ask_for_twice_the_further_lift_over_the_head(small):
    """3 m down and 3 m up at 20 m are 1.3 times, of 1.1 of the water 1.43; 1.4 are the pumps'."""
    pump, lift = of_wells(small, 1.43 * 1.4, 1.1, ratio=1.6, further=3.0)
    assert lift == pytest.approx([1.43, 1.1])
    assert pump == pytest.approx([1.4, 1.0])


def test_wells_ask_for_no_more_than_is_drawn_and_for_no_less_than_the_listed(small):
    pump, lift = of_wells(small, 1.3, 1.1, ratio=1.6, further=9.0)
    assert pump is None
    assert lift == pytest.approx([1.3, 1.1])
    pump, lift = of_wells(small, 1.3, 0.7, ratio=1.6, further=2.0)
    assert pump == pytest.approx([1.3, 1.0])
    assert lift is None


@pytest.mark.parametrize(("further", "named"), [(1.25, False), (1.3, True)])
def test_a_lift_of_an_eighth_more_is_named(small, further, named):
    """2 / 20 a metre: log 0.118 and 0.122."""
    assert (of_wells(small, 2.0, 1.0, ratio=1.6, further=further)[1] is not None) is named


def test_where_no_head_is_stated_all_of_the_draw_is_the_wells(small):
    silent = (("source", None), ("load", 90.0))
    pump, lift = of_wells(small, 1.8, 1.0, ratio=1.6, further=3.0, heads=silent)
    assert pump is None
    assert lift == pytest.approx([1.8, 1.0])


@pytest.mark.parametrize(("ratio", "code"), [(np.nan, "wells"), (1.6, "wells_lower")])
def test_lower_water_is_told_where_it_was_metered(small, ratio, code):
    fits = {"source": pumps_like(small.system.source_pumps, 1.5, 1.1)}
    found = look(WELLS, small, fits, GROUP, Drawdown(ratio, np.nan))
    assert (found.kind, found.cause) == (DeviationKind.CONSTRUCTION, WELLS)
    assert found.finding.code == f"diagnose.construction.{code}"
    figures = {"electricity_percent": 150.0, "flow_percent": 110.0}
    if code == "wells_lower":
        figures["ratio"] = 1.6
    assert found.finding.figures == pytest.approx(figures)
    middle = np.log([1.5, 1.1])
    assert found.draws == pytest.approx(middle + np.outer([1, -1], [0.08, 0.02]))
    bank = after(found, small).source_pumps
    assert (bank.electricity, bank.flow) == pytest.approx((1350.0, 0.0033))


def test_pumps_nobody_metered_tell_of_no_wells(small):
    assert look(WELLS, small, {"source": None}, GROUP, Drawdown(1.6, 3.0)) is None
    assert look(PUMP, small, {"source": None}, GROUP) is None
    assert found_draw(scene(small, {"source": None}, GROUP), "source") == (1.0, 1.0)


# -- reinjection


def rising(log, onset=12, odds=9.0):
    return Level(log, 0.06, onset, odds)


@pytest.mark.parametrize(
    ("risen", "kind", "named"),
    [
        (rising(0.125), GROUP, True),
        (rising(0.115), GROUP, False),
        (rising(-0.3), GROUP, False),
        (rising(0.3, onset=None), GROUP, False),
        (rising(0.3, odds=np.log(19.0)), GROUP, False),
        (rising(0.3), COLUMN, False),
        (rising(0.3), FIELD, False),
    ],
)
def test_reinjection_declines_where_wells_came_to_ask_for_an_eighth_more(
    small, risen, kind, named
):
    found = look(RISEN, small, {}, kind, risen=risen)
    assert (found is not None) is named


def test_declining_reinjection_begins_at_its_day_and_moves_no_less_water(small):
    found = look(RISEN, small, {}, GROUP, risen=rising(np.log(1.4)))
    assert (found.kind, found.cause) == (DeviationKind.OPERATION, RISEN)
    assert found.onset == 288
    assert found.value == pytest.approx([np.log(1.4), 0.0])
    assert found.draws == pytest.approx(np.array([[0.06, 0.0], [-0.06, 0.0]]) + found.value)
    assert found.finding.code == "diagnose.operation.reinjection"
    assert found.finding.figures == pytest.approx({"percent": 40.0})
    ((hour, change),) = found.apply(Hypothesis.of(small), found.value).later
    bank = change(small.system).source_pumps
    assert hour == 288
    assert (bank.electricity, bank.flow) == pytest.approx((1260.0, 0.003))


def test_what_came_in_the_record_is_taken_off_what_pumps_always_drew(small):
    pump, lift = of_wells(small, 1.5 * 1.4, 1.3, risen=rising(np.log(1.4)))
    assert pump == pytest.approx([1.5, 1.3])
    assert lift is None
    load = {"load": pumps_like(small.system.load_pumps, 1.5)}
    found = look("hydraulic.load_pumps", small, load, GROUP, risen=rising(np.log(1.4)))
    assert np.exp(found.value[0]) == pytest.approx(1.5)
