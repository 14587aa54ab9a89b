"""
What use cases need from outside, beside a running service: folders, files, paper, peers.

Each port is a handful of functions. :mod:`loopkeeper.bootstrap.outside` says who gives them;
a test gives its own. Numbers come in as values of the inner rooms, answers go out as plain data.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from loopkeeper.app.alarming import Watched
from loopkeeper.app.handover_ports import Handovers
from loopkeeper.app.paper import Printer
from loopkeeper.app.people import Registry
from loopkeeper.app.ports import Window
from loopkeeper.app.works_ports import WorkForms, Works
from loopkeeper.lifecycle.design.beginning import Beginning
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.selection import CatalogueRow
from loopkeeper.lifecycle.design.uses import Use
from loopkeeper.lifecycle.design.weather import WeatherReading
from loopkeeper.lifecycle.evaluate.packs import Pack
from loopkeeper.lifecycle.monitor.daily import DailyState
from loopkeeper.lifecycle.monitor.defaults import DefaultAlarm
from loopkeeper.lifecycle.monitor.point_mapping import Named, Suggestion
from loopkeeper.lifecycle.survey.clocks import Logger
from loopkeeper.lifecycle.survey.hydrochemistry import Sample
from loopkeeper.lifecycle.survey.test_record import TestLog
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.plant.records import Trial
from loopkeeper.plant.site import Promise
from loopkeeper.plant.verdict import Verdict

Verdicts = tuple[Verdict, ...]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Telemetry:
    """
    All telemetry of a dossier.

    ``frame`` is long: time (UTC), point, value in the meter's own unit, known_at and quality; rows
    are as in the files, order, duplicates and resets are the business of admission. ``verdicts``
    on files and rows that could not be read, counted, and points nobody knows; ``files`` that
    hold readings of each point.
    """

    frame: pl.DataFrame
    verdicts: Verdicts
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class LoadsReading:
    """A design year, or None where problems forbid one; columns used by use; what to say."""

    year: LoadYear | None
    verdicts: Verdicts
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Levels:
    """
    A log of water levels: seconds ascending, drawdown from rest [m], and what was said.

    ``unit`` length of the file's own unit of time, in which a user states when flows begin: a
    minute where the log has dates [s]; ``start`` of such a log since 1970, 0 for others [s].
    """

    time: Floats
    drawdown: Floats
    unit: float
    verdicts: Verdicts
    start: float = 0.0


@dataclass(frozen=True)
class Stated:
    """What the user says of a file: units, depth or height of rest, and columns by role."""

    time_unit: str | None = None
    level_unit: str | None = None
    static: float | None = None
    columns: Mapping[str, str] | None = None


class Dossiers(Protocol):
    """Folders of plants: read, and what is kept in them."""

    def read_dossier(self, folder: Path) -> Dossier:
        """Return a dossier; DossierError names all its problems."""

    def inspect_dossier(self, folder: Path) -> tuple[Dossier | None, Verdicts]:
        """Return a dossier as far as it can be read, and everything wrong with it."""

    def gather_telemetry(self, folder: Path, plant: Plant) -> Telemetry:
        """Return all telemetry of a dossier."""

    def read_export(self, path: Path, name: str, plant: Plant) -> tuple[pl.DataFrame, Verdicts]:
        """Return the readings of one file by itself, as a plant's dossier tells, and cautions."""

    def data_version(self, folder: Path) -> str:
        """Return a hash over every file of a dossier, names and contents."""

    def keep_result(self, folder: Path, file: Path, kind: str, answer: Json) -> Path:
        """Keep the result of a field test beside its copied log."""

    def keep_trials(self, folder: Path, plant: Plant, trials: Sequence[Trial]) -> None:
        """Keep the trials of a dossier; OutsideError where they are no more those of a plant."""

    def keep_diagnosis(self, folder: Path, answer: Mapping[str, object]) -> None:
        """Keep a diagnosis as plain data."""

    def kept_diagnosis(self, folder: Path) -> Mapping[str, Any] | None:
        """Return the kept diagnosis; None where there is none, InputError where it is none."""

    def keep_state(self, folder: Path, state: DailyState) -> Path:
        """Keep the state of the daily update."""

    def newest_state(self, folder: Path, kept: str | None) -> DailyState | None:
        """Return the state to go on from: the folder's or that of a text, the later one."""

    def state_text(self, state: DailyState) -> str:
        """Return a state of the daily update as text."""

    def write_promise(
        self, plant: Plant, promise: Promise, folder: Path, *, replacing: str = "", on: date
    ) -> Path | None:
        """Write a promise; return where the one before it is kept."""

    def dossier_text(self, plant: Beginning) -> str:
        """Return the first ``plant.toml`` of a plant."""

    def read_alarms(self, path: Path) -> tuple[Watched, ...]:
        """Return the alarms of a table."""

    def write_alarms(self, path: Path, plant: str, alarms: Sequence[DefaultAlarm]) -> None:
        """Write a table of alarms."""


