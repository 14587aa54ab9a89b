"""
Simulated loads of a building (EnergyPlus, or any table of hourly loads) as a design year.

One quantity per use, the foremost of the list that the file holds; what is a part or another view
of the same heat is left out and named, what may be heat beside it makes the file refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loopkeeper.adapters.files.design.calendar_year import (
    HOURS,
    hour_of_year,
    hours_from,
    laid,
    leap_day,
    real_days,
)
from loopkeeper.adapters.files.design.simulated_columns import (
    Output,
    outdoor_column,
    outputs,
    step_scale,
    without_unit,
)
from loopkeeper.adapters.files.tables.shape import shape_of, with_whole_time
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.tables.times import instants
from loopkeeper.adapters.files.telemetry.readings import moments_of
from loopkeeper.app.outside import LoadsReading
from loopkeeper.lifecycle.design.weather import standard_offset
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.plant.verdict import GRAVE, Verdict, gathered
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR, HOURS_A_LEAP_YEAR, HOURS_A_YEAR, MINUTES_AN_HOUR, linear_to_si

_LABEL = r"^\s*(\d{1,2})/(\d{1,2})\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*$"
_YEARS = (365 * 24 * 60, 366 * 24 * 60)
"""Minutes of the two years."""
_SAME = 0.02
"""Difference of two sums that count as the same heat. [-]"""
_BESIDE = {("meter", "plant"), ("facility", "plant"), ("plant", "ideal")}
"""Kinds whose heat may stand beside each other: neither holds the other."""
_WITHIN = frozenset({"ideal", "zone", "sensible"})
"""Kinds seen from the rooms: air and fans may make them more than what the plant gives."""
USES = ("heating", "cooling", "hot_water")
Whole = NDArray[np.int64]
_Ends = tuple[Whole, Whole, Whole]


@dataclass(frozen=True)
class _Rows:
    """Rows of the run: which of the file, the end of each [min of the year], minutes between."""

    kept: Whole
    end: Whole
    step: int


def read_energyplus(path: Path, zone: str) -> LoadsReading:
    """
    Read the hourly loads of a building simulation.

    Parameters
    ----------
    path : Path
        CSV as EnergyPlus writes it (``Date/Time`` and columns such as
        ``DistrictHeatingWater:Facility [J](Hourly)``), by hours or time steps, sizing days before
        the run or not; or a table of times with heat and cold in columns named so.
    zone : str
        Time zone of the site; simulations run in its standard time.

    Returns
    -------
    LoadsReading
        January to December, whatever month the run began in.
    """
    plain = read_table(path)
    table = with_whole_time(plain)
    verdicts = [*plain.verdicts, *(table.verdicts if table is not plain else ())]
    found, others = outputs(table.columns)
    if not {o.use for o in found} & {"heating", "cooling"}:
        bare = without_unit(table.columns)
        code = "no_unit" if bare else "none"
        names = ", ".join((bare or others or table.columns)[:12])
        said = Verdict(f"design.simulated.{code}", {"file": table.name, "columns": names})
        return LoadsReading(None, (*verdicts, said))
    rows, said_of_rows = _rows(table, zone)
    verdicts += said_of_rows
    if rows is None:
        return LoadsReading(None, tuple(verdicts))
    hourly, said_of_hours = gathered(_hourly(table, o, rows) for o in found)
    series = dict(zip((o.column for o in found), hourly, strict=True))
    picked, said_of_choice = gathered(_chosen(use, found, series, table.name) for use in USES)
    chosen = dict(zip(USES, picked, strict=True))
    verdicts += [*said_of_hours, *said_of_choice]
    if any(v.severity in GRAVE for v in verdicts):
        return LoadsReading(None, tuple(verdicts))
    if others:
        figures = {"file": table.name, "count": len(others), "columns": "; ".join(others[:12])}
        verdicts.append(Verdict("design.simulated.others", figures))
    verdicts += [
        Verdict("design.simulated.no_mode", {"file": table.name, "mode": use})
        for use in ("heating", "cooling")
        if not chosen[use]
    ]
    loads = {use: _sum(series, columns) for use, columns in chosen.items()}
    verdicts += _hot_water(chosen, loads, table.name)
    time = hours_from(standard_offset(zone, 2023))
    air, said_of_air = _outdoor(table, rows)
    year = LoadYear(time, loads["heating"], loads["cooling"], loads["hot_water"], air)
    used = {use: tuple(o.column for o in columns) for use, columns in chosen.items()}
    return LoadsReading(year, (*verdicts, *said_of_air), used)


def _sum(series: Mapping[str, Floats], columns: Sequence[Output]) -> Floats:
    return np.asarray(sum((series[o.column] for o in columns), np.zeros(HOURS)))


def _rows(table: TextTable, zone: str) -> tuple[_Rows | None, list[Verdict]]:
    """The rows of the year that was run; sizing days and what else stands there are dropped."""
    labels, verdicts = _labels(table, zone)
    if labels is None:
        return None, verdicts
    month, day, minute = labels
    leap = bool(leap_day(month, day).any())
    place = 60 * hour_of_year(month, day, np.zeros_like(month)) + minute
    if leap:
        place += 24 * 60 * (month > 2)
    rows, said = _longest_run(table, place, leap=leap)
    return rows, [*verdicts, *said]


def _longest_run(
    table: TextTable, place: Whole, *, leap: bool
) -> tuple[_Rows | None, list[Verdict]]:
    year = _YEARS[leap]
    steps = np.diff(place) % year
    step = int(np.bincount(steps).argmax()) if len(steps) else 0
    edges = np.concatenate([[0], np.flatnonzero(steps != step) + 1, [len(place)]])
    lengths = np.diff(edges)
    figures: dict[str, object] = {
        "file": table.name,
        "rows": len(place),
        "longest": int(lengths.max(initial=0)),
        "step": step,
        "runs": len(lengths),
    }
    whole = [n for n, count in enumerate(lengths) if step and count * step in _YEARS]
    if len(whole) != 1 or 60 % step:
        return None, [Verdict("design.simulated.not_a_year", figures)]
    kept, said = np.arange(edges[whole[0]], edges[whole[0] + 1]), []
    if len(lengths) > 1:
        figures["dropped"] = len(place) - len(kept)
        said.append(Verdict("design.simulated.sizing_days", figures))
    end = place[kept]
    if leap:
        extra = (end > 59 * 24 * 60) & (end <= 60 * 24 * 60)
        kept, end = kept[~extra], end[~extra]
        end = end - 24 * 60 * (end > 60 * 24 * 60)
        said.append(Verdict("design.simulated.leap", {"file": table.name}))
    return _Rows(kept, end, step), said


def _labels(table: TextTable, zone: str) -> tuple[_Ends | None, list[Verdict]]:
    """Month, day, and minute of the day at which each row ends."""
    first = table.columns[0]
    parts = table.frame[first].cast(pl.String).str.extract_groups(_LABEL).struct.unnest()
    if parts.height and parts[parts.columns[0]].null_count() == 0:
        month, day, hour, minute = (
            parts[c].cast(pl.Int64).to_numpy().astype(np.int64) for c in parts.columns
        )
        if real_days(month, day):
            return (month, day, 60 * hour + minute), []
    return _dated(table, zone)


def _dated(table: TextTable, zone: str) -> tuple[_Ends | None, list[Verdict]]:
    """The same of rows with dates, or of a whole year of rows without any."""
    shape = shape_of(table, ())
    offset = standard_offset(zone, 2023)
    if shape is None:
        return _undated(table)
    fixed = f"Etc/GMT{-int(offset):+d}" if offset == int(offset) else zone
    read = instants(moments_of(table, shape), fixed, file=table.name, column=shape.time)
    if read.time.null_count() or len(read.time) < 2:
        nothing = {"file": table.name, "rows": len(read.time), "longest": 0, "step": 0, "runs": 0}
        return None, [*read.verdicts, Verdict("design.simulated.not_a_year", nothing)]
    seconds = read.time.dt.epoch("s").to_numpy() + round(offset * HOUR)
    stamps = seconds.astype("datetime64[s]").astype("datetime64[m]")
    ends = stamps[0] != stamps[0].astype("datetime64[D]")
    found = _calendar(stamps if ends else stamps + np.median(np.diff(stamps)))
    return found, [*read.verdicts]


def _undated(table: TextTable) -> tuple[_Ends | None, list[Verdict]]:
    """The same of a whole year of rows without times."""
    count = table.frame.height
    if count not in {HOURS_A_YEAR, HOURS_A_LEAP_YEAR}:
        figures = {"file": table.name, "columns": ", ".join(table.columns[:20])}
        return None, [Verdict("dossier.time.missing", figures)]
    start = np.datetime64("2023-01-01" if count == HOURS_A_YEAR else "2024-01-01", "m")
    found = _calendar(start + np.arange(1, count + 1) * np.timedelta64(60, "m"))
    return found, [Verdict("design.simulated.no_times", {"file": table.name})]


def _calendar(end: NDArray[np.datetime64]) -> _Ends:
    """Ends of rows as month, day and minute; midnight belongs to the day before."""
    day = (end - np.timedelta64(1, "m")).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    minute = (end - day.astype("datetime64[m]")).astype(np.int64)
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    return month.astype(np.int64) % 12 + 1, of_month, minute


def _hourly(table: TextTable, output: Output, rows: _Rows) -> tuple[Floats, list[Verdict]]:
    """Mean watts of each hour of the year; an hourly column beside time steps has its own rows."""
    values, said = numbers(table, output.column, logged=False)
    mine = values.to_numpy().astype(np.float64)[rows.kept]
    known = np.isfinite(mine)
    each_hour = rows.end % 60 == 0
    step = (
        MINUTES_AN_HOUR
        if rows.step < MINUTES_AN_HOUR and np.array_equal(known, each_hour)
        else rows.step
    )
    asked = each_hour if step == MINUTES_AN_HOUR else np.ones(len(mine), dtype=bool)
    lacking, below = int((asked & ~known).sum()), int((mine[known] < 0).sum())
    if lacking or -mine[known].clip(max=0).sum() > 1e-3 * np.abs(mine[known]).sum():
        figures = {"file": table.name, "column": output.column, "count": lacking, "below": below}
        return np.zeros(HOURS), [*said, Verdict("design.simulated.value", figures)]
    place = (rows.end[known] - step) // 60 % HOURS
    watts = laid(place, step_scale(output, 60 * step) * mine[known].clip(min=0))
    return np.nan_to_num(watts), [*said]


def _outdoor(table: TextTable, rows: _Rows) -> tuple[Floats | None, list[Verdict]]:
    """Outdoor air of the run, where a column holds all of it. [°C]"""
    column, unit = outdoor_column(table.columns)
    if not column:
        return None, []
    values, said = numbers(table, column)
    factor, offset, dimension = linear_to_si(unit)
    place = (rows.end - rows.step) // 60 % HOURS
    air = laid(place, values.to_numpy().astype(np.float64)[rows.kept])
    sound = dimension == linear_to_si("degC")[2] and np.all(np.isfinite(air))
    return factor * air + offset if sound else None, [*said]


def _chosen(
    use: str, found: Sequence[Output], series: Mapping[str, Floats], file: str
) -> tuple[tuple[Output, ...], list[Verdict]]:
    """The foremost quantity of a use; the others are the same heat, parts of it, or a problem."""
    groups: dict[int, tuple[Output, ...]] = {}
    for order in sorted({o.order for o in found if o.use == use}):
        group = tuple(o for o in found if o.use == use and o.order == order)
        if order == min(groups, default=order) or _sum(series, group).max() > 0:
            groups[order] = group
    if len(groups) > 1 and _sum(series, next(iter(groups.values()))).max() <= 0:
        groups.pop(next(iter(groups)))
    if not groups:
        return (), []
    chosen, *rest = groups.values()
    total = float(_sum(series, chosen).sum())
    mode: dict[str, object] = {"file": file, "use": Phrase(f"mode.{use}")}
    used = {
        **mode,
        "columns": "; ".join(o.column for o in chosen),
        "energy": f"{total / 1e6:,.1f}",
    }
    verdicts = [Verdict("design.simulated.used", used)]
    if chosen[0].kind == "sensible":
        verdicts.append(Verdict("design.simulated.sensible", mode))
    for group in rest:
        other = float(_sum(series, group).sum())
        figures = {
            **used,
            "others": "; ".join(o.column for o in group),
            "other": f"{other / 1e6:,.1f}",
        }
        clash = use != "hot_water" and _clash(chosen[0].kind, group[0].kind, other, total)
        verdicts.append(Verdict(f"design.simulated.{'overlap' if clash else 'left'}", figures))
    return chosen, verdicts


def _clash(chosen: str, kind: str, other: float, total: float) -> bool:
    """Whether another quantity may be heat beside the chosen one, or more than it."""
    if abs(other - total) <= _SAME * total:
        return False
    return (chosen, kind) in _BESIDE or (other > total and kind not in _WITHIN)


def _hot_water(
    chosen: Mapping[str, tuple[Output, ...]], loads: dict[str, Floats], file: str
) -> list[Verdict]:
    """Hot water that a heat meter of the whole building holds too is taken out of its heat."""
    heat, water = (chosen[use] for use in ("heating", "hot_water"))
    if not heat or not water or heat[0].kind not in {"facility", "plant", "loop"}:
        return []
    figures = {"file": file, "columns": "; ".join(o.column for o in heat)}
    if heat[0].kind == "facility" and water[0].kind == "district":
        loads["heating"] = np.maximum(loads["heating"] - loads["hot_water"], 0.0)
        return [Verdict("design.simulated.hot_water_out", figures)]
    return [Verdict("design.simulated.hot_water_in", figures)]
