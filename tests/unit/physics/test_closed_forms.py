"""Laws of the ground and of water, where a formula or a hand has the answer."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import exp1, iv, k0, kv

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens, dipole_head, dipole_screen_heads
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import ModalGround, ground_temperature, mode_factors
from loopkeeper.physics.laplace import stehfest_weights
from loopkeeper.physics.layers import effective_ground
from loopkeeper.physics.modes import fit_modes, signed_modes
from loopkeeper.physics.moving_water import (
    MovingResponse,
    Stream,
    _ierf,
    downstream,
    moving_response,
    probe,
)
from loopkeeper.physics.returned_water import WellGround, water_deficit
from loopkeeper.physics.well_field import WellField, _edges, influence, nearest_distance
from loopkeeper.physics.well_flow import Packing, packed_flow, screened_flow
from loopkeeper.physics.well_heads import (
    balanced_heads,
    injection_head_limit,
    leaky_well_function,
    partial_penetration_head,
    viscosity_ratio,
    well_loss,
)
from loopkeeper.physics.well_transport import WellTransport, _limited

SAND = Aquifer(thickness=20.0, conductivity=5e-4)

# -- mathematics


@pytest.mark.parametrize(
    ("terms", "weights"),
    [(2, [2, -2]), (4, [-2, 26, -48, 24]), (6, [1, -49, 366, -858, 810, -270])],
)
def test_stehfest_weights_are_the_published_ones(terms, weights):
    assert stehfest_weights(terms) == pytest.approx(weights)


def test_stehfest_turns_one_over_p_squared_into_time():
    weights, rates = stehfest_weights(12), np.arange(1, 13) * np.log(2.0) / 50.0
    assert np.log(2.0) / 50.0 * weights @ rates**-2.0 == pytest.approx(50.0, rel=1e-5)


def test_layers_count_by_their_thickness():
    means = effective_ground(np.array([30.0, 70.0]), np.array([[1.0, 2e6], [3.0, 3e6]]))
    assert means == pytest.approx((2.4, 2.7e6))


@pytest.mark.parametrize("x", [-1.5, 0.3, 2.0, 8.0])
def test_the_integral_of_the_error_function(x):
    from scipy.special import erf  # noqa: PLC0415

    assert _ierf(np.array([x]))[0] == pytest.approx(quad(erf, 0.0, x)[0])


# -- ground as modes

SLOW = ModalGround(12.0, np.array([7200.0, 1e6]), np.array([0.05, 0.2]), 100.0, 0.01, None)


def test_a_mode_under_constant_heat_is_its_exponential_averaged_over_each_step():
    temperature, state = ground_temperature(SLOW, np.full(3, 40.0), 3600.0)
    drop = 0.0
    for tau, c in zip(SLOW.time_constants, SLOW.coefficients, strict=True):
        ends = np.exp(-3600.0 * np.arange(4) / tau)
        drop = drop + 40.0 * c * (1.0 + tau / 3600.0 * np.diff(ends))
    assert 12.0 - temperature == pytest.approx(drop)
    assert state == pytest.approx(
        40.0 * SLOW.coefficients * -np.expm1(-10800.0 / SLOW.time_constants)
    )
    rest, _ = ground_temperature(SLOW, np.zeros(1), 3600.0, state)
    fade = SLOW.time_constants / 3600.0 * -np.expm1(-3600.0 / SLOW.time_constants)
    assert 12.0 - rest[0] == pytest.approx(fade @ state)


def test_what_a_step_leaves_and_shares_of_each_mode():
    decay, memory, gain = mode_factors(SLOW, 7200.0)
    assert decay[0] == pytest.approx(np.exp(-1.0))
    assert memory[0] == pytest.approx(1.0 - np.exp(-1.0))
    assert gain[0] == pytest.approx(0.05 * np.exp(-1.0))


def test_neighbours_lower_what_ground_is_at_rest():
    settled = replace(SLOW, settled=0.5, initial=np.array([0.1, 0.2]))
    assert settled.rest == 11.5
    assert settled.beginning().tolist() == [0.1, 0.2]
    assert SLOW.beginning().tolist() == [0.0, 0.0]


def test_a_sum_of_modes_is_found_again():
    time = np.geomspace(60.0, 1e8, 200)
    response = 0.1 * -np.expm1(-time / 1e4) + 0.3 * -np.expm1(-time / 3e6)
    taus, c = fit_modes(time, response)
    assert (c > 0).all()
    assert c.sum() == pytest.approx(0.4, rel=5e-3)
    assert (-np.expm1(-time[:, None] / taus)) @ c == pytest.approx(response, abs=2e-3)
    taus, c, error = signed_modes(time, response, (60.0, 1.5e8, 60))
    assert (taus[0], taus[-1], len(taus)) == (pytest.approx(60.0), pytest.approx(1.5e8), 60)
    assert error == pytest.approx(np.abs(-np.expm1(-time[:, None] / taus) @ c - response).max())
    assert error < 1e-5


# -- moving groundwater

STREAM = Stream(2e-6, 0.5, 1e-6)


def test_a_plume_is_slower_than_the_water_by_the_heat_of_the_ground():
    stream = Stream.of((1e-6, 0.5), conductivity=2.0, heat_capacity=2.5e6)
    assert stream.speed == pytest.approx(1e-6 * WATER / 2.5e6)
    assert stream.diffusivity == pytest.approx(8e-7)
    assert STREAM.decay == pytest.approx(1.0)
    assert STREAM.along(np.array([1.0]), np.array([2.0]))[0] == pytest.approx(
        np.cos(0.5) + 2 * np.sin(0.5)
    )


@pytest.mark.parametrize("radius", [0.08, 0.4])
def test_an_endless_hole_in_a_stream_comes_to_rest_at_i0_k0(radius):
    one = FieldGeometry(np.zeros(1), np.zeros(1), 100.0, 1.0, radius)
    found = moving_response(one, STREAM, end=1e10)
    assert found.own[-1] == pytest.approx(iv(0, radius) * kv(0, radius), rel=1e-3)
    assert found.field[-1] < found.own[-1]  # ends and surface take some


def test_responses_are_straight_over_log_time_and_nothing_before_the_first():
    table = MovingResponse(np.array([1.0, 100.0]), np.array([0.0, 2.0]), np.array([0.0, 4.0]))
    own, field = table.at(np.array([0.5, 10.0, 1e4]))
    assert own == pytest.approx([0.0, 1.0, 2.0])
    assert field == pytest.approx([0.0, 2.0, 4.0])


def test_a_place_downstream_lies_behind_the_middle_of_the_plume():
    field = FieldGeometry(np.array([0.0, 6.0, 0.0]), np.array([0.0, 2.0, 10.0]), 80.0, 2.0, 0.07)
    place = downstream(field, Stream(1e-6, 0.0, 1e-6), 5.0)
    # across the flow the holes lie at 0, 2 and 10: the one at 2 is nearest to 5
    assert (place.x.tolist(), place.y.tolist()) == ([11.0], [2.0])
    leaning = replace(field, tilt=np.full(3, 0.2), orientation=np.zeros(3))
    assert probe(leaning, 0.0, 0.0).length == pytest.approx(80.0 * np.cos(0.2))


# -- wells


def test_heads_of_a_doublet_follow_thiem():
    heads = balanced_heads(
        np.array([0.0, 50.0]), np.zeros(2), np.array([0.01, -0.01]), aquifer=SAND, radius=0.2
    )
    exact = 0.01 / (2 * np.pi * 0.01) * np.log(50.0 / 0.2)
    assert heads == pytest.approx([exact, -exact])
    with pytest.raises(OutOfRangeError):
        balanced_heads(
            np.array([0.0, 50.0]), np.zeros(2), np.array([0.01, 0.0]), aquifer=SAND, radius=0.2
        )


def test_a_whole_screen_has_no_more_head_and_half_of_one_hantush_s():
    whole = partial_penetration_head(SAND, (0.0, 20.0), flow=0.01, radius=0.2)
    assert whole == pytest.approx(0.0, abs=1e-9)
    half = partial_penetration_head(SAND, (0.0, 10.0), flow=0.01, radius=0.2)
    n = np.arange(1, 20001)
    wave = n * np.pi / 20.0
    series = (np.sin(wave * 10.0) / 10.0) ** 2 / wave**2 * k0(wave * 0.1)
    assert half == pytest.approx(0.01 / (np.pi * 0.01) * series.sum(), rel=1e-3)


def test_a_dipole_s_head_is_odd_about_its_middle_and_its_mean_that_of_the_screens():
    screens = Screens(0.2, (12.0, 18.0), (2.0, 8.0))
    up, down = (
        dipole_head(SAND, screens, flow=0.01, radius=np.full(1, 3.0), height=np.full(1, z))[0]
        for z in (15.0, 5.0)
    )
    assert up == pytest.approx(-down)
    height = np.linspace(12.0, 18.0, 61)
    mean = dipole_head(SAND, screens, flow=0.01, radius=np.full(61, 0.2), height=height)
    into, out = dipole_screen_heads(SAND, screens, 0.01)
    assert into == pytest.approx(-out)
    assert into == pytest.approx(np.trapezoid(mean, height) / 6.0, rel=0.02)
    wave = np.pi / 20.0 * np.arange(1, 2001)
    shape = [(np.sin(wave * b) - np.sin(wave * a)) / (b - a) for a, b in ((12, 18), (2, 8))]
    exact = (np.cos(wave * 15.0) / wave * k0(wave * 3.0 / 2.0)) @ (shape[0] - shape[1])
    assert up == pytest.approx(exact / np.pi, rel=1e-6)


def test_losses_of_a_well_have_the_sign_of_its_flow():
    assert well_loss(0.02, linear=50.0, turbulent=2000.0) == pytest.approx(1.8)
    assert well_loss(-0.02, linear=50.0, turbulent=2000.0) == pytest.approx(-1.8)
    assert well_loss(0.02, turbulent=100.0, power=3.0) == pytest.approx(8e-4)


def test_a_cover_of_twenty_metres_bears_so_much_head():
    limit = injection_head_limit(cover=20.0, static_level=5.0)
    assert limit == pytest.approx(1.9 * 20.0 / 1.3 - 15.0)


def test_cold_water_needs_more_head():
    assert viscosity_ratio(7.0, 25.0) == pytest.approx(1.59, abs=0.02)


@pytest.mark.parametrize("u", [1e-4, 0.1, 2.0])
@pytest.mark.parametrize("beta", [0.0, 0.5])
def test_the_leaky_well_function_is_its_integral(u, beta):
    def integrand(y):
        return np.exp(-y - beta**2 / (4 * y)) / y

    exact = (
        quad(integrand, u, 1.0, limit=200)[0] + quad(integrand, 1.0, 60.0)[0]
        if u < 1
        else (quad(integrand, u, 60.0)[0])
    )
    found = leaky_well_function(np.array([u]), beta)[0]
    assert found == pytest.approx(exact, rel=1e-6)
    if beta == 0:
        assert found == pytest.approx(exp1(u), rel=1e-6)


def field_of(x, wall):
    n = len(x)
    return WellField(
        np.array(x),
        np.zeros(n),
        np.array([0.0, 8.0, 20.0]),
        np.tile(wall, (n, 1)),
        np.zeros(n),
        np.full(n, 0.01),
    )


def test_circulating_wells_return_all_they_take_and_stand_apart():
    wells = field_of([0.0, 30.0, 70.0], [0.01, -0.01])
    assert nearest_distance(wells.x, wells.y) == 30.0
    assert nearest_distance(np.zeros(1), np.zeros(1)) == np.inf
    assert wells.only(1).x.tolist() == [30.0]
    for wrong in (([0.0, 1.9], [0.01, -0.01]), ([0.0, 30.0], [0.01, -0.009])):
        with pytest.raises(OutOfRangeError):
            field_of(*wrong)


def test_wells_stand_in_the_middle_of_cells_that_grow_outwards():
    edges = _edges(np.array([-15.0, 15.0]), 5.0)
    assert edges == pytest.approx(-edges[::-1])
    cell = np.searchsorted(edges, 15.0) - 1
    assert 0.5 * (edges[cell] + edges[cell + 1]) == pytest.approx(15.0)
    width = np.diff(edges[edges > 15.0])
    assert (np.diff(width) > -1e-9).all()
    assert width[-1] / width[-2] == pytest.approx(1.3)
    assert edges[-1] > 215.0


def test_what_one_wall_does_to_another_it_gets_back():
    heads, radius = influence(SAND, field_of([0.0, 30.0], [0.01, -0.01]), size=6.0)
    assert heads == pytest.approx(heads.T)
    assert (np.diag(heads) > np.abs(np.diag(heads, 2)).max()).sum() >= 3  # its own most
    assert heads[0, 1] / heads[0, 0] == pytest.approx(-8.0 / 12.0)
    thick = np.tile([8.0, 12.0], 2)
    assert heads @ thick == pytest.approx(
        np.zeros(4), abs=1e-9 * heads.max()
    )  # no net flow, no head
    assert radius == pytest.approx(np.full(2, 0.2 * 6.0))


def divergence(flow):
    radial, vertical = flow.radial, flow.vertical
    return radial[:-1] - radial[1:] + vertical[:, :-1] - vertical[:, 1:]


def test_water_around_a_screened_well_is_neither_made_nor_lost():
    screens = Screens(0.3, (12.0, 18.0), (2.0, 8.0))
    flow = screened_flow(SAND, screens, flow=0.01, reach=60.0, cells=(20, 20))
    assert np.abs(divergence(flow)).max() < 1e-8 * 0.01
    assert flow.radial[0].clip(0).sum() == pytest.approx(0.01)
    into, out = dipole_screen_heads(SAND, screens, 0.01)
    assert flow.head_loss == pytest.approx(into - out, rel=0.05)
    with pytest.raises(OutOfRangeError):
        screened_flow(SAND, screens, flow=0.01, reach=1.1, cells=(20, 20))


def test_water_in_a_packing_is_all_there_at_its_ends_and_less_between():
    packing = Packing(0.1, 0.4, conductivity=0.05)
    assert packing.area == pytest.approx(np.pi * 0.15)
    assert packing.gradient(0.01) == pytest.approx(0.01 / (0.05 * np.pi * 0.15))
    flow = packed_flow(SAND, packing, flow=0.01, reach=60.0, cells=(20, 20))
    assert np.abs(divergence(flow)).max() < 1e-8 * 0.01
    assert (flow.column[0], flow.column[-1]) == (0.01, 0.01)
    assert flow.column[1:-1].max() < 0.01
    assert flow.radial[0].sum() == pytest.approx(0.0, abs=1e-8)
    left = np.concatenate([[0.0], np.cumsum(flow.radial[0][::-1])])[::-1]
    assert flow.column[1:-1] == pytest.approx(0.01 - left[1:-1], rel=1e-4)
    assert flow.exchange == pytest.approx(1.0 - flow.column[1:-1].min() / 0.01, rel=1e-3)
    assert flow.head_loss < 20.0 * packing.gradient(0.01)


def test_a_limiter_is_upwind_at_extremes_and_second_order_on_a_slope():
    assert _limited(0.0, 1.0, 1.0, 0.5) == 1.0
    assert _limited(2.0, 1.0, 2.0, 0.5) == 1.0
    assert _limited(0.0, 1.0, 2.0, 0.5) == pytest.approx(1.25)
    assert _limited(0.0, 1.0, 2.0, 0.0) == pytest.approx(1.5)


def test_heat_around_a_well_is_what_the_water_brought():
    screens = Screens(0.3, (12.0, 18.0), (2.0, 8.0))
    flow = screened_flow(SAND, screens, flow=0.01, reach=60.0, cells=(20, 20))
    model = WellTransport(SAND, flow)
    brought = 0.0
    for _ in range(10):
        taken = model.run(86400.0, entering=2.0)
        brought += WATER * 0.01 * (2.0 - taken) * 86400.0
    assert model.stored == pytest.approx(brought, rel=1e-9)
    assert 0.0 <= taken < 2.0
    assert model.deficit.max() <= 2.0 + 1e-9
    before = model.stored
    model.run(86400.0, share=0.0, entering=2.0)
    assert model.stored == pytest.approx(before, rel=1e-9)  # at rest nothing comes or goes


def test_returned_water_comes_back_by_volume():
    """One mode of 1000 m³; after 500 m³ of spread 4 K, by hand."""
    wells = WellGround(14.0, np.array([1000.0]), np.array([0.3]), exchange=0.8)
    kept = (1.0 - np.exp(-0.5)) / 0.5
    direct = 0.2 + 0.8 * 0.3 * (1.0 - kept)
    first = direct * 4.0 / (1.0 - direct)
    out, state = water_deficit(wells, np.array([500.0]), np.array([4.0]), 3600.0)
    assert out == pytest.approx([first])
    assert state == pytest.approx([(1.0 - np.exp(-0.5)) * 0.3 * (first + 4.0)])
    rest, same = water_deficit(wells, np.zeros(1), np.zeros(1), 3600.0, state)
    assert (rest[0], same[0]) == pytest.approx((0.8 * state[0], state[0]))
    washed = replace(wells, rest_time=7200.0)
    _, faded = water_deficit(washed, np.zeros(1), np.zeros(1), 3600.0, state)
    assert faded == pytest.approx(state * np.exp(-0.5))
    again, _ = water_deficit(wells, np.array([500.0]), np.array([4.0]), 3600.0, state)
    assert again == pytest.approx([(direct * 4.0 + 0.8 * kept * state[0]) / (1.0 - direct)])


def test_feedback_begins_with_what_misses_the_ground():
    wells = WellGround(14.0, np.array([1000.0]), np.array([0.3]), exchange=0.8)
    found = wells.feedback(np.array([0.0, 1000.0, 1e9]))
    assert found == pytest.approx([0.2, 0.2 + 0.8 * 0.3 * (1 - np.exp(-1)), 0.44])
    for none in (0.0, 1.01):
        with pytest.raises(OutOfRangeError, match="exchange share"):
            replace(wells, exchange=none)
