"""What the fits of a diagnosis read, weigh and move, each by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import case_of, lived, pumps_like
from loopkeeper.lifecycle.diagnose import (
    drive_fit,
    evidence,
    ground_fit,
    hypothesis,
    inlet_fit,
    machine_fit,
    metered_effect,
    misnaming,
    promise_fit,
    pump_fit,
    source_fit,
)
from loopkeeper.lifecycle.diagnose.drive_fit import PumpHours
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter as Place
from loopkeeper.measure.past import Past
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import DriveLaw, PumpBank, PumpMode, parallel_operation
from loopkeeper.physics.system import Load, StagingOrder
from loopkeeper.virtual.templates import template

HOURS = 240
HEAT = Load(np.full(HOURS, 2e5), np.zeros(HOURS))


@pytest.fixture(scope="module")
def sound(office):
    return lived(office.system, HEAT)


# -- what pumps did


def test_pump_hours_need_the_flow_of_the_design_spread_while_they_run(office, sound):
    run = replace(sound, run_share=np.full(HOURS, 0.5), machines_running=np.full(HOURS, 2.0))
    load = pump_fit.pump_hours(office.system, run, "load")
    bank = office.system.load_pumps
    capacity = office.system.load_heat_capacity * bank.design_spread
    assert load.required == pytest.approx((sound.heating + sound.cooling) / 0.5 / capacity)
    assert load.running == pytest.approx(np.full(HOURS, 2.0 / 4))
    assert load.machines == 4
    source = pump_fit.pump_hours(office.system, run, "source")
    spread = office.system.source_heat_capacity * office.system.source_pumps.design_spread
    assert source.required == pytest.approx(np.abs(sound.source_heat) / 0.5 / spread)
    together = replace(office.system.controls, staging=StagingOrder.EQUAL)
    equal = replace(office.system, controls=together)
    assert pump_fit.pump_hours(equal, run, "load").running == pytest.approx(np.full(HOURS, 0.5))


def test_what_recharge_took_is_no_draw_of_the_source_pumps(office, sound):
    system = replace(office.system, recharge_effort=0.02)
    run = replace(sound, recharge=np.full(HOURS, -1e4))
    run.recharge[0] = 1e9
    found = pump_fit.pump_hours(system, run, "source").electricity
    assert found[1:] == pytest.approx(sound.source_pump_electricity[1:] - 0.9 * 0.02 * 1e4)
    assert found[0] == 0.0
    guessed = pump_fit.pump_hours(system, replace(run, guessed=("source",)), "source")
    assert np.isnan(guessed.electricity).all()


BANK = PumpBank(3, 0.02, 30.0, 8000.0, PumpMode.ONE_PER_MACHINE)
TABLE = np.array([parallel_operation(BANK, n) for n in range(4)])


def hours(running, required=None, flow=None, electricity=None, machines=3):
    count = len(running)
    unknown = np.full(count, np.nan)
    return PumpHours(
        unknown if electricity is None else electricity,
        unknown if flow is None else flow,
        unknown if required is None else required,
        np.asarray(running, float),
        np.ones(count, bool),
        machines,
    )


def test_each_control_predicts_flow_and_draw_of_a_bank():
    running = np.array([0.0, 1 / 3, 0.5, 1.0])
    flow, power = pump_fit._predict(BANK, hours(running))
    assert flow == pytest.approx([0.0, TABLE[1, 0], TABLE[1:3, 0].mean(), TABLE[3, 0]])
    assert power == pytest.approx([0.0, TABLE[1, 1], TABLE[1:3, 1].mean(), TABLE[3, 1]])
    flow, power = pump_fit._predict(replace(BANK, mode=PumpMode.CONSTANT), hours(running))
    assert (set(flow), set(power)) == ({TABLE[3, 0]}, {TABLE[3, 1]})
    drive = replace(BANK, mode=PumpMode.VARIABLE, law=DriveLaw(0.1, 0.8, 0.3), minimum_speed=0.3)
    needed = np.array([0.5, 0.5, np.nan, 1.0]) * TABLE[3, 0]
    flow, power = pump_fit._predict(drive, hours(np.array([1.0, 0.2, 1.0, 1.0]), needed))
    least = 0.3
    moved = np.array([0.5, 0.5, least, 0.9])
    on = np.array([1.0, 0.6, 1.0, 1.0])
    assert flow == pytest.approx(on * moved * TABLE[3, 0])
    assert power == pytest.approx(on * moved * (0.3 + 0.7 * moved**2) * TABLE[3, 1])


def test_factors_are_medians_over_what_was_predicted():
    running = np.repeat([1 / 3, 1.0], 60)
    flow, power = np.repeat(TABLE[[1, 3]], 60, axis=0).T
    seen = hours(running, required=flow, flow=1.2 * flow, electricity=0.8 * power)
    fit = pump_fit._factors(BANK, seen)
    assert fit.electricity_factor == pytest.approx(0.8)
    assert (fit.electricity, fit.flow) == pytest.approx((6400.0, 0.024))
    assert fit.scatter == pytest.approx(0.02)
    uneven = replace(seen, electricity=np.where(running == 1.0, 1.2, 0.8) * power)
    assert pump_fit._factors(BANK, uneven).scatter >= np.log(1.5) / 2  # of two classes
    assert pump_fit._strangeness(replace(fit, electricity_factor=0.9)) == pytest.approx(0.02)
    assert pump_fit._strangeness(fit) == pytest.approx(0.02 + 0.15 * np.log(0.9 / 0.8))


def test_what_goes_on_at_rest_is_the_mean_draw_over_all_pumps():
    running = np.where(np.arange(300) < 150, 0.005, 1.0)
    drawn = np.where(np.arange(300) < 150, 0.3 * TABLE[3, 1], TABLE[3, 1])
    assert pump_fit._idle(BANK, hours(running, electricity=drawn)) == pytest.approx(0.3)
    assert pump_fit._idle(BANK, hours(running[60:], electricity=drawn[60:])) == 0.0


def test_pumps_draw_what_the_simulated_plant_lacks(office, sound):
    fit = pump_fit.PumpFit(
        mode=PumpMode.ONE_PER_MACHINE,
        law=DriveLaw(),
        electricity_factor=1.0,
        electricity=1000.0,
        flow=0.01,
        scatter=0.02,
    )
    simulated = {
        "source_pump_electricity": 0.5 * sound.source_pump_electricity,
        "load_pump_electricity": 0.8 * sound.load_pump_electricity,
    }
    found = pump_fit.settled(
        office.system,
        {"source": fit, "load": fit},
        lambda _: simulated,
        sound,
        np.ones(HOURS, bool),
    )
    assert found["source"].electricity == pytest.approx(2000.0)
    assert found["load"].electricity == pytest.approx(1250.0)
    nobody = pump_fit.settled(
        office.system, {"load": None}, lambda _: simulated, sound, np.ones(HOURS, bool)
    )
    assert nobody == {"load": None}


def test_classes_of_whole_machines_need_forty_hours_each():
    running = np.repeat([1 / 3, 2 / 3, 1.0, 0.5], [40, 39, 50, 60])
    ones = np.ones(len(running))
    classes = drive_fit.by_count(hours(running, ones, ones, ones))
    assert list(classes) == [1, 3]
    assert (classes[1].sum(), classes[3].sum()) == (40, 50)
    assert drive_fit.by_count(hours(running, ones, 0 * ones, ones)) == {}


def test_elasticity_is_the_slope_of_logs_within_classes(rng):
    running = np.repeat([1 / 3, 1.0], 100)
    need = np.exp(rng.uniform(-1.0, 0.0, 200)) * np.where(running == 1.0, 0.03, 0.01)
    flow = np.where(running == 1.0, 0.05, 0.02) * (need / 0.01) ** 0.4
    seen = hours(running, need, flow, np.ones(200))
    assert drive_fit._elasticity(seen) == pytest.approx(0.4)
    assert drive_fit.turned(seen)
    stiff = replace(seen, flow=flow * (need / 0.01) ** -0.38)
    assert not drive_fit.turned(stiff)
    assert drive_fit._stiff(stiff)
    assert drive_fit._elasticity(replace(seen, required=np.full(200, 0.02))) is None


def test_the_static_share_is_read_from_draw_over_flow():
    moved = np.linspace(0.3, 1.0, 12)
    assert drive_fit._static(moved, moved * (0.4 + 0.6 * moved**2)) == pytest.approx(0.4)
    assert drive_fit._static(moved, moved) == 0.9
    flat = np.full(12, 0.5)
    drawn = 0.9 * 0.5 * (0.4 + 0.6 * 0.25)
    assert drive_fit._static(flat, np.full(12, drawn)) == pytest.approx(0.4)


# -- machines


def test_daily_levels_are_sums_over_usable_hours_of_days_with_four(sound):
    usable = np.arange(HOURS) % 24 < 5
    usable[:24] = np.arange(24) < 3
    cooled = replace(sound, cooling=np.where(np.arange(HOURS) < 37, 3e5, 0.0))
    found = machine_fit.daily_levels(
        cooled, usable, np.full(HOURS, 3.0), np.full(HOURS, 2.0), lambda ratio: ratio
    )
    assert found.value == pytest.approx([np.nan, *[1.5] * 9], nan_ok=True)
    assert found.mode.tolist() == [1.0, 1.0] + [0.0] * 8  # 24 and 13 hours of cooling


def test_what_stands_beside_wear_is_a_mean_over_running_hours(sound):
    run = replace(
        sound,
        run_share=np.where(np.arange(HOURS) % 2, 1.0, 0.1),
        source_supply=np.where(np.arange(HOURS) % 2, 8.0, 99.0),
        load_supply=np.full(HOURS, 45.0),
    )
    beside = machine_fit._beside(run)
    assert beside[:, 0] == pytest.approx(np.full(10, 8.0))
    assert beside[:, 1] == pytest.approx(np.full(10, 45.0))
    assert beside[:, 2] == pytest.approx(np.full(10, 1.0), rel=1e-3)


def test_a_supply_two_kelvin_off_does_not_hold_its_set_point(office, sound):
    hot, cold = machine_fit.designed_supply(office.system, sound.outdoor)
    off = np.resize([-2.1, -1.9, 5.0], HOURS)
    assert machine_fit.holding(office.system, replace(sound, load_supply=hot + off)).tolist() == (
        np.resize([False, True, True], HOURS).tolist()
    )
    cools = replace(sound, heating=0 * hot, cooling=sound.heating, load_supply=cold - off)
    assert machine_fit.holding(office.system, cools)[:3].tolist() == [False, True, True]


def test_set_points_off_by_two_kelvin_and_a_half_are_found(office):
    long = lived(office.system, Load(np.full(24 * 60, 2e5), np.zeros(24 * 60)))
    hot, _ = machine_fit.designed_supply(office.system, long.outdoor)
    found = machine_fit.set_points(office.system, replace(long, load_supply=hot + 2.5))
    assert found.heating.value == pytest.approx(2.5, abs=0.15)
    assert found.heating.present
    assert not found.cooling.present


# -- water and ground


def test_a_constant_and_a_slope_are_explained_with_a_fortnight_as_one():
    heat = np.linspace(-1.0, 1.0, 140)
    residual = 1.5 - 2.0 * heat
    mean, covariance = source_fit._explained(residual, heat)
    design = np.column_stack([np.ones(140), -heat])
    precision = design.T @ design / (14.0 * 0.1**2)
    exact = np.linalg.inv(precision + np.eye(2) / 9.0)
    assert covariance[1, 1] == pytest.approx(exact[1, 1])
    assert covariance[0, 0] == pytest.approx(exact[0, 0] + 0.15**2 + 0.5**2)
    assert mean == pytest.approx(exact @ precision @ np.array([1.5, 2.0]))


def test_at_once_means_seven_tenths_of_the_last_fall_in_the_first_days():
    load = np.concatenate([np.full(60, 0.8), np.full(60, -0.8)])
    for early, there in ((0.8, True), (0.6, False)):
        drop = np.tile(np.where(np.arange(60) < 12, early, 1.0), 2)
        assert source_fit._at_once(-drop * load, load) is there
    short = np.concatenate([load[:41], load[60:]])
    assert not source_fit._at_once(-short, short)


def test_exchange_ratios_are_of_hours_with_one_mode_and_plausible(sound):
    heats = np.arange(HOURS) < 100
    source = np.where(heats, 0.8, -1.2) * 1e5
    run = replace(sound, heating=np.where(heats, 1e5, 0.0), cooling=np.where(heats, 0.0, 1e5))
    assert ground_fit._exchange_ratios(run, source) == pytest.approx((0.8, 1.2))
    assert ground_fit._exchange_ratios(run, 2 * source) == pytest.approx((0.78, 1.18))
    both = replace(run, cooling=run.cooling + 1.0)
    assert ground_fit._exchange_ratios(both, source) == pytest.approx((0.78, 1.2), rel=1e-4)


def test_what_the_ground_s_fit_reads_of_an_hour(office, sound):
    """Heat of the load less the machines' draw where no meter tells of the source's."""
    unknown = np.full(HOURS, np.nan)
    ratio = 1.0 - sound.machine_electricity.sum() / sound.heating.sum()
    past = Past(np.full(3, 100.0), np.full(3, 50.0), np.full(3, 7.0), np.zeros(3))
    run = replace(sound, source_heat=unknown, field_flow=unknown)
    seen = ground_fit._evidence(office, run, past)
    assert seen.heat == pytest.approx(sound.heating - sound.machine_electricity)
    assert seen.past == pytest.approx(100.0 * ratio - 50.0 * 1.18 - 7.0, rel=1e-3)
    capacity = office.system.source_heat_capacity
    assert seen.carried == pytest.approx(capacity * sound.source_flow)
    fluid = sound.source_return + 0.5 * seen.heat / (capacity * sound.source_flow)
    assert seen.fluid == pytest.approx(fluid[seen.hours])
    leaking = office.with_system(replace(office.system, bypass=0.5))
    halved = ground_fit._evidence(leaking, run, past)
    assert halved.flow == pytest.approx(0.5 * sound.source_flow[halved.hours])
    idle = replace(run, run_share=np.where(np.arange(HOURS) < 9, 0.94, 1.0))
    switched = replace(idle, machines_running=np.where(np.arange(HOURS) == 12, 1.6, 2.0))
    kept = ground_fit._evidence(office, switched, past).hours
    assert kept.tolist() == [9, 10, 11, *range(13, HOURS)]


def test_daily_means_are_of_days_with_six_usable_hours():
    at = np.array([*range(5), *range(24, 30), *range(72, 90)])
    mean, days = ground_fit._daily(np.column_stack([at, 2 * at]).astype(float), at)
    assert days.tolist() == [1, 3]
    assert mean.tolist() == [[26.5, 53.0], [80.5, 161.0]]


def test_whitening_makes_what_is_alike_over_days_and_a_season_independent():
    days = np.array([0, 1, 9])
    apart = np.abs(days[:, None] - days)
    shared = 0.15**2 * np.exp(-apart / 4.5) + 0.35**2 * np.exp(-apart / 45.0)
    white = ground_fit._whitening(days)
    root = white(np.eye(3))
    assert root @ shared @ root.T == pytest.approx(np.eye(3))


def test_draws_of_a_ground_come_from_all_stories_by_weight():
    rng = np.random.default_rng(4)
    tight = 1e-12 * np.eye(9)
    stories = tuple(
        ground_fit.GroundHypothesis(np.full(9, m), tight, w, np.zeros(6))
        for m, w in ((0.02, 0.75), (-0.01, 0.25))
    )
    drawn = ground_fit.GroundFit(stories[0].mean, tight, 0.1, 100, stories).draw(rng, 4000)
    assert (np.abs(drawn - 0.02) < 1e-4).all(axis=1).mean() == pytest.approx(0.75, abs=0.03)
    assert (np.abs(drawn + 0.01) < 1e-4).all(axis=1).mean() == pytest.approx(0.25, abs=0.03)


def test_a_cause_that_is_doubted_strays_by_what_a_sound_ground_does():
    rng = np.random.default_rng(4)
    told = ground_fit.GroundHypothesis(np.zeros(9), 1e-12 * np.eye(9), 1.0, np.eye(6)[2])
    drawn = ground_fit.GroundFit(told.mean, told.covariance, 0.1, 100, (told,)).draw(rng, 4000)
    assert drawn[:, 2].std() == pytest.approx(0.25, rel=0.05)
    assert drawn[:, 0].std() < 1e-4


def test_only_causes_keep_their_prior():
    prior = ground_fit.GroundPrior(np.zeros(9), np.full(9, 0.9))
    kept = ground_fit._only(prior, (2,)).deviation
    assert kept.tolist() == [0.05, 0.12, 0.9, 0.02, 0.03, 0.15, 0.9, 0.9, 0.9]


# -- the promise


def test_a_belief_strays_by_its_doubt_and_is_open_to_surprise_unless_found():
    found = promise_fit._Belief(0.1, 0.08, found=True)
    assert found.strays(0.18) == pytest.approx(1.0)
    assert found.reach == pytest.approx(0.2)
    unseen = promise_fit._Belief(0.1, 0.15)
    assert unseen.strays(-0.05) == pytest.approx(-np.sqrt(np.log(2.0)))
    assert unseen.reach == 0.9
    assert promise_fit._Belief(0.0, 0.4).reach == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("draw", "flow", "found"),
    [(0.8, 1.0, True), (0.64, 1.0, False), (1.31, 1.0, False), (0.8, 1.13, False)],
)
def test_pumps_near_their_list_are_believed_as_found(draw, flow, found):
    belief = promise_fit._pump_belief(pumps_like(BANK, draw, flow), BANK, above_need=False)
    assert belief.found is found
    assert belief.mean == pytest.approx(np.log(draw) if found else np.log(0.9))
    assert belief.doubt == (0.08 if found else 0.15)


def test_pumps_above_need_and_drives_never_seen_to_follow_are_not_told():
    assert promise_fit._pump_belief(pumps_like(BANK), BANK, above_need=True).doubt == 0.4
    drive = replace(BANK, mode=PumpMode.VARIABLE)
    for follows, doubt in ((True, 0.08), (False, 0.4)):
        fit = pumps_like(drive, 0.9, follows=follows)
        assert promise_fit._pump_belief(fit, drive, above_need=False).doubt == doubt
    assert promise_fit._pump_belief(None, BANK, above_need=False).doubt == 0.15


@pytest.mark.parametrize(
    ("moved", "found", "apart", "named"),
    [
        ((0.9, 0.9), 0.0, 0.0, True),
        ((0.96, 0.96), 0.0, 0.0, False),
        ((0.9, 0.9), np.log(0.9), 0.0, False),
        ((0.9, 0.9), 0.0, 6.0, False),
    ],
)
def test_machines_far_below_their_maps_are_of_another_type(moved, found, apart, named):
    fit = promise_fit.PromiseFit(None, (*moved, 1.0, 1.0), (), 0.0, ())
    assert (fit.other_type(found, apart) == moved) is named


def test_moved_places_draw_so_much_more(office):
    moved = promise_fit.moved_system(office.system, (1.1, 0.9, 1.3, 0.7))
    first, was = moved.machines[0], office.system.machines[0]
    assert first.heating.electricity == pytest.approx(1.1 * was.heating.electricity)
    assert first.cooling.electricity == pytest.approx(0.9 * was.cooling.electricity)
    banks = [(moved.source_pumps, office.system.source_pumps, 1.3)]
    banks += [(moved.load_pumps, office.system.load_pumps, 0.7)]
    for bank, listed, factor in banks:
        assert bank.electricity == pytest.approx(factor * listed.electricity)
        assert bank.flow == listed.flow
    assert moved.recharge_effort == pytest.approx(1.3 * office.system.recharge_effort)


def test_what_was_moved_and_what_is_left_is_said():
    said = promise_fit._said((1.04, 1.02, 0.96, 1.0), 0.06, {"load": 1.5})
    assert [v.code.rpartition(".")[2] for v in said] == [
        "not_reproduced",
        "moved",
        "moved",
        "pumps_above_need",
    ]
    figures = [next(reversed(v.figures.values())) for v in said]
    assert figures == pytest.approx([6.0, 4.0, -4.0, 150.0])
    assert promise_fit._said((1.0,) * 4, -0.04, {}) == ()


RUN = {
    "source_supply": np.array([3.0, -2.0, 5.0, 25.0, 31.0, 40.0]),
    "run_share": np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
    "heating_delivered": np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
    "cooling_delivered": np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
}


def test_extremes_are_of_hours_in_which_machines_run_in_their_mode():
    assert inlet_fit._extremes(RUN).tolist() == [-2.0, 31.0]
    heats = {**RUN, "cooling_delivered": np.zeros(6)}
    assert inlet_fit._extremes(heats) == pytest.approx([-2.0, np.nan], nan_ok=True)


def test_usual_limits_foresee_nothing_of_a_field(office):
    assert inlet_fit._usual(np.array([3.0, 35.0])).tolist() == [True, True]
    told = inlet_fit._foreseen(office, np.array([3.0, 31.4]))
    assert told == pytest.approx([np.nan, 31.4], nan_ok=True)


# -- meters, names, records


def test_a_metered_effect_and_its_models_meet_by_their_doubts(rng):
    """Doubts of 1.8 and 4 on 12 and 8: weights 0.3086 and 0.0625."""
    found = metered_effect.scaled(
        metered_effect.Both(12.0, 1.0, 8.0), np.full(20000, 8.0), 100.0, rng
    )
    weights = np.array([1.8, 4.0]) ** -2.0
    middle = weights @ np.array([12.0, 8.0]) / weights.sum()
    assert found.factor == pytest.approx(middle / 8.0)
    assert found.draws.mean() == pytest.approx(middle / 8.0, rel=0.01)
    assert found.draws.std() == pytest.approx(1 / np.sqrt(weights.sum()) / 8.0, rel=0.03)


def test_draws_that_add_up_to_nothing_are_bounded_by_the_least(rng):
    drawn = np.array([-50.0, 0.0, 0.19])
    found = metered_effect.scaled(metered_effect.Both(8.0, 1.0, 8.0), drawn, 100.0, rng)
    assert found.draws.tolist() == [4.0, 4.0, 4.0]


def test_void_names_are_as_often_as_counted_and_half_is_inherited():
    rng = np.random.default_rng(7)
    believed = misnaming.misnamed(np.tile([3.0, 1.0], (40000, 1)), rng)
    assert (believed[:, 0] == 0).mean() == pytest.approx(0.15, abs=0.01)
    assert (believed[:, 1] == 0).mean() == pytest.approx(0.43, abs=0.01)
    alone = (believed[:, 1] == 0) & (believed[:, 0] > 0)
    assert (believed[alone, 0] == 4.0).mean() == pytest.approx(0.5, abs=0.02)
    (said,) = misnaming.worth_of_names(2)
    assert said.figures == pytest.approx({"first": 85.0, "others": 57.0})


def surveyed(conductivity=None, temperature=None):
    return SimpleNamespace(conductivity=conductivity, undisturbed_temperature=temperature)


def test_what_is_expected_of_a_ground_comes_from_survey_and_days():
    plant = template("office").plant
    ground = plant.source.ground
    blind = evidence.ground_prior(plant, surveyed(), 365)
    assert blind.mean.tolist() == [0.0] * 9
    known = 0.4 if str(ground.basis) == "test" else 1.0
    assert blind.deviation[Place.TEMPERATURE] == pytest.approx(np.hypot(known, 1.0))
    assert blind.deviation[[Place.RESISTANCE, Place.SPACING, Place.BYPASS]].tolist() == [
        0.35,
        0.4,
        0.3,
    ]
    half = 1.6448536269514722 * 0.2
    k = ground.conductivity
    tested = surveyed(
        Estimate(1.2 * k, 1.2 * k - half, 1.2 * k + half),
        Estimate(*(ground.undisturbed_temperature + off for off in (0.7, 0.6, 0.8))),
    )
    found = evidence.ground_prior(plant, tested, 1460, field_metered=True)
    assert found.mean[Place.CONDUCTIVITY] == pytest.approx(np.log(1.2))
    assert found.deviation[Place.CONDUCTIVITY] == pytest.approx(0.2 / (1.2 * k))
    assert found.mean[Place.TEMPERATURE] == pytest.approx(0.7)
    assert found.deviation[Place.TEMPERATURE] == pytest.approx(np.hypot(0.3, 2.0))
    assert found.deviation[Place.BYPASS] == 0.02


def test_two_causes_are_told_apart_by_one_test_in_either_order():
    pair = ("resource.conductivity", "construction.resistance")
    assert evidence.settled_by(*pair).code == "settles.pulse_test"
    assert evidence.settled_by(*reversed(pair)).code == "settles.pulse_test"
    assert (
        evidence.settled_by("operation.wear", "design.load_size").code == "settles.longer_record"
    )


def test_while_machines_rest_source_pumps_run_for_recharge_and_tell_nothing(office, sound):
    """Of the load's pumps those hours count; recharge's own draw is taken off the source's."""
    fit = pumps_like(office.system.source_pumps)
    rests = np.arange(HOURS) < 120
    drawn = np.where(rests, 5e3, 2e3)
    run = replace(
        sound,
        run_share=np.where(rests, 0.0, 1.0),
        recharge=np.full(HOURS, 1e4),
        source_pump_electricity=drawn,
        load_pump_electricity=drawn,
    )
    system = replace(office.system, recharge_effort=0.02)
    simulated = dict.fromkeys(("source_pump_electricity", "load_pump_electricity"), drawn / 2)
    found = pump_fit.settled(
        system, {"source": fit, "load": fit}, lambda _: simulated, run, np.ones(HOURS, bool)
    )
    own = 0.9 * 0.02 * 1e4
    assert found["source"].electricity == pytest.approx(
        fit.electricity * (2e3 - own) / (1e3 - own)
    )
    assert found["load"].electricity == pytest.approx(2 * fit.electricity)


