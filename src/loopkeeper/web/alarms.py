"""Alarms over HTTP: what stands, what happened, how bearable it is, and what operators do."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, Field

from loopkeeper.app.use_cases.alarm_desk import AlarmDesk, AlarmEvent, Handling, Standing, Watched
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.web.access import Gate

Doing = Callable[[AlarmDesk, str, Handling], tuple[Watched, Standing]]
Hours = Annotated[float, Query(gt=0, le=24 * 800, description="hours back from now")]


class Deed(BaseModel):
    """Who does something to an alarm, and why."""

    by: str = Field(min_length=1, max_length=100)
    note: str = Field("", max_length=500)
    hours: float = Field(1.0, gt=0, le=24, description="of a shelf")


def add_alarms(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the doors of alarms to an application."""

    @app.get("/api/v1/alarms", summary="Alarms that are not normal, the most urgent first")
    def standing(request: Request) -> list[dict[str, Any]]:
        desk = service.alarms(gate.actor(request, "read"))
        return [_plain(one, now) for one, now in desk.standing()]

    @app.get("/api/v1/alarms/events", summary="Every change of state, oldest first")
    def events(request: Request, hours: Hours = 24.0) -> list[dict[str, Any]]:
        desk, now = service.alarms(gate.actor(request, "read")), datetime.now(UTC)
        found = desk.events(now - timedelta(hours=hours), now + timedelta(hours=1))
        return [_event(e) for e in found]

    @app.get("/api/v1/alarms/rates", summary="Rates after EEMUA 191")
    def rates(request: Request, hours: Hours = 24.0) -> dict[str, Any]:
        desk, now = service.alarms(gate.actor(request, "read")), datetime.now(UTC)
        return asdict(desk.rates(now - timedelta(hours=hours), now))

    _deeds(app, service, gate)


def _deeds(app: FastAPI, service: Service, gate: Gate) -> None:
    def may(request: Request) -> AlarmDesk:
        return service.alarms(gate.actor(request, "write"))

    asked = Annotated[AlarmDesk, Depends(may)]

    @app.post("/api/v1/alarms/{name}/acknowledge", summary="Somebody saw it")
    async def seen(desk: asked, name: str, deed: Deed) -> dict[str, Any]:
        return _done(desk, name, AlarmDesk.acknowledge, deed)

    @app.post("/api/v1/alarms/{name}/shelve", summary="Put aside for some hours, with a reason")
    async def aside(desk: asked, name: str, deed: Deed) -> dict[str, Any]:
        return _done(desk, name, AlarmDesk.shelve, deed)

    @app.post("/api/v1/alarms/{name}/out-of-service", summary="Until it is put back")
    async def out(desk: asked, name: str, deed: Deed) -> dict[str, Any]:
        return _done(desk, name, AlarmDesk.take_out, deed)

    @app.post("/api/v1/alarms/{name}/put-back", summary="End a shelf, or back into service")
    async def back(desk: asked, name: str, deed: Deed) -> dict[str, Any]:
        return _done(desk, name, AlarmDesk.put_back, deed)


def _done(desk: AlarmDesk, name: str, doing: Doing, deed: Deed) -> dict[str, Any]:
    handling = Handling(deed.by, deed.note, timedelta(hours=deed.hours))
    try:
        return _plain(*doing(desk, name, handling))
    except KeyError as error:
        raise HTTPException(404, f"no alarm {name!r}") from error
    except InputError as error:
        raise HTTPException(422, str(error)) from error


def _plain(one: Watched, now: Standing) -> dict[str, Any]:
    return {
        "alarm": one.definition.id,
        "plant": one.plant,
        "point": one.definition.point,
        "priority": one.definition.priority,
        "state": now.state,
        "since": _text(now.since),
        "value": now.seen.value,
        "condition": one.definition.condition,
        "limit": one.definition.limit,
        "until": _text(now.until),
        **one.words,
    }


def _event(event: AlarmEvent) -> dict[str, Any]:
    return {**asdict(event), "time": event.time.isoformat()}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
