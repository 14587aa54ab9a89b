"""Groups of meters: heat and electricity by part of the plant, and what is not metered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.series import ChannelKey, Floats, PlantHours
from loopkeeper.plant.carbon import GAS_HEAT
from loopkeeper.plant.metering import Parts, compose, parts_behind, required_parts, stand_by
from loopkeeper.plant.plant import Plant
from loopkeeper.units import KWH

RECHARGE_KINDS: Final = frozenset({"solar"})
"""Backups that feed the ground and not the building."""
COLD_KINDS: Final = frozenset({"chiller"})
"""Backups that make cold."""
ELECTRIC_KINDS: Final = frozenset({"electric_boiler", "electric_heater", "immersion_heater"})
"""Backups that make heat of electricity alone."""
FUEL_KINDS: Final = frozenset({"gas_boiler", "heat_network"})
"""Backups whose final energy is not electricity."""
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
    ``signs`` are −1 for sub-meters that are taken off a main meter, all +1 when empty.
    """

    name: str
    values: Floats | None
    channels: tuple[ChannelKey, ...] = ()
    missing: tuple[str, ...] = ()
    signs: tuple[int, ...] = ()


def machines(hours: PlantHours, plant: Plant) -> Group:
    """Return the electricity of all machines. [W]"""
    return electricity_of(hours, plant, "machines")


def pumps(hours: PlantHours, plant: Plant, loop: str) -> Group:
    """Return the electricity of all pumps of ``"source"`` or ``"load"``. [W]"""
    return electricity_of(hours, plant, f"{loop}-pumps")


def backup_useful(hours: PlantHours, plant: Plant, mode: str) -> Group:
    """Return the heat, or the cold, of all backups that serve the building, positive. [W]"""
    cold = mode == "cooling"
    makes = [b.id for b in plant.backups if (b.kind in COLD_KINDS) == cold]
    parts = [p for p in _serving(plant) if p in makes]
    if not parts:
        return Group("backup", np.zeros(len(hours.time)))
    named = ("heat_power", "cooling_energy") if cold else _HEAT
    found = _summed(hours, "backup", parts, named)
    if found.values is None and not cold:
        found = _from_electricity(hours, plant, parts, found)
    return found if found.values is None else replace(found, values=np.abs(found.values))


def _from_electricity(
    hours: PlantHours, plant: Plant, parts: Sequence[str], refused: Group
) -> Group:
    """Heat of electric backups by their electricity and stated efficiency."""
    records = [b for b in plant.backups if b.id in parts]
    if any(b.kind not in ELECTRIC_KINDS or b.efficiency is None for b in records):
        return refused
    drawn = [_best(hours, b.id, _ELECTRICITY) for b in records]
    keys = tuple(k for k in drawn if k is not None)
    if len(keys) < len(records):
        return refused
    made = [
        hours.channels[k].values * (b.efficiency or 1.0)
        for k, b in zip(keys, records, strict=True)
    ]
    return Group("backup", np.asarray(np.sum(made, axis=0)), keys)


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
    return [*found, _summed(hours, "backup", electric, _ELECTRICITY)] if electric else found


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
        return [electricity_of(hours, plant, BESIDE[name])] if meters(hours, plant, name) else []
    return [pumps(hours, plant, name.removesuffix("_pumps"))]


def meters(hours: PlantHours, plant: Plant, name: str) -> bool:
    """Tell whether a part that only some plants have is metered."""
    return any(BESIDE[name] in parts for _, parts in _holding(hours, plant))


def parts_of(plant: Plant, name: str) -> Parts:
    """Return what a part of ``PARTS`` holds of what draws electricity."""
    if name == "backup":
        fuel = {b.id for b in plant.backups if b.kind in FUEL_KINDS}
        return frozenset(_drawing(plant)) - fuel
    return required_parts(BESIDE.get(name, name.replace("_", "-")), plant)


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


def electricity_of(hours: PlantHours, plant: Plant, *groups: str) -> Group:
    """
    Return the electricity of groups of parts by whatever meters hold them.

    Meters of single parts are summed; where one of these is silent a meter that holds more of
    them stands in; a main meter less its sub-meters does as well. Stand-by pumps without a meter
    are taken to rest.

    Parameters
    ----------
    hours : PlantHours
        The period.
    plant : Plant
        Its machines, pumps and backups.
    groups : str
        Words of the point list: ``machines``, ``source-pumps``, ``backup``, ``hp1`` …

    Returns
    -------
    Group
        Named after the groups; ``missing`` names what no meter holds. [W]
    """
    target = frozenset().union(*(required_parts(g, plant) for g in groups))
    return electricity_of_parts(hours, plant, target, "+".join(groups))


def electricity_of_parts(hours: PlantHours, plant: Plant, target: Parts, name: str) -> Group:
    """Return the electricity of parts that are not divided any further. [W]"""
    held = _holding(hours, plant)
    metered = frozenset().union(*(parts for _, parts in held))
    target -= stand_by(plant) - metered
    sets = [parts for _, parts in held]
    finest = compose(target, sets) if target else {}
    if not finest:
        absent = sorted(target - _alone(sets)) or [name]
        return Group(name, None, (), tuple(f"{' / '.join(_ELECTRICITY)} @ {p}" for p in absent))
    values = _added(hours, held, finest)
    coarse = compose(target, sets, whole=True)
    if coarse != finest:
        values = np.where(np.isfinite(values), values, _added(hours, held, coarse))
    keys = tuple(held[k][0] for k in finest)
    return Group(name, values, keys, (), tuple(finest.values()))


def _alone(sets: Sequence[Parts]) -> Parts:
    """Parts that have a meter of their own."""
    return frozenset().union(*(parts for parts in sets if len(parts) == 1))


def _added(
    hours: PlantHours, held: Sequence[tuple[ChannelKey, Parts]], signs: Mapping[int, int]
) -> Floats:
    parts = [sign * hours.channels[held[k][0]].values for k, sign in signs.items()]
    return np.asarray(np.sum(parts, axis=0))


def _holding(hours: PlantHours, plant: Plant) -> list[tuple[ChannelKey, Parts]]:
    """Every electricity meter with the parts behind it, the better covered of two alike."""
    best: dict[str, ChannelKey] = {}
    for quantity, of in hours.channels:
        if quantity in _ELECTRICITY:
            best[of] = _best(hours, of, _ELECTRICITY) or (quantity, of)
    held = [(key, parts_behind(of, plant)) for of, key in sorted(best.items())]
    return [(key, parts) for key, parts in held if parts]


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
