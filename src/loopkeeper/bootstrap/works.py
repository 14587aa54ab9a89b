"""Ledgers of hidden works, and the key that seals them."""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from loopkeeper.adapters.files.dossier.records import read_ledger_table
from loopkeeper.adapters.ledger.evidence import (
    evidence_beside,
    evidence_files,
    evidence_state,
    keep_evidence,
)
from loopkeeper.adapters.ledger.file import FOLDER, LedgerFile
from loopkeeper.adapters.ledger.people import read_people, write_people
from loopkeeper.adapters.ledger.photographs import photograph
from loopkeeper.bootstrap.keys import own_signer
from loopkeeper.lifecycle.build.ledger import Added, WorkRecord
from loopkeeper.lifecycle.build.people import Person
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict

__all__ = [
    "add",
    "evidence_beside",
    "evidence_files",
    "evidence_state",
    "fresh_salt",
    "keep_evidence",
    "keep_people",
    "lines",
    "other",
    "people",
    "people_beside",
    "photograph",
    "records",
    "rows",
    "verify",
]
SALT = 16
"""Of a person's reference. [byte]"""


def rows(path: Path) -> tuple[tuple[LedgerCheck, ...], tuple[Verdict, ...]]:
    """Return the rows of a table of hidden works, and what could not be read."""
    found, said = read_ledger_table(path)
    return found, tuple(said)


def other(file: Path) -> tuple[tuple[WorkRecord, ...], Verified]:
    """Return the records of another ledger by its file, and whether it is as sealed."""
    found = LedgerFile.beside(file)
    return found.read().records(), found.verify()


def records(folder: Path) -> tuple[WorkRecord, ...]:
    """Return the records of a plant's ledger."""
    return LedgerFile(folder).read().records()


def lines(folder: Path) -> tuple[bytes, ...]:
    """Return them as they are kept."""
    return LedgerFile(folder).read().lines


def add(folder: Path, given: Sequence[WorkRecord], time: str) -> Added:
    """Add records and seal them, all or none."""
    return LedgerFile(folder).add(given, time, own_signer())


def verify(folder: Path, witness: tuple[int, str] | None = None) -> Verified:
    """Hold a ledger against its seals, and against a root that somebody else kept."""
    return LedgerFile(folder).verify(witness)


def people(folder: Path) -> tuple[Person, ...]:
    """Return who signed records of a plant's ledger."""
    return read_people(folder / FOLDER)


def people_beside(ledger: Path) -> tuple[Person, ...]:
    """Return who signed those of another ledger, by its file."""
    return read_people(ledger.parent)


def keep_people(folder: Path, signers: Iterable[Person]) -> None:
    """Keep these people, and nobody else."""
    write_people(folder, signers)


def fresh_salt() -> str:
    """Return a salt that nobody can guess, in hexadecimal."""
    return secrets.token_hex(SALT)
