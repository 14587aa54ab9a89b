"""Times as gateways write them, to microseconds since 1970."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite

from loopkeeper.app.columns import PayloadError

Zone = Callable[[str], tzinfo | None]
"""The time zone of a plant's own clock; None where nobody told."""
_SCALES = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0))
"""Below which size a number counts seconds, milliseconds, microseconds; else nanoseconds."""
_EARLIEST, _LATEST = 0, int(4.1e15)
_NEAR = timedelta(minutes=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"[+-]?(\d{9,19})(\.\d*)?")
_LOOSE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d+))?秒?)?分?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.IGNORECASE,
)


def instant(raw: object, zone: tzinfo | None = None, *, near: int | None = None) -> int:
    """
    Return a time as microseconds since 1970, UTC.

    Parameters
    ----------
    raw : object
        Text with date and time, or a number since 1970, which tells by its size whether it counts
        seconds, milliseconds, microseconds or nanoseconds.
    zone : tzinfo, optional
        Of a text that states no offset.
    near : int, optional
        Time of arrival: of an hour that comes twice, the one just gone is meant. [µs]

    Returns
    -------
    int
        [µs]

    Raises
    ------
    PayloadError
        When it is no time between 1970 and 2099, or nobody tells of which time zone it is.
    """
    if isinstance(raw, bool) or raw is None:
        raise PayloadError(f"time {raw!r}: expected ISO 8601 or seconds since 1970")
    if isinstance(raw, int | float):
        micro = _from_number(raw)
    else:
        micro = _from_text(str(raw).strip(), zone, near)
    if not _EARLIEST <= micro < _LATEST:
        raise PayloadError(f"time {str(raw)[:40]!r} lies outside 1970 to 2099")
    return micro


def _from_number(raw: float) -> int:
    if not isfinite(raw):
        return -1
    for limit, scale in _SCALES:
        if abs(raw) < limit:
            return round(raw * scale)
    return int(raw // 1000)


def _from_text(text: str, zone: tzinfo | None, near: int | None) -> int:
    if text[4:9].isdecimal() and _DIGITS.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text))
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = _loosely(text)
    if read.tzinfo is None:
        read = _placed(read, zone, near)
    return _micro(read)


def _micro(aware: datetime) -> int:
    delta = aware - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _loosely(text: str) -> datetime:
    """Year first, in any spelling."""
    found = _LOOSE.fullmatch(text)
    if found is None:
        raise PayloadError(f"time {text[:40]!r}: expected ISO 8601")
    *parts, fraction, offset = found.groups()
    numbers = [int(p or 0) for p in parts]
    stated = (offset or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00:00{stated}").tzinfo
        micro = int((fraction or "0").ljust(6, "0")[:6])
        year, month, day, hour, minute, second = numbers
        return datetime(year, month, day, hour, minute, second, micro, zone)
    except ValueError as error:
        raise PayloadError(f"time {text[:40]!r}: {error}") from error


def _placed(bare: datetime, zone: tzinfo | None, near: int | None) -> datetime:
    """A time of the site's own clock."""
    if zone is None:
        raise PayloadError(
            f"time {str(bare)!r} has no offset and no time zone is known: state the offset, give "
            "the plant a dossier, or the feed a timezone"
        )
    first, second = (bare.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != bare:
        raise PayloadError(f"time {str(bare)!r} does not exist: the clock of {zone} skipped it")
    arrived = None if near is None else _EPOCH + timedelta(microseconds=near)
    if arrived is not None and first != second and abs(arrived - second) < _NEAR:
        return second
    return first
