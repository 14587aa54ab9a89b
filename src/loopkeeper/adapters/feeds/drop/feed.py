"""The file feed: what is put into a folder is read, kept, and moved aside with what it said."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.tables.containers import ENDINGS, is_hidden
from loopkeeper.adapters.files.telemetry.telemetry import EMPTY, Manner, read_telemetry_file
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.moments import Zone
from loopkeeper.app.ports import Intake
from loopkeeper.measure.source_quality import SourceQuality
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

_OTHER = "Asia/Shanghai"


@dataclass(frozen=True)
class Inbox:
    """
    A folder with one sub-folder for each plant.

    ``timezone`` is that of times without offset, the plant's own when left out; ``time_format``
    where the loggers' one is declared.
    """

    folder: str = "inbox"
    timezone: str = ""
    every: float = 5.0
    time_format: str = ""


class DropFeed:
    """
    Reads ``folder/<plant>/<file>`` once it stopped growing.

    A file that was kept goes to ``done/``, one that could not be read to ``failed/``; a text
    beside it says what there was to say.
    """

    def __init__(self, inbox: Inbox, *, name: str = "drop", zone: Zone = lambda _: None) -> None:
        """Nothing is read before :meth:`run`."""
        self.name, self._inbox, self._folder = name, inbox, Path(inbox.folder)
        self._zone = zone
        self._sizes: dict[Path, tuple[int, int]] = {}
        self._files = 0

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {"kind": "drop", "connected": self._folder.is_dir(), "files": self._files}

    async def run(self, intake: Intake) -> None:
        """Look, read, wait, until cancelled."""
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            for path in self._finished():
                await self._take(path, intake)
            await asyncio.sleep(self._inbox.every)

    def _finished(self) -> list[Path]:
        """Files that have not changed since the last look."""
        files = [
            p
            for p in self._folder.glob("*/*")
            if p.is_file() and p.suffix.lower() in ENDINGS and not is_hidden(p.name)
        ]
        before, self._sizes = self._sizes, {}
        for path in files:
            now = path.stat()
            self._sizes[path] = (now.st_size, now.st_mtime_ns)
        return sorted(p for p, seen in self._sizes.items() if before.get(p) == seen)

    async def _take(self, path: Path, intake: Intake) -> None:
        plant = path.parent.name
        zone = self._zone(plant)
        manner = Manner("" if zone is None else str(zone), self._inbox.time_format)
        frame, verdicts = await asyncio.to_thread(_read, path, manner)
        known = frame.filter(pl.col("time").is_not_null())
        if known.is_empty():
            reason = "; ".join(v.sentence() for v in verdicts) or "no readings in it"
            await intake.refuse(self.name, f"{plant}/{path.name}", reason, b"")
            self._aside(path, "failed", verdicts)
            return
        now = datetime.now(UTC)
        rows = known.with_columns(
            pl.lit(plant).alias("plant"),
            # what nobody told is known from now on, and nothing is known before it is here
            pl.when(pl.col("known_at") < now).then(pl.col("known_at")).alias("known_at"),
            pl.when(pl.col("value").is_not_null())
            .then("quality")
            .otherwise(SourceQuality.BAD)
            .cast(pl.Int8)
            .alias("quality"),
        )
        await intake.keep(rows.select(list(SCHEMA)), self.name)
        self._aside(path, "done", verdicts)
        self._files += 1

    def _aside(self, path: Path, folder: str, verdicts: Sequence[Verdict]) -> None:
        target = path.parent / folder
        target.mkdir(exist_ok=True)
        place = target / path.name
        copies = 1
        while place.exists():
            copies += 1
            place = target / f"{path.stem}-{copies}{path.suffix}"
        path.replace(place)
        if verdicts:
            said = "\n".join(
                f"{v.severity}: {v.sentence()} {v.sentence(Language.CHINESE)}" for v in verdicts
            )
            place.with_suffix(place.suffix + ".said.txt").write_text(said + "\n", encoding="utf-8")


def _read(path: Path, manner: Manner) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """The readings of a file; none when it has times of a zone that nobody told."""
    told = manner if manner.zone else replace(manner, zone="UTC")
    frame, said = read_telemetry_file(path, path.name, told)
    if manner.zone:
        return frame, said
    other, _ = read_telemetry_file(path, path.name, replace(manner, zone=_OTHER))
    if frame["time"].equals(other["time"]):
        return frame, said
    return EMPTY, (*said, Verdict("dossier.time.no_zone", {"file": path.name}))
