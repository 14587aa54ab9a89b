"""
Nature's source: a radial ground marched by finite volumes, or water that has been through wells.

The memory of wells is superposed from what was returned, by circulated volume, tube by tube.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats
from loopkeeper.physics.compiled import compiled


class GroundGrid(NamedTuple):
    """Radial finite volumes per metre of hole: capacity [J m-1 K-1], conductance [W m-1 K-1]."""

    capacity: Floats
    conductance: Floats
    length: float
    undisturbed: float
    kernel: Floats
    edges: NDArray[np.int64]
    watch: int


class Water(NamedTuple):
    """
    Wells or surface water: what comes out, by what went in.

    ``natural`` temperature by step [°C]; ``edges`` (m + 1,) of circulated volume [m3] and
    ``share`` (m,) of the returned water that comes back within each [-]; ``exchange`` share that
    passes the ground at all, before and after ``leak_step`` [-]; ``resistance`` of a clean
    exchanger [K W-1], ``film`` that grows on it to its final value [K W-1] with ``growth`` steps
    from ``film_step`` on; ``decline`` of the flow per step from ``decline_step`` on [-]. ``sort``
    0 borehole field, 1 water.
    """

    sort: int
    natural: Floats
    edges: Floats
    share: Floats
    exchange: float
    leaking: float
    leak_step: int
    resistance: float
    film: float
    growth: float
    film_step: int
    decline: float
    decline_step: int


@compiled
def march_ground(
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
def neighbours(grid: GroundGrid, history: Floats, hour: int) -> float:
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
def between(axis: Floats, values: Floats, x: float) -> float:
    """Linear interpolation, held at the edges."""
    if x <= axis[0]:
        return float(values[0])
    for i in range(1, axis.size):
        if x <= axis[i]:
            weight = (x - axis[i - 1]) / (axis[i] - axis[i - 1])
            return float(values[i - 1] + weight * (values[i] - values[i - 1]))
    return float(values[-1])


@compiled
def _looked_up(axis: Floats, values: Floats, last: int, x: float) -> float:
    """Linear interpolation in the first `last` + 1 entries of a rising axis, by bisection."""
    low, high = 0, last
    if x >= axis[last]:
        return float(values[last])
    while high - low > 1:
        middle = (low + high) // 2
        if axis[middle] <= x:
            low = middle
        else:
            high = middle
    width = axis[high] - axis[low]
    weight = (x - axis[low]) / width if width > 0.0 else 0.0
    return float(values[low] + weight * (values[high] - values[low]))


@compiled
def returned(water: Water, volume: Floats, dose: Floats, hour: int) -> float:
    """Deficit of water that has been through the ground, from what was returned before. [K]"""
    total = 0.0
    here = volume[hour]
    for k in range(water.share.size):
        late, early = here - water.edges[k], here - water.edges[k + 1]
        if late <= 0.0:
            break
        upper = _looked_up(volume, dose, hour, late)
        lower = _looked_up(volume, dose, hour, max(early, 0.0))
        total += water.share[k] * (upper - lower) / (water.edges[k + 1] - water.edges[k])
    return total


@compiled
def open_source(
    water: Water, n: int, memory: float, heat: float, capacity: float
) -> tuple[float, float]:
    """Water entering the machines [°C] and the deficit returned [K] at a heat drawn [W]."""
    exchange = water.leaking if n >= water.leak_step else water.exchange
    resistance = water.resistance
    if n >= water.film_step:
        resistance += water.film * (1.0 - np.exp(-(n - water.film_step) / water.growth))
    spread = heat / capacity
    deficit = ((1.0 - exchange) * spread + exchange * memory) / exchange
    return water.natural[n] - deficit - resistance * heat, deficit + spread
