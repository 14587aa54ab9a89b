r"""
Single-well circulation, reduced: from geometry to what the machines see, once per design.

Three types (DB11/T 935): with particles, in one aquifer, stacked over several.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.returned_water import WellGround, fit_delayed
from loopkeeper.physics.well_flow import Packing, WellFlow, packed_flow, screened_flow
from loopkeeper.physics.well_transport import WellTransport
from loopkeeper.units import DAY, YEAR

Floats = NDArray[np.float64]

MARCHED: Final = 180 * DAY
"""Circulation that is marched explicitly; the smooth rest is settled by long steps. [s]"""
HORIZON: Final = 40 * YEAR
"""Circulation that a reduction covers. [s]"""
WIDE: Final = 60.0
"""Reach from which on all rings are used. [m]"""
CELLS: Final = (48, 40)
"""Radial and vertical cells of the usual grid. [-]"""


@dataclass(frozen=True)
class WellResponse:
    """
    Feedback of one well at its design flow.

    ``volume`` circulated [m3] and ``feedback`` [-], shape (n,), of the water that passes the
    ground; ``exchange`` share that does [-]; ``head_loss`` between return and intake [m].
    """

    volume: Floats
    feedback: Floats
    exchange: float
    head_loss: float


def screened_response(
    aquifer: Aquifer,
    screens: Screens,
    *,
    flow: float,
    reach: float,
    cells: tuple[int, int] = CELLS,
) -> WellResponse:
    """
    Return the feedback of a well with two screens in one aquifer.

    Parameters
    ----------
    aquifer : Aquifer
        Confined, homogeneous.
    screens : Screens
        Where water enters and leaves.
    flow : float
        Design flow. [m3 s-1]
    reach : float
        Half the distance to the next well. [m]
    cells : pair of int
        Grid, about. [-]

    Returns
    -------
    WellResponse
        All water passes the ground.

    Notes
    -----
    Temperatures depend on geometry, flow and K_r/K_z, not on K itself, which sets only the head.
    """
    # a small cell of ground needs fewer rings, and rings as wide, for the same accuracy
    rings = (max(20, round(cells[0] * min(1.0, reach / WIDE))), cells[1])
    return _response(aquifer, screened_flow(aquifer, screens, flow=flow, reach=reach, cells=rings))


def packed_response(
    aquifer: Aquifer,
    packing: Packing,
    *,
    flow: float,
    reach: float,
    cells: tuple[int, int] = CELLS,
) -> WellResponse:
    """
    Return the feedback of a well with a particle-filled annulus.

    Parameters
    ----------
    aquifer : Aquifer
        Around the packing.
    packing : Packing
        The annulus.
    flow : float
        Design flow. [m3 s-1]
    reach : float
        Half the distance to the next well. [m]
    cells : pair of int
        Grid, about. [-]

    Returns
    -------
    WellResponse
        ``exchange`` is the share that leaves the packing; ``feedback`` that of this share.
    """
    field = packed_flow(aquifer, packing, flow=flow, reach=reach, cells=cells)
    model = WellTransport(aquifer, field)
    time = np.geomspace(0.25 * DAY, MARCHED, 60)
    total = _marched(model, time)
    through = np.clip((total - (1.0 - field.exchange)) / field.exchange, 0.0, 1.0)
    return WellResponse(flow * time, through, field.exchange, field.head_loss)


def _response(aquifer: Aquifer, field: WellFlow) -> WellResponse:
    model = WellTransport(aquifer, field)
    time = np.arange(1, 61) * MARCHED / 60
    early = _marched(model, time)
    late = np.geomspace(1.03 * MARCHED, HORIZON, 60)
    settled = model.settle(late - time[-1])
    feedback = np.maximum.accumulate(np.clip(np.concatenate([early, settled]), 0.0, 1.0))
    volume = field.flow * np.concatenate([time, late])
    return WellResponse(volume, feedback, field.exchange, field.head_loss)


def _marched(model: WellTransport, time: Floats) -> Floats:
    """Deficit of the water taken at each time under a unit deficit returned."""
    answer, now = np.empty(len(time)), 0.0
    for n, moment in enumerate(time):
        tail = 0.04 * (moment - now)
        model.run(moment - now - tail, entering=1.0)
        answer[n] = model.run(tail, entering=1.0)
        now = moment
    return answer


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


def cell_reach(x: Floats, y: Floats, *, alone: float = 200.0) -> Floats:
    """
    Return the radius of ground that each of several wells has for itself.

    Parameters
    ----------
    x, y : array, shape (n,)
        Places of the wells. [m]
    alone : float
        Radius of a well without neighbours. [m]

    Returns
    -------
    array, shape (n,)
        Radius of a disc of the area nearer to this well than to any other, within `alone`. [m]

    Notes
    -----
    Between equal wells that run together no heat crosses the middle line (symmetry), so a well and
    its cell are a closed store; outer wells own more ground.
    """
    step = alone / 100
    offsets = np.arange(-alone + step / 2, alone, step)
    dx, dy = np.meshgrid(offsets, offsets)
    disc = np.hypot(dx, dy) <= alone
    dx, dy = dx[disc], dy[disc]
    own = np.hypot(dx, dy)
    answer = np.empty(len(x))
    for n in range(len(x)):
        other = np.hypot(x[n] + dx[:, None] - x[None, :], y[n] + dy[:, None] - y[None, :])
        other[:, n] = np.inf
        answer[n] = alone * np.sqrt(np.mean(own <= other.min(axis=1)))
    return answer


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


def breakthrough_time(aquifer: Aquifer, *, distance: float, flow: float) -> float:
    r"""
    Return when the first returned water reaches the intake, screens taken as points.

    Parameters
    ----------
    aquifer : Aquifer
        Anisotropy and heat capacity.
    distance : float
        Between the middles of the screens. [m]
    flow : float
        Circulated. [m3 s-1]

    Returns
    -------
    float
        :math:`4\pi(\pi/8 - 1/3) R a^2 L^3 / Q` in an unbounded aquifer without conduction. [s]
    """
    ratio = aquifer.heat_capacity / WATER
    return 4 * np.pi * (np.pi / 8 - 1 / 3) * ratio * aquifer.anisotropy * distance**3 / flow


def steady_deficit(spread: float, *, exchange: float, feedback: float = 0.0) -> float:
    """
    Return how far the water taken settles below undisturbed water when part returns at once.

    Parameters
    ----------
    spread : float
        Returned water is this much colder than taken. [K]
    exchange : float
        Share through the ground. [-]
    feedback : float
        Share of the deficit that comes back through the ground. [-]

    Returns
    -------
    float
        ΔT P/(1−P) with P = 1 − e (1−f). [K]
    """
    if not 0 < exchange <= 1 or not 0 <= feedback < 1:
        raise OutOfRangeError("exchange must be above 0 up to 1, feedback from 0 below 1")
    short = 1.0 - exchange * (1.0 - feedback)
    return spread * short / (1.0 - short)


def exchange_from_test(deficit: float, spread: float) -> float:
    """
    Return the exchange share that a step test shows, from its first ten days.

    Parameters
    ----------
    deficit : float
        Water taken below undisturbed water. [K]
    spread : float
        Of the machines or the heater. [K]

    Returns
    -------
    float
        1/(1 + u) with u = deficit/spread. [-]
    """
    return 1.0 / (1.0 + deficit / spread)


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
