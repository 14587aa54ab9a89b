"""The same year over and over: how far a borehole field's fluid gets, and when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.gfunction import FieldGeometry, wall_source_g
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.hole_resistance import FlowTable, fluid_with
from loopkeeper.physics.modes import signed_modes
from loopkeeper.physics.moving_water import Stream, moving_response
from loopkeeper.units import HOUR

Floats = NDArray[np.float64]

FIRST = 1.0e6
"""Before it neighbours and the ends of a hole are not felt by usual fields. [s]"""
MODES, MORE = 32, 80
"""Modes of a wall response, from ten minutes to twice the horizon; more for late plumes. [-]"""
CLOSE = 1.5e-3
"""Error of a wall response that hardly matters: 0.045 K at 30 W/m. [m K W-1]"""
COLDEST, WARMEST, ENTERING = range(3)
"""Places of the extremes while they are looked for."""
COARSE, FINE = 8, 28
"""Times of a g-function for a first look (1 %) and for the answer (0.1 %). [-]"""


def field_table(
    geometry: FieldGeometry, *, diffusivity: float, years: float, points: int
) -> FieldResponse:
    """
    Return a field's g-function on just the times that a sizing needs.

    Parameters
    ----------
    geometry : FieldGeometry
        The field.
    diffusivity : float
        Of the ground; the table serves others within a factor of two. [m2 s-1]
    years : float
        Horizon. [year]
    points : int
        Times; 8 for a first look (1 %), 28 for the answer (0.1 %). [-]

    Returns
    -------
    FieldResponse
        The line source serves before its first time.
    """
    end = 2 * years * 8760 * HOUR
    first = min(FIRST, _nearest(geometry) ** 2 / (30 * diffusivity), end / 4)
    return FieldResponse.of(geometry, diffusivity * np.geomspace(max(first, HOUR), end, points))


def wall_response(
    field: FieldResponse, *, conductivity: float, heat_capacity: float, years: float
) -> tuple[Floats, Floats]:
    """
    Return the step response of a field's borehole wall.

    Parameters
    ----------
    field : FieldResponse
        Its g-function.
    conductivity : float
        Of the ground. [W m-1 K-1]
    heat_capacity : float
        Of the ground. [J m-3 K-1]
    years : float
        Horizon. [year]

    Returns
    -------
    time, response : arrays, shape (n,)
        From a quarter of an hour. [s], [m K W-1]
    """
    diffusivity = conductivity / heat_capacity
    washed = field.groundwater[0] > 0
    time = np.geomspace(900.0, years * 8760 * HOUR, 300 if washed else 110)
    g = wall_source_g(time, radius=field.geometry.radius, diffusivity=diffusivity)
    g += field.interaction_at(time, diffusivity=diffusivity)
    if washed:
        stream = Stream.of(
            field.groundwater, conductivity=conductivity, heat_capacity=heat_capacity
        )
        g = np.minimum(g, moving_response(field.geometry, stream, end=time[-1]).at(time)[1])
    return time, np.maximum.accumulate(g) / (2 * np.pi * conductivity)


def _nearest(geometry: FieldGeometry) -> float:
    """What is felt first: the nearest neighbour, or the ends at a 24th of the length. [m]"""
    ends = geometry.length / 24
    if geometry.count < 2:
        return ends
    gap = np.hypot(geometry.x[1:] - geometry.x[0], geometry.y[1:] - geometry.y[0])
    return min(ends, float(gap.min()))


def wall_modes(time: Floats, response: Floats) -> tuple[Floats, Floats]:
    """
    Reduce a wall's step response to modes whose weights may have either sign.

    Parameters
    ----------
    time : array, shape (n,)
        Ascending. [s]
    response : array, shape (n,)
        [m K W-1]

    Returns
    -------
    time_constants, coefficients : arrays, shape (m,)
        [s], [m K W-1]

    Raises
    ------
    UnphysicalError
        When many modes too miss the response by 0.3 % of its final value and by 0.0015 m K/W.

    Notes
    -----
    Heat needs its time from the middle of a hole to its wall; such a delay is beyond modes of
    one sign. For marching known loads stability is all that is needed, and that the time
    constants give.
    """
    error = 0.0
    allowed = max(3e-3 * float(response[-1]), CLOSE)
    for count, first in ((MODES, 0.7), (MORE, 0.1)):
        taus, coefficients, error = signed_modes(
            time, response, (first * float(time[0]), 2.0 * float(time[-1]), count)
        )
        if error <= allowed:
            return taus, coefficients
    raise UnphysicalError(f"wall response is missed by {error:.3g} m K/W")


def wall_drop(response: tuple[Floats, Floats], heat_per_metre: Floats, years: int) -> Floats:
    """
    Run a year's hours again and again through a wall response.

    Parameters
    ----------
    response : pair of arrays
        Time [s] and step response of the wall [m K W-1].
    heat_per_metre : array, shape (n,)
        Drawn from the ground, hour by hour; negative when it is put in. [W m-1]
    years : int
        How many. [year]

    Returns
    -------
    array, shape (years, n)
        Drop of the wall at the ends of the hours, when a constant load has cooled it most. [K]

    Raises
    ------
    OutOfRangeError
        When the load is not finite.
    """
    if not np.all(np.isfinite(heat_per_metre)):
        raise OutOfRangeError("the load of a year must be finite; fill gaps first")
    tau, gain = wall_modes(*response)
    decay = np.exp(-HOUR / tau)
    load = np.ascontiguousarray(heat_per_metre, dtype=np.float64)
    drop = np.empty((years, len(load)))
    _march((decay, (1 - decay) * gain, np.zeros(len(tau))), load, drop)
    return drop


@compiled
def _march(factors: tuple[Floats, Floats, Floats], load: Floats, drop: Floats) -> None:
    """Drop of the wall in all hours of all years, filled in place."""
    decay, push, state = factors
    for year in range(drop.shape[0]):
        for n in range(load.size):
            total = 0.0
            for k in range(state.size):
                state[k] = decay[k] * state[k] + push[k] * load[n]
                total += state[k]
            drop[year, n] = total


@dataclass(frozen=True)
class Hole:
    """
    What stands between the wall and the fluid, and how the fluid runs.

    ``resistance`` R_b* of design [m K W-1] and its change ``by_flow`` of a hole and fluid
    temperature; ``cycling`` extra drop per W m-1 above the hourly mean [m K W-1]; ``flow`` of a
    hole while machines run [m3 s-1], ``share`` of the hour that they do [-] and ``spread``, half
    the difference of the water then [K], shape (n,) each.
    """

    resistance: float
    by_flow: FlowTable
    cycling: float
    flow: Floats
    share: Floats
    spread: Floats


@dataclass(frozen=True)
class Extremes:
    """
    How far the fluid gets.

    ``coldest`` and ``warmest`` water to the machines, ``coldest_entering`` water to the field
    while heat is drawn, infinite when none is [°C]; the years when, from 1 [year]; ``yearly``
    mean water to the machines of each year [°C].
    """

    coldest: float
    warmest: float
    coldest_entering: float
    coldest_year: int
    warmest_year: int
    entering_year: int
    yearly: Floats


def extremes(
    wall: Floats, hole: Hole, heat_per_metre: Floats, *, rest: Floats, scale: float = 1.0
) -> Extremes:
    """
    Return how far the fluid gets in years whose walls are known.

    Parameters
    ----------
    wall : array, shape (years, n)
        Drop of the wall. [K]
    hole : Hole
        Resistance and flow.
    heat_per_metre : array, shape (n,)
        Drawn from the ground. [W m-1]
    rest : array, shape (years + 1,)
        Ground without this field at the ends of the years. [°C]
    scale : float, optional
        On wall and heat, as of holes of another length. [-]

    Returns
    -------
    Extremes
        Water of running hours only counts while it runs: a share of 0 has no spread.

    Notes
    -----
    R_b* is that of the fluid's own temperature in every hour, so that brine which turns laminar
    when it is cold is seen as such.
    """
    share = np.where(hole.share > 0, hole.share, 1.0)
    heat = scale * heat_per_metre
    rate = heat / share
    found, when = np.array([np.inf, -np.inf, np.inf]), np.zeros(3, dtype=np.int64)
    yearly = np.zeros(len(wall))
    base = -hole.resistance * heat - hole.cycling * (rate - heat)
    hours = (rest, base, rate, hole.flow, hole.spread)
    _scan(wall, scale, hours, hole.by_flow, (found, when), yearly)
    cold, warm, entering = found.tolist()
    years = [int(year) + 1 for year in when]
    return Extremes(cold, warm, entering, years[0], years[1], years[2], yearly)


@compiled
def _scan(
    wall: Floats,
    scale: float,
    hours: tuple[Floats, Floats, Floats, Floats, Floats],
    by_flow: FlowTable,
    extremes: tuple[Floats, NDArray[np.int64]],
    yearly: Floats,
) -> None:
    """Coldest, warmest and coldest entering water and their years, filled in place."""
    found, when = extremes
    rest, base, rate, flow, spread = hours
    for year in range(yearly.size):
        total = 0.0
        colder = (rest[year] - rest[year + 1]) / base.size
        for n in range(base.size):
            mean = fluid_with(
                by_flow.flow,
                by_flow.temperature,
                by_flow.resistance,
                flow[n],
                rest[year] - n * colder + base[n] - scale * wall[year, n],
                rate[n],
            )
            leaving, entering = mean + spread[n], mean - spread[n]
            total += leaving
            if leaving < found[COLDEST]:
                found[COLDEST], when[COLDEST] = leaving, year
            if leaving > found[WARMEST]:
                found[WARMEST], when[WARMEST] = leaving, year
            if rate[n] > 0.0 and entering < found[ENTERING]:
                found[ENTERING], when[ENTERING] = entering, year
        yearly[year] = total / base.size
