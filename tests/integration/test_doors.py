"""Every door of the service against real peers: what is kept, dated how, known since when."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from loopkeeper.adapters.feeds.mqtt.feed import Broker as Address
from loopkeeper.adapters.feeds.mqtt.feed import MqttFeed
from loopkeeper.adapters.feeds.mqtt.sparkplug import Payload
from loopkeeper.bootstrap.service import read_settings, service
from loopkeeper.errors import InputError
from peers.processes import Broker, Sender, Serve, until

pytestmark = pytest.mark.integration
SITE = timezone(timedelta(hours=8))
DOSSIER = """format = "dossier/1"
[site]
id = "house"
name = "House"
latitude = 31.2
longitude = 121.5
timezone = "Asia/Shanghai"
"""
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon at the site."""
DAY = "start=2026-03-01&end=2026-03-02"


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path / "broker").start()
    yield made
    made.stop()


@pytest.fixture
def served(tmp_path, broker):
    (tmp_path / "plants" / "house").mkdir(parents=True)
    (tmp_path / "plants" / "house" / "plant.toml").write_text(DOSSIER)
    (tmp_path / "alarms.csv").write_text(
        "alarm,plant,point,condition,limit,priority,action\nhot,house,supply,above,30,high,look\n"
    )
    (tmp_path / "loopkeeper.toml").write_text(
        '[store]\nfolder = "store"\n[plants]\nfolder = "plants"\n[rounds]\nhours = 0\n'
        '[alarms]\nfile = "alarms.csv"\ndefaults = false\n'
        f'[[feed]]\nkind = "mqtt"\nport = {broker.port}\ntopics = ["lk/{{plant}}/telemetry", '
        '"ha/{plant}/{point}/state", "tele/{point}/SENSOR", "spBv1.0/#"]\nplant = "house"\n'
        '[[feed]]\nkind = "drop"\nevery = 0.2\nfolder = "inbox"\n'
    )
    made = Serve(tmp_path / "loopkeeper.toml").start()
    assert until(lambda: made.get("/health")["feeds"]["mqtt"]["connected"])
    yield made
    made.stop()


def rows(served, plant="house", more="", period=DAY):
    kept = served.get(f"/api/v1/plants/{plant}/readings?{period}{more}")
    return [row for row in kept if not row["point"].startswith("calc.")]


def found(served, *points, seconds=20):
    """Readings by point, when all of them are there."""
    return until(
        lambda: {r["point"]: r for r in rows(served)}.keys() >= set(points), seconds
    ) and {r["point"]: r for r in rows(served)}


def push(served, payload, **params):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    url = f"http://127.0.0.1:{served.port}/api/v1/readings"
    return httpx.post(url, content=raw, params=params)


def retained(port, topic, payload):
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="keeper")
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


@pytest.mark.slow
def test_a_site_time_means_the_same_in_every_door(tmp_path, broker, served):
    local = "2026-03-01 12:00:00"
    sender = Sender(broker.port)
    sender.send("lk/house/telemetry", {"time": local, "values": {"mqtt": 1}})
    sender.send("tele/hp1/SENSOR", {"Time": "2026-03-01T12:00:00", "ENERGY": {"Power": 5}})
    assert push(served, {"plant": "house", "time": local, "values": {"http": 1}}).json() == {
        "kept": 1
    }
    for place in ("house", "nobody"):
        (tmp_path / "inbox" / place).mkdir(parents=True)
        (tmp_path / "inbox" / place / "log.csv").write_text(f"time,file\n{local},1\n")
    kept = found(served, "mqtt", "http", "file", "hp1.ENERGY.Power")
    assert {r["time"] for r in kept.values()} == {"2026-03-01T04:00:00.000000Z"}
    # nobody told of which zone another plant's times are
    answer = push(served, {"plant": "nobody", "time": local, "values": {"a": 1}})
    assert answer.status_code == 422
    assert "no time zone is known" in answer.json()["detail"]
    failed = tmp_path / "inbox" / "nobody" / "failed" / "log.csv.said.txt"
    assert until(failed.is_file)
    assert "time zone" in failed.read_text(encoding="utf-8")
    assert rows(served, "nobody") == []
    sender.close()


