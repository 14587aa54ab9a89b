"""
Intervals of response tests hold what they say, of our model's holes and of foreign ones.

Truth, errors of what is stated (length 0.5 %, power 1.15 %, undisturbed 0.1 K, heat capacity 10 %)
and noise (0.02 K) are drawn; 600 tests of each model tell the share to 1.2 % (binomial).
"""

import numpy as np
import pytest
from scipy.special import exp1

from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.lifecycle.survey.thermal_response_test import interpret
from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse, fluid_step_response

RADIUS, LENGTH, POWER, CAPACITY = 0.075, 110.0, 6500.0, 2.4e6
FIELD = FieldResponse.of(FieldGeometry(np.zeros(1), np.zeros(1), LENGTH, 1.0, RADIUS))
TIME = np.arange(300.0, 72 * 3600 + 1, 300.0)


def layered(rng, k, capacity, resistance):
    """Our concentric hole, with legs, water, film and grout that the fit is not told."""
    legs = rng.choice([2, 4])
    hole = RadialBorehole(
        resistance,
        rng.uniform(0.15, 0.45) * resistance,
        legs * np.pi * 0.013**2 * 4.18e6,
        np.sqrt(legs) * 0.016,
        RADIUS,
        rng.uniform(1.8, 3.8) * 1e6,
    )
    return fluid_step_response(FIELD, hole, conductivity=k, heat_capacity=capacity, time=TIME)


def endless_line(_, k, capacity, resistance):
    """A line source with a resistance, by scipy alone: a hole without any capacity of its own."""
    return resistance + exp1(RADIUS**2 * capacity / (4 * k * TIME)) / (4 * np.pi * k)


def held(model, count, seed):
    """Which intervals of k, R_b, T0, capacity and k to design with hold the truth, (count, 5)."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        k, rb, rest = rng.uniform(1.4, 3.0), rng.uniform(0.07, 0.14), rng.uniform(10, 17)
        capacity = CAPACITY * np.exp(rng.normal(0, 0.10))
        warm = rest + POWER / LENGTH * model(rng, k, capacity, rb) + rng.normal(0, 0.02, len(TIME))
        power = POWER * (1 + rng.normal(0, 0.0115))
        log = TestLog(
            time=np.r_[0, TIME], mean=np.r_[rest, warm], power=np.r_[0, np.full(len(TIME), power)]
        )
        test = interpret(
            log,
            length=LENGTH * (1 + rng.normal(0, 0.005)),
            radius=RADIUS,
            heat_capacity=CAPACITY,
            undisturbed_temperature=rest + rng.normal(0, 0.1),
        )
        fit = test.fit
        pairs = (
            (fit.conductivity, k),
            (fit.resistance, rb),
            (fit.undisturbed_temperature, rest),
            (fit.heat_capacity, capacity),
            (test.conductivity, k),
        )
        rows.append([e.low <= v <= e.high for e, v in pairs])
    return np.array(rows)


MODELS = [layered, endless_line]


@pytest.mark.slow
@pytest.mark.validation
@pytest.mark.parametrize("model", MODELS)
def test_intervals_hold_most_truths(model):
    # 12 of 16 or more in 98 of 100 suites when it is 90 %
    assert np.all(held(model, 16, 5).sum(axis=0) >= 12)


@pytest.mark.validation_long
@pytest.mark.parametrize("model", MODELS)
def test_intervals_hold_nine_in_ten(model, judged):
    share = np.mean([held(model, 200, seed).mean(axis=0) for seed in (11, 12, 13)], axis=0)
    by = "six hundred known grounds"
    # 5 %: hardly one in ten thousand such suites leaves it when it is 90 % (σ = 1.2 %); of two
    # hundred alone four in a hundred would
    judged(
        f"response test, coverage of 90 % intervals, {model.__name__}",
        by=by,
        error=share - 0.90,
        bound=0.05,
    )
