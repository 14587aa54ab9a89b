"""The MQTT feed: QoS 1, persistent session, acknowledged only after the batch is durable."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from loopkeeper.adapters.feeds.columns import Columns, PayloadError
from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.feeds.mqtt.sparkplug import (
    KINDS,
    Births,
    Payload,
    Topic,
    UnknownAliasError,
    read_sparkplug,
)
from loopkeeper.adapters.feeds.skew import Skew
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError

TOGETHER = 500
"""Messages handed over in one batch at most."""


@dataclass(frozen=True)
class Broker:
    """
    Where and what to subscribe.

    ``topics`` are patterns in which one level may be ``{plant}`` and one ``{point}``;
    Sparkplug topics are understood by themselves. ``client_id`` keeps the session over restarts,
    unless it is not ``lasting``.
    """

    host: str = "localhost"
    port: int = 1883
    topics: tuple[str, ...] = ("loopkeeper/{plant}/telemetry", "spBv1.0/#")
    client_id: str = "loopkeeper"
    username: str | None = None
    password: str | None = None
    tls: bool = False
    keepalive: int = 30
    lasting: bool = True


@dataclass(frozen=True)
class _Pattern:
    """A subscription and where its topic tells plant and point."""

    filter: str
    plant: int | None
    point: int | None

    @classmethod
    def of(cls, text: str) -> "_Pattern":
        levels = text.split("/")
        places = {w: levels.index(w) if w in levels else None for w in ("{plant}", "{point}")}
        wild = "/".join("+" if level in places else level for level in levels)
        return cls(wild, places["{plant}"], places["{point}"])

    def told(self, topic: str) -> tuple[str | None, str | None]:
        levels = topic.split("/")
        return (
            None if self.plant is None else levels[self.plant],
            None if self.point is None else levels[self.point],
        )


@dataclass
class _Seen:
    connected: bool = False
    connects: int = 0
    messages: int = 0
    skew: Skew = field(default_factory=Skew)


class MqttFeed:
    """One broker; reconnects by itself with delays from 1 to 60 s."""

    def __init__(
        self, broker: Broker, *, name: str = "mqtt",
        recall: Callable[[str], str | None] = lambda _: None,
        remember: Callable[[str, str], None] = lambda *_: None,
    ) -> None:  # fmt: skip
        """Nothing is connected before :meth:`run`."""
        if not broker.client_id:
            raise InputError("an MQTT feed needs a client_id: without it no session is kept")
        self.name, self._broker = name, broker
        self._births = Births(recall, remember)
        self._patterns = [_Pattern.of(t) for t in broker.topics]
        self._seen = _Seen()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        seen = self._seen
        return {
            "kind": "mqtt", "connected": seen.connected, "connects": seen.connects,
            "messages": seen.messages, "clock_skew_s": seen.skew.seconds,
        }  # fmt: skip

    async def run(self, intake: Intake) -> None:
        """Receive until cancelled."""
        arrived: asyncio.Queue[mqtt.MQTTMessage] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        client = self._client(lambda m: loop.call_soon_threadsafe(arrived.put_nowait, m))
        client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive)
        client.loop_start()
        try:
            while True:
                messages = [await arrived.get()]
                while len(messages) < TOGETHER and not arrived.empty():
                    messages.append(arrived.get_nowait())
                await self._hand_over(messages, intake, client)
        finally:
            client.disconnect()
            client.loop_stop()
            self._seen.connected = False

    def _client(self, arrived: Callable[[mqtt.MQTTMessage], object]) -> mqtt.Client:
        broker = self._broker
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=broker.client_id,
            clean_session=not broker.lasting, manual_ack=True,
        )  # fmt: skip
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.tls:
            client.tls_set()
        client.reconnect_delay_set(1, 60)

        def connected(client: mqtt.Client, *_: Any) -> None:
            self._seen.connected = True
            self._seen.connects += 1
            client.subscribe([(p.filter, 1) for p in self._patterns])

        def disconnected(*_: Any) -> None:
            self._seen.connected = False

        def received(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
            arrived(message)

        client.on_connect = connected
        client.on_disconnect = disconnected
        client.on_message = received
        return client

    async def _hand_over(
        self, messages: list[mqtt.MQTTMessage], intake: Intake, client: mqtt.Client
    ) -> None:
        """Decode, wait until durable, acknowledge."""
        columns, now = Columns(), time.time_ns() // 1000
        for message in messages:
            try:
                self._decode(message, columns, now)
            except UnknownAliasError as error:
                self._ask_for_birth(message.topic, client)
                await intake.refuse(self.name, message.topic, str(error), bytes(message.payload))
            except PayloadError as error:
                await intake.refuse(self.name, message.topic, str(error), bytes(message.payload))
        await intake.keep(columns.frame(), self.name)
        for message in messages:
            client.ack(message.mid, message.qos)
        self._seen.messages += len(messages)

    def _decode(self, message: mqtt.MQTTMessage, columns: Columns, now: int) -> None:
        before = len(columns.time)
        topic = Topic.of(message.topic)
        if topic is not None:
            if topic.kind in KINDS:
                read_sparkplug(bytes(message.payload), topic, columns, self._births)
        else:
            plant, point = self._told(message.topic)
            read_json(bytes(message.payload), columns, plant=plant, point=point, arrived=now)
        fresh = columns.time[before:]
        if fresh:
            self._seen.skew.saw(now, max(fresh))
        for n in range(before, len(columns.time)):
            # What is delivered again must not supersede what was corrected in between.
            if message.dup and columns.known_at[n] is None:
                columns.known_at[n] = columns.time[n]

    def _told(self, topic: str) -> tuple[str | None, str | None]:
        for pattern in self._patterns:
            if mqtt.topic_matches_sub(pattern.filter, topic):
                return pattern.told(topic)
        return None, None

    @staticmethod
    def _ask_for_birth(text: str, client: mqtt.Client) -> None:
        topic = Topic.of(text)
        if topic is None:
            return
        command = Payload(timestamp=time.time_ns() // 1_000_000)
        command.metrics.add(name="Node Control/Rebirth", datatype=11, boolean_value=True)
        client.publish(
            f"spBv1.0/{topic.group}/NCMD/{topic.node}", command.SerializeToString(), qos=0
        )
