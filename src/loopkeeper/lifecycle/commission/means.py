"""Means of a trial with their meters' errors, and the directions of its waters."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.errors import UnmappedPointError
from loopkeeper.lifecycle.commission.judged import ComparedFigure, Proved, Tried
from loopkeeper.lifecycle.commission.steady import (
    MINUTE,
    SOURCE,
    STREAM,
    SUPPLY,
    Signal,
    steady_stretch,
    unsteady,
)
from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.meter_error import Sensed, deviation, limits_of
from loopkeeper.measure.metered import Group, machines
from loopkeeper.measure.running import running_of
from loopkeeper.measure.series import Bools, Floats, Period, PlantHours, joint_resolution
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.control_laws import supplies
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

LOOPS: Final = ("source", "load")
CLEAR: Final = 10.0
"""Means of both waters so far apart leave no doubt which way heat is lifted (A). [K]"""
TWO_SIDES: Final = ("supply", "return")
SETTLED: Final = 30
"""Minutes after a start that are left out. [min]"""
REGISTER: Final = 6**-0.5
"""Standard deviation of what a register hides at both ends of a time, in steps of it. [-]"""


def missing(of: str, *quantities: str) -> Verdict:
    """Return that a part's quantities, or any one of them, are not measured."""
    return Verdict("commission.missing", {"needed": at(" / ".join(quantities), of)})


def at(quantity: str, of: str) -> str:
    """Return a quantity of a part as verdicts name what has to be measured."""
    return f"{quantity} @ {of}"


def channel(minutes: PlantHours, quantity: str, of: str) -> Floats:
    """Return a channel, all NaN where the plant has none."""
    if minutes.has(quantity, of):
        return minutes.values(quantity, of)
    return np.full(len(minutes.time), np.nan)


def mean_of(tried: Tried, quantity: str, of: str, where: Bools) -> Estimate | None:
    """Return the mean of a measured channel with its sensor's limits, None where nothing is."""
    found = tried.minutes.channels.get((quantity, of))
    if found is None or not np.isfinite(found.values[where]).any():
        return None
    value = float(np.nanmean(found.values[where]))
    if found.point is None:
        return Estimate.exact(value)
    limits = limits_of(found.point)
    count = float(np.isfinite(found.values[where]).sum())
    return Estimate.normal(value, deviation(limits.absolute + limits.relative * abs(value), count))


def heat_of(tried: Tried, loop: str, where: Bools) -> Estimate | None:
    """Return the mean heat of a loop, None where it is not measured. [W]"""
    heat = channel(tried.minutes, "heat_power", loop)
    known = where & np.isfinite(heat)
    if not known.any():
        return None
    try:
        energy = thermal_energy(tried.minutes, tried.plant, loop, known)
    except UnmappedPointError:
        return None
    return _mean(energy, known, tried.minutes.channels["heat_power", loop].resolution)


def draw_of(tried: Tried, group: Group, where: Bools) -> Estimate | None:
    """Return the mean electricity of a group of meters, None where it is not measured. [W]"""
    if group.values is None:
        return None
    known = where & np.isfinite(group.values)
    if not known.any():
        return None
    return _mean(electric_energy(tried.minutes, group, known), known, _step(tried, group))


def _step(tried: Tried, group: Group) -> float:
    """What the registers of a group hide together, 0 where none is one. [J]"""
    return joint_resolution(tried.minutes.channels[key] for key in group.channels)


def _mean(energy: Sensed, where: Bools, step: float) -> Estimate:
    """
    Energies are sums over steps of an hour, whatever these are. [W]

    A register hides a part of its ``step`` [J] at both ends of each stretch without a break.
    """
    count = float(where.sum())
    deviation = float(np.hypot(energy.standard_deviation / (count * HOUR), hidden(step, where)))
    return Estimate.normal(energy.value / (count * HOUR), deviation)


