"""The inside of a borehole: effective resistance, and its response in the first hours."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pygfunction as gt
from numpy.typing import NDArray
from scipy.special import ive, kve

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import FluidProperties
from loopkeeper.physics.laplace import STEHFEST_TERMS, stehfest_weights
from loopkeeper.physics.pipe import PIPE_CONDUCTIVITY, PIPE_ROUGHNESS, pipe_resistance

Floats = NDArray[np.float64]
PipeLayout = Literal["single_u", "double_u", "double_u_series", "coaxial"]

MULTIPOLE_ORDER = 3
"""Order of the multipole expansion; the change from 3 to 10 is below 0.1 % of R_b*."""


@dataclass(frozen=True, slots=True)
class Borehole:
    """
    One borehole heat exchanger by its parts.

    ``length`` [m], ``buried_depth`` [m], ``radius`` [m], ``pipe_outer`` and ``pipe_inner`` radii
    [m], ``grout_conductivity`` [W m-1 K-1]; legs stand on a circle of ``shank`` radius [m]. Of a
    coaxial hole ``pipe_*`` are the outer tube's radii and ``core_outer``, ``core_inner`` those of
    the tube inside it [m]. ``in_series`` holes are passed by the same water one after another [-].
    """

    length: float
    buried_depth: float
    radius: float
    layout: PipeLayout
    pipe_outer: float
    pipe_inner: float
    grout_conductivity: float
    shank: float
    core_outer: float = 0.0
    core_inner: float = 0.0
    in_series: int = 1

    @property
    def pipes(self) -> int:
        """U-tubes in the hole that water passes side by side."""
        return 2 if self.layout == "double_u" else 1

    @property
    def legs(self) -> int:
        """Pipes a cut through the hole meets; a coaxial hole counts as one."""
        return {"single_u": 2, "coaxial": 1}.get(self.layout, 4)


def default_shank(radius: float, pipe_outer: float) -> float:
    """
    Return the radius of the circle the legs stand on when nobody drew it.

    The legs are taken half way between touching in the middle and touching the wall.

    Parameters
    ----------
    radius : float
        Borehole radius. [m]
    pipe_outer : float
        Outer radius of a pipe. [m]

    Returns
    -------
    float
        Distance of a leg's axis from the hole's axis. [m]
    """
    nearest = pipe_outer * np.sqrt(2.0)
    return float(0.5 * (nearest + (radius - pipe_outer)))


def borehole_resistance(
    borehole: Borehole, *, ground_conductivity: float, flow_rate: float, fluid: FluidProperties
) -> float:
    """
    Return the effective borehole resistance R_b* by the multipole method.

    Parameters
    ----------
    borehole : Borehole
        The hole.
    ground_conductivity : float
        Thermal conductivity of the ground. [W m-1 K-1]
    flow_rate : float
        Flow through the hole, all pipes together. [m3 s-1]
    fluid : FluidProperties
        The heat carrier.

    Returns
    -------
    float
        Resistance between mean of in- and outlet and the mean wall temperature. [m K W-1]

    Raises
    ------
    OutOfRangeError
        When the flow is not positive or the pipes do not fit into the hole.

    Notes
    -----
    Gnielinski in turbulent flow, 3.66 in laminar, blended in between by the library. Holes in
    series exchange between their legs over their joint length. Validated in
    tests/validation/test_borehole_resistance.py.

    References
    ----------
    .. [1] J. Claesson and G. Hellström, "Multipole method to calculate borehole thermal
       resistances in a borehole heat exchanger", HVAC&R Research 17 (2011) 895.
    """
    if flow_rate <= 0:
        raise OutOfRangeError("flow through a borehole must be positive")
    _check_fit(borehole)
    mass_flow = flow_rate * fluid.density
    if borehole.layout == "coaxial":
        return _coaxial_resistance(borehole, ground_conductivity, mass_flow, fluid)
    film, _ = _pipe_resistances(borehole, mass_flow / borehole.pipes, fluid)
    return resistance_with_film(
        borehole,
        ground_conductivity=ground_conductivity,
        mass_flow=mass_flow,
        fluid=fluid,
        film=film,
    )


def resistance_with_film(
    borehole: Borehole,
    *,
    ground_conductivity: float,
    mass_flow: float,
    fluid: FluidProperties,
    film: float,
) -> float:
    """
    Return R_b* of U-tubes with a known film resistance.

    Parameters
    ----------
    borehole : Borehole
        With U-tubes.
    ground_conductivity : float
        [W m-1 K-1]
    mass_flow : float
        Through the hole. [kg s-1]
    fluid : FluidProperties
        Its heat capacity counts.
    film : float
        Of one leg. [m K W-1]

    Returns
    -------
    float
        [m K W-1]
    """
    wall = np.log(borehole.pipe_outer / borehole.pipe_inner) / (2 * np.pi * PIPE_CONDUCTIVITY)
    tubes = borehole.legs // 2
    angles = np.arange(borehole.legs) * np.pi / tubes
    position = [(borehole.shank * np.cos(a), borehole.shank * np.sin(a)) for a in angles]
    common = (
        position,
        borehole.pipe_inner,
        borehole.pipe_outer,
        _joint(borehole),
        ground_conductivity,
        borehole.grout_conductivity,
        film + float(wall),
    )
    config = "series" if borehole.layout == "double_u_series" else "parallel"
    tube = (
        gt.pipes.SingleUTube(*common, J=MULTIPOLE_ORDER)
        if tubes == 1
        else gt.pipes.MultipleUTube(*common, nPipes=2, config=config, J=MULTIPOLE_ORDER)
    )
    return float(tube.effective_borehole_thermal_resistance(mass_flow, fluid.heat_capacity))


def _joint(borehole: Borehole) -> object:
    """Holes in series as the one hole over whose length their legs exchange."""
    length = borehole.length * borehole.in_series
    return gt.boreholes.Borehole(length, borehole.buried_depth, borehole.radius, 0.0, 0.0)


def _check_fit(borehole: Borehole) -> None:
    """Refuse pipes that do not fit into the hole or into each other."""
    if borehole.layout == "coaxial":
        radii = (
            borehole.core_inner,
            borehole.core_outer,
            borehole.pipe_inner,
            borehole.pipe_outer,
            borehole.radius + 1e-9,
        )
        if radii[0] <= 0 or any(a >= b for a, b in pairwise(radii)):
            raise OutOfRangeError(
                f"coaxial pipe radii {radii[:4]} m in a hole of {borehole.radius:g} m: allowed "
                "ascending from the inside"
            )
    elif borehole.shank + borehole.pipe_outer > borehole.radius:
        raise OutOfRangeError("the pipes do not fit into the borehole")


def _coaxial_resistance(
    borehole: Borehole,
    ground_conductivity: float,
    mass_flow: float,
    fluid: FluidProperties,
) -> float:
    """R_b* of a tube in a tube: down the annulus, up the core. [m K W-1]"""
    state = (fluid.viscosity, fluid.density, fluid.conductivity, fluid.heat_capacity)
    inside = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        mass_flow, borehole.core_inner, *state, PIPE_ROUGHNESS
    )
    at_core, at_wall = gt.pipes.convective_heat_transfer_coefficient_concentric_annulus(
        mass_flow, borehole.core_outer, borehole.pipe_inner, *state, PIPE_ROUGHNESS
    )
    turn = 2 * np.pi
    core = np.log(borehole.core_outer / borehole.core_inner) / (turn * PIPE_CONDUCTIVITY)
    between = (
        1 / (turn * borehole.core_inner * inside)
        + core
        + 1 / (turn * borehole.core_outer * at_core)
    )
    wall = np.log(borehole.pipe_outer / borehole.pipe_inner) / (turn * PIPE_CONDUCTIVITY)
    outside = 1 / (turn * borehole.pipe_inner * at_wall) + wall
    tube = gt.pipes.Coaxial(
        (0.0, 0.0),
        np.array([borehole.pipe_inner, borehole.core_inner]),
        np.array([borehole.pipe_outer, borehole.core_outer]),
        _joint(borehole),
        ground_conductivity,
        borehole.grout_conductivity,
        between,
        outside,
        J=MULTIPOLE_ORDER,
    )
    return float(tube.effective_borehole_thermal_resistance(mass_flow, fluid.heat_capacity))


def _pipe_resistances(
    borehole: Borehole, mass_flow: float, fluid: FluidProperties
) -> tuple[float, float]:
    """Return film and wall resistance of one leg. [m K W-1]"""
    return pipe_resistance(borehole.pipe_inner, borehole.pipe_outer, mass_flow, fluid)


@dataclass(frozen=True, slots=True)
class RadialBorehole:
    """
    A borehole as concentric cylinders: fluid, film and pipe, grout, ground.

    ``resistance`` effective R_b* [m K W-1]; ``film_and_pipe`` its inner part without capacity
    [m K W-1]; ``fluid_capacity`` [J m-1 K-1]; ``core_radius`` where the grout begins [m];
    ``radius`` of the hole [m]; ``grout_heat_capacity`` [J m-3 K-1].
    """

    resistance: float
    film_and_pipe: float
    fluid_capacity: float
    core_radius: float
    radius: float
    grout_heat_capacity: float = 3.0e6

    @classmethod
    def of(
        cls, borehole: Borehole, *, resistance: float, flow_rate: float, fluid: FluidProperties
    ) -> "RadialBorehole":
        """Return the concentric equivalent of `borehole` that has the given R_b*. [m K W-1]"""
        legs = borehole.legs
        film, wall = _pipe_resistances(borehole, flow_rate * fluid.density / borehole.pipes, fluid)
        core = min(np.sqrt(legs) * borehole.pipe_outer, 0.85 * borehole.radius)
        area = legs * np.pi * borehole.pipe_inner**2
        return cls(
            resistance=resistance,
            film_and_pipe=min((film + wall) / legs, 0.6 * resistance),
            fluid_capacity=area * fluid.volumetric_heat_capacity,
            core_radius=float(core),
            radius=borehole.radius,
        )

    def with_resistance(self, resistance: float) -> "RadialBorehole":
        """Return the same hole with another R_b*; film and pipe keep their share. [m K W-1]"""
        inner = min(self.film_and_pipe, 0.6 * resistance)
        return replace(self, resistance=resistance, film_and_pipe=inner)

    def with_capacity(self, share: float) -> "RadialBorehole":
        """Return a hole that answers sooner: fluid and grout of so much heat capacity. [-]"""
        return replace(
            self,
            fluid_capacity=share * self.fluid_capacity,
            grout_heat_capacity=share * self.grout_heat_capacity,
        )


def short_term_response(
    borehole: RadialBorehole,
    *,
    conductivity: float,
    heat_capacity: float,
    time: Floats,
    stream_decay: float = 0.0,
) -> Floats:
    r"""
    Return the fluid temperature drop of one endless borehole per unit extraction per metre.

    The Laplace transform of the layered cylinder (lumped fluid, massless film and pipe, grout
    annulus, infinite ground) is inverted by Stehfest's formula. For long times it tends to
    :math:`R_b^* + \frac{1}{4 \pi k} E_1(r_b^2 / 4 \alpha t)`.

    Parameters
    ----------
    borehole : RadialBorehole
        Concentric description of the hole.
    conductivity : float
        Thermal conductivity of the ground. [W m-1 K-1]
    heat_capacity : float
        Volumetric heat capacity of the ground. [J m-3 K-1]
    time : array, shape (n,)
        Times since the start of extraction, greater than zero. [s]
    stream_decay : float
        Half the speed of a plume in moving groundwater over the diffusivity; the transform of the
        moving line source then takes the place of the resting one. [m-1]

    Returns
    -------
    array, shape (n,)
        Drop of the mean fluid temperature per W m-1. [m K W-1]

    Notes
    -----
    Valid from about a minute (shorter than the water's passage through the pipes the mean of in-
    and outlet has no meaning) until axial effects matter (years).
    Validated in tests/validation/test_short_term_response.py.

    References
    ----------
    .. [1] S. Javed and J. Claesson, "New analytical and numerical solutions for the short-term
       analysis of vertical ground heat exchangers", ASHRAE Trans. 117 (2011) 3.
    .. [2] H. Stehfest, "Algorithm 368", Comm. ACM 13 (1970) 47.
    """
    t = np.asarray(time, dtype=np.float64)
    weights = stehfest_weights(STEHFEST_TERMS)
    s = np.arange(1, STEHFEST_TERMS + 1)[:, None] * np.log(2.0) / t[None, :]
    impedance = _ground_impedance(borehole, conductivity, heat_capacity, s, stream_decay)
    total = 1.0 / (s * borehole.fluid_capacity + 1.0 / (borehole.film_and_pipe + impedance))
    result: Floats = np.log(2.0) / t * (weights[:, None] * total / s).sum(axis=0)
    return result


def _ground_impedance(
    borehole: RadialBorehole,
    conductivity: float,
    heat_capacity: float,
    s: Floats,
    stream_decay: float,
) -> Floats:
    """Laplace impedance of grout and ground seen from the pipes' outside. [m K W-1]"""
    grout_resistance = borehole.resistance - borehole.film_and_pipe
    ratio = np.log(borehole.radius / borehole.core_radius)
    grout_conductivity = ratio / (2 * np.pi * grout_resistance)
    carried = stream_decay * borehole.radius
    outer = np.sqrt(borehole.radius**2 * s * heat_capacity / conductivity + carried**2)
    soil = kve(0, outer) / (2 * np.pi * conductivity * outer * kve(1, outer))
    if carried > 0:  # in the end the moving line source, I0 K0, mean around the wall
        soil *= ive(0, carried) * carried * kve(1, carried)
    a, b = (
        r * np.sqrt(s * borehole.grout_heat_capacity / grout_conductivity)
        for r in (borehole.core_radius, borehole.radius)
    )
    # T = A I0(rp) + B K0(rp) in the grout; flux = -2 pi k r dT/dr; all scaled against overflow.
    shift = np.exp(-2 * (b - a))
    conductance = 2 * np.pi * grout_conductivity
    wall_k = kve(0, b) - soil * conductance * b * kve(1, b)
    wall_i = ive(0, b) + soil * conductance * b * ive(1, b)
    reflected = -wall_k / wall_i * shift
    temperature = kve(0, a) + reflected * ive(0, a)
    flux = conductance * a * (kve(1, a) - reflected * ive(1, a))
    return np.asarray(temperature / flux, dtype=np.float64)
