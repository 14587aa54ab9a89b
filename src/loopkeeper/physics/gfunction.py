"""
Long-term thermal response of a borehole field: the g-function, through pygfunction.

This is the only module that computes g-functions with pygfunction. Every result is held against
physical bounds, because the library returns numbers up to 5e11 without a word when its time axis
starts below about four minutes.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pygfunction as gt
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.spatial import cKDTree
from scipy.special import exp1, kve

from loopkeeper.errors import OutOfRangeError, UnphysicalError
from loopkeeper.physics.laplace import STEHFEST_TERMS, stehfest_weights
from loopkeeper.physics.leaning import Lines, shared_wall_g
from loopkeeper.physics.unequal import MOST_UNEQUAL, HolesSideBySide, beyond_even

ROUNDING = 1e-6
"""Falls of a g-function that are none. [-]"""

Floats = NDArray[np.float64]

SHORTEST_TIME = 3600.0
"""Earliest time a g-function is asked for; before it the line source is exact to 1e-4. [s]"""

MOST_HOLES = 4000
"""Holes of one field: memory grows with their square, 2 GB for 2500. [-]"""
MOST_LEANING = 300
"""Leaning holes that are computed, in seconds. [-]"""
_LENGTHS = 0.1
"""Step of the logarithm of length between tables of leaning holes; 0.1 % of g. [-]"""
WIDE = 0.15
"""Radius from which a hole is a pile and its wall a cylinder. [m]"""


@dataclass(frozen=True)
class FieldGeometry:
    """
    Positions and shape of boreholes.

    ``x``, ``y`` : positions of the heads. [m]; ``length`` : mean active length of a hole. [m];
    ``buried_depth`` : depth of its top. [m]; ``radius`` : borehole radius. [m]; ``lengths`` : of
    each hole, None when all are alike. [m]; ``tilt`` from the vertical and ``orientation`` it
    leans to, None when all stand upright. [rad]
    """

    x: Floats
    y: Floats
    length: float
    buried_depth: float
    radius: float
    lengths: Floats | None = None
    tilt: Floats | None = None
    orientation: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse holes within one another and shapes that do not fit the number of holes."""
        for name in ("lengths", "tilt", "orientation"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.x):
                raise OutOfRangeError(f"{name}: {len(values)} values for {len(self.x)} boreholes")
        if len(self.x) > 1:
            places = np.stack([self.x, self.y], axis=1)
            nearest = float(cKDTree(places).query(places, k=2)[0][:, 1].min())
            if nearest < 2 * self.radius:
                raise OutOfRangeError(
                    f"two boreholes {nearest:.3f} m apart: allowed from their diameter, "
                    f"{2 * self.radius:.3f} m"
                )

    @property
    def count(self) -> int:
        """Number of boreholes."""
        return len(self.x)

    @property
    def total_length(self) -> float:
        """Active length of all holes together. [m]"""
        return self.count * self.length if self.lengths is None else float(self.lengths.sum())


def elsewhere(geometry: FieldGeometry, x: Floats, y: Floats) -> FieldGeometry:
    """
    Return upright holes at other places.

    Parameters
    ----------
    geometry : FieldGeometry
        Holes as they are to be.
    x, y : array, shape (n,)
        Heads. [m]

    Returns
    -------
    FieldGeometry

    Raises
    ------
    OutOfRangeError
        When the holes lean: where to is known at their own places only.
    """
    if geometry.tilt is not None:
        raise OutOfRangeError(
            "leaning holes: layouts and phases are found for upright ones only (tilt 0)"
        )
    return replace(geometry, x=x, y=y, lengths=None)