def hidden(step: float, where: Bools) -> float:
    """Return the standard deviation of a mean by a register of a step [J], over minutes. [W]"""
    breaks = np.count_nonzero(np.diff(np.concatenate([[False], where])) & where)
    return REGISTER * step * float(np.sqrt(breaks)) / (float(where.sum()) * MINUTE)


def machine_draw(tried: Tried, where: Bools) -> Estimate | None:
    """Return the mean electricity of all machines. [W]"""
    return draw_of(tried, machines(tried.minutes, tried.plant), where)


def running(tried: Tried) -> Floats:
    """Return how many machines ran, minute by minute; NaN where nothing tells of one. [-]"""
    shares, _ = running_of(tried.minutes, tried.plant)
    return np.sum(shares, axis=0) if shares else np.full(len(tried.minutes.time), np.nan)


def under_load(tried: Tried) -> Bools:
    """Return the minutes in which a machine has run for half an hour."""
    on = running(tried) > 0
    since = np.zeros(len(on), dtype=np.int64)
    for n in range(len(on)):
        since[n] = (since[n - 1] + 1 if n else 1) if on[n] else 0
    return np.asarray(since > SETTLED)


def signals(tried: Tried) -> dict[str, Signal]:
    """Return what a plant under load is called steady by: those that are read at all."""
    minutes = tried.minutes
    told = {
        at(f"{side}_temperature", loop): Signal(
            channel(minutes, f"{side}_temperature", loop), SUPPLY if loop == "load" else SOURCE
        )
        for side, loop in (("supply", "load"), ("return", "load"), ("supply", "source"))
    }
    told[at("heat_power", "load")] = _heat_signal(minutes)
    draw = machines(minutes, tried.plant)
    if draw.values is not None:
        signal = Signal(draw.values, STREAM, _step(tried, draw))
        told[at("electricity_power", "machines")] = signal
    return {name: one for name, one in told.items() if np.isfinite(one.values).any()}


def _heat_signal(minutes: PlantHours) -> Signal:
    """
    Heat of the load as its course is seen best.

    A register that is coarse for what it counts says less of a course than flow and temperatures:
    a wrong factor of theirs does not matter for it.
    """
    found = minutes.channels.get(("heat_power", "load"))
    step = 0.0 if found is None else found.resolution
    metered = Signal(channel(minutes, "heat_power", "load"), STREAM, step)
    seen = Signal(channel(minutes, "heat_power_calculated", "load"), STREAM)
    return seen if metered.coarse and np.isfinite(seen.values).any() else metered


def steady_minutes(tried: Tried) -> tuple[Bools, tuple[Verdict, ...]]:
    """Return which minutes of a trial are steady, and why none is."""
    told = signals(tried)
    where = np.zeros(len(tried.minutes.time), dtype=bool)
    if not told:
        return where, (Verdict("commission.not_logged"),)
    found = steady_stretch(told)
    if found is None:
        blamed = unsteady(told) or tuple(told)
        return where, (Verdict("commission.not_steady", {"signals": ", ".join(blamed)}),)
    where[found] = True
    return where, ()


def period_of(tried: Tried, where: Bools) -> Period | None:
    """Return the period from the first to the last of some minutes."""
    inside = tried.minutes.time[where]
    if not len(inside):
        return None
    return Period(inside[0], inside[-1] + np.timedelta64(1, "m"))


def is_heating(tried: Tried, where: Bools) -> bool | None:
    """
    Tell whether machines heat: they lift heat from the colder water to the warmer.

    Where both waters are near to one another two of three count: machines that heat also warm the
    water of the load, and cool that of the source. A set-point that is far off may leave cold
    water warmer than the source; exchanged sensors turn the sign of one loop. None where
    temperatures of a loop are not known, or both are alike.
    """
    levels, drops = [], []
    for loop in LOOPS:
        sides = [channel(tried.minutes, f"{s}_temperature", loop)[where] for s in TWO_SIDES]
        known = np.concatenate(sides)
        if not np.isfinite(known).any():
            return None
        levels.append(float(np.nanmean(known)))
        both = sides[0] - sides[1]
        drops.append(float(np.nanmean(both)) if np.isfinite(both).any() else 0.0)
    lift = levels[1] - levels[0]
    if lift == 0.0:
        return None
    against = bool((np.sign(drops) == -np.sign(lift)).all()) and abs(lift) < CLEAR
    return (lift > 0) is not against


