"""Aquifers, drawdown of pumped wells, and water that circulates between wells in boxes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import exp1, k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens, ergun_gradient
from loopkeeper.physics.circulating import _layers, _Own, _profile, _scaled, _size
from loopkeeper.physics.drawdown import (
    _water_table_roots,
    stored_well_drawdown,
    superposed,
    unconfined_drawdown,
    unit_drawdown,
)
from loopkeeper.physics.laplace import stehfest_weights
from loopkeeper.physics.well_field import WellField, _mirrored, field_flow
from loopkeeper.physics.well_flow import Packing, WellFlow

SAND = Aquifer(20.0, 5e-4)
T, S = 2e-3, 3e-4

# -- aquifers


def test_an_aquifer_s_transmissivity_is_conductivity_by_thickness():
    assert SAND.transmissivity == pytest.approx(0.01)
    plain = Aquifer(30.0, 1e-4)
    assert (plain.anisotropy, plain.thermal_conductivity, plain.heat_capacity) == (4.0, 2.2, 2.5e6)
    assert (plain.temperature, plain.storage, plain.velocity) == (14.0, 1e-5, 0.0)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("thickness", 0.1, 2000.0),
        ("conductivity", 1e-12, 1.0),
        ("anisotropy", 0.05, 1e4),
        ("thermal_conductivity", 0.1, 12.0),
        ("heat_capacity", 5e5, 6e6),
        ("storage", 1e-9, 0.5),
        ("velocity", 0.0, 1e-2),
        ("top", 0.0, 5000.0),
    ],
)
def test_an_aquifer_that_cannot_be_is_refused(name, low, high):
    for value in (low, high):
        assert getattr(replace(SAND, **{name: value}), name) == value
    for value in (0.99 * low - 1e-13, 1.01 * high):
        with pytest.raises(OutOfRangeError, match=name):
            replace(SAND, **{name: value})


def test_screens_stand_within_the_aquifer_and_apart():
    good = Screens(0.2, (12.0, 20.0), (0.0, 8.0))
    good.check(SAND)
    Screens(0.2, (8.0, 12.0), (2.0, 8.0)).check(SAND)
    for radius in (0.01, 2.0):
        replace(good, radius=radius).check(SAND)
    for wrong in (
        {"radius": 0.0099},
        {"radius": 2.01},
        {"injection": (12.0, 20.1)},
        {"intake": (-0.1, 8.0)},
        {"intake": (8.0, 8.0)},
        {"intake": (2.0, 12.1)},
        {"injection": (7.9, 20.0)},
    ):
        with pytest.raises(OutOfRangeError):
            replace(good, **wrong).check(SAND)


def test_gravel_loses_head_by_ergun():
    """Water of 10 °C: 1.306 mPa s, 999.7 kg/m³."""
    speed = 0.01 / 0.4
    viscous = 150 * 1.306e-3 * 0.6**2 * speed / (999.7 * 9.80665 * 0.4**3 * 0.02**2)
    inertial = 1.75 * 0.6 * speed**2 / (9.80665 * 0.4**3 * 0.02)
    found = ergun_gradient(0.01, area=0.4, grain=0.02)
    assert found == pytest.approx(viscous + inertial, rel=1e-3)
    assert ergun_gradient(-0.01, area=0.4, grain=0.02) == pytest.approx(-found)
    packing = Packing(0.1, 0.4, grain=0.02, porosity=0.4)
    area = np.pi * 0.15
    assert packing.gradient(0.01) == pytest.approx(ergun_gradient(0.01, area=area, grain=0.02))
    for wrong in ({"porosity": 0.0}, {"porosity": 1.0}, {"grain": 0.0}, {"area": 0.0}):
        with pytest.raises(OutOfRangeError, match="packing"):
            ergun_gradient(0.01, **{"area": 0.4, "grain": 0.02, **wrong})


# -- drawdown


def test_drawdown_follows_theis_and_images_add_or_take_away():
    time = np.array([-5.0, 0.0, 100.0, 1e4])
    given = {"transmissivity": T, "storage": S, "distance": 12.0}

    def theis(r):
        late = exp1(r**2 * S / (4 * T * time[2:])) / (4 * np.pi * T)
        return np.concatenate([[0.0, 0.0], late])

    assert unit_drawdown(time, **given) == pytest.approx(theis(12.0))
    river = unit_drawdown(time, image=(-1.0, 80.0), **given)
    assert river == pytest.approx(theis(12.0) - theis(80.0))
    wall = unit_drawdown(time, image=(1.0, 80.0), **given)
    assert wall == pytest.approx(theis(12.0) + theis(80.0))


def test_a_leaky_aquifer_comes_to_rest_at_k0():
    rest = unit_drawdown(np.array([1e9]), transmissivity=T, storage=S, distance=12.0, leakage=30.0)
    assert rest == pytest.approx(k0(0.4) / (2 * np.pi * T))


def test_a_wide_well_first_gives_its_own_water_and_later_the_aquifer_s():
    given = {"transmissivity": T, "storage": S, "distance": 0.2}
    time = np.array([0.0, 0.02, 1e6])
    found = stored_well_drawdown(time, screen_radius=0.2, casing_radius=0.15, **given)
    late = exp1(0.04 * S / (4 * T * 1e6)) / (4 * np.pi * T)
    assert found[0] == 0.0
    assert found[1] == pytest.approx(0.02 / (np.pi * 0.15**2), rel=0.02)
    assert found[2] == pytest.approx(late, rel=1e-3)
    away = stored_well_drawdown(
        np.array([1e6]), screen_radius=0.2, casing_radius=0.15, **{**given, "distance": 9.0}
    )
    assert away == pytest.approx(exp1(81 * S / (4 * T * 1e6)) / (4 * np.pi * T), rel=1e-3)


def test_a_water_table_yields_elastically_first_and_fully_in_the_end():
    given = {"transmissivity": T, "storage": S, "distance": 5.0}
    late = 5e8
    before, after = (
        unconfined_drawdown(np.array([-1.0, t]), specific_yield=0.15, drainage=d, **given)
        for t, d in ((1.0, 2e-6), (late, 2e-4))
    )
    assert before[0] == 0.0
    assert before[1] == pytest.approx(exp1(25 * S / (4 * T)) / (4 * np.pi * T), rel=0.01)
    full = exp1(25 * (S + 0.15) / (4 * T * late)) / (4 * np.pi * T)
    assert after[1] == pytest.approx(full, rel=5e-3)


def test_between_both_a_water_table_yields_by_its_vertical_conductivity():
    """Neuman's sum in the Laplace domain, root by root, turned back with twelve terms."""
    beta, time = 2e-4 * 25.0, 2000.0

    def transform(p):
        scaled = p * 25.0 * S / T
        ratio = scaled * 0.15 / (beta * S)
        total = 0.0
        for n in range(60):
            low, high = np.pi * n + 1e-13, np.pi * (n + 0.5) - 1e-13
            x = brentq(lambda e: e * np.sin(e) - ratio * np.cos(e), low, high)
            shape = np.sin(x) ** 2 / (x * (x + 0.5 * np.sin(2 * x)))
            total += k0(np.sqrt(scaled + beta * x**2)) * shape
        return total / (np.pi * T * p)

    rates = np.arange(1, 13) * np.log(2.0) / time
    exact = np.log(2.0) / time * stehfest_weights(12) @ [transform(p) for p in rates]
    found = unconfined_drawdown(
        np.array([time]),
        transmissivity=T,
        storage=S,
        distance=5.0,
        specific_yield=0.15,
        drainage=2e-4,
    )
    assert found == pytest.approx([exact], rel=1e-3)
    theis = [exp1(25 * s / (4 * T * time)) / (4 * np.pi * T) for s in (S + 0.15, S)]
    assert theis[0] < 0.97 * found[0] < 0.94 * theis[1]


