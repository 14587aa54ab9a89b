"""Clocks that are wrong or set, restarts under way, a disk without room: in a real service."""

import json
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.ports import Window
from peers import disks, waiting
from peers.processes import Serve, until

pytestmark = pytest.mark.chaos
ALARMS = """alarm,plant,point,condition,limit,priority,on_delay,action
hot,plant,p0,above,30,high,0,check the flow
quiet,plant,p1,silent,6,high,0,check the gateway
"""


class Hook:
    """Somebody who is told."""

    def __init__(self):
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def raised(self, alarm):
        return sum((h["alarm"], h["state"]) == (alarm, "unacknowledged") for h in self.heard)


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def disk(tmp_path):
    """A disk of 8 MB of its own."""
    with disks.small_disk(tmp_path, 8) as place:
        yield place


@pytest.fixture
def served(tmp_path, hook):
    made = []

    def serve(folder):
        (tmp_path / "alarms.csv").write_text(ALARMS, encoding="utf-8")
        config = tmp_path / "loopkeeper.toml"
        config.write_text(
            f'[store]\nfolder = "{folder}"\n[alarms]\nfile = "alarms.csv"\n'
            f'[[notify]]\nwebhook = "http://127.0.0.1:{hook.server.server_port}/"\n'
        )
        made.append(Serve(config, flush=0.5).start())
        return made[-1]

    yield serve
    for one in made:
        one.stop(signal.SIGKILL)


def client(served):
    return httpx.Client(base_url=f"http://127.0.0.1:{served.port}", timeout=30)


def push(web, stamp, values):
    batch = {"plant": "plant", "time": stamp.isoformat(), "values": values}
    return web.post("/api/v1/readings", json=batch)


def test_stamps_of_other_ages(tmp_path, hook, served, suffered):
    service = served(tmp_path / "store")
    silenced = kept = 0
    ages = (2098, 2030, 2027, 2023, 1990)
    with client(service) as web:
        for n, year in enumerate(ages):
            wrong = push(web, datetime(year, 6, 1, tzinfo=UTC), {"p0": 20.0}).json()
            kept += wrong["kept"]
            assert wrong["refused"] == 1
            assert wrong["reasons"]
            assert push(web, datetime.now(UTC), {"p0": 1000.0}).json() == {"kept": 1}
            silenced += not until(lambda n=n: hook.raised("hot") == n + 1, 10)
            push(web, datetime.now(UTC), {"p0": 20.0})
        assert len(web.get("/api/v1/refused").json()) == len(ages)
        assert web.get("/api/v1/plants/plant/latest").json()[0]["value"] == 20.0
    suffered(
        "stamps from 1990 to 2098 before an alarm",
        tries=len(ages),
        figure="alarms silenced, stamps kept",
        found=silenced + kept,
    )


def raised(service, alarm):
    """How often the book says that an alarm came."""
    found = service.get("/api/v1/alarms/events?hours=1")
    return sum((e["alarm"], e["after"]) == (alarm, "unacknowledged") for e in found)


def test_restarts_while_a_point_is_silent(tmp_path, hook, served, suffered):
    service = served(tmp_path / "store")
    rounds, wrong = 2, 0
    for n in range(rounds):
        with client(service) as web:
            push(web, datetime.now(UTC), {"p1": float(n), "p0": 20.0})
        service.stop(signal.SIGKILL)
        service.start()
        until(lambda n=n: raised(service, "quiet") == n + 1, 20, 0.5)
        service.stop(signal.SIGKILL)
        service.start()
        time.sleep(6)
        wrong += abs(raised(service, "quiet") - (n + 1))
    assert hook.raised("quiet") >= rounds
    suffered(
        "killed while a point is silent",
        tries=2 * rounds,
        figure="alarms forgotten or repeated",
        found=wrong,
    )


def filled(web, acknowledged, rng):
    """Push until the disk is full; the answer that says so."""
    begin = datetime.now(UTC) - timedelta(hours=2)
    for second in range(600):
        stamp = begin + timedelta(seconds=second)
        values = {f"p{k}": rng.random() for k in range(2000)}
        answer = push(web, stamp, values)
        if answer.status_code != 200:
            return answer
        acknowledged |= {(name, stamp): value for name, value in values.items()}
    pytest.fail("the disk never became full")


def test_a_full_disk_with_somebody_to_tell(disk, hook, served, suffered):
    service, rng, acknowledged = served(disk / "store"), random.Random(5), {}
    with client(service) as web:
        answer = filled(web, acknowledged, rng)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        health = web.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "failing")
        assert "full" in health.json()["trouble"]
        again = push(web, datetime.now(UTC), {"p0": 99.0})
        assert (again.status_code, web.get("/api/v1/plants").json()) == (503, ["plant"])
        assert web.get("/api/v1/plants/plant/latest").status_code == 200
        assert service.process.poll() is None
        waiting.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        assert until(lambda: web.get("/health").json()["status"] == "ok", 60)
        assert until(lambda: hook.raised("hot") == 1, 10)
        assert push(web, datetime.now(UTC), {"p0": 20.0}).status_code == 200
    service.process.send_signal(signal.SIGTERM)
    said = waiting.said(service.process, seconds=60).decode()
    assert waiting.ended(service.process) == 0
    store = TelemetryStore(disk / "store")
    now = datetime.now(UTC)
    rows = store.read(Window("plant", now - timedelta(days=1), now))
    store.close()
    held = dict(zip(zip(rows["point"], rows["time"], strict=True), rows["value"], strict=True))
    lost = sum(held.get(key) != value for key, value in acknowledged.items())
    suffered(
        "a full disk, then room again",
        tries=len(acknowledged),
        figure="acknowledged readings lost, panics in the log",
        found=lost + said.count("panic"),
    )


def test_a_stop_on_a_full_disk(disk, served, suffered):
    service, acknowledged = served(disk / "store"), {}
    with client(service) as web:
        filled(web, acknowledged, random.Random(6))
    begun = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    said = waiting.said(service.process, seconds=60).decode()
    assert waiting.ended(service.process) == 0
    assert "stopped while the store could not write" in said
    suffered(
        "stopped on a full disk",
        tries=1,
        figure="seconds to end",
        found=time.monotonic() - begun,
        bound=15.0,
    )
