"""Repair: what cannot even be opened is set aside first; nothing is deleted."""

import sqlite3
from pathlib import Path

from loopkeeper.adapters.store.delta import now
from loopkeeper.adapters.store.durable import QUARANTINE, Lock, aside
from loopkeeper.adapters.store.journal import HEAD, Journal
from loopkeeper.adapters.store.rebuild import rebuilt
from loopkeeper.adapters.store.sqlite import BESIDE, JOURNAL, faults
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.errors import StoreError


def repair(folder: Path) -> list[str]:
    """
    Set aside what is damaged, rebuild hours and logs from what is sound.

    Parameters
    ----------
    folder : Path
        Of a store that no process writes to.

    Returns
    -------
    list of str
        What was done, nothing when all was well.

    Raises
    ------
    StoreError
        When another process writes to it, or too much is gone to begin anew.
    """
    place = folder / QUARANTINE / f"repair {now()}"
    with Lock(folder):
        said = _unusable(folder / JOURNAL, place, _journal_fault(folder))
        for name, needed in BESIDE.items():
            said += _unusable(folder / name, place, "; ".join(faults(folder / name, needed)[:1]))
        said += rebuilt(folder, *_remembered(folder / JOURNAL), place)
    with TelemetryStore(folder) as store:
        return said + store.repair()


def _remembered(path: Path) -> tuple[str, int]:
    """The manifest's head as the journal knows it, and its first entry; 0 when nothing waits."""
    if not path.exists():
        return "", 0
    journal = Journal(path, writes=False)
    known = journal.recall(HEAD) or "", min(journal.numbers(), default=0)
    journal.close()
    return known


def _journal_fault(folder: Path) -> str:
    """Why the journal cannot be used, nothing when it can; single entries are another matter."""
    if not (folder / JOURNAL).exists():
        return ""
    try:
        journal = Journal(folder / JOURNAL)
        found = journal.faults()
        journal.pending()
        journal.close()
    except (StoreError, sqlite3.Error) as error:
        return str(error)
    return found[0] if found else ""


def _unusable(path: Path, place: Path, fault: str) -> list[str]:
    if not fault:
        return []
    for one in sorted(path.parent.glob(f"{path.name}*")):
        aside(one, place)
    return [f"{path.name} set aside: {fault}"]
