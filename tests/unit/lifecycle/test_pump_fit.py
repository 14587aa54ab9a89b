"""Pumps as found, on banks whose hours follow arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.drive_fit import PumpHours
from loopkeeper.lifecycle.diagnose.pump_fit import USUAL_LAW, fit_pumps, system_as_told
from loopkeeper.physics.pump import DriveLaw, PumpBank, PumpMode, parallel_operation

BANK = PumpBank(3, 0.02, 30.0, 8000.0, PumpMode.ONE_PER_MACHINE)
TOP_FLOW, TOP_POWER = parallel_operation(BANK, 3)


@pytest.fixture
def need(rng):
    """Share of the bank's flow that the load needs, 400 hours."""
    return rng.uniform(0.15, 0.9, 400)


def hours(need, electricity, flow=None, running=None):
    unknown = np.full(len(need), np.nan)
    return PumpHours(
        electricity,
        unknown if flow is None else flow,
        need * TOP_FLOW,
        np.ceil(3 * need) / 3 if running is None else running,
        np.ones(len(need), dtype=bool),
        1,
    )


def test_the_law_of_a_drive_is_read_from_flow_and_electricity(need, rng):
    share = 0.42 + 0.5 * need
    power = 0.87 * TOP_POWER * share * (0.3 + 0.7 * share**2)
    noise = 1 + 0.02 * rng.standard_normal((2, len(need)))
    bank = replace(BANK, mode=PumpMode.VARIABLE)
    fit = fit_pumps(bank, hours(need, power * noise[0], share * TOP_FLOW * noise[1]))
    assert fit.mode is PumpMode.VARIABLE
    assert fit.law.base_flow == pytest.approx(0.42, abs=0.02)
    assert fit.law.slope == pytest.approx(0.5, abs=0.03)
    assert fit.law.static == pytest.approx(0.3, abs=0.06)
    assert fit.electricity == pytest.approx(0.87 * 8000.0, rel=0.02)


def test_a_drive_that_follows_nothing_is_constant(need):
    full = np.full(len(need), 0.85 * TOP_POWER)
    bank = replace(BANK, mode=PumpMode.VARIABLE, law=DriveLaw(0.45, 0.5, 0.35))
    fit = fit_pumps(bank, hours(need, full, np.full(len(need), TOP_FLOW), np.ones(len(need))))
    assert fit.mode is not PumpMode.VARIABLE or not fit.follows
    assert fit.electricity == pytest.approx(0.85 * 8000.0, rel=0.02)


def test_pumps_without_a_flow_meter_are_read_by_their_electricity(need):
    table = np.array([parallel_operation(BANK, n)[1] for n in range(4)])
    fit = fit_pumps(BANK, hours(need, 0.9 * table[np.ceil(3 * need).astype(int)]))
    assert fit.mode is PumpMode.ONE_PER_MACHINE
    assert fit.electricity_factor == pytest.approx(0.9, rel=0.01)


def test_few_hours_are_not_judged(need):
    assert fit_pumps(BANK, hours(need[:50], np.full(50, 5000.0))) is None


def test_pumps_that_go_on_without_a_machine_are_told(need):
    running = np.ceil(3 * need) / 3
    running[:150] = 0.0
    table = np.array([parallel_operation(BANK, n)[1] for n in range(4)])
    power = table[np.round(3 * running).astype(int)]
    power[:150] = 0.4 * TOP_POWER
    assert fit_pumps(BANK, hours(need, power, running=running)).idle == pytest.approx(
        0.4, abs=0.01
    )


@pytest.mark.parametrize("stated", [(), ("load_pump_control",)])
def test_drives_that_run_as_fixed_pumps_should_follow_the_usual_law(need, office, stated):
    full = np.full(len(need), 0.85 * TOP_POWER)
    bank = replace(BANK, mode=PumpMode.VARIABLE, law=DriveLaw(0.45, 0.5, 0.35))
    fit = fit_pumps(bank, hours(need, full, np.full(len(need), TOP_FLOW), np.ones(len(need))))
    found = replace(fit, mode=PumpMode.CONSTANT)
    told = system_as_told(office.system.with_pumps("load", bank), {"load": found}, stated)
    assert told.load_pumps.mode is PumpMode.VARIABLE
    assert told.load_pumps.law == (bank.law if stated else USUAL_LAW)
