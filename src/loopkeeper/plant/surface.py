"""Surface water as the dossier describes it: its course over the year and what may be taken."""

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.surface_water import usable_heat
from loopkeeper.plant.loops import shallow_course
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.season import coldest_day
from loopkeeper.plant.site import Site
from loopkeeper.plant.source import SurfaceWater

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Hours = NDArray[np.int64]


def yearly_water(body: SurfaceWater, site: Site, time: Times) -> Floats:
    """
    Return the temperature of surface water as a sinusoid.

    Parameters
    ----------
    body : SurfaceWater
        Its range over the year.
    site : Site
        Tells when it is coldest: at the end of January, south of the equator of July.
    time : array of datetime64, shape (n,)
        Instants.

    Returns
    -------
    array, shape (n,)
        [°C]
    """
    day = (time - time.astype("datetime64[Y]")) / np.timedelta64(1, "D")
    low, high, coldest = body.low, body.high, coldest_day(site)
    return np.asarray(
        0.5 * (low + high) - 0.5 * (high - low) * np.cos(2 * np.pi * (day - coldest) / 365.25)
    )


def natural_course(plant: Plant, time: Times) -> Floats | None:
    """
    Return the temperature that open water, or ground near its surface, has on its own.

    Parameters
    ----------
    plant : Plant
        Its body of water, or its horizontal loop.
    time : array of datetime64, shape (n,)
        Instants.

    Returns
    -------
    array, shape (n,), or None
        [°C]; None of sources whose temperature is the same all the year.
    """
    body = plant.source.open_water
    if body is not None:
        return yearly_water(body, plant.site, time)
    return shallow_course(plant, time)


def water_limit(body: SurfaceWater, temperature: Floats, hour: Hours, cooling: Floats) -> Floats:
    """
    Return the heat that may be taken from, or given to, surface water.

    Parameters
    ----------
    body : SurfaceWater
        Its available flow, how that flow is spread over the day, and its limits.
    temperature : array, shape (n,)
        Of the water on its own. [°C]
    hour : array of int, shape (n,)
        Local hour of day, 0–23.
    cooling : array, shape (n,)
        Heat given to the water; only the ecological limit holds where it is positive. [W]

    Returns
    -------
    array, shape (n,)
        Infinite where nothing limits it. [W]

    Notes
    -----
    Taking heat: the available flow, cooled by the ecological limit and not below ``return_min``.
    """
    if body.available_flow is None:
        return np.full(len(temperature), np.inf)
    share = np.array(body.flow_by_hour)[hour] if body.flow_by_hour else np.ones(len(hour))
    flow = body.available_flow * share
    change = np.inf if body.ecological_limit is None else body.ecological_limit
    taken = usable_heat(temperature, flow, ecological=change, leaving=body.return_min)
    given = WATER * flow * change if np.isfinite(change) else np.full(len(flow), np.inf)
    return np.where(cooling > 0, given, taken)
