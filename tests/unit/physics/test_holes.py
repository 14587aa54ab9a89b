"""Holes by their parts: resistance, first minutes, films by flow and temperature."""

from dataclasses import replace

import numpy as np
import pygfunction as gt
import pytest
from scipy.special import exp1, iv, kv, kve

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import (
    Borehole,
    RadialBorehole,
    _ground_impedance,
    borehole_resistance,
    default_shank,
    short_term_response,
)
from loopkeeper.physics.fluid import FluidProperties, fluid_properties, freezing_point
from loopkeeper.physics.gfunction import (
    FieldGeometry,
    elsewhere,
    line_source_g,
    wall_source_g,
)
from loopkeeper.physics.hole_resistance import (
    FlowTable,
    fluid_at,
    held_fluid,
    resistance_table,
    reynolds,
    temperature_axis,
    turbulent_flow,
)

BRINE = FluidProperties(1000.0, 4000.0, 2e-3, 0.5)
HOLE = Borehole(20.0, 1.0, 0.075, "single_u", 0.02, 0.0163, 1.2, 0.04)
COAXIAL = Borehole(20.0, 1.0, 0.08, "coaxial", 0.07, 0.065, 1.5, 0.0, 0.025, 0.022)


def test_legs_and_pipes_follow_the_layout():
    layouts = ("single_u", "double_u", "double_u_series", "coaxial")
    holes = [replace(HOLE, layout=name) for name in layouts]
    assert [hole.pipes for hole in holes] == [1, 2, 1, 1]
    assert [hole.legs for hole in holes] == [2, 4, 4, 1]
    assert default_shank(0.075, 0.016) == pytest.approx(0.5 * (0.016 * 2**0.5 + 0.059))


def test_a_short_u_tube_is_the_first_order_multipole():
    """Claesson and Javed (2018), at so much flow that its ends are equal."""
    k, flow = 2.5, 3e-3
    film = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        3.0, 0.0163, 2e-3, 1000.0, 0.5, 4000.0, 1e-6
    )
    pipe = 1 / (2 * np.pi * 0.0163 * film) + np.log(0.02 / 0.0163) / (2 * np.pi * 0.4)
    sigma, beta = (1.2 - k) / (1.2 + k), 2 * np.pi * 1.2 * pipe
    one, two = 0.04 / 0.075, 0.075 / 0.02
    three = 1 / (2 * one * two)
    fourth = one**4 / (1 - one**4)
    line = beta + np.log(two / (2 * one * (1 - one**4) ** sigma))
    above = three**2 * (1 - 4 * sigma * fourth) ** 2
    below = (1 + beta) / (1 - beta) + three**2 * (1 + 16 * sigma * fourth / (1 - one**4))
    exact = (line - above / below) / (4 * np.pi * 1.2)
    found = borehole_resistance(HOLE, ground_conductivity=k, flow_rate=flow, fluid=BRINE)
    assert found == pytest.approx(exact, rel=2e-3)
    joined = replace(HOLE, in_series=10)
    longer = replace(HOLE, length=200.0)
    assert borehole_resistance(
        joined, ground_conductivity=k, flow_rate=4e-4, fluid=BRINE
    ) == pytest.approx(
        borehole_resistance(longer, ground_conductivity=k, flow_rate=4e-4, fluid=BRINE)
    )


def test_a_short_coaxial_hole_is_film_tube_and_grout():
    flow = 3e-3
    _, film = gt.pipes.convective_heat_transfer_coefficient_concentric_annulus(
        3.0, 0.025, 0.065, 2e-3, 1000.0, 0.5, 4000.0, 1e-6
    )
    wall = np.log(0.07 / 0.065) / (2 * np.pi * 0.4)
    exact = 1 / (2 * np.pi * 0.065 * film) + wall + np.log(0.08 / 0.07) / (2 * np.pi * 1.5)
    found = borehole_resistance(COAXIAL, ground_conductivity=2.5, flow_rate=flow, fluid=BRINE)
    assert found == pytest.approx(exact, rel=2e-3)


