r"""
Ground that is not the same everywhere, does not stand still, or lies just below the surface.

Layered ground, moving groundwater, horizontal trenches and coils, and the yearly wave of the
surface.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1, i0

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.gfunction import line_source_g
from loopkeeper.physics.well_heads import leaky_well_function
from loopkeeper.units import YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: ``thickness`` [m], ``conductivity`` [W m-1 K-1], ``heat_capacity`` [J m-3 K-1]."""

    thickness: float
    conductivity: float
    heat_capacity: float

    def __post_init__(self) -> None:
        """Refuse a layer that is none."""
        for name in ("thickness", "conductivity", "heat_capacity"):
            if getattr(self, name) <= 0:
                raise OutOfRangeError(f"layer {name} = {getattr(self, name):g}: allowed above 0")


def effective_ground(layers: tuple[Layer, ...]) -> tuple[float, float]:
    """
    Return the homogeneous ground that stands for layers along a borehole.

    Parameters
    ----------
    layers : tuple of Layer
        From top to foot of the active length.

    Returns
    -------
    conductivity, heat_capacity : float
        Means by thickness: what a response test of the whole hole shows. [W m-1 K-1], [J m-3 K-1]
    """
    if not layers:
        raise OutOfRangeError("layered ground needs at least one layer")
    depth = np.array([one.thickness for one in layers])
    values = np.array([(one.conductivity, one.heat_capacity) for one in layers])
    k, c = (depth @ values / depth.sum()).tolist()
    return k, c


def layer_heat(
    layers: tuple[Layer, ...], *, radius: float, resistance: float, time: float
) -> Floats:
    """
    Return the heat each layer gives per metre, over the mean of the hole.

    Parameters
    ----------
    layers : tuple of Layer
        Along the hole.
    radius : float
        Of the hole. [m]
    resistance : float
        Of the hole, the same in all layers. [m K W-1]
    time : float
        Since extraction began. [s]

    Returns
    -------
    array, shape (layers,)
        Shares whose mean by thickness is one. [-]

    Notes
    -----
    One fluid temperature along the hole; each layer answers as an infinite line source behind the
    hole's resistance.
    """
    at = np.array([time])
    flow = np.array(
        [
            1.0
            / (
                resistance
                + line_source_g(
                    at, radius=radius, diffusivity=one.conductivity / one.heat_capacity
                )[0]
                / (2 * np.pi * one.conductivity)
            )
            for one in layers
        ]
    )
    depth = np.array([one.thickness for one in layers])
    return np.asarray(flow / (depth @ flow / depth.sum()))


def moving_line_source(
    time: Floats, *, radius: float, conductivity: float, heat_capacity: float, flux: float
) -> Floats:
    r"""
    Return the g-function of an infinite line source in moving groundwater, mean around the wall.

    Parameters
    ----------
    time : array, shape (n,)
        [s]
    radius : float
        Distance from the source. [m]
    conductivity, heat_capacity : float
        Of the saturated ground. [W m-1 K-1], [J m-3 K-1]
    flux : float
        Darcy flux of the groundwater. [m s-1]

    Returns
    -------
    array, shape (n,)
        :math:`g = \tfrac12 I_0(\beta)\, W(r^2/4\alpha t, \beta)`, β = U C_w r/(2k); the line
        source without flux. [-]

    References
    ----------
    .. [1] N. Diao, Q. Li and Z. Fang, "Heat transfer in ground heat exchangers with groundwater
       advection", Int. J. Therm. Sci. 43 (2004) 1203.
    """
    beta = flux * WATER * radius / (2 * conductivity)
    u = radius**2 * heat_capacity / (4 * conductivity * np.asarray(time, dtype=np.float64))
    return np.asarray(0.5 * i0(beta) * leaky_well_function(u, np.full_like(u, beta)))