class FieldTests(Protocol):
    """Logs of field tests, as loggers write them."""

    def read_response_test(
        self, path: Path, named: Mapping[str, str], until: float | None = None
    ) -> tuple[TestLog, Verdicts]:
        """Return the log of a thermal response test up to so many hours. [h]"""

    def read_logger(self, path: Path) -> Logger:
        """Return what a logger recorded beside a test."""

    def read_levels(self, path: Path, stated: Stated) -> Levels:
        """Return a log of water levels."""

    def read_samples(self, path: Path, edition: str) -> tuple[Sequence[Sample], Sequence[Verdict]]:
        """Return analyses of water."""


class DesignFiles(Protocol):
    """What a designer brings along."""

    def read_energyplus(self, path: Path, zone: str) -> LoadsReading:
        """Return the hourly loads of a building simulation, or of a table."""

    def read_weather_year(self, path: Path, zone: str) -> WeatherReading:
        """Return a year of weather."""

    def read_use(self, path: Path) -> Use:
        """Return a use of the designer's own."""

    def write_loads(self, year: LoadYear, path: Path, zone: str) -> None:
        """Write a design year."""

    def read_prices(self, path: Path | None) -> Prices:
        """Return prices, the assumptions where nothing is given."""

    def read_corners(self, path: Path) -> Floats:
        """Return corners of a piece of land, shape (n, 2). [m]"""

    def read_catalogue(self, path: Path) -> tuple[CatalogueRow, ...]:
        """Return a catalogue of units."""


class Standards(Protocol):
    """Packs of standards: shown and changed as text, read as values."""

    def shipped_packs(self) -> tuple[Pack, ...]:
        """Return the packs of the program."""

    def read_pack(self, path: Path) -> Pack:
        """Return a pack of a file."""

    def pack_of(self, text: str, name: str) -> Pack:
        """Return a pack of its text."""

    def pack_text(self, identifier: str) -> str:
        """Return the text of a pack of the program."""

    def utf8_text(self, path: Path) -> str:
        """Return the text of a file; InputError where it is none."""

    def editable(self, record: str) -> tuple[str, ...]:
        """Return the keys of a record."""

    def current(self, text: str, record: str, of: str) -> dict[str, str]:
        """Return what a record holds."""

    def changed(
        self, text: str, name: str, record: str, of: str, values: Mapping[str, str]
    ) -> str:
        """Return the text with other values; InputError where it would be none."""

    def removed(self, text: str, name: str, record: str, of: str) -> str:
        """Return the text without a record."""

    def ticked(self, text: str, name: str, number: int) -> str:
        """Return the text with an item of its checklist done."""


