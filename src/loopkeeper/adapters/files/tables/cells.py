"""
Cells of a table to numbers: vectorised where they are plain, cell by cell kind where they are not.

A cell is a number, a logger's mark for no value, or it is counted as unreadable with an example.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from loopkeeper.adapters.files.tables.decimals import (
    Marks,
    as_decimals,
    may_be_grouped,
    shows_decimal_comma,
    shows_decimal_point,
    with_decimal_commas,
)
from loopkeeper.adapters.files.tables.text_table import TextTable
from loopkeeper.errors import UnitError
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import linear_to_si

NOTHING = ("", "--", "-", "nan", "null", "none", "na", "n/a", "#n/a")
"""Texts that stand where there is no value, in lower case."""
SENTINELS = (*NOTHING, "9999", "-9999", "-32768", "32767", "-999", "9999.0", "-9999.0", "-999.0",
             "-32768.0")  # fmt: skip
"""The same with the numbers that loggers write there."""
_NUMBERS = (9999.0, -9999.0, -32768.0, 32767.0, -999.0)
_MORE_NOTHING = (
    "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#n/a n/a", "#error", "error",
    "err", "bad", "fault", "down", "stale", "invalid", "offline", "unknown", "unavailable", "nil",
    "no data", "nodata", "no value", "missing", "undefined", "inf", "+inf", "-inf", "infinity",
    "-infinity", "-nan", "1.#qnan", "-1.#ind", "1.#inf", "open circuit",
    "无", "无数据", "空", "缺测", "离线", "断线", "故障", "无效", "坏值", "未知", "超限",
)  # fmt: skip
_MARKS_ONLY = r"^[-–—_.…*?/\\#~]+$"
_ON = ("on", "true", "yes", "running", "run", "active", "started", "start", "open", "enabled",
       "运行", "运行中", "运转", "开", "开启", "开机", "打开", "启", "启动", "是", "投入",
       "ein", "an", "marche", "heating", "cooling")  # fmt: skip
_OFF = ("off", "false", "no", "stopped", "stop", "inactive", "closed", "idle", "disabled",
        "standby", "停", "停止", "停机", "停运", "关", "关闭", "关机", "否", "待机",
        "未运行", "退出", "aus", "arrêt", "arret")  # fmt: skip
_STATES = {**dict.fromkeys(_ON, 1.0), **dict.fromkeys(_OFF, 0.0)}
_GONE = r"fault|down|stale|null|disabled"
_WITH_UNIT = r"^([+-]?(?:\d[\d.,' ]*|[.,]\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s.,'+-].*)$"
_HALF = {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)} | {
    "\u3000": " ",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2007": " ",
    "−": "-",
    "’": "'",
    "´": "'",
    "。": ".",
}


@dataclass(frozen=True)
class ColumnKnowledge:
    """
    What is known of a column beforehand.

    ``unit`` is the meter's own; ``states`` tells whether words such as 运行 are values there;
    ``logged`` whether a logger wrote it (only loggers write 9999 where there is no value).
    """

    unit: str | None = None
    states: bool | None = None
    logged: bool = True
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True)
class Numbers:
    """Values of a column, what reading them had to say, and cells that could not be used."""

    values: pl.Series
    verdicts: tuple[Verdict, ...] = ()
    examples: tuple[str, ...] = ()
    filled: int = 0
    """Cells in which something stood."""


def read_numbers(table: TextTable, column: str, asked: ColumnKnowledge) -> Numbers:
    """
    Read a column as numbers.

    Parameters
    ----------
    table : TextTable
        The table.
    column : str
        One of its columns.
    asked : ColumnKnowledge
        What is known of it beforehand.

    Returns
    -------
    Numbers
        Float64, null where there is no value; marks and unreadable cells are counted.
    """
    raw = table.frame[column]
    if raw.dtype.is_nested():
        return _refused(table, column, raw)
    if raw.dtype.is_numeric() or raw.dtype == pl.Boolean:
        return _plain(table, column, raw.cast(pl.Float64), raw, asked)
    text = raw.cast(pl.String)
    value = text.cast(pl.Float64, strict=False)
    if value.null_count() == text.null_count() and asked.marks.plain:
        if may_be_grouped(text) and not _points_beside(table, column):
            return _unclear(table, column, text)
        return _plain(table, column, value, text, asked)
    commas = with_decimal_commas(text, asked.marks)
    if commas is not None:
        read = _plain(table, column, commas, text, asked)
        said = Verdict("dossier.value.decimal_comma", {"file": table.name, "column": column})
        return replace(read, verdicts=(said, *read.verdicts))
    return _by_kind(table, column, text, asked)


def file_marks(table: TextTable) -> Marks:
    """Tell what the columns of a table say of its decimal sign."""
    if not table.commas:
        return Marks()
    texts = [c for c in table.columns if table.frame.schema[c] == pl.String]
    comma = any(shows_decimal_comma(table.frame[c]) for c in texts)
    point = any(shows_decimal_point(table.frame[c]) for c in texts)
    return Marks() if comma and point else Marks(comma, point)


def _refused(table: TextTable, column: str, raw: pl.Series) -> Numbers:
    figures = {"file": table.name, "column": column, "value": str(raw.dtype)}
    said = Verdict("dossier.column.nested", figures)
    nothing = pl.Series(column, [None] * len(raw), pl.Float64)
    return Numbers(nothing, (said,), (str(raw.dtype),), len(raw))


def _points_beside(table: TextTable, column: str) -> bool:
    """Whether another column has decimal points beyond doubt."""
    others = [c for c in table.columns if c != column and table.frame.schema[c] == pl.String]
    return any(shows_decimal_point(table.frame[c]) for c in others)


def _unclear(table: TextTable, column: str, text: pl.Series) -> Numbers:
    grouped = text.str.contains(".", literal=True).fill_null(value=False)
    figures = {"file": table.name, "column": column, "count": int(grouped.sum())}
    nothing = pl.Series(column, [None] * len(text), pl.Float64)
    said = Verdict("dossier.value.comma_unclear", figures)
    return Numbers(nothing, (said,), _examples(text, grouped), len(text) - text.null_count())


def _plain(
    table: TextTable, column: str, value: pl.Series, raw: pl.Series, asked: ColumnKnowledge
) -> Numbers:
    """Numbers that came as such; marks among them still count."""
    filled = len(raw) - raw.null_count()
    gone = ~value.is_finite()
    if asked.logged:
        gone |= value.is_in(list(_NUMBERS))
    count = int(gone.sum() or 0)
    if not count:
        return Numbers(value, (), (), filled)
    kept = value.to_frame("v").select(pl.when(~gone).then("v"))["v"]
    examples = _examples(raw, gone)
    return Numbers(kept, (_marked(table, column, count),), examples, filled)


def _by_kind(table: TextTable, column: str, text: pl.Series, asked: ColumnKnowledge) -> Numbers:
    """Cells of which some are no plain numbers: marks, states, units, foreign spellings."""
    tidy = _tidy(text)
    lower = tidy.str.to_lowercase()
    empty = text.is_null() | (text.str.strip_chars() == "")
    marks = [*(SENTINELS if asked.logged else NOTHING), *_MORE_NOTHING]
    plain = tidy.cast(pl.Float64, strict=False)
    mark = (lower.is_in([*marks, ""]) | lower.str.contains(_MARKS_ONLY)) & ~empty
    if asked.logged:
        mark |= plain.is_in(list(_NUMBERS)).fill_null(value=False)
    bare, faulty = _without_status(tidy)
    mark |= faulty & ~empty
    open_ = ~(empty | mark)
    kept = pl.select(pl.when(open_).then(bare)).to_series()
    verdicts = [_marked(table, column, int(mark.sum()))] if mark.any() else []
    states = _states(kept, asked)
    kept, said, converted = _without_units(table, column, kept, asked)
    verdicts += said
    decimal = as_decimals(table.name, column, kept, asked.marks)
    verdicts += decimal.verdicts
    value = pl.select(pl.coalesce(decimal.values * converted.factor + converted.offset, states))
    values = value.to_series().alias(column)
    values = pl.select(pl.when(values.is_finite()).then(values).alias(column)).to_series()
    bad = values.is_null() & open_
    if bad.any() and not decimal.refused:
        verdicts.append(_unparsable(table, column, bad))
    filled = int((~empty).sum())
    return Numbers(values, tuple(verdicts), _examples(text, bad | mark), filled)


def _tidy(text: pl.Series) -> pl.Series:
    """Half-width signs, no blanks around, no quotes of spreadsheets."""
    foreign = text.str.contains(r"[^\x00-\x7f]").fill_null(value=False)
    if foreign.any():
        text = text.str.replace_many(_HALF)
    return (
        text.str.strip_chars()
        .str.replace(r"""^=?"(.*)"$""", "$1")
        .str.replace(r"^'", "")
        .str.replace(r"\s*@\s*(\d+|def)$", "")
        .str.strip_chars()
    )


def _without_status(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Cells without the ``{ok}`` behind them, and which of them are marked as no value."""
    braced = text.str.contains(r"\{[^{}]*\}$").fill_null(value=False)
    if not braced.any():
        return text, braced
    status = text.str.extract(r"\{([^{}]*)\}$").str.to_lowercase()
    faulty = status.str.contains(_GONE).fill_null(value=False)
    return text.str.replace(r"\s*\{[^{}]*\}$", ""), faulty


