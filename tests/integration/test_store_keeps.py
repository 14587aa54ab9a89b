"""What a store promises of its files: one writes, others read along, power cuts take nothing."""

import os
import random
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.store import durable
from loopkeeper.adapters.store.telemetry import StoreReader, TelemetryStore
from loopkeeper.app.ports import Window
from loopkeeper.cli.main import app
from loopkeeper.errors import StoreError
from peers import power, waiting

pytestmark = pytest.mark.integration
HOLD = (
    "import sys, time; from pathlib import Path;"
    "from loopkeeper.adapters.store.telemetry import TelemetryStore;"
    "s = TelemetryStore(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
)
EVER = Window("a", power.START, power.START + timedelta(days=9))


def opened(folder):
    return TelemetryStore(folder, now=lambda: power.START + timedelta(days=30))


class Cut(BaseException):
    """The power goes."""


class Platter:
    """What of a folder is on the disk: files as large as when synced, entries as when synced."""

    def __init__(self, folder, fall):
        self.folder, self.fall, self.real = folder, fall, os.fsync
        self.files, self.entries, self.count = {}, {}, 0

    def fsync(self, handle):
        self.count += 1
        if self.count >= self.fall:
            raise Cut
        self.real(handle)
        where = Path(f"/proc/self/fd/{handle}").readlink()
        if where.is_dir():
            self.entries[where] = {one.name for one in where.iterdir()}
        else:
            stat = os.fstat(handle)
            self.files[stat.st_ino] = stat.st_size

    def image(self, target):
        """What is found when the power comes back."""
        self._copy(self.folder, target, sqlite=True)

    def _copy(self, source, target, *, sqlite=False):
        target.mkdir()
        kept = self.entries.get(source, set())
        for one in source.iterdir():
            trusted = sqlite and one.suffix.startswith(".sqlite")
            if one.name not in kept and not trusted:
                continue
            if one.is_dir():
                self._copy(one, target / one.name)
                continue
            shutil.copy(one, target / one.name)
            if not trusted:
                os.truncate(target / one.name, self.files.get(one.stat().st_ino, 0))


def work(folder, done):
    """Append, flush, compact and retain until the power goes; counts what was acknowledged."""
    with opened(folder) as store:
        while True:
            store.append(power.batch(len(done)))
            done.append(0)
            if len(done) % 2 == 0:
                store.flush()
            if len(done) % 6 == 0:
                store.compact(everything=True)
                store.retain()


@pytest.mark.slow
def test_what_was_not_synced_is_not_needed(tmp_path, monkeypatch):
    for n, fall in enumerate(sorted(random.Random(11).sample(range(10, 250), 6))):
        platter, done = Platter(tmp_path / f"{n}", fall), []
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", platter.fsync)
            with pytest.raises(Cut):
                work(tmp_path / f"{n}", done)
        platter.image(tmp_path / f"{n}-after")
        with opened(tmp_path / f"{n}-after") as after:
            assert power.lost(after, len(done)) == 0
            assert after.problems() == []


def test_one_writes(tmp_path):
    store = opened(tmp_path)
    store.append(power.batch(0))
    with pytest.raises(StoreError, match=f"process {os.getpid()} writes to this store"):
        opened(tmp_path)
    for command in (["store", "compact", str(tmp_path)], ["serve", "--store", str(tmp_path)]):
        answer = CliRunner().invoke(app, command)
        assert answer.exit_code != 0
    store.close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert waiting.line(holder).strip() == b"held"
    with pytest.raises(StoreError, match=f"process {holder.pid}"):
        opened(tmp_path)
    holder.kill()
    waiting.ended(holder, 10)
    holder.stdout.close()
    opened(tmp_path).close()  # a lock is not left behind


def test_readers_read_along_and_write_nothing(tmp_path):
    store = opened(tmp_path)
    store.append(power.batch(0))
    store.flush()
    store.append(power.batch(1))
    reader = StoreReader(tmp_path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if "-shm" not in p.name}
    assert reader.read(EVER).height == 2 * power.ROWS
    store.append(power.batch(2))
    assert reader.read(EVER).height == 3 * power.ROWS
    store.flush()
    assert reader.read(EVER).height == 3 * power.ROWS
    assert reader.problems() == []
    store.close()
    reader.close()
    (tmp_path / "other").mkdir()
    assert StoreReader(tmp_path / "other").read(EVER).is_empty()
    assert list((tmp_path / "other").iterdir()) == []
    assert before
    assert durable.LOCK in {p.name for p in tmp_path.iterdir()}
