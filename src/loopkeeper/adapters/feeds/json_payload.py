"""Readings in JSON, in the shapes gateways send them, and in what they take for JSON."""

import re
from math import isfinite

import orjson

from loopkeeper.adapters.feeds.line_protocol import is_line_protocol, read_lines
from loopkeeper.adapters.feeds.shapes import Around, take
from loopkeeper.adapters.feeds.values import MISSING
from loopkeeper.app.columns import Columns, NoTimeError, PayloadError
from loopkeeper.app.moments import Zone

LONGEST = 100_000
"""Readings one payload may hold."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_TOKENS = re.compile(
    r'"(?:[^"\\]|\\.)*"'
    r"|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])"
    r"|[-+]?[A-Za-z_][\w./]*"
    r"|:\s*(?=[,}\]])"
    r"|,\s*(?=[}\]])"
)


def read_json(
    raw: bytes,
    into: Columns,
    *,
    plant: str | None,
    point: str | None = None,
    arrived: int | None = None,
    zone: Zone = lambda _: None,
) -> None:
    """
    Add the readings of a payload; what of it cannot be read is noted and costs nothing else.

    Understood are ``{"time", "values": {point: value}}``, ``{"point", "time", "value"}``, a list
    of such, ``{"readings": [...]}`` and ``{"point": [...], "time": [...], "value": [...]}``; each
    may state ``plant``, ``quality`` (good, uncertain, bad) and ``known_at``. So are flat and
    nested objects of values (``ENERGY.Power``), a state with the time it was updated, and
    InfluxDB's line protocol. A bare value is a reading of the topic's own point, now.

    Parameters
    ----------
    raw : bytes
        UTF-8.
    into : Columns
        Extended by the readings.
    plant, point : str, optional
        What topic or address tells.
    arrived : int, optional
        Time of arrival, for values that state no time. [µs]
    zone : callable
        Time zone of a plant, for times that state no offset.

    Raises
    ------
    PayloadError
        When nothing in it can be understood; nothing is added then.
    """
    own = Columns()
    try:
        _read(raw, own, Around(plant, point, arrived, zone))
    except RecursionError as error:
        raise PayloadError("nested too deeply") from error
    if not own.time and own.notes:
        raise PayloadError("; ".join(own.notes[:3]))
    if not own.time and own.untimed:
        raise NoTimeError("no value states its time")
    if len(own.time) > LONGEST:
        raise PayloadError(f"{len(own.time)} readings in one payload: at most {LONGEST}")
    into.extend(own)


def _read(raw: bytes, into: Columns, around: Around) -> None:
    try:
        take(orjson.loads(raw), into, around)
    except orjson.JSONDecodeError as error:
        text = _text(raw)
        if text.startswith(("{", "[")):
            take(_mended(text, str(error)), into, around)
        elif is_line_protocol(text):
            read_lines(text, into, around)
        elif around.point is not None:
            take(text, into, around)
        else:
            raise PayloadError(f"no JSON: {error}") from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise PayloadError(f"no JSON: {error}") from error


def _mended(text: str, error: str) -> object:
    """What other writers than JSON's leave: NaN, Infinity, None, nothing at all, a last comma."""
    try:
        return orjson.loads(_TOKENS.sub(_token, text))
    except orjson.JSONDecodeError:
        raise PayloadError(f"no JSON: {error}") from None


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] == '"':
        return token
    if token[0] in ":,":
        return ": null" if token[0] == ":" else ""
    word = token.lower()
    if word.lstrip("+-") in MISSING:
        return "null"
    return word if word in {"true", "false"} else _figure(token)


def _figure(token: str) -> str:
    """A number as JSON writes it."""
    try:
        value = float(token)
    except ValueError:
        return token
    written = token if _NUMBER.fullmatch(token) else repr(value)
    return written if isfinite(value) else "null"
