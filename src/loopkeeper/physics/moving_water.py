r"""
Borehole fields in moving groundwater: moving finite line sources, all holes upon all holes.

Every instant of extraction leaves a cold cloud that drifts and spreads. The mean of what all
clouds do at all walls is one integral over their age τ, whatever the number of holes:

.. math::
    g(t) = \tfrac12 \int_0^t Y(\tau) \frac{1}{N} \sum_{ij}
           \exp\Big(-\frac{|d_{ij} - v \tau|^2}{4 \alpha \tau}\Big) \frac{d\tau}{\tau}

with the mean over the wall of the hole's own cloud, the plume's speed v = U C_w / C, and Y the
loss at the ends of a hole and the surface above it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_simpson
from scipy.special import erf, ive

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.gfunction import FieldGeometry

Floats = NDArray[np.float64]

_FELT = 25.0
"""Exponent beyond which a hole beside the plume does not feel it. [-]"""
_GONE = 40.0
"""Exponent of a cloud that is not there yet. [-]"""
_FINEST, _COARSEST = 0.5, 0.1
"""Steps of the age: share of a cloud's own width in log time, and the longest of all. [-]"""
_BIN = 0.02
"""Distances that differ by so much of the least are one. [-]"""
_BLOCK = 2_000_000
"""Exponentials at a time. [-]"""


@dataclass(frozen=True, slots=True)
class Stream:
    """
    Moving groundwater as the heat in the ground feels it.

    ``speed`` of a plume [m s-1], ``direction`` it heads to, from the x axis [rad],
    ``diffusivity`` of the ground [m2 s-1].
    """

    speed: float
    direction: float
    diffusivity: float

    @classmethod
    def of(
        cls, groundwater: tuple[float, float], *, conductivity: float, heat_capacity: float
    ) -> "Stream":
        """
        Return the stream of a Darcy flux.

        Parameters
        ----------
        groundwater : pair of float
            Darcy flux [m s-1] and the direction it heads to, from the x axis [rad].
        conductivity, heat_capacity : float
            Of the saturated ground. [W m-1 K-1], [J m-3 K-1]

        Returns
        -------
        Stream
        """
        flux, direction = groundwater
        return cls(flux * WATER / heat_capacity, direction, conductivity / heat_capacity)

    @property
    def decay(self) -> float:
        """Half the plume's speed over the diffusivity. [m-1]"""
        return self.speed / (2 * self.diffusivity)

    def along(self, x: Floats, y: Floats) -> Floats:
        """Return how far downstream a place lies. [m]"""
        return np.asarray(x * np.cos(self.direction) + y * np.sin(self.direction))


@dataclass(frozen=True)
class MovingResponse:
    """
    g-functions of a field in moving groundwater, all holes giving alike.

    ``time`` [s]; ``own`` of one endless hole alone and ``field`` mean over all holes, shape (n,)
    [-].
    """

    time: Floats
    own: Floats
    field: Floats

    def at(self, time: Floats) -> tuple[Floats, Floats]:
        """Return ``own`` and ``field`` at other times [s]; nothing before the first."""
        axis, position = np.log(self.time), np.log(np.asarray(time, dtype=np.float64))
        own, field = (np.interp(position, axis, g, left=0.0) for g in (self.own, self.field))
        return own, field


def moving_response(geometry: FieldGeometry, stream: Stream, *, end: float) -> MovingResponse:
    """
    Return the response of a field in moving groundwater.

    Parameters
    ----------
    geometry : FieldGeometry
        The field; holes of unlike lengths count with their mean, leaning ones at mid-depth.
    stream : Stream
        The groundwater.
    end : float
        Longest time. [s]

    Returns
    -------
    MovingResponse

    Raises
    ------
    OutOfRangeError
        When the water does not move.

    Notes
    -----
    Every hole gives the same heat per metre. Warmer holes upstream would give more: the mean is
    on the safe side. Homogeneous ground, no dispersion, flow through the holes as through ground.
    Validated in tests/validation/test_moving_water.py.

    References
    ----------
    .. [1] N. Molina-Giraldo et al., "A moving finite line source model to simulate borehole heat
       exchangers with groundwater advection", Int. J. Therm. Sci. 50 (2011) 2506.
    .. [2] J. Claesson and S. Javed, "An analytical method to calculate borehole fluid
       temperatures for time-scales from minutes to decades", ASHRAE Trans. 117 (2011) 279.
    """
    if stream.speed <= 0:
        raise OutOfRangeError("groundwater that does not move has no plume")
    x, y = _middles(geometry)
    pairs = _pairs(x, y, stream)
    radius = geometry.radius
    age = _ages(stream, radius, max(float(pairs[0].max(initial=0.0)), radius), end)
    here = np.full(1, radius)
    own = _clouds((here, here, ive(0, stream.decay * here)), age, stream)
    others = _clouds(pairs, age, stream)
    rates = 0.5 * np.stack([own, _end_loss(geometry, geometry, age, stream) * (own + others)])
    found = cumulative_simpson(rates, x=np.log(age), initial=0.0)
    return MovingResponse(age, found[0], found[1])


