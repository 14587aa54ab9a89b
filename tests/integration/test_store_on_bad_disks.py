"""A store and its book on a disk that takes nothing: read, refuse, write as soon as it does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from loopkeeper.adapters.peers.notify import Notifier, NotifyChannel
from loopkeeper.adapters.peers.push import Pusher, Upstream
from loopkeeper.adapters.records.alarm_book import AlarmBook
from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.store.sqlite import RECORDS
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import SERVICE
from loopkeeper.errors import StoreError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Standing
from peers import disks, power, waiting

pytestmark = pytest.mark.integration
NOW = power.START + timedelta(days=30)
EVENT = AlarmEvent(
    time=NOW, alarm="hot", before=AlarmState.NORMAL, after=AlarmState.UNACKNOWLEDGED
)


class Both:
    """A patient store and book in one folder."""

    def __init__(self, folder):
        self.store = TelemetryStore(folder, now=lambda: NOW, patient=True)
        self.records = Records(folder / RECORDS, patient=True)
        self.book = AlarmBook(self.records, SERVICE)

    def works(self, number):
        self.store.append(power.batch(number))
        self.store.remember("feed", str(number))
        self.book.note({"hot": Standing()}, [EVENT], {"hot": "p"})

    def refuses(self, words):
        for work in (
            lambda: self.store.append(power.batch(9)),
            lambda: self.store.remember("feed", "9"),
            lambda: self.store.refuse("f", "s", "why", b""),
            self.store.flush,
            self.store.compact,
            self.store.retain,
            lambda: self.book.note({"hot": Standing()}, [EVENT], {"hot": "p"}),
            lambda: self.book.tell("c", 1),
        ):
            with pytest.raises(StoreError, match=words):
                work()

    def answers(self, batches):
        assert self.store.read(power.window()).height == batches * power.ROWS
        assert self.store.plants() == (["a"] if batches else [])
        assert self.store.damaged(replace(power.window(), plant="b")) == []
        assert len(self.book.events(None, NOW + timedelta(days=1))) == batches

    def close(self):
        self.store.close()
        self.records.close()


def read_only(disk):
    disks.remounted(disk, "remount,ro")


def writable(disk):
    disks.remounted(disk, "remount,rw")


WAYS = pytest.mark.parametrize(
    ("worse", "better", "words"),
    [(read_only, writable, "read-only"), (disks.filled, disks.emptied, "full")],
    ids=["read-only", "full"],
)


@pytest.fixture
def disk(tmp_path):
    with disks.small_disk(tmp_path, 16) as place:
        yield place


@WAYS
@pytest.mark.parametrize("flushed", [True, False])
def test_opened_on_a_disk_that_takes_nothing(disk, worse, better, words, flushed):
    both = Both(disk / "store")
    both.works(0)
    if flushed:
        both.store.flush()
    both.close()
    worse(disk)
    if worse is read_only:
        with pytest.raises(StoreError, match=r"[Rr]ead-only"):
            TelemetryStore(disk / "store")
    both = Both(disk / "store")
    both.answers(1)
    both.refuses(words)
    Notifier([NotifyChannel("c", webhook="http://127.0.0.1:9/")], both.book, {})
    Pusher(Upstream("u", "http://127.0.0.1:9/"), both.store)
    better(disk)
    both.works(1)
    both.answers(2)
    both.store.flush()
    both.answers(2)
    assert both.store.problems() == []
    both.close()


@WAYS
def test_begun_on_a_disk_that_takes_nothing(disk, worse, better, words):
    worse(disk)
    both = Both(disk / "store")
    both.answers(0)
    both.refuses(words)
    better(disk)
    both.works(0)
    both.answers(1)
    both.close()


def test_a_disk_fails_under_a_store_and_is_mended(tmp_path):
    with power.Disk(tmp_path / "image", 32) as disk:
        both = Both(disk.mount / "store")
        both.works(0)
        both.store.flush()
        both.works(1)
        waiting.run(["mount", "-o", "remount,abort", str(disk.mount)], check=True)
        both.refuses(r"read-only|I/O error")
        both.answers(2)
        disk.detach()  # nobody holds on to it
        both.refuses("is not there")
        assert list(disk.mount.iterdir()) == []  # nothing is begun where the disk was
        disk.mend()
        disk.attach()
        both.works(2)
        both.answers(3)
        assert both.store.problems() == []
        both.close()
        disk.detach()
