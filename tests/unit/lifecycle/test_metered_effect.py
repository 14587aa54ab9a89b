"""What water cost, read from the machines' maps, and how it is weighed against models."""

from dataclasses import replace

import numpy as np
import pytest

from lived import SEASONS, case_of, lived, setting_of
from loopkeeper.lifecycle.diagnose.metered_effect import Both, metered_effects, scaled
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.physics.system import Load

NOBODY = Prior(
    pumps={"source": None, "load": None},
    doubt={"source": 0.1, "load": 0.1},
    machine_doubt=0.05,
    weather_doubt=0.1,
)
WAVE = 0.8 * (SEASONS.heating + SEASONS.cooling)
"""What the machines can deliver in water colder or warmer by two kelvin too."""
WINTER, SUMMER = Load(WAVE, 0.0 * WAVE), Load(0.0 * WAVE, WAVE)


def scene_of(office, operation):
    return Scene(
        model=office,
        setting=setting_of(case_of(operation)),
        known=NOBODY,
        dice=PosteriorSampler(np.random.default_rng(1), 10),
    )


def colder(office, shift):
    return replace(office.system, source_offset=shift)


def spent(operation):
    return float(operation.machine_electricity.sum() * 3600.0)


def test_water_as_designed_cost_nothing(office):
    operation = lived(office.system)
    effects = metered_effects(scene_of(office, operation))
    assert abs(effects.source) < 0.001 * spent(operation)
    assert abs(effects.supply) < 0.001 * spent(operation)


@pytest.mark.parametrize(("load", "sign"), [(WINTER, 1), (SUMMER, -1)], ids=["winter", "summer"])
def test_colder_water_costs_what_the_colder_plant_takes_more(office, load, sign):
    sound, operation = lived(office.system, load), lived(colder(office, -2.0), load)
    effects = metered_effects(scene_of(office, operation))
    more = spent(operation) - spent(sound)
    assert sign * more > 0.02 * spent(sound)
    assert effects.source == pytest.approx(more, rel=0.1)
    assert abs(effects.supply) < 0.05 * abs(more)


def test_hotter_supply_is_not_the_sources_doing(office):
    controls = replace(office.system.controls, heating_supply=48.0)
    sound = lived(office.system, WINTER)
    operation = lived(replace(office.system, controls=controls), WINTER)
    effects = metered_effects(scene_of(office, operation))
    more = spent(operation) - spent(sound)
    assert more > 0.03 * spent(sound)
    assert effects.supply == pytest.approx(more, rel=0.15)
    assert abs(effects.source) < 0.15 * more


def test_worn_machines_are_not_the_waters_doing(office):
    operation = lived(office.system)
    worn = replace(operation, machine_electricity=1.3 * operation.machine_electricity)
    effects = metered_effects(scene_of(office, worn))
    assert abs(effects.source) + abs(effects.supply) < 0.002 * spent(worn)


def test_without_thermometers_nothing_was_metered(office):
    operation = lived(office.system)
    few = np.arange(operation.hours) < 150
    blind = replace(operation, source_supply=np.where(few, operation.source_supply, np.nan))
    effects = metered_effects(scene_of(office, blind))
    assert np.isnan([effects.source, effects.supply]).all()


PROMISED = 100.0


def weighed(metered, modelled, rng, drawn=None):
    """An effect metered to one part in a hundred of the promise, and draws of its models."""
    draws = np.full(4000, modelled) if drawn is None else drawn
    return scaled(Both(metered, 1.0, modelled), draws, PROMISED, rng)


def test_meter_and_models_that_agree_leave_causes_as_they_are(rng):
    scale = weighed(8.0, 8.0, rng)
    assert scale.factor == pytest.approx(1.0)
    assert scale.draws.mean() == pytest.approx(1.0, abs=0.02)


def test_meter_and_models_that_differ_meet_near_the_surer_meter(rng):
    scale = weighed(12.0, 8.0, rng)
    assert 0.5 * (8.0 + 12.0) / 8.0 < scale.factor < 12.0 / 8.0
    assert scale.draws.mean() == pytest.approx(scale.factor, rel=0.02)


def test_draws_together_cost_what_was_metered_whatever_each_says(rng):
    drawn = rng.uniform(4.0, 16.0, 4000)
    together = weighed(10.0, 10.0, rng, drawn).draws * drawn
    assert together.mean() == pytest.approx(10.0, abs=0.3)
    assert together.std() < 0.6 * drawn.std()


def test_what_did_not_cost_is_no_cause(rng):
    """The models say 8 more, the machines took 20 less: it is not these."""
    scale = weighed(-20.0, 8.0, rng)
    assert scale.factor == 0.0
    assert scale.draws.max() < 0.5


@pytest.mark.parametrize("both", [(np.nan, 8.0), (9.0, 0.1)], ids=["not metered", "no cause"])
def test_what_was_not_metered_or_is_no_cause_is_not_scaled(both, rng):
    scale = weighed(*both, rng)
    assert scale.factor == 1.0
    assert (scale.draws == 1.0).all()
