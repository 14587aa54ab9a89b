"""A source brought onto its promised water: limits of habit, and steps on a curved source."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import inlet_fit
from loopkeeper.plant.model import GroundModel, WaterModel

COLD = (-5.0, -3.0, 0.0, 2.0, 3.0, 4.0, 5.0)
WARM = (30.0, 32.0, 33.0, 35.0, 38.0, 40.0)


@pytest.mark.parametrize("limit", COLD)
def test_cold_limits_of_habit_say_nothing_and_a_tenth_beside_them_does(limit):
    assert inlet_fit._usual(np.array([limit, 31.0])).tolist() == [True, False]
    for near in (limit - 0.1, limit + 0.1, -limit - 0.1, 30.0):
        assert inlet_fit._usual(np.array([near, 31.0])).tolist() == [False, False]


@pytest.mark.parametrize("limit", WARM)
def test_warm_limits_of_habit_say_nothing_and_a_tenth_beside_them_does(limit):
    assert inlet_fit._usual(np.array([6.0, limit])).tolist() == [False, True]
    for near in (limit - 0.1, limit + 0.1, 5.0):
        assert inlet_fit._usual(np.array([6.0, near])).tolist() == [False, False]


@pytest.mark.parametrize(
    ("kind", "stated", "foreseen"),
    [
        (GroundModel, (5.0, 31.0), (np.nan, 31.0)),
        (GroundModel, (6.1, 35.0), (6.1, np.nan)),
        (WaterModel, (5.0, 31.0), (5.0, 31.0)),
        (WaterModel, (6.1, 35.0), (6.1, 35.0)),
        (WaterModel, (5.0, 35.0), (np.nan, np.nan)),
        (WaterModel, (5.0, np.nan), (np.nan, np.nan)),
        (WaterModel, (6.1, np.nan), (6.1, np.nan)),
    ],
)
def test_limits_of_wells_count_beside_a_forecast(kind, stated, foreseen):
    model = SimpleNamespace(ground=kind.__new__(kind))
    found = inlet_fit._foreseen(model, np.array(stated))
    assert found == pytest.approx(np.array(foreseen), nan_ok=True)


def moved_by(monkeypatch, moves, extremes, low, high):
    """How far a source whose extremes are functions of two numbers is moved."""

    def moving(k):
        def move(model, size):
            at = np.array(model.system)
            at[k] += size
            return SimpleNamespace(ground=model.ground, system=at)

        return move

    monkeypatch.setattr(
        inlet_fit, "_moves_of", lambda *_: tuple((moving(k), d) for k, d in enumerate(moves))
    )
    monkeypatch.setattr(inlet_fit, "_extremes", extremes)
    promise = SimpleNamespace(source_inlet_min=low, source_inlet_max=high)
    model = SimpleNamespace(ground=None, system=np.zeros(len(moves)))
    fit = inlet_fit.fit_inlet(SimpleNamespace(promise=promise), model, lambda system: system)
    assert (fit.short, fit.verdicts) == (1.0, ())
    return fit.moved(model).system


def test_a_curved_source_is_walked_thrice_by_its_slope_over_half_a_step(monkeypatch):
    """Water at 6 + x + x² / 5: half a deviation of two gives 1 + 0.2, a slope of 2.4."""

    def extremes(x):
        return np.array([6.0 + x[0] + 0.2 * x[0] ** 2, np.nan])

    found = moved_by(monkeypatch, (2.0,), extremes, 7.5, None)
    weight, step = 2.4 / 0.36, 0.0
    for _ in range(3):
        missed = 7.5 - extremes([2.0 * step])[0]
        step += (weight * missed - step) / (2.4 * weight + 1.0)
    assert found == pytest.approx([2.0 * step])


def test_two_moves_share_two_promises_by_their_doubts(monkeypatch):
    """One shifts both extremes, the other spreads them: half a kelvin up and one apart."""

    def extremes(x):
        return np.array([6.0 + x[0] - x[1], 28.0 + x[0] + x[1]])

    found = moved_by(monkeypatch, (0.5, 2.0), extremes, 5.5, 29.5)
    shift = 0.5 * (2 * 0.5 * 0.5 / 0.36) / (2 * 0.25 / 0.36 + 1)
    spread = 2.0 * (2 * 2.0 * 1.0 / 0.36) / (2 * 4.0 / 0.36 + 1)
    assert found == pytest.approx([shift, spread])


@pytest.mark.parametrize(
    ("doubt", "low", "moves"),
    [(0.5, 7.55, True), (0.5, 7.57, False), (2.0, 10.1, True), (2.0, 10.2, False)],
)
def test_what_is_further_off_than_two_deviations_is_a_limit(monkeypatch, doubt, low, moves):
    """Of 0.6 K and what may be moved: 2 · √0.61 = 1.562 and 2 · √4.36 = 4.176."""
    found = moved_by(monkeypatch, (doubt,), lambda x: np.array([6.0 + x[0], np.nan]), low, None)
    assert bool(found[0] > 0) is moves


@pytest.mark.parametrize(("low", "high"), [(None, None), (np.nan, None)])
def test_nothing_promised_moves_nothing(monkeypatch, low, high):
    found = moved_by(monkeypatch, (1.0,), lambda x: np.array([x[0], x[0]]), low, high)
    assert found.tolist() == [0.0]


@pytest.mark.parametrize("kind", [GroundModel, WaterModel])
def test_water_promised_for_a_season_that_does_not_occur_moves_nothing(monkeypatch, kind):
    """The coldest water of a plant that never heats is nobody's."""
    monkeypatch.setattr(inlet_fit, "_moves_of", lambda *_: ((lambda model, _: model, 1.0),))
    monkeypatch.setattr(inlet_fit, "_extremes", lambda _: np.array([np.nan, 28.0]))
    promise = SimpleNamespace(source_inlet_min=6.1, source_inlet_max=None)
    model = SimpleNamespace(ground=kind.__new__(kind), system=None)
    fit = inlet_fit.fit_inlet(SimpleNamespace(promise=promise), model, lambda system: system)
    assert fit.moved(model) is model
    assert (fit.short, fit.verdicts) == (1.0, ())
