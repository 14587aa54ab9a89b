"""The water side as found: how pumps are driven, what they draw and move, and by-passes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import Level, LevelPrior, find_level
from loopkeeper.lifecycle.diagnose.drive_fit import (
    ENOUGH_HOURS,
    NAMEPLATE,
    PumpHours,
    branch_share,
    by_count,
    drive_law,
    follows,
    lowest_share,
    turned,
)
from loopkeeper.lifecycle.diagnose.machine_fit import daily_levels
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.control_laws import driven
from loopkeeper.physics.pump import (
    BRANCH_SHARE,
    HOLDS_PRESSURE,
    HOLDS_SPREAD,
    DriveLaw,
    PumpBank,
    PumpMode,
    parallel_operation,
)
from loopkeeper.physics.system import StagingOrder, System, Trajectory

IDLE, WHOLE = 0.05, 0.9
"""Machines below which nothing runs; share of an hour that counts as all of it. [-]"""

USUAL_LAW = DriveLaw(0.22, 0.75, 0.18)
"""What is taken of drives that nobody saw follow their load: between holding the temperature
difference and holding the pressure."""
RESTS = 0.01
"""Machines that run for a smaller share of an hour rest. [-]"""
UNTURNED = 0.9
"""Drives whose lowest flow is this share of the full one are never turned down. [-]"""
RUNS, DRAW_PRIOR = 0.5, LevelPrior(offset=0.5, effect=0.5, noise=0.05)
"""Hours with more of the machines' time tell what pumps draw [-]; how far heating and cooling are
off, what wells and filters add, what days stray by: logs. [-]"""
CLEARLY_BETTER = 0.6
"""A control is only believed when it leaves less than this share of what the design's leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpFit:
    """
    A pump bank as found: control with its law, and electricity over the nameplate [-].

    ``electricity`` and ``flow`` of one pump at its rating as found [W], [m3 s-1]; ``scatter`` the
    robust spread of the log electricity ratio under the found control [-]; ``idle`` share of all
    pumps that goes on while no machine runs [-]; ``branch`` and ``minimum_speed`` as of the bank
    [-]; ``follows`` whether a drive turns its pumps down with the need as drives do, ``turned``
    whether it is turned at all.
    """

    mode: PumpMode
    law: DriveLaw
    electricity_factor: float
    electricity: float
    flow: float
    scatter: float
    idle: float = 0.0
    branch: float = BRANCH_SHARE
    minimum_speed: float = 0.4
    follows: bool = True
    turned: bool = False

    def driven(self, bank: PumpBank) -> PumpBank:
        """Return a bank of its own rating, driven as it was found."""
        return replace(
            bank, mode=self.mode, law=self.law, idle=self.idle, minimum_speed=self.minimum_speed
        )

    def rated(self, bank: PumpBank) -> PumpBank:
        """Return a bank of the rating that was found, driven as it is."""
        return replace(bank, flow=self.flow, electricity=self.electricity, branch=self.branch)

    def on(self, bank: PumpBank) -> PumpBank:
        """Return a bank as it was found."""
        return self.driven(self.rated(bank))

    def against(self, bank: PumpBank) -> tuple[float, float]:
        """Return electricity and flow over those of a bank. [-]"""
        return self.electricity / bank.electricity, self.flow / bank.flow

    def hardly_varies(self, bank: PumpBank) -> bool:
        """Whether a drive that should follow its load moves far more than that."""
        return self.mode is PumpMode.VARIABLE and self.law != bank.law and not self.follows

    def in_automatic(self, bank: PumpBank) -> bool:
        """Whether such a drive is turned with the load all the same: the water runs astray."""
        return self.hardly_varies(bank) and self.turned

    def otherwise(self, bank: PumpBank) -> bool:
        """Whether pumps run under another control than their bank's."""
        return self.mode is not bank.mode or self.hardly_varies(bank)


def pump_hours(system: System, operation: Operation, loop: str) -> PumpHours:
    """
    Return what a loop's pumps did.

    Parameters
    ----------
    system : System
        Its design spreads, and the staging it really has.
    operation : Operation
        Measured hours.
    loop : str
        ``source`` or ``load``.

    Returns
    -------
    PumpHours
        All hours of the period.
    """
    share = np.maximum(operation.run_share, 1e-3)
    running = operation.machines_running / max(1, len(system.machines))
    if system.controls.staging is StagingOrder.EQUAL:  # all run whenever one does
        running = np.where(running > 0, operation.run_share, running)
    if loop == "source":
        heat, capacity = np.abs(operation.source_heat), system.source_heat_capacity
        bank = system.source_pumps
        electricity, flow = operation.source_pump_electricity, operation.source_flow
        electricity = np.maximum(electricity - _carrying(system, operation), 0.0)
    else:
        heat, capacity = operation.heating + operation.cooling, system.load_heat_capacity
        bank = system.load_pumps
        electricity, flow = operation.load_pump_electricity, operation.load_flow
    required = heat / share / (capacity * bank.design_spread)
    if loop in operation.guessed:
        electricity = np.full(operation.hours, np.nan)
    count = max(1, len(system.machines))
    return PumpHours(electricity, flow, required, running, operation.enabled, count)


