"""Reading logs of field tests: any dialect of CSV, any names of columns, units in the header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.times import Instants, instants
from loopkeeper.errors import DossierError, UnitError
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import linear_to_si, same_dimension

_UNIT = re.compile(r"^(?P<name>.*?)\s*[\[(（［](?P<unit>[^\])）］]*)[\])）］]\s*$")


@dataclass(frozen=True, slots=True)
class Role:
    """What a column may mean: names it goes by, its unit, and its plausible range in SI."""

    name: str
    pattern: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True)
class Log:
    """Columns in SI by role, shape (n,) each; ``time`` in seconds."""

    columns: Mapping[str, Floats]
    verdicts: tuple[Verdict, ...]


def read_log(path: Path, roles: tuple[Role, ...], named: Mapping[str, str] | None = None) -> Log:
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
    table = read_table(path)
    header = [c for c in table.frame.columns if c != "row"]
    if table.frame.height == 0 or all(_is_number(c) for c in header):
        raise DossierError(
            f"{path.name}: no readable table",
            [v.sentence() for v in table.verdicts]
            or [f"the first line is no header: {header[:4]}; expected names such as time [s]"],
        )
    verdicts = list(table.verdicts)
    problems: list[str] = []
    places = _places(header, roles, dict(named or {}), problems)
    time = _time(table, header, places.pop("time", None), verdicts, problems)
    columns: dict[str, Floats] = {}
    for role in roles:
        if role.name in places:
            columns[role.name] = _column(table, places[role.name], role, verdicts, problems)
    if problems:
        raise DossierError(f"{path.name}: the log cannot be read", problems)
    return Log({"time": time, **columns}, tuple(verdicts))


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
    places = _places(header, (), {}, [])
    column = places.get("time")
    if column is None or not _is_dated(table.frame[column]):
        raise DossierError(
            f"{path.name}: no column holds dates", [f"the file has {', '.join(header) or 'none'}"]
        )
    time = _seconds(instants(table.frame[column], "UTC", file=table.name, column=column))
    order = np.argsort(time, kind="stable")
    columns = {}
    for name in header:
        values = numbers(table, name)[0].cast(pl.Float64).to_numpy().astype(np.float64)
        if name != column and np.isfinite(values).sum() > 2:
            columns[name] = values[order]
    if not columns:
        raise DossierError(f"{path.name}: no column holds numbers", [f"read: {', '.join(header)}"])
    return time[order], columns


def _is_dated(raw: pl.Series) -> bool:
    text = raw.cast(pl.String).str.strip_chars()
    dated = text.str.contains(r"[:/年]|\d-\d").fill_null(False).mean()  # noqa: FBT003
    return isinstance(dated, float) and dated > 0.5


def _seconds(read: Instants) -> Floats:
    return np.asarray(read.time.dt.epoch("us").cast(pl.Float64).to_numpy() / 1e6)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


_TIME = (
    r"date[ /_-]?time|time ?stamp|time|date|t|elapsed.*|时间|日期|日期时间|采样时间"
    r"|t_?(s|min|h)|time_?(s|min|h)"
)


def split_unit(column: str) -> tuple[str, str]:
    """
    Return the name and the unit of a header such as ``T_in (degC)`` or ``flow_L_s``.

    Parameters
    ----------
    column : str
        As it stands in the file.

    Returns
    -------
    name, unit : str
        The unit is empty when none is written.
    """
    match = _UNIT.match(column)
    if match:
        return match["name"].strip(), match["unit"].strip()
    for suffix, unit in _SUFFIXES.items():
        if column.lower().endswith(suffix) and len(column) > len(suffix):
            return column[: -len(suffix)], unit
    return column, ""


_SUFFIXES = {
    "_l_s": "L/s", "_l_min": "L/min", "_m3_h": "m3/h", "_m3_s": "m3/s", "_m3_d": "m**3/day",
    "_min": "min", "_kw": "kW", "_degc": "degC", "_w": "W", "_c": "degC", "_s": "s", "_h": "h",
    "_m": "m", "_d": "day",
}  # fmt: skip


def _places(
    header: list[str], roles: tuple[Role, ...], named: dict[str, str], problems: list[str]
) -> dict[str, str]:
    """Column of each role: as named by the user, else the first whose name fits."""
    places: dict[str, str] = {}
    for name, column in named.items():
        if column not in header:
            problems.append(f"column {column!r} for {name}: the file has {', '.join(header)}")
        places[name] = column
    for role in (Role("time", _TIME, "s", 0, 1e12), *roles):
        if role.name in places:
            continue
        for column in header:
            spellings = (split_unit(column)[0].strip().lower(), column.strip().lower())
            fits = any(re.fullmatch(role.pattern, text) for text in spellings)
            if fits and column not in places.values():
                places[role.name] = column
                break
    return {name: column for name, column in places.items() if column in header}


def _time(
    table: TextTable,
    header: list[str],
    column: str | None,
    verdicts: list[Verdict],
    problems: list[str],
) -> Floats:
    """Seconds: numbers by their unit, dates as instants."""
    if column is None:
        problems.append(f"no column is a time; the file has {', '.join(header)}")
        return np.zeros(0)
    raw = table.frame[column]
    unit = split_unit(column)[1]
    if _is_dated(raw):
        read = instants(raw, "UTC", file=table.name, column=column)
        verdicts += read.verdicts
        seconds = _seconds(read)
        _compare_clocks(table, header, seconds, verdicts)
        return np.asarray(seconds - np.nanmin(seconds))
    value, said = numbers(table, column)
    verdicts += said
    seconds = value.cast(pl.Float64).to_numpy().astype(np.float64)
    if not unit:
        unit = "s" if np.nanmedian(np.diff(seconds)) >= 5 else "h"
        figures = {"file": table.name, "column": column, "unit": unit}
        verdicts.append(Verdict("survey.log.unit_guessed", figures))
    try:
        return np.asarray(linear_to_si(unit)[0] * seconds)
    except UnitError as error:
        problems.append(f"column {column!r}: {error}")
        return seconds


def _compare_clocks(
    table: TextTable, header: list[str], seconds: Floats, verdicts: list[Verdict]
) -> None:
    """A second column of elapsed time must tell the same; the dates are kept where not."""
    for column in header:
        name, unit = split_unit(column)
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
            verdicts.append(Verdict("survey.log.clocks_differ", figures))


def _column(
    table: TextTable, column: str, role: Role, verdicts: list[Verdict], problems: list[str]
) -> Floats:
    """A column in SI; refused when its unit or its size cannot be that quantity's."""
    value, said = numbers(table, column)
    verdicts += said
    raw = value.cast(pl.Float64).to_numpy().astype(np.float64)
    unit = split_unit(column)[1]
    if not unit:
        unit = _guessed(role, raw)
        figures = {"file": table.name, "column": column, "unit": unit}
        verdicts.append(Verdict("survey.log.unit_guessed", figures))
    try:
        alike = same_dimension(unit, role.unit)
        factor, offset, _ = linear_to_si(unit)
    except UnitError as error:
        problems.append(f"column {column!r}: {error}")
        return raw
    if not alike:
        problems.append(f"column {column!r} is in {unit}; expected {role.name} in {role.unit}")
        return raw
    known = factor * raw + offset
    middle = float(np.nanmedian(known)) if np.isfinite(known).any() else np.nan
    if not role.low <= middle <= role.high:
        problems.append(
            f"column {column!r}: median {middle:.4g} is no {role.name} (expected "
            f"{role.low:g} to {role.high:g} in SI); are columns swapped or units wrong?"
        )
    return np.asarray(known)


