"""
Heat of a loop, signed: from its meters, whatever their dialect, or from flow and temperatures.

Positive is heat to the building, on the source side heat out of the ground. Registers of heat and
of cold, a signed register, one that counts up in both seasons and one that counts heat only are
told apart by what they count while the rest of the plant says which way heat goes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from loopkeeper.measure.backup_place import without_backups
from loopkeeper.measure.direction import Evidence, HeatDirection, direction_of, witnesses
from loopkeeper.measure.series import (
    Bools,
    Channel,
    ChannelKey,
    Floats,
    PlantHours,
    joint_resolution,
)
from loopkeeper.plant.metering import Parts, compose, parts_behind, required_parts
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

SIGNED_SHARE: Final = 0.01
"""A meter with more than this share of its heat below zero knows both ways. [-]"""
BOTH_SEASONS: Final = 0.01
"""A register counts in cooling too when this share of its heat falls there. [-]"""
COUNTS_COLD: Final = 0.5
"""Share of the cold that flow and temperatures see which a register of both must have. [-]"""
TORN: Final = 0.2
"""Witnesses that contradict each other over this share of the heat settle nothing. [-]"""
LEAST_RESPONSE: Final = 0.2
"""Correlation of daily heat with the weather beyond which it responds to it. [-]"""
LEAST_DAYS: Final = 10
"""Fewer days than this show no response to the weather. [d]"""
CAPACITIES: Final = 2.5
"""Heat of an hour beyond this many times what all machines can give is no heat. [-]"""
FEW: Final = 0.2
"""When more hours than this are beyond, flow, temperatures or nameplates are wrong. [-]"""
ACTIVE: Final = 0.02
"""An hour counts above this share of a usual high hour. [-]"""
_METERS: Final = ("heat_power", "heat_energy", "cooling_energy")


LOOPS: Final = ("source", "load", "hot-water")
"""The loops whose heat is derived."""
Way = Callable[[Floats], HeatDirection]
"""Gives the direction of heat, given how much each hour counts."""


@dataclass(frozen=True)
class Laid:
    """Channels of a loop's heat and what was said while laying them."""

    channels: Mapping[ChannelKey, Channel]
    verdicts: tuple[Verdict, ...] = ()


def machine_heat(hours: PlantHours, plant: Plant) -> tuple[dict[ChannelKey, Channel], Parts]:
    """
    Return the load's heat meters where they stand at machines, and backups behind them.

    Parameters
    ----------
    hours : PlantHours
        Measured channels.
    plant : Plant
        Its machines and backups.

    Returns
    -------
    channels : dict
        ``(quantity, "load")`` summed from meters at ``hp1``, ``machines``, ``machines+ih1`` …
    backups : frozenset of str
        Backups whose heat these meters hold too.
    """
    found: dict[ChannelKey, Channel] = {}
    inside: Parts = frozenset()
    for quantity in _METERS:
        if (quantity, "load") in hours.channels:
            continue
        places = [(of, parts_behind(of, plant)) for of in hours.places(quantity)]
        held = [((quantity, of), parts) for of, parts in places if parts]
        target = required_parts("machines", plant)
        signs = compose(target, [p for _, p in held])
        more = [p for _, p in held if p > target]
        if not signs and more:
            target = min(more, key=len)
            signs, inside = (
                compose(target, [p for _, p in held]),
                target - required_parts("machines", plant),
            )
        if signs:
            found[quantity, "load"] = _sum(hours, [held[k][0] for k in signs], signs.values())
    return found, inside


def _sum(hours: PlantHours, keys: list[ChannelKey], signs: Iterable[int]) -> Channel:
    parts = [hours.channels[k] for k in keys]
    values = np.sum([s * c.values for s, c in zip(signs, parts, strict=True)], axis=0)
    coverage = np.min([c.coverage for c in parts], axis=0)
    return Channel(values, coverage, parts[0].point, tuple(keys), joint_resolution(parts))


