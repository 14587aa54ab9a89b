"""Names stand beside a ledger, not in it: they can be forgotten, and what they signed stands."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopkeeper.app.use_cases import works
from loopkeeper.bootstrap import works as bootstrap_works
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli.main import app
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.ledger import taken_in

PLANT = Path(__file__).parent / "forms" / "plant.toml"
"""Of four holes."""
NOW = datetime(2026, 11, 28, tzinfo=UTC)
HEAD = "item,item_kind,check,drawn,found,unit,checked_at,checked_by\n"
ROWS = HEAD + "".join(
    f"B{n},borehole,active_length,100,{100 + n / 10},m,2026-03-0{n},{name}\n"
    for n, name in enumerate(("张工", "李工", "张工"), 1)
)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOPKEEPER_LEDGER_KEY", str(tmp_path / "key"))
    folder = tmp_path / "plant"
    folder.mkdir()
    shutil.copy(PLANT, folder)
    (folder / "ledger.csv").write_text(ROWS, encoding="utf-8")
    return folder


def taken(site):
    return works.imported(outside, site, [site / "ledger.csv"], NOW)


def signers(site):
    return [one.checked_by for one in outside.dossiers.read_dossier(site).plant.ledger]


def test_no_name_stands_in_the_ledger_and_every_reader_sees_it(site):
    assert taken(site).new == 3
    assert "张工".encode() not in (site / "ledger" / "ledger.jsonl").read_bytes()
    assert signers(site) == ["张工", "李工", "张工"]
    assert taken(site).new == 0
    # who holds the row of the table can show whose a reference is
    records = [json.loads(line) for line in outside.works.lines(site)]
    (person,) = [one for one in outside.works.people(site) if one.name == "张工"]
    digest = hashlib.sha256(bytes.fromhex(person.salt) + "张工".encode()).hexdigest()
    assert records[0]["by"] == records[2]["by"] == f"p-{digest[:16]}"


def test_a_name_is_forgotten_and_its_records_stand(site):
    before = taken(site)
    found = works.forgotten(outside, site, "张工")
    assert (found.records, found.plain) == (2, 0)
    for file in (site / "ledger").iterdir():
        assert "张工".encode() not in file.read_bytes()
    after, said = works.verified(outside, site)
    assert (after.sound, after.root, said) == (True, before.root, ())
    shown = signers(site)
    assert shown[0] == shown[2] != "张工"
    assert shown[1] == "李工"
    # the same form again is known, and does not bring the name back
    assert taken(site).new == 0
    assert [one.name for one in outside.works.people(site)] == ["李工"]
    with pytest.raises(InputError, match="signed"):
        works.forgotten(outside, site, "张工")


def test_a_form_that_somebody_else_signs_is_a_record_of_its_own(site):
    taken(site)
    other = ROWS.replace("2026-03-02,李工", "2026-03-02,王工")
    (site / "ledger.csv").write_text(other, encoding="utf-8")
    assert taken(site).new == 1
    assert signers(site).count("王工") == 1


def test_older_ledgers_that_hold_names_go_on_and_say_what_stays(site):
    rows, _ = bootstrap_works.rows(site / "ledger.csv")
    plain = works_of(rows)
    outside.works.add(site, plain, "2026-03-05")
    assert taken(site).new == 0
    assert signers(site) == ["张工", "李工", "张工"]
    assert not [
        v for v in outside.dossiers.read_dossier(site).verdicts if v.code.startswith("dossier.led")
    ]
    found = CliRunner().invoke(app, ["build", "forget", str(site), "张工", "--json"])
    assert json.loads(found.output) == {"records": 0, "plain": 2}


def works_of(rows):
    made = taken_in(rows, (), "2026-03-05")
    return [replace(one, id=f"old-{n}") for n, one in enumerate(made)]


def test_two_laptops_keep_their_own_references(site, tmp_path):
    taken(site)
    second = tmp_path / "second"
    second.mkdir()
    shutil.copy(PLANT, second)
    more = HEAD + "B4,borehole,active_length,100,101,m,2026-03-05,张工\n"
    (second / "ledger.csv").write_text(more, encoding="utf-8")
    taken(second)
    works.imported(outside, site, [second / "ledger" / "ledger.jsonl"], NOW)
    assert [name for name in signers(site) if name == "张工"] == ["张工"] * 3
    assert works.forgotten(outside, site, "张工").records == 3
    assert "张工" not in signers(site)


def test_a_table_of_people_that_is_none_is_said(site):
    taken(site)
    (site / "ledger" / "people.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = CliRunner().invoke(app, ["build", "import", str(site), str(site / "ledger.csv")])
    assert found.exit_code == 1
    assert "people.csv" in found.output
