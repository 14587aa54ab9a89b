"""A year of weather from an EnergyPlus weather file, or from a table of any logger."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from loopkeeper.adapters.files.design.calendar_year import YEAR, Whole, hours_from
from loopkeeper.adapters.files.design.epw import read_epw
from loopkeeper.adapters.files.tables.header import split_unit
from loopkeeper.adapters.files.tables.shape import shape_of, with_whole_time, zone_in
from loopkeeper.adapters.files.tables.tables import TextTable, numbers, read_table
from loopkeeper.adapters.files.tables.times import instants
from loopkeeper.adapters.files.telemetry.readings import moments_of
from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.design.weather import (
    RawYear,
    WeatherReading,
    local_label,
    settled_year,
    standard_offset,
)
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR, HOURS_A_LEAP_YEAR, HOURS_A_YEAR, ZERO_CELSIUS, linear_to_si

_AIR = (
    r"^outdoor_temperature", r"^(室外|环境|外气|空气)?(空气)?(干球)?(温度|气温)$",
    r"(室外|环境|外气).*温度", r"干球|气温", r"dry.?bulb|^drybulb|^tdb$",
    r"(outdoor|outside|ambient|external|au(ß|ss)en|luft|air).*temp",
    r"^temp(erature)?(_?2m)?$|^t2m$|^t_?out$|^ta$",
)  # fmt: skip
_SUN = (
    r"^solar(_w_m2)?$", r"^ghi$|^g\(h\)$|^glob(al)?horizontal",
    r"global.*(horizontal|radiation|strahlung)",
    r"^allsky_sfc_sw_dwn$",
    r"水平.*总?辐射|总辐射|太阳.*辐射|辐照度",
    r"shortwave_radiation$|^solar.*(radiation|irradiance)",
)  # fmt: skip
"""Names of columns, the surest first."""
_CODES = {
    "air": (99.0, 99.9, 99.99, 999.0, 999.9, 999.99, -99.0, -99.9, -99.99, -999.9),
    "sun": (999.9, 9999.9, 99999.0, -99.0, -99.9),
}
"""Values that weather files write where there is none, beside those of every logger."""
_PVGIS_SUN = "g(h)"
_PVGIS = r"^(\d{8}):(\d{4})$"
_PER_AREA = {
    "w/m2": 1.0, "kw/m2": 1e3, "wh/m2": 1.0, "kwh/m2": 1e3, "j/m2": 1 / HOUR,
    "kj/m2": 1e3 / HOUR, "mj/m2": 1e6 / HOUR, "j/cm2": 1e4 / HOUR, "w": 1.0,
}  # fmt: skip
"""Sun of an hour in other units. [W m-2]"""


def read_weather_year(path: Path, zone: str) -> WeatherReading:
    """
    Read a year of weather.

    Parameters
    ----------
    path : Path
        EnergyPlus weather (``.epw``), or a table with times, air temperature
        (``outdoor_temperature_C`` or a usual name with its unit) and, where known, global
        radiation (``solar_W_m2``).
    zone : str
        Time zone of the site.

    Returns
    -------
    WeatherReading
        Hourly; no year when columns are missing, gaps are long or values impossible.
    """
    raw, said = read_epw(path, zone) if path.suffix.lower() == ".epw" else _table(path, zone)
    if raw is None:
        return WeatherReading(None, tuple(said))
    found = settled_year(raw, zone)
    return replace(found, verdicts=(*said, *found.verdicts))


def _table(path: Path, zone: str) -> tuple[RawYear | None, list[Verdict]]:
    plain = read_table(path)
    table = with_whole_time(plain)
    verdicts = [*plain.verdicts, *(table.verdicts if table is not plain else ())]
    times, said_of_times = _times(table, zone)
    verdicts += said_of_times
    if times is None:
        return None, verdicts
    seconds, taken = times
    columns = [c for c in table.columns if c not in taken]
    air_column, sun_column = (_found(columns, names) for names in (_AIR, _SUN))
    if not air_column:
        figures = {"file": table.name, "columns": ", ".join(table.columns[:20])}
        return None, [*verdicts, Verdict("design.weather.no_air", figures)]
    named = {"file": table.name, "air": air_column, "sun": sun_column or "–"}
    if (air_column, sun_column or "solar_W_m2") != ("outdoor_temperature_C", "solar_W_m2"):
        verdicts.append(Verdict("design.weather.columns", named))
    air, said_of_air = _values(table, air_column, "air")
    sun, said_of_sun = _values(table, sun_column, "sun") if sun_column else (None, [])
    verdicts += [*said_of_air, *said_of_sun]
    if any(v.severity in GRAVE for v in verdicts):
        return None, verdicts
    year, said = _year(table.name, seconds, (air, sun), zone)
    return year, [*verdicts, *said]


def _times(table: TextTable, zone: str) -> tuple[tuple[Floats, set[str]] | None, list[Verdict]]:
    """Seconds since 1970, and the columns they stand in; rows of a whole year need none."""
    for column in table.columns:
        if table.frame.schema[column] == pl.String:
            spelled = pl.col(column).str.replace(_PVGIS, "$1 $2")
            table = replace(table, frame=table.frame.with_columns(spelled))
    shape = shape_of(table, ())
    if shape is None and table.frame.height in {8760, 8784}:
        start = hours_from(standard_offset(zone, YEAR))[0].astype(np.int64)
        seconds = start + HOUR * np.arange(table.frame.height, dtype=np.float64)
        return (seconds, set()), [Verdict("design.simulated.no_times", {"file": table.name})]
    if shape is None:
        figures = {"file": table.name, "columns": ", ".join(table.columns[:20])}
        return None, [Verdict("dossier.time.missing", figures)]
    stated = zone_in(shape.time) or zone
    read = instants(moments_of(table, shape), stated, file=table.name, column=shape.time)
    seconds = read.time.dt.epoch("s").cast(pl.Float64).to_numpy()
    if not np.any(np.isfinite(seconds)):
        shown = table.frame[shape.time].drop_nulls().head(3).cast(pl.String)
        nothing = {"file": table.name, "count": len(seconds), "examples": "; ".join(shown)}
        return None, [*read.verdicts, Verdict("dossier.file.nothing_used", nothing)]
    return (seconds, {shape.time, shape.clock}), [*read.verdicts]


def _found(columns: list[str], names: tuple[str, ...]) -> str:
    """The first column of the surest name."""
    plain = {c: split_unit(c)[0].strip().lower() for c in columns}
    plain |= {c: c.lower() for c in columns if c.lower() == _PVGIS_SUN}
    hits = (c for name in names for c, bare in plain.items() if re.search(name, bare))
    return next(hits, "")


def _values(table: TextTable, column: str, quantity: str) -> tuple[Floats, list[Verdict]]:
    """A column in °C or W/m²."""
    values, said = numbers(table, column)
    verdicts = [*said]
    found = values.to_numpy().astype(np.float64)
    unit = _unit(table, column)
    try:
        factor, offset = _scale(unit, quantity)
    except UnitError:
        figures = {
            "file": table.name,
            "column": column,
            "unit": unit,
            "quantity": Phrase(f"sky.{quantity}"),
        }
        return found, [*verdicts, Verdict("design.weather.unit_unknown", figures)]
    code = np.isin(found, _CODES[quantity]) & ~_usual(found, quantity)
    if code.any():
        marks = {"file": table.name, "column": column, "count": int(code.sum())}
        verdicts.append(Verdict("dossier.value.sentinel", marks))
        found = np.where(code, np.nan, found)
    if quantity == "sun":
        found = np.where(found < 0, 0.0, found)
    return factor * found + offset, verdicts


def _usual(values: Floats, quantity: str) -> Bools:
    """Where a value that may be a code is one of those around it: 99.9 °F on a hot day."""
    around = values[np.isfinite(values) & ~np.isin(values, _CODES[quantity])]
    if not len(around):
        return np.zeros(len(values), dtype=bool)
    return np.asarray((values >= around.min() - 2) & (values <= around.max() + 2))


def _unit(table: TextTable, column: str) -> str:
    """The unit of a column: of the row below the header, in brackets, or behind its name."""
    if column.lower() == _PVGIS_SUN:
        return "W/m2"
    behind = re.search(r"_(C|F|K|degC|degF|W_m2|kW_m2|Wh_m2|kJ_m2|MJ_m2)$", column)
    stated = table.units.get(column) or split_unit(column)[1]
    return (stated or (behind[1] if behind else "")).replace("_m2", "/m2")


def _scale(unit: str, quantity: str) -> tuple[float, float]:
    if quantity == "sun":
        key = unit.lower().replace("²", "2").replace("^", "").replace(" ", "")
        if key and key not in _PER_AREA:
            raise UnitError(unit)
        return _PER_AREA.get(key, 1.0), 0.0
    if unit in {"", "C"}:
        return 1.0, 0.0
    if unit in {"K", "kelvin"}:
        return 1.0, -ZERO_CELSIUS
    factor, offset, dimension = linear_to_si(unit)
    if dimension != "[temperature]":
        raise UnitError(unit)
    return factor, offset


def _year(
    file: str, seconds: Floats, values: tuple[Floats, Floats | None], zone: str
) -> tuple[RawYear, list[Verdict]]:
    """The first year of the rows: means of the readings of each hour."""
    known, said = np.isfinite(seconds), []
    again = int(known.sum()) - len(np.unique(seconds[known]))
    if again:
        said.append(Verdict("design.weather.again", {"file": file, "count": again}))
    hour = np.floor(seconds[known] / HOUR).astype(np.int64)
    first, span = int(hour.min()), int(hour.max() - hour.min()) + 1
    count = HOURS_A_LEAP_YEAR if span == HOURS_A_LEAP_YEAR else HOURS_A_YEAR
    time = np.datetime64(first * 3600, "s") + np.arange(count) * np.timedelta64(3600, "s")
    if span > HOURS_A_LEAP_YEAR:
        figures = {"file": file, "count": span, "since": local_label(time[0], zone)}
        said.append(Verdict("design.weather.longer", figures))
    air, sun = (_hourly(hour - first, v, known, count) for v in values)
    nothing = np.full(count, np.nan)
    return RawYear(file, time, nothing if air is None else air, sun), said


def _hourly(place: Whole, values: Floats | None, known: Bools, count: int) -> Floats | None:
    if values is None:
        return None
    mine = values[known]
    good = np.isfinite(mine) & (place < count)
    total = np.bincount(place[good], mine[good], count)
    number = np.bincount(place[good], minlength=count)
    return np.asarray(np.where(number > 0, total / np.maximum(number, 1), np.nan))
