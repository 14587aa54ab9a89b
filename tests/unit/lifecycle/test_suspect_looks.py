"""Every suspect on a scene made by hand: from what it is named, and how large it then is."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import pumps_like
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter as Place
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis, LoadScales
from loopkeeper.lifecycle.diagnose.machine_fit import SetPoints
from loopkeeper.lifecycle.diagnose.source_fit import WaterFit, WaterShift
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE, load_size
from loopkeeper.physics.pump import DriveLaw, PumpMode
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Source

PRESENT, UNSEEN = 10.0, -1.0
"""Logs of the odds of a deviation."""


class Even:
    """Standard normal draws that are one deviation above, then below, in turn."""

    def standard_normal(self, shape):
        rows = np.where(np.arange(shape[0]) % 2 == 0, 1.0, -1.0)
        return np.broadcast_to(rows[:, None], shape).copy()


DICE = PosteriorSampler(Even(), 4)
TURNS = np.array([1.0, -1.0, 1.0, -1.0])


def look(code, **seen):
    return BY_CODE[code].look(SimpleNamespace(dice=DICE, **seen))


def level(value, onset=None, odds=PRESENT, deviation=0.1, own=()):
    return Level(value, deviation, onset, odds, own)


def applied(suspect, office, value=None):
    """The plant's system after a cause, from the first hour on."""
    return suspect.apply(Hypothesis.of(office), suspect.value if value is None else value)


def known(**of):
    usual = {"pumps": {}, "doubt": {"source": 0.08, "load": 0.05}, "meter_doubted": False}
    return SimpleNamespace(**{**usual, **of})


# -- wear


def worn(one, **of):
    return look("operation.wear", wear=one, known=known(**of))


def test_wear_draws_are_of_both_modes_together_and_begin_at_its_day():
    own = ((0.0, 0.2, 0.01), (1.0, 0.3, 0.02))
    found = worn(level(0.25, onset=3, own=own))
    assert found.value == pytest.approx([0.2, 0.3])
    assert found.draws == pytest.approx(np.array([0.2, 0.3]) + TURNS[:, None] * [0.01, 0.02])
    assert (found.onset, found.doubt, found.settles) == (72, 0.0, ())
    assert found.finding.figures["percent"] == pytest.approx(100 * (np.exp(0.25) - 1))


def test_wear_multiplies_what_every_machine_draws_by_mode(office):
    system = applied(worn(level(0.25)), office, np.log([1.2, 1.5])).system
    for found, listed in zip(system.machines, office.system.machines, strict=True):
        assert found.heating.electricity == pytest.approx(1.2 * listed.heating.electricity)
        assert found.cooling.electricity == pytest.approx(1.5 * listed.cooling.electricity)
        assert found.heating.capacity == pytest.approx(listed.heating.capacity)


@pytest.mark.parametrize("one", [level(0.029), level(0.25, odds=UNSEEN), level(-0.2)])
def test_machines_near_their_maps_or_unsure_are_not_worn(one):
    assert worn(one) is None


def test_wear_with_a_doubted_meter_is_doubted_by_half_and_settled_by_a_clamp():
    found = worn(level(0.25), meter_doubted=True)
    assert found.doubt == 0.5
    assert [v.code for v in found.settles] == ["settles.clamp_meter"]


# -- set-points


def set_point(kind, office, heating, cooling, **of):
    usual = {
        "plant": SimpleNamespace(trials=(), events=(), site=SimpleNamespace(hand_over=None)),
        "listed": office,
        "operation": None,
    }
    return look(f"{kind}.set_point", set_points=SetPoints(heating, cooling), **{**usual, **of})


def test_a_set_point_moved_in_the_record_is_operation_from_its_first_hour(office):
    found = set_point("operation", office, level(2.0, onset=9), level(-3.0, onset=5))
    assert found.onset == 120
    assert found.value == pytest.approx([2.0, -3.0])
    moved = found.apply(Hypothesis.of(office), found.value)
    ((hour, change),) = moved.later
    assert hour == 120
    before, after = office.system.controls, change(office.system).controls
    assert after.heating_supply == pytest.approx(before.heating_supply + 2.0)
    assert after.heating_supply_min == pytest.approx(before.heating_supply_min + 2.0)
    assert after.cooling_supply == pytest.approx(before.cooling_supply - 3.0)
    assert after.cooling_supply_max == pytest.approx(before.cooling_supply_max - 3.0)
    assert set_point("commissioning", office, level(2.0, onset=9), level(0.0)) is None


