"""A dossier begun with a handful of facts is sound, on every kind of source."""

import json
import os
import pty
import sys
import tomllib
from importlib import resources

import numpy as np
import pytest
from typer.testing import CliRunner

from loopkeeper.adapters.files.dossier.read import inspect_dossier, read_dossier
from loopkeeper.cli.main import app
from loopkeeper.lifecycle.design.beginning import usual_count
from loopkeeper.lifecycle.survey.regional_guess import nearest_city
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.verdict import GRAVE
from peers import waiting

pytestmark = pytest.mark.integration

DEMO = resources.files("loopkeeper.adapters") / "demo" / "office"
LOADS = str(DEMO / "design" / "loads.csv")


def run(*arguments, code=0):
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize("source", SourceKind)
def test_the_least_dossier_is_sound_and_short(source, tmp_path):
    folder = tmp_path / "plant"
    told = run("init", folder, "--source", source)
    text = (folder / "plant.toml").read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if line]) <= 32
    assert not [v for v in inspect_dossier(folder)[1] if v.severity in GRAVE]
    assert "no problem" in run("check", folder)
    missing = [v.figures["part"] for v in inspect_dossier(folder)[1] if "part" in v.figures]
    assert ("ledger.csv" in missing) == ("ledger.csv" in told)
    assert "assumed: name = plant, city = beijing" in told
    for part in ("[promise]", "design/loads.csv", "points.csv", "telemetry/", "[[pump]]"):
        assert part in told


@pytest.mark.slow
@pytest.mark.parametrize("source", SourceKind)
def test_with_loads_the_design_lacks_but_a_test_of_the_ground(source, tmp_path):
    folder = tmp_path / "plant"
    run("init", folder, "--source", source, "--loads", LOADS, "--area", 16000)
    loads = read_dossier(folder).design_loads
    assert float(np.max(loads.heating)) == pytest.approx(466.7e3, rel=0.01)
    done = CliRunner().invoke(app, ["design", "check", str(folder), "--years", "5", "--json"])
    said = json.loads(done.stdout)["verdicts"]
    grave = {v["code"] for v in said if v["severity"] in {"problem", "disqualification"}}
    assert grave == (set() if source is SourceKind.SURFACE_WATER else {"design.survey.due"})


def test_what_is_given_is_written(tmp_path):
    folder = tmp_path / "plant"
    told = run(
        "init",
        folder,
        "--name",
        '河畔 "学校"',
        "--city",
        "上海",
        "--use",
        "school",
        "--area",
        5000,
        "--heating",
        300,
        "--cooling",
        250,
        "--count",
        40,
        "--length",
        120,
        "--json",
    )
    plant = tomllib.loads((folder / "plant.toml").read_text(encoding="utf-8"))
    assert plant["site"]["name"] == '河畔 "学校"'
    assert (plant["site"]["latitude"], plant["site"]["use"]) == (31.2, "school")
    assert plant["source"]["ground"]["undisturbed_temperature_C"] == 18.0
    field = plant["source"]["borehole_field"]
    assert (field["count"], field["columns"], field["rows"]) == (40, 8, 5)
    assert plant["machine"][0]["rated_cooling_kW"] == 250.0
    assert set(json.loads(told)["assumed"]) == {"source", "ground_C"}


def test_holes_that_make_no_rectangle_have_their_places(tmp_path):
    run("init", tmp_path / "plant", "--count", 37)
    field = read_dossier(tmp_path / "plant").plant.source.field
    assert len(set(field.positions)) == 37


def test_a_use_that_is_never_heated_has_no_heating(tmp_path):
    run("init", tmp_path / "plant", "--use", "data_room", "--area", 200)
    (machine,) = read_dossier(tmp_path / "plant").plant.machines
    assert machine.rated_heating is None
    assert machine.rated_cooling > 0


def test_the_nearest_city_lends_its_ground(tmp_path):
    assert nearest_city(40.9, 117.9) == "beijing"
    refused = run("init", tmp_path / "a", "--latitude", 52.5, "--longitude", 13.4, code=1)
    assert "no regional values near 52.5, 13.4" in refused
    assert not (tmp_path / "a").exists()
    place = ("--latitude", 52.5, "--longitude", 13.4, "--timezone", "Europe/Berlin")
    run("init", tmp_path / "a", *place, "--ground", 10.5)
    assert read_dossier(tmp_path / "a").plant.source.ground.undisturbed_temperature == 10.5


@pytest.mark.parametrize(
    ("given", "words", "code"),
    [
        (("--city", "nowhere"), "no regional values for 'nowhere'; known: harbin", 1),
        (("--use", "castle"), "castle: expected office", 1),
        (("--latitude", 40), "--latitude and --longitude belong together", 1),
        (("--heating", 0, "--cooling", 0), "a plant without heating and cooling", 1),
        (("--source", "volcano"), "volcano", 2),
        (("--timezone", "Mars/Base"), "Mars/Base: expected e.g. Asia/Shanghai", 2),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(given, words, code, tmp_path):
    assert words in run("init", tmp_path / "plant", *given, code=code)
    assert not (tmp_path / "plant").exists()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "plant.toml").write_text("mine", encoding="utf-8")
    assert "plant.toml is there already" in " ".join(run("init", tmp_path, code=1).split())
    assert (tmp_path / "plant.toml").read_text(encoding="utf-8") == "mine"


def test_what_is_there_is_not_asked_for_next(tmp_path):
    (tmp_path / "points.csv").write_text("point,quantity,of,unit\n", encoding="utf-8")
    assert "points.csv" not in run("init", tmp_path).split("What to add next")[1]


@pytest.mark.slow
def test_at_a_terminal_what_is_missing_is_asked(tmp_path):
    ours, theirs = pty.openpty()
    code = "from loopkeeper.cli.main import main; main()"
    command = [sys.executable, "-c", code, "init", str(tmp_path / "plant"), "--use", "school"]
    os.write(ours, b"well_group\nRiver school\nwuhan\n\n\n\n\n\n")
    done = waiting.run(command, stdin=theirs, capture_output=True, text=True, seconds=120)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    site = read_dossier(tmp_path / "plant").plant.site
    assert (site.name, site.latitude, site.use) == ("River school", 30.6, "school")
    assert "area m2 [10000.0]" in done.stderr
    assert "use" not in done.stdout.split("What to add next")[0]


def test_a_bigger_plant_has_more_holes():
    counts = [usual_count(SourceKind.BOREHOLE_FIELD, power, power, 100.0) for power in (10, 100)]
    assert counts == sorted(counts)
    assert counts[0] >= 2
