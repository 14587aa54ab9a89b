"""The plants, a row each, and the live page of one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse

from loopkeeper.app.ports import Diagnosed
from loopkeeper.app.use_cases.fleet_view import FleetRow
from loopkeeper.bootstrap.service import Service
from loopkeeper.bootstrap.views import fleet_view
from loopkeeper.plant.words import Language
from loopkeeper.units import KWH_OF_MWH
from loopkeeper.web.page import live_page, live_policy
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit, listed
from loopkeeper.web.pages.places import plant_seen

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def add_fleet(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the list of plants and the live page of each."""
    reads = needs(kit.gate, "read")

    @app.get("/")
    def fleet(request: Request, who: Annotated[Visitor, Depends(reads)]) -> HTMLResponse:
        language = language_of_page(request, who)
        view = fleet_view(service, who.actor)
        rows = view.rows()
        shown = listed(
            request,
            rows,
            {
                "name": lambda row: name_of_plant(row, language),
                "kind": lambda row: "" if row.plant is None else str(row.plant.source.kind),
                "newest": lambda row: row.newest or _LONG_AGO,
                "alarms": lambda row: sum(row.alarms.values()),
                "orders": lambda row: row.orders,
            },
            lambda row: f"{row.id} {name_of_plant(row, language)}",
        )
        told: dict[str, Any] = {
            "rows": shown,
            "counts": _counts(rows),
            "called": name_of_plant,
            "alarm": name_of_alarm,
            "diagnosed": view.diagnosed,
            "costliest": costliest,
        }
        return kit.page(request, "fleet.html", who=who, **told)

    page = live_page()
    policy = live_policy(page)

    @app.get("/plants/{plant}/live")
    def live(plant: str, who: Annotated[Visitor, Depends(reads)]) -> HTMLResponse:
        plant_seen(service, who, plant)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def name_of_plant(row: FleetRow, language: Language) -> str:
    """Return what a plant is called: its id where no dossier names it."""
    return row.id if row.plant is None else row.plant.site.called(language) or row.id


def name_of_alarm(row: FleetRow, language: Language) -> str:
    """Return what the most urgent alarm of a plant is called, empty where none stands."""
    if row.worst is None:
        return ""
    return row.worst.called(language)


def _counts(rows: Sequence[FleetRow]) -> dict[str, int]:
    """How many plants have alarms, are silent, never sent anything, and are well."""
    return {
        "alarm": sum(bool(row.alarms) for row in rows),
        "silent": sum(row.silent for row in rows),
        "none": sum(row.newest is None for row in rows),
        "well": sum(row.state == "well" for row in rows),
    }


def costliest(found: Diagnosed) -> dict[str, object] | None:
    """Return the costliest deviation of a diagnosis, and how many more there are."""
    if not found.deviations:
        return None
    worst, *others = sorted(found.deviations, key=lambda one: -one.energy)
    figures = {n: getattr(worst, n) / KWH_OF_MWH for n in ("energy", "low", "high")}
    return {"kind": worst.kind, "more": len(others), **figures}
