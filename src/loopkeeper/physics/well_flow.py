"""
Water moving around a circulating well: steady flow on an axisymmetric grid.

Two sorts: a well that injects and takes through two screens, and one whose return sinks through a
packed annulus, part of it by way of the aquifer.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer, Screens, ergun_gradient

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Packing:
    """
    A particle-filled annulus between return and intake (the well type with particles).

    ``inner`` and ``outer`` radius of the annulus [m], ``grain`` diameter [m], ``porosity`` [-];
    ``conductivity`` [m s-1] stands in for grain and porosity where it was measured. Water enters
    the packing at its top and leaves it at its foot.
    """

    inner: float
    outer: float
    grain: float = 0.02
    porosity: float = 0.4
    conductivity: float | None = None

    @property
    def area(self) -> float:
        """Cross-section. [m2]"""
        return float(np.pi * (self.outer**2 - self.inner**2))

    def gradient(self, flow: float) -> float:
        """Return the head lost per metre at a flow. [m3 s-1] → [-]"""
        if self.conductivity is not None:
            return flow / (self.conductivity * self.area)
        return ergun_gradient(flow, area=self.area, grain=self.grain, porosity=self.porosity)


@dataclass(frozen=True)
class WellFlow:
    """
    Steady flow around a circulating well on a grid.

    ``radius`` (nr + 1,) and ``height`` (nz + 1,) edges [m]; ``radial`` (nr + 1, nz) and
    ``vertical`` (nr, nz + 1) volume flows through the faces, outwards and upwards [m3 s-1];
    ``head_loss`` between return and intake [m]; ``flow`` circulated [m3 s-1]; ``exchange`` share
    of it that passes through the aquifer [-]; ``column`` flow downwards in the packing at each
    level (nz + 1,) [m3 s-1], nothing where there is none.
    """

    radius: Floats
    height: Floats
    radial: Floats
    vertical: Floats
    head_loss: float
    flow: float
    exchange: float
    column: Floats


def well_grid(
    aquifer: Aquifer,
    edges: tuple[float, ...],
    *,
    radius: float,
    reach: float,
    cells: tuple[int, int],
) -> tuple[Floats, Floats]:
    """
    Return a grid that grows outwards from the well and keeps the ends of its screens.

    Parameters
    ----------
    aquifer : Aquifer
        Thickness.
    edges : tuple of float
        Heights that must be grid lines. [m]
    radius, reach : float
        Radius of the well and of the outer boundary. [m]
    cells : pair of int
        Radial and vertical cells, about. [-]

    Returns
    -------
    radius, height : arrays
        Edges. [m]
    """
    power = 1.8  # near the well cells hold equal volumes, further out they grow
    outwards = radius + (reach - radius) * np.linspace(0.0, 1.0, cells[0] + 1) ** power
    marks = np.unique(np.clip([0.0, aquifer.thickness, *edges], 0.0, aquifer.thickness))
    size = aquifer.thickness / cells[1]
    upwards = [
        np.linspace(a, b, max(2, round((b - a) / size)) + 1)[:-1] for a, b in pairwise(marks)
    ]
    return outwards, np.concatenate([*upwards, [aquifer.thickness]])


def screened_flow(
    aquifer: Aquifer,
    screens: Screens,
    *,
    flow: float,
    reach: float,
    cells: tuple[int, int] = (70, 60),
    layers: tuple[tuple[float, float, float], ...] = (),
) -> WellFlow:
    """
    Return the flow around a well that injects and takes through two screens.

    Parameters
    ----------
    aquifer : Aquifer
        Confined.
    screens : Screens
        Uniform flux over each.
    flow : float
        Circulated. [m3 s-1]
    reach : float
        Radius without flow across it: half the distance to the next well. [m]
    cells : pair of int
        Radial and vertical cells, about. [-]
    layers : tuple of (bottom, top, conductivity)
        Layers of another horizontal conductivity with the aquifer's anisotropy. [m], [m], [m s-1]

    Returns
    -------
    WellFlow
        Conservative to 1e-9 of the flow.

    Raises
    ------
    OutOfRangeError
        When screens do not fit, the flow is not positive or the reach lies within the well.
    """
    screens.check(aquifer)
    if flow <= 0 or reach <= 4 * screens.radius:
        raise OutOfRangeError(
            f"flow = {flow:g} m³/s and reach = {reach:g} m: allowed above 0 and above "
            f"{4 * screens.radius:g} m"
        )
    heights = (*screens.injection, *screens.intake, *(z for layer in layers for z in layer[:2]))
    r, z = well_grid(aquifer, heights, radius=screens.radius, reach=reach, cells=cells)
    middle = 0.5 * (z[1:] + z[:-1])
    wall = np.zeros(len(middle))
    for (low, high), sign in ((screens.injection, 1.0), (screens.intake, -1.0)):
        inside = (middle > low) & (middle < high)
        wall[inside] = sign * flow * np.diff(z)[inside] / (high - low)
    conductivity = _layered(aquifer, middle, layers)
    head, radial, vertical = _darcy(aquifer, conductivity, r, z, wall)
    # the cell's centre stands for its middle radius: the last bit of drop up to the well's face
    near = np.log((0.5 * (r[0] + r[1])) / r[0]) / (2 * np.pi * conductivity * np.diff(z))
    face = head[0] + wall * near
    into, out = wall > 0, wall < 0
    loss = np.average(face[into], weights=wall[into]) - np.average(face[out], weights=-wall[out])
    return WellFlow(r, z, radial, vertical, float(loss), flow, 1.0, np.zeros(len(z)))


def packed_flow(
    aquifer: Aquifer,
    packing: Packing,
    *,
    flow: float,
    reach: float,
    cells: tuple[int, int] = (70, 60),
) -> WellFlow:
    """
    Return the flow around a well whose return water sinks through a packed annulus.

    Parameters
    ----------
    aquifer : Aquifer
        Surrounds the whole packing.
    packing : Packing
        The annulus.
    flow : float
        Circulated. [m3 s-1]
    reach : float
        Radius without flow across it. [m]
    cells : pair of int
        Radial and vertical cells, about. [-]

    Returns
    -------
    WellFlow
        With the share that leaves the packing for the aquifer and comes back.

    Raises
    ------
    OutOfRangeError
        When radii do not ascend or the flow is not positive.

    Notes
    -----
    Annulus and aquifer are solved together; the packing's conductance follows Ergun and is
    iterated with its own flow.
    """
    if not 0 <= packing.inner < packing.outer < reach / 4 or flow <= 0:
        raise OutOfRangeError(
            f"packing radii {packing.inner:g}, {packing.outer:g} m, reach {reach:g} m, flow "
            f"{flow:g} m³/s: allowed ascending and positive"
        )
    r, z = well_grid(aquifer, (), radius=packing.outer, reach=reach, cells=cells)
    high = np.diff(z)
    conductivity = np.full(len(high), aquifer.conductivity)
    column = np.full(len(z), flow)
    head = radial = vertical = np.zeros(0)
    for _ in range(60):
        speed = np.maximum(np.abs(column[1:-1]), 1e-4 * flow)
        gradient = np.array([packing.gradient(q) for q in speed])
        conductance = speed / (gradient * 0.5 * (high[1:] + high[:-1]))
        head, radial, vertical = _darcy(
            aquifer, conductivity, r, z, np.zeros(len(high)), (conductance, flow)
        )
        now = np.concatenate([[0.0], (head[0, 1:] - head[0, :-1]) * conductance, [0.0]])
        now[0] = now[-1] = flow
        if np.abs(now - column).max() < 1e-6 * flow:
            break
        column = 0.5 * (column + now)
    leaving = float(np.maximum(radial[0], 0.0).sum())
    ends = 0.5 * (high[0] + high[-1]) * packing.gradient(flow)
    loss = float(head[0, -1] - head[0, 0] + ends)
    return WellFlow(r, z, radial, vertical, loss, flow, leaving / flow, column)


def _layered(
    aquifer: Aquifer, middle: Floats, layers: tuple[tuple[float, float, float], ...]
) -> Floats:
    values = np.full(len(middle), aquifer.conductivity)
    for low, high, conductivity in layers:
        if conductivity <= 0 or high <= low:
            raise OutOfRangeError(
                f"layer {low:g} … {high:g} m with {conductivity:g} m/s: allowed ascending, "
                "positive"
            )
        values[(middle > low) & (middle < high)] = conductivity
    return values


def _darcy(
    aquifer: Aquifer,
    conductivity: Floats,
    r: Floats,
    z: Floats,
    wall: Floats,
    packing: tuple[Floats, float] | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Heads of the cells (first row the packing, when there is one) and flows through faces."""
    nr, nz = len(r) - 1, len(z) - 1
    high = np.diff(z)
    centre = 0.5 * (r[1:] + r[:-1])
    outwards = (
        2
        * np.pi
        * conductivity[None, :]
        * high[None, :]
        / np.log(centre[1:] / centre[:-1])[:, None]
    )
    half = 0.5 * high / (conductivity / aquifer.anisotropy)
    upwards = (np.pi * np.diff(r**2))[:, None] / (half[1:] + half[:-1])[None, :]
    first = 0 if packing is None else 1
    skin = 2 * np.pi * conductivity * high / np.log(centre[0] / r[0])
    index = np.arange((nr + first) * nz).reshape(nr + first, nz)
    pairs = [
        (index[first:-1], index[first + 1 :], outwards),
        (index[first:, :-1], index[first:, 1:], upwards),
    ]
    source = np.zeros(index.size)
    if packing is not None:
        pairs += [(index[0], index[1], skin), (index[0, :-1], index[0, 1:], packing[0])]
        source[index[0, -1]], source[index[0, 0]] = packing[1], -packing[1]
    else:
        source[index[0]] = wall
    one, two, link = (np.concatenate([np.ravel(p[k]) for p in pairs]) for k in range(3))
    heads = _solved(one, two, link, source, index)
    inside = heads[first:]
    radial = np.zeros((nr + 1, nz))
    radial[1:-1] = (inside[:-1] - inside[1:]) * outwards
    radial[0] = wall if packing is None else (heads[0] - inside[0]) * skin
    vertical = np.zeros((nr, nz + 1))
    vertical[:, 1:-1] = (inside[:, :-1] - inside[:, 1:]) * upwards
    return heads, radial, vertical


def _solved(
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    link: Floats,
    source: Floats,
    index: NDArray[np.int64],
) -> Floats:
    """Heads of cells linked in pairs under sources that sum to nothing. [m]"""
    rows = np.concatenate([one, two, one, two])
    columns = np.concatenate([one, two, two, one])
    matrix = coo_matrix((np.concatenate([link, link, -link, -link]), (rows, columns))).tocsr()
    # heads are known up to a constant: the outermost layer of cells is held near nothing
    anchor = np.zeros(index.size)
    anchor[index[-1]] = 1e-12 * link.max()
    head = spsolve(matrix + coo_matrix((anchor, (range(index.size),) * 2)).tocsr(), source)
    return np.asarray(head).reshape(index.shape)
