"""Numerical inversion of Laplace transforms."""

from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEHFEST_TERMS = 12
"""Terms of the numerical Laplace inversion; 12 gives five digits in double precision."""


def stehfest_weights(terms: int) -> Floats:
    """
    Return Stehfest's coefficients.

    Parameters
    ----------
    terms : int
        How many, even. [-]

    Returns
    -------
    array, shape (terms,)
        [-]

    References
    ----------
    .. [1] H. Stehfest, "Algorithm 368", Comm. ACM 13 (1970) 47.
    """
    half = terms // 2
    weights = []
    for i in range(1, terms + 1):
        total = sum(
            j**half
            * factorial(2 * j)
            / (
                factorial(half - j)
                * factorial(j)
                * factorial(j - 1)
                * factorial(i - j)
                * factorial(2 * j - i)
            )
            for j in range((i + 1) // 2, min(i, half) + 1)
        )
        weights.append((-1) ** (i + half) * total)
    return np.array(weights, dtype=np.float64)
