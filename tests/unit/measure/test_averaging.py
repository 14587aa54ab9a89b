"""Integration of stretches over hours: exact, additive, blind to cuts."""

import numpy as np
import pytest

from loopkeeper.measure.admitted import SECOND, Segments
from loopkeeper.measure.averaging import StepAxis, integrate, step_mean


def stretches(*rows):
    start, end, value, quality = zip(*rows, strict=True)
    return Segments(
        np.array(start, np.int64) * 60 * SECOND,
        np.array(end, np.int64) * 60 * SECOND,
        np.array(value, float),
        np.array(quality, np.uint8),
    )


def test_a_stretch_across_an_edge_is_cut_there():
    edges = np.array([0, 60, 120], np.int64) * 60 * SECOND
    area = integrate(stretches((30, 90, 2.0, 0)), edges)
    assert area.tolist() == pytest.approx([3600.0, 3600.0])


def test_nothing_is_counted_between_stretches():
    edges = np.array([0, 60], np.int64) * 60 * SECOND
    area = integrate(stretches((0, 10, 1.0, 0), (50, 60, 3.0, 0)), edges)
    assert area[0] == pytest.approx(600 + 1800)


def test_bad_stretches_count_nowhere_and_spread_ones_only_in_the_mean():
    axis = StepAxis.spanning(0, 3600 * SECOND)
    mean, coverage = step_mean(
        stretches((0, 20, 6.0, 0), (20, 40, 12.0, 1), (40, 60, 999.0, 3)), axis
    )
    assert mean[0] == pytest.approx(9.0)
    assert coverage[0] == pytest.approx(1 / 3)


def test_the_axis_holds_both_instants():
    axis = StepAxis.spanning(3599 * SECOND, 3601 * SECOND)
    assert len(axis.time) == 2
