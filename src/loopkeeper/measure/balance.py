"""Checks against the laws: heat balance, coefficient of performance, heat meter factor."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.meter_error import (
    LIMITS_95,
    summed,
)
from loopkeeper.measure.metered import Group, machines, pumps
from loopkeeper.measure.series import Floats, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOURS_A_DAY, ZERO_CELSIUS

WHOLE_DAY = 22
"""Hours of a day that counts as measured. [h]"""

Bools = NDArray[np.bool_]

LEAST_DAYS: Final = 5
"""Balances are judged over at least this many whole days. [d]"""
ALWAYS_OPEN: Final = 0.03
"""Heat lost from pipes and stored in water: a balance open by less is closed. [-]"""
CARNOT_SHARE: Final = 0.75
"""No water-to-water machine in service comes nearer to Carnot's efficiency. [-]"""
APPROACH: Final = 1.0
"""Refrigerant is at least so much colder, or warmer, than the water that leaves. [K]"""
LEAST_LIFT: Final = 8.0
"""Refrigerant works over at least this lift, whatever the water temperatures. [K]"""
PUMPING: Final = (3e3, 5e6)
"""Electricity per volume pumped: 0.3 m of head without loss, 250 m at half efficiency. [J m-3]"""
IMPLAUSIBLE_SHARE: Final = 0.05
"""With more implausible days than this something is wrong. [-]"""


