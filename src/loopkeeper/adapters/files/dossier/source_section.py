"""Reading ``[source]``: the ground, the wells or the water a plant stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, TypeVar

from loopkeeper.adapters.files.dossier.ground_section import read_ground
from loopkeeper.adapters.files.dossier.keys import DossierKey
from loopkeeper.adapters.files.dossier.layout import (
    AQUIFER,
    CORNER,
    EXCHANGER,
    FIELD,
    HORIZONTAL,
    LAYOUT,
    NEIGHBOUR,
    PLACES,
    SINGLE_WELL,
    SOURCE,
    STANDING_COLUMN,
    SURFACE,
    WELL,
    below,
)
from loopkeeper.adapters.files.dossier.sections import complete, fields_of, rows_of, section_of
from loopkeeper.physics.gfunction import MOST_LEANING, WIDE
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import (
    AquiferRecord,
    BoreholeField,
    Ground,
    HorizontalLoop,
    NeighbourField,
    SingleWell,
    Source,
    StandingColumns,
    SurfaceWater,
    Well,
)
from loopkeeper.plant.verdict import Verdict

T = TypeVar("T")
_NEEDED = {
    SourceKind.BOREHOLE_FIELD: ("borehole_field", "ground"),
    SourceKind.SINGLE_WELL: ("single_well", "aquifer"),
    SourceKind.WELL_GROUP: ("well", "aquifer"),
    SourceKind.SURFACE_WATER: ("surface_water",),
    SourceKind.HORIZONTAL_LOOP: ("horizontal_loop", "ground"),
    SourceKind.STANDING_COLUMN: ("standing_column", "ground"),
}
"""Sections without which a source of a kind cannot be simulated."""


def read_source(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...], verdicts: list[Verdict]
) -> Source:
    """Return the source side of a plant; problems and missing sections join the verdicts."""
    stated = fields_of(table, (*SOURCE, *EXCHANGER), "source", verdicts, below("source"))
    kind = stated.get("kind", SourceKind.BOREHOLE_FIELD)
    lacking = [name for name in _NEEDED[kind] if not table.get(name)]
    verdicts += [Verdict("dossier.part.missing", {"part": f"[source.{name}]"}) for name in lacking]
    ground = read_ground(table, verdicts)
    surface, beside = _surface(table, verdicts)
    return Source(
        **{**stated, "kind": kind, **_exchanger(stated, beside, verdicts)},
        ground=ground,
        field=_field(section_of(table, "borehole_field"), ledger, verdicts),
        aquifer=_aquifer(table, ground, verdicts),
        single_wells=_several(SingleWell, SINGLE_WELL, table, "single_well", verdicts),
        wells=_several(Well, WELL, table, "well", verdicts),
        surface=surface,
        neighbours=_neighbours(table, kind, verdicts),
        horizontal=_one(HorizontalLoop, HORIZONTAL, table, "horizontal_loop", verdicts),
        standing_columns=_one(
            StandingColumns, STANDING_COLUMN, table, "standing_column", verdicts
        ),
    )


def _exchanger(
    stated: Mapping[str, Any], beside: float | None, verdicts: list[Verdict]
) -> dict[str, Any]:
    """The exchanger, which may be stated with the water, and the flow; a size of 0 is none."""
    own = stated.get("exchanger")
    if own and beside and own != beside:
        key = EXCHANGER[0]
        figures = {"where": f"source.surface_water.{key.name}", "value": f"{beside / 1000:g}"}
        expected = f"{own / 1000:g} (source.{key.name})"
        verdicts.append(Verdict("dossier.key.wrong", {**figures, "expected": expected}))
    return {
        "design_flow": stated.get("design_flow") or None,
        "exchanger": own or beside or None,
        "exchanger_area": stated.get("exchanger_area") or 1.0,
    }


def _surface(
    table: Mapping[str, Any], verdicts: list[Verdict]
) -> tuple[SurfaceWater | None, float | None]:
    """Surface water, and the exchanger in it where it is stated there."""
    section = section_of(table, "surface_water")
    if not section:
        return None, None
    fields = fields_of(section, (*SURFACE, *EXCHANGER[:1]), "source.surface_water", verdicts)
    exchanger = fields.pop("exchanger", None)
    found = SurfaceWater(**fields) if complete(section, SURFACE, fields) else None
    return found, exchanger


def _one(
    kind: type[T],
    keys: Sequence[DossierKey],
    table: Mapping[str, Any],
    name: str,
    verdicts: list[Verdict],
) -> T | None:
    """A record of the source, or None when its section is absent or incomplete."""
    section = section_of(table, name)
    if not section:
        return None
    fields = fields_of(section, keys, f"source.{name}", verdicts)
    return kind(**fields) if complete(section, keys, fields) else None


def _aquifer(
    table: Mapping[str, Any], ground: Ground | None, verdicts: list[Verdict]
) -> AquiferRecord | None:
    """An aquifer: layers lie flat, so that a ratio below one is vertical over horizontal."""
    record = _one(AquiferRecord, AQUIFER, table, "aquifer", verdicts)
    if record is None:
        return None
    if record.anisotropy < 1:
        figures = {"ratio": record.anisotropy, "taken": 1 / record.anisotropy}
        verdicts.append(Verdict("dossier.aquifer.anisotropy_inverse", figures))
        record = replace(record, anisotropy=1 / record.anisotropy)
    if record.level_profile:
        record = _levelled(record, section_of(table, "aquifer"), verdicts)
    if ground is not None and "undisturbed_temperature_C" not in section_of(table, "aquifer"):
        record = replace(record, undisturbed_temperature=ground.undisturbed_temperature)
    return record


LEVELS_APART = 1.0
"""A stated rest level may be off the measured ones by as much. [m]"""


def _levelled(
    record: AquiferRecord, table: Mapping[str, Any], verdicts: list[Verdict]
) -> AquiferRecord:
    """The aquifer with the middle of its measured levels, where none is stated."""
    middle = median(level for _, level in record.level_profile)
    if "static_level_m" not in table:
        return replace(record, static_level=middle)
    if abs(record.static_level - middle) > LEVELS_APART:
        figures = {"stated": record.static_level, "surveyed": middle}
        verdicts.append(Verdict("dossier.aquifer.levels_differ", figures))
    return record


def _several(
    kind: type[T],
    keys: Sequence[DossierKey],
    table: Mapping[str, Any],
    name: str,
    verdicts: list[Verdict],
) -> tuple[T, ...]:
    """All complete records of a list of the source."""
    records = []
    for n, row in enumerate(rows_of(table, name), 1):
        fields = fields_of(row, keys, f"source.{name}[{n}]", verdicts)
        if complete(row, keys, fields):
            records.append(kind(**fields))
    return tuple(records)


def _field(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...], verdicts: list[Verdict]
) -> BoreholeField | None:
    if not table:
        return None
    keys = (*FIELD, *PLACES, *LAYOUT)
    fields = fields_of(table, keys, "source.borehole_field", verdicts)
    if not complete(table, FIELD, fields):
        return None
    positions = _positions(table, fields, ledger)
    if not _all_placed("source.borehole_field", positions, fields["count"], verdicts):
        return None
    field = BoreholeField(**{"buried_depth": 1.5, **fields}, positions=positions)
    verdicts += _unusual(field)
    return field


def _all_placed(
    where: str, positions: Sequence[tuple[float, float]], count: int, verdicts: list[Verdict]
) -> bool:
    """Tell whether every hole has its place."""
    if len(positions) == count:
        return True
    figures = {"where": where, "value": f"{len(positions)} positions"}
    verdicts.append(Verdict("dossier.key.wrong", {**figures, "expected": f"{count} (count)"}))
    return False


def _neighbours(
    table: Mapping[str, Any], kind: SourceKind, verdicts: list[Verdict]
) -> tuple[NeighbourField, ...]:
    """Fields of others in the same ground; those that cannot be counted are named."""
    found = []
    for n, row in enumerate(rows_of(table, "neighbour"), 1):
        where = f"source.neighbour[{n}]"
        fields = fields_of(row, (*NEIGHBOUR, *CORNER, *PLACES, *LAYOUT), where, verdicts)
        if not complete(row, NEIGHBOUR, fields):
            continue
        if kind is not SourceKind.BOREHOLE_FIELD:
            verdicts.append(Verdict("dossier.neighbour.kind", {"id": fields["id"], "kind": kind}))
            continue
        east, north = (fields.pop(key.field, 0.0) for key in CORNER)
        positions = tuple((x + east, y + north) for x, y in _positions(row, fields, ()))
        if _all_placed(where, positions, fields["count"], verdicts):
            found.append(NeighbourField(**fields, positions=positions))
    return tuple(found)


def _unusual(field: BoreholeField) -> list[Verdict]:
    """Holes that are computed otherwise than usual ones, or not at all."""
    found = []
    if field.diameter / 2 >= WIDE:
        found.append(Verdict("dossier.field.pile", {"diameter": f"{field.diameter:g}"}))
    if field.tilt > 0 and field.count > MOST_LEANING:
        figures = {"count": field.count, "most": MOST_LEANING}
        found.append(Verdict("dossier.field.leaning_many", figures))
    return found


def _positions(
    table: Mapping[str, Any], fields: dict[str, Any], ledger: tuple[LedgerCheck, ...]
) -> tuple[tuple[float, float], ...]:
    """
    Positions given one by one, from the ledger's x and y checks, or laid out as a rectangle.

    Takes what places the holes out of the fields; none where any of it could not be read.
    """
    keys = (*PLACES, *LAYOUT)
    readable = all(key.field in fields for key in keys if key.name in table)
    stated = {key.field: fields.pop(key.field) for key in keys if key.field in fields}
    if not readable:
        return ()
    if "positions" in stated:
        return tuple(stated["positions"])
    if stated.get("listed") == "ledger":
        return _surveyed(ledger)
    columns, rows = stated.get("columns", fields["count"]), stated.get("rows", 1)
    spacing = stated.get("spacing", 5.0)
    return tuple((spacing * i, spacing * j) for j in range(rows) for i in range(columns))


def _surveyed(ledger: tuple[LedgerCheck, ...]) -> tuple[tuple[float, float], ...]:
    """Places of the holes as the ledger found them."""
    places: dict[str, dict[str, float]] = {}
    for row in ledger:
        if row.item_kind == "borehole" and row.check in {"x", "y"}:
            pair = row.numbers()
            if pair is not None:
                places.setdefault(row.item, {})[row.check] = pair[1]
    return tuple((p["x"], p["y"]) for p in places.values() if len(p) == 2)
