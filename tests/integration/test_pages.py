"""Pages over HTTP: who may open which, what a browser is told, and that words stay words."""

import base64
import csv
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute
from openpyxl import load_workbook

from loopkeeper.adapters.records.accounts import Accounts
from loopkeeper.app.access import RIGHTS, SERVICE
from loopkeeper.app.columns import Columns
from loopkeeper.app.people import IDLE, Registry
from loopkeeper.app.second_factor import STEP, code_of
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.errors import StoreError
from loopkeeper.web.access import Gate
from loopkeeper.web.api import Doors, build
from loopkeeper.web.pages.site import HEADERS, POLICY, pages
from peers.centre import GOOD, HOME, NASTY, OURS, Browser, Centre, harmless

pytestmark = pytest.mark.integration
ALL = tuple(RIGHTS)
WORK, AUDIT = ("operator", "engineer", "admin"), ("engineer", "evaluator", "owner", "admin")
EVERYBODY = "everybody"
MAY = {
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): EVERYBODY,
    ("POST", "/login/code"): EVERYBODY,
    ("POST", "/logout"): EVERYBODY,
    ("GET", "/invited/{secret}"): EVERYBODY,
    ("POST", "/invited/{secret}"): EVERYBODY,
    ("GET", "/static/{name}"): EVERYBODY,
    ("GET", "/"): ALL,
    ("GET", "/plants/{plant}"): ALL,
    ("GET", "/plants/{plant}/stream"): ALL,
    ("GET", "/plants/{plant}/live"): ALL,
    ("GET", "/plants/{plant}/trends"): ALL,
    ("GET", "/alarms"): ALL,
    ("POST", "/alarms"): WORK,
    ("GET", "/plants/{plant}/alarms"): ALL,
    ("POST", "/plants/{plant}/alarms"): WORK,
    ("GET", "/plants/{plant}/diagnosis"): ALL,
    ("POST", "/plants/{plant}/diagnosis"): WORK,
    ("POST", "/plants/{plant}/diagnosis/stance"): WORK,
    ("GET", "/reports"): ALL,
    ("POST", "/reports"): WORK,
    ("GET", "/orders"): ALL,
    ("GET", "/plants/{plant}/orders"): ALL,
    ("POST", "/plants/{plant}/orders"): WORK,
    ("GET", "/plants/{plant}/orders/{number}"): ALL,
    ("POST", "/plants/{plant}/orders/{number}"): WORK,
    ("GET", "/account"): ALL,
    ("POST", "/account/language"): ALL,
    ("POST", "/account/password"): ALL,
    ("POST", "/account/key"): ALL,
    ("POST", "/account/key/confirm"): ALL,
    ("POST", "/account/key/end"): ALL,
    ("POST", "/account/sessions/end"): ALL,
    ("GET", "/jobs"): ALL,
    ("POST", "/jobs/cancel"): WORK,
    ("GET", "/audit"): AUDIT,
    ("GET", "/people"): ("admin",),
    ("POST", "/people"): ("admin",),
    ("POST", "/people/link"): ("admin",),
    ("POST", "/people/role"): ("admin",),
    ("POST", "/people/switch"): ("admin",),
    ("GET", "/tokens"): ("admin",),
    ("POST", "/tokens"): ("admin",),
    ("POST", "/tokens/end"): ("admin",),
}
"""Which roles may open which page: a page that is not here fails the test."""
STRANGER = [("own", role) for role in RIGHTS] + [("foreign", role) for role in RIGHTS]


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    made = Centre(tmp_path_factory.mktemp("centre") / "store")
    yield made
    made.close()


@pytest.fixture
def own(tmp_path):
    made = Centre(tmp_path / "store")
    yield made
    made.close()


def routes(app):
    mounted = pages(app.service, Gate([]))
    return {(m, r.path) for r in mounted.routes if isinstance(r, APIRoute) for m in r.methods}


def test_every_page_stands_in_the_table(centre):
    assert routes(centre) == set(MAY)