def metered_heat(hours: PlantHours, loop: str, calculated: Channel | None, way: Way) -> Laid:
    """
    Return the signed heat of a loop by its meters.

    Parameters
    ----------
    hours : PlantHours
        Channels so far.
    loop : str
        ``"source"``, ``"load"`` or ``"hot-water"``.
    calculated : Channel or None
        Signed heat by flow and temperatures.
    way : callable
        Direction of the heat, given how much an hour counts.

    Returns
    -------
    Laid
        ``heat_power`` of the loop, nothing where no meter works.
    """
    power, heat, cold = (_working(hours, (q, loop)) for q in _METERS)
    if power is None and heat is not None and cold is not None:
        both = np.minimum(heat.coverage, cold.coverage)
        made = Channel(
            heat.values - cold.values,
            both,
            heat.point,
            _keys(loop, *_METERS[1:]),
            joint_resolution((heat, cold)),
        )
        return Laid({("heat_power", loop): made})
    one, quantity = (power, "heat_power") if power is not None else (heat, "heat_energy")
    if one is None:
        return _cold_only(loop, cold, calculated)
    air = hours.channels.get(("outdoor_temperature", "site"))
    told, said = _told(one, loop, calculated, None if air is None else air.values, way)
    told = replace(told, rests_on=(*_keys(loop, quantity), *told.rests_on))
    if power is not None:
        told = replace(told, rests_on=told.rests_on[1:])
    return Laid({("heat_power", loop): told}, said)


def _keys(loop: str, *quantities: str) -> tuple[ChannelKey, ...]:
    return tuple((q, loop) for q in quantities)


def _working(hours: PlantHours, key: ChannelKey) -> Channel | None:
    """A channel that says anything at all."""
    channel = hours.channels.get(key)
    return channel if channel is not None and np.isfinite(channel.values).any() else None


def _cold_only(loop: str, cold: Channel | None, calculated: Channel | None) -> Laid:
    """A plant whose only register counts cold."""
    if cold is None:
        return Laid({})
    values, rests = -cold.values, _keys(loop, "cooling_energy")
    if calculated is not None:
        heat = np.maximum(np.nan_to_num(calculated.values), 0.0)
        values = np.where(cold.values > 0, values, values + heat)
        rests = (*rests, *calculated.rests_on)
    made = replace(cold, values=values, rests_on=rests)
    return Laid({("heat_power", loop): made})


def _told(
    one: Channel, loop: str, calculated: Channel | None, outdoor: Floats | None, way: Way
) -> tuple[Channel, tuple[Verdict, ...]]:
    """Give a meter's heat its sign."""
    size = np.nan_to_num(np.abs(one.values))
    if is_signed(one.values) or loop == "hot-water" or not size.any():
        return one, ()
    direction = way(np.where(size > ACTIVE * float(np.quantile(size[size > 0], 0.9)), size, 0.0))
    cooling = direction.filled() < 0
    if direction.by == ("season",) and _falls_with_warmth(size, outdoor, cooling):
        return one, ()
    share = float(size[cooling].sum() / size.sum())
    if share > BOTH_SEASONS and _counts_cold(one, calculated, cooling):
        return _turned(one, direction, share)
    if calculated is None:
        return one, ()
    cold = np.minimum(np.nan_to_num(calculated.values), 0.0)
    still = cooling & (one.values <= 0) & (cold < 0)
    if not still.any():
        return one, ()
    values = np.where(still, one.values + cold, one.values)
    return replace(one, values=values, rests_on=calculated.rests_on), ()


def _falls_with_warmth(size: Floats, outdoor: Floats | None, where: Bools) -> bool:
    """Tell heat, hot water for one, from cold in the cooling season: it falls on warm days."""
    if outdoor is None:
        return False
    days = len(size) // 24
    shape = (days, 24)
    known = (where & np.isfinite(outdoor))[: 24 * days].reshape(shape).all(axis=1)
    heat = size[: 24 * days].reshape(shape).sum(axis=1)[known]
    air = outdoor[: 24 * days].reshape(shape).mean(axis=1)[known]
    if len(heat) < LEAST_DAYS or heat.std() == 0 or air.std() == 0:
        return False
    return float(np.corrcoef(heat, air)[0, 1]) < -LEAST_RESPONSE


