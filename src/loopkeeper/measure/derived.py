"""Heat of a loop from its flow and temperatures, at the rhythm of the meters."""

from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.errors import OutOfRangeError
from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.series import Floats
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.plant.plant import Plant

BRINE: Final = 5.0
"""Temperature at which brine is set beside water. [°C]"""
TABLE: Final = np.arange(-30.0, 111.0, 2.0)
"""Temperatures at which fluid properties are looked up. [°C]"""


def loop_fluid(plant: Plant, loop: str) -> tuple[str, float]:
    """Return name and antifreeze mass fraction of a loop's fluid; the load side is water. [-]"""
    if loop == "source":
        return plant.source.fluid, plant.source.fluid_mass_fraction
    return "water", 0.0


def volumetric_heat_capacity(fluid: tuple[str, float], temperature: Floats) -> Floats:
    """
    Return the heat that warms a cubic metre of a loop's fluid by one kelvin.

    Parameters
    ----------
    fluid : tuple of (str, float)
        Name and mass fraction of the antifreeze.
    temperature : array, shape (n,)
        Fluid temperature; outside the fluid's tables the nearest value holds. [°C]

    Returns
    -------
    array, shape (n,)
        Volumetric heat capacity. [J m-3 K-1]

    Raises
    ------
    OutOfRangeError
        When the fluid is unknown.
    """
    known: list[float] = []
    capacity: list[float] = []
    refused = OutOfRangeError(f"no properties of {fluid[0]!r}")
    for degrees in TABLE:
        try:
            properties = fluid_properties(fluid[0], fluid[1], float(degrees))
        except OutOfRangeError as error:
            refused = error
            continue
        known.append(float(degrees))
        capacity.append(properties.volumetric_heat_capacity)
    if not known:
        raise refused
    return np.asarray(np.interp(temperature, known, capacity))


def water_meter_error(fluid: tuple[str, float], temperature: float = BRINE) -> float:
    """
    Return by how much a heat meter made for water reads too much in another fluid.

    Its calculator multiplies by water's density and heat capacity (EN 1434-1, annex A).

    Parameters
    ----------
    fluid : tuple of (str, float)
        Name and mass fraction of the antifreeze.
    temperature : float
        Mean fluid temperature. [°C]

    Returns
    -------
    float
        Relative error, 0 for water. [-]
    """
    if fluid[0] == "water":
        return 0.0
    one = np.array([temperature])
    capacities = (volumetric_heat_capacity(f, one)[0] for f in (("water", 0.0), fluid))
    water, brine = capacities
    return float(abs(water / brine - 1))


def loop_heat(
    flow: Segments, supply: Segments, back: Segments, fluid: tuple[str, float]
) -> Segments:
    """
    Return the heat a loop carries wherever flow and both temperatures are known together.

    Products are taken before averaging: the mean of a product is not the product of means when
    pumps cycle.

    Parameters
    ----------
    flow : Segments
        Volume flow. [m3 s-1]
    supply, back : Segments
        Supply and return temperature. [°C]
    fluid : tuple of (str, float)
        Name and mass fraction of the antifreeze.

    Returns
    -------
    Segments
        Heat given off between supply and return, ρ c V (T_supply − T_return); extracted from the
        source, delivered to the building. [W]
    """
    columns = [s.usable() for s in (flow, supply, back)]
    edges = np.unique(np.concatenate([t for s in columns for t in (s.start, s.end)]))
    if len(edges) < 2:
        none = np.zeros(0, np.int64)
        return Segments(none, none, np.zeros(0), np.zeros(0, np.uint8))
    volume, hot, cold = (s.at(edges[:-1]) for s in columns)
    capacity = volumetric_heat_capacity(fluid, np.nan_to_num((hot + cold) / 2))
    heat = capacity * volume * (hot - cold)
    known = np.isfinite(heat)
    spread = np.zeros(len(heat), dtype=bool)
    for one in columns:
        drawn = replace(one, value=(one.flag == Flag.SPREAD).astype(np.float64))
        spread |= np.nan_to_num(drawn.at(edges[:-1])) > 0
    flag = np.where(spread, np.uint8(Flag.SPREAD), np.uint8(Flag.GOOD))[known]
    return Segments(edges[:-1][known], edges[1:][known], heat[known], flag)