@pytest.mark.parametrize(("whose", "role"), STRANGER)
def test_a_role_opens_its_pages_and_no_other(centre, whose, role):
    browser = centre.browser(f"{whose}-{role}")
    for (method, path), may in MAY.items():
        if may == EVERYBODY:
            continue
        place = path.replace("{plant}", "a")
        answer = browser.get(place) if method == "GET" else browser.post(place)
        allowed = role in may
        hidden = whose == "foreign" and "{plant}" in path
        if not allowed:
            assert answer.status_code == 403, path
        elif hidden:
            assert answer.status_code == 404, path
        else:
            assert answer.status_code in {200, 303, 404, 422}, path
            assert answer.headers.get("location", "/") != "/login", path


def test_without_a_session_nothing_is_open(centre):
    browser = centre.browser()
    for (method, path), may in MAY.items():
        if may == EVERYBODY:
            continue
        answer = browser.get(path) if method == "GET" else browser.post(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login"), path


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_nothing_of_ours_is_seen_from_another_organisation(centre, role):
    ours, theirs = centre.browser(f"own-{role}"), centre.browser(f"foreign-{role}")
    assert 'href="/plants/b"' in ours.get("/").text
    assert "/plants/" not in theirs.get("/").text
    assert "own-" not in theirs.get("/audit").text
    assert "diagnosis" not in theirs.get("/jobs?lang=en").text.split("</h1>")[1].split("<div")[2]
    if role == "admin":
        assert "own-" not in theirs.get("/people").text
        for path in ("/people/link", "/people/switch"):
            assert theirs.post(path, name="own-owner", to="out").status_code == 422
        assert theirs.post("/jobs/cancel", job=centre.job.id).status_code == 404


@pytest.mark.parametrize("role", RIGHTS)
def test_the_interface_gives_a_foreign_session_nothing(centre, role):
    browser = centre.browser(f"foreign-{role}")
    for path, methods in centre.app.openapi()["paths"].items():
        for method in methods:
            if path == "/health":
                continue
            filled = re.sub(r"\{\w+\}", "a", path) + "?start=2026-01-01&end=2026-01-02"
            answer = browser.ask(method.upper(), filled)
            empty = answer.status_code == 200 and answer.json() in ([], {}, None)
            rates = path.endswith("/rates")
            assert empty or rates or answer.status_code in {403, 404, 422}, (method, path)


def test_a_partner_sees_the_plants_on_the_list(centre):
    browser = centre.browser("own-partner")
    text = browser.get("/").text
    assert 'href="/plants/a"' in text
    assert 'href="/plants/b"' not in text
    for hidden in ("/plants/b", "/plants/b/live", "/plants/b/stream"):
        assert browser.get(hidden).status_code == 404
    assert browser.get("/plants/b/trends?point=pump").status_code == 404
    assert browser.get("/plants/a/trends?point=pump&beside=b").status_code == 200
    assert "/plants/b/" not in browser.get("/plants/a/trends?point=pump&beside=b").text
    day = "start=2026-01-01&end=2026-01-02"
    assert browser.get(f"/api/v1/plants/b/trend?point=pump&{day}").status_code == 403
    assert browser.get("/api/v1/plants").json() == ["a"]
    assert browser.get("/api/v1/plants/b/latest").status_code == 403
    assert browser.get("/jobs").text.count("<tr>") == 0


def test_the_cookie_opens_the_interface_as_the_role_allows(centre):
    reads, works = centre.browser("own-evaluator"), centre.browser("own-operator")
    assert reads.get("/api/v1/plants").json() == ["a", "b"]
    body = {"by": "x", "title": "clean it"}
    for browser, head, status in (
        (reads, OURS, 403),
        (works, OURS, 422),
        (works, {"sec-fetch-site": "cross-site"}, 403),
        (works, {"sec-fetch-site": "same-site"}, 403),
        (works, {"origin": "http://127.0.0.1:9999"}, 403),
        (works, {"origin": HOME}, 422),
        (works, {}, 403),
    ):
        answer = browser.ask("POST", "/api/v1/plants/a/orders", body, head)
        assert answer.status_code == status, head
    assert works.get("/api/v1/refused").status_code == 403
    assert reads.get("/api/v1/plants", authorization="Bearer wrong").status_code == 401


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
def test_a_form_from_elsewhere_does_nothing(centre, head):
    browser = centre.browser("own-admin")
    for method, path in MAY:
        if method == "POST":
            answer = browser.post(path.replace("{secret}", "x"), head=head, name="new")
            assert answer.status_code == 403, path
    assert (
        centre.browser().post("/login", head=head, name="root", password=GOOD).status_code == 403
    )
    assert "new" not in [one.member.name for one in centre.service.people(SERVICE).people()]


def test_a_form_without_its_token_or_with_anothers_does_nothing(centre):
    browser, other = centre.browser("own-admin"), centre.browser("own-owner")
    for token in ("", "0" * 64, other.token()):
        answer = browser.ask("POST", "/people", {"form_token": token, "name": "new"})
        assert answer.status_code == 403
    json = browser.ask("POST", "/people", None, OURS | {"content-type": "application/json"})
    assert json.status_code == 415


@pytest.mark.parametrize("path", ["/login", "/invited/readings", "/people/imports"])
def test_a_form_is_words_whatever_its_address_ends_with(centre, path):
    answer = centre.browser().ask("POST", path, {"name": "x" * 300_000})
    assert answer.status_code in {404, 405, 413}
    early = centre.browser().ask("POST", path, {"name": "x" * 300_000}, {})
    assert early.status_code in {403, 404, 405}


def test_records_that_fail_are_said_on_a_page(own, monkeypatch):
    browser = own.browser("root")

    def gone(*_):
        raise StoreError("the disk is gone")

    monkeypatch.setattr(Accounts, "session", gone)
    answer = browser.get("/people")
    assert answer.status_code == 503
    assert "the disk is gone" in answer.text


def test_a_session_is_new_at_log_in_and_gone_at_log_out(own):
    browser = own.browser()
    browser.cookies["loopkeeper"] = "lk_chosen_by_somebody_else"
    assert browser.log_in("root").status_code == 303
    first = browser.cookies["loopkeeper"]
    assert first != "lk_chosen_by_somebody_else"
    assert browser.log_in("root").status_code == 303
    assert browser.cookies["loopkeeper"] != first
    assert own.service.door.seen(first) is None
    kept = dict(browser.cookies)
    assert browser.post("/logout").status_code == 303
    assert "loopkeeper" not in browser.cookies
    browser.cookies = kept
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(("home", "secure"), [(HOME, False), ("https://centre.example", True)])
def test_the_cookie_is_for_this_service_alone(own, home, secure):
    answer = own.browser(home=home).log_in("root")
    (line,) = [c for c in answer.headers.get_list("set-cookie") if "lk_" in c]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(line.split("; "))
    assert ("Secure" in line) is secure
    assert line.startswith("__Host-") is secure
    assert "Domain" not in line


def test_a_session_that_is_idle_leads_to_the_door(own):
    browser = own.browser("root")
    assert browser.get("/people?q=x").status_code == 200
    later = lambda: datetime.now(UTC) + IDLE  # noqa: E731
    object.__setattr__(own.service.door, "clock", later)
    answer = browser.get("/people?q=x")
    assert answer.headers["location"] == "/login?next=/people%3Fq%3Dx"


def test_another_password_ends_the_other_sessions(own):
    one, two = own.browser("root"), own.browser("root")
    change = {"old": GOOD, "password": "seven tall herons", "again": "seven tall herons"}
    assert one.post("/account/password", **change | {"again": "other"}).status_code == 422
    assert one.post("/account/password", **change | {"old": "wrong"}).status_code == 422
    assert one.post("/account/password", **change).status_code == 303
    assert one.get("/account").status_code == 200
    assert two.get("/account").status_code == 303
    assert own.browser().log_in("root").status_code == 401


def test_one_ends_a_session_of_ones_own_and_nobody_elses(own):
    one, two, other = own.browser("root"), own.browser("root"), own.browser("own-owner")
    names = lambda b: re.findall(r'name="session" value="(\w+)"', b.get("/account").text)  # noqa: E731
    assert other.post("/account/sessions/end", session=names(one)[0]).status_code == 303
    assert two.get("/account").status_code == 200
    for name in names(one):
        assert one.post("/account/sessions/end", session=name).status_code == 303
    assert two.get("/account").status_code == 303
    assert one.get("/account").status_code == 200


def test_wrong_passwords_are_answered_alike_and_then_wait(own):
    browser, said = own.browser(), []
    for name in ("root", "nobody"):
        answers = [browser.log_in(name, "wrong" * 3) for _ in range(6)]
        assert [a.status_code for a in answers] == [401] * 5 + [429]
        assert int(answers[-1].headers["retry-after"]) > 600
        said.append([re.sub(r'value="\w*"', "", a.text) for a in answers])
    assert said[0] == said[1]
    assert own.browser().log_in("root").status_code == 429  # however right
    assert own.browser().log_in("own-owner").status_code == 303


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/people?q=a", "/people?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=y", "/"),
    ],
)
def test_log_in_leads_to_our_own_pages_only(own, asked, there):
    answer = own.browser().post("/login", name="root", password=GOOD, onward=asked)
    assert answer.headers["location"] == there
    assert len(answer.headers.get_list("set-cookie")) == 2


