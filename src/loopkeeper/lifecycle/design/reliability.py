"""How surely a length of boreholes keeps its limits, and what to measure next."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InfeasibleError
from loopkeeper.lifecycle.design.sizing import FieldSize, FieldTask, table_at, wanted_length
from loopkeeper.measure.series import Floats
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.many_years import FINE

NEVER = 10.0
"""How much longer a hole counts in the ranking where no length is enough. [-]"""


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    Standard deviations of what a sizing rests on.

    ``conductivity``, ``resistance``, ``load`` and heat of ``neighbours`` relative [-];
    ``temperature`` [K].
    """

    conductivity: float = 0.10
    resistance: float = 0.10
    temperature: float = 0.3
    load: float = 0.10
    neighbours: float = 0.30


@dataclass(frozen=True)
class Reliability:
    """
    How surely a length keeps the limits.

    ``probability`` at the length asked about [-]; ``length_for`` length by probability, infinite
    where none is enough [m]; ``ranking`` share of the variance of the length by what is doubtful
    [-]; ``hopeless`` share of the worlds in which no length is enough [-].
    """

    length: float
    probability: float
    length_for: dict[float, float]
    ranking: dict[str, float]
    hopeless: float = 0.0


def reliability(
    task: FieldTask, size: FieldSize, doubts: Doubts, *, draws: int = 200, seed: int = 1
) -> Reliability:
    """
    Return the probability that a length keeps the limits, and the length for other probabilities.

    Parameters
    ----------
    task : FieldTask
        As sized.
    size : FieldSize
        Its answer.
    doubts : Doubts
        Of ground, hole and load.
    draws : int
        Worlds drawn. [-]
    seed : int
        Of the draws: the same question has the same answer.

    Returns
    -------
    Reliability
        With what to measure next: the doubt that moves the length most.
    """
    rng = np.random.default_rng(seed)
    table = table_at(task, size.length, FINE)
    names = ["conductivity", "resistance", "temperature", "load"]
    normal = rng.standard_normal((draws, len(names)))
    if task.neighbours:
        names += ["neighbours"]
        normal = np.column_stack([normal, rng.standard_normal(draws)])
    lengths = np.array([_length_in(_drawn(task, doubts, z), table) for z in normal])
    moved = {
        name: min(_length_in(_drawn(task, doubts, row), table), NEVER * size.length) - size.length
        for name, row in zip(names, np.eye(len(names)), strict=True)
    }
    total = sum(m**2 for m in moved.values()) or 1.0
    return Reliability(
        size.length,
        float(np.mean(lengths <= size.length)),
        {p: float(np.quantile(lengths, p, method="higher")) for p in (0.5, 0.8, 0.9, 0.95)},
        {name: m**2 / total for name, m in moved.items()},
        float(np.mean(np.isinf(lengths))),
    )


def _length_in(task: FieldTask, table: FieldResponse) -> float:
    """Length in a drawn world; infinite where no length is enough. [m]"""
    try:
        return wanted_length(task, table)[0]
    except InfeasibleError:
        return float(np.inf)


def _drawn(task: FieldTask, doubts: Doubts, z: Floats) -> FieldTask:
    """The task in another world, so many standard deviations off."""
    ground = replace(
        task.ground,
        conductivity=task.ground.conductivity * float(np.exp(doubts.conductivity * z[0])),
        undisturbed_temperature=task.ground.undisturbed_temperature + doubts.temperature * z[2],
    )
    drawn = [1.0 + doubts.neighbours * float(v) for v in z[4:]]
    return replace(
        task,
        neighbours=tuple(replace(n, heat=drawn[0] * n.heat) for n in task.neighbours),
        ground=ground,
        resistance=task.resistance * float(np.exp(doubts.resistance * z[1])),
        heat=task.heat * float(np.exp(doubts.load * z[3])),
    )
