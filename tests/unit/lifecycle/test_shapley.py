"""The axioms of the Shapley value, on values known by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loopkeeper.lifecycle.diagnose.shapley import attribute


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_shares_sum_to_the_whole_difference(values):
    table = {frozenset(i for i in range(4) if n >> i & 1): v for n, v in enumerate(values)}
    answer = attribute([0, 1, 2, 3], table.__getitem__)
    assert np.isclose(answer.fair.sum(), answer.total, atol=1e-9)


def test_additive_players_get_what_they_add():
    worth = {"a": 3.0, "b": -1.0, "c": 0.0}
    answer = attribute(list(worth), lambda group: sum(worth[p] for p in group))
    for got in (answer.fair, answer.first, answer.last):
        assert np.allclose(got, [3.0, -1.0, 0.0])


def test_equal_players_share_equally_what_only_both_can_do():
    answer = attribute(["a", "b"], lambda group: 10.0 if len(group) == 2 else 0.0)
    assert np.allclose(answer.fair, [5.0, 5.0])
    assert np.allclose(answer.first, 0.0)
    assert np.allclose(answer.last, 10.0)


def test_nobody_to_blame_is_an_answer():
    answer = attribute([], lambda _: 7.0)
    assert answer.total == 0.0
    assert answer.fair.size == 0
