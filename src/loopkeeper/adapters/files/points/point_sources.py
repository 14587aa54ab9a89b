"""Points of whatever list a building has: Brick, Haystack, BACnet EDE, a plain table of names."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from loopkeeper.adapters.files.points import brick, haystack
from loopkeeper.adapters.files.points.ede import UNIT_NAMES, is_ede, read_ede
from loopkeeper.adapters.files.tables.dialect import DELIMITERS, decoded
from loopkeeper.adapters.files.tables.tables import read_table, texts
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import Named
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site, SourceKind
from loopkeeper.plant.source import Source
from loopkeeper.plant.verdict import GRAVE

_TEXTS = frozenset({".csv", ".txt", ".ede", ".tsv", ""})
_BOOKS = (b"PK", b"\x1f\x8b", b"\xfd7zXZ", b"PAR1", b"\xd0\xcf\x11\xe0")
"""How workbooks, packed and columnar files begin."""
_NO_LETTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of Unicode that no list of names holds: control, unassigned, private, half pairs."""
_BLANKS = frozenset("\t\n\v\f\r\x85")
_COLUMNS = {
    "point": ("point", "point name", "pointname", "point id", "id", "tag", "tag name", "tagname",
              "object name", "objectname", "name", "点名", "测点", "测点名", "测点名称", "点位",
              "点位名称", "变量名", "标签", "名称", "datenpunkt", "signal", "variable"),
    "name": ("name", "description", "desc", "label", "dis", "comment", "描述", "名称", "说明",
             "备注", "测点描述", "beschreibung", "bezeichnung", "测点名称"),
    "unit": ("unit", "units", "uom", "engineering unit", "eu", "单位", "einheit"),
    "address": ("address", "addr", "object", "node", "register", "地址", "adresse", "reference"),
    "tags": ("tags", "markers", "haystack"),
    "class": ("class", "brick", "brick class", "type of point"),
    "part": ("equipment", "equip", "part", "device name", "设备", "anlage", "location"),
}  # fmt: skip
"""Headings that plain lists have, the surest first."""


def read_points(path: Path) -> tuple[Named, ...]:
    """
    Read the points of a list of any kind.

    Parameters
    ----------
    path : Path
        Brick (``.ttl``), Haystack (``.json``, ``.zinc``), BACnet EDE or a table of names; of a
        folder, what its telemetry holds.

    Returns
    -------
    tuple of Named
        In order of the file.

    Raises
    ------
    InputError
        When it is none of them or lists no points.
    """
    if path.is_dir():
        return _logged(path)
    suffix = path.suffix.lower()
    if suffix in brick.SUFFIXES:
        return brick.read_brick(path)
    if suffix in haystack.SUFFIXES:
        return haystack.read_haystack(path)
    _refuse_bytes(path)
    if suffix in _TEXTS and is_ede(path):
        return read_ede(path)
    return _plain_list(path)


def _refuse_bytes(path: Path) -> None:
    """Refuse what is neither a workbook nor text: bytes that decode to no letters."""
    raw = path.read_bytes()
    if raw.startswith(_BOOKS):
        return
    text = decoded(raw, path.name)[0]
    if "\ufffd" in text or any(_is_no_letter(c) for c in set(text)):
        raise InputError(
            f"{path.name}: found bytes that are no text; a list of points is expected"
        )


def _is_no_letter(c: str) -> bool:
    return c not in _BLANKS and unicodedata.category(c) in _NO_LETTERS


def _logged(folder: Path) -> tuple[Named, ...]:
    """Points that the telemetry of a dossier names, declared or not."""
    nobody = Plant(
        site=Site(id="", name="", timezone="UTC"), source=Source(kind=SourceKind.BOREHOLE_FIELD)
    )
    readings, said = read_telemetry(folder, nobody)
    names = readings.get_column("point").unique(maintain_order=True).to_list()
    if not names:
        reasons = [v.sentence() for v in said if v.severity in GRAVE]
        raise InputError(
            f"{folder.name}: " + "; ".join(reasons or ["its telemetry names no point"])
        )
    return tuple(Named(address=str(name), name="", code=str(name)) for name in names)


def _cells(path: Path) -> dict[str, list[str]]:
    """Columns by their headings; lines without a separator are names alone."""
    if path.suffix.lower() in _TEXTS:
        lines = [x.strip() for x in decoded(path.read_bytes(), path.name)[0].splitlines()]
        lines = [x for x in lines if x]
        if lines and not any(mark in x for x in lines for mark in DELIMITERS):
            return {"point": lines[1:] if "point" in _places(lines[:1]) else lines}
    table = read_table(path)
    return {name: texts(table, name) for name in table.frame.columns if name != "row"}


def _plain_list(path: Path) -> tuple[Named, ...]:
    cells = _cells(path)
    places = _places(list(cells))
    if "point" not in places:
        raise InputError(
            f"{path.name}: no column point (its name in the system); it has {list(cells)}"
        )
    count = len(cells[places["point"]])
    rows = [{to: cells[at][n] for to, at in places.items()} for n in range(count)]
    empty = [n + 1 for n, row in enumerate(rows) if not row["point"]]
    names = [row["point"] for row in rows]
    twice = sorted({n for n in names if n and names.count(n) > 1})
    problems = [f"row {n} below the header: point is empty" for n in empty]
    problems += [f"point {name!r} stands there twice" for name in twice]
    if problems or not rows:
        raise InputError(f"{path.name}: " + "; ".join(problems[:10] or ["no points"]))
    return tuple(_named(row) for row in rows)


def _places(columns: list[str]) -> dict[str, str]:
    """Which column holds what; each holds one thing."""
    found: dict[str, str] = {}
    plain = {" ".join(c.lower().replace("_", " ").split()): c for c in columns}
    for what, words in _COLUMNS.items():
        at = next((plain[w] for w in words if w in plain and plain[w] not in found.values()), "")
        if at:
            found[what] = at
    return found


def _named(row: Mapping[str, str]) -> Named:
    tags, kind = row.get("tags", ""), row.get("class", "")
    markers = "|".join(t for t in tags.split() if t != "point")
    unit = row.get("unit", "")
    return Named(
        address=row["point"],
        name=row.get("name", ""),
        unit=UNIT_NAMES.get(unit.lower().replace(" ", "-"), unit),
        kind=markers or kind.replace("_", " "),
        said="markers" if tags else "class",
        part=row.get("part", ""),
        found_at=row.get("address", ""),
        code=row["point"],
    )
