"""SQLite files, also where the disk they stand on takes nothing."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from loopkeeper.adapters.store.durable import sync

JOURNAL, RECORDS = "journal.sqlite", "records.sqlite"
"""Files in the folder of a store."""
ALARMS = "alarms.sqlite"
"""The book of alarms of stores before there were records."""
BESIDE = {
    ALARMS: ("standing", "event"),
    RECORDS: ("alembic_version", "judgement", "alarm_standing", "alarm_event", "job"),
}
"""Databases beside the journal, and tables that each must have."""
MOST_IN_MEMORY = 2**26
"""A larger file is not copied. [B]"""


def connected(uri: str) -> sqlite3.Connection:
    """Open by URI for several threads; every statement is a transaction unless one is begun."""
    return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)


def read_only(path: Path) -> sqlite3.Connection:
    """
    Open to read, also on a read-only disk and on one without room for shared memory beside it.

    Raises
    ------
    sqlite3.Error
        When it is no such file, or cannot be read as it was written last.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro"
    base = connected(uri)
    try:
        base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        base.close()
        log = path.with_name(f"{path.name}-wal")
        if not path.exists() or (log.exists() and log.stat().st_size):
            raise
        base = connected(f"{uri}&immutable=1")  # nobody can be writing, and nothing waits in a log
    return base


def detached(path: Path) -> sqlite3.Connection:
    """
    Open to read without holding on to the disk, so that it can be mended and mounted anew.

    A file that is too large to be held in memory stays open.
    """
    base = read_only(path)
    if path.stat().st_size > MOST_IN_MEMORY:
        return base
    held = connected("file::memory:")
    base.backup(held)
    base.close()
    held.execute("PRAGMA query_only=ON")
    return held


def tables(base: sqlite3.Connection) -> set[str]:
    """Return the names of the tables of a file."""
    return {name for (name,) in base.execute("SELECT name FROM sqlite_master")}


def columns(base: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table."""
    return {row[1] for row in base.execute(f"PRAGMA table_info({table})")}


def faults(path: Path, needed: Iterable[str]) -> list[str]:
    """Return what SQLite finds wrong with a file, and the tables it lacks; nothing without it."""
    if not path.exists():
        return []
    try:
        base = read_only(path)
        rows = base.execute("PRAGMA integrity_check").fetchall()
        rows += [(f"no table {name}",) for name in sorted({*needed} - tables(base))]
        base.close()
    except sqlite3.Error as error:
        return [f"{path.name}: {error}"]
    return [f"{path.name}: {text}" for (text,) in rows if text != "ok"]


def copied(path: Path, target: Path, needed: Iterable[str]) -> list[str]:
    """Copy a file while it is written to; say what is wrong with it."""
    if said := faults(path, needed):
        return said
    source, copy = read_only(path), sqlite3.connect(target)
    source.backup(copy)
    copy.close()
    source.close()
    sync(target)
    return []
