"""What a fit of the promise minimises, where it begins, and what it says of its answer."""

from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import promise_fit
from loopkeeper.lifecycle.diagnose.promise_fit import _Belief

BELIEFS = [_Belief(-0.1, 0.08, found=True), _Belief(0.2, 0.15)]


def asked_of_solver(monkeypatch, missed, costs=(5.0,) * 8, beliefs=BELIEFS):
    """What is minimised, from where and within what."""
    calls = []

    def least_squares(of, start, bounds):
        calls.append((of, start, bounds))
        return SimpleNamespace(cost=costs[len(calls) - 1], number=len(calls) - 1)

    monkeypatch.setattr(promise_fit, "least_squares", least_squares)
    return promise_fit._most_probable(missed, beliefs), calls


def test_promises_are_missed_in_hundredths_beside_what_is_believed(monkeypatch):
    """Machines 0.07 off together and ± 0.03 of each other: 1.4 and 1; pumps by their beliefs."""
    _, calls = asked_of_solver(monkeypatch, lambda x: np.array([0.02 * x[0], 0.03]))
    of = calls[0][0]
    surprise = np.sqrt(np.log1p(1.4**2))
    found = of(np.array([0.10, 0.04, 0.06, -0.1]))
    expected = [0.2, 3.0, surprise, 1.0, 2.0, -np.sqrt(np.log1p(4.0))]
    assert found == pytest.approx(expected)
    mirrored = of(np.array([-0.04, -0.10, -0.1, 0.2]))
    assert mirrored[2:] == pytest.approx([-surprise, 1.0, 0.0, 0.0])


def test_a_fit_begins_at_the_list_and_below_it_and_ends_within_its_reach(monkeypatch):
    """Machines within 0.35; pumps found within 2.5 · 0.08, others within 0.9."""
    _, calls = asked_of_solver(monkeypatch, lambda x: x)
    mean, reach = np.array([0.0, 0.0, -0.1, 0.2]), np.array([0.35, 0.35, 0.2, 0.9])
    starts = [
        mean + np.array([m, m, s, load])
        for m, s, load in product((0.01, -0.15), (0.01, -0.18), (0.01, -0.4))
    ]
    assert np.array([start for _, start, _ in calls]) == pytest.approx(np.array(starts))
    for _, _, (low, high) in calls:
        assert low == pytest.approx(mean - reach)
        assert high == pytest.approx(mean + reach)


def test_either_loop_s_pumps_may_draw_two_fifths_less(monkeypatch):
    """As a log; those that were found no more than 0.9 of what they may be moved."""
    turned = BELIEFS[::-1]
    _, calls = asked_of_solver(monkeypatch, lambda x: x, beliefs=turned)
    lowest = np.min([start for _, start, _ in calls], axis=0)
    assert lowest == pytest.approx([-0.15, -0.15, 0.2 - 0.4, -0.1 - 0.18])


def test_the_most_probable_of_all_answers_is_taken(monkeypatch):
    costs = (5.0, 4.0, 9.0, 3.0, 6.0, 7.0, 8.0, 3.5)
    assert asked_of_solver(monkeypatch, lambda x: x, costs)[0].number == 3


# -- the fit


@dataclass(frozen=True)
class Model:
    """A plant of no more than its pumps."""

    system: object

    def with_system(self, system):
        return Model(system)


def a_run(size=1.0):
    columns = {
        "heating_delivered": [40.0, 0.0],
        "cooling_delivered": [0.0, 30.0],
        "machine_heating_electricity": [10.0, 0.0],
        "machine_cooling_electricity": [0.0, 6.0],
        "source_pump_electricity": [2.0, 1.0],
        "load_pump_electricity": [0.5, 0.25],
    }
    run = {k: size * np.array(v) for k, v in columns.items()}
    return type("Run", (dict,), {"step": 1800.0})(run)


ANSWER = np.log([1.1, 0.9, 0.8, 1.2])


