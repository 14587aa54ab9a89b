"""
Nature: the virtual plant's own five-minute world.

Different from ``physics.system`` on purpose: a radial ground marched by finite volumes with the
neighbours' share superposed from aggregated heat pulses, machines that start and stop on the
temperature of a real amount of water, and a building that stores heat.
"""

from typing import NamedTuple

import numpy as np

from loopkeeper.measure.series import Floats
from loopkeeper.physics.compiled import compiled
from loopkeeper.virtual.machine import Cycle, performance
from loopkeeper.virtual.nature_source import (
    GroundGrid,
    Water,
    between,
    march_ground,
    neighbours,
    open_source,
    returned,
)

BAND, REST = 1.5, 10.0
"""Water off its set-point at which the last machine starts and stops [K]; rest between [min]."""

GRIP = 8.0
"""Thermostat: heat asked for per kelvin below set-point, in envelope conductances. [-]"""
STEP = 300.0
"""Length of nature's step. [s]"""
OUTPUT = (
    "load", "source_supply", "source_return", "source_flow", "field_flow", "load_supply",
    "load_return", "load_flow", "source_pumps", "load_pumps", "room", "ground", "recharge",
    "machines",
)  # fmt: skip
"""Columns of nature's record, followed by electricity, running and part load of each machine."""
(
    LOAD,
    SOURCE_SUPPLY,
    SOURCE_RETURN,
    SOURCE_FLOW,
    FIELD_FLOW,
    LOAD_SUPPLY,
    LOAD_RETURN,
    LOAD_FLOW,
    SOURCE_PUMPS,
    LOAD_PUMPS,
    ROOM,
    GROUND,
    RECHARGE,
    MACHINES,
) = range(len(OUTPUT))
COMMON = len(OUTPUT)
"""Columns before those of each machine."""
OUTDOOR, SUN, BUSY, PUT_IN = range(4)
"""Columns of nature's weather."""


class Building(NamedTuple):
    """
    Two-node building: envelope conductances [W K-1], capacities [J K-1], gains [W], sun [m2].

    ``heating`` and ``cooling`` scale the two demands (areas let), ``set`` temperatures [°C].
    """

    envelope: float
    coupling: float
    air: float
    mass: float
    gains: float
    aperture: float
    heating: float
    cooling: float
    heating_set: float
    cooling_set: float
    night_setback: float


class Loops(NamedTuple):
    """Water side: pump tables [m3 s-1], [W]; drives (0 constant, 1 per machine, 2 variable)."""

    source_flow: Floats
    source_power: Floats
    source_mode: int
    load_flow: Floats
    load_power: Floats
    load_mode: int
    source_capacity: float
    load_capacity: float
    spread: float
    volume: float
    bypass: float
    flow_axis: Floats
    flow_resistance: Floats


class Control(NamedTuple):
    """Set-points [°C] before and after the drift, staging (1 = all together), least part load."""

    heating_supply: float
    cooling_supply: float
    heating_drift: float
    cooling_drift: float
    drift_step: int
    equal: int
    minimum: float


class Wear(NamedTuple):
    """Growth of electricity and loss of capacity of the machines from a step on. [-]"""

    electricity: float
    capacity: float
    step: int
    ramp: int


@compiled
def _staged(wanted: float, count: int, minimum: float, equal: int, parts: Floats) -> None:
    """Part load each machine should run at for a wanted number of full machines."""
    for m in range(count):
        if equal == 1:
            parts[m] = min(1.0, wanted / count)
        else:
            parts[m] = min(1.0, max(0.0, wanted - m))
    for m in range(count):
        if 0.0 < parts[m] < minimum:
            parts[m] = minimum


@compiled
def _pumped(
    flow: Floats, power: Floats, mode: int, running: int, fleet: int, required: float
) -> tuple[float, float]:
    """Flow and electricity of one loop's pumps now."""
    count = flow.size - 1
    if mode == 0:
        return flow[count], power[count]
    if mode == 2:
        speed = min(1.0, max(0.4, required / flow[count]))
        return speed * flow[count], power[count] * (0.02 + 0.98 * speed**2.85)
    on = min(count, int(np.ceil(running * count / fleet - 1e-9)))
    return flow[on], power[on]


