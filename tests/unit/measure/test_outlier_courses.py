"""Outliers beside witnesses: courses by state, what moves explain, stops, foreign values."""

import numpy as np
import pytest

from loopkeeper.measure import outliers
from loopkeeper.measure.admitted import Segments
from loopkeeper.measure.excursions import runs_of
from loopkeeper.measure.outliers import (
    _all_told,
    _course,
    _decided,
    _Off,
    _off_course,
    _repeated,
    _sentinels,
    _sworn,
    _two_courses,
    _warm,
    judge,
)
from loopkeeper.measure.witnesses import MovingPoint
from loopkeeper.plant.points import Point, Statistic

COUNT = 100
STEP = 600_000_000
START = np.arange(COUNT) * STEP
POINT = Point(id="P", quantity="running", of="hp1", statistic=Statistic.MEAN, unit="")


def witness(moves=(), value=None, count=COUNT, *, steady=False):
    """A point that moves at these readings and is high above 5."""
    start = np.arange(count) * STEP
    value = np.full(count, 10.0) if value is None else np.asarray(value, float)
    laid = Segments(start, start + STEP, value, np.zeros(count, np.uint8))
    return MovingPoint(POINT, np.array(moves, int) * STEP, steady, laid, 5.0, 5.0)


def placed(changes, base=10.0, count=COUNT):
    value = np.array(np.broadcast_to(np.asarray(base, float), count))
    for place, reading in changes.items():
        value[place] = reading
    return value


def off(changes, course=10.0, count=COUNT):
    """Readings that are changed are off their course, and odd."""
    line = placed({}, course, count)
    value = placed(changes, line, count)
    odd = value != line
    return _Off(value, line, odd, odd.copy(), np.zeros(count, bool), twofold=False)


def places(mask):
    return np.flatnonzero(mask).tolist()


# -- what is noticed


@pytest.mark.parametrize(("far", "noticed"), [(1.05, True), (0.95, False), (-1.05, True)])
def test_a_temperature_a_kelvin_off_its_course_is_noticed(far, noticed):
    """Three of a hundred beside a witness that rests are no accident."""
    value = placed(dict.fromkeys((30, 50, 70), 10.0 + far))
    found = judge(START, value, [witness((1,))], None)
    assert places(found.spike) == ([30, 50, 70] if noticed else [])


@pytest.mark.parametrize(("low", "noticed"), [(17.86, True), (18.14, False)])
def test_a_tenth_of_what_a_flow_usually_reads_is_noticed(low, noticed):
    """Twelve readings lack more than a hundredth of the sum, by instants."""
    where = list(range(4, 100, 8))
    rests = [witness(steady=True)]
    found = judge(START, placed(dict.fromkeys(where, low), 20.0), rests, rests)
    assert places(found.dropout) == (where if noticed else [])
    assert not found.spike.any()


def test_what_is_erratic_holds_foreign_values_and_excursions():
    """Without a witness four unlike excursions in a hundred cannot be told."""
    where = {20: 85.0, 40: 85.0, 60: 85.0, 10: 30.0, 30: -20.0, 50: 17.0, 70: 25.0}
    found = judge(START, placed(where, 10.0 + 1e-4 * np.arange(COUNT)), [], None)
    assert places(found.erratic) == [10, 20, 30, 40, 50, 60, 70]
    assert not any(m.any() for m in (found.sentinel, found.spike, found.dropout))
    few = judge(START, placed({20: 85.0, 40: 85.0, 60: 85.0, 30: 31.0}), [], None)
    assert (places(few.sentinel), places(few.spike)) == ([20, 40, 60], [30])
    assert few.erratic is None


# -- foreign values


SLOPE = 10.0 + 1e-4 * np.arange(COUNT)


@pytest.mark.parametrize(("far", "found"), [(3.1, True), (2.9, False), (-3.1, True)])
def test_a_foreign_value_lies_three_times_what_is_noticed_off_course(far, found):
    """Three kelvin of a temperature, three tenths of a flow of 20."""
    where = (20, 40, 60)
    warm = _sentinels(START, placed(dict.fromkeys(where, 10.0 + far), SLOPE), [], warm=True)
    assert places(warm) == (list(where) if found else [])
    read = placed(dict.fromkeys(where, 20.0 + 2 * far), 10.0 + SLOPE)
    read[80] = 2.0  # else the foreign value were the flow's least
    driven = _sentinels(START, read, [], warm=False)
    assert places(driven) == (list(where) if found else [])


