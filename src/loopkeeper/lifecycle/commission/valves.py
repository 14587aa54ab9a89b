"""Valves that are told to be shut, and whether water still passes."""

from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import channel, joined, missing
from loopkeeper.plant.verdict import Verdict

SHUT, OPEN = 0.03, 0.5
"""Position up to which a valve is shut, and from which on it is open. [-]"""
LEAK: Final = 0.05
"""Flow through a shut valve over that through it when open. [-]"""
FEWEST: Final = 5
"""Minutes in either state that are needed. [min]"""


def valves(tried: Tried) -> Proved:
    """
    Judge valves by the flow at the place where they stand.

    Parameters
    ----------
    tried : Tried
        ``valve_position`` and ``flow`` of one place each.

    Returns
    -------
    Proved
        Shut valves that pass water and valves that change nothing; not proven where a valve was
        not moved, or no place has both.
    """
    places = [p for p in tried.minutes.places("valve_position") if tried.minutes.has("flow", p)]
    if not places:
        stated = [one.accepted for one in tried.stated if one.accepted is not None]
        if stated:
            return Proved() if all(stated) else _refused(tried)
        return Proved(reasons=(missing("header-1", "valve_position", "flow"),))
    return joined(_valve(tried, place) for place in places)


def _refused(tried: Tried) -> Proved:
    return Proved(findings=(Verdict("commission.refused", {"trial": tried.planned.name}),))


def _valve(tried: Tried, place: str) -> Proved:
    position = channel(tried.minutes, "valve_position", place)
    flow = channel(tried.minutes, "flow", place)
    shut, wide = (position <= SHUT) & np.isfinite(flow), (position >= OPEN) & np.isfinite(flow)
    if shut.sum() < FEWEST or wide.sum() < FEWEST:
        return Proved(reasons=(Verdict("commission.valve.not_moved", {"valve": place}),))
    passing, whole = float(np.median(flow[shut])), float(np.median(flow[wide]))
    if whole <= 0:
        return Proved(reasons=(Verdict("commission.flow.none"),))
    if passing <= LEAK * whole:
        return Proved()
    figures = {"valve": place, "percent": 100 * passing / whole}
    return Proved(findings=(Verdict("commission.valve.passes", figures),))
