"""
The borehole's first hours, against an exact limit, a finite-volume solution and a measurement.

Sources: Beier, Smith & Spitler, Geothermics 40 (2011) 79, sandbox test (18.3 m, R_b 0.165 m K/W,
sand 2.82 W/(m K) measured independently). Best public model there: 0.477 K over all, 0.965 K in
the first hour (radial short-term model of a design tool, same R_b and k).
"""

import numpy as np
import pytest
from scipy.linalg import solve_banded

from loopkeeper.physics.borehole import (
    Borehole,
    RadialBorehole,
    short_term_response,
)
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.physics.gfunction import line_source_g
from loopkeeper.physics.modes import fit_modes

pytestmark = pytest.mark.validation

GROUND = {"conductivity": 1.9, "heat_capacity": 2.3e6}
HOLE = RadialBorehole(0.09, 0.024, 8.9e3, 0.032, 0.075)


def test_long_time_limit_is_resistance_plus_line_source(judged):
    # 1e-4 m K/W: after a month what the borehole's own capacity still holds back has faded (1/t).
    time = np.geomspace(4e6, 3e7, 20)
    line = line_source_g(time, radius=0.075, diffusivity=1.9 / 2.3e6) / (2 * np.pi * 1.9)
    error = short_term_response(HOLE, time=time, **GROUND) - 0.09 - line
    judged(
        "short-term response, long times", by="line source", error=error, bound=1e-4, unit="m·K/W"
    )


def test_early_limit_is_the_heating_of_the_water_alone():
    # In the first seconds nothing leaves the water: T = t/C. One per cent, heat lost meanwhile.
    time = np.array([1.0, 2.0])
    assert np.allclose(
        short_term_response(HOLE, time=time, **GROUND), time / HOLE.fluid_capacity, rtol=0.01
    )


def test_agrees_with_radial_finite_volumes(judged):
    # 1 %: 400 cells and 15 s steps of the finite volumes (halving both moves them 0.3 %).
    edges = np.concatenate([np.linspace(0.032, 0.075, 41), np.geomspace(0.075, 12.0, 361)[1:]])
    inside = edges[1:] <= 0.0750001
    grout = np.log(0.075 / 0.032) / (2 * np.pi * (0.09 - 0.024))
    k = np.where(inside, grout, 1.9)
    middle = np.sqrt(edges[1:] * edges[:-1])
    capacity = np.concatenate(
        [[8.9e3], np.pi * np.diff(edges**2) * np.where(inside, 3.0e6, 2.3e6)]
    )
    inner = np.log(middle / edges[:-1]) / (2 * np.pi * k)
    outer = np.log(edges[1:] / middle) / (2 * np.pi * k)
    link = 1 / np.concatenate([[0.024 + inner[0]], outer[:-1] + inner[1:]])
    step, count = 15.0, 2880
    left, right = np.concatenate([[0.0], link]), np.concatenate([link, [0.0]])
    bands = np.stack(
        [np.concatenate([[0.0], -link]), capacity / step + left + right, np.append(-link, 0.0)]
    )
    drop = np.zeros(len(capacity))
    record = np.empty(count)
    for n in range(count):
        rhs = capacity / step * drop
        rhs[0] += 1.0
        drop = solve_banded((1, 1), bands, rhs)
        record[n] = drop[0]
    time = step * np.arange(1, count + 1)
    chosen = [19, 39, 79, 239, 719, 2879]
    mine = short_term_response(HOLE, time=time[chosen], **GROUND)
    error = mine / record[chosen] - 1
    judged(
        "short-term response, 5 min to 12 h", by="radial finite volumes", error=error, bound=0.01
    )


def test_beats_the_best_public_model_on_the_measured_sandbox(shared, judged):
    rows = np.loadtxt(
        shared / "trt_beier_sandbox" / "Beier_Smith_Spitler_2011_SandBox.txt", skiprows=2
    )
    time, inlet, outlet, power = rows.T
    water = fluid_properties("water", 0.0, 30.0)
    drawn = Borehole(18.3, 0.0, 0.063, "single_u", 0.0167, 0.013665, 0.73, 0.0265)
    hole = RadialBorehole.of(drawn, resistance=0.165, flow_rate=0.197e-3, fluid=water)
    # bentonite grout of the sandbox: 3.8 MJ/(m3 K); sand 3.2 MJ/(m3 K)
    hole = RadialBorehole(0.165, hole.film_and_pipe, hole.fluid_capacity, 0.0236, 0.063, 3.8e6)
    axis = np.geomspace(30.0, 2e5, 120)
    response = short_term_response(hole, conductivity=2.82, heat_capacity=3.2e6, time=axis)
    tau, gain = fit_modes(axis, response)
    state = np.zeros(len(tau))
    model = np.zeros(len(time))
    for n, step in enumerate(np.diff(time), 1):
        fade = np.exp(-step / tau)
        state = fade * state + (1 - fade) * gain * power[n] * 1056 / 18.3
        model[n] = state.sum()
    error = model - (0.5 * (inlet + outlet) - 22.09)
    by = "measurement (Beier sandbox); bound is the best public model"
    for law, kept, bound in (
        ("whole test", time >= 0, 0.477),
        ("first hour", time <= 3600, 0.965),
    ):
        rmse = np.sqrt(np.mean(error[kept] ** 2))
        judged(f"thermal response, {law}, RMSE", by=by, error=rmse, bound=bound, unit="K")
