"""Logs of pumping tests that a dossier names, held against its hidden works by the command."""

import json
import sys
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from loopkeeper.cli.main import app
from peers.small_works import SITE

pytestmark = pytest.mark.integration
PLANT = f"""{SITE}[source]
kind = "well_group"
[source.aquifer]
hydraulic_conductivity_m_s = 0.0005
thickness_m = 60.0
[[source.well]]
id = "W1"
role = "abstraction"
x_m = 0.0
y_m = 0.0
design_flow_m3_h = 40.0
[[source.well]]
id = "W2"
role = "injection"
x_m = 80.0
y_m = 0.0
design_flow_m3_h = 40.0
[[survey.test]]
kind = "pumping"
file = "survey/w1.csv"
hole = "W1"
[[survey.test]]
kind = "reinjection"
file = "survey/w2.csv"
hole = "W2"
columns = {{water_level_m = "water table, m"}}
"""
HEAD = "item,item_kind,check,drawn,found,unit\n"


def log(path, hours, level):
    begin, rows = datetime.fromisoformat("2024-05-02T08:00"), [f"time,flow_m3_h,{level}"]
    for n in range(-2, 4 * hours + 1):
        moved = 0.0 if n < 0 else 3.0 * min(n / 8.0, 1.0)
        flow = 40.0 if n >= 0 else 0.0
        rows.append(f"{begin + timedelta(minutes=15 * n)},{flow},{-12.0 - moved:.2f}")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_a_log_proves_one_well_and_contradicts_the_record_of_another(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["loopkeeper", "--json"])
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "plant.toml").write_text(PLANT, encoding="utf-8")
    text = HEAD + "W2,well,reinjection_hours,,48,h\n"
    (folder / "ledger.csv").write_text(text, encoding="utf-8")
    log(folder / "survey" / "w1.csv", 20, "water_level_m")
    log(folder / "survey" / "w2.csv", 30, '"water table, m"')
    done = CliRunner().invoke(app, ["build", "check", str(folder), "--json"])
    answer = json.loads(done.stdout)
    hours = {(one["item"], one["check"]): one for one in answer["findings"]}
    proved = hours["W1", "pumping_hours"]
    assert (proved["state"], proved["low"], proved["high"]) == ("done", 18.25, 20.0)
    written = hours["W2", "reinjection_hours"]
    assert (written["state"], written["low"], written["high"]) == ("unproven", 28.25, 48.0)
    (said,) = (v for v in answer["verdicts"] if v["code"].startswith("build.well_log"))
    assert said["code"] == "build.well_log.reinjection_shorter"
    assert "30.0 h" in said["sentence"]
    page = tmp_path / "works.html"
    CliRunner().invoke(app, ["build", "check", str(folder), "-o", str(page)])
    assert "survey/w2.csv" in page.read_text(encoding="utf-8")
