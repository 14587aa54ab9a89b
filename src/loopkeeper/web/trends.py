"""Trends over HTTP: few numbers of a long period, whose extremes are exact."""

from typing import Annotated, Any

import polars as pl
from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Window
from loopkeeper.app.telling.days import runs
from loopkeeper.app.telling.places import place_name, point_name
from loopkeeper.app.use_cases.trends import MOST_BUCKETS, TrendLine, TrendPoint, Trends
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language, name_of
from loopkeeper.web.access import Gate
from loopkeeper.web.judgements import moment
from loopkeeper.web.tongue import language_of

_MOST_ALARMS = 500
"""Alarms that are marked, the newest. [-]"""
_WIDE = 1200
"""Buckets where nobody says how many. [-]"""
Moment = Annotated[str, Query(description="ISO 8601, UTC when it states no offset")]
Points = Annotated[list[str] | None, Query(description="repeat for several, up to 12")]
Buckets = Annotated[int, Query(ge=1, le=MOST_BUCKETS, description="as wide as is drawn")]


def add_trends(app: FastAPI, service: Service, gate: Gate) -> None:
    """Add the door of trends to an application."""

    @app.get(
        "/api/v1/plants/{plant}/trend", summary="Smallest, largest, mean and count in buckets"
    )
    def trend(
        request: Request,
        plant: str,
        start: Moment,
        end: Moment,
        point: Points = None,
        buckets: Buckets = _WIDE,
    ) -> JSONResponse:
        actor, language = gate.actor(request, "read", plant), language_of(request)
        asked = Window(plant, moment("start", start), moment("end", end), point)
        trends = trends_of(service, actor)
        try:
            found = trends.of(asked, buckets)
        except InputError as error:
            raise HTTPException(422, str(error)) from error
        answer = {
            "plant": plant,
            "timezone": str(trends.zone(plant)),
            "start": asked.start.isoformat(),
            "end": asked.end.isoformat(),
            "points": [
                _line(one, point_words(service, plant, one.point, language)) for one in found.lines
            ],
            "alarms": alarms_of(service, actor, asked, language),
            "missing": [str(day) for day in found.missing],
        }
        marked = {"Loopkeeper-Incomplete": runs(found.missing)} if found.missing else None
        return JSONResponse(answer, 206 if found.missing else 200, marked)


def trends_of(service: Service, actor: Actor) -> Trends:
    """Return the trends that somebody may see."""
    return Trends(service.plants, service.archive(actor))


def point_words(
    service: Service, plant: str, point: TrendPoint, language: Language
) -> dict[str, str]:
    """Return what a point is called: all of it, its place, its quantity; unit and id."""
    dossier = service.plants.get(plant)
    stated = dossier is not None and point.quantity != ""
    return {
        "point": point.id,
        "name": point_name(dossier, point.id, language) if dossier else point.id,
        "place": place_name(dossier, point.of, language) if dossier and stated else "",
        "quantity": name_of("quantity", point.quantity, language),
        "unit": point.unit,
    }


def _line(one: TrendLine, words: dict[str, str]) -> dict[str, Any]:
    """A point with its columns; times in seconds since 1970."""
    seconds = one.rows.select(pl.col("time").dt.epoch("us") / 1e6).to_series()
    return {
        **words,
        "step_s": None if one.step is None else one.step.total_seconds(),
        "time_s": seconds.to_list(),
        **{name: one.rows[name].to_list() for name in one.rows.columns if name != "time"},
    }


def alarms_of(
    service: Service, actor: Actor, asked: Window, language: Language
) -> list[dict[str, Any]]:
    """Return when alarms of a plant came, and what they are called."""
    raised = service.alarms(actor).begun(asked.plant, asked.start, asked.end)
    return [
        {
            "time_s": event.time.timestamp(),
            "alarm": event.alarm,
            "point": one.definition.point,
            "priority": str(one.definition.priority),
            "name": one.called(language),
        }
        for event, one in raised[-_MOST_ALARMS:]
    ]