def _guessed(role: Role, raw: Floats) -> str:
    """The unit of a quantity written without one: watts are large, kilowatts small."""
    if role.name == "power" and np.nanmax(np.abs(raw), initial=0.0) < 200:
        return "kW"
    return role.unit


_INLET = r"t_?(f_?)?(in|supply|ein|vl|zu)|tfin|inlet.*|supply.*|ewt|进水.*|供水.*|进口.*"
_OUTLET = r"t_?(f_?)?(out|return|aus|rl|ab)|tfout|outlet.*|return.*|lwt|出水.*|回水.*|出口.*"
_MEAN = r"t_?(f|m|avg|mean|fluid|average)|tf|mean.*|average.*|平均.*"
_POWER = r"p|q|p_?elec|power.*|heat.*|heizleistung|加热功率.*|功率.*|热流.*"
RESPONSE_TEST = (
    Role("inlet", _INLET, "degC", -20, 95),
    Role("outlet", _OUTLET, "degC", -20, 95),
    Role("mean", _MEAN, "degC", -20, 95),
    Role("power", _POWER, "W", -1e6, 1e6),
    Role("flow", r"v|flow.*|v_geo|volume.*|durchfluss|流量.*|循环流量.*", "m3/h", 0, 1),
    Role("bleed", r"bleed.*|v_saig|排水.*", "m3/h", 0, 1),
)
"""Columns of a thermal response test."""
