"""Ground and pumps as the kernel reads them."""

import numpy as np

from loopkeeper.physics.ground import ModalGround, mode_factors
from loopkeeper.physics.kernel import PumpArrays
from loopkeeper.physics.pump import PumpBank, parallel_operation
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.source_kernel import GroundArrays

_NONE = np.zeros(0)
_ANY = np.zeros(1)


def ground_arrays(
    ground: ModalGround | WellGround, resistance: float, step: float
) -> GroundArrays:
    """Return a ground marched in steps [s], with a resistance laid upon its own. [K W-1]"""
    if isinstance(ground, WellGround):
        fade = np.full(ground.count, np.exp(-step / ground.rest_time))
        return GroundArrays(
            fade,
            _NONE,
            _NONE,
            _NONE,
            ground.flow_axis,
            _ANY,
            ground.flow_resistance[:, None] + resistance,
            1.0,
            0.0,
            1,
            ground.volumes,
            ground.coefficients,
            ground.exchange,
            step,
        )
    decay, memory, gain = mode_factors(ground, step)
    length = ground.total_length
    by_flow = ground.by_flow
    return GroundArrays(
        decay,
        memory,
        gain / length,
        (1.0 - decay) * ground.coefficients / length,
        by_flow.flow,
        by_flow.temperature,
        by_flow.resistance / length + resistance,
        ground.middle,
        ground.cycling_resistance / length,
        0,
        _NONE,
        _NONE,
        1.0,
        step,
    )


def pump_arrays(bank: PumpBank) -> PumpArrays:
    """Return flow and electricity of a bank by how many of its pumps run. [m3 s-1], [W]"""
    operation = [parallel_operation(bank, n) for n in range(bank.count + 1)]
    flow, electricity = (np.array(column) for column in zip(*operation, strict=True))
    law = bank.law
    return PumpArrays(
        flow,
        electricity,
        int(bank.mode),
        bank.minimum_speed,
        bank.design_spread,
        law.base_flow,
        law.slope,
        law.static,
        bank.goes_on,
    )
