"""Blank forms of hidden works: a workbook that says itself what its columns are."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from loopkeeper.adapters.works.book import Sheet, WorkBook
from loopkeeper.adapters.works.cells import as_text, figure
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.blank import AGAINST_DRAWN, BlankSheet, blank_sheets
from loopkeeper.lifecycle.build.layouts import WorkField, WorkLayout, WorkMapping, WorkRole
from loopkeeper.lifecycle.build.work_units import converted, possible_ranges, scale_to
from loopkeeper.lifecycle.build.works import HiddenCheck
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language, chosen, word

HIDDEN, MARK, VERSION = "_loopkeeper", "loopkeeper-works", "1"
"""The hidden sheet, what it begins with, and how it is written."""
HEAD, FIRST, LEAST_WIDE = 2, 3, 14
"""Row of the heads and of the first item [-]; width of a column [signs]."""
TOLD = ("sheet", "label", "role", "item_kind", "check", "unit")
PARTS = len(("mark", "id"))
"""Rows of the hidden sheet before its fields. [-]"""
FILL = PatternFill("solid", fgColor="DDE6EE")
FIRST_DAY = "DATE(1990,1,1)"


@dataclass(frozen=True)
class _Column:
    """A column of a form: what it is, and the check it is of."""

    field: WorkField
    check: HiddenCheck | None = None


def blank_form(plant: Plant, language: Language) -> bytes:
    """
    Return a form to print or fill: a sheet a kind, a row an item, a column a value asked for.

    Parameters
    ----------
    plant : Plant
        Its drawn values stand there already.
    language : Language
        Of its heads.

    Returns
    -------
    bytes
        An xlsx workbook with lists of what may stand where; a hidden sheet says what is what.
    """
    book = Workbook()
    first = book.active
    fields: list[WorkField] = []
    for blank in blank_sheets(plant):
        columns = tuple(_columns(blank, language))
        _fill(book.create_sheet(columns[0].field.sheet), blank, columns, language)
        fields += [one.field for one in columns]
    if first is not None:
        book.remove(first)
    _hide(book, fields)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _columns(blank: BlankSheet, language: Language) -> Iterator[_Column]:
    sheet = word(f"work_kind.{blank.kind}", language)

    def plain(role: WorkRole, key: str) -> _Column:
        label = word(key, language)
        return _Column(WorkField(label=label, role=role, item_kind=blank.kind, sheet=sheet))

    yield plain(WorkRole.ITEM, "work_form.item")
    for check in blank.checks:
        for role in (WorkRole.DRAWN, WorkRole.FOUND):
            if role is WorkRole.FOUND or check.rule in AGAINST_DRAWN:
                yield _Column(_field(check, role, sheet, language), check)
    yield plain(WorkRole.DATE, "work_form.day")
    yield plain(WorkRole.BY, "work_form.by")
    yield plain(WorkRole.EVIDENCE, "work_form.remark")


def _field(check: HiddenCheck, role: WorkRole, sheet: str, language: Language) -> WorkField:
    unit = possible_ranges()[check.check].units[0] if check.value == "number" else ""
    name = chosen(check.english, check.chinese, language)
    which = word(f"work_form.{role}", language)
    label = f"{name} · {which}" + (f" ({unit})" if unit else "")
    return WorkField(
        label=label,
        role=role,
        item_kind=check.item_kind,
        check=check.check,
        unit=unit,
        sheet=sheet,
    )


def _fill(
    sheet: Worksheet, blank: BlankSheet, columns: tuple[_Column, ...], language: Language
) -> None:
    sheet["A1"] = word("work_form.instruction", language)
    sheet["A1"].font = Font(italic=True)
    last = FIRST + len(blank.items) - 1
    for number, column in enumerate(columns, 1):
        head = sheet.cell(HEAD, number, column.field.label)
        head.font, head.fill = Font(bold=True), FILL
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(number)].width = LEAST_WIDE
        rule = _validation(column, language)
        if rule is not None:
            sheet.add_data_validation(rule)
            rule.add(f"{get_column_letter(number)}{FIRST}:{get_column_letter(number)}{last}")
        for row, item in enumerate(blank.items):
            cell = sheet.cell(FIRST + row, number, _value(column, blank, row, item))
            cell.protection = Protection(locked=bool(item) and column.field.role is WorkRole.ITEM)
            if column.field.role is WorkRole.DATE:
                cell.number_format = "yyyy-mm-dd"
    _set_up(sheet, len(columns), last)
    if all(blank.items):
        sheet.protection.formatColumns = sheet.protection.formatRows = False
        sheet.protection.enable()


def _set_up(sheet: Worksheet, columns: int, last: int) -> None:
    """Heads that stay, a page as wide as paper."""
    sheet.row_dimensions[HEAD].height = 60
    sheet.freeze_panes = f"B{FIRST}"
    sheet.print_title_rows = f"{HEAD}:{HEAD}"
    sheet.print_area = f"A1:{get_column_letter(columns)}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _value(column: _Column, blank: BlankSheet, row: int, item: str) -> str | float | None:
    if column.field.role is WorkRole.ITEM:
        return item or None
    if column.check is None or column.field.role is not WorkRole.DRAWN:
        return None
    value = blank.drawn[column.check.check][row]
    scale = scale_to(column.check.unit, column.field.unit) if column.field.unit else 1.0
    return None if value is None or scale is None else float(figure(converted(value, scale)))


def _validation(column: _Column, language: Language) -> DataValidation | None:
    check, unit = column.check, column.field.unit
    if column.field.role is WorkRole.DATE:
        rule = DataValidation(type="date", operator="greaterThan", formula1=FIRST_DAY)
        rule.error = word("work_form.date", language)
    elif check is None or check.value == "text":
        return None
    elif check.value == "yes":
        choices = (word("work_form.yes", language), word("work_form.no", language))
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"')
    else:
        there, scale = possible_ranges()[check.check], scale_to(check.unit, unit) or 1.0
        low, high = (figure(converted(one, scale)) for one in (there.low, there.high))
        rule = DataValidation(type="decimal", operator="between", formula1=low, formula2=high)
        rule.error = word("work_form.number", language, low=low, high=high, unit=unit)
    rule.allow_blank = True
    rule.showErrorMessage = True
    return rule


def _hide(book: Workbook, fields: list[WorkField]) -> None:
    """The hidden sheet: what each column of the others is."""
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "hidden"
    sheet.append([MARK, VERSION])
    sheet.append(["form", form_id(fields)])
    for one in fields:
        sheet.append([str(getattr(one, name)) or None for name in TOLD])


def form_id(fields: list[WorkField]) -> str:
    """Return the id of a form with these columns."""
    told = json.dumps([asdict(one) for one in fields], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def form_mapping(book: WorkBook) -> WorkMapping | None:
    """
    Return the mapping that a form of our own brings along, None of other workbooks.

    Raises
    ------
    InputError
        When the form is of another version, or what it says of itself was changed.
    """
    shown = {one.name: one for one in book.sheets}
    sheet = book.hidden.get(HIDDEN) or shown.get(HIDDEN)
    if sheet is None or as_text(sheet.at(0, 0)) != MARK:
        return None
    version = as_text(sheet.at(0, 1))
    if version != VERSION:
        raise InputError(f"{book.name}: a form of version {version}; {VERSION} is known here")
    fields = tuple(_of_row(sheet, row) for row in range(PARTS, len(sheet.rows)))
    told = as_text(sheet.at(1, 1))
    if told != form_id(list(fields)):
        raise InputError(f"{book.name}: what the form says of its columns was changed")
    return WorkMapping(layout=WorkLayout.ROWS, item_kind="", fields=fields, form=told)


def _of_row(sheet: Sheet, row: int) -> WorkField:
    told = {name: str(sheet.at(row, n)) for n, name in enumerate(TOLD)}
    return WorkField(
        label=told["label"],
        role=WorkRole(told["role"]) if told["role"] in set(WorkRole) else WorkRole.NOTHING,
        item_kind=told["item_kind"],
        check=told["check"],
        unit=told["unit"],
        sheet=told["sheet"],
    )
