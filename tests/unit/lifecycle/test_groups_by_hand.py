"""Causes that cannot be told apart, savings beside costs, and shares, at their edges."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import explain
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind

PUMP, FLOW, LIFT = (
    "hydraulic.source_pumps",
    "hydraulic.source_excess_flow",
    "hydraulic.load_pumps",
)
WEAR, SEAL = "operation.wear", "construction.seal"


def player(cause, kind=DeviationKind.HYDRAULIC):
    return SimpleNamespace(cause=cause, kind=kind)


# -- what cannot be told apart

FIRST, SECOND = np.tile([[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]], 5)


def apart(correlation, size=2.0):
    """Energies that go with the first so far."""
    return size * (correlation * FIRST + np.sqrt(1 - correlation**2) * SECOND)


@pytest.mark.parametrize(
    ("correlation", "merged"), [(-0.71, True), (-0.69, False), (0.9, False), (-1.0, True)]
)
def test_energies_trade_off_that_are_correlated_below_seven_tenths(correlation, merged):
    assert explain._trade_off(FIRST, apart(correlation), 0.5) is merged
    assert explain._trade_off(apart(correlation), FIRST, 0.5) is merged


@pytest.mark.parametrize(("least", "merged"), [(0.29, True), (0.31, False)])
def test_what_is_known_to_little_of_the_promise_trades_off_with_nothing(least, merged):
    """One strays by 1, the other by 0.3: it takes both."""
    assert explain._trade_off(FIRST, apart(-0.9, 0.3), least) is merged
    assert explain._trade_off(apart(-0.9, 0.3), FIRST, least) is merged


def test_groups_grow_by_every_pair_that_trades_off():
    players = [player(c) for c in (SEAL, WEAR, "design.load_size", "operation.set_point")]
    fair = np.column_stack([FIRST, SECOND, apart(-0.75), -SECOND])
    # the third goes against the first, the fourth against the second
    assert explain._merged(fair, players, 0.1) == [[0, 2], [1, 3]]
    chain = np.column_stack([FIRST, SECOND, -FIRST - SECOND, apart(0.0)])
    (together,) = explain._merged(chain, players, 0.1)
    assert sorted(together) == [0, 1, 2, 3]


# -- savings beside costs


@pytest.mark.parametrize(
    ("fair", "groups"),
    [
        ([30.0, 50.0, -10.0], [[0], [1, 2]]),
        ([50.0, 30.0, -10.0], [[0, 2], [1]]),
        ([10.5, 10.4, -10.0], [[0, 2], [1]]),
        ([9.5, 10.5, -10.0], [[0], [1, 2]]),
        ([9.5, 9.0, -10.0], [[0], [1], [2]]),
        ([0.5, 20.0, -0.25], [[0], [1, 2]]),
        ([0.5, 0.3, 0.4], [[0], [1], [2]]),
    ],
)
def test_a_saving_joins_the_costliest_of_its_place_that_costs_more(fair, groups):
    players = [player(PUMP), player(FLOW), player(PUMP)]
    assert explain._less_gains([[0], [1], [2]], players, np.array(fair)) == groups


def test_a_saving_elsewhere_stays_alone():
    players = [player(PUMP), player(LIFT), player(WEAR)]
    fair = np.array([30.0, -10.0, -5.0])
    assert explain._less_gains([[0], [1], [2]], players, fair) == [[0], [1], [2]]


def test_what_costs_nothing_is_no_cost():
    players = [player(PUMP), player(FLOW), player(WEAR)]
    fair = np.array([20.0, 0.0, 9.0])
    assert explain._less_gains([[0], [1], [2]], players, fair) == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("fair", "lead"), [([0.8, -0.3], 0), ([0.3, -0.8], 1), ([0.4, 0.5], 1), ([-0.4, -0.5], 1)]
)
def test_a_group_that_costs_is_named_after_its_costliest(fair, lead):
    assert explain._lead([0, 1], np.array(fair)) == lead


# -- shares


@pytest.mark.parametrize(
    ("energies", "left", "reference"),
    [
        ((60.0, -40.0), 30.0, 130.0),
        ((60.0, -40.0), -30.0, 130.0),
        ((80.0, -25.0), 0.0, 55.0),  # more than half of all that moved
        ((79.0, -27.0), 0.0, 106.0),
        ((60.0, 20.0), 40.0, 120.0),
        ((60.0, -20.0), 40.0, 80.0),
        ((60.0, 20.0), -40.0, 80.0),
        ((0.5,), 0.0, 0.5),
    ],
)
def test_shares_are_of_the_sum_or_of_all_that_moved_where_that_cancels(energies, left, reference):
    named = [SimpleNamespace(energy=Estimate.exact(e)) for e in energies]
    found = explain._shares_of(named, left)
    assert found == pytest.approx([e / reference for e in energies])


def test_one_suspect_alone_bears_all(monkeypatch):
    """From 2 to 2 + 3, and to 2 + 1 in its only draw."""
    one = SimpleNamespace(
        apply=lambda plant, more: plant + float(more),
        value=np.array(3.0),
        draws=np.array([1.0]),
        doubt=0.2,
    )
    monkeypatch.setattr(
        explain, "Counterfactuals", lambda _: SimpleNamespace(value=lambda plant: plant)
    )
    found = explain._attribute("setting", 2.0, [one], lambda _: None)
    assert found.best.fair.tolist() == found.best.first.tolist() == found.best.last.tolist()
    assert (found.best.total, found.fair.tolist()) == (3.0, [[1.0]])


@pytest.mark.parametrize(
    ("value", "low", "high"), [(4.0, 2.0, 8.0), (-4.0, -8.0, -2.0), (0.0, 0.0, 0.0)]
)
def test_another_energy_is_as_sure_as_the_first(value, low, high):
    found = explain._as_sure_as(Estimate(10.0, 5.0, 20.0), value)
    assert (found.value, found.low, found.high) == (value, low, high)


def test_an_interval_always_holds_its_value():
    assert explain._as_sure_as(Estimate(10.0, 12.0, 20.0), 5.0).low == 5.0
    assert explain._as_sure_as(Estimate(10.0, 5.0, 8.0), 5.0).high == 5.0
