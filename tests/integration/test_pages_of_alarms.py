"""The alarm console: what an operator sees, does, and what happens where two do at once."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import polars as pl
import pytest

from loopkeeper.app.access import SERVICE
from loopkeeper.app.alarming import Watched
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Condition, Definition
from loopkeeper.lifecycle.monitor.alarm import Priority as Rank
from peers.centre import NASTY, RECORDS, centre_on, form_of, harmless

pytestmark = pytest.mark.integration
SAID = {
    "name": "Water about to freeze",
    "name_zh": "即将冻结",
    "cause": "flow too small",
    "cause_zh": "流量不足",
    "consequence": "the evaporator bursts",
    "consequence_zh": "蒸发器胀裂",
    "action": "stop the machine",
    "action_zh": "停机",
}


@pytest.fixture(params=RECORDS)
def centre(request, tmp_path):
    """Three alarms that stand: two of plant a, one of plant b."""
    with centre_on(request.param, tmp_path) as made:
        watch = made.service.watch
        watch.welcome(
            Watched(
                plant,
                Definition(
                    id=name, point=name, condition=Condition.ABOVE, limit=3.0, priority=rank
                ),
                SAID,
            )
            for plant, name, rank in (
                ("a", "slow", Rank.MEDIUM),
                ("a", "frost", Rank.CRITICAL),
                ("b", "theirs", Rank.HIGH),
            )
        )
        rows = [("a", "slow"), ("a", "frost"), ("b", "theirs")]
        seen = [{"plant": p, "point": q, "value": 7.5, "quality": 0} for p, q in rows]
        watch.saw(pl.DataFrame(seen).with_columns(time=pl.lit(datetime.now(UTC))))
        yield made


def state(centre, name):
    found = {w.definition.id: s for w, s in centre.service.alarms(SERVICE).standing()}
    return str(found[name].state) if name in found else "normal"


def pressed(text, alarm, deed):
    """What is sent where the button of an alarm is pressed."""
    return form_of(text, alarm, deed) | {"deed": deed}


def test_the_most_urgent_stands_first_with_what_to_do(centre):
    browser = centre.browser("own-operator")
    for lang, words in (
        (
            "en",
            (
                "critical",
                "Water about to freeze",
                "stop the machine",
                "evaporator bursts",
                "flow too small",
                "7.5",
                "above 3",
            ),
        ),
        ("zh", ("紧急", "即将冻结", "停机", "蒸发器胀裂", "流量不足", "高于 3")),
    ):
        text = browser.get(f"/alarms?lang={lang}").text
        first = re.findall(r"<tr>.*?</tr>", text, re.DOTALL)[1]
        for word in words:
            assert word in first, word
        assert text.count("frost") >= 1
        assert "theirs" in text
    one = browser.get("/plants/a/alarms").text
    assert "frost" in one
    assert "theirs" not in one
    assert browser.get("/plants/none/alarms").status_code == 404
    turned = browser.get("/alarms?sort=-priority&lang=en").text
    assert "slow" in re.findall(r"<tr>.*?</tr>", turned, re.DOTALL)[1]
    assert browser.get("/alarms?q=theirs").text.count('value="acknowledge"') == 1


def test_an_alarm_goes_its_way_and_the_trail_says_who(centre):
    browser, place = centre.browser("own-operator"), "/plants/a/alarms?lang=en"
    for deed, more, after in (
        ("acknowledge", {}, "acknowledged"),
        ("shelve", {"note": "strainer", "hours": "4"}, "shelved"),
        ("put_back", {}, "unacknowledged"),
        ("take_out", {"note": "sensor is away"}, "out_of_service"),
    ):
        form = pressed(browser.get(place).text, "frost", deed) | more
        answer = browser.post(place, **form)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == place
        assert state(centre, "frost") == after
    text = browser.get(place).text
    assert "sensor is away" in text
    assert "own-operator" in text
    told = centre.browser("own-engineer").get("/audit?lang=en").text
    for deed in ("alarm acknowledged", "alarm shelved", "alarm put back", "alarm out of service"):
        assert deed in told


def test_who_was_faster_is_named_and_nothing_typed_is_lost(centre):
    one, two = centre.browser("own-operator"), centre.browser("own-engineer")
    read = pressed(one.get("/alarms").text, "frost", "shelve")
    first = pressed(two.get("/alarms").text, "frost", "take_out") | {"note": "bo repairs it"}
    assert two.post("/alarms", **first).status_code == 303
    late = one.post("/alarms?lang=en", **read | {"note": "my own reason", "hours": "8"})
    assert late.status_code == 409
    for word in ("own-engineer was faster", "out of service", "bo repairs it", "my own reason"):
        assert word in late.text, word
    assert 'value="8" selected' in late.text
    assert state(centre, "frost") == "out_of_service"
    again = pressed(late.text, "frost", "shelve") | {"note": "my own reason", "hours": "8"}
    assert one.post("/alarms", **again).status_code == 303
    assert state(centre, "frost") == "shelved"


def test_what_time_changed_meanwhile_is_no_conflict(centre):
    browser = centre.browser("own-operator")
    form = pressed(browser.get("/alarms").text, "slow", "acknowledge")
    later = datetime.now(UTC) + timedelta(minutes=1)
    back = {"plant": "a", "point": "slow", "time": later, "value": 1.0, "quality": 0}
    centre.service.watch.saw(pl.DataFrame([back]))
    assert state(centre, "slow") == "returned_unacknowledged"
    assert browser.post("/alarms", **form).status_code == 303
    assert state(centre, "slow") == "normal"


@pytest.mark.parametrize(
    "wrong",
    [
        {"note": ""},
        {"note": "x" * 501},
        {"hours": "48"},
        {"hours": "-1"},
        {"hours": "x"},
        {"since": "yesterday"},
        {"since": ""},
    ],
)
def test_what_cannot_be_is_said_and_kept(centre, wrong):
    browser = centre.browser("own-operator")
    form = pressed(browser.get("/alarms").text, "frost", "shelve")
    answer = browser.post("/alarms", **form | {"note": "why", "hours": "1"} | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert wrong.get("note", "why")[:20] in answer.text
    assert state(centre, "frost") == "unacknowledged"


def test_an_alarm_of_a_plant_that_is_not_ones_own_is_none(centre):
    form = pressed(centre.browser("own-operator").get("/alarms").text, "theirs", "acknowledge")
    assert centre.browser("own-operator").post("/plants/a/alarms", **form).status_code == 404
    assert centre.browser("foreign-admin").post("/alarms", **form).status_code == 404
    assert centre.browser("foreign-admin").post("/plants/b/alarms", **form).status_code == 404
    assert "theirs" not in centre.browser("foreign-admin").get("/alarms").text
    assert "theirs" not in centre.browser("own-partner").get("/alarms").text
    assert centre.browser("own-partner").get("/plants/b/alarms").status_code == 404
    assert centre.browser("own-evaluator").post("/alarms", **form).status_code == 403
    assert 'name="deed"' not in centre.browser("own-evaluator").get("/alarms").text
    assert state(centre, "theirs") == "unacknowledged"


def test_a_flood_is_said_and_counted(centre):
    now, book = datetime.now(UTC), centre.service.book(SERVICE).alarms
    came = [
        AlarmEvent(
            time=now - timedelta(seconds=n),
            alarm="slow",
            before=AlarmState.NORMAL,
            after=AlarmState.UNACKNOWLEDGED,
        )
        for n in range(25)
    ]
    old = AlarmEvent(
        time=now - timedelta(days=2, hours=1),
        alarm="slow",
        before=AlarmState.NORMAL,
        after=AlarmState.UNACKNOWLEDGED,
    )
    book.note({}, [old, *came[::-1]], {"slow": "a"})
    text = centre.browser("own-operator").get("/plants/a/alarms?lang=en").text
    assert re.search(r"Flood: (2[0-9]|1[1-9]) alarms within ten minutes", text)
    assert "Chattering" in text
    # 25 and the two that stand; two days and an hour ago is the third day
    days = re.findall(
        r"<li><b>(\d+)</b><small>", re.search(r'class="days">(.*?)</ol>', text, re.DOTALL)[1]
    )
    assert days == ["27", "0", "1", "0", "0", "0", "0"]


def test_what_is_typed_at_an_alarm_stays_words(centre):
    browser = centre.browser("own-operator")
    seen = pressed(browser.get("/alarms").text, "slow", "acknowledge")
    for nasty in NASTY:
        for field in ("alarm", "since", "deed", "note", "hours"):
            form = pressed(browser.get("/alarms").text, "frost", "shelve")
            typed = {"note": "n", "hours": "1", field: nasty}
            harmless(browser.post("/alarms", **form | typed))
            if state(centre, "frost") == "shelved":
                text = browser.get("/alarms").text
                assert "<script>alert" not in text
                back = pressed(text, "frost", "put_back")
                assert browser.post("/alarms", **back).status_code == 303
        for asked in ("q", "sort", "page", "lang"):
            harmless(browser.get(f"/alarms?{urlencode({asked: nasty})}"))
            harmless(browser.post(f"/alarms?{urlencode({asked: nasty})}", **seen))