def _states(text: pl.Series, asked: ColumnKnowledge) -> pl.Series:
    """Words for on and off as 1 and 0, where the column may hold such words."""
    lower = text.str.to_lowercase()
    nothing = pl.Series([None] * len(text), dtype=pl.Float64)
    if asked.states is False:
        return nothing
    found = lower.replace_strict(_STATES, default=None, return_dtype=pl.Float64)
    words = found.is_not_null()
    others = text.is_not_null() & ~words & text.cast(pl.Float64, strict=False).is_null()
    if asked.states is None and others.any():
        return nothing
    return found


@dataclass(frozen=True)
class _Converted:
    factor: pl.Series
    offset: pl.Series


def _without_units(
    table: TextTable, column: str, text: pl.Series, asked: ColumnKnowledge
) -> tuple[pl.Series, list[Verdict], _Converted]:
    """Cells without the unit behind the number, converted where it is another one."""
    ones = _Converted(pl.repeat(1.0, len(text), eager=True), pl.repeat(0.0, len(text), eager=True))
    unit = text.str.extract(_WITH_UNIT, 2).str.strip_chars()
    if unit.null_count() == len(unit):
        return text, [], ones
    names = unit.drop_nulls().unique(maintain_order=True).to_list()
    scales, said = unit_scales(names, asked.unit)
    verdicts = [Verdict(code, {"file": table.name, "column": column, **f}) for code, f in said]
    number = pl.select(
        pl.when(unit.is_in(list(scales)))
        .then(text.str.extract(_WITH_UNIT, 1).str.strip_chars())
        .otherwise(text)
    ).to_series()
    factor, offset = (
        unit.replace_strict(
            {name: scale[n] for name, scale in scales.items()},
            default=None,
            return_dtype=pl.Float64,
        ).fill_null(float(1 - n))
        for n in (0, 1)
    )
    return number, verdicts, _Converted(factor, offset)


