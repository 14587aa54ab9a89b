"""Periods of people: month, quarter, season and year in the site's own time."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper.errors import InputError, InsufficientDataError
from loopkeeper.measure.series import Period, Times
from loopkeeper.plant.site import Season, Site

KINDS: Final = ("monthly", "quarterly", "annual")
"""Kinds of periodic reports."""
_NONE: Final = {
    "monthly": "no month is complete",
    "quarterly": "no season or quarter is complete",
    "annual": "no year is complete",
}
_ASKED: Final = {
    "monthly": "a monthly report is of a calendar month, such as 2024-01",
    "quarterly": "a quarterly report is of a season or a quarter, such as heating-2023 or 2024Q1",
    "annual": "an annual report is of twelve months, such as 2024 or 2023-11-01/2024-11-01",
}
"""What the periods of each kind are."""
EXPECTED: Final = (
    "expected 2024, 2024-01, 2024Q1, heating-2023, cooling-2024 or 2024-01-01/2025-01-01"
)
_HOUR: Final = np.timedelta64(1, "h")
_SEASON: Final = re.compile(r"(heating|cooling)-(\d{4})")
_NAMED: Final = re.compile(r"(\d{4})(?:-?Q([1-4])|-(\d{2}))?", re.IGNORECASE)


def between(first: date, last: date, timezone: str) -> Period:
    """
    Return the period from one local midnight to another.

    Parameters
    ----------
    first, last : date
        First day, and the day after the last.
    timezone : str
        IANA name.

    Returns
    -------
    Period
        Half-open, UTC.
    """
    zone = ZoneInfo(timezone)
    moments = (
        datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (first, last)
    )
    return Period(*(np.datetime64(m.replace(tzinfo=None), "s") for m in moments))


def named_period(text: str, site: Site) -> Period:
    """
    Return a period by its name.

    Parameters
    ----------
    text : str
        ``2024``, ``2024-01``, ``2024Q1`` or ``2024-Q1``, ``heating-2023`` (the season that
        begins in 2023), ``cooling-2024``, or two dates ``A/B``, each with a time of day or not:
        from ``A`` on until before ``B``.
    site : Site
        Time zone and seasons.

    Returns
    -------
    Period

    Raises
    ------
    InputError
        When it is none of these, or the site names no such season.
    """
    season = _SEASON.fullmatch(text)
    if season:
        return _season(site, season[1], int(season[2]))
    try:
        first, last = _moments(text, ZoneInfo(site.timezone))
    except ValueError as error:
        raise InputError(f"period {text!r}: {EXPECTED}") from error
    if last <= first:
        raise InputError(f"period {text!r}: the end lies before the start")
    return Period(*(np.datetime64(m.replace(tzinfo=None), "s") for m in (first, last)))


def period_of_kind(kind: str, text: str, site: Site) -> Period:
    """
    Return a period by its name where a report of a kind may cover it.

    Parameters
    ----------
    kind : str
        ``monthly``: a calendar month; ``quarterly``: a season of the site or a calendar quarter;
        ``annual``: twelve months from any local midnight on.
    text, site
        As for :func:`named_period`.

    Returns
    -------
    Period

    Raises
    ------
    InputError
        As :func:`named_period`, and when it is no period of that kind.
    """
    period = named_period(text, site)
    if period not in _alike(kind, local_date(period.start, site.timezone), site):
        raise InputError(f"period {text!r}: {_ASKED[kind]}")
    return period


def _alike(kind: str, first: date, site: Site) -> tuple[Period, ...]:
    """The periods of a kind that begin on a day."""
    if kind == "annual":
        return (between(first, _year_later(first), site.timezone),)
    if kind == "monthly":
        return (between(*_months(first.year, first.month, 1), site.timezone),)
    quarter = _months(first.year, first.month - (first.month - 1) % 3, 3)
    seasons = (_season(site, m, first.year) for m in _seasons(site))
    return (between(*quarter, site.timezone), *seasons)


def _year_later(day: date) -> date:
    """The same day a year later; after a leap day the first of March."""
    return _months(day.year, day.month, 12)[1] + timedelta(day.day - 1)


def check_period_name(text: str) -> None:
    """
    Refuse what is no period whatever the site.

    Parameters
    ----------
    text : str
        As for :func:`named_period`.

    Raises
    ------
    InputError
        When it is none; what is expected is named.
    """
    if not _SEASON.fullmatch(text):
        named_period(text, Site(id="", name="", timezone="UTC"))


def _moments(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both ends in UTC; a time of day without an offset is the zone's."""
    if "/" in text:
        first, last = (datetime.fromisoformat(part) for part in text.split("/"))
    else:
        first, last = (datetime.combine(day, time()) for day in _days(text))
    start, end = (m if m.tzinfo else m.replace(tzinfo=zone) for m in (first, last))
    return start.astimezone(UTC), end.astimezone(UTC)