def line_source_g(time: Floats, *, radius: float, diffusivity: float) -> Floats:
    r"""
    Return the g-function of an infinite line source at the borehole wall.

    .. math:: g(t) = \tfrac{1}{2} E_1\!\left(\frac{r_b^2}{4 \alpha t}\right)

    Parameters
    ----------
    time : array, shape (n,)
        Time since the start of extraction, greater than zero. [s]
    radius : float
        Borehole radius. [m]
    diffusivity : float
        Thermal diffusivity of the ground. [m2 s-1]

    Returns
    -------
    array, shape (n,)
        Temperature drop times :math:`2 \pi k / q'`. [-]

    References
    ----------
    .. [1] H. S. Carslaw and J. C. Jaeger, "Conduction of Heat in Solids", 2nd ed., 1959, §10.4.
    """
    argument = radius**2 / (4 * diffusivity * np.asarray(time, dtype=np.float64))
    return np.asarray(0.5 * exp1(argument), dtype=np.float64)


def wall_source_g(time: Floats, *, radius: float, diffusivity: float) -> Floats:
    r"""
    Return the g-function of one endless hole at its wall: a line, or a cylinder where it is wide.

    .. math:: \bar g(s) = \frac{K_0(x)}{s\, x\, K_1(x)}, \qquad x = r_b \sqrt{s / \alpha}

    Parameters
    ----------
    time : array, shape (n,)
        Time since the start of extraction, greater than zero. [s]
    radius : float
        Of the hole; from :data:`WIDE` on, as of energy piles, its wall is a cylinder source. [m]
    diffusivity : float
        Thermal diffusivity of the ground. [m2 s-1]

    Returns
    -------
    array, shape (n,)
        Temperature drop times :math:`2 \pi k / q'`. [-]

    Notes
    -----
    A line within the ground stands for a hole whose filling stores as much heat as ground would;
    for days a pile of a metre is not that. Validated in tests/validation/test_gfunction.py.

    References
    ----------
    .. [1] H. S. Carslaw and J. C. Jaeger, "Conduction of Heat in Solids", 2nd ed., 1959, §13.5.
    """
    if radius < WIDE:
        return line_source_g(time, radius=radius, diffusivity=diffusivity)
    t = np.asarray(time, dtype=np.float64)
    s = np.arange(1, STEHFEST_TERMS + 1)[:, None] * np.log(2.0) / t
    x = radius * np.sqrt(s / diffusivity)
    transform = kve(0, x) / (s * x * kve(1, x))
    return np.asarray(np.log(2.0) / t * (stehfest_weights(STEHFEST_TERMS) @ transform))


def g_function(geometry: FieldGeometry, *, diffusivity: float, time: Floats) -> Floats:
    r"""
    Return the g-function of a field with one wall temperature common to all boreholes.

    The drop of the mean borehole wall temperature under a constant mean extraction :math:`q'`
    per metre is :math:`\Delta T_b(t) = \frac{q'}{2 \pi k_s}\, g(t)`.

    Parameters
    ----------
    geometry : FieldGeometry
        The field.
    diffusivity : float
        Thermal diffusivity of the ground. [m2 s-1]
    time : array, shape (n,)
        Ascending times since the start of extraction, at least one hour. [s]

    Returns
    -------
    array, shape (n,)
        g-function. [-]

    Raises
    ------
    OutOfRangeError
        When times are not ascending or start before one hour, or a length is not positive.
    UnphysicalError
        When the library's answer is not monotone, negative, or above the bound that every hole
        on its own line source sets.

    Notes
    -----
    The library superposes extraction in time over the very times it is asked for: a few scattered
    times give up to 3 % too little in between, a geometric series of ten a decade does not.
    Uniform borehole wall temperature, equivalent-borehole method, eight unequal segments:
    within 0.6 % of a 24-segment solution for 10 × 10 holes. Measured evidence prefers this
    boundary condition over uniform heat extraction. Holes of unequal lengths: the library's method
    differs by up to 4 % from its own 12 segments and takes minutes for a hundred;
    :mod:`loopkeeper.physics.unequal` adds what they differ by from even ones, within 1 %; of more
    than :data:`MOST_UNEQUAL` the mean length counts. Leaning holes: the library takes minutes for
    ninety; :mod:`loopkeeper.physics.leaning` takes a third of a second, within 1 % of it.
    Validated in tests/validation/test_gfunction.py.

    References
    ----------
    .. [1] M. Cimmino, "An approximation of the finite line source solution", 2021, as implemented
       in pygfunction 2.3.
    .. [2] C. Prieto and M. Cimmino, "Thermal interactions in large irregular fields of geothermal
       boreholes: the method of equivalent boreholes", J. Build. Perform. Simul. 14 (2021) 446.
    """
    time = np.asarray(time, dtype=np.float64)
    _check_request(geometry, diffusivity, time)
    if geometry.tilt is not None:
        g = _leaning_g(geometry, diffusivity * time)
        check_g_function(g, time=time, geometry=geometry, diffusivity=diffusivity)
        return g
    mean = geometry.total_length / geometry.count
    field = gt.borefield.Borefield(
        H=mean, D=geometry.buried_depth, r_b=geometry.radius, x=geometry.x, y=geometry.y
    )
    result = gt.gfunction.gFunction(
        field, diffusivity, time=time, boundary_condition="UBWT", method="equivalent"
    )
    g = np.asarray(result.gFunc, dtype=np.float64)
    if geometry.lengths is not None and np.ptp(geometry.lengths) > 0:
        g += _beyond_even(geometry, geometry.lengths, diffusivity * time)
    check_g_function(g, time=time, geometry=geometry, diffusivity=diffusivity)
    return g


