"""The plant: one frozen value that holds all a dossier says, except its time series."""

from dataclasses import dataclass
from datetime import date

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

    def log_complete(self, until: date) -> bool:
        """
        Tell whether somebody stated that everything up to a day is written down.

        Only then nothing written means that nothing happened (assessment ``log_complete`` of 1).
        """
        stated = [a for a in self.assessments if a.figure == "log_complete" and a.on >= until]
        return any(a.value >= 1 for a in stated)
