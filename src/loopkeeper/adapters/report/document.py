"""
A report as plain blocks, whatever it is printed on: HTML, PDF or Word.

Blocks hold words and figures that are final; renderers lay them out and decide nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from loopkeeper.plant.words import Language

_LATIN = "\u2e7f"
"""Last letter before the Chinese ones."""
_WORDS = re.compile(r"[^\s\u2e80-\uffff]+|[\u2e80-\uffff]+")
LINE = 112
"""Letters on a line of a table."""
LONG = 34
"""Letters beyond which a column of words breaks its lines."""
BAR = 9
"""Letters that the bar of a share takes."""
GAP = 2.5
"""Letters that the space between two columns takes."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure an operator looks at first: label, value with unit, small print, colour."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Some tiles side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A section."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``tone`` good, note, caution or problem."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences, each with its tone, below a head where it has one."""

    lines: tuple[tuple[str, str], ...]
    head: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Names that lead to rows of a table, by the rows' anchors."""

    head: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table; ``right`` columns hold figures, ``tones`` colour single cells (row, column).

    A cell with a tone ``strong`` is only bold. ``bars`` draw a share from 0 to 1 beside a cell's
    text where there is room; ``anchors``, one a row, are what :class:`Links` lead to.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    tones: dict[tuple[int, int], str] = field(default_factory=dict)
    bars: dict[tuple[int, int], float] = field(default_factory=dict)
    anchors: tuple[str, ...] = ()


def column_shares(table: Table) -> list[float]:
    """
    Return what share of the width each column gets on paper.

    Parameters
    ----------
    table : Table
        Its figures stay on one line, its words share what is left by their length.

    Returns
    -------
    list of float
        They sum to 1.
    """
    columns = list(zip(table.head, *table.rows, strict=True))
    least = [_whole(c) if n in table.right else GAP + _longest(c) for n, c in enumerate(columns)]
    for column in {column for _, column in table.bars}:
        least[column] += BAR
    wish = [0.0 if n in table.right else _usual(c) - _longest(c) for n, c in enumerate(columns)]
    spare, wished = max(0.0, LINE - sum(least)), sum(wish)
    needs = [a + (spare * w / wished if wished else 0.0) for a, w in zip(least, wish, strict=True)]
    return [need / sum(needs) for need in needs]


def _whole(cells: Sequence[str]) -> float:
    """Letters a column of figures needs: no figure is broken, its head may be."""
    return GAP + max(_longest(cells[:1]), *(_width(cell) for cell in cells[1:]), 0)


def _usual(cells: Sequence[str]) -> int:
    """Letters that hold most texts of a column on a line, no word broken."""
    texts = sorted(_width(cell) for cell in cells)
    return max(min(LONG, texts[int(0.8 * (len(texts) - 1))]), _longest(cells))


def _longest(cells: Sequence[str]) -> int:
    """Letters of the longest word; Chinese breaks anywhere, but not to less than four signs."""
    parts = [part for cell in cells for part in _WORDS.findall(cell)]
    return max((min(8 if part[0] > _LATIN else LONG, _width(part)) for part in parts), default=1)


def _width(text: str) -> int:
    """Letters a text takes on a line; Chinese ones count twice."""
    return sum(2 if char > _LATIN else 1 for char in text)


@dataclass(frozen=True, slots=True)
class Readout:
    """
    The figures of a chart, which a page tells at the pointer; shares of width and height.

    ``box`` is left, top, right and bottom; ``series`` are name, colour and a text for each of the
    ``places``, which are shares of the width.
    """

    box: tuple[float, ...]
    places: tuple[float, ...]
    labels: tuple[str, ...]
    series: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG and as PNG, with its caption and what it tells at the pointer."""

    svg: str
    png: bytes
    caption: str
    readouts: tuple[Readout, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Charts beside each other, each below its title; drawn for the room they share."""

    charts: tuple[tuple[str, Picture], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """
    Something that stands for itself: a badge and a sentence, its figures, and what is below them.

    ``colour`` is of the badge, ``share`` from 0 to 1 a bar below the figures.
    """

    badge: str
    colour: str
    title: str
    figures: tuple[Tile, ...]
    share: float
    blocks: tuple["Plain", ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page on paper."""


Plain = Tiles | Text | Bullets | Links | Table | Picture
"""What may stand in a card."""
Block = Plain | Heading | Beside | Card | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A report: title, line below, blocks, and a last line that makes it reproducible."""

    title: str
    subtitle: str
    language: Language
    blocks: tuple[Block, ...]
    foot: str
