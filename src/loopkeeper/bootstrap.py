"""The one place where ports meet adapters: a service from its settings."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopkeeper.adapters.due_reports import Printing
from loopkeeper.adapters.feeds.bacnet.feed import BacnetFeed, Bus
from loopkeeper.adapters.feeds.drop.feed import DropFeed, Inbox
from loopkeeper.adapters.feeds.modbus.feed import Device, ModbusFeed
from loopkeeper.adapters.feeds.moments import Zone
from loopkeeper.adapters.feeds.mqtt.feed import Broker, MqttFeed
from loopkeeper.adapters.feeds.opcua.feed import OpcUaFeed, Server
from loopkeeper.adapters.files.alarms import read_alarms
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.adapters.notify import Channel, Notifier
from loopkeeper.adapters.push import Pusher, Upstream
from loopkeeper.adapters.rounds import Rounds
from loopkeeper.adapters.settings.check import read_checked
from loopkeeper.adapters.settings.schema import LISTS, TABLES
from loopkeeper.adapters.store.alarm_book import AlarmBook
from loopkeeper.adapters.store.before import before_now
from loopkeeper.adapters.store.telemetry import LEAST_YEARS, TelemetryStore, Window
from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.arrivals import AHEAD
from loopkeeper.app.calculating import Calculating
from loopkeeper.app.ingesting import Ingestion, kept_running
from loopkeeper.app.own_alarms import OwnAlarms, own_alarms
from loopkeeper.app.ports import Feed
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.defaults import default_alarms
from loopkeeper.plant.plant import Plant


@dataclass(frozen=True)
class Settings:
    """
    Settings of a service, as in its TOML file.

    ``folder`` of the store, ``years`` readings are kept, minutes they may be stamped ``ahead`` of
    this machine's clock; ``host`` and ``port`` of the interface, and the ``timezone`` of pushed
    times without offset, the plant's own when left out; ``feeds``, ``tokens``,
    ``channels`` of notification and ``pushes`` to other platforms as tables; file of ``alarms``,
    and whether every plant gets those of the ``defaults``; folder of
    the dossiers of ``plants``; hours between ``rounds`` and which ``reports`` they print; relative
    paths begin ``beside`` the file.
    """

    folder: Path
    years: float = LEAST_YEARS
    host: str = "127.0.0.1"
    port: int = 8470
    feeds: tuple[Mapping[str, Any], ...] = ()
    tokens: tuple[Mapping[str, Any], ...] = ()
    channels: tuple[Mapping[str, Any], ...] = ()
    pushes: tuple[Mapping[str, Any], ...] = ()
    alarms: Path | None = None
    defaults: bool = True
    plants: Path | None = None
    rounds: float = 24.0
    reports: Mapping[str, Any] | None = None
    beside: Path = Path()
    timezone: str | None = None
    ahead: float = AHEAD / timedelta(minutes=1)


@dataclass(frozen=True)
class Service:
    """Store, ingestion and feeds, ready to run."""

    settings: Settings
    store: TelemetryStore
    ingestion: Ingestion
    feeds: tuple[Feed, ...]
    watch: AlarmWatch
    notifier: Notifier
    plants: Mapping[str, Plant]
    rounds: Rounds
    pushers: tuple[Pusher, ...]
    own: OwnAlarms
    zone: Zone = lambda _: None

    async def run(self, *, flush_every: float = 60.0) -> None:
        """Run ingestion and feeds until cancelled, then write what is queued."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.ingestion.run(flush_every=flush_every))
                group.create_task(self.watch.run())
                group.create_task(self.own.run())
                group.create_task(self.notifier.run())
                for pusher in self.pushers:
                    group.create_task(pusher.run())
                for feed in (*self.feeds, self.rounds):
                    group.create_task(kept_running(feed, self.ingestion))
        finally:
            await self.ingestion.drain()
            self.store.close()


@dataclass(frozen=True)
class _Around:
    """What feeds are made with: the store's memory, and where relative paths begin."""

    store: TelemetryStore
    beside: Path
    plants: Mapping[str, Plant]

    def zone(self, stated: str | None) -> Zone:
        """The time zone that was stated, or each plant's own."""
        if stated:
            fixed = _zone(stated)
            return lambda _: fixed
        return {name: _zone(plant.site.timezone) for name, plant in self.plants.items()}.get


_Make = Callable[[Any, str, _Around], Feed]


