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
                if not inside.any():
                    continue
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

    def matrix(self, step, upstream=0.5, *, flowing=True):
        """Operator of one implicit step [s], its store and a unit return's heat."""
        terms = [
            (
                one,
                two,
                self.rock.conduction * link,
                WATER * flowing * k * link * (self.heads[one] - self.heads[two]),
            )
            for one, two, link, k in self.faces
        ]
        rates = self._rates(terms, upstream)
        if flowing:
            rates = rates + diags(WATER * np.minimum(self.source, 0.0))
        store = self.rock.capacity * self.volume / step
        return (diags(store) - rates).tocsc(), store, WATER * np.maximum(self.source, 0.0)

    def heat(self, step, *, flowing=True, upstream=0.5):
        """The same, factorised."""
        operator, store, brought = self.matrix(step, upstream, flowing=flowing)
        return splu(operator), store, brought

    def seasons(self, periods, years, *, step=DAY, upstream=0.5):
        """
        Deficit of the water taken at the end of each period that circulates, year by year. [K]

        periods = (days, heat drawn by this part of the field [W]) one after another.
        """
        solver, store, brought, out, direct = self._running(step, upstream)
        still, held, _ = self.heat(REST * DAY, flowing=False)
        unit = solver.solve(brought)
        back = direct + out @ unit
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
                    taken = (out @ carried + back * spread) / (1 - back)
                    value = carried + unit * (taken + spread)
                ends.append(taken)
        return np.array(ends).reshape(years, -1)

    def _running(self, step, upstream):
        """Operator of a step, and what is taken: shares of the boxes and of the return itself."""
        out = np.maximum(-self.source, 0.0) / self.flow
        return *self.heat(step, upstream=upstream), out, 0.0


class PackedBoxes(Boxes):
    """
    The same for wells with a particle-filled annulus that conducts linearly.

    Each well is a column of water beside its boxes, joined by a well index (Peaceman): heads of
    boxes and columns are solved together, so neighbours press on what leaves the packing.
    """

    def __init__(self, edges, rock, wells, packing):
        self.outer, self.conductance = packing  # radius [m], area times conductivity [m3 s-1]
        super().__init__(edges, rock, wells, (0.0, 0.0), (0.0, 0.0))
        self.flow = sum(flow for _, _, flow in wells)
        self.cells = np.array(
            [
                self.index[
                    tuple(
                        int(np.searchsorted(e, p, side="right")) - 1
                        for e, p in zip(edges[:2], well[:2], strict=True)
                    )
                ]
                for well in wells
            ]
        )
        self.into = np.array([flow for _, _, flow in wells])
        halves = [sum(abs(p) < 1e-9 for p in well[:2]) for well in wells]
        self.share = 0.5 ** np.array(halves)  # of a well in this quarter
        self._columns()

    def _columns(self):
        """Heads of boxes and columns together; water through each wall and down each column."""
        n, (wells, layers) = self.volume.size, self.cells.shape
        column = n + np.arange(wells * layers).reshape(wells, layers)
        wide = self.size[0][1]
        index = 2 * np.pi * self.rock.radial * self.size[2] / np.log(0.2 * wide / self.outer)
        down = self.conductance / np.diff(self.middle[2])
        share = self.share[:, None]
        terms = [(one, two, k * link) for one, two, link, k in self.faces]
        terms.append((column.ravel(), self.cells.ravel(), (share * index).ravel()))
        terms.append((column[:, 1:].ravel(), column[:, :-1].ravel(), (share * down).ravel()))
        one, two, link = (np.concatenate([t[k] for t in terms]) for k in range(3))
        rows, columns = np.concatenate([one, two, one, two]), np.concatenate([one, two, two, one])
        size = n + column.size
        matrix = coo_matrix((np.concatenate([link, link, -link, -link]), (rows, columns)))
        anchor = np.zeros(size)
        anchor[n - 1] = 1e-3 * self.rock.radial
        source = np.zeros(size)
        source[column[:, -1]], source[column[:, 0]] = self.into, -self.into
        heads = splu((matrix + diags(anchor)).tocsc()).solve(source)
        self.heads = heads[:n]
        self.wall = share * index * (heads[column] - heads[self.cells])
        self.source = np.zeros(n)
        np.add.at(self.source, self.cells, self.wall)

    @property
    def exchange(self):
        """Share of the water that leaves the packings. [-]"""
        return np.maximum(self.wall, 0.0).sum() / self.flow

    def _running(self, step, upstream):
        """Operator with columns eliminated: each level's water is a mix of return and boxes."""
        n = self.volume.size
        rows, columns, values = [], [], []
        brought, out, direct = np.zeros(n), np.zeros(n), 0.0
        for cells, wall, given in zip(self.cells, self.wall, self.into, strict=True):
            mix, fresh, amount = (
                np.zeros(n),
                1.0,
                given,
            )  # water here = fresh · return + mix · boxes
            for cell, through in reversed(list(zip(cells, wall, strict=True))):
                if through < 0:
                    mix = mix * amount
                    mix[cell] -= through
                    mix, fresh = mix / (amount - through), fresh * amount / (amount - through)
                else:
                    brought[cell] += WATER * through * fresh
                    met = np.flatnonzero(mix)
                    rows += [cell] * len(met)
                    columns += list(met)
                    values += list(WATER * through * mix[met])
                amount -= through
            out += mix * amount / self.flow
            direct += fresh * amount / self.flow
        operator, store, _ = self.matrix(step, upstream)
        mixing = coo_matrix((values, (rows, columns)), shape=(n, n))
        return splu((operator - mixing).tocsc()), store, brought, out, direct
