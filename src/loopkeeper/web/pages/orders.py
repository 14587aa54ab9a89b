"""The register of deviations and work: what is to be done, how far it is, and moving it on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.work_orders import ENDED, NEXT, WorkOrder, WorkState
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import ConflictError, InputError
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import Visitor, language_of_page, needs
from loopkeeper.web.pages.kit import Kit, listed
from loopkeeper.web.pages.places import plant_called, plant_seen

PLACE: Final = "/plants/{plant}/orders"
_LONGEST: Final = {"title": 200, "about": 200, "assignee": 100, "note": 2000}
"""Of what is typed. [characters]"""
_STEPS: Final = tuple(WorkState)
_DIGITS: Final = 9
"""Of a number in an address, at most. [-]"""


@dataclass(frozen=True, kw_only=True)
class ListedOrder:
    """An order in the register, with its plant and whether it should have been done before."""

    plant: str
    place: str
    order: WorkOrder
    late: bool

    @property
    def ended(self) -> bool:
        """Whether nothing is left to be done of it."""
        return self.order.state in ENDED


def add_orders(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the register of every plant, that of one, and an order with its trail."""
    page = _OrderPages(service, kit)
    reads = needs(kit.gate, "read")

    @app.get("/orders")
    def everywhere(request: Request, who: Annotated[Visitor, Depends(reads)]) -> HTMLResponse:
        return page.register(request, who)

    @app.get(PLACE)
    def of_plant(
        request: Request, plant: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        return page.register(request, plant_seen(service, who, plant), plant)

    @app.get(PLACE + "/{number}")
    def one(
        request: Request, plant: str, number: str, who: Annotated[Visitor, Depends(reads)]
    ) -> HTMLResponse:
        return page.one(request, plant_seen(service, who, plant), (plant, _number(number)))

    _changes(app, page)


def _changes(app: FastAPI, page: "_OrderPages") -> None:
    works = needs(page.kit.gate, "work")

    @app.post(PLACE)
    def ask(
        request: Request, plant: str, who: Annotated[Visitor, Depends(works)], form: Sent
    ) -> Response:
        plant_seen(page.service, who, plant)
        try:
            asked = _work(form, who.actor.name)
            made = page.service.orders(who.actor).ask(plant, asked)
        except InputError as error:
            return page.register(request, who, plant, 422, error=str(error), form=form)
        return RedirectResponse(_place(plant, made.number), 303)

    @app.post(PLACE + "/{number}")
    def move(
        request: Request,
        plant: str,
        number: str,
        who: Annotated[Visitor, Depends(works)],
        form: Sent,
    ) -> Response:
        plant_seen(page.service, who, plant)
        return page.moved(request, who, (plant, _number(number)), form)


@dataclass(frozen=True)
class _OrderPages:
    """The pages of orders, whatever was just done on them."""

    service: Service
    kit: Kit

    def register(
        self, request: Request, who: Visitor, plant: str = "", status: int = 200, **values: Any
    ) -> HTMLResponse:
        language, book = language_of_page(request, who), self.service.orders(who.actor).book
        found = [(plant, o) for o in book.all(plant)] if plant else book.everywhere()
        today = datetime.now(UTC).date()
        rows = [
            ListedOrder(
                plant=p,
                place=plant_called(self.service, p, language),
                order=o,
                late=o.due_on is not None and o.due_on < today and o.state not in _SETTLED,
            )
            for p, o in found
        ]
        state = request.query_params.get("state", "")
        shown = [r for r in rows if _asked_for(r, state)]
        told = {
            "orders": listed(request, sorted(shown, key=_urgency), _KEYS, _words),
            "states": {s: sum(r.order.state == s for r in rows) for s in _STEPS},
            "late": sum(r.late for r in rows),
            "state": state if state in {*_STEPS, "all"} else "",
            "at": plant,
            "plant": plant_called(self.service, plant, language) if plant else "",
        }
        nothing = {"error": "", "form": SentForm({})}
        template = "orders.html"
        return self.kit.page(request, template, status, who=who, **{**told, **nothing, **values})

    def one(
        self,
        request: Request,
        who: Visitor,
        key: tuple[str, int],
        status: int = 200,
        **values: Any,
    ) -> HTMLResponse:
        plant, number = key
        language, book = language_of_page(request, who), self.service.book(who.actor)
        editions = book.orders.editions(plant, number)
        if not editions:
            raise HTTPException(404, "there is no such order")
        last = book.diagnoses.last(plant)
        told = {
            "editions": editions[::-1],
            "now": editions[-1],
            "next": [s for s in _STEPS if s in NEXT[editions[-1].state]],
            "deviation": last
            and next((d for d in last.deviations if d.cause == editions[-1].about), None),
            "at": plant,
            "plant": plant_called(self.service, plant, language),
        }
        nothing = {"error": "", "form": None, "overtaken": False}
        return self.kit.page(
            request, "order.html", status, who=who, **{**told, **nothing, **values}
        )

    def moved(
        self, request: Request, who: Visitor, key: tuple[str, int], form: SentForm
    ) -> Response:
        """Change an order as it was read; else say why not, what was typed kept."""
        plant, number = key
        version = int(form["version"]) if form["version"].isdecimal() else 0
        try:
            changes = _changed(form) | {"changed_by": who.actor.name}
            self.service.orders(who.actor).move(plant, number, version, changes)
        except KeyError as error:
            raise HTTPException(404, "there is no such order") from error
        except ConflictError:
            return self.one(request, who, key, 409, form=form, overtaken=True)
        except InputError as error:
            return self.one(request, who, key, 422, form=form, error=str(error))
        return RedirectResponse(_place(plant, number), 303)


_SETTLED: Final = ENDED | {WorkState.DONE}
_KEYS: Final = {
    "plant": lambda r: (r.place, r.order.number),
    "title": lambda r: r.order.title.casefold(),
    "state": lambda r: _STEPS.index(r.order.state),
    "assignee": lambda r: r.order.assignee.casefold(),
    "due": lambda r: r.order.due_on or date.max,
    "changed": lambda r: r.order.changed_at,
}


def _asked_for(row: ListedOrder, state: str) -> bool:
    """Whether an order is shown: those that are not ended where nothing is asked for."""
    if state == "all":
        return True
    return row.order.state == state if state in set(_STEPS) else not row.ended


def _urgency(row: ListedOrder) -> tuple[object, ...]:
    return (row.ended, not row.late, row.order.due_on or date.max, row.plant, row.order.number)


def _words(row: ListedOrder) -> str:
    one = row.order
    return f"{row.plant} {row.place} {one.number} {one.title} {one.about} {one.assignee}"


def _place(plant: str, number: int) -> str:
    return f"/plants/{quote(plant, safe='')}/orders/{number}"


def _number(text: str) -> int:
    """The number of an order in an address; 404 where it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise HTTPException(404, "there is no such order")
    return int(text)


def _told(form: SentForm, names: tuple[str, ...]) -> dict[str, Any]:
    """Fields of a form; InputError where one is too long."""
    told = {name: form[name] for name in names}
    for name, text in told.items():
        if len(text) > _LONGEST[name]:
            limit = _LONGEST[name]
            raise InputError(f"at most {limit} characters are kept of {name}")
    return told


def _work(form: SentForm, by: str) -> WorkOrder:
    """The work that a form asks for; InputError where it cannot be."""
    told = _told(form, ("title", "about", "assignee", "note"))
    if not told["title"]:
        raise InputError("work needs a title")
    return WorkOrder(**told, due_on=_due(form["due_on"]), changed_by=by)


def _changed(form: SentForm) -> dict[str, Any]:
    """What a form changes of an order; what it does not send stays."""
    sent = tuple(n for n in ("assignee", "note") if n in form.fields)
    changes = _told(form, sent)
    if "due_on" in form.fields:
        changes["due_on"] = _due(form["due_on"])
    if form["state"]:
        if form["state"] not in set(WorkState):
            raise InputError("there is no such state of work")
        changes["state"] = form["state"]
    return changes


def _due(text: str) -> date | None:
    """A day, None where that is left out."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("a day is written as 2026-03-31") from error
