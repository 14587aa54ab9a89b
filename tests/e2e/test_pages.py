"""The pages in a browser: an administrator begins, lets somebody in, and both find their way."""

import re
import shutil
from contextlib import closing
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.columns import Columns
from loopkeeper.cli.main import app
from peers.processes import Serve, until

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="a browser is driven by playwright: pip install playwright"
)
pytestmark = pytest.mark.e2e
CHROMIUM = shutil.which("chromium")
GOOD = "nine brown badgers"
PLANTS = [f"plant-{n:02}" for n in range(60)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with closing(TelemetryStore(home / "store")) as store:
        came = Columns()
        for n, plant in enumerate(PLANTS):
            now = round(datetime.now(UTC).timestamp() * 1e6)
            came.add(plant, "pump", now - n * 60_000_000, 0.2)
        for n in range(3000):
            came.add("plant-08", "heat", now - n * 60_000_000, 20.0 + (n % 60) / 10)
        store.append(came.frame())
    (home / "lk.toml").write_text('[store]\nfolder = "store"\n')
    made = Serve(home / "lk.toml").start()
    yield made, home
    made.stop()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on the path (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as made:
        one = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


def opened(browser, home, asked, **how):
    """A page of a browser of its own; what goes wrong in it, or is asked of others, is kept."""
    page = browser.new_context(base_url=home, **how).new_page()
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("console", lambda said: asked.append(said.text) if said.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(home) else asked.append(r.url))
    return page


def link_of(store, *words):
    return CliRunner().invoke(app, ["access", "invite", str(store), *words]).stdout.strip()


def came_in(page, path):
    page.goto(path)
    page.fill("#password", GOOD)
    page.fill("#again", GOOD)
    page.click("main .button")
    page.wait_for_selector("#fleet table")


def test_from_the_first_link_to_the_second_person(served, browser):
    service, home = served
    base, wrong = f"http://127.0.0.1:{service.port}", []
    admin = opened(browser, base, wrong, viewport={"width": 1440, "height": 900})
    came_in(admin, link_of(home / "store", "root", "--role", "admin") + "?lang=en")
    rows = admin.locator("#fleet tbody tr")
    assert rows.count() == 50
    # the table is sorted, found in and turned without a new page, by the keyboard too
    admin.evaluate("window.same = true")
    admin.focus("#by-name")
    admin.keyboard.press("Enter")
    admin.wait_for_selector('th[aria-sort="ascending"]')
    assert admin.evaluate("document.activeElement.id") == "by-name"
    admin.focus("#q")
    admin.keyboard.type("plant-59")
    assert until(lambda: rows.count() == 1)
    assert "q=plant-59" in admin.url
    assert admin.evaluate("document.activeElement.id") == "q"
    admin.fill("#q", "")
    assert until(lambda: rows.count() == 50)
    admin.click("#on")
    assert until(lambda: rows.count() == 10)
    admin.go_back()
    assert until(lambda: rows.count() == 50)
    assert admin.evaluate("window.same")
    admin.click("#theme")
    assert admin.evaluate("document.documentElement.dataset.theme") == "dark"
    admin.reload()
    assert admin.evaluate("document.documentElement.dataset.theme") == "dark"
    admin.goto("/people")
    admin.fill("#name", "li")
    admin.select_option("#role", "partner")
    admin.fill("#plants", "plant-01 plant-02")
    admin.click("section .button")
    path = re.search(r"/invited/\S+", admin.inner_text("code"))[0]
    small = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "locale": "zh-CN"}
    phone = opened(browser, base, wrong, **small)
    came_in(phone, path)
    assert phone.get_attribute("html", "lang") == "zh-CN"
    assert phone.locator("#fleet tbody tr").count() == 2
    for place in ("/", "/alarms", "/orders", "/reports", "/account", "/jobs"):
        phone.goto(place)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, place
    admin.goto("/people?q=li")
    admin.click("summary")
    admin.click("form[action='/people/switch'] button")
    phone.goto("/")
    assert "/login" in phone.url
    live = opened(browser, base, [], storage_state=admin.context.storage_state())
    refused = []
    live.on("console", lambda said: refused.append(said.text) if "policy" in said.text else None)
    live.goto("/plants/plant-07/live")
    assert until(lambda: live.input_value("#plant") == "plant-07")
    assert refused == []
    assert wrong == []


def test_a_trend_is_looked_into_by_hand_and_by_key(served, browser):
    service, home = served
    base, wrong = f"http://127.0.0.1:{service.port}", []
    page = opened(browser, base, wrong, viewport={"width": 390, "height": 844})
    came_in(page, link_of(home / "store", "sun", "--role", "engineer") + "?lang=en")
    page.goto("/plants/plant-08/trends?lang=en")
    page.fill("#find-point", "pump")
    assert page.locator(".pick label:visible").count() == 1
    page.fill("#find-point", "")
    page.check('input[value="heat"]')
    page.click(".pick + .button")
    drawn = "#trend:not([aria-busy]) .panels figure > canvas"
    page.wait_for_selector(drawn)
    assert "point=heat" in page.url
    cells = page.locator(".legend tbody td")
    assert until(lambda: cells.nth(2).inner_text() == "20.00")
    assert cells.nth(3).inner_text() == "25.90"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    whole = page.url
    page.focus(".panels")
    page.keyboard.press("+")
    assert until(
        lambda: "start=" in page.url and "period=" not in page.url.replace("period=&", "")
    )
    page.wait_for_selector(drawn)
    near = page.url
    page.locator(drawn).scroll_into_view_if_needed()
    box = page.locator(drawn).bounding_box()
    y = box["y"] + 60
    page.mouse.move(box["x"] + 150, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, y, steps=4)
    page.mouse.up()
    assert until(lambda: page.url != near)
    link = page.get_attribute("a[data-export]", "href")
    assert re.search(r"start=([^&]+)", page.url)[1] in link
    page.wait_for_selector(drawn)
    page.focus(".panels")
    page.keyboard.press("Home")
    assert until(lambda: page.url == whole)
    page.wait_for_selector(drawn)
    # what listens is gone with the section
    page.evaluate("document.getElementById('trend').remove()")
    page.mouse.move(box["x"] + 160, y)
    assert wrong == []


def test_without_script_the_pages_work_too(served, browser):
    service, home = served
    base, wrong = f"http://127.0.0.1:{service.port}", []
    page = opened(browser, base, wrong, java_script_enabled=False)
    came_in(page, link_of(home / "store", "wu", "--role", "engineer") + "?lang=en")
    page.fill("#q", "plant-59")
    page.press("#q", "Enter")
    page.wait_for_url("**q=plant-59*")
    assert page.locator("#fleet tbody tr").count() == 1
    page.click("#by-name")
    assert page.get_attribute("th", "aria-sort") == "ascending"
    page.click("text=Log out")
    page.wait_for_url("**/login")
    assert wrong == []
