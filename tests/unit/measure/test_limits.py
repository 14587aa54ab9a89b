"""What a quantity can be, whatever its meter says: SI, counters as rates."""

import numpy as np
import pytest

from loopkeeper.measure.limits import physical_limits

LOOP, AIR, BUILDING = (-40.0, 130.0), (-60.0, 70.0), (-1e9, 1e9)
LIMITS = {
    LOOP: (
        "supply_temperature", "return_temperature", "evaporator_inlet_temperature",
        "evaporator_outlet_temperature", "condenser_inlet_temperature",
        "condenser_outlet_temperature",
    ),
    AIR: ("ground_temperature", "outdoor_temperature"),
    (-5.0, 110.0): ("water_temperature",),
    (-30.0, 60.0): ("indoor_temperature",),
    (-0.001, 1.001): ("indoor_humidity", "running"),
    (-20.0, 20.0): (
        "flow", "abstraction_flow", "reinjection_flow", "abstraction_volume",
        "reinjection_volume",
    ),
    BUILDING: ("heat_power", "backup_heat_power", "heat_energy", "cooling_energy"),
    (-1e3, 1e9): ("electricity_power", "electricity_energy"),
    (-0.001, 1.5): ("part_load",),
    (-0.05, 1.05): ("valve_position",),
    (-1.01e5, 1e7): ("pressure", "wellhead_pressure"),
    (-1e7, 1e7): ("differential_pressure",),
    (0.0, 20.0): ("gas_volume",),
    (-np.inf, np.inf): ("starts", "setpoint", "turbidity", "a word nobody knows"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "limits"), [(q, limits) for limits, names in LIMITS.items() for q in names]
)
def test_a_quantity_lies_within_what_is_possible(quantity, limits):
    assert physical_limits(quantity) == limits
