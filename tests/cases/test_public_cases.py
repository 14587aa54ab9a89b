"""
Public reports of what meters, loggers and gateways really do, as their folder has them.

Each case of ``../shared/cases/telemetry`` is copied, run by its own ``run.sh`` as an owner would,
and its answer set against the value and the source that its ``expect.md`` names. The judge stands
outside the program. ``make cases`` runs them where the folder is there.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from peers import waiting

pytestmark = pytest.mark.cases

SHARED = Path(os.environ.get("LOOPKEEPER_SHARED", Path(__file__).parents[2].parent / "shared"))
CASES = SHARED / "cases" / "telemetry"
HEAT, ELECTRICITY, COP = 4965.36, 1241.34, 4.0
DOORS = {21: 18470, 22: 18472}
"""Ports of the services that scripts start, by number of the case."""
PATIENCE = """
import json, os, sys, time, urllib.request
asked, end = float(sys.argv[1]), time.monotonic() + 180
time.sleep(asked)
while asked >= 10 and time.monotonic() < end:
    try:
        address = f"http://127.0.0.1:{os.environ['DOOR']}/health"
        with urllib.request.urlopen(address, timeout=5) as answer:
            feeds = json.load(answer)["feeds"].values()
        if all(one["connected"] for one in feeds if one["kind"] in {"mqtt", "bacnet"}):
            break
    except OSError:
        pass
    time.sleep(0.5)
