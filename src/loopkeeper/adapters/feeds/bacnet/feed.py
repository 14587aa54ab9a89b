"""The BACnet/IP feed: change of value where it is offered, read-property-multiple on a beat."""

import asyncio
import re
import time
from collections.abc import Mapping
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

from loopkeeper.adapters.feeds.bacnet.device import (
    BROKEN,
    FLAGS,
    PRESENT,
    Manners,
    Peer,
    SilentError,
    judged,
)
from loopkeeper.adapters.files.tables.point_table import read_point_table
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError
from loopkeeper.measure.source_quality import SourceQuality

_KINDS = {
    f"{short}{way}": f"{kind}-{name}"
    for short, kind in (
        ("a", "analog"),
        ("b", "binary"),
        ("m", "multi-state"),
        ("ms", "multi-state"),
    )
    for way, name in (("i", "input"), ("o", "output"), ("v", "value"))
}
_SHORT = re.compile(r"(a[iov]|b[iov]|ms?[iov])[\s,:_-]*(\d+)", re.IGNORECASE)
NEEDED = {
    "point": "its name",
    "device": "such as 192.168.1.20",
    "object": "analog-input,1",
}
LIFETIME = 300
"""Seconds a subscription holds; it is renewed in time."""


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


def _thing(row: Mapping[str, str]) -> Thing:
    """A row of the table; a short name of an object such as AI1 is spelt out."""
    short = _SHORT.fullmatch(row["object"].strip())
    text = f"{_KINDS[short[1].lower()]},{short[2]}" if short else row["object"]
    try:
        identifier = str(ObjectIdentifier(text))
        Address(row["device"])
    except ValueError as error:
        raise InputError(
            f"row {row['row']}: device {row['device']!r}, object {row['object']!r}: expected such "
            "as 192.168.1.20 and analog-input,1"
        ) from error
    changes = row.get("cov", "").lower() in {"yes", "true", "1"}
    return Thing(row["point"], row["device"], identifier, changes)


class BacnetFeed:
    """One network; a device that is silent gives readings without a value, the rest goes on."""

    def __init__(self, bus: Bus, *, name: str = "bacnet") -> None:
        """Read the table of objects; nothing is sent before :meth:`run`."""
        self.name, self._bus = name, bus
        self._things = tuple(_thing(r) for r in read_point_table(Path(bus.map), NEEDED))
        self._polls, self._changes = 0, 0
        self._silent: set[str] = set()
        self._manners = {t.device: Manners() for t in self._things}

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        devices = {t.device for t in self._things}
        return {
            "kind": "bacnet",
            "connected": self._polls > 0 and len(self._silent) < len(devices),
            "polls": self._polls,
            "changes": self._changes,
            "silent_devices": len(self._silent),
            "read_one_by_one": sum(m.together == 0 for m in self._manners.values()),
        }

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
            async with asyncio.TaskGroup() as group:
                for device in self._manners:
                    group.create_task(self._poll(app, device, intake))
            self._polls += 1
            spent = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(0.0, self._bus.every - spent))

    async def _poll(self, app: Application, device: str, intake: Intake) -> None:
        """All objects of a device; one that does not answer counts as silent."""
        things = [t for t in self._things if t.device == device]
        peer = Peer(app, device, self._bus.timeout)
        try:
            found = await peer.values([t.object for t in things], self._manners[device])
            self._silent.discard(device)
        except SilentError:
            found = {}
            self._silent.add(device)
        columns, now = Columns(), time.time_ns() // 1000
        for thing in things:
            value, quality = found.get(thing.object, (None, SourceQuality.BAD))
            columns.add(self._bus.plant, thing.point, now, value, quality)
        await intake.keep(columns.frame(), self.name)

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
                found = await _change(changes)
                columns, now = Columns(), time.time_ns() // 1000
                columns.add(self._bus.plant, thing.point, now, *judged(found))
                await intake.keep(columns.frame(), self.name)
                self._changes += 1


async def _change(changes: Any) -> dict[str, Any]:
    """What one notification tells: the value, and its flags behind it."""
    found: dict[str, Any] = {}
    while PRESENT not in found or (FLAGS not in found and not changes.queue.empty()):
        try:
            async with asyncio.timeout(LIFETIME):  # a subscription that broke says nothing more
                kind, raw = await changes.get_value()
        except BROKEN:
            continue
        found[str(kind)] = raw
    return found


def application(bus: Bus) -> Application:
    """Return our own device on a bus; the caller closes it."""
    device = DeviceObject(
        objectIdentifier=("device", bus.device_id),
        objectName="loopkeeper",
        vendorIdentifier=999,
        apduTimeout=int(1000 * bus.timeout),
        numberOfApduRetries=1,
    )
    port = NetworkPortObject(
        bus.address, objectIdentifier=("network-port", 1), objectName="loopkeeper-port"
    )
    return Application.from_object_list([device, port])
