"""Hours of readings: plain statistics, rolled up once a day is in order."""

import polars as pl

from loopkeeper.adapters.store.resolve import KEY
from loopkeeper.app.columns import TIME
from loopkeeper.measure.source_quality import counts

HOURS: dict[str, pl.DataType] = {
    "plant": pl.String(), "point": pl.String(), "time": TIME,
    "mean": pl.Float64(), "min": pl.Float64(), "max": pl.Float64(),
    "first": pl.Float64(), "last": pl.Float64(), "count": pl.Int32(),
}  # fmt: skip
"""An hour of a point: plain statistics of its readings in the meter's own unit."""


def rolled_up(rows: pl.DataFrame) -> pl.DataFrame:
    """Hourly statistics of good readings in order of time."""
    value = pl.col("value")
    return (
        rows.lazy()
        .filter(value.is_not_null(), counts())
        .sort(*KEY)
        .group_by("plant", "point", pl.col("time").dt.truncate("1h"))
        .agg(
            value.mean().alias("mean"),
            value.min().alias("min"),
            value.max().alias("max"),
            value.first().alias("first"),
            value.last().alias("last"),
            value.len().cast(pl.Int32).alias("count"),
        )
        .select(list(HOURS))
        .sort(*KEY)
        .collect()
    )
