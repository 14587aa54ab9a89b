"""The service against real peers: what was sent is stored, whatever dies in between."""

import gzip
import json
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import polars as pl
import pytest

from loopkeeper.adapters.feeds.mqtt.sparkplug import Payload
from loopkeeper.adapters.files.dossier.alarms import read_alarms
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.access import new_secret
from loopkeeper.app.ports import Window
from loopkeeper.errors import InputError
from peers import disks, waiting
from peers.processes import Broker, Sender, Serve, moment, until

pytestmark = pytest.mark.integration
MARCH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
WHOLE = "readings?start=2026-03-01&end=2026-03-02"
KILLS = int(os.environ.get("LOOPKEEPER_KILLS", "3"))


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path / "broker").start()
    yield made
    made.stop()


@pytest.fixture
def served(tmp_path, broker):
    config = tmp_path / "loopkeeper.toml"
    config.write_text(
        f'[store]\nfolder = "store"\n[[feed]]\nkind = "mqtt"\nport = {broker.port}\n'
        'topics = ["loopkeeper/{plant}/telemetry", "raw/{plant}/{point}", "spBv1.0/#"]\n'
        '[[feed]]\nkind = "drop"\nevery = 0.2\nfolder = "' + str(tmp_path / "inbox") + '"\n'
    )
    made = Serve(config).start()
    assert until(lambda: made.get("/health")["feeds"]["mqtt"]["connected"])
    yield made
    made.stop()


def kept(served, plant, count, seconds=20.0):
    path = f"/api/v1/plants/{plant}/readings?start=2026-03-01&end=2026-03-02"
    return until(lambda: len(rows := served.get(path)) >= count and rows, seconds) or served.get(
        path
    )


@pytest.mark.slow
def test_json_in_every_shape(broker, served):
    sender = Sender(broker.port)
    topic = "loopkeeper/office/telemetry"
    sender.send(topic, {"time": moment(0), "values": {"supply": 7.5, "供水": 8, "on": True}})
    sender.send(topic, {"point": "supply", "time": 1772323260, "value": "7.6"})
    sender.send(topic, {"readings": [{"point": "supply", "time": moment(120), "value": None}]})
    columns = {"point": ["a", "b"], "time": [moment(0), moment(1)], "value": [1, 2]}
    sender.send(topic, {**columns, "quality": "uncertain"})
    sender.send("raw/office/flow", b"12.5")
    sender.send(topic, b"{broken")
    sender.send(topic, {"time": "yesterday", "values": {"supply": 1}})
    assert sender.confirmed()
    rows = kept(served, "office", 7)
    found = {(r["point"], r["time"]): (r["value"], r["quality"]) for r in rows}
    assert found["supply", "2026-03-01T00:00:00.000000Z"] == (7.5, 0)
    assert found["供水", "2026-03-01T00:00:00.000000Z"] == (8.0, 0)
    assert found["on", "2026-03-01T00:00:00.000000Z"] == (1.0, 0)
    assert found["supply", "2026-03-01T00:01:00.000000Z"] == (7.6, 0)
    assert found["supply", "2026-03-01T00:02:00.000000Z"] == (None, 2)
    assert found["b", "2026-03-01T00:00:01.000000Z"] == (2.0, 1)
    flow = until(
        lambda: [r for r in served.get("/api/v1/plants/office/latest") if r["point"] == "flow"]
    )
    assert flow[0]["value"] == 12.5
    refused = until(lambda: len(rows := served.get("/api/v1/refused")) >= 2 and rows)
    assert {"no JSON", "time 'yester"} == {r["reason"][:12].strip(": ") for r in refused} or all(
        word in str(refused) for word in ("no JSON", "yesterday")
    )
    sender.close()


def sparkplug(metrics, stamp=1772323200000):
    payload = Payload(timestamp=stamp)
    for metric in metrics:
        payload.metrics.add(**metric)
    return payload.SerializeToString()


