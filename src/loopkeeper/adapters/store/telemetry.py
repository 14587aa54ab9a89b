"""The store of telemetry: append, flush, compact, retain; one process writes."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import RLock

import polars as pl

from loopkeeper.adapters.store.delta import now as moment
from loopkeeper.adapters.store.durable import QUARANTINE, Lock, aside, made
from loopkeeper.adapters.store.hours import rolled_up
from loopkeeper.adapters.store.journal import HEAD, Journal
from loopkeeper.adapters.store.manifest import LARGE, DayFile, Manifest
from loopkeeper.adapters.store.reading import PLANTS, StoreReader
from loopkeeper.adapters.store.resolve import STORED, ordered, resolved
from loopkeeper.adapters.store.room import FULL, refusal, said
from loopkeeper.adapters.store.spans import Span, plain, spans
from loopkeeper.adapters.store.sqlite import JOURNAL
from loopkeeper.adapters.store.table import first_day_kept
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import LEAST_YEARS
from loopkeeper.errors import InputError, StoreError

__all__ = ["StoreReader", "TelemetryStore"]
_LOG = logging.getLogger("loopkeeper.store")
MANY_FILES = 24
"""A day in more files than this is compacted."""
VACUUM_AFTER = timedelta(hours=24)
"""Files no longer referred to stay so long, for readers and backups under way."""
PAST = "past"
"""Under which name the last time is remembered that was known to be past."""
STAMP, EPOCH = "last stamp", "1970-01-01T00:00:00+00:00"
"""Under which name the newest time of arrival is remembered, and what it is before the first."""


class TelemetryStore(StoreReader):
    """
    Readings of many plants in one folder, written to.

    One process writes, and holds the store's lock; others read with :class:`StoreReader`.
    Appended readings are durable when :meth:`append` returns.
    """

    def __init__(
        self,
        folder: Path,
        *,
        years: float = LEAST_YEARS,
        patient: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """
        Open or create; finishes or sets aside what was cut off. ``years`` readings are kept.

        Where the disk takes nothing a ``patient`` store reads what is there, says why in
        ``trouble``, and writes as soon as the disk takes it.

        Raises StoreError when another process writes to it, or the disk takes nothing.
        """
        if years < LEAST_YEARS:
            raise InputError(f"retention of {years:g} years: at least {LEAST_YEARS:g} are kept")
        self._years, self._stamping, self._waking = years, RLock(), RLock()
        self._stamp = datetime.fromisoformat(EPOCH)
        self._patient, self.trouble, self._found_at = patient, "", ""
        super().__init__(folder, now=now)

    def _open(self) -> None:
        try:
            self._take()
        except StoreError as error:
            why = refusal(self.folder) if self._patient else None
            if why is None:
                raise
            self._doze(said(self.folder, why), error)

    def _take(self) -> None:
        """Open to write."""
        made(self.folder)
        try:
            with ExitStack() as opening:
                lock = opening.enter_context(Lock(self.folder))
                self._journal = Journal(self.folder / JOURNAL)
                opening.callback(self._journal.close)
                self._manifest = Manifest(self.folder)
                self._found_at = self._manifest.last_at
                self._prove()
                self._open_tables(writes=True)
                self._resume()
                opening.pop_all()
        except OSError as error:
            raise StoreError(f"{error.filename or self.folder}: {error.strerror}") from error
        self._lock, self.trouble = lock, ""

    def _resume(self) -> None:
        """Go on counting where it was left."""
        held = self._readings.held()
        self._journal.number_from(max(held, self._superseded.held()))
        self._journal.drop(held, self._manifest.head)
        remembered = datetime.fromisoformat(self._journal.recall(STAMP) or EPOCH)
        _, fresh = self._journal.pending()
        newest = None if fresh is None else fresh["known_at"].max()
        waiting = newest if isinstance(newest, datetime) else remembered
        self._stamp = max(self._stamp, remembered, waiting)

    def _doze(self, why: str, error: StoreError) -> None:
        """Read what is there until the disk takes something again."""
        _LOG.error("%s; nothing is written until it is mended: %s", why, error)
        self._read_along(aloof=True)
        self.trouble, self._was_there = why, (self.folder / JOURNAL).exists()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write; a disk that was taken away is let go of, and taken again when it is there."""
        with self._waking:
            if self.trouble:
                self._wake()
        try:
            yield
        except StoreError as error:
            with self._waking:
                why = refusal(self.folder) if self._patient and not self.trouble else None
                if why is not None and why.errno not in FULL:
                    journal, lock = self._journal, self._lock
                    self._doze(said(self.folder, why), error)
                    journal.close()
                    lock.release()
            raise

    def _wake(self) -> None:
        if why := refusal(self.folder):
            raise StoreError(said(self.folder, why)) from why
        if self._was_there and not (self.folder / JOURNAL).exists():
            raise StoreError(f"{self.folder}: the store is not there; is its disk mounted?")
        self._journal.close()  # first: connections of a process share what they know of the disk
        try:
            self._take()
        except StoreError:
            self._read_along(aloof=True)
            raise
        _LOG.warning("%s: written to again", self.folder)

    def _prove(self) -> None:
        """Begin the manifest where there is none, or none that can be followed."""
        manifest, identity = self._manifest, self._journal.identity()
        head = self._journal.recall(HEAD) or ""
        notes = list(manifest.notes)
        if manifest.broken or not manifest.holds(head):
            why = manifest.broken or "its last records were lost"
            notes.append(
                f"begun anew at {moment()}, because {why}: nothing proves what was before"
            )
            aside(manifest.path, self.folder / QUARANTINE / f"manifest {moment()}")
            self._manifest = manifest = Manifest(self.folder)
        elif manifest.exists() and manifest.journal not in {"", identity}:
            notes.append(
                f"the journal was lost or replaced before {moment()}: what was acknowledged after "
                f"{manifest.last_at} and not flushed is lost"
            )
        if manifest.journal != identity or notes != manifest.notes:
            first = {} if manifest.head else {"first": True}
            new = [n for n in notes if n not in manifest.notes]
            manifest.append(moment(), {**first, "journal": identity, "notes": new})

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
        with self._stamping, self._writing():
            stamp = max(self._now(), self._stamp + timedelta(microseconds=1))
            known = frame.with_columns(pl.col("known_at").fill_null(stamp))
            self._journal.append(known.select(list(SCHEMA)).cast(pl.Schema(SCHEMA)))
            self._stamp = stamp

    def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep a payload that could not be understood, with the reason."""
        with self._writing():
            self._journal.refuse(self._now().isoformat(), feed, source, reason, payload)

    def remember(self, name: str, value: str) -> None:
        """Remember a text for a feed under a name."""
        with self._writing():
            self._journal.remember(name, value)

    def oldest(self, now: datetime) -> datetime:
        """Return from when on :meth:`retain` keeps readings, UTC."""
        return datetime.combine(first_day_kept(now, self._years), time.min, UTC)

    def known_time(self) -> datetime | None:
        """Return the last time that was known to be past; None before anything was stored."""
        known = self.recall(PAST) or self.recall(STAMP) or self._found_at
        return datetime.fromisoformat(known) if known else None

    def note_time(self, time: datetime) -> None:
        """Remember that a time is past."""
        self.remember(PAST, time.isoformat())

    def trust_clock(self) -> datetime:
        """Take the clock of the machine for right, whatever was stored; return its time."""
        now = self._now()
        with self._stamping:
            self.note_time(now)
            self.remember(STAMP, now.isoformat())
            self._stamp = now
        return now

    def flush(self) -> int:
        """Move the journal into the table; return how many readings were moved."""
        with self._flushing, self._writing():
            number, frame = self._journal.pending()
            if frame is None:
                return 0
            self._name_plants(spans(frame))
            current, superseded = resolved(frame)
            if superseded.height and self._superseded.held() < number:
                self._superseded.append(superseded, number)
            if self._readings.held() < number:
                self._readings.append(current, number)
            known = self._known_plants() | set(frame["plant"])
            self._journal.remember(PLANTS, json.dumps(sorted(known)))
            self._journal.drop(number, self._manifest.head)
            self._journal.remember(STAMP, self._stamp.isoformat())
            return frame.height

    def _name_plants(self, new: Span) -> None:
        """Say in the manifest which plants have readings, and of which days."""
        known = self._manifest.plants
        wider = {
            plant: (min(first, known[plant][0]), max(last, known[plant][1]))
            if plant in known
            else (first, last)
            for plant, (first, last) in new.items()
        }
        if changed := {p: span for p, span in wider.items() if span != known.get(p)}:
            self._manifest.append(moment(), {"plants": plain(changed)})

    def _forget_plants(self, names: Iterable[str]) -> list[str]:
        """No longer ask for plants; say so."""
        gone = {name: self._manifest.plants[name] for name in names}
        if gone:
            self._manifest.append(moment(), {"plants_gone": list(gone)})
        return [
            f"plant {name}, readings from {first} to {last}: none is here, asked for no longer"
            for name, (first, last) in gone.items()
        ]

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
            The days put in order; those with damage are left as they are.
        """
        with self._flushing, self._writing():
            self.flush()
            done, today, left = [], self._now().date(), set(self.damaged())
            left |= {f.day for f in self._superseded.files() if not self._superseded.sound(f)}
            for day, files in self._readings.days().items():
                due = everything or len(files) > MANY_FILES or day < today
                if due and day not in left and not self._in_order(day, files):
                    self._compact_day(day, files)
                    done.append(day)
            self._journal.remember(HEAD, self._manifest.head)
            if left:
                _LOG.warning("damaged, left as they are: %s", ", ".join(map(str, sorted(left))))
            return done

    def _in_order(self, day: date, files: list[DayFile]) -> bool:
        """Whether a day stands in one file and its hours were rolled up from it."""
        hours = self._hours.days().get(day, [])
        return (
            len(files) == 1
            and self._journal.rolled().get(str(day)) == files[0].path
            and all(map(self._hours.sound, hours))
        )

    def _compact_day(self, day: date, files: list[DayFile]) -> None:
        rows = self._readings.scan(files).collect()
        current, superseded = resolved(rows)
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
        with self._flushing, self._writing():
            gone = 0
            for table in (self._readings, self._superseded, self._hours):
                if min(table.days(), default=limit) < limit:
                    gone += table.forget_before(limit)
                if not self._manifest.notes:  # what nothing proves is not taken away
                    table.tidy(VACUUM_AFTER)
            self._forget_plants(
                [p for p, (_, last) in self._manifest.plants.items() if last < limit]
            )
            if self._manifest.size() > LARGE:
                self._manifest.rewrite(moment())
            self._journal.remember(HEAD, self._manifest.head)
            return gone

    def repair(self) -> list[str]:
        """Set damage aside, nothing is deleted, rebuild what can be; return what was done."""
        stamp, said = f"repair {moment()}", list(self._manifest.notes)
        place = self.folder / QUARANTINE / stamp
        with self._flushing:
            for table in self._tables:
                damaged, done = table.begin_anew(stamp)
                said += done
                for file in damaged:
                    self._journal.note_rolled(str(file.day), None)
            for number, payload in self._journal.set_aside():
                made(place)
                (place / f"entry-{number}.bin").write_bytes(payload)
                said.append(f"entry {number} of the journal set aside")
            said += self._close_gaps()
            self.compact(everything=True)
            files = self._readings.scan(self._readings.files())
            there = spans(files.select("plant", "time").collect())
            said += self._forget_plants([p for p in self._manifest.plants if p not in there])
            self._name_plants(there)
            self._manifest.append(moment(), {"settled": said})
            self._journal.remember(HEAD, self._manifest.head)
        return said

    def _close_gaps(self) -> list[str]:
        """Say once which entries are gone, and count on from there."""
        gaps = self._journal.gaps(self._held)
        if gaps:
            self.flush()
            self._readings.append(pl.DataFrame(schema=STORED), self._journal.newest())
            self._journal.drop(self._held(), self._manifest.head)
            self._journal.number_from(self._held())
        return gaps

    def close(self) -> None:
        """Close the files; what waits in the journal stays there."""
        super().close()
        if not self.trouble:
            self._lock.release()
