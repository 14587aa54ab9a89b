"""Evidence of a level against the normal density it stands for; witnesses month by month."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose import change_point
from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.lifecycle.diagnose.change_point import Level, LevelPrior, find_level
from loopkeeper.lifecycle.diagnose.witness import Stage, ToldRun, witness_of
from loopkeeper.measure.calendar import Months


class Run(dict):
    step = 3600.0


# -- levels


def test_odds_of_three_make_a_deviation_likely_and_twenty_make_it_present():
    odds = [np.log(x) for x in (2.9, 3.1, 19.0, 21.0)]
    levels = [Level(0.0, 1.0, None, float(o)) for o in odds]
    assert [one.likely for one in levels] == [False, True, True, True]
    assert [one.present for one in levels] == [False, False, False, True]


def test_a_group_has_its_own_level_where_it_was_seen():
    level = Level(1.0, 2.0, None, 0.0, own=((0.0, 3.0, 4.0), (1.0, 5.0, 6.0)))
    assert (level.of(1.0), level.of(0.0), level.of(2.0)) == ((5.0, 6.0), (3.0, 4.0), (1.0, 2.0))


def test_evidence_is_the_normal_density_of_the_samples():
    """Covariance σ² I + X S² Xᵀ; what all stories share is left out: n log 2π σ²."""
    rng = np.random.default_rng(2)
    y, design = rng.normal(size=7), np.stack([np.ones(7), np.arange(7) > 3], axis=1).astype(float)
    sizes, noise = np.array([0.5, 2.0]), 0.7
    story = change_point._evidence(y, design, sizes, noise)
    covariance = noise**2 * np.eye(7) + design @ np.diag(sizes**2) @ design.T
    gain = np.diag(sizes**2) @ design.T @ np.linalg.inv(covariance)
    left = np.diag(sizes**2) - gain @ design @ np.diag(sizes**2)
    log = -0.5 * (y @ np.linalg.solve(covariance, y) + np.linalg.slogdet(covariance)[1])
    assert story.log == pytest.approx(log + 7 * np.log(noise))
    assert story.value == pytest.approx((gain @ y)[1])
    assert story.deviation == pytest.approx(np.sqrt(left[1, 1]))
    (own,) = change_point._evidence(y, design, sizes, noise, groups=1).own
    assert own[0] == pytest.approx((gain @ y).sum())
    assert own[1] == pytest.approx(np.sqrt(left.sum()))


def test_noise_is_the_scatter_of_steps_over_root_two_and_bears_a_jump():
    y = np.cumsum([0.0, *[1.0, -1.0] * 9, 50.0, -1.0, 0.0])
    label = np.zeros(22)
    assert change_point._noise(y, label) == pytest.approx(1.4826 * 1.0 / np.sqrt(2), rel=0.01)
    assert change_point._noise(y[:5], label[:5]) == pytest.approx(np.std(y[:5]), abs=1e-5)
    turns = np.resize([0.0, 1.0], 22)  # no neighbour is of the same group
    assert change_point._noise(y, turns) == pytest.approx(np.std(y), abs=1e-5)


def test_single_and_double_odd_days_of_a_group_are_smoothed():
    y = np.zeros(12)
    y[[2, 3, 8]] = 9.0
    label = np.array([0.0] * 8 + [1.0] * 4)
    assert change_point._steady(y, label).tolist() == [0.0] * 8 + [9.0, 0, 0, 0]
    y[4] = 9.0
    assert change_point._steady(y, label)[3] == 9.0


@pytest.mark.parametrize(
    ("step", "margin", "within"),
    [(20, 14, True), (19, 14, False), (80, 14, True), (81, 14, False), (20, 21, False)],
)
def test_a_step_has_a_fifth_of_a_group_on_either_side(step, margin, within):
    assert change_point._within_a_group(step, np.ones((100, 1)), margin) is within
    beside = np.stack([np.arange(100) < step, np.arange(100) >= step], axis=1).astype(float)
    assert not change_point._within_a_group(step, beside, margin)


@pytest.mark.parametrize(("level", "sound"), [(0.99, True), (1.01, False), (-1.01, False)])
def test_before_a_step_every_group_was_within_two_and_a_half_offsets(level, sound):
    prior = LevelPrior(offset=0.4, effect=1.0, noise=0.1)
    y, label = np.array([0.0, 0.0, level, level]), np.array([0.0, 0.0, 1.0, 1.0])
    assert change_point._sound_before(y, label, prior) is sound


@pytest.mark.parametrize(("count", "told"), [(27, False), (28, True)])
def test_twice_the_margin_of_samples_tell_a_level(count, told):
    prior = LevelPrior(offset=0.01, effect=1.0, noise=0.01)
    level = find_level(np.full(count, 0.8), np.zeros(count), prior)
    assert level.present is told
    few = find_level(
        np.append(np.zeros(28), np.full(13, 9.0)), np.repeat([0.0, 1.0], [28, 13]), prior
    )
    assert few.value == pytest.approx(0.0, abs=1e-6)  # a group of 13 does not count


# -- witnesses: January and February, six hours of each

TIME = np.concatenate(
    [
        np.datetime64(f"2024-0{m}-10T00", "s") + np.arange(6) * np.timedelta64(3600, "s")
        for m in (1, 2)
    ]
)


def by_month(first, second):
    return np.repeat([float(first), float(second)], 6)


def told(spent=(0.0, 0.0), **columns):
    run = Run({"run_share": np.ones(12), **columns})
    return ToldRun(run, SimpleNamespace(bypass=0.25), np.array([spent] * 3) * [[1], [2], [3]])


def stage(measured, base, whole, **operation):
    zero = np.zeros(12)
    seen = {"run_share": np.ones(12), "heating": zero, "cooling": zero, **operation}
    return Stage(SimpleNamespace(**seen), Months.of(TIME, "UTC"), np.array(measured), base, whole)


NOTHING = [[0.0, 0.0]] * 3


@pytest.mark.parametrize(
    ("place", "quantity"), [(SeenAt.SUPPLY, "load_supply"), (SeenAt.SOURCE, "source_supply")]
)
def test_temperatures_are_repaired_by_the_difference(place, quantity):
    runs = [told(**{quantity: by_month(*v)}) for v in ((40, 41), (45, 47), (42, 43))]
    seen = stage(NOTHING, *runs[:2], **{quantity: by_month(50, 51)})
    found = witness_of(place, seen, runs[2])
    assert (found.quantity, found.unit) == (quantity, "°C")
    assert (found.measured, found.designed) == ((50.0, 51.0), (40.0, 41.0))
    assert found.repaired == (47.0, 47.0)


def test_amounts_are_repaired_by_the_ratio_where_there_is_something():
    runs = [told(machines_running=by_month(*v)) for v in ((1, 1), (2, 0), (1, 1))]
    seen = stage(NOTHING, *runs[:2], machines_running=by_month(3, 3))
    found = witness_of(SeenAt.STAGING, seen, runs[2])
    assert (found.quantity, found.unit) == ("machines_running", "-")
    assert found.repaired == (1.5, None)


def test_flow_of_a_field_is_what_does_not_pass_it_by():
    runs = [told(source_flow=by_month(v, v)) for v in (4, 8, 4)]
    found = witness_of(SeenAt.FIELD, stage(NOTHING, *runs[:2], field_flow=by_month(2, 2)), runs[2])
    assert found.designed == (3.0, 3.0)
    assert found.repaired == (1.0, 1.0)


def test_hours_count_in_which_machines_ran_a_fifth_here_and_at_all_there():
    share = np.array([0.21, 0.19, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    water = np.array([10.0, 90, 20, np.nan, 20, 20, 5, 5, 5, 5, 5, 5])
    there = told(load_supply=np.arange(12.0), run_share=np.array([1.0, 1, 0, 1, 1, 0] * 2))
    found = witness_of(
        SeenAt.SUPPLY, stage(NOTHING, there, there, load_supply=water, run_share=share), there
    )
    assert found.measured == (17.5, None)
    assert found.designed == (2.0, None)  # hours 0 and 4


@pytest.mark.parametrize(
    ("place", "row", "name"), [(SeenAt.SOURCE_PUMPS, 1, "source"), (SeenAt.LOAD_PUMPS, 2, "load")]
)
def test_pumps_show_by_their_electricity(place, row, name):
    runs = [told(v) for v in ((1.0, 1.0), (4.0, 4.0), (2.0, 2.0))]
    seen = stage([[9.0, 9.0], [6.0, 7.0], [8.0, 5.0]], *runs[:2])
    found = witness_of(place, seen, runs[2])
    assert (found.quantity, found.unit) == (f"{name}_pump_electricity", "J")
    assert found.measured == ((6.0, 7.0), (8.0, 5.0))[row - 1]
    assert found.designed == (row + 1.0, row + 1.0)
    assert found.repaired == tuple(m / 2 for m in found.measured)


def test_machines_show_by_consumption_in_months_with_a_hundredth_of_all_heat():
    runs = [told(v) for v in ((6.0, 6.0), (4.0, 4.0), (2.0, 2.0))]
    for little, counts in ((1.1, True), (0.9, False)):
        seen = stage(
            [[3600.0 * 600, 3600.0 * 6], [70.0, 80.0], [50.0, 40.0]],
            *runs[:2],
            heating=by_month(60, 0),
            cooling=by_month(39, little),
        )
        found = witness_of(SeenAt.MACHINES, seen, runs[2])
        assert (found.quantity, found.unit) == ("machine_consumption", "-")
        assert found.measured[0] == pytest.approx(600 / (6 * 99))
        assert (found.measured[1] is not None) is counts
        assert found.designed[0] == pytest.approx(6.0 / (6 * 99 * 3600))
        assert found.repaired[0] == pytest.approx(found.measured[0] / 2)


def test_the_load_shows_by_delivered_heat():
    run = told(heating_delivered=by_month(1, 2), cooling_delivered=by_month(3, 1))
    seen = stage(NOTHING, run, run, heating=by_month(5, 0), cooling=by_month(2, 9))
    found = witness_of(SeenAt.LOAD, seen, run)
    assert (found.quantity, found.unit) == ("delivered_heat", "J")
    assert found.measured == (6 * 7 * 3600.0, 6 * 9 * 3600.0)
    assert found.designed == (6 * 4 * 3600.0, 6 * 3 * 3600.0)


def test_what_is_not_measured_bears_no_witness():
    run = told(load_supply=by_month(1, 1))
    silent = stage(NOTHING, run, run, load_supply=by_month(np.nan, np.nan))
    assert witness_of(SeenAt.SUPPLY, silent, run) is None
