"""
The daily update: one more day on top of the plant as a full diagnosis found it.

The state holds the plant as found, the ground's memory and a chart for every kind of cause and
mode. A day moves them by a day; nothing of the year is read again. A chart that signals names the
kind of cause, and asks for the next full diagnosis, which replaces the state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.monitor.days import WHOLE_DAY, Days, by_maps, days_of, load_of
from loopkeeper.lifecycle.monitor.early_warning import CALLED_FOR_NOTHING
from loopkeeper.lifecycle.monitor.gauge import FAMILIES, Call, Gauge, footing
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats, Period
from loopkeeper.physics.system import (
    BoundaryConditions,
    GroundState,
    Load,
    System,
    Trajectory,
    simulate,
)
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, KWH

RATIOS = frozenset({"machines", "source_pumps", "load_pumps", "balance", "total"})
"""Families whose residual is the logarithm of a ratio."""


@dataclass(frozen=True, kw_only=True)
class DailyState:
    """
    A plant as found, and how it has gone on since.

    ``plant`` its id; ``basis`` a digest of the records its model was made from; the period
    ``diagnosed``; hours are taken ``until`` (UTC); the ``system`` as found, the ``memory`` of its
    ground, shape (m,) [K]; ``gauges`` as they stand; ``run_length`` days of a mode between two
    false alarms of all its charts on average [day].
    """

    plant: str
    basis: str
    diagnosed: Period
    until: np.datetime64
    system: System
    memory: Floats
    gauges: tuple[Gauge, ...]
    run_length: float

    def standing(self) -> Mapping[str, float]:
        """Return how near its limit each family came, 1 there, the nearer mode of both. [-]"""
        found: dict[str, float] = {}
        for one in self.gauges:
            found[one.family] = max(found.get(one.family, 0.0), one.standing)
        return found

    def calls(self) -> tuple[Gauge, ...]:
        """Return the charts with a call; the total only where no cause of its mode is called."""
        called = [one for one in self.gauges if one.call]
        named = {one.mode for one in called if one.family != "total"}
        return tuple(one for one in called if one.family != "total" or one.mode not in named)


@dataclass(frozen=True)
class DayTold:
    """What a day said: its date, known hours, whether it was ``judged``, and in words."""

    day: np.datetime64
    known: int
    judged: bool
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a full diagnosis hands over: phases of the plant as found, and its run."""

    phases: Sequence[tuple[int, System]]
    run: Trajectory


def founded(
    found: Found, operation: Operation, timezone: str, run_length: float = CALLED_FOR_NOTHING
) -> tuple[Gauge, ...]:
    """
    Learn what is usual from the days of a diagnosis.

    Parameters
    ----------
    found : Found
        The plant as found, over the period.
    operation : Operation
        Measured hours of the period.
    timezone : str
        Of the site.
    run_length : float
        Days of a mode between two false alarms of all its charts on average. [day]

    Returns
    -------
    tuple of Gauge
        By mode and family; those with fewer than 30 days are left out.
    """
    machines, bypass = by_maps(found.phases, operation), found.phases[-1][1].bypass
    days = days_of(operation, found.run, machines, bypass, timezone)
    none = np.zeros(0)
    gauges = []
    for mode in ("heating", "cooling"):
        own = days.mode == mode
        varying = [f for f in FAMILIES if np.isfinite(days.values[f.name][own]).any()]
        for family in varying:
            stands = footing(
                days.values[family.name][own], days.heat[own], family, run_length * len(varying)
            )
            if stands is not None:
                began = none.astype("datetime64[D]")
                gauges.append(
                    Gauge(
                        family=family.name,
                        mode=mode,
                        footing=stands,
                        average=0.0,
                        days=began,
                        apart=none,
                    )
                )
    return tuple(gauges)


def after_day(
    state: DailyState, operation: Operation, timezone: str
) -> tuple[DailyState, DayTold]:
    """
    Return the state after one more day.

    Parameters
    ----------
    state : DailyState
        After the day before.
    operation : Operation
        The hours of one local day; of hours missing since the state the plant stood still.
    timezone : str
        Of the site.

    Returns
    -------
    state : DailyState
    told : DayTold
        Calls that came or went; why a day says nothing.
    """
    memory = _rested(state, operation.time[0])
    run = simulate(state.system, load_of(operation), operation.boundary(), HOUR, memory)
    machines = by_maps([(0, state.system)], operation)
    days = days_of(operation, run, machines, state.system.bypass, timezone)
    gauges = tuple(_moved(one, days) for one in state.gauges)
    gauges = tuple(_priced(one, days, (state.system, memory, run), operation) for one in gauges)
    until = operation.time[-1] + np.timedelta64(1, "h")
    after = replace(state, until=until, memory=run.state.modes, gauges=gauges)
    return after, _told(state, after, days)


