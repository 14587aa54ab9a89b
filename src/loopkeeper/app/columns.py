"""Readings on their way in: columns that grow, one frame at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from loopkeeper.measure.source_quality import SourceQuality

TIME = pl.Datetime("us", "UTC")
SCHEMA: dict[str, pl.DataType] = {
    "plant": pl.String(),
    "point": pl.String(),
    "time": TIME,
    "value": pl.Float64(),
    "quality": pl.Int8(),
    "known_at": TIME,
}
"""A reading as it comes: value in the meter's own unit, quality as its source stated it."""
LONGEST_NAME = 200
"""Letters that the name of a column may have (A)."""

NOTES = 100
"""Reasons kept of one payload."""
REMEMBERED = 10_000
"""Reasons a feed remembers to have said."""


Row = tuple[str, int, SourceQuality, int | None]
"""What readings share: plant, time, quality and when it became known. [µs]"""


class PayloadError(ValueError):
    """A payload that cannot be understood; its words name the place."""


class NoTimeError(PayloadError):
    """A value states no time, and when it came does not tell it."""


@dataclass(kw_only=True)
class Columns:
    """Readings as columns of plain values; times in microseconds since 1970, UTC."""

    plant: list[str] = field(default_factory=list)
    point: list[str] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    quality: list[SourceQuality] = field(default_factory=list)
    known_at: list[int | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What of the payload could not be read, and why."""
    unread: int = 0
    """How much of it could not be read."""
    untimed: int = 0
    """How many values had no time and were left out."""

    def add(
        self,
        plant: str,
        point: str,
        time: int,
        value: float | None,
        quality: SourceQuality = SourceQuality.GOOD,
        known_at: int | None = None,
    ) -> None:
        """Add one reading; one without a value is a bad one."""
        self.plant.append(plant)
        self.point.append(point)
        self.time.append(time)
        self.value.append(value)
        self.quality.append(quality if value is not None else SourceQuality.BAD)
        self.known_at.append(known_at)

    def together(self, points: Sequence[str], values: Iterable[float], row: Row) -> None:
        """Add sound values of many points at one time."""
        plant, time, quality, known_at = row
        many = len(points)
        self.plant.extend([plant] * many)
        self.point.extend(points)
        self.time.extend([time] * many)
        self.value.extend(map(float, values))
        self.quality.extend([quality] * many)
        self.known_at.extend([known_at] * many)

    def note(self, reason: str) -> None:
        """Say what could not be read."""
        self.unread += 1
        if len(self.notes) < NOTES:
            self.notes.append(reason)

    def failed(self, error: PayloadError) -> None:
        """Say why a part of the payload gave no reading."""
        if isinstance(error, NoTimeError):
            self.untimed += 1
        else:
            self.note(str(error))

    def extend(self, other: "Columns") -> None:
        """Add all of another's, which is not used any more."""
        for column in (*SCHEMA, "notes"):
            mine, more = getattr(self, column), getattr(other, column)
            if mine:
                mine.extend(more)
            else:
                setattr(self, column, more)
        self.unread += other.unread
        self.untimed += other.untimed

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


class Unread:
    """What a feed could not read: all of it counted, each reason said once."""

    def __init__(self) -> None:
        """Nothing said yet."""
        self.count = 0
        self._said: set[tuple[str, str]] = set()

    def fresh(self, source: str, notes: Sequence[str], count: int) -> str:
        """Count what a source could not be read of; return the reasons not said before."""
        if not notes:
            return ""
        self.count += count
        new = [n for n in dict.fromkeys(notes) if (source, n) not in self._said]
        if len(self._said) > REMEMBERED:
            self._said.clear()
        self._said.update((source, note) for note in new)
        return "; ".join(new)


def _times(values: list[Any]) -> pl.Series:
    stamps = pl.Series(values, dtype=pl.Int64).cast(pl.Datetime("us"))
    return stamps.dt.replace_time_zone("UTC")


def name(raw: object, what: str) -> str:
    """
    Return a name of a plant or point.

    Raises
    ------
    PayloadError
        When it is no text, empty, or longer than 200 characters.
    """
    if isinstance(raw, str):
        return _name(raw, what)
    raise PayloadError(f"{what} {str(raw)[:40]!r}: expected a name of up to 200 characters")


@lru_cache(65_536)
def _name(raw: str, what: str) -> str:
    if not raw.strip() or len(raw) > LONGEST_NAME or "\x00" in raw:
        raise PayloadError(f"{what} {raw[:40]!r}: expected a name of up to 200 characters")
    return raw.strip()


@lru_cache(4096)
def names(raws: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names of points that come together again and again; None when one is wrong."""
    try:
        return tuple(_name(raw, "point") for raw in raws)
    except PayloadError:
        return None
