"""Workbooks of hidden works: strangers' layouts, forms that come back, cells that cannot be."""

import base64
import io
import re
import time
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

from loopkeeper.adapters.works import book as book_of_cells
from loopkeeper.adapters.works import packed
from loopkeeper.adapters.works.cells import as_date, as_number
from loopkeeper.adapters.works.places import key
from loopkeeper.bootstrap import work_forms
from loopkeeper.bootstrap.dossiers import read_dossier
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.blank import blank_sheets
from loopkeeper.lifecycle.build.headings import meaning_of
from loopkeeper.lifecycle.build.layouts import WorkField, WorkLayout, WorkMapping, WorkRole
from loopkeeper.lifecycle.build.ledger import taken_in
from loopkeeper.lifecycle.build.reconcile import reconcile
from loopkeeper.lifecycle.build.works import hidden_checks
from loopkeeper.plant.source import StandingColumns, Well, WellRole
from loopkeeper.plant.words import Language
from peers.work_books import LAYOUTS, UNSEEN, per_hole

TODAY = date(2026, 11, 28)
MAPPED = 0.9
"""Share of fields that the bar asks for."""
SECONDS = 0.5
"""What the bar allows for reading 500 sheets, on a quiet machine. [s]"""
BUSY = 6
"""How much slower a busy machine of tests may be."""


def suggested(folder, layout):
    ending, write, truth = layout
    path = folder / f"book.{ending}"
    write(path)
    mapping = work_forms.suggest_mapping(path).mapping
    got = {key(one.label): one for one in mapping.fields}
    return path, mapping, got, {key(label): meant for label, meant in truth.items()}


def meant(one):
    return str(one.role), one.check


@pytest.mark.parametrize("layouts", [LAYOUTS, UNSEEN], ids=["written", "unseen"])
def test_nine_fields_in_ten_of_strangers_sheets_are_mapped(layouts, tmp_path):
    right = []
    for layout in layouts.values():
        _, _, got, truth = suggested(tmp_path, layout)
        right += [label in got and meant(got[label]) == told for label, told in truth.items()]
    assert sum(right) / len(right) >= MAPPED


ALL = {**LAYOUTS, **UNSEEN}


@pytest.mark.parametrize("name", ALL)
def test_no_field_is_mapped_wrongly_without_being_marked_unsure(name, tmp_path):
    _, _, got, truth = suggested(tmp_path, ALL[name])
    claimed = {
        k: meant(one) for k, one in got.items() if one.sure and one.role is not WorkRole.NOTHING
    }
    assert {k: told for k, told in claimed.items() if truth.get(k) != told} == {}


@pytest.mark.parametrize("name", ALL)
def test_a_mapping_comes_back_from_its_file_as_it_was(name, tmp_path):
    _, mapping, _, _ = suggested(tmp_path, ALL[name])
    work_forms.write_mapping(tmp_path / "map.toml", mapping)
    assert work_forms.read_mapping(tmp_path / "map.toml") == mapping


def values(read):
    return {(one.item, one.check): one.found for one in read.rows}


def read_layout(name, folder):
    path, mapping, _, _ = suggested(folder, LAYOUTS[name])
    return work_forms.read_works(path, mapping, on=TODAY)


def test_merged_hole_numbers_mean_the_same_as_above(tmp_path):
    read = read_layout("merged holes", tmp_path)
    assert values(read)["A2", "drilled_depth"] == "101"
    assert {one.checked_at for one in read.rows} == {"2026-03-02"}
    assert read.bad == 0


def test_full_width_digits_and_units_in_cells_are_read(tmp_path):
    read = read_layout("full width", tmp_path)
    assert values(read)["A-1", "drilled_depth"] == "120.5"
    assert values(read)["A-1", "active_length"] == "118.5"
    assert read.rows[0].checked_at == "2026-03-03"


