"""Damage planted in the files of a small store, and whether anything is lost in silence."""

import shutil
from datetime import timedelta
from pathlib import Path

from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import StoreReader, TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.errors import StoreError
from peers import power

BATCHES = 14
KINDS = ("truncated", "emptied", "zeroed", "flipped", "deleted", "swapped")


def now():
    return power.START + timedelta(days=30)


def made(folder: Path) -> None:
    """A store as a killed service leaves it: days in order and in parts, a journal that waits."""
    with TelemetryStore(folder / "live", now=now) as store:
        records = Records(folder / "live" / RECORDS)
        AlarmBook(records, SERVICE)
        for number in range(BATCHES):
            store.append(power.batch(number))
            if number in {3, 7, 10}:
                store.flush()
            if number == 7:
                store.compact(everything=True)
                store.retain()
        shutil.copytree(folder / "live", folder / "store")
        records.close()
    (folder / "store" / "lock").unlink()
    for path in (folder / "store").glob("*-shm"):
        path.unlink()


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def plant(path: Path, kind: str, rng, others) -> None:
    raw = bytearray(path.read_bytes())
    if kind == "truncated":
        path.write_bytes(raw[: rng.randrange(len(raw) or 1)])
    elif kind == "emptied":
        path.write_bytes(b"")
    elif kind == "zeroed":
        path.write_bytes(bytes(len(raw)))
    elif kind == "flipped" and raw:
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        path.write_bytes(raw)
    elif kind == "deleted":
        path.unlink()
    elif kind == "swapped":
        other = rng.choice([p for p in others if p != path])
        held = other.read_bytes()
        other.write_bytes(raw)
        path.write_bytes(held)


def wrong(store) -> bool:
    """Whether an acknowledged reading is not answered, or anything else is."""
    rows = store.read(power.window())
    expected = {float(n) for n in range(BATCHES * power.ROWS)}
    return rows.height != len(expected) or set(rows["value"]) != expected


def suffered(folder: Path) -> tuple[str, str]:
    """Return ``harmless``, ``named`` or ``silent``, and what was said."""
    with StoreReader(folder, now=now) as reader:
        said = reader.problems()
        lost = wrong(reader)
    if said:
        return ("named" if lost else "named, nothing lost"), said[0]
    if lost:
        return "silent", "a reader is told nothing"
    try:
        with TelemetryStore(folder, now=now) as store:
            store.flush()
            store.compact(everything=True)
            if wrong(store) and not store.problems():
                return "silent", "after writing"
    except StoreError as error:
        return "named", str(error)
    return "harmless", ""


def survived(folder: Path) -> str:
    """What goes wrong when a service starts on it, nothing when it goes on or refuses in words."""
    try:
        with TelemetryStore(folder, now=now) as store:
            before = store.read(power.window()).height
            store.append(power.batch(BATCHES))
            if store.read(power.window()).height != before + power.ROWS:
                return "what comes after is not answered"
            store.flush()
            store.compact(everything=True)
            if store.read(power.window()).height != before + power.ROWS:
                return "upkeep lost something"
    except StoreError:
        return ""
    return ""


def _torn(log: Path) -> None:
    for path in log.iterdir():
        path.write_bytes(path.read_bytes()[:40])


LOGS = {
    "none": shutil.rmtree,
    "torn": _torn,
    "forgetful": lambda log: max(log.glob("*.json")).unlink(),
}
"""Damage of the log of a table."""
