"""How far the water falls in pumped wells, beside what the aquifer on file lets expect."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import LoopkeeperError
from loopkeeper.measure.series import PlantHours
from loopkeeper.physics.well_heads import balanced_heads
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.well_groups import group_of

RUNS, RESTS, ENOUGH_HOURS = 0.5, 0.05, 100
"""Shares of a well's usual flow above which it runs and below which it rests [-]; fewest hours of
either that tell its levels."""


@dataclass(frozen=True, slots=True)
class Drawdown:
    """
    How far water falls in pumped wells, the median over the wells that tell it.

    ``ratio`` measured over expected [-]; ``further`` by how much more than expected at the flow
    of the design [m]; NaN where no well tells.
    """

    ratio: float = float("nan")
    further: float = float("nan")


def drawdown(plant: Plant, hours: PlantHours) -> Drawdown:
    """
    Return how a group's pumped wells stand beside the aquifer on file.

    Parameters
    ----------
    plant : Plant
        Places and design flows of its wells; its aquifer.
    hours : PlantHours
        Levels and flows of wells.

    Returns
    -------
    Drawdown
        Nothing where no well meters both, or the aquifer is not known.

    Notes
    -----
    Expected: steady heads of the balanced group (Thiem by superposition), in proportion to flow;
    losses at the screen are not in it.
    """
    if plant.source.traits.section is not Section.WELL:
        return Drawdown()
    try:
        group, aquifer = group_of(plant)
        heads = balanced_heads(group.x, group.y, group.flow, aquifer=aquifer, radius=group.radius)
    except LoopkeeperError:
        return Drawdown()
    falls = []
    for well, head, flow in zip(plant.source.wells, heads, group.flow, strict=True):
        fall = _fall(hours, well.id)
        if fall is not None and flow < 0 and head < 0:
            falls.append((fall / (head / flow), fall * -flow + head))
    return Drawdown(*np.median(falls, axis=0).tolist()) if falls else Drawdown()


def _fall(hours: PlantHours, well: str) -> float | None:
    """By how much a well's level falls for its flow; None where not known. [s m-2]"""
    if not (hours.has("abstraction_flow", well) and hours.has("water_level", well)):
        return None
    flow, level = hours.values("abstraction_flow", well), hours.values("water_level", well)
    known = np.isfinite(flow) & np.isfinite(level)
    usual = float(np.quantile(flow[known], 0.95)) if known.any() else 0.0
    runs, rests = known & (flow > RUNS * usual), known & (flow < RESTS * usual)
    if usual <= 0 or min(runs.sum(), rests.sum()) < ENOUGH_HOURS:
        return None
    apart = abs(float(np.median(level[rests]) - np.median(level[runs])))
    return apart / float(np.median(flow[runs]))
