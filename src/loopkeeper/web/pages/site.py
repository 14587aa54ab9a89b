"""The application of the pages: guarded, with headers that keep a browser to what is ours."""

from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as NotFound
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loopkeeper.bootstrap.service import Service
from loopkeeper.errors import AccessError, ConflictError, StoreError
from loopkeeper.web.access import Gate
from loopkeeper.web.pages.alarms import add_alarm_console
from loopkeeper.web.pages.diagnosis import add_diagnosis
from loopkeeper.web.pages.door import add_door
from loopkeeper.web.pages.fleet import add_fleet
from loopkeeper.web.pages.guard import StrangerError
from loopkeeper.web.pages.kit import Kit, assets
from loopkeeper.web.pages.orders import add_orders
from loopkeeper.web.pages.own import add_own
from loopkeeper.web.pages.people import add_people
from loopkeeper.web.pages.plant import add_plant
from loopkeeper.web.pages.reports import add_reports
from loopkeeper.web.pages.trends import add_trends
from loopkeeper.web.pages.work import add_work

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every page; one that sets its own keeps it."""
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_REFUSALS: Final = {AccessError: 403, ConflictError: 409, StoreError: 503}


class _Headers:
    """Gives every answer the headers of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, headed)


def pages(service: Service, gate: Gate) -> FastAPI:
    """
    Return the application of the pages.

    Parameters
    ----------
    service : Service
        Whose.
    gate : Gate
        Who may come in.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(_Headers)
    kit = Kit(gate)
    _refusals(app, kit)
    add_door(app, service.door, kit)
    add_own(app, service.door, kit)
    add_people(app, service, kit)
    add_work(app, service, kit)
    add_fleet(app, service, kit)
    add_plant(app, service, kit)
    add_trends(app, service, kit)
    add_alarm_console(app, service, kit)
    add_diagnosis(app, service, kit)
    add_orders(app, service, kit)
    add_reports(app, service, kit)

    @app.get("/static/{name}")
    def file(name: str) -> Response:
        for one in assets().values():
            if one.name == name:
                head = {"Cache-Control": _FOR_EVER}
                return Response(one.content, media_type=one.media, headers=head)
        raise HTTPException(404, "there is no such page")

    return app


def _refusals(app: FastAPI, kit: Kit) -> None:
    @app.exception_handler(StrangerError)
    async def stranger(request: Request, error: StrangerError) -> Response:
        del error
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        onward = quote(asked, safe="/") if request.method == "GET" else ""
        first = f"?next={onward}" if onward not in {"", "/"} else ""
        return RedirectResponse(f"/login{first}", 303)

    @app.exception_handler(NotFound)
    async def refused(request: Request, error: NotFound) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
        said = "there is no such page" if error.detail == "Not Found" else error.detail
        return kit.page(request, "message.html", error.status_code, said=said)

    for kind, status in _REFUSALS.items():

        async def failed(request: Request, error: Exception, status: int = status) -> Response:
            # the records may be what failed: they are not asked who this is
            return kit.page(request, "message.html", status, said=str(error), who=None)

        app.add_exception_handler(kind, failed)
