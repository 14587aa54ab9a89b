"""Yield and reinjection of wells at full flow: all is returned, levels are steady."""

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
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, MINUTES_AN_HOUR

RETURNED: Final = (0.98, 1.02)
"""Returned over taken water beside the meters' intervals: all of it (GB 50366 5.1.1, V). [-]"""
DRAWDOWN: Final = 5.0
"""A pumped well falls by no more (GB 50366-2005 (2009) 5.3, M+). [m]"""
STEADY: Final = 0.02
"""Level of a well at even flow that moves by less is steady (A). [m h-1]"""
LAST: Final = 12
"""Hours at the end that must be steady: pumping stable over 12 h (GB 50366 5.3, M+). [h]"""


def reinjection(tried: Tried) -> Proved:
    """
    Judge a trial of pumping and reinjection.

    Parameters
    ----------
    tried : Tried
        ``abstraction_flow`` and ``reinjection_flow`` of the source or of wells, ``water_level``.

    Returns
    -------
    Proved
        Water returned beside water taken, levels that go on moving, drawdown; not proven where
        flows are not measured or the trial was too short.
    """
    wanted = tried.planned.kind.hours
    hours = len(tried.minutes.time) / MINUTES_AN_HOUR
    levels = (_level(tried, well) for well in tried.minutes.places("water_level"))
    told = joined([_returned(tried), *levels])
    if hours >= wanted:
        return told
    figures = {"hours": hours, "wanted": wanted}
    return joined([told, Proved(reasons=(Verdict("commission.too_short", figures),))])


def _returned(tried: Tried) -> Proved:
    taken, given = (_sum(tried, q) for q in ("abstraction_flow", "reinjection_flow"))
    if taken is None or given is None:
        return Proved(reasons=(missing("source", "abstraction_flow", "reinjection_flow"),))
    sides = (given.scaled(HOUR), taken.scaled(HOUR))
    one = compared(("reinjection_flow", "source", "m³/h"), *sides)
    return held_against(one, RETURNED, "commission.well.not_returned")


def _sum(tried: Tried, quantity: str) -> Estimate | None:
    """All of a quantity, of the source or of its wells. [m3 s-1]"""
    places = tried.minutes.places(quantity)
    places = ("source",) if "source" in places else places
    whole = np.ones(len(tried.minutes.time), dtype=bool)
    parts = [mean_of(tried, quantity, place, whole) for place in places]
    known = [one for one in parts if one is not None]
    if not known or len(known) < len(parts):
        return None
    doubt = float(np.linalg.norm([one.standard_deviation for one in known]))
    return Estimate.normal(sum(one.value for one in known), doubt)


def _level(tried: Tried, well: str) -> Proved:
    """Whether a well's level moves on over the last hours, and how far it fell."""
    level: Floats = channel(tried.minutes, "water_level", well)
    last: Bools = np.zeros(len(level), dtype=bool)
    last[-LAST * MINUTES_AN_HOUR :] = True
    last &= np.isfinite(level)
    if last.sum() < LAST * MINUTES_AN_HOUR / 2:
        return Proved()
    hours = np.flatnonzero(last) / MINUTES_AN_HOUR
    slope = float(np.polyfit(hours, level[last], 1)[0])
    findings = []
    if abs(slope) > STEADY:
        findings.append(Verdict("commission.well.level_moves", {"well": well, "rate": slope}))
    fall = abs(float(np.nanmedian(level[last]) - level[np.isfinite(level)][0]))
    if fall > DRAWDOWN:
        findings.append(Verdict("commission.well.drawdown", {"well": well, "fall": fall}))
    return Proved(findings=tuple(findings))
