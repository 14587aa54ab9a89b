"""Heating and cooling trials: machines and plant beside their own model at what it was."""

from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.closed import open_balance
from loopkeeper.lifecycle.commission.control import staging
from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.maps import by_maps
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    heat_of,
    held_against,
    joined,
    machine_draw,
    mean_of,
    missing,
    nominal,
    period_of,
    running,
    set_point,
    steady_minutes,
)
from loopkeeper.lifecycle.commission.meters import misread, wrong_meter
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate
from loopkeeper.physics.control_laws import moved_share
from loopkeeper.physics.pump import PumpMode
from loopkeeper.physics.system import BoundaryConditions, Load, simulate
from loopkeeper.plant.source import Basis
from loopkeeper.plant.surface import natural_course
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

MAP_DOUBT: Final = 0.03
"""Standard deviation of what a sound machine gives and draws over its map (A). [-]"""
CAPACITY, DRAW = 0.95, 1.09
"""
Capacity at least, and electricity at most, over the map [-]: GB/T 19409-2013 5.3 lets a unit give
95 % of its capacity and reach 92 % of its COP (M).
"""
UNHELD: Final = 1.5
"""Supply water so far short of its set-point shows machines that give all they have. [K]"""
AT_FULL: Final = 0.95
"""Draw over that of full load by the maps from which on machines give all they have (A). [-]"""
ENOUGH: Final = 0.97
"""Share of all machines that runs when all run. [-]"""
TESTED, GUESSED = 0.15, 0.3
"""Standard deviation of the drop of the source water under load, of that drop (A). [-]"""
WATER: Final = 0.5
"""Standard deviation of source water that is measured, or of ground (A). [K]"""
WEATHER: Final = 2.0
"""
Standard deviation of open water without a thermometer of its own about its mean course of the
season: a warm week or a flood moves rivers and lakes by so much, and sewage and reclaimed water,
which are more even, have a course that is known less well (A). [K]
"""
LEAST_DRAW: Final = 0.8
"""No machine draws less than this of what its map says: its meter or map is wrong (A). [-]"""
MOST_DRAW: Final = 1.2
"""Over its map from which on a machine may as well be read by a wrong transformer (A). [-]"""
LEAST_SHARE, SPREAD_DOUBT = 0.1, 0.1
"""Load share below which a spread falls no more, and its standard deviation (A). [-]"""
SHORT_TERM, ROUND_A_WELL = 1.0, 2.5
"""
Models of fields, and of single wells, differ by so much in the first hours of a load: what stands
in holes warms and cools first, and how much of its own water a well takes back nobody knows before
(A; two emulators of another hand). [K]
"""
LOW_SPREAD: Final = 0.75
"""Spread of the load water over the design's at the same heat from which on it is not low. [-]"""


def performance(tried: Tried) -> Proved:
    """
    Judge a trial of heating or cooling.

    Parameters
    ----------
    tried : Tried
        Both loops, the machines' electricity, the outdoor temperature.

    Returns
    -------
    Proved
        Capacity, electricity, staging, spread and source water in the steady part; not proven
        where nothing was steady, the load was not the trial's, the heat balance is open then, or
        a figure is too uncertain.
    """
    where, why = steady_minutes(tried)
    if why:
        return Proved(reasons=why)
    heat = heat_of(tried, "load", where)
    if heat is None:
        return Proved(reasons=(Verdict("commission.no_heat"),))
    mode, heating = tried.planned.kind.mode, heat.value > 0
    if heating != (mode == "heating"):
        return Proved(reasons=(Verdict("commission.other_mode", {"mode": mode}),))
    if (said := open_balance(tried, where)) is not None:
        return Proved(steady=period_of(tried, where), reasons=(said,))
    laws = (_load, _machines, _staging, _spread, _source)
    return joined((law(tried, where, heat) for law in laws), period_of(tried, where))


def _load(tried: Tried, where: Bools, heat: Estimate) -> Proved:
    """Whether the load was the trial's, or all that the machines can give."""
    kind = tried.planned.kind
    share = abs(heat.value) / nominal(tried, heating=heat.value > 0)
    low, high = kind.load_low or 0.0, kind.load_high or np.inf
    if low <= share <= high or (kind.load_high is None and _all_out(tried, where, heat)):
        return Proved()
    figures = {"percent": 100 * share, "low": 100 * low, "high": 100 * min(high, 1.0)}
    return Proved(reasons=(Verdict("commission.other_load", figures),))


