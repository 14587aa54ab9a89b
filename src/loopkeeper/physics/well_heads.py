"""
Heads of pumping and injecting wells, alone and in groups, and what an injection well may ask.

Heads are in metres of water above the static level; flow is positive when a well injects.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import TERMS, Aquifer
from loopkeeper.physics.fluid import fluid_properties

Floats = NDArray[np.float64]


def balanced_heads(
    x: Floats, y: Floats, flows: Floats, *, aquifer: Aquifer, radius: float
) -> Floats:
    """
    Return the steady heads at the wells of a group that injects all it pumps.

    Parameters
    ----------
    x, y : array, shape (m,)
        Places of the wells. [m]
    flows : array, shape (m,)
        Positive when a well injects; they sum to nothing. [m3 s-1]
    aquifer : Aquifer
        Transmissivity.
    radius : float
        Radius of the wells. [m]

    Returns
    -------
    array, shape (m,)
        Head above the static level, well losses apart. [m]

    Raises
    ------
    OutOfRangeError
        When more is pumped than injected or the other way round (no steady state), or wells
        stand closer than twice their radius.

    Notes
    -----
    Thiem by superposition: the radius of influence cancels when flows balance.
    """
    if abs(flows.sum()) > 1e-6 * np.abs(flows).sum():
        raise OutOfRangeError(
            f"flows sum to {flows.sum():.3g} m³/s: a steady state needs what is pumped injected"
        )
    distance = well_distances(x, y, radius)
    return np.asarray(-np.log(distance) @ flows / (2 * np.pi * aquifer.transmissivity))


def well_distances(x: Floats, y: Floats, radius: float) -> Floats:
    """
    Return distances between wells, the radius on the diagonal. [m]

    Raises
    ------
    OutOfRangeError
        When two wells stand closer than twice their radius.
    """
    distance = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    np.fill_diagonal(distance, np.inf)
    if distance.size and distance.min() < 2 * radius:
        raise OutOfRangeError(
            f"two wells {distance.min():.2f} m apart: allowed from twice the radius, "
            f"{2 * radius:.2f} m"
        )
    np.fill_diagonal(distance, radius)
    return distance


def partial_penetration_head(
    aquifer: Aquifer, screen: tuple[float, float], *, flow: float, radius: float
) -> float:
    r"""
    Return the additional head of a well that does not screen the whole aquifer.

    Parameters
    ----------
    aquifer : Aquifer
        Confined.
    screen : pair of float
        Bottom and top of the screen above the base. [m]
    flow : float
        Positive when injecting. [m3 s-1]
    radius : float
        Of the well. [m]

    Returns
    -------
    float
        Mean over the screen, above the head of a fully penetrating well. [m]

    Notes
    -----
    The screen series of :func:`dipole_head` for one screen (Hantush 1964).
    """
    wave = np.arange(1, TERMS + 1) * np.pi / aquifer.thickness
    low, high = screen
    if not 0 <= low < high <= aquifer.thickness:
        raise OutOfRangeError(
            f"screen {low:g} … {high:g} m above the base: allowed within "
            f"0 … {aquifer.thickness:g} m"
        )
    shape = (np.sin(wave * high) - np.sin(wave * low)) / (high - low)
    kernel = k0(wave * radius / aquifer.anisotropy**0.5)
    return float(flow / (np.pi * aquifer.transmissivity) * (shape**2 / wave**2 @ kernel))


def well_loss(
    flow: float, *, linear: float = 0.0, turbulent: float = 0.0, power: float = 2.0
) -> float:
    """
    Return the head lost in screen, gravel and casing: B' Q + C Q^p.

    Parameters
    ----------
    flow : float
        Pumped or injected. [m3 s-1]
    linear : float
        B'. [s m-2]
    turbulent : float
        C. [s2 m-5 for power 2]
    power : float
        2 after Jacob (1947), 1.5 … 3.5 after Rorabaugh (1953). [-]

    Returns
    -------
    float
        Head, sign of the flow. [m]
    """
    size = abs(flow)
    return float(np.sign(flow) * (linear * size + turbulent * size**power))


def viscosity_ratio(temperature: float, reference: float = 20.0) -> float:
    """
    Return the viscosity of water at a temperature over that at a reference. [-]

    Notes
    -----
    Injectivity is multiplied by this before it is compared over seasons: water of 7 °C needs 59 %
    more head than water of 25 °C in the same, unclogged well.
    """
    here, there = (fluid_properties("water", 0.0, t).viscosity for t in (temperature, reference))
    return here / there


def injection_head_limit(
    *, cover: float, static_level: float, cover_density: float = 1900.0, safety: float = 1.3
) -> float:
    """
    Return the injection head at which the layers above an aquifer would be lifted.

    Parameters
    ----------
    cover : float
        Thickness of the layers above the injection screen. [m]
    static_level : float
        Depth of the resting water level below ground. [m]
    cover_density : float
        Wet density of the cover. [kg m-3]
    safety : float
        Required ratio of weight to uplift. [-]

    Returns
    -------
    float
        Highest head above the static level; negative when the cover does not even carry the
        resting pressure. [m]

    Notes
    -----
    Pore pressure below the cover against its weight: ρ_c D / s = ρ_w (D − d + Δh).
    """
    return cover_density * cover / (safety * 1000.0) - (cover - static_level)


def leaky_well_function(u: Floats, beta: float | Floats) -> Floats:
    r"""
    Return the well function of a leaky aquifer.

    Parameters
    ----------
    u : array, shape (n,)
        r² S / (4 T t). [-]
    beta : float or array, shape (n,)
        r / B; nothing for a confined aquifer. [-]

    Returns
    -------
    array, shape (n,)
        :math:`W(u, \beta) = \int_u^\infty e^{-y - \beta^2/(4y)} dy/y`; W(u, 0) = E₁(u). [-]

    Notes
    -----
    Hantush and Jacob (1955); trapezoidal rule in ln y, which converges exponentially.
    """
    u, beta = np.broadcast_arrays(np.asarray(u, dtype=np.float64), np.asarray(beta, np.float64))
    low = np.log(np.maximum(u, 1e-300))
    floor = np.log(np.maximum(beta, 1e-150) ** 2 / 4 / 745.0)  # below, the integrand is nothing
    start = np.maximum(low, np.minimum(floor, 6.0))
    width = np.maximum(np.log(745.0) - start, 1e-9)
    node, weight = np.polynomial.legendre.leggauss(120)
    x = start[..., None] + width[..., None] * 0.5 * (node + 1)
    y = np.exp(x)
    integrand = np.exp(-y - beta[..., None] ** 2 / (4 * y))
    return np.asarray(0.5 * width * (integrand @ weight))
