"""Intervals of nine in ten, by the normal distribution and by counting."""

import numpy as np
import pytest

from loopkeeper.measure.uncertainty import Estimate


def test_a_normal_value_lies_within_1_645_deviations_nine_times_in_ten():
    found = Estimate.normal(10.0, 2.0)
    assert (found.value, found.low, found.high) == pytest.approx((10.0, 6.7103, 13.2897), abs=1e-4)
    assert found.standard_deviation == pytest.approx(2.0)


def test_an_exact_value_has_no_width_and_a_factor_scales_all_of_an_estimate():
    exact = Estimate.exact(3.0)
    assert exact.as_dict() == {"value": 3.0, "low": 3.0, "high": 3.0}
    assert Estimate(4.0, 2.0, 8.0).scaled(0.5) == Estimate(2.0, 1.0, 4.0)
    assert exact.standard_deviation == 0.0


def test_draws_leave_a_twentieth_on_either_side_and_hold_the_value():
    draws = np.arange(101.0)
    assert Estimate.from_draws(50.0, draws) == Estimate(50.0, 5.0, 95.0)
    assert Estimate.from_draws(2.0, draws) == Estimate(2.0, 2.0, 95.0)
    assert Estimate.from_draws(99.0, draws) == Estimate(99.0, 5.0, 99.0)
