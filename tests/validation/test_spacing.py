"""Fields nearer together than drawn, against g-functions of pygfunction at that spacing."""

import numpy as np
import pygfunction as gt
import pytest

from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.spacing import SPACINGS, spaced
from loopkeeper.units import DAY, YEAR

pytestmark = pytest.mark.validation

K, DIFFUSIVITY = 2.0, 9e-7
RADIUS, LENGTH, BURIED, DRAWN = 0.075, 100.0, 1.5, 5.0


def drawn(columns, rows):
    x, y = np.meshgrid(np.arange(columns) * DRAWN, np.arange(rows) * DRAWN)
    return FieldGeometry(x.ravel(), y.ravel(), LENGTH, BURIED, RADIUS)


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "rows"), [(2, 2), (4, 10), (12, 12)])
@pytest.mark.parametrize("factor", [0.34, 0.47, 0.65, 0.87, 1.15])
def test_a_spacing_between_two_tables(columns, rows, factor, judged):
    response = spaced(FieldResponse.of(drawn(columns, rows)), factor)
    time = np.geomspace(20 * DAY, 30 * YEAR, 30)  # neighbours are not felt before
    g = response.interaction_at(time, diffusivity=DIFFUSIVITY)
    holes = gt.borefield.Borefield.rectangle_field(
        columns, rows, factor * DRAWN, factor * DRAWN, LENGTH, BURIED, RADIUS
    )
    single = gt.borefield.Borefield.rectangle_field(1, 1, 5.0, 5.0, LENGTH, BURIED, RADIUS)
    judge, alone = (
        gt.gfunction.gFunction(
            field, DIFFUSIVITY, time=time, boundary_condition="UBWT", method="equivalent"
        ).gFunc
        for field in (holes, single)
    )
    own = FieldResponse.of(drawn(1, 1)).interaction_at(time, diffusivity=DIFFUSIVITY)
    error = 30.0 * np.abs((g - own) - (judge - alone)).max() / (2 * np.pi * K)
    # tables a third apart, straight between: a twentieth of what neighbours do at most
    felt = 30.0 * float((judge - alone)[-1]) / (2 * np.pi * K)
    judged(
        "holes nearer than drawn",
        by="g-function (pygfunction)",
        error=error / felt,
        bound=0.05,
        unit="of what neighbours do",
    )


def test_a_field_as_drawn_and_a_single_hole_stay_what_they_are():
    field, hole = FieldResponse.of(drawn(3, 3)), FieldResponse.of(drawn(1, 1))
    assert spaced(field, 1.0) is field
    assert spaced(hole, 0.5) is hole


def test_no_field_is_nearer_than_its_nearest_table():
    field = FieldResponse.of(drawn(3, 3))
    near = spaced(field, 0.01)
    assert near.geometry.x.max() - near.geometry.x.min() == pytest.approx(2 * DRAWN * SPACINGS[0])
    np.testing.assert_array_equal(near.interaction, spaced(field, SPACINGS[0]).interaction)
