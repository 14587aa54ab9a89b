"""Monthly, quarterly and annual reports of a plant, printed three ways in two languages."""

import io
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources

import numpy as np
import pytest
from docx import Document as WordFile

from loopkeeper.adapters.files.dossier.kept import data_version, keep_diagnosis
from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.report.design import design_document
from loopkeeper.adapters.report.diagnosis import diagnosis_document
from loopkeeper.adapters.report.document import Card, Heading, Picture, Table, Text, Tiles
from loopkeeper.adapters.report.fleet import fleet_document
from loopkeeper.adapters.report.fonts import chinese_font
from loopkeeper.adapters.report.printing import TEMPLATES, printed, template_text
from loopkeeper.adapters.report.records import commissioning_document, survey_document
from loopkeeper.adapters.report.review import review_document
from loopkeeper.app.designing import designed
from loopkeeper.app.grading import parts_of, plant_figures
from loopkeeper.app.reviewing import Made
from loopkeeper.app.scoring import years_of_scores
from loopkeeper.app.surveying import interpret_survey, on_measured_ground
from loopkeeper.app.telling.places import sentence_of
from loopkeeper.app.use_cases.fleet import fleet, member, plant_folders
from loopkeeper.app.use_cases.reviews import library, review_basis
from loopkeeper.bootstrap.outside import outside
from loopkeeper.errors import InputError, InsufficientDataError, OutsideError
from loopkeeper.lifecycle.commission.plan import trial_plan
from loopkeeper.lifecycle.commission.status import trial_status
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.diagnose.result import Deviation, Diagnosis
from loopkeeper.lifecycle.evaluate.packs import Outcome
from loopkeeper.lifecycle.evaluate.result import measured_factor
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.metered import machines
from loopkeeper.measure.series import Channel
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.network import LoadNetwork
from loopkeeper.plant.records import Assessment, PlantEvent, WaterSample
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import word
from loopkeeper.units import KWH
from loopkeeper.virtual.build import Life, Recording, build_virtual_plant
from loopkeeper.virtual.causes import parse_cause
from peers import waiting

pytestmark = pytest.mark.integration


def document_of(shelf, review, language):
    return review_document(review, language, shelf.made(review))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("plants") / "office"
    cause = parse_cause("operation.fouling:0.8@2024-01-10")
    build_virtual_plant(place, Life("office", causes=(cause,), years=2), Recording(15))
    return place


@pytest.fixture(scope="module")
def shelf(folder):
    return library(outside, folder)


@pytest.fixture(scope="module")
def annual(shelf):
    return shelf.review("annual", "2023-11-01/2024-11-01", review_basis(outside))


def holes(page):
    """Numbers that are none, in the text of a page; those within charts are paths."""
    text = re.sub(r"<svg.*?</svg>", "", page.decode(), flags=re.DOTALL)
    return re.findall(r".*\bnan\b.*", text)


def words(document):
    return repr(document.blocks)


def with_dossier(base, dossier, **more):
    """A plant's record with another dossier."""
    return replace(base, case=replace(base.case, dossier=dossier), **more)


@pytest.mark.slow
def test_the_year_says_what_is_known_of_it(shelf, annual):
    bill = annual.account
    answer = annual.value("performance_factor", "GB/T 50801", "heating")
    assert answer.value.low < answer.value.value < answer.value.high
    assert annual.value_before("performance_factor", "GB/T 50801", "heating") is not None
    # money by band sums to the electricity, and the electricity to the plant's own figure
    assert sum(b.energy for b in bill.bands) == pytest.approx(bill.electricity)
    assert bill.electricity / KWH > 100_000
    assert {b.name for b in bill.bands} == {"valley", "flat", "peak"}
    assert all(b.energy > 0 for b in bill.bands)
    assert [p.id for p in annual.pillars[-1][1]] == [
        "resource",
        "system",
        "operation",
        "lifecycle",
    ]
    assert len(annual.pillars) == 2
    document = document_of(shelf, annual, "en")
    assert "heating: electricity left what the plant's own model expects" in words(document)
    assert "unverified" in words(document)  # numbers from memory say so
    assert "NB/T 11700-2024" in words(document)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_conclusion_counts_what_the_table_of_standards_shows(shelf, annual, language):
    document = document_of(shelf, annual, language)
    for outcome in (Outcome.MET, Outcome.MISSED, Outcome.OPEN):
        shown = word(f"outcome.{outcome}", language)
        (table,) = (
            b
            for b in document.blocks
            if isinstance(b, Table) and b.head[0] in {"标准", "Standard"}
        )
        rows = sum(row[4] == shown for row in table.rows)
        said = 0
        for family in ("indices", "indices_beside"):
            text = re.escape(word(f"{family}.{outcome}", language, count="N", names="X"))
            told = text.replace("N", r"(\d+)", 1).replace("X", ".*")
            lines = [line for b in document.blocks for line, _ in getattr(b, "lines", ())]
            said += sum(int(m[1]) for line in lines if (m := re.fullmatch(told, line)))
        assert said == rows


