"""Damaged files are named, contained and repaired; nothing is deleted."""

import asyncio
import random
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import httpx
import polars as pl
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.store.durable import digest
from loopkeeper.adapters.store.telemetry import StoreReader, TelemetryStore
from loopkeeper.bootstrap.service import Settings, service
from loopkeeper.cli.main import app
from loopkeeper.errors import StoreError
from loopkeeper.web.access import Gate
from loopkeeper.web.api import Doors, build
from peers import power, rot

pytestmark = pytest.mark.integration
DAY = power.START.date() + timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rot")
    rot.made(folder)
    return folder / "store"


@pytest.fixture
def store(made, tmp_path):
    shutil.copytree(made, tmp_path / "store")
    return tmp_path / "store"


def part(store, day=DAY):
    with StoreReader(store, now=rot.now) as reader:
        return store / "readings" / reader._readings.days()[day][0].path


def flip(path):
    rot.plant(path, "flipped", random.Random(1), [])


def emptied_log(store):
    with StoreReader(store, now=rot.now) as reader:
        name = max(n for n in reader._readings._log.state().logs if n.endswith(".json"))
    (store / "readings" / "_delta_log" / name).write_bytes(b"")


def emptied_journal(store):
    base = sqlite3.connect(store / "journal.sqlite", isolation_level=None)
    base.execute("DELETE FROM batch")
    base.close()


def garbage_in_the_journal(store):
    base = sqlite3.connect(store / "journal.sqlite", isolation_level=None)
    base.execute("UPDATE batch SET payload = x'00112233' WHERE id = (SELECT max(id) FROM batch)")
    base.close()


DAMAGE = {
    "a byte of a file": lambda s: flip(part(s)),
    "a folder": lambda s: shutil.rmtree(s / "readings"),
    "a log entry": emptied_log,
    "the manifest": lambda s: (s / "manifest.jsonl").unlink(),
    "a record": lambda s: flip(s / "manifest.jsonl"),
    "the journal": emptied_journal,
    "the journal's tail": lambda s: (s / "journal.sqlite-wal").unlink(),
    "an entry": garbage_in_the_journal,
}


OFTEN = {"a byte of a file"}
"""Damage of the ordinary run; the rest, and hundreds at random, with the attacks."""


def often(names, ordinary):
    """Parameters of which only some are of the ordinary run."""
    return [pytest.param(n, marks=() if n in ordinary else pytest.mark.chaos) for n in names]


@pytest.mark.parametrize("what", often(DAMAGE, OFTEN))
def test_damage_is_named_contained_and_repaired(store, what):
    with StoreReader(store, now=rot.now) as reader:
        assert reader.problems() == []
        assert not rot.wrong(reader)
    DAMAGE[what](store)
    with StoreReader(store, now=rot.now) as reader:
        assert reader.problems()
        kept = reader.read(power.window()).height
    assert kept > 0 or what == "a folder"
    answer = CliRunner().invoke(app, ["store", "check", str(store)])
    assert answer.exit_code == 1
    answer = CliRunner().invoke(app, ["store", "backup", str(store), str(store.parent / "copy")])
    assert answer.exit_code == 1
    assert "✓" not in answer.output
    assert CliRunner().invoke(app, ["store", "repair", str(store)]).exit_code == 0
    with TelemetryStore(store, now=rot.now) as repaired:
        assert repaired.problems() == []
        assert repaired.damaged(power.window()) == []
        assert repaired.read(power.window()).height == kept
        assert repaired.hours(power.window())["count"].sum() == kept
        repaired.append(power.batch(rot.BATCHES))
        repaired.flush()
        repaired.compact(everything=True)
        repaired.retain()
        assert repaired.read(power.window()).height == kept + power.ROWS
        assert repaired.problems() == []


def test_days_with_damage_are_left_alone(store):
    path = part(store)
    flip(path)
    answer = CliRunner().invoke(app, ["store", "compact", str(store)])
    assert answer.exit_code == 1
    assert str(DAY) in answer.output
    with StoreReader(store, now=rot.now) as reader:
        assert reader.damaged() == [DAY]
    assert path.exists()


def test_a_service_goes_on_and_marks_what_is_missing(store):
    flip(part(store))
    garbage_in_the_journal(store)
    made = service(Settings(store))
    door = httpx.ASGITransport(build(Doors(made, Gate([]))))

    async def asked(plant, start):
        async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1/api/v1") as web:
            days = {"start": start, "end": "2026-03-09"}
            return await web.get(f"/plants/{plant}/readings", params=days)

    answer = asyncio.run(asked("a", "2026-03-01"))
    assert answer.status_code == 206
    assert answer.headers["Loopkeeper-Incomplete"] == "2026-03-01/2026-03-03"
    assert answer.json()
    assert asyncio.run(asked("a", "2026-03-04")).status_code == 200
    assert (
        asyncio.run(asked("b", "2026-03-02")).status_code == 206
    )  # of whom a file is nobody says
    assert asyncio.run(asked("b", "2026-03-04")).status_code == 200
    second = CliRunner().invoke(app, ["store", "compact", str(store)])
    assert second.exit_code == 1
    assert "writes to this store" in second.output
    made.store.close()


def test_a_store_of_an_earlier_version_gets_a_manifest(store):
    for name in ("manifest.jsonl", "journal.last"):
        (store / name).unlink()
    base = sqlite3.connect(store / "journal.sqlite", isolation_level=None)
    base.execute("DELETE FROM memory")
    base.execute("ALTER TABLE batch DROP COLUMN sum")
    base.execute("DROP TABLE damaged")
    base.close()
    with StoreReader(store, now=rot.now) as reader:
        assert reader.problems() == []
        assert not rot.wrong(reader)
    with TelemetryStore(store, now=rot.now) as opened:
        opened.flush()
        assert opened.problems() == []
        assert not rot.wrong(opened)
    assert (store / "manifest.jsonl").exists()


