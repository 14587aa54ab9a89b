"""InfluxDB's line protocol: ``measurement,tag=a field=1.5,other=2i 1700000000000000000``."""

import re

from loopkeeper.adapters.feeds.shapes import Around, series_name
from loopkeeper.adapters.feeds.values import number
from loopkeeper.app.columns import Columns, PayloadError, name

_LINE = re.compile(
    r"(?P<series>(?:\\.|[^\s\\])+)[ ]+"
    r"(?P<fields>(?:\\.|[^\s\\,=])+=(?:\"(?:\\.|[^\"\\])*\"|[^\s\"])+)"
    r"(?:[ ]+(?P<time>-?\d+))?"
)
_PART = re.compile(r'((?:\\.|[^\\,="])+)=("(?:\\.|[^"\\])*"|(?:\\.|[^\\,])*)')
_TYPED = re.compile(r"([-+]?\d+)[iu]")
_WORDS = {"t": "true", "f": "false"}


def is_line_protocol(text: str) -> bool:
    """Tell whether a text is line protocol, by its first line."""
    first = next((line for line in text.splitlines() if _says(line)), "")
    return _LINE.fullmatch(first.strip()) is not None


def read_lines(text: str, into: Columns, around: Around) -> None:
    """
    Add the readings of line protocol.

    Points are called by measurement, tags in order of their keys and field, joined by dots;
    a tag ``plant`` tells the plant, a tag ``point`` the whole name, and the field ``value`` adds
    nothing to it.

    Parameters
    ----------
    text : str
        Lines.
    into : Columns
        Extended by the readings and by notes of what could not be read.
    around : Around
        What is known beside.
    """
    for line in text.splitlines():
        if _says(line):
            try:
                _line(line.strip(), into, around)
            except PayloadError as error:
                into.failed(error)


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _line(line: str, into: Columns, around: Around) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        raise PayloadError(f"{line[:40]!r} is no line protocol")
    measurement, _, rest = re.sub(r"\\,", "\0", found["series"]).partition(",")
    tags = {_plain(k): _plain(v) for k, v in _PART.findall(rest.replace("\0", r"\,"))}
    plant = name(tags.get("plant", around.plant), "plant")
    stated = found["time"]
    time = around.moment() if stated is None else around.instant(int(stated), plant)
    for key, raw in _PART.findall(found["fields"]):
        point = series_name(_plain(measurement.replace("\0", ",")), tags, _plain(key))
        try:
            into.add(plant, name(point, "point"), time, _number(raw))
        except PayloadError as error:
            into.note(f"{point}: {error}")


def _number(raw: str) -> float | None:
    if raw.startswith('"'):
        return number(_plain(raw[1:-1]))
    typed = _TYPED.fullmatch(raw)
    return number(typed[1] if typed else _WORDS.get(raw.lower(), raw))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
