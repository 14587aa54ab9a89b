"""What a Delta Lake log says, and how its files are written."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import (
    ColumnProperties,
    DeltaTable,
    PostCommitHookProperties,
    WriterProperties,
    write_deltalake,
)

from loopkeeper.adapters.store.manifest import DayFile

GROUP_ROWS = 64_000
"""Rows of a row group: small enough to skip what is not asked for."""
APP = "journal"
"""Name under which a table remembers the last journal entry it holds."""
LOG = "_delta_log"
"""Folder of the log in a table's folder."""
HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
"""A commit does nothing else: checkpoints are written where they can be synced."""


def listed(table: DeltaTable) -> list[DayFile]:
    """Return the files of a table's newest version as its log knows them."""
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    newest = pl.col("max.entry") if "max.entry" in actions.columns else pl.lit(0)
    return [
        DayFile(day, path, int(rows), int(entry or 0), int(size))
        for day, path, rows, entry, size in actions.select(
            "partition.day", "path", "num_records", newest.alias("newest"), "size_bytes"
        ).iter_rows()
    ]


def actions(paths: Sequence[Path]) -> tuple[list[DayFile], list[str], int]:
    """
    Read log entries.

    Parameters
    ----------
    paths : sequence of Path
        Log entries in order.

    Returns
    -------
    adds : list of DayFile
    gone : list of str
    held : int
        The newest journal entry they hold.

    Raises
    ------
    ValueError, KeyError
        When an entry is damaged.
    """
    adds: list[DayFile] = []
    gone: list[str] = []
    held = 0
    for path in paths:
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        if not lines:
            raise ValueError(f"{path.name} is empty")
        for line in lines:
            if "add" in line:
                adds.append(_file(line["add"]))
            elif "remove" in line:
                gone.append(unquote(line["remove"]["path"]))
            elif line.get("txn", {}).get("appId") == APP:
                held = max(held, int(line["txn"]["version"]))
    return adds, gone, held


def _file(add: dict[str, Any]) -> DayFile:
    stats = json.loads(add.get("stats") or "{}")
    return DayFile(
        date.fromisoformat(add["partitionValues"]["day"]),
        unquote(add["path"]),
        int(stats["numRecords"]),
        int(stats.get("maxValues", {}).get("entry", 0)),
        int(add["size"]),
    )


def created(folder: Path, schema: pl.Schema) -> None:
    """Make an empty table where there is none."""
    write_deltalake(folder, pl.DataFrame(schema=schema), partition_by=["day"], mode="ignore")


def write_log(folder: Path, files: Sequence[DayFile], held: int) -> None:
    """Fill the log of a table that was just created with these files and a journal entry."""
    first = folder / LOG / f"{0:020d}.json"
    lines = [json.loads(line) for line in first.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if "protocol" in line or "metaData" in line]
    moment = int(datetime.now(UTC).timestamp() * 1000)
    lines.append({"txn": {"appId": APP, "version": held, "lastUpdated": moment}})
    for file in files:
        stats = {
            "numRecords": file.rows,
            "minValues": {},
            "nullCount": {},
            "maxValues": {"entry": file.newest},
        }
        lines.append(
            {
                "add": {
                    "path": file.path,
                    "partitionValues": {"day": str(file.day)},
                    "size": (folder / file.path).stat().st_size,
                    "modificationTime": moment,
                    "dataChange": True,
                    "stats": json.dumps(stats),
                }
            }
        )
    text = "".join(json.dumps(line) + "\n" for line in lines)
    first.write_text(text, encoding="utf-8")


def version(path: Path) -> int:
    """Return the version a log entry makes; -1 where its name says none."""
    return int(path.stem) if path.stem.isdigit() else -1


def quick() -> WriterProperties:
    """Return how a flush writes: fast."""
    return WriterProperties(
        compression="ZSTD",
        compression_level=3,
        max_row_group_size=GROUP_ROWS,
        write_batch_size=GROUP_ROWS,
    )


def small(columns: Sequence[str]) -> WriterProperties:
    """Return how compaction writes: small; it is done once a day and file."""
    steady = ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
    return WriterProperties(
        compression="ZSTD",
        compression_level=15,
        max_row_group_size=GROUP_ROWS,
        write_batch_size=GROUP_ROWS,
        column_properties={c: steady for c in ("time", "entry", "digits") if c in columns},
    )


def now() -> str:
    """Return the time of a record."""
    return datetime.now(UTC).isoformat(timespec="seconds")
