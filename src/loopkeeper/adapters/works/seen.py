"""How a sheet that nobody described is laid out: what its labels are, and samples beside them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loopkeeper.adapters.works.book import Cell, Sheet
from loopkeeper.adapters.works.cells import as_text, is_blank, is_total
from loopkeeper.adapters.works.places import (
    LOOKED_AT,
    BesideLabel,
    TableHead,
    head_at,
    label_of,
    labels_beside,
)
from loopkeeper.lifecycle.build.headings import LabelMeaning, kind_of, meaning_of
from loopkeeper.lifecycle.build.layouts import WorkLayout, WorkRole

SAMPLES = 30
"""Cells of a column that are looked at to tell its unit. [-]"""
FEWEST = 2
"""Labels with a meaning that a head needs. [-]"""
NAMELESS = re.compile(r"(?:sheet|table|tabelle)\s*\d*", re.IGNORECASE)
"""Names that spreadsheets give to sheets of their own accord."""


@dataclass(frozen=True)
class SeenSheet:
    """
    A sheet as it seems to be laid out.

    ``labels`` with samples of what stands there; ``score`` how many have a meaning.
    """

    sheet: str
    layout: WorkLayout
    kind: str
    score: int
    labels: dict[str, list[Cell]] = field(default_factory=dict)
    item_from_sheet: bool = False


def seen(sheet: Sheet) -> SeenSheet | None:
    """Return how a sheet seems to be laid out, None where nothing of it is understood."""
    views = [*_tables(sheet), _labelled(sheet)]
    best = max(views, key=lambda one: one.score)
    return best if best.score >= FEWEST else None


def _tables(sheet: Sheet) -> Iterator[SeenSheet]:
    for row in range(min(LOOKED_AT, len(sheet.rows))):
        for column, cell in enumerate(sheet.rows[row]):
            label = label_of(cell)
            meaning = meaning_of(label) if label else None
            if meaning is None or meaning.role is not WorkRole.ITEM:
                continue
            head = head_at(sheet, row, column)
            if _is_label(sheet.spread(head.bottom + 1, column)):
                continue
            yield _table(sheet, head, column)


def _is_label(cell: Cell) -> bool:
    label = label_of(cell)
    meaning = meaning_of(label) if label else None
    return meaning is not None and meaning.sure


def _table(sheet: Sheet, head: TableHead, item: int) -> SeenSheet:
    labels = {told: _below(sheet, head, c) for c, told in head.labels.items()}
    above = [sheet.name, *(one for one in _titles(sheet, head.top))]
    first = meaning_of(head.labels[item]) if item in head.labels else None
    kind = (first.item_kind if first else "") or kind_of(above) or _voted(list(labels))
    told = {label: meaning_of(label, kind) for label in labels}
    roles = Counter(one.role for one in told.values() if one)
    checks = bool(roles[WorkRole.CHECK]) and any(_bare(one) for one in told.values())
    labels |= _above(sheet, head, kind)
    there = {c for c, label in head.labels.items() if _meant(told[label])}
    empty = not any(labels[head.labels[c]] for c in there)
    layout = WorkLayout.CHECKS if checks else WorkLayout.ROWS
    return SeenSheet(sheet.name, layout, kind, 0 if empty else len(there), labels)


def _bare(one: LabelMeaning | None) -> bool:
    return one is not None and one.role is WorkRole.FOUND and not one.check


def _meant(one: LabelMeaning | None) -> bool:
    return one is not None and one.role is not WorkRole.NOTHING


def _titles(sheet: Sheet, top: int) -> list[str]:
    return [str(one) for row in range(top) for one in sheet.at_row(row) if isinstance(one, str)]


def _below(sheet: Sheet, head: TableHead, column: int) -> list[Cell]:
    rows = range(head.bottom + 1, min(head.bottom + 1 + SAMPLES, len(sheet.rows)))
    kept = [row for row in rows if not is_total(sheet.rows[row])]
    return [one for row in kept if not is_blank(one := sheet.at(row, column))]


def _above(sheet: Sheet, head: TableHead, kind: str) -> dict[str, list[Cell]]:
    """A date or a name that stands above the head, for the whole sheet."""
    found: dict[str, list[Cell]] = {}
    for one in labels_beside(sheet, range(head.top)):
        meaning = meaning_of(one.label, kind)
        value = one.inside or sheet.at(*one.value_at)
        if meaning and meaning.role in {WorkRole.DATE, WorkRole.BY} and not is_blank(value):
            found[one.label] = [value]
    return found


def _voted(labels: Sequence[str]) -> str:
    """The kind of most of the checks that labels tell of for certain."""
    told = [meaning_of(one) for one in labels]
    votes = Counter(one.item_kind for one in told if one and one.check and one.sure)
    return votes.most_common(1)[0][0] if votes else ""


def _labelled(sheet: Sheet) -> SeenSheet:
    """A sheet of labels with values beside them."""
    pairs = [one for one in labels_beside(sheet) if _valued(sheet, one)]
    named = [one.label for one in pairs]
    items = [m for one in named if (m := meaning_of(one)) and m.role is WorkRole.ITEM]
    kind = next((m.item_kind for m in items if m.item_kind), "")
    kind = kind or kind_of([sheet.name, *_titles(sheet, LOOKED_AT)]) or _voted(named)
    labels: dict[str, list[Cell]] = {}
    table = _heads_of_values(sheet)
    for one in pairs:
        found = _in_table(sheet, one, table)
        sample = one.inside or (sheet.at(*one.value_at) if found is None else found)
        labels.setdefault(one.label, []).append(sample)
    score = sum(_meant(meaning_of(one, kind)) for one in labels)
    for told in table[1].values():
        labels.setdefault(told, [])
    by_name = not items and not NAMELESS.fullmatch(sheet.name) and has_digit(sheet.name)
    return SeenSheet(sheet.name, WorkLayout.SHEET, kind, score, labels, by_name)


def has_digit(text: str) -> bool:
    """Whether a text has a number in it, as the name of an item has."""
    return any(one.isdigit() for one in text)


def _valued(sheet: Sheet, one: BesideLabel) -> bool:
    if one.inside:
        return True
    value = sheet.at(*one.value_at)
    return not is_blank(value) and not _known(label_of(value))


def _known(label: str) -> bool:
    meaning = meaning_of(label) if label else None
    return meaning is not None and (meaning.sure or bool(meaning.check))


def _heads_of_values(sheet: Sheet) -> tuple[int, dict[int, str]]:
    """The row and the columns in which what was drawn and found stand, of a table of checks."""
    for number, row in enumerate(sheet.rows):
        told = {c: one for c, cell in enumerate(row) if (one := label_of(cell))}
        meant = {c: meaning_of(one) for c, one in told.items()}
        bare = {c: told[c] for c, m in meant.items() if m and m.sure and _beside_check(m)}
        if any(_bare(meant[c]) for c in bare):
            return number, bare
    return len(sheet.rows), {}


def _beside_check(one: LabelMeaning) -> bool:
    return not one.check and one.role in BARE


def _in_table(sheet: Sheet, one: BesideLabel, table: tuple[int, dict[int, str]]) -> Cell | None:
    """What was found of a label in a table of checks, with the unit beside it."""
    row, columns = table
    roles = {m.role: c for c, label in columns.items() if (m := meaning_of(label))}
    if one.row <= row or WorkRole.FOUND not in roles or one.column >= roles[WorkRole.FOUND]:
        return None
    value = sheet.at(one.row, roles[WorkRole.FOUND])
    unit = sheet.at(one.row, roles[WorkRole.UNIT]) if WorkRole.UNIT in roles else ""
    return f"{as_text(value)} {unit}".strip() if unit else value


BARE = frozenset({WorkRole.FOUND, WorkRole.DRAWN, WorkRole.UNIT})
"""Roles of columns beside labels of checks."""
