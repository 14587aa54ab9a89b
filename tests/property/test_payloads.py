"""Payloads that gateways send, broken in every way: readings or a reason, never anything else."""

import random
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.feeds.mqtt.sessions import Births, Topic
from loopkeeper.adapters.feeds.mqtt.sparkplug import Payload, read_sparkplug
from loopkeeper.app.columns import Columns, PayloadError
from loopkeeper.app.moments import instant

SOUND = [
    {"time": "2026-03-01T00:00:00Z", "values": {"supply": 7.5, "供水": "8", "on": True}},
    {"point": "supply", "time": 1772323260, "value": None, "quality": "bad"},
    [{"point": "a", "time": 1772323260000, "value": 1}, {"point": "b", "ts": 1, "value": 2}],
    {"plant": "x", "readings": [{"point": "a", "time": "2026-03-01", "value": -1e3}]},
    {"point": ["a", "b"], "time": [1, 2], "value": [3, 4], "known_at": "2026-03-01T00:00:09Z"},
    12.5,
]
FUZZED = 50_000


def births():
    memory = {}
    return Births(memory.get, memory.__setitem__)


def damaged(raw, rng):
    """Flip, cut, double, swap or insert bytes."""
    data = bytearray(raw)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data) + 1)
        what = rng.randrange(5)
        if what == 0 and data:
            data[min(at, len(data) - 1)] = rng.randrange(256)
        elif what == 1:
            del data[at : at + rng.randrange(1, 9)]
        elif what == 2:
            data[at:at] = data[: rng.randrange(1, 20)]
        elif what == 3:
            data[at:at] = rng.choice([b"null", b"1e999", b"NaN", b'"', b"[[[[", b"-", b"\xff\xfe"])
        else:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
    return bytes(data)


def whole(columns):
    """All columns are of one length and make a frame."""
    frame = columns.frame()
    assert frame.height == len(columns.plant) == len(columns.known_at)
    assert frame.select("plant", "point", "time", "quality").null_count().sum_horizontal()[0] == 0
    return frame.height


def test_broken_json_is_readings_or_a_reason():
    rng, raws, kept, refused = random.Random(1), [orjson.dumps(s) for s in SOUND], 0, 0
    columns = Columns()
    for _ in range(FUZZED):
        before = len(columns.time)
        try:
            read_json(damaged(rng.choice(raws), rng), columns, plant="p", point="q", arrived=1)
            kept += 1
        except PayloadError:
            refused += 1
            assert len(columns.time) == before
    assert kept > 1000
    assert refused > 1000
    assert whole(columns) > 0


def test_broken_sparkplug_is_readings_or_a_reason():
    payload = Payload(timestamp=1772323200000)
    payload.metrics.add(name="supply", alias=1, datatype=10, double_value=7.5)
    payload.metrics.add(name="delta", alias=2, datatype=3, int_value=2**32 - 5)
    payload.metrics.add(alias=1, datatype=10, is_null=True)
    raw, rng, columns, known = payload.SerializeToString(), random.Random(2), Columns(), births()
    outcomes = {"kept": 0, "refused": 0}
    for _ in range(FUZZED):
        topic = Topic("g", rng.choice(["NBIRTH", "NDATA"]), "node")
        before = len(columns.time)
        try:
            read_sparkplug(damaged(raw, rng), topic, columns, known)
            outcomes["kept"] += 1
        except PayloadError:
            outcomes["refused"] += 1
            assert len(columns.time) == before
    assert min(outcomes.values()) > 1000
    assert whole(columns) > 0


NAMES = st.text(min_size=1, max_size=30).filter(lambda s: s.strip() and "\x00" not in s)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(st.tuples(NAMES, TIMES, st.floats(-1e9, 1e9)), max_size=30))
def test_every_shape_says_the_same(rows):
    items = [{"point": p, "time": t.isoformat(), "value": v} for p, t, v in rows]
    shapes = [
        items,
        {"readings": items},
        {
            "point": [p for p, _, _ in rows],
            "time": [t.isoformat() for _, t, _ in rows],
            "value": [v for _, _, v in rows],
        },
        [{"time": i["time"], "values": {i["point"]: i["value"]}} for i in items],
    ]
    expected = [(p.strip(), round(t.timestamp() * 1e6), v) for p, t, v in rows]
    for shape in shapes:
        columns = Columns()
        read_json(orjson.dumps(shape), columns, plant="plant")
        assert list(zip(columns.point, columns.time, columns.value, strict=True)) == expected


@given(TIMES)
def test_times_in_every_unit(time):
    micro = round(time.timestamp() * 1e6)
    assert instant(time.isoformat()) == micro
    assert abs(instant(micro / 1e6) - micro) <= 1
    if micro > 1e14:  # later than March 1973: milliseconds cannot be taken for seconds
        assert abs(instant(micro // 1000) - micro) < 1000
        assert instant(micro) == micro


@pytest.mark.parametrize(
    "bad", ["yesterday", "", -5, 1e300, float("nan"), True, None, "0001-01-01"]
)
def test_what_is_no_time_is_refused(bad):
    with pytest.raises(PayloadError, match="time"):
        instant(bad)
