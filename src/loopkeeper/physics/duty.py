"""What machines would draw at temperatures that were measured, without the ground."""

import numpy as np

from loopkeeper.errors import InputError
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.heat_pump import Machine
from loopkeeper.physics.machine_arrays import machine_arrays
from loopkeeper.physics.machine_kernel import Floats, MachineArrays, duty, mixed_outlet
from loopkeeper.physics.system import Load, StagingOrder

HEATING, COOLING, INLET, SPREAD, OUTLET = range(5)
"""Columns of what is given: heat and cold [W], source water entering [°C] and its spread [K], load
water leaving [°C]."""
ELECTRICITY, RUNNING, DELIVERED = range(3)
"""Columns of what is found. [W], [-], [W]"""


@compiled
def _respond(
    maps: tuple[MachineArrays, MachineArrays],
    rated: tuple[float, float],
    equal: int,
    inputs: Floats,
    out: Floats,
) -> None:
    """Fill electricity, machines running and what they deliver, step by step."""
    for n in range(inputs.shape[0]):
        row = inputs[n]
        heating, cooling, outlet = row[HEATING], row[COOLING], row[OUTLET]
        inlet, spread = row[INLET], row[SPREAD]
        first = duty(maps[0], inlet, outlet, heating, equal)
        second = duty(maps[1], inlet, outlet, cooling, equal)
        # the part load decides which spread the map was taken at
        hot = inlet - 0.5 * (spread - first.part * rated[0])
        cold = inlet + 0.5 * (spread - second.part * rated[1])
        first = duty(maps[0], hot, outlet, heating, equal)
        second = duty(maps[1], cold, outlet, cooling, equal)
        out[n, ELECTRICITY] = first.electricity + second.electricity
        running = first.steady + first.extra * first.cycling
        out[n, RUNNING] = running + (second.steady + second.extra * second.cycling)
        out[n, DELIVERED] = first.delivered + second.delivered


def machine_response(
    machines: tuple[Machine, ...],
    staging: StagingOrder,
    load: Load,
    *,
    source_inlet: Floats,
    source_spread: Floats,
    load_outlet: Floats,
) -> tuple[Floats, Floats, Floats]:
    """
    Return the electricity the machines' maps give at measured temperatures.

    Parameters
    ----------
    machines : tuple of Machine
        In the order in which they start.
    staging : StagingOrder
        One after the other, or all together.
    load : Load
        Heat and cold delivered, shape (n,). [W]
    source_inlet : array, shape (n,)
        Source water entering the machines. [°C]
    source_spread : array, shape (n,)
        Temperature change of the source water across running machines, positive. [K]
    load_outlet : array, shape (n,)
        Load water leaving the machines. [°C]

    Returns
    -------
    electricity : array, shape (n,)
        Electricity of all machines; NaN where a temperature is missing. [W]
    running : array, shape (n,)
        Mean number of machines running. [-]
    delivered : array, shape (n,)
        Heat or cold the machines can deliver of the load. [W]

    Raises
    ------
    InputError
        When lengths differ.
    """
    columns = (load.heating, load.cooling, source_inlet, source_spread, load_outlet)
    if len({len(c) for c in columns}) != 1:
        raise InputError("loads and temperatures differ in length")
    inputs = np.stack(columns, axis=1)
    missing = ~np.isfinite(inputs).all(axis=1)
    inputs[missing] = 0.0
    out = np.empty((len(inputs), 3))
    maps = machine_arrays(machines)
    rated = tuple(float(m.spread[0]) if m.spread.size else 0.0 for m in maps)
    _respond(maps, (rated[0], rated[1]), int(staging), inputs, out)
    out[missing] = np.nan
    return out[:, ELECTRICITY], out[:, RUNNING], out[:, DELIVERED]


def mixed_outlets(
    idle_flow: float, fleet: int, *, load_supply: Floats, load_return: Floats, running: Floats
) -> Floats:
    """
    Return the outlet of running machines behind which water of idle ones mixes into the supply.

    Parameters
    ----------
    idle_flow : float
        What passes each idle machine, of a running one's load water. [-]
    fleet : int
        Number of machines. [-]
    load_supply, load_return : arrays, shape (n,)
        Load water after the mixing, and returning. [°C]
    running : array, shape (n,)
        Mean number of machines running. [-]

    Returns
    -------
    array, shape (n,)
        The supply itself where nothing passes, or what it takes was not measured. [°C]
    """
    known = np.isfinite(load_return) & np.isfinite(running)
    some = np.minimum(np.where(known, running, fleet), fleet)
    outlets = load_supply.copy()
    _mix(idle_flow, fleet, np.where(known, load_supply - load_return, 0.0), some, outlets)
    return outlets


@compiled
def _mix(idle_flow: float, fleet: int, spread: Floats, running: Floats, out: Floats) -> None:
    """Turn supplies into outlets, in place."""
    for n in range(out.size):
        some = max(running[n], 1.0)  # of an hour in which the first machine cycles, while it runs
        out[n] = mixed_outlet(idle_flow, out[n], spread[n], some, fleet)
