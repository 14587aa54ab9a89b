"""Groups of meters: heat and electricity by part of the plant, and what is not metered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.series import ChannelKey, Floats, PlantHours
from loopkeeper.plant.carbon import GAS_HEAT
from loopkeeper.plant.plant import Plant
from loopkeeper.units import KWH

RECHARGE_KINDS: Final = frozenset({"solar"})
"""Backups that feed the ground and not the building."""
COLD_KINDS: Final = frozenset({"chiller"})
"""Backups that make cold."""
REJECTING_KINDS: Final = frozenset({"cooling_tower"})
"""Backups that take heat off the condensers; they draw electricity and give nothing."""


PARTS: Final = ("source_pumps", "buffer_pumps", "load_pumps", "backup", "terminals")
"""What a boundary may count beside the machines, from them outwards."""
BESIDE: Final = {"buffer_pumps": "buffer-pumps", "terminals": "terminals"}
"""Parts that are no record of the plant: their place in the point list."""
_HEAT: Final = ("backup_heat_power", "heat_power", "heat_energy")
_ELECTRICITY: Final = ("electricity_power", "electricity_energy")


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


def backup_useful(hours: PlantHours, plant: Plant, mode: str) -> Group:
    """Return the heat, or the cold, of all backups that serve the building, positive. [W]"""
    cold = mode == "cooling"
    makes = [b.id for b in plant.backups if (b.kind in COLD_KINDS) == cold]
    parts = [p for p in _serving(plant) if p in makes]
    if not parts:
        return Group("backup", np.zeros(len(hours.time)))
    named = ("heat_power", "cooling_energy") if cold else _HEAT
    found = _summed(hours, "backup", parts, named)
    return found if found.values is None else replace(found, values=np.abs(found.values))


def _inputs(hours: PlantHours, plant: Plant) -> list[Group]:
    """What backups draw as final energy: electricity, gas by its heating value, bought heat."""
    kinds = {b.id: b.kind for b in plant.backups}
    found: list[Group] = []
    electric: list[str] = []
    for one in _drawing(plant):
        if kinds[one] == "gas_boiler":
            gas = _summed(hours, one, [one], ("gas_volume",))
            burnt = None if gas.values is None else GAS_HEAT * KWH * gas.values
            found.append(replace(gas, values=burnt))
        elif kinds[one] == "heat_network":
            found.append(_summed(hours, one, [one], _HEAT))
        else:
            electric.append(one)
    return [*found, _electricity(hours, "backup", electric)] if electric else found


def spent_in(hours: PlantHours, plant: Plant, name: str) -> list[Group]:
    """
    Return what a part of ``PARTS`` draws, in groups of one kind of meter. [W]

    Buffer pumps and terminals have places in the point list only: a plant without their meter
    has none of them, and nothing is counted.

    Parameters
    ----------
    hours : PlantHours
        The period.
    plant : Plant
        The plant.
    name : str
        One of ``PARTS``.

    Returns
    -------
    list of Group
        Electricity; of backups final energy (SEPEMO counts fuel by its heating value, M).
    """
    if name == "backup":
        return _inputs(hours, plant)
    if name in BESIDE:
        return [_electricity(hours, BESIDE[name], [])] if meters(hours, name) else []
    return [pumps(hours, plant, name.removesuffix("_pumps"))]


def meters(hours: PlantHours, name: str) -> bool:
    """Tell whether a part that only some plants have is metered."""
    return _best(hours, BESIDE[name], _ELECTRICITY) is not None


def heat(hours: PlantHours, of: str) -> Group:
    """Return the signed heat of a loop: extracted from the source, delivered to the load. [W]"""
    key = ("heat_power", of)
    if key in hours.channels:
        return Group(of, hours.channels[key].values, (key,))
    ways = (*_HEAT[1:], "flow + supply_temperature + return_temperature")
    return Group(of, None, (), (f"{' / '.join(ways)} @ {of}",))


def _drawing(plant: Plant) -> list[str]:
    """Backups that draw energy for the building's sake."""
    return [b.id for b in plant.backups if b.kind not in RECHARGE_KINDS]


def _serving(plant: Plant) -> list[str]:
    """Backups that give the building heat or cold."""
    return [b.id for b in plant.backups if b.kind not in RECHARGE_KINDS | REJECTING_KINDS]


def _electricity(hours: PlantHours, group: str, parts: Sequence[str]) -> Group:
    """Electricity of a group by the sum of its parts, else by its own meter."""
    return _summed(hours, group, parts, _ELECTRICITY)


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
    names = " / ".join(quantities[:2])
    return Group(group, None, (), tuple(f"{names} @ {part}" for part in absent))


def _best(hours: PlantHours, of: str, quantities: Sequence[str]) -> ChannelKey | None:
    """Return the better covered of several channels that say the same."""
    keys = [(q, of) for q in quantities if (q, of) in hours.channels]
    return max(keys, key=lambda k: float(hours.channels[k].coverage.sum()), default=None)
