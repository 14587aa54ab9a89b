"""Groups of meters: heat and electricity by part of the plant, and what is not metered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.series import ChannelKey, Floats, PlantHours
from loopkeeper.plant.plant import Plant

RECHARGE_KINDS: Final = frozenset({"solar"})
"""Backups that feed the ground and not the building."""


@dataclass(frozen=True)
class Group:
    """
    Hourly mean power of a group and the channels it was summed from. [W]

    ``values`` is None when the group is not metered; ``missing`` names the points needed.
    """

    name: str
    values: Floats | None
    channels: tuple[ChannelKey, ...] = ()
    missing: tuple[str, ...] = ()


def machines(hours: PlantHours, plant: Plant) -> Group:
    """Return the electricity of all machines. [W]"""
    return _electricity(hours, "machines", [m.id for m in plant.machines])


def pumps(hours: PlantHours, plant: Plant, loop: str) -> Group:
    """Return the electricity of all pumps of ``"source"`` or ``"load"``. [W]"""
    return _electricity(hours, f"{loop}-pumps", [p.id for p in plant.pumps if p.loop == loop])


def backup_heat(hours: PlantHours, plant: Plant) -> Group:
    """Return the heat of all backups that serve the building; zero when there are none. [W]"""
    parts = _backups(plant)
    if not parts:
        return Group("backup", np.zeros(len(hours.time)))
    return _summed(hours, "backup", parts, ("backup_heat_power", "heat_power", "heat_energy"))


def backup_input(hours: PlantHours, plant: Plant) -> Group:
    """Return what all backups draw, as electricity; zero when there are none. [W]"""
    parts = _backups(plant)
    if not parts:
        return Group("backup", np.zeros(len(hours.time)))
    return _electricity(hours, "backup", parts)


def heat(hours: PlantHours, of: str) -> Group:
    """Return the signed heat of a loop: extracted from the source, delivered to the load. [W]"""
    key = ("heat_power", of)
    if key in hours.channels:
        return Group(of, hours.channels[key].values, (key,))
    needed = f"heat_power or heat_energy of {of}, or flow and both temperatures of {of}"
    return Group(of, None, (), (needed,))


def _backups(plant: Plant) -> list[str]:
    return [b.id for b in plant.backups if b.kind not in RECHARGE_KINDS]


def _electricity(hours: PlantHours, group: str, parts: Sequence[str]) -> Group:
    """Electricity of a group by the sum of its parts, else by its own meter."""
    return _summed(hours, group, parts, ("electricity_power", "electricity_energy"))


def _summed(
    hours: PlantHours, group: str, parts: Sequence[str], quantities: Sequence[str]
) -> Group:
    keys = [_best(hours, part, quantities) for part in parts]
    whole = _best(hours, group, quantities)
    known = [k for k in keys if k is not None]
    if parts and len(known) == len(parts):
        values: Floats = np.sum([hours.channels[k].values for k in known], axis=0)
        if whole is not None:
            values = np.where(np.isfinite(values), values, hours.channels[whole].values)
        return Group(group, values, tuple(known))
    if whole is not None:
        return Group(group, hours.channels[whole].values, (whole,))
    absent = [p for p, k in zip(parts, keys, strict=True) if k is None] or [group]
    names = " or ".join(quantities[:2])
    return Group(group, None, (), tuple(f"{names} of {part}" for part in absent))


def _best(hours: PlantHours, of: str, quantities: Sequence[str]) -> ChannelKey | None:
    """Return the better covered of several channels that say the same."""
    keys = [(q, of) for q in quantities if (q, of) in hours.channels]
    return max(keys, key=lambda k: float(hours.channels[k].coverage.sum()), default=None)
