"""Courses of points: what leaves them, what returns, who moved as well, and who stood still."""

import numpy as np
import pytest

from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.contradiction import contradicted
from loopkeeper.measure.excursions import (
    course_of,
    crowded,
    excursions,
    flipped,
    runs_of,
    sentinels,
)
from loopkeeper.measure.limits import NOWHERE, physical_limits
from loopkeeper.measure.outliers import (
    OutlierMasks,
    _alike,
    _all_told,
    _Off,
    _repeated,
    _stages,
    _two_courses,
    judge,
    usual,
)
from loopkeeper.measure.register_turns import Direction, block_rate, clean_rises, direction
from loopkeeper.measure.witnesses import (
    MovingPoint,
    _beyond_chance,
    _moved,
    explained,
    informative,
    partners,
    related,
    witness_of,
)
from loopkeeper.plant.points import Point, Statistic

MINUTE = 60_000_000
STEADY = True


def point(quantity="flow", of="load"):
    return Point(
        id=f"{of}:{quantity}", quantity=quantity, of=of, statistic=Statistic.MEAN, unit="-"
    )


def times(count, step=15):
    return np.arange(count, dtype=np.int64) * step * MINUTE


def held(value, flag=None):
    start = times(len(value))
    codes = np.zeros(len(value), np.uint8) if flag is None else flag
    return Segments(start, start + 15 * MINUTE, np.asarray(value, float), codes)


# -- excursions


def test_runs_have_first_and_last():
    first, last = runs_of(np.array([1, 1, 0, 1, 0, 0, 1], bool))
    assert first.tolist() == [0, 3, 6]
    assert last.tolist() == [1, 3, 6]


def test_the_course_bears_four_wrong_of_nine():
    value = np.zeros(30)
    value[10:14] = 50.0
    assert not course_of(value).any()
    value[14] = 50.0
    assert course_of(value)[12] == 50.0


def test_a_place_is_crowded_where_more_than_half_are_wrong():
    wrong = np.zeros(40, bool)
    wrong[20:25] = True
    assert np.flatnonzero(crowded(wrong)).tolist() == [20, 21, 22, 23, 24]
    wrong[24] = False
    assert not crowded(wrong).any()


def test_an_excursion_is_eight_usual_distances_or_the_floor():
    """A median distance of 1 is a deviation of 1.4826; eight of these are 11.86."""
    distance = np.array([1.0] * 9 + [11.8, 11.9])
    assert excursions(distance, 2.0).tolist() == [False] * 10 + [True]
    assert excursions(distance, 11.85).sum() == 1
    assert excursions(distance, 12.0).sum() == 0


def test_a_reading_of_the_wrong_sign_fits_when_turned_and_comes_by_leaps():
    value = np.full(20, 10.0)
    value[[3, 4, 12]] = -10.5
    assert np.flatnonzero(flipped(value, 3.0)).tolist() == [3, 4, 12]
    assert not flipped(value, 21.0).any()
    value[12] = -3.0  # turned round it is nearer to 10, but not by half
    assert np.flatnonzero(flipped(value, 3.0)).tolist() == [3, 4]


def test_what_changes_sign_slowly_is_no_fault():
    assert not flipped(10.0 * np.cos(np.linspace(0.0, np.pi, 60)) + 6.0, 3.0).any()


def wave(count=400):
    return 20.0 + 3.0 * np.sin(np.arange(count) / 20.0) + 0.01 * (np.arange(count) % 7)


@pytest.mark.parametrize(
    ("value", "times_seen", "found"), [(60.0, 2, 0), (60.0, 3, 3), (85.0, 2, 2)]
)
def test_a_value_that_recurs_is_a_sentinel_from_the_third_time_a_known_one_from_the_second(
    value, times_seen, found
):
    readings = wave()
    readings[[50, 170, 300][:times_seen]] = value
    assert sentinels(readings, 3.0).sum() == found


def test_a_value_of_the_course_is_no_sentinel():
    readings = wave()
    readings[[50, 170, 300]] = 21.0
    assert not sentinels(readings, 3.0).any()


def test_a_value_among_many_alike_is_no_sentinel():
    readings = wave()
    readings[[50, 170, 300]] = 60.0
    readings[[70, 190, 320]] = 60.5
    assert not sentinels(readings, 3.0).any()