def test_units_of_heads_are_turned_into_those_of_the_checks(tmp_path):
    assert values(read_layout("english tests", tmp_path))["1", "pressure_test_1_pressure"] == "1.6"
    assert values(read_layout("english sheets", tmp_path))["BH01", "diameter"] == "0.1524"
    assert values(read_layout("circuits", tmp_path))["H1", "pressure_test_3_minutes"] == "120"


def test_drawn_and_found_stand_side_by_side(tmp_path):
    read = read_layout("drilling log", tmp_path)
    first = next(one for one in read.rows if one.check == "drilled_depth")
    assert (first.drawn, first.found, first.checked_by) == ("120", "121", "张工")
    assert len(read.rows) == 16


def test_totals_are_left_out_and_counted(tmp_path):
    said = {one.code: one for one in read_layout("drilling log", tmp_path).verdicts}
    assert said["works.file.blank"].figures["count"] >= 1


def test_the_programs_own_ledger_is_read_without_a_doubt():
    path = Path(str(resources.files("loopkeeper.adapters") / "demo" / "office" / "ledger.csv"))
    found = work_forms.suggest_mapping(path)
    read = work_forms.read_works(path, found.mapping, on=TODAY)
    assert found.doubts == ()
    assert (len(read.rows), read.bad) == (112, 0)


ROWS = WorkMapping(
    layout=WorkLayout.ROWS,
    item_kind="borehole",
    fields=(
        WorkField(label="孔号", role=WorkRole.ITEM, item_kind="borehole"),
        WorkField(
            label="孔深(m)", role=WorkRole.FOUND, item_kind="borehole", check="drilled_depth"
        ),
        WorkField(
            label="孔径", role=WorkRole.FOUND, item_kind="borehole", check="diameter", unit="mm"
        ),
        WorkField(label="日期", role=WorkRole.DATE),
    ),
)
HEAD = ["孔号", "孔深(m)", "孔径", "日期"]
GOOD = ["A1", 120, 150, "2026.3.2"]


