"""
The manifest: what should be there, commit by commit, each record chained to the one before.

One JSON object a line: the files a commit added with their sizes, rows and SHA-256, those it took
away, its log entries; and the SHA-256 of the line before. A record is written once all it
names is on the disk: what the manifest holds is there, or is damaged.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

from loopkeeper.adapters.store.durable import sync
from loopkeeper.adapters.store.spans import plain as plain_span
from loopkeeper.adapters.store.spans import read
from loopkeeper.errors import StoreError

FILE = "manifest.jsonl"
NOTHING = ""
"""Head of an empty manifest."""
LARGE = 4 * 2**20
"""A manifest larger than this is written anew at the next retention. [byte]"""


@dataclass(frozen=True)
class DayFile:
    """A file of one day: rows, the newest journal entry in it, size and SHA-256 where known."""

    day: date
    path: str
    rows: int
    newest: int = 0
    size: int = -1
    sha256: str = ""


@dataclass
class Known:
    """What should be there of one table."""

    version: int = -1
    held: int = 0
    files: dict[str, DayFile] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    """SHA-256 of what lies in its log folder, by name."""

    def take(self, record: Mapping[str, Any]) -> None:
        """Follow a record."""
        if record.get("fresh"):
            self.files, self.logs = {}, {}
        self.version, self.held = record["version"], record["held"]
        for name in record["gone"]:
            self.files.pop(name, None)
        for day, path, *more in record["adds"]:
            self.files[path] = DayFile(date.fromisoformat(day), path, *more)
        for name in record["logs_gone"]:
            self.logs.pop(name, None)
        self.logs |= record["logs"]

    def record(self) -> dict[str, Any]:
        """Return the record that says all of it at once."""
        return {
            "version": self.version,
            "held": self.held,
            "fresh": True,
            "gone": [],
            "adds": [plain(f) for f in self.files.values()],
            "logs": self.logs,
            "logs_gone": [],
        }


def plain(file: DayFile) -> list[Any]:
    """Return a file as it stands in a record."""
    return [str(file.day), file.path, file.rows, file.newest, file.size, file.sha256]


class Manifest:
    """The records of a store; one process appends, others read along."""

    def __init__(self, folder: Path) -> None:
        """Read what there is; nothing is written."""
        self.path, self._lock = folder / FILE, RLock()
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._tables: dict[str, Known] = {}
        self._seen, self._at = (0, 0), 0
        self._numbers: dict[str, int] = {}
        self._count, self.head = 0, NOTHING
        self.last_at = ""
        self.journal = ""
        self.broken = ""
        self.notes: list[str] = []
        self.plants: dict[str, tuple[date, date]] = {}
        """First and last day of the readings of each plant, as far as the retention kept them."""

    def exists(self) -> bool:
        """Return whether there is one."""
        return self.path.exists()

    def refresh(self) -> None:
        """Follow what was appended since."""
        with self._lock:
            try:
                stat = self.path.stat()
            except FileNotFoundError:
                self._forget()
                return
            seen = (stat.st_ino, stat.st_size)
            if seen == self._seen:
                return
            if stat.st_ino != self._seen[0] or stat.st_size < self._at:
                self._forget()
            with self.path.open("rb") as file:
                file.seek(self._at)
                text = file.read()
            self._seen = seen
            whole = text[: text.rfind(b"\n") + 1]
            for line in whole.splitlines(keepends=True):
                self._follow(line)
            self._at += len(whole)

    def _follow(self, line: bytes) -> None:
        """Follow one line; the chain is broken where it does not know the one before."""
        if self.broken:
            return
        try:
            record = json.loads(line)
            if record["before"] != self.head and not (self._count == 0 and record.get("first")):
                raise ValueError("does not follow")  # noqa: TRY301
            if hashlib.sha256(line[: line.rindex(b', "own"')]).hexdigest() != record["own"]:
                raise ValueError("was changed")  # noqa: TRY301
            if self._count == 0:
                self._numbers[record["before"]] = 0
            self._take(record)
        except (ValueError, KeyError, TypeError) as error:
            number, last = self._count + 1, self.last_at or "its beginning"
            self.broken = f"record {number}, after {last}, is damaged ({str(error)[:60]})"
            return
        self.head, self._count = hashlib.sha256(line).hexdigest(), self._count + 1
        self._numbers[self.head] = self._count
        self.last_at = record["at"]

    def _take(self, record: Mapping[str, Any]) -> None:
        if "table" in record:
            self._tables.setdefault(record["table"], Known()).take(record)
        self.journal = record.get("journal", self.journal)
        if "settled" in record:
            self.notes = []
        self.notes += record.get("notes", [])
        self.plants |= read(record.get("plants", {}))
        for plant in record.get("plants_gone", []):
            self.plants.pop(plant, None)

    def table(self, name: str) -> Known | None:
        """Return what should be there of a table; None when nothing proves it."""
        with self._lock:
            self.refresh()
            return None if self.broken else self._tables.get(name)

    def holds(self, head: str) -> bool:
        """Return whether a head was once its last record."""
        return not head or head in self._numbers

    def append(self, at: str, record: Mapping[str, Any]) -> None:
        """Write a record; it is on the disk when this returns. StoreError when it cannot be."""
        with self._lock:
            self.refresh()
            line = _line(at, self.head, record)
            try:
                new = not self.path.exists()
                with self.path.open("ab") as file:
                    file.truncate(self._at)
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                if new:
                    sync(self.path.parent)
            except OSError as error:
                raise StoreError(f"{self.path}: {error.strerror}") from error
            self.refresh()

    def rewrite(self, at: str, notes: Sequence[str] = ()) -> None:
        """Say all that should be there in as many records as there are tables."""
        with self._lock:
            self.refresh()
            head, lines = self.head, []
            first: dict[str, Any] = {
                "first": True,
                "journal": self.journal,
                "plants": plain_span(self.plants),
            }
            for record in (
                {**first, "notes": [*self.notes, *notes]},
                *({"table": name, **known.record()} for name, known in self._tables.items()),
            ):
                lines.append(_line(at, head, record))
                head = hashlib.sha256(lines[-1]).hexdigest()
            beside = self.path.with_suffix(".new")
            try:
                beside.write_bytes(b"".join(lines))
                sync(beside)
                beside.replace(self.path)
                sync(self.path.parent)
            except OSError as error:
                raise StoreError(f"{self.path}: {error.strerror}") from error
            self.refresh()

    def size(self) -> int:
        """Return its size in bytes."""
        return self._at


def _line(at: str, before: str, record: Mapping[str, Any]) -> bytes:
    """A record as its line, ending with its own SHA-256."""
    text = json.dumps({"at": at, "before": before, **record}, ensure_ascii=False)[:-1].encode()
    return text + f', "own": "{hashlib.sha256(text).hexdigest()}"}}\n'.encode()