def test_every_page_has_its_headers(centre):
    browser = centre.browser("own-admin")
    for method, path in MAY:
        if method == "GET" and "{" not in path:
            answer = browser.get(path)
            assert {k: answer.headers.get(k) for k in HEADERS} == HEADERS, path
            assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", answer.text), (
                path
            )
            assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", answer.text), path
            assert re.search(r'<html lang="(zh-CN|en)">', answer.text), path
    assert centre.browser().get("/nothing").headers["content-security-policy"] == POLICY
    live = browser.get("/plants/a/live").headers["content-security-policy"]
    assert re.search(r"script-src 'sha256-[\w+/=]{44}';", live)


def test_files_are_kept_for_ever_under_the_name_of_their_hash(centre):
    names = re.findall(r'"(/static/[^"]+)"', centre.browser().get("/login").text)
    assert len(names) == 3
    for name in names:
        answer = centre.browser().get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"\.[0-9a-f]{12}\.", name)
    assert centre.browser().get("/static/page.css").status_code == 404
    assert centre.browser().get("/static/..%2fsite.py").status_code == 404


FIELDS = [
    ("/login", ("name", "password", "onward")),
    ("/people", ("name", "role", "plants")),
    ("/people/role", ("name", "role", "plants", "version")),
    ("/people/link", ("name",)),
    ("/people/switch", ("name", "to")),
    ("/tokens", ("member", "days")),
    ("/tokens/end", ("token",)),
    ("/account/language", ("language",)),
    ("/account/password", ("old", "password", "again")),
    ("/account/sessions/end", ("session",)),
    ("/account/key/confirm", ("code",)),
    ("/account/key/end", ("old",)),
    ("/login/code", ("begun", "code", "onward")),
    ("/jobs/cancel", ("job",)),
    ("/alarms", ("alarm", "since", "deed", "note", "hours")),
    ("/reports", ("plant", "about", "period", "language", "suffix")),
    ("/plants/a/orders", ("title", "about", "assignee", "due_on", "note")),
    ("/plants/b/orders/1", ("version", "assignee", "due_on", "note", "state")),
    ("/plants/a/diagnosis/stance", ("cause", "version", "stance", "note")),
    ("/plants/a/alarms", ("alarm", "since", "deed", "note", "hours")),
]


