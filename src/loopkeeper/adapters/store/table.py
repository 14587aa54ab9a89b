"""A Delta Lake table of readings: sorted files by day, appended whole, compacted day by day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, Transaction, write_deltalake
from deltalake.exceptions import DeltaError
from deltalake.schema import PrimitiveType

from loopkeeper.adapters.store.delta import (
    APP,
    HOOKS,
    LOG,
    created,
    quick,
    small,
    write_log,
)
from loopkeeper.adapters.store.durable import QUARANTINE, aside, copied, made, sync_all
from loopkeeper.adapters.store.manifest import DayFile, Manifest
from loopkeeper.adapters.store.packing import PACKED, empty, on_disk, packed, unpacked
from loopkeeper.adapters.store.room import room_for
from loopkeeper.adapters.store.table_log import TableLog
from loopkeeper.errors import StoreError


class DayTable:
    """
    A table partitioned by day.

    Commits are atomic and stand in the manifest once they are on the disk; what is read is what
    the manifest holds, so that a damaged log hides nothing.
    """

    def __init__(
        self,
        folder: Path,
        schema: Mapping[str, pl.DataType],
        order: Sequence[str],
        manifest: Manifest,
        *,
        writes: bool = True,
    ) -> None:
        """Open, create where it may write; ``order`` sorts every file."""
        self._folder, self._order, self._manifest = folder, list(order), manifest
        self.name, self._log = folder.name, TableLog(folder, manifest)
        self._packs = "known_at" in schema
        self._columns = list(schema)
        self._schema = on_disk(schema)
        self._proven: dict[str, tuple[int, int]] = {}
        if writes:
            with self._log.speaking():
                self._log.recover()
                self._begin()

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self._folder

    def held(self) -> int:
        """Return the number of the last journal entry that the table holds."""
        return self._log.state().held

    def append(self, rows: pl.DataFrame, journal: int) -> None:
        """Add rows of any days in one commit, sorted; remembers the journal entry."""
        wide = empty(rows) if self._packs else rows
        stamped = wide.with_columns(pl.col("time").dt.date().alias("day"))
        room_for(stamped, self._folder)
        with self._log.speaking():
            write_deltalake(
                self._log.table(),
                stamped.select(self._schema.names()).sort(
                    "day", *self._order, maintain_order=True
                ),
                mode="append",
                writer_properties=quick(),
                post_commithook_properties=HOOKS,
                commit_properties=CommitProperties(app_transactions=[Transaction(APP, journal)]),
            )
            self._log.confirm()

    def replace(self, day: date, rows: pl.DataFrame) -> None:
        """Put these rows in the place of a day's files, in one commit."""
        tight = packed(rows) if self._packs else rows
        stamped = tight.with_columns(pl.lit(day).alias("day")).select(self._schema.names())
        room_for(stamped, self._folder)
        with self._log.speaking():
            self._log.agree()
            write_deltalake(
                self._log.table(),
                stamped.sort(*self._order, maintain_order=True),
                mode="overwrite",
                predicate=f"day = '{day}'",
                writer_properties=small(stamped.columns),
                target_file_size=2**40,
                post_commithook_properties=HOOKS,
            )
            self._log.confirm()

    def forget_before(self, day: date) -> int:
        """Delete days before one; return how many files went."""
        with self._log.speaking():
            self._log.agree()
            before = len(self.files())
            self._log.table().delete(f"day < '{day}'", post_commithook_properties=HOOKS)
            self._log.confirm()
            return before - len(self.files())

    def tidy(self, keep: timedelta) -> None:
        """Write a checkpoint and remove files no version younger than this needs."""
        with self._log.speaking():
            self._log.agree()
            self._log.checkpoint()
            self._log.table().cleanup_metadata()
            hours = int(keep.total_seconds() // 3600)
            self._log.table().vacuum(
                hours,
                dry_run=False,
                enforce_retention_duration=False,
                post_commithook_properties=HOOKS,
            )
            self._log.confirm()

    def files(self) -> list[DayFile]:
        """Return the files of the newest version."""
        return list(self._log.state().files.values())

    def days(self) -> dict[date, list[DayFile]]:
        """Return the files by day."""
        found: dict[date, list[DayFile]] = {}
        for file in self.files():
            found.setdefault(file.day, []).append(file)
        return found

    def scan(self, files: Iterable[DayFile]) -> pl.LazyFrame:
        """Return the rows of the sound ones of some files, lazily, without the day."""
        schema = pl.Schema({n: kind for n, kind in self._schema.items() if n != "day"})
        paths = [self._folder / f.path for f in files if f.rows and self.sound(f)]
        if not paths:
            return pl.LazyFrame(schema=schema).select(self._columns)
        rows = pl.scan_parquet(
            paths,
            hive_partitioning=False,
            schema=schema,
            missing_columns="insert",
            use_statistics=self._packs,  # a day of hours is too small to skip a part of it
        )
        return unpacked(rows, self._columns) if self._packs else rows

    def sound(self, file: DayFile) -> bool:
        """Return whether a file is what was written; proven once while it is unchanged."""
        try:
            stat = (self._folder / file.path).stat()
        except OSError:
            return False
        seen = (stat.st_mtime_ns, stat.st_size)
        if self._proven.get(file.path) != seen:
            if self._log.fault(file):
                return False
            self._proven[file.path] = seen
        return True

    def damage(self) -> list[tuple[DayFile, str]]:
        """Return the files that are not what was written, and what is wrong with them."""
        return [(f, said) for f in self.files() if (said := self._log.fault(f))]

    def problems(self) -> list[str]:
        """Return files and entries of the log that are gone or not what was written."""
        found = [
            f"{self.name}/{f.path} of {f.day}, {f.rows} rows: {said}" for f, said in self.damage()
        ]
        return found + self._log.problems()

    def copy_to(self, target: Path) -> list[str]:
        """Copy what should be there, held against the manifest; say what is not sound."""
        state, found = self._log.state(), []
        wanted = {f"{LOG}/{n}": held for n, held in state.logs.items()}
        wanted |= {f.path: f.sha256 for f in state.files.values()}
        done = []
        for path, held in sorted(wanted.items()):
            made((target / path).parent)
            try:
                found_held = copied(self._folder / path, target / path)
            except OSError as error:
                found.append(f"{self.name}/{path}: {error.strerror}")
                continue
            done.append(target / path)
            if held and found_held != held:
                found.append(f"{self.name}/{path} was changed since it was written")
        sync_all(done, target.parent)
        return found

    def begin_anew(self, stamp: str) -> tuple[list[DayFile], list[str]]:
        """
        Set damage aside and write the log anew from what is sound.

        ``stamp`` names the folder in quarantine; returns damaged files and what was done.
        """
        place = self._folder.parent / QUARANTINE / stamp / self.name
        known, damaged = self._log.state(), self.damage()
        if not damaged and not self._log.problems():
            return [], []
        gone = {f.path for f, _ in damaged}
        kept = [f for f in known.files.values() if f.path not in gone]
        with self._log.speaking():
            for file, _ in damaged:
                aside(self._folder / file.path, place / Path(file.path).parent)
            for old in sorted((self._folder / LOG).glob("*")):
                aside(old, place / LOG)
            self._folder.mkdir(exist_ok=True)
            created(self._folder, self._schema)
            write_log(self._folder, kept, known.held)
            self._log.adopt()
        said = [f"{self.name}: log written anew with {len(kept)} files"]
        said += [f"{self.name}: {f.rows} rows of {f.day} set aside: {why}" for f, why in damaged]
        return [f for f, _ in damaged], said

    def _begin(self) -> None:
        """Create the table where there is none, and begin its records."""
        if self._manifest.table(self.name) is not None:
            self._widen()
            return
        if not DeltaTable.is_deltatable(str(self._folder)):
            if any(self._folder.glob("day=*/*.parquet")):
                raise StoreError(
                    f"{self._folder}: neither its log nor the manifest is there; "
                    "run loopkeeper store repair"
                )
            self._folder.mkdir(parents=True, exist_ok=True)
            created(self._folder, self._schema)
        try:
            self._log.adopt()
        except DeltaError as error:
            raise StoreError(
                f"{self._folder}: neither its log nor the manifest can be followed; "
                "run loopkeeper store repair"
            ) from error
        self._widen()

    def _widen(self) -> None:
        """Give a table of an earlier version the packed columns."""
        try:
            known = {field.name for field in self._log.table().schema().fields}
        except DeltaError:
            return  # a damaged log is said where it is needed
        new = [
            Field(n, PrimitiveType("byte" if kind == pl.Int8 else "long"))
            for n, kind in PACKED.items()
            if self._packs and n not in known
        ]
        if new:
            self._log.table().alter.add_columns(new, post_commithook_properties=HOOKS)
            self._log.confirm()


def first_day_kept(now: datetime, years: float) -> date:
    """Return the first day that a retention of so many years keeps."""
    return (now.astimezone(UTC) - timedelta(days=365.25 * years)).date()