def test_times_are_those_of_the_site(annual):
    plant, said = annual.plant, {"first": "2024-01-07 22:50 UTC", "point": "hp1_p"}
    told = Verdict("measure.quality.spike", {**said, "count": 3, "value": "31.9"})
    text = sentence_of(plant, told, "en")
    assert "2024-01-08 06:50)" in text
    assert "2024-01-07 22:50 UTC" in told.sentence("en")


def test_grades_come_from_the_figures_shown(annual):
    gbt = next(g for g in annual.graded if g.pack.id == "GB/T 50801-2013")
    answer = annual.value("performance_factor", "GB/T 50801", "heating")
    judged = next(j for j in gbt.judged if j.index.when == "heating")
    assert judged.figure.value == answer.value
    ends = {judged.index.band(end) for end in (answer.value.low, answer.value.high)}
    assert judged.outcome is (Outcome.MET if len(ends) == 1 else Outcome.OPEN)
    assert {p.id for p in annual.unfilled} == {
        "DB11/T 1772-2020",
        "DB11/T 935",
        "NB/T 10278-2019",
        "NB/T 11700-2024",
    }


def test_the_waterfall_ends_where_the_system_figure_is(annual):
    for mode, steps in annual.waterfalls.items():
        system = annual.value("performance_factor", "GB/T 50801", mode)
        assert steps[2].factor.value == pytest.approx(system.value.value)


def test_every_table_says_the_same_of_the_year(shelf, annual):
    """Tile, table of figures, months, money and years: one energy, to the last digit."""
    heat = annual.value("delivered_energy", "user side", "heating").value.value / (1000 * KWH)
    shown = f"{heat:,.1f}"
    document = document_of(shelf, annual, "en")
    tiles = {t.label: t.value for b in document.blocks if isinstance(b, Tiles) for t in b.tiles}
    assert tiles["Heat delivered"] == f"{shown} MWh"
    tables = [b for b in document.blocks if isinstance(b, Table)]
    by_month = next(t for t in tables if t.head[0] == "Month")
    assert by_month.rows[-1][1] == shown
    parts = [float(r[1].replace(",", "")) for r in by_month.rows[:-1] if r[1] not in {"", "–"}]
    assert sum(parts) == pytest.approx(heat, abs=0.05 * len(parts))  # each row is rounded
    years = next(t for t in tables if t.head[0] == "Year from")
    assert years.rows[-1][1] == shown
    bands = next(t for t in tables if t.head[0] == "Tariff band")
    used = sum(float(r[1]) for r in bands.rows)
    electricity = float(tiles["Electricity"].split()[0])
    assert used == pytest.approx(electricity, abs=0.2)  # three bands, each rounded
    carbon = float(tiles["CO₂"].split()[0])
    assert carbon == pytest.approx(electricity * annual.grid.factor, abs=0.1)
    evaluation = replace(
        shelf.base.evaluation, kpis=tuple(a for a in annual.answers if isinstance(a, KpiValue))
    )
    factor = annual.value("performance_factor", "GB/T 50801", "heating").value.value
    assert measured_factor(evaluation, "heating") == factor


