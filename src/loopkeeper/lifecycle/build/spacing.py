"""How far apart holes were found over how they are drawn, and how sure that is."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from loopkeeper.lifecycle.build.surveyed import SurveyFrame, apart_as_found, neighbours, plane
from loopkeeper.measure.uncertainty import Estimate

Floats = NDArray[np.float64]
Places = tuple[Floats, Floats]
"""East and north, shape (n,) each. [m]"""

FEWEST_PAIRS: Final = 8
"""Neighbours by whose mean a distance is judged; where fewer, the survey's scale tells (A). [-]"""
PLACE_ACCURACY: Final = 0.05
"""Standard deviation of a surveyed place along an axis, unless it scatters more (A). [m]"""
INTERVAL: Final = 0.90
"""Of the interval. [-]"""
UPPER: Final = (1.0 + INTERVAL) / 2.0
"""Quantile at which the interval of a single value ends. [-]"""
ROOM: Final = 1e-6
"""Added to where a root is looked for, since it may lie at the end. [-]"""


def spacing_found(drawn: Places, found: Places, frame: SurveyFrame | None) -> Estimate | None:
    """
    Return the mean distance of neighbours found over drawn.

    Parameters
    ----------
    drawn : tuple of array
        The drawing.
    found : tuple of array
        As surveyed, in any frame, NaN where not told.
    frame : SurveyFrame or None
        How the survey lies to the drawing.

    Returns
    -------
    Estimate or None
        With its 90 % interval [-]; by the scale of the whole where fewer than eight pairs are
        told. None where no frame fits.
    """
    if frame is None:
        return None
    apart, wide, pairs = apart_as_found(drawn, found)
    if pairs < FEWEST_PAIRS:
        return _by_scale(drawn, found, frame)
    return _by_pairs(drawn, found, apart / wide)


def _by_pairs(drawn: Places, found: Places, ratio: float) -> Estimate:
    """
    Put an interval about the mean of pairs.

    A place off by so much moves every distance of its hole: along a row all but the two ends
    cancel. Scatter is taken for errors of the survey or for those of the drill, whichever leaves
    more in doubt: where all holes are told, what was drilled is known as it is. A survey's own
    scatter across a row makes distances too long, the drill's does not: the interval covers both
    [1]_.

    References
    ----------
    .. [1] G. W. Imbens and C. F. Manski, Econometrica 72 (2004) 1845.
    """
    one, other = neighbours(*drawn)
    whole, there = plane(*drawn), plane(*found)
    told = np.isfinite(there[one]) & np.isfinite(there[other])
    wide = np.abs(whole[one] - whole[other])
    close, own = np.abs(there[one] - there[other])[told], wide[told]
    alone, every = _pull(drawn, told), _pull(drawn, np.ones_like(told))
    by_survey = float((np.abs(alone) ** 2).sum())
    by_drill = float((np.abs(alone - every) ** 2).sum())
    freedom = 2 * len(own) - by_survey * float((own**2).sum())
    variance = float(((close - ratio * own) ** 2).sum()) / freedom
    variance = max(variance, PLACE_ACCURACY**2)
    holes = len(np.unique([one[told], other[told]]))
    doubt = math.sqrt(variance * max(by_survey, by_drill))
    longer = variance * float((1.0 / own).sum() / own.sum())
    half = _student(holes - 1, longer / doubt) * doubt
    return Estimate(ratio, ratio - longer - half, ratio + half)


def _pull(drawn: Places, told: NDArray[np.bool_]) -> NDArray[np.complex128]:
    """By how much the mean over drawn follows the place of each hole, as east + north·i. [m-1]"""
    one, other = (ends[told] for ends in neighbours(*drawn))
    whole = plane(*drawn)
    way = whole[one] - whole[other]
    pull = np.zeros(len(whole), dtype=np.complex128)
    np.add.at(pull, one, way / np.abs(way))
    np.add.at(pull, other, -way / np.abs(way))
    return pull / float(np.abs(way).sum())


def _by_scale(drawn: Places, found: Places, frame: SurveyFrame) -> Estimate:
    """Put an interval about the scale of a survey, by what of its places the scale leaves."""
    laid = plane(*(frame.laid(*found) if frame.own else found))
    told = np.isfinite(laid)
    whole = plane(*drawn)[told]
    away = whole - whole.mean()
    left = laid[told] - laid[told].mean() - frame.scale * away
    freedom = 2 * len(left) - OF_FRAME
    variance = max(float((np.abs(left) ** 2).sum()) / freedom, PLACE_ACCURACY**2)
    half = _student(freedom) * math.sqrt(variance / float((np.abs(away) ** 2).sum()))
    return Estimate(frame.scale, frame.scale - half, frame.scale + half)


OF_FRAME: Final = 4
"""Numbers that a frame takes from places: where, how turned, how wide. [-]"""


def _student(freedom: int, wide: float = 0.0) -> float:
    """
    Return how far beyond either end of a range of values its interval of 90 % reaches. [-]

    ``wide`` is the range, over the standard deviation of what lies at its ends [-].
    """

    def over(reach: float) -> float:
        return float(stdtr(freedom, reach + wide) - stdtr(freedom, -reach)) - INTERVAL

    return float(brentq(over, 0.0, stdtrit(freedom, UPPER) + ROOM))
