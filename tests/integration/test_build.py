"""Hidden works by the command line: taken in, held against the drawings, proved unchanged."""

import hashlib
import json
import shutil
import sys

import openpyxl
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.cli.main import app
from peers.small_works import built as asked
from peers.small_works import holes

pytestmark = pytest.mark.integration
PLANT = holes(4, columns=2)
HEAD = "item,item_kind,check,drawn,found,unit,checked_at,checked_by,evidence\n"
ROWS = [
    "B001,borehole,active_length,120,120.0,m,2026-03-02,crew 1,photo 1",
    "B002,borehole,active_length,120,117.6,m,2026-03-02,crew 1,photo 2",
    "B003,borehole,active_length,120,117.5,m,2026-03-03,crew 1,photo 3",
    "B001,borehole,pressure_test_1_drop,,3.0,%,2026-03-02,crew 1,",
    "B002,borehole,pressure_test_1_drop,,3.1,%,2026-03-02,crew 1,",
]


@pytest.fixture
def plant(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOPKEEPER_LEDGER_KEY", str(tmp_path / "key"))
    monkeypatch.setattr(sys, "argv", ["loopkeeper", "--json"])
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "plant.toml").write_text(PLANT, encoding="utf-8")
    (folder / "ledger.csv").write_text(HEAD + "\n".join(ROWS) + "\n", encoding="utf-8")
    return folder


def test_rows_are_taken_in_once_and_a_changed_one_supersedes(plant):
    first = asked("import", plant, plant / "ledger.csv")
    assert (first["new"], first["known"], first["size"]) == (5, 0, 5)
    again = asked("import", plant, plant / "ledger.csv")
    assert (again["new"], again["known"], again["root"]) == (0, 5, first["root"])
    better = ROWS[2].replace("117.5", "119.0").replace("03-03", "03-05")
    (plant / "more.csv").write_text(HEAD + better + "\n", encoding="utf-8")
    more = asked("import", plant, plant / "more.csv")
    assert (more["new"], more["size"]) == (1, 6)
    ledger = inspect_dossier(plant)[0].plant.ledger
    assert [one.found for one in ledger if one.item == "B003"] == ["119.0"]


def test_both_sides_of_each_rule_and_what_is_missing(plant):
    """98 % of the drawn length keeps it, 3 % of pressure is the most (GB 50366, 4.5.2)."""
    asked("import", plant, plant / "ledger.csv")
    found = asked("check", plant, code=1)
    states = {(one["item"], one["check"]): one["state"] for one in found["findings"]}
    assert states == {
        ("B001", "active_length"): "done",
        ("B002", "active_length"): "done",
        ("B003", "active_length"): "deviating",
        ("B001", "pressure_test_1_drop"): "done",
        ("B002", "pressure_test_1_drop"): "deviating",
    }
    assert (found["done"], found["deviating"], found["unproven"]) == (0, 2, 1)
    assert found["unrecorded"] == {"borehole": 1, "header": 1}
    missing = {(m["item_kind"], m["check"]): (m["without"], m["of"]) for m in found["missing"]}
    assert missing["borehole", "active_length"] == (1, 4)
    assert missing["borehole", "pressure_test_1_drop"] == (2, 4)
    assert missing["borehole", "grout_conductivity"] == (1, 1)
    assert missing["header", "pressure_test_4_drop"] == (1, 1)


