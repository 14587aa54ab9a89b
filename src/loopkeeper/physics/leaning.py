r"""
Leaning boreholes that share one wall temperature: mean of every hole's part upon every other's.

The heat of a straight line spreads as a Gaussian around it; along it the sum over the source is an
error function, the mean over the receiver a quadrature. With :math:`p` the distance from the
source's axis and :math:`a` the place along it,

.. math::
    h_{ij}(t) = \tfrac12 \int_0^t \Big\langle e^{-p^2/4\alpha\tau}
        \tfrac12 \big[\operatorname{erf}\tfrac{L-a}{\sqrt{4\alpha\tau}}
        + \operatorname{erf}\tfrac{a}{\sqrt{4\alpha\tau}}\big]\Big\rangle \frac{d\tau}{\tau}

less the same of the source's image above ground. Holes that the others disturb alike give alike:
one stands for all of its group.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_simpson, simpson
from scipy.special import erf

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_UNFELT = 100.0
"""Square of a distance over the age before which heat is not felt there, exp(−25). [-]"""
_PARTS = np.array([0.06, 0.2, 0.48, 0.2, 0.06])
"""Parts of a hole that give on their own, short ones at its ends. [-]"""
_GROUPS = 8
"""Groups of holes that the others disturb alike. [-]"""
_PLACES, _AGES = 6, 56
"""Places along a receiving part, by Gauss and Legendre; ages of heat, even in log time. [-]"""


@dataclass(frozen=True)
class Lines:
    """
    Straight lines.

    ``heads``, shape (n, 3), z upwards [m]; ``along`` unit vectors, shape (n, 3) [-]; ``lengths``,
    shape (n,) [m].
    """

    heads: Floats
    along: Floats
    lengths: Floats

    def parts(self) -> "Lines":
        """Return the lines cut into their parts, all parts of a line after one another."""
        cuts = np.concatenate([[0.0], np.cumsum(_PARTS)[:-1]])
        start = self.lengths[:, None, None] * cuts[:, None] * self.along[:, None]
        heads = (self.heads[:, None] + start).reshape(-1, 3)
        lengths = (self.lengths[:, None] * _PARTS).ravel()
        return Lines(heads, np.repeat(self.along, len(_PARTS), axis=0), lengths)

    def of(self, chosen: Indices) -> "Lines":
        """Return some of the lines."""
        return Lines(self.heads[chosen], self.along[chosen], self.lengths[chosen])


def shared_wall_g(lines: Lines, radius: float, scaled_time: Floats) -> Floats:
    r"""
    Return the g-function of straight holes of any lean with one wall temperature.

    Parameters
    ----------
    lines : Lines
        The holes.
    radius : float
        Of the holes. [m]
    scaled_time : array, shape (m,)
        Diffusivity times time, ascending. [m2]

    Returns
    -------
    array, shape (m,)
        g-function. [-]

    Notes
    -----
    Superposed in time over the very times it is asked for, as the library does for upright holes.
    Validated in tests/validation/test_leaning_holes.py.
    """
    age = np.geomspace(min(radius**2 / 160, scaled_time[0] / 2), scaled_time[-1], _AGES)
    group, chosen = _groups(lines, radius, age)
    rates = _rates(lines.of(chosen).parts(), lines.parts(), radius, age)
    count = len(chosen)
    of_hole = rates.reshape(len(age), count * len(_PARTS), len(group), len(_PARTS))
    alike = np.zeros((len(group), count))
    alike[np.arange(len(group)), group] = 1.0
    of_group = np.einsum("arhs,hg->args", of_hole, alike).reshape(
        len(age), *(of_hole.shape[1],) * 2
    )
    grown = cumulative_simpson(of_group, x=np.log(age), axis=0, initial=0.0)
    share = (alike.T @ lines.lengths)[:, None] * _PARTS / lines.lengths.sum()
    return _common(grown, np.log(age), share.ravel(), scaled_time)


def _groups(lines: Lines, radius: float, age: Floats) -> tuple[Indices, Indices]:
    """Group of each hole, and the hole that stands for each group."""
    few = age[:: len(age) // 14]
    felt = simpson(_rates(lines, lines, radius, few), x=np.log(few), axis=0).sum(axis=1)
    order = np.argsort(felt, kind="stable")
    parts = np.array_split(order, min(_GROUPS, len(order)))
    group = np.zeros(len(order), dtype=np.intp)
    chosen = []
    for n, members in enumerate(parts):
        group[members] = n
        chosen.append(members[np.argmin(np.abs(felt[members] - felt[members].mean()))])
    return group, np.array(chosen, dtype=np.intp)


def _rates(receivers: Lines, sources: Lines, radius: float, age: Floats) -> Floats:
    """Growth per log time of receivers' means by sources' heat, shape (ages, n, m)."""
    nodes, weights = np.polynomial.legendre.leggauss(_PLACES)
    down = 0.5 * receivers.lengths[:, None] * (nodes + 1)
    at = receivers.heads[:, None] + receivers.along[:, None] * down[..., None]
    mirror = np.array([1.0, 1.0, -1.0])
    total = np.zeros((len(age), len(receivers.lengths), len(sources.lengths)))
    for j, length in enumerate(sources.lengths):
        for sign, flip in ((1.0, np.ones(3)), (-1.0, mirror)):
            apart = at - flip * sources.heads[j]
            place = apart @ (flip * sources.along[j])
            aside = np.maximum((apart**2).sum(axis=-1) - place**2, radius**2)
            reach = np.maximum(np.maximum(-place, place - length), 0.0) ** 2 + aside
            since = int(np.searchsorted(age, reach.min() / _UNFELT))
            root = np.sqrt(4 * age[since:])[:, None, None]
            felt = np.exp(-aside / root**2) * (erf((length - place) / root) + erf(place / root))
            total[since:, :, j] += sign * (felt @ weights)
    return total / 8


def _common(grown: Floats, axis: Floats, share: Floats, scaled_time: Floats) -> Floats:
    """Wall temperature that all parts share when they give one watt per metre in the mean."""
    count, last = len(share), len(axis) - 1
    edges = np.concatenate([[0.0], scaled_time])
    rates = np.zeros((len(scaled_time) + 1, count))
    found = np.zeros(len(scaled_time))
    system = np.zeros((count + 1, count + 1))
    system[:count, count], system[count, :count] = -1.0, share
    for k, now in enumerate(scaled_time):
        place = (np.log(now - edges[: k + 1]) - axis[0]) / (axis[1] - axis[0])
        low = np.clip(place.astype(np.intp), 0, last - 1)
        part = np.clip(place - low, 0.0, 1.0)
        changes = np.diff(rates[: k + 1], axis=0, prepend=0.0)
        changes[k] = -rates[k - 1] if k else 0.0
        weighed = np.zeros((len(axis), count))
        np.add.at(weighed, low, (1 - part)[:, None] * changes)
        np.add.at(weighed, low + 1, part[:, None] * changes)
        past = np.einsum("aij,aj->i", grown, weighed)
        own = grown[low[k]] * (1 - part[k]) + grown[low[k] + 1] * part[k]
        system[:count, :count] = own
        answer = np.linalg.solve(system, np.append(-past, 1.0))
        rates[k], found[k] = answer[:count], answer[count]
    return found
