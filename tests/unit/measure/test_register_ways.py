"""How a register's readings are cut into stretches, and what lies between two of them."""

import numpy as np
import pytest

from loopkeeper.measure.courses import (
    BLIND_COSTS,
    CAUGHT_UP,
    FAST,
    JUMP,
    LOST,
    OVERLAP,
    RESET,
    ROLLOVER,
    USUAL,
    Rules,
    Stretches,
    _link,
    _Links,
    _most,
    _part,
    _sizes,
    _way,
    best_course,
    cut,
)

RULES = Rules(mean=0.1, usual=1.0, fastest=10.0, slack=2.0, rounding=0.5)


def pair(end, start, *, lasted=100.0, since_rise=100.0, size=0.0, top=0.0):
    """A stretch worth 20 that ends at one value, and one worth 3 that starts at another."""
    ints = np.array([0, 1])
    return Stretches(
        ints,
        ints,
        ints,
        np.array([0.0, lasted]),
        np.array([0.0, lasted]),
        np.array([lasted - since_rise, lasted]),
        np.array([end, start], float),
        np.array([end, top or start], float),
        np.array([size, 0.0]),
        np.array([20.0, 3.0]),
        ints,
    )


def ways(end, start, **more):
    """The way from a stretch that ends at one value to one that starts at another."""
    return _way(pair(end, start, **more), RULES, 0, 1)


@pytest.mark.parametrize(
    ("top", "size"),
    [
        (949.0, 0.0),
        (951.0, 1000.0),
        (999.0, 1000.0),
        (1000.0, 0.0),
        (9600.0, 1e4),
        (620.0, 0.0),
        (625.0, 655.36),
        (6300.0, 6553.6),
        (63e3, 65536.0),
        (0.96e12, 1e12),
        (2.1e7, 2.0**31 / 100),
        (4.2e9, 2.0**32),
        (4.2e8, 2.0**32 / 10),
        (2e12, 0.0),
        (96e4, 1e6),
        (96e5, 1e7),
        (96e6, 1e8),
        (98e7, 1e9),
        (96e8, 1e10),
        (96e9, 1e11),
        (96e3, 1e5),
        (2.1e9, 2.0**31),
    ],
)
def test_a_register_that_is_nineteen_twentieths_full_may_roll_over(top, size):
    assert _sizes(np.array([top])).tolist() == pytest.approx([size])


def test_readings_are_cut_at_leaps_and_stand_alone_around_a_step_back():
    """Two counts a step and one of slack: 3 are usual; back at the fifth, a leap at the last."""
    count = np.array([100.0, 101.0, 101.0, 103.0, 2.0, 3.0, 50.0, 53.0, 52.6])
    rules = Rules(mean=0.1, usual=0.2, fastest=1.0, slack=1.0, rounding=0.5)
    found = cut(10.0 * np.arange(9), count, rules)
    assert found.first.tolist() == [0, 3, 4, 5, 6]
    assert found.last.tolist() == [2, 3, 4, 5, 8]
    assert found.risen.tolist() == [1, 3, 4, 5, 7]
    assert found.start_time.tolist() == [0.0, 30.0, 40.0, 50.0, 60.0]
    assert found.end_time.tolist() == [20.0, 30.0, 40.0, 50.0, 80.0]
    assert found.risen_time.tolist() == [10.0, 30.0, 40.0, 50.0, 70.0]
    assert found.start_value.tolist() == [100.0, 103.0, 2.0, 3.0, 50.0]
    assert found.end_value.tolist() == [101.0, 103.0, 2.0, 3.0, 53.0]
    assert found.rises.tolist() == [1, 0, 0, 0, 1]
    assert found.weight.tolist() == pytest.approx([2.15, 1.05, 1.05, 1.05, 2.15])
    assert found.size.tolist() == [0.0] * 5


def test_a_long_stretch_without_rises_is_more_credible_up_to_twenty_readings():
    for length, weight in ((19, 1.95), (20, 2.0), (30, 2.0)):
        rest = cut(np.arange(float(length)), np.full(length, 7.0), RULES)
        assert rest.weight.tolist() == pytest.approx([weight])


def test_a_register_counts_at_its_fastest_for_an_hour_at_most():
    assert _most(RULES, 100.0) == 1002.0
    assert _most(RULES, 3600.0) == 36_002.0
    assert _most(RULES, 7200.0) == 36_002.0
    assert _most(RULES, 40_000.0) == 40_002.0


@pytest.mark.parametrize(
    ("end", "start", "way"),
    [
        (100, 99.6, USUAL),
        (100, 201, USUAL),
        (100, 203, FAST),
        (100, 1101, FAST),
        (100, 1103, JUMP),
        (300, 131, RESET),
        (900, 133, LOST),
        (900, -0.1, LOST),
    ],
)
def test_what_lies_between_two_stretches(end, start, way):
    """Within 100 s: 102 usual, 1002 at its fastest, 2 + 100 + 30 after a reset."""
    assert ways(end, start) == way


def test_a_register_that_stood_may_catch_up():
    """50 s more since its last rise: 1502."""
    assert ways(100, 1601, since_rise=150.0) == CAUGHT_UP
    assert ways(100, 1603, since_rise=150.0) == JUMP