def _carrying(system: System, operation: Operation) -> Floats:
    """What the pumps of recharge draw. [W]"""
    return np.asarray(NAMEPLATE * system.recharge_effort * np.abs(operation.recharge))


def fit_pumps(bank: PumpBank, hours: PumpHours) -> PumpFit | None:
    """
    Find which control explains a bank's measured electricity, and its factors under it.

    Parameters
    ----------
    bank : PumpBank
        As designed.
    hours : PumpHours
        Measured.

    Returns
    -------
    PumpFit or None
        None when pumps have no rating, or fewer than 100 hours are usable.
    """
    e, running = hours.electricity, hours.running
    usable = np.isfinite(e) & (e > 0) & np.isfinite(running) & (running > IDLE)
    if usable.sum() < ENOUGH_HOURS or bank.electricity <= 0:
        return None
    seen = hours.where(usable)
    seen_bank = replace(bank, branch=branch_share(bank, seen))
    lowest = lowest_share(seen_bank, seen)
    modes = [mode for mode in PumpMode if mode is not PumpMode.VARIABLE or lowest < UNTURNED]
    fits = {
        mode: _fit_mode(replace(seen_bank, mode=mode, minimum_speed=lowest), seen)
        for mode in modes
    }
    best = min(fits.values(), key=_strangeness)
    designed = fits.get(bank.mode, best)  # drives that were never turned down are no drives
    chosen = best if _strangeness(best) < CLEARLY_BETTER * _strangeness(designed) else designed
    return replace(
        chosen,
        idle=_idle(replace(bank, electricity=chosen.electricity), hours),
        branch=seen_bank.branch,
        follows=follows(bank, chosen.law, seen),
        turned=turned(seen),
    )


def draw_level(bank: PumpBank, hours: PumpHours, operation: Operation) -> Level:
    """
    Tell whether pumps came to draw more than they did.

    Parameters
    ----------
    bank : PumpBank
        As found over the period.
    hours : PumpHours
        What they did, the hours of ``operation``.
    operation : Operation
        Tells days and modes.

    Returns
    -------
    Level
        Log of the draw over the bank's, by the part of the pumps that runs [-]; its onset in days.
    """
    usable = np.isfinite(hours.electricity) & (hours.electricity > 0) & operation.good
    usable &= np.isfinite(hours.running) & (hours.running > RUNS) & np.isfinite(hours.required)
    _, predicted = _predict(bank, replace(hours, running=np.where(usable, hours.running, 0.0)))
    daily = daily_levels(operation, usable, hours.electricity, predicted, np.log)
    return find_level(daily.value, daily.mode, DRAW_PRIOR)


def _idle(bank: PumpBank, hours: PumpHours) -> float:
    """Share of all pumps that goes on while the plant is enabled and no machine runs. [-]"""
    rests = hours.enabled & np.isfinite(hours.electricity) & (hours.running < RESTS)
    if rests.sum() < ENOUGH_HOURS:
        return 0.0
    full = parallel_operation(bank, bank.count)[1]
    return float(np.clip(hours.electricity[rests].mean() / full, 0.0, 1.0))


def system_as_told(
    system: System, found: Mapping[str, PumpFit | None], stated: Collection[str]
) -> System:
    """
    Return the plant as designed, with what documents do not tell of its pumps as it was found.

    Parameters
    ----------
    system : System
        As listed.
    found : mapping
        Pumps as measured, by loop; None where they could not be judged.
    stated : collection of str
        Keys of the controls that documents state.

    Returns
    -------
    System
        A drive that follows its load follows the law that was found, one that nobody saw follow it
        the usual one; fixed pumps whose control nobody stated run as they were found to.
    """
    for loop, fit in found.items():
        bank = system.pumps_of(loop)
        if fit is None:
            continue
        told = bank
        unstated = f"{loop}_pump_control" not in stated
        if bank.mode is PumpMode.VARIABLE and fit.mode is PumpMode.VARIABLE:
            law = fit.law if fit.follows else fit.law.held() if fit.turned else USUAL_LAW
            told = replace(bank, law=law, minimum_speed=fit.minimum_speed if fit.follows else 0.4)
        elif bank.mode is PumpMode.VARIABLE and unstated:
            told = replace(bank, law=USUAL_LAW)
        elif unstated:
            told = replace(bank, mode=fit.mode, law=fit.law, idle=0.0)
        elif bank.mode is PumpMode.CONSTANT and fit.mode is PumpMode.CONSTANT:
            told = replace(bank, idle=fit.idle)
        told = replace(told, branch=fit.branch)
        system = system.with_pumps(loop, told)
    return system


