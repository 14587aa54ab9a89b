"""Checks on pairs of sensors: supply against return, and two sensors in the same water."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.direction import Evidence, direction_of, witnesses
from loopkeeper.measure.energies import loop_meters
from loopkeeper.measure.loop_heat import is_signed
from loopkeeper.measure.meter_error import limits_of, pair_limit
from loopkeeper.measure.metered import machines
from loopkeeper.measure.quality import running_hours
from loopkeeper.measure.series import ChannelKey, Floats, PlantHours
from loopkeeper.plant.machines import Mode
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import YEAR

FEWEST, FULL_DAY, RUNNING = 3, 4, 0.9
"""Days that tell [d], hours of a day that counts [h], share of an hour that is all of it [-]."""

Bools = NDArray[np.bool_]

LOOPS: Final = ("source", "load")
LEAST_HOURS: Final = 24
"""Fewer hours than this say nothing about a pair of sensors. [h]"""
LEAST_DAYS: Final = 60
"""A drift is judged over at least this many days with data. [d]"""
WRONG_SHARE: Final = 0.8
"""With the wrong sign in this share of hours supply and return are swapped. [-]"""
OFF_SHARE: Final = 0.02
"""Machines are off below this share of their usual high draw. [-]"""
DRIFT: Final = 0.3
"""Sensors drift apart when they do so faster than this. [K per year]"""


def plant_mode(hours: PlantHours, plant: Plant, but: str = "") -> Floats:
    """
    Return what the plant does in each hour: 1 heating, −1 cooling, 0 unknown or nothing. [-]

    By the most trusted witness of each hour, the plant's seasons and what operators wrote down
    among them; ``but`` is a loop whose temperatures must not judge themselves.
    """
    found = [e for e in witnesses(hours, plant) if e.name != f"{but}_difference"]
    power = hours.channels.get(("heat_power", "load"))
    weight = np.ones(len(hours.time))
    if power is not None and power.point is not None:
        weight = np.abs(np.nan_to_num(power.values))
        if is_signed(power.values) or not found:
            found.insert(0, Evidence("heat_sign", np.sign(np.nan_to_num(power.values))))
    return direction_of(found, weight).sign


def check_swapped(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem for each loop whose supply and return stand the wrong way round.

    Empty when both loops are in order or cannot be judged.
    """
    group = machines(hours, plant)
    if group.values is None:
        return ()
    running = running_hours(group.values)
    verdicts = []
    for loop in LOOPS:
        meters = loop_meters(hours, loop)
        if meters is None:
            continue
        mode = plant_mode(hours, plant, loop)
        difference = mode * _difference(hours, loop)
        clear = (
            running & (mode != 0) & (np.abs(difference) > pair_limit(meters.supply, meters.back))
        )
        if clear.sum() < LEAST_HOURS:
            continue
        wrong = float((difference[clear] < 0).mean())
        if wrong >= WRONG_SHARE:
            figures = {
                "loop": loop,
                "supply": meters.supply.id,
                "back": meters.back.id,
                "percent": round(100 * wrong),
                "hours": int(clear.sum()),
                "first": _hour(hours, clear & (difference < 0)),
            }
            verdicts.append(Verdict("measure.pair.swapped", figures))
    return tuple(verdicts)


