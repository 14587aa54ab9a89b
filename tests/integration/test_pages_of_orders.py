"""The register: what is to be done, moved on by several people, none overwriting another."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest

from loopkeeper.app.access import SERVICE
from loopkeeper.app.work_orders import WorkOrder
from peers.centre import NASTY, RECORDS, centre_on, form_of, harmless

pytestmark = pytest.mark.integration
PLACE = "/plants/a/orders/1"


@pytest.fixture(params=RECORDS)
def centre(request, tmp_path):
    """Two orders at plant a, the second of them late; one at plant b."""
    with centre_on(request.param, tmp_path) as made:
        book = made.service.book(SERVICE).orders
        book.open("a", WorkOrder(title="clean the strainer", assignee="li"))
        late = datetime.now(UTC).date() - timedelta(days=2)
        book.open("a", WorkOrder(title="close the by-pass", due_on=late))
        yield made


def titles(text):
    return re.findall(r'<td class="first"><a [^>]*><strong>([^<]*)</strong>', text)


def test_the_register_is_filtered_sorted_and_found_in(centre):
    browser = centre.browser("own-operator")
    everything = ["close the by-pass", "clean the strainer", "theirs"]
    assert titles(browser.get("/orders").text) == everything
    assert titles(browser.get("/orders?sort=title").text) == sorted(everything)
    assert titles(browser.get("/orders?q=strainer").text) == ["clean the strainer"]
    assert titles(browser.get("/plants/a/orders").text) == everything[:2]
    assert titles(browser.get("/orders?state=done").text) == []
    assert titles(browser.get("/orders?state=nonsense").text) == everything
    assert "late" in browser.get("/orders?lang=en").text
    assert "逾期" in browser.get("/orders?lang=zh").text
    assert titles(centre.browser("own-partner").get("/orders").text) == everything[:2]
    assert titles(centre.browser("foreign-admin").get("/orders").text) == []


def test_an_order_goes_its_way_and_keeps_its_trail(centre):
    browser = centre.browser("own-operator")
    for state, note in (("in_hand", "begun"), ("done", "cleaned"), ("verified", "COP is 4.1")):
        read = form_of(browser.get(PLACE).text, state)
        assert browser.post(PLACE, **read, state=state, note=note).status_code == 303
    text = browser.get(f"{PLACE}?lang=en").text
    for word in ("begun", "cleaned", "COP is 4.1", "verified", "own-operator"):
        assert word in text, word
    assert titles(browser.get("/plants/a/orders").text) == ["close the by-pass"]
    assert len(titles(browser.get("/plants/a/orders?state=all").text)) == 2
    kept = centre.service.book(SERVICE).orders.editions("a", 1)
    assert [one.assignee for one in kept] == ["li"] * 4  # what a form does not send stays
    told = centre.browser("own-engineer").get("/audit?lang=en").text
    assert "work verified" in told


def test_who_was_slower_is_told_and_nothing_typed_is_lost(centre):
    one, two = centre.browser("own-operator"), centre.browser("own-engineer")
    read = form_of(one.get(PLACE).text, "in_hand")
    assert two.post(PLACE, **read, state="dropped", note="not worth it").status_code == 303
    mine = {"state": "in_hand", "note": "I have begun", "assignee": "wu", "due_on": "2027-01-02"}
    late = one.post(f"{PLACE}?lang=en", **read, **mine)
    assert late.status_code == 409
    for word in (
        "own-engineer was faster",
        "not worth it",
        "dropped",
        'value="I have begun"',
        'value="wu"',
        'value="2027-01-02"',
    ):
        assert word in late.text, word
    again = form_of(late.text, "open")
    assert one.post(PLACE, **again, **mine | {"state": "open"}).status_code == 303
    kept = centre.service.book(SERVICE).orders.editions("a", 1)[-1]
    assert (kept.assignee, kept.due_on, kept.version) == ("wu", date(2027, 1, 2), 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "verified"},
        {"state": "nonsense"},
        {"due_on": "tomorrow"},
        {"note": "x" * 2001},
        {"assignee": "x" * 101},
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(centre, wrong):
    browser = centre.browser("own-operator")
    read = form_of(browser.get(PLACE).text, "in_hand")
    answer = browser.post(PLACE, **{**read, "state": "in_hand", "note": "my words", **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert wrong.get("note", "my words")[:50] in answer.text
    assert len(centre.service.book(SERVICE).orders.editions("a", 1)) == 1


def test_new_work_is_asked_for_at_a_plant(centre):
    browser, place = centre.browser("own-operator"), "/plants/a/orders"
    refused = browser.post(place, title="", note="keep me")
    assert refused.status_code == 422
    assert 'value="keep me"' in refused.text
    assert browser.post(place, title="x" * 201).status_code == 422
    assert browser.post(place, title="new", due_on="x").status_code == 422
    assert browser.post(place, title="measure").headers["location"] == "/plants/a/orders/3"
    made = centre.service.book(SERVICE).orders.editions("a", 3)
    assert [(o.title, o.changed_by) for o in made] == [("measure", "own-operator")]


def test_orders_of_others_are_none(centre):
    for name, status in (("foreign-admin", 404), ("own-partner", 403), ("own-evaluator", 403)):
        browser = centre.browser(name)
        assert browser.post("/plants/b/orders/1", version="1").status_code == status
        assert browser.post("/plants/b/orders", title="x").status_code == status
    assert centre.browser("foreign-admin").get(PLACE).status_code == 404
    assert centre.browser("own-partner").get("/plants/b/orders/1").status_code == 404
    assert centre.browser("own-evaluator").get(PLACE).status_code == 200
    for wrong in ("0", "99", "x", "1" * 30, "²", "-1"):
        answer = centre.browser("own-operator").get(f"/plants/a/orders/{wrong}")
        assert answer.status_code == 404, wrong


def test_what_is_typed_of_work_stays_words(centre):
    browser = centre.browser("own-operator")
    for nasty in NASTY:
        for field in ("title", "about", "assignee", "due_on", "note"):
            harmless(browser.post("/plants/a/orders", **{"title": "t", field: nasty}))
        for field in ("version", "assignee", "due_on", "note", "state"):
            version = str(len(centre.service.book(SERVICE).orders.editions("a", 1)))
            harmless(browser.post(PLACE, **{"version": version, field: nasty}))
        for asked in ("q", "sort", "page", "state", "lang"):
            harmless(browser.get(f"/orders?{urlencode({asked: nasty})}"))
    for page in ("/orders?state=all", "/plants/a/orders", PLACE):
        harmless(browser.get(page))
