"""Decimal signs and thousands: what the cells of a column, and those of its file, say together."""

from dataclasses import dataclass

import polars as pl

from loopkeeper.plant.verdict import Verdict

_LOOKED_AT = 1000
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_EXPONENT = r"([eE][+-]?\d+)?"
_GROUP = r"[+-]?[1-9]\d{0,2}"
_SPACED = r"^[+-]?\d{1,3}([ ']\d{3})+([.,]\d+)?$"
_POINT_LAST = rf"^{_GROUP}(,\d{{2,3}})*,\d{{3}}\.\d+{_EXPONENT}$"
_COMMA_LAST = rf"^{_GROUP}(\.\d{{3}})+,\d+{_EXPONENT}$"
_MANY_COMMAS = rf"^{_GROUP}(,\d{{2,3}})*,\d{{2,3}},\d{{3}}$"
_MANY_POINTS = rf"^{_GROUP}(\.\d{{3}}){{2,}}$"
_ONE_COMMA = rf"^[+-]?\d*,\d+{_EXPONENT}$"
_ONE_POINT = rf"^[+-]?\d*\.\d+{_EXPONENT}$"
_EITHER_COMMA = rf"^{_GROUP},\d{{3}}$"
_EITHER_POINT = rf"^{_GROUP}\.\d{{3}}$"


@dataclass(frozen=True)
class Marks:
    """What the columns of a file say beyond doubt: that the comma, or the point, is decimal."""

    comma: bool = False
    point: bool = False

    @property
    def plain(self) -> bool:
        """Whether a cell such as 1.234 is a plain number without looking further."""
        return not self.comma