def test_the_waters_of_a_long_coaxial_hole_exchange_and_its_wall_is_even():
    """To second order in the length, wall of one temperature: H²/(m c)² (1/3R_a + 1/12R_b)."""
    short, long = (
        borehole_resistance(
            replace(COAXIAL, length=length), ground_conductivity=2.5, flow_rate=3e-4, fluid=BRINE
        )
        for length in (1.0, 50.0)
    )
    inside = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        0.3, 0.022, 2e-3, 1000.0, 0.5, 4000.0, 1e-6
    )
    outside, _ = gt.pipes.convective_heat_transfer_coefficient_concentric_annulus(
        0.3, 0.025, 0.065, 2e-3, 1000.0, 0.5, 4000.0, 1e-6
    )
    between = 1 / (2 * np.pi * 0.022 * inside) + np.log(25 / 22) / (2 * np.pi * 0.4)
    between += 1 / (2 * np.pi * 0.025 * outside)
    exact = (50.0 / 1.2e3) ** 2 * (1 / (3 * between) + 1 / (12 * short))
    assert long - short == pytest.approx(exact, rel=0.015)


def test_pipes_that_do_not_fit_and_flow_that_is_none_are_refused():
    def asked(hole, flow=1e-3):
        return borehole_resistance(hole, ground_conductivity=2.0, flow_rate=flow, fluid=BRINE)

    asked(replace(HOLE, shank=0.0549))
    for wrong in (
        replace(HOLE, shank=0.0551),
        replace(COAXIAL, core_inner=0.0),
        replace(COAXIAL, core_inner=0.026),
        replace(COAXIAL, core_outer=0.066),
        replace(COAXIAL, radius=0.069),
    ):
        with pytest.raises(OutOfRangeError):
            asked(wrong)
    with pytest.raises(OutOfRangeError, match="flow"):
        asked(HOLE, 0.0)


# -- the first hours


def test_a_hole_as_concentric_cylinders_keeps_its_water_and_its_films():
    double = replace(HOLE, layout="double_u", radius=0.09)
    radial = RadialBorehole.of(double, resistance=0.1, flow_rate=2e-3, fluid=BRINE)
    film = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        1.0, 0.0163, 2e-3, 1000.0, 0.5, 4000.0, 1e-6
    )
    pipe = 1 / (2 * np.pi * 0.0163 * film) + np.log(0.02 / 0.0163) / (2 * np.pi * 0.4)
    assert radial.film_and_pipe == pytest.approx(pipe / 4)
    assert radial.fluid_capacity == pytest.approx(4 * np.pi * 0.0163**2 * 4e6)
    assert radial.core_radius == pytest.approx(0.04)
    assert (radial.radius, radial.resistance) == (0.09, 0.1)
    tight = RadialBorehole.of(
        replace(double, radius=0.045), resistance=0.1, flow_rate=2e-3, fluid=BRINE
    )
    assert tight.core_radius == pytest.approx(0.85 * 0.045)
    little = RadialBorehole.of(double, resistance=0.02, flow_rate=2e-3, fluid=BRINE)
    assert little.film_and_pipe == pytest.approx(0.012)
    other = radial.with_resistance(0.02)
    assert (other.resistance, other.film_and_pipe) == pytest.approx((0.02, 0.012))
    assert radial.with_resistance(0.2).film_and_pipe == radial.film_and_pipe


EVEN = RadialBorehole(
    0.02 + np.log(0.075 / 0.03) / (4 * np.pi), 0.02, 1e4, 0.03, 0.075, grout_heat_capacity=2.5e6
)
"""Grout like the ground around it: 2 W/m K."""


def test_grout_like_the_ground_is_ground_from_the_pipes_on():
    s = np.array([[1e-7, 1e-5, 1e-3]])
    found = _ground_impedance(EVEN, 2.0, 2.5e6, s, 0.0)
    x = 0.03 * np.sqrt(s * 2.5e6 / 2.0)
    assert found == pytest.approx(kve(0, x) / (4 * np.pi * x * kve(1, x)))


