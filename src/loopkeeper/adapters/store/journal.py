"""The journal: batches of readings as they were acknowledged, until they are flushed."""

import hashlib
import io
import logging
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

import polars as pl

from loopkeeper.adapters.store.durable import sync
from loopkeeper.adapters.store.journal_file import TABLES, read_from, written_to
from loopkeeper.adapters.store.spans import Span, span_of, spans, written
from loopkeeper.adapters.store.sqlite import columns, tables
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import MOST_REFUSED
from loopkeeper.errors import StoreError

_LOG = logging.getLogger("loopkeeper.store")
_REMEMBER = "INSERT INTO memory VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?"
LONGEST_REFUSED = 65_536
"""Bytes kept of each."""
LAST = "journal.last"
"""File with the number of the last entry acknowledged: what the journal must still know."""
IDENTITY, HEAD, REFUSED_GONE = "identity", "manifest head", "refused gone"
"""Under which names a journal remembers who it is, the head of the manifest, and how many refused
payloads made room for newer ones."""


class Journal:
    """
    Batches in the order they came, each durable when :meth:`append` returns.

    Other processes may read while this one writes.
    """

    def __init__(self, path: Path, *, writes: bool = True, aloof: bool = False) -> None:
        """
        Open or create; raises StoreError when the file is no journal.

        One that is read ``aloof`` does not hold on to its disk.
        """
        self._lock = RLock()
        self._path, self._writes = path, writes
        self._last = -1
        self._decoded: dict[int, pl.DataFrame] = {}
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self.trouble = ""
        """Why nothing could be read, nothing when all is well."""
        try:
            self._base = written_to(path) if writes else read_from(path, aloof=aloof)
            if writes:
                sync(path.parent)
                self._last = os.open(path.parent / LAST, os.O_RDWR | os.O_CREAT, 0o644)
        except (sqlite3.Error, OSError) as error:
            if writes:
                raise StoreError(f"{path}: {error}; restore it from a backup") from error
            self.trouble = str(error)
            self._base.executescript(f"{TABLES}; PRAGMA query_only=ON")

    def identity(self) -> str:
        """Return who this journal is; a new one is given a name when it may be written to."""
        known = self.recall(IDENTITY) or ""
        if not known and self._writes:
            known = uuid.uuid4().hex
            self.remember(IDENTITY, known)
        return known

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
            payload = buffer.getvalue()
            row = self._base.execute(
                "INSERT INTO batch (rows, payload, sum, span) VALUES (?, ?, ?, ?)",
                (frame.height, payload, _sum(frame.height, payload), written(spans(frame))),
            )
            number = int(row.lastrowid or 0)
            os.pwrite(self._last, f"{number:020d}\n".encode(), 0)
            self._decoded[number] = _numbered(frame, number)
            return number

    def pending(self) -> tuple[int, pl.DataFrame | None]:
        """
        Return the number of the last entry and all entries together, oldest first.

        An entry that is damaged is set aside when the journal is written to, and left out.
        """
        with self._speaking():
            numbers = [n for (n,) in self._base.execute("SELECT id FROM batch ORDER BY id")]
            found = {n: f for n in numbers if (f := self._frame(n)) is not None}
            self._decoded = found
        return (numbers[-1], pl.concat(found.values())) if found else (0, None)

    def drop(self, upto: int, head: str = "") -> None:
        """Forget entries up to a number: they stand in the table, as the manifest's head says."""
        with self._speaking():
            with self._together():
                self._base.execute("DELETE FROM batch WHERE id <= ?", (upto,))
                if head:
                    self._base.execute(_REMEMBER, (HEAD, head, head))
            self._decoded = {n: f for n, f in self._decoded.items() if n > upto}

    def last(self) -> int:
        """Return the number of the last entry there ever was, as the journal remembers."""
        with self._speaking():
            row = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batch'")
            known = row.fetchone()
        return 0 if known is None else int(known[0])

    def number_from(self, held: int) -> None:
        """Number entries after those the table already holds, as when a journal was lost."""
        known = self.last()
        with self._speaking():
            if not self._base.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'batch'", (held,)
            ).rowcount:
                self._base.execute("INSERT INTO sqlite_sequence VALUES ('batch', ?)", (held,))
            os.pwrite(self._last, f"{max(held, known):020d}\n".encode(), 0)

    def waiting(self) -> int:
        """Return how many readings wait to be flushed."""
        with self._speaking():
            (count,) = self._base.execute("SELECT coalesce(sum(rows), 0) FROM batch").fetchone()
        return int(count)

    def refuse(self, at: str, feed: str, source: str, reason: str, payload: bytes) -> None:
        """
        Keep a payload that could not be understood.

        The oldest make room for the newest: how many did is remembered.
        """
        with self._speaking(), self._together():
            self._base.execute(
                "INSERT INTO refused (at, feed, source, reason, payload) VALUES (?, ?, ?, ?, ?)",
                (at, feed, source[:300], reason[:300], payload[:LONGEST_REFUSED]),
            )
            gone = self._base.execute(
                "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?",
                (MOST_REFUSED,),
            ).rowcount
            if gone:
                many = str(self.refused_gone() + gone)
                self._base.execute(_REMEMBER, (REFUSED_GONE, many, many))

    def refused_gone(self) -> int:
        """Return how many refused payloads were given up for newer ones, ever."""
        return int(self.recall(REFUSED_GONE) or 0)

    def refusals(self, last: int) -> list[dict[str, str]]:
        """Return the newest payloads refused, with the reason and how they begin."""
        with self._speaking():
            rows = self._base.execute(
                "SELECT at, feed, source, reason, payload FROM refused ORDER BY id DESC LIMIT ?",
                (last,),
            ).fetchall()
        return [
            {
                "at": at,
                "feed": feed,
                "source": source,
                "reason": reason,
                "begins": payload[:200].decode("utf-8", errors="replace"),
            }
            for at, feed, source, reason, payload in rows
        ]

    def recall(self, name: str) -> str | None:
        """Return what was remembered under a name."""
        with self._speaking():
            row = self._base.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        with self._speaking():
            self._base.execute(_REMEMBER, (name, value, value))

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
        """Copy the journal while it is written to; the copy is on the disk when this returns."""
        with self._speaking(), sqlite3.connect(target) as copy:
            self._base.backup(copy)
        copy.close()
        sync(target)

    def problems(self, held: Callable[[], int]) -> list[str]:
        """Return what is wrong with it, where the table holds entries up to a number."""
        if self.trouble:
            return [f"{self._path.name}: {self.trouble}"]
        try:
            found = self.faults()
            found += [
                f"entry {n}, acknowledged and not flushed, is damaged"
                for n in self.numbers()
                if self._frame(n) is None
            ]
            found += [
                f"entry {n} was damaged ({reason}) and set aside" for n, reason in self._aside()
            ]
            found += self.gaps(held)
        except (sqlite3.Error, StoreError) as error:
            found = [str(error)]
        return [f"{self._path.name}: {text}" for text in found]

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file."""
        rows = self._base.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in rows if text != "ok"]

    def newest(self) -> int:
        """Return the number of the last entry ever acknowledged."""
        return max(self.last(), self._acknowledged())

    def numbers(self) -> list[int]:
        """Return the numbers of the entries that are here."""
        with self._speaking():
            return [n for (n,) in self._base.execute("SELECT id FROM batch ORDER BY id")]

    def gone(self, held: Callable[[], int]) -> list[int]:
        """Return the entries that were acknowledged, are not in the table and not here."""
        last = self.newest()  # in this order, while another moves entries into the table
        with self._speaking():
            there = {*self.numbers(), *(n for n, _ in self._aside())}
        return [n for n in range(held() + 1, last + 1) if n not in there]

    def gaps(self, held: Callable[[], int]) -> list[str]:
        """Say which entries were acknowledged, are not in the table and not here."""
        gone = self.gone(held)
        if not gone:
            return []
        return [
            f"{len(gone)} entries, {gone[0]} to {gone[-1]}, acknowledged but not flushed, gone"
        ]

    def damaged(self) -> list[Span | None]:
        """Return of which days each damaged entry is, by plant; None when that is not known."""
        with self._speaking():
            numbers = self.numbers()
            told = "span" if "span" in columns(self._base, "batch") else "NULL"
            rows = [
                self._base.execute(f"SELECT {told} FROM batch WHERE id = ?", (n,)).fetchone()
                for n in numbers
                if self._frame(n) is None
            ]
            if "damaged" in tables(self._base):
                told = "span" if "span" in columns(self._base, "damaged") else "NULL"
                rows += self._base.execute(f"SELECT {told} FROM damaged").fetchall()
        return [span_of(text) for (text,) in filter(None, rows)]

    def _aside(self) -> list[tuple[int, str]]:
        if "damaged" not in tables(self._base):
            return []
        return self._base.execute("SELECT id, reason FROM damaged").fetchall()

    def _acknowledged(self) -> int:
        with suppress(OSError, ValueError):
            return int((self._path.parent / LAST).read_bytes()[:20])
        return 0

    def set_aside(self) -> list[tuple[int, bytes]]:
        """Return the damaged entries as they were found, and forget them here."""
        with self._speaking():
            rows = self._base.execute("SELECT id, payload FROM damaged").fetchall()
            self._base.execute("DELETE FROM damaged")
        return rows

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()
            if self._last >= 0:
                os.close(self._last)
                self._last = -1

    def _frame(self, number: int) -> pl.DataFrame | None:
        """An entry; None when it is damaged."""
        known = self._decoded.get(number)
        if known is not None:
            return known
        there = columns(self._base, "batch")
        told = ", ".join(c if c in there else "NULL" for c in ("sum", "span"))
        rows, payload, held, span = self._base.execute(
            f"SELECT rows, payload, {told} FROM batch WHERE id = ?", (number,)
        ).fetchone()
        try:
            if held is not None and held != _sum(rows, payload):
                raise ValueError("its checksum differs")  # noqa: TRY301
            frame = pl.read_ipc_stream(io.BytesIO(payload))
            return _numbered(frame.select(list(SCHEMA)).cast(pl.Schema(SCHEMA)), number)
        except (pl.exceptions.PolarsError, OSError, TypeError, ValueError) as error:
            self._damaged((number, rows, payload, str(error).splitlines()[0][:100], span))
            return None

    def _damaged(self, entry: tuple[int, object, object, str, object]) -> None:
        """Set an entry aside, where the journal may be written to."""
        number, _, _, reason, _ = entry
        if self._writes:
            _LOG.warning("%s: entry %d is set aside: %s", self._path, number, reason)
            with self._together():
                self._base.execute(
                    "INSERT OR IGNORE INTO damaged (id, rows, payload, reason, span) "
                    "VALUES (?, ?, ?, ?, ?)",
                    entry,
                )
                self._base.execute("DELETE FROM batch WHERE id = ?", (number,))

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Write all of it or nothing."""
        self._base.execute("BEGIN IMMEDIATE")
        with self._base:
            yield

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what SQLite says into the program's own error."""
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"{self._path}: {error}") from error


def _sum(rows: int, payload: bytes) -> str:
    return hashlib.sha256(f"{rows} ".encode() + payload).hexdigest()


def _numbered(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    return frame.with_columns(pl.lit(number, pl.Int64).alias("entry"))