def test_a_year_has_what_an_authority_asks_for(shelf, annual):
    document = document_of(shelf, annual, "en")
    heads = [b.text for b in document.blocks if isinstance(b, Heading)]
    wanted = ("The data", "The plant", "Month by month", "Equipment", "Conclusions")
    assert [h for h in heads if h in wanted] == list(wanted)
    tables = {b.head[0]: b for b in document.blocks if isinstance(b, Table)}
    assert len(tables["Month"].rows) >= 13
    machines = {r[0]: r for r in tables["Equipment"].rows}
    first = machines["hp1 (WW-125)"]
    counted = annual.value("running_hours", "hp1").value.value
    assert float(first[3].replace(",", "")) == pytest.approx(counted, abs=1)
    assert 3 < float(first[6].rstrip("*")) < 6
    assert first[8] == "not stated"
    last = [b for b in document.blocks if isinstance(b, Table)][-1]
    assert [r[0] for r in last.rows] == ["Prepared", "Checked", "Approved"]
    zh = document_of(shelf, annual, "zh")
    assert [r[0] for r in zh.blocks[-1].rows] == ["编制", "审核", "批准"]


def test_all_sampled_indices_have_a_row_a_class_and_a_curve(shelf, annual):
    """Nitrate of 6 mg/L is class III (limits 2, 5, 20), iron below 0.05 class I (limit 0.1)."""

    def sample(day, place, parameter, value, *, below=False):
        return WaterSample(
            sampled_at=day,
            place=place,
            parameter=parameter,
            value=value,
            unit="mg/L",
            below_detection=below,
        )

    samples = (
        sample("2023-12-01", "w1", "nitrate", 4.0),
        sample("2024-03-01", "w1", "nitrate", 6.0),
        sample("2024-03-01", "w1", "iron", 0.05, below=True),
        sample("2024-03-01", "w1", "strange thing", 1.0),
        sample("2030-03-01", "w1", "nitrate", 99.0),  # after the period
    )
    sampled = replace(annual, plant=replace(annual.plant, samples=samples))
    document = document_of(shelf, sampled, "en")
    rows = next(b for b in document.blocks if isinstance(b, Table) and b.head[0] == "Index").rows
    assert [(r[0], r[2], r[3], r[7]) for r in rows] == [
        ("iron", "1", "< 0.05", "I"),
        ("nitrate", "2", "6.00", "III"),
        ("strange thing", "1", "1.00", "–"),
    ]
    chart = next(
        b for b in document.blocks if isinstance(b, Picture) and b.caption.startswith("Every sam")
    )
    assert all(name in chart.svg for name in ("nitrate", "iron", "strange thing"))


def test_a_sound_month_and_a_fouled_month(shelf):
    sound = document_of(shelf, shelf.review("monthly", "2023-12", review_basis(outside)), "zh")
    fouled = document_of(shelf, shelf.review("monthly", "2024-02", review_basis(outside)), "zh")
    assert "耗电偏离能源站自身模型预期" not in words(sound)
    assert "耗电偏离能源站自身模型预期" in words(fouled)
    assert "月度运行报告" in fouled.title


def test_quarters_are_seasons_and_periods_default_to_the_last(shelf):
    season = shelf.review("quarterly", None, review_basis(outside))
    assert str(season.period.start)[:10] == "2024-05-31"
    assert shelf.review("monthly", None, review_basis(outside)).period.hours in {30 * 24, 31 * 24}
    with pytest.raises(InputError, match="period '2024-13'"):
        shelf.review("monthly", "2024-13", review_basis(outside))
    with pytest.raises(InputError, match="an annual report is of twelve months"):
        shelf.review("annual", "2024-01", review_basis(outside))


def test_a_season_is_not_asked_for_what_years_and_other_seasons_have(shelf, annual):
    season = shelf.review("quarterly", None, review_basis(outside))
    assert season.value("thermal_balance_ratio", "ground") is None
    assert annual.value("thermal_balance_ratio", "ground").value.value < 1
    gbt = next(g for g in season.graded if g.pack.id == "GB/T 50801-2013")
    assert [j.index.when for j in gbt.judged] == ["cooling"]
    assert gbt.grade in {"1", "2", "3"}
    told = words(document_of(shelf, season, "en"))
    assert "it is a figure of whole years: Rejected over extracted heat (ground)" in told
    assert "Performance factor, heating (H1, H2, GB/T 50801, H3, H4)" in told
    month = words(document_of(shelf, shelf.review("monthly", None, review_basis(outside)), "en"))
    assert "Grades by standard" not in month


