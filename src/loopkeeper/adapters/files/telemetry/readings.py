"""One table of telemetry, long or wide, to readings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import polars as pl

from loopkeeper.adapters.files.tables.cells import (
    ColumnKnowledge,
    Numbers,
    file_marks,
    read_numbers,
    unit_scales,
)
from loopkeeper.adapters.files.tables.decimals import Marks
from loopkeeper.adapters.files.tables.header import is_data, split_unit
from loopkeeper.adapters.files.tables.shape import (
    Shape,
    measured_columns,
    row_quality,
    shape_of,
    with_whole_time,
    zone_in,
)
from loopkeeper.adapters.files.tables.text_table import TextTable
from loopkeeper.adapters.files.tables.times import Where, read_times
from loopkeeper.measure.source_quality import SourceQuality
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict

EMPTY = pl.DataFrame(
    schema={
        "time": pl.Datetime("us", "UTC"),
        "point": pl.String,
        "value": pl.Float64,
        "known_at": pl.Datetime("us", "UTC"),
        "quality": pl.Int8,
    }
)
"""No readings; ``quality`` as their source states it."""
_STATES = frozenset({"running", "fault_code"})
"""Quantities whose values may be words such as on and off."""
_ALIKE = frozenset(
    {"dossier.value.decimal_comma", "dossier.value.thousands", "dossier.value.sentinel"}
)
_FEW = 8
_Cells = dict[str, tuple[int, tuple[str, ...]]]
_VALUE = frozenset({"value", "_value", "值", "数值", "wert", "val", "reading"})


@dataclass(frozen=True)
class TableReadings:
    """
    Readings of a table and what reading them had to say.

    ``cells`` has by point how many cells were filled and examples of those that could not be
    used; ``examples`` shows what stood where not one row could be used.
    """

    frame: pl.DataFrame
    verdicts: tuple[Verdict, ...] = ()
    rows: int = 0
    cells: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


def readings_of(
    table: TextTable, zone: str, time_format: str, points: Mapping[str, Point]
) -> TableReadings:
    """
    Read a table of telemetry.

    Parameters
    ----------
    table : TextTable
        As read.
    zone : str
        Time zone of times without offset.
    time_format : str
        Declared format of times; empty when they speak for themselves.
    points : mapping
        Declared points by name; empty when they are not known.

    Returns
    -------
    TableReadings
        Long; a file without times has none, and says which columns it has.
    """
    if not table.frame.height:
        return TableReadings(EMPTY)
    table = with_whole_time(table)
    shape = shape_of(table, points)
    if shape is None:
        names = ", ".join(table.columns[:20])
        said = Verdict("dossier.time.missing", {"file": table.name, "columns": names})
        return TableReadings(EMPTY, (said,), table.frame.height, examples=_row(table))
    if is_data(shape.time) and shape.time[0].isdigit():
        figures = {"file": table.name, "first": ", ".join(table.columns)[:80]}
        said = Verdict("dossier.header.missing", figures)
        return TableReadings(EMPTY, (said,), table.frame.height, examples=_row(table))
    verdicts = [v for v in table.verdicts if v.code == "dossier.time.parts"]
    if shape.time != "time" or shape.clock:
        used = f"{shape.time} + {shape.clock}" if shape.clock else shape.time
        figures = {"file": table.name, "column": used, "columns": ", ".join(table.columns[:8])}
        verdicts.append(Verdict("dossier.time.column", figures))
    by = table.frame[shape.point[0]].cast(pl.String) if shape.long else None
    lines = table.frame["row"] if "row" in table.frame.columns else None
    stated = zone_in(shape.time) or zone
    where = Where(stated, table.name, shape.time, by, lines, time_format)
    read = read_times(moments_of(table, shape), where)
    verdicts += read.verdicts
    if read.time.null_count() == len(read.time):
        shown = table.frame[shape.time].drop_nulls().head(3).cast(pl.String).to_list()
        return TableReadings(EMPTY, tuple(verdicts), table.frame.height, examples=tuple(shown))
    quality, doubts = _quality(table, shape, points)
    seen = _Seen(table, shape, read.time, quality, points)
    found = _long(seen, zone) if shape.long else _wide(seen)
    return replace(found, verdicts=(*verdicts, *doubts, *found.verdicts))


def _quality(
    table: TextTable, shape: Shape, points: Mapping[str, Point]
) -> tuple[pl.Series, list[Verdict]]:
    """What the source says of each row; how many it does not call good is said."""
    found, column = row_quality(table, shape, points)
    where = {"file": table.name, "column": column}
    if found is None:
        unclear = [Verdict("dossier.rows.quality_unclear", where)] if column else []
        return pl.repeat(0, table.frame.height, dtype=pl.Int8, eager=True), unclear
    count = int((found > SourceQuality.GOOD).sum())
    return found, [Verdict("dossier.rows.bad_quality", {**where, "count": count})]


def _row(table: TextTable) -> tuple[str, ...]:
    row = table.frame.drop("row", strict=False).row(0)
    return (", ".join(str(cell) for cell in row if cell is not None)[:80],)


def moments_of(table: TextTable, shape: Shape) -> pl.Series:
    """The column of times; date and time of day as one where they stand apart."""
    raw = table.frame[shape.time]
    if not shape.clock:
        return raw
    clock = table.frame[shape.clock]
    if raw.dtype in {pl.Date, pl.Datetime}:
        raw = raw.dt.strftime("%Y-%m-%d")
    text = raw.cast(pl.String).str.strip_chars().str.replace(r"[ T]0?0:00(:00(\.0+)?)?$", "")
    hours = clock.cast(pl.String).str.strip_chars().str.replace(r"^\d{4}-\d\d-\d\d[ T]", "")
    return (text + " " + hours).alias(shape.time)


@dataclass(frozen=True)
class _Seen:
    """A table whose times have been read."""

    table: TextTable
    shape: Shape
    time: pl.Series
    quality: pl.Series
    points: Mapping[str, Point]

    def timeless(self) -> pl.Series:
        """Rows in whose time nothing stands."""
        raw = self.table.frame[self.shape.time]
        if raw.dtype != pl.String:
            return raw.is_null()
        return raw.is_null() | (raw.str.strip_chars() == "")

    def asked(self, point: str, marks: Marks) -> ColumnKnowledge:
        """What is known of a point beforehand."""
        declared = self.points.get(point)
        if declared is None:
            return ColumnKnowledge(marks=marks)
        states = declared.quantity in _STATES or (declared.unit in {"", "-", "1"})
        return ColumnKnowledge(unit=declared.unit, states=states, marks=marks)


def _wide(seen: _Seen) -> TableReadings:
    """Each column a point."""
    table = seen.table
    columns = measured_columns(table, seen.shape, seen.points)
    names = _points_of(columns, table.name, seen.points)
    marks = file_marks(table)
    timed, timeless = seen.time.is_not_null(), seen.timeless()
    parts, cells, wordy, verdicts = [], {}, [], []
    lost = pl.repeat(False, len(seen.time), dtype=pl.Boolean, eager=True)  # noqa: FBT003
    for column in columns:
        point = names[column]
        read = read_numbers(table, column, seen.asked(point, marks))
        if read.values.null_count() == len(read.values) and point not in seen.points:
            wordy += [column] if read.filled else []
            continue
        values, said = _scaled(seen, column, point, read)
        verdicts += [*read.verdicts, *said]
        cells[point] = (read.filled, read.examples)
        has = values.is_not_null()
        part = pl.DataFrame({"time": seen.time, "value": values, "quality": seen.quality}).filter(
            has & timed
        )
        lost |= has & timeless
        parts.append(part.with_columns(point=pl.lit(point)))
    verdicts = _alike_once(verdicts)
    if wordy:
        figures = {"file": table.name, "columns": ", ".join(wordy[:12])}
        verdicts.append(Verdict("dossier.column.no_number", figures))
    if lost.any():
        count = {"file": table.name, "count": int(lost.sum())}
        verdicts.append(Verdict("dossier.rows.no_time", count))
    frame = pl.concat([EMPTY, *parts], how="diagonal")
    examples = tuple(e for _, shown in cells.values() for e in shown) or _row(table)
    return TableReadings(frame, tuple(verdicts), table.frame.height, cells, examples[:3])


def _alike_once(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Say once for many columns what is the same of all of them."""
    told = list(verdicts)
    alike: dict[str, list[Verdict]] = {}
    for verdict in [v for v in told if v.code in _ALIKE]:
        alike.setdefault(verdict.code, []).append(verdict)
    for code, same in alike.items():
        if code == "dossier.value.sentinel" and len(same) <= _FEW:
            continue
        columns = [str(v.figures["column"]) for v in same]
        more = f" … ({len(columns)})" if len(columns) > _FEW else ""
        figures = {**same[0].figures, "column": ", ".join(columns[:_FEW]) + more}
        if "count" in figures:
            figures["count"] = sum(int(str(v.figures["count"])) for v in same)
        told = [*(v for v in told if v.code != code), Verdict(code, figures)]
    return told


