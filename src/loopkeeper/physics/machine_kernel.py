"""What machines of a mode do with a demand: the compiled reading of their maps, and who runs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.compiled import inlined
from loopkeeper.physics.hole_resistance import bracket

Floats = NDArray[np.float64]


class MachineArrays(NamedTuple):
    """Maps of all machines able to do one mode, on common axes."""

    source: Floats
    outlet: Floats
    part: Floats
    capacity: Floats
    electricity: Floats
    minimum: Floats
    cycling_loss: Floats
    spread: Floats


class Duty(NamedTuple):
    """
    What the machines of one mode do in a step.

    ``steady`` machines run all through it, ``extra`` more run for the share ``cycling`` of it;
    ``part`` is the mean part load of those that run.
    """

    delivered: float
    electricity: float
    steady: int
    extra: int
    cycling: float
    outside: float
    part: float


@inlined
def _capacity(maps: MachineArrays, m: int, i: int, a: float, j: int, b: float) -> float:
    """Full-load capacity of machine m. [W]"""
    t = maps.capacity
    low = t[m, i, j] + a * (t[m, i + 1, j] - t[m, i, j])
    high = t[m, i, j + 1] + a * (t[m, i + 1, j + 1] - t[m, i, j + 1])
    return float(low + b * (high - low))


@inlined
def _power(maps: MachineArrays, m: int, i: int, a: float, j: int, b: float, part: float) -> float:
    """Electricity of machine m at part load. [W]"""
    t = maps.electricity
    k, c = bracket(maps.part, part)
    total = 0.0
    for n, weight in ((k, 1.0 - c), (k + 1, c)):
        low = t[m, i, j, n] + a * (t[m, i + 1, j, n] - t[m, i, j, n])
        high = t[m, i, j + 1, n] + a * (t[m, i + 1, j + 1, n] - t[m, i, j + 1, n])
        total += weight * (low + b * (high - low))
    return total


@inlined
def duty(maps: MachineArrays, source: float, outlet: float, demand: float, equal: int) -> Duty:
    """Share a demand over the machines."""
    count = maps.minimum.size
    if demand <= 0.0 or count == 0:
        return Duty(0.0, 0.0, 0, 0, 0.0, 0.0, 1.0)
    i, a = bracket(maps.source, source)
    j, b = bracket(maps.outlet, outlet)
    outside = 0.0
    if source < maps.source[0] or source > maps.source[-1]:
        outside = 1.0
    if outlet < maps.outlet[0] or outlet > maps.outlet[-1]:
        outside = 1.0
    total = 0.0
    for m in range(count):
        total += _capacity(maps, m, i, a, j, b)
    delivered, electricity, cycling, running = 0.0, 0.0, 0.0, 1e-9
    steady, extra = 0, 0
    for m in range(count):
        capacity = _capacity(maps, m, i, a, j, b)
        if equal == 1:
            take = min(1.0, demand / total) * capacity
        else:
            take = min(demand - delivered, capacity)
        if take <= 1e-9 * capacity:
            break
        part = take / capacity
        minimum = maps.minimum[m]
        if part >= minimum:
            electricity += _power(maps, m, i, a, j, b, part)
            steady += 1
            running += capacity
        else:
            share = part / minimum
            loss = 1.0 - maps.cycling_loss[m] * (1.0 - share)
            electricity += share * _power(maps, m, i, a, j, b, minimum) / loss
            cycling = max(cycling, share)
            extra += 1
            running += share * capacity
        delivered += take
    return Duty(delivered, electricity, steady, extra, cycling, outside, delivered / running)


@inlined
def mixed_outlet(
    idle_flow: float, supply: float, beyond: float, running: float, fleet: int
) -> float:
    """
    Outlet of the running machines that makes the supply asked for. [°C]

    Return water passes each idle machine with `idle_flow` of what passes a running one [-] and
    mixes into the supply. By the balance of the mixing, of k running and i idle machines, the
    outlet lies beyond the supply by idle_flow i / k of the spread between supply and return
    (`beyond`, signed as the supply lies above the return). [K]
    """
    if running <= 0.0 or idle_flow <= 0.0:
        return supply
    return supply + idle_flow * (fleet - running) / running * beyond
