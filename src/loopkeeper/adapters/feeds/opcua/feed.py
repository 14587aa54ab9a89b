"""The OPC UA feed: monitored items with the server's sampling, queue and time stamps."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.ua.uaerrors import UaError

from loopkeeper.adapters.feeds.skew import Skew
from loopkeeper.adapters.feeds.values import number
from loopkeeper.adapters.files.tables.point_table import read_point_table
from loopkeeper.app.columns import Columns, PayloadError, Unread
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError
from loopkeeper.measure.source_quality import SourceQuality, by_opc

NEEDED = {"point": "its name", "node": "such as ns=2;s=Source.Supply"}
TOGETHER = 5000
"""Changes handed over in one batch at most."""
WATCH = 5.0
"""Seconds between checks that the server still answers."""


@dataclass(frozen=True)
class Server:
    """
    An OPC UA server and the table of its nodes.

    ``map`` is a CSV with ``point, node``; ``sampling`` and ``publishing`` in milliseconds;
    ``backfill`` hours of history are read after a connection, where the server keeps any.
    """

    plant: str
    map: str
    url: str = "opc.tcp://localhost:4840"
    sampling: float = 1000.0
    publishing: float = 1000.0
    queue: int = 1000
    backfill: float = 0.0
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True)
class _Change:
    point: str
    value: ua.DataValue


class _Handler:
    """Receives changes of monitored items."""

    def __init__(self, points: dict[ua.NodeId, str], changes: asyncio.Queue[_Change]) -> None:
        self._points, self._changes = points, changes

    def datachange_notification(self, node: Node, _: Any, data: Any) -> None:
        """Put a change into the queue."""
        self._changes.put_nowait(_Change(self._points[node.nodeid], data.monitored_item.Value))


class OpcUaFeed:
    """One server, subscribed to; after a break the last hours are read where history is kept."""

    def __init__(self, server: Server, *, name: str = "opcua") -> None:
        """Read the table of nodes; nothing is connected before :meth:`run`."""
        self.name, self._server = name, server
        rows = read_point_table(Path(server.map), NEEDED)
        self._points = {_node(r): r["point"] for r in rows}
        self._connected, self._changes, self._skew = False, 0, Skew()
        self._unread = Unread()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "opcua",
            "connected": self._connected,
            "changes": self._changes,
            "clock_skew_s": self._skew.seconds,
            "unread_values": self._unread.count,
        }

    async def run(self, intake: Intake) -> None:
        """Receive until cancelled; raises when the server cannot be reached any more."""
        server = self._server
        client = Client(server.url, timeout=5)
        if server.username is not None:
            client.set_user(server.username)
            client.set_password(server.password or "")
        changes: asyncio.Queue[_Change] = asyncio.Queue()
        async with client:
            nodes = [client.get_node(n) for n in self._points]
            await self._backfill(nodes, intake)
            subscription = await client.create_subscription(
                server.publishing, _Handler(self._points, changes), queue_maxsize=0
            )
            handles = await subscription.subscribe_data_change(
                nodes, queuesize=server.queue, sampling_interval=ua.Double(server.sampling)
            )
            await self._refused(nodes, handles, intake)
            self._connected = True
            try:
                await self._receive(client, changes, intake)
            finally:
                self._connected = False

    async def _receive(
        self, client: Client, changes: asyncio.Queue[_Change], intake: Intake
    ) -> None:
        while True:
            try:
                first = await asyncio.wait_for(changes.get(), WATCH)
            except TimeoutError:
                await client.check_connection()
                continue
            batch = [first]
            while len(batch) < TOGETHER and not changes.empty():
                batch.append(changes.get_nowait())
            await self._keep(batch, intake)

    async def _refused(
        self, nodes: list[Node], handles: list[int | ua.StatusCode], intake: Intake
    ) -> None:
        """Points the server does not offer are said, and have no value."""
        refused = [
            _Change(self._points[node.nodeid], ua.DataValue(StatusCode=handle))
            for node, handle in zip(nodes, handles, strict=True)
            if isinstance(handle, ua.StatusCode)
        ]
        for change in refused:
            await intake.refuse(self.name, change.point, str(change.value.StatusCode), b"")
        await self._keep(refused, intake)

    async def _backfill(self, nodes: list[Node], intake: Intake) -> None:
        """History of the last hours, point by point, where the server has it."""
        if self._server.backfill <= 0:
            return
        end = time.time()
        start = datetime.fromtimestamp(end - 3600 * self._server.backfill, UTC)
        for node in nodes:
            try:
                values = await node.read_raw_history(start, datetime.fromtimestamp(end, UTC))
            except UaError:
                continue
            await self._keep([_Change(self._points[node.nodeid], v) for v in values], intake)

    async def _keep(self, batch: list[_Change], intake: Intake) -> None:
        columns, now = Columns(), time.time_ns() // 1000
        for change in batch:
            stamp = change.value.SourceTimestamp or change.value.ServerTimestamp
            taken = now if stamp is None else round(_utc(stamp).timestamp() * 1e6)
            quality = _quality(change.value.StatusCode)
            try:
                value = number(change.value.Value.Value if change.value.Value else None)
            except PayloadError as error:
                value = None
                if said := self._unread.fresh(change.point, [str(error)], 1):
                    await intake.refuse(self.name, change.point, said, b"")
            columns.add(self._server.plant, change.point, taken, value, quality)
        if columns.time:
            self._skew.saw(now, max(columns.time))
        await intake.keep(columns.frame(), self.name)
        self._changes += len(batch)


def _node(row: Mapping[str, str]) -> ua.NodeId:
    try:
        return ua.NodeId.from_string(row["node"])
    except (UaError, ValueError) as error:
        raise InputError(
            f"row {row['row']}: node {row['node']!r}: expected such as ns=2;s=Source.Supply"
        ) from error


def _utc(stamp: datetime) -> datetime:
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _quality(status: ua.StatusCode | None) -> SourceQuality:
    if status is None or status.is_good():
        return SourceQuality.GOOD
    return by_opc(status.value)
