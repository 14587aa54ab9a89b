"""What is packed in a workbook, before anything opens it: no bomb, no endless sheet, no lies."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from xml.sax.saxutils import unescape as unescaped

from loopkeeper.adapters.archives import MOST_EXPANDED, SMALL, UNREADABLE
from loopkeeper.errors import InputError

LARGEST = 200_000_000
"""More than this is not unpacked. [byte]"""
MOST_CELLS = 5_000_000
"""Cells of a sheet from its first to its last, empty ones too. [-]"""
LOCAL_HEAD, NAME_AT, EXTRA_AT = 30, 26, 28
"""Length of the head before what is packed, and where it says how much more there is. [byte]"""
PART = b"sheetData"
"""What only sheets hold, wherever they are."""
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d{1,7})[\"']")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=[\"'](?:1|true)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>(.*?)</(?:\w+:)?v>", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
ERROR, TEXT = re.compile(rb"\bt=[\"']e[\"']"), re.compile(rb"\bt=[\"'](?:str|inlineStr)[\"']")
ATTRIBUTE = re.compile(r"([\w:]+)=[\"']([^\"']*)[\"']")
SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
NO_VALUE = ""
"""What stands for a formula of which no result was kept."""

Broken = Mapping[tuple[int, int], str]


@dataclass(frozen=True)
class Inside:
    """
    What a workbook holds that its reader does not tell.

    ``broken`` cells by sheet, row and column from 0: the error that stands there, such as
    ``#REF!``, nothing for a formula without its result; ``hidden`` sheets with hidden rows.
    """

    broken: Mapping[str, Broken] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


def looked_into(raw: bytes, name: str) -> Inside:
    """
    Return what a workbook holds that its reader does not tell.

    Parameters
    ----------
    raw : bytes
        A workbook of packed XML.
    name : str
        What errors call it.

    Returns
    -------
    Inside

    Raises
    ------
    InputError
        When it would be too large to open, or is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = packed.infolist()
            _admitted(members, len(raw), name)
            parts = {one.filename: _unpacked(raw, one, name) for one in members}
    except UNREADABLE as error:
        raise InputError(f"{name}: no workbook that can be opened") from error
    sheets = _sheets(parts)
    texts = {sheets.get(part, part): text for part, text in parts.items() if PART in text}
    broken = {sheet: _broken(text, f"{name} {sheet}") for sheet, text in texts.items()}
    hidden = tuple(sheet for sheet, text in texts.items() if HIDDEN_ROW.search(text))
    return Inside(broken, hidden)


def _admitted(members: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    whole = sum(one.file_size for one in members)
    if whole > LARGEST:
        raise InputError(f"{name}: {whole} bytes when unpacked, more than {LARGEST} allowed")
    if whole > SMALL and whole > MOST_EXPANDED * packed:
        raise InputError(f"{name}: grows more than {MOST_EXPANDED} times when unpacked")
    if any(one.flag_bits & 1 for one in members):
        raise InputError(f"{name}: is under a password; save it without one")


def _unpacked(raw: bytes, one: zipfile.ZipInfo, name: str) -> bytes:
    """What is packed, never more than it says it is."""
    head = raw[one.header_offset : one.header_offset + LOCAL_HEAD]
    more = sum(int.from_bytes(head[at : at + 2], "little") for at in (NAME_AT, EXTRA_AT))
    start = one.header_offset + LOCAL_HEAD + more
    data = raw[start : start + one.compress_size]
    if one.compress_type == zipfile.ZIP_STORED:
        return data
    if one.compress_type != zipfile.ZIP_DEFLATED:
        raise InputError(f"{name}: no workbook that can be opened")
    text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, one.file_size + 1)
    if len(text) > one.file_size:
        raise InputError(f"{name}: holds more than it says")
    return text


def _sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Names of sheets by the part that holds them."""
    book = parts.get("xl/workbook.xml", b"").decode("utf-8", "replace")
    links = parts.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {one.get("Id", ""): one.get("Target", "") for one in _told(RELATION, links)}
    found = {}
    for one in _told(SHEET, book):
        link = next((v for k, v in one.items() if k.endswith(":id") or k == "id"), "")
        target = targets.get(link, "").removeprefix("/xl/").removeprefix("./")
        found[f"xl/{target}"] = unescape(unescaped(one.get("name", "")))
    return found


def _told(pattern: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    for one in pattern.findall(text):
        yield dict(ATTRIBUTE.findall(one))


def _broken(text: bytes, name: str) -> dict[tuple[int, int], str]:
    _bounded(text, name)
    if not ERROR.search(text) and not FORMULA.search(text):
        return {}
    found = {}
    for told, inside in CELL.findall(text):
        place = PLACE.search(told)
        if place is None:
            continue
        at = int(place[2]) - 1, column_number(place[1].decode())
        value = VALUE.search(inside)
        if ERROR.search(told):
            found[at] = value[1].decode("utf-8", "replace") if value else "#ERROR"
        elif FORMULA.search(inside) and not (value and value[1]) and not TEXT.search(told):
            found[at] = NO_VALUE
    return found


def _bounded(text: bytes, name: str) -> None:
    """Refuse a sheet with a cell so far out that all before it would fill the memory."""
    rows = [int(one) for one in ROW.findall(text)]
    places = PLACE.findall(text)
    last = max([*rows, *(int(row) for _, row in places)], default=0)
    first = min([*rows, *(int(row) for _, row in places)], default=0)
    columns = {column_number(one.decode()) for one, _ in set(places)}
    wide = max(columns, default=0) + 1
    if (last - min(first, 1) + 1) * wide > MOST_CELLS:
        raise InputError(f"{name}: {last} rows of {wide} columns; {MOST_CELLS} cells are allowed")


def column_number(letters: str) -> int:
    """Return the number of a column from 0. [-]"""
    number = 0
    for one in letters:
        number = 26 * number + ord(one) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column that is counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