@pytest.mark.slow
def test_one_bad_value_costs_no_other_in_any_door(broker, served):
    sender = Sender(broker.port)
    stamp = "2026-03-01T04:00:00Z"
    batch = {"a": 8.1, "b": "unavailable", "c": float("nan"), "d": "heating", "e": "运行"}
    sender.send("lk/house/telemetry", {"time": stamp, "values": batch})
    pushed = {"time": stamp, "values": {f"http_{k}": v for k, v in batch.items()}}
    answer = push(served, pushed, plant="house").json()
    assert (answer["kept"], answer["refused"]) == (5, 1)
    assert "http_d" in answer["reasons"][0]
    kept = found(served, "e", "http_e")
    for name in ("", "http_"):
        assert [(kept[name + k]["value"], kept[name + k]["quality"]) for k in batch] == [
            (8.1, 0),
            (None, 2),
            (None, 2),
            (None, 2),
            (1.0, 0),
        ]
    said = until(lambda: len(r := served.get("/api/v1/refused")) >= 2 and r)
    assert {r["feed"] for r in said} == {"mqtt", "http"}
    assert served.get("/health")["feeds"]["mqtt"]["unread_values"] == 1
    assert 'loopkeeper_feed_count{feed="mqtt",what="unread_values"} 1' in served.get("/metrics")
    sender.close()


@pytest.mark.slow
def test_what_the_broker_kept_is_no_new_reading(broker, served):
    now = datetime.now(UTC)
    period = f"start={now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}&end={now:%Y-%m-%d}T23:59:59Z"
    retained(broker.port, "ha/house/room/state", "21.5")
    stamped = {"time": now.isoformat(), "values": {"dated": 7.5}}
    retained(broker.port, "lk/house/telemetry", json.dumps(stamped))

    def seen():
        return [(r["point"], r["value"]) for r in rows(served, period=period)]

    assert until(lambda: len(seen()) == 2)
    # corrected meanwhile: what the broker repeats must not bring the old value back
    push(served, {"plant": "house", "time": now.isoformat(), "point": "dated", "value": 8.5})
    served.stop()
    served.start()
    state = until(lambda: (f := served.get("/health")["feeds"]["mqtt"])["messages"] >= 2 and f)
    assert state["retained_left_out"] == 1
    assert seen() == [("dated", 8.5), ("room", 21.5)]


async def grudging(reader, writer):
    """Speak as much of MQTT 3.1.1 as a broker needs that refuses the second topic (3.9.3)."""
    await reader.read(1000)  # CONNECT
    writer.write(bytes([0x20, 2, 0, 0]))
    asked = await reader.read(1000)
    writer.write(bytes([0x90, 4, *asked[2:4], 1, 0x80]))
    await reader.read()
    writer.close()


