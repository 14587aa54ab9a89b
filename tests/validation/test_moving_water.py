"""
Fields in moving groundwater against quadrature of moving line sources and finite volumes.

Bar: 0.1 K at 30 W per metre, a design's usual heat: 0.0033 m K/W of step response. Where a
thousand holes would be 150 K off at that heat, half a per cent of the drop, as for fields in
resting ground.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.signal import fftconvolve
from scipy.sparse import coo_matrix, identity
from scipy.sparse.linalg import splu
from scipy.special import erf, erfc

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import (
    FieldResponse,
    fluid_step_response,
    ground_temperature,
    modal_ground,
)
from loopkeeper.physics.many_years import wall_modes, wall_response
from loopkeeper.physics.moving_water import (
    Stream,
    downstream,
    moving_response,
    probe,
    response_upon,
)

pytestmark = pytest.mark.validation

K, C, WATER, RADIUS = 1.9, 2.3e6, 4.18e6, 0.075
ALPHA = K / C
DAY, YEAR = 86400.0, 365.25 * 86400.0
HEAT = 30.0
HOLE = RadialBorehole(0.1, 0.03, 5e3, 0.03, RADIUS)
FLAT = (np.array([0.01, 0.1]), np.zeros(2))
TIMES = np.array([3.0, 30.0, 365.0, 3650.0]) * DAY


def rectangle(columns: int, rows: int, spacing: float = 5.0) -> FieldGeometry:
    x, y = np.meshgrid(np.arange(columns) * spacing, np.arange(rows) * spacing)
    return FieldGeometry(x.ravel(), y.ravel(), 100.0, 1.5, RADIUS)


def irregular(count: int) -> FieldGeometry:
    rng, kept = np.random.default_rng(4), np.zeros((0, 2))
    while len(kept) < count:
        one = rng.uniform(0, 6 * np.sqrt(count), 2)
        if len(kept) == 0 or np.hypot(*(kept - one).T).min() > 4.0:
            kept = np.vstack([kept, one])
    return FieldGeometry(kept[:, 0], kept[:, 1], 100.0, 1.5, RADIUS)


FIELDS = {
    "one": rectangle(1, 1),
    "row": rectangle(10, 1),
    "office": rectangle(10, 9),
    "irregular": irregular(40),
    "thousand": rectangle(40, 25),
}
_G: dict[str, FieldResponse] = {}


def response_of(name: str) -> FieldResponse:
    if name not in _G:
        _G[name] = FieldResponse.of(FIELDS[name])
    return _G[name]


def washed(name: str, flux: float, direction: float) -> FieldResponse:
    resting = response_of(name)
    return FieldResponse(
        resting.geometry, resting.scaled_time, resting.interaction, (flux / DAY, direction)
    )


def reduced(field: FieldResponse):
    return modal_ground(
        field,
        HOLE,
        conductivity=K,
        heat_capacity=C,
        undisturbed_temperature=10.0,
        flow_table=FLAT,
    )


def step_response(ground, time: np.ndarray):
    """The drop under unit extraction per metre. [m K W-1]"""
    return (-np.expm1(-time[:, None] / ground.time_constants)) @ ground.coefficients


def superposed(field: FieldGeometry, flux: float, direction: float, time: np.ndarray):
    """Mean of all holes on all holes by quadrature, the ends by numerical means over depth."""
    speed = flux / DAY * WATER / C
    dx = (field.x[:, None] - field.x).ravel()
    dy = (field.y[:, None] - field.y).ravel()
    along = dx * np.cos(direction) + dy * np.sin(direction)
    apart2 = dx**2 + dy**2
    # a wall's mean by 16 points around it
    around = RADIUS * np.cos((np.arange(16) + 0.5) * np.pi / 8)
    own = apart2 == 0
    beta = speed / (2 * ALPHA)
    near = ~own & (beta * (np.sqrt(apart2) - along) < 30)
    along, apart2 = along[near], apart2[near]
    pairs, counts = np.unique(np.round([along, apart2], 6), axis=1, return_counts=True)
    depth = 1.5 + (np.arange(200) + 0.5) / 2

    def rate(log_age: float) -> float:
        age = np.exp(log_age)
        s = 2 * np.sqrt(ALPHA * age)
        level = 0.5 * (
            erf((depth - 1.5) / s)
            - erf((depth - 101.5) / s)
            - erf((depth + 101.5) / s)
            + erf((depth + 1.5) / s)
        )
        moved = pairs[1] - 2 * pairs[0] * speed * age + (speed * age) ** 2
        others = counts @ np.exp(-moved / s**2) / len(field.x)
        itself = np.exp(-(RADIUS**2 - 2 * around * speed * age + (speed * age) ** 2) / s**2)
        return float(0.5 * level.mean() * (itself.mean() + others))

    knots = np.log(np.unique(np.concatenate([np.geomspace(5.0, time[-1], 60), time])))
    parts = [quad(rate, a, b, epsrel=1e-5)[0] for a, b in (pairwise(knots))]
    return np.interp(np.log(time), knots, np.concatenate([[0.0], np.cumsum(parts)]))


GRID = [
    (name, flux, direction)
    for name in FIELDS
    for flux in (0.001, 0.03, 0.3, 1.0, 50.0)
    for direction in ((0.0, 0.4, np.pi / 2) if name != "one" else (0.0,))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "flux", "direction"), GRID)
def test_any_field_in_any_flow(name, flux, direction, judged):
    moving = HOLE.resistance + superposed(FIELDS[name], flux, direction, TIMES) / (2 * np.pi * K)
    resting = step_response(reduced(response_of(name)), TIMES)
    exact = np.minimum(moving, resting)
    got = step_response(reduced(washed(name, flux, direction)), TIMES)
    allowed = np.maximum(0.1, 5e-3 * HEAT * exact)
    law, by = "field in moving groundwater, modal", "quadrature of moving finite line sources"
    judged(law, by=by, error=0.1 * HEAT * (got - exact) / allowed, bound=0.1, unit="K at 30 W/m")


@pytest.mark.parametrize("flux", [0.01, 0.1, 1.0])
def test_one_hole_is_molina_giraldos_moving_finite_line(flux, judged):
    # their form: steady point sources of closed form, integrated along the hole and its image
    speed = flux / DAY * WATER / C
    time = 300 * DAY
    angle = (np.arange(8) + 0.5) * np.pi / 8

    def at_depth(z: float) -> float:
        def source(s: float) -> float:
            r = np.hypot(RADIUS, z - s)
            wide = 2 * np.sqrt(ALPHA * time)
            a, b = -speed * r / (2 * ALPHA), (r - speed * time) / wide
            c, d = speed * r / (2 * ALPHA), (r + speed * time) / wide
            late = np.exp(c) * erfc(d) if c < 300 else 0.0
            return (np.exp(a) * erfc(b) + late) / (4 * r)

        marks = [z] if 1.5 < z < 101.5 else None
        below = quad(source, 1.5, 101.5, points=marks, limit=300, epsrel=1e-6)[0]
        return below - quad(source, -101.5, -1.5, limit=300, epsrel=1e-6)[0]

    nodes, weights = np.polynomial.legendre.leggauss(24)
    mean = 0.5 * weights @ [at_depth(1.5 + 50.0 * (1 + n)) for n in nodes]
    around = np.mean(np.exp(speed * RADIUS * np.cos(angle) / (2 * ALPHA)))
    stream = Stream.of((flux / DAY, 0.0), conductivity=K, heat_capacity=C)
    own, field = moving_response(FIELDS["one"], stream, end=time).at(np.array([time]))
    # 24 points over depth miss some of the last metres: 2e-3
    law, by = "moving finite line source", "quadrature of Molina-Giraldo (2011)"
    judged(law, by=by, error=field / (around * mean) - 1, bound=2e-3)
    assert field < own


SIZE, WIDE, HIGH, WEST, SOUTH = 0.25, 240, 128, 12.0, 16.0


def volumes(speed: float):
    """Flow and conduction between square cells, central differences; water enters in the west."""
    east = np.arange(WIDE * HIGH).reshape(HIGH, WIDE)
    spread, carried = K / SIZE**2, 0.5 * C * speed / SIZE
    entries = [
        (east[:, -1], east[:, -1], 2 * carried),
        (east[:, 0], east[:, 0], 2 * spread),
    ]
    for a, b, ahead in ((east[:, :-1], east[:, 1:], carried), (east[:-1], east[1:], 0.0)):
        for one, other, sign in ((a, b, 1.0), (b, a, -1.0)):
            entries += [
                (one, one, spread + sign * ahead),
                (one, other, -spread + sign * ahead),
            ]
    row, column = (np.concatenate([e[n].ravel() for e in entries]) for n in (0, 1))
    value = np.concatenate([np.full(e[0].size, e[2]) for e in entries])
    return coo_matrix((value, (row, column)), shape=(WIDE * HIGH,) * 2).tocsc()


def marched(holes, points, speed: float, times):
    """Drop at cells of holes and points under one watt per metre of every hole, implicit."""
    matrix = volumes(speed)
    cells = [int((y + SOUTH) / SIZE) * WIDE + int((x + WEST) / SIZE) for x, y in (*holes, *points)]
    source, state, found = np.zeros(WIDE * HIGH), np.zeros(WIDE * HIGH), []
    np.add.at(source, cells[: len(holes)], 1.0 / SIZE**2)
    for step in np.diff(times, prepend=0.0) / 60:
        solver = splu(matrix + identity(WIDE * HIGH, format="csc") * (C / step))
        for _ in range(60):
            state = solver.solve(source + state * (C / step))
        found.append(state[cells])
    return np.array(found)


@pytest.mark.parametrize("flux", [0.03, 0.1])
def test_a_field_and_its_plume_by_finite_volumes(flux, judged):
    # places in the middle of cells; a cell's value is that at exp(-0.5772)/√8 of its width, by
    # the lattice's own Green's function (Peaceman 1978)
    x, y = np.meshgrid(np.arange(3) * 5.0 + 0.125, np.arange(2) * 4.0 + 0.125)
    field = FieldGeometry(x.ravel(), y.ravel(), 2000.0, 1.5, RADIUS)
    stream = Stream.of((flux / DAY, 0.0), conductivity=K, heat_capacity=C)
    times, place = np.array([30.0, 120.0, 400.0]) * DAY, (22.125, 4.125)
    found = marched(list(zip(field.x, field.y, strict=True)), [place], stream.speed, times)
    wall = found[:, :6].mean(axis=1) - np.log(
        RADIUS / (np.exp(-np.euler_gamma) / np.sqrt(8) * SIZE)
    ) / (2 * np.pi * K)
    moving = moving_response(field, stream, end=times[-1]).at(times)[1] / (2 * np.pi * K)
    law, by = "field in moving groundwater", "finite volumes, 0.25 m"
    judged(law, by=by, error=HEAT * (moving - wall), bound=0.1, unit="K at 30 W/m")
    beside = response_upon(probe(field, *place), field, stream, time=times) / (2 * np.pi * K)
    law = "plume downstream of a field"
    judged(law, by=by, error=HEAT * (beside - found[:, 6]), bound=0.1, unit="K at 30 W/m")


def test_two_years_of_hours(judged):
    # days of ten hours, heating and cooling seasons: exact superposition of the same response
    hour = np.arange(2 * 8760)
    season = np.cos(2 * np.pi * hour / 8760)
    load = np.where(season > 0.2, HEAT, np.where(season < -0.3, -HEAT, 0.0))
    load *= (hour % 24 >= 8) & (hour % 24 < 18)
    field = washed("office", 1.0, 0.0)
    mine, _ = ground_temperature(reduced(field), load, 3600.0)
    table = np.geomspace(60.0, 3600.0 * (len(hour) + 1), 4000)
    step = fluid_step_response(field, HOLE, conductivity=K, heat_capacity=C, time=table)
    mean = np.mean(
        [
            np.interp((hour + p) * 3600.0, table, step, left=0.0)
            for p in (np.arange(12) + 0.5) / 12
        ],
        axis=0,
    )
    drop = fftconvolve(np.diff(load, prepend=0.0), mean)[: len(hour)]
    law, by = "late plume, modal, 2 years by the hour", "exact convolution (FFT)"
    judged(law, by=by, error=10.0 - drop - mine, bound=0.1, unit="K")


@pytest.mark.parametrize("name", ["row", "office", "irregular"])
def test_moving_water_never_cools_a_field_further(name):
    time = np.geomspace(3600.0, 50 * YEAR, 300)
    before = step_response(reduced(response_of(name)), time)
    for flux in (0.001, 0.01, 0.1, 1.0, 10.0, 800.0):
        after = step_response(reduced(washed(name, flux, 0.7)), time)
        # both are reduced within 0.015 K at 30 W/m
        assert np.all(after < before + 1e-3)
        before = np.minimum(before, after)


def test_slow_water_is_resting_ground():
    time = np.geomspace(3600.0, 25 * YEAR, 100)
    still = step_response(reduced(response_of("office")), time)
    slow = step_response(reduced(washed("office", 1e-5, 0.7)), time)
    assert slow == pytest.approx(still, abs=5e-4)


@pytest.mark.parametrize("flux", [0.003, 0.1, 3.0, 50.0])
def test_sizing_takes_the_same_response(flux, judged):
    field = washed("office", flux, 0.0)
    time, response = wall_response(field, conductivity=K, heat_capacity=C, years=25)
    tau, gain = wall_modes(time, response)
    late = TIMES[time[-1] > TIMES]
    own = -np.expm1(-late[:, None] / tau) @ gain + HOLE.resistance
    error = HEAT * (own - step_response(reduced(field), late))
    law, by = "wall in moving groundwater, sizing", "fluid of the simulation"
    judged(law, by=by, error=error, bound=0.1, unit="K at 30 W/m")


def test_the_plume_lies_downstream():
    field = rectangle(10, 9)
    stream = Stream.of((0.1 / DAY, np.pi / 2), conductivity=K, heat_capacity=C)
    place = downstream(field, stream, 10.0)
    assert place.y[0] == pytest.approx(50.0)
    assert place.x[0] in field.x
    above = probe(field, float(place.x[0]), -10.0)
    there, upstream = (
        response_upon(p, field, stream, time=np.array([10 * YEAR])) for p in (place, above)
    )
    assert there[0] > 100 * upstream[0] >= 0


def test_water_at_rest_has_no_plume():
    stream = Stream.of((0.0, 0.0), conductivity=K, heat_capacity=C)
    with pytest.raises(OutOfRangeError, match="does not move"):
        moving_response(rectangle(2, 2), stream, end=YEAR)
