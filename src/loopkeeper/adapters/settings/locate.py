"""The line on which each key of a TOML text stands."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]


def lines_of(text: str) -> dict[Place, int]:
    """
    Return the line of every table and key of a valid TOML text.

    Parameters
    ----------
    text : str
        Valid TOML; it is cut into statements, each of which is TOML by itself.

    Returns
    -------
    dict
        By path: names, and from 0 the number within an array of tables.
    """
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    pending, start = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        start = start if pending else number
        pending += line + "\n"
        try:
            piece = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        if pending.lstrip().startswith("["):
            here = _header(piece, counts)
            found.setdefault(here, start)
            found.setdefault(here[:1], start)
        else:
            for path in _paths(piece):
                found.setdefault(here + path, start)
        pending = ""
    return found


def _header(piece: Any, counts: dict[Place, int]) -> Place:
    """The path of a table; of an array of tables the newest, or the next one."""
    path: Place = ()
    while piece:
        if isinstance(piece, list):
            counts[path] = counts.get(path, -1) + 1
            path, piece = (*path, counts[path]), piece[0]
            continue
        if path in counts:
            path = (*path, counts[path])
        name, piece = next(iter(piece.items()))
        path = (*path, name)
    return path


def _paths(piece: Any, path: Place = ()) -> Iterator[Place]:
    inner = piece.items() if isinstance(piece, Mapping) else enumerate(piece)
    for name, value in inner:
        yield (*path, name)
        if isinstance(value, Mapping | list):
            yield from _paths(value, (*path, name))