@pytest.mark.parametrize("one", [level(0.79), level(-0.79), level(3.0, odds=UNSEEN)])
def test_set_points_within_the_dead_band_or_unsure_are_none(office, one):
    assert set_point("operation", office, one, one) is None
    assert set_point("commissioning", office, one, one) is None


def test_of_two_modes_the_one_within_its_band_is_not_moved(office):
    found = set_point("operation", office, level(0.5, onset=1), level(-2.0, onset=4))
    assert found.value == pytest.approx([0.0, -2.0])
    assert found.draws[0] == pytest.approx([0.0, -1.9])
    assert found.onset == 96


def event(kind):
    return SimpleNamespace(events=(SimpleNamespace(kind=kind),), trials=())


def test_a_set_point_off_from_the_start_is_operation_where_a_change_is_on_record(office):
    asked = {"plant": event("setpoint_change")}
    found = set_point("operation", office, level(2.0), level(0.0), **asked)
    assert found.onset is None
    moved = found.apply(Hypothesis.of(office), found.value)
    assert (moved.later, moved.system == office.system) == ((), False)


def trial(found, expected=None, **of):
    usual = {"of": "load", "quantity": "supply_temperature", "mode": "heating", "accepted": True}
    return SimpleNamespace(
        found=found, expected=expected, load_fraction=1.0, started_at=None, **{**usual, **of}
    )


def off_at_hand_over(office, one, heating=2.0):
    plant = SimpleNamespace(trials=(one,), events=(SimpleNamespace(kind="setpoint_change"),))
    return set_point("commissioning", office, level(heating), level(0.0), plant=plant)


def test_a_trial_that_met_the_same_offset_makes_it_commissioning(office):
    assert off_at_hand_over(office, trial(47.0, 45.0)) is not None
    assert off_at_hand_over(office, trial(48.9, 45.0)) is not None
    assert off_at_hand_over(office, trial(49.1, 45.0)) is None  # more than twice as far
    assert off_at_hand_over(office, trial(45.9, 45.0)) is None  # less than half
    assert off_at_hand_over(office, trial(47.0, 45.0, of="source")) is None
    assert off_at_hand_over(office, trial(47.0, 45.0, quantity="flow")) is None


def test_without_an_expectation_a_trial_is_held_against_the_set_point_of_its_mode(office):
    hot = office.system.controls.heating_supply
    cold = office.system.controls.cooling_supply
    assert off_at_hand_over(office, trial(hot + 2.0)) is not None
    assert off_at_hand_over(office, trial(hot + 2.0, mode="control")) is not None
    assert off_at_hand_over(office, trial(cold + 2.0, mode="control")) is None


# -- pumps


def pumps(code, office, fit, bank=None, loop="load", kind=SourceKind.BOREHOLE_FIELD, **of):
    listed = office if bank is None else office.with_system(office.system.with_pumps(loop, bank))
    plant = SimpleNamespace(source=Source(kind=kind), pumps=())
    return look(code, known=known(pumps={loop: fit}), listed=listed, plant=plant, **of)


def test_pumps_draw_and_flow_are_logs_over_the_listed(office):
    bank = office.system.load_pumps
    found = pumps("hydraulic.load_pumps", office, pumps_like(bank, 1.3, 1.2))
    assert found.value == pytest.approx(np.log([1.3, 1.2]))
    assert found.draws == pytest.approx(np.log([1.3, 1.2]) + TURNS[:, None] * [0.05, 0.02])
    assert found.finding.figures["electricity_percent"] == pytest.approx(130.0)
    assert found.finding.figures["flow_percent"] == pytest.approx(120.0)
    moved = applied(found, office).system.load_pumps
    assert moved.electricity == pytest.approx(1.3 * bank.electricity)
    assert moved.flow == pytest.approx(1.2 * bank.flow)
    assert applied(found, office).system.source_pumps == office.system.source_pumps