def response_upon(
    upon: FieldGeometry, by: FieldGeometry, stream: Stream, *, time: Floats
) -> Floats:
    r"""
    Return what one field does to the walls of another, mean over the depth of its holes.

    Parameters
    ----------
    upon : FieldGeometry
        Holes that feel it.
    by : FieldGeometry
        Holes that draw heat, all the same per metre.
    stream : Stream
        The groundwater; of a speed of 0 where it rests.
    time : array, shape (n,)
        Ascending. [s]

    Returns
    -------
    array, shape (n,)
        Drop times 2πk over the extraction per metre of each hole that draws. [-]

    Raises
    ------
    OutOfRangeError
        When holes of both stand within one another.

    Notes
    -----
    Holes of unlike lengths count with their mean, leaning ones at mid-depth. Validated in
    tests/validation/test_neighbours.py and test_moving_water.py.
    """
    (x, y), (east, north) = _middles(upon), _middles(by)
    dx, dy = (u[:, None] - v[None, :] for u, v in ((x, east), (y, north)))
    nearest = float(np.hypot(dx, dy).min())
    if nearest < upon.radius + by.radius:
        raise OutOfRangeError(
            f"boreholes of two fields {nearest:.3f} m apart: allowed from "
            f"{upon.radius + by.radius:.3f} m"
        )
    pairs = _binned(stream.along(dx, dy), np.hypot(dx, dy), resting=stream.speed == 0)
    age = _ages(stream, nearest, max(float(pairs[0].max()), nearest), time[-1])
    clouds = _clouds(pairs, age, stream) / upon.count
    rate = 0.5 * _end_loss(upon, by, age, stream) * clouds
    grown = cumulative_simpson(rate, x=np.log(age), initial=0.0)
    return np.asarray(np.interp(np.log(time), np.log(age), grown, left=0.0))


def downstream(geometry: FieldGeometry, stream: Stream, distance: float) -> FieldGeometry:
    """
    Return a place behind the hole that is nearest to the middle of a field's plume.

    Parameters
    ----------
    geometry : FieldGeometry
        The field.
    stream : Stream
        The groundwater.
    distance : float
        Downstream of its last hole. [m]

    Returns
    -------
    FieldGeometry
        One upright hole as deep as the field's.
    """
    x, y = _middles(geometry)
    ahead = np.array([np.cos(stream.direction), np.sin(stream.direction)])
    across = y * ahead[0] - x * ahead[1]
    far = float(stream.along(x, y).max()) + distance
    side = across[np.argmin(np.abs(across - 0.5 * (across.min() + across.max())))]
    where = far * ahead + side * np.array([-ahead[1], ahead[0]])
    return probe(geometry, float(where[0]), float(where[1]))


def probe(geometry: FieldGeometry, x: float, y: float) -> FieldGeometry:
    """Return one upright hole at a place [m], as deep as a field's."""
    depth, top = _span(geometry)
    return FieldGeometry(np.array([x]), np.array([y]), depth, top, geometry.radius)


def _middles(geometry: FieldGeometry) -> tuple[Floats, Floats]:
    """Places of the holes at half their depth. [m]"""
    if geometry.tilt is None or geometry.orientation is None:
        return geometry.x, geometry.y
    out = 0.5 * geometry.length * np.sin(geometry.tilt)
    lean = geometry.orientation
    return geometry.x + out * np.cos(lean), geometry.y + out * np.sin(lean)