@pytest.mark.slow
def test_sparkplug_from_birth_to_data(broker, served):
    sender, commands = Sender(broker.port), []
    sender.client.on_message = lambda _c, _u, m: commands.append(m.topic)
    sender.client.subscribe("spBv1.0/group/NCMD/#")
    lost = sparkplug([{"alias": 7, "datatype": 10, "double_value": 1.0}])
    sender.send("spBv1.0/group/DDATA/node/hp1", lost)
    assert until(lambda: commands == ["spBv1.0/group/NCMD/node"])
    birth = [
        {"name": "supply", "alias": 7, "datatype": 10, "double_value": 7.5},
        {"name": "delta", "alias": 8, "datatype": 3, "int_value": 2**32 - 5},
        {"name": "running", "alias": 9, "datatype": 11, "boolean_value": True},
        {"name": "model", "alias": 10, "datatype": 12, "string_value": "WW-800"},
    ]
    sender.send("spBv1.0/group/DBIRTH/node/hp1", sparkplug(birth))
    served.flush = 0.5
    later = [
        {"alias": 7, "datatype": 10, "double_value": 7.6},
        {"alias": 8, "datatype": 3, "is_null": True},
    ]
    assert len(kept(served, "node", 3)) == 3
    served.stop(signal.SIGKILL)  # aliases are remembered over a kill
    served.start()
    sender.send("spBv1.0/group/DDATA/node/hp1", sparkplug(later, 1772323260000))
    found = {(r["point"], r["time"][14:16]): r["value"] for r in kept(served, "node", 5)}
    assert found == {
        ("hp1/supply", "00"): 7.5,
        ("hp1/delta", "00"): -5.0,
        ("hp1/running", "00"): 1.0,
        ("hp1/supply", "01"): 7.6,
        ("hp1/delta", "01"): None,
    }
    sender.close()


@pytest.mark.slow
def test_files_dropped_into_a_folder(tmp_path, served):
    inbox = tmp_path / "inbox" / "school"
    inbox.mkdir(parents=True)
    times = [moment(60 * n) for n in range(3)]
    (inbox / "wide.csv").write_text(
        "time;supply;return\n" + "".join(f"{t};7,5;5,5\n" for t in times)
    )
    long = pl.DataFrame({"time": times, "point": ["flow"] * 3, "value": [1.0, 2.0, 3.0]})
    long.with_columns(pl.col("time").str.to_datetime(time_zone="UTC")).write_parquet(
        inbox / "long.parquet"
    )
    (inbox / "notes.csv").write_text("nothing;here\n1;2\n")
    rows = kept(served, "school", 9)
    assert len(rows) == 9
    assert until(lambda: len(list((inbox / "done").glob("*"))) >= 2)
    said = until(lambda: list((inbox / "failed").glob("notes.csv.said.txt")))
    assert "time" in said[0].read_text(encoding="utf-8")


def batches(seed, count, size=40):
    """Messages of a plant with 20 % doubled, late or disordered; what counts in the end."""
    rng = random.Random(seed)
    truth, messages = {}, []
    for n in range(count):
        values = {f"p{k}": rng.randrange(1000) / 10 for k in range(size)}
        messages.append({"time": moment(n), "values": values})
        truth.update({(point, n): value for point, value in values.items()})
    for n in range(0, count, 10):
        messages.append(messages[n])
        late = messages.pop(n + 5)
        messages.insert(min(n + 60, len(messages)), late)
    return messages, truth


