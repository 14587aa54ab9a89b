"""Which story the data tell of a ground, on fields that differ from the design in one thing."""

from dataclasses import replace

import numpy as np
import pytest

from lived import NOTHING, court_of, lived
from loopkeeper.lifecycle.diagnose.ground_fit import GroundPrior, applied, fit_ground
from loopkeeper.lifecycle.diagnose.ground_parameters import (
    FIELD,
    GROUND,
    LARGEST,
    SMALLEST,
    GroundParameter,
)
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.system import Load

DAYS = 105
HOUR = np.arange(24 * DAYS) / 24
SWING = 1.0 + 0.25 * np.sin(2 * np.pi * HOUR) + 0.25 * np.sin(HOUR / 3.1)
LOAD = Load(
    np.where(HOUR < 50, 2.2e5 * SWING, 0.0), np.where(HOUR > 60, 2.4e5 * SWING, 0.0)
)  # ten days of rest between
UNTESTED = GroundPrior(np.zeros(9), np.array([0.25, 0.35, 1.0, 0.15, 0.4, 0.3, 0.15, 0.025, 0.05]))
"""What an untested ground may differ by, and meters of the usual class."""
NOISE = 0.1
"""Of an hour's fluid temperature. [K]"""


def changed(ground, parameter, value):
    """The field with one property that is not the design's."""
    if parameter == "conductivity":
        return replace(ground, conductivity=ground.conductivity * value)
    if parameter == "resistance":
        return ground.with_resistance(ground.resistance * value)
    if parameter == "length":
        return replace(ground, length_factor=ground.length_factor * value)
    if parameter == "spacing":
        drawn = ground.field.geometry
        return replace(
            ground, field=FieldResponse.of(replace(drawn, x=drawn.x * value, y=drawn.y * value))
        )
    warmer = ground.undisturbed_temperature + value
    return replace(ground, undisturbed_temperature=warmer)


def measured(model, rng):
    """What noisy thermometers tell of a plant on its ground."""
    sound = lived(model.system, LOAD)
    noise = NOISE * rng.standard_normal((2, len(HOUR)))
    return replace(
        sound,
        source_supply=sound.source_supply + noise[0],
        source_return=sound.source_return + noise[1],
    )


@pytest.fixture(scope="module")
def sound(office):
    return fit_ground(office, measured(office, np.random.default_rng(3)), NOTHING, UNTESTED)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameter", "value", "found"),
    [
        ("conductivity", 0.6, np.log(0.6)),
        ("resistance", 2.0, np.log(2.0)),
        ("length", 0.7, np.log(0.7)),
        ("temperature", -2.0, -2.0),
        ("spacing", 0.45, np.log(0.45)),
    ],
)
def test_the_most_probable_story_names_what_differs(office, rng, parameter, value, found):
    operation = measured(office.with_ground(changed(office.field, parameter, value)), rng)
    fit = fit_ground(office, operation, NOTHING, UNTESTED)
    told, column = fit.stories[0], GroundParameter[parameter.upper()]
    assert np.flatnonzero(told.doubt).tolist() == [column]
    assert told.weight > 0.5
    width = np.sqrt(fit.covariance[column, column])
    assert abs(fit.mean[column] - found) < 2.5 * width
    assert width < 0.25 * abs(found)
    draws = fit.draw(rng, 400)
    assert draws[:, column].mean() == pytest.approx(found, abs=0.25 * abs(found))
    assert (draws >= SMALLEST[:GROUND]).all()
    assert (draws <= LARGEST[:GROUND]).all()


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.35, 0.55])
def test_a_by_pass_that_nobody_meters_is_told_from_a_poor_hole(office, rng, share):
    """Water that misses the field: a drop by the spread, not by the heat."""
    leaking = replace(office.system, bypass=share)
    operation = measured(office.with_system(leaking), rng)
    blind = replace(operation, field_flow=np.full(len(HOUR), np.nan))
    fit = fit_ground(office, blind, NOTHING, UNTESTED)
    assert fit.mean[GroundParameter.BYPASS] == pytest.approx(share, abs=0.05)
    assert abs(fit.mean[GroundParameter.RESISTANCE]) < 0.12  # as sound ones stray
    if share > 0.5:  # a third is within what two sound models differ by (decision 0032)
        named = np.flatnonzero(fit.stories[0].doubt)
        assert named.tolist() == [GroundParameter.BYPASS]


def test_of_a_sound_ground_the_story_without_cause_has_most_weight(sound):
    assert not sound.stories[0].doubt.any()
    assert sound.stories[0].weight > 0.5
    assert np.abs(sound.mean[[0, 1, 3]]).max() < 0.03
    assert abs(sound.mean[GroundParameter.TEMPERATURE]) < 0.1


def test_stories_are_told_in_order_and_their_weights_are_all_there_is(sound):
    weights = [story.weight for story in sound.stories]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == pytest.approx(1.0)
    assert max(story.doubt.sum() for story in sound.stories) <= 2
    assert np.array_equal(sound.mean, sound.stories[0].mean)


def test_what_remains_is_the_noise_of_the_thermometers(sound):
    # a day's mean of 24 hours of half of two readings
    assert sound.misfit < NOISE


def test_fewer_than_twenty_days_say_nothing(office, rng):
    operation = measured(office, rng)
    few = replace(operation, good=HOUR < 19)
    assert fit_ground(office, few, NOTHING, UNTESTED) is None


def test_applied_moves_each_property_by_its_own_parameter(office):
    ground = office.field
    moved = applied(ground, np.array([np.log(2.0), np.log(3.0), 1.5, np.log(0.5), np.log(0.8)]))
    assert moved.conductivity == pytest.approx(2.0 * ground.conductivity)
    assert moved.resistance == pytest.approx(3.0 * ground.resistance)
    assert moved.undisturbed_temperature == pytest.approx(ground.undisturbed_temperature + 1.5)
    assert moved.length_factor == pytest.approx(0.5 * ground.length_factor)
    heads, drawn = moved.field.geometry.x, ground.field.geometry.x
    assert np.ptp(heads) == pytest.approx(0.8 * np.ptp(drawn))


def test_a_court_tells_grounds_apart_by_every_property_a_fit_may_move(office):
    court = court_of(lived(office.system, LOAD))
    sizes = (-0.3, 0.3, -1.0, -0.3, -0.6)
    moved = [applied(office.field, size * np.eye(FIELD)[k]) for k, size in enumerate(sizes)]
    values = [court.value(Hypothesis.of(office.with_ground(g))) for g in (office.field, *moved)]
    assert len(set(values)) == 1 + FIELD
