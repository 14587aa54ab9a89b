"""Sparkplug B payloads: metrics with names given at birth and aliases after."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from loopkeeper.adapters.feeds.columns import (
    BAD,
    GOOD,
    UNCERTAIN,
    Columns,
    PayloadError,
    instant,
)
from loopkeeper.adapters.feeds.columns import name as name_of

KINDS = {"NBIRTH", "NDATA", "DBIRTH", "DDATA"}
"""Messages that carry readings."""
_SKIPPED = ("bdSeq", "Node Control/", "Device Control/")
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_NUMERIC = {*range(1, 12), 13}
_FIELD = descriptor_pb2.FieldDescriptorProto
_MESSAGES: dict[str, list[tuple[int, str, Any, str | None, bool]]] = {
    "Payload": [
        (1, "timestamp", _FIELD.TYPE_UINT64, None, False),
        (2, "metrics", _FIELD.TYPE_MESSAGE, "Metric", True),
        (3, "seq", _FIELD.TYPE_UINT64, None, False),
        (4, "uuid", _FIELD.TYPE_STRING, None, False),
        (5, "body", _FIELD.TYPE_BYTES, None, False),
    ],
    "Metric": [
        (1, "name", _FIELD.TYPE_STRING, None, False),
        (2, "alias", _FIELD.TYPE_UINT64, None, False),
        (3, "timestamp", _FIELD.TYPE_UINT64, None, False),
        (4, "datatype", _FIELD.TYPE_UINT32, None, False),
        (5, "is_historical", _FIELD.TYPE_BOOL, None, False),
        (6, "is_transient", _FIELD.TYPE_BOOL, None, False),
        (7, "is_null", _FIELD.TYPE_BOOL, None, False),
        (9, "properties", _FIELD.TYPE_MESSAGE, "PropertySet", False),
        (10, "int_value", _FIELD.TYPE_UINT32, None, False),
        (11, "long_value", _FIELD.TYPE_UINT64, None, False),
        (12, "float_value", _FIELD.TYPE_FLOAT, None, False),
        (13, "double_value", _FIELD.TYPE_DOUBLE, None, False),
        (14, "boolean_value", _FIELD.TYPE_BOOL, None, False),
        (15, "string_value", _FIELD.TYPE_STRING, None, False),
    ],
    "PropertySet": [
        (1, "keys", _FIELD.TYPE_STRING, None, True),
        (2, "values", _FIELD.TYPE_MESSAGE, "PropertyValue", True),
    ],
    "PropertyValue": [
        (1, "type", _FIELD.TYPE_UINT32, None, False),
        (2, "is_null", _FIELD.TYPE_BOOL, None, False),
        (3, "int_value", _FIELD.TYPE_UINT32, None, False),
    ],
}
"""Numbers, names and types of the fields that are read (Sparkplug 3.0, 6.4)."""
_VALUES = ("int_value", "long_value", "float_value", "double_value", "boolean_value")


def _payload_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="loopkeeper_sparkplug.proto", syntax="proto2")
    for title, fields in _MESSAGES.items():
        message = file.message_type.add(name=title)
        for number, label, kind, other, repeated in fields:
            field = message.field.add(name=label, number=number, type=kind)
            field.label = _FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL
            if other:
                field.type_name = f".{other}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Payload"))


Payload: Any = _payload_class()
"""Class of the payload, for gateways and tests alike."""


class UnknownAliasError(PayloadError):
    """Data came before the birth that names its aliases: the node must be asked for a rebirth."""


@dataclass(frozen=True)
class Topic:
    """``spBv1.0/group/kind/node[/device]``."""

    group: str
    kind: str
    node: str
    device: str = ""

    @classmethod
    def of(cls, text: str) -> "Topic | None":
        """Read a topic; None when it is none of Sparkplug's."""
        parts = text.split("/")
        if len(parts) < 4 or parts[0] != "spBv1.0":
            return None
        return cls(parts[1], parts[2], parts[3], parts[4] if len(parts) > 4 else "")


