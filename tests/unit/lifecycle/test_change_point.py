"""Three stories about a level, told apart."""

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import LevelPrior, find_level

PRIOR = LevelPrior(offset=0.04, effect=0.15, noise=0.015)


def made(rng, step=0.0, at=0, offsets=(0.0, 0.0)):
    groups = np.repeat([0.0, 1.0], 100)
    samples = rng.normal(0.0, 0.01, 200) + np.take(offsets, groups.astype(int))
    samples[at:] += step
    return samples, groups


def test_nothing_happened(rng):
    level = find_level(*made(rng), PRIOR)
    assert not level.present


def test_a_step_is_found_in_time_and_size(rng):
    level = find_level(*made(rng, 0.2, 60), PRIOR)
    assert level.present
    assert abs(level.onset - 60) <= 3
    assert abs(level.value - 0.2) < 0.03


def test_always_off_has_no_onset(rng):
    level = find_level(*made(rng, 0.25), PRIOR)
    assert level.present
    assert level.onset is None
    assert abs(level.value - 0.25) < 0.06


def test_a_small_offset_of_one_mode_is_no_story(rng):
    level = find_level(*made(rng, offsets=(-0.02, 0.03)), PRIOR)
    assert not level.present


def test_one_odd_day_is_no_story(rng):
    samples, groups = made(rng)
    samples[150] = 2.0
    assert not find_level(samples, groups, PRIOR).present


def test_missing_days_are_left_out(rng):
    samples, groups = made(rng, 0.2, 60)
    samples[::3] = np.nan
    level = find_level(samples, groups, PRIOR)
    assert abs(level.onset - 60) <= 6


def test_too_few_days_say_nothing():
    assert not find_level(np.full(10, 0.5), np.zeros(10), PRIOR).present


def seasons(rng, step_at):
    """A hundred days of heating and a hundred of cooling, off by 0.25 since a day."""
    groups = np.repeat([0.0, 1.0], 100)
    samples = rng.normal(0.0, 0.01, 200)
    samples[step_at:] += 0.25
    return samples, groups


def test_where_seasons_meet_nothing_begins(rng):
    """Cooling is off and heating, before it, is not: modes differ, no day of the year did it."""
    samples, groups = seasons(rng, 100)
    level = find_level(samples, groups, PRIOR)
    assert level.onset is None
    # the same samples within one season are a step
    assert abs(find_level(samples, np.zeros(200), PRIOR).onset - 100) <= 3


def test_within_a_season_something_begins(rng):
    for day in (60, 140):
        level = find_level(*seasons(rng, day), PRIOR)
        assert abs(level.onset - day) <= 3


def test_groups_may_deviate_each_by_its_own(rng):
    samples, groups = made(rng, offsets=(0.30, 0.20))
    prior = LevelPrior(offset=0.04, effect=0.15, noise=0.015, apart=0.06)
    level = find_level(samples, groups, prior)
    assert level.present
    assert level.of(0.0)[0] > level.value > level.of(1.0)[0]
    assert level.of(7.0) == (level.value, level.deviation)


def test_what_was_off_before_and_only_grew_has_no_onset(rng):
    """Off by 0.25 from the start, by 0.45 since a day: nothing sound came before that day."""
    samples, groups = made(rng, 0.2, 60)
    grown = find_level(samples + 0.25, groups, PRIOR)
    assert grown.present
    assert grown.onset is None
    slight = find_level(samples + 0.03, groups, PRIOR)  # what a sound plant may be off by
    assert abs(slight.onset - 60) <= 3


def test_what_goes_with_the_water_is_no_step(rng):
    """Two winters in which maps err by a hundredth a kelvin: the second one colder."""
    season = 5.0 * np.sin(np.linspace(0.0, np.pi, 100))
    water = np.concatenate([8.0 - season, 5.0 - season])
    samples = 0.015 * (8.0 - water) + rng.normal(0.0, 0.005, 200)
    prior = LevelPrior(offset=0.03, effect=0.15, noise=0.015, slopes=(0.01,))
    groups = np.zeros(200)
    assert find_level(samples, groups, PRIOR).onset is not None
    assert find_level(samples, groups, prior, water[:, None]).onset is None
    came = samples + np.where(np.arange(200) >= 120, 0.1, 0.0)
    found = find_level(came, groups, prior, water[:, None])
    assert abs(found.onset - 120) <= 8
    assert abs(found.value - 0.1) < 0.03
