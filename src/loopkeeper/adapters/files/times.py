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


def instants(
    raw: pl.Series, zone: str, *, file: str, column: str = "time", by: pl.Series | None = None
) -> Instants:
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
    by : Series, optional
        Which logger or point each row belongs to; each keeps its own order of rows.

    Returns
    -------
    Instants
        Datetime in microseconds, UTC. Naive times that the clock change skipped are null and
        counted; of those that occur twice, the rows before the step back are the first pass.
    """
    if isinstance(raw.dtype, pl.Datetime):
        if raw.dtype.time_zone:
            return Instants(raw.dt.convert_time_zone("UTC").dt.cast_time_unit("us"), ())
        return _localised(raw.dt.cast_time_unit("us"), _Place(zone, file, column, by))
    if raw.dtype.is_numeric():
        return Instants(_from_epoch(raw), ())
    text = _tidied(raw)
    digits = text.str.contains(r"^\d{9,13}(\.\d+)?$").fill_null(False)  # noqa: FBT003
    if digits.all() and len(text):
        return Instants(_from_epoch(text.cast(pl.Float64)), ())
    frame = pl.DataFrame({"t": text}).select(
        pl.col("t").str.contains(_OFFSET).fill_null(False).alias("aware"),  # noqa: FBT003
        pl.coalesce([pl.col("t").str.to_datetime(f, strict=False) for f in _NAIVE])
        .dt.cast_time_unit("us").alias("bare"),
        pl.coalesce([
            pl.col("t").str.replace(r"\s*Z$", "+00:00").str.to_datetime(
                f"{f}%:z", strict=False, time_zone="UTC"
            )
            for f in _NAIVE[:2]
        ]).dt.cast_time_unit("us").alias("offset"),
    )  # fmt: skip
    bare = pl.select(pl.when(~frame["aware"]).then(frame["bare"])).to_series()
    local = _localised(bare, _Place(zone, file, column, by))
    time = pl.select(pl.when(frame["aware"]).then(frame["offset"]).otherwise(local.time))
    parsed = time.to_series()
    bad = parsed.is_null() & text.is_not_null() & bare.is_null()
    if not bad.any():
        return Instants(parsed, local.verdicts)
    first = int(bad.arg_true()[0])
    figures = {
        "file": file, "row": first + 2, "column": column, "value": str(raw[first])[:60],
        "expected": "a time such as 2024-01-05T08:00:00+08:00", "count": int(bad.sum()),
    }  # fmt: skip
    return Instants(parsed, (*local.verdicts, Verdict("dossier.value.unparsable", figures)))


@dataclass(frozen=True)
class _Place:
    """Where naive times were written down."""

    zone: str
    file: str
    column: str
    by: pl.Series | None


def _tidied(raw: pl.Series) -> pl.Series:
    """One spelling for all: ``2024-01-05 08:00:00``, offset behind it."""
    return (
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


def _localised(bare: pl.Series, place: _Place) -> Instants:
    """Local times to UTC: skipped ones go, repeated ones are told apart by the order of rows."""
    both = [
        bare.dt.replace_time_zone(place.zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    ]
    first, second = (s.dt.convert_time_zone("UTC") for s in both)
    verdicts = []
    figures = {"file": place.file, "column": place.column}
    skipped = int((first.is_null() & bare.is_not_null()).sum())
    if skipped:
        verdicts.append(Verdict("dossier.time.skipped", {**figures, "count": skipped}))
    twice = (first != second).fill_null(False)  # noqa: FBT003
    if not twice.any():
        return Instants(first, tuple(verdicts))
    verdicts.append(Verdict("dossier.time.repeated", {**figures, "count": int(twice.sum())}))
    by = place.by if place.by is not None else pl.repeat("", len(bare), eager=True)
    late = (
        pl.DataFrame({"bare": bare, "by": by, "n": pl.int_range(len(bare), eager=True)})
        .filter(twice)
        .with_columns(
            (pl.col("bare").diff() < 0).over("by", pl.col("bare").dt.date()).alias("back")
        )
        .filter(pl.col("back").cum_sum().over("by", pl.col("bare").dt.date()) > 0)["n"]
    )
    is_late = pl.int_range(len(bare), eager=True).is_in(late.implode())
    time = pl.select(pl.when(is_late).then(second).otherwise(first)).to_series()
    return Instants(time, tuple(verdicts))


def _from_epoch(raw: pl.Series) -> pl.Series:
    value = raw.cast(pl.Float64)
    scale = 1e3 if (value.abs().max() or 0) > EPOCH_MILLISECONDS else 1e6  # type: ignore[operator]
    return (value * scale).cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
