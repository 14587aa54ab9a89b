"""The plant: one frozen value that holds all a dossier says, except its time series."""

from dataclasses import dataclass

from loopkeeper.plant.machines import BackupRecord, ControlRecord, MachineRecord, PumpRecord
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.points import Point
from loopkeeper.plant.records import (
    Assessment,
    Event,
    LedgerCheck,
    SurveyTest,
    TelemetryForm,
    Trial,
    WaterSample,
)
from loopkeeper.plant.site import Promise, Site, Tariff
from loopkeeper.plant.source import Source


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant as its dossier tells it; SI units throughout."""

    site: Site
    source: Source
    promise: Promise = Promise()
    machines: tuple[MachineRecord, ...] = ()
    pumps: tuple[PumpRecord, ...] = ()
    backups: tuple[BackupRecord, ...] = ()
    controls: ControlRecord = ControlRecord()
    network: LoadNetwork | None = None
    tariff: Tariff | None = None
    tests: tuple[SurveyTest, ...] = ()
    ledger: tuple[LedgerCheck, ...] = ()
    trials: tuple[Trial, ...] = ()
    points: tuple[Point, ...] = ()
    events: tuple[Event, ...] = ()
    samples: tuple[WaterSample, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    telemetry: TelemetryForm = TelemetryForm()

    @property
    def unaided(self) -> bool:
        """Whether no backup gives the building heat or cold beside the machines."""
        return all(b.kind in {"solar", "cooling_tower"} for b in self.backups)
