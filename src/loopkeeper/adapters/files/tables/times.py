"""Instants as loggers write them, to UTC."""

from dataclasses import dataclass
from functools import reduce

import polars as pl

from loopkeeper.adapters.files.tables.clock import (
    from_serial,
    read_bare,
    swapped,
    tidied,
    without_halves,
)
from loopkeeper.adapters.files.tables.zones import localised, offsets, without_zone
from loopkeeper.plant.verdict import Verdict

EARLIEST, SHORTEST = 1900, 45
"""First year that a reading may be of; steps below which a log is one of seconds [s] (A)."""

_EPOCHS = ((1e8, 1e11, 1e6), (1e11, 1e14, 1e3), (1e14, 1e17, 1.0), (1e17, 1e19, 1e-3))
"""From, to, and microseconds in one: seconds, milli-, micro- and nanoseconds since 1970."""
_YEARS = (1900, 2200)
"""No log is older, or younger."""
_SERIAL = (20_000.0, 80_000.0)
"""Days as spreadsheets count them, from 1954 to 2119."""
_FAST = (
    (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", "%Y-%m-%d %H:%M:%S"),
    (r"^\d{4}-\d\d-\d\d \d\d:\d\d$", "%Y-%m-%d %H:%M"),
    (r"^\d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d$", "%Y/%m/%d %H:%M:%S"),
    (r"^\d{4}/\d\d?/\d\d? \d\d?:\d\d$", "%Y/%m/%d %H:%M"),
    (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", "%Y-%m-%dT%H:%M:%S"),
    (r"^\d\d?\.\d\d?\.\d{4} \d\d?:\d\d:\d\d$", "%d.%m.%Y %H:%M:%S"),
    (r"^\d\d?\.\d\d?\.\d{4} \d\d?:\d\d$", "%d.%m.%Y %H:%M"),
    (r"^\d{4}年\d\d?月\d\d?日 \d\d?:\d\d:\d\d$", "%Y年%m月%d日 %H:%M:%S"),
    (r"^\d{4}年\d\d?月\d\d?日 \d\d?:\d\d$", "%Y年%m月%d日 %H:%M"),
    (r"^\d{4}年\d\d?月\d\d?日 \d\d?时\d\d?分\d\d?秒$", "%Y年%m月%d日 %H时%M分%S秒"),
    (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", "%Y-%m-%dT%H:%M:%S%.fZ"),
    (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$", "%Y-%m-%dT%H:%M:%S%.f%:z"),
    (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$", "%Y-%m-%d %H:%M:%S%.f%:z"),
)
_EXPECTED = "a time such as 2024-01-05T08:00:00+08:00"
_TROUBLES = {
    "two_formats": "dossier.time.two_formats",
    "swapped": "dossier.time.swapped",
    "order_unclear": "dossier.time.order_unclear",
}


@dataclass(frozen=True)
class Instants:
    """UTC instants, null where unreadable; and what reading them had to say."""

    time: pl.Series
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Where:
    """
    Where times were written down.

    ``zone`` of naive times, ``file`` and ``column`` for verdicts, ``by`` which logger or point
    each row belongs to (each keeps its own order of rows), ``lines`` in the file, and the format
    where it is declared.
    """

    zone: str
    file: str
    column: str = "time"
    by: pl.Series | None = None
    lines: pl.Series | None = None
    declared: str = ""


def instants(
    raw: pl.Series, zone: str, *, file: str, column: str = "time", by: pl.Series | None = None
) -> Instants:
    """
    Read a column of times.

    Parameters
    ----------
    raw : Series
        Texts, numbers (since 1970, or days of a spreadsheet) or datetimes.
    zone : str
        Time zone of naive times.
    file, column : str
        What verdicts call it.
    by : Series, optional
        Which logger or point each row belongs to; each keeps its own order of rows.

    Returns
    -------
    Instants
        Datetime in microseconds, UTC. Naive times that the clock change skipped are null and
        counted; of those that occur twice, the rows before the step back are the first pass.
    """
    return read_times(raw, Where(zone, file, column, by))


def read_times(raw: pl.Series, where: Where) -> Instants:
    """
    Read a column of times as :func:`instants` does, from where they were written down.

    Of a column with two formats, or whose order of day and month nobody can tell, nothing is read
    and a problem says so.
    """
    read = _read(raw, where)
    year = read.time.dt.year()
    odd = (year < _YEARS[0]) | (year > _YEARS[1])
    if not odd.any():
        return read
    time = pl.select(pl.when(~odd).then(read.time)).to_series()
    return _counted(time, raw, odd, where, read.verdicts)


def _read(raw: pl.Series, where: Where) -> Instants:
    if isinstance(raw.dtype, pl.Datetime) and raw.dtype.time_zone:
        return Instants(raw.dt.convert_time_zone("UTC").dt.cast_time_unit("us"), ())
    if isinstance(raw.dtype, pl.Datetime) or raw.dtype == pl.Date:
        return _local(raw.cast(pl.Datetime("us")), where)
    if raw.dtype.is_numeric():
        return _figures(raw.cast(pl.Float64), raw, where)
    if raw.dtype.is_nested() or raw.dtype in {pl.Time, pl.Duration}:
        return _counted(_nothing(len(raw)), raw, raw.is_not_null(), where)
    text = raw.cast(pl.String)
    if where.declared:
        read = _declared(text, where)
        return read if read.time.null_count() < len(text) else _fast(text, where) or read
    return _fast(text, where) or _slow(text, where)


def _nothing(length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=pl.Datetime("us", "UTC"))


def _fast(text: pl.Series, where: Where) -> Instants | None:
    """A column in one of the usual spellings throughout; None when it is not."""
    first = next(iter(text.drop_nulls().head(1)), "")
    for pattern, spelled in _FAST:
        if not pl.Series([first]).str.contains(pattern)[0]:
            continue
        aware = spelled.endswith("z")
        time = text.str.to_datetime(
            spelled, strict=False, time_unit="us", time_zone="UTC" if aware else None
        )
        early = time.dt.year().min()
        if time.null_count() > text.null_count() or not isinstance(early, int) or early < EARLIEST:
            return None
        if aware:
            return Instants(time, ())
        if spelled.endswith("Z"):
            return Instants(time.dt.replace_time_zone("UTC"), ())
        return _local(time, where)
    return None


def _slow(text: pl.Series, where: Where) -> Instants:
    """Any other spelling: the zone behind the time apart, figures since 1970, then the rest."""
    tidy = tidied(text)
    figures = tidy.str.contains(r"^\d{8,19}(\.\d+)?$").fill_null(value=False)
    filled = tidy.is_not_null() & (tidy != "")
    if figures.any() and (figures | ~filled).all() and not _compact(tidy):
        return _figures(tidy.cast(pl.Float64, strict=False), text, where)
    bare, zones = without_zone(tidy)
    read = read_bare(bare, where.by)
    if read.trouble:
        said = {"file": where.file, "column": where.column, "examples": "; ".join(read.examples)}
        return Instants(_nothing(len(text)), (Verdict(_TROUBLES[read.trouble], said),))
    return _zoned(read.time, zones, text, where)


def _zoned(bare: pl.Series, zones: pl.Series, text: pl.Series, where: Where) -> Instants:
    """Naive times with the zones that stand behind them."""
    filled = text.is_not_null() & (text.str.strip_chars() != "")
    naive = zones.is_null()
    local = _local(pl.select(pl.when(naive).then(bare)).to_series(), where)
    if naive.all():
        return _counted(local.time, text, filled & bare.is_null(), where, local.verdicts)
    known, unknown = offsets(zones, where.zone)
    parts = [local.time]
    for name, offset in known.items():
        mine = pl.select(pl.when(zones == name).then(bare)).to_series()
        if isinstance(offset, str):
            read = localised(mine, offset, where.by)
            parts.append(read.time)
        else:
            parts.append((mine - offset).dt.replace_time_zone("UTC"))
    time = reduce(lambda a, b: pl.select(pl.coalesce(a, b)).to_series(), parts)
    verdicts = list(local.verdicts)
    if unknown:
        count = int(zones.is_in(unknown).sum())
        figures = {"file": where.file, "column": where.column, "zones": ", ".join(unknown[:4])}
        verdicts.append(Verdict("dossier.time.zone_unknown", {**figures, "count": count}))
    bad = filled & time.is_null() & ~zones.is_in(unknown).fill_null(value=False)
    bad &= bare.is_null() | zones.is_not_null()
    return _counted(time, text, bad, where, tuple(verdicts))


def _local(bare: pl.Series, where: Where) -> Instants:
    if swapped(bare, where.by):
        shown = "; ".join(bare.drop_nulls().head(3).cast(pl.String))
        said = {"file": where.file, "column": where.column, "examples": shown}
        return Instants(_nothing(len(bare)), (Verdict("dossier.time.swapped", said),))
    if where.by is None and without_halves(bare):
        said = {"file": where.file, "column": where.column}
        return Instants(_nothing(len(bare)), (Verdict("dossier.time.no_halves", said),))
    read = localised(bare, where.zone, where.by)
    figures = {"file": where.file, "column": where.column}
    verdicts = []
    if read.winter:
        verdicts.append(Verdict("dossier.time.winter", {**figures, "zone": where.zone}))
    if read.skipped:
        verdicts.append(Verdict("dossier.time.skipped", {**figures, "count": read.skipped}))
    if read.repeated:
        verdicts.append(Verdict("dossier.time.repeated", {**figures, "count": read.repeated}))
    return Instants(read.time, tuple(verdicts))


def _declared(text: pl.Series, where: Where) -> Instants:
    """Times in the format that was declared, and in no other."""
    aware = "%z" in where.declared or "%:z" in where.declared or "%#z" in where.declared
    try:
        time = text.str.strip_chars().str.to_datetime(
            where.declared, strict=False, time_unit="us", time_zone="UTC" if aware else None
        )
    except pl.exceptions.PolarsError as error:
        figures = {"where": "telemetry.time_format", "value": where.declared}
        expected = f"a format such as %d/%m/%Y %H:%M ({str(error).splitlines()[0][:60]})"
        said = Verdict("dossier.key.wrong", {**figures, "expected": expected})
        return Instants(_nothing(len(text)), (said,))
    filled = text.is_not_null() & (text.str.strip_chars() != "")
    read = Instants(time, ()) if aware else _local(time, where)
    bad = filled & time.is_null()
    return _counted(read.time, text, bad, where, read.verdicts)


def _compact(text: pl.Series) -> bool:
    """Whether figures are dates such as 202501031405 rather than counted since 1970."""
    shaped = text.str.contains(
        r"^(19[7-9]|20[0-6])\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(([01]\d|2[0-4])[0-5]\d([0-5]\d)?)?$"
    )
    return bool((shaped | text.is_null()).fill_null(value=True).all())


def _figures(value: pl.Series, raw: pl.Series, where: Where) -> Instants:
    """Numbers since 1970 in the unit their size tells, or days of a spreadsheet."""
    size = value.abs()
    if raw.dtype.is_integer() and _compact(raw.cast(pl.String)) and len(raw.drop_nulls()):
        return _slow(raw.cast(pl.String), where)
    finite = value.is_finite().fill_null(value=False)
    if (size.is_between(*_SERIAL) | ~finite).all() and finite.any() and _dense(value):
        return _local(from_serial(value), where)
    for low, high, factor in _EPOCHS:
        if (((size >= low) & (size < high)) | ~finite).all() and finite.any():
            whole = raw if raw.dtype.is_integer() else _exact(raw, value)
            return Instants(_since_1970(whole, factor), ())
    several = sum(bool(((size >= low) & (size < high)).any()) for low, high, _ in _EPOCHS)
    if several > 1:
        shown = [str(v) for v in (raw.min(), raw.max())]
        said = {"file": where.file, "column": where.column, "examples": "; ".join(shown)}
        return Instants(_nothing(len(raw)), (Verdict("dossier.time.two_formats", said),))
    some = next((e for e in _EPOCHS if ((size >= e[0]) & (size < e[1])).any()), None)
    if some is None:
        return _counted(_nothing(len(raw)), raw, raw.is_not_null(), where)
    inside = (size >= some[0]) & (size < some[1])
    time = _since_1970(pl.select(pl.when(inside).then(value)).to_series(), some[2])
    return _counted(time, raw, raw.is_not_null() & time.is_null(), where)


def _dense(value: pl.Series) -> bool:
    """Whether numbers step as the days of a log do, not as seconds of a test."""
    step = value.drop_nulls().diff().abs().median()
    return not isinstance(step, float) or step < SHORTEST


def _exact(raw: pl.Series, value: pl.Series) -> pl.Series:
    """Whole numbers as such: nanoseconds have more digits than a float holds."""
    whole = raw.cast(pl.Int64, strict=False) if raw.dtype == pl.String else None
    return value if whole is None or whole.null_count() > value.null_count() else whole


def _since_1970(value: pl.Series, factor: float) -> pl.Series:
    if value.dtype.is_integer() and factor >= 1:
        micro = value.cast(pl.Int64) * int(factor)
    elif value.dtype.is_integer():
        micro = value.cast(pl.Int64) // round(1 / factor)
    else:
        micro = (value * factor).round(0).cast(pl.Int64, strict=False)
    return micro.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _counted(
    time: pl.Series, raw: pl.Series, bad: pl.Series, where: Where, said: tuple[Verdict, ...] = ()
) -> Instants:
    """Add what could not be read to what is said."""
    bad = bad.fill_null(value=False)
    if not bad.any():
        return Instants(time, said)
    first = int(bad.arg_true()[0])
    line = first + 2 if where.lines is None else int(where.lines[first])
    figures = {
        "file": where.file,
        "row": line,
        "column": where.column,
        "value": _shown(raw, first),
        "expected": _EXPECTED,
        "count": int(bad.sum()),
    }
    return Instants(time, (*said, Verdict("dossier.value.unparsable", figures)))


def _shown(raw: pl.Series, place: int) -> str:
    """Return what stands in a cell."""
    if raw.dtype.is_nested():
        return str(raw.dtype)
    return str(raw.slice(place, 1).cast(pl.String, strict=False)[0])[:60]
