"""Readings as they are sent: JSON, and files that other programs open."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal

import polars as pl
from fastapi import HTTPException, Response
from openpyxl import Workbook

from loopkeeper.app.telling.days import runs

Format = Literal["json", "csv", "xlsx", "parquet", "arrow"]
_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
_FORMULA: Final = "^[=+\\-@\\t\\r]"
"""How a cell begins that a spreadsheet would work out."""
MOST_ROWS: Final = 100_000
"""Readings of a sheet (A); a workbook is made in memory, at a few seconds for so many. [-]"""


def rows_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON has them."""
    return _written(frame).to_dicts()


def rendered(frame: pl.DataFrame, kind: Format, missing: Sequence[date]) -> Response:
    """
    Return an answer; status 206 with the days named where damaged files leave readings out.

    Parameters
    ----------
    frame : DataFrame
        Rows.
    kind : Format
        How they are sent; a name that a spreadsheet would take for a formula stands behind an
        apostrophe in a table that spreadsheets open.
    missing : sequence of date
        Days of which something is lost.

    Raises
    ------
    HTTPException
        422 for more rows than a sheet holds.
    """
    marked = {"Loopkeeper-Incomplete": runs(missing)} if missing else {}
    if kind in {"csv", "xlsx"}:
        marked["Content-Disposition"] = f'attachment; filename="readings.{kind}"'
    status = 206 if missing else 200
    return Response(_content(frame, kind), status, marked, _MEDIA.get(kind, "application/json"))


def _content(frame: pl.DataFrame, kind: Format) -> bytes:
    buffer = io.BytesIO()
    if kind == "xlsx":
        _write_sheet(_defused(_written(frame)), buffer)
    elif kind == "json":
        _written(frame).write_json(buffer)
    elif kind == "csv":
        _defused(_written(frame)).write_csv(buffer)
    elif kind == "parquet":
        frame.write_parquet(buffer)
    else:
        frame.write_ipc_stream(buffer)
    return buffer.getvalue()


def _written(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as ISO 8601 with a Z."""
    times = [c for c, kind in frame.schema.items() if kind == pl.Datetime("us", "UTC")]
    return frame.with_columns(pl.col(c).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ") for c in times)


def _defused(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that no spreadsheet takes for a formula."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
    )


def _write_sheet(frame: pl.DataFrame, buffer: io.BytesIO) -> None:
    if frame.height > MOST_ROWS:
        raise HTTPException(
            422,
            f"a sheet holds {MOST_ROWS} readings, this period has {frame.height}: "
            "ask for csv or parquet, or for less",
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("readings")
    sheet.append(frame.columns)
    for row in frame.iter_rows():
        sheet.append(row)
    book.save(buffer)
