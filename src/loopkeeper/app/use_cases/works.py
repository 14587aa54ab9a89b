"""Hidden works: records taken in, held against the drawings, proved unchanged."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loopkeeper.app.answers.forms.works import ImportedForm
from loopkeeper.app.answers.works import (
    forgotten_json,
    imported_json,
    mapped_json,
    reconciled_json,
    verified_json,
)
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.works_intake import (
    AS_THEY_ARE,
    LedgerHeld,
    Reading,
    TakenIn,
    doubted_photographs,
    evidence_hashes,
    records_of,
)
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.derived import survey_doubts, well_doubts
from loopkeeper.lifecycle.build.layouts import SuggestedMapping
from loopkeeper.lifecycle.build.merkle import inclusion, leaf
from loopkeeper.lifecycle.build.people import Forgotten
from loopkeeper.lifecycle.build.reconcile import (
    Missing,
    Reconciled,
    open_intervals,
    reconcile,
)
from loopkeeper.lifecycle.build.sameness import sameness
from loopkeeper.lifecycle.build.seal import Change, Verified
from loopkeeper.lifecycle.build.two_pipes import hole_of
from loopkeeper.lifecycle.build.well_logs import well_logs
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

__all__ = [
    "Change",
    "Imported",
    "Missing",
    "Reading",
    "Reconciled",
    "Verified",
    "blank_form",
    "forgotten",
    "forgotten_json",
    "imported",
    "mapped",
    "mapped_json",
    "printed_works",
    "proved",
    "reconciled",
    "reconciled_json",
    "verified",
    "verified_json",
    "witness_of",
]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What of some files the ledger of a plant took: ``new`` records, ``known`` rows, its root."""

    new: int
    known: int
    size: int
    root: str
    verdicts: tuple[Verdict, ...]

    def as_json(self, language: Language) -> ImportedForm:
        """Return it as plain data."""
        return imported_json((self.new, self.known, self.size, self.root), self.verdicts, language)


def imported(
    outside: Outside,
    folder: Path,
    files: Sequence[Path],
    now: datetime,
    how: Reading = AS_THEY_ARE,
    told: Callable[[float], None] = lambda _: None,
) -> Imported:
    """
    Take tables of hidden works into the ledger of a plant: all of them, or nothing.

    Parameters
    ----------
    outside : Outside
        Who reads tables and keeps ledgers.
    folder : Path
        The dossier.
    files : sequence of Path
        Tables in the form of ``ledger.csv``, filled forms and workbooks by their mapping, or
        ledgers of other laptops (``.jsonl``).
    now : datetime
        The time, UTC.
    how : Reading
        How workbooks are read.
    told : callable
        Told the share done.

    Returns
    -------
    Imported
        Rows that are in the ledger as they are count as known.

    Raises
    ------
    DossierError
        When the plant is none, or a workbook has a bad cell: all of them are named.
    InputError
        When a table cannot be read, or the ledger is not as it was sealed.
    """
    site = outside.dossiers.read_dossier(folder).plant.site
    held = LedgerHeld(
        records=tuple(outside.works.records(folder)),
        people=outside.works.people(folder),
        time=now.isoformat(timespec="seconds"),
    )
    taken: list[TakenIn] = []
    for n, file in enumerate(files):
        taken.append(records_of(outside, file, how, held))
        held = held.after(taken[-1])
        told((n + 1) / (len(files) + 1))
    new = [record for one in taken for record in one.new]
    verdicts = [verdict for one in taken for verdict in one.verdicts]
    evidence = {digest: path for one in taken for digest, path in one.files.items()}
    known = sum(one.known for one in taken)
    if not (new or known):
        reasons = "; ".join(v.sentence() for v in verdicts)
        raise InputError(f"no row of hidden works was found: {reasons}")
    outside.works.keep_evidence(folder, evidence)
    verdicts += doubted_photographs(outside, new, evidence, (site.latitude, site.longitude))
    if evidence:
        verdicts.append(Verdict("works.evidence.kept", {"count": len(evidence)}))
    if any(one.people for one in taken):
        outside.works.keep_people(folder, held.people)
    outside.works.add(folder, new, held.time)
    found = outside.works.verify(folder)
    return Imported(
        new=len(new),
        known=known,
        size=found.size,
        root=found.root,
        verdicts=tuple(verdicts),
    )


def verified(
    outside: Outside, folder: Path, witness: tuple[int, str] | None = None
) -> tuple[Verified, tuple[Verdict, ...]]:
    """
    Hold a ledger against its seals, and the files of its evidence against their hashes.

    Returns
    -------
    verified : Verified
        What stands as it was sealed.
    verdicts : tuple of Verdict
        Files that are missing or altered: no change of the ledger, which has their hashes. Of a
        ledger that was changed nothing is used, so nothing is said.
    """
    found = outside.works.verify(folder, witness)
    if not found.sound:
        return found, ()
    records = outside.works.records(folder)
    states = outside.works.evidence_state(folder, evidence_hashes(records))
    said = [
        Verdict(
            f"works.evidence.{states[each]}",
            {"item": one.item, "checks": one.check, "file": one.note or each, "hash": each},
        )
        for one in records
        for each in one.evidence
        if each in states
    ]
    return found, tuple(said)