def test_a_hole_first_cools_its_own_water_and_ends_as_a_line_behind_its_resistance():
    hole = replace(EVEN, resistance=0.11)
    early, late = 2.0, 3e8
    found = short_term_response(
        hole, conductivity=2.0, heat_capacity=2.5e6, time=np.array([early, late])
    )
    assert found[0] == pytest.approx(early / 1e4, rel=0.01)
    line = exp1(0.075**2 * 2.5e6 / (8.0 * late)) / (8 * np.pi)
    assert found[1] == pytest.approx(0.11 + line, rel=1e-4)
    streaming = short_term_response(
        hole, conductivity=2.0, heat_capacity=2.5e6, time=np.array([1e10]), stream_decay=2.0
    )
    rest = iv(0, 0.15) * kv(0, 0.15) / (4 * np.pi)
    assert streaming[0] == pytest.approx(0.11 + rest, rel=1e-4)


# -- films by flow and temperature


def test_reynolds_numbers_and_the_flow_from_which_it_is_turbulent():
    assert reynolds(HOLE, 1e-3, BRINE) == pytest.approx(2 * 1e-3 * 5e5 / (np.pi * 0.0163))
    double = replace(HOLE, layout="double_u")
    assert reynolds(double, 1e-3, BRINE) == pytest.approx(1e-3 * 5e5 / (np.pi * 0.0163))
    assert reynolds(COAXIAL, 1e-3, BRINE) == pytest.approx(2 * 1e-3 * 5e5 / (np.pi * 0.09))
    for hole in (HOLE, double, COAXIAL):
        assert reynolds(hole, turbulent_flow(hole, BRINE), BRINE) == pytest.approx(4000.0)


TABLE = FlowTable(
    np.array([1e-3, 2e-3, 5e-3]),
    np.array([0.0, 10.0, 20.0]),
    np.array([[0.2, 0.1, 0.05], [0.1, 0.06, 0.03], [0.4, 0.3, 0.2]]),
)


@pytest.mark.parametrize(
    ("base", "heat", "exact"),
    [
        (15.0, 20.0, 10 + 10 * 3 / 9),
        (12.0, 50.0, 10 * 2 / 5),
        (8.0, -60.0, 10 + 10 * 4 / 13),
        (-5.0, 10.0, -7.0),
        (40.0, 20.0, 39.0),
        (7.0, 0.0, 7.0),
    ],
)
def test_fluid_is_as_warm_as_its_own_resistance_makes_it(base, heat, exact):
    """Straight between temperatures: the zero of base - R(T) q - T by hand."""
    found = fluid_at(TABLE, np.array([1e-3]), np.array([base]), np.array([heat]))
    assert found == pytest.approx([exact])


def test_of_two_temperatures_a_fluid_takes_the_one_it_comes_to_first():
    """Laminar below 15 °C or so: 5 °C and 23.75 °C both agree; from 25 °C it stays turbulent."""
    film = np.array([[1.0, 1.0, 0.1, 0.0]])
    table = FlowTable(
        np.array([1e-3, 2e-3]), np.array([0.0, 10.0, 20.0, 30.0]), np.vstack([film, film])
    )
    found = fluid_at(table, np.full(2, 1e-3), np.array([25.0, 19.0]), np.full(2, 20.0))
    assert found == pytest.approx([20 + 10 * 3 / 8, -1.0])


def test_between_flows_a_resistance_is_straight_and_beyond_them_held():
    flow = np.array([1.25e-3, 1e-4, 9e-3, 3.5e-3])
    found = fluid_at(TABLE, flow, np.full(4, 15.0), np.full(4, 20.0))
    exact = []
    for low, high in ((0.09, 0.045), (0.1, 0.05), (0.3, 0.2), (0.18, 0.115)):
        one, two = 5.0 - 20.0 * low, -5.0 - 20.0 * high
        exact.append(10 + 10 * one / (one - two) if one > 0 else None)
    assert found[:2] == pytest.approx(exact[:2])
    assert found[3] == pytest.approx(exact[3])
    assert found[2] == pytest.approx(10 * (15 - 8) / (15 - 8 + 1))
    assert TABLE.per_flow(2.0).flow == pytest.approx([2e-3, 4e-3, 1e-2])


