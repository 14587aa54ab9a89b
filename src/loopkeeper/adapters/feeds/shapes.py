"""The shapes of objects in which gateways and platforms send readings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loopkeeper.adapters.feeds.values import number, quality_of
from loopkeeper.app.columns import (
    Columns,
    NoTimeError,
    PayloadError,
    Row,
    name,
    names,
)
from loopkeeper.app.moments import Zone, instant
from loopkeeper.measure.source_quality import SourceQuality

_TIMES = (
    "time", "timestamp", "ts", "Time", "Timestamp", "TimeStamp", "TIME", "datetime", "DateTime",
    "last_reported", "last_updated", "last_changed", "last_seen", "时间", "采集时间",
)  # fmt: skip
_SHORT_TIME = "t"
_NAMES = ("tag", "name", "id", "key", "n", "entity_id", "sensor", "测点")
_VALUES = ("value", "val", "v", "值")
_GROUPS = ("readings", "values", "data", "records", "metrics", "points", "telemetry", "datapoints")
_QUALITIES = ("quality", "q", "Quality", "质量")
_STATES = {"entity_id", "last_reported", "last_updated", "last_changed", "attributes"}
_META = {*_TIMES, "plant", "quality", "known_at"}
_PLAIN = {*_TIMES, *_VALUES, *_QUALITIES, "t", "state", "unit", "plant", "known_at", "status"}
_UNSAID = {"plant", "host", "point"}
_NUMBERS = {int, float, bool}
MANY = 100
"""Plain values that one list may hold."""
_ROW = {"point", "time", "value"}


@dataclass(frozen=True)
class Around:
    """What is known around an item: what topic and groups tell of plant, point, time, state."""

    plant: str | None
    point: str | None
    arrived: int | None
    zone: Zone
    prefix: str = ""
    time: int | None = None
    quality: SourceQuality = SourceQuality.GOOD
    by: Mapping[str, Any] | None = None
    known: int | None = None
    loose: bool = False
    """Whether texts beside the values are attributes rather than values gone wrong."""

    def moment(self) -> int:
        """Return the time of a value that states none itself."""
        time = self.arrived if self.time is None else self.time
        if time is None:
            raise NoTimeError("a value without a time")
        return time

    def instant(self, raw: object, plant: object) -> int:
        """Read a time by the plant's own clock."""
        zone = self.zone(plant) if isinstance(plant, str) else None
        return instant(raw, zone, near=self.arrived)

    def within(self, item: dict[str, Any], into: Columns) -> "Around":
        """Return what is known within an item."""
        stated = item.get("plant")
        plant = self.plant if stated is None else stated
        time, known = self.time, self.known
        for key in _TIMES:
            if item.get(key) is not None and not _deep(item[key]):
                time = self.instant(item[key], plant)
                break
        if item.get("known_at") is not None:
            known = self.instant(item["known_at"], plant)
            known = known if self.arrived is None else min(known, self.arrived)
        stated = item.get("quality")
        by = stated if isinstance(stated, dict) else self.by
        quality = self.quality if stated is None or by is stated else _quality(stated, into)
        return replace(
            self, plant=plant, time=time, known=known, quality=quality, by=by, loose=False
        )


def take(data: object, into: Columns, around: Around) -> None:
    """
    Add the readings of an item, of a list of items, or of a bare value.

    Parameters
    ----------
    data : object
        As JSON gives it.
    into : Columns
        Extended by the readings and by notes of what could not be read.
    around : Around
        What is known beside.

    Raises
    ------
    PayloadError
        When it is of no known shape.
    """
    if isinstance(data, list):
        for item in data:
            try:
                take(item, into, around if _deep(item) else replace(around, point=None))
            except PayloadError as error:
                into.failed(error)
    elif isinstance(data, dict):
        _item(data, into, around)
    elif around.point is None:
        raise PayloadError(f"{str(data)[:40]!r}: expected an object with time and values")
    else:
        value = number(data)
        into.add(name(around.plant, "plant"), around.point, around.moment(), value)


def _item(item: dict[str, Any], into: Columns, around: Around) -> None:
    if item.keys() == _ROW and isinstance(item["value"], int | float):
        plant = name(around.plant, "plant")
        row = (plant, around.instant(item["time"], plant), around.quality, around.known)
        _put(around.prefix + name(item["point"], "point"), item["value"], into, row)
        return
    inner = around.within(item, into)
    if any(isinstance(item.get(key), list) for key in _TIMES) or isinstance(
        item.get("point"), list
    ):
        _columns(item, into, inner)
        return
    values = item.get("values")
    if isinstance(values, dict):
        _values(values, into, inner)
        return
    for key in _GROUPS:
        if isinstance(item.get(key), list):
            take(item[key], into, inner)
            return
    shapes = (_fields, _single, _state)
    if not any(shape(item, into, inner) for shape in shapes):
        _loose(item, into, inner)


