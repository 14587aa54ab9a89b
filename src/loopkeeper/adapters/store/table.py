"""A Delta Lake table of readings: sorted files by day, appended whole, compacted day by day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock

import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, Transaction, write_deltalake
from deltalake.exceptions import DeltaError
from deltalake.schema import PrimitiveType

from loopkeeper.adapters.store.delta import (
    APP,
    HOOKS,
    LOG,
    actions,
    created,
    listed,
    now,
    quick,
    small,
    version,
    write_log,
)
from loopkeeper.adapters.store.durable import QUARANTINE, aside, copied, digest, made, sync_all
from loopkeeper.adapters.store.manifest import DayFile, Known, Manifest, plain
from loopkeeper.adapters.store.packing import PACKED, empty, on_disk, packed, unpacked
from loopkeeper.adapters.store.room import room_for
from loopkeeper.errors import StoreError

MOST_LOGS = 100
"""Log entries between checkpoints."""


class DayTable:
    """
    A table partitioned by day.

    Commits are atomic and stand in the manifest once they are on the disk; what is read is what
    the manifest holds, so that a damaged log hides nothing.
    """

    def __init__(
        self, folder: Path, schema: Mapping[str, pl.DataType], order: Sequence[str],
        manifest: Manifest, *, writes: bool = True,
    ) -> None:  # fmt: skip
        """Open, create where it may write; ``order`` sorts every file."""
        self._folder, self._order, self._manifest = folder, list(order), manifest
        self.name = folder.name
        self._packs = "known_at" in schema
        self._columns = list(schema)
        self._schema = on_disk(schema)
        self._lock = RLock()
        self._proven: dict[str, tuple[int, int]] = {}
        self._delta: DeltaTable | None = None
        if writes:
            with self._speaking():
                self._recover()
                self._begin()

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self._folder

    def held(self) -> int:
        """Return the number of the last journal entry that the table holds."""
        return self.state().held

    def state(self) -> Known:
        """Return what should be there: as the manifest says, or the log without one."""
        known = self._manifest.table(self.name)
        if known is not None:
            return known
        if not DeltaTable.is_deltatable(str(self._folder)):
            return Known()
        with self._speaking():
            table = self._table()
            held = int(table.transaction_version(APP) or 0)
            logs = {p.name: "" for p in (self._folder / LOG).iterdir() if p.is_file()}
            return Known(table.version(), held, {f.path: f for f in listed(table)}, logs)

    def append(self, rows: pl.DataFrame, journal: int) -> None:
        """Add rows of any days in one commit, sorted; remembers the journal entry."""
        wide = empty(rows) if self._packs else rows
        stamped = wide.with_columns(pl.col("time").dt.date().alias("day"))
        room_for(stamped, self._folder)
        with self._speaking():
            write_deltalake(
                self._table(),
                stamped.select(self._schema.names()).sort(
                    "day", *self._order, maintain_order=True
                ),
                mode="append", writer_properties=quick(), post_commithook_properties=HOOKS,
                commit_properties=CommitProperties(app_transactions=[Transaction(APP, journal)]),
            )  # fmt: skip
            self._confirm()

    def replace(self, day: date, rows: pl.DataFrame) -> None:
        """Put these rows in the place of a day's files, in one commit."""
        tight = packed(rows) if self._packs else rows
        stamped = tight.with_columns(pl.lit(day).alias("day")).select(self._schema.names())
        room_for(stamped, self._folder)
        with self._speaking():
            self._agree()
            write_deltalake(
                self._table(), stamped.sort(*self._order, maintain_order=True), mode="overwrite",
                predicate=f"day = '{day}'", writer_properties=small(stamped.columns),
                target_file_size=2**40, post_commithook_properties=HOOKS,
            )  # fmt: skip
            self._confirm()

    def forget_before(self, day: date) -> int:
        """Delete days before one; return how many files went."""
        with self._speaking():
            self._agree()
            before = len(self.files())
            self._table().delete(f"day < '{day}'", post_commithook_properties=HOOKS)
            self._confirm()
            return before - len(self.files())

    def tidy(self, keep: timedelta) -> None:
        """Write a checkpoint and remove files no version younger than this needs."""
        with self._speaking():
            self._agree()
            self._checkpoint()
            self._table().cleanup_metadata()
            hours = int(keep.total_seconds() // 3600)
            self._table().vacuum(
                hours, dry_run=False, enforce_retention_duration=False,
                post_commithook_properties=HOOKS,
            )  # fmt: skip
            self._confirm()

    def files(self) -> list[DayFile]:
        """Return the files of the newest version."""
        return list(self.state().files.values())

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
            paths, hive_partitioning=False, schema=schema, missing_columns="insert"
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
            if self.fault(file):
                return False
            self._proven[file.path] = seen
        return True

    def fault(self, file: DayFile) -> str:
        """Return what is wrong with a file, nothing when it is what was written."""
        path = self._folder / file.path
        try:
            if file.size >= 0 and path.stat().st_size != file.size:
                return f"{path.stat().st_size} bytes, {file.size} expected"
            if file.sha256:
                return "" if digest(path) == file.sha256 else "was changed since it was written"
            rows = pl.read_parquet(path, hive_partitioning=False).height
        except FileNotFoundError:
            return "is missing"
        except (OSError, pl.exceptions.PolarsError) as error:
            return str(error).splitlines()[0][:120]
        return "" if rows == file.rows else f"{rows} rows, {file.rows} expected"

    def damage(self) -> list[tuple[DayFile, str]]:
        """Return the files that are not what was written, and what is wrong with them."""
        return [(f, said) for f in self.files() if (said := self.fault(f))]

    def log_problems(self) -> list[str]:
        """Return entries of the log that are missing or changed."""
        found = []
        for name, held in sorted(self.state().logs.items()):
            path = self._folder / LOG / name
            if not path.is_file():
                found.append(f"{self.name}/{LOG}/{name} is missing")
            elif held and digest(path) != held:
                found.append(f"{self.name}/{LOG}/{name} was changed since it was written")
        return found

    def problems(self) -> list[str]:
        """Return files and entries of the log that are gone or not what was written."""
        found = [
            f"{self.name}/{f.path} of {f.day}, {f.rows} rows: {said}" for f, said in self.damage()
        ]
        return found + self.log_problems()

    def copy_to(self, target: Path) -> list[str]:
        """Copy what should be there, held against the manifest; say what is not sound."""
        state, found = self.state(), []
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
        known, damaged = self.state(), self.damage()
        if not damaged and not self.log_problems():
            return [], []
        gone = {f.path for f, _ in damaged}
        kept = [f for f in known.files.values() if f.path not in gone]
        with self._speaking():
            for file, _ in damaged:
                aside(self._folder / file.path, place / Path(file.path).parent)
            for old in sorted((self._folder / LOG).glob("*")):
                aside(old, place / LOG)
            self._folder.mkdir(exist_ok=True)
            created(self._folder, self._schema)
            write_log(self._folder, kept, known.held)
            self._delta = None
            self._adopt()
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
                raise StoreError(f"{self._folder}: neither its log nor the manifest is there; "
                                 "run loopkeeper store repair")  # fmt: skip
            self._folder.mkdir(parents=True, exist_ok=True)
            created(self._folder, self._schema)
        try:
            self._adopt()
        except DeltaError as error:
            raise StoreError(f"{self._folder}: neither its log nor the manifest can be followed; "
                             "run loopkeeper store repair") from error  # fmt: skip
        self._widen()

    def _widen(self) -> None:
        """Give a table of an earlier version the packed columns."""
        try:
            known = {field.name for field in self._table().schema().fields}
        except DeltaError:
            return  # a damaged log is said where it is needed
        new = [
            Field(n, PrimitiveType("byte" if kind == pl.Int8 else "long"))
            for n, kind in PACKED.items() if self._packs and n not in known
        ]  # fmt: skip
        if new:
            self._table().alter.add_columns(new, post_commithook_properties=HOOKS)
            self._confirm()

    def _adopt(self) -> None:
        """Take what the log says as what should be there; it is proven from now on."""
        table = self._table()
        (self._folder / LOG / "_last_checkpoint").unlink(missing_ok=True)
        files = {}
        for file in listed(table):
            said = self.fault(file)
            held = said or digest(self._folder / file.path)
            files[file.path] = replace(file, sha256=held)
        logs = [p for p in (self._folder / LOG).iterdir() if p.is_file()]
        there = [self._folder / p for p in files if (self._folder / p).is_file()]
        sync_all([*there, *logs], self._folder.parent)
        known = Known(
            table.version(), int(table.transaction_version(APP) or 0), files,
            {p.name: digest(p) for p in logs},
        )  # fmt: skip
        self._manifest.append(now(), {"table": self.name, **known.record()})

    def _recover(self) -> None:
        """Finish a commit that was cut off when all of it is there, otherwise set it aside."""
        known = self._manifest.table(self.name)
        log = self._folder / LOG
        place = self._folder.parent / QUARANTINE / "cut-off" / self.name
        if known is None:
            first = log / f"{0:020d}.json"
            if first.exists() and not first.stat().st_size:
                aside(first, place)
            return
        for path in {*log.glob("*checkpoint*")} - {log / name for name in known.logs}:
            aside(path, place)
        late = sorted(p for p in log.glob("*.json") if version(p) > known.version)
        if not late:
            return
        if self._whole(late):
            self._confirm()
            return
        for path in late:
            aside(path, place)

    def _whole(self, late: list[Path]) -> bool:
        """Whether log entries and all the files they add are whole."""
        try:
            adds, _, _ = actions(late)
        except (ValueError, KeyError, OSError):
            return False
        return not any(map(self.fault, adds))

    def _confirm(self) -> None:
        """Wait until what was committed is on the disk, then record it."""
        known = self._manifest.table(self.name)
        if known is None:
            raise StoreError(
                f"{self._folder}: its manifest is damaged; run loopkeeper store repair"
            )
        self._table().update_incremental()
        names = [f"{n:020d}.json" for n in range(known.version + 1, self._table().version() + 1)]
        paths = [self._folder / LOG / name for name in names]
        if not paths:
            return
        adds, gone, held = actions(paths)
        adds = [f for f in adds if f.path not in gone]
        files = [self._folder / f.path for f in adds]
        sync_all([*files, *paths], self._folder.parent)
        adds = [replace(f, sha256=digest(self._folder / f.path)) for f in adds]
        self._manifest.append(now(), {
            "table": self.name, "version": self._table().version(), "held": max(held, known.held),
            "gone": gone, "adds": [plain(f) for f in adds],
            "logs": {p.name: digest(p) for p in paths}, "logs_gone": [],
        })  # fmt: skip
        if len(self.state().logs) > MOST_LOGS:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Sum the log up; what it sums up is needed no more."""
        table, log = self._table(), self._folder / LOG
        table.create_checkpoint()
        (log / "_last_checkpoint").unlink(missing_ok=True)  # a hint only: the name says as much
        known = self.state()
        name = f"{table.version():020d}.checkpoint.parquet"
        sync_all([log / name], self._folder)
        old = [n for n in known.logs if n != name]
        self._manifest.append(now(), {
            "table": self.name, "version": known.version, "held": known.held, "gone": [],
            "adds": [], "logs": {name: digest(log / name)}, "logs_gone": old,
        })  # fmt: skip

    def _agree(self) -> None:
        """Refuse to take files away by a log that does not know all of them."""
        missing = set(self.state().files) - {f.path for f in listed(self._table())}
        if missing:
            raise StoreError(
                f"{self._folder}: its log does not know {len(missing)} files; "
                "run loopkeeper store repair"
            )

    def _table(self) -> DeltaTable:
        if self._delta is None:
            self._delta = DeltaTable(self._folder)
        self._delta.update_incremental()
        return self._delta

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what the table says into the program's own error."""
        with self._lock:
            try:
                yield
            except (DeltaError, OSError, ValueError, KeyError) as error:
                raise StoreError(f"{self._folder}: {str(error).splitlines()[0][:300]}") from error


def first_day_kept(now: datetime, years: float) -> date:
    """Return the first day that a retention of so many years keeps."""
    return (now.astimezone(UTC) - timedelta(days=365.25 * years)).date()
