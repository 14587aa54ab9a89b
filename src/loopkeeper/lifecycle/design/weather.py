"""
A year of weather for loads: what a file may lack, what cannot be air, whose clock it keeps.

Short gaps are laid from the hours and days beside them and counted; a long gap, a line drawn over
one, or air that exists nowhere is a problem, and no year comes of it.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from loopkeeper.lifecycle.design.seasons import hemisphere
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import Bools, Floats, Times
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR, HOURS_A_WEEK, MAJORITY, ZERO_CELSIUS

FINE = 0.25
"""Steps of a thermometer up to which two days on a line are drawn. [K]"""

Hours = NDArray[np.int64]
SHORT, LONGEST = 6, 24
"""Gaps laid straight, and from the same hours of the days beside them. [h]"""
FEW = 0.05
"""Share of a year that longer gaps may make up together. [-]"""
SUN_GAP = 7 * 24
"""Gap of the sun that is laid from the same hours of other days. [h]"""
COLDEST, WARMEST, HOTTEST_MEAN = -90.0, 58.0, 36.0
"""Air on Earth: Vostok, Death Valley, and the mean of Dallol, with a margin. [°C]"""
DRAWN = 65 * 24
"""Length of a line from which even a year without days, a smooth curve, cannot have it. [h]"""
SUNNIEST = 1500.0
"""Sun on the horizontal that clouds at an edge may give. [W m-2]"""
DIM = 50.0
"""A year whose brightest hour stays below this is in another unit. [W m-2]"""
NOON, AFTERNOON = (9.0, 16.0), (9.0, 20.0)
"""Local hours around which sun and warmth of a mean day may lie. [h]"""
WRONG_CLOCK = 2.0
"""A file whose clock is farther from the site's than this is one of another place. [h]"""
QUANTITIES = ("air", "sun")


@dataclass(frozen=True, kw_only=True)
class WeatherYear:
    """
    A year of weather, shape (n,).

    Instants, local hour, weekday, month and day, air [°C], sun [W m-2]; ``latitude`` [°] where the
    file tells it.
    """

    time: Times
    hour: Hours
    weekday: Hours
    month: Hours
    day: Hours
    air: Floats
    sun: Floats
    latitude: float | None = None


@dataclass(frozen=True)
class RawYear:
    """
    Hours as a file gives them: NaN where nothing stands; ``sun`` None where it has no column.

    ``offset`` of the file's clock from UTC [h] and ``latitude`` [°] where it tells them.
    """

    file: str
    time: Times
    air: Floats
    sun: Floats | None = None
    latitude: float | None = None
    offset: float | None = None


@dataclass(frozen=True)
class WeatherReading:
    """A year, or None where problems forbid one; and what there is to say."""

    year: WeatherYear | None
    verdicts: tuple[Verdict, ...]


def settled_year(raw: RawYear, zone: str) -> WeatherReading:
    """
    Return a whole year from the hours of a file, or why there is none.

    Parameters
    ----------
    raw : RawYear
        8760 or 8784 hours.
    zone : str
        Time zone of the site.

    Returns
    -------
    WeatherReading
        Problems: gaps, lines over gaps, impossible values, the clock of another place.
    """
    verdicts = air_on_earth(raw.file, raw.air)
    air, said = _mended(raw, "air", raw.air, zone)
    verdicts += said
    if not _graves(verdicts):
        verdicts += _straight(raw, air, zone)
    sun, said = _sun(raw, zone)
    verdicts += [*said, *_zones(raw, zone)]
    if _graves(verdicts):
        return WeatherReading(None, tuple(verdicts))
    month, day, hour, weekday = local_calendar(raw.time, zone)
    year = WeatherYear(
        time=raw.time,
        hour=hour,
        weekday=weekday,
        month=month,
        day=day,
        air=air,
        sun=sun,
        latitude=raw.latitude,
    )
    verdicts += [*_clock(raw, year, zone), *hemisphere(raw.file, month, air, raw.latitude)]
    return WeatherReading(year, tuple(verdicts))


def _graves(verdicts: list[Verdict]) -> bool:
    return any(v.severity in GRAVE for v in verdicts)


