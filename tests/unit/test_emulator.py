"""The second emulator keeps its own laws: balances, shares, seeds, responses, counters."""

from dataclasses import asdict, replace
from itertools import combinations

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import erfc, exp1

from emulator import ground, loop
from emulator.build import make_hours, make_site
from emulator.causes import ROWS
from emulator.design import YEAR, draw_plant
from emulator.hydraulics import PER_MACHINE, free_flow, pump_group
from emulator.machines import full_load, part_power
from emulator.meters import all_points, draw_conventions, steps
from emulator.plant import KINDS
from emulator.run import live, shapley, start
from emulator.truth import account, truth
from emulator.weather import CLIMATES, weather

SEED = 3


@pytest.fixture(scope="module")
def life():
    return live(SEED)


def test_mean_wall_temperature_is_the_integral_of_the_point_source():
    length, buried, radius, diffusion = 100.0, 2.0, 0.075, 1e-6 * 3.0e8

    def point(z, h):
        near, far = np.hypot(radius, z - h), np.hypot(radius, z + h)
        root = 2.0 * np.sqrt(diffusion)
        return erfc(near / root) / near - erfc(far / root) / far

    # in units of q'/(2 pi k): half of the integral along the line, averaged over its length
    whole = 0.0
    for low in np.linspace(buried, buried + length, 21)[:-1]:
        inner = dblquad(
            point,
            low,
            low + 5.0,
            lambda h: h,
            lambda _: buried + length,
            epsrel=1e-5,
        )[0]
        whole += inner
    exact = whole / length  # symmetric in z and h: twice the upper half, times one half
    g = ground.finite_line(np.array([radius]), length, buried, np.array([diffusion]))[0, 0]
    assert g == pytest.approx(exact, rel=2e-3)


def test_early_response_is_the_infinite_line():
    diffusion = 1e-6 * 3600.0 * 100.0
    g = ground.finite_line(np.array([0.075]), 150.0, 2.0, np.array([diffusion]))[0, 0]
    assert g == pytest.approx(0.5 * exp1(0.075**2 / (4.0 * diffusion)), rel=0.01)


def test_doublet_breaks_through_at_the_closed_form_time():
    water = {"heat": 2.5e6, "thickness": 30.0, "conductivity": 1e-6, "captured": 1.0}
    step = ground.doublet_step(60.0, 50.0, water, 20000)
    hours = np.pi * 2.5e6 * 30.0 * 60.0**2 / (3.0 * ground.WATER * 50.0)
    assert np.argmax(step > 0.0) == pytest.approx(hours, rel=0.05)


def test_pumps_meet_their_design_point():
    g = pump_group(3, 40.0, 30.0, efficiency=0.6, lift=4.0, slope=0.01, control=PER_MACHINE)
    assert free_flow(g, 3, 1.0, g.drag) == pytest.approx(120.0, rel=1e-9)
    assert free_flow(g, 1, 1.0, g.drag) > 40.0


def test_machines_and_loops_close(life):
    t = life.table
    heating, cooling = t[:, loop.MODE] == 1, t[:, loop.MODE] == 2
    heat, power, source = t[:, loop.HEAT], t[:, loop.MACHINES], t[:, loop.SOURCE_HEAT]
    assert np.allclose((heat - power - source)[heating], 0.0, atol=1e-6)
    assert np.allclose((heat + power + source)[cooling], 0.0, atol=1e-6)
    on = heat > 0
    carried = 1.163 * t[on, loop.FLOW_L] * np.abs(t[on, loop.T_SUPPLY] - t[on, loop.T_RETURN])
    assert np.allclose(carried, heat[on], rtol=0.02)
    assert (t[on, loop.RUNNING] >= 1).all()


def test_rooms_keep_the_heat_they_are_given():
    plant, _ = draw_plant(SEED)
    w = weather(CLIMATES[plant.climate], np.random.default_rng(1), "2020-11-15", "2020-12-15")
    h, _ = make_hours(plant, w, 1.0)
    site = make_site(plant, w.time.size)
    table, rooms = loop.simulate(site, h, start(plant))
    z, outdoor = site.zones, h.outdoor[:, None]
    gains = z[:, 4] * h.gains[:, None] + z[:, 5] * h.solar[:, None]
    mass, stored, state = 20.0 * np.ones(z.shape[0]), 0.0, 20.0 * np.ones(z.shape[0])
    for t in range(h.mode.size):
        after = (z[:, 2] * mass + z[:, 3] * rooms[t] + gains[t] / 3.0) / (z[:, 2] + z[:, 3])
        stored += (z[:, 1] * (rooms[t] - state) + z[:, 2] * (after - mass)).sum()
        mass, state = after, rooms[t]
    lost = (z[:, 0] * (rooms - outdoor)).sum()
    given = table[:, loop.HEAT].sum()
    assert given + gains.sum() - lost == pytest.approx(stored, abs=1e-6 * given)


