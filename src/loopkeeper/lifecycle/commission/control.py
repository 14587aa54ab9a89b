"""Controls: set-point and weather compensation, drives that follow, machines one by one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.closed import open_balance
from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.maps import by_maps
from loopkeeper.lifecycle.commission.means import (
    LOOPS,
    channel,
    compared,
    draw_of,
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
from loopkeeper.lifecycle.commission.steady import SHORTEST, smooth
from loopkeeper.measure.metered import pumps
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.physics.system import StagingOrder
from loopkeeper.plant.verdict import Verdict

DEAD_BAND: Final = 1.5
"""Supply water lies within so much of its set-point, dead band of the controller (A). [K]"""
TELLING: Final = 2.0
"""Weather compensation that moves the set-point by less is told by no trial. [K]"""
LOW_LOAD: Final = 0.7
"""Share of the design's heat below which drives must have left full speed (A). [-]"""
STILL_FULL: Final = 0.92
"""Flow, or draw, of all pumps over their rating where drives stay at full speed (A). [-]"""
FULL_SPEED: Final = 0.95
"""
Speed, by flow and draw, from which on drives stay at full speed: its curve tells the draw of a
pump within a tenth, and the speed within a third of that (A). [-]
"""
FEWEST: Final = 20
"""Minutes that are needed of a state. [min]"""
MORE_MACHINES: Final = 0.6
"""So many machines more than the design's staging needs are started wrongly. [-]"""
NEARLY_ALL: Final = 0.9
"""Share of what machines can give from which on the load, not the controller, misses it. [-]"""
OVER, ALIKE = 1.06, 1.04
"""Flow over the rating of pumps, and flow at high load over that at low load, from which on a
loop is open: flow meters of 2 % and pumps chosen a size up leave less (A). [-]"""
LEVEL: Final = 60
"""Minutes that a level of load must last: machines are started and stopped after delays of
five to ten, and a controller that hunts takes another twenty (A). [min]"""
ROOM: Final = 0.75
"""
Share of what running machines give, by their maps, from which on another may start and need not
stop (A): dead bands of a tenth, a controller that hunts by another, and meters of 3 %. [-]
"""


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
    told += [law(tried, where, heating=heating) for law in (_drives, staging)]
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
    low = where & (smooth(load, SHORTEST) < LOW_LOAD)
    parts = []
    for loop in LOOPS:
        bank = tried.model.system.pumps_of(loop)
        if bank.mode is not PumpMode.VARIABLE:
            continue
        if low.sum() < FEWEST:
            parts.append(Proved(reasons=(Verdict("commission.control.no_low_load"),)))
            continue
        shares = _shares(tried, bank, loop, low)
        share = next((one for one in shares if one is not None), None)
        if share is None:
            parts.append(Proved(reasons=(missing(loop, "flow"),)))
        elif _at_full_speed(*shares):
            figures = {"loop": loop, "percent": 100 * share, "load": 100 * _mean(load, low)}
            high, _ = _shares(tried, bank, loop, where & ~low)
            parts.append(_of_full_speed(figures, wide=_wide(shares[0], high)))
    return joined(parts)


def _of_full_speed(figures: Mapping[str, object], *, wide: bool) -> Proved:
    """Drives that stand still are wrong; such as an open loop asks for may follow or not."""
    if wide:
        return Proved(reasons=(Verdict("commission.control.open_loop", figures),))
    return Proved(findings=(Verdict("commission.control.full_speed", figures),))


def _shares(
    tried: Tried, bank: PumpBank, loop: str, where: Bools
) -> tuple[float | None, float | None]:
    """Flow and draw of a loop's pumps over those of their rating; None where not measured. [-]"""
    flow = mean_of(tried, "flow", loop, where)
    draw = draw_of(tried, pumps(tried.minutes, tried.plant, loop), where)
    return (
        None if flow is None else flow.value / (bank.count * bank.flow),
        None if draw is None else draw.low / (bank.count * bank.electricity),
    )


def _at_full_speed(flow: float | None, draw: float | None) -> bool:
    """Whether flow and draw of pumps, over those of their rating, are those of full speed."""
    if flow is None or draw is None:
        return (flow or draw or 0.0) > STILL_FULL
    return speed_by_draw(flow, draw) > FULL_SPEED


def _wide(low: float | None, high: float | None) -> bool:
    """
    Whether a loop takes more than it should, so that drives at full speed are what it asks for.

    Drives that stand still move one flow at any load, about that of their rating. ``low`` and
    ``high``: flow at low and at high load over it.
    """
    if low is None or low <= STILL_FULL:
        return False
    return low > OVER or (high is not None and high > ALIKE * low)


def speed_by_draw(flow: float, draw: float) -> float:
    """
    Return the speed at which a pump draws so much for a flow, each over that of its rating. [-]

    At full speed it draws 3/4 + x²/4 at a flow x; by the laws of affinity n³ (3/4 + x²/(4 n²)).
    """
    roots = np.roots([0.75, 0.0, 0.25 * flow**2, -max(draw, 0.0)])
    return float(roots[np.abs(roots.imag).argmin()].real)


def _mean(values: Floats, where: Bools) -> float:
    return float(np.nanmean(values[where]))


def staging(tried: Tried, where: Bools, *, heating: bool) -> Proved:
    """
    Judge how many machines run for a load, each level of load for itself.

    A level are the hours whose load the same number of machines carries, by what they give at the
    waters of the trial. Nothing is said of machines that are designed to run all at once.
    """
    system, on = tried.model.system, running(tried)
    rated = [m.rated_heating if heating else m.rated_cooling for m in tried.plant.machines]
    one_by_one = system.controls.staging is StagingOrder.SEQUENCE and len(system.machines) > 1
    if not (one_by_one and all(rated) and np.isfinite(on[where]).any()):
        return Proved()
    load = smooth(np.abs(channel(tried.minutes, "heat_power", "load")), SHORTEST)
    room = _room(tried, where, np.cumsum([float(one or 0.0) for one in rated]))
    needed = np.searchsorted(ROOM * room, load) + 1
    for level in range(1, len(rated)):
        those = _lasting(where & (needed == level) & np.isfinite(on + load))
        count = float(on[those].mean()) if those.any() else 0.0
        if count >= level + MORE_MACHINES:
            figures = {"count": count, "needed": level}
            return Proved(findings=(Verdict("commission.machine.staging", figures),))
    return Proved()


def _lasting(where: Bools) -> Bools:
    """Those of some minutes that are part of a stretch as long as a level must last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]])))
    out = np.zeros(len(where), dtype=bool)
    for start, stop in edges.reshape(-1, 2):
        out[start:stop] = stop - start >= LEVEL
    return out


def _room(tried: Tried, where: Bools, rated: Floats) -> Floats:
    """What one machine, two and so on give: by their maps at the waters, else as rated. [W]"""
    heat = heat_of(tried, "load", where)
    told = None if heat is None else by_maps(tried, where, heat)
    return rated if told is None else rated * told.capacity / rated[-1]
