"""What was metered between the parts of a plant, and energies brought onto it, by arithmetic."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import boundaries, investigate, metered_effect
from loopkeeper.lifecycle.diagnose.boundaries import Shares
from loopkeeper.lifecycle.diagnose.machine_fit import Range
from loopkeeper.lifecycle.diagnose.metered_effect import Both, Effects, Scale
from loopkeeper.lifecycle.diagnose.shapley import Attribution

HISTORY, SEAL, WEAR = "thermal_balance.history", "construction.seal", "operation.wear"


# -- what water cost


def drawing(monkeypatch, by_water):
    """Machines that draw what is written for their waters."""
    monkeypatch.setattr(
        metered_effect, "_drawn", lambda _, __, waters: np.array(by_water[waters], dtype=float)
    )


def cost(monkeypatch, drawn, other, electricity=10.0, **of):
    drawing(monkeypatch, {"found": drawn, "asked": other})
    count = len(drawn)
    columns = {"good": np.ones(count, bool), "run_share": np.ones(count), **of}
    op = SimpleNamespace(machine_electricity=np.full(count, electricity), **columns)
    return metered_effect._cost(None, op, "found", "asked")


def test_water_costs_the_share_of_the_maps_of_all_that_was_spent(monkeypatch):
    """200 hours of 10 W: 3 of 8 W by the maps."""
    spent = 200 * 10.0 * 3600.0
    assert cost(monkeypatch, [8.0] * 200, [5.0] * 200) == pytest.approx(3 / 8 * spent)
    assert cost(monkeypatch, [8.0] * 200, [10.0] * 200) == pytest.approx(-0.25 * spent)
    assert np.isnan(cost(monkeypatch, [8.0] * 199, [5.0] * 199))
    assert np.isnan(cost(monkeypatch, [0.0] * 200, [5.0] * 200))
    few = cost(monkeypatch, [0.004] * 200, [0.002] * 200)
    assert few == pytest.approx(0.5 * spent)


@pytest.mark.parametrize(
    ("name", "value"), [("good", False), ("run_share", 0.19), ("drawn", np.nan), ("other", np.nan)]
)
def test_hours_tell_what_water_cost_in_which_machines_ran_a_fifth(monkeypatch, name, value):
    rows = {
        "drawn": np.full(201, 8.0),
        "other": np.full(201, 5.0),
        "good": np.ones(201, bool),
        "run_share": np.full(201, 0.21),
    }
    rows["drawn"][0] = 88.0
    rows[name][0] = value
    assert cost(monkeypatch, **rows) == pytest.approx(3 / 8 * 201 * 10.0 * 3600.0)
    rows[name][1] = value
    assert np.isnan(cost(monkeypatch, **rows))


def test_electricity_nobody_read_is_none(monkeypatch):
    drawn = np.full(250, 8.0)
    found = cost(monkeypatch, drawn, drawn / 2, np.where(np.arange(250) < 50, np.nan, 10.0))
    assert found == pytest.approx(0.5 * 200 * 10.0 * 3600.0)


def test_maps_are_asked_at_the_measured_load_spread_and_waters(monkeypatch):
    asked = {}

    def response(machines, staging, load, **waters):
        asked.update(waters, machines=machines, staging=staging, load=load)
        return "electricity", "running", "delivered"

    monkeypatch.setattr(metered_effect, "machine_response", response)
    heat, cold = np.array([1.0]), np.array([2.0])
    op = SimpleNamespace(
        heating=heat, cooling=cold, source_supply=np.array([8.0]), source_return=np.array([11.5])
    )
    system = SimpleNamespace(machines="machines", controls=SimpleNamespace(staging="staging"))
    assert metered_effect._drawn(system, op, ("in", "out")) == "electricity"
    assert (asked["load"].heating, asked["load"].cooling) == (heat, cold)
    assert asked["source_spread"].tolist() == [3.5]
    assert (asked["source_inlet"], asked["load_outlet"]) == ("in", "out")
    assert (asked["machines"], asked["staging"]) == ("machines", "staging")


def scene_of(**columns):
    op = SimpleNamespace(**columns)
    return SimpleNamespace(
        operation=op,
        staged="staged",
        mixed="mixed",
        designed={"source_supply": "designed water"},
        designed_water=Range(4.0, 20.0),
        wear=SimpleNamespace(value=np.log(1.25), likely=True),
        model="model",
        setting="setting",
    )


def test_effects_are_costs_of_the_found_water_over_the_designed(monkeypatch):
    """Heating hours ask for the heating set-point, one of both too; the source's lacks maps."""
    scene = scene_of(
        heating=np.array([2.0, 1.0, 1.0]),
        cooling=np.array([1.0, 2.0, 1.0]),
        outdoor="outdoor",
        source_supply="in",
        load_supply="out",
    )
    worth, asked = [100.0, 40.0, 7.0], []
    monkeypatch.setattr(
        metered_effect, "_cost", lambda *args: asked.append(args) or worth[len(asked) - 1]
    )
    monkeypatch.setattr(metered_effect, "_beyond_maps", lambda _: 3.0)
    monkeypatch.setattr(
        metered_effect, "designed_supply", lambda _, __: (np.full(3, 45.0), np.full(3, 7.0))
    )
    runs = []
    monkeypatch.setattr(
        metered_effect.Hypothesis,
        "of",
        lambda model: metered_effect.Hypothesis(model, "system"),
    )
    court = SimpleNamespace(run=lambda h: runs.append(h) or {"source_supply": "history water"})
    monkeypatch.setattr(metered_effect, "Counterfactuals", lambda _: court)
    assert metered_effect.metered_effects(scene) == Effects(103.0, 7.0, 40.0)
    assert (runs[0].sized, runs[0].unbalanced) == (True, True)
    assert asked[0][2:] == (("in", "out"), ("designed water", "out"))
    assert asked[1][2:] == (("history water", "out"), ("designed water", "out"))
    assert (asked[2][2], asked[2][3][0]) == (("in", "out"), "in")
    assert asked[2][3][1].tolist() == [45.0, 7.0, 45.0]


