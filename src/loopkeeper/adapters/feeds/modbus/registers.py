"""What stands in a Modbus device's registers: the map, blocks to read, values from words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from struct import pack, unpack
from typing import Any

from loopkeeper.adapters.files.tables.point_table import figure, read_point_table
from loopkeeper.errors import InputError

HIGHEST = 65535
"""Highest address of a register: 16 bits (Modbus Application Protocol 1.1b3)."""

TABLES = {"holding": 120, "input": 120, "coil": 1900, "discrete": 1900}
"""Tables of a device and how much of them one request may read."""
HOLE = 8
"""Addresses between two points that are read along rather than asking twice."""
KINDS = {
    "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q",
    "float32": "f", "float64": "d",
}  # fmt: skip
"""Types of values in registers."""
_WIDTHS = {"h": 1, "i": 2, "q": 4, "f": 2, "d": 4}
_BITS = {"coil", "discrete"}
_ORDERS = {
    "abcd": ("big", "big"), "cdab": ("little", "big"), "badc": ("big", "little"),
    "dcba": ("little", "little"), "abcdefgh": ("big", "big"), "ghefcdab": ("little", "big"),
    "badcfehg": ("big", "little"), "hgfedcba": ("little", "little"),
}  # fmt: skip
_NOT_THERE: dict[str, tuple[float, ...]] = {
    "int16": (-(2.0**15),), "int32": (-(2.0**31),), "int64": (-(2.0**63),),
    "uint32": (2.0**32 - 1,), "uint64": (2.0**64 - 1,),
}  # fmt: skip
"""SunSpec's words for a value that is not there; all ones in a uint16 may be a value."""
NEEDED = {"point": "its name", "table": ", ".join(TABLES), "address": "from 0"}


@dataclass(frozen=True)
class Register:
    """A point in a device: value = scale · raw + offset, unless the raw one says it is missing."""

    point: str
    unit: int
    table: str
    address: int
    kind: str = "uint16"
    words: str = "big"
    scale: float = 1.0
    offset: float = 0.0
    bytes: str = "big"
    missing: tuple[float, ...] | None = None

    @property
    def width(self) -> int:
        """Addresses it takes."""
        return 1 if self.table in _BITS else _WIDTHS[KINDS[self.kind].lower()]


@dataclass(frozen=True)
class Block:
    """Neighbouring registers read by one request."""

    unit: int
    table: str
    start: int
    count: int
    registers: tuple[Register, ...]

    def halves(self) -> tuple["Block", ...]:
        """Return the block in two, each as long as its own registers."""
        middle = len(self.registers) // 2
        return tuple(_block(part) for part in (self.registers[:middle], self.registers[middle:]))


def _block(registers: tuple[Register, ...]) -> Block:
    first = registers[0]
    end = max(r.address + r.width for r in registers)
    return Block(first.unit, first.table, first.address, end - first.address, registers)


def read_registers(path: Path) -> tuple[Register, ...]:
    """
    Read a register map.

    Parameters
    ----------
    path : Path
        CSV, see :class:`loopkeeper.adapters.feeds.modbus.feed.Device`.

    Returns
    -------
    tuple of Register

    Raises
    ------
    InputError
        When a cell cannot be understood; file, row and expectation are named.
    """
    try:
        return tuple(_register(row) for row in read_point_table(path, NEEDED))
    except InputError as error:
        raise InputError(f"{path.name}: {str(error).removeprefix(f'{path.name}: ')}") from error


def _register(row: Mapping[str, str]) -> Register:
    table = _one_of(row, "table", "", TABLES)
    kind = _one_of(row, "type", "uint16", KINDS)
    words, order = _order(row)
    address = figure(row, "address", -1)
    if not 0 <= address <= HIGHEST or address != int(address):
        raise InputError(f"row {row['row']}: address {row['address']!r}: expected 0 to 65535")
    return Register(
        row["point"],
        int(figure(row, "unit", 1)),
        table,
        int(address),
        kind,
        words,
        figure(row, "scale", 1.0),
        figure(row, "offset", 0.0),
        order,
        _missing(row),
    )


