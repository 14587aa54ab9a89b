"""Reading the hourly series that a dossier carries: design year, weather, survey records."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

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
from loopkeeper.plant.verdict import Verdict, gathered
from loopkeeper.units import HOUR, from_si, to_si

HOURS = (8760, 8784)


def _table(path: Path, name: str) -> tuple[TextTable | None, list[Verdict]]:
    if not path.is_file():
        return None, [Verdict("dossier.part.missing", {"part": name})]
    table = read_table(path, name)
    if "time" in table.frame.columns:
        return table, [*table.verdicts]
    shape = shape_of(table, ())
    names = ", ".join(table.columns[:20])
    if shape is None or shape.clock:
        missing = Verdict("dossier.time.missing", {"file": name, "columns": names})
        return None, [*table.verdicts, missing]
    figures = {"file": name, "column": shape.time, "columns": names}
    renamed = replace(table, frame=table.frame.rename({shape.time: "time"}))
    return renamed, [*table.verdicts, Verdict("dossier.time.column", figures)]


def _series(
    table: TextTable, zone: str, names: Sequence[str]
) -> tuple[tuple[Times, list[Floats]], list[Verdict]]:
    """UTC seconds of the readable rows, and in these the columns of some names."""
    read = instants(table.frame["time"], zone, file=table.name)
    known = read.time.is_not_null()
    stamps = read.time.filter(known).dt.epoch("s").to_numpy()
    columns, said = gathered(numbers(table, name) for name in names)
    values = [column.filter(known).to_numpy().astype(np.float64) for column in columns]
    return (stamps.astype("datetime64[s]"), values), [*read.verdicts, *said]


def read_loads(folder: Path, name: str, zone: str) -> tuple[LoadYear | None, list[Verdict]]:
    """Return the hourly design year in SI, or None, and every problem."""
    table, verdicts = _with_needed(folder, replace(LOADS, file=name))
    if table is None:
        return None, verdicts
    series = [c for c in LOADS.columns if c is not TIME and c.name in table.frame.columns]
    names = [c.name for c in series]
    (time, values), said = _series(table, zone, names)
    verdicts += said
    problem = _unsound(name, time, dict(zip(names, values, strict=True)))
    if problem is not None:
        return None, [*verdicts, problem]
    found = {c.fills: v * to_si(1.0, c.unit) for c, v in zip(series, values, strict=True)}
    return LoadYear(time, **{"hot_water": np.zeros(len(time)), **found}), verdicts


def _with_needed(folder: Path, form: FileTable) -> tuple[TextTable | None, list[Verdict]]:
    """A table that has the columns without which it says nothing."""
    table, verdicts = _table(folder / form.file, form.file)
    if table is None:
        return None, verdicts
    lacking = [c for c in form.needed if c not in table.frame.columns]
    if lacking:
        figures = {"file": table.name, "columns": ", ".join(lacking)}
        return None, [*verdicts, Verdict("dossier.columns.missing", figures)]
    return table, verdicts


def _unsound(name: str, time: Times, columns: dict[str, Floats]) -> Verdict | None:
    """Why a design year is not hourly, complete and not negative, if so."""
    steps = np.diff(time).astype(np.int64)
    if len(time) not in HOURS or np.any(steps != HOUR):
        return Verdict("dossier.loads.not_a_year", {"file": name, "rows": len(time)})
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
            return Verdict("dossier.loads.value", figures)
    return None


def read_weather(folder: Path, zone: str) -> tuple[TemperatureSeries | None, list[Verdict]]:
    """Return the measured weather, or None, and every problem."""
    return read_temperature(folder, WEATHER, zone)


def read_temperature(
    folder: Path, form: FileTable, zone: str
) -> tuple[TemperatureSeries | None, list[Verdict]]:
    """Return one temperature series of a file, or None, and every problem."""
    table, verdicts = _with_needed(folder, form)
    if table is None:
        return None, verdicts
    (time, (values,)), said = _series(table, zone, [form.columns[-1].name])
    sound = np.isfinite(values)
    order = np.argsort(time[sound], kind="stable")
    return TemperatureSeries(time[sound][order], values[sound][order]), [*verdicts, *said]


def read_survey(
    folder: Path, tests: Sequence[SurveyTest], zone: str
) -> tuple[dict[str, SurveyTable], list[Verdict]]:
    """Return the raw record of each declared test; ``columns`` of a test renames its columns."""
    read, said = gathered(
        (_response_test if test.kind == "thermal_response" else _other_test)(folder, test, zone)
        for test in tests
    )
    return {t.file: one for t, one in zip(tests, read, strict=True) if one is not None}, said


def _other_test(
    folder: Path, test: SurveyTest, zone: str
) -> tuple[SurveyTable | None, list[Verdict]]:
    table, verdicts = _table(folder / test.file, test.file)
    if table is None:
        return None, verdicts
    names = [c for c in table.frame.columns if c not in {"row", "time"}]
    (time, values), said = _series(table, zone, names)
    mapped = {theirs: ours for ours, theirs in test.columns.items()}
    columns = {mapped.get(c, c): v for c, v in zip(names, values, strict=True)}
    return SurveyTable(time, columns), [*verdicts, *said]


def _response_test(
    folder: Path, test: SurveyTest, zone: str
) -> tuple[SurveyTable | None, list[Verdict]]:
    """A response test's log, by whatever names and units its rig wrote."""
    ours = {column.name: column.fills for column in RESPONSE.columns}
    named = {ours.get(mine, mine): theirs for mine, theirs in test.columns.items()}
    try:
        log = read_log(folder / test.file, RESPONSE_TEST, named, zone)
    except (DossierError, OSError) as error:
        figures = {"file": test.file, "reason": str(error)}
        return None, [Verdict("survey.trt.not_evaluated", figures)]
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
    return SurveyTable(stamps, columns), [*log.verdicts]
