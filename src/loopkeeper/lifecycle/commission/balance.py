"""Flow by branch, beside the design's shares or equal ones."""

from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    held_against,
    joined,
    mean_of,
    missing,
)
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

BRANCHES: Final = ("header-", "zone-")
"""How the places of branches begin: headers, which share alike in a field of boreholes where the
design states no flows, and zones, whose shares only the design knows."""
BYPASS: Final = "by"
"""How the name of a header begins that is a by-pass, and no branch."""
BOUNDS: Final = (0.85, 1.15)
"""Flow of a branch over its share of the design (A). [-]"""
SUM: Final = (0.9, 1.1)
"""Sum of the branches over the loop's flow (A). [-]"""
FLOWS: Final = 0.2
"""Share of the highest flow from which on water flows. [-]"""
FEWEST: Final = 10
"""Minutes of flow that are needed. [min]"""


def balance(tried: Tried) -> Proved:
    """
    Judge the flow of branches.

    Parameters
    ----------
    tried : Tried
        A flow for each branch (``header-…``, ``zone-…``); the design's own flow of a branch where
        a row of the trial states it as expected, else equal shares.

    Returns
    -------
    Proved
        Each branch beside its share of what all take together.
    """
    groups = [_branches(tried, sort) for sort in BRANCHES]
    told = [_shared(tried, names) for names in groups if len(names) >= len(BRANCHES)]
    return joined(told) if told else Proved(reasons=(missing("header-1", "flow"),))


def _branches(tried: Tried, sort: str) -> list[str]:
    """Branches of a sort with a flow of their own."""
    named = [one for one in tried.minutes.places("flow") if one.startswith(sort)]
    return [one for one in named if not one.removeprefix(sort).startswith(BYPASS)]


def _shared(tried: Tried, names: list[str]) -> Proved:
    """Hold branches of one sort against their shares."""
    wanted = _shares(tried, names)
    if wanted is None:
        return Proved(reasons=(Verdict("commission.flow.no_design"),))
    flows = np.stack([channel(tried.minutes, "flow", name) for name in names])
    total = flows.sum(axis=0)
    where: Bools = np.isfinite(total) & (total > FLOWS * np.nanmax(total, initial=0.0))
    if where.sum() < FEWEST:
        return Proved(reasons=(Verdict("commission.flow.none"),))
    whole = float(total[where].mean())
    parts = []
    for name, share in zip(names, wanted, strict=True):
        measured = mean_of(tried, "flow", name, where)
        if measured is None:
            continue
        expected = Estimate.exact(share * whole)
        one = compared(("flow", name, "m³/h"), measured.scaled(HOUR), expected.scaled(HOUR))
        parts.append(held_against(one, BOUNDS, "commission.flow.branch", {"branch": name}))
    return joined([*parts, _sum(tried, whole, where)])


def _shares(tried: Tried, names: list[str]) -> list[float] | None:
    """Share of each branch by the design; equal ones of a field where it states none."""
    stated = {t.of: t.expected for t in tried.stated if t.quantity == "flow" and t.expected}
    told = [stated.get(name) for name in names]
    known = [one for one in told if one]
    if len(known) < len(names):
        alike = tried.plant.source.field is not None and names[0].startswith(BRANCHES[0])
        return [1.0 / len(names)] * len(names) if alike else None
    return [one / sum(known) for one in known]


def _sum(tried: Tried, whole: float, where: Bools) -> Proved:
    """Hold the branches' sum against the loop's flow that is nearest to it."""
    loops = [mean_of(tried, "flow", loop, where) for loop in ("source", "load")]
    known = [one for one in loops if one is not None and one.value > 0]
    if not known:
        return Proved()
    loop = min(known, key=lambda one: abs(np.log(whole / one.value)))
    one = compared(("flow", "headers", "m³/h"), Estimate.exact(HOUR * whole), loop.scaled(HOUR))
    return held_against(one, SUM, "commission.flow.sum")
