"""What a schematic shows: the parts of a plant in columns, with what their meters read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from loopkeeper.plant.machines import Loop
from loopkeeper.plant.metering import parts_behind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, joined_places
from loopkeeper.plant.recharge import serving_ground
from loopkeeper.plant.source import Source, WellRole
from loopkeeper.plant.words import Language, listed, name_of, word
from loopkeeper.units import MAJORITY, to_si

MOST = 10
"""So many parts of a column are drawn one by one; more of a sort are drawn as one."""
IDLE_POWER = 0.02
"""A part that draws less than this share of its rating stands. [-]"""
WHOLE = 100.0
"""From here on a value is written without decimals, in whatever unit."""
STALE = 900.0
"""A reading older than this is shown as old. [s]"""
LOOP_WATER = ("supply_temperature", "return_temperature", "flow")
SOURCE_WATER = ("ground_temperature", "water_temperature", "flow", "water_level")
"""Quantities that are read of a loop, and of what the heat comes from, in the order of writing."""


class PartShape(StrEnum):
    """How a part is drawn."""

    GROUND = "ground"
    WELL = "well"
    WATER = "water"
    EXCHANGER = "exchanger"
    PUMP = "pump"
    MACHINE = "machine"
    BACKUP = "backup"
    RECHARGE = "recharge"
    BUILDING = "building"


class PartState(StrEnum):
    """What is known of a part now."""

    RUNNING = "running"
    IDLE = "idle"
    UNKNOWN = "unknown"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class LatestReading:
    """The newest reading of a point: in its own unit, ``age`` when it is asked for. [s]"""

    value: float
    age: float

    @property
    def stale(self) -> bool:
        """Whether it is too old to stand for now."""
        return self.age > STALE


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value beside a part: text with its unit, its quantity's word, and whether it is old."""

    quantity: str
    text: str
    name: str
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemePart:
    """
    A part as it is drawn, or several alike that are drawn as one.

    ``metered`` is whether any meter holds it, by itself or in a group; of a source, whether it
    ``gives`` and ``takes`` water.
    """

    id: str
    shape: PartShape
    title: str
    size: str = ""
    state: PartState = PartState.UNKNOWN
    metered: bool = True
    values: tuple[ShownValue, ...] = ()
    gives: bool = True
    takes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeParts:
    """The columns of a schematic, and what is read of both loops' water."""

    sources: tuple[SchemePart, ...]
    recharge: tuple[SchemePart, ...]
    exchanger: SchemePart | None
    source_pumps: tuple[SchemePart, ...]
    machines: tuple[SchemePart, ...]
    backups: tuple[SchemePart, ...]
    load_pumps: tuple[SchemePart, ...]
    building: SchemePart
    source_water: tuple[ShownValue, ...]
    load_water: tuple[ShownValue, ...]


def scheme_parts(
    plant: Plant, latest: Mapping[str, LatestReading], language: Language
) -> SchemeParts:
    """
    Return the parts of a plant with what their meters read.

    Parameters
    ----------
    plant : Plant
        As its dossier tells it.
    latest : mapping of str to LatestReading
        Newest readings by the ids of points.
    language : Language
        Of titles and values.
    """
    reader = _Reader.of(plant, latest, language)
    pumps = [p for p in plant.pumps if not p.serves]
    ground = {one.backup.id for one in serving_ground(plant)}
    recharging = [b for b in plant.backups if b.id in ground]
    helping = [b for b in plant.backups if b.id not in ground]
    return SchemeParts(
        sources=_folded(reader.sources()),
        recharge=_folded(
            [
                replace(reader.backup(b.id, b.kind, PartShape.RECHARGE), gives=False)
                for b in recharging
            ]
        ),
        exchanger=reader.exchanger(),
        source_pumps=_folded([reader.pump(p.id) for p in pumps if p.loop is Loop.SOURCE]),
        machines=_folded([reader.machine(m.id) for m in plant.machines]),
        backups=_folded([reader.backup(b.id, b.kind, PartShape.BACKUP) for b in helping]),
        load_pumps=_folded([reader.pump(p.id) for p in pumps if p.loop is Loop.LOAD]),
        building=reader.building(),
        source_water=reader.values("source", LOOP_WATER),
        load_water=reader.values("load", LOOP_WATER),
    )


def _sources(source: Source, language: Language) -> list[tuple[str, PartShape, str, str]]:
    """Id, shape, title and size of what the heat comes from."""
    wells = [
        (w.id, PartShape.WELL, w.id, name_of("well_role", w.role, language)) for w in source.wells
    ]
    wells += [(w.id, PartShape.WELL, w.id, f"{w.depth:.0f} m") for w in source.single_wells]
    if wells:
        return wells
    if source.surface is not None:
        return [
            ("source", PartShape.WATER, name_of("water_body", source.surface.body, language), "")
        ]
    size = ""
    if source.field is not None:
        size = f"{source.field.count} × {source.field.length:.0f} m"
    elif source.horizontal is not None:
        size = f"{source.horizontal.trenches} × {source.horizontal.length:.0f} m"
    elif source.standing_columns is not None:
        size = f"{source.standing_columns.count} × {source.standing_columns.length:.0f} m"
    return [("field", PartShape.GROUND, name_of("source_kind", source.kind, language), size)]


