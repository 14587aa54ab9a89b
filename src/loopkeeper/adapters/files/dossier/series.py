"""Reading the hourly series that a dossier carries: design year, weather, survey records."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.dossier.columns import (
    LOADS,
    OUTDOOR,
    RESPONSE,
    TIME,
    WEATHER,
    FileTable,
)
from loopkeeper.adapters.files.field_tests.test_columns import RESPONSE_TEST
from loopkeeper.adapters.files.field_tests.test_log import read_log
from loopkeeper.adapters.files.tables.shape import shape_of
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.tables.times import instants
from loopkeeper.errors import DossierError
from loopkeeper.measure.dossier import SurveyTable
from loopkeeper.measure.series import Floats, LoadYear, TemperatureSeries, Times
from loopkeeper.plant.records import SurveyTest
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR, from_si, to_si

HOURS = (8760, 8784)


def _table(path: Path, name: str, verdicts: list[Verdict]) -> TextTable | None:
    if not path.is_file():
        verdicts.append(Verdict("dossier.part.missing", {"part": name}))
        return None
    table = read_table(path, name)
    verdicts += table.verdicts
    if "time" in table.frame.columns:
        return table
    shape = shape_of(table, ())
    names = ", ".join(table.columns[:20])
    if shape is None or shape.clock:
        verdicts.append(Verdict("dossier.time.missing", {"file": name, "columns": names}))
        return None
    figures = {"file": name, "column": shape.time, "columns": names}
    verdicts.append(Verdict("dossier.time.column", figures))
    return replace(table, frame=table.frame.rename({shape.time: "time"}))


def _times(table: TextTable, zone: str, verdicts: list[Verdict]) -> tuple[Times, pl.Series]:
    """UTC seconds of the readable rows, and which rows those are."""
    read = instants(table.frame["time"], zone, file=table.name)
    verdicts += read.verdicts
    known = read.time.is_not_null()
    stamps = read.time.filter(known).dt.epoch("s").to_numpy()
    return stamps.astype("datetime64[s]"), known


def _values(table: TextTable, column: str, known: pl.Series, verdicts: list[Verdict]) -> Floats:
    values, said = numbers(table, column)
    verdicts += said
    return values.filter(known).to_numpy().astype(np.float64)


def read_loads(folder: Path, name: str, zone: str, verdicts: list[Verdict]) -> LoadYear | None:
    """Return the hourly design year in SI, or None; problems are appended to the verdicts."""
    table = _table(folder / name, name, verdicts)
    if table is None:
        return None
    if not _has_needed(table, LOADS, verdicts):
        return None
    time, known = _times(table, zone, verdicts)
    series = [c for c in LOADS.columns if c is not TIME and c.name in table.frame.columns]
    columns = {c.name: _values(table, c.name, known, verdicts) for c in series}
    if not _sound(name, time, columns, verdicts):
        return None
    found = {c.fills: columns[c.name] * to_si(1.0, c.unit) for c in series}
    return LoadYear(time, **{"hot_water": np.zeros(len(time)), **found})


def _has_needed(table: TextTable, form: FileTable, verdicts: list[Verdict]) -> bool:
    """Whether a table has the columns without which it says nothing."""
    lacking = [c for c in form.needed if c not in table.frame.columns]
    if lacking:
        figures = {"file": table.name, "columns": ", ".join(lacking)}
        verdicts.append(Verdict("dossier.columns.missing", figures))
    return not lacking


def _sound(name: str, time: Times, columns: dict[str, Floats], verdicts: list[Verdict]) -> bool:
    """Whether a design year is hourly, complete and not negative."""
    steps = np.diff(time).astype(np.int64)
    if len(time) not in HOURS or np.any(steps != HOUR):
        figures = {"file": name, "rows": len(time)}
        verdicts.append(Verdict("dossier.loads.not_a_year", figures))
        return False
    for column, values in columns.items():
        bad = ~np.isfinite(values)
        if column != OUTDOOR.name:
            bad |= values < 0
        if bad.any():
            figures = {
                "file": name,
                "row": int(np.flatnonzero(bad)[0]) + 2,
                "column": column,
                "count": int(bad.sum()),
            }
            verdicts.append(Verdict("dossier.loads.value", figures))
            return False
    return True


def read_weather(folder: Path, zone: str, verdicts: list[Verdict]) -> TemperatureSeries | None:
    """Return the measured weather, or None."""
    return read_temperature(folder, WEATHER, zone, verdicts)


def read_temperature(
    folder: Path, form: FileTable, zone: str, verdicts: list[Verdict]
) -> TemperatureSeries | None:
    """Return one temperature series of a file, or None."""
    table = _table(folder / form.file, form.file, verdicts)
    if table is None or not _has_needed(table, form, verdicts):
        return None
    column = form.columns[-1].name
    time, known = _times(table, zone, verdicts)
    values = _values(table, column, known, verdicts)
    sound = np.isfinite(values)
    order = np.argsort(time[sound], kind="stable")
    return TemperatureSeries(time[sound][order], values[sound][order])


def read_survey(
    folder: Path, tests: Sequence[SurveyTest], zone: str, verdicts: list[Verdict]
) -> dict[str, SurveyTable]:
    """Return the raw record of each declared test; ``columns`` of a test renames its columns."""
    records = {}
    for test in tests:
        if test.kind == "thermal_response":
            read = _response_test(folder / test.file, test, zone, verdicts)
            if read is not None:
                records[test.file] = read
            continue
        table = _table(folder / test.file, test.file, verdicts)
        if table is None:
            continue
        time, known = _times(table, zone, verdicts)
        mapped = {theirs: ours for ours, theirs in test.columns.items()}
        columns = {
            mapped.get(c, c): _values(table, c, known, verdicts)
            for c in table.frame.columns
            if c not in {"row", "time"}
        }
        records[test.file] = SurveyTable(time, columns)
    return records


def _response_test(
    path: Path, test: SurveyTest, zone: str, verdicts: list[Verdict]
) -> SurveyTable | None:
    """A response test's log, by whatever names and units its rig wrote."""
    ours = {column.name: column.fills for column in RESPONSE.columns}
    named = {ours.get(mine, mine): theirs for mine, theirs in test.columns.items()}
    try:
        log = read_log(path, RESPONSE_TEST, named, zone)
    except (DossierError, OSError) as error:
        figures = {"file": test.file, "reason": str(error)}
        verdicts.append(Verdict("survey.trt.not_evaluated", figures))
        return None
    verdicts += log.verdicts
    seconds = log.columns["time"]
    known = np.isfinite(seconds)
    since = np.round(log.start + seconds[known]).astype(np.int64)
    stamps = since.astype("datetime64[s]")
    columns = {
        c.name: from_si(1.0, c.unit) * log.columns[c.fills][known]
        for c in RESPONSE.columns
        if c is not TIME and c.fills in log.columns
    }
    if log.weighed and "flow_m3_h" in columns:
        columns["mass_flow_kg_s"] = columns.pop("flow_m3_h") / 3.6
    return SurveyTable(stamps, columns)
