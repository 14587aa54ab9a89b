"""Responses of the source: step response per unit of heat, in hours, for every kind of source."""

import numpy as np
from scipy.special import erf, erfc, exp1, i0

KW = 1000.0
WATER = 4186.0 * 998.0  # volumetric heat of water, J/(m³ K)


def line_heights(x: np.ndarray, buried: float) -> np.ndarray:
    """Y of Claesson and Javed (2011): mirrored finite line source, x = H s and buried = D/H."""
    d = buried * x

    def ierf(a: np.ndarray) -> np.ndarray:
        return a * erf(a) - (1.0 - np.exp(-(a**2))) / np.sqrt(np.pi)

    return 2.0 * ierf(x) + 2.0 * ierf(x + 2.0 * d) - ierf(2.0 * x + 2.0 * d) - ierf(2.0 * d)


def finite_line(
    distances: np.ndarray, length: float, buried: float, diffusion: np.ndarray
) -> np.ndarray:
    """
    Mean temperature over a line of `length` caused by one like it at each distance.

    In units of q'/(2 pi k); `diffusion` is alpha t in m², shape (times,). Answer (times, lines).
    """
    lower = 1.0 / np.sqrt(4.0 * diffusion)
    nodes, weights = np.polynomial.legendre.leggauss(96)
    out = np.zeros((diffusion.size, distances.size))
    for i, low in enumerate(lower):
        for j, r in enumerate(distances):
            high = 6.2 / r
            if high <= low:
                continue
            # in u = ln s the integrand is smooth over the decades
            half = 0.5 * (np.log(high) - np.log(low))
            s = np.exp(half * nodes + 0.5 * (np.log(high) + np.log(low)))
            f = np.exp(-((r * s) ** 2)) * line_heights(length * s, buried / length)
            out[i, j] = half * np.sum(weights * f / (length * s)) * 0.5
    return out


def field_response(
    x: np.ndarray, y: np.ndarray, shape: tuple[float, float, float], diffusion: np.ndarray
) -> np.ndarray:
    """g-function (times,) of holes at x, y; shape = length, buried depth, radius in m."""
    length, buried, radius = shape
    gap = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    gap[np.diag_indices_from(gap)] = radius
    # each pair counted once in each class of distance
    rounded = np.where(gap > 3.0 * radius, np.exp(np.round(np.log(gap) / 0.02) * 0.02), gap)
    classes, counts = np.unique(np.round(rounded, 6), return_counts=True)
    near = classes < 6.2 * np.sqrt(4.0 * diffusion[-1])
    g = finite_line(classes[near], length, buried, diffusion)
    return g @ counts[near] / x.size


def hourly(times: np.ndarray, values: np.ndarray, hours: int) -> np.ndarray:
    """A step response at whole hours 0..hours from values at some times (h)."""
    table = np.zeros(hours + 2)
    t = np.arange(1, hours + 2, dtype=float)
    table[1:] = np.interp(np.log(t), np.log(times), values)
    return table


def field_step(
    positions: tuple[np.ndarray, np.ndarray],
    shape: tuple[float, float, float],
    ground: tuple[float, float],
    hours: int,
) -> np.ndarray:
    """Wall temperature change per W/m of a field; ground = k in W/(m K), heat in J/(m³ K)."""
    k, heat = ground
    times = np.geomspace(1.0, hours + 2.0, 44)
    g = field_response(*positions, shape, k / heat * times * 3600.0)
    return hourly(times, g / (2.0 * np.pi * k), hours)


def fluid_film(flow: float, bore: float, viscosity: float, conduct: float) -> float:
    """Heat transfer coefficient in W/(m² K) of a pipe; flow in m³/s (Gnielinski above 2300)."""
    speed = flow / (np.pi * bore**2 / 4.0)
    reynolds = max(speed * bore / viscosity, 1.0)
    prandtl = viscosity * WATER / conduct
    friction = (0.79 * np.log(max(reynolds, 3000.0)) - 1.64) ** -2
    turbulent = (friction / 8.0) * (max(reynolds, 3000.0) - 1000.0) * prandtl
    turbulent /= 1.0 + 12.7 * np.sqrt(friction / 8.0) * (prandtl ** (2.0 / 3.0) - 1.0)
    share = np.clip((reynolds - 2300.0) / 1700.0, 0.0, 1.0)
    return (4.36 * (1.0 - share) + turbulent * share) * conduct / bore