def _beyond_even(geometry: FieldGeometry, lengths: Floats, scaled_time: Floats) -> Floats:
    """What holes of unequal lengths add to g of as many of the mean length; none for very many."""
    if geometry.count > MOST_UNEQUAL:
        return np.zeros_like(scaled_time)
    ones = np.ones(geometry.count)
    holes = HolesSideBySide(
        x=geometry.x,
        y=geometry.y,
        lengths=lengths,
        radii=geometry.radius * ones,
        resistances=0.0 * ones,
        buried_depth=geometry.buried_depth,
    )
    return beyond_even(holes, conductivity=1.0, scaled_time=scaled_time)


def _leaning_g(geometry: FieldGeometry, scaled_time: Floats) -> Floats:
    """g-function of leaning holes, between tables of rounded lengths: sizing asks for many."""
    if geometry.count > MOST_LEANING:
        raise OutOfRangeError(
            f"{geometry.count} leaning holes: allowed up to {MOST_LEANING}; upright ones (tilt 0) "
            "with the same heads need no less length"
        )
    if geometry.lengths is not None:
        return shared_wall_g(_lines(geometry), geometry.radius, scaled_time)
    step = np.log(geometry.length) / _LENGTHS
    low = int(np.floor(step))
    fields = (geometry.x, geometry.y, geometry.tilt, geometry.orientation)
    places = tuple(tuple(np.zeros(geometry.count) if v is None else v) for v in fields)
    shape = (geometry.buried_depth, geometry.radius)
    axis = _leaning_axis(geometry.radius)
    at = np.log(np.maximum(scaled_time, axis[0]))
    near, far = (
        PchipInterpolator(np.log(axis), _leaning_table(places, shape, n))(at)
        for n in (low, low + 1)
    )
    alone = line_source_g(scaled_time, radius=geometry.radius, diffusivity=1.0)
    return np.where(scaled_time < axis[0], alone, near + (step - low) * (far - near))


@lru_cache(maxsize=64)
def _leaning_table(
    places: tuple[tuple[float, ...], ...], shape: tuple[float, float], step: int
) -> Floats:
    """g-function of leaning holes of a rounded length; a third of a second for ninety."""
    x, y, tilt, orientation = (np.array(v, dtype=np.float64) for v in places)
    length = float(np.exp(step * _LENGTHS))
    geometry = FieldGeometry(x, y, length, *shape, tilt=tilt, orientation=orientation)
    return shared_wall_g(_lines(geometry), shape[1], _leaning_axis(shape[1]))


