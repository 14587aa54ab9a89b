"""House rules no off-the-shelf tool knows."""

import ast
import csv
import importlib
import inspect
import io
import re
import sys
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from each import wrong
from peers import waiting

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "loopkeeper"
FILES = sorted(p for p in SRC.rglob("*.py"))
INNER = [
    p for p in FILES if p.relative_to(SRC).parts[0] in {"physics", "plant", "measure", "lifecycle"}
]
WORKING = [
    p for p in FILES if p.relative_to(SRC).parts[0] in {"app", "lifecycle", "measure", "plant"}
]
FACTORS = {273.15, 3600, 3.6e6, 4.18, 4.186, 4.19, 4180, 4186, 4200, 9.81, 9.80665}
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LITERAL = (
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Name,
    ast.Attribute,
    ast.Starred,
    ast.UnaryOp,
    ast.BinOp,
    ast.Call,
)
"""What a table of literals is written with: values, names of values, records made of them."""
LONG_BODIES = {("nature.py", "live"): "nature's compiled loop; see docs/next.md"}


def name_of(path):
    return str(path.relative_to(SRC))


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]


def _unit_factors_and_constants_live_in_units_or_physics(path):
    if path.is_relative_to(SRC / "physics"):
        return
    found = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and type(node.value) in {int, float}
        and node.value in FACTORS
    ]
    assert not found


def test_unit_factors_and_constants_live_in_units_or_physics():
    assert wrong(INNER, _unit_factors_and_constants_live_in_units_or_physics, name_of) == {}


def _inner_rooms_read_no_clock_environment_or_file(path):
    calls = {ast.unparse(n.func) for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)}
    forbidden = {
        "open",
        "print",
        "input",
        "os.getenv",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "time.perf_counter",
        "np.random.seed",
    }
    assert not calls & forbidden


def test_inner_rooms_read_no_clock_environment_or_file():
    assert wrong(INNER, _inner_rooms_read_no_clock_environment_or_file, name_of) == {}


def _nothing_outgrows_a_page(path):
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    assert lines <= 400, lines
    for function in functions(ast.parse(text)):
        if (path.name, function.name) in LONG_BODIES:
            continue
        first = function.body[0].end_lineno if ast.get_docstring(function) else function.lineno
        assert function.end_lineno - first <= 60, function.name


def test_nothing_outgrows_a_page():
    assert wrong(FILES, _nothing_outgrows_a_page, name_of) == {}


def literal(node):
    """Whether an expression only lists values; a record of values takes them by place."""
    if isinstance(node, ast.Call) and node.keywords:
        return False
    skipped = (ast.expr_context, ast.operator, ast.unaryop)
    parts = [part for part in ast.iter_child_nodes(node) if not isinstance(part, skipped)]
    return isinstance(node, LITERAL) and all(map(literal, parts))


def table(value):
    """Whether a value is a table of literals, or such a table given to what holds it."""
    if isinstance(value, ast.Call) and value.args:
        value = value.args[0]
    return isinstance(value, ast.Tuple | ast.List | ast.Set | ast.Dict) and literal(value)


def unformatted(text):
    """Lines on which the formatter is told off, but for the end of a module's own table."""
    ends = {
        node.end_lineno
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and table(node.value)
    }
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and re.search(r"(fmt|yapf): *(skip|off)", token.string)
    }
    return sorted(comments - ends)


def _the_formatter_decides_but_for_tables_of_literals(path):
    assert unformatted(path.read_text(encoding="utf-8")) == []


