"""Sparkplug B payloads: metrics with names given at birth and aliases after."""

import zlib
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from loopkeeper.adapters.feeds.mqtt.sessions import Births, Topic
from loopkeeper.adapters.feeds.values import number, quality_of
from loopkeeper.app.columns import Columns, PayloadError
from loopkeeper.app.columns import name as name_of
from loopkeeper.app.moments import instant
from loopkeeper.measure.source_quality import SourceQuality, by_opc

KINDS = {"NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"}
"""Messages that carry readings, or tell of a session."""
_SESSION = "bdSeq"
_SKIPPED = (_SESSION, "Node Control/", "Device Control/")
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_TEXTS = {12, 14}
_VALUED = {*range(12), 13, *_TEXTS}
_COMPRESSED = "SPBV1.0_COMPRESSED"
MOST_BYTES = 32 * 2**20
"""Bytes of a payload, unpacked."""
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
        (4, "long_value", _FIELD.TYPE_UINT64, None, False),
        (5, "float_value", _FIELD.TYPE_FLOAT, None, False),
        (6, "double_value", _FIELD.TYPE_DOUBLE, None, False),
        (7, "boolean_value", _FIELD.TYPE_BOOL, None, False),
        (8, "string_value", _FIELD.TYPE_STRING, None, False),
    ],
}
"""Numbers, names and types of the fields that are read (Sparkplug 3.0, 6.4)."""
_VALUES = (
    "int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value",
)  # fmt: skip


def _payload_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="loopkeeper_sparkplug.proto", syntax="proto2")
    for title, fields in _MESSAGES.items():
        message = file.message_type.add(name=title)
        for place, label, kind, other, repeated in fields:
            field = message.field.add(name=label, number=place, type=kind)
            field.label = _FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL
            if other:
                field.type_name = f".{other}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Payload"))


Payload: Any = _payload_class()
"""Class of the payload, for gateways and tests alike."""


@dataclass(frozen=True)
class PayloadNotes:
    """What a payload tells beside its readings."""

    seq: int | None = None
    bd_seq: int | None = None
    unnamed: bool = False
    """Data came before the birth that names its aliases: the node must be asked for a rebirth."""


def read_sparkplug(
    raw: bytes, topic: Topic, into: Columns, births: Births, arrived: int | None = None
) -> PayloadNotes:
    """
    Add the readings of a payload; what of it cannot be read is noted and costs nothing else.

    Parameters
    ----------
    raw : bytes
        As published.
    topic : Topic
        Its node is the plant; points are ``device/metric``.
    into : Columns
        Extended by the readings and by notes of what could not be read.
    births : Births
        Names by alias; renewed by a birth.
    arrived : int, optional
        Time of arrival, for metrics of payloads that state no time. [µs]

    Returns
    -------
    PayloadNotes
        The payload's place in the session.

    Raises
    ------
    PayloadError
        When it is no payload.
    """
    payload = _payload(raw)
    if topic.kind.endswith("BIRTH"):
        births.born(topic, _named(payload))
    names = births.names(topic)
    unnamed, bd_seq = False, None
    for metric in payload.metrics:
        named = metric.name or names.get(metric.alias)
        if not named:
            into.note(f"alias {metric.alias} was named by no birth")
            unnamed = True
        elif named == _SESSION:
            bd_seq = int(metric.long_value or metric.int_value)
        else:
            stamp = metric.timestamp or payload.timestamp
            try:
                time = instant(int(stamp)) if stamp else arrived
                _add(metric, name_of(named, "metric"), topic, time, into)
            except PayloadError as error:
                into.note(str(error))
    return PayloadNotes(int(payload.seq) if payload.HasField("seq") else None, bd_seq, unnamed)


def _add(metric: Any, named: str, topic: Topic, time: int | None, into: Columns) -> None:
    """One reading; commands, data sets and texts that are no values are none."""
    if named.startswith(_SKIPPED) or metric.datatype not in _VALUED:
        return
    if time is None:
        raise PayloadError(f"metric {named!r} has no time")
    full = f"{topic.device}/{named}" if topic.device else named
    try:
        value = _value(metric)
    except PayloadError as error:
        if metric.datatype in _TEXTS or metric.HasField("string_value"):
            return
        raise PayloadError(f"metric {named!r}: {error}") from error
    into.add(topic.node, full, time, value, _quality(metric))


def _payload(raw: bytes) -> Any:
    try:
        payload = Payload.FromString(raw)
        if payload.uuid != _COMPRESSED:
            return payload
        unpack = zlib.decompressobj(47)
        return Payload.FromString(unpack.decompress(payload.body, MOST_BYTES))
    except (DecodeError, zlib.error) as error:
        raise PayloadError(f"no Sparkplug payload: {error}") from error


def _named(payload: Any) -> dict[int, str]:
    """Names by alias; payloads may hold bytes that are no text."""
    given = [m for m in payload.metrics if m.HasField("alias") and m.name]
    return {m.alias: name_of(m.name, "metric") for m in given}


def _value(metric: Any) -> float | None:
    if metric.is_null:
        return None
    for label in _VALUES:
        if metric.HasField(label):
            value = getattr(metric, label)
            bits = _SIGNED.get(metric.datatype)
            if bits and label in {"int_value", "long_value"}:
                value = _signed(value, bits)
            return number(value)
    return None


def _signed(value: int, bits: int) -> int:
    """Two's complement, of the type's own width or of the field's."""
    for width in (bits, 32, 64):
        if value < 1 << width:
            return value - (1 << width) if value >= 1 << (width - 1) else value
    return value


def _quality(metric: Any) -> SourceQuality:
    """Property ``Quality``: 192 good, 500 stale, anything else bad."""
    for key, value in zip(metric.properties.keys, metric.properties.values, strict=False):
        if str(key).lower() != "quality" or value.is_null:
            continue
        stated = next((getattr(value, f) for f in _VALUES if value.HasField(f)), 0)
        if isinstance(stated, str):
            return _stated(stated)
        return by_opc(int(stated))
    return SourceQuality.GOOD


def _stated(text: str) -> SourceQuality:
    try:
        return quality_of(text)
    except PayloadError:
        return SourceQuality.UNCERTAIN
