"""How wells take water back: flow per head above the static level, at one viscosity, by month."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.kpi_water import MAKE_UP
from loopkeeper.measure.series import Floats, PlantHours, Times
from loopkeeper.measure.trend import seasonal_trend
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import WellRole
from loopkeeper.units import GRAVITY

REFERENCE: Final = 10.0
"""Temperature to which injectivity is normalised by viscosity. [°C]"""
DENSITY: Final = 999.7
"""Of water at that temperature. [kg m-3]"""
LEAST_HEAD: Final = 0.1
"""Less head above the static level tells no injectivity. [m]"""


@dataclass(frozen=True, slots=True)
class InjectivityHistory:
    """
    How a well takes water: flow per head above the static level at 10 °C, by month. [m2 s-1]

    ``trend`` share of it gained or lost a year [-], None below eight months; ``backwashes``
    written down in the period. Without a static level there are no months: pressure at the
    wellhead begins only where the water has risen through all of the depth below it.
    """

    well: str
    months: Times
    values: Floats
    trend: float | None
    backwashes: int


def injectivities(plant: Plant, hours: PlantHours) -> tuple[InjectivityHistory, ...]:
    """
    Return how each well takes water: monthly medians, brought to 10 °C by viscosity.

    Parameters
    ----------
    plant : Plant
        Wells, static level of the aquifer, events.
    hours : PlantHours
        Of the period.

    Returns
    -------
    tuple of InjectivityHistory
        Of wells whose flow is metered, and their level or the pressure at their head.
    """
    found = []
    taking = [w.id for w in plant.source.wells if w.role is not WellRole.ABSTRACTION]
    for well in (*taking, *(w.id for w in plant.source.single_wells)):
        flow = _own_flow(hours, well)
        if flow is None or not {("wellhead_pressure", well), ("water_level", well)} & set(
            hours.channels
        ):
            continue
        head, water = _head(plant, hours, well, flow), _water(hours)
        known = np.isfinite(flow * head * water) & (flow > 0) & (head > LEAST_HEAD)
        index = flow[known] / head[known] * viscosity_ratio(water[known])
        month = hours.time.astype("datetime64[M]")[known]
        there = np.unique(month)
        values = np.array([float(np.median(index[month == m])) for m in there])
        washes = sum(e.of == well and is_wash(e.note) for e in plant.events)
        found.append(InjectivityHistory(well, there, values, _yearly(there, values), washes))
    return tuple(found)


def _head(plant: Plant, hours: PlantHours, well: str, flow: Floats) -> Floats:
    """How far the water in a well stands above the static level; NaN where not known. [m]"""
    static = _static_level(plant, hours, well, flow)
    risen = np.full(len(hours.time), np.nan)
    if hours.has("water_level", well):
        risen = static - hours.values("water_level", well)
    if hours.has("wellhead_pressure", well):
        pressure = hours.values("wellhead_pressure", well)
        full = np.where(pressure > 0, static + pressure / (DENSITY * GRAVITY), np.nan)
        return np.where(np.isfinite(full), full, risen)
    return risen


def _static_level(plant: Plant, hours: PlantHours, well: str, flow: Floats) -> Floats:
    """Depth of the resting water: of the well itself, of others, else the aquifer's. [m]"""
    own = _resting(hours, well, ~(np.nan_to_num(flow) > 0))
    if own is not None:
        return own
    taken = well_flow(hours, "abstraction")
    rest = np.ones(len(hours.time), bool) if taken is None else ~(np.nan_to_num(taken) > 0)
    others = [_resting(hours, of, rest) for of in hours.places("water_level") if of != well]
    known = [level for level in others if level is not None]
    if known:
        return np.asarray(np.mean(known, axis=0))
    aquifer = plant.source.aquifer
    stated = aquifer.static_level if aquifer is not None else 0.0
    return np.full(len(hours.time), stated if stated != 0 else np.nan)


def _resting(hours: PlantHours, well: str, rest: np.ndarray) -> Floats | None:
    """Level of a well at rest, by monthly medians, straight between them. [m]"""
    if not hours.has("water_level", well):
        return None
    level = hours.values("water_level", well)
    known = rest & np.isfinite(level)
    month = hours.time.astype("datetime64[M]")
    there = np.unique(month[known])
    if not len(there):
        return None
    medians = [float(np.median(level[known & (month == m)])) for m in there]
    return np.asarray(np.interp(month.astype(np.int64), there.astype(np.int64), medians))


def well_flow(hours: PlantHours, side: str, *, at: str = "") -> Floats | None:
    """
    Return the flow of all wells, or at a place, by volume counters before flows.

    Parameters
    ----------
    hours : PlantHours
        The period.
    side : str
        ``abstraction`` or ``reinjection``.
    at : str
        A place; all wells when empty.

    Returns
    -------
    array or None
        None where nothing meters it. [m3 s-1]
    """
    for quantity in (f"{side}_volume", f"{side}_flow"):
        places = [of for of in hours.places(quantity) if (of == at if at else of != MAKE_UP)]
        if places:
            return np.asarray(np.sum([hours.values(quantity, of) for of in places], axis=0))
    return None


def _own_flow(hours: PlantHours, well: str) -> Floats | None:
    names = ("reinjection_volume", "reinjection_flow")
    return next((hours.values(q, well) for q in names if hours.has(q, well)), None)


def _water(hours: PlantHours) -> Floats:
    """Temperature of the water that goes back; 10 °C where nobody measures it. [°C]"""
    if hours.has("return_temperature", "source"):
        return hours.values("return_temperature", "source")
    return np.full(len(hours.time), REFERENCE)


def is_wash(note: str) -> bool:
    """Tell whether a note speaks of a backwash."""
    return "backwash" in note.lower() or "回扬" in note


def viscosity_ratio(temperature: Floats) -> Floats:
    """Return the viscosity of water over that at 10 °C. [-]"""
    grid = np.arange(1.0, 60.0)
    curve = np.array([fluid_properties("water", 0.0, float(t)).viscosity for t in grid])
    reference = fluid_properties("water", 0.0, REFERENCE).viscosity
    return np.asarray(np.interp(temperature, grid, curve) / reference)


def _yearly(months: Times, values: Floats) -> float | None:
    """Share gained or lost a year, by the median of slopes. [-]"""
    try:
        found = seasonal_trend(1970 + months.astype(np.int64) / 12, [0] * len(values), values)
    except InsufficientDataError:
        return None
    return found.slope / float(np.median(values))
