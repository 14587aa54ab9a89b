"""People in a ledger by reference: a name can be forgotten, and what it signed still stands."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from loopkeeper.plant.records import LedgerCheck

REFERENCE = re.compile(r"p-[0-9a-f]{16}")
"""What stands in a record for a person."""


@dataclass(frozen=True, slots=True)
class Person:
    """
    Somebody who signs records.

    ``reference`` the hash of ``salt`` and ``name``: with the row it can be shown whose it is,
    without it nobody can tell.
    """

    reference: str
    salt: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """
    A name that a ledger does not tell any more.

    ``records`` that stand with a reference that nobody can read now; ``plain`` ones that an older
    ledger sealed with the name itself, which stay. [-]
    """

    records: int
    plain: int


def person_of(name: str, salt: str) -> Person:
    """Return somebody by name, with a salt of his own in hexadecimal."""
    digest = hashlib.sha256(bytes.fromhex(salt) + name.encode()).hexdigest()
    return Person(f"p-{digest[:16]}", salt, name)


def referenced(
    rows: Sequence[LedgerCheck], known: Iterable[Person], fresh: Callable[[], str]
) -> tuple[tuple[LedgerCheck, ...], tuple[Person, ...]]:
    """
    Return rows with a reference for each name.

    Parameters
    ----------
    rows : sequence of LedgerCheck
        As people wrote them.
    known : iterable of Person
        Those of the ledger.
    fresh : callable
        A salt that nobody can guess, in hexadecimal.

    Returns
    -------
    rows : tuple of LedgerCheck
        What is a reference already stays.
    people : tuple of Person
        Who was not known.
    """
    of = {one.name: one.reference for one in known}
    new = []
    for name in dict.fromkeys(one.checked_by.strip() for one in rows):
        if name and name not in of and not REFERENCE.fullmatch(name):
            person = person_of(name, fresh())
            new.append(person)
            of[name] = person.reference
    return tuple(_by(row, of) for row in rows), tuple(new)


def _by(row: LedgerCheck, of: Mapping[str, str]) -> LedgerCheck:
    name = row.checked_by.strip()
    return replace(row, checked_by=of.get(name, name))


def names_of(people: Iterable[Person]) -> Mapping[str, str]:
    """Return names by reference."""
    return {one.reference: one.name for one in people}


def same_person(told: str, kept: str, names: Mapping[str, str]) -> bool:
    """
    Whether a row's signer may be a record's.

    Parameters
    ----------
    told, kept : str
        References, or plain names as older ledgers hold them.
    names : mapping
        By reference; who is not among them was forgotten, and may be anybody.
    """
    if told == kept or names.get(told, told) == names.get(kept, kept):
        return True
    return REFERENCE.fullmatch(kept) is not None and kept not in names
