"""What one field does to another, in resting ground and in moving water."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf, exp1, k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import ModalGround, ground_temperature
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.layers import effective_ground
from loopkeeper.physics.moving_water import Stream, moving_response, response_upon
from loopkeeper.physics.neighbour import Neighbour, Surroundings, beside, neighbours_drop

YEAR = 3.1536e7
STILL = Stream(0.0, 0.0, 1e-6)


def holes(x, y=None, length=100.0, top=2.0, radius=0.07, **lean):
    x = np.array(x, float)
    y = np.zeros(len(x)) if y is None else np.array(y, float)
    return FieldGeometry(x, y, length, top, radius, **lean)


def line_upon_line(distance, long, top, time):
    """Claesson and Javed's one integral for holes alike, 2 m and more apart."""

    def ierf(x):
        return x * erf(x) - (1 - np.exp(-(x**2))) / np.sqrt(np.pi)

    def rate(s):
        h, d = long * s, top * s
        ends = 2 * ierf(h) + 2 * ierf(h + 2 * d) - ierf(2 * h + 2 * d) - ierf(2 * d)
        return np.exp(-((distance * s) ** 2)) / s**2 * ends / long

    return 0.5 * quad(rate, 1 / np.sqrt(4e-6 * time), 5.0, limit=400)[0]


# -- resting ground


def test_a_hole_feels_another_as_finite_lines_do():
    time = np.array([0.5, 3.0, 40.0]) * YEAR
    found = response_upon(holes([0.0]), holes([8.0]), STILL, time=time)
    exact = [line_upon_line(8.0, 100.0, 2.0, t) for t in time]
    assert found == pytest.approx(exact, rel=2e-3)


def test_what_one_hole_gives_another_per_metre_goes_by_the_other_s_length():
    long, short = holes([0.0], length=120.0, top=1.0), holes([3.0], [4.0], length=60.0, top=9.0)
    time = np.array([2.0, 30.0]) * YEAR
    there, back = (
        response_upon(a, b, STILL, time=time) for a, b in ((long, short), (short, long))
    )
    assert 120.0 * there == pytest.approx(60.0 * back, rel=2e-3)
    deep = response_upon(
        holes([0.0], length=50.0, top=900.0), holes([5.0], length=5e3, top=1.0), STILL, time=time
    )
    assert deep == pytest.approx(0.5 * exp1(25.0 / (4e-6 * time)), rel=1e-3)


def test_holes_of_a_field_add_up_and_those_that_feel_it_are_averaged():
    time = np.array([5.0, 20.0]) * YEAR
    found = response_upon(holes([0.0, 3.0]), holes([9.0, 15.0]), STILL, time=time)
    pairs = [[line_upon_line(d, 100.0, 2.0, t) for t in time] for d in (9, 15, 6, 12)]
    assert found == pytest.approx(np.sum(pairs, axis=0) / 2, rel=1e-2)


def test_holes_at_one_distance_count_as_often_as_they_stand_there():
    time = np.array([20.0 * YEAR])
    around = holes([6.0, -6.0, 0.0], [0.0, 0.0, 6.0])
    found = response_upon(holes([0.0]), around, STILL, time=time)
    assert found == pytest.approx([3 * line_upon_line(6.0, 100.0, 2.0, time[0])], rel=2e-3)
    stream = Stream(1.6e-6, 0.0, 8e-7)
    above = holes([-5.0, -5.0], [3.0, -3.0], length=3e3)
    found = response_upon(holes([0.0], length=3e3), above, stream, time=np.array([1e10]))
    assert found == pytest.approx([2 * np.exp(5.0) * k0(np.hypot(5.0, 3.0))], rel=1e-2)


def test_holes_of_two_fields_keep_their_radii_apart():
    wide = holes([0.0], radius=0.3)
    time = np.array([YEAR])
    response_upon(wide, holes([0.51], radius=0.2), STILL, time=time)
    with pytest.raises(OutOfRangeError, match=r"from 0\.500 m"):
        response_upon(wide, holes([0.49], radius=0.2), STILL, time=time)


def test_a_leaning_hole_counts_at_its_middle_and_reaches_less_deep():
    lean = holes([0.0], [1.0], tilt=np.array([0.3]), orientation=np.array([np.pi / 2]))
    time = np.array([30.0 * YEAR])
    upright = holes([0.0], [1.0 + 50.0 * np.sin(0.3)], length=100.0 * np.cos(0.3))
    other = holes([6.0], [16.0])
    assert response_upon(other, lean, STILL, time=time) == pytest.approx(
        response_upon(other, upright, STILL, time=time), rel=1e-9
    )