def test_roots_of_the_water_table_lie_one_in_each_half_wave():
    ratio = np.array([1e-4, 0.3, 7.0, 1e4])
    root = _water_table_roots(ratio)
    assert root.shape == (4, 60)
    wave = np.pi * np.arange(60)
    assert (root > wave).all()
    assert (root < wave + np.pi / 2).all()
    left = root * np.sin(root) - ratio[:, None] * np.cos(root)
    assert left[:3] == pytest.approx(np.zeros((3, 60)), abs=1e-7)


def test_flow_that_changes_in_steps_adds_up():
    found = superposed(
        np.array([1.0, 5.0, 9.0]),
        np.array([0.0, 2.0, 6.0]),
        np.array([3.0, 5.0, 0.0]),
        lambda t: np.clip(t, 0.0, None),
    )
    assert found == pytest.approx([3.0, 3 * 5 + 2 * 3, 3 * 9 + 2 * 7 - 5 * 3])


# -- wells in boxes


def boxed(x, y, walls):
    walls = np.array(walls)
    return WellField(
        np.array(x),
        np.array(y),
        np.array([0.0, 8.0, 20.0]),
        walls,
        np.array([0.03, 0.02, 0.01, 0.04])[: len(walls)],
        np.abs(walls).max(axis=1),
    )


def gains(flow):
    """What leaves each cell through its faces. [m³/s]"""
    out = np.diff(flow.flow_x, axis=0) + np.diff(flow.flow_y, axis=1)
    return out + np.diff(flow.flow_z, axis=2)