def test_what_the_model_misses_is_no_fault_of_the_plant(shelf, annual):
    model = [g for g in annual.graded if g.pack.of_model]
    assert {g.pack.id for g in model} == {"ASHRAE Guideline 14-2014", "IPMVP 2002"}
    assert any(j.outcome is Outcome.MISSED for g in model for j in g.judged)  # it is fouled
    headline = document_of(shelf, annual, "en").blocks[0].text
    missed = sum(
        j.outcome is Outcome.MISSED and j.index.weight > 0
        for g in annual.graded
        if not g.pack.of_model
        for j in g.judged
    )
    assert f"{missed + 2} things to look at" in headline  # and two swings


def test_nameplates_are_judged_by_the_standard_of_their_time(annual):
    judged = {g.pack.id: g.judged for g in annual.graded}
    assert judged["GB 19577-2024"] == ()  # in force from 2025, the plant is of 2022
    assert judged["GB 30721-2014"][0].outcome is Outcome.MET


def test_figures_of_pumps_and_of_people_by_hand(shelf, annual):
    dossier = shelf.base.dossier
    plant = dossier.plant
    stated = (
        Assessment("documents", 0.0, date(2022, 1, 1)),
        Assessment("documents", 1.0, date(2024, 1, 1)),
        Assessment("training", 1.0, date(2030, 1, 1)),
    )
    wider = replace(plant, network=LoadNetwork(300.0), assessments=stated)
    ground = replace(shelf.base.case, dossier=replace(dossier, plant=wider), period=annual.period)
    found = plant_figures(ground, shelf.base.measured.hours, annual.answers, None)
    duty = [p for p in plant.pumps if p.loop == "load" and not p.standby]
    allowed = 0.004225 * (22 + 0.0024 * 300) / plant.controls.load_design_dt  # pumps below 60 m3/h
    by_hand = sum(p.power for p in duty) / plant.promise.peak_heating / allowed
    assert found["pump_work_over_limit|design|heating"].value.value == pytest.approx(by_hand)
    assert 0 < found["pump_work_over_limit|measured"].value.value < by_hand
    source = sum(p.power for p in plant.pumps if p.loop == "source" and not p.standby)
    rated = sum(max(m.rated_heating, m.rated_cooling) for m in plant.machines)
    assert found["source_pump_power_over_capacity"].value.value == pytest.approx(source / rated)
    assert found["stated:documents"].value.value == 1.0  # the newest by the period's end
    assert "stated:training" not in found
    assert "network-heating" in parts_of(wider)


def test_years_stand_side_by_side_each_with_the_grid_of_its_time(annual):
    factors = [(grid.year, grid.factor) for _, _, grid in annual.years]
    # 2022/23 and 2023/24: the middle of the later is 2024, whose factor is not published
    assert factors == [(2023, 0.5306), (2023, 0.5306)]
    _, bill, grid = annual.years[-1]
    assert bill.carbon == pytest.approx(bill.electricity / KWH * grid.factor)
    assert bill.money == pytest.approx(annual.account.money)


def test_alarms_that_came_again_are_counted_in_the_month(shelf):
    dossier = shelf.base.dossier
    came = [
        PlantEvent(
            datetime(2023, 12, day, tzinfo=UTC), "alarm", "src_t_in", "Water about to freeze"
        )
        for day in (3, 5, 9)
    ]
    called = PlantEvent(datetime(2023, 12, 4, tzinfo=UTC), "complaint", "zone-1", "cold")
    told = replace(dossier, plant=replace(dossier.plant, events=(*came, called)))
    base = replace(shelf, base=with_dossier(shelf.base, told))
    found = words(
        document_of(base, base.review("monthly", "2023-12", review_basis(outside)), "en")
    )
    assert "3 times, first on 2023-12-03: alarm of src_t_in. Water about to freeze" in found
    assert "2023-12-04: complaint of zone 1. cold" in found


