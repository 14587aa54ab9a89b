"""Reads a sheet that is about one item: labels with values beside them, or in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loopkeeper.adapters.works.book import Cell, Sheet
from loopkeeper.adapters.works.cells import as_text, is_blank
from loopkeeper.adapters.works.intake import At, Entry, WorkIntake
from loopkeeper.adapters.works.places import BesideLabel, key, label_of, labels_beside
from loopkeeper.lifecycle.build.layouts import WorkField, WorkMapping, WorkRole
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase

Valued = tuple[At, Cell]


@dataclass(frozen=True)
class _Page:
    """A sheet with its labels by field, and the columns of values of a table on it."""

    sheet: Sheet
    places: Mapping[WorkField, BesideLabel]
    row: int
    columns: Mapping[WorkRole, int]

    def value(self, one: WorkField) -> Valued | None:
        """Return where the value of a label stands, and the value."""
        place = self.places.get(one)
        if place is None:
            return None
        found = self.columns.get(WorkRole.FOUND)
        if one.check and found is not None and place.row > self.row and place.column < found:
            return (place.row, found), self.sheet.at(place.row, found)
        return place.value_at, place.inside or self.sheet.spread(*place.value_at)

    def in_column(self, one: WorkField, role: WorkRole) -> Valued | None:
        """Return what stands in a column of the table on the row of a label."""
        place, column = self.places.get(one), self.columns.get(role)
        if place is None or column is None or not self.row < place.row or place.column >= column:
            return None
        return (place.row, column), self.sheet.at(place.row, column)


def read_sheet(
    sheet: Sheet, fields: Sequence[WorkField], mapping: WorkMapping, intake: WorkIntake
) -> bool:
    """Read a sheet about one item; tell whether it has the labels."""
    page = _page(sheet, fields)
    checks = [one for one in fields if one.role is WorkRole.FOUND and one.check]
    there = [one for one in checks if one in page.places]
    if not there:
        return False
    if missing := tuple(one.label for one in checks if one not in page.places):
        figures = {"sheet": sheet.name, "labels": missing}
        intake.said.append(Verdict("works.mapping.missing", figures))
    at, told, kind = _item(page, fields, mapping)
    if not intake.sound(sheet, at):
        return True
    if is_blank(told):
        intake.refuse(sheet.place(*at), told, Phrase("work_expected.item"))
        return True
    item = intake.named(sheet, at, told, kind)
    entries = list(_entries(page, fields, kind, item))
    before = [intake.given(one) for one in entries if not is_blank(one.found)]
    if any(before):
        cell = next(one for one in before if one)
        intake.refuse(sheet.place(*at), told, Phrase("work_expected.once", {"cell": cell}))
        return True
    for entry in entries:
        intake.take(sheet, entry)
    return True


def _page(sheet: Sheet, fields: Sequence[WorkField]) -> _Page:
    known = {key(one.label): one for one in fields}
    bare = {k: one for k, one in known.items() if one.role in VALUES and not one.check}
    row, columns = _heads(sheet, bare)
    places: dict[WorkField, BesideLabel] = {}
    for one in labels_beside(sheet):
        meant = known.get(key(one.label))
        if meant is not None and key(one.label) not in bare:
            places.setdefault(meant, one)
    return _Page(sheet, places, row, columns)


VALUES = frozenset({WorkRole.FOUND, WorkRole.DRAWN, WorkRole.UNIT})
"""Roles of columns of a table of checks."""


def _heads(sheet: Sheet, bare: Mapping[str, WorkField]) -> tuple[int, dict[WorkRole, int]]:
    for row, cells in enumerate(sheet.rows if bare else ()):
        told = {column: bare.get(key(label_of(cell))) for column, cell in enumerate(cells)}
        columns = {one.role: column for column, one in told.items() if one is not None}
        if WorkRole.FOUND in columns:
            return row, columns
    return len(sheet.rows), {}


def _item(page: _Page, fields: Sequence[WorkField], mapping: WorkMapping) -> tuple[At, Cell, str]:
    items = [one for one in fields if one.role is WorkRole.ITEM]
    for one in items:
        if (found := page.value(one)) is not None:
            return *found, one.item_kind or mapping.item_kind
    name = page.sheet.name if mapping.item_from_sheet else ""
    return (0, 0), name, mapping.item_kind


def _entries(page: _Page, fields: Sequence[WorkField], kind: str, item: str) -> Iterator[Entry]:
    drawn = {
        (one.item_kind, one.check): one
        for one in fields
        if one.role is WorkRole.DRAWN and one.check
    }
    by = _first(page, fields, WorkRole.BY)
    notes = [page.value(one) for one in fields if one.role is WorkRole.EVIDENCE]
    told = [as_text(one[1]) for one in notes if one and not is_blank(one[1])]
    for one in fields:
        check = hidden_checks().get((one.item_kind or kind, one.check))
        value = page.value(one)
        if one.role is not WorkRole.FOUND or check is None or value is None:
            continue
        beside = drawn.get((one.item_kind, one.check))
        design = page.value(beside) if beside else page.in_column(one, WorkRole.DRAWN)
        unit = page.in_column(one, WorkRole.UNIT)
        stated = one.unit or (as_text(unit[1]) if unit else "")
        day = _day(page, fields, check.check)
        yield Entry(
            kind=check.item_kind,
            item=item,
            check=check,
            found_at=value[0],
            found=value[1],
            unit=stated,
            drawn_at=design[0] if design else None,
            drawn=design[1] if design else "",
            drawn_unit=beside.unit if beside else stated,
            date_at=day[0] if day else None,
            day=day[1] if day else "",
            by=as_text(by[1]) if by and not is_blank(by[1]) else "",
            evidence="; ".join(told),
        )


def _first(page: _Page, fields: Sequence[WorkField], role: WorkRole) -> Valued | None:
    values = (page.value(one) for one in fields if one.role is role)
    return next((one for one in values if one is not None), None)


def _day(page: _Page, fields: Sequence[WorkField], check: str) -> Valued | None:
    dates = [one for one in fields if one.role is WorkRole.DATE]
    own = [one for one in dates if check in one.checks]
    for one in (*own, *(one for one in dates if not one.checks)):
        value = page.value(one)
        if value is not None and not is_blank(value[1]):
            return value
    return None
