"""The plate exchanger between source water and machines, as the dossier states it."""

import numpy as np

from loopkeeper.physics.exchanger import Exchanger
from loopkeeper.physics.fluid import WATER, FluidProperties
from loopkeeper.physics.ground import Floats
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


def exchanger_of(plant: Plant, flow: float) -> tuple[Exchanger | None, list[Verdict]]:
    """Return a plant's exchanger at its design flow [m3 s-1]; none is said."""
    source = plant.source
    if source.exchanger is None:
        return None, [Verdict("plant.exchanger.none", {})]
    return Exchanger(source.exchanger, flow, source.exchanger_area, source.exchanger_fouling), []


def flow_axis(flow: float) -> Floats:
    """Return the flows at which an exchanger is tabulated. [m3 s-1]"""
    return np.array([0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5]) * flow


def exchanger_table(
    plant: Plant, fluid: FluidProperties, flow: float
) -> tuple[tuple[Floats, Floats], list[Verdict]]:
    """Return what a plate exchanger costs by flow. [m3 s-1], [K W-1]"""
    axis = flow_axis(flow)
    exchanger, said = exchanger_of(plant, flow)
    if exchanger is None:
        return (axis, np.zeros(len(axis))), said
    capacity = fluid.volumetric_heat_capacity
    cost = exchanger.resistance(axis, source_capacity=WATER, loop_capacity=capacity)
    return (axis, cost), said
