"""Every sentence that the source can say in an exception or a log line, read from the source."""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SRC = Path(__file__).parents[1] / "src" / "loopkeeper"
HOLE = "{}"
RAISED = re.compile(r"(\w*Error|BadParameter|HTTPException)$")
LOGGED = {"debug", "info", "warning", "error", "exception", "critical"}
WORDS = re.compile(r"[A-Za-z]{2,}")
SPEAKING = {"message", "reasons", "problems", "detail"}
GROWS = {"append", "extend", "add", "insert"}
HELPED = {"Option", "Argument", "period_option", "commands", "Typer"}
NAMED = re.compile(r"\{(\w*)\}")
LETTERS = re.compile(r"[A-Za-z]+")
DEEPEST = 6
FORMATTED = re.compile(r"\{\w+(:\w+)?\}")
"""A hole that ``str.format`` fills."""
FORMAT = re.compile(r"%[.\d]*[sdrgf]")


@dataclass
class Module:
    """A source file and what its names stand for."""

    path: Path
    tree: ast.Module
    functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    scopes: dict[int, ast.AST] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, path: Path) -> "Module":
        """Read it."""
        made = cls(path, ast.parse(path.read_text(encoding="utf-8")))
        made._walk(made.tree, made.tree)
        made._hush()
        return made

    def _hush(self) -> None:
        """Documentation, help, parts of a whole and the formats of log lines are not told."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr):
                self.silent.add(id(node.value))
            elif isinstance(node, ast.JoinedStr):
                self.silent |= {id(part) for part in node.values}
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                self.silent |= {id(node.left), id(node.right)}
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in HELPED:
                    self.silent |= {id(below) for below in ast.walk(node)}
                elif name in LOGGED:
                    self.silent |= {id(one) for one in node.args}

    def _walk(self, node: ast.AST, scope: ast.AST) -> None:
        for below in ast.iter_child_nodes(node):
            self.scopes[id(below)] = scope
            if isinstance(below, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.setdefault(below.name, []).append(below)  # type: ignore[arg-type]
                self._walk(below, below)
            else:
                self._walk(below, scope)


def texts(node: ast.AST, module: Module) -> list[str]:
    """Every template that an expression of text can be; what is no literal is a hole."""
    if isinstance(node, ast.Constant):
        return [FORMATTED.sub(HOLE, str(node.value))]
    if isinstance(node, ast.JoinedStr):
        return _crossed([texts(part, module) for part in node.values])
    if isinstance(node, ast.FormattedValue):
        chosen = isinstance(node.value, ast.IfExp) and node.conversion == -1
        return texts(node.value, module) if chosen else [f"{{{_name(node.value)}}}"]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body, module), *texts(node.orelse, module)]
    return _crossed([texts(part, module) for part in _sum(node)]) or [f"{{{_name(node)}}}"]


def _crossed(parts: list[list[str]]) -> list[str]:
    return ["".join(choice) for choice in itertools.product(*parts)] if parts else []


def _sum(node: ast.AST) -> list[ast.expr]:
    """What is added to a text; nothing where nothing is."""
    added = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    return [node.left, node.right] if added else []  # type: ignore[attr-defined]


def blank(text: str) -> str:
    """Return a template without the names of its holes."""
    return NAMED.sub(HOLE, text)


def numbered(text: str) -> str:
    """Return a template whose holes have names of their own."""
    seen: dict[str, int] = {}

    def own(hole: re.Match[str]) -> str:
        name = hole[1] or "text"
        seen[name] = seen.get(name, 0) + 1
        return f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"

    return NAMED.sub(own, text)


def _name(node: ast.AST) -> str:
    """What a hole may be called after what fills it: the first name in it."""
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value) if str(node.slice.value).isidentifier() else _name(node.value)
    if isinstance(node, ast.Call):
        return _name(node.args[0] if node.args else getattr(node.func, "value", node.func))
    if isinstance(node, ast.Name):
        return node.id.strip("_")
    within = (one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr))
    return next((_name(one) for one in within if not isinstance(one, ast.Constant)), "value")


def sentences(node: ast.AST, module: Module, deep: int = 0) -> Iterator[str]:
    """Templates of an expression and of everything literal that fills its holes."""
    if deep > DEEPEST:
        return
    if _is_text(node):
        yield from texts(node, module)
    for below in _inside(node, module):
        yield from sentences(below, module, deep + 1)


def _is_text(node: ast.AST) -> bool:
    literal = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return literal or isinstance(node, ast.JoinedStr) or bool(_sum(node))


def _inside(node: ast.AST, module: Module) -> Iterable[ast.AST]:
    """What an expression is made of, names and calls followed."""
    if isinstance(node, ast.Name):
        return _assigned(node, module)
    if isinstance(node, ast.Call):
        return _called(node, module)
    if isinstance(node, ast.JoinedStr):
        return _plain_holes(node)
    if _sum(node):
        return [one for one in _sum(node) if not isinstance(one, (ast.Constant, ast.JoinedStr))]
    return [below for part in PARTS.get(type(node), ()) for below in _several(getattr(node, part))]


PARTS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.IfExp: ("body", "orelse"), ast.BoolOp: ("values",), ast.List: ("elts",),
    ast.Tuple: ("elts",), ast.Set: ("elts",), ast.Starred: ("value",),
    ast.Subscript: ("value",), ast.NamedExpr: ("value",), ast.Await: ("value",),
    ast.GeneratorExp: ("elt",), ast.ListComp: ("elt",), ast.SetComp: ("elt",),
}  # fmt: skip
"""Parts of an expression that may be what it says."""


def _several(part: Any) -> list[ast.AST]:
    return part if isinstance(part, list) else [part]


def _plain_holes(node: ast.JoinedStr) -> list[ast.AST]:
    """What fills holes as it is: no figures, nothing in quotes."""
    holes = [one for one in node.values if isinstance(one, ast.FormattedValue)]
    return [h.value for h in holes if h.conversion == -1 and h.format_spec is None]


def _called(node: ast.Call, module: Module) -> list[ast.AST]:
    """What a call may say: what it joins, or what a function of the file returns."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "join":
        return list(node.args)
    if isinstance(function, ast.Name) and function.id in {"list", "tuple", "sorted", "str"}:
        return list(node.args[:1])
    name = getattr(function, "id", getattr(function, "attr", ""))
    own = isinstance(function, ast.Name) or ast.unparse(function).startswith(("self.", "cls."))
    found: list[ast.AST] = []
    for one in module.functions.get(name, []) if own else []:
        ends = (ast.Return, ast.Yield, ast.YieldFrom)
        found += [r.value for r in ast.walk(one) if isinstance(r, ends) and r.value is not None]
    return found