@dataclass(frozen=True)
class Decimals:
    """Numbers, what there was to say, and whether cells were left out for being unclear."""

    values: pl.Series
    verdicts: tuple[Verdict, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class _Seen:
    """Which cells show which sign beyond doubt, and which may be read in two ways."""

    comma: pl.Series
    point: pl.Series
    either_comma: pl.Series
    either_point: pl.Series


def _has(text: pl.Series, pattern: str) -> pl.Series:
    return text.str.contains(pattern).fill_null(value=False)


def _seen(text: pl.Series) -> _Seen:
    either_comma, either_point = _has(text, _EITHER_COMMA), _has(text, _EITHER_POINT)
    comma = _has(text, _COMMA_LAST) | _has(text, _MANY_POINTS)
    comma |= _has(text, _ONE_COMMA) & ~either_comma
    point = _has(text, _POINT_LAST) | _has(text, _MANY_COMMAS)
    point |= _has(text, _ONE_POINT) & ~either_point
    return _Seen(comma, point, either_comma, either_point)


def shows_decimal_comma(text: pl.Series) -> bool:
    """Tell whether cells of a column have decimal commas beyond doubt and no decimal points."""
    if _only_commas(text.head(_LOOKED_AT)) and not text.str.contains(".", literal=True).any():
        return True
    sample = text.drop_nulls().str.strip_chars().str.replace_all(r"[ '\u00a0]", "")
    if not sample.str.contains(",", literal=True).any():
        return False
    seen = _seen(sample)
    return bool(seen.comma.any()) and not seen.point.any()


def _only_commas(text: pl.Series) -> bool:
    """Whether some cell has a decimal comma beyond doubt, and none a point."""
    sure = text.str.contains(_ONE_COMMA) & ~text.str.contains(_EITHER_COMMA)
    return bool(sure.any()) and not text.str.contains(".", literal=True).any()


def with_decimal_commas(text: pl.Series, marks: Marks) -> pl.Series | None:
    """
    Read a column that has nothing but numbers with decimal commas.

    Parameters
    ----------
    text : Series
        Cells as they stand in the file.
    marks : Marks
        What the rest of the file says.

    Returns
    -------
    Series or None
        None when a cell is anything else, or nothing tells the comma from a thousands separator.
    """
    dotted = text.str.contains(".", literal=True).any()
    if dotted or not text.str.contains(",", literal=True).any():
        return None
    value = _cast(text.str.replace(",", ".", literal=True))
    if value.null_count() > text.null_count():
        return None
    return value if marks.comma or _only_commas(text) else None


def shows_decimal_point(text: pl.Series) -> bool:
    """Tell whether cells of a column have decimal points beyond doubt, by its first rows."""
    sample = text.drop_nulls().head(_LOOKED_AT)
    return bool((sample.str.contains(_ONE_POINT) & ~sample.str.contains(_EITHER_POINT)).any())


def may_be_grouped(text: pl.Series) -> bool:
    """
    Tell whether points of a column of plain numbers may be thousands separators.

    Parameters
    ----------
    text : Series
        Cells that all read as numbers.

    Returns
    -------
    bool
        True when numbers up to 999 have no point and all others have one before three digits, as
        no decimal fraction is written.
    """
    if shows_decimal_point(text) or not text.str.contains(".", literal=True).any():
        return False
    tidy = text.str.strip_chars()
    small = _has(tidy, r"^[+-]?[1-9]\d{0,2}$")
    return bool(
        small.any()
        and (small | _has(tidy, _EITHER_POINT) | _has(tidy, r"^0?$") | tidy.is_null()).all()
    )


def as_decimals(name: str, column: str, text: pl.Series, marks: Marks) -> Decimals:
    """
    Turn the cells of a column into numbers.

    Parameters
    ----------
    name, column : str
        What verdicts call the file and the column.
    text : Series
        Cells without units, marks and status; null where there is nothing to read.
    marks : Marks
        What the rest of the file says.

    Returns
    -------
    Decimals
        Of the two signs the one behind is the decimal one; a cell that may be read in two ways
        is read as the others of its column are, or of its file; where these disagree or say
        nothing of a comma, no such cell is read.
    """
    spaced = _has(text, _SPACED)
    if spaced.any():
        text = pl.select(
            pl.when(spaced).then(text.str.replace_all(r"[ ']", "")).otherwise(text)
        ).to_series()
    comma = _has(text, ",")
    if not comma.any() and marks.plain and not _has(text, _MANY_POINTS).any():
        said = (_verdict("dossier.value.thousands", name, column),) if spaced.any() else ()
        return Decimals(_cast(text), said)
    return _decided(name, column, text, marks)


def _decided(name: str, column: str, text: pl.Series, marks: Marks) -> Decimals:
    seen = _seen(text)
    commas, points = int(seen.comma.sum()), int(seen.point.sum())
    grouped = _has(text, _COMMA_LAST).any() or _has(text, _MANY_POINTS).any()
    by_comma = bool(commas and not points) or (marks.comma and not points)
    unclear = seen.either_comma | (seen.either_point if commas else False)
    told = commas > 0 or points > 0 or marks.comma or marks.point
    if commas and not points and not grouped:
        told = commas >= int(seen.either_point.sum())
    if unclear.any() and (not told or (commas and points)):
        figures = {"file": name, "column": column, "count": int(unclear.sum())}
        nothing = pl.Series(column, [None] * len(text), pl.Float64)
        return Decimals(nothing, (Verdict("dossier.value.comma_unclear", figures),), refused=True)
    either = seen.either_comma | seen.either_point
    as_comma = (seen.comma | either) if by_comma else seen.comma
    european = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    english = text.str.replace_all(",", "", literal=True)
    legal = _has(text, _PLAIN) | seen.point | either
    values = _cast(
        pl.select(pl.when(as_comma).then(european).when(legal).then(english)).to_series()
    )
    said = []
    if (as_comma & _has(text, ",")).any():
        said.append(_verdict("dossier.value.decimal_comma", name, column))
    thousands = _has(text, _POINT_LAST) | _has(text, _MANY_COMMAS) | _has(text, _COMMA_LAST)
    if (thousands | (seen.either_point if by_comma else seen.either_comma)).any():
        said.append(_verdict("dossier.value.thousands", name, column))
    return Decimals(values, tuple(said))


def _cast(text: pl.Series) -> pl.Series:
    return text.cast(pl.Float64, strict=False)


def _verdict(code: str, name: str, column: str) -> Verdict:
    return Verdict(code, {"file": name, "column": column})
