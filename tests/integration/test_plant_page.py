"""The page of a plant: its schematic from its own dossier, readings, the promise, and news."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import polars as pl
import pytest

from loopkeeper.app.access import SERVICE
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Diagnosed, FoundDeviation, Judged
from loopkeeper.app.use_cases.fleet_view import LastHeard
from loopkeeper.app.use_cases.plant_view import promise_kept
from loopkeeper.app.work_orders import WorkOrder
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.bootstrap.views import plant_view
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.words import Language
from loopkeeper.virtual.templates import template
from loopkeeper.web.access import Gate
from loopkeeper.web.api import Doors, build
from loopkeeper.web.pages.plant import _news

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVIL = "<script>alert(1)</script>{{7*7}}"


def energies(value, low, high):
    return {"value": value, "low": low, "high": high}


FOUND = {
    "promised": {"electricity_kWh": energies(100e3, 99e3, 101e3)},
    "measured_kWh": energies(112e3, 111e3, 113e3),
    "shortfall_kWh": energies(12e3, 9e3, 15e3),
    "boundary": "GB/T 50801",
    "period": {"start": "2025-03-01T00:00:00+08:00", "end": "2026-03-01T00:00:00+08:00"},
}
WORN = FoundDeviation(
    kind="operation",
    cause="operation.wear",
    energy=11e3,
    low=8e3,
    high=14e3,
    share=0.9,
    confidence=0.95,
)


def diagnosed(found=FOUND):
    """As a service keeps it: in both languages."""
    return Diagnosed(
        made_at=NOW,
        code_version="1",
        data_version="entry 1",
        start=NOW - timedelta(days=365),
        end=NOW,
        found=dict.fromkeys(Language, found),
        deviations=(WORN,),
    )


def point(quantity, of, unit):
    name = f"{of}.{quantity}"
    return Point(id=name, quantity=quantity, of=of, statistic=Statistic.MEAN, unit=unit)


@pytest.fixture
def centre(tmp_path):
    """A service of an office whose load and first machine are read, and of a plant unknown."""
    made = service(Settings(tmp_path / "store"))
    made.newest.closed = True
    points = (point("supply_temperature", "load", "°C"), point("running", "hp1", "-"))
    made.plants["office"] = replace(template("office").plant, points=points)
    came = Columns()
    now = round(datetime.now(UTC).timestamp() * 1e6)
    came.add("office", "load.supply_temperature", now, 44.6)
    came.add("office", "hp1.running", now, 1.0)
    came.add("unknown", "p", now, 1.0)
    made.store.append(came.frame())
    yield made
    made.store.close()
    made.records.close()


def opened(centre, path):
    app = build(Doors(centre, Gate([], centre.book(SERVICE).members, centre.door)))

    async def call():
        door = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8470") as calls:
            return await calls.get(path)

    return asyncio.run(call())


def test_a_plant_is_drawn_from_its_own_dossier_with_what_is_read(centre):
    page = opened(centre, "/plants/office?lang=en").text
    assert page.count('class="part machine') == len(template("office").plant.machines)
    assert 'class="part machine running"' in page
    assert "supply temperature 44.6 °C" in page
    assert "not yet" in page


@pytest.mark.parametrize("lang", Language)
def test_a_plant_without_a_dossier_and_one_that_is_none(centre, lang):
    answer = opened(centre, f"/plants/unknown?lang={lang}")
    assert answer.status_code == 200
    assert "<svg" not in answer.text
    assert opened(centre, f"/plants/nowhere?lang={lang}").status_code == 404
    assert opened(centre, f"/plants/nowhere/stream?lang={lang}").status_code == 404


def test_what_was_promised_stands_with_interval_boundary_period_and_age(centre):
    centre.book(SERVICE).diagnoses.add("office", diagnosed())
    page = opened(centre, "/plants/office?lang=en").text
    for said in ("+12.0 MWh (+12 %)", "90 % interval 9.0 to 15.0", "GB/T 50801", "2025-03-01"):
        assert said in page
    assert "+11.0 MWh" in page


def test_a_shortfall_within_its_doubt_is_said_to_be_none():
    gap = {**FOUND, "shortfall_kWh": energies(1e3, -2e3, 4e3)}
    kept = promise_kept(diagnosed(gap), Language.ENGLISH)
    assert (kept.told, kept.share) == (False, 0.01)
    assert promise_kept(diagnosed(), Language.CHINESE).told


def test_rounds_tell_how_far_it_is_to_each_limit(centre):
    figures = {"calc.watch.total": 0.4, "calc.watch.inlet": 1.2, "other": 3.0}
    judged = Judged(NOW, "1", "entry 1", {"figures": figures, "verdicts": []})
    view = plant_view(centre, SERVICE, "office")
    assert view.watch(judged) == {"inlet": 1.2, "total": 0.4}


def test_what_people_wrote_stays_words(centre):
    centre.book(SERVICE).orders.open("office", WorkOrder(title=EVIL, assignee=EVIL))
    page = opened(centre, "/plants/office").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_news_are_told_when_readings_come_and_end_when_the_service_does():
    heard = LastHeard(lambda _: pl.DataFrame())

    async def still_here():
        return False

    async def told():
        news = _news(heard, "a", SimpleNamespace(is_disconnected=still_here))
        lines = [await anext(news)]
        heard.saw(pl.DataFrame({"plant": ["a"], "point": ["p"], "time": [NOW]}))
        lines.append(await anext(news))
        heard.saw(pl.DataFrame({"plant": ["b"], "point": ["p"], "time": [NOW]}))
        heard.closed = True
        lines += [line async for line in news]
        return lines

    assert asyncio.run(told()) == ["retry: 3000\n\n", "event: readings\ndata: 1\n\n"]