def _assigned(name: ast.Name, module: Module) -> list[ast.AST]:
    """What a name of the same function holds, or is given one by one."""
    scope = module.scopes.get(id(name), module.tree)
    return [value for node in ast.walk(scope) for value in _given(node, name.id)]


def _given(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a statement gives to a name."""
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (value for target in targets for value in _matched(target, node.value, name))
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield from [node.iter for one in ast.walk(node.target) if getattr(one, "id", "") == name]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in GROWS:
        yield from node.args if ast.unparse(node.func.value) == name else []  # type: ignore[attr-defined]


def _matched(target: ast.AST, value: ast.AST, name: str) -> Iterator[ast.AST]:
    """What of a value becomes a name on the other side."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        both = zip(target.elts, value.elts, strict=False)
        yield from (v for t, v in both if getattr(t, "id", None) == name)
    elif getattr(target, "id", None) == name:
        yield value


NO_SENTENCE = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|BEGIN|VACUUM|ATTACH)\b"
    r"|^%|\(\?|\\|\.\*|^\[(bold|red|green|dim|\[)|^# |^\w+ = |\w\|\w|charset=| \| \w+$|PRAGMA"
)
"""Statements of databases, patterns, mark-up, lines of files, names of types."""
ONE_WORD = {"nothing", "stopped", "known: {}"}
"""Sentences and fillings of one word."""
NAMES = {
    "last stamp",
    "manifest head",
    "refused gone",
    "x unified",
    "at end of document",
    "Value error,",
    "Node Control/Rebirth",
    "Node Control/",
    "Device Control/",
    "lower center",
    "upper center",
    "outside upper center",
    "°C, kW, kWh, m3/h",
    "2024, 2024-03, 2024Q1, heating-2023, or local dates A/B without B itself",
    'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", sans-serif',
}
"""Keys of what is kept, places in a chart, fonts, units, a part of help, what others say."""
READ_OR_NAMED = {
    "units.py": "names of units",
    "cli/main.py": "help, see test_help.py",
    "web/": "summaries of OpenAPI and metrics, which machines read",
    "adapters/report/fonts.py": "names of fonts",
    "adapters/report/printing.py": "names of fonts and styles",
    "adapters/report/drawing.py": "a place in a chart",
    "adapters/report/plots.py": "a place in a chart",
    "app/answers/schemas.py": "names of commands",
    "adapters/report/waterfalls.py": "a place in a chart",
    "adapters/report/review_front.py": "figures",
    "adapters/records/migrations/": "statements",
    "adapters/settings/schema.py": "meanings stand there in both languages",
    "adapters/feeds/values.py": "words of others that are read",
    "adapters/files/tables/cells.py": "what files hold for a missing value",
    "adapters/files/tables/clock.py": "names of months",
    "adapters/files/tables/shape.py": "heads of columns",
    "adapters/files/points/": "heads of columns and names of things",
    "adapters/files/design/simulated_columns.py": "heads of columns",
    "adapters/files/design/first_dossier.py": "lines of a file",
    "adapters/files/dossier/write.py": "lines of a file",
    "adapters/files/field_tests/water_samples.py": "what laboratories write",
    "adapters/store/sqlite.py": "statements",
    "app/accounts.py": "names of places",
    "lifecycle/evaluate/": "names of places",
    "lifecycle/design/hybrid.py": "names of other ways",
    "lifecycle/diagnose/": "names of parts and types",
    "lifecycle/monitor/": "names of points and events",
    "lifecycle/survey/": "names of types",
    "measure/kpi.py": "clauses of standards",
    "measure/kpi_system.py": "a name",
    "measure/water_quality.py": "clauses of standards",
    "measure/metered.py": "names of points",
    "plant/network.py": "keys of a table",
    "virtual/": "names of invented plants and people",
}
"""Files whose other phrases are read, or are names, and nobody is told."""


