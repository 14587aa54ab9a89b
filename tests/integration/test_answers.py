"""What the commands really print is what their schemas say, key by key."""

import json
import math
import shlex
import shutil
import sys
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from loopkeeper.adapters.store.telemetry import TelemetryStore
from loopkeeper.app.answers.schemas import SCHEMAS
from loopkeeper.app.columns import Columns
from loopkeeper.app.members import IssuedToken, ServiceMember, token_for
from loopkeeper.bootstrap.outside import outside
from loopkeeper.cli.main import app
from peers.processes import Broker, Sender
from trials.__main__ import draw as drawn_trials

pytestmark = pytest.mark.integration

DOCS = Path(__file__).parents[2] / "docs"
DEMO = Path(str(resources.files("loopkeeper.adapters") / "demo" / "office"))
YEAR = "2023-11-01/2024-10-30"
ROOM = """point,quantity,of,statistic,unit,accuracy
east,electricity_energy,room-1,counter,kWh,EN1434-3
pump,electricity_power,sp1,mean,kW,IEC-1
"""
VILLAGE = """
format = "dossier/1"
[site]
id = "village"
name = "Village"
timezone = "UTC"
[source]
kind = "borehole_field"
[[machine]]
id = "hp1"
rated_heating_kW = 12.0
rated_cop = 4.6
[[pump]]
id = "sp1"
loop = "source"
flow_m3_h = 2.2
head_m = 6.0
power_kW = 0.2
[tariff]
currency = "EUR"
bands = [{name = "flat", price = 0.3, hours = [[0, 24]]}]
"""
HOLES = """item,item_kind,check,drawn,found,unit
B001,borehole,active_length,120,118.9,m
B001,borehole,colour,red,blue,
B002,borehole,grout_volume_ratio,1,0.8,-
"""
WATER = """sampled_at,place,parameter,value,unit
2023-05-01,w1,pH,7.4,-
2023-05-01,w1,chloride,40,mg/L
2023-05-01,w1,nitrate,<0.5,mg/L
"""
COMMANDS = {
    "check": "check {demo}",
    "evaluate": f"evaluate {{demo}} --period {YEAR}",
    "evaluate a plant that cannot be judged": "evaluate {village} --period 2025-01",
    "diagnose": "diagnose {demo}",
    "demo": "demo -o {out}/demo",
    "watch": "watch {demo}",
    "report": "report {demo} -o {out}/survey.html --kind survey",
    "bill": "bill {village} --period 2025-01",
    "fleet": "fleet {plants}",
    "init": "init {out}/new --name New --use office --area 5000 --city beijing",
    "virtual": "virtual {out}/virtual --years 1 --interval 60",
    "points check": "points check {demo}",
    "points discover": "points discover mqtt://127.0.0.1:{broker}/ha/{{plant}}/{{point}}/state "
    "-o {out}/found.csv --seconds 2",
    "points tags": "points tags {demo} -o {out}/tags.ttl",
    "points suggest": "points suggest {demo}/points.csv -o {out}/points.csv",
    "build forget": "build forget {signed} foreman",
    "build import": "build import {built} {built}/ledger.csv",
    "build cost": "build cost {demo} --years 5",
    "build form": "build form {built} -o {out}/form.xlsx",
    "build map": "build map {contractor} -o {out}/mapping.toml",
    "build check": "build check {built}",
    "build verify": "build verify {built}",
    "build prove": "build prove {built} B001 -o {out}/proof.json",
    "commission plan": "commission plan {demo} --on 2026-11-28 -o {out}/trials.csv",
    "commission status": "commission status {demo} --on 2026-11-28",
    "commission record": "commission record {tried} {tried}/commissioning.csv",
    "commission evaluate": "commission evaluate {tried}",
    "handover make": "handover make {built} -o {out}/handover --on 2026-11-28",
    "handover check": "handover check {out}/handover",
    "handover make a view": "handover make {built} -o {out}/evaluator --for evaluator",
    "alarms check": "alarms check {alarms}",
    "alarms suggest": "alarms suggest {demo} -o {out}/alarms.csv",
    "standards list": "standards list",
    "standards check": "standards check {pack}",
    "standards figures": f"standards figures {{demo}} --period {YEAR}",
    "standards edit": "standards edit {pack} --set name=Own",
    "standards new": "standards new 'GB/T 50801-2013' -o {out}/new.toml",
    "standards templates": "standards templates {out}/templates",
    "access list": "access list {store}",
    "access invite": "access invite {store} li --role site --plant village",
    "access member": "access member {store} east --scope write --plant village",
    "access token": "access token {store} centre --days 30",
    "access end": "access end {store} {token}",
    "store backup": "store backup {store} {out}/backup",
    "store trust-clock": "store trust-clock {store}",
    "token": "token centre --scope read --scope write",
    "play": "play {village} --speed 0 --broker 127.0.0.1:{broker}",
    "standards grade": f"standards grade {{demo}} --period {YEAR}",
    "store check": "store check {store}",
    "store compact": "store compact {store}",
    "store export": "store export {store} village {out} --period 2024",
    "store repair": "store repair {store}",
    "store upgrade": "store upgrade {store}",
    "design check": "design check {demo} --years 5",
    "design size": "design size {demo} --years 5",
    "design size of wells": "design size {wells} --years 5",
    "design size on land": "design size {demo} --years 5 --land {land}",
    "design select": "design select {demo}",
    "design hybrid": "design hybrid {demo}",
    "design phases": "design phases {demo} --share 0.5 --years 5",
    "design report": "design report {demo} -o {out}/design.html --years 5",
    "design loads": "design loads -o {out}/loads.csv --energyplus {demo}/design/loads.csv "
    "--area 10000",
    "survey trt": "survey trt {trt} --length 100 --diameter 0.15",
    "survey trt of two holes": "survey trt {trt} {trt} --length 100 --diameter 0.15",
    "survey pumping": "survey pumping {levels} --rates 30 --distance 20",
    "survey pumping in steps": "survey pumping {steps} --rates 0:10,60:20,120:30 --distance 0.15",
    "survey reinjection": "survey reinjection {levels} --rates 30",
    "survey water": "survey water {water}",
    "survey guess": "survey guess beijing",
    "refusal": "evaluate {demo} --period 2030",
}
LONG = {
    "diagnose", "demo", "design hybrid", "design size", "design size on land",
    "design size of wells", "design phases", "design report",
}  # fmt: skip
"""Asked by `make e2e` only."""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Files that commands are asked about, and a key of their own."""
    root = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOPKEEPER_LEDGER_KEY", str(root / "ledger.key"))
        yield _made(root)


def _made(root):
    made = {"demo": DEMO, "plants": DEMO.parent, "out": root}
    texts = {
        "trt": response_log(),
        "levels": levels(1),
        "steps": levels(3),
        "water": WATER,
        "land": "x_m,y_m\n0,0\n60,0\n60,60\n0,60\n",
    }
    for name, text in texts.items():
        made[name] = root / f"{name}.csv"
        made[name].write_text(text, encoding="utf-8")
    made["village"] = root / "village"
    (made["village"] / "telemetry").mkdir(parents=True)
    (made["village"] / "plant.toml").write_text(VILLAGE, encoding="utf-8")
    (made["village"] / "points.csv").write_text(ROOM, encoding="utf-8")
    hours = [f"2025-01-{1 + n // 24:02d} {n % 24:02d}:00,{10 + n},0.2" for n in range(31 * 24)]
    hours += [f"2025-02-01 {n:02d}:00,{754 + n},0.2" for n in range(24)]
    log = "\n".join(["time,east,pump", *hours])
    (made["village"] / "telemetry" / "log.csv").write_text(log, encoding="utf-8")
    made["store"] = root / "store"
    with TelemetryStore(made["store"]) as store:
        came = Columns()
        came.add("village", "pump", 1_717_200_000_000_000, 0.2)  # June 2024
        store.append(came.frame())
    with outside.memberships.opened(None, made["store"], "me") as book:
        book.members.put(ServiceMember(name="centre"))
        kept = IssuedToken(sha256="", member="centre", made_at=datetime.now(UTC), made_by="me")
        made["token"] = token_for(book.members, kept)[1].id
    made["alarms"] = root / "alarms.csv"
    made["alarms"].write_text(
        "alarm,plant,point,condition,limit,action\na,p,t,above,5,look\n", encoding="utf-8"
    )
    made["wells"] = root / "wells"
    made["contractor"] = root / "contractor.csv"
    made["contractor"].write_text("孔号,孔深(m),颜色\nB1,120.5,红\n", encoding="utf-8")
    made["built"] = root / "built"
    made["built"].mkdir()
    (made["built"] / "plant.toml").write_text(VILLAGE, encoding="utf-8")
    (made["built"] / "ledger.csv").write_text(HOLES, encoding="utf-8")
    CliRunner().invoke(app, ["build", "import", str(made["built"]), f"{made['built']}/ledger.csv"])
    made["signed"] = root / "signed"
    shutil.copytree(made["built"], made["signed"])
    signed = root / "signed.csv"
    head, *rows = HOLES.strip().splitlines()
    signed.write_text(
        "\n".join([f"{head},checked_by", *(f"{row},foreman" for row in rows)]), encoding="utf-8"
    )
    CliRunner().invoke(app, ["build", "import", str(made["signed"]), str(signed)])
    made["tried"] = drawn_trials(root, "well_group", "k_factor", 1)
    made["pack"] = root / "pack.toml"
    CliRunner().invoke(app, ["standards", "new", "GB/T 50801-2013", "-o", str(made["pack"])])
    return made


@pytest.fixture
def asked_of_a_broker(name, places, tmp_path):
    """A broker that kept a value, where points are asked for."""
    if name not in {"points discover", "play"}:
        yield places
        return
    broker = Broker(tmp_path / "broker").start()
    sender = Sender(broker.port)
    sender.client.publish("ha/house/t_room/state", "21.5", qos=1, retain=True).wait_for_publish(5)
    yield {**places, "broker": broker.port}
    sender.close()
    broker.stop()


def response_log():
    hours = [n / 12 for n in range(1, 12 * 60)]
    rows = [f"{h:.4f},{2.65 * math.log(3600 * h):.3f},6000" for h in hours]
    return "\n".join(["t [h],Tf [degC],P [W]", *rows]) + "\n"


def levels(steps):
    """Drawdown that grows with the logarithm of time, step by step."""
    rows = [
        f"{t},{sum(0.5 * math.log(1 + max(0, t - 60 * k)) + (0.3 if t > 60 * k else 0) for k in range(steps)):.4f}"  # noqa: E501
        for t in range(1, 181, 3)
    ]
    return "\n".join(["time (min),drawdown (m)", *rows]) + "\n"


@cache
def schema(command):
    text = (DOCS / "schemas" / f"{command.replace(' ', '-')}.json").read_text(encoding="utf-8")
    return Draft202012Validator(closed(json.loads(text)))


def closed(node):
    """A schema that takes no key it does not name."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    if "properties" in node and isinstance(node["properties"], dict) and node.get("type"):
        made["additionalProperties"] = False
    return made


