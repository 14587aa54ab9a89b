"""Two pipes of one hole: each is tested by itself, the hole is one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

MARK: Final = " · "
"""Between the name of a hole and that of one of its pipes. [-]"""
BOREHOLE: Final = "borehole"
"""The kind of item that has several pipes."""
TESTS: Final = "pressure_test_"
"""How the names of checks of a pressure test begin."""
OF_PIPES: Final = frozenset({"pipe", "pipe_class", "pipe_length", "hold_after_grouting"})
"""Other checks that are of a pipe; all others are of the hole."""


def of_pipe(kind: str, check: str) -> bool:
    """Whether a check is of each pipe of a hole, not of the hole."""
    return kind == BOREHOLE and (check in OF_PIPES or check.startswith(TESTS))


def pipe_name(hole: str, pipe: str) -> str:
    """Return the name under which a pipe of a hole is on record."""
    return f"{hole}{MARK}{pipe}"


def hole_of(item: str) -> str:
    """Return the hole that a name on record means, without that of its pipe."""
    return item.partition(MARK)[0]


def pipes_of(items: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the names of pipes by their hole, of holes whose pipes are told apart."""
    found = defaultdict[str, set[str]](set)
    for item in items:
        if MARK in item:
            found[hole_of(item)].add(item)
    return {hole: frozenset(names) for hole, names in found.items()}


def holes_with(told: Iterable[str], pipes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the holes that a check is told of: of each of their pipes, or of the hole."""
    names = frozenset(told)
    return frozenset(
        hole
        for hole in {hole_of(one) for one in names}
        if hole in names or pipes.get(hole, frozenset()) <= names
    )
