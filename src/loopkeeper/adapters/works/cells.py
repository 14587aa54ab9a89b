"""What stands in a cell of hidden works: a number in a unit, a date, yes or no, a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from loopkeeper.adapters.files.tables.clock import MONTHS
from loopkeeper.adapters.works.book import Cell
from loopkeeper.errors import UnitError
from loopkeeper.lifecycle.build.work_units import converted, possible_ranges, scale_to
from loopkeeper.lifecycle.build.work_words import half_width, told_words
from loopkeeper.lifecycle.build.works import HiddenCheck
from loopkeeper.plant.words import Phrase

EARLIEST = date(1990, 1, 1)
"""Nothing that stands in a plant of today was hidden before; 1900 is a cell that was no date."""
SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets."""
LAST_SERIAL = 100_000
"""Day of spreadsheets in the year 2173: a greater number is no date. [d]"""
NUMBER = re.compile(r"([+-]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:e[+-]?\d+)?)\s*(\D.*)?", re.IGNORECASE)
SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)")
PIECES = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s.]+)\s*")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}")
COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")
PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
YMD = re.compile(r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::\d{2})?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
DAY_NAMED = re.compile(r"(\d{1,2})[-. ]+([a-z]+)\.?[-, ]+(\d{4})")
NAMED_DAY = re.compile(r"([a-z]+)\.? (\d{1,2}),? (\d{4})")
MONTHS_OF_YEAR = 12
"""A greater number is a day. [-]"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read of a cell, or what was expected there instead."""

    text: str = ""
    expected: Phrase | None = None


def as_text(cell: Cell) -> str:
    """Return a cell as it would be written: half width, whole numbers without a point."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return figure(float(cell))
    if isinstance(cell, datetime):
        whole = cell.time() == time.min
        return cell.date().isoformat() if whole else cell.isoformat(timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else half_width(cell)


def figure(value: float) -> str:
    """Return a number as a ledger keeps it."""
    return f"{value:.12g}" if value else "0"


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell, or a mark for nothing."""
    return isinstance(cell, str) and half_width(cell).lower() in {"", *told_words("blank")}


def is_same(cell: Cell) -> bool:
    """Whether a cell says that the one above counts."""
    return isinstance(cell, str) and half_width(cell).lower() in told_words("same")


def is_estimate(cell: Cell) -> bool:
    """Whether a cell says itself that its number is about right only."""
    told = half_width(cell).lower() if isinstance(cell, str) else ""
    return any(told.startswith(one) for one in told_words("about"))


def is_total(row: Sequence[Cell]) -> bool:
    """Whether a row sums up others, or is no row of a table but a remark below it."""
    told = next(
        (half_width(one).lower() for one in row if isinstance(one, str) and one.strip()), ""
    )
    short = told.rstrip(":").strip().replace(" ", "")
    total = any(short == one.replace(" ", "") for one in told_words("total"))
    return total or any(told.startswith(one) for one in told_words("stands_for"))


def as_value(cell: Cell, check: HiddenCheck, unit: str) -> Taken:
    """
    Read what was found or drawn.

    Parameters
    ----------
    cell : Cell
        As it stands.
    check : HiddenCheck
        What is asked for.
    unit : str
        Of numbers that have none of their own; empty for that of the check.
    """
    if check.value == "number":
        return as_number(cell, check, unit)
    return as_yes(cell) if check.value == "yes" else Taken(as_text(cell))


def as_yes(cell: Cell) -> Taken:
    """Read yes or no, in any of the words for it."""
    told = as_text(cell).lower()
    if told in told_words("yes"):
        return Taken("yes")
    if told in told_words("no"):
        return Taken("no")
    return Taken(expected=Phrase("work_expected.yes"))


def as_number(cell: Cell, check: HiddenCheck, unit: str) -> Taken:
    """Read a number in the unit of its check."""
    own, there = check.unit, possible_ranges()[check.check]
    unread = Phrase("work_expected.number", {"unit": own, "low": there.low, "high": there.high})
    pieces = _pieces(cell, own)
    if pieces is not None:
        return _within(pieces, check, unread)
    value, written = number_and_unit(cell)
    if value is None:
        return Taken(expected=unread)
    if check.check == "diameter" and written.lower() in told_words("diameter_mark"):
        written = ""
    try:
        scale = scale_to(written or unit or own, own)
    except UnitError:
        scale = None
    if scale is None:
        return Taken(expected=Phrase("work_expected.unit", {"unit": own}))
    return _within(converted(value, scale), check, unread)


def _within(value: float, check: HiddenCheck, unread: Phrase) -> Taken:
    there = possible_ranges()[check.check]
    kept = there.low <= value <= there.high
    return Taken(figure(value)) if kept else Taken(expected=unread)


