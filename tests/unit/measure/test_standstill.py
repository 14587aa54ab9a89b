"""Which meters stand, in which hours, and which of their readings are refused for it."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.standstill import (
    _flagged,
    _long_enough,
    _missed,
    _registers,
    _stood,
    _usual,
    standstills,
    without_standstills,
)
from loopkeeper.plant.points import Point, Statistic

HOUR = 3_600_000_000
BEGIN = int(np.datetime64("2024-01-01T00", "us").astype(np.int64))
DRAW, LOAD = ("electricity_power", "hp1"), ("heat_power", "load")


def point(quantity="heat_power", of="load", unit="kW", statistic=Statistic.MEAN):
    return Point(id=f"{of}:{quantity}", quantity=quantity, of=of, statistic=statistic, unit=unit)


def stretches(hours, values, flags=None):
    """Readings whose stretches begin and end at these hours of the record."""
    edge = BEGIN + (np.asarray(hours) * HOUR).astype(np.int64)
    flag = np.zeros(len(values), np.uint8) if flags is None else np.array(flags, np.uint8)
    return Segments(edge[:-1], edge[1:], np.asarray(values, float), flag)


def places(mask):
    return np.flatnonzero(mask).tolist()


@pytest.fixture
def day(channelled):
    """Six hours of anything."""
    return channelled({DRAW: np.ones(6)})


# -- readings that are refused


def test_a_whole_flat_stretch_is_refused_when_a_part_of_it_lies_in_the_standstill(day):
    stood = np.isin(np.arange(6), (2, 3))
    edges = [0, 0.5, 1, 1.5, 2, 3, 4, 4.5, 5, 5.5, 6]
    values = [0.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 0.0, 7.0]
    flag = _flagged(stretches(edges, values), day, stood)
    assert places(flag == Flag.STUCK) == [2, 3, 4, 5, 6]
    assert places(flag == Flag.GOOD) == [0, 1, 7, 8, 9]


def test_flat_readings_that_only_meet_the_standstill_are_kept(day):
    stood = np.isin(np.arange(6), (2, 3))
    flag = _flagged(stretches([1, 2, 3, 4, 5], [0.0, 7.0, 7.0, 0.0]), day, stood)
    assert not flag.any()
    within = stretches([1, 2 + 2 / 3600, 3, 4, 5], [0.0, 7.0, 7.0, 0.0])
    assert places(_flagged(within, day, stood)) == [0]  # two seconds into it


def test_what_is_refused_already_keeps_its_reason(day):
    stood = np.ones(6, bool)
    flags = [Flag.GOOD, Flag.SPREAD, Flag.RANGE, Flag.JUMP]
    flag = _flagged(stretches([0, 1, 2, 3, 4], [0.0] * 4, flags), day, stood)
    assert flag.tolist() == [Flag.STUCK, Flag.STUCK, Flag.RANGE, Flag.JUMP]


def test_readings_reach_beyond_the_record_on_either_side(day):
    first, last = np.arange(6) == 0, np.arange(6) == 5
    wide = stretches([-2, 1, 5, 9], [0.0, 7.0, 0.0])
    assert places(_flagged(wide, day, first)) == [0]
    assert places(_flagged(wide, day, last)) == [2]
    before = stretches([-3, -1, 0, 1], [0.0, 7.0, 7.0])
    assert not _flagged(before, day, first).any()


def test_the_readings_of_a_standing_meter_are_refused_and_it_is_said(readings, plant):
    points = (point(), point("electricity_power", "hp1"))
    here = replace(plant, points=points)
    minutes = np.arange(0, 48 * 60, 30)
    still = (minutes >= 20 * 60) & (minutes < 30 * 60)
    load = 40.0 + minutes % 7
    rows = {
        "load:heat_power": list(zip(minutes.tolist(), np.where(still, 0.0, load), strict=True)),
        "hp1:electricity_power": list(zip(minutes.tolist(), load / 4, strict=True)),
    }
    admitted = admit(readings(**rows), points)
    cleaned, said = without_standstills(admitted, hourly(admitted, here), here)
    flag = cleaned.segments()["load:heat_power"].flag
    assert places(flag == Flag.STUCK) == places(still)
    assert not cleaned.segments()["hp1:electricity_power"].flag.any()
    assert [v.code for v in said] == ["measure.meter.stands"]
    assert said[0].figures["hours"] == 10
    assert cleaned.verdicts[-1] is said[0]
    rows["load:heat_power"] = list(zip(minutes.tolist(), load, strict=True))
    sound = admit(readings(**rows), points)
    kept, said = without_standstills(sound, hourly(sound, here), here)
    assert kept is sound
    assert said == ()


# -- meters and their witnesses


def test_registers_of_heat_and_of_cold_count_in_turn(channelled):
    """A loop's own calculated heat, or another's, tells which of them has to count."""
    hours = channelled(
        {("heat_energy", "load"): np.ones(4), ("cooling_energy", "load"): np.ones(4)}
    )
    named = {
        key: replace(c, point=point(*key, statistic=Statistic.COUNTER))
        for key, c in hours.channels.items()
    }
    both = replace(hours, channels=named)
    signed = {"a": np.array([1.0, -2.0, np.nan, 0.0]), "b": np.array([1.0, 1.0, 1.0, -1.0])}
    (heat, warm), (cold, cool) = _registers(both, "load", signed)
    assert (heat.quantity, cold.quantity) == ("heat_energy", "cooling_energy")
    assert places(warm) == [0, 2]
    assert places(cool) == [1, 3]
    power = replace(named["heat_energy", "load"], point=point())
    whole = replace(hours, channels={**named, LOAD: power})
    ((meter, always),) = _registers(whole, "load", signed)
    assert meter.quantity == "heat_power"
    assert always.all()
    for key, channel in named.items():
        ((lone, always),) = _registers(replace(hours, channels={key: channel}), "load", signed)
        assert (lone.quantity, lone.of) == key
        assert always.all()
    derived = replace(power, rests_on=(("flow", "load"),))
    assert _registers(replace(hours, channels={LOAD: derived}), "load", signed) == []


def test_a_register_of_cold_does_not_stand_in_the_heating_season(channelled, plant):
    season = np.repeat([1.0, -1.0], 100)
    moved = 4e4 * season
    hours = channelled({DRAW: np.full(200, 1e4), LOAD: moved, ("heat_power", "source"): moved})
    parts = {
        (q, "load"): replace(hours.channels[LOAD], point=point(q, statistic=Statistic.COUNTER))
        for q in ("heat_energy", "cooling_energy")
    }
    loop = replace(hours.channels[LOAD], point=None)

    def found(values):
        metered = replace(loop, values=values, point=point("heat_energy"), rests_on=tuple(parts))
        laid = {**hours.channels, **parts, LOAD: metered}
        return [
            (f.point.quantity, places(f.hours))
            for f in standstills(replace(hours, channels=laid), plant)
        ]

    still = moved.copy()
    still[150:170] = 0.0
    assert found(still) == [("cooling_energy", list(range(150, 170)))]
    still = moved.copy()
    still[50:70] = 0.0
    assert found(still) == [("heat_energy", list(range(50, 70)))]
    assert found(moved) == []


def test_without_a_meter_or_a_witness_nothing_stands():
    values = np.where(np.arange(50) < 20, 0.0, 5.0)
    seen = {"w": np.full(50, 3.0)}
    assert len(_stood(point(), values, seen)) == 1
    assert _stood(None, values, seen) == ()
    assert _stood(point(), values, {}) == ()
    assert _stood(point(), values, {"w": np.zeros(50)}) == ()
    assert _stood(point(), values, {"w": np.full(50, np.nan)}) == ()


def test_a_witness_that_says_nothing_does_not_acquit():
    values = np.where(np.arange(50) < 20, 0.0, 5.0)
    silent = np.where(np.arange(50) < 10, np.nan, 3.0)
    (found,) = _stood(point(), values, {"w": np.full(50, 3.0), "silent": silent})
    assert places(found.hours) == list(range(20))
    (found,) = _stood(point(), values, {"silent": silent})
    assert places(found.hours) == list(range(10, 20))
    resting = np.where(np.arange(50) < 10, 0.0, 3.0)
    (found,) = _stood(point(), values, {"w": np.full(50, 3.0), "resting": resting})
    assert places(found.hours) == list(range(10, 20))


def test_the_share_is_of_the_hours_in_which_work_was_shown_and_the_meter_known():
    """20 of 160: 200 less 25 at rest and 15 in which the meter says nothing."""
    values = np.full(200, 5.0)
    values[:20], values[20:35] = 0.0, np.nan
    seen = np.where(np.arange(200) < 175, 3.0, 0.0)
    (found,) = _stood(point(), values, {"w": seen})
    assert found.share == pytest.approx(20 / 160)
    assert found.witnesses == ("w",)


@pytest.mark.parametrize(
    ("runs", "length", "stands"), [(2, 3, True), (3, 2, False), (1, 5, False)]
)
def test_six_hours_in_runs_of_three_stand(runs, length, stands):
    values = np.full(300, 5.0)
    values[250] = 0.01  # its smallest steps are small
    values[251:254] = 0.01
    for run in range(runs):
        values[20 * run + 10 : 20 * run + 10 + length] = 0.0
    assert bool(_stood(point(), values, {"w": np.full(300, 3.0)})) is stands


def test_runs_of_three_hours_are_long_enough():
    hours = np.isin(np.arange(20), (0, 1, 4, 5, 6, 10, 12, 13, 14, 15, 18, 19))
    assert places(_long_enough(hours)) == [4, 5, 6, 12, 13, 14, 15]


def test_what_is_usual_is_the_median_of_what_is_above_nought():
    assert _usual(np.array([np.nan, -50.0, 0.0, 0.0, 0.2, 0.4, 9.0])) == 0.4
    assert _usual(np.array([np.nan, -1.0, 0.0])) == 0.0


@pytest.mark.parametrize(("due", "missed"), [(10.4, True), (9.6, False)])
def test_five_of_the_smallest_but_one_in_a_hundred_steps_are_missed(due, missed):
    """Of 101 steps the second is 2: ten are due before the meter stands."""
    steps = np.array([1.0, 2.0, 12.0, *[20.0] * 97])  # 1955 in 100 hours of the witness
    asked = due * 100 / (1955 - due)  # due = 1955 / (100 + asked) · asked
    values = np.array([*steps, 0.0, np.nan, 20.0])
    seen = np.array([*np.ones(100), asked, 1e6, np.nan])
    still = values == 0
    assert places(_missed(values, still, {"w": seen})) == ([100] if missed else [])
    assert _missed(values, still, {"w": seen, "idle": 0 * seen}).any() == missed
