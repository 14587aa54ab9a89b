"""The shape of a table of telemetry: which column holds the times, which names, which values."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from loopkeeper.adapters.files.tables.clock import tidied
from loopkeeper.adapters.files.tables.header import split_unit
from loopkeeper.adapters.files.tables.text_table import TextTable
from loopkeeper.measure.source_quality import SourceQuality, by_opc, by_word
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import MAJORITY

GOOD_FROM, BYTE = 192, 255
"""Codes of good quality (OPC Data Access 3.0)."""
LONGEST_TEST = 1e8
"""Larger figures are no time since the start of a test: three years. [s]"""
FEW, SOME = 0.2, 0.3
"""Shares of a column that may be unlike it, and that tell its kind (A). [-]"""
SHEET_DAYS, FIGURED = (2e4, 8e4), (1.9e7, 1e19)
"""A spreadsheet's days from 1954 to 2119; dates in figures from 1900, nanoseconds since 1970."""

TIMES = (
    "time", "timestamp", "time_stamp", "datetime", "date_time", "date time", "date/time", "_time",
    "last_changed", "last_updated", "时间", "日期时间", "时间戳", "采集时间", "采样时间",
    "记录时间", "数据时间", "监测时间", "测量时间", "上报时间", "zeit", "zeitstempel",
    "datum/zeit", "horodatage",
    "fecha", "tid", "ts", "date", "日期", "datum", "unix", "epoch", "unixtime", "t",
    "__index_level_0__", "index",
)  # fmt: skip
_CLOCKS = (
    "time",
    "time of day",
    "uhrzeit",
    "zeit",
    "heure",
    "hora",
    "时间",
    "时刻",
    "hour",
    "hh:mm",
)
_POINTS = (
    "point", "point_id", "point id", "pointid", "point name", "pointname", "entity_id", "tag",
    "tagname", "tag name", "tag_name", "sensor", "sensor_id", "variable", "variablename", "metric",
    "parameter", "signal", "channel", "series", "name", "feed", "topic", "definitionid",
    "object_name", "_field", "_measurement", "测点", "测点名称", "测点名", "测点编号", "点位",
    "点位名称", "点名", "点号", "参数", "参数名称", "名称", "变量", "变量名", "指标", "设备点位",
)  # fmt: skip
_VALUES = (
    "value", "_value", "val", "values", "state", "reading", "measurement", "datalogvalue", "mean",
    "值", "数值", "测量值", "读数", "数据", "实时值", "采集值", "wert", "valeur", "valor",
)  # fmt: skip
_UNITS = ("unit", "units", "unit_of_measurement", "uom", "单位", "einheit")
_ASIDE = frozenset(
    {"row", "known_at", "quality", "序号", "编号", "行号", "no", "no.", "nr", "nr.", "#", "index",
     "result", "table", "_start", "_stop", "id", "unnamed: 0"}
)  # fmt: skip
_PARTS = (
    ("year", "yyyy", "年", "jahr"), ("month", "mm", "mo", "月", "monat"),
    ("day", "dd", "dy", "日", "tag"), ("hour", "hh", "hr", "时", "小时", "stunde"),
    ("minute", "min", "分", "分钟"),
    ("second", "sec", "秒"),
)  # fmt: skip
_QUALITY = frozenset({"quality", "qc", "质量", "品质", "数据质量"})
_STATUS = frozenset({"status", "flag", "flags", "状态"})
_ELAPSED = frozenset({"s", "sec", "min", "h", "hr", "d", "seconds", "minutes", "hours", "days"})
_LOOKED_AT = 400
_DATED = (
    r"^(?:\p{L}{2,9}\.?,? )?(?:\d{4}[-/.]\d{1,2}(?:[-/. ]|$)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}\.?[-/ ]?\p{L}{3,9}\.?,?[-/ ]?\d{2,4}|\p{L}{3,9}\.?[- ]\d{1,2}\w{0,2},?[- ]\d{4}"
    r"|\d{8}[ T]\d{4}|\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])? \d{1,4}[-/.])"
)
_TIMED = r"\d{1,2}:\d{2}"
_CLOCK_ONLY = r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?$"


