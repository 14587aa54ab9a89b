r"""
Holes of unequal length, radius and resistance side by side: one water for all of them.

A hole is a few finite lines below one another, each of which gives evenly along itself; the
fluid's mean temperature is common. With :math:`h_{ij}` the mean drop along line i that a unit of
heat per metre of line j causes,

.. math::
    2 \pi k R_i\, q_i(t) + \sum_j \int_0^t h_{ij}(t - \tau)\, \mathrm{d}q_j(\tau) = \theta(t),
    \qquad \sum_i L_i\, q_i = \sum_i L_i

What so few lines and times miss is, to first order, the same for unequal holes and for as many
even ones: only the difference of the two is taken.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import erf

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.linalg import solve

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.compiled import compiled

Floats = NDArray[np.float64]

MOST_UNEQUAL = 1000
"""Holes that are computed one by one: their pairs at all ages fill a fifth of a gigabyte. [-]"""
_ROOT = 1.0 / np.sqrt(np.pi)
_FAR = 5.0
"""Argument from which an error function is one, and a Gaussian nothing. [-]"""
_BEGIN = 2.0
"""αt over the square of a radius at which the water is first looked at: three hours. [-]"""
_EARLY, _LATER = np.polynomial.legendre.leggauss(24), np.polynomial.legendre.leggauss(2)
_LENGTH, _RADIUS, _OWN = 2, 3, 5
_RESOLVED = (
    (120, 4.0, np.array([0.06, 0.2, 0.48, 0.2, 0.06])),
    (450, 3.0, np.array([0.1, 0.8, 0.1])),
    (MOST_UNEQUAL, 3.0, np.ones(1)),
)
"""
Of fields up to so many holes: times a decade, and parts of a hole that give on their own.

