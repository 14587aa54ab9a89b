"""Hold a file of settings to the schema: every mistake at once, each with its line."""

import difflib
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from loopkeeper.adapters.settings.locate import Place, lines_of
from loopkeeper.adapters.settings.schema import FEEDS, LISTS, TABLES, Keys, SettingKey
from loopkeeper.app.access import loopback
from loopkeeper.errors import InputError
from loopkeeper.plant.carbon import grid_factor

SHOWN = 60
"""Letters of a value that are shown."""

SECRETS = {"password", "token", "sha256"}
"""Keys whose values are never shown."""
PATHS = {"file", "folder", "map"}
LONGEST = 255
"""Bytes of a name in a path."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong at a place: what was found, what is expected."""

    place: Place
    found: str
    expected: str


def read_checked(path: Path) -> dict[str, Any]:
    """
    Return the tables of a file of settings as written; every value is of its kind and range.

    InputError names every mistake with file, line, key, what was found and what is expected.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path.name}: line {line}: found bytes that are no UTF-8") from error
    except OSError as error:
        raise InputError(f"{path.name}: {error.strerror}") from error
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        last = f"at line {text.count(chr(10)) + 1}, the last"
        why = str(error).replace("at end of document", last) or "line 1: nested too deep"
        raise InputError(f"{path.name}: {why}") from error
    mistakes = list(mistakes_of(data))
    if mistakes:
        lines = lines_of(text)
        told = sorted((_line(m.place, lines), said(m)) for m in mistakes)
        raise InputError("\n".join(f"{path.name}: line {n}: {words}" for n, words in told))
    return data


def mistakes_of(data: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what is wrong with the tables of a file of settings."""
    for name in data:
        if name not in TABLES and name not in LISTS:
            yield _unknown((name,), name, [*TABLES, *LISTS])
    for name, keys in TABLES.items():
        yield from _table((name,), data.get(name, {}), keys)
    for name, keys in LISTS.items():
        tables = data.get(name, [])
        if not isinstance(tables, list):
            yield Mistake((name,), _shown(tables), f"tables, each headed [[{name}]]")
            continue
        for number, table in enumerate(tables):
            yield from _table((name, number), table, keys)
        yield from _twice(name, [t for t in tables if isinstance(t, dict)])
    yield from _unsafe(data)


def _table(place: Place, table: Any, keys: Keys) -> Iterator[Mistake]:
    if not isinstance(table, dict):
        yield Mistake(place, _shown(table), f"a table, headed [{place[0]}]")
        return
    if place[0] == "feed":
        keys, table = _of_kind(keys, table)
    known = {key.name: key for key in keys}
    for name, value in table.items():
        if name not in known:
            yield _unknown((*place, name), name, known)
        elif expected := _expected(known[name], value):
            shown = "a secret, not shown" if name in SECRETS else _shown(value)
            yield Mistake((*place, name), shown, expected)
    yield from _missing(place, table, keys)


def _of_kind(keys: Keys, table: dict[str, Any]) -> tuple[Keys, dict[str, Any]]:
    """The keys of a feed; of one whose kind is unknown only the kind is judged."""
    kind = table.get("kind")
    if isinstance(kind, str) and kind in FEEDS:
        return (*keys, *FEEDS[kind]), table
    return keys[:1], {k: v for k, v in table.items() if k == "kind"}


def _missing(place: Place, table: Mapping[str, Any], keys: Keys) -> Iterator[Mistake]:
    for key in keys:
        if key.must and key.name not in table:
            yield Mistake((*place, key.name), "nothing", f"it must be given: {_rule(key)}")
    if place[0] == "notify" and ("webhook" in table) == ("to" in table):
        yield Mistake((*place, "webhook"), "both or none", "give either webhook or to")


def _unknown(place: Place, name: str, known: Iterable[str]) -> Mistake:
    names = sorted(known)
    all_of_them = ", ".join(names)
    near = difflib.get_close_matches(name, names, 1)
    meant = f"did you mean {near[0]}? known: {all_of_them}" if near else f"known: {all_of_them}"
    return Mistake(place, "a key that is unknown", meant)


def _text(key: SettingKey, value: Any) -> bool:
    if not isinstance(value, str) or not value.isprintable():
        return False
    return (
        value in key.choices
        if key.choices
        else bool(re.fullmatch(key.form, value))
        and (key.name not in {"url", "webhook", "smtp"} or _address(value))
    )


def _address(value: str) -> bool:
    try:
        parts = urlsplit(value if "://" in value else f"//{value}")
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _texts(key: SettingKey, value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_text(key, v) for v in value)


def _number(key: SettingKey, value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value) and key.low <= value <= key.high


def _whole(key: SettingKey, value: Any) -> bool:
    return isinstance(value, int) and _number(key, value)


def _zone(_: SettingKey, value: Any) -> bool:
    try:
        return bool(ZoneInfo(value).key)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        return False


_KINDS: Mapping[str, tuple[Callable[[SettingKey, Any], bool], str]] = {
    "text": (_text, "{like}"),
    "texts": (_texts, 'a list such as ["…"], of {like}'),
    "number": (_number, "a number from {low:g} to {high:g}"),
    "whole": (_whole, "a whole number from {low:g} to {high:g}"),
    "switch": (lambda _, value: isinstance(value, bool), "true or false"),
    "timezone": (_zone, "a time zone such as Asia/Shanghai"),
}


def _rule(key: SettingKey) -> str:
    like = "one of " + ", ".join(key.choices) if key.choices else key.like
    return _KINDS[key.kind][1].format(like=like, low=key.low, high=key.high)


def _expected(key: SettingKey, value: Any) -> str:
    """What is expected; nothing where the value is right."""
    if key.name == "region" and isinstance(value, str):
        try:
            grid_factor(value)
        except InputError as error:
            return str(error)
    if key.name in PATHS and isinstance(value, str) and _too_long(value):
        return f"a path whose names have at most {LONGEST} bytes"
    return "" if _KINDS[key.kind][0](key, value) else _rule(key)


def _too_long(path: str) -> bool:
    """Whether no file system takes a path."""
    names = path.encode(errors="replace").split(b"/")
    return max(map(len, names)) > LONGEST or sum(map(len, names)) > LONGEST * 8


def _twice(part: str, tables: list[dict[str, Any]]) -> Iterator[Mistake]:
    default = {"feed": "kind"}.get(part, "name")
    names = [str(t.get("name", t.get(default, part))) for t in tables]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Mistake((part, number, "name"), repr(name), f"a name of its own for each {part}")


def _unsafe(data: Mapping[str, Any]) -> Iterator[Mistake]:
    web = data.get("web")
    host = web.get("host", "127.0.0.1") if isinstance(web, dict) else "127.0.0.1"
    if isinstance(host, str) and not data.get("token") and not loopback(host):
        yield Mistake(("web", "host"), repr(host), "127.0.0.1, or a [[token]] for who may come in")


def _line(place: Place, lines: Mapping[Place, int]) -> int:
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place, 1)


def said(mistake: Mistake) -> str:
    """Return a mistake as a sentence, without its line."""
    key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in mistake.place)
    return f"{key[1:]}: found {mistake.found}; expected {mistake.expected}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    text = repr(value)
    return text if len(text) <= SHOWN else text[:57] + "…"
