"""What saves at the place of a cost makes it cost less."""

from types import SimpleNamespace

import numpy as np

from loopkeeper.lifecycle.diagnose.explain import _lead, _less_gains

BELOW = ("construction.resistance", "resource.conductivity", "hydraulic.load_pumps")


def joined(*fair):
    players = [SimpleNamespace(cause=cause) for cause in BELOW]
    return _less_gains([[0], [1], [2]], players, np.array(fair))


def test_a_gain_joins_the_cost_at_its_place():
    assert joined(5.0, -3.0, 2.0) == [[0, 1], [2]]


def test_a_gain_above_every_cost_of_its_place_stands_alone():
    assert joined(2.0, -3.0, 2.0) == [[0], [2], [1]]
    assert joined(5.0, 1.0, -2.0) == [[0], [1], [2]]


def test_a_group_is_named_after_what_makes_its_sign():
    fair = np.array([5.0, -7.0, 3.0])
    assert _lead([0, 1, 2], fair) == 0
    assert _lead([1, 2], fair) == 1
