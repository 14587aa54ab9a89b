"""Where labels stand on a sheet: heads of tables, labels with their values beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from loopkeeper.adapters.works.book import Cell, Sheet
from loopkeeper.adapters.works.cells import is_blank, looks_like_date, number_and_unit
from loopkeeper.lifecycle.build.work_words import JOINED, half_width, is_unit

LOOKED_AT = 40
"""Rows among which a head is looked for. [-]"""
DEEPEST = 4
"""Rows that a head has at most. [-]"""


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Return a label as labels are compared."""
    return half_width(text).lower().replace(" ", "").rstrip(":")


def label_of(cell: Cell) -> str:
    """Return a cell as a label, nothing where it is a number or a date."""
    return _label(cell) if isinstance(cell, str) else ""


@lru_cache(maxsize=65536)
def _label(cell: str) -> str:
    told = half_width(cell).rstrip(":").rstrip()
    if is_blank(told) or number_and_unit(told)[0] is not None or looks_like_date(told):
        return ""
    return told


@dataclass(frozen=True)
class TableHead:
    """The head of a table: its first and last row from 0, and labels by column."""

    top: int
    bottom: int
    labels: dict[int, str]


def head_at(sheet: Sheet, row: int, column: int) -> TableHead:
    """Return the head that a label of items stands in."""
    span = sheet.spans.get((row, column))
    top, bottom = (span[0][0], span[1][0]) if span else (row, row)
    bottom = max(bottom, _bottom(sheet, bottom, column))
    if _is_group(sheet, top - 1, column):
        top -= 1
    bottom = min(bottom, top + DEEPEST - 1)
    width = max((len(sheet.rows[r]) for r in range(top, bottom + 1)), default=0)
    labels = {c: _joined(sheet, (top, bottom), c) for c in range(width)}
    return TableHead(top, bottom, {c: told for c, told in labels.items() if told})


def _is_group(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a row above a head has names of groups: none over the items, some elsewhere."""
    if row < 0 or not is_blank(sheet.spread(row, column)):
        return False
    told = [label_of(one) for one in sheet.rows[row]]
    return sum(map(bool, told)) > 0 and all(
        is_blank(one) or label_of(one) for one in sheet.rows[row]
    )


def _bottom(sheet: Sheet, row: int, column: int) -> int:
    """The last row of a head without merged cells: rows below of units, or under groups."""
    below = row + 1
    while below < len(sheet.rows) and below - row < DEEPEST:
        told = [one for one in sheet.rows[below] if not is_blank(one)]
        texts = [one for one in told if isinstance(one, str)]
        units = bool(told) and all(
            isinstance(one, str) and is_unit(one.strip("()")) for one in told
        )
        part = bool(told) and len(texts) == len(told) and all(label_of(one) for one in told)
        apart = is_blank(sheet.spread(below, column)) and not any(map(looks_like_date, told))
        if not (units or (part and apart and below - row == 1)):
            break
        below += 1
    return below - 1


def _joined(sheet: Sheet, rows: tuple[int, int], column: int) -> str:
    parts: list[str] = []
    for row in range(rows[0], rows[1] + 1):
        told = label_of(sheet.spread(row, column))
        if not told and row < rows[1] and label_of(sheet.at(row + 1, column)):
            told = _group_left(sheet, row, column)
        if told and told not in parts:
            parts.append(told)
    return JOINED.join(parts)


def _group_left(sheet: Sheet, row: int, column: int) -> str:
    """The name of a group that was written once, over the first of its columns."""
    for left in range(column - 1, -1, -1):
        told = label_of(sheet.spread(row, left))
        if told:
            under = label_of(sheet.at(row + 1, left))
            return told if under and (row, left) not in sheet.spans else ""
    return ""


@dataclass(frozen=True, slots=True)
class BesideLabel:
    """A label and where its value stands; ``inside`` the rest of the label's own cell."""

    label: str
    row: int
    column: int
    value_at: tuple[int, int]
    inside: str = ""


def labels_beside(sheet: Sheet, rows: range | None = None) -> Iterator[BesideLabel]:
    """Yield every text of a sheet as a label, with the place to the right of it."""
    for row in range(len(sheet.rows)) if rows is None else rows:
        for column, cell in enumerate(sheet.at_row(row)):
            if not isinstance(cell, str) or not cell.strip():
                continue
            told = half_width(cell)
            span = sheet.spans.get((row, column))
            right = (span[1][1] if span else column) + 1
            before, mark, rest = told.partition(":")
            if mark and rest.strip():
                yield BesideLabel(before.strip(), row, column, (row, column), rest.strip())
            elif label := label_of(told):
                yield BesideLabel(_grouped(sheet, row, column, label), row, column, (row, right))


def _grouped(sheet: Sheet, row: int, column: int, label: str) -> str:
    """A label with the name of its group, where one stands left of several rows."""
    span = sheet.spans.get((row, column - 1))
    if span is None or span[0][0] == span[1][0]:
        return label
    group = label_of(sheet.at(*span[0]))
    return f"{group}{JOINED}{label}" if group else label
