"""The queue of a service: jobs taken one after the other and done in other processes."""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from loopkeeper.app.arrivals import Clocks
from loopkeeper.app.hands import Hands, Work, answer
from loopkeeper.app.jobs import LEASE, Job, Order
from loopkeeper.app.ports import LEAST_YEARS, Intake, JobBook, Window
from loopkeeper.errors import LoopkeeperError

IDLE = 60.0
"""Seconds between looks for work that is due."""
LOOK = 5.0
"""Seconds between looks at a job that is worked on: how far it is, and whether it is wanted."""
LONGEST_ERROR = 1000
"""Characters that are kept of what a job failed at."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A job in hand: the dossier of its plant, and when it was taken up."""

    job: Job
    folder: Path
    now: datetime

    @property
    def plant(self) -> str:
        """Whose it is."""
        return self.job.plant

    @property
    def years(self) -> Window:
        """The years up to now that are kept at least, of its plant."""
        return Window(self.plant, self.now - timedelta(days=365.25 * LEAST_YEARS), self.now)


class Handler(Protocol):
    """Who does one kind of jobs."""

    @property
    def kind(self) -> str:
        """The kind."""

    def work(self, held: Held) -> Work:
        """Gather what is needed, and return what another process shall do with it."""

    async def keep(self, held: Held, found: Any, intake: Intake) -> Any:
        """Keep the readings of what was found; return what is to be recorded."""

    def record(self, held: Held, kept: Any) -> Mapping[str, Any]:
        """Record it, together with the end of the job; return what who asked is told."""

    def settle(self, held: Held, kept: Any) -> None:
        """Do what must not be done before that stands; it may be done twice, or not at all."""


class OnlyRecorded:
    """What handlers share that find no readings and leave nothing behind."""

    async def keep(self, _held: Held, found: Any, _intake: Intake) -> Any:
        """Keep no readings."""
        return found

    def settle(self, held: Held, kept: Any) -> None:
        """Leave all as it is."""


class Rhythm(Protocol):
    """What is done without being asked for."""

    def due(self, plants: Sequence[str]) -> Sequence[Order]:
        """Return the orders that are due now, those that wait longest first."""


class _LostError(Exception):
    """The job is another's now."""


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """
    Who works: a handler a kind, so many jobs ``together``.

    What is recorded within ``at_once`` is recorded whole or not at all.
    """

    handlers: tuple[Handler, ...]
    rhythm: Rhythm
    at_once: Callable[[], AbstractContextManager[None]]
    together: int = 1


class JobQueue:
    """A feed: some of its jobs give readings."""

    name = "jobs"

    def __init__(
        self, folders: Mapping[str, Path], jobs: JobBook, bench: Workbench, clocks: Clocks
    ) -> None:
        """Work on the plants of these dossiers."""
        self._folders, self._jobs, self._bench, self._clocks = dict(folders), jobs, bench, clocks
        self._handlers = {one.kind: one for one in bench.handlers}
        self._done, self._trouble = 0, ""
        self._now_at: list[str] = []
        self._taking = threading.Lock()
        self._asked = asyncio.Event()

    def state(self) -> dict[str, object]:
        """Return what health shows."""
        return {
            "kind": "jobs",
            "connected": True,
            "plants": len(self._folders),
            "done": self._done,
            "at": ", ".join(self._now_at),
            "trouble": self._trouble,
        }

    def welcome(self, plant: str, folder: Path) -> None:
        """Work for one more plant from now on."""
        self._folders[plant] = folder
        self._asked.set()

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
        """Work until cancelled."""
        many = max(1, self._bench.together)
        hands = Hands(many)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(many):
                    group.create_task(self._go_on(number, hands, intake))
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self._now_at.clear()
            hands.close()

    async def _go_on(self, number: int, hands: Hands, intake: Intake) -> None:
        """Take one job after the other; wait while none is due."""
        while True:
            self._asked.clear()
            job = await asyncio.to_thread(self._take, f"{os.getpid()}/{number}")
            if job is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._asked.wait(), IDLE)
                continue
            self._now_at.append(job.plant)
            try:
                await self._do(job, number, hands, intake)
            finally:
                with suppress(ValueError):
                    self._now_at.remove(job.plant)

    def _take(self, worker: str) -> Job | None:
        """Put what is due in the queue, and take what waits longest."""
        now = self._clocks.wall()
        with self._taking:
            for order in self._bench.rhythm.due(tuple(self._folders)):
                self._jobs.ask(order, now)
            return self._jobs.claim(worker, tuple(self._handlers), now, LEASE)

    async def _do(self, job: Job, number: int, hands: Hands, intake: Intake) -> None:
        """Do a job and keep what was found; a failure is tried again later."""
        if job.plant not in self._folders:
            await self._failed(job, "its dossier is gone")
            return
        held = Held(job=job, folder=self._folders[job.plant], now=self._clocks.wall())
        handler = self._handlers[job.kind]
        try:
            work = await asyncio.to_thread(handler.work, held)
            begun = hands.begin(number, work)
            if not await self._awaited(job, begun, lambda: hands.share(number)):
                return
            keeping = asyncio.ensure_future(handler.keep(held, answer(begun), intake))
            if await self._awaited(job, keeping, lambda: hands.share(number)):
                await asyncio.to_thread(self._record, held, handler, keeping.result())
        except LoopkeeperError as error:
            await self._failed(job, str(error))

    def _record(self, held: Held, handler: Handler, kept: Any) -> None:
        """Record what was found and end the job; nothing of it when the job is another's now."""
        try:
            with self._bench.at_once():
                self._end(held.job, handler.record(held, kept))
        except _LostError:
            return
        handler.settle(held, kept)
        self._done, self._trouble = self._done + 1, ""

    def _end(self, job: Job, told: Mapping[str, Any]) -> None:
        if not self._jobs.done(job, self._clocks.wall(), told):
            raise _LostError

    async def _failed(self, job: Job, error: str) -> None:
        self._trouble = f"{job.plant}: {error}"[:300]
        now = self._clocks.wall()
        await asyncio.to_thread(self._jobs.failed, job, error[:LONGEST_ERROR], now)

    async def _awaited(
        self, job: Job, work: "asyncio.Future[Any]", share: Callable[[], float]
    ) -> bool:
        """Wait for the work and say meanwhile how far it is; False when it is not wanted now."""
        try:
            while not (await asyncio.wait({work}, timeout=LOOK))[0]:
                until = self._clocks.wall() + LEASE
                if not await asyncio.to_thread(self._jobs.renew, job, until, share()):
                    return False
            return True
        finally:
            work.cancel()
