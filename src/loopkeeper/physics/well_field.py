r"""
Several circulating wells in one aquifer: plane grid, layers, and the steady flow between them.

Water enters and leaves the aquifer through the walls of the wells as given by height; heads follow
from the modes of the layers, one plane equation each.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_matrix, diags, kron
from scipy.sparse.linalg import splu, spsolve

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer

SAME = 1e-6
"""Places nearer to each other are one. [m]"""

Floats = NDArray[np.float64]

ALONE: Final = 200.0
"""Ground that wells reach beyond the outermost of them in decades. [m]"""
GROWTH: Final = 1.3
"""Width of a cell over that of the cell before it, outside the field. [-]"""


@dataclass(frozen=True)
class WellField:
    """
    Circulating wells that know each other, each returning all its water into its own aquifer.

    ``x``, ``y`` places [m], shape (n,); ``height`` edges of the layers above the base [m], shape
    (m + 1,); ``wall`` flow into the aquifer through each well's wall by layer [m3 s-1], shape
    (n, m); ``column`` flow that comes down each well's packing at its top, nothing where a seal
    parts two screens [m3 s-1], shape (n,); ``flow`` circulated by each [m3 s-1], shape (n,).
    """

    x: Floats
    y: Floats
    height: Floats
    wall: Floats
    column: Floats
    flow: Floats

    def __post_init__(self) -> None:
        """Refuse wells that do not return what they take, or that stand in one another."""
        if np.any(np.abs(self.wall.sum(axis=1)) > 1e-6 * self.flow):
            raise OutOfRangeError("a circulating well returns all the water it takes")
        if nearest_distance(self.x, self.y) < 2.0:
            raise OutOfRangeError(
                f"wells {nearest_distance(self.x, self.y):.1f} m apart: allowed from 2 m"
            )

    def only(self, number: int) -> "WellField":
        """Return one of the wells without the others."""
        one = slice(number, number + 1)
        return replace(
            self,
            x=self.x[one],
            y=self.y[one],
            wall=self.wall[one],
            column=self.column[one],
            flow=self.flow[one],
        )


def nearest_distance(x: Floats, y: Floats) -> float:
    """Return the least distance between two wells; infinite for one. [m]"""
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min())


@dataclass(frozen=True)
class FieldFlow:
    """
    Steady flow between wells on a grid of boxes, or on that half or quarter that is its mirror.

    ``x``, ``y``, ``z`` edges [m]; ``flow_x``, ``flow_y``, ``flow_z`` through the faces towards
    growing coordinates [m3 s-1]; ``cell`` (n, 2) where each well of the part stands; ``wall`` and
    ``column`` as in :class:`WellField`, by the well's share in the part; ``flow`` circulated in
    the part [m3 s-1].
    """

    x: Floats
    y: Floats
    z: Floats
    flow_x: Floats
    flow_y: Floats
    flow_z: Floats
    cell: NDArray[np.int64]
    wall: Floats
    column: Floats
    flow: float


def field_flow(aquifer: Aquifer, field: WellField, *, size: float) -> FieldFlow:
    """
    Return the steady flow between the wells of a field.

    Parameters
    ----------
    aquifer : Aquifer
        Confined, homogeneous.
    field : WellField
        The wells.
    size : float
        Width of cells near the wells, about. [m]

    Returns
    -------
    FieldFlow
        Conservative; heads vanish far away, where nothing crosses the boundary.
    """
    share, kept = np.ones(len(field.x)), np.ones(len(field.x), dtype=bool)
    edges, cells = [], []
    for place, other in ((field.x, field.y), (field.y, field.x)):
        own = place - 0.5 * (place.min() + place.max())
        mirrored = _mirrored(own, other, field)
        edge = _edges(own, size)
        if mirrored:
            on_axis = np.abs(own) < SAME
            share = np.where(on_axis, 0.5 * share, share)
            kept &= own > -SAME
            edge = np.concatenate([[0.0], edge[edge > SAME]])
        edges.append(edge)
        cells.append(np.clip(np.searchsorted(edge, own, side="right") - 1, 0, len(edge) - 2))
    x, y = edges
    cell = np.stack(cells, axis=1)[kept]
    wall = (share[:, None] * field.wall)[kept]
    heads = _heads(aquifer, (x, y, field.height), cell, wall)
    flow_x, flow_y, flow_z = _faces(aquifer, (x, y, field.height), heads)
    return FieldFlow(
        x,
        y,
        field.height,
        flow_x,
        flow_y,
        flow_z,
        cell,
        wall,
        (share * field.column)[kept],
        float((share * field.flow)[kept].sum()),
    )


def _mirrored(own: Floats, other: Floats, field: WellField) -> bool:
    """Whether for each well there is an equal one on the other side of the middle."""
    for n in range(len(own)):
        twin = (np.abs(own + own[n]) < SAME) & (np.abs(other - other[n]) < SAME)
        twin &= np.abs(field.wall - field.wall[n]).max(axis=1) < 1e-6 * field.flow[n]
        if not np.any(twin):
            return False
    return True


def _edges(place: Floats, size: float) -> Floats:
    """Edges of cells along one axis, symmetric about its middle; wells in the middle of theirs."""
    gap = np.diff(np.unique(np.round(place, 3)))
    gap = gap[gap > 0.5 * size]
    wide = float(gap.min() / (2 * (gap.min() / size // 2) + 1)) if len(gap) else size
    half = np.ptp(place) / 2
    straddled = round(2 * half / wide) % 2 == 0  # a cell lies over the middle
    first = 0.5 if straddled else 1.0
    core = wide * (first + np.arange(round(half / wide + 0.5) + 3))
    last, width, outer = float(core[-1]), wide, []
    while last < half + ALONE:
        width *= GROWTH
        last += width
        outer.append(last)
    positive = np.concatenate([core, outer])
    middle = [] if straddled else [0.0]
    return np.concatenate([-positive[::-1], middle, positive])


def _links(edge: Floats) -> Floats:
    """One over the distance between the middles of neighbouring cells. [m-1]"""
    centre = 0.5 * (edge[1:] + edge[:-1])
    return np.asarray(1.0 / np.diff(centre))


def _stiffness(edge: Floats) -> csr_matrix:
    """Conductances between cells along one axis, of unit section and conductivity."""
    link = _links(edge)
    main = np.concatenate([link, [0.0]]) + np.concatenate([[0.0], link])
    return diags([main, -link, -link], [0, 1, -1]).tocsr()


def _heads(
    aquifer: Aquifer, edges: tuple[Floats, Floats, Floats], cell: NDArray[np.int64], wall: Floats
) -> Floats:
    """Heads of all cells [m], by the modes of the layers."""
    x, y, z = edges
    thick = np.diff(z)
    wide, deep = np.diff(x), np.diff(y)
    values, modes, plane, area = _parted(edges)
    heads = np.zeros((len(wide) * len(deep), len(thick)))
    place = cell[:, 0] * len(deep) + cell[:, 1]
    for value, mode in zip(values[1:], modes.T[1:], strict=True):
        source = np.zeros(len(heads))
        np.add.at(source, place, wall @ mode)
        matrix = aquifer.conductivity * (plane + value / aquifer.anisotropy * area)
        heads += np.outer(spsolve(matrix.tocsc(), source), mode)
    return heads.reshape(len(wide), len(deep), len(thick))


def influence(aquifer: Aquifer, field: WellField, *, size: float) -> tuple[Floats, Floats]:
    """
    Return what flow through each wall does to the heads at all walls.

    Parameters
    ----------
    aquifer : Aquifer
        Confined, homogeneous.
    field : WellField
        n wells by m layers.
    size : float
        Width of cells near the wells, about. [m]

    Returns
    -------
    heads : array, shape (n m, n m)
        In the wells' cells, well by well and upwards, per flow into the aquifer. [s m-2]
    radius : array, shape (n,)
        At which such a cell's head stands (Peaceman 1978). [m]
    """
    own = [p - 0.5 * (p.min() + p.max()) for p in (field.x, field.y)]
    x, y = (_edges(p, size) for p in own)
    i, j = (
        np.clip(np.searchsorted(e, p, side="right") - 1, 0, len(e) - 2)
        for e, p in zip((x, y), own, strict=True)
    )
    wide, deep = np.diff(x), np.diff(y)
    place = i * len(deep) + j
    values, modes, plane, area = _parted((x, y, field.height))
    count, layers = len(own[0]), len(field.height) - 1
    heads = np.zeros((count, layers, count, layers))
    unit = np.zeros((len(wide) * len(deep), count))
    unit[place, np.arange(count)] = 1.0
    for value, mode in zip(values[1:], modes.T[1:], strict=True):
        matrix = aquifer.conductivity * (plane + value / aquifer.anisotropy * area)
        answer = splu(matrix.tocsc()).solve(unit)[place]
        heads += np.einsum("wv,k,l->wkvl", answer, mode, mode)
    radius = 0.2 * np.sqrt(wide[i] * deep[j])
    return heads.reshape(count * layers, count * layers), radius


def _parted(edges: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats, csr_matrix, csr_matrix]:
    """Modes of the layers [m-2], and the plane's conductances and areas [m2] that they share."""
    x, y, z = edges
    # S v = λ T v with v orthonormal by thickness T: the layers part into plane problems
    values, modes = eigh(_stiffness(z).toarray(), np.diag(np.diff(z)))
    wide, deep = np.diff(x), np.diff(y)
    plane = kron(_stiffness(x), diags(deep)) + kron(diags(wide), _stiffness(y))
    return values, modes, plane, diags(np.outer(wide, deep).ravel())


def _faces(
    aquifer: Aquifer, edges: tuple[Floats, Floats, Floats], heads: Floats
) -> tuple[Floats, Floats, Floats]:
    """Flows through all faces, none through the outer ones. [m3 s-1]"""
    answer = []
    for axis, edge in enumerate(edges):
        section = np.ones(1)
        for other, size in enumerate(edges):
            width = np.ones(len(edge) - 2) if other == axis else np.diff(size)
            section = np.multiply.outer(section, width)
        conductivity = aquifer.conductivity / (aquifer.anisotropy if axis == 2 else 1.0)
        shape = [1, 1, 1]
        shape[axis] = -1
        link = conductivity * _links(edge).reshape(shape) * section[0]
        flow = -np.diff(heads, axis=axis) * link
        padding = [(1, 1) if other == axis else (0, 0) for other in range(3)]
        answer.append(np.pad(flow, padding))
    return answer[0], answer[1], answer[2]