def _named(quantity: str) -> dict[str, object]:
    return {"quantity": Phrase(f"sky.{quantity}")}


def local_label(time: np.datetime64, zone: str) -> str:
    """Return an instant as a person of the zone writes it."""
    stamp = int(time.astype("datetime64[s]").astype(np.int64))
    return f"{datetime.fromtimestamp(stamp, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def air_on_earth(file: str, air: Floats) -> list[Verdict]:
    """
    Return what is impossible about air.

    Parameters
    ----------
    file : str
        What the verdict calls it.
    air : array, shape (n,)
        NaN where nothing is known. [°C]

    Returns
    -------
    list of Verdict
        A problem where it exists nowhere, with the unit in which it would.
    """
    known = air[np.isfinite(air)]
    if not len(known):
        return []
    low, high, mean = float(known.min()), float(known.max()), float(known.mean())
    if low >= COLDEST and high <= WARMEST and mean <= HOTTEST_MEAN:
        return []
    figures = {"file": file, "low": f"{low:.1f}", "high": f"{high:.1f}", "mean": f"{mean:.1f}"}
    for unit, factor, offset in (("°F", 1 / 1.8, -32 / 1.8), ("K", 1.0, -ZERO_CELSIUS)):
        first, last = factor * low + offset, factor * high + offset
        if first >= COLDEST and last <= WARMEST:
            named = {**figures, "unit": unit, "first": f"{first:.1f}", "last": f"{last:.1f}"}
            return [Verdict("design.weather.other_unit", named)]
    return [Verdict("design.weather.impossible", figures)]


def gaps_of(missing: Bools) -> list[tuple[int, int]]:
    """
    Return the gaps of a series.

    Parameters
    ----------
    missing : array of bool, shape (n,)
        Where nothing stands.

    Returns
    -------
    list of (int, int)
        Place of the first hour, and how many.
    """
    edges = np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8))
    first, behind = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b - a)) for a, b in zip(first, behind, strict=True)]


