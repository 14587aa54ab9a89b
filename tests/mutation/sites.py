"""
Places of a source file where a law can be written wrongly, and how it then reads.

Comparisons are negated, not moved by their edge: of numbers that were measured no two are equal.
Docstrings, annotations, ``__all__``, decorators and formatted strings are left alone; so are
numbers below ``GUARD``, which only keep divisions and logarithms away from nought.
"""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutation.reach import named

GUARD = 1e-5
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
COMPARISONS = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_PAIRS = (
    "min max", "minimum maximum", "fmin fmax", "any all", "floor ceil", "sin cos",
    "argmin argmax", "nanmin nanmax",
)  # fmt: skip
SWAPPED = dict(p for a, b in map(str.split, _PAIRS) for p in ((a, b), (b, a)))
NUMBERS = {"float", "Floats"}
TEXT = (ast.JoinedStr, ast.List, ast.Tuple, ast.Dict)


@dataclass(frozen=True)
class Mutation:
    """
    One edit: ``before`` becomes ``after`` in a function (or constant) of a file.

    ``start`` and ``end`` bytes of it; ``line`` where it stands.
    """

    file: str
    function: str
    operator: str
    before: str
    after: str
    line: int
    start: int
    end: int

    @property
    def identity(self) -> tuple[str, ...]:
        return self.file, self.function, self.operator, self.before, self.after

    def planted(self, source: bytes) -> bytes:
        return source[: self.start] + b"(" + self.after.encode() + b")" + source[self.end :]


def draw(source: Path, rooms: tuple[str, ...], count: int, seed: int) -> list[Mutation]:
    """So many mutations, evenly over the rooms and at random within each."""
    chance, drawn = random.Random(seed), []
    for n, room in enumerate(rooms):
        files = sorted((source / room).rglob("*.py"))
        every = [m for path in files for m in mutations(path, str(path.relative_to(source)))]
        drawn += chance.sample(every, count * (n + 1) // len(rooms) - count * n // len(rooms))
    return drawn


def mutations(path: Path, file: str) -> Iterator[Mutation]:
    """Every mutation of a file."""
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, function, returns in _places(ast.parse(source).body, "", returns=False):
        for operator, after in _edits(node, returns=returns):
            yield Mutation(
                file,
                function,
                operator,
                ast.unparse(node),
                after,
                node.lineno,
                starts[node.lineno - 1] + node.col_offset,
                starts[node.end_lineno - 1] + node.end_col_offset,
            )


def _places(body, owner, *, returns):
    """Expressions with the function they are in, and whether they are a number it returns."""
    for node in body:
        name = owner + named(node)
        if isinstance(node, ast.ClassDef):
            yield from _places(node.body, f"{name}.", returns=False)
        elif name.rpartition(".")[2] != "__all__":
            yield from _inside(node, name, returns=returns)


def _inside(node, name, *, returns):
    if isinstance(node, ast.FunctionDef):
        returns = node.returns is not None and ast.unparse(node.returns) in NUMBERS
        left_alone = (*node.decorator_list, node.returns, *map(_kind, _arguments(node.args)))
    else:
        left_alone = (getattr(node, "annotation", None),)
    if isinstance(node, ast.Return) and returns:
        yield node.value, name, True
    for child in ast.iter_child_nodes(node):
        if child in left_alone or isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom):
            continue
        if isinstance(child, ast.expr):
            yield child, name, False
        yield from _inside(child, name, returns=returns)


def _arguments(of):
    return [*of.posonlyargs, *of.args, *of.kwonlyargs]


def _kind(argument):
    return argument.annotation


def _edits(node, *, returns) -> Iterator[tuple[str, str]]:
    """Name of an operator, and what it makes of an expression."""
    if returns:
        yield "return", f"0.0 * ({ast.unparse(node)})"
    elif type(node) in _EDITED:
        yield from _EDITED[type(node)](node)


def _arithmetic(node) -> Iterator[tuple[str, str]]:
    texts = isinstance(node.left, TEXT) or isinstance(node.right, TEXT)
    if type(node.op) in ARITHMETIC and not texts:
        yield "arithmetic", _changed(node, op=ARITHMETIC[type(node.op)]())


def _comparison(node) -> Iterator[tuple[str, str]]:
    for k, op in enumerate(node.ops):
        ops = [*node.ops[:k], COMPARISONS[type(op)](), *node.ops[k + 1 :]]
        yield "comparison", _changed(node, ops=ops)


def _and_or(node) -> Iterator[tuple[str, str]]:
    yield "and-or", _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _sign(node) -> Iterator[tuple[str, str]]:
    yield "sign", ast.unparse(node.operand)


def _condition(node) -> Iterator[tuple[str, str]]:
    yield "condition", _changed(node, body=node.orelse, orelse=node.body)


def _called(node) -> Iterator[tuple[str, str]]:
    function = node.func
    name = getattr(function, "id", getattr(function, "attr", ""))
    if name in SWAPPED:
        part = "id" if isinstance(function, ast.Name) else "attr"
        yield "function", _changed(node, func=_copy(function, **{part: SWAPPED[name]}))


def _number(node) -> Iterator[tuple[str, str]]:
    value = node.value
    if type(value) not in {int, float}:
        return
    if isinstance(value, int):
        yield "number", str(value + 1)
    elif value == 0:
        yield "number", "1.0"
    elif abs(value) >= GUARD:
        yield "number", repr(value * 1.1)


_EDITED = {
    ast.BinOp: _arithmetic, ast.Compare: _comparison, ast.BoolOp: _and_or, ast.UnaryOp: _sign,
    ast.IfExp: _condition, ast.Call: _called, ast.Constant: _number,
}  # fmt: skip


def _changed(node, **fields) -> str:
    return ast.unparse(_copy(node, **fields))


def _copy(node, **fields):
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})
