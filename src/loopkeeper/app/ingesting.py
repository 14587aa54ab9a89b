"""
From feeds to the store: many feeds, one writer, nothing acknowledged before it is on disk.

Batches that arrive while the disk is busy share the next commit. When the disk fails, the writer
tries again with growing delays; feeds wait, so that peers keep what was not acknowledged.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import polars as pl

from loopkeeper.app.arrivals import AHEAD, Clocks, known_by, sorted_out
from loopkeeper.app.ports import Aside, Clock, Feed, Store
from loopkeeper.errors import StoreError

QUEUE = 256
"""Batches that may wait; feeds are held back beyond."""
ASIDE_BYTES = 60_000
"""Of readings put aside in one payload: so much is kept whole of a refused one. [B]"""
SHARED_ROWS = 200_000
"""Readings that share one commit at most."""
FLUSH_ROWS = 500_000
"""Readings in the journal that call for a flush before its time."""
DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Waiting times after failures of the store or of a peer. [s]"""

DAY = 86_400.0
"""Between two deletions of what the retention ends. [s]"""
STEP = 60.0
"""A clock that differs so much from the one nobody sets was set. [s]"""


@dataclass(kw_only=True)
class Tally:
    """What happened since the service started."""

    readings: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    last_failure: dict[str, str] = field(default_factory=dict)
    aside: Counter[str] = field(default_factory=Counter)
    """Readings put aside, by feed: their time cannot be right, or is too old to be kept."""
    known_later: Counter[str] = field(default_factory=Counter)
    """Readings said to become known after they came: they are known since then."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What of the store's work fails now, and why."""

    @property
    def trouble(self) -> str:
        """What is wrong with the store now, nothing when all is well."""
        return "; ".join(dict.fromkeys(self.troubles.values()))

    def failed(self, work: str, error: Exception, kind: str = "store") -> None:
        """Say that a part of the work fails."""
        self.troubles[work] = str(error)
        self.failures[kind] += 1

    def worked(self, work: str) -> None:
        """Say that it does not any more."""
        self.troubles.pop(work, None)


@dataclass(frozen=True)
class _Waiting:
    frame: pl.DataFrame
    feed: str
    done: asyncio.Future[None]


