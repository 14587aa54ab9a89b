"""Feeds of a service from the tables of its settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopkeeper.adapters.feeds.bacnet.feed import BacnetFeed, Bus
from loopkeeper.adapters.feeds.drop.feed import DropFeed, Inbox
from loopkeeper.adapters.feeds.modbus.feed import Device, ModbusFeed
from loopkeeper.adapters.feeds.mqtt.feed import Broker, MqttFeed
from loopkeeper.adapters.feeds.opcua.feed import OpcUaFeed, Server
from loopkeeper.app.moments import Zone
from loopkeeper.app.ports import Feed
from loopkeeper.errors import InputError
from loopkeeper.plant.plant import Plant


@dataclass(frozen=True)
class FeedSurroundings:
    """What feeds are made with: a memory, and where relative paths begin."""

    recall: Callable[[str], str | None]
    remember: Callable[[str, str], None]
    beside: Path
    plants: Mapping[str, Plant]

    def zone(self, stated: str | None) -> Zone:
        """The time zone that was stated, or each plant's own."""
        if stated:
            fixed = _zone(stated)
            return lambda _: fixed

        def own(plant: str) -> ZoneInfo | None:
            known = self.plants.get(plant)
            return None if known is None else _zone(known.site.timezone)

        return own


_Make = Callable[[Any, str, FeedSurroundings], Feed]


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"timezone {text!r}: expected one such as Asia/Shanghai") from error


def feed_of(table: Mapping[str, Any], made: FeedSurroundings) -> Feed:
    """A feed from its table, which the schema has found sound."""
    kind = str(table["kind"])
    make, options = FEEDS[kind]
    given = {k: v for k, v in table.items() if k not in {"kind", "name"}}
    for key in ("map", "folder"):
        if key in given:
            given[key] = str(_found(made.beside, given[key]))
    clean = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    return make(options(**clean), str(table.get("name", kind)), made)


def _found(beside: Path, given: str) -> Path:
    """A path beside the settings; a file that only stands where the service was started, there."""
    place, here = beside / given, Path(given)
    return here if here.is_file() and not place.exists() else place


def _mqtt(options: Any, name: str, made: FeedSurroundings) -> Feed:
    return MqttFeed(
        options,
        name=name,
        recall=made.recall,
        remember=made.remember,
        zone=made.zone(options.timezone),
    )


def _drop(options: Any, name: str, made: FeedSurroundings) -> Feed:
    return DropFeed(options, name=name, zone=made.zone(options.timezone))


def _plain(kind: Callable[..., Feed]) -> _Make:
    return lambda options, name, _: kind(options, name=name)


FEEDS: dict[str, tuple[_Make, Any]] = {
    "mqtt": (_mqtt, Broker),
    "modbus": (_plain(ModbusFeed), Device),
    "bacnet": (_plain(BacnetFeed), Bus),
    "opcua": (_plain(OpcUaFeed), Server),
    "drop": (_drop, Inbox),
}
"""Kinds of feeds: how each is made, and its options."""