class PointLists(Protocol):
    """Points as buildings and peers name them."""

    def read_points(self, path: Path) -> tuple[Named, ...]:
        """Return the points of a list, a model or an export."""

    def brick_text(self, plant: Plant) -> str:
        """Return a plant's points as a Brick model."""

    def haystack_text(self, plant: Plant) -> str:
        """Return a plant's points as a Haystack grid."""

    def write_suggestions(self, target: Path, found: Sequence[Suggestion]) -> None:
        """Write a point list; what is not clear is left empty for a person."""

    def tags_of(self, point: Point) -> dict[str, str]:
        """Return the Brick class and the Haystack markers of a point."""

    def discover(self, url: str, *, seconds: float = 10.0, ours: str = "") -> list[dict[str, str]]:
        """Ask a peer for its points."""


class Emulator(Protocol):
    """Plants with known faults."""

    def check_virtual(self, plant: "PlantToEmulate") -> None:
        """Refuse causes that are none, or that the source cannot have."""

    def virtual_plant(
        self,
        out: Path,
        plant: "PlantToEmulate",
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Write the dossier of a virtual plant, and the truth beside it."""


@dataclass(frozen=True, kw_only=True)
class PlantToEmulate:
    """
    What a virtual plant is and lives through.

    ``causes`` as ``kind[.variant]:severity[@date]``; ``years`` from hand-over, the last
    ``kept`` of which leave telemetry; ``interval`` minutes between readings.
    """

    template: str
    source: str
    causes: tuple[str, ...] = ()
    seed: int = 1
    years: int = 2
    kept: int | None = None
    interval: int = 10


class Stores(Protocol):
    """Files of telemetry stores, looked after."""

    def problems(self, folder: Path) -> list[str]:
        """Read every file of a store; return what is wrong."""

    def backup(self, folder: Path, target: Path) -> None:
        """Copy a store, also while it is written to."""

    def compact(self, folder: Path) -> tuple[int, list[date]]:
        """Put every day in order; return how many, and the damaged ones that were left."""

    def repair(self, folder: Path) -> list[str]:
        """Set damaged files aside, rebuild what can be; return what was done."""

    def upgraded(self, folder: Path, url: str | None = None) -> list[str]:
        """Bring records up to date; return what was done."""

    def trust_clock(self, folder: Path) -> datetime:
        """Say that the machine's clock is right; return what it shows, UTC."""

    def readings(self, folder: Path, window: Window) -> tuple[pl.DataFrame, list[date]]:
        """Return readings as they are known now, and days of which something is lost."""


class Memberships(Protocol):
    """Who may come in at a service, in its records."""

    def opened(
        self, settings: Path | None, store: Path | None, by: str
    ) -> AbstractContextManager[Registry]:
        """Open the books of people of a service's settings, or of a store, for somebody."""


class Peers(Protocol):
    """Those that listen to a recording."""

    def play(
        self,
        readings: pl.DataFrame,
        plant: str,
        *,
        host: str = "localhost",
        port: int = 1883,
        speed: float = 600.0,
        told: Callable[[int, datetime], None] = lambda *_: None,
    ) -> int:
        """Publish readings at a multiple of their pace; return how many were confirmed."""


class Outside(Protocol):
    """All of it; picklable, so that another process has the same."""

    @property
    def dossiers(self) -> Dossiers:
        """Folders of plants."""

    @property
    def field_tests(self) -> FieldTests:
        """Logs of field tests."""

    @property
    def design_files(self) -> DesignFiles:
        """What a designer brings along."""

    @property
    def standards(self) -> Standards:
        """Packs of standards."""

    @property
    def point_lists(self) -> PointLists:
        """Points as buildings name them."""

    @property
    def printer(self) -> Printer:
        """Paper and pages."""

    @property
    def emulator(self) -> Emulator:
        """Plants with known faults."""

    @property
    def stores(self) -> Stores:
        """Files of telemetry stores."""

    @property
    def memberships(self) -> Memberships:
        """Who may come in at a service."""

    @property
    def peers(self) -> Peers:
        """Those that listen to a recording."""

    @property
    def works(self) -> Works:
        """Ledgers of hidden works."""

    @property
    def work_forms(self) -> WorkForms:
        """Workbooks of hidden works."""

    @property
    def handovers(self) -> Handovers:
        """Packages of hand-overs."""
