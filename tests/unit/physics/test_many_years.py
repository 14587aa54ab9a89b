"""The same year over and over: walls by superposition, fluid by an hour's arithmetic."""

import numpy as np
import pytest
from scipy.special import erfc, exp1

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.hole_resistance import NO_CHANGE, FlowTable
from loopkeeper.physics.many_years import (
    Hole,
    extremes,
    field_table,
    wall_drop,
    wall_modes,
    wall_response,
)

TIME = np.geomspace(900.0, 2e7, 110)


def wall(t):
    return 0.1 * -np.expm1(-t / 1e5) + 0.2 * -np.expm1(-t / 5e6)


def test_days_of_two_loads_add_up_as_steps_of_the_wall_s_response():
    """Three days of 12 h at 30 W/m and 12 h of -10 W/m put in."""
    day = np.repeat([30.0, -10.0], 12)
    drop = wall_drop((TIME, wall(TIME)), day, years=3)
    ends = 3600.0 * np.arange(1, 73)
    expected = np.zeros(72)
    for begun, change in ((0, 30), (12, -40), (24, 40), (36, -40), (48, 40), (60, -40)):
        expected[begun:] += change * wall(ends[begun:] - 3600.0 * begun)
    assert drop.shape == (3, 24)
    assert drop.ravel() == pytest.approx(expected, abs=2e-3)
    assert np.abs(expected).max() > 1.0
    with pytest.raises(OutOfRangeError, match="finite"):
        wall_drop((TIME, wall(TIME)), np.array([1.0, np.nan]), years=1)


def test_a_smooth_wall_needs_32_modes_and_a_late_plume_80():
    taus, weights = wall_modes(TIME, wall(TIME))
    assert (taus[0], taus[-1], len(taus)) == (pytest.approx(630.0), pytest.approx(4e7), 32)
    assert (-np.expm1(-TIME[:, None] / taus)) @ weights == pytest.approx(wall(TIME), abs=1e-4)
    late = 0.5 * erfc(np.log(5e5 / TIME) / 0.32)
    taus, weights = wall_modes(TIME, late)
    assert (taus[0], taus[-1], len(taus)) == (pytest.approx(90.0), pytest.approx(4e7), 80)
    assert (-np.expm1(-TIME[:, None] / taus)) @ weights == pytest.approx(late, abs=3e-3)


@pytest.mark.parametrize(
    ("size", "borne", "refused"), [(0.1, 1.1e-3, 2.5e-3), (1.0, 2.2e-3, 5e-3)]
)
def test_a_response_may_be_missed_by_three_thousandths_or_0_0015(size, borne, refused):
    smooth, teeth = size * wall(TIME) / wall(TIME[-1]), (-1.0) ** np.arange(110)
    wall_modes(TIME, smooth + borne * teeth)
    with pytest.raises(UnphysicalError, match="missed by"):
        wall_modes(TIME, smooth + refused * teeth)


def single(radius=0.07, length=120.0):
    return FieldGeometry(np.zeros(1), np.zeros(1), length, 1.0, radius)


def test_a_wall_is_a_line_source_and_what_the_field_adds_over_two_pi_k():
    table = FieldResponse(single(), np.array([1.0, 10.0, 100.0]), np.full(3, 0.3))
    time, response = wall_response(table, conductivity=2.0, heat_capacity=2.5e6, years=2.0)
    assert (time[0], time[-1], len(time)) == (900.0, pytest.approx(2 * 3.1536e7), 110)
    line = 0.5 * exp1(0.07**2 / (4 * 8e-7 * time))
    felt = 8e-7 * time >= 1.0
    assert response[felt] == pytest.approx((line[felt] + 0.3) / (4 * np.pi))
    early = 8e-7 * time < 1.0
    assert response[early] == pytest.approx(line[early] / (4 * np.pi), rel=1e-2, abs=1e-3)


