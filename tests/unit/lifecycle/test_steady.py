"""When a plant was steady, to the minute, against closed forms."""

import numpy as np
import pytest

from loopkeeper.lifecycle.commission.steady import (
    SHORTEST,
    STREAM,
    SUPPLY,
    Signal,
    steady_stretch,
    unsteady,
)

TRIAL = np.arange(180.0)
"""Three hours by the minute."""


def found(*series, band=SUPPLY):
    return steady_stretch({str(n): Signal(one, band) for n, one in enumerate(series)})


def noisy(values, seed=0, sigma=0.05):
    """What is left of 10 s readings in means of a minute."""
    return values + np.random.default_rng(seed).normal(0.0, sigma / np.sqrt(6), len(values))


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0, -1.0])
def test_supply_that_ramps_is_not_steady(rate):
    """Half a kelvin an hour and more, over three hours."""
    assert found(noisy(45.0 + rate * TRIAL / 60)) is None


@pytest.mark.parametrize(("start", "tau"), [(8.0, 10.0), (-5.0, 15.0), (3.0, 20.0), (6.0, 12.0)])
@pytest.mark.parametrize("seed", range(5))
def test_a_start_that_dies_away_is_steady_from_the_minute_it_enters_its_band(start, tau, seed):
    """A exp(-t/tau) = 0.5 K at tau ln(A/0.5); readings are means over five minutes."""
    one = found(noisy(45.0 + start * np.exp(-TRIAL / tau), seed))
    assert one.start == pytest.approx(tau * np.log(abs(start) / 0.5), abs=2.0)
    assert one.stop == len(TRIAL)


def test_a_step_in_the_middle_leaves_the_longer_side():
    one = found(noisy(np.where(TRIAL < 110, 45.0, 48.0)))
    assert (one.start, one.stop) == (0, pytest.approx(110, abs=3))


def test_all_signals_must_be_steady_at_once():
    early, late = np.where(TRIAL < 60, 45.0, 50.0), np.where(TRIAL > 150, 9.0, 12.0)
    one = found(noisy(early), noisy(late, 1))
    assert (one.start, one.stop) == (pytest.approx(60, abs=3), pytest.approx(150, abs=3))


def test_machines_that_cycle_are_not_steady():
    """On for 12 minutes, off for 8: never half an hour within a tenth of the median."""
    draw = np.where(TRIAL % 20 < 12, 50e3, 1e3)
    assert found(draw, band=STREAM) is None
    assert unsteady({"draw": Signal(draw, STREAM), "supply": Signal(45 + 0 * draw, SUPPLY)}) == (
        "draw",
    )


def test_gaps_of_a_few_minutes_do_not_matter_and_long_ones_do():
    flow = np.full(len(TRIAL), 0.01)
    flow[50:53] = np.nan
    assert found(flow, band=STREAM) == slice(0, 180)
    flow[50:150] = np.nan
    assert found(flow, band=STREAM) == slice(0, pytest.approx(50, abs=3))
    assert found(np.full(180, np.nan)) is None


def test_less_than_half_an_hour_tells_nothing():
    assert found(np.full(SHORTEST - 1, 45.0)) is None
    assert found(np.full(SHORTEST, 45.0)) == slice(0, SHORTEST)


def test_a_ramp_within_the_band_is_no_steady_state_however_short_the_trial():
    """40 minutes at 1 K/h stay within half a kelvin of their middle."""
    assert found(noisy(45.0 + TRIAL[:40] / 60)) is None
