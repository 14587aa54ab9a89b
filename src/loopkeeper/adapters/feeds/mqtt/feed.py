"""The MQTT feed: QoS 1, persistent session, acknowledged only after the batch is durable."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.feeds.mqtt.sessions import Births, Sessions, Topic
from loopkeeper.adapters.feeds.mqtt.sparkplug import KINDS, Payload, PayloadNotes, read_sparkplug
from loopkeeper.adapters.feeds.skew import Skew
from loopkeeper.app.columns import Columns, NoTimeError, PayloadError, Unread
from loopkeeper.app.moments import Zone
from loopkeeper.app.ports import Intake
from loopkeeper.errors import InputError

_LOG = logging.getLogger("loopkeeper.mqtt")
_Arrived = tuple[int, mqtt.MQTTMessage]
"""A message with the number of the connection it came over."""
TOGETHER = 500
"""Messages handed over in one batch at most."""


@dataclass(frozen=True)
class Broker:
    """
    Where and what to subscribe.

    ``topics`` are patterns in which one level may be ``{plant}`` and one ``{point}``;
    Sparkplug topics are understood by themselves. ``client_id`` keeps the session over restarts,
    unless it is not ``lasting``. ``plant`` is meant where neither topic nor payload tells one;
    ``timezone`` is that of times without offset, the plant's own when left out.
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
    plant: str | None = None
    timezone: str | None = None


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
    """Whether the broker has confirmed what it is asked for."""
    connects: int = 0
    missed: bool = False
    failure: str | None = None
    """What was missing the last time: the connection, or topics that the broker refused."""
    messages: int = 0
    retained: int = 0
    skew: Skew = field(default_factory=Skew)
    unread: Unread = field(default_factory=Unread)


