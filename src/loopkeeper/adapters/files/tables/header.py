"""The head of a table: one row of names, or two, and perhaps a row of units below."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from loopkeeper.errors import UnitError
from loopkeeper.units import linear_to_si

_UNIT = re.compile(r"^(?P<name>.*?)\s*[\[(（［【](?P<unit>[^\])）］】]*)[\])）］】]\s*$")
_NUMBER = re.compile(r"^[+-]?[\d.,' ]*\d[\d.,' ]*([eE][+-]?\d+)?\s*(\S{0,8}|\{.*\})$")
_DATED = re.compile(r"\d{1,4}[-/.年]\d{1,2}|\d{1,2}:\d{2}|^\d{8,19}$|\d-[A-Za-z]{3}-\d")
_RULE = re.compile(r"^[-=_+|:\s]+$")
_STANDS_FOR_NOTHING = frozenset({"", "-", "--", "---", "nan", "null", "n/a", "na", "#n/a"})
_TIMES = frozenset({"单位", "unit", "units", "einheit", "unité"})
_SEPARATORS = ("", " ", "_", "-", ".", "/", ":")


@dataclass(frozen=True)
class Head:
    """
    Names as the first row has them, and the file they stand in.

    ``known`` are names that are expected in telemetry; None where the header is one row.
    """

    names: tuple[str, ...]
    file: str
    known: frozenset[str] | None = None


@dataclass(frozen=True)
class Settled:
    """Final names, how many rows below the header belong to it, and units by column."""

    names: tuple[str, ...]
    rows: int = 0
    units: Mapping[str, str] = field(default_factory=dict)


def split_unit(column: str) -> tuple[str, str]:
    """
    Return the name and the unit of a header such as ``T_in (degC)``.

    Parameters
    ----------
    column : str
        As it stands in the file.

    Returns
    -------
    name, unit : str
        The unit is empty when none is written in brackets.
    """
    match = _UNIT.match(column)
    return (match["name"].strip(), match["unit"].strip()) if match else (column, "")


def tidy_name(name: str) -> str:
    """Return a name without soft hyphens, marks of byte order, line ends and stray blanks."""
    text = re.sub("[\u00ad\ufeff\u200b]", "", name)
    return re.sub(r"\s+", " ", text).strip().strip('"').strip()


def settled(head: Head, frame: pl.DataFrame) -> Settled:
    """
    Settle what belongs to the header.

    Parameters
    ----------
    head : Head
        The first row.
    frame : DataFrame
        The rows below it, all texts.

    Returns
    -------
    Settled
        A row without any number or date below the header is a second row of names, or of units.
    """
    names = tuple(tidy_name(n) for n in head.names)
    if head.known is None:
        return Settled(names)
    rows = [_cells(row) for row in frame.head(4).rows()]
    used = 0
    units: dict[int, str] = {}
    for n, row in enumerate(rows[:3]):
        if all(_RULE.match(cell) for cell in row if cell) and any(row):
            used = n + 1
        elif not head.known & set(row) and (found := _units(row, rows[n + 1 :])):
            units, used = found, n + 1
        elif n == 0 and _names_again(head, row, rows[1:]):
            names, used = _joined(names, row, head.known), 1
        else:
            break
    return Settled(names, used, {names[n]: unit for n, unit in units.items()})


def _cells(row: Sequence[object]) -> list[str]:
    return ["" if cell is None else tidy_name(str(cell)) for cell in row]


def is_data(cell: str) -> bool:
    """Tell whether a cell is a number or a time rather than a name."""
    text = unicodedata.normalize("NFKC", cell)
    return bool(_NUMBER.match(text) or _DATED.search(text))


def _is_unit(cell: str) -> bool:
    text = cell.strip("[]()（）")
    if text.lower() in _STANDS_FOR_NOTHING or is_data(text):
        return False
    try:
        linear_to_si(text)
    except UnitError:
        return False
    return True


def _units(row: Sequence[str], below: Sequence[Sequence[str]]) -> dict[int, str]:
    """Units by place, when a row holds units and nothing that is data, and data stand below."""
    filled = {n: cell for n, cell in enumerate(row) if cell.lower() not in _STANDS_FOR_NOTHING}
    rest = {n: c for n, c in filled.items() if c.lower() not in _TIMES and n}
    found = {n: c.strip("[]()（）") for n, c in rest.items() if _is_unit(c)}
    words = {"on", "off", "state", "status", "none"}
    if not found or any(c.lower() in words for c in rest.values()):
        return {}
    if any(is_data(c) for c in filled.values()) or not _data_below(below):
        return {}
    if len(found) < 0.6 * len(rest):
        return {}
    return found | {n: c.strip("[]()（）") for n, c in filled.items() if n == 0 and _is_unit(c)}


def _data_below(below: Sequence[Sequence[str]]) -> bool:
    return any(sum(is_data(c) for c in row) >= 2 for row in below)


def _names_again(head: Head, row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the row below the header is a second one: names where data stand further down."""
    words = [c for c in row if c.lower() not in _STANDS_FOR_NOTHING]
    if len(words) < 2 or any(is_data(c) for c in words):
        return False
    names = [tidy_name(n) for n in head.names]
    incomplete = any(not up and low for up, low in zip(names, row, strict=False))
    incomplete |= len(set(names)) < len(names)
    known = head.known or frozenset()
    expected = len(known & set(row)) > len(known & set(names))
    return _data_below(below) and (incomplete or expected)


def _joined(upper: Sequence[str], lower: Sequence[str], known: frozenset[str]) -> tuple[str, ...]:
    """The two rows as one: as the point list spells it, else both, set apart by a blank."""
    filled: list[str] = []
    for n, name in enumerate(upper):
        blank = name == "" or (n > 0 and name == upper[n - 1])
        filled.append(filled[-1] if blank and filled and lower[n] else name)
    below = list(lower) + [""] * (len(filled) - len(lower))
    pairs = list(zip(filled, below, strict=False))
    ways = [
        tuple(low or up for up, low in pairs),
        tuple(up or low for up, low in pairs),
        *(
            tuple(
                up if not low or low == up else low if not up else f"{up}{sign}{low}"
                for up, low in pairs
            )
            for sign in _SEPARATORS
        ),
    ]
    best = max(ways, key=lambda way: len(known & set(way)))
    return best if known & set(best) else ways[3]
