"""The library of causes: one file each, in the order in which they are looked for."""

from loopkeeper.lifecycle.diagnose.cause import Cause
from loopkeeper.lifecycle.diagnose.suspects import (
    active_length,
    conductivity,
    excess_flow,
    field_bypass,
    ground_temperature,
    idle_flow,
    load_size,
    misdesign,
    pump_control,
    pump_draw,
    pumps_idle,
    resistance,
    set_point,
    source_giving_way,
    spacing,
    staging,
    thermal_history,
    water_temperature,
    wear,
    well_head,
)

LIBRARY: tuple[Cause, ...] = (
    *misdesign.CAUSES,
    *field_bypass.CAUSES,
    *staging.CAUSES,
    *water_temperature.CAUSES,
    *source_giving_way.CAUSES,
    *conductivity.CAUSES,
    *resistance.CAUSES,
    *ground_temperature.CAUSES,
    *active_length.CAUSES,
    *spacing.CAUSES,
    *load_size.CAUSES,
    *thermal_history.CAUSES,
    *idle_flow.CAUSES,
    *wear.CAUSES,
    *set_point.CAUSES,
    *pump_control.CAUSES,
    *excess_flow.CAUSES,
    *pumps_idle.CAUSES,
    *pump_draw.CAUSES,
    *well_head.CAUSES,
)
BY_CODE = {cause.code: cause for cause in LIBRARY}