def number_and_unit(cell: Cell) -> tuple[float | None, str]:
    """Return the number in a cell, None where there is none, and the unit behind it."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None, ""
    if not isinstance(cell, str):
        return float(cell), ""
    told = _bare(half_width(cell))
    if share := SHARE.fullmatch(told):
        return (float(share[1]) / float(share[2]) if float(share[2]) else None), "-"
    found = NUMBER.fullmatch(told)
    if found is None:
        return None, ""
    return _decimal(found[1]), (found[2] or "").strip()


def _bare(told: str) -> str:
    """A text without marks before its number: about, the sign of a diameter."""
    marks = sorted((*told_words("about"), *told_words("diameter_mark")), key=len, reverse=True)
    mark = next((one for one in marks if told.lower().startswith(one)), "")
    rest = told[len(mark) :].strip()
    return rest if mark and rest[:1].isdigit() else told


def _decimal(told: str) -> float | None:
    """A number with a point or a comma; one that may be grouped or not is none."""
    if GROUPED.fullmatch(told):
        told = told.replace(",", "")
    elif COMMA.fullmatch(told):
        told = told.replace(",", ".")
    return float(told) if PLAIN.fullmatch(told) else None


def _pieces(cell: Cell, own: str) -> float | None:
    """Hours and minutes one after the other, in the check's unit; None for all else."""
    told = half_width(cell) if isinstance(cell, str) else ""
    pieces = PIECES.findall(told)
    if len(pieces) < 2 or "".join(PIECES.split(told)[::3]).strip():
        return None
    try:
        scales = [scale_to(unit, own) for _, unit in pieces]
        timed = scale_to("min", own)
    except UnitError:
        return None
    known = [one for one in scales if one is not None]
    if timed is None or len(known) < len(pieces) or known != sorted(known, reverse=True):
        return None
    return sum(float(n) * one for (n, _), one in zip(pieces, known, strict=True))


def as_date(cell: Cell, today: date) -> Taken:
    """
    Read a date: of the spreadsheet, a serial number, or written out.

    Parameters
    ----------
    cell : Cell
        As it stands.
    today : date
        After which nothing can have been found.
    """
    moment = _moment(cell)
    expected = Phrase("work_expected.date", {"first": EARLIEST, "last": today})
    if moment is None or not EARLIEST <= moment.date() <= today:
        return Taken(expected=expected)
    return Taken(as_text(moment))


def looks_like_date(cell: Cell) -> bool:
    """Whether a cell holds a date that is written as one."""
    if isinstance(cell, bool | int | float):
        return False
    return isinstance(cell, date) or _moment(cell) is not None


def _moment(cell: Cell) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time.min)
    if isinstance(cell, bool | time | timedelta):
        return None
    if isinstance(cell, int | float):
        return _of_serial(cell)
    told = half_width(cell).lower()
    for mark in told_words("date_mark"):
        told = told.replace(mark, "-")
    for mark in told_words("date_end"):
        told = told.replace(mark, " ")
    told = re.sub(r"\s*([-./])\s*", r"\1", told).strip()
    try:
        return _written(told)
    except ValueError:
        return None


def _of_serial(days: float) -> datetime | None:
    if not 0 < days < LAST_SERIAL:
        written = COMPACT.fullmatch(figure(float(days)))
        return _written(written[0]) if written and _real(written) else None
    return datetime.combine(SERIAL_ZERO, time.min) + timedelta(days=round(days * 1440) / 1440)


def _real(parts: re.Match[str]) -> bool:
    try:
        date(*map(int, parts.groups()))
    except ValueError:
        return False
    return True


def _written(told: str) -> datetime | None:
    if found := YMD.fullmatch(told):
        year, month, day, hour, minute = (int(one or 0) for one in found.groups())
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 as told on site
    if found := COMPACT.fullmatch(told):
        return _day(*map(int, found.groups()))
    if found := DAY_NAMED.fullmatch(told):
        return _day(int(found[3]), MONTHS.get(found[2], 0), int(found[1]))
    if found := NAMED_DAY.fullmatch(told):
        return _day(int(found[3]), MONTHS.get(found[1], 0), int(found[2]))
    if found := YEAR_LAST.fullmatch(told):
        return _year_last(int(found[1]), int(found[3]), int(found[4]), dotted=found[2] == ".")
    return None


def _year_last(one: int, two: int, year: int, *, dotted: bool) -> datetime | None:
    """Day and month, where it is clear which is which; with points the day comes first."""
    if dotted or one > MONTHS_OF_YEAR or one == two:
        return _day(year, two, one)
    return _day(year, one, two) if two > MONTHS_OF_YEAR else None


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 as told on site
