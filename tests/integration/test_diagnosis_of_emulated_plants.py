"""One sick and one healthy plant, from files to the explained shortfall."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from loopkeeper.adapters.files.dossier.read import read_dossier
from loopkeeper.adapters.files.dossier.write import write_dossier
from loopkeeper.adapters.files.telemetry.telemetry import gather_telemetry, read_telemetry
from loopkeeper.adapters.report.diagnosis import diagnosis_document
from loopkeeper.adapters.report.document import Card, Links, Picture, Text, Tiles
from loopkeeper.adapters.report.printing import SUFFIXES, printed
from loopkeeper.app.answers.loop import diagnosis_json
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.groundwork import admit_readings, lay_groundwork
from loopkeeper.app.reviewing import Made
from loopkeeper.app.telling.headlines import verdict_sentence
from loopkeeper.measure.machine_meters import DRAW_UNLIKELY
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import name_of, word
from loopkeeper.units import KWH

pytestmark = pytest.mark.integration

MADE = Made("data", "code", "packs")


def diagnosed(plant, draws=16):
    ground = lay_groundwork(plant.dossier, admit_readings(plant.dossier, plant.telemetry))
    evaluation = evaluate_plant(ground)
    return evaluation, diagnose_plant(ground, evaluation, draws=draws)


@pytest.fixture(scope="module")
def sick(sick_office):
    return diagnosed(sick_office)


@pytest.mark.slow
def test_both_causes_are_found_with_their_shares(sick, sick_office):
    _, diagnosis = sick
    found = {str(d.kind): d for d in diagnosis.deviations}
    assert list(found)[:2] == ["operation", "construction"]
    for cause in sick_office.truth.causes:
        truth = cause.energy_kWh * KWH
        assert found[cause.kind].energy.low < truth < found[cause.kind].energy.high
        assert abs(found[cause.kind].share - cause.share) < 0.15


@pytest.mark.slow
def test_the_books_balance(sick):
    _, d = sick
    total = d.promised.value + d.exogenous.value + sum(x.energy.value for x in d.deviations)
    assert np.isclose(total + d.unexplained.value, d.measured.value, rtol=1e-9)
    assert np.isclose(sum(x.share for x in d.deviations) + d.unexplained_share, 1.0)


@pytest.mark.slow
def test_courses_sum_to_the_figures_of_the_year(sick, sick_office):
    _, d = sick
    assert len(d.deviations) >= 2
    for one in d.deviations:
        course = one.course
        assert np.isclose(sum(course.measured), d.measured.value, rtol=1e-9)
        assert np.isclose(sum(course.expected), d.promised.value + d.exogenous.value, rtol=1e-9)
        saved = sum(course.measured) - sum(course.repaired)
        assert np.isclose(saved, one.saving_if_fixed.value, rtol=1e-6)
        assert set(one.readings) <= {p.id for p in sick_office.dossier.plant.points}
        assert one.readings
    wear = next(d for d in d.deviations if d.cause == "operation.wear").course
    before = [n for n, month in enumerate(wear.months) if month < "2024-01"]
    assert before
    for n in before:  # fouled from January on: nothing to save before
        assert abs(wear.measured[n] - wear.repaired[n]) < 0.002 * wear.measured[n]


@pytest.mark.slow
def test_weather_and_use_are_the_sum_of_what_they_act_through(sick):
    _, d = sick
    assert np.isclose(sum(p.energy for p in d.weather_parts), d.exogenous.value, rtol=1e-9)
    left = sum(p.energy for p in d.weather_parts if p.name == "other")
    assert abs(left) < 0.0005 * d.promised.value
    assert not [c for c in d.cautions if c.code == "diagnose.weather.unexplained"]


@pytest.mark.slow
def test_measured_electricity_is_the_truth_within_its_interval(sick, sick_office):
    evaluation, _ = sick
    low, high = evaluation.measured.electricity.low, evaluation.measured.electricity.high
    assert low * 0.99 < sick_office.truth.measured_kWh * KWH < high * 1.01


@pytest.mark.slow
def test_fouling_is_dated(sick):
    _, diagnosis = sick
    wear = next(d for d in diagnosis.deviations if d.cause == "operation.wear")
    assert abs((wear.onset - np.datetime64("2024-01-10").astype(object)).days) <= 7


@pytest.mark.slow
def test_where_the_meter_may_be_wrong_wear_carries_that_doubt_and_what_settles_it(
    sick, sick_office
):
    ground = lay_groundwork(
        sick_office.dossier, admit_readings(sick_office.dossier, sick_office.telemetry)
    )
    evaluation, sure = sick
    figures = dict.fromkeys(
        ["machines", "points", "hours", "first", "times", "balance", "doubt"], 1
    )
    said = (*evaluation.cautions, Verdict(DRAW_UNLIKELY, figures))
    doubted = diagnose_plant(ground, replace(evaluation, cautions=said), draws=16)
    wear, other = (
        next(d for d in found.deviations if d.cause == "operation.wear")
        for found in (doubted, sure)
    )
    assert wear.settles_by[0].test.code == "settles.clamp_meter"
    assert wear.settles_by[0].effort is not None
    assert "settles.clamp_meter" not in {s.test.code for s in other.settles_by}
    assert wear.energy.value == other.energy.value
    wider = (wear.energy.high - wear.energy.value) / (other.energy.high - other.energy.value)
    assert wider > 1.5
    assert wear.confidence < other.confidence


@pytest.mark.slow
def test_a_healthy_plant_gets_a_clean_bill(healthy_office):
    _, diagnosis = diagnosed(healthy_office)
    assert diagnosis.healthy
    assert diagnosis.shortfall.low < 0 < diagnosis.shortfall.high


@pytest.mark.slow
def test_the_same_dossier_gives_the_same_answer(sick, sick_office):
    again = diagnosed(sick_office)[1]
    assert asdict(again) == asdict(sick[1])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_json_and_report_say_the_same(sick, sick_office, language):
    evaluation, diagnosis = sick
    plant = sick_office.dossier.plant
    answer = diagnosis_json(plant, evaluation, diagnosis, language)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    for one in answer["deviations"]:
        course = one["course"]
        rows = [course[f"{name}_kWh"] for name in ("measured", "expected", "if_repaired")]
        rows += [course["witness"][name] for name in ("measured", "designed", "if_repaired")]
        assert {len(row) for row in rows} == {len(course["months"])}
        assert {"quantity", "name", "unit"} <= set(course["witness"])
        assert {"point", "quantity", "of", "file"} == set(one["readings"][0])
        assert one["settles_by"] == [s["sentence"] for s in one["settling"]]
    parts = answer["weather_and_use_parts"]
    total = sum(part["energy_kWh"] for part in parts)
    assert abs(total - answer["weather_and_use_kWh"]["value"]) < 0.4  # six roundings
    document = diagnosis_document(plant, evaluation, diagnosis, language, MADE)
    html = printed(document, ".html").decode()
    for deviation in answer["deviations"]:
        assert deviation["course"]["witness"]["name"] in html.lower()
        assert f"{deviation['energy_kWh']['value'] / 1000:,.1f} (" in html
        for reading in deviation["readings"]:
            assert f'href="#point-{reading["point"]}"' in html
            assert html.count(f'id="point-{reading["point"]}"') == 1
    assert "http://" not in html
    assert "https://" not in html


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_deviation_has_its_chart_and_its_points(sick, sick_office, language):
    evaluation, diagnosis = sick
    plant = sick_office.dossier.plant
    document = diagnosis_document(plant, evaluation, diagnosis, language, MADE)
    cards = [b for b in document.blocks if isinstance(b, Card)]
    assert len(cards) == len(diagnosis.deviations)
    for one, card in zip(diagnosis.deviations, cards, strict=True):
        links = next(b for b in card.blocks if isinstance(b, Links))
        assert [anchor for _, anchor in links.items] == [f"point-{p}" for p in one.readings]
        assert not {text for text, _ in links.items} & set(one.readings)  # places, not raw names
        name = name_of("course", one.course.witness.quantity, language)
        assert any(name[1:] in b.svg for b in card.blocks if isinstance(b, Picture))
    for suffix in SUFFIXES:
        assert printed(document, suffix)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_verdict_its_figures_and_the_waterfall_stand_first(sick, sick_office, language):
    document = diagnosis_document(sick_office.dossier.plant, *sick, language, MADE)
    first, tiles, _, fall = document.blocks[:4]
    assert first == Text(verdict_sentence(sick[1], language), "problem")
    assert isinstance(tiles, Tiles)
    told = fall.readouts[0]
    assert told.labels[0] == word("report.promised", language)
    assert told.labels[-1] == word("report.measured", language)
    assert len(told.places) == len(sick[1].deviations) + 4  # both ends, weather, unexplained
    assert list(told.places) == sorted(told.places)


def test_written_and_read_again_it_is_the_same_plant(sick_office, tmp_path):
    write_dossier(sick_office.dossier, tmp_path, sick_office.telemetry)
    dossier = read_dossier(tmp_path)
    mine, theirs = sick_office.dossier.plant, dossier.plant
    assert theirs.site == mine.site
    assert theirs.ledger == mine.ledger
    assert theirs.points == mine.points
    assert [p.id for p in theirs.pumps] == [p.id for p in mine.pumps]
    assert theirs.source.field == mine.source.field
    assert np.allclose(dossier.design_loads.heating, sick_office.dossier.design_loads.heating)
    readings, said = read_telemetry(tmp_path, theirs)
    assert not said
    files = gather_telemetry(tmp_path, theirs).files
    assert set(files) == {p.id for p in theirs.points}
    assert all((tmp_path / name).is_file() for names in files.values() for name in names)
    assert readings.height == sick_office.telemetry.height
