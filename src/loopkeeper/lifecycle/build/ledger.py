"""
The ledger of hidden works: records that are only added to, a correction as a record of its own.

What is hashed are the bytes as they were kept, never numbers written anew.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.people import same_person
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRecord:
    """
    Something found at hidden works.

    ``id`` made where it was written down, so that it counts once however often it is sent;
    ``item`` and its kind, ``check`` with what was ``drawn`` and ``found`` in the row's own unit;
    when it ``happened_at`` and since when it is ``known_at``, ISO 8601; ``by`` a reference to
    a person, a plain name in older ledgers; ``place`` as told; ``evidence`` SHA-256 of files; the
    id it ``supersedes``, or several with blanks between.
    """

    id: str
    item: str
    item_kind: str
    check: str
    found: str
    drawn: str = ""
    unit: str = ""
    happened_at: str = ""
    known_at: str = ""
    by: str = ""
    place: str = ""
    evidence: tuple[str, ...] = ()
    supersedes: str = ""
    note: str = ""

    def as_bytes(self) -> bytes:
        """Return it in the one form that is kept: sorted keys, UTF-8, nothing that is empty."""
        told = {k: v for k, v in asdict(self).items() if v}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def same_as(self, other: "WorkRecord") -> bool:
        """Whether two records say the same; since when it is known is no part of it."""
        mine, theirs = asdict(self), asdict(other)
        return all(mine[name] == theirs[name] for name in mine if name != "known_at")

    def as_check(self) -> LedgerCheck:
        """Return it as the rest of the program reads hidden works."""
        return LedgerCheck(
            item=self.item,
            item_kind=self.item_kind,
            check=self.check,
            drawn=self.drawn,
            found=self.found,
            unit=self.unit,
            checked_at=self.happened_at,
            checked_by=self.by,
            evidence=", ".join(self.evidence) or self.note,
        )


_NAMES = {one.name for one in fields(WorkRecord)}


def record_of(told: Mapping[str, Any]) -> WorkRecord:
    """
    Return a record of plain data.

    Raises
    ------
    InputError
        When something is missing, unknown, or no text.
    """
    if unknown := sorted(told.keys() - _NAMES):
        raise InputError(f"unknown: {', '.join(unknown)}")
    evidence = told.get("evidence", ())
    texts = [v for k, v in told.items() if k != "evidence"]
    if not isinstance(evidence, list | tuple) or any(
        not isinstance(v, str) for v in (*texts, *evidence)
    ):
        raise InputError("expected texts, and a list of texts for evidence")
    missing = [
        name for name in ("id", "item", "item_kind", "check", "found") if not told.get(name)
    ]
    if missing:
        raise InputError(f"missing: {', '.join(missing)}")
    return WorkRecord(**{**told, "evidence": tuple(evidence)})


def standing(records: Sequence[WorkRecord]) -> tuple[WorkRecord, ...]:
    """Return the records that no other supersedes, in their order."""
    gone = {each for one in records for each in one.supersedes.split()}
    return tuple(one for one in records if one.id not in gone)


def counting(
    records: Sequence[WorkRecord],
) -> tuple[tuple[WorkRecord, ...], tuple[Verdict, ...]]:
    """
    Return the records that count, one of each item and check, and where several stand.

    Parameters
    ----------
    records : sequence of WorkRecord
        All of a ledger.

    Returns
    -------
    records : tuple of WorkRecord
        Of several that stand, as after two laptops were brought together, the one that happened
        last; of those that happened together the one known last.
    verdicts : tuple of Verdict
        A caution for each item and check of which they say different things.
    """
    places = defaultdict[tuple[str, str, str], list[WorkRecord]](list)
    for one in standing(records):
        places[one.item_kind, one.item, one.check].append(one)
    counts: list[WorkRecord] = []
    said: list[Verdict] = []
    for (kind, _, _), several in places.items():
        if kind == OWN:
            counts += several
            continue
        last = max(several, key=lambda one: (one.happened_at, one.known_at))
        counts.append(last)
        others = [one.found for one in several if one.found != last.found]
        if others:
            figures = {
                "item": last.item,
                "checks": last.check,
                "value": last.found,
                "others": ", ".join(dict.fromkeys(others)),
                "day": last.happened_at or "?",
            }
            said.append(Verdict("dossier.ledger.contested", figures))
    return tuple(counts), tuple(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What of new records a ledger takes: ``new`` ones, how many were ``known`` as they are."""

    new: tuple[WorkRecord, ...]
    known: int