@pytest.mark.parametrize(
    ("draw", "named"), [(1.12, False), (1.14, True), (0.9, False), (0.88, True)]
)
def test_pumps_within_a_factor_of_e_to_0_12_are_as_they_should_be(office, draw, named):
    fit = pumps_like(office.system.load_pumps, draw)
    assert (pumps("hydraulic.load_pumps", office, fit) is not None) is named
    assert pumps("hydraulic.load_pumps", office, None) is None


WELLS = {"loop": "source", "kind": SourceKind.WELL_GROUP}


def of_wells(office, draw, flow, ratio=np.nan, further=np.nan, risen=None):
    fit = pumps_like(office.system.source_pumps, draw, flow)
    scene = {
        "case": SimpleNamespace(drawdown=SimpleNamespace(ratio=ratio, further=further)),
        "source_pumps_risen": risen or level(0.0, odds=UNSEEN),
    }
    return [
        pumps(code, office, fit, **WELLS, **scene)
        for code in ("hydraulic.source_pumps", "construction.wells", "operation.reinjection")
    ]


def test_wells_whose_pumps_draw_more_for_no_more_water_resist(office):
    pump, wells, _ = of_wells(office, 1.4, 1.1)
    assert pump is None
    assert wells.value == pytest.approx(np.log([1.4, 1.1]))
    assert wells.draws[0] == pytest.approx(np.log([1.4, 1.1]) + np.array([0.08, 0.02]))
    assert wells.finding.code == "diagnose.construction.wells"


def test_pumps_of_wells_that_move_more_water_have_too_large_a_head(office):
    pump, wells, _ = of_wells(office, 1.4, 1.2)
    assert pump.value == pytest.approx(np.log([1.4, 1.2]))
    assert wells is None


@pytest.mark.parametrize(("ratio", "flow", "resists"), [(1.5, 1.3, True), (1.3, 1.0, False)])
def test_where_levels_are_metered_they_decide_not_the_flow(office, ratio, flow, resists):
    pump, wells, _ = of_wells(office, 1.5, flow, ratio)
    assert (wells is not None, pump is None) == (resists, resists)
    if resists:
        assert wells.finding.code == "diagnose.construction.wells_lower"
        assert wells.finding.figures["ratio"] == ratio


def test_of_what_pumps_draw_the_lift_metered_both_ways_is_the_wells(office):
    """Water 4 m further off both ways at pumps of 20 m asks for 40 % more."""
    fit = pumps_like(office.system.source_pumps, 1.96, 1.0)
    plant = SimpleNamespace(
        source=Source(kind=SourceKind.WELL_GROUP),
        pumps=(SimpleNamespace(loop="source", head=20.0), SimpleNamespace(loop="load", head=90.0)),
    )
    scene = {
        "known": known(pumps={"source": fit}),
        "listed": office,
        "plant": plant,
        "case": SimpleNamespace(drawdown=SimpleNamespace(ratio=1.6, further=4.0)),
        "source_pumps_risen": level(0.0, odds=UNSEEN),
    }
    wells, pump = look("construction.wells", **scene), look("hydraulic.source_pumps", **scene)
    assert np.exp(wells.value[0]) == pytest.approx(1.4)
    assert np.exp(pump.value) == pytest.approx([1.4, 1.0])


def test_pumps_that_came_to_draw_more_are_reinjection_and_no_size(office):
    pump, wells, risen = of_wells(office, 1.3, 1.3, risen=level(np.log(1.3), onset=50))
    assert (pump, wells) == (None, None)
    assert risen.onset == 1200
    assert risen.value == pytest.approx([np.log(1.3), 0.0])
    assert risen.draws[1] == pytest.approx([np.log(1.3) - 0.1, 0.0])
    assert risen.finding.figures["percent"] == pytest.approx(30.0)


