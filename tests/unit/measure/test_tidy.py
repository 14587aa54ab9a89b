"""Order in a heap of readings: what is left out is counted, once."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from loopkeeper.measure.tidy import tidy

START = datetime(2024, 1, 1, tzinfo=UTC)
NAMES = ("A", "B")


def heap(*rows, **columns):
    """Readings of (point, minute, value); further columns by name."""
    base = {
        "time": [None if m is None else START + timedelta(minutes=m) for _, m, _ in rows],
        "point": [p for p, _, _ in rows],
        "value": [v for _, _, v in rows],
    }
    schema = {"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    return pl.DataFrame({**base, **columns}, schema_overrides=schema)


def at(*minutes):
    return [None if m is None else START + timedelta(minutes=m) for m in minutes]


def kept(tidied):
    frame = tidied.frame
    minutes = [(t - START).total_seconds() / 60 for t in frame["time"]]
    return list(zip(frame["point"], minutes, frame["value"], strict=True))


def said(tidied):
    return [(v.code.rpartition(".")[2], v.figures) for v in tidied.verdicts]


def test_readings_come_in_order_of_the_list_and_of_time():
    found = tidy(heap(("B", 5, 1.0), ("A", 9, 2.0), ("A", 3, 3.0)), NAMES, now=None)
    assert kept(found) == [(0, 3, 3.0), (0, 9, 2.0), (1, 5, 1.0)]
    assert found.verdicts == ()
    assert found.frame["point"].dtype == pl.UInt32
    turned = tidy(heap(("B", 5, 1.0), ("A", 9, 2.0)), ("B", "A"), now=None)
    assert kept(turned) == [(0, 5, 1.0), (1, 9, 2.0)]


def test_strangers_are_counted_and_ten_of_them_named():
    rows = [(f"X{k:02d}", k, 1.0) for k in range(12)] + [("X00", 50, 1.0), ("A", 1, 7.0)]
    found = tidy(heap(*rows), NAMES, now=None)
    names = ", ".join(f"X{k:02d}" for k in range(10))
    assert said(found) == [("unknown_point", {"count": 13, "points": names})]
    assert kept(found) == [(0, 1, 7.0)]


def test_readings_without_time_or_number_are_counted():
    rows = [("A", 1, None), ("A", None, 2.0), ("A", 3, float("nan")), ("A", 4, float("inf"))]
    found = tidy(heap(*rows, ("A", 5, 0.0)), NAMES, now=None)
    assert said(found) == [("missing", {"count": 4})]
    assert kept(found) == [(0, 5, 0.0)]


def test_clocks_may_be_five_minutes_ahead_and_never_before_2000():
    now = START + timedelta(minutes=60)
    found = tidy(heap(("A", 65, 1.0), ("A", 66, 2.0)), NAMES, now=now)
    assert kept(found) == [(0, 65, 1.0)]
    assert said(found) == [("clock", {"count": 1, "first": "2024-01-01 01:06 UTC"})]
    old = (datetime(2000, 1, 1, tzinfo=UTC) - START) // timedelta(minutes=1)
    found = tidy(heap(("A", old, 1.0), ("A", old - 1, 2.0), ("A", 999999, 3.0)), NAMES, now=None)
    assert [v for _, _, v in kept(found)] == [1.0, 3.0]
    assert said(found) == [("clock", {"count": 1, "first": "1999-12-31 23:59 UTC"})]


def test_of_readings_at_one_time_the_last_is_kept_and_those_that_differ_counted():
    rows = [*[("A", 1, 5.0)] * 3, ("A", 1, 6.0), ("A", 2, 6.0), ("B", 2, 6.0)]
    found = tidy(heap(*rows), NAMES, now=None)
    assert kept(found) == [(0, 1, 6.0), (0, 2, 6.0), (1, 2, 6.0)]
    assert said(found) == [("duplicate", {"count": 3, "different": 1})]


@pytest.mark.parametrize(("known", "value"), [((30, 20), 1.0), ((20, 30), 2.0), ((20, 20), 2.0)])
def test_of_readings_at_one_time_the_one_learned_last_is_kept(known, value):
    frame = heap(("A", 1, 1.0), ("A", 1, 2.0), known_at=at(*known))
    assert kept(tidy(frame, NAMES, now=None)) == [(0, 1, value)]


def test_what_was_learned_after_now_is_not_used():
    now = START + timedelta(minutes=60)
    rows = [("A", k, float(k)) for k in range(4)]
    found = tidy(heap(*rows, known_at=at(None, 59, 60, 61)), NAMES, now=now)
    assert [v for _, _, v in kept(found)] == [0.0, 1.0, 2.0]
    assert said(found) == [("late", {"count": 1})]
    whenever = tidy(heap(*rows, known_at=at(None, 59, 60, 61)), NAMES, now=None)
    assert len(kept(whenever)) == 4
    assert whenever.verdicts == ()
    empty = tidy(
        heap(*rows, known_at=pl.Series(at(None) * 4, dtype=pl.Datetime("us", "UTC"))),
        NAMES,
        now=now,
    )
    assert "known_at" not in empty.frame.columns
    assert empty.verdicts == ()


def test_what_its_source_calls_doubtful_is_left_out_and_its_points_named():
    rows = [("A", 1, 1.0), ("A", 2, 2.0), ("B", 1, 3.0), ("B", 2, 4.0)]
    found = tidy(heap(*rows, quality=[0, None, 1, 2]), NAMES, now=None)
    assert [v for _, _, v in kept(found)] == [1.0, 2.0]
    assert said(found) == [("by_source", {"count": 2, "points": "B"})]
    assert "quality" not in found.frame.columns
    sound = tidy(heap(*rows, quality=[0, 0, 0, 0]), NAMES, now=None)
    assert sound.verdicts == ()
    assert "quality" not in sound.frame.columns
