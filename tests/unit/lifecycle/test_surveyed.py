"""Surveys laid on drawings: origins, axes and turns that are known because they were put in."""

import cmath
import math

import numpy as np
import pytest

from loopkeeper.lifecycle.build.surveyed import apart_as_found, survey_frame

COLUMNS, ROWS, APART = 6, 4, 5.0
X, Y = (g.ravel() * APART for g in np.meshgrid(np.arange(COLUMNS), np.arange(ROWS)))


def surveyed(turn=0.0, east=0.0, north=0.0, *, scale=1.0, exchanged=False, scatter=0.0, seed=1):
    """Places as a surveyor with another origin and other axes writes them down."""
    rng = np.random.default_rng(seed)
    at = scale * (X + 1j * Y) * cmath.exp(1j * math.radians(turn)) + complex(east, north)
    at = at + scatter * (rng.standard_normal(len(X)) + 1j * rng.standard_normal(len(X)))
    return (at.imag, at.real) if exchanged else (at.real, at.imag)


@pytest.mark.parametrize(
    ("how", "exchanged", "own"),
    [
        ({}, False, False),
        ({"east": 500123.0, "north": 4412345.0}, False, True),
        ({"east": 500123.0, "north": 4412345.0, "exchanged": True}, True, True),
        ({"turn": 33.0, "east": -40.0}, False, True),
        ({"turn": -120.0, "exchanged": True}, True, True),
        ({"scale": 0.8, "east": 7.0}, False, True),
    ],
)
def test_a_survey_is_laid_on_the_drawing_whatever_its_origin_and_axes(how, exchanged, own):
    found = surveyed(scatter=0.1, **how)
    frame = survey_frame((X, Y), found)
    assert (frame.exchanged, frame.own) == (exchanged, own)
    east, north = frame.laid(*found)
    middle = X.mean(), Y.mean()
    scale = how.get("scale", 1.0)  # a field drilled too narrow stays too narrow
    off = np.hypot(
        east - middle[0] - scale * (X - middle[0]), north - middle[1] - scale * (Y - middle[1])
    )
    assert np.median(off) < 0.2
    back = frame.surveyed(*frame.laid(*found))
    assert np.allclose(back, found)


def test_a_turn_is_told_in_degrees():
    frame = survey_frame((X, Y), surveyed(turn=33.0))
    assert frame.turned == pytest.approx(-33.0)  # onto the drawing


def test_one_hole_astray_does_not_move_the_others():
    x, y = surveyed()
    x[7] += 60.0
    frame = survey_frame((X, Y), (x, y))
    assert not frame.own
    assert frame.misfit == pytest.approx(0.0, abs=1e-9)


def test_numbers_dealt_anew_fit_nowhere():
    x, y = surveyed()
    dealt = np.random.default_rng(3).permutation(len(x))
    assert survey_frame((X, Y), (x[dealt], y[dealt])) is None


def test_two_holes_tell_no_frame():
    x, y = surveyed(east=900.0)
    x[2:] = np.nan
    assert survey_frame((X, Y), (x, y)) is None


@pytest.mark.parametrize("scale", [1.0, 0.8])
def test_the_mean_of_neighbours_does_not_lean_with_scatter(scale):
    ratios = []
    for seed in range(40):
        found = surveyed(scale=scale, scatter=0.25, seed=seed)
        close, wide, pairs = apart_as_found((X, Y), found)
        assert pairs == (COLUMNS - 1) * ROWS + COLUMNS * (ROWS - 1)
        assert wide == APART
        ratios.append(close / wide)
    # scatter across a pair lengthens it by 0.25**2 / 5 m; the nearest of four would lose 0.2 m
    assert np.mean(ratios) == pytest.approx(scale, abs=0.01)


def test_neighbours_need_both_to_be_told():
    x, y = surveyed()
    x[1:] = np.nan
    close, wide, pairs = apart_as_found((X, Y), (x, y))
    assert pairs == 0
    assert math.isnan(close)
    assert math.isnan(wide)