def _mended(
    raw: RawYear, quantity: str, values: Floats, zone: str
) -> tuple[Floats, list[Verdict]]:
    """A series without its gaps; what was laid is counted, what cannot be is a problem."""
    gaps = gaps_of(~np.isfinite(values))
    if not gaps:
        return values, []
    most = LONGEST if quantity == "air" else SUN_GAP
    first, longest = max(gaps, key=lambda gap: gap[1])
    figures = {
        "file": raw.file,
        "count": sum(n for _, n in gaps),
        "longest": longest,
        "hours": len(values),
        "since": local_label(raw.time[first], zone),
        **_named(quantity),
    }
    if longest > most or sum(n for _, n in gaps if n > SHORT) > FEW * len(values):
        return values, [Verdict("design.weather.gap", figures)]
    straight = SHORT if quantity == "air" else 0
    laid = values.copy()
    for start, count in gaps:
        if count > straight:
            laid[start : start + count] = _of_other_days(values, start, count, most // 24 + 1)
    known = np.isfinite(laid)
    place = np.arange(len(laid), dtype=np.float64)
    laid = np.interp(place, place[known], laid[known])
    return laid, [Verdict("design.weather.missing", figures)]


def _of_other_days(values: Floats, start: int, count: int, days: int) -> Floats:
    """Mean of the same hours in so many days before and after; NaN where none is known."""
    places = np.arange(start, start + count)[:, None] + 24 * np.r_[-days:0, 1 : days + 1]
    beside = values[places % len(values)]
    known = np.isfinite(beside)
    total = np.where(known, beside, 0.0).sum(axis=1)
    count_known = known.sum(axis=1)
    return np.where(count_known > 0, total / np.maximum(count_known, 1), np.nan)


def _straight(raw: RawYear, air: Floats, zone: str) -> list[Verdict]:
    """Days of air on one straight line: somebody drew it over a gap, or the sensor stood still."""
    steps = np.abs(np.diff(np.unique(np.round(air, 3))))
    grain = float(steps.min()) if len(steps) else 0.0
    within = max(0.02, 0.55 * grain)
    window = 48 if grain <= FINE else HOURS_A_WEEK
    flat = _on_lines(air, window, within)
    verdicts = []
    if np.mean(flat) > MAJORITY:
        verdicts = [Verdict("design.weather.smooth", {"file": raw.file})]
        flat = np.repeat(_on_lines(air[::6], DRAWN // 6, within), 6)
    runs = gaps_of(flat[: len(air)])
    if not runs:
        return verdicts
    first, longest = max(runs, key=lambda run: run[1])
    figures = {
        "file": raw.file,
        "count": int(flat.sum()),
        "longest": longest,
        "since": local_label(raw.time[first], zone),
        "last": local_label(raw.time[first + longest - 1], zone),
    }
    return [Verdict("design.weather.straight", figures)]


def _on_lines(air: Floats, window: int, within: float) -> Bools:
    """Which hours lie in a window that one straight line describes."""
    windows = np.lib.stride_tricks.sliding_window_view(air, window)
    line = np.linalg.qr(np.vander(np.linspace(-1, 1, window), 2))[0]
    off = np.abs(windows - (windows @ line) @ line.T).max(axis=1)
    drawn = np.zeros(len(air), dtype=bool)
    for start, count in gaps_of(off <= within):
        drawn[start : start + count + window - 1] = True
    return drawn


def _sun(raw: RawYear, zone: str) -> tuple[Floats, list[Verdict]]:
    """Sun without its gaps; none at all is said, because heat is too much then."""
    nothing = np.zeros(len(raw.time))
    if raw.sun is None or not np.any(np.nan_to_num(raw.sun) > 0):
        return nothing, [Verdict("design.weather.no_sun", {"file": raw.file})]
    most = float(np.nanmax(raw.sun))
    if not DIM <= most <= SUNNIEST:
        figures = {"file": raw.file, "value": f"{most:,.3g}", "limit": f"{SUNNIEST:.0f}"}
        return nothing, [Verdict("design.weather.sun_unit", figures)]
    sun, verdicts = _mended(raw, "sun", raw.sun, zone)
    return np.maximum(sun, 0.0), verdicts


def standard_offset(zone: str, year: int) -> float:
    """
    Return how far a zone's standard time is from UTC.

    Parameters
    ----------
    zone : str
        IANA name.
    year : int
        Of the calendar.

    Returns
    -------
    float
        The smaller of those of January and July. [h]
    """
    own = ZoneInfo(zone)
    offsets = (datetime(year, month, 15, tzinfo=own).utcoffset() for month in (1, 7))
    return min(o.total_seconds() for o in offsets if o is not None) / HOUR


def _zones(raw: RawYear, zone: str) -> list[Verdict]:
    """The clock a file states against the site's."""
    if raw.offset is None:
        return []
    year = int(raw.time[len(raw.time) // 2].astype("datetime64[Y]").astype(int)) + 1970
    own = standard_offset(zone, year)
    apart = abs(raw.offset - own)
    if apart < 1 / 60:
        return []
    figures = {
        "file": raw.file,
        "offset": f"{raw.offset:+g}",
        "zone": zone,
        "own": f"{own:+g}",
    }
    far = min(apart, 24 - apart) > WRONG_CLOCK
    return [Verdict("design.weather.zone_far" if far else "design.weather.zone", figures)]


def _clock(raw: RawYear, year: WeatherYear, zone: str) -> list[Verdict]:
    """Whether sun, or else warmth, of a mean day lie where the site's clock says."""
    sunny = bool(year.sun.max() > 0)
    values = year.sun if sunny else year.air
    day = np.array([float(values[year.hour == h].mean()) for h in range(24)])
    day -= day.min()
    if day.max() < (DIM if sunny else 1.0):
        return []
    turn = 2 * np.pi * (np.arange(24) + 0.5) / 24
    angle = float(np.angle(np.sum(day * np.exp(1j * turn))))
    middle = angle * 24 / (2 * np.pi) % 24
    low, high = NOON if sunny else AFTERNOON
    if low <= middle <= high:
        return []
    figures = {
        "file": raw.file,
        "hour": f"{middle:.0f}",
        "zone": zone,
        **_named("sun" if sunny else "air"),
    }
    return [Verdict("design.weather.clock", figures)]
