"""
Packed columns of days in order: most of a reading's bytes are its value and when it was known.

A value that is a decimal of few digits is kept as its digits and the place of its point; the
moment it became known as how late that was. Everything else stays in ``value`` and
``known_at``; what is unpacked is the same to the last bit.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
PACKED: dict[str, pl.DataType] = {
    "digits": pl.Int64(), "decimals": pl.Int8(), "late": pl.Int64(),
}  # fmt: skip
"""``value`` = digits / 10**decimals, ``known_at`` = time + late microseconds, where not null."""
MOST_DECIMALS = 4
LARGEST = 2.0**53
"""Whole numbers beyond are not all exact in a double."""


def on_disk(schema: Mapping[str, pl.DataType]) -> pl.Schema:
    """Return the columns of a table's files: readings are kept packed, all are by day."""
    return pl.Schema({**schema, **(PACKED if "known_at" in schema else {}), "day": pl.Date()})


def empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the packed columns, nothing packed."""
    return frame.with_columns(pl.lit(None, kind).alias(n) for n, kind in PACKED.items())


def packed(frame: pl.DataFrame) -> pl.DataFrame:
    """
    Return rows with what can be packed.

    Parameters
    ----------
    frame : DataFrame
        Readings; each point of a plant gets the fewest decimals that hold all its values.

    Returns
    -------
    DataFrame
        ``value`` and ``known_at`` are null where :data:`PACKED` holds them.
    """
    value, none = frame["value"].to_numpy(), frame["value"].is_null().to_numpy()
    exact = frame.select(
        "plant",
        "point",
        *(pl.Series(str(d), none | _exact(value, d)) for d in range(MOST_DECIMALS + 1)),
    )
    decimals = pl.coalesce(
        *(
            pl.when(pl.col(str(d)).all().over("plant", "point")).then(pl.lit(d, pl.Int8))
            for d in range(MOST_DECIMALS + 1)
        )
    )
    rows = frame.with_columns(
        exact.select(decimals.alias("decimals"))["decimals"],
        (pl.col("known_at") - pl.col("time")).dt.total_microseconds().alias("late"),
    )
    digits = (pl.col("value") * _scale()).round().cast(pl.Int64)
    rows = rows.with_columns(digits.alias("digits"))
    return rows.with_columns(
        pl.when(pl.col("digits").is_null()).then(pl.col("value")).alias("value"),
        pl.lit(None, frame.schema["known_at"]).alias("known_at"),
    )


def unpacked(rows: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """Return rows as they were before they were packed, with these columns."""
    late = pl.duration(microseconds=pl.col("late"))
    return rows.with_columns(
        pl.coalesce(pl.col("value"), pl.col("digits").cast(pl.Float64) / _scale()).alias("value"),
        pl.coalesce(pl.col("known_at"), pl.col("time") + late).alias("known_at"),
    ).select(columns)


def _scale() -> pl.Expr:
    """A power of ten for each row: division by a column is exact, by a constant it is not."""
    powers = {d: 10.0**d for d in range(MOST_DECIMALS + 1)}
    return pl.col("decimals").replace_strict(powers, default=None, return_dtype=pl.Float64)


def _exact(value: Floats, decimals: int) -> Booleans:
    """Whether a value is exactly its digits; minus zero is none."""
    with np.errstate(invalid="ignore", over="ignore"):
        digits = np.round(value * 10.0**decimals)
        same = (digits / 10.0**decimals == value) & (np.abs(digits) < LARGEST)
    return np.asarray(same & ~((value == 0) & np.signbit(value)), np.bool_)
