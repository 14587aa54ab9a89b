"""Energies of a period with their errors, from hourly channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.derived import (
    loop_fluid,
    volumetric_heat_capacity,
    water_meter_error,
)
from loopkeeper.measure.meter_error import (
    Sensed,
    deviation,
    heat_meter_limits,
    limits_of,
    pair_limit,
)
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import ChannelKey, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.units import HOUR

Bools = NDArray[np.bool_]

FLUID_DEVIATION: Final = 0.005
"""Relative standard deviation of ρ c for what the fluid is not (mass fraction, air). [-]"""


@dataclass(frozen=True, slots=True)
class LoopMeters:
    """The meters behind a loop's calculated heat."""

    flow: Point
    supply: Point
    back: Point


def electric_energy(hours: PlantHours, group: Group, where: Bools) -> Sensed:
    """
    Return the electricity of a metered group in chosen hours.

    Parameters
    ----------
    hours : PlantHours
        The period.
    group : Group
        A group whose ``values`` are not None.
    where : bool array, shape (n,)
        Hours that count; NaN within them counts as zero.

    Returns
    -------
    Sensed
        Energy; each meter of the group is an independent source of error. [J]
    """
    values = np.zeros(len(hours.time)) if group.values is None else group.values
    energy = float(np.nan_to_num(values[where]).sum() * HOUR)
    count = float(where.sum())
    parts: dict[str, float] = {}
    signs = group.signs or (1,) * len(group.channels)
    sums = [s * _sum(hours, k, where) for k, s in zip(group.channels, signs, strict=True)]
    whole = sum(sums)
    for key, part, sign in zip(group.channels, sums, signs, strict=True):
        point = hours.channels[key].point
        if point is None or whole == 0:
            continue
        limit = limits_of(point)
        share = part / whole * energy
        bias = limit.relative * share + sign * limit.absolute * count * HOUR
        parts[f"meter:{point.id}"] = deviation(1.0, count) * bias
    return Sensed(energy, parts)


def thermal_energy(hours: PlantHours, plant: Plant, of: str, where: Bools) -> Sensed:
    """
    Return the signed heat of a loop in chosen hours.

    Heat from flow and temperatures carries the errors of flow (relative) and of the temperature
    pair, which at small differences dominates; a heat meter carries its class at the flow-weighted
    mean difference of those hours.

    Parameters
    ----------
    hours : PlantHours
        The period; must have ``heat_power`` of the loop.
    plant : Plant
        Fluid of the loop.
    of : str
        ``"source"`` or ``"load"``.
    where : bool array, shape (n,)
        Hours that count; NaN within them counts as zero.

    Returns
    -------
    Sensed
        Energy: extracted from the source, delivered by the load, positive. [J]

    Raises
    ------
    UnmappedPointError
        When the loop's heat is not measured.
    """
    values = hours.values("heat_power", of)
    energy = float(np.nan_to_num(values[where]).sum() * HOUR)
    count = float(where.sum())
    meters = loop_meters(hours, of)
    carried = carried_heat_capacity(hours, plant, of, where) if meters else 0.0
    point = hours.channels["heat_power", of].point
    if point is not None:
        parts = dict(_metered_parts(point, energy, carried, count))
        brine = water_meter_error(loop_fluid(plant, of))
        if brine:
            parts[f"fluid:{point.id}"] = deviation(brine) * energy
        return Sensed(energy, parts)
    if meters is None:
        return Sensed(energy)
    flow = deviation(limits_of(meters.flow).relative, count)
    pair = deviation(pair_limit(meters.supply, meters.back), count)
    return Sensed(
        energy,
        {
            f"flow:{meters.flow.id}": flow * energy,
            f"pair:{of}": pair * carried,
            f"fluid:{of}": FLUID_DEVIATION * energy,
        },
    )


def _metered_parts(
    point: Point, energy: float, carried: float, count: float
) -> Mapping[str, float]:
    """Errors of a heat meter: scale error by class, absolute part where stated."""
    limit = limits_of(point)
    difference = energy / carried if carried > 0 else np.inf
    scale, pair = heat_meter_limits(point, difference)
    # The standard adds both parts; together they are to give that sum.
    lift = (scale + pair) / float(np.hypot(scale, pair)) if scale + pair > 0 else 0.0
    parts = {f"meter:{point.id}": deviation(scale * lift, count) * energy}
    if pair:  # a pair that reads high adds to heat and takes from cold
        parts[f"pair:{point.id}"] = deviation(pair * lift, count) * abs(energy)
    if limit.absolute:
        parts[f"zero:{point.id}"] = deviation(limit.absolute, count) * count * HOUR
    return parts


def loop_meters(hours: PlantHours, of: str) -> LoopMeters | None:
    """Return flow meter and temperature pair of a loop, None when one is missing."""
    names = ("flow", "supply_temperature", "return_temperature")
    found = [hours.channels.get((name, of)) for name in names]
    points = [None if c is None else c.point for c in found]
    flow, supply, back = points
    if flow is None or supply is None or back is None:
        return None
    return LoopMeters(flow, supply, back)


def carried_heat_capacity(hours: PlantHours, plant: Plant, of: str, where: Bools) -> float:
    """
    Return the heat that the water of a loop would carry per kelvin of difference.

    Parameters
    ----------
    hours : PlantHours
        The period; must have flow and both temperatures of the loop.
    plant : Plant
        Fluid of the loop.
    of : str
        The loop.
    where : bool array, shape (n,)
        Hours that count.

    Returns
    -------
    float
        Integral of ρ c V over time, in hours in which the loop's heat is known. [J K-1]
    """
    flow = hours.values("flow", of)
    middle = (hours.values("supply_temperature", of) + hours.values("return_temperature", of)) / 2
    known = where & np.isfinite(flow * middle) & np.isfinite(hours.values("heat_power", of))
    capacity = volumetric_heat_capacity(loop_fluid(plant, of), middle[known])
    return float((capacity * flow[known]).sum() * HOUR)


def _sum(hours: PlantHours, key: ChannelKey, where: Bools) -> float:
    return float(np.nansum(hours.channels[key].values[where]) * HOUR)
