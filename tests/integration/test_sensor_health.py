"""Sensors of a running plant judged by the same rules as a batch, hour after hour."""

from datetime import UTC, timedelta

import polars as pl
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.columns import SCHEMA
from loopkeeper.app.ports import Window
from loopkeeper.app.sensor_health import CONTEXT, sensor_health
from loopkeeper.measure.admit import admit
from loopkeeper.measure.quality import check_readings
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plants") / "office"
    build_virtual_plant(folder, Life("office", years=1), Recording(15))
    dossier = read_dossier(folder)
    readings, _ = read_telemetry(folder, dossier.plant)
    return dossier.plant, readings.with_columns(pl.col("known_at").fill_null(pl.col("time")))


@pytest.fixture(scope="module")
def kept(plant, tmp_path_factory):
    found, readings = plant
    last = readings["time"].max()
    recent = readings.filter(pl.col("time") > last - timedelta(days=12))
    store = TelemetryStore(tmp_path_factory.mktemp("store"), now=lambda: last)
    store.append(
        recent.with_columns(
            pl.lit(found.site.id).alias("plant"), pl.lit(0, pl.Int8).alias("quality")
        ).select(list(SCHEMA))
    )
    store.flush()
    yield store, last.astimezone(UTC), recent
    store.close()


def from_store(store):
    return lambda plant, start, end: store.read(Window(plant, start, end))


def test_the_window_says_what_the_batch_says(plant, kept):
    found, (store, now, recent) = plant[0], kept
    health, verdicts = sensor_health(found, from_store(store), now)
    span = recent.filter(pl.col("time") >= now - timedelta(days=1) - CONTEXT, pl.col("time") < now)
    batch = check_readings(admit(span, found.points, now=now), found)
    assert [v.code for v in batch.verdicts] == [
        v.code for v in verdicts if not v.code.startswith("monitor.")
    ]
    assert len(health) == len(found.points)
    assert sum(h.sound for h in health) > 0.8 * len(health)


def test_a_sensor_that_sticks_or_falls_silent_is_found(plant, kept):
    found, (store, now, _) = plant[0], kept
    read = from_store(store)
    names = [p.id for p in found.points if p.quantity == "supply_temperature"]

    def damaged(plant, start, end):
        frame = read(plant, start, end)
        silent = (pl.col("point") == names[0]) & (pl.col("time") > now - timedelta(hours=12))
        return frame.filter(~silent)

    health = {h.point: h for h in sensor_health(found, damaged, now)[0]}
    assert health[names[0]].coverage == pytest.approx(0.5, abs=0.05)
    assert not health[names[0]].sound
    assert health[names[0]].last <= now - timedelta(hours=12)


def test_calibrations_are_registered(plant, kept):
    found, (store, now, _) = plant[0], kept
    later = now + timedelta(days=365 * 12)
    _, verdicts = sensor_health(found, from_store(store), later)
    codes = {v.code for v in verdicts}
    assert codes & {"monitor.calibration.overdue", "monitor.calibration.never"}
