"""Controls: set-point and weather compensation, drives that follow, machines one by one."""

from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.closed import open_balance
from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.maps import by_maps
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    heat_of,
    is_heating,
    joined,
    mean_of,
    missing,
    nominal,
    running,
    set_point,
    under_load,
)
from loopkeeper.measure.metered import pumps
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate
from loopkeeper.physics.pump import PumpMode
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.verdict import Verdict

DEAD_BAND: Final = 1.5
"""Supply water lies within so much of its set-point, dead band of the controller (A). [K]"""
TELLING: Final = 2.0
"""Weather compensation that moves the set-point by less is told by no trial. [K]"""
LOW_LOAD: Final = 0.7
"""Share of the design's heat below which drives must have left full speed (A). [-]"""
STILL_FULL: Final = 0.92
"""Flow and draw of all pumps, over the most they had, of drives that stay at full speed. [-]"""
FEWEST: Final = 20
"""Minutes that are needed of a state. [min]"""
MORE_MACHINES: Final = 0.6
"""So many machines more than the design's staging needs are started wrongly. [-]"""
NEARLY_ALL: Final = 0.9
"""Share of what machines can give from which on the load, not the controller, misses it. [-]"""
ROOM: Final = 0.8
"""Share of its rated heat from which on another may start: dead bands, warm water (A). [-]"""


def control(tried: Tried) -> Proved:
    """
    Judge a trial of the controls.

    Parameters
    ----------
    tried : Tried
        Supply and outdoor temperature, heat, flows and draws of pumps, running machines.

    Returns
    -------
    Proved
        Set-point, compensation, drives and staging, each where the trial excites it; not proven
        where it does not. Of drives and machines nothing is said while the balance is open.
    """
    where = under_load(tried)
    if where.sum() < FEWEST:
        return Proved(reasons=(Verdict("commission.control.no_load"),))
    heating = is_heating(tried, where)
    if heating is None:
        return Proved(reasons=(missing("load", "supply_temperature", "return_temperature"),))
    told = [_set_point(tried, where, heating=heating)]
    if (said := open_balance(tried, where)) is not None:
        return joined([*told, Proved(reasons=(said,))])
    told += [law(tried, where, heating=heating) for law in (_drives, _staging)]
    return joined(told)


def _set_point(tried: Tried, where: Bools, *, heating: bool) -> Proved:
    """Supply beside what is asked for at the outdoor temperature of the trial."""
    supply = mean_of(tried, "supply_temperature", "load", where)
    asked = set_point(tried, heating=heating)[where]
    if supply is None or not np.isfinite(asked).any():
        return Proved(reasons=(missing("site", "outdoor_temperature"),))
    wanted = float(np.nanmedian(asked))
    line = tried.model.system.controls
    full = line.heating_supply if heating else line.cooling_supply
    one = compared(
        ("supply_temperature", "load", "°C"),
        Estimate.normal(_median(tried, where), supply.standard_deviation),
        Estimate.normal(wanted, DEAD_BAND / COVERAGE_FACTOR_90 / 2),
    )
    off = one.measured.value - wanted
    half = DEAD_BAND + COVERAGE_FACTOR_90 * supply.standard_deviation
    figures = {"kelvin": off, "found": one.measured.value, "expected": wanted}
    compensated = (line.heating_reset if heating else line.cooling_reset) > 0
    if abs(off) <= half:
        untold = compensated and abs(full - wanted) < TELLING
        reasons = (Verdict("commission.control.mild"),) if untold else ()
        return Proved(compared=(replace(one, agrees=True),), reasons=reasons)
    never = compensated and abs(full - wanted) >= TELLING and abs(off - (full - wanted)) <= half
    code = "commission.control.no_reset" if never else "commission.control.set_point"
    if not never and _unreached(tried, where, off, heating=heating):
        return Proved(
            compared=(one,), reasons=(Verdict("commission.control.not_reached", figures),)
        )
    return Proved(compared=(replace(one, agrees=False),), findings=(Verdict(code, figures),))


def _unreached(tried: Tried, where: Bools, off: float, *, heating: bool) -> bool:
    """Whether the machines give nearly all they can and still do not reach what is asked."""
    heat = heat_of(tried, "load", where)
    if heat is None or (off > 0 if heating else off < 0):
        return False
    told = by_maps(tried, where, heat)
    return told is not None and abs(heat.value) > NEARLY_ALL * told.capacity


def _median(tried: Tried, where: Bools) -> float:
    return float(np.nanmedian(channel(tried.minutes, "supply_temperature", "load")[where]))


def _drives(tried: Tried, where: Bools, *, heating: bool) -> Proved:
    """Whether variable drives leave full speed when little is asked of them."""
    load = np.abs(channel(tried.minutes, "heat_power", "load")) / nominal(tried, heating=heating)
    low = where & (load < LOW_LOAD)
    parts = []
    for loop in ("source", "load"):
        bank = tried.model.system.pumps_of(loop)
        if bank.mode is not PumpMode.VARIABLE:
            continue
        if low.sum() < FEWEST:
            parts.append(Proved(reasons=(Verdict("commission.control.no_low_load"),)))
            continue
        whole = (bank.count * bank.flow, bank.count * bank.electricity)
        told = (
            channel(tried.minutes, "flow", loop),
            pumps(tried.minutes, tried.plant, loop).values,
        )
        shares = [
            float(np.nanmedian(one[low])) / size
            for one, size in zip(told, whole, strict=True)
            if one is not None and np.isfinite(one[low]).any()
        ]
        if not shares:
            parts.append(Proved(reasons=(missing(loop, "flow"),)))
        elif min(shares) > STILL_FULL:
            figures = {"loop": loop, "percent": 100 * shares[0], "load": 100 * _mean(load, low)}
            parts.append(Proved(findings=(Verdict("commission.control.full_speed", figures),)))
    return joined(parts)


def _mean(values: Floats, where: Bools) -> float:
    return float(np.nanmean(values[where]))


def _staging(tried: Tried, where: Bools, *, heating: bool) -> Proved:
    """Whether more machines run than one after the other would, over the trial."""
    return staging(
        tried,
        where,
        abs(_mean(channel(tried.minutes, "heat_power", "load"), where)),
        heating=heating,
    )


def staging(tried: Tried, where: Bools, heat: float, *, heating: bool) -> Proved:
    """
    Judge how many machines run for a heat. [W]

    Nothing is said of machines that are designed to run all at once.
    """
    system, on = tried.model.system, running(tried)[where]
    rated = [m.rated_heating if heating else m.rated_cooling for m in tried.plant.machines]
    one_by_one = system.controls.staging is StagingOrder.SEQUENCE and len(system.machines) > 1
    if not (one_by_one and all(rated) and np.isfinite(on).any() and np.isfinite(heat)):
        return Proved()
    room = np.cumsum([float(one or 0.0) for one in rated])
    needed = int(np.searchsorted(ROOM * room, heat)) + 1
    count = float(np.nanmean(on))
    if count < needed + MORE_MACHINES:
        return Proved()
    figures = {"count": count, "needed": needed}
    return Proved(findings=(Verdict("commission.machine.staging", figures),))