@pytest.mark.parametrize(
    ("sized", "unbalanced", "factors"),
    [
        (True, True, (1.0, 1.0, 1.0, 1.0)),
        (False, True, (1 / 1.2, 1 / 1.2, 1 / 1.2, 1 / 1.2)),
        (True, False, (1 / 1.25, 1.0, 1.2, 1.2)),
        (False, False, (1 / 1.5, 1 / 1.2, 1.0, 1.0)),
    ],
)
def test_loads_of_a_hypothesis_have_their_size_and_balance(office, sized, unbalanced, factors):
    """Heat 1.5 and cold 1.2 of the design's: a common size of 1.2, heat 1.25 beside it."""
    half = np.arange(HOURS) < HOURS // 2
    run = lived(office.system, Load(np.where(half, 1.5e5, 0.0), np.where(half, 0.0, 1.2e5)))
    setting = hypothesis.Setting(
        case=replace(case_of(run), past=Past(*(np.full(3, v) for v in (9.0, 6.0, 1.0, 0.0)))),
        reference=ReferenceLoads(run.heating / 1.5, run.cooling / 1.2, np.full(HOURS, 7.0)),
    )
    years = setting.years(sized=sized, unbalanced=unbalanced)
    assert years.load.heating == pytest.approx(factors[0] * run.heating)
    assert years.load.cooling == pytest.approx(factors[1] * run.cooling)
    before = setting.case.past if unbalanced else setting.reference_past
    assert years.before.heating == pytest.approx(factors[2] * before.heating)
    assert years.before.cooling == pytest.approx(factors[3] * before.cooling)
    assert years.load.recharge[0] == (0.0 if unbalanced else 7.0)
