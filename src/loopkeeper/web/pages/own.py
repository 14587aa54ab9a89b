"""A person's own account: language, password, and the sessions that are open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.access import Actor
from loopkeeper.app.use_cases.front_door import (
    FrontDoor,
    Presence,
    TooManyTriesError,
    key_begun,
    key_confirmed,
    key_ended,
    language_set,
)
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language
from loopkeeper.web.pages.door import come_in, hashing, typed_twice, whence
from loopkeeper.web.pages.forms import Sent
from loopkeeper.web.pages.guard import TONGUE, Visitor, needs
from loopkeeper.web.pages.kit import Kit


def add_own(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    """Add the page of one's own account."""

    def present(who: Annotated[Visitor, Depends(needs(kit.gate, "read"))]) -> Presence:
        if who.presence is None:
            raise HTTPException(404, "nobody has an account yet")
        return who.presence

    page = _OwnPage(door, kit)
    _password(app, page, present)
    _second(app, page, present)
    _rest(app, page, present)


@dataclass(frozen=True)
class _OwnPage:
    """The page of an account, whatever was just done on it."""

    door: FrontDoor
    kit: Kit

    def shown(
        self, request: Request, who: Presence, status: int = 200, **values: object
    ) -> HTMLResponse:
        now, books = self.door.clock(), self.door.registry(_actor(who))
        sessions = [s for s in books.accounts.sessions(who.account.name) if s.holds(now)]
        told = {"own": who, "sessions": sessions, "key": books.accounts.key(who.account.name)}
        nothing = {"error": "", "spare": ()}
        return self.kit.page(request, "account.html", status, **{**told, **nothing, **values})


def _password(app: FastAPI, page: _OwnPage, present: Callable[[Visitor], Presence]) -> None:
    own = Annotated[Presence, Depends(present)]

    @app.post("/account/password")
    async def password(request: Request, who: own, form: Sent) -> Response:
        old, from_here = form.secret("old"), whence(request)
        try:
            new = typed_twice(form)
            secret = await hashing(lambda: page.door.change_password(who, old, new, from_here))
        except TooManyTriesError as error:
            return page.shown(request, who, 429, error=str(error))
        except InputError as error:
            return page.shown(request, who, 422, error=str(error))
        return come_in(request, secret, "/account")


def _second(app: FastAPI, page: _OwnPage, present: Callable[[Visitor], Presence]) -> None:
    own = Annotated[Presence, Depends(present)]

    @app.post("/account/key")
    def begin(request: Request, who: own, form: Sent) -> Response:
        del form
        try:
            key_begun(page.door.registry(_actor(who)), who.account.name)
        except InputError as error:
            return page.shown(request, who, 422, error=str(error))
        return RedirectResponse("/account#key", 303)

    @app.post("/account/key/confirm")
    def confirm(request: Request, who: own, form: Sent) -> Response:
        name, now = who.account.name, page.door.clock()
        try:
            spare = key_confirmed(page.door.registry(_actor(who)), name, form["code"], now)
        except InputError as error:
            return page.shown(request, who, 422, error=str(error))
        return page.shown(request, who, spare=spare)

    @app.post("/account/key/end")
    async def end(request: Request, who: own, form: Sent) -> Response:
        old, kept = form.secret("old"), who.account.password
        if not await hashing(lambda: page.door.passwords.matches(kept, old)):
            said = str(InputError("the present password is another"))
            return page.shown(request, who, 422, error=said)
        key_ended(page.door.registry(_actor(who)), who.account.name)
        return RedirectResponse("/account", 303)


def _rest(app: FastAPI, page: _OwnPage, present: Callable[[Visitor], Presence]) -> None:
    own = Annotated[Presence, Depends(present)]

    @app.get("/account")
    def account(request: Request, who: own) -> HTMLResponse:
        return page.shown(request, who)

    @app.post("/account/language")
    def language(who: own, form: Sent) -> Response:
        if form["language"] not in set(Language):
            raise HTTPException(422, "no such language")
        language_set(page.door.registry(_actor(who)), who.account, Language(form["language"]))
        answer = RedirectResponse("/account", 303)
        answer.delete_cookie(TONGUE)
        return answer

    @app.post("/account/sessions/end")
    def end(who: own, form: Sent) -> Response:
        books = page.door.registry(_actor(who))
        for one in books.accounts.sessions(who.account.name):
            if form["session"] == one.id:
                with books.at_once():
                    books.accounts.end(one)
                    books.trail.add("", "person.session_end", one.id)
        return RedirectResponse("/account", 303)


def _actor(who: Presence) -> Actor:
    return Actor(who.account.name, who.session.organisation)