def _points_of(columns: Sequence[str], file: str, points: Mapping[str, Point]) -> dict[str, str]:
    """
    The point of each column.

    A column is the point of its own name; where none is declared so, of its name without the
    unit, or spelled with other letters; a lone column of values is the point its file is named
    after.
    """
    folded = {p.casefold().strip(): p for p in points}
    names = {}
    for column in columns:
        bare, unit = split_unit(column)
        bare = bare if re.search(r"[^\W\d_]|[%°℃℉]", unit) else column
        known = [p for p in (column, bare, folded.get(column.casefold())) if p in points]
        names[column] = known[0] if known and known[0] else column
    stem = PurePosixPath(file.split(" [", maxsplit=1)[0]).name.split(".")[0]
    lone = [c for c in columns if split_unit(c)[0].lower() in _VALUE and names[c] not in points]
    if len(lone) == 1 or (
        len(columns) == 1 and stem in points and names[columns[0]] not in points
    ):
        names[(lone or columns)[0]] = stem
    taken = list(names.values())
    return {c: p if taken.count(p) == 1 else c for c, p in names.items()}


def _scaled(
    seen: _Seen, column: str, point: str, read: Numbers
) -> tuple[pl.Series, list[Verdict]]:
    """Values in the declared unit, where a row of units or the header states another one."""
    stated = seen.table.units.get(column, "")
    if not stated and column not in seen.points:
        stated = split_unit(column)[1]
    declared = seen.points.get(point)
    if not stated or declared is None:
        return read.values, []
    scales, said = unit_scales([stated], declared.unit)
    where = {"file": seen.table.name, "column": column}
    verdicts = [Verdict(code, {**where, **figures}) for code, figures in said]
    factor, offset = scales.get(stated, (1.0, 0.0))
    if (factor, offset) != (1.0, 0.0):
        return read.values * factor + offset, verdicts
    if stated not in scales and any(c == "dossier.value.other_quantity" for c, _ in said):
        return pl.Series([None] * len(read.values), dtype=pl.Float64), verdicts
    return read.values, verdicts