def is_signed(values: Floats) -> bool:
    """Tell whether a meter counts both ways with a sign."""
    known = np.nan_to_num(values)
    return float(np.maximum(-known, 0.0).sum()) > SIGNED_SHARE * float(np.abs(known).sum())


def _counts_cold(one: Channel, calculated: Channel | None, cooling: Bools) -> bool:
    """Tell a register of both seasons from one that stands still while the plant cools."""
    if calculated is None:
        return True
    both = cooling & np.isfinite(one.values + calculated.values)
    seen = float(np.abs(calculated.values[both]).sum())
    return float(one.values[both].sum()) >= COUNTS_COLD * seen


def _turned(
    one: Channel, direction: HeatDirection, share: float
) -> tuple[Channel, tuple[Verdict, ...]]:
    """Count the heat of cooling hours as cold, and say on what evidence."""
    point = "?" if one.point is None else one.point.id
    figures = {
        "point": point,
        "percent": f"{100 * share:.0f}",
        "by": ", ".join(direction.by),
        "against_percent": f"{100 * direction.against:.1f}",
    }
    if direction.against > TORN:
        return one, (Verdict("measure.direction.contradictory", figures),)
    turned = np.where(direction.filled() < 0, -one.values, one.values)
    return replace(one, values=turned), (Verdict("measure.direction.unsigned", figures),)


def direction_in(hours: PlantHours, plant: Plant) -> Way:
    """Return what gives the direction of heat, given how much each hour counts."""
    found: list[tuple[Evidence, ...]] = []

    def way(weight: Floats) -> HeatDirection:
        if not found:
            found.append(witnesses(hours, plant))
        return direction_of(found[0], weight)

    return way


def _within_capacity(
    hours: PlantHours, plant: Plant
) -> tuple[dict[ChannelKey, Channel], tuple[Verdict, ...]]:
    """Calculated heat without the few hours that no machine of the plant could make."""
    rated = sum(max(m.rated_heating or 0.0, m.rated_cooling or 0.0) for m in plant.machines)
    rated += sum(max(b.heating or 0.0, b.cooling or 0.0) for b in plant.backups)
    found: dict[ChannelKey, Channel] = {}
    said: list[Verdict] = []
    for loop in ("source", "load"):
        channel = hours.channels.get(("heat_power_calculated", loop))
        if channel is None or not rated:
            continue
        beyond = np.abs(np.nan_to_num(channel.values)) > CAPACITIES * rated
        known = np.isfinite(channel.values)
        if not beyond.any() or beyond.sum() > FEW * known.sum():
            continue
        values = np.where(beyond, np.nan, channel.values)
        coverage = np.where(beyond, 0.0, channel.coverage)
        found["heat_power_calculated", loop] = replace(channel, values=values, coverage=coverage)
        figures = {
            "loop": loop,
            "hours": int(beyond.sum()),
            "times": f"{CAPACITIES:g}",
            "kilowatt": f"{rated / 1000:.4g}",
        }
        said.append(Verdict("measure.bound.capacity", figures))
    return found, tuple(said)


def with_heat(hours: PlantHours, plant: Plant) -> PlantHours:
    """
    Return the hours with the signed heat of every loop.

    Parameters
    ----------
    hours : PlantHours
        Measured channels and ``heat_power_calculated`` of loops that have flow and temperatures.
    plant : Plant
        Its machines, backups and seasons.

    Returns
    -------
    PlantHours
        With ``heat_power`` of the loops, and what was said about their meters.
    """
    joined, inside = machine_heat(hours, plant)
    bounded, over = _within_capacity(hours, plant)
    hours = replace(
        hours, channels={**hours.channels, **joined, **bounded}, verdicts=(*hours.verdicts, *over)
    )
    way = direction_in(hours, plant)
    channels, said = dict(hours.channels), list(hours.verdicts)
    for loop in LOOPS:
        calculated = channels.get(("heat_power_calculated", loop))
        laid = metered_heat(hours, loop, calculated, way)
        channels |= laid.channels
        said += laid.verdicts
        if calculated is not None and ("heat_power", loop) not in laid.channels:
            channels["heat_power", loop] = calculated
    return without_backups(replace(hours, channels=channels, verdicts=tuple(said)), plant, inside)
