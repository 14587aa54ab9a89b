"""What backups gave and drew by the hour: for money, carbon, and who carried the load."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.metered import (
    ELECTRIC_BACKUP,
    Group,
    backup_useful,
    fuels,
    machines,
    spent_in,
)
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.plant.plant import Plant

RUNS = 0.01
"""Machines that draw less than this share of their usual stand still. [-]"""


@dataclass(frozen=True)
class BackupEnergy:
    """
    Backups by the hour, shape (n,), NaN where a meter is silent. [W]

    ``fuels`` by ``gas`` and ``heat``; ``missing`` names what nothing meters, it counts as nothing.
    """

    heat: Floats
    cold: Floats
    electricity: Floats
    fuels: Mapping[str, Floats]
    missing: tuple[str, ...] = ()


def backup_energy(hours: PlantHours, plant: Plant) -> BackupEnergy:
    """
    Return what the backups of a plant gave and drew.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its backups; zeros where it has none.

    Returns
    -------
    BackupEnergy
    """
    missing: list[str] = []

    def known(group: Group) -> Floats:
        missing.extend(m for m in group.missing if m not in missing)
        return np.zeros(len(hours.time)) if group.values is None else group.values

    heat, cold = (known(backup_useful(hours, plant, mode)) for mode in ("heating", "cooling"))
    electric = [known(g) for g in spent_in(hours, plant, ELECTRIC_BACKUP)]
    burnt: dict[str, Floats] = {}
    kinds = {b.id: b.kind for b in plant.backups}
    for name, group in fuels(hours, plant).items():
        sort = "gas" if kinds[name] == "gas_boiler" else "heat"
        burnt[sort] = burnt.get(sort, 0.0) + known(group)
    drawn = np.sum([np.zeros(len(hours.time)), *electric], axis=0)
    return BackupEnergy(heat, cold, drawn, burnt, tuple(missing))


def carried_alone(hours: PlantHours, plant: Plant) -> Bools:
    """
    Return the hours in which backups carried the load while every machine stood still.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines and backups.

    Returns
    -------
    bool array, shape (n,)
        False where machines or backups are not measured.
    """
    given, drawn = backup_energy(hours, plant), machines(hours, plant).values
    if drawn is None:
        return np.zeros(len(hours.time), dtype=bool)
    useful = np.nan_to_num(given.heat) + np.nan_to_num(given.cold)
    running = drawn[np.isfinite(drawn) & (drawn > 0)]
    usual = float(np.median(running)) if len(running) else 0.0
    return np.asarray((useful > 0) & np.isfinite(drawn) & (drawn <= RUNS * usual))
