"""What is known of a slope: noise, swings that return, and registers of whole kilowatt-hours."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.commission.means import REGISTER, draw_of, heat_of, signals
from loopkeeper.lifecycle.commission.steady import (
    HIDDEN_SLOPE,
    SHORTEST,
    SMOOTH,
    STREAM,
    SUPPLY,
    Signal,
    slope_deviation,
    steady_stretch,
)
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Channel, PlantHours
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.units import KWH

TIMES = 300
"""Draws of a Monte Carlo: a ratio of deviations is known to about 6 %."""


def hours(count):
    time = np.arange(count) / 60
    return time - time.mean()


def slope(time, values):
    return float(time @ (values - values.mean()) / (time @ time))


def scatter(made, count, step=0.0):
    """True scatter of slopes, and what residuals state of it."""
    time, slopes, stated = hours(count), [], []
    for _ in range(TIMES):
        values = made(count)
        rest = values - values.mean() - slope(time, values) * time
        slopes.append(slope(time, values))
        stated.append(slope_deviation(time, rest, step))
    return float(np.std(slopes)), float(np.sqrt(np.mean(np.square(stated))))


def red(rng, memory):
    def made(count):
        noise = rng.normal(0.0, 1.0, count)
        noise[0] /= np.sqrt(1 - memory**2)
        for n in range(1, count):
            noise[n] += memory * noise[n - 1]
        return noise

    return made


@pytest.mark.parametrize("count", [60, 120, 180])
@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8, 0.9, 0.95])
def test_noise_states_the_scatter_of_slopes_within_a_factor_of_two(memory, count):
    """A record as short as the memory shows less of it: 20 minutes of memory within an hour."""
    true, stated = scatter(red(np.random.default_rng(1), memory), count)
    least = 0.45 if (memory, count) == (0.95, 60) else 0.5
    assert least < stated / true < 1.15


@pytest.mark.parametrize("count", [60, 120, 180])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_swing_that_returns_is_no_red_noise(noise, count):
    """Of 12 to 25 minutes and any phase; as red noise it would state up to ten times as much."""
    rng = np.random.default_rng(2)

    def swing(count):
        turns = np.arange(count) / rng.uniform(12, 25) + rng.random()
        return np.sin(2 * np.pi * turns) + noise * rng.normal(0.0, 1.0, count)

    true, stated = scatter(swing, count)
    assert 1.0 < stated / true < (3.5 if noise == 0.0 else 6.0)


@pytest.mark.parametrize("swing", [0.1, 0.2, 0.35])
@pytest.mark.parametrize("period", [12.0, 18.0, 25.0])
def test_a_controller_that_hunts_is_steady(swing, period):
    time = np.arange(180.0)
    noise = np.random.default_rng(3).normal(0.0, 0.02, len(time))
    supply = 45.0 + swing * np.sin(2 * np.pi * time / period) + noise
    found = steady_stretch({"supply": Signal(supply, SUPPLY)})
    assert found.stop - found.start >= 150


def test_readings_that_do_not_move_have_a_slope_without_doubt():
    assert slope_deviation(hours(60), np.zeros(60)) == 0.0


# -- registers


def register(power, step, seed=0):
    """Minute powers by a register of whole steps, from true ones. [W]"""
    start = np.random.default_rng(seed).random()
    whole = start + np.concatenate([[0.0], np.cumsum(power * 60)]) / step
    return np.diff(np.floor(whole)) * step / 60


@pytest.mark.parametrize("count", [30, 60, 120])
def test_a_register_hides_its_step_over_the_square_of_the_time(count):
    """√6 step/T² of two ends, and what the readings between add; powers that fit no step."""
    rng, time = np.random.default_rng(4), hours(count) * 3600
    slopes = [
        slope(time, register(np.full(count, rng.uniform(5e4, 3e5)), KWH, seed))
        for seed in range(1000)
    ]
    expected = HIDDEN_SLOPE * KWH / (60 * count) ** 2
    assert np.std(slopes) == pytest.approx(expected, rel=0.1)


def test_a_register_is_averaged_over_the_minutes_that_its_step_needs():
    """1 kWh in 5 min are 12 kW, a tenth of 120 kW; 60 kW take 10 min; a pump never has enough."""
    found = [
        Signal(register(np.full(240, watt), KWH), STREAM, KWH).window for watt in (13e4, 61e3, 6e3)
    ]
    assert found == [SMOOTH, pytest.approx(10, abs=1), SHORTEST]
    assert Signal(np.full(240, 6e3), STREAM).window == SMOOTH


@pytest.mark.parametrize("watt", [40e3, 83e3, 127e3, 330e3])
def test_an_even_power_on_a_register_is_steady_and_a_ramp_is_not(watt):
    even = register(np.full(180, watt), KWH)
    found = steady_stretch({"draw": Signal(even, STREAM, KWH)})
    assert found.stop - found.start >= 170
    ramp = register(watt * (1 + 0.2 * np.arange(180) / 60), KWH)
    found = steady_stretch({"draw": Signal(ramp, STREAM, KWH)})
    assert found is None or found.stop - found.start <= 90


HEAT, SEEN = ("heat_power", "load"), ("heat_power_calculated", "load")
METER = Point(
    id="heat", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit="kWh"
)


def logged(step, **told):
    """An hour of a plant's heat on a register of a step. [J]"""
    time = np.datetime64("2026-12-01T00:00:00", "s") + 60 * np.arange(60)
    heat = Channel(np.full(60, 5e4), np.ones(60), METER, resolution=step)
    seen = Channel(np.full(60, 1e5), np.ones(60))
    return SimpleNamespace(
        minutes=PlantHours(time, {HEAT: heat, SEEN: seen} | told),
        plant=SimpleNamespace(machines=(), pumps=(), backups=(), source=None),
    )


@pytest.mark.parametrize(
    ("minutes", "stretches"), [([*range(10, 40)], 1), ([*range(5, 20), *range(30, 45)], 2)]
)
def test_the_mean_of_a_stretch_carries_what_its_ends_hide(minutes, stretches):
    """1 kWh over half an hour: 2 kW/√6; two stretches of a quarter hide √2 as much."""
    where = np.zeros(60, dtype=bool)
    where[minutes] = True
    hidden, two = 2e3 * REGISTER * stretches**0.5, Group("machines", np.full(60, 1e5), (HEAT,) * 2)
    for told, expected in (
        (lambda one: heat_of(one, "load", where), hidden),
        (lambda one: draw_of(one, two, where), hidden * 2**0.5),
    ):
        plain, rounded = (told(logged(step)).standard_deviation for step in (0.0, KWH))
        assert np.sqrt(rounded**2 - plain**2) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("step", "seen"), [(0.0, 5e4), (KWH / 10, 5e4), (KWH, 1e5)])
def test_a_coarse_register_leaves_the_course_of_heat_to_flow_and_temperatures(step, seen):
    told = signals(logged(step))
    assert np.median(told["heat_power @ load"].values) == seen
