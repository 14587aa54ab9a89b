"""
The operating hours of a plant: what the loops and machines did, hour by hour, without gaps.

Evaluation and diagnosis read the same arrays. Loads are gap-free (filled hours are marked), all
other quantities are NaN where not measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.gaps import bridged, without_gaps
from loopkeeper.measure.metered import machines
from loopkeeper.measure.recharge import RECHARGE, unmetered
from loopkeeper.measure.recharge_year import Shown, planned_recharge
from loopkeeper.measure.running import running_of
from loopkeeper.measure.series import (
    Bools,
    ChannelKey,
    Floats,
    Period,
    PlantHours,
    TemperatureSeries,
    Times,
)
from loopkeeper.measure.spent import spent_electricity
from loopkeeper.measure.stand_ins import source_flow, source_heat
from loopkeeper.physics.system import BoundaryConditions
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.surface import natural_course, water_limit
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, KWH, MAJORITY


@dataclass(frozen=True, kw_only=True)
class Operation:
    """
    Hourly operation, shape (n,) each; powers [W], temperatures [°C], flows [m3 s-1], shares [-].

    ``heating`` and ``cooling`` are filled where ``filled`` is True; ``recharge`` is what is put
    into the ground, negative where heat is taken out of it. ``good`` marks hours in which heat and
    all electricity were measured. ``natural`` is the temperature of surface water on its own (NaN
    for other sources), ``source_limit`` the heat that may be taken from it or given to it.
    ``machines_running`` is the mean number of machines on and ``run_share`` the largest share of
    the hour any one ran. ``lacking`` says why the plant cannot be judged by these hours; loads are
    zero then. ``guessed`` loops have pumps without a meter: their draw is the nameplates'.
    """

    time: Times
    heating: Floats
    cooling: Floats
    recharge: Floats
    outdoor: Floats
    indoor: Floats
    enabled: Bools
    filled: Bools
    good: Bools
    source_heat: Floats
    source_supply: Floats
    source_return: Floats
    source_flow: Floats
    field_flow: Floats
    load_supply: Floats
    load_return: Floats
    load_flow: Floats
    machine_electricity: Floats
    source_pump_electricity: Floats
    load_pump_electricity: Floats
    machines_running: Floats
    run_share: Floats
    natural: Floats
    source_limit: Floats
    lacking: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()

    def boundary(self) -> BoundaryConditions:
        """Return what the outside imposed; surface water's own temperature where there is one."""
        known = bool(np.isfinite(self.natural).all())
        if not known:
            return BoundaryConditions(self.outdoor, self.enabled)
        return BoundaryConditions(self.outdoor, self.enabled, self.natural, self.source_limit)

    @property
    def hours(self) -> int:
        """Number of hours."""
        return len(self.time)

    @property
    def recharged(self) -> Shown:
        """Hours and what was put into the ground in them. [UTC], [W]"""
        return self.time, self.recharge

    @property
    def electricity(self) -> Floats:
        """Electricity of machines and all water pumps. [W]"""
        return self.machine_electricity + self.source_pump_electricity + self.load_pump_electricity

    def within(self, period: Period) -> "Operation":
        """Return the hours of `period` only."""
        keep = (self.time >= period.start) & (self.time < period.end)
        columns = (f.name for f in fields(self) if f.name not in {"lacking", "guessed"})
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})


