"""Order in a heap of readings: known points, sane times, no duplicates; everything counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from loopkeeper.measure.admitted import stamp
from loopkeeper.measure.source_quality import counts
from loopkeeper.plant.verdict import Verdict

FIRST_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Readings dated earlier come from a clock that was never set."""
CLOCK_SLACK: Final = timedelta(minutes=5)
"""A reading may be dated this much later than now."""
_TIME: Final = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Tidied:
    """Readings in order of ``point`` (index, UInt32) and ``time``, with what was left out."""

    frame: pl.DataFrame
    verdicts: tuple[Verdict, ...]


def tidy(readings: pl.DataFrame, names: Sequence[str], *, now: datetime | None) -> Tidied:
    """
    Return the readings of named points in order, one per point and time.

    Of readings with the same point and time the one that became known last is kept, else the one
    that stands last.

    Parameters
    ----------
    readings : DataFrame
        Columns ``time``, ``point``, ``value`` and optionally ``known_at`` and ``quality``.
    names : sequence of str
        Ids of the points, in the order of the result's index.
    now : datetime, optional
        What became known later is not used, what is dated later is refused.

    Returns
    -------
    Tidied
        Ordered readings; rows in = rows out + the counts of the verdicts.
    """
    frame, strange = _known(readings, names)
    frame, late = _as_known(frame, now)
    frame, missing = _present(frame)
    frame, misdated = _dated(frame, now)
    frame, repeated = _once(_ordered(frame))
    frame, doubted = _sound_at_source(frame, names)
    return Tidied(frame, (*strange, *late, *missing, *misdated, *repeated, *doubted))


def _known(readings: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[Verdict]]:
    """Replace the points' names by their index; unknown ones are left out."""
    point = readings.get_column("point")
    listed = point.cast(pl.Enum(list(names)), strict=False)
    codes = listed.to_physical().cast(pl.UInt32).alias("point")
    columns = [codes, readings.get_column("time").cast(_TIME)]
    columns.append(readings.get_column("value").cast(pl.Float64))
    if "known_at" in readings.columns:
        columns.append(readings.get_column("known_at").cast(_TIME))
    if "quality" in readings.columns:
        columns.append(readings.get_column("quality").cast(pl.Int8).fill_null(0))
    frame = pl.DataFrame(columns)
    if codes.null_count() == 0:
        return frame, []
    strangers = point.filter(codes.is_null()).unique().cast(pl.String).drop_nulls().sort()
    figures = {"count": codes.null_count(), "points": ", ".join(strangers.head(10).to_list())}
    return frame.drop_nulls("point"), [Verdict("measure.admit.unknown_point", figures)]


def _as_known(frame: pl.DataFrame, now: datetime | None) -> tuple[pl.DataFrame, list[Verdict]]:
    """Leave out what was learned after `now`, and the column when it says nothing."""
    if "known_at" not in frame.columns:
        return frame, []
    if frame.get_column("known_at").null_count() == frame.height:
        return frame.drop("known_at"), []
    if now is None:
        return frame, []
    known = frame.filter(pl.col("known_at").is_null() | (pl.col("known_at") <= now))
    late = frame.height - known.height
    return known, [Verdict("measure.admit.late", {"count": late})] if late else []


def _present(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Verdict]]:
    """Leave out readings without a time or a number."""
    finite = frame.get_column("value").is_finite().fill_null(value=False)
    keep = finite & frame.get_column("time").is_not_null()
    missing = frame.height - int(keep.sum())
    if missing == 0:
        return frame, []
    return frame.filter(keep), [Verdict("measure.admit.missing", {"count": missing})]


def _dated(frame: pl.DataFrame, now: datetime | None) -> tuple[pl.DataFrame, list[Verdict]]:
    """Leave out readings from before the plant's age or from the future."""
    time = frame.get_column("time")
    wrong = time < FIRST_MOMENT
    if now is not None:
        wrong = wrong | (time > now + CLOCK_SLACK)
    count = int(wrong.sum())
    if count == 0:
        return frame, []
    figures = {"count": count, "first": stamp(int(time.filter(wrong).to_physical()[0]))}
    return frame.filter(~wrong), [Verdict("measure.admit.clock", figures)]


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by point and time (and by when it became known), keeping the given order of equals."""
    point, time = pl.col("point"), pl.col("time").to_physical()
    later = (point > point.shift(1)) | ((point == point.shift(1)) & (time > time.shift(1)))
    if frame.select(later.all()).item():
        return frame
    keys = ["point", "time"]
    if "known_at" in frame.columns:
        keys.append("known_at")
    return frame.sort(keys, maintain_order=True)


def _once(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Verdict]]:
    """Keep the last of several readings of one point and time."""
    same = (pl.col("point") == pl.col("point").shift(-1)) & (
        pl.col("time") == pl.col("time").shift(-1)
    )
    differs = same & (pl.col("value") != pl.col("value").shift(-1))
    repeated = frame.select(same.fill_null(value=False).alias("same")).get_column("same")
    count = int(repeated.sum())
    if count == 0:
        return frame, []
    different = int(frame.select(differs.fill_null(value=False).sum()).item())
    figures = {"count": count, "different": different}
    return frame.filter(~repeated), [Verdict("measure.admit.duplicate", figures)]


def _sound_at_source(
    frame: pl.DataFrame, names: Sequence[str]
) -> tuple[pl.DataFrame, list[Verdict]]:
    """Leave out what its source itself does not call good, and say of which points."""
    if "quality" not in frame.columns:
        return frame, []
    kept = frame.filter(counts())
    if kept.height == frame.height:
        return kept.drop("quality"), []
    doubted = frame.filter(~counts()).get_column("point").unique().sort()
    figures = {
        "count": frame.height - kept.height,
        "points": ", ".join(names[k] for k in doubted.head(10)),
    }
    return kept.drop("quality"), [Verdict("measure.admit.by_source", figures)]
