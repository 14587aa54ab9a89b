"""Exact Shapley values over a few players."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TypeVar

import numpy as np

from loopkeeper.measure.series import Floats

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True)
class Attribution:
    """
    Shares of a difference among players, shape (n,) each, in the unit of the value.

    ``fair`` Shapley value; ``first`` effect if a player acts alone; ``last`` what is saved if
    only this player is removed from all. ``fair`` sums to the total difference.
    """

    fair: Floats
    first: Floats
    last: Floats
    total: float


def attribute(players: Sequence[P], value: Callable[[frozenset[P]], float]) -> Attribution:
    r"""
    Return the exact Shapley value of every player.

    .. math::
        \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n-|S|-1)!}{n!}\,[v(S \cup i) - v(S)]

    Parameters
    ----------
    players : sequence
        The players; 2^n coalitions are valued once each.
    value : callable
        Value of a coalition.

    Returns
    -------
    Attribution
        Fair, first-in and last-in effects.

    References
    ----------
    .. [1] L. S. Shapley, "A value for n-person games", 1953.
    """
    n = len(players)
    values = {
        frozenset(group): value(frozenset(group))
        for size in range(n + 1)
        for group in combinations(players, size)
    }
    everyone, nobody = frozenset(players), frozenset[P]()
    fair = np.zeros(n)
    for i, player in enumerate(players):
        for group, worth in values.items():
            if player not in group:
                weight = factorial(len(group)) * factorial(n - len(group) - 1) / factorial(n)
                fair[i] += weight * (values[group | {player}] - worth)
    first = np.array([values[frozenset({p})] - values[nobody] for p in players])
    last = np.array([values[everyone] - values[everyone - {p}] for p in players])
    return Attribution(fair, first, last, values[everyone] - values[nobody])
