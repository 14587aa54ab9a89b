"""The command line as a user drives it: answers, exit codes, no tracebacks."""

import json
import math
import shutil
import sys
from datetime import UTC, datetime, timedelta

import pytest

from peers import waiting
from peers.processes import Broker, Serve, until

pytestmark = pytest.mark.e2e


def loopkeeper(*arguments):
    command = [
        sys.executable,
        "-c",
        "from loopkeeper.cli.main import main; main()",
        *map(str, arguments),
    ]
    return waiting.run(command, capture_output=True, text=True, seconds=900)


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plants") / "office"
    done = loopkeeper("virtual", folder, "--cause", "hydraulic.bypass:0.7", "--interval", "15")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_sound_dossier_passes_its_check(plant):
    done = loopkeeper("check", plant)
    assert done.returncode == 0
    assert "no problem" in done.stdout


def test_diagnose_json_is_one_object_and_nothing_else(plant):
    done = loopkeeper("diagnose", plant, "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["deviations"][0]["kind"] == "hydraulic"
    assert {
        "site",
        "period",
        "boundary",
        "promised",
        "expected",
        "measured",
        "shortfall_kWh",
        "deviations",
        "unexplained_kWh",
        "cautions",
    } <= set(answer)


def test_evaluate_json_states_its_boundary(plant):
    answer = json.loads(loopkeeper("evaluate", plant, "--json").stdout)
    assert answer["boundary"] == "GB/T 50801"
    assert answer["measured"]["system_cop_heating"] > 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_report_writes_a_file(plant, tmp_path, language):
    target = tmp_path / "report.html"
    done = loopkeeper("report", plant, "--lang", language, "-o", target, "--json")
    answer = {"report": str(target), "lang": language, "kind": "diagnosis"}
    assert json.loads(done.stdout) == answer
    page = target.read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    assert page.count('<div class="chart"') >= 4  # waterfall, electricity, source water, split
    assert "https://" not in page


def test_a_place_that_cannot_be_written_is_said(plant, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = loopkeeper("report", plant, "-o", tmp_path / "file" / "report.html")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_demo_json_holds_the_answer_and_the_reports(tmp_path):
    answer = json.loads(loopkeeper("demo", "-o", tmp_path, "--json").stdout)
    assert set(answer["reports"]) == {"en", "zh"}
    assert answer["diagnosis"]["deviations"][0]["kind"] == "operation"


@pytest.mark.parametrize(
    "arguments",
    [
        ("diagnose", "no-such-folder"),
        ("virtual", "x", "--cause", "nonsense"),
        ("virtual", "x", "--source", "volcano"),
        ("diagnose", ".", "--period", "yesterday"),
        ("report", "."),
    ],
)
def test_wrong_use_exits_with_two(arguments):
    done = loopkeeper(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_broken_dossier_exits_with_one_and_lists_every_problem(plant, tmp_path):
    text = (plant / "plant.toml").read_text(encoding="utf-8")
    text = text.replace("system_cop_heating", "system_cop_heatin").replace(
        'kind = "borehole_field"', 'kind = "geyser"'
    )
    (tmp_path / "plant.toml").write_text(text + "\n[extra]\n", encoding="utf-8")
    done = loopkeeper("check", tmp_path)
    assert done.returncode == 1
    for word in ("geyser", "system_cop_heating", "extra"):
        assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_period_without_data_is_told_so(plant):
    done = loopkeeper("diagnose", plant, "--period", "2030-01-01/2031-01-01")
    assert done.returncode == 1
    assert "no data" in done.stderr


@pytest.mark.parametrize("source", ["single_well", "well_group", "surface_water"])
def test_every_source_from_virtual_plant_to_report(tmp_path, source):
    folder = tmp_path / source
    done = loopkeeper("virtual", folder, "--source", source, "--interval", "30", "--json")
    assert json.loads(done.stdout)["plant"] == str(folder), done.stderr
    assert loopkeeper("check", folder).returncode == 0
    answer = json.loads(loopkeeper("diagnose", folder, "--json").stdout)
    assert answer["deviations"] == []
    target = tmp_path / "report.html"
    assert loopkeeper("report", folder, "-o", target, "--lang", "zh").returncode == 0


def test_a_cause_of_another_source_is_wrong_use(tmp_path):
    done = loopkeeper(
        "virtual", tmp_path / "x", "--source", "well_group", "--cause", "construction.grout:1"
    )
    assert done.returncode == 2
    assert "borehole_field" in done.stderr


@pytest.fixture
def response_log(tmp_path):
    hours = [n / 12 for n in range(1, 12 * 60)]
    rows = [
        f"{h:.4f};{str(round(14 + 2.65 * math.log(3600 * h) - 14, 3)).replace('.', ',')};6000"
        for h in hours
    ]
    path = tmp_path / "trt.csv"
    path.write_text("t [h];Tf [degC];P [W]\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_response_test_from_its_log(response_log):
    asked = ("--length", "100", "--diameter", "0.15", "--undisturbed", "14", "--json")
    done = loopkeeper("survey", "trt", response_log, *asked)
    answer = json.loads(done.stdout)
    # slope 2.65 K for 60 W/m: 60 / (4 π 2.65)
    assert answer["line_source"]["conductivity_W_mK"] == pytest.approx(1.8018, rel=1e-3)
    assert {"conductivity_interval_W_mK", "resistance_mK_W"} <= set(answer["fit"])
    assert answer["verdicts"]


def test_a_result_is_kept_with_its_origin(response_log, plant):
    asked = ("--length", "100", "--diameter", "0.15", "--undisturbed", "14", "--into", plant)
    assert loopkeeper("survey", "trt", response_log, *asked).returncode == 0
    kept = json.loads((plant / "survey" / "trt.result.json").read_text(encoding="utf-8"))
    assert len(kept["provenance"]["sha256"]) == 64
    assert kept["result"]["fit"]["conductivity_W_mK"] > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("time,T\n", "no readable table"), ("a,b\n1,2\n", "no column is a time")],
)
def test_a_bad_log_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    done = loopkeeper("survey", "trt", path, "--length", "100", "--diameter", "0.15")
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pumping_test_from_its_log(tmp_path):
    path = tmp_path / "levels.txt"
    rows = [f"{t} {-0.5 * math.log(1 + t):.4f}" for t in range(1, 200, 7)]
    path.write_text("# time (min), head (m)\n" + "\n".join(rows), encoding="utf-8")
    done = loopkeeper("survey", "pumping", path, "--rates", "30", "--distance", "20", "--json")
    answer = json.loads(done.stdout)
    assert set(answer["models"]) == {
        "confined",
        "leaky",
        "recharge_boundary",
        "barrier",
        "well_storage",
    }
    # 50 minutes after the start in the file's own unit, though only its header names it
    late = loopkeeper("survey", "pumping", path, "--rates", "0:30,50:60", "--json")
    seconds = loopkeeper(
        "survey", "pumping", path, "--rates", "0:30,50:60", "--time-unit", "min", "--json"
    )
    assert json.loads(late.stdout)["models"] == json.loads(seconds.stdout)["models"]
    assert "survey.pumping.no_distance" in late.stdout
    missing = tmp_path / "bare.txt"
    missing.write_text("1 2\n2 3\n", encoding="utf-8")
    done = loopkeeper("survey", "pumping", missing, "--rates", "30")
    assert done.returncode == 1
    assert "no unit of time and level" in done.stderr


def test_design_from_check_to_promise(plant, tmp_path):
    checked = json.loads(loopkeeper("design", "check", plant, "--years", "10", "--json").stdout)
    assert len(checked["yearly"]) == 10
    sized = json.loads(loopkeeper("design", "size", plant, "--years", "10", "--json").stdout)
    assert sized["length_for_probability_m"]["0.95"] > sized["length_m"] > 0
    chosen = json.loads(loopkeeper("design", "select", plant, "--json").stdout)
    assert chosen["choices"][0]["prices"]["list"] > 0
    target = tmp_path / "design.html"
    # it is in operation: its promise is replaced only when it is named, and kept
    refused = loopkeeper("design", "report", plant, "--years", "10", "-o", target, "--promise")
    assert refused.returncode != 0
    assert "--replace-promise office" in refused.stderr
    assert not target.exists()
    asked = ("--years", "10", "-o", target, "--replace-promise", "office")
    done = loopkeeper("design", "report", plant, *asked)
    assert done.returncode == 1, "110 m let the water to the field fall below 4 °C"
    assert not checked["passes"]
    longer = tmp_path / "longer"
    shutil.copytree(plant, longer, ignore=shutil.ignore_patterns("telemetry"))
    text = (longer / "plant.toml").read_text(encoding="utf-8")
    # the first is the field; the hole of the response test keeps its length
    text = text.replace("length_m = 110.0", "length_m = 160.0", 1)
    (longer / "plant.toml").write_text(text, encoding="utf-8")
    done = loopkeeper("design", "report", longer, *asked)
    assert done.returncode == 0, done.stderr
    assert list((longer / "design").glob("promise-until-*.toml"))
    assert "field_inlet_min_C" in (longer / "plant.toml").read_text(encoding="utf-8")
    page = target.read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    assert page.count('<div class="chart"') >= 4  # waterfall, electricity, source water, split
    assert "https://" not in page


def test_a_plant_played_into_a_service_and_back_into_a_dossier(plant, tmp_path):
    broker = Broker(tmp_path / "broker").start()
    config = tmp_path / "loopkeeper.toml"
    plants = tmp_path / "plants"
    shutil.copytree(plant, plants / "office", ignore=shutil.ignore_patterns("telemetry"))
    config.write_text(
        f'[store]\nfolder = "store"\n[plants]\nfolder = "plants"\n'
        f'[[feed]]\nkind = "mqtt"\nport = {broker.port}\n'
    )
    served = Serve(config).start()
    try:
        assert until(lambda: served.get("/health")["feeds"]["mqtt"]["connected"])
        done = loopkeeper(
            "play",
            plant,
            "--speed",
            "0",
            "--broker",
            f"localhost:{broker.port}",
            "--last",
            "6",
            "--today",
        )
        assert done.returncode == 0, done.stderr
        name = served.get("/api/v1/plants")[0]
        sensors = served.get(f"/api/v1/plants/{name}/sensors?lang=en")["sensors"]
        assert sum(s["sound"] for s in sensors) > 0.7 * len(sensors)
    finally:
        served.stop()
        broker.stop()
    checked = loopkeeper("store", "check", tmp_path / "store", "--json")
    assert json.loads(checked.stdout) == {"problems": []}
    today = datetime.now(UTC).date()
    period = f"{today - timedelta(days=10)}/{today + timedelta(days=1)}"
    done = loopkeeper(
        "store", "export", tmp_path / "store", name, plants / "office", "--period", period
    )
    assert done.returncode == 0, done.stderr
    assert loopkeeper("check", plants / "office").returncode == 0
    missing = loopkeeper(
        "store", "export", tmp_path / "store", "nobody", plants / "office", "--period", period
    )
    assert missing.returncode == 1
    assert "no readings of nobody" in missing.stderr


def test_points_from_names(plant, tmp_path):
    names = tmp_path / "names.csv"
    names.write_text("point,name,unit\nAI1,地源侧供水温度,degC\nAI2,AI_17,\n", encoding="utf-8")
    target = tmp_path / "points.csv"
    done = loopkeeper("points", "suggest", names, "-o", target, "--plant", plant, "--json")
    assert json.loads(done.stdout)["unclear"] == 1
    assert "AI1,supply_temperature,source" in target.read_text(encoding="utf-8")
    missing = json.loads(loopkeeper("points", "check", plant, "--json").stdout)["missing"]
    assert all("cannot be judged" in m["sentence"] for m in missing)


def test_watch_calls_what_fouls_and_leaves_the_sound_plant_alone(tmp_path):
    sound, fouled = tmp_path / "sound", tmp_path / "fouled"
    assert loopkeeper("virtual", sound, "--interval", "15").returncode == 0
    quiet = loopkeeper("watch", sound, "--json")
    assert quiet.returncode == 0, quiet.stdout
    assert not json.loads(quiet.stdout)["shifted"]
    cause = "operation.fouling:0.8@2024-01-15"
    done = loopkeeper("virtual", fouled, "--cause", cause, "--interval", "15")
    assert done.returncode == 0, done.stderr
    called = loopkeeper("watch", fouled, "--lang", "zh")
    assert called.returncode == 1
    assert "请进行诊断" in called.stdout + called.stderr


def test_points_and_alarms_of_a_plant_round_trip(plant, tmp_path):
    for suffix in ("ttl", "json"):
        model = tmp_path / f"model.{suffix}"
        assert loopkeeper("points", "tags", plant, "-o", model).returncode == 0
        points = tmp_path / f"{suffix}.csv"
        done = loopkeeper("points", "suggest", model, "-o", points, "--plant", plant)
        assert done.returncode == 0, done.stderr
        first = {tuple(r.split(",")[:3]) for r in points.read_text().splitlines()}
        wanted = {tuple(r.split(",")[:3]) for r in (plant / "points.csv").read_text().splitlines()}
        assert first == wanted
    table = tmp_path / "alarms.csv"
    assert loopkeeper("alarms", "suggest", plant, "-o", table).returncode == 0
    checked = loopkeeper("alarms", "check", table, "--json")
    assert json.loads(checked.stdout)["priorities"]["critical"] == 1
    wrong = loopkeeper("points", "discover", "modbus://127.0.0.1", "-o", tmp_path / "none.csv")
    assert wrong.returncode != 0
    assert "Traceback" not in wrong.stderr
    assert "map comes from the maker" in wrong.stderr.replace("\n", " ")


def test_reports_standards_and_fleet_from_the_command_line(plant, tmp_path):
    for kind, name in (("monthly", "m.pdf"), ("annual", "a.docx"), ("commissioning", "c.html")):
        done = loopkeeper("report", plant, "--kind", kind, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).stat().st_size > 5_000
    graded = json.loads(loopkeeper("standards", "grade", plant, "--json").stdout)["graded"]
    gbt = next(g for g in graded if g["standard"] == "GB/T 50801-2013")
    assert {i["confidence"] for i in gbt["indices"]} == {"S"}
    own = tmp_path / "own.toml"
    assert loopkeeper("standards", "new", "NB/T 11700-2024", "-o", own).returncode == 0
    assert "nothing is graded by it" in loopkeeper("standards", "check", own).stdout
    side = json.loads(loopkeeper("fleet", plant.parent, "--json").stdout)
    assert side["plants"][0]["figures"]["source_pump_share"]["value"] > 0
    none = loopkeeper("bill", plant)
    assert none.returncode == 1
    assert "no bills can be made" in none.stderr
    wrong = loopkeeper("report", plant, "--kind", "monthly", "-o", tmp_path / "m.odt")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
