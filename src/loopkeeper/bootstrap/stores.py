"""Files of telemetry stores, as the store room looks after them."""

from datetime import date, datetime
from pathlib import Path

import polars as pl

from loopkeeper.adapters.store.repair import repair
from loopkeeper.adapters.store.telemetry import StoreReader, TelemetryStore
from loopkeeper.app.ports import Window
from loopkeeper.bootstrap.upgrading import upgraded

__all__ = ["backup", "compact", "problems", "readings", "repair", "trust_clock", "upgraded"]


def problems(folder: Path) -> list[str]:
    """Read every file of a store; return what is wrong."""
    with StoreReader(folder) as store:
        return store.problems()


def backup(folder: Path, target: Path) -> None:
    """Copy a store, also while it is written to."""
    with StoreReader(folder) as store:
        store.backup(target)


def compact(folder: Path) -> tuple[int, list[date]]:
    """Put every day in order; return how many, and the damaged ones that were left."""
    with TelemetryStore(folder) as store:
        return len(store.compact(everything=True)), store.damaged()


def trust_clock(folder: Path) -> datetime:
    """Say that the machine's clock is right; return what it shows, UTC."""
    with TelemetryStore(folder) as store:
        return store.trust_clock()


def readings(folder: Path, window: Window) -> tuple[pl.DataFrame, list[date]]:
    """Return readings as they are known now, and days of which something is lost."""
    with StoreReader(folder) as store:
        return store.read(window), store.damaged(window)
