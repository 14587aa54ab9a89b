"""Work orders over HTTP: what is to be done at a plant, how far it is, and moving it on."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from loopkeeper.app.use_cases.order_desk import OrderDesk
from loopkeeper.app.work_orders import OrderBook, WorkOrder, WorkState
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.web.access import Gate

PLACE = "/api/v1/plants/{plant}/orders"


class NewWork(BaseModel):
    """Work that is asked for."""

    by: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=200)
    about: str = Field("", max_length=200, description="a deviation, an alarm, a part")
    assignee: str = Field("", max_length=100)
    due_on: date | None = None
    note: str = Field("", max_length=2000)


class WorkChange(BaseModel):
    """What changes of work; what is left out stays."""

    by: str = Field(min_length=1, max_length=100)
    version: int = Field(ge=1, description="that was read; 409 where there is a newer one")
    state: WorkState | None = None
    title: str | None = Field(None, min_length=1, max_length=200)
    about: str | None = Field(None, max_length=200)
    assignee: str | None = Field(None, max_length=100)
    due_on: date | None = None
    note: str | None = Field(None, max_length=2000)


def add_work_orders(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the doors of work orders to an application."""
    _looked_at(app, service, gate)
    _done(app, service, gate)


def _looked_at(app: FastAPI, service: Service, gate: Gate) -> None:
    def read(request: Request, plant: str) -> OrderBook:
        return service.orders(gate.actor(request, "read", plant)).book

    @app.get(PLACE, summary="What is to be done, and how far it is")
    def orders(plant: str, book: Annotated[OrderBook, Depends(read)]) -> list[dict[str, Any]]:
        return [asdict(one) for one in book.all(plant)]

    @app.get(PLACE + "/{number}", summary="What an order was, the oldest edition first")
    def editions(
        plant: str, number: int, book: Annotated[OrderBook, Depends(read)]
    ) -> list[dict[str, Any]]:
        found = book.editions(plant, number)
        if not found:
            raise HTTPException(404, f"no order {number} of {plant!r}")
        return [asdict(one) for one in found]


def _done(app: FastAPI, service: Service, gate: Gate) -> None:
    def write(request: Request, plant: str) -> OrderDesk:
        actor = gate.actor(request, "write", plant)
        if plant not in service.plants and plant not in service.archive(actor).plants():
            raise HTTPException(404, f"{plant!r} has no dossier and no reading here")
        return service.orders(actor)

    @app.post(PLACE, status_code=201, summary="Ask for work")
    async def begin(
        plant: str, work: NewWork, desk: Annotated[OrderDesk, Depends(write)]
    ) -> dict[str, Any]:
        told = work.model_dump(exclude={"by"})
        return asdict(desk.ask(plant, WorkOrder(**told, changed_by=work.by)))

    @app.post(PLACE + "/{number}", summary="Move it on; 409 where somebody else did meanwhile")
    async def change(
        plant: str, number: int, work: WorkChange, desk: Annotated[OrderDesk, Depends(write)]
    ) -> dict[str, Any]:
        told = work.model_dump(exclude={"by", "version"}, exclude_unset=True)
        changes = {k: v for k, v in told.items() if v is not None or k == "due_on"}
        try:
            moved = desk.move(plant, number, work.version, {**changes, "changed_by": work.by})
        except KeyError as error:
            said = f"no order {number} of {plant!r} in version {work.version}"
            raise HTTPException(404, said) from error
        except InputError as error:
            raise HTTPException(422, str(error)) from error
        return asdict(moved)
