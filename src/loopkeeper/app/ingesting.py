"""
From feeds to the store: many feeds, one writer, nothing acknowledged before it is on disk.

Batches that arrive while the disk is busy share the next commit. When the disk fails, the writer
tries again with growing delays; feeds wait, so that peers keep what was not acknowledged.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from loopkeeper.app.ports import Clock, Feed, Store
from loopkeeper.errors import StoreError

QUEUE = 256
"""Batches that may wait; feeds are held back beyond."""
SHARED_ROWS = 200_000
"""Readings that share one commit at most."""
FLUSH_ROWS = 500_000
"""Readings in the journal that call for a flush before its time."""
DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Waiting times after failures of the store or of a peer. [s]"""


@dataclass
class Tally:
    """What happened since the service started."""

    readings: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    last_failure: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    """What is wrong with the store now, nothing when all is well."""


@dataclass(frozen=True)
class _Waiting:
    frame: pl.DataFrame
    feed: str
    done: asyncio.Future[None]


class Ingestion:
    """The writer that all feeds share."""

    def __init__(self, store: Store, now: Clock) -> None:
        """Make it; :meth:`run` does the work."""
        self.tally = Tally()
        self._store, self._now = store, now
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE)
        self._flush_due = asyncio.Event()
        self.observers: list[Callable[[pl.DataFrame], None]] = []

    async def keep(self, frame: pl.DataFrame, feed: str) -> None:
        """Return when the readings are durable."""
        if frame.is_empty():
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(frame, feed, done))
        await done

    async def keep_news(self, frame: pl.DataFrame, feed: str) -> None:
        """Keep what a peer delivers again, as far as it was never known; it corrects nothing."""
        attempt = 0
        while True:
            try:
                await self.keep(await asyncio.to_thread(self._store.news, frame), feed)
            except StoreError as error:
                self.tally.trouble = str(error)
                await asyncio.sleep(DELAYS[min(attempt, len(DELAYS) - 1)])
                attempt += 1
                continue
            return

    async def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep what could not be understood and count it."""
        self.tally.refused[feed] += 1
        try:
            await asyncio.to_thread(self._store.refuse, feed, source, reason, payload)
        except StoreError as error:
            self.tally.trouble = str(error)

    async def run(self, *, flush_every: float = 60.0, upkeep_every: float = 3600.0) -> None:
        """Write, flush and keep in order until cancelled; what is queued is written then."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write())
            group.create_task(self._flush(flush_every))
            group.create_task(self._upkeep(upkeep_every))

    async def drain(self) -> None:
        """Write what is queued, then flush: the end of a graceful stop."""
        while not self._queue.empty():
            await self._commit(self._together(self._queue.get_nowait()))
        await asyncio.to_thread(self._store.flush)

    async def _write(self) -> None:
        while True:
            batch = self._together(await self._queue.get())
            await self._commit(batch)
            if self._store.waiting() > FLUSH_ROWS:
                self._flush_due.set()

    def _together(self, first: _Waiting) -> list[_Waiting]:
        """What else waits already, up to one commit's worth."""
        batch, rows = [first], first.frame.height
        while rows < SHARED_ROWS and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            rows += batch[-1].frame.height
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        frame = pl.concat([w.frame for w in batch])
        attempt = 0
        while True:
            try:
                await asyncio.to_thread(self._store.append, frame)
            except StoreError as error:
                self.tally.trouble = str(error)
                self.tally.failures["store"] += 1
                await asyncio.sleep(DELAYS[min(attempt, len(DELAYS) - 1)])
                attempt += 1
                continue
            break
        self.tally.trouble = ""
        for observe in self.observers:
            observe(frame)
        for waiting in batch:
            self.tally.readings[waiting.feed] += waiting.frame.height
            self.tally.batches[waiting.feed] += 1
            if not waiting.done.done():
                waiting.done.set_result(None)

    async def _flush(self, every: float) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._flush_due.wait(), every)
            self._flush_due.clear()
            await self._try(self._store.flush)

    async def _upkeep(self, every: float) -> None:
        last = self._now() - timedelta(days=1)
        while True:
            await asyncio.sleep(every)
            await self._try(self._store.compact)
            if self._now() - last >= timedelta(days=1):
                await self._try(self._store.retain)
                last = self._now()

    async def _try(self, work: Callable[[], object]) -> None:
        """Do upkeep; a failure is said and tried again at the next turn."""
        try:
            await asyncio.to_thread(work)
        except StoreError as error:
            self.tally.trouble = str(error)
            self.tally.failures["upkeep"] += 1


async def kept_running(feed: Feed, ingestion: Ingestion) -> None:
    """Run a feed for ever: what it raises is counted and it starts again with growing delays."""
    attempt, clock = 0, asyncio.get_running_loop().time
    while True:
        started = clock()
        error = await _outcome(asyncio.ensure_future(feed.run(ingestion)))
        if error is not None:
            ingestion.tally.failures[feed.name] += 1
            ingestion.tally.last_failure[feed.name] = f"{type(error).__name__}: {error}"[:300]
        if clock() - started > DELAYS[-1]:
            attempt = 0
        await asyncio.sleep(DELAYS[min(attempt, len(DELAYS) - 1)])
        attempt += 1


async def _outcome(task: "asyncio.Future[None]") -> BaseException | None:
    """What a task ended with; it ends with us when we are cancelled."""
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return None if task.cancelled() else task.exception()
