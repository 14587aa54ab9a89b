"""Members, tokens and work orders: kept edition by edition, nobody's change lost to another's."""

import asyncio
import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.members import Members
from loopkeeper.adapters.records.work_orders import WorkOrders
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.columns import Columns
from loopkeeper.app.members import IssuedToken, ServiceMember, member_of, token_for, token_named
from loopkeeper.app.work_orders import WorkOrder, WorkState, moved_on
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.cli.main import app
from loopkeeper.errors import AccessError, ConflictError, InputError
from loopkeeper.web.access import Gate
from loopkeeper.web.api import Doors, build
from peers.postgres import database

pytestmark = pytest.mark.integration
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request, tmp_path):
    with ExitStack() as stack:
        own = request.param == "sqlite"
        place = tmp_path / RECORDS if own else stack.enter_context(database(tmp_path))
        yield stack.enter_context(closing(Records(place)))


class Moment:
    """A clock that is put."""

    def __init__(self):
        self.now = ZERO

    def __call__(self):
        return self.now


def test_every_edition_of_a_member_is_kept_with_who_made_it(records):
    clock = Moment()
    first, second = (Members(records, Actor(name), clock) for name in ("anna", "bo"))
    one = first.put(ServiceMember(name="east", scopes=("write",), plants=("a", "b")))
    clock.now += timedelta(hours=1)
    second.put(replace(one, active=False))
    assert [(m.version, m.active, m.changed_by, m.changed_at) for m in first.editions("east")] == [
        (1, True, "anna", ZERO),
        (2, False, "bo", ZERO + timedelta(hours=1)),
    ]
    assert first.all() == second.editions("east")[1:]
    assert member_of(first, "west") is None


def test_who_read_an_older_edition_overwrites_nothing(records):
    book = Members(records, SERVICE, Moment())
    read = book.put(ServiceMember(name="east"))
    book.put(replace(read, scopes=("write",)))
    with pytest.raises(ConflictError, match="version 2 by now"):
        book.put(replace(read, plants=("a",)))
    with pytest.raises(ConflictError):
        book.put(ServiceMember(name="east"))
    assert book.all()[0].scopes == ("write",)


def test_of_many_who_change_the_same_at_once_one_does(records):
    read = WorkOrders(records, SERVICE, Moment()).open("p", WorkOrder(title="clean it"))
    took, start = [], threading.Barrier(6)

    def work(name):
        start.wait(10)
        try:
            book = WorkOrders(records, SERVICE, Moment())
            took.append(book.put("p", replace(read, assignee=name, changed_by=name)).assignee)
        except ConflictError:
            took.append("")

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    kept = WorkOrders(records, SERVICE, Moment()).editions("p", 1)
    assert [one.assignee for one in kept] == ["", *filter(None, took)]
    assert sorted(map(bool, took)) == [False] * 5 + [True]


def test_a_token_opens_until_it_is_ended_runs_out_or_its_member_is_taken_out(records):
    clock = Moment()
    book = Members(records, Actor("anna"), clock)
    member = book.put(ServiceMember(name="east", plants=("a",)))
    asked = IssuedToken(sha256="", member="east", made_at=ZERO, made_by="anna")
    (_, short), (_, long) = token_for(book, asked, timedelta(days=1)), token_for(book, asked)
    assert book.guarded()
    assert book.holder(short.sha256) == (book.all()[0], short)
    assert book.holder("0" * 64) is None
    clock.now += timedelta(days=1)
    assert book.holder(short.sha256) is None
    assert book.holder(long.sha256) is not None
    book.put(replace(member, active=False))
    assert book.holder(long.sha256) is None
    with pytest.raises(InputError, match="no member"):
        token_for(book, asked)
    book.put(replace(book.all()[0], active=True))
    book.end(long)
    book.end(long)
    assert book.holder(long.sha256) is None
    assert book.guarded()
    assert token_named(book.tokens(), long.id).ended_at == clock.now
    with pytest.raises(InputError, match="names 2 tokens"):
        token_named(book.tokens(), "")


def test_members_of_another_organisation_are_not_seen(records):
    mine, theirs = (Members(records, Actor("x", org), Moment()) for org in ("", "north"))
    mine.put(ServiceMember(name="east"))
    theirs.put(ServiceMember(name="east", scopes=("admin",)))
    _, token = token_for(theirs, IssuedToken(sha256="", member="east", made_at=ZERO, made_by="x"))
    assert [one.scopes for one in mine.all()] == [("read",)]
    assert mine.tokens() == ()
    assert mine.holder(token.sha256) is None


