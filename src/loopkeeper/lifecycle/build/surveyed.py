"""
Where holes were found, laid on the drawing.

A survey has an origin of its own, and in China its X points north: places are compared only once
one frame was laid on the other.
"""

import cmath
import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Planes = NDArray[np.complex128]

FEWEST: Final = 3
"""Holes that a frame is told by. [-]"""
TOLERANCE: Final = 0.5
"""Within which a hole stands where it is drawn (GB 50411-2019 14.2.3; A). [m]"""
BETTER: Final = 0.25
"""Misfit over that of a simpler frame, below which the other one is believed. [-]"""
LAID: Final = 0.5
"""Misfit over the distance between holes up to which a number still means its hole. [-]"""
STRAYED: Final = 4.0
"""Over the median misfit: a hole so far out has no part in the frame. [-]"""
NEIGHBOUR: Final = 1.05
"""Over the distance to the nearest hole as drawn: still a neighbour. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFrame:
    """
    How a survey lies to the drawing, places as east + north·i.

    ``exchanged`` its X points north; ``turn`` of unit length onto the drawing; the point ``found``
    of the survey is ``drawn`` on the drawing [m]; ``scale`` of distances found over drawn [-];
    ``misfit`` median distance of its holes, whatever the scale [m].
    """

    exchanged: bool
    turn: complex
    found: complex
    drawn: complex
    scale: float
    misfit: float

    @property
    def turned(self) -> float:
        """Against the drawing. [°]"""
        return math.degrees(cmath.phase(self.turn))

    @property
    def moved(self) -> float:
        """How far the middle of the holes lies from where it is drawn. [m]"""
        return abs(self.drawn - self.found)

    @property
    def own(self) -> bool:
        """Whether it is not the drawing's."""
        return self.exchanged or self.turn != 1 or self.drawn != self.found

    def supposed(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where holes of the drawing stand on it if they are as far apart as found. [m]"""
        at = self.drawn + self.scale * (plane(x, y) - self.drawn)
        return at.real, at.imag

    def laid(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return places of the survey on the drawing. [m]"""
        at = self.drawn + self.turn * (plane(x, y, exchanged=self.exchanged) - self.found)
        return at.real, at.imag

    def surveyed(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return places of the drawing as the survey would tell them. [m]"""
        at = self.found + (plane(x, y) - self.drawn) / self.turn
        return (at.imag, at.real) if self.exchanged else (at.real, at.imag)


def survey_frame(drawn: tuple[Floats, Floats], found: tuple[Floats, Floats]) -> SurveyFrame | None:
    """
    Return how a survey lies to the drawing.

    Parameters
    ----------
    drawn : tuple of array, shape (n,)
        East and north of each hole. [m]
    found : tuple of array, shape (n,)
        X and Y as surveyed, NaN where not told. [m]

    Returns
    -------
    SurveyFrame or None
        The simplest that fits: the drawing's own, moved, X to the north, turned. Scale is free
        while it is looked for, for a field that was drilled too narrow is still that field. None
        where fewer than three holes are told or no frame fits: then no hole can be placed.
    """
    told = np.isfinite(found[0]) & np.isfinite(found[1])
    if told.sum() < FEWEST:
        return None
    whole = plane(*drawn)
    apart = float(np.median(nearest(whole)))
    goal, best = whole[told], None
    for turning in (False, True):
        for exchanged in (False, True):
            start = plane(found[0][told], found[1][told], exchanged=exchanged)
            made = _fitted(start, goal, exchanged=exchanged, turning=turning)
            believed = best is None or (
                best.misfit > TOLERANCE and made.misfit < BETTER * best.misfit
            )
            best = made if believed else best
    fits = best is not None and best.scale > 0 and best.misfit <= LAID * apart
    return best if fits else None


def _fitted(start: Planes, goal: Planes, *, exchanged: bool, turning: bool) -> SurveyFrame:
    """Lay places on others by least squares; what lies far out is left out then."""
    first = _least(start, goal, turning=turning)
    off = np.abs(goal - first.goal - first.scale * (start - first.start))
    own = off <= STRAYED * max(float(np.median(off)), TOLERANCE)
    made = _least(start[own], goal[own], turning=turning)
    misfit = np.median(np.abs(goal - made.goal - made.scale * (start - made.start)))
    near = not (turning or exchanged) and abs(made.goal - made.start) <= TOLERANCE
    return SurveyFrame(
        exchanged=exchanged,
        turn=made.scale / abs(made.scale) if turning and made.scale else 1 + 0j,
        found=made.start,
        drawn=made.start if near else made.goal,
        scale=1.0 / abs(made.scale) if made.scale else 0.0,
        misfit=float(misfit),
    )


class _Similarity(NamedTuple):
    """Lays ``start`` on ``goal`` and stretches and turns by ``scale``."""

    start: complex
    goal: complex
    scale: complex


def _least(start: Planes, goal: Planes, *, turning: bool) -> _Similarity:
    before, after = complex(start.mean()), complex(goal.mean())
    away = start - before
    cross = complex((away.conj() * (goal - after)).sum())
    cross = cross if turning else complex(max(cross.real, 0.0))
    return _Similarity(before, after, cross / max(float((np.abs(away) ** 2).sum()), TOLERANCE**2))


def plane(x: Floats, y: Floats, *, exchanged: bool = False) -> Planes:
    """Return places as east + north·i, of a survey whose X points north where ``exchanged``."""
    return np.asarray(y + 1j * x if exchanged else x + 1j * y)


def nearest(places: Planes) -> Floats:
    """Return how far the nearest other place is, zero for one alone. [m]"""
    if len(places) < 2:
        return np.zeros(len(places))
    flat = np.stack([places.real, places.imag], axis=1)
    return np.asarray(cKDTree(flat).query(flat, k=2)[0][:, 1])


def mean_apart(x: Floats, y: Floats) -> float:
    """Return how far the nearest other hole is on average. [m]"""
    return float(nearest(plane(x, y)).mean())


def apart_as_found(
    drawn: tuple[Floats, Floats], found: tuple[Floats, Floats]
) -> tuple[float, float, int]:
    """
    Return how far neighbours are from one another.

    Parameters
    ----------
    drawn : tuple of array, shape (n,)
        East and north of each hole. [m]
    found : tuple of array, shape (n,)
        In any frame, NaN where not told. [m]

    Returns
    -------
    found, drawn : float
        Mean distance of pairs that are neighbours on the drawing and both told; of pairs, for the
        nearest of several scattered holes is always too near. NaN without a pair. [m]
    count : int
        Pairs. [-]
    """
    one, other = neighbours(*drawn)
    whole, there = plane(*drawn), plane(*found)
    kept = np.isfinite(there[one]) & np.isfinite(there[other])
    if not kept.any():
        return math.nan, math.nan, 0
    close, wide = (np.abs(places[one] - places[other])[kept] for places in (there, whole))
    return float(close.mean()), float(wide.mean()), int(kept.sum())


def neighbours(x: Floats, y: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return one and the other hole of each pair that are neighbours on a drawing."""
    whole = plane(x, y)
    flat, reach = np.stack([whole.real, whole.imag], axis=1), nearest(whole)
    pairs = cKDTree(flat).query_pairs(
        NEIGHBOUR * float(reach.max(initial=0.0)), output_type="ndarray"
    )
    one, other = pairs.reshape(-1, 2).T
    kept = np.abs(whole[one] - whole[other]) <= NEIGHBOUR * np.minimum(reach[one], reach[other])
    return one[kept], other[kept]