@pytest.mark.parametrize("one", [level(0.3), level(0.11, onset=50), level(0.3, 50, odds=UNSEEN)])
def test_reinjection_declines_only_where_it_came_and_is_seen(office, one):
    assert of_wells(office, 1.0, 1.0, risen=one)[2] is None


def test_pumps_that_go_on_for_nothing_keep_the_share_that_was_found(office):
    bank = office.system.load_pumps
    code = "commissioning.load_pumps_idle"
    found = pumps(code, office, pumps_like(bank, idle=bank.goes_on + 0.3))
    assert applied(found, office).system.load_pumps.idle == pytest.approx(bank.goes_on + 0.3)
    assert found.finding.figures["percent"] == pytest.approx(100 * (bank.goes_on + 0.3))
    assert pumps(code, office, pumps_like(bank, idle=bank.goes_on + 0.14)) is None
    other = next(m for m in PumpMode if m not in {bank.mode, PumpMode.VARIABLE})
    assert pumps(code, office, pumps_like(bank, idle=0.9, mode=other)) is None


DRIVE, FLAT = DriveLaw(0.2, 0.8, 0.2), DriveLaw(0.8, 0.4, 0.2)


def test_drives_that_run_as_fixed_pumps_were_never_commissioned(office):
    bank = replace(office.system.load_pumps, mode=PumpMode.VARIABLE, law=DRIVE)
    fixed = pumps_like(bank, mode=PumpMode.CONSTANT)
    found = pumps("commissioning.load_pump_control", office, fixed, bank)
    assert found.finding.figures["run_as"] == "CONSTANT"
    driven = applied(found, office.with_system(office.system.with_pumps("load", bank)))
    assert driven.system.load_pumps.mode is PumpMode.CONSTANT
    assert pumps("commissioning.load_pump_control", office, pumps_like(bank), bank) is None


def test_a_drive_that_hardly_varies_is_stuck_unless_somebody_turns_it(office):
    bank = replace(office.system.load_pumps, mode=PumpMode.VARIABLE, law=DRIVE)
    stuck = pumps_like(bank, law=FLAT, follows=False)
    turned = pumps_like(bank, law=FLAT, follows=False, turned=True)
    control, astray = "commissioning.load_pump_control", "hydraulic.load_excess_flow"
    assert pumps(control, office, stuck, bank).finding.figures["run_as"] == "STUCK"
    assert pumps(astray, office, stuck, bank) is None
    assert pumps(control, office, turned, bank) is None
    found = pumps(astray, office, turned, bank)
    assert found.finding.figures["percent"] == pytest.approx(100.0)  # 0.8 + 0.4 / 2
    assert applied(found, office).system.load_pumps.law == FLAT


# -- by-pass and staging


def bypass(field, **of):
    count = 150
    operation = SimpleNamespace(
        field_flow=np.full(count, field),
        source_flow=np.full(count, 2.0),
        run_share=np.ones(count),
    )
    return look("hydraulic.bypass", operation=operation, **of)


def test_a_metered_bypass_is_what_misses_the_field(office):
    found = bypass(1.5)
    assert found.value == pytest.approx([0.25])
    assert found.draws[:, 0] == pytest.approx(0.25 + 0.02 * TURNS)
    assert found.finding.figures["percent"] == pytest.approx(25.0)
    assert applied(found, office).system.bypass == pytest.approx(0.25)
    assert applied(found, office, [1.4]).system.bypass == 0.95
    assert applied(found, office, [-0.2]).system.bypass == 0.0
    assert bypass(2.0 * 0.945) is None
    assert bypass(2.0 * 0.935) is not None


@pytest.mark.parametrize(("share", "named"), [(0.34, False), (0.36, True)])
def test_a_bypass_told_by_temperatures_alone_has_to_be_large(share, named):
    mean, draws = np.zeros(9), np.zeros((4, 6))
    mean[Place.BYPASS], draws[:, Place.BYPASS] = share, share + 0.1 * TURNS
    found = bypass(np.nan, ground=SimpleNamespace(mean=mean), ground_draws=draws)
    assert (found is not None) is named
    if found:
        assert found.draws[:, 0] == pytest.approx(share + 0.1 * TURNS)
    assert bypass(np.nan, ground=None, ground_draws=None) is None