def added(ledger: Sequence[WorkRecord], given: Sequence[WorkRecord]) -> Added:
    """
    Return what of some records is new to a ledger.

    Parameters
    ----------
    ledger : sequence of WorkRecord
        What it holds.
    given : sequence of WorkRecord
        What came, perhaps again.

    Returns
    -------
    Added

    Raises
    ------
    InputError
        When an id came with another content than before: a change is a record that supersedes.
        When a record supersedes one that is not there.
    """
    held = {one.id: one for one in ledger}
    new: list[WorkRecord] = []
    for one in given:
        before = held.get(one.id)
        if before is None:
            new.append(one)
        elif not one.same_as(before):
            raise InputError(
                f"{one.id}: {one.item} {one.check} stands with another content; "
                "a change is a new record that supersedes it"
            )
        held.setdefault(one.id, one)
    for one in new:
        for each in one.supersedes.split():
            if each not in held:
                raise InputError(f"{one.id} supersedes {each}, which is not in the ledger")
    return Added(new=tuple(new), known=len(given) - len(new))


def taken_in(
    rows: Sequence[LedgerCheck],
    ledger: Sequence[WorkRecord],
    known_at: str,
    evidence: Mapping[str, tuple[str, ...]] | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[WorkRecord, ...]:
    """
    Return rows of a table as records: the same rows again are the same records.

    Parameters
    ----------
    rows : sequence of LedgerCheck
        Of a form or a table, in their order.
    ledger : sequence of WorkRecord
        What stands.
    known_at : str
        Now, ISO 8601.
    evidence : mapping, optional
        SHA-256 of the files that a row's text of evidence names.
    names : mapping, optional
        Of people by their reference, as rows and records hold it.

    Returns
    -------
    tuple of WorkRecord
        A row that says of an item and check something else than what stands supersedes it; one
        that says what was said before is that record, also where its files are not at hand.
    """
    held = defaultdict[str, list[WorkRecord]](list)
    for one in ledger:
        held[_content(one)].append(one)
    last: dict[tuple[str, str, str], str] = {}
    for one in standing(ledger):
        place = one.item_kind, one.item, one.check
        last[place] = f"{last.get(place, '')} {one.id}".strip()
    found: list[WorkRecord] = []
    for row in rows:
        hashes = (evidence or {}).get(row.evidence.strip(), ())
        made = _record_of_row(row, known_at, hashes)
        place = made.item_kind, made.item, made.check
        alike = held[_content(made)]
        if not any(_says(one, made, names or {}) for one in alike):
            alike.append(made)
            made = replace(made, supersedes=last.get(place, ""))
            last[place] = made.id
            found.append(made)
    return tuple(found)


def _says(kept: WorkRecord, told: WorkRecord, names: Mapping[str, str]) -> bool:
    """Whether a record with the content of a row says it all: its signer, and files at hand."""
    whole = not told.evidence or set(told.evidence) <= set(kept.evidence)
    return whole and same_person(told.by, kept.by, names)


def merged(
    other: Sequence[WorkRecord], ledger: Sequence[WorkRecord], state: str, known_at: str
) -> tuple[WorkRecord, ...]:
    """
    Return what another ledger of the same plant holds that one does not, and which it was.

    Parameters
    ----------
    other, ledger : sequence of WorkRecord
        The records of another laptop, and those here.
    state : str
        Size and root of the other, as it was sealed.
    known_at : str
        Now, ISO 8601.

    Returns
    -------
    tuple of WorkRecord
        The last one says whose state was taken over, so that its root stands here for good; none
        where all is known.
    """
    held = {one.id for one in ledger}
    new = tuple(one for one in other if one.id not in held)
    if not new:
        return ()
    told = LedgerCheck(item="ledger", item_kind=OWN, check="merged", drawn="", found=state)
    return (*new, _record_of_row(told, known_at))


def _record_of_row(row: LedgerCheck, known_at: str, evidence: tuple[str, ...] = ()) -> WorkRecord:
    told = {name: getattr(row, name).strip() for name in _ROW}
    made = WorkRecord(
        id="",
        item=told["item"],
        item_kind=told["item_kind"],
        check=told["check"],
        found=told["found"],
        drawn=told["drawn"],
        unit=told["unit"],
        happened_at=told["checked_at"],
        known_at=known_at,
        by=told["checked_by"],
        evidence=evidence,
        note=told["evidence"],
    )
    content = "\n".join((_content(made), made.by, *evidence))
    return replace(made, id=_short(content))


def _content(one: WorkRecord) -> str:
    """What the row of a record says, whoever signs it and whatever files prove it."""
    told = {
        "item": one.item,
        "item_kind": one.item_kind,
        "check": one.check,
        "drawn": one.drawn,
        "found": one.found,
        "unit": one.unit,
        "checked_at": one.happened_at,
        "evidence": one.note,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


_ROW = tuple(one.name for one in fields(LedgerCheck))
OWN = "ledger"
"""Kind of item of what a ledger says of itself; each of these stands."""
