r"""
Plate exchangers between source water and machines, and how they foul.

What an exchanger costs the machines is written as a resistance: the loop's water enters the
machines colder than the source water by (heat drawn) × X,
:math:`X = 1/(\varepsilon C_{min}) - 1/C_{loop}`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError

EQUAL = 1e-6
"""Capacity flows that differ by less are equal, where the general formula has no value. [-]"""

Floats = NDArray[np.float64]

FLOW_POWER = 0.7
"""Film coefficients of plates grow with flow to this power; two equal films in series. [-]"""


@dataclass(frozen=True, slots=True)
class Exchanger:
    """
    A counterflow exchanger by its clean conductance.

    ``conductance`` UA at design flow [W K-1]; ``design_flow`` [m3 s-1] of both sides; ``area``
    [m2]; ``fouling`` resistance R_f [m2 K W-1].
    """

    conductance: float
    design_flow: float
    area: float = 1.0
    fouling: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what exchanges nothing."""
        for name in ("conductance", "design_flow", "area"):
            if getattr(self, name) <= 0:
                raise OutOfRangeError(
                    f"exchanger {name} = {getattr(self, name):g}: allowed above 0"
                )
        if self.fouling < 0:
            raise OutOfRangeError(f"exchanger fouling = {self.fouling:g}: allowed from 0")

    def conductance_at(self, flow: Floats) -> Floats:
        """Return UA at equal flows of both sides. [m3 s-1] → [W K-1]"""
        clean = self.conductance * (np.asarray(flow) / self.design_flow) ** FLOW_POWER
        return np.asarray(1.0 / (1.0 / clean + self.fouling / self.area))

    def resistance(self, flow: Floats, *, source_capacity: float, loop_capacity: float) -> Floats:
        """
        Return X at a range of flows, equal on both sides.

        Parameters
        ----------
        flow : array, shape (n,)
            Of each side. [m3 s-1]
        source_capacity, loop_capacity : float
            Volumetric heat capacity of the two waters. [J m-3 K-1]

        Returns
        -------
        array, shape (n,)
            [K W-1]
        """
        flow = np.asarray(flow, dtype=np.float64)
        source, loop = flow * source_capacity, flow * loop_capacity
        least = np.minimum(source, loop)
        share = effectiveness(self.conductance_at(flow) / least, least / np.maximum(source, loop))
        return np.asarray(1.0 / (share * least) - 1.0 / loop)


def effectiveness(units: Floats, ratio: Floats) -> Floats:
    r"""
    Return the effectiveness of a counterflow exchanger.

    Parameters
    ----------
    units : array
        NTU = UA / C_min. [-]
    ratio : array
        C_min / C_max. [-]

    Returns
    -------
    array
        :math:`\varepsilon = (1 - e^{-NTU(1-c)}) / (1 - c e^{-NTU(1-c)})`,
        NTU/(1+NTU) at c = 1. [-]
    """
    units, ratio = np.asarray(units, np.float64), np.asarray(ratio, np.float64)
    gap = np.maximum(1.0 - ratio, 0.0)
    fade = np.exp(-units * gap)
    general = (1.0 - fade) / np.maximum(1.0 - ratio * fade, 1e-300)
    return np.asarray(np.where(gap < EQUAL, units / (1.0 + units), general))
