"""How the inner loops are compiled: one place for numba's settings."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# The kernels only read and write arrays they are given: no reference counting (`_nrt`), IEEE
# division without exceptions, contraction allowed. Without the first, passing the named tuples of
# arrays from function to function costs ten times the arithmetic.
_SETTINGS: dict[str, Any] = {
    "cache": True,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz", "arcp"},
    "nogil": True,
    "_nrt": False,
}


def compiled(function: F) -> F:
    """Compile a function of scalars and given arrays."""
    return cast("F", njit(**_SETTINGS)(function))


def inlined(function: F) -> F:
    """Compile a function into each of its callers; for bodies that many arrays pass through."""
    return cast("F", njit(**_SETTINGS, inline="always")(function))
