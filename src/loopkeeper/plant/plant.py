"""The plant: one frozen value that holds all a dossier says, except its time series."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from loopkeeper.plant.machines import BackupRecord, ControlRecord, MachineRecord, PumpRecord
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.points import Point
from loopkeeper.plant.records import (
    Assessment,
    LedgerCheck,
    PlantEvent,
    SurveyTest,
    TelemetryForm,
    Trial,
    WaterSample,
)
from loopkeeper.plant.site import Promise, Site, Tariff
from loopkeeper.plant.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
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
    events: tuple[PlantEvent, ...] = ()
    samples: tuple[WaterSample, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    telemetry: TelemetryForm = TelemetryForm()

    @property
    def unaided(self) -> bool:
        """Whether no backup gives the building heat or cold beside the machines."""
        return all(b.kind in {"solar", "cooling_tower"} for b in self.backups)

    @property
    def parts(self) -> frozenset[str]:
        """Ids of its machines, pumps, backups and wells."""
        wells = (*self.source.single_wells, *self.source.wells)
        own: tuple[Any, ...] = (*self.machines, *self.pumps, *self.backups, *wells)
        return frozenset(record.id for record in own)

    def log_complete(self, until: date) -> bool:
        """
        Tell whether somebody stated that everything up to a day is written down.

        Only then nothing written means that nothing happened (assessment ``log_complete`` of 1).
        """
        stated = [a for a in self.assessments if a.figure == "log_complete" and a.on >= until]
        return any(a.value >= 1 for a in stated)

    def counted(self, figure: str, until: date) -> float | None:
        """
        Return a count that somebody stated of the year up to a day, with or without a log.

        None where nobody did: nothing written is no proof of none. A statement is of the twelve
        months before its date; where several hold the day, the earliest counts.
        """
        held = [
            a
            for a in self.assessments
            if a.figure == figure and timedelta(0) <= a.on - until < timedelta(365)
        ]
        return min(held, key=lambda a: a.on).value if held else None
