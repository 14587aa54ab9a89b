"""The one place where ports meet adapters: a service from its settings."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loopkeeper.adapters.feeds.bacnet.feed import BacnetFeed, Bus
from loopkeeper.adapters.feeds.drop.feed import DropFeed, Inbox
from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.feeds.modbus.feed import Device, ModbusFeed
from loopkeeper.adapters.feeds.mqtt.feed import Broker, MqttFeed
from loopkeeper.adapters.feeds.opcua.feed import OpcUaFeed, Server
from loopkeeper.adapters.files.dossier.alarms import read_alarms
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.peers.notify import Notifier, NotifyChannel
from loopkeeper.adapters.peers.push import Pusher, Upstream
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.diagnoses import Diagnoses
from loopkeeper.adapters.records.jobs import Jobs
from loopkeeper.adapters.records.judgements import Judgements
from loopkeeper.adapters.records.moved import take_over
from loopkeeper.adapters.records.reports import Reports
from loopkeeper.adapters.settings.exposed import exposed
from loopkeeper.adapters.settings.record import Settings, read_settings
from loopkeeper.adapters.store.before import before_now
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.calculating import Calculating
from loopkeeper.app.columns import Columns
from loopkeeper.app.ingesting import Ingestion, kept_running
from loopkeeper.app.moments import Zone
from loopkeeper.app.own_alarms import OwnAlarms, own_alarms
from loopkeeper.app.ports import Feed, Window
from loopkeeper.app.use_cases.alarm_desk import AlarmDesk
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.use_cases.due_reports import Printing
from loopkeeper.app.use_cases.rounds import Plan, Rounds, RoundsBook
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.monitor.defaults import default_alarms
from loopkeeper.plant.plant import Plant

T = TypeVar("T")
__all__ = ["Service", "Settings", "check", "exposed", "read_settings", "service"]


@dataclass(frozen=True)
class Service:
    """Store, ingestion and feeds, ready to run."""

    settings: Settings
    store: TelemetryStore
    records: Records
    ingestion: Ingestion
    feeds: tuple[Feed, ...]
    watch: AlarmWatch
    notifier: Notifier
    plants: Mapping[str, Plant]
    rounds: Rounds
    pushers: tuple[Pusher, ...]
    own: OwnAlarms
    reports: Path = Path("reports")
    zone: Zone = lambda _: None

    def book(self, actor: Actor) -> RoundsBook:
        """Judgements, reports and jobs, as far as somebody may see them."""
        return rounds_book(self.records, actor)

    def archive(self, actor: Actor) -> Archive:
        """Readings, as far as somebody may see them."""
        return Archive(self.store, actor)

    def alarms(self, actor: Actor) -> AlarmDesk:
        """Alarms, as far as somebody may see them."""
        return AlarmDesk(self.watch, actor)

    def report_file(self, actor: Actor, plant: str, sha256: str) -> Path | None:
        """Return the file of a printed report; None where it is not what was printed."""
        known = [r.file for r in self.book(actor).reports.all(plant) if r.sha256 == sha256]
        path = None if not known else self.reports / plant / known[-1]
        if path is None or not path.is_file():
            return None
        same = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        return path if same else None

    def read_payload(self, raw: bytes, columns: Columns, plant: str | None, now: int) -> None:
        """Add the readings of a pushed payload to columns; PayloadError when it is none."""
        read_json(raw, columns, plant=plant, arrived=now, zone=self.zone)

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
            self.records.close()


@dataclass(frozen=True)
class _Named:
    """What the files say that settings name, and what is made of settings alone."""

    plants: Mapping[str, tuple[Path, Plant]]
    alarms: tuple[Watched, ...]
    channels: tuple[NotifyChannel, ...]
    upstreams: tuple[Upstream, ...]
    printing: Printing | None


class _Mistakes:
    """Collects what goes wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def tried(self, make: Callable[[], T]) -> tuple[T, ...]:
        """What was made, nothing where that went wrong."""
        try:
            return (make(),)
        except LoopkeeperError as error:
            self.said.append(str(error))
        except OSError as error:
            self.said.append(f"{error.filename}: {error.strerror}")
        return ()


@dataclass(frozen=True)
class _Around:
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
        return {name: _zone(plant.site.timezone) for name, plant in self.plants.items()}.get


_Make = Callable[[Any, str, _Around], Feed]


def check(settings: Settings) -> None:
    """
    Open every file that settings name; nothing is written, no store is opened.

    Parameters
    ----------
    settings : Settings
        As read.

    Raises
    ------
    InputError
        Names every mistake, a line each.
    """
    _named(settings)


