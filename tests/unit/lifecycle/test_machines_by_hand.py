"""Machines as found, on maps that are numbers: hours that count, levels, stagings, cycling."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import machine_fit
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.machine_fit import DailyLevels, Range
from loopkeeper.physics.system import StagingOrder


@dataclass(frozen=True)
class Loses:
    """A machine of no more than its loss by cycling."""

    cycling_loss: float


@dataclass(frozen=True)
class Stages:
    """Controls of no more than their staging."""

    staging: StagingOrder = StagingOrder.SEQUENCE
    heating_line: str = "heating"
    cooling_line: str = "cooling"


@dataclass(frozen=True)
class Plant:
    """Three machines and their controls."""

    machines: tuple = (Loses(0.25),) * 3
    controls: Stages = Stages()


PLANT = Plant()


def worked(count=None, **columns):
    """Hours of a running plant that heats with 100 W for 25 W, water at 8 and 45 °C."""
    usual = {
        "heating": 100.0,
        "cooling": 0.0,
        "machine_electricity": 25.0,
        "source_supply": 8.0,
        "load_supply": 45.0,
        "run_share": 1.0,
        "machines_running": 2.0,
        "outdoor": 5.0,
        "good": True,
        "filled": False,
    }
    told = {**usual, **columns}
    rows = np.broadcast_arrays(*told.values(), np.zeros(count or 1))
    arrays = {k: np.array(row) for k, row in zip(told, rows, strict=False)}
    return SimpleNamespace(hours=len(rows[0]), **arrays)


def mapped(monkeypatch, electricity=20.0, running=1.0, delivered=100.0):
    """Maps that say so at all temperatures."""

    def response(_, op):
        rows = (electricity, running, delivered)
        return tuple(np.broadcast_to(np.asarray(row, float), (op.hours,)).copy() for row in rows)

    monkeypatch.setattr(machine_fit, "_response", response)


def test_a_range_holds_both_its_ends():
    assert Range(4.0, 9.0).holds(np.array([3.9, 4.0, 9.0, 9.1, np.nan])).tolist() == [
        False,
        True,
        True,
        False,
        False,
    ]


# -- wear


def test_wear_is_a_level_that_maps_err_with_water_and_load(monkeypatch):
    daily = DailyLevels("value", "mode")
    asked = []
    monkeypatch.setattr(machine_fit, "daily_wear", lambda *args: asked.append(args) or daily)
    monkeypatch.setattr(machine_fit, "_beside", lambda op: ("beside", op))
    monkeypatch.setattr(machine_fit, "find_level", lambda *args: args)
    value, mode, prior, beside = machine_fit.wear("system", "op", 0.07, "water")
    assert asked == [("system", "op", "water")]
    assert (value, mode, beside) == ("value", "mode", ("beside", "op"))
    assert (prior.offset, prior.effect, prior.noise, prior.apart) == (0.07, 0.15, 0.015, 0.06)
    assert prior.slopes == (0.01, 0.01, 0.1)


def hours_of_wear(monkeypatch, water=None, **columns):
    """Which hours count."""
    seen = []
    monkeypatch.setattr(machine_fit, "daily_levels", lambda *args: seen.append(args))
    op = worked(**columns)
    machine_fit.daily_wear(PLANT, op, water)
    told, usable, above, below, shape = seen[0]
    assert (told, above, shape) == (op, op.machine_electricity, np.log)
    assert (below[np.isfinite(below)] == 20.0).all()
    return np.flatnonzero(usable).tolist()


@pytest.mark.parametrize(
    "columns",
    [
        {"run_share": [0.91, 0.89]},
        {"good": [True, False]},
        {"cooling": [0.0, 1.0]},
        {"heating": [102.0, 102.1]},
        {"heating": [0.0, 0.0], "cooling": [102.0, 102.1]},
    ],
)
def test_hours_without_cycling_of_one_mode_that_was_delivered_tell_of_wear(monkeypatch, columns):
    """The machines can deliver 100 W: 98 hundredths of 102.04."""
    mapped(monkeypatch)
    assert hours_of_wear(monkeypatch, **columns) == [0]


def test_hours_tell_of_wear_where_maps_say_that_a_machine_ran_in_the_water_asked_for(monkeypatch):
    mapped(monkeypatch, running=[0.91, 0.89])
    assert hours_of_wear(monkeypatch, count=2) == [0]
    mapped(monkeypatch, electricity=[20.0, np.nan])
    assert hours_of_wear(monkeypatch, count=2) == [0]
    mapped(monkeypatch)
    water = [7.9, 8.0, 9.1]
    assert hours_of_wear(monkeypatch, Range(8.0, 9.0), source_supply=water) == [1]
    assert hours_of_wear(monkeypatch, source_supply=water) == [0, 1, 2]


def test_the_found_level_is_the_middle_of_known_days(monkeypatch):
    days = [np.array([0.3, np.nan, 0.1, 0.7, np.nan])]
    monkeypatch.setattr(machine_fit, "daily_wear", lambda *_: DailyLevels(days[-1], None))
    assert machine_fit.found_level(None, None) == pytest.approx(0.3)
    days.append(np.full(2, np.nan))
    assert np.isnan(machine_fit.found_level(None, None))


def test_beside_wear_stand_water_and_load_of_hours_that_ran():
    """Of two days; an hour of a seventh of a machine and one without a thermometer are out."""
    rests = np.zeros(48)
    rests[[0, 1, 24, 25]] = 0.16, 0.14, 1.0, 1.0
    source = np.full(48, 99.0)
    source[[0, 24, 25]] = 8.0, 6.0, np.nan
    heating, cooling = np.zeros(48), np.zeros(48)
    heating[[0, 1, 24]] = 30.0, 200.0, 50.0
    cooling[[0, 24]] = 10.0, 70.0
    found = machine_fit._beside(
        worked(source_supply=source, run_share=rests, heating=heating, cooling=cooling)
    )
    assert found == pytest.approx(np.array([[8.0, 45.0, 0.2], [6.0, 45.0, 0.6]]))
    idle = machine_fit._beside(worked(run_share=np.zeros(48), heating=np.full(48, 0.5)))
    assert idle.tolist() == [[0.0] * 3] * 2
    small = machine_fit._beside(worked(run_share=np.ones(24), heating=np.full(24, 0.5)))
    assert small.tolist() == [[8.0, 45.0, 0.5]]


# -- days


def levels(usable, **columns):
    return machine_fit.daily_levels(
        worked(**columns),
        np.asarray(usable, bool),
        np.arange(len(usable)) + 1.0,
        np.full(len(usable), 2.0),
        np.sqrt,
    )


def test_a_day_is_the_function_of_its_sums_over_four_usable_hours():
    usable = np.zeros(72, bool)
    usable[[0, 1, 2]] = True
    usable[[24, 25, 26, 27]] = True
    found = levels(usable, count=72)
    middle = np.sqrt((25 + 26 + 27 + 28) / 8)
    assert found.value == pytest.approx([np.nan, middle, np.nan], nan_ok=True)


def test_a_day_of_which_only_an_hour_is_there_is_a_day():
    found = levels(np.ones(25), count=25, cooling=np.append(np.zeros(24), 200.0))
    assert found.value == pytest.approx([np.sqrt(12.5 / 2), np.nan], nan_ok=True)
    assert found.mode.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("hours", "mode"), [(12, 0.0), (13, 1.0)])
def test_a_day_of_more_than_twelve_hours_of_mostly_cooling_is_one_of_cooling(hours, mode):
    cooling = np.where(np.arange(24) < hours, 101.0, 99.0)
    assert levels(np.ones(24), cooling=cooling).mode.tolist() == [mode]


# -- set-points


def asked(monkeypatch, hot, cold):
    monkeypatch.setattr(
        machine_fit,
        "designed_supply",
        lambda _, outdoor: (np.full(len(outdoor), hot), np.full(len(outdoor), cold)),
    )


def supplied(monkeypatch, **columns):
    """Hours that tell of the heating and of the cooling set-point, and by how much they miss."""
    asked(monkeypatch, 42.0, 7.0)
    seen = []

    def daily(_, usable, above, below, shape):
        seen.append((np.flatnonzero(usable), above))
        assert (below == 1.0).all()
        assert shape(above) is above
        return DailyLevels(np.zeros(3), np.ones(3))

    priors = []

    def level(value, mode, prior):
        assert mode.tolist() == [0.0] * 3
        assert len(value) == 3
        priors.append((prior.offset, prior.effect, prior.noise))
        return Level(float(len(priors)), 1.0, None, 0.0)

    monkeypatch.setattr(machine_fit, "daily_levels", daily)
    monkeypatch.setattr(machine_fit, "find_level", level)
    found = machine_fit.set_points(PLANT, worked(**columns))
    assert (found.heating.value, found.cooling.value) == (1.0, 2.0)
    assert priors == [(0.6, 3.0, 0.3)] * 2
    return seen


def test_set_points_are_missed_by_mode_in_hours_that_mostly_ran(monkeypatch):
    hot, cold = supplied(
        monkeypatch,
        heating=[1.0, 1.0, 0.0, 0.0, 1.0, 1.0],
        cooling=[0.0, 0.0, 1.0, 1.0, 0.0, 0.0],
        run_share=[1.0, 0.51, 1.0, 0.49, 0.49, 1.0],
        load_supply=[44.0, 41.0, 9.0, 9.0, 44.0, np.nan],
    )
    assert hot[0].tolist() == [0, 1]
    assert cold[0].tolist() == [2]
    assert hot[1][:2] == pytest.approx([2.0, -1.0])
    assert cold[1][2] == pytest.approx(2.0)


def test_hours_whose_heat_is_not_known_tell_no_set_point(monkeypatch):
    """They may be of the other season."""
    hot, _ = supplied(monkeypatch, filled=[False, True, True, False], load_supply=44.0)
    assert hot[0].tolist() == [0, 3]


@pytest.mark.parametrize(("enough", "full"), [(200, False), (199, True)])
def test_hours_of_all_machines_tell_a_set_point_only_where_few_others_do(
    monkeypatch, enough, full
):
    """Three machines less a twentieth of one; a number nobody knows is no reason to leave out."""
    running = np.append(np.resize([2.94, np.nan], enough), [2.96] * 10)
    hot = supplied(monkeypatch, machines_running=running)[0]
    assert len(hot[0]) == enough + 10 * full


# -- staging


def staged(monkeypatch, sequence=1.0, equal=2.0, **columns):
    """Machines that run by each staging, hour by hour."""
    by = {StagingOrder.SEQUENCE: sequence, StagingOrder.EQUAL: equal}

    def response(system, op):
        return None, np.broadcast_to(by[system.controls.staging], (op.hours,)), None

    monkeypatch.setattr(machine_fit, "_response", response)
    asked(monkeypatch, 42.0, 7.0)
    return machine_fit.runs_together(PLANT, worked(**columns))


@pytest.mark.parametrize(("running", "together"), [(1.0, 0.0), (2.0, 1.0), (1.25, 0.25)])
def test_machines_run_together_by_where_their_number_lies(monkeypatch, running, together):
    assert staged(monkeypatch, machines_running=running, count=50) == pytest.approx(together)


def test_hours_in_which_stagings_are_further_apart_weigh_more(monkeypatch):
    """Half a machine of one, and half a machine of three: 50 of 150 and 50."""
    equal = np.resize([2.0, 4.0], 60)
    found = staged(monkeypatch, equal=equal, machines_running=1.5, count=60)
    assert found == pytest.approx(1.0 / 4.0)


@pytest.mark.parametrize(
    ("of", "counts"),
    [
        ({}, True),
        ({"count": 49}, False),
        ({"equal": 1.51}, True),
        ({"equal": 1.49}, False),
        ({"sequence": np.nan}, False),
        ({"run_share": 0.91}, True),
        ({"run_share": 0.89}, False),
        ({"machines_running": np.nan}, False),
        ({"load_supply": 40.1}, True),
        ({"load_supply": 39.9}, False),
    ],
)
def test_fifty_hours_that_hold_their_set_point_tell_the_staging(monkeypatch, of, counts):
    assert np.isfinite(staged(monkeypatch, **{"count": 50, **of})) == counts


@pytest.mark.parametrize(
    ("heating", "cooling", "supply", "holds"),
    [
        (1.0, 0.0, 40.1, True),
        (1.0, 0.0, 39.9, False),
        (0.0, 1.0, 8.9, True),
        (0.0, 1.0, 9.1, False),
        (0.0, 0.0, 20.0, True),
        (1.0, 0.0, np.nan, True),
    ],
)
def test_a_supply_short_by_two_kelvin_does_not_hold(monkeypatch, heating, cooling, supply, holds):
    asked(monkeypatch, 42.0, 7.0)
    op = worked(heating=heating, cooling=cooling, load_supply=supply)
    assert machine_fit.holding(PLANT, op).tolist() == [holds]


@pytest.mark.parametrize(
    ("together", "equal"), [(0.51, True), (0.49, False), (float("nan"), False)]
)
def test_past_half_way_machines_are_staged_together(monkeypatch, together, equal):
    monkeypatch.setattr(machine_fit, "runs_together", lambda *_: together)
    system, found = machine_fit.as_staged(PLANT, None)
    assert found is together
    staging = StagingOrder.EQUAL if equal else StagingOrder.SEQUENCE
    assert system == Plant(controls=Stages(staging))


# -- cycling


def cycled(monkeypatch, loss, worn=1.3, steady=(1.0, 100), cycling=(0.4, 100), **columns):
    """Loss found of hours whose machines draw more, and by cycling so much more again."""
    running = np.repeat([steady[0], cycling[0]], [steady[1], cycling[1]])
    mapped(monkeypatch, running=running)
    drawn = 20.0 * worn / (1.0 - loss * (1.0 - np.minimum(running, 1.0)))
    op = worked(**{"machine_electricity": drawn, **columns})
    found = machine_fit.as_cycling(PLANT, op)
    assert len({m.cycling_loss for m in found.machines}) == 1
    return found.machines[0].cycling_loss


@pytest.mark.parametrize("loss", [0.0, 0.07, 0.33, 0.5])
@pytest.mark.parametrize("share", [0.2, 0.6])
def test_the_loss_by_cycling_is_that_of_the_law(monkeypatch, loss, share):
    assert cycled(monkeypatch, loss, cycling=(share, 100)) == pytest.approx(loss)
    by_cold = {"heating": 0.0, "cooling": 100.0}
    assert cycled(monkeypatch, loss, cycling=(share, 100), **by_cold) == pytest.approx(loss)


def test_a_loss_is_told_beside_a_third_of_hours_that_are_far_off(monkeypatch):
    """Absolute logs have their least at the middle."""
    running = np.repeat([1.0, 0.5], [100, 150])
    mapped(monkeypatch, running=running)
    drawn = np.where(running < 1.0, 25.0, 20.0)  # 1 / (1 - 0.4 / 2)
    drawn[210:] = 200.0
    found = machine_fit.as_cycling(PLANT, worked(machine_electricity=drawn))
    assert found.machines[0].cycling_loss == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({}, True),
        ({"steady": (1.0, 99)}, False),
        ({"cycling": (0.4, 99)}, False),
        ({"steady": (0.995, 100)}, True),
        ({"steady": (0.985, 100)}, False),
        ({"steady": (1.59, 100)}, True),
        ({"steady": (1.61, 100)}, False),
        ({"cycling": (0.84, 100)}, True),
        ({"cycling": (0.86, 100)}, False),
        ({"cycling": (0.16, 100)}, True),
        ({"cycling": (0.14, 100)}, False),
        ({"good": np.arange(200) > 0}, False),
        ({"heating": 1.0, "cooling": 1.0}, False),
        ({"machine_electricity": np.append(np.full(199, 20.0), 0.0)}, False),
        ({"machine_electricity": np.append(np.full(199, 20.0), np.nan)}, False),
    ],
)
def test_a_hundred_steady_and_a_hundred_cycling_hours_tell_of_it(monkeypatch, of, told):
    assert (cycled(monkeypatch, 0.4, **of) != 0.25) is told


@pytest.mark.parametrize("electricity", [np.nan, 0.0])
def test_hours_of_which_maps_say_nothing_do_not_tell_of_it(monkeypatch, electricity):
    running = np.repeat([1.0, 0.4], 100)
    mapped(monkeypatch, electricity=np.append(np.full(199, 20.0), electricity), running=running)
    assert machine_fit.as_cycling(PLANT, worked(count=200)) is PLANT