def test_the_level_in_the_dossier_settles_the_class_of_deep_pipes(plant):
    """0.8 MPa and 120 m of water: 1.98 MPa, of which a pipe of 1.6 MPa carries 80 m outside."""
    rows = [
        "H1,header,working_pressure,,0.8,MPa,2026-03-02,crew 1,",
        "B001,borehole,pipe_class,,1.6,MPa,2026-03-02,crew 1,",
    ]
    (plant / "more.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    asked("import", plant, plant / "more.csv")

    def state(told, code=0):
        (plant / "plant.toml").write_text(PLANT + told, encoding="utf-8")
        found = asked("check", plant, code=code)
        (one,) = [f for f in found["findings"] if f["check"] == "foot_pressure"]
        return one["state"], {v["code"] for v in found["verdicts"]} & {"build.pressure.unproven"}

    assert state("") == ("unproven", {"build.pressure.unproven"})
    ground = """
[source.ground]
conductivity_W_mK = 1.9
heat_capacity_MJ_m3K = 2.3
undisturbed_temperature_C = 14.2
water_level_m = {level}
"""
    assert state(ground.format(level=8.0)) == ("done", set())
    assert state(ground.format(level=95.0), code=1) == ("deviating", set())


def test_a_changed_ledger_is_named_and_nothing_of_it_is_used(plant):
    told = asked("import", plant, plant / "ledger.csv")
    witness = f"{told['size']}:{told['root']}"
    assert asked("verify", plant, "--root", witness)["sound"]
    file = plant / "ledger" / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"117.5"', b'"120.0"'))
    found = asked("verify", plant, "--root", witness, code=1)
    assert found["changes"] == [
        {"change": "altered", "number": 3},
        {"change": "root", "number": 5},
    ]
    dossier, said = inspect_dossier(plant)
    assert dossier.plant.ledger == ()
    assert "dossier.ledger.changed" in [v.code for v in said]
    refused = asked("import", plant, plant / "ledger.csv", code=1)
    assert "changes since it was sealed" in refused["error"]
    spoken = CliRunner().invoke(app, ["build", "verify", str(plant), "--lang", "zh"])
    assert "第 3 条记录与封存时内容不符" in spoken.output


def test_rows_beside_the_sealed_ledger_are_counted(plant):
    asked("import", plant, plant / "ledger.csv")
    more = "B004,borehole,active_length,120,120,m,2026-03-09,crew 2,"
    table = HEAD + "\n".join([*ROWS, more]) + "\n"
    (plant / "ledger.csv").write_text(table, encoding="utf-8")
    said = {v.code: v for v in inspect_dossier(plant)[1]}
    assert said["dossier.ledger.beside"].figures == {"count": 1}
    assert not [v for v in said if v == "dossier.file.passed_over"]


def test_an_outsider_proves_a_hole_with_nothing_but_hashes(plant, tmp_path):
    """The way up the tree, as RFC 6962 says it, in a few lines that share nothing with ours."""
    told = asked("import", plant, plant / "ledger.csv")
    proof = tmp_path / "proof.json"
    assert asked("prove", plant, "B002", "-o", proof)["count"] == 2
    given = json.loads(proof.read_text(encoding="utf-8"))
    assert (given["size"], given["root"]) == (told["size"], told["root"])
    for one in given["records"]:
        above = hashlib.sha256(b"\0" + one["record"].encode()).digest()
        place, last = one["number"], given["size"] - 1
        for text in one["proof"]:
            while place == last and place % 2 == 0:
                place, last = place // 2, last // 2
            beside = bytes.fromhex(text)
            pair = beside + above if place % 2 else above + beside
            above = hashlib.sha256(b"\1" + pair).digest()
            place, last = place // 2, last // 2
        assert above.hex() == told["root"]
    missing = asked("prove", plant, "B009", "-o", proof, code=1)
    assert "no record of 'B009'" in missing["error"]


def test_two_laptops_become_one_ledger_that_knows_the_other_s_root(plant, tmp_path):
    """What the other held is proved by its root, which is a record now."""
    asked("import", plant, plant / "ledger.csv")
    other = tmp_path / "other"
    shutil.copytree(plant, other)
    row = "B004,borehole,active_length,120,121.0,m,2026-03-04,crew 2,photo 4"
    (other / "more.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    theirs = asked("import", other, other / "more.csv")
    mine = row.replace("B004", "B001").replace("active_length", "diameter").replace("121.0", "0.2")
    (plant / "more.csv").write_text(HEAD + mine + "\n", encoding="utf-8")
    asked("import", plant, plant / "more.csv")
    file = other / "ledger" / "ledger.jsonl"
    found = asked("import", plant, file)
    assert (found["new"], found["known"], found["size"]) == (2, 5, 8)
    assert asked("verify", plant)["sound"]
    raw = (plant / "ledger" / "ledger.jsonl").read_text(encoding="utf-8")
    assert f'"found":"{theirs["size"]}:{theirs["root"]}"' in raw
    assert asked("import", plant, file)["new"] == 0
    file.write_bytes(file.read_bytes().replace(b'"121.0"', b'"122.0"'))
    assert "1 changes" in asked("import", plant, file, code=1)["error"]


@pytest.mark.parametrize("root", ["5", "5:xyz", "five:" + "0" * 64, "5:" + "0" * 62])
def test_what_is_no_root_is_refused(plant, root):
    asked("import", plant, plant / "ledger.csv")
    assert "expected SIZE:ROOT" in asked("verify", plant, "--root", root, code=1)["error"]


def test_a_table_without_rows_or_of_another_form_changes_nothing(plant):
    (plant / "other.csv").write_text("hole,depth\nB1,120\n", encoding="utf-8")
    refused = asked("import", plant, plant / "other.csv", code=1)
    assert "no row of hidden works" in refused["error"]
    assert not (plant / "ledger").exists()


def test_a_form_is_filled_and_taken_in_without_a_mapping(plant, tmp_path):
    form = tmp_path / "form.xlsx"
    assert asked("form", plant, "-o", form)["files"] == [str(form)]
    book = openpyxl.load_workbook(form)
    sheet = book[book.sheetnames[0]]
    heads = {
        str(cell.value): (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and "found" in str(cell.value)
    }
    label = next(name for name in heads if name.startswith("active length"))
    row, column = heads[label]
    for n, found in enumerate((120.3, 119.8, 117.0, 120.1), 1):
        sheet.cell(row + n, column, found)
    book.save(form)
    told = asked("import", plant, form)
    assert told["new"] == 4
    assert asked("import", plant, form)["new"] == 0
    states = {one["item"]: one["state"] for one in asked("check", plant, code=1)["findings"]}
    assert sorted(states.values()) == ["deviating", "done", "done", "done"]


def test_a_contractor_s_table_is_read_by_the_mapping_that_was_confirmed(plant, tmp_path):
    table, mapping = tmp_path / "contractor.csv", tmp_path / "contractor.toml"
    table.write_text("孔号,有效孔深(m),颜色\nB1,120.5,红\nB2,百米,红\n", encoding="utf-8")
    found = asked("map", table, "-o", mapping)
    checks = {one["label"]: (one["check"], one["sure"]) for one in found["labels"]}
    assert ("active_length", True) in checks.values()
    refused = asked("import", plant, table, "--mapping", mapping, code=1)
    assert "nothing is taken" in refused["error"]
    assert "百米" in refused["error"]
    assert not (plant / "ledger").exists()
    taken = asked("import", plant, table, "--mapping", mapping, "--despite")
    assert taken["new"] == 1


def test_the_report_draws_the_field_and_ends_with_the_root(plant, tmp_path):
    places = "\n".join(f"B001,borehole,{axis},0,0.1,m,2026-03-02,crew 1," for axis in "xy")
    with (plant / "ledger.csv").open("a", encoding="utf-8") as table:
        table.write(places + "\n")
    page = tmp_path / "works.html"
    asked("check", plant, "-o", page, code=1)
    assert "The ledger is a plain table" in page.read_text(encoding="utf-8")
    told = asked("import", plant, plant / "ledger.csv")
    asked("check", plant, "-o", page, code=1)
    text = page.read_text(encoding="utf-8")
    assert f"{told['size']}:{told['root']}" in text
    assert "2 items deviate from the drawing." in text
    assert "GB 50366-2005 (2009) 4.5.2 (V)" in text
    assert "<svg" in text
    wrong = CliRunner().invoke(app, ["build", "check", str(plant), "-o", "works.txt"])
    assert wrong.exit_code == 2
