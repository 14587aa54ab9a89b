"""Reading ``[source]``: the ground, the wells or the water a plant stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from loopkeeper.adapters.files.dossier.ground_section import read_ground
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
from loopkeeper.adapters.files.dossier.sections import (
    complete,
    fields_of,
    record_of,
    records_of,
    rows_of,
    section_of,
)
from loopkeeper.physics.gfunction import MOST_LEANING, WIDE
from loopkeeper.plant.kinds import Section, traits_of
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
from loopkeeper.plant.verdict import Verdict, gathered


def read_source(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...]
) -> tuple[Source, list[Verdict]]:
    """Return the source side of a plant, with problems and missing sections."""
    stated, verdicts = fields_of(table, (*SOURCE, *EXCHANGER), "source", below("source"))
    kind = stated.get("kind", SourceKind.BOREHOLE_FIELD)
    lacking = [name for name in traits_of(kind).sections if not table.get(name)]
    verdicts += [Verdict("dossier.part.missing", {"part": f"[source.{name}]"}) for name in lacking]
    ground, of_ground = read_ground(table)
    (surface, beside), of_surface = _surface(table)
    exchanger, of_exchanger = _exchanger(stated, beside)
    parts: dict[str, tuple[Any, list[Verdict]]] = {
        "field": _field(section_of(table, "borehole_field"), ledger),
        "aquifer": _aquifer(table, ground),
        "single_wells": records_of(
            SingleWell, SINGLE_WELL, rows_of(table, "single_well"), "source.single_well"
        ),
        "wells": records_of(Well, WELL, rows_of(table, "well"), "source.well"),
        "neighbours": _neighbours(table, kind),
        "horizontal": record_of(
            HorizontalLoop,
            HORIZONTAL,
            section_of(table, "horizontal_loop"),
            "source.horizontal_loop",
        ),
        "standing_columns": record_of(
            StandingColumns,
            STANDING_COLUMN,
            section_of(table, "standing_column"),
            "source.standing_column",
        ),
    }
    values, said = gathered(parts.values())
    source = Source(
        **{**stated, "kind": kind, **exchanger, **dict(zip(parts, values, strict=True))},
        ground=ground,
        surface=surface,
    )
    return source, [*verdicts, *of_ground, *of_surface, *of_exchanger, *said]


def _exchanger(
    stated: Mapping[str, Any], beside: float | None
) -> tuple[dict[str, Any], list[Verdict]]:
    """The exchanger, which may be stated with the water, and the flow; a size of 0 is none."""
    own, said = stated.get("exchanger"), []
    if own and beside and own != beside:
        key = EXCHANGER[0]
        figures = {"where": f"source.surface_water.{key.name}", "value": f"{beside / 1000:g}"}
        expected = f"{own / 1000:g} (source.{key.name})"
        said = [Verdict("dossier.key.wrong", {**figures, "expected": expected})]
    found = {
        "design_flow": stated.get("design_flow") or None,
        "exchanger": own or beside or None,
        "exchanger_area": stated.get("exchanger_area") or 1.0,
    }
    return found, said


def _surface(
    table: Mapping[str, Any],
) -> tuple[tuple[SurfaceWater | None, float | None], list[Verdict]]:
    """Surface water, and the exchanger in it where it is stated there."""
    section = section_of(table, "surface_water")
    if not section:
        return (None, None), []
    fields, said = fields_of(section, (*SURFACE, *EXCHANGER[:1]), "source.surface_water")
    exchanger = fields.pop("exchanger", None)
    found = SurfaceWater(**fields) if complete(SURFACE, fields) else None
    return (found, exchanger), said


def _aquifer(
    table: Mapping[str, Any], ground: Ground | None
) -> tuple[AquiferRecord | None, list[Verdict]]:
    """An aquifer: layers lie flat, so that a ratio below one is vertical over horizontal."""
    section = section_of(table, "aquifer")
    record, verdicts = record_of(AquiferRecord, AQUIFER, section, "source.aquifer")
    if record is None:
        return None, verdicts
    if record.anisotropy < 1:
        figures = {"ratio": record.anisotropy, "taken": 1 / record.anisotropy}
        verdicts.append(Verdict("dossier.aquifer.anisotropy_inverse", figures))
        record = replace(record, anisotropy=1 / record.anisotropy)
    if record.level_profile:
        record, said = _levelled(record, section)
        verdicts += said
    if ground is not None and "undisturbed_temperature_C" not in section:
        record = replace(record, undisturbed_temperature=ground.undisturbed_temperature)
    return record, verdicts


LEVELS_APART = 1.0
"""A stated rest level may be off the measured ones by as much. [m]"""


def _levelled(
    record: AquiferRecord, table: Mapping[str, Any]
) -> tuple[AquiferRecord, list[Verdict]]:
    """The aquifer with the middle of its measured levels, where none is stated."""
    middle = median(level for _, level in record.level_profile)
    if "static_level_m" not in table:
        return replace(record, static_level=middle), []
    if abs(record.static_level - middle) <= LEVELS_APART:
        return record, []
    figures = {"stated": record.static_level, "surveyed": middle}
    return record, [Verdict("dossier.aquifer.levels_differ", figures)]


def _field(
    table: Mapping[str, Any], ledger: tuple[LedgerCheck, ...]
) -> tuple[BoreholeField | None, list[Verdict]]:
    if not table:
        return None, []
    fields, said = fields_of(table, (*FIELD, *PLACES, *LAYOUT), "source.borehole_field")
    if not complete(FIELD, fields):
        return None, said
    positions = _positions(table, fields, ledger)
    if len(positions) != fields["count"]:
        return None, [*said, _misplaced("source.borehole_field", positions, fields["count"])]
    field = BoreholeField(**{"buried_depth": 1.5, **fields}, positions=positions)
    return field, [*said, *_unusual(field)]


def _misplaced(where: str, positions: Sequence[tuple[float, float]], count: int) -> Verdict:
    """Not every hole has its place."""
    figures = {"where": where, "value": f"{len(positions)} positions"}
    return Verdict("dossier.key.wrong", {**figures, "expected": f"{count} (count)"})


def _neighbours(
    table: Mapping[str, Any], kind: SourceKind
) -> tuple[tuple[NeighbourField, ...], list[Verdict]]:
    """Fields of others in the same ground; those that cannot be counted are named."""
    found, verdicts = [], []
    for n, row in enumerate(rows_of(table, "neighbour"), 1):
        where = f"source.neighbour[{n}]"
        fields, said = fields_of(row, (*NEIGHBOUR, *CORNER, *PLACES, *LAYOUT), where)
        verdicts += said
        if not complete(NEIGHBOUR, fields):
            continue
        if traits_of(kind).section is not Section.BOREHOLE_FIELD:
            verdicts.append(Verdict("dossier.neighbour.kind", {"id": fields["id"], "kind": kind}))
            continue
        east, north = (fields.pop(key.field, 0.0) for key in CORNER)
        positions = tuple((x + east, y + north) for x, y in _positions(row, fields, ()))
        if len(positions) == fields["count"]:
            found.append(NeighbourField(**fields, positions=positions))
        else:
            verdicts.append(_misplaced(where, positions, fields["count"]))
    return tuple(found), verdicts


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
