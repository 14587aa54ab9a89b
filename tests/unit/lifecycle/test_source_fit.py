"""Wells as found: other water, and water that gives way at once or over a season."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import COLD, HOURS, court_of, lived
from loopkeeper.lifecycle.diagnose.source_fit import WaterShift, fit_water, water_shift
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.surface import yearly_water
from loopkeeper.virtual.templates import template

WAVE = 2.5e5 + 1.2e5 * np.sin(np.arange(HOURS) / 50.0)
LOAD = Load(np.where(COLD, 0.0, WAVE), np.where(COLD, WAVE, 0.0))
SEASON = np.arange(HOURS) % (HOURS // 2) / (HOURS // 2)
"""Share of the season that is over: heating first, cooling then."""


@pytest.fixture(scope="module")
def wells():
    plant = template("office", SourceKind.WELL_GROUP).plant
    model = assemble(plant)[0]
    return plant, model, lived(model.system, LOAD)


def found(wells, drop=0.0, shift=0.0):
    """The fit where water is warmer by ``shift``, and gives way by ``drop`` at 300 kW. [K]"""
    plant, model, sound = wells
    off = shift - drop * sound.source_heat / 3e5
    operation = replace(
        sound, source_supply=sound.source_supply + off, source_return=sound.source_return + off
    )
    return fit_water(plant, model.system, court_of(operation).setting)


def test_sound_wells_are_sound(wells):
    fit = found(wells)
    assert fit.offset is None
    assert fit.drop is None


@pytest.mark.parametrize("shift", [-1.5, 1.5])
def test_other_water_is_found_and_does_not_give_way(wells, shift):
    fit = found(wells, shift=shift)
    assert fit.offset[0].heating == fit.offset[0].cooling == pytest.approx(shift, abs=0.2)
    assert fit.drop is None


def test_a_bypass_mixes_from_the_first_day_of_every_season(wells):
    fit = found(wells, drop=3.0)
    value, width = fit.drop
    assert value == pytest.approx(3.0 * fit.design / 3e5, abs=2 * width)
    assert fit.onset is None
    assert fit.at_once


@pytest.mark.parametrize(
    "drop", [4.0 * SEASON, np.where(SEASON < 0.5, 1.5, 4.0)], ids=["slowly", "after a month"]
)
def test_what_was_injected_takes_weeks_to_come_back(wells, drop):
    fit = found(wells, drop=drop)
    assert fit.drop is not None
    assert not fit.at_once


def test_one_season_that_comes_slowly_is_no_bypass(wells):
    fit = found(wells, drop=np.where(COLD, 4.0, 4.0 * SEASON))
    assert fit.drop is not None
    assert not fit.at_once


def test_short_seasons_do_not_tell_when_it_came(wells):
    plant, model, sound = wells
    kept = (SEASON < 35 / 60) & np.isfinite(sound.source_supply)
    off = np.where(kept, -3.0 * sound.source_heat / 3e5, np.nan)
    operation = replace(sound, source_supply=sound.source_supply + off)
    fit = fit_water(plant, model.system, court_of(operation).setting)
    assert fit.drop is not None
    assert not fit.at_once


def test_few_days_say_nothing(wells):
    plant, model, sound = wells
    blind = replace(sound, good=np.arange(HOURS) < 24 * 15)
    assert fit_water(plant, model.system, court_of(blind).setting) is None


def surface(stretch, mild=0.0):
    """The shift of a river whose year is stretched about its mean, under a plant as designed."""
    plant = template("office", SourceKind.SURFACE_WATER).plant
    body, time = plant.source.surface, np.arange("2024-01-01", "2025-01-01", dtype="M8[h]")
    course, middle = yearly_water(body, plant.site, time), 0.5 * (body.low + body.high)
    cold = np.isin(time.astype("M8[M]").astype(int) % 12, (0, 1, 2, 10, 11))
    load = np.where(cold, 1e5, 0.0)
    return water_shift(
        plant,
        SimpleNamespace(
            time=time,
            hours=len(time),
            natural=middle + stretch * (course - middle) + mild,
            run_share=np.ones(len(time)),
            heating=load,
            cooling=1e5 - load,
        ),
    )


def test_water_colder_in_winter_and_warmer_in_summer_is_told_by_season():
    shift = surface(1.5)
    assert shift.heating < -1.0
    assert shift.cooling > 1.0
    other = surface(1.0, mild=-2.0)
    assert (other.heating, other.cooling) == pytest.approx((-2.0, -2.0), abs=1e-6)


def test_a_mild_year_is_no_other_water():
    assert surface(1.05, mild=0.3) == WaterShift()


def test_water_off_its_design_is_the_same_as_other_water():
    system = assemble(template("office", SourceKind.SURFACE_WATER).plant)[0].system
    heats = np.arange(48) < 24
    load = Load(np.where(heats, 2e5, 0.0), np.where(heats, 0.0, 2e5))
    calm, on, water = np.full(48, 5.0), np.ones(48, bool), np.full(48, 14.0)
    other = water + np.where(heats, -1.0, 2.0)
    moved = simulate(
        WaterShift(-1.0, 2.0).moved(system), load, BoundaryConditions(calm, on, water), 3600.0
    )
    judge = simulate(system, load, BoundaryConditions(calm, on, other), 3600.0)
    assert moved.values == pytest.approx(judge.values)