class MqttFeed:
    """One broker; reconnects by itself with delays from 1 to 60 s."""

    def __init__(
        self,
        broker: Broker,
        *,
        name: str = "mqtt",
        recall: Callable[[str], str | None] = lambda _: None,
        remember: Callable[[str, str], None] = lambda *_: None,
        zone: Zone = lambda _: None,
        curious: bool = False,
    ) -> None:
        """
        Nothing is connected before :meth:`run`.

        A ``curious`` feed only wants to know what there is: also what the broker kept tells it.
        """
        if not broker.client_id:
            raise InputError("an MQTT feed needs a client_id: without it no session is kept")
        self.name, self._broker, self._zone = name, broker, zone
        self._curious = curious
        self._births, self._sessions = Births(recall, remember), Sessions(time.monotonic)
        self._patterns = [_Pattern.of(t) for t in broker.topics]
        self._seen = _Seen()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        seen = self._seen
        return {
            "kind": "mqtt",
            "connected": seen.connected,
            "connects": seen.connects,
            "last_failure": seen.failure,
            "messages": seen.messages,
            "clock_skew_s": seen.skew.seconds,
            "unread_values": seen.unread.count,
            "retained_left_out": seen.retained,
            "sequence_gaps": self._sessions.gaps,
            "rebirths_asked": self._sessions.rebirths,
            "dead_nodes": self._sessions.dead,
        }

    async def run(self, intake: Intake) -> None:
        """Receive until cancelled."""
        arrived: asyncio.Queue[_Arrived] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        client = self._client()
        self._listen(client, lambda m: loop.call_soon_threadsafe(arrived.put_nowait, m))
        client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive)
        client.loop_start()
        try:
            while True:
                batch = [await arrived.get()]
                while len(batch) < TOGETHER and not arrived.empty():
                    batch.append(arrived.get_nowait())
                await self._hand_over([message for _, message in batch], intake, client)
                self._acknowledge(batch, client)
        finally:
            client.disconnect()
            client.loop_stop()
            self._seen.connected = False

    def _acknowledge(self, batch: Sequence[_Arrived], client: mqtt.Client) -> None:
        """
        Acknowledge what came over the present connection.

        After another one begins, the broker gives the same numbers to other messages: what came
        before is delivered again, and known then.
        """
        for connection, message in batch:
            if connection == self._seen.connects:
                client.ack(message.mid, message.qos)

    def _client(self) -> mqtt.Client:
        broker = self._broker
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            clean_session=not broker.lasting,
            manual_ack=True,
        )
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.tls:
            client.tls_set()
        client.reconnect_delay_set(1, 60)
        return client

    def _listen(self, client: mqtt.Client, arrived: Callable[[_Arrived], object]) -> None:
        place = f"{self._broker.host}:{self._broker.port}"

        def connected(client: mqtt.Client, _data: Any, _flags: Any, code: Any, *_: Any) -> None:
            if code.is_failure:
                self._failed(f"the MQTT broker at {place} refuses: {code}")
                return
            self._seen.connects += 1
            self._sessions.begin()
            client.subscribe([(p.filter, 1) for p in self._patterns])

        def subscribed(_client: mqtt.Client, _data: Any, _mid: int, codes: Any, *_: Any) -> None:
            self._seen.missed = False
            asked = zip(self._patterns, codes, strict=True)
            refused = ", ".join(p.filter for p, code in asked if code.is_failure)
            if refused:
                self._failed(f"the MQTT broker at {place} refuses the topics {refused}")
            # only now: nothing arrives of what is sent before the broker has confirmed
            self._seen.connected = True

        def disconnected(*_: Any) -> None:
            self._seen.connected = False

        def missed(*_: Any) -> None:
            self._failed(f"no MQTT broker answers at {place}; it is tried again until one does")

        def received(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
            arrived((self._seen.connects, message))

        client.on_connect = connected
        client.on_subscribe = subscribed
        client.on_connect_fail = missed
        client.on_disconnect = disconnected
        client.on_message = received

    def _failed(self, why: str) -> None:
        """Keep what is missing; it is logged once, until there is a connection again."""
        self._seen.failure = why
        if not self._seen.missed:
            self._seen.missed = True
            _LOG.warning("%s", why)

    async def _hand_over(
        self, messages: list[mqtt.MQTTMessage], intake: Intake, client: mqtt.Client
    ) -> None:
        """Decode and wait until durable."""
        fresh, again, now = Columns(), Columns(), time.time_ns() // 1000
        for message in messages:
            # What is delivered again must not supersede what was corrected in between.
            columns = again if message.dup or message.retain else fresh
            refused = self._decoded(message, columns, now, client)
            if refused:
                payload = bytes(message.payload)
                await intake.refuse(self.name, message.topic, refused, payload)
        if again.time:
            await intake.keep_news(again.frame(), self.name)
        await intake.keep(fresh.frame(), self.name)
        self._seen.messages += len(messages)

    def _decoded(
        self, message: mqtt.MQTTMessage, into: Columns, now: int, client: mqtt.Client
    ) -> str:
        """Why the message or a part of it could not be understood, when that is to be kept."""
        own = Columns()
        try:
            told = self._decode(message, own, now)
        except NoTimeError:
            self._seen.retained += 1
            return ""
        except PayloadError as error:
            return str(error)
        topic = Topic.of(message.topic)
        if told is not None and topic is not None:
            self._follow(topic, told, message, client)
        if own.time:
            self._seen.skew.saw(now, max(own.time))
        into.extend(own)
        self._seen.retained += own.untimed
        said = self._seen.unread.fresh(message.topic, own.notes, own.unread)
        return "; ".join(own.notes) if told is not None and told.unnamed else said

    def _decode(
        self, message: mqtt.MQTTMessage, columns: Columns, now: int
    ) -> PayloadNotes | None:
        topic, payload = Topic.of(message.topic), bytes(message.payload)
        if topic is not None:
            known = topic.kind in KINDS
            return read_sparkplug(payload, topic, columns, self._births, now) if known else None
        if message.topic.startswith("spBv1.0/"):
            return None
        plant, point = self._told(message.topic)
        # A value that the broker kept tells no time: when it is repeated is none of it.
        arrived = None if message.retain and not self._curious else now
        read_json(payload, columns, plant=plant, point=point, arrived=arrived, zone=self._zone)
        return None

    def _follow(
        self, topic: Topic, told: PayloadNotes, message: mqtt.MQTTMessage, client: mqtt.Client
    ) -> None:
        """Ask a node for its birth when that or anything after it is missing."""
        missing = not message.dup and self._sessions.saw(topic, told.seq, told.bd_seq)
        if (missing or told.unnamed) and self._sessions.may_ask(topic):
            _ask_for_birth(topic, client)

    def _told(self, topic: str) -> tuple[str | None, str | None]:
        for pattern in self._patterns:
            if mqtt.topic_matches_sub(pattern.filter, topic):
                plant, point = pattern.told(topic)
                return self._broker.plant if plant is None else plant, point
        return self._broker.plant, None


def _ask_for_birth(topic: Topic, client: mqtt.Client) -> None:
    command = Payload(timestamp=time.time_ns() // 1_000_000)
    command.metrics.add(name="Node Control/Rebirth", datatype=11, boolean_value=True)
    client.publish(f"spBv1.0/{topic.group}/NCMD/{topic.node}", command.SerializeToString(), qos=0)
