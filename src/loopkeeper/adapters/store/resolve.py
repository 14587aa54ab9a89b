"""Which of several readings of one instant counts: the one that became known last."""

import polars as pl

from loopkeeper.app.columns import SCHEMA

KEY = ("plant", "point", "time")
ORDER = (*KEY, "known_at", "entry")
"""Of two readings known since the same moment the one that came later counts."""
STORED: dict[str, pl.DataType] = {**SCHEMA, "entry": pl.Int64()}
"""A reading as it is kept: with the number of the journal entry that brought it."""


def unknown(frame: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the readings of a frame that say nothing already known, at whatever time."""
    on = [*KEY, "value", "quality"]
    return frame.join(known.select(on), on=on, how="anti", nulls_equal=True, maintain_order="left")


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """
    Return readings by plant, point, time and when they became known; repeats are gone.

    Columns of :data:`STORED`; those of one entry come in order of arrival. A reading that says the
    same as the one known before it is a repeat.
    """
    rows = frame.sort(*ORDER, maintain_order=True)
    again = pl.all_horizontal(
        *(pl.col(c) == pl.col(c).shift() for c in KEY),
        pl.col("value").eq_missing(pl.col("value").shift()),
        pl.col("quality") == pl.col("quality").shift(),
    ).fill_null(False)  # noqa: FBT003
    return rows.filter(~again)


def resolved(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Split readings, as :func:`ordered` takes them, into those that count and those superseded.

    Both by plant, point and time.
    """
    rows = ordered(frame)
    last = ~pl.all_horizontal(*(pl.col(c) == pl.col(c).shift(-1) for c in KEY)).fill_null(
        False  # noqa: FBT003
    )
    marked = rows.with_columns(last.alias("last"))
    current = marked.filter("last").drop("last")
    return current, marked.filter(~pl.col("last")).drop("last")
