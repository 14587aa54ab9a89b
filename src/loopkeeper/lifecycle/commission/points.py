"""Point to point: every point answers, and thermometers of water at rest agree."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import joined, mean_of, running
from loopkeeper.measure.meter_error import limits_of
from loopkeeper.measure.series import Bools, ChannelKey
from loopkeeper.plant.verdict import Verdict

WATERS: Final = ("source", "load")
MIXED: Final = 0.4
"""Water that circulates without load still differs by so much along a loop (A). [K]"""
FEWEST: Final = 15
"""Minutes at rest that are needed. [min]"""
THREE: Final = 3
"""Thermometers of which the odd one out can be told. [-]"""
RESTS: Final = 0.02
"""Share of a minute below which a machine rests in it. [-]"""
PUMPED: Final = 0.2
"""Share of the highest flow from which on water circulates. [-]"""


def points(tried: Tried) -> Proved:
    """
    Judge the points of a plant while water circulates and no machine runs.

    Parameters
    ----------
    tried : Tried
        All points.

    Returns
    -------
    Proved
        Points without a reading in the window; thermometers of one loop that differ by more than
        their limits, the one that stands apart where three or more tell, else both.
    """
    silent = [
        p.id
        for p in tried.plant.points
        if not _speaks(tried, (p.quantity if p.quantity != "volume" else "flow", p.of), p.id)
    ]
    findings: tuple[Verdict, ...] = ()
    if silent:
        figures = {"points": ", ".join(silent), "count": len(silent)}
        findings = (Verdict("commission.points.silent", figures),)
    rest = _at_rest(tried)
    if rest.sum() < FEWEST:
        return Proved(findings=findings, reasons=(Verdict("commission.points.never_at_rest"),))
    return joined([Proved(findings=findings), *(_alike(tried, w, rest) for w in WATERS)])


def _speaks(tried: Tried, key: ChannelKey, identifier: str) -> bool:
    """Whether a point was read; of two on one channel only one is laid."""
    found = tried.minutes.channels.get(key)
    if found is None:
        return False
    other = found.point is not None and found.point.id != identifier
    return other or bool(np.isfinite(found.values).any())


def _at_rest(tried: Tried) -> Bools:
    """Minutes in which machines rest and some loop circulates."""
    on = running(tried)
    rest = ~(on > RESTS)
    moving = np.zeros(len(rest), dtype=bool)
    for loop in WATERS:
        if tried.minutes.has("flow", loop):
            flow = tried.minutes.values("flow", loop)
            moving |= flow > PUMPED * np.nanmax(flow, initial=0.0)
    return np.asarray(rest & moving)


def _alike(tried: Tried, loop: str, rest: Bools) -> Proved:
    """Hold the thermometers of a loop against their median."""
    if not tried.minutes.has("flow", loop):
        return Proved()
    flow = tried.minutes.values("flow", loop)
    where = rest & (flow > PUMPED * np.nanmax(flow, initial=0.0))
    told = _thermometers(tried, loop, where)
    if len(told) <= 1 or where.sum() < FEWEST:
        return Proved()
    middle = float(np.median([value for value, _ in told.values()]))
    findings = []
    for name, (value, limit) in told.items():
        others = [one for other, one in told.items() if other != name]
        allowed = MIXED + float(np.hypot(limit, min(bound for _, bound in others)))
        off = value - (middle if len(told) >= THREE else others[0][0])
        if abs(off) > allowed:
            figures = {"point": name, "loop": loop, "kelvin": off, "limit": allowed}
            findings.append(Verdict("commission.points.apart", figures))
    if len(told) < THREE and findings:
        pair = " / ".join(told)
        figures = {**findings[0].figures, "point": pair}
        findings = [Verdict("commission.points.pair_apart", figures)]
    return Proved(findings=tuple(findings))


def _thermometers(tried: Tried, loop: str, where: Bools) -> Mapping[str, tuple[float, float]]:
    """Mean and 95 % limit of every thermometer of a loop's own water, by point. [°C], [K]"""
    sides = [("supply_temperature", loop), ("return_temperature", loop)]
    sides += [
        (f"{part}_{side}_temperature", machine.id)
        for machine in tried.plant.machines
        for part in (("evaporator",) if loop == "source" else ("condenser",))
        for side in ("inlet", "outlet")
    ]
    told = {}
    for key in sides:
        mean = mean_of(tried, *key, where)
        point = tried.minutes.channels[key].point if mean is not None else None
        if mean is not None and point is not None:
            told[point.id] = (mean.value, limits_of(point).absolute)
    return told
