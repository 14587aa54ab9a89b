"""Files of readings over HTTP: taken in whole, then read as a job."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request

from loopkeeper.app.use_cases.imports import SentFile, import_of
from loopkeeper.bootstrap.service import Landing, Service
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.web.access import Gate
from loopkeeper.web.diagnoses import asked

Name = Annotated[str, Query(max_length=200, description="the file's own name")]


def add_imports(app: FastAPI, service: Service, gate: Gate) -> None:
    """
    Add the door of files to an application.

    Parameters
    ----------
    app : FastAPI
        The application.
    service : Service
        With its records.
    gate : Gate
        Who may do what.
    """

    @app.post("/api/v1/plants/{plant}/imports", status_code=202, summary="Send a file of readings")
    async def take(request: Request, plant: str, name: Name = "readings.csv") -> dict[str, str]:
        actor = gate.actor(request, "write", plant)
        if plant not in service.plants:
            raise HTTPException(404, f"no dossier of {plant!r}")
        try:
            with service.landing(plant, name) as landing:
                sent = await _landed(request, landing)
        except InputError as error:
            raise HTTPException(413, str(error)) from error
        except OutsideError as error:
            raise HTTPException(507, str(error)) from error
        return asked(service, actor, import_of(plant, sent))


async def _landed(request: Request, landing: Landing) -> SentFile:
    """The file, on disk when this returns."""
    async for piece in request.stream():
        await asyncio.to_thread(landing.add, piece)
    return await asyncio.to_thread(landing.landed)
