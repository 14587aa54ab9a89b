"""
Pipes just below the surface: horizontal trenches, flat coils, and the yearly wave of the ground.

The surface keeps its own temperature, so that these fields find a steady state within years. Soil
that freezes around a pipe gives its latent heat on top of what stands here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.ground import CYCLE_TIME, LONGEST_TIME, ModalGround
from loopkeeper.physics.hole_resistance import FlowTable, held_fluid, temperature_axis
from loopkeeper.physics.modes import fit_modes
from loopkeeper.physics.pipe import pipe_resistance
from loopkeeper.units import YEAR

Floats = NDArray[np.float64]

FIRST, TIMES = 60.0, 160
"""First time of a step response [s] and how many it is fitted at [-]."""
STRETCH: Final = 2.0
"""Metres that a coil moves on beside its circles, there and back, per metre of trench. [-]"""


@dataclass(frozen=True, slots=True)
class Trench:
    """
    Straight horizontal pipes side by side, in one trench or in several equal ones.

    ``depth`` [m], ``spacing`` of the pipes of a trench [m] and their number ``pipes``, ``radius``
    outer [m]; ``rows`` of such trenches, ``row_spacing`` from middle to middle [m].
    """

    depth: float
    spacing: float
    pipes: int
    radius: float
    rows: int = 1
    row_spacing: float = 0.0

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
        least = self.width + 2 * self.radius
        if self.rows > 1 and self.row_spacing < least:
            raise OutOfRangeError(
                f"trenches {self.row_spacing:g} m from middle to middle: allowed from {least:g} m"
            )

    @property
    def width(self) -> float:
        """From the first pipe of a trench to its last. [m]"""
        return self.spacing * (self.pipes - 1)

    def places(self) -> Floats:
        """Return where the pipes lie across the trenches. [m]"""
        own = self.spacing * np.arange(self.pipes)
        rows = self.row_spacing * np.arange(self.rows)
        return np.asarray((rows[:, None] + own).ravel(), dtype=np.float64)


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
    Validated in tests/validation/test_horizontal.py.
    """
    diffusivity = conductivity / heat_capacity
    scale = 4 * diffusivity * np.asarray(time, dtype=np.float64)
    place = trench.places()
    apart = np.abs(place[:, None] - place)
    np.fill_diagonal(apart, trench.radius)
    lengths, pairs = np.unique(apart.round(9), return_counts=True)
    total = np.zeros(len(scale))
    for length, count in zip(lengths, pairs, strict=True):
        mirrored = exp1((length**2 + 4 * trench.depth**2) / scale)
        total += count * (exp1(length**2 / scale) - mirrored)
    return np.asarray(total / len(place) / (4 * np.pi * conductivity))


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
    metres = np.pi * diameter / pitch + STRETCH
    pipes = max(2, round(metres))
    return Trench(depth, diameter / (pipes - 1), pipes, pipe_radius), float(metres / pipes)


@dataclass(frozen=True, slots=True)
class Tube:
    """
    The pipe of a horizontal loop.

    ``outer`` and ``inner`` radius [m]; ``circuits`` that share the flow of the loop [-];
    ``per_metre`` metres of it on a metre of the pipes that stand for it [-].
    """

    outer: float
    inner: float
    circuits: int
    per_metre: float = 1.0


def tube_table(tube: Tube, flow: Floats, carrier: tuple[str, float]) -> FlowTable:
    """
    Return what stands between the fluid of a loop and the ground around its pipes.

    Parameters
    ----------
    tube : Tube
        The pipe.
    flow : array, shape (n,)
        Of the whole loop, ascending. [m3 s-1]
    carrier : tuple of (str, float)
        Name of the fluid and its mass fraction.

    Returns
    -------
    FlowTable
        Film and wall by flow and temperature. [m K W-1]
    """
    warm = temperature_axis(*carrier)
    fluids = [held_fluid(*carrier, float(t)) for t in warm]
    found = [
        [
            sum(pipe_resistance(tube.inner, tube.outer, q / tube.circuits * f.density, f))
            for f in fluids
        ]
        for q in flow
    ]
    return FlowTable(np.asarray(flow), warm, np.array(found) / tube.per_metre)


def trench_ground(
    trench: Trench,
    *,
    conductivity: float,
    heat_capacity: float,
    temperature: float,
    length: float,
    by_flow: FlowTable,
) -> ModalGround:
    """
    Return horizontal pipes in modal form.

    Parameters
    ----------
    trench : Trench
        The pipes.
    conductivity, heat_capacity : float
        Of the ground. [W m-1 K-1], [J m-3 K-1]
    temperature : float
        Of the ground over the year; the wave of the surface is the simulation's boundary. [°C]
    length : float
        Of a trench. [m]
    by_flow : FlowTable
        From :func:`tube_table`.

    Returns
    -------
    ModalGround
        Of all pipes together.
    """
    time = np.geomspace(FIRST, LONGEST_TIME, TIMES)
    response = trench_response(
        trench, conductivity=conductivity, heat_capacity=heat_capacity, time=time
    )
    constants, coefficients = fit_modes(time, np.maximum.accumulate(response))
    return ModalGround(
        undisturbed_temperature=temperature,
        time_constants=constants,
        coefficients=coefficients,
        total_length=length * trench.pipes * trench.rows,
        cycling_resistance=float(np.interp(CYCLE_TIME, time, response)),
        by_flow=by_flow,
    )


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
