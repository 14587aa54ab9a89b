"""
Effective borehole resistance against the classical line-source formula of two legs.

For one U-tube, zeroth order with the image term (Hellström 1991, eq. 8.56):
R_b = 1/(4πk_g) [ln(r_b/r_p) + ln(r_b/2x) + σ ln(r_b⁴/(r_b⁴ − x⁴))] + R_p/2, σ = (k_g−k)/(k_g+k).
The multipole solution lies below it by the first multipole, some per cent; exchange between
the legs adds (H/ṁc)²/(3 R_a).
"""

import numpy as np
import pytest

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import (
    Borehole,
    borehole_resistance,
    default_shank,
)
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.physics.pipe import PIPE_CONDUCTIVITY

pytestmark = pytest.mark.validation
WATER = fluid_properties("water", 0.0, 10.0)


def single(length=100.0, grout=1.2):
    return Borehole(length, 1.0, 0.065, "single_u", 0.016, 0.013, grout, 0.03)


@pytest.mark.parametrize(("grout", "ground"), [(0.8, 2.0), (1.5, 1.5), (2.0, 1.2)])
def test_short_well_pumped_hole_is_the_line_source_formula(grout, ground, judged):
    # 5 %: the first multipole lowers R_b by 1–4 % at this spacing; 10 m keep the legs from talking
    hole, flow = single(10.0, grout), 1e-3
    got = borehole_resistance(hole, ground_conductivity=ground, flow_rate=flow, fluid=WATER)
    r, x, p = 0.065, 0.03, 0.016
    sigma = (grout - ground) / (grout + ground)
    legs = (np.log(r / p) + np.log(r / (2 * x)) + sigma * np.log(r**4 / (r**4 - x**4))) / (
        4 * np.pi * grout
    )
    wall = np.log(0.016 / 0.013) / (2 * np.pi * PIPE_CONDUCTIVITY)
    reynolds = 4 * flow / (np.pi * 0.026) * WATER.density / WATER.viscosity
    assert reynolds > 1e4
    film = 1 / (np.pi * 4.36 * 30 * WATER.conductivity)  # Nusselt about 130 in turbulent flow
    error = got / (legs + 0.5 * (wall + film)) - 1
    judged(
        "borehole resistance",
        by="line-source formula of two legs (Hellström)",
        error=error,
        bound=0.05,
    )


def test_slow_flow_and_long_legs_cost_resistance():
    common = {"ground_conductivity": 2.0, "fluid": WATER}
    fast = borehole_resistance(single(), flow_rate=6e-4, **common)
    laminar = borehole_resistance(single(), flow_rate=3e-5, **common)
    long = borehole_resistance(single(300.0), flow_rate=6e-4, **common)
    assert laminar > 1.3 * fast
    assert long > fast


def test_better_grout_never_worse():
    values = [
        borehole_resistance(single(grout=g), ground_conductivity=2.0, flow_rate=5e-4, fluid=WATER)
        for g in (0.6, 1.0, 1.6, 2.4)
    ]
    assert np.all(np.diff(values) < 0)


def test_pipes_that_do_not_fit_are_refused():
    fat = Borehole(100.0, 1.0, 0.05, "double_u", 0.025, 0.02, 1.5, 0.04)
    with pytest.raises(OutOfRangeError, match="fit"):
        borehole_resistance(fat, ground_conductivity=2.0, flow_rate=5e-4, fluid=WATER)
    assert default_shank(0.075, 0.016) + 0.016 < 0.075
