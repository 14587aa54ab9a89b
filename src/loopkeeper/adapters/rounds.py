"""The daily round through a service's plants, in a process of its own, longest due first."""

import asyncio
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper.adapters.daily_state import newest_state, state_text
from loopkeeper.adapters.due_reports import Printing, print_due
from loopkeeper.adapters.feeds.columns import Columns
from loopkeeper.adapters.files.read import read_dossier
from loopkeeper.adapters.store.telemetry import LEAST_YEARS, TelemetryStore, Window
from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.judging import NEWEST, Judgement, judged
from loopkeeper.app.ports import Intake
from loopkeeper.errors import LoopkeeperError
from loopkeeper.plant.records import PlantEvent

Raised = Callable[[str, datetime, datetime], Sequence[PlantEvent]]
"""Alarms of a plant that came between two times."""
IDLE = 60.0
"""Seconds between looks for a plant that is due."""


class Rounds:
    """A feed of judgements: its readings are the calculated points that only a round can give."""

    name = "rounds"

    def __init__(
        self, folders: Mapping[str, Path], store: TelemetryStore, hours: float = 24.0,
        printing: Printing | None = None, raised: Raised = lambda *_: (),
        clocks: Clocks | None = None,
    ) -> None:  # fmt: skip
        """
        Judge these dossiers every so many hours, never when 0; print what is due.

        The rhythm is that of the clock that nobody sets.
        """
        self._folders, self._store, self._printing = folders, store, printing
        self._raised, self._clocks = raised, clocks or Clocks(lambda: datetime.now(UTC))
        self._every = timedelta(hours=hours)
        self._tried: dict[str, float] = {}
        self._done, self._now_at = 0, ""
        self._wanted: asyncio.Queue[str] = asyncio.Queue()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "rounds", "connected": True, "plants": len(self._folders),
            "judged": self._done, "at": self._now_at,
        }  # fmt: skip

    def last(self, plant: str) -> dict[str, Any] | None:
        """Return what the last round found, as plain data; None before the first."""
        kept = self._store.recall(f"round {plant}")
        return None if kept is None else json.loads(kept)

    def ask(self, plant: str) -> bool:
        """Put a plant first; False when its dossier is not known."""
        if plant in self._folders:
            self._wanted.put_nowait(plant)
        return plant in self._folders

    async def run(self, intake: Intake) -> None:
        """Go round until cancelled."""
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_obey_parent)
        try:
            while True:
                plant = await self._next()
                self._tried[plant] = self._clocks.ticks()
                self._now_at = plant
                await self._judge(plant, pool, intake)
                self._now_at = ""
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _next(self) -> str:
        """The plant that was asked for, or the one that waits longest."""
        while True:
            due = None if not self._wanted.empty() else await asyncio.to_thread(self._due)
            if due is not None:
                return due
            try:
                return await asyncio.wait_for(self._wanted.get(), IDLE)
            except TimeoutError:
                continue

    def _due(self) -> str | None:
        if not (self._every and self._folders):
            return None
        heard = set(self._store.plants())
        waiting = [p for p in self._folders if p in heard]
        first = max(waiting, key=self._waited, default=None)
        late = first is not None and self._waited(first) >= self._every / timedelta(seconds=1)
        return first if late else None

    def _waited(self, plant: str) -> float:
        """So long ago a plant was judged, by the clock that nobody sets. [s]"""
        if plant not in self._tried:
            self._tried[plant] = self._clocks.ticks() - self._before_start(self.last(plant))
        return self._clocks.ticks() - self._tried[plant]

    def _before_start(self, last: Mapping[str, Any] | None) -> float:
        """How old the last round is; one of a time to come is of now when the clock was set."""
        if last is None:
            return float("inf")
        ago = self._clocks.wall() - datetime.fromisoformat(last["time"])
        return max(0.0, ago.total_seconds()) if ago >= -self._every else float("inf")

    async def _judge(self, plant: str, pool: ProcessPoolExecutor, intake: Intake) -> None:
        now = self._clocks.wall()
        years = timedelta(days=365.25 * LEAST_YEARS)
        newest = await asyncio.to_thread(self._store.read, Window(plant, now - NEWEST, now))
        hours = await asyncio.to_thread(self._store.hours, Window(plant, now - years, now))
        raised = await asyncio.to_thread(self._raised, plant, now - years, now)
        kept = await asyncio.to_thread(self._store.recall, f"daily {plant}")
        found = await asyncio.get_running_loop().run_in_executor(
            pool, judge_folder, self._folders[plant], (newest, hours), now, self._printing,
            raised, kept,
        )  # fmt: skip
        state = found.pop("state")
        columns = Columns()
        for point, value in found["figures"].items():
            columns.add(plant, point, round(now.timestamp() * 1e6), value)
        await intake.keep(columns.frame(), self.name)
        text = json.dumps(found, ensure_ascii=False)
        await asyncio.to_thread(self._store.remember, f"round {plant}", text)
        if state is not None:
            await asyncio.to_thread(self._store.remember, f"daily {plant}", state)
        self._done += 1


def judge_folder(
    folder: Path, readings: tuple[pl.DataFrame, pl.DataFrame], now: datetime,
    printing: Printing | None = None, raised: Sequence[PlantEvent] = (), kept: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """
    Judge the plant of a dossier, and print its reports that are due.

    Parameters
    ----------
    folder : Path
        The dossier.
    readings : tuple of two DataFrame
        The newest, and hours, as the store gives them; see
        :func:`loopkeeper.app.judging.judged`.
    now : datetime
        The time, UTC.
    printing : Printing, optional
        What to print and where.
    raised : sequence of PlantEvent
        Alarms that came, for the reports.
    kept : str, optional
        State of the daily update as the last round left it.

    Returns
    -------
    dict
        The judgement as plain JSON data; sentences are made from code and figures when shown.
        ``state`` is the text to be kept for the next round, None where there is none.
    """
    newest, hours = readings
    dossier = read_dossier(folder)
    state = newest_state(folder, kept)
    found = _plain(judged(dossier, newest, hours, now, state))
    if printing is None:
        return found
    try:
        told = replace(dossier.plant, events=(*dossier.plant.events, *raised))
        files = print_due(replace(dossier, plant=told), hours, printing)
    except (LoopkeeperError, OSError) as error:
        return {**found, "reports": [], "not_printed": str(error)}
    return {**found, "reports": [f.name for f in files]}


def _plain(found: Judgement) -> dict[str, Any]:
    return {
        "time": found.time.isoformat(timespec="seconds"),
        "figures": {name: round(value, 4) for name, value in found.figures.items()},
        "sensors": [
            {**asdict(one), "last": _text(one.last), "due": _text(one.due), "sound": one.sound}
            for one in found.sensors
        ],
        "charts": [
            {
                "mode": one.mode, "days": [str(d) for d in one.days],
                "log_ratio": [round(float(v), 4) for v in one.ratio],
                "average": [round(float(v), 4) for v in one.chart.average],
                "limit": round(one.chart.limit, 4),
                "signals": [str(one.days[n]) for n in one.chart.signals],
            }
            for one in found.charts
        ],
        "verdicts": [{"code": v.code, "figures": _simple(v.figures)} for v in found.verdicts],
        "state": None if found.state is None else state_text(found.state),
    }  # fmt: skip


def _simple(figures: Mapping[str, object]) -> dict[str, object]:
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in figures.items()}


def _text(moment: object) -> str | None:
    return None if moment is None else str(moment)


def _obey_parent() -> None:
    """End with the parent, however it ends; interrupts are for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
