"""Fields beside a field, against point sources, joint g-functions and brute superposition."""

import numpy as np
import pygfunction as gt
import pytest
from scipy.integrate import dblquad
from scipy.special import erfc

from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse, ground_temperature, modal_ground
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.moving_water import Stream, response_upon
from loopkeeper.physics.neighbour import Neighbour, Surroundings, beside, neighbours_drop
from loopkeeper.units import DAY, YEAR

K, C = 2.0, 2.2e6
RADIUS = 0.065
HOLE = RadialBorehole(0.1, 0.03, 5e3, 0.03, RADIUS)

pytestmark = pytest.mark.validation


def grid(columns, rows, *, at=(0.0, 0.0), spacing=5.0, length=100.0, buried=1.5):
    x, y = np.meshgrid(np.arange(columns) * spacing, np.arange(rows) * spacing)
    return FieldGeometry(x.ravel() + at[0], y.ravel() + at[1], length, buried, RADIUS)


def point_sources(apart, time, own, other):
    """Mean over a hole of what a line of point sources and their images do. [m K W-1]"""
    spread = np.sqrt(4 * K / C * time)

    def at(below, depth):
        here = np.hypot(apart, depth - below)
        image = np.hypot(apart, depth + below)
        return (erfc(here / spread) / here - erfc(image / spread) / image) / (4 * np.pi * K)

    (top, length), (head, long) = own, other
    total, _ = dblquad(at, top, top + length, head, head + long, epsabs=1e-8, epsrel=1e-7)
    return total / length


@pytest.mark.parametrize("years", [2.0, 10.0, 40.0])
@pytest.mark.parametrize("apart", [8.0, 30.0, 80.0])
@pytest.mark.parametrize("holes", [((1.5, 100.0), (1.5, 100.0)), ((1.0, 60.0), (20.0, 150.0))])
def test_one_hole_upon_another(apart, years, holes, judged):
    (top, length), (head, long) = holes
    upon, by = (
        grid(1, 1, at=(x, 0.0), length=h, buried=d)
        for x, d, h in ((apart, top, length), (0.0, head, long))
    )
    stream = Stream.of((0.0, 0.0), conductivity=K, heat_capacity=C)
    felt = response_upon(upon, by, stream, time=np.array([years]) * YEAR)[0] / (2 * np.pi * K)
    judge = point_sources(apart, years * YEAR, *holes)
    law, by_whom = "one hole upon another", "point sources by quadrature (scipy)"
    # log time in steps of a tenth, straight between: some 0.1 mK at 30 W/m
    judged(law, by=by_whom, error=30.0 * (felt - judge), bound=0.003, unit="K at 30 W/m")


@pytest.mark.parametrize("gap", [10.0, 40.0])
def test_a_field_of_two_halves(gap, judged):
    # two like fields that draw alike are one field of twice the holes: the library's g-function
    half, other = grid(5, 4), grid(5, 4, at=(20.0 + gap, 0.0))
    time = np.geomspace(YEAR, 40 * YEAR, 30)
    both = gt.borefield.Borefield(
        H=100.0, D=1.5, r_b=RADIUS, x=np.append(half.x, other.x), y=np.append(half.y, other.y)
    )
    alone = gt.borefield.Borefield(H=100.0, D=1.5, r_b=RADIUS, x=half.x, y=half.y)
    joint, single = (
        gt.gfunction.gFunction(
            f, K / C, time=time, boundary_condition="UHTR", method="equivalent"
        ).gFunc
        for f in (both, alone)
    )
    stream = Stream.of((0.0, 0.0), conductivity=K, heat_capacity=C)
    felt = response_upon(half, other, stream, time=time)
    error = 30.0 * (felt - (joint - single)) / (2 * np.pi * K)
    # the library groups alike holes: it and we are within a hundredth of a kelvin
    judged(
        "field upon field",
        by="joint g-function (pygfunction)",
        error=error,
        bound=0.02,
        unit="K at 30 W/m",
    )


def test_a_neighbour_upstream_by_brute_force(judged):
    upon, by = grid(3, 2, at=(40.0, 3.0)), grid(3, 3)
    flux, years = 0.02 / DAY, 8.0
    stream = Stream.of((flux, 0.0), conductivity=K, heat_capacity=C)
    felt = response_upon(upon, by, stream, time=np.array([years]) * YEAR)[0]
    speed, spread = flux * 4.187e6 / C, 4 * K / C
    age = np.geomspace(1e4, years * YEAR, 40_000)
    total = np.zeros(len(age))
    for x, y in zip(upon.x, upon.y, strict=True):
        for east, north in zip(by.x, by.y, strict=True):
            total += np.exp(-((x - east - speed * age) ** 2 + (y - north) ** 2) / (spread * age))
    endless = np.trapezoid(total / upon.count / (2 * age), age)
    # holes of 100 m for eight years lose 4 % at their ends
    long = response_upon(
        grid(3, 2, at=(40.0, 3.0), length=5000.0),
        grid(3, 3, length=5000.0),
        stream,
        time=np.array([years]) * YEAR,
    )[0]
    judged(
        "neighbour in moving groundwater",
        by="endless moving lines by the trapezium",
        error=30.0 * (long - endless) / (2 * np.pi * K),
        bound=0.03,
        unit="K at 30 W/m",
    )
    assert 0.85 * endless < felt < endless


@pytest.mark.parametrize(("age", "seen"), [(0.0, False), (6.0, True), (6.0, False), (-3.0, True)])
def test_modes_keep_what_neighbours_do(age, seen):
    here = Surroundings(grid(5, 4), K, C)
    one = Neighbour(grid(6, 6, at=(30.0, 0.0)), 2e4, age * YEAR, seen)
    modal = beside(_alone(here), here, (one,))
    days = np.arange(1, 40 * 365 + 1)
    fluid, _ = ground_temperature(modal, np.zeros(len(days)), DAY)
    wanted = 12.0 - neighbours_drop(here, (one,), (days - 0.5) * DAY)
    assert np.abs(fluid - wanted).max() < 0.02


def _alone(here):
    return modal_ground(
        FieldResponse.of(here.geometry),
        HOLE,
        conductivity=K,
        heat_capacity=C,
        undisturbed_temperature=12.0,
        flow_table=NO_CHANGE,
    )