def operation(
    hours: PlantHours,
    plant: Plant,
    weather: TemperatureSeries | None = None,
    water: TemperatureSeries | None = None,
) -> tuple[Operation, tuple[Verdict, ...]]:
    """
    Return the operating hours of a plant.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        The plant; its seasons tell when it is enabled.
    weather : TemperatureSeries, optional
        Stands in where no point measures the outdoor temperature.
    water : TemperatureSeries, optional
        Recorded temperature of surface water; stands in where no point measures it.

    Returns
    -------
    Operation
        Gap-free operating hours.
    verdicts : tuple of Verdict
        What was filled, derived or is missing.
    """
    spent = spent_electricity(hours, plant)
    machine, source_pump, load_pump = spent.machines, spent.source_pumps, spent.load_pumps
    heat = _optional(hours, "heat_power", "load")
    outdoor = _outdoor(hours, weather)
    lacking = _lacking(hours, plant, heat, machine, outdoor)
    filled = ~np.isfinite(heat)
    lift = _optional(hours, "supply_temperature", "load") - _optional(
        hours, "return_temperature", "load"
    )
    heat = without_gaps(heat, machine, lift)
    running, by_draw = running_of(hours, plant)
    stack = np.stack(running) if running else np.full((1, len(hours.time)), np.nan)
    heating, cooling = np.maximum(heat, 0.0), np.maximum(-heat, 0.0)
    natural, supposed = _natural(hours, plant, water)
    recharge, designed = _recharge(hours, plant, heating + cooling)
    source, balanced = source_heat(hours, machine)
    flow, rated = source_flow(hours, plant)
    return (
        Operation(
            time=hours.time,
            heating=heating,
            cooling=cooling,
            recharge=recharge,
            outdoor=bridged(outdoor),
            indoor=_indoor(hours),
            enabled=in_season(hours.time, plant) | (heating + cooling > 0),
            filled=filled,
            good=~filled & np.isfinite(machine + source_pump + load_pump),
            source_heat=source,
            source_supply=_optional(hours, "supply_temperature", "source"),
            source_return=_optional(hours, "return_temperature", "source"),
            source_flow=flow,
            field_flow=_optional(hours, "flow", "field"),
            load_supply=_optional(hours, "supply_temperature", "load"),
            load_return=_optional(hours, "return_temperature", "load"),
            load_flow=_optional(hours, "flow", "load"),
            machine_electricity=machine,
            source_pump_electricity=source_pump,
            load_pump_electricity=load_pump,
            machines_running=stack.sum(axis=0),
            run_share=stack.max(axis=0),
            natural=natural,
            source_limit=allowed_heat(plant, hours.time, natural, cooling),
            lacking=lacking,
            guessed=spent.guessed,
        ),
        (
            *spent.verdicts,
            *_guessed_load(filled),
            *by_draw,
            *supposed,
            *designed,
            *balanced,
            *rated,
        ),
    )


def last_full_year(time: Times, timezone: str) -> Period:
    """
    Return the last 365 days that the hours cover, whole local days, else all of them.

    Parameters
    ----------
    time : array of datetime64, shape (n,)
        Hours of data, UTC.
    timezone : str
        IANA name of the site's time zone.

    Returns
    -------
    Period
        Half-open period in UTC.
    """
    zone = ZoneInfo(timezone)
    last = (time[-1] + np.timedelta64(1, "h")).astype("datetime64[s]").astype(int)
    local = datetime.fromtimestamp(int(last), zone)
    midnight = local.replace(hour=0, minute=0, second=0)
    end = np.datetime64(midnight.astimezone(UTC).replace(tzinfo=None), "s")
    start = max(end - np.timedelta64(365 * 24, "h"), time[0].astype("datetime64[s]"))
    whole = Period(start, end)
    return whole if end > start else Period(time[0], time[-1] + np.timedelta64(1, "h"))


def _optional(hours: PlantHours, quantity: str, of: str) -> Floats:
    if hours.has(quantity, of):
        return hours.values(quantity, of)
    return np.full(len(hours.time), np.nan)


def _lacking(
    hours: PlantHours, plant: Plant, heat: Floats, machine: Floats, outdoor: Floats
) -> tuple[str, ...]:
    """Say why heat, electricity or weather are not known at all: withheld, or not measured."""
    needed: tuple[tuple[Floats, str, Sequence[ChannelKey]], ...] = (
        (
            heat,
            "heat at the user side (heat_power, heat_energy, or flow and both temperatures)",
            (("heat_power", "load"),),
        ),
        (
            machine,
            "electricity_power or electricity_energy of every machine or of `machines`",
            machines(hours, plant).channels,
        ),
        (
            outdoor,
            "outdoor_temperature of site, or weather.csv",
            (("outdoor_temperature", "site"),),
        ),
    )
    reasons: list[str] = []
    for values, text, keys in needed:
        if np.isfinite(values).any():
            continue
        problems = [v.sentence() for k in keys for v in hours.withheld.get(k, ())]
        reasons += problems or [text]
    return tuple(dict.fromkeys(reasons))


