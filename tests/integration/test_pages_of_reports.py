"""The page of reports: asked for as jobs, listed with their hashes."""

import shutil
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

import pytest

import loopkeeper as lk
from loopkeeper.app.access import SERVICE
from loopkeeper.app.ports import PrintedReport
from peers.centre import NASTY, Centre, harmless

pytestmark = pytest.mark.integration
WISH = {
    "plant": "office",
    "about": "monthly",
    "period": "2026-03",
    "language": "en",
    "suffix": ".docx",
}


@pytest.fixture
def centre(tmp_path):
    """A plant with a dossier, and a report of it that was printed."""
    plants = tmp_path / "plants"
    shutil.copytree(lk.demo(), plants / "office", ignore=shutil.ignore_patterns("telemetry"))
    made = Centre(tmp_path / "store", plants=plants)
    raw = b"report"
    place = made.service.reports / "office"
    place.mkdir(parents=True)
    (place / "one.pdf").write_bytes(raw)
    printed = PrintedReport(datetime.now(UTC), "1", "one.pdf", sha256(raw).hexdigest())
    made.service.book(SERVICE).reports.add("office", printed)
    yield made
    made.close()


def test_a_report_is_asked_for_and_what_was_printed_is_fetched(centre):
    browser = centre.browser("own-operator")
    assert browser.post("/reports", **WISH).status_code == 303
    (job,) = [j for j in centre.service.book(SERVICE).jobs.all() if j.kind == "report"]
    told = {k: v for k, v in WISH.items() if k != "plant"}
    assert (job.plant, dict(job.payload), job.asked_by) == ("office", told, "own-operator")
    text = browser.get("/reports?lang=en").text
    for word in ("waiting", "monthly report", "own-operator", sha256(b"report").hexdigest()):
        assert word in text, word
    link = f"/api/v1/plants/office/reports/{sha256(b'report').hexdigest()}"
    assert f'href="{link}"' in text
    assert browser.get(link).content == b"report"
    assert "月报" in browser.get("/reports?lang=zh").text


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"about": "weekly"}, 422),
        ({"period": "2026-13"}, 422),
        ({"suffix": ".exe"}, 422),
        ({"language": "fr"}, 422),
        ({"plant": "a"}, 422),
        ({"plant": "none"}, 404),
        ({"plant": ""}, 404),
    ],
)
def test_what_nobody_can_print_is_refused(centre, wrong, status):
    answer = centre.browser("own-operator").post("/reports", **WISH | wrong)
    assert answer.status_code == status
    assert all(j.kind != "report" for j in centre.service.book(SERVICE).jobs.all())


def test_reports_of_others_are_none(centre):
    for name in ("foreign-admin", "own-partner"):
        assert "one.pdf" not in centre.browser(name).get("/reports").text
    assert centre.browser("foreign-admin").post("/reports", **WISH).status_code == 404
    assert centre.browser("own-evaluator").post("/reports", **WISH).status_code == 403
    assert "one.pdf" in centre.browser("own-evaluator").get("/reports").text


def test_what_is_typed_of_a_report_stays_words(centre):
    browser = centre.browser("own-operator")
    for nasty in NASTY:
        for field in WISH:
            harmless(browser.post("/reports", **WISH | {field: nasty}))
        for asked in ("q", "sort", "page", "lang"):
            harmless(browser.get(f"/reports?{urlencode({asked: nasty})}"))
    printed = PrintedReport(datetime.now(UTC), "1", NASTY[0], "0" * 64)
    centre.service.book(SERVICE).reports.add("office", printed)
    harmless(browser.get("/reports"))
