"""Columns of a trajectory and of what drives it: the only place that knows their order."""

from typing import Final

COLUMNS: Final = (
    "heating_delivered",
    "cooling_delivered",
    "heating_backup",
    "cooling_backup",
    "heating_unmet",
    "cooling_unmet",
    "machine_heating_electricity",
    "machine_cooling_electricity",
    "source_pump_electricity",
    "load_pump_electricity",
    "ground_heat_rate",
    "source_supply",
    "source_return",
    "source_flow",
    "load_supply",
    "load_return",
    "load_flow",
    "machines_running",
    "run_share",
    "outside_map",
)
"""Columns of a trajectory: powers [W], temperatures [°C], flows [m3 s-1], counts, shares [-]."""

# Compiled functions take whole numbers of a module as constants.
(
    HEATING_DELIVERED,
    COOLING_DELIVERED,
    HEATING_BACKUP,
    COOLING_BACKUP,
    HEATING_UNMET,
    COOLING_UNMET,
    MACHINE_HEATING_ELECTRICITY,
    MACHINE_COOLING_ELECTRICITY,
    SOURCE_PUMP_ELECTRICITY,
    LOAD_PUMP_ELECTRICITY,
    GROUND_HEAT_RATE,
    SOURCE_SUPPLY,
    SOURCE_RETURN,
    SOURCE_FLOW,
    LOAD_SUPPLY,
    LOAD_RETURN,
    LOAD_FLOW,
    MACHINES_RUNNING,
    RUN_SHARE,
    OUTSIDE_MAP,
) = range(len(COLUMNS))

HEATING, COOLING, RECHARGE, OUTDOOR, NATURAL, LIMIT = range(6)
"""Columns of what drives a step: heat, cold and recharge [W], outdoor and natural source
temperature [°C], and the heat that the source may give or take [W]."""
