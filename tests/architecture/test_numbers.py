"""A number that something is compared with has a name, a unit and a reason."""

import ast
from pathlib import Path

import pytest

from each import wrong

SRC = Path(__file__).parents[2] / "src" / "loopkeeper"
FILES = sorted(SRC.rglob("*.py"))
PLAIN = {0, 1, 2}
"""None, one and a pair need no name."""
DIMENSIONS = (".ndim", ".shape[0]", ".shape[1]", ".size", ".height", ".width")


def bare(node):
    """The value of a number written as it is, with its sign; None for all else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        node = node.operand
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return node.value
    return None


def magic(tree):
    """Comparisons with numbers that have no name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if any(ast.unparse(side).endswith(DIMENSIONS) for side in sides):
            continue
        if any(bare(side) is not None and bare(side) not in PLAIN for side in sides):
            yield f"{node.lineno}: {ast.unparse(node)}"


def _what_is_compared_with_has_a_name(path):
    assert not list(magic(ast.parse(path.read_text(encoding="utf-8"))))


def test_what_is_compared_with_has_a_name():
    assert wrong(FILES, _what_is_compared_with_has_a_name, str) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x > 0.5", 1),
        ("24 <= n < m", 1),
        ("x < -3.0", 1),
        ("len(x) < 2", 0),
        ("x == 0.0", 0),
        ("table.ndim != 3", 0),
        ("x > LIMIT", 0),
        ("x in {3, 4}", 0),
    ],
)
def test_the_judge_sees_what_it_should(text, found):
    assert len(list(magic(ast.parse(text)))) == found
