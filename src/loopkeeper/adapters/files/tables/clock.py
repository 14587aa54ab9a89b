"""Times of day and dates as people and loggers spell them, to naive local times."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from loopkeeper.units import HOURS_A_DAY, MINUTE, MONTHS_A_YEAR

EPOCH_YEAR, NOON = 70, 12
"""Years of two digits below this are of the 2000s (POSIX: 69); hour of noon. [h]"""
SEVERAL = 1.5
"""Rows a day from which on days have several. [-]"""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv",
            "feb february februar fev février",
            "mar march märz mrz maerz mars",
            "apr april avr avril",
            "may mai",
            "jun june juni juin",
            "jul july juli juillet",
            "aug august août aout",
            "sep sept september",
            "oct october okt oktober octobre",
            "nov november novembre",
            "dec december dez dezember déc décembre",
        ),
        start=1,
    )
    for name in names.split()
}
_FAR = 20 * 86400
"""A step this long between neighbouring rows is a jump. [s]"""
_CLOCK = (
    r"(?P<h>\d{1,2}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_HALVES = (("上午", "AM"), ("凌晨", "AM"), ("早上", "AM"), ("下午", "PM"), ("晚上", "PM"),
           ("中午", "PM"),
           ("午後", "PM"), ("午前", "AM"))  # fmt: skip
_HAN = {
    "年": "-",
    "月": "-",
    "日": " ",
    "号": " ",
    "时": ":",
    "時": ":",
    "点": ":",
    "分": ":",
    "秒": "",
}
_WEEKDAY = r"^(?:[A-Za-z]{2,9}\.?,? )?"
_YMD = r"(?P<y>\d{4})[-/.](?P<mo>\d{1,2})[-/.](?P<d>\d{1,2})"
_FIGURES = r"(?P<a>\d{1,4})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{4}|\d{2})"
_NAMED = r"(?P<d>\d{1,2})\.?[-/ ]?(?P<name>\p{L}{3,9})\.?,?[-/ ]?(?P<y>\d{4}|\d{2})"
_NAMED_FIRST = r"(?P<name>\p{L}{3,9})\.?[- ](?P<d>\d{1,2})(?:st|nd|rd|th)?,?[- ](?P<y>\d{4})"
_COMPACT = r"(?P<y>(?:19|20)\d{2})(?P<mo>\d{2})(?P<d>\d{2})"
_SPREADSHEET_EPOCH = 25569
"""Days from the epoch of spreadsheets to 1970."""


@dataclass(frozen=True)
class Bare:
    """
    Naive times, null where unreadable.

    ``trouble`` names why a whole column cannot be used: ``two_formats``, ``swapped`` or
    ``order_unclear``; ``examples`` are cells that show it.
    """

    time: pl.Series
    trouble: str = ""
    examples: tuple[str, ...] = field(default=())


def tidied(raw: pl.Series) -> pl.Series:
    """Return texts with one spelling for blanks, full-width and Chinese signs."""
    text = raw.cast(pl.String)
    if text.str.contains(r"[^\x00-\x7f]").any():
        wide = {chr(0xFF01 + n): chr(0x21 + n) for n in range(94)}
        text = text.str.replace_many({**wide, "\u3000": " ", "\u00a0": " ", "\u202f": " "})
        text = text.str.replace(r"\s*[(（]?(星期|周|礼拜)[一二三四五六日天1-7][)）]?", " ")
        for word, half in _HALVES:
            text = text.str.replace(rf"^(.*?)\s*{word}\s*(.*?)$", f"$1 $2 {half}")
        text = text.str.replace_many(_HAN)
        text = text.str.strip_chars().str.replace(r"(:\d{1,2}):(\s*[AP]M)?$", "$1$2")
        text = text.str.replace(r"(\d{1,2}):(\s*[AP]M)?$", "${1}:00$2")
    tidy = (
        text.str.strip_chars(" \t\r\n\"'=")
        .str.replace(r"(\d)[T_](\d)", "$1 $2")
        .str.replace(r"(\d{4}-\d{1,2})-$", "$1")
        .str.replace_all(r"\s+", " ")
    )
    return _date_first(tidy)


def read_bare(text: pl.Series, by: pl.Series | None) -> Bare:
    """
    Read naive times of any spelling.

    Parameters
    ----------
    text : Series
        Tidied texts without offset or zone.
    by : Series, optional
        Which logger or point each row belongs to.

    Returns
    -------
    Bare
        A column has one format; where its figures leave the order of day and month open, the
        order in which neighbouring rows follow each other decides, or nobody does.
    """
    kinds = {
        "ymd": _parts(text, _YMD),
        "named": _parts(text, _NAMED),
        "first": _parts(text, _NAMED_FIRST),
        "figures": _parts(text, _FIGURES),
        "compact": _compact(text),
    }
    found = {k: p["h"].is_not_null() for k, p in kinds.items()}
    found["figures"] &= ~found["ymd"]
    found["named"] |= found.pop("first")
    families = [name for name, has in found.items() if has.any()]
    serial = _serials(text)
    if serial.is_not_null().any():
        families.append("serial")
    if len(families) > 1 and set(families) != {"ymd", "named"}:
        return Bare(_nothing(text), "two_formats", _one_each(text, found, serial, families))
    if not families:
        return Bare(_nothing(text))
    if families == ["serial"]:
        return Bare(serial)
    if families == ["figures"]:
        return _figures(text, kinds["figures"], by)
    sure = ("named", "first") if families == ["named"] else ("ymd", "named", "first", "compact")
    time = pl.select(pl.coalesce(_composed(kinds[k], "ymd") for k in sure)).to_series()
    if swapped(time, by):
        return Bare(_nothing(text), "swapped", tuple(text.drop_nulls().head(3)))
    return Bare(time)


def _nothing(text: pl.Series) -> pl.Series:
    return pl.Series([None] * len(text), dtype=pl.Datetime("us"))


def _date_first(text: pl.Series) -> pl.Series:
    """Texts that begin with the time of day, turned around."""
    return text.str.replace(
        r"^(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?) (\d.*[-/.].*)$", "$2 $1"
    )


def _parts(text: pl.Series, date: str) -> pl.DataFrame:
    """Named parts of cells that are a date, with or without a time of day."""
    pattern = rf"{_WEEKDAY}{date}(?:[ ,T:-]+{_CLOCK})?$"
    parts = text.str.extract_groups(pattern).struct.unnest()
    matched = text.str.contains(pattern).fill_null(value=False)
    hour = pl.when(matched).then(pl.col("h").fill_null("0"))
    return parts.with_columns(hour.alias("h"))


def _compact(text: pl.Series) -> pl.DataFrame:
    clock = r"(?P<h>\d{2}):?(?P<m>\d{2}):?(?P<s>\d{2})?(?:[.,](?P<f>\d{1,9}))?"
    pattern = rf"^{_COMPACT}(?: ?{clock})?$"
    parts = text.str.extract_groups(pattern).struct.unnest()
    matched = text.str.contains(pattern).fill_null(value=False)
    hour = pl.when(matched).then(pl.col("h").fill_null("0"))
    return parts.with_columns(hour.alias("h"), pl.lit(None, pl.String).alias("half"))


def _serials(text: pl.Series) -> pl.Series:
    """Days since 1900 as spreadsheets count them, to the second."""
    some = text.str.contains(r"^[2-7]\d{4}([.,]\d+)?$").fill_null(value=False)
    if not some.any():
        return _nothing(text)
    days = text.str.replace(",", ".").cast(pl.Float64, strict=False)
    return from_serial(pl.select(pl.when(some).then(days)).to_series())


def from_serial(days: pl.Series) -> pl.Series:
    """Return the times of a spreadsheet's day numbers, to the second."""
    seconds = ((days - _SPREADSHEET_EPOCH) * 86400).round(0)
    return (seconds.cast(pl.Int64) * 1_000_000).cast(pl.Datetime("us"))


