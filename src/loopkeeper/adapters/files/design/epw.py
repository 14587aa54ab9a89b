"""EnergyPlus weather files: their own clock and place, and what their codes call missing."""

import re
from pathlib import Path

import numpy as np

from loopkeeper.adapters.files.design.calendar_year import (
    HOURS,
    hour_of_year,
    hours_from,
    laid,
    leap_day,
    real_days,
)
from loopkeeper.lifecycle.design.weather import RawYear, standard_offset
from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOURS_A_DAY

_MONTH, _DAY, _HOUR, _MINUTE, _DRY_BULB, _GLOBAL_SUN = 1, 2, 3, 4, 6, 13
_DIRECT_SUN, _DIFFUSE_SUN = 14, 15
_LATITUDE, _LONGITUDE, _OFFSET = 6, 7, 8
_NO_AIR, _NO_SUN = 99.9, 9999.0
"""Values from which on a field is missing (EnergyPlus weather data dictionary)."""
_COLDEST = -70.0


def read_epw(path: Path, zone: str) -> tuple[RawYear | None, list[Verdict]]:
    """
    Read an EnergyPlus weather file.

    Parameters
    ----------
    path : Path
        With its eight lines of header.
    zone : str
        Time zone of the site, where the file tells no offset.

    Returns
    -------
    RawYear or None
        Hours on the calendar by their month, day and hour, whatever their order; codes for
        missing are NaN. None when the rows are no hours.
    list of Verdict
        What there is to say.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [cells for line in lines if len(cells := line.split(",")) > _DIFFUSE_SUN]
    rows = [row for row in rows if re.fullmatch(r"\s*\d+\s*", row[_MONTH])]
    table = _figures(rows)
    where = _location(lines)
    if table is None:
        unread = {"file": path.name, "count": len(rows)}
        return None, [Verdict("design.weather.not_hours", unread)]
    month, day, hour = (table[:, n].astype(np.int64) for n in range(3))
    extra = leap_day(month, day)
    place = hour_of_year(month, day, hour - 1)[~extra]
    most = max(1, len(np.unique(table[:, 3])))
    twice = int(np.maximum(np.bincount(place) - most, 0).sum())
    if twice:
        figures = {"file": path.name, "count": twice}
        return None, [Verdict("design.weather.twice", figures)]
    air, whole, direct, diffuse = table[~extra, 4:].T
    air = np.where((air >= _NO_AIR) | (air <= _COLDEST), np.nan, air)
    latitude, longitude, offset = where
    used = standard_offset(zone, 2023) if offset is None else offset
    time = hours_from(used)
    whole, direct, diffuse = (_present(laid(place, _known(v))) for v in (whole, direct, diffuse))
    if whole is None and direct is not None and diffuse is not None and latitude is not None:
        high = _sine_of_altitude(latitude, (longitude or 15 * used) / 15 - used)
        whole = diffuse + direct * np.maximum(high, 0.0)
    return RawYear(path.name, time, laid(place, air), whole, latitude, offset), []


def _figures(rows: list[list[str]]) -> Floats | None:
    wanted = (_MONTH, _DAY, _HOUR, _MINUTE, _DRY_BULB, _GLOBAL_SUN, _DIRECT_SUN, _DIFFUSE_SUN)
    try:
        table = np.array([[float(row[n].strip() or "nan") for n in wanted] for row in rows])
    except ValueError:
        return None
    if not len(table) or not np.all(np.isfinite(table[:, :3])):
        return None
    month, day, hour = table[:, :3].astype(np.int64).T
    if not real_days(month, day) or hour.min() < 1 or hour.max() > HOURS_A_DAY:
        return None
    return table


def _known(values: Floats) -> Floats:
    return np.where((values >= _NO_SUN) | (values < 0), np.nan, values)


def _present(values: Floats) -> Floats | None:
    """A column of sun, or None when nothing stands in it."""
    return values if np.any(np.nan_to_num(values) > 0) else None


def _location(lines: list[str]) -> tuple[float | None, ...]:
    """Latitude, longitude [°] and hours from UTC of the first line, None where it lacks one."""
    first = next((line.split(",") for line in lines if line.upper().startswith("LOCATION")), [])
    found: list[float | None] = []
    for place, most in ((_LATITUDE, 90.0), (_LONGITUDE, 180.0), (_OFFSET, 14.0)):
        try:
            value = float(first[place])
        except (IndexError, ValueError):
            value = float("nan")
        found.append(value if abs(value) <= most else None)
    return tuple(found)


def _sine_of_altitude(latitude: float, ahead: float) -> Floats:
    """
    Sine of the sun's altitude in the middle of each hour of the year.

    ``ahead`` is solar time minus the file's clock [h]; declination after Cooper, equation of time
    after Spencer's short form (Duffie and Beckman, 1.5-1.6).
    """
    hour = np.arange(HOURS) + 0.5
    day = hour / 24 + 1
    b = 2 * np.pi * (day - 81) / 364
    equation = (9.87 * np.sin(2 * b) - 7.53 * np.cos(b) - 1.5 * np.sin(b)) / 60
    angle = np.pi / 12 * (hour % 24 + ahead + equation - 12)
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    phi = np.radians(latitude)
    return np.asarray(
        np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(angle)
    )
