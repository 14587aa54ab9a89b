"""
A judge of its own for wells that circulate beside one another: boxes, heads and heat, implicit.

Shares no line, grid or scheme with the program: heads of the whole block by one sparse solution,
heat by backward Euler with central or upstream faces, the return closed within each step. Where a
field is its own mirror a quarter of it is solved; planes at 0 are mirrors.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import splu

WATER = 4.18e6  # J/(m3 K)
DAY = 86400.0
REST = 5  # days of one step while nothing circulates


@dataclass(frozen=True)
class Rock:
    """Conductivities [m s-1], heat conductivity [W m-1 K-1] and capacity [J m-3 K-1]."""

    radial: float = 2e-4
    vertical: float = 5e-5
    conduction: float = 2.2
    capacity: float = 2.5e6


def grown_edges(first, size, even, far, growth=1.25):
    """Edges from 0: one cell of `first`, even ones past `even`, growing ones past `far`. [m]"""
    edges, step = [0.0, first], size
    while edges[-1] < far:
        step *= growth if edges[-1] > even else 1.0
        edges.append(edges[-1] + step)
    return np.array(edges)


def quarter(places, spacing, cells, far=200.0):
    """Edges and well coordinates of the positive half of `places` wells in a row. [m]"""
    row = spacing * (np.arange(places) - (places - 1) / 2)
    row = row[row > -1e-9]
    size = spacing / cells  # cells between wells odd: wells in the middle of theirs
    first = size / 2 if places % 2 else size
    return grown_edges(first, size, row[-1] + 2 * size, row[-1] + far), row


def grid_of_wells(counts, spacing, flow, cells=5):
    """Edges in plan and the wells (x, y, flow) of a quarter of a rectangular grid."""
    (ex, x), (ey, y) = (quarter(n, spacing, cells) for n in counts)
    wells = [
        (a, b, flow * (0.5 if a < 1e-9 else 1.0) * (0.5 if b < 1e-9 else 1.0))
        for a in x
        for b in y
    ]
    return ex, ey, wells


class Boxes:
    """Boxes between edges, wells (x, y, flow) with screens (low, high) above the base."""

    def __init__(self, edges, rock, wells, give, take):
        self.rock, self.size = rock, [np.diff(e) for e in edges]
        self.middle = [0.5 * (e[1:] + e[:-1]) for e in edges]
        shape = tuple(len(s) for s in self.size)
        self.index = np.arange(np.prod(shape)).reshape(shape)
        sx, sy, sz = self.size
        self.volume = (sx[:, None, None] * sy[None, :, None] * sz).ravel()
        self.source = np.zeros(self.volume.size)
        for x, y, flow in wells:
            i, j = (
                int(np.searchsorted(e, p, side="right")) - 1
                for e, p in zip(edges[:2], (x, y), strict=True)
            )
            for (low, high), sign in ((give, 1.0), (take, -1.0)):
                inside = (self.middle[2] > low) & (self.middle[2] < high)
                assert np.isclose(sz[inside].sum(), high - low), "screens end on faces"
                self.source[self.index[i, j, inside]] += sign * flow * sz[inside] / (high - low)
        self.flow = self.source[self.source > 0].sum()
        self.faces = [self._faces(axis) for axis in range(3)]
        self.heads = self._heads()

    def _faces(self, axis):
        """Both boxes of each face along an axis, and section over distance. [m]"""
        count = self.index.shape[axis]
        one = self.index.take(range(count - 1), axis)
        two = self.index.take(range(1, count), axis)
        section = np.ones((1, 1, 1))
        for other in {0, 1, 2} - {axis}:
            shape = [1, 1, 1]
            shape[other] = -1
            section = section * self.size[other].reshape(shape)
        shape = [1, 1, 1]
        shape[axis] = -1
        link = section / np.diff(self.middle[axis]).reshape(shape)
        conductivity = self.rock.vertical if axis == 2 else self.rock.radial
        return one.ravel(), two.ravel(), np.broadcast_to(link, one.shape).ravel(), conductivity

    def _rates(self, terms, upstream):
        """Matrix of what conductances and flows from the first to the second box bring."""
        rows, columns, values = [], [], []
        for one, two, link, flow in terms:
            share = np.where(flow > 0, upstream, 1 - upstream)
            for row, sign in ((one, -1.0), (two, 1.0)):
                rows += [row, row]
                columns += [one, two]
                values += [sign * (link + flow * share), sign * (flow * (1 - share) - link)]
        every = (np.concatenate(rows), np.concatenate(columns))
        return coo_matrix((np.concatenate(values), every), shape=(self.volume.size,) * 2).tocsc()

    def _heads(self):
        terms = [(one, two, k * link, np.zeros(len(one))) for one, two, link, k in self.faces]
        anchor = np.zeros(self.volume.size)
        anchor[-1] = 1e-3 * self.rock.radial
        return splu((diags(anchor) - self._rates(terms, 0.5)).tocsc()).solve(self.source)

    def heat(self, step, *, flowing=True, upstream=0.5):
        """Factorised operator of one implicit step [s], its store and a unit return's heat."""
        terms = [
            (one, two, self.rock.conduction * link,
             WATER * flowing * k * link * (self.heads[one] - self.heads[two]))
            for one, two, link, k in self.faces
        ]  # fmt: skip
        rates = self._rates(terms, upstream)
        if flowing:
            rates = rates + diags(WATER * np.minimum(self.source, 0.0))
        store = self.rock.capacity * self.volume / step
        return splu((diags(store) - rates).tocsc()), store, WATER * np.maximum(self.source, 0.0)

    def seasons(self, periods, years, *, step=DAY, upstream=0.5):
        """
        Deficit of the water taken at the end of each period that circulates, year by year. [K]

        periods = (days, heat drawn by this part of the field [W]) one after another.
        """
        solver, store, brought = self.heat(step, upstream=upstream)
        still, held, _ = self.heat(REST * DAY, flowing=False)
        unit = solver.solve(brought)
        out = np.maximum(-self.source, 0.0) / self.flow
        value, ends = np.zeros(self.volume.size), []
        for _ in range(years):
            for days, heat in periods:
                if heat == 0:
                    for _ in range(round(days / REST)):
                        value = still.solve(held * value)
                    continue
                spread, taken = heat / (WATER * self.flow), 0.0
                for _ in range(round(days * DAY / step)):
                    carried = solver.solve(store * value)
                    taken = (out @ carried + out @ unit * spread) / (1 - out @ unit)
                    value = carried + unit * (taken + spread)
                ends.append(taken)
        return np.array(ends).reshape(years, -1)
