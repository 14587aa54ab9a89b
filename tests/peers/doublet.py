"""A pumping and an injecting well in closed form: breakthrough, return flow, feedback."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.fluid import WATER

Floats = NDArray[np.float64]


def doublet_breakthrough(aquifer: Aquifer, *, distance: float, flow: float) -> float:
    r"""
    Return when the first injected water reaches the abstraction well of a doublet.

    Parameters
    ----------
    aquifer : Aquifer
        Thickness, heat capacity; with regional flow from the abstraction to the injection well.
    distance : float
        Between the wells. [m]
    flow : float
        Of the doublet. [m3 s-1]

    Returns
    -------
    float
        Infinite when regional flow keeps injected water away. [s]

    Notes
    -----
    Gringarten and Sauty (1975): :math:`t_b = \pi R b D^2/(3Q)`; Lippmann and Tsang (1980) with
    regional flux U and β = 2Q/(π b U D):
    :math:`t_b = (R D/U)[\beta/\sqrt{\beta-1}\,\mathrm{atan}(1/\sqrt{\beta-1}) - 1]`.
    """
    ratio = aquifer.heat_capacity / WATER
    if aquifer.velocity <= 0:
        return np.pi / 3 * ratio * aquifer.thickness * distance**2 / flow
    beta = return_number(aquifer, distance=distance, flow=flow)
    if beta <= 1:
        return float("inf")
    root = np.sqrt(beta - 1)
    return float(ratio * distance / aquifer.velocity * (beta / root * np.arctan(1 / root) - 1))


def return_number(aquifer: Aquifer, *, distance: float, flow: float) -> float:
    """Return β = 2Q/(π b U D); without regional flow infinite. [-]"""
    if aquifer.velocity <= 0:
        return float("inf")
    return 2 * flow / (np.pi * aquifer.thickness * aquifer.velocity * distance)


def return_fraction(beta: float) -> float:
    r"""
    Return the share of injected water that a doublet finally pumps again.

    Parameters
    ----------
    beta : float
        From :func:`return_number`. [-]

    Returns
    -------
    float
        :math:`P = (2/\pi)[\mathrm{atan}\sqrt{\beta-1} - \sqrt{\beta-1}/\beta]`; 0 up to β = 1. [-]

    Notes
    -----
    Luo and Kitanidis (2004); Milnes and Perrochet (2013).
    """
    if beta <= 1:
        return 0.0
    if np.isinf(beta):
        return 1.0
    root = np.sqrt(beta - 1)
    return float(2 / np.pi * (np.arctan(root) - root / beta))


def least_distance(aquifer: Aquifer, *, flow: float) -> float:
    """Return the distance of a doublet beyond which nothing returns: 2Q/(π b U). [m]"""
    if aquifer.velocity <= 0:
        return float("inf")
    return 2 * flow / (np.pi * aquifer.thickness * aquifer.velocity)


def doublet_feedback(time: Floats, conduction: float) -> Floats:
    r"""
    Return the feedback of a doublet without regional flow, on dimensionless axes.

    Parameters
    ----------
    time : array, shape (n,)
        :math:`t_D = Q t/(R b D^2)`. [-]
    conduction : float
        :math:`\Lambda = C_w C_A Q b/(k_R C_R D^2)`; infinite without conduction. [-]

    Returns
    -------
    array, shape (n,)
        f from 0 to 1. [-]

    Notes
    -----
    :math:`f = \frac1\pi\int_0^\pi \mathrm{erfc}\left(\tau/\sqrt{\Lambda(t_D-\tau)}\right)
    H(t_D-\tau)\,d\phi`, :math:`\tau = \pi(1-\phi\cot\phi)/\sin^2\phi`
    (Gringarten and Sauty 1975, by Laplace transform).
    """
    t = np.asarray(time, dtype=np.float64)
    if np.isinf(conduction):
        return np.array([_front_angle(one) / np.pi for one in t])
    node, weight = np.polynomial.legendre.leggauss(600)
    answer = np.zeros(len(t))
    for n, one in enumerate(t):
        top = _front_angle(one)
        if top <= 0:
            continue
        # nodes crowd towards the front, where the integrand starts
        s = 0.5 * (node + 1)
        phi = top * (1 - (1 - s) ** 2)
        tau = _travel(phi)
        left = np.maximum(one - tau, 1e-300)
        value = erfc(tau / np.sqrt(conduction * left))
        answer[n] = float(np.sum(0.5 * weight * 2 * top * (1 - s) * value) / np.pi)
    return answer


def _travel(phi: Floats) -> Floats:
    """Travel time along the stream line that leaves at an angle from the axis. [-]"""
    small = np.abs(phi) < 1e-4
    p = np.where(small, 1e-4, phi)
    return np.where(small, np.pi / 3, np.pi * (1 - p / np.tan(p)) / np.sin(p) ** 2)


def _front_angle(time: float) -> float:
    """Angle up to which stream lines have arrived. [rad]"""
    if time <= np.pi / 3:
        return 0.0
    low, high = 1e-6, np.pi - 1e-9
    for _ in range(80):
        middle = 0.5 * (low + high)
        if float(_travel(np.array([middle]))[0]) < time:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
