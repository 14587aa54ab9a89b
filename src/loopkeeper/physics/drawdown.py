"""Drawdown of an aquifer per unit of flow: confined, leaky, bounded, unconfined, stored water."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1, k0, k1

from loopkeeper.physics.laplace import STEHFEST_TERMS, stehfest_weights
from loopkeeper.physics.well_heads import leaky_well_function

Floats = NDArray[np.float64]
UnitResponse = Callable[[Floats], Floats]


def unit_drawdown(
    time: Floats,
    *,
    transmissivity: float,
    storage: float,
    distance: float,
    leakage: float = np.inf,
    image: tuple[float, float] | None = None,
) -> Floats:
    r"""
    Return the drawdown of a line sink per unit of flow.

    .. math:: s / Q = \frac{1}{4 \pi T} W\!\left(\frac{r^2 S}{4 T t}, \frac{r}{B}\right)

    Parameters
    ----------
    time : array, shape (n,)
        Since pumping began; nothing before. [s]
    transmissivity : float
        [m2 s-1]
    storage : float
        Storativity, or specific yield. [-]
    distance : float
        From the axis of the well. [m]
    leakage : float
        Leakage factor :math:`B = \sqrt{T c}`; infinite for a confined aquifer. [m]
    image : pair of float, optional
        Image well behind a straight boundary: −1 for recharge, +1 for a barrier [-], and its
        distance [m].

    Returns
    -------
    array, shape (n,)
        [s m-2]

    References
    ----------
    .. [1] C. V. Theis (1935); M. S. Hantush and C. E. Jacob (1955).
    """
    t = np.asarray(time, dtype=np.float64)
    after = t > 0
    result = np.zeros(len(t))
    wells = [(1.0, distance), image] if image else [(1.0, distance)]
    for sign, r in wells:
        u = r**2 * storage / (4 * transmissivity * t[after])
        well = exp1(u) if np.isinf(leakage) else leaky_well_function(u, r / leakage)
        result[after] += sign * well / (4 * np.pi * transmissivity)
    return result


def stored_well_drawdown(
    time: Floats,
    *,
    transmissivity: float,
    storage: float,
    distance: float,
    screen_radius: float,
    casing_radius: float,
) -> Floats:
    r"""
    Return the drawdown per unit of flow around a well whose own water is pumped first.

    Parameters
    ----------
    time : array, shape (n,)
        Since pumping began; nothing before. [s]
    transmissivity : float
        [m2 s-1]
    storage : float
        [-]
    distance : float
        From the axis; the screen's radius in the well itself. [m]
    screen_radius, casing_radius : float
        Of the well in the aquifer, and where its level moves. [m]

    Returns
    -------
    array, shape (n,)
        [s m-2]

    References
    ----------
    .. [1] I. S. Papadopulos and H. H. Cooper, "Drawdown in a well of large diameter", Water
       Resources Research 3 (1967) 241.
    """
    t = np.asarray(time, dtype=np.float64)
    after = t > 0
    result = np.zeros(len(t))
    weights = stehfest_weights(STEHFEST_TERMS)
    p = np.arange(1, STEHFEST_TERMS + 1)[:, None] * np.log(2.0) / t[after][None, :]
    root = np.sqrt(p * storage / transmissivity)
    inside = 2 * np.pi * transmissivity * screen_radius * root * k1(screen_radius * root)
    inside += np.pi * casing_radius**2 * p * k0(screen_radius * root)
    transform = k0(distance * root) / (p * inside)
    result[after] = np.log(2.0) / t[after] * (weights[:, None] * transform).sum(axis=0)
    return result


YIELD_TERMS = 60
"""Roots of the water table's condition that are summed. [-]"""


def unconfined_drawdown(
    time: Floats,
    *,
    transmissivity: float,
    storage: float,
    distance: float,
    specific_yield: float,
    drainage: float,
) -> Floats:
    r"""
    Return the drawdown per unit of flow under a water table that yields late (Neuman).

    .. math:: \bar s / Q = \frac{1}{\pi T p} \sum_n \frac{K_0(q_n) \sin^2 \varepsilon_n}
              {\varepsilon_n (\varepsilon_n + \tfrac12 \sin 2 \varepsilon_n)}, \quad
              \varepsilon_n \tan \varepsilon_n = \frac{r^2 S p}{T} \frac{S_y}{\beta S}, \quad
              q_n^2 = \frac{r^2 S p}{T} + \beta \varepsilon_n^2

    Parameters
    ----------
    time : array, shape (n,)
        Since pumping began; nothing before. [s]
    transmissivity : float
        [m2 s-1]
    storage : float
        Elastic storativity. [-]
    distance : float
        From the axis of the well. [m]
    specific_yield : float
        [-]
    drainage : float
        Vertical over radial conductivity by the square of the saturated thickness,
        :math:`\beta = r^2 K_z / (K_r b^2)`. [m-2]

    Returns
    -------
    array, shape (n,)
        Mean over the saturated thickness, well and observation fully penetrating; drawdown small
        beside the thickness. [s m-2]

    References
    ----------
    .. [1] S. P. Neuman, "Effect of partial penetration on flow in unconfined aquifers considering
       delayed gravity response", Water Resources Research 10 (1974) 303; in the Laplace domain
       by A. F. Moench, Ground Water 31 (1993) 966.
    """
    t = np.asarray(time, dtype=np.float64)
    after = t > 0
    result = np.zeros(len(t))
    weights = stehfest_weights(STEHFEST_TERMS)
    p = np.arange(1, STEHFEST_TERMS + 1)[:, None] * np.log(2.0) / t[after][None, :]
    beta = drainage * distance**2
    scaled = p * distance**2 * storage / transmissivity
    root = _water_table_roots(scaled * specific_yield / (beta * storage))
    shape = np.sin(root) ** 2 / (root * (root + 0.5 * np.sin(2 * root)))
    transform = (k0(np.sqrt(scaled[..., None] + beta * root**2)) * shape).sum(axis=-1)
    transform /= np.pi * transmissivity * p
    result[after] = np.log(2.0) / t[after] * (weights[:, None] * transform).sum(axis=0)
    return result


def _water_table_roots(ratio: Floats) -> Floats:
    """Roots of x tan x = ratio, one in each half wave; shape (…, terms)."""
    waves = np.pi * np.arange(YIELD_TERMS)
    c = ratio[..., None]
    low = np.broadcast_to(waves, (*ratio.shape, YIELD_TERMS))
    x = waves + np.arctan(c / np.maximum(waves, np.minimum(np.sqrt(c), 1.0)))
    for _ in range(6):
        sine, cosine = np.sin(x), np.cos(x)
        slope = sine + x * cosine + c * sine
        x = np.clip(x - (x * sine - c * cosine) / slope, low + 1e-12, low + 0.5 * np.pi)
    return np.asarray(x)


def superposed(time: Floats, starts: Floats, flows: Floats, unit: UnitResponse) -> Floats:
    """
    Return the drawdown under flow that changes in steps.

    Parameters
    ----------
    time : array, shape (n,)
        When it is wanted. [s]
    starts : array, shape (m,)
        When each flow begins. [s]
    flows : array, shape (m,)
        Pumped from then on, nothing when the pump stops. [m3 s-1]
    unit : callable
        Drawdown per unit of flow by time since its start. [s m-2]

    Returns
    -------
    array, shape (n,)
        [m]
    """
    total = np.zeros(len(time))
    for start, change in zip(starts, np.diff(flows, prepend=0.0), strict=True):
        total += change * unit(time - start)
    return total
