"""The water side as found: how pumps are driven, what they draw and move, and by-passes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.pump import (
    HOLDS_PRESSURE,
    HOLDS_SPREAD,
    DriveLaw,
    PumpBank,
    PumpMode,
    parallel_operation,
)
from loopkeeper.physics.system import System, Trajectory

CLEARLY_BETTER = 0.6
"""A control is only believed when it leaves less than this share of what the design's leaves."""
ENOUGH_HOURS = 100
LEAST_FACTOR = 0.12
"""Pumps within 12 % of what they should draw are as they should be. [-]"""
HARDLY = 0.15
"""A drive that moves so much more than usual at half the need hardly follows it. [-]"""
LEAST_IDLE = 0.15
"""Pumps that go on by this share more than designed run for nothing. [-]"""
NAMEPLATE = 0.9
"""Draw at the rating over the motor's nameplate, which is the next size up. [-]"""
LEAST_RANGE = 0.05
"""A need that varies by less tells nothing of how it is followed. [-]"""
LEAST_SLOPE, MOST_SLOPE, MOST_STATIC = 0.2, 1.5, 0.9
"""A drive whose flow rises less than this with what is needed does not follow it. [-]"""
CLASSES = 12
"""A law is read from means over so many classes of need, alike in hours. [-]"""


@dataclass(frozen=True, slots=True)
class PumpFit:
    """
    A pump bank as found: control with its law, and electricity over the nameplate [-].

    ``electricity`` and ``flow`` of one pump at its rating as found [W], [m3 s-1]; ``scatter`` the
    robust spread of the log electricity ratio under the found control [-]; ``idle`` share of all
    pumps that goes on while no machine runs [-].
    """

    mode: PumpMode
    law: DriveLaw
    electricity_factor: float
    electricity: float
    flow: float
    scatter: float
    idle: float = 0.0

    def against(self, bank: PumpBank) -> tuple[float, float]:
        """Return electricity and flow over those of a bank. [-]"""
        return self.electricity / bank.electricity, self.flow / bank.flow


@dataclass(frozen=True)
class PumpHours:
    """
    What a bank's fit reads, shape (n,), NaN where not measured.

    ``electricity`` [W], ``flow`` [m3 s-1], flow ``required`` to hold the design spread [m3 s-1],
    share of the machines ``running`` [-], and whether the plant is ``enabled``.
    """

    electricity: Floats
    flow: Floats
    required: Floats
    running: Floats
    enabled: Bools

    def where(self, kept: Bools) -> "PumpHours":
        """Return some of the hours."""
        return PumpHours(
            self.electricity[kept], self.flow[kept], self.required[kept], self.running[kept],
            self.enabled[kept],
        )  # fmt: skip


def pump_hours(system: System, operation: Operation, loop: str) -> PumpHours:
    """
    Return what a loop's pumps did.

    Parameters
    ----------
    system : System
        Its design spreads.
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
    return PumpHours(electricity, flow, required, running, operation.enabled)


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
    usable = np.isfinite(e) & (e > 0) & np.isfinite(running) & (running > 0.05)
    if usable.sum() < ENOUGH_HOURS or bank.electricity <= 0:
        return None
    seen = hours.where(usable)
    fits = {mode: _fit_mode(replace(bank, mode=mode), seen) for mode in PumpMode}
    designed = fits[bank.mode]
    best = min(fits.values(), key=_strangeness)
    chosen = best if _strangeness(best) < CLEARLY_BETTER * _strangeness(designed) else designed
    return replace(chosen, idle=_idle(replace(bank, electricity=chosen.electricity), hours))


def _idle(bank: PumpBank, hours: PumpHours) -> float:
    """Share of all pumps that goes on while the plant is enabled and no machine runs. [-]"""
    rests = hours.enabled & np.isfinite(hours.electricity) & (hours.running < 0.01)
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
        A drive that follows its load follows the law that was found; fixed pumps whose control
        nobody stated run as they were found to.
    """
    for loop, fit in found.items():
        bank = system.pumps_of(loop)
        if fit is None:
            continue
        told = bank
        if bank.mode is PumpMode.VARIABLE and fit.mode is PumpMode.VARIABLE:
            told = replace(bank, law=fit.law) if follows(fit.law) else bank
        elif f"{loop}_pump_control" not in stated and bank.mode is not PumpMode.VARIABLE:
            told = replace(bank, mode=fit.mode, law=fit.law, idle=0.0)
        elif bank.mode is PumpMode.CONSTANT and fit.mode is PumpMode.CONSTANT:
            told = replace(bank, idle=fit.idle)
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
            bank = replace(tried.pumps_of(loop), mode=fit.mode, law=fit.law, flow=fit.flow,
                           electricity=fit.electricity, idle=fit.idle)  # fmt: skip
            tried = tried.with_pumps(loop, bank)
    simulated = run(replace(tried, recharge_effort=NAMEPLATE * tried.recharge_effort))
    recharge = _carrying(tried, operation)
    answer: dict[str, PumpFit | None] = {}
    for loop, fit in found.items():
        measured = getattr(operation, f"{loop}_pump_electricity")
        known = np.isfinite(measured) & held
        own = recharge if loop == "source" else np.zeros(len(measured))
        above = float((measured - own)[known].sum())
        below = float((simulated[f"{loop}_pump_electricity"] - own)[known].sum())
        answer[loop] = fit
        if fit is not None and above > 0 and below > 0:
            answer[loop] = replace(fit, electricity=fit.electricity * above / below)
    return answer


