"""
One reader for every table: CSV of any dialect a logger or spreadsheet writes, workbook, Parquet.

Nothing is lost and nothing is guessed silently: what had to be supposed, dropped or could not be
read is counted in a verdict that names file, row, column and value.
"""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.tables.cells import (
    NOTHING,
    SENTINELS,
    ColumnKnowledge,
    file_marks,
    read_numbers,
)
from loopkeeper.adapters.files.tables.containers import tables_of
from loopkeeper.adapters.files.tables.text_table import TextTable
from loopkeeper.plant.verdict import Verdict

__all__ = ["NOTHING", "SENTINELS", "TextTable", "numbers", "read_table", "texts"]


def read_table(
    path: Path, name: str | None = None, known: Collection[str] | None = None
) -> TextTable:
    """
    Read a file as one table of texts.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        What verdicts call it.
    known : collection of str, optional
        Names that are expected where the header may be two rows; None for a header of one row.

    Returns
    -------
    TextTable
        Columns in file order with tidied names; ``row`` holds the line number in the file. Of a
        workbook or archive the first table with rows; the others are named.
    """
    label = name or path.name
    tables = tables_of(path.read_bytes(), label, known)
    chosen = next((t for t in tables if t.frame.height), tables[0] if tables else None)
    if chosen is None:
        said = Verdict("dossier.file.empty", {"file": label})
        return TextTable(label, pl.DataFrame(), (said,))
    others = [t.name for t in tables if t is not chosen]
    verdicts = list(chosen.verdicts)
    if others:
        figures = {"file": chosen.name, "others": ", ".join(others[:8])}
        verdicts.append(Verdict("dossier.table.others", figures))
    frame = chosen.frame
    if frame.width and "row" not in frame.columns:
        frame = frame.with_row_index("row", offset=1)
    return TextTable(label, frame, tuple(verdicts), chosen.units, chosen.commas)


def numbers(
    table: TextTable, column: str, *, logged: bool = True
) -> tuple[pl.Series, tuple[Verdict, ...]]:
    """
    Return a column as numbers, null where there is no value.

    ``logged`` where a logger wrote it: only loggers write 9999 where there is no value. Sentinels
    and cells that could not be read are counted.
    """
    asked = ColumnKnowledge(logged=logged, states=False, marks=file_marks(table))
    read = read_numbers(table, column, asked)
    return read.values, read.verdicts


def texts(table: TextTable, column: str) -> list[str]:
    """Return a column as texts; missing cells and columns are empty."""
    if column not in table.frame.columns:
        return [""] * table.frame.height
    return [
        "" if value is None else value.strip()
        for value in table.frame[column].cast(pl.String).to_list()
    ]
