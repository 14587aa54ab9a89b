"""Reading the record tables: machine maps, ledger, trials, points, events, samples."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loopkeeper.adapters.files.dossier.columns import (
    ASSESSMENT,
    COMMISSIONING,
    EVENTS,
    LEDGER,
    MAP,
    POINTS,
    WATER_QUALITY,
    DossierColumn,
    FileTable,
)
from loopkeeper.adapters.files.field_tests.water_samples import analysed, sampled_on
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table, texts
from loopkeeper.adapters.ledger.file import FOLDER, LedgerFile
from loopkeeper.adapters.ledger.people import read_people
from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.build.ledger import counting, taken_in
from loopkeeper.lifecycle.build.people import names_of, referenced
from loopkeeper.plant.machines import MapPoint, Mode
from loopkeeper.plant.points import QUANTITIES, Point, Statistic, unit_fits
from loopkeeper.plant.records import Assessment, LedgerCheck, PlantEvent, Trial, WaterSample
from loopkeeper.plant.verdict import Verdict, gathered
from loopkeeper.units import linear_to_si, nearest_units, to_si


def _open(folder: Path, form: FileTable) -> tuple[TextTable | None, list[Verdict]]:
    """A table with the columns it needs, or None; a missing file that is expected is a caution."""
    path = folder / form.file
    if not path.is_file():
        missing = Verdict("dossier.part.missing", {"part": form.file})
        return None, [missing] if form.expected else []
    table = read_table(path, form.file)
    lacking = [c for c in form.needed if c not in table.frame.columns]
    if lacking:
        figures = {"file": form.file, "columns": ", ".join(lacking)}
        return None, [*table.verdicts, Verdict("dossier.columns.missing", figures)]
    return table, [*table.verdicts]


@dataclass(frozen=True)
class _Row:
    """A row: its line in the file, its fields in SI, and the texts that stand in its cells."""

    line: int
    fields: dict[str, Any]
    texts: dict[str, str]

    def unparsable(self, file: str, column: str, expected: str) -> Verdict:
        """A cell that cannot be read: what stands there, what was expected."""
        figures = {"file": file, "row": self.line, "column": column, "count": 1}
        value = self.texts[column][:60]
        return Verdict(
            "dossier.value.unparsable", {**figures, "value": value, "expected": expected}
        )


def _rows(
    folder: Path, form: FileTable, zone: str = "UTC"
) -> tuple[tuple[_Row, ...], list[Verdict]]:
    """All rows of a file of a dossier; none where it cannot be read."""
    table, verdicts = _open(folder, form)
    if table is None:
        return (), verdicts
    cells = {column.name: texts(table, column.name) for column in form.columns}
    columns, said = gathered(_column(table, c, zone) for c in form.columns)
    fields = dict(zip((c.fills for c in form.columns), columns, strict=True))
    rows = tuple(
        _Row(
            int(table.frame["row"][n]),
            {name: values[n] for name, values in fields.items()},
            {name: values[n] for name, values in cells.items()},
        )
        for n in range(table.frame.height)
    )
    return rows, [*verdicts, *said]


_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _column(
    table: TextTable, column: DossierColumn, zone: str
) -> tuple[Sequence[object], list[Verdict]]:
    """A column in SI; None where a cell is empty or cannot be read, empty for texts."""
    if column.kind == "number":
        return _numbers(table, column)
    readers: dict[object, Callable[[str], object]] = {
        "date": _day,
        "moment": lambda text: _moment(text, zone),
        "flag": lambda text: _YES_NO.get(text.lower()),
    }
    read = readers.get(column.kind, str)
    return [read(text) for text in texts(table, column.name)], []


def _numbers(table: TextTable, column: DossierColumn) -> tuple[list[float | None], list[Verdict]]:
    if column.name not in table.frame.columns:
        return [None] * table.frame.height, []
    values, said = numbers(table, column.name, logged=False)
    if not column.unit:
        return values.to_list(), [*said]
    return [None if v is None else to_si(v, column.unit) for v in values.to_list()], [*said]


def read_map(folder: Path, name: str) -> tuple[tuple[MapPoint, ...], list[Verdict]]:
    """Return the rows of a performance map in SI, and every problem."""
    if not (folder / name).is_file():
        return (), [Verdict("dossier.file.missing", {"file": name})]
    rows, verdicts = _rows(folder, replace(MAP, file=name))
    usable = tuple(
        MapPoint(**{**row.fields, "mode": Mode(row.fields["mode"])})
        for row in rows
        if row.fields["mode"] in list(Mode) and None not in row.fields.values()
    )
    if len(usable) < len(rows):
        figures = {"file": name, "count": len(rows) - len(usable)}
        verdicts.append(Verdict("dossier.rows.unusable", figures))
    return usable, verdicts


def read_ledger(folder: Path) -> tuple[tuple[LedgerCheck, ...], list[Verdict]]:
    """
    Return the hidden works, and every problem.

    Where there is a sealed ledger it is what stands; of one that was changed since it was sealed
    nothing is used, and rows of the table that it does not hold are counted.
    """
    table, said = read_ledger_table(folder / LEDGER.file)
    kept = LedgerFile(folder)
    if not kept.exists():
        return table, said
    found = kept.verify()
    if not found.sound:
        return (), [Verdict("dossier.ledger.changed", {"count": len(found.changes)})]
    records, people = kept.read().records(), read_people(folder / FOLDER)
    names = names_of(people)
    asked, strangers = referenced(table, people, str)
    known = names_of((*people, *strangers))
    beside = len(taken_in(asked, records, "", names=known))
    missing = [Verdict("dossier.ledger.beside", {"count": beside})] if beside else []
    said = [v for v in said if v.code != "dossier.part.missing"]
    counts, contested = counting(records)
    named = (replace(one, by=names.get(one.by, one.by)) for one in counts)
    return tuple(one.as_check() for one in named), [*said, *missing, *contested]


def read_ledger_table(path: Path) -> tuple[tuple[LedgerCheck, ...], list[Verdict]]:
    """Return the rows of a table of hidden works, and every problem."""
    rows, said = _rows(path.parent, replace(LEDGER, file=path.name))
    return tuple(LedgerCheck(**row.fields) for row in rows), said


def read_trials(
    folder: Path, zone: str, file: str = COMMISSIONING.file
) -> tuple[tuple[Trial, ...], list[Verdict]]:
    """Return the commissioning trials, and every problem."""
    rows, said = _rows(folder, replace(COMMISSIONING, file=file), zone)
    said += [
        row.unparsable(file, column, expected)
        for row in rows
        for column, expected in _READ_AS.items()
        if row.texts[column] and row.fields[column] is None
    ]
    return tuple(Trial(**row.fields) for row in rows), said


_READ_AS = {
    "started_at": "a time",
    "ended_at": "a time",
    "accepted": "true or false",
    "due": "YYYY-MM-DD",
}
"""What stands in the columns of trials that are no numbers."""


def read_points(folder: Path) -> tuple[tuple[Point, ...], list[Verdict]]:
    """Return the point list; a point whose unit or statistic is unknown is a problem."""
    points: list[Point] = []
    seen: set[str] = set()
    rows, verdicts = _rows(folder, POINTS)
    for row in rows:
        fields = dict(row.fields)
        factor, months = fields.pop("factor"), fields["calibration_months"]
        problem = _point_problem(fields, seen) or _factor_problem(factor)
        if problem is not None:
            column, value, expected = problem
            figures = {"file": POINTS.file, "row": row.line, "column": column, "value": value}
            verdicts.append(Verdict("dossier.point.wrong", {**figures, "expected": expected}))
            continue
        fields["statistic"] = Statistic(fields["statistic"])
        fields["calibration_months"] = None if months is None else int(months)
        point = Point(**fields)
        if not unit_fits(point.quantity, point.unit, point.statistic):
            figures = {"row": row.line, "unit": point.unit, "quantity": point.quantity}
            expected = QUANTITIES[point.quantity]
            verdicts.append(Verdict("dossier.point.dimension", {**figures, "expected": expected}))
            continue
        seen.add(point.id)
        points.append(point if factor is None else point.times(factor))
    return tuple(points), [*verdicts, *_wrong_accuracies(points)]


def _point_problem(
    fields: Mapping[str, Any], seen: Collection[str]
) -> tuple[str, str, str] | None:
    name, statistic, unit = fields["id"], fields["statistic"], fields["unit"]
    if not name or name in seen:
        return "point", name, "a name that stands once"
    if statistic not in list(Statistic):
        return "statistic", statistic, "one of " + ", ".join(Statistic)
    try:
        linear_to_si(unit)
    except UnitError:
        return "unit", unit, f"a unit such as {nearest_units(unit)}"
    return None


def _factor_problem(factor: float | None) -> tuple[str, str, str] | None:
    if factor is None or (isfinite(factor) and factor):
        return None
    return "factor", str(factor), "a number other than 0"


def _wrong_accuracies(points: Sequence[Point]) -> Iterator[Verdict]:
    for point in points:
        try:
            point.limits_of_error()
        except UnitError as error:
            yield Verdict("dossier.point.accuracy", {"reason": str(error)})


def read_events(folder: Path, zone: str) -> tuple[tuple[PlantEvent, ...], list[Verdict]]:
    """Return the operators' log, without rows whose time cannot be read."""
    rows, verdicts = _rows(folder, EVENTS, zone)
    events = []
    for row in rows:
        if row.fields["time"] is None:
            verdicts.append(row.unparsable(EVENTS.file, "time", "a time"))
        else:
            events.append(PlantEvent(**row.fields))
    return tuple(events), verdicts


