"""Ground that is not the same everywhere."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def effective_ground(thickness: Floats, properties: Floats) -> tuple[float, float]:
    """
    Return the homogeneous ground that stands for layers along a borehole.

    Parameters
    ----------
    thickness : array, shape (n,)
        What a hole crosses of each layer. [m]
    properties : array, shape (n, 2)
        Conductivity and heat capacity of each. [W m-1 K-1, J m-3 K-1]

    Returns
    -------
    conductivity, heat_capacity : float
        Means by thickness: what a response test of the whole hole shows. [W m-1 K-1], [J m-3 K-1]
    """
    conductivity, heat_capacity = np.average(properties, axis=0, weights=thickness)
    return float(conductivity), float(heat_capacity)
