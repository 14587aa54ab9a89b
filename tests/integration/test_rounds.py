"""A service that knows its plants: calculated points, default alarms, the daily round, a push."""

import asyncio
import hashlib
import json
import re
import shutil
import socketserver
import threading
import urllib.request
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from loopkeeper import __version__
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.peers.notify import Notifier, NotifyChannel
from loopkeeper.adapters.peers.push import Pusher, Upstream
from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.alarming import Watched
from loopkeeper.app.judging import as_readings
from loopkeeper.app.use_cases.due_reports import Printing
from loopkeeper.app.use_cases.rounds import Given, judge_folder
from loopkeeper.bootstrap.outside import outside
from loopkeeper.bootstrap.service import read_settings, service
from loopkeeper.errors import InputError, OutsideError
from loopkeeper.lifecycle.monitor.alarm import AlarmEvent, AlarmState, Condition, Definition
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant
from loopkeeper.virtual.causes import parse_cause
from peers.processes import Broker, Sender, Serve, free_port, until

pytestmark = pytest.mark.integration
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def fouled(tmp_path_factory):
    """A plant whose condensers foul from 15 January on, and its readings as if they ended now."""
    folder = tmp_path_factory.mktemp("plants") / "office"
    cause = parse_cause("operation.fouling:0.8@2023-01-15")
    build_virtual_plant(folder, Life("office", causes=(cause,), years=1), Recording(15))
    readings, _ = read_telemetry(folder, read_dossier(folder).plant)
    moved = datetime.now(UTC) - readings["time"].max()
    # the weather's clock is half a day off the sun, whatever the time of day is now
    late = int(((12 * HOUR - moved) % (24 * HOUR)) / (HOUR / 4))
    outdoor = pl.col("point") == "t_out"
    rolled = pl.col("value").shift(late).fill_null(strategy="backward")
    weather = readings.filter(outdoor).sort("time").with_columns(rolled)
    readings = pl.concat([readings.filter(~outdoor), weather])
    return folder, readings.select(pl.col("time") + moved, "point", "value")


@pytest.fixture(scope="module")
def served(fouled, tmp_path_factory):
    """The service with the plant's readings, and the platform above that it pushes to."""
    folder, readings = fouled
    home = tmp_path_factory.mktemp("home")
    (home / "above.toml").write_text('[store]\nfolder = "above"\n')
    platform = Serve(home / "above.toml").start()
    (home / "lk.toml").write_text(
        f'[store]\nfolder = "store"\n[plants]\nfolder = "{folder.parent}"\n[rounds]\nhours = 0\n'
        '[reports]\nkinds = ["monthly", "annual"]\nformats = [".html"]\nlanguages = ["zh", "en"]\n'
        '[[feed]]\nkind = "drop"\nevery = 0.2\nfolder = "inbox"\n'
        f'[[push]]\nname = "province"\nurl = "http://127.0.0.1:{platform.port}/api/v1/readings"\n'
        'points = ["calc.*", "src_t_*"]\nevery = 0.5\n'
    )
    service = Serve(home / "lk.toml").start()
    (home / "inbox" / "office").mkdir(parents=True)
    readings.write_parquet(home / "year.parquet")
    shutil.move(home / "year.parquet", home / "inbox" / "office" / "year.parquet")
    try:
        assert until(lambda: given(service) > 50_000, 90), service.get("/health")
        yield service, platform, readings
    finally:
        service.stop()
        platform.stop()


def given(service):
    return service.get("/health")["feeds"]["calculated"]["given"]