_STATED_ZONE = re.compile(
    r"(?:\b|_)(UTC|GMT)\s*([+-]\s*\d{1,2})?(?::?(\d\d))?(?![\w+-])", re.IGNORECASE
)
_HALF_HOURS = {
    (3, 30): "Asia/Tehran", (4, 30): "Asia/Kabul", (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu", (6, 30): "Asia/Yangon", (9, 30): "Australia/Darwin",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """Columns by their part: the time, the time of day where it stands apart, the rest."""

    time: str
    clock: str = ""
    point: tuple[str, ...] = ()
    value: str = ""
    unit: str = ""

    @property
    def long(self) -> bool:
        """Whether each row is one reading of one point."""
        return bool(self.point and self.value)


def shape_of(table: TextTable, declared: Collection[str]) -> Shape | None:
    """
    Find the parts of a table.

    Parameters
    ----------
    table : TextTable
        As read.
    declared : collection of str
        Points of the plant; empty when they are not known.

    Returns
    -------
    Shape or None
        None when no column holds times.
    """
    columns = table.columns
    time, clock = _time(table, [c for c in columns if c not in declared])
    if not time:
        return None
    rest = [c for c in columns if c not in {time, clock}]
    value = _named(rest, _VALUES)
    if not value or value in declared:
        return Shape(time, clock)
    point = _points(table, [c for c in rest if c != value], declared)
    unit = _named([c for c in rest if c not in {value, *point}], _UNITS)
    return Shape(time, clock, point, value, unit)


def measured_columns(table: TextTable, shape: Shape, declared: Collection[str]) -> list[str]:
    """Return the columns of a wide table that may be points."""
    parts = {shape.time, shape.clock}
    return [
        c for c in table.columns if c not in parts and (c in declared or _plain(c) not in _ASIDE)
    ]


def with_whole_time(table: TextTable) -> TextTable:
    """Return a table whose columns year, month, day, hour … are one column of times besides."""
    plain = {_plain(c): c for c in table.columns}
    found = [next((plain[n] for n in names if n in plain), "") for names in _PARTS]
    if not all(found[:3]) or "time" in plain:
        return table
    texts = [
        table.frame[c].cast(pl.String).str.strip_chars().str.replace(r"\.0+$", "") if c else None
        for c in found
    ]
    zero = pl.repeat("0", table.frame.height, eager=True)
    year, month, day, hour, minute, second = (zero if t is None else t for t in texts)
    whole = year + "-" + month + "-" + day + " " + hour + ":" + minute + ":" + second
    frame = table.frame.drop([c for c in found if c]).with_columns(whole.alias("time"))
    figures = {"file": table.name, "columns": ", ".join(c for c in found if c)}
    said = Verdict("dossier.time.parts", figures)
    return TextTable(table.name, frame, (said,), table.units, table.commas)


def row_quality(
    table: TextTable, shape: Shape, declared: Collection[str]
) -> tuple[pl.Series | None, str]:
    """
    Tell what a column of status or quality says of each row, and which column that is.

    The status of a machine is none of its meters: beside several points a status counts only
    where it is written as one of readings, in braces. Numbers count in a column of quality where
    they are OPC's bytes, or our own 0 to 2 and mostly good.

    Returns
    -------
    Series or None
        Of :class:`~loopkeeper.measure.source_quality.SourceQuality`, Int8; None where every row
        is good, with the column where its numbers may mean anything.
    """
    lone = shape.long or _named(table.columns, _VALUES) != ""
    for column in (c for c in table.columns if c not in declared):
        if _plain(column) not in _QUALITY | _STATUS:
            continue
        raw, named = table.frame[column], _plain(column) in _QUALITY
        numbers = _numbers(raw)
        if numbers is not None and not named:
            continue
        found = _words(raw, lone=lone or named) if numbers is None else _codes(numbers)
        if found is None:
            return None, column
        if (found > SourceQuality.GOOD).any():
            return found, column
    return None, ""


def _words(raw: pl.Series, *, lone: bool) -> pl.Series:
    """What words of a status say, where they are those of readings."""
    text = raw.cast(pl.String).str.to_lowercase()
    if not lone and not text.str.starts_with("{").any():
        text = text.clear(len(text))
    return _translated(text, _worst_word)


def _numbers(raw: pl.Series) -> pl.Series | None:
    """A column of nothing but numbers, None where it is none."""
    if raw.dtype != pl.String and not raw.dtype.is_numeric():
        return None
    numbers = raw.cast(pl.Float64, strict=False)
    bare = len(numbers.drop_nulls()) and numbers.null_count() == raw.null_count()
    return numbers if bare else None


def _codes(numbers: pl.Series) -> pl.Series | None:
    """What numbers of a column of quality say, None where they may mean anything."""
    codes = numbers.round().cast(pl.Int64, strict=False)
    said = codes.drop_nulls()
    if (said != numbers.drop_nulls()).any():
        return None
    if said.is_in([0, 1, 2]).all() and (said == 0).sum() > len(said) / 2:
        return _translated(codes, SourceQuality)
    opc = (said >= 0).all() and (said.is_between(GOOD_FROM, BYTE)).any()
    return _translated(codes, by_opc) if opc else None


def _translated(raw: pl.Series, meaning: Callable[[Any], SourceQuality | None]) -> pl.Series:
    words = raw.unique().drop_nulls().to_list()
    found = {word: int(meaning(word) or SourceQuality.GOOD) for word in words}
    return raw.replace_strict(
        found, default=int(SourceQuality.GOOD), return_dtype=pl.Int8
    ).fill_null(int(SourceQuality.GOOD))


def _worst_word(text: str) -> SourceQuality:
    """The worst that the words of a status say; machines' own words say nothing of readings."""
    words = re.findall(r"[a-z]+|[\u4e00-\u9fff]+", text)
    return max((by_word(word) or SourceQuality.GOOD for word in words), default=SourceQuality.GOOD)


def zone_in(column: str) -> str | None:
    """
    Return the zone that the header of a time column states, such as ``Time (UTC+8)``.

    Parameters
    ----------
    column : str
        The header.

    Returns
    -------
    str or None
        Of the IANA list; None when it states none.
    """
    match = _STATED_ZONE.search(column)
    if match is None:
        return "Etc/GMT-8" if "北京时间" in column else None
    hours = int((match[2] or "0").replace(" ", ""))
    minutes = int(match[3] or 0)
    if minutes:
        return _HALF_HOURS.get((hours, minutes))
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"


def _plain(column: str) -> str:
    """A name without case, units and brackets."""
    return re.sub(r"[\s_]+", " ", split_unit(column)[0]).strip().lower()


def _named(columns: Sequence[str], names: Sequence[str]) -> str:
    """Return the column with the foremost of the names."""
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(_plain(column), column)
        plain.setdefault(column.lower(), column)
    wanted = [n for name in names for n in (name, name.replace("_", " ").strip())]
    return next((plain[name] for name in wanted if name in plain), "")


def _time(table: TextTable, columns: Sequence[str]) -> tuple[str, str]:
    """The column with times by content and name, and that of the time of day where it is apart."""
    kinds = {c: _kind(table.frame[c]) for c in columns}
    whole = [c for c in columns if kinds[c] == "instant"]
    dates = [c for c in columns if kinds[c] == "date"]
    clocks = [c for c in columns if kinds[c] == "clock"]
    if whole:
        return _named(whole, TIMES) or whole[0], ""
    if dates and clocks:
        return _named(dates, TIMES) or dates[0], _named(clocks, _CLOCKS) or clocks[0]
    if dates:
        return _named(dates, TIMES) or dates[0], ""
    figures = [c for c in columns if kinds[c] == "figures" and not _is_elapsed(table, c)]
    by_name = _named(figures, [n for n in TIMES if n not in {"t", "index"}])
    if by_name:
        return by_name, ""
    return ("time", "") if "time" in columns and not clocks else ("", "")


def _is_elapsed(table: TextTable, column: str) -> bool:
    """Whether figures are counted from the start of a test: the header has a unit for them."""
    unit = split_unit(column)[1].lower()
    middle = table.frame[column].cast(pl.Float64, strict=False).median()
    return unit in _ELAPSED and not (isinstance(middle, float) and middle > LONGEST_TEST)


def _kind(raw: pl.Series) -> str:
    """What a column holds: instants, dates, times of day, figures that may be instants."""
    if raw.dtype.is_numeric():
        return "figures" if _as_epoch(raw.cast(pl.Float64)) else ""
    if raw.dtype == pl.String:
        return _kind_of_texts(raw)
    kinds = ((pl.Datetime, "instant"), (pl.Date, "date"), (pl.Time, "clock"))
    return next((kind for dtype, kind in kinds if raw.dtype == dtype), "")


def _kind_of_texts(raw: pl.Series) -> str:
    sample = tidied(raw.drop_nulls().head(_LOOKED_AT))
    sample = sample.filter(sample != "")
    if not len(sample):
        return ""
    number = sample.str.replace(",", ".").cast(pl.Float64, strict=False)
    if number.null_count() < FEW * len(sample) and not sample.str.contains(r"\.\d+\.").any():
        return "figures" if _as_epoch(number) else ""
    if _share(sample, _CLOCK_ONLY) > MAJORITY:
        return "clock"
    if _share(sample, _DATED) <= SOME:
        return ""
    return "instant" if _share(sample, _TIMED) > SOME else "date"


def _share(sample: pl.Series, pattern: str) -> float:
    return float(sample.str.contains(pattern).sum()) / len(sample)


def _as_epoch(value: pl.Series) -> bool:
    """Whether numbers may be counted since 1970, be a spreadsheet's days, or dates in figures."""
    middle = value.drop_nulls().median()
    return isinstance(middle, float) and any(
        low <= middle <= high for low, high in (SHEET_DAYS, FIGURED)
    )


def _points(
    table: TextTable, columns: Sequence[str], declared: Collection[str]
) -> tuple[str, ...]:
    """The column that names the points: where most names are declared, else by its own name."""
    words = (pl.String, pl.Categorical, pl.Enum)
    texts = [c for c in columns if table.frame.schema[c] in words]
    if declared:
        hits = {}
        for column in texts:
            known = set(table.frame[column].unique().to_list())
            hits[column] = len(known & set(declared))
        best = max(texts, key=lambda c: hits[c], default="")
        if best and hits[best]:
            return (best,)
    fields = [c for c in ("_measurement", "_field") if c in columns]
    if len(fields) == 2:
        several = [c for c in fields if table.frame[c].n_unique() > 1]
        return tuple(several or fields[:1])
    found = _named(columns, _POINTS)
    return (found,) if found else ()
