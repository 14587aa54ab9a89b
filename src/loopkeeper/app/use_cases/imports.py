"""Files of readings that somebody sends to a service: read in another process, then kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper.app.arrivals import from_file
from loopkeeper.app.hands import Work
from loopkeeper.app.jobs import Order
from loopkeeper.app.outside import Outside, Verdicts
from loopkeeper.app.paper import digest_of, on_disk
from loopkeeper.app.ports import Intake
from loopkeeper.app.use_cases.queue import Held
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language

IMPORT = "import"
"""The kind of jobs that read a file."""
TOGETHER = 200_000
"""Readings of a file that are kept in one go. [-]"""


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file as it lies at the service: its place, what its sender calls it, its SHA-256."""

    file: Path
    name: str
    sha256: str


def import_of(plant: str, sent: SentFile) -> Order:
    """Return the order to read a file; of one content it is open only once."""
    payload = {"file": sent.file.name, "name": sent.name, "sha256": sent.sha256}
    return Order(kind=IMPORT, plant=plant, key=f"{plant} {sent.sha256}", payload=payload)


@dataclass(frozen=True, kw_only=True)
class ImportWork:
    """Reads files of readings that lie in a folder for each plant, and lets them go when kept."""

    outside: Outside
    place: Path
    kind: str = IMPORT

    def work(self, held: Held) -> Work:
        """Return the reading of the file."""
        payload = held.job.payload
        sent = SentFile(
            file=self._file(held), name=str(payload["name"]), sha256=str(payload["sha256"])
        )
        return partial(read_sent, self.outside, held.folder, sent)

    async def keep(
        self, held: Held, found: tuple[pl.DataFrame, Verdicts], intake: Intake
    ) -> Mapping[str, Any]:
        """Keep the readings; tell how many, of what, and all there was to say."""
        frame, verdicts = found
        rows, aside, reasons = from_file(frame, held.plant, held.now), 0, dict[str, None]()
        for part in rows.iter_slices(TOGETHER):
            away = await intake.keep(part, IMPORT)
            aside += sum(one.rows.height for one in away)
            reasons |= {one.reason: None for one in away}
        if aside == rows.height:
            raise InputError(f"{held.job.payload['name']}: nothing was kept: {'; '.join(reasons)}")
        return {
            "kept": rows.height - aside,
            "put_aside": aside,
            "put_aside_why": list(reasons),
            "without_time": frame.height - rows.height,
            "points": rows["point"].n_unique(),
            "said": [
                {"severity": str(v.severity), "code": v.code}
                | {f"sentence_{lang}": v.sentence(lang) for lang in Language}
                for v in verdicts
            ],
        }

    def record(self, _held: Held, kept: Mapping[str, Any]) -> Mapping[str, Any]:
        """Record nothing else."""
        return kept

    def settle(self, held: Held, _kept: Mapping[str, Any]) -> None:
        """Let the file go; its readings are kept."""
        file = self._file(held)
        with on_disk(file):
            file.unlink(missing_ok=True)

    def _file(self, held: Held) -> Path:
        return self.place / held.plant / str(held.job.payload["file"])


def read_sent(outside: Outside, folder: Path, sent: SentFile) -> tuple[pl.DataFrame, Verdicts]:
    """
    Read a file of readings as the plant's dossier tells.

    Parameters
    ----------
    outside : Outside
        Who reads dossiers and files.
    folder : Path
        The dossier.
    sent : SentFile
        The file.

    Returns
    -------
    DataFrame
        In each point's own unit; see :meth:`loopkeeper.app.outside.Dossiers.read_export`.
    tuple of Verdict
        What could not be read.

    Raises
    ------
    InputError
        When the file is gone or not what was sent, or no reading can be used; what was found
        is named.
    """
    if not sent.file.is_file() or digest_of(sent.file) != sent.sha256:
        raise InputError(f"{sent.name}: the file changed or is gone since it was sent")
    plant = outside.dossiers.read_dossier(folder).plant
    frame, verdicts = outside.dossiers.read_export(sent.file, sent.name, plant)
    if not frame["time"].count():
        said = "; ".join(v.sentence() for v in verdicts)
        raise InputError(f"{sent.name}: no reading can be used: {said}")
    return frame, verdicts
