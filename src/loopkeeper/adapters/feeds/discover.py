"""What a peer offers: BACnet objects, OPC UA variables, what an MQTT broker carries."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import polars as pl
from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.ua.uaerrors import UaError
from bacpypes3.apdu import ErrorRejectAbortNack
from bacpypes3.app import Application
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import ObjectIdentifier

from loopkeeper.adapters.feeds.bacnet.feed import Bus, application
from loopkeeper.adapters.feeds.mqtt.feed import Broker, MqttFeed
from loopkeeper.app.ports import Aside
from loopkeeper.errors import InputError, OutsideError

Rows = list[dict[str, str]]
ASKED_AGAIN = 2.0
"""A BACnet device that does not answer is asked again after so long. [s]"""
DEEPEST = 12
"""Folders of an OPC UA server are followed so far down."""
_MEASURING = ("analog", "binary", "multi-state", "accumulator", "integer", "large", "pulse")
_NUMERIC = {
    getattr(ua.VariantType, kind)
    for kind in (
        "Boolean",
        "SByte",
        "Byte",
        "Int16",
        "UInt16",
        "Int32",
        "UInt32",
        "Int64",
        "UInt64",
        "Float",
        "Double",
    )
}
_ANYONE = 4_194_303
"""The device number every BACnet device answers to."""
_BACNET_UNITS = {
    "degrees-celsius": "°C", "kilowatts": "kW", "watts": "W", "kilowatt-hours": "kWh",
    "megawatt-hours": "MWh", "cubic-meters-per-hour": "m3/h", "liters-per-second": "L/s",
    "kilopascals": "kPa", "bars": "bar", "percent": "%", "hours": "h", "cubic-meters": "m3",
    "meters": "m", "percent-relative-humidity": "%",
}  # fmt: skip


def discover(url: str, *, seconds: float = 10.0, ours: str = "") -> Rows:
    """
    Ask a peer what it offers.

    Parameters
    ----------
    url : str
        ``bacnet://192.168.1.20[:47808]``, ``opc.tcp://host:4840`` or ``mqtt://host:1883/topic``
        with the levels ``{plant}`` and ``{point}`` where the topic tells them.
    seconds : float
        How long to listen, or to wait for an answer. [s]
    ours : str
        Our own BACnet address with mask and port, such as ``192.168.1.5/24:47808``.

    Returns
    -------
    list of dict
        ``point, name, unit`` and where it is found, under the names the feed's own map has.

    Raises
    ------
    InputError
        When the address is of no kind that tells its points.
    OutsideError
        When the peer does not answer, or offers nothing.
    """
    kind = urlsplit(url).scheme
    asked = {
        "bacnet": lambda: _bacnet(url, seconds, ours),
        "opc.tcp": lambda: _opcua(url, seconds),
        "mqtt": lambda: _mqtt(url, seconds),
    }
    if kind not in asked:
        raise InputError(
            f"{url!r}: expected {', '.join(f'{k}://' for k in asked)}; registers of "
            "Modbus have no names, their map comes from the maker"
        )
    try:
        found = asyncio.run(asked[kind]())
    except (OSError, TimeoutError, UaError, RuntimeError, ValueError) as error:
        raise OutsideError(f"{url}: {str(error) or 'no answer'}") from error
    if not found:
        raise OutsideError(f"{url}: nothing was offered within {seconds:g} s")
    return found


async def _opcua(url: str, seconds: float) -> Rows:
    async with Client(url, timeout=seconds) as client:
        found: Rows = []
        await _branch(client.nodes.objects, (), found)
        return found


async def _branch(node: Node, path: tuple[str, ...], found: Rows) -> None:
    """Variables below a folder; those of the server itself are left out."""
    children = await node.get_children()
    for child in children:
        if child.nodeid.NamespaceIndex == 0 or len(path) > DEEPEST:
            continue
        here = (*path, (await child.read_browse_name()).Name or "")
        if await child.read_node_class() is ua.NodeClass.Variable:
            held = await child.read_data_value(raise_on_bad_status=False)
            if held.Value is None or held.Value.VariantType not in _NUMERIC:
                continue
            found.append(
                {
                    "point": ".".join(here),
                    "name": " ".join(here),
                    "unit": await _engineering_unit(child),
                    "node": child.nodeid.to_string(),
                }
            )
        else:
            await _branch(child, here, found)


async def _engineering_unit(node: Node) -> str:
    with suppress(UaError):
        unit = await (await node.get_child("0:EngineeringUnits")).read_value()
        return str(unit.DisplayName.Text or "")
    return ""


async def _bacnet(url: str, seconds: float, ours: str) -> Rows:
    place = urlsplit(url)
    device = place.hostname if place.port is None else f"{place.hostname}:{place.port}"
    await asyncio.get_running_loop().getaddrinfo(place.hostname, None)  # before a bus is opened
    bus = Bus("", "", ours) if ours else Bus("", "")
    app = application(bus)
    try:
        async with asyncio.timeout(seconds):
            return await _objects(app, str(device))
    finally:
        app.close()


async def _objects(app: Application, device: str) -> Rows:
    found: Rows = []
    for one in await _devices(app, device):
        for identifier in await _listed(app, device, one):
            kind, number = str(identifier[0]), identifier[1]
            if not kind.startswith(_MEASURING):
                continue
            words = [
                await _text(app, device, identifier, what)
                for what in ("object-name", "description", "units")
            ]
            found.append(
                {
                    "point": words[0],
                    "name": " ".join(dict.fromkeys(words[:2])).strip(),
                    "unit": _BACNET_UNITS.get(words[2], ""),
                    "device": device,
                    "object": f"{kind},{number}",
                }
            )
    return found


async def _devices(app: Application, device: str) -> list[ObjectIdentifier]:
    """Who answers there: to a call, or to being asked for its number."""
    while True:  # a question or its answer may be lost; the caller's patience ends this
        heard = await app.who_is(address=Address(device), timeout=ASKED_AGAIN)
        if heard:
            return [one.iAmDeviceIdentifier for one in heard]
        anyone = ObjectIdentifier(("device", _ANYONE))
        answer = await _read(app, device, anyone, "object-identifier")
        if isinstance(answer, ObjectIdentifier):
            return [answer]


async def _listed(app: Application, device: str, one: ObjectIdentifier) -> list[ObjectIdentifier]:
    """The objects of a device, one by one where the list is too long for an answer."""
    whole = await _read(app, device, one, "object-list")
    if not isinstance(whole, ErrorRejectAbortNack):
        return list(whole or ())
    many = await _read(app, device, one, "object-list", 0)
    if isinstance(many, ErrorRejectAbortNack):
        raise OutsideError(f"{device}: its list of objects cannot be read: {many}")
    each = [await _read(app, device, one, "object-list", n) for n in range(1, int(many) + 1)]
    return [item for item in each if isinstance(item, ObjectIdentifier)]


async def _read(
    app: Application, device: str, one: ObjectIdentifier, what: str, place: int | None = None
) -> Any:
    """A property, or the error that stands for it."""
    try:
        return await app.read_property(Address(device), one, what, place)
    except ErrorRejectAbortNack as error:
        return error


async def _text(app: Application, device: str, identifier: ObjectIdentifier, what: str) -> str:
    answer = await _read(app, device, identifier, what)
    return "" if isinstance(answer, ErrorRejectAbortNack) else str(answer)


class _Heard:
    """An intake that remembers names only."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, str], None] = {}

    async def keep(self, frame: pl.DataFrame, feed: str) -> tuple[Aside, ...]:
        self._note(frame.select("plant", "point").iter_rows(), feed)
        return ()

    async def keep_news(self, frame: pl.DataFrame, feed: str) -> None:
        await self.keep(frame, feed)

    async def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """What cannot be understood offers nothing."""

    def _note(self, points: Iterable[Any], _feed: str) -> None:
        self.points |= dict.fromkeys(points)


async def _mqtt(url: str, seconds: float) -> Rows:
    place = urlsplit(url)
    topic = place.path.lstrip("/")
    topics = (topic,) if topic else Broker().topics
    broker = Broker(
        place.hostname or "localhost",
        place.port or 1883,
        topics,
        f"discover-{uuid4().hex[:12]}",
        place.username,
        place.password,
        lasting=False,
    )
    heard, feed = _Heard(), MqttFeed(broker, zone=lambda _: UTC, curious=True)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await feed.run(heard)
    if not feed.state()["connects"]:
        raise OutsideError(f"{url}: no MQTT broker answers")
    return [
        {"point": point, "name": point, "unit": "", "plant": plant}
        for plant, point in sorted(heard.points)
    ]
