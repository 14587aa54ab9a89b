"""The page of the format says what the reader reads: no key more, no key less, and its example."""

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from loopkeeper.adapters.files.dossier import read, records, series
from loopkeeper.adapters.files.dossier.alarms import read_alarms
from loopkeeper.adapters.files.dossier.columns import (
    ALARMS,
    LOADS,
    OTHERS,
    READINGS,
    RESPONSE,
    SORTS,
    TABLES,
    WEATHER,
)
from loopkeeper.adapters.files.dossier.described import described
from loopkeeper.adapters.files.dossier.layout import PARTS, below
from loopkeeper.adapters.files.dossier.read import inspect_dossier
from loopkeeper.adapters.files.telemetry.readings import EMPTY
from loopkeeper.adapters.files.telemetry.telemetry import gather_telemetry
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.verdict import GRAVE

PAGE = Path(__file__).parents[2] / "docs" / "dossier.md"
NAME, EXAMPLE = 0, 5


def tables_of_the_page():
    """Names and examples by section or file, as a reader of the page finds them."""
    found, place = {}, None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        head = re.match(r"### `(.+)`", line)
        place = head[1].strip("[]") if head else None if line.startswith("## ") else place
        cells = [
            c.strip().replace("\\|", "|").strip("`") for c in re.split(r"(?<!\\)\|", line)[1:-1]
        ]
        if place and cells and line.startswith("| `"):
            found.setdefault(place, {})[cells[NAME]] = cells[EXAMPLE]
    return found


@pytest.fixture(scope="module")
def page():
    return tables_of_the_page()


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)


def hours_of(row, count, step=timedelta(hours=1)):
    """The example's row again and again, an hour later each time."""
    start = datetime.fromisoformat(row["time"])
    return [{**row, "time": (start + n * step).isoformat()} for n in range(count)]


