"""The daily round: every plant judged in its rhythm, its due reports printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.columns import Columns
from loopkeeper.app.hands import Work
from loopkeeper.app.jobs import Order
from loopkeeper.app.judging import NEWEST, Judgement, judged
from loopkeeper.app.outside import Dossiers, Outside
from loopkeeper.app.paper import digest_of
from loopkeeper.app.ports import (
    Intake,
    Judged,
    JudgementBook,
    PrintedReport,
    ReportBook,
    RoundStore,
    Window,
)
from loopkeeper.app.use_cases.due_reports import Printing, print_due
from loopkeeper.app.use_cases.queue import Held
from loopkeeper.app.use_cases.reviews import ledger_of
from loopkeeper.errors import LoopkeeperError
from loopkeeper.plant.records import PlantEvent

Raised = Callable[[str, datetime, datetime], Sequence[PlantEvent]]
"""Alarms of a plant that came between two times."""
ROUND = "round"
"""The kind of jobs that judge a plant."""


def round_of(plant: str) -> Order:
    """Return the order to judge a plant; it is open only once."""
    return Order(kind=ROUND, plant=plant, key=plant)


class Daily:
    """The rhythm of rounds: that of the clock that nobody sets."""

    def __init__(
        self,
        hours: float,
        store: RoundStore,
        judgements: JudgementBook,
        clocks: Clocks,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """Judge plants that were heard of every so many hours, never when 0, once all is ready."""
        self._every = timedelta(hours=hours)
        self._store, self._judgements, self._clocks = store, judgements, clocks
        self._ready, self._asked = ready, dict[str, float]()

    def due(self, plants: Sequence[str]) -> list[Order]:
        """Return rounds that are due and not asked for yet, those that wait longest first."""
        if not (self._every and plants and self._ready()):
            return []
        heard = set(self._store.plants())
        every = self._every / timedelta(seconds=1)
        waited = {plant: self._waited(plant) for plant in plants if plant in heard}
        due = sorted((p for p, w in waited.items() if w >= every), key=lambda p: -waited[p])
        for plant in due:
            self.begun(plant)
        return [round_of(plant) for plant in due]

    def begun(self, plant: str) -> None:
        """Take a plant as judged now."""
        self._asked[plant] = self._clocks.ticks()

    def _waited(self, plant: str) -> float:
        """So long ago a plant was judged, by the clock that nobody sets. [s]"""
        if plant not in self._asked:
            self._asked[plant] = self._clocks.ticks() - self._before_start(plant)
        return self._clocks.ticks() - self._asked[plant]

    def _before_start(self, plant: str) -> float:
        """How old the last round is; one of a time to come is of now when the clock was set."""
        last = self._judgements.last(plant)
        if last is None:
            return float("inf")
        ago = self._clocks.wall() - last.made_at
        return max(0.0, ago.total_seconds()) if ago >= -self._every else float("inf")


@dataclass(frozen=True, kw_only=True)
class RoundWork:
    """Judges a plant; the figures of a round are readings of its calculated points."""

    outside: Outside
    store: RoundStore
    judgements: JudgementBook
    reports: ReportBook
    rhythm: Daily
    printing: Printing | None = None
    raised: Raised = lambda *_: ()
    kind: str = ROUND

    def work(self, held: Held) -> Work:
        """Gather the newest readings, two years of hours, alarms and state."""
        plant, now = held.plant, held.now
        self.rhythm.begun(plant)
        hours = self.store.hours(held.years)
        newest = self.store.read(Window(plant, now - NEWEST, now))
        kept = self.store.recall(f"daily {plant}")
        given = Given((newest, hours), self.raised(plant, held.years.start, now), kept)
        return partial(judge_folder, self.outside, held.folder, given, now, self.printing)

    async def keep(self, held: Held, found: dict[str, Any], intake: Intake) -> dict[str, Any]:
        """Keep figures as readings."""
        columns = Columns()
        for point, value in found["figures"].items():
            columns.add(held.plant, point, round(held.now.timestamp() * 1e6), value)
        await intake.keep(columns.frame(), "rounds")
        return found

    def record(self, held: Held, found: dict[str, Any]) -> Mapping[str, Any]:
        """Record judgement and reports."""
        plant, now = held.plant, held.now
        for file, digest in found["printed"]:
            self.reports.add(plant, PrintedReport(now, __version__, file, digest))
        entry = f"entry {self.store.newest_entry()}"
        told = {k: v for k, v in found.items() if k not in {"state", "printed"}}
        self.judgements.add(plant, Judged(now, __version__, entry, told))
        return {"time": found["time"], "reports": found.get("reports", [])}

    def settle(self, held: Held, found: dict[str, Any]) -> None:
        """Remember the state of the daily update."""
        if found["state"] is not None:
            self.store.remember(f"daily {held.plant}", found["state"])


@dataclass(frozen=True)
class Given:
    """
    What a store gives to a judgement.

    ``readings`` the newest, and hours (see :func:`loopkeeper.app.judging.judged`); alarms that
    were ``raised``, for the reports; the state of the daily update as it was ``kept``.
    """

    readings: tuple[pl.DataFrame, pl.DataFrame]
    raised: Sequence[PlantEvent] = ()
    kept: str | None = None


def judge_folder(
    outside: Outside, folder: Path, given: Given, now: datetime, printing: Printing | None = None
) -> dict[str, Any]:
    """
    Judge the plant of a dossier, and print its reports that are due.

    Parameters
    ----------
    outside : Outside
        Who reads folders and prints.
    folder : Path
        The dossier.
    given : Given
        Readings, alarms and state.
    now : datetime
        The time, UTC.
    printing : Printing, optional
        What to print and where.

    Returns
    -------
    dict
        The judgement as plain JSON data; sentences are made from code and figures when shown.
        ``state`` is the text to be kept for the next round, None where there is none; ``printed``
        the files of reports with their SHA-256.
    """
    newest, hours = given.readings
    dossier = outside.dossiers.read_dossier(folder)
    state = outside.dossiers.newest_state(folder, given.kept)
    found = _plain(judged(dossier, newest, hours, now, state), outside.dossiers)
    found["printed"] = []
    if printing is None:
        return found
    try:
        told = replace(dossier.plant, events=(*dossier.plant.events, *given.raised))
        told_of = replace(dossier, plant=told)
        files = print_due(outside, told_of, hours, printing, ledger_of(outside, folder))
    except (LoopkeeperError, OSError) as error:
        return {**found, "reports": [], "not_printed": str(error)}
    printed = [(f.name, digest_of(f)) for f in files]
    return {**found, "reports": [f.name for f in files], "printed": printed}


def _plain(found: Judgement, dossiers: Dossiers) -> dict[str, Any]:
    return {
        "time": found.time.isoformat(timespec="seconds"),
        "figures": {name: round(value, 4) for name, value in found.figures.items()},
        "sensors": [
            {**asdict(one), "last": _text(one.last), "due": _text(one.due), "sound": one.sound}
            for one in found.sensors
        ],
        "charts": [
            {
                "mode": one.mode,
                "days": [str(d) for d in one.days],
                "log_ratio": [round(float(v), 4) for v in one.ratio],
                "average": [round(float(v), 4) for v in one.chart.average],
                "limit": round(one.chart.limit, 4),
                "signals": [str(one.days[n]) for n in one.chart.signals],
            }
            for one in found.charts
        ],
        "verdicts": [{"code": v.code, "figures": _simple(v.figures)} for v in found.verdicts],
        "state": None if found.state is None else dossiers.state_text(found.state),
    }


def _simple(figures: Mapping[str, object]) -> dict[str, object]:
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in figures.items()}


def _text(moment: object) -> str | None:
    return None if moment is None else str(moment)
