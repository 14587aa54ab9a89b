"""The fit of a ground on models that are straight lines: closed forms, weights and thresholds."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from loopkeeper.lifecycle.diagnose import ground_fit
from loopkeeper.lifecycle.diagnose.ground_fit import (
    CAPACITIES,
    GroundFit,
    GroundHypothesis,
    GroundPrior,
)
from loopkeeper.lifecycle.diagnose.ground_parameters import (
    FIELD,
    GROUND,
    LARGEST,
    SMALLEST,
    UNLIKE,
)
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter as Place
from loopkeeper.physics.borehole import short_term_response

MEAN = np.array([0.02, -0.03, 0.4, -0.05, -0.1, 0.1, 0.05, 0.01, -0.02])
DOUBT = np.array([0.25, 0.35, 1.0, 0.15, 0.4, 0.3, 0.15, 0.025, 0.05])


def test_each_parameter_has_its_place_its_range_and_what_a_sound_ground_strays():
    assert SMALLEST.tolist() == [-1.0, -0.7, -12.0, -1.2, -1.2, -0.02, -1.0, -0.2, -0.5]
    assert LARGEST.tolist() == [1.0, 1.6, 12.0, 0.05, 0.05, 0.7, 1.0, 0.2, 0.5]
    assert UNLIKE.tolist() == [0.05, 0.12, 0.25, 0.02, 0.03, 0.15]
    assert [p.name for p in Place][FIELD:] == ["BYPASS", "BIAS", "GAIN", "PAIR"]
    assert (GROUND, [int(p) for p in Place]) == (6, list(range(9)))


# -- one story


def straight(rng, days=12, scale=3.0):
    """Days that go by a straight line with all nine parameters, and what they are off by."""
    slopes = scale * rng.normal(size=(days, 9))
    off = slopes @ (MEAN + 0.2 * DOUBT) + 0.3 * rng.normal(size=days)
    line = SimpleNamespace(apart=lambda theta: off - slopes @ theta, slopes=lambda _: -slopes)
    return line, slopes, off


def test_a_story_is_the_mean_of_prior_and_days_by_their_weights(rng):
    line, slopes, off = straight(rng)
    mean, covariance, _ = ground_fit._story(line, GroundPrior(MEAN, DOUBT), MEAN)
    precision = slopes.T @ slopes + np.diag(DOUBT**-2)
    exact = np.linalg.solve(precision, slopes.T @ off + MEAN / DOUBT**2)
    assert covariance == pytest.approx(np.linalg.inv(precision), rel=1e-6, abs=1e-12)
    assert mean == pytest.approx(exact, abs=2e-3)


def test_a_story_s_log_is_the_normal_density_of_the_days_under_its_prior(rng):
    """Of the days alone, without the √2π of each that all stories share."""
    line, slopes, off = straight(rng)
    log = ground_fit._story(line, GroundPrior(MEAN, DOUBT), MEAN)[2]
    wide = np.eye(12) + slopes @ np.diag(DOUBT**2) @ slopes.T
    exact = multivariate_normal(slopes @ MEAN, wide).logpdf(off) + 6 * np.log(2 * np.pi)
    assert log == pytest.approx(exact, abs=1e-3)


def test_a_story_begins_and_ends_within_what_a_ground_may_be(rng):
    slopes = straight(rng)[1]
    beyond = np.where(np.arange(9) % 2, 1.3 * SMALLEST, 1.3 * LARGEST)
    pulled = SimpleNamespace(
        apart=lambda theta: 40.0 * slopes @ (beyond - theta), slopes=lambda _: -40.0 * slopes
    )
    mean = ground_fit._story(pulled, GroundPrior(MEAN, DOUBT), 1.2 * beyond)[0]
    assert (mean >= SMALLEST).all()
    assert (mean <= LARGEST).all()
    assert mean[2] == pytest.approx(12.0, abs=0.05)


# -- how soon holes answer


@pytest.mark.parametrize("quick", CAPACITIES)
def test_the_capacity_of_holes_that_fits_best_is_taken(monkeypatch, quick):
    """Of three the one whose evidence is highest, whatever its parameters."""
    monkeypatch.setattr(ground_fit, "_with_capacity", lambda _, share: share)
    monkeypatch.setattr(
        ground_fit, "_story", lambda one, *_: (MEAN, np.eye(9), -abs(one.model - quick))
    )
    told = ground_fit._Likelihood(None, None, None, None)
    assert ground_fit._quickest(None, told, GroundPrior(MEAN, DOUBT)).model == quick


def test_a_quicker_hole_is_the_same_in_the_end(office):
    """Its fluid and grout hold less; what it resists stays, so that days differ by little."""
    hole = office.field.borehole
    quick = ground_fit._with_capacity(office, 0.05).field.borehole
    assert (quick.resistance, quick.film_and_pipe) == (hole.resistance, hole.film_and_pipe)
    time = np.array([0.5, 1.0, 24.0 * 30]) * 3600.0
    first, soon, late = short_term_response(
        quick, conductivity=2.0, heat_capacity=2.3e6, time=time
    ) / short_term_response(hole, conductivity=2.0, heat_capacity=2.3e6, time=time)
    assert first > 1.1
    assert first > soon > late
    assert late == pytest.approx(1.0, abs=0.01)


def test_what_is_on_record_is_likely_before_the_data():
    """0.15 to 0.85 against, and as much for what a record says."""
    prior = GroundPrior(MEAN, DOUBT, frozenset({1}))
    against = np.log(0.15 / 0.85)
    assert prior.log_odds(()) == 0.0
    assert prior.log_odds((1,)) == pytest.approx(-against)
    assert prior.log_odds((1, 5)) == pytest.approx(0.0)
    assert prior.log_odds((0, 5)) == pytest.approx(2 * against)


# -- all stories


def told(monkeypatch, logs):
    """Stories by their causes with logs of their own, others at -100."""
    prior = GroundPrior(MEAN, DOUBT)
    begun = []
    monkeypatch.setattr(ground_fit, "_only", lambda _, causes: causes)

    def story(_, causes, start):
        begun.append(start)
        return np.full(9, float(sum(causes))), np.eye(9), logs.get(causes, -100.0)

    monkeypatch.setattr(ground_fit, "_story", story)
    found = ground_fit._stories(None, prior)
    assert len(begun) == 1 + 6 + 15
    assert all(start is MEAN for start in begun)
    return found


def test_a_cause_needs_odds_of_seventeen_to_three(monkeypatch):
    """Two causes twice that: equal logs weigh as 1, 3 / 17 and (3 / 17)²."""
    found = told(monkeypatch, {(): -5.0, (2,): -5.0, (0, 5): -5.0})
    odds = np.array([1.0, 3 / 17, (3 / 17) ** 2])
    assert [s.weight for s in found] == pytest.approx(odds / odds.sum())
    assert [np.flatnonzero(s.doubt).tolist() for s in found] == [[], [2], [0, 5]]
    assert [s.mean[0] for s in found] == [0.0, 2.0, 5.0]
    assert [len(s.doubt) for s in found] == [6, 6, 6]


@pytest.mark.parametrize(("share", "kept"), [(0.021, True), (0.019, False)])
def test_a_story_of_less_than_a_fiftieth_of_the_best_is_not_told(monkeypatch, share, kept):
    even = float(np.log(17 / 3))
    found = told(monkeypatch, {(): 0.0, (3,): even + np.log(3.0), (4,): even + np.log(3 * share)})
    assert [np.flatnonzero(s.doubt).tolist() for s in found][:2] == [[3], []]
    weights = np.array([3.0, 1.0, 3 * share][: 3 if kept else 2])
    assert [s.weight for s in found] == pytest.approx(weights / weights.sum())


def test_what_is_no_cause_strays_as_in_a_sound_plant_or_less():
    narrow = np.full(9, 0.04)
    kept = ground_fit._only(GroundPrior(MEAN, narrow), (3,))
    assert kept.deviation.tolist() == [0.04, 0.04, 0.04, 0.04, 0.03, 0.04, 0.04, 0.04, 0.04]
    assert kept.mean is MEAN
    assert narrow[4] == 0.04


# -- draws


def drawn(mean, covariance, doubt):
    story = GroundHypothesis(np.append(mean, [9.0] * 3), covariance, 1.0, np.array(doubt))
    fit = GroundFit(story.mean, covariance, 0.1, 9, (story,))
    return fit.draw(np.random.default_rng(11), 20000)


def test_draws_have_the_covariance_of_their_story_and_what_grounds_stray_of_causes():
    root = 0.01 * np.tril(np.arange(1.0, 10.0)[:, None] / np.arange(1.0, 10.0))
    covariance = root @ root.T
    sample = drawn([-0.2] * 5 + [0.3], covariance, [0, 0, 1, 0, 0, 0])
    expected = covariance[:6, :6] + np.diag([0, 0, 0.25**2, 0, 0, 0])
    assert sample.shape == (20000, 6)
    assert sample.mean(axis=0) == pytest.approx([-0.2] * 5 + [0.3], abs=0.01)
    assert np.cov(sample.T) == pytest.approx(expected, abs=2e-3)


def test_no_draw_is_beyond_what_a_ground_may_be():
    sample = drawn([5.0, -5.0, 20.0, 5.0, -5.0, 5.0], 1e-4 * np.eye(9), [0] * 6)
    assert sample[0].tolist() == [1.0, -0.7, 12.0, 0.05, -1.2, 0.7]


# -- what is fitted


def evidence(days=20, each=6, fluid=None, **other):
    """So many days with so many usable hours each."""
    at = np.concatenate([24 * d + np.arange(each) for d in range(days)])
    count = 24 * days
    columns = {
        "past": np.array([100.0, 300.0]),
        "heat": np.arange(count) + 50.0,
        "carried": np.linspace(10.0, 30.0, count),
        "hours": at,
        "fluid": np.zeros(len(at)) if fluid is None else fluid,
        "flow": np.full(len(at), 2.0),
    }
    return ground_fit._Evidence(**{**columns, **other})


def fitted(monkeypatch, seen):
    """A fit whose only story has parameters of MEAN and a covariance of one; the model says 8."""
    monkeypatch.setattr(ground_fit, "_evidence", lambda *_: seen)
    monkeypatch.setattr(ground_fit, "_predict", lambda *_: np.full(len(seen.hours), 8.0))
    stories = tuple(GroundHypothesis(k * MEAN, k * np.eye(9), 1 / k, None) for k in (1.0, 2.0))
    monkeypatch.setattr(ground_fit, "_stories", lambda *_: stories)
    monkeypatch.setattr(ground_fit, "_quickest", lambda _, told, __: told)
    return ground_fit.fit_ground(None, None, None, None)


@pytest.mark.parametrize(
    ("days", "hours", "fits"), [(20, 6, True), (19, 6, False), (21, 5, False), (20, 7, True)]
)
def test_twenty_days_of_six_hours_tell_of_a_ground(monkeypatch, days, hours, fits):
    fit = fitted(monkeypatch, evidence(days, hours))
    assert (fit is not None) is fits
    if fits:
        assert (fit.hours, fit.misfit) == (days * hours, 0.0)
        assert fit.covariance.tolist() == np.eye(9).tolist()


@pytest.mark.parametrize(("stray", "wider"), [(0.3, 1.0), (0.5, 0.25 / 0.145), (2.0, 4 / 0.145)])
def test_what_strays_more_than_a_day_and_a_season_do_widens_all(monkeypatch, stray, wider):
    """0.15 and 0.35 K together: a variance of 0.145."""
    days = np.repeat(8.5 + stray * np.resize([1.0, -1.0], 20), 6)
    fit = fitted(monkeypatch, evidence(fluid=days))
    assert fit.misfit == pytest.approx(stray)
    assert fit.mean.tolist() == MEAN.tolist()
    assert fit.covariance == pytest.approx(wider * np.eye(9))
    assert [s.covariance[0, 0] for s in fit.stories] == pytest.approx([wider, 2 * wider])


def test_residuals_are_measured_less_predicted_and_slopes_their_fall(monkeypatch):
    """Two days of six hours at 3 θ of the fluid, seen through a glass that doubles."""
    seen = evidence(2)
    each = np.repeat([1.0, 5.0], 6)
    monkeypatch.setattr(ground_fit, "_predict", lambda _, __, theta: 3.0 * theta[2] * each)
    line = ground_fit._Likelihood(None, seen, np.array([[10.0], [20.0]]), lambda rows: 2 * rows)
    theta = 0.5 * np.eye(9)[2]
    assert line.daily(theta)[:, 0] == pytest.approx([1.5, 7.5])
    assert line.apart(theta) == pytest.approx([17.0, 25.0])
    slopes = line.slopes(theta)
    assert slopes[:, 2] == pytest.approx([-6.0, -30.0])
    assert slopes[:, Place.BIAS] == pytest.approx([-2.0, -2.0])
    assert slopes[:, [0, 1, 3, 4, 5, 7, 8]].tolist() == [[0.0] * 7] * 2


def test_slopes_are_taken_a_fiftieth_forward_and_back_at_the_bound(monkeypatch):
    """Of squares: twice the parameter and the step."""
    weights = np.arange(1.0, 10.0)
    monkeypatch.setattr(
        ground_fit, "_predict", lambda _, __, theta: np.array([1.0, 2.0]) * (weights @ theta**2)
    )
    theta = np.array([0.5, 1.59, -3.0, 0.04, 0.02, 0.1, 0.3, 0.19, 0.47])
    found = ground_fit._jacobian(None, None, theta)
    step = np.array([0.02, -0.02, 0.02, -0.02, 0.02, 0.02, 0.0, -0.02, 0.02])
    expected = weights * (2 * theta + step)
    expected[Place.BIAS] = 1.0
    assert found[0] == pytest.approx(expected)
    expected[np.arange(9) != Place.BIAS] *= 2.0
    assert found[1] == pytest.approx(expected)


# -- what is predicted


@dataclass(frozen=True)
class Drawn:
    """A model of no more than its ground."""

    ground: object

    @property
    def field(self):
        return self.ground

    @property
    def field_source(self):
        return self.ground


def predicted(monkeypatch, **of):
    """Fluid of a ground of 200 m whose memory is a sum, at hours 1 and 3 of four."""
    steps = []

    def ground_temperature(ground, heat, step, state=0.0):
        steps.append((ground.total_length, step))
        return state + 0.1 * np.cumsum(heat), state + 2.0 * heat.sum()

    monkeypatch.setattr(ground_fit, "applied", lambda ground, _: ground)
    monkeypatch.setattr(ground_fit, "ground_temperature", ground_temperature)
    monkeypatch.setattr(
        ground_fit, "fluid_at", lambda law, through, mean, now: mean - law * now / through
    )
    theta = np.zeros(9)
    for name, value in of.items():
        theta[Place[name.upper()]] = value
    seen = evidence(
        heat=np.array([200.0, 400.0, 600.0, 1000.0]),
        carried=np.array([20.0, 40.0, 60.0, 80.0]),
        hours=np.array([1, 3]),
        flow=np.array([2.0, 4.0]),
    )
    ground = SimpleNamespace(total_length=200.0, by_flow=3.0)
    fluid = ground_fit._predict(Drawn(ground), seen, theta)
    assert steps == [(200.0, 86400.0), (200.0, 3600.0)]
    return fluid


def test_the_fluid_is_the_ground_s_after_the_days_before_less_its_drop(monkeypatch):
    """Before: 2 · (0.5 + 1.5); then 0.1 · (1 + 2) and + 0.1 · (3 + 5); the drop 3 q / V."""
    assert predicted(monkeypatch) == pytest.approx([4.3 - 3.0, 5.1 - 3.75])
    assert predicted(monkeypatch, bias=0.25) == pytest.approx([1.55, 1.6])


def test_a_gain_of_the_meter_is_of_all_heat(monkeypatch):
    found = predicted(monkeypatch, gain=np.log(1.5))
    assert found == pytest.approx([1.5 * 1.3, 1.5 * 1.35])


def test_an_offset_of_the_pair_is_heat_by_what_the_water_carries(monkeypatch):
    """Half a kelvin: 25 W before, on the mean of 50; 10, 20, 30, 40 W hour by hour."""
    found = predicted(monkeypatch, pair=0.5)
    before = 2.0 * (125 + 325) / 200
    first = before + 0.1 * (210 + 420) / 200 - 3 * 420 / 200 / 2
    last = before + 0.1 * (210 + 420 + 630 + 1040) / 200 - 3 * 1040 / 200 / 4
    assert found == pytest.approx([first, last])


def test_what_misses_the_field_leaves_it_less_water_and_a_mean_further_off(monkeypatch):
    """A fifth: the drop over 0.8 of the flow, and an eighth of the spread of 10 and 12.5 K."""
    found = predicted(monkeypatch, bypass=0.2)
    assert found == pytest.approx([4.3 - 3.0 / 0.8 - 1.25, 5.1 - 3.75 / 0.8 - 12.5 / 8])


# -- what is read

KIND = SimpleNamespace(
    bypass=0.25, source_heat_capacity=4.0, source_pumps=SimpleNamespace(flow=10.0)
)


def operated(**other):
    """Hours of 100 W of heat, 20 of them electricity, 5 m3 at 4 J m-3 K-1 and 7 °C back."""
    columns = {
        "heating": 100.0,
        "cooling": 0.0,
        "machine_electricity": 20.0,
        "source_heat": 90.0,
        "recharge": 0.0,
        "source_return": 7.0,
        "source_flow": 5.0,
        "field_flow": 3.0,
        "run_share": 1.0,
        "machines_running": 2.0,
        "good": True,
    }
    rows = np.broadcast_arrays(*{**columns, **other}.values())
    return SimpleNamespace(**dict(zip(columns, map(np.atleast_1d, rows), strict=True)))


def read(**other):
    past = SimpleNamespace(
        heating=np.array([10.0]), cooling=np.array([20.0]), recharge=np.array([3.0])
    )
    return ground_fit._evidence(SimpleNamespace(system=KIND), operated(**other), past)


def test_heat_is_that_of_the_source_s_meter_less_recharge():
    seen = read(recharge=[1.5, -1.5])
    assert seen.heat.tolist() == [88.5, 91.5]
    # mixed water: 7 °C and 1.5 W over 20 W K-1, then half the heat over 12 W K-1
    assert seen.fluid == pytest.approx([7.075 + 44.25 / 12, 6.925 + 45.75 / 12])
    assert (seen.carried.tolist(), seen.flow.tolist()) == ([20.0, 20.0], [3.0, 3.0])
    assert seen.past == pytest.approx([10 * 0.9 - 20 * 1.18 - 3])


def test_without_a_meter_heat_is_the_load_s_less_the_machines_electricity():
    seen = read(source_heat=np.nan, machine_electricity=[20.0, np.nan, 20.0], heating=[100, 60, 0])
    assert seen.heat.tolist() == [80.0, 60.0, 0.0]
    cold = read(source_heat=np.nan, heating=0.0, cooling=50.0)
    assert cold.heat.tolist() == [-70.0]
    assert cold.past == pytest.approx([10 * 0.78 - 20 * 1.4 - 3])
    unknown = read(field_flow=np.nan)
    assert unknown.flow.tolist() == [3.75]


@pytest.mark.parametrize(
    ("name", "counts", "not_counts"),
    [
        ("run_share", 0.96, 0.94),
        ("field_flow", 0.51, 0.49),
        ("machines_running", 2.09, 2.11),
        ("machines_running", 1.91, 1.89),
        ("recharge", 1.7, 1.8),  # a fiftieth of 88.3 and 88.2 W
        ("recharge", -1.8, -1.9),  # of 91.8 and 91.9
        ("source_return", 7.0, np.nan),
        ("good", True, False),
    ],
)
def test_hours_of_steady_machines_with_water_and_little_recharge_count(name, counts, not_counts):
    assert read(**{name: [counts, not_counts]}).hours.tolist() == [0]


@pytest.mark.parametrize(
    ("drawn_share", "rejected_share", "found"),
    [
        (0.47, 0.71, (0.47, 0.71)),
        (0.46, 0.70, (0.78, 1.18)),
        (1.09, 1.65, (1.09, 1.65)),
        (1.10, 1.66, (0.78, 1.18)),
    ],
)
def test_shares_of_the_ground_are_believed_within_two_fifths(drawn_share, rejected_share, found):
    """0.78 of the heat and 1.18 of the cold are usual; hours of both modes tell neither."""
    op = operated(heating=[100.0, 60.0, 0.0, 0.0], cooling=[0.0, 10.0, 40.0, 0.0])
    source = np.array([100 * drawn_share, 999.0, -40 * rejected_share, 0.0])
    assert ground_fit._exchange_ratios(op, source) == pytest.approx(found)
    none = SimpleNamespace(heating=np.zeros(4), cooling=np.zeros(4))
    assert ground_fit._exchange_ratios(none, source) == (0.78, 1.18)