def _long(seen: _Seen, zone: str) -> TableReadings:
    """Each row a reading."""
    table, shape = seen.table, seen.shape
    named = table.frame.select(
        pl.concat_str([pl.col(c).cast(pl.String) for c in shape.point], separator=".").alias("p")
    )["p"].str.strip_chars()
    (values, cells), verdicts = _values(seen, named)
    known = pl.Series("known_at", [None] * table.frame.height, EMPTY.schema["known_at"])
    if "known_at" in table.frame.columns:
        read = read_times(table.frame["known_at"], Where(zone, table.name, "known_at"))
        verdicts += read.verdicts
        known = read.time
    frame = pl.DataFrame(
        {
            "time": seen.time,
            "point": named,
            "value": values,
            "known_at": known,
            "quality": seen.quality,
        }
    )
    timeless = seen.timeless() & values.is_not_null()
    nameless = (named.is_null() | (named == "")) & values.is_not_null()
    for code, lost in (("dossier.rows.no_time", timeless), ("dossier.rows.no_point", nameless)):
        if lost.any():
            verdicts.append(Verdict(code, {"file": table.name, "count": int(lost.sum())}))
    frame = frame.filter(pl.col("time").is_not_null() & pl.col("point").is_not_null())
    examples = tuple(e for _, shown in cells.values() for e in shown) or _row(table)
    said = tuple(_alike_once(verdicts))
    return TableReadings(frame, said, table.frame.height, cells, examples[:3])


