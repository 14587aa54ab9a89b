"""The Modbus feed: registers are read in blocks on the beat of a clock."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymodbus import FramerType, ModbusException
from pymodbus.client import AsyncModbusTcpClient

from loopkeeper.adapters.feeds.modbus.registers import Block, blocks, read_registers, value_of
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError

FRAMERS = {"tcp": FramerType.SOCKET, "rtu_over_tcp": FramerType.RTU}
_NOT_SO = {2, 3, 4}
"""Exceptions that tell of an address or a length; others tell of the device."""


@dataclass(frozen=True)
class Device:
    """
    A Modbus server and the table of what stands where.

    ``map`` is a CSV with ``point, table, address`` and optionally ``type`` (uint16), ``words``
    and ``bytes`` (big or little: which word of a long value, which byte of a word comes first) or
    ``order`` (ABCD, CDAB, BADC, DCBA), ``scale``, ``offset``, ``missing`` (raw values that mean
    there is none, such as ``0x7FFF;0x8000``) and ``unit`` (the device behind a gateway).
    """

    plant: str
    map: str
    host: str = "localhost"
    port: int = 502
    framer: str = "tcp"
    every: float = 60.0
    timeout: float = 3.0


class _NotThereError(Exception):
    """The device has not all of the addresses that were asked for together."""


class ModbusFeed:
    """
    One server, polled.

    A block that is refused or not answered gives bad readings without a value, the rest goes on; a
    server that answers nothing at all gives none: silence is not a reading.
    """

    def __init__(self, device: Device, *, name: str = "modbus") -> None:
        """Read the register map; nothing is connected before :meth:`run`."""
        if device.framer not in FRAMERS:
            raise InputError(f"framer {device.framer!r}: expected {', '.join(FRAMERS)}")
        self.name, self._device = name, device
        self._blocks = list(blocks(read_registers(Path(device.map))))
        self._connected, self._polls, self._failed = False, 0, 0

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "modbus",
            "connected": self._connected,
            "polls": self._polls,
            "blocks": len(self._blocks),
            "failed_blocks": self._failed,
        }

    async def run(self, intake: Intake) -> None:
        """Poll until cancelled; raises when the server cannot be reached."""
        device = self._device
        client = AsyncModbusTcpClient(
            device.host,
            port=device.port,
            framer=FRAMERS[device.framer],
            timeout=device.timeout,
            retries=1,
            reconnect_delay=0,
        )
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
        columns, silent, waiting, asked = Columns(), 0, self._blocks[::-1], []
        failed = 0
        while waiting:
            block = waiting.pop()
            try:
                words = await self._read(client, block)
            except _NotThereError:
                waiting += block.halves()[::-1]
                continue
            asked.append(block)
            silent += words is None
            failed += not words
            now = time.time_ns() // 1000
            for register in block.registers:
                value = value_of(words or (), block, register)
                columns.add(self._device.plant, register.point, now, value)
        self._blocks, self._failed = asked, failed
        self._connected = silent < len(self._blocks)
        if not self._connected:
            raise ConnectionError(
                f"{self._device.host}:{self._device.port} answers none of {silent} requests"
            )
        return columns

    @staticmethod
    async def _read(client: AsyncModbusTcpClient, block: Block) -> Sequence[Any] | None:
        """Return registers or bits of a block: empty where refused, None where silent."""
        ask = {
            "holding": client.read_holding_registers,
            "input": client.read_input_registers,
            "coil": client.read_coils,
            "discrete": client.read_discrete_inputs,
        }[block.table]
        try:
            answer = await ask(block.start, count=block.count, device_id=block.unit)
        except ModbusException:
            return None
        if answer.isError():
            if answer.exception_code in _NOT_SO and len(block.registers) > 1:
                raise _NotThereError
            return ()
        return list(answer.registers if block.table in {"holding", "input"} else answer.bits)