def test_machines_found_to_run_together_all_start_at_once(office):
    other = replace(office.system)
    found = look("commissioning.staging", staging=(other, 1.2), listed=office)
    assert found.finding.figures["percent"] == 100.0
    assert applied(found, office).system.controls.staging is StagingOrder.EQUAL
    kept = {"staging": (office.system, 0.3), "listed": office}
    assert look("commissioning.staging", **kept) is None


# -- water


def test_water_of_another_temperature_moves_both_modes_by_one_doubt(office):
    fit = WaterFit((WaterShift(-2.0, 1.0), 0.3), None, 1e5, None)
    found = look("resource.water_temperature", water=fit)
    assert found.value == pytest.approx([-2.0, 1.0])
    assert found.draws == pytest.approx(np.array([-2.0, 1.0]) + 0.3 * TURNS[:, None])
    assert found.finding.figures["half_width"] == pytest.approx(1.645 * 0.3)
    before, moved = office.system, applied(found, office).system
    assert moved.source_offset == pytest.approx(before.source_offset - 2.0)
    assert moved.cooling_offset == pytest.approx(before.cooling_offset + 3.0)
    assert look("resource.water_temperature", water=None) is None
    assert look("resource.water_temperature", water=WaterFit(None, None, 1e5, None)) is None


GIVING = {
    "construction.seal": (SourceKind.SINGLE_WELL, {}),
    "resource.well_bypass": (SourceKind.SINGLE_WELL, {"offset": (WaterShift(1.0, 1.0), 0.2)}),
    "resource.breakthrough": (SourceKind.WELL_GROUP, {}),
    "hydraulic.mixing": (SourceKind.WELL_GROUP, {"at_once": True}),
    "operation.exchanger_fouling": (SourceKind.SURFACE_WATER, {"onset": 48}),
    "construction.exchanger": (SourceKind.SURFACE_WATER, {}),
}


@pytest.mark.parametrize("code", GIVING)
def test_a_source_that_gives_way_has_one_name_by_kind_offset_and_onset(code):
    kind, of = GIVING[code]
    fit = WaterFit(**{"offset": None, "drop": (2.0, 0.4), "design": 1e5, "onset": None, **of})
    plant = SimpleNamespace(source=Source(kind=kind))
    named = [one for one in GIVING if look(one, water=fit, plant=plant) is not None]
    assert named == [code]
    sound = replace(fit, drop=None)
    assert not [one for one in GIVING if look(one, water=sound, plant=plant) is not None]


def test_a_drop_at_the_design_heat_is_a_resistance(office):
    plant = SimpleNamespace(source=Source(kind=SourceKind.SINGLE_WELL))
    found = look("construction.seal", water=WaterFit(None, (2.0, 0.4), 1e5, None), plant=plant)
    assert found.draws[:, 0] == pytest.approx(2.0 + 0.4 * TURNS)
    assert found.finding.figures == pytest.approx({"drop": 2.0, "half_width": 1.645 * 0.4})
    base = office.system.source_resistance
    assert applied(found, office).system.source_resistance == pytest.approx(base + 2e-5)
    assert applied(found, office, [-1.0]).system.source_resistance == base


# -- ground and loads


def in_ground(code, office, parameter, middle, tested=None):
    mean = np.zeros(9)
    mean[parameter] = middle
    fit = SimpleNamespace(mean=mean, covariance=np.diag(np.full(9, 0.04)))
    surveyed = SimpleNamespace(undisturbed_temperature=tested)
    draws = np.arange(24.0).reshape(4, 6)
    return look(
        code,
        ground=fit,
        ground_draws=draws,
        listed=office,
        case=SimpleNamespace(surveyed=surveyed),
    )


def test_found_conductivity_is_the_design_s_times_e_to_the_fitted(office):
    found = in_ground("resource.conductivity", office, Place.CONDUCTIVITY, np.log(0.8))
    designed = office.field.conductivity
    assert found.finding.figures["found"] == pytest.approx(0.8 * designed)
    assert found.finding.figures["half_width"] == pytest.approx(1.645 * 0.2 * 0.8 * designed)
    assert found.draws[:, 0] == pytest.approx([0.0, 6.0, 12.0, 18.0])
    ground = applied(found, office).ground
    assert ground.conductivity == pytest.approx(0.8 * designed)
    assert ground.resistance == pytest.approx(office.field.resistance)


