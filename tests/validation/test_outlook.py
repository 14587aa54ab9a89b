"""Forecasts marched by the day against the same years marched by the hour."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.app.scoring import years_left
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.lifecycle.evaluate.outlook import (
    Outlook,
    SourceYears,
    crossings,
    outlook,
    repeated_years,
)
from loopkeeper.measure.design_year import design_case
from loopkeeper.physics.system import simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.site import Promise, SourceKind
from loopkeeper.units import HOUR
from loopkeeper.virtual.build import Life, Recording, emulate

pytestmark = pytest.mark.validation
REMEMBERING = [SourceKind.BOREHOLE_FIELD, SourceKind.SINGLE_WELL, SourceKind.WELL_GROUP]


@pytest.mark.parametrize("kind", REMEMBERING)
def test_years_by_the_day_are_those_by_the_hour(kind, judged):
    """Twenty years; 0.1 K because a meter of the water is not better."""
    dossier = emulate(Life("office", (), 4, 1, kind), Recording(60, 1)).dossier
    plant, design = dossier.plant, dossier.design_loads
    model, _ = assemble(plant)
    exact = horizon(plant, model.system, design, years=20)
    quick = repeated_years(model.system, *design_case(plant, design), None, 20)
    off = {
        name: float(np.abs(getattr(quick, name) - getattr(exact, name)).max())
        for name in ("mean", "coldest", "warmest")
    }
    error = max(off.values())
    judged(
        f"forecast of 20 years, {kind}",
        by="the same years marched by the hour",
        error=error,
        bound=0.1,
        unit="K",
    )
    assert error < 0.1, off


@pytest.mark.parametrize(("days", "repeated"), [(0, True), (14, True), (60, False)])
def test_a_year_with_two_silent_months_is_not_repeated(days, repeated):
    """The heat of the silent months was filled from days nearby: nobody knows it."""
    dossier = emulate(Life("office", (), 4, 1), Recording(60, 1)).dossier
    plant, design = dossier.plant, dossier.design_loads
    system = assemble(plant)[0].system
    load, outside = design_case(plant, design)
    run = simulate(system, load, outside, HOUR)
    count = len(load.heating)
    known = np.full(count, np.nan)
    filled = np.arange(count) // 24 < days
    lived = SimpleNamespace(
        hours=count,
        filled=filled,
        heating=load.heating,
        cooling=load.cooling,
        recharge=np.zeros(count),
        outdoor=outside.outdoor_temperature,
        enabled=outside.enabled,
        source_supply=known,
        run_share=known,
        recharged=None,
    )
    found = outlook(plant, (system, system), design, lived, run, 1.0)
    assert (found is not None) is repeated


def years(coldest, warmest):
    cold, warm = np.array(coldest), np.array(warmest)
    return SourceYears((cold + warm) / 2, cold, warm, cold - 3.0)


def test_limits_are_crossed_when_the_forecast_passes_them():
    found = years([9.0, 6.0, 5.0, 4.4, 3.9], [20.0, 25.0, 26.0, 26.5, 26.8])
    ahead = Outlook(np.arange(1.0, 6.0), found, found, 2, 0.0)
    promise = Promise(source_inlet_min=4.0, source_inlet_max=33.0)
    low, high = crossings(ahead, promise)
    assert (low.limit, low.year, high.year) == ("source_inlet_min", 5, None)
    # water that is measured 0.5 K colder than modelled gets there a year sooner
    assert crossings(replace(ahead, shift=-0.5), promise)[0].year == 4
    assert crossings(ahead, Promise()) == ()
    # what the reliability of the resource reads: years 2 to 5, 2 to 4, never within 2 to 5
    assert years_left(ahead, promise).value == 3.0
    assert years_left(replace(ahead, shift=-0.5), promise).value == 2.0
    assert years_left(replace(ahead, shift=-9.0), promise).value == 0.0
    assert years_left(ahead, Promise()) is None
    # what came before the last year of the record is no forecast
    early = replace(ahead, found=years([1.0, 6.0, 5.0, 5.0, 5.0], [20.0] * 5))
    assert crossings(early, promise)[0].year is None
