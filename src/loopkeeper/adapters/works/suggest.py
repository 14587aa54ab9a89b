"""A mapping that the vocabulary suggests for a workbook, what is sure of it and what is not."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from loopkeeper.adapters.works.book import Cell, WorkBook
from loopkeeper.adapters.works.cells import as_yes, looks_like_date, number_and_unit
from loopkeeper.adapters.works.places import key
from loopkeeper.adapters.works.seen import SeenSheet, seen
from loopkeeper.errors import InputError, UnitError
from loopkeeper.lifecycle.build.headings import LabelMeaning, meaning_of
from loopkeeper.lifecycle.build.layouts import (
    SuggestedMapping,
    WorkField,
    WorkLayout,
    WorkMapping,
    WorkRole,
)
from loopkeeper.lifecycle.build.work_units import fitting, possible_ranges, scale_to
from loopkeeper.lifecycle.build.works import HiddenCheck, hidden_checks
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase

LEAST_DROP = 0.2
"""A drop of pressure that is less than this may be one in MPa, or a cell shown as percent. [%]"""


def suggested(book: WorkBook) -> SuggestedMapping:
    """
    Return the mapping that the vocabulary suggests for a workbook.

    Raises
    ------
    InputError
        When nothing in it is understood.
    """
    views = [one for sheet in book.sheets if (one := seen(sheet)) is not None]
    if not views:
        raise InputError(f"{book.name}: no label of hidden works is known on any visible sheet")
    scores = Counter[WorkLayout]()
    for one in views:
        scores[one.layout] += one.score
    layout = scores.most_common(1)[0][0]
    taken = [one for one in views if one.layout is layout]
    kinds = Counter(one.kind for one in taken if one.kind)
    kind = kinds.most_common(1)[0][0] if kinds else ""
    fields = _settled(_fields(taken), kind)
    by_name = layout is WorkLayout.SHEET and all(one.item_from_sheet for one in taken)
    mapping = WorkMapping(layout=layout, item_kind=kind, fields=fields, item_from_sheet=by_name)
    left = [one.name for one in book.sheets if one.name not in {view.sheet for view in taken}]
    return SuggestedMapping(mapping=mapping, doubts=(*_doubts(mapping, book.name, left),))


def _fields(views: Sequence[SeenSheet]) -> list[WorkField]:
    """One field a label; one a sheet where it means different things on them."""
    found: dict[str, dict[str, tuple[str, str, list[Cell]]]] = defaultdict(dict)
    for one in views:
        for label, samples in one.labels.items():
            found[key(label)][one.sheet] = (label, one.kind, samples)
    made = []
    for by_sheet in found.values():
        label = next(iter(by_sheet.values()))[0]
        kinds = {kind for _, kind, _ in by_sheet.values()}
        if len({meaning_of(label, kind) for kind in kinds}) == 1:
            samples = [cell for _, _, cells in by_sheet.values() for cell in cells]
            made.append(_field(label, meaning_of(label, kinds.pop()), samples))
            continue
        for sheet, (told, kind, samples) in by_sheet.items():
            made.append(replace(_field(told, meaning_of(told, kind), samples), sheet=sheet))
    return made


def _field(label: str, meaning: LabelMeaning | None, samples: Sequence[Cell]) -> WorkField:
    if meaning is None:
        return WorkField(label=label, role=WorkRole.NOTHING, sure=False)
    made = WorkField(
        label=label,
        role=meaning.role,
        item_kind=meaning.item_kind,
        check=meaning.check,
        unit=meaning.unit,
        checks=meaning.checks,
        sure=meaning.sure,
    )
    check = hidden_checks().get((meaning.item_kind, meaning.check))
    if check is None:
        return _other(made, samples)
    dates = sum(map(looks_like_date, samples))
    if check.value != "text" and dates > len(samples) / 2:
        return replace(
            made, role=WorkRole.DATE, check="", checks=(check.check,), unit="", sure=False
        )
    if check.value == "number":
        return _in_unit(made, check, samples)
    unclear = check.value == "yes" and any(as_yes(one).expected for one in samples)
    return replace(made, unit="", sure=made.sure and not unclear)


def _other(made: WorkField, samples: Sequence[Cell]) -> WorkField:
    """A date is one only where dates stand."""
    wrong = made.role is WorkRole.DATE and samples and not any(map(_may_be_date, samples))
    return replace(made, unit="", sure=made.sure and not wrong)


def _may_be_date(cell: Cell) -> bool:
    return isinstance(cell, int | float) or looks_like_date(cell)


def _in_unit(made: WorkField, check: HiddenCheck, samples: Sequence[Cell]) -> WorkField:
    """The field with the unit its numbers must be in; unsure where they fit none or several."""
    told = [number_and_unit(one) for one in samples]
    values = [value for value, unit in told if value is not None and not unit]
    if sum(value is None for value, _ in told) > len(told) / 2:
        return replace(made, sure=False)
    small = check.unit == "%" and 0 < max(map(abs, values), default=0.0) < LEAST_DROP
    if made.unit:
        sure = made.sure and not small and _possible(values, made.unit, check)
        return replace(made, sure=sure)
    units = fitting(values, check.check, check.unit)
    if not values and check.unit not in units[:1] and not any(unit for _, unit in told):
        return replace(made, unit="", sure=False)
    sure = made.sure and not small and (len(units) == 1 or not values)
    return replace(made, unit=units[0] if units and values else "", sure=sure)


def _possible(values: Sequence[float], unit: str, check: HiddenCheck) -> bool:
    try:
        scale = scale_to(unit, check.unit)
    except UnitError:
        return False
    there = possible_ranges()[check.check]
    return scale is not None and all(there.low <= one * scale <= there.high for one in values)


def _settled(fields: Sequence[WorkField], kind: str) -> tuple[WorkField, ...]:
    """Fields of which no two that are sure say the same of an item."""
    items = [one for one in fields if one.role is WorkRole.ITEM]
    dates = [one for one in fields if one.role is WorkRole.DATE]
    made = []
    for one in fields:
        told = one
        if one.role is WorkRole.ITEM and len(items) == 1 and kind:
            told = replace(one, sure=True)
        if one.role is WorkRole.DATE and len(dates) == 1 and one.checks and one.sure:
            told = replace(one, checks=())
        made.append(told)
    return tuple(_apart(made))


def _apart(fields: Sequence[WorkField]) -> list[WorkField]:
    """Of several for one thing none stays sure, but the first of names and of items."""
    meant = [_meant(one) for one in fields]
    counts = Counter(meaning for meaning, one in zip(meant, fields, strict=True) if one.sure)
    taken: set[object] = set()
    found = []
    for meaning, one in zip(meant, fields, strict=True):
        several = counts[meaning] > 1 and one.role not in MANY
        doubtful = several and (one.role not in FIRST or meaning in taken)
        taken |= {meaning} if one.sure else set()
        found.append(replace(one, sure=one.sure and not doubtful))
    return found


FIRST = frozenset({WorkRole.BY, WorkRole.ITEM})
"""Roles of which the first column counts."""
MANY = frozenset({WorkRole.NOTHING, WorkRole.EVIDENCE})
"""Roles that several columns may have."""


def _meant(one: WorkField) -> tuple[object, ...]:
    return one.role, one.check, one.checks, one.sheet, one.item_kind if one.check else ""


def _doubts(mapping: WorkMapping, file: str, left: Sequence[str]) -> list[Verdict]:
    said = [
        Verdict(
            "works.mapping.unsure",
            {
                "file": file,
                "label": one.label,
                "role": Phrase(f"work_role.{one.role}"),
                "checks": one.check or ", ".join(one.checks),
                "unit": one.unit or "-",
            },
        )
        for one in mapping.fields
        if not one.sure and one.role is not WorkRole.NOTHING
    ]
    unknown = [one for one in mapping.fields if not one.sure and one.role is WorkRole.NOTHING]
    if unknown:
        labels = tuple(one.label for one in unknown)
        said.append(Verdict("works.mapping.unknown", {"file": file, "labels": labels}))
    if left:
        said.append(Verdict("works.mapping.sheets_left", {"file": file, "sheets": tuple(left)}))
    if not mapping.item_from_sheet and not mapping.of_role(WorkRole.ITEM):
        said.append(Verdict("works.mapping.no_item", {"file": file}))
    if not mapping.item_kind and mapping.layout is not WorkLayout.CHECKS:
        said.append(Verdict("works.mapping.no_kind", {"file": file}))
    return said
