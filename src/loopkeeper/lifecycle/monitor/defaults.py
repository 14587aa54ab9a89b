"""
What every plant is watched for: calculated points and alarms that follow from its dossier.

The table ``default_alarms.csv`` holds the alarms, each with its clause, confidence and the words
of its rationalisation; limits that only the site knows are left to a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from loopkeeper.lifecycle.monitor.alarm import Condition, Definition, Priority
from loopkeeper.lifecycle.monitor.calculated import PREFIX, Calculation, Kind
from loopkeeper.physics.fluid import freezing_point
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.source import SingleWell, Well, WellRole
from loopkeeper.plant.tables import data_table
from loopkeeper.units import linear_to_si

WATCH = PREFIX + "watch."
"""Begins the points that hold a chart's place between its limits; ± 1 is the limit. [-]"""
GROUND_AHEAD = PREFIX + "ground.ahead"
"""Forecast of the source's temperature over the design's own. [K]"""
UNSOUND, APART = PREFIX + "sensors.unsound", PREFIX + "meters.apart"
"""How many sensors are not sound; how many verdicts say that meters contradict each other."""
IDLE_SHARE = 0.05
"""A machine that draws less than this share of its rated power rests. [-]"""
SMALL_POWER = 500.0
"""The same where no rated power is stated. [W]"""
COVER = 2.0e4
"""Pressure that each metre of ground above a screen bears (confidence M). [Pa m-1]"""
WORDS = ("name", "cause", "consequence", "action", "name_zh", "cause_zh", "consequence_zh",
         "action_zh", "clause", "confidence")  # fmt: skip


@dataclass(frozen=True)
class DefaultAlarm:
    """An alarm of the table for a plant; ``definition`` is None where the site sets the limit."""

    id: str
    point: str
    definition: Definition | None
    row: Mapping[str, str]

    @property
    def words(self) -> dict[str, str]:
        """Name, cause, consequence and action in both languages, clause and confidence."""
        return {w: self.row[w] for w in WORDS if self.row[w]}


def default_calculations(plant: Plant) -> tuple[Calculation, ...]:
    """
    Return the calculated points that a plant's own points allow.

    Always whether it is heard; others where their points are there.
    """
    return (
        Calculation(f"{PREFIX}heard", Kind.HEARD, ()),
        *_spreads(plant),
        *_margin(plant),
        *_running(plant),
        *_returned(plant),
    )


def default_alarms(plant: Plant) -> tuple[DefaultAlarm, ...]:
    """
    Return the alarms of the table that a plant's points allow.

    By plant and name; of several points each has its own.
    """
    calculated = {c.id for c in default_calculations(plant)}
    found = []
    for row in data_table("default_alarms.csv"):
        if row["sources"] != "*" and plant.source.traits.section not in row["sources"].split():
            continue
        points = list(_watched(plant, row["watches"], calculated))
        for point, unit in points:
            name = row["alarm"] if len(points) == 1 else f"{row['alarm']}.{_short(point)}"
            name = f"{plant.site.id}.{name}"
            definition = _definition(plant, row, name, (point, unit), calculated)
            found.append(DefaultAlarm(name, point, definition, row))
    return tuple(found)


def _short(point: str) -> str:
    return point.rpartition(".")[2]


def _watched(plant: Plant, watches: str, calculated: set[str]) -> Iterator[tuple[str, str]]:
    """Points a row is about, with their units; calculated ones are in the row's own unit."""
    if watches.startswith(PREFIX):
        known = {p for p in calculated if p == watches or p.startswith(f"{watches}.")}
        known |= {watches} if watches.startswith((WATCH, GROUND_AHEAD, UNSOUND, APART)) else set()
        yield from ((p, "") for p in sorted(known))
        return
    quantity, _, of = watches.partition("@")
    for point in plant.points:
        if point.quantity == quantity and point.of.startswith(of):
            yield point.id, point.unit


