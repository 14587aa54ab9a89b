"""The HTTP interface, version 1: push and pull readings, health, metrics."""

import asyncio
import zlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from loopkeeper import __version__
from loopkeeper.app.access import SERVICE
from loopkeeper.app.columns import Columns, PayloadError, Unread
from loopkeeper.app.ports import MOST_REFUSED, Aside, Window
from loopkeeper.app.telling.days import runs
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.bootstrap.service import Service
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.words import in_both
from loopkeeper.web.access import Gate
from loopkeeper.web.alarms import add_alarms
from loopkeeper.web.bodies import SmallBodies
from loopkeeper.web.diagnoses import add_diagnoses
from loopkeeper.web.imports import add_imports
from loopkeeper.web.jobs import add_jobs
from loopkeeper.web.judgements import add_judgements, moment
from loopkeeper.web.pages.site import pages
from loopkeeper.web.rendered import Format, rendered, rows_of
from loopkeeper.web.tongue import add_tongue, language_of
from loopkeeper.web.trends import add_trends
from loopkeeper.web.work_orders import add_work_orders

MOST_BYTES = 32 * 2**20
"""Bytes of a pushed batch, unpacked."""
PATIENCE = 10.0
"""So long a push waits for the disk before it is sent back. [s]"""
RETRY = "30"
"""When a push that was sent back may be tried again. [s]"""
FEED = "http"
T = TypeVar("T")
Moment = Annotated[str, Query(description="ISO 8601, UTC when it states no offset")]
Points = Annotated[list[str] | None, Query(description="repeat for several; all when left out")]


@dataclass(frozen=True)
class Doors:
    """What the interface opens on; all of it is made elsewhere."""

    service: Service
    gate: Gate
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    unread: Unread = field(default_factory=Unread)


