"""What was read of hidden works, cell by cell: rows for the ledger, and every bad cell by name."""

import re
from dataclasses import dataclass, field
from datetime import date

from loopkeeper.adapters.works.book import Cell, Sheet
from loopkeeper.adapters.works.cells import (
    Taken,
    as_date,
    as_text,
    as_value,
    is_blank,
    is_estimate,
)
from loopkeeper.lifecycle.build.work_words import half_width
from loopkeeper.lifecycle.build.works import HiddenCheck
from loopkeeper.plant.records import LedgerCheck
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase

LONGEST = 60
"""Signs of a bad cell that are shown. [-]"""
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−_", "-"))
At = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    A check of an item as cells hold it; places are row and column from 0 on a sheet.

    ``shared`` where it is of a hole and stands in the row of one of its pipes: told beside each of
    them it must say the same.
    """

    kind: str
    item: str
    check: HiddenCheck
    found_at: At
    found: Cell
    unit: str = ""
    drawn_at: At | None = None
    drawn: Cell = ""
    drawn_unit: str = ""
    date_at: At | None = None
    day: Cell = ""
    by: str = ""
    evidence: str = ""
    shared: bool = False


@dataclass
class WorkIntake:
    """Takes entries one after the other; nothing is taken twice."""

    today: date
    rows: list[LedgerCheck] = field(default_factory=list)
    said: list[Verdict] = field(default_factory=list)
    bad: dict[str, None] = field(default_factory=dict)
    blank: int = 0
    _given: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _texts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _pipes: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def refuse(self, place: str, given: Cell, expected: Phrase) -> None:
        """Say of a cell that it cannot be taken, once."""
        if place not in self.bad:
            self.bad[place] = None
            shown = as_text(given)[:LONGEST] or "-"
            figures = {"cell": place, "given": f"“{shown}”", "expected": expected}
            self.said.append(Verdict("works.cell.bad", figures))

    def sound(self, sheet: Sheet, at: At) -> bool:
        """Whether a cell holds no error, and no formula without its result."""
        span = sheet.spans.get(at)
        top = span[0] if span else at
        if top not in sheet.broken:
            return True
        error = sheet.broken[top]
        expected = Phrase("work_expected.result" if error else "work_expected.saved")
        self.refuse(sheet.place(*top), error or "=", expected)
        return False

    def named(self, sheet: Sheet, at: At, cell: Cell, kind: str) -> str:
        """Return the name of an item, as it was first spelled."""
        told = half_width(as_text(cell).translate(DASHES))
        first = self._names.setdefault((kind, canonical(told)), told)
        if first != told:
            figures = {"cell": sheet.place(*at), "item": told, "other": first}
            self.said.append(Verdict("works.item.spelled", figures))
        return first

    def pipe_before(self, of: tuple[str, str], pipe: str, place: str) -> str:
        """
        Return where a row of a hole stood that this one is not to be told from, and note this one.

        Nothing where the hole had none, or each row of it names a pipe of its own.
        """
        stood = self._pipes.setdefault(of, {})
        told = canonical(pipe)
        before = stood.get(told, "") if told else next(iter(stood.values()), "")
        before = before or stood.get("", "")
        stood.setdefault(told, place)
        return before

    def given(self, entry: Entry) -> str:
        """Return where a check of an item was given before, nothing where it was not."""
        return self._given.get(_key(entry), "")

    def take(self, sheet: Sheet, entry: Entry) -> None:
        """Read a check of an item; a blank one is counted."""
        sound = [
            self.sound(sheet, at) for at in (entry.found_at, entry.drawn_at, entry.date_at) if at
        ]
        if not all(sound):
            return
        if is_blank(entry.found):
            self.blank += 1
            return
        place = sheet.place(*entry.found_at)
        if before := self.given(entry):
            if entry.shared and self._texts[_key(entry)] == as_text(entry.found):
                return
            self.refuse(place, entry.found, Phrase("work_expected.once", {"cell": before}))
            return
        self._given[_key(entry)] = place
        self._texts[_key(entry)] = as_text(entry.found)
        found = as_value(entry.found, entry.check, entry.unit)
        drawn = Taken() if is_blank(entry.drawn) else _drawn(entry)
        day = Taken() if is_blank(entry.day) else as_date(entry.day, self.today)
        read = (
            (entry.found_at, entry.found, found),
            (entry.drawn_at, entry.drawn, drawn),
            (entry.date_at, entry.day, day),
        )
        wrong = [(at, cell, one.expected) for at, cell, one in read if at and one.expected]
        for at, cell, expected in wrong:
            self.refuse(sheet.place(*at), cell, expected)
        if not wrong:
            if entry.check.value == "number" and is_estimate(entry.found):
                told = {"cell": place, "given": as_text(entry.found), "found": found.text}
                self.said.append(Verdict("works.cell.about", told))
            self.rows.append(_row(entry, found.text, drawn.text, day.text))


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.kind, entry.item, entry.check.check


def _drawn(entry: Entry) -> Taken:
    return as_value(entry.drawn, entry.check, entry.drawn_unit)


def _row(entry: Entry, found: str, drawn: str, day: str) -> LedgerCheck:
    return LedgerCheck(
        item=entry.item,
        item_kind=entry.kind,
        check=entry.check.check,
        drawn=drawn,
        found=found,
        unit=entry.check.unit,
        checked_at=day,
        checked_by=entry.by,
        evidence=entry.evidence,
    )


def canonical(name: str) -> str:
    """Return a name as names are compared: A-1, a 1 and A-001 are one."""
    told = re.sub(r"\s", "", name).upper()
    return re.sub(r"\d+", lambda digits: digits[0].lstrip("0") or "0", told)
