"""Forms of commissioning trials: a table or a workbook that comes back without guessing."""

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from loopkeeper.adapters.files.dossier.columns import COMMISSIONING
from loopkeeper.adapters.files.dossier.records import read_trials as read_table
from loopkeeper.adapters.files.dossier.write_records import cells_of
from loopkeeper.adapters.works.book import Cell, open_book
from loopkeeper.errors import InputError
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, word

WIDE: Final = 16
"""Width of a column. [signs]"""
FILL: Final = PatternFill("solid", fgColor="DDE6EE")
BOOK, TABLE = ".xlsx", ".csv"
SAYS: Final = "accepted"
"""The column of the judgement: one of true and false."""


def trial_form(rows: Sequence[Trial], suffix: str, language: Language) -> bytes:
    """
    Return a form of trials to fill in.

    Parameters
    ----------
    rows : sequence of Trial
        With what is known; blank where it is to be filled.
    suffix : str
        ``.csv`` in the form of ``commissioning.csv``, or ``.xlsx``.
    language : Language
        Of the heads of a workbook; the names of the columns stand below them.

    Raises
    ------
    InputError
        When the suffix is another.
    """
    names = [column.name for column in COMMISSIONING.written]
    lines = [cells_of(row, COMMISSIONING.written) for row in rows]
    if suffix == TABLE:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([names, *lines])
        return text.getvalue().encode()
    if suffix != BOOK:
        raise InputError(f"a form of trials is .csv or .xlsx, not {suffix}")
    book = Workbook()
    sheet = book.active
    if sheet is None:
        sheet = book.create_sheet()
    sheet.title = word("work_form.trials", language)
    sheet.append(names)
    sheet.append([word(f"trial_column.{name}", language) for name in names])
    for line in lines:
        sheet.append(list(line))
    for number, name in enumerate(names, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDE
        head = sheet.cell(2, number)
        head.font, head.fill = Font(bold=True), FILL
        if name == SAYS:
            told = DataValidation(type="list", formula1='"true,false"', allow_blank=True)
            sheet.add_data_validation(told)
            told.add(f"{letter}3:{letter}{2 + max(len(lines), 1)}")
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = "B3"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def read_trials(path: Path, timezone: str) -> tuple[tuple[Trial, ...], tuple[Verdict, ...]]:
    """
    Return the trials of a filled form, and every cell that is wrong.

    Parameters
    ----------
    path : Path
        As :func:`trial_form` made it.
    timezone : str
        Of times without an offset.

    Raises
    ------
    InputError
        When it is no such form.
    """
    if path.suffix == TABLE:
        rows, said = read_table(path.parent, timezone, path.name)
        return rows, tuple(said)
    sheets = open_book(path).sheets
    if not sheets or "trial" not in [str(cell) for cell in sheets[0].at_row(0)]:
        raise InputError(f"{path.name}: no form of trials as commission plan writes it")
    lines = [[_text(cell) for cell in row] for row in sheets[0].rows]
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / f"{path.stem}{TABLE}"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                line for n, line in enumerate(lines) if n != 1
            )
        rows, said = read_table(table.parent, timezone, table.name)
    return rows, tuple(said)


def _text(cell: Cell) -> str:
    """A cell as a table has it: whole numbers without a point, times as people write them."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