def test_a_wall_in_moving_water_comes_to_rest_and_is_looked_at_more_closely():
    """At rest ln(2/(γ·decay·r)) of the line in a stream, where resting ground goes on."""
    resting = FieldResponse(single(), np.array([1.0, 1e5]), np.zeros(2))
    washed = FieldResponse(single(), np.array([1.0, 1e5]), np.zeros(2), (1e-6, 0.0))
    given = {"conductivity": 2.0, "heat_capacity": 2.5e6, "years": 5.0}
    time, moving = wall_response(washed, **given)
    assert len(time) == 300
    _, still = wall_response(resting, **given)
    assert moving[0] == pytest.approx(still[0], rel=0.02)
    decay = 1e-6 * 4.18e6 / 2.5e6 / (2 * 8e-7)
    rest = (np.log(2.0 / (decay * 0.07)) - 0.5772156649) / (4 * np.pi)
    assert moving[-1] == pytest.approx(rest, rel=0.02)
    assert moving[-1] < still[-1]


def test_a_table_begins_where_ends_or_neighbours_are_felt_and_serves_twice_the_years():
    """Ends of 48 m are felt after 2²/(30·1e-6) s, ends of 240 m after 1e6 s at the latest."""
    end = 2 * 10 * 3.1536e7

    def axis(geometry, years=10.0):
        return field_table(geometry, diffusivity=1e-6, years=years, points=4).scaled_time

    short = axis(single(length=48.0))
    assert short == pytest.approx(1e-6 * np.geomspace(4 / 30e-6, end, 4))
    assert axis(single(length=240.0))[0] == pytest.approx(1.0)
    pair = FieldGeometry(np.array([7.0, 8.8, 8.8]), np.array([5.0, 7.4, -4]), 240.0, 1.0, 0.07)
    assert axis(pair)[0] == pytest.approx(9 / 30)
    assert axis(single(length=240.0), years=0.05)[0] == pytest.approx(0.25 * 0.1 * 31.536)


HEAT = np.array([20.0, -10.0, 0.0])
HOLE = Hole(
    0.1,
    FlowTable(np.array([1e-4, 1e-3]), np.zeros(1), np.array([[0.03], [0.01]])),
    0.03,
    flow=np.array([1e-4, 1e-3, 1e-3]),
    share=np.array([0.5, 1.0, 0.0]),
    spread=np.array([1.0, -0.8, 0.0]),
)
WALL = np.array([[1.0, -2.0, 0.5], [1.5, -3.0, 0.2]])
REST = np.array([12.0, 11.7, 11.1])


def test_fluid_stands_below_its_wall_by_resistance_cycling_and_flow():
    """
    Hour by hour: ground that cools within the year, R_b q, cycling above the mean, the wall.

    The first hour runs half the time at 40 W/m, at a flow that costs 0.03 m K/W.
    """
    found = extremes(WALL, HOLE, HEAT, rest=REST)
    one = [12.0 - 2.0 - 0.6 - 1.0 - 1.2, 11.9 + 1.0 + 2.0 + 0.1, 11.8 - 0.5]
    two = [11.7 - 2.0 - 0.6 - 1.5 - 1.2, 11.5 + 1.0 + 3.0 + 0.1, 11.3 - 0.2]
    assert found.coldest == pytest.approx(two[0] + 1.0)
    assert found.coldest_entering == pytest.approx(two[0] - 1.0)
    assert found.warmest == pytest.approx(two[1] - 0.8)
    assert (found.coldest_year, found.warmest_year, found.entering_year) == (2, 2, 2)
    assert found.yearly == pytest.approx([(sum(one) + 0.2) / 3, (sum(two) + 0.2) / 3])


def test_holes_of_another_length_take_their_share_of_wall_and_heat():
    found = extremes(WALL[::-1], HOLE, HEAT, rest=REST, scale=1.1)
    assert found.coldest == pytest.approx(12.0 - 1.1 * (2.0 + 0.6 + 1.5 + 1.2) + 1.0)
    assert found.coldest_year == 1
    assert found.warmest == pytest.approx(11.9 + 1.1 * (1.0 + 3.0 + 0.1) - 0.8)
    assert found.warmest_year == 1


def test_a_year_without_heating_has_no_coldest_water_entering():
    found = extremes(WALL, HOLE, -np.abs(HEAT), rest=REST)
    assert found.coldest_entering == np.inf
    assert found.entering_year == 1
    plain = Hole(0.1, NO_CHANGE, 0.03, HOLE.flow, HOLE.share, HOLE.spread)
    assert extremes(WALL, plain, HEAT, rest=REST).coldest == pytest.approx(
        11.7 - 2.0 - 0.6 - 1.5 + 1.0
    )