@pytest.mark.slow
def test_alarms_are_no_operators_log(shelf, annual):
    """A service's alarms stand in a report; they do not tell that nothing ever stood still."""
    dossier = shelf.base.dossier
    alarm = PlantEvent(datetime(2024, 1, 3, tzinfo=UTC), "alarm", "src_t_in", "close to freezing")
    wrote = PlantEvent(datetime(2024, 1, 4, tzinfo=UTC), "outage", "hp1", "fuse", 48.0)

    def scores(*events, stated=()):
        plant = replace(dossier.plant, events=events, assessments=stated)
        told = replace(dossier, plant=plant)
        _, pillars = years_of_scores(with_dossier(shelf.base, told), annual.period)[-1]
        return {p.id: p.value for pillar in pillars for p in pillar.parts}

    assert scores(alarm)["availability"] is None
    assert scores(alarm)["fault_rate"] is None
    # a log with maintenance and no fault is no proof that nothing failed, unless someone says so
    tended = PlantEvent(datetime(2024, 3, 1, tzinfo=UTC), "maintenance", "hp1", "cleaned")
    assert scores(tended)["availability"] is None
    assert scores(tended)["fault_rate"] is None
    early, late = (Assessment("log_complete", 1.0, date(2024, m, 1)) for m in (6, 11))
    assert scores(tended, stated=(early,))["availability"] is None
    assert scores(tended, stated=(late,))["availability"].value == 1.0
    assert scores(tended, stated=(late,))["fault_rate"].value == 0.0
    # hours and faults may be stated alone, of the year up to their date
    end = date(2024, 10, 31)
    alone = scores(stated=(Assessment("outage_hours", 12.0, end), Assessment("faults", 3.0, end)))
    assert alone["availability"].value == pytest.approx(1 - 12 / annual.period.hours)
    assert alone["fault_rate"].value > 0
    assert scores(stated=(Assessment("faults", 0.0, end),))["fault_rate"].value == 0.0
    year_ago = Assessment("outage_hours", 0.0, date(2023, 10, 31))
    assert scores(stated=(year_ago,))["availability"] is None
    # an outage without its hours: a complete log does not tell them, a statement does
    open_end = PlantEvent(datetime(2024, 1, 4, tzinfo=UTC), "outage", "hp1", "fuse")
    assert scores(open_end, stated=(late,))["availability"] is None
    told = scores(open_end, stated=(late, Assessment("outage_hours", 12.0, end)))
    assert told["availability"].value == pytest.approx(1 - 12 / annual.period.hours)
    kept = scores(alarm, wrote)
    assert kept["availability"].value == pytest.approx(1 - 48 / annual.period.hours)
    assert kept["fault_rate"].value > 0


@pytest.mark.slow
def test_hours_that_a_boiler_carried_alone_are_not_available(shelf, annual):
    """A hundred hours of 3.6 m3 gas while the machines stand: 35.5 MWh, its money and carbon."""
    base = shelf.base
    hours, plant = base.measured.hours, base.dossier.plant
    boiler = BackupRecord("gb1", "gas_boiler", efficiency=0.9)
    standing = np.flatnonzero(
        (machines(hours, plant).values == 0) & (hours.time >= annual.period.start)
    )[:100]
    gas = np.zeros(len(hours.time))
    gas[standing] = 1e-3
    channels = {**hours.channels, ("gas_volume", "gb1"): Channel(gas, np.ones(len(gas)))}
    measured = replace(base.measured, hours=replace(hours, channels=channels))
    dossier = replace(base.dossier, plant=replace(plant, backups=(boiler,)))
    other = replace(shelf, base=with_dossier(base, dossier, measured=measured))
    review = other.review("annual", "2023-11-01/2024-11-01", review_basis(outside))
    _, pillars = review.pillars[-1]
    parts = {p.id: p.value for pillar in pillars for p in pillar.parts}
    assert parts["availability"].value == pytest.approx(1 - 100 / annual.period.hours)
    burnt = 100 * 3.6 * 9.85
    bill = review.account
    assert {f.name: f.energy / KWH for f in bill.fuels} == {"gas": pytest.approx(burnt)}
    assert bill.carbon - annual.account.carbon == pytest.approx(burnt * 0.202)
    assert bill.money - annual.account.money == pytest.approx(100 * 3.6 * 3.0)
    assert (bill.heat - annual.account.heat) / KWH == pytest.approx(0.9 * burnt)
    assert "gas of backups" in words(document_of(other, review, "en"))


