"""Logs of water levels: time and level found by name, unit and content, never by their place."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.field_tests.test_columns import Role, name_and_unit
from loopkeeper.adapters.files.field_tests.test_log import (
    ASIDE,
    TIME,
    date_columns,
    log_of,
    unit_of,
)
from loopkeeper.adapters.files.tables.dialect import decoded
from loopkeeper.adapters.files.tables.tables import TextTable, read_table
from loopkeeper.app.outside import Levels, Stated
from loopkeeper.errors import DossierError, UnitError
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import MINUTE, linear_to_si, same_dimension

KINDS = {
    "drawdown": r"s_?\d*|dd|draw ?down.*|displacement.*|residual.*|recovery.*|absenkung.*"
    r"|.*降深.*|.*(降落|恢复|壅高|升幅).*",
    "depth": r"depth.*|dtw.*|abstich.*|.*埋深.*",
    "head": r"h_?\d*|.*\bhead.*|.*\blevel.*|wl|wasserstand.*|.*水位.*|.*水头.*",
}
"""Names of levels by what they count: from rest down, from the ground down, from below up."""
LEVEL = Role("level", r"(?!)", "m", -1e4, 1e4)


def read_levels(path: Path, stated: Stated) -> Levels:
    """
    Read a log of water levels.

    Parameters
    ----------
    path : Path
        Any dialect; a header or a comment names the columns. Without names there must be two
        columns of numbers, and the one that ascends is the time.
    stated : Stated
        What the file does not say itself.

    Returns
    -------
    Levels
        Ascending in time; drawdown from rest, positive downwards (or upwards under injection).

    Raises
    ------
    DossierError
        When no column, or more than one, can be the level, a unit is missing or unknown, or depths
        stand without their level at rest; the columns found are named.
    """
    table = _table(path, stated)
    time, level, kind = _chosen(table, stated)
    table, time, level = _with_units(table, (time, level), stated)
    named = {"level": level, **({"time": time} if time else {})}
    log = log_of(table, (LEVEL,), named)
    seconds, depth = log.columns["time"], log.columns["level"]
    known = np.isfinite(seconds) & np.isfinite(depth)
    if known.sum() < 2:
        raise DossierError(f"{path.name}: no readable levels", [f"{known.sum()} rows hold both"])
    verdicts = list(log.verdicts)
    if not known.all():
        first = table.line(int(np.argmin(known)))
        figures = {"file": path.name, "count": int((~known).sum()), "row": first}
        verdicts.append(Verdict("survey.log.rows_lost", figures))
    scale = linear_to_si(unit_of(table, level))[0]
    rest = None if stated.static is None else stated.static * scale
    order = np.argsort(seconds[known], kind="stable")
    drawdown, said = _from_rest(path.name, kind, depth[known][order], rest)
    unit = linear_to_si(unit_of(table, time))[0] if time else MINUTE
    return Levels(seconds[known][order], drawdown, unit, (*verdicts, *said), log.start)


def _from_rest(
    name: str, kind: str, level: Floats, rest: float | None
) -> tuple[Floats, list[Verdict]]:
    """Drawdown; of depths and heads with the level at rest as stated."""
    if rest is not None:
        level = rest - level if kind == "head" else level - rest
    elif kind == "depth" or (kind == "head" and np.median(level) > 0):
        raise DossierError(
            f"{name}: the file holds {'depths to water' if kind == 'depth' else 'water levels'}, "
            "not drawdown",
            ["say the level at rest with --static, in the file's unit"],
        )
    if np.median(level) < 0:
        return np.asarray(-level), [Verdict("survey.pumping.negative", {})]
    return np.asarray(level), []


def _chosen(table: TextTable, stated: Stated) -> tuple[str, str, str]:
    """Column of time (empty where dates are), of the level, and what the level counts."""
    named = dict(stated.columns or {})
    header = [c for c in table.columns if not ASIDE.fullmatch(c.strip().lower())]
    for role, column in named.items():
        if role not in {"time", "level"} or column not in header:
            raise DossierError(
                f"{table.name}: column {column!r} for {role}",
                [f"roles are time and level; the file has {', '.join(header)}"],
            )
    dates = None if "time" in named else date_columns(table)
    taken = {dates.time, dates.clock} if dates else set()
    rest = [c for c in header if c not in taken and c != named.get("level")]
    time = "" if dates else named.get("time") or _time_column(table, rest)
    rest = [c for c in header if c not in {*taken, time}]
    level = named.get("level") or _level_column(table, rest)
    return time, level, _kind(level)


def _plain(column: str) -> str:
    return name_and_unit(column)[0].strip().lower()


def _kind(column: str) -> str:
    text = _plain(column)
    return next((k for k, p in KINDS.items() if re.fullmatch(p, text)), "")


def _measures(table: TextTable, column: str, unit: str) -> bool:
    """Whether a column's own unit is one of another's dimension."""
    own = unit_of(table, column)
    try:
        return bool(own) and same_dimension(own, unit)
    except UnitError:
        return False


def _time_column(table: TextTable, header: list[str]) -> str:
    """By its name, else the only one in a unit of time."""
    found = [c for c in header if re.fullmatch(TIME, _plain(c))]
    found = found or [c for c in header if _measures(table, c, "s")]
    if len(found) != 1:
        raise DossierError(
            f"{table.name}: {'no' if not found else 'more than one'} column is a time",
            [f"the file has {', '.join(header)}", "name it with --column time=NAME"],
        )
    return found[0]


def _level_column(table: TextTable, header: list[str]) -> str:
    """The only drawdown, depth or head by name, else the only one in a unit of length."""
    for pattern in KINDS.values():
        found = [c for c in header if re.fullmatch(pattern, _plain(c))]
        if found:
            break
    else:
        found = [c for c in header if _measures(table, c, "m")]
    if len(found) != 1:
        what = "no column is a level" if not found else "more than one column is a level"
        raise DossierError(
            f"{table.name}: {what}",
            [
                f"the file has {', '.join(header)}",
                "name it with --column level=NAME; one well a file, or once for each well",
            ],
        )
    return found[0]


def _with_units(
    table: TextTable, columns: tuple[str, str], stated: Stated
) -> tuple[TextTable, str, str]:
    """The table with the units a user states, and its two columns; refused without a unit."""
    units, names, missing = dict(table.units), {}, []
    pairs = ((columns[0], stated.time_unit, "time"), (columns[1], stated.level_unit, "level"))
    for column, given, what in pairs:
        names[what] = column
        if column and given:
            table = replace(table, frame=table.frame.rename({column: f"{what} of the file"}))
            names[what] = f"{what} of the file"
            units[names[what]] = given
        elif column and not unit_of(table, column):
            missing.append(what)
    if missing:
        raise DossierError(
            f"{table.name}: no unit of {' and '.join(missing)}",
            [
                "say it in the header, as in time (min), drawdown (m), or with --time-unit "
                "and --level-unit"
            ],
        )
    return replace(table, units=units), names["time"], names["level"]


def _table(path: Path, stated: Stated) -> TextTable:
    """A table with names: those of a comment line or, of two columns without any, by content."""
    text, said = decoded(path.read_bytes(), path.name)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    words = re.sub(r"\d[eE][+-]?\d", "", first)
    if not first.startswith("#") and re.search(r"[^\W\d_]", words):
        return read_table(path, known=())
    comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
    rows = [cells for line in lines if (cells := _cells(line)) is not None]
    width = max((len(r) for r in rows), default=0)
    lost = len(lines) - len(comments) - len(rows)
    names = next((n for c in comments if len(n := re.split(r"[,;\t]", c)) == width), None)
    rows = [r for r in rows if len(r) == width]
    if width < 2 or len(rows) < 2:
        raise DossierError(f"{path.name}: no readable levels", [f"{len(rows)} rows of numbers"])
    if names is None:
        names = _unnamed(path.name, np.array(rows, dtype=np.float64), stated)
    frame = pl.DataFrame(rows, schema=[n.strip() for n in names], orient="row")
    if lost:
        figures = {"file": path.name, "count": lost, "row": len(lines)}
        said = [*said, Verdict("survey.log.rows_lost", figures)]
    return TextTable(path.name, frame, tuple(said))


def _cells(line: str) -> list[float] | None:
    """Numbers of a line apart by blanks, tabs, semicolons or commas; None when one is none."""
    if line.startswith("#"):
        return None
    cells = [c for c in re.split(r"[;\t\s]+|,(?=\s|[-\d])", line.replace("\u00a0", " ")) if c]
    try:
        return [float(c.replace(",", ".")) for c in cells]
    except ValueError:
        return None


def _unnamed(name: str, rows: Floats, stated: Stated) -> list[str]:
    """Two columns without names: the time is the one that ascends."""
    if rows.shape[1] != 2:
        raise DossierError(
            f"{name}: {rows.shape[1]} columns without names",
            ["a header must say which is the time and which the level"],
        )
    given = (("time", stated.time_unit), ("level", stated.level_unit))
    if missing := [what for what, unit in given if not unit]:
        raise DossierError(
            f"{name}: no unit of {' and '.join(missing)}",
            ["say it with --time-unit and --level-unit, or in a header"],
        )
    ascends = [bool(np.all(np.diff(rows[:, n]) > 0)) for n in range(2)]
    if ascends == [False, True]:
        return ["drawdown", "time"]
    if ascends[0]:
        return ["time", "drawdown"]
    raise DossierError(
        f"{name}: two columns without names, and neither ascends",
        ["a header must say which is the time and which the level"],
    )
