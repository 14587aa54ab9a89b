"""How long readings hold."""

import numpy as np
import pytest

from loopkeeper.measure.admitted import SECOND
from loopkeeper.measure.holding import BLOCK, holding_time

MINUTE = 60 * SECOND


def hold_minutes(minutes):
    hold, step = holding_time(np.round(np.asarray(minutes) * MINUTE).astype(np.int64))
    return (hold / MINUTE).tolist(), (step / MINUTE).tolist()


def test_a_regular_log_holds_one_and_a_half_steps():
    hold, step = hold_minutes(np.arange(0, 600, 60))
    assert set(hold) == {90.0}
    assert set(step) == {60.0}


def test_fast_logs_hold_at_least_a_quarter_of_an_hour():
    assert set(hold_minutes(np.arange(100))[0]) == {15.0}


def test_a_log_of_changes_holds_six_hours():
    assert set(hold_minutes(np.cumsum([1, 3, 70, 2, 40, 5, 200, 11]))[0]) == {360.0}


def test_nothing_holds_longer_than_a_day_and_a_half():
    assert set(hold_minutes(np.arange(10) * 1440 * 30)[0]) == {36 * 60.0}


def test_two_readings_show_no_rhythm():
    assert set(hold_minutes([0, 6000])[0]) == {360.0}
    assert hold_minutes([5])[0] == [15.0]


def test_a_logger_set_to_another_step_holds_by_the_step_of_the_time():
    slow = 60 * np.arange(2 * BLOCK)
    fast = slow[-1] + np.arange(1, 2 * BLOCK)
    hold, _ = hold_minutes(np.concatenate([slow, fast]))
    assert hold[0] == 90.0
    assert hold[-1] == 15.0


def by_intervals(*minutes):
    return hold_minutes(np.concatenate([[0.0], np.cumsum(minutes)]))


@pytest.mark.parametrize(
    ("near", "hold"), [((54.0, 66.0), 90.0), ((53.99, 66.01), 90.0), ((53.98, 66.0), 360.0)]
)
def test_a_log_is_regular_when_most_steps_lie_within_a_tenth_and_a_second(near, hold):
    """Three of five steps near an hour, or two."""
    assert set(by_intervals(10.0, near[0], 60.0, near[1], 200.0)[0]) == {hold}


def test_of_two_middle_steps_the_longer_is_the_usual_one():
    hold, step = by_intervals(60.0, 60.0, 200.0, 300.0)
    assert set(step) == {200.0}
    assert set(hold) == {360.0}


def test_four_steps_show_a_rhythm_and_three_hold_as_a_change_does():
    assert set(by_intervals(*[600.0] * 4)[0]) == {900.0}
    assert set(by_intervals(*[600.0] * 3)[0]) == {360.0}
    assert set(by_intervals(*[1440.0] * 4)[0]) == {2160.0}
    assert set(by_intervals(*[1400.0] * 4)[0]) == {2100.0}
    assert set(by_intervals(*[9.0] * 4)[0]) == {15.0}
    assert set(by_intervals(*[11.0] * 4)[0]) == {16.5}
    assert hold_minutes([5])[1] == [15.0]
    assert hold_minutes([]) == ([], [])


def test_readings_are_judged_by_512_steps():
    hold, step = by_intervals(*[60.0] * 512, *[20.0] * 512)
    assert hold == [90.0] * 512 + [30.0] * 513
    assert step == [60.0] * 512 + [20.0] * 513
    assert by_intervals(*[60.0] * 511)[0] == [90.0] * 512


@pytest.mark.parametrize(("fast", "hold"), [(255, 90.0), (257, 30.0)])
def test_what_is_left_over_is_judged_by_the_last_512_steps(fast, hold):
    found, _ = by_intervals(*[60.0] * 512, *[20.0] * fast)
    assert found == [90.0] * 512 + [hold] * (fast + 1)
