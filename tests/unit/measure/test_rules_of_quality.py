"""Stuck values, gaps and running machines on stretches of a constant: thresholds by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.averaging import StepAxis
from loopkeeper.measure.quality import (
    _gap_verdict,
    _longest_habit,
    _running_clock,
    _RunningClock,
    _stuck,
    _time_median,
    running_hours,
)
from loopkeeper.measure.running import CALCULATED, calculated_running, running_of
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.points import Point, Statistic

HOUR = 3600 * 1_000_000
POINT = Point(id="P", quantity="flow", of="load", statistic=Statistic.MEAN, unit="")


def stretches(values, hours=1.0, flag=Flag.GOOD):
    """Readings so many hours long each."""
    start = (np.arange(len(values)) * hours * HOUR).astype(np.int64)
    flags = np.full(len(values), flag, np.uint8)
    return Segments(start, start + int(hours * HOUR), np.asarray(values, float), flags)


def stuck(values, hours, *, patient=False, runs=(0.0, 1e9)):
    """Places of stuck readings while the plant runs from one time on until another. [s]"""
    edges = np.array([0.0, runs[0], runs[1], 2e9])
    clock = _RunningClock(edges, np.array([0.0, 0.0, runs[1] - runs[0], runs[1] - runs[0]]))
    return np.flatnonzero(_stuck(stretches(values, hours), clock, patient=patient)).tolist()


def held(count, at=100, before=300, value=7.0, swing=(20.0, 10.0)):
    """Readings that change each time, and one value so often from a place on."""
    values = np.resize(swing, before + count)
    values[at : at + count] = value
    return values


@pytest.mark.parametrize(("count", "found"), [(35, False), (37, True)])
def test_more_than_six_running_hours_of_ten_minutes_are_stuck(count, found):
    assert stuck(held(count), 1 / 6) == (list(range(101, 100 + count)) if found else [])


@pytest.mark.parametrize(("count", "found"), [(20, False), (21, True)])
def test_more_than_twenty_habits_are_stuck(count, found):
    assert bool(stuck(held(count), 1.0)) is found


@pytest.mark.parametrize(("count", "found"), [(12, False), (13, True)])
def test_a_stuck_run_repeats_its_value_twelve_times(count, found):
    """What never changes is stuck after 48 h: of five hours each ten are longer."""
    assert bool(stuck(np.full(count, 7.0), 5.0)) is found


@pytest.mark.parametrize(("hours", "found"), [(47.9, False), (48.1, True)])
def test_what_never_changes_is_stuck_after_two_days(hours, found):
    assert bool(stuck(np.full(100, 7.0), hours / 100)) is found


@pytest.mark.parametrize(("count", "found"), [(287, False), (289, True)])
def test_flow_and_power_are_stuck_after_two_days(count, found):
    values = held(count, before=3000)
    assert bool(stuck(values, 1 / 6, patient=True)) is found


@pytest.mark.parametrize(("value", "found"), [(0.39, False), (0.41, True), (-0.39, False)])
def test_flow_and_power_may_rest_below_a_fiftieth_of_their_high(value, found):
    values = held(600, before=3000, value=value)
    assert bool(stuck(values, 1 / 6, patient=True)) is found


def test_hours_in_which_the_plant_rests_do_not_count():
    values = held(100)  # from hour 100 / 6 on
    assert stuck(values, 1 / 6)
    begins = 100 * 600.0
    assert not stuck(values, 1 / 6, runs=(0.0, begins + 6 * 3600 - 1))
    assert stuck(values, 1 / 6, runs=(0.0, begins + 6 * 3600 + 1))
    assert not stuck(values, 1 / 6, runs=(1e9, 1e9))


def test_the_habit_is_nine_tenths_of_runs_and_for_flow_half_of_the_time():
    hour = 3600.0
    assert _longest_habit(np.array([hour] * 9 + [9 * hour]), patient=False) == 20 * hour
    assert _longest_habit(np.array([hour] * 8 + [9 * hour] * 2), patient=False) == 180 * hour
    assert _longest_habit(np.array([60.0] * 9), patient=False) == 6 * hour
    assert _longest_habit(np.array([hour]), patient=False) == 48 * hour
    assert _longest_habit(np.array([hour] * 9), patient=True) == 48 * hour
    assert _longest_habit(np.array([hour] * 9 + [10 * hour]), patient=True) == 200 * hour
    assert _time_median(np.array([3.0, 10.0, 1.0, 2.0])) == 10.0
    assert _time_median(np.array([2.0, 1.0, 1.0])) == 1.0


@pytest.mark.parametrize(("draw", "runs"), [(49.9, False), (50.1, True)])
def test_a_machine_runs_above_a_twentieth_of_nine_tenths_of_its_draw(draw, runs):
    high = np.concatenate([np.full(50, 1000.0), np.full(4, 9000.0)])
    assert running_hours(np.append(high, [draw, np.nan, -5.0]))[-3:].tolist() == [
        runs,
        False,
        False,
    ]


def test_the_clock_counts_hours_in_which_any_machine_draws():
    first = replace(POINT, id="A", quantity="electricity_power", of="hp1")
    second = replace(first, id="B", quantity="running", of="machines")
    pump = replace(first, id="C", of="sp1")
    segments = {
        "A": stretches([5, 0, 0, 0]),
        "B": stretches([0, 0, 1, 0]),
        "C": stretches([1] * 4),
    }
    plant = type("P", (), {"machines": (MachineRecord(id="hp1"),)})()
    clock = _running_clock(segments, (first, second, pump), plant)
    assert clock.seconds.tolist() == [0, 3600, 3600, 7200, 7200]
    assert clock.at(np.array([HOUR // 2])).tolist() == [1800.0]
    unmetered = _running_clock(segments, (pump,), plant)
    assert unmetered.seconds.tolist() == [0, 3600, 7200, 10800, 14400]


@pytest.mark.parametrize(("silent", "said"), [(5, False), (6, True)])
def test_less_than_95_hundredths_of_coverage_is_a_gap(silent, said):
    flags = stretches(np.ones(100))
    flags.flag[40 : 40 + silent] = Flag.SPREAD
    flags.flag[90 : 90 + 1] = Flag.GOOD
    found = _gap_verdict(POINT, flags, 0, 100 * HOUR)
    assert bool(found) is said
    if said:
        assert found[0].figures == {
            "point": "P",
            "coverage_percent": 94.0,
            "longest_hours": 6.0,
            "first": "1970-01-02 16:00 UTC",
        }


def test_silence_at_either_end_of_the_record_is_a_gap():
    (late,) = _gap_verdict(POINT, stretches(np.ones(10)), -20 * HOUR, 15 * HOUR)
    assert late.figures["longest_hours"] == 20.0
    (early,) = _gap_verdict(POINT, stretches(np.ones(10)), 0, 15 * HOUR)
    assert early.figures["longest_hours"] == 5.0
    assert early.figures["first"] == "1970-01-01 10:00 UTC"


# -- running, by draw

DRAW = ("electricity_power", "hp1")
MACHINE = MachineRecord(id="hp1", rated_heating=1e5, rated_cop=5.0, minimum_part_load=0.25)


def shares(plant, draw, machine=MACHINE, key=DRAW, hours=1.0, **more):
    """Share of each hour that a machine ran, by what it drew; None where nothing tells."""
    one = replace(plant, machines=(machine,))
    chosen = {key: stretches(draw, hours), **more}
    found = calculated_running(one, chosen, StepAxis.spanning(0, int(len(draw) * hours) * HOUR))
    return found[CALCULATED, "hp1"].values.tolist() if found else None


def test_between_standby_and_the_least_draw_a_machine_ran_in_part(plant):
    """20 kW rated, 0.8 of a quarter of it is 4 kW; it stands by at 200 W."""
    drawn = [200.0, 200.0, 2100.0, 4000.0, 9000.0, 0.0, 999.0, 200.0]
    expected = [0, 0, 0.5, 1, 1, 0, 799 / 3800, 0]
    assert shares(plant, drawn) == pytest.approx(expected)
    assert shares(plant, [0.0, 1001.0, 4000.0]) == pytest.approx([0, 0.25025, 1])


def test_standby_is_at_most_half_of_the_least_draw(plant):
    little = replace(MACHINE, minimum_part_load=0.05)  # least 800 W, stand-by 600 W
    assert shares(plant, [600.0, 600.0, 800.0], little) == pytest.approx([0.5, 0.5, 1.0])


@pytest.mark.parametrize(
    ("of", "least"),
    [
        ({"rated_cooling": 9e4, "rated_eer": 3.0}, 5000.0),  # mean of 20 and 30 kW
        ({"rated_heating": None, "rated_cooling": 9e4, "rated_eer": 3.0}, 6000.0),
        ({"rated_cop": None}, 0.2 * 8100.0),  # 0.9 of ten draws: a tenth of the way from 8 to 9 kW
    ],
)
def test_rated_draw_is_the_plates_mean_or_a_usual_high(plant, of, least):
    drawn = [0.0, *np.full(5, 1500.0), *np.full(4, 8000.0), 9000.0]
    found = shares(plant, drawn, replace(MACHINE, **of))
    assert found[1] == pytest.approx(1500.0 / least)


def test_a_machine_that_never_draws_and_readings_of_more_than_an_hour_tell_nothing(plant):
    assert shares(plant, [0.0] * 3, replace(MACHINE, rated_cop=None)) is None
    assert shares(plant, [5e3] * 4, hours=2.0) is None
    assert shares(plant, [5e3] * 4) == [1.0] * 4


def test_an_only_machine_s_draw_may_be_metered_at_all_of_them(plant):
    key = ("electricity_energy", "machines")
    assert shares(plant, [5e3], key=key) == [1.0]
    two = replace(plant, machines=(MACHINE, replace(MACHINE, id="hp2")))
    assert calculated_running(two, {key: stretches([5e3])}, StepAxis.spanning(0, HOUR)) == {}
    both = {DRAW: stretches([5e3]), ("running", "hp1"): stretches([1.0])}
    assert calculated_running(two, both, StepAxis.spanning(0, HOUR)) == {}


def test_a_running_point_goes_before_the_draw_and_what_was_derived_is_said(channelled, plant):
    two = replace(
        plant, machines=(MACHINE, replace(MACHINE, id="hp2"), replace(MACHINE, id="hp3"))
    )
    hours = channelled(
        {
            ("running", "hp1"): np.full(2, 0.5),
            (CALCULATED, "hp1"): np.full(2, 0.9),
            (CALCULATED, "hp2"): np.full(2, 0.7),
        }
    )
    shown, said = running_of(hours, two)
    assert [s.tolist() for s in shown[:2]] == [[0.5, 0.5], [0.7, 0.7]]
    assert np.isnan(shown[2]).all()
    assert [(v.code, v.figures) for v in said] == [
        ("measure.running.derived", {"machines": "hp2", "percent": "80"})
    ]
    assert running_of(hours, replace(plant, machines=(MACHINE,)))[1] == []
