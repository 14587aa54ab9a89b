"""Use cases with ports of the test's own: no file is read, nothing is printed."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from loopkeeper.app.access import SERVICE, Actor
from loopkeeper.app.columns import Columns
from loopkeeper.app.outside import Levels, LoadsReading, Stated, Telemetry
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.ports import Window
from loopkeeper.app.use_cases import (
    alarms,
    archive,
    beginning,
    design_loads,
    opening,
    points,
    recordings,
    well_tests,
)
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import AccessError, InputError, InsufficientDataError
from loopkeeper.lifecycle.monitor.point_mapping import Named
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

START = datetime(2026, 1, 1, tzinfo=UTC)
CAUTION = Verdict("survey.pumping.no_distance", {"radius": 0.15})


@pytest.fixture(scope="module")
def office():
    """The plant of the demonstration, as a value."""
    from importlib import resources  # noqa: PLC0415

    folder = resources.files("loopkeeper.adapters") / "demo" / "office"
    with resources.as_file(folder) as place:
        return outside.dossiers.read_dossier(place)


class FakeDossiers:
    """A folder that holds one dossier and some readings, and remembers what it was asked."""

    def __init__(self, dossier: Dossier | None, frame: pl.DataFrame, said=()) -> None:
        self.dossier, self.frame, self.said = dossier, frame, said
        self.asked: list[str] = []

    def read_dossier(self, folder):
        self.asked.append(f"read {folder}")
        return self.dossier

    def inspect_dossier(self, folder):
        self.asked.append(f"inspect {folder}")
        return self.dossier, self.said

    def gather_telemetry(self, folder, _plant):
        self.asked.append(f"telemetry {folder}")
        return Telemetry(self.frame, self.said, {})

    def write_alarms(self, path, plant, given):
        self.asked.append(f"alarms {path} {plant} {len(given)}")


def readings(*values: float, point: str = "p") -> pl.DataFrame:
    rows = len(values)
    return pl.DataFrame(
        {
            "time": [START.replace(hour=n) for n in range(rows)],
            "point": [point] * rows,
            "value": list(values),
            "known_at": [START] * rows,
            "quality": pl.Series([0] * rows, dtype=pl.Int8),
        }
    )


def test_a_dossier_that_cannot_be_read_is_inspected_without_its_telemetry():
    port = FakeDossiers(None, readings(), (CAUTION,))
    assert opening.inspect(port, Path("x")) == (CAUTION,)
    assert port.asked == ["inspect x"]


def test_a_dossier_without_readings_is_told_what_reading_said(office):
    port = FakeDossiers(office, readings(), (CAUTION,))
    assert opening.inspect(port, Path("x")).count(CAUTION) == 2
    assert port.asked == ["inspect x", "telemetry x"]


def test_alarms_are_suggested_for_the_plant_that_was_read(office):
    port = FakeDossiers(office, readings())
    given = alarms.suggested(port, Path("x"), Path("out.csv"))
    assert port.asked == ["read x", f"alarms out.csv {office.plant.site.id} {len(given)}"]
    assert {one.id for one in given}


def test_points_are_suggested_by_the_parts_of_the_plant(office):
    names = (
        Named(address="1", name="hp1 electric power", unit="kW"),
        Named(address="2", name="unknown thing"),
    )
    lists = SimpleNamespace(read_points=lambda _: names)
    port = SimpleNamespace(point_lists=lists, dossiers=FakeDossiers(office, readings()))
    first, second = points.suggested(port, Path("names.csv"), Path("x"))
    assert (first.quantity, first.of) == ("electricity_power", "hp1")
    assert second.confidence < first.confidence
    assert port.dossiers.asked == ["read x"]
    assert points.suggested(port, Path("names.csv"), None)[0].quantity == "electricity_power"
    assert port.dossiers.asked == ["read x"]  # without a plant no folder is read


class FakeLogs:
    """Theis' drawdown of 36 m³/h 10 m away."""

    def read_levels(self, path, stated):
        from scipy.special import exp1  # noqa: PLC0415

        time = np.geomspace(60.0, 86400.0, 60)
        drawdown = 0.01 / (4 * np.pi * 5e-3) * exp1(100 * 1e-3 / (4 * 5e-3 * time))
        assert isinstance(stated, Stated), path
        return Levels(time, drawdown, 60.0, ())


def wells(**changed) -> well_tests.WellOrder:
    given = {"files": (Path("w.csv"),), "flows": ((0.0, 36.0),), "distances": (10.0,)}
    return well_tests.WellOrder(**(given | changed))


def test_a_pumping_test_is_theis_own():
    found = well_tests.pumped(FakeLogs(), wells())
    assert found.test.best.transmissivity.value == pytest.approx(5e-3, rel=0.02)
    assert found.test.best.storage.value == pytest.approx(1e-3, rel=0.05)
    assert "survey.pumping.no_distance" not in {v.code for v in found.verdicts}


def test_a_well_without_a_distance_is_said():
    found = well_tests.pumped(FakeLogs(), wells(distances=()))
    assert "survey.pumping.no_distance" in {v.code for v in found.verdicts}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"distances": (1.0, 2.0)}, "2 distances for 1 wells"),
        ({"flows": ((0.0, 20.0), (0.0, 30.0))}, "must ascend"),
        ({"flows": ((0.0, 0.0),)}, "nothing was pumped"),
    ],
)
def test_orders_that_contradict_themselves_are_refused(changed, told):
    with pytest.raises(InputError, match=told):
        well_tests.pumped(FakeLogs(), wells(**changed))


