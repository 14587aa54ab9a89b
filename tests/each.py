"""One test of many things: all that are wrong are named, not only the first."""

from collections.abc import Callable, Iterable
from typing import Any


def wrong(
    things: Iterable[Any], check: Callable[[Any], None], name: Callable[[Any], str] = str
) -> dict[str, str]:
    """Return what a check says of each thing that does not pass it, by name."""
    found = {}
    for one in things:
        try:
            check(one)
        except AssertionError as error:
            found[name(one)] = str(error)
    return found
