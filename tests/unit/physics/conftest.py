"""A plant small enough for a hand: one hour of it is a line of arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.heat_pump import Machine, PerformanceMap
from loopkeeper.physics.hole_resistance import FlowTable
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import BoundaryConditions, Controls, Load, System, simulate


def _map(source, outlet, capacity, draw):
    full = np.full((2, 2), capacity)
    part = np.array([0.25, 1.0])
    return PerformanceMap(
        np.array(source), np.array(outlet), part, full, draw * np.ones((2, 2, 1)) * part
    )


@pytest.fixture
def unit():
    """10 kW of heat for 2 kW, 8 kW of cold for 2 kW, at all temperatures."""
    return Machine(
        _map([0.0, 20.0], [35.0, 55.0], 10e3, 2e3), _map([10.0, 30.0], [5.0, 15.0], 8e3, 2e3)
    )


@pytest.fixture
def plant(unit):
    """
    One machine on 100 m of hole, two modes of 2 h and 1e6 s, two source and two load pumps.

    The hole's resistance is 0.04 m K/W more at 0.4 L/s than at 1.2 L/s.
    """
    ground = ModalGround(
        12.0,
        np.array([7200.0, 1e6]),
        np.array([0.05, 0.2]),
        100.0,
        0.03,
        FlowTable(np.array([4e-4, 1.2e-3]), np.zeros(1), np.array([[0.04], [0.0]])),
    )
    source = PumpBank(2, 4e-4, 15.0, 100.0, PumpMode.CONSTANT)
    load = PumpBank(2, 3e-4, 15.0, 70.0, PumpMode.CONSTANT)
    system = System(ground, (unit,), source, load, Controls(45.0, 7.0), 4.0e6, 4.2e6)

    def with_(**changes):
        return replace(system, **changes)

    return with_


@pytest.fixture
def lived():
    """A plant simulated by the hour: heat, cold and recharge in watts, and the outside."""

    def run(system, heating=(0.0,), cooling=None, recharge=None, state=None, **given):
        heating = np.array(heating, float)
        cooling = 0.0 * heating if cooling is None else np.array(cooling, float)
        heating = heating + 0.0 * cooling
        recharge = None if recharge is None else np.array(recharge, float)
        outside = BoundaryConditions(
            np.full(len(heating), given.get("outdoor", 10.0)),
            np.full(len(heating), given.get("enabled", True)),
            given.get("natural"),
            given.get("limit"),
        )
        return simulate(system, Load(heating, cooling, recharge), outside, 3600.0, state)

    return run
