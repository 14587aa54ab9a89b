"""What was known before a start, for those that go on where they stood."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import Window
from loopkeeper.measure.source_quality import SourceQuality


def before_now(
    store: TelemetryStore, now: datetime, plant: str, points: Sequence[str], back: timedelta
) -> pl.DataFrame:
    """
    Return the newest readings of some points.

    Parameters
    ----------
    store : TelemetryStore
        The store.
    now : datetime
        The time, UTC.
    plant : str
        Of the points.
    points : sequence of str
        All readings of these.
    back : timedelta
        So long back from now; of points without any meanwhile the last hour there is.

    Returns
    -------
    DataFrame
        Columns of :data:`loopkeeper.app.columns.SCHEMA`.
    """
    begin, end = now - back, now + timedelta(days=2)
    names = [pl.lit(plant).alias("plant")]
    recent = store.read(Window(plant, begin, end, points)).with_columns(names)
    quiet = sorted(set(points) - set(recent["point"]))
    if not quiet:
        return recent.select(list(SCHEMA))
    hours = store.hours(Window(plant, store.oldest(now), begin, quiet))
    last = hours.sort("point", "time").group_by("point", maintain_order=True).last()
    older = last.with_columns(
        *names,
        pl.col("last").alias("value"),
        pl.lit(SourceQuality.GOOD.value, pl.Int8).alias("quality"),
        pl.col("time").alias("known_at"),
    )
    return pl.concat([frame.select(list(SCHEMA)) for frame in (older, recent)])
