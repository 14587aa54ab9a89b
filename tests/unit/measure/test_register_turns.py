"""Which way a register counts and how fast, by its steps written as a row of signs."""

import numpy as np
import pytest

from loopkeeper.measure.register_turns import Direction, block_rate, clean_rises, direction

DAY = 86_400.0


def steps(signs, size=2.0):
    return np.array([{"+": size, "-": -size, "0": 0.0}[s] for s in signs])


def clean(signs):
    return "".join("x" if c else "." for c in clean_rises(steps(signs)))


def test_a_clean_rise_has_two_rises_on_either_side_and_zeros_do_not_count():
    assert clean("++++++-++++++") == "xxxx.....xxxx"
    assert clean("+++0+++-+++0++") == "xxx.x.....x.xx"


def test_where_too_few_rise_so_long_one_neighbour_on_either_side_will_do():
    assert clean("-+++" * 4 + "-") == "..x." * 4 + "."
    assert clean("-+++++-+++++-+++++-") == "...x.....x.....x..."  # three are enough
    assert clean("-+++++-+++++-") == "..xxx...xxx.."  # two are not


def test_where_nothing_lies_amid_rises_all_rises_are_taken():
    assert clean("-+-+-0+-") == ".x.x..x."


@pytest.mark.parametrize(("pairs", "width"), [(71, 3), (72, 5)])
def test_at_least_a_fiftieth_of_the_moves_has_to_lie_amid_rises(pairs, width):
    """Three of 150 moves are a fiftieth, of 152 they are less."""
    found = clean("-+++++++" + "-+" * pairs)
    middle = "x" * width
    assert found.startswith("." + middle.center(7, "."))
    assert found.count("x") == width


# -- rates


def course(rates, size, seconds):
    """Readings that stand within a block and rise from block to block."""
    middle = seconds.reshape(-1, size)[:, size // 2]
    level = np.append(0.0, np.cumsum(rates * np.diff(middle)))
    return np.repeat(level, size)


def test_a_register_s_rate_is_the_upper_middle_of_what_lies_between_blocks():
    """Of 1 to 5 the sixty per cent quantile is 3.4; the last readings make no block."""
    seconds = (np.arange(33.0) + 3.0) ** 2
    count = np.append(course(np.arange(1.0, 6.0), 5, seconds[:30]), [1e9, 1e9, 1e9])
    assert block_rate(seconds, count) == pytest.approx(3.4)
    falling = np.array([1.0, -2.0, 3.0, 4.0, -5.0])  # 1, 3, 4: 1.2 of two steps up
    back = course(falling, 5, seconds[:30])
    assert block_rate(seconds[:30], back) == pytest.approx(3.2)
    assert block_rate(seconds[:30], 1e-4 * back) == pytest.approx(3.2e-4)


def test_a_long_record_is_cut_into_sixty_blocks():
    seconds = np.arange(660.0) * 7.0
    count = course(np.arange(1.0, 60.0), 11, seconds)
    assert block_rate(seconds, count) == pytest.approx(1.0 + 0.6 * 58)


def test_a_register_that_counts_in_less_than_three_blocks_has_no_rate():
    seconds = np.arange(30.0)
    assert block_rate(seconds, course(np.array([2.0, 0.0, 2.0, 0.0, 0.0]), 5, seconds)) == np.inf
    some = course(np.array([2.0, 0.0, 2.0, 0.0, 2.0]), 5, seconds)
    assert block_rate(seconds, some) == pytest.approx(2.0)


def test_half_of_the_readings_of_a_block_may_be_wrong():
    seconds = np.arange(30.0)
    count = course(np.full(5, 2.0), 5, seconds)
    count[[0, 1, 7, 9, 13, 14, 20, 22]] = 1e6
    assert block_rate(seconds, count) == pytest.approx(2.0)


# -- directions


def way(signs, days=100.0, rounding=0.0):
    seconds = np.linspace(50 * DAY, (50 + days) * DAY, len(signs) + 1)
    return direction(seconds, steps(signs), rounding)


def test_nine_of_ten_moves_down_amid_their_like_turn_a_register_round():
    """A run at the end of the record has one neighbour less: 91 and 11 are 90 and 10."""
    assert way("-" * 91 + "+" * 11) == Direction.DOWN
    assert way("-" * 90 + "+" * 11) == Direction.BOTH
    assert way("-" * 30) == Direction.DOWN
    assert way("+" * 30) == Direction.UP


def test_less_than_three_in_a_hundred_moves_down_are_accidents():
    """Four falls are three amid their like; 98 rises are 97."""
    assert way("-" * 4 + "+" * 98) == Direction.BOTH
    assert way("-" * 4 + "+" * 99) == Direction.UP
    assert way("-" * 3 + "+" * 40) == Direction.UP  # two falls tell nothing


def test_three_moves_are_the_fewest_that_tell():
    assert way("--") == Direction.UP
    assert way("00--00") == Direction.UP
    assert way("0-0-0-") == Direction.DOWN


def test_steps_back_within_the_rounding_are_none():
    assert way("-" * 20 + "+" * 20, rounding=1.99) == Direction.BOTH
    assert way("-" * 20 + "+" * 20, rounding=2.01) == Direction.UP


@pytest.mark.parametrize(("days", "found"), [(6.01, Direction.BOTH), (5.99, Direction.UP)])
def test_a_register_keeps_either_way_for_three_days(days, found):
    assert way("-" * 20 + "+" * 20, days) == found
    assert way("-" * 20 + "+" * 20 + "-" * 20 + "+" * 20, 2 * days) == found


@pytest.mark.parametrize(("pairs", "found"), [(13, Direction.BOTH), (14, Direction.UP)])
def test_half_of_the_moves_have_to_be_sure_of_their_way(pairs, found):
    """Of forty 34 have two alike on either side, of which 66 are not twice and 68 are."""
    assert way("-" * 20 + "+" * 20 + "-+" * pairs, 1000.0) == found