@pytest.mark.slow
@pytest.mark.parametrize(("power", "more"), [(0.0, 0.0), (5e3, 5.0 * 24 * 366 / 1000)])
def test_the_tile_of_electricity_holds_that_of_backups(shelf, annual, power, more):
    """5 kW of a heater all of a leap year: 43.9 MWh; an idle one leaves the tile as it is."""
    base = shelf.base
    hours, heater = base.measured.hours, BackupRecord("ih1", "electric_heater")
    channel = Channel(np.full(len(hours.time), power), np.ones(len(hours.time)))
    channels = {**hours.channels, ("electricity_power", "ih1"): channel}
    measured = replace(base.measured, hours=replace(hours, channels=channels))
    dossier = replace(base.dossier, plant=replace(base.dossier.plant, backups=(heater,)))
    other = replace(shelf, base=with_dossier(base, dossier, measured=measured))
    review = other.review("annual", "2023-11-01/2024-11-01", review_basis(outside))

    def tile(document):
        (tiles,) = (b for b in document.blocks if isinstance(b, Tiles))
        found = next(t for t in tiles.tiles if t.label == "Electricity")
        return float(found.value.split()[0].replace(",", ""))

    found = tile(document_of(other, review, "en")) - tile(document_of(shelf, annual, "en"))
    assert found == pytest.approx(more, abs=0.11)  # both printed to 0.1 MWh


def test_upkeep_is_maintenance_over_the_cost_of_electricity(shelf, annual):
    dossier = shelf.base.dossier
    done = PlantEvent(datetime(2024, 3, 1, tzinfo=UTC), "maintenance", "hp1", "cleaned", 10_000.0)
    tended = replace(dossier, plant=replace(dossier.plant, events=(done,)))
    scores = years_of_scores(with_dossier(shelf.base, tended), annual.period)
    upkeep = [
        {p.id: p.value for pillar in pillars for p in pillar.parts}["upkeep"]
        for _, pillars in scores
    ]
    cost = annual.account.money  # of all hours: those not measured cost what the others cost
    assert upkeep[0] is None  # nothing was written down in the first year
    assert upkeep[1].value == pytest.approx(10_000.0 / cost)


@pytest.fixture(scope="module")
def wells(tmp_path_factory):
    place = tmp_path_factory.mktemp("wells") / "wells"
    build_virtual_plant(place, Life("office", (), 3, 1, SourceKind.SINGLE_WELL), Recording(30))
    return library(outside, place)


@pytest.mark.slow
def test_wells_have_a_forecast_and_scores_without_gaps(wells):
    review = wells.review("annual", "2022-11-01/2023-11-01", review_basis(outside))
    scores = {p.id: p.score for _, pillars in review.pillars for p in pillars}
    assert all(s is None or 0 <= s <= 100 for s in scores.values())
    assert scores["operation"] is not None
    assert len(review.evaluation.ground.year) == review.evaluation.ground.lived + 20
    told = words(document_of(wells, review, "en"))
    assert "the coldest water to the machines stays above the promised 4 °C for 20 years" in told
    assert not holes(printed(document_of(wells, review, "zh"), ".html"))


def test_a_month_outside_the_record_says_so(shelf):
    with pytest.raises(InsufficientDataError):
        shelf.review("monthly", "2030-01", review_basis(outside))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["monthly", "quarterly", "annual"])
def test_pages_stand_alone(shelf, kind, language):
    document = document_of(shelf, shelf.review(kind, None, review_basis(outside)), language)
    page = printed(document, ".html").decode()
    assert page.startswith("<!doctype html>")
    assert not re.findall(r'(?:src|href)="https?://', page)
    assert document.title in page
    assert not holes(page.encode())