def follows(law: DriveLaw) -> bool:
    """Tell whether a drive turns its pumps down as drives usually do, at half the need."""
    usual = HOLDS_PRESSURE.base_flow + 0.5 * HOLDS_PRESSURE.slope
    return law.base_flow + 0.5 * law.slope < usual + HARDLY


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
        & (operation.run_share > 0.9)
    )
    if usable.sum() < ENOUGH_HOURS:
        return None
    share = 1.0 - operation.field_flow[usable] / operation.source_flow[usable]
    return float(np.median(share)), 0.02


def _fit_mode(bank: PumpBank, hours: PumpHours) -> PumpFit:
    """Factors of a bank under its control, and what they leave."""
    if bank.mode is PumpMode.VARIABLE:
        laws = _drive_law(bank, hours) or (HOLDS_SPREAD, HOLDS_PRESSURE)
        return min((_factors(replace(bank, law=law), hours) for law in laws), key=_strangeness)
    return _factors(bank, hours)


def _factors(bank: PumpBank, hours: PumpHours) -> PumpFit:
    predicted_flow, predicted = _predict(bank, hours)
    log = np.log(hours.electricity / np.maximum(predicted, 1.0))
    middle = float(np.median(log))
    scatter = float(1.4826 * np.median(np.abs(log - middle))) + 0.02
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = hours.flow / predicted_flow
    known = moved[np.isfinite(moved) & (moved > 0)]
    flow = float(np.median(known)) if len(known) else 1.0
    factor = float(np.exp(middle))
    return PumpFit(
        bank.mode, bank.law, factor, factor * bank.electricity, flow * bank.flow, scatter
    )


def _drive_law(bank: PumpBank, hours: PumpHours) -> tuple[DriveLaw, ...]:
    """The law of measured flow and electricity; empty without flow, or where none is followed."""
    full = (
        np.isfinite(hours.flow) & (hours.flow > 0) & (hours.running * bank.count > 0.95)
        & np.isfinite(hours.required)
    )  # fmt: skip
    if full.sum() < ENOUGH_HOURS:
        return ()
    top_flow, top_power = parallel_operation(bank, bank.count)
    seen = hours.where(full)
    order = np.array_split(np.argsort(seen.required), CLASSES)
    need, moved, power = (
        np.array([np.median(values[part]) for part in order])
        for values in (
            seen.required / top_flow, seen.flow / top_flow, seen.electricity / top_power,
        )
    )  # fmt: skip
    if np.ptp(need) < LEAST_RANGE:
        return ()
    slope = float(np.polyfit(need, moved, 1)[0])
    if slope < LEAST_SLOPE:
        return ()
    slope = min(slope, MOST_SLOPE)
    base = float(np.clip(np.mean(moved - slope * need), 0.0, 1.0))
    flat, steep = nnls(np.column_stack([moved, moved**3]), power)[0]
    static = flat / (flat + steep) if flat + steep > 0 else 0.0
    return (DriveLaw(base, slope, float(min(static, MOST_STATIC))),)


def _predict(bank: PumpBank, hours: PumpHours) -> tuple[Floats, Floats]:
    """Flow and electricity of a bank under its control."""
    table = np.array([parallel_operation(bank, n) for n in range(bank.count + 1)])
    top_flow, top_power = table[-1]
    running = hours.running
    if bank.mode is PumpMode.CONSTANT:
        return np.full(len(running), top_flow), np.full(len(running), top_power)
    if bank.mode is PumpMode.VARIABLE:
        on, law = np.minimum(1.0, running * bank.count), bank.law
        wanted = law.base_flow + law.slope * np.nan_to_num(hours.required) / top_flow
        share = np.clip(wanted, bank.minimum_speed, 1.0)
        head = law.static + (1.0 - law.static) * share**2
        return on * share * top_flow, on * share * head * top_power
    count = np.clip(running * bank.count, 0.0, bank.count)
    axis = np.arange(bank.count + 1)
    return np.interp(count, axis, table[:, 0]), np.interp(count, axis, table[:, 1])