@pytest.mark.slow
def test_the_round_sees_the_fouling_and_raises_the_alarm(served):
    service, platform, _ = served
    place = f"http://127.0.0.1:{service.port}/api/v1/plants/office/judgement"
    assert "not been judged" in service.get("/api/v1/plants/office/judgement")["detail"]
    urllib.request.urlopen(urllib.request.Request(place, method="POST"), timeout=10).close()
    path = "/api/v1/plants/office/judgement?lang=en"
    found = until(lambda: "time" in (one := service.get(path)) and one, 120)
    assert found["figures"]["calc.watch.heating"] >= 1
    assert found["figures"]["calc.sensors.unsound"] == 0
    said = [v["sentence"] for v in found["verdicts"] if v["code"] == "monitor.warning.shift"]
    assert any("heating takes +" in sentence for sentence in said)
    printed = sorted(f.name for f in (service.config.parent / "reports" / "office").iterdir())
    assert len(printed) == 2  # a month in two languages; no whole year begins with a month yet
    assert sorted(found["reports"]) == printed
    kept = service.get("/api/v1/plants/office/reports")
    place = service.config.parent / "reports" / "office"
    digests = {f: hashlib.sha256((place / f).read_bytes()).hexdigest() for f in printed}
    assert {r["file"]: r["sha256"] for r in kept} == digests
    assert found["code_version"] == __version__
    assert found["data_version"].startswith("entry ")
    (job,) = service.get("/api/v1/jobs")
    assert (job["kind"], job["plant"], job["state"], job["tries"]) == (
        "round",
        "office",
        "done",
        1,
    )
    assert job["asked_by"] == "loopback"
    assert service.get(f"/api/v1/jobs/{job['id']}") == job
    since = f"{found['time'][:10]}T00:00:00Z"
    assert service.get(f"/api/v1/plants/office/judgements?start={since}&lang=en") == [found]
    assert len(found["sensors"]) == len(service.get("/api/v1/plants/office/points"))
    standing = {a["alarm"]: a for a in service.get("/api/v1/alarms")}
    assert standing["office.watch_heating"]["state"] == "unacknowledged"
    assert standing["office.watch_heating"]["action_zh"] == "运行诊断"
    # a weather station off the sun's clock: no diagnosis, hence no state to go on from
    (none,) = (v for v in found["verdicts"] if v["code"] == "monitor.daily.none")
    assert "clock" in none["sentence"]
    assert "state" not in found
    # what the platform above got is what the service has
    above = "/api/v1/plants/office/latest"
    ours = {r["point"]: r["value"] for r in service.get(above) if r["point"].startswith("calc.w")}
    assert set(ours) >= {"calc.watch.heating"}
    theirs = lambda: {r["point"]: r["value"] for r in platform.get(above)}  # noqa: E731
    assert until(lambda: ours.items() <= theirs().items(), 60)


MOST_OF_THEM = 100
"""Of thirty hours of readings every ten minutes. [-]"""


@pytest.mark.slow
def test_calculated_points_are_kept_beside_the_measured(served):
    service, platform, readings = served
    end = readings["time"].max()
    start = end - 30 * HOUR
    window = f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"
    names = "&point=calc.spread.source&point=src_t_sup&point=src_t_ret"
    path = f"/api/v1/plants/office/readings?{window}{names}"

    def told():
        points = [row["point"] for row in service.get(path)]
        return points.count("calc.spread.source") > MOST_OF_THEM

    assert until(told, 60)
    rows = pl.DataFrame(service.get(path)).pivot("point", index="time", values="value")
    spread = (rows["src_t_sup"] - rows["src_t_ret"]).abs()
    assert rows.height > MOST_OF_THEM
    assert (rows["calc.spread.source"] - spread).abs().max() < 1e-9
    whole = f"/api/v1/plants/office/readings?{window}{names}"
    assert until(lambda: len(platform.get(whole)) == len(service.get(whole)), 60)


@pytest.mark.slow
def test_points_are_told_with_their_tags(served):
    service, _, _ = served
    points = {p["id"]: p for p in service.get("/api/v1/plants/office/points")}
    assert points["src_flow"]["brick"] == "Water_Flow_Sensor"
    assert points["load_t_sup"]["haystack"] == "point leaving water temp sensor"


@pytest.mark.slow
def test_the_live_page_stands_alone_and_speaks_both_languages(served):
    page = served[0].get("/plants/office/live")
    assert "地源管家" in page
    assert not re.findall(r"(?:src|href)=", page)  # nothing is fetched but the interface's answers
    spoken = json.loads(re.search(r"const WORDS = (\{.*\});", page)[1])
    assert set(spoken["zh"]) == set(spoken["en"])
    asked = set(re.findall(r'w\("([\w.-]+)"\)', page))
    assert asked
    assert asked <= set(spoken["zh"])


