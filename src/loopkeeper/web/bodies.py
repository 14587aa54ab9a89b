"""How much a request may send: words and figures everywhere, readings and files at their doors."""

from collections.abc import MutableMapping
from typing import Any, Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_WORDS: Final = 256 * 2**10
"""Bytes of a body where no readings are sent."""
WIDE: Final = ("/readings", "/imports")
"""Ends of the addresses of the interface that look after a limit of their own."""


class SmallBodies:
    """Stops reading a body that is more than words, before any of it is understood."""

    def __init__(self, app: ASGIApp) -> None:
        """Around an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted."""
        wide = scope["path"].startswith("/api/") and scope["path"].endswith(WIDE)
        if scope["type"] != "http" or wide:
            await self._app(scope, receive, send)
            return
        count = 0

        async def counted() -> MutableMapping[str, Any]:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > MOST_WORDS:
                raise HTTPException(413, f"more than {MOST_WORDS} bytes")
            return message

        await self._app(scope, counted, send)
