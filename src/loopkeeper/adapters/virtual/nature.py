"""
Nature: the virtual plant's own five-minute world.

Different from ``physics.system`` on purpose: a radial ground marched by finite volumes with the
neighbours' share superposed from aggregated heat pulses, machines that start and stop on the
temperature of a real amount of water, and a building that stores heat.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.adapters.virtual.machine import Cycle, performance
from loopkeeper.measure.series import Floats
from loopkeeper.physics.compiled import compiled

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


class GroundGrid(NamedTuple):
    """Radial finite volumes per metre of hole: capacity [J m-1 K-1], conductance [W m-1 K-1]."""

    capacity: Floats
    conductance: Floats
    length: float
    undisturbed: float
    kernel: Floats
    edges: NDArray[np.int64]
    watch: int


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
def _march_ground(
    grid: GroundGrid, temperature: Floats, work: Floats, heat: float, resistance: float
) -> None:
    """Advance the radial temperatures by one implicit step; heat is drawn from the fluid node."""
    n = temperature.size
    c, d = work[0], work[1]
    for i in range(n):
        left = grid.conductance[i - 1] if i > 0 else 0.0
        right = grid.conductance[i]
        if i == 0:
            right = 1.0 / (1.0 / right + resistance)
        if i == 1:
            left = 1.0 / (1.0 / left + resistance)
        store = grid.capacity[i] / 300.0
        diagonal = store + left + right
        source = store * temperature[i]
        if i == 0:
            source -= heat
        if i == n - 1:
            source += right * grid.undisturbed
            right = 0.0
        if i == 0:
            c[i] = -right / diagonal
            d[i] = source / diagonal
        else:
            pivot = diagonal + left * c[i - 1]
            c[i] = -right / pivot
            d[i] = (source + left * d[i - 1]) / pivot
    temperature[n - 1] = d[n - 1]
    for i in range(n - 2, -1, -1):
        temperature[i] = d[i] - c[i] * temperature[i + 1]


@compiled
def _neighbours(grid: GroundGrid, history: Floats, hour: int) -> float:
    """Extra drop by neighbours and axial effects from aggregated past heat. [K]"""
    drop = 0.0
    for k in range(grid.edges.size - 1):
        newest, oldest = grid.edges[k], grid.edges[k + 1]
        if newest >= hour:
            break
        first = max(hour - oldest, 0)
        last = hour - newest
        total = history[last] - history[first]
        width = oldest - newest
        drop += total / width * (grid.kernel[k + 1] - grid.kernel[k])
    return drop


@compiled
def _between(axis: Floats, values: Floats, x: float) -> float:
    """Linear interpolation, held at the edges."""
    if x <= axis[0]:
        return float(values[0])
    for i in range(1, axis.size):
        if x <= axis[i]:
            weight = (x - axis[i - 1]) / (axis[i] - axis[i - 1])
            return float(values[i - 1] + weight * (values[i] - values[i - 1]))
    return float(values[-1])


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
def live(
    cycles: tuple[Cycle, Cycle],
    fleet: int,
    grid: GroundGrid,
    building: Building,
    loops: Loops,
    control: Control,
    wear: Wear,
    weather: Floats,
    season: Floats,
    state: tuple[Floats, Floats, Floats, Floats, Floats],
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
    grid, building, loops, control, wear : named tuples
        The plant.
    weather : array, shape (n, 4)
        Outdoor temperature [°C], sun [W m-2], occupancy [-], recharge [W].
    season : array, shape (n,)
        +1 heating, -1 cooling, 0 off. [-]
    state : tuple of arrays
        Radial temperatures [°C], two work rows, cumulated heat per metre by hour, part loads, and
        minutes each machine has been in its state; all changed in place.
    out : array, shape (n, 14 + 3 fleet)
        Filled in place, columns as OUTPUT. [mixed]
    """
    temperature, work, history, parts, clock = state
    air, mass = 20.0, 20.0
    water = 25.0
    wanted = 0.0
    drop = 0.0
    hourly = 0.0
    on = 0
    for n in range(season.size):
        outdoor, sun, busy, recharge = weather[n]
        mode = season[n]
        hour = n // 12
        if n % 12 == 0 and n > 0:
            history[hour] = history[hour - 1] + hourly / 12.0
            hourly = 0.0
            if hour % 3 == 0:
                drop = _neighbours(grid, history, hour)
        # building
        target = 0.0
        if mode > 0:
            aim = building.heating_set - building.night_setback * (1.0 - busy)
            target = building.heating * GRIP * building.envelope * (aim + 0.6 - air)
        if mode < 0:
            aim = building.cooling_set + building.night_setback * (1.0 - busy)
            target = -building.cooling * GRIP * building.envelope * (air - aim + 0.6)
        limit = fleet * cycles[0 if mode >= 0 else 1].capacity * 0.97
        emitted = min(limit, max(0.0, target)) if mode > 0 else max(-limit, min(0.0, target))
        inside = building.gains * (0.25 + 0.75 * busy) + building.aperture * sun
        flow_in = building.envelope * (outdoor - air) + building.coupling * (mass - air)
        share = emitted / max(building.heating if mode > 0 else building.cooling, 1e-3)
        air += 300.0 / building.air * (flow_in + 0.5 * inside + share)
        mass += 300.0 / building.mass * (building.coupling * (air - mass) + 0.5 * inside)
        # set-points
        late = n >= control.drift_step
        aim_hot = control.heating_supply + (control.heating_drift if late else 0.0)
        aim_cold = control.cooling_supply + (control.cooling_drift if late else 0.0)
        aim_water = aim_hot if mode >= 0 else aim_cold
        # staging: integrate towards the heat the water needs
        cycle = cycles[0] if mode >= 0 else cycles[1]
        if mode == 0:
            wanted = 0.0
            water = 25.0
            emitted = 0.0
        else:
            error = (aim_water - water) * mode
            stored = loops.volume * loops.load_capacity / 1200.0
            need = abs(emitted) + error * stored
            wanted = max(0.0, min(float(fleet), need / cycle.capacity))
            least = control.minimum * (fleet if control.equal == 1 else 1)
            running_now = parts.sum() > 0.0
            if wanted < least:
                if running_now:
                    wanted = least if error > -1.5 else 0.0
                else:
                    wanted = least if error > 1.5 else 0.0
        ready = True
        for m in range(fleet):
            if parts[m] == 0.0 and clock[m] < 10.0:
                ready = False
        for m in range(fleet):
            work[2, m] = parts[m]
        if wanted > 0.0 and (ready or parts.sum() > 0.0):
            _staged(wanted, fleet, control.minimum, control.equal, parts)
        else:
            for m in range(fleet):
                parts[m] = 0.0
        on = 0
        for m in range(fleet):
            fresh = (parts[m] > 0.0) != (work[2, m] > 0.0)
            clock[m] = 5.0 if fresh else clock[m] + 5.0
            if parts[m] > 0.0:
                on += 1
        # source water
        required = abs(out[n - 1, 0]) * 0.85 / (loops.source_capacity * loops.spread) if n else 0.1
        if on > 0 or (loops.source_mode == 0 and mode != 0):
            source_flow, source_power = _pumped(
                loops.source_flow, loops.source_power, loops.source_mode, on, fleet, required
            )
        else:
            source_flow, source_power = 0.0, 0.0
        growth, loss = 0.0, 0.0
        if n >= wear.step:
            reach = min(1.0, (n - wear.step + 1) / wear.ramp)
            growth, loss = wear.electricity * reach, wear.capacity * reach
        fluid = temperature[0] - drop
        supply, back = fluid, fluid
        delivered, used = 0.0, 0.0
        column = 14
        if on > 0:
            each = source_flow / on * loops.source_capacity
            through = source_flow * (1.0 - loops.bypass) * loops.source_capacity
            exchanged = 0.0
            guess = supply
            for _ in range(6):
                delivered, used = 0.0, 0.0
                for m in range(fleet):
                    if parts[m] > 0.0:
                        q, e = performance(cycle, guess, water, parts[m], each)
                        q *= 1.0 - loss
                        e *= (1.0 + growth) * (1.0 - loss)
                        if work[2, m] == 0.0:  # started in this step: full draw, less heat
                            q *= 0.85
                        delivered += q
                        used += e
                        out[n, column + m] = e
                exchanged = cycle.sign * delivered - used
                ground = exchanged - recharge
                inlet = fluid - 0.5 * ground / through
                guess = inlet + ground / (source_flow * loops.source_capacity)
            supply = guess
            back = supply - exchanged / (source_flow * loops.source_capacity)
        exchanged = cycle.sign * delivered - used if on > 0 else 0.0
        for m in range(fleet):
            out[n, column + fleet + m] = 1.0 if parts[m] > 0.0 else 0.0
            out[n, column + 2 * fleet + m] = parts[m]
        drawn = (exchanged - recharge) / grid.length
        resistance = 0.0
        if source_flow > 0.0:
            resistance = _between(
                loops.flow_axis, loops.flow_resistance, source_flow * (1.0 - loops.bypass)
            )
        _march_ground(grid, temperature, work, drawn, resistance)
        hourly += drawn
        # load water
        water += 300.0 * (cycle.sign * delivered - emitted) / (loops.volume * loops.load_capacity)
        required = abs(emitted) / (loops.load_capacity * loops.spread)
        if mode != 0 and (abs(emitted) > 0.0 or loops.load_mode == 0):
            load_flow, load_power = _pumped(
                loops.load_flow,
                loops.load_power,
                loops.load_mode,
                1 if on == 0 else on,
                fleet,
                required,
            )
        else:
            load_flow, load_power = 0.0, 0.0
        out[n, 0] = emitted
        out[n, 1], out[n, 2], out[n, 3] = supply, back, source_flow
        out[n, 4] = source_flow * (1.0 - loops.bypass)
        out[n, 5] = water
        out[n, 6] = water - emitted / (load_flow * loops.load_capacity) if load_flow > 0 else water
        out[n, 7], out[n, 8], out[n, 9] = load_flow, source_power, load_power
        out[n, 10] = air
        out[n, 11] = temperature[grid.watch] - drop
        out[n, 12] = recharge
        out[n, 13] = used
