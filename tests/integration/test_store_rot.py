"""Damaged files are named, contained and repaired; nothing is deleted."""

import random
import shutil
import sqlite3
from datetime import timedelta

import httpx
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.store.telemetry import StoreReader, TelemetryStore
from loopkeeper.cli.main import app
from loopkeeper.errors import StoreError
from peers import power, rot
from peers.processes import Serve

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
        name = max(n for n in reader._readings.state().logs if n.endswith(".json"))
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


@pytest.mark.parametrize("what", DAMAGE)
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


def test_a_service_goes_on_and_marks_what_is_missing(store, tmp_path):
    flip(part(store))
    garbage_in_the_journal(store)
    config = tmp_path / "loopkeeper.toml"
    config.write_text('[store]\nfolder = "store"\n')
    served = Serve(config).start()
    base = f"http://127.0.0.1:{served.port}/api/v1"
    try:
        asked = {"start": "2026-03-01", "end": "2026-03-09"}
        answer = httpx.get(f"{base}/plants/a/readings", params=asked, timeout=20)
        assert answer.status_code == 206
        assert answer.headers["Loopkeeper-Incomplete"] == str(DAY)
        assert answer.json()
        asked["end"] = "2026-03-02"
        assert httpx.get(f"{base}/plants/a/readings", params=asked).status_code == 200
        second = CliRunner().invoke(app, ["store", "compact", str(store)])
        assert second.exit_code == 1
        assert "writes to this store" in second.output
    finally:
        served.stop()


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
