"""What the use cases of monitoring need from outside: a store, feeds, a clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import polars as pl

Clock = Callable[[], datetime]
"""The time now, UTC."""


class Store(Protocol):
    """Where readings are kept; see :mod:`loopkeeper.adapters.store`."""

    def append(self, frame: pl.DataFrame) -> None:
        """Keep readings; durable when this returns, StoreError when it cannot."""

    def news(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the readings that were never known before."""

    def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep what could not be understood, with the reason."""

    def oldest(self, now: datetime) -> datetime:
        """Return from when on the retention keeps readings."""

    def known_time(self) -> datetime | None:
        """Return the last time that was known to be past; None before anything was stored."""

    def note_time(self, time: datetime) -> None:
        """Remember that a time is past."""

    def waiting(self) -> int:
        """Return how many readings wait to be flushed."""

    def flush(self) -> int:
        """Move what waits into the table."""

    def compact(self, *, everything: bool = False) -> Sequence[object]:
        """Put days in order and roll hours up."""

    def retain(self) -> int:
        """Delete what is older than the retention."""


class Intake(Protocol):
    """What a feed hands its readings to."""

    async def keep(self, frame: pl.DataFrame, feed: str) -> Sequence[object]:
        """
        Return when the readings are durable: only then may the feed acknowledge them.

        What was put aside is returned: its time cannot be right, or is too old to be kept.
        """

    async def keep_news(self, frame: pl.DataFrame, feed: str) -> None:
        """Keep what a peer delivers again, as far as it was never known."""

    async def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep what could not be understood: it is acknowledged, counted and not lost."""


class Feed(Protocol):
    """A source of readings that runs until it is cancelled, whatever happens to its peer."""

    name: str

    async def run(self, intake: Intake) -> None:
        """Connect, hand over, reconnect with growing delays."""

    def state(self) -> dict[str, object]:
        """Return what health shows: connected, since when, readings, clock skew [s]."""


@dataclass(frozen=True)
class Judged:
    """A judgement as it is kept: when, by which program, on which data, and what was found."""

    made_at: datetime
    code_version: str
    data_version: str
    found: Mapping[str, Any]


@dataclass(frozen=True)
class PrintedReport:
    """A report that was printed: when, by which program, its file and the SHA-256 of it."""

    made_at: datetime
    code_version: str
    file: str
    sha256: str
