"""Readings in buckets of time that stay where they are, whatever period is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from loopkeeper.measure.source_quality import counts

_WEEK: Final = 7
"""Days. [-]"""
STEPS: Final = (
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    timedelta(days=1),
    timedelta(days=_WEEK),
)
"""Widths that a bucket may have; days and weeks are those of the plant's clock."""
HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_SURE: Final = 6
"""Digits of a mean that are told. [-]"""
_APART: Final = 2.5
"""Readings that are so many times as far apart as usual have a gap between them (A). [-]"""
FIGURES: Final = ("mean", "min", "max", "count", "quality")
"""What is known of a bucket."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """
    Buckets of one width that cover a period.

    A bucket is anchored to 1970 UTC, one of days to midnight at the plant and one of weeks to its
    Monday, so that it holds the same readings wherever the period begins.
    """

    start: datetime
    end: datetime
    step: timedelta
    zone: ZoneInfo

    @classmethod
    def of(cls, start: datetime, end: datetime, most: int, zone: ZoneInfo) -> "Buckets":
        """
        Return the narrowest buckets of which not more than some are needed.

        Parameters
        ----------
        start, end : datetime
            Of the period, UTC, half-open.
        most : int
            Buckets. [-]
        zone : ZoneInfo
            Of the plant.

        Returns
        -------
        Buckets
            From the beginning of the first to the end of the last; weeks where more are needed.
        """
        lasts = end - start
        step = next((one for one in STEPS if lasts <= one * most), STEPS[-1])
        bare = cls(start, end, step, zone)
        return cls(
            bare.floor(start), bare.after(bare.floor(end - timedelta.resolution)), step, zone
        )

    @property
    def of_hours(self) -> bool:
        """Whether each begins and ends with an hour of UTC, so that hours make it up exactly."""
        if self.step < _DAY:
            return self.step >= HOUR
        edges = self.edges()
        return bool((edges.dt.minute() == 0).all())

    def floor(self, moment: datetime) -> datetime:
        """Return when the bucket of an instant begins."""
        (found,) = pl.select(self._begin(pl.lit(moment))).to_series()
        return found  # type: ignore[no-any-return]

    def after(self, begin: datetime) -> datetime:
        """Return when the bucket ends that begins at an instant."""
        local = pl.lit(begin).dt.convert_time_zone(self._clock).dt.offset_by(self._width)
        (found,) = pl.select(local.dt.convert_time_zone("UTC")).to_series()
        return found  # type: ignore[no-any-return]

    def edges(self) -> pl.Series:
        """Return when each begins, UTC."""
        zone = self._clock
        first, last = (one.astimezone(ZoneInfo(zone)) for one in (self.start, self.end))
        made = pl.datetime_range(first, last, self._width, closed="left", time_zone=zone)
        return pl.select(
            made.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
        ).to_series()

    @property
    def _clock(self) -> str:
        return str(self.zone) if self.step >= _DAY else "UTC"

    @property
    def _width(self) -> str:
        days = self.step // _DAY
        if days:
            return "1d" if days < _WEEK else "1w"
        return f"{int(self.step.total_seconds())}s"

    def _begin(self, time: pl.Expr) -> pl.Expr:
        return (
            time.dt.convert_time_zone(self._clock)
            .dt.truncate(self._width)
            .dt.convert_time_zone("UTC")
        )

    def of_readings(self, rows: pl.DataFrame) -> pl.DataFrame:
        """
        Put readings into them.

        Parameters
        ----------
        rows : DataFrame
            ``point, time, value, quality`` of whole buckets.

        Returns
        -------
        DataFrame
            ``point, time`` and :data:`FIGURES` in the points' units: those of good readings, and
            the worst quality of all; nothing of buckets without any reading.
        """
        good = pl.col("value").filter(counts() & pl.col("value").is_finite())
        return (
            rows.lazy()
            .group_by("point", self._begin(pl.col("time")).alias("time"))
            .agg(
                good.mean().round_sig_figs(_SURE).alias("mean"),
                good.min().alias("min"),
                good.max().alias("max"),
                good.len().cast(pl.Int64).alias("count"),
                pl.col("quality").max().cast(pl.Int64),
            )
            .with_columns(pl.col("mean").clip("min", "max"))
            .sort("point", "time")
            .collect()
        )

    def of_hour_rows(self, hours: pl.DataFrame) -> pl.DataFrame:
        """
        Put hourly statistics into them; they must be made of hours.

        Parameters
        ----------
        hours : DataFrame
            ``point, time, mean, min, max, count`` of whole buckets.

        Returns
        -------
        DataFrame
            As :meth:`of_readings`; extremes are those of the readings, nothing is known of the
            quality of what does not count.
        """
        many = pl.col("count")
        return (
            hours.lazy()
            .group_by("point", self._begin(pl.col("time")).alias("time"))
            .agg(
                ((pl.col("mean") * many).sum() / many.sum()).round_sig_figs(_SURE).alias("mean"),
                pl.col("min").min(),
                pl.col("max").max(),
                many.sum().cast(pl.Int64),
                pl.lit(None, pl.Int64).alias("quality"),
            )
            .with_columns(pl.col("mean").clip("min", "max"))
            .sort("point", "time")
            .collect()
        )

    def with_gaps(self, found: pl.DataFrame, points: Sequence[str]) -> dict[str, pl.DataFrame]:
        """Return all buckets of points, null where one has none; ``count`` is 0 there."""
        whole, none = pl.DataFrame({"time": self.edges()}), found.clear()
        parts = found.partition_by("point", as_dict=True)
        return {
            name: whole.join(
                parts.get((name,), none), on="time", how="left", maintain_order="left"
            )
            .select("time", *FIGURES)
            .with_columns(pl.col("count").fill_null(0))
            for name in points
        }


def as_they_are(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Return the readings of one point in the form of buckets, each one its own.

    Parameters
    ----------
    rows : DataFrame
        ``time, value, quality`` in order of time.

    Returns
    -------
    DataFrame
        ``time`` and :data:`FIGURES`; null where a reading does not count, and in the middle of
        what lasts more than two and a half times as long as readings are usually apart.
    """
    sound = pl.when(counts() & pl.col("value").is_finite()).then(pl.col("value"))
    told = rows.select(
        "time",
        *(sound.alias(name) for name in ("mean", "min", "max")),
        sound.is_not_null().cast(pl.Int64).alias("count"),
        pl.col("quality").cast(pl.Int64),
    )
    apart = pl.col("time").diff().shift(-1)
    middle = told.select(
        (pl.col("time") + apart / 2).alias("time"),
        (apart > apart.median() * _APART).fill_null(value=False).alias("far"),
    ).filter("far")
    gaps = middle.select("time", pl.lit(0, pl.Int64).alias("count"))
    return pl.concat([told, gaps], how="diagonal").sort("time")
