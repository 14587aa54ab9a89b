"""Ports of hidden works: ledgers, and workbooks to fill them from; see :mod:`.outside`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from loopkeeper.lifecycle.build.layouts import SuggestedMapping, WorkMapping, WorksRead
from loopkeeper.lifecycle.build.ledger import Added, WorkRecord
from loopkeeper.lifecycle.build.people import Person
from loopkeeper.lifecycle.build.photographs import Photograph
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import LedgerCheck, Trial
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language


class EvidenceState(StrEnum):
    """What became of a file that proves a record."""

    MISSING = "missing"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFiles:
    """
    Files that texts of evidence name.

    ``hashes`` of the files by text, in SHA-256; the ``files`` by hash; names of those too
    ``large`` to be taken in.
    """

    hashes: Mapping[str, tuple[str, ...]]
    files: Mapping[str, Path]
    large: tuple[str, ...] = ()


class Works(Protocol):
    """Ledgers of hidden works."""

    def rows(self, path: Path) -> tuple[tuple[LedgerCheck, ...], tuple[Verdict, ...]]:
        """Return the rows of a table of hidden works, and what could not be read."""

    def other(self, file: Path) -> tuple[tuple[WorkRecord, ...], Verified]:
        """Return the records of another ledger by its file, and whether it is as sealed."""

    def records(self, folder: Path) -> tuple[WorkRecord, ...]:
        """Return the records of a plant's ledger; InputError names one that is none."""

    def lines(self, folder: Path) -> tuple[bytes, ...]:
        """Return them as they are kept."""

    def add(self, folder: Path, given: Sequence[WorkRecord], time: str) -> Added:
        """Add records and seal them, all or none."""

    def verify(self, folder: Path, witness: tuple[int, str] | None = None) -> Verified:
        """Hold a ledger against its seals, and against a root that somebody else kept."""

    def people(self, folder: Path) -> tuple[Person, ...]:
        """Return who signed records of a plant's ledger, as far as nobody was forgotten."""

    def people_beside(self, ledger: Path) -> tuple[Person, ...]:
        """Return who signed those of another ledger, by its file."""

    def keep_people(self, folder: Path, signers: Iterable[Person]) -> None:
        """Keep these people, and nobody else."""

    def fresh_salt(self) -> str:
        """Return a salt that nobody can guess, in hexadecimal."""

    def evidence_files(self, texts: Iterable[str], folders: Sequence[Path]) -> EvidenceFiles:
        """Return the files that texts name in some folders, by their hashes."""

    def evidence_beside(self, ledger: Path, hashes: Iterable[str]) -> Mapping[str, Path]:
        """Return the sound files of evidence beside another ledger's file."""

    def photograph(self, path: Path) -> Photograph:
        """Return when and where a photograph says it was taken; nothing of another file."""

    def keep_evidence(self, dossier: Path, files: Mapping[str, Path]) -> None:
        """Keep files under their hashes, each whole or not at all."""

    def evidence_state(self, dossier: Path, hashes: Iterable[str]) -> Mapping[str, EvidenceState]:
        """Return which files are not there, or are not what their hashes say."""


class WorkForms(Protocol):
    """Workbooks of hidden works: strangers' ones by a mapping, and forms of our own."""

    def suggest_mapping(self, path: Path) -> SuggestedMapping:
        """Return what the labels of a workbook may mean, and what is not sure."""

    def read_works(
        self, path: Path, mapping: WorkMapping, *, despite: bool = False, on: date | None = None
    ) -> WorksRead:
        """Return the hidden works of a workbook; nothing of one with a bad cell, unless asked."""

    def read_mapping(self, path: Path) -> WorkMapping:
        """Return a mapping of a file; InputError names what is wrong with it."""

    def write_mapping(self, path: Path, mapping: WorkMapping) -> None:
        """Write a mapping."""

    def blank_form(self, plant: Plant, language: Language) -> bytes:
        """Return a form to fill, an xlsx workbook that comes back without guessing."""

    def trial_form(self, rows: Sequence[Trial], suffix: str, language: Language) -> bytes:
        """Return a form of trials to fill, ``.csv`` or ``.xlsx``; InputError for another."""

    def read_trials(
        self, path: Path, timezone: str
    ) -> tuple[tuple[Trial, ...], tuple[Verdict, ...]]:
        """Return the trials of a filled form, and every cell that is wrong."""
