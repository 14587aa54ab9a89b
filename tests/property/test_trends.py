"""Trends: whatever is asked for, the extremes are those of the readings, and buckets stay put."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import Actor
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Window
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.use_cases.trends import MOST_BUCKETS, MOST_POINTS, Trends
from loopkeeper.errors import AccessError, InputError
from loopkeeper.measure.buckets import STEPS, Buckets
from loopkeeper.measure.source_quality import SourceQuality

BEGIN = datetime(2026, 3, 20, tzinfo=UTC)
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]
QUALITY = [SourceQuality.GOOD] * 6 + [SourceQuality.UNCERTAIN, SourceQuality.BAD]
POINTS = ("a", "b", "rare")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class Raw:
    """Readings that count, of each point in order of time, found by plain Python."""

    def __init__(self, rows):
        self.times, self.values = ({point: [] for point in POINTS} for _ in range(2))
        for row in rows.iter_rows(named=True):
            if row["value"] is not None and row["quality"] == SourceQuality.GOOD:
                self.times[row["point"]].append(row["time"].astimezone(UTC))
                self.values[row["point"]].append(row["value"])

    def between(self, point, start, end):
        first, last = (bisect_left(self.times[point], one) for one in (start, end))
        return self.values[point][first:last]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Forty days of readings, most of them rolled up, some corrected, the last in the journal."""
    store = TelemetryStore(tmp_path_factory.mktemp("store") / "s")
    rows = []
    for point, every in (("a", 7), ("b", 11), ("rare", 1440)):
        for n in range(40 * 1440 // every):
            at = BEGIN + timedelta(minutes=every * n, seconds=n % 50)
            if point == "a" and date(2026, 3, 25) <= at.date() <= date(2026, 3, 26):
                continue
            spike = 1e6 if n % 997 == 5 else -1e5 if n % 811 == 3 else 0.0
            value = None if n % 500 == 9 else (n * 7919 % 1000) / 8 + spike
            rows.append((point, at, value, QUALITY[n * 31 % len(QUALITY)]))
    for part in (rows[:-900], rows[-900:]):
        came = Columns()
        for point, at, value, quality in part:
            came.add("p", point, round(at.timestamp() * 1e6), value, quality=quality)
        store.append(came.frame())
        if part is not rows[-900:]:
            store.flush()
            store.compact(everything=True)
    late = Columns()
    late.add("p", "a", round((BEGIN + timedelta(days=3)).timestamp() * 1e6), 5e6)
    store.append(late.frame())
    yield store
    store.close()


@pytest.fixture(scope="module")
def raw(kept):
    return Raw(kept.read(Window("p", BEGIN, BEGIN + timedelta(days=60))))


def looked(kept, zone="UTC"):
    site = SimpleNamespace(timezone=zone)
    return Trends({"p": SimpleNamespace(site=site, points=())}, Archive(kept, Actor("x")))


@FEW
@given(
    start=st.integers(0, 40 * 1440),
    lasts=st.integers(1, 45 * 1440),
    most=st.integers(1, MOST_BUCKETS),
    zone=st.sampled_from(ZONES),
)
def test_extremes_are_those_of_the_readings(kept, raw, start, lasts, most, zone):
    begin = BEGIN + timedelta(minutes=start)
    end = begin + timedelta(minutes=lasts)
    found = looked(kept, zone).of(Window("p", begin, end, POINTS), most)
    for line in found.lines:
        times = [t.astimezone(UTC) for t in line.rows["time"]]
        assert times == sorted(set(times))
        inside = raw.between(line.point.id, begin, end)
        told = line.rows.drop_nulls("mean")
        if line.step is None:
            assert told["mean"].to_list() == inside
            continue
        assert len(times) <= most + 2 or line.step == STEPS[-1]
        assert line.step in STEPS
        edges = [*times[1:], found_end(times[-1], line.step, zone)]
        assert times[0] <= begin < edges[0]
        assert times[-1] < end <= edges[-1]
        for (n, left), right in zip(enumerate(times), edges, strict=True):
            here = raw.between(line.point.id, left, right)
            row = line.rows.row(n, named=True)
            assert row["count"] == len(here)
            if here:
                assert (row["min"], row["max"]) == (min(here), max(here))
                mean = sum(here) / len(here)
                size = max(map(abs, here))
                assert row["mean"] == pytest.approx(mean, rel=1e-5, abs=1e-9 * size)
            else:
                assert row["mean"] is row["min"] is row["max"] is None


def found_end(begin, step, zone):
    """When a bucket ends: days and weeks by the plant's own clock."""
    if step < timedelta(days=1):
        return begin + step
    local = begin.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + step
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@given(
    start=st.integers(0, 60 * 365 * 1440),
    lasts=st.timedeltas(timedelta(seconds=1), timedelta(days=4000)),
    moved=st.timedeltas(timedelta(0), timedelta(days=3)),
    most=st.integers(600, MOST_BUCKETS),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=60, deadline=None)
def test_buckets_stay_where_they_are(start, lasts, moved, most, zone):
    begin = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    clock = ZoneInfo(zone)
    one, other = (Buckets.of(b, b + lasts, most, clock) for b in (begin, begin + moved))
    assert one.step == other.step
    edges, others = set(one.edges()), set(other.edges())
    assert len(edges) <= most + 2
    shared = {e for e in edges | others if other.start <= e < one.end}
    assert shared <= edges
    assert shared <= others
    for edge in list(edges)[:40]:
        local = edge.astimezone(clock)
        if one.step >= timedelta(days=7):
            assert local.weekday() == 0
        if one.step >= timedelta(days=1):
            assert (local.hour, local.minute) == (0, 0)
        else:
            assert edge.timestamp() % one.step.total_seconds() == 0


def test_a_gap_is_null_and_a_point_with_few_readings_comes_as_it_is(kept):
    end = BEGIN + timedelta(days=40)
    a, rare = looked(kept).of(Window("p", BEGIN, end, ("a", "rare")), 1000).lines
    gap = a.rows.filter(pl.col("time").dt.date() == date(2026, 3, 25))
    assert gap.height == 24
    assert gap["mean"].null_count() == 24
    assert gap["count"].sum() == 0
    assert (a.step, rare.step) == (timedelta(hours=1), None)
    assert rare.rows.height <= 40


def test_readings_that_are_far_apart_have_a_gap_between_them(kept):
    start = datetime(2026, 3, 24, 12, tzinfo=UTC)
    (a,) = looked(kept).of(Window("p", start, start + timedelta(days=3), ("a",)), 1500).lines
    assert a.step is None
    before, gap, after = (
        a.rows.filter(pl.col("time").dt.date() == day)
        for day in (date(2026, 3, 24), date(2026, 3, 25), date(2026, 3, 27))
    )
    assert before.height
    assert after.height
    assert gap["mean"].to_list() == [None]


@pytest.mark.parametrize(
    ("points", "lasts", "most", "said"),
    [
        ((), 1, 100, "0 points are asked for: from 1 to 12 are drawn"),
        (tuple(f"p{n}" for n in range(MOST_POINTS + 1)), 1, 100, "13 points are asked for"),
        (("a",), 0, 100, "the period ends before it begins"),
        (("a",), -1, 100, "the period ends before it begins"),
        (("a", "=x", "y"), 1, 100, "p has no point =x, y"),
        (("a",), 1, 0, "0 buckets are asked for"),
        (("a",), 1, MOST_BUCKETS + 1, "1501 buckets are asked for"),
    ],
)
def test_what_cannot_be_drawn_is_said(kept, points, lasts, most, said):
    window = Window("p", BEGIN, BEGIN + timedelta(days=lasts), points)
    with pytest.raises(InputError, match=said):
        looked(kept).of(window, most)


def test_trends_of_a_plant_that_is_not_seen_are_refused(kept):
    hidden = Trends({}, Archive(kept, Actor("x", plants=frozenset({"q"}))))
    with pytest.raises(AccessError):
        hidden.of(Window("p", BEGIN, BEGIN + timedelta(days=1), ("a",)), 10)
    with pytest.raises(AccessError):
        hidden.points("p")
