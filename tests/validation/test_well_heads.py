"""
Heads of wells against closed forms and independent codes.

Case A of a circulating well: aquifer 60 m, K_r 2e-4, K_z 5e-5 m/s, well radius 0.3 m, 30 m³/h from
the lower to the upper 20 m. The series was checked with finite volumes (1.5826), OpenGeoSys
(1.5776), MODFLOW 6 (1.5854) and timflow (1.5736): 1 % covers their spread.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import exp1

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import (
    Aquifer,
    Screens,
    dipole_head,
    dipole_screen_heads,
    ergun_gradient,
)
from loopkeeper.physics.drawdown import unit_drawdown
from loopkeeper.physics.well_heads import (
    balanced_heads,
    injection_head_limit,
    leaky_well_function,
    partial_penetration_head,
    viscosity_ratio,
    well_loss,
)

pytestmark = pytest.mark.validation
AQUIFER = Aquifer(60.0, 2e-4, 4.0, 2.2, 2.5e6, 13.5)
SCREENS = Screens(0.3, (40.0, 60.0), (0.0, 20.0))
SLIM = Screens(0.15, (40.0, 60.0), (0.0, 20.0))
FLOW = 30 / 3600


def test_case_a(judged):
    into, out = dipole_screen_heads(AQUIFER, SCREENS, FLOW)
    assert into == pytest.approx(-out)
    by = "independent series, finite volumes, OpenGeoSys, MODFLOW 6"
    judged("circulating well: injection head", by=by, error=into / 1.5799 - 1, bound=0.01)


def test_field_of_case_a(judged):
    places = [
        (1, 50),
        (5, 50),
        (10, 50),
        (20, 50),
        (50, 50),
        (10, 55),
        (10, 45),
        (10, 35),
        (10, 30),
    ]
    known = [1.23678, 0.70611, 0.48495, 0.28335, 0.08709, 0.52281, 0.40711, 0.11569, 0.0]
    r, z = np.array(places, dtype=float).T
    head = dipole_head(AQUIFER, SCREENS, flow=FLOW, radius=r, height=z)
    law = "circulating well: heads around it"
    judged(law, by="independent series", error=head - known, bound=1e-4, unit="m")


@pytest.mark.parametrize(
    ("change", "screens", "known"),
    [
        ({"conductivity": 4e-4, "anisotropy": 8.0}, SCREENS, 0.847),
        ({"anisotropy": 2.0}, SCREENS, 1.4655),
        ({}, SLIM, 1.809),
        ({}, Screens(0.3, (35.0, 60.0), (0.0, 25.0)), 1.272),
        ({}, Screens(0.3, (45.0, 60.0), (0.0, 15.0)), 2.046),
        ({}, Screens(0.3, (55.0, 60.0), (0.0, 5.0)), 5.03),
        ({"conductivity": 1e-4, "anisotropy": 1.0}, SLIM, 3.1598),
        ({"conductivity": 1e-4, "anisotropy": 10.0}, SLIM, 3.9216),
        ({"conductivity": 1e-3, "anisotropy": 3.0}, SLIM, 0.3523),
    ],
)
def test_sensitivities(change, screens, known, judged):
    # 0.05 %: the figures are given with four digits, most
    head = dipole_screen_heads(replace(AQUIFER, **change), screens, FLOW)[0]
    law = "circulating well: other wells and aquifers"
    judged(law, by="finite volumes and series", error=head / known - 1, bound=1e-3)


def test_theis(judged):
    known = {
        3600.0: (10.00991, 4.44034, 2.31676),
        86400.0: (12.11743, 6.54741, 4.41329),
        30 * 86400.0: (14.37291, 8.80288, 6.66832),
    }
    for distance, fall in zip((0.15, 10.0, 50.0), zip(*known.values(), strict=True), strict=True):
        found = FLOW * unit_drawdown(
            np.array(list(known)), transmissivity=1e-3, storage=1e-4, distance=distance
        )
        judged("Theis", by="anaflow", error=found - fall, bound=1e-5, unit="m")


@pytest.mark.parametrize(
    ("u", "beta"), [(1e-4, 0.1), (1e-2, 0.1), (0.1, 0.5), (1.0, 1.0), (1e-6, 2.0)]
)
def test_leaky_well_function(u, beta, judged):
    exact, _ = quad(
        lambda s: np.exp(-np.exp(s) - beta**2 / (4 * np.exp(s))), np.log(u), 7, limit=400
    )
    got = leaky_well_function(np.array([u]), beta)[0]
    judged(
        "leaky well function (Hantush)",
        by="numerical quadrature",
        error=got / exact - 1,
        bound=1e-6,
    )
    assert leaky_well_function(np.array([u]), 0.0)[0] == pytest.approx(exp1(u), rel=1e-9)


def test_balanced_group(judged):
    aquifer = Aquifer(50.0, 1e-3 / 50, 1.0)
    x = np.array([0.0, 50.0, -50.0])
    heads = balanced_heads(
        x, np.zeros(3), np.array([-FLOW, FLOW / 2, FLOW / 2]), aquifer=aquifer, radius=0.15
    )
    error = heads - [-7.7046, 3.3927, 3.3927]
    judged("balanced group", by="closed form", error=error, bound=1e-4, unit="m")


def test_a_full_screen_costs_nothing_more_and_half_of_one_does():
    whole = partial_penetration_head(AQUIFER, (0.0, 60.0), flow=FLOW, radius=0.3)
    half = partial_penetration_head(AQUIFER, (30.0, 60.0), flow=FLOW, radius=0.3)
    assert whole == pytest.approx(0.0, abs=1e-9)
    assert half > 0.2


def test_two_screens_are_two_partly_penetrating_wells():
    # one injects, one takes, far-field parts cancel: the same series in two ways
    both = dipole_screen_heads(AQUIFER, SCREENS, FLOW)[0]
    alone = partial_penetration_head(AQUIFER, SCREENS.injection, flow=FLOW, radius=0.3)
    far = dipole_head(AQUIFER, SCREENS, flow=FLOW, radius=np.array([0.3]), height=np.array([30.0]))
    assert far[0] == pytest.approx(0.0, abs=1e-6)
    assert both > alone


def test_viscosity_makes_winter_injection_harder(judged):
    ratio = viscosity_ratio(7.0, 25.0)
    by = "water tables (59 % from 25 to 7 °C)"
    judged("injectivity by viscosity", by=by, error=ratio / 1.59 - 1, bound=0.015)


@pytest.mark.parametrize(
    ("grain", "known"), [(0.005, 31.0), (0.010, 13.3), (0.020, 6.1), (0.030, 3.9)]
)
def test_packing(grain, known, judged):
    head = 60 * ergun_gradient(FLOW, area=0.251, grain=grain)
    judged("head in a packed annulus", by="Ergun, by hand", error=head / known - 1, bound=0.015)


def test_a_loss_has_the_sign_of_the_flow():
    assert well_loss(-0.01, turbulent=1000.0) == pytest.approx(-0.1)


def test_a_thin_cover_is_lifted_first():
    deep = injection_head_limit(cover=40.0, static_level=5.0)
    shallow = injection_head_limit(cover=5.0, static_level=5.0)
    assert deep > shallow


@pytest.mark.parametrize(
    ("screens", "word"),
    [
        (Screens(0.3, (10.0, 40.0), (30.0, 50.0)), "overlap"),
        (Screens(0.3, (40.0, 70.0), (0.0, 20.0)), "60"),
        (Screens(0.3, (60.0, 40.0), (0.0, 20.0)), "ascending"),
        (Screens(9.0, (40.0, 60.0), (0.0, 20.0)), "radius"),
    ],
)
def test_impossible_screens_are_refused_with_the_allowed_range(screens, word):
    with pytest.raises(OutOfRangeError, match=word):
        dipole_screen_heads(AQUIFER, screens, FLOW)


@pytest.mark.parametrize(
    "values",
    [{"thickness": -1.0}, {"conductivity": 0.0}, {"heat_capacity": 1.0}, {"anisotropy": -4.0}],
)
def test_impossible_aquifers_are_refused(values):
    with pytest.raises(OutOfRangeError, match=next(iter(values))):
        replace(AQUIFER, **values)


def test_wells_within_wells_and_unbalanced_groups_are_refused():
    two = np.array([0.0, 0.1])
    with pytest.raises(OutOfRangeError, match="apart"):
        balanced_heads(two, two * 0, np.array([-1e-3, 1e-3]), aquifer=AQUIFER, radius=0.15)
    with pytest.raises(OutOfRangeError, match="sum"):
        balanced_heads(two * 500, two * 0, np.array([-1e-3, 2e-3]), aquifer=AQUIFER, radius=0.15)
