"""Files of hidden works read as records of a ledger: nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loopkeeper.app.outside import Outside
from loopkeeper.errors import DossierError, InputError
from loopkeeper.lifecycle.build.ledger import WorkRecord, merged, taken_in
from loopkeeper.lifecycle.build.people import Person, names_of, referenced
from loopkeeper.lifecycle.build.photographs import photograph_doubts
from loopkeeper.lifecycle.build.seal import Change
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import GRAVE, Verdict

OTHERS, BOOKS = ".jsonl", frozenset({".xlsx", ".xlsm", ".xls"})
"""Endings of a ledger's file, and of workbooks."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """
    How files are read: by a ``mapping`` where one is given, ``despite`` bad cells or not.

    Files of ``evidence`` are looked for in its folder, then beside the table.
    """

    mapping: Path | None = None
    despite: bool = False
    evidence: Path | None = None


AS_THEY_ARE = Reading()
"""Tables and forms of our own, nothing despite bad cells."""


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """
    What a file adds.

    ``new`` records, how many were ``known``, what was said, ``files`` by their hash, ``people``
    who sign new records.
    """

    new: tuple[WorkRecord, ...]
    known: int
    verdicts: tuple[Verdict, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LedgerHeld:
    """What a ledger holds: ``records``, the ``people`` who signed them; the ``time`` now."""

    records: tuple[WorkRecord, ...]
    people: tuple[Person, ...]
    time: str

    def after(self, taken: TakenIn) -> "LedgerHeld":
        """Return what it holds with the records of a file."""
        return LedgerHeld(
            records=(*self.records, *taken.new),
            people=(*self.people, *taken.people),
            time=self.time,
        )


def records_of(outside: Outside, file: Path, how: Reading, held: LedgerHeld) -> TakenIn:
    """
    Return what a file adds to a ledger.

    Raises
    ------
    DossierError
        When a workbook has a bad cell: all of them are named.
    InputError
        When it cannot be read, or is a ledger that was changed since it was sealed.
    """
    if file.suffix.lower() == OTHERS:
        return _of_other(outside, file, held)
    if how.mapping is None and file.suffix.lower() not in BOOKS:
        rows, said = outside.works.rows(file)
    else:
        rows, said = _of_book(outside, file, how)
    folders = [one for one in (how.evidence, file.parent) if one is not None]
    proofs = outside.works.evidence_files((row.evidence for row in rows), folders)
    large = [Verdict("works.evidence.large", {"file": name}) for name in proofs.large]
    signed, strangers = referenced(rows, held.people, outside.works.fresh_salt)
    names = names_of((*held.people, *strangers))
    taken = taken_in(signed, held.records, held.time, proofs.hashes, names)
    signers = {one.by for one in taken}
    return TakenIn(
        new=taken,
        known=len(rows) - len(taken),
        verdicts=(*said, *large),
        files=proofs.files,
        people=tuple(one for one in strangers if one.reference in signers),
    )


def doubted_photographs(
    outside: Outside,
    new: Sequence[WorkRecord],
    files: Mapping[str, Path],
    site: tuple[float | None, float | None],
) -> list[Verdict]:
    """Where photographs disagree with the records that they prove."""
    pictures = {digest: outside.works.photograph(path) for digest, path in files.items()}
    return [
        doubt
        for one in new
        for digest in one.evidence
        if digest in pictures
        for doubt in photograph_doubts(one, pictures[digest], site)
    ]


def _of_other(outside: Outside, file: Path, held: LedgerHeld) -> TakenIn:
    """Of another laptop's ledger, with the files and people beside it."""
    records, state = outside.works.other(file)
    if changes := [one for one in state.changes if one.change is not Change.HEAD]:
        raise InputError(f"{file.name}: {len(changes)} changes since it was sealed")
    ids, here = {one.id for one in held.records}, {one.reference for one in held.people}
    new = merged(records, held.records, f"{state.size}:{state.root}", held.time)
    signers = {one.by for one in new} - here
    people = outside.works.people_beside(file)
    return TakenIn(
        new=new,
        known=sum(one.id in ids for one in records),
        files=outside.works.evidence_beside(file, evidence_hashes(records)),
        people=tuple(one for one in people if one.reference in signers),
    )


def evidence_hashes(records: Sequence[WorkRecord]) -> tuple[str, ...]:
    """Return the hashes of the files that prove records, each once."""
    return tuple(dict.fromkeys(each for one in records for each in one.evidence))


def _of_book(
    outside: Outside, file: Path, how: Reading
) -> tuple[tuple[LedgerCheck, ...], tuple[Verdict, ...]]:
    """Rows of a workbook by its mapping, by what its labels surely mean where none is given."""
    forms, doubts = outside.work_forms, tuple[Verdict, ...]()
    if how.mapping is None:
        suggested = forms.suggest_mapping(file)
        mapping, doubts = suggested.mapping, suggested.doubts
    else:
        mapping = forms.read_mapping(how.mapping)
    read = forms.read_works(file, mapping, despite=how.despite)
    if read.bad and not how.despite:
        reasons = [v.sentence() for v in read.verdicts if v.severity in GRAVE]
        raise DossierError(f"{file.name}: nothing is taken", reasons)
    return read.rows, (*doubts, *read.verdicts)