def fitted(monkeypatch, heating=None, cooling=None, annual=None, jac=None, size=1.0):
    """The fit whose answer is known, and what it was asked for."""
    asked = []
    jac = np.zeros((1, 4)) if jac is None else np.array(jac)
    answer = SimpleNamespace(x=ANSWER, jac=jac)
    monkeypatch.setattr(promise_fit, "_most_probable", lambda *args: asked.append(args) or answer)
    monkeypatch.setattr(promise_fit, "moved_system", lambda system, moved: (system, moved))
    monkeypatch.setattr(
        promise_fit, "_pump_belief", lambda fit, bank, *, above_need: (fit, bank, above_need)
    )
    monkeypatch.setattr(promise_fit, "_said", lambda *args: args)
    promise = SimpleNamespace(
        system_cop_heating=heating, system_cop_cooling=cooling, annual_electricity=annual
    )
    system = SimpleNamespace(pumps_of=lambda loop: f"{loop} bank")
    plant, run = SimpleNamespace(promise=promise), a_run(size)
    fit = promise_fit.fit_promise(plant, Model(system), run, {"source": "fit"}, {"load": 0.4})
    missed, beliefs = asked[0]
    assert beliefs == [("fit", "source bank", False), (None, "load bank", True)]
    assert fit.model == Model((system, fit.moved))
    assert fit.moved == pytest.approx((1.1, 0.9, 0.8, 1.2))
    assert fit.verdicts == (fit.moved, fit.misfit, {"load": 0.4})
    return fit, missed


HEATED, COOLED = 11.0 + 1.6 + 0.6, 5.4 + 0.8 + 0.3
"""What machines and both pumps take in each mode as moved. [W]"""


@pytest.mark.parametrize("size", [1.0, 1e-6])
def test_both_promises_are_missed_by_their_modes(monkeypatch, size):
    fit, missed = fitted(monkeypatch, heating=4.0, cooling=5.0, size=size)
    assert missed(ANSWER) == pytest.approx(np.log([HEATED / 10.0, COOLED / 6.0]))
    assert missed(np.zeros(4)) == pytest.approx(np.log([1.25, 7.25 / 6.0]))
    assert fit.misfit == pytest.approx((HEATED + COOLED) / 16.0 - 1.0)


def test_one_promise_is_missed_by_its_own_mode_whatever_the_year_takes(monkeypatch):
    fit, missed = fitted(monkeypatch, heating=4.0, annual=1.0)
    assert missed(ANSWER) == pytest.approx(np.log([HEATED / 10.0]))
    assert fit.misfit == pytest.approx(HEATED / 10.0 - 1.0)
    fit, missed = fitted(monkeypatch, cooling=5.0)
    assert missed(ANSWER) == pytest.approx(np.log([COOLED / 6.0]))
    assert fit.misfit == pytest.approx(COOLED / 6.0 - 1.0)


def test_a_year_s_electricity_is_missed_by_all_of_it(monkeypatch):
    fit, missed = fitted(monkeypatch, annual=16 * 1800.0)
    assert missed(ANSWER) == pytest.approx(np.log([(HEATED + COOLED) / 16.0]))
    assert fit.misfit == pytest.approx((HEATED + COOLED) / 16.0 - 1.0)


def test_nothing_is_doubted_by_more_than_a_half(monkeypatch):
    """A precision of 4 beside what the promise tells: 21, and 12 shared by two."""
    fit, _ = fitted(monkeypatch, heating=4.0, jac=[[21**0.5, 0, 0, 0], [0, 12**0.5, 12**0.5, 0]])
    shared = np.linalg.inv(np.array([[16.0, 12.0], [12.0, 16.0]]))[0, 0] ** 0.5
    assert fit.doubt == pytest.approx((0.2, shared, shared, 0.5))


