"""What a quantity can physically be, whatever its meter says."""

from typing import Final

Limits = tuple[float, float]

_LOOP: Final = (-40.0, 130.0)
_AIR: Final = (-60.0, 70.0)
_HEAT: Final = (-1e9, 1e9)
_SHARE: Final = (-0.001, 1.001)

PHYSICAL_LIMITS: Final[dict[str, Limits]] = {
    "supply_temperature": _LOOP,
    "return_temperature": _LOOP,
    "evaporator_inlet_temperature": _LOOP,
    "evaporator_outlet_temperature": _LOOP,
    "condenser_inlet_temperature": _LOOP,
    "condenser_outlet_temperature": _LOOP,
    "water_temperature": (-5.0, 110.0),
    "ground_temperature": _AIR,
    "outdoor_temperature": _AIR,
    "indoor_temperature": (-30.0, 60.0),
    "indoor_humidity": _SHARE,
    "flow": (-20.0, 20.0),
    "abstraction_flow": (-20.0, 20.0),
    "reinjection_flow": (-20.0, 20.0),
    "abstraction_volume": (-20.0, 20.0),
    "reinjection_volume": (-20.0, 20.0),
    "heat_power": _HEAT,
    "backup_heat_power": _HEAT,
    "heat_energy": _HEAT,
    "cooling_energy": _HEAT,
    "electricity_power": (-1e3, 1e9),
    "electricity_energy": (-1e3, 1e9),
    "running": _SHARE,
    "part_load": (-0.001, 1.5),
    "valve_position": (-0.05, 1.05),
    "pressure": (-1.01e5, 1e7),
    "differential_pressure": (-1e7, 1e7),
    "wellhead_pressure": (-1.01e5, 1e7),
    "gas_volume": (0.0, 20.0),
}
"""Lowest and highest value of a quantity in SI; of counted quantities, of their mean rate."""

NOWHERE: Final[Limits] = (-float("inf"), float("inf"))
"""No limits: for quantities that have none."""


def physical_limits(quantity: str) -> Limits:
    """Return the lowest and highest possible value of a quantity in SI, a counter's as rate."""
    return PHYSICAL_LIMITS.get(quantity, NOWHERE)
