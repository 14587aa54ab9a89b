"""The doubt of a mean distance: by hand, and by surveys whose scatter is known."""

import math

import numpy as np
import pytest
from scipy.stats import t

from loopkeeper.lifecycle.build.spacing import PLACE_ACCURACY, spacing_found
from loopkeeper.lifecycle.build.surveyed import survey_frame

APART = 5.0


def grid(columns, rows):
    x, y = np.meshgrid(np.arange(columns) * APART, np.arange(rows) * APART)
    return x.ravel(), y.ravel()


def judged(drawn, found):
    return spacing_found(drawn, found, survey_frame(drawn, found))


def test_a_row_of_holes_is_known_by_its_two_ends():
    # nine gaps of a row: the places between cancel, so the mean is off by both ends over 45 m
    drawn = grid(10, 1)
    found = judged(drawn, drawn)
    end = math.sqrt(2.0) * PLACE_ACCURACY / 45.0
    longer = PLACE_ACCURACY**2 / APART**2
    assert found.value == pytest.approx(1.0)
    assert 1.0 - found.low == pytest.approx(found.high - 1.0 + longer)
    # an interval of 90 % whether or not the survey's scatter made the distances longer
    reach = (found.high - 1.0) / end
    assert t.cdf(reach + longer / end, 9) - t.cdf(-reach, 9) == pytest.approx(0.9)


def test_scatter_beyond_the_accuracy_of_a_survey_widens_the_interval():
    # every second hole of a row stands 0.3 m further on: gaps of 5.3 and 4.7 m in turn
    x, y = grid(10, 1)
    found = judged((x, y), (x + 0.3 * (np.arange(10) % 2), y))
    mean = (45.0 + 0.3) / 9.0
    squares = 5 * (5.3 - mean) ** 2 + 4 * (4.7 - mean) ** 2
    spread = math.sqrt(squares / (2 * 9 - 2 / 9))
    assert found.value == pytest.approx(mean / APART)
    end = spread * math.sqrt(2.0) / 45.0
    longer = spread**2 / APART**2
    reach = (found.high - found.value) / end
    assert t.cdf(reach + longer / end, 9) - t.cdf(-reach, 9) == pytest.approx(0.9)
    assert found.value - found.low == pytest.approx(reach * end + longer)


def test_half_a_row_tells_less_of_the_whole():
    x, y = grid(20, 1)
    told = np.where(np.arange(20) < 10, x, np.nan)
    whole, half = judged((x, y), (x, y)), judged((x, y), (told, y))
    assert half.high - half.low > 1.9 * (whole.high - whole.low)


def test_few_pairs_are_judged_by_the_scale_of_the_survey():
    # five holes far from one another in a field of forty: no pair, but a scale
    drawn = grid(8, 5)
    told = np.full(40, np.nan)
    corners = [0, 7, 18, 32, 39]
    told[corners] = drawn[0][corners]
    found = judged(drawn, (0.9 * told, 0.9 * drawn[1]))
    away = np.array([drawn[0][corners], drawn[1][corners]])
    spread = ((away - away.mean(axis=1, keepdims=True)) ** 2).sum()
    assert found.value == pytest.approx(0.9)
    assert found.high - 0.9 == pytest.approx(t.ppf(0.95, 6) * PLACE_ACCURACY / math.sqrt(spread))


def test_no_frame_tells_no_distance():
    drawn = grid(4, 3)
    assert spacing_found(drawn, drawn, None) is None


@pytest.mark.parametrize(("columns", "rows"), [(4, 3), (10, 10), (12, 1)])
@pytest.mark.parametrize("scatter", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("scale", [1.0, 0.93])
def test_the_interval_holds_the_true_mean_in_nine_of_ten_surveys(columns, rows, scatter, scale):
    drawn = grid(columns, rows)
    rng = np.random.default_rng(columns)
    held = []
    for _ in range(300):
        places = [scale * axis + scatter * rng.standard_normal(len(axis)) for axis in drawn]
        found = judged(drawn, tuple(places))
        held.append(found is not None and found.low <= scale <= found.high)
    assert 0.85 <= np.mean(held) <= 0.95


@pytest.mark.parametrize("kept", [0.5, 0.8])
def test_the_interval_holds_the_mean_of_a_field_that_was_surveyed_in_part(kept):
    drawn = grid(10, 8)
    rng = np.random.default_rng(8)
    held = []
    for _ in range(300):
        built = [axis + 0.2 * rng.standard_normal(80) for axis in drawn]
        at = (built[0] + 1j * built[1]).reshape(8, 10)
        gaps = [np.abs(np.diff(at, axis=n)).ravel() for n in (0, 1)]
        mean = np.concatenate(gaps).mean() / APART
        told = rng.random(80) < kept
        found = judged(drawn, tuple(np.where(told, axis, np.nan) for axis in built))
        held.append(found.low <= mean <= found.high)
    assert 0.85 <= np.mean(held) <= 1.0