def _definition(
    plant: Plant, row: Mapping[str, str], name: str, watched: tuple[str, str], known: set[str]
) -> Definition | None:
    limit = _limit(plant, row["limit"], row["unit"], watched[0])
    if limit is None:
        return None
    unless = row["unless"] if row["unless"] in known else None
    ours, theirs = linear_to_si(row["unit"] or "-"), linear_to_si(watched[1] or row["unit"] or "-")
    scale = ours[0] / theirs[0]
    return Definition(
        id=name,
        point=watched[0],
        condition=Condition(row["condition"]),
        limit=(ours[0] * limit + ours[1] - theirs[1]) / theirs[0],
        priority=Priority(row["priority"]),
        dead_band=float(row["dead_band"]) * scale,
        on_delay=float(row["on_delay_s"]),
        off_delay=float(row["off_delay_s"]),
        suppressed_by=unless,
    )


def _limit(plant: Plant, text: str, unit: str, point: str) -> float | None:
    """The limit in the row's unit; None where only the site knows it."""
    if text == "site":
        return None
    if text != "cover":
        return float(text)
    of = next(p.of for p in plant.points if p.id == point)
    top = _screen_top(plant, of)
    return None if top is None else COVER * top / linear_to_si(unit)[0]


def _screen_top(plant: Plant, of: str) -> float | None:
    """Depth of the top of a well's injecting screen. [m]"""
    wells: tuple[Well | SingleWell, ...] = (*plant.source.wells, *plant.source.single_wells)
    for well in wells:
        if well.id == of:
            zone = well.screen if isinstance(well, Well) else well.return_zone
            return None if zone is None else zone[0]
    return None


def _of(plant: Plant, quantity: str, of: str = "") -> tuple[Point, ...]:
    return tuple(p for p in plant.points if p.quantity == quantity and p.of.startswith(of))


def _spreads(plant: Plant) -> Iterator[Calculation]:
    for loop in ("source", "load"):
        supply, back = (
            _of(plant, f"{side}_temperature", loop)[:1] for side in ("supply", "return")
        )
        if supply and back:
            yield Calculation(f"{PREFIX}spread.{loop}", Kind.SPREAD, supply, back)


def _margin(plant: Plant) -> Iterator[Calculation]:
    """Distance of the coldest source water from freezing."""
    cold = (
        *_of(plant, "return_temperature", "source"),
        *_of(plant, "supply_temperature", "source"),
        *_of(plant, "evaporator_outlet_temperature"),
    )
    if cold:
        freezes = freezing_point(plant.source.fluid, plant.source.fluid_mass_fraction)
        yield Calculation(f"{PREFIX}freeze_margin", Kind.MARGIN, cold, above=freezes)


def _running(plant: Plant) -> Iterator[Calculation]:
    """Whether any machine runs, and how often each starts."""
    tellers = [(m, _teller(plant, m)) for m in plant.machines]
    told = [(m, *found) for m, found in tellers if found is not None]
    for machine, point, above in told:
        yield Calculation(f"{PREFIX}starts.{machine.id}", Kind.STARTS, (point,), above=above)
    sorts = {above for _, _, above in told}
    if told and len(told) == len(plant.machines) and len(sorts) == 1:
        points = tuple(point for _, point, _ in told)
        yield Calculation(f"{PREFIX}running", Kind.RUNNING, points, above=sorts.pop())


def _teller(plant: Plant, machine: MachineRecord) -> tuple[Point, float] | None:
    """The point that tells whether a machine runs, and from which value on. [SI]"""
    for quantity in ("running", "electricity_power"):
        points = [p for p in _of(plant, quantity) if p.of == machine.id]
        if points and points[0].statistic in {Statistic.INSTANT, Statistic.MEAN}:
            return points[0], 0.5 if quantity == "running" else _idle(machine)
    return None


def _idle(machine: MachineRecord) -> float:
    if machine.rated_heating and machine.rated_cop:
        return IDLE_SHARE * machine.rated_heating / machine.rated_cop
    return SMALL_POWER


def _returned(plant: Plant) -> Iterator[Calculation]:
    """Water returned over water taken in a day, where every well of the group is metered."""
    for back, taken in (
        ("reinjection_volume", "abstraction_volume"),
        ("reinjection_flow", "abstraction_flow"),
    ):
        first, second = _of(plant, back), _of(plant, taken)
        if not (first and second):
            continue
        wells = [w.id for w in plant.source.wells if w.role is not WellRole.ABSTRACTION]
        metered = {p.of for p in first}
        if "source" in metered or metered.issuperset(wells):
            day = timedelta(days=1)
            yield Calculation(f"{PREFIX}returned", Kind.RETURNED, first, second, window=day)
            return
