"""Standard packs from TOML: those of the program, and a user's own."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.packs import Index, Pack, Rule

_NUMBERS = ("at_least", "at_most", "weight")
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
    """
    Read a pack.

    Parameters
    ----------
    path : Path
        TOML.

    Returns
    -------
    Pack

    Raises
    ------
    InputError
        With everything that is wrong with it.
    """
    return pack_of(path.read_text(encoding="utf-8-sig"), path.name)


def pack_of(text: str, name: str) -> Pack:
    """
    Return a pack from its text.

    Parameters
    ----------
    text : str
        TOML.
    name : str
        What errors call it.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: {error}") from error
    problems: list[str] = []
    rows = data.pop("index", [])
    todo = data.pop("checklist", [])
    _only(data, Pack, "pack", problems)
    indices = tuple(i for n, row in enumerate(rows, 1) if (i := _index(row, n, problems)))
    twice = {i.id for n, i in enumerate(indices) if i.id in {j.id for j in indices[:n]}}
    problems += [f"index {i}: stands there twice" for i in sorted(twice)]
    needed = ("id", "name", "name_zh", "edition", "rule")
    problems += [f"{key} is missing" for key in needed if not isinstance(data.get(key), str)]
    if data.get("rule") not in set(Rule):
        problems.append(f"rule {data.get('rule')!r}: expected {', '.join(Rule)}")
    filled = bool(data.get("filled", True))
    if filled and not indices:
        problems.append("a filled pack holds at least one index; a template says filled = false")
    if filled and data.get("rule") == Rule.SCORE and not data.get("cuts"):
        problems.append('a scored pack needs cuts: [[90, "A"], …]')
    if problems:
        raise InputError(f"{name}: " + "; ".join(problems[:12]))
    given = {k: v for k, v in data.items() if k not in {"rule", "cuts"}}
    return Pack(
        **given, rule=Rule(data["rule"]), indices=indices,
        cuts=tuple((float(a), str(b)) for a, b in data.get("cuts", ())),
        checklist=tuple((str(r["text"]), str(r.get("text_zh", r["text"]))) for r in todo),
    )  # fmt: skip


def _only(data: Mapping[str, Any], kind: type[Any], where: str, problems: list[str]) -> None:
    known = {f.name for f in fields(kind)}
    problems += [f"{where}: {key} is unknown" for key in sorted(set(data) - known)]


def _index(row: Mapping[str, Any], number: int, problems: list[str]) -> Index | None:
    """An index; None and its problems when it cannot be one."""
    where = f"index {row.get('id', number)}"
    before = len(problems)
    _only(row, Index, where, problems)
    texts = ("id", "name", "name_zh", "figure", "clause", "confidence")
    problems += [f"{where}: {key} is missing ({_WHY.get(key, 'text')})" for key in texts
                 if not isinstance(row.get(key), str) or not row.get(key)]  # fmt: skip
    problems += [f"{where}: {key} {row[key]!r} is no number" for key in _NUMBERS
                 if key in row and not isinstance(row[key], int | float)]  # fmt: skip
    bands = row.get("bands", [])
    if not all(isinstance(b, list) and len(b) == 2 for b in bands):
        problems.append(f'{where}: bands: expected [[limit, "grade"], …], best first')
    if len(problems) > before:
        return None
    clean = {k: v for k, v in row.items() if k != "bands"}
    return Index(**clean, bands=tuple((float(a), str(b)) for a, b in bands))
