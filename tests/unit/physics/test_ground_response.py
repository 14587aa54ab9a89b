"""From a g-function to the fluid of a field: tables, first hours and years joined, spacings."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import exp1

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.borehole import RadialBorehole, short_term_response
from loopkeeper.physics.gfunction import FieldGeometry, g_function
from loopkeeper.physics.ground import FieldResponse, fluid_step_response, modal_ground
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.modes import fit_modes
from loopkeeper.physics.spacing import spaced

GROUND = {"conductivity": 2.0, "heat_capacity": 2.5e6}
RADIAL = RadialBorehole(0.11, 0.03, 1.2e4, 0.03, 0.075)
ONE = FieldGeometry(np.zeros(1), np.zeros(1), 100.0, 1.0, 0.075)
TABLE = FieldResponse(ONE, np.array([1.0, 10.0, 100.0, 4000.0]), np.array([0.0, 0.4, 1.0, -0.5]))


def test_a_table_is_read_by_diffusivity_times_time_and_held_at_its_end():
    time = np.array([9e5, 1e7, 1e8, 1e10]) / 0.8
    found = TABLE.interaction_at(time, diffusivity=0.8e-6)
    assert found == pytest.approx([0.0, 0.4, 1.0, -0.5])
    early = TABLE.interaction_at(np.array([0.5e6]), diffusivity=1e-6)
    assert early.tolist() == [0.0]
    lifted = replace(TABLE, interaction=TABLE.interaction + 0.2)
    assert lifted.interaction_at(np.array([0.5e6]), diffusivity=1e-6).tolist() == [0.0]


def test_a_field_s_table_is_its_g_function_less_a_line():
    scaled = np.array([1e-3, 2.0, 60.0])
    table = FieldResponse.of(ONE, scaled)
    assert table.scaled_time.tolist() == [2.0, 60.0]
    g = g_function(ONE, diffusivity=1e-6, time=np.array([2e6, 6e7]))
    line = 0.5 * exp1(0.075**2 / (4 * np.array([2.0, 60.0])))
    assert table.interaction == pytest.approx(g - line, abs=1e-9)
    edge = FieldResponse.of(ONE, np.array([0.49, 0.51, 1e5]) * 0.075**2)
    assert edge.scaled_time == pytest.approx(np.array([0.51, 1e5]) * 0.075**2)


def test_fluid_falls_by_its_hole_first_and_by_neighbours_later():
    time = np.array([600.0, 1.25e7, 1.25e8])
    found = fluid_step_response(TABLE, RADIAL, time=time, **GROUND)
    near = short_term_response(RADIAL, time=time, **GROUND)
    assert found == pytest.approx(near + np.array([0.0, 0.4, 1.0]) / (4 * np.pi))


def test_a_field_in_modal_form_is_its_step_response():
    table = replace(TABLE, interaction=np.array([0.0, 0.1, 0.4, 0.8]))
    given = {"undisturbed_temperature": 11.0, "flow_table": NO_CHANGE}
    ground = modal_ground(table, RADIAL, **GROUND, **given)
    time = np.array([900.0, 1e5, 1e8])
    exact = fluid_step_response(table, RADIAL, time=time, **GROUND)
    modal = -np.expm1(-time[:, None] / ground.time_constants) @ ground.coefficients
    assert modal == pytest.approx(exact, abs=3e-3)
    assert ground.cycling_resistance == pytest.approx(exact[0], rel=2e-3)
    assert (ground.total_length, ground.rest) == (100.0, 11.0)
    for wrong in ({"conductivity": 0.0}, {"heat_capacity": 0.0}):
        with pytest.raises(OutOfRangeError, match="positive"):
            modal_ground(table, RADIAL, **{**GROUND, **wrong}, **given)
    with pytest.raises(OutOfRangeError, match="positive"):
        modal_ground(table, replace(RADIAL, resistance=0.0), **GROUND, **given)


def test_modes_miss_no_response_by_more_than_half_a_percent():
    time = np.geomspace(60.0, 1e9, 120)
    smooth = 0.3 * -np.expm1(-time / 1e6)
    teeth = (-1.0) ** np.arange(120)
    fit_modes(time, smooth + 1.2e-3 * teeth)
    with pytest.raises(UnphysicalError, match="not that of a passive ground"):
        fit_modes(time, smooth + 2.2e-3 * teeth)
    fit_modes(time, smooth + 2.2e-3 * teeth, bound=5e-4)


# -- spacings

FOUR = FieldGeometry(
    np.array([10.0, 16.0, 10.0, 16.0]), np.array([0.0, 0.0, 8.0, 8.0]), 90.0, 1.0, 0.07
)
SCALED = np.array([1.0, 30.0, 900.0])


def at(factor):
    x, y = 13.0 + factor * (FOUR.x - 13.0), 4.0 + factor * (FOUR.y - 4.0)
    return FieldResponse.of(replace(FOUR, x=x, y=y), SCALED)


def test_a_field_at_another_spacing_lies_between_those_that_were_computed():
    drawn = at(1.0)
    assert spaced(drawn, 1.0) is drawn
    assert spaced(TABLE, 0.6) is TABLE
    near = spaced(drawn, 0.75)
    assert near.interaction == pytest.approx(at(0.75).interaction, abs=1e-9)
    assert near.geometry.x == pytest.approx([10.75, 15.25, 10.75, 15.25])
    assert near.geometry.y == pytest.approx([1.0, 1.0, 7.0, 7.0])
    share = np.log(0.85 / 0.75) / np.log(1 / 0.75)
    exact = share * drawn.interaction + (1 - share) * at(0.75).interaction
    assert spaced(drawn, 0.85).interaction == pytest.approx(exact, abs=1e-9)
    wide = np.log(1.1) / np.log(1.3)
    exact = wide * at(1.3).interaction + (1 - wide) * drawn.interaction
    assert spaced(drawn, 1.1).interaction == pytest.approx(exact, abs=1e-9)


def test_no_field_is_read_beyond_three_tenths_and_thirteen_of_its_spacing():
    drawn = at(1.0)
    assert spaced(drawn, 0.1).interaction == pytest.approx(at(0.3).interaction, abs=1e-9)
    assert spaced(drawn, 2.0).interaction == pytest.approx(at(1.3).interaction, abs=1e-9)
    assert spaced(drawn, 2.0).geometry.x == pytest.approx([9.1, 16.9, 9.1, 16.9])
