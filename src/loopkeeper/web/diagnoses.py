"""Diagnoses and reports over HTTP: asked for as jobs, kept as records, fetched as files."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from loopkeeper.app.access import Actor
from loopkeeper.app.jobs import Job, Order
from loopkeeper.app.ports import Diagnosed
from loopkeeper.app.use_cases.asked import DIAGNOSIS, REPORT, ReportWish, report_file
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language
from loopkeeper.web.access import Gate


class Wish(BaseModel):
    """A report that is asked for."""

    about: str = Field("diagnosis", description="or monthly, quarterly, annual, survey, …")
    period: str | None = Field(None, description="the last complete one when left out")
    suffix: str = Field(".pdf", description="or .html, .docx")
    language: Language = Language.CHINESE


def add_diagnoses(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the doors of diagnoses and reports to an application."""
    _diagnoses(app, service, gate)
    _reports(app, service, gate)


def asked(service: Service, actor: Actor, order: Order) -> dict[str, str]:
    """
    Put work in the queue of who asks.

    Raises
    ------
    HTTPException
        404 where the dossier of its plant is not known.
    """
    try:
        return _taken(service.queue.ask(order, service.book(actor).jobs))
    except KeyError as error:
        raise HTTPException(404, f"no dossier of {order.plant!r}") from error


def _diagnoses(app: FastAPI, service: Service, gate: Gate) -> None:
    @app.post("/api/v1/plants/{plant}/diagnosis", status_code=202, summary="Diagnose it next")
    async def diagnose(request: Request, plant: str) -> dict[str, str]:
        actor = gate.actor(request, "write", plant)
        return asked(service, actor, Order(kind=DIAGNOSIS, plant=plant, key=plant))

    @app.get("/api/v1/plants/{plant}/diagnosis", summary="The last diagnosis, whole")
    def diagnosis(
        request: Request, plant: str, lang: Language = Language.CHINESE
    ) -> dict[str, Any]:
        last = service.book(gate.actor(request, "read", plant)).diagnoses.last(plant)
        if last is None:
            raise HTTPException(404, f"{plant!r} has not been diagnosed yet")
        return {**dict(last.found[str(lang)]), **_told(last)}

    @app.get("/api/v1/plants/{plant}/deviations", summary="Deviations of every diagnosis")
    def deviations(request: Request, plant: str) -> list[dict[str, Any]]:
        found = service.book(gate.actor(request, "read", plant)).diagnoses.all(plant)
        return [
            {**_told(one), "deviations": [_deviation(d) for d in map(asdict, one.deviations)]}
            for one in found
        ]


def _reports(app: FastAPI, service: Service, gate: Gate) -> None:
    def may(request: Request, plant: str) -> Actor:
        return gate.actor(request, "write", plant)

    @app.post("/api/v1/plants/{plant}/reports", status_code=202, summary="Print it next")
    async def report(
        actor: Annotated[Actor, Depends(may)], plant: str, wish: Wish
    ) -> dict[str, str]:
        try:
            wanted = ReportWish(**wish.model_dump())
        except InputError as error:
            raise HTTPException(422, str(error)) from error
        key = f"{plant} {wanted.stem}{wanted.suffix}"
        payload = wanted.as_payload()
        order = Order(kind=REPORT, plant=plant, key=key, payload=payload)
        return asked(service, actor, order)

    @app.get("/api/v1/plants/{plant}/reports/{sha256}", summary="A report's file")
    def file(request: Request, plant: str, sha256: str) -> FileResponse:
        reports = service.book(gate.actor(request, "read", plant)).reports
        path = report_file(reports, service.reports, plant, sha256)
        if path is None:
            raise HTTPException(
                404, f"no such report of {plant!r}, or its file changed or is gone"
            )
        return FileResponse(path, filename=path.name)


def _taken(job: Job) -> dict[str, str]:
    return {"plant": job.plant, "job": job.id, "state": str(job.state)}


def _told(one: Diagnosed) -> dict[str, Any]:
    return {
        "made_at": one.made_at.isoformat(),
        "code_version": one.code_version,
        "data_version": one.data_version,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
    }


def _deviation(one: dict[str, Any]) -> dict[str, Any]:
    """A deviation with its units in the names."""
    energies = {"energy": "energy_kWh", "low": "energy_low_kWh", "high": "energy_high_kWh"}
    return {energies.get(key, key): value for key, value in one.items()}