def unit_scales(
    names: Sequence[str], wanted: str | None
) -> tuple[dict[str, tuple[float, float]], list[tuple[str, Mapping[str, object]]]]:
    """
    Tell how units that stand in a table turn into the unit that is wanted.

    Parameters
    ----------
    names : sequence of str
        As they stand in the table.
    wanted : str, optional
        The meter's own unit as declared; None takes the one unit that stands there.

    Returns
    -------
    scales : dict
        Factor and offset by name; names that cannot be turned into it are left out.
    said : list of (code, figures)
        What there is to say about it.
    """
    units = {name: linear for name in names if (linear := _linear(name)) is not None}
    if not units:
        return {}, []
    if wanted is None and len(set(units.values())) > 1:
        return {}, [("dossier.value.units_differ", {"units": ", ".join(units)})]
    to = next(iter(units.values())) if wanted is None else _linear(wanted)
    if to is None:
        return {}, []
    said: list[tuple[str, Mapping[str, object]]] = []
    scales = {}
    for name, unit in units.items():
        if unit[2] != to[2]:
            figures = {"unit": name, "expected": wanted or "-"}
            said.append(("dossier.value.other_quantity", figures))
            continue
        scales[name] = (unit[0] / to[0], (unit[1] - to[1]) / to[0])
        if unit != to:
            said.append(("dossier.value.converted", {"unit": name, "expected": wanted or "-"}))
    if wanted is None:
        said.append(("dossier.value.unit_in_cell", {"unit": next(iter(units))}))
    return scales, said


def _linear(unit: str) -> tuple[float, float, str] | None:
    try:
        return linear_to_si(unit)
    except UnitError:
        return None


def _marked(table: TextTable, column: str, count: int) -> Verdict:
    figures = {"file": table.name, "column": column, "count": count}
    return Verdict("dossier.value.sentinel", figures)


def _examples(text: pl.Series, which: pl.Series) -> tuple[str, ...]:
    """Return up to three different cells."""
    found = text.filter(which.fill_null(value=False)).head(1000).cast(pl.String).drop_nulls()
    return tuple(one[:40] for one in found.unique(maintain_order=True).head(3).to_list())


def _unparsable(table: TextTable, column: str, bad: pl.Series) -> Verdict:
    first = int(bad.arg_true()[0])
    figures = {
        "file": table.name,
        "row": table.line(first),
        "column": column,
        "value": str(table.frame[column][first])[:60],
        "expected": "a number",
        "count": int(bad.sum()),
    }
    return Verdict("dossier.value.unparsable", figures)
