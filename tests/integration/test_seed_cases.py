"""
The published cases as dossiers: they open, they run, and stand where their sources say.

Published figures are those of China Geothermal Energy 42 (2025-06): single-well circulation and
its applications (parts 1.3, 2, 3), new projects.
"""

import csv
import importlib.util
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kendalltau, norm
from typer.testing import CliRunner

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.cli.design import app
from loopkeeper.plant.verdict import GRAVE

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CASES = ("chengde", "haidian-school", "dormitory", "sports-centre", "forest-office")
WATER = 4.19 * 0.999
"""Heat of water at 14 °C, from tables. [MJ m-3 K-1]"""
BROKEN = {"design.balance.broken", "design.survey.due"}
NAMED = {
    "chengde": BROKEN,
    "haidian-school": BROKEN | {"design.machines.short"},
    "dormitory": {"design.balance.broken"},
    "sports-centre": BROKEN,
    "forest-office": set(),
}
"""What the design check has against each case: the ground is guessed and not in balance."""
pytestmark = pytest.mark.integration


def loaded(name: str):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page():
    return loaded("page")


def asked(case: str, *columns: str) -> np.ndarray:
    """Sum of columns of a design year as it stands in the file. [kW]"""
    with (EXAMPLES / case / "design" / "loads.csv").open(encoding="utf-8") as file:
        return np.array([sum(float(row[c]) for c in columns) for row in csv.DictReader(file)])


@pytest.mark.parametrize("case", CASES)
def test_a_case_opens_without_a_problem_and_tells_what_it_assumes(case):
    dossier = read_dossier(EXAMPLES / case)

    said = {v.code for v in dossier.verdicts}
    assert not [v for v in dossier.verdicts if v.severity in GRAVE]
    assert said <= {"dossier.part.missing", "dossier.file.passed_over"}, said
    assert dossier.design_loads is not None
    assert len(dossier.design_loads.heating) == 8760
    assert "Assumed" in (EXAMPLES / case / "SOURCES.md").read_text(encoding="utf-8")
    assert sum(f.stat().st_size for f in (EXAMPLES / case).rglob("*")) < 1e6


def test_what_the_source_states_of_chengde_stands_in_its_dossier():
    """18 wells, 60 m, 200/300 kW, 540 m3/h, 19 000/79 000 m2 (3.2)."""
    plant = read_dossier(EXAMPLES / "chengde").plant
    wells = plant.source.single_wells

    assert len(wells) == 18
    assert {w.depth for w in wells} == {60.0}
    assert {(w.design_heating, w.design_cooling) for w in wells} == {(200e3, 300e3)}
    assert plant.source.design_flow == pytest.approx(540 / 3600)
    assert sum(w.design_flow for w in wells) == pytest.approx(540 / 3600)
    assert (plant.site.heated_area, plant.site.cooled_area) == (19_000.0, 79_000.0)


@pytest.mark.parametrize(
    ("case", "area"),
    [("haidian-school", 45_952.0), ("sports-centre", 44_372.55), ("forest-office", 3_600.0)],
)
def test_areas_are_those_of_the_source(case, area):
    assert read_dossier(EXAMPLES / case).plant.site.heated_area == area


def test_loads_and_water_are_what_their_scripts_write(tmp_path):
    """A dossier whose figures nobody can make again is worth nothing: bit by bit the same."""
    loads, water = loaded("loads"), loaded("water")
    year = loads.design_year(*loads.CASES["forest-office"])
    loads.write_loads(year, tmp_path / "loads.csv", loads.ZONE)

    kept = EXAMPLES / "forest-office" / "design" / "loads.csv"
    assert (tmp_path / "loads.csv").read_text() == kept.read_text()
    assert water.FILE.read_text() == "\n".join(water.rows()) + "\n"