def read_samples(folder: Path) -> tuple[tuple[WaterSample, ...], list[Verdict]]:
    """Return the water samples; having none is no caution for a closed loop."""
    form = WATER_QUALITY
    rows, verdicts = _rows(folder, form)
    found = []
    for row in rows:
        when = sampled_on(row.texts["sampled_at"])
        if _day(when[:10]) is None:
            verdicts.append(row.unparsable(form.file, "sampled_at", "YYYY-MM-DD"))
            continue
        value, limit = analysed(row.texts["value"], row.fields["parameter"])
        if value is None and row.texts["value"]:
            verdicts.append(row.unparsable(form.file, "value", "a number"))
        hidden = limit or bool(row.fields["below_detection"])
        stated = {"sampled_at": when, "value": value, "below_detection": hidden}
        found.append(WaterSample(**{**row.fields, **stated}))
    return tuple(found), verdicts


def read_assessments(folder: Path) -> tuple[tuple[Assessment, ...], list[Verdict]]:
    """Return what people stated for evaluations; few plants have any."""
    rows, verdicts = _rows(folder, ASSESSMENT)
    found = []
    for row in rows:
        if row.fields["on"] is None:
            verdicts.append(row.unparsable(ASSESSMENT.file, "on", "YYYY-MM-DD"))
        elif row.fields["value"] is not None:
            found.append(Assessment(**row.fields))
    return tuple(found), verdicts


def _moment(text: str, zone: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