def forgotten(outside: Outside, folder: Path, name: str) -> Forgotten:
    """
    Forget somebody's name; what was signed still stands under its seals.

    Raises
    ------
    InputError
        When nobody of that name signed anything.
    """
    people = outside.works.people(folder)
    gone = {one.reference for one in people if one.name == name}
    records = outside.works.records(folder)
    plain = sum(one.by == name for one in records)
    if not gone and not plain:
        raise InputError(f"nobody called {name!r} signed a record of this ledger")
    if gone:
        outside.works.keep_people(folder, [one for one in people if one.name != name])
    return Forgotten(records=sum(one.by in gone for one in records), plain=plain)


def mapped(outside: Outside, file: Path, output: Path) -> SuggestedMapping:
    """
    Suggest what the labels of a workbook mean, and write it as a mapping to confirm and reuse.

    Raises
    ------
    InputError
        When the file is no workbook that can be read.
    """
    found = outside.work_forms.suggest_mapping(file)
    outside.work_forms.write_mapping(output, found.mapping)
    return found


def blank_form(outside: Outside, folder: Path, language: Language) -> bytes:
    """
    Return a form of a plant's hidden works to print or fill; filled, it is imported as it is.

    Raises
    ------
    DossierError
        When the plant is none.
    """
    plant = outside.dossiers.read_dossier(folder).plant
    return outside.work_forms.blank_form(plant, language)


@dataclass(frozen=True, kw_only=True)
class WorksChecked:
    """Hidden works of a plant against its drawings, and what else there is to say of them."""

    plant: Plant
    found: Reconciled
    verdicts: tuple[Verdict, ...]


def reconciled(outside: Outside, folder: Path) -> WorksChecked:
    """
    Hold the hidden works of a plant against its drawings.

    Returns
    -------
    WorksChecked
        By item, what is missing listed; its verdicts are what reading the ledger had to say, and
        what of it looks as if nobody measured it.
    """
    dossier = outside.dossiers.read_dossier(folder)
    said = tuple(v for v in dossier.verdicts if v.code.startswith("dossier.ledger"))
    plant = dossier.plant
    logs = well_logs(plant, dossier.survey)
    found = reconcile(plant, plant.ledger, logs)
    doubts = (*survey_doubts(plant), *open_intervals(plant, found), *well_doubts(plant, logs))
    return WorksChecked(
        plant=plant,
        found=found,
        verdicts=(*said, *doubts, *sameness(plant.ledger)),
    )


def printed_works(
    outside: Outside, folder: Path, checked: WorksChecked, order: PrintOrder
) -> bytes:
    """
    Print how the hidden works of a plant stand: the file.

    Its last line names the data, the program, and size and root of the sealed ledger.
    """
    sealed = outside.works.verify(folder)
    foot = f"{outside.dossiers.data_version(folder)} · {order.code_version}"
    state = checked.found, sealed if sealed.size else None
    return outside.printer.works(checked.plant, state, checked.verdicts, foot, order)


def proved(outside: Outside, folder: Path, item: str) -> dict[str, object]:
    """
    Return what proves to an outsider that the records of an item are in the ledger.

    Parameters
    ----------
    outside : Outside
        Who keeps ledgers.
    folder : Path
        The dossier.
    item : str
        Such as a hole.

    Returns
    -------
    dict
        ``size`` and ``root`` of the ledger, and for each record of the item its text, its place
        from 0 and the hashes beside its way to the root (RFC 6962, 2.1.1).

    Raises
    ------
    InputError
        When the ledger was changed since it was sealed, or has nothing of the item.
    """
    found = outside.works.verify(folder)
    if not found.sound:
        raise InputError(f"the ledger has {len(found.changes)} changes since it was sealed")
    lines, records = outside.works.lines(folder), outside.works.records(folder)
    leaves = [leaf(line) for line in lines]
    own = [n for n, one in enumerate(records) if item in {one.item, hole_of(one.item)}]
    if not own:
        raise InputError(f"the ledger has no record of {item!r}")
    return {
        "size": found.size,
        "root": found.root,
        "records": [
            {
                "record": lines[n].decode(),
                "number": n,
                "proof": [one.hex() for one in inclusion(leaves, n)],
            }
            for n in own
        ],
    }


def witness_of(text: str) -> tuple[int, str]:
    """
    Return the size and root that a report printed, of ``SIZE:ROOT``.

    Raises
    ------
    InputError
        When it is none.
    """
    size, _, root = text.partition(":")
    with suppress(ValueError):
        if len(bytes.fromhex(root)) == ROOT_BYTES:
            return int(size), root.lower()
    raise InputError(f"{text!r}: expected SIZE:ROOT as a report prints it")


ROOT_BYTES = 32
"""Of a SHA-256. [-]"""
