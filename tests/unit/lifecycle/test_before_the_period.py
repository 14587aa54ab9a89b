"""What was recorded ahead of a period tells what came from what was always there."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lived import HOURS, NOTHING, case_of, lived, setting_of
from loopkeeper.lifecycle.diagnose.machine_fit import set_points
from loopkeeper.lifecycle.diagnose.metered_effect import metered_effects
from loopkeeper.lifecycle.diagnose.pump_fit import draw_level, pump_hours
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.lifecycle.diagnose.suspects import BY_CODE
from loopkeeper.measure.past import Past, RecordedYears, recorded
from loopkeeper.measure.series import Period
from loopkeeper.physics.system import Load
from loopkeeper.virtual.templates import template

NOBODY = Prior(
    pumps={"source": None, "load": None},
    doubt={"source": 0.1, "load": 0.1},
    machine_doubt=0.05,
    weather_doubt=0.1,
)
AHEAD = 60
"""Days of the record that lie ahead of the period. [d]"""
SINCE = 30
"""Day of the record on which something came. [d]"""
HEAT = 2e5 + 1.5e5 * np.sin(np.arange(HOURS) / 50.0)
WINTER = Load(HEAT, 0.0 * HEAT)
LATER = np.arange(HOURS) >= 24 * SINCE


def end_of(operation):
    return operation.time[-1] + np.timedelta64(1, "h")


def scene_of(office, record, known=NOBODY, *, seen=True):
    """The last sixty days, with or without the sixty ahead of them."""
    period = Period(record.time[24 * AHEAD], end_of(record))
    whole = RecordedYears(record, AHEAD, NOTHING) if seen else None
    setting = setting_of(case_of(record.within(period), record=whole))
    dice = PosteriorSampler(np.random.default_rng(1), 10)
    return Scene(model=office, setting=setting, known=known, dice=dice)


@pytest.fixture
def sound(office):
    return lived(office.system, WINTER)


def test_wear_that_came_ahead_of_the_period_is_dated(office, sound):
    drawn = np.where(LATER, 1.06, 1.0) * sound.machine_electricity
    worn = replace(sound, machine_electricity=drawn)
    level = scene_of(office, worn).wear
    assert level.onset == pytest.approx(SINCE - AHEAD, abs=4)
    value, deviation = level.of(0.0)
    assert value == pytest.approx(np.log(1.06), abs=0.01)
    assert deviation < 0.02
    suspect = BY_CODE["operation.wear"].look(scene_of(office, worn))
    assert suspect is not None
    assert suspect.onset == 24 * level.onset


def test_without_what_was_before_so_little_wear_is_within_what_maps_are_off(office, sound):
    drawn = np.where(LATER, 1.06, 1.0) * sound.machine_electricity
    worn = replace(sound, machine_electricity=drawn)
    assert scene_of(office, worn, seen=False).wear.onset is None
    assert scene_of(office, worn, seen=False).wear.odds < scene_of(office, worn).wear.odds


def test_a_set_point_moved_ahead_of_the_period_was_once_right(office, sound):
    moved = replace(sound, load_supply=sound.load_supply + np.where(LATER, 3.0, 0.0))
    looked = {
        seen: BY_CODE["operation.set_point"].look(scene_of(office, moved, seen=seen))
        for seen in (True, False)
    }
    assert looked[False] is None  # it was always so, for all the period tells: never commissioned
    assert looked[True].onset == pytest.approx(24 * (SINCE - AHEAD), abs=24 * 4)


def test_set_points_are_read_where_machines_are_left_to_reach_them(office, sound):
    """Everything runs in half of the hours and stays five kelvin below: no set-point of anyone."""
    flat_out = np.arange(HOURS) % 2 == 0
    count = float(len(office.system.machines))
    short = replace(
        sound,
        machines_running=np.where(flat_out, count, count - 1.0),
        run_share=np.ones(HOURS),
        load_supply=sound.load_supply - np.where(flat_out, 5.0, 0.0),
    )
    assert not set_points(office.system, short).heating.present


def test_pumps_that_came_to_draw_more_are_dated(office, sound):
    """Of pumps that run one a machine, by hours of arithmetic."""
    hours = pump_hours(office.system, sound, "source")
    bank = office.system.source_pumps
    sound_level = draw_level(bank, hours, sound)
    assert not sound_level.present
    more = replace(hours, electricity=np.where(LATER, 1.5, 1.0) * hours.electricity)
    level = draw_level(bank, more, sound)
    assert level.onset == pytest.approx(SINCE, abs=4)
    assert level.value == pytest.approx(np.log(1.5), abs=0.05)


def test_machines_in_water_they_were_not_chosen_for_are_not_worn(office):
    """Eight kelvin colder than designed they draw more than maps say: the water does it."""
    system = replace(office.system, source_offset=-8.0)
    cold = lived(system, Load(0.5 * HEAT, 0.0 * HEAT))
    more = replace(cold, machine_electricity=1.2 * cold.machine_electricity)
    scene = scene_of(office, more)
    assert not scene.wear.likely
    effects = [metered_effects(scene_of(office, one)).source for one in (cold, more)]
    spent = cold.machine_electricity[24 * AHEAD :].sum() * 3600.0
    assert effects[1] - effects[0] == pytest.approx(0.2 * spent, rel=0.4)


@pytest.mark.parametrize(
    ("handed_over", "days"), [(date(2023, 1, 1), AHEAD), (date(2024, 1, 20), 41)]
)
def test_a_record_begins_where_readings_or_the_plant_do(sound, handed_over, days):
    plant = template("office").plant
    site = replace(plant.site, handed_over_on=handed_over)
    period = Period(sound.time[24 * AHEAD], end_of(sound))
    lasted = int(
        (period.start.astype("datetime64[D]") - np.datetime64(handed_over, "D")).astype(int)
    )
    past = Past(*(np.arange(lasted, dtype=float) for _ in range(4)))
    record = recorded(replace(plant, site=site), sound, period, past)
    assert record.ahead == min(AHEAD, lasted)
    assert record.ahead == pytest.approx(days, abs=1)
    assert record.operation.hours == 24 * record.ahead + sound.within(period).hours
    assert len(record.past.heating) == lasted - record.ahead
