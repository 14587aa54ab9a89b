"""Reads hidden works of a workbook by a mapping; a file with a bad cell gives nothing unasked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from loopkeeper.adapters.works.book import Cell, Sheet, WorkBook
from loopkeeper.adapters.works.cells import as_text, is_blank, is_same, is_total
from loopkeeper.adapters.works.intake import At, Entry, WorkIntake
from loopkeeper.adapters.works.places import (
    LOOKED_AT,
    TableHead,
    head_at,
    key,
    labels_beside,
)
from loopkeeper.adapters.works.sheets import read_sheet
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.headings import kind_of, meaning_of
from loopkeeper.lifecycle.build.layouts import (
    WorkField,
    WorkLayout,
    WorkMapping,
    WorkRole,
    WorksRead,
)
from loopkeeper.lifecycle.build.two_pipes import BOREHOLE, of_pipe, pipe_name
from loopkeeper.lifecycle.build.work_words import JOINED, half_width
from loopkeeper.lifecycle.build.works import HiddenCheck, hidden_checks
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase


def rows_of(book: WorkBook, mapping: WorkMapping, today: date, *, despite: bool) -> WorksRead:
    """
    Read the hidden works of a workbook.

    Parameters
    ----------
    book : WorkBook
        As opened.
    mapping : WorkMapping
        What its labels mean; what is not sure is not read.
    today : date
        After which nothing can have been found.
    despite : bool
        Whether to take what is good of a file with bad cells.

    Raises
    ------
    InputError
        When the mapping names no item, or no sheet has its labels.
    """
    if not mapping.item_from_sheet and not mapping.of_role(WorkRole.ITEM):
        raise InputError(f"{book.name}: the mapping has no label for the item")
    intake, left = WorkIntake(today), []
    for sheet in book.sheets:
        fields = [one for one in mapping.fields if one.sure and one.sheet in {"", sheet.name}]
        reads = read_sheet if mapping.layout is WorkLayout.SHEET else read_table
        if not reads(sheet, fields, mapping, intake):
            left.append(sheet.name)
    if len(left) == len(book.sheets):
        raise InputError(f"{book.name}: no visible sheet has the labels of the mapping")
    return _answer(book, mapping, intake, (left, despite))


def _answer(
    book: WorkBook, mapping: WorkMapping, intake: WorkIntake, asked: tuple[Sequence[str], bool]
) -> WorksRead:
    left, despite = asked
    said = [*book.verdicts, *intake.said]
    unsure = tuple(
        one.label for one in mapping.fields if not one.sure and one.role is not WorkRole.NOTHING
    )
    hidden = tuple(book.hidden) if not mapping.form else ()
    for code, key_, names in (
        ("works.mapping.unsure_left", "labels", unsure),
        ("works.file.hidden", "sheets", hidden),
        ("works.file.sheets_left", "sheets", tuple(left)),
    ):
        if names:
            said.append(Verdict(code, {"file": book.name, key_: names}))
    if intake.blank:
        said.append(Verdict("works.file.blank", {"file": book.name, "count": intake.blank}))
    if bad := len(intake.bad):
        code = "works.file.partly" if despite else "works.file.nothing"
        said.append(Verdict(code, {"file": book.name, "count": bad}))
    rows = tuple(intake.rows) if despite or not bad else ()
    return WorksRead(rows=rows, verdicts=tuple(said), bad=bad)


@dataclass(frozen=True)
class _Table:
    """A table of a sheet: its head, and fields by column; what stands above it by role."""

    sheet: Sheet
    head: TableHead
    columns: Mapping[int, WorkField]
    item: int
    kind: str
    above: Mapping[WorkRole, tuple[At, Cell]]

    def of_role(self, role: WorkRole) -> Iterator[tuple[int, WorkField]]:
        """Columns of a role."""
        return ((c, one) for c, one in self.columns.items() if one.role is role)


def read_table(
    sheet: Sheet, fields: Sequence[WorkField], mapping: WorkMapping, intake: WorkIntake
) -> bool:
    """Read a sheet with a row an item or a check; tell whether it has the labels."""
    table = _found(sheet, fields, mapping.item_kind)
    if table is None:
        return False
    there = {key(one.label) for one in table.columns.values()}
    wanted = [one for one in fields if one.role in {WorkRole.FOUND, WorkRole.DRAWN} and one.sheet]
    wanted = wanted or [one for one in fields if one.role in {WorkRole.FOUND, WorkRole.DRAWN}]
    if missing := tuple(one.label for one in wanted if key(one.label) not in there):
        figures = {"sheet": sheet.name, "labels": missing}
        intake.said.append(Verdict("works.mapping.missing", figures))
    last: dict[int, Cell] = {}
    for row in range(table.head.bottom + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        if all(map(is_blank, cells)) and not _in_item(table, row):
            intake.blank += any(True for one in cells if one != "")
        elif is_total(cells) or _again(table, row):
            intake.blank += 1
        else:
            _read_row(table, row, last, (mapping, intake))
    return True


def _in_item(table: _Table, row: int) -> bool:
    return any((row, column) in table.sheet.broken for column in table.columns)


def _again(table: _Table, row: int) -> bool:
    """Whether a row repeats the head, as on a new page."""
    label = key(as_text(table.sheet.at(row, table.item)))
    return label in {key(one) for one in table.columns[table.item].label.split(JOINED)}


def _found(sheet: Sheet, fields: Sequence[WorkField], kind: str) -> _Table | None:
    items = [one for one in fields if one.role is WorkRole.ITEM]
    parts = {key(part) for one in items for part in one.label.split(JOINED)}
    known = {key(one.label): one for one in fields}
    best: tuple[int, TableHead, dict[int, WorkField]] | None = None
    for row in range(min(LOOKED_AT, len(sheet.rows))):
        for column, cell in enumerate(sheet.rows[row]):
            if not isinstance(cell, str) or key(cell) not in parts:
                continue
            head = head_at(sheet, row, column)
            columns = {c: known[key(v)] for c, v in head.labels.items() if key(v) in known}
            if best is None or len(columns) > best[0]:
                best = len(columns), head, columns
    if best is None:
        return None
    _, head, columns = best
    told = [c for c, one in columns.items() if one.role is WorkRole.ITEM]
    item = next((c for c in told if columns[c].item_kind), next(iter(told), None))
    if item is None or len(columns) == 1:
        return None
    above = _above(sheet, head, known)
    return _Table(sheet, head, columns, item, columns[item].item_kind or kind, above)


def _above(
    sheet: Sheet, head: TableHead, known: Mapping[str, WorkField]
) -> dict[WorkRole, tuple[At, Cell]]:
    found: dict[WorkRole, tuple[At, Cell]] = {}
    for one in labels_beside(sheet, range(head.top)):
        meant = known.get(key(one.label))
        if meant is not None and meant.role in {WorkRole.DATE, WorkRole.BY}:
            found[meant.role] = (one.value_at, one.inside or sheet.at(*one.value_at))
    return found


def _read_row(
    table: _Table, row: int, last: dict[int, Cell], to: tuple[WorkMapping, WorkIntake]
) -> None:
    mapping, intake = to
    filled = {
        c: _filled(table, row, c, last) for c, one in table.columns.items() if one.role in DOWN
    }
    last |= {c: cell for c, cell in filled.items() if not is_blank(cell)}
    at = row, table.item
    values = [c for c, _ in table.of_role(WorkRole.FOUND)]
    valued = any(not is_blank(table.sheet.at(row, c)) for c in values)
    if not intake.sound(table.sheet, at):
        return
    if is_blank(filled[table.item]):
        if valued:
            intake.refuse(table.sheet.place(*at), "", Phrase("work_expected.item"))
        intake.blank += not valued
        return
    kind = _kind(table, filled)
    item = intake.named(table.sheet, at, _name(table, filled), kind)
    about = _About(kind, item, _pipe(table, kind, filled), filled)
    if mapping.layout is WorkLayout.CHECKS:
        _read_check(table, row, about, intake)
        return
    entries = list(_entries(table, row, about, intake))
    if before := _stood(table, row, (about, entries), intake):
        given, expected = filled[table.item], Phrase("work_expected.once", {"cell": before})
        intake.refuse(table.sheet.place(*at), given, expected)
        return
    for entry in entries:
        intake.take(table.sheet, entry)


class _About(NamedTuple):
    """What a row is about; ``pipe`` of a hole, None where no column tells it."""

    kind: str
    item: str
    pipe: str | None
    filled: Mapping[int, Cell]

    def of(self, check: HiddenCheck) -> tuple[str, bool]:
        """Return the item that a check is of, and whether it is shared with other rows."""
        if not self.pipe:
            return self.item, False
        own = of_pipe(check.item_kind, check.check)
        return pipe_name(self.item, self.pipe) if own else self.item, not own


def _pipe(table: _Table, kind: str, filled: Mapping[int, Cell]) -> str | None:
    column = next((c for c, _ in table.of_role(WorkRole.PIPE)), None)
    if column is None or kind != BOREHOLE:
        return None
    return "" if is_blank(filled[column]) else half_width(as_text(filled[column]))


DOWN = frozenset(
    {
        WorkRole.PIPE,
        WorkRole.ITEM,
        WorkRole.ITEM_KIND,
        WorkRole.CHECK,
        WorkRole.DRAWN,
        WorkRole.DATE,
        WorkRole.BY,
        WorkRole.EVIDENCE,
    }
)
"""Roles of which a merged cell, or the word ditto, counts for every row."""


def _name(table: _Table, filled: Mapping[int, Cell]) -> Cell:
    """The name of an item, after that of its zone where the mapping has a column of zones too."""
    told = [filled[c] for c, _ in table.of_role(WorkRole.ITEM) if not is_blank(filled[c])]
    return told[0] if len(told) == 1 else "-".join(map(as_text, told))


def _filled(table: _Table, row: int, column: int, last: Mapping[int, Cell]) -> Cell:
    cell = table.sheet.spread(row, column)
    return last.get(column, "") if is_same(cell) else cell


def _kind(table: _Table, filled: Mapping[int, Cell]) -> str:
    for column, _ in table.of_role(WorkRole.ITEM_KIND):
        told = as_text(filled[column])
        kinds = {kind for kind, _ in hidden_checks()}
        return told if told in kinds else kind_of([told])
    return table.kind


def _stood(table: _Table, row: int, of: tuple[_About, Sequence[Entry]], intake: WorkIntake) -> str:
    """Where an item stood before; with a column of pipes a hole stands once for each of them."""
    about, entries = of
    if about.pipe is None:
        return _doubled(table, row, entries, intake)
    if all(is_blank(one.found) for one in entries):
        return ""
    place = table.sheet.place(row, table.item)
    return intake.pipe_before((about.kind, about.item), about.pipe, place)


def _doubled(table: _Table, row: int, entries: Sequence[Entry], intake: WorkIntake) -> str:
    """Where an item stood before, when it is not the same merged cell."""
    before = [intake.given(one) for one in entries if not is_blank(one.found)]
    if not any(before) or table.sheet.spans.get((row, table.item)):
        return ""
    return next(one for one in before if one)


def _entries(table: _Table, row: int, about: _About, intake: WorkIntake) -> Iterator[Entry]:
    filled = about.filled
    drawn = {(one.item_kind, one.check): (c, one) for c, one in table.of_role(WorkRole.DRAWN)}
    for column, one in table.of_role(WorkRole.FOUND):
        check = hidden_checks().get((one.item_kind or about.kind, one.check))
        if check is None or not _own_cell(table, (row, column), intake):
            continue
        beside = drawn.get((one.item_kind, one.check))
        day_at, day = _day(table, row, check.check, filled)
        item, shared = about.of(check)
        yield Entry(
            kind=check.item_kind,
            item=item,
            shared=shared,
            check=check,
            found_at=(row, column),
            found=table.sheet.at(row, column),
            unit=one.unit,
            drawn_at=(row, beside[0]) if beside else None,
            drawn=filled[beside[0]] if beside else "",
            drawn_unit=beside[1].unit if beside else "",
            date_at=day_at,
            day=day,
            by=_by(table, filled),
            evidence=_evidence(table, filled),
        )


def _own_cell(table: _Table, at: At, intake: WorkIntake) -> bool:
    """Whether a cell is one of its own; a merged one counts once, and for one item only."""
    span = table.sheet.spans.get(at)
    if span is None or span[0][0] == span[1][0]:
        return True
    columns = [c for c, _ in table.of_role(WorkRole.ITEM)]
    items = {
        tuple(as_text(table.sheet.spread(r, c)) for c in columns)
        for r in range(span[0][0], span[1][0] + 1)
    }
    top = span[0]
    if len(items) > 1 and not is_blank(table.sheet.at(*top)):
        given = table.sheet.at(*top)
        intake.refuse(table.sheet.place(*top), given, Phrase("work_expected.each"))
        return False
    return at == top


def _day(
    table: _Table, row: int, check: str, filled: Mapping[int, Cell]
) -> tuple[At | None, Cell]:
    """The date of a check: its own, else the one of all, else the one above the table."""
    columns = list(table.of_role(WorkRole.DATE))
    own = next((c for c, one in columns if check in one.checks), None)
    column = own if own is not None else next((c for c, one in columns if not one.checks), None)
    if column is not None and not is_blank(filled[column]):
        return (row, column), filled[column]
    return table.above.get(WorkRole.DATE, (None, ""))


def _by(table: _Table, filled: Mapping[int, Cell]) -> str:
    column = next((c for c, _ in table.of_role(WorkRole.BY)), None)
    if column is not None:
        return "" if is_blank(filled[column]) else as_text(filled[column])
    return as_text(table.above.get(WorkRole.BY, (None, ""))[1])


def _evidence(table: _Table, filled: Mapping[int, Cell]) -> str:
    told = [filled[c] for c, _ in table.of_role(WorkRole.EVIDENCE)]
    return "; ".join(as_text(one) for one in told if not is_blank(one))


def _read_check(table: _Table, row: int, about: _About, intake: WorkIntake) -> None:
    """Read a row that names its own check."""
    filled = about.filled
    column = next(c for c, _ in table.of_role(WorkRole.CHECK))
    told, sheet = as_text(filled[column]), table.sheet
    check = check_named(told, about.kind)
    if check is None:
        intake.refuse(sheet.place(row, column), told, Phrase("work_expected.check"))
        return
    found = next((c for c, _ in table.of_role(WorkRole.FOUND)), column)
    drawn = next((c for c, _ in table.of_role(WorkRole.DRAWN)), None)
    unit = next((as_text(sheet.at(row, c)) for c, _ in table.of_role(WorkRole.UNIT)), "")
    day_at, day = _day(table, row, check.check, filled)
    item, shared = about.of(check)
    entry = Entry(
        kind=check.item_kind,
        item=item,
        shared=shared,
        check=check,
        found_at=(row, found),
        found=sheet.at(row, found),
        unit=unit,
        drawn_at=None if drawn is None else (row, drawn),
        drawn="" if drawn is None else filled[drawn],
        drawn_unit=unit,
        date_at=day_at,
        day=day,
        by=_by(table, filled),
        evidence=_evidence(table, filled),
    )
    intake.take(sheet, entry)


def check_named(told: str, kind: str) -> HiddenCheck | None:
    """Return the check that a text names for certain."""
    exact = hidden_checks().get((kind, told))
    if exact is not None:
        return exact
    meaning = meaning_of(told, kind)
    if meaning is None or not meaning.sure:
        return None
    return hidden_checks().get((meaning.item_kind, meaning.check))
