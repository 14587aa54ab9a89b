"""Drawdown of an aquifer per unit of flow: confined, leaky, bounded, with stored well water."""

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
    time: Floats, *, transmissivity: float, storage: float, distance: float,
    screen_radius: float, casing_radius: float,
) -> Floats:  # fmt: skip
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
