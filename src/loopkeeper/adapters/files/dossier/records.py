"""Reading the record tables: machine maps, ledger, trials, points, events, samples."""

from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

from loopkeeper.adapters.files.field_tests.water_samples import analysed, sampled_on
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table, texts
from loopkeeper.errors import UnitError
from loopkeeper.plant.machines import MapPoint, Mode
from loopkeeper.plant.points import QUANTITIES, Point, Statistic, unit_fits
from loopkeeper.plant.records import Assessment, LedgerCheck, PlantEvent, Trial, WaterSample
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import linear_to_si, nearest_units


def _open(
    folder: Path, name: str, needed: Sequence[str], verdicts: list[Verdict]
) -> TextTable | None:
    """A table with the columns it needs, or None; a missing file is a caution."""
    path = folder / name
    if not path.is_file():
        verdicts.append(Verdict("dossier.part.missing", {"part": name}))
        return None
    table = read_table(path, name)
    verdicts += table.verdicts
    lacking = [c for c in needed if c not in table.frame.columns]
    if lacking:
        figures = {"file": name, "columns": ", ".join(lacking)}
        verdicts.append(Verdict("dossier.columns.missing", figures))
        return None
    return table


def _column(table: TextTable, name: str, verdicts: list[Verdict]) -> list[float | None]:
    if name not in table.frame.columns:
        return [None] * table.frame.height
    values, said = numbers(table, name, logged=False)
    verdicts += said
    return values.to_list()


def read_map(folder: Path, name: str, verdicts: list[Verdict]) -> tuple[MapPoint, ...]:
    """Return the rows of a performance map in SI; problems are appended to the verdicts."""
    columns = ("mode", "source_inlet_C", "load_outlet_C", "part_load", "capacity_kW",
               "electricity_kW")  # fmt: skip
    if not (folder / name).is_file():
        verdicts.append(Verdict("dossier.file.missing", {"file": name}))
        return ()
    table = _open(folder, name, columns, verdicts)
    if table is None:
        return ()
    values = [_column(table, c, verdicts) for c in columns[1:]]
    rows = []
    for mode, *given in zip(texts(table, "mode"), *values, strict=True):
        if mode in list(Mode) and all(v is not None for v in given):
            source, load, part, capacity, electricity = (float(v) for v in given if v is not None)
            rows.append(
                MapPoint(Mode(mode), source, load, part, 1000 * capacity, 1000 * electricity)
            )
    if len(rows) < table.frame.height:
        figures = {"file": name, "count": table.frame.height - len(rows)}
        verdicts.append(Verdict("dossier.rows.unusable", figures))
    return tuple(rows)


def read_ledger(folder: Path, verdicts: list[Verdict]) -> tuple[LedgerCheck, ...]:
    """Return the hidden works ledger."""
    names = ("item", "item_kind", "check", "drawn", "found")
    table = _open(folder, "ledger.csv", names, verdicts)
    if table is None:
        return ()
    more = ("unit", "checked_at", "checked_by", "evidence")
    columns = {c: texts(table, c) for c in (*names, *more)}
    rows = zip(*columns.values(), strict=True)
    return tuple(LedgerCheck(**dict(zip(columns, row, strict=True))) for row in rows)


def read_trials(folder: Path, zone: str, verdicts: list[Verdict]) -> tuple[Trial, ...]:
    """Return the commissioning trials."""
    table = _open(folder, "commissioning.csv", ("trial", "mode", "quantity", "of"), verdicts)
    if table is None:
        return ()
    name, mode, start, end, quantity, of, unit, accepted, who = (
        texts(table, c)
        for c in ("trial", "mode", "started_at", "ended_at", "quantity", "of", "unit", "accepted",
                  "by")
    )  # fmt: skip
    fraction, expected, found = (
        _column(table, c, verdicts) for c in ("load_fraction", "expected", "found")
    )
    yes_no = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    return tuple(
        Trial(
            trial=name[n],
            mode=mode[n],
            load_fraction=fraction[n],
            started_at=_moment(start[n], zone),
            ended_at=_moment(end[n], zone),
            quantity=quantity[n],
            of=of[n],
            expected=expected[n],
            found=found[n],
            unit=unit[n],
            accepted=yes_no.get(accepted[n].lower()),
            by=who[n],
        )
        for n in range(table.frame.height)
    )


