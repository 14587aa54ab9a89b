"""Layouts under a land polygon: holes where they may be, and the cheapest first."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.layout import Land, holes_on, search_layout
from loopkeeper.lifecycle.design.phases import phased
from loopkeeper.lifecycle.design.sizing import FieldTask, GroundValues, Limits, size_field
from loopkeeper.physics.gfunction import FieldGeometry

SQUARE = np.array([[0, 0], [30, 0], [30, 30], [0, 30]], float)
HOUSE = np.array([[10, 10], [20, 10], [20, 20], [10, 20]], float)


def task(peak=40e3):
    hour = np.arange(8760)
    heat = peak * np.cos(2 * np.pi * (hour / 24 - 15) / 365)
    geometry = FieldGeometry(np.zeros(1), np.zeros(1), 100.0, 1.5, 0.075)
    return FieldTask(
        geometry=geometry,
        ground=GroundValues(2.0, 2.4e6, 14.0),
        heat=heat,
        resistance=0.1,
        limits=Limits(4.0, 30.0, 15),
    )


def test_a_square_holds_its_grid():
    places = holes_on(Land(SQUARE, setback=2.5), 5.0, 0.0)
    assert len(places) == 36
    assert places.min() == pytest.approx(2.5)
    assert places.max() == pytest.approx(27.5)


@pytest.mark.parametrize("bearing", [0.0, 20.0, 45.0])
def test_holes_keep_their_distance(bearing):
    land = Land(SQUARE, (HOUSE,), setback=2.0)
    places = holes_on(land, 4.0, bearing)
    x, y = places.T
    assert np.all((x >= 2) & (x <= 28) & (y >= 2) & (y <= 28))
    assert not np.any((x > 8) & (x < 22) & (y > 8) & (y < 22) & (np.hypot(x - 15, y - 15) < 7))
    gaps = np.hypot(x[:, None] - x, y[:, None] - y)[~np.eye(len(x), dtype=bool)]
    assert gaps.min() == pytest.approx(4.0)


def test_the_cheapest_layout_leads_and_is_sized_in_full():
    land = Land(SQUARE, (HOUSE,), setback=2.0, shallowest=30.0, deepest=150.0)
    found = search_layout(
        task(),
        land,
        Prices(),
        spacings=(4.0, 5.0, 6.0),
        bearings=(0.0, 45.0),
        thinnings=(1.0, 0.5, 0.25),
    )
    assert found.tried == 18
    costs = [c.cost for c in found.best]
    assert costs == sorted(costs)
    best = found.best[0]
    assert 30.0 <= best.length <= 150.0
    again = size_field(
        FieldTask(
            geometry=FieldGeometry(best.places[:, 0], best.places[:, 1], 100.0, 1.5, 0.075),
            ground=GroundValues(2.0, 2.4e6, 14.0),
            heat=task().heat,
            resistance=0.1,
            limits=Limits(4.0, 30.0, 15),
        )
    )
    assert best.length == pytest.approx(again.length, rel=0.003)


def test_too_little_land_is_said():
    small = Land(SQUARE / 4, setback=1.0, deepest=60.0)
    with pytest.raises(InputError, match="deeper than 60 m"):
        search_layout(task(400e3), small, Prices(), spacings=(5.0,), bearings=(0.0,))


@pytest.mark.parametrize(
    ("corners", "depths"), [(SQUARE[:2], (30.0, 100.0)), (SQUARE, (100.0, 50.0))]
)
def test_impossible_land_is_refused(corners, depths):
    with pytest.raises(InputError):
        Land(corners, shallowest=depths[0], deepest=depths[1])


def test_every_phase_stands_alone_and_builds_on_the_last():
    x, y = np.meshgrid(np.arange(5) * 5.0, np.arange(5) * 5.0)
    whole = replace(task(120e3), geometry=FieldGeometry(x.ravel(), y.ravel(), 100.0, 1.5, 0.075))
    length = size_field(whole).length
    steps = phased(whole, length, [0.3, 0.6])
    assert [s.share for s in steps] == [0.3, 0.6, 1.0]
    assert steps[-1].count == 25
    # fewer neighbours: a phase needs fewer holes than its share of the whole
    assert all(s.count <= round(25 * s.share) + 1 for s in steps)
    assert all(s.margin > -0.002 for s in steps)
    assert sum(s.added for s in steps) == 25
    held = {tuple(p) for p in steps[0].places}
    assert held <= {tuple(p) for p in steps[1].places}


@pytest.mark.parametrize("shares", [[0.6, 0.3], [0.0], [1.2]])
def test_phases_must_ascend(shares):
    with pytest.raises(InputError, match="ascending between 0 and 1"):
        phased(task(), 100.0, shares)
