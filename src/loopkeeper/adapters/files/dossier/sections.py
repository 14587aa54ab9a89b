"""Reading the records of ``plant.toml`` against the table of keys."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from loopkeeper.adapters.files.dossier.keys import DossierKey
from loopkeeper.plant.site import Season
from loopkeeper.plant.verdict import Verdict, gathered
from loopkeeper.units import to_si

T = TypeVar("T")
FILE = "plant.toml"
DEPTH = DossierKey("depth", "depth", "number", "m", 0, 5000)
"""What stands first in each row of a profile."""
_ROW = re.compile(r"\[(\d+)\]")


def fields_of(
    table: Mapping[str, Any],
    keys: Sequence[DossierKey],
    where: str,
    also: frozenset[str] = frozenset(),
) -> tuple[dict[str, Any], list[Verdict]]:
    """
    Return the fields of a record in SI, and every problem.

    Parameters
    ----------
    table : mapping
        The record as TOML gives it.
    keys : sequence of DossierKey
        What it may hold.
    where : str
        Section, for verdicts.
    also : frozenset of str
        Further keys that others read.

    Returns
    -------
    fields : dict
        Only what is stated and sound.
    verdicts : list of Verdict
        Keys that are unknown, missing or wrong.
    """
    if not isinstance(table, Mapping):
        return {}, [_wrong(where, "", table, "a section")]
    known = {key.name: key for key in keys}
    readable = (*known, *also)
    verdicts = [unknown_key(where, name, readable) for name in table if name not in readable]
    fields: dict[str, Any] = {}
    for key in keys:
        if key.name not in table:
            if key.required:
                figures = {"where": where, "key": key.name}
                verdicts.append(Verdict("dossier.key.missing", figures))
            continue
        value = _value(table[key.name], key)
        if value is None:
            verdicts.append(_wrong(where, key.name, table[key.name], _expected(key)))
        else:
            fields[key.field] = value
    return fields, verdicts


def record_of(
    kind: Callable[..., T], keys: Sequence[DossierKey], table: Mapping[str, Any], where: str
) -> tuple[T | None, list[Verdict]]:
    """Return a record, None when its section is absent or incomplete, and every problem."""
    if not table:
        return None, []
    fields, said = fields_of(table, keys, where)
    return kind(**fields) if complete(keys, fields) else None, said


def records_of(
    kind: Callable[..., T],
    keys: Sequence[DossierKey],
    rows: Sequence[Mapping[str, Any]],
    where: str,
) -> tuple[tuple[T, ...], list[Verdict]]:
    """Return all complete records of a list of sections, and every problem."""
    read, said = gathered(fields_of(row, keys, f"{where}[{n}]") for n, row in enumerate(rows, 1))
    return tuple(kind(**fields) for fields in read if complete(keys, fields)), said


def unknown_key(where: str, name: str, known: Sequence[str]) -> Verdict:
    """Return the caution about a key nobody reads, with the nearest one that is read."""
    near = difflib.get_close_matches(name, known, 1)
    figures = {"where": f"{where}.{name}", "hint": near[0] if near else "–"}
    return Verdict("dossier.key.unknown", figures)


def told_once(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts with a key nobody reads named once for all rows of its list."""
    rows: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.code == "dossier.key.unknown":
            where = str(verdict.figures["where"])
            rows.setdefault(_ROW.sub("[]", where), []).append(where)
    told = []
    for verdict in verdicts:
        same = rows.get(_ROW.sub("[]", str(verdict.figures.get("where"))), [])
        if verdict.code != "dossier.key.unknown" or len(same) == 1:
            told.append(verdict)
        elif verdict.figures["where"] == same[0]:
            numbers = ", ".join(match[1] for one in same if (match := _ROW.search(one)))
            where = _ROW.sub(f"[{numbers}]", same[0], count=1)
            told.append(Verdict(verdict.code, {**verdict.figures, "where": where}))
    return told


