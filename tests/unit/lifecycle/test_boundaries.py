"""Energies of causes on what was metered at each place, by arithmetic."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.boundaries import Shares, onto_meters
from loopkeeper.lifecycle.diagnose.metered_effect import Effects
from loopkeeper.lifecycle.diagnose.shapley import Attribution

PROMISED = 1000.0
HISTORY, SEAL, WEAR = "thermal_balance.history", "construction.seal", "operation.wear"
SET_POINT, FLOW = "commissioning.set_point", "hydraulic.load_excess_flow"


def story(players, rest, *, recharge=0.0):
    """Players by cause, parts and onset; what machines and pumps took more than the base."""
    base = np.array([[700.0], [150.0], [150.0]])
    return SimpleNamespace(
        players=tuple(SimpleNamespace(cause=c, onset=onset) for c, _, onset in players),
        parts=lambda n: np.array(players[n][1], dtype=float),
        stage=SimpleNamespace(
            measured=base + np.array(rest, dtype=float)[:, None],
            base=SimpleNamespace(spent=base),
        ),
        court=SimpleNamespace(setting=SimpleNamespace(recharge_apart=recharge)),
    )


def shares(*energies, doubt=0.0):
    fair = np.array(energies, dtype=float)
    drawn = np.tile(fair, (50, 1))
    best = Attribution(fair=fair, first=fair, last=fair, total=float(fair.sum()))
    count = len(fair)
    return Shares(best, drawn, drawn, drawn, np.ones(count), np.full(count, doubt))


def found(told, energies, effects):
    return onto_meters(told, energies, effects, PROMISED, np.random.default_rng(1))


def test_what_the_source_cost_is_what_its_water_did():
    answer = found(story([(SEAL, (1, 0, 0), None)], (60, 0, 0)), shares(60.0), Effects(20.0, 0.0))
    assert answer.best.fair[0] == pytest.approx(28.0, abs=5.0)  # nearer to the meter
    assert answer.best.fair[0] / 60.0 == pytest.approx(answer.factor[0])


def test_use_that_costs_by_hours_is_not_undone_by_sound_water():
    """All in pumps, which drew it, while the model's water is as designed."""
    told = story([(HISTORY, (0, 0, 1), None)], (0, 0, 50))
    answer = found(told, shares(45.0), Effects(-8.0, 0.0, history=0.0))
    assert answer.best.fair[0] == pytest.approx(48.0, abs=4.0)


def test_use_is_not_blamed_for_pumps_that_drew_nothing_more():
    told = story([(HISTORY, (0, 0, 1), None)], (0, 0, 0))
    answer = found(told, shares(45.0), Effects(0.0, 0.0, history=0.0))
    assert answer.best.fair[0] < 12.0


def test_pumps_of_their_own_cause_are_left_to_it():
    told = story([(FLOW, (0, 0, 1), None), (HISTORY, (0, 0, 1), None)], (0, 0, 80))
    answer = found(told, shares(75.0, 30.0), Effects(0.0, 0.0, history=0.0))
    assert answer.best.fair[0] == pytest.approx(75.0)
    assert answer.best.fair[1] < 15.0


def test_set_points_cost_what_the_supply_did():
    told = story([(SET_POINT, (1, 0, 0), None)], (90, 0, 0))
    answer = found(told, shares(60.0), Effects(0.0, 95.0))
    assert answer.best.fair[0] == pytest.approx(87.0, abs=8.0)


@pytest.mark.parametrize(("onset", "kept"), [(None, False), (-800, True)])
def test_wear_that_was_seen_to_come_needs_no_promise(onset, kept):
    """Machines that take no more than promised: maps and promise may be off by as much."""
    answer = found(story([(WEAR, (1, 0, 0), onset)], (0, 0, 0)), shares(40.0), Effects(0.0, 0.0))
    assert bool(answer.best.fair[0] == pytest.approx(40.0)) is kept


def test_a_lost_recharge_is_no_matter_of_weather():
    told = story([(HISTORY, (1, 0, 0), None)], (50, 0, 0), recharge=0.9)
    by_water = found(told, shares(50.0, doubt=0.5), Effects(50.0, 0.0, history=50.0))
    by_hours = found(told, shares(50.0, doubt=0.5), Effects(0.0, 0.0, history=0.0))
    assert by_water.doubt[0] == 0.0
    assert by_hours.doubt[0] == 0.5
