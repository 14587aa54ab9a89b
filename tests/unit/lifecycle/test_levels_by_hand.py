"""Three stories of a level against the normal densities they stand for."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from loopkeeper.lifecycle.diagnose import change_point
from loopkeeper.lifecycle.diagnose.change_point import LevelPrior, find_level

PRIOR = LevelPrior(offset=0.2, effect=1.5, noise=0.1)
NOISE = 0.1 * 2.0
"""Of four samples that err alike."""


def density(y, *columns, noise=NOISE):
    """Log density of samples whose columns have such sizes."""
    covariance = noise**2 * np.eye(len(y))
    for size, column in columns:
        covariance += size**2 * np.outer(column, column)
    return multivariate_normal(np.zeros(len(y)), covariance).logpdf(y)


def constant(level, count, label=0.0):
    return np.full(count, level), np.full(count, label)


def test_a_level_from_the_start_is_weighed_by_its_densities():
    """Forty days off by 0.8, of which a sound plant may be off by 0.2."""
    level = find_level(*constant(0.8, 40), PRIOR)
    total = NOISE**2 + 40 * (0.2**2 + 1.5**2)
    assert level.onset is None
    assert level.value == pytest.approx(1.5**2 * 40 * 0.8 / total)
    assert level.deviation == pytest.approx(np.sqrt(1.5**2 - 1.5**4 * 40 / total))
    one, y = np.ones(40), np.full(40, 0.8)
    assert level.odds == pytest.approx(
        density(y, (0.2, one), (1.5, one)) - density(y, (0.2, one)), abs=1e-6
    )


def jump(at, count, size, before=0.0):
    return np.where(np.arange(count) >= at, before + size, before)


@pytest.mark.parametrize(
    ("at", "count", "stories"),
    [
        (30, 60, 60 - 2 * 14),  # 14 to 45: a margin of fourteen either side
        (104, 360, 72),  # every third from 74 to 287: a fifth of all days either side
    ],
)
def test_a_step_is_weighed_by_its_density_among_all_its_times(at, count, stories):
    y = jump(at, count, 0.8, before=0.1)
    level = find_level(y, np.zeros(count), PRIOR)
    one, after = np.ones(count), jump(at, count, 1.0)
    step = density(y, (0.2, one), (1.5, after)) - np.log(stories)
    assert level.onset == at
    assert level.odds == pytest.approx(step - density(y, (0.2, one)), abs=1e-5)
    assert level.value == pytest.approx(0.8, abs=0.02)


def test_days_nobody_measured_are_counted_when_a_step_is_dated():
    y = jump(30, 60, 0.8)
    known = np.concatenate([np.full(7, np.nan), y[:10], np.full(3, np.nan), y[10:]])
    level = find_level(known, np.zeros(70), PRIOR)
    assert level.onset == 40
    assert level.odds == pytest.approx(find_level(y, np.zeros(60), PRIOR).odds)


def test_what_was_off_before_a_step_by_two_and_a_half_offsets_has_no_onset():
    """0.49 and 0.51 of an offset of 0.2."""
    onsets = [
        find_level(jump(30, 60, 1.5, before=off), np.zeros(60), PRIOR).onset
        for off in (0.49, 0.51)
    ]
    assert onsets == [30, None]


def test_noise_is_the_middle_stray_of_steps_over_root_two():
    """Forty-five days that rise by 0.2 and 0.6 in turn: steps stray by 0.2 about 0.4."""
    y = 1.0 + np.append(0.0, np.cumsum(np.resize([0.2, 0.6], 44)))
    level = find_level(y, np.zeros(45), PRIOR)
    noise = 2.0 * (1.4826 * 0.2 / np.sqrt(2.0) + 1e-4)
    total = noise**2 + 45 * (0.2**2 + 1.5**2)
    assert level.onset is None
    assert level.deviation == pytest.approx(np.sqrt(1.5**2 - 1.5**4 * 45 / total))
    assert level.value == pytest.approx(1.5**2 * y.sum() / total)
    one = np.ones(45)
    odds = [density(y, (0.2, one), *more, noise=noise) for more in ([(1.5, one)], [])]
    assert level.odds == pytest.approx(odds[0] - odds[1], abs=1e-4)


@pytest.mark.parametrize(("seen", "counts"), [(14, True), (13, False)])
def test_a_group_of_fourteen_days_counts(seen, counts):
    first, second = constant(0.0, 40), constant(9.0, seen, 1.0)
    level = find_level(np.append(first[0], second[0]), np.append(first[1], second[1]), PRIOR)
    assert (abs(level.value) > 0.1) is counts
    few = np.append(first[0], np.full(40, np.nan)), np.append(first[1], np.full(40, 1.0))
    assert find_level(*few, PRIOR).odds == pytest.approx(find_level(*first, PRIOR).odds)


def test_too_few_days_tell_nothing_but_what_was_expected():
    level = find_level(*constant(0.8, 27), PRIOR)
    assert (level.value, level.deviation, level.onset) == (0.0, 1.5, None)
    assert level.odds == -np.inf
    assert find_level(*constant(0.8, 28), PRIOR).present
    assert find_level(*constant(0.8, 10), PRIOR, margin=5).present
    assert not find_level(*constant(0.8, 9), PRIOR, margin=5).present


def test_groups_deviate_by_something_common_and_something_of_their_own():
    """Thirty days each off by 0.8 and 0.5, 0.3 apart beforehand."""
    prior = LevelPrior(offset=0.2, effect=1.5, noise=0.1, apart=0.3)
    y = np.repeat([0.8, 0.5], 30)
    label = np.repeat([0.0, 1.0], 30)
    level = find_level(y, label, prior)
    one, other = 1.0 - label, label
    columns = [(0.2, one), (0.2, other), (0.3, one), (0.3, other), (1.5, np.ones(60))]
    sizes = np.array([size for size, _ in columns])
    design = np.column_stack([column for _, column in columns])
    covariance = design @ np.diag(sizes**2) @ design.T + NOISE**2 * np.eye(60)
    gain = np.diag(sizes**2) @ design.T @ np.linalg.inv(covariance)
    mean = gain @ y
    left = np.diag(sizes**2) - gain @ design @ np.diag(sizes**2)
    assert level.value == pytest.approx(mean[4])
    assert level.deviation == pytest.approx(np.sqrt(left[4, 4]))
    for k, (name, value, width) in enumerate(level.own):
        both = np.eye(5)[4] + np.eye(5)[2 + k]
        assert name == float(k)
        assert value == pytest.approx(both @ mean)
        assert width == pytest.approx(np.sqrt(both @ left @ both))
    none = density(y, (0.2, one), (0.2, other))
    assert level.odds == pytest.approx(density(y, *columns) - none, abs=1e-5)


def test_a_sound_plant_errs_with_what_stands_beside_by_its_slope():
    """Water of ± 5 K in blocks of ten days, a hundredth a kelvin: counted from its mean."""
    prior = LevelPrior(offset=0.2, effect=1.5, noise=0.1, slopes=(0.01,))
    water = 8.0 + np.repeat([5.0, -5.0, 5.0, -5.0], 10)
    y = 0.8 + 0.02 * (water - 8.0)
    level = find_level(y, np.zeros(40), prior, water[:, None])
    one, apart = np.ones(40), water - 8.0
    sound = ((0.2, one), (0.01, apart))
    assert level.odds == pytest.approx(
        density(y, *sound, (1.5, one)) - density(y, *sound), abs=1e-5
    )
    assert level.onset is None


def test_a_story_of_no_groups_tells_of_none():
    story = change_point._evidence(np.ones(3), np.ones((3, 2)), np.array([0.5, 2.0]), 0.1)
    assert story.own == ()


def test_of_few_days_noise_is_their_spread_and_never_nothing():
    """Four steps are too few."""
    assert change_point._noise(np.array([1.0, 3.0, 1.0, 3.0]), np.zeros(4)) == pytest.approx(
        1.0 + 1e-6, abs=1e-9
    )
    assert change_point._noise(np.zeros(5), np.zeros(5)) == pytest.approx(1e-6, abs=1e-9)
    six = np.array([0.0, 1.0, 3.0, 4.0, 6.0, 7.0])  # steps of 1 and 2 in turn
    stray = 1.4826 * np.median(np.abs(np.diff(six) - 1.0)) / np.sqrt(2.0)
    assert change_point._noise(six, np.zeros(6)) == pytest.approx(stray + 1e-4, abs=1e-9)
