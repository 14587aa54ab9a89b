"""Changing a standard pack in place: one record at a time, comments and order kept."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from loopkeeper.adapters.files.standards.packs import pack_of
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.evaluate.packs import Branch, Index, Pack

RECORDS: Mapping[str, type[Any]] = {"pack": Pack, "index": Index, "branch": Branch}
"""What can be edited: the pack's own keys, an index, a branch."""
_TABLES = frozenset({"branches", "indices", "checklist"})


def editable(record: str) -> tuple[str, ...]:
    """Return the keys of a record that hold one value."""
    return tuple(f.name for f in fields(RECORDS[record]) if f.name not in _TABLES)


def current(text: str, record: str, of: str) -> dict[str, str]:
    """Return what a record says now, as it would be typed; nothing where it is new."""
    found = _record(_parsed(text, of), record, of)
    if found is None:
        return {}
    return {
        key: str(found[key]) if isinstance(found[key], str) else _item(found[key])
        for key in editable(record)
        if key in found
    }


def changed(text: str, name: str, record: str, of: str, values: Mapping[str, str]) -> str:
    """
    Return a pack's text with a record changed or added.

    Parameters
    ----------
    text : str
        TOML of a pack.
    name : str
        What errors call it.
    record : str
        One of ``RECORDS``.
    of : str
        Id of the index or branch; empty for the pack itself.
    values : mapping
        Typed values by key; an empty one takes the key away.

    Returns
    -------
    str
        TOML that reads as a pack.

    Raises
    ------
    InputError
        When a key is unknown, a value cannot be read, or the result is no pack: with everything
        that is wrong.
    """
    document = _parsed(text, name)
    table = _record(document, record, of)
    if table is None:
        table = tomlkit.table()
        table["id"] = of
        rows = document.setdefault(record, tomlkit.aot())
        rows.append(table)
        table = rows[-1]
    for key, typed in values.items():
        if key not in editable(record):
            known = ", ".join(editable(record))
            raise InputError(f"{name}: {record} has no {key!r}; known: {known}")
        if typed:
            table[key] = _typed(typed, record, key, name)
        elif key in table:
            del table[key]
    return _valid(tomlkit.dumps(document), name)


def removed(text: str, name: str, record: str, of: str) -> str:
    """
    Return a pack's text without an index or branch.

    Raises
    ------
    InputError
        When there is none of that id, or something hangs on it.
    """
    document = _parsed(text, name)
    rows = document.get(record, [])
    place = next((n for n, row in enumerate(rows) if row.get("id") == of), None)
    if place is None:
        known = ", ".join(str(row.get("id")) for row in rows) or "none"
        raise InputError(f"{name}: no {record} {of!r}; known: {known}")
    del rows[place]
    return _valid(tomlkit.dumps(document), name)


def ticked(text: str, name: str, number: int) -> str:
    """
    Return a pack's text without an item of its checklist, counted from 1.

    Raises
    ------
    InputError
        When the checklist is shorter.
    """
    document = _parsed(text, name)
    rows = document.get("checklist", [])
    if not 1 <= number <= len(rows):
        raise InputError(f"{name}: the checklist has {len(rows)} items, not {number}")
    del rows[number - 1]
    return _valid(tomlkit.dumps(document), name)


def _parsed(text: str, name: str) -> tomlkit.TOMLDocument:
    """A pack to be changed; one that does not read as a pack is first put right by hand."""
    pack_of(text, name)
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise InputError(f"{name}: {error}") from error


def _record(document: tomlkit.TOMLDocument, record: str, of: str) -> Any:
    """The table of a record, None where there is none of that id."""
    if record == "pack":
        return document
    rows = document.get(record, [])
    if not isinstance(rows, AoT):
        return None
    return next((row for row in rows if isinstance(row, Table) and row.get("id") == of), None)


def _typed(text: str, record: str, key: str, name: str) -> Any:
    """A typed value: texts as they stand, everything else as TOML."""
    kind = next(f.type for f in fields(RECORDS[record]) if f.name == key)
    if kind is str or (isinstance(kind, type) and issubclass(kind, str)):
        return text
    try:
        return tomlkit.value(text)
    except TOMLKitError as error:
        raise InputError(f"{name}: {key} = {text}: {error}") from error


def _item(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def _valid(text: str, name: str) -> str:
    """The text with a blank line before every table, once it reads as a pack."""
    apart = re.sub(r"(?<!\n)\n\[\[", "\n\n[[", text)
    pack_of(apart, name)
    return apart
