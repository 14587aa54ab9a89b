"""The door for persons: logging in and out, and the password that somebody invited sets."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from loopkeeper.app.use_cases.front_door import (
    CodeWantedError,
    FrontDoor,
    TooManyTriesError,
    Whence,
)
from loopkeeper.errors import ConflictError, InputError
from loopkeeper.plant.words import word
from loopkeeper.web.access import cookie_name
from loopkeeper.web.pages.forms import Sent, SentForm
from loopkeeper.web.pages.guard import TONGUE, language_of_page, visitor_of
from loopkeeper.web.pages.kit import Kit

_HASHING: Final = ThreadPoolExecutor(2, "hashing")
"""Passwords are hashed beside everything else, two at once."""
T = TypeVar("T")


async def hashing(work: Callable[[], T]) -> T:
    """Do work that hashes a password, and let pages be answered meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work)


def whence(request: Request) -> Whence:
    """Return from where somebody comes."""
    address = request.client.host if request.client else ""
    language = language_of_page(request, None)
    return Whence(address, request.headers.get("user-agent", ""), language)


def come_in(request: Request, secret: str, target: str = "/") -> Response:
    """Return the answer to who has just logged in: a cookie of the new session, and on."""
    answer = RedirectResponse(target, 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        cookie_name(request), secret, httponly=True, samesite="lax", secure=secure, path="/"
    )
    answer.delete_cookie(TONGUE)
    return answer


def typed_twice(form: SentForm) -> str:
    """Return a new password; InputError where it was not typed the same twice."""
    if form.secret("password") != form.secret("again"):
        raise InputError("the two passwords differ")
    return form.secret("password")


def own_place(asked: str) -> str:
    """Return a page to go on to: one of ours, else the first."""
    parts = urlsplit(asked)
    ours = asked.startswith("/") and not (parts.scheme or parts.netloc) and asked.isprintable()
    return asked if ours and not asked.startswith("//") and "\\" not in asked else "/"


def add_door(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    """Add the pages by which persons come in and go."""
    _log_in(app, door, kit)
    _by_code(app, door, kit)
    _log_out(app, door, kit)
    _invited(app, door, kit)


def _rotated(request: Request, place: tuple[FrontDoor, Kit], secret: str, onward: str) -> Response:
    """Come in with a new session; the one before, if any, ends."""
    door, kit = place
    if before := kit.gate.presence(request):
        door.log_out(before)
    return come_in(request, secret, onward)


def _log_in(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    def shown(request: Request, status: int, **values: object) -> HTMLResponse:
        told = {"error": "", "name": "", "onward": "/", **values}
        return kit.page(request, "login.html", status, **told)

    @app.get("/login")
    def page(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - in the address
        return shown(request, 200, onward=own_place(next))

    @app.post("/login")
    async def log_in(request: Request, form: Sent) -> Response:
        name, password, onward = form["name"], form.secret("password"), own_place(form["onward"])
        kept = {"name": name, "onward": onward}
        try:
            secret = await hashing(lambda: door.log_in(name, password, whence(request)))
        except TooManyTriesError as error:
            answer = shown(request, 429, error=str(error), **kept)
            answer.headers["Retry-After"] = str(round(error.wait))
            return answer
        except CodeWantedError as error:
            return kit.page(request, "code.html", begun=error.begun, onward=onward, error="")
        if secret is None:
            said = word("page.wrong", language_of_page(request, None))
            return shown(request, 401, error=said, **kept)
        return _rotated(request, (door, kit), secret, onward)


def _by_code(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    @app.post("/login/code")
    def by_code(request: Request, form: Sent) -> Response:
        begun, onward = form["begun"], own_place(form["onward"])
        try:
            secret = door.log_in_by_code(begun, form["code"], whence(request))
        except TooManyTriesError as error:
            told = {"begun": begun, "onward": onward, "error": str(error)}
            return kit.page(request, "code.html", 429, **told)
        if secret is None:
            said = word("page.wrong_code", language_of_page(request, None))
            told = {"begun": begun, "onward": onward, "error": said}
            return kit.page(request, "code.html", 401, **told)
        return _rotated(request, (door, kit), secret, onward)


def _log_out(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    @app.post("/logout")
    def log_out(request: Request, form: Sent) -> Response:
        del form
        who = visitor_of(kit.gate, request)
        if who is not None and who.presence is not None:
            door.log_out(who.presence)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(cookie_name(request), secure=request.url.scheme == "https")
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


def _invited(app: FastAPI, door: FrontDoor, kit: Kit) -> None:
    def shown(request: Request, secret: str, status: int = 200, **values: str) -> HTMLResponse:
        link = door.invited(secret)
        if link is None:
            return kit.page(request, "message.html", 404, said="this link was used already")
        told = {"error": "", "name": "", **values}
        return kit.page(request, "invited.html", status, link=link, **told)

    @app.get("/invited/{secret}")
    def page(request: Request, secret: str) -> HTMLResponse:
        return shown(request, secret)

    @app.post("/invited/{secret}")
    async def accept(request: Request, secret: str, form: Sent) -> Response:
        name = form["name"]
        try:
            password = typed_twice(form)
            made = await hashing(lambda: door.accept(secret, name, password, whence(request)))
        except (InputError, ConflictError) as error:
            return shown(request, secret, 422, error=str(error), name=name)
        return come_in(request, made)
