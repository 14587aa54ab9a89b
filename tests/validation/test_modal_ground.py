"""
Modal ground against exact convolution of the same step response, fifty years by the hour.

Load: the synthetic profile of Bernier et al. (2004), the field's usual stress test. Bar: 0.05 K,
a third of a good thermometer's class.
"""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import (
    FieldResponse,
    fluid_step_response,
    ground_temperature,
    modal_ground,
)
from loopkeeper.physics.hole_resistance import NO_CHANGE

pytestmark = pytest.mark.validation


def bernier_load(hours: np.ndarray) -> np.ndarray:
    """Balanced-unbalanced synthetic load per metre, as published. [W m-1]"""
    a, b, c, d, e, f, g = 2000.0, 2190.0, 80.0, 2.0, 0.01, 0.0, 0.95
    t = hours
    base = a * np.sin(np.pi / 12 * (t - f)) * np.sin(f + 2 * np.pi / 8760 * (t - b))
    week = 168.0
    sums = sum(
        1.0 / i * (np.cos(c * i * np.pi / 84) - 1) * np.sin(i * np.pi / 84 * (t - b))
        for i in range(1, 4)
    )
    factor = (week - c) / week + sums
    sign = np.sign(np.cos(d * np.pi / 4380 * (t - f) + e))
    return (base * np.abs(factor) + g * np.abs(base) * sign * 0.3) / 100.0


def test_fifty_years_stay_within_a_twentieth_of_a_kelvin(judged):
    x, y = np.meshgrid(np.arange(10) * 6.0, np.arange(10) * 6.0)
    field = FieldResponse.of(FieldGeometry(x.ravel(), y.ravel(), 100.0, 4.0, 0.075))
    hole = RadialBorehole(0.1, 0.03, 5e3, 0.03, 0.075)
    ground = modal_ground(
        field,
        hole,
        conductivity=2.0,
        heat_capacity=2e6,
        undisturbed_temperature=10.0,
        flow_table=NO_CHANGE,
    )
    count = 50 * 8760
    load = bernier_load(np.arange(count, dtype=np.float64))
    mine, _ = ground_temperature(ground, load, 3600.0)
    # exact mean over an hour: integral of the step response, by 12 points within each hour
    fine = (np.arange(0, 12) + 0.5) / 12
    edges = np.geomspace(60.0, 3600.0 * (count + 1), 1500)
    response = fluid_step_response(field, hole, conductivity=2.0, heat_capacity=2e6, time=edges)
    mean = np.mean(
        [np.interp((np.arange(count) + p) * 3600.0, edges, response, left=0.0) for p in fine],
        axis=0,
    )
    drop = fftconvolve(np.diff(load, prepend=0.0), mean)[:count]
    law, by = "modal ground, 50 years by the hour", "exact convolution (FFT)"
    judged(law, by=by, error=10.0 - drop - mine, bound=0.05, unit="K")


def test_state_can_be_handed_over():
    x, y = np.meshgrid(np.arange(3) * 6.0, np.arange(3) * 6.0)
    field = FieldResponse.of(FieldGeometry(x.ravel(), y.ravel(), 100.0, 4.0, 0.075))
    ground = modal_ground(
        field,
        RadialBorehole(0.1, 0.03, 5e3, 0.03, 0.075),
        conductivity=2.0,
        heat_capacity=2e6,
        undisturbed_temperature=10.0,
        flow_table=NO_CHANGE,
    )
    load = bernier_load(np.arange(5000.0))
    whole, end = ground_temperature(ground, load, 3600.0)
    first, state = ground_temperature(ground, load[:1234], 3600.0)
    second, end2 = ground_temperature(ground, load[1234:], 3600.0, state)
    assert np.allclose(whole, np.concatenate([first, second]), atol=1e-12)
    assert np.allclose(end, end2)
