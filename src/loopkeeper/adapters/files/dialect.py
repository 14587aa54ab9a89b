"""The dialect of a text table: its encoding, its separator, and what a logger writes before it."""

import re
from collections import Counter
from dataclasses import dataclass

from loopkeeper.plant.verdict import Verdict

DELIMITERS = (";", "\t", ",")
_MARKS = frozenset(b"\xb0\xb2\xb3\xb5")
"""Degree, square, cube and micro as western loggers write them in one byte."""
_JOIN = "\x02"
_LOOKED_AT = 2000
"""Lines from which the shape of a table is told."""


@dataclass(frozen=True)
class Body:
    """Text of a table from its header on, its separator, and the lines that stood before it."""

    text: str
    delimiter: str
    skipped: int


def decoded(raw: bytes, name: str) -> tuple[str, list[Verdict]]:
    """
    Return bytes as text.

    Parameters
    ----------
    raw : bytes
        UTF-8 with or without a mark; western bytes when only marks of units are foreign; GBK.
    name : str
        What verdicts call the file.

    Returns
    -------
    text : str
        Nothing lost, or the loss is said.
    verdicts : list of Verdict
        The encoding, where it had to be supposed.
    """
    verdicts: list[Verdict] = []
    if raw.startswith(b"\xef\xbb\xbf"):
        verdicts.append(Verdict("dossier.encoding.bom", {"file": name}))
    raw = raw.replace(b"\x00", b"")
    try:
        return raw.decode("utf-8-sig"), verdicts
    except UnicodeDecodeError:
        pass
    if {byte for byte in raw if byte > 127} <= _MARKS:
        return raw.decode("latin-1"), [*verdicts, Verdict("dossier.encoding.west", {"file": name})]
    try:
        text = raw.decode("gb18030")
        return text, [*verdicts, Verdict("dossier.encoding.gbk", {"file": name})]
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
        return text, [*verdicts, Verdict("dossier.encoding.unknown", {"file": name})]


def body(text: str) -> Body:
    """
    Find the table in a text.

    Parameters
    ----------
    text : str
        As decoded.

    Returns
    -------
    Body
        From the first line that has the table's separators; columns set apart by blanks are
        set apart by tabs.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    lines = lines[start:]
    if not lines:
        return Body("", ",", start)
    delimiter = max(DELIMITERS, key=lines[0].count)
    if delimiter in lines[0]:
        return Body("\n".join(lines), delimiter, start)
    found = _after_preamble(lines)
    if found is not None:
        first, delimiter = found
        return Body("\n".join(lines[first:]), delimiter, start + first)
    blank = _by_blanks(lines)
    return Body("\n".join(blank or lines), "\t" if blank else ",", start)


def _after_preamble(lines: list[str]) -> tuple[int, str] | None:
    """First of three lines running that have the separators most lines have."""
    for delimiter in DELIMITERS:
        counts = [line.count(delimiter) for line in lines[:_LOOKED_AT]]
        usual, times = Counter(c for c in counts if c).most_common(1)[0] if any(counts) else (0, 0)
        if times < max(3, len([c for c in counts if c]) // 2):
            continue
        for i in range(len(counts) - 2):
            if counts[i] == counts[i + 1] == counts[i + 2] == usual:
                return i, delimiter
    return None


def _by_blanks(lines: list[str]) -> list[str] | None:
    """Columns set apart by blanks, where every row has as many; dates keep their time of day."""
    joined = [
        re.sub(r"(\d{4}[-/]\d\d?[-/]\d\d?) +(\d\d?:\d\d)", rf"\1{_JOIN}\2", x) for x in lines
    ]
    rows = [line.split() for line in joined[1:] if line.strip()]
    widths = {len(row) for row in rows[:_LOOKED_AT]}
    if len(widths) != 1 or (width := widths.pop()) < 2:
        return None
    for pattern in (r"\s+", r"\s{2,}", r"\s+(?![(\[])"):
        header = re.split(pattern, joined[0].strip())
        if len(header) == width:
            return ["\t".join(header), *("\t".join(row).replace(_JOIN, " ") for row in rows)]
    return None