def stored(folder, plant="plant"):
    store = TelemetryStore(folder)
    rows = store.read(Window(plant, *MARCH))
    problems = store.problems()
    store.close()
    assert problems == []
    seconds = (rows["time"] - MARCH[0]).dt.total_seconds()
    return dict(zip(zip(rows["point"], seconds, strict=True), rows["value"], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["service", "broker"])
def test_stored_equals_sent_through_kills(tmp_path, broker, served, victim):
    messages, truth = batches(7, 300 * KILLS)
    sender, rng = Sender(broker.port), random.Random(3)
    pause = 0.004
    chunk = len(messages) // (KILLS + 1)
    for n, message in enumerate(messages):
        sender.send("loopkeeper/plant/telemetry", message)
        time.sleep(pause)
        if n % chunk == chunk - 1 and n // chunk < KILLS:
            time.sleep(rng.random() * 0.3)
            if victim == "service":
                served.stop(signal.SIGKILL)
                served.start(wait=rng.random() < 0.5)
            else:
                broker.stop(signal.SIGKILL)
                broker.start()
                sender.repeat()
    assert sender.confirmed(120)
    until(lambda: served.get("/health")["feeds"]["mqtt"]["connected"], 40)
    until(
        lambda: (
            len(
                served.get(
                    "/api/v1/plants/plant/readings?start=2026-03-01&end=2026-03-02&format=csv"
                ).splitlines()
            )
            > len(truth)
        ),
        40,
    )
    sender.close()
    served.stop()
    assert stored(tmp_path / "store") == truth


@pytest.mark.slow
def test_a_graceful_stop_leaves_nothing_in_the_journal(tmp_path, broker, served):
    sender = Sender(broker.port)
    for n in range(50):
        sender.send("loopkeeper/plant/telemetry", {"time": moment(n), "values": {"a": n}})
    assert sender.confirmed()
    kept(served, "plant", 50)
    served.stop(signal.SIGTERM)
    assert served.process is None
    store = TelemetryStore(tmp_path / "store")
    assert store.waiting() == 0
    assert store.read(Window("plant", *MARCH)).height == 50
    store.close()
    sender.close()


@pytest.fixture
def guarded(tmp_path):
    secrets = {name: new_secret() for name in ("reader", "writer", "narrow")}
    tables = "".join(
        f'[[token]]\nname = "{n}"\nsha256 = "{secrets[n][1]}"\nscopes = ["{scope}"]\n{more}'
        for n, scope, more in (
            ("reader", "read", "per_minute = 5\n"),
            ("writer", "write", ""),
            ("narrow", "write", 'plants = ["a"]\n'),
        )
    )
    config = tmp_path / "guarded.toml"
    config.write_text(f'[store]\nfolder = "guarded"\n{tables}')
    made = Serve(config).start()
    base = f"http://127.0.0.1:{made.port}"
    yield lambda name: httpx.Client(
        base_url=base,
        headers={"Authorization": f"Bearer {secrets[name][0] if name in secrets else name}"},
    )
    made.stop()


@pytest.mark.slow
def test_pushing_over_http(guarded):
    batch = {"plant": "a", "time": moment(0), "values": {"x": 1, "y": 2}}
    with guarded("writer") as writer, guarded("narrow") as narrow, guarded("reader") as reader:
        assert writer.post("/api/v1/readings", json=batch).json() == {"kept": 2}
        text = b'{"plant": "a", "time": "2026-03-01T00:01:00Z", "values": {"x": 3}}'
        zipped = {"headers": {"Content-Encoding": "gzip"}}
        answer = writer.post("/api/v1/readings", content=gzip.compress(text), **zipped)
        assert answer.json() == {"kept": 1}
        assert narrow.post("/api/v1/readings", json={**batch, "plant": "b"}).status_code == 403
        assert writer.post("/api/v1/readings", content=b"[1,").status_code == 422
        bomb = gzip.compress(b" " * 2**26)
        answer = writer.post("/api/v1/readings", content=bomb, **zipped)
        assert answer.status_code == 413
        path = f"/api/v1/plants/a/{WHOLE}"
        assert writer.get(path).status_code == 403
        assert len(reader.get(path).json()) == 3
        arrow = reader.get(path + "&format=arrow&point=x")
        assert pl.read_ipc_stream(arrow.content)["value"].to_list() == [1.0, 3.0]
        assert reader.get(path + "&format=csv").text.startswith("point,time,value")
        parquet = reader.get(path.replace("readings", "hours") + "&format=parquet")
        assert pl.read_parquet(parquet.content)["count"].sum() == 3
        assert reader.get("/api/v1/plants").json() == ["a"]
        late = reader.get("/api/v1/plants")
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) >= 1
    with guarded("nonsense") as nobody:
        assert nobody.get("/api/v1/plants").status_code == 401
        assert nobody.get("/health").json()["status"] == "ok"
        paths = nobody.get("/api/v1/openapi.json").json()["paths"]
        assert "/api/v1/plants/{plant}/readings" in paths


@pytest.mark.slow
def test_metrics_and_health_tell_what_goes_on(broker, served):
    sender = Sender(broker.port)
    sender.send("loopkeeper/plant/telemetry", {"time": moment(0), "values": {"a": 1}})
    assert sender.confirmed()
    kept(served, "plant", 1)
    text = served.get("/metrics")
    assert 'loopkeeper_readings_total{feed="mqtt"} 1' in text
    assert 'loopkeeper_feed_connected{feed="mqtt"} 1' in text
    broker.stop()
    assert until(lambda: not served.get("/health")["feeds"]["mqtt"]["connected"])
    assert until(lambda: served.get("/health")["feeds"]["mqtt"]["last_failure"])
    why = served.get("/health")["feeds"]["mqtt"]["last_failure"]
    assert why.startswith("no MQTT broker answers at ")
    broker.start()
    assert until(lambda: served.get("/health")["feeds"]["mqtt"]["connected"], 30)
    sender.close()


ALARMS = """alarm,plant,point,condition,limit,priority,suppressed_by,action,action_zh
hot,office,supply,above,30,high,pump,check the field's flow,检查地源侧流量
quiet,office,supply,silent,3600,low,,check the gateway,检查网关
"""


