"""Control charts by hand: run lengths, memory, the moving average and when it calls."""

import numpy as np
import pytest

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.measure.control_chart import (
    average_run_length,
    control_chart,
    first_order,
    limit_for,
    moved,
)

EVEN = np.tile([1.0, -1.0], 15)
"""Thirty sound values without a memory: mean 0, squares sum to 30."""


@pytest.mark.parametrize(
    ("weight", "limit", "shift", "length"),
    [(0.1, 2.814, 0.0, 500), (0.1, 2.814, 0.5, 31.3), (0.25, 2.998, 1.0, 11.1)],
)
def test_run_lengths_are_those_of_lucas_and_saccucci(weight, limit, shift, length):
    assert average_run_length(weight, limit, shift=shift) == pytest.approx(length, rel=0.01)


def test_of_full_weight_a_chart_is_shewhart_s():
    assert average_run_length(1.0, 3.0) == pytest.approx(1 / 0.0026997961, rel=1e-5)
    assert average_run_length(1.0, 0.5) == pytest.approx(1 / 0.6170750774, rel=1e-6)


@pytest.mark.parametrize(("weight", "limit"), [(0.0, 3.0), (1.01, 3.0), (0.1, 0.0), (-0.1, -1.0)])
def test_weights_are_shares_and_limits_above_nothing(weight, limit):
    with pytest.raises(InputError, match="expected 0 < weight"):
        average_run_length(weight, limit)


def test_the_limit_is_that_of_its_run_length():
    assert limit_for(500.0) == pytest.approx(2.814, abs=1e-3)
    assert average_run_length(0.25, limit_for(2.2, 0.25)) == pytest.approx(2.2)
    assert average_run_length(0.1, limit_for(99_000.0)) == pytest.approx(99_000.0, rel=1e-6)
    for outside in (2.0, 100_001.0, 105_000.0):
        with pytest.raises(InputError, match="expected above 2, up to 100000"):
            limit_for(outside)


@pytest.mark.parametrize(
    ("values", "memory"),
    [([2, 1, -1], 1 / 6), ([1, -1, 1], 0.0), ([3, 3, 3, -3], 9 / 36), ([1] * 50, 0.95)],
)
def test_memory_is_the_correlation_with_the_value_before(values, memory):
    assert first_order(np.array(values, float)) == pytest.approx(memory)


def test_a_value_moves_the_average_by_its_weight_and_no_more_than_three():
    """0.9 of what was, and √(0.1 · 1.9) of the new."""
    assert moved(2.0, 1.5) == pytest.approx(1.8 + np.sqrt(0.19) * 1.5)
    assert moved(2.0, 3.2) == pytest.approx(1.8 + np.sqrt(0.19) * 3.0)
    assert moved(2.0, -9.0) == pytest.approx(1.8 - np.sqrt(0.19) * 3.0)
    assert moved(2.0, 9.0, 0.25, 5.0) == pytest.approx(1.5 + np.sqrt(0.4375) * 5.0)


def test_the_average_follows_standard_innovations_and_starts_again_after_a_call():
    """A deviation of √(30/28); then values of more than three of it: 1.3, 2.5, 3.5 and a call."""
    values = np.concatenate([EVEN + 20.0, [26.0] * 4, [np.nan], [14.0] * 3])
    chart = control_chart(values, 30, run_length=500.0)
    assert (chart.mean, chart.memory) == (pytest.approx(20.0), 0.0)
    assert chart.deviation == pytest.approx(np.sqrt(30 / 28))
    assert chart.limit == pytest.approx(2.814, abs=1e-3)
    gain, now = np.sqrt(0.19), 0.0
    for value in EVEN / np.sqrt(30 / 28):
        now = 0.9 * now + gain * value
    assert chart.average[29] == pytest.approx(now)
    ahead = []
    for _ in range(3):
        now = 0.9 * now + gain * 3.0
        ahead.append(now)
    again = gain * 3.0  # from nothing, kept while nothing is known, then taken back
    ahead += [again, again, 0.9 * again - again]
    assert chart.average[30:36] == pytest.approx(ahead)
    assert chart.signals == (32,)
    down = control_chart(40.0 - values, 30, run_length=500.0)
    assert down.signals == (32,)
    assert down.average == pytest.approx(-chart.average)
    slow = control_chart(values, 30, run_length=500.0, weight=0.05)
    assert slow.limit == pytest.approx(2.615, abs=1e-3)
    assert slow.average[0] == pytest.approx(np.sqrt(0.0975) * np.sqrt(28 / 30))


def test_values_that_remember_are_replaced_by_what_is_new_in_them():
    """Fours of 1 and of −1: 24 neighbours alike, 7 not, 17/32; new in them 15/32 and 49/32."""
    sound = np.tile([1.0, 1, 1, 1, -1, -1, -1, -1], 4)
    values = np.concatenate([sound + 5.0, [7.0, np.nan, 7.0, 7.0]])
    chart = control_chart(values, 32, run_length=1000.0)
    assert chart.memory == pytest.approx(17 / 32)
    new = np.array([32, 15, 15, 15, *([-49, -15, -15, -15, 49, 15, 15, 15] * 4)[:28]]) / 32
    deviation = np.sqrt(((new - new.mean()) ** 2).sum() / 30)
    assert chart.deviation == pytest.approx(deviation)
    now, gain = 0.0, np.sqrt(0.19)
    for one in [*new, 2 + 17 / 32]:
        now = 0.9 * now + gain * min(max(one / deviation, -3.0), 3.0)
    assert chart.average[32] == chart.average[33] == pytest.approx(now)
    now = 0.9 * now + gain * 2 / deviation  # the value before is unknown
    assert chart.average[34] == pytest.approx(now)
    now = 0.9 * now + gain * (2 - 2 * 17 / 32) / deviation
    assert chart.average[35] == pytest.approx(now)


def test_differences_that_do_not_matter_do_not_count():
    values = np.concatenate([EVEN, [6.0, 6.0]])
    assert control_chart(values, 30, run_length=500.0, least=8.0).deviation == 8.0
    chart = control_chart(values, 30, run_length=500.0, least=0.1)
    assert chart.deviation == pytest.approx(np.sqrt(30 / 28))


def test_thirty_known_values_that_vary_start_a_chart():
    gappy = np.concatenate([EVEN, [np.nan], EVEN])
    assert control_chart(gappy, 31, run_length=500.0).mean == 0.0
    gappy[3] = np.nan
    with pytest.raises(InsufficientDataError, match="too little") as told:
        control_chart(gappy, 31, run_length=500.0)
    assert "29 values of the sound time are known, 30 are needed" in str(told.value)
    with pytest.raises(InsufficientDataError, match="do not vary"):
        control_chart(np.append(np.full(30, 4.0), 9.0), 30, run_length=500.0)
