"""The dialect of a text table: its encoding, its separator, and what a logger writes before it."""

import re
from collections import Counter
from dataclasses import dataclass

from loopkeeper.plant.verdict import Verdict

DELIMITERS = (";", "\t", ",", "|")
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
    wide = _utf_16(raw)
    if wide:
        text = raw.decode(wide, errors="replace").lstrip("\ufeff")
        return text, [*verdicts, Verdict("dossier.encoding.utf_16", {"file": name})]
    raw = raw.replace(b"\x00", b"")
    try:
        return raw.decode("utf-8-sig"), verdicts
    except UnicodeDecodeError:
        pass
    if _is_western(raw):
        return raw.decode("cp1252", errors="replace"), [
            *verdicts,
            Verdict("dossier.encoding.west", {"file": name}),
        ]
    try:
        text = raw.decode("gb18030")
        return text, [*verdicts, Verdict("dossier.encoding.gbk", {"file": name})]
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
        return text, [*verdicts, Verdict("dossier.encoding.unknown", {"file": name})]


def _utf_16(raw: bytes) -> str:
    """The kind of UTF-16 a text is in, by its mark or its zero bytes; empty when it is not."""
    for mark, kind in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return kind
    even, odd = raw[:2000:2], raw[1:2000:2]
    if odd and odd.count(0) > 0.8 * len(odd):
        return "utf-16-le"
    return "utf-16-be" if even and even.count(0) > 0.8 * len(even) else ""


def _is_western(raw: bytes) -> bool:
    """Whether bytes beyond ASCII stand alone, as accents do, and not in pairs as in GBK."""
    high = raw.translate(None, bytes(range(128)))
    if set(high) <= _MARKS:
        return True
    paired = sum(len(run) for run in re.findall(rb"[\x81-\xfe]{2,}", raw))
    return paired < 0.3 * len(high)


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
    if not any(line.strip() for line in lines):
        return Body("", ",", start)
    stated = re.fullmatch(r"\ufeff?sep=(.)", lines[0].strip('" \r'), re.IGNORECASE)
    if stated and len(lines) > 1:
        return Body("\n".join(lines[1:]), stated[1], start + 1)
    bare = [re.sub(r'"[^"]*"', '""', line) for line in lines[:_LOOKED_AT]]
    delimiter = _delimiter(bare)
    header = _header(bare, delimiter)
    if header is not None:
        return Body("\n".join(lines[header:]), delimiter, start + header)
    found = _after_preamble(lines)
    if found is not None:
        first, delimiter = found
        return Body("\n".join(lines[first:]), delimiter, start + first)
    blank = _by_blanks(lines)
    if blank is None and delimiter in lines[0]:
        return Body("\n".join(lines), delimiter, start)
    return Body("\n".join(blank or lines), "\t" if blank else ",", start)


def _delimiter(lines: list[str]) -> str:
    """The separator that stands in the header as often as in the rows below it."""
    some = [line for line in lines[:200] if line.strip()]

    def weight(delimiter: str) -> tuple[int, int]:
        wanted = some[0].count(delimiter)
        alike = sum(line.count(delimiter) == wanted for line in some) if wanted else 0
        return alike, wanted

    return max(DELIMITERS, key=weight)


def _header(lines: list[str], delimiter: str) -> int | None:
    """Return the first line with about as many cells as most have, if more than titles fill it."""
    usual = Counter(line.count(delimiter) for line in lines[:200] if line.strip()).most_common(1)
    cells = usual[0][0]
    for n, line in enumerate(lines[:30]):
        filled = sum(bool(cell.strip()) for cell in line.split(delimiter))
        trailing = n + 1 < len(lines) and lines[n + 1].rstrip("\r\n").endswith(delimiter)
        wide = line.count(delimiter) >= max(1, cells - trailing)
        if wide and filled >= min(3, max(cells, 1)):
            return n
    return None


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
