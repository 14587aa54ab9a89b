"""
Heat between circulating wells: a three-dimensional finite-volume model of all of them at once.

Temperatures are deficits below the undisturbed ground under a unit deficit of all returned water.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import UnphysicalError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.well_field import FieldFlow
from loopkeeper.physics.well_transport import face_heat

Floats = NDArray[np.float64]

COURANT: Final = 0.8
"""Share of the longest stable time step that is used. [-]"""


@compiled
def _well_rates(
    cells: tuple[NDArray[np.int64], Floats, Floats], value: Floats, rate: Floats, entering: float
) -> float:
    """Add what the wells bring to the rates; return the heat of the water taken. [W]"""
    place, wall, column = cells
    nz = value.shape[2]
    taken = 0.0
    for n in range(place.shape[0]):
        i, j = place[n, 0], place[n, 1]
        carried, amount = entering, column[n]
        for up in range(nz):
            k = nz - 1 - up
            here = wall[n, k]
            if here > 0.0:
                rate[i, j, k] += WATER * here * carried
                amount -= here
                continue
            rate[i, j, k] += WATER * here * value[i, j, k]
            if column[n] > 0.0:  # a packing's water sinks past and takes in what enters
                carried = (amount * carried - here * value[i, j, k]) / max(amount - here, 1e-12)
                amount -= here
            else:
                taken -= WATER * here * value[i, j, k]
        if column[n] > 0.0:
            taken += WATER * amount * carried
    return taken


@compiled
def _along_x(faces: tuple[Floats, Floats], store: Floats, value: Floats, rate: Floats) -> None:
    flow, link = faces
    nx, ny, nz = value.shape
    for i in range(1, nx):
        before, behind = max(i - 2, 0), min(i + 1, nx - 1)
        for j in range(ny):
            for k in range(nz):
                low, high = value[i - 1, j, k], value[i, j, k]
                around = (value[before, j, k], low, high, value[behind, j, k])
                stores = (store[i - 1, j, k], store[i, j, k])
                carried = face_heat(flow[i, j, k], around, stores)
                carried += link[i, j, k] * (low - high)
                rate[i - 1, j, k] -= carried
                rate[i, j, k] += carried


@compiled
def _along_y(faces: tuple[Floats, Floats], store: Floats, value: Floats, rate: Floats) -> None:
    flow, link = faces
    nx, ny, nz = value.shape
    for i in range(nx):
        for j in range(1, ny):
            before, behind = max(j - 2, 0), min(j + 1, ny - 1)
            for k in range(nz):
                low, high = value[i, j - 1, k], value[i, j, k]
                around = (value[i, before, k], low, high, value[i, behind, k])
                stores = (store[i, j - 1, k], store[i, j, k])
                carried = face_heat(flow[i, j, k], around, stores)
                carried += link[i, j, k] * (low - high)
                rate[i, j - 1, k] -= carried
                rate[i, j, k] += carried


@compiled
def _along_z(faces: tuple[Floats, Floats], store: Floats, value: Floats, rate: Floats) -> None:
    flow, link = faces
    nx, ny, nz = value.shape
    for i in range(nx):
        for j in range(ny):
            for k in range(1, nz):
                before, behind = max(k - 2, 0), min(k + 1, nz - 1)
                low, high = value[i, j, k - 1], value[i, j, k]
                around = (value[i, j, before], low, high, value[i, j, behind])
                stores = (store[i, j, k - 1], store[i, j, k])
                carried = face_heat(flow[i, j, k], around, stores)
                carried += link[i, j, k] * (low - high)
                rate[i, j, k - 1] -= carried
                rate[i, j, k] += carried


@compiled
def _advance(
    cells: tuple[NDArray[np.int64], Floats, Floats],
    faces: tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    fields: tuple[Floats, Floats, Floats],
    drive: tuple[float, float],
    count: int,
) -> float:
    """
    Advance by `count` explicit steps; return the deficit of the water taken in the last. [K]

    fields = step over capacity [K W-1], deficits [K] and rates [W], nothing before and after;
    drive = deficit of the returned water [K] and flow circulated [m3 s-1].
    """
    store, value, rate = fields
    nx, ny, nz = value.shape
    taken = 0.0
    for _ in range(count):
        taken = _well_rates(cells, value, rate, drive[0]) / (WATER * drive[1])
        _along_x(faces[0], store, value, rate)
        _along_y(faces[1], store, value, rate)
        _along_z(faces[2], store, value, rate)
        for i in range(nx):
            for j in range(ny):
                for k in range(nz):
                    value[i, j, k] += store[i, j, k] * rate[i, j, k]
                    rate[i, j, k] = 0.0
    return taken


class FieldTransport:
    """
    The heat between circulating wells, marched through time.

    Parameters
    ----------
    aquifer : Aquifer
        Thermal properties.
    flow : FieldFlow
        Their steady flow.
    """

    def __init__(self, aquifer: Aquifer, flow: FieldFlow) -> None:
        self.flow = flow
        wide, deep, thick = (np.diff(edge) for edge in (flow.x, flow.y, flow.z))
        self._volume = wide[:, None, None] * deep[None, :, None] * thick
        self._capacity = aquifer.heat_capacity * self._volume
        self._links = tuple(
            _conductances(aquifer.thermal_conductivity, self._volume, edge, axis)
            for axis, edge in enumerate((flow.x, flow.y, flow.z))
        )
        self.deficit = np.zeros(self._volume.shape)
        self._rate = np.zeros_like(self.deficit)

    @property
    def stored(self) -> float:
        """Heat taken from the ground so far. [J]"""
        return float((self.deficit * self._capacity).sum())

    def longest_step(self, share: float = 1.0) -> float:
        """Return the time step that is used when a share of the flow circulates. [s]"""
        flow = self.flow
        through = np.zeros_like(self.deficit)
        for axis, face in enumerate((flow.flow_x, flow.flow_y, flow.flow_z)):
            count = face.shape[axis]
            high = face.take(range(1, count), axis)
            low = face.take(range(count - 1), axis)
            links = self._links[axis]
            through += WATER * share * (np.maximum(high, 0) + np.maximum(-low, 0))
            through += links.take(range(1, count), axis) + links.take(range(count - 1), axis)
        for (i, j), wall in zip(flow.cell, flow.wall, strict=True):
            through[i, j] += WATER * share * np.maximum(-wall, 0)
        return float((self._capacity / through).min() * COURANT)

    def run(self, duration: float, *, entering: float = 1.0, share: float = 1.0) -> float:
        """
        March on with a given deficit of the returned water.

        Parameters
        ----------
        duration : float
            [s]
        entering : float
            Deficit of the returned water below undisturbed ground. [K]
        share : float
            Flow over the flow the fields were solved for. [-]

        Returns
        -------
        float
            Deficit of the water taken at the end. [K]

        Raises
        ------
        UnphysicalError
            When the field leaves the range of what entered it.
        """
        count = max(1, int(np.ceil(duration / self.longest_step(share))))
        store = duration / count / self._capacity
        flow = self.flow
        taken = _advance(
            (flow.cell, share * flow.wall, share * flow.column),
            (
                (share * flow.flow_x, self._links[0]),
                (share * flow.flow_y, self._links[1]),
                (share * flow.flow_z, self._links[2]),
            ),
            (store, self.deficit, self._rate),
            (entering, max(share * flow.flow, 1e-30)),
            count,
        )
        if not np.all(np.isfinite(self.deficit)):
            raise UnphysicalError("temperatures between the wells are not finite")
        return float(taken)


def _conductances(conductivity: float, volume: Floats, edge: Floats, axis: int) -> Floats:
    """Conduction through the faces along one axis, none through the outer ones. [W K-1]"""
    shape = [1, 1, 1]
    shape[axis] = -1
    section = volume / np.diff(edge).reshape(shape)
    centre = 0.5 * (edge[1:] + edge[:-1])
    inner = section.take(range(1, section.shape[axis]), axis)
    link = conductivity * inner / np.diff(centre).reshape(shape)
    padding = [(1, 1) if other == axis else (0, 0) for other in range(3)]
    return np.pad(link, padding)