def _pairs(x: Floats, y: Floats, stream: Stream) -> tuple[Floats, Floats, Floats]:
    """Hole upon other hole: distance along the flow and in all [m], weight; alike ones as one."""
    east, north = (np.rint(1000.0 * (v[:, None] - v[None, :])).astype(np.int64) for v in (x, y))
    keys, counts = np.unique((east << 32) + north, return_counts=True)
    north_of = ((keys + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
    dx, dy = ((keys - north_of) >> 32) / 1000.0, north_of / 1000.0
    along, apart = stream.along(dx, dy), np.hypot(dx, dy)
    felt = (apart > 0) & (stream.decay * (apart - along) < _FELT)
    return along[felt], apart[felt], counts[felt] / len(x)


def _binned(along: Floats, apart: Floats, *, resting: bool) -> tuple[Floats, Floats, Floats]:
    """Like pairs as one: distance along the flow and in all [m], weight; a fiftieth apart."""
    step = _BIN * float(apart.min())
    keys = [np.rint(np.log(apart) / _BIN)] if resting else [along // step, apart // step]
    _, place, counts = np.unique(
        np.stack([k.ravel() for k in keys]), axis=1, return_inverse=True, return_counts=True
    )
    ahead, far = (np.bincount(place, weights=v.ravel()) / counts for v in (along, apart))
    return ahead, far, counts.astype(np.float64)


def _ages(stream: Stream, nearest: float, reach: float, end: float) -> Floats:
    """Ages of clouds, as close in log time as the sharpest cloud that still passes needs. [s]"""
    spread = 2 * stream.diffusivity
    wide = np.sqrt(2 * _GONE * spread)
    first = (2 * nearest / (np.sqrt(wide**2 + 4 * stream.speed * nearest) + wide)) ** 2
    first = min(first, end / 10)
    axis = np.linspace(np.log(first), np.log(end), 4000)
    age = np.exp(axis)
    width = np.sqrt(spread * age)
    passing = stream.speed * age - reach < 9 * width
    own = _FINEST * width / np.maximum(stream.speed * age, 1e-9)
    step = np.where(passing, np.minimum(own, _COARSEST), _COARSEST)
    count = np.concatenate([[0.0], np.cumsum(np.diff(axis) / np.maximum(step[1:], 1e-6))])
    log_age = np.interp(np.linspace(0, count[-1], int(count[-1]) + 2), count, axis)
    return np.asarray(np.exp(log_age))


def _clouds(pairs: tuple[Floats, Floats, Floats], age: Floats, stream: Stream) -> Floats:
    """What clouds of an age are at the places of pairs, weighted. [-]"""
    total = np.zeros(len(age))
    gone, spread = stream.speed * age, 4 * stream.diffusivity * age
    rows = max(1, _BLOCK // len(age))
    for n in range(0, len(pairs[0]), rows):
        along, apart, weight = (values[n : n + rows] for values in pairs)
        nearer = apart[:, None] ** 2 - 2 * along[:, None] * gone + gone**2
        total += weight @ np.exp(-nearer / spread)
    return total


def _end_loss(upon: FieldGeometry, by: FieldGeometry, age: Floats, stream: Stream) -> Floats:
    """Share of a cloud that neither ends nor surface have taken, mean over a hole. [-]"""
    scale = 1 / np.sqrt(4 * stream.diffusivity * age)
    (own, top), (long, head) = ([v * scale for v in _span(field)] for field in (upon, by))
    below, deep = top - head, top + head
    kept = _ierf(below + own) - _ierf(below) + _ierf(below - long) - _ierf(below + own - long)
    image = _ierf(deep + own) - _ierf(deep) + _ierf(deep + long) - _ierf(deep + own + long)
    return np.asarray((kept + image) / (2 * own))


def _span(geometry: FieldGeometry) -> tuple[float, float]:
    """Depth that a hole reaches over, and of its top. [m]"""
    lean = 1.0 if geometry.tilt is None else float(np.mean(np.cos(geometry.tilt)))
    return lean * geometry.length, geometry.buried_depth


def _ierf(x: Floats) -> Floats:
    """Integral of the error function from 0 to x."""
    return np.asarray(x * erf(x) + np.expm1(-(x**2)) / np.sqrt(np.pi))
