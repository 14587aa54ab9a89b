"""Where the holes may go: grids of any spacing and bearing under a land polygon, by cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.sizing import (
    FieldSize,
    FieldTask,
    size_field,
    table_at,
    wanted_length,
)
from loopkeeper.measure.series import Floats
from loopkeeper.physics.gfunction import elsewhere
from loopkeeper.physics.many_years import COARSE

TRIANGLE = 3
"""Fewest corners of a piece of land."""

Points = NDArray[np.float64]

SPACINGS = (4.0, 4.5, 5.0, 5.5, 6.0, 7.0)
"""Distances of neighbours tried; 3 to 6 m are usual (GB 50366 4.3.8, V). [m]"""
BEARINGS = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0)
"""Bearings of the rows tried. [degrees]"""
THINNINGS = (1.0, 0.85, 0.7, 0.55, 0.4, 0.3)
"""Shares of the holes that fit which are kept, from the middle of the land outwards. [-]"""
REFINED = 6
"""Candidates that are sized with full accuracy at the end. [-]"""


@dataclass(frozen=True)
class Land:
    """
    Land for drilling: corners of its ``outline`` and of areas ``kept_free``, shape (n, 2) [m].

    ``setback`` from every edge [m]; ``shallowest`` and ``deepest`` hole allowed [m].
    """

    outline: Points
    kept_free: tuple[Points, ...] = ()
    setback: float = 2.0
    shallowest: float = 30.0
    deepest: float = 200.0

    def __post_init__(self) -> None:
        """Refuse land without an area."""
        for name, corners in (("outline", self.outline), *(("area", a) for a in self.kept_free)):
            if corners.ndim != 2 or len(corners) < TRIANGLE or corners.shape[1] != 2:
                raise InputError(f"{name}: at least three corners (x, y) are needed")
        if not 0 < self.shallowest < self.deepest:
            raise InputError(
                f"depths {self.shallowest:g} … {self.deepest:g} m: allowed ascending above 0"
            )


@dataclass(frozen=True)
class Layout:
    """A candidate: places of holes [m], spacing [m], bearing [degrees], length [m] and cost."""

    places: Points
    spacing: float
    bearing: float
    length: float
    cost: float
    field: FieldSize | None = None

    @property
    def total_length(self) -> float:
        """Of all holes. [m]"""
        return len(self.places) * self.length


@dataclass(frozen=True)
class LayoutSearch:
    """The best layouts, cheapest first, sized with full accuracy; how many were tried."""

    best: tuple[Layout, ...]
    tried: int
    too_deep: int


def holes_on(land: Land, spacing: float, bearing: float) -> Points:
    """
    Return the places of a square grid that lie on the land.

    Parameters
    ----------
    land : Land
        Outline, areas kept free, setback.
    spacing : float
        [m]
    bearing : float
        Of the rows. [degrees]

    Returns
    -------
    array, shape (n, 2)
        [m]
    """
    turn = np.radians(bearing)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = land.outline @ axes.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    columns, rows = (
        np.arange(a + land.setback, b, spacing) for a, b in zip(low, high, strict=True)
    )
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2) @ axes
    inside = _within(land.outline, grid) & (_distance(land.outline, grid) >= land.setback - 1e-9)
    for area in land.kept_free:
        inside &= ~_within(area, grid) & (_distance(area, grid) >= land.setback - 1e-9)
    return np.asarray(grid[inside])


def _within(corners: Points, places: Points) -> NDArray[np.bool_]:
    """Whether places lie inside a polygon: crossings of a ray."""
    x, y = places.T
    inside = np.zeros(len(places), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay == by:
            continue
        crosses = (ay > y) != (by > y)
        inside ^= crosses & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return inside


def _distance(corners: Points, places: Points) -> Floats:
    """Distance of places from a polygon's edge. [m]"""
    nearest = np.full(len(places), np.inf)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge = b - a
        share = np.clip((places - a) @ edge / max(float(edge @ edge), 1e-12), 0.0, 1.0)
        nearest = np.minimum(nearest, np.hypot(*(places - a - share[:, None] * edge).T))
    return nearest


