"""A field of unequal holes as the even one that it acts like."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.unequal import MOST_UNEQUAL, Floats, HolesSideBySide, beyond_even, middle

FELT = 6.0
"""2πk times the drop of a wall by a day, when heat has found its way between the holes: what
stands beside a resistance in the share of a hole of the heat, of very many holes. [-]"""


@dataclass(frozen=True)
class UnevenField:
    """Response of the mean metre of a field, and its R_b* [m K W-1]."""

    field: FieldResponse
    resistance: float


def uneven_field(
    drawn: FieldResponse, holes: HolesSideBySide, *, conductivity: float
) -> UnevenField:
    """
    Return what stands for a field of unequal holes.

    Parameters
    ----------
    drawn : FieldResponse
        The field as drawn: of leaning holes the tilt, of moving groundwater the flux.
    holes : HolesSideBySide
        As found.
    conductivity : float
        Of the ground. [W m-1 K-1]

    Returns
    -------
    UnevenField
        For grounds near that conductivity where resistances differ.

    Notes
    -----
    What is common is the water behind the resistances: mean fluid temperatures as they are, or,
    with half the warming of the water along each hole added, the inlet. Where resistances differ
    they shift heat between holes; that is steady in the first three hours.
    """
    mean, radius = middle(holes.lengths), middle(holes.radii)
    geometry = replace(
        drawn.geometry, x=holes.x, y=holes.y, length=mean, radius=radius, lengths=None
    )
    even = drawn if _same(geometry, drawn.geometry) else _of(geometry, drawn)
    geometry = replace(geometry, lengths=holes.lengths)
    resistance = middle(holes.resistances)
    if _alike(holes):
        return UnevenField(even, resistance)
    turn = 2 * np.pi * conductivity
    if len(holes.x) > MOST_UNEQUAL:
        even = replace(even, geometry=geometry)
        side_by_side = parallel_resistance(holes.lengths, holes.resistances, FELT / turn)
        return UnevenField(even, float(side_by_side))
    more = beyond_even(holes, conductivity=conductivity, scaled_time=even.scaled_time)
    field = replace(even, geometry=geometry, interaction=even.interaction + more - more[0])
    return UnevenField(field, resistance + float(more[0]) / turn)


def parallel_resistance(lengths: Floats, resistances: Floats, beside: float) -> Floats:
    """
    Return R_b* of the mean metre of holes that the same water passes side by side.

    Parameters
    ----------
    lengths, resistances : array, shape (n,) or (m, n)
        Of holes. [m], [m K W-1]
    beside : float
        Drop of the wall per heat that stands in series with each. [m K W-1]

    Returns
    -------
    array, shape () or (m,)
        [m K W-1]
    """
    given = (lengths / (resistances + beside)).sum(axis=-1)
    return np.asarray(lengths.sum(axis=-1) / given - beside)


def _of(geometry: FieldGeometry, drawn: FieldResponse) -> FieldResponse:
    return replace(FieldResponse.of(geometry), groundwater=drawn.groundwater)


def _same(one: FieldGeometry, other: FieldGeometry) -> bool:
    same = other.lengths is None and (one.length, one.radius) == (other.length, other.radius)
    return bool(same and np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y))


def _alike(holes: HolesSideBySide) -> bool:
    return all(np.ptp(v) == 0 for v in (holes.lengths, holes.radii, holes.resistances))
