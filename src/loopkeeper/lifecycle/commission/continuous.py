"""A day and night of running: readings complete, no stop by a fault, the heat balance closed."""

from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.closed import CLOSED, sides
from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    held_against,
    joined,
    missing,
)
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import MINUTES_AN_HOUR

COMPLETE: Final = 0.95
"""Share of a trial that must have been read of heat and electricity (A). [-]"""


def continuous(tried: Tried) -> Proved:
    """
    Judge a trial of running without a break.

    Parameters
    ----------
    tried : Tried
        Heat of both loops, electricity, fault codes where there are any.

    Returns
    -------
    Proved
        Faults and an open balance are findings; too short a trial or gaps prove nothing.
    """
    hours = len(tried.minutes.time) / MINUTES_AN_HOUR
    wanted = tried.planned.kind.hours
    reasons = []
    if hours < wanted:
        reasons.append(Verdict("commission.too_short", {"hours": hours, "wanted": wanted}))
    told = float(np.isfinite(channel(tried.minutes, "heat_power", "load")).mean())
    if told < COMPLETE:
        reasons.append(Verdict("commission.incomplete", {"percent": 100 * told}))
    faults = [
        place
        for place in tried.minutes.places("fault_code")
        if np.nanmax(channel(tried.minutes, "fault_code", place), initial=0.0) > 0
    ]
    findings = tuple(Verdict("commission.machine.fault", {"machine": one}) for one in faults)
    return joined([Proved(findings=findings, reasons=tuple(reasons)), _balance(tried)])


def _balance(tried: Tried) -> Proved:
    told = sides(tried, np.ones(len(tried.minutes.time), dtype=bool))
    if told is None:
        return Proved(reasons=(missing("source", "heat_power"),))
    one = compared(("heat_power", "load", "kW"), told[0].scaled(1e-3), told[1].scaled(1e-3))
    return held_against(one, CLOSED, "commission.meter.balance_open")
