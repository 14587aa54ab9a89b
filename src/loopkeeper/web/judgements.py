"""What is known of a plant beside its readings: its sensors now, and its last daily round."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import polars as pl
from fastapi import FastAPI, HTTPException, Request

from loopkeeper.app.access import Actor
from loopkeeper.app.columns import PayloadError
from loopkeeper.app.moments import instant
from loopkeeper.app.ports import Judged, Window
from loopkeeper.app.sensor_health import sensor_health
from loopkeeper.app.use_cases.rounds import round_of
from loopkeeper.bootstrap.outside import outside
from loopkeeper.bootstrap.service import Service
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.web.access import Gate
from loopkeeper.web.diagnoses import asked
from loopkeeper.web.jobs import Most


def add_judgements(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the doors of judgements to an application."""

    @app.get("/api/v1/plants/{plant}/points", summary="What is measured, where, in which unit")
    def points(request: Request, plant: str) -> list[dict[str, Any]]:
        _allowed(request, "read", plant, service, gate)
        return [
            {**asdict(p), **outside.point_lists.tags_of(p)} for p in service.plants[plant].points
        ]

    @app.get("/api/v1/plants/{plant}/site", summary="Its names, and whose time its is")
    def site(request: Request, plant: str) -> dict[str, str]:
        _allowed(request, "read", plant, service, gate)
        found = service.plants[plant].site
        return {"name": found.name, "name_zh": found.name_zh, "timezone": found.timezone}

    @app.get("/api/v1/plants/{plant}/sensors", summary="How far each sensor is to be believed")
    def sensors(
        request: Request, plant: str, at: str | None = None, lang: Language = Language.CHINESE
    ) -> dict[str, Any]:
        archive = service.archive(_allowed(request, "read", plant, service, gate))

        def newest(plant: str, start: datetime, end: datetime) -> pl.DataFrame:
            return archive.readings(Window(plant, start, end))[0]

        health, said = sensor_health(service.plants[plant], newest, moment("at", at))
        return {
            "sensors": [{**asdict(h), "sound": h.sound} for h in health],
            "cautions": [v.as_dict(lang) for v in said],
        }

    @app.get("/api/v1/plants/{plant}/trail", summary="Who did what, the newest first")
    def trail(request: Request, plant: str, most: Most = 100) -> list[dict[str, Any]]:
        actor = gate.actor(request, "read", plant)
        return [asdict(one) for one in service.book(actor).trail.all(plant, most)]

    _rounds(app, service, gate)


def _allowed(request: Request, scope: str, plant: str, service: Service, gate: Gate) -> Actor:
    """Return who asks; refuse who may not, and plants without a dossier."""
    actor = gate.actor(request, scope, plant)
    if plant not in service.plants:
        raise HTTPException(404, f"no dossier of {plant!r}: [plants] folder tells where")
    return actor


def _rounds(app: FastAPI, service: Service, gate: Gate) -> None:
    @app.get("/api/v1/plants/{plant}/judgement", summary="What the last daily round found")
    def judgement(
        request: Request, plant: str, lang: Language = Language.CHINESE
    ) -> dict[str, Any]:
        actor = _allowed(request, "read", plant, service, gate)
        last = service.book(actor).judgements.last(plant)
        if last is None:
            raise HTTPException(404, f"{plant!r} has not been judged yet")
        return _shown(last, lang)

    @app.get("/api/v1/plants/{plant}/judgements", summary="What the rounds of a period found")
    def judgements(
        request: Request,
        plant: str,
        start: str,
        end: str | None = None,
        lang: Language = Language.CHINESE,
    ) -> list[dict[str, Any]]:
        actor = _allowed(request, "read", plant, service, gate)
        asked = moment("start", start), moment("end", end)
        found = service.book(actor).judgements.between(plant, *asked)
        return [_shown(one, lang) for one in found]

    @app.get("/api/v1/plants/{plant}/reports", summary="Reports printed, with their SHA-256")
    def reports(request: Request, plant: str) -> list[dict[str, Any]]:
        actor = _allowed(request, "read", plant, service, gate)
        return [asdict(one) for one in service.book(actor).reports.all(plant)]

    @app.post("/api/v1/plants/{plant}/judgement", status_code=202, summary="Judge it next")
    async def ask(request: Request, plant: str) -> dict[str, str]:
        return asked(service, _allowed(request, "write", plant, service, gate), round_of(plant))


def _shown(one: Judged, language: Language) -> dict[str, Any]:
    said = [Verdict(v["code"], v["figures"]).as_dict(language) for v in one.found["verdicts"]]
    made = {"code_version": one.code_version, "data_version": one.data_version}
    return {**one.found, "verdicts": said, **made}


def moment(name: str, text: str | None) -> datetime:
    """
    Return a time that was asked for, now when it was left out.

    Raises
    ------
    HTTPException
        422 when it cannot be understood.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        micro = instant(text if not text.isdigit() else int(text), UTC)
    except PayloadError as error:
        raise HTTPException(422, f"{name}: {error}") from error
    return datetime.fromtimestamp(micro / 1e6, UTC)
