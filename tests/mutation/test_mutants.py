"""Of wrong edits planted in physics, measure and diagnose the quick tests see most."""

import os
import sys
from pathlib import Path

import pytest

from mutation import sites
from peers import waiting

ROOT = Path(__file__).parents[2]
LONGEST = 4 * 3600
"""A hundred edits on a busy core. [s]"""


@pytest.mark.mutation
@pytest.mark.timeout(LONGEST + 60)
def test_seven_of_eight_planted_edits_are_killed():
    """At least 85 %; the page is written whatever the figure."""
    known = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), "OMP_NUM_THREADS": "1"}
    judged = [sys.executable, "-m", "mutation", "--write"]
    assert waiting.run(judged, seconds=LONGEST, cwd=ROOT, env=known).returncode == 0


LAW = '''
LIMIT: float = 0.5
__all__ = ["law"]

def law(x: "Floats | None", scale=2) -> float:
    """Return nothing under 3."""
    if not x < LIMIT and scale == 2:
        return max(x, 1e-9) * f"{1 + 1}"
    return -x
'''


def test_every_sort_of_edit_reads_as_a_law_written_wrongly(tmp_path):
    path = tmp_path / "law.py"
    path.write_text(LAW, encoding="utf-8")
    found = {(m.operator, m.before, m.after) for m in sites.mutations(path, "law.py")}
    assert found == {
        ("number", "0.5", "0.55"),
        ("number", "2", "3"),
        ("comparison", "x < LIMIT", "x >= LIMIT"),
        ("comparison", "scale == 2", "scale != 2"),
        ("sign", "not x < LIMIT", "x < LIMIT"),
        ("and-or", "not x < LIMIT and scale == 2", "not x < LIMIT or scale == 2"),
        ("function", "max(x, 1e-09)", "min(x, 1e-09)"),
        ("sign", "-x", "x"),
        ("return", "-x", "0.0 * (-x)"),
        ("return", "max(x, 1e-09) * f'{1 + 1}'", "0.0 * (max(x, 1e-09) * f'{1 + 1}')"),
    }


def test_an_edit_is_planted_where_it_stands(tmp_path):
    path = tmp_path / "law.py"
    path.write_text(LAW, encoding="utf-8")
    edit = next(m for m in sites.mutations(path, "law.py") if m.after == "x >= LIMIT")
    planted = edit.planted(path.read_bytes()).decode()
    assert planted == LAW.replace("x < LIMIT", "(x >= LIMIT)")
    assert (edit.function, edit.line) == ("law", 7)


def test_the_same_seed_draws_the_same_edits_evenly_over_rooms(tmp_path):
    for room in ("a", "b"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "law.py").write_text(LAW, encoding="utf-8")
    drawn = sites.draw(tmp_path, ("a", "b"), 6, 3)
    assert drawn == sites.draw(tmp_path, ("a", "b"), 6, 3)
    assert [m.file[0] for m in drawn] == ["a"] * 3 + ["b"] * 3