@pytest.mark.slow
@pytest.mark.parametrize("nasty", NASTY)
def test_what_is_typed_stays_words(own, nasty):
    browser = own.browser("root")
    good = {"name": "new", "role": "site", "plants": "a", "member": "root"}
    for path, fields in FIELDS:
        for field in fields:
            harmless(browser.post(path, **{f: good.get(f, "") for f in fields} | {field: nasty}))
            if "loopkeeper" not in browser.cookies:
                browser.log_in("root")
    for path in ("/", "/people", "/tokens", "/audit", "/jobs", "/login"):
        for asked in ("q", "sort", "page", "lang", "next"):
            harmless(browser.get(f"{path}?{urlencode({asked: nasty})}"))
    kept = {"name": "li", "role": "site", "plants": f"a {nasty}"}
    browser.post("/people", **kept)
    came = Columns()
    came.add(nasty[:50], "pump", round(datetime.now(UTC).timestamp() * 1e6), 0.2)
    own.service.store.append(came.frame())
    own.service.book(SERVICE).trail.add(nasty[:50], nasty[:50], nasty)
    agent = browser.get("/account", **{"user-agent": nasty.replace("\r\n", "")})
    harmless(agent)
    for path in ("/", "/people", "/audit", "/account"):
        answer = browser.get(path)
        assert answer.status_code == 200
        harmless(answer)


