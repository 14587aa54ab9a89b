"""Heat pump curves: bi-quadratic in source inlet and load outlet, and what part load costs."""

from typing import NamedTuple

from numba import njit


class Curve(NamedTuple):
    """One mode of one machine: full-load capacity and power (kW) and the part-load shape."""

    capacity: float
    power: float
    source: float
    load: float
    cap_s: float
    cap_ss: float
    cap_l: float
    cap_sl: float
    pow_s: float
    pow_ss: float
    pow_l: float
    pow_ll: float
    part_0: float
    part_2: float
    stages: int
    least: float
    cycling: float


@njit(cache=True)
def full_load(c, source, load):
    """Capacity and power in kW at a source inlet and a load outlet temperature (°C)."""
    s = min(max(source, -12.0), 45.0) - c.source
    t = min(max(load, 2.0), 65.0) - c.load
    capacity = 1.0 + c.cap_s * s + c.cap_ss * s * s + c.cap_l * t + c.cap_sl * s * t
    power = 1.0 + c.pow_s * s + c.pow_ss * s * s + c.pow_l * t + c.pow_ll * t * t
    return c.capacity * max(capacity, 0.15), c.power * max(power, 0.2)


@njit(cache=True)
def smooth_part(c, part):
    """Share of the full-load power at a part load that the machine can hold."""
    return c.part_0 + (1.0 - c.part_0 - c.part_2) * part + c.part_2 * part * part


@njit(cache=True)
def part_power(c, part):
    """Share of full-load power at any part load; stages alternate, below the least it cycles."""
    part = min(max(part, 1e-4), 1.0)
    if part < c.least:
        ratio = part / c.least
        return smooth_part(c, c.least) * ratio / (1.0 - c.cycling * (1.0 - ratio))
    if c.stages > 1:
        step = part * c.stages
        low = int(step)
        share = step - low
        lower = smooth_part(c, low / c.stages) if low > 0 else 0.0
        upper = smooth_part(c, min((low + 1) / c.stages, 1.0))
        return lower + share * (upper - lower)
    return smooth_part(c, part)


@njit(cache=True)
def starts_per_hour(c, part):
    """Starts in an hour: a thermostat's parabola below the least part load, few above."""
    if part <= 0.0:
        return 0.0
    if part < c.least:
        ratio = part / c.least
        return 4.0 * 6.0 * ratio * (1.0 - ratio)
    return 0.02
