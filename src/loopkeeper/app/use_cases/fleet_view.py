"""The plants that somebody sees, a row each: what is new, what stands, what is to be done."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from loopkeeper.app.ports import Clock, Diagnosed, DiagnosisBook
from loopkeeper.app.use_cases.alarm_desk import AlarmDesk, Watched
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.app.work_orders import TO_DO, OrderBook
from loopkeeper.errors import StoreError
from loopkeeper.lifecycle.monitor.alarm import STANDING
from loopkeeper.plant.plant import Plant

SILENT: Final = timedelta(hours=1)
"""A plant that sent nothing so long is silent."""
_RANKS: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """
    A plant in the list: its dossier where there is one, and how it stands.

    ``newest`` measured reading; ``alarms`` that stand, by priority, the most urgent first,
    and the ``worst`` of them; ``orders`` that are not ended.
    """

    id: str
    plant: Plant | None
    newest: datetime | None
    silent: bool
    alarms: Mapping[str, int]
    worst: Watched | None
    orders: int

    @property
    def state(self) -> str:
        """``alarm``, ``silent`` or ``well``; ``none`` where nothing ever came."""
        if self.alarms:
            return "alarm"
        if self.newest is None:
            return "none"
        return "silent" if self.silent else "well"

    @property
    def urgency(self) -> tuple[int, ...]:
        """What is looked at first has the smallest."""
        counts = [-self.alarms.get(rank, 0) for rank in _RANKS]
        quiet = int(not self.silent) + int(self.newest is None)
        return (*counts, quiet, -self.orders)


@dataclass
class LastHeard:
    """
    When each plant was last heard of: asked of the store once, then noted as readings come.

    ``closed`` tells who listens that nothing will come any more.
    """

    latest: Callable[[str], pl.DataFrame]
    closed: bool = False
    _known: dict[str, datetime | None] = field(default_factory=dict)
    _turns: dict[str, int] = field(default_factory=dict)

    def warm(self, plants: Callable[[], Iterable[str]]) -> None:
        """Ask for all plants before somebody waits for it; a store that fails is asked later."""
        with suppress(StoreError):
            for plant in plants():
                self.of(plant)

    def saw(self, frame: pl.DataFrame) -> None:
        """Take readings that were just kept."""
        for (plant,), rows in frame.group_by("plant"):
            self._turns[str(plant)] = self.turn(str(plant)) + 1
            newest, known = _newest(rows), self._known.get(str(plant))
            if newest is not None and str(plant) in self._known:
                self._known[str(plant)] = newest if known is None else max(newest, known)

    def turn(self, plant: str) -> int:
        """Return how often readings of a plant came since the start."""
        return self._turns.get(plant, 0)

    def of(self, plant: str) -> datetime | None:
        """Return when the newest reading of a plant was measured, None where there is none."""
        if plant not in self._known:
            self._known[plant] = _newest(self.latest(plant))
        return self._known[plant]


@dataclass(frozen=True, kw_only=True)
class FleetView:
    """What is looked into for the list, all of it as somebody sees it."""

    plants: Mapping[str, Plant]
    archive: Archive
    newest: LastHeard
    alarms: AlarmDesk
    orders: OrderBook
    diagnoses: DiagnosisBook
    clock: Clock

    def rows(self) -> list[FleetRow]:
        """Return a row for each plant with a dossier or readings, the most urgent first."""
        names = {*self.plants, *self.archive.plants()}
        standing, to_do = self._standing(), self.orders.counts(TO_DO)
        rows = [
            self._row(name, standing.get(name, []), to_do.get(name, 0)) for name in sorted(names)
        ]
        return sorted(rows, key=lambda row: row.urgency)

    def diagnosed(self, row: FleetRow) -> Diagnosed | None:
        """Return the last diagnosis of a plant."""
        return self.diagnoses.last(row.id)

    def _row(self, name: str, alarms: list[Watched], orders: int) -> FleetRow:
        newest, now = self.newest.of(name), self.clock()
        ranks = Counter(str(one.definition.priority) for one in alarms)
        return FleetRow(
            id=name,
            plant=self.plants.get(name),
            newest=newest,
            silent=silent(newest, now),
            alarms=ranks,
            worst=next(iter(alarms), None),
            orders=orders,
        )

    def _standing(self) -> dict[str, list[Watched]]:
        """Alarms that stand, by plant, the most urgent first."""
        found: dict[str, list[Watched]] = {}
        for one, now in self.alarms.standing():
            if now.state in STANDING:
                found.setdefault(one.plant, []).append(one)
        return found


def silent(newest: datetime | None, now: datetime) -> bool:
    """Return whether a plant that once sent something has been quiet for too long."""
    return newest is not None and now - newest > SILENT


def _newest(latest: pl.DataFrame) -> datetime | None:
    """When the newest reading was measured; what is calculated is none."""
    measured = latest.filter(~pl.col("point").str.starts_with("calc."))
    found = measured["time"].max()
    return found.astimezone(UTC) if isinstance(found, datetime) else None