def test_water_in_boxes_is_neither_made_nor_lost():
    field = boxed([0.0, 30.0], [0.0, 10.0], [[0.01, -0.01], [-0.004, 0.004]])
    flow = field_flow(SAND, field, size=6.0)
    brought = np.zeros(gains(flow).shape)
    for (i, j), wall in zip(flow.cell, flow.wall, strict=True):
        brought[i, j] += wall
    assert gains(flow) == pytest.approx(brought, abs=1e-12)
    assert flow.flow == pytest.approx(0.014)
    assert flow.column.tolist() == [0.03, 0.02]
    middle = [0.5 * (e[1:] + e[:-1]) for e in (flow.x, flow.y)]
    places = [[m[n] for m, n in zip(middle, cell, strict=True)] for cell in flow.cell]
    assert places == pytest.approx(np.array([[-15.0, -5.0], [15.0, 5.0]]), abs=2.0)


def test_equal_wells_on_a_line_are_one_quarter_and_its_mirrors():
    pair = boxed([0.0, 30.0], [7.0, 7.0], [[0.01, -0.01]] * 2)
    flow = field_flow(SAND, pair, size=6.0)
    assert (flow.x[0], flow.y[0]) == (0.0, 0.0)
    assert flow.wall == pytest.approx(np.array([[0.005, -0.005]]))
    assert flow.flow == pytest.approx(0.005)
    assert flow.column == pytest.approx([0.01])
    half = field_flow(
        SAND, boxed([0.0, 30.0], [7.0, 7.0], [[0.01, -0.01], [0.02, -0.02]]), size=6.0
    )
    assert (half.x[0] < -200.0, half.y[0]) == (True, 0.0)
    assert half.flow == pytest.approx(0.015)
    alone = field_flow(SAND, boxed([3.0], [4.0], [[0.01, -0.01]]), size=6.0)
    assert alone.flow == pytest.approx(0.0025)
    assert alone.cell.tolist() == [[0, 0]]
    # the flow that crosses between the layers of the quarter is that of the whole's
    whole = field_flow(SAND, boxed([0.0, 30.0], [7.0, 7.001], [[0.01, -0.01]] * 2), size=6.0)
    assert 4 * flow.flow_z[:, :, 1].sum() == pytest.approx(whole.flow_z[:, :, 1].sum(), rel=1e-6)


def test_twins_stand_at_the_same_height_and_flow_alike():
    field = boxed([0.0, 30.0, 15.0], [0.0, 0.0, 9.0], [[0.01, -0.01]] * 3)
    own = field.x - 15.0
    assert _mirrored(own, field.y, field)
    assert not _mirrored(own, np.array([0.0, 0.1, 9.0]), field)
    assert not _mirrored(own + 0.1, field.y, field)
    unlike = replace(field, wall=np.array([[0.01, -0.01], [0.0099, -0.0099], [0.01, -0.01]]))
    assert not _mirrored(own, field.y, unlike)


def test_layers_of_boxes_keep_the_ends_of_screens_that_are_not_close():
    """Fourteen layers of 1 m: ends 0.3 m from another or from the top give way."""
    aquifer = Aquifer(14.0, 5e-4)
    shapes = [Screens(0.2, (8.5, 13.7), (2.0, 5.0)), Packing(0.1, 0.4)]
    edges = _layers(aquifer, shapes)
    for kept in (0.0, 2.0, 5.0, 8.5, 14.0):
        assert np.abs(edges - kept).min() < 1e-9
    assert np.abs(edges - 13.7).min() > 0.2
    assert len(edges) == 1 + 2 + 3 + 4 + 6
    close = _layers(aquifer, [*shapes, Screens(0.2, (8.8, 12.0), (0.3, 4.0))])
    assert np.abs(close - 0.3).min() > 0.2
    assert np.abs(close - 8.8).min() > 0.15
    assert np.abs(close - 4.0).min() < 1e-9
    assert _layers(Aquifer(28.0, 5e-4), []) == pytest.approx(np.arange(0.0, 29.0, 2.0))


def test_flow_through_a_wall_is_told_by_other_layers():
    height = np.array([0.0, 2.0, 5.0, 10.0])
    radial = np.zeros((3, 3))
    radial[0] = [-4.0, -3.0, 7.0]
    radial[1] = 99.0
    nothing = np.zeros(0)
    flow = WellFlow(nothing, height, radial, nothing, 0.0, 7.0, 0.5, nothing)
    assert _profile(flow, np.array([0.0, 1.0, 6.0, 10.0])) == pytest.approx(
        [-2.0, -2.0 - 3.0 + 1.4, 5.6]
    )
    own = _Own(np.array([0.5, 0.7, 1.0]), flow)
    # half passes the ground: of it nothing, 40 % and all comes back; now 80 % leaves
    assert _scaled(own, 0.8) == pytest.approx([0.2, 0.2 + 0.8 * 0.4, 1.0])
    assert [_size(d, (5, (3.0, 8.0))) for d in (10.0, 25.0, 90.0)] == [3.0, 5.0, 8.0]