class Ingestion:
    """The writer that all feeds share."""

    def __init__(
        self,
        store: Store,
        now: Clock,
        *,
        ahead: timedelta = AHEAD,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Make it; :meth:`run` does the work.

        Stamps may be so much ``ahead`` of the clock. It ``was_flushed`` when that was done, or
        tried, once since the start.
        """
        self.tally, self.clocks = Tally(), Clocks(now, ticks, store.known_time())
        self._store, self._ahead = store, ahead
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE)
        self._flush_due = asyncio.Event()
        self.was_flushed = False
        self.observers: list[Callable[[pl.DataFrame], None]] = []

    async def keep(self, frame: pl.DataFrame, feed: str) -> tuple[Aside, ...]:
        """
        Return when the readings are durable.

        Parameters
        ----------
        frame : DataFrame
            Readings as they came.
        feed : str
            Name of the feed.

        Returns
        -------
        tuple of Aside
            What was put aside, among the refused payloads, instead; none mostly.
        """
        now = self.clocks.latest
        oldest = self._store.oldest(self.clocks.earliest)
        frame, aside = sorted_out(frame, now, oldest, self._ahead)
        for one in aside:
            await self._put_aside(feed, one)
        frame, later = known_by(frame, now)
        self.tally.known_later[feed] += later
        if not frame.is_empty():
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            await self._queue.put(_Waiting(frame, feed, done))
            await done
        return aside

    async def keep_news(self, frame: pl.DataFrame, feed: str) -> None:
        """Keep what a peer delivers again, as far as it was never known; it corrects nothing."""
        news: list[pl.DataFrame] = []

        async def look() -> None:
            news.append(await asyncio.to_thread(self._store.news, frame))

        await self._insist("news", look)
        await self.keep(news[0], feed)

    async def refuse(self, feed: str, source: str, reason: str, payload: bytes) -> None:
        """Keep what could not be understood and count it; durable when this returns."""
        self.tally.refused[feed] += 1

        async def put() -> None:
            await asyncio.to_thread(self._store.refuse, feed, source, reason, payload)

        await self._insist("refused", put)

    async def _put_aside(self, feed: str, aside: Aside) -> None:
        """Keep whole what must not become a reading, so that it can be sent again."""
        for source, payload in _payloads(aside.rows):
            await self.refuse(feed, source, aside.reason, payload)
        self.tally.aside[feed] += aside.rows.height

    async def _insist(self, work: str, do: Callable[[], Awaitable[None]]) -> None:
        """Do it until the store can; feeds wait meanwhile."""
        attempt = 0
        while True:
            try:
                await do()
            except StoreError as error:
                self.tally.failed(work, error)
            else:
                self.tally.worked(work)
                return
            await asyncio.sleep(DELAYS[min(attempt, len(DELAYS) - 1)])
            attempt += 1

    async def run(self, *, flush_every: float = 60.0, upkeep_every: float = 3600.0) -> None:
        """Write, flush and keep in order until cancelled; what is queued is written then."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write())
            group.create_task(self._flush(flush_every))
            group.create_task(self._upkeep(upkeep_every))

    async def drain(self) -> None:
        """
        Write what is queued, then flush: the end of a graceful stop.

        Where the disk does not take it, nothing of it was acknowledged, and what was acknowledged
        waits in the journal for the next start.
        """
        while not self._queue.empty():
            batch = self._together(self._queue.get_nowait())
            if not await self._try(partial(self._store.append, _joined(batch)), "append"):
                return
            self._acknowledge(batch)
        await self._try(self._store.flush, "flush")

    async def _write(self) -> None:
        while True:
            batch = self._together(await self._queue.get())
            await self._commit(batch)
            with suppress(StoreError):
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
        frame = _joined(batch)

        async def append() -> None:
            await asyncio.to_thread(self._store.append, frame)

        await self._insist("append", append)
        for observe in self.observers:
            observe(frame)
        self._acknowledge(batch)

    def _acknowledge(self, batch: list[_Waiting]) -> None:
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
            done = await self._try(self._store.flush, "flush")
            self.was_flushed = True
            if done:
                await self._try(partial(self._store.note_time, self.clocks.sure), "clock")

    async def _upkeep(self, every: float) -> None:
        """Every so often by the clock that nobody sets."""
        retained = -float("inf")
        while True:
            await asyncio.sleep(every)
            await self._try(self._store.compact, "compact")
            due = self.clocks.ticks() - retained >= DAY and self._may_delete()
            if due and await self._try(self._store.retain, "retain"):
                retained = self.clocks.ticks()

    def _may_delete(self) -> bool:
        """Nothing is deleted by a clock that was set forward, or that cannot be right."""
        return self.clocks.stepped < STEP and not self.clocks.doubt

    async def _try(self, work: Callable[[], object], name: str) -> bool:
        """Do upkeep; a failure is said and tried again at the next turn."""
        try:
            await asyncio.to_thread(work)
        except StoreError as error:
            self.tally.failed(name, error, "upkeep")
            return False
        self.tally.worked(name)
        return True


def _joined(batch: list[_Waiting]) -> pl.DataFrame:
    return pl.concat([w.frame for w in batch])


def _payloads(rows: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Readings by plant and quality as a push understands them, in parts that are kept whole."""
    alike = ("plant", "quality", "known_at")
    for (plant, quality, known), group in rows.group_by(*alike, maintain_order=True):
        said = {"known_at": known.isoformat()} if isinstance(known, datetime) else {}
        for raw in _parts({"plant": plant, "quality": quality, **said}, group):
            yield str(plant), raw


def _parts(head: dict[str, object], rows: pl.DataFrame) -> Iterator[bytes]:
    """Halves of halves until each is short enough."""
    body = {
        **head,
        "point": rows["point"].to_list(),
        "value": rows["value"].to_list(),
        "time": rows["time"].dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_list(),
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    if len(raw) <= ASIDE_BYTES or rows.height == 1:
        yield raw
        return
    middle = rows.height // 2
    for part in (rows[:middle], rows[middle:]):
        yield from _parts(head, part)


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