def _one_each(
    text: pl.Series, found: dict[str, pl.Series], serial: pl.Series, families: Sequence[str]
) -> tuple[str, ...]:
    masks = {**found, "serial": serial.is_not_null()}
    return tuple(str(text.filter(masks[name])[0]) for name in families[:3])


def _figures(text: pl.Series, parts: pl.DataFrame, by: pl.Series | None) -> Bare:
    """Dates in figures whose order the column itself has to tell."""
    dotted = text.str.contains(r"^\D*\d{1,2}\.\d{1,2}\.").any()
    short = parts["c"].str.len_chars().max() == 2
    orders = ["dmy", "mdy", *(["ymd"] if short else [])]
    times = {
        order: _composed(parts.rename(dict(zip("abc", _slots(order), strict=True))), order)
        for order in orders
    }
    some = pl.select(pl.any_horizontal(t.is_not_null() for t in times.values())).to_series()
    whole = [order for order, t in times.items() if (t.is_not_null() | ~some).all()]
    if not whole:
        odd = [text.filter(times[o].is_null() & some) for o in orders]
        return Bare(_nothing(text), "two_formats", tuple(str(o[0]) for o in odd if len(o)))
    if dotted and "dmy" in whole:
        whole = ["dmy"]
    if len(whole) > 1:
        whole = _following(times, whole, by)
    if len(whole) != 1:
        return Bare(
            _nothing(text),
            "order_unclear",
            tuple(text.drop_nulls().unique(maintain_order=True).head(3)),
        )
    time = times[whole[0]]
    if swapped(time, by):
        return Bare(_nothing(text), "swapped", tuple(text.drop_nulls().head(3)))
    return Bare(time)


def _slots(order: str) -> list[str]:
    return [{"d": "d", "m": "mo", "y": "y"}[sign] for sign in order]


