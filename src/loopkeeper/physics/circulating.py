"""
Wells that circulate side by side: how much of what they return comes back, once per design.

All wells of a layer at once in boxes, and each alone on a finer grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.aquifer import Aquifer, Screens
from loopkeeper.physics.field_transport import FieldTransport
from loopkeeper.physics.packed_field import pressed_field
from loopkeeper.physics.well_field import ALONE, WellField, field_flow, nearest_distance
from loopkeeper.physics.well_flow import Packing, WellFlow, packed_flow, screened_flow
from loopkeeper.physics.well_transport import WellTransport
from loopkeeper.units import DAY, YEAR

Floats = NDArray[np.float64]

EARLY: Final = np.concatenate([np.geomspace(0.25, 3.0, 9)[:-1], np.arange(3.0, 181.0, 3.0)]) * DAY
"""Circulation over which each well is also followed on a grid of its own. [s]"""
LATE: Final = np.geomspace(1.03 * EARLY[-1], 30 * YEAR, 60)
"""Later circulation that a reduction covers. [s]"""
DUTY: Final = 0.5
"""Share of the time that wells circulate, over the years. [-]"""
CELLS: Final = (34, 30)
"""Radial and vertical cells of a well's own grid. [-]"""
FINE: Final = (5, (3.0, 8.0))
"""Boxes from one well to the next [-], their least and greatest width near wells [m]."""
WIDE: Final = (3, (5.0, 12.0))
"""The same for decades. [-], [m]"""
LAYERS: Final = 14
"""Layers of boxes, about. [-]"""


@dataclass(frozen=True, slots=True)
class Circulating:
    """A circulating well: place [m], what parts return from intake, design flow [m3 s-1]."""

    x: float
    y: float
    shape: Screens | Packing
    flow: float


@dataclass(frozen=True)
class WellResponse:
    """
    Feedback of wells at their design flow.

    ``volume`` circulated by a mean well [m3] and ``feedback`` [-], shape (n,), of the water that
    passes the ground; ``exchange`` share that does [-].
    """

    volume: Floats
    feedback: Floats
    exchange: float


@dataclass(frozen=True)
class _Own:
    """A well without neighbours: all of the deficit that comes back over ``EARLY``, and how."""

    feedback: Floats
    flow: WellFlow


def circulating_response(aquifer: Aquifer, wells: Sequence[Circulating]) -> WellResponse:
    """
    Return the feedback of wells that circulate side by side, fed alike, their water mixed.

    Parameters
    ----------
    aquifer : Aquifer
        Confined, homogeneous.
    wells : sequence of Circulating
        One or many.

    Returns
    -------
    WellResponse
        ``feedback`` is that of the share that passes the ground.

    Notes
    -----
    All wells at once in three dimensions: the first half year in fine boxes, corrected by what
    the axisymmetric grid of each well alone says differently; decades in wide boxes, corrected by
    the first half year. In those the wells rest half the time, so that conduction has the time it
    has in a plant.
    Temperatures depend on geometry, flow and K_r/K_z; K itself sets heads, and the share that
    leaves a packing. Validated in tests/validation/test_well_field.py.
    """
    x, y = (np.array([getattr(w, axis) for w in wells]) for axis in "xy")
    nearest = nearest_distance(x, y)
    own = [_alone(aquifer, w.shape, w.flow) for w in wells]
    height = _layers(aquifer, [w.shape for w in wells])
    flow = np.array([w.flow for w in wells])
    wall = np.array([_profile(one.flow, height) for one in own])
    column = np.array([one.flow.column[-1] for one in own])
    field = WellField(x, y, height, wall, column, flow)
    packings = [w.shape for w in wells if isinstance(w.shape, Packing)]
    if len(packings) == len(wells) > 1:
        field = pressed_field(aquifer, field, packings, size=_size(nearest, FINE))
    leaving = np.minimum(np.maximum(field.wall, 0.0).sum(axis=1) / flow, 1.0)
    total = _together(aquifer, field, [_scaled(o, e) for o, e in zip(own, leaving, strict=True)])
    exchange = float(np.average(leaving, weights=flow))
    through = (total - (1.0 - exchange)) / exchange
    feedback = np.maximum.accumulate(np.clip(through, 0.0, 1.0))
    volume = float(flow.mean()) * np.concatenate([EARLY, LATE])
    return WellResponse(volume, feedback, exchange)


