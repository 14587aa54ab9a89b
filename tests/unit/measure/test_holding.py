"""How long readings hold."""

import numpy as np

from loopkeeper.measure.admitted import SECOND
from loopkeeper.measure.holding import BLOCK, holding_time

MINUTE = 60 * SECOND


def hold_minutes(minutes):
    hold, step = holding_time(np.asarray(minutes, np.int64) * MINUTE)
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
