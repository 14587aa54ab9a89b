"""The daily round through a service's plants, in a process of its own, longest due first."""

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.columns import Columns
from loopkeeper.app.jobs import LEASE, Job, Order
from loopkeeper.app.judging import NEWEST, Judgement, judged
from loopkeeper.app.outside import Dossiers, Outside
from loopkeeper.app.ports import (
    LEAST_YEARS,
    Diagnosed,
    DiagnosisBook,
    Intake,
    JobBook,
    Judged,
    JudgementBook,
    PrintedReport,
    ReportBook,
    RoundStore,
    Window,
)
from loopkeeper.app.use_cases.asked import (
    DIAGNOSIS,
    REPORT,
    Commission,
    ReportWish,
    diagnose_folder,
    print_folder,
)
from loopkeeper.app.use_cases.due_reports import Printing, print_due
from loopkeeper.errors import LoopkeeperError, OutsideError
from loopkeeper.plant.records import PlantEvent

Raised = Callable[[str, datetime, datetime], Sequence[PlantEvent]]
"""Alarms of a plant that came between two times."""
IDLE = 60.0
"""Seconds between looks for a plant that is due."""
ROUND = "round"
"""The kind of jobs that judge a plant."""
WORK = (ROUND, DIAGNOSIS, REPORT)
"""Kinds of jobs that are done here."""


async def _at_once() -> None:
    """Wait for nothing."""


@dataclass(frozen=True)
class Plan:
    """
    How a service works in the background.

    Plants are judged every so many ``hours``, never when 0; so many jobs are done ``together``;
    what is printed by itself; the folder of ``reports`` that are asked for; when there is
    something to judge (``ready``).
    """

    hours: float = 24.0
    together: int = 1
    printing: Printing | None = None
    reports: Path = Path("reports")
    ready: Callable[[], Awaitable[None]] = _at_once


@dataclass(frozen=True)
class RoundsBook:
    """Where rounds are asked for and kept, and who reads and prints for them."""

    outside: Outside
    judgements: JudgementBook
    reports: ReportBook
    jobs: JobBook
    diagnoses: DiagnosisBook


def round_of(plant: str) -> Order:
    """Return the order to judge a plant; it is open only once."""
    return Order(kind=ROUND, plant=plant, key=plant)