def test_a_plant_without_data_enough_says_why(fouled):
    folder, readings = fouled
    now = readings["time"].max()
    newest = readings.filter(pl.col("time") > now - 5 * 24 * HOUR).with_columns(
        pl.lit(0, pl.Int8).alias("quality"), pl.col("time").alias("known_at")
    )
    names = ("mean", "min", "max", "first", "last", "count")
    schema = {"point": pl.String, "time": pl.Datetime("us", "UTC")}
    none = pl.DataFrame(schema={**schema, **dict.fromkeys(names, pl.Float64)})
    found = judge_folder(outside, folder, Given((newest, none)), now)
    assert found["figures"]["calc.sensors.unsound"] == 0
    assert not found["charts"]
    silent = judge_folder(outside, folder, Given((newest.head(0), none)), now)
    assert silent["figures"]["calc.sensors.unsound"] == 26


def test_hours_become_readings_by_what_they_mean():
    points = (
        Point(
            id="t",
            quantity="supply_temperature",
            of="source",
            statistic=Statistic.INSTANT,
            unit="°C",
        ),
        Point(id="c", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit="kWh"),
        Point(
            id="s",
            quantity="electricity_energy",
            of="machines",
            statistic=Statistic.SUM,
            unit="kWh",
        ),
    )
    zero = datetime(2026, 1, 1, tzinfo=UTC)
    names = ["point", "time", "mean", "min", "max", "first", "last", "count"]
    rows = [
        ("t", zero, 10.0, 9.0, 11.0, 9.0, 11.0, 4),
        ("t", zero + HOUR, 90.0, 9.0, 327.0, 9.0, 9.0, 4),
        ("c", zero, 105.0, 100.0, 110.0, 100.0, 110.0, 4),
        ("s", zero, 2.0, 1.0, 3.0, 1.0, 3.0, 4),
        ("other", zero, 1.0, 1.0, 1.0, 1.0, 1.0, 4),
    ]
    found = as_readings(pl.DataFrame(rows, schema=names, orient="row"), points)
    values = dict(zip(found["point"], found["value"], strict=True))
    assert values == {"c": 100.0, "s": 8.0, "t": 10.0}


def test_what_nobody_can_print_is_refused(tmp_path):
    for keys, words in (
        ({"kinds": ("weekly",)}, "kinds: 'weekly': expected monthly"),
        ({"formats": (".odt",)}, "formats: '.odt'"),
        ({"languages": ("fr",)}, "languages: 'fr'"),
        ({"region": "mars"}, "no grid factor for 'mars'"),
    ):
        with pytest.raises(InputError, match=re.escape(words)):
            Printing(tmp_path, **keys)


def frame(values, plant="a"):
    zero = datetime(2026, 1, 1, tzinfo=UTC)
    n = len(values)
    return pl.DataFrame(
        {
            "plant": [plant] * n,
            "point": ["p"] * n,
            "time": [zero + k * HOUR for k in range(n)],
            "value": values,
            "quality": pl.Series([0] * n, dtype=pl.Int8),
            "known_at": pl.Series([None] * n, dtype=pl.Datetime("us", "UTC")),
        }
    )


@pytest.mark.slow
def test_a_push_goes_on_where_it_stopped(tmp_path):
    (tmp_path / "above.toml").write_text('[store]\nfolder = "above"\n')
    store = TelemetryStore(tmp_path / "store")
    platform = Serve(tmp_path / "above.toml")
    upstream = Upstream("up", f"http://127.0.0.1:{platform.port}/api/v1/readings", begin="all")
    store.append(frame([1.0, 2.0]))
    pusher = Pusher(upstream, store)
    with pytest.raises(OutsideError, match="refused"):
        pusher.send()
    platform.start()
    assert pusher.send() == 2
    assert pusher.send() == 0
    store.append(frame([1.5]))  # a correction
    store.flush()
    store.append(frame([9.0], "b"))
    assert Pusher(upstream, store).send() == 2  # after a restart
    path = "/api/v1/plants/{}/readings?start=2026-01-01&end=2026-01-02"
    assert [r["value"] for r in platform.get(path.format("a"))] == [1.5, 2.0]
    assert [r["value"] for r in platform.get(path.format("b"))] == [9.0]
    store.append(frame([1.0], ""))  # the platform will not have a plant without a name
    assert pusher.send() == 0
    assert "answered 422" in store.refusals()[0]["reason"]
    platform.stop()
    store.close()


