"""Power cuts in the middle of work, on a real file system: nothing acknowledged is lost."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.errors import StoreError
from peers import power, waiting

pytestmark = pytest.mark.chaos
CUTS, A_DISK = 24, 4
"""Cuts in all, and on one disk before it is made anew."""


def worked(disk, first, seconds):
    """Numbers of the batches acknowledged before the cut, and of the last one in a copy."""
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root / 'tests'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "peers.power", str(disk.mount / "store"), str(first)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        text=True,
    )
    said = [waiting.line(process)]
    time.sleep(seconds)
    disk.cut()
    process.kill()
    said += waiting.said(process, "stdout", 30).splitlines()
    waiting.ended(process, 30)
    process.stdout.close()
    disk.detach()
    disk.attach()
    copies = [int(line.split()[1]) for line in said if line.startswith("copy")]
    done = [int(line) for line in said if line.strip().isdigit()]
    return max(done, default=first - 1), max(copies, default=None)


def missing(folder, beside, acknowledged):
    """What a copy of the folder does not answer: the disk itself stays as the cut left it."""
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(folder, beside)
    try:
        store = TelemetryStore(beside)
        gone = power.lost(store, acknowledged)
        problems = store.problems()
        store.close()
    except (StoreError, ValueError) as error:
        return acknowledged * power.ROWS, [str(error)]
    return gone, problems


def test_the_power_is_cut_in_the_middle_of_work(tmp_path, suffered):
    rng, gone, named, copies = random.Random(5), 0, [], 0
    for n in range(CUTS // A_DISK):
        disk, last = power.Disk(tmp_path / str(n)), -1
        for _ in range(A_DISK):
            last, copied = worked(disk, last + 1, 0.2 + rng.random() * 1.2)
            gone_now, said = missing(disk.mount / "store", tmp_path / "seen", last + 1)
            gone += gone_now
            named += said
            if copied is not None:
                copies += 1
                copy = disk.mount / f"copy-{copied}"
                lost, said = missing(copy, tmp_path / "seen", copied + 1)
                gone, named = gone + lost, named + said
        disk.detach()
    assert copies > 0
    suffered(
        "power cut while ingesting, flushing, compacting, retaining, backing up",
        tries=CUTS,
        figure="acknowledged readings lost",
        found=gone,
    )
    suffered(
        "power cut while ingesting, flushing, compacting, retaining, backing up",
        tries=CUTS,
        figure="problems named afterwards",
        found=len(named),
    )