def settled(
    system: System,
    found: Mapping[str, PumpFit | None],
    run: Callable[[System], Trajectory],
    operation: Operation,
    held: Bools,
) -> dict[str, PumpFit | None]:
    """
    Return the pumps as found, with the draw at which the simulated plant uses what was metered.

    Parameters
    ----------
    system : System
        As listed.
    found : mapping
        Control, law and flow of each loop's pumps.
    run : callable
        Simulates a plant under the measured load.
    operation : Operation
        Measured hours.
    held : bool array, shape (n,)
        Hours that count.

    Returns
    -------
    dict
        Hours that the simulation runs otherwise than the plant did are in the draw.
    """
    tried = system
    for loop, fit in found.items():
        if fit is not None:
            tried = tried.with_pumps(loop, fit.on(tried.pumps_of(loop)))
    simulated = run(replace(tried, recharge_effort=NAMEPLATE * tried.recharge_effort))
    recharge = _carrying(tried, operation)
    answer: dict[str, PumpFit | None] = {}
    for loop, fit in found.items():
        measured = getattr(operation, f"{loop}_pump_electricity")
        known = np.isfinite(measured) & held
        if loop == "source":  # while machines rest, what runs is the pump of the recharge
            known &= (operation.recharge == 0) | (operation.run_share > RESTS)
        own = recharge if loop == "source" else np.zeros(len(measured))
        above = float((measured - own)[known].sum())
        below = float((simulated[f"{loop}_pump_electricity"] - own)[known].sum())
        answer[loop] = fit
        if fit is not None and above > 0 and below > 0:
            answer[loop] = replace(fit, electricity=fit.electricity * above / below)
    return answer


def _strangeness(fit: PumpFit) -> float:
    """How much a control leaves unexplained: scatter, and a distance from the rating."""
    return float(fit.scatter + 0.15 * abs(np.log(fit.electricity_factor / NAMEPLATE)))


def found_bypass(operation: Operation) -> tuple[float, float] | None:
    """
    Return the share of source flow that misses the field, and its standard deviation.

    Parameters
    ----------
    operation : Operation
        Measured hours.

    Returns
    -------
    (float, float) or None
        None when the field flow is not metered. [-], [-]
    """
    usable = (
        np.isfinite(operation.field_flow)
        & (operation.source_flow > 0)
        & (operation.run_share > WHOLE)
    )
    if usable.sum() < ENOUGH_HOURS:
        return None
    share = 1.0 - operation.field_flow[usable] / operation.source_flow[usable]
    return float(np.median(share)), 0.02


def _fit_mode(bank: PumpBank, hours: PumpHours) -> PumpFit:
    """Factors of a bank under its control, and what they leave."""
    if bank.mode is PumpMode.VARIABLE:
        laws = drive_law(bank, hours) or (HOLDS_SPREAD, HOLDS_PRESSURE)
        return min((_factors(replace(bank, law=law), hours) for law in laws), key=_strangeness)
    return _factors(bank, hours)


def _factors(bank: PumpBank, hours: PumpHours) -> PumpFit:
    predicted_flow, predicted = _predict(bank, hours)
    log = np.log(hours.electricity / np.maximum(predicted, 1.0))
    middle = float(np.median(log))
    scatter = float(1.4826 * np.median(np.abs(log - middle))) + 0.02
    classes = [float(np.median(log[own])) for own in by_count(hours).values()]
    scatter = max(scatter, float(np.std(classes)) if len(classes) > 1 else 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = hours.flow / predicted_flow
    known = np.isfinite(moved) & (moved > 0)
    most = max(by_count(hours).items(), default=(0, known))[1] & known
    flow = float(np.median(moved[most])) if most.any() else 1.0
    factor = float(np.exp(middle))
    return PumpFit(
        mode=bank.mode,
        law=bank.law,
        electricity_factor=factor,
        electricity=factor * bank.electricity,
        flow=flow * bank.flow,
        scatter=scatter,
        minimum_speed=bank.minimum_speed,
    )


def _predict(bank: PumpBank, hours: PumpHours) -> tuple[Floats, Floats]:
    """Flow and electricity of a bank under its control."""
    table = np.array([parallel_operation(bank, n) for n in range(bank.count + 1)])
    top_flow, top_power = table[-1]
    running = hours.running
    if bank.mode is PumpMode.CONSTANT:
        return np.full(len(running), top_flow), np.full(len(running), top_power)
    if bank.mode is PumpMode.VARIABLE:
        on = np.minimum(1.0, running * bank.count)
        needed = np.nan_to_num(hours.required) / top_flow
        running_pumps = np.clip(np.ceil(running * bank.count - 1e-9), 1, bank.count).astype(int)
        least = bank.minimum_speed * table[running_pumps, 0] / top_flow
        moved, drawn = driven(bank.law, least, needed)
        return on * moved * top_flow, on * drawn * top_power
    count = np.clip(running * bank.count, 0.0, bank.count)
    axis = np.arange(bank.count + 1)
    return np.interp(count, axis, table[:, 0]), np.interp(count, axis, table[:, 1])
