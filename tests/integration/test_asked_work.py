"""A diagnosis and a report that somebody asks a service for: jobs, records, files."""

import hashlib
import shutil
import urllib.request
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
import polars as pl
import pytest

import loopkeeper as lk
from loopkeeper import __version__
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.app.groundwork import admit_readings
from loopkeeper.app.judging import as_readings, by_hours
from peers.processes import Serve, until

pytestmark = pytest.mark.integration


@cache
def planted():
    """What the demonstration's own readings speak for."""
    return lk.diagnose(lk.demo()).diagnosis.deviations


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service that received the demonstration's year, moved by whole days to end now."""
    home = tmp_path_factory.mktemp("home")
    (home / "plants").mkdir()
    shutil.copytree(
        lk.demo(), home / "plants" / "office", ignore=shutil.ignore_patterns("telemetry")
    )
    readings, _ = read_telemetry(lk.demo(), read_dossier(lk.demo()).plant)
    moved = timedelta(days=(datetime.now(UTC) - readings["time"].max()).days)
    readings = readings.select(pl.col("time") + moved, "point", "value")
    (home / "lk.toml").write_text(
        '[store]\nfolder = "store"\n[plants]\nfolder = "plants"\n[rounds]\nhours = 0\n'
        '[[feed]]\nkind = "drop"\nevery = 0.2\nfolder = "inbox"\n'
    )
    made = Serve(home / "lk.toml").start()
    (home / "inbox" / "office").mkdir(parents=True)
    readings.write_parquet(home / "year.parquet")
    shutil.move(home / "year.parquet", home / "inbox" / "office" / "year.parquet")
    try:
        assert until(lambda: made.get("/api/v1/plants") == ["office"], 90), made.get("/health")
        yield made
    finally:
        made.stop()


@pytest.mark.slow
def test_a_diagnosis_that_is_asked_for_is_a_job_and_a_record(service):
    place = "/api/v1/plants/office/diagnosis"
    assert "not been diagnosed" in service.get(place)["detail"]
    assert service.get("/api/v1/plants/office/deviations") == []
    job = posted(service, place)
    assert posted(service, place)["job"] == job["job"]  # of one plant one is open
    done = ended(service, job)
    assert (done["kind"], done["state"]) == ("diagnosis", "done"), done["error"]
    answer = service.get(f"{place}?lang=en")
    causes = {one["cause"] for one in answer["deviations"]}
    assert causes == {one.cause for one in planted()}
    (kept,) = service.get("/api/v1/plants/office/deviations")
    first, told = kept["deviations"][0], answer["deviations"][0]
    assert first["energy_kWh"] == pytest.approx(told["energy_kWh"]["value"], abs=0.1)
    assert first["energy_low_kWh"] <= first["energy_kWh"] <= first["energy_high_kWh"]
    assert kept["code_version"] == __version__
    gap = answer["shortfall_kWh"]
    page = service.get("/plants/office?lang=en")
    for told in (f"{gap['value'] / 1e3:+.1f} MWh (", f"{gap['low'] / 1e3:.1f} to", "GB/T 50801"):
        assert told in page
    for one in answer["deviations"]:
        assert f"{one['energy_kWh']['value'] / 1e3:+.1f} MWh" in page


@pytest.mark.slow
def test_a_report_that_is_asked_for_is_fetched_as_it_was_printed(service):
    place = "/api/v1/plants/office/reports"
    before = {r["sha256"] for r in service.get(place)}
    wish = {"about": "commissioning", "suffix": ".html", "language": "en"}
    job = posted(service, place, wish)
    done = ended(service, job)
    assert (done["kind"], done["state"]) == ("report", "done"), done["error"]
    (new,) = [r for r in service.get(place) if r["sha256"] not in before]
    url = f"http://127.0.0.1:{service.port}{place}/{new['sha256']}"
    raw = urllib.request.urlopen(url, timeout=10).read()
    assert hashlib.sha256(raw).hexdigest() == new["sha256"]
    posted(service, place, wish)  # printed again, the one before stays what it was
    assert until(lambda: len(service.get(place)) == len(before) + 2, 120)
    assert (
        hashlib.sha256(urllib.request.urlopen(url, timeout=10).read()).hexdigest() == new["sha256"]
    )
    file = service.config.parent / "store" / "reports" / "office" / new["file"]
    file.write_bytes(raw + b" ")
    assert "its file changed" in service.get(f"{place}/{new['sha256']}")["detail"]
    assert "expected" in posted(service, place, wish | {"about": "nothing"})["detail"]
    assert "no dossier" in posted(service, place.replace("office", "none"), wish)["detail"]


