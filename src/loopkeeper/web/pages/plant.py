"""The page of a plant: what it does now, what is wrong, what was promised, what is to be done."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from loopkeeper.app.scheme.parts import spoken
from loopkeeper.app.use_cases.fleet_view import LastHeard
from loopkeeper.app.use_cases.plant_view import PlantView, promise_kept
from loopkeeper.bootstrap.service import Service
from loopkeeper.bootstrap.views import plant_view
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit
from loopkeeper.web.pages.places import plant_called, plant_seen

MOST: Final = 6
"""So many alarms and orders are shown here; the rest stands on pages of its own."""
_STEP, _BEAT, _LASTS = 0.5, 15.0, 600.0
"""Seconds between looks for news, between signs of life, and until who listens is asked again."""
_HEADERS: Final = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


def add_plant(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the page of a plant and the stream that tells it when readings came."""
    reads = needs(kit.gate, "read")

    @app.get("/plants/{plant}")
    def page(
        request: Request, plant: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        view = plant_view(service, plant_seen(service, who, plant).actor, plant)
        language = language_of_page(request, who)
        called = plant_called(service, plant, language)
        return kit.page(request, "plant.html", who=who, title=called, **_shown(view, language))

    @app.get("/plants/{plant}/stream")
    async def stream(
        plant: str, request: Request, who: Annotated[Visitor, Depends(reads)]
    ) -> StreamingResponse:
        plant_seen(service, who, plant)
        news = _news(service.newest, plant, request)
        return StreamingResponse(news, media_type="text/event-stream", headers=_HEADERS)


async def _news(newest: LastHeard, plant: str, request: Request) -> AsyncIterator[str]:
    """Tell that readings came; who listens on comes back, and is let in anew."""
    seen, begun = newest.turn(plant), time.monotonic()
    spoke = begun
    yield "retry: 3000\n\n"
    while not newest.closed and time.monotonic() - begun < _LASTS:
        if await request.is_disconnected():
            return
        turn = newest.turn(plant)
        if turn != seen:
            seen, spoke = turn, time.monotonic()
            yield f"event: readings\ndata: {turn}\n\n"
        elif time.monotonic() - spoke > _BEAT:
            spoke = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(_STEP)


def _shown(view: PlantView, language: Language) -> dict[str, Any]:
    readings, judged, made = view.readings(), view.judged(), view.diagnosed()
    standing, orders = view.standing(), view.to_do()
    said = judged.found.get("verdicts", []) if judged else []
    return {
        "id": view.id,
        "plant": view.plant,
        "scheme": view.scheme(readings, language),
        "spoken": spoken,
        "newest": view.newest,
        "silent": view.silent,
        "standing": standing[:MOST],
        "more_alarms": max(0, len(standing) - MOST),
        "orders": orders[:MOST],
        "more_orders": max(0, len(orders) - MOST),
        "made": made,
        "kept": promise_kept(made, language) if made else None,
        "judged": judged,
        "watch": view.watch(judged) if judged else {},
        "verdicts": [Verdict(v["code"], v["figures"]).as_dict(language) for v in said],
    }
