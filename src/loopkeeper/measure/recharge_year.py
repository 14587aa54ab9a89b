"""When the design's recharge and relief happen: as the record shows, else at plausible hours."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import Bools, Floats, LoadYear, Times
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import REJECTING, GroundService, serving_ground
from loopkeeper.plant.season import summer_months
from loopkeeper.units import HOUR

Shown = tuple[Times, Floats]
"""Hours and what was put into the ground in them, shape (n,). [UTC], [W]"""
YEAR: Final = 8760
"""Hours of a year. [h]"""
SUN: Final = (9, 17)
"""Hours of the day in which the sun recharges. [h]"""
NIGHT: Final = (20, 7)
"""Hours of the day from and until which towers relieve the ground. [h]"""


def design_recharge(plant: Plant, design: LoadYear, shown: Shown | None = None) -> Floats:
    """
    Return what the design expects to be put into the ground in each hour of its year.

    Parameters
    ----------
    plant : Plant
        Backups that serve the ground with their annual design energy.
    design : LoadYear
        The design year.
    shown : tuple of arrays, optional
        Hours of a record and the recharge measured in them.

    Returns
    -------
    array, shape (n,)
        Heat put into the ground, negative where it is taken out of it. Each service has the
        months and hours the record shows, else the sun daylight in summer and towers nights
        without load, and never more than its capacity. [W]
    """
    load = design.heating + design.hot_water + design.cooling
    return planned_recharge(plant, serving_ground(plant), (design.time, load), shown)


def planned_recharge(
    plant: Plant, services: Sequence[GroundService], loads: Shown, shown: Shown | None = None
) -> Floats:
    """
    Return what some services put into the ground by the design, on any hours.

    Parameters
    ----------
    plant : Plant
        Its place and time zone.
    services : sequence of GroundService
        With annual design energies.
    loads : tuple of arrays
        Hours, and heat and cold asked for in them, shape (n,). [UTC], [W]
    shown : tuple of arrays, optional
        Hours of a record and the recharge measured in them.

    Returns
    -------
    array, shape (n,)
        Positive into the ground. [W]
    """
    time, load = loads
    total = np.zeros(len(time))
    for service in services:
        energy = (service.backup.annual_design or 0.0) * len(time) / YEAR
        if energy > 0:
            wishes = [
                *_as_shown(plant, time, service.sign, shown),
                *_plausible(plant, service, time, load > 0),
            ]
            total += service.sign * _spread(energy, wishes, service.capacity or np.inf)
    return total


def _as_shown(plant: Plant, time: Times, sign: float, shown: Shown | None) -> Iterator[Floats]:
    """Mean by month and hour of day of what a record shows in one direction."""
    if shown is None or not (sign * shown[1] > 0).any():
        return
    there, here = (_month_hour(t, plant.site.timezone) for t in (shown[0], time))
    moved = np.maximum(sign * shown[1], 0.0)
    count = np.bincount(there, minlength=13 * 24)
    yield (np.bincount(there, moved, minlength=13 * 24) / np.maximum(count, 1))[here]


def _month_hour(time: Times, zone: str) -> np.ndarray:
    month, _, hour, _ = local_calendar(time, zone)
    return month * 24 + hour


def _plausible(
    plant: Plant, service: GroundService, time: Times, loaded: Bools
) -> Iterator[Floats]:
    """Hours in which a service of a kind works, from the likeliest to any."""
    month, _, hour, _ = local_calendar(time, plant.site.timezone)
    summer = np.isin(month, list(summer_months(plant.site)))
    sunny = (hour >= SUN[0]) & (hour < SUN[1])
    night = (hour >= NIGHT[0]) | (hour < NIGHT[1])
    if service.backup.kind == "solar":
        wishes = [summer & sunny, sunny]
    elif service.backup.kind in REJECTING:
        wishes = [night & ~loaded, night, ~loaded]
    else:
        wishes = [summer & ~loaded, summer]
    yield from (w.astype(np.float64) for w in (*wishes, np.ones(len(time), dtype=bool)))


def _spread(energy: float, wishes: Sequence[Floats], capacity: float) -> Floats:
    """Lay an energy [J] on hours by their weights, one wish after the other, below a power [W]."""
    power = np.zeros(len(wishes[0]))
    for weight in wishes:
        left = energy / HOUR - float(power.sum())
        if left > 1e-9 * energy / HOUR:
            power += _filled(left, weight, capacity - power)
    return power


def _filled(total: float, weight: Floats, room: Floats) -> Floats:
    """Share a sum out by weights; what has no room left passes on to the others."""
    full = (room <= 0) | (weight <= 0)
    power = np.zeros(len(weight))
    while not full.all():
        power[~full] += (total - float(power.sum())) * weight[~full] / float(weight[~full].sum())
        beyond = ~full & (power >= room)
        if not beyond.any():
            break
        power[beyond] = room[beyond]
        full |= beyond
        power[~full] = 0.0
    return power
