"""Leaving a register's course and coming back to it, and what is left over at its ends."""

import numpy as np
import pytest

from loopkeeper.measure.courses import (
    FAST,
    JUMP,
    LOST,
    RESET,
    ROLLOVER,
    USUAL,
    Rules,
    Stretches,
    _back_at,
    _part,
    _returned,
    best_course,
)

RULES = Rules(mean=0.1, usual=1.0, fastest=10.0, slack=2.0, rounding=0.5)
HIGH = 9e6


def stretches(*rows):
    """Stretches of one reading in 100 s: ``(value, weight)``."""
    value, weight = (np.array(c, float) for c in zip(*rows, strict=True))
    place = np.arange(len(rows))
    time = 100.0 * place
    rises = np.zeros(len(rows), np.int64)
    return Stretches(
        place, place, place, time, time, time, value, value, 0.0 * value, weight, rises
    )


def returned(rows, *way):
    chosen, ways = _returned(
        stretches(*rows), RULES, np.arange(len(rows)), np.array([USUAL, *way])
    )
    return chosen.tolist(), ways[1:].tolist()


@pytest.mark.parametrize("ways", [(JUMP, LOST), (FAST, LOST), (RESET, JUMP), (LOST, JUMP)])
@pytest.mark.parametrize(("weight", "out"), [(4.9, True), (5.1, False)])
def test_what_lies_between_goes_unless_it_outweighs_what_is_before_and_after(ways, weight, out):
    """3 before and 2 after; from 100 to 150 in 200 s is as usual."""
    rows = (100, 3), (HIGH, weight), (150, 2)
    assert returned(rows, *ways) == (([0, 2], [USUAL]) if out else ([0, 1, 2], list(ways)))


@pytest.mark.parametrize("ways", [(JUMP, FAST), (ROLLOVER, LOST), (USUAL, LOST)])
def test_who_does_not_leave_or_come_back_stays(ways):
    assert returned(((100, 3), (HIGH, 1), (150, 2)), *ways) == ([0, 1, 2], list(ways))


@pytest.mark.parametrize(
    ("value", "out"), [(2101, True), (2103, False), (99.6, True), (99, False)]
)
def test_a_course_goes_on_where_it_could_have_counted_to(value, out):
    """At ten a second for 200 s and 2 of slack: 2102 from 100, or half a count back."""
    rows = (100, 3), (HIGH, 1), (value, 2)
    assert returned(rows, JUMP, LOST)[0] == ([0, 2] if out else [0, 1, 2])


def test_only_what_belongs_to_the_same_course_weighs():
    """50 before an event and 50 after the next count for neither: 3 and 2 + 1 are left."""
    for weight, out in ((5.9, True), (6.1, False)):
        rows = (9e5, 50), (100, 3), (HIGH, weight), (150, 2), (160, 1), (5, 50)
        found, ways = returned(rows, LOST, JUMP, LOST, USUAL, LOST)
        assert found == ([0, 1, 3, 4, 5] if out else [0, 1, 2, 3, 4, 5])
        if out:
            assert ways == [LOST, USUAL, USUAL, LOST]


def test_the_first_place_to_come_back_to_is_taken():
    rows = (100, 9), (HIGH, 1), (5e5, 1), (200, 2), (8e5, 1), (210, 2)
    found, ways = returned(rows, JUMP, LOST, LOST, JUMP, LOST)
    assert (found, ways) == ([0, 3, 5], [USUAL, USUAL])
    back = _back_at(
        stretches(*rows), RULES, np.arange(6), np.array([USUAL, JUMP, LOST, LOST, JUMP, LOST]), 1
    )
    assert back == 3


@pytest.mark.parametrize(("resets", "out"), [(2, True), (3, False)])
def test_more_than_two_resets_are_a_register_s_habit(resets, out):
    """The last of them leaves for what is left by a leap."""
    rows = [(1e5 * (n + 1), 3) for n in range(resets - 1)]
    rows = [*rows, (100, 3), (9.0, 1), (150, 2)]
    found, ways = returned(rows, *[RESET] * resets, JUMP)
    last = len(rows) - 1
    assert found == [n for n in range(last + 1) if n != last - 1 or not out]
    assert ways[-1] == (USUAL if out else JUMP)


@pytest.mark.parametrize(("fast", "out"), [(100, True), (101, False)])
def test_more_than_a_hundred_fast_steps_are_a_register_s_habit(fast, out):
    rows = [(1e4 * n, 1) for n in range(fast)]
    rows += [(HIGH, 1), (rows[-1][0] + 50, 2)]  # too far from all but the last
    found, _ = returned(rows, *[FAST] * fast, LOST)
    assert (fast in found) is not out
    assert len(found) == fast + 2 - out


# -- what is left over


@pytest.mark.parametrize(("weight", "kept"), [(1.65, False), (1.75, True)])
def test_a_chain_left_over_is_kept_when_it_is_worth_two(weight, kept):
    """1.2 and so much, less 0.9 for a fast step."""
    left = stretches((9e6, 9), (100, 1.2), (303, weight), (5, 9))
    chosen, way = _part(left, RULES, 1, 3)
    assert chosen.tolist() == ([1, 2] if kept else [])
    assert way.tolist() == ([USUAL, FAST] if kept else [])


def test_a_chain_left_over_has_to_climb():
    left = stretches((100, 2), (100, 2))
    assert _part(left, RULES, 0, 2)[0].tolist() == []
    left = stretches((100, 2), (101, 2))
    assert _part(left, RULES, 0, 2)[0].tolist() == [0, 1]
    assert _part(left, RULES, 1, 1)[0].tolist() == []
    assert _part(left, RULES, 2, 1)[0].tolist() == []


def test_a_course_takes_up_what_counts_before_and_after_it():
    """30 in the middle is best; either end climbs and is worth 5, but for a leap of 8 each."""
    rows = (HIGH, 2.5), (HIGH + 50, 2.5), (1000, 15), (1050, 15), (5e6, 2.5), (5e6 + 50, 2.5)
    found = best_course(stretches(*rows), RULES)
    assert found.chosen.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.way[1:].tolist() == [USUAL, LOST, USUAL, JUMP, USUAL]
    flat = (HIGH, 2.5), (HIGH, 2.5), (1000, 15), (1050, 15), (5e6, 2.5), (5e6, 2.5)
    found = best_course(stretches(*flat), RULES)
    assert found.chosen.tolist() == [2, 3]
    assert found.way[1:].tolist() == [USUAL]
