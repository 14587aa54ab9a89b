"""The first hour at the command line: quick, complete, and every mistake is a sentence."""

import json
import re
import sys
from importlib import import_module, resources

import pytest
import typer
from typer.testing import CliRunner

from loopkeeper import __version__
from loopkeeper.cli.main import COMMANDS, app, whole_command
from peers import waiting

pytestmark = pytest.mark.integration

DEMO = resources.files("loopkeeper.adapters") / "demo" / "office"
WEB = {"fastapi", "starlette", "uvicorn"}
GATEWAYS = {"pymodbus", "bacpypes3", "asyncua", "paho"}
PRINTING = {"matplotlib", "docx", "typst", "jinja2"}
WEIGHTY = {"numpy", "scipy", "polars", "numba", "pint", "pygfunction", *WEB, *GATEWAYS, *PRINTING}

TELLING = """
import json, resource, sys
from loopkeeper.cli.main import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code
used = resource.getrusage(resource.RUSAGE_SELF)
told = {"modules": sorted(sys.modules), "code": code, "seconds": used.ru_utime + used.ru_stime}
print(json.dumps(told), file=sys.stderr)
"""


def told(*arguments):
    """Run the command line in a process of its own; what it loaded, its end and its seconds."""
    command = [sys.executable, "-c", TELLING, *map(str, arguments)]
    done = waiting.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stderr.splitlines()[-1])


def commands_below(name, command):
    yield name, command
    for below, one in getattr(command, "commands", {}).items():
        yield from commands_below(f"{name} {below}", one)


EVERY = [pair for name in COMMANDS for pair in commands_below(name, whole_command(name))]


def test_help_loads_nothing_of_the_science_and_is_quick():
    first, again = told("--help"), told("--help")
    assert again["code"] == 0
    assert not WEIGHTY & set(again["modules"])
    assert min(first["seconds"], again["seconds"]) < 1.0


@pytest.mark.slow
def test_evaluate_loads_no_web_no_gateway_no_printing():
    found = told("evaluate", DEMO)
    assert found["code"] == 0
    assert not (WEB | GATEWAYS | PRINTING) & set(found["modules"])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name):
    place = COMMANDS[name]
    found = getattr(import_module(f"loopkeeper.cli.{place.module}"), place.name)
    said = found.info.help if isinstance(found, typer.Typer) else found.__doc__
    assert said.splitlines()[0] == place.does


def test_the_version_is_told():
    assert CliRunner().invoke(app, ["--version"]).output.strip() == f"loopkeeper {__version__}"


@pytest.mark.parametrize(
    ("typed", "meant"), [("evalute", "evaluate"), ("diagnosis", "diagnose"), ("surveys", "survey")]
)
def test_a_mistyped_command_is_guessed(typed, meant):
    done = CliRunner().invoke(app, [typed])
    assert done.exit_code == 2
    assert "Did you mean" in done.output
    assert f"'{meant}'" in done.output


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_help_keeps_its_brackets_and_offers_no_completion_below(name, command, monkeypatch):
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 400)
    shown = CliRunner().invoke(app, [*name.split(), "--help"]).output
    shown = " ".join(re.sub("[│╭╰╮╯─]", " ", shown).split())
    written = [command.help, *(getattr(one, "help", "") for one in command.params)]
    for text in filter(None, written):
        assert " ".join(text.replace("\\[", "[").split()) in shown
    assert "--install-completion" not in shown


def test_completion_is_offered_at_the_top():
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output


PERIODS = [
    "evaluate demo", "diagnose demo", "watch demo", "play demo --broker localhost:1",
    "report demo -o out.html", "report demo -o out.html --kind monthly", "bill demo", "fleet .",
    "standards figures demo", "standards grade demo", "store export . demo demo",
]  # fmt: skip


@pytest.mark.parametrize("line", PERIODS)
def test_one_grammar_of_periods_is_refused_alike(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").symlink_to(str(DEMO))
    done = CliRunner().invoke(app, [*line.split(), "--period", "2024Q5"])
    assert done.exit_code == 2
    shown = " ".join(re.sub("[│╭╰╮╯─]", " ", done.output).split())
    assert "period '2024Q5': expected 2024, 2024-01, 2024Q1" in shown


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2024", "2024-07", "2024-q3", "2024-07-01/2024-09-01"])
def test_evaluate_takes_every_name_of_a_period(period):
    done = CliRunner().invoke(app, ["evaluate", str(DEMO), "--period", period, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["period"]
    assert (told["start"][:4], told["end"][:4]) in {("2024", "2024"), ("2024", "2025")}
