"""The scene: what the fits are asked, and from which day on what they find is counted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lived import pumps_like
from loopkeeper.lifecycle.diagnose import scene as room
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.idle_fit import SHARES, IdleFlow
from loopkeeper.lifecycle.diagnose.machine_fit import Range, SetPoints
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler
from loopkeeper.plant.model import PlantModel, WaterModel

DICE = PosteriorSampler(np.random.default_rng(1), 7)
RECORD = SimpleNamespace(operation="all hours", ahead=20)


def scene(model, **known):
    """The scene of a period that twenty recorded days lie ahead of."""
    usual = {"pumps": {}, "doubt": {}, "machine_doubt": 0.03, "weather_doubt": 0.1}
    case = SimpleNamespace(
        plant="a plant",
        operation=SimpleNamespace(of="the period"),
        record=RECORD,
        past=SimpleNamespace(heating=np.zeros(400)),
        surveyed="a survey",
        works="its works",
    )
    return Scene(
        model=model,
        setting=SimpleNamespace(case=case),
        known=Prior(**{**usual, **known}),
        dice=DICE,
    )


def watered(small):
    return PlantModel(small.system, WaterModel(small.system.ground))


def misdesign(factor, offset):
    def change(model):
        shifted = factor * model.system.source_offset + offset
        return model.with_system(replace(model.system, source_offset=shifted))

    return SimpleNamespace(change=change)


def asked(monkeypatch, name, answer):
    """The questions a fit is asked, which gives the same answer to all."""
    questions = []

    def fit(*of, **by_name):
        questions.append((*of, *by_name.values()))
        return answer

    monkeypatch.setattr(room, name, fit)
    return questions


def test_the_listed_plant_is_the_design_with_every_misdesign_in_turn(small):
    one = scene(small, misdesign=(misdesign(2.0, 0.0), misdesign(1.0, 5.0)))
    assert one.listed.system.source_offset == pytest.approx(5.6)  # twice 0.3, and 5
    assert scene(small).listed is small
    assert one.plant == "a plant"
    assert one.operation.of == "the period"
    assert one.recorded == "all hours"


def test_staging_is_looked_for_in_the_listed_plant(small, monkeypatch):
    questions = asked(monkeypatch, "as_staged", ("staged", 0.8))
    one = scene(small, misdesign=(misdesign(2.0, 0.0),))
    assert (one.staging, one.staged) == (("staged", 0.8), "staged")
    assert questions == [(one.listed.system, one.operation)]


@pytest.mark.parametrize("bypass", [(0.2, 0.02), None])
def test_a_field_is_fitted_with_what_survey_works_and_days_tell(small, monkeypatch, bypass):
    monkeypatch.setattr(room, "found_bypass", lambda _: bypass)
    priors = asked(monkeypatch, "ground_prior", "a prior")
    fit = SimpleNamespace(draw=lambda rng, count: (rng, count))
    fits = asked(monkeypatch, "fit_ground", fit)
    one = scene(small)
    assert not one.on_water
    assert one.ground is fit
    assert priors == [("a plant", "a survey", 400, "its works", bypass is not None)]
    assert fits == [(small, one.operation, one.case.past, "a prior")]
    assert one.ground_draws == (DICE.rng, 7)
    assert one.water is None
    monkeypatch.setattr(room, "fit_ground", lambda *_: None)
    assert scene(small).ground_draws is None


def test_water_is_fitted_where_there_is_no_field(small, monkeypatch):
    asked(monkeypatch, "as_staged", ("staged", 0.8))
    questions = asked(monkeypatch, "fit_water", "a fit")
    one = scene(watered(small))
    assert one.on_water
    assert (one.ground, one.ground_draws, one.water) == (None, None, "a fit")
    assert questions == [("a plant", "staged", one.setting)]


def test_the_design_is_run_under_the_measured_size_of_the_load(small, monkeypatch):
    court = SimpleNamespace(run=lambda hypothesis: hypothesis)
    settings = asked(monkeypatch, "Counterfactuals", court)
    one = scene(small, misdesign=(misdesign(2.0, 0.0),))
    told = one.designed
    assert settings == [(one.setting,)]
    assert (told.sized, told.unbalanced, told.later) == (True, False, ())
    assert (told.system, told.ground) == (small.system, small.ground)


def of_water(small, share):
    one = scene(small)
    vars(one)["designed"] = {
        "source_supply": np.array([3.0, 8.0, 12.0, 19.0]),
        "run_share": np.array(share),
    }
    return one


def test_maps_hold_four_kelvin_beyond_the_water_that_machines_have_by_design(small):
    assert of_water(small, [0.0, 0.1, 1.0, 0.0]).designed_water == Range(4.0, 16.0)
    assert of_water(small, [0.0] * 4).designed_water == Range(-np.inf, np.inf)


@pytest.mark.parametrize(("onset", "day"), [(50, 30), (4, -16), (None, None)])
def test_onsets_are_counted_from_the_first_day_of_the_period(small, monkeypatch, onset, day):
    asked(monkeypatch, "as_staged", ("staged", 0.8))
    level = Level(0.3, 0.1, onset, 9.0, ((1.0, 2.0, 3.0),))
    asked(monkeypatch, "find_idle_flow", None)
    wear = asked(monkeypatch, "wear", level)
    points = asked(monkeypatch, "set_points", SetPoints(level, replace(level, onset=60)))
    one = of_water(small, [1.0] * 4)
    assert one.wear == replace(level, onset=day)
    assert wear == [("staged", "all hours", 0.03, Range(-1.0, 23.0))]
    assert one.set_points.heating == replace(level, onset=day)
    assert one.set_points.cooling == replace(level, onset=40)
    assert points == [("staged", "all hours")]


@pytest.mark.parametrize(("odds", "share"), [(2.9, 0.0), (3.1, 0.5)])
def test_wear_is_looked_for_beside_what_passes_idle_machines(small, monkeypatch, odds, share):
    asked(monkeypatch, "as_staged", (small.system, 0.8))
    weights = np.isclose(SHARES, 0.5).astype(float)
    flow = asked(monkeypatch, "find_idle_flow", IdleFlow(weights, odds))
    wear = asked(monkeypatch, "wear", Level(0.3, 0.1, None, 9.0))
    one = of_water(small, [1.0] * 4)
    assert one.wear.value == 0.3
    hours = ("all hours", 0.03, Range(-1.0, 23.0))
    assert flow == [(small.system, *hours)]
    assert wear == [(replace(small.system, idle_flow=share), *hours)]


def test_draw_that_rose_is_looked_for_in_pumps_as_they_were_found(small, monkeypatch):
    asked(monkeypatch, "as_staged", (small.system, 0.8))
    hours = asked(monkeypatch, "pump_hours", "pump hours")
    level = Level(0.4, 0.1, 50, 9.0)
    levels = asked(monkeypatch, "draw_level", level)
    bank = small.system.source_pumps
    one = scene(small, pumps={"source": pumps_like(bank, 1.5, 1.2), "load": None})
    assert one.source_pumps_risen == replace(level, onset=30)
    assert hours == [(small.system, "all hours", "source")]
    found, *rest = levels[0]
    assert (found.electricity, found.flow) == pytest.approx((1350.0, 0.0036))
    assert rest == ["pump hours", "all hours"]


def test_pumps_that_nobody_metered_have_not_risen(small):
    for known in ({}, {"source": None}, {"load": pumps_like(small.system.load_pumps, 2.0)}):
        level = scene(small, pumps=known).source_pumps_risen
        assert (level.value, level.deviation, level.onset) == (0.0, 0.0, None)
        assert level.odds == -np.inf
        assert not level.present
