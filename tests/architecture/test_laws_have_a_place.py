"""No law, record or figure of the inner rooms that nothing in the product uses."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "loopkeeper"
ROOMS = ("physics", "plant", "measure")
JUDGES = {
    "feedback_response": "the grid of one well as a curve: what three codes are compared with",
    "water_deficit": "wells alone, marched with the steps of the simulation's inner loop",
}
"""What only tests and benchmarks call, and why it stays beside what it judges."""


def names_in(tree, modules):
    """Names that code refers to, and what it takes out of modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from [node.attr] * (node.value.id in modules)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] * node.value.isidentifier()  # a type of a later class


def unused(files):
    """Public functions and classes of the inner rooms that no living code refers to."""
    modules = {path.stem for path in files}
    defined, reached = {}, set()
    for path, tree in files.items():
        inner = path.relative_to(SRC).parts[0] in ROOMS
        for node in tree.body:
            if inner and isinstance(node, ast.FunctionDef | ast.ClassDef):
                defined.setdefault(node.name, []).append((path, node))
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                reached |= set(names_in(node, modules))
    work = [name for name in reached if name in defined]
    living = set(work)
    while work:
        for _, node in defined[work.pop()]:
            new = {n for n in names_in(node, modules) if n in defined} - living
            living |= new
            work += new
    return {
        name: str(places[0][0].relative_to(SRC))
        for name, places in defined.items()
        if name not in living and not name.startswith("_")
    }


def sources():
    return {p: ast.parse(p.read_text(encoding="utf-8")) for p in SRC.rglob("*.py")}


def test_every_law_has_its_place():
    assert set(unused(sources())) == set(JUDGES)


def test_a_law_that_only_another_dead_law_uses_is_found():
    files = sources()
    path = SRC / "physics" / "scratch.py"
    files[path] = ast.parse(
        "def scratch_one():\n    scratch_two()\ndef scratch_two():\n    pass\n"
    )
    found = unused(files)
    assert {"scratch_one", "scratch_two"} <= set(found)
    assert found["scratch_one"] == "physics/scratch.py"
