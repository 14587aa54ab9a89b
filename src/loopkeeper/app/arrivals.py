"""What may be kept: readings whose time can be right, known no later than they came."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import Aside, Clock
from loopkeeper.measure.source_quality import SourceQuality
from loopkeeper.plant.words import in_both

AHEAD = timedelta(minutes=10)
"""A reading may be stamped so much later than the service's clock: clocks of plants drift."""
FAR = timedelta(days=366)
"""A clock so much beyond the last thing stored is doubted: services are rarely off so long."""
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this program cannot be right, as that of a machine that begins in 1970."""
_FORM = "%Y-%m-%d %H:%M UTC"
Ticks = Callable[[], float]
"""Seconds of a clock that nobody sets."""


class Clocks:
    """
    The clock of the machine beside one that nobody sets.

    A clock that was set, by an hour or a day, must not turn away what comes or delete what is
    kept: what is too new is judged by the latest of them, what is too old by the earliest.

    A machine may also start with a wrong clock. ``known`` is the last time that was known to be
    past at the start; counted on it is never later than the true time.
    """

    def __init__(
        self, wall: Clock, ticks: Ticks = time.monotonic, known: datetime | None = None
    ) -> None:
        """All go on from here."""
        self.wall, self.ticks = wall, ticks
        self._begun, self._tick = wall(), ticks()
        self._known = known

    @property
    def _passed(self) -> timedelta:
        return timedelta(seconds=self.ticks() - self._tick)

    @property
    def counted(self) -> datetime:
        """The time by the clock that nobody sets, counted from the start."""
        return self._begun + self._passed

    @property
    def past(self) -> datetime:
        """What is past for certain: the last time known at the start, counted on."""
        return max(self._known or RELEASED, RELEASED) + self._passed

    @property
    def latest(self) -> datetime:
        """The latest of them."""
        return max(self.wall(), self.counted, self.past)

    @property
    def earliest(self) -> datetime:
        """The earliest that can be right."""
        if self._behind:
            return self.past
        now = min(self.wall(), self.counted)
        return min(now, self.past) if self.doubt else now

    @property
    def _behind(self) -> bool:
        return self.wall() < self.past - AHEAD

    @property
    def doubt(self) -> str:
        """Why the clock of the machine cannot be right, nothing when it can."""
        now, past = self.wall(), self.past
        if self._behind:
            key = "arrival.before"
        elif self._known is not None and now > past + FAR:
            key = "arrival.far_after"
        else:
            return ""
        return in_both(key, now=f"{now:{_FORM}}", past=f"{past:{_FORM}}")

    @property
    def sure(self) -> datetime:
        """The latest time that is past for certain, to be remembered for the next start."""
        return self.past if self.doubt else max(self.past, min(self.wall(), self.counted))

    @property
    def stepped(self) -> float:
        """How far the clock of the machine was set since the start. [s]"""
        return (self.wall() - self.counted).total_seconds()


def sorted_out(
    frame: pl.DataFrame, now: datetime, oldest: datetime, ahead: timedelta = AHEAD
) -> tuple[pl.DataFrame, tuple[Aside, ...]]:
    """
    Tell what can be kept from what cannot.

    Parameters
    ----------
    frame : DataFrame
        Readings as they came.
    now : datetime
        When they came, UTC.
    oldest : datetime
        What is stamped before would be deleted at the next upkeep, UTC.
    ahead : timedelta
        A stamp may be so much later than now.

    Returns
    -------
    kept : DataFrame
    aside : tuple of Aside
        None mostly.
    """
    stamp = pl.col("time")
    early, late = frame.filter(stamp < oldest), frame.filter(stamp > now + ahead)
    if early.is_empty() and late.is_empty():
        return frame, ()
    kept = frame.filter(stamp >= oldest, stamp <= now + ahead)
    said = ((_too_new(late, now, ahead), late), (_too_old(early, oldest), early))
    return kept, tuple(Aside(reason, rows) for reason, rows in said if not rows.is_empty())


def known_by(frame: pl.DataFrame, now: datetime) -> tuple[pl.DataFrame, int]:
    """Let nothing be known before it came, and nothing later: count what said so."""
    later = pl.col("known_at") > now
    count = int(frame.select(later.sum()).item() or 0)
    if not count:
        return frame, 0
    arrival = pl.when(~later).then(pl.col("known_at")).alias("known_at")
    return frame.with_columns(arrival), count


def _too_new(rows: pl.DataFrame, now: datetime, ahead: timedelta) -> str:
    newest = rows["time"].max()
    if not isinstance(newest, datetime):
        return ""
    hours, most = (newest - now) / timedelta(hours=1), ahead / timedelta(minutes=1)
    return in_both("arrival.too_new", hours=f"{hours:.3g}", most=f"{most:g}")


def _too_old(rows: pl.DataFrame, oldest: datetime) -> str:
    if rows.is_empty():
        return ""
    return in_both("arrival.too_old", oldest=f"{oldest:%Y-%m-%d}")


def from_file(frame: pl.DataFrame, plant: str, now: datetime) -> pl.DataFrame:
    """
    Return the rows of a file as readings that come now.

    Parameters
    ----------
    frame : DataFrame
        ``time``, ``point``, ``value``, ``known_at``, ``quality``; rows without a time are left
        out, what has no value is bad, and what a file says is known later than now is known now.
    plant : str
        Whose.
    now : datetime
        The time, UTC.

    Returns
    -------
    DataFrame
        Of :data:`loopkeeper.app.columns.SCHEMA`.
    """
    quality = pl.when(pl.col("value").is_not_null()).then("quality").otherwise(SourceQuality.BAD)
    return (
        frame.filter(pl.col("time").is_not_null())
        .with_columns(
            pl.lit(plant).alias("plant"),
            pl.when(pl.col("known_at") < now).then(pl.col("known_at")).alias("known_at"),
            quality.cast(pl.Int8).alias("quality"),
        )
        .select(list(SCHEMA))
    )
