"""Readings in JSON, in the shapes gateways send them."""

from typing import Any

import orjson

from loopkeeper.adapters.feeds.columns import (
    BAD,
    GOOD,
    UNCERTAIN,
    Columns,
    PayloadError,
    instant,
    name,
    number,
)

QUALITIES = {"good": GOOD, "uncertain": UNCERTAIN, "bad": BAD}
LONGEST = 100_000
"""Readings one payload may hold."""


def read_json(
    raw: bytes, into: Columns, *, plant: str | None, point: str | None = None,
    arrived: int | None = None,
) -> None:  # fmt: skip
    """
    Add the readings of a JSON payload.

    Understood are ``{"time", "values": {point: value}}``, ``{"point", "time", "value"}``, a list
    of such, ``{"readings": [...]}`` and ``{"point": [...], "time": [...], "value": [...]}``; each
    may state ``plant``, ``quality`` (good, uncertain, bad) and ``known_at``. A bare number is a
    reading of the topic's own point, now.

    Parameters
    ----------
    raw : bytes
        UTF-8.
    into : Columns
        Extended by the readings, by all of them or none.
    plant, point : str, optional
        What topic or address tells.
    arrived : int, optional
        Time of arrival, for values that state no time. [µs]

    Raises
    ------
    PayloadError
        When anything in it cannot be understood; nothing is added then.
    """
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise PayloadError(f"no JSON: {error}") from error
    own = Columns()
    try:
        _any(data, own, _Around(plant, point, arrived))
    except RecursionError as error:
        raise PayloadError("nested too deeply") from error
    if len(own.time) > LONGEST:
        raise PayloadError(f"{len(own.time)} readings in one payload: at most {LONGEST}")
    for column in ("plant", "point", "time", "value", "quality", "known_at"):
        getattr(into, column).extend(getattr(own, column))


class _Around:
    """What is known around an item: plant, point, time of arrival, time and state of a group."""

    def __init__(self, plant: str | None, point: str | None, arrived: int | None) -> None:
        self.plant, self.point, self.arrived = plant, point, arrived

    def plant_of(self, item: dict[str, Any]) -> str:
        return name(item.get("plant", self.plant), "plant")


def _any(data: Any, into: Columns, around: _Around) -> None:
    if isinstance(data, list):
        for item in data:
            _any(item, into, around)
    elif isinstance(data, dict):
        _item(data, into, around)
    elif around.point is not None and around.arrived is not None:
        value = number(data)
        into.add(name(around.plant, "plant"), around.point, around.arrived, value)
    else:
        raise PayloadError(f"{str(data)[:40]!r}: expected an object with time and values")


def _item(item: dict[str, Any], into: Columns, around: _Around) -> None:
    if isinstance(item.get("readings"), list):
        inner = _Around(item.get("plant", around.plant), around.point, around.arrived)
        for one in item["readings"]:
            _any(one, into, inner)
        return
    if isinstance(item.get("point"), list):
        _columns(item, into, around)
        return
    plant, time = around.plant_of(item), _time(item, around)
    quality, known = _quality(item.get("quality")), _known(item)
    if isinstance(item.get("values"), dict):
        for point, value in item["values"].items():
            into.add(plant, name(point, "point"), time, number(value), quality, known)
        return
    if "value" not in item:
        raise PayloadError(f"neither value nor values nor readings among {sorted(item)[:6]}")
    point = name(item.get("point", around.point), "point")
    into.add(plant, point, time, number(item["value"]), quality, known)


def _columns(item: dict[str, Any], into: Columns, around: _Around) -> None:
    plant, quality, known = around.plant_of(item), _quality(item.get("quality")), _known(item)
    lists = [item.get(key) for key in ("point", "time", "value")]
    if any(not isinstance(one, list) or len(one) != len(item["point"]) for one in lists):
        raise PayloadError("point, time and value: expected lists of equal length")
    for point, time, value in zip(*lists, strict=True):
        into.add(plant, name(point, "point"), instant(time), number(value), quality, known)


def _time(item: dict[str, Any], around: _Around) -> int:
    raw = item.get("time", item.get("timestamp", item.get("ts")))
    if raw is None and around.arrived is not None and around.point is not None:
        return around.arrived
    return instant(raw)


def _known(item: dict[str, Any]) -> int | None:
    return instant(item["known_at"]) if item.get("known_at") is not None else None


def _quality(raw: object) -> int:
    if raw is None:
        return GOOD
    if isinstance(raw, int) and raw in QUALITIES.values():
        return raw
    if isinstance(raw, str) and raw.lower() in QUALITIES:
        return QUALITIES[raw.lower()]
    raise PayloadError(f"quality {str(raw)[:20]!r}: expected good, uncertain or bad")