def test_a_second_key_is_set_up_asked_for_and_taken_away(own):
    browser = own.browser("root")
    assert browser.post("/account/key").status_code == 303
    key = re.search(r"secret=([A-Z2-7]{32})&amp;", browser.get("/account").text)[1]
    step = int(datetime.now(UTC).timestamp()) // STEP
    code = lambda away: code_of(base64.b32decode(key), step + away)  # noqa: E731
    assert browser.post("/account/key/confirm", code="000").status_code == 422
    page = browser.post("/account/key/confirm", code=code(0))
    spare = re.findall(r"<code>(\w{10})</code>", page.text)
    assert len(spare) == 8
    assert key not in browser.get("/account").text
    other = own.browser()
    page = other.log_in("root")
    assert "loopkeeper" not in other.cookies
    begun = re.search(r'name="begun" value="([^"]+)"', page.text)[1]
    assert other.post("/login/code", begun=begun, code=code(0)).status_code == 401
    done = other.post("/login/code", begun=begun, code=code(1), onward="/people")
    assert (done.status_code, done.headers["location"]) == (303, "/people")
    assert other.get("/people").status_code == 200
    assert other.post("/account/key/end", old="wrong").status_code == 422
    assert other.post("/account/key/end", old=GOOD).status_code == 303
    assert own.browser().log_in("root").status_code == 303


def test_an_administrator_lets_somebody_in_and_out(own):
    admin, person = own.browser("root"), own.browser()
    page = admin.post("/people", name="Li.Wei", role="partner", plants="a, b")
    link = re.search(r"<code>http://127\.0\.0\.1:8470(/invited/[\w-]+)</code>", page.text)[1]
    assert "li.wei" in person.get(f"{link}?lang=en").text
    assert link.rpartition("/")[2] not in admin.get("/people").text
    assert person.post(link, password=GOOD, again="other words here").status_code == 422
    assert person.post(link, password=GOOD, again=GOOD).status_code == 303
    assert person.get("/").status_code == 200
    assert person.get("/people").status_code == 403
    assert own.browser().get(link).status_code == 404
    assert admin.post("/people", name="li.wei", role="site", plants="a").status_code == 422
    stale = {"name": "li.wei", "version": "9", "role": "operator"}
    assert admin.post("/people/role", **stale).status_code == 409
    assert admin.post("/people/role", **stale | {"version": "1"}).status_code == 303
    assert admin.post("/people/switch", name="li.wei", to="out").status_code == 303
    assert person.get("/").status_code == 303
    told = admin.get("/audit?q=li.wei&lang=en").text
    for deed in ("person invited", "role changed", "person disabled", "password set"):
        assert deed in told


def test_a_token_is_shown_once_and_opens_until_it_is_ended(own):
    admin, program = own.browser("root"), own.browser()
    page = admin.post("/tokens", member="own-evaluator", days="3")
    secret = re.search(r"<code>(lk_[\w-]+)</code>", page.text)[1]
    assert secret not in admin.get("/tokens").text
    head = {"authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/plants", **head).json() == ["a", "b"]
    (name,) = re.findall(r'name="token" value="(\w+)"', admin.get("/tokens").text)
    assert admin.post("/tokens/end", token=name).status_code == 303
    assert program.get("/api/v1/plants", **head).status_code == 401


def test_work_is_cancelled_by_who_may(own):
    assert own.browser("own-evaluator").get("/jobs").text.count('name="job"') == 0
    browser = own.browser("own-operator")
    assert browser.get("/jobs").text.count('name="job"') == 1
    assert browser.post("/jobs/cancel", job=own.job.id).status_code == 303
    assert own.service.book(SERVICE).jobs.of(own.job.id).cancelled
    assert browser.post("/jobs/cancel", job="none").status_code == 404