def test_found_rest_temperature_is_the_design_s_and_the_fitted_shift(office):
    found = in_ground("resource.temperature", office, Place.TEMPERATURE, 1.5)
    designed = office.field.undisturbed_temperature
    assert found.finding.figures["found"] == pytest.approx(designed + 1.5)
    assert found.finding.figures["half_width"] == pytest.approx(1.645 * 0.2)
    assert applied(found, office).ground.undisturbed_temperature == pytest.approx(designed + 1.5)


@pytest.mark.parametrize(
    ("above", "since"), [(0.0, True), (1.4, False), (0.8, False), (0.7, True)]
)
def test_ground_nearer_to_another_than_the_tested_temperature_has_come_since(office, above, since):
    tested = SimpleNamespace(value=office.field.undisturbed_temperature + above)
    come = in_ground("thermal_balance.temperature", office, Place.TEMPERATURE, 1.5, tested)
    was = in_ground("resource.temperature", office, Place.TEMPERATURE, 1.5, tested)
    assert (come is not None, was is None) == (since, since)


@pytest.mark.parametrize(
    ("code", "of"),
    [("construction.resistance", Place.RESISTANCE), ("construction.active_length", Place.LENGTH)],
)
def test_resistance_and_length_are_multiplied_each_alone(office, code, of):
    found = in_ground(code, office, of, -0.3)
    ground, field = applied(found, office).ground, office.field
    factors = (ground.resistance / field.resistance, ground.length_factor / field.length_factor)
    own = np.exp(-0.3)
    assert factors == pytest.approx((own, 1.0) if of is Place.RESISTANCE else (1.0, own))


def test_holes_nearer_to_one_another_are_told_as_a_share(office):
    found = in_ground("construction.spacing", office, Place.SPACING, np.log(0.7))
    assert found.finding.figures["found"] == pytest.approx(0.7)
    assert found.finding.figures["designed"] == 1.0


def test_weather_is_held_against_the_largest_ratio_and_one_at_most():
    assert load_size.by_weather(0.1, np.e, np.exp(-2.0)) == pytest.approx(0.05)
    assert load_size.by_weather(0.5, np.exp(0.2)) == 1.0
    assert load_size.by_weather(0.5, 1.0) == 1.0


def test_a_load_of_another_size_is_doubted_by_weather(office):
    setting = SimpleNamespace(scales=LoadScales(np.exp(0.4), 1.0, 1.0))
    found = look("design.load_size", setting=setting, known=known(weather_doubt=0.1))
    assert found.doubt == pytest.approx(0.25)
    assert found.finding.figures["percent"] == pytest.approx(100 * np.exp(0.4))
    assert applied(found, office).sized


def test_the_balance_of_the_years_is_told_by_both_modes(office):
    field = SimpleNamespace(source=Source(kind=SourceKind.BOREHOLE_FIELD))
    setting = SimpleNamespace(scales=LoadScales(1.0, np.exp(-0.5), 1.1))
    found = look(
        "thermal_balance.history", plant=field, setting=setting, known=known(weather_doubt=0.1)
    )
    assert found.doubt == pytest.approx(0.2)
    assert found.finding.figures["heating_percent"] == pytest.approx(100 * np.exp(-0.5))
    assert found.finding.figures["cooling_percent"] == pytest.approx(110.0)
    assert applied(found, office).unbalanced


def test_what_is_listed_beyond_the_need_is_a_suspect_by_its_own_name(office):
    warmer = office.with_system(replace(office.system, source_offset=3.0))
    one = SimpleNamespace(cause="design.unit_type", change=lambda _: warmer, finding="said")
    found = look("design.unit_type", known=known(misdesign=(one,)))
    assert found.finding == "said"
    assert applied(found, office).system.source_offset == 3.0
    assert look("design.oversizing", known=known(misdesign=(one,))) is None
