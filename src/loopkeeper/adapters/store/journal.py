"""The journal: batches of readings as they were acknowledged, until they are flushed."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import polars as pl

from loopkeeper.errors import StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rows INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS rolled (day TEXT PRIMARY KEY, file TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, feed TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
MOST_REFUSED = 10_000
"""Payloads kept that could not be understood."""
LONGEST_REFUSED = 65_536
"""Bytes kept of each."""


class Journal:
    """
    Batches in the order they came, each durable when :meth:`append` returns.

    One file; other processes may read while this one writes.
    """

    def __init__(self, path: Path) -> None:
        """Open or create; raises StoreError when the file is no journal."""
        self._lock = RLock()
        self._path = path
        try:
            self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            for line in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                self._base.execute(f"PRAGMA {line}")
            self._base.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {error}; restore it from a backup") from error
        self._decoded: dict[int, pl.DataFrame] = {}

    def append(self, frame: pl.DataFrame) -> int:
        """
        Write a batch and wait until it is on disk.

        Parameters
        ----------
        frame : DataFrame
            Readings.

        Returns
        -------
        int
            Number of the entry.

        Raises
        ------
        StoreError
            When the disk is full or fails: nothing of the batch is kept.
        """
        buffer = io.BytesIO()
        frame.write_ipc_stream(buffer, compression="zstd")
        with self._speaking():
            row = self._base.execute(
                "INSERT INTO batch (rows, payload) VALUES (?, ?)",
                (frame.height, buffer.getvalue()),
            )
            number = int(row.lastrowid or 0)
            self._decoded[number] = _numbered(frame, number)
            return number

    def pending(self) -> tuple[int, pl.DataFrame | None]:
        """Return the number of the last entry and all entries together, oldest first."""
        with self._speaking():
            numbers = [n for (n,) in self._base.execute("SELECT id FROM batch ORDER BY id")]
            frames = [self._frame(n) for n in numbers]
            self._decoded = dict(zip(numbers, frames, strict=True))
        return (numbers[-1], pl.concat(frames)) if numbers else (0, None)

    def drop(self, upto: int) -> None:
        """Forget entries up to a number: they stand in the table."""
        with self._speaking():
            self._base.execute("DELETE FROM batch WHERE id <= ?", (upto,))
            self._decoded = {n: f for n, f in self._decoded.items() if n > upto}

    def number_from(self, held: int) -> None:
        """Number entries after those the table already holds, as when a journal was lost."""
        with self._speaking():
            row = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batch'")
            known = row.fetchone()
            if known is None:
                self._base.execute("INSERT INTO sqlite_sequence VALUES ('batch', ?)", (held,))
            elif known[0] < held:
                self._base.execute(
                    "UPDATE sqlite_sequence SET seq = ? WHERE name = 'batch'", (held,)
                )

    def waiting(self) -> int:
        """Return how many readings wait to be flushed."""
        with self._speaking():
            (count,) = self._base.execute("SELECT coalesce(sum(rows), 0) FROM batch").fetchone()
        return int(count)

    def refuse(self, at: str, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep a payload that could not be understood; the oldest make room for the newest."""
        with self._speaking():
            self._base.execute(
                "INSERT INTO refused (at, feed, source, reason, payload) VALUES (?, ?, ?, ?, ?)",
                (at, feed, source[:300], reason[:300], payload[:LONGEST_REFUSED]),
            )
            self._base.execute(
                "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?",
                (MOST_REFUSED,),
            )

    def refusals(self, last: int) -> list[dict[str, str]]:
        """Return the newest payloads refused, with the reason and how they begin."""
        with self._speaking():
            rows = self._base.execute(
                "SELECT at, feed, source, reason, payload FROM refused ORDER BY id DESC LIMIT ?",
                (last,),
            ).fetchall()
        return [
            {
                "at": at, "feed": feed, "source": source, "reason": reason,
                "begins": payload[:200].decode("utf-8", errors="replace"),
            }
            for at, feed, source, reason, payload in rows
        ]  # fmt: skip

    def recall(self, name: str) -> str | None:
        """Return what was remembered under a name."""
        with self._speaking():
            row = self._base.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        with self._speaking():
            self._base.execute(
                "INSERT INTO memory VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?",
                (name, value, value),
            )

    def rolled(self) -> dict[str, str]:
        """Return the file from which each day's hours were rolled up."""
        with self._speaking():
            return dict(self._base.execute("SELECT day, file FROM rolled").fetchall())

    def note_rolled(self, day: str, file: str | None) -> None:
        """Remember from which file a day was rolled up; None forgets the day."""
        with self._speaking():
            if file is None:
                self._base.execute("DELETE FROM rolled WHERE day = ?", (day,))
                return
            self._base.execute(
                "INSERT INTO rolled VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET file = ?",
                (day, file, file),
            )

    def copy_to(self, target: Path) -> None:
        """Copy the journal while it is written to."""
        with self._speaking(), sqlite3.connect(target) as copy:
            self._base.backup(copy)
        copy.close()

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with the file, nothing when all is well."""
        try:
            rows = self._base.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.Error as error:
            return [f"{self._path.name}: {error}"]
        return [f"{self._path.name}: {text}" for (text,) in rows if text != "ok"]

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _frame(self, number: int) -> pl.DataFrame:
        known = self._decoded.get(number)
        if known is not None:
            return known
        (payload,) = self._base.execute(
            "SELECT payload FROM batch WHERE id = ?", (number,)
        ).fetchone()
        return _numbered(pl.read_ipc_stream(io.BytesIO(payload)), number)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what SQLite says into the program's own error."""
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"{self._path}: {error}") from error


def _numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.with_columns(pl.lit(number, pl.Int64).alias("entry"))