@lru_cache(maxsize=64)
def _alone(aquifer: Aquifer, shape: Screens | Packing, flow: float) -> _Own:
    """A well by itself on its own grid."""
    if isinstance(shape, Screens):
        field = screened_flow(aquifer, shape, flow=flow, reach=ALONE, cells=CELLS)
    else:
        field = packed_flow(aquifer, shape, flow=flow, reach=ALONE, cells=CELLS)
    return _Own(_marched(WellTransport(aquifer, field), EARLY), field)


def _scaled(own: _Own, leaving: float) -> Floats:
    """All of the deficit that comes back to a well of which another share leaves its packing."""
    passing = np.clip(1.0 - (1.0 - own.feedback) / own.flow.exchange, 0.0, 1.0)
    return np.asarray(1.0 - leaving * (1.0 - passing))


def _size(nearest: float, boxes: tuple[int, tuple[float, float]]) -> float:
    """Width of boxes near wells at a distance from each other. [m]"""
    return float(np.clip(nearest / boxes[0], *boxes[1]))


def _marched(model: WellTransport, time: Floats) -> Floats:
    """Deficit of the water taken at each time under a unit deficit returned."""
    answer, now = np.empty(len(time)), 0.0
    for n, moment in enumerate(time):
        tail = 0.04 * (moment - now)
        model.run(moment - now - tail, entering=1.0)
        answer[n] = model.run(tail, entering=1.0)
        now = moment
    return answer


def _together(aquifer: Aquifer, field: WellField, own: list[Floats]) -> Floats:
    """All of the deficit that comes back to a field over ``EARLY`` and ``LATE``."""
    nearest = nearest_distance(field.x, field.y)
    fine, wide = (_size(nearest, boxes) for boxes in (FINE, WIDE))
    early = _boxed(aquifer, field, fine, EARLY) + _correction(aquifer, field, own, fine)
    answer = _boxed(aquifer, field, wide, np.concatenate([EARLY, LATE]))
    correction = early - answer[: len(EARLY)]
    # what a grid says wrongly of a front counts less as the front widens
    fading = correction[-1] * (EARLY[-1] / LATE) ** 2
    return np.asarray(answer + np.concatenate([correction, fading]))


def _boxed(aquifer: Aquifer, field: WellField, size: float, time: Floats) -> Floats:
    """Deficit of the mixed water of a field at each time, boxes of about `size`. [m], [s]"""
    model = FieldTransport(aquifer, field_flow(aquifer, field, size=size))
    answer, now = np.empty(len(time)), 0.0
    for n, moment in enumerate(time):
        share = 1.0 if moment <= EARLY[-1] else DUTY
        answer[n] = model.run((moment - now) / share, share=share)
        now = moment
    return answer


def _correction(aquifer: Aquifer, field: WellField, own: list[Floats], size: float) -> Floats:
    """What the fine grids of the wells alone say beyond boxes, mixed by flow, over ``EARLY``."""
    found: dict[bytes, Floats] = {}
    every = np.column_stack([np.round(field.wall / field.flow[:, None], 5), field.flow])
    sorts = [one.tobytes() for one in every]
    for n, sort in enumerate(sorts):
        if sort not in found:
            found[sort] = own[n] - _boxed(aquifer, field.only(n), size, EARLY)
    return np.asarray(np.average([found[sort] for sort in sorts], axis=0, weights=field.flow))


def _layers(aquifer: Aquifer, shapes: list[Screens | Packing]) -> Floats:
    """Edges of even layers that keep the ends of screens where those are not close. [m]"""
    size = aquifer.thickness / LAYERS
    screens = [s for s in shapes if isinstance(s, Screens)]
    ends = sorted({z for s in screens for z in (*s.injection, *s.intake)})
    marks = [0.0]
    for z in ends:
        if z - marks[-1] > 0.4 * size and aquifer.thickness - z > 0.4 * size:
            marks.append(z)
    marks.append(aquifer.thickness)
    parts = [np.linspace(a, b, max(1, round((b - a) / size)) + 1)[:-1] for a, b in pairwise(marks)]
    return np.concatenate([*parts, marks[-1:]])


def _profile(flow: WellFlow, height: Floats) -> Floats:
    """Flow through the wall of a well by other layers. [m3 s-1]"""
    passed = np.concatenate([[0.0], np.cumsum(flow.radial[0])])
    return np.diff(np.interp(height, flow.height, passed))