def _values(seen: _Seen, named: pl.Series) -> tuple[tuple[pl.Series, _Cells], list[Verdict]]:
    """The column of values; points with cells that are no plain numbers are read one by one."""
    table, column = seen.table, seen.shape.value
    raw = table.frame[column]
    plain = _plainly(raw)
    marks = file_marks(table)
    odd = named.filter(plain.is_null() & raw.is_not_null()).unique(maintain_order=True)
    if not marks.plain or seen.shape.unit:
        odd = named.unique(maintain_order=True)
    if not len(odd):
        read = read_numbers(table, column, ColumnKnowledge(marks=marks))
        return (read.values, _filled(named, raw)), [*read.verdicts]
    groups = (
        pl.DataFrame({"p": named, "n": pl.int_range(len(raw), eager=True)})
        .with_columns(pl.col("p").is_in(odd.implode(), nulls_equal=True).alias("odd"))
        .with_columns(pl.when("odd").then("p").alias("mine"))
        .group_by("odd", "mine", maintain_order=True)
        .agg("n")
    )
    pieces, cells, verdicts = [], _filled(named, raw), []
    for apart, name, place in groups.iter_rows():
        asked = seen.asked(str(name), marks) if apart else ColumnKnowledge(marks=marks)
        rows = pl.Series("n", place, pl.Int64)
        part = TextTable(table.name, table.frame[rows], (), table.units, table.commas)
        read = read_numbers(part, column, asked)
        where = f"{column} ({name})" if apart else column
        verdicts += [Verdict(v.code, {**v.figures, "column": where}) for v in read.verdicts]
        values = read.values
        if apart:
            cells[str(name)] = (read.filled, read.examples)
            values, said = _in_declared(seen, part, values, str(name))
            verdicts += said
        pieces.append(pl.DataFrame({"n": rows, "v": values}))
    return (pl.concat(pieces).sort("n")["v"], cells), verdicts


def _plainly(raw: pl.Series) -> pl.Series:
    if raw.dtype.is_nested():
        return pl.Series([None] * len(raw), dtype=pl.Float64)
    return raw.cast(pl.Float64, strict=False)


def _filled(named: pl.Series, raw: pl.Series) -> _Cells:
    counts = pl.DataFrame({"p": named, "v": raw.is_not_null()}).group_by("p").agg(pl.sum("v"))
    return {str(p): (int(n), ()) for p, n in counts.iter_rows()}


def _in_declared(
    seen: _Seen, part: TextTable, values: pl.Series, point: str
) -> tuple[pl.Series, list[Verdict]]:
    """Values in the declared unit, where a column of units states another one."""
    declared, column = seen.points.get(point), seen.shape.unit
    if declared is None or not column:
        return values, []
    units = part.frame[column].drop_nulls().unique(maintain_order=True).to_list()
    scales, said = unit_scales([str(u) for u in units], declared.unit)
    where = {"file": seen.table.name, "column": f"{seen.shape.value} ({point})"}
    if not said:
        return values, []
    factor, offset = (
        part.frame[column]
        .cast(pl.String)
        .replace_strict(
            {u: scale[n] for u, scale in scales.items()}, default=None, return_dtype=pl.Float64
        )
        for n in (0, 1)
    )
    verdicts = [Verdict(code, {**where, **figures}) for code, figures in said]
    return values * factor + offset, verdicts
