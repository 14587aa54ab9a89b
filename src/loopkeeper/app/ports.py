"""What the use cases of monitoring need from outside: a store, feeds, a clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import polars as pl

from loopkeeper.app.jobs import Job, Order

Clock = Callable[[], datetime]
"""The time now, UTC."""


LEAST_YEARS = 2.0
"""Readings are kept at least so long (industry report, 2025). [year]"""
MOST_REFUSED = 10_000
"""Payloads that could not be understood are kept so many, the newest."""


@dataclass(frozen=True)
class Window:
    """What is asked for: points of a plant (all when None) in a half-open period, UTC."""

    plant: str
    start: datetime
    end: datetime
    points: Sequence[str] | None = None

    def rows(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the rows of a frame that lie in it."""
        kept = frame.filter(
            pl.col("plant") == self.plant, pl.col("time") >= self.start, pl.col("time") < self.end
        )
        return kept if self.points is None else kept.filter(pl.col("point").is_in(self.points))


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


@dataclass(frozen=True)
class Aside:
    """Readings that are not kept, and why."""

    reason: str
    rows: pl.DataFrame


class Intake(Protocol):
    """What a feed hands its readings to."""

    async def keep(self, frame: pl.DataFrame, feed: str) -> Sequence[Aside]:
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


@dataclass(frozen=True, kw_only=True)
class FoundDeviation:
    """A deviation of a diagnosis: energy and its 90 % interval [kWh], share, confidence [-]."""

    kind: str
    cause: str
    energy: float
    low: float
    high: float
    share: float
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Diagnosed:
    """A diagnosis as it is kept: of which period, by which program, on which data."""

    made_at: datetime
    code_version: str
    data_version: str
    start: datetime
    end: datetime
    found: Mapping[str, Any]
    deviations: tuple[FoundDeviation, ...]


class DiagnosisBook(Protocol):
    """Diagnoses of plants, as far as somebody may see them."""

    def add(self, plant: str, made: Diagnosed) -> None:
        """Keep a diagnosis with its deviations."""

    def all(self, plant: str) -> tuple[Diagnosed, ...]:
        """Return the diagnoses of a plant, the oldest first."""

    def last(self, plant: str) -> Diagnosed | None:
        """Return the last diagnosis of a plant."""


class RoundStore(Protocol):
    """What rounds read of a store, and where they leave the state of the daily update."""

    def plants(self) -> Sequence[str]:
        """Return the plants that were heard of."""

    def read(self, window: Window) -> pl.DataFrame:
        """Return readings as they are known now."""

    def hours(self, window: Window) -> pl.DataFrame:
        """Return hourly statistics."""

    def recall(self, name: str) -> str | None:
        """Return what was remembered under a name."""

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""

    def newest_entry(self) -> int:
        """Return the number of the newest entry."""


class JudgementBook(Protocol):
    """Judgements of plants, as far as somebody may see them."""

    def add(self, plant: str, made: Judged) -> None:
        """Keep a judgement."""

    def last(self, plant: str) -> Judged | None:
        """Return the last judgement of a plant."""

    def between(self, plant: str, start: datetime, end: datetime) -> tuple[Judged, ...]:
        """Return the judgements of a time, the oldest first."""


class ReportBook(Protocol):
    """Reports that were printed, as far as somebody may see them."""

    def add(self, plant: str, one: PrintedReport) -> None:
        """Keep that a report was printed."""

    def all(self, plant: str) -> tuple[PrintedReport, ...]:
        """Return the reports of a plant, the newest first."""

    def everywhere(self) -> tuple[tuple[str, PrintedReport], ...]:
        """Return every report with its plant, the newest first."""


@dataclass(frozen=True, kw_only=True)
class PastDeed:
    """What somebody did: ``by`` whom as the service knows them, a code, and to what."""

    time: datetime
    by: str
    deed: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class PlacedDeed(PastDeed):
    """What somebody did, and at which plant; empty where it was at none."""

    plant: str


class DeedBook(Protocol):
    """Who did what, as far as somebody may see it."""

    def add(self, plant: str, deed: str, detail: str) -> None:
        """Keep that who looks at the trail did something now."""

    def all(self, plant: str, most: int = 100) -> tuple[PastDeed, ...]:
        """Return the newest deeds of a plant, the newest first."""

    def newest(self, most: int = 100) -> tuple[PlacedDeed, ...]:
        """Return the newest deeds wherever they were done, the newest first."""


class JobBook(Protocol):
    """Work in the queue, as far as somebody may see it; see :mod:`loopkeeper.app.jobs`."""

    def ask(self, order: Order, now: datetime) -> Job:
        """Ask for work; of one key only once while it is open."""

    def of(self, name: str) -> Job:
        """Return a job."""

    def all(self, most: int = 100) -> tuple[Job, ...]:
        """Return jobs, the newest first."""

    def claim(
        self, worker: str, kinds: Sequence[str], now: datetime, lease: timedelta
    ) -> Job | None:
        """Take the job that waits longest, for a while."""

    def renew(self, held: Job, until: datetime, progress: float = 0.0) -> bool:
        """Say that the work goes on; False when it is not wanted any more."""

    def done(self, held: Job, now: datetime, result: Mapping[str, Any]) -> bool:
        """End a job, and keep what who asked is told."""

    def failed(self, held: Job, error: str, now: datetime) -> bool:
        """Try a job again later, or give it up."""

    def cancel(self, name: str, now: datetime) -> Job:
        """Cancel a job."""