def beyond(monkeypatch, supply, electricity=25.0, predicted=10.0, *, likely=True, **of):
    """A plant worn by a quarter."""
    supply = np.array(supply)
    count = len(supply)
    columns = {"good": np.ones(count, bool), "run_share": np.ones(count), **of}
    scene = scene_of(
        source_supply=supply,
        load_supply=45.0,
        machine_electricity=np.full(count, electricity),
        **columns,
    )
    scene.wear.likely = likely
    monkeypatch.setattr(metered_effect, "machines_outlet", lambda system, _: (system, "outlet"))

    def drawn(system, _, waters):
        assert system == "mixed"
        assert waters[0] is scene.operation.source_supply
        assert waters[1] == ("mixed", "outlet")
        return np.broadcast_to(predicted, (count,)).copy()

    monkeypatch.setattr(metered_effect, "_drawn", drawn)
    return metered_effect._beyond_maps(scene)


def test_in_water_machines_were_not_chosen_for_what_is_above_maps_and_wear_counts(monkeypatch):
    """25 W over 1.25 less 10."""
    assert beyond(monkeypatch, [3.9, 4.1, 20.1]) == pytest.approx(2 * 10.0 * 3600.0)
    assert beyond(monkeypatch, [3.9], likely=False) == pytest.approx(15.0 * 3600.0)
    assert beyond(monkeypatch, [3.9], electricity=11.0) == 0.0
    assert beyond(monkeypatch, [3.9, 3.9], good=np.array([True, False])) == 36000.0
    assert beyond(monkeypatch, [3.9, 3.9], run_share=np.array([0.21, 0.19])) == 36000.0
    assert beyond(monkeypatch, [3.9, 3.9], predicted=np.array([10.0, np.nan])) == 36000.0


# -- meters and models


class Ones:
    """Draws that are all one."""

    def standard_normal(self, count):
        return np.ones(count)


