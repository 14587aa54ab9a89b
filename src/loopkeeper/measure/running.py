"""Whether machines run, read from what they draw where no point says so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.measure.admitted import Flag, Segments
from loopkeeper.measure.averaging import StepAxis, step_mean
from loopkeeper.measure.series import Channel, ChannelKey, Floats, PlantHours
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

CALCULATED: Final = "running_calculated"
"""Quantity of the share of an hour a machine ran, by its draw. [-]"""
LEAST_DRAW: Final = 0.8
"""A machine draws at least this much of its rated power times its least part load (A). [-]"""
STANDBY: Final = 0.05
"""A machine that draws less than this of its rated power stands by. [-]"""
FULL: Final = 0.9
"""Quantile of a machine's running draw that stands for its rated power where none is stated."""
_DRAW: Final = ("electricity_power", "electricity_energy")


def calculated_running(
    plant: Plant, chosen: Mapping[ChannelKey, Segments], axis: StepAxis
) -> dict[ChannelKey, Channel]:
    """
    Return the share of each hour that machines without a running point ran, by their draw.

    A reading above the least draw of a running machine counts whole, below it and above stand-by
    in proportion: the machine started or stopped within it. Readings that stand for more than an
    hour tell nothing. Within 0.02 of running points on the mean, 0.08 by the hour
    (tests/cases/test_plants.py).

    Parameters
    ----------
    plant : Plant
        Its machines with their nameplates.
    chosen : mapping of key to Segments
        Stretches of every channel.
    axis : StepAxis
        The hours.

    Returns
    -------
    dict
        ``(CALCULATED, machine)``. [-]
    """
    found: dict[ChannelKey, Channel] = {}
    for machine in plant.machines:
        own = _draw_of(plant, machine, chosen)
        if own is None or ("running", machine.id) in chosen:
            continue
        key, draw = own
        limit = _limits(machine, draw)
        if limit is not None:
            share = np.clip((draw.value - limit[0]) / (limit[1] - limit[0]), 0.0, 1.0)
            stretch = step_mean(replace(draw, value=share), axis)
            found[CALCULATED, machine.id] = Channel(*stretch, rests_on=(key,))
    return found


def running_of(hours: PlantHours, plant: Plant) -> tuple[list[Floats], list[Verdict]]:
    """
    Return the share of each hour that each machine ran, shape (n,): by its point, else its draw.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines.

    Returns
    -------
    shares : list of array
        NaN where nothing tells. [-]
    verdicts : list of Verdict
        Which machines are read from their draw.
    """
    shares, derived = [], []
    for machine in plant.machines:
        key = ("running", machine.id)
        if key not in hours.channels and (CALCULATED, machine.id) in hours.channels:
            key = (CALCULATED, machine.id)
            derived.append(machine.id)
        known = key in hours.channels
        shares.append(hours.values(*key) if known else np.full(len(hours.time), np.nan))
    if not derived:
        return shares, []
    figures = {"machines": ", ".join(derived), "percent": f"{100 * LEAST_DRAW:.0f}"}
    return shares, [Verdict("measure.running.derived", figures)]


def _draw_of(
    plant: Plant, machine: MachineRecord, chosen: Mapping[ChannelKey, Segments]
) -> tuple[ChannelKey, Segments] | None:
    """A machine's own readings of draw that stand for an hour or less."""
    places = (machine.id, "machines") if len(plant.machines) == 1 else (machine.id,)
    for key in ((quantity, of) for of in places for quantity in _DRAW):
        if key in chosen:
            stretch = chosen[key]
            told = (stretch.flag == Flag.GOOD) & (stretch.seconds <= HOUR)
            told &= np.isfinite(stretch.value)
            if told.any():
                columns = (stretch.start, stretch.end, stretch.value, stretch.flag)
                return key, Segments(*(c[told] for c in columns))
    return None


def _limits(machine: MachineRecord, draw: Segments) -> tuple[float, float] | None:
    """Draw at stand-by and least draw of a running machine, None for one that never draws. [W]"""
    rated = _rated(machine, draw.value)
    if rated <= 0:
        return None
    least = LEAST_DRAW * machine.minimum_part_load * rated
    resting = draw.value[draw.value < STANDBY * rated]
    standby = float(np.median(resting)) if len(resting) else 0.0
    return min(standby, least / 2), least


def _rated(machine: MachineRecord, draw: Floats) -> float:
    """Rated electricity by the nameplate, mean of both modes, else a usual high draw. [W]"""
    pairs = (
        (machine.rated_heating, machine.rated_cop),
        (machine.rated_cooling, machine.rated_eer),
    )
    stated = [heat / ratio for heat, ratio in pairs if heat and ratio]
    if stated:
        return sum(stated) / len(stated)
    running = draw[draw > 0]
    return float(np.quantile(running, FULL)) if len(running) else 0.0