@dataclass(frozen=True, slots=True)
class Trench:
    """
    Straight horizontal pipes side by side.

    ``depth`` [m], ``spacing`` [m], ``pipes`` number, ``radius`` outer [m].
    """

    depth: float
    spacing: float
    pipes: int
    radius: float

    def __post_init__(self) -> None:
        """Refuse pipes in one another or above ground."""
        if self.pipes < 1 or self.depth <= self.radius or self.radius <= 0:
            raise OutOfRangeError(
                f"trench of {self.pipes} pipes, {self.depth:g} m deep, radius {self.radius:g} m: "
                "allowed at least one pipe, deeper than its radius"
            )
        if self.pipes > 1 and self.spacing < 2 * self.radius:
            raise OutOfRangeError(
                f"trench spacing = {self.spacing:g} m: allowed from {2 * self.radius:g} m"
            )


def trench_response(
    trench: Trench, *, conductivity: float, heat_capacity: float, time: Floats
) -> Floats:
    r"""
    Return the drop at the wall of horizontal pipes under unit extraction per metre of pipe.

    Parameters
    ----------
    trench : Trench
        The pipes.
    conductivity, heat_capacity : float
        Of the ground. [W m-1 K-1], [J m-3 K-1]
    time : array, shape (n,)
        [s]

    Returns
    -------
    array, shape (n,)
        Mean over the pipes. [m K W-1]

    Notes
    -----
    Infinite line sources with mirror images above a surface of given temperature:
    :math:`\frac{1}{4\pi k}\sum [E_1(s^2/4\alpha t) - E_1((s^2+4D^2)/4\alpha t)]`.
    """
    diffusivity = conductivity / heat_capacity
    scale = 4 * diffusivity * np.asarray(time, dtype=np.float64)
    place = trench.spacing * np.arange(trench.pipes)
    total = np.zeros(len(scale))
    for one in place:
        for other in place:
            apart = trench.radius if one == other else abs(one - other)
            total += exp1(apart**2 / scale) - exp1((apart**2 + 4 * trench.depth**2) / scale)
    return np.asarray(total / trench.pipes / (4 * np.pi * conductivity))


def coil_as_trench(
    *, diameter: float, pitch: float, depth: float, pipe_radius: float
) -> tuple[Trench, float]:
    """
    Return straight pipes that stand for a flat spiral coil ("slinky") in a trench.

    Parameters
    ----------
    diameter : float
        Of the loops. [m]
    pitch : float
        Between loops. [m]
    depth : float
        Of the coil. [m]
    pipe_radius : float
        Outer. [m]

    Returns
    -------
    trench : Trench
        As many pipes over the coil's width as keep its metres of pipe per metre of trench.
    factor : float
        Metres of coil per metre of each of those pipes. [-]

    Notes
    -----
    A stand-in, within about 10 % of ring-source models once heat has spread over a pitch (after a
    day); earlier the coil is better than this says.
    """
    if min(diameter, pitch, pipe_radius) <= 0 or pitch < 2 * pipe_radius:
        raise OutOfRangeError(
            f"coil diameter {diameter:g} m, pitch {pitch:g} m: allowed positive, pitch from the "
            "pipe's diameter"
        )
    metres = np.pi * diameter / pitch + 2.0
    pipes = max(2, round(metres))
    return Trench(depth, diameter / (pipes - 1), pipes, pipe_radius), float(metres / pipes)


def surface_wave(
    depth: Floats, day: Floats, *, mean: float, swing: float, coldest: float, diffusivity: float
) -> Floats:
    """
    Return the undisturbed temperature near the surface.

    Parameters
    ----------
    depth : array
        Below ground. [m]
    day : array
        Of the year, broadcast with the depth. [d]
    mean, swing : float
        Of the surface over the year. [°C], [K]
    coldest : float
        Day of the year the surface is coldest. [d]
    diffusivity : float
        Of the ground. [m2 s-1]

    Returns
    -------
    array
        [°C]

    Notes
    -----
    Kusuda and Achenbach (1965).
    """
    damping = np.asarray(depth) * np.sqrt(np.pi / (diffusivity * YEAR))
    lag = 2 * np.pi * (np.asarray(day) - coldest) / 365.0 - damping
    return np.asarray(mean - swing * np.exp(-damping) * np.cos(lag))
