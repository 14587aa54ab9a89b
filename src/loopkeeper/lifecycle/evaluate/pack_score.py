"""
Score of a standard's index tree: points of indices, weighted up the branches.

A branch's score is the mean of what hangs on it by weight; what a plant does not have is left out.
"""

from collections.abc import Sequence

import numpy as np

from loopkeeper.lifecycle.evaluate.packs import Index, JudgedIndex, Pack
from loopkeeper.measure.uncertainty import Estimate

FULL = 100.0
STEPS = 21
"""Places within a figure's interval at which its points are looked up."""


def scored(pack: Pack, judged: Sequence[JudgedIndex]) -> dict[str, Estimate]:
    """
    Return the score of a pack and of each of its branches.

    Parameters
    ----------
    pack : Pack
        With its branches.
    judged : sequence of JudgedIndex
        Its indices for this plant; those without a figure are left out.

    Returns
    -------
    dict
        0 to 100 by the branch's id, the whole under ``""``; the interval is what the intervals of
        the figures make of it, taken as independent of each other. Branches without indices for
        the plant are absent. [-]
    """
    found: dict[str, Estimate] = {}

    def climb(of: str) -> tuple[float, float, float] | None:
        """Score of a branch, and how far it may lie below and above."""
        hanging = [(j.index.weight, _leaf(j)) for j in judged if j.index.parent == of]
        hanging += [(b.weight, climb(b.id)) for b in pack.branches if b.parent == of]
        known = [(w, *s) for w, s in hanging if s is not None and w > 0]
        if not known:
            return None
        weight, score, below, above = np.array(known).T
        share = weight / weight.sum()
        mean = float(share @ score)
        down, up = (float(np.sqrt(np.sum((share * side) ** 2))) for side in (below, above))
        found[of] = Estimate(mean, max(0.0, mean - down), min(FULL, mean + up))
        return mean, down, up

    climb("")
    return found


def points(index: Index, value: float) -> float:
    """
    Return the points of a value: none beyond its limits, else by the curve, else by the band.

    Parameters
    ----------
    index : Index
        With ``curve``, bands, or neither: then a kept limit is full points.
    value : float
        In the index's unit.

    Returns
    -------
    float
        0 to 100; bands share them evenly, the best full. [-]
    """
    if not index.keeps(value):
        return 0.0
    if index.curve:
        at, worth = zip(*index.curve, strict=True)
        return float(np.interp(value, at, worth))
    if not index.bands:
        return FULL
    names = [name for _, name in index.bands]
    grade = index.band(value)
    return FULL * (len(names) - names.index(grade)) / len(names) if grade else 0.0


def _leaf(one: JudgedIndex) -> tuple[float, float, float] | None:
    """Points of an index, and how far they fall and rise within the figure's interval."""
    if one.figure is None:
        return None
    found = one.figure.value
    here = points(one.index, found.value)
    near = [points(one.index, v) for v in np.linspace(found.low, found.high, STEPS)]
    return here, here - min(here, *near), max(here, *near) - here
