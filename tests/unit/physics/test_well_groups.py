"""Doublets and groups: stream tubes, breakthrough, feedback; packings beside each other."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erfc

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.circulating import WellResponse
from loopkeeper.physics.packed_field import pressed_field
from loopkeeper.physics.returned_water import fit_delayed
from loopkeeper.physics.single_well import (
    season_deficit,
    sustainable_heat,
    washing_time,
    well_ground,
)
from loopkeeper.physics.well_field import WellField, influence
from loopkeeper.physics.well_flow import Packing, packed_flow, screened_flow, well_grid
from loopkeeper.physics.well_group import (
    Cover,
    Tubes,
    WellGroup,
    _flux,
    _spread_fronts,
    group_curve,
    group_feedback,
    group_ground,
    stream_tubes,
)
from loopkeeper.physics.well_heads import balanced_heads, partial_penetration_head, well_distances
from loopkeeper.physics.well_transport import WellTransport

WATER = 4.18e6
SAND = Aquifer(20.0, 5e-4, heat_capacity=2.5e6, temperature=13.0)


def doublet(distance=60.0, along=(1.0, 0.0), flow=0.01, **of):
    """Pumps at the origin, injects at a distance along a direction."""
    x, y = distance * np.array(along)
    return WellGroup(np.array([0.0, x]), np.array([0.0, y]), np.array([-flow, flow]), **of)


# -- stream tubes


def test_the_first_cold_of_a_doublet_arrives_on_the_straight_line():
    """After π b d²/3Q of water, times C_b/C_w of heat."""
    tubes = stream_tubes(doublet(), SAND)
    first = np.pi * 20.0 * 60.0**2 / (3 * 0.01) * 2.5e6 / WATER
    assert tubes.time.min() == pytest.approx(first, rel=0.02)
    assert tubes.share.sum() + tubes.lost == pytest.approx(1.0)
    assert tubes.lost < 0.15
    assert tubes.share[0] == pytest.approx(1.0 / 240)


def test_the_flux_is_that_of_line_sources_and_ends_within_half_the_radius_of_a_well():
    """Q/(2π b r) from each well; nearer to an axis than half the radius as if at that distance."""
    group, (x, y) = doublet(), (np.array([30.0, 60.06]), np.array([0.0, 0.0]))
    u, v = _flux(group, SAND, x, y)
    alone = 0.01 / (2 * np.pi * 20.0)
    middle = -alone / 30.0 - alone / 30.0
    within = -alone / 60.06 + alone * 0.06 / (0.5 * group.radius) ** 2
    assert group.radius == 0.15
    assert u == pytest.approx([middle, within])
    assert v == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize("angle", [0.0, 2.0])
def test_water_injected_downstream_far_enough_never_comes_back(angle):
    """From 2 Q/(π b U) on no stream line joins the wells of a doublet along the flow."""
    apart = 2 * 0.01 / (np.pi * 20.0 * 5e-6)
    moving = Aquifer(20.0, 5e-4, velocity=5e-6)
    heading = (np.cos(angle), np.sin(angle))
    far = stream_tubes(doublet(1.15 * apart, heading, direction=angle), moving, tubes=36)
    assert far.lost == pytest.approx(1.0)
    near = stream_tubes(doublet(0.6 * apart, heading, direction=angle), moving, tubes=36)
    assert 0.2 < near.lost < 0.9
    above = stream_tubes(doublet(0.6 * apart, heading, direction=angle + np.pi), moving, tubes=36)
    assert above.lost < 0.05


def test_each_tube_of_a_doublet_arrives_by_the_angle_it_leaves_at():
    """π b d²/Q (1 − a cot a)/sin² a after leaving at an angle a off the straight line."""
    tubes = stream_tubes(doublet(), SAND, tubes=24)
    angle = np.repeat((np.arange(9) + 0.5) / 24 * 2 * np.pi, 2)
    shape = (1 - angle / np.tan(angle)) / np.sin(angle) ** 2
    exact = np.pi * 20.0 * 60.0**2 / 0.01 * shape * 2.5e6 / WATER
    assert np.sort(tubes.time)[:18] == pytest.approx(exact, rel=0.01)


def test_a_doublet_is_the_same_wherever_it_stands():
    here = stream_tubes(doublet(), SAND, tubes=24)
    group = doublet()
    away = WellGroup(group.x - 6000.0, group.y + 9000.0, group.flow)
    there = stream_tubes(away, SAND, tubes=24)
    assert there.lost == pytest.approx(here.lost)
    assert there.time == pytest.approx(here.time, rel=1e-4)


def test_unlike_injection_wells_send_tubes_by_their_flow():
    group = WellGroup(np.array([0.0, 50.0, -70.0]), np.zeros(3), np.array([-0.012, 0.009, 0.003]))
    tubes = stream_tubes(group, SAND, tubes=20)
    assert sorted(set(np.round(tubes.share, 6))) == [0.0125, 0.0375]
    alone = 0.75 / 20 * 20
    assert tubes.share.sum() + tubes.lost == pytest.approx(alone + 0.25)


def test_a_group_needs_both_sorts_of_wells_that_stand_apart():
    two = np.array([0.0, 50.0])
    for flow in ([0.01, 0.01], [-0.01, -0.01]):
        with pytest.raises(OutOfRangeError, match="pumps and one that injects"):
            WellGroup(two, np.zeros(2), np.array(flow))
    with pytest.raises(OutOfRangeError, match=r"from twice the radius, 0\.30 m"):
        doublet(0.29)
    doublet(0.31)
    assert well_distances(np.array([0.0, 3.0]), np.array([0.0, 4.0]), 0.2) == pytest.approx(
        np.array([[0.2, 5.0], [5.0, 0.2]])
    )


# -- feedback


def test_each_tube_arrives_after_its_time_and_loses_heat_to_the_layers():
    tubes = Tubes(np.array([0.3, 0.5]), np.array([1e7, 3e7]), 0.2)
    cover = Cover(1.5, 2e6)
    time = np.array([0.9e7, 2e7, 2.9e7, 2e8])
    found = group_feedback(tubes, SAND, time=time, cover=cover)
    loss = np.sqrt(1.5 * 2e6) / (20.0 * 2.5e6)
    one = [0.0, *(0.3 * erfc(loss * 1e7 / np.sqrt(time[1:] - 1e7)))]
    two = [0.0, 0.0, 0.0, 0.5 * erfc(loss * 3e7 / np.sqrt(1.7e8))]
    assert found == pytest.approx(np.add(one, two))


def test_dispersion_spreads_a_front_about_its_mean_arrival():
    assert _spread_fronts(0.0) == [(1.0, 1.0)]
    factor, weight = np.array(_spread_fronts(0.05)).T
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ factor == pytest.approx(1.0)
    mean = weight @ np.log(factor)
    assert weight @ (np.log(factor) - mean) ** 2 == pytest.approx(0.1)
    tubes = Tubes(np.ones(1), np.array([1e7]), 0.0)
    time, cover = 6e7, Cover(1.5, 2e6)
    wide = group_feedback(tubes, SAND, time=np.array([time]), cover=cover, dispersion=0.05)

    def met(z):
        late = 1e7 * np.exp(0.1**0.5 * z - 0.05)
        share = erfc((1.5 * 2e6) ** 0.5 / 5e7 * late / np.sqrt(time - late))
        return share * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    assert wide[0] == pytest.approx(quad(met, -5.5, 5.5)[0], rel=1e-5)


def test_water_that_is_not_injected_again_brings_nothing_back():
    group = WellGroup(np.array([0.0, 60.0]), np.zeros(2), np.array([-0.01, 0.004]))
    volume, feedback = group_curve(group, SAND, horizon=3e9, dispersion=0.0)
    assert volume[-1] == pytest.approx(0.01 * 3e9)
    tubes = stream_tubes(group, SAND)
    assert volume[0] == pytest.approx(0.01 * tubes.time.min() / 20)
    inside = group_feedback(tubes, SAND, time=volume / 0.01, cover=Cover())
    assert feedback == pytest.approx(0.4 * inside)
    with pytest.raises(OutOfRangeError, match="exceeds pumped"):
        group_curve(
            WellGroup(np.array([0.0, 60.0]), np.zeros(2), np.array([-0.01, 0.0101])),
            SAND,
            horizon=1e9,
        )


def test_a_group_s_modes_give_its_curve_again():
    group = doublet()
    wells = group_ground(group, SAND, horizon=3e9)
    volume, feedback = group_curve(group, SAND, horizon=3e9)
    assert wells.undisturbed_temperature == 13.0
    assert wells.feedback(volume) == pytest.approx(feedback, abs=0.01)


def test_a_reduction_keeps_a_delay_and_refuses_what_is_no_feedback():
    volume = np.geomspace(1e3, 1e7, 120)
    response = 0.8 * 0.5 * erfc(np.log(1e5 / volume) / 1.5)
    volumes, weights = fit_delayed(volume, response)
    assert len(volumes) == 32
    assert volumes[-1] == pytest.approx(1.2e7)
    assert (-np.expm1(-volume[:, None] / volumes)) @ weights == pytest.approx(response, abs=0.01)
    nothing = fit_delayed(volume, np.full(120, 9e-7))
    assert (nothing[0].tolist(), nothing[1].tolist()) == ([1e7], [0.0])
    fit_delayed(volume, np.clip(1.0019 * response / response.max(), 0.0, None))
    for wrong in (response - 0.002, 1.0021 * response / response.max()):
        with pytest.raises(UnphysicalError, match="0 … 1"):
            fit_delayed(volume, wrong)
    with pytest.raises(UnphysicalError, match="ascending"):
        fit_delayed(volume[::-1], response)
    with pytest.raises(UnphysicalError, match="cannot be reduced"):
        fit_delayed(volume, np.where(volume > 1e5, 0.9, 0.0))


# -- one well


def test_equal_wells_circulate_their_number_times_the_volume():
    volume = np.geomspace(1e3, 1e7, 120)
    response = WellResponse(volume, 0.4 * erfc(np.log(1e5 / volume) / 1.5), 0.8)
    one = well_ground(response, temperature=13.0)
    five = well_ground(response, temperature=13.0, wells=5.0, exchange=0.6, rest_time=3e7)
    assert five.volumes == pytest.approx(5.0 * one.volumes)
    assert five.coefficients == pytest.approx(one.coefficients)
    assert (one.exchange, one.rest_time) == (0.8, np.inf)
    assert (five.exchange, five.rest_time, five.rest) == (0.6, 3e7, 13.0)


def test_regional_flow_renews_a_well_s_water_across_its_cell():
    moving = Aquifer(20.0, 5e-4, heat_capacity=2.5e6, velocity=2e-6)
    assert washing_time(moving, 15.0) == pytest.approx(2.5e6 / WATER * 30.0 / 2e-6)
    assert washing_time(SAND, 15.0) == np.inf


def test_a_claim_of_capacity_is_bounded_by_what_comes_back():
    found = sustainable_heat(0.012, deficit_per_spread=0.25, undisturbed=13.0, coldest=3.0)
    assert found == pytest.approx(WATER * 0.012 * 10.0 / 1.25)
    for wrong in (
        {"deficit_per_spread": -0.1, "undisturbed": 13.0, "coldest": 3.0},
        {"deficit_per_spread": 0.1, "undisturbed": 13.0, "coldest": 13.0},
    ):
        with pytest.raises(OutOfRangeError, match="deficit per spread"):
            sustainable_heat(0.012, **wrong)


def test_a_season_ends_with_the_mean_deficit_of_its_last_two_thousandth():
    screens = Screens(0.3, (12.0, 18.0), (2.0, 8.0))
    packing = Packing(0.1, 0.4, conductivity=0.05)
    found = season_deficit(SAND, packing, flow=0.003, season=4e3)
    flow = packed_flow(SAND, packing, flow=0.003, reach=100.0, cells=(32, 28))
    model = WellTransport(SAND, flow)
    model.run(3998.0, spread=1.0)
    assert found == pytest.approx(model.run(2.0, spread=1.0), rel=1e-9)
    assert found > 1e-3
    assert season_deficit(SAND, screens, flow=0.003, season=4e3) == pytest.approx(0, abs=1e-3)


# -- heads


def test_heads_of_three_wells_add_up():
    heads = balanced_heads(
        np.array([0.0, 30.0, 0.0]),
        np.array([0.0, 0.0, 40.0]),
        np.array([0.01, -0.004, -0.006]),
        aquifer=SAND,
        radius=0.2,
    )
    own, a, b, c = np.log([0.2, 30.0, 40.0, 50.0])
    scale = 2 * np.pi * 0.01
    exact = np.array(
        [
            -0.01 * own + 0.004 * a + 0.006 * b,
            -0.01 * a + 0.004 * own + 0.006 * c,
            -0.01 * b + 0.004 * c + 0.006 * own,
        ]
    )
    assert heads == pytest.approx(exact / scale)
    for screen in ((-0.1, 5.0), (5.0, 5.0), (5.0, 20.1)):
        with pytest.raises(OutOfRangeError, match="above the base"):
            partial_penetration_head(SAND, screen, flow=0.01, radius=0.2)


def test_a_grid_keeps_the_ends_of_screens_and_grows_outwards():
    r, z = well_grid(SAND, (12.0, 18.0, 25.0), radius=0.3, reach=60.0, cells=(10, 20))
    assert r == pytest.approx(0.3 + 59.7 * (np.arange(11) / 10) ** 1.8)
    assert z == pytest.approx(np.arange(21.0))
    _, coarse = well_grid(SAND, (12.0, 18.0), radius=0.3, reach=60.0, cells=(10, 4))
    assert coarse == pytest.approx([0.0, 6.0, 12.0, 15.0, 18.0, 19.0, 20.0])


def test_layers_of_more_conductivity_take_more_of_what_crosses():
    screens = Screens(0.3, (12.0, 18.0), (2.0, 8.0))
    given = {"flow": 0.01, "reach": 60.0, "cells": (12, 10)}
    even = screened_flow(SAND, screens, **given)
    loose = screened_flow(SAND, screens, layers=((8.0, 12.0, 5e-3),), **given)
    assert loose.height == pytest.approx(even.height)
    assert loose.head_loss < even.head_loss
    all_loose = screened_flow(SAND, screens, layers=((0.0, 20.0, 2e-3),), **given)
    assert all_loose.head_loss == pytest.approx(even.head_loss / 4, rel=1e-6)
    assert all_loose.radial == pytest.approx(even.radial, abs=1e-9)
    for wrong in ((8.0, 12.0, 0.0), (12.0, 8.0, 1e-3)):
        with pytest.raises(OutOfRangeError, match="layer"):
            screened_flow(SAND, screens, layers=(wrong,), **given)


def test_what_leaves_a_packing_balances_its_own_head_with_the_aquifer_s():
    """Two layers: what sinks between them and what goes round outside lose the same head."""
    packing = Packing(0.1, 0.4, conductivity=0.05)
    field = WellField(
        np.zeros(1),
        np.zeros(1),
        np.array([0.0, 8.0, 20.0]),
        np.array([[0.0, 0.0]]),
        np.array([0.01]),
        np.array([0.01]),
    )
    found = pressed_field(SAND, field, [packing], size=6.0)
    heads, _ = influence(SAND, field, size=6.0)
    near = np.log(0.2 * 6.0 / 0.4)
    skin = near / (2 * np.pi * 5e-4 * np.array([8.0, 12.0]))
    around = skin.sum() + heads[0, 0] + heads[1, 1] - heads[0, 1] - heads[1, 0]
    inside = 10.0 / (0.05 * np.pi * 0.15)
    leaving = 0.01 * inside / (inside + around)
    assert found.wall == pytest.approx(np.array([[-leaving, leaving]]), rel=1e-4)
