"""Of which plants and days some readings are: what can be said of them when they are damaged."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

Span = Mapping[str, tuple[date, date]]
"""First and last day of each plant."""


def spans(frame: pl.DataFrame) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of each plant's readings in a frame."""
    day = pl.col("time").dt.date()
    rows = frame.group_by("plant").agg(day.min().alias("first"), day.max().alias("last"))
    return {plant: (first, last) for plant, first, last in rows.iter_rows()}


def plain(span: Span) -> dict[str, list[str]]:
    """Return a span as plain data."""
    return {plant: [str(first), str(last)] for plant, (first, last) in sorted(span.items())}


def read(data: Mapping[str, Sequence[str]]) -> dict[str, tuple[date, date]]:
    """Return the span of plain data; ValueError and its like where it is none."""
    days = {plant: [date.fromisoformat(text) for text in told] for plant, told in data.items()}
    return {plant: (first, last) for plant, (first, last) in days.items()}


def written(span: Span) -> str:
    """Return a span as text that proves itself."""
    text = json.dumps(plain(span), ensure_ascii=False)
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}"


def span_of(text: object) -> dict[str, tuple[date, date]] | None:
    """Return the span of a text; None when it is not what was written."""
    try:
        held, _, data = str(text).partition(" ")
        if hashlib.sha256(data.encode()).hexdigest() != held:
            return None
        return read(json.loads(data))
    except (ValueError, TypeError, AttributeError):
        return None


def touched(found: Iterable[Span | None], plant: str, days: Sequence[date]) -> set[date]:
    """Return the days on which a plant's readings may be in some spans; None may be any."""
    touching: set[date] = set()
    for span in found:
        first, last = (
            (date.min, date.max) if span is None else span.get(plant, (date.max, date.min))
        )
        touching |= {day for day in days if first <= day <= last}
    return touching
