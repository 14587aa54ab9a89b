"""
One reader for every table: CSV of any dialect a logger or spreadsheet writes, or Parquet.

Nothing is lost and nothing is guessed silently: what had to be supposed, dropped or could not be
read is counted in a verdict that names file, row, column and value.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.dialect import body, decoded
from loopkeeper.plant.verdict import Verdict

NOTHING = ("", "--", "-", "nan", "null", "none", "na", "n/a", "#n/a")
"""Texts that stand where there is no value, in lower case."""
SENTINELS = (*NOTHING, "9999", "-9999", "-32768", "32767", "-999", "9999.0", "-9999.0", "-999.0",
             "-32768.0")  # fmt: skip
"""The same with the numbers that loggers write there."""
_DECIMAL_COMMA = r"^[+-]?\d+,\d+([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"


@dataclass(frozen=True)
class TextTable:
    """A table of texts, null where a cell is empty or missing, and what reading it had to say."""

    name: str
    frame: pl.DataFrame
    verdicts: tuple[Verdict, ...]


def read_table(path: Path, name: str | None = None) -> TextTable:
    """
    Read a CSV file as texts.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        What verdicts call it.

    Returns
    -------
    TextTable
        Columns in file order with tidied names; ``row`` holds the line number in the file.
    """
    label = name or path.name
    text, verdicts = decoded(path.read_bytes(), label)
    found = body(text)
    if not found.text:
        said = Verdict("dossier.file.empty", {"file": label})
        return TextTable(label, pl.DataFrame(), (*verdicts, said))
    if any(line.strip() for line in text.splitlines()[: found.skipped]):
        verdicts.append(Verdict("dossier.file.preamble", {"file": label, "count": found.skipped}))
    try:
        frame = pl.read_csv(
            io.StringIO(found.text),
            separator=found.delimiter,
            infer_schema=False,
            truncate_ragged_lines=True,
            quote_char='"',
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        reason = str(error).splitlines()[0][:120]
        said = Verdict("dossier.file.unreadable", {"file": label, "reason": reason})
        return TextTable(label, pl.DataFrame(), (*verdicts, said))
    frame = _named(frame).with_row_index("row", offset=2 + found.skipped)
    frame, repeated = _without_headers(frame)
    if repeated:
        verdicts.append(
            Verdict("dossier.rows.repeated_header", {"file": label, "count": repeated})
        )
    return TextTable(label, frame, tuple(verdicts))


def numbers(
    table: TextTable, column: str, *, logged: bool = True
) -> tuple[pl.Series, tuple[Verdict, ...]]:
    """
    Return a column as numbers.

    Parameters
    ----------
    table : TextTable
        The table.
    column : str
        One of its columns.
    logged : bool
        Whether a logger wrote it; only loggers write 9999 where there is no value.

    Returns
    -------
    Series
        Float64, null where there is no value.
    verdicts : tuple of Verdict
        Sentinels and cells that could not be read, counted.
    """
    raw = table.frame[column]
    if raw.dtype.is_numeric():
        return _numeric(table.name, column, raw) if logged else (raw.cast(pl.Float64), ())
    text = raw.cast(pl.String).str.strip_chars().str.replace_all("\u00a0", "")
    verdicts: list[Verdict] = []
    lower = text.str.to_lowercase()
    empty = text.is_null() | (lower == "")
    sentinel = lower.is_in(list(SENTINELS if logged else NOTHING)) & ~empty
    if sentinel.any():
        figures = {"file": table.name, "column": column, "count": int(sentinel.sum())}
        verdicts.append(Verdict("dossier.value.sentinel", figures))
    kept = pl.DataFrame({"t": text, "gone": empty | sentinel}).select(
        pl.when(pl.col("gone").fill_null(True)).then(None).otherwise(pl.col("t")).alias("t")  # noqa: FBT003
    )["t"]
    cleaned, said = _decimal(table.name, column, kept)
    verdicts += said
    value = cleaned.cast(pl.Float64, strict=False)
    bad = value.is_null() & kept.is_not_null()
    if bad.any():
        verdicts.append(_unparsable(table, column, bad, "a number"))
    return value, tuple(verdicts)


def texts(table: TextTable, column: str) -> list[str]:
    """Return a column as texts; missing cells and columns are empty."""
    if column not in table.frame.columns:
        return [""] * table.frame.height
    return [
        "" if value is None else value.strip()
        for value in table.frame[column].cast(pl.String).to_list()
    ]


def _numeric(name: str, column: str, raw: pl.Series) -> tuple[pl.Series, tuple[Verdict, ...]]:
    """Numbers that came as such; sentinels among them still count."""
    value = raw.cast(pl.Float64)
    sentinel = value.is_in([9999.0, -9999.0, -32768.0, 32767.0, -999.0]) | value.is_nan()
    count = int(sentinel.sum() or 0)
    if not count:
        return value, ()
    figures = {"file": name, "column": column, "count": count}
    cleaned = pl.DataFrame({"v": value, "s": sentinel}).select(
        pl.when(pl.col("s")).then(None).otherwise(pl.col("v")).alias("v")
    )["v"]
    return cleaned, (Verdict("dossier.value.sentinel", figures),)


def _unparsable(table: TextTable, column: str, bad: pl.Series, expected: str) -> Verdict:
    first = int(bad.arg_true()[0])
    return Verdict(
        "dossier.value.unparsable",
        {
            "file": table.name,
            "row": int(table.frame["row"][first]),
            "column": column,
            "value": str(table.frame[column][first])[:60],
            "expected": expected,
            "count": int(bad.sum()),
        },
    )


def _decimal(name: str, column: str, kept: pl.Series) -> tuple[pl.Series, list[Verdict]]:
    """Turn decimal commas and thousands separators into plain numbers, or say what is unclear."""
    comma = kept.str.contains(",").fill_null(False)  # noqa: FBT003
    if not comma.any():
        return kept, []
    point = kept.str.contains(".", literal=True).fill_null(False)  # noqa: FBT003
    decimal = kept.str.contains(_DECIMAL_COMMA).fill_null(False)  # noqa: FBT003
    thousands = kept.str.contains(_THOUSANDS).fill_null(False)  # noqa: FBT003
    surely_decimal = bool((decimal & ~thousands).any())
    surely_thousands = bool((comma & point).any())
    figures = {"file": name, "column": column}
    if surely_decimal and not surely_thousands:
        return kept.str.replace(",", "."), [Verdict("dossier.value.decimal_comma", figures)]
    if surely_thousands and not surely_decimal:
        return kept.str.replace_all(",", ""), [Verdict("dossier.value.thousands", figures)]
    return kept, [Verdict("dossier.value.comma_unclear", {**figures, "count": int(comma.sum())})]


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Tidy column names: no soft hyphens, no stray blanks; nameless trailing columns go."""
    names: dict[str, str] = {}
    for column in frame.columns:
        tidy = column.replace("\u00ad", "").replace("\ufeff", "").strip().strip('"')
        if tidy == "" or tidy.startswith("_duplicated_"):
            continue
        names[column] = tidy if tidy not in names.values() else column
    return frame.select(list(names)).rename(names)


def _without_headers(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Drop rows that repeat the header, and rows without any value."""
    columns = [c for c in frame.columns if c != "row"]
    if not columns:
        return frame, 0
    same = pl.all_horizontal(
        [pl.col(c).str.strip_chars().eq(c).fill_null(False) for c in columns[:3]]  # noqa: FBT003
    )
    kept = frame.filter(~same)
    repeated = frame.height - kept.height
    return kept.filter(~pl.all_horizontal(pl.col(columns).is_null())), repeated