"""
"""``sleep`` of the scripts: the long ones, before which a service starts, end when it hears."""


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """A ``loopkeeper`` on the path that is the one under test."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "loopkeeper"
    script.write_text(
        f"#!{sys.executable}\nfrom loopkeeper.cli.main import main\nmain()\n", encoding="utf-8"
    )
    patience = folder / "sleep"
    patience.write_text(f"#!{sys.executable}\n{PATIENCE}", encoding="utf-8")
    for one in (script, patience):
        one.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def laid(tmp_path_factory):
    """A copy of the cases that may be written to."""
    if not CASES.is_dir():
        pytest.skip("the folder of public cases is not beside the repository")
    folder = tmp_path_factory.mktemp("cases") / "telemetry"
    shutil.copytree(CASES, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    return folder


@pytest.fixture
def run(laid, program):
    """Run a case by its number; returns the folder and what it printed."""

    def go(number):
        (folder,) = laid.glob(f"{number:02d}-*")
        for room in (folder, folder / "in"):
            (room / "work").mkdir(parents=True, exist_ok=True)
        source = Path(__file__).parents[2] / "src"
        environment = os.environ | {
            "PATH": f"{program}:{os.environ['PATH']}",
            "LK": "loopkeeper",
            "PY": sys.executable,
            "PYTHONPATH": str(source),
            "DOOR": str(DOORS.get(number, "")),
        }
        done = waiting.run(
            ["bash", "run.sh"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            seconds=900,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return folder, " ".join((done.stdout + done.stderr).split())

    return go


@pytest.fixture
def asked(laid, program):
    """Ask the program for JSON; returns exit code and answer."""

    def ask(command, folder, *arguments):
        done = waiting.run(
            [program / "loopkeeper", command, laid / folder, "--json", *arguments],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
            capture_output=True,
            text=True,
        )
        return done.returncode, json.loads(done.stdout)

    return ask


def figure(answer, name, boundary, mode="heating"):
    """A key figure of an answer, None where it is not given."""
    found = [
        k["value"]["value"]
        for k in answer["kpis"]
        if (k["name"], k["boundary"], k["mode"]) == (name, boundary, mode)
    ]
    return found[0] if found else None


def factor(answer, boundary, mode="heating"):
    return figure(answer, "performance_factor", boundary, mode)


def said(answer):
    return {v["code"] for v in answer["cautions"]}


@pytest.mark.parametrize(
    "folder",
    [
        "01-counter-zero-12h/in/A1",
        "02-counter-zero-3days/in/A2",
        "02-counter-zero-3days/in/A2b",
        "06-counter-single-spikes/in/A4",
        "09-decimal-comma-thousands-point/in/f_de_th2",
    ],
)
def test_counters_and_numbers(asked, folder):
    code, answer = asked("evaluate", folder)
    assert code == 0
    assert answer["measured"]["heating_kWh"]["value"] == pytest.approx(HEAT, rel=0.002)
    assert answer["measured"]["machines_kWh"]["value"] == pytest.approx(ELECTRICITY, rel=0.002)
    assert factor(answer, "H1") == pytest.approx(COP, abs=0.01)


def test_three_days_of_zeros_are_not_covered(asked):
    _, answer = asked("evaluate", "02-counter-zero-3days/in/A2")
    (h1,) = [
        k
        for k in answer["kpis"]
        if (k["name"], k["boundary"], k["mode"]) == ("performance_factor", "H1", "heating")
    ]
    assert h1["coverage"] <= 0.915


def test_a_reversed_counter_is_replaced_by_flow_and_temperatures(asked):
    code, answer = asked("evaluate", "05-counter-reversed/in/A5")
    assert code == 1
    assert "measure.counter.backwards" in said(answer)
    assert answer["measured"]["heating_kWh"]["value"] == pytest.approx(HEAT, rel=0.02)


def test_a_standing_electricity_meter_is_named(asked):
    _, answer = asked("evaluate", "07-electricity-meter-stands/in/A9")
    (stood,) = [v for v in answer["cautions"] if v["code"] == "measure.meter.stands"]
    assert stood["figures"]["point"] == "hp_e"
    assert factor(answer, "H1") == pytest.approx(COP, abs=0.02)
    assert "measure.pair.off_cycle" not in said(answer)


@pytest.mark.parametrize("folder", ["B1_x10", "B2_cop11.6", "B4_x0.1"])
def test_an_impossible_figure_is_no_figure(asked, folder):
    code, answer = asked("evaluate", f"08-scale-x10-graded/in/{folder}")
    assert code == 1
    assert answer["cautions"][0]["severity"] == "problem"
    assert not [k for k in answer["kpis"] if k["name"] in {"performance_factor", "system_factor"}]
    assert "measured" not in answer


def test_the_report_of_a_wrong_scale_names_it_first(run):
    _, text = run(8)
    assert "evaluate rc=1" in text
    head = text[text.index("Monthly report") :][:600]
    assert "in order" not in head
    assert "grade 1" not in text
    assert "withheld" in head


def test_recurrent_sentinels(asked):
    for folder in ("s350", "s600"):
        _, answer = asked("evaluate", f"10-recurrent-85-degrees/in/{folder}")
        found = figure(answer, "mean_temperature_difference", "source")
        assert found == pytest.approx(1.730, abs=0.005)
    _, answer = asked("evaluate", "10-recurrent-85-degrees/in/v_sent")
    found = figure(answer, "mean_temperature_difference", "source")
    assert found is None or found == pytest.approx(1.730, abs=0.01)
    work = figure(answer, "specific_pump_energy", "source-pumps", "all")
    assert work is None or work == pytest.approx(163636, rel=0.01)


def test_days_and_months_exchanged_by_a_spreadsheet(run):
    _, text = run(13)
    assert "rc=1" in text
    assert "rc=0" not in text


def test_no_file_is_lost_by_the_case_of_its_name(laid, program, asked):
    """The public script takes its input from a case that is not public: one like it is made."""
    other = laid / "12-dst-hourly-without-offset" / "in" / "wide10"
    if not other.exists():
        shutil.copytree(laid / "01-counter-zero-12h" / "in" / "A1", other)
    folder = laid / "14-upper-case-csv-and-xlsx"
    (folder / "work").mkdir(exist_ok=True)
    environment = os.environ | {
        "PATH": f"{program}:{os.environ['PATH']}",
        "LK": "loopkeeper",
        "PY": sys.executable,
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    waiting.run(["bash", "run.sh"], cwd=folder, env=environment, capture_output=True)
    _, answer = asked("evaluate", "14-upper-case-csv-and-xlsx/in/both")
    assert answer["measured"]["heating_kWh"]["value"] == pytest.approx(HEAT, rel=0.002)


def test_a_file_without_a_usable_row_is_a_problem(laid, asked):
    for plant in sorted((laid / "16-whole-file-unreadable-is-no-problem" / "in").iterdir()):
        code, answer = asked("check", plant.relative_to(laid))
        read = [v for v in answer["verdicts"] if v["code"] == "measure.quality.gap"]
        assert code == 1 or not read, plant.name


def test_epochs_in_micro_and_nanoseconds(run):
    _, text = run(17)
    assert "rc=0" in text
    assert "rc=2" not in text


def test_units_of_meters(run):
    _, text = run(18)
    assert "--" not in text
    assert len(re.findall(r"\(", text)) >= 17


def test_capacity_without_a_sign(run):
    _, text = run(19)
    assert "wrong way round" not in text
    assert "balance is open" not in text
    assert "without a sign" in text


def test_a_backup_heater_before_the_heat_meter(asked):
    _, answer = asked("evaluate", "20-backup-heater-before-heat-meter/in/B9_backup")
    heat, machine = HEAT + 300.0, ELECTRICITY
    assert factor(answer, "H1") == pytest.approx(HEAT / machine, rel=0.002)
    assert factor(answer, "H2") == pytest.approx(HEAT / (machine + 84), rel=0.002)
    assert factor(answer, "H3") == pytest.approx(heat / (machine + 84 + 300), rel=0.002)
    assert factor(answer, "H4") == pytest.approx(heat / (machine + 84 + 42 + 300), rel=0.002)


def test_gateways_and_their_dialects(run):
    _, text = run(21)
    assert text.count('"t_room"') >= 1
    assert "Traceback" not in text


def test_devices_in_fault_and_without_property_multiple(run):
    _, text = run(22)
    assert '"silent"' not in text
    for name, quality in (("faulted", 2), ("nan", 2), ("ok", 0), ("old_ok", 0), ("oos", 1)):
        said = re.search(rf'"point":"{name}".*?"quality":(\d)', text)
        assert said, text
        assert int(said[1]) == quality, name


def test_the_class_decides_over_names(run):
    _, text = run(24)
    for wrong in ("sp1 0.9", "indoor_temperature zone-1 0.9 co2"):
        assert wrong not in text.lower()


@pytest.mark.parametrize(("house", "published"), [("h204", 6.006), ("h560", 3.319)])
def test_one_meter_for_compressor_and_pumps(laid, asked, house, published):
    """The point list has a place for it now: the owner writes ``machines+pumps``."""
    source = laid / "25-one-meter-for-compressor-and-pumps" / "in" / house
    told = laid / "25-told" / house
    if not told.exists():
        shutil.copytree(source, told)
        table = told / "points.csv"
        rows = table.read_text(encoding="utf-8")
        table.write_text(rows.replace("energy,machines,", "energy,machines+pumps,"), "utf-8")
    _, answer = asked("evaluate", f"25-told/{house}", "--period", "2025-01-01/2026-01-01")
    assert factor(answer, "H1") is None
    assert factor(answer, "GB/T 50801") == pytest.approx(published, abs=0.001)
    assert factor(answer, "H4") == pytest.approx(published, abs=0.001)


def test_two_hours_are_too_few_and_said_so(run):
    _, text = run(27)
    assert "no data" not in text
    assert "24 are needed" in text


def test_the_clock_of_one_logger(run):
    _, text = run(28)
    assert "clocks is wrong" in text


def test_bills_over_a_gap_and_a_new_meter(asked):
    _, answer = asked("bill", "30-bill-over-gap-and-new-meter/in/b1", "--period", "2025-01")
    energy = {}
    for line in answer["lines"]:
        energy[line["room"]] = energy.get(line["room"], 0.0) + line["kWh"]
    assert energy["room-101"] == pytest.approx(2197.3, abs=0.1)
    assert energy["room-102"] == pytest.approx(1318.0, abs=0.1)
    assert 878.9 - 2.0 <= energy["room-103"] <= 878.9
