"""Workbooks whose bytes depend on what they hold only."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from loopkeeper.adapters.files.timeless import timeless

Cell = str | float | int | None
HEAD = PatternFill("solid", fgColor="DDE7F0")
NARROW, WIDE = 10, 48
"""Widths of columns. [letters]"""
MEASURED = 200
"""Rows by which the width of a column is chosen. [-]"""
FORMULA = "="
"""A text that begins so is no formula, whoever wrote it."""
MOST_LETTERS = 32_767
"""Letters that a cell holds. [-]"""


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """
    Return a workbook.

    Parameters
    ----------
    sheets : mapping
        By name in their order: the row of heads, and the rows.

    Returns
    -------
    bytes
        An xlsx file, the same whenever it is made.
    """
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, width in enumerate(_widths(rows), 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "B2"
        for n, row in enumerate(rows):
            sheet.append([_head(sheet, one) if n == 0 else _safe(sheet, one) for one in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return timeless(buffer.getvalue())


def _head(sheet: WriteOnlyWorksheet, value: Cell) -> object:
    cell = WriteOnlyCell(sheet, value)
    cell.font, cell.fill = Font(bold=True), HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _safe(sheet: WriteOnlyWorksheet, value: Cell) -> object:
    """A text as a text: one that looks like a formula is none, and what XML cannot hold goes."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:MOST_LETTERS]
    if not text.startswith(FORMULA):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = zip(*rows[:MEASURED], strict=False)
    longest = (max(len(str(one or "")) for one in column) for column in columns)
    return [min(WIDE, max(NARROW, one + 2)) for one in longest]
