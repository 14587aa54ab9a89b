"""The file of a journal: its tables, made where there are none and widened where they are old."""

import sqlite3
from pathlib import Path

from loopkeeper.adapters.store.sqlite import columns, connected, detached, read_only, tables

TABLES = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rows INTEGER NOT NULL,
    payload BLOB NOT NULL,
    sum TEXT,
    span TEXT
);
CREATE TABLE IF NOT EXISTS damaged (
    id INTEGER PRIMARY KEY, rows INTEGER, payload BLOB, reason TEXT NOT NULL, span TEXT
);
CREATE TABLE IF NOT EXISTS rolled (day TEXT PRIMARY KEY, file TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, feed TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def read_from(path: Path, *, aloof: bool) -> sqlite3.Connection:
    """Open to read, ``aloof`` without holding on to the disk; sqlite3.Error when it is none."""
    base = (detached if aloof else read_only)(path)
    base.execute("PRAGMA busy_timeout=10000")
    base.execute("SELECT count(*) FROM batch, memory").fetchone()
    return base


def written_to(path: Path) -> sqlite3.Connection:
    """Open or create, so that what is written is on the disk; sqlite3.Error when it is none."""
    base = connected(path.resolve().as_uri())
    if (there := tables(base)) and "batch" not in there:
        raise sqlite3.DatabaseError("it is not a journal")
    for line in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        base.execute(f"PRAGMA {line}")
    base.executescript(TABLES)
    for table, column in (("batch", "sum"), ("batch", "span"), ("damaged", "span")):
        if column not in columns(base, table):
            base.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
    return base