def read_settings(path: Path | None, folder: Path | None = None) -> Settings:
    """
    Read the settings of a service.

    Parameters
    ----------
    path : Path or None
        TOML with ``[store]``, ``[web]``, ``[[feed]]`` and ``[[token]]``.
    folder : Path, optional
        Of the store, where no file tells it.

    Returns
    -------
    Settings

    Raises
    ------
    InputError
        When the file is no TOML or something in it is wrong; every mistake is named.
    """
    if path is None:
        return Settings(folder or Path("loopkeeper-store"))
    data = read_checked(path)
    tables = {part: data.get(part, {}) for part in TABLES}
    store, web, alarms, plants, rounds, reports = tables.values()
    feeds, tokens, channels, pushes = (tuple(data.get(part, ())) for part in LISTS)
    return Settings(
        folder or path.parent / store.get("folder", "loopkeeper-store"),
        float(store.get("years", LEAST_YEARS)), str(web.get("host", "127.0.0.1")),
        int(web.get("port", 8470)), feeds, tokens, channels, pushes,
        path.parent / alarms["file"] if "file" in alarms else None,
        bool(alarms.get("defaults", True)),
        path.parent / plants["folder"] if "folder" in plants else None,
        float(rounds.get("hours", 24.0)), reports or None, path.parent, web.get("timezone"),
        float(store.get("ahead", Settings.ahead)),
    )  # fmt: skip


def service(settings: Settings) -> Service:
    """
    Make a service from its settings.

    Parameters
    ----------
    settings : Settings
        As read.

    Returns
    -------
    Service

    Raises
    ------
    InputError
        When a feed is of an unknown kind or has an unknown key.
    StoreError
        When the store cannot be opened.
    """

    def now() -> datetime:
        return datetime.now(UTC)

    store = TelemetryStore(settings.folder, years=settings.years, patient=True)
    ingestion = Ingestion(store, now, ahead=timedelta(minutes=settings.ahead))
    found = _plants(settings.plants)
    plants = {name: plant for name, (_, plant) in found.items()}
    calculating = Calculating(plants, lambda *w: store.read(Window(*w)), now)
    around = _Around(store, settings.beside, plants)
    feeds = (*_feeds(settings, around), calculating)
    book = AlarmBook(settings.folder / "alarms.sqlite", patient=True)
    watch = AlarmWatch(_watched(settings, plants), book, now)
    watch.take_up(lambda *asked: before_now(store, now(), *asked))
    ingestion.observers += [watch.saw, calculating.saw]
    channels = [_options(Channel, table, "notify") for table in settings.channels]
    upstreams = [_options(Upstream, table, "push") for table in settings.pushes]
    notifier = Notifier(channels, book, watch.watched())
    return Service(
        settings, store, ingestion, feeds, watch, notifier, plants,
        Rounds(
            {name: folder for name, (folder, _) in found.items()}, store, settings.rounds,
            _printing(settings), watch.raised, ingestion.clocks,
        ),
        tuple(Pusher(upstream, store) for upstream in upstreams),
        OwnAlarms(watch, now, {
            "store": lambda: store.trouble or ingestion.tally.trouble,
            "clock": lambda: ingestion.clocks.doubt,
        }),
        around.zone(settings.timezone),
    )  # fmt: skip


def _printing(settings: Settings) -> Printing | None:
    """Which reports the service prints by itself."""
    if settings.reports is None:
        return None
    given: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in settings.reports.items()
    }
    return Printing(**{**given, "folder": settings.beside / given.get("folder", "reports")})


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"timezone {text!r}: expected one such as Asia/Shanghai") from error


def _feeds(settings: Settings, made: _Around) -> tuple[Feed, ...]:
    return tuple(_feed(table, made) for table in settings.feeds)


def _watched(settings: Settings, plants: Mapping[str, Plant]) -> tuple[Watched, ...]:
    """Alarms of the file, and the defaults of each plant where the file does not name them."""
    stated = () if settings.alarms is None else read_alarms(settings.alarms)
    names = {one.definition.id for one in stated}
    own = tuple(one for one in own_alarms() if one.definition.id not in names)
    if not settings.defaults:
        return (*stated, *own)
    given = (
        Watched(name, one.definition, one.words)
        for name, plant in plants.items() for one in default_alarms(plant)
        if one.definition is not None and one.id not in names
    )  # fmt: skip
    return (*stated, *own, *given)


def _plants(folder: Path | None) -> dict[str, tuple[Path, Plant]]:
    """The plants whose dossiers stand in a folder, by id, with their folders."""
    if folder is None:
        return {}
    folders = [path.parent for path in sorted(folder.glob("*/plant.toml"))]
    found = [(one, read_dossier(one).plant) for one in folders]
    return {plant.site.id: (one, plant) for one, plant in found}


def _options(kind: type[Any], table: Mapping[str, Any], part: str) -> Any:
    """The options of a channel or an upstream from its table."""
    clean: dict[str, Any] = {"name": part}
    clean |= {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return kind(**clean)


def _feed(table: Mapping[str, Any], made: _Around) -> Feed:
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


def _mqtt(options: Any, name: str, made: _Around) -> Feed:
    return MqttFeed(
        options, name=name, recall=made.store.recall, remember=made.store.remember,
        zone=made.zone(options.timezone),
    )  # fmt: skip


def _drop(options: Any, name: str, made: _Around) -> Feed:
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
