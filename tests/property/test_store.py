"""The store against a model of plain lists: whatever comes in whatever order, nothing is lost."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import Window
from loopkeeper.errors import InputError, StoreError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = (NOON - timedelta(days=30), NOON + timedelta(days=30))


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOON

    def __call__(self):
        return self.now


@dataclass
class Model:
    """What was sent: per plant, point and instant all values with the time they became known."""

    known: dict = field(default_factory=dict)

    def add(self, rows):
        for plant, point, time, value, known_at in rows:
            told = self.known.setdefault((plant, point, time), [])
            told.append((known_at, len(told), value))

    def at(self, plant, as_of=None):
        answer = {}
        for (p, point, time), told in self.known.items():
            rows = [t for t in told if as_of is None or t[0] <= as_of]
            if p == plant and rows:
                answer[point, time] = max(rows, key=lambda t: (t[0], t[1]))[2]
        return answer


def frame(rows):
    names = ("plant", "point", "time", "value", "known_at")
    data = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    data["quality"] = [0] * len(rows)
    return pl.DataFrame(data, schema_overrides=dict(SCHEMA)).select(list(SCHEMA))


def found(rows):
    return {
        (point, time): value
        for point, time, value in rows.select("point", "time", "value").iter_rows()
    }


READING = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["supply", "供水"]),
    st.integers(-3000, 3000).map(lambda n: NOON + timedelta(minutes=n)),
    st.one_of(st.none(), st.integers(0, 3).map(float)),
    st.integers(0, 5).map(lambda n: NOON + timedelta(hours=n)),
)
STEP = st.one_of(
    st.lists(READING, min_size=1, max_size=30).map(lambda rows: ("append", rows)),
    st.sampled_from(["flush", "compact", "all", "reopen", "again"]).map(lambda w: (w, None)),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_stored_equals_sent(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("store")
    store, model, last = TelemetryStore(folder, now=Clock()), Model(), []
    for what, rows in steps:
        if what == "append":
            store.append(frame(rows))
            model.add(rows)
            last = rows
        elif what == "again" and last:
            store.append(frame(last))  # delivered twice
        elif what == "flush":
            store.flush()
        elif what in {"compact", "all"}:
            store.compact(everything=what == "all")
        elif what == "reopen":
            store.close()
            store = TelemetryStore(folder, now=Clock())
    for plant in ("a", "b"):
        assert found(store.read(Window(plant, *EVER))) == model.at(plant)
        early = NOON + timedelta(hours=2)
        assert found(store.read(Window(plant, *EVER), as_of=early)) == model.at(plant, early)
        hours = store.hours(Window(plant, *EVER))
        values = [v for v in model.at(plant).values() if v is not None]
        assert hours["count"].sum() == len(values)
        assert (hours["mean"] * hours["count"]).sum() == pytest.approx(sum(values))
    assert store.problems() == []
    store.close()


def sample(count=500, plant="a", start=NOON):
    return frame(
        [
            (plant, f"p{n % 5}", start + timedelta(minutes=n // 5), float(n), start)
            for n in range(count)
        ]
    )


def test_a_backup_taken_in_between_is_whole(tmp_path):
    store = TelemetryStore(tmp_path / "store", now=Clock())
    store.append(sample())
    store.flush()
    store.append(sample(plant="b"))
    store.backup(tmp_path / "copy")
    store.flush()
    store.append(sample(plant="c"))
    copy = TelemetryStore(tmp_path / "copy", now=Clock())
    assert copy.plants() == ["a", "b"]
    copy.close()
    (tmp_path / "copy" / "journal.sqlite").unlink()
    copy = TelemetryStore(tmp_path / "copy", now=Clock())
    assert copy.plants() == ["a"]
    assert any("the journal was lost" in text for text in copy.problems())
    copy.close()
    (tmp_path / "copy" / "journal.sqlite").unlink()
    store.backup(tmp_path / "other")
    copy = TelemetryStore(tmp_path / "other", now=Clock())
    assert copy.read(Window("b", *EVER)).height == 500
    copy.flush()
    assert copy.read(Window("b", *EVER)).height == 500
    with pytest.raises(StoreError, match="is not empty"):
        store.backup(tmp_path / "copy")


def test_nothing_younger_than_two_years_goes(tmp_path):
    clock = Clock()
    store = TelemetryStore(tmp_path, now=clock)
    for days in (0, 100, 729, 732):
        store.append(sample(10, start=NOON - timedelta(days=days)))
    store.compact(everything=True)
    assert store.retain() > 0
    kept = store.read(Window("a", NOON - timedelta(days=3000), NOON + timedelta(days=1)))
    assert max((NOON - t).days for t in kept["time"]) == 729
    assert kept.height == 30
    with pytest.raises(InputError, match="at least 2"):
        TelemetryStore(tmp_path / "other", years=1.9)


def test_a_lost_journal_does_not_lose_what_comes_after(tmp_path):
    store = TelemetryStore(tmp_path, now=Clock())
    for _ in range(5):
        store.append(sample(20))
        store.flush()
    store.close()
    for part in tmp_path.glob("journal.sqlite*"):
        part.unlink()
    store = TelemetryStore(tmp_path, now=Clock())
    store.append(sample(20, plant="new"))
    store.flush()
    assert store.read(Window("new", *EVER)).height == 20


def test_damage_is_named(tmp_path):
    store = TelemetryStore(tmp_path, now=Clock())
    store.append(sample())
    store.flush()
    (file,) = tmp_path.glob("readings/day=*/*.parquet")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 3 : len(raw) // 3 + 60] = b"\x00" * 60
    file.write_bytes(bytes(raw))
    assert any(file.name in text for text in store.problems())
    store.close()
    (tmp_path / "journal.sqlite").write_bytes(b"not a journal" * 100)
    for part in tmp_path.glob("journal.sqlite-*"):
        part.unlink()
    with pytest.raises(StoreError, match="restore it from a backup"):
        TelemetryStore(tmp_path, now=Clock())


def test_a_clock_set_back_does_not_bring_old_values_back(tmp_path):
    clock = Clock()
    store = TelemetryStore(tmp_path, now=clock)
    row = ("a", "supply", NOON, 1.0, None)
    store.append(frame([row]))
    store.flush()
    store.close()
    clock.now = NOON - timedelta(hours=2)
    store = TelemetryStore(tmp_path, now=clock)
    store.append(frame([(*row[:3], 2.0, None)]))
    assert store.read(Window("a", *EVER))["value"].to_list() == [2.0]
    store.flush()
    store.compact(everything=True)
    assert store.read(Window("a", *EVER))["value"].to_list() == [2.0]
    store.close()


def test_what_is_sent_again_is_no_news(tmp_path):
    clock = Clock()
    store = TelemetryStore(tmp_path, now=clock)
    at = [NOON + timedelta(days=n) for n in (-400, 0, 1)]
    first = frame([("a", "supply", t, 1.0, None) for t in at] + [("b", "x", NOON, None, None)])
    assert store.news(first).equals(first)
    store.append(first)
    store.flush()
    store.append(frame([("a", "supply", NOON, 2.0, None)]))  # corrected
    assert store.news(first).is_empty()
    more = frame([("a", "supply", NOON, 1.0, None), ("a", "supply", NOON, 3.0, None)])
    assert store.news(more)["value"].to_list() == [3.0]
    assert store.news(first.clear()).is_empty()
    store.close()
