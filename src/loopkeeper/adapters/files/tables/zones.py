"""Zones behind a time, and local clocks that are put forward and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from loopkeeper.units import MINUTES_AN_HOUR

HOURS_ONLY = 3
"""Letters of an offset without minutes: sign and hours."""

_BEHIND = (
    r"(?:\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}|(?:UTC|GMT) ?[+-]\d{1,2}(?::?\d{2})?)"
    r"|\s+\(?([A-Z]{2,5}|[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?)\)?|\[([A-Za-z_/+-]+\d*)\])$"
)
_TIMED = r"\d:\d{2}"
_HOURS: Mapping[str, float] = {
    "Z": 0, "UTC": 0, "UT": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2,
    "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "ICT": 7, "WIB": 7,
    "SGT": 8, "HKT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5,
    "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5,
    "ADT": -3, "BRT": -3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "SAST": 2,
}  # fmt: skip
"""Hours from UTC of names that mean one clock; CST, IST, BST and AST mean several."""
_FARTHEST = 14
"""No clock is farther from UTC. [h]"""
_HALVES = frozenset({"AM", "PM"})


@dataclass(frozen=True)
class Localised:
    """
    UTC times, and how many local ones were skipped or occur twice.

    ``winter`` is true where the clock was not put forward at all.
    """

    time: pl.Series
    skipped: int = 0
    repeated: int = 0
    winter: bool = False


def without_zone(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """
    Set the zone apart that stands behind a time of day.

    Parameters
    ----------
    text : Series
        Tidied texts.

    Returns
    -------
    bare, zone : Series
        The text before it; the zone's name or offset, null where none stands there.
    """
    text = text.str.replace(r"(GMT[+-]\d{4}) \([^)]*\)?$", "$1")
    text = text.str.replace(r"([+-]\d{2}:?\d{2}|Z)\[[^\]]+\]$", "$1")
    parts = text.str.extract_groups(_BEHIND).struct.unnest()
    zone = parts.select(pl.coalesce(pl.all()))[parts.columns[0]]
    timed = text.str.contains(_TIMED) | text.str.contains(r"^\d{8}[ T]?\d{4}")
    real = timed.fill_null(value=False) & zone.is_not_null() & ~zone.is_in(list(_HALVES))
    zone = pl.select(pl.when(real).then(zone)).to_series()
    bare = pl.select(
        pl.when(real).then(text.str.replace(_BEHIND, "").str.strip_chars()).otherwise(text)
    ).to_series()
    return bare, zone


def offsets(zones: pl.Series, site: str) -> tuple[dict[str, str | timedelta], list[str]]:
    """
    Tell what the zones behind times mean.

    Parameters
    ----------
    zones : Series
        Names and offsets as they stand there.
    site : str
        Time zone of the site; its own names mean its own clock.

    Returns
    -------
    known : dict
        Offset from UTC, or a zone of the IANA list, by name.
    unknown : list of str
        Names that mean nothing, or several clocks.
    """
    own = _names_of(site)
    known: dict[str, str | timedelta] = {}
    unknown = []
    for name in zones.drop_nulls().unique(maintain_order=True).to_list():
        means = (own.get(name), _offset(name), _region(name))
        found = next((one for one in means if one is not None), None)
        if found is None:
            unknown.append(name)
        else:
            known[name] = found
    return known, unknown


def _names_of(site: str) -> dict[str, timedelta]:
    """Return what the names of a zone's own winter and summer clock mean."""
    zone = ZoneInfo(site)
    seasons = (datetime(2024, month, 1, tzinfo=UTC).astimezone(zone) for month in (1, 7))
    return {
        str(moment.tzname()): offset
        for moment in seasons
        if (offset := moment.utcoffset()) is not None and str(moment.tzname()).isalpha()
    }


def _offset(name: str) -> timedelta | None:
    if name in _HOURS:
        return timedelta(hours=_HOURS[name])
    digits = name.removeprefix("UTC").removeprefix("GMT").strip().replace(":", "")
    if digits[:1] not in {"+", "-"} or not digits[1:].isdigit():
        return None
    hours, minutes = (
        (digits[1:], "0") if len(digits) <= HOURS_ONLY else (digits[1:-2], digits[-2:])
    )
    if int(hours) > _FARTHEST or int(minutes) >= MINUTES_AN_HOUR:
        return None
    sign = -1 if digits[0] == "-" else 1
    return sign * timedelta(hours=int(hours), minutes=int(minutes))


def _region(name: str) -> str | None:
    if "/" not in name:
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return name


def localised(bare: pl.Series, zone: str, by: pl.Series | None) -> Localised:
    """
    Turn local times into UTC.

    Parameters
    ----------
    bare : Series
        Naive times in the order of the rows.
    zone : str
        Of the clock that wrote them.
    by : Series, optional
        Which logger or point each row belongs to.

    Returns
    -------
    Localised
        Skipped times are null, unless the clock goes on through the skipped hour as through those
        around it: then it is not put forward at all, and is read so throughout. Of times that
        occur twice the rows behind the step back are the second pass; where every such time
        stands there twice running, the second of each pair.
    """
    both = [
        bare.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    ]
    first, second = (s.dt.convert_time_zone("UTC") for s in both)
    skipped = first.null_count() - bare.null_count()
    if skipped and _goes_on(bare, bare.filter(first.is_null() & bare.is_not_null())):
        hour = bare.filter(first.is_null() & bare.is_not_null()).dt.truncate("1h").min()
        if isinstance(hour, datetime):
            before = (hour - timedelta(hours=1)).replace(tzinfo=ZoneInfo(zone)).utcoffset()
            winter = (bare - (before or timedelta())).dt.replace_time_zone("UTC")
            return Localised(winter, winter=True)
    twice = (first != second).fill_null(value=False)
    if not twice.any():
        return Localised(first, skipped)
    by = by if by is not None else pl.repeat("", len(bare), eager=True)
    day = ["by", pl.col("bare").dt.date()]
    late = (
        pl.DataFrame({"bare": bare, "by": by, "n": pl.int_range(len(bare), eager=True)})
        .filter(twice)
        .with_columns(
            (pl.col("bare").diff() < 0).over(day).alias("back"),
            pl.int_range(pl.len()).over("by", "bare").alias("pass"),
            (pl.len().over("by", "bare") == 2).all().over(day).alias("paired"),
        )
        .with_columns(pl.col("back").any().over(day).alias("stepped"))
        .filter(
            pl.when("stepped")
            .then(pl.col("back").cum_sum().over(day) > 0)
            .otherwise(pl.col("paired") & (pl.col("pass") == 1))
        )["n"]
    )
    is_late = pl.int_range(len(bare), eager=True).is_in(late.implode())
    time = pl.select(pl.when(is_late).then(second).otherwise(first)).to_series()
    return Localised(time, skipped, int(twice.sum()))


def _goes_on(bare: pl.Series, skipped: pl.Series) -> bool:
    """Whether skipped hours have about as many rows as the hours before and after them."""
    hours = skipped.dt.truncate("1h").unique()
    whole = bare.dt.truncate("1h")
    before, after = (
        int(whole.is_in((hours + timedelta(hours=n)).implode()).sum()) for n in (-1, 1)
    )
    return before > 0 and len(skipped) >= 0.8 * before and after >= 0.8 * before
