"""Whether a flow or power stands still while what it cannot do without runs."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from loopkeeper.measure.admitted import Microseconds
from loopkeeper.measure.excursions import Bools, runs_of
from loopkeeper.measure.outliers import MOST_LEFT_OUT, ON_SHARE, usual
from loopkeeper.measure.series import Floats
from loopkeeper.measure.witnesses import HEAT, MovingPoint

LAG: Final = 3
"""Heat goes on for this many readings after the draw has ended."""


def contradicted(start: Microseconds, value: Floats, partners: Sequence[MovingPoint]) -> Bools:
    """
    Tell where a flow or power stands still while what it cannot do without runs.

    Breakdown: with more than three in ten readings contradicted the partner is not believed.

    Parameters
    ----------
    start : array, shape (n,)
        Times of the readings. [µs]
    value : array, shape (n,)
        Readings. [SI]
    partners : sequence of MovingPoint
        The only pump of the flow's loop, or the flow of the pump's loop.

    Returns
    -------
    bool array, shape (n,)
        True for contradicted readings.
    """
    none = np.zeros(len(value), dtype=bool)
    still = np.abs(value) < ON_SHARE * usual(value)
    if not still.any():
        return none
    for partner in partners:
        running = partner.running_at(start)
        mask = still & running
        if partner.point.quantity in HEAT:
            mask = _long_runs(mask, running)
        if mask.any() and mask.mean() < MOST_LEFT_OUT:
            return np.asarray(mask)
    return none


def _long_runs(mask: Bools, running: Bools) -> Bools:
    """Keep runs that are longer than what heat lags behind draw, or as long as the heat."""
    found = np.zeros(len(mask), dtype=bool)
    around = np.concatenate([[False], running, [False]])
    for first, last in zip(*runs_of(mask), strict=True):
        whole = not around[first] and not around[last + 2]
        found[first : last + 1] = whole or last - first >= LAG
    return found
