"""What measure says stands in its catalogue, in both languages, with the same figures."""

import csv
import re
from importlib import resources
from string import Formatter

import pytest

ROOM = resources.files("loopkeeper.measure")
TABLE = resources.files("loopkeeper.plant") / "data" / "messages" / "measure.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def figures(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("row", ROWS, ids=[r["code"] for r in ROWS])
def test_both_languages_tell_the_same_figures_and_the_chinese_is_chinese(row):
    assert figures(row["zh"]) <= figures(row["en"])
    assert re.search(r"[\u4e00-\u9fff]", row["zh"])
    assert row["severity"] in {"note", "caution", "problem", "disqualification"}


def test_every_code_is_used_and_no_row_is_idle():
    source = "\n".join(
        f.read_text(encoding="utf-8") for f in ROOM.iterdir() if f.name.endswith(".py")
    )
    used = set(re.findall(r'"(measure\.[a-z_]+\.[a-z_]+)"', source))
    listed = {row["code"] for row in ROWS}
    elsewhere = ("measure.operation", "measure.reference", "measure.past")
    assert listed == {code for code in used if not code.startswith(elsewhere)}
