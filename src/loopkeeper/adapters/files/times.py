"""Instants as loggers write them, to UTC."""

from dataclasses import dataclass

import polars as pl

from loopkeeper.plant.verdict import Verdict

_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
_NAIVE = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
EPOCH_MILLISECONDS = 1e11
"""Larger numbers are milliseconds since 1970, smaller ones seconds."""


@dataclass(frozen=True)
class Instants:
    """UTC instants, null where unreadable; and what reading them had to say."""

    time: pl.Series
    verdicts: tuple[Verdict, ...]


def instants(raw: pl.Series, zone: str, *, file: str, column: str = "time") -> Instants:
    """
    Read a column of times.

    Parameters
    ----------
    raw : Series
        Texts, numbers (seconds or milliseconds since 1970) or datetimes.
    zone : str
        Time zone of naive times.
    file, column : str
        What verdicts call it.

    Returns
    -------
    Instants
        Datetime in microseconds, UTC. Naive times that clocks skipped are null and counted; those
        that occur twice take the first.
    """
    if isinstance(raw.dtype, pl.Datetime):
        return _from_datetime(raw, zone, file, column)
    if raw.dtype.is_numeric():
        return Instants(_from_epoch(raw), ())
    text = (
        raw.cast(pl.String)
        .str.strip_chars()
        .str.replace("T", " ", literal=True)
        .str.replace_all(r"[年月/]", "-")
        .str.replace("日", " ", literal=True)
        .str.replace_all(r"\s+", " ")
        .str.replace(r"^(\d{4})-(\d)-", "${1}-0${2}-")
        .str.replace(r"^(\d{4}-\d{2})-(\d)( |$)", "${1}-0${2}${3}")
        .str.replace(r" (\d):", " 0${1}:")
        .str.strip_chars()
    )
    digits = text.str.contains(r"^\d{9,13}(\.\d+)?$").fill_null(False)  # noqa: FBT003
    if digits.all() and len(text):
        return Instants(_from_epoch(text.cast(pl.Float64)), ())
    frame = pl.DataFrame({"t": text})
    with_offset = pl.col("t").str.contains(_OFFSET)
    bare = pl.coalesce([pl.col("t").str.to_datetime(f, strict=False) for f in _NAIVE])
    aware = pl.coalesce(
        [
            pl.col("t").str.replace(r"\s*Z$", "+00:00").str.to_datetime(
                f"{f}%:z", strict=False, time_zone="UTC"
            )
            for f in _NAIVE[:2]
        ]
    )  # fmt: skip
    local = bare.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    parsed = frame.select(
        pl.when(with_offset).then(aware).otherwise(local.dt.convert_time_zone("UTC"))
        .dt.cast_time_unit("us").alias("time")
    )["time"]  # fmt: skip
    bad = parsed.is_null() & text.is_not_null()
    if not bad.any():
        return Instants(parsed, ())
    first = int(bad.arg_true()[0])
    figures = {
        "file": file, "row": first + 2, "column": column, "value": str(raw[first])[:60],
        "expected": "a time such as 2024-01-05T08:00:00+08:00", "count": int(bad.sum()),
    }  # fmt: skip
    return Instants(parsed, (Verdict("dossier.value.unparsable", figures),))


def _from_epoch(raw: pl.Series) -> pl.Series:
    value = raw.cast(pl.Float64)
    scale = 1e3 if (value.abs().max() or 0) > EPOCH_MILLISECONDS else 1e6  # type: ignore[operator]
    return (value * scale).cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _from_datetime(raw: pl.Series, zone: str, file: str, column: str) -> Instants:
    if getattr(raw.dtype, "time_zone", None):
        return Instants(raw.dt.convert_time_zone("UTC").dt.cast_time_unit("us"), ())
    local = raw.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    skipped = int((local.is_null() & raw.is_not_null()).sum())
    said = (
        (Verdict("dossier.time.skipped", {"file": file, "column": column, "count": skipped}),)
        if skipped
        else ()
    )
    return Instants(local.dt.convert_time_zone("UTC").dt.cast_time_unit("us"), said)