@pytest.mark.parametrize(
    ("both", "doubts"),
    [
        ((4.0, 1.0, 3.0), (1.0, 2.5)),
        ((12.0, 1.0, 3.0), (1.8, 2.5)),
        ((4.0, 0.5, 8.0), (0.6, 4.0)),
        ((-12.0, 1.0, -8.0), (1.8, 4.0)),
    ],
)
def test_meters_and_models_meet_by_the_larger_of_their_doubts(both, doubts):
    """Of a promise of 100: 15 % of the meter's, 2.5 of the promise and half of the models'."""
    weights = np.array(doubts) ** -2.0
    middle = (both[0] * weights[0] + both[2] * weights[1]) / weights.sum()
    found = metered_effect.scaled(Both(*both), np.array([both[2], 2 * both[2]]), 100.0, Ones())
    assert found.factor == pytest.approx(middle / both[2])
    wanted = middle + 1 / np.sqrt(weights.sum())
    assert found.draws == pytest.approx(np.clip([wanted / both[2], wanted / both[2] / 2], 0, 4))


@pytest.mark.parametrize(("modelled", "scaled"), [(0.21, True), (0.19, False), (-0.21, True)])
def test_models_that_add_up_to_two_thousandths_are_scaled_by_four_at_most(modelled, scaled):
    both = Both(50.0 * np.sign(modelled), 0.1, modelled)
    found = metered_effect.scaled(both, np.full(3, modelled), 100.0, Ones())
    assert found.factor == (4.0 if scaled else 1.0)
    assert (found.draws != 1.0).all() == scaled


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_draws_that_add_up_to_less_than_two_thousandths_are_taken_as_these(sign):
    """0.5 is wanted of draws of 0.1 and of the other sign: 0.2 of a promise of 100."""
    both = Both(0.4 * sign, 0.1, 0.3 * sign)
    weights = np.array([0.1, 2.5]) ** -2.0
    wanted = weights @ [0.4, 0.3] / weights.sum() + sign / np.sqrt(weights.sum())
    drawn = sign * np.array([-5.0, 0.1, 0.25])
    found = metered_effect.scaled(both, drawn, 100.0, Ones())
    assert found.draws == pytest.approx(wanted / np.array([0.2, 0.2, 0.25]))


def test_what_nobody_metered_scales_nothing():
    found = metered_effect.scaled(Both(np.nan, 1.0, 9.0), np.zeros(3), 100.0, Ones())
    assert (found.factor, found.draws.tolist()) == (1.0, [1.0] * 3)


# -- onto the meters


def shares_of(fair, drawn, doubt):
    fair, drawn = np.array(fair), np.array(drawn)
    best = Attribution(fair, 2 * fair, 3 * fair, float(fair.sum()))
    return Shares(best, drawn, 2 * drawn, 3 * drawn, np.ones(len(fair)), np.array(doubt))


def story_of(causes, recharge=0.0):
    return SimpleNamespace(
        players=tuple(SimpleNamespace(cause=c) for c in causes),
        court=SimpleNamespace(setting=SimpleNamespace(recharge_apart=recharge)),
    )


