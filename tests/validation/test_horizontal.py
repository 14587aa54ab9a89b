"""Trenches, coils and the wave of the surface: mirror images, points, finite differences."""

import numpy as np
import pytest
from scipy.special import erfc

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.gfunction import line_source_g
from loopkeeper.physics.horizontal import (
    Trench,
    coil_as_trench,
    surface_wave,
    trench_response,
)

pytestmark = pytest.mark.validation
GROUND = {"conductivity": 2.0, "heat_capacity": 2.4e6}


def test_a_trench_is_a_mirrored_line_source(judged):
    # long after, one pipe: ln(2D/r)/(2πk)
    got = trench_response(Trench(1.5, 1.0, 1, 0.016), time=np.array([1e12]), **GROUND)
    exact = np.log(2 * 1.5 / 0.016) / (2 * np.pi * 2.0)
    judged("horizontal pipe, steady", by="mirror image", error=got / exact - 1, bound=1e-4)
    early = trench_response(Trench(1.5, 1.0, 1, 0.016), time=np.array([3600.0]), **GROUND)
    line = line_source_g(np.array([3600.0]), radius=0.016, diffusivity=2 / 2.4e6) / (
        2 * np.pi * 2.0
    )
    assert early == pytest.approx(line, rel=1e-9)


def test_neighbours_and_coils_cost():
    time = np.array([3e7])
    one = trench_response(Trench(1.5, 0.5, 1, 0.016), time=time, **GROUND)
    four = trench_response(Trench(1.5, 0.5, 4, 0.016), time=time, **GROUND)
    assert four > 1.5 * one
    trench, factor = coil_as_trench(diameter=0.8, pitch=0.4, depth=1.5, pipe_radius=0.016)
    assert trench.pipes * factor == pytest.approx(np.pi * 0.8 / 0.4 + 2)
    assert trench.spacing * (trench.pipes - 1) == pytest.approx(0.8)


def test_trenches_beside_one_another_are_mirrored_lines(judged):
    # long after, by hand: every pair of pipes gives ln(mirrored distance / distance)
    place, depth, radius = np.array([0.0, 0.5, 3.0, 3.5]), 1.5, 0.016
    apart = np.abs(place[:, None] - place)
    mirrored = np.sqrt(np.where(apart > 0, apart, radius) ** 2 + 4 * depth**2)
    exact = np.log(mirrored / np.where(apart > 0, apart, radius)).sum() / 4 / (2 * np.pi * 2.0)
    got = trench_response(Trench(depth, 0.5, 2, radius, 2, 3.0), time=np.array([1e12]), **GROUND)
    judged("trenches side by side, steady", by="mirror images", error=got / exact - 1, bound=1e-6)


STEPS = 360
"""Points that stand for a circle, or for as much straight pipe."""


def drop_between(pipes, places, radius, depth, time):
    """Drop at places on pipes, from all points of all pipes and their mirror images."""
    x, y, length = pipes
    alpha, total = GROUND["conductivity"] / GROUND["heat_capacity"], 0.0
    for sign, height in ((1.0, radius), (-1.0, 2 * depth)):
        away = np.sqrt((x - places[0][:, None]) ** 2 + (y - places[1][:, None]) ** 2 + height**2)
        total += sign * (length * erfc(away / np.sqrt(4 * alpha * time)) / away).sum(axis=1).mean()
    return total / (4 * np.pi * GROUND["conductivity"])


def coil_of_points(diameter, pitch, depth, radius, time):
    """Mean drop on the middle of a long flat coil, per watt and metre of trench."""
    half, angle = diameter / 2, 2 * np.pi * (np.arange(STEPS) + 0.5) / STEPS
    middles = pitch * np.arange(-60, 61)[:, None]
    straight = np.arange(-60 * pitch, 60 * pitch, 0.005) + 0.0025
    circles = (half * np.cos(angle), half * np.sin(angle))
    pipes = (
        np.concatenate([(middles + circles[0]).ravel(), straight, straight]),
        np.concatenate([np.tile(circles[1], 121), 0 * straight + half, 0 * straight - half]),
        np.concatenate(
            [
                np.full(121 * STEPS, np.pi * diameter / STEPS),
                0 * straight + 0.005,
                0 * straight + 0.005,
            ]
        ),
    )
    along = np.linspace(-pitch / 2, pitch / 2, 9)
    metres = np.array([np.pi * diameter / pitch, 1.0, 1.0])
    drops = [
        drop_between(pipes, places, radius, depth, time)
        for places in (
            [c[::18] for c in circles],
            (along, 0 * along + half),
            (along, 0 * along - half),
        )
    ]
    return metres @ drops / metres.sum() ** 2


@pytest.mark.parametrize(
    ("diameter", "pitch"), [(0.8, 0.4), (0.6, 0.3), (1.0, 1.0), (1.0, 0.25), (0.8, 1.6)]
)
@pytest.mark.parametrize("days", [10, 365])
def test_a_coil_is_nearly_its_stand_in(diameter, pitch, days, judged):
    # 10 %: what the stand-in claims once heat has spread over a pitch
    time = 86400.0 * days
    trench, _ = coil_as_trench(diameter=diameter, pitch=pitch, depth=1.5, pipe_radius=0.016)
    got = trench_response(trench, time=np.array([time]), **GROUND)[0] / trench.pipes
    exact = coil_of_points(diameter, pitch, 1.5, 0.016, time)
    judged(
        "flat coil by straight pipes",
        by="circles and runs of points",
        error=got / exact - 1,
        bound=0.1,
    )


def test_the_wave_of_the_surface_is_that_of_a_marched_half_space(judged):
    # explicit differences, 5 cm and 20 min, the fifth year at 2 m
    alpha, step, space = 8e-7, 1200.0, 0.05
    hours = np.arange(0, 5 * 365 * 86400.0, step)
    surface = 12.0 - 14.0 * np.cos(2 * np.pi * (hours / 86400 - 25.0) / 365)
    ground, deep = np.full(400, 12.0), np.empty(len(hours))
    for n, top in enumerate(surface):
        ground[0] = top
        ground[1:-1] += alpha * step / space**2 * (ground[2:] - 2 * ground[1:-1] + ground[:-2])
        deep[n] = ground[40]
    day = hours[-365 * 72 :] / 86400 % 365
    wave = surface_wave(2.0, day, mean=12.0, swing=14.0, coldest=25.0, diffusivity=alpha)
    error = deep[-365 * 72 :] - wave
    judged("surface wave at 2 m", by="finite differences", error=error, bound=0.02, unit="K")


def test_surface_wave_fades_and_lags():
    day = np.arange(365.0)
    top = surface_wave(0.0, day, mean=12.0, swing=14.0, coldest=25.0, diffusivity=8e-7)
    deep = surface_wave(3.0, day, mean=12.0, swing=14.0, coldest=25.0, diffusivity=8e-7)
    assert top.min() == pytest.approx(-2.0, abs=0.01)
    assert top.argmin() == 25
    assert np.ptp(deep) < 0.5 * np.ptp(top)
    assert deep.argmin() > 60


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Trench(0.01, 1.0, 1, 0.02), "deep"),
        (lambda: Trench(1.5, 0.01, 2, 0.02), "spacing"),
        (lambda: Trench(1.5, 0.5, 4, 0.016, 3, 1.5), "middle to middle"),
    ],
)
def test_impossible_pipes_are_refused(make, word):
    with pytest.raises(OutOfRangeError, match=word):
        make()
