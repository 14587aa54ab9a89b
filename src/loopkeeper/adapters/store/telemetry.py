"""The store of telemetry: append, read as known at any time, hours, upkeep."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import RLock

import polars as pl

from loopkeeper.adapters.store.hours import HOURS, rolled_up
from loopkeeper.adapters.store.journal import Journal
from loopkeeper.adapters.store.resolve import (
    KEY,
    ORDER,
    SCHEMA,
    STORED,
    ordered,
    resolved,
    unknown,
)
from loopkeeper.adapters.store.table import DayFile, DayTable, first_day_kept
from loopkeeper.errors import InputError, StoreError

LEAST_YEARS = 2.0
"""Readings are kept at least so long (industry report, 2025). [year]"""
MANY_FILES = 24
"""A day in more files than this is compacted."""
VACUUM_AFTER = timedelta(hours=24)
"""Files no longer referred to stay so long, for readers and backups under way."""
STAMP, EPOCH = "last stamp", "1970-01-01T00:00:00+00:00"
"""Under which name the newest time of arrival is remembered, and what it is before the first."""
PLANTS = "plants"
"""Under which name the plants in the table are remembered."""


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


class TelemetryStore:
    """
    Readings of many plants in one folder.

    One process writes; others may read the same folder. Appended readings are durable when
    :meth:`append` returns.
    """

    def __init__(
        self, folder: Path, *, years: float = LEAST_YEARS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """Open or create; finishes a flush that was cut off. ``years`` readings are kept."""
        if years < LEAST_YEARS:
            raise InputError(f"retention of {years:g} years: at least {LEAST_YEARS:g} are kept")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}") from error
        self.folder, self._years, self._now = folder, years, now
        self._flushing, self._stamping = RLock(), RLock()
        self._journal = Journal(folder / "journal.sqlite")
        self._readings = DayTable(folder / "readings", STORED, ORDER)
        self._superseded = DayTable(folder / "superseded", STORED, ORDER)
        self._hours = DayTable(folder / "hours", HOURS, KEY)
        held = self._readings.held()
        self._journal.number_from(max(held, self._superseded.held()))
        self._journal.drop(held)
        self._stamp = datetime.fromisoformat(self._journal.recall(STAMP) or EPOCH)

    def append(self, frame: pl.DataFrame) -> None:
        """
        Keep readings; they are on disk when this returns.

        Parameters
        ----------
        frame : DataFrame
            Columns of :data:`SCHEMA`; rows without ``known_at`` become known now, and later than
        all before them even when the clock was set back.

        Raises
        ------
        StoreError
            When the disk is full or fails: nothing of the batch is kept.
        """
        with self._stamping:
            stamp = max(self._now(), self._stamp + timedelta(microseconds=1))
            known = frame.with_columns(pl.col("known_at").fill_null(stamp))
            self._journal.append(known.select(list(SCHEMA)).cast(pl.Schema(SCHEMA)))
            self._stamp = stamp

    def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep a payload that could not be understood, with the reason."""
        self._journal.refuse(self._now().isoformat(), feed, source, reason, payload)

    def refusals(self, last: int = 100) -> list[dict[str, str]]:
        """Return the newest payloads refused."""
        return self._journal.refusals(last)

    def recall(self, name: str) -> str | None:
        """Return what a feed remembered under a name."""
        return self._journal.recall(name)

    def remember(self, name: str, value: str) -> None:
        """Remember a text for a feed under a name."""
        self._journal.remember(name, value)

    def oldest(self, now: datetime) -> datetime:
        """Return from when on :meth:`retain` keeps readings, UTC."""
        return datetime.combine(first_day_kept(now, self._years), time.min, UTC)

    def waiting(self) -> int:
        """Return how many readings are in the journal only."""
        return self._journal.waiting()

    def flush(self) -> int:
        """Move the journal into the table; return how many readings were moved."""
        with self._flushing:
            number, frame = self._journal.pending()
            if frame is None:
                return 0
            current, superseded = resolved(frame)
            if superseded.height and self._superseded.held() < number:
                self._superseded.append(superseded, number)
            if self._readings.held() < number:
                self._readings.append(current, number)
            known = self._known_plants() | set(frame["plant"])
            self._journal.remember(PLANTS, json.dumps(sorted(known)))
            self._journal.drop(number)
            self._journal.remember(STAMP, self._stamp.isoformat())
            return frame.height

    def read(self, window: Window, *, as_of: datetime | None = None) -> pl.DataFrame:
        """
        Return readings, one for each point and instant.

        Parameters
        ----------
        window : Window
            Plant, points and period.
        as_of : datetime, optional
            As they were known then; what is known now otherwise.

        Returns
        -------
        DataFrame
            ``point, time, value, quality, known_at`` by point and time.
        """
        if as_of is not None:
            history = self.history(window).filter(pl.col("known_at") <= as_of)
            return resolved(history)[0].drop("plant", "entry")
        fresh = self._fresh(window)
        days = self._days(self._readings, window)
        touched = set(fresh.select(pl.col("time").dt.date().unique())["time"])
        clean = [f for d, fs in days.items() if len(fs) == 1 and d not in touched for f in fs]
        mixed = [f for d, fs in days.items() if len(fs) > 1 or d in touched for f in fs]
        still = window.rows(self._readings.scan(clean)).collect()
        if mixed or fresh.height:
            moving = window.rows(self._readings.scan(mixed)).collect()
            still = pl.concat([still, resolved(pl.concat([moving, fresh]))[0]])
        return still.sort("point", "time").drop("plant", "entry")

    def history(self, window: Window) -> pl.DataFrame:
        """Return all that was ever known of a window, columns of :data:`STORED`."""
        parts = [
            window.rows(table.scan(_flat(self._days(table, window)))).collect()
            for table in (self._superseded, self._readings)
        ]
        return ordered(pl.concat([*parts, self._fresh(window)]))

    def news(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the readings that were never known before: what is sent again is no news."""
        parts = []
        for (plant, _), part in frame.group_by(
            "plant", pl.col("time").dt.date().alias("day"), maintain_order=True
        ):
            first, last = part["time"].min(), part["time"].max()
            if not (isinstance(first, datetime) and isinstance(last, datetime)):
                continue
            end = last + timedelta(microseconds=1)
            window = Window(str(plant), first, end, part["point"].unique().to_list())
            parts.append(unknown(part, self.history(window)))
        return pl.concat(parts) if parts else frame.clear()

    def since(self, entry: int) -> pl.DataFrame:
        """
        Return the readings that came after an entry of the journal, in order of arrival.

        Parameters
        ----------
        entry : int
            The last one known; 0 for all there are.

        Returns
        -------
        DataFrame
            Columns of :data:`STORED`; what was corrected meanwhile may be there once only.
        """
        _, fresh = self._journal.pending()
        files = [f for f in self._readings.files() if f.newest > entry]
        older = self._readings.scan(files).filter(pl.col("entry") > entry).collect()
        parts = [older] if fresh is None else [older, fresh.filter(pl.col("entry") > entry)]
        once = pl.concat(parts).unique(["entry", "plant", "point", "time"], keep="first")
        return once.sort("entry", "plant", "time")

    def newest_entry(self) -> int:
        """Return the number of the last entry of the journal."""
        number, _ = self._journal.pending()
        return max(number, self._readings.held(), self._superseded.held())

    def hours(self, window: Window) -> pl.DataFrame:
        """
        Return hourly statistics.

        Parameters
        ----------
        window : Window
            Plant, points and period.

        Returns
        -------
        DataFrame
            Columns of :data:`HOURS` without the plant; rolled-up days are not read in full.
        """
        days, rolled = self._days(self._readings, window), self._journal.rolled()
        fresh = set(self._fresh(window).select(pl.col("time").dt.date().unique())["time"])
        ready = {
            d for d, fs in days.items()
            if d not in fresh and len(fs) == 1 and rolled.get(str(d)) == fs[0].path
        }  # fmt: skip
        files = [f for d, fs in self._days(self._hours, window).items() if d in ready for f in fs]
        parts = [window.rows(self._hours.scan(files)).collect()]
        for start, end in _runs(sorted((set(days) | fresh) - ready)):
            part = Window(window.plant, max(start, window.start), min(end, window.end),
                          window.points)  # fmt: skip
            rows = self.read(part).with_columns(pl.lit(window.plant).alias("plant"))
            parts.append(rolled_up(rows))
        return pl.concat(parts).sort("point", "time").drop("plant")

    def latest(self, plant: str, *, within: timedelta = timedelta(days=2)) -> pl.DataFrame:
        """Return the newest reading of each point of a plant."""
        now = self._now()
        recent = self.read(Window(plant, now - within, now + timedelta(days=1)))
        return recent.group_by("point").last().sort("point")

    def plants(self) -> list[str]:
        """Return the plants that have readings, however long ago."""
        _, fresh = self._journal.pending()
        names = self._known_plants()
        return sorted(names if fresh is None else names | set(fresh["plant"]))

    def _known_plants(self) -> set[str]:
        """Plants in the table: remembered, or read from every file when the memory was lost."""
        remembered = self._journal.recall(PLANTS)
        if remembered is not None:
            return set(json.loads(remembered))
        found = self._readings.scan(self._readings.files()).select("plant").unique().collect()
        return set(found["plant"])

    def compact(self, *, everything: bool = False) -> list[date]:
        """
        Put days with many files in order and roll their hours up.

        Parameters
        ----------
        everything : bool
            Every day that is not rolled up yet, however few its files.

        Returns
        -------
        list of date
            The days put in order.
        """
        with self._flushing:
            self.flush()
            rolled, done = self._journal.rolled(), []
            today = self._now().date()
            for day, files in self._readings.days().items():
                ready = len(files) == 1 and rolled.get(str(day)) == files[0].path
                due = everything or len(files) > MANY_FILES or day < today
                if due and not ready:
                    self._compact_day(day, files)
                    done.append(day)
            return done

    def _compact_day(self, day: date, files: list[DayFile]) -> None:
        rows = self._readings.scan(files).collect()
        current, superseded = resolved(rows)
        if len(files) > 1:
            if superseded.height:
                older = self._superseded.scan(self._superseded.days().get(day, [])).collect()
                self._superseded.replace(day, ordered(pl.concat([older, superseded])))
            self._journal.note_rolled(str(day), None)
            self._readings.replace(day, current)
        self._hours.replace(day, rolled_up(current))
        (file,) = self._readings.days()[day]
        self._journal.note_rolled(str(day), file.path)

    def retain(self) -> int:
        """Delete days older than the retention and files nothing refers to; count the files."""
        limit = first_day_kept(self._now(), self._years)
        with self._flushing:
            gone = 0
            for table in (self._readings, self._superseded, self._hours):
                if min(table.days(), default=limit) < limit:
                    gone += table.forget_before(limit)
                table.tidy(VACUUM_AFTER)
            return gone

    def problems(self) -> list[str]:
        """Return all that is wrong with the files, nothing when all is well."""
        tables = (self._readings, self._superseded, self._hours)
        return [*self._journal.problems(), *(p for t in tables for p in t.problems())]

    def backup(self, target: Path) -> None:
        """
        Copy the store while it is written to.

        Parameters
        ----------
        target : Path
            A new or empty folder; opening it is the restoration.

        Raises
        ------
        StoreError
            When the target holds something or cannot be written.
        """
        if target.exists() and any(target.iterdir()):
            raise StoreError(f"{target}: is not empty")
        target.mkdir(parents=True, exist_ok=True)
        with self._flushing:
            self._journal.copy_to(target / "journal.sqlite")
            for table in (self._readings, self._superseded, self._hours):
                _copy_table(table, target / table.folder.name)

    def close(self) -> None:
        """Close the files; what waits in the journal stays there."""
        self._journal.close()

    def _fresh(self, window: Window) -> pl.DataFrame:
        _, frame = self._journal.pending()
        if frame is None:
            return pl.DataFrame(schema=STORED)
        return window.rows(frame.lazy()).collect()

    @staticmethod
    def _days(table: DayTable, window: Window) -> dict[date, list[DayFile]]:
        first, last = window.start.astimezone(UTC).date(), window.end.astimezone(UTC).date()
        return {d: files for d, files in table.days().items() if first <= d <= last}


def _flat(days: dict[date, list[DayFile]]) -> list[DayFile]:
    return [f for files in days.values() for f in files]


def _runs(days: list[date]) -> list[tuple[datetime, datetime]]:
    """Runs of following days as half-open periods."""
    runs: list[tuple[datetime, datetime]] = []
    for day in days:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], start + timedelta(days=1))
        else:
            runs.append((start, start + timedelta(days=1)))
    return runs


def _copy_table(table: DayTable, target: Path) -> None:
    """Copy the log, then the files it refers to; files are never changed once written."""
    files = table.files()
    for part in ("_delta_log", *sorted({str(Path(f.path).parent) for f in files})):
        (target / part).mkdir(parents=True, exist_ok=True)
    for source in (table.folder / "_delta_log").iterdir():
        if source.is_file():
            shutil.copy2(source, target / "_delta_log" / source.name)
    for file in files:
        shutil.copy2(table.folder / file.path, target / file.path)
