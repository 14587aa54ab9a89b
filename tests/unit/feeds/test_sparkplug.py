"""Sparkplug B: values, qualities, and sessions in which messages are missing."""

import gzip

import pytest

from loopkeeper.adapters.feeds.mqtt.sessions import MOST, PATIENCE, WITHIN, Births, Sessions, Topic
from loopkeeper.adapters.feeds.mqtt.sparkplug import Payload, read_sparkplug
from loopkeeper.app.columns import Columns

STAMP = 1_772_323_200_000
BIRTH, DATA, DEATH = (Topic("site", kind, "sp1") for kind in ("NBIRTH", "NDATA", "NDEATH"))


def births():
    memory = {}
    return Births(memory.get, memory.__setitem__)


def read(metrics, topic=DATA, known=None, **head):
    payload = Payload(timestamp=STAMP, **head)
    for metric in metrics:
        properties = metric.pop("properties", {})
        added = payload.metrics.add(**metric)
        for key, value in properties.items():
            added.properties.keys.append(key)
            added.properties.values.add(**value)
    columns = Columns()
    told = read_sparkplug(payload.SerializeToString(), topic, columns, known or births())
    return columns, told


def test_one_bad_metric_costs_no_other():
    metrics = [
        {"name": "a", "datatype": 10, "double_value": 3.3},
        {"name": "b", "datatype": 10, "double_value": float("nan")},
        {"alias": 99, "datatype": 10, "double_value": 1.0},
        {"name": "c", "datatype": 10, "double_value": 1.0, "timestamp": 2**63},
        {"name": "d", "datatype": 12, "string_value": "运行"},
        {"name": "e", "datatype": 12, "string_value": "WW-800"},
        {"name": "f", "datatype": 10, "is_null": True},
    ]
    columns, told = read(metrics)
    assert dict(zip(columns.point, columns.value, strict=True)) == {
        "a": 3.3,
        "b": None,
        "d": 1.0,
        "f": None,
    }
    assert columns.quality == [0, 2, 0, 2]
    assert told.unnamed
    assert len(columns.notes) == 2


def test_history_is_known_when_it_comes():
    metric = {"name": "a", "datatype": 10, "double_value": 1.0, "is_historical": True}
    columns, _ = read([{**metric, "timestamp": STAMP - 5 * 3_600_000}])
    assert columns.time == [(STAMP - 5 * 3_600_000) * 1000]
    assert columns.known_at == [None]  # the store stamps what nobody told


@pytest.mark.parametrize(
    ("stated", "quality"),
    [
        ({"int_value": 192}, 0),
        ({"int_value": 0}, 2),
        ({"int_value": 500}, 1),
        ({"long_value": 192}, 0),
        ({"string_value": "Bad"}, 2),
        ({"string_value": "Good"}, 0),
        ({"int_value": 24}, 2),
        ({"is_null": True}, 0),
    ],
)
def test_quality_of_a_property_set(stated, quality):
    properties = {"engUnit": {"string_value": "°C"}, "Quality": stated}
    columns, _ = read([{"name": "a", "datatype": 9, "float_value": 2.5, "properties": properties}])
    assert (columns.value, columns.quality) == ([2.5], [quality])


@pytest.mark.parametrize(
    ("datatype", "raw", "value"),
    [
        (1, 0xFF, -1),
        (1, 2**32 - 1, -1),
        (1, 127, 127),
        (2, 0x8000, -32768),
        (2, 2**32 - 10, -10),
        (3, 0xFFFFFF00, -256),
        (7, 0xFFFFFF00, 0xFFFFFF00),
    ],
)
def test_signed_integers_in_either_width(datatype, raw, value):
    assert read([{"name": "a", "datatype": datatype, "int_value": raw}])[0].value == [value]


def test_a_packed_payload():
    inner = Payload(timestamp=STAMP, seq=3)
    inner.metrics.add(name="a", datatype=10, double_value=1.5)
    outer = Payload(uuid="SPBV1.0_COMPRESSED", body=gzip.compress(inner.SerializeToString()))
    columns = Columns()
    told = read_sparkplug(outer.SerializeToString(), DATA, columns, births())
    assert (columns.value, told.seq) == ([1.5], 3)


def test_a_birth_names_and_numbers_its_session():
    known = births()
    metrics = [
        {"name": "bdSeq", "datatype": 8, "long_value": 7},
        {"name": "a", "alias": 1, "datatype": 10, "double_value": 1.0},
    ]
    columns, told = read(metrics, BIRTH, known, seq=0)
    assert (columns.point, told.seq, told.bd_seq) == (["a"], 0, 7)
    columns, told = read([{"alias": 1, "datatype": 10, "double_value": 2.0}], DATA, known, seq=1)
    assert (columns.point, columns.value, told.unnamed) == (["a"], [2.0], False)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_gaps_are_counted_and_a_rebirth_is_asked_for():
    clock = Clock()
    sessions = Sessions(clock)
    assert not sessions.saw(BIRTH, 0, 3)
    device = Topic("site", "DDATA", "sp1", "hp1")
    follows = [(DATA, 1), (device, 2), (device, 2), (DATA, 3)]  # one came twice
    assert not any(sessions.saw(topic, seq, None) for topic, seq in follows)
    assert sessions.saw(DATA, 9, None)
    assert sessions.may_ask(DATA)
    assert not sessions.saw(DATA, 10, None)
    assert sessions.saw(DATA, 12, None)
    assert not sessions.may_ask(DATA)  # the node has been asked and has not answered yet
    clock.now = PATIENCE
    assert sessions.may_ask(DATA)
    assert (sessions.gaps, sessions.rebirths) == (2, 2)


def test_numbers_go_round_and_births_begin_anew():
    sessions = Sessions(Clock())
    sessions.saw(BIRTH, 0, 1)
    assert not any(sessions.saw(DATA, n % 256, None) for n in range(1, 600))
    assert not sessions.saw(BIRTH, 0, 2)
    assert not sessions.saw(DATA, 1, None)
    assert sessions.gaps == 0


def test_a_node_that_always_loses_is_not_asked_for_ever():
    clock, asked = Clock(), 0
    sessions = Sessions(clock)
    for _ in range(100):
        sessions.saw(BIRTH, 0, 1)
        assert sessions.saw(DATA, 7, None)
        asked += sessions.may_ask(DATA)
        clock.now += 1.0
    assert asked == MOST
    clock.now += WITHIN
    sessions.saw(BIRTH, 0, 1)
    assert sessions.may_ask(DATA)


def test_data_after_a_new_connection_wants_a_birth():
    sessions = Sessions(Clock())
    sessions.saw(BIRTH, 0, 1)
    sessions.begin()
    assert sessions.saw(DATA, 44, None)  # what came between nobody heard
    assert sessions.gaps == 0


def test_a_death_counts_for_its_own_session_only():
    sessions = Sessions(Clock())
    sessions.saw(BIRTH, 0, 4)
    sessions.saw(DEATH, None, 3)  # of the session before, late
    assert sessions.dead == 0
    sessions.saw(DEATH, None, 4)
    assert sessions.dead == 1
    sessions.saw(BIRTH, 0, 5)
    assert sessions.dead == 0
