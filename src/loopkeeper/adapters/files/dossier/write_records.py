"""Records of a dossier as CSV tables."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from loopkeeper.adapters.files.dossier.columns import (
    ASSESSMENT,
    COMMISSIONING,
    EVENTS,
    LEDGER,
    POINTS,
    WATER_QUALITY,
    DossierColumn,
)
from loopkeeper.adapters.files.dossier.records import read_trials
from loopkeeper.adapters.store.durable import alone
from loopkeeper.app.paper import put
from loopkeeper.errors import OutsideError
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.units import from_si

LOCK = ".lock"
"""What a writer of a dossier's records holds."""


def write_records(plant: Plant, folder: Path) -> None:
    """
    Write ledger, trials, points, events, assessments and samples, where there are any.

    Parameters
    ----------
    plant : Plant
        The plant.
    folder : Path
        Of its dossier.
    """
    tables = (
        (LEDGER, plant.ledger),
        (COMMISSIONING, plant.trials),
        (POINTS, plant.points),
        (EVENTS, plant.events),
        (ASSESSMENT, plant.assessments),
        (WATER_QUALITY, plant.samples),
    )
    for table, records in tables:
        if records:
            write_rows(folder / table.file, table.written, records)


def write_rows(path: Path, columns: Sequence[DossierColumn], records: Sequence[object]) -> None:
    """
    Write records as a table.

    Parameters
    ----------
    path : Path
        CSV to write; its folder is made when missing.
    columns : sequence of DossierColumn
        In their order.
    records : sequence
        With the fields that the columns are of.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        writer.writerows(cells_of(record, columns) for record in records)


def keep_trials(folder: Path, plant: Plant, trials: Sequence[Trial]) -> None:
    """
    Write the trials of a dossier, whole or not at all.

    Parameters
    ----------
    folder : Path
        The dossier.
    plant : Plant
        As it was read before: what stands in the file must still be its trials.
    trials : sequence of Trial
        All of them.

    Raises
    ------
    OutsideError
        When somebody else wrote to it meanwhile, or the disk does not take it.
    """
    file = folder / COMMISSIONING.file
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in COMMISSIONING.written])
    writer.writerows(cells_of(row, COMMISSIONING.written) for row in trials)
    with alone(folder / LOCK, file):
        there, _ = read_trials(folder, plant.site.timezone)
        if there != plant.trials:
            raise OutsideError(f"{file}: somebody else wrote to it meanwhile; do it again")
        put(text.getvalue().encode(), file)


def cells_of(record: object, columns: Sequence[DossierColumn]) -> list[object]:
    """Return a record as the cells of its row."""
    return [_cell(getattr(record, column.fills), column) for column in columns]


def _cell(value: object, column: DossierColumn) -> object:
    """A value as its cell: times with offset, numbers in the file's unit."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and column.unit:
        return f"{from_si(value, column.unit):.{column.digits}g}"
    return value