def answer_of(text, places, monkeypatch):
    words = [*shlex.split(text.format(**places)), "--json"]
    monkeypatch.setattr(sys, "argv", ["loopkeeper", *words])
    done = CliRunner().invoke(app, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return json.loads(done.stdout)


def test_every_schema_is_asked_for():
    asked = {
        next(c for c in sorted(SCHEMAS, key=len, reverse=True) if name.startswith(c))
        for name in COMMANDS
    }
    assert asked == set(SCHEMAS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.e2e if n in LONG else ()) for n in COMMANDS]
)
def test_an_answer_is_what_its_schema_says(name, asked_of_a_broker, monkeypatch):
    places = asked_of_a_broker
    if name == "design size of wells":
        made = places["wells"]
        answer_of(
            f"virtual {made} --source well_group --years 1 --interval 60", places, monkeypatch
        )
    answer = answer_of(COMMANDS[name], places, monkeypatch)
    command = next(c for c in sorted(SCHEMAS, key=len, reverse=True) if name.startswith(c))
    found = [
        f"{list(e.absolute_path)}: {e.message[:200]}" for e in schema(command).iter_errors(answer)
    ]
    assert found == []
    assert ("error" in answer) == (command == "refusal" or "cannot be judged" in name)


def test_a_key_too_many_and_one_too_few_are_found():
    good = {"report": "a.html", "lang": "en", "kind": "survey"}
    assert list(schema("report").iter_errors(good)) == []
    assert list(schema("report").iter_errors({**good, "more": 1}))
    assert list(schema("report").iter_errors({"report": "a.html", "lang": "en"}))
