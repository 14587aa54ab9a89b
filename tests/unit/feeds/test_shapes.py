"""Payloads as gateways and platforms send them: what is good is kept, whatever stands beside."""

import json
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.feeds.values import quality_of
from loopkeeper.app.columns import Columns, NoTimeError, PayloadError, Unread
from loopkeeper.app.moments import instant

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MIDNIGHT = 1_772_323_200_000_000
"""2026-03-01T00:00:00Z [µs]"""
ARRIVED = MIDNIGHT + 5_000_000


def read(payload, **given):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    columns = Columns()
    told = {"plant": "house", "arrived": ARRIVED, "zone": lambda _: SHANGHAI, **given}
    read_json(raw, columns, **told)
    assert columns.frame().height == len(columns.time)
    return columns


def values(columns):
    return dict(zip(columns.point, columns.value, strict=True))


def rows(columns):
    stamps = [(t - MIDNIGHT) / 1e6 for t in columns.time]
    return list(zip(columns.point, stamps, columns.value, columns.quality, strict=True))


MISSING = [
    "unavailable", "unknown", "none", "", "NaN", "nan", None, float("nan"), float("inf"),
    -float("inf"), "null", "N/A", "-", "offline", "Unavailable ", "故障", "无数据",
]  # fmt: skip


@pytest.mark.parametrize("bad", MISSING, ids=repr)
def test_a_value_that_is_not_there_costs_no_other(bad):
    """json.dumps writes NaN and Infinity bare, as Python does by itself."""
    shapes = [
        {"time": "2026-03-01T00:00:00Z", "values": {"a": 8.1, "bad": bad, "b": 6.2}},
        [
            {"point": p, "time": MIDNIGHT // 1000, "value": v}
            for p, v in {"a": 8.1, "bad": bad, "b": 6.2}.items()
        ],
        {"point": ["a", "bad", "b"], "time": [MIDNIGHT // 1000] * 3, "value": [8.1, bad, 6.2]},
        {"ts": MIDNIGHT // 1000, "a": 8.1, "bad": bad, "b": 6.2},
    ]
    for shape in shapes:
        found = read(shape)
        assert rows(found) == [("a", 0, 8.1, 0), ("bad", 0, None, 2), ("b", 0, 6.2, 0)]
        assert not found.unread


@pytest.mark.parametrize("bad", ["heating", "1.2.3", "21.5 °C", {}, [], "1,234", "5_0"], ids=repr)
def test_a_value_nobody_understands_is_missing_and_said(bad):
    found = read({"time": "2026-03-01T00:00:00Z", "values": {"a": 8.1, "odd": bad}})
    assert rows(found) == [("a", 0, 8.1, 0), ("odd", 0, None, 2)]
    assert found.unread == 1
    assert "odd" in found.notes[0]


def test_an_object_among_values_is_kept_below_its_name_and_said():
    found = read({"time": "2026-03-01T00:00:00Z", "values": {"a": 1, "b": {"c": 2, "d": [3, 4]}}})
    assert values(found) == {"a": 1, "b.c": 2, "b.d.0": 3, "b.d.1": 4}
    assert "b: no single value" in found.notes[0]
    one = {"a": {"value": 7.5, "quality": "bad"}, "b": {"v": 2, "q": True}}
    found = read({"time": "2026-03-01T00:00:00Z", "values": one})
    assert rows(found) == [("a", 0, 7.5, 2), ("b", 0, 2, 0)]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("on", "ON", "true", True, "运行", "开", "running", "active"), 1.0),
        (("off", "False", "停止", "关", "stopped", "inactive", False), 0.0),
        (("21,5", " 21.5 ", 21.5), 21.5),
    ],
)
def test_words_of_a_switch_and_figures_in_words(words, value):
    for word in words:
        assert values(read({"time": MIDNIGHT // 1000, "values": {"x": word}})) == {"x": value}


NAMES = st.text("abc供水_.", min_size=1, max_size=8)
ODD = st.sampled_from([*MISSING, "heating", {"x": {"y": "z"}}, [], {}])


@given(st.dictionaries(NAMES, st.floats(-1e6, 1e6) | st.booleans() | ODD, min_size=1))
def test_whatever_stands_beside_good_values_are_kept(batch):
    good = {
        k.strip(): float(v)
        for k, v in batch.items()
        if isinstance(v, float | bool) and isfinite(v)
    }
    found = values(read({"time": "2026-03-01T00:00:00Z", "values": batch}))
    assert {k: v for k, v in found.items() if v is not None} == good


@pytest.mark.parametrize(
    "text",
    [
        '{"time": 1772323200, "values": {"a": nan, "b": 1}}',
        '{"time": 1772323200, "values": {"a": -inf, "b": 1.}}',
        '{"time": 1772323200, "values": {"a": None, "b": +1}}',
        '{"time": 1772323200, "values": {"a": , "b": 01}}',
        '{"time": 1772323200, "values": {"a": 1e999, "b": 1,},}',
        '\ufeff{"time": 1772323200, "values": {"a": undefined, "b": True}}',
    ],
)
def test_what_other_writers_take_for_json(text):
    assert values(read(text.encode())) == {"a": None, "b": 1.0}


def test_a_text_is_never_mended():
    found = read(b'{"time": 1772323200, "values": {"NaN, None:,}": 1, "a\\"b": NaN}}')
    assert values(found) == {"NaN, None:,}": 1.0, 'a"b': None}


@pytest.mark.parametrize(
    "broken",
    [
        {"time": "yesterday", "values": {"a": 1}},
        {"point": 5, "time": 1, "value": 1},
        "x",
        {"a": "x"},
    ],
    ids=str,
)
def test_one_broken_item_costs_no_other(broken):
    found = read([broken, {"point": "b", "time": "2026-03-01T00:00:00Z", "value": 2}])
    assert rows(found) == [("b", 0, 2, 0)]
    assert found.unread == 1
    with pytest.raises(PayloadError):
        read([broken])


def test_telemetry_of_thingsboard_with_and_without_ts():
    assert rows(read({"load_t_ret": 29.8, "run": "true"})) == [
        ("load_t_ret", 5, 29.8, 0),
        ("run", 5, 1, 0),
    ]
    with_ts = {"ts": MIDNIGHT // 1000, "values": {"a": "29.9"}}
    assert rows(read(with_ts)) == [("a", 0, 29.9, 0)]
    assert rows(read([with_ts, {"ts": MIDNIGHT // 1000 + 1000, "values": {"a": 3}}])) == [
        ("a", 0, 29.9, 0),
        ("a", 1, 3, 0),
    ]
    assert rows(read({"hp1": [with_ts], "hp2": [with_ts]})) == [
        ("hp1.a", 0, 29.9, 0),
        ("hp2.a", 0, 29.9, 0),
    ]


def test_states_of_home_assistant():
    state = {
        "entity_id": "sensor.t_room",
        "state": "21.5",
        "attributes": {"unit": "°C"},
        "last_updated": "2026-03-01T00:00:00+00:00",
    }
    assert rows(read(state)) == [("sensor.t_room", 0, 21.5, 0)]
    assert rows(read(state, point="t_room")) == [("t_room", 0, 21.5, 0)]
    assert rows(read({**state, "state": "unavailable"})) == [("sensor.t_room", 0, None, 2)]
    for raw, value in ((b"21.5", 21.5), (b"on", 1.0), (b"unavailable", None), (b"", None)):
        assert values(read(raw, point="t_room")) == {"t_room": value}
    with pytest.raises(PayloadError, match="heating"):
        read(b"heating", point="hp_mode")


def test_tasmota_tells_its_own_clock_and_nests():
    energy = {"TotalStartTime": "2025-01-01T00:00:00", "Power": 1210, "Voltage": [230, 231]}
    told = {"Time": "2026-03-01T08:00:00", "TempUnit": "C", "ENERGY": energy}
    found = read(told)
    assert rows(found) == [
        ("ENERGY.Power", 0, 1210, 0),
        ("ENERGY.Voltage.0", 0, 230, 0),
        ("ENERGY.Voltage.1", 0, 231, 0),
    ]
    assert found.unread == 2  # two texts are attributes, none of them a reading
    assert values(read({"id": 0, "apower": 5, "aenergy": {"total": 12.3}}, point="hp1")) == {
        "hp1.id": 0,
        "hp1.apower": 5,
        "hp1.aenergy.total": 12.3,
    }


def test_items_of_an_opc_gateway():
    sent = {
        "timestamp": MIDNIGHT // 1000,
        "values": [
            {"id": "Plant.Supply", "v": 7.5, "q": True, "t": MIDNIGHT // 1000 + 1000},
            {"id": "Plant.Return", "v": 5.5, "q": False},
        ],
    }
    assert rows(read(sent)) == [("Plant.Supply", 1, 7.5, 0), ("Plant.Return", 0, 5.5, 2)]


def test_line_protocol_of_influxdb():
    """Escapes and types as in the syntax of InfluxDB's manual."""
    lines = (
        "# comment\n"
        'hp,host=pi,unit=hp1,plant=office power=1.5,count=3i,run=t,mode="heating" '
        f"{MIDNIGHT}000\n"
        f"my\\ meter,point=supply value=7.5 {MIDNIGHT // 1_000_000}\n"
        "flow value=2.5\n"
    )
    found = read(lines.encode())
    assert rows(found) == [
        ("hp.hp1.power", 0, 1.5, 0),
        ("hp.hp1.count", 0, 3, 0),
        ("hp.hp1.run", 0, 1, 0),
        ("supply", 0, 7.5, 0),
        ("flow", 5, 2.5, 0),
    ]
    assert found.plant == ["office"] * 3 + ["house"] * 2
    assert "heating" in found.notes[0]


@pytest.mark.parametrize(
    ("stated", "quality"),
    [
        ("good", 0),
        ("GOOD", 0),
        ("uncertain", 1),
        ("bad", 2),
        (0, 0),
        (1, 1),
        (2, 2),
        (192, 0),
        (216, 0),
        (64, 1),
        (500, 1),
        (24, 2),
        ("192", 0),
        (True, 0),
        (False, 2),
        (0x80000000, 2),
        (0x40000000, 1),
        ("BadSensorFailure", 2),
        ("UncertainLastUsableValue", 1),
        ("可疑", 1),
        ("stale", 1),
        ("fault", 2),
        (None, 0),
    ],
)
def test_quality_is_carried_in_every_spelling(stated, quality):
    assert quality_of(stated) == quality
    shapes = [
        {"time": "2026-03-01T00:00:00Z", "values": {"a": 1}, "quality": stated},
        {"time": "2026-03-01T00:00:00Z", "values": {"a": 1}, "quality": {"a": stated}},
        {"time": "2026-03-01T00:00:00Z", "point": "a", "value": 1, "quality": stated},
        {"time": [MIDNIGHT // 1000], "point": ["a"], "value": [1], "quality": [stated]},
        {"time": "2026-03-01T00:00:00Z", "values": {"a": {"value": 1, "quality": stated}}},
    ]
    for shape in shapes:
        assert rows(read(shape)) == [("a", 0, 1, quality)]


def test_a_quality_nobody_knows_is_doubtful_and_said():
    found = read({"time": "2026-03-01T00:00:00Z", "values": {"a": 1}, "quality": "purple"})
    assert rows(found) == [("a", 0, 1, 1)]
    assert "purple" in found.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:00:00",
        "2026-03-01T08:00:00",
        "2026/3/1 8:00",
        "2026年3月1日 8:00:00",
        "2026-03-01T00:00:00Z",
        "2026-03-01 00:00:00 UTC",
        "2026-03-01T01:00:00+01:00",
        "2026-02-28T19:00:00.000000000-0500",
        "20260301T000000Z",
        "1772323200",
        "1772323200000",
    ],
)
def test_a_time_without_offset_is_the_sites(text):
    assert instant(text, SHANGHAI) == MIDNIGHT


BARE = st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001


@given(BARE, st.sampled_from([SHANGHAI, BERLIN]))
def test_site_times_are_those_of_the_time_zone_database(bare, zone):
    aware = bare.replace(tzinfo=zone)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != bare:
        with pytest.raises(PayloadError, match="skipped"):
            instant(bare.isoformat(), zone)
    else:
        expected = round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
        assert abs(instant(bare.isoformat(), zone) - expected) <= 1


def test_an_hour_that_comes_twice_is_the_one_just_gone():
    """Berlin, 2026-10-25: 02:30 comes at 00:30Z and at 01:30Z."""
    first, second = (
        round(datetime(2026, 10, 25, h, 30, tzinfo=UTC).timestamp() * 1e6) for h in (0, 1)
    )
    for arrived in (first, second):
        assert instant("2026-10-25 02:30:00", BERLIN, near=arrived + 10**6) == arrived
    assert instant("2026-10-25 02:30:00", BERLIN) == first


def test_a_time_of_no_zone_is_refused():
    with pytest.raises(PayloadError, match="no time zone is known"):
        read({"time": "2026-03-01 08:00:00", "values": {"a": 1}}, zone=lambda _: None)


@given(st.integers(200_000_000, 4_000_000_000))
def test_epochs_are_told_apart_by_size(seconds):
    for factor in (1, 10**3, 10**6, 10**9):
        for raw in (seconds * factor, str(seconds * factor)):
            assert instant(raw) == seconds * 10**6


def test_what_is_repeated_without_its_time_is_no_reading():
    for raw, point in ((b"21.5", "t"), (b'{"a": 1}', None), (b'[{"values": {"a": 1}}]', None)):
        with pytest.raises(NoTimeError):
            read(raw, point=point, arrived=None)
    own = {"time": "2026-03-01T00:00:00Z", "values": {"a": 1}}
    assert rows(read(own, arrived=None)) == [("a", 0, 1, 0)]


def test_nobody_knows_before_it_is_here():
    found = read({"time": 1, "values": {"a": 1}, "known_at": "2027-01-01T00:00:00Z"})
    assert found.known_at == [ARRIVED]


def test_each_reason_is_said_once_and_every_value_counted():
    unread = Unread()
    assert unread.fresh("topic", ["x", "x", "y"], 3) == "x; y"
    assert not unread.fresh("topic", ["x"], 1)
    assert unread.fresh("other", ["x"], 1) == "x"
    assert unread.count == 5


def test_lists_of_times_are_never_left_aside():
    stamps = [MIDNIGHT // 1000, MIDNIGHT // 1000 + 1000]
    assert rows(read({"point": "a", "time": stamps, "value": [1, "x"]})) == [
        ("a", 0, 1, 0),
        ("a", 1, None, 2),
    ]
    assert rows(read({"time": stamps, "values": {"a": [1, 2], "b": [3, None]}})) == [
        ("a", 0, 1, 0),
        ("a", 1, 2, 0),
        ("b", 0, 3, 0),
        ("b", 1, None, 2),
    ]
    for broken in ({"time": stamps, "point": "a", "value": 1}, {"time": stamps, "a": 1}):
        with pytest.raises(PayloadError, match="time"):
            read(broken)
    with pytest.raises(PayloadError, match="expected an object"):
        read([1, 2], point="a")  # which of them is the reading?


def test_a_history_of_one_point_among_values():
    listed = [{"ts": MIDNIGHT // 1000 + 1000 * n, "value": str(n)} for n in range(2)]
    for sent in ({"values": {"a": listed}}, {"a": listed}):
        found = read(sent)
        assert rows(found) == [("a", 0, 0, 0), ("a", 1, 1, 0)]
        assert not found.notes


def test_metrics_of_telegraf():
    """The JSON output format of Telegraf, one metric and a batch."""
    metric = {
        "name": "modbus",
        "tags": {"host": "pi", "unit": "hp1"},
        "timestamp": 1772323200,
        "fields": {"power": 1.5, "value": 2},
    }
    for sent in (metric, {"metrics": [metric]}):
        assert rows(read(sent)) == [("modbus.hp1.power", 0, 1.5, 0), ("modbus.hp1", 0, 2, 0)]


def test_items_that_name_themselves_at_any_depth():
    stamp = "2026-03-01T00:00:00+00:00"
    gateway = {"ts": stamp, "d": [{"tag": "a", "value": 1}, {"tag": "b", "value": 2}]}
    assert rows(read(gateway)) == [("a", 0, 1, 0), ("b", 0, 2, 0)]
    state = {"entity_id": "sensor.a", "state": "21.5", "last_updated": stamp, "attributes": {}}
    event = {"event_type": "state_changed", "event_data": {"new_state": state}}
    assert rows(read(event)) == [("sensor.a", 0, 21.5, 0)]
