"""The same year over and over: how far a borehole field's fluid gets, and when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.gfunction import FieldGeometry, wall_source_g
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.moving_water import Stream, moving_response
from loopkeeper.units import HOUR

Floats = NDArray[np.float64]

FIRST = 1.0e6
"""Before it neighbours and the ends of a hole are not felt by usual fields. [s]"""
MODES, MORE = 32, 80
"""Modes of a wall response, from ten minutes to twice the horizon; more for late plumes. [-]"""
CLOSE = 1.5e-3
"""Error of a wall response that hardly matters: 0.045 K at 30 W/m. [m K W-1]"""
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
    for count, first, cut in ((MODES, 0.7, 1e-9), (MORE, 0.1, 1e-12)):
        taus = np.geomspace(first * time[0], 2.0 * time[-1], count)
        matrix = -np.expm1(-time[:, None] / taus[None, :])
        coefficients = np.linalg.lstsq(matrix, response, rcond=cut)[0]
        error = float(np.abs(matrix @ coefficients - response).max())
        if error <= allowed:
            return taus, np.asarray(coefficients, dtype=np.float64)
    raise UnphysicalError(f"wall response is missed by {error:.3g} m K/W")


@dataclass(frozen=True)
class Extremes:
    """
    How far the fluid falls and rises per metre of one hole and unit of load.

    ``drop`` largest fall below and ``rise`` above the undisturbed ground [K]; ``drop_year`` and
    ``rise_year`` when, from 1 [year]; ``yearly`` mean drop of each year [K].
    """

    drop: float
    rise: float
    drop_year: int
    rise_year: int
    yearly: Floats


def extremes(
    response: tuple[Floats, Floats], *, resistance: float, heat_per_metre: Floats, years: int,
    spread: Floats | None = None,
) -> Extremes:  # fmt: skip
    """
    Run a year's hours again and again.

    Parameters
    ----------
    response : pair of arrays
        Time [s] and step response of the wall [m K W-1].
    resistance : float
        Between fluid and wall. [m K W-1]
    heat_per_metre : array, shape (n,)
        Drawn from the ground, hour by hour; negative when it is put in. [W m-1]
    years : int
        How many. [year]
    spread : array, shape (n,), optional
        What is added to the drop in each hour, as half the difference of in- and outlet. [K]

    Returns
    -------
    Extremes
        At the ends of the hours, when a constant load has cooled the ground the most.

    Raises
    ------
    OutOfRangeError
        When the load is not finite.
    """
    if not np.all(np.isfinite(heat_per_metre)):
        raise OutOfRangeError("the load of a year must be finite; fill gaps first")
    tau, gain = wall_modes(*response)
    decay = np.exp(-HOUR / tau)
    own = np.zeros(len(heat_per_metre)) if spread is None else spread
    found = np.zeros(4)
    yearly = np.zeros(years)
    load = np.ascontiguousarray(heat_per_metre, dtype=np.float64)
    factors = (decay, (1 - decay) * gain, np.zeros(len(tau)))
    _march(factors, load, resistance * load + own, found, yearly)
    return Extremes(
        float(found[0]), float(-found[1]), int(found[2]) + 1, int(found[3]) + 1, yearly
    )


@compiled
def _march(
    factors: tuple[Floats, Floats, Floats],
    load: Floats,
    at_once: Floats,
    found: Floats,
    yearly: Floats,
) -> None:
    """Largest and smallest drop of all years; found: drop, −rise and their years."""
    decay, push, state = factors
    for year in range(yearly.size):
        total = 0.0
        for n in range(load.size):
            drop = at_once[n]
            for k in range(state.size):
                state[k] = decay[k] * state[k] + push[k] * load[n]
                drop += state[k]
            total += drop
            if drop > found[0]:
                found[0] = drop
                found[2] = year
            if drop < found[1]:
                found[1] = drop
                found[3] = year
        yearly[year] = total / load.size
