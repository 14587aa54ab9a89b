r"""
Surface water as a source: rivers, lakes, sea, reclaimed water and sewage.

Water that passes has its own temperature; still water also remembers the heat taken from it. A
pond is one well-mixed store whose surface pulls it back to its natural temperature:

.. math:: C_w V \frac{dT}{dt} = h A (T_e - T) + C_w \dot V_{in} (T_{in} - T) - q
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.exchanger import Exchanger
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.hole_resistance import FlowTable

Floats = NDArray[np.float64]

FREEZING_MARGIN: Final = 3.0
"""Lowest temperature of water leaving an exchanger without antifreeze (confidence M). [°C]"""
WEEKLY_WARMING, WEEKLY_COOLING = 1.0, 2.0
"""Ecological limits of the weekly mean, GB 3838-2002 (confidence M). [K]"""
STEFAN: Final = 5.670e-8
"""Stefan–Boltzmann constant. [W m-2 K-4]"""


@dataclass(frozen=True, slots=True)
class Pond:
    """
    A still water body.

    ``volume`` [m3]; ``area`` of its surface [m2]; ``surface`` exchange coefficient h with the air
    by convection, evaporation and radiation [W m-2 K-1]; ``inflow`` that renews it [m3 s-1].
    """

    volume: float
    area: float
    surface: float = 25.0
    inflow: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a pond without water or surface."""
        for name in ("volume", "area", "surface"):
            if getattr(self, name) <= 0:
                raise OutOfRangeError(f"pond {name} = {getattr(self, name):g}: allowed above 0")
        if self.inflow < 0:
            raise OutOfRangeError(f"pond inflow = {self.inflow:g} m³/s: allowed from 0")

    @property
    def loss(self) -> float:
        """Heat it exchanges per kelvin off its natural temperature. [W K-1]"""
        return self.surface * self.area + WATER * self.inflow

    @property
    def time_constant(self) -> float:
        """How long it remembers. [s]"""
        return WATER * self.volume / self.loss


def water_source(
    *,
    exchanger: Exchanger | None,
    flow_axis: Floats,
    source_capacity: float,
    loop_capacity: float,
    temperature: float,
    pond: Pond | None = None,
) -> ModalGround:
    """
    Return surface water in the form the plant's simulation takes.

    Parameters
    ----------
    exchanger : Exchanger or None
        Between water and machines; None when the water goes through the machines.
    flow_axis : array, shape (m,)
        Flows at which the exchanger is tabulated, ascending. [m3 s-1]
    source_capacity, loop_capacity : float
        Volumetric heat capacity of the two waters. [J m-3 K-1]
    temperature : float
        Yearly mean, for steps without a measured one. [°C]
    pond : Pond, optional
        Still water; None for water that passes.

    Returns
    -------
    ModalGround
        One mode for a pond, none for a stream; its resistance by flow is the exchanger's.
    """
    through = np.zeros(len(flow_axis))
    if exchanger is not None:
        through = exchanger.resistance(
            flow_axis, source_capacity=source_capacity, loop_capacity=loop_capacity
        )
    return ModalGround(
        undisturbed_temperature=temperature,
        time_constants=np.array([] if pond is None else [pond.time_constant]),
        coefficients=np.array([] if pond is None else [1.0 / pond.loss]),
        total_length=1.0,
        cycling_resistance=0.0,
        by_flow=FlowTable(flow_axis, np.zeros(1), through[:, None]),
        middle=1.0,
    )


def usable_heat(
    temperature: Floats,
    flow: Floats,
    *,
    ecological: float = np.inf,
    leaving: float = FREEZING_MARGIN,
) -> Floats:
    """
    Return how much heat may be taken from passing water.

    Parameters
    ----------
    temperature : array, shape (n,)
        Of the water. [°C]
    flow : array, shape (n,)
        That may be used, e.g. a sewer by hour of day. [m3 s-1]
    ecological : float
        Largest cooling of that flow. [K]
    leaving : float
        Lowest temperature of the water returned. [°C]

    Returns
    -------
    array, shape (n,)
        [W]
    """
    fall = np.clip(np.asarray(temperature) - leaving, 0.0, ecological)
    return np.asarray(WATER * np.asarray(flow) * fall)
