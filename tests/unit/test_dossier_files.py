"""The folders of a dossier: every file is read, or named with the reason."""

import dataclasses

import polars as pl
import pytest

from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.files.dossier.write import plant_toml
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.records import TelemetryForm
from loopkeeper.plant.verdict import Severity
from loopkeeper.virtual.templates import template

POINTS = (
    Point(
        id="t", quantity="supply_temperature", of="load", statistic=Statistic.INSTANT, unit="°C"
    ),
    Point(id="q", quantity="heat_energy", of="load", statistic=Statistic.COUNTER, unit="kWh"),
)
PLANT = dataclasses.replace(template("office").plant, points=POINTS)
LOG = "time,t,q\n2025-01-01 00:00,20.5,100\n2025-01-01 01:00,20.75,101\n"


def put(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def problems(said):
    return [v.code for v in said if v.severity is Severity.PROBLEM]


def by_code(said, code):
    return [v for v in said if v.code == code]


@pytest.mark.parametrize(
    "names",
    [
        ["telemetry/A.CSV", "telemetry/b.csv"],
        ["telemetry/2025/a.TXT", "telemetry/b.Tsv"],
        ["Telemetry/a.dat", "Telemetry/sub/deep/B.CSV"],
    ],
)
def test_files_are_read_whatever_their_case_and_folder(tmp_path, names):
    later = LOG.replace("2025-01-01", "2025-01-02")
    put(tmp_path, dict(zip(names, [LOG, later], strict=True)))
    frame, said = read_telemetry(tmp_path, PLANT)
    assert problems(said) == []
    assert frame.height == 8


def test_what_cannot_be_read_is_named(tmp_path):
    put(
        tmp_path,
        {
            "telemetry/a.csv": LOG,
            "telemetry/b.json": "{}",
            "telemetry/notes.pdf": "x",
            "telemetry/~$a.xlsx": "x",
            "telemetry/.DS_Store": "x",
            "telemetry/c.csv": "",
            "telemetry/d.xls": "\x00garbage",
        },
    )
    frame, said = read_telemetry(tmp_path, PLANT)
    assert frame.height == 4
    grave = " ".join(v.sentence() for v in said if v.severity is Severity.PROBLEM)
    for name in ("b.json", "c.csv", "d.xls"):
        assert f"telemetry/{name}" in grave
    noted = " ".join(v.sentence() for v in by_code(said, "dossier.file.passed_over"))
    for name in ("notes.pdf", "~$a.xlsx", ".DS_Store"):
        assert name in noted
        assert name not in grave


def test_a_declared_point_without_one_usable_cell_is_a_problem_with_examples(tmp_path):
    words = "time,t,q\n2025-01-01 00:00,warm,1\n2025-01-01 01:00,hot,2\n"
    mark = "time,t,q\n2025-01-01 02:00,---,3\n"
    put(tmp_path, {"telemetry/a.csv": words, "telemetry/b.csv": mark})
    _, said = read_telemetry(tmp_path, PLANT)
    (found,) = by_code(said, "dossier.point.unusable")
    assert found.severity is Severity.PROBLEM
    assert found.figures["count"] == 3
    assert found.figures["examples"] == "warm; hot; ---"


def test_a_point_that_works_in_one_file_is_no_problem(tmp_path):
    put(
        tmp_path,
        {
            "telemetry/a.csv": "time,t,q\n2025-01-01 00:00,warm,1\n",
            "telemetry/b.csv": "time,t,q\n2025-01-01 02:00,20.5,3\n",
        },
    )
    _, said = read_telemetry(tmp_path, PLANT)
    assert problems(said) == []


@pytest.mark.parametrize("text", ["time,t\nsoon,1\nlater,2\n", "a,b\n1,2\n3,4\n", "time,t\n"])
def test_a_file_of_which_nothing_is_used_is_a_problem(tmp_path, text):
    put(tmp_path, {"telemetry/a.csv": LOG, "telemetry/b.csv": text})
    _, said = read_telemetry(tmp_path, PLANT)
    assert any("telemetry/b.csv" in v.sentence() for v in said if v.severity is Severity.PROBLEM)


def test_a_file_named_after_its_point_needs_no_other_name(tmp_path):
    put(tmp_path, {"telemetry/t.csv": "timestamp,value\n1735660800,20.5\n1735664400,20.75\n"})
    frame, _ = read_telemetry(tmp_path, PLANT)
    assert frame["point"].unique().to_list() == ["t"]


def test_files_that_nothing_names_are_said(tmp_path):
    text = plant_toml(PLANT)
    put(
        tmp_path,
        {
            "plant.toml": text,
            "design/Loads.CSV": "x",
            "survey/notes.pdf": "x",
            "machines/unknown.csv": "x",
            "telemetry/a.csv": LOG,
        },
    )
    _, said = inspect_dossier(tmp_path)
    (tables,) = by_code(said, "dossier.file.unused")
    assert tables.figures["files"] == "design/Loads.CSV, machines/unknown.csv"
    (others,) = by_code(said, "dossier.file.passed_over")
    assert others.figures["files"] == "survey/notes.pdf"


def test_format_and_zone_of_the_telemetry_are_read_and_written(tmp_path):
    form = TelemetryForm("%d/%m/%Y %H:%M", "UTC")
    text = plant_toml(dataclasses.replace(PLANT, telemetry=form))
    log = "time,t\n01/02/2025 00:00,20.5\n01/02/2025 01:00,20.5\n"
    put(tmp_path, {"plant.toml": text, "telemetry/a.csv": log})
    dossier, _ = inspect_dossier(tmp_path)
    assert dossier.plant.telemetry == form
    plant = dataclasses.replace(dossier.plant, points=POINTS)
    frame, said = read_telemetry(tmp_path, plant)
    assert problems(said) == []
    assert frame["time"].dt.strftime("%Y-%m-%dT%H:%M%z").to_list() == [
        "2025-02-01T00:00+0000",
        "2025-02-01T01:00+0000",
    ]


@pytest.mark.parametrize("zone", ["Middle/Earth", "12"])
def test_an_unknown_zone_of_the_telemetry_is_a_problem(tmp_path, zone):
    put(tmp_path, {"plant.toml": plant_toml(PLANT) + f'\n[telemetry]\ntimezone = "{zone}"\n'})
    _, said = inspect_dossier(tmp_path)
    assert any("telemetry.timezone" in v.sentence() for v in by_code(said, "dossier.key.wrong"))


def test_a_factor_multiplies_and_keeps_limits_and_accuracy(tmp_path):
    put(
        tmp_path,
        {
            "plant.toml": plant_toml(PLANT),
            "points.csv": "point,quantity,of,statistic,unit,accuracy,low,high,factor\n"
            "t,supply_temperature,load,instant,°C,0.15,-20,90,0.1\n"
            "q,heat_energy,load,counter,kWh,,,,10\n"
            "p,electricity_power,hp1,mean,kW,IEC-1,0,50,-1\n"
            "x,flow,load,instant,m3/h,,,,0\n",
        },
    )
    dossier, said = inspect_dossier(tmp_path)
    t, q, p = dossier.plant.points
    assert (t.unit, q.unit, p.unit) == ("0.1 °C", "10 kWh", "-1 kW")
    assert (t.low, t.high) == (-200.0, 900.0)
    assert (p.low, p.high) == (-50.0, 0.0)
    assert t.limits_of_error().absolute == pytest.approx(0.15)
    (wrong,) = by_code(said, "dossier.point.wrong")
    assert (wrong.figures["row"], wrong.figures["column"]) == (5, "factor")


def test_an_unknown_unit_names_the_nearest(tmp_path):
    put(
        tmp_path,
        {
            "plant.toml": plant_toml(PLANT),
            "points.csv": "point,quantity,of,statistic,unit\nf,flow,load,instant,m3/hh\n",
        },
    )
    _, said = inspect_dossier(tmp_path)
    (wrong,) = by_code(said, "dossier.point.wrong")
    assert "m3/h" in wrong.figures["expected"]


def test_a_parquet_of_lists_is_a_problem_and_no_traceback(tmp_path):
    (tmp_path / "telemetry").mkdir()
    pl.DataFrame({"time": ["2025-01-01 00:00"], "t": [[1.0, 2.0]]}).write_parquet(
        tmp_path / "telemetry" / "a.parquet"
    )
    _, said = read_telemetry(tmp_path, PLANT)
    assert problems(said)


def test_an_empty_export_is_named_beside_one_of_a_longer_name(tmp_path):
    (tmp_path / "telemetry").mkdir()
    for name in ("a.csv", "a.csv.bak"):
        (tmp_path / "telemetry" / name).write_text("")
    _, said = read_telemetry(tmp_path, PLANT)
    unread = {v.figures["file"] for v in said if v.code == "dossier.file.unread"}
    assert unread == {"telemetry/a.csv", "telemetry/a.csv.bak"}


def test_a_parquet_of_truths_is_read(tmp_path):
    (tmp_path / "telemetry").mkdir()
    plant = dataclasses.replace(
        PLANT,
        points=(
            Point(id="run", quantity="running", of="hp1", statistic=Statistic.INSTANT, unit="-"),
        ),
    )
    times = ["2025-01-01 00:00", "2025-01-01 01:00"]
    pl.DataFrame({"time": times, "run": [True, False]}).write_parquet(
        tmp_path / "telemetry" / "a.parquet"
    )
    frame, said = read_telemetry(tmp_path, plant)
    assert problems(said) == []
    assert frame["value"].to_list() == [1.0, 0.0]


def test_other_series_find_their_times_too_and_name_what_they_have(tmp_path):
    hours = [f"2025年1月{d}日 {h:02d}:00,{d}.5" for d in range(1, 4) for h in range(24)]
    weather = "时间,outdoor_temperature_C\n" + "\n".join(hours) + "\n"
    put(tmp_path, {"plant.toml": plant_toml(PLANT), "weather.csv": weather})
    dossier, said = inspect_dossier(tmp_path)
    assert len(dossier.weather.time) == 72
    put(tmp_path, {"weather.csv": "when,outdoor_temperature_C\nsoon,1.5\n"})
    _, said = inspect_dossier(tmp_path)
    (missing,) = by_code(said, "dossier.time.missing")
    assert missing.figures["columns"] == "when, outdoor_temperature_C"


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("mark", ["9999", "NaN", "unavailable", "#REF!"])
def test_a_point_of_nothing_but_marks_is_a_problem_in_any_form(tmp_path, form, mark):
    hours = [f"2025-01-01 {h:02d}:00" for h in range(5)]
    wide = "time,t,q\n" + "".join(f"{h},{mark},{n}\n" for n, h in enumerate(hours))
    long = "time,point,value\n" + "".join(
        f"{h},t,{mark}\n{h},q,{n}\n" for n, h in enumerate(hours)
    )
    put(tmp_path, {"telemetry/a.csv": wide if form == "wide" else long})
    frame, said = read_telemetry(tmp_path, PLANT)
    (found,) = by_code(said, "dossier.point.unusable")
    assert (found.figures["point"], found.figures["count"]) == ("t", 5)
    assert sorted(frame.drop_nulls("value")["value"].to_list()) == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_many_points_with_marks_are_one_caution(tmp_path):
    rows = "".join(
        f"2025-01-01 {h:02d}:00,p{n},{'unavailable' if h % 5 == 0 else h}\n"
        for n in range(40)
        for h in range(20)
    )
    put(tmp_path, {"telemetry/a.csv": "time,point,value\n" + rows})
    frame, said = read_telemetry(tmp_path, PLANT)
    (found,) = by_code(said, "dossier.value.sentinel")
    assert found.figures["count"] == 40 * 4
    assert frame["value"].drop_nulls().sum() == 40 * sum(h for h in range(20) if h % 5)


def test_what_a_pump_serves_is_read_written_and_checked(tmp_path):
    backups = (BackupRecord("ct", "cooling_tower", cooling=1e5),)
    for serves, said in (("ct", []), ("nobody", ["dossier.pump.serves_unknown"])):
        pump = dataclasses.replace(PLANT.pumps[0], id="rp", serves=serves)
        written = dataclasses.replace(PLANT, pumps=(*PLANT.pumps, pump), backups=backups)
        put(tmp_path, {"plant.toml": plant_toml(written)})
        dossier, verdicts = inspect_dossier(tmp_path)
        assert dossier.plant.pumps[-1] == pump
        assert [v.code for v in verdicts if "serves" in v.code] == said


def test_a_key_nobody_reads_is_named_once_for_all_rows_of_a_list(tmp_path):
    text = plant_toml(PLANT).replace("[[pump]]\n", '[[pump]]\ncolour = "green"\n')
    put(tmp_path, {"plant.toml": text.replace("[site]\n", "[site]\ncolour = 1\n")})
    _, said = inspect_dossier(tmp_path)
    places = [v.figures["where"] for v in by_code(said, "dossier.key.unknown")]
    rows = ", ".join(str(n + 1) for n in range(len(PLANT.pumps)))
    assert places == ["site.colour", f"pump[{rows}].colour"]
