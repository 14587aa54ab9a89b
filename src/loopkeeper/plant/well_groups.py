"""Groups of wells that pump here and inject there, to the water the machines see."""

import numpy as np

from loopkeeper.errors import InconsistentPlantError, OutOfRangeError
from loopkeeper.physics.aquifer import Aquifer
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.well_group import WellGroup, group_curve, group_ground
from loopkeeper.physics.well_heads import (
    balanced_heads,
    injection_head_limit,
    partial_penetration_head,
    well_loss,
)
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import (
    Well,
    WellRole,
)
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.wells import aquifer_of, guessed, head_verdicts
from loopkeeper.units import YEAR

ROUNDED = 0.01
"""Pumped and injected design flows that differ by less are the same, rounded. [-]"""
WHOLE = 0.99
"""A screen over more of its aquifer stands in all of it. [-]"""
HORIZON = 30 * YEAR
"""Circulation that a well group's reduction covers. [s]"""


def group_of(plant: Plant) -> tuple[WellGroup, Aquifer]:
    """
    Return the wells of a group at design flow, and their aquifer.

    Flows are written to a digit or two: what is injected is taken as what is pumped when they
    differ by less than a hundredth.

    Raises
    ------
    InconsistentPlantError
        When wells or aquifer are missing or impossible.
    """
    record, wells = plant.source.aquifer, plant.source.wells
    if record is None or not wells:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: a well group needs [[source.well]] and [source.aquifer]"
        )
    sign = [1.0 if w.role is WellRole.INJECTION else -1.0 for w in wells]
    flow = np.array([s * w.design_flow for s, w in zip(sign, wells, strict=True)])
    flow = np.where(flow > 0, _evened(flow) * flow, flow)
    x, y = (np.array([getattr(w, axis) for w in wells]) for axis in "xy")
    radius = float(np.mean([w.diameter for w in wells])) / 2
    direction = np.pi / 2 - np.radians(record.regional_direction)
    try:
        return WellGroup(x, y, flow, radius, direction), aquifer_of(record)
    except OutOfRangeError as error:
        raise InconsistentPlantError(f"well group: {error}") from error


def _part_screened(aquifer: Aquifer, well: Well, flow: float) -> float:
    """Head that a well loses for screening a part of its aquifer only. [m]"""
    base = aquifer.top + aquifer.thickness
    top, bottom = well.screen or (aquifer.top, base)
    low, high = max(base - bottom, 0.0), min(base - top, aquifer.thickness)
    if high <= low or high - low > WHOLE * aquifer.thickness:
        return 0.0
    return partial_penetration_head(aquifer, (low, high), flow=flow, radius=well.diameter / 2)


def _evened(flow: np.ndarray) -> float:
    """Factor on injected flows that makes them what is pumped; 1 when that is no rounding."""
    pumped, injected = -flow[flow < 0].sum(), flow[flow > 0].sum()
    return float(pumped / injected) if abs(injected - pumped) < ROUNDED * pumped else 1.0


def group_response(plant: Plant) -> tuple[np.ndarray, np.ndarray]:
    """Return circulated volume [m3] and feedback [-] of a plant's well group at design flow."""
    group, aquifer = group_of(plant)
    return group_curve(group, aquifer, horizon=HORIZON)


def well_group_ground(plant: Plant) -> tuple[WellGround, tuple[Verdict, ...]]:
    """
    Return a plant's well group as a modal source.

    Parameters
    ----------
    plant : Plant
        With wells and an aquifer.

    Returns
    -------
    WellGround
        The group at its design flows; reversible wells are taken as they heat, pumping.
    verdicts : tuple of Verdict
        Guesses, water that is not reinjected, heads the cover would not bear.

    Raises
    ------
    InconsistentPlantError
        When wells or aquifer are missing or impossible.
    """
    group, aquifer = group_of(plant)
    record, wells = plant.source.aquifer, plant.source.wells
    verdicts = [] if record is None else list(guessed(record))
    flow, x, y, radius = group.flow, group.x, group.y, group.radius
    try:
        ground = group_ground(group, aquifer, horizon=HORIZON)
    except OutOfRangeError as error:
        raise InconsistentPlantError(f"well group: {error}") from error
    ratio = float(flow[flow > 0].sum() / -flow[flow < 0].sum())
    if ratio < 1 - ROUNDED:
        verdicts.append(Verdict("plant.wells.not_all_reinjected", {"percent": 100 * ratio}))
    else:
        heads = balanced_heads(x, y, flow, aquifer=aquifer, radius=radius)
        for well, head, q in zip(wells, heads, flow, strict=True):
            if q > 0:
                rise = float(head) + well_loss(q, turbulent=well.turbulent_loss)
                rise += _part_screened(aquifer, well, q)
                cover = well.screen[0] if well.screen else aquifer.top
                level = aquifer.static_level
                limit = injection_head_limit(cover=cover, static_level=level)
                verdicts += head_verdicts(well.id, (rise, limit), level)
    return ground, tuple(verdicts)
