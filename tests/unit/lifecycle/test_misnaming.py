"""Energies of causes that may not be there: mixtures by hand."""

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.misnaming import (
    INHERITED,
    MISNAMED_FIRST,
    MISNAMED_OTHERS,
    misnamed,
)

MANY = 200_000


def told(*energies):
    return misnamed(np.tile(np.array(energies, float), (MANY, 1)), np.random.default_rng(1))


def test_nothing_named_is_nothing():
    assert told().shape == (MANY, 0)


def test_a_lone_cause_is_there_or_it_is_not():
    found = told(10.0)[:, 0]
    assert set(np.unique(found)) == {0.0, 10.0}
    assert np.mean(found == 0) == pytest.approx(MISNAMED_FIRST, abs=0.003)


def test_what_is_not_there_may_be_another_s():
    first, other = told(10.0, 4.0).T
    assert set(np.unique(first)) == {0.0, 10.0, 14.0}
    assert set(np.unique(other)) == {0.0, 4.0, 14.0}
    one, two = MISNAMED_FIRST, MISNAMED_OTHERS
    assert np.mean(first == 14) == pytest.approx((1 - one) * two * INHERITED, abs=0.004)
    assert np.mean(other == 14) == pytest.approx((1 - two) * one * INHERITED, abs=0.004)
    assert np.mean(other == 0) == pytest.approx(two, abs=0.004)


def test_nobody_bears_more_than_there_is():
    energies = told(10.0, 4.0, -3.0)
    assert energies.sum(axis=1).max() <= 14.0 + 1e-9
    assert energies.sum(axis=1).min() >= -3.0 - 1e-9