def test_a_table_of_resistances_says_what_each_of_its_points_says_alone():
    hole = replace(HOLE, length=100.0)
    flow, warm = np.array([2e-4, 4e-4, 8e-4]), np.array([2.0, 10.0, 20.0])
    for one in (
        hole,
        replace(hole, layout="double_u", radius=0.09),
        replace(COAXIAL, length=100.0),
    ):
        table = resistance_table(
            one, ground_conductivity=2.2, flow=flow, temperature=warm, fluid=("water", 0.0)
        )
        alone = [
            [
                borehole_resistance(
                    one,
                    ground_conductivity=2.2,
                    flow_rate=q,
                    fluid=fluid_properties("water", 0.0, t),
                )
                for t in warm
            ]
            for q in flow
        ]
        assert table == pytest.approx(np.array(alone), rel=5e-3)


def test_fluids_are_known_from_just_above_freezing():
    assert freezing_point("water", 0.3) == 0.0
    assert freezing_point("ethylene_glycol", 0.3) == pytest.approx(-14.5, abs=1.0)
    axis = temperature_axis("water", 0.0)
    assert (axis[0], axis[-1], len(axis)) == (pytest.approx(0.2), pytest.approx(44.2), 45)
    assert held_fluid("water", 0.0, -9.0) == fluid_properties("water", 0.0, float(axis[0]))
    assert held_fluid("water", 0.0, 10.3) == fluid_properties("water", 0.0, float(axis[10]))
    water = fluid_properties("water", 0.0, 20.0)
    assert (water.density, water.heat_capacity) == pytest.approx((998.3, 4183.0), rel=1e-3)
    assert water.volumetric_heat_capacity == pytest.approx(4.176e6, rel=1e-3)
    for wrong in (("oil", 0.1, 10.0), ("water", 0.0, -0.1), ("ethylene_glycol", 0.2, -40.0)):
        with pytest.raises(OutOfRangeError):
            fluid_properties(*wrong)
    for wrong in (("oil", 0.1), ("ethylene_glycol", 0.99)):
        with pytest.raises(OutOfRangeError):
            freezing_point(*wrong)


# -- fields of holes


def test_a_field_counts_its_holes_and_their_metres():
    two = FieldGeometry(np.array([0.0, 0.16]), np.zeros(2), 100.0, 1.0, 0.07)
    assert (two.count, two.total_length) == (2, 200.0)
    assert replace(two, lengths=np.array([80.0, 130.0])).total_length == 210.0
    moved = elsewhere(two, np.array([0.0, 5.0, 9.0]), np.zeros(3))
    assert (moved.count, moved.total_length) == (3, 300.0)
    with pytest.raises(OutOfRangeError, match="apart"):
        replace(two, x=np.array([0.0, 0.13]))
    with pytest.raises(OutOfRangeError, match="3 values for 2"):
        replace(two, lengths=np.ones(3))
    leaning = replace(two, tilt=np.full(2, 0.1), orientation=np.zeros(2))
    with pytest.raises(OutOfRangeError, match="upright"):
        elsewhere(leaning, two.x, two.y)


def test_a_hole_is_a_line_and_a_pile_at_first_a_wall():
    time = np.array([1e5, 1e7])
    line = 0.5 * exp1(0.149**2 / (4e-6 * time))
    assert line_source_g(time, radius=0.149, diffusivity=1e-6) == pytest.approx(line)
    assert wall_source_g(time, radius=0.149, diffusivity=1e-6) == pytest.approx(line)
    short = 0.5**2 * 1e-4 / 1e-6
    flat = 2 * np.sqrt(1e-4 / np.pi)
    found = wall_source_g(np.array([short]), radius=0.5, diffusivity=1e-6)
    assert found == pytest.approx([flat], rel=6e-3)
    late = wall_source_g(np.array([1e10]), radius=0.15, diffusivity=1e-6)
    assert late == pytest.approx(0.5 * exp1(0.15**2 / 4e4), rel=1e-3)
