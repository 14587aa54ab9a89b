"""Who may come in at the interface: nobody without a token, no page from elsewhere without one."""

import asyncio
import re

import httpx
import pytest

from loopkeeper.app.access import new_secret
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.web.access import Gate, Token
from loopkeeper.web.api import Doors, build

OPEN = {("get", "/health")}


@pytest.fixture
def made(tmp_path):
    made = service(Settings(tmp_path / "store"))
    yield made
    made.store.close()


def asked(app, method, path, client="127.0.0.1", body=None, **head):
    async def call():
        door = httpx.ASGITransport(app, raise_app_exceptions=False, client=(client, 1))
        async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8470") as calls:
            return (await calls.request(method, path, headers=head, json=body)).status_code

    return asyncio.run(call())


def test_every_door_but_health_asks_for_a_token(made):
    app = build(Doors(made, Gate([Token("a", new_secret()[1])])))
    doors = {(m, p) for p, methods in app.openapi()["paths"].items() for m in methods}
    assert len(doors) > 15
    for method, path in doors - OPEN:
        filled = re.sub(r"\{\w+\}", "x", path) + "?start=2026-01-01&end=2026-01-02"
        body = {} if method == "post" else None  # nothing it says is looked at before
        assert asked(app, method, filled, body=body) == 401, path


@pytest.mark.parametrize(
    ("client", "head", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {"host": "[::1]:8470"}, 200),
        ("127.0.0.1", {"host": "localhost:9000", "origin": "http://localhost:9000"}, 200),
        ("10.0.0.9", {}, 401),
        ("127.0.0.1", {"host": "evil.example"}, 401),
        ("127.0.0.1", {"host": "127.0.0.1.evil.example:8470"}, 401),
        ("127.0.0.1", {"origin": "https://evil.example"}, 401),
        ("127.0.0.1", {"origin": "null"}, 401),
    ],
)
def test_without_tokens_only_this_machine(made, client, head, status):
    app = build(Doors(made, Gate([])))
    assert asked(app, "get", "/api/v1/plants", client, **head) == status


def test_a_page_from_elsewhere_pushes_nothing(made):
    app = build(Doors(made, Gate([])))
    text = {"content-type": "text/plain"}  # a browser sends it without asking the service first
    assert asked(app, "post", "/api/v1/readings", **text, origin="https://evil.example") == 401
    assert asked(app, "post", "/api/v1/readings", **text) == 422


@pytest.mark.parametrize(("size", "status"), [(1000, 404), (300_000, 413)])
def test_a_body_is_words_where_no_readings_are_sent(made, size, status):
    app = build(Doors(made, Gate([])))
    body = {"by": "somebody", "note": "x" * 400, "more": "x" * size}
    assert asked(app, "post", "/api/v1/alarms/none/acknowledge", body=body) == status
