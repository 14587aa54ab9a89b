"""The page of a diagnosis: figures as they were kept, who agrees, and the work it makes."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from loopkeeper.app.access import SERVICE
from loopkeeper.app.ports import Diagnosed, FoundDeviation
from peers.centre import NASTY, RECORDS, centre_on, form_of, harmless

pytestmark = pytest.mark.integration
PLACE = "/plants/a/diagnosis"


def energy(value, low, high):
    return {"value": value, "low": low, "high": high}


def deviation(kind, cause, finding, amount):
    return {
        "kind": kind,
        "cause": cause,
        "finding": finding,
        "energy_kWh": amount,
        "share": 0.75,
        "confidence": 0.85,
        "onset": "2026-01-10",
        "merged_with": [],
        "evidence": ["No maintenance is written down."],
        "settles_by": ["weigh it"],
        "settling": [
            {
                "code": "x",
                "sentence": "Weigh it.",
                "effort": {"sentence": "1 to 2 days, 3000 CNY."},
            }
        ],
        "actions": ["Clean both exchangers."],
        "course": {
            "months": ["2025-11", "2025-12"],
            "measured_kWh": [9000.0, 12000.0],
            "expected_kWh": [8000.0, 9000.0],
            "if_repaired_kWh": [8500.0, 9500.0],
        },
        "readings": [
            {"point": p, "quantity": "flow", "of": "source", "file": None}
            for p in ("flow a", "pump", "pump")
        ],
    }


def diagnosed(finding="It is <b>dirty</b>."):
    """100 MWh promised, +2 weather, +16 wear, +5 by-pass, -1 unexplained: 122 measured."""
    wear = deviation("operation", "operation.wear", finding, energy(16000.0, 0.0, 29000.0))
    leak = deviation(
        "hydraulic", "hydraulic.bypass", "A valve leaks.", energy(5000.0, 1000.0, 7000.0)
    )
    found = {
        "period": {"start": "2025-11-01T00:00:00+08:00", "end": "2026-10-31T00:00:00+08:00"},
        "boundary": "GB/T 50801",
        "healthy": False,
        "promised": {"electricity_kWh": energy(100000.0, 95000.0, 105000.0)},
        "measured_kWh": energy(122000.0, 121500.0, 122500.0),
        "weather_and_use_kWh": energy(2000.0, 500.0, 3500.0),
        "shortfall_kWh": energy(22000.0, 17000.0, 27000.0),
        "deviations": [wear, leak],
        "unexplained_kWh": energy(-1000.0, -9000.0, 12000.0),
        "cautions": [
            {
                "code": "x",
                "severity": "caution",
                "sentence": "The factor of heating is withheld.",
                "figures": {},
            }
        ],
    }
    parts = [
        FoundDeviation(
            kind=one["kind"],
            cause=one["cause"],
            share=0.75,
            confidence=0.85,
            energy=one["energy_kWh"]["value"],
            low=0.0,
            high=1.0,
        )
        for one in (wear, leak)
    ]
    now = datetime.now(UTC)
    return Diagnosed(
        made_at=now - timedelta(hours=3),
        code_version="1",
        data_version="7",
        start=now - timedelta(days=365),
        end=now,
        found={"en": found, "zh": found},
        deviations=tuple(parts),
    )


@pytest.fixture(params=RECORDS)
def centre(request, tmp_path):
    with centre_on(request.param, tmp_path) as made:
        made.service.book(SERVICE).diagnoses.add("a", diagnosed())
        yield made


def test_how_much_of_what_since_when_and_what_to_do(centre):
    browser = centre.browser("own-operator")
    text = browser.get(f"{PLACE}?lang=en").text
    for word in (
        "22.0 MWh more than promised",
        "17.0 to 27.0",
        "+22 %",
        "GB/T 50801",
        "3 h ago",
        "2025-11-01",
        "Operation",
        "It is &lt;b&gt;dirty&lt;/b&gt;.",
        "+16.0 MWh",
        "0.0 to 29.0",
        "75 %",
        "85 %",
        "2026-01-10",
        "No maintenance is written down.",
        "Weigh it.",
        "3000 CNY",
        "Clean both exchangers.",
        "-1.0 MWh",
        "-9.0 to 12.0",
        "most in 2025-12, 2.5 MWh",
        "The factor of heating is withheld.",
    ):
        assert word in text, word
    asked = unescape(re.search(r'href="(/plants/a/trends\?[^"]+)"', text)[1])
    assert asked == (
        "/plants/a/trends?point=flow+a&point=pump"
        "&start=2025-11-01T00%3A00%3A00%2B08%3A00&end=2026-10-31T00%3A00%3A00%2B08%3A00"
    )
    for word in ("比承诺多用 22.0 MWh", "运维偏差", "处理措施", "未解释"):
        assert word in browser.get(f"{PLACE}?lang=zh").text, word
    assert "/plants/a/diagnosis" in browser.get("/").text


def test_somebody_accepts_and_another_who_read_it_before_is_told(centre):
    one, two = centre.browser("own-operator"), centre.browser("own-engineer")
    read = form_of(one.get(PLACE).text, "operation.wear", "accepted")
    assert read["version"] == "0"
    first = {**read, "stance": "accepted", "note": "seen at the overhaul"}
    answer = two.post(f"{PLACE}/stance", **first)
    assert answer.headers["location"] == f"{PLACE}#operation.wear"
    late = one.post(f"{PLACE}/stance?lang=en", **read, stance="disputed", note="the meter is off")
    assert late.status_code == 409
    for word in (
        "of version 1 by now",
        "seen at the overhaul",
        "own-engineer",
        'value="the meter is off"',
    ):
        assert word in late.text, word
    again = form_of(late.text, "operation.wear", "disputed")
    sent = {**again, "stance": "disputed", "note": "the meter is off"}
    assert one.post(f"{PLACE}/stance", **sent).status_code == 303
    held = centre.service.book(SERVICE).stances
    assert [(s.stance, s.changed_by) for s in held.editions("a", "operation.wear")] == [
        ("accepted", "own-engineer"),
        ("disputed", "own-operator"),
    ]
    assert [s.note for s in held.all("a")] == ["the meter is off"]
    told = two.get("/audit?lang=en").text
    assert "deviation accepted" in told
    assert "deviation disputed" in told


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"stance": "disputed", "note": ""}, 422),
        ({"stance": "maybe", "note": "x"}, 422),
        ({"stance": "accepted", "note": "x" * 2001}, 422),
        ({"stance": "accepted", "cause": "operation.none"}, 404),
    ],
)
def test_a_stance_nobody_can_take_is_refused(centre, sent, status):
    browser = centre.browser("own-operator")
    read = form_of(browser.get(PLACE).text, "operation.wear", "accepted")
    assert browser.post(f"{PLACE}/stance", **read | sent).status_code == status
    assert centre.service.book(SERVICE).stances.all("a") == ()


def test_a_work_order_names_its_deviation_and_the_deviation_its_order(centre):
    browser = centre.browser("own-operator")
    read = form_of(browser.get(PLACE).text, "operation.wear", "Clean both exchangers.")
    assert read == {"about": "operation.wear"}
    sent = {**read, "title": "Clean both exchangers.", "assignee": "li", "due_on": "2026-12-01"}
    answer = browser.post("/plants/a/orders", **sent)
    assert answer.headers["location"] == "/plants/a/orders/1"
    order = browser.get("/plants/a/orders/1?lang=en").text
    assert "/plants/a/diagnosis#operation.wear" in order
    assert "+16.0 MWh" in order
    assert 'href="/plants/a/orders/1"' in browser.get(PLACE).text


def test_a_plant_that_was_never_diagnosed_says_so(centre):
    text = centre.browser("own-operator").get("/plants/b/diagnosis?lang=en").text
    assert "Not diagnosed yet" in text
    assert "A diagnosis is being made" in text  # the centre has asked for one
    assert "Diagnose now" not in text
    assert centre.browser("own-operator").post("/plants/b/diagnosis").status_code == 404


def test_nobody_else_sees_or_says_anything(centre):
    for name in ("foreign-admin", "foreign-operator"):
        browser = centre.browser(name)
        assert browser.get(PLACE).status_code == 404
        sent = {"cause": "operation.wear", "stance": "accepted", "version": "0"}
        assert browser.post(f"{PLACE}/stance", **sent).status_code == 404
    reads = centre.browser("own-evaluator")
    assert 'name="stance"' not in reads.get(PLACE).text
    assert reads.post(f"{PLACE}/stance", cause="operation.wear").status_code == 403
    assert centre.browser("own-partner").get("/plants/b/diagnosis").status_code == 404


def test_what_is_said_of_a_deviation_stays_words(centre):
    browser = centre.browser("own-operator")
    for nasty in NASTY:
        for field in ("cause", "version", "stance", "note"):
            read = form_of(browser.get(PLACE).text, "operation.wear", "accepted")
            sent = {"stance": "accepted", "note": "n", field: nasty}
            harmless(browser.post(f"{PLACE}/stance", **read | sent))
        text = browser.get(PLACE)
        assert "<script>alert" not in text.text
    centre.service.book(SERVICE).diagnoses.add("a", diagnosed(NASTY[0]))
    assert "<script>alert" not in browser.get(PLACE).text
