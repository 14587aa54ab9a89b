"""A suspect: a modification of the plant, with what the data say of its size."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class PosteriorSampler:
    """A random generator and how many draws of a posterior are wanted."""

    rng: np.random.Generator
    count: int

    def normal(self, mean: Floats, deviation: Floats) -> Floats:
        """Return independent normal draws, shape (count, k), in the unit of the mean."""
        noise = self.rng.standard_normal((self.count, len(mean)))
        return np.asarray(mean + deviation * noise)

    def nothing(self) -> Floats:
        """Return draws of a cause without a parameter, shape (count, 1). [-]"""
        return np.zeros((self.count, 1))


Apply = Callable[[Hypothesis, Floats], Hypothesis]


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """
    A possible cause, as large as the data say.

    ``value`` its parameters, shape (k,); ``draws`` from their posterior, shape (n, k); ``apply``
    puts it into a hypothesis; ``onset`` the hour of the period it began, None when it was there
    before; ``doubt`` standard deviation of its energy for what its draws do not hold, of that
    energy [-]; ``settles`` measurements that would tell whether it is there at all.
    """

    kind: DeviationKind
    cause: str
    apply: Apply
    value: Floats
    draws: Floats
    finding: Verdict
    onset: int | None = None
    doubt: float = 0.0
    settles: tuple[Verdict, ...] = ()


def lasting(change: Callable[[System], System]) -> Apply:
    """Return how a change without a parameter, there from the first hour on, is put in."""
    return lambda hypothesis, _: hypothesis.changed(change, 0)
