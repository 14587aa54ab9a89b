"""
What the rules of the rule-based baseline read: one figure by the hour, or one of the period.

NaN where it cannot be judged; empty, or NaN throughout, when its readings are missing.
"""

from collections.abc import Callable

import numpy as np

from diagnosis.baseline import YEAR, Seen, load_share, metered, running
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats, Period
from loopkeeper.plant.machines import Staging
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps

OFF = 1.5
"""A supply that is so much further from the machines' ease than designed is off. [K]"""
OFTEN = 0.25
"""Share of the hours that a supply must be off in. [-]"""
SEASON = 30 * 24
"""Hours of running that a first month of a season means. [h]"""
START = np.timedelta64(90 * 24, "h")
"""What is off within so long of the first reading was off from the start."""

Reading = Callable[[Seen], Floats]


def _while_running(hours: Operation, figures: Floats) -> Floats:
    return np.where(running(hours) == 1, figures, np.nan)


def lost_difference(loop: str) -> Reading:
    """By how much the temperature difference of a loop is below design at half load or more."""

    def read(seen: Seen) -> Floats:
        supply, back = (getattr(seen.now, f"{loop}_{end}") for end in ("supply", "return"))
        designed = getattr(seen.plant.controls, f"{loop}_design_dt")
        lost = np.where(_loaded(seen) >= 0.5, 1.0 - np.abs(supply - back) / designed, np.nan)
        return _while_running(seen.now, lost)

    return read


def _loaded(seen: Seen) -> Floats:
    """Load over the rated output of the machines that run, of all where running is unknown. [-]"""
    on = seen.now.machines_running / len(seen.plant.machines)
    return load_share(seen.plant, seen.now) / np.where(on > 0, on, 1.0)


def share_of(meter: str) -> Reading:
    return lambda seen: np.array([seen.spent[meter] / sum(seen.spent.values())])


def pumps_of_machines(seen: Seen) -> Floats:
    """Draw of pumps that have nothing to do without machines: not of loops with recharge. [W]"""
    load = metered(seen.now, "load_pump")
    return load if recharge_pumps(seen.plant) else load + metered(seen.now, "source_pump")


def pumps_alone(seen: Seen) -> Floats:
    """Of all hours: 1 where pumps draw a twentieth of their highest and no machine runs."""
    pumps = pumps_of_machines(seen)
    known = np.isfinite(pumps) & np.isfinite(running(seen.now))
    if not known.any():
        return np.zeros(0)
    alone = (pumps > 0.05 * np.nanmax(pumps)) & (running(seen.now) == 0)
    return np.where(known, alone, np.nan)


def all_together(seen: Seen) -> Floats:
    """1 where all machines run below half their output though the design has them in sequence."""
    count = len(seen.plant.machines)
    if count < 2 or seen.plant.controls.staging is Staging.EQUAL:
        return np.zeros(0)
    together = (seen.now.machines_running > count - 0.5) & (load_share(seen.plant, seen.now) < 0.5)
    known = np.isfinite(seen.now.machines_running)
    return _while_running(seen.now, np.where(known, together, np.nan))


def too_far(plant: Plant, hours: Operation) -> Floats:
    """By how much the supply is warmer (cooling: colder) than designed. [K]"""
    c, outdoor = plant.controls, hours.outdoor
    rise = c.heating_reset * np.maximum(0.0, outdoor - c.heating_reset_from_outdoor)
    heating = np.maximum(min(c.heating_supply, c.heating_supply_min), c.heating_supply - rise)
    fall = c.cooling_reset * np.maximum(0.0, c.cooling_reset_from_outdoor - outdoor)
    cooling = np.minimum(max(c.cooling_supply, c.cooling_supply_max), c.cooling_supply + fall)
    heating = heating if c.heating_reset > 0 else np.full(hours.hours, c.heating_supply)
    cooling = cooling if c.cooling_reset > 0 else np.full(hours.hours, c.cooling_supply)
    warm = hours.heating > hours.cooling
    off = np.where(warm, hours.load_supply - heating, cooling - hours.load_supply)
    return _while_running(hours, off)


def supply_off(*, from_start: bool) -> Reading:
    """Too far in the period, if it already was in the first months on record, or was not."""

    def read(seen: Seen) -> Floats:
        begin = seen.whole.time[0]
        early = too_far(seen.plant, seen.whole.within(Period(begin, begin + START)))
        known = early[np.isfinite(early)]
        if known.size == 0:
            return np.zeros(0)
        was_off = float((known > OFF).mean()) > OFTEN
        figures = too_far(seen.plant, seen.now)
        return figures if was_off is from_start else np.where(np.isfinite(figures), 0.0, np.nan)

    return read


def outside_promise(seen: Seen) -> Floats:
    """By how much source water is colder or warmer than ever promised. [K]"""
    low, high = seen.plant.promise.source_inlet_min, seen.plant.promise.source_inlet_max
    if low is None and high is None:
        return np.zeros(0)
    water = seen.now.source_supply
    below = (low if low is not None else -np.inf) - water
    above = water - (high if high is not None else np.inf)
    warm = seen.now.heating > seen.now.cooling
    return _while_running(seen.now, np.where(warm, below, above))


