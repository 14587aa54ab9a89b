"""How drives turn pumps and pumps run out, on hours made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.drive_fit import (
    PumpHours,
    branch_share,
    drive_law,
    follows,
    lowest_share,
    turned,
)
from loopkeeper.physics.pump import HOLDS_PRESSURE, HOLDS_SPREAD, DriveLaw, PumpBank, PumpMode

BANK = PumpBank(4, 0.01, 20.0, 2000.0, PumpMode.ONE_PER_MACHINE)
DRIVE = replace(BANK, mode=PumpMode.VARIABLE)
RUN_OUT = {1: 2.0, 2: 2 * 2.5**0.5, 3: 3 * (1.25 / 0.8125) ** 0.5, 4: 4.0}
"""Pumps of one common main: h = 1.25 - x2/4 meets (n x / 4)2; flow of n, of one's rating."""


def hours(flow, need, count, power=1000.0):
    """Flow and need as shares of all pumps' flow, so many of four machines on."""
    rows = np.broadcast_arrays(power, flow, need, count)
    electricity, moved, required, running = (np.array(row, dtype=float) for row in rows)
    enabled = np.ones(len(running), dtype=bool)
    return PumpHours(electricity, 0.04 * moved, 0.04 * required, running / 4, enabled, 4)


@pytest.fixture
def need(rng):
    """What the load needs, of all pumps' flow, 400 hours."""
    return rng.uniform(0.3, 0.7, 400)


def test_pumps_that_run_out_share_their_main(rng):
    count = rng.integers(1, 5, 800)
    flow = np.array([RUN_OUT[n] for n in count]) / 4 * (1 + 0.02 * rng.standard_normal(800))
    assert branch_share(BANK, hours(flow, 0.5, count)) == pytest.approx(0.0, abs=0.1)


def test_pumps_that_never_run_out_have_all_their_head_in_the_branches(rng):
    count = rng.integers(1, 5, 800)
    flow = count / 4 * (1 + 0.02 * rng.standard_normal(800))
    assert branch_share(BANK, hours(flow, 0.5, count)) == pytest.approx(1.0, abs=0.1)


def test_pumps_whose_number_never_changes_are_those_listed():
    flow = np.full(300, 1.0)
    assert branch_share(BANK, hours(flow, 0.5, 4)) == BANK.branch
    other = replace(hours(flow * 0.8, 0.5, 2), machines=3)  # two pumps for every machine or so
    assert branch_share(BANK, other) == BANK.branch


def test_a_drive_stuck_at_full_speed_does_not_follow(need):
    stuck = hours(1.0, need, 4)
    assert not follows(DRIVE, HOLDS_PRESSURE, stuck)
    assert not turned(stuck)
    assert drive_law(DRIVE, stuck)[0].slope == pytest.approx(1.0)
    assert drive_law(DRIVE, stuck)[0].base_flow == pytest.approx(0.0)


def test_a_drive_at_its_floor_follows(need):
    floor = hours(0.5, 0.6 * need, 4)  # half of the flow goes round, less is needed
    assert follows(DRIVE, HOLDS_PRESSURE, floor)
    assert lowest_share(DRIVE, floor) == pytest.approx(0.5)


def test_a_drive_that_goes_with_the_need_follows_and_has_no_floor_to_be_seen(need):
    moved = 0.45 + 0.5 * need
    well = hours(moved, need, 4, power=2000.0 * 4 * moved**3)
    (law,) = drive_law(DRIVE, well)
    assert (law.base_flow, law.slope) == pytest.approx((0.45, 0.5), abs=0.03)
    assert follows(DRIVE, law, well)
    assert lowest_share(DRIVE, well) == DRIVE.minimum_speed


def test_a_drive_that_is_turned_but_moves_too_much_is_turned_and_does_not_follow(need):
    moved = 0.65 + 0.5 * need
    astray = hours(moved, need, 4, power=2000.0 * 4 * moved**3)
    (law,) = drive_law(DRIVE, astray)
    assert turned(astray)
    assert not follows(DRIVE, law, astray)


def test_more_machines_do_not_make_a_drive_turned(rng):
    count = rng.integers(1, 5, 800)
    need = count / 4 * rng.uniform(0.5, 1.0, 800)
    assert not turned(hours(count / 4, need, count))  # flow goes with machines only


def test_few_hours_tell_nothing(need):
    few = hours(1.0, need, 4).where(np.arange(400) < 30)
    assert drive_law(DRIVE, few) == ()
    assert not turned(few)
    assert follows(DRIVE, HOLDS_SPREAD, few)
    assert not follows(DRIVE, DriveLaw(0.8, 0.2, 0.3), few)
