"""A plant of two machines on two holes, every figure of it another; nothing of it is computed."""

import numpy as np
import pytest

from loopkeeper.physics.borehole import RadialBorehole
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse, ModalGround
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import Controls, System
from loopkeeper.plant.model import GroundModel, PlantModel


def _map(capacity, electricity):
    at = (np.array([10.0]), np.array([45.0]), np.array([1.0]))
    return PerformanceMap(*at, np.array([[capacity]]), np.array([[[electricity]]]))


def _field():
    geometry = FieldGeometry(np.array([0.0, 6.0]), np.zeros(2), 90.0, 1.5, 0.07)
    return GroundModel(
        field=FieldResponse(geometry, np.geomspace(1.0, 1e4, 5), np.zeros(5)),
        borehole=RadialBorehole(0.12, 0.03, 5e3, 0.05, 0.07),
        conductivity=1.9,
        heat_capacity=2.3e6,
        undisturbed_temperature=14.0,
        flow_table=NO_CHANGE,
        length_factor=0.96,
    )


@pytest.fixture(scope="session")
def small() -> PlantModel:
    """Two machines of 40 kW heat and 35 kW cold each on a field of two holes."""
    machine = Machine(_map(40e3, 9e3), _map(35e3, 7e3))
    system = System(
        ground=ModalGround(14.0, np.array([1e6]), np.array([0.2]), 180.0, 0.0, NO_CHANGE),
        machines=(machine, machine),
        source_pumps=PumpBank(2, 0.003, 18.0, 900.0, PumpMode.CONSTANT),
        load_pumps=PumpBank(3, 0.002, 22.0, 700.0, PumpMode.ONE_PER_MACHINE),
        controls=Controls(45.0, 7.0),
        source_heat_capacity=4.0e6,
        load_heat_capacity=4.1e6,
        bypass=0.04,
        source_offset=0.3,
        cooling_offset=0.2,
        source_resistance=1e-5,
    )
    return PlantModel(system, _field())
