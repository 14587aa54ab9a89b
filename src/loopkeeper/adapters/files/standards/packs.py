"""Standard packs from TOML: those of the program, and a user's own."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any

from loopkeeper.adapters.files.tables.utf8 import utf8_text
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.packs import Branch, Index, Pack, Rule

_NUMBERS = ("at_least", "at_most", "weight")
_TABLES = {"branches", "indices", "checklist"}
_KINDS: Mapping[object, str] = {str: "a text", bool: "true or false"}
_WHY = {
    "clause": "a verdict shows where it is written",
    "confidence": "V, S, M+, M, M- or A: how sure the number is",
}


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return the packs of the program, filled ones first."""
    folder = resources.files("loopkeeper.plant") / "data" / "packs"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    found = [pack_of(f.read_text(encoding="utf-8"), f.name) for f in files]
    return tuple(sorted(found, key=lambda p: not p.filled))


def pack_text(identifier: str) -> str:
    """
    Return the text of a pack of the program, to be filled in or changed.

    Raises
    ------
    InputError
        When there is none of that name; the known ones are named.
    """
    folder = resources.files("loopkeeper.plant") / "data" / "packs"
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            if tomllib.loads(text)["id"] == identifier:
                return text
    known = ", ".join(p.id for p in shipped_packs())
    raise InputError(f"no pack {identifier!r}; known: {known}")


def read_pack(path: Path) -> Pack:
    """Read a pack from TOML; InputError with everything that is wrong with it."""
    return pack_of(utf8_text(path), path.name)


def pack_of(text: str, name: str) -> Pack:
    """
    Return a pack from its text.

    InputError, in which it has its ``name``, with everything that is wrong with it.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: {error}") from error
    problems: list[str] = []
    rows, stems, todo = (
        _rows(data.pop(key, []), key, problems) for key in ("index", "branch", "checklist")
    )
    _only(data, Pack, "pack", problems)
    indices = tuple(i for n, row in enumerate(rows, 1) if (i := _index(row, n, problems)))
    branches = tuple(b for n, row in enumerate(stems, 1) if (b := _branch(row, n, problems)))
    problems += _tree(branches, indices)
    problems += _whole(data, indices)
    if todo and data.get("filled", True):
        problems.append(f"filled = true, but the checklist still holds {len(todo)} items")
    if problems:
        raise InputError(f"{name}: " + "; ".join(problems[:12]))
    given = {k: v for k, v in data.items() if k not in {"rule", "cuts"}}
    return Pack(
        **given,
        rule=Rule(data["rule"]),
        branches=branches,
        indices=indices,
        cuts=tuple((float(a), str(b)) for a, b in data.get("cuts", ())),
        checklist=tuple((str(r.get("text", "–")), str(r.get("text_zh", "–"))) for r in todo),
    )


def _rows(given: object, key: str, problems: list[str]) -> list[dict[str, Any]]:
    """Tables of a key; a problem when it holds anything else."""
    if isinstance(given, list) and all(isinstance(row, dict) for row in given):
        return given
    problems.append(f"{key}: expected tables, [[{key}]]")
    return []


def _whole(data: Mapping[str, Any], indices: Sequence[Index]) -> Iterator[str]:
    """What is wrong with the pack's own keys."""
    needed = ("id", "name", "name_zh", "edition", "rule")
    yield from (f"{key} is missing" for key in needed if not isinstance(data.get(key), str))
    if data.get("rule") not in set(Rule):
        yield f"rule {data.get('rule')!r}: expected {', '.join(Rule)}"
    cuts = data.get("cuts", [])
    if not _pairs(cuts, text=True) or _bounds(cuts) != sorted(_bounds(cuts), reverse=True):
        yield 'cuts: expected [[lowest score, "grade"], …], best first'
    if not data.get("filled", True):
        return
    if not indices:
        yield "a filled pack holds at least one index; a template says filled = false"
    if data.get("rule") == Rule.SCORE and not cuts:
        yield 'a scored pack needs cuts: [[90, "A"], …]'


