"""What a diagnosis reckons with, by hand: months, stories, shares of what was found."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from loopkeeper.lifecycle.diagnose import (
    boundaries,
    change_point,
    course,
    explain,
    hypothesis,
    weather_use,
    witness,
)
from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.lifecycle.diagnose.metered_effect import Effects
from loopkeeper.lifecycle.diagnose.result import WeatherPart
from loopkeeper.lifecycle.diagnose.shapley import Attribution, attribute
from loopkeeper.measure.calendar import Months
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.units import HOUR

TWO = Months(("2024-01", "2024-02"), np.array([0, 0, 1, 1]))
RUN = {
    "heating_delivered": np.array([10.0, 10.0, 0.0, 0.0]),
    "cooling_delivered": np.array([0.0, 0.0, 20.0, 0.0]),
    "machine_heating_electricity": np.array([4.0, 4.0, 0.0, 0.0]),
    "machine_cooling_electricity": np.array([0.0, 0.0, 5.0, 0.0]),
    "source_pump_electricity": np.array([1.0, 1.0, 2.0, 2.0]),
    "load_pump_electricity": np.array([0.5, 0.5, 0.5, 0.5]),
    "run_share": np.array([1.0, 1.0, 1.0, 0.0]),
    "source_supply": np.array([8.0, 6.0, 20.0, 30.0]),
    "source_return": np.array([5.0, 3.0, 24.0, 30.0]),
    "load_supply": np.array([45.0, 47.0, 7.0, 7.0]),
    "source_flow": np.array([2.0, 2.0, 4.0, 0.0]),
    "machines_running": np.array([1.0, 2.0, 3.0, 0.0]),
}


class Run(dict):
    step = 1800.0


def operation(**of):
    usual = {
        "heating": np.array([10.0, 20.0, 0.0, 0.0]),
        "cooling": np.array([0.0, 0.0, 10.0, 10.0]),
        "good": np.ones(4, bool),
        "run_share": np.array([1.0, 0.1, 1.0, 1.0]),
        "machine_electricity": np.array([4.0, 6.0, 5.0, 5.0]),
        "source_pump_electricity": np.ones(4),
        "load_pump_electricity": np.full(4, 0.5),
    }
    return SimpleNamespace(**{**usual, **of})


# -- months


def test_a_runs_electricity_is_scaled_to_the_heat_and_cold_of_all_months():
    spent = course.at_delivered_heat(Run(RUN), operation(), TWO)
    heat, cold = 30.0 * HOUR / (20.0 * 1800.0), 20.0 * HOUR / (20.0 * 1800.0)
    assert spent[0] == pytest.approx([8.0 * 1800 * heat, 5.0 * 1800 * cold])
    assert spent[1] == pytest.approx([2.0 * 1800 * heat, 4.0 * 1800 * cold])
    assert spent[2] == pytest.approx([1.0 * 1800 * heat, 1.0 * 1800 * cold])


def test_within_a_mode_months_weigh_by_what_was_asked_of_them():
    """Twice the heat was asked in the second month of what the run gave; its total stays."""
    run = Run({**RUN, "heating_delivered": np.full(4, 10.0), "cooling_delivered": np.zeros(4)})
    run["machine_heating_electricity"] = np.full(4, 3.0)
    asked = operation(heating=np.array([5.0, 5.0, 15.0, 15.0]), cooling=np.zeros(4))
    machines = course.at_delivered_heat(run, asked, TWO)[0]
    ratio = (0.75 + 0.01) / (0.25 + 0.01)
    assert machines[1] / machines[0] == pytest.approx(ratio)
    assert machines.sum() == pytest.approx(12.0 * 1800.0 * 40.0 * HOUR / (40.0 * 1800.0))


def test_a_mode_that_was_not_delivered_or_not_asked_takes_nothing():
    asked = operation(cooling=np.zeros(4))
    assert course.at_delivered_heat(Run(RUN), asked, TWO)[0, 1] == 0.0


def test_gaps_of_a_month_take_what_its_known_load_took():
    """Three of four hours known: 4 and 6 W at 30 W of load, then 5 W at 10, 10 more of load."""
    known = operation(good=np.array([True, True, True, False]))
    parts = course._measured(known, TWO, 1000.0)
    slight = 0.01 * 50.0
    rate = (5.0 + 0.01 * 15.0) / (10.0 + slight)
    shape = np.array([10.0, 5.0 + 10.0 * rate])
    pumps = np.array([2.0, 1.0 + 10.0 * (1.0 + 0.01 * 3.0) / (10.0 + slight)])
    whole = shape.sum() + 1.5 * pumps.sum()
    assert parts[0] == pytest.approx(1000.0 * shape / whole)
    assert parts[1] == pytest.approx(1000.0 * pumps / whole)
    assert parts[2] == pytest.approx(500.0 * pumps / whole)


def stage_of(op, spent=2.0, measured=3.0):
    told = witness.ToldRun(Run(RUN), SimpleNamespace(bypass=0.25), np.full((3, 2), spent))
    return witness.Stage(op, TWO, np.arange(6.0).reshape(3, 2) + measured, told, told), told


@pytest.mark.parametrize(
    ("place", "name", "measured"),
    [
        (SeenAt.SOURCE_PUMPS, "source_pump_electricity", (5.0, 6.0)),
        (SeenAt.LOAD_PUMPS, "load_pump_electricity", (7.0, 8.0)),
        (SeenAt.MACHINES, "machine_consumption", (3.0 / 30.0 / HOUR, 4.0 / 20.0 / HOUR)),
        (SeenAt.LOAD, "delivered_heat", (30.0 * HOUR, 20.0 * HOUR)),
    ],
)
def test_each_place_has_its_own_witness(place, name, measured):
    stage, told = stage_of(operation())
    found = witness.witness_of(place, stage, told)
    assert found.quantity == name
    assert found.measured == pytest.approx(measured)
    assert found.repaired == pytest.approx(measured)  # without nothing, nothing changes


def test_amounts_are_repaired_by_the_ratio_and_temperatures_by_the_difference():
    op = operation(source_supply=np.array([7.0, 99.0, 18.0, 22.0]))
    stage, told = stage_of(op)
    halved = replace(told, spent=0.5 * told.spent)
    assert witness.witness_of(SeenAt.SOURCE_PUMPS, stage, halved).repaired == (2.5, 3.0)
    warmer = replace(told, run=Run({**RUN, "source_supply": RUN["source_supply"] + 1.5}))
    found = witness.witness_of(SeenAt.SOURCE, stage, warmer)
    assert found.measured == (7.0, 20.0)  # an hour of a tenth of a machine tells nothing
    assert found.designed == (8.0, 20.0)  # nor one in which the simulated plant rests
    assert found.repaired == (8.5, 21.5)


def test_what_passes_the_field_is_less_by_the_bypass():
    op = operation(field_flow=np.array([1.4, 1.4, 3.2, np.nan]))
    stage, told = stage_of(op)
    found = witness.witness_of(SeenAt.FIELD, stage, told)
    assert found.measured == pytest.approx((1.4, 3.2))
    assert found.designed == pytest.approx((1.5, 3.0))


def test_a_quantity_that_nobody_measures_is_no_witness():
    op = operation(machines_running=np.full(4, np.nan))
    stage, told = stage_of(op)
    assert witness.witness_of(SeenAt.STAGING, stage, told) is None


def test_consumption_is_not_told_of_months_with_hardly_any_heat():
    op = operation(heating=np.array([100.0, 100.0, 0.0, 0.0]), cooling=np.array([0, 0, 1.0, 0.9]))
    stage, told = stage_of(op)
    assert witness.witness_of(SeenAt.MACHINES, stage, told).measured[1] is None


# -- stories about a level


def test_evidence_is_the_density_of_the_samples_under_prior_and_noise(rng):
    design = rng.normal(size=(6, 3))
    sizes, noise, y = np.array([0.5, 1.5, 0.8]), 0.3, rng.normal(size=6)
    story = change_point._evidence(y, design, sizes, noise, 1)
    cov = design @ np.diag(sizes**2) @ design.T + noise**2 * np.eye(6)
    exact = multivariate_normal(np.zeros(6), cov).logpdf(y)
    free = -0.5 * 6 * np.log(2 * np.pi * noise**2)  # of the samples alone: alike in all stories
    assert story.log == pytest.approx(exact - free)
    gain = np.diag(sizes**2) @ design.T @ np.linalg.inv(cov)
    mean, left = gain @ y, np.diag(sizes**2) - gain @ design @ np.diag(sizes**2)
    assert story.value == pytest.approx(mean[2])
    assert story.deviation == pytest.approx(np.sqrt(left[2, 2]))
    both = np.array([0.0, 1.0, 1.0])
    assert story.own == (pytest.approx((mean[1] + mean[2], np.sqrt(both @ left @ both))),)


def test_noise_is_that_of_neighbours_whatever_steps_between_them(rng):
    y = np.concatenate([rng.normal(0.0, 0.1, 4000), rng.normal(5.0, 0.1, 4000)])
    assert change_point._noise(y, np.zeros(8000)) == pytest.approx(0.1, rel=0.05)
    label = np.repeat([0.0, 1.0], 4000)
    assert change_point._noise(y, label) == pytest.approx(0.1, rel=0.05)
    few = np.array([1.0, 3.0])
    assert change_point._noise(few, np.zeros(2)) == pytest.approx(1.0, abs=1e-5)


def test_single_odd_days_are_smoothed_within_their_group():
    y = np.array([1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 5.0, 5.0])
    label = np.array([0.0] * 6 + [1.0] * 2)
    assert change_point._steady(y, label).tolist() == [1.0] * 6 + [5.0, 5.0]


def test_a_step_needs_a_fair_part_of_a_group_on_either_side():
    offsets = np.ones((100, 1))
    within = [step for step in range(1, 100) if change_point._within_a_group(step, offsets, 5)]
    assert (within[0], within[-1]) == (20, 80)
    few = [step for step in range(1, 100) if change_point._within_a_group(step, offsets, 30)]
    assert (few[0], few[-1]) == (30, 70)


def test_slopes_of_a_sound_plant_are_counted_from_the_mean_of_their_group():
    prior = change_point.LevelPrior(offset=0.1, effect=1.0, noise=0.1, slopes=(0.01,))
    beside = np.array([[1.0], [3.0], [10.0], [30.0]])
    sound = change_point._sound(np.array([0.0, 0.0, 1.0, 1.0]), beside, prior)
    assert sound.columns.T.tolist() == [
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [-1, 1, 0, 0],
        [0, 0, -10, 10],
    ]
    assert sound.sizes.tolist() == [0.1, 0.1, 0.01, 0.01]


def test_odds_of_three_are_likely_and_of_twenty_present():
    one = change_point.Level(0.1, 0.1, None, 0.0)
    assert [replace(one, odds=np.log(x)).likely for x in (2.9, 3.1)] == [False, True]
    assert [replace(one, odds=np.log(x)).present for x in (19.0, 21.0)] == [False, True]


# -- shares


def test_shapley_of_a_game_solved_by_hand():
    """Gloves: a pair is worth one; A has the left, B and C a right one: 2/3, 1/6, 1/6."""
    found = attribute("ABC", lambda group: float("A" in group and len(group) > 1))
    assert found.fair == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found.first.tolist() == [0.0, 0.0, 0.0]
    assert found.last.tolist() == [1.0, 0.0, 0.0]
    assert found.total == 1.0


def player(cause, kind=DeviationKind.HYDRAULIC, onset=None):
    return SimpleNamespace(cause=cause, kind=kind, onset=onset)


PUMP, FLOW = "hydraulic.source_pumps", "hydraulic.source_excess_flow"
WEAR, SEAL, SOIL = "operation.wear", "construction.seal", "resource.conductivity"


def test_causes_that_trade_off_are_merged_unless_both_are_known_well_enough(rng):
    one, free = rng.normal(size=(2, 500))
    fair = np.column_stack([one, free, -one + 0.3 * free])
    players = [player(c, DeviationKind(c.partition(".")[0])) for c in (SEAL, WEAR, SOIL)]
    assert explain._merged(fair, players, 0.1) == [[0, 2], [1]]
    assert explain._merged(fair, players, 2.0) == [[0], [1], [2]]
    loose = np.column_stack([one, -one + 1.2 * free])  # correlated by -0.64
    assert explain._merged(loose, players[:2], 0.1) == [[0], [1]]


def test_causes_of_one_kind_in_the_same_pumps_are_one():
    fair, (pump, flow) = np.ones((3, 2)), (player(PUMP), player(FLOW))
    assert explain._merged(fair, [pump, flow], 1.0) == [[0, 1]]
    other = player(FLOW, DeviationKind.COMMISSIONING)
    assert explain._merged(fair, [pump, other], 1.0) == [[0], [1]]
    assert explain._merged(fair, [pump, player("hydraulic.load_pumps")], 1.0) == [[0], [1]]
    assert explain._merged(fair, [player(SEAL), player(SOIL)], 1.0) == [[0], [1]]


@pytest.mark.parametrize(
    ("fair", "groups"),
    [
        ([50.0, -10.0, 30.0], [[0, 1], [2]]),  # joined to the costliest at its place
        ([30.0, -10.0, 50.0], [[0, 1], [2]]),
        ([8.0, -10.0, 50.0], [[0], [2], [1]]),  # more is saved than it costs
    ],
)
def test_what_saves_joins_what_costs_more_at_the_same_place(fair, groups):
    players = [player(PUMP), player(FLOW), player(WEAR)]
    assert explain._less_gains([[0], [1], [2]], players, np.array(fair)) == groups


def test_a_group_is_named_after_its_costliest_or_what_saves_most():
    fair = np.array([5.0, 8.0, -20.0])
    assert explain._lead([0, 1], fair) == 1
    assert explain._lead([0, 1, 2], fair) == 2


def named(*energies):
    return [SimpleNamespace(energy=Estimate.exact(e)) for e in energies]


def test_shares_are_of_what_was_found_and_stays_or_of_all_that_moved():
    assert explain._shares_of(named(60.0, 20.0), 20.0) == pytest.approx([0.6, 0.2])
    assert explain._shares_of(named(60.0, 40.0), -20.0) == pytest.approx([0.6, 0.4])
    assert explain._shares_of(named(60.0, -40.0), 0.0) == pytest.approx([0.6, -0.4])
    assert explain._shares_of(named(0.0), 0.0) == [0.0]


def test_other_energies_of_a_deviation_are_known_as_well_as_its_share():
    energy = Estimate(10.0, 5.0, 20.0)
    assert explain._as_sure_as(energy, 4.0) == Estimate(4.0, 2.0, 8.0)
    assert explain._as_sure_as(energy, -4.0) == Estimate(-4.0, -8.0, -2.0)


def test_only_suspects_that_matter_alone_are_players_seven_at_most():
    worth = [0.003, 0.005, -0.006, *(0.01 * np.arange(1, 8))]
    suspects = [
        SimpleNamespace(apply=lambda base, value: base + value, value=100.0 * w, n=n)
        for n, w in enumerate(worth)
    ]
    court = SimpleNamespace(value=lambda base: base)
    assert [s.n for s in explain._players(court, 100.0, suspects, 100.0)] == list(range(3, 10))
    assert [s.n for s in explain._players(court, 100.0, suspects[:3], 100.0)] == [1, 2]


def test_what_a_promise_is_missed_by_is_the_reference_above_it():
    assert explain.Promised(electricity=100.0, reference=104.0).misfit == 4.0


# -- what was metered at each place


def metered(players, rows, rest, fair, effects, water=None):
    base = np.array([[700.0], [150.0], [150.0]])
    told = SimpleNamespace(
        players=players,
        parts=lambda n: np.array(rows[n], dtype=float),
        stage=SimpleNamespace(
            measured=base + np.array(rest, dtype=float)[:, None],
            base=SimpleNamespace(spent=base),
        ),
    )
    fair = np.array(fair)
    best = Attribution(fair, fair, fair, float(fair.sum()))
    drawn = fair * np.array([[0.9], [1.1]])
    shares = boundaries.Shares(best, drawn, drawn, drawn, 0 * fair + 1, 0 * fair)
    water = np.zeros(len(players)) if water is None else np.array(water)
    return boundaries._boundaries(told, shares, effects, water, 1000.0)


def test_the_machines_own_is_what_no_water_and_no_other_cause_took():
    players = (player(WEAR), player("design.load_size"), player("operation.set_point"))
    rows = ((1, 0, 0), (0.5, 0.25, 0.25), (0.8, 0.2, 0))
    _, supply, own, source, load = metered(
        players, rows, (100, 20, 30), (60.0, 40.0, 10.0), Effects(15.0, 5.0)
    )
    assert own.effect == pytest.approx(100.0 - 15.0 - 5.0 - 0.5 * 40.0)
    assert own.parts.tolist() == [1.0, 0.0, 0.0]
    assert supply.parts.tolist() == [0.0, 0.0, 0.8]
    assert (supply.effect, supply.deviation, own.deviation) == (5.0, 12.0, 25.0)
    assert (source.effect, load.effect) == (20.0, 30.0)
    assert source.parts == pytest.approx([0.0, 0.25, 0.2])
    assert source.deviation == pytest.approx(10.0)


def test_pumps_of_a_named_cause_leave_the_rest_to_others_with_its_doubt():
    players = (player(PUMP), player("design.load_size"))
    *_, source, load = metered(
        players,
        ((0, 1, 0), (0.5, 0.3, 0.2)),
        (0, 80, 10),
        (50.0, 40.0),
        Effects(0.0, 0.0),
        water=(0.0, 0.5),
    )
    assert source.effect == pytest.approx(80.0 - 50.0)
    assert source.parts == pytest.approx([0.0, 0.15])
    assert source.deviation == pytest.approx(np.hypot(10.0, 5.0))  # draws of 45 and 55
    assert load.effect == pytest.approx(10.0)


def test_shares_are_multiplied_by_player_and_by_draw():
    best = Attribution(np.array([4.0]), np.array([5.0]), np.array([6.0]), 4.0)
    drawn = np.array([[3.0], [5.0]])
    shares = boundaries.Shares(
        best, drawn, 2 * drawn, 3 * drawn, np.array([0.5]), np.array([0.1])
    ).times(np.array([3.0]), np.array([[2.0], [4.0]]))
    assert (shares.best.fair, shares.best.first, shares.best.last) == (12.0, 15.0, 18.0)
    assert shares.fair.ravel().tolist() == [6.0, 20.0]
    assert shares.first.ravel().tolist() == [12.0, 40.0]
    assert shares.last.ravel().tolist() == [18.0, 60.0]
    assert (shares.factor, shares.doubt) == (1.5, 0.1)


# -- loads of a hypothesis


@pytest.mark.parametrize(
    ("ratios", "scales"),
    [
        ((1.5, 1.2), (1.2, 1.25, 1.0)),
        ((0.5, 0.8), (0.8, 0.625, 1.0)),
        ((1.5, 0.8), (1.0, 1.5, 0.8)),
    ],
)
def test_the_common_size_of_loads_is_the_nearer_to_one_of_two_on_the_same_side(ratios, scales):
    found = hypothesis.LoadScales.of(*ratios)
    assert (found.size, found.heating, found.cooling) == pytest.approx(scales)


def setting(recharge, designed):
    case = SimpleNamespace(operation=SimpleNamespace(recharge=np.full(4, recharge)))
    reference = SimpleNamespace(recharge=np.full(4, designed))
    return hypothesis.Setting(case=case, reference=reference)


def test_recharge_is_apart_by_its_share_of_the_larger():
    assert setting(2.0, 8.0).recharge_apart == pytest.approx(0.75)
    assert setting(-8.0, 2.0).recharge_apart == pytest.approx(1.25)
    assert setting(0.0, 0.0).recharge_apart == 0.0


def test_phases_follow_each_other_and_changes_of_one_hour_are_one():
    later = ((48, lambda s: (*s, "b")), (24, lambda s: (*s, "a")), (48, lambda s: (*s, "c")))
    told = hypothesis.Hypothesis(None, None, later)
    phases = told.phases(("x",))
    assert phases == [(0, ("x",)), (24, ("x", "a")), (48, ("x", "a", "b", "c"))]


def test_a_change_before_the_period_is_there_from_its_first_hour():
    told = hypothesis.Hypothesis(None, 1.0)
    assert told.changed(lambda s: s + 1.0, -5) == replace(told, system=2.0)
    assert len(told.changed(lambda s: s + 1.0, 1).later) == 1


# -- weather and use


def test_a_mode_of_a_run_weighs_by_its_heat_and_takes_its_part_of_the_pumps():
    heats = weather_use._Mode.of(Run(RUN), hot=True)
    cools = weather_use._Mode.of(Run(RUN), hot=False)
    assert heats.source_pumps.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert cools.source_pumps.tolist() == [0.0, 0.0, 2.0, 2.0]
    assert heats.per_heat(heats.machines) == pytest.approx(8.0 / 20.0)
    assert heats.mean(heats.inlet) == pytest.approx(7.0)
    assert (heats.load(), cools.load()) == (10.0, 20.0)
    assert heats.spread.tolist() == [3.0, 3.0, 4.0, 0.0]
    idle = replace(heats, heat=np.zeros(4))
    assert (idle.per_heat(idle.machines), np.isnan(idle.mean(idle.inlet))) == (0.0, True)


@pytest.mark.parametrize(("left", "said"), [(0.0029, 0), (-0.0031, 1)])
def test_what_weather_does_not_explain_is_said_from_three_in_a_thousand_on(left, said):
    nothing = (None, None)
    parts = (
        WeatherPart("other", 3.6e9 * left, "-", nothing, nothing),
        WeatherPart("load_pumps", 1e9, "-", nothing, nothing),
    )
    found = weather_use.unexplained_weather(parts, 3.6e9)
    assert len(found) == said
    assert [v.figures["energy"] for v in found] == pytest.approx([left] * said)
