"""Every kind of source in the one simulation: books close, limits hold, reductions stay true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopkeeper.errors import InputError
from loopkeeper.physics.exchanger import Exchanger
from loopkeeper.physics.returned_water import WellGround, fit_delayed, water_deficit
from loopkeeper.physics.surface_water import Pond, water_source
from loopkeeper.physics.system import BoundaryConditions, GroundState, Load, simulate

HOURS = 120
CAPACITY = 4.18e6


def arrivals(delay, width, final):
    """A delayed response: a logistic front in log volume, as wells show."""
    volume = np.geomspace(delay / 30, delay * 3000, 220)
    return volume, final / (1 + (delay / volume) ** (1.6 / width))


delayed = st.builds(arrivals, st.floats(1e3, 1e6), st.floats(0.6, 2.0), st.floats(0.2, 0.98))


@st.composite
def grounds(draw):
    """Wells, a pond or a stream, with or without an exchanger."""
    axis = np.array([0.002, 0.01, 0.03, 0.06])
    resistance = np.zeros(4)
    if draw(st.booleans()):
        exchanger = Exchanger(draw(st.floats(1e5, 8e5)), 0.028)
        resistance = exchanger.resistance(axis, source_capacity=CAPACITY, loop_capacity=CAPACITY)
    sort = draw(st.sampled_from(["wells", "pond", "stream"]))
    if sort == "wells":
        volumes, coefficients = fit_delayed(*draw(delayed))
        return WellGround(
            draw(st.floats(10, 18)),
            volumes,
            coefficients,
            draw(st.floats(0.3, 1.0)),
            1e8,
            axis,
            resistance,
        )
    pond = Pond(draw(st.floats(1e3, 1e5)), draw(st.floats(1e3, 1e4))) if sort == "pond" else None
    return water_source(
        exchanger=None,
        flow_axis=axis,
        source_capacity=CAPACITY,
        loop_capacity=CAPACITY,
        temperature=draw(st.floats(8, 25)),
        pond=pond,
    )


def outside(seed):
    rng = np.random.default_rng(seed)
    heat = rng.uniform(-4e5, 5e5, HOURS) * (rng.random(HOURS) > 0.3)
    load = Load(np.maximum(heat, 0), np.maximum(-heat, 0))
    return load, BoundaryConditions(rng.uniform(-15, 35, HOURS), rng.random(HOURS) > 0.5)


@given(grounds(), st.integers(0, 10_000), st.floats(0.0, 0.5))
@settings(max_examples=40)
def test_energy_balance_closes_in_every_step(office, ground, seed, bypass):
    system = replace(office.system, ground=ground, bypass=bypass)
    load, boundary = outside(seed)
    run = simulate(system, load, boundary, 3600.0)
    drawn = (
        run["heating_delivered"]
        - run["machine_heating_electricity"]
        - run["cooling_delivered"]
        - run["machine_cooling_electricity"]
    )
    assert np.allclose(drawn, run["ground_heat_rate"], rtol=0, atol=1e-6 * 5e5)
    demand = load.heating + load.cooling
    parts = ("delivered", "backup", "unmet")
    met = sum(run[f"{mode}_{part}"] for mode in ("heating", "cooling") for part in parts)
    assert np.allclose(met, demand, atol=1e-6 * 5e5)
    steady = run["run_share"] == 1.0
    carried = (
        system.source_heat_capacity
        * run["source_flow"]
        * (run["source_supply"] - run["source_return"])
    )
    assert np.allclose(carried[steady], run["ground_heat_rate"][steady], rtol=1e-6, atol=1.0)


@given(grounds(), st.integers(0, 10_000))
@settings(max_examples=20)
def test_state_can_be_handed_over(office, ground, seed):
    system = replace(office.system, ground=ground)
    load, boundary = outside(seed)
    whole = simulate(system, load, boundary, 3600.0)
    cut = HOURS // 3

    def part(piece):
        return (
            Load(load.heating[piece], load.cooling[piece]),
            BoundaryConditions(boundary.outdoor_temperature[piece], boundary.enabled[piece]),
        )

    first = simulate(system, *part(slice(cut)), 3600.0)
    second = simulate(system, *part(slice(cut, None)), 3600.0, first.state)
    assert np.allclose(second["source_supply"], whole["source_supply"][cut:], atol=1e-5)
    assert np.allclose(second.state.modes, whole.state.modes, atol=1e-5)


@given(delayed)
@settings(max_examples=60)
def test_delayed_responses_reduce_within_a_hundredth(front):
    volume, response = front
    volumes, coefficients = fit_delayed(volume, response)
    back = -np.expm1(-volume[:, None] / volumes) @ coefficients
    assert np.abs(back - response).max() <= 0.01


@given(delayed, st.floats(0.3, 1.0), st.integers(0, 10_000))
@settings(max_examples=40)
def test_recycling_is_stable(front, exchange, seed):
    ground = WellGround(14.0, *fit_delayed(*front), exchange)
    rng = np.random.default_rng(seed)
    hours = 24 * 365 * 3
    spread = 6 * np.sin(2 * np.pi * np.arange(hours) / 8760) + rng.normal(0, 0.5, hours)
    deficit, _ = water_deficit(ground, rng.uniform(0, 200, hours), spread, 3600.0)
    assert np.all(np.isfinite(deficit))
    # what comes back is at most what recycling at the final feedback makes of the spread
    final = 1 - exchange + exchange * min(front[1][-1] + 0.01, 0.99)
    assert np.abs(deficit).max() <= np.abs(spread).max() * final / (1 - final) + 0.5


def test_a_limited_source_gives_no_more(office):
    axis = np.array([0.002, 0.06])
    stream = water_source(
        exchanger=None,
        flow_axis=axis,
        source_capacity=CAPACITY,
        loop_capacity=CAPACITY,
        temperature=12.0,
    )
    system = replace(office.system, ground=stream)
    load = Load(np.full(48, 4e5), np.zeros(48))
    limit = np.full(48, 1.5e5)
    boundary = BoundaryConditions(np.zeros(48), np.ones(48, bool), np.full(48, 9.0), limit)
    run = simulate(system, load, boundary, 3600.0)
    assert run["ground_heat_rate"].max() <= 1.5e5 * 1.001
    assert run["ground_heat_rate"].max() >= 1.5e5 * 0.97
    assert run["heating_unmet"].min() > 0
    assert run["source_supply"] == pytest.approx(9.0, abs=1e-6)


def test_surface_water_follows_its_own_temperature_and_stops_before_ice(office):
    axis = np.array([0.002, 0.06])
    stream = water_source(
        exchanger=None,
        flow_axis=axis,
        source_capacity=CAPACITY,
        loop_capacity=CAPACITY,
        temperature=12.0,
    )
    controls = replace(office.system.controls, source_outlet_min=3.0)
    system = replace(office.system, ground=stream, controls=controls)
    natural = np.linspace(1.0, 15.0, 60)
    load = Load(np.full(60, 3e5), np.zeros(60))
    run = simulate(
        system, load, BoundaryConditions(np.zeros(60), np.ones(60, bool), natural), 3600.0
    )
    assert run["source_supply"] == pytest.approx(natural, abs=1e-6)
    active = run["heating_delivered"] > 0
    assert run["source_return"][active].min() > 2.95
    assert not active[0]
    assert active[-1]


def test_a_warmer_and_a_stiffer_source(office):
    axis = np.array([0.002, 0.06])
    stream = water_source(
        exchanger=None,
        flow_axis=axis,
        source_capacity=CAPACITY,
        loop_capacity=CAPACITY,
        temperature=12.0,
    )
    load = Load(np.full(24, 3e5), np.zeros(24))
    boundary = BoundaryConditions(np.zeros(24), np.ones(24, bool))
    runs = {
        name: simulate(replace(office.system, ground=stream, **change), load, boundary, 3600.0)
        for name, change in (
            ("as designed", {}),
            ("warmer", {"source_offset": 2.0}),
            ("fouled", {"source_resistance": 1e-5}),
        )
    }
    base = runs["as designed"]["source_supply"]
    assert runs["warmer"]["source_supply"] == pytest.approx(base + 2.0)
    heat = runs["fouled"]["ground_heat_rate"]
    assert runs["fouled"]["source_supply"] == pytest.approx(base - 1e-5 * heat, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"source_temperature": np.full(3, 9.0)},
        {"source_limit": np.full(24, -1.0)},
        {"source_temperature": np.full(24, np.nan)},
    ],
)
def test_bad_boundaries_are_refused(office, change):
    load = Load(np.zeros(24), np.zeros(24))
    boundary = replace(BoundaryConditions(np.zeros(24), np.ones(24, bool)), **change)
    with pytest.raises(InputError):
        simulate(office.system, load, boundary, 3600.0)
    wrong = GroundState(np.zeros(3))
    with pytest.raises(InputError, match="modes"):
        simulate(
            office.system, load, BoundaryConditions(np.zeros(24), np.ones(24, bool)), 3600.0, wrong
        )