def test_a_reset_may_be_an_hour_old_at_usual_rates_and_older_at_the_mean():
    """2 + 3600 + 3 · 0.1 · 7200."""
    assert ways(9e4, 5761, lasted=7200.0) == RESET
    assert ways(9e4, 5763, lasted=7200.0) == LOST


@pytest.mark.parametrize(
    ("end", "start", "size", "way"),
    [
        (990, 5, 1000, ROLLOVER),
        (990, 5, 0, RESET),
        (990, 9.0, 998, ROLLOVER),
        (980, 130, 1200, ROLLOVER),
        (980, 131, 2000, RESET),
        (990, 1.0, 988, RESET),
    ],
)
def test_a_full_register_rolls_over_by_what_it_may_count(end, start, size, way):
    assert ways(end, start, size=size) == way


@pytest.mark.parametrize(
    ("start", "top", "way"),
    [(199, 502, OVERLAP), (199, 499, LOST), (197, 502, LOST)],
)
def test_a_course_that_begins_a_little_lower_and_climbs_beyond_overlaps(start, top, way):
    """From 500 within 100 s: 3 · 100 + 2 back are near."""
    assert ways(500, start, top=top) == way


# -- the chain


@pytest.mark.parametrize(
    ("end", "start", "more", "cost", "blind"),
    [
        (100, 100, {}, 0.0, 0.0),  # as usual, standing
        (100, 150, {}, -0.5, -0.5),  # as usual, climbing
        (100, 203, {}, 0.9, 0.0),
        (100, 1601, {"since_rise": 150.0}, 2.5, 0.0),
        (500, 199, {"top": 502}, 1.5, 8.0),
        (990, 5, {"size": 1000.0}, 1.0, 8.0),
        (300, 131, {}, 1.0, 8.0),
        (300, 0, {}, 2.5, 9.5),  # a reset to a register that stands at nothing
        (100, 1103, {}, 8.0, 8.0),
        (900, 133, {}, 8.0, 8.0),
    ],
)
def test_a_chain_is_worth_its_stretches_less_the_ways_between(end, start, more, cost, blind):
    for rules, price in ((RULES, cost), (RULES._replace(costs=BLIND_COSTS), blind)):
        links = _Links(np.empty(2), np.empty(2), np.empty(2, np.int64), np.empty(2, np.int64))
        _link(pair(end, start, **more), rules, links)
        assert links.score.tolist() == pytest.approx([20.0, 23.0 - price])
        assert links.best.tolist() == pytest.approx([20.0, max(20.0, 23.0 - price)])
        assert links.back.tolist() == [-1, 0]


def course(*register, rules=RULES, step=100.0):
    count = np.array(register, float)
    stretches = cut(step * np.arange(len(count)), count, rules)
    found = best_course(stretches, rules)
    return stretches.first[found.chosen].tolist(), found.way[1:].tolist()


UP = [500.0 + 50 * n for n in range(12)]


def test_a_register_that_only_counts_is_one_stretch():
    assert course(*UP) == ([0], [])


def test_single_wrong_readings_are_stepped_over():
    wrong = [*UP[:5], 9.0, *UP[6:]]
    first, way = course(*wrong)
    assert 5 not in first
    assert set(way) == {USUAL}
    wrong = [*UP[:5], 9e5, *UP[6:]]
    first, way = course(*wrong)
    assert 5 not in first
    assert set(way) == {USUAL}


def test_an_exchanged_register_is_left_and_not_come_back_to():
    other = [9e6 + 50 * n for n in range(12)]
    first, way = course(*UP, *other)
    assert JUMP in way
    assert first[-1] == 12
    first, way = course(*other, *UP)
    assert LOST in way


def test_nonsense_that_counts_is_taken_out_when_the_course_goes_on():
    """Four readings of another register between eleven and eight of its own."""
    up = [500.0 + 50 * n for n in range(23)]
    between = [9e6 + 50 * n for n in range(4)]
    shown = [*up[:11], *between, *up[15:]]
    first, way = course(*shown)
    assert not set(first) & {11, 12, 13, 14}
    assert set(way) == {USUAL}


def test_a_reset_costs_less_than_what_it_explains():
    first, way = course(*UP, 20.0, *[20.0 + 50 * n for n in range(1, 9)])
    assert RESET in way
    assert 12 in first


def test_a_part_left_over_at_an_end_is_kept_where_it_counts():
    stretches = cut(100.0 * np.arange(9), np.array([5.0, 6, 7, 8, 9e6, 4, 4, 4, 3]), RULES)
    chosen, way = _part(stretches, RULES, 0, 1)
    assert (chosen.tolist(), len(way)) == ([0], 1)
    assert _part(stretches, RULES, 1, 2)[0].tolist() == []  # it does not climb
    assert _part(stretches, RULES, 2, 2)[0].tolist() == []
    two = cut(100.0 * np.arange(2), np.array([5.0, 6.0]), RULES)  # a rise: 1 + 1 + 0.1
    assert _part(two, RULES, 0, 1)[0].tolist() == [0]
    late = cut(100.0 * np.arange(5), np.array([1.0, 9e6, 5.0, 6.0, 7.0]), RULES)
    tail = _part(late, RULES, len(late.first) - 1, len(late.first))[0]
    assert tail.tolist() == [len(late.first) - 1]