def _values(values: dict[str, Any], into: Columns, inner: Around) -> None:
    """Values by point; numbers alone go together."""
    plant, time = name(inner.plant, "plant"), inner.moment()
    plain = inner.by is None and not inner.prefix and set(map(type, values.values())) <= _NUMBERS
    points = names(tuple(values)) if plain else None
    if points is not None:
        into.together(points, values.values(), (plant, time, inner.quality, inner.known))
        return
    for point, raw in values.items():
        _one(point, raw, into, inner)


def _one(point: str, raw: object, into: Columns, inner: Around) -> None:
    """A value, an object around one, or paths below a name."""
    full = inner.prefix + point
    if raw and _deep(raw) and not inner.loose and not _around_value(raw):
        into.note(f"{full}: no single value; what it holds is kept below its name")
    if isinstance(raw, dict) and raw:
        _nested(full, raw, into, inner)
    elif isinstance(raw, list) and raw and all(isinstance(one, dict) for one in raw):
        if all(_named(one) and any(key in one for key in _VALUES) for one in raw):
            take(raw, into, replace(inner, prefix="", point=None))
            return
        for n, one in enumerate(raw):
            stated = any(key in one for key in (*_TIMES, "values"))
            below = f"{full}." if stated else f"{full}.{n}."
            take([one], into, replace(inner, prefix=below, point=None))
    elif isinstance(raw, list) and 0 < len(raw) <= MANY and not any(map(_deep, raw)):
        for n, one in enumerate(raw):
            _scalar(f"{full}.{n}", one, into, inner)
    else:
        _scalar(full, raw, into, inner)


def _deep(one: object) -> bool:
    return isinstance(one, dict | list)


def _around_value(raw: object) -> bool:
    """Whether an object holds one value, with its time or quality; or a list nothing but such."""
    if isinstance(raw, list):
        return all(map(_around_value, raw))
    return isinstance(raw, dict) and (
        any(key in raw for key in _VALUES[:2]) or set(raw) <= {*_VALUES, *_QUALITIES, *_TIMES, "t"}
    )


def _nested(full: str, raw: dict[str, Any], into: Columns, inner: Around) -> None:
    if {"state", "entity_id"} <= raw.keys():
        _state(raw, into, replace(inner.within(raw, into), prefix="", point=None))
        return
    if _around_value(raw):
        _single({**raw, "point": full}, into, replace(inner.within(raw, into), prefix=""))
        return
    try:
        below = inner.within(raw, into)
    except PayloadError:
        below = inner  # a clock or a date among the values is none of theirs
    below = replace(below, prefix=f"{full}.", loose=inner.loose)
    for point, one in raw.items():
        if point not in _META:
            _one(point, one, into, below)


def _scalar(full: str, raw: object, into: Columns, inner: Around) -> None:
    try:
        point = name(full, "point")
    except PayloadError as error:
        into.note(str(error))
        return
    quality = inner.quality if inner.by is None else _quality(inner.by.get(full), into)
    row = (name(inner.plant, "plant"), inner.moment(), quality, inner.known)
    _put(point, raw, into, row, loose=inner.loose)


def _put(point: str, raw: object, into: Columns, row: Row, *, loose: bool = False) -> None:
    try:
        value = number(raw)
    except PayloadError as error:
        into.note(f"{point}: {error}")
        if loose:
            return
        value = None
    plant, time, quality, known = row
    into.add(plant, point, time, value, quality, known)


def _single(item: dict[str, Any], into: Columns, inner: Around) -> bool:
    """One reading: ``{"point", "time", "value"}``, ``{"id", "t", "v", "q"}``."""
    key = next((k for k in _VALUES if k in item), None)
    if key is None or (key == "v" and not _named(item) and not set(item) <= _PLAIN):
        return False
    if item.get(_SHORT_TIME) is not None and not any(k in item for k in _TIMES):
        inner = replace(inner, time=inner.instant(item[_SHORT_TIME], inner.plant))
    stated = next((item[k] for k in _QUALITIES if item.get(k) is not None), None)
    if stated is not None and not isinstance(stated, dict):
        inner = replace(inner, quality=_quality(stated, into))
    _one(_label(item, inner), item[key], into, replace(inner, prefix=""))
    return True