def year(peak: float) -> LoadYear:
    time = np.datetime64("2023-01-01", "s") + np.arange(8760) * np.timedelta64(3600, "s")
    zero = np.zeros(8760)
    heating = zero.copy()
    heating[:2000] = peak
    return LoadYear(time, heating, zero, zero)


def test_machines_begin_a_little_above_the_peak():
    assert beginning.peaks(year(95_000.0)) == (110.0, 0.0)


def test_a_design_year_that_cannot_be_read_names_its_reasons():
    grave = Verdict("dossier.loads.not_a_year", {"file": "a", "rows": 1})
    nothing = SimpleNamespace(read_energyplus=lambda *_: LoadsReading(None, (grave,)))
    port = SimpleNamespace(design_files=nothing)
    with pytest.raises(InputError, match=r"loads\.csv holds no design year"):
        beginning.design_year(port, Path("loads.csv"), "UTC", Language.ENGLISH)


def test_nothing_is_written_over_what_is_there(tmp_path):
    beginning.refuse_there(tmp_path, with_loads=True)
    (tmp_path / "plant.toml").write_text("")
    with pytest.raises(InputError, match=r"plant\.toml is there already"):
        beginning.refuse_there(tmp_path, with_loads=False)


def test_loads_of_a_simulation_are_held_against_the_area_that_is_served():
    files = SimpleNamespace(read_energyplus=lambda *_: LoadsReading(year(1e9), ()))
    order = design_loads.LoadsOrder(zone="Asia/Shanghai", simulation=Path("x"), area=100.0)
    assert design_loads.loads(files, order).verdicts  # ten megawatts a square metre
    quiet = design_loads.LoadsOrder(zone="Asia/Shanghai", simulation=Path("x"))
    assert design_loads.loads(files, quiet).verdicts == ()


class FakeStore:
    """Two plants with a reading each."""

    def plants(self):
        return ["a", "b"]

    def recent(self, plant):
        return Window(plant, START, START)

    def latest(self, plant):
        return readings(1.0, point=plant)

    def read(self, window, *, as_of=None):
        return readings(1.0, 2.0, point=f"{window.plant} {as_of}")

    def hours(self, window):
        return readings(3.0, point=window.plant)

    def damaged(self, _window=None):
        return [date(2026, 1, 1)]


def test_an_archive_shows_what_somebody_may_see_and_nothing_else():
    mine = archive.Archive(FakeStore(), Actor("me", plants=frozenset({"a"})))
    theirs = Window("b", START, START)
    assert mine.plants() == ["a"]
    assert mine.latest("a")[1] == [date(2026, 1, 1)]
    assert mine.readings(Window("a", START, START))[0].height == 2
    for refused in (
        lambda: mine.latest("b"),
        lambda: mine.readings(theirs),
        lambda: mine.hours(theirs),
        lambda: mine.accepted(sent("a", "b")),
    ):
        with pytest.raises(AccessError, match="may not see b"):
            refused()
    assert mine.accepted(sent("a")).height == 1
    assert archive.Archive(FakeStore(), SERVICE).plants() == ["a", "b"]


def sent(*plants: str) -> Columns:
    columns = Columns()
    for plant in plants:
        columns.add(plant, "p", 0, 1.0)
    return columns


def test_a_recording_is_cut_and_moved_to_end_now(office):
    port = FakeDossiers(office, readings(*range(24)))
    now = datetime(2030, 1, 1, tzinfo=UTC)
    cut = recordings.Stretch(last=2 / 24, now=now)
    found = recordings.recorded(port, Path("x"), cut)
    assert found.readings["value"].to_list() == [22.0, 23.0]
    assert found.readings["time"].max() == now


def test_what_a_store_does_not_have_is_not_exported(tmp_path):
    empty = SimpleNamespace(readings=lambda *_: (readings(), []))
    with pytest.raises(InsufficientDataError, match="no readings of p in 2026-01"):
        recordings.exported(empty, tmp_path, "p", tmp_path, "2026-01")


def test_an_export_stands_in_the_dossier_and_says_what_is_missing(tmp_path):
    lost = [date(2026, 1, 2)]
    store = SimpleNamespace(readings=lambda *_: (readings(1.0, 2.0), lost))
    done = recordings.exported(store, tmp_path, "p", tmp_path, "2026-01")
    assert (done.count, done.missing) == (2, lost)
    assert done.file.name == "p-20260101-20260201.parquet"
    assert pl.read_parquet(done.file)["quality"].to_list() == ["good", "good"]


def test_the_time_of_printing_is_the_plants():
    order = PrintOrder(suffix=".pdf", language=Language.CHINESE, made_at=START)
    assert order.generated_on("Asia/Shanghai") == "2026-01-01 08:00"
    assert order.generated_on() == "2026-01-01 00:00 UTC"
    assert PrintOrder(suffix=".pdf", language=Language.CHINESE).generated_on("UTC") == ""


def test_tags_of_a_point_come_through_the_port(office):
    tags = outside.point_lists.tags_of(office.plant.points[0])
    assert isinstance(office.plant.points[0], Point)
    assert set(tags) == {"brick", "haystack"}