def _rested(state: DailyState, start: np.datetime64) -> GroundState:
    """The ground's memory after hours of which nothing is known."""
    hours = max(int((start - state.until) / np.timedelta64(1, "h")), 0)
    still, none = np.zeros(hours), np.zeros(hours, bool)
    boundary = BoundaryConditions(still, none)
    return simulate(
        state.system, Load(still, still), boundary, HOUR, GroundState(state.memory)
    ).state


def _moved(one: Gauge, days: Days) -> Gauge:
    if days.mode[-1] != one.mode:
        return one
    return one.after(days.day[-1], float(days.values[one.family][-1]), float(days.heat[-1]))


def _priced(
    one: Gauge, days: Days, as_found: tuple[System, GroundState, Trajectory], operation: Operation
) -> Gauge:
    """What a standing call costs on a day of its mode, by simulating the day with it."""
    system, memory, run = as_found
    if one.call is None or days.mode[-1] != one.mode:
        return one
    if one.family == "total":
        cost = float(np.expm1(one.call.size)) * _spent(run)
    else:
        changed = _changed(system, one.family, one.mode, one.call.size)
        again = simulate(changed, load_of(operation), operation.boundary(), HOUR, memory)
        cost = _spent(again) - _spent(run)
    return replace(one, call=replace(one.call, cost=cost))


def _spent(run: Trajectory) -> float:
    return run.energy(
        "machine_heating_electricity",
        "machine_cooling_electricity",
        "source_pump_electricity",
        "load_pump_electricity",
    )


def _changed(system: System, family: str, mode: str, size: float) -> System:
    """The plant with a shift; meters that disagree change nothing."""
    if family == "machines":
        draw = {"heating": 1.0, "cooling": 1.0, mode: float(np.exp(size))}
        return replace(system, machines=tuple(m.drawing(**draw) for m in system.machines))
    if family == "supply":
        bound = "heating_supply_min" if mode == "heating" else "cooling_supply_max"
        c, name = system.controls, f"{mode}_supply"
        shifted = {key: getattr(c, key) + size for key in (name, bound)}
        return replace(system, controls=replace(c, **shifted))
    if family == "inlet":
        return replace(system, source_offset=system.source_offset + size)
    if family == "bypass":
        return replace(system, bypass=float(np.clip(system.bypass + size, 0.0, 0.95)))
    loop = family.removesuffix("_pumps")
    if loop == family:
        return system
    bank = system.pumps_of(loop)
    return system.with_pumps(
        loop, bank.as_found(flow_factor=1.0, electricity_factor=float(np.exp(size)))
    )


def _told(before: DailyState, after: DailyState, days: Days) -> DayTold:
    day, known, mode = days.day[-1], int(days.known[-1]), str(days.mode[-1])
    heat = float(days.heat[-1])
    judged = any(one.mode == mode and one.takes(heat) for one in after.gauges)
    said: list[Verdict] = []
    if known < WHOLE_DAY:
        figures = {"day": str(day), "known": known, "needed": WHOLE_DAY}
        said.append(Verdict("monitor.daily.too_few", figures))
    stood, standing = ({(g.family, g.mode): g for g in one.calls()} for one in (before, after))
    said += [spoken(g, after.run_length) for key, g in standing.items() if key not in stood]
    for one in after.gauges:
        if one.call is None and (one.family, one.mode) in stood:
            figures = {"day": str(day), "mode": mode, "chart": one.family}
            said.append(Verdict("monitor.daily.passed", figures))
    return DayTold(day, known, judged, tuple(said))


def spoken(one: Gauge, run_length: float) -> Verdict:
    """
    Return a call in words.

    Parameters
    ----------
    one : Gauge
        With a call.
    run_length : float
        Days of a mode between two false alarms on average. [day]

    Returns
    -------
    Verdict
        One message for each family.
    """
    call = one.call
    if call is None:
        raise ValueError(one)
    return Verdict(
        f"monitor.daily.{one.family}",
        {
            "mode": one.mode,
            "day": str(call.day),
            "onset": str(call.onset),
            "delay": call.delay,
            "ran": one.ran,
            "size": _size(one.family, call),
            "cost": f"{call.cost / KWH:+z.0f}",
            "run": f"{run_length:.0f}",
        },
    )


def _size(family: str, call: Call) -> str:
    if family in RATIOS:
        return f"{100 * np.expm1(call.size):+z.0f} %"
    return f"{100 * call.size:+z.0f} %" if family == "bypass" else f"{call.size:+z.1f} K"