# -- moving water


def test_a_hole_downstream_comes_to_rest_at_the_plume_of_the_one_above():
    stream = Stream(1.6e-6, np.pi / 6, 8e-7)
    time = np.array([1e10])
    for x, y in ((4.0, 3.0), (-1.0, 2.0)):
        along = x * np.cos(np.pi / 6) + y * np.sin(np.pi / 6)
        found = response_upon(
            holes([x], [y], length=3e3), holes([0.0], length=3e3), stream, time=time
        )
        assert found[0] == pytest.approx(np.exp(along) * k0(np.hypot(x, y)), rel=1e-2)


def test_a_pair_in_a_stream_is_the_mean_of_what_each_does_to_both():
    stream = Stream(1.6e-6, 0.0, 8e-7)
    pair = holes([0.0, 20.0], [0.0, 2.0], length=3e3)
    found = moving_response(pair, stream, end=1e10)
    distance = np.hypot(20.0, 2.0)
    across = 0.5 * (np.exp(20.0) + np.exp(-20.0)) * k0(distance)
    assert found.field[-1] - found.own[-1] == pytest.approx(across, rel=2e-2)
    with pytest.raises(OutOfRangeError, match="does not move"):
        moving_response(pair, STILL, end=1e8)


# -- neighbours


HERE = Surroundings(holes([0.0]), 2.0, 2e6)


def test_neighbours_cool_a_field_by_their_heat_per_metre_and_their_age():
    """Two holes of 100 m draw 3 kW: 15 W/m; they have stood for 7 years."""
    one = Neighbour(holes([8.0, 12.0]), 3000.0, age=7 * YEAR)
    time = np.array([0.0, 4.0]) * YEAR
    both = [sum(line_upon_line(d, 100.0, 2.0, t * YEAR) for d in (8, 12)) for t in (7, 11)]
    drop = neighbours_drop(HERE, [one], time)
    assert drop == pytest.approx(15.0 / (4 * np.pi) * np.array(both), rel=5e-3)
    seen = neighbours_drop(HERE, [replace(one, seen=True)], time)
    assert seen == pytest.approx(drop - drop[0], abs=1e-9)
    warmer = replace(one, heat=-1000.0)
    assert neighbours_drop(HERE, [one, warmer], time) == pytest.approx(2 / 3 * drop)


def test_a_neighbour_that_comes_later_is_not_felt_before():
    late = Neighbour(holes([8.0]), 2000.0, age=-3 * YEAR)
    drop = neighbours_drop(HERE, [late], np.array([1.0, 2.9, 13.0]) * YEAR)
    assert drop[:2] == pytest.approx([0.0, 0.0], abs=1e-12)
    expected = 20.0 / (4 * np.pi) * line_upon_line(8.0, 100.0, 2.0, 10 * YEAR)
    assert drop[2] == pytest.approx(expected, rel=5e-3)


def test_ground_beside_neighbours_cools_without_any_heat_of_its_own():
    alone = ModalGround(12.0, np.array([7200.0]), np.array([0.1]), 100.0, 0.0, NO_CHANGE)
    one = Neighbour(holes([6.0, 9.0]), 3000.0, age=2 * YEAR)
    assert beside(alone, HERE, []) is alone
    here = beside(alone, HERE, [one])
    assert here.count == 1 + 24
    assert (here.time_constants[1], here.time_constants[-1]) == (
        pytest.approx(30 * 86400.0),
        pytest.approx(150 * YEAR),
    )
    month = YEAR / 12
    temperature, _ = ground_temperature(here, np.zeros(40 * 12), month)
    middle = (np.arange(40 * 12) + 0.5) * month
    assert temperature == pytest.approx(12.0 - neighbours_drop(HERE, [one], middle), abs=0.02)
    assert temperature[-1] < 10.5
    drawn, _ = ground_temperature(here, np.full(3, 20.0), month)
    assert drawn == pytest.approx(temperature[:3] - 2.0, abs=0.02)


def test_layers_stand_for_one_ground_by_what_a_hole_crosses_of_each():
    ground = effective_ground(np.array([10.0, 30.0]), np.array([[1.2, 3e6], [2.4, 2e6]]))
    assert ground == pytest.approx((2.1, 2.25e6))