def pdf_pages(raw, tmp_path):
    """The pages as grey arrays, and their text; skipped where poppler is not there."""
    for tool in ("pdftoppm", "pdftotext", "pdffonts"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (Debian: apt-get install poppler-utils)")
    path = tmp_path / "report.pdf"
    path.write_bytes(raw)
    text = waiting.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    waiting.run(["pdftoppm", "-r", "50", "-gray", path, tmp_path / "page"], check=True)
    pages = []
    for image in sorted(tmp_path.glob("page*.pgm")):
        _, size, _, body = image.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        pages.append(np.frombuffer(body, np.uint8).reshape(height, width))
    return text, pages


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["monthly", "quarterly"])
def test_shorter_reports_keep_their_margins_too(shelf, kind, language, tmp_path):
    if language == "zh" and chinese_font() is None:
        pytest.skip("no font with Chinese glyphs (Debian: apt-get install fonts-noto-cjk)")
    review = shelf.review(kind, None, review_basis(outside))
    text, pages = pdf_pages(printed(document_of(shelf, review, language), ".pdf"), tmp_path)
    assert "\ufffd" not in text
    assert 1 <= len(pages) <= 5
    for page in pages:
        margin = int(0.035 * page.shape[1])
        assert (page[:, :margin] > 250).all()
        assert (page[:, -margin:] > 250).all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_has_every_glyph_and_keeps_its_margins(shelf, annual, language, tmp_path):
    if language == "zh" and chinese_font() is None:
        pytest.skip("no font with Chinese glyphs (Debian: apt-get install fonts-noto-cjk)")
    text, pages = pdf_pages(printed(document_of(shelf, annual, language), ".pdf"), tmp_path)
    assert ("四类可靠性" if language == "zh" else "The four reliabilities") in text
    assert "\ufffd" not in text
    assert "GB/T 50801" in text
    assert 3 <= len(pages) <= 9
    for page in pages:
        margin = int(0.035 * page.shape[1])
        assert (page[:, :margin] > 250).all()  # nothing runs over the left or right edge
        assert (page[:, -margin:] > 250).all()
        assert 5e-4 < (page < 200).mean() < 0.4  # neither empty (one line: 1.7e-3) nor black


def test_the_same_data_give_the_same_bytes(shelf, annual, folder):
    document = document_of(shelf, annual, "en")
    assert printed(document, ".pdf") == printed(document_of(shelf, annual, "en"), ".pdf")
    assert data_version(folder) in document.foot
    (folder / "extra.txt").write_text("x")
    assert data_version(folder) not in document.foot
    (folder / "extra.txt").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_word_opens_with_tables_and_pictures(shelf, annual, language):
    if language == "zh" and chinese_font() is None:
        pytest.skip("no font with Chinese glyphs (Debian: apt-get install fonts-noto-cjk)")
    raw = printed(document_of(shelf, annual, language), ".docx")
    file = WordFile(io.BytesIO(raw))
    assert file.paragraphs[0].text == document_of(shelf, annual, language).title
    assert len(file.tables) >= 6
    assert len(file.inline_shapes) >= 5
    assert zipfile.ZipFile(io.BytesIO(raw)).testzip() is None


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
def test_without_a_chinese_font_nothing_is_printed_with_empty_boxes(
    shelf, annual, monkeypatch, suffix
):
    monkeypatch.setattr("loopkeeper.adapters.report.printing.chinese_font", lambda: None)
    document = document_of(shelf, annual, "zh")
    with pytest.raises(OutsideError, match="fonts-noto-cjk"):
        printed(document, suffix)
    assert "四类可靠性" in printed(document, ".html").decode()


def test_templates_can_be_changed(shelf, annual, tmp_path):
    document = document_of(shelf, annual, "en")
    changed = template_text("document.html").replace("<header>", "<header><b>Our company</b>")
    (tmp_path / "document.html").write_text(changed)
    assert "Our company" in printed(document, ".html", templates=tmp_path).decode()
    assert set(TEMPLATES) >= {"document.html", "document.typ"}
    (tmp_path / "document.typ").write_text("#let broken = (")
    with pytest.raises(InputError, match=r"document\.typ"):
        printed(document, ".pdf", templates=tmp_path)
    with pytest.raises(InputError, match=r"expected \.html"):
        printed(document, ".odt")


def test_a_report_without_a_model_still_gives_its_figures(shelf):
    blind = replace(shelf, base=replace(shelf.base, evaluation=None, charts=()))
    review = blind.review("monthly", "2024-02", review_basis(outside))
    assert review.traces is None
    assert review.value("performance_factor", "GB/T 50801", "heating") is not None
    assert review_document(review, "en", Made("data", "code", "packs")).blocks