def _days(text: str) -> tuple[date, date]:
    found = _NAMED.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, quarter, month = int(found[1]), found[2], found[3]
    if month:
        return _months(year, int(month), 1)
    return _months(year, 3 * int(quarter) - 2, 3) if quarter else _months(year, 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    more, rest = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + more, rest + 1, 1)


def _season(site: Site, mode: str, year: int) -> Period:
    season: Season | None = getattr(site, f"{mode}_season")
    if season is None:
        raise InputError(f"the site names no {mode} season: [site] {mode}_season")
    over = season.last < season.first
    last = date(year + over, *season.last)
    day_after = date.fromordinal(last.toordinal() + 1)
    return between(date(year, *season.first), day_after, site.timezone)


def _seasons(site: Site) -> list[str]:
    """The modes that the site names a season of."""
    return [m for m in ("heating", "cooling") if getattr(site, f"{m}_season") is not None]


def as_datetime(time: np.datetime64) -> datetime:
    """Return a time in UTC as a datetime that says so."""
    return datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(np.int64)), UTC)


def local_date(moment: np.datetime64, timezone: str) -> date:
    """Return the local date of a time in UTC."""
    return as_datetime(moment).astimezone(ZoneInfo(timezone)).date()


def reach_text(hours: Times, timezone: str) -> str:
    """Return the sentence of what hours of data reach over, in the zone's time."""
    first, last = (local_minute(t, timezone) for t in (hours[0], hours[-1] + _HOUR))
    return f"data reach from {first} to {last} ({timezone})"


def local_minute(moment: np.datetime64, timezone: str) -> str:
    """Return a time in UTC as the zone's clock shows it."""
    return f"{as_datetime(moment).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def last_day(period: Period, timezone: str) -> date:
    """Return the last local date of a period, which is in it."""
    return local_date(period.end - np.timedelta64(1, "s"), timezone)


def last_complete(
    kind: str, time: Times, site: Site, *, rolling: bool = True
) -> tuple[str, Period]:
    """
    Return the last complete period of a kind that hours of data cover.

    Parameters
    ----------
    kind : str
        ``monthly``, ``quarterly`` (a season where the site names them) or ``annual``.
    time : array of datetime64, shape (n,)
        Hours of data, UTC.
    site : Site
        Time zone and seasons.
    rolling : bool
        Whether twelve months from any month on are a year too; calendar years only otherwise.

    Returns
    -------
    name : str
        As :func:`named_period` takes it.
    period : Period

    Raises
    ------
    InsufficientDataError
        When none is complete.
    """
    end = time[-1] + np.timedelta64(1, "h")
    found = [
        (name, period)
        for name in _candidates(kind, time, site, rolling=rolling)
        if (period := named_period(name, site)).start >= time[0] and period.end <= end
    ]
    if not found:
        raise InsufficientDataError(_NONE[kind], [reach_text(time, site.timezone)])
    return max(found, key=lambda one: one[1].end)


def _candidates(kind: str, time: Times, site: Site, *, rolling: bool) -> list[str]:
    years = range(int(str(time[0])[:4]), int(str(time[-1])[:4]) + 1)
    if kind == "monthly":
        return [f"{y}-{m:02d}" for y in years for m in range(1, 13)]
    if kind == "annual":
        starts = [f"{y}-{m:02d}-01/{y + 1}-{m:02d}-01" for y in years for m in range(1, 13)]
        return [str(y) for y in years] + (starts if rolling else [])
    seasons = _seasons(site)
    if seasons:
        return [f"{m}-{y}" for m in seasons for y in range(years[0] - 1, years[-1] + 1)]
    return [f"{y}-Q{q}" for y in years for q in range(1, 5)]


def months_of(period: Period, timezone: str) -> tuple[Period, ...]:
    """Return the local months of a period; the first and the last may be parts of one."""
    found, start = list[Period](), period.start
    while start < period.end:
        day = local_date(start, timezone)
        end = min(between(*_months(day.year, day.month, 1), timezone).end, period.end)
        found.append(Period(start, end))
        start = end
    return tuple(found)


def year_before(period: Period) -> Period:
    """Return the same stretch 365 days earlier."""
    year = np.timedelta64(365, "D")
    return Period(period.start - year, period.end - year)
