r"""
Single-well circulation: wells in modal form, what one alone can give, and its closed forms.

Three types (DB11/T 935): with particles, in one aquifer, stacked over several.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.circulating import WellResponse
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.returned_water import WellGround, fit_delayed
from loopkeeper.physics.well_flow import Packing, packed_flow, screened_flow
from loopkeeper.physics.well_transport import WellTransport

Floats = NDArray[np.float64]

COARSE: Final = (32, 28)
"""Radial and vertical cells of the grid for one season. [-]"""
REACH: Final = 100.0
"""Ground that one season reaches. [m]"""


def well_ground(
    response: WellResponse,
    *,
    temperature: float,
    wells: float = 1.0,
    exchange: float | None = None,
    rest_time: float = np.inf,
) -> WellGround:
    """
    Return equal wells, all circulating together, in modal form.

    Parameters
    ----------
    response : WellResponse
        Of one well at design flow.
    temperature : float
        Undisturbed water. [°C]
    wells : float
        Number of wells that share the plant's flow. [-]
    exchange : float, optional
        Share through the ground where it was measured or supposed. [-]
    rest_time : float
        Time constant of regional flow, see :func:`washing_time`. [s]

    Returns
    -------
    WellGround
        Volumes are those of all wells together.
    """
    volumes, coefficients = fit_delayed(response.volume, response.feedback)
    share = response.exchange if exchange is None else exchange
    return WellGround(temperature, wells * volumes, coefficients, share, rest_time)


def washing_time(aquifer: Aquifer, reach: float) -> float:
    """
    Return the time constant with which regional flow renews the water around a well.

    Parameters
    ----------
    aquifer : Aquifer
        Regional Darcy flux and heat capacity.
    reach : float
        Radius of the well's cell. [m]

    Returns
    -------
    float
        R · 2 reach / velocity with R = C_b/C_w; infinite without regional flow. [s]
    """
    if aquifer.velocity <= 0:
        return float("inf")
    return aquifer.heat_capacity / WATER * 2 * reach / aquifer.velocity


def season_deficit(
    aquifer: Aquifer, shape: Screens | Packing, *, flow: float, season: float
) -> float:
    """
    Return by how much the water of a well alone falls per kelvin of spread in a first season.

    Parameters
    ----------
    aquifer : Aquifer
        At rest before the season.
    shape : Screens or Packing
        What parts return from intake.
    flow : float
        Circulated all the time. [m3 s-1]
    season : float
        [s]

    Returns
    -------
    float
        u at the season's end, for :func:`sustainable_heat`. [-]
    """
    if isinstance(shape, Screens):
        field = screened_flow(aquifer, shape, flow=flow, reach=REACH, cells=COARSE)
    else:
        field = packed_flow(aquifer, shape, flow=flow, reach=REACH, cells=COARSE)
    model = WellTransport(aquifer, field)
    tail = season / 2000
    model.run(season - tail, spread=1.0)
    return model.run(tail, spread=1.0)


def sustainable_heat(
    flow: float, *, deficit_per_spread: float, undisturbed: float, coldest: float
) -> float:
    """
    Return the heat a circulating well can give without returning water too cold.

    Parameters
    ----------
    flow : float
        Circulated. [m3 s-1]
    deficit_per_spread : float
        u: by how much the water taken falls per kelvin of spread, at the end of the season. [-]
    undisturbed : float
        Water at rest. [°C]
    coldest : float
        Lowest temperature of the water returned. [°C]

    Returns
    -------
    float
        C_w Q (T₀ − T_coldest)/(1 + u): the check of any claim of capacity. [W]
    """
    if deficit_per_spread < 0 or coldest >= undisturbed:
        raise OutOfRangeError(
            f"deficit per spread = {deficit_per_spread:g}, coldest return {coldest:g} °C: allowed "
            f"from 0, below the undisturbed {undisturbed:g} °C"
        )
    return WATER * flow * (undisturbed - coldest) / (1.0 + deficit_per_spread)