def search_layout(
    task: FieldTask,
    land: Land,
    prices: Prices,
    *,
    spacings: Sequence[float] = SPACINGS,
    bearings: Sequence[float] = BEARINGS,
    thinnings: Sequence[float] = THINNINGS,
) -> LayoutSearch:
    """
    Search the layout of least cost for drilling and pipes.

    Parameters
    ----------
    task : FieldTask
        What the field has to do; the places of its geometry do not count.
    land : Land
        Where, and how deep.
    prices : Prices
        Of a metre and of a hole.
    spacings, bearings, thinnings : sequences of float
        Tried in all combinations. [m], [degrees], [-]

    Returns
    -------
    LayoutSearch
        The best six, sized with full accuracy.

    Raises
    ------
    InputError
        When no hole fits on the land, or every candidate would have to be too deep.

    Notes
    -----
    A first look at each candidate uses one coarse g-function at a length scaled from the candidate
    before (2 % off the full sizing); only the best are sized in full.
    """
    candidates: list[Layout] = []
    too_deep, tried = 0, 0
    guess = 100.0
    for spacing in spacings:
        for bearing in bearings:
            every = holes_on(land, spacing, bearing)
            for places in _thinned(every, thinnings):
                tried += 1
                length = _first_look(task, places, guess * _more(candidates, places))
                guess = float(np.clip(length, land.shallowest, 2 * land.deepest))
                if length > land.deepest:
                    too_deep += 1
                    continue
                length = max(length, land.shallowest)
                cost = len(places) * (prices.field_fixed + prices.drilling * length)
                candidates.append(Layout(places, spacing, bearing, length, cost))
    if not candidates:
        raise InputError(
            f"no layout fits: {tried} candidates, {too_deep} of them deeper than "
            f"{land.deepest:g} m"
        )
    candidates.sort(key=lambda c: c.cost)
    best = [c for c in (_refined(task, c, land, prices) for c in candidates[:REFINED]) if c]
    return LayoutSearch(tuple(sorted(best, key=lambda c: c.cost)), tried, too_deep)


def _thinned(every: Points, thinnings: Sequence[float]) -> list[Points]:
    """The holes nearest the middle of the land, so many of them; no two alike, none empty."""
    if len(every) == 0:
        return []
    order = np.argsort(np.hypot(*(every - every.mean(axis=0)).T), kind="stable")
    counts = sorted({max(1, round(share * len(every))) for share in thinnings}, reverse=True)
    return [every[np.sort(order[:n])] for n in counts]


def _more(candidates: Sequence[Layout], places: Points) -> float:
    """How much longer holes must be than those of the candidate before. [-]"""
    return len(candidates[-1].places) / len(places) if candidates else 1.0


def _on(task: FieldTask, places: Points) -> FieldTask:
    return replace(task, geometry=elsewhere(task.geometry, places[:, 0], places[:, 1]))


def _first_look(task: FieldTask, places: Points, guess: float) -> float:
    """Length by one coarse g-function. [m]"""
    here = _on(task, places)
    length, _ = wanted_length(here, table_at(here, float(np.clip(guess, 15.0, 500.0)), COARSE))
    return length


def _refined(task: FieldTask, layout: Layout, land: Land, prices: Prices) -> Layout | None:
    """The candidate sized in full; None when that makes it too deep."""
    try:
        field = size_field(_on(task, layout.places), quick=True)
    except LoopkeeperError:
        return None
    if field.length > land.deepest:
        return None
    length = max(field.length, land.shallowest)
    cost = len(layout.places) * (prices.field_fixed + prices.drilling * length)
    return replace(layout, length=length, cost=cost, field=field)
