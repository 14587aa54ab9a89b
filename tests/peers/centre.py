"""An operation and maintenance centre with people of every role, and a browser of each."""

import asyncio
import hashlib
import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import httpx
import pytest

from loopkeeper.app.access import RIGHTS, SERVICE, Actor
from loopkeeper.app.columns import Columns
from loopkeeper.app.jobs import Order
from loopkeeper.app.use_cases.front_door import Whence
from loopkeeper.app.work_orders import WorkOrder
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.web.access import Gate
from loopkeeper.web.api import Doors, build
from peers.postgres import database

GOOD = "nine brown badgers"
HOME = "http://127.0.0.1:8470"
OURS = {"sec-fetch-site": "same-origin"}
NASTY = ["<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>', "a\r\nb: c",
         "{% raise %}", "'; DROP TABLE account;--", "x" * 3000]  # fmt: skip
_FORM = re.compile(r"<form method=\"post\".*?</form>", re.DOTALL)


def form_of(text, *held):
    """The hidden fields of the first form of a page that holds all of these values."""
    for form in _FORM.findall(text):
        if all(f'value="{one}"' in form for one in held):
            fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
            return {k: unescape(v) for k, v in fields if k != "form_token"}
    raise AssertionError(held)


def harmless(answer):
    """Check that what was typed stayed words."""
    assert answer.status_code < 500
    text = re.sub(r"7\*7", "", answer.text)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert ">49<" not in text
    assert 'value="49"' not in text
    assert not any("\r" in v or "\n" in v for v in answer.headers.values())


class Browser:
    """Keeps cookies and sends forms as a browser does."""

    def __init__(self, app, client="10.0.0.9", home=HOME):
        self.app, self.client, self.home, self.cookies = app, client, home, {}

    def ask(self, method, path, form=None, head=OURS):
        async def call():
            door = httpx.ASGITransport(self.app, client=(self.client, 1))
            jar = {"cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            kind = {"content-type": "application/x-www-form-urlencoded"}
            heads = (jar if self.cookies else {}) | (kind if form is not None else {}) | head
            body = None if form is None else urlencode(form)
            async with httpx.AsyncClient(transport=door, base_url=self.home) as calls:
                return await calls.request(method, path, headers=heads, content=body)

        answer = asyncio.run(call())
        for line in answer.headers.get_list("set-cookie"):
            for name, one in SimpleCookie(line).items():
                self.cookies.pop(name, None)
                if one.value:
                    self.cookies[name] = one.value
        return answer

    def get(self, path, **head):
        return self.ask("GET", path, head=OURS | head)

    def post(self, path, head=OURS, **form):
        return self.ask("POST", path, {"form_token": self.token(), **form}, head)

    def token(self):
        found = re.search(r'name="form_token" value="(\w+)"', self.get("/login").text)
        return found[1] if found else ""

    def log_in(self, name, password=GOOD):
        return self.post("/login", name=name, password=password)


class QuickPasswords:
    """Passwords in a moment; how slow they are is asked of the real ones in test_people.py."""

    def hashed(self, password):
        return hashlib.sha256(password.encode()).hexdigest()

    def matches(self, kept, password):
        return kept == self.hashed(password)


class Centre:
    """A service with two plants, people of every role, and people of another organisation."""

    def __init__(self, folder, **more):
        made = service(Settings(folder, **more))
        self.service = replace(made, door=replace(made.door, passwords=QuickPasswords()))
        self.service.newest.closed = True  # an answer of a stream is its beginning
        now = round(datetime.now(UTC).timestamp() * 1e6)
        for plant in ("a", "b"):
            came = Columns()
            came.add(plant, "pump", now, 0.2)
            self.service.store.append(came.frame())
        self.service.book(SERVICE).orders.open("b", WorkOrder(title="theirs"))
        self.job = self.service.book(SERVICE).jobs.ask(
            Order(kind="diagnosis", plant="b"), datetime.now(UTC)
        )
        gate = Gate([], self.service.book(SERVICE).members, self.service.door)
        self.app = build(Doors(self.service, gate))
        door = self.service.door
        door.accept(door.first_link(), "root", GOOD, Whence())
        desks = {org: self.service.people(Actor("root", org)) for org in ("", "north")}
        for role in RIGHTS:
            plants = ("a",) if role in {"site", "partner"} else ("*",)
            for org, prefix in (("", "own"), ("north", "foreign")):
                link = desks[org].invite(f"{prefix}-{role}", role, plants)
                door.accept(link, "", GOOD, Whence())

    def browser(self, name=None, **more):
        made = Browser(self.app, **more)
        if name:
            assert made.log_in(name).status_code == 303
        return made

    def close(self):
        self.service.store.close()
        self.service.records.close()


RECORDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
"""Databases that pages are asked on, the quick one first."""


@contextmanager
def centre_on(kind, folder):
    """A centre whose records are kept so, until it is left."""
    with ExitStack() as stack:
        place = None if kind == "sqlite" else stack.enter_context(database(folder))
        made = Centre(folder / "store", records=place)
        stack.callback(made.close)
        yield made
