"""Definitions of alarms as a table: one row an alarm, rationalised or refused."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopkeeper.adapters.files.dossier.columns import ALARMS
from loopkeeper.adapters.files.dossier.described import told
from loopkeeper.adapters.files.tables.point_table import figure, read_point_table
from loopkeeper.app.alarming import Watched
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.alarm import Condition, Definition, Priority
from loopkeeper.lifecycle.monitor.defaults import WORDS, DefaultAlarm
from loopkeeper.plant.words import Language


def read_alarms(path: Path) -> tuple[Watched, ...]:
    """
    Read the definitions of alarms.

    Parameters
    ----------
    path : Path
        CSV with the columns of :data:`~loopkeeper.adapters.files.dossier.columns.ALARMS`.

    Returns
    -------
    tuple of Watched

    Raises
    ------
    InputError
        When a cell cannot be understood; file, row and expectation are named.
    """
    needed = {name: told(ALARMS.file, name, Language.ENGLISH) for name in ALARMS.needed}
    rows = read_point_table(path, needed, unique="alarm")
    watched, problems = [], []
    for row in rows:
        try:
            watched.append(_watched(row))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError(f"{path.name}: " + "; ".join(problems[:10]))
    return tuple(watched)


def _watched(row: Mapping[str, str]) -> Watched:
    condition, priority = row["condition"].lower(), (row.get("priority") or "medium").lower()
    for what, value, known in (
        ("condition", condition, Condition),
        ("priority", priority, Priority),
    ):
        if value not in set(known):
            raise InputError(f"row {row['row']}: {what} {value!r}: expected {', '.join(known)}")
    definition = Definition(
        id=row["alarm"],
        point=row["point"],
        condition=Condition(condition),
        limit=figure(row, "limit", 0.0),
        priority=Priority(priority),
        dead_band=figure(row, "dead_band", 0.0),
        on_delay=figure(row, "on_delay_s", 0.0),
        off_delay=figure(row, "off_delay_s", 0.0),
        suppressed_by=row.get("suppressed_by") or None,
        suppressed_below=figure(row, "suppressed_below", 0.5),
    )
    return Watched(row["plant"], definition, {w: row[w] for w in WORDS if row.get(w)})


def write_alarms(path: Path, plant: str, alarms: Sequence[DefaultAlarm]) -> None:
    """
    Write a plant's default alarms as a table to edit.

    Parameters
    ----------
    path : Path
        CSV to write.
    plant : str
        Id of the plant.
    alarms : sequence of DefaultAlarm
        A limit that only the site knows is left empty: the table is refused until it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, [column.name for column in ALARMS.columns])
        table.writeheader()
        for one in alarms:
            row: dict[str, object] = {"alarm": one.id, "plant": plant, "point": one.point}
            row |= {"condition": one.row["condition"], "priority": one.row["priority"]}
            if one.definition is not None:
                row |= _figures(one.definition)
            table.writerow({**row, **one.words})


def _figures(one: Definition) -> dict[str, object]:
    figures: dict[str, object] = {
        "limit": f"{one.limit:g}",
        "dead_band": f"{one.dead_band:g}",
        "on_delay_s": f"{one.on_delay:g}",
        "off_delay_s": f"{one.off_delay:g}",
    }
    if one.suppressed_by is not None:
        figures |= {"suppressed_by": one.suppressed_by, "suppressed_below": one.suppressed_below}
    return figures
