"""Energies of causes that may not be there: mixtures by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from loopkeeper.lifecycle.diagnose.misnaming import misnamed, worth_of_names

MANY = 200_000
VOID_FIRST, VOID_OTHERS, INHERITED = 0.15, 0.43, 0.5
"""Shares of names that are not there, and of these whose energy is the weightiest other's."""


def told(*energies):
    return misnamed(np.tile(np.array(energies, float), (MANY, 1)), np.random.default_rng(1))


def test_nothing_named_is_nothing():
    assert told().shape == (MANY, 0)


def test_a_lone_cause_is_there_or_it_is_not():
    found = told(10.0)[:, 0]
    assert set(np.unique(found)) == {0.0, 10.0}
    assert np.mean(found == 0) == pytest.approx(VOID_FIRST, abs=0.003)


def test_what_is_not_there_may_be_another_s():
    first, other = told(10.0, 4.0).T
    assert set(np.unique(first)) == {0.0, 10.0, 14.0}
    assert set(np.unique(other)) == {0.0, 4.0, 14.0}
    one, two = VOID_FIRST, VOID_OTHERS
    assert np.mean(first == 14) == pytest.approx((1 - one) * two * INHERITED, abs=0.004)
    assert np.mean(other == 14) == pytest.approx((1 - two) * one * INHERITED, abs=0.004)
    assert np.mean(other == 0) == pytest.approx(two, abs=0.004)


def test_nobody_bears_more_than_there_is():
    energies = told(10.0, 4.0, -3.0)
    assert energies.sum(axis=1).max() <= 14.0 + 1e-9
    assert energies.sum(axis=1).min() >= -3.0 - 1e-9


def by_chance(names, inherits):
    """What is believed of 10, 4 and -3 J where chance falls so for each name and each draw."""
    falls = iter((np.array(names), np.array(inherits)))
    rng = SimpleNamespace(random=lambda _: next(falls))
    energies = np.tile([10.0, 4.0, -3.0], (len(names), 1))
    return misnamed(energies, rng).tolist()


def test_each_name_is_there_by_its_own_chance_and_the_first_that_is_there_inherits():
    names = [
        [0.16, 0.44, 0.44],
        [0.14, 0.44, 0.44],
        [0.14, 0.44, 0.44],
        [0.16, 0.42, 0.42],
        [0.16, 0.44, 0.42],
        [0.14, 0.42, 0.44],
        [0.14, 0.42, 0.42],
    ]
    assert by_chance(names, [0.1, 0.49, 0.51, 0.49, 0.51, 0.49, 0.1]) == [
        [10.0, 4.0, -3.0],
        [0.0, 14.0, -3.0],
        [0.0, 4.0, -3.0],
        [11.0, 0.0, 0.0],
        [10.0, 4.0, 0.0],
        [0.0, 0.0, 11.0],
        [0.0, 0.0, 0.0],
    ]


def test_the_worth_of_names_is_said_where_there_are_any():
    assert worth_of_names(0) == ()
    for many in (1, 3):
        (said,) = worth_of_names(many)
        assert said.code == "diagnose.names.worth"
        assert said.figures == pytest.approx({"first": 85.0, "others": 57.0})
