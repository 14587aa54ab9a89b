"""The plastic pipe between a fluid and what is around it."""

import numpy as np
import pygfunction as gt

from loopkeeper.physics.fluid import FluidProperties

PIPE_CONDUCTIVITY = 0.4
"""Thermal conductivity of polyethylene pipe. [W m-1 K-1]"""
PIPE_ROUGHNESS = 1e-6
"""Roughness of drawn plastic pipe. [m]"""


def pipe_resistance(
    inner: float, outer: float, mass_flow: float, fluid: FluidProperties
) -> tuple[float, float]:
    """
    Return what stands between the fluid in a plastic pipe and the pipe's outside.

    Parameters
    ----------
    inner, outer : float
        Radius. [m]
    mass_flow : float
        Through the pipe. [kg s-1]
    fluid : FluidProperties
        At its temperature.

    Returns
    -------
    film, wall : float
        [m K W-1]
    """
    coefficient = gt.pipes.convective_heat_transfer_coefficient_circular_pipe(
        mass_flow,
        inner,
        fluid.viscosity,
        fluid.density,
        fluid.conductivity,
        fluid.heat_capacity,
        PIPE_ROUGHNESS,
    )
    film = 1.0 / (2 * np.pi * inner * coefficient)
    wall = np.log(outer / inner) / (2 * np.pi * PIPE_CONDUCTIVITY)
    return float(film), float(wall)