def read_points(folder: Path, verdicts: list[Verdict]) -> tuple[Point, ...]:
    """Return the point list; a point whose unit or statistic is unknown is a problem."""
    names = ("point", "quantity", "of", "statistic", "unit")
    table = _open(folder, "points.csv", names, verdicts)
    if table is None:
        return ()
    columns = [texts(table, c) for c in (*names, "accuracy", "calibrated_on", "address")]
    low, high, months, factors = (
        _column(table, c, verdicts) for c in ("low", "high", "calibration_months", "factor")
    )
    points: list[Point] = []
    seen: set[str] = set()
    for n, row in enumerate(zip(*columns, strict=True)):
        name, quantity, of, statistic, unit, accuracy, calibrated, address = row
        line = int(table.frame["row"][n])
        problem = _point_problem(name, statistic, unit, seen) or _factor_problem(factors[n])
        if problem is not None:
            column, value, expected = problem
            figures = {"file": "points.csv", "row": line, "column": column, "value": value}
            verdicts.append(Verdict("dossier.point.wrong", {**figures, "expected": expected}))
            continue
        if not unit_fits(quantity, unit, Statistic(statistic)):
            figures = {"row": line, "unit": unit, "quantity": quantity}
            expected = QUANTITIES[quantity]
            verdicts.append(Verdict("dossier.point.dimension", {**figures, "expected": expected}))
            continue
        seen.add(name)
        month = months[n]
        point = Point(
            id=name,
            quantity=quantity,
            of=of,
            statistic=Statistic(statistic),
            unit=unit,
            accuracy=accuracy,
            calibrated_on=_day(calibrated),
            calibration_months=None if month is None else int(month),
            address=address,
            low=low[n],
            high=high[n],
        )
        points.append(point if factors[n] is None else point.times(factors[n] or 0.0))
    _check_accuracies(points, verdicts)
    return tuple(points)


def _point_problem(
    name: str, statistic: str, unit: str, seen: set[str]
) -> tuple[str, str, str] | None:
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


def _check_accuracies(points: Sequence[Point], verdicts: list[Verdict]) -> None:
    for point in points:
        try:
            point.limits_of_error()
        except UnitError as error:
            verdicts.append(Verdict("dossier.point.accuracy", {"reason": str(error)}))


def read_events(folder: Path, zone: str, verdicts: list[Verdict]) -> tuple[PlantEvent, ...]:
    """Return the operators' log, without rows whose time cannot be read."""
    table = _open(folder, "events.csv", ("time", "kind"), verdicts)
    if table is None:
        return ()
    time, kind, of, note = (texts(table, c) for c in ("time", "kind", "of", "note"))
    value = _column(table, "value", verdicts)
    events = []
    for n, text in enumerate(time):
        moment = _moment(text, zone)
        if moment is None:
            verdicts.append(_unparsable("events.csv", table, n, ("time", text, "a time")))
        else:
            events.append(PlantEvent(moment, kind[n], of[n], note[n], value[n]))
    return tuple(events)


def read_samples(folder: Path, verdicts: list[Verdict]) -> tuple[WaterSample, ...]:
    """Return the water samples; having none is no caution for a closed loop."""
    if not (folder / "water_quality.csv").is_file():
        return ()
    names = ("sampled_at", "place", "parameter")
    table = _open(folder, "water_quality.csv", names, verdicts)
    if table is None:
        return ()
    at, place, parameter, unit, below, laboratory = (
        texts(table, c) for c in (*names, "unit", "below_detection", "laboratory")
    )
    found = []
    for n, cell in enumerate(texts(table, "value")):
        when = sampled_on(at[n])
        if _day(when[:10]) is None:
            cells = ("sampled_at", at[n], "YYYY-MM-DD")
            verdicts.append(_unparsable("water_quality.csv", table, n, cells))
            continue
        value, limit = analysed(cell, parameter[n])
        if value is None and cell:
            verdicts.append(
                _unparsable("water_quality.csv", table, n, ("value", cell, "a number"))
            )
        hidden = limit or below[n].lower() in {"true", "1"}
        found.append(
            WaterSample(
                sampled_at=when,
                place=place[n],
                parameter=parameter[n],
                value=value,
                unit=unit[n],
                below_detection=hidden,
                laboratory=laboratory[n],
            )
        )
    return tuple(found)


def read_assessments(folder: Path, verdicts: list[Verdict]) -> tuple[Assessment, ...]:
    """Return what people stated for evaluations; few plants have any."""
    if not (folder / "assessment.csv").is_file():
        return ()
    table = _open(folder, "assessment.csv", ("figure", "value", "on"), verdicts)
    if table is None:
        return ()
    figure, on, by, note = (texts(table, c) for c in ("figure", "on", "by", "note"))
    value = _column(table, "value", verdicts)
    found = []
    for n, text in enumerate(on):
        day, number = _day(text), value[n]
        if day is None:
            verdicts.append(_unparsable("assessment.csv", table, n, ("on", text, "YYYY-MM-DD")))
        elif number is not None:
            found.append(Assessment(figure[n], number, day, by[n], note[n]))
    return tuple(found)


def _unparsable(file: str, table: TextTable, place: int, cell: tuple[str, str, str]) -> Verdict:
    """A cell that cannot be read: its column, what stands there, what was expected."""
    column, text, expected = cell
    figures = {
        "file": file, "row": int(table.frame["row"][place]), "column": column, "value": text[:60],
        "expected": expected, "count": 1,
    }  # fmt: skip
    return Verdict("dossier.value.unparsable", figures)


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
