"""Files that hold tables: text, spreadsheets, Parquet, and what is packed; every one opened."""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

import fastexcel
import polars as pl

from loopkeeper.adapters.files.tables.dialect import decoded
from loopkeeper.adapters.files.tables.exports import from_flux, is_flux
from loopkeeper.adapters.files.tables.markup import grid_of, is_markup
from loopkeeper.adapters.files.tables.text_table import TextTable, from_bytes, from_grid
from loopkeeper.plant.verdict import Verdict

TEXT = frozenset({".csv", ".txt", ".tsv", ".dat", ".log", ".asc", ".prn", ".tab"})
SHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"})
COLUMNS = frozenset({".parquet", ".pq"})
PACKED = frozenset({".gz", ".zip", ".xz"})
ENDINGS = TEXT | SHEETS | COLUMNS | PACKED
"""Endings of files that may hold a table."""
_LARGEST = 4_000_000_000
"""More than this is not unpacked. [bytes]"""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_hidden(name: str) -> bool:
    """Tell whether a name is one of a lock, a system's or a hidden file."""
    last = PurePosixPath(name).name
    return (
        last.startswith((".", "~$", "._"))
        or last.lower() in {"thumbs.db", "desktop.ini"}
        or (name.startswith("__MACOSX/"))
    )


def tables_of(raw: bytes, name: str, known: Collection[str] | None = None) -> list[TextTable]:
    """
    Open a file as the tables it holds.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        What verdicts call it; its ending counts only where the content does not tell.
    known : collection of str, optional
        Names of columns that are expected in telemetry; None for a table whose header is one row.

    Returns
    -------
    list of TextTable
        One for each text, sheet with cells or packed file; a table that cannot be read is empty
        and says why.
    """
    try:
        return list(_opener(raw, name)(raw, name, known))
    except (
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        ValueError,
        EOFError,
        fastexcel.FastExcelError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        RuntimeError,
    ) as error:
        return [_unreadable(name, str(error) or type(error).__name__)]


_Opener = Callable[[bytes, str, Collection[str] | None], Iterator[TextTable]]


def _opener(raw: bytes, name: str) -> _Opener:
    """By what a file begins with; by its ending where it begins like a text."""
    ending = PurePosixPath(name.lower()).suffix
    if raw[:4] == b"PK\x03\x04":
        return _sheets if ending in SHEETS or _is_workbook(raw) else _members
    if raw.startswith(_OLE):
        return _sheets
    for start, opener in (
        (b"\x1f\x8b", _unpacked),
        (b"\xfd7zXZ", _unpacked),
        (b"PAR1", _parquet),
    ):
        if raw.startswith(start):
            return opener
    if ending in COLUMNS:
        return _parquet
    if ending in SHEETS | PACKED and not _is_text(raw):
        return _members if ending in PACKED else _sheets
    return _text


def _is_text(raw: bytes) -> bool:
    return bool(raw) and b"\x00" not in raw[:4096].replace(b"\xff\xfe", b"")


def _is_workbook(raw: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = packed.namelist()
    return any(n.startswith("xl/") for n in names) or "content.xml" in names


def _text(raw: bytes, name: str, known: Collection[str] | None) -> Iterator[TextTable]:
    if is_flux(raw):
        yield from_flux(raw, name)
    elif is_markup(raw):
        text, said = decoded(raw, name)
        table = from_grid(grid_of(text), name, known)
        yield replace(table, verdicts=(*said, *table.verdicts))
    else:
        yield from_bytes(raw, name, known)


def _sheets(raw: bytes, name: str, known: Collection[str] | None) -> Iterator[TextTable]:
    book = fastexcel.read_excel(raw)
    several = len(book.sheet_names) > 1
    found = False
    for sheet in book.sheet_names:
        label = f"{name} [{sheet}]" if several else name
        try:
            loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            grid = loaded.to_polars()
        except (pl.exceptions.PolarsError, ValueError, fastexcel.FastExcelError) as error:
            yield _unreadable(label, str(error))
            continue
        if grid.height and grid.width:
            found = True
            yield from_grid(grid, label, known)
    if not found:
        yield TextTable(name, pl.DataFrame(), (Verdict("dossier.file.empty", {"file": name}),))


def _parquet(raw: bytes, name: str, _: Collection[str] | None) -> Iterator[TextTable]:
    yield TextTable(name, pl.read_parquet(io.BytesIO(raw)), (), commas=True)


def _unpacked(raw: bytes, name: str, known: Collection[str] | None) -> Iterator[TextTable]:
    opened = gzip.GzipFile(fileobj=io.BytesIO(raw)) if raw[:2] == b"\x1f\x8b" else None
    with opened or lzma.open(io.BytesIO(raw)) as packed:
        inner = packed.read(_LARGEST + 1)
    if len(inner) > _LARGEST:
        yield _unreadable(name, "larger than 4 GB when unpacked")
        return
    yield from tables_of(inner, name.rsplit(".", 1)[0] if "." in name else name, known)


def _members(raw: bytes, name: str, known: Collection[str] | None) -> Iterator[TextTable]:
    """Everything that is packed; hidden files and folders are none."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        for member in packed.infolist():
            if member.is_dir() or is_hidden(member.filename):
                continue
            label = f"{name}/{member.filename}"
            ending = PurePosixPath(member.filename.lower()).suffix
            if ending not in ENDINGS:
                figures = {"file": label, "reason": _strange(ending)}
                yield TextTable(label, pl.DataFrame(), (Verdict("dossier.file.unread", figures),))
            elif member.file_size > _LARGEST:
                yield _unreadable(label, "larger than 4 GB when unpacked")
            else:
                yield from tables_of(packed.read(member), label, known)


def _strange(ending: str) -> str:
    return f"no kind of table is called {ending or 'so'}"


def _unreadable(name: str, reason: str) -> TextTable:
    figures = {"file": name, "reason": reason.splitlines()[0][:120] if reason else "-"}
    return TextTable(name, pl.DataFrame(), (Verdict("dossier.file.unreadable", figures),))
