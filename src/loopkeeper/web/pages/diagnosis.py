"""The newest diagnosis of a plant: how much, of what, how sure, what to do, and who agrees."""

from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.jobs import Job, Order
from loopkeeper.app.ports import Diagnosed
from loopkeeper.app.stances import DeviationStance, Stance, StanceDesk
from loopkeeper.app.use_cases.asked import DIAGNOSIS
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import ConflictError, InputError
from loopkeeper.units import KWH_OF_MWH
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit
from loopkeeper.web.pages.places import plant_called, plant_seen
from loopkeeper.web.pages.waterfall import month_bars, waterfall
from loopkeeper.web.pages.work import OPEN

_MOST: Final = 1000
"""Jobs that are looked through for the newest diagnosis. [-]"""
_LONGEST: Final = 2000
"""Of a reason. [characters]"""
PLACE: Final = "/plants/{plant}/diagnosis"


def add_diagnosis(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the page of the newest diagnosis of a plant."""
    page = _DiagnosisPage(service, kit)
    reads, works = needs(kit.gate, "read"), needs(kit.gate, "work")

    @app.get(PLACE)
    def diagnosis(
        request: Request, plant: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        return page.shown(request, plant_seen(service, who, plant), plant)

    @app.post(PLACE)
    async def diagnose(
        plant: str, who: Annotated[Visitor, Depends(works)], form: Sent
    ) -> Response:
        del form
        plant_seen(service, who, plant)
        order = Order(kind=DIAGNOSIS, plant=plant, key=plant)
        try:
            service.queue.ask(order, service.book(who.actor).jobs)
        except KeyError as error:
            raise HTTPException(404, "this plant has no dossier") from error
        return RedirectResponse(f"/plants/{quote(plant, safe='')}/diagnosis", 303)

    @app.post(PLACE + "/stance")
    def hold(
        request: Request, plant: str, who: Annotated[Visitor, Depends(works)], form: Sent
    ) -> Response:
        return page.held(request, plant_seen(service, who, plant), plant, form)


@dataclass(frozen=True)
class _DiagnosisPage:
    """The page, whatever was just done on it."""

    service: Service
    kit: Kit

    def held(self, request: Request, who: Visitor, plant: str, form: SentForm) -> Response:
        """Accept or dispute a deviation; else say why not, what was typed kept."""
        book = self.service.book(who.actor)
        desk = StanceDesk(book=book.stances, trail=book.trail, at_once=book.at_once)
        last = book.diagnoses.last(plant)
        causes = set() if last is None else {one.cause for one in last.deviations}
        if last is None or form["cause"] not in causes:
            raise HTTPException(404, "there is no such deviation")
        try:
            desk.hold(plant, _stance(form, last))
        except (InputError, ConflictError) as error:
            status = 409 if isinstance(error, ConflictError) else 422
            return self.shown(request, who, plant, status, error=str(error), form=form)
        there = f"/plants/{quote(plant, safe='')}/diagnosis#{quote(form['cause'])}"
        return RedirectResponse(there, 303)

    def shown(
        self, request: Request, who: Visitor, plant: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        language, book = language_of_page(request, who), self.service.book(who.actor)
        last, nothing = book.diagnoses.last(plant), {"error": "", "form": SentForm({})}
        orders: dict[str, list[Any]] = {}
        for one in book.orders.all(plant):
            orders.setdefault(one.about, []).append(one)
        told = {
            "at": plant,
            "plant": plant_called(self.service, plant, language),
            "job": _newest_job(book.jobs.all(_MOST), plant),
            "open": OPEN,
            "known": plant in self.service.plants,
            "last": last,
            "stances": {one.cause: one for one in book.stances.all(plant)},
            "orders": orders,
            **({} if last is None else _found(last, plant, str(language))),
        }
        template = "diagnosis.html"
        return self.kit.page(request, template, status, who=who, **{**told, **nothing, **values})


def _newest_job(jobs: tuple[Job, ...], plant: str) -> Job | None:
    return next((j for j in jobs if j.kind == DIAGNOSIS and j.plant == plant), None)


def _found(last: Diagnosed, plant: str, language: str) -> dict[str, Any]:
    """What the page shows of a diagnosis."""
    found = last.found[language]
    steps, base = waterfall(found)
    promised, short = found["promised"]["electricity_kWh"]["value"], found["shortfall_kWh"]
    return {
        "found": found,
        "steps": steps,
        "base": base,
        "short": {key: value / KWH_OF_MWH for key, value in short.items()},
        "percent": 100 * short["value"] / promised if promised else None,
        "worst": max(found["deviations"], key=lambda d: d["energy_kWh"]["value"], default=None),
        "cards": [_card(one, found, plant) for one in found["deviations"]],
    }


def _card(one: dict[str, Any], found: dict[str, Any], plant: str) -> dict[str, Any]:
    """A deviation with its months and where its readings are drawn."""
    points = [("point", r["point"]) for r in one.get("readings") or ()]
    asked = urlencode([*dict.fromkeys(points), *found["period"].items()])
    return {
        "one": one,
        "energy": {key: value / KWH_OF_MWH for key, value in one["energy_kWh"].items()},
        "months": month_bars(one.get("course")),
        "trends": f"/plants/{quote(plant, safe='')}/trends?{asked}" if points else "",
        "points": [p for _, p in dict.fromkeys(points)],
        "title": (one.get("actions") or [one["finding"]])[0][:200],
    }


def _stance(form: SentForm, last: Diagnosed) -> DeviationStance:
    """What a form says is held; InputError where that cannot be."""
    if form["stance"] not in set(Stance):
        raise InputError("a deviation is accepted or disputed")
    if len(form["note"]) > _LONGEST:
        raise InputError("a note has at most 2000 characters")
    return DeviationStance(
        cause=form["cause"],
        stance=Stance(form["stance"]),
        note=form["note"],
        made_at=last.made_at.astimezone(UTC),
        version=int(form["version"]) if form["version"].isdecimal() else 0,
    )