def _state(item: dict[str, Any], into: Columns, inner: Around) -> bool:
    """A state and when it was updated, as platforms of houses send it."""
    if "state" not in item or not (_STATES & set(item) or set(item) <= _PLAIN):
        return False
    _one(_label(item, inner), item["state"], into, replace(inner, prefix=""))
    return True


def _fields(item: dict[str, Any], into: Columns, inner: Around) -> bool:
    """Telegraf's ``{"name", "tags", "fields", "timestamp"}``."""
    fields, tags = item.get("fields"), item.get("tags", {})
    if not (isinstance(fields, dict) and isinstance(tags, dict)):
        return False
    if "plant" in tags:
        inner = replace(inner, plant=tags["plant"])
    for field, value in fields.items():
        full = series_name(str(item.get("name", "")), tags, field)
        _one(full, value, into, replace(inner, loose=True))
    return True


def series_name(measurement: str, tags: Mapping[str, Any], field: str) -> str:
    """
    Return the name of a point of a measurement.

    Parameters
    ----------
    measurement : str
        What was measured.
    tags : mapping
        Of the series; ``point`` tells the whole name, ``plant`` and ``host`` nothing of it.
    field : str
        ``value`` adds nothing.

    Returns
    -------
    str
        Measurement, tags in order of their keys, and field, joined by dots.
    """
    known = [measurement, *(str(tags[key]) for key in sorted(set(tags) - _UNSAID))]
    base = [str(tags["point"])] if "point" in tags else known
    return ".".join(part for part in (*base, field if field != "value" else "") if part)


def _loose(item: dict[str, Any], into: Columns, inner: Around) -> None:
    """An object of values by name, at any depth."""
    points = {key: value for key, value in item.items() if key not in _META}
    if not points:
        raise PayloadError(f"no values among {sorted(item)[:6]}")
    name(inner.plant, "plant")
    inner.moment()
    prefix = inner.prefix or (f"{inner.point}." if inner.point else "")
    below = replace(inner, prefix=prefix, loose=True)
    for point, value in points.items():
        _one(point, value, into, below)


def _named(item: dict[str, Any]) -> bool:
    return any(isinstance(item.get(key), str) for key in ("point", *_NAMES))


def _label(item: dict[str, Any], inner: Around) -> str:
    """The point's name: its own, the topic's, or what else the item is called."""
    if item.get("point") is not None:
        return inner.prefix + name(item["point"], "point")
    if inner.point is not None:
        return inner.point
    named = next((item[key] for key in _NAMES if isinstance(item.get(key), str)), None)
    if named is None and inner.prefix:
        return inner.prefix.removesuffix(".")
    return inner.prefix + name(named, "point")


def _columns(item: dict[str, Any], into: Columns, inner: Around) -> None:
    """Lists beside each other: points, times and values, or times and values of each point."""
    time = next((item[key] for key in _TIMES if key in item), None)
    values = item.get("values", item.get("value"))
    point = item.get("point", inner.point)
    if isinstance(values, dict) and isinstance(time, list):
        for name_of, listed in values.items():
            _rows([name_of] * len(time), time, listed, (item.get("quality"), into, inner))
        return
    many = len(point) if isinstance(point, list) else len(time) if isinstance(time, list) else 0
    rest = (item.get("quality"), into, inner)
    _rows(_list(point, many), _list(time, many), values, rest)


def _rows(
    points: list[Any], times: list[Any], values: object, rest: tuple[object, Columns, Around]
) -> None:
    quality, into, inner = rest
    plant, many = name(inner.plant, "plant"), len(points)
    listed = _list(quality, many)
    if not isinstance(values, list) or {len(times), len(values), len(listed)} != {many}:
        raise PayloadError("point, time and value: expected lists of equal length")
    last, at = None, 0
    for point, stamp, one, state in zip(points, times, values, listed, strict=True):
        try:
            if stamp is None:
                at = inner.moment()
            elif stamp != last:
                at = inner.instant(stamp, plant)
            last = stamp
            own = _quality(state, into) if isinstance(quality, list) else inner.quality
            _put(name(point, "point"), one, into, (plant, at, own, inner.known))
        except PayloadError as error:
            into.failed(error)


def _list(one: object, many: int) -> list[Any]:
    return one if isinstance(one, list) else [one] * many


def _quality(raw: object, into: Columns) -> SourceQuality:
    """A quality nobody knows is doubtful, and said."""
    try:
        return quality_of(raw)
    except PayloadError as error:
        into.note(str(error))
        return SourceQuality.UNCERTAIN