def _all_out(tried: Tried, where: Bools, heat: Estimate) -> bool:
    """
    Whether all machines run and still miss their set-point, and nothing but they can be why.

    Either they draw what full load takes, or a trial of the controls found the set-point right
    and none of them ever stopped: machines that lack refrigerant draw less, too.
    """
    on = running(tried)[where]
    supply = channel(tried.minutes, "supply_temperature", "load")[where]
    short = (set_point(tried, heating=heat.value > 0)[where] - supply) * np.sign(heat.value)
    told, draw = by_maps(tried, where, heat), machine_draw(tried, where)
    if not (np.isfinite(on).any() and np.isfinite(short).any()) or told is None or draw is None:
        return False
    whole = ENOUGH * len(tried.model.system.machines)
    missed = np.nanmean(on) >= whole and np.nanmedian(short) > UNHELD
    lacking = tried.led and np.nanmin(on) >= whole
    return bool(missed and (lacking or draw.value > AT_FULL * told.full))


def _machines(tried: Tried, where: Bools, heat: Estimate) -> Proved:
    """
    Capacity where machines give all they have, and what they draw for what they give.

    Beside what full load takes where they give all: of little heat at full load the capacity is
    to blame, and what little they may draw then says nothing of their meter.
    """
    told, measured = by_maps(tried, where, heat), machine_draw(tried, where)
    if measured is None or told is None:
        bare = missing("source", "supply_temperature", "return_temperature")
        if measured is None:
            bare = missing("machines", "electricity_power")
        return Proved(reasons=(bare,))
    parts, drawn, least = [], told.wanted_draw(MAP_DOUBT), LEAST_DRAW
    if _all_out(tried, where, heat):
        wanted = told.wanted_capacity(MAP_DOUBT)
        size = Estimate(abs(heat.value), *sorted((abs(heat.low), abs(heat.high))))
        one = compared(("heat_power", "load", "kW"), _kilo(size), _kilo(wanted))
        parts.append(held_against(one, (CAPACITY, np.inf), "commission.machine.capacity"))
        least = 0.0 if parts[0].findings else LEAST_DRAW
        drawn = Estimate.normal(told.full, MAP_DOUBT * told.full)
    one = compared(("electricity_power", "machines", "kW"), _kilo(measured), _kilo(drawn))
    part = held_against(one, (least, DRAW), "commission.machine.draw")
    if part.findings:
        named = _meter_or_machine(tried, where, measured.value, drawn.value)
        part = part if named is None else replace(part, findings=(named,))
    return joined([*parts, part])


def _meter_or_machine(tried: Tried, where: Bools, read: float, wanted: float) -> Verdict | None:
    """Say that the meter is wrong, or may be; None where it is what machines draw. [W]"""
    wrong, factor = wrong_meter(tried, where, read, wanted), read / wanted
    if wrong:
        return misread(factor)
    if wrong is False or LEAST_DRAW <= factor <= MOST_DRAW:
        return None
    return Verdict("commission.meter.electricity", {"percent": 100 * factor})


def _staging(tried: Tried, where: Bools, heat: Estimate) -> Proved:
    """Whether more machines run than one after the other would, where they do not give all."""
    if _all_out(tried, where, heat):
        return Proved()
    return staging(tried, where, heating=heat.value > 0)


def _spread(tried: Tried, where: Bools, heat: Estimate) -> Proved:
    """Whether the load's water comes back too little changed for the heat it gave."""
    sides = [mean_of(tried, f"{s}_temperature", "load", where) for s in ("supply", "return")]
    if sides[0] is None or sides[1] is None:
        return Proved()
    wanted = _spread_wanted(tried, where, heat)
    if wanted is None:
        return Proved()
    spread = abs(sides[0].value - sides[1].value)
    doubt = float(np.hypot(sides[0].standard_deviation, sides[1].standard_deviation))
    one = compared(
        ("temperature_difference", "load", "K"),
        Estimate.normal(spread, doubt),
        Estimate.normal(wanted, SPREAD_DOUBT * wanted),
    )
    return held_against(one, (LOW_SPREAD, np.inf), "commission.flow.low_spread")