def section_of(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a section as a mapping; an empty one when it is none."""
    value = data.get(name, {})
    return value if isinstance(value, Mapping) else {}


def rows_of(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the records of a list of sections; an empty list when it is none."""
    value = data.get(name, [])
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def complete(keys: Sequence[DossierKey], fields: Mapping[str, Any]) -> bool:
    """Tell whether every required field was read."""
    return all(key.field in fields for key in keys if key.required)


def _value(given: object, key: DossierKey) -> object | None:
    """One value in SI, or None when it is not what the key expects."""
    kind = key.kind
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(str(given)) if given in list(kind) else None
    readers: dict[str, Callable[[], object | None]] = {
        "text": lambda: given if isinstance(given, str) else None,
        "flag": lambda: given if isinstance(given, bool) else None,
        "date": lambda: _date(given),
        "season": lambda: _season(given),
        "span": lambda: _span(given, key),
        "list": lambda: _list(given, key),
        "profile": lambda: _profile(given, key),
        "integer": lambda: _integer(given, key),
        "places": lambda: _places(given, key),
        "names": lambda: _names(given),
        "number": lambda: _number(given, key),
    }
    return readers[str(kind)]()


def _number(given: object, key: DossierKey) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    if not key.low <= given <= key.high:
        return None
    return to_si(float(given), key.unit) if key.unit else float(given)


def _span(given: object, key: DossierKey) -> tuple[float, float] | None:
    if not isinstance(given, list) or len(given) != 2:
        return None
    ends = [_number(one, key) for one in given]
    if ends[0] is None or ends[1] is None or ends[1] <= ends[0]:
        return None
    return ends[0], ends[1]


def _list(given: object, key: DossierKey) -> tuple[float, ...] | None:
    if not isinstance(given, list) or (key.size and len(given) != key.size):
        return None
    values = [_number(one, key) for one in given]
    return tuple(v for v in values if v is not None) if None not in values else None


def _profile(given: object, key: DossierKey) -> tuple[tuple[float, float], ...] | None:
    """Pairs of depth and value, at least two, deeper and deeper."""
    rows = given if isinstance(given, list) else []
    pairs = [row for row in rows if isinstance(row, list) and len(row) == 2]
    depths = [_number(row[0], DEPTH) for row in pairs]
    values = [_number(row[1], key) for row in pairs]
    found = [
        (d, v) for d, v in zip(depths, values, strict=True) if d is not None and v is not None
    ]
    sound = len(found) == len(rows) >= 2 and all(a[0] < b[0] for a, b in pairwise(found))
    return tuple(found) if sound else None


def _places(given: object, key: DossierKey) -> tuple[tuple[float, float], ...] | None:
    """Pairs of east and north."""
    rows = given if isinstance(given, list) else []
    pairs = [row for row in rows if isinstance(row, list) and len(row) == 2]
    read = [(_number(x, key), _number(y, key)) for x, y in pairs]
    found = tuple((x, y) for x, y in read if x is not None and y is not None)
    return found if len(found) == len(rows) > 0 else None


def _names(given: object) -> dict[str, str] | None:
    """Texts by text."""
    sound = isinstance(given, Mapping) and all(isinstance(v, str) for v in given.values())
    return (
        {str(k): str(v) for k, v in given.items()}
        if sound and isinstance(given, Mapping)
        else None
    )


def _integer(given: object, key: DossierKey) -> int | None:
    sound = isinstance(given, int) and not isinstance(given, bool) and key.low <= given <= key.high
    return given if sound and isinstance(given, int) else None


def _date(given: object) -> date | None:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def _season(given: object) -> Season | None:
    try:
        first, last = (
            tuple(int(part) for part in str(end).split("-"))
            for end in given  # type: ignore[attr-defined]
        )
        for month, day in (first, last):
            date(2024, month, day)
    except (TypeError, ValueError):
        return None
    return Season((first[0], first[1]), (last[0], last[1]))


def _expected(key: DossierKey) -> str:
    if isinstance(key.kind, type) and issubclass(key.kind, StrEnum):
        return "one of " + ", ".join(key.kind)
    if key.kind == "number":
        return f"a number from {key.low:g} to {key.high:g}"
    if key.kind == "integer":
        return f"a whole number from {key.low:g} to {key.high:g}"
    if key.kind == "list":
        return f"{key.size or ''} numbers from {key.low:g} to {key.high:g}".strip()
    if key.kind == "span":
        return f"two ascending numbers from {key.low:g} to {key.high:g}, top and bottom"
    return {
        "text": "a text",
        "flag": "true or false",
        "date": "a date such as 2021-11-15",
        "season": 'two days such as ["11-15", "03-15"]',
        "places": f"pairs [x_m, y_m] from {key.low:g} to {key.high:g}",
        "names": 'names by name, such as inlet = "T_in"',
        "profile": f"two and more [depth_m, value], deeper and deeper, "
        f"values from {key.low:g} to {key.high:g}",
    }[str(key.kind)]


def _wrong(where: str, name: str, given: object, expected: str) -> Verdict:
    place = f"{where}.{name}" if name else where
    return Verdict(
        "dossier.key.wrong", {"where": place, "value": str(given)[:60], "expected": expected}
    )
