"""Answers of meters that cannot measure, known by their value from the second time on."""

import numpy as np
import pytest

from loopkeeper.measure.excursions import sentinels

KNOWN = [85.0, -127.0, 999.9, 9999.0, 32767.0, 3276.7, 327.67, 65535.0, 6553.5, 655.35]


def readings(value, times):
    course = 20.0 + 3.0 * np.sin(np.arange(400) / 20.0) + 0.01 * (np.arange(400) % 7)
    course[[50, 170, 300][:times]] = value
    return course


@pytest.mark.parametrize("value", [*KNOWN, *(-v for v in KNOWN)])
def test_a_known_answer_of_either_sign_is_foreign_when_it_recurs(value):
    assert sentinels(readings(value, 2), 3.0).sum() == 2
    assert not sentinels(readings(value, 1), 3.0).any()
    assert not sentinels(readings(1.1 * value, 2), 3.0).any()
    assert sentinels(readings(1.1 * value, 3), 3.0).sum() == 3


def repeating(pairs, runs, value=50.0):
    """A hundred readings about 10: so many repeat the one before, others never; and runs."""
    course = 10.0 + 0.01 * np.arange(100)
    for n in range(pairs):
        course[2 * n + 1] = course[2 * n]
    for first, length in runs:
        course[first : first + length] = value
    return course


@pytest.mark.parametrize(("pairs", "found"), [(9, 9), (10, 0)])
def test_longer_runs_are_foreign_where_the_point_seldom_repeats(pairs, found):
    """9 or 10 of 99 steps; three runs of three."""
    runs = (40, 3), (60, 3), (80, 3)
    assert sentinels(repeating(pairs, runs), 3.0).sum() == found


def test_single_readings_are_foreign_also_where_the_point_often_repeats():
    runs = (60, 1), (75, 1), (90, 1)
    assert sentinels(repeating(20, runs), 3.0).sum() == 3


def test_runs_of_two_that_recur_once_are_not_foreign_yet():
    assert not sentinels(repeating(0, ((40, 2), (60, 2))), 3.0).any()
    assert sentinels(repeating(0, ((40, 2), (60, 2), (80, 2))), 3.0).sum() == 6


def test_a_foreign_value_may_be_the_course_turned_round():
    assert sentinels(repeating(0, ((40, 1), (60, 1), (80, 1)), -10.5), 3.0).sum() == 3