@pytest.mark.slow
def test_a_fleet_with_a_plant_that_cannot_be_read(folder, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(folder, tmp_path / name)
    (tmp_path / "b" / "plant.toml").write_text("[sauce")
    keep_diagnosis(
        tmp_path / "a",
        {
            "deviations": [
                {"kind": "operation", "energy_kWh": {"value": 5.0}},
                {"kind": "operation", "energy_kWh": {"value": 2.0}},
            ]
        },
    )
    told = []
    good, bad = fleet(outside, plant_folders(tmp_path), "2023-12", told=told.append, workers=2)
    assert good.figures["cop_heating"].value > 2
    assert good.causes == {"operation": 7.0}
    assert (bad.figures, bad.id) == ({}, "b")
    assert "plant.toml" in bad.reasons[0]
    assert told[-1] == 1.0
    page = printed(fleet_document([good, bad], "2023-12", "zh", "0"), ".html").decode()
    assert "能源站群报告" in page
    assert bad.reasons[0][:20] in page
    (tmp_path / "a" / "results" / "diagnosis.json").write_text("[]")
    assert "no diagnosis" in member(outside, tmp_path / "a", "2023-12").reasons[0]
    with pytest.raises(InputError, match=r"holds a plant\.toml"):
        plant_folders(tmp_path / "a")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_records_say_what_was_done_and_what_was_not(language):
    with resources.as_file(resources.files("loopkeeper.adapters") / "demo" / "office") as demo:
        dossier = read_dossier(demo)
    survey = survey_document(dossier, *interpret_survey(dossier), (language, "foot"))
    status = trial_status(trial_plan(dossier.plant, date(2026, 12, 1)), dossier.plant.trials)
    tried = commissioning_document(dossier.plant, status, language, "foot")
    book = designed(on_measured_ground(dossier), prices=Prices())
    design = design_document(dossier, book, language, "foot")
    assert "survey/trt_1.csv" in words(survey)
    assert "W/(m·K)" in words(survey)
    assert ("flow balance by branch" if language == "en" else "各支路流量平衡") in words(tried)
    assert ("14 still open" if language == "en" else "尚未完成 14 项") in words(tried)
    assert "grout_volume_ratio" not in words(tried)
    named = "grout pumped over the hole" if language == "en" else "回填量比（实灌/理论）"
    assert named in words(tried)
    pictures = [b.caption for b in design.blocks if isinstance(b, Picture)]
    assert len(pictures) == 2  # the water over the years, and what systems cost
    for document in (survey, tried, design):
        assert printed(document, ".html")
    if language == "en" or chinese_font() is not None:
        assert printed(tried, ".docx")
        assert printed(design, ".pdf")[:4] == b"%PDF"


def test_a_diagnosis_on_paper_adds_up(shelf):
    def about(value):
        return Estimate(value * 1e9, value * 0.9e9, value * 1.1e9)

    plain = {"saving_if_fixed": about(18.0), "if_alone": about(19.0), "share": 0.75}
    found = Verdict("monitor.alarms.site", {"count": 1, "alarms": "x"})
    one = Deviation(
        kind=DeviationKind.OPERATION,
        cause="fouling",
        energy=about(20.0),
        **plain,
        confidence=0.9,
        finding=found,
    )
    base = shelf.base.evaluation
    whole = Diagnosis(
        period=base.period,
        boundary="GB/T 50801",
        promised=about(100.0),
        exogenous=about(2.0),
        expected=about(110.0),
        measured=about(128.0),
        shortfall=about(26.0),
        deviations=(one,),
        unexplained=about(6.0),
        unexplained_share=0.25,
        healthy=False,
        cautions=(),
    )
    plant = shelf.base.dossier.plant
    document = diagnosis_document(plant, base, whole, "en", Made("d", "c", "p"))
    (card,) = (b for b in document.blocks if isinstance(b, Card))
    assert "75%" in {tile.value for tile in card.figures}
    # as printed 27.8 + 0.6 + 5.6 + 1.6 = 35.6: of 6 GJ, 1.67 MWh, what makes the lines add up
    told = [b.text for b in document.blocks if isinstance(b, Text) and "nexplained" in b.text]
    assert "unexplained: 1.6 (1.5 … 1.8) MWh · 25%" in told
    assert "27.8 promised" in document.blocks[0].text
    assert "unexplained +1.6 (+25 %)" in document.blocks[0].text
    assert printed(document, ".pdf")[:4] == b"%PDF"
    assert any(isinstance(b, Picture) for b in document.blocks)
