"""Alarms over HTTP: what stands, what happened, how bearable it is, and what operators do."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, Field

from loopkeeper.app.alarming import AlarmWatch, Doing, Watched
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.monitor.alarm import (
    AlarmEvent,
    Standing,
    acknowledge,
    put_back,
    shelve,
    take_out_of_service,
)
from loopkeeper.lifecycle.monitor.alarm_rates import alarm_rates
from loopkeeper.web.access import Gate

Hours = Annotated[float, Query(gt=0, le=24 * 800, description="hours back from now")]


class Deed(BaseModel):
    """Who does something to an alarm, and why."""

    by: str = Field(min_length=1, max_length=100)
    note: str = Field("", max_length=500)
    hours: float = Field(1.0, gt=0, le=24, description="of a shelf")


def add_alarms(app: FastAPI, watch: AlarmWatch, gate: Gate) -> None:
    """
    Add the doors of alarms to an application.

    Parameters
    ----------
    app : FastAPI
        The application.
    watch : AlarmWatch
        All alarms.
    gate : Gate
        Who may do what.
    """

    @app.get("/api/v1/alarms", summary="Alarms that are not normal, the most urgent first")
    def standing(request: Request) -> list[dict[str, Any]]:
        token = gate.admit(request, "read")
        return [_plain(one, now) for one, now in watch.standing(token.sees)]

    @app.get("/api/v1/alarms/events", summary="Every change of state, oldest first")
    def events(request: Request, hours: Hours = 24.0) -> list[dict[str, Any]]:
        token = gate.admit(request, "read")
        now = datetime.now(UTC)
        found = watch.history(now - timedelta(hours=hours), now + timedelta(hours=1))
        return [_event(e) for e in found if token.sees(watch.plant_of(e.alarm) or "*")]

    @app.get("/api/v1/alarms/rates", summary="Rates after EEMUA 191")
    def rates(request: Request, hours: Hours = 24.0) -> dict[str, Any]:
        token = gate.admit(request, "read")
        now = datetime.now(UTC)
        start = now - timedelta(hours=hours)
        found = [e for e in watch.borne(start, now) if token.sees(watch.plant_of(e.alarm) or "*")]
        ranks = {name: one.definition.priority for name, one in watch.watched().items()}
        return asdict(alarm_rates(found, start, now, ranks))

    _deeds(app, watch, gate)


def _deeds(app: FastAPI, watch: AlarmWatch, gate: Gate) -> None:
    def done(request: Request, name: str, doing: Doing) -> dict[str, Any]:
        plant = watch.plant_of(name)
        gate.admit(request, "write", plant)
        try:
            now = watch.act(name, doing)
        except InputError as error:
            raise HTTPException(404 if plant is None else 422, str(error)) from error
        return _plain(watch.watched()[name], now)

    @app.post("/api/v1/alarms/{name}/acknowledge", summary="Somebody saw it")
    async def seen(request: Request, name: str, deed: Deed) -> dict[str, Any]:
        return done(request, name, lambda d, s: acknowledge(d, s, watch.time(name), deed.by))

    @app.post("/api/v1/alarms/{name}/shelve", summary="Put aside for some hours, with a reason")
    async def aside(request: Request, name: str, deed: Deed) -> dict[str, Any]:
        now = watch.time(name)
        until = now + timedelta(hours=deed.hours)
        return done(request, name, lambda d, s: shelve(d, s, now, until, deed.by, deed.note))

    @app.post("/api/v1/alarms/{name}/out-of-service", summary="Until it is put back")
    async def out(request: Request, name: str, deed: Deed) -> dict[str, Any]:
        now = watch.time(name)
        return done(request, name, lambda d, s: take_out_of_service(d, s, now, deed.by, deed.note))

    @app.post("/api/v1/alarms/{name}/put-back", summary="End a shelf, or back into service")
    async def back(request: Request, name: str, deed: Deed) -> dict[str, Any]:
        return done(request, name, lambda d, s: put_back(d, s, watch.time(name), deed.by))


def _plain(one: Watched, now: Standing) -> dict[str, Any]:
    return {
        "alarm": one.definition.id, "plant": one.plant, "point": one.definition.point,
        "priority": one.definition.priority, "state": now.state, "since": _text(now.since),
        "value": now.seen.value, "condition": one.definition.condition,
        "limit": one.definition.limit, "until": _text(now.until), **one.words,
    }  # fmt: skip


def _event(event: AlarmEvent) -> dict[str, Any]:
    return {**asdict(event), "time": event.time.isoformat()}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
