"""
A ledger in a dossier: one file of lines, records and seals, replaced whole when it grows.

Beside it stands the head, the last seal once more: a file that was cut at a seal is noticed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loopkeeper.adapters.ledger.keys import Signer, genuine
from loopkeeper.adapters.store.durable import alone, replaced
from loopkeeper.app.paper import on_disk
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.ledger import Added, WorkRecord, added, record_of
from loopkeeper.lifecycle.build.seal import (
    Change,
    Seal,
    Tampering,
    Verified,
    seal_of,
    sealed,
    verified,
)

FOLDER, LEDGER, HEAD, LOCK = "ledger", "ledger.jsonl", "head.json", ".lock"
"""Of a dossier; in it the lines, the last seal, and what a writer holds."""
SEAL = b'{"seal":'
"""How the line of a seal begins."""


@dataclass(frozen=True, kw_only=True)
class LedgerLines:
    """
    A ledger as it stands on the disk.

    ``lines`` of records as they are; ``seals`` in order, each with how many records stand before
    it, None for one that cannot be read; ``torn`` where the last line has no end.
    """

    lines: tuple[bytes, ...] = ()
    seals: tuple[tuple[int, Seal | None], ...] = ()
    torn: bool = False

    def records(self) -> tuple[WorkRecord, ...]:
        """
        Return the records.

        Raises
        ------
        InputError
            When a line is none; its number is named.
        """
        return tuple(_record(line, n) for n, line in enumerate(self.lines, 1))


def _record(line: bytes, number: int) -> WorkRecord:
    try:
        told = json.loads(line)
    except ValueError as error:
        raise InputError(f"record {number} of the ledger cannot be read") from error
    if not isinstance(told, dict):
        raise InputError(f"record {number} of the ledger cannot be read")
    try:
        return record_of(told)
    except InputError as error:
        raise InputError(f"record {number} of the ledger: {error}") from error


class LedgerFile:
    """The ledger of a dossier."""

    def __init__(self, dossier: Path) -> None:
        """Nothing is opened yet."""
        self._folder = dossier / FOLDER
        self._file, self._head = self._folder / LEDGER, self._folder / HEAD

    @classmethod
    def beside(cls, file: Path) -> "LedgerFile":
        """Return the ledger of another place by its file; its head is asked for where it is."""
        made = cls(file.parent)
        made._folder, made._file, made._head = file.parent, file, file.with_name(HEAD)
        return made

    def exists(self) -> bool:
        """Whether there is a ledger."""
        return self._file.exists()

    def read(self) -> LedgerLines:
        """
        Read it.

        Raises
        ------
        OutsideError
            When the disk does not give it.
        """
        if not self._file.exists():
            return LedgerLines()
        with on_disk(self._file):
            return ledger_lines(self._file.read_bytes())

    def verify(self, witness: tuple[int, str] | None = None) -> Verified:
        """
        Hold it against its seals, its head, and a root that somebody else kept.

        Raises
        ------
        OutsideError
            When the disk does not give it.
        """
        kept, head = self.read(), None
        if self._head.exists():
            with on_disk(self._head):
                head = self._head.read_bytes()
        return as_sealed(kept, head, witness)

    def add(self, given: Sequence[WorkRecord], time: str, signer: Signer) -> Added:
        """
        Add records and seal them: all of them, or none.

        Raises
        ------
        InputError
            When a record contradicts the ledger, or the ledger is not as it was sealed.
        OutsideError
            When the disk does not take it, or somebody else writes now.
        """
        with alone(self._folder / LOCK, self._file):
            if not (before := self.verify()).sound:
                raise InputError(
                    f"{self._file}: {len(before.changes)} changes since it was sealed; "
                    "see loopkeeper build verify"
                )
            kept = self.read()
            found = added(kept.records(), given)
            if found.new or before.unsealed:
                lines = (*kept.lines, *(one.as_bytes() for one in found.new))
                told = len(kept.lines) - before.unsealed
                self._grow(lines[len(kept.lines) :], sealed(lines, told, time, signer.pair()))
            return found

    def _grow(self, new: Sequence[bytes], seal: Seal) -> None:
        last = b'{"seal":' + json.dumps(seal.told(), separators=(",", ":")).encode() + b"}"
        old = self._file.read_bytes() if self._file.exists() else b""
        with on_disk(self._file):
            replaced(self._file, old + b"".join(line + b"\n" for line in (*new, last)))
            replaced(self._head, last + b"\n")


def ledger_lines(raw: bytes) -> LedgerLines:
    """Return the lines of a ledger's file."""
    *lines, rest = raw.split(b"\n")
    if rest:
        lines.append(rest)
    records: list[bytes] = []
    seals: list[tuple[int, Seal | None]] = []
    for line in lines:
        if line.startswith(SEAL):
            seals.append((len(records), _seal(line)))
        else:
            records.append(line)
    return LedgerLines(lines=tuple(records), seals=tuple(seals), torn=bool(rest))


def as_sealed(
    kept: LedgerLines, head: bytes | None, witness: tuple[int, str] | None = None
) -> Verified:
    """
    Hold the lines of a ledger against its seals, its head, and a root that somebody else kept.

    Parameters
    ----------
    kept : LedgerLines
        As they stand.
    head : bytes, optional
        The file of the head, None where there is none.
    witness : tuple, optional
        How many records there were when a root was printed, and that root.
    """
    sound = [one for _, one in kept.seals if one is not None]
    found = verified(kept.lines, sound, genuine, witness)
    broken = [
        Tampering(change=Change.SEAL, number=n)
        for n, (place, one) in enumerate(kept.seals, 1)
        if one is None or one.size != place
    ]
    if kept.torn:
        broken.append(Tampering(change=Change.SHORTER, number=found.size))
    broken += _head_says(head, kept, found)
    return Verified(
        size=found.size,
        root=found.root,
        unsealed=found.unsealed,
        changes=(*broken, *found.changes),
        keys=found.keys,
    )


def _head_says(raw: bytes | None, kept: LedgerLines, found: Verified) -> list[Tampering]:
    """The head is the last seal, or an earlier one of a writer that was killed."""
    if raw is None:
        missing = Tampering(change=Change.HEAD, number=len(kept.seals))
        return [missing] if kept.seals or kept.lines else []
    head = _seal(raw.removesuffix(b"\n"))
    if head is None:
        return [Tampering(change=Change.SEAL, number=len(kept.seals))]
    if any(one == head for _, one in kept.seals):
        return []
    change = Change.SHORTER if head.size > found.size else Change.SEAL
    return [Tampering(change=change, number=head.size)]


def _seal(line: bytes) -> Seal | None:
    try:
        told = json.loads(line)
        return seal_of(told["seal"]) if told.keys() == {"seal"} else None
    except (ValueError, InputError, TypeError, AttributeError):
        return None