@pytest.fixture
def hooked(tmp_path):
    """A webhook that fails twice before it takes anything."""
    heard, failures = [], [2]

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if failures[0]:
                failures[0] -= 1
                self.send_error(503)
                return
            heard.append(json.loads(raw))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = tmp_path / "alarms.toml"
    (tmp_path / "alarms.csv").write_text(ALARMS, encoding="utf-8")
    config.write_text(
        '[store]\nfolder = "store"\n[alarms]\nfile = "alarms.csv"\n'
        f'[[notify]]\nwebhook = "http://127.0.0.1:{server.server_port}/"\n'
    )
    made = Serve(config).start()
    yield made, heard
    made.stop()
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_an_alarm_from_reading_to_webhook_to_acknowledgement(hooked):
    served, heard = hooked
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port}") as client:

        def push(seconds, **values):
            batch = {"plant": "office", "time": moment(seconds), "values": values}
            assert client.post("/api/v1/readings", json=batch).json()["kept"] == len(values)

        push(0, supply=31.0, pump=0.0)
        push(60, supply=31.0)
        assert client.get("/api/v1/alarms").json()[0]["state"] == "suppressed"
        push(120, pump=1.0)
        push(180, supply=32.0)
        hot = client.get("/api/v1/alarms").json()[0]
        assert (hot["alarm"], hot["state"], hot["value"]) == ("hot", "unacknowledged", 32.0)
        assert hot["action_zh"] == "检查地源侧流量"
        told = until(lambda: heard, 20)
        assert told[0]["alarm"] == "hot"
        assert told[0]["action"] == "check the field's flow"
        served.stop(signal.SIGKILL)  # the book knows where it stood
        served.start()
        path = "/api/v1/alarms/hot/acknowledge"
        answer = client.post(path.replace("hot", "none"), json={"by": "li"})
        assert answer.status_code == 404
        assert client.post(path, json={"by": ""}).status_code == 422
        assert client.post(path, json={"by": "li"}).json()["state"] == "acknowledged"
        shelf = client.post("/api/v1/alarms/hot/shelve", json={"by": "li", "hours": 1})
        assert shelf.status_code == 422  # nobody said why
        (seen,) = client.get("/api/v1/plants/office/trail").json()
        assert (seen["by"], seen["deed"], seen["detail"]) == (
            "loopback",
            "alarm.acknowledge",
            "hot: li",
        )
        push(240, supply=20.0)
        found = client.get("/api/v1/alarms/events?hours=19000").json()
        assert [e["after"] for e in found if e["alarm"] == "hot"] == [
            "suppressed",
            "unacknowledged",
            "acknowledged",
            "normal",
        ]
        assert client.get("/api/v1/alarms/rates?hours=19000").json()["raised"] >= 0
    raised = [h for h in heard if (h["alarm"], h["state"]) == ("hot", "unacknowledged")]
    assert len(raised) == 1  # that it came back is told a moment later


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,p,x,above,hot,high,,do", "row 2: limit 'hot' is no number"),
        ("a,p,x,over,1,high,,do", "condition 'over': expected above"),
        ("a,p,x,above,1,urgent,,do", "priority 'urgent': expected low"),
        ("a,p,x,above,1,high,,", "row 2: action is empty"),
        ("a,p,x,silent,0,high,,do", "above zero"),
    ],
)
def test_an_alarm_nobody_can_answer_is_refused(tmp_path, row, words):
    path = tmp_path / "alarms.csv"
    path.write_text(ALARMS.splitlines()[0].removesuffix(",action_zh") + f"\n{row}\n")
    with pytest.raises(InputError, match=words):
        read_alarms(path)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 6 MB of its own."""
    with disks.small_disk(tmp_path, 6) as place:
        yield place


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path, small_disk):
    config = tmp_path / "small.toml"
    config.write_text(f'[store]\nfolder = "{small_disk}/store"\n')
    served = Serve(config, flush=1).start()
    rng, acknowledged, refused = random.Random(4), {}, 0
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port}", timeout=30) as client:

        def push(second):
            values = {f"p{k}": rng.random() for k in range(2000)}
            batch = {"plant": "plant", "time": moment(second), "values": values}
            answer = client.post("/api/v1/readings", json=batch)
            if answer.status_code == 200:
                acknowledged.update({(name, second): value for name, value in values.items()})
            return answer

        second = 0
        while not refused and second < 3000:
            answer = push(second)
            second += 1
            refused += answer.status_code == 503
        assert refused, "the disk never became full"
        assert "disk" in answer.json()["detail"]
        assert "Retry-After" in answer.headers
        assert client.get("/health").json()["status"] == "failing"
        waiting.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
        assert until(lambda: client.get("/health").json()["status"] == "ok", 60)
        for later in range(second, second + 5):
            assert push(later).status_code == 200
    served.stop()
    held = stored(small_disk / "store")
    assert acknowledged.items() <= held.items()
    # what was sent back may have been kept all the same, but nothing else
    assert {second for _, second in held} <= set(range(second + 5))
