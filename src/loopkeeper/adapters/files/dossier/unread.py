"""Files of a dossier that nothing reads, by name: nothing is left out in silence."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from loopkeeper.adapters.files.dossier.columns import (
    DOCUMENTS,
    KEPT,
    LOADS,
    OTHERS,
    RESULT,
    SEALED,
    TABLES,
)
from loopkeeper.adapters.files.tables.containers import ENDINGS, is_hidden
from loopkeeper.plant.verdict import Verdict

_RECORDS = frozenset((*OTHERS, LOADS.file, *(table.file for table in TABLES if not table.named)))
BESIDE = SEALED.rpartition("/")[0] + "/"
"""Folder of a sealed ledger: its head, lock and evidence stand in it too."""
OWN = (KEPT, BESIDE, DOCUMENTS)
"""How names begin that need no table."""
_SHOWN = 12


def telemetry_folder(folder: Path) -> Path:
    """Return the folder of a dossier's telemetry, whatever the case of its name."""
    exact = folder / "telemetry"
    if exact.is_dir() or not folder.is_dir():
        return exact
    alike = (p for p in sorted(folder.iterdir()) if p.is_dir() and p.name.lower() == exact.name)
    return next(alike, exact)


def unread_files(folder: Path, data: Mapping[str, Any]) -> list[Verdict]:
    """
    Name the files of a dossier, outside its telemetry, that nothing reads.

    Parameters
    ----------
    folder : Path
        The dossier.
    data : mapping
        Its ``plant.toml``.

    Returns
    -------
    list of Verdict
        Tables in a caution, all others in a note.
    """
    named = _RECORDS | {text.replace("\\", "/") for text in _texts(data)}
    telemetry = telemetry_folder(folder)
    tables: list[str] = []
    others: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.is_relative_to(telemetry) or name in named or name.endswith(RESULT):
            continue
        if path.with_name(path.stem + RESULT).exists() or name.startswith(OWN):
            continue
        hidden = any(is_hidden(part) for part in PurePosixPath(name).parts)
        table = path.suffix.lower() in ENDINGS and not hidden
        (tables if table else others).append(name)
    return [
        Verdict(code, {"files": _list(names)})
        for code, names in (("dossier.file.unused", tables), ("dossier.file.passed_over", others))
        if names
    ]


def _texts(value: object) -> Iterator[str]:
    """Every text in a tree of tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _list(names: list[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
