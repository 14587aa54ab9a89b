"""A day and night of running: readings complete, no stop by a fault, the heat balance closed."""

from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    heat_of,
    held_against,
    joined,
    machine_draw,
    missing,
)
from loopkeeper.measure.balance import ALWAYS_OPEN
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import MINUTES_AN_HOUR

COMPLETE: Final = 0.95
"""Share of a trial that must have been read of heat and electricity (A). [-]"""
CLOSED: Final = (1 - 2 * ALWAYS_OPEN, 1 + 2 * ALWAYS_OPEN)
"""Heat to the building over heat from source and machines. [-]"""


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
    known = np.isfinite(
        channel(tried.minutes, "heat_power", "load")
        + channel(tried.minutes, "heat_power", "source")
    )
    load, source = (heat_of(tried, loop, known) for loop in ("load", "source"))
    draw = machine_draw(tried, known)
    if load is None or source is None or draw is None or load.value == 0:
        return Proved(reasons=(missing("source", "heat_power"),))
    doubt = float(np.hypot(source.standard_deviation, draw.standard_deviation))
    rest = Estimate.normal(source.value + draw.value, doubt)
    sign = 1e-3 if load.value > 0 else -1e-3
    sides = [
        Estimate.normal(sign * one.value, abs(sign) * one.standard_deviation)
        for one in (load, rest)
    ]
    one = compared(("heat_power", "load", "kW"), sides[0], sides[1])
    return held_against(one, CLOSED, "commission.meter.balance_open")