def _named(settings: Settings) -> _Named:
    """Read all files that settings name; InputError names every mistake."""
    found = _Mistakes()
    plants = _plants(settings.plants, found)
    stated = () if settings.alarms is None else found.tried(partial(read_alarms, settings.alarms))
    made = _Named(
        plants, tuple(one for table in stated for one in table),
        _made(NotifyChannel, settings.channels, "notify", found),
        _made(Upstream, settings.pushes, "push", found),
        next(iter(found.tried(partial(_printing, settings))), None),
    )  # fmt: skip
    nothing = _Around(
        lambda _: None, lambda *_: None, settings.beside,
        {name: plant for name, (_, plant) in plants.items()},
    )  # fmt: skip
    for table in settings.feeds:
        found.tried(partial(_feed, table, nothing))
    if settings.folder.exists() and not settings.folder.is_dir():
        found.said.append(f"{settings.folder}: expected the folder of a store, this is a file")
    if found.said:
        raise InputError("\n".join(found.said))
    return made


def _made(
    kind: type[T], tables: Iterable[Mapping[str, Any]], part: str, found: _Mistakes
) -> tuple[T, ...]:
    """Channels or upstreams of their tables."""
    return tuple(
        one for table in tables for one in found.tried(partial(_options, kind, table, part))
    )


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
        When a file that is named cannot be read; every mistake is named, nothing is opened.
    StoreError
        When the store cannot be opened.
    """

    def now() -> datetime:
        return datetime.now(UTC)

    named = _named(settings)
    store = TelemetryStore(settings.folder, years=settings.years, patient=True)
    ingestion = Ingestion(store, now, ahead=timedelta(minutes=settings.ahead))
    plants = {name: plant for name, (_, plant) in named.plants.items()}
    calculating = Calculating(plants, lambda *w: store.read(Window(*w)), now)
    around = _Around(store.recall, store.remember, settings.beside, plants)
    feeds = (*_feeds(settings, around), calculating)
    records = records_of(settings)
    take_over(store, records, now())
    book = AlarmBook(records)
    watch = AlarmWatch(_watched(named.alarms, plants, defaults=settings.defaults), book, now)
    watch.take_up(lambda *asked: before_now(store, now(), *asked))
    ingestion.observers += [watch.saw, calculating.saw]
    notifier = Notifier(named.channels, book, watch.watched())
    return Service(
        settings, store, records, ingestion, feeds, watch, notifier, plants,
        Rounds(
            {name: folder for name, (folder, _) in named.plants.items()}, store,
            rounds_book(records), _plan(settings, named.printing),
            watch.raised, ingestion.clocks,
        ),
        tuple(Pusher(upstream, store) for upstream in named.upstreams),
        OwnAlarms(watch, now, {
            "store": lambda: store.trouble or ingestion.tally.trouble,
            "clock": lambda: ingestion.clocks.doubt,
        }),
        _plan(settings, named.printing).reports,
        around.zone(settings.timezone),
    )  # fmt: skip


def records_of(settings: Settings) -> Records:
    """
    Open the records of a service: beside the store, or where the settings tell.

    Raises
    ------
    StoreError
        When they cannot be opened.
    """
    place = settings.records or settings.folder / RECORDS
    return Records(place, patient=True)


def rounds_book(records: Records, actor: Actor = SERVICE) -> RoundsBook:
    """Where rounds are asked for and kept, as far as somebody may see them."""
    return RoundsBook(
        outside,
        Judgements(records, actor),
        Reports(records, actor),
        Jobs(records, actor),
        Diagnoses(records, actor),
    )


def _plan(settings: Settings, printing: Printing | None) -> Plan:
    """How the service works in the background."""
    reports = settings.folder / "reports" if printing is None else printing.folder
    return Plan(settings.rounds, settings.together, printing, reports)


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


def _watched(
    stated: tuple[Watched, ...], plants: Mapping[str, Plant], *, defaults: bool
) -> tuple[Watched, ...]:
    """Alarms of the file, and the defaults of each plant where the file does not name them."""
    names = {one.definition.id for one in stated}
    own = tuple(one for one in own_alarms() if one.definition.id not in names)
    if not defaults:
        return (*stated, *own)
    given = (
        Watched(name, one.definition, one.words)
        for name, plant in plants.items() for one in default_alarms(plant)
        if one.definition is not None and one.id not in names
    )  # fmt: skip
    return (*stated, *own, *given)


def _plants(folder: Path | None, found: _Mistakes) -> dict[str, tuple[Path, Plant]]:
    """The plants whose dossiers stand in a folder, by id, with their folders."""
    plants: dict[str, tuple[Path, Plant]] = {}
    if folder is None:
        return plants
    if not folder.is_dir():
        found.said.append(f"{folder}: expected the folder of the dossiers")
    for one in [path.parent for path in sorted(folder.glob("*/plant.toml"))]:
        for dossier in found.tried(partial(read_dossier, one)):
            name = dossier.plant.site.id
            if name in plants:
                found.said.append(f"{one}: plant {name} is that of {plants[name][0]} too")
            plants[name] = one, dossier.plant
    return plants


def _options(kind: type[T], table: Mapping[str, Any], part: str) -> T:
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
        options, name=name, recall=made.recall, remember=made.remember,
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
