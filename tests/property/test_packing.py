"""What is packed is unpacked to the last bit."""

import math
import struct
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.store.packing import packed, unpacked
from loopkeeper.adapters.store.resolve import STORED

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUES = st.one_of(
    st.none(),
    st.floats(),
    st.sampled_from([-0.0, 0.0, 1e300, 2.0**53, 0.1 + 0.2, math.inf]),
    st.integers(-(10**6), 10**6).map(lambda n: n / 10),
    st.decimals(-999, 999, places=3).map(float),
)


def bits(values):
    return [None if v is None else struct.pack("d", v) for v in values]


@given(st.lists(st.tuples(st.sampled_from("ab"), VALUES, st.integers(-9, 9)), min_size=1))
def test_packing_loses_no_bit(rows):
    frame = pl.DataFrame(
        {
            "plant": ["a"] * len(rows),
            "point": [point for point, _, _ in rows],
            "time": [NOON + timedelta(seconds=n) for n in range(len(rows))],
            "value": [value for _, value, _ in rows],
            "quality": [0] * len(rows),
            "known_at": [NOON + timedelta(microseconds=n) for _, _, n in rows],
            "entry": [1] * len(rows),
        },
        schema=STORED,
    )
    again = unpacked(packed(frame).lazy(), list(STORED)).collect()
    assert bits(again["value"]) == bits(frame["value"])
    assert again.drop("value").equals(frame.drop("value"))


def test_decimals_of_a_meter_are_packed():
    frame = pl.DataFrame(
        {
            "plant": ["a"] * 9,
            "point": ["p"] * 9,
            "time": [NOON] * 9,
            "value": [n / 10 for n in range(9)],
            "quality": [0] * 9,
            "known_at": [NOON] * 9,
            "entry": [1] * 9,
        },
        schema=STORED,
    )
    rows = packed(frame)
    assert rows["digits"].to_list() == list(range(9))
    assert rows["value"].null_count() == rows["known_at"].null_count() == 9
