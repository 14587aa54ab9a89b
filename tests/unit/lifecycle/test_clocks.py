"""Clocks of loggers that saw the same steps."""

import numpy as np
import pytest

from loopkeeper.lifecycle.survey.clocks import Logger, clock_verdicts, compare_clocks

START = 1.7e9
STEPS = np.array([3.0, 11.5, 12.0, 40.0, 41.3]) * 3600


def logger(name, *, ahead=0.0, delay=0.0, interval=60.0, seed=0, steps=STEPS):
    """A logger whose clock is ahead of true time and whose quantity follows the steps later."""
    true = START + np.arange(0, 72 * 3600, interval)
    level = sum((-1.0) ** n * (true >= START + s + delay) for n, s in enumerate(steps))
    noise = np.random.default_rng(seed).normal(0, 0.02, len(true))
    return Logger(name, true + ahead, (level + noise,))


@pytest.mark.parametrize("hours", [-8, -5, 0, 1, 8])
@pytest.mark.parametrize("delay", [0.0, 20 * 60.0])
@pytest.mark.parametrize("interval", [60.0, 600.0])
def test_whole_hours_and_what_the_water_takes(hours, delay, interval):
    other = logger("other", ahead=hours * 3600, delay=delay, interval=interval, seed=1)
    found = compare_clocks(logger("log"), other)
    assert found.clear
    assert found.offset == hours * 3600
    # half of the longer interval: what a logger can know of an instant
    assert found.delay == pytest.approx(delay, abs=max(120.0, interval / 2))


def test_loggers_that_saw_nothing_in_common_are_not_compared():
    other = logger("other", seed=2, steps=np.array([7.0, 22.0, 31.0]) * 3600)
    (said,) = clock_verdicts(logger("log"), [other])
    assert said.code == "survey.clock.unclear"


def test_loggers_that_never_ran_together_are_not_compared():
    assert not compare_clocks(logger("log"), logger("other", ahead=40 * 86400.0)).clear