def test_the_dormitory_was_sampled_as_often_as_published():
    """22 times in 2001, 12 in 2002, four a year from 2004 to 2015, 30 indices (2)."""
    with (EXAMPLES / "dormitory" / "water_quality.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    years = Counter(day[:4] for day in {r["sampled_at"] for r in rows})

    assert years == {"2001": 22, "2002": 12, **{str(y): 4 for y in range(2004, 2016)}}
    assert len({r["parameter"] for r in rows}) == 30
    assert {r["laboratory"] for r in rows} == {"assumed"}


def hardness() -> tuple[np.ndarray, np.ndarray]:
    with (EXAMPLES / "dormitory" / "water_quality.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["parameter"] == "total_hardness"]
    day = np.array([np.datetime64(r["sampled_at"]) for r in rows])
    years = (day - np.datetime64("2001-01-01")).astype(float) / 365.25
    return years, np.array([float(r["value"]) for r in rows])


def test_the_water_of_the_dormitory(page):
    """
    Class II or III, no trend, 3.2 K (2).

    Class by hand: hardness 300 to 450 mg/L is class III of GB/T 14848-93 and no median passes it.
    The least rise seen is held against regression: z (5 % over 30 indices, two-sided) standard
    errors of a slope, within a factor of 2, since ranks within seasons see a little less than a
    straight line through all, and this one draw leans by up to one standard error.
    """
    found = page.dormitory()
    years, value = hardness()

    assert 300 < np.median(value) <= 450
    assert found["grade"] == 3
    assert kendalltau(years, value).pvalue > 0.05
    assert found["trends"] == 0
    error = value.std(ddof=2) / np.sqrt(len(value)) / years.std()
    least = 100 * norm.isf(0.025 / 30) * error / np.median(value)
    assert least / 2 < found["seen"] < 2 * least
    assert found["spread"] < 3.2 < found["spread_peak"] < 5.2


def test_the_three_networks_of_the_forest_office(page):
    """
    An exchanger between equal flows passes NTU/(1+NTU): by hand from flow and conductance.

    Within 10 %: the coldest hours of both plants draw a few per cent more heat from warmer water.
    """
    found = page.forest_office()
    flow = 30 / 3.6 * WATER
    passed = 70 / flow / (1 + 70 / flow)

    assert found["spread_peak"] == pytest.approx(found["heat_peak"] / flow, rel=0.05)
    assert found["lost"] == pytest.approx(found["spread_peak"] * (1 / passed - 1), rel=0.10)
    assert found["unmet"] < 1
    assert 0 < found["extra"] < 3 * found["lost"]


@pytest.mark.e2e
def test_chengde_lies_where_its_page_says(page):
    """
    1381 kW, 76.7 kW a well, 38 % of 200 kW; 15.3 °C in winter; 300 kW a well in summer (3.2).

    Heat from the flow by hand, 0.5 % for the water's properties. Heat drawn at the peak against
    the load in the file with COPs from 4 to 6, heat put in with EERs from 4 to 7. The ground's
    warming stays below that of a closed box of the field's own volume.
    """
    found = page.chengde()
    stated = 540 / 3.6 * WATER * (15.3 - 13.1)

    assert found["stated"] == pytest.approx(stated, rel=0.005)
    assert found["stated_well"] == pytest.approx(76.7, rel=0.005)
    assert found["stated_share"] == pytest.approx(38, abs=0.5)
    asked_for = asked("chengde", "heating_kW", "hot_water_kW").max()
    assert 0.75 * asked_for < found["heat_peak"] < 0.84 * asked_for
    cold = asked("chengde", "cooling_kW").max()
    assert 1.14 * cold - 80 < found["rejected_peak"] < 1.25 * cold
    assert found["well_rejected"] < 300
    assert found["heating_capacity_low"] < 200 < found["heating_capacity"]
    assert found["first_supply"] < 15.3
    assert found["doubt_low"] < 15.3 < found["doubt_high"]
    net = 1.18 * asked("chengde", "cooling_kW").sum()
    net -= 0.8 * asked("chengde", "heating_kW", "hot_water_kW").sum()
    closed = 3.6e6 * net / (2.5e6 * 150 * 75 * 54)
    assert 0 < found["drift"] < closed


@pytest.mark.e2e
def test_haidian_and_the_sports_centre_lie_where_the_page_says(page):
    """
    Up to 500 kW a well (1.3); ground heat mainly, boiler and chiller in reserve.

    A well cannot give more than its flow cooled from 14 to 1 °C. Heat from the ground lies between
    what machines at their rating and at three quarters of it would cover, hour by hour.
    """
    school, centre = page.haidian(), page.sports_centre()

    assert school["heating_capacity_low"] > 500
    assert school["heating_capacity_high"] < 80 / 3.6 * WATER * (14 - 1)
    asked_for = asked("haidian-school", "heating_kW", "hot_water_kW").max()
    assert 0.72 * asked_for < school["heat_peak"] < 0.84 * asked_for
    assert school["least"] == np.ceil(0.8 * asked_for / 500)
    heat = asked("sports-centre", "heating_kW", "hot_water_kW")
    most, least = (100 * np.minimum(heat, c).sum() / heat.sum() for c in (1800, 0.75 * 1800))
    assert 50 < least < centre["heating_share"] < most
    assert centre["cooling_share"] > 99
    assert centre["unmet"] < 1


@pytest.mark.e2e
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_the_figures_that_are_computed(page, figures, language):
    """Other machines round otherwise: figures within 2 % or a unit of their last digit."""
    kept = (ROOT / "docs" / page.PAGES[language]).read_text(encoding="utf-8")
    fresh = page.page(figures, language)
    number = re.compile(r"\d[\d,]*\.?\d*")

    assert number.sub("#", kept) == number.sub("#", fresh)
    for was, now in zip(number.findall(kept), number.findall(fresh), strict=True):
        digit = 10.0 ** -len(was.partition(".")[2])
        before, after = (float(n.replace(",", "")) for n in (was, now))
        assert after == pytest.approx(before, rel=0.02, abs=1.01 * digit), (was, now)


@pytest.fixture(scope="module")
def figures(page):
    return {name: case() for name, case in page.CASES.items()}


@pytest.mark.e2e
@pytest.mark.parametrize("case", CASES)
def test_the_design_check_runs_and_says_what_is_named(case):
    done = CliRunner().invoke(app, ["check", str(EXAMPLES / case), "--years", "7", "--json"])
    codes = set(re.findall(r'"code": "([a-z_.]+)",\s*"severity": "problem"', done.stdout))

    assert done.exit_code in {0, 1}, done.output
    assert codes == NAMED[case], done.stdout[:600]
