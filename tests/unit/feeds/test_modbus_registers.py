"""Words of registers to values: every order, every way to say that there is none."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.adapters.feeds.modbus.registers import (
    KINDS,
    Block,
    blocks,
    read_registers,
    value_of,
)
from loopkeeper.errors import InputError

LONG = {"int32": "i", "uint32": "I", "float32": "f", "int64": "q", "uint64": "Q", "float64": "d"}
ORDERS = {"ABCD": "ABCDEFGH", "CDAB": "GHEFCDAB", "BADC": "BADCFEHG", "DCBA": "HGFEDCBA"}
SHORT = {"ABCD": "ABCD", "CDAB": "CDAB", "BADC": "BADC", "DCBA": "DCBA"}


def register(tmp_path, **cells):
    row = {"point": "a", "table": "holding", "address": "0", **cells}
    path = tmp_path / "map.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    return read_registers(path)[0]


def value(words, one):
    return value_of(words, Block(1, one.table, one.address, one.width, (one,)), one)


def laid(number, code, order):
    """Registers of a device that lays the bytes of a number in an order, by its letters."""
    raw = struct.pack(f">{code}", number)
    letters = (ORDERS if len(raw) == 8 else SHORT)[order]
    mixed = bytes(raw["ABCDEFGH".index(letter)] for letter in letters)
    return list(struct.unpack(f">{len(raw) // 2}H", mixed))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", LONG)
def test_all_four_orders_of_long_values(tmp_path, kind, order):
    one = register(tmp_path, type=kind, order=order)
    assert value(laid(1_234_567, LONG[kind], order), one) == 1_234_567
    other = {
        "ABCD": {},
        "CDAB": {"words": "little"},
        "BADC": {"bytes": "little"},
        "DCBA": {"words": "little", "bytes": "little"},
    }[order]
    assert value(laid(1_234_567, LONG[kind], order), register(tmp_path, type=kind, **other)) == (
        1_234_567
    )


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.sampled_from(list(ORDERS)))
def test_any_float_in_any_order(tmp_path_factory, number, order):
    one = register(tmp_path_factory.mktemp("m"), type="float32", words=order)
    assert value(laid(number, "f", order), one) == number


@pytest.mark.parametrize(
    ("kind", "words", "missing", "expected"),
    [
        ("float32", [0x7FC0, 0], "", None),
        ("float32", [0xFFC0, 0], "", None),
        ("float32", [0x7F80, 0], "", None),  # infinity
        ("float64", [0x7FF8, 0, 0, 0], "", None),
        ("int16", [0x8000], "", None),  # SunSpec
        ("int32", [0x8000, 0], "", None),
        ("uint32", [0xFFFF, 0xFFFF], "", None),
        ("int64", [0x8000, 0, 0, 0], "", None),
        ("uint16", [0xFFFF], "", 65535.0),  # may be a value
        ("uint16", [0x8000], "", 32768.0),
        ("int16", [0x7FFF], "", 32767.0),
        ("uint16", [0xFFFF], "0xFFFF", None),
        ("uint16", [0x8000], "0x7FFF;0x8000", None),
        ("int16", [0x7FFF], "0x7FFF", None),
        ("int16", [0xFFFF], "0xFFFF", None),
        ("int16", [0xFFFF], "-1", None),
        ("int32", [0x7FFF, 0xFFFF], "0x7FFFFFFF", None),
        ("float32", [0xC61C, 0x3C00], "-9999", None),
        ("int16", [0x8000], "none", -32768.0),
    ],
)
def test_words_for_a_value_that_is_not_there(tmp_path, kind, words, missing, expected):
    one = register(tmp_path, type=kind, missing=missing, scale="1")
    assert value(words, one) == expected


def test_a_wrong_cell_is_named(tmp_path):
    for cells, words in (
        ({"order": "ACBD"}, "order 'acbd'"),
        ({"words": "middle"}, "words 'middle'"),
        ({"missing": "never"}, "missing 'never'"),
    ):
        with pytest.raises(InputError, match=words):
            register(tmp_path, **cells)


def test_halves_hold_their_own_registers_only(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text(
        "point,table,address,type\na,holding,0,float64\nb,holding,4,\nc,holding,9,int32\n"
    )
    (whole,) = blocks(read_registers(path))
    assert [(b.start, b.count, [r.point for r in b.registers]) for b in whole.halves()] == [
        (0, 4, ["a"]),
        (4, 7, ["b", "c"]),
    ]
    assert set(KINDS) >= set(LONG)
