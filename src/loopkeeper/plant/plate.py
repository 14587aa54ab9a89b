"""The plate exchanger between source water and machines, as the dossier states it."""

import numpy as np

from loopkeeper.physics.exchanger import Exchanger
from loopkeeper.physics.fluid import WATER, FluidProperties
from loopkeeper.physics.ground import Floats
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


def exchanger_of(plant: Plant, flow: float, verdicts: list[Verdict]) -> Exchanger | None:
    """Return a plant's exchanger at its design flow [m3 s-1]; none is said."""
    source = plant.source
    if source.exchanger is None:
        verdicts.append(Verdict("plant.exchanger.none", {}))
        return None
    return Exchanger(source.exchanger, flow, source.exchanger_area, source.exchanger_fouling)


def flow_axis(flow: float) -> Floats:
    """Return the flows at which an exchanger is tabulated. [m3 s-1]"""
    return np.array([0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5]) * flow


def exchanger_table(
    plant: Plant, fluid: FluidProperties, flow: float, verdicts: list[Verdict]
) -> tuple[Floats, Floats]:
    """Return what a plate exchanger costs by flow. [m3 s-1], [K W-1]"""
    exchanger, axis = exchanger_of(plant, flow, verdicts), flow_axis(flow)
    if exchanger is None:
        return axis, np.zeros(len(axis))
    capacity = fluid.volumetric_heat_capacity
    return axis, exchanger.resistance(axis, source_capacity=WATER, loop_capacity=capacity)
