"""Repair: what cannot even be opened is set aside first; nothing is deleted."""

import sqlite3
from pathlib import Path

from loopkeeper.adapters.store.delta import now
from loopkeeper.adapters.store.durable import QUARANTINE, Lock, aside
from loopkeeper.adapters.store.journal import Journal
from loopkeeper.adapters.store.reading import ALARMS, alarm_problems
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
        said = _unusable(folder / "journal.sqlite", place, _journal_fault(folder))
        faults = alarm_problems(folder / ALARMS)
        said += _unusable(folder / ALARMS, place, faults[0] if faults else "")
    with TelemetryStore(folder) as store:
        return said + store.repair()


def _journal_fault(folder: Path) -> str:
    """Why the journal cannot be used, nothing when it can; single entries are another matter."""
    if not (folder / "journal.sqlite").exists():
        return ""
    try:
        journal = Journal(folder / "journal.sqlite")
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