def broken_book(folder, rows, merged=(), name="book.xlsx"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "孔"
    for row in (HEAD, *rows):
        sheet.append(row)
    for span in merged:
        sheet.merge_cells(span)
    book.save(folder / name)
    return folder / name


BROKEN = {
    "wrong unit": ([["A2", "120 kg", 150, None]], (), "孔!B3"),
    "unit of another size": ([["A2", 12000, 150, None]], (), "孔!B3"),
    "text in a number": ([["A2", "约百米", 150, None]], (), "孔!B3"),
    "a range": ([["A2", "118~120", 150, None]], (), "孔!B3"),
    "grouped or decimal": ([["A2", "1,200", 150, None]], (), "孔!B3"),
    "doubled hole": ([["A1", 121, 150, None]], (), "孔!A3"),
    "doubled in another spelling": ([["Ａ０1", 121, 150, None]], (), "孔!A3"),
    "a date to come": ([["A2", 120, 150, "2027.3.2"]], (), "孔!D3"),
    "1900": ([["A2", 120, 150, 12]], (), "孔!D3"),
    "no day of a month": ([["A2", 120, 150, "2026-2-30"]], (), "孔!D3"),
    "day or month": ([["A2", 120, 150, "03/04/2026"]], (), "孔!D3"),
    "half a merged cell": ([["A2", 120, 150, None], ["A3", None, 150, None]], ["B3:B4"], "孔!B3"),
    "no hole number": ([[None, 120, 150, None]], (), "孔!A3"),
    "a formula without result": ([["A2", "=B2+1", 150, None]], (), "孔!B3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_cell_is_named_and_nothing_is_taken(name, tmp_path):
    rows, merged, place = BROKEN[name]
    path = broken_book(tmp_path, [GOOD, *rows], merged)
    read = work_forms.read_works(path, ROWS, on=TODAY)
    said = [one for one in read.verdicts if one.code == "works.cell.bad"]
    assert [one.figures["cell"] for one in said] == [place]
    assert read.rows == ()
    assert all(said[0].sentence(language) for language in Language)
    kept = work_forms.read_works(path, ROWS, on=TODAY, despite=True)
    assert values(kept)["A1", "drilled_depth"] == "120"


def with_error(path):
    """The workbook with an error where a number stood, as a spreadsheet program writes it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(kept, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            if one.endswith("sheet1.xml"):
                text = text.replace(
                    b'<c r="B3" t="n"><v>121</v></c>', b'<c r="B3" t="e"><f>X1</f><v>#REF!</v></c>'
                )
            new.writestr(one, text)
    path.write_bytes(kept.getvalue())


def test_an_error_of_a_formula_is_named(tmp_path):
    path = broken_book(tmp_path, [GOOD, ["A2", 121, 150, None]])
    with_error(path)
    read = work_forms.read_works(path, ROWS, on=TODAY)
    said = [one.figures for one in read.verdicts if one.code == "works.cell.bad"]
    assert [(one["cell"], one["given"]) for one in said] == [("孔!B3", "“#REF!”")]


def test_every_bad_cell_is_named_not_only_the_first(tmp_path):
    path = broken_book(tmp_path, [GOOD, ["A2", "x", "y", "z"], ["A3", 1e6, 150, None]])
    read = work_forms.read_works(path, ROWS, on=TODAY)
    cells = {one.figures["cell"] for one in read.verdicts if one.code == "works.cell.bad"}
    assert cells == {"孔!B3", "孔!C3", "孔!D3", "孔!B4"}
    assert read.bad == 4


def test_a_file_under_a_password_is_refused(tmp_path):
    path = tmp_path / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(InputError, match="password"):
        work_forms.suggest_mapping(path)


def bomb(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed_:
        packed_.writestr("xl/worksheets/sheet1.xml", b" " * size)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    bomb(tmp_path / "bomb.xlsx", 20_000_000)
    with pytest.raises(InputError, match="grows more than 100 times"):
        work_forms.suggest_mapping(tmp_path / "bomb.xlsx")
    monkeypatch.setattr(packed, "LARGEST", 10_000_000)
    with pytest.raises(InputError, match="bytes when unpacked"):
        work_forms.suggest_mapping(tmp_path / "bomb.xlsx")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path, size = tmp_path / "bomb.xlsx", 20_000_000
    bomb(path, size)
    said = path.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(said)
    with pytest.raises(InputError, match="holds more than it says"):
        work_forms.suggest_mapping(path)


def test_a_cell_at_the_end_of_a_sheet_does_not_fill_the_memory(tmp_path):
    path = broken_book(tmp_path, [GOOD])
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = 1
    book.save(path)
    with pytest.raises(InputError, match="cells are allowed"):
        work_forms.read_works(path, ROWS, on=TODAY)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(raw, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(raw)
    with pytest.raises(InputError, match=r"x\.xlsx: no workbook"):
        work_forms.suggest_mapping(tmp_path / "x.xlsx")


def test_a_hidden_sheet_is_named_and_not_read(tmp_path):
    path = broken_book(tmp_path, [GOOD])
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.active).sheet_state = "hidden"
    book.save(path)
    read = work_forms.read_works(path, ROWS, on=TODAY)
    assert len(read.rows) == 2
    assert "works.file.hidden" in {one.code for one in read.verdicts}


def test_what_nobody_confirmed_is_not_read(tmp_path):
    told = WorkField(
        label="孔径",
        role=WorkRole.FOUND,
        item_kind="borehole",
        check="diameter",
        unit="mm",
        sure=False,
    )
    fields = tuple(told if one.check == "diameter" else one for one in ROWS.fields)
    mapping = WorkMapping(layout=WorkLayout.ROWS, item_kind="borehole", fields=fields)
    read = work_forms.read_works(broken_book(tmp_path, [GOOD]), mapping, on=TODAY)
    assert [one.check for one in read.rows] == ["drilled_depth"]
    assert "works.mapping.unsure_left" in {one.code for one in read.verdicts}


@pytest.fixture(scope="module")
def office():
    folder = resources.files("loopkeeper.adapters") / "demo" / "office"
    return read_dossier(Path(str(folder))).plant


def filled(folder, plant, language):
    """The form of a plant with every cell filled, and what was put in by label and item."""
    path = folder / "form.xlsx"
    path.write_bytes(work_forms.blank_form(plant, language))
    fields = work_forms.suggest_mapping(path).mapping.fields
    book, put = openpyxl.load_workbook(path), {}
    for sheet in book.worksheets[:-1]:
        heads = {cell.value: cell.column for cell in sheet[2]}
        own = [one for one in fields if one.sheet == sheet.title]
        item = next(heads[one.label] for one in own if one.role is WorkRole.ITEM)
        for row in range(3, sheet.max_row + 1):
            name = sheet.cell(row, item).value or f"{sheet.title}{row}"
            sheet.cell(row, item).value = name
            for one in own:
                value = value_for(one, row, language)
                if value is not None:
                    sheet.cell(row, heads[one.label]).value = value
                    put[one.item_kind, name, one.role, one.check] = value
    book.save(path)
    return path, put


def value_for(one, row, language):
    if one.role is WorkRole.FOUND:
        yes = "yes" if language is Language.ENGLISH else "是"
        size = {"mm": 152, "m": 111.25, "%": 1.5, "-": 1.125, "min": 40}.get(one.unit, 2.125)
        return yes if not one.unit else size + (row % 4) / 8
    fixed = {WorkRole.DATE: date(2026, 3, 2), WorkRole.BY: "张工", WorkRole.EVIDENCE: "photo 1"}
    return fixed.get(one.role)


@pytest.mark.parametrize("language", Language)
def test_a_form_of_our_own_comes_back_with_all_that_was_filled_in(language, office, tmp_path):
    path, put = filled(tmp_path, office, language)
    found = work_forms.suggest_mapping(path)
    read = work_forms.read_works(path, found.mapping, on=TODAY)
    assert found.doubts == ()
    assert read.bad == 0
    asked = {k: v for k, v in put.items() if k[2] is WorkRole.FOUND}
    got = {(one.item_kind, one.item, WorkRole.FOUND, one.check): one for one in read.rows}
    assert got.keys() == asked.keys()
    for place, value in asked.items():
        row = got[place]
        told = {"yes": "yes", "是": "yes"}.get(value, value)
        wanted = value / 1000 if place[3] == "diameter" else told
        assert row.found == (told if told == "yes" else f"{wanted:.12g}")
        assert (row.checked_at, row.checked_by, row.evidence) == ("2026-03-02", "张工", "photo 1")
    drawn = {one.item: one.drawn for one in read.rows if one.check == "x"}
    assert [float(one) for one in drawn.values()] == [x for x, _ in office.source.field.positions]


def test_a_filled_form_read_again_is_the_same_records(office, tmp_path):
    path, _ = filled(tmp_path, office, Language.CHINESE)
    mapping = work_forms.suggest_mapping(path).mapping
    first = taken_in(work_forms.read_works(path, mapping, on=TODAY).rows, (), "2026-11-28")
    again = taken_in(work_forms.read_works(path, mapping, on=TODAY).rows, first, "2026-11-29")
    assert first
    assert again == ()


SAVED = Path(__file__).parent / "forms"
"""A filled form of a plant of four holes, saved by LibreOffice 7.4 as xlsx and as xls."""


@pytest.mark.parametrize("name", ["libreoffice.xlsx", "libreoffice.xls"])
def test_a_form_that_another_program_saved_is_the_same_form(name, tmp_path):
    plant = read_dossier(SAVED).plant
    path, put = filled(tmp_path, plant, Language.CHINESE)
    ours, theirs = (
        work_forms.read_works(one, work_forms.suggest_mapping(one).mapping, on=TODAY)
        for one in (path, SAVED / name)
    )
    assert len(ours.rows) == sum(role is WorkRole.FOUND for _, _, role, _ in put)
    assert (theirs.rows, theirs.bad) == (ours.rows, 0)


def test_a_blank_form_gives_no_rows_and_refuses_nothing(office, tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(work_forms.blank_form(office, Language.ENGLISH))
    read = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    assert (read.rows, read.bad) == ((), 0)


def test_a_form_whose_hidden_sheet_was_changed_is_refused(office, tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(work_forms.blank_form(office, Language.ENGLISH))
    book = openpyxl.load_workbook(path)
    book["_loopkeeper"]["F5"] = "km"
    book.save(path)
    with pytest.raises(InputError, match="was changed"):
        work_forms.suggest_mapping(path)
    book["_loopkeeper"]["B1"] = "9"
    book.save(path)
    with pytest.raises(InputError, match="version 9"):
        work_forms.suggest_mapping(path)


def test_a_form_has_lists_of_what_may_stand_there(office):
    book = openpyxl.load_workbook(io.BytesIO(work_forms.blank_form(office, Language.CHINESE)))
    rules = [one for sheet in book for one in sheet.data_validations.dataValidation]
    assert {one.type for one in rules} == {"decimal", "list", "date"}
    assert '"是,否"' in {one.formula1 for one in rules}


def test_500_holes_one_sheet_each_are_read_in_half_a_second(tmp_path):
    rows = [
        ["地埋管换热孔施工记录"],
        ["孔号", lambda n: f"K{n}", "施工日期", "2026.3.2"],
        ["钻孔深度(m)", 100.5, "钻孔直径(mm)", 152],
        ["下管长度(m)", 201, "充盈系数", 1.15],
        ["施工员", "王某", "备注", "无"],
    ]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines, merged in per_hole(500, "K{}", rows, ["A1:D1"]):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        sheet.merge_cells(*merged)
    path = tmp_path / "holes.xlsx"
    book.save(path)
    mapping = work_forms.suggest_mapping(path).mapping
    begun = time.perf_counter()
    read = work_forms.read_works(path, mapping, on=TODAY)
    assert time.perf_counter() - begun < SECONDS * BUSY
    assert len(read.rows) == 2000


OLD = (
    "c-rk)O-NKx6#nj=8E2GnoH30wng$_LQ%QwrW1~UMA`&a1(7?1AB5cMO+SsBjon;Wzrf4JBqK(z2AGD}li$JMG5Cm"
    "i4s+CaGLg#hPd2ehq0|&}5-uJlYo}YW}J@5X%H!~ebk3FoM#R}|$0~w<b1vxrJsW2<}L3YDnHk*4W88$W)3OzKC1"
    "uje$zjpH&@_5fe<AL)fQQ#w`lQ@r#!9*;yj@U0T^eK*^m8ilU()dszQI!fkEp(I6`%-dBXq#xR32mjaY1NJCa7W!"
    "<YZjl-Rbumj>wPRf??uyua=hYMeEGUE%ev5>Jll6}gBgNOFUCOw8i^%hNtR1+7e&Ajp&=e`h(^;Wqro1>S0e;`$*"
    "$@bAzQz`dIi#dU#@rmM(?3PT&cgIoxm`RQ?f`>@S@Sl7Of_4cJ(YE!qY$!*}Hna9dmIuAFn|iwG;sfqrEJ!NJZvi"
    "+t1KaXm4WDOj~;M?&dv>EsZTjy!*>;;a|2}6w4~|5{;rn_<*b>KZUz+Z~o2U{?2f(Xols4Fwc=495xJGVGnZliN("
    "1@>%?Q1(5q7GR^cm!meE9~yt=d8Vh)Z-nNhJ;Q#&n!x8a>Rd=2rb&qtmFQ=h`M#7{(KFP2Tb3y-0S&b27{^D}~aR"
    "j+Q}Vmu9Jb7k#0AB0x?vj2Fr--_L^4$BfO@`@t_gqjlfj#`qm)mNtEAjx6XrB<m+NnPAK&#*;e4dBoe>$)}XiM|<"
    "4{_L%#rJvr<>20+Y3ELg3)b0?wOGb4YNy>_b&vdh(8$pF2*)M4>uC0bmXAYjH!<+=Fq&d1q=u$iqwk_u(Q3M+{Y}"
    "l}2!-fqT{|HKMp|Ea*u<n262Lu1tS)`P)f0O*TIEq1fF3?Bi0VF6-Vkocqvl%XxtxK)ZC;PvUahzIDVgUUT$3Wim"
    "m%hqW?)$9S(f{X`P`>SF@`>{=xBmmjUgIA"
)
"""A workbook of the old form, packed: hole A1 in two merged rows, and A2 with a formula."""


def old_book(folder):
    path = folder / "old.xls"
    path.write_bytes(zlib.decompress(base64.b85decode(OLD)))
    return path


def test_an_old_workbook_is_read_with_its_merged_cells_and_dates(tmp_path):
    path = old_book(tmp_path)
    read = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    first = [(one.item, one.check, one.found, one.checked_at) for one in read.rows[:2]]
    assert first == [
        ("A1", "drilled_depth", "120.5", "2026-03-02"),
        ("A1", "diameter", "0.15", "2026-03-02"),
    ]
    assert "works.file.old" in {one.code for one in read.verdicts}


def test_an_old_workbook_that_is_damaged_is_refused_and_ends_nothing(tmp_path):
    path = old_book(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[0x30:0x34] = b"\xff\xff\xff\x0f"
    path.write_bytes(raw)
    with pytest.raises(InputError, match="no workbook"):
        work_forms.suggest_mapping(path)


def test_merged_cells_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(book_of_cells, "MOST_MERGED", 10)
    path = broken_book(tmp_path, [GOOD] * 20, ["A2:A20"])
    with pytest.raises(InputError, match="merged cells"):
        work_forms.read_works(path, ROWS, on=TODAY)


def test_hidden_rows_are_read_and_said(tmp_path):
    path = broken_book(tmp_path, [GOOD])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[2].hidden = True
    book.save(path)
    read = work_forms.read_works(path, ROWS, on=TODAY)
    assert len(read.rows) == 2
    assert "works.file.hidden_rows" in {one.code for one in read.verdicts}


BAD_MAPPINGS = {
    "layout = 'rows": "no TOML",
    "layout = 'columns'": "expected one of",
    "layout = 'rows'\nother = 1": "unknown: other",
    "layout = 'rows'\n[[field]]\nlabel = 'a'\nrole = 'b'": "expected a label",
    "layout = 'rows'\n[[field]]\nlabel = 'a'\nrole = 'found'\ncheck = 'b'": "vocabulary",
    "layout = 'rows'\n[[field]]\nlabel = 'a'\nrole = 'found'\nitem_kind = 'borehole'\n"
    "check = 'diameter'\nunit = 'kg'": "cannot be turned",
    "layout = 'rows'\n[[field]]\nlabel = 'a'\nrole = 'item'\nsure = 'yes'": "true or false",
}


@pytest.mark.parametrize("text", BAD_MAPPINGS)
def test_a_mapping_that_cannot_be_is_refused_with_its_reason(text, tmp_path):
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=BAD_MAPPINGS[text]):
        work_forms.read_mapping(tmp_path / "map.toml")


VAGUE = {
    "回填深度(m)",
    "孔深偏差(m)",
    "套管长度(m)",
    "第一次试压后压力(MPa)",
    "管径(mm)",
    "ground conductivity (W/mK)",
    "地层导热系数(W/(m·K))",
    "第一次水压试验结论",
    "X坐标",
    "深度",
    "grout volume (m3)",
    "casing depth (m)",
    "回填量(m³)",
    "试验压力(MPa)",
    "下管深度(m)",
}


@pytest.mark.parametrize(
    ("label", "kind", "check"),
    [
        ("第二次打压压力(MPa)", "borehole", "pressure_test_2_pressure"),
        ("第一次试验压力(MPa)", "borehole", "pressure_test_1_pressure"),
        ("工作压力(MPa)", "header", "working_pressure"),
        ("公称压力(MPa)", "borehole", "pipe_class"),
    ],
)
def test_pressures_that_are_told_apart_are_sure(label, kind, check):
    meaning = meaning_of(label, kind)
    assert (meaning.check, meaning.sure) == (check, True)


@pytest.mark.parametrize("label", sorted(VAGUE))
def test_a_label_that_may_mean_something_else_is_never_sure(label):
    meaning = meaning_of(label, "borehole")
    assert meaning is None or not meaning.sure


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2026.3.2", "2026-03-02"),
        ("2026年3月2日", "2026-03-02"),
        ("2026 年 3 月 2 日 14:30", "2026-03-02T14:30"),
        (46083, "2026-03-02"),
        (46083.5, "2026-03-02T12:00"),
        (20260302, "2026-03-02"),
        ("２０２６／３／２", "2026-03-02"),
        ("2 Mar 2026", "2026-03-02"),
        ("March 2, 2026", "2026-03-02"),
        ("02.03.2026", "2026-03-02"),
        ("13/03/2026", "2026-03-13"),
        ("03/04/2026", ""),
        ("26.3.2", ""),
        ("3月2日", ""),
        (0, ""),
        (True, ""),
    ],
)
def test_dates_as_they_are_written(cell, told):
    assert as_date(cell, TODAY).text == told


@pytest.mark.parametrize(
    ("cell", "check", "unit", "told"),
    [
        ("118.5 m", "drilled_depth", "", "118.5"),
        ("１１８．５米", "drilled_depth", "m", "118.5"),
        ("Φ150", "diameter", "mm", "0.15"),
        ("6 in", "diameter", "mm", "0.1524"),
        ("1h30min", "pressure_test_2_minutes", "min", "90"),
        ("1小时30分", "pressure_test_2_minutes", "min", "90"),
        ("16公斤", "pressure_test_1_pressure", "MPa", "1.569064"),
        ("118,5", "drilled_depth", "m", "118.5"),
        ("1,500", "drilled_depth", "m", ""),
        ("118-120", "drilled_depth", "m", ""),
        ("2026.3.2", "drilled_depth", "m", ""),
        (15, "diameter", "m", ""),
        (True, "drilled_depth", "m", ""),
        (date(2026, 3, 2), "drilled_depth", "m", ""),
        ("0.02MPa", "pressure_test_1_drop", "%", ""),
    ],
)
def test_numbers_as_they_are_written(cell, check, unit, told):
    assert as_number(cell, hidden_checks()["borehole", check], unit).text == told


def test_a_share_of_sand_is_read():
    assert as_number("1/200000", hidden_checks()["well", "sand_content"], "").text == "5e-06"


def test_zones_and_numbers_are_joined_where_the_mapping_says_so(tmp_path):
    book = openpyxl.Workbook()
    for row in (["分区", "孔号", "孔深(m)"], ["A", 1, 120], [None, 2, 121], ["B", 1, 122]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "zones.xlsx")
    zone = WorkField(label="分区", role=WorkRole.ITEM)
    mapping = WorkMapping(
        layout=WorkLayout.ROWS, item_kind="borehole", fields=(zone, *ROWS.fields[:2])
    )
    read = work_forms.read_works(tmp_path / "zones.xlsx", mapping, on=TODAY)
    assert [(one.item, one.found) for one in read.rows] == [
        ("A-1", "120"),
        ("A-2", "121"),
        ("B-1", "122"),
    ]


def test_macros_are_said_and_never_run(tmp_path):
    path = broken_book(tmp_path, [GOOD], name="book.xlsm")
    with zipfile.ZipFile(path, "a") as packed_:
        packed_.writestr("xl/vbaProject.bin", b"no macro")
    read = work_forms.read_works(path, ROWS, on=TODAY)
    assert len(read.rows) == 2
    assert "works.file.macros" in {one.code for one in read.verdicts}


INLINE = re.compile(rb't="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is>')
KEPT = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_shared_texts(path):
    """The workbook with its texts in a part of their own, as spreadsheet programs write it."""
    texts, kept = [], io.BytesIO()

    def shared(found):
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(kept, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            sheet = one.startswith("xl/worksheets/sheet")
            new.writestr(one, INLINE.sub(shared, text) if sheet else text)
        if texts:
            parts = b"".join(b"<si>%s</si>" % one for one in texts)
            new.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (KEPT, parts))
    path.write_bytes(kept.getvalue())


def test_a_form_that_a_spreadsheet_program_saved_again_says_the_same(office, tmp_path):
    path, _ = filled(tmp_path, office, Language.CHINESE)
    first = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    with_shared_texts(path)
    again = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    assert again.rows == first.rows
    assert first.rows


def test_what_a_form_asks_is_all_that_the_reconciliation_misses(office, tmp_path):
    path, _ = filled(tmp_path, office, Language.ENGLISH)
    read = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    found = reconcile(office, read.rows)
    assert found.strangers == ()
    assert found.unrecorded == {}
    assert [one.check.check for one in found.missing] == ["response_tests"]  # of the survey


WELL = Well(
    id="W1", role=WellRole.ABSTRACTION, x=0, y=0, design_flow=0.01, depth=80, screen=(40, 65.5)
)
COLUMNS = StandingColumns(count=2, length=300, diameter=0.15, flow=0.003, bleed=0.1)


def test_wells_stand_in_a_form_with_their_drawn_depths(office):
    source = replace(office.source, field=None, wells=(WELL,))
    sheets = {one.kind: one for one in blank_sheets(replace(office, source=source))}
    assert sheets["well"].items == ("W1",)
    assert sheets["well"].drawn["depth"] == (80,)
    assert sheets["well"].drawn["screen_length"] == (25.5,)
    assert "borehole" not in sheets


def test_standing_columns_are_wells_of_a_form(office):
    source = replace(office.source, field=None, standing_columns=COLUMNS)
    sheets = {one.kind: one for one in blank_sheets(replace(office, source=source))}
    assert sheets["well"].items == ("W1", "W2")


def test_lengths_of_single_holes_stand_in_a_form(office):
    count = office.source.field.count
    lengths = tuple(100.0 + n for n in range(count))
    source = replace(office.source, field=replace(office.source.field, lengths=lengths))
    sheets = {one.kind: one for one in blank_sheets(replace(office, source=source))}
    assert sheets["borehole"].drawn["active_length"] == lengths


def test_a_far_cell_of_a_sheet_under_another_name_is_seen_too(tmp_path):
    path, kept = broken_book(tmp_path, [GOOD]), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(kept, "w") as new:
        for one in old.namelist():
            text = old.read(one).replace(b"worksheets/sheet1.xml", b"other/s.xml")
            text = text.replace(b"</sheetData>", FAR + b"</sheetData>")
            new.writestr(one.replace("worksheets/sheet1.xml", "other/s.xml"), text)
    path.write_bytes(kept.getvalue())
    with pytest.raises(InputError, match="cells are allowed"):
        work_forms.read_works(path, ROWS, on=TODAY)


FAR = b'<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>'


def test_a_drop_that_may_be_a_share_shown_as_percent_is_not_sure(tmp_path):
    book = openpyxl.Workbook()
    for row in (["孔号", "孔深(m)", "第一次试压压降(%)"], *(["A1", 120, 0.02], ["A2", 121, 0.01])):
        book.active.append(row)
    book.save(tmp_path / "drop.xlsx")
    fields = work_forms.suggest_mapping(tmp_path / "drop.xlsx").mapping.fields
    assert {one.label: one.sure for one in fields}["第一次试压压降(%)"] is False


def test_an_estimate_is_taken_and_said(tmp_path):
    row = list(GOOD)
    row[1] = "约117"
    path = broken_book(tmp_path, [row])
    read = work_forms.read_works(path, work_forms.suggest_mapping(path).mapping, on=TODAY)
    assert read.bad == 0
    said = [one.figures for one in read.verdicts if one.code == "works.cell.about"]
    assert [(one["given"], one["found"]) for one in said] == [("约117", "117")]