@compiled
def _live_in(
    building: Building, weather: Floats, mode: float, limit: float, room: Floats
) -> float:
    """Heat (+) or cold (−) the building takes now; air and mass temperatures move on. [W]"""
    outdoor, sun, busy = weather[OUTDOOR], weather[SUN], weather[BUSY]
    air, mass = room[0], room[1]
    target = 0.0
    if mode > 0:
        aim = building.heating_set - building.night_setback * (1.0 - busy)
        target = building.heating * GRIP * building.envelope * (aim + 0.6 - air)
    if mode < 0:
        aim = building.cooling_set + building.night_setback * (1.0 - busy)
        target = -building.cooling * GRIP * building.envelope * (air - aim + 0.6)
    emitted = min(limit, max(0.0, target)) if mode > 0 else max(-limit, min(0.0, target))
    inside = building.gains * (0.25 + 0.75 * busy) + building.aperture * sun
    flow_in = building.envelope * (outdoor - air) + building.coupling * (mass - air)
    share = emitted / max(building.heating if mode > 0 else building.cooling, 1e-3)
    room[0] = air + 300.0 / building.air * (flow_in + 0.5 * inside + share)
    room[1] = mass + 300.0 / building.mass * (building.coupling * (room[0] - mass) + 0.5 * inside)
    return emitted if mode != 0 else 0.0


@compiled
def _wanted(
    control: Control, loops: Loops, need: tuple[float, float, float], fleet: int, now: float
) -> float:
    """Machines wanted to give the heat the water needs; need = heat, error, capacity."""
    heat, error, capacity = need
    stored = loops.volume * loops.load_capacity / 1200.0
    wanted = max(0.0, min(float(fleet), (heat + error * stored) / capacity))
    least = control.minimum * (fleet if control.equal == 1 else 1)
    if wanted >= least:
        return wanted
    if now > 0.0:
        return least if error > -BAND else 0.0
    return least if error > BAND else 0.0


@compiled
def _switch(wanted: float, control: Control, parts: Floats, clock: Floats, before: Floats) -> int:
    """Set part loads, keeping machines at rest for ten minutes; return how many run."""
    fleet = parts.size
    ready = True
    for m in range(fleet):
        before[m] = parts[m]
        if parts[m] == 0.0 and clock[m] < REST:
            ready = False
    if wanted > 0.0 and (ready or parts.sum() > 0.0):
        _staged(wanted, fleet, control.minimum, control.equal, parts)
    else:
        for m in range(fleet):
            parts[m] = 0.0
    on = 0
    for m in range(fleet):
        fresh = (parts[m] > 0.0) != (before[m] > 0.0)
        clock[m] = 5.0 if fresh else clock[m] + 5.0
        if parts[m] > 0.0:
            on += 1
    return on


@compiled
def _driven(
    cycle: Cycle,
    parts: Floats,
    before: Floats,
    seen: tuple[float, float, float],
    worn: tuple[float, float],
    electricity: Floats,
) -> tuple[float, float]:
    """Heat or cold delivered and electricity of all machines at an inlet, outlet and flow."""
    inlet, outlet, each = seen
    delivered, used = 0.0, 0.0
    for m in range(parts.size):
        electricity[m] = 0.0
        if parts[m] > 0.0:
            q, e = performance(cycle, inlet, outlet, parts[m], each)
            q *= 1.0 - worn[1]
            e *= (1.0 + worn[0]) * (1.0 - worn[1])
            if before[m] == 0.0:  # started in this step: full draw, less heat
                q *= 0.85
            delivered += q
            used += e
            electricity[m] = e
    return delivered, used