@pytest.mark.parametrize("wrong", [{"scopes": ("all",)}, {"plants": ()}, {"name": " "}])
def test_a_member_nobody_can_be_is_refused(wrong):
    with pytest.raises(InputError):
        ServiceMember(**{"name": "east", **wrong})


def test_orders_are_numbered_by_plant_and_seen_by_those_who_see_it(records):
    book = WorkOrders(records, Actor("anna", plants=frozenset({"a"})), Moment())
    all_of_it = WorkOrders(records, SERVICE, Moment())
    all_of_it.open("b", WorkOrder(title="theirs"))
    one, two = (book.open("a", WorkOrder(title=t, due_on=date(2026, 4, 1))) for t in "xy")
    assert [(o.number, o.version, o.changed_by) for o in book.all("a")] == [
        (1, 1, "anna"),
        (2, 1, "anna"),
    ]
    done = book.put("a", moved_on(one, {"state": WorkState.IN_HAND, "note": "filter ordered"}))
    assert book.all("a") == (done, two)
    assert book.editions("a", 1) == (one, done)
    assert book.all("b") == ()
    with pytest.raises(AccessError):
        book.open("b", WorkOrder(title="not mine"))


@pytest.mark.parametrize(
    ("path", "fails"),
    [
        ("open in_hand done verified", False),
        ("open in_hand done in_hand done verified", False),
        ("open dropped open in_hand", False),
        ("open verified", True),
        ("open done", True),
        ("open in_hand done verified open", True),
    ],
)
def test_work_is_verified_only_when_it_was_done(path, fails):
    first, *rest = path.split()
    one, refused = WorkOrder(title="x", state=WorkState(first)), False
    for state in rest:
        try:
            one = moved_on(one, {"state": state})
        except InputError:
            refused = True
    assert refused is fails


def asked(doors, method, path, secret=None, body=None):
    head = {"authorization": f"Bearer {secret}"} if secret else {}

    async def call():
        door = httpx.ASGITransport(build(doors), client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8470") as calls:
            answer = await calls.request(method, f"/api/v1{path}", headers=head, json=body)
            return answer.status_code, answer.json()

    return asyncio.run(call())


def said(*words):
    done = CliRunner().invoke(app, ["access", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_over_http_with_a_token_of_the_records(tmp_path):
    store = tmp_path / "store"
    made = service(Settings(store))
    for plant in ("a", "b"):
        came = Columns()
        came.add(plant, "pump", 1_717_200_000_000_000, 0.2)
        made.store.append(came.frame())
    doors = Doors(made, Gate([], made.book(SERVICE).members))
    assert asked(doors, "get", "/plants/a/orders") == (200, [])
    said("member", store, "east", "--scope", "write", "--plant", "a")
    secret = said("token", store, "east").strip()
    assert asked(doors, "get", "/plants/a/orders")[0] == 401
    assert asked(doors, "get", "/plants/a/orders", secret)[0] == 403  # write alone reads nothing
    work = {"by": "li", "title": "Rinse the evaporator", "about": "operation.fouling"}
    status, order = asked(doors, "post", "/plants/a/orders", secret, work)
    assert (status, order["number"], order["state"], order["changed_by"]) == (201, 1, "open", "li")
    assert asked(doors, "post", "/plants/b/orders", secret, work)[0] == 403
    said("member", store, "east", "--plant", "a", "--plant", "typo")
    assert asked(doors, "post", "/plants/typo/orders", secret, work)[0] == 404
    move = {"by": "li", "version": 1, "state": "in_hand"}
    assert asked(doors, "post", "/plants/a/orders/1", secret, move)[1]["version"] == 2
    late = {"by": "wu", "version": 1, "assignee": "wu"}
    status, answer = asked(doors, "post", "/plants/a/orders/1", secret, late)
    assert status == 409
    assert "version 2" in answer["detail"]
    wrong = {"by": "wu", "version": 2, "state": "verified"}
    assert asked(doors, "post", "/plants/a/orders/1", secret, wrong)[0] == 422
    assert asked(doors, "post", "/plants/a/orders/7", secret, late)[0] == 404
    trail = made.book(SERVICE).trail.all("a")
    assert [(one.by, one.deed, one.detail) for one in trail] == [
        ("east", "order.in_hand", "1: li"),
        ("east", "order.open", "1: li"),
    ]
    listed = said("list", store).splitlines()
    said("end", store, next(line for line in listed if "holds" in line).split()[0])
    assert asked(doors, "post", "/plants/a/orders", secret, work)[0] == 401
    assert asked(doors, "get", "/plants/a/orders")[0] == 401  # nor is the door open again
    made.store.close()
    made.records.close()
