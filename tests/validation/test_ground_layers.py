"""Layers, a line in moving water, trenches and the surface's wave: integrals and limits."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import i0, k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.gfunction import FieldGeometry, g_function, line_source_g
from loopkeeper.physics.ground_layers import (
    Layer,
    Trench,
    coil_as_trench,
    effective_ground,
    layer_heat,
    moving_line_source,
    surface_wave,
    trench_response,
)

pytestmark = pytest.mark.validation
GROUND = {"conductivity": 2.0, "heat_capacity": 2.4e6}
WATER = 4.18e6


@pytest.mark.parametrize("flux", [1e-8, 1e-7, 1e-6])
@pytest.mark.parametrize("time", [1e5, 1e7, 1e9])
def test_moving_line_source_is_its_integral(flux, time, judged):
    r, k, c = 0.075, 2.0, 2.4e6
    speed, alpha = flux * WATER / c, k / c

    def integrand(s):
        age = np.exp(s)
        return np.exp(-(r**2 + (speed * age) ** 2) / (4 * alpha * age)) * 0.5

    start = np.log(r**2 / (4 * alpha * 700))
    exact = i0(speed * r / (2 * alpha)) * quad(integrand, start, np.log(time), limit=500)[0]
    got = moving_line_source(
        np.array([time]), radius=r, conductivity=k, heat_capacity=c, flux=flux
    )
    judged("moving line source", by="numerical quadrature", error=got / exact - 1, bound=1e-5)


def test_moving_line_source_becomes_steady(judged):
    beta = 1e-6 * WATER * 0.075 / 4.0
    got = moving_line_source(np.array([1e12]), radius=0.075, flux=1e-6, **GROUND)
    judged(
        "moving line source, steady", by="I₀K₀", error=got / (i0(beta) * k0(beta)) - 1, bound=1e-9
    )


def test_layers_give_by_their_conductivity():
    layers = (Layer(40.0, 1.2, 2.2e6), Layer(60.0, 2.8, 2.4e6))
    assert effective_ground(layers) == pytest.approx((2.16, 2.32e6))
    share = layer_heat(layers, radius=0.075, resistance=0.1, time=3e6)
    assert np.array([0.4, 0.6]) @ share == pytest.approx(1.0)
    assert 1.0 < share[1] / share[0] < 2.8 / 1.2
    even = layer_heat((layers[0], layers[0]), radius=0.075, resistance=0.1, time=3e6)
    assert even == pytest.approx([1.0, 1.0])


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


def test_surface_wave_fades_and_lags():
    day = np.arange(365.0)
    top = surface_wave(0.0, day, mean=12.0, swing=14.0, coldest=25.0, diffusivity=8e-7)
    deep = surface_wave(3.0, day, mean=12.0, swing=14.0, coldest=25.0, diffusivity=8e-7)
    assert top.min() == pytest.approx(-2.0, abs=0.01)
    assert top.argmin() == 25
    assert np.ptp(deep) < 0.5 * np.ptp(top)
    assert deep.argmin() > 60


def test_differing_and_leaning_holes(judged):
    x = np.arange(3) * 6.0
    time = np.geomspace(2e4, 3e9, 20)
    even = g_function(FieldGeometry(x, x * 0, 100.0, 2.0, 0.075), diffusivity=1e-6, time=time)
    listed = FieldGeometry(x, x * 0, 100.0, 2.0, 0.075, lengths=np.full(3, 100.0))
    same = g_function(listed, diffusivity=1e-6, time=time)
    judged("holes of listed lengths", by="holes of one length", error=same / even - 1, bound=1e-9)
    mixed = FieldGeometry(x, x * 0, 100.0, 2.0, 0.075, lengths=np.array([80.0, 100.0, 120.0]))
    assert mixed.total_length == 300.0
    assert g_function(mixed, diffusivity=1e-6, time=time) == pytest.approx(even, rel=0.05)
    leaning = FieldGeometry(
        x,
        x * 0,
        100.0,
        2.0,
        0.075,
        tilt=np.full(3, 0.26),
        orientation=np.array([np.pi, np.pi / 2, 0.0]),
    )
    assert g_function(leaning, diffusivity=1e-6, time=time)[-1] < even[-1]


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Layer(10.0, -1.0, 2e6), "conductivity"),
        (lambda: Trench(0.01, 1.0, 1, 0.02), "deep"),
        (lambda: Trench(1.5, 0.01, 2, 0.02), "spacing"),
        (lambda: FieldGeometry(np.array([0.0, 0.1]), np.zeros(2), 100.0, 2.0, 0.075), "apart"),
        (lambda: FieldGeometry(np.zeros(1), np.zeros(1), 1.0, 1.0, 0.1, tilt=np.zeros(2)), "tilt"),
        (lambda: effective_ground(()), "layer"),
    ],
)
def test_impossible_ground_is_refused(make, word):
    with pytest.raises(OutOfRangeError, match=word):
        make()
