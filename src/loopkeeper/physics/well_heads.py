"""
Heads of pumping and injecting wells, alone and in groups, and what an injection well may ask.

Heads are in metres of water above the static level; flow is positive when a well injects.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1, k0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import TERMS, Aquifer
from loopkeeper.physics.fluid import fluid_properties

Floats = NDArray[np.float64]


def theis_head(
    flows: Floats, distances: Floats, *, aquifer: Aquifer, time: float, leakage: float = np.inf
) -> Floats:
    """
    Return heads at some points from wells that started together.

    Parameters
    ----------
    flows : array, shape (m,)
        Flow of each well, positive when it injects. [m3 s-1]
    distances : array, shape (n, m)
        From each point to each well; a well's own point takes its radius. [m]
    aquifer : Aquifer
        Transmissivity and storage.
    time : float
        Since the start. [s]
    leakage : float
        Leakage factor B of a leaky aquifer; infinite when confined. [m]

    Returns
    -------
    array, shape (n,)
        Head above the static level. [m]

    Raises
    ------
    OutOfRangeError
        When a distance or the time is not positive.

    Notes
    -----
    Theis (1935) by superposition, Hantush–Jacob (1955) when leaky.
    """
    if time <= 0 or np.any(distances <= 0):
        raise OutOfRangeError("time and distances to wells must be positive")
    storage = aquifer.storage * aquifer.thickness
    u = distances**2 * storage / (4 * aquifer.transmissivity * time)
    function = exp1(u) if np.isinf(leakage) else leaky_well_function(u, distances / leakage)
    return np.asarray(function @ flows / (4 * np.pi * aquifer.transmissivity))


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


def clogging_rate(
    *, filtration_index: float, full_load_hours: float, wall_velocity: float, conductivity: float
) -> float:
    """
    Return the design rate at which an injection well clogs.

    Parameters
    ----------
    filtration_index : float
        Membrane filter index MFI of the water. [s L-2]
    full_load_hours : float
        Hours of injection at full flow in a year. [h]
    wall_velocity : float
        Flow over the area of the borehole wall. [m h-1]
    conductivity : float
        Hydraulic conductivity. [m d-1]

    Returns
    -------
    float
        Rise of the injection head at full flow. [m per year]

    Notes
    -----
    Buik and Snijders; confidence M (from the design rule of the Netherlands' practice):
    v_c = 2e-6 MFI u v² / (K/150)^1.2.
    """
    load = filtration_index * full_load_hours * wall_velocity**2
    return float(2e-6 * load / (conductivity / 150) ** 1.2)


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


def yearly_drift(net_heat: float, *, aquifer: Aquifer, spacing: float) -> float:
    """
    Return how much a year's unbalanced heat moves the temperature between wells.

    Parameters
    ----------
    net_heat : float
        Heat taken in excess of heat returned, by one well in a year. [J]
    aquifer : Aquifer
        Thickness and heat capacity.
    spacing : float
        Distance between wells. [m]

    Returns
    -------
    float
        Fall of the mean temperature. [K per year]
    """
    return net_heat / (aquifer.heat_capacity * aquifer.thickness * spacing**2)


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
