"""One plant as somebody sees it now: its schematic with readings, alarms, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import polars as pl

from loopkeeper.app.ports import Clock, Diagnosed, DiagnosisBook, Judged, JudgementBook
from loopkeeper.app.scheme.layout import Scheme, scheme
from loopkeeper.app.scheme.parts import LatestReading, scheme_parts
from loopkeeper.app.use_cases.alarm_desk import AlarmDesk, Moved
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.use_cases.fleet_view import silent
from loopkeeper.app.work_orders import TO_DO, OrderBook, WorkOrder
from loopkeeper.lifecycle.monitor.alarm import STANDING
from loopkeeper.lifecycle.monitor.defaults import WATCH
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.words import Language
from loopkeeper.units import KWH_OF_MWH

DOUBTFUL: Final = 1
"""Readings of a worse quality are not shown as readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept:
    """
    What the last diagnosis said of a period: electricity [MWh] and the 90 % interval of the gap.

    ``boundary`` of all of it; ``start`` and ``end`` as local ISO times.
    """

    promised: float
    measured: float
    shortfall: float
    low: float
    high: float
    boundary: str
    start: str
    end: str
    made_at: datetime

    @property
    def share(self) -> float:
        """Shortfall over the promised electricity. [-]"""
        return self.shortfall / self.promised if self.promised else 0.0

    @property
    def told(self) -> bool:
        """Whether the shortfall is beyond its own doubt."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, kw_only=True)
class PlantView:
    """
    What is looked into for the page of a plant, all of it as somebody sees it.

    ``newest`` measured reading, None where nothing ever came.
    """

    id: str
    plant: Plant | None
    archive: Archive
    newest: datetime | None
    alarms: AlarmDesk
    orders: OrderBook
    diagnoses: DiagnosisBook
    judgements: JudgementBook
    clock: Clock

    @property
    def silent(self) -> bool:
        """Whether it has been quiet for too long."""
        return silent(self.newest, self.clock())

    def readings(self) -> Mapping[str, LatestReading]:
        """Return the newest good reading of each point."""
        now, frame = self.clock(), self.archive.latest(self.id)[0]
        good = frame.filter((pl.col("quality") <= DOUBTFUL) & pl.col("value").is_not_null())
        return {
            point: LatestReading(value, max(0.0, (now - time.astimezone(UTC)).total_seconds()))
            for point, time, value in good.select("point", "time", "value").iter_rows()
        }

    def scheme(self, readings: Mapping[str, LatestReading], language: Language) -> Scheme | None:
        """Return the schematic with readings; None where no dossier tells the structure."""
        if self.plant is None:
            return None
        return scheme(scheme_parts(self.plant, readings, language))

    def standing(self) -> list[Moved]:
        """Return the plant's alarms that stand, the most urgent first."""
        found = self.alarms.standing()
        return [one for one in found if one[0].plant == self.id and one[1].state in STANDING]

    def to_do(self) -> list[WorkOrder]:
        """Return the work orders that are not ended."""
        return [one for one in self.orders.all(self.id) if one.state in TO_DO]

    def diagnosed(self) -> Diagnosed | None:
        """Return the last diagnosis."""
        return self.diagnoses.last(self.id)

    def judged(self) -> Judged | None:
        """Return what the last round found."""
        return self.judgements.last(self.id)

    def watch(self, judged: Judged) -> dict[str, float]:
        """Return how far each watched figure is to its alarm limit, the furthest first. [-]"""
        figures = judged.found.get("figures", {})
        watched = {
            n.removeprefix(WATCH): float(v) for n, v in figures.items() if n.startswith(WATCH)
        }
        return dict(sorted(watched.items(), key=lambda item: -item[1]))


def promise_kept(made: Diagnosed, language: Language) -> PromiseKept:
    """Return what a kept diagnosis, which is kept in both languages, says of the promise."""
    found = made.found[language]
    gap, period = found["shortfall_kWh"], found["period"]
    return PromiseKept(
        promised=found["promised"]["electricity_kWh"]["value"] / KWH_OF_MWH,
        measured=found["measured_kWh"]["value"] / KWH_OF_MWH,
        shortfall=gap["value"] / KWH_OF_MWH,
        low=gap["low"] / KWH_OF_MWH,
        high=gap["high"] / KWH_OF_MWH,
        boundary=found["boundary"],
        start=period["start"],
        end=period["end"],
        made_at=made.made_at,
    )