def _leaning_axis(radius: float) -> Floats:
    """Diffusivity times time of a table; closer or earlier its superposition swings. [m2]"""
    return np.geomspace(0.5 * radius**2, 1e5, 66)


def _lines(geometry: FieldGeometry) -> Lines:
    """Holes as lines in space."""
    flat = np.zeros(geometry.count)
    tilt = flat if geometry.tilt is None else geometry.tilt
    lean = flat if geometry.orientation is None else geometry.orientation
    out = np.sin(tilt)
    along = np.stack([out * np.cos(lean), out * np.sin(lean), -np.cos(tilt)], axis=1)
    heads = np.stack([geometry.x, geometry.y, flat - geometry.buried_depth], axis=1)
    lengths = flat + geometry.length if geometry.lengths is None else geometry.lengths
    return Lines(heads, along, lengths)


def check_g_function(
    g: Floats, *, time: Floats, geometry: FieldGeometry, diffusivity: float
) -> None:
    """
    Raise UnphysicalError unless a g-function obeys the bounds of conduction.

    Parameters
    ----------
    g : array, shape (n,)
        The g-function to judge. [-]
    time : array, shape (n,)
        Its ascending times. [s]
    geometry : FieldGeometry
        The field.
    diffusivity : float
        Thermal diffusivity of the ground. [m2 s-1]

    Raises
    ------
    UnphysicalError
        When g is not finite, negative, falls with time, or exceeds the infinite line source plus
        the line sources of all other holes (which no finite field can reach).
    """
    own = line_source_g(time, radius=geometry.radius, diffusivity=diffusivity)
    bound = own + _neighbour_bound(geometry, diffusivity, time)
    slack = 0.02 * np.maximum(bound, 1.0)
    faults = (
        ("is not finite", not np.all(np.isfinite(g))),
        ("is negative", bool(np.any(g < 0))),
        ("falls with time", bool(np.any(np.diff(g) < -ROUNDING))),
        ("exceeds the line-source bound", bool(np.any(g > bound + slack))),
    )
    found = [text for text, broken in faults if broken]
    if found:
        raise UnphysicalError(
            f"g-function {', '.join(found)}; times {time[0]:.0f}…{time[-1]:.3g} s"
        )


def _check_request(geometry: FieldGeometry, diffusivity: float, time: Floats) -> None:
    """Refuse what the library would answer with nonsense, or not within minutes and memory."""
    if geometry.count > MOST_HOLES:
        raise OutOfRangeError(
            f"{geometry.count} holes: fields of up to {MOST_HOLES} are computed; enter one part "
            "with its share of the load, neighbours at the same distance"
        )
    if time.ndim != 1 or len(time) == 0 or np.any(np.diff(time) <= 0):
        raise OutOfRangeError("times of a g-function must be one ascending series")
    if time[0] < SHORTEST_TIME * (1 - 1e-9):
        raise OutOfRangeError(
            f"a g-function starts at {SHORTEST_TIME:.0f} s, got {time[0]:.0f} s; "
            "use the short-term borehole response before that"
        )
    if min(geometry.length, geometry.radius, diffusivity) <= 0 or geometry.buried_depth < 0:
        raise OutOfRangeError(
            "length, radius and diffusivity must be positive, depth not negative"
        )


def _neighbour_bound(geometry: FieldGeometry, diffusivity: float, time: Floats) -> Floats:
    """Mean over all holes of the infinite line sources of every other hole, unmirrored."""
    distance = np.hypot(
        geometry.x[:, None] - geometry.x[None, :], geometry.y[:, None] - geometry.y[None, :]
    )
    apart, counts = np.unique(
        np.round(distance[~np.eye(geometry.count, dtype=bool)], 3), return_counts=True
    )
    if len(apart) == 0:
        return np.zeros_like(time)
    argument = apart[:, None] ** 2 / (4 * diffusivity * time[None, :])
    total: Floats = (counts[:, None] * 0.5 * exp1(argument)).sum(axis=0) / geometry.count
    return total
