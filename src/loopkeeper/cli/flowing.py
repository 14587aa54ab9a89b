"""Chinese text in narrow columns: lines end between characters, not before a mark or in a word."""

import re
from collections.abc import Iterator
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

_PIECE: Final = re.compile(
    r"[（“《\[]*(?:[\x21-\x5a\x5c\x5e-\x7e°²³·…\]]+|[^\s（“《\[])[，。；：、）”》！？\]…]*\s*|\S\s*|\s+"
)
"""What stays on one line: a word, or a character, with the marks that belong to it."""


def pieces(text: str) -> list[str]:
    """Return the parts of a text between which a line may end; together they are the text."""
    return _PIECE.findall(text)


def _ends(line: str, width: int) -> Iterator[int]:
    """Offsets at which lines of at most a width end, the last one left out."""
    used = at = 0
    for piece in pieces(line):
        if used and used + cell_len(piece.rstrip()) > width:
            yield at
            used = 0
        used += cell_len(piece)
        at += len(piece)


class Flowing(Text):
    """A text that fills its lines; a single word that is too long goes on in the next."""

    @classmethod
    def of(cls, text: Text) -> "Flowing":
        """Return a text as one that flows."""
        return cls(text.plain, style=text.style, spans=text.spans, overflow="fold")

    def wrap(self, console: Console, width: int, **asked: Any) -> Lines:
        """Return the lines that fit a width."""
        found = Lines()
        for line in self.split(allow_blank=True):
            for part in line.divide(_ends(line.plain, width)):
                part.rstrip()
                found.extend(Text.wrap(part, console, width, **asked))
        return found

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the widths of its longest piece and of its longest line."""
        lines = self.plain.splitlines() or [""]
        longest = max((cell_len(one.rstrip()) for one in pieces(self.plain)), default=0)
        return Measurement(longest, max(cell_len(line) for line in lines))
