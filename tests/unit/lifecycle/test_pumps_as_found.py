"""Pumps as found: which control is believed, what it draws, and what documents leave open."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import pumps_like
from loopkeeper.lifecycle.diagnose import pump_fit
from loopkeeper.lifecycle.diagnose.drive_fit import PumpHours
from loopkeeper.physics.pump import (
    HOLDS_PRESSURE,
    HOLDS_SPREAD,
    DriveLaw,
    PumpBank,
    PumpMode,
    parallel_operation,
)
from loopkeeper.physics.system import StagingOrder

BANK = PumpBank(3, 0.02, 30.0, 8000.0, PumpMode.ONE_PER_MACHINE)
DRIVE = replace(BANK, mode=PumpMode.VARIABLE, law=DriveLaw(0.3, 0.6, 0.2))
OTHER = DriveLaw(0.5, 0.7, 0.1)
TABLE = np.array([parallel_operation(BANK, n) for n in range(4)])


def hours(running, **other):
    count = len(running)
    columns = dict.fromkeys(("electricity", "flow", "required"), np.full(count, np.nan))
    known = {**columns, "running": np.asarray(running, float), "enabled": np.ones(count, bool)}
    return PumpHours(**{**known, "machines": 3, **other})


# -- what a fit says of a bank


def test_a_bank_is_put_under_the_control_or_the_rating_that_was_found():
    fit = pumps_like(
        DRIVE,
        1.25,
        1.1,
        law=OTHER,
        mode=PumpMode.CONSTANT,
        idle=0.3,
        branch=0.7,
        minimum_speed=0.2,
    )
    assert fit.driven(DRIVE) == replace(
        DRIVE, mode=PumpMode.CONSTANT, law=OTHER, idle=0.3, minimum_speed=0.2
    )
    assert fit.rated(DRIVE) == replace(DRIVE, electricity=1e4, flow=0.02 * 1.1, branch=0.7)
    assert fit.on(DRIVE) == fit.driven(fit.rated(DRIVE))
    assert fit.against(DRIVE) == pytest.approx((1.25, 1.1))


@pytest.mark.parametrize(
    ("mode", "law", "follows", "hardly"),
    [
        (PumpMode.VARIABLE, OTHER, False, True),
        (PumpMode.VARIABLE, OTHER, True, False),
        (PumpMode.VARIABLE, DRIVE.law, False, False),
        (PumpMode.ONE_PER_MACHINE, OTHER, False, False),
    ],
)
def test_a_drive_of_another_law_that_does_not_follow_hardly_varies(mode, law, follows, hardly):
    fit = pumps_like(DRIVE, mode=mode, law=law, follows=follows)
    assert fit.hardly_varies(DRIVE) is hardly
    assert replace(fit, turned=True).in_automatic(DRIVE) is hardly
    assert not fit.in_automatic(DRIVE)
    assert fit.otherwise(DRIVE) is (hardly or mode is not PumpMode.VARIABLE)


# -- what they did


def plant_of(machines, staging=StagingOrder.SEQUENCE):
    return SimpleNamespace(
        machines=(None,) * machines,
        controls=SimpleNamespace(staging=staging),
        source_heat_capacity=4.0,
        load_heat_capacity=5.0,
        source_pumps=SimpleNamespace(design_spread=3.0),
        load_pumps=SimpleNamespace(design_spread=6.0),
        recharge_effort=0.1,
    )


def worked(**other):
    columns = {
        "hours": 3,
        "run_share": np.array([0.5, 1.0, 0.0]),
        "machines_running": np.array([1.0, 2.0, 0.0]),
        "source_heat": np.array([-60.0, 120.0, 0.012]),
        "heating": np.array([50.0, 0.0, 0.02]),
        "cooling": np.array([10.0, 90.0, 0.01]),
        "recharge": np.array([0.0, -50.0, 1e4]),
        "source_pump_electricity": np.array([20.0, 30.0, 40.0]),
        "load_pump_electricity": np.array([7.0, 8.0, 9.0]),
        "source_flow": np.array([1.0, 2.0, 3.0]),
        "load_flow": np.array([4.0, 5.0, 6.0]),
        "enabled": np.array([True, False, True]),
        "guessed": (),
    }
    return SimpleNamespace(**{**columns, **other})


def test_flow_is_needed_for_the_design_spread_of_the_time_that_machines_run():
    """Hours that hardly ran count as a thousandth; recharge draws 0.9 of a tenth of its heat."""
    source = pump_fit.pump_hours(plant_of(4), worked(), "source")
    assert source.required == pytest.approx([10.0, 10.0, 1.0])
    assert source.electricity == pytest.approx([20.0, 30.0 - 4.5, 0.0])
    assert (source.flow.tolist(), source.machines) == ([1.0, 2.0, 3.0], 4)
    assert source.running.tolist() == [0.25, 0.5, 0.0]
    assert source.enabled.tolist() == [True, False, True]
    load = pump_fit.pump_hours(plant_of(4), worked(), "load")
    assert load.required == pytest.approx([4.0, 3.0, 1.0])
    assert (load.electricity.tolist(), load.flow.tolist()) == ([7.0, 8.0, 9.0], [4.0, 5.0, 6.0])


def test_machines_that_run_together_run_for_the_share_of_the_hour():
    together = plant_of(4, StagingOrder.EQUAL)
    assert pump_fit.pump_hours(together, worked(), "load").running.tolist() == [0.5, 1.0, 0.0]
    nobody = pump_fit.pump_hours(plant_of(0), worked(), "load")
    assert (nobody.running.tolist(), nobody.machines) == ([1.0, 2.0, 0.0], 1)


def test_pumps_whose_draw_is_their_nameplates_tell_nothing_of_it():
    guessed = worked(guessed=("source",))
    assert np.isnan(pump_fit.pump_hours(plant_of(4), guessed, "source").electricity).all()
    assert pump_fit.pump_hours(plant_of(4), guessed, "load").electricity[0] == 7.0


# -- which control is believed


def believed(monkeypatch, bank, scatters, lowest=0.5, usable=100, **of):
    """The fit where each control leaves a scatter of its own, at nine tenths of the nameplate."""
    tried = []

    def fit_mode(banked, seen):
        tried.append((banked.mode, banked.branch, banked.minimum_speed, len(seen.running)))
        scatter = scatters[banked.mode]
        return pumps_like(banked, 0.9, scatter=scatter, minimum_speed=banked.minimum_speed)

    idle = []
    monkeypatch.setattr(pump_fit, "_fit_mode", fit_mode)
    monkeypatch.setattr(pump_fit, "branch_share", lambda *_: 0.7)
    monkeypatch.setattr(pump_fit, "lowest_share", lambda banked, _: lowest * banked.branch / 0.7)
    monkeypatch.setattr(pump_fit, "follows", lambda *args: args[0] is bank)
    monkeypatch.setattr(pump_fit, "turned", lambda _: True)
    monkeypatch.setattr(pump_fit, "_idle", lambda b, h: idle.append((b, len(h.running))) or 0.25)
    running = np.full(usable + 4, of.get("running", 1.0))
    electricity = np.full(usable + 4, of.get("electricity", 5e3))
    electricity[:2] = np.nan, 0.0
    running[2:4] = np.nan, 0.049
    fit = pump_fit.fit_pumps(bank, hours(running, electricity=electricity))
    if fit is not None:
        assert all(one[1:] == (0.7, lowest, usable) for one in tried)
        assert (fit.idle, fit.branch, fit.follows, fit.turned) == (0.25, 0.7, True, True)
        assert fit.minimum_speed == lowest
        assert idle == [(replace(bank, electricity=7200.0), usable + 4)]
    return fit, [one[0] for one in tried]


FIXED, EACH, DRIVEN = PumpMode.CONSTANT, PumpMode.ONE_PER_MACHINE, PumpMode.VARIABLE


@pytest.mark.parametrize(
    ("best", "designed", "mode"),
    [(0.059, 0.1, FIXED), (0.061, 0.1, EACH), (0.2, 0.1, EACH)],
)
def test_another_control_has_to_leave_less_than_six_tenths(monkeypatch, best, designed, mode):
    scatters = {FIXED: best, EACH: designed, DRIVEN: 0.3}
    fit, tried = believed(monkeypatch, BANK, scatters)
    assert fit.mode is mode
    assert tried == list(PumpMode)


@pytest.mark.parametrize(("lowest", "driven"), [(0.89, True), (0.91, False)])
def test_drives_that_were_never_turned_down_are_no_drives(monkeypatch, lowest, driven):
    fit, tried = believed(monkeypatch, DRIVE, {FIXED: 0.3, EACH: 0.25, DRIVEN: 0.2}, lowest)
    assert (DRIVEN in tried) is driven
    assert fit.mode is (DRIVEN if driven else EACH)


def test_a_hundred_hours_of_draw_and_a_rating_tell_of_a_control(monkeypatch):
    scatters = dict.fromkeys(PumpMode, 0.1)
    assert believed(monkeypatch, BANK, scatters, usable=99)[0] is None
    assert believed(monkeypatch, BANK, scatters, running=0.051)[0] is not None
    assert believed(monkeypatch, BANK, scatters, running=0.049)[0] is None
    assert believed(monkeypatch, replace(BANK, electricity=0.0), scatters)[0] is None
    small = hours(np.ones(100), electricity=np.full(100, 0.5))
    assert pump_fit.fit_pumps(replace(BANK, electricity=0.6), small) is not None


@pytest.mark.parametrize(("factor", "more"), [(0.9, 0.0), (1.8, np.log(2.0)), (0.3, np.log(3.0))])
def test_a_control_is_strange_by_its_scatter_and_far_from_the_rating(factor, more):
    fit = pumps_like(BANK, factor, scatter=0.03)
    assert pump_fit._strangeness(fit) == pytest.approx(0.03 + 0.15 * more)


def test_a_drive_whose_law_nobody_sees_holds_the_spread_or_the_pressure(monkeypatch):
    seen = hours(np.ones(3))
    tried = []

    def factors(bank, _):
        tried.append(bank.law)
        return pumps_like(bank, 0.9, scatter=0.1 + bank.law.base_flow)

    monkeypatch.setattr(pump_fit, "_factors", factors)
    monkeypatch.setattr(pump_fit, "drive_law", lambda *_: ())
    assert pump_fit._fit_mode(DRIVE, seen).law == HOLDS_SPREAD
    assert tried == [HOLDS_SPREAD, HOLDS_PRESSURE]
    monkeypatch.setattr(pump_fit, "drive_law", lambda *_: (OTHER,))
    assert pump_fit._fit_mode(DRIVE, seen).law == OTHER
    assert pump_fit._fit_mode(BANK, seen).law == BANK.law


# -- factors


def test_scatter_is_the_middle_stray_and_two_hundredths():
    """Logs of ± 0.1 about log 1.2 in turn: 1.4826 · 0.1; flow a twentieth more with all on."""
    running = np.repeat([1 / 3, 1.0], 51)
    flow, power = np.repeat(TABLE[[1, 3]], 51, axis=0).T
    stray = np.exp(np.append(np.resize([0.1, -0.1, 0.0], 51), np.resize([0.1, -0.1, 0.0], 51)))
    moved = np.where(running == 1.0, 1.05, 1.3) * flow
    seen = hours(running, required=flow, flow=moved, electricity=1.2 * stray * power)
    fit = pump_fit._factors(replace(BANK, minimum_speed=0.35), seen)
    assert fit.scatter == pytest.approx(1.4826 * 0.1 + 0.02)
    assert fit.electricity_factor == pytest.approx(1.2)
    assert fit.electricity == pytest.approx(1.2 * 8000.0)
    assert fit.flow == pytest.approx(1.05 * 0.02)
    assert (fit.mode, fit.law, fit.minimum_speed) == (BANK.mode, BANK.law, 0.35)


def test_classes_that_differ_by_more_than_hours_stray_are_the_scatter():
    """A third of the hours draws a half more: logs of 0 and 0.405 stray by half of it."""
    running = np.repeat([1 / 3, 1.0], [50, 100])
    flow, power = np.repeat(TABLE[[1, 3]], [50, 100], axis=0).T
    drawn = np.where(running == 1.0, 0.9, 1.35) * power
    fit = pump_fit._factors(BANK, hours(running, required=flow, flow=flow, electricity=drawn))
    assert fit.scatter == pytest.approx(np.log(1.5) / 2)
    one = hours(running[50:], required=flow[50:], flow=flow[50:], electricity=drawn[50:])
    assert pump_fit._factors(BANK, one).scatter == pytest.approx(0.02)


def test_flow_nobody_meters_is_the_listed_one():
    running = np.full(60, 1.0)
    fit = pump_fit._factors(BANK, hours(running, electricity=np.full(60, 0.9 * TABLE[3, 1])))
    assert fit.flow == pytest.approx(0.02)
    moved = np.append(np.full(30, 1.2 * TABLE[3, 0]), np.zeros(30))
    part = hours(running, flow=moved, electricity=np.full(60, 0.9 * TABLE[3, 1]))
    assert pump_fit._factors(BANK, part).flow == pytest.approx(1.2 * 0.02)


def test_a_drive_at_its_lowest_moves_its_share_of_the_pumps_that_run():
    """One of three machines runs one pump, a little more two."""
    bank = replace(BANK, mode=PumpMode.VARIABLE, minimum_speed=0.3)
    seen = hours([1 / 3, 0.34, 2 / 3, 1.0], required=np.zeros(4))
    moved = 0.3 * TABLE[[1, 2, 2, 3], 0]
    flow, power = pump_fit._predict(bank, seen)
    assert flow == pytest.approx(moved)
    assert power == pytest.approx((moved / TABLE[3, 0]) ** 3 * TABLE[3, 1])


# -- draw that came, and draw at rest


def test_draw_is_told_by_days_of_hours_with_more_than_half_the_machines(monkeypatch):
    seen = []
    given = SimpleNamespace(value="value", mode="mode")
    monkeypatch.setattr(pump_fit, "daily_levels", lambda *args: seen.append(args) or given)
    monkeypatch.setattr(pump_fit, "find_level", lambda *args: args)
    drawn = np.array([5e3, 5e3, 5e3, np.nan, 0.0, 5e3, 5e3, 5e3])
    known = hours(
        [1.0, 0.51, 0.49, 1.0, 1.0, np.nan, 1.0, 1.0],
        electricity=drawn,
        required=np.append(np.full(7, 0.01), np.nan),
    )
    op = SimpleNamespace(good=np.arange(8) != 6)
    value, mode, prior = pump_fit.draw_level(BANK, known, op)
    assert (value, mode) == ("value", "mode")
    assert (prior.offset, prior.effect, prior.noise) == (0.5, 0.5, 0.05)
    first, usable, above, below, shape = seen[0]
    assert first is op
    assert np.flatnonzero(usable).tolist() == [0, 1]
    assert above is drawn
    part = TABLE[1, 1] + 0.53 * (TABLE[2, 1] - TABLE[1, 1])
    assert below == pytest.approx([TABLE[3, 1], part, *[0.0] * 6])
    assert shape is np.log


@pytest.mark.parametrize(
    ("count", "running", "drawn", "idle"),
    [
        (100, 0.009, 0.3, 0.3),
        (99, 0.009, 0.3, 0.0),
        (100, 0.011, 0.3, 0.0),
        (100, 0.0, 1.4, 1.0),
        (100, 0.0, -0.4, 0.0),
    ],
)
def test_draw_at_rest_is_a_share_of_all_pumps(count, running, drawn, idle):
    """Of hours in which the plant is enabled and somebody read the meter."""
    power = np.append(np.full(count, drawn * TABLE[3, 1]), [np.nan, 9e9])
    rests = hours(np.full(count + 2, running), electricity=power)
    rests.enabled[-1] = False
    assert pump_fit._idle(BANK, rests) == pytest.approx(idle)
