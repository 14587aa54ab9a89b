"""Designs at the edges: moving groundwater, leaning holes, piles, far too small loads."""

from dataclasses import replace

import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write import write_dossier
from loopkeeper.app.designing import checked, sized
from loopkeeper.errors import DossierError, InconsistentPlantError, OutOfRangeError
from loopkeeper.plant.source import Basis, NeighbourField
from loopkeeper.units import DAY
from loopkeeper.virtual.build import Life, Recording, emulate

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


@pytest.mark.slow
def test_a_length_that_leans_on_groundwater_says_so(office):
    resting = sized(office, low=4.0, high=33.0, years=10, deepest=200.0)
    leaning = sized(washed(office, 0.1), low=4.0, high=33.0, years=10, deepest=200.0)
    assert not said(resting.verdicts, "design.size.groundwater")
    (verdict,) = said(leaning.verdicts, "design.size.groundwater")
    assert leaning.found.size.length < 0.95 * resting.found.size.length
    # machines in warmer water draw a little more from the ground
    assert float(verdict.figures["still"]) == pytest.approx(resting.found.size.length, rel=0.03)


def changed(dossier, **field):
    source = dossier.plant.source
    source = replace(source, field=replace(source.field, **field))
    return replace(dossier, plant=replace(dossier.plant, source=source))


@pytest.mark.slow
def test_leaning_holes_are_sized_as_they_lean(office):
    upright = sized(office, low=4.0, high=33.0, years=20, deepest=200.0)
    found = sized(changed(office, tilt=20.0), low=4.0, high=33.0, years=20, deepest=200.0)
    assert found.found.task.geometry.tilt is not None
    # feet 35 m further out at the edge: neighbours are felt less
    assert 0.7 < found.found.size.length / upright.found.size.length < 0.97


@pytest.mark.slow
def test_small_loads_say_that_fewer_holes_are_enough(office):
    design = office.design_loads
    little = replace(design, heating=0.03 * design.heating, cooling=0.03 * design.cooling)
    found = sized(
        replace(office, design_loads=little), low=4.0, high=33.0, years=20, deepest=200.0
    )
    (verdict,) = said(found.verdicts, "design.size.shallow")
    assert int(verdict.figures["fewer"]) < 10
    assert verdict.sentence("zh")


@pytest.mark.parametrize("diameter", [0.4, 0.8, 1.5])
def test_energy_piles_are_computed_and_said(office, tmp_path, diameter):
    piles = changed(office, diameter=diameter, length=25.0, resistance=0.08)
    assert checked(piles, 5).horizon.years == 5
    write_dossier(piles, tmp_path / "piles")
    again = read_dossier(tmp_path / "piles")
    (verdict,) = said(again.verdicts, "dossier.field.pile")
    assert "line source" in verdict.sentence("en")


def test_too_many_leaning_holes_are_refused_by_name(office, tmp_path):
    count = 320
    positions = tuple((6.0 * (n % 20), 6.0 * (n // 20)) for n in range(count))
    many = changed(office, tilt=10.0, count=count, positions=positions)
    write_dossier(many, tmp_path / "many")
    with pytest.raises(DossierError, match="320 leaning holes"):
        read_dossier(tmp_path / "many")
    with pytest.raises(OutOfRangeError, match="320 leaning holes"):
        checked(many, 5)


def beside(dossier, *, heat_MWh=300.0, x=60.0, basis=None, **fields):
    """A field of 6 × 6 holes beside the office's, and how its ground came to be known."""
    places = tuple((x + 5.0 * i, 5.0 * j) for i in range(6) for j in range(6))
    other = NeighbourField(
        id="school", count=36, length=100.0, heat=heat_MWh * 3.6e9, positions=places, **fields
    )
    ground = dossier.plant.source.ground
    ground = replace(ground, basis=basis or ground.basis)
    source = replace(dossier.plant.source, neighbours=(other,), ground=ground)
    return replace(dossier, plant=replace(dossier.plant, source=source))


@pytest.mark.slow
def test_a_neighbour_is_sized_for_and_checked_alike(office):
    limits = {"low": 4.0, "high": 33.0, "years": 10, "deepest": 200.0}
    alone, found = sized(office, **limits), sized(beside(office), **limits)
    (told,) = said(found.verdicts, "design.size.neighbours")
    assert found.found.size.length > alone.found.size.length + 2
    assert float(told.figures["change"]) < -0.3
    # machines on colder ground draw a little less from it, as of groundwater above
    assert float(told.figures["alone"]) == pytest.approx(alone.found.size.length, rel=0.03)
    assert "neighbours" in found.reliability.ranking
    assert told.sentence("zh")
    # what was sized keeps its limit where machines, controls and ground are run together
    plant = found.found.plant
    run = checked(replace(office, plant=plant), 10).horizon
    assert run.coldest.min() == pytest.approx(found.found.size.coldest, abs=0.3)


def test_a_neighbour_that_puts_heat_in_helps_the_winter(office):
    coldest = checked(office, 5).horizon.coldest
    assert checked(beside(office, heat_MWh=-300.0), 5).horizon.coldest[-1] > coldest[-1] + 0.03


def test_what_a_response_test_saw_of_a_neighbour_is_not_counted_twice(office):
    aged = {"years_before": 10.0}
    guessed = checked(beside(office, basis=Basis.REGIONAL_GUESS, **aged), 5).horizon.coldest
    tested = checked(beside(office, basis=Basis.TEST, **aged), 5).horizon.coldest
    assert (guessed < tested - 0.1).all()
    later = checked(beside(office, basis=Basis.TEST, years_before=-3.0), 5).horizon.coldest
    alone = checked(office, 5).horizon.coldest
    assert later[:2] == pytest.approx(alone[:2], abs=0.02)
    assert later[4] < alone[4]


def test_a_neighbour_within_the_own_field_is_refused(office):
    with pytest.raises(InconsistentPlantError, match=r"school: a hole 0\.00 m from"):
        checked(beside(office, x=0.0), 5)


def test_a_near_neighbour_is_said_to_be_felt_by_the_season(office):
    widest = max(x for x, _ in office.plant.source.field.positions)
    found = checked(beside(office, x=widest + 6.0), 5)
    assert said(found.verdicts, "plant.neighbour.near")
