"""Who signs records of a ledger: a table beside it, under no seal, from which rows may go."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from loopkeeper.adapters.ledger.file import FOLDER
from loopkeeper.adapters.store.durable import replaced
from loopkeeper.app.paper import on_disk
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.people import Person

PEOPLE = "people.csv"
"""Beside the ledger's own file."""
HEAD = ["reference", "salt", "name"]


def read_people(ledger: Path) -> tuple[Person, ...]:
    """
    Return the people of a ledger by its folder; nobody where there is no table.

    Raises
    ------
    InputError
        When a row is none.
    OutsideError
        When the disk does not give it.
    """
    file = ledger / PEOPLE
    if not file.is_file():
        return ()
    with on_disk(file):
        text = file.read_text(encoding="utf-8")
    head, *rows = [*csv.reader(io.StringIO(text))] or [[]]
    if head != HEAD or any(len(row) != len(HEAD) for row in rows):
        raise InputError(f"{PEOPLE}: expected the columns {', '.join(HEAD)}")
    return tuple(Person(*row) for row in rows)


def write_people(dossier: Path, people: Iterable[Person]) -> None:
    """
    Keep who signs a ledger's records, the whole table or the one before.

    Raises
    ------
    OutsideError
        When the disk does not take it.
    """
    file = dossier / FOLDER / PEOPLE
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEAD)
    table.writerows((one.reference, one.salt, one.name) for one in people)
    with on_disk(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        replaced(file, out.getvalue().encode())
