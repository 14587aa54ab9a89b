"""SQLite files, also where the disk they stand on takes nothing."""

import sqlite3
from pathlib import Path


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