class Births:
    """Names by alias of every node and device, remembered over restarts."""

    def __init__(
        self, recall: Callable[[str], str | None], remember: Callable[[str, str], None]
    ) -> None:
        """Names are read and written through these."""
        self._recall, self._remember = recall, remember
        self._known: dict[str, dict[int, str]] = {}

    def names(self, topic: Topic) -> dict[int, str]:
        """Return the names of a node or device by alias."""
        key = self._key(topic)
        if key not in self._known:
            raw = json.loads(self._recall(key) or "{}")
            self._known[key] = {int(alias): text for alias, text in raw.items()}
        return self._known[key]

    def born(self, topic: Topic, names: dict[int, str]) -> None:
        """Replace the names after a birth."""
        self._known[self._key(topic)] = names
        self._remember(self._key(topic), json.dumps(names))

    @staticmethod
    def _key(topic: Topic) -> str:
        return f"sparkplug/{topic.group}/{topic.node}/{topic.device}"


def read_sparkplug(raw: bytes, topic: Topic, into: Columns, births: Births) -> None:
    """
    Add the readings of a payload.

    Parameters
    ----------
    raw : bytes
        As published.
    topic : Topic
        Its node is the plant; points are ``device/metric``.
    into : Columns
        Extended by all readings or none.
    births : Births
        Names by alias; renewed by a birth.

    Raises
    ------
    UnknownAliasError
        When a metric has an alias that no birth named.
    PayloadError
        When it is no payload.
    """
    try:
        payload = Payload.FromString(raw)
    except DecodeError as error:
        raise PayloadError(f"no Sparkplug payload: {error}") from error
    if topic.kind.endswith("BIRTH"):
        births.born(
            topic,
            {m.alias: _text(m.name) for m in payload.metrics if m.HasField("alias") and m.name},
        )
    names = births.names(topic)
    own = [_reading(m, payload, names) for m in payload.metrics]
    for metric, reading in zip(payload.metrics, own, strict=True):
        if reading is None:
            continue
        point, time, value = reading
        full = f"{topic.device}/{point}" if topic.device else point
        into.add(topic.node, full, time, value, _quality(metric), time)


def _reading(
    metric: Any, payload: Any, names: dict[int, str]
) -> tuple[str, int, float | None] | None:
    """Name, time and value; None for metrics that are no readings."""
    text = metric.name or (names.get(metric.alias) if metric.HasField("alias") else None)
    if not text:
        raise UnknownAliasError(f"alias {metric.alias} was named by no birth")
    name = _text(text)
    if name.startswith(_SKIPPED):
        return None
    if metric.HasField("datatype") and metric.datatype not in _NUMERIC:
        return None
    stamp = metric.timestamp if metric.HasField("timestamp") else payload.timestamp
    if not stamp:
        raise PayloadError(f"metric {name!r} has no time")
    return name, instant(int(stamp)), _value(metric)


def _text(raw: object) -> str:
    """A name; payloads may hold bytes that are no text."""
    return name_of(raw, "metric")


def _value(metric: Any) -> float | None:
    if metric.is_null:
        return None
    for label in _VALUES:
        if metric.HasField(label):
            value = getattr(metric, label)
            bits = _SIGNED.get(metric.datatype)
            if bits and label in {"int_value", "long_value"}:
                width = 64 if label == "long_value" else 32
                value = value - (1 << width) if value >= 1 << (width - 1) else value
            return float(value)
    return None


def _quality(metric: Any) -> int:
    """Property ``Quality``: 192 good, 500 stale, anything else bad."""
    for key, value in zip(metric.properties.keys, metric.properties.values, strict=False):
        if key == "Quality":
            return {192: GOOD, 500: UNCERTAIN}.get(value.int_value, BAD)
    return GOOD