def compared(name: tuple[str, str, str], measured: Estimate, expected: Estimate) -> ComparedFigure:
    """
    Return a quantity of a part in a unit, measured beside expected, not judged yet.

    Parameters
    ----------
    name : tuple of str
        Quantity, part and unit.
    measured, expected : Estimate
        In that unit.
    """
    quantity, of, unit = name
    return ComparedFigure(
        quantity=quantity, of=of, unit=unit, measured=measured, expected=expected, agrees=None
    )


def ratio(measured: Estimate, expected: Estimate) -> Estimate:
    """Return measured over expected; their errors are independent. [-]"""
    value = measured.value / expected.value
    doubts = [one.standard_deviation / abs(one.value) for one in (measured, expected) if one.value]
    return Estimate.normal(value, abs(value) * float(np.linalg.norm(doubts)))


def held_against(
    one: ComparedFigure,
    bounds: tuple[float, float],
    code: str,
    figures: dict[str, object] | None = None,
) -> Proved:
    """
    Judge a ratio of measured over expected by its bounds.

    Parameters
    ----------
    one : ComparedFigure
        Both values positive.
    bounds : tuple of float
        Lowest and highest ratio that is taken. [-]
    code : str
        Of the finding; ``percent`` of the expected value is among its figures.
    figures : dict, optional
        Others of the finding.

    Returns
    -------
    Proved
        A finding where the whole 90 % interval lies outside, not proven where only the value does.
    """
    found = ratio(one.measured, one.expected)
    told = {"percent": 100 * found.value, **(figures or {})}
    if found.high < bounds[0] or found.low > bounds[1]:
        return Proved(compared=(replace(one, agrees=False),), findings=(Verdict(code, told),))
    if bounds[0] <= found.value <= bounds[1]:
        return Proved(compared=(replace(one, agrees=True),))
    return Proved(compared=(one,), reasons=(too_uncertain(one),))


def too_uncertain(one: ComparedFigure) -> Verdict:
    """Return why a figure outside its bounds tells nothing: its interval reaches into them."""
    found = ratio(one.measured, one.expected)
    figures = {"quantity": one.quantity, "of": one.of, "percent": 100 * found.value}
    return Verdict("commission.too_uncertain", {**figures, "half": 50 * (found.high - found.low)})


def joined(parts: Iterable[Proved], steady: Period | None = None) -> Proved:
    """Return what several laws prove of one trial."""
    parts = tuple(parts)
    return Proved(
        steady=steady,
        compared=tuple(c for one in parts for c in one.compared),
        findings=tuple(v for one in parts for v in one.findings),
        reasons=tuple(v for one in parts for v in one.reasons),
    )


def set_point(tried: Tried, *, heating: bool) -> Floats:
    """Return the supply that the design asks for, minute by minute; NaN where unknown. [°C]"""
    controls = tried.model.system.controls
    outdoor = channel(tried.minutes, "outdoor_temperature", "site")
    return supplies(controls.heating_line, controls.cooling_line, outdoor)[0 if heating else 1]


def nominal(tried: Tried, *, heating: bool) -> float:
    """Return the heat, or cold, of the design: its peak, or what machines give if less. [W]"""
    promise, plant = tried.plant.promise, tried.plant
    peak = promise.peak_heating if heating else promise.peak_cooling
    rated = [m.rated_heating if heating else m.rated_cooling for m in plant.machines]
    told = [one for one in (peak, sum(r or 0.0 for r in rated)) if one]
    return min(told, default=float("inf"))