def test_the_list_shows_what_is_urgent_first_in_both_languages(own):
    browser = own.browser("own-operator")
    old = Columns()
    long_ago = datetime.now(UTC) - timedelta(hours=30)
    old.add("quiet", "pump", round(long_ago.timestamp() * 1e6), 0.2)
    own.service.store.append(old.frame())
    for lang, word in (("en", "30 h ago"), ("zh", "30 小时前")):
        text = browser.get(f"/?lang={lang}").text
        assert word in text
        assert re.findall(r'href="/plants/(\w+)"', text) == ["quiet", "b", "a"]
        assert f'lang="{"en" if lang == "en" else "zh-CN"}"' in text
    assert re.findall(r'href="/plants/(\w+)"', browser.get("/?sort=name").text) == [
        "a",
        "b",
        "quiet",
    ]
    text = browser.get("/?sort=-name&q=b").text
    assert re.findall(r'href="/plants/(\w+)"', text) == ["b"]
    assert 'aria-sort="descending"' in text


def test_a_long_table_comes_in_pages(own):
    trail = own.service.book(SERVICE).trail
    for n in range(120):
        trail.add("", f"deed{n:03}", "")
    browser = own.browser("root")
    assert browser.get("/audit").text.count("<time") == 50
    assert "deed119" not in browser.get("/audit?page=2").text
    for wrong in ("99", "0", "-1", "x", "9" * 60, "²"):
        assert browser.get(f"/audit?page={wrong}").status_code == 200


def test_while_nobody_has_an_account_this_machine_may_look(tmp_path):
    made = service(Settings(tmp_path / "store"))
    gate = Gate([], made.book(SERVICE).members, made.door)
    here, away = (Browser(build(Doors(made, gate)), c) for c in ("127.0.0.1", "10.0.0.9"))
    assert here.get("/").status_code == 200
    assert here.get("/audit").status_code == 200
    assert here.get("/people").status_code == 403  # the link on the terminal is the way
    assert here.get("/account").status_code == 404
    assert away.get("/").status_code == 303
    assert here.get("/", host="evil.example").status_code == 303
    link = f"/invited/{made.door.first_link()}"
    assert here.post(link, name="root", password=GOOD, again=GOOD).status_code == 303
    assert here.get("/people").status_code == 200
    assert Browser(build(Doors(made, gate)), "127.0.0.1").get("/").status_code == 303
    assert Browser(build(Doors(made, gate)), "127.0.0.1").get("/api/v1/plants").status_code == 401
    made.store.close()
    made.records.close()


def test_where_another_address_is_listened_on_nothing_is_open(tmp_path):
    made = service(Settings(tmp_path / "store"))
    gate = Gate([], made.book(SERVICE).members, made.door, abroad=True)
    browser = Browser(build(Doors(made, gate)), "127.0.0.1")
    assert browser.get("/").status_code == 303
    assert browser.get("/api/v1/plants").status_code == 401
    made.store.close()
    made.records.close()


def test_a_registry_shows_no_hash(centre):
    books = centre.service.door.registry(SERVICE)
    assert isinstance(books, Registry)
    assert "argon2" not in repr(books.accounts.all())