# -- registers


def test_rises_amid_rises_are_clean_and_lone_ones_are_not():
    step = np.array([1, 1, 0, 1, 1, 1, -5, 6, -1, 1, 1, 1, 1, 1], float)
    assert np.flatnonzero(clean_rises(step)).tolist() == [0, 1, 3, 11, 12, 13]


def test_the_rate_of_a_register_bears_wrong_readings():
    seconds = 900.0 * np.arange(3000)
    count = 0.5 * seconds
    count[::7] = 0.0
    assert block_rate(seconds, count) == pytest.approx(0.5)
    assert block_rate(seconds, 0.0 * seconds) == np.inf


DAYS = 900.0 * np.arange(96 * 20 + 1)
UP = np.ones(96 * 20)


@pytest.mark.parametrize(
    ("step", "way"),
    [
        (UP, Direction.UP),
        (-UP, Direction.DOWN),
        (np.where(np.arange(96 * 20) < 96 * 10, UP, -UP), Direction.BOTH),
        (np.where(np.arange(96 * 20) // 96 % 2 == 0, UP, -UP), Direction.UP),  # daily turns
        (np.where(np.arange(96 * 20) < 96 * 19.6, UP, -UP), Direction.UP),  # an accident
        (-0.5 * UP, Direction.UP),  # within rounding
    ],
)
def test_a_register_counts_both_ways_only_where_each_lasts_for_days(step, way):
    assert direction(DAYS, step, 0.6) is way


# -- witnesses


def test_a_witness_moves_by_more_than_a_fifth_of_its_range():
    value = np.tile(np.repeat([0.0, 10.0], 10), 5)
    found = witness_of(point(), held(value))
    assert (found.moves / MINUTE / 15).tolist() == list(range(10, 100, 10))
    assert (found.middle, found.reach, found.steady) == (5.0, 5.0, False)
    instants = times(100)
    assert np.array_equal(found.high_at(instants), value == 10.0)
    assert np.array_equal(found.running_at(instants), value > 2.0)


def test_a_temperature_moves_by_a_kelvin_at_least_and_little_says_nothing():
    value = 20.0 + np.tile(np.repeat([0.0, 0.9], 10), 5)
    assert len(witness_of(point("supply_temperature"), held(value)).moves) == 0
    assert witness_of(point(), held(value[:23])) is None
    assert witness_of(point(), held(value, np.full(100, Flag.STUCK))) is None


def test_a_steady_witness_hardly_moves_and_never_falls_low():
    assert witness_of(point(), held(np.full(100, 5.0) + 0.01 * np.arange(100))).steady
    assert not witness_of(point(), held(np.repeat([0.0, 5.0], 50))).steady
    high = witness_of(point(), held(np.repeat([4.0, 6.0], 50)))
    assert (high.middle, high.reach) == (3.0, 3.0)  # half of what it reads highest


def mover(moves, quantity="flow", of="load", value=None):
    stretch = held(np.zeros(200) if value is None else value)
    return MovingPoint(
        point(quantity, of), np.asarray(moves) * 15 * MINUTE, STEADY, stretch, 5.0, 5.0
    )


def test_a_move_marks_the_reading_it_falls_into_or_one_beside():
    for late, expected in ((0, [3, 7]), (1, [4, 8]), (-1, [2, 6])):
        found = _moved(times(10), np.array([3, 7]) * 15 * MINUTE + 5, late)
        assert np.flatnonzero(found).tolist() == expected


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_witness_explains_excursions_at_its_moves_even_one_reading_late(late):
    first, last = np.arange(20, 180, 20), np.arange(22, 182, 20)
    moves = np.sort(np.concatenate([first, last + 1])) - late
    found, marks = explained(times(200), runs_of(_marked(first, last)), [mover(moves)], whole=True)
    assert found.all()
    assert np.flatnonzero(marks).tolist() == (moves + late).tolist()


def _marked(first, last):
    mask = np.zeros(200, bool)
    for a, b in zip(first, last, strict=True):
        mask[a : b + 1] = True
    return mask


def test_a_witness_of_one_end_explains_unless_both_are_asked_for():
    first, last = np.arange(20, 180, 20), np.arange(25, 185, 20)
    runs = runs_of(_marked(first, last))
    assert explained(times(200), runs, [mover(first)])[0].all()
    assert not explained(times(200), runs, [mover(first)], whole=True)[0].any()
    assert not explained(times(200), runs, [mover(first + 10)])[0].any()


def test_hits_that_chance_may_make_are_none():
    """36 of 100 where chance makes 20: beyond four deviations of 0.04, a fifth beyond."""
    hit = np.arange(100) < 37
    assert _beyond_chance(hit, 0.2) == pytest.approx((0.37 - 0.2) / 0.8)
    assert _beyond_chance(np.arange(100) < 35, 0.2) == 0.0
    assert _beyond_chance(np.ones(100, bool), 0.6) == 0.0


def test_only_who_seldom_moves_says_something_by_silence():
    assert informative(times(100), [mover(np.arange(19))])
    assert not informative(times(100), [mover(np.arange(20))])


def test_a_flow_goes_with_its_own_pump_heat_and_any_machine(plant):
    seen = [
        mover([1], "electricity_power", "lp1"),
        mover([1], "electricity_power", "sp1"),
        mover([1], "heat_power", "load"),
        mover([1], "heat_power", "source"),
        mover([1], "electricity_power", "hp1"),
        mover([1], "supply_temperature", "load"),
    ]
    named = lambda found: [w.point.id for w in found]  # noqa: E731
    assert named(related(point("flow", "load"), plant, seen)) == [
        "lp1:electricity_power",
        "load:heat_power",
        "hp1:electricity_power",
    ]
    assert named(related(point("heat_power", "load"), plant, seen)) == [
        "load:heat_power",
        "source:heat_power",
        "hp1:electricity_power",
    ]
    assert named(related(point("electricity_power", "hp1"), plant, seen)) == [
        "load:heat_power",
        "source:heat_power",
        "hp1:electricity_power",
    ]
    assert named(related(point("electricity_power", "lp1"), plant, [mover([1])])) == ["load:flow"]


def test_only_pumps_and_only_machines_have_partners(plant):
    seen = [
        mover([1], "electricity_power", "lp1"),
        mover([1], "heat_power", "load"),
        mover([1]),
    ]
    assert [w.point.id for w in partners(point("flow", "load"), plant, seen)] == [
        "lp1:electricity_power"
    ]
    assert [w.point.id for w in partners(point("electricity_power", "lp1"), plant, seen)] == [
        "load:flow"
    ]
    assert [w.point.id for w in partners(point("electricity_power", "hp1"), plant, seen)] == [
        "load:heat_power"
    ]


# -- contradiction


def partner(running, quantity="electricity_power"):
    value = np.where(running, 10.0, 0.0)
    return mover([1], quantity, "lp1", value)


def test_a_flow_that_stands_while_its_only_pump_runs_is_contradicted():
    running = np.arange(200) >= 20
    value = np.where(running, 4.0, 0.0)
    value[100:110] = 0.0
    found = contradicted(times(200), value, [partner(running)])
    assert np.flatnonzero(found).tolist() == list(range(100, 110))


def test_with_three_in_ten_contradicted_the_partner_is_not_believed():
    value = np.where(np.arange(200) < 61, 0.0, 4.0)
    assert not contradicted(times(200), value, [partner(np.ones(200, bool))]).any()
    value[:2] = 4.0
    assert contradicted(times(200), value, [partner(np.ones(200, bool))]).sum() == 59


def test_heat_that_goes_on_for_three_readings_contradicts_nothing():
    running = np.ones(200, bool)
    value = np.full(200, 4.0)
    value[50:53], value[100:104] = 0.0, 0.0
    found = contradicted(times(200), value, [partner(running, "heat_power")])
    assert np.flatnonzero(found).tolist() == [100, 101, 102, 103]
    running[:] = False
    running[50:53] = True  # all of the heat there is
    assert contradicted(times(200), value, [partner(running, "heat_power")])[50:53].all()


# -- outliers


def off(value, course, odd, **of):
    value, odd = np.asarray(value, float), np.asarray(odd, bool)
    none = np.zeros(len(value), bool)
    return _Off(
        **{
            "value": value,
            "course": np.asarray(course, float),
            "off": odd,
            "odd": odd,
            "crowd": none,
            "twofold": False,
            **of,
        }
    )


def test_the_usual_reading_is_the_median_of_what_is_not_nought():
    assert usual(np.array([0.0, 0.0, 0.0, -3.0, 5.0, 4.0])) == 4.0
    assert usual(np.zeros(3)) == 0.0


def test_excursions_alike_are_many_to_one_side_about_as_far():
    distance = np.where(np.arange(40) < 20, 10.0, 0.0)
    odd = distance > 0
    assert _alike(off(distance, np.zeros(40), odd))
    few = odd & (np.arange(40) > 0)
    assert not _alike(off(distance, np.zeros(40), few))
    both_sides = distance * np.where(np.arange(40) % 8 == 0, -1.0, 1.0)
    assert not _alike(off(both_sides, np.zeros(40), odd))
    of_all_sizes = distance * np.where(np.arange(40) % 2 == 0, 1.0, 2.0)
    assert not _alike(off(of_all_sizes, np.zeros(40), odd))


def test_stages_of_machines_are_many_values_within_five_kelvin():
    steps = np.where(np.arange(60) < 30, 3.0 + 0.01 * np.arange(60), 0.0)
    odd = steps > 0
    assert _stages(off(20 + steps, np.full(60, 20.0), odd))
    assert not _stages(off(20 + 2 * steps, np.full(60, 20.0), odd))
    assert not _stages(off(20 + np.where(odd, 3.0, 0.0), np.full(60, 20.0), odd))


def test_an_exact_value_that_is_mostly_odd_is_repeated():
    value = np.array([7.0, 7.0, 7.0, 1.0, 1.0, 8.0, 8.0])
    odd = np.array([1, 1, 1, 0, 0, 1, 1], bool)
    assert _repeated(off(value, np.ones(7), odd)).tolist() == [True] * 3 + [False] * 4


def test_a_point_in_two_states_has_a_course_for_each():
    high = np.arange(100) // 10 % 2 == 1
    value = np.where(high, 30.0, 20.0)
    course = _two_courses(value, high, 1.0)
    assert np.array_equal(course, value)
    assert _two_courses(value, np.arange(100) < 5, 1.0) is None


def test_steps_around_an_excursion_are_told_when_all_are_the_witness_s():
    value = np.zeros(30)
    value[10:12] = 9.0
    value[20:22] = 9.0
    moved = np.zeros(30, bool)
    moved[[10, 12, 20]] = True
    runs = runs_of(value > 0)
    assert _all_told(value, runs, moved, 1.0).tolist() == [True, False]


def sworn(value, *witnesses, **of):
    return judge(times(len(value)), np.asarray(value, float), list(witnesses), **of)


def nothing(masks: OutlierMasks):
    return not (masks.sentinel.any() or masks.spike.any() or masks.dropout.any())


def test_single_spikes_of_a_quiet_temperature_are_left_out():
    value = wave()
    value[[100, 200]] = [60.0, 5.0]
    found = sworn(value, sworn=None)
    assert np.flatnonzero(found.spike).tolist() == [100, 200]
    value = wave()
    value[100] += 4.0  # less than five kelvin is not sure
    assert nothing(sworn(value, sworn=None))
    assert nothing(sworn(wave(23), sworn=None))


def test_a_flow_that_falls_out_without_its_steady_pump_is_a_dropout():
    value = 4.0 + 0.01 * np.sin(np.arange(400))
    value[[50, 51, 150, 250, 350]] = 0.0
    steady = MovingPoint(
        point("electricity_power", "lp1"), times(0), STEADY, held(value), 5.0, 5.0
    )
    found = sworn(value, sworn=[steady])
    assert np.flatnonzero(found.dropout).tolist() == [50, 51, 150, 250, 350]
    assert nothing(sworn(value, sworn=[]))


def test_a_flow_five_times_what_it_reaches_is_a_spike_whoever_swears():
    value = 4.0 + 0.01 * np.sin(np.arange(400))
    value[100] = 21.0
    assert np.flatnonzero(sworn(value, sworn=[]).spike).tolist() == [100]
    value[100] = 19.0
    assert nothing(sworn(value, sworn=[]))


def test_what_a_quantity_can_be_has_limits_and_others_have_none():
    assert physical_limits("running") == (-0.001, 1.001)
    assert physical_limits("supply_temperature") == (-40.0, 130.0)
    assert physical_limits("a word nobody knows") == NOWHERE == (-np.inf, np.inf)