@pytest.mark.parametrize(("value", "found"), [(0.45, False), (0.55, True), (-0.55, True)])
def test_a_flow_below_a_twentieth_of_its_reach_or_at_its_least_is_off(value, found):
    course = np.where(np.arange(COUNT) < 50, 5.0, SLOPE)  # its reach is 10
    read = placed(dict.fromkeys((60, 70, 80), value), course)
    assert not _sentinels(START, read, [], warm=False).any()  # it is the least
    read[90] = -7.0
    assert places(_sentinels(START, read, [], warm=False)) == ([60, 70, 80] if found else [])


@pytest.mark.parametrize(("explained", "found"), [(2, True), (3, False)])
def test_a_foreign_value_whose_runs_a_witness_mostly_bounds_is_a_state(explained, found):
    where = (20, 40, 60, 80)
    moves = [p + k for p in where[:explained] for k in (0, 1)]
    read = placed(dict.fromkeys(where, 30.0), SLOPE)
    mask = _sentinels(START, read, [witness(moves)], warm=True)
    assert places(mask) == (list(where) if found else [])
    lone = _sentinels(START, read, [witness([p + 1 for p in where])], warm=True)
    assert places(lone) == list(where)  # one end alone explains nothing


def test_a_temperature_of_the_wrong_sign_is_foreign_and_a_flow_s_is_not():
    read = placed({30: -10.2, 60: -9.7}, SLOPE)
    assert places(_sentinels(START, read, [], warm=True)) == [30, 60]
    assert not _sentinels(START, read, [], warm=False).any()
    turns = [witness((30, 31, 60, 61))]
    assert not _sentinels(START, read, turns, warm=True).any()


# -- excursions and moves


@pytest.mark.parametrize(("top", "odd"), [(10 + 59.0, [90]), (10 + 61.0, [70, 90])])
def test_an_explained_excursion_is_no_three_times_the_usual_one(top, odd):
    """Twenty at 10, 30, 50: sixty; at 90 the witness does not move."""
    value = placed({10: 30.0, 30: 30.0, 50: 30.0, 70: top, 90: 30.0})
    judged = _off_course(START, value, [witness((10, 30, 50, 70))], 1.0)
    assert places(judged.off) == [10, 30, 50, 70, 90]
    assert places(judged.odd) == odd
    assert not judged.twofold


def test_without_excursions_or_with_few_readings_there_is_nothing_to_decide():
    assert _off_course(START, placed({}), [], 1.0) is None
    assert _off_course(START[:23], placed({9: 30.0}, count=23), [], 1.0) is None
    assert _off_course(START[:24], placed({9: 30.0}, count=24), [], 1.0) is not None


def test_a_crowd_of_excursions_is_odd_as_a_whole():
    where = (50, 52, 54, 56, 58)
    value = placed({p: 30.0 + p for p in where}, SLOPE)
    judged = _off_course(START, value, [], 1.0)
    assert places(judged.crowd) == [54]
    assert set(places(judged.odd)) >= {50, 52, 54, 56, 58} - {54}
    assert judged.odd[54]


@pytest.mark.parametrize(
    ("changes", "moved", "told"),
    [
        ({50: 30.0}, (50, 51), True),
        ({50: 30.0}, (50,), False),
        ({50: 30.0, 46: 30.0}, (50, 51), True),
        ({50: 30.0, 47: 30.0}, (50, 51), False),
        ({50: 30.0, 53: 30.0}, (50, 51), True),
        ({50: 30.0, 52: 30.0}, (50, 51), False),
        ({50: 10.9}, (), False),
        ({50: 10.9}, (50, 51), False),
        ({50: 11.1}, (50, 51), True),
    ],
)
def test_all_steps_around_an_excursion_have_to_be_the_witness_s(changes, moved, told):
    """Two readings before it and two after are looked at; steps of 1 are noticed."""
    mark = np.isin(np.arange(COUNT), moved)
    runs = runs_of(np.arange(COUNT) == 50)
    assert _all_told(placed(changes), runs, mark, 1.0).tolist() == [told]


