"""Annotated CSV of InfluxDB: several tables in one text, each with its own header."""

import re

import polars as pl

from loopkeeper.adapters.files.tables.dialect import decoded
from loopkeeper.adapters.files.tables.text_table import TextTable, from_text
from loopkeeper.plant.verdict import Verdict

_ANNOTATED = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:#(?:group|datatype|default)\b|,result,table,)")
_UNUSED = ("result", "table", "_start", "_stop")


def is_flux(raw: bytes) -> bool:
    """Tell whether a text is an export of InfluxDB with its annotations."""
    return _ANNOTATED.match(raw[:400]) is not None


def from_flux(raw: bytes, name: str) -> TextTable:
    """
    Read an annotated CSV: the rows of all its tables below each other.

    Annotations and the query's own columns are left out; verdicts call it by ``name``.
    """
    text, verdicts = decoded(raw, name)
    frames = []
    commas = False
    place = 0
    header = ""
    for start, end in _blocks(text):
        line = text.count("\n", 0, start) + 1 if place else 1
        block, skipped = _without_annotations(text[start:end])
        place = start
        if not block.strip():
            continue
        if "_time" in block.split("\n", 1)[0] or not header:
            header = block.split("\n", 1)[0]
        else:
            block, skipped = f"{header}\n{block}", skipped - 1
        table = from_text(block, ",", name, (line + skipped + 1, None))
        verdicts += table.verdicts
        commas |= table.commas
        if table.frame.height:
            frames.append(table.frame.drop(_UNUSED, strict=False))
    if not frames:
        said = Verdict("dossier.file.empty", {"file": name})
        return TextTable(name, pl.DataFrame(), (*verdicts, said))
    return TextTable(name, pl.concat(frames, how="diagonal"), tuple(verdicts), commas=commas)


def _blocks(text: str) -> list[tuple[int, int]]:
    """Where each table begins and ends: blank lines and annotations set them apart."""
    starts = [0]
    inside = False
    for match in re.finditer(r"^(#|\s*$)", text, re.MULTILINE):
        noted = match[1] == "#"
        if not (noted and inside):
            starts.append(match.start())
        inside = noted
    ends = [*starts[1:], len(text)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip()]


def _without_annotations(block: str) -> tuple[str, int]:
    """Return a table from its header on, and the lines before it."""
    lines = block.split("\n", 8)
    skipped = 0
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
        skipped += 1
    return "\n".join(lines), skipped
