"""A year asked for of which ten months are told: the report says so first and judges no year."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import read_telemetry
from loopkeeper.adapters.report.document import Text, Tile, Tiles
from loopkeeper.adapters.report.review import review_document
from loopkeeper.app.answers.loop import evaluated_json
from loopkeeper.app.closing_the_loop import evaluated
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.app.record import prepared
from loopkeeper.app.use_cases.reviews import Library, review_basis
from loopkeeper.bootstrap.outside import outside
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.measure.periods import named_period
from loopkeeper.units import KWH
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def document_of(shelf, review, language):
    return review_document(review, language, shelf.made(review))


YEAR = "2023-11-01/2024-11-01"
LAST = datetime(2024, 8, 31, 16, tzinfo=UTC)  # the end of August in Beijing


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plants") / "office"
    build_virtual_plant(folder, Life("office", years=2), Recording(15))
    dossier = read_dossier(folder)
    truth = json.loads(folder.with_suffix(".truth.json").read_text())
    return dossier, read_telemetry(folder, dossier.plant)[0], truth


@pytest.fixture(scope="module")
def told(plant):
    dossier, rows, _ = plant
    return dossier, admit_readings(dossier, rows.filter(pl.col("time") < LAST))


@pytest.fixture(scope="module")
def half(told):
    return Library(prepared(*told), "data")


@pytest.fixture(scope="module")
def year(half):
    return half.review("annual", YEAR, review_basis(outside))


def test_the_headline_and_the_tiles_say_so(half, year):
    document = document_of(half, year, "en")
    headline = document.blocks[0]
    assert isinstance(headline, Text)
    assert "83 % of the period is told" in headline.text  # 305 of 366 days
    assert "nothing is known from 2024-09-01 to 2024-11-01 (61 days)" in headline.text
    assert headline.tone in {"caution", "problem"}
    tiles = next(b for b in document.blocks if isinstance(b, Tiles)).tiles
    notes = {t.label: t for t in tiles}
    assert notes["System COP, heating"] == Tile(
        "System COP, heating", "–", "not given: the period is half told", "caution"
    )
    assert "Coverage 83%" in notes["Cost of energy"].note
    assert "数据" in document_of(half, year, "zh").blocks[0].text


def test_nothing_that_needs_the_year_is_given(year):
    assert year.value("thermal_balance_ratio", "ground") is None
    assert year.value("performance_factor", "GB/T 50801", "heating") is None
    assert year.before == ()
    assert year.pillars == ()
    assert year.years == ()
    gbt = next(g for g in year.graded if g.pack.id == "GB/T 50801-2013")
    assert {j.outcome for j in gbt.judged} == {Outcome.NOT_JUDGED}
    assert gbt.grade == ""


def test_water_that_kept_its_limits_while_somebody_looked_is_no_proof(year):
    extremes = [
        j
        for g in year.graded
        for j in g.judged
        if j.index.figure.startswith(("source_supply_m", "source_return_m"))
    ]
    assert extremes
    assert Outcome.MET not in {j.outcome for j in extremes}


def test_the_heat_is_what_was_measured_not_more(plant, year):
    """The truth of the whole year is an upper bound: no heat is delivered after August."""
    heat = year.value("delivered_energy", "user side", "heating").value.value
    assert heat / KWH <= 1.03 * plant[2]["heating_kWh"]  # the heat meter's own limits
    assert heat / KWH > 0.97 * plant[2]["heating_kWh"]
    assert year.account.heat == pytest.approx(heat)


def test_the_command_withholds_the_same(told):
    dossier, measured = told
    period = named_period(YEAR, dossier.plant.site)
    ground = lay_groundwork(dossier, measured, period)
    answer = evaluated_json(ground, evaluated(ground), "en")
    assert answer["cautions"][0]["code"] == "measure.period.half_told"
    assert answer["measured"]["system_cop_heating"] is None
    assert not [k for k in answer["kpis"] if k["name"] == "performance_factor"]


def test_a_season_that_is_told_is_graded_on_its_own(half):
    season = half.review("quarterly", "heating-2023", review_basis(outside))
    assert season.told.whole
    assert season.value("performance_factor", "GB/T 50801", "heating") is not None
    gbt = next(g for g in season.graded if g.pack.id == "GB/T 50801-2013")
    assert gbt.grade in {"1", "2", "3"}
