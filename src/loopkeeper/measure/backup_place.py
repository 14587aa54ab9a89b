"""Whether the load's heat meter sits before or after a backup, and the machines' heat."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.metered import Group, backup_useful, heat, machines
from loopkeeper.measure.series import Floats, PlantHours, joint_resolution
from loopkeeper.plant.metering import Parts
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

NEGLIGIBLE: Final = 0.02
"""A backup of less than this share is taken off unless the balance speaks against it. [-]"""
LEAST_DAYS: Final = 10
"""The heat balance tells the place over at least this many days. [d]"""
CLEAR: Final = 0.35
"""Distance from 0 or 1 within which the balance's slope over the backup's heat is read. [-]"""
SURE: Final = 0.2
"""Largest standard error of that slope. [-]"""
LOAD: Final = ("heat_power", "load")


@dataclass(frozen=True)
class Slope:
    """How much of a backup's heat the load's meter holds, with its standard error. [-]"""

    value: float
    error: float

    @property
    def inside(self) -> bool | None:
        """True behind the meter, False before or beside it, None where it cannot be told."""
        if self.error > SURE:
            return None
        if abs(self.value - 1) < CLEAR:
            return True
        return False if abs(self.value) < CLEAR else None


def without_backups(hours: PlantHours, plant: Plant, inside: Parts) -> PlantHours:
    """
    Return the hours with the load's heat less that of backups its meter holds too.

    Heat and cold at the user side are those of the machines; what backups give is beside it. Where
    the point list does not say what the meter holds, the daily heat balance does: what is left of
    load less source less electricity rises with the backup's heat only if the meter holds it.

    Parameters
    ----------
    hours : PlantHours
        With ``heat_power`` of the loops.
    plant : Plant
        Its backups.
    inside : frozenset of str
        Backups that the point list puts behind the load's meter.

    Returns
    -------
    PlantHours
        Heat withheld, with the reason, where the place matters and cannot be told.
    """
    useful = _signed(hours, plant)
    if not useful.channels or useful.values is None or LOAD not in hours.channels:
        return _unknown_share(hours, useful, inside)
    load = hours.channels[LOAD]
    given = np.where(np.isfinite(load.values), np.nan_to_num(useful.values), 0.0)
    share = float(np.abs(given).sum() / max(float(np.abs(np.nan_to_num(load.values)).sum()), 1.0))
    if inside:
        return _less(hours, useful, ())
    slope = balance_slope(hours, plant, useful)
    if share < NEGLIGIBLE:
        beside = slope is not None and slope.inside is False
        return hours if beside else _less(hours, Group("backup", given), ())
    percent = {"percent": f"{100 * share:.0f}"}
    if slope is None or slope.inside is None:
        reason = Verdict("measure.backup.place_unknown", percent)
        return _withheld(hours, reason)
    if not slope.inside:
        return hours
    return _less(hours, useful, (Verdict("measure.backup.inside", percent),))


def _signed(hours: PlantHours, plant: Plant) -> Group:
    """Heat of backups less their cold, as the load's meter would count them. [W]"""
    heat_of, cold_of = (backup_useful(hours, plant, mode) for mode in ("heating", "cooling"))
    if heat_of.values is None or cold_of.values is None:
        return heat_of
    keys = (*heat_of.channels, *cold_of.channels)
    return Group("backup", heat_of.values - cold_of.values, keys)


def balance_slope(hours: PlantHours, plant: Plant, useful: Group) -> Slope | None:
    """
    Return how the rest of the heat balance rises with the backup's heat, day by day.

    Parameters
    ----------
    hours : PlantHours
        With heat of both loops and the machines' electricity.
    plant : Plant
        Its machines.
    useful : Group
        Heat of the backups. [W]

    Returns
    -------
    Slope or None
        None when a side is not metered, or days are too few or too even.
    """
    parts = [heat(hours, "load"), heat(hours, "source"), machines(hours, plant), useful]
    if any(g.values is None for g in parts):
        return None
    days = len(hours.time) // 24
    table = np.stack([np.asarray(g.values)[: 24 * days].reshape(days, 24) for g in parts])
    sums = np.nan_to_num(table).sum(axis=2)[:, np.isfinite(table).all(axis=(0, 2))]
    if sums.shape[1] < LEAST_DAYS:
        return None
    load, source, drawn, backup = sums
    return _fit(load - source - drawn, np.stack([backup, source, drawn], axis=1))


def _fit(rest: Floats, terms: Floats) -> Slope | None:
    """Least squares: errors of meters grow with what they measure, the backup's share does not."""
    scale = np.abs(terms).max(axis=0)
    terms = terms[:, scale > 0] / scale[scale > 0]
    if scale[0] <= 0 or np.linalg.matrix_rank(terms) < terms.shape[1]:
        return None
    found, *_ = np.linalg.lstsq(terms, rest, rcond=None)
    left = rest - terms @ found
    variance = float(left @ left) / max(len(rest) - terms.shape[1], 1)
    error = float(np.sqrt(variance * np.linalg.inv(terms.T @ terms)[0, 0]))
    return Slope(float(found[0] / scale[0]), error / scale[0])


def _less(hours: PlantHours, useful: Group, said: tuple[Verdict, ...]) -> PlantHours:
    """Take the backups' heat off the load's."""
    load = hours.channels[LOAD]
    coverage = np.min(
        [load.coverage, *(hours.channels[k].coverage for k in useful.channels)], axis=0
    )
    values = load.values - np.asarray(useful.values)
    rests = (*load.rests_on, *useful.channels)
    hidden = joint_resolution([load, *(hours.channels[k] for k in useful.channels)])
    machines_heat = replace(
        load, values=values, coverage=coverage, rests_on=rests, resolution=hidden
    )
    channels = {**hours.channels, LOAD: machines_heat}
    return replace(hours, channels=channels, verdicts=(*hours.verdicts, *said))


def _unknown_share(hours: PlantHours, useful: Group, inside: Parts) -> PlantHours:
    """Refuse heat that holds a backup's unmetered share; say where it may."""
    if not inside and useful.values is None:
        said = Verdict("measure.backup.unmetered", {"needed": useful.missing[0]})
        return replace(hours, verdicts=(*hours.verdicts, said))
    if not inside or useful.values is not None or LOAD not in hours.channels:
        return hours
    return _withheld(hours, Verdict("measure.backup.not_metered", {"needed": useful.missing[0]}))


def _withheld(hours: PlantHours, reason: Verdict) -> PlantHours:
    channels = {**hours.channels, LOAD: hours.channels[LOAD].silent()}
    return replace(
        hours,
        channels=channels,
        withheld={**hours.withheld, LOAD: (reason,)},
        verdicts=(*hours.verdicts, reason),
    )