def drift(seen: Seen) -> float:
    """Source water worse than in the first year, beyond the promised drift; NaN unknown. [K]"""
    if seen.first is None:
        return np.nan
    moves = []
    for mode, sign in (("heating", -1.0), ("cooling", 1.0)):
        means = [_mean_source(hours, mode) for hours in (seen.first, seen.now)]
        moves.append(sign * (means[1] - means[0]))
    worst = max((m for m in moves if np.isfinite(m)), default=np.nan)
    return worst - _years(seen) * abs(seen.plant.promise.ground_drift_per_year or 0.0)


def _mean_source(hours: Operation, mode: str) -> float:
    heat = np.where(np.isfinite(hours.source_supply), getattr(hours, mode), 0.0)
    return float(np.nan_to_num(hours.source_supply) @ heat / heat.sum()) if heat.any() else np.nan


def drift_a_year(seen: Seen) -> Floats:
    return np.array([drift(seen) / _years(seen)])


def _years(seen: Seen) -> float:
    return max(float((seen.ground.period.start - seen.whole.time[0]) / YEAR), 1.0)


def cop_lost(seen: Seen) -> Floats:
    """Share of the machines' COP lost between a season's first months, then and now. [-]"""
    if seen.first is None:
        return np.zeros(0)
    lost = []
    for mode in ("heating", "cooling"):
        then, now = (_first_cop(hours, mode) for hours in (seen.first, seen.now))
        lost.append(1.0 - now / then)
    return np.array([max((x for x in lost if np.isfinite(x)), default=np.nan)])


def _first_cop(hours: Operation, mode: str) -> float:
    heat = getattr(hours, mode)
    run = np.flatnonzero(hours.good & (heat > 0))[:SEASON]
    used = float(hours.machine_electricity[run].sum())
    return float(heat[run].sum()) / used if len(run) == SEASON and used > 0 else np.nan


def load_off(seen: Seen) -> Floats:
    """How far the heat and cold delivered are from the design year's. [-]"""
    promise = seen.plant.promise
    designed = (promise.annual_heating or 0.0) + (promise.annual_cooling or 0.0)
    if designed <= 0 or seen.ground.period.hours < 8700:
        return np.zeros(0)
    delivered = 3600.0 * float((seen.now.heating + seen.now.cooling).sum())
    return np.array([abs(delivered / designed - 1.0)])


def starts(seen: Seen) -> Floats:
    """Starts in each hour of the machine that starts most. [h-1]"""
    ids = [m.id for m in seen.plant.machines if seen.hours.has("starts", m.id)]
    if not ids:
        return np.zeros(0)
    rates = np.stack([seen.hours.values("starts", i) for i in ids])
    return _while_running(seen.now, 3600.0 * np.max(rates, axis=0))


def _sum_of(seen: Seen, quantity: str) -> Floats:
    places = seen.hours.places(quantity)
    return sum((seen.hours.values(quantity, p) for p in places), np.zeros(0 if not places else 1))


def not_returned(seen: Seen) -> Floats:
    taken, back = (_sum_of(seen, q) for q in ("abstraction_flow", "reinjection_flow"))
    if not taken.size or not back.size:
        return np.zeros(0)
    return np.where(taken > 0.05 * np.nanmax(taken), 1.0 - back / np.maximum(taken, 1e-9), np.nan)


def uneven(seen: Seen) -> Floats:
    """Spread of the flows of branches over their mean. [-]"""
    places = [p for p in seen.hours.places("flow") if p.startswith(("header-", "borehole-"))]
    if len(places) < 2:
        return np.zeros(0)
    flows = np.stack([seen.hours.values("flow", p) for p in places])
    mean = flows.mean(axis=0)
    spread = flows.max(axis=0) - flows.min(axis=0)
    return _while_running(seen.now, np.where(mean > 0, spread / np.maximum(mean, 1e-9), np.nan))


def ledger_short(seen: Seen) -> Floats:
    """How far length, grout or its conductivity were found below what was drawn. [-]"""
    short = []
    for check in ("active_length", "grout_volume_ratio", "grout_conductivity"):
        pairs = [c.numbers() for c in seen.plant.ledger if c.check == check]
        ratios = [found / drawn for pair in pairs if pair for drawn, found in [pair] if drawn > 0]
        short += [1.0 - float(np.mean(ratios))] if ratios else []
    return np.array([max(short)]) if short else np.zeros(0)


def tested_below(seen: Seen) -> Floats:
    tested, ground = seen.ground.surveyed.conductivity, seen.plant.source.ground
    if tested is None or ground is None:
        return np.zeros(0)
    return np.array([1.0 - tested.value / ground.conductivity])


def trials_failed(seen: Seen) -> Floats:
    trials = seen.plant.trials
    return np.array([float(any(t.accepted is False for t in trials))]) if trials else np.zeros(0)