def test_a_service_that_cannot_start_says_why(store, tmp_path):
    (store / "journal.sqlite").write_bytes(b"not a journal" * 100)
    (store / "journal.sqlite-wal").unlink()
    with pytest.raises(StoreError, match="restore it from a backup"):
        TelemetryStore(store)
    config = tmp_path / "loopkeeper.toml"
    config.write_text('[store]\nfolder = "store"\n')
    answer = CliRunner().invoke(app, ["serve", str(config)])
    assert answer.exit_code == 1
    assert "restore it from a backup" in " ".join(answer.output.split())


DAYS = [power.START.date() + timedelta(days=n) for n in range(9)]


def spoiled_span(store):
    base = sqlite3.connect(store / "journal.sqlite", isolation_level=None)
    base.execute("UPDATE batch SET span = replace(span, '2026', '2025')")
    base.close()


@pytest.mark.parametrize("written", often([False, True], [False]))
@pytest.mark.parametrize(
    ("what", "days", "others"),
    [
        (["an entry"], DAYS[:3], []),
        (["span", "an entry"], DAYS, DAYS),
        (["the journal"], DAYS, DAYS),
        (["the journal's tail"], DAYS, DAYS),
    ],
)
def test_reads_say_of_which_days_the_journal_is_damaged(store, what, days, others, written):
    """All days where nobody knows; only the plant's own where the entry still tells."""
    for one in what:
        {**DAMAGE, "span": spoiled_span}[one](store)
    with (TelemetryStore if written else StoreReader)(store, now=rot.now) as reader:
        reader.read(power.window())
        assert reader.damaged(power.window()) == days
        assert reader.damaged(replace(power.window(), plant="b")) == others
        assert reader.damaged() == []


def test_a_plant_of_which_nothing_is_left_is_named(store):
    with TelemetryStore(store, now=rot.now) as writer:
        alone = power.batch(0).with_columns(pl.lit("b").alias("plant"))
        writer.append(alone.with_columns(pl.col("time") + timedelta(days=4)))
        writer.flush()
        assert writer.problems() == []
        path = part(store, DAYS[4])
    for path in {part(store, day) for day in DAYS[4:7]}:
        path.unlink()
    with StoreReader(store, now=rot.now) as reader:
        said = [text for text in reader.problems() if text.startswith("plant b")]
    assert said == ["plant b, readings from 2026-03-05 to 2026-03-07: none of them is here"]
    answer = CliRunner().invoke(app, ["store", "repair", str(store)])
    assert "plant b" in answer.output
    with StoreReader(store, now=rot.now) as reader:
        assert reader.problems() == []


def test_the_newest_readings_say_that_they_may_not_be(store):
    emptied_journal(store)
    made = service(Settings(store))
    door = httpx.ASGITransport(build(Doors(made, Gate([]))))

    async def latest():
        async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1/api/v1") as web:
            return await web.get("/plants/a/latest")

    answer = asyncio.run(latest())
    assert answer.status_code == 206
    assert "/" in answer.headers["Loopkeeper-Incomplete"]
    made.store.close()


def test_a_plant_that_the_retention_ended_is_not_missed(store):
    with TelemetryStore(store, now=rot.now) as writer:
        writer.compact()
    with TelemetryStore(store, now=lambda: rot.now() + timedelta(days=900)) as writer:
        assert writer.retain() > 0
        assert writer.problems() == []


@pytest.mark.parametrize("waits", often([True, False], [True]))
@pytest.mark.parametrize("log", often(rot.LOGS, {"torn"}))
def test_tables_are_rebuilt_from_their_files(store, log, waits):
    """Neither manifest nor log: all readings come back, nothing is deleted."""
    if not waits:
        with TelemetryStore(store, now=rot.now) as writer:
            writer.flush()
    DAMAGE["a record" if log == "torn" else "the manifest"](store)
    rot.LOGS[log](store / "readings" / "_delta_log")
    before = {digest(p) for p in store.rglob("*.parquet") if "_delta_log" not in p.parts}
    if log != "forgetful":
        with pytest.raises(StoreError, match="run loopkeeper store repair"):
            TelemetryStore(store, now=rot.now)
    answer = CliRunner().invoke(app, ["store", "repair", str(store)])
    assert answer.exit_code == 0, answer.output
    assert "from" in answer.output
    assert before <= {digest(p) for p in store.rglob("*.parquet")}
    with TelemetryStore(store, now=rot.now) as repaired:
        assert not rot.wrong(repaired)
        assert repaired.problems() == []
        assert repaired.hours(power.window())["count"].sum() == rot.BATCHES * power.ROWS
        repaired.append(power.batch(rot.BATCHES))
        repaired.flush()
        repaired.compact(everything=True)
        repaired.retain()
        assert repaired.read(power.window()).height == (rot.BATCHES + 1) * power.ROWS


def test_a_rebuilt_table_sets_aside_what_cannot_be_read(store):
    path = part(store)
    path.write_bytes(path.read_bytes()[:200])
    rot.LOGS["none"](store / "readings" / "_delta_log")
    DAMAGE["the manifest"](store)
    answer = CliRunner().invoke(app, ["store", "repair", str(store)])
    assert f"{path.relative_to(store)} set aside" in " ".join(answer.output.split())
    assert [p.name for p in (store / "quarantine").rglob(path.name)] == [path.name]
    with StoreReader(store, now=rot.now) as reader:
        assert reader.problems() == []
        assert reader.read(power.window()).height > 0