def test_the_ground_answers_as_a_plain_convolution():
    plant, _ = draw_plant(SEED)
    w = weather(CLIMATES[plant.climate], np.random.default_rng(1), "2020-11-15", "2021-01-15")
    h, _ = make_hours(plant, w, 1.0)
    site = make_site(plant, w.time.size)
    t = loop.simulate(site, h, start(plant))[0]
    loads = (h.recharge - t[:, loop.SOURCE_HEAT]) * site.scale
    step = np.diff(site.response[: loads.size + 1])
    wall = h.far + np.convolve(loads, step)[: loads.size]
    on = np.abs(loads).max() * site.response[24]
    assert np.abs(wall - t[:, loop.T_WALL]).max() < 0.06 * on


def test_shapley_values_share_the_whole_and_are_fair():
    rng = np.random.default_rng(5)
    game = {frozenset(c): rng.normal() for n in range(4) for c in combinations(range(3), n)}
    parts = shapley(game, 3)
    assert sum(parts) == pytest.approx(game[frozenset(range(3))] - game[frozenset()])
    additive = {c: sum((1.0, 2.0, 5.0)[i] for i in c) for c in game}
    assert shapley(additive, 3) == pytest.approx((1.0, 2.0, 5.0))


def test_the_truth_adds_up(life):
    said = truth(life, "plant-003")
    assert sum(said["energy_kWh"].values()) + said["unattributed_kWh"] == pytest.approx(
        said["shortfall_kWh"], abs=4
    )
    assert sum(said["share"].values()) == pytest.approx(1.0, abs=1e-3)
    assert set(said["share"]) == set(KINDS)


def test_a_seed_tells_everything(life):
    again = live(SEED)
    assert again.real == life.real
    assert np.array_equal(again.table, life.table)


@pytest.mark.parametrize("seed", [1, 9, 13])
def test_a_healthy_plant_keeps_its_promise_within_its_spread(seed):
    healthy = live(seed)
    base = float((healthy.measured.heat / healthy.promise.cop).sum())
    assert not healthy.causes
    assert abs(healthy.shortfalls[frozenset()]) < 0.06 * base


def test_steps_keep_the_mean_of_the_hour():
    hourly = np.array([0.0, 5.0, 40.0, 3.0, 0.0, 0.0, 2.0])
    assert np.allclose(steps(hourly, 6).reshape(-1, 6).mean(axis=1), hourly)


def test_counters_integrate_to_the_truth(life):
    c = draw_conventions(np.random.default_rng(0))
    c = replace(
        c,
        heat="unsigned",
        heat_statistic="counter",
        heat_unit="kWh",
        electricity_statistic="counter",
        electricity_unit="kWh",
        pumps="single",
        machines="single",
    )
    points, _ = all_points(life, c, np.random.default_rng(0))
    n = 60 // c.step_minutes * YEAR
    year = {p.name: p.truth[-1] - p.truth[-n - 1] for p in points if p.statistic == "counter"}
    heat = sum(v for k, v in year.items() if "heat_energy" in k or "累计热量" in k)
    meters = [p.name for p in points if p.quantity == "electricity_energy"]
    measured = account(life.measured)
    assert heat == pytest.approx(
        1e3 * (measured["heating_MWh"] + measured["cooling_MWh"]), rel=1e-3
    )
    assert sum(year[m] for m in meters) == pytest.approx(
        1e3 * measured["electricity_MWh"], rel=1e-3
    )


def test_part_load_costs_and_warm_sources_help(life):
    site = make_site(life.design, 100)
    assert part_power(site.heating, 0.05) > 0.05
    cold, warm = (full_load(site.heating, s, 45.0) for s in (0.0, 15.0))
    assert warm[0] / warm[1] > cold[0] / cold[1]


def test_every_kind_has_causes():
    assert {r.kind for r in ROWS} == set(KINDS)
    assert asdict(ROWS[0])["kind"] in KINDS