def hole_resistance(
    pipes: int, diameter: float, grout: float, flow: float, viscosity: float
) -> tuple[float, float]:
    """
    Local R_b and R_a in m K/W of a hole with `pipes` legs of 32/26 mm polyethylene.

    Equivalent-diameter annulus for the grout (Bose et al. 1985), legs in parallel; R_a of the two
    flow directions through the grout between them. `flow` in m³/s through one loop.
    """
    outer, inner = 0.032, 0.026
    film = 1.0 / (np.pi * inner * fluid_film(flow, inner, viscosity, 0.58))
    wall = np.log(outer / inner) / (2.0 * np.pi * 0.42)
    annulus = np.log(diameter / (outer * np.sqrt(pipes))) / (2.0 * np.pi * grout)
    local = annulus + (film + wall) / pipes
    shank = 0.5 * diameter
    across = np.arccosh(max(shank / outer, 1.01)) / (np.pi * grout) + 4.0 * (film + wall) / pipes
    return local, across


def effective_resistance(local: float, across: float, length: float, flow: float) -> float:
    """R_b* (Hellström 1991, uniform flux) in m K/W; flow in m³/s through the whole hole."""
    return local + (length / (WATER * max(flow, 1e-6))) ** 2 / (3.0 * across)


def doublet_step(
    distance: float, flow: float, aquifer: dict[str, float], hours: int
) -> np.ndarray:
    """
    Share of returned heat that comes back after a step: Gringarten and Sauty's stream tubes.

    A tube leaving at angle a arrives at 4 pi R H a0² / Q (1 - a cot a)/sin² a, a0 half the
    distance; loss to the beds above and below by Lauwerier's erfc. `flow` in m³/h.
    """
    angle = np.linspace(1e-3, np.pi - 1e-3, 1500)
    spread = (1.0 - angle / np.tan(angle)) / np.sin(angle) ** 2
    heat, thick, k = aquifer["heat"], aquifer["thickness"], aquifer["conductivity"]
    arrive = np.pi * heat * thick * distance**2 * spread / (WATER * flow) / 1.0  # hours
    times = np.geomspace(1.0, hours + 2.0, 160)
    beyond = np.maximum(times[:, None] - arrive[None, :], 1e-9) * 3600.0
    lateral = arrive[None, :] * 3600.0 * np.sqrt(k * heat * 0.9)
    loss = erfc(lateral / (heat * thick * np.sqrt(beyond)))
    share = aquifer["captured"] * np.mean(loss * (times[:, None] > arrive[None, :]), axis=1)
    return hourly(times, share, hours)


def moving_line_step(
    radius: float, ground: tuple[float, float], velocity: float, hours: int
) -> np.ndarray:
    """Mean ring temperature per W/m of a line in moving water; velocity of heat in m/s."""
    k, heat = ground
    diffusivity = k / heat
    times = np.geomspace(1.0, hours + 2.0, 80)
    v = max(velocity, 1e-12)
    s = np.geomspace(radius**2 / (4.0 * diffusivity * 40.0), (hours + 3.0) * 3600.0, 4000)
    f = np.exp(-(radius**2) / (4.0 * diffusivity * s) - v**2 * s / (4.0 * diffusivity)) / s
    area = np.concatenate([[0.0], np.cumsum(0.5 * (f[1:] + f[:-1]) * np.diff(s))])
    ring = i0(radius * v / (2.0 * diffusivity)) / (4.0 * np.pi * k)
    return hourly(times, ring * np.interp(times * 3600.0, s, area), hours)


def drawdown_per_flow(transmissivity: float, storage: float, radius: float, days: float) -> float:
    """Theis drawdown of one well, m per m³/h, after some days of pumping."""
    u = radius**2 * storage / (4.0 * transmissivity * days * 86400.0)
    return float(exp1(u) / (4.0 * np.pi * transmissivity) / 3600.0)
