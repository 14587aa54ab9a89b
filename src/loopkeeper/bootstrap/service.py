"""The one place where ports meet adapters: a service from its settings."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.files.dossier.alarms import read_alarms
from loopkeeper.adapters.peers.notify import Notifier, NotifyChannel
from loopkeeper.adapters.peers.push import Pusher, Upstream
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.moved import take_over
from loopkeeper.adapters.records.passwords import Argon2
from loopkeeper.adapters.settings.exposed import exposed
from loopkeeper.adapters.settings.record import Settings, read_settings
from loopkeeper.adapters.store.before import before_now
from loopkeeper.adapters.store.landing import Landing
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.calculating import Calculating
from loopkeeper.app.columns import Columns
from loopkeeper.app.ingesting import Ingestion, kept_running
from loopkeeper.app.moments import Zone
from loopkeeper.app.own_alarms import OwnAlarms, own_alarms
from loopkeeper.app.ports import Feed, Window
from loopkeeper.app.use_cases.alarm_desk import AlarmDesk, Kept
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.use_cases.asked import DiagnosisWork, ReportWork
from loopkeeper.app.use_cases.due_reports import Printing
from loopkeeper.app.use_cases.fleet_view import LastHeard
from loopkeeper.app.use_cases.front_door import FrontDoor
from loopkeeper.app.use_cases.imports import ImportWork
from loopkeeper.app.use_cases.new_plants import FoundPlants, NewPlants
from loopkeeper.app.use_cases.order_desk import OrderDesk
from loopkeeper.app.use_cases.people_desk import PeopleDesk
from loopkeeper.app.use_cases.queue import JobQueue, Workbench
from loopkeeper.app.use_cases.rounds import Daily, Raised, RoundWork
from loopkeeper.bootstrap.books import Books, books_of, now, records_of, registry_of
from loopkeeper.bootstrap.feeds import FEEDS, FeedSurroundings, feed_of
from loopkeeper.bootstrap.folders import dossiers_in
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import InputError, LoopkeeperError
from loopkeeper.lifecycle.monitor.defaults import default_alarms
from loopkeeper.plant.plant import Plant

T = TypeVar("T")
__all__ = [
    "FEEDS",
    "Landing",
    "Service",
    "Settings",
    "check",
    "exposed",
    "read_settings",
    "service",
]


@dataclass(frozen=True, kw_only=True)
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
    queue: JobQueue
    new_plants: NewPlants
    pushers: tuple[Pusher, ...]
    own: OwnAlarms
    reports: Path = Path("reports")
    imports: Path = Path("imports")
    zone: Zone = lambda _: None
    door: FrontDoor
    newest: LastHeard

    def book(self, actor: Actor) -> Books:
        """Judgements, reports and jobs, as far as somebody may see them."""
        return books_of(self.records, actor)

    def archive(self, actor: Actor) -> Archive:
        """Readings, as far as somebody may see them."""
        return Archive(self.store, actor)

    def alarms(self, actor: Actor) -> AlarmDesk:
        """Alarms, as far as somebody may see them."""
        books = self.book(actor)
        kept = Kept(book=books.alarms, trail=books.trail, at_once=books.at_once)
        return AlarmDesk(self.watch, actor, kept)

    def orders(self, actor: Actor) -> OrderDesk:
        """Work orders, as far as somebody may see them."""
        books = self.book(actor)
        return OrderDesk(book=books.orders, trail=books.trail, at_once=books.at_once)

    def people(self, actor: Actor) -> PeopleDesk:
        """Who may come in, for somebody who looks after it."""
        return PeopleDesk(books=registry_of(self.records, actor), actor=actor, clock=now)

    def landing(self, plant: str, name: str) -> Landing:
        """Take in a file that is sent for a plant."""
        return Landing(self.imports / plant, name)

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
                group.create_task(self.new_plants.run())
                group.create_task(asyncio.to_thread(self.newest.warm, self.store.plants))
                for pusher in self.pushers:
                    group.create_task(pusher.run())
                for feed in (*self.feeds, self.queue):
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

    @property
    def folders(self) -> dict[str, Path]:
        """Where the dossiers stand."""
        return {name: folder for name, (folder, _) in self.plants.items()}


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
        plants,
        tuple(one for table in stated for one in table),
        _made(NotifyChannel, settings.channels, "notify", found),
        _made(Upstream, settings.pushes, "push", found),
        next(iter(found.tried(partial(_printing, settings))), None),
    )
    nothing = FeedSurroundings(
        lambda _: None,
        lambda *_: None,
        settings.beside,
        {name: plant for name, (_, plant) in plants.items()},
    )
    for table in settings.feeds:
        found.tried(partial(feed_of, table, nothing))
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
    named = _named(settings)
    store = TelemetryStore(settings.folder, years=settings.years, patient=True)
    ingestion = Ingestion(store, now, ahead=timedelta(minutes=settings.ahead))
    plants = {name: plant for name, (_, plant) in named.plants.items()}
    calculating = Calculating(plants, lambda *w: store.read(Window(*w)), now)
    around = FeedSurroundings(store.recall, store.remember, settings.beside, plants)
    feeds = (*(feed_of(table, around) for table in settings.feeds), calculating)
    records = records_of(settings)
    take_over(store, records, now())
    books = books_of(records, SERVICE)
    watched = partial(_watched, named.alarms, defaults=settings.defaults)
    watch = AlarmWatch(watched(plants), books.alarms, now)

    def past(*asked: Any) -> pl.DataFrame:
        return before_now(store, now(), *asked)

    watch.take_up(past)
    newest = LastHeard(store.latest)
    ingestion.observers += [watch.saw, calculating.saw, newest.saw]
    notifier = Notifier(named.channels, books.alarms, watch.watched())
    queue = _queue(settings, named, store, books, ingestion, watch.raised)

    def welcome(name: str, folder: Path, plant: Plant) -> None:
        plants[name] = plant
        calculating.welcome(name, plant)
        watch.welcome(watched({name: plant}))
        watch.take_up(past, only=name)
        queue.welcome(name, folder)

    def look() -> FoundPlants | None:
        return None if settings.plants is None else dossiers_in(settings.plants)

    troubles = {
        "store": lambda: store.trouble or ingestion.tally.trouble,
        "clock": lambda: ingestion.clocks.doubt,
    }
    return Service(
        settings=settings,
        store=store,
        records=records,
        ingestion=ingestion,
        feeds=feeds,
        watch=watch,
        notifier=notifier,
        plants=plants,
        queue=queue,
        new_plants=NewPlants(look, welcome, named.folders),
        pushers=tuple(Pusher(upstream, store) for upstream in named.upstreams),
        own=OwnAlarms(watch, now, troubles),
        reports=_reports(settings, named.printing),
        imports=settings.folder / "imports",
        zone=around.zone(settings.timezone),
        newest=newest,
        door=FrontDoor(registry=partial(registry_of, records), passwords=Argon2(), clock=now),
    )


def _queue(
    settings: Settings,
    named: _Named,
    store: TelemetryStore,
    books: Books,
    ingestion: Ingestion,
    raised: Raised,
) -> JobQueue:
    """The queue, with a handler for each kind of jobs."""
    reports, imports = _reports(settings, named.printing), settings.folder / "imports"
    clocks, ready = ingestion.clocks, lambda: ingestion.was_flushed
    daily = Daily(settings.rounds, store, books.judgements, clocks, ready)
    judging = RoundWork(
        outside=outside,
        store=store,
        judgements=books.judgements,
        reports=books.reports,
        rhythm=daily,
        printing=named.printing,
        raised=raised,
    )
    handlers = (
        judging,
        DiagnosisWork(outside=outside, store=store, diagnoses=books.diagnoses),
        ReportWork(outside=outside, store=store, reports=books.reports, place=reports),
        ImportWork(outside=outside, place=imports),
    )
    bench = Workbench(
        handlers=handlers,
        rhythm=daily,
        at_once=books.at_once,
        together=settings.together,
    )
    return JobQueue(named.folders, books.jobs, bench, clocks)


def _reports(settings: Settings, printing: Printing | None) -> Path:
    """Where reports that are asked for are printed."""
    return settings.folder / "reports" if printing is None else printing.folder


def _printing(settings: Settings) -> Printing | None:
    """Which reports the service prints by itself."""
    if settings.reports is None:
        return None
    given: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in settings.reports.items()
    }
    return Printing(**{**given, "folder": settings.beside / given.get("folder", "reports")})


def _plants(folder: Path | None, found: _Mistakes) -> dict[str, tuple[Path, Plant]]:
    """The plants whose dossiers stand in a folder, by id, with their folders."""
    if folder is None:
        return {}
    if not folder.is_dir():
        found.said.append(f"{folder}: expected the folder of the dossiers")
    read = dossiers_in(folder)
    found.said += read.mistakes
    return dict(read.plants)


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
        for name, plant in plants.items()
        for one in default_alarms(plant)
        if one.definition is not None and one.id not in names
    )
    return (*stated, *own, *given)


def _options(kind: type[T], table: Mapping[str, Any], part: str) -> T:
    """The options of a channel or an upstream from its table."""
    clean: dict[str, Any] = {"name": part}
    clean |= {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return kind(**clean)
