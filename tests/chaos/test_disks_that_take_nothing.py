"""A disk that is full or read-only, from the start or from some moment on: read, refuse, go on."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.ports import Window
from peers import disks, power, waiting
from peers.processes import Serve, until

pytestmark = pytest.mark.chaos
POINTS = 20


def push(web, value):
    batch = {
        "plant": "plant",
        "time": datetime.now(UTC).isoformat(),
        "values": {f"p{n}": value for n in range(POINTS)},
    }
    return web.post("/api/v1/readings", json=batch, timeout=30)


def acknowledged(web, values):
    """Push each value; they are on the disk."""
    for value in values:
        assert push(web, value).status_code == 200


def lost(store, values):
    """How many acknowledged readings a store does not answer."""
    now = datetime.now(UTC)
    rows = store.read(Window("plant", now - timedelta(days=1), now + timedelta(days=1)))
    return sum(POINTS - rows.filter(value=value).height for value in values)


@pytest.fixture
def served(tmp_path):
    made, webs = [], []

    def serve(folder):
        config = tmp_path / "loopkeeper.toml"
        config.write_text(f'[store]\nfolder = "{folder}"\n', encoding="utf-8")
        made.append(Serve(config, flush=0.5).start())
        webs.append(httpx.Client(base_url=f"http://127.0.0.1:{made[-1].port}", timeout=30))
        return made[-1], webs[-1]

    yield serve
    for one, web in zip(made, webs, strict=True):
        one.stop()
        web.close()


def read_only(disk):
    disks.remounted(disk, "remount,ro")


def writable(disk):
    disks.remounted(disk, "remount,rw")


def it_reads_and_refuses(web, words):
    """Every reading is answered, every writing refused for now, and both health and log say so."""
    assert [r["value"] for r in web.get("/api/v1/plants/plant/latest").json()] == [2.0] * POINTS
    answer = push(web, 9.0)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    health = web.get("/health")
    assert (health.status_code, health.json()["status"]) == (503, "failing")
    assert words in health.json()["trouble"]
    standing = web.get("/api/v1/alarms").json()
    assert [(a["alarm"], a["state"]) for a in standing] == [("loopkeeper.store", "unacknowledged")]


def it_recovers(web, values):
    assert until(lambda: web.get("/health").json()["status"] == "ok", 60, 0.5)
    acknowledged(web, [values])


@pytest.mark.parametrize(
    ("worse", "better", "words"),
    [(read_only, writable, "read-only"), (disks.filled, disks.emptied, "full")],
)
def test_a_start_on_a_disk_that_takes_nothing(tmp_path, served, suffered, worse, better, words):
    with disks.small_disk(tmp_path, 64) as disk:
        service, web = served(disk / "store")
        acknowledged(web, [1.0])
        time.sleep(1)  # flushed
        acknowledged(web, [2.0])
        service.stop()
        worse(disk)
        service, web = served(disk / "store")
        it_reads_and_refuses(web, words)
        better(disk)
        it_recovers(web, 3.0)
        service.stop()
        with TelemetryStore(disk / "store") as store:
            gone, problems = lost(store, [1.0, 2.0, 3.0]), store.problems()
    suffered(
        f"a start on a disk that is {words}, mended then",
        tries=3 * POINTS,
        figure="acknowledged readings lost, problems named",
        found=gone + len(problems),
    )


def test_a_start_after_a_kill_on_a_read_only_disk(tmp_path, served):
    with disks.small_disk(tmp_path, 64) as disk:
        service, web = served(disk / "store")
        acknowledged(web, [1.0, 2.0])
        service.process.kill()
        waiting.ended(service.process, 20)
        disks.remounted(disk, "remount,ro")
        service, web = served(disk / "store")
        it_reads_and_refuses(web, "read-only")
        service.stop()
        disks.remounted(disk, "remount,rw")


@pytest.mark.parametrize(
    ("worse", "better"), [(read_only, writable), (disks.filled, disks.emptied)]
)
def test_a_first_start_on_a_disk_that_takes_nothing(tmp_path, served, worse, better):
    with disks.small_disk(tmp_path, 64) as disk:
        worse(disk)
        service, web = served(disk / "store")
        assert web.get("/api/v1/plants").json() == []
        assert push(web, 1.0).status_code == 503
        better(disk)
        it_recovers(web, 2.0)
        service.stop()


def test_a_disk_becomes_read_only_and_is_mended(tmp_path, served, suffered):
    with power.Disk(tmp_path / "image") as disk:
        service, web = served(disk.mount / "store")
        acknowledged(web, [1.0])
        time.sleep(1)
        acknowledged(web, [2.0])
        waiting.run(["mount", "-o", "remount,abort", str(disk.mount)], check=True)
        it_reads_and_refuses(web, "read-only")
        assert service.process.poll() is None
        until(lambda: waiting.run(["umount", str(disk.mount)]).returncode == 0)
        time.sleep(1)
        assert not (disk.mount / "store").exists()  # nothing is begun where the disk was
        disk.mend()
        disk.attach()
        it_recovers(web, 3.0)
        service.stop()
        with TelemetryStore(disk.mount / "store") as store:
            gone, problems = lost(store, [1.0, 2.0, 3.0]), store.problems()
        disk.detach()
    suffered(
        "a disk becomes read-only under the service, mended then",
        tries=3 * POINTS,
        figure="acknowledged readings lost, problems named",
        found=gone + len(problems),
    )
