"""What a named cause is worth where it may be the wrong one."""

import numpy as np

from loopkeeper.measure.series import Floats
from loopkeeper.plant.verdict import Verdict

MISNAMED_FIRST, MISNAMED_OTHERS = 0.15, 0.43
"""
Shares of named causes that are not there: of the weightiest and of those beside it, counted on
plants by another hand whose answers were not known when they were given. [-]
"""
INHERITED = 0.5
"""Share of these whose electricity is that of the weightiest other named cause. [-]"""


def worth_of_names(many: int) -> tuple[Verdict, ...]:
    """Return what is to be said of so many named causes: how often such names were right."""
    if not many:
        return ()
    right = {"first": 100 * (1 - MISNAMED_FIRST), "others": 100 * (1 - MISNAMED_OTHERS)}
    return (Verdict("diagnose.names.worth", right),)


def misnamed(energies: Floats, rng: np.random.Generator) -> Floats:
    """
    Return draws of energies for which a cause may be named that is not there.

    On plants by another hand a share of what is named is not there; its electricity is that of
    another cause, named or not. Such a cause is void in that share of the draws, and in half of
    these the weightiest of the others bears its electricity.

    Parameters
    ----------
    energies : array, shape (n, k)
        Draws of the named deviations, the weightiest first. [J]
    rng : Generator
        Of the draws.

    Returns
    -------
    array, shape (n, k)
        The same, as far as they may be believed. [J]
    """
    count, many = energies.shape
    if not many:
        return energies
    odds = np.array([MISNAMED_FIRST, *[MISNAMED_OTHERS] * (many - 1)])
    there = rng.random((count, many)) >= odds
    believed = np.where(there, energies, 0.0)
    heir = np.argmax(there, axis=1)
    inherits = there.any(axis=1) & (rng.random(count) < INHERITED)
    gone = (energies - believed).sum(axis=1)
    believed[np.arange(count), heir] += np.where(inherits, gone, 0.0)
    return believed
