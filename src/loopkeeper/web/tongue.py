"""The language of an answer: ``lang`` in the address, else what the browser asks for."""

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse

from loopkeeper.errors import AccessError, ConflictError, StoreError
from loopkeeper.plant.sentences import translated
from loopkeeper.plant.words import Language


def language_of(request: Request) -> Language:
    """
    Return the language of who asks; English for programs, which ask for none.

    Parameters
    ----------
    request : Request
        With ``lang`` in its query, or a header ``Accept-Language`` whose first choice counts.
    """
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return Language.CHINESE if asked.strip().lower().startswith("zh") else Language.ENGLISH


def add_tongue(app: FastAPI, retry: str) -> None:
    """
    Let refusals speak the language of who asks.

    ``retry`` says when to ask again where the store failed. [s]
    """

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        detail = translated(str(error.detail), language_of(request))
        return await http_exception_handler(
            request, HTTPException(error.status_code, detail, error.headers)
        )

    @app.exception_handler(StoreError)
    async def failed(request: Request, error: StoreError) -> Response:
        detail = translated(str(error), language_of(request))
        return JSONResponse({"detail": detail}, 503, {"Retry-After": retry})

    @app.exception_handler(AccessError)
    async def hidden(request: Request, error: AccessError) -> Response:
        return JSONResponse({"detail": translated(str(error), language_of(request))}, 403)

    @app.exception_handler(ConflictError)
    async def overtaken(request: Request, error: ConflictError) -> Response:
        return JSONResponse({"detail": translated(str(error), language_of(request))}, 409)
