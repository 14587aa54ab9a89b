"""``design loads`` as a person runs it: what was read is said, in both languages, or as JSON."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from loopkeeper.cli.design import app

pytestmark = pytest.mark.integration

HOUR = np.arange(8760)
AIR = 12 - 14 * np.cos(2 * np.pi * HOUR / 8760) + 5 * np.cos(2 * np.pi * (HOUR % 24 - 15) / 24)
HEAT = np.round(60e3 * np.maximum(0, np.cos(2 * np.pi * HOUR / 8760)))


@pytest.fixture
def weather(tmp_path):
    path = tmp_path / "town.csv"
    times = (np.datetime64("2023-01-01T00:00") + HOUR * np.timedelta64(60, "m")).astype(str)
    rows = [f"{t},{a:.1f}" for t, a in zip(times, AIR, strict=True)]
    path.write_text("time,outdoor_temperature_C\n" + "\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def simulated(tmp_path):
    path = tmp_path / "eplusout.csv"
    head = "时间,DistrictHeatingWater:Facility [J](Hourly),Heating:Electricity [J](Hourly)\n"
    times = (np.datetime64("2023-01-01T00:00") + HOUR * np.timedelta64(60, "m")).astype(str)
    rows = [f"{t},{3600 * h:.0f},{900 * h:.0f}" for t, h in zip(times, HEAT, strict=True)]
    path.write_text(head + "\n".join(rows), encoding="utf-8")
    return path


def loads(*arguments):
    return CliRunner().invoke(app, ["loads", *(str(one) for one in arguments)])


def test_what_was_used_is_printed_and_written(simulated, tmp_path):
    target = tmp_path / "design" / "loads.csv"
    done = loads("-o", target, "--energyplus", simulated, "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert answer["columns"] == {"heating": ["DistrictHeatingWater:Facility [J](Hourly)"]}
    assert answer["heating"]["energy_MWh"] == pytest.approx(HEAT.sum() / 1e6, abs=0.01)
    assert {v["code"] for v in answer["verdicts"]} == {
        "design.simulated.used",
        "design.simulated.others",
        "design.simulated.no_mode",
    }
    written = np.genfromtxt(target, delimiter=",", skip_header=1, usecols=1)
    assert written.sum() == pytest.approx(HEAT.sum() / 1e3, rel=1e-6)


def test_verdicts_of_the_weather_reach_the_person(weather, tmp_path):
    done = loads(
        "-o",
        tmp_path / "x.csv",
        "--area",
        1000,
        "--weather",
        weather,
        "--lang",
        "zh",
        "--use",
        "农宅",
    )
    assert done.exit_code == 0
    assert "无太阳辐射数据" in done.output


def test_a_refused_year_writes_nothing(weather, tmp_path):
    lines = weather.read_text(encoding="utf-8").splitlines()
    weather.write_text("\n".join(lines[:3000] + lines[3100:]), encoding="utf-8")
    target = tmp_path / "x.csv"
    done = loads("-o", target, "--area", 1000, "--weather", weather, "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert not target.exists()
    assert "100 hours in one piece" in answer["reasons"][0]
    spoken = loads("-o", target, "--area", 1000, "--weather", weather, "--lang", "zh")
    assert "连续缺室外温度 100 小时" in " ".join(spoken.output.split())


@pytest.mark.parametrize(
    "arguments", [("--use", "castle"), ("--timezone", "Mars/Base"), ("--own-use", "nothing.toml")]
)
def test_wrong_use_is_named(weather, tmp_path, arguments):
    done = loads("-o", tmp_path / "x.csv", "--area", 9, "--weather", weather, *arguments)
    assert done.exit_code == 2


def test_loads_beyond_their_area_are_said(simulated, tmp_path):
    done = loads("-o", tmp_path / "x.csv", "--energyplus", simulated, "--area", 100, "--json")
    assert "design.loads.area_high" in done.stdout