def check_off_cycle(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a caution for each loop whose sensors disagree while pumps run and machines rest.

    With no heat added or taken, supply and return of a loop are the same water. Empty when the
    sensors agree within their limits, or never see such hours.
    """
    group = machines(hours, plant)
    if group.values is None:
        return ()
    off = _resting(group.values)
    verdicts = []
    for loop in LOOPS:
        meters = loop_meters(hours, loop)
        if meters is None:
            continue
        idle = off & _flowing(hours.values("flow", loop))
        difference = _difference(hours, loop)[idle]
        difference = difference[np.isfinite(difference)]
        if len(difference) < LEAST_HOURS:
            continue
        offset = float(np.median(difference))
        limit = pair_limit(meters.supply, meters.back)
        if abs(offset) > limit:
            figures = {
                "loop": loop,
                "supply": meters.supply.id,
                "back": meters.back.id,
                "offset": f"{offset:+z.2f}",
                "limit": f"{limit:.2f}",
                "hours": len(difference),
                "first": _hour(hours, idle),
            }
            verdicts.append(Verdict("measure.pair.off_cycle", figures))
    return tuple(verdicts)


def check_redundant(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a caution for each machine sensor that differs or drifts from the loop's own.

    The water that enters a machine is the loop's supply (source) or return (load); both are
    compared while the machine runs, by daily medians.
    """
    mode = plant_mode(hours, plant)
    verdicts: list[Verdict] = []
    for machine in plant.machines:
        for quantity, loop_key, sign in _same_water():
            first, second = (quantity, machine.id), loop_key
            if first in hours.channels and second in hours.channels:
                running = _machine_running(hours, machine.id) & (mode == sign)
                verdicts += _compared(hours, first, second, running)
    return tuple(verdicts)


def _same_water() -> tuple[tuple[str, ChannelKey, float], ...]:
    """Machine inlets with the loop sensor in the same water, and the mode in which it is so."""
    source, load = ("supply_temperature", "source"), ("return_temperature", "load")
    return (
        ("evaporator_inlet_temperature", source, _sign(Mode.HEATING)),
        ("condenser_inlet_temperature", source, _sign(Mode.COOLING)),
        ("condenser_inlet_temperature", load, _sign(Mode.HEATING)),
        ("evaporator_inlet_temperature", load, _sign(Mode.COOLING)),
    )


def _sign(mode: Mode) -> float:
    return 1.0 if mode is Mode.HEATING else -1.0


def _compared(
    hours: PlantHours, first: ChannelKey, second: ChannelKey, running: Bools
) -> list[Verdict]:
    """Compare two sensors in the same water by level and by drift."""
    one, other = hours.channels[first], hours.channels[second]
    if one.point is None or other.point is None:
        return []
    difference = np.where(running, one.values - other.values, np.nan)
    days, medians = _daily_medians(hours, difference)
    if len(days) < FEWEST:
        return []
    limit = float(np.hypot(limits_of(one.point).absolute, limits_of(other.point).absolute))
    figures: dict[str, object] = {
        "first_point": one.point.id,
        "second_point": other.point.id,
        "limit": f"{limit:.2f}",
        "days": len(days),
        "first": _hour(hours, np.isfinite(difference)),
    }
    per_year = _drift(days, medians)
    change = per_year * float(days[-1] - days[0]) / YEAR
    if abs(per_year) > DRIFT and abs(change) > limit:
        return [Verdict("measure.pair.drift", {**figures, "per_year": f"{per_year:+z.2f}"})]
    level = float(np.median(medians))
    if abs(level) > limit:
        return [Verdict("measure.pair.differ", {**figures, "offset": f"{level:+z.2f}"})]
    return []


def _daily_medians(hours: PlantHours, values: Floats) -> tuple[Floats, Floats]:
    """Median of each day with at least four hours, and the day's time. [s]"""
    whole = len(values) // 24
    table = values[: 24 * whole].reshape(whole, 24)
    enough = np.isfinite(table).sum(axis=1) >= FULL_DAY
    stamps = hours.time[: 24 * whole : 24].astype("datetime64[s]").astype(np.float64)
    return stamps[enough], np.asarray(np.nanmedian(table[enough], axis=1))


def _drift(days: Floats, medians: Floats) -> float:
    """Return the robust slope of daily medians, 0 over too short a time. [K per year]"""
    if len(days) < LEAST_DAYS:
        return 0.0
    third = len(days) // 3
    rise = float(np.median(medians[-third:]) - np.median(medians[:third]))
    run = float(days[-third:].mean() - days[:third].mean())
    return rise / run * YEAR


def _difference(hours: PlantHours, loop: str) -> Floats:
    """Supply less return of a loop in the mode's sense: positive when heating. [K]"""
    return hours.values("supply_temperature", loop) - hours.values("return_temperature", loop)


def _flowing(flow: Floats) -> Bools:
    known = flow[np.isfinite(flow)]
    high = float(np.quantile(known, 0.95)) if len(known) else 0.0
    return np.asarray(np.nan_to_num(flow) > max(0.2 * high, 0.0))


def _resting(draw: Floats) -> Bools:
    """Hours in which the machines are off and have been off the hour before."""
    known = draw[np.isfinite(draw)]
    high = float(np.quantile(known, 0.98)) if len(known) else 0.0
    off = np.isfinite(draw) & (draw <= OFF_SHARE * high)
    return np.asarray(off & np.concatenate([[False], off[:-1]]))


def _machine_running(hours: PlantHours, machine: str) -> Bools:
    """Hours a machine runs most of the time, by its own signals; all hours without any."""
    if hours.has("running", machine):
        return np.asarray(np.nan_to_num(hours.values("running", machine)) > RUNNING)
    power = _own_electricity(hours, machine)
    return np.ones(len(hours.time), dtype=bool) if power is None else running_hours(power)


def _own_electricity(hours: PlantHours, machine: str) -> Floats | None:
    """Return a machine's own electricity, None when it has no meter. [W]"""
    for quantity in ("electricity_power", "electricity_energy"):
        if hours.has(quantity, machine):
            return hours.values(quantity, machine)
    return None


def _hour(hours: PlantHours, where: Bools) -> str:
    return (
        str(hours.time[int(np.argmax(where))].astype("datetime64[m]")).replace("T", " ") + " UTC"
    )
