"""The trial plan of a plant: which trials, in which order, with which points, and when."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from loopkeeper.lifecycle.commission.balance import BRANCHES
from loopkeeper.lifecycle.commission.means import LOOPS
from loopkeeper.lifecycle.commission.planned import PlannedTrial, TrialPlan
from loopkeeper.measure.series import ChannelKey
from loopkeeper.plant.metering import parts_behind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.season import summer_months
from loopkeeper.plant.site import Season
from loopkeeper.plant.trials import JudgedBy, TrialKind, TrialSeason, trial_kinds
from loopkeeper.units import from_si

A_YEAR: Final = 366
"""Days within which every season comes. [d]"""
_SIDES: Final = ("supply_temperature", "return_temperature")
_LOOPS: Final[tuple[ChannelKey, ...]] = tuple(
    (name, loop) for loop in ("source", "load") for name in (*_SIDES, "flow")
)


def trial_plan(plant: Plant, on: date) -> TrialPlan:
    """
    Return the trials that acceptance of a plant asks for.

    Parameters
    ----------
    plant : Plant
        Its source, machines, pumps, seasons and points.
    on : date
        The day of the plan.

    Returns
    -------
    TrialPlan
        In the order of the table: points and meters before what is judged by them. Trials of a
        season that is not now are due on its first day.
    """
    planned = []
    for kind in trial_kinds().values():
        if not _applies(plant, kind):
            continue
        due, latest = _due(plant, kind.season, on), _latest(plant, kind.season)
        for of in _parts(plant, kind):
            wanted = _WANTED[kind.judged_by](plant, of)
            planned.append(
                PlannedTrial(
                    name=kind.name if kind.each == "plant" else f"{kind.name}-{of}",
                    kind=kind,
                    of=of,
                    wanted=wanted,
                    unmeasured=tuple(key for key in wanted if not _measured(plant, key)),
                    due=due,
                    postponed=due > on,
                    latest=latest,
                )
            )
    return TrialPlan(on=on, trials=tuple(planned))


def blank_rows(plant: Plant, one: PlannedTrial) -> tuple[Trial, ...]:
    """
    Return the rows of a trial that nobody has made: what is to be read, what the papers expect.

    Parameters
    ----------
    plant : Plant
        Its pumps.
    one : PlannedTrial
        Of its plan.

    Returns
    -------
    tuple of Trial
        One row; of a pump one of its flow and one of its draw.
    """
    low, high = one.kind.load_low, one.kind.load_high
    base = Trial(
        trial=one.name,
        mode=one.kind.mode,
        load_fraction=low if low is None or high is None else (low + high) / 2,
        started_at=None,
        ended_at=None,
        quantity="",
        of=one.of,
        expected=None,
        found=None,
        due=one.due,
    )
    pump = next((p for p in plant.pumps if p.id == one.of), None)
    if pump is None:
        return (base,)
    told = (("flow", "m3/h", pump.flow), ("electricity_power", "kW", pump.power))
    return tuple(
        replace(base, quantity=quantity, unit=unit, expected=round(from_si(value, unit), 2))
        for quantity, unit, value in told
    )


def _applies(plant: Plant, kind: TrialKind) -> bool:
    if kind.carrier and kind.carrier != plant.source.traits.carrier:
        return False
    if kind.season is TrialSeason.HEATING:
        return _delivers(plant, "heating")
    if kind.season is TrialSeason.COOLING:
        return _delivers(plant, "cooling")
    return True


def _delivers(plant: Plant, mode: str) -> bool:
    """Whether machines are rated for a mode, or the promise has a peak of it."""
    rated = [getattr(machine, f"rated_{mode}") for machine in plant.machines]
    mapped = any(row.mode == mode for machine in plant.machines for row in machine.map)
    return any(rated) or mapped or bool(getattr(plant.promise, f"peak_{mode}"))


def _parts(plant: Plant, kind: TrialKind) -> tuple[str, ...]:
    return tuple(p.id for p in plant.pumps) if kind.each == "pump" else ("plant",)


def _due(plant: Plant, season: TrialSeason, on: date) -> date:
    """The first day from a day on that lies in a season."""
    if season is TrialSeason.ANY:
        return on
    stated = plant.site.heating_season
    if season is TrialSeason.COOLING:
        stated = plant.site.cooling_season
    days = (on + timedelta(days=n) for n in range(A_YEAR))
    return next((day for day in days if _within(plant, season, stated, day)), on)


def _latest(plant: Plant, season: TrialSeason) -> date | None:
    """The day of hand-over, or the last one of the first season that begins or goes on then."""
    handed = plant.site.handed_over_on
    if handed is None or season is TrialSeason.ANY:
        return handed
    stated = plant.site.heating_season
    if season is TrialSeason.COOLING:
        stated = plant.site.cooling_season
    begun = _due(plant, season, handed)
    days = (begun + timedelta(days=n) for n in range(A_YEAR))
    after = next((day for day in days if not _within(plant, season, stated, day)), None)
    return None if after is None else after - timedelta(days=1)


def _within(plant: Plant, season: TrialSeason, stated: Season | None, day: date) -> bool:
    if stated is not None:
        return stated.contains(day.month, day.day)
    warm = day.month in summer_months(plant.site)
    return warm == (season is TrialSeason.COOLING)


def _measured(plant: Plant, key: ChannelKey) -> bool:
    """Whether some point measures a quantity of a part, by itself, as energy or with others."""
    quantity, of = key
    names = {quantity, *_AS_WELL.get(quantity, ())}
    parts = parts_behind(of, plant)
    for point in plant.points:
        if point.quantity not in names:
            continue
        if point.of == of:
            return True
        behind = parts_behind(point.of, plant)
        if parts and behind and parts <= behind:
            return True
    if quantity == "heat_power" and of in LOOPS:
        return all(_measured(plant, (name, of)) for name in (*_SIDES, "flow"))
    if quantity == "electricity_power" and parts and len(parts) > 1:
        return all(_measured(plant, (quantity, part)) for part in parts)
    return False


_AS_WELL: Final[Mapping[str, tuple[str, ...]]] = {
    "heat_power": ("heat_energy", "cooling_energy"),
    "electricity_power": ("electricity_energy",),
    "flow": ("volume",),
    "abstraction_flow": ("abstraction_volume",),
    "reinjection_flow": ("reinjection_volume",),
}
"""Quantities whose counters serve as well."""


def _machines(plant: Plant, _: str) -> tuple[ChannelKey, ...]:
    return (
        *_LOOPS,
        ("electricity_power", "machines"),
        *(("running", machine.id) for machine in plant.machines),
        ("outdoor_temperature", "site"),
    )


def _pump(plant: Plant, of: str) -> tuple[ChannelKey, ...]:
    loop = next(str(p.loop) for p in plant.pumps if p.id == of)
    return ("flow", loop), ("electricity_power", of)


def _control(plant: Plant, of: str) -> tuple[ChannelKey, ...]:
    return (
        *_machines(plant, of),
        ("electricity_power", "source-pumps"),
        ("electricity_power", "load-pumps"),
    )


def _branches(plant: Plant, _: str) -> tuple[ChannelKey, ...]:
    places = sorted(
        {p.of for p in plant.points if p.quantity == "flow" and p.of.startswith(BRANCHES)}
    )
    return tuple(("flow", place) for place in places or ("header-1", "header-2"))


def _valves(plant: Plant, _: str) -> tuple[ChannelKey, ...]:
    places = sorted({p.of for p in plant.points if p.quantity == "valve_position"})
    return tuple((q, place) for place in places for q in ("valve_position", "flow"))


def _meters(_: Plant, __: str) -> tuple[ChannelKey, ...]:
    heat = tuple(("heat_power", loop) for loop in ("source", "load"))
    return (*_LOOPS, *heat, ("electricity_power", "machines"))


def _wells(plant: Plant, _: str) -> tuple[ChannelKey, ...]:
    source = plant.source
    wells = (*(w.id for w in source.wells), *(w.id for w in source.single_wells))
    flows = (("abstraction_flow", "source"), ("reinjection_flow", "source"))
    return (*flows, *(("water_level", well) for well in wells))


def _all(plant: Plant, _: str) -> tuple[ChannelKey, ...]:
    return tuple(dict.fromkeys((p.quantity, p.of) for p in plant.points))


def _none(_: Plant, __: str) -> tuple[ChannelKey, ...]:
    return ()


_WANTED: Final[Mapping[JudgedBy, Callable[[Plant, str], tuple[ChannelKey, ...]]]] = {
    JudgedBy.POINTS: _all,
    JudgedBy.ROTATION: _pump,
    JudgedBy.METERS: _meters,
    JudgedBy.BALANCE: _branches,
    JudgedBy.VALVES: _valves,
    JudgedBy.CONTROL: _control,
    JudgedBy.PERFORMANCE: _machines,
    JudgedBy.CONTINUOUS: _meters,
    JudgedBy.REINJECTION: _wells,
    JudgedBy.STATED: _none,
}
