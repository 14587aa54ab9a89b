"""Reading a store: what is sound, as known at any time; nothing is written."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Self

import polars as pl

from loopkeeper.adapters.store import sqlite
from loopkeeper.adapters.store.durable import copied, made, sync
from loopkeeper.adapters.store.hours import HOURS, rolled_up
from loopkeeper.adapters.store.journal import HEAD, Journal
from loopkeeper.adapters.store.manifest import FILE, DayFile, Manifest
from loopkeeper.adapters.store.resolve import KEY, ORDER, STORED, ordered, resolved, unknown
from loopkeeper.adapters.store.spans import touched
from loopkeeper.adapters.store.sqlite import BESIDE, JOURNAL
from loopkeeper.adapters.store.table import DayTable
from loopkeeper.app.ports import Window
from loopkeeper.errors import StoreError

NAMED = 3
"""Damaged days that a sentence names."""
PLANTS = "plants"
"""Under which name the plants in the table are remembered."""


class StoreReader:
    """
    Readings of many plants in one folder, read along while another process writes.

    Files that are not what was written are left out of every answer; :meth:`damaged` names
    their days.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Open what there is."""
        self.folder, self._now = folder, now
        self._flushing = RLock()
        self._open()

    def _open(self) -> None:
        self._read_along()

    def _read_along(self, *, aloof: bool = False) -> None:
        """Open to read; ``aloof`` without holding on to the disk."""
        self._journal = Journal(self.folder / JOURNAL, writes=False, aloof=aloof)
        self._manifest = Manifest(self.folder)
        self._open_tables(writes=False)

    def _open_tables(self, *, writes: bool) -> None:
        """Open the tables beside the manifest."""
        tables = {
            name: DayTable(self.folder / name, schema, order, self._manifest, writes=writes)
            for name, schema, order in (
                ("readings", STORED, ORDER),
                ("superseded", STORED, ORDER),
                ("hours", HOURS, KEY),
            )
        }
        self._readings, self._superseded, self._hours = tables.values()
        self._tables = tuple(tables.values())

    def refusals(self, last: int = 100) -> list[dict[str, str]]:
        """Return the newest payloads refused."""
        return self._journal.refusals(last)

    def refused_gone(self) -> int:
        """Return how many refused payloads were given up for newer ones, ever."""
        return self._journal.refused_gone()

    def recall(self, name: str) -> str | None:
        """Return what a feed remembered under a name."""
        return self._journal.recall(name)

    def waiting(self) -> int:
        """Return how many readings are in the journal only."""
        return self._journal.waiting()

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
        kept = self._days(self._hours, window)
        ready = {
            d
            for d, fs in days.items()
            if d not in fresh
            and len(fs) == 1
            and rolled.get(str(d)) == fs[0].path
            and all(map(self._hours.sound, kept.get(d, [])))
        }
        files = [f for d, fs in kept.items() if d in ready for f in fs]
        parts = [window.rows(self._hours.scan(files)).collect()]
        for start, end in _runs(sorted((set(days) | fresh) - ready)):
            part = Window(
                window.plant, max(start, window.start), min(end, window.end), window.points
            )
            rows = self.read(part).with_columns(pl.lit(window.plant).alias("plant"))
            parts.append(rolled_up(rows))
        return pl.concat(parts).sort("point", "time").drop("plant")

    def latest(self, plant: str, *, within: timedelta = timedelta(days=2)) -> pl.DataFrame:
        """Return the newest reading of each point of a plant."""
        recent = self.read(self.recent(plant, within))
        return recent.group_by("point").last().sort("point")

    def recent(self, plant: str, within: timedelta = timedelta(days=2)) -> Window:
        """Return the window in which the newest readings lie."""
        return Window(plant, self._now() - within, self._now() + timedelta(days=1))

    def plants(self) -> list[str]:
        """Return the plants that have readings, however long ago."""
        _, fresh = self._journal.pending()
        names = self._known_plants()
        return sorted(names if fresh is None else names | set(fresh["plant"]))

    def span(self, plant: str) -> tuple[date, date] | None:
        """Return the first and last day of which a plant has readings in the table."""
        return self._manifest.plants.get(plant)

    def _known_plants(self) -> set[str]:
        """Plants in the table: remembered, or read from every file when the memory was lost."""
        remembered = self._journal.recall(PLANTS)
        if remembered is not None:
            return set(json.loads(remembered))
        found = self._readings.scan(self._readings.files()).select("plant").unique().collect()
        return set(found["plant"])

    def damaged(self, window: Window | None = None) -> list[date]:
        """
        Return the days of which not everything is what was written.

        Of a window also those on which entries of the journal are damaged or gone: all of it when
        nobody knows of which days they are. Without one those of files.
        """
        days = self._readings.days()
        if window is not None:
            end = window.end - timedelta(microseconds=1)
            days = self._days(self._readings, replace(window, end=end))
        found = {d for d, fs in days.items() if not all(map(self._readings.sound, fs))}
        return sorted(found if window is None else found | self._not_here(window))

    def _not_here(self, window: Window) -> set[date]:
        """Days of a window on which readings of the journal are missing, or may be."""
        lost = self._journal.damaged()
        if self._journal.gone(self._held) or self._unreadable() or self._manifest.notes:
            lost.append(None)
        if not lost:
            return set()
        first = window.start.astimezone(UTC).date()
        last = (window.end - timedelta(microseconds=1)).astimezone(UTC).date()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return touched(lost, window.plant, days)

    def _unreadable(self) -> bool:
        """Whether there was a journal that cannot be read."""
        return bool(self._journal.trouble) and self._manifest.exists()

    def problems(self) -> list[str]:
        """Return all that is missing or not what was written, nothing when all is well."""
        found = [*self._manifest_problems(), *self._journal.problems(self._held)]
        for table in self._tables:
            try:
                found += table.problems()
            except StoreError as error:
                found.append(str(error))
        found += self._missing_plants()
        return found + [f for n, t in BESIDE.items() for f in sqlite.faults(self.folder / n, t)]

    def _missing_plants(self) -> list[str]:
        """Plants that should have readings and have none at all."""
        known, there = self._manifest.plants, self._plants_there()
        return [
            f"plant {plant}, readings from {first} to {last}: none of them is here"
            for plant, (first, last) in sorted(known.items())
            if plant not in there
        ]

    def _plants_there(self) -> set[str]:
        """Plants that have sound readings."""
        _, fresh = self._journal.pending()
        files = self._readings.scan(self._readings.files())
        found = set(files.select("plant").unique().collect()["plant"])
        return found if fresh is None else found | set(fresh["plant"])

    def _held(self) -> int:
        try:
            return self._readings.held()
        except StoreError:
            return 0

    def _manifest_problems(self) -> list[str]:
        """What is wrong with the manifest, or between it and the journal."""
        found, manifest = [], self._manifest
        manifest.refresh()
        head, last = "", manifest.last_at or "its beginning"
        if not self._journal.trouble:
            head = self._journal.recall(HEAD) or ""
            if self._journal.identity() != manifest.journal:
                found.append(
                    f"journal.sqlite is not the one the manifest knows: what was "
                    f"acknowledged after {last} and not flushed is not here"
                )
        if manifest.broken:
            found.append(f"{FILE}: {manifest.broken}")
        elif head and not manifest.exists():
            found.append(f"{FILE} is missing: nothing proves what should be here")
        elif not manifest.holds(head):
            found.append(f"{FILE} does not hold its last record, after {last}")
        return found + [f"{FILE}: {note}" for note in manifest.notes]

    def backup(self, target: Path) -> None:
        """
        Copy the store while it is written to, and hold the copy against the manifest.

        Parameters
        ----------
        target : Path
            A new or empty folder; opening it is the restoration.

        Raises
        ------
        StoreError
            When the target holds something or cannot be written, or when something is not what
            was written: the rest is copied nevertheless.
        """
        if target.exists() and any(target.iterdir()):
            raise StoreError(f"{target}: is not empty")
        made(target)
        with self._flushing:
            found = self._manifest_problems()
            try:
                found += self._copy_to(target)
            except OSError as error:
                raise StoreError(f"{target}: {error.filename}: {error.strerror}") from error
            found += self._journal.problems(self._held)
        if found:
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            raise StoreError(
                f"{target}: not everything could be copied as it was written: "
                f"{'; '.join(found[:3])}{more}"
            )

    def _copy_to(self, target: Path) -> list[str]:
        """Copy the journal first, then the manifest, then what it names; say what is not sound."""
        found = []
        try:
            self._journal.copy_to(target / JOURNAL)
        except StoreError as error:
            found.append(str(error))
        for name, needed in BESIDE.items():
            if (self.folder / name).exists():
                found += sqlite.copied(self.folder / name, target / name, needed)
        if self._manifest.exists():
            copied(self.folder / FILE, target / FILE)
        for table in self._tables:
            try:
                found += table.copy_to(target / table.name)
            except StoreError as error:
                found.append(str(error))
        sync(target)
        return found

    def close(self) -> None:
        """Close the files; what waits in the journal stays there."""
        self._journal.close()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

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
