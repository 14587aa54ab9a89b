"""Damaged files: every one is harmless or named, nothing is lost in silence."""

import random
import shutil
from collections import Counter

import pytest

from loopkeeper.adapters.store.repair import repair
from loopkeeper.adapters.store.telemetry import TelemetryStore
from peers import power, rot

pytestmark = pytest.mark.chaos


def damaged(folder, name, kind, seed):
    """A copy of the store with one damage planted."""
    shutil.rmtree(folder / "seen", ignore_errors=True)
    shutil.copytree(folder / "store", folder / "seen")
    rng = random.Random(seed)
    rot.plant(folder / "seen" / name, kind, rng, rot.files(folder / "seen"))
    return folder / "seen"


def test_damage_is_harmless_or_named(tmp_path, suffered):
    rot.made(tmp_path)
    names = [p.relative_to(tmp_path / "store") for p in rot.files(tmp_path / "store")]
    rng, found, silent, fell = random.Random(3), Counter(), [], []
    for name in names:
        for kind in rot.KINDS:
            seed = rng.random()
            how, said = rot.suffered(damaged(tmp_path, name, kind, seed))
            found[how] += 1
            if how == "silent":
                silent.append(f"{name} {kind}: {said}")
            if found.total() % 4 == 0 and (
                why := rot.survived(damaged(tmp_path, name, kind, seed))
            ):
                fell.append(f"{name} {kind}: {why}")
    tries = sum(found.values())
    assert tries >= 200
    assert fell == []
    assert silent == []
    suffered(
        "a file damaged: truncated, emptied, zeroed, flipped, deleted, swapped",
        tries=tries,
        figure="lost in silence",
        found=found["silent"],
    )


def test_manifest_and_logs_damaged_together(tmp_path, suffered):
    """Nothing says what should be there: the files do."""
    rot.made(tmp_path)
    rng, lost, tries = random.Random(7), 0, 0
    for kind in rot.KINDS[:-1]:  # what is swapped damages a third file
        for log in rot.LOGS.values():
            seen = damaged(tmp_path, "manifest.jsonl", kind, rng.random())
            log(seen / "readings" / "_delta_log")
            log(seen / "superseded" / "_delta_log")
            repair(seen)
            with TelemetryStore(seen, now=rot.now) as store:
                lost += rot.BATCHES * power.ROWS - len(set(store.read(power.window())["value"]))
                assert store.problems() == []
            tries += 1
    suffered(
        "the manifest and the logs damaged together, then repaired",
        tries=tries,
        figure="acknowledged readings lost",
        found=lost,
    )
