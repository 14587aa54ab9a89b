"""Points of a Project Haystack grid: JSON of both versions, Zinc and Trio."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.point_mapping import Named
from loopkeeper.plant.points import QUANTITIES

SUFFIXES = frozenset({".json", ".zinc", ".hayson", ".trio"})
_REFERENCES = ("equipRef", "spaceRef", "roomRef", "systemRef", "siteRef")
_POINT = "point"
_KEPT = frozenset({
    _POINT, "equip", "his", "cur", "writable", "hisCollect", "hisTotalized", "summary", "kpi",
})  # fmt: skip
"""Markers that tell how a point is kept, not what it is."""
_SHARED = 3
"""A name that more rows have than this tells nothing of one."""
_UNTAGGED = 0.75
"""A point without markers is told by its name: no surer. [-]"""


def read_haystack(path: Path) -> tuple[Named, ...]:
    """
    Read the points of a Haystack grid.

    Parameters
    ----------
    path : Path
        JSON, of version 4 (Hayson) or 3, Zinc or Trio.

    Returns
    -------
    tuple of Named
        Every row with the marker ``point``, with what its markers and its equipment tell.

    Raises
    ------
    InputError
        When it is no such grid or holds no points.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        grid: Any = _parsed(text)
        if isinstance(grid, list) and grid:
            grid = {"rows": grid}
        rows = [r for r in grid["rows"] if isinstance(r, dict)]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{path.name}: no Haystack grid in JSON, Zinc or Trio: {error}"
        ) from error
    things = {_plain(r.get("id")): r for r in rows}
    times = Counter(_name(r) for r in rows)
    points = [r for r in rows if _is_marker(r.get(_POINT))]
    if not points:
        raise InputError(f"{path.name}: no row has the marker 'point'")
    return tuple(_named(row, things, times) for row in points)


def _named(
    row: Mapping[str, Any], things: Mapping[str, Mapping[str, Any]], times: Mapping[str, int]
) -> Named:
    own, quantity = row.get("loopkeeperOf"), str(row.get("loopkeeperQuantity") or "")
    name = _name(row)
    if times[name] > _SHARED:
        name = _plain(row.get("id")).rpartition(".")[2]
    markers = _markers(row)
    part = _part(row, things)
    described = _plain(row.get("bacnetDesc")).removeprefix("s:")
    words = " / ".join(dict.fromkeys(w for w in (name, described) if w))
    unit = _plain(row.get("unit")).removeprefix("s:")
    address = name if own else (_plain(row.get("id")) or name)
    return Named(
        address=address,
        name=words,
        unit=unit,
        quantity=quantity if quantity in QUANTITIES else "",
        of=str(own or ""),
        kind="|".join(markers),
        said="markers",
        part=part,
        found_at=_found_at(row),
        hint=0.0 if markers else _UNTAGGED,
    )


def _part(row: Mapping[str, Any], things: Mapping[str, Mapping[str, Any]]) -> str:
    """Names and markers of what a point belongs to."""
    for reference in _REFERENCES:
        told = row.get(reference)
        if not told:
            continue
        thing = things.get(_plain(told), {})
        named = _name(thing) if thing else _shown(told)
        return "|".join([named, *_markers(thing)])
    return ""


def _markers(row: Mapping[str, Any]) -> list[str]:
    return [n for n, value in row.items() if _is_marker(value) and n not in _KEPT]


def _found_at(row: Mapping[str, Any]) -> str:
    for key in ("bacnetCur", "modbusCur", "opcUaCur", "haystackCur"):
        told = _plain(row.get(key)).removeprefix("s:")
        if told:
            return told
    return ""


def _name(row: Mapping[str, Any]) -> str:
    told = row.get("dis") or row.get("navName") or _shown(row.get("id"))
    return (
        _plain(told).removeprefix("s:") if not isinstance(told, str) else told.removeprefix("s:")
    )


def _shown(value: Any) -> str:
    """What a reference shows, else its id."""
    if isinstance(value, dict):
        return str(value.get("dis") or value.get("val", ""))
    _, _, shown = str(value or "").removeprefix("r:").partition(" ")
    return shown or _plain(value)


def _plain(value: Any) -> str:
    """A value of either version as text; of a reference its id."""
    if isinstance(value, dict):
        return str(value.get("val", ""))
    text = str(value or "")
    return text[2:].split(" ", maxsplit=1)[0] if text.startswith("r:") else text


def _is_marker(value: Any) -> bool:
    return (
        value in {"m:", "✓"}
        if isinstance(value, str)
        else (isinstance(value, dict) and str(value.get("_kind")).lower() == "marker")
    )


def _parsed(text: str) -> Any:
    start = text.lstrip()
    if start.startswith("ver:"):
        return _zinc(text)
    return json.loads(text) if start[:1] in {"{", "[", ""} else {"rows": list(_trio(text))}


def _trio(text: str) -> Iterator[dict[str, str]]:
    """Records of lines ``name:value``, set apart by lines of dashes; a name alone is a marker."""
    for record in re.split(r"(?m)^-{3,}.*$", text):
        row = {}
        for line in record.splitlines():
            if line[:1].strip() and not line.startswith("//"):
                name, has, value = line.partition(":")
                row[name.strip()] = _scalar(value.strip()) if has else "m:"
        if row:
            yield row


def _zinc(text: str) -> dict[str, Any]:
    """A grid in Zinc as one in JSON of version 3."""
    lines = [line for line in text.splitlines() if line.strip()]
    columns = [c.split(" ")[0] for c in _cells(lines[1])]
    rows = [
        {c: _scalar(v) for c, v in zip(columns, _cells(line), strict=False) if v not in {"", "N"}}
        for line in lines[2:]
    ]
    return {"rows": rows}


def _cells(line: str) -> Iterator[str]:
    """Cells between commas that stand in no quotes or brackets."""
    pattern = re.compile(
        r'((?:"(?:[^"\\]|\\.)*"|`[^`]*`|\([^)]*\)|\{[^}]*\}|\[[^\]]*\]|[^,"`({\[])*)(?:,|$)'
    )
    at = 0
    while at <= len(line):
        found = pattern.match(line, at)
        if found is None or (found.end() == at and at < len(line)):
            raise ValueError(f"no Zinc: {line[at : at + 40]!r}")
        yield found[1].strip()
        if not found[0].endswith(","):
            return
        at = found.end()


def _scalar(text: str) -> str:
    if text == "M":
        return "m:"
    if text.startswith("@"):
        name, _, shown = text[1:].partition(" ")
        quoted = shown.strip('"')
        return f"r:{name} {quoted}" if quoted else f"r:{name}"
    if text.startswith('"'):
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text[1:-1])
    return text
