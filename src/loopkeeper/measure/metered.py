"""Groups of meters: heat and electricity by part of the plant, and what is not metered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.series import ChannelKey, Floats, PlantHours
from loopkeeper.plant.carbon import GAS_HEAT
from loopkeeper.plant.machines import BackupRecord
from loopkeeper.plant.metering import Parts, compose, parts_behind, required_parts, stand_by
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.recharge import serving_ground
from loopkeeper.units import KWH

OF_A_LOOP: Final = {"source": "source-pumps", "load": "load-pumps"}
"""An electricity meter at a water loop holds its pumps: water itself draws nothing."""
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
RUNS, LESS, OFTEN, ENOUGH = 0.2, 0.7, 0.1, 50
"""A pump runs above this share of its highest draw; a meter that reads less than this share of it
in this share of such hours, of which there are so many, does not hold it."""
ELECTRIC_BACKUP: Final = "electric_backup"
"""Backups that draw electricity, as a part of a boundary: fuel is none of a ratio to it."""
BESIDE: Final = {"buffer_pumps": "buffer-pumps", "terminals": "terminals"}
"""Parts that are no record of the plant: their place in the point list."""
_RESISTANCE: Final = dict.fromkeys(ELECTRIC_KINDS, 1.0)
"""Efficiency of resistance heat in the water where none is stated (first law). [-]"""
_HEAT: Final = ("backup_heat_power", "heat_power", "heat_energy")
_ELECTRICITY: Final = ("electricity_power", "electricity_energy")
_FINAL: Final = {"gas_boiler": ("gas_volume",), "heat_network": _HEAT}
"""Meters of final energy that is no electricity, by kind of backup."""


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
    """
    Return the electricity of all pumps of ``"source"`` or ``"load"``. [W]

    A meter at the loop is taken to hold all its pumps, unless it reads less than a recharge pump's
    own meter: then that pump stands beside it and is added.
    """
    found = electricity_of(hours, plant, f"{loop}-pumps")
    for service in serving_ground(plant) if loop == "source" else ():
        key = _best(hours, service.pump.id, _ELECTRICITY) if service.pump else None
        if key is None or found.values is None or key in found.channels:
            continue
        own = hours.channels[key].values
        if _beside(found.values, own):
            found = replace(
                found,
                values=found.values + np.nan_to_num(own),
                channels=(*found.channels, key),
                signs=(*found.signs, 1) if found.signs else (),
            )
    return found


def _beside(whole: Floats, own: Floats) -> bool:
    """Whether a meter cannot hold a part: it reads less than the part's own too often. [W]"""
    known = np.isfinite(whole) & np.isfinite(own)
    on = known & (own > RUNS * np.nanmax(own, initial=0.0))
    return bool(on.sum() >= ENOUGH and (whole[on] < LESS * own[on]).mean() > OFTEN)


def backup_useful(hours: PlantHours, plant: Plant, mode: str, *, electric: bool = False) -> Group:
    """
    Return the heat, or the cold, of all backups that serve the building, positive.

    Parameters
    ----------
    hours : PlantHours
        The period.
    plant : Plant
        Its backups.
    mode : str
        ``"heating"`` or ``"cooling"``.
    electric : bool
        Only of those that make it of electricity.

    Returns
    -------
    Group
        By their heat meters, else what they draw times their efficiency. [W]
    """
    cold = mode == "cooling"
    below = {s.backup.id for s in serving_ground(plant)}
    makes = [
        b
        for b in plant.backups
        if (b.kind in COLD_KINDS) == cold
        and not (electric and b.kind in FUEL_KINDS)
        and b.kind not in RECHARGE_KINDS | REJECTING_KINDS
        and b.id not in below
    ]
    if not makes:
        return Group("backup", np.zeros(len(hours.time)))
    named = ("heat_power", "cooling_energy") if cold else _HEAT
    found = _summed(hours, "backup", [b.id for b in makes], named)
    if found.values is None:
        found = _one_by_one(hours, makes, named, found)
    return found if found.values is None else replace(found, values=np.abs(found.values))


def _one_by_one(
    hours: PlantHours, records: Sequence[BackupRecord], named: Sequence[str], refused: Group
) -> Group:
    """Each backup by its own heat meter, else by what it draws and its efficiency."""
    keys: list[ChannelKey] = []
    made: list[Floats] = []
    for one in records:
        metered = _best(hours, one.id, named)
        key = metered or _best(hours, one.id, _FINAL.get(one.kind, _ELECTRICITY))
        share = 1.0 if metered else one.efficiency or _RESISTANCE.get(one.kind)
        if key is None or share is None:
            return refused
        burnt = GAS_HEAT * KWH if key[0] == "gas_volume" else 1.0
        made.append(np.abs(hours.channels[key].values) * burnt * share)
        keys.append(key)
    return Group("backup", np.asarray(np.sum(made, axis=0)), tuple(keys))


def fuels(hours: PlantHours, plant: Plant) -> dict[str, Group]:
    """Return what each backup draws that is no electricity: gas by its heating value, heat. [W]"""
    found: dict[str, Group] = {}
    for one in plant.backups:
        if one.kind not in FUEL_KINDS:
            continue
        drawn = _summed(hours, one.id, [one.id], _FINAL[one.kind])
        if one.kind == "gas_boiler" and drawn.values is not None:
            drawn = replace(drawn, values=GAS_HEAT * KWH * drawn.values)
        found[one.id] = drawn
    return found


def electric_backups(hours: PlantHours, plant: Plant) -> list[str]:
    """Return the backups that draw electricity; towers where they are metered."""
    unmetered = {b.id for b in plant.backups if b.kind in REJECTING_KINDS} - {
        of for q, of in hours.channels if q in _ELECTRICITY
    }
    return [
        b.id
        for b in plant.backups
        if b.kind not in RECHARGE_KINDS | FUEL_KINDS and b.id not in unmetered
    ]


def _inputs(hours: PlantHours, plant: Plant) -> list[Group]:
    """What backups draw as final energy: electricity, gas by its heating value, bought heat."""
    electric = [b for b in _drawing(plant) if b not in fuels(hours, plant)]
    drawn = [_summed(hours, "backup", electric, _ELECTRICITY)] if electric else []
    return [*fuels(hours, plant).values(), *drawn]


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
    if name == ELECTRIC_BACKUP:
        parts = electric_backups(hours, plant)
        return [_summed(hours, "backup", parts, _ELECTRICITY)] if parts else []
    if name in BESIDE:
        return [electricity_of(hours, plant, BESIDE[name])] if meters(hours, plant, name) else []
    return [pumps(hours, plant, name.removesuffix("_pumps"))]


def meters(hours: PlantHours, plant: Plant, name: str) -> bool:
    """Tell whether a part that only some plants have is metered."""
    return any(BESIDE[name] in parts for _, parts in _holding(hours, plant))


def parts_of(plant: Plant, name: str) -> Parts:
    """Return what a part of ``PARTS`` holds of what draws electricity."""
    if name in {"backup", ELECTRIC_BACKUP}:
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
    held = [(key, parts_behind(OF_A_LOOP.get(of, of), plant)) for of, key in sorted(best.items())]
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
