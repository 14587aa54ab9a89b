"""Reading logs of field tests: any dialect of CSV, any names of columns, units in the header."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.field_tests.test_columns import Role, name_and_unit
from loopkeeper.adapters.files.tables.shape import Shape, shape_of
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.tables.times import Instants, instants
from loopkeeper.errors import DossierError, UnitError
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import DAY, MAJORITY, ZERO_CELSIUS, linear_to_si, same_dimension

LOGGED, KILOWATTS = 5, 200
"""Steps from which on bare figures are seconds [s]; powers below which they are kilowatts (A)."""


@dataclass(frozen=True)
class Log:
    """
    Columns in SI by role, shape (n,) each; ``time`` in seconds.

    ``unused`` names the columns nobody understood; ``units`` the unit each was written in;
    ``start`` the first instant since 1970, 0 where the log counts from its own start [s].
    """

    columns: Mapping[str, Floats]
    verdicts: tuple[Verdict, ...]
    unused: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    start: float = 0.0

    @property
    def weighed(self) -> bool:
        """Whether the flow was logged by mass."""
        return re.search(r"kg|t/|吨|lb", self.units.get("flow", "").lower()) is not None


def read_log(
    path: Path, roles: tuple[Role, ...], named: Mapping[str, str] | None = None, zone: str = "UTC"
) -> Log:
    """
    Read a log by its header.

    Parameters
    ----------
    path : Path
        CSV of any dialect.
    roles : tuple of Role
        What may stand in it, beside ``time``.
    named : mapping, optional
        Names of columns by role, where the header does not say it.
    zone : str
        Time zone of dates that state none.

    Returns
    -------
    Log
        Columns in SI.

    Raises
    ------
    DossierError
        When no column is a time, a named column is missing, a unit is of another dimension, or
        values lie far outside what the quantity can be; every problem is listed.
    """
    return log_of(read_table(path, known=()), roles, named, zone)


def log_of(
    table: TextTable,
    roles: tuple[Role, ...],
    named: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> Log:
    """Return a table of texts as a log; see :func:`read_log`."""
    header = list(table.columns)
    if table.frame.height == 0 or all(_is_number(c) for c in header):
        raise DossierError(
            f"{table.name}: no readable table",
            [v.sentence() for v in table.verdicts]
            or [f"the first line is no header: {header[:4]}; expected names such as time [s]"],
        )
    problems: list[str] = []
    asked = _Asked(roles, dict(named or {}), zone)
    (time, taken, places), verdicts = _time_and_places(table, asked, problems)
    columns: dict[str, Floats] = {}
    units: dict[str, str] = {}
    for role in roles:
        if role.name in places:
            read, said = _column(table, places[role.name], role, problems)
            units[role.name], columns[role.name] = read
            verdicts += said
    if problems:
        raise DossierError(f"{table.name}: the log cannot be read", problems)
    used = {*taken, *places.values()}
    unused = tuple(c for c in header if c not in used and not ASIDE.fullmatch(c.strip().lower()))
    start = float(np.nanmin(time)) if np.nanmax(time, initial=0.0) > EPOCH else 0.0
    heard = (*table.verdicts, *verdicts)
    return Log({"time": time - start, **columns}, heard, unused, units, start)


@dataclass(frozen=True)
class _Asked:
    """What may stand in a log, which columns were named, and the zone of its dates."""

    roles: tuple[Role, ...]
    named: dict[str, str]
    zone: str


def _time_and_places(
    table: TextTable, asked: _Asked, problems: list[str]
) -> tuple[tuple[Floats, set[str], dict[str, str]], list[Verdict]]:
    """Seconds, the columns they were read from, and the column of each other role."""
    header = list(table.columns)
    dates = None if "time" in asked.named else date_columns(table)
    if dates is not None and {dates.time, dates.clock} & set(asked.named.values()):
        dates = None
    if dates is None:
        places = _places(header, asked.roles, asked.named, problems)
        column = places.pop("time", None)
        if column is not None and _holds_dates(table.frame[column]):
            dates = Shape(column)
        else:
            time, said = _time(table, header, column, problems)
            return (time, {column or ""}, places), said
    taken = {dates.time, dates.clock} - {""}
    places = _places(
        [c for c in header if c not in taken],
        asked.roles,
        {r: c for r, c in asked.named.items() if c not in taken},
        problems,
    )
    places.pop("time", None)
    time, said = _dated(table, dates, asked.zone)
    return (time, taken, places), said


def date_columns(table: TextTable) -> Shape | None:
    """Return the columns with dates by their content; None where a log counts from its start."""
    shape = shape_of(table, ())
    if shape is None or shape.time == "":
        return None
    dated = shape.clock or _is_dated(table.frame[shape.time]) or _is_epoch(table, shape.time)
    return shape if dated else None


def _is_epoch(table: TextTable, column: str) -> bool:
    middle = table.frame[column].cast(pl.Float64, strict=False).median()
    return isinstance(middle, float) and middle > EPOCH


def _dated(table: TextTable, shape: Shape, zone: str) -> tuple[Floats, list[Verdict]]:
    """Seconds since 1970, of one column of instants or of date and time of day."""
    raw = table.frame[shape.time].cast(pl.String)
    if shape.clock:
        raw = (
            raw.str.replace(r"[T ]0{1,2}:00(:00)?(\.0+)?$", "")
            + " "
            + table.frame[shape.clock].cast(pl.String)
        )
    elif not _is_epoch(table, shape.time):
        raw = table.frame[shape.time]
    header = list(table.columns)
    read = instants(raw, zone, file=table.name, column=shape.time)
    seconds = _seconds(read)
    if not np.isfinite(seconds).any():
        raise DossierError(
            f"{table.name}: column {shape.time!r} holds no readable times",
            [*(v.sentence() for v in read.verdicts), f"the file has {', '.join(header)}"],
        )
    return seconds, [*read.verdicts, *_clocks_apart(table, header, seconds)]


def read_dated_columns(path: Path) -> tuple[Floats, dict[str, Floats]]:
    """
    Read every column of numbers of a log with dates, whatever it means.

    Parameters
    ----------
    path : Path
        CSV of any dialect.

    Returns
    -------
    time : array, shape (n,)
        Since 1970, by the clock of the log. [s]
    columns : dict of arrays, shape (n,)
        By their header, as written.

    Raises
    ------
    DossierError
        When no column holds dates, or none numbers.
    """
    table = read_table(path)
    header = [c for c in table.frame.columns if c != "row"]
    shape = date_columns(table)
    if shape is None:
        raise DossierError(
            f"{path.name}: no column holds dates", [f"the file has {', '.join(header) or 'none'}"]
        )
    time, _ = _dated(table, shape, "UTC")
    order = np.argsort(time, kind="stable")
    columns = {}
    for name in header:
        values = numbers(table, name)[0].cast(pl.Float64).to_numpy().astype(np.float64)
        if name not in {shape.time, shape.clock} and np.isfinite(values).sum() > 2:
            columns[name] = values[order]
    if not columns:
        raise DossierError(f"{path.name}: no column holds numbers", [f"read: {', '.join(header)}"])
    return time[order], columns


_CLOCK = r"^(?P<h>\d{1,3}):(?P<m>\d{2})(?::(?P<s>\d{2}(?:\.\d+)?))?$"


def _is_dated(raw: pl.Series) -> bool:
    text = raw.cast(pl.String).str.strip_chars()
    dated = text.str.contains(r"[:/年]|\d-\d").fill_null(False).mean()  # noqa: FBT003
    return isinstance(dated, float) and dated > MAJORITY


def _seconds(read: Instants) -> Floats:
    return np.asarray(read.time.dt.epoch("us").cast(pl.Float64).to_numpy() / 1e6)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


TIME = (
    r"time|t|elapsed.*|test time|hours?|min(ute)?s?|seconds?|zeit|laufzeit|dauer|stunden?"
    r"|(累计|累积|运行|试验|测试|加热|抽水|观测|持续|延续)?时间|历时|时长|时刻"
    r"|t_?(s|min|h)|time_?(s|min|h)"
)
KELVIN = 200.0
"""Temperatures above this are kelvins. [K]"""
ASIDE = re.compile(r"row|no\.?|nr\.?|#|index|id|record|序号|编号|行号|备注|remarks?|notes?")
"""Columns of no quantity: numbers of rows, remarks."""
EPOCH = 1e8
"""Numbers above this are counted since 1970, not from the start of a test."""


def _places(
    header: list[str], roles: tuple[Role, ...], named: dict[str, str], problems: list[str]
) -> dict[str, str]:
    """Column of each role: as named by the user, else the first whose name fits."""
    places: dict[str, str] = {}
    for name, column in named.items():
        if column not in header:
            problems.append(f"column {column!r} for {name}: the file has {', '.join(header)}")
        places[name] = column
    for role in (Role("time", TIME, "s", 0, 1e12), *roles):
        if role.name in places:
            continue
        for column in header:
            spellings = (name_and_unit(column)[0].strip().lower(), column.strip().lower())
            fits = any(re.fullmatch(role.pattern, text) for text in spellings)
            if fits and column not in places.values():
                places[role.name] = column
                break
    return {name: column for name, column in places.items() if column in header}


def _time(
    table: TextTable, header: list[str], column: str | None, problems: list[str]
) -> tuple[Floats, list[Verdict]]:
    """Seconds: numbers by their unit, dates as instants."""
    if column is None:
        problems.append(f"no column is a time; the file has {', '.join(header)}")
        return np.zeros(0), []
    raw = table.frame[column]
    unit = unit_of(table, column)
    if _is_clock(raw):
        return _by_clock(raw), []
    value, said = numbers(table, column)
    verdicts = [*said]
    seconds = value.cast(pl.Float64).to_numpy().astype(np.float64)
    if not unit:
        unit = "s" if np.nanmedian(np.diff(seconds)) >= LOGGED else "h"
        figures = {"file": table.name, "column": column, "unit": unit}
        verdicts.append(Verdict("survey.log.unit_guessed", figures))
    try:
        return np.asarray(linear_to_si(unit)[0] * seconds), verdicts
    except UnitError as error:
        problems.append(f"column {column!r}: {error}")
        return seconds, verdicts


def _is_clock(raw: pl.Series) -> bool:
    clocks = raw.cast(pl.String).str.strip_chars().str.contains(_CLOCK).fill_null(value=False)
    return bool(clocks.sum() > 0.5 * len(raw))


def _holds_dates(raw: pl.Series) -> bool:
    return _is_dated(raw) and not _is_clock(raw)


def _by_clock(raw: pl.Series) -> Floats:
    """Seconds of a column of times of day, or of hours and minutes run; midnights are counted."""
    parts = raw.cast(pl.String).str.strip_chars().str.extract_groups(_CLOCK)
    h, m, s = (
        parts.struct.field(n).cast(pl.Float64, strict=False).to_numpy() for n in ("h", "m", "s")
    )
    seconds = 3600 * h + 60 * m + np.nan_to_num(s)
    back = np.diff(seconds, prepend=seconds[0]) < -0.5 * DAY
    whole = seconds + DAY * np.cumsum(back)
    return np.asarray(whole - np.nanmin(whole))


def unit_of(table: TextTable, column: str) -> str:
    """Return the unit in the header, or in the row below it."""
    return name_and_unit(column)[1] or table.units.get(column, "")


def _clocks_apart(table: TextTable, header: list[str], seconds: Floats) -> Iterator[Verdict]:
    """A second column of elapsed time must tell the same; the dates are kept where not."""
    for column in header:
        name, unit = name_and_unit(column)
        if re.fullmatch(r"time|t|elapsed.*", name.strip().lower()) is None or not unit:
            continue
        value, _ = numbers(table, column)
        elapsed = value.cast(pl.Float64).to_numpy()
        try:
            span = linear_to_si(unit)[0] * (np.nanmax(elapsed) - np.nanmin(elapsed))
        except UnitError:
            continue
        real = float(np.nanmax(seconds) - np.nanmin(seconds))
        if abs(span - real) > 0.01 * real:
            figures = {"column": column, "span": f"{span:.3g}", "real": f"{real:.0f}"}
            yield Verdict("survey.log.clocks_differ", figures)


def _column(
    table: TextTable, column: str, role: Role, problems: list[str]
) -> tuple[tuple[str, Floats], list[Verdict]]:
    """Its unit and a column in SI; refused when its unit or its size cannot be that quantity's."""
    value, said = numbers(table, column)
    verdicts = [*said]
    raw = value.cast(pl.Float64).to_numpy().astype(np.float64)
    unit = unit_of(table, column)
    if not unit and _measures(column, role.unit):
        unit = column.strip()
    if not unit:
        unit = _guessed(role, raw)
        figures = {"file": table.name, "column": column, "unit": unit}
        verdicts.append(Verdict("survey.log.unit_guessed", figures))
    try:
        alike = same_dimension(unit, role.unit)
        factor, offset, _ = linear_to_si(unit)
    except UnitError as error:
        problems.append(f"column {column!r}: {error}")
        return (unit, raw), verdicts
    if not alike:
        problems.append(f"column {column!r} is in {unit}; expected {role.name} in {role.unit}")
        return (unit, raw), verdicts
    known = factor * raw + offset
    middle = float(np.nanmedian(known)) if np.isfinite(known).any() else np.nan
    if role.unit == "degC" and middle > KELVIN:
        known, middle = known - ZERO_CELSIUS, middle - ZERO_CELSIUS
    if not role.low <= middle <= role.high:
        problems.append(
            f"column {column!r}: median {middle:.4g} is no {role.name} (expected "
            f"{role.low:g} to {role.high:g} in SI); are columns swapped or units wrong?"
        )
    return (unit, np.asarray(known)), verdicts


def _measures(text: str, unit: str) -> bool:
    """Whether a name is itself a unit of a quantity, as GPM is."""
    try:
        return len(text.strip()) > 1 and same_dimension(text.strip(), unit)
    except UnitError:
        return False


def _guessed(role: Role, raw: Floats) -> str:
    """The unit of a quantity written without one: watts are large, kilowatts small."""
    if role.name == "power" and np.nanmax(np.abs(raw), initial=0.0) < KILOWATTS:
        return "kW"
    return role.unit
