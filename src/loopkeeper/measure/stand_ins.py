"""What stands in where the source loop has no meter: its pumps' ratings, and the heat balance."""

from typing import Final

import numpy as np

from loopkeeper.measure.metered import electricity_of
from loopkeeper.measure.series import Floats, PlantHours
from loopkeeper.plant.machines import Drive, Loop, PumpRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import recharge_pumps
from loopkeeper.plant.verdict import Verdict

RUNS: Final = 0.3
"""A fixed pump that draws more than this share of its nameplate runs. [-]"""
_FLOW: Final = ("flow", "source")
_HEAT: Final = ("heat_power", "source")


def source_flow(hours: PlantHours, plant: Plant) -> tuple[Floats, list[Verdict]]:
    """
    Return the flow of the source loop: metered, else by the ratings of its fixed pumps.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its pumps.

    Returns
    -------
    flow : array, shape (n,)
        Rated flow of each pump times its draw over its usual draw; within 10 % (A). NaN where
        neither a meter nor all of the pumps tell. [m3 s-1]
    verdicts : list of Verdict
        What was supposed.
    """
    nothing = np.full(len(hours.time), np.nan)
    if hours.has(*_FLOW):
        return hours.values(*_FLOW), []
    beside = recharge_pumps(plant)
    duty = [
        p for p in plant.pumps if p.loop is Loop.SOURCE and not p.standby and p.id not in beside
    ]
    parts = [_by_rating(hours, plant, p) for p in duty]
    known = [p for p in parts if p is not None]
    if not duty or len(known) < len(duty):
        return nothing, []
    names = ", ".join(p.id for p in duty)
    flow = np.asarray(np.sum(known, axis=0))
    return flow, [Verdict("measure.flow.by_pumps", {"pumps": names})]


def _by_rating(hours: PlantHours, plant: Plant, pump: PumpRecord) -> Floats | None:
    """Flow of a fixed pump by its draw, None where it is not fixed, not metered or never ran."""
    drawn = electricity_of(hours, plant, pump.id).values
    if drawn is None or pump.drive is not Drive.FIXED:
        return None
    running = drawn[drawn > RUNS * pump.power]
    return pump.flow * drawn / float(np.mean(running)) if len(running) else None


def source_heat(hours: PlantHours, machine: Floats) -> tuple[Floats, list[Verdict]]:
    """
    Return the heat drawn from the source: measured, else the load's heat less the machines' draw.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    machine : array, shape (n,)
        Electricity of the machines. [W]

    Returns
    -------
    heat : array, shape (n,)
        Negative where heat is put into it. [W]
    verdicts : list of Verdict
        What was supposed.
    """
    nothing = np.full(len(hours.time), np.nan)
    if hours.has(*_HEAT) or not hours.has("heat_power", "load"):
        return (hours.values(*_HEAT) if hours.has(*_HEAT) else nothing), []
    load = hours.values("heat_power", "load")
    by_balance = np.where(load == 0.0, 0.0, load - machine)
    known = np.isfinite(by_balance).any()
    return by_balance, [Verdict("measure.source.by_balance", {})] if known else []
