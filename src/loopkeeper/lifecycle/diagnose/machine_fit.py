"""Machines and their control as found: wear, set-points, staging — from what was measured."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import Level, LevelPrior, find_level
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.control_laws import supplies
from loopkeeper.physics.duty import machine_response, mixed_outlets
from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.system import Load, StagingOrder, System
from loopkeeper.units import MAJORITY

RUNNING, STEADY, CYCLING = 0.9, (0.99, 1.6), 0.85
"""Machines in hours without cycling, in steady ones, and below which one cycles. [-]"""
STAGINGS_APART, FEW_HOURS = 0.5, 50
"""Machines by which stagings differ in an hour that tells [-]; fewest such hours [h]."""
FULL_DAY, HALF_A_DAY = 4, 12
"""Usable hours of a day that counts, and hours of cooling that make it one of cooling. [h]"""

SLOPES = (0.01, 0.01, 0.1)
"""Maps are good to a hundredth a kelvin on either side, and a tenth from no to full load. Logs."""
EFFECT, DAILY_NOISE, APART = 0.15, 0.015, 0.06
"""Log electricity ratio: 15 % for wear, of which heating and cooling may differ by 6 %. [-]"""
SET_POINT_PRIOR = LevelPrior(offset=0.6, effect=3.0, noise=0.3)
"""Supply temperature against its set-point: 0.6 K of dead band, 3 K for a deviation. [K]"""
SPARE, ENOUGH_SPARE = 0.05, 200
"""Machines at rest that leave a set-point to be reached [-]; hours that tell the set-point."""
UNHELD = 2.0
"""Supply water further off its set-point than this does not hold it. [K]"""
SHORTEST, LARGEST_LOSS, ENOUGH_CYCLING = 0.15, 0.5, 100
"""Least share of an hour that tells of cycling [-], largest loss believed [-], fewest hours."""
TOGETHER = 0.5
"""Machines run together when they are past half way between both stagings. [-]"""


@dataclass(frozen=True, slots=True)
class DailyLevels:
    """One value per day, and its mode (0 heating, 1 cooling)."""

    value: Floats
    mode: Floats


@dataclass(frozen=True, slots=True)
class Range:
    """Temperatures from ``low`` to ``high``. [°C]"""

    low: float
    high: float

    def holds(self, values: Floats) -> Bools:
        """Return which values lie within, shape (n,)."""
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True, slots=True)
class SetPoints:
    """How far heating and cooling supply lie from their set-points as designed. [K]"""

    heating: Level
    cooling: Level


def wear(system: System, operation: Operation, doubt: float, water: Range | None = None) -> Level:
    """
    Compare the machines' electricity with their maps at the measured temperatures.

    Parameters
    ----------
    system : System
        The plant with the staging it really has.
    operation : Operation
        Measured hours.
    doubt : float
        Standard deviation of the log of what sound machines draw over these maps. [-]
    water : Range, optional
        Source water that hours count with; any when omitted. [°C]

    Returns
    -------
    Level
        Deviation of the log electricity ratio [-]; its onset in days.
    """
    daily = daily_wear(system, operation, water)
    prior = LevelPrior(offset=doubt, effect=EFFECT, noise=DAILY_NOISE, apart=APART, slopes=SLOPES)
    return find_level(daily.value, daily.mode, prior, _beside(operation))


def _beside(operation: Operation) -> Floats:
    """Daily means over running hours: source and supply water [°C], share of the peak load [-]."""
    day = np.arange(operation.hours) // 24
    runs = operation.run_share > SHORTEST
    runs &= np.isfinite(operation.source_supply + operation.load_supply)
    hours = np.bincount(day, runs)
    load = operation.heating + operation.cooling
    load = load / max(float(load.max()), 1.0)
    sums = [
        np.bincount(day, np.where(runs, values, 0.0))
        for values in (operation.source_supply, operation.load_supply, load)
    ]
    return np.stack(sums, axis=1) / np.maximum(hours, 1)[:, None]


@dataclass(frozen=True, slots=True)
class DrawnOverMaps:
    """
    Hours that tell what machines draw, and what their maps say of them, shape (n,) each.

    ``predicted`` electricity [W], and machines that would be ``running`` [-].
    """

    usable: Bools
    predicted: Floats
    running: Floats


def drawn_over_maps(
    system: System, operation: Operation, water: Range | None = None
) -> DrawnOverMaps:
    """Return the hours in which machines run without cycling, with what their maps say."""
    predicted, running, delivered = _response(system, operation)
    load = operation.heating + operation.cooling
    usable = (
        operation.good
        & np.isfinite(predicted)
        & (operation.run_share > RUNNING)  # cycling has losses of its own
        & (running > RUNNING)
        & (delivered > 0.98 * load)
        & ~((operation.heating > 0) & (operation.cooling > 0))
    )
    if water is not None:
        usable &= water.holds(operation.source_supply)
    return DrawnOverMaps(usable, predicted, running)


def daily_wear(system: System, operation: Operation, water: Range | None = None) -> DailyLevels:
    """Return the log of what machines drew each day over their maps, cycling left out. [-]"""
    told = drawn_over_maps(system, operation, water)
    with np.errstate(divide="ignore", invalid="ignore"):
        return daily_levels(
            operation, told.usable, operation.machine_electricity, told.predicted, np.log
        )


def found_level(system: System, operation: Operation) -> float:
    """
    Return the median log, over days, of what machines draw over their maps. [-]

    The system has the staging it really has; NaN where nothing tells it.
    """
    daily = daily_wear(system, operation).value
    known = daily[np.isfinite(daily)]
    return float(np.median(known)) if len(known) else float("nan")


def set_points(system: System, operation: Operation) -> SetPoints:
    """Return by how much heating and cooling supply miss their set-points as designed. [K]"""
    hot, cold = designed_supply(system, operation.outdoor)
    levels = []
    # machines that all run all the time need not reach what they are asked for
    spare = ~(operation.machines_running > len(system.machines) - SPARE)
    known = ~operation.filled & (operation.run_share > MAJORITY)
    for active, target in ((operation.heating > 0, hot), (operation.cooling > 0, cold)):
        usable = active & known & np.isfinite(operation.load_supply)
        usable &= spare | ((usable & spare).sum() < ENOUGH_SPARE)
        daily = daily_levels(
            operation, usable, operation.load_supply - target, np.ones(operation.hours), _same
        )
        levels.append(find_level(daily.value, np.zeros(len(daily.value)), SET_POINT_PRIOR))
    return SetPoints(*levels)


def runs_together(system: System, operation: Operation) -> float:
    """
    Return how far the machines run all at once (1) rather than one after the other (0). [-]

    NaN when running states are not measured.
    """
    counts = []
    for staging in (StagingOrder.SEQUENCE, StagingOrder.EQUAL):
        controls = replace(system.controls, staging=staging)
        counts.append(_response(replace(system, controls=controls), operation)[1])
    sequence, equal = counts
    usable = (
        np.isfinite(operation.machines_running)
        & np.isfinite(sequence)
        & (operation.run_share > RUNNING)
        & (equal - sequence > STAGINGS_APART)
        & holding(system, operation)
    )
    if usable.sum() < FEW_HOURS:
        return float("nan")
    span = (equal - sequence)[usable].sum()
    return float((operation.machines_running - sequence)[usable].sum() / span)


def holding(system: System, operation: Operation) -> Bools:
    """
    Return the hours in which the supply holds its set-point, shape (n,); unknown ones too.

    A plant that cannot follow its load runs all it has, with valves wide open: that is the
    consequence of something else, no control of its own.
    """
    hot, cold = designed_supply(system, operation.outdoor)
    supply = operation.load_supply
    short = (operation.heating > 0) & (supply < hot - UNHELD)
    short |= (operation.cooling > 0) & (supply > cold + UNHELD)
    return ~short


def as_staged(system: System, operation: Operation) -> tuple[System, float]:
    """
    Return a plant with the staging it really has, and how far its machines run together. [-]

    As designed unless the machines are past half way between both stagings
    (:func:`runs_together`).
    """
    together = runs_together(system, operation)
    if not together > TOGETHER:
        return system, together
    controls = replace(system.controls, staging=StagingOrder.EQUAL)
    return replace(system, controls=controls), together


def as_cycling(system: System, operation: Operation) -> System:
    """
    Return a plant whose machines lose by cycling what they were found to; no document tells it.

    Parameters
    ----------
    system : System
        With the usual loss.
    operation : Operation
        Measured hours.

    Returns
    -------
    System
        As it is with fewer than a hundred hours of cycling, or of steady running, in each mode.

    Notes
    -----
    C_d of :class:`~loopkeeper.physics.heat_pump.Machine`: the electricity of hours in which a
    machine runs for a share x of the time, over its map, is 1 / (1 - C_d (1 - x)) of that in
    steady hours. The one that leaves the least mean absolute log ratio.
    """
    ideal = replace(system, machines=_with_loss(system.machines, 0.0))
    predicted, running, _ = _response(ideal, operation)
    usable = operation.good & np.isfinite(predicted) & (predicted > 0)
    usable &= operation.machine_electricity > 0
    ratio = np.log(operation.machine_electricity, out=np.zeros(operation.hours), where=usable)
    ratio[usable] -= np.log(predicted[usable])
    shares, above = [], []
    for mode in (operation.heating > operation.cooling, operation.cooling > operation.heating):
        steady = usable & mode & (running > STEADY[0]) & (running < STEADY[1])
        cycling = usable & mode & (running > SHORTEST) & (running < CYCLING)
        if min(steady.sum(), cycling.sum()) >= ENOUGH_CYCLING:
            shares.append(running[cycling])
            above.append(ratio[cycling] - np.median(ratio[steady]))
    if not shares:
        return system
    share, log = np.concatenate(shares), np.concatenate(above)
    losses = np.linspace(0.0, LARGEST_LOSS, 51)
    apart = [np.abs(log + np.log(1.0 - loss * (1.0 - share))).mean() for loss in losses]
    return replace(system, machines=_with_loss(system.machines, float(losses[np.argmin(apart)])))


def _with_loss(machines: tuple[Machine, ...], loss: float) -> tuple[Machine, ...]:
    return tuple(replace(m, cycling_loss=loss) for m in machines)


def designed_supply(system: System, outdoor: Floats) -> tuple[Floats, Floats]:
    """
    Return heating and cooling set-point after weather reset.

    Parameters
    ----------
    system : System
        The plant.
    outdoor : array, shape (n,)
        Outdoor temperature. [°C]

    Returns
    -------
    hot, cold : arrays, shape (n,)
        Set-points. [°C]
    """
    controls = system.controls
    return supplies(controls.heating_line, controls.cooling_line, outdoor)


def _response(system: System, operation: Operation) -> tuple[Floats, Floats, Floats]:
    """Electricity, running machines and delivery by the maps at measured temperatures."""
    return machine_response(
        system.machines,
        system.controls.staging,
        Load(operation.heating, operation.cooling),
        source_inlet=operation.source_supply,
        source_spread=np.abs(operation.source_supply - operation.source_return),
        load_outlet=machines_outlet(system, operation),
    )


def machines_outlet(system: System, operation: Operation) -> Floats:
    """
    Return the load water that leaves the running machines, shape (n,). [°C]

    The supply as measured; beyond it where water that passes idle machines mixes into it
    (``idle_flow`` of the system), as far as running machines and both waters were measured.
    """
    return mixed_outlets(
        system.idle_flow,
        len(system.machines),
        load_supply=operation.load_supply,
        load_return=operation.load_return,
        running=operation.machines_running,
    )


def _same(values: Floats) -> Floats:
    return values


def daily_levels(
    operation: Operation,
    usable: np.ndarray[tuple[int], np.dtype[np.bool_]],
    above: Floats,
    below: Floats,
    shape: "np.ufunc | object",
) -> DailyLevels:
    """
    Return daily sums of usable hours over others', passed through a function.

    Parameters
    ----------
    operation : Operation
        Its days and modes.
    usable : bool array, shape (n,)
        Hours that count.
    above, below : arrays, shape (n,)
        What is summed up. [any], [any]
    shape : callable
        Of the ratio.

    Returns
    -------
    DailyLevels
        Days with fewer than four usable hours are NaN.
    """
    day = np.arange(operation.hours) // 24
    count = int(day[-1]) + 1
    hours = np.bincount(day[usable], minlength=count)
    top = np.bincount(day[usable], above[usable], minlength=count)
    bottom = np.bincount(day[usable], below[usable], minlength=count)
    cold = np.bincount(day, operation.cooling > operation.heating, minlength=count) > HALF_A_DAY
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(hours >= FULL_DAY, top / bottom, np.nan)
        value = shape(ratio)  # type: ignore[operator]
    return DailyLevels(value, cold.astype(np.float64))