def check_closure(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem for each mode whose heat balance does not close within its meters.

    With heat counted positive towards the building, heat to the building is heat from the source
    plus electricity of the machines, heating and cooling alike. Empty when balances close or
    cannot be drawn up.
    """
    group = machines(hours, plant)
    if group.values is None or not _both_sides(hours):
        return ()
    load, source = hours.values("heat_power", "load"), hours.values("heat_power", "source")
    whole = _whole_days(np.isfinite(load + source + group.values))
    verdicts = []
    for mode, sign in (("heating", 1.0), ("cooling", -1.0)):
        where = whole & (_day_sum(load) * sign > 0)
        if where.sum() < 24 * LEAST_DAYS:
            continue
        verdicts += _closure(hours, plant, group, where, mode)
    return tuple(verdicts)


def _closure(
    hours: PlantHours, plant: Plant, group: Group, where: Bools, mode: str
) -> list[Verdict]:
    """Draw up the balance of chosen days."""
    load = thermal_energy(hours, plant, "load", where)
    source = thermal_energy(hours, plant, "source", where)
    electricity = electric_energy(hours, group, where)
    rest = summed([load, source.scaled(-1.0), electricity.scaled(-1.0)])
    turnover = max(abs(load.value), abs(source.value))
    if turnover <= 0:
        return []
    limit = LIMITS_95 * rest.standard_deviation + ALWAYS_OPEN * turnover
    limit += pumped_energy(hours, plant, where)
    if abs(rest.value) <= limit:
        return []
    figures = {
        "mode": mode,
        "percent": f"{100 * rest.value / turnover:+z.1f}",
        "limit_percent": f"{100 * limit / turnover:.1f}",
        "days": int(where.sum() // 24),
        "first": first_day(hours, where),
    }
    return [Verdict("measure.balance.open", figures)]


def pumped_energy(hours: PlantHours, plant: Plant, where: Bools) -> float:
    """Return what the metered pumps of both loops draw in chosen hours, and may warm. [J]"""
    groups = (pumps(hours, plant, loop) for loop in ("source", "load"))
    return sum(electric_energy(hours, p, where).value for p in groups if p.values is not None)


def check_efficiency(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem when the machines' daily COP leaves what physics allows.

    A day counts when its heat exceeds a tenth of a usual day's. Below 1 (heating) or 0.3 (cooling)
    or above 75 % of Carnot's efficiency between the temperatures of the water that leaves the
    machines on both sides, less an approach of 1 K each, is implausible. Empty when it cannot be
    judged.
    """
    group = machines(hours, plant)
    if group.values is None or not hours.has("heat_power", "load"):
        return ()
    load = hours.values("heat_power", "load")
    whole = _whole_days(np.isfinite(load + group.values))
    days = len(load) // 24
    heat, draw = (np.where(whole, _day_sum(v), 0.0)[::24][:days] for v in (load, group.values))
    busy = np.abs(heat) > 0.1 * (np.quantile(np.abs(heat), 0.9) if len(heat) else 0.0)
    busy &= draw > 0
    if busy.sum() < LEAST_DAYS:
        return ()
    cop = np.abs(heat[busy]) / draw[busy]
    low = np.where(heat[busy] > 0, 1.0, 0.3)
    high = _carnot(hours, load)[busy] * CARNOT_SHARE
    wrong = (cop < low) | (cop > high)
    if wrong.mean() <= IMPLAUSIBLE_SHARE:
        return ()
    worst = cop[wrong]
    figures = {
        "days": int(wrong.sum()),
        "of_days": len(cop),
        "cop": f"{float(np.median(worst)):.1f}",
        "low": f"{float(low[wrong].min()):.1f}",
        "high": f"{float(np.median(high[wrong])):.1f}",
        "first": str(hours.time[::24][:days][busy][wrong][0].astype("datetime64[D]")),
    }
    return (Verdict("measure.balance.cop_implausible", figures),)


def _carnot(hours: PlantHours, load: Floats) -> Floats:
    """Carnot's efficiency of each day between leaving water temperatures; infinite if unknown."""
    keys = (("supply_temperature", "load"), ("return_temperature", "source"))
    days = len(load) // 24
    if not all(k in hours.channels for k in keys):
        return np.full(days, np.inf)
    active = np.nan_to_num(load) != 0
    use, ground = (_day_mean(hours.channels[k].values, active) for k in keys)
    heating = _day_sum(load)[::24][:days] > 0
    lift = np.where(heating, use - ground, ground - use) + 2 * APPROACH
    useful = use + ZERO_CELSIUS + np.where(heating, APPROACH, -APPROACH)
    efficiency = useful / np.maximum(lift, LEAST_LIFT)
    return np.where(np.isfinite(efficiency), efficiency, np.inf)


def check_pumping(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem for each loop whose pumps draw what no pump draws for that volume.

    Empty when plausible or not metered.
    """
    verdicts = []
    for loop in ("source", "load"):
        group = pumps(hours, plant, loop)
        if group.values is None or not hours.has("flow", loop):
            continue
        flow = hours.values("flow", loop)
        both = np.isfinite(group.values + flow) & (flow > 0) & (group.values > 0)
        if both.sum() < HOURS_A_DAY:
            continue
        work = float(group.values[both].sum() / flow[both].sum())
        low, high = PUMPING
        if not low <= work <= high:
            figures = {
                "loop": loop,
                "work": f"{work / 1000:.3g}",
                "low": f"{low / 1000:g}",
                "high": f"{high / 1000:g}",
                "hours": int(both.sum()),
                "first": first_day(hours, both),
            }
            verdicts.append(Verdict("measure.balance.pumping", figures))
    return tuple(verdicts)


def _both_sides(hours: PlantHours) -> bool:
    return all(hours.has("heat_power", loop) for loop in ("source", "load"))


def _whole_days(known: Bools) -> Bools:
    """Hours of days (from the first hour on) in which at most two hours are unknown."""
    days = len(known) // 24
    full = known[: 24 * days].reshape(days, 24).sum(axis=1) >= WHOLE_DAY
    spread = np.zeros(len(known), dtype=bool)
    spread[: 24 * days] = np.repeat(full, 24)
    return np.asarray(spread & known)


def _day_sum(values: Floats) -> Floats:
    """Sum over each day, at each of its hours; an incomplete last day is zero."""
    days = len(values) // 24
    sums = np.nan_to_num(values[: 24 * days]).reshape(days, 24).sum(axis=1)
    out = np.zeros(len(values))
    out[: 24 * days] = np.repeat(sums, 24)
    return out


def _day_mean(values: Floats, where: Bools) -> Floats:
    """Mean of each whole day over its chosen hours, NaN without any."""
    days = len(values) // 24
    chosen = (where & np.isfinite(values))[: 24 * days].reshape(days, 24)
    sums = np.where(chosen, values[: 24 * days].reshape(days, 24), 0.0).sum(axis=1)
    count = chosen.sum(axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def first_day(hours: PlantHours, where: Bools) -> str:
    """Return the day of the first chosen hour."""
    return str(hours.time[int(np.argmax(where))].astype("datetime64[D]"))