def sent(service, name, raw):
    """The job of a file that is sent."""
    url = f"http://127.0.0.1:{service.port}/api/v1/plants/office/imports"
    return httpx.post(url, params={"name": name}, content=raw, timeout=10).json()


@pytest.mark.slow
def test_a_file_that_is_sent_is_read_and_its_sender_told(service):
    """The point is declared in kW: the file's head says W, and what it says is converted."""
    day = (datetime.now(UTC) - timedelta(days=500)).date()  # before the demonstration's year
    file = f"时间,src_flow,hp1_p [W],nobody\n{day} 08:00,12.5,4200,1\n昨天,1,1,1\n"
    raw = file.encode("gb18030")
    done = ended(service, sent(service, "五月.csv", raw))
    assert (done["kind"], done["state"], done["error"]) == ("import", "done", "")
    result = done["result"]
    assert (result["kept"], result["put_aside"], result["points"]) == (3, 0, 3)
    assert any(v["code"].startswith("dossier.time") for v in result["said"])
    assert all(v["sentence_zh"] and v["sentence_en"] for v in result["said"])
    window = f"start={day}T00:00:00Z&end={day}T01:00:00Z"
    rows = service.get(f"/api/v1/plants/office/readings?{window}")
    # 08:00 in Shanghai; the point of the machines' power is declared in kW
    assert {r["time"] for r in rows} == {f"{day}T00:00:00.000000Z"}
    values = {r["point"]: r["value"] for r in rows}
    assert values == {"src_flow": 12.5, "hp1_p": 4.2, "nobody": 1.0}
    assert not list((service.config.parent / "store" / "imports" / "office").iterdir())


@pytest.mark.slow
def test_a_file_that_holds_no_readings_fails_with_its_reasons(service):
    job = sent(service, "../../letter.txt", b"Dear Sir,\n")
    path = f"/api/v1/jobs/{job['job']}"
    told = until(lambda: (one := service.get(path))["error"] and one, 120)
    assert "letter.txt: no reading can be used: " in told["error"]
    kept = list((service.config.parent / "store" / "imports" / "office").iterdir())
    assert [f.suffix for f in kept] == [".txt"]
    cancel = f"http://127.0.0.1:{service.port}{path}/cancel"
    assert httpx.post(cancel, timeout=10).json()["state"] == "cancelled"
    url = f"http://127.0.0.1:{service.port}/api/v1/plants/none/imports?name=a.csv"
    assert "no dossier" in httpx.post(url, content=b"x", timeout=10).json()["detail"]


def posted(service, path, body=None):
    answer = httpx.post(f"http://127.0.0.1:{service.port}{path}", json=body, timeout=10)
    return answer.json()


def ended(service, job):
    path = f"/api/v1/jobs/{job['job']}"
    return until(lambda: (one := service.get(path))["state"] in {"done", "failed"} and one, 240)


def hours_of(readings):
    """Hourly statistics as a store keeps them."""
    value = pl.col("value")
    rows = readings.sort("point", "time").with_columns(pl.col("time").dt.truncate("1h"))
    return rows.group_by("point", "time", maintain_order=True).agg(
        value.mean().alias("mean"),
        value.min().alias("min"),
        value.max().alias("max"),
        value.first().alias("first"),
        value.last().alias("last"),
        pl.len().alias("count"),
    )


@pytest.mark.slow
def test_means_of_pumps_that_stop_within_the_hour_are_no_dirt():
    dossier = read_dossier(lk.demo())
    hours = hours_of(read_telemetry(lk.demo(), dossier.plant)[0])

    def erratic(measured):
        said = measured.verdicts
        return [v.figures["point"] for v in said if v.code == "measure.quality.erratic"]

    read = admit_readings(dossier, as_readings(hours, dossier.plant.points))
    assert erratic(read) == ["src_flow"]
    assert erratic(by_hours(dossier, hours).measured) == []
