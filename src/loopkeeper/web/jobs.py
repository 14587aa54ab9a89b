"""Work in the background over HTTP: what there is, how it stands, and cancelling it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request

from loopkeeper.app.jobs import Job
from loopkeeper.bootstrap.service import Service
from loopkeeper.plant.sentences import translated
from loopkeeper.web.access import Gate
from loopkeeper.web.tongue import language_of

Most = Annotated[int, Query(ge=1, le=1000)]


def add_jobs(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the doors of jobs to an application."""

    @app.get("/api/v1/jobs", summary="Work in the background, the newest first")
    def jobs(request: Request, most: Most = 100) -> list[dict[str, Any]]:
        found = service.book(gate.actor(request, "read")).jobs.all(most)
        return [_plain(one, request) for one in found]

    @app.get("/api/v1/jobs/{name}", summary="How a piece of work stands")
    def job(request: Request, name: str) -> dict[str, Any]:
        try:
            return _plain(service.book(gate.actor(request, "read")).jobs.of(name), request)
        except KeyError as error:
            raise HTTPException(404, f"no job {name!r}") from error

    @app.post("/api/v1/jobs/{name}/cancel", summary="Before it begins, or when it next looks")
    def cancel(request: Request, name: str) -> dict[str, Any]:
        try:
            found = service.book(gate.actor(request, "write")).jobs.cancel(name, datetime.now(UTC))
        except KeyError as error:
            raise HTTPException(404, f"no job {name!r}") from error
        return _plain(found, request)


def _plain(one: Job, request: Request) -> dict[str, Any]:
    """What of a job is told, its trouble in the tongue of who asks."""
    told = {k: v for k, v in asdict(one).items() if k not in {"worker", "key"}}
    return {**told, "error": translated(one.error, language_of(request))}
