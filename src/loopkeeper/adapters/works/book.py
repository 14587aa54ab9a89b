"""A workbook or a table of text as sheets of cells, as they stand and where."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import python_calamine as calamine

from loopkeeper.adapters.files.tables.dialect import body, decoded
from loopkeeper.adapters.works.old_book import old_sheets
from loopkeeper.adapters.works.packed import (
    LARGEST,
    MOST_CELLS,
    Broken,
    Inside,
    column_letters,
    looked_into,
)
from loopkeeper.errors import InputError
from loopkeeper.plant.verdict import Verdict

Cell = str | float | int | bool | date | datetime | time | timedelta
PACKED, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""How an encrypted workbook names what it holds."""
MOST_MERGED = 500_000
"""Cells of a sheet that are part of merged ones. [-]"""
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """
    The cells of a sheet, an empty text where there is none.

    ``merged`` ranges as first and last row and column from 0; ``broken`` cells that hold an error
    or a formula without its result.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Range] = ()
    broken: Broken = field(default_factory=dict)

    def at(self, row: int, column: int) -> Cell:
        """Return what stands in a cell."""
        line = self.at_row(row)
        return line[column] if 0 <= column < len(line) else ""

    def at_row(self, row: int) -> Sequence[Cell]:
        """Return the cells of a row, none where there is no such row."""
        return self.rows[row] if 0 <= row < len(self.rows) else ()

    @cached_property
    def spans(self) -> Mapping[tuple[int, int], Range]:
        """The merged range of each of its cells that the sheet has."""
        found: dict[tuple[int, int], Range] = {}
        last = len(self.rows) - 1, max(map(len, self.rows), default=0) - 1
        left_over = MOST_MERGED
        for span in self.merged:
            (top, left), (bottom, right) = span
            down, across = min(bottom, last[0]) + 1, min(right, last[1]) + 1
            left_over -= max(0, down - top) * max(0, across - left)
            if left_over < 0:
                raise InputError(f"{self.name}: too many merged cells; {MOST_MERGED} are allowed")
            for row in range(top, down):
                found |= {(row, column): span for column in range(left, across)}
        return found

    def spread(self, row: int, column: int) -> Cell:
        """Return what stands in a cell, or in the merged range that it is part of."""
        span = self.spans.get((row, column))
        return self.at(*span[0]) if span else self.at(row, column)

    def place(self, row: int, column: int) -> str:
        """Return the name of a cell, such as ``Sheet1!B7``."""
        return f"{self.name}!{column_letters(column)}{row + 1}"


@dataclass(frozen=True)
class WorkBook:
    """What is read of a file: its visible sheets, the hidden ones by name, and what was said."""

    name: str
    sheets: Sequence[Sheet]
    hidden: Mapping[str, Sheet]
    verdicts: tuple[Verdict, ...] = ()


def open_book(path: Path) -> WorkBook:
    """
    Open a workbook, or a table of text.

    Parameters
    ----------
    path : Path
        ``.xlsx``, ``.xlsm`` (its macros are never run), ``.xls``, or text with separators.

    Raises
    ------
    InputError
        When it is none, is under a password, or would grow too large.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if raw is None:
        raise InputError(f"{path.name}: more than {LARGEST} bytes")
    if raw.startswith(OLE) and ENCRYPTED in raw:
        raise InputError(f"{path.name}: is under a password; save it without one")
    if raw.startswith((PACKED, OLE)):
        return _workbook(raw, path.name)
    return _text(raw, path.name)


def _workbook(raw: bytes, name: str) -> WorkBook:
    inside = looked_into(raw, name) if raw.startswith(PACKED) else Inside()
    sheets = _packed(raw, name, inside) if raw.startswith(PACKED) else _old(raw, name)
    hidden = {title: sheet for title, (sheet, visible) in sheets.items() if not visible}
    visible = [sheet for sheet, visible in sheets.values() if visible]
    return WorkBook(name=name, sheets=visible, hidden=hidden, verdicts=_said(raw, name, inside))


def _old(raw: bytes, name: str) -> dict[str, tuple[Sheet, bool]]:
    found = old_sheets(raw)
    if found is None:
        raise InputError(f"{name}: no workbook that can be opened, or one under a password")
    return {
        title: (Sheet(title, one.rows, one.merged), one.visible) for title, one in found.items()
    }


def _packed(raw: bytes, name: str, inside: Inside) -> dict[str, tuple[Sheet, bool]]:
    try:
        opened = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return {
            one.name: (
                _sheet(opened.get_sheet_by_name(one.name), inside.broken.get(one.name, {})),
                one.visible == calamine.SheetVisibleEnum.Visible,
            )
            for one in opened.sheets_metadata
            if one.typ == calamine.SheetTypeEnum.WorkSheet
        }
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputError(f"{name}: no workbook that can be opened") from error


def _said(raw: bytes, name: str, inside: Inside) -> tuple[Verdict, ...]:
    """What of a workbook is not done or not seen."""
    said = []
    if b"vbaProject" in raw:
        said.append(Verdict("works.file.macros", {"file": name}))
    if raw.startswith(OLE):
        said.append(Verdict("works.file.old", {"file": name}))
    if inside.hidden:
        said.append(Verdict("works.file.hidden_rows", {"file": name, "sheets": inside.hidden}))
    return tuple(said)


def _sheet(opened: calamine.CalamineSheet, broken: Broken) -> Sheet:
    if opened.total_height * opened.total_width > MOST_CELLS:
        raise InputError(
            f"{opened.name}: {opened.total_height} rows of {opened.total_width} columns; "
            f"{MOST_CELLS} cells are allowed"
        )
    rows = opened.to_python(skip_empty_area=False)
    return Sheet(opened.name, rows, opened.merged_cell_ranges or (), broken)


def _text(raw: bytes, name: str) -> WorkBook:
    text, said = decoded(raw, name)
    if not text.strip() or "\x00" in text:
        raise InputError(f"{name}: no workbook that can be opened")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=body(text).delimiter)
    try:
        rows = [list[Cell](line) for line in lines]
    except csv.Error as error:
        raise InputError(f"{name}: no workbook that can be opened") from error
    return WorkBook(name=name, sheets=[Sheet(name, rows)], hidden={}, verdicts=tuple(said))
