"""A table of texts: how a CSV file, or the grid of a spreadsheet, becomes named columns."""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from loopkeeper.adapters.files.tables.dialect import body, decoded
from loopkeeper.adapters.files.tables.header import Head, settled
from loopkeeper.plant.verdict import Verdict

_WIDEST = 300
_FEW = 0.01
"""The share of rows with too many cells that may be left out."""
_LOOKED_AT = 60
"""Rows of a spreadsheet among which its header is looked for."""


@dataclass(frozen=True)
class TextTable:
    """A table of texts, null where a cell is empty or missing, and what reading it had to say."""

    name: str
    frame: pl.DataFrame
    verdicts: tuple[Verdict, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    """Units that a row below the header states, by column."""
    commas: bool = False
    """Whether a cell may hold a comma."""

    @property
    def columns(self) -> list[str]:
        """Columns without the line number."""
        return [c for c in self.frame.columns if c != "row"]

    def line(self, place: int) -> int:
        """Return the line in the file of a row."""
        return int(self.frame["row"][place]) if "row" in self.frame.columns else place + 1


def from_bytes(raw: bytes, name: str, known: Collection[str] | None = None) -> TextTable:
    """
    Read a CSV file as texts.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        What verdicts call it.
    known : collection of str, optional
        Names of columns that are expected in telemetry; None for a table whose header is one row.

    Returns
    -------
    TextTable
        Columns in file order with tidied names; ``row`` holds the line number in the file.
    """
    text, verdicts = decoded(raw, name)
    found = body(text)
    if not found.text:
        said = Verdict("dossier.file.empty", {"file": name})
        return TextTable(name, pl.DataFrame(), (*verdicts, said))
    if any(line.strip() for line in text.splitlines()[: found.skipped]):
        verdicts.append(Verdict("dossier.file.preamble", {"file": name, "count": found.skipped}))
    table = from_text(found.text, found.delimiter, name, (2 + found.skipped, known))
    return TextTable(name, table.frame, (*verdicts, *table.verdicts), table.units, table.commas)


def from_text(
    text: str, delimiter: str, name: str, place: tuple[int, Collection[str] | None]
) -> TextTable:
    """Read separated text whose first line is the header; ``place``: first line, known names."""
    said: list[Verdict] = []
    try:
        frame = _separated(text, delimiter)
    except (pl.exceptions.PolarsError, ValueError):
        try:
            frame, said = _ragged(text, delimiter, name, place[0])
        except (pl.exceptions.PolarsError, ValueError) as error:
            reason = str(error).splitlines()[0][:120]
            figures = {"file": name, "reason": reason}
            unread = Verdict("dossier.file.unreadable", figures)
            return TextTable(name, pl.DataFrame(), (unread,))
    names = [re.sub(r"_duplicated_\d+$", "", c) for c in frame.columns]
    commas = '"' in text if delimiter == "," else "," in text
    head = Head(tuple(names), name, None if place[1] is None else frozenset(place[1]))
    table = _table(head, frame, place[0], commas=commas)
    return replace(table, verdicts=(*said, *table.verdicts)) if said else table


def _separated(text: str, delimiter: str, *, cut: bool = False) -> pl.DataFrame:
    return pl.read_csv(
        io.StringIO(text),
        separator=delimiter,
        infer_schema=False,
        truncate_ragged_lines=cut,
        quote_char='"',
    )


def _ragged(text: str, delimiter: str, name: str, line: int) -> tuple[pl.DataFrame, list[Verdict]]:
    """
    Read a table some of whose rows have more cells than its header.

    A few such rows are left out; where there are many, as with decimal commas between commas,
    no row can be trusted.
    """
    header, _, rest = text.partition("\n")
    header = header.rstrip("\r")
    wanted = _separated(header + "\n", delimiter, cut=True).width
    most = max((row.count(delimiter) for row in rest.split("\n")), default=0)
    more = min(max(0, most + 1 - wanted), _WIDEST)
    frame = _separated(f"{header}{delimiter * more}\n{rest}", delimiter, cut=True)
    surplus = frame.columns[wanted:]
    wide = (
        frame.select(
            pl.any_horizontal(pl.col(surplus).str.strip_chars().ne("").fill_null(value=False))
        ).to_series()
        if surplus
        else pl.Series([False] * frame.height)
    )
    frame = frame.drop(surplus)
    if not wide.any():
        return frame, []
    first = int(wide.arg_true()[0])
    count = int(wide.sum())
    figures = {"file": name, "count": count, "row": line + first, "columns": wanted}
    if count > max(1, _FEW * frame.height):
        return frame.clear(), [Verdict("dossier.rows.all_too_wide", figures)]
    blank = [pl.when(~wide).then(pl.col(c)).alias(c) for c in frame.columns]
    return frame.with_columns(blank), [Verdict("dossier.rows.too_wide", figures)]


def from_grid(grid: pl.DataFrame, name: str, known: Collection[str] | None = None) -> TextTable:
    """
    Read the cells of a spreadsheet as a table, as :func:`from_bytes` those of a CSV file.

    No row is the header yet: the table begins at the first row that is about as wide as the rows
    below it.
    """
    top = grid.head(_LOOKED_AT).rows()
    widths = [sum(bool(cell and str(cell).strip()) for cell in row) for row in top]
    wide = max(widths, default=0)
    first = next((n for n, width in enumerate(widths) if width >= max(2, 0.6 * wide)), None)
    if first is None:
        said = Verdict("dossier.file.empty", {"file": name})
        return TextTable(name, pl.DataFrame(), (said,))
    names = tuple(str(cell or "") for cell in top[first])
    rest = grid.slice(first + 1)
    table = _table(
        Head(names, name, None if known is None else frozenset(known)),
        rest,
        first + 2,
        commas=True,
    )
    if any(widths[:first]):
        said = Verdict("dossier.file.preamble", {"file": name, "count": first})
        return TextTable(name, table.frame, (said, *table.verdicts), table.units, commas=True)
    return table


def _table(head: Head, frame: pl.DataFrame, line: int, *, commas: bool) -> TextTable:
    """Name the columns, drop rows without values or with the header again, number the lines."""
    found = settled(head, frame)
    named, verdicts = _named(head.file, found.names, frame)
    named = named.with_row_index("row", offset=line).slice(found.rows)
    kept, repeated = _without_headers(named, head.names)
    if repeated:
        figures = {"file": head.file, "count": repeated}
        verdicts.append(Verdict("dossier.rows.repeated_header", figures))
    return TextTable(head.file, kept, tuple(verdicts), found.units, commas)


def _named(
    file: str, names: Sequence[str], frame: pl.DataFrame
) -> tuple[pl.DataFrame, list[Verdict]]:
    """Give columns their names: nameless ones their place, or none where they are empty."""
    taken: dict[str, str] = {}
    nameless = 0
    for n, (column, stated) in enumerate(zip(frame.columns, names, strict=True), start=1):
        name = stated
        if name == "":
            if frame[column].null_count() == frame.height:
                continue
            nameless += 1
            name = f"column {n}"
        times = sum(1 for one in taken.values() if re.sub(r"_\d+$", "", one) == name)
        taken[column] = name if name not in taken.values() else f"{name}_{times + 1}"
    verdicts = []
    if nameless:
        figures = {"file": file, "count": nameless}
        verdicts.append(Verdict("dossier.column.nameless", figures))
    return frame.select(list(taken)).rename(taken), verdicts


def _without_headers(frame: pl.DataFrame, header: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """Drop rows that repeat the header, and rows without any value."""
    columns = [c for c in frame.columns if c != "row"]
    texts = [c for c in columns[:3] if frame.schema[c] == pl.String]
    if not columns:
        return frame, 0
    kept = frame
    if texts and columns[0] in header:
        first = frame[columns[0]]
        again = (first == columns[0]).any() or first.str.strip_chars().eq(columns[0]).any()
        if again:
            same = pl.all_horizontal(
                [pl.col(c).str.strip_chars().eq(c).fill_null(value=False) for c in texts]
            )
            kept = frame.filter(~same)
    repeated = frame.height - kept.height
    return kept.filter(~pl.all_horizontal(pl.col(columns).is_null())), repeated