What few times miss is the same for both fields: 0.03 % of g between three and ten. [-]
"""


@dataclass(frozen=True, kw_only=True)
class HolesSideBySide:
    """
    Upright holes that the same water passes side by side.

    ``x``, ``y`` heads, ``lengths``, ``radii`` [m]; ``resistances`` R_b* [m K W-1]; shape (n,)
    each. ``buried_depth`` of their tops [m].
    """

    x: Floats
    y: Floats
    lengths: Floats
    radii: Floats
    resistances: Floats
    buried_depth: float

    def __post_init__(self) -> None:
        """Refuse what is not positive, and more holes than are computed one by one."""
        if min(self.lengths.min(), self.radii.min()) <= 0 or self.resistances.min() < 0:
            raise OutOfRangeError(
                "lengths and radii of holes must be positive, resistances not negative"
            )
        if len(self.x) > MOST_UNEQUAL:
            raise OutOfRangeError(
                f"{len(self.x)} holes: allowed up to {MOST_UNEQUAL} with lengths of their own"
            )

    def evened(self) -> "HolesSideBySide":
        """Return as many holes at the same places, all of them the mean one."""
        ones = np.ones(len(self.x))
        return replace(
            self,
            lengths=ones * middle(self.lengths),
            radii=ones * middle(self.radii),
            resistances=ones * middle(self.resistances),
        )


def middle(values: Floats) -> float:
    """Return the mean in their unit [m or m K W-1], without rounding where all are alike."""
    return float(values[0] if np.ptp(values) == 0 else values.mean())


def shared_fluid_g(holes: HolesSideBySide, *, conductivity: float, scaled_time: Floats) -> Floats:
    """
    Return the step response of the water that is common to unequal holes.

    Parameters
    ----------
    holes : HolesSideBySide
        The field.
    conductivity : float
        Of the ground; resistances count against it. [W m-1 K-1]
    scaled_time : array, shape (n,)
        Diffusivity times time, in geometric steps, from twice the square of
        a radius. [m2]

    Returns
    -------
    array, shape (n,)
        Drop of the mean fluid temperature under a constant unit of heat per mean metre, times
        2πk; a resistance is steady from the beginning. [-]

    Raises
    ------
    OutOfRangeError
        When it begins earlier.

    Notes
    -----
    Of four hundred holes the difference of two takes five seconds. Validated in
    tests/validation/test_unequal_holes.py.

    References
    ----------
    .. [1] M. Cimmino and M. Bernier, "A semi-analytical method to generate g-functions for
       geothermal bore fields", Int. J. Heat Mass Transfer 70 (2014) 641.
    """
    if scaled_time[0] < _BEGIN * float(holes.radii.min()) ** 2 * (1 - 1e-9):
        raise OutOfRangeError("water of unequal holes is looked at from three hours on")
    cut = _cut(holes)
    alike = len(holes.x) if np.ptp(holes.lengths) == 0 else 1
    parts = _pair_responses(cut, scaled_time, alike)
    own = 2 * np.pi * conductivity * cut[_OWN]
    count, weight = cut.shape[1], cut[_LENGTH] / cut[_LENGTH].sum()
    rates = np.zeros((len(scaled_time) + 1, count))
    theta = np.zeros(len(scaled_time))
    known, now = np.zeros(count), np.zeros((count, count))
    axis = np.log(scaled_time)
    for n in range(len(scaled_time)):
        _history(parts, axis, rates[: n + 1], now, known)
        now[np.diag_indices(count)] += own
        now *= cut[_LENGTH][:, None]
        sides = cut[_LENGTH][:, None] * np.stack([known, np.ones(count)], axis=1)
        before, unit = solve(now, sides, assume_a="pos", check_finite=False).T
        theta[n] = (1.0 - weight @ before) / (weight @ unit)
        rates[n + 1] = before + theta[n] * unit
    return theta


def _resolved(count: int) -> tuple[int, float, Floats]:
    return next(row for row in _RESOLVED if count <= row[0])


def _cut(holes: HolesSideBySide) -> Floats:
    """Return x, y, length, radius, top and resistance of all parts of the holes in rows."""
    _, _, share = _resolved(len(holes.x))
    begin = np.cumsum(share) - share
    lengths = np.outer(share, holes.lengths)
    tops = holes.buried_depth + np.outer(begin, holes.lengths)
    rows = (holes.x, holes.y, lengths, holes.radii, tops, holes.resistances)
    return np.stack([np.broadcast_to(row, lengths.shape).ravel() for row in rows])


def _pair_responses(cut: Floats, scaled_time: Floats, alike: int) -> Floats:
    """
    Mean drop along part i of a unit of heat of part j, times 2πk, shape (times, i, j).

    So many parts after one another are ``alike`` in length and depth.
    """
    ages = 0.5 / np.sqrt(scaled_time)
    shortest = max(_FAR / float(cut[_RADIUS].min()), 2 * ages[0])
    spans = [(np.log(ages[0]), np.log(shortest), _EARLY)]
    spans += [(np.log(b), np.log(a), _LATER) for a, b in pairwise(ages)]
    nodes, weights = [], []
    for low, high, (at, worth) in spans:
        s = np.exp(0.5 * (high + low) + 0.5 * (high - low) * at)
        nodes.append(s)
        weights.append(0.25 * (high - low) * worth / s)  # ds / (2 s²), even in log s
    ends = np.cumsum([len(part) for part in nodes])
    count = cut.shape[1]
    parts = np.empty((len(scaled_time), count, count))
    quadrature = np.stack([np.concatenate(nodes), np.concatenate(weights)])
    kinds = np.ascontiguousarray(cut[:, ::alike])
    along = np.empty((kinds.shape[1], kinds.shape[1], quadrature.shape[1] if alike > 1 else 0))
    if alike > 1:
        _tabulate(kinds, quadrature, along)
    _fill(cut, quadrature, ends, (along, alike), parts)
    return parts


@compiled
def _under(x: float) -> float:
    """Integral of the error function from nothing to x, or to −x."""
    far = abs(x)
    if far > _FAR:
        return float(far - _ROOT)
    return float(far * erf(far) - _ROOT * (1.0 - np.exp(-far * far)))


@compiled
def _along(cut: Floats, i: int, j: int, s: float) -> float:
    """What part i feels of part j and its image above ground, but for their distance."""
    a, b = cut[2, i], cut[2, j]
    deeper, both = cut[4, j] - cut[4, i], cut[4, j] + cut[4, i]
    real = _under((deeper + b) * s) - _under(deeper * s)
    real += _under((deeper - a) * s) - _under((deeper + b - a) * s)
    image = _under((both + b) * s) - _under(both * s)
    image += _under((both + a) * s) - _under((both + a + b) * s)
    return float(real + image)


@compiled
def _tabulate(kinds: Floats, quadrature: Floats, along: Floats) -> None:
    """Tabulate what parts that are alike feel of one another, filled in place."""
    for i in range(along.shape[0]):
        for j in range(along.shape[1]):
            for n in range(along.shape[2]):
                along[i, j, n] = _along(kinds, i, j, quadrature[0, n])


@compiled
def _fill(
    cut: Floats,
    quadrature: Floats,
    ends: NDArray[np.int64],
    table: tuple[Floats, int],
    parts: Floats,
) -> None:
    """Responses of all pairs, filled in place."""
    along, alike = table
    for i in range(cut.shape[1]):
        for j in range(i + 1):
            apart = (cut[0, i] - cut[0, j]) ** 2 + (cut[1, i] - cut[1, j]) ** 2
            apart = max(apart, cut[3, i] ** 2)
            total, n = 0.0, 0
            for k in range(ends.size):
                while n < ends[k]:
                    s = quadrature[0, n]
                    fall = apart * s * s
                    if fall < _FAR * _FAR:
                        if alike > 1:
                            felt = along[i // alike, j // alike, n]
                        else:
                            felt = _along(cut, i, j, s)
                        total += quadrature[1, n] * np.exp(-fall) * felt
                    n += 1
                parts[k, i, j] = total / cut[2, i]
                parts[k, j, i] = total / cut[2, j]


@compiled
def _history(parts: Floats, axis: Floats, rates: Floats, now: Floats, known: Floats) -> None:
    """Response of the newest step [now], and less of what was before [known], in place."""
    step = rates.shape[0] - 1
    count = now.shape[0]
    for i in range(count):
        known[i] = 0.0
    for p in range(step + 1):
        lag = axis[step]
        if p > 0:
            lag += np.log(1.0 - np.exp(axis[p - 1] - axis[step]))
        even = (lag - axis[0]) / (axis[1] - axis[0])
        k = int(min(max(even, 0.0), axis.size - 2.0))
        c = even - k
        for i in range(count):
            total = 0.0
            for j in range(count):
                h = max(parts[k, i, j] + c * (parts[k + 1, i, j] - parts[k, i, j]), 0.0)
                if p == step:
                    now[i, j] = h
                    total -= h * rates[p, j]
                else:
                    total += h * (rates[p + 1, j] - rates[p, j])
            known[i] -= total


def beyond_even(holes: HolesSideBySide, *, conductivity: float, scaled_time: Floats) -> Floats:
    """
    Return by how much the water of unequal holes falls deeper than that of as many even ones.

    Parameters
    ----------
    holes : HolesSideBySide
        The field; the even holes have its mean length, radius and resistance.
    conductivity : float
        Of the ground. [W m-1 K-1]
    scaled_time : array, shape (n,)
        Ascending diffusivity times time. [m2]

    Returns
    -------
    array, shape (n,)
        Difference of the two step responses, times 2πk; what it is at first is held before. [-]
    """
    first = _BEGIN * float(holes.radii.max()) ** 2
    last = max(float(scaled_time[-1]), 10.0 * first)
    count = int(np.ceil(_resolved(len(holes.x))[1] * np.log10(last / first))) + 1
    axis = np.geomspace(first, last, count)
    even = holes.evened()
    apart = shared_fluid_g(holes, conductivity=conductivity, scaled_time=axis)
    apart -= shared_fluid_g(even, conductivity=conductivity, scaled_time=axis)
    within = np.clip(np.log(scaled_time), np.log(first), np.log(last))
    return np.asarray(PchipInterpolator(np.log(axis), apart)(within))
