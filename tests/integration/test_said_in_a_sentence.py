"""What is missing, unreadable or in use is said in a sentence, by every command."""

import json
import socket
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopkeeper.cli.main import app
from peers import waiting

pytestmark = pytest.mark.integration

DEMO = Path(str(resources.files("loopkeeper.adapters") / "demo" / "office"))
PLANT = [
    "check", "evaluate", "diagnose", "watch", "bill", "play", "report -o out.html",
    "report -o out.html --kind monthly", "report -o out.html --kind survey", "standards figures",
    "standards grade", "design check", "design size", "design select", "design hybrid",
    "design report -o out.html", "design phases --share 0.5", "points check",
    "points tags -o out.ttl", "alarms suggest -o out.csv",
]  # fmt: skip
MISSING = [
    *(f"{command} nowhere" for command in PLANT),
    "fleet nowhere",
    "serve nowhere",
    "standards check nowhere",
    "standards edit nowhere",
    "points suggest nowhere -o out.csv",
    "alarms check nowhere",
    "store check nowhere",
    "store backup nowhere out",
    "store compact nowhere",
    "store repair nowhere",
    "store trust-clock nowhere",
    "survey trt nowhere --length 100 --diameter 0.15",
    "survey pumping nowhere --flow 1",
    "survey reinjection nowhere --flow 1",
    "survey water nowhere",
    "design loads -o out.csv --energyplus nowhere",
    "design loads -o out.csv --area 100 --weather nowhere",
    "design select demo --catalogue nowhere",
    "design hybrid demo --prices nowhere",
    "standards grade demo --pack nowhere",
    "report demo -o out.html --templates nowhere",
    "play demo --broker nowhere",
]
UNREADABLE = [
    "standards check {}", "standards edit {} --set a=b", "serve {}", "serve {} --check",
    "points suggest {} -o out.csv",
    "alarms check {}", "fleet {}",
    "design loads -o out.csv --energyplus {}", "design loads -o out.csv --area 100 --weather {}",
    "design loads -o out.csv --area 100 --weather demo/weather.csv --own-use {}",
    "design select demo --catalogue {}", "design hybrid demo --prices {}",
    "standards templates {}", "survey trt {} --length 100 --diameter 0.15", "survey water {}",
    "survey pumping {} --flow 1 --distance 1", "report demo -o {}/out.html --kind survey",
    "points tags demo -o {}/out.json", "alarms suggest demo -o {}/out.csv", "store repair {}",
    "virtual {}/plant", "store check {}", "store compact {}",
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first-hour")
    (folder / "demo").symlink_to(DEMO)
    (folder / "broken").mkdir()
    (folder / "broken" / "plant.toml").write_text("a = [", encoding="utf-8")
    (folder / "bytes").write_bytes(b"\x80\x81")
    (folder / "half.json").write_text("{half", encoding="utf-8")
    (folder / "half.toml").write_text("a = [", encoding="utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / "document.html").write_text("{% if %}", encoding="utf-8")
    return folder


@pytest.fixture
def said(place, monkeypatch):
    """Run a command that cannot succeed; what it says."""
    monkeypatch.chdir(place)

    def run(line):
        done = CliRunner().invoke(app, line.split())
        assert done.exit_code in {1, 2}, done.output
        assert isinstance(done.exception, SystemExit), done.exception
        return " ".join(done.output.split())

    return run


@pytest.mark.parametrize("line", MISSING)
def test_what_is_missing_is_named(said, line):
    assert "nowhere" in said(line)


@pytest.mark.parametrize("command", [*PLANT, "points suggest demo/points.csv -o out.csv --plant"])
def test_a_dossier_that_cannot_be_read_is_named(said, command):
    assert "broken" in said(f"{command} broken")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bytes", "half.json", "half.toml"])
@pytest.mark.parametrize("line", UNREADABLE)
def test_what_cannot_be_read_is_named(said, line, name):
    assert name in said(line.format(name))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("report demo -o out.html --kind survey --templates templates", "document.html"),
        ("play demo --broker localhost:1", "no MQTT broker at localhost:1"),
        ("play demo --broker a..b:1", "no MQTT broker at a..b:1"),
        ("points discover mqtt://localhost:1 -o out.csv --seconds 0.5", "no MQTT broker answers"),
        ("points discover mqtt://localhost:x -o out.csv", "mqtt://localhost:x"),
        ("points discover opc.tcp://localhost:1 -o out.csv", "opc.tcp://localhost:1"),
        ("points discover bacnet://nowhere.invalid -o out.csv", "bacnet://nowhere.invalid"),
    ],
)
def test_what_does_not_answer_is_named(said, line, words):
    assert words in said(line)


def serving(*arguments):
    code = "from loopkeeper.cli.main import main; main()"
    command = [sys.executable, "-c", code, "serve", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_port_in_use_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serving("--store", tmp_path / "store", "--port", port) as service:
            told = waiting.said(service)
            waiting.ended(service)
    assert service.returncode == 1
    assert f"127.0.0.1:{port} is in use; --port chooses another" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_a_broker_that_is_missing_is_in_the_log_once(tmp_path):
    config = tmp_path / "serve.toml"
    store = f'[store]\nfolder = "{tmp_path}/store"\n'
    config.write_text(f'{store}[[feed]]\nkind = "mqtt"\nport = 1\n', encoding="utf-8")
    entries = []
    with serving(config, "--port", 0) as service:
        for line in iter(lambda: waiting.line(service, "stderr"), ""):
            entries.append(json.loads(line))
            if "running on" in entries[-1]["message"]:
                service.terminate()
    said = [e["message"] for e in entries if e["logger"] == "loopkeeper.mqtt"]
    assert said == ["no MQTT broker answers at localhost:1; it is tried again until one does"]
    assert service.returncode == 0


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "holds the dossier of another plant, none that virtual wrote"),
        ("zh", "并非由 virtual 写成"),
    ],
)
def test_a_virtual_plant_takes_no_other_plants_place(language, told, tmp_path):
    folder = tmp_path / "mine"
    CliRunner().invoke(app, ["init", str(folder), "--name", "mine"])
    before = (folder / "plant.toml").read_bytes()
    done = CliRunner().invoke(app, ["virtual", str(folder), "--lang", language])
    assert done.exit_code == 1
    assert told in "".join(done.output.split("\n"))
    assert (folder / "plant.toml").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["plant.toml"]