def _one_of(row: Mapping[str, str], what: str, otherwise: str, known: Sequence[str] | Any) -> str:
    value = (row.get(what) or otherwise).lower()
    if value not in known:
        raise InputError(f"row {row['row']}: {what} {value!r}: expected {', '.join(known)}")
    return value


def _order(row: Mapping[str, str]) -> tuple[str, str]:
    """Which word and which byte of a word comes first; also in letters, ABCD to DCBA."""
    both = ("big", "little")
    letters = next((k for k in ("order", "words") if (row.get(k) or "").lower() in _ORDERS), None)
    if letters is not None:
        return _ORDERS[row[letters].lower()]
    if row.get("order"):
        _one_of(row, "order", "", _ORDERS)
    words = _one_of(row, "words", "big", (*both, *list(_ORDERS)[:4]))
    return words, _one_of(row, "bytes", "big", both)


def _missing(row: Mapping[str, str]) -> tuple[float, ...] | None:
    """Raw values that mean there is none: numbers or 0x…, or ``none`` for none of them."""
    text = row.get("missing", "").lower().replace(";", " ").replace("|", " ")
    if not text:
        return None
    try:
        return tuple(
            float(int(word, 16)) if "0x" in word else float(word)
            for word in text.split()
            if word not in {"none", "-"}
        )
    except ValueError as error:
        raise InputError(
            f"row {row['row']}: missing {row['missing']!r}: expected raw values such as 0x7FFF"
        ) from error


def blocks(registers: Sequence[Register]) -> tuple[Block, ...]:
    """
    Gather registers into as few requests as their tables allow.

    Parameters
    ----------
    registers : sequence of Register
        In any order.

    Returns
    -------
    tuple of Block
        Holes of up to 8 addresses are read along.
    """
    found: list[Block] = []
    for one in sorted(registers, key=lambda r: (r.unit, r.table, r.address)):
        last = found[-1] if found else None
        end = one.address + one.width
        if (
            last is not None
            and (last.unit, last.table) == (one.unit, one.table)
            and one.address <= last.start + last.count + HOLE
            and end - last.start <= TABLES[one.table]
        ):
            count = max(last.count, end - last.start)
            found[-1] = Block(one.unit, one.table, last.start, count, (*last.registers, one))
        else:
            found.append(_block((one,)))
    return tuple(found)


def value_of(words: Sequence[Any], block: Block, register: Register) -> float | None:
    """
    Return the value of a register.

    Parameters
    ----------
    words : sequence
        Words or bits of the block, as answered.
    block : Block
        Where they begin.
    register : Register
        What is asked for.

    Returns
    -------
    float or None
        None when the device has none: fewer words, no number, or a word that says so.
    """
    first = register.address - block.start
    if first + register.width > len(words):
        return None
    part = list(words[first : first + register.width])
    raw = float(part[0]) if register.table in _BITS else _number(part, register)
    if raw is None:
        return None
    value = register.scale * raw + register.offset
    return value if isfinite(value) else None


def _number(part: list[int], register: Register) -> float | None:
    ordered = part if register.words == "big" else part[::-1]
    swap = "<" if register.bytes == "little" else ">"
    raw = b"".join(pack(f"{swap}H", word) for word in ordered)
    kind = KINDS[register.kind]
    number = float(unpack(f">{kind}", raw)[0])
    missing = _NOT_THERE.get(register.kind, ()) if register.missing is None else register.missing
    unsigned = float(unpack(f">{_unsigned(kind)}", raw)[0])
    return None if number in missing or (register.missing and unsigned in missing) else number


def _unsigned(kind: str) -> str:
    """The same bytes as a number without sign: how makers write them, 0x8000."""
    return {1: "H", 2: "I", 4: "Q"}[_WIDTHS[kind.lower()]]