def test_steps_at_either_end_of_the_record_are_looked_at():
    ends = runs_of(np.isin(np.arange(COUNT), (1, 98)))
    value = placed({1: 30.0, 98: 30.0})
    told = [(1, 2, 98, 99), (1, 2, 98), (1, 98, 99)]
    found = [_all_told(value, ends, np.isin(np.arange(COUNT), m), 1.0).tolist() for m in told]
    assert found == [[True, True], [True, False], [False, True]]


# -- courses


STATES = np.arange(COUNT) // 3 % 2 == 1
FOLLOWS = np.where(STATES, 20.0, 10.0)


def test_a_point_with_two_states_has_the_course_of_the_witness_it_follows():
    never, right = witness(value=np.zeros(COUNT)), witness(value=10.0 * STATES)
    wrong = witness(value=np.where(np.arange(COUNT) < 50, 10.0, 0.0))
    for order in ([never, right, wrong], [wrong, right, never], [right]):
        course, twofold = _course(START, FOLLOWS, order, 1.0)
        assert twofold
        assert course == pytest.approx(FOLLOWS)
    alone, twofold = _course(START, FOLLOWS, [never, wrong], 1.0)
    assert not twofold
    assert set(alone) <= {10.0, 20.0}


@pytest.mark.parametrize(("left", "twofold"), [(4.9, True), (5.1, False)])
def test_two_courses_have_to_halve_the_usual_distance(monkeypatch, left, twofold):
    """Which is 10 here, of three readings at 10 and three at 20 in turn."""
    monkeypatch.setattr(outliers, "_two_courses", lambda value, *_: value + left)
    found = _course(START, FOLLOWS, [witness()], 1.0)
    assert found[1] is twofold
    assert np.abs(found[0] - FOLLOWS).max() == pytest.approx(left if twofold else 10.0)


@pytest.mark.parametrize(("noticed", "asked"), [(29.0, True), (31.0, False)])
def test_within_a_third_of_what_is_noticed_no_witness_is_asked(monkeypatch, noticed, asked):
    monkeypatch.setattr(outliers, "_two_courses", lambda value, *_: value)
    assert _course(START, FOLLOWS, [witness()], noticed)[1] is asked


@pytest.mark.parametrize(("high", "told"), [(5, False), (6, True), (94, True), (95, False)])
def test_a_witness_is_in_either_state_for_a_twentieth_of_the_time(high, told):
    found = _two_courses(FOLLOWS, np.arange(COUNT) < high, 1.0)
    assert (found is not None) is told


