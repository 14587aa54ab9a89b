"""Pipes below the surface, water that stands or passes, standing columns, exchangers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import erf, exp1

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.exchanger import Exchanger, effectiveness
from loopkeeper.physics.fluid import FluidProperties
from loopkeeper.physics.ground import ground_temperature
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.horizontal import (
    Trench,
    Tube,
    coil_as_trench,
    surface_wave,
    trench_ground,
    trench_response,
    tube_table,
)
from loopkeeper.physics.pipe import pipe_resistance
from loopkeeper.physics.standing_column import (
    StandingColumn,
    column_ground,
    standing_column_response,
)
from loopkeeper.physics.surface_water import Pond, usable_heat, water_source

WATER = 4.18e6

# -- trenches


def test_pipes_of_several_trenches_lie_side_by_side():
    trench = Trench(1.5, 0.4, 3, 0.016, rows=2, row_spacing=2.5)
    assert trench.width == pytest.approx(0.8)
    assert trench.places() == pytest.approx([0.0, 0.4, 0.8, 2.5, 2.9, 3.3])


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ({"pipes": 1}, {"pipes": 0}),
        ({"depth": 0.017}, {"depth": 0.016}),
        ({"spacing": 0.033}, {"spacing": 0.031}),
        ({"rows": 2, "row_spacing": 0.84}, {"rows": 2, "row_spacing": 0.82}),
        ({"pipes": 1, "spacing": 0.0}, {"radius": 0.0}),
    ],
)
def test_pipes_in_one_another_or_above_ground_are_refused(allowed, refused):
    trench = Trench(1.5, 0.4, 3, 0.016)
    replace(trench, **allowed)
    with pytest.raises(OutOfRangeError):
        replace(trench, **refused)


def test_two_pipes_feel_themselves_each_other_and_their_images_in_the_surface():
    time, scale = np.array([1e5, 1e7]), 4 * 2.0 / 2.5e6 * np.array([1e5, 1e7])
    found = trench_response(
        Trench(1.5, 0.6, 2, 0.02), conductivity=2.0, heat_capacity=2.5e6, time=time
    )
    exact = exp1(4e-4 / scale) - exp1(9.0004 / scale) + exp1(0.36 / scale) - exp1(9.36 / scale)
    assert found == pytest.approx(exact / (8 * np.pi))


def test_trenches_in_modal_form_come_to_the_rest_of_two_lines_and_their_images():
    trench = Trench(1.2, 0.5, 2, 0.016, rows=2, row_spacing=30.0)
    ground = trench_ground(
        trench,
        conductivity=1.5,
        heat_capacity=2e6,
        temperature=11.0,
        length=80.0,
        by_flow=NO_CHANGE,
    )
    assert (ground.total_length, ground.rest) == (320.0, 11.0)
    ends = np.log(2 * 1.2 / 0.016) + np.log(np.hypot(0.5, 2.4) / 0.5)
    far = sum(np.log(np.hypot(d, 2.4) / d) * n for d, n in ((29.5, 1), (30.0, 2), (30.5, 1)))
    rest = (ends + far / 2) / (2 * np.pi * 1.5)
    assert ground.coefficients.sum() == pytest.approx(rest, rel=5e-3)
    early = exp1(0.016**2 / (4 * 7.5e-7 * 900.0)) / (4 * np.pi * 1.5)
    assert ground.cycling_resistance == pytest.approx(early, rel=5e-3)
    week = ground_temperature(ground, np.full(168, 10.0), 3600.0)[0]
    exact = trench_response(
        trench, conductivity=1.5, heat_capacity=2e6, time=np.array([167.5 * 3600])
    )
    assert 11.0 - week[-1] == pytest.approx(10.0 * exact[0], rel=0.02)


def test_a_coil_is_as_many_straight_pipes_as_keep_its_metres():
    """Loops of 0.8 m each 0.4 m: 2π + 2 metres a metre, eight pipes over its width."""
    trench, factor = coil_as_trench(diameter=0.8, pitch=0.4, depth=1.2, pipe_radius=0.016)
    assert (trench.pipes, trench.depth, trench.radius) == (8, 1.2, 0.016)
    assert trench.spacing == pytest.approx(0.8 / 7)
    assert factor == pytest.approx((2 * np.pi + 2) / 8)
    wide, _ = coil_as_trench(diameter=0.1, pitch=9.0, depth=1.2, pipe_radius=0.016)
    assert wide.pipes == 2
    given = {"diameter": 0.8, "pitch": 0.4, "depth": 1.2, "pipe_radius": 0.016}
    with pytest.raises(OutOfRangeError, match="trench spacing"):
        coil_as_trench(**{**given, "pitch": 0.033})
    for wrong in ({"pitch": 0.031}, {"diameter": 0.0}, {"pipe_radius": 0.0}):
        with pytest.raises(OutOfRangeError, match="coil"):
            coil_as_trench(**{**given, **wrong})


def test_film_and_wall_of_a_loop_count_by_the_flow_of_one_circuit():
    flow = np.array([2e-4, 2e-3])
    table = tube_table(Tube(0.016, 0.013, circuits=4, per_metre=1.25), flow, ("water", 0.0))
    assert table.temperature[0] == pytest.approx(0.2)
    assert np.diff(table.temperature) == pytest.approx(1.0)
    wall = np.log(0.016 / 0.013) / (2 * np.pi * 0.4)
    # laminar at 0.05 L/s a circuit: Nusselt number 3.66
    laminar = 1 / (np.pi * 3.66 * 0.556)
    assert table.resistance[0, 0] == pytest.approx((laminar + wall) / 1.25, rel=5e-3)
    assert table.resistance[1, 0] < 0.75 * table.resistance[0, 0]


def test_the_ground_follows_the_surface_damped_and_later():
    depth = np.array([0.0, 1.0, 3.0])
    given = {"mean": 12.0, "swing": 10.0, "coldest": 30.0, "diffusivity": 7e-7}
    damping = depth * np.sqrt(np.pi / (7e-7 * 3.1536e7))
    late = damping / (2 * np.pi) * 365.0
    coldest = [surface_wave(d, 30.0 + n, **given) for d, n in zip(depth, late, strict=True)]
    assert coldest == pytest.approx(12.0 - 10.0 * np.exp(-damping))
    quarter = surface_wave(depth, 30.0 + late + 365.0 / 4, **given)
    assert quarter == pytest.approx(12.0)
    assert surface_wave(np.zeros(1), np.array([30.0 + 365 / 8]), **given) == pytest.approx(
        12.0 - 10.0 * np.sqrt(0.5)
    )


# -- ponds and passing water


def test_a_pond_or_a_stream_is_a_ground_of_one_mode_or_none():
    plate, flow = Exchanger(5e4, 0.02), np.array([0.01, 0.02])
    given = {"source_capacity": 4.18e6, "loop_capacity": 4.0e6, "temperature": 15.0}
    pond = Pond(2000.0, 800.0, 20.0, 0.002)
    still = water_source(exchanger=plate, flow_axis=flow, pond=pond, **given)
    loss = 16e3 + WATER * 0.002
    assert still.time_constants == pytest.approx([WATER * 2000.0 / loss])
    assert still.coefficients == pytest.approx([1.0 / loss])
    assert (still.total_length, still.cycling_resistance, still.middle) == (1.0, 0.0, 1.0)
    through = plate.resistance(flow, source_capacity=4.18e6, loop_capacity=4.0e6)
    assert still.by_flow.resistance[:, 0] == pytest.approx(through)
    stream = water_source(exchanger=None, flow_axis=flow, **given)
    assert (stream.count, stream.rest) == (0, 15.0)
    assert stream.by_flow.resistance.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    "wrong", [{"volume": 0.0}, {"area": 0.0}, {"surface": 0.0}, {"inflow": -1e-9}]
)
def test_a_pond_without_water_or_surface_is_refused(wrong):
    assert Pond(1.0, 1.0).loss == pytest.approx(25.0)
    with pytest.raises(OutOfRangeError, match="pond"):
        replace(Pond(1.0, 1.0), **wrong)


def test_water_is_returned_at_three_degrees_at_least():
    heat = usable_heat(np.array([10.0, 2.0]), np.array([0.01, 0.02]))
    assert heat == pytest.approx([WATER * 0.01 * 7.0, 0.0])


def test_an_exchanger_has_conductance_flow_and_area():
    plate = Exchanger(5e4, 0.02, area=25.0, fouling=1e-4)
    exact = 1.0 / (1.0 / (5e4 * 0.25**0.7) + 4e-6)
    assert plate.conductance_at(np.array([0.005])) == pytest.approx([exact])
    for wrong in ({"conductance": 0.0}, {"design_flow": 0.0}, {"area": 0.0}, {"fouling": -1e-9}):
        with pytest.raises(OutOfRangeError, match="exchanger"):
            replace(plate, **wrong)
    near = effectiveness(np.array([1.5, 1.5]), np.array([1.0 - 2e-6, 1.0 - 5e-7]))
    assert near == pytest.approx([0.6, 0.6], rel=1e-5)


# -- standing columns


def test_the_first_hours_of_a_bled_column_are_a_damped_line_source():
    """A tenth of 5 L/s bled over 300 m, in rock of 3 W/m K and 2.4 MJ/m³ K."""
    well = StandingColumn(300.0, 0.08, 5e-3, 0.1)
    found = standing_column_response(well, conductivity=3.0, heat_capacity=2.4e6, hours=2)
    peclet = 5e-4 / (2 * np.pi * 300.0) * 2.4e6 / 3.0
    e1 = -0.4478 * peclet**0.7110 + 1.0011
    e2 = 0.1288 * peclet**-0.7595 + 0.7339
    e3 = 0.6458 * peclet**0.7838 + 0.2383
    e4 = 0.1483 * peclet**0.5114 - 0.0100
    hour = np.array([3600.0, 7200.0])
    line = exp1(0.08**2 * 2.4e6 / (4 * 3.0 * hour)) / (4 * np.pi * 3.0)
    swept = (5e-4 * hour / (np.pi * 300.0 * 0.08**2)) ** e4
    damped = e1 * (1 - e2 * 0.1) * (1 + erf(peclet**0.5 / e3 * (1 - swept) / swept))
    later = line[0] * damped[1] + (line[1] - line[0]) * damped[0]
    assert found == pytest.approx([line[0] * damped[0], later])


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ({"length": 500.4}, {"length": 501.0}),
        ({"length": 99.95}, {"length": 99.0}),
        ({"radius": 0.076}, {"radius": 0.075}),
        ({"radius": 0.102}, {"radius": 0.103}),
        ({"flow": 9.1e-4}, {"flow": 8.9e-4}),
        ({"flow": 1.0e-2}, {"flow": 1.02e-2}),
        ({"bleed": 0.01}, {"bleed": 0.009}),
        ({"bleed": 1.0}, {"bleed": 1.01}),
    ],
)
def test_columns_keep_to_the_range_of_the_published_fit(allowed, refused):
    well = StandingColumn(300.0, 0.08, 5e-3, 0.1)
    replace(well, **allowed)
    with pytest.raises(OutOfRangeError, match=next(iter(refused))):
        replace(well, **refused)


@pytest.mark.parametrize(
    ("conductivity", "heat_capacity", "bleed"),
    [
        (0.99, 2.4e6, 0.1),
        (5.01, 2.4e6, 0.2),
        (3.0, 2.09e6, 0.1),
        (3.0, 2.61e6, 0.1),
        (3.0, 2.4e6, 0.0225),
        (3.0, 2.4e6, 0.48),
    ],
)
def test_rock_and_bleed_keep_to_the_range_of_the_fit(conductivity, heat_capacity, bleed):
    def asked(k, c, b):
        well = StandingColumn(300.0, 0.08, 5e-3, b)
        return standing_column_response(well, conductivity=k, heat_capacity=c, hours=1)

    for k, c, b in (
        (1.0, 2.4e6, 0.05),
        (5.0, 2.4e6, 0.2),
        (3.0, 2.1e6, 0.1),
        (3.0, 2.6e6, 0.1),
        (3.0, 2.4e6, 0.0245),
        (3.0, 2.4e6, 0.46),
    ):
        assert asked(k, c, b)[0] > 0
    with pytest.raises(OutOfRangeError, match="standing column well"):
        asked(conductivity, heat_capacity, bleed)


def test_columns_in_modal_form_follow_their_response_by_the_hour():
    well = StandingColumn(300.0, 0.08, 5e-3, 0.1)
    ground = column_ground(well, 3, (3.0, 2.4e6), 9.0)
    assert (ground.total_length, ground.rest) == (900.0, 9.0)
    by_hour = standing_column_response(well, conductivity=3.0, heat_capacity=2.4e6, hours=87600)
    days = 3600.0 * np.array([24.0, 240.0, 9000.0])
    modal = -np.expm1(-days[:, None] / ground.time_constants) @ ground.coefficients
    assert modal == pytest.approx(by_hour[[23, 239, 8999]], abs=5e-3 * by_hour[-1])
    line = exp1(0.08**2 * 2.4e6 / (12.0 * np.array([900.0, 3600.0])))
    assert ground.cycling_resistance == pytest.approx(by_hour[0] * line[0] / line[1], rel=1e-2)


def test_a_pipe_is_a_film_and_a_wall_of_polyethylene():
    thick = FluidProperties(1000.0, 4000.0, 5e-3, 0.5)
    film, wall = pipe_resistance(0.013, 0.016, 0.05, thick)
    assert wall == pytest.approx(np.log(16 / 13) / (2 * np.pi * 0.4))
    assert film == pytest.approx(1 / (np.pi * 3.66 * 0.5), rel=1e-3)