@compiled
def live(
    cycles: tuple[Cycle, Cycle],
    fleet: int,
    grid: GroundGrid,
    water: Water,
    building: Building,
    loops: Loops,
    control: Control,
    wear: Wear,
    weather: Floats,
    season: Floats,
    state: tuple[Floats, Floats, Floats, Floats, Floats, Floats],
    out: Floats,
) -> None:
    """
    March nature; `out` gets one row per step.

    Parameters
    ----------
    cycles : pair of Cycle
        The machines in heating and in cooling.
    fleet : int
        Number of equal machines. [-]
    grid, water, building, loops, control, wear : named tuples
        The plant.
    weather : array, shape (n, 4)
        Outdoor temperature [°C], sun [W m-2], occupancy [-], recharge [W].
    season : array, shape (n,)
        +1 heating, -1 cooling, 0 off. [-]
    state : tuple of arrays
        Radial temperatures [°C], work rows, by hour cumulated heat per metre or deficit returned,
        circulated volume by hour, part loads, and minutes each machine has been in its state; all
        changed in place.
    out : array, shape (n, 14 + 3 fleet)
        Filled in place, columns as OUTPUT. [mixed]
    """
    temperature, work, history, volume, parts, clock = state
    before, electricity = work[2], work[3]
    room = work[4]
    room[0], room[1] = 20.0, 20.0
    load_water, drop, hourly, moved = 25.0, 0.0, 0.0, 0.0
    for n in range(season.size):
        recharge, mode, hour = weather[n, PUT_IN], season[n], n // 12
        if n % 12 == 0 and n > 0:
            history[hour] = history[hour - 1] + (hourly / 12.0 if water.sort == 0 else hourly)
            volume[hour] = volume[hour - 1] + moved
            hourly, moved = 0.0, 0.0
            if water.sort == 1:
                drop = returned(water, volume, history, hour)
            elif hour % 3 == 0:
                drop = neighbours(grid, history, hour)
        cycle = cycles[0] if mode >= 0 else cycles[1]
        emitted = _live_in(building, weather[n], mode, fleet * cycle.capacity * 0.97, room)
        late = n >= control.drift_step
        aim = control.heating_supply + (control.heating_drift if late else 0.0)
        if mode < 0:
            aim = control.cooling_supply + (control.cooling_drift if late else 0.0)
        wanted = 0.0
        if mode == 0:
            load_water = 25.0
        else:
            need = (abs(emitted), (aim - load_water) * mode, cycle.capacity)
            wanted = _wanted(control, loops, need, fleet, parts.sum())
        on = _switch(wanted, control, parts, clock, before)
        # source water
        last = abs(out[n - 1, LOAD]) if n else 0.0
        required = last * 0.85 / (loops.source_capacity * loops.spread) if n else 0.1
        source_flow, source_power = 0.0, 0.0
        if on > 0 or (loops.source_mode == 0 and mode != 0):
            source_flow, source_power = _pumped(
                loops.source_flow, loops.source_power, loops.source_mode, on, fleet, required
            )
        if n >= water.decline_step:
            source_flow *= max(0.35, 1.0 - water.decline * (n - water.decline_step))
        worn = (0.0, 0.0)
        if n >= wear.step:
            reach = min(1.0, (n - wear.step + 1) / wear.ramp)
            worn = (wear.electricity * reach, wear.capacity * reach)
        through = source_flow * (1.0 - loops.bypass) * loops.source_capacity
        fluid = temperature[0] - drop if water.sort == 0 else water.natural[n] - drop
        supply, delivered, used, entering, exchanged = fluid, 0.0, 0.0, 0.0, 0.0
        if on > 0:
            each = source_flow / on * loops.source_capacity
            for _ in range(6):
                delivered, used = _driven(
                    cycle, parts, before, (supply, load_water, each), worn, electricity
                )
                exchanged = cycle.sign * delivered - used
                if water.sort == 1:
                    supply, entering = open_source(water, n, drop, exchanged, through)
                    mixed = loops.bypass / (1.0 - loops.bypass)
                    supply -= mixed * exchanged / (source_flow * loops.source_capacity)
                else:
                    ground = exchanged - recharge
                    inlet = fluid - 0.5 * ground / through
                    supply = inlet + ground / (source_flow * loops.source_capacity)
        back = supply
        if on > 0:
            back = supply - exchanged / (source_flow * loops.source_capacity)
        if water.sort == 1:
            if on > 0:
                hourly += entering * source_flow * (1.0 - loops.bypass) * STEP
                moved += source_flow * (1.0 - loops.bypass) * STEP
        else:
            drawn = (exchanged - recharge) / grid.length
            resistance = 0.0
            if source_flow > 0.0:
                resistance = between(
                    loops.flow_axis, loops.flow_resistance, source_flow * (1.0 - loops.bypass)
                )
            march_ground(grid, temperature, work, drawn, resistance)
            hourly += drawn
        # load water
        rise = cycle.sign * delivered - emitted
        load_water += 300.0 * rise / (loops.volume * loops.load_capacity)
        required = abs(emitted) / (loops.load_capacity * loops.spread)
        load_flow, load_power = 0.0, 0.0
        if mode != 0 and (abs(emitted) > 0.0 or loops.load_mode == 0):
            load_flow, load_power = _pumped(
                loops.load_flow, loops.load_power, loops.load_mode, max(on, 1), fleet, required
            )
        row = out[n]
        row[LOAD], row[SOURCE_SUPPLY], row[SOURCE_RETURN] = emitted, supply, back
        row[SOURCE_FLOW], row[FIELD_FLOW] = source_flow, source_flow * (1.0 - loops.bypass)
        row[LOAD_SUPPLY], row[LOAD_RETURN] = load_water, load_water
        if load_flow > 0:
            row[LOAD_RETURN] -= emitted / (load_flow * loops.load_capacity)
        row[LOAD_FLOW], row[ROOM] = load_flow, room[0]
        row[SOURCE_PUMPS], row[LOAD_PUMPS] = source_power, load_power
        row[GROUND] = temperature[grid.watch] - drop if water.sort == 0 else water.natural[n]
        row[RECHARGE], row[MACHINES] = recharge, used
        for m in range(fleet):
            row[COMMON + m] = electricity[m] if on > 0 else 0.0
            row[COMMON + fleet + m] = 1.0 if parts[m] > 0.0 else 0.0
            row[COMMON + 2 * fleet + m] = parts[m]
