"""Water that passes idle machines, found in hours of four machines that were written by hand."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.idle_fit import SHARES, IdleFlow, find_idle_flow
from loopkeeper.lifecycle.diagnose.machine_fit import Range
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.system import Controls
from loopkeeper.plant.deviation import DeviationKind

DAYS, FLEET, CAPACITY = 160, 4, 100e3
PART = np.array([0.25, 1.0])
AT_REST = 600.0
"""What the four draw while none runs. [W]"""


def _map(outlets, slope, middle):
    w = np.array(outlets)
    full = np.stack([20e3 * (1.0 + slope * (w - middle))] * 2)
    able = np.full((2, 2), CAPACITY)
    return PerformanceMap(np.array([0.0, 30.0]), w, PART, able, full[..., None] * PART)


UNIT = Machine(_map([35.0, 65.0], 0.025, 45.0), _map([-10.0, 15.0], -0.03, 7.0), rated_spread=0.0)


@dataclass(frozen=True)
class Plant:
    """Machines, their controls, and what passes idle ones."""

    machines: tuple
    idle_flow: float = 0.0
    controls: Controls = Controls(45.0, 7.0)


def plant(machines=FLEET):
    return Plant((UNIT,) * machines)


def hours(share, *, worn=0.0, noise=0.01):
    """
    Hours of heating, then of cooling, water 5 K apart, the load between an eighth and whole.

    Draws are written with the mixing as a balance of flows: of k running machines and i idle
    ones, each of these with `share` of a running one's flow.
    """
    rng = np.random.default_rng(7)
    count = 24 * DAYS
    day = np.arange(count) // 24
    load = CAPACITY * FLEET * (0.125 + 0.85 * rng.random(DAYS))[day]
    cold = day >= DAYS // 2
    resting = np.arange(count) % 24 < 2
    load = np.where(resting, 0.0, load)
    running = np.ceil(load / CAPACITY)
    supply, back = np.where(cold, 7.0, 45.0), np.where(cold, 12.0, 40.0)
    flow, astray = running, share * (FLEET - running)
    with np.errstate(divide="ignore", invalid="ignore"):
        outlet = (supply * (flow + astray) - back * astray) / flow
    factor = np.where(cold, 1.0 - 0.03 * (outlet - 7.0), 1.0 + 0.025 * (outlet - 45.0))
    drawn = load * 0.2 * np.nan_to_num(factor) * (1.0 + worn)
    drawn *= np.exp(noise * rng.standard_normal(DAYS))[day]
    return SimpleNamespace(
        hours=count,
        heating=np.where(cold, 0.0, load),
        cooling=np.where(cold, load, 0.0),
        machine_electricity=drawn + AT_REST * (1.0 - running / FLEET),
        machines_running=running,
        run_share=np.where(resting, 0.0, 1.0),
        source_supply=np.full(count, 10.0),
        source_return=np.full(count, 10.0),
        load_supply=supply,
        load_return=back,
        good=np.ones(count, bool),
    )


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_what_passes_idle_machines_is_found(share):
    found = find_idle_flow(plant(), hours(share), 0.03)
    assert found.present
    assert found.value == pytest.approx(share, abs=0.1)
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.weights[0] == 0.0


@pytest.mark.parametrize("worn", [0.0, 0.08, 0.2])
def test_worn_machines_and_sound_ones_let_nothing_pass(worn):
    found = find_idle_flow(plant(), hours(0.0, worn=worn), 0.03)
    assert not found.present


def test_it_is_found_beside_wear():
    found = find_idle_flow(plant(), hours(0.6, worn=0.12), 0.03)
    assert found.present
    assert found.value == pytest.approx(0.6, abs=0.15)


def test_a_single_machine_and_few_days_tell_nothing():
    assert find_idle_flow(plant(1), hours(0.0), 0.03) is None
    assert find_idle_flow(plant(), hours(0.5), 0.03, Range(20.0, 25.0)) is None


def test_the_suspect_says_how_much_passes_and_moves_the_plant(small):
    weights = np.where(np.isclose(SHARES, 0.5), 0.75, np.where(np.isclose(SHARES, 0.4), 0.25, 0.0))
    look = BY_CODE["hydraulic.idle_flow"].look
    dice = PosteriorSampler(np.random.default_rng(1), 40)
    found = look(SimpleNamespace(idle_flow=IdleFlow(weights, 9.0), dice=dice))
    assert (found.kind, found.cause) == (DeviationKind.HYDRAULIC, "hydraulic.idle_flow")
    assert found.finding.figures == pytest.approx({"percent": 47.5})
    assert set(found.draws[:, 0].round(2)) == {0.4, 0.5}
    moved = found.apply(
        SimpleNamespace(changed=lambda change, onset: (change(small.system), onset)),
        np.array([0.4]),
    )
    assert (moved[0].idle_flow, moved[1]) == (0.4, 0)
    assert look(SimpleNamespace(idle_flow=IdleFlow(weights, 2.9), dice=dice)) is None
    assert look(SimpleNamespace(idle_flow=None, dice=dice)) is None
