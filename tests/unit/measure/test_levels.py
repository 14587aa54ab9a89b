"""For how long a level stood, by hand."""

import numpy as np

from loopkeeper.measure.levels import steady_for

HOURS = 3600.0 * np.arange(7)


def test_a_level_is_steady_since_its_last_reading_beyond_five_per_cent():
    moved = np.array([0.0, 2.0, 2.8, 2.84, 2.9, 3.0, 3.0])  # 5 % of the last 3.0 is 0.15
    assert steady_for(HOURS, moved) == 3 * 3600.0  # since 2.84 m at 3 h
    assert steady_for(HOURS, -moved) == 3 * 3600.0


def test_a_level_that_never_moved_was_under_no_test():
    assert steady_for(HOURS, np.zeros(7)) == 0.0


def test_a_level_that_stood_from_the_beginning_was_steady_all_the_time():
    assert steady_for(HOURS, np.full(7, 2.0)) == 6 * 3600.0