def test_the_formatter_decides_but_for_tables_of_literals():
    assert wrong([*FILES, *TESTS], _the_formatter_decides_but_for_tables_of_literals, str) == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("A = (1, -2)  # fmt: skip", []),
        ("A: dict[str, int] = {'a': 1,\n     'b': KWH * 2}  # fmt: skip", []),
        ("A = frozenset({'a', b.c})  # fmt: skip", []),
        ("A = [Row('a', 1), *OTHERS]  # fmt: skip", []),
        ("A = '# fmt: skip'", []),
        ("A = [Row(name='a')]  # fmt: skip", [1]),
        ("A = [n for n in B]  # fmt: skip", [1]),
        ("A = {'a': lambda w: w}  # fmt: skip", [1]),
        ("A = 1  # fmt: skip", [1]),
        ("f((1, 2))  # fmt: skip", [1]),
        ("def f():\n    a = (1, 2)  # fmt: skip\n    return a", [2]),
        ("# fmt: off\nA = (1, 2)", [1]),
    ],
)
def test_the_check_of_the_formatter_sees_what_it_should(code, found):
    assert unformatted(code) == found


def test_no_two_public_classes_share_a_name():
    homes = Counter(
        node.name
        for path in FILES
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert not [name for name, count in homes.items() if count > 1]


def large_records(path):
    """Records with more than eight fields, and how they are decorated."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ClassDef):
            continue
        how = [d for d in map(ast.unparse, node.decorator_list) if d.startswith("dataclass")]
        fields = [
            n
            for n in node.body
            if isinstance(n, ast.AnnAssign) and "ClassVar" not in ast.unparse(n.annotation)
        ]
        if how and len(fields) > 8:
            yield node.name, how[0]


def _large_records_take_their_fields_by_name(path):
    assert [name for name, how in large_records(path) if "kw_only=True" not in how] == []


def test_large_records_take_their_fields_by_name():
    assert wrong(WORKING, _large_records_take_their_fields_by_name, name_of) == {}


def _nothing_catches_everything(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in {"everything", "Exception", "BaseException"}


def test_nothing_catches_everything():
    assert wrong(FILES, _nothing_catches_everything, name_of) == {}


def physics_functions():
    for path in sorted((SRC / "physics").glob("[!_]*.py")):
        module = importlib.import_module(f"loopkeeper.physics.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield function


def _every_number_of_physics_carries_its_unit(function):
    text = inspect.getdoc(function)
    assert text
    if "Parameters\n----------\n" not in text:
        assert re.search(r"\[[^\]]+\]", text) or function.__module__.endswith("compiled")
        return
    block = text.split("Parameters\n----------\n")[1].split("\n\n")[0]
    for name, kind, body in re.findall(
        r"^(\w[\w, ]*) : (.+)\n((?:    .+\n?)+)", block, re.MULTILINE
    ):
        if kind.startswith(("array", "float", "int")):
            assert re.search(r"\[[^\]]+\]\s*$", body.strip()), f"{name} lacks its unit"


def test_every_number_of_physics_carries_its_unit():
    assert (
        wrong(physics_functions(), _every_number_of_physics_carries_its_unit, lambda f: f.__name__)
        == {}
    )


def glossary():
    text = (SRC / "plant" / "data" / "glossary.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def numeric(annotation):
    return annotation is not None and ast.unparse(annotation) in {"float", "Floats"}


def public(path, kind):
    return [n for n in tree_of(path).body if isinstance(n, kind) and not n.name.startswith("_")]


def quantities():
    """Names of numbers in the public face of physics."""
    for path in sorted((SRC / "physics").glob("[!_]*.py")):
        if path.name in {"kernel.py", "machine_kernel.py", "source_kernel.py", "compiled.py"}:
            continue
        for function in public(path, ast.FunctionDef):
            arguments = [*function.args.args, *function.args.kwonlyargs]
            yield from (a.arg for a in arguments if numeric(a.annotation))
        for group in public(path, ast.ClassDef):
            fields = [item for item in group.body if isinstance(item, ast.AnnAssign)]
            yield from (item.target.id for item in fields if numeric(item.annotation))


def test_every_quantity_of_physics_is_in_the_glossary():
    from loopkeeper.physics.columns import COLUMNS  # noqa: PLC0415

    known = {row["name"] for row in glossary()}
    needed = {*quantities(), *COLUMNS} - {"values", "load", "state"}
    assert not needed - known


LOOPS = ("physics/kernel.py", "physics/duty.py", "physics/many_years.py", "virtual/nature.py")
TABLES = {"row", "out", "inputs", "values", "weather", "found", "theta"}


@pytest.mark.parametrize("name", LOOPS)
def test_columns_are_addressed_by_name(name):
    by_number = [
        ast.unparse(node)
        for node in ast.walk(tree_of(SRC / name))
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) in TABLES
        and any(
            isinstance(part, ast.Constant) and isinstance(part.value, int)
            for part in getattr(node.slice, "elts", [node.slice])
        )
    ]
    assert not [text for text in by_number if text != "inputs[0, to.NATURAL]"]


def test_every_column_has_its_constant():
    from loopkeeper.physics import columns  # noqa: PLC0415

    places = [getattr(columns, name.upper()) for name in columns.COLUMNS]
    assert places == list(range(len(columns.COLUMNS)))


def test_every_word_has_a_meaning_and_a_chinese_name():
    rows = glossary()
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert row["meaning"]
        assert row["zh"]
        assert row["unit"]


def test_verdicts_say_the_same_in_both_languages():
    from loopkeeper.plant.verdict import catalogue  # noqa: PLC0415

    def holes(text):
        # a name that is a word of its language comes twice: {index} and {index_zh}
        return {name.removesuffix("_zh") for name in re.findall(r"\{(\w+)", text)}

    for code, message in catalogue().items():
        assert holes(message.english) == holes(message.chinese), code
        assert re.search(r"[\u4e00-\u9fff]", message.chinese), code


def test_every_code_in_the_source_is_in_a_catalogue():
    from loopkeeper.plant.verdict import catalogue  # noqa: PLC0415

    said = set()
    for path in FILES:
        said |= set(re.findall(r'Verdict\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert said
    assert not said - set(catalogue())


@pytest.mark.parametrize(
    "page", ["api.md", "verdicts.md", "glossary.md", "dossier.md", "dossier.zh.md"]
)
def test_generated_pages_are_fresh(page):
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == module.PAGES[page]()


def test_import_contracts_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    done = waiting.run([tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


CHANGING = {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"}


def changed_in_place(function):
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=target, attr=name)) if name in CHANGING:
                yield target
            case ast.AugAssign(target=target):
                yield target
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from (t for t in targets if isinstance(t, ast.Subscript))


def root_of(node):
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def fills_verdicts(tree):
    """Functions that fill a list of verdicts they were handed, openly or inside an object."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = function.args
        kinds = {
            p.arg: ast.unparse(p.annotation)
            for p in (*given.posonlyargs, *given.args, *given.kwonlyargs)
            if p.annotation
        }
        for target in changed_in_place(function):
            kind = kinds.get(root_of(target))
            inside = re.search(r"\.verdicts\b", ast.unparse(target))
            if kind is not None and ("[Verdict]" in kind or inside):
                yield function.name


def _verdicts_are_returned_not_filled_in(path):
    assert list(fills_verdicts(tree_of(path))) == []


def test_verdicts_are_returned_not_filled_in():
    assert wrong(FILES, _verdicts_are_returned_not_filled_in, name_of) == {}


@pytest.mark.parametrize(
    "body",
    [
        "said.append(Verdict('a'))",
        "said.extend(other)",
        "said.insert(0, Verdict('a'))",
        "said += other",
        "said[:] = other",
        "rest[1].append(Verdict('a'))",
        "seen.verdicts.extend(other)",
        "seen.verdicts[:] = other",
    ],
)
def test_a_list_of_verdicts_that_is_filled_is_seen(body):
    head = "def f(said: list[Verdict], rest: tuple[str, list[Verdict]], seen: Seen):\n    "
    assert list(fills_verdicts(ast.parse(head + body))) == ["f"]
    assert not list(fills_verdicts(ast.parse(f"{head}said, seen, rest = [], Seen(), g(said)")))
