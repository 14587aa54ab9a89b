"""The four reliabilities: scores by hand, comfort, assurance, degradation with its interval."""

import numpy as np
import pytest

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.reliability import (
    PILLARS,
    assurance,
    comfort_share,
    degradation,
    scorecard,
    worst_of,
)
from loopkeeper.measure.uncertainty import Estimate


def by_name(figures):
    return {p.id: p for p in scorecard(figures)}


def test_scores_between_floor_and_target_by_hand():
    found = by_name(
        {
            "cop_heating_kept": Estimate.exact(0.825),
            "pump_share": Estimate.exact(0.325),
            "cop_cooling_kept": Estimate.exact(1.2),
            "source_margin": None,
            "reinjection_ratio": Estimate.exact(0.94),
        }
    )
    assert tuple(found) == PILLARS
    system = found["system"]
    assert {p.id: p.score for p in system.parts} == pytest.approx(
        {"cop_heating_kept": 50, "cop_cooling_kept": 100, "pump_share": 50}
    )
    assert system.score == pytest.approx((2 * 50 + 2 * 100 + 50) / 5)
    assert (system.driver, system.judged) == ("cop_heating_kept", 1.0)
    resource = found["resource"]  # weight 2 could not be judged, 3 could
    assert (resource.score, resource.judged) == (pytest.approx(50), pytest.approx(0.6))
    assert (found["lifecycle"].score, found["lifecycle"].parts) == (None, ())


def test_a_score_has_the_span_of_its_value_by_hand():
    """0.7 to 0.95: 0.8 ± 0.05 is 40 points of 20 to 60; pumps 0.30 ± 0.03 of 0.40 to 0.25, 67."""
    found = by_name(
        {
            "cop_heating_kept": Estimate(0.8, 0.75, 0.85),
            "pump_share": Estimate(0.30, 0.27, 0.33),
        }
    )["system"]
    spans = {p.id: p.span for p in found.parts}
    assert spans["cop_heating_kept"] == pytest.approx((20.0, 60.0))
    assert spans["pump_share"] == pytest.approx((100 * 0.07 / 0.15, 100 * 0.13 / 0.15))
    ends = [(2 * spans["cop_heating_kept"][k] + spans["pump_share"][k]) / 3 for k in (0, 1)]
    assert found.span == pytest.approx(ends)


def test_nothing_to_improve_has_no_driver():
    assert by_name({"cop_heating_kept": Estimate.exact(1.0)})["system"].driver == ""


def test_comfort_counts_heated_hours_only():
    indoor = np.concatenate([np.full(200, 20.0), np.full(100, 17.0), np.full(100, 30.0)])
    heated = np.arange(400) < 300
    found = comfort_share(indoor, heated)
    assert found.value == pytest.approx(2 / 3)
    assert comfort_share(indoor[:100], heated[:100]) is None


def test_a_room_of_25_does_not_warm_one_of_15():
    """Two rooms, 25 and 15 °C: the mean of 20 °C looks like full comfort, nobody has it."""
    heated = np.ones(400, dtype=bool)
    rooms = [np.full(400, 25.0), np.full(400, 15.0), np.full(400, 20.0)]
    shares = [comfort_share(room, heated) for room in rooms]
    assert worst_of(shares).value == 0.0
    assert comfort_share(np.mean(rooms[:2], axis=0), heated).value == 1.0
    assert worst_of([None, shares[2]]).value == 1.0
    assert worst_of([None]) is None


def test_resource_sees_wells_that_lose_their_injectivity():
    """Weights 3, 2, 3 of 100, 100 and 0 points: 500 / 8 = 62.5, held down by the wells."""
    found = by_name(
        {
            "reinjection_ratio": Estimate.exact(1.0),
            "source_margin": Estimate.exact(2.0),
            "injectivity": Estimate.exact(-77.0),
        }
    )["resource"]
    assert (found.score, found.driver) == (pytest.approx(62.5), "injectivity")


def test_assurance_looks_at_the_coldest_days():
    days = 100
    outdoor = np.repeat(np.linspace(5.0, -15.0, days), 24)
    indoor = np.where(outdoor < -14.1, 16.0, 20.0)  # the last five days are too cold inside
    heated = np.ones(24 * days, dtype=bool)
    assert assurance(indoor, outdoor, heated).value == pytest.approx(0.0)
    assert assurance(indoor + 4.0, outdoor, heated).value == 1.0
    assert assurance(indoor[:240], outdoor[:240], heated[:240]) is None


@pytest.mark.parametrize("rate", [0.0, -2.0, -5.0])
def test_a_planted_degradation_is_found_within_its_interval(rate):
    inside, widths = 0, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        days = np.datetime64("2021-11-01") + np.arange(3 * 365)
        season = 0.1 * np.sin(2 * np.pi * np.arange(len(days)) / 365)
        ratio = season - rate / 100 * np.arange(len(days)) / 365 + rng.normal(0, 0.04, len(days))
        found = degradation(days, ratio)
        inside += found.low <= rate <= found.high
        widths.append(found.high - found.low)
        assert found.value == pytest.approx(rate, abs=1.2)
    # a 90 % interval holds the truth in 36 of 40; 30 is the 0.2 % quantile
    assert inside >= 30
    assert np.median(widths) < 2.0


def test_one_year_tells_no_degradation():
    days = np.datetime64("2021-11-01") + np.arange(380)
    with pytest.raises(InsufficientDataError, match="15 days have one a year later"):
        degradation(days, np.zeros(380))
