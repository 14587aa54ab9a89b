"""Planned once, built in steps: every phase must stand on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.sizing import FieldTask, table_at, wanted_length
from loopkeeper.measure.series import Floats
from loopkeeper.physics.gfunction import elsewhere
from loopkeeper.physics.many_years import FINE


@dataclass(frozen=True)
class Phase:
    """
    One step of building.

    ``share`` of the final load served [-]; ``count`` of holes that must be there, ``added`` in it
    [-]; ``places`` of those holes [m]; ``margin`` of their length over what is needed [-].
    """

    share: float
    count: int
    added: int
    places: Floats
    margin: float


def phased(task: FieldTask, length: float, shares: Sequence[float]) -> tuple[Phase, ...]:
    """
    Return the holes each phase needs so that it keeps the limits even if no other follows.

    Parameters
    ----------
    task : FieldTask
        The whole plan.
    length : float
        Of the holes, as sized for the whole. [m]
    shares : sequence of float
        Of the final load, phase by phase, ascending; the whole is added as the last. [-]

    Returns
    -------
    tuple of Phase
        Fewest holes nearest the middle of the field, phase by phase.

    Raises
    ------
    InputError
        When shares do not ascend between nothing and all.
    """
    steps = [*shares, 1.0] if not shares or shares[-1] < 1.0 else list(shares)
    if any(not 0 < s <= 1 for s in steps) or any(np.diff(steps) <= 0):
        raise InputError(f"shares {list(shares)}: expected ascending between 0 and 1")
    places = np.column_stack([task.geometry.x, task.geometry.y])
    order = np.argsort(np.hypot(*(places - places.mean(axis=0)).T), kind="stable")
    phases: list[Phase] = []
    for share in steps:
        before = phases[-1].count if phases else 0
        count, margin = _fewest(task, places[order], (length, share), max(before, 1))
        phases.append(Phase(share, count, count - before, places[order[:count]], margin))
    return tuple(phases)


def _fewest(
    task: FieldTask, ordered: Floats, asked: tuple[float, float], least: int
) -> tuple[int, float]:
    """Fewest of the ordered holes that carry a share of the load, and their margin."""
    length, share = asked
    low, high = least - 1, len(ordered)
    margin = _margin(task, ordered, length, share)
    while high - low > 1:
        middle = (low + high) // 2
        found = _margin(task, ordered[:middle], length, share)
        if found >= 0:
            high, margin = middle, found
        else:
            low = middle
    return high, margin


def _margin(task: FieldTask, places: Floats, length: float, share: float) -> float:
    """Length over what these holes need for a share of the load, less one. [-]"""
    flow, run = task.limits.capacity_flow, task.running
    part = replace(
        task,
        geometry=elsewhere(task.geometry, places[:, 0], places[:, 1]),
        heat=share * task.heat,
        limits=replace(task.limits, capacity_flow=None if flow is None else share * flow),
        running=None if run is None else replace(run, flow=share * run.flow),
    )
    wanted, _ = wanted_length(part, table_at(part, length, FINE))
    return length / wanted - 1