def _guessed_load(filled: Bools) -> list[Verdict]:
    if not filled.any() or filled.all():
        return []
    figures = {"share_percent": f"{100 * float(filled.mean()):.2g}"}
    return [Verdict("measure.operation.load_filled", figures)]


def _recharge(hours: PlantHours, plant: Plant, load: Floats) -> tuple[Floats, list[Verdict]]:
    """Heat put into the ground: measured, and by the design where nothing measures it. [W]"""
    silent, verdicts = unmetered(hours, plant), []
    for service in silent:
        energy = (service.backup.annual_design or 0.0) / (1000 * KWH)
        code = "measure.recharge.as_designed" if energy > 0 else "measure.recharge.unknown"
        figures = {"backup": service.backup.id, "energy": f"{energy:.4g}"}
        verdicts.append(Verdict(code, figures))
    planned = planned_recharge(plant, silent, (hours.time, load))
    return np.nan_to_num(_optional(hours, *RECHARGE)) + planned, verdicts


def _outdoor(hours: PlantHours, weather: TemperatureSeries | None) -> Floats:
    return _completed(_optional(hours, "outdoor_temperature", "site"), hours.time, weather)


def _completed(values: Floats, time: Times, record: TemperatureSeries | None) -> Floats:
    """Fill what no point measured from a recorded series, within its reach."""
    if record is None or len(record.time) == 0:
        return values
    stamps = record.time.astype("datetime64[s]").astype(np.float64)
    here = time.astype("datetime64[s]").astype(np.float64)
    inside = (here >= stamps[0]) & (here <= stamps[-1] + HOUR)
    borrowed = np.where(inside, np.interp(here, stamps, record.temperature), np.nan)
    return np.where(np.isfinite(values), values, borrowed)


def _natural(
    hours: PlantHours, plant: Plant, water: TemperatureSeries | None
) -> tuple[Floats, list[Verdict]]:
    """Temperature of surface water: measured, recorded, else a sinusoid; of shallow ground."""
    course, body = natural_course(plant, hours.time), plant.source.open_water
    if course is None:
        return np.full(len(hours.time), np.nan), []
    if body is None:
        return course, []
    values = _completed(_optional(hours, "water_temperature", "source"), hours.time, water)
    missing = ~np.isfinite(values)
    if missing.mean() > MAJORITY:
        figures = {"low": body.low, "high": body.high}
        return np.where(missing, course, values), [Verdict("plant.water.sinusoid", figures)]
    return bridged(values) if missing.any() else values, []


def allowed_heat(plant: Plant, time: Times, natural: Floats, cooling: Floats) -> Floats:
    """
    Return the heat the plant's surface water may give or take in each hour.

    Parameters
    ----------
    plant : Plant
        Its body of water and time zone.
    time : array of datetime64, shape (n,)
        Instants, UTC.
    natural : array, shape (n,)
        Temperature of the water on its own. [°C]
    cooling : array, shape (n,)
        Cold delivered. [W]

    Returns
    -------
    array, shape (n,)
        Infinite where nothing limits it. [W]
    """
    body = plant.source.open_water
    if body is None:
        return np.full(len(time), np.inf)
    if not body.flow_by_hour:
        return water_limit(body, natural, np.zeros(len(time), dtype=np.int64), cooling)
    return water_limit(body, natural, local_calendar(time, plant.site.timezone)[2], cooling)


def _indoor(hours: PlantHours) -> Floats:
    places = hours.places("indoor_temperature")
    if not places:
        return np.full(len(hours.time), np.nan)
    rooms = np.stack([hours.values("indoor_temperature", p) for p in places])
    known = np.isfinite(rooms)
    total = np.where(known, rooms, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def in_season(time: Times, plant: Plant) -> Bools:
    """Return which hours lie in the plant's seasons, shape (n,); none without stated ones."""
    seasons = [s for s in (plant.site.heating_season, plant.site.cooling_season) if s is not None]
    if not seasons:
        return np.zeros(len(time), dtype=bool)
    month, day, _, _ = local_calendar(time, plant.site.timezone)
    pairs = {(int(m), int(d)) for m, d in zip(month, day, strict=True)}
    inside = {pair for pair in pairs if any(s.contains(*pair) for s in seasons)}
    return np.array([(int(m), int(d)) in inside for m, d in zip(month, day, strict=True)])
