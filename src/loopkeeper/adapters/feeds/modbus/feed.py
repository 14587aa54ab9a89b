"""The Modbus feed: registers are read in blocks on the beat of a clock."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymodbus import FramerType, ModbusException
from pymodbus.client import AsyncModbusTcpClient

from loopkeeper.adapters.feeds.columns import BAD, GOOD, Columns
from loopkeeper.adapters.files.point_table import figure, read_point_table
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError

TABLES = {"holding": 120, "input": 120, "coil": 1900, "discrete": 1900}
"""Tables of a device and how much of them one request may read."""
HOLE = 8
"""Addresses between two points that are read along rather than asking twice."""
FRAMERS = {"tcp": FramerType.SOCKET, "rtu_over_tcp": FramerType.RTU}
_KIND = AsyncModbusTcpClient.DATATYPE
KINDS: dict[str, Any] = {
    "int16": _KIND.INT16, "uint16": _KIND.UINT16, "int32": _KIND.INT32, "uint32": _KIND.UINT32,
    "int64": _KIND.INT64, "uint64": _KIND.UINT64, "float32": _KIND.FLOAT32,
    "float64": _KIND.FLOAT64,
}  # fmt: skip
"""Types of values in registers."""
NEEDED = {"point": "its name", "table": ", ".join(TABLES), "address": "from 0"}


@dataclass(frozen=True)
class Device:
    """
    A Modbus server and the table of what stands where.

    ``map`` is a CSV with ``point, table, address`` and optionally ``type`` (uint16), ``words``
    (big or little: which word of a long value comes first), ``scale``, ``offset`` and ``unit``
    (the device behind a gateway).
    """

    plant: str
    map: str
    host: str = "localhost"
    port: int = 502
    framer: str = "tcp"
    every: float = 60.0
    timeout: float = 3.0


@dataclass(frozen=True)
class Register:
    """A point in a device: value = scale · raw + offset."""

    point: str
    unit: int
    table: str
    address: int
    kind: str
    words: str
    scale: float
    offset: float

    @property
    def width(self) -> int:
        """Addresses it takes."""
        return int(KINDS[self.kind].value[1]) if self.table in {"holding", "input"} else 1


@dataclass(frozen=True)
class Block:
    """Neighbouring registers read by one request."""

    unit: int
    table: str
    start: int
    count: int
    registers: tuple[Register, ...]


def read_registers(path: Path) -> tuple[Register, ...]:
    """
    Read a register map.

    Parameters
    ----------
    path : Path
        CSV, see :class:`Device`.

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
    table, kind = row["table"].lower(), (row.get("type") or "uint16").lower()
    words = (row.get("words") or "big").lower()
    for what, value, known in (
        ("table", table, TABLES), ("type", kind, KINDS), ("words", words, ("big", "little")),
    ):  # fmt: skip
        if value not in known:
            raise InputError(f"row {row['row']}: {what} {value!r}: expected {', '.join(known)}")
    address = figure(row, "address", -1)
    if not 0 <= address <= 65535 or address != int(address):
        raise InputError(f"row {row['row']}: address {row['address']!r}: expected 0 to 65535")
    return Register(
        row["point"], int(figure(row, "unit", 1)), table, int(address), kind, words,
        figure(row, "scale", 1.0), figure(row, "offset", 0.0),
    )  # fmt: skip


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
            found.append(Block(one.unit, one.table, one.address, one.width, (one,)))
    return tuple(found)


class ModbusFeed:
    """One server, polled; a block that fails gives readings without a value, the rest goes on."""

    def __init__(self, device: Device, *, name: str = "modbus") -> None:
        """Read the register map; nothing is connected before :meth:`run`."""
        if device.framer not in FRAMERS:
            raise InputError(f"framer {device.framer!r}: expected {', '.join(FRAMERS)}")
        self.name, self._device = name, device
        self._blocks = blocks(read_registers(Path(device.map)))
        self._connected, self._polls, self._failed = False, 0, 0

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "modbus", "connected": self._connected, "polls": self._polls,
            "blocks": len(self._blocks), "failed_blocks": self._failed,
        }  # fmt: skip

    async def run(self, intake: Intake) -> None:
        """Poll until cancelled; raises when the server cannot be reached."""
        device = self._device
        client = AsyncModbusTcpClient(
            device.host, port=device.port, framer=FRAMERS[device.framer],
            timeout=device.timeout, retries=1, reconnect_delay=0,
        )  # fmt: skip
        try:
            if not await client.connect():
                raise ConnectionError(f"no Modbus server at {device.host}:{device.port}")
            while True:
                began = asyncio.get_running_loop().time()
                await intake.keep((await self._poll(client)).frame(), self.name)
                self._polls += 1
                spent = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.0, device.every - spent))
        finally:
            self._connected = False
            client.close()

    async def _poll(self, client: AsyncModbusTcpClient) -> Columns:
        columns, failures = Columns(), 0
        for block in self._blocks:
            words = await self._read(client, block)
            failures += words is None
            now = time.time_ns() // 1000
            for register in block.registers:
                value = None if words is None else _value(words, block, register)
                quality = BAD if value is None else GOOD
                columns.add(self._device.plant, register.point, now, value, quality)
        self._failed = failures
        self._connected = failures < len(self._blocks)
        if not self._connected:
            raise ConnectionError(
                f"{self._device.host}:{self._device.port} answers none of {failures} requests"
            )
        return columns

    @staticmethod
    async def _read(client: AsyncModbusTcpClient, block: Block) -> list[Any] | None:
        """Return registers or bits of a block; None when the device refuses or is silent."""
        ask = {
            "holding": client.read_holding_registers, "input": client.read_input_registers,
            "coil": client.read_coils, "discrete": client.read_discrete_inputs,
        }[block.table]  # fmt: skip
        try:
            answer = await ask(block.start, count=block.count, device_id=block.unit)
        except ModbusException:
            return None
        if answer.isError():
            return None
        return list(answer.registers if block.table in {"holding", "input"} else answer.bits)


def _value(words: Sequence[Any], block: Block, register: Register) -> float | None:
    first = register.address - block.start
    if first + register.width > len(words):
        return None
    if block.table in {"coil", "discrete"}:
        return register.scale * float(words[first]) + register.offset
    raw = AsyncModbusTcpClient.convert_from_registers(
        list(words[first : first + register.width]), KINDS[register.kind],
        word_order="big" if register.words == "big" else "little",
    )  # fmt: skip
    return register.scale * float(raw) + register.offset  # type: ignore[arg-type]
