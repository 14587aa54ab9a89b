"""The design's water is brought onto its promise, by what no document tells to a tenth."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.inlet_fit import fit_inlet
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.site import SourceKind
from loopkeeper.virtual.templates import template

HOURS = 24 * 60
SWING = 1.0 + 0.3 * np.sin(2 * np.pi * np.arange(HOURS) / 24)
FIRST = np.arange(HOURS) < HOURS // 2
YEAR = Load(np.where(FIRST, 3e5 * SWING, 0.0), np.where(FIRST, 0.0, 3e5 * SWING))
OUTSIDE = BoundaryConditions(np.zeros(HOURS), np.ones(HOURS, dtype=bool))


def run(system):
    return simulate(system, YEAR, OUTSIDE, 3600.0)


def extremes(model):
    """Coldest water of the heating days, warmest of the cooling days. [°C]"""
    water = run(model.system)["source_supply"]
    return float(water[FIRST].min()), float(water[~FIRST].max())


def promising(plant, coldest, warmest, peak=4e5):
    promise = replace(
        plant.promise,
        source_inlet_min=coldest,
        source_inlet_max=warmest,
        peak_heating=peak,
        peak_cooling=peak,
    )
    return replace(plant, promise=promise)


@pytest.fixture(scope="module")
def wells():
    plant = template("office", SourceKind.SINGLE_WELL).plant
    return plant, assemble(plant)[0]


@pytest.mark.parametrize("apart", [(-0.9, 0.7), (0.6, 0.8), (-1.5, -0.6)])
def test_wells_are_brought_onto_their_promised_extremes(wells, apart):
    plant, model = wells
    promised = np.array(extremes(model)) + apart
    fit = fit_inlet(promising(plant, *promised), model, run)
    assert fit.short == 1.0
    # a year's coldest hour is known to 0.6 K; what is asked is within what water may be off by
    assert np.abs(np.array(extremes(fit.moved(model))) - promised).max() < 0.5
    assert np.abs(np.array(apart)).max() > 0.5  # without moving it would miss


def test_what_the_promise_moved_moves_the_built_plant_alike(wells):
    plant, model = wells
    coldest, warmest = extremes(model)
    fit = fit_inlet(promising(plant, coldest + 0.8, warmest + 0.8), model, run)
    built = model.with_system(replace(model.system, bypass=0.2))
    shift = np.array(extremes(fit.moved(built))) - extremes(built)
    assert shift == pytest.approx([0.8, 0.8], abs=0.3)


@pytest.mark.parametrize("share", [0.4, 0.6])
def test_a_field_too_short_for_its_promise_gets_the_length_it_needs(office, share):
    coldest, warmest = extremes(office)
    listed = office.with_ground(replace(office.field, length_factor=share))
    plant = promising(template("office").plant, coldest, warmest)
    fit = fit_inlet(plant, listed, run)
    assert fit.short == pytest.approx(1 / share, rel=0.03)
    assert extremes(fit.moved(listed)) == pytest.approx((coldest, warmest), abs=0.3)


def test_a_field_that_keeps_its_promise_gains_no_length(office):
    coldest, warmest = extremes(office)
    plant = promising(template("office").plant, coldest - 6.1, warmest + 6.1)
    fit = fit_inlet(plant, office, run)
    assert fit.short == 1.0
    assert fit.moved(office) is office


def test_usual_limits_of_a_field_say_nothing(office):
    """The coldest water is 4.5 °C: 4.0 is what everybody promises, 4.1 was foreseen."""
    shift = 4.5 - extremes(office)[0]
    ground = office.field
    cold = office.with_ground(
        replace(ground, undisturbed_temperature=ground.undisturbed_temperature + shift)
    )
    plant = template("office").plant
    usual = fit_inlet(promising(plant, 4.0, None), cold, run)
    assert usual.moved(cold) is cold
    foreseen = fit_inlet(promising(plant, 4.1, None), cold, run)
    assert extremes(foreseen.moved(cold))[0] == pytest.approx(4.1, abs=0.3)
    assert extremes(foreseen.moved(cold))[0] < 4.4


def test_nothing_promised_moves_nothing(office):
    fit = fit_inlet(promising(template("office").plant, None, None), office, run)
    assert fit.moved(office) is office