def build(doors: Doors) -> FastAPI:
    """
    Return the application.

    Parameters
    ----------
    doors : Doors
        Store, ingestion, feeds and gate.

    Returns
    -------
    FastAPI
        Its description is at ``/api/v1/openapi.json``.
    """
    app = FastAPI(
        title="Loopkeeper 地源管家",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(SmallBodies)
    add_tongue(app, RETRY)
    _push(app, doors)
    _pull(app, doors)
    _watch(app, doors)
    add_judgements(app, doors.service, doors.gate)
    add_diagnoses(app, doors.service, doors.gate)
    add_imports(app, doors.service, doors.gate)
    add_jobs(app, doors.service, doors.gate)
    add_alarms(app, doors.service, doors.gate)
    add_work_orders(app, doors.service, doors.gate)
    add_trends(app, doors.service, doors.gate)
    app.mount("/", pages(doors.service, doors.gate))
    return app


def _push(app: FastAPI, doors: Doors) -> None:
    @app.post("/api/v1/readings", summary="Push a batch; the answer means it is on disk")
    async def push(request: Request, plant: str | None = None) -> dict[str, Any]:
        archive = doors.service.archive(doors.gate.actor(request, "write", plant))
        raw = await _body(request)
        columns = Columns()
        now = round(datetime.now(UTC).timestamp() * 1e6)
        source = request.client.host if request.client else ""
        try:
            await asyncio.to_thread(doors.service.read_payload, raw, columns, plant, now)
        except PayloadError as error:
            await _in_time(doors, doors.service.ingestion.refuse(FEED, source, str(error), raw))
            raise HTTPException(422, str(error)) from error
        frame = archive.accepted(columns)
        aside = await _in_time(doors, doors.service.ingestion.keep(frame, FEED))
        if said := doors.unread.fresh(source, columns.notes, columns.unread):
            await _in_time(doors, doors.service.ingestion.refuse(FEED, source, said, raw))
        return _answer(columns, aside)


async def _in_time(doors: Doors, work: Awaitable[T]) -> T:
    """Wait for the disk, not for ever: what was not kept is sent again."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError as error:
        detail = doors.service.ingestion.tally.trouble or "the store is busy"
        raise HTTPException(503, f"not kept: {detail}", {"Retry-After": RETRY}) from error


def _answer(columns: Columns, aside: Sequence[Aside]) -> dict[str, Any]:
    """How much was kept, and what was not, and why."""
    away = sum(one.rows.height for one in aside)
    said = [*columns.notes, *(one.reason for one in aside)]
    more = {"refused": columns.unread + away, "reasons": said} if said else {}
    return {"kept": len(columns.time) - away, **more}


async def _body(request: Request) -> bytes:
    """The body, unpacked when gzipped, never more than allowed."""
    unpack = zlib.decompressobj(31) if request.headers.get("content-encoding") == "gzip" else None
    body = bytearray()
    try:
        async for chunk in request.stream():
            room = MOST_BYTES - len(body) + 1
            body += unpack.decompress(chunk, room) if unpack else chunk
            if len(body) > MOST_BYTES:
                raise HTTPException(413, f"more than {MOST_BYTES} bytes: push smaller batches")
    except zlib.error as error:
        raise HTTPException(422, f"not gzip: {error}") from error
    return bytes(body)


def _pull(app: FastAPI, doors: Doors) -> None:
    def archive(request: Request, plant: str | None = None) -> Archive:
        return doors.service.archive(doors.gate.actor(request, "read", plant))

    @app.get("/api/v1/plants", summary="Plants with readings")
    def plants(request: Request) -> list[str]:
        return archive(request).plants()

    @app.get("/api/v1/plants/{plant}/latest", summary="Newest reading of each point")
    def latest(request: Request, response: Response, plant: str) -> list[dict[str, Any]]:
        rows, missing = archive(request, plant).latest(plant)
        if missing:
            response.status_code = 206
            response.headers["Loopkeeper-Incomplete"] = runs(missing)
        return rows_of(rows)

    @app.get("/api/v1/plants/{plant}/readings", summary="Readings of a period")
    def readings(
        request: Request,
        asked: Annotated[Window, Depends(_window)],
        as_of: str | None = None,
        format: Format = "json",  # noqa: A002 - the word users write
    ) -> Response:
        known = None if as_of is None else moment("as_of", as_of)
        rows, missing = archive(request, asked.plant).readings(asked, known)
        return rendered(rows, format, missing)

    @app.get("/api/v1/plants/{plant}/hours", summary="Hourly mean, min, max, first, last, count")
    def hours(
        request: Request,
        asked: Annotated[Window, Depends(_window)],
        format: Format = "json",  # noqa: A002 - the word users write
    ) -> Response:
        rows, missing = archive(request, asked.plant).hours(asked)
        return rendered(rows, format, missing)

    @app.get("/api/v1/refused", summary="Payloads that could not be understood, newest first")
    def refused(request: Request, last: int = 100) -> list[dict[str, str]]:
        doors.gate.admit(request, "admin")
        return doors.service.store.refusals(min(last, 1000))


def _window(plant: str, start: Moment, end: Moment, point: Points = None) -> Window:
    return Window(plant, moment("start", start), moment("end", end), point)


def _watch(app: FastAPI, doors: Doors) -> None:
    @app.get("/health", summary="Whether all is well, and what is not")
    def health(request: Request) -> Response:
        answer = _health(doors)
        answer["trouble"] = translated(answer["trouble"], language_of(request))
        return JSONResponse(answer, 200 if answer["status"] == "ok" else 503)

    @app.get("/metrics", summary="For Prometheus", response_class=PlainTextResponse)
    def metrics(request: Request) -> str:
        doors.gate.admit(request, "read")
        return _metrics(doors)


def _health(doors: Doors) -> dict[str, Any]:
    tally = doors.service.ingestion.tally
    service = doors.service
    states = {one.name: one.state() for one in (*service.feeds, service.queue)}
    states |= {one.name: one.state() for one in service.pushers}
    feeds = {
        name: {**state, "last_failure": tally.last_failure.get(name, state.get("last_failure"))}
        for name, state in states.items()
    }
    parts = (service.store, tally, service.watch, service.notifier, service.new_plants)
    troubles = [*(part.trouble for part in parts), service.ingestion.clocks.doubt]
    trouble = "; ".join(dict.fromkeys(text for text in troubles if text))
    gone = service.store.refused_gone()
    return {
        "status": "failing" if trouble else "ok",
        "trouble": trouble,
        "version": __version__,
        "since": doors.started.isoformat(timespec="seconds"),
        "waiting_readings": doors.service.store.waiting(),
        "clock_stepped_s": round(service.ingestion.clocks.stepped, 1),
        "put_aside": dict(tally.aside),
        "refused_given_up": gone,
        "alarms_not_told": service.notifier.not_told(),
        "cautions": _cautions(gone),
        "feeds": feeds,
    }


def _cautions(gone: int) -> list[str]:
    """What an operator should see to, though nothing fails."""
    if not gone:
        return []
    return [in_both("arrival.given_up", gone=gone, most=MOST_REFUSED)]


def _metrics(doors: Doors) -> str:
    """Counters by feed in the text format of Prometheus."""
    tally, lines = doors.service.ingestion.tally, []
    standing = doors.service.alarms(SERVICE).by_priority()
    for name, what, counts in (
        ("readings", "Readings kept", tally.readings),
        ("batches", "Batches kept", tally.batches),
        ("refused", "Payloads that could not be understood", tally.refused),
        ("aside", "Readings put aside: dated ahead, or older than the retention", tally.aside),
        ("known_later", "Readings said to be known after they came", tally.known_later),
        ("failures", "Failures of feeds, store and upkeep", tally.failures),
    ):
        full = f"loopkeeper_{name}_total"
        lines += [f"# HELP {full} {what}.", f"# TYPE {full} counter"]
        lines += [f'{full}{{feed="{feed}"}} {n}' for feed, n in counts.items()]
    gauges = {
        "waiting_readings": ("Readings in the journal only", doors.service.store.waiting()),
        "clock_doubted": (
            "1 while the machine's clock cannot be right",
            int(bool(doors.service.ingestion.clocks.doubt)),
        ),
        "refused_given_up": (
            "Refused payloads that made room for newer ones",
            doors.service.store.refused_gone(),
        ),
        "store_failing": ("1 while the store cannot write", int(bool(tally.trouble))),
    }
    for name, (what, value) in gauges.items():
        lines += [f"# HELP loopkeeper_{name} {what}.", f"# TYPE loopkeeper_{name} gauge"]
        lines.append(f"loopkeeper_{name} {value}")
    lines += ["# HELP loopkeeper_alarms Alarms that stand.", "# TYPE loopkeeper_alarms gauge"]
    lines += [f'loopkeeper_alarms{{priority="{p}"}} {n}' for p, n in standing.items()]
    lines += [
        "# HELP loopkeeper_feed_count What a feed counts.",
        "# TYPE loopkeeper_feed_count gauge",
    ]
    lines += [
        f'loopkeeper_feed_count{{feed="{feed.name}",what="{what}"}} {n}'
        for feed in doors.service.feeds
        for what, n in feed.state().items()
        if isinstance(n, int) and not isinstance(n, bool)
    ]
    lines += [
        "# HELP loopkeeper_feed_connected 1 while its peer answers.",
        "# TYPE loopkeeper_feed_connected gauge",
    ]
    for feed in doors.service.feeds:
        connected = int(bool(feed.state()["connected"]))
        lines.append(f'loopkeeper_feed_connected{{feed="{feed.name}"}} {connected}')
    return "\n".join(lines) + "\n"