def _spread_wanted(tried: Tried, where: Bools, heat: Estimate) -> float | None:
    """Spread of the load water for a heat by the pumps that run for it; None where unknown. [K]"""
    bank = tried.model.system.pumps_of("load")
    share = max(abs(heat.value) / nominal(tried, heating=heat.value > 0), LEAST_SHARE)
    if bank.mode is PumpMode.CONSTANT:
        return bank.design_spread * share
    if bank.mode is PumpMode.VARIABLE:
        return (
            bank.design_spread
            * share
            / moved_share(bank.law.base_flow, bank.law.slope, bank.minimum_speed, share)
        )
    on = running(tried)[where]
    if not np.isfinite(on).any() or not np.nanmean(on) > 0:
        return None
    whole = len(tried.model.system.machines)
    return bank.design_spread * share * whole / float(np.nanmean(on))


def _source(tried: Tried, where: Bools, heat: Estimate) -> Proved:
    """Source water beside the plant simulated over all that was logged, from rest."""
    measured = mean_of(tried, "supply_temperature", "source", where)
    if measured is None:
        return Proved()
    rest = _rest(tried)
    expected = _simulated(tried, where)
    basis = tried.plant.source.ground
    known = TESTED if basis is not None and basis.basis is Basis.TEST else GUESSED
    doubt = float(np.hypot(_water_doubt(tried), known * abs(expected - rest)))
    wanted = Estimate.normal(expected, doubt)
    one = compared(("supply_temperature", "source", "°C"), measured, wanted)
    worse = (expected - measured.value) * np.sign(heat.value)
    half = COVERAGE_FACTOR_90 * float(np.hypot(doubt, measured.standard_deviation))
    half += _first_hours(tried)
    if worse <= half:
        return Proved(compared=(replace(one, agrees=True),))
    figures = {"kelvin": worse, "half": half, "found": measured.value, "expected": expected}
    return Proved(
        compared=(replace(one, agrees=False),),
        findings=(Verdict("commission.source.worse", figures),),
    )


def _water_doubt(tried: Tried) -> float:
    """Standard deviation of the source water at rest, by how it is known. [K]"""
    measured = channel(tried.minutes, "water_temperature", "source")
    known = tried.plant.source.open_water is None or np.isfinite(measured).any()
    return WATER if known else WEATHER


def _first_hours(tried: Tried) -> float:
    """What models of a source miss in its first hours. [K]"""
    source = tried.plant.source
    if source.single_wells:
        return ROUND_A_WELL
    return SHORT_TERM if source.field is not None else 0.0


def _simulated(tried: Tried, where: Bools) -> float:
    """Source water of the plant as designed under the load logged before and in a trial. [°C]"""
    past, now = (
        np.nan_to_num(channel(one, "heat_power", "load")) for one in (tried.before, tried.minutes)
    )
    load = np.concatenate([_by_hours(past), _by_hours(now)])
    outdoor = channel(tried.minutes, "outdoor_temperature", "site")
    air = float(np.nanmean(outdoor)) if np.isfinite(outdoor).any() else 10.0
    water = None if tried.plant.source.open_water is None else np.full(len(load), _rest(tried))
    run = simulate(
        tried.model.system,
        Load(np.maximum(load, 0.0), np.maximum(-load, 0.0)),
        BoundaryConditions(np.full(len(load), air), np.abs(load) > 0, water),
        HOUR,
    )
    hours = len(_by_hours(now))
    last = min(int(np.flatnonzero(where).mean() // 60), hours - 1)
    return float(run["source_supply"][len(load) - hours + last])


def _rest(tried: Tried) -> float:
    """Source water without the plant: of open water as measured, else by its course. [°C]"""
    measured = channel(tried.minutes, "water_temperature", "source")
    if np.isfinite(measured).any():
        return float(np.nanmean(measured))
    course = natural_course(tried.plant, tried.minutes.time)
    if course is not None and tried.plant.source.open_water is not None:
        return float(course.mean())
    return tried.model.system.ground.undisturbed_temperature


def _by_hours(minutes: np.ndarray) -> np.ndarray:
    """Means of hours, the last one of what there is."""
    cuts = range(0, len(minutes), 60)
    return np.array([float(minutes[n : n + 60].mean()) for n in cuts])


def _kilo(one: Estimate) -> Estimate:
    return one.scaled(1e-3)
