"""
The compiled inner loop of ``system.simulate``: plain arrays in, one row of numbers per step out.

Signs: ``ground_heat_rate`` is positive when heat is drawn from the ground. All else is positive
in the direction its name tells.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics import columns as to
from loopkeeper.physics.compiled import compiled, inlined
from loopkeeper.physics.control_laws import (
    ResetLine,
    cooling_supply,
    drawn_share,
    heating_supply,
    moved_share,
)
from loopkeeper.physics.machine_kernel import Duty, MachineArrays, duty, mixed_outlet
from loopkeeper.physics.source_kernel import (
    GroundArrays,
    SourceStep,
    recall,
    remember,
    source_loop,
)

CLOSED, MOST_STEPS = 1e-7, 40
"""Machines and ground agree so closely [K]; steps of the secant at most [-]."""
STEEPEST, FLATTEST = -3.0, -0.3
"""Slopes of the secant that are believed. [-]"""
MIXINGS = 2
"""Rounds in which machines and the water that idle ones let pass agree on the outlet. [-]"""
HALVINGS = 13
"""Rounds of the bisection of a load that is cut: to a four-thousandth of it. [-]"""

Floats = NDArray[np.float64]


class PumpArrays(NamedTuple):
    """Flow and electricity of 0 … n pumps, and how they are driven."""

    flow: Floats
    electricity: Floats
    mode: int
    minimum_speed: float
    spread: float
    base: float
    slope: float
    static: float
    idle: float


class ControlArrays(NamedTuple):
    """Set-points, limits and what else is a single number."""

    heating: ResetLine
    cooling: ResetLine
    staging: int
    source_outlet_min: float
    source_outlet_max: float
    bypass: float
    source_capacity: float
    load_capacity: float
    backup_heating: float
    backup_cooling: float
    recharge_effort: float
    idle_flow: float


class Wanted(NamedTuple):
    """What a step asks for: loads [W], temperatures [°C], what the source may give [W]."""

    heating: float
    cooling: float
    recharge: float
    outdoor: float
    source: float
    limit: float
    enabled: bool


class Flow(NamedTuple):
    """Mean flow [m3 s-1], flow while running [m3 s-1], mean electricity [W]."""

    mean: float
    running: float
    electricity: float


@compiled
def _some_pumps(pumps: PumpArrays, machines: int, fleet: int) -> int:
    """Pumps that run with some of the machines."""
    count = pumps.flow.size - 1
    return min(count, int(np.ceil(machines * count / fleet - 1e-9)))


@compiled
def _variable_speed(pumps: PumpArrays, running: int, required: float) -> tuple[float, float]:
    """Flow and electricity of the running pumps at a common speed, by the law of their drive."""
    top = pumps.flow[-1]
    least = pumps.minimum_speed * pumps.flow[running] / top
    share = moved_share(pumps.base, pumps.slope, least, required / top)
    return share * top, drawn_share(pumps.static, share) * pumps.electricity[-1]


@inlined
def _loop_flow(
    pumps: PumpArrays,
    duty: Duty,
    fleet: int,
    required: float,
    enabled: bool,
) -> Flow:
    """Flow of one loop over a step; `required` is what a variable drive should move running."""
    running_share = 1.0 if duty.steady > 0 else duty.cycling
    if running_share == 0.0:
        on = pumps.idle if enabled else 0.0
        return Flow(on * pumps.flow[-1], pumps.flow[1], on * pumps.electricity[-1])
    if pumps.mode == 0:  # PumpMode.CONSTANT
        return Flow(pumps.flow[-1], pumps.flow[-1], pumps.electricity[-1])
    low = _some_pumps(pumps, duty.steady, fleet)
    high = _some_pumps(pumps, duty.steady + duty.extra, fleet)
    if pumps.mode == 2:  # PumpMode.VARIABLE
        flow, power = _variable_speed(pumps, high, required)
        return Flow(running_share * flow, flow, running_share * power)
    c = duty.cycling
    flow = (1.0 - c) * pumps.flow[low] + c * pumps.flow[high]
    power = (1.0 - c) * pumps.electricity[low] + c * pumps.electricity[high]
    return Flow(flow, flow / running_share, power)


@compiled
def _joined(first: Duty, second: Duty, fleet: int) -> Duty:
    """Machines of both modes as one duty for the pumps."""
    steady = min(fleet, first.steady + second.steady)
    extra = min(fleet - steady, first.extra + second.extra)
    return Duty(0.0, 0.0, steady, extra, max(first.cycling, second.cycling), 0.0, 1.0)


@inlined
def _machines(
    maps: tuple[MachineArrays, MachineArrays],
    load_pumps: PumpArrays,
    control: ControlArrays,
    wanted: Wanted,
    seen: float,
) -> tuple[Duty, Duty, Duty]:
    """Machines of both modes, and of both as one, at the source temperature they see."""
    hot = heating_supply(control.heating, wanted.outdoor)
    cold = cooling_supply(control.cooling, wanted.outdoor)
    fleet = max(maps[0].minimum.size, maps[1].minimum.size, 1)
    first = duty(maps[0], seen, hot, wanted.heating, control.staging)
    second = duty(maps[1], seen, cold, wanted.cooling, control.staging)
    both = _joined(first, second, fleet)
    if control.idle_flow == 0.0 or (wanted.heating > 0.0 and wanted.cooling > 0.0):
        return first, second, both
    for _ in range(MIXINGS):
        net = first.delivered - second.delivered
        beyond, running = 0.0, float(both.extra)
        if both.steady > 0:
            running = both.steady + both.extra * both.cycling
        if running > 0.0:
            share = 1.0 if both.steady > 0 else both.cycling
            required = abs(net) / share / (control.load_capacity * load_pumps.spread)
            flow = _loop_flow(load_pumps, both, fleet, required, wanted.enabled)
            beyond = net / share / (flow.running * control.load_capacity)
        hotter = mixed_outlet(control.idle_flow, hot, beyond, running, fleet)
        colder = mixed_outlet(control.idle_flow, cold, beyond, running, fleet)
        first = duty(maps[0], seen, hotter, wanted.heating, control.staging)
        second = duty(maps[1], seen, colder, wanted.cooling, control.staging)
        both = _joined(first, second, fleet)
    return first, second, both


@inlined
def _attempt(
    ground: GroundArrays,
    modes: Floats,
    maps: tuple[MachineArrays, MachineArrays],
    banks: tuple[PumpArrays, PumpArrays],
    control: ControlArrays,
    wanted: Wanted,
    memory: tuple[float, float, float],
) -> tuple[Duty, Duty, Flow, SourceStep, float]:
    """
    Let machines see one source temperature and return what they would see after it.

    memory = drop [K], gain [K W-1] and the temperature tried [°C]. Maps are taken at rated source
    flow (the rated spread times part load), so the temperature that counts is the inlet moved by
    half the deviation from that spread.
    """
    drop, gain, seen = memory
    pumps, load_pumps = banks
    fleet = max(maps[0].minimum.size, maps[1].minimum.size, 1)
    first, second, both = _machines(maps, load_pumps, control, wanted, seen)
    share = 1.0 if both.steady > 0 else both.cycling
    mean = first.delivered - first.electricity - second.delivered - second.electricity
    running = abs(mean) / share if share > 0.0 else 0.0
    required = running / (control.source_capacity * pumps.spread)
    flow = _loop_flow(pumps, both, fleet, required, wanted.enabled)
    water = (control.bypass, control.source_capacity, flow.running)
    heat = (mean, share, wanted.recharge)
    loop = source_loop(ground, modes, (wanted.source, drop, gain), heat, water)
    spread = running / (flow.running * control.source_capacity)
    sees = loop.supply
    if wanted.heating > 0.0 and wanted.cooling <= 0.0:
        sees -= 0.5 * (spread - first.part * maps[0].spread[0]) if maps[0].spread.size else 0.0
    if wanted.cooling > 0.0 and wanted.heating <= 0.0:
        sees += 0.5 * (spread - second.part * maps[1].spread[0]) if maps[1].spread.size else 0.0
    return first, second, flow, loop, sees


@inlined
def _solve_step(
    ground: GroundArrays,
    modes: Floats,
    maps: tuple[MachineArrays, MachineArrays],
    banks: tuple[PumpArrays, PumpArrays],
    control: ControlArrays,
    wanted: Wanted,
    memory: tuple[float, float, float],
) -> tuple[Duty, Duty, Flow, SourceStep, float]:
    """Solve machines and ground together by the secant method, to 1e-7 K."""
    drop, gain, seen = memory
    old, old_error, steps = seen, 0.0, 0
    while True:
        tried = (drop, gain, seen)
        answer = _attempt(ground, modes, maps, banks, control, wanted, tried)
        error = answer[4] - seen
        steps += 1
        if abs(error) < CLOSED or steps == MOST_STEPS:
            return answer
        slope = (error - old_error) / (seen - old) if seen != old else -1.0
        if not STEEPEST < slope < FLATTEST:  # across a kink of the map a plain step is safe
            slope = -1.0
        old, old_error = seen, error
        seen = seen - error / slope


@inlined
def _protected_step(
    ground: GroundArrays,
    modes: Floats,
    maps: tuple[MachineArrays, MachineArrays],
    banks: tuple[PumpArrays, PumpArrays],
    control: ControlArrays,
    wanted: Wanted,
    memory: tuple[float, float, float],
) -> tuple[Duty, Duty, Flow, SourceStep, float]:
    """Solve a step; what sends water out of bounds or overdraws the source is cut (bisection)."""
    low, high, part, steps = 0.0, 1.0, 1.0, 0
    while True:
        tried = Wanted(
            part * wanted.heating,
            part * wanted.cooling,
            wanted.recharge,
            wanted.outdoor,
            wanted.source,
            wanted.limit,
            wanted.enabled,
        )
        answer = _solve_step(ground, modes, maps, banks, control, tried, memory)
        beyond = tried.heating > 0.0 and answer[3].back < control.source_outlet_min
        beyond = beyond or (tried.cooling > 0.0 and answer[3].back > control.source_outlet_max)
        too_much = part > 0.0 and abs(answer[3].ground_heat) > wanted.limit
        if steps == HALVINGS or (steps == 0 and not beyond and not too_much):
            return answer
        steps += 1
        if beyond or too_much:
            high = part
        else:
            low = part
        part = low if steps == HALVINGS else 0.5 * (low + high)


@inlined
def _load_side(
    row: Floats,
    duty: Duty,
    pumps: PumpArrays,
    control: ControlArrays,
    outdoor: float,
    fleet: int,
    enabled: bool,
) -> None:
    """Write flow, pump electricity and temperatures of the load loop into the row."""
    hot = heating_supply(control.heating, outdoor)
    cold = cooling_supply(control.cooling, outdoor)
    net = row[to.HEATING_DELIVERED] - row[to.COOLING_DELIVERED]
    share = 1.0 if duty.steady > 0 else duty.cycling
    running = net / share if share > 0.0 else 0.0
    required = abs(running) / (control.load_capacity * pumps.spread)
    flow = _loop_flow(pumps, duty, fleet, required, enabled)
    supply = hot if net >= 0.0 else cold
    row[to.LOAD_PUMP_ELECTRICITY] = flow.electricity
    row[to.LOAD_SUPPLY] = supply
    row[to.LOAD_RETURN] = supply - running / (flow.running * control.load_capacity)
    row[to.LOAD_FLOW] = flow.mean


@compiled
def march(
    ground: GroundArrays,
    maps: tuple[MachineArrays, MachineArrays],
    source_pumps: PumpArrays,
    load_pumps: PumpArrays,
    control: ControlArrays,
    inputs: Floats,
    enabled: NDArray[np.bool_],
    modes: Floats,
    out: Floats,
) -> None:
    """
    March the plant through time; `modes` is advanced and `out` filled in place.

    Parameters
    ----------
    ground, maps, source_pumps, load_pumps, control : named tuples
        The plant.
    inputs : array, shape (n, 6)
        What drives each step, in the order of :mod:`loopkeeper.physics.columns`. [mixed]
    enabled : array of bool, shape (n,)
        Whether the plant is enabled. [-]
    modes : array, shape (m,)
        Ground memory, changed in place. [K]
    out : array, shape (n, len(COLUMNS))
        One row per step, filled in place. [mixed]
    """
    banks = (source_pumps, load_pumps)
    seen = inputs[0, to.NATURAL] if inputs.shape[0] else 0.0
    fleet = max(maps[0].minimum.size, maps[1].minimum.size, 1)
    for n in range(inputs.shape[0]):
        row = out[n]
        heating, cooling = inputs[n, to.HEATING], inputs[n, to.COOLING]
        recharge, outdoor = inputs[n, to.RECHARGE], inputs[n, to.OUTDOOR]
        natural, limit = inputs[n, to.NATURAL], inputs[n, to.LIMIT]
        wanted = Wanted(heating, cooling, recharge, outdoor, natural, limit, enabled[n])
        drop, gain = recall(ground, modes)
        first, second, flow, loop, seen = _protected_step(
            ground, modes, maps, banks, control, wanted, (drop, gain, seen)
        )
        row[to.HEATING_DELIVERED] = first.delivered
        row[to.COOLING_DELIVERED] = second.delivered
        row[to.HEATING_BACKUP] = min(control.backup_heating, heating - first.delivered)
        row[to.COOLING_BACKUP] = min(control.backup_cooling, cooling - second.delivered)
        row[to.HEATING_UNMET] = heating - first.delivered - row[to.HEATING_BACKUP]
        row[to.COOLING_UNMET] = cooling - second.delivered - row[to.COOLING_BACKUP]
        row[to.MACHINE_HEATING_ELECTRICITY] = first.electricity
        row[to.MACHINE_COOLING_ELECTRICITY] = second.electricity
        carried = control.recharge_effort * abs(recharge)
        row[to.SOURCE_PUMP_ELECTRICITY] = flow.electricity + carried
        row[to.GROUND_HEAT_RATE] = loop.ground_heat
        row[to.SOURCE_SUPPLY] = loop.supply
        row[to.SOURCE_RETURN] = loop.back
        row[to.SOURCE_FLOW] = flow.mean
        both = _joined(first, second, fleet)
        _load_side(row, both, load_pumps, control, outdoor, fleet, enabled[n])
        row[to.MACHINES_RUNNING] = both.steady + both.extra * both.cycling
        row[to.RUN_SHARE] = 1.0 if both.steady > 0 else both.cycling
        row[to.OUTSIDE_MAP] = max(first.outside, second.outside)
        remember(ground, modes, loop)