def _composed(parts: pl.DataFrame, order: str) -> pl.Series:
    """Datetimes of parts in figures; null where there is no such day or hour."""
    number = {
        name: pl.col(name).cast(pl.Int64, strict=False) if name in parts.columns else pl.lit(None)
        for name in ("y", "d", "h", "m", "s")
    }
    month = (
        pl.col("name")
        .str.to_lowercase()
        .replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
        if "name" in parts.columns
        else pl.col("mo").cast(pl.Int64, strict=False)
    )
    short = pl.col("y").str.len_chars() <= 2
    century = pl.when(number["y"] < EPOCH_YEAR).then(2000).otherwise(1900)
    year = number["y"] + pl.when(short).then(century).otherwise(0)
    half = pl.col("half").str.slice(0, 1).str.to_uppercase()
    hour = number["h"]
    twelve = (
        pl.when(half == "P")
        .then(pl.when(hour < NOON).then(hour + 12).otherwise(hour))
        .when(half == "A")
        .then(pl.when(hour <= NOON).then(hour % 12))
        .otherwise(hour)
    )
    values = parts.select(
        year.alias("y"),
        month.alias("mo"),
        number["d"].alias("d"),
        twelve.alias("h"),
        number["m"].fill_null(0).alias("m"),
        number["s"].fill_null(0).alias("s"),
        pl.col("f").fill_null("0").str.pad_end(9, "0").str.slice(0, 6).alias("f"),
    )
    night = (pl.col("h") == HOURS_A_DAY) & (pl.col("m") == 0) & (pl.col("s") == 0)
    shown = pl.format(
        "{}-{}-{} {}:{}:{}.{}",
        "y",
        "mo",
        "d",
        pl.when(night).then(0).otherwise("h"),
        "m",
        "s",
        "f",
    )
    time = shown.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    legal = pl.col("y").is_between(1900, 2200) & (pl.col("s") < MINUTE)
    return values.select(
        pl.when(legal)
        .then(pl.when(night).then(time.dt.offset_by("1d")).otherwise(time))
        .alias(order)
    )[order]


def _following(
    times: dict[str, pl.Series], orders: Sequence[str], by: pl.Series | None
) -> list[str]:
    """The orders in which the rows of one day follow those of the day before."""
    same = [o for o in orders if times[o].equals(times[orders[0]])]
    if len(same) == len(orders):
        return list(orders[:1])
    figures = {order: _steps(times[order], by) for order in orders}
    rows, days, _ = figures[orders[0]]
    if rows < SEVERAL * days or days < 2:
        return list(orders)
    jumps = {order: far for order, (_, _, far) in figures.items()}
    best = min(jumps, key=lambda order: jumps[order])
    others = [far for order, far in jumps.items() if order != best]
    return [best] if all(far > 3 * jumps[best] + 0.5 for far in others) else list(orders)


def _steps(time: pl.Series, by: pl.Series | None) -> tuple[int, int, int]:
    """Rows, days, and jumps of more than twenty days between neighbouring rows."""
    frame = pl.DataFrame({"t": time}).drop_nulls()
    days = frame["t"].dt.date().n_unique()
    step = _ordered(time, by)
    return frame.height, days, int((step.abs() > _FAR).sum())


def _ordered(time: pl.Series, by: pl.Series | None) -> pl.Series:
    """Seconds from row to row of each logger."""
    frame = pl.DataFrame({"t": time})
    if by is not None:
        frame = frame.with_columns(by.alias("by")).filter(pl.col("t").is_not_null())
        return frame.select((pl.col("t").diff().dt.total_seconds()).over("by"))["t"].drop_nulls()
    return frame["t"].drop_nulls().diff().dt.total_seconds().drop_nulls()


def without_halves(time: pl.Series) -> bool:
    """Tell whether a clock of twelve hours was written down without its AM and PM."""
    hour = time.dt.hour()
    low, high = hour.min(), hour.max()
    if low is None or (low, high) != (1, NOON):
        return False
    frame = pl.DataFrame({"t": time}).drop_nulls()
    back = (pl.col("t").diff() < pl.duration()) & (pl.col("t").dt.date().diff() == pl.duration())
    return bool(frame.select(back.any()).item())


def swapped(time: pl.Series, by: pl.Series | None) -> bool:
    """
    Tell whether a spreadsheet exchanged day and month where both may be a month.

    Parameters
    ----------
    time : Series
        Naive times in the order of the rows.
    by : Series, optional
        Which logger or point each row belongs to.

    Returns
    -------
    bool
        True when neighbouring rows jump by months and would follow each other if the days up to
        the twelfth were months.
    """
    far = int((_ordered(time, by).abs() > _FAR).sum())
    if far < 2:
        return False
    day, month = time.dt.day(), time.dt.month()
    both = pl.DataFrame({"t": time, "d": day, "m": month}).with_columns(
        pl.when(pl.col("d") <= MONTHS_A_YEAR).then("d").otherwise("m").alias("m"),
        pl.when(pl.col("d") <= MONTHS_A_YEAR).then("m").otherwise("d").alias("d"),
    )
    clock = pl.col("t").dt.hour(), pl.col("t").dt.minute()
    other = both.select(pl.datetime(pl.col("t").dt.year(), "m", "d", *clock).alias("t"))["t"]
    rows, days, again = _steps(other, by)
    told = rows > SEVERAL * days or bool(
        (day > MONTHS_A_YEAR).any() and (day <= MONTHS_A_YEAR).any()
    )
    return told and 4 * again <= far
