"""Years of weather (EPW or CSV) and of simulated loads (EnergyPlus CSV) from files."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from loopkeeper.adapters.files.tables import numbers, read_table
from loopkeeper.adapters.files.times import instants
from loopkeeper.errors import DossierError
from loopkeeper.lifecycle.design.loads import WeatherYear
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import Floats, LoadYear, Times
from loopkeeper.units import HOUR

YEAR = 2023
"""Calendar that years without one are laid on: not a leap year, begins on a Sunday."""
_HEADER_LINES = 8
_DRY_BULB, _GLOBAL_SUN = 6, 13


def read_weather_year(path: Path, zone: str) -> WeatherYear:
    """
    Read a year of weather.

    Parameters
    ----------
    path : Path
        EnergyPlus weather (``.epw``), or CSV with ``time``, ``outdoor_temperature_C`` and, where
        known, ``solar_W_m2``.
    zone : str
        Time zone of the site.

    Returns
    -------
    WeatherYear
        Hourly; no sun where the file has none.

    Raises
    ------
    DossierError
        When columns are missing or the file holds no whole year.
    """
    if path.suffix.lower() == ".epw":
        time, air, sun = _epw(path, zone)
    else:
        time, air, sun = _weather_csv(path, zone)
    if len(time) not in {8760, 8784}:
        raise DossierError(
            f"{path.name}: {len(time)} hours of weather", ["a whole year of hours is needed"]
        )
    month, _, hour, weekday = local_calendar(time, zone)
    return WeatherYear(time, hour, weekday, month, air, sun)


def _epw(path: Path, zone: str) -> tuple[Times, Floats, Floats]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[_HEADER_LINES:]
    rows = [line.split(",") for line in lines if line.count(",") > _GLOBAL_SUN]
    try:
        table = np.array([[float(r[_DRY_BULB]), float(r[_GLOBAL_SUN])] for r in rows])
    except ValueError as error:
        raise DossierError(
            f"{path.name}: {error}", ["expected an EnergyPlus weather file"]
        ) from error
    if not len(table):
        raise DossierError(f"{path.name}: no rows", ["expected an EnergyPlus weather file"])
    return _calendar(len(table), zone), table[:, 0], np.minimum(table[:, 1], 1500.0)


def _calendar(hours: int, zone: str) -> Times:
    """Hours of a year in local standard time, as UTC."""
    start = datetime(YEAR, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(start, "s") + np.arange(hours) * np.timedelta64(3600, "s")


def _weather_csv(path: Path, zone: str) -> tuple[Times, Floats, Floats]:
    table = read_table(path)
    columns = table.frame.columns
    missing = [c for c in ("time", "outdoor_temperature_C") if c not in columns]
    if missing:
        raise DossierError(f"{path.name}: columns missing", missing)
    read = instants(table.frame["time"], zone, file=table.name)
    seconds = read.time.dt.epoch("s").cast(pl.Float64).to_numpy()
    air = numbers(table, "outdoor_temperature_C")[0].to_numpy().astype(np.float64)
    sun = np.zeros(len(air))
    if "solar_W_m2" in columns:
        sun = numbers(table, "solar_W_m2")[0].fill_null(0.0).to_numpy().astype(np.float64)
    known = np.isfinite(seconds) & np.isfinite(air)
    first = np.datetime64(int(seconds[known][0]), "s")
    hours = first + np.arange(8760) * np.timedelta64(3600, "s")
    grid = hours.astype(np.int64).astype(np.float64)
    if seconds[known][-1] < grid[-1] - 6 * HOUR:
        raise DossierError(f"{path.name}: less than a year", ["a whole year is needed"])
    return (
        hours,
        np.interp(grid, seconds[known], air[known]),
        np.interp(grid, seconds[known], sun[known]),
    )


def read_energyplus(path: Path, zone: str) -> LoadYear:
    """
    Read the hourly loads of an EnergyPlus output.

    Parameters
    ----------
    path : Path
        CSV with ``Date/Time`` and columns such as ``…Heating Energy [J](Hourly)`` or
        ``… [W](Hourly)``; several zones are added.
    zone : str
        Time zone of the site.

    Returns
    -------
    LoadYear
        Heating, cooling and hot water, where a column names it.

    Raises
    ------
    DossierError
        When no column names heating or cooling, or the hours are no year.
    """
    table = read_table(path)
    hours = table.frame.height
    sums = {"heating": np.zeros(hours), "cooling": np.zeros(hours), "hot water": np.zeros(hours)}
    found = set()
    for column in table.frame.columns:
        match = re.match(r"(?P<name>.*?)\s*\[(?P<unit>J|W|kWh|kW)\]\s*\(Hourly\)", column)
        if match is None:
            continue
        name = match["name"].lower()
        use = "hot water" if re.search(r"water use|hot water|dhw|shw", name) else next(
            (u for u in ("heating", "cooling") if u in name), None
        )  # fmt: skip
        if use is None:
            continue
        scale = {"J": 1 / HOUR, "W": 1.0, "kWh": 1000.0, "kW": 1000.0}[match["unit"]]
        values = numbers(table, column)[0].fill_null(0.0).to_numpy().astype(np.float64)
        sums[use] += scale * np.abs(values)
        found.add(use)
    if not found & {"heating", "cooling"}:
        raise DossierError(
            f"{path.name}: no hourly loads",
            ["expected columns such as DistrictHeating:Facility [J](Hourly)"],
        )
    if hours not in {8760, 8784}:
        raise DossierError(f"{path.name}: {hours} hours", ["a whole year of hours is needed"])
    return LoadYear(_calendar(hours, zone), sums["heating"], sums["cooling"], sums["hot water"])
