"""Commissioning by the command line: planned, written down, judged, repeated until closed."""

import csv
import json
import sys

import openpyxl
import pytest
from typer.testing import CliRunner

from loopkeeper.cli.main import app
from trials.__main__ import draw
from trials.draw import FAULTS
from trials.score import found

pytestmark = pytest.mark.integration
ONE_OF_EACH = [(min(kinds), fault) for fault, (kinds, _) in FAULTS.items()]


@pytest.fixture(autouse=True)
def as_json(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["loopkeeper", "--json"])


def asked(*words, code=0):
    done = CliRunner().invoke(app, ["commission", *map(str, words), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


@pytest.fixture
def plant(tmp_path):
    return draw(tmp_path, "well_group", "set_point_off", 1)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bare(plant):
    (plant / "commissioning.csv").unlink()
    return plant


def states(answer):
    return {one["trial"]: one["state"] for one in answer["trials"]}


def test_a_plan_is_printed_and_its_form_comes_back(plant, tmp_path):
    paper, form = tmp_path / "plan.html", tmp_path / "form.xlsx"
    answer = asked("plan", bare(plant), "--on", "2025-12-01", "-o", paper, "-o", form)
    assert answer["files"] == [str(paper), str(form)]
    assert set(states(answer).values()) == {"open"}
    assert "GB 50366" in paper.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(form)
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(3, sheet.max_row + 1) if sheet.cell(r, 1).value == "interlocks")
    sheet.cell(row, columns["started_at"], "2025-12-02 09:00")
    sheet.cell(row, columns["ended_at"], "2025-12-02 10:00")
    sheet.cell(row, columns["accepted"], "true")
    sheet.cell(row, columns["by"], "crew")
    book.save(form)
    assert asked("record", plant, form) == {"new": 1, "known": 0}
    assert asked("record", plant, form) == {"new": 0, "known": 1}
    told = states(asked("status", plant, "--on", "2025-12-03"))
    assert told["interlocks"] == "passed"
    assert told["alarms"] == "open"


def test_a_wrong_cell_is_named_and_nothing_is_taken(plant, tmp_path):
    form = tmp_path / "form.csv"
    asked("plan", bare(plant), "--on", "2025-12-01", "-o", form)
    rows = table(form)
    rows[0] |= {"started_at": "some day", "accepted": "true"}
    with form.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = CliRunner().invoke(app, ["commission", "record", str(plant), str(form), "--json"])
    assert done.exit_code == 1
    assert "some day" in done.stdout
    assert "started_at" in done.stdout
    assert not (plant / "commissioning.csv").exists()


def test_what_is_no_form_is_refused(plant, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    answer = asked("record", plant, tmp_path / "other.xlsx", code=1)
    assert "no form of trials" in json.dumps(answer)


def test_a_trial_that_failed_is_written_down_and_stays_open_until_it_is_repeated(plant):
    judged = asked("evaluate", plant, "--write", code=1)
    control = next(one for one in judged["results"] if one["trial"] == "control")
    assert control["judged"] == "failed"
    assert [one["code"] for one in control["findings"]] == ["commission.control.set_point"]
    (supply,) = control["compared"]
    assert supply["agrees"] is False
    assert judged["written"] > len(judged["results"])
    assert asked("evaluate", plant, "--write", code=1)["written"] == judged["written"]
    told = asked("status", plant, "--on", "2025-12-20", code=1)
    assert states(told)["control"] == "failed"
    assert states(told)["meter_proof"] == "passed"
    rows = table(plant / "commissioning.csv")
    again = {**rows[-1], "trial": "control", "mode": "control", "quantity": "", "accepted": "true"}
    again |= {"started_at": "2025-12-15T08:00:00+00:00", "ended_at": "2025-12-15T12:00:00+00:00"}
    with (plant / "commissioning.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, rows[0]).writerow(again)
    assert states(asked("status", plant, "--on", "2025-12-20"))["control"] == "passed"


def test_without_a_window_or_a_reading_nothing_is_judged(plant):
    (plant / "telemetry" / "trials.csv").unlink()
    assert "logged" in json.dumps(asked("evaluate", plant, code=1))
    bare(plant)
    assert "window" in json.dumps(asked("evaluate", plant, code=1))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "fault"), ONE_OF_EACH)
def test_a_fault_of_another_hand_is_named_and_a_sound_plant_passes(tmp_path, kind, fault):
    """A draw of each; docs/commissioning.md has ten of each on every kind of source."""
    wanted, named = set(FAULTS[fault][1]), found(draw(tmp_path, kind, fault, 1))
    assert bool(named & wanted) is bool(wanted)
    assert fault != "none" or not named
