"""Machines as found: loss by cycling, and what they draw over their maps."""

from dataclasses import replace

import numpy as np
import pytest

from lived import COLD, HOURS, lived
from loopkeeper.lifecycle.diagnose.machine_fit import as_cycling, daily_wear, found_level
from loopkeeper.physics.control_laws import ResetLine, supplies
from loopkeeper.physics.system import Load

WAVE = 40e3 + 35e3 * np.sin(np.arange(HOURS) / 30.0)
"""One machine of 125 kW that cycles below a quarter of its load."""
MILD = Load(np.where(COLD, 0.0, WAVE), np.where(COLD, WAVE, 0.0))


def losing(system, loss):
    machines = tuple(replace(m, cycling_loss=loss) for m in system.machines)
    return replace(system, machines=machines)


@pytest.mark.parametrize("planted", [0.0, 0.25, 0.4])
def test_the_planted_loss_by_cycling_is_found(office, planted):
    operation = lived(losing(office.system, planted), MILD)
    found = as_cycling(office.system, operation)
    assert [m.cycling_loss for m in found.machines] == pytest.approx([planted] * 4, abs=0.03)
    assert losing(found, 0.1) == losing(office.system, 0.1)  # nothing else is moved


def test_wear_is_not_taken_for_cycling(office):
    sound = lived(losing(office.system, 0.25), MILD)
    worn = replace(sound, machine_electricity=1.2 * sound.machine_electricity)
    found = as_cycling(office.system, worn)
    assert found.machines[0].cycling_loss == pytest.approx(0.25, abs=0.03)


def test_without_cycling_the_usual_loss_stands(office):
    operation = lived(losing(office.system, 0.4), Load(MILD.heating + 60e3, 0.0 * WAVE))
    assert as_cycling(office.system, operation) is office.system


def test_machines_as_listed_draw_what_their_maps_say(office):
    operation = lived(office.system)
    assert found_level(office.system, operation) == pytest.approx(0.0, abs=0.003)


def test_what_machines_draw_more_is_found_day_by_day(office):
    """Half as much again in heating days, a fifth less in cooling days."""
    sound = lived(office.system)
    planted = np.where(COLD, 0.8, 1.5)
    operation = replace(sound, machine_electricity=planted * sound.machine_electricity)
    daily = daily_wear(office.system, operation)
    known = np.isfinite(daily.value)
    assert known.sum() > 60
    for mode, factor in ((0.0, 1.5), (1.0, 0.8)):
        of_mode = np.exp(daily.value[known & (daily.mode == mode)])
        assert of_mode == pytest.approx(np.full(len(of_mode), factor), rel=0.005)
    assert len(daily.value) == HOURS // 24


def test_the_level_is_the_median_that_a_few_bad_days_do_not_move(office):
    sound = lived(office.system)
    planted = np.where(np.arange(HOURS) < 24 * 12, 4.0, 1.2)
    operation = replace(sound, machine_electricity=planted * sound.machine_electricity)
    assert np.exp(found_level(office.system, operation)) == pytest.approx(1.2, rel=0.005)


def test_cycling_hours_and_gaps_tell_nothing_of_wear(office):
    sound = lived(office.system)
    short = replace(sound, run_share=np.full(HOURS, 0.6))
    assert np.isnan(found_level(office.system, short))
    blind = replace(sound, good=np.zeros(HOURS, bool))
    assert np.isnan(found_level(office.system, blind))


def test_a_set_point_that_asks_for_unknown_weather_is_not_known():
    """The full supply in its place would be a deviation that nobody measured."""
    outdoor = np.array([-10.0, np.nan, 10.0])
    reset, plain = ResetLine(45.0, 0.5, 0.0, 38.0), ResetLine(7.0, 0.0, 35.0, 15.0)
    hot, cold = supplies(reset, plain, outdoor)
    assert hot == pytest.approx([45.0, np.nan, 40.0], nan_ok=True)
    assert cold == pytest.approx([7.0, 7.0, 7.0])
