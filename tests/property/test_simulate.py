"""Laws that every simulation obeys, whatever the plant and the load."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.errors import InputError
from loopkeeper.physics.pump import PumpMode
from loopkeeper.physics.system import (
    BoundaryConditions,
    GroundState,
    Load,
    StagingOrder,
    System,
    simulate,
    simulate_phases,
)

HOURS = 96

systems = st.fixed_dictionaries(
    {
        "staging": st.sampled_from(StagingOrder),
        "source": st.sampled_from(PumpMode),
        "load": st.sampled_from(PumpMode),
        "bypass": st.floats(0.0, 0.6),
        "worn": st.floats(1.0, 1.5),
    }
)
seeds = st.integers(0, 10_000)


def varied(system: System, given_: dict) -> System:
    return replace(
        system,
        controls=replace(system.controls, staging=given_["staging"]),
        source_pumps=replace(system.source_pumps, mode=given_["source"]),
        load_pumps=replace(system.load_pumps, mode=given_["load"]),
        bypass=given_["bypass"],
        machines=tuple(m.drawing(heating=given_["worn"], cooling=1.1) for m in system.machines),
    )


def loads(seed: int, hours: int = HOURS) -> tuple[Load, BoundaryConditions]:
    rng = np.random.default_rng(seed)
    heat = rng.uniform(-5e5, 6e5, hours) * (rng.random(hours) > 0.3)
    recharge = rng.uniform(-1e5, 1e5, hours) * (rng.random(hours) > 0.8)
    load = Load(np.maximum(heat, 0), np.maximum(-heat, 0), recharge)
    return load, BoundaryConditions(rng.uniform(-15, 35, hours), rng.random(hours) > 0.5)


@given(systems, seeds)
def test_energy_balance_closes_in_every_step(office, given_, seed):
    system = varied(office.system, given_)
    load, boundary = loads(seed)
    run = simulate(system, load, boundary, 3600.0)
    drawn = (
        run["heating_delivered"]
        - run["machine_heating_electricity"]
        - run["cooling_delivered"]
        - run["machine_cooling_electricity"]
    )
    assert np.allclose(drawn - load.recharge, run["ground_heat_rate"], rtol=0, atol=1e-6 * 6e5)


@given(systems, seeds)
def test_water_carries_exactly_the_heat_that_machines_exchange(office, given_, seed):
    system = varied(office.system, given_)
    load, boundary = loads(seed)
    run = simulate(system, load, boundary, 3600.0)
    steady = run["run_share"] == 1.0
    exchanged = run["ground_heat_rate"] + load.recharge
    carried = (
        system.source_heat_capacity
        * run["source_flow"]
        * (run["source_supply"] - run["source_return"])
    )
    assert np.allclose(carried[steady], exchanged[steady], rtol=0, atol=1e-6 * 6e5)
    net = run["heating_delivered"] - run["cooling_delivered"]
    given_out = (
        system.load_heat_capacity * run["load_flow"] * (run["load_supply"] - run["load_return"])
    )
    assert np.allclose(given_out[steady], net[steady], rtol=0, atol=1e-6 * 6e5)


@pytest.mark.slow
@given(systems, seeds)
def test_load_is_delivered_backed_up_or_unmet_and_nothing_else(office, given_, seed):
    system = replace(varied(office.system, given_), backup_heating=5e4, backup_cooling=2e4)
    load, boundary = loads(seed)
    run = simulate(system, load, boundary, 3600.0)
    for mode, wanted in (("heating", load.heating), ("cooling", load.cooling)):
        parts = run[f"{mode}_delivered"] + run[f"{mode}_backup"] + run[f"{mode}_unmet"]
        assert np.allclose(parts, wanted, atol=1e-6)
        assert run[f"{mode}_unmet"].min() > -1e-6


@given(seeds, st.integers(1, HOURS - 1))
def test_two_runs_with_the_state_handed_over_equal_one(office, seed, cut):
    load, boundary = loads(seed)
    whole = simulate(office.system, load, boundary, 3600.0)
    parts = simulate_phases([(0, office.system), (cut, office.system)], load, boundary, 3600.0)
    assert np.allclose(whole.values, parts.values, rtol=0, atol=1e-3)
    assert np.allclose(whole.state.modes, parts.state.modes, atol=1e-6)


@given(seeds, st.floats(1.0, 10.0))
def test_warmer_supply_never_takes_less_electricity(office, seed, lift):
    load, boundary = loads(seed)
    load = replace(load, cooling=np.zeros(HOURS))
    warm = replace(office.system.controls, heating_supply=45.0 + lift)
    cool = simulate(office.system, load, boundary, 3600.0)
    hot = simulate(replace(office.system, controls=warm), load, boundary, 3600.0)
    both = cool["heating_unmet"] + hot["heating_unmet"] == 0.0
    name = "machine_heating_electricity"
    assert np.all(hot[name][both] >= cool[name][both] - 1e-6)


@given(seeds)
def test_relief_cools_and_recharge_warms_the_water(office, seed):
    load, boundary = loads(seed)
    moved = np.abs(load.recharge)
    cool, warm = (
        simulate(office.system, replace(load, recharge=sign * moved), boundary, 3600.0)
        for sign in (-1.0, 1.0)
    )
    assert (cool["source_supply"] <= warm["source_supply"] + 1e-9).all()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"heating": np.array([-1.0] * HOURS)}, "negative"),
        ({"heating": np.array([np.nan] * HOURS)}, "finite"),
        ({"heating": np.zeros(HOURS - 1)}, "length"),
    ],
)
def test_impossible_loads_are_refused(office, change, text):
    load, boundary = loads(1)
    with pytest.raises(InputError, match=text):
        simulate(office.system, replace(load, **change), boundary, 3600.0)


def test_a_state_of_another_ground_is_refused(office):
    load, boundary = loads(1)
    with pytest.raises(InputError, match="modes"):
        simulate(office.system, load, boundary, 3600.0, GroundState(np.zeros(3)))
