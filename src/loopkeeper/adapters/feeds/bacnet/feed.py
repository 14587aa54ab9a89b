"""The BACnet/IP feed: change of value where it is offered, read-property-multiple on a beat."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bacpypes3.apdu import ErrorRejectAbortNack
from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import ObjectIdentifier

from loopkeeper.adapters.feeds.columns import BAD, GOOD, Columns, PayloadError, number
from loopkeeper.adapters.files.point_table import read_point_table
from loopkeeper.app.ports import Intake

NEEDED = {
    "point": "its name",
    "device": "such as 192.168.1.20",
    "object": "analog-input,1",
}
TOGETHER = 20
"""Objects asked for in one request."""
LIFETIME = 300
"""Seconds a subscription holds; it is renewed in time."""
_STATES = {"active": 1.0, "inactive": 0.0}


@dataclass(frozen=True)
class Bus:
    """
    A BACnet/IP network and the table of its objects.

    ``map`` is a CSV with ``point, device, object`` and optionally ``cov`` (yes: subscribe to
    changes). ``address`` is our own, with mask and port.
    """

    plant: str
    map: str
    address: str = "127.0.0.1/24:47808"
    every: float = 60.0
    timeout: float = 3.0
    device_id: int = 599_470


@dataclass(frozen=True)
class Thing:
    """A point: an object of a device."""

    point: str
    device: str
    object: str
    cov: bool


class BacnetFeed:
    """One network; a device that is silent gives readings without a value, the rest goes on."""

    def __init__(self, bus: Bus, *, name: str = "bacnet") -> None:
        """Read the table of objects; nothing is sent before :meth:`run`."""
        self.name, self._bus = name, bus
        self._things = tuple(
            Thing(r["point"], r["device"], r["object"],
                  r.get("cov", "").lower() in {"yes", "true", "1"})
            for r in read_point_table(Path(bus.map), NEEDED)
        )  # fmt: skip
        self._polls, self._changes, self._silent = 0, 0, 0

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        devices = {t.device for t in self._things}
        return {
            "kind": "bacnet", "connected": self._polls > 0 and self._silent < len(devices),
            "polls": self._polls, "changes": self._changes, "silent_devices": self._silent,
        }  # fmt: skip

    async def run(self, intake: Intake) -> None:
        """Subscribe and poll until cancelled."""
        app = application(self._bus)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._poll_for_ever(app, intake))
                for thing in self._things:
                    if thing.cov:
                        group.create_task(self._follow(app, thing, intake))
        finally:
            app.close()

    async def _poll_for_ever(self, app: Application, intake: Intake) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            columns, self._silent = Columns(), 0
            for device in sorted({t.device for t in self._things}):
                await self._poll(app, device, columns)
            await intake.keep(columns.frame(), self.name)
            self._polls += 1
            spent = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(0.0, self._bus.every - spent))

    async def _poll(self, app: Application, device: str, columns: Columns) -> None:
        """All objects of a device; one that does not answer counts as silent."""
        things = [t for t in self._things if t.device == device]
        answered = False
        for first in range(0, len(things), TOGETHER):
            part = things[first : first + TOGETHER]
            values = await self._ask(app, device, part)
            answered = answered or values is not None
            now = time.time_ns() // 1000
            for thing in part:
                value = None if values is None else values.get(_identifier(thing))
                quality = BAD if value is None else GOOD
                columns.add(self._bus.plant, thing.point, now, value, quality)
        self._silent += not answered

    async def _ask(
        self, app: Application, device: str, things: list[Thing]
    ) -> dict[tuple[Any, int], float | None] | None:
        """Values by object; None when the device is silent."""
        wanted: list[Any] = []
        for thing in things:
            wanted += [thing.object, ["present-value"]]
        try:
            async with asyncio.timeout(self._bus.timeout * max(1, len(things) // TOGETHER + 1)):
                answer = await app.read_property_multiple(Address(device), wanted)
        except (TimeoutError, ErrorRejectAbortNack):
            return None
        if isinstance(answer, ErrorRejectAbortNack) or answer is None:
            return None
        return {tuple(identifier): _value(value) for identifier, _, _, value in answer}

    async def _follow(self, app: Application, thing: Thing, intake: Intake) -> None:
        """Changes of one object; the subscription is renewed, and made anew after a break."""
        while True:
            try:
                await self._subscribed(app, thing, intake)
            except (TimeoutError, ErrorRejectAbortNack):
                await asyncio.sleep(self._bus.every)

    async def _subscribed(self, app: Application, thing: Thing, intake: Intake) -> None:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._bus.timeout):
                changes = await stack.enter_async_context(
                    app.change_of_value(
                        Address(thing.device), ObjectIdentifier(thing.object), lifetime=LIFETIME
                    )
                )
            while True:
                kind, raw = await changes.get_value()
                if str(kind) != "present-value":
                    continue
                columns, now = Columns(), time.time_ns() // 1000
                columns.add(self._bus.plant, thing.point, now, _value(raw), GOOD)
                await intake.keep(columns.frame(), self.name)
                self._changes += 1


def application(bus: Bus) -> Application:
    """Return our own device on a bus; the caller closes it."""
    device = DeviceObject(
        objectIdentifier=("device", bus.device_id), objectName="loopkeeper", vendorIdentifier=999,
        apduTimeout=int(1000 * bus.timeout), numberOfApduRetries=1,
    )  # fmt: skip
    port = NetworkPortObject(
        bus.address, objectIdentifier=("network-port", 1), objectName="loopkeeper-port"
    )
    return Application.from_object_list([device, port])


def _identifier(thing: Thing) -> tuple[Any, int]:
    return tuple(ObjectIdentifier(thing.object))


def _value(raw: Any) -> float | None:
    """A present value: analog, binary or multi-state; None for an error."""
    text = str(raw).lower()
    if text in _STATES:
        return _STATES[text]
    try:
        return number(raw)
    except PayloadError:
        return None