def test_nothing_promised_moves_nothing(monkeypatch):
    monkeypatch.setattr(
        promise_fit, "_pump_belief", lambda *_, above_need: SimpleNamespace(doubt=0.1 + above_need)
    )
    promise = SimpleNamespace(
        system_cop_heating=None, system_cop_cooling=None, annual_electricity=None
    )
    model = Model(SimpleNamespace(pumps_of=lambda loop: loop))
    plant = SimpleNamespace(promise=promise)
    fit = promise_fit.fit_promise(plant, model, a_run(), {}, {"load": 0.4})
    assert fit.moved == (1.0, 1.0, 1.0, 1.0)
    assert fit.doubt == (0.05, 0.05, 0.1, 1.1)
    assert fit.model is model
    assert np.isnan(fit.misfit)
    assert fit.verdicts == ()


@dataclass(frozen=True)
class Places:
    """A plant of no more than what draws electricity."""

    machines: tuple
    source_pumps: object
    load_pumps: object
    recharge_effort: float


def test_each_place_is_moved_by_its_own_factor_and_recharge_by_the_source_s():
    machine = SimpleNamespace(drawing=lambda *, heating, cooling: (heating, cooling))
    bank = SimpleNamespace(
        as_found=lambda *, flow_factor, electricity_factor: (flow_factor, electricity_factor)
    )
    moved = promise_fit.moved_system(Places((machine,), bank, bank, 0.02), (1.1, 0.9, 1.3, 0.7))
    assert moved.machines == ((1.1, 0.9),)
    assert (moved.source_pumps, moved.load_pumps) == ((1.0, 1.3), (1.0, 0.7))
    assert moved.recharge_effort == pytest.approx(0.026)


@pytest.mark.parametrize(
    ("draw", "flow", "listed"),
    [
        (0.66, 1.0, True),
        (0.64, 1.0, False),
        (1.29, 1.0, True),
        (1.31, 1.0, False),
        (1.0, 1.11, True),
        (1.0, 1.13, False),
    ],
)
def test_pumps_as_listed_draw_two_thirds_to_four_thirds_and_move_no_more(draw, flow, listed):
    assert promise_fit._as_listed(draw, flow) is listed


@pytest.mark.parametrize(
    ("moved", "misfit", "codes"),
    [
        ((1.031, 1.0, 0.971, 1.0), 0.049, ["moved"]),
        ((1.029, 1.0, 0.969, 1.0), -0.049, ["moved"]),
        ((1.0, 1.0, 1.0, 1.0), -0.051, ["not_reproduced"]),
        ((1.0, 0.9, 1.0, 1.2), 0.051, ["not_reproduced", "moved", "moved"]),
    ],
)
def test_three_hundredths_moved_and_a_twentieth_missed_are_said(moved, misfit, codes):
    said = promise_fit._said(moved, misfit, {})
    assert [v.code.rpartition(".")[2] for v in said] == codes
    far = [100 * (f - 1) for f in moved if abs(f - 1) > 0.03]
    expected = ([100 * misfit] if abs(misfit) > 0.05 else []) + far
    assert [v.figures["percent"] for v in said] == pytest.approx(expected)
    parts = ("machines heating", "machines cooling", "source pumps", "load pumps")
    names = [p for p, f in zip(parts, moved, strict=True) if abs(f - 1) > 0.03]
    assert [v.figures["part"] for v in said if "part" in v.figures] == names


@pytest.mark.parametrize(
    ("factor", "apart", "other"),
    [(0.949, 0.0, True), (0.953, 0.0, False), (0.92, 3.2, True), (0.92, 3.5, False)],
)
def test_another_type_is_a_twentieth_and_a_hundredth_a_kelvin_below(factor, apart, other):
    """Logs of -0.0523, -0.0481 and -0.0834; heating and cooling apart, by their mean."""
    moved = (factor * 1.2, factor / 1.2, 1.0, 1.0)
    fit = promise_fit.PromiseFit(None, moved, (), 0.0, ())
    assert fit.other_type(0.0, apart) == (moved[:2] if other else None)