@pytest.mark.parametrize(("late", "either"), [(1, False), (2, True)])
def test_where_a_quarter_of_the_changes_is_late_either_state_will_do(late, either):
    """Eight readings lie at four changes; at so many the point changes a reading later."""
    high = (np.arange(COUNT) // 20) % 2 == 1
    value = np.where(high, 20.0, 10.0)
    for change in (40, 60)[:late]:
        value[change] = 30.0 - value[change]
    expected = np.where(high, 20.0, 10.0)
    found = _two_courses(value, high, 1.0)
    assert found == pytest.approx(value if either else expected)


def test_a_witness_that_moves_often_has_told_all_by_its_states():
    """Ten moves in a hundred readings are often: they explain no excursion besides."""
    value = FOLLOWS + placed(dict.fromkeys((10, 31, 52, 73), 30.0), 0.0)
    moves = [10, 31, 52, 73, 11, 32, 53, 74, 90]
    for more, odd in (((), []), ((95,), [10, 31, 52, 73])):
        seen = witness([*moves, *more], value=10.0 * STATES)
        judged = _off_course(START, value, [seen], 1.0)
        assert judged.twofold
        assert places(judged.off) == [10, 31, 52, 73]
        assert places(judged.odd) == odd


@pytest.mark.parametrize(("length", "told"), [(6, True), (7, False)])
def test_no_excursion_of_more_than_six_readings_is_explained_by_its_ends(length, told):
    """One witness tells the states, another moves when the excursions begin."""
    begin = (9, 39, 69)
    away = np.isin(np.arange(COUNT), [p + k for p in begin for k in range(length)])
    witnesses = [witness(value=10.0 * STATES), witness(begin)]
    judged = _off_course(START, FOLLOWS + 30.0 * away, witnesses, 1.0)
    assert judged.twofold
    assert places(judged.off) == places(away)
    assert judged.odd.any() != told


# -- temperatures


def test_of_stages_only_what_is_odd_and_five_kelvin_off_is_a_spike():
    distances = [*np.linspace(3, 4.9, 39), 6.0, 7.0]
    judged = off({2 * k: 10.0 + d for k, d in enumerate(distances)} | {90: 18.0})
    judged.odd[90] = False
    spike, dropout = _warm(START, judged, [witness((1,))])
    assert places(spike) == [78, 80]
    assert not dropout.any()


def test_a_value_is_repeated_thrice_and_mostly_odd():
    changes = dict.fromkeys((10, 20, 30), 13.0) | dict.fromkeys((40, 50), 14.0)
    judged = off(changes | dict.fromkeys((60, 62, 64, 66, 68, 70), 15.0))
    judged.odd[[60, 62, 64]] = False  # half of the fifteens are not odd
    assert places(_repeated(judged)) == [10, 20, 30]
    judged.odd[60] = True
    assert places(_repeated(judged)) == [10, 20, 30, 60, 62, 64, 66, 68, 70]


def test_a_log_of_changes_is_judged_by_its_habit_each_kind_its_own_way():
    start = np.cumsum(np.arange(1000) ** 2 % 97 + 1) * 60_000_000
    warm = _decided(start, off({500: 16.0}, count=1000), [], None, means=False)
    assert places(warm[0]) == [500]  # six kelvin
    driven = _decided(start, off({500: 16.0, 700: 51.0}, count=1000), [], [], means=False)
    assert places(driven[0]) == [700]  # more than five times ten
    assert not warm[1].any() | driven[1].any()


# -- flows and powers


def cycle(count=400, low=0.0, middle=None):
    """A course that rests for ten readings and runs at ten for ten."""
    place = np.arange(count)
    course = np.where(place // 10 % 2 == 0, low, 10.0)
    if middle is not None:
        course[place % 10 == 0] = middle
    return course


def sworn(course, witnesses):
    return _sworn(np.arange(len(course)) * STEP, off({}, course, len(course)), witnesses)


@pytest.mark.parametrize(("seen", "told"), [(23, False), (24, True)])
def test_a_witness_swears_that_moves_at_six_of_ten_turns(seen, told):
    """Of 39 turns: 23 are 59 per cent, 24 are 62."""
    turns = np.arange(10, 400, 10)
    assert sworn(cycle(), [witness(turns[:seen], count=400)]) is told


@pytest.mark.parametrize(
    ("low", "middle", "told"),
    [(0.95, None, True), (1.05, None, False), (0.0, 4.9, False), (0.0, 5.1, True)],
)
def test_a_course_turns_from_a_tenth_of_its_reach_by_half_of_it(low, middle, told):
    moves = np.arange(10, 400, 10)
    moves[1::2] += middle is not None  # it falls from the middle, a reading later
    seen = [witness(moves, count=400)]
    assert sworn(cycle(low=low, middle=middle), seen) is told


def test_a_steady_witness_swears_while_a_course_hardly_turns():
    """Two turns of a hundred; of a thousand less than a fiftieth."""
    steady, other = [witness(steady=True)], [witness()]
    twice = np.where(np.isin(np.arange(COUNT) // 10, (5,)), 0.0, 10.0)
    assert sworn(twice, steady)
    assert not sworn(twice, other)
    assert not sworn(np.where(np.isin(np.arange(COUNT) // 10, (5, 9)), 0.0, 10.0), steady)
    for turns, told in ((19, True), (20, False)):
        place = np.arange(1000)
        course = np.where((place // 10 % 2 == 0) & (place < 10 * turns), 0.0, 10.0)
        course = course if turns % 2 else np.where(place >= 10 * turns + 10, 10.0, course)
        course[place // 10 == turns] = 10.0 if turns % 2 else 0.0
        assert sworn(course, [witness(count=1000, steady=True)]) is told
