"""Editing a standard pack: comments stay, nothing wrong is written, the form asks and offers."""

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.files.standards.pack_edit import (
    changed,
    current,
    editable,
    removed,
    ticked,
)
from loopkeeper.adapters.files.standards.packs import pack_of, pack_text, read_pack
from loopkeeper.cli.standards import app
from loopkeeper.errors import InputError

COP = {
    "name": "system COP", "name_zh": "系统能效比", "figure": "cop", "clause": "5.2",
    "confidence": "V", "at_least": "2.6", "bands": '[[3.5, "1"], [2.6, "2"]]', "veto": "true",
}  # fmt: skip


@pytest.fixture
def text():
    return "# held by the institute\n" + pack_text("NB/T 11700-2024")


def test_a_record_is_added_changed_and_taken_away(text):
    energy = {"name": "energy", "name_zh": "能效", "weight": "40"}
    grown = changed(text, "n", "branch", "energy", energy)
    grown = changed(grown, "n", "index", "cop", COP | {"parent": "energy"})
    assert grown.startswith("# held by the institute\n")
    (index,) = pack_of(grown, "n").indices
    # a clause that looks like a number is a text all the same
    assert (index.clause, index.at_least, index.veto) == ("5.2", 2.6, True)
    assert index.bands == ((3.5, "1"), (2.6, "2"))
    assert current(grown, "index", "cop")["bands"] == '[[3.5, "1"], [2.6, "2"]]'
    looser = changed(grown, "n", "index", "cop", {"at_least": "2.4", "bands": ""})
    assert (pack_of(looser, "n").indices[0].at_least, pack_of(looser, "n").indices[0].bands) == (
        2.4,
        (),
    )
    with pytest.raises(InputError, match="index cop: no branch 'energy'"):
        removed(grown, "n", "branch", "energy")
    bare = removed(removed(grown, "n", "index", "cop"), "n", "branch", "energy")
    assert pack_of(bare, "n") == pack_of(text, "n")


@pytest.mark.parametrize(
    ("record", "values", "words"),
    [
        ("index", {"wait": "3"}, "index has no 'wait'; known: id, name"),
        ("index", COP | {"at_least": "two"}, "at_least = two"),
        ("index", COP | {"at_least": '"two"'}, "'two' is no number"),
        ("index", {"name": "half"}, "clause is missing"),
        ("branch", {"name": "half", "name_zh": "半", "weight": "-1"}, "weight -1 is below 0"),
        ("pack", {"filled": "true"}, "holds at least one index"),
        ("pack", {"rule": "vote"}, "rule 'vote'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(text, record, values, words):
    with pytest.raises(InputError, match=words):
        changed(text, "n", record, "" if record == "pack" else "cop", values)


def test_the_checklist_is_ticked_by_number(text):
    left = pack_of(text, "n").checklist
    assert pack_of(ticked(text, "n", 2), "n").checklist == (left[0], *left[2:])
    with pytest.raises(InputError, match="has 5 items, not 6"):
        ticked(text, "n", 6)
    with pytest.raises(InputError, match="n: "):
        ticked("id = ", "n", 1)
    with pytest.raises(InputError, match=r"checklist: expected tables, \[\[checklist\]\]"):
        ticked('checklist = "all"\n' + text.split("[[checklist]]", maxsplit=1)[0], "n", 1)


def test_a_template_becomes_a_standard_from_the_command_line(tmp_path):
    path, run = tmp_path / "own.toml", CliRunner()

    def edit(*options, typed=""):
        return run.invoke(app, ["edit", str(path), *options], input=typed)

    assert run.invoke(app, ["new", "NB/T 11700-2024", "-o", str(path)]).exit_code == 0
    before = path.read_text(encoding="utf-8")
    asked = edit("--index", "cop", "--set", "name=half")
    assert asked.exit_code == 1
    assert path.read_text(encoding="utf-8") == before
    form = "".join(f"{COP.get(key, '')}\n" for key in editable("index") if key != "id")
    assert edit("--index", "cop", typed=form).exit_code == 0
    assert edit("--set", 'cuts=[[60, "A"]]').exit_code == 0
    for _ in range(5):
        assert edit("--done", "1").exit_code == 0
    assert edit("--set", "filled=true").exit_code == 0
    pack = read_pack(path)
    assert (pack.filled, pack.indices[0].at_least, pack.indices[0].confidence) == (True, 2.6, "V")
    shown = run.invoke(app, ["check", str(path)])
    assert "system COP" in shown.output
    assert "≥ 2.6" in shown.output
    assert edit("--index", "cop", "--remove").exit_code == 1  # a filled pack holds an index
    assert edit("--index", "cop", "--set", "oops").exit_code == 1
