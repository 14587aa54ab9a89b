"""Readings on their way in: columns that grow, one frame at the end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import polars as pl

from loopkeeper.adapters.store.resolve import SCHEMA

GOOD, UNCERTAIN, BAD = 0, 1, 2
"""Quality as the source states it."""
_MILLISECONDS = 1e11
_MICROSECONDS = 1e14
_EARLIEST, _LATEST = 0, int(4.1e15)


class PayloadError(ValueError):
    """A payload that cannot be understood; its words name the place."""


@dataclass
class Columns:
    """Readings as columns of plain values; times in microseconds since 1970, UTC."""

    plant: list[str] = field(default_factory=list)
    point: list[str] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    known_at: list[int | None] = field(default_factory=list)

    def add(
        self, plant: str, point: str, time: int, value: float | None,
        quality: int = GOOD, known_at: int | None = None,
    ) -> None:  # fmt: skip
        """Add one reading."""
        self.plant.append(plant)
        self.point.append(point)
        self.time.append(time)
        self.value.append(value)
        self.quality.append(quality if value is not None else max(quality, BAD))
        self.known_at.append(known_at)

    def frame(self) -> pl.DataFrame:
        """Return all as one frame of the store's schema."""
        data = {
            "plant": pl.Series(self.plant, dtype=pl.String),
            "point": pl.Series(self.point, dtype=pl.String),
            "time": _times(self.time),
            "value": pl.Series(self.value, dtype=pl.Float64),
            "quality": pl.Series(self.quality, dtype=pl.Int8),
            "known_at": _times(self.known_at),
        }
        return pl.DataFrame(data).select(list(SCHEMA))


def _times(values: list[Any]) -> pl.Series:
    stamps = pl.Series(values, dtype=pl.Int64).cast(pl.Datetime("us"))
    return stamps.dt.replace_time_zone("UTC")


def instant(raw: object) -> int:
    """
    Return a time as microseconds since 1970, UTC.

    Parameters
    ----------
    raw : object
        ISO 8601 text (UTC when it states no offset), or seconds, milliseconds or microseconds
        since 1970.

    Returns
    -------
    int
        [µs]

    Raises
    ------
    PayloadError
        When it is no time between 1970 and 2099.
    """
    if isinstance(raw, bool) or raw is None:
        raise PayloadError(f"time {raw!r}: expected ISO 8601 or seconds since 1970")
    if isinstance(raw, int | float):
        scale = 1e6 if abs(raw) < _MILLISECONDS else 1e3 if abs(raw) < _MICROSECONDS else 1
        micro = round(raw * scale) if isfinite(raw) else -1
    else:
        micro = _from_text(str(raw))
    if not _EARLIEST <= micro < _LATEST:
        raise PayloadError(f"time {raw!r} lies outside 1970 to 2099")
    return micro


def _from_text(text: str) -> int:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise PayloadError(f"time {text[:40]!r}: expected ISO 8601") from error
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def number(raw: object) -> float | None:
    """
    Return a value: numbers, switches and texts of numbers; None where the source has none.

    Raises
    ------
    PayloadError
        When it is neither.
    """
    if raw is None:
        return None
    try:
        value = float(raw)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise PayloadError(f"value {str(raw)[:40]!r} is no number") from error
    return value if isfinite(value) else None


def name(raw: object, what: str) -> str:
    """
    Return a name of a plant or point.

    Raises
    ------
    PayloadError
        When it is no text, empty, or longer than 200 characters.
    """
    if not isinstance(raw, str) or not raw.strip() or len(raw) > 200 or "\x00" in raw:
        raise PayloadError(f"{what} {str(raw)[:40]!r}: expected a name of up to 200 characters")
    return raw.strip()
