"""Designs at the edges: moving groundwater; the office's own field put into it."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.virtual.build import Life, Recording, emulate
from loopkeeper.app.designing import checked, sized
from loopkeeper.units import DAY

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def office():
    return emulate(Life("office", years=1), Recording(60)).dossier


def washed(dossier, flux, direction=30.0):
    ground = replace(
        dossier.plant.source.ground,
        groundwater_flux=flux / DAY,
        groundwater_direction=direction,
    )
    source = replace(dossier.plant.source, ground=ground)
    return replace(dossier, plant=replace(dossier.plant, source=source))


def said(verdicts, code):
    return [v for v in verdicts if v.code == code]


def test_moving_groundwater_warms_the_winter_and_is_told_downstream(office):
    still = checked(office, 5)
    assert not said(still.verdicts, "design.plume")
    coldest = still.horizon.coldest
    for flux in (0.001, 0.1, 10.0):
        found = checked(washed(office, flux), 5)
        # never colder; 0.03 K for the reduction of either response to modes
        assert (found.horizon.coldest > coldest - 0.03).all()
        (plume,) = said(found.verdicts, "design.plume")
        assert float(plume.figures["near_low"]) <= float(plume.figures["near_high"])
        assert said(found.verdicts, "plant.groundwater.moving")
        assert plume.sentence("zh")
        coldest = found.horizon.coldest
    # fast water carries all drift away
    assert abs(found.horizon.late_drift) < 0.01


def test_a_length_that_leans_on_groundwater_says_so(office):
    resting = sized(office, low=4.0, high=33.0, years=10, deepest=200.0)
    leaning = sized(washed(office, 0.1), low=4.0, high=33.0, years=10, deepest=200.0)
    assert not said(resting.verdicts, "design.size.groundwater")
    (verdict,) = said(leaning.verdicts, "design.size.groundwater")
    assert leaning.found.size.length < 0.95 * resting.found.size.length
    # machines in warmer water draw a little more from the ground
    assert float(verdict.figures["still"]) == pytest.approx(resting.found.size.length, rel=0.03)
