"""A Delta Lake table of readings: sorted files by day, appended whole, compacted day by day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import RLock

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from loopkeeper.adapters.store.room import room_for
from loopkeeper.errors import StoreError

GROUP_ROWS = 64_000
"""Rows of a row group: small enough to skip what is not asked for."""
APP = "journal"
"""Name under which a table remembers the last journal entry it holds."""


@dataclass(frozen=True)
class DayFile:
    """A file of one day: its number of rows, and the newest journal entry in it where counted."""

    day: date
    path: str
    rows: int
    newest: int = 0


class DayTable:
    """
    A table partitioned by day.

    Commits are atomic; readers in other processes see whole commits only.
    """

    def __init__(
        self, folder: Path, schema: Mapping[str, pl.DataType], order: Sequence[str]
    ) -> None:
        """Open or create the table; ``order`` sorts every file."""
        self._folder, self._order = folder, list(order)
        self._schema = pl.Schema({**schema, "day": pl.Date()})
        self._lock = RLock()
        with self._speaking():
            if not DeltaTable.is_deltatable(str(folder)):
                folder.mkdir(parents=True, exist_ok=True)
                empty = pl.DataFrame(schema=self._schema)
                write_deltalake(folder, empty, partition_by=["day"], mode="ignore")
            self._table = DeltaTable(folder)
            self._files: tuple[int, list[DayFile]] | None = None

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self._folder

    def held(self) -> int:
        """Return the number of the last journal entry that the table holds."""
        with self._speaking():
            return int(self._table.transaction_version(APP) or 0)

    def append(self, rows: pl.DataFrame, journal: int) -> None:
        """Add rows of any days in one commit, sorted; remembers the journal entry."""
        stamped = rows.with_columns(pl.col("time").dt.date().alias("day"))
        room_for(stamped, self._folder)
        with self._speaking():
            write_deltalake(
                self._table, stamped.sort("day", *self._order, maintain_order=True), mode="append",
                writer_properties=_writer(),
                commit_properties=CommitProperties(app_transactions=[Transaction(APP, journal)]),
            )  # fmt: skip
            self._refresh()

    def replace(self, day: date, rows: pl.DataFrame) -> None:
        """Put these rows in the place of a day's files, in one commit."""
        stamped = rows.with_columns(pl.lit(day).alias("day")).select(self._schema.names())
        room_for(stamped, self._folder)
        with self._speaking():
            write_deltalake(
                self._table, stamped.sort(*self._order, maintain_order=True), mode="overwrite",
                predicate=f"day = '{day}'", writer_properties=_writer(),
                target_file_size=2**40,
            )  # fmt: skip
            self._refresh()

    def forget_before(self, day: date) -> int:
        """Delete days before one; return how many files went."""
        with self._speaking():
            before = len(self.files())
            self._table.delete(f"day < '{day}'")
            self._refresh()
            return before - len(self.files())

    def tidy(self, keep: timedelta) -> None:
        """Write a checkpoint and remove files no version younger than this needs."""
        with self._speaking():
            self._table.create_checkpoint()
            self._table.cleanup_metadata()
            hours = int(keep.total_seconds() // 3600)
            self._table.vacuum(hours, dry_run=False, enforce_retention_duration=False)

    def files(self) -> list[DayFile]:
        """Return the files of the newest version."""
        with self._speaking():
            self._refresh()
            if self._files is None or self._files[0] != self._table.version():
                self._files = (self._table.version(), self._listed())
            return self._files[1]

    def days(self) -> dict[date, list[DayFile]]:
        """Return the files by day."""
        found: dict[date, list[DayFile]] = {}
        for file in self.files():
            found.setdefault(file.day, []).append(file)
        return found

    def scan(self, files: Iterable[DayFile]) -> pl.LazyFrame:
        """Return the rows of some files, lazily; columns of the schema without the day."""
        columns = [c for c in self._schema.names() if c != "day"]
        paths = [self._folder / f.path for f in files]
        if not paths:
            return pl.LazyFrame(schema=self._schema).select(columns)
        return pl.scan_parquet(paths, hive_partitioning=False, schema=_without_day(self._schema))

    def problems(self) -> list[str]:
        """Return files that are gone, cannot be read or hold another number of rows."""
        found = []
        for file in self.files():
            path = self._folder / file.path
            try:
                rows = pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect()
                columns = pl.read_parquet(path, hive_partitioning=False)
            except (OSError, pl.exceptions.PolarsError) as error:
                found.append(f"{path.name} of {file.day}: {str(error).splitlines()[0][:120]}")
                continue
            if rows.item() != file.rows or columns.height != file.rows:
                found.append(
                    f"{path.name} of {file.day}: {rows.item()} rows, {file.rows} expected"
                )
        return found

    def _refresh(self) -> None:
        self._table.update_incremental()

    def _listed(self) -> list[DayFile]:
        actions = pl.DataFrame(self._table.get_add_actions(flatten=True))
        newest = pl.col("max.entry") if "max.entry" in actions.columns else pl.lit(0)
        return [
            DayFile(day, path, int(rows), int(entry or 0))
            for day, path, rows, entry in actions.select(
                "partition.day", "path", "num_records", newest.alias("newest")
            ).iter_rows()
        ]

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn what the table says into the program's own error."""
        with self._lock:
            try:
                yield
            except (DeltaError, OSError) as error:
                raise StoreError(f"{self._folder}: {str(error).splitlines()[0][:300]}") from error


def _without_day(schema: pl.Schema) -> pl.Schema:
    return pl.Schema({name: kind for name, kind in schema.items() if name != "day"})


def _writer() -> WriterProperties:
    return WriterProperties(
        compression="ZSTD", compression_level=3, max_row_group_size=GROUP_ROWS,
        write_batch_size=GROUP_ROWS,
    )  # fmt: skip


def first_day_kept(now: datetime, years: float) -> date:
    """Return the first day that a retention of so many years keeps."""
    return (now.astimezone(UTC) - timedelta(days=365.25 * years)).date()
