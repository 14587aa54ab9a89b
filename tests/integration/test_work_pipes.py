"""Workbooks with a row for each pipe of a hole."""

import sys
from datetime import date

import openpyxl
import pytest

from loopkeeper.bootstrap import work_forms
from loopkeeper.lifecycle.build.layouts import WorkRole
from peers.small_works import built as asked
from peers.small_works import holes

pytestmark = pytest.mark.integration
TODAY = date(2026, 11, 1)
HEAD = ("孔号", "管号", "孔深(m)", "第一次水压试验压力(MPa)", "第一次水压试验压降(%)")
ROWS = (
    ("A1", 1, 120, 1.2, 1.5),
    ("A1", 2, 120, 1.2, 2.5),
    ("A2", 1, 121, 1.2, 1.1),
    ("A2", 2, 121, 1.2, 1.3),
)
PLANT = holes(2, columns=2)
BAD = "deviating"


def read(folder, rows, head=HEAD, *, merged=(), title="地埋管水压试验"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for one in (head, *rows):
        sheet.append(one)
    for span in merged:
        sheet.merge_cells(span)
    path = folder / "book.xlsx"
    book.save(path)
    mapping = work_forms.suggest_mapping(path).mapping
    return mapping, work_forms.read_works(path, mapping, on=TODAY)


def told(found):
    return {(one.item, one.check): one.found for one in found.rows}


def bad(found):
    return [one.figures["cell"] for one in found.verdicts if one.code == "works.cell.bad"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (HEAD, "地埋管水压试验"),
        (("孔号", "U型管号", *HEAD[2:]), "地埋管水压试验"),
        (
            ("Hole no", "Loop no", "Hole depth (m)", "Test 1 pressure (MPa)", "Test 1 drop (%)"),
            "boreholes",
        ),
    ],
)
def test_two_rows_of_a_hole_that_name_their_pipes_are_two_pipes(tmp_path, head, title):
    mapping, found = read(tmp_path, ROWS, head, title=title)
    (pipe,) = mapping.of_role(WorkRole.PIPE)
    assert pipe.label == head[1]
    assert bad(found) == []
    assert told(found) == {
        ("A1", "drilled_depth"): "120",
        ("A1 · 1", "pressure_test_1_pressure"): "1.2",
        ("A1 · 1", "pressure_test_1_drop"): "1.5",
        ("A1 · 2", "pressure_test_1_pressure"): "1.2",
        ("A1 · 2", "pressure_test_1_drop"): "2.5",
        ("A2", "drilled_depth"): "121",
        ("A2 · 1", "pressure_test_1_pressure"): "1.2",
        ("A2 · 1", "pressure_test_1_drop"): "1.1",
        ("A2 · 2", "pressure_test_1_pressure"): "1.2",
        ("A2 · 2", "pressure_test_1_drop"): "1.3",
    }


def test_a_hole_number_merged_over_its_pipes_counts_for_both(tmp_path):
    rows = [ROWS[0], (None, *ROWS[1][1:2], None, *ROWS[1][3:])]
    _, found = read(tmp_path, rows, merged=["A2:A3", "C2:C3"])
    assert bad(found) == []
    assert {item for item, _ in told(found)} == {"A1", "A1 · 1", "A1 · 2"}
    assert told(found)["A1", "drilled_depth"] == "120"


def test_without_a_column_of_pipes_a_hole_stays_doubled(tmp_path):
    rows = [(one[0], *one[2:]) for one in ROWS[:2]]
    _, found = read(tmp_path, rows, (HEAD[0], *HEAD[2:]))
    assert bad(found) == ["地埋管水压试验!A3"]
    assert found.rows == ()


@pytest.mark.parametrize(
    ("second", "cell"),
    [
        (("A1", 1, 120, 1.2, 2.5), "A3"),  # the same pipe again
        (("A1", "1", 120, 1.2, 2.5), "A3"),
        (("A1", None, 120, 1.2, 2.5), "A3"),  # nobody knows which pipe
        (("A1", 2, 118, 1.2, 2.5), "C3"),  # a hole has one depth
    ],
)
def test_rows_that_name_no_other_pipe_or_tell_two_holes_are_named(tmp_path, second, cell):
    _, found = read(tmp_path, [ROWS[0], second, *ROWS[2:]])
    assert bad(found) == [f"地埋管水压试验!{cell}"]


def test_a_pipe_after_a_row_without_one_is_doubled(tmp_path):
    _, found = read(tmp_path, [("A1", None, 120, 1.2, 2.5), ROWS[1]])
    assert bad(found) == ["地埋管水压试验!A3"]


def test_a_hole_with_two_pipes_goes_through_the_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOPKEEPER_LEDGER_KEY", str(tmp_path / "key"))
    monkeypatch.setattr(sys, "argv", ["loopkeeper", "--json"])
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "plant.toml").write_text(PLANT, encoding="utf-8")
    read(tmp_path, [ROWS[0], ("A1", 2, 120, 1.2, 3.5), *ROWS[2:]])

    assert asked("import", folder, tmp_path / "book.xlsx")["new"] == 10
    checked = asked("check", folder, code=1)
    bad_ones = [(one["item"], one["check"]) for one in checked["findings"] if one["state"] == BAD]
    assert bad_ones == [("A1 · 2", "pressure_test_1_drop")]
    assert (checked["deviating"], checked["unproven"]) == (1, 1)
    assert checked["unrecorded"] == {"header": 1}
    missing = {one["check"]: (one["without"], one["of"]) for one in checked["missing"]}
    assert "pressure_test_1_drop" not in missing
    assert missing["pressure_test_2_drop"] == (2, 2)
    assert asked("prove", folder, "A1", "-o", tmp_path / "a1.json")["count"] == 5
