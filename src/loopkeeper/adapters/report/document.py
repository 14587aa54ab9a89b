"""
A report as plain blocks, whatever it is printed on: HTML, PDF or Word.

Blocks hold words and figures that are final; renderers lay them out and decide nothing.
"""

from dataclasses import dataclass, field


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
    """A list of sentences, each with its tone."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``right`` columns hold figures, ``tones`` colour single cells (row, column)."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    tones: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG and as PNG, with its caption."""

    svg: str
    png: bytes
    caption: str


Block = Tiles | Heading | Text | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A report: title, line below, blocks, and a last line that makes it reproducible."""

    title: str
    subtitle: str
    language: str
    blocks: tuple[Block, ...]
    foot: str