@pytest.fixture
def nonsense():
    """A peer that answers every connection with one line that is no HTTP, and what it was told."""
    heard = []

    class Peer(socketserver.StreamRequestHandler):
        def handle(self):
            heard.append(self.rfile.readline().decode())
            self.wfile.write(b"SSH-2.0-something\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Peer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


@pytest.mark.slow
def test_a_peer_that_speaks_no_http_is_trouble_not_the_end(tmp_path, nonsense):
    port, heard = nonsense
    store = TelemetryStore(tmp_path / "store")
    store.append(frame([1.0], "东 区/1"))
    pusher = Pusher(Upstream("up", f"http://127.0.0.1:{port}/{{plant}}", begin="all"), store)
    with pytest.raises(OutsideError, match="BadStatusLine"):
        pusher.send()
    assert heard[0].startswith("POST /%E4%B8%9C%20%E5%8C%BA%2F1 HTTP")
    store.close()
    channel = NotifyChannel("c", webhook=f"http://127.0.0.1:{port}/")
    one = Watched(
        "p",
        Definition(id="hot", point="s", condition=Condition.ABOVE, limit=30.0),
        {"name": "hot\nline"},
    )
    event = AlarmEvent(
        time=datetime.now(UTC),
        alarm="hot",
        before=AlarmState.NORMAL,
        after=AlarmState.UNACKNOWLEDGED,
        value=31.0,
    )
    notifier = Notifier([], None, {}, delays=(0.0,))
    assert "BadStatusLine" in asyncio.run(notifier._send(channel, one, event))
    letter = NotifyChannel("c", to="somebody@example.org", smtp=f"127.0.0.1:{port}")
    assert "SMTP" in asyncio.run(notifier._send(letter, one, event))


def test_a_push_over_mqtt_arrives_in_another_service(tmp_path):
    broker = Broker(tmp_path / "broker").start()
    store = TelemetryStore(tmp_path / "store")
    url = f"mqtt://127.0.0.1:{broker.port}/province/{{plant}}/telemetry"
    pusher = Pusher(Upstream("up", url, plants=("a",), every=0.1), store)
    heard = []
    listener = Sender(broker.port)
    listener.client.on_message = lambda _c, _u, m: heard.append((m.topic, m.payload))
    listener.client.subscribe("province/#", 1)
    store.append(frame([1.0, None, 3.0]))
    store.append(frame([4.0], "hidden"))
    assert pusher.send() == 3  # the hidden plant's reading is not for this platform
    assert until(lambda: len(heard) == 1)
    topic, payload = heard[0]
    assert topic == "province/a/telemetry"
    assert json.loads(payload)["value"] == [1.0, None, 3.0]
    listener.close()
    broker.stop()
    store.append(frame([5.0]))
    with pytest.raises(OutsideError):
        pusher.send()
    store.close()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"url": "ftp://x"}, "expected http"),
        ({"url": "mqtt://host:1883"}, "no topic"),
        ({"url": "http://x", "begin": "later"}, "expected now or all"),
    ],
)
def test_an_upstream_that_leads_nowhere_is_refused(keys, words):
    with pytest.raises(InputError, match=words):
        Upstream("up", **keys)


@pytest.mark.slow
def test_unknown_keys_of_a_push_are_named(tmp_path):
    (tmp_path / "lk.toml").write_text('[[push]]\nurl = "http://127.0.0.1:1/"\nhost = "x"\n')
    with pytest.raises(InputError, match=r"line 3: push\[1\].host: found a key that is unknown"):
        service(read_settings(tmp_path / "lk.toml", tmp_path / f"s{free_port()}"))
