"""Supply off its set-point: trials at hand-over tell who left it there."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from lived import HOURS, case_of, lived, setting_of
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.records import Trial
from loopkeeper.virtual.templates import template

NOBODY = Prior(
    pumps={"source": None, "load": None},
    doubt={"source": 0.1, "load": 0.1},
    machine_doubt=0.05,
    weather_doubt=0.1,
)
DEAD_BAND = 0.2
"""What a sound control may be off by takes a little of any deviation. [K]"""
THEN = datetime(2022, 10, 20, tzinfo=UTC)
CODES = ("operation.set_point", "commissioning.set_point")
TRIED = Trial(
    trial="c1",
    mode="control",
    load_fraction=None,
    started_at=THEN,
    ended_at=THEN,
    quantity="enabled",
    of="plant",
    expected=1.0,
    found=1.0,
    unit="",
    accepted=True,
)


def supply(found, mode="heating"):
    asked = {"heating": 45.0, "cooling": 7.0}[mode]
    return Trial(
        trial="t1",
        mode=mode,
        load_fraction=1.0,
        started_at=THEN,
        ended_at=THEN,
        quantity="supply_temperature",
        of="load",
        expected=asked,
        found=found,
        unit="°C",
    )


def looked(office, heating, *trials, since=0):
    """What is found where the supply lies so many kelvin over the asked 45 °C since an hour."""
    sound = lived(office.system)
    off = (sound.heating > 0) & (np.arange(HOURS) >= since)
    operation = replace(sound, load_supply=sound.load_supply + np.where(off, heating, 0.0))
    plant = replace(template("office").plant, trials=trials)
    dice = PosteriorSampler(np.random.default_rng(1), 10)
    setting = setting_of(case_of(operation, plant))
    scene = Scene(model=office, setting=setting, known=NOBODY, dice=dice)
    return {code: BY_CODE[code].look(scene) for code in CODES}


def read(found):
    """A set-point read off the controls at hand-over, without what was asked."""
    return Trial(
        trial="c2",
        mode="control",
        load_fraction=None,
        started_at=THEN,
        ended_at=THEN,
        quantity="setpoint",
        of="load",
        expected=None,
        found=found,
        unit="°C",
    )


@pytest.fixture(scope="module")
def reset(office):
    """The office with a supply that the weather brings down to 38 °C at all times."""
    controls = replace(
        office.system.controls,
        heating_reset=1.0,
        heating_reset_from=-60.0,
        heating_supply_min=38.0,
    )
    return office.with_system(replace(office.system, controls=controls))


@pytest.mark.parametrize(("found", "code"), [(40.7, CODES[1]), (38.2, CODES[0])])
def test_a_set_point_read_at_hand_over_is_held_against_the_weather_of_then(reset, found, code):
    assert [c for c, one in looked(reset, 2.7, read(found), TRIED).items() if one] == [code]


@pytest.mark.parametrize("tried", [(), (TRIED,)], ids=["alone", "with accepted controls"])
def test_what_trials_at_hand_over_met_was_never_commissioned(office, tried):
    found = looked(office, 2.7, supply(47.7), *tried)
    assert found["operation.set_point"] is None
    suspect = found["commissioning.set_point"]
    assert suspect.kind is DeviationKind.COMMISSIONING
    assert suspect.value == pytest.approx([2.7, 0.0], abs=DEAD_BAND)
    assert suspect.onset is None


@pytest.mark.parametrize(
    "trial",
    [supply(45.1), supply(42.3), supply(9.7, "cooling")],
    ids=["on its set-point", "off the other way", "of the other mode"],
)
def test_what_trials_at_hand_over_did_not_meet_came_later(office, trial):
    found = looked(office, 2.7, trial, TRIED)
    assert found["commissioning.set_point"] is None
    assert found["operation.set_point"].value == pytest.approx([2.7, 0.0], abs=DEAD_BAND)


def test_what_began_within_the_period_is_operation_whatever_trials_met(office):
    found = looked(office, 2.7, supply(47.7), since=24 * 25)
    assert found["commissioning.set_point"] is None
    assert found["operation.set_point"].onset == pytest.approx(24 * 25, abs=72)


def test_supply_within_its_dead_band_is_no_deviation(office):
    assert looked(office, 0.5, supply(45.5)) == dict.fromkeys(CODES)


def test_a_suspect_moves_the_set_point_of_its_mode(office):
    suspect = looked(office, 2.7, supply(47.7))["commissioning.set_point"]
    controls = suspect.apply(Hypothesis.of(office), np.array([2.7, 0.0])).system.controls
    assert controls.heating_supply == pytest.approx(47.7)
    assert controls.cooling_supply == office.system.controls.cooling_supply
