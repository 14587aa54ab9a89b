"""Reports: asked for as jobs, how they stand, and every one that was printed, with its hash."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.jobs import Order
from loopkeeper.app.paper import SUFFIXES
from loopkeeper.app.ports import PrintedReport
from loopkeeper.app.use_cases.asked import REPORT, REPORTS, ReportWish
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit, listed
from loopkeeper.web.pages.places import plant_called, plant_seen

_JOBS: Final = 200
"""Jobs that are looked through for reports, the newest. [-]"""
_SHOWN: Final = 5
"""Jobs that are shown, the newest. [-]"""


@dataclass(frozen=True, kw_only=True)
class ListedReport:
    """A report that was printed, with its plant."""

    plant: str
    place: str
    one: PrintedReport


def add_reports(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the page of reports."""
    page = _ReportPage(service, kit)

    @app.get("/reports")
    def reports(
        request: Request, who: Annotated[Visitor, Depends(needs(kit.gate, "read"))]
    ) -> HTMLResponse:
        return page.shown(request, who)

    @app.post("/reports")
    async def ask(
        request: Request, who: Annotated[Visitor, Depends(needs(kit.gate, "work"))], form: Sent
    ) -> Response:
        plant_seen(service, who, form["plant"])
        try:
            service.queue.ask(_order(form), service.book(who.actor).jobs)
        except KeyError:
            return page.shown(request, who, 422, error="this plant has no dossier", form=form)
        except InputError as error:
            return page.shown(request, who, 422, error=str(error), form=form)
        return RedirectResponse("/reports", 303)


@dataclass(frozen=True)
class _ReportPage:
    """The page, whatever was just done on it."""

    service: Service
    kit: Kit

    def shown(
        self, request: Request, who: Visitor, status: int = 200, **values: Any
    ) -> HTMLResponse:
        language, book = language_of_page(request, who), self.service.book(who.actor)
        rows = [
            ListedReport(plant=p, place=plant_called(self.service, p, language), one=one)
            for p, one in book.reports.everywhere()
        ]
        known = [p for p in sorted(self.service.plants) if who.actor.sees(p)]
        told = {
            "reports": listed(
                request,
                rows,
                {
                    "made": lambda r: r.one.made_at,
                    "plant": lambda r: r.place,
                    "file": lambda r: r.one.file,
                },
                lambda r: f"{r.plant} {r.place} {r.one.file} {r.one.sha256}",
            ),
            "jobs": [j for j in book.jobs.all(_JOBS) if j.kind == REPORT][:_SHOWN],
            "plants": [(p, plant_called(self.service, p, language)) for p in known],
            "abouts": REPORTS,
            "suffixes": SUFFIXES,
        }
        nothing = {"error": "", "form": SentForm({})}
        template = "reports.html"
        return self.kit.page(request, template, status, who=who, **{**told, **nothing, **values})


def _order(form: SentForm) -> Order:
    """The job that a form asks for; InputError where nobody can print that."""
    if form["language"] not in set(Language):
        raise InputError("no such language")
    wish = ReportWish(
        about=form["about"],
        period=form["period"] or None,
        suffix=form["suffix"],
        language=Language(form["language"]),
    )
    plant = form["plant"]
    key = f"{plant} {wish.stem}{wish.suffix}"
    return Order(kind=REPORT, plant=plant, key=key, payload=wish.as_payload())