def test_energies_are_scaled_by_the_parts_that_each_boundary_sees(monkeypatch):
    """Three quarters of the first by 2, a half of the second by 0.5 and by 3."""
    seen = []
    scales = iter([Scale(2.0, np.array([1.0, 3.0])), Scale(0.5, np.array([0.5, 1.0]))])
    places = [
        boundaries._Boundary(np.array([0.75, 0.5]), 11.0, 1.5),
        boundaries._Boundary(np.array([0.0, 0.5]), 22.0, 2.5),
    ]
    monkeypatch.setattr(boundaries, "_boundaries", lambda *_: places)
    monkeypatch.setattr(
        boundaries,
        "scaled",
        lambda both, drawn, promised, _: seen.append((both, drawn, promised)) or next(scales),
    )
    shares = shares_of([40.0, 20.0], [[30.0, 10.0], [50.0, 30.0]], [0.1, 0.2])
    found = boundaries.onto_meters(story_of((SEAL, WEAR)), shares, Effects(0.0, 0.0), 1000.0, None)
    assert found.factor == pytest.approx([1.75, 1.25])
    assert found.best.fair == pytest.approx([70.0, 25.0])
    assert found.fair == pytest.approx(np.array([[30.0, 7.5], [125.0, 60.0]]))
    assert found.last == pytest.approx(3 * found.fair)
    assert found.doubt.tolist() == [0.1, 0.2]
    assert [(b.metered, b.deviation, b.modelled) for b, _, _ in seen] == [
        (11.0, 1.5, 40.0),
        (22.0, 2.5, 10.0),
    ]
    assert seen[0][1] == pytest.approx([27.5, 52.5])
    assert seen[1][1] == pytest.approx([5.0, 15.0])
    assert [p for *_, p in seen] == [1000.0, 1000.0]


@pytest.mark.parametrize(("recharge", "left"), [(0.26, 0.375), (0.24, 0.5)])
def test_recharge_off_by_a_quarter_is_certain_as_far_as_water_brings_it(
    monkeypatch, recharge, left
):
    monkeypatch.setattr(boundaries, "_boundaries", lambda *_: [])
    shares = shares_of([40.0, 20.0], [[40.0, 20.0]], [0.5, 0.5])
    told = story_of((HISTORY, SEAL), recharge)
    found = boundaries.onto_meters(told, shares, Effects(0.0, 0.0, 10.0), 1000.0, None)
    assert found.doubt == pytest.approx([left, 0.5])
    assert found.best.fair.tolist() == [40.0, 20.0]


@pytest.mark.parametrize(
    ("history", "whole", "share"),
    [
        (10.0, 40.0, 0.25),
        (50.0, 40.0, 1.0),
        (-10.0, 40.0, 0.0),
        (np.nan, 40.0, 1.0),
        (10.0, 0.0, 1.0),
    ],
)
def test_of_the_balance_of_the_years_the_model_s_water_tells_its_share(history, whole, share):
    shares = shares_of([whole, 5.0, 5.0], np.zeros((1, 3)), [0.0] * 3)
    told = story_of((HISTORY, SEAL, WEAR))
    water = boundaries._through_water(told, shares, Effects(0.0, 0.0, history))
    assert water == pytest.approx([share, 1.0, 0.0])


def test_use_whose_water_nobody_reckoned_brought_none():
    told, shares = story_of((HISTORY,)), shares_of([40.0], np.zeros((1, 1)), [0.0])
    assert boundaries._through_water(told, shares, Effects(5.0, 6.0)).tolist() == [0.0]


# -- what was looked for


def looked(monkeypatch, bypass=None, ground=None, **of):
    monkeypatch.setattr(investigate, "found_bypass", lambda _: bypass)
    looks = [SimpleNamespace(look=lambda _, n=n: n) for n in ("one", None, "other")]
    monkeypatch.setattr(investigate, "LIBRARY", looks)
    scene = SimpleNamespace(
        operation=None,
        ground=ground,
        on_water=of.get("on_water", False),
        known=SimpleNamespace(pumps=of.get("pumps", {"source": "a fit", "load": None})),
    )
    found = investigate.investigate(scene)
    assert found.suspects == ("one", "other")
    return [(v.code.removeprefix("diagnose."), v.figures) for v in found.verdicts]


def test_what_nobody_could_look_at_is_said(monkeypatch):
    pumps = ("pumps.unknown", {"loop": "load", "hours": 100})
    assert looked(monkeypatch) == [("no_field_flow", {}), ("ground.too_few_hours", {}), pumps]
    assert looked(monkeypatch, (0.1, 0.02), on_water=True) == [pumps]
    fit = SimpleNamespace(hours=720, misfit=0.1234)
    assert looked(monkeypatch, (0.1, 0.02), fit, pumps={}) == [
        ("ground.fitted", {"hours": 720, "misfit": 0.12})
    ]
