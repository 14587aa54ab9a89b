"""A ledger on disk: every change since it was sealed is noticed and named, whole or not at all."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from loopkeeper.adapters.ledger.file import FOLDER, HEAD, LEDGER, LOCK, LedgerFile
from loopkeeper.adapters.ledger.keys import signer_of
from loopkeeper.adapters.store.durable import alone
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.build.ledger import WorkRecord
from loopkeeper.lifecycle.build.seal import Change, Tampering
from peers import waiting

pytestmark = pytest.mark.integration
CHECKS = ("active_length", "diameter", "grout_volume_ratio", "pressure_test_1_drop")


def record(number, **more):
    return WorkRecord(
        id=f"r{number}",
        item=f"B-{number // 4:03d}",
        item_kind="borehole",
        check=CHECKS[number % 4],
        found=str(100 + number),
        known_at="2026-03-01T08:00:00Z",
        **more,
    )


@pytest.fixture
def ledger(tmp_path):
    made, signer = LedgerFile(tmp_path), signer_of(tmp_path / "key")
    for batch in range(3):
        records = [record(n) for n in range(batch * 8, batch * 8 + 8)]
        made.add(records, f"2026-03-0{batch + 1}T09:00:00Z", signer)
    return made


def lines_of(folder):
    return (folder / FOLDER / LEDGER).read_bytes().splitlines(keepends=True)


def written(folder, lines):
    (folder / FOLDER / LEDGER).write_bytes(b"".join(lines))


def changes(ledger):
    return [(one.change, one.number) for one in ledger.verify().changes]


def test_a_ledger_as_it_was_sealed_is_sound(ledger, tmp_path):
    found = ledger.verify()
    assert (found.sound, found.size, found.unsealed) == (True, 24, 0)
    assert found.keys == (signer_of(tmp_path / "key").name,)
    assert ledger.verify((24, found.root)).sound
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_what_was_changed_is_named(ledger, tmp_path):
    """Lines 1 to 8 and 10 to 17 are records, lines 9 and 18 seals."""
    lines = lines_of(tmp_path)
    written(tmp_path, [lines[0].replace(b'"100"', b'"120"'), *lines[1:]])
    assert changes(ledger) == [(Change.ALTERED, 1)]
    written(tmp_path, [*lines[:10], lines[11], lines[10], *lines[12:]])
    assert changes(ledger) == [(Change.MOVED, 10), (Change.MOVED, 11)]
    written(tmp_path, [*lines[:3], *lines[4:]])
    assert (Change.MISSING, 4) in changes(ledger)
    written(tmp_path, [*lines[:5], record(99).as_bytes() + b"\n", *lines[5:]])
    assert (Change.PUT_IN, 6) in changes(ledger)
    written(tmp_path, lines[:18])
    assert changes(ledger) == [(Change.SHORTER, 24)]
    written(tmp_path, lines[:18])
    (tmp_path / FOLDER / HEAD).write_bytes(lines[17])
    assert ledger.verify().sound  # only a root that somebody else kept tells
    root = "0" * 64
    assert ledger.verify((24, root)).changes == (Tampering(change=Change.SHORTER, number=24),)
    assert ledger.verify((8, root)).changes == (Tampering(change=Change.ROOT, number=8),)


def test_a_seal_of_another_key_s_hand_is_no_seal(ledger, tmp_path):
    lines = lines_of(tmp_path)
    mine, other = signer_of(tmp_path / "key").name, signer_of(tmp_path / "other").name
    written(tmp_path, [*lines[:8], lines[8].replace(mine.encode(), other.encode()), *lines[9:]])
    assert changes(ledger) == [(Change.SEAL, 1)]


def edited(raw, lines, chance):
    """A bit, a line gone, two changed places, cut anywhere, cut at a line, or a line twice."""
    kind = chance.randrange(6)
    if kind == 0:
        changed, place = bytearray(raw), chance.randrange(len(raw))
        changed[place] ^= 1 << chance.randrange(8)
        return bytes(changed)
    if kind == 3:
        return raw[: chance.randrange(len(raw))]
    lines, place = list(lines), chance.randrange(len(lines))
    if kind == 1:
        lines.pop(place)
    elif kind == 2:
        other = chance.choice([n for n in range(len(lines)) if n != place])
        lines[place], lines[other] = lines[other], lines[place]
    elif kind == 4:
        lines = lines[:place]
    else:
        lines.insert(place, chance.choice(lines))
    return b"".join(lines)


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_random_edits_of_the_stored_ledger_are_all_noticed(ledger, tmp_path, count):
    file, chance = tmp_path / FOLDER / LEDGER, random.Random(count)
    raw, lines = file.read_bytes(), lines_of(tmp_path)
    missed = []
    for _ in range(count):
        changed = edited(raw, lines, chance)
        if changed != raw:
            file.write_bytes(changed)
            missed += [changed] if ledger.verify().sound else []
    assert missed == []


def test_nothing_is_added_to_a_ledger_that_was_changed(ledger, tmp_path):
    lines = lines_of(tmp_path)
    written(tmp_path, [lines[0].replace(b'"100"', b'"120"'), *lines[1:]])
    with pytest.raises(InputError, match="1 changes since it was sealed"):
        ledger.add([record(50)], "2026-03-09", signer_of(tmp_path / "key"))


def test_a_batch_that_contradicts_the_ledger_changes_nothing(ledger, tmp_path):
    before, signer = lines_of(tmp_path), signer_of(tmp_path / "key")
    with pytest.raises(InputError, match="another content"):
        ledger.add([record(50), replace(record(3), found="7")], "2026-03-09", signer)
    assert lines_of(tmp_path) == before
    assert ledger.add([record(3)], "2026-03-09", signer).known == 1
    assert lines_of(tmp_path) == before


@pytest.mark.usefixtures("ledger")
def test_two_do_not_write_at_once(tmp_path):
    signer = signer_of(tmp_path / "key")
    folder = tmp_path / FOLDER
    held = alone(folder / LOCK, folder / LEDGER)
    with held, pytest.raises(OutsideError, match="somebody else writes"):
        LedgerFile(tmp_path).add([record(50)], "2026-03-09", signer)


WRITER = """
import sys
from pathlib import Path
from loopkeeper.adapters.ledger.file import LedgerFile
from loopkeeper.adapters.ledger.keys import signer_of
from loopkeeper.lifecycle.build.ledger import WorkRecord
folder = Path(sys.argv[1])
ledger, signer = LedgerFile(folder), signer_of(folder / "key")
print("ready", flush=True)
batch = 0
while True:
    records = [
        WorkRecord(id=f"{sys.argv[2]} {batch} {n}", item=f"W-{n}", item_kind="weld",
                   check="sound", found="yes")
        for n in range(200)
    ]
    ledger.add(records, "2026-04-01", signer)
    batch += 1
"""


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_whole_batches_only(ledger, tmp_path):
    chance = random.Random(20)
    for turn in range(20):
        command = [sys.executable, "-c", WRITER, str(tmp_path), f"turn {turn}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert waiting.line(child).strip() == "ready"
            time.sleep(chance.uniform(0.0, 0.25))
            child.send_signal(signal.SIGKILL)
            waiting.ended(child)
        found = ledger.verify()
        assert found.sound, (turn, found.changes)
        assert (found.size - 24) % 200 == 0
