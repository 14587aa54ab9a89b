"""What a plant is made of, each part with its type, its system and where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loopkeeper.lifecycle.build.two_pipes import hole_of
from loopkeeper.plant.machines import Loop
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.source import BoreholeField, SingleWell, Well
from loopkeeper.plant.words import in_both
from loopkeeper.units import from_si

PartValues = tuple[tuple[str, str | float, str], ...]
"""Name, value and unit."""
DIGITS = 3
"""Least ones in the name of a hole that nobody named. [-]"""
ROUNDED = 6
"""Digits after the point of a figure. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPart:
    """
    A part of a plant: ``id`` in the dossier, ``sort``, name, ``type``, ``system`` and ``space``.

    ``place`` east and north of its head [m]; ``values`` as drawn or as found, each with its unit.
    """

    id: str
    sort: str
    type: str
    system: str
    space: str
    description: str
    model: str = ""
    tag: str = ""
    place: tuple[float, float] | None = None
    values: PartValues = ()

    @property
    def name(self) -> str:
        """Its name in the workbook: parts of different sorts may share an id."""
        return f"{self.sort}-{self.id}"


def built_parts(plant: Plant) -> tuple[BuiltPart, ...]:
    """Return all parts of a plant: holes, wells, machines, pumps, backups, sensors."""
    return (
        *_holes(plant),
        *_wells(plant),
        *_machines(plant),
        *_pumps(plant),
        *_sensors(plant),
    )


def _told(**values: float | str | None) -> PartValues:
    """Values in SI by ``name__unit``; nothing of what is not stated."""
    found = []
    for key, value in values.items():
        if value is None or value == "":
            continue
        name, _, unit = key.partition("__")
        shown = round(from_si(value, _UNITS[unit]), ROUNDED) if isinstance(value, float) else value
        found.append((name, shown, _UNITS[unit] if unit else ""))
    return tuple(found)


_UNITS = {"": "-", "m": "m", "kW": "kW", "m3h": "m3/h", "W": "W"}
"""Units as names may hold them."""


def _found(ledger: Sequence[LedgerCheck], kind: str) -> Mapping[str, dict[str, LedgerCheck]]:
    """What was found of each item of a kind, of a check the last."""
    found: dict[str, dict[str, LedgerCheck]] = {}
    for one in ledger:
        if one.item_kind == kind:
            hole = hole_of(one.item)
            found.setdefault(hole, {})[f"{one.check}{one.item.removeprefix(hole)}"] = one
    return found


def _of_ledger(rows: Mapping[str, LedgerCheck]) -> PartValues:
    return tuple((f"{name} found", one.found, one.unit) for name, one in rows.items())


def _holes(plant: Plant) -> Iterator[BuiltPart]:
    field = plant.source.field
    if field is None:
        return
    found = _found(plant.ledger, "borehole")
    width = max(DIGITS, len(str(field.count)))
    drawn = {f"B{n:0{width}d}": n - 1 for n in range(1, field.count + 1)}
    unnamed = [name for name in drawn if name not in found]
    names = [*found, *unnamed[: max(0, field.count - len(found))]]
    for name in sorted(names):
        rows, number = found.get(name, {}), drawn.get(name)
        length = _length(field, number)
        yield BuiltPart(
            id=name,
            sort="borehole",
            type=f"borehole-{field.pipe}-{round(length)}m",
            system="source",
            space="source-field",
            description=in_both("item_kind.borehole"),
            model=str(field.pipe),
            place=_place(rows, field, number),
            values=(
                *_told(
                    length_drawn__m=length,
                    diameter_drawn__m=field.diameter,
                    buried_depth__m=field.buried_depth,
                ),
                *_of_ledger(rows),
            ),
        )


def _length(field: BoreholeField, number: int | None) -> float:
    known = number is not None and number < len(field.lengths)
    return field.lengths[number or 0] if known else field.length


def _place(
    rows: Mapping[str, LedgerCheck], field: BoreholeField, number: int | None
) -> tuple[float, float] | None:
    """Where a hole was found, else where it is drawn."""
    try:
        return float(rows["x"].found), float(rows["y"].found)
    except (KeyError, ValueError):
        known = number is not None and number < len(field.positions)
        return field.positions[number or 0] if known else None


def _wells(plant: Plant) -> Iterator[BuiltPart]:
    found = _found(plant.ledger, "well")
    wells: tuple[Well | SingleWell, ...] = (*plant.source.wells, *plant.source.single_wells)
    for one in wells:
        kind = str(one.role) if isinstance(one, Well) else str(one.type)
        place = one.place if isinstance(one, SingleWell) else (one.x, one.y)
        yield BuiltPart(
            id=one.id,
            sort="well",
            type=f"well-{kind}",
            system="source",
            space="source-field",
            description=in_both("item_kind.well"),
            model=kind,
            place=place,
            values=(
                *_told(depth_drawn__m=one.depth, design_flow__m3h=one.design_flow),
                *_of_ledger(found.get(one.id, {})),
            ),
        )


def _machines(plant: Plant) -> Iterator[BuiltPart]:
    for one in plant.machines:
        yield BuiltPart(
            id=one.id,
            sort="machine",
            type=f"machine-{one.model or one.id}",
            system="heat-pumps",
            space="plant-room",
            description=in_both("cobie_system.heat-pumps"),
            model=one.model,
            values=_told(
                rated_heating__kW=one.rated_heating,
                rated_cooling__kW=one.rated_cooling,
                rated_cop=one.rated_cop,
                rated_eer=one.rated_eer,
                refrigerant=one.refrigerant,
            ),
        )
    for other in plant.backups:
        yield BuiltPart(
            id=other.id,
            sort="backup",
            type=f"backup-{other.kind}",
            system="backup",
            space="plant-room",
            description=in_both("cobie_system.backup"),
            model=other.kind,
            values=_told(heating__kW=other.heating, cooling__kW=other.cooling),
        )


def _pumps(plant: Plant) -> Iterator[BuiltPart]:
    for one in plant.pumps:
        flow, head = from_si(one.flow, "m3/h"), one.head
        system = "source" if one.loop is Loop.SOURCE else "load"
        yield BuiltPart(
            id=one.id,
            sort="pump",
            type=f"pump-{one.loop}-{flow:.4g}m3h-{head:.3g}m-{one.drive}",
            system=system,
            space="plant-room",
            description=in_both(f"cobie_system.{system}"),
            values=_told(
                flow__m3h=one.flow,
                head__m=one.head,
                power__kW=one.power,
                drive=str(one.drive),
            ),
        )


def _sensors(plant: Plant) -> Iterator[BuiltPart]:
    for one in plant.points:
        yield BuiltPart(
            id=one.id,
            sort="sensor",
            type=f"sensor-{one.quantity}-{one.accuracy or 'any'}",
            system="monitoring",
            space="plant-room",
            description=in_both("cobie_system.monitoring"),
            tag=one.address,
            values=(
                ("quantity", one.quantity, "-"),
                ("of", one.of, "-"),
                ("unit", one.unit, "-"),
                *((("accuracy", one.accuracy, "-"),) if one.accuracy else ()),
            ),
        )