class Rounds:
    """A feed of judgements: its readings are the calculated points that only a round can give."""

    name = "rounds"

    def __init__(
        self,
        folders: Mapping[str, Path],
        store: RoundStore,
        book: RoundsBook,
        plan: Plan,
        raised: Raised = lambda *_: (),
        clocks: Clocks | None = None,
    ) -> None:
        """
        Judge these dossiers.

        The rhythm is that of the clock that nobody sets.
        """
        self._folders, self._store, self._book, self._plan = dict(folders), store, book, plan
        self._raised, self._clocks = raised, clocks or Clocks(lambda: datetime.now(UTC))
        self._every = timedelta(hours=plan.hours)
        self._tried: dict[str, float] = {}
        self._done, self._trouble = 0, ""
        self._now_at: list[str] = []
        self._taking = threading.Lock()
        self._asked = asyncio.Event()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "rounds", "connected": True, "plants": len(self._folders),
            "judged": self._done, "at": ", ".join(self._now_at), "trouble": self._trouble,
        }  # fmt: skip

    def welcome(self, plant: str, folder: Path) -> None:
        """Judge one more plant from now on."""
        self._folders[plant] = folder
        self._asked.set()

    def last(self, plant: str) -> Mapping[str, Any] | None:
        """Return what the last round found, as plain data; None before the first."""
        kept = self._book.judgements.last(plant)
        return None if kept is None else kept.found

    def ask(self, order: Order, jobs: JobBook) -> Job:
        """
        Put work in the queue of who asks; of one key only once while it is open.

        Raises
        ------
        KeyError
            When the dossier of its plant is not known.
        """
        if order.plant not in self._folders:
            raise KeyError(order.plant)
        job = jobs.ask(order, self._clocks.wall())
        self._asked.set()
        return job

    async def run(self, intake: Intake) -> None:
        """Go round until cancelled; what came before the first flush is in the first round."""
        await self._plan.ready()
        spawn = multiprocessing.get_context("spawn")
        many = max(1, self._plan.together)
        pool = ProcessPoolExecutor(many, mp_context=spawn, initializer=_obey_parent)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(many):
                    group.create_task(self._work(f"{os.getpid()}/{number}", pool, intake))
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self._now_at.clear()
            pool.shutdown(wait=False, cancel_futures=True)

    async def _work(self, worker: str, pool: ProcessPoolExecutor, intake: Intake) -> None:
        """Take one job after the other; wait while none is due."""
        while True:
            self._asked.clear()
            held = await asyncio.to_thread(self._take, worker)
            if held is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._asked.wait(), IDLE)
                continue
            self._now_at.append(held.plant)
            try:
                await self._do(held, pool, intake)
            finally:
                with suppress(ValueError):
                    self._now_at.remove(held.plant)

    def _take(self, worker: str) -> Job | None:
        """Put what is due in the queue, and take what waits longest."""
        now = self._clocks.wall()
        with self._taking:
            for plant in self._due():
                self._tried[plant] = self._clocks.ticks()
                self._book.jobs.ask(round_of(plant), now)
            return self._book.jobs.claim(worker, WORK, now, LEASE)

    def _due(self) -> list[str]:
        """Plants that are due, those that wait longest first."""
        if not (self._every and self._folders):
            return []
        heard = set(self._store.plants())
        every = self._every / timedelta(seconds=1)
        waited = {p: self._waited(p) for p in self._folders if p in heard}
        return sorted((p for p, w in waited.items() if w >= every), key=lambda p: -waited[p])

    def _waited(self, plant: str) -> float:
        """So long ago a plant was judged, by the clock that nobody sets. [s]"""
        if plant not in self._tried:
            self._tried[plant] = self._clocks.ticks() - self._before_start(plant)
        return self._clocks.ticks() - self._tried[plant]

    def _before_start(self, plant: str) -> float:
        """How old the last round is; one of a time to come is of now when the clock was set."""
        last = self._book.judgements.last(plant)
        if last is None:
            return float("inf")
        ago = self._clocks.wall() - last.made_at
        return max(0.0, ago.total_seconds()) if ago >= -self._every else float("inf")

    async def _do(self, held: Job, pool: ProcessPoolExecutor, intake: Intake) -> None:
        """Do a job and keep what was found; a failure is tried again later."""
        now, plant = self._clocks.wall(), held.plant
        if plant not in self._folders:
            await asyncio.to_thread(self._book.jobs.failed, held, "its dossier is gone", now)
            return
        if held.kind == ROUND:
            self._tried[plant] = self._clocks.ticks()
        try:
            task = await asyncio.to_thread(self._task, held, now)
            found = await self._held(held, asyncio.wrap_future(pool.submit(*task)))
        except (LoopkeeperError, BrokenProcessPool) as error:
            self._trouble = f"{plant}: {error}"[:300]
            wall = self._clocks.wall()
            await asyncio.to_thread(self._book.jobs.failed, held, str(error)[:1000], wall)
            if isinstance(error, LoopkeeperError):
                return
            raise OutsideError(f"{plant}: the process that worked on it is gone") from error
        if found is None:
            return
        if isinstance(found, Diagnosed | PrintedReport):
            await asyncio.to_thread(self._kept, held, found)
        else:
            await self._keep(held, found, now, intake)
            self._done += 1
        self._trouble = ""

    async def _held(self, held: Job, work: asyncio.Future[Any]) -> Any:
        """Wait for the work and say meanwhile that it goes on; None when it is not wanted now."""
        while True:
            done, _ = await asyncio.wait({work}, timeout=LEASE / timedelta(seconds=4))
            if done:
                return work.result()
            until = self._clocks.wall() + LEASE
            if not await asyncio.to_thread(self._book.jobs.renew, held, until):
                work.cancel()
                return None

    def _task(self, held: Job, now: datetime) -> tuple[Any, ...]:
        """What is done for a job in another process: a function and what it is given."""
        plant, outside, folder = held.plant, self._book.outside, self._folders[held.plant]
        start = now - timedelta(days=365.25 * LEAST_YEARS)
        hours = self._store.hours(Window(plant, start, now))
        work = Commission(outside=outside, folder=folder, hours=hours, now=now)
        if held.kind == DIAGNOSIS:
            return diagnose_folder, work
        if held.kind == REPORT:
            return print_folder, work, ReportWish.of(held.payload), self._plan.reports / plant
        newest = self._store.read(Window(plant, now - NEWEST, now))
        kept = self._store.recall(f"daily {plant}")
        given = Given((newest, hours), self._raised(plant, start, now), kept)
        return judge_folder, outside, folder, given, now, self._plan.printing

    def _kept(self, held: Job, found: Diagnosed | PrintedReport) -> None:
        """Keep what was asked for, and end the job."""
        if isinstance(found, Diagnosed):
            self._book.diagnoses.add(held.plant, found)
        else:
            self._book.reports.add(held.plant, found)
        self._book.jobs.done(held, self._clocks.wall())

    async def _keep(self, held: Job, found: dict[str, Any], now: datetime, intake: Intake) -> None:
        plant, state = held.plant, found.pop("state")
        columns = Columns()
        for point, value in found["figures"].items():
            columns.add(plant, point, round(now.timestamp() * 1e6), value)
        await intake.keep(columns.frame(), self.name)
        await asyncio.to_thread(self._noted, held, found, now, state)

    def _noted(self, held: Job, found: dict[str, Any], now: datetime, state: str | None) -> None:
        """Keep judgement, reports and state, and end the job."""
        book, plant = self._book, held.plant
        for file, digest in found.pop("printed"):
            book.reports.add(plant, PrintedReport(now, __version__, file, digest))
        entry = f"entry {self._store.newest_entry()}"
        book.judgements.add(plant, Judged(now, __version__, entry, found))
        if state is not None:
            self._store.remember(f"daily {plant}", state)
        book.jobs.done(held, now)


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
        files = print_due(outside, replace(dossier, plant=told), hours, printing)
    except (LoopkeeperError, OSError) as error:
        return {**found, "reports": [], "not_printed": str(error)}
    printed = [(f.name, hashlib.sha256(f.read_bytes()).hexdigest()) for f in files]
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
                "mode": one.mode, "days": [str(d) for d in one.days],
                "log_ratio": [round(float(v), 4) for v in one.ratio],
                "average": [round(float(v), 4) for v in one.chart.average],
                "limit": round(one.chart.limit, 4),
                "signals": [str(one.days[n]) for n in one.chart.signals],
            }
            for one in found.charts
        ],
        "verdicts": [{"code": v.code, "figures": _simple(v.figures)} for v in found.verdicts],
        "state": None if found.state is None else dossiers.state_text(found.state),
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
