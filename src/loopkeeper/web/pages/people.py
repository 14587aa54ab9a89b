"""Who may come in, for who lets people in: persons and their roles, tokens of programs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.access import RIGHTS
from loopkeeper.app.answers.access import token_state
from loopkeeper.app.use_cases.people_desk import PeopleDesk
from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import ConflictError, InputError
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import Visitor, needs
from loopkeeper.web.pages.kit import Kit, listed

_LONGEST = 3650.0
"""Days that a token may hold. [d]"""


def add_people(app: FastAPI, service: Service, kit: Kit) -> None:
    """Add the pages of persons and of tokens."""
    admits = needs(kit.gate, "people")

    def desk_of(who: Annotated[Visitor, Depends(admits)]) -> PeopleDesk:
        return service.people(who.actor)

    _persons(app, _PeoplePage(service, kit), desk_of)
    _tokens(app, kit, desk_of)


@dataclass(frozen=True)
class _PeoplePage:
    """The page of persons, whatever was just done on it."""

    service: Service
    kit: Kit

    def shown(
        self, request: Request, desk: PeopleDesk, status: int = 200, **values: object
    ) -> HTMLResponse:
        people = listed(
            request,
            desk.people(),
            {"name": lambda one: one.member.name, "role": lambda one: one.member.role},
            lambda one: f"{one.member.name} {one.member.role}",
        )
        known = {*self.service.plants, *self.service.archive(desk.actor).plants()}
        plants = [] if desk.actor.organisation else sorted(known)
        told = {"people": people, "roles": list(RIGHTS), "plants": plants}
        nothing = {"error": "", "form": SentForm({}), "link": "", "invited": ""}
        return self.kit.page(request, "people.html", status, **{**told, **nothing, **values})

    def tried(
        self, request: Request, desk: PeopleDesk, form: SentForm, doing: Callable[[], str]
    ) -> Response:
        """Do it and show the link that comes of it; else say why not, the form kept."""
        try:
            secret = doing()
        except (InputError, ConflictError) as error:
            status = 409 if isinstance(error, ConflictError) else 422
            return self.shown(request, desk, status, error=str(error), form=form)
        if not secret:
            return RedirectResponse("/people", 303)
        link = f"{request.url.scheme}://{request.url.netloc}/invited/{secret}"
        return self.shown(request, desk, link=link, invited=form["name"])


def _persons(app: FastAPI, page: _PeoplePage, desk_of: Callable[[Visitor], PeopleDesk]) -> None:
    desk = Annotated[PeopleDesk, Depends(desk_of)]

    @app.get("/people")
    def people(request: Request, desk: desk) -> HTMLResponse:
        return page.shown(request, desk)

    @app.post("/people")
    def invite(request: Request, desk: desk, form: Sent) -> Response:
        plants = form.words("plants") or ["*"]
        return page.tried(
            request, desk, form, lambda: desk.invite(form["name"], form["role"], plants)
        )

    @app.post("/people/link")
    def link(request: Request, desk: desk, form: Sent) -> Response:
        return page.tried(request, desk, form, lambda: desk.link(form["name"]))

    @app.post("/people/role")
    def role(request: Request, desk: desk, form: Sent) -> Response:
        def changed() -> str:
            version = int(form["version"]) if form["version"].isdecimal() else 0
            plants = form.words("plants") or ["*"]
            desk.change(form["name"], version, form["role"], plants)
            return ""

        return page.tried(request, desk, form, changed)

    @app.post("/people/switch")
    def switch(request: Request, desk: desk, form: Sent) -> Response:
        def switched() -> str:
            desk.switch(form["name"], active=form["to"] == "in")
            return ""

        return page.tried(request, desk, form, switched)


def _tokens(app: FastAPI, kit: Kit, desk_of: Callable[[Visitor], PeopleDesk]) -> None:
    desk = Annotated[PeopleDesk, Depends(desk_of)]

    def shown(
        request: Request, desk: PeopleDesk, status: int = 200, **values: object
    ) -> HTMLResponse:
        now = desk.clock()
        rows = [(one, token_state(one, now)) for one in desk.tokens()]
        tokens = listed(
            request,
            rows,
            {"member": lambda row: row[0].member, "made": lambda row: row[0].made_at},
            lambda row: f"{row[0].member} {row[0].id}",
        )
        members = [one.name for one in desk.books.members.all() if one.active]
        nothing = {"error": "", "form": SentForm({}), "secret": ""}
        told = {"tokens": tokens, "members": members, **nothing, **values}
        return kit.page(request, "tokens.html", status, **told)

    @app.get("/tokens")
    def page(request: Request, desk: desk) -> HTMLResponse:
        return shown(request, desk)

    @app.post("/tokens")
    def make(request: Request, desk: desk, form: Sent) -> Response:
        try:
            secret, _ = desk.make_token(form["member"], _days(form["days"]))
        except InputError as error:
            return shown(request, desk, 422, error=str(error), form=form)
        return shown(request, desk, secret=secret)

    @app.post("/tokens/end")
    def end(request: Request, desk: desk, form: Sent) -> Response:
        try:
            desk.end_token(form["token"])
        except InputError as error:
            return shown(request, desk, 422, error=str(error))
        return RedirectResponse("/tokens", 303)


def _days(text: str) -> float | None:
    """How long a token is to hold, None where that is left out. [d]"""
    if not text:
        return None
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= _LONGEST:
        raise InputError("days are a number from 1 to 3650")
    return days