@dataclass(frozen=True)
class _Reader:
    """Reads meters at the parts of a plant."""

    plant: Plant
    latest: Mapping[str, LatestReading]
    language: Language
    points: Mapping[str, Sequence[Point]]
    metered: frozenset[str]

    @classmethod
    def of(
        cls, plant: Plant, latest: Mapping[str, LatestReading], language: Language
    ) -> "_Reader":
        """Look once for what stands at each part, and for what any meter holds."""
        points: dict[str, list[Point]] = {}
        for point in plant.points:
            points.setdefault("+".join(joined_places(point.of)), []).append(point)
        behind = [parts_behind(of, plant) or frozenset() for of in points]
        return cls(plant, latest, language, points, frozenset(points).union(*behind))

    def sources(self) -> list[SchemePart]:
        roles = {w.id: w.role for w in self.plant.source.wells}
        return [
            replace(
                self.source(*one),
                gives=roles.get(one[0]) is not WellRole.INJECTION,
                takes=roles.get(one[0]) is not WellRole.ABSTRACTION,
            )
            for one in _sources(self.plant.source, self.language)
        ]

    def source(self, of: str, shape: PartShape, title: str, size: str) -> SchemePart:
        at = self._at(of)
        state = self._state(of, None) if shape is PartShape.WELL else PartState.UNKNOWN
        return SchemePart(
            id=of,
            shape=shape,
            title=title,
            size=size,
            state=state,
            metered=bool(at),
            values=self.values(of, SOURCE_WATER),
        )

    def exchanger(self) -> SchemePart | None:
        if self.plant.source.exchanger is None:
            return None
        title = word("scheme.exchanger", self.language)
        return SchemePart(id="exchanger", shape=PartShape.EXCHANGER, title=title)

    def pump(self, of: str) -> SchemePart:
        record = next(p for p in self.plant.pumps if p.id == of)
        state = self._state(of, record.power)
        if record.standby and state is not PartState.RUNNING:
            state = PartState.STANDBY
        return self._drawing(of, PartShape.PUMP, of, state)

    def machine(self, of: str) -> SchemePart:
        record = next(m for m in self.plant.machines if m.id == of)
        rated = None
        if record.rated_heating is not None and record.rated_cop:
            rated = record.rated_heating / record.rated_cop
        return self._drawing(of, PartShape.MACHINE, of, self._state(of, rated))

    def backup(self, of: str, kind: str, shape: PartShape) -> SchemePart:
        title = name_of("backup_kind", kind, self.language)
        return self._drawing(of, shape, title, self._state(of, None))

    def building(self) -> SchemePart:
        return SchemePart(
            id="load",
            shape=PartShape.BUILDING,
            title=name_of("use", self.plant.site.use, self.language),
            metered=bool(self._at("load")),
            values=self.values("load", ("heat_power",)),
        )

    def values(self, of: str, quantities: Sequence[str]) -> tuple[ShownValue, ...]:
        """What is read at a part, a value a quantity."""
        shown = []
        for quantity in quantities:
            points = [p for p in self._at(of) if p.quantity == quantity and p.id in self.latest]
            if points:
                shown.append(self._shown(points[0]))
        return tuple(shown)

    def _shown(self, point: Point) -> ShownValue:
        reading = self.latest[point.id]
        name = name_of("quantity", point.quantity, self.language)
        digits = 1 if abs(reading.value) < WHOLE else 0
        text = f"{reading.value:.{digits}f} {point.unit}"
        return ShownValue(point.quantity, text, name, reading.stale)

    def _drawing(self, of: str, shape: PartShape, title: str, state: PartState) -> SchemePart:
        """A part that draws electricity."""
        metered = of in self.metered
        values = self.values(of, ("electricity_power", "heat_power"))
        return SchemePart(
            id=of, shape=shape, title=title, state=state, metered=metered, values=values
        )

    def _at(self, of: str) -> Sequence[Point]:
        return self.points.get(of, ())

    def _state(self, of: str, rated: float | None) -> PartState:
        """By its running signal, else by what it draws."""
        for point in self._at(of):
            reading = self.latest.get(point.id)
            if reading is None or reading.stale:
                continue
            if point.quantity == "running":
                return PartState.RUNNING if reading.value > MAJORITY else PartState.IDLE
            if point.quantity == "electricity_power" and rated:
                drawn = to_si(reading.value, point.unit)
                return PartState.RUNNING if drawn > IDLE_POWER * rated else PartState.IDLE
        return PartState.UNKNOWN


def _folded(parts: Sequence[SchemePart]) -> tuple[SchemePart, ...]:
    """Draw many alike as one, with how many run."""
    if len(parts) <= MOST:
        return tuple(parts)
    sort: Callable[[SchemePart], tuple[str, str]] = lambda p: (p.shape, p.size)  # noqa: E731
    folded = []
    for _, alike in groupby(sorted(parts, key=sort), key=sort):
        group = list(alike)
        run = sum(p.state is PartState.RUNNING for p in group)
        first = group[0]
        folded.append(
            replace(
                first,
                id="+".join(p.id for p in group),
                title=f"{first.title} … {group[-1].title}" if len(group) > 1 else first.title,
                size=f"{run} / {len(group)}" if len(group) > 1 else first.size,
                state=PartState.RUNNING if run else first.state,
                metered=all(p.metered for p in group),
                values=(),
            )
        )
    return tuple(folded)


def spoken(part: SchemePart, language: Language) -> str:
    """Return what is said of a part: its name, its state, and whether it is metered."""
    sort = word(f"scheme.{part.shape}", language)
    words = [f"{sort} {part.title}".strip(), word(f"part_state.{part.state}", language)]
    if not part.metered:
        words.append(word("scheme.unmetered", language))
    words += [f"{one.name} {one.text}" for one in part.values]
    return listed(words, language)
