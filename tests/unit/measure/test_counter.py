"""Registers of meters: what they counted, whatever happened to them."""

import numpy as np
import pytest

from loopkeeper.measure.admitted import Flag
from loopkeeper.measure.counter import count_increments

STEP = 600.0


def counted(*register):
    count = np.array(register, dtype=float)
    return count_increments(STEP * np.arange(len(count)), count)


def test_steps_of_a_healthy_counter_are_its_differences():
    result = counted(100, 103, 103, 108)
    assert result.increment.tolist() == [3, 0, 5]
    assert (result.flag == Flag.GOOD).all()


def test_a_reset_counts_from_zero_and_says_so():
    result = counted(500, 503, 506, 2, 5)
    assert result.increment.tolist() == [3, 3, 2, 3]
    assert result.resets == (3,)
    assert result.flag[2] == Flag.SPREAD


@pytest.mark.parametrize("size", [1000.0, 100_000.0, 65_536.0, 2.0**32])
def test_a_rollover_loses_nothing(size):
    result = counted(size - 7, size - 4, size - 1, 2, 5)
    assert result.increment.tolist() == [3, 3, 3, 3]
    assert len(result.rollovers) == 1
    assert result.resets == ()


def test_a_zero_between_good_readings_is_a_glitch_not_a_reset():
    result = counted(1000, 1003, 0, 1009, 1012)
    assert result.increment.tolist() == [3, 6, 3]
    assert result.kept.tolist() == [0, 1, 3, 4]
    assert result.glitches == (2,)


def test_a_run_of_zeros_after_an_outage_is_a_glitch_too():
    result = counted(1000, 1003, 0, 0, 0, 1015, 1018)
    assert result.increment.tolist() == [3, 12, 3]
    assert result.glitches == (2, 3, 4)


def test_a_spike_upwards_is_left_out():
    result = counted(1000, 1003, 9_000_000, 1009, 1012)
    assert result.increment.sum() == 12
    assert result.increment.min() >= 0


def test_an_exchanged_meter_gives_an_unknown_step_instead_of_a_spike():
    result = counted(1000, 1003, 1006, 90_000, 90_003)
    assert result.jumps == (3,)
    assert np.isnan(result.increment[2])
    assert np.nansum(result.increment) == 9


def test_a_smaller_meter_with_its_own_count_gives_an_unknown_step():
    result = counted(50_000, 50_003, 50_006, 4_000, 4_003)
    assert result.resets == (3,)
    assert np.isnan(result.increment[2])


def test_rounding_backwards_is_neither_reset_nor_loss():
    result = counted(1_000_000.0, 1_000_003.0, 1_000_002.9, 1_000_006.0)
    assert result.resets == ()
    assert result.increment.sum() == pytest.approx(6.0)
    assert result.increment.min() >= 0


def test_a_wandering_value_is_no_counter():
    rng = np.random.default_rng(3)
    result = count_increments(STEP * np.arange(500), 50 + 10 * rng.standard_normal(500))
    assert not result.believable
    assert np.isnan(result.increment).all()


def test_one_reading_counts_nothing():
    assert counted(7).increment.tolist() == []


def test_a_counter_that_stands_still_counts_zero():
    assert counted(7, 7, 7).increment.tolist() == [0, 0]


DAYS_OF_COUNTS = 500 + 0.5 * np.arange(35 * 144)


@pytest.mark.parametrize("days", [0.5, 3, 7])
def test_zeros_of_days_are_no_reset(days):
    shown = DAYS_OF_COUNTS.copy()
    shown[1000 : 1000 + int(144 * days)] = 0.0
    result = counted(*shown)
    assert result.resets == ()
    assert len(result.glitches) == 144 * days
    assert result.increment.sum() == pytest.approx(0.5 * (len(shown) - 1))


def test_a_frozen_register_spreads_what_it_caught_up():
    shown = DAYS_OF_COUNTS.copy()
    shown[1000:1432] = shown[1000]
    result = counted(*shown)
    assert result.increment.sum() == pytest.approx(0.5 * (len(shown) - 1))
    assert not set(range(1001, 1432)) & set(result.kept.tolist())


@pytest.mark.parametrize("dirt", [0.0, 0.1, 0.2])
def test_a_register_that_runs_backwards_is_named(dirt):
    shown = 5000 - DAYS_OF_COUNTS
    shown[np.random.default_rng(1).random(len(shown)) < dirt] = 0.0
    result = counted(*shown)
    assert not result.believable
    assert result.direction == "down"


def test_a_register_of_heat_and_cold_counts_both_ways_with_the_seasons():
    hour = np.arange(365 * 24)
    net = 1000 + np.cumsum(5 * np.cos(2 * np.pi * hour / 8760))
    result = count_increments(3600.0 * hour, net, signed=True)
    assert result.believable
    assert result.signed
    assert np.abs(result.increment).sum() == pytest.approx(2 / np.pi * 5 * 8760, rel=0.001)
    assert not count_increments(3600.0 * hour, net).believable


def test_the_nameplate_admits_what_the_registers_habit_does_not():
    shown = np.concatenate([0.001 * np.arange(300), 30 + 0.001 * np.arange(300)]) + 100
    assert counted(*shown).jumps == (300,)
    times = STEP * np.arange(len(shown))
    named = count_increments(times, shown, fastest=40.0 / STEP)
    assert named.jumps == ()
    assert named.increment.sum() == pytest.approx(30.299)