def sent(centre, point, values, plant="a", apart=300):
    """Readings of a point, the last one now; return the period as an address asks for it."""
    now, came = datetime.now(UTC), Columns()
    first = now - timedelta(seconds=apart * (len(values) - 1))
    for n, value in enumerate(values):
        came.add(plant, point, round((first.timestamp() + apart * n) * 1e6), value)
    centre.service.store.append(came.frame())
    start, end = (first - timedelta(seconds=1), now + timedelta(minutes=1))
    return {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.mark.parametrize("nasty", [*NASTY, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_names_of_points_stay_words(own, nasty):
    browser = own.browser("root")
    point = nasty[:200]
    period = sent(own, point, [1.0, -2.0])
    asked = urlencode({"point": point, **period})
    pages = [
        "",
        asked,
        urlencode({"point": "pump", "beside": nasty, "compare": nasty}),
        urlencode({"point": "pump", "start": nasty, "end": nasty}),
        urlencode({"point": nasty + "?", "period": nasty}),
    ]
    for query in pages:
        answer = browser.get(f"/plants/a/trends?{query}")
        assert answer.status_code == 200
        harmless(answer)
    trend = browser.get(f"/api/v1/plants/a/trend?{asked}")
    assert trend.headers["content-type"] == "application/json"
    assert [one["point"] for one in trend.json()["points"]] == [point]
    files = f"/api/v1/plants/a/readings?{asked}&format="
    table = list(csv.DictReader(browser.get(files + "csv").text.splitlines(keepends=True)))
    book = load_workbook(io.BytesIO(browser.get(files + "xlsx").content))["readings"]
    cells = [cell for row in book.iter_rows(min_row=2, max_col=1) for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    for name in {row["point"] for row in table} | {cell.value for cell in cells}:
        assert not name.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert name.lstrip("'").strip() == point.lstrip("'").strip()
    assert [float(row["value"]) for row in table] == [1.0, -2.0]


def test_a_trend_is_asked_for_with_a_token_and_from_a_page(own):
    period = sent(own, "heat", [20.0, 21.0, 40.0, None, 19.0])
    asked = f"/api/v1/plants/a/trend?{urlencode({'point': 'heat', **period})}"
    page = own.browser("root").post("/tokens", member="own-evaluator", days="3")
    secret = re.search(r"<code>(lk_[\w-]+)</code>", page.text)[1]
    answer = own.browser().get(asked, authorization=f"Bearer {secret}").json()
    assert answer == own.browser("own-site").get(asked).json()
    (line,) = answer["points"]
    assert (line["step_s"], line["mean"]) == (None, [20.0, 21.0, 40.0, None, 19.0])
    (line,) = own.browser("own-site").get(f"{asked}&buckets=1").json()["points"]
    assert line["step_s"] >= 1800
    assert (min(filter(None, line["min"])), max(filter(None, line["max"]))) == (19.0, 40.0)
    assert sum(line["count"]) == 4


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("point=none&start=2026-01-01&end=2026-01-02", "a has no point none"),
        ("point=pump&start=2026-01-02&end=2026-01-01", "the period ends before it begins"),
        ("point=pump&start=x&end=2026-01-01", "start: time 'x': expected ISO 8601"),
        (
            "&".join(f"point=p{n}" for n in range(13)) + "&start=2026-01-01&end=2026-01-02",
            "13 points are asked for: from 1 to 12 are drawn",
        ),
    ],
)
def test_a_trend_that_is_none_is_refused_in_words(centre, query, said):
    browser = centre.browser("own-owner")
    answer = browser.get(f"/api/v1/plants/a/trend?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (422, said)
    chinese = browser.get(f"/api/v1/plants/a/trend?{query}&lang=zh").json()["detail"]
    assert re.search("[\u4e00-\u9fff]", chinese)
    page = browser.get(f"/plants/a/trends?{query}&lang=en")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert 'id="trend"' not in page.text


def test_the_numbers_stand_on_the_page_in_both_languages(own):
    browser = own.browser("own-operator")
    sent(own, "heat", [20.0, 21.0, 40.25])
    sent(own, "heat", [1234.5], plant="b")
    for lang, word in (("en", "The numbers as a table"), ("zh", "数值表")):
        text = browser.get(f"/plants/a/trends?point=heat&period=day&beside=b&lang={lang}").text
        assert word in text
        assert "40.25" in text
        assert "/api/v1/plants/b/trend?point=heat" in text
        assert "format=parquet" in text
        assert "?point=heat&amp;beside=b&amp;period=year" in text
    choose = browser.get("/plants/a/trends?lang=en").text
    assert "Choose what to look at" in choose
    nothing = browser.get("/plants/a/trends?point=heat&start=2020-01-01&end=2020-02-01&lang=en")
    assert "No readings in this period" in nothing.text


def test_the_language_is_changed_and_the_points_stay(own):
    sent(own, "heat", [20.0])
    text = own.browser("root").get("/plants/a/trends?point=heat&point=pump&lang=en").text
    assert 'href="/plants/a/trends?point=heat&amp;point=pump&amp;lang=zh"' in text
