"""Tables from their files alone, where neither manifest nor log says what should be there."""

from datetime import date
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from loopkeeper.adapters.store.delta import LOG, created, listed, write_log
from loopkeeper.adapters.store.durable import aside, sync_all
from loopkeeper.adapters.store.manifest import DayFile, Manifest
from loopkeeper.adapters.store.packing import on_disk
from loopkeeper.adapters.store.resolve import STORED

KEPT, DERIVED = ("readings", "superseded"), "hours"
"""Tables that are rebuilt from their files, and the one that is rolled up from them."""


def rebuilt(folder: Path, head: str, waits_from: int, place: Path) -> list[str]:
    """
    Build the tables anew from their files where nothing proves what should be there.

    Files that compaction had replaced come back too: what they repeat is told apart by its entry.

    Parameters
    ----------
    folder : Path
        Of the store, which nobody writes to.
    head : str
        Of the manifest, as the journal remembers it.
    waits_from : int
        Number of the first entry in the journal: the table need not hold it, nor any after it;
        0 when nothing waits.
    place : Path
        In quarantine, for what is damaged.

    Returns
    -------
    list of str
        What was done; nothing when manifest or log can be followed.
    """
    manifest = Manifest(folder)
    proven = manifest.exists() and not manifest.broken and manifest.holds(head)
    if proven or all(_whole(folder / name) for name in KEPT):
        return []
    aside(manifest.path, place)
    aside(folder / DERIVED, place)
    said, found = [], {}
    for name in KEPT:
        found[name], told = _sorted_out(folder / name, place / name)
        said += told
    held = max((f.newest for files in found.values() for f in files), default=0)
    held = held if not waits_from else min(held, waits_from - 1)
    for name, files in found.items():
        aside(folder / name / LOG, place / name)
        (folder / name).mkdir(exist_ok=True)
        created(folder / name, on_disk(STORED))
        write_log(folder / name, files, held)
        sync_all([folder / name / f.path for f in files], folder)
        said.append(f"{name}: log written anew from {len(files)} files, as they were found")
    return said


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("day=*/*.parquet") if p.is_file())


def _whole(folder: Path) -> bool:
    """Whether the log can be followed and knows every file there."""
    there = {str(p.relative_to(folder)) for p in _files(folder)}
    if not DeltaTable.is_deltatable(str(folder)):
        return not there
    try:
        return there <= {f.path for f in listed(DeltaTable(folder))}
    except (DeltaError, OSError, ValueError, KeyError):
        return False


def _sorted_out(folder: Path, place: Path) -> tuple[list[DayFile], list[str]]:
    """The files that can be read, and what was said of those set aside."""
    kept, said = [], []
    for path in _files(folder):
        name = path.relative_to(folder)
        try:
            kept.append(_read(path, str(name)))
        except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
            aside(path, place / name.parent)
            said.append(f"{folder.name}/{name} set aside: {str(error).splitlines()[0][:100]}")
    return kept, said


def _read(path: Path, name: str) -> DayFile:
    day = date.fromisoformat(path.parent.name.removeprefix("day="))
    rows = pl.read_parquet(path, hive_partitioning=False)
    if rows.height and set(rows["time"].dt.date().unique()) != {day}:
        raise ValueError("its readings are of another day")
    newest = rows["entry"].max() or 0
    if not isinstance(newest, int):
        raise TypeError("its entries have no numbers")
    return DayFile(day, name, rows.height, newest)