@pytest.fixture(scope="module")
def folder(page, tmp_path_factory):
    """A dossier of nothing but what the page gives as examples."""
    root = tmp_path_factory.mktemp("example")
    toml = re.search(r"```toml\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    (root / "plant.toml").write_text(toml, encoding="utf-8")
    for table in TABLES:
        row = page[table.file]
        rows = {LOADS.file: 8760, RESPONSE.file: 60, WEATHER.file: 48, READINGS.file: 48}
        many = hours_of(row, rows.get(table.file, 2)) if "time" in row else [row]
        name = table.file if table is not READINGS else "telemetry/2024-q1.csv"
        write_csv(root / name, many)
    return root


def test_everything_has_its_words_and_nothing_else_has():
    needed = [(part.name, key.name) for part in PARTS for key in (*part.keys, *part.also)]
    needed += [(table.file, column.name) for table in TABLES for column in table.columns]
    places = [*(part.name for part in PARTS), *(t.file for t in TABLES), *OTHERS, *SORTS]
    needed += [(place, "") for place in places]
    assert sorted(needed) == sorted(described())


def test_the_page_s_example_reads_without_a_problem(folder, page):
    dossier, said = inspect_dossier(folder)
    assert [v.sentence() for v in said if v.severity in GRAVE] == []
    passed_over = {"dossier.key.unknown", "dossier.file.unused", "dossier.part.missing"}
    assert [v.sentence() for v in said if v.code in passed_over] == []
    plant = dossier.plant
    assert len(plant.ledger) == len(plant.trials) == len(plant.points) == 1
    assert plant.samples
    assert plant.assessments
    assert plant.events
    assert dossier.design_loads is not None
    assert dossier.weather is not None
    assert dossier.water is not None
    assert set(dossier.survey) == {"survey/trt_1.csv"}
    assert plant.machines[0].map
    assert read_alarms(folder / "alarms.csv")
    telemetry = gather_telemetry(folder, plant)
    assert [v.sentence() for v in telemetry.verdicts if v.severity in GRAVE] == []
    assert set(telemetry.frame["point"]) == {page[READINGS.file]["point"]}
    assert telemetry.frame["known_at"].null_count() == 0


class Asked(dict):
    """A section that remembers which keys anybody looked up."""

    def __init__(self, plain, where, seen):
        self.where, self.seen = where, seen
        super().__init__(
            {key: asked(value, self.inner(key), seen) for key, value in plain.items()}
        )

    def inner(self, key):
        return f"{self.where}.{key}" if self.where else key

    def get(self, key, default=None):
        self.seen.add((self.where, key))
        return super().get(key, default)

    def __getitem__(self, key):
        self.seen.add((self.where, key))
        return super().__getitem__(key)

    def __contains__(self, key):
        self.seen.add((self.where, key))
        return super().__contains__(key)


def asked(value, where, seen):
    if isinstance(value, dict):
        return Asked(value, where, seen)
    return [asked(one, where, seen) for one in value] if isinstance(value, list) else value


def test_what_the_reader_looks_up_is_on_the_page_and_the_other_way_round(
    folder, page, monkeypatch
):
    seen = set()
    plain = read._toml

    def watched(*given):
        data, said = plain(*given)
        return asked(data, "", seen), said

    monkeypatch.setattr(read, "_toml", watched)
    inspect_dossier(folder)
    names = {part.name for part in PARTS} | {"survey"}
    looked_up = {(where, key) for where, key in seen if where in names}
    inside = {(where, key) for where in names for key in below(where)}
    on_page = {
        (place if place != "plant.toml" else "", key)
        for place, keys in page.items()
        if place in names or place == "plant.toml"
        for key in keys
    }
    assert looked_up - inside == on_page - inside


def altered(folder, target, before, after):
    """The example's plant with one text replaced, and the log that it names."""
    text = (folder / "plant.toml").read_text(encoding="utf-8")
    assert before in text
    (target / "plant.toml").write_text(text.replace(before, after), encoding="utf-8")
    (target / "survey").mkdir()
    (target / RESPONSE.file).write_bytes((folder / RESPONSE.file).read_bytes())


@pytest.mark.parametrize("part", [p for p in PARTS if p.name], ids=lambda p: p.name)
def test_a_key_that_is_not_on_the_page_is_named(folder, part, tmp_path):
    head = f"[[{part.name}]]\n" if part.many else f"[{part.name}]\n"
    altered(folder, tmp_path, head, f"{head}qqq_kW = 1.0\n")
    _, said = inspect_dossier(tmp_path)
    told = {v.figures["where"] for v in said if v.code == "dossier.key.unknown"}
    refused = {v.figures["where"] for v in said if v.code == "dossier.key.wrong"}
    where = {re.sub(r"\[\d+\]", "", str(one)) for one in told}
    assert f"{part.name}.qqq_kW" in where or (part.name == "tariff.bands" and "tariff" in refused)


def recording(function, seen):
    """A reader of a column that remembers of which file and which column it was asked."""

    def record(table, name, *more, **named):
        seen.setdefault(table.name, set()).add(name)
        return function(table, name, *more, **named)

    return record


def test_columns_that_the_reader_looks_up_are_on_the_page_and_the_other_way_round(
    folder, page, monkeypatch
):
    seen = {}
    for module, name in ((records, "numbers"), (records, "texts"), (series, "numbers")):
        monkeypatch.setattr(module, name, recording(getattr(module, name), seen))
    inspect_dossier(folder)
    by_other_means = {READINGS.file, RESPONSE.file, ALARMS.file}
    assert set(seen) == {table.file for table in TABLES} - by_other_means
    for file, columns in seen.items():
        assert columns | {"time"} == set(page[file]) | {"time"}, file


def test_columns_of_a_response_test_are_those_of_the_page(folder, page):
    dossier, _ = inspect_dossier(folder)
    assert {"time", *dossier.survey[RESPONSE.file].columns} == set(page[RESPONSE.file])


def test_readings_have_the_columns_of_the_page(page):
    assert EMPTY.columns == list(page[READINGS.file])


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("spacing_m = 5.0", 'spacing_m = "x"', "source.borehole_field.spacing_m"),
        ("positions_m = [[0.0, 0.0], [5.0, 0.0]]", "positions_m = [[0.0], [5.0]]", "positions_m"),
        (
            'columns = {inlet_temperature_C = "inlet_temperature_C"}',
            "columns = 3",
            "survey.test[1].columns",
        ),
        ('currency = "CNY"', "currency = 7", "tariff.currency"),
        (
            'fluid = "water"\nfluid_mass_fraction = 0.0\ndesign_flow',
            "fluid = 3\ndesign_flow",
            "source.fluid",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(folder, tmp_path, before, after, where):
    altered(folder, tmp_path, before, after)
    _, said = inspect_dossier(tmp_path)
    wrong = [str(v.figures["where"]) for v in said if v.code == "dossier.key.wrong"]
    assert any(where in one for one in wrong)


def with_water_exchanger(folder, tmp_path, own, beside):
    text = (folder / "plant.toml").read_text(encoding="utf-8")
    first, second = re.findall(r"exchanger_UA_kW_K = \S+\n", text)
    head, _, rest = text.partition(first)
    text = head + own + rest.replace(second, beside, 1)
    (tmp_path / "plant.toml").write_text(text)
    return inspect_dossier(tmp_path)


def test_an_exchanger_stated_with_the_water_is_the_source_s(folder, tmp_path):
    dossier, said = with_water_exchanger(folder, tmp_path, "", "exchanger_UA_kW_K = 180.0\n")
    assert isinstance(dossier, Dossier)
    assert dossier.plant.source.exchanger == pytest.approx(180e3)
    assert not [v for v in said if "exchanger" in str(v.figures.get("where"))]


def test_two_exchangers_that_differ_are_a_problem(folder, tmp_path):
    stated = ("exchanger_UA_kW_K = 250.0\n", "exchanger_UA_kW_K = 180.0\n")
    _, said = with_water_exchanger(folder, tmp_path, *stated)
    wrong = [v.figures for v in said if v.code == "dossier.key.wrong"]
    assert [w["where"] for w in wrong] == ["source.surface_water.exchanger_UA_kW_K"]


def test_what_fills_a_well_is_kept(folder):
    dossier, _ = inspect_dossier(folder)
    assert dossier.plant.source.single_wells[0].particle_conductivity == 1.9
