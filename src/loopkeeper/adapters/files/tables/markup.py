"""Tables in HTML or XML that programs save under the name of a workbook."""

from html.parser import HTMLParser

import polars as pl

_ROWS, _CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
_SPANS = ("colspan", "ss:mergeacross")


def is_markup(raw: bytes) -> bool:
    """Tell whether a file is HTML or a spreadsheet in XML."""
    start = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head"))


class _Grid(HTMLParser):
    """Collects the cells of all tables, merged ones with blanks beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag in _ROWS:
            self.rows.append([])
        elif tag in _CELLS and self.rows:
            given = dict(attrs)
            place = given.get("ss:index") or ""
            if place.isdigit():
                self.rows[-1] += [""] * (int(place) - 1 - len(self.rows[-1]))
            self.rows[-1].append("")
            self._inside = True
            self._span = _spanned(given)

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in _CELLS and self._inside:
            self._inside = False
            self.rows[-1] += [""] * self._span

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty cell of XML."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._inside:
            self.rows[-1][-1] += data.strip()


def _spanned(given: dict[str, str | None]) -> int:
    """How many blanks stand beside a merged cell."""
    span, more = (given.get(name) or "" for name in _SPANS)
    if span.isdigit():
        return max(0, min(int(span), 1000) - 1)
    return min(int(more), 1000) if more.isdigit() else 0


def grid_of(text: str) -> pl.DataFrame:
    """
    Return the cells of the tables in a text.

    Parameters
    ----------
    text : str
        HTML, or a spreadsheet in XML.

    Returns
    -------
    DataFrame
        Texts; null where a row is shorter or a cell empty.
    """
    grid = _Grid()
    grid.feed(text)
    rows = [row for row in grid.rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    return pl.DataFrame(
        {
            f"c{n}": [row[n] or None if n < len(row) else None for row in rows]
            for n in range(width)
        },
        schema={f"c{n}": pl.String for n in range(width)},
    )