def test_topics_that_a_broker_refuses_are_told():
    async def seen():
        server = await asyncio.start_server(grudging, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        feed = MqttFeed(Address("127.0.0.1", port, ("lk/#", "secret/#")))
        task = asyncio.create_task(feed.run(None))
        while not feed.state()["connected"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait([task])
        server.close()
        await server.wait_closed()
        return feed.state()["last_failure"]

    said = asyncio.run(asyncio.wait_for(seen(), 20))
    assert said.endswith("refuses the topics secret/#")


def sparkplug(metrics, seq):
    payload = Payload(timestamp=int(NOON.timestamp() * 1000), seq=seq)
    for metric in metrics:
        payload.metrics.add(**metric)
    return payload.SerializeToString()


@pytest.mark.slow
def test_as_of_knows_only_what_had_come(broker, served):
    sender = Sender(broker.port)
    began = datetime.now(UTC)
    old = NOON - timedelta(hours=3)
    metric = {"datatype": 10, "double_value": 4.4, "timestamp": int(old.timestamp() * 1000)}
    sender.send("spBv1.0/g/NBIRTH/house", sparkplug([{"name": "born", **metric}], 0))
    later = [{"name": "history", "is_historical": True, **metric}]
    sender.send("spBv1.0/g/NDATA/house", sparkplug(later, 1))
    sender.send("lk/house/telemetry", {"time": old.isoformat(), "values": {"mqtt": 1}})
    push(served, {"plant": "house", "time": old.isoformat(), "values": {"http": 1}})
    kept = found(served, "born", "history", "mqtt", "http")
    assert {r["time"] for r in kept.values()} == {"2026-03-01T01:00:00.000000Z"}
    assert all(datetime.fromisoformat(r["known_at"]) >= began for r in kept.values())
    assert rows(served, more="&as_of=2026-03-01T04:00:00Z") == []
    assert len(rows(served, more=f"&as_of={datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")) == 4
    sender.close()


@pytest.mark.slow
def test_a_gap_is_counted_and_a_rebirth_asked_for(broker, served):
    sender, commands = Sender(broker.port), []
    sender.client.on_message = lambda _c, _u, m: commands.append(Payload.FromString(m.payload))
    sender.client.subscribe("spBv1.0/g/NCMD/house")
    metric = {"alias": 7, "datatype": 10, "double_value": 4.4}
    birth = [{"name": "bdSeq", "datatype": 8, "long_value": 1}, {"name": "supply", **metric}]
    sender.send("spBv1.0/g/NBIRTH/house", sparkplug(birth, 0))
    sender.send("spBv1.0/g/NDATA/house", sparkplug([metric], 1))
    assert found(served, "supply")
    assert commands == []
    for seq in (5, 6, 9):
        sender.send("spBv1.0/g/NDATA/house", sparkplug([metric], seq))
    assert until(lambda: commands)
    (asked,) = commands[0].metrics
    assert (asked.name, asked.boolean_value) == ("Node Control/Rebirth", True)
    state = until(
        lambda: (f := served.get("/health")["feeds"]["mqtt"])["sequence_gaps"] == 2 and f
    )
    assert state["rebirths_asked"] == 1
    assert len(commands) == 1
    sender.close()


@pytest.mark.slow
def test_a_bad_reading_raises_no_alarm(served):
    def state():
        return [a["state"] for a in served.get("/api/v1/alarms")]

    def told(second, value, quality):
        stamp = (NOON + timedelta(seconds=second)).isoformat()
        push(
            served,
            {
                "plant": "house",
                "time": stamp,
                "point": "supply",
                "value": value,
                "quality": quality,
            },
        )

    told(0, 99.0, "bad")
    assert state() == []
    told(1, 31.0, "good")
    assert state() == ["unacknowledged"]
    told(2, 20.0, "bad")
    assert state() == ["unacknowledged"]
    hours = served.get(f"/api/v1/plants/house/hours?{DAY}")
    assert [(h["count"], h["max"]) for h in hours if h["point"] == "supply"] == [(1, 31.0)]


@pytest.mark.slow
def test_a_clock_ahead_is_said(broker, served):
    sender = Sender(broker.port)
    ahead = datetime.now(UTC) + timedelta(hours=8)
    sender.send("lk/house/telemetry", {"time": ahead.isoformat(), "values": {"a": 1}})
    said = until(lambda: served.get("/api/v1/refused"))
    assert "8 h ahead" in said[0]["reason"]
    sender.close()


@pytest.mark.slow
def test_lines_of_influxdb_over_http_and_mqtt(broker, served):
    stamp = int(NOON.timestamp()) * 10**9
    lines = f"heat,unit=hp1 power=1.5,run=t {stamp}\n".encode()
    assert push(served, lines, plant="house").json() == {"kept": 2}
    sender = Sender(broker.port)
    sender.send("lk/house/telemetry", lines.replace(b"hp1", b"hp2"))
    kept = found(served, "heat.hp1.power", "heat.hp2.power")
    assert (kept["heat.hp2.power"]["value"], kept["heat.hp1.run"]["value"]) == (1.5, 1.0)
    sender.close()


def test_a_time_zone_nobody_knows_is_named(tmp_path):
    for part in (
        '[web]\ntimezone = "Mars/Base"\n',
        '[[feed]]\nkind = "drop"\ntimezone = "Mars/Base"\n',
    ):
        (tmp_path / "lk.toml").write_text(f'[store]\nfolder = "store"\n{part}')
        with pytest.raises(InputError, match="Mars/Base"):
            service(read_settings(tmp_path / "lk.toml"))


@pytest.mark.slow
def test_a_stated_zone_goes_before_the_plants(tmp_path):
    (tmp_path / "inbox" / "house").mkdir(parents=True)
    (tmp_path / "inbox" / "house" / "log.csv").write_text("time,file\n2026-03-01 12:00:00,1\n")
    (tmp_path / "lk.toml").write_text(
        '[store]\nfolder = "store"\n[web]\ntimezone = "Europe/Berlin"\n'
        '[[feed]]\nkind = "drop"\nevery = 0.2\nfolder = "inbox"\ntimezone = "Europe/Berlin"\n'
    )
    made = Serve(tmp_path / "lk.toml").start()
    push(made, {"plant": "house", "time": "2026-03-01 12:00:00", "values": {"http": 1}})
    kept = found(made, "http", "file")
    assert {r["time"] for r in kept.values()} == {"2026-03-01T11:00:00.000000Z"}
    made.stop()
