"""The log of a day table: what was committed, confirmed on the disk, or cut off on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import RLock

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from loopkeeper.adapters.store.delta import APP, LOG, actions, listed, now, version
from loopkeeper.adapters.store.durable import QUARANTINE, aside, digest, sync_all
from loopkeeper.adapters.store.manifest import DayFile, Known, Manifest, plain
from loopkeeper.errors import StoreError

MOST_LOGS = 100
"""Log entries between checkpoints."""


class TableLog:
    """
    What a table's own log says, and the manifest that holds what was proven of it.

    The manifest comes after the disk: a commit it does not know was cut off.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Of the table in a folder."""
        self.folder, self.name, self._manifest = folder, folder.name, manifest
        self._lock = RLock()
        self._delta: DeltaTable | None = None

    def state(self) -> Known:
        """Return what should be there: as the manifest says, or the log without one."""
        known = self._manifest.table(self.name)
        if known is not None:
            return known
        if not DeltaTable.is_deltatable(str(self.folder)):
            return Known()
        with self.speaking():
            table = self.table()
            held = int(table.transaction_version(APP) or 0)
            logs = {p.name: "" for p in (self.folder / LOG).iterdir() if p.is_file()}
            return Known(table.version(), held, {f.path: f for f in listed(table)}, logs)

    def fault(self, file: DayFile) -> str:
        """Return what is wrong with a file, nothing when it is what was written."""
        path = self.folder / file.path
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

    def problems(self) -> list[str]:
        """Return entries of the log that are missing or changed."""
        found = []
        for name, held in sorted(self.state().logs.items()):
            path = self.folder / LOG / name
            if not path.is_file():
                found.append(f"{self.name}/{LOG}/{name} is missing")
            elif held and digest(path) != held:
                found.append(f"{self.name}/{LOG}/{name} was changed since it was written")
        return found

    def adopt(self) -> None:
        """Take what the log says as what should be there; it is proven from now on."""
        self._delta = None
        table = self.table()
        (self.folder / LOG / "_last_checkpoint").unlink(missing_ok=True)
        files = {}
        for file in listed(table):
            said = self.fault(file)
            held = said or digest(self.folder / file.path)
            files[file.path] = replace(file, sha256=held)
        logs = [p for p in (self.folder / LOG).iterdir() if p.is_file()]
        there = [self.folder / p for p in files if (self.folder / p).is_file()]
        sync_all([*there, *logs], self.folder.parent)
        known = Known(
            table.version(),
            int(table.transaction_version(APP) or 0),
            files,
            {p.name: digest(p) for p in logs},
        )
        self._manifest.append(now(), {"table": self.name, **known.record()})

    def recover(self) -> None:
        """Finish a commit that was cut off when all of it is there, otherwise set it aside."""
        known = self._manifest.table(self.name)
        log = self.folder / LOG
        place = self.folder.parent / QUARANTINE / "cut-off" / self.name
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
            self.confirm()
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

    def confirm(self) -> None:
        """Wait until what was committed is on the disk, then record it."""
        known = self._manifest.table(self.name)
        if known is None:
            raise StoreError(
                f"{self.folder}: its manifest is damaged; run loopkeeper store repair"
            )
        self.table().update_incremental()
        names = [f"{n:020d}.json" for n in range(known.version + 1, self.table().version() + 1)]
        paths = [self.folder / LOG / name for name in names]
        if not paths:
            return
        adds, gone, held = actions(paths)
        adds = [f for f in adds if f.path not in gone]
        files = [self.folder / f.path for f in adds]
        sync_all([*files, *paths], self.folder.parent)
        adds = [replace(f, sha256=digest(self.folder / f.path)) for f in adds]
        self._manifest.append(
            now(),
            {
                "table": self.name,
                "version": self.table().version(),
                "held": max(held, known.held),
                "gone": gone,
                "adds": [plain(f) for f in adds],
                "logs": {p.name: digest(p) for p in paths},
                "logs_gone": [],
            },
        )
        if len(self.state().logs) > MOST_LOGS:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Sum the log up; what it sums up is needed no more."""
        table, log = self.table(), self.folder / LOG
        table.create_checkpoint()
        (log / "_last_checkpoint").unlink(missing_ok=True)  # a hint only: the name says as much
        known = self.state()
        name = f"{table.version():020d}.checkpoint.parquet"
        sync_all([log / name], self.folder)
        old = [n for n in known.logs if n != name]
        self._manifest.append(
            now(),
            {
                "table": self.name,
                "version": known.version,
                "held": known.held,
                "gone": [],
                "adds": [],
                "logs": {name: digest(log / name)},
                "logs_gone": old,
            },
        )

    def agree(self) -> None:
        """Refuse to take files away by a log that does not know all of them."""
        missing = set(self.state().files) - {f.path for f in listed(self.table())}
        if missing:
            raise StoreError(
                f"{self.folder}: its log does not know {len(missing)} files; "
                "run loopkeeper store repair"
            )

    def table(self) -> DeltaTable:
        """Return the table as its log has it now."""
        if self._delta is None:
            self._delta = DeltaTable(self.folder)
        self._delta.update_incremental()
        return self._delta

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Turn what the table says into the program's own error."""
        with self._lock:
            try:
                yield
            except (DeltaError, OSError, ValueError, KeyError) as error:
                raise StoreError(f"{self.folder}: {str(error).splitlines()[0][:300]}") from error
