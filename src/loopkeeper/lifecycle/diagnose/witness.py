"""The witness of a deviation: the measured quantity that shows its cause, month by month."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.lifecycle.diagnose.result import Monthly, WitnessMonths
from loopkeeper.measure.calendar import Months
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System, Trajectory
from loopkeeper.units import HOUR

PARTS = ("machines", "source", "load")
"""Rows of electricity: machines and the pumps of both loops."""
RUNS = 0.2
"""Machines that ran for this share of an hour tell what their water was like. [-]"""
HARDLY = 0.01
"""Consumption per unit of heat is told of months with more than this share of all heat. [-]"""


@dataclass(frozen=True)
class ToldRun:
    """A simulated hypothesis: ``spent`` is its electricity at delivered heat, shape (3, m). [J]"""

    run: Trajectory
    system: System
    spent: Floats


@dataclass(frozen=True)
class Stage:
    """
    What every course and its witness compare.

    ``measured`` electricity of machines, source pumps and load pumps, shape (3, m) [J]; ``base``
    the plant on its promise and ``whole`` the one with all causes.
    """

    operation: Operation
    months: Months
    measured: Floats
    base: ToldRun
    whole: ToldRun


@dataclass(frozen=True)
class _Sight:
    """One quantity, by months: as measured, and in a simulated hypothesis."""

    quantity: str
    unit: str
    measured: Floats
    simulated: Callable[[ToldRun], Floats]


def witness_of(place: SeenAt, stage: Stage, without: ToldRun) -> WitnessMonths | None:
    """
    Return the quantity that shows a cause.

    Parameters
    ----------
    place : SeenAt
        Where it shows.
    stage : Stage
        The measured period, the plant on its promise and the one with all causes.
    without : ToldRun
        All causes but this one.

    Returns
    -------
    WitnessMonths or None
        None where the quantity is not measured.
    """
    sight = _sight_of(place, stage)
    if not np.isfinite(sight.measured).any():
        return None
    before, after = sight.simulated(stage.whole), sight.simulated(without)
    if sight.unit == "°C":
        repaired = sight.measured + after - before
    else:  # amounts keep their sign
        nothing = np.full(len(before), np.nan)
        repaired = sight.measured * np.divide(after, before, out=nothing, where=before > 0)
    return WitnessMonths(
        sight.quantity,
        sight.unit,
        _monthly(sight.measured),
        _monthly(sight.simulated(stage.base)),
        _monthly(repaired),
    )


def _monthly(values: Floats) -> Monthly:
    return tuple(float(v) if np.isfinite(v) else None for v in values)


_MEANS = {
    SeenAt.FIELD: ("field_flow", "m3 s-1"),
    SeenAt.STAGING: ("machines_running", "-"),
    SeenAt.SUPPLY: ("load_supply", "°C"),
    SeenAt.SOURCE: ("source_supply", "°C"),
}
"""Places that show themselves by the mean of one quantity of an operation."""


def _sight_of(place: SeenAt, stage: Stage) -> _Sight:
    if place in _MEANS:
        return _mean(stage, *_MEANS[place])
    if place is SeenAt.MACHINES:
        return _specific(stage)
    if place is SeenAt.LOAD:
        return _heat(stage)
    return _pumps(stage, "source" if place is SeenAt.SOURCE_PUMPS else "load")


def _pumps(stage: Stage, loop: str) -> _Sight:
    row = PARTS.index(loop)
    return _Sight(
        f"{loop}_pump_electricity", "J", stage.measured[row], lambda told: told.spent[row]
    )


def _mean(stage: Stage, quantity: str, unit: str) -> _Sight:
    """Mean over the hours in which machines ran, in the plant and in what is set beside it."""
    values: Floats = getattr(stage.operation, quantity)
    seen = np.isfinite(values) & (stage.operation.run_share > RUNS)

    def simulated(told: ToldRun) -> Floats:
        return stage.months.means(_column(told, quantity), seen & (told.run["run_share"] > 0))

    return _Sight(quantity, unit, stage.months.means(values, seen), simulated)


def _column(told: ToldRun, quantity: str) -> Floats:
    if quantity == "field_flow":
        return np.asarray((1.0 - told.system.bypass) * told.run["source_flow"])
    return told.run[quantity]


def _specific(stage: Stage) -> _Sight:
    """Electricity of the machines per unit of heat and cold."""
    heat = _delivered(stage)
    heat = np.where(heat > HARDLY * heat.sum(), heat, np.nan)
    return _Sight(
        "machine_consumption", "-", stage.measured[0] / heat, lambda told: told.spent[0] / heat
    )


def _heat(stage: Stage) -> _Sight:
    def simulated(told: ToldRun) -> Floats:
        delivered = told.run["heating_delivered"] + told.run["cooling_delivered"]
        return stage.months.sums(delivered) * told.run.step

    return _Sight("delivered_heat", "J", _delivered(stage), simulated)


def _delivered(stage: Stage) -> Floats:
    return stage.months.sums(stage.operation.heating + stage.operation.cooling) * HOUR