def _tree(branches: Sequence[Branch], indices: Sequence[Index]) -> Iterator[str]:
    """What is wrong with how branches and indices hang together."""
    for kind, ones in (("branch", branches), ("index", indices)):
        ids = [one.id for one in ones]
        yield from (
            f"{kind} {i}: stands there twice" for i in sorted({i for i in ids if ids.count(i) > 1})
        )
    parents = {b.id: b.parent for b in branches}
    for kind, one in [("branch", b) for b in branches] + [("index", i) for i in indices]:
        if one.parent and one.parent not in parents:
            known = ", ".join(parents) or "none"
            yield f"{kind} {one.id}: no branch {one.parent!r}; known: {known}"
        if one.weight < 0:
            yield f"{kind} {one.id}: weight {one.weight:g} is below 0"
    try:
        TopologicalSorter({name: {parent} for name, parent in parents.items()}).prepare()
    except CycleError as error:
        yield f"branch {error.args[1][0]}: hangs on itself"


def _only(data: Mapping[str, Any], kind: type[Any], where: str, problems: list[str]) -> None:
    """Note keys that are unknown, and texts and flags that are none."""
    known = {f.name: f.type for f in fields(kind) if f.name not in _TABLES}
    problems += [f"{where}: {key} is unknown" for key in sorted(set(data) - set(known))]
    problems += [
        f"{where}: {key} {data[key]!r}: expected {_KINDS[kind]}"
        for key, kind in known.items()
        if key in data and kind in _KINDS and not isinstance(data[key], kind)  # type: ignore[arg-type]
    ]


def _index(row: Mapping[str, Any], number: int, problems: list[str]) -> Index | None:
    """An index; None and its problems when it cannot be one."""
    where = f"index {row.get('id', number)}"
    before = len(problems)
    _only(row, Index, where, problems)
    texts = ("id", "name", "name_zh", "figure", "clause", "confidence")
    problems += [
        f"{where}: {key} is missing ({_WHY.get(key, 'text')})"
        for key in texts
        if not isinstance(row.get(key), str) or not row.get(key)
    ]
    problems += [
        f"{where}: {key} {row[key]!r} is no number"
        for key in _NUMBERS
        if key in row and not _is_number(row[key])
    ]
    bands, curve = row.get("bands", []), row.get("curve", [])
    side = -1 if row.get("lower") else 1
    if not _pairs(bands, text=True) or _bounds(bands, -side) != sorted(_bounds(bands, -side)):
        problems.append(f'{where}: bands: expected [[limit, "grade"], …], best first')
    if not _pairs(curve, text=False) or _bounds(curve) != sorted(set(_bounds(curve))):
        problems.append(f"{where}: curve: expected [[value, points], …], by ascending value")
    if len(problems) > before:
        return None
    clean = {k: v for k, v in row.items() if k not in {"bands", "curve"}}
    return Index(
        **clean,
        bands=tuple((float(a), str(b)) for a, b in bands),
        curve=tuple((float(a), float(b)) for a, b in curve),
    )


def _branch(row: Mapping[str, Any], number: int, problems: list[str]) -> Branch | None:
    """A branch; None and its problems when it cannot be one."""
    where = f"branch {row.get('id', number)}"
    before = len(problems)
    _only(row, Branch, where, problems)
    problems += [
        f"{where}: {key} is missing (text)"
        for key in ("id", "name", "name_zh")
        if not isinstance(row.get(key), str) or not row.get(key)
    ]
    if not _is_number(row.get("weight", 1.0)):
        problems.append(f"{where}: weight {row['weight']!r} is no number")
    return Branch(**row) if len(problems) == before else None


def _pairs(rows: object, *, text: bool) -> bool:
    """Whether rows are pairs of a number and a text, or of two numbers."""
    return isinstance(rows, list) and all(
        isinstance(r, list)
        and len(r) == 2
        and _is_number(r[0])
        and (isinstance(r[1], str) if text else _is_number(r[1]))
        for r in rows
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _bounds(rows: Sequence[Any], side: int = 1) -> list[float]:
    return [side * r[0] for r in rows]
