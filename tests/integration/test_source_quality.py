"""What a source says of its reading goes with it from gateway to report, and counts alike."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.feeds.json_payload import read_json
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.peers.push import _bodies
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.app.alarming import AlarmWatch, Watched
from loopkeeper.app.calculating import Calculating
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Window
from loopkeeper.app.sensor_health import sensor_health
from loopkeeper.cli.main import app
from loopkeeper.lifecycle.monitor.alarm import Condition, Definition
from loopkeeper.measure.admit import admit
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant

pytestmark = pytest.mark.integration
ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNT = 144


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plants") / "office"
    build_virtual_plant(folder, Life("office", years=1), Recording(60))
    return read_dossier(folder)


def told(quality):
    """A day of one point as a platform sends it, every reading of one quality."""
    times = [(ZERO + timedelta(minutes=10 * n)).isoformat() for n in range(COUNT)]
    body = {
        "plant": "p",
        "point": ["t"] * COUNT,
        "time": times,
        "value": [30.0] * COUNT,
        "quality": quality,
    }
    into = Columns()
    read_json(json.dumps(body).encode(), into, plant=None)
    return into.frame()


CODES = {"good": 0, "uncertain": 1, "bad": 2}
COUNTS = {"good"}
WARNS = {"good", "uncertain"}
each_quality = pytest.mark.parametrize("quality", list(CODES))


@each_quality
def test_store_hours_and_push_carry_it(tmp_path, quality):
    with TelemetryStore(tmp_path / "store", now=lambda: ZERO + timedelta(days=3)) as store:
        store.append(told(quality))
        store.flush()
        kept = store.read(Window("p", ZERO, ZERO + timedelta(days=2)))
        assert set(kept["quality"]) == {CODES[quality]}
        assert kept.height == COUNT
        hours = store.hours(Window("p", ZERO, ZERO + timedelta(days=2)))
        assert hours.height == (24 if quality in COUNTS else 0)
        ((_, body),) = _bodies(store.since(0))
        assert body["quality"] == CODES[quality]
        again = Columns()
        read_json(json.dumps(body, default=str).encode(), again, plant=None)
        assert set(again.quality) == {CODES[quality]}


@each_quality
def test_alarms_and_calculated_points_take_it_alike(tmp_path, dossier, quality):
    hot = Watched("p", Definition(id="hot", point="t", condition=Condition.ABOVE, limit=20.0), {})
    records = Records(tmp_path / RECORDS)
    book = AlarmBook(records, SERVICE)
    watch = AlarmWatch([hot], book, lambda: ZERO)
    watch.saw(told(quality))
    assert bool(book.events(None, ZERO + timedelta(days=9))) == (quality in WARNS)
    records.close()
    calculating = Calculating({"p": dossier.plant}, lambda *_: told(quality), lambda: ZERO)
    calculating.saw(told(quality))
    assert calculating._waiting.qsize() == (quality in COUNTS)


@each_quality
def test_admission_and_sensors_count_it(dossier, quality):
    point = next(p for p in dossier.plant.points if p.quantity == "supply_temperature")
    rows = told(quality).with_columns(pl.lit(point.id).alias("point")).drop("plant")
    admitted = admit(rows, [point])
    assert admitted.frame.height == (COUNT if quality in COUNTS else 0)
    said = [v for v in admitted.verdicts if v.code == "measure.admit.by_source"]
    assert [v.figures for v in said] == (
        [] if quality in COUNTS else [{"count": COUNT, "points": point.id}]
    )
    plant = dossier.plant
    health, _ = sensor_health(plant, lambda *_: rows, ZERO + timedelta(days=1))
    (one,) = (h for h in health if h.point == point.id)
    assert (one.coverage > 0.9) == (quality in COUNTS)


def test_a_bad_correction_takes_the_good_reading_away(dossier):
    point = next(p for p in dossier.plant.points if p.quantity == "supply_temperature")
    good = told("good").with_columns(pl.lit(ZERO).alias("known_at"))
    bad = told("bad").head(10).with_columns(pl.lit(ZERO + timedelta(days=1)).alias("known_at"))
    rows = pl.concat([bad, good]).with_columns(pl.lit(point.id).alias("point")).drop("plant")
    assert admit(rows, [point]).frame.height == COUNT - 10


@each_quality
def test_an_export_says_it_again(tmp_path, dossier, quality):
    point = next(p for p in dossier.plant.points if p.quantity == "supply_temperature")
    with TelemetryStore(tmp_path / "store", now=lambda: ZERO + timedelta(days=3)) as store:
        named = pl.lit(point.id).alias("point")
        store.append(told("good").head(20).with_columns(named, pl.col("time") + timedelta(days=1)))
        store.append(told(quality).head(10).with_columns(named))
    (tmp_path / "d" / "telemetry").mkdir(parents=True)
    period = f"{ZERO:%Y-%m-%d}/2026-03-04"
    asked = ["store", "export", str(tmp_path / "store"), "p", str(tmp_path / "d"), "--period"]
    done = CliRunner().invoke(app, [*asked, period])
    assert done.exit_code == 0, done.output
    frame, _ = read_telemetry(tmp_path / "d", dossier.plant)
    assert frame.sort("time")["quality"].to_list() == [CODES[quality]] * 10 + [0] * 20
    (file,) = (tmp_path / "d" / "telemetry").iterdir()
    pl.read_parquet(file).head(10).write_parquet(file)  # also where hardly a reading is good
    frame, said = read_telemetry(tmp_path / "d", dossier.plant)
    assert frame["quality"].to_list() == [CODES[quality]] * 10
    assert "dossier.rows.quality_unclear" not in {v.code for v in said}


@pytest.mark.parametrize(
    ("column", "cells", "codes"),
    [
        ("quality", ["192", "0", "64", "192"], [0, 2, 1, 0]),  # OPC: 0 is what is not connected
        ("quality", ["good", "BAD", "uncertain", ""], [0, 2, 1, 0]),
        ("质量", ["良好", "传感器故障", "可疑", "正常"], [0, 2, 1, 0]),
        ("quality", ["0", "0", "2", "0"], [0, 0, 2, 0]),
        ("quality", ["1", "1", "1", "1"], [0, 0, 0, 0]),  # may well mean good
        ("quality", ["100", "98", "100", "100"], [0, 0, 0, 0]),  # percent
    ],
)
def test_files_state_it_in_many_ways(tmp_path, dossier, column, cells, codes):
    (tmp_path / "telemetry").mkdir()
    point = next(p for p in dossier.plant.points if p.quantity == "supply_temperature").id
    rows = [f"2026-03-01 0{n}:00,{point},{20 + n},{cell}" for n, cell in enumerate(cells)]
    text = "\n".join([f"time,point,value,{column}", *rows])
    (tmp_path / "telemetry" / "a.csv").write_text(text + "\n", encoding="utf-8")
    frame, said = read_telemetry(tmp_path, dossier.plant)
    assert frame.sort("time")["quality"].to_list() == codes
    counted = sum(v.figures["count"] for v in said if v.code == "dossier.rows.bad_quality")
    assert counted == sum(c > 0 for c in codes)
    unclear = [v for v in said if v.code == "dossier.rows.quality_unclear"]
    assert bool(unclear) == (cells[0] in {"1", "100"})
    wide = [f"2026-03-01 0{n}:00,{20 + n},{20 + n},{cell}" for n, cell in enumerate(cells)]
    other = "\n".join([f"time,{point},x,{column}", *wide])
    (tmp_path / "telemetry" / "a.csv").write_text(other + "\n", encoding="utf-8")
    frame, _ = read_telemetry(tmp_path, dossier.plant)
    found = frame.filter(pl.col("point") == point).sort("time")["quality"].to_list()
    assert found == codes