def said() -> dict[str, tuple[str, str]]:
    """Return, by template with blank holes, the template with named ones and where it stands."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(SRC.rglob("*.py")):
        module = Module.of(path)
        name = str(path.relative_to(SRC))
        apart = any(name.startswith(one) for one in READ_OR_NAMED)
        for node in ast.walk(module.tree):
            for text in [*_of(node, module), *([] if apart else _phrases(node, module))]:
                for line in text.split("\n"):
                    core = line.strip().removeprefix("- ")
                    if LETTERS.search(blank(core).replace(HOLE, "")):
                        place = f"{name}:{getattr(node, 'lineno', 0)}"
                        found.setdefault(blank(core), (numbered(core), place))
    return found


def _of(node: ast.AST, module: Module) -> Iterator[str]:
    """What an exception is made of, or a line of the log."""
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if RAISED.match(name):
        told = [*node.args, *(k.value for k in node.keywords if k.arg in SPEAKING)]
        made = [text for one in told for text in sentences(one, module)]
        yield from (text.strip() for text in made if _is_sentence(text) and text not in NAMES)
    elif name in LOGGED and node.args:
        made = [FORMAT.sub(HOLE, text) for text in sentences(node.args[0], module)]
        yield from (text for text in made if WORDS.search(blank(text).replace(HOLE, "")))


def _is_sentence(text: str) -> bool:
    """Whether it is more than a name."""
    words = WORDS.findall(blank(text).replace(HOLE, ""))
    return (
        bool(words)
        and (" " in text.strip() or HOLE in blank(text))
        and not NO_SENTENCE.search(text)
    )


def _phrases(node: ast.AST, module: Module) -> Iterator[str]:
    """Any other phrase of two words and more."""
    if id(node) in module.silent or not _is_text(node):
        return
    for text in texts(node, module):
        words = LETTERS.findall(blank(text).replace(HOLE, " "))
        many = len(words) > 1 and any(len(w) > 2 and w.islower() for w in words)
        phrase = many and " " in text.strip() and not NO_SENTENCE.search(text)
        if blank(text) in ONE_WORD or (phrase and text.strip() not in NAMES):
            yield (FORMAT.sub(HOLE, text) if "%s" in text else text).strip()
