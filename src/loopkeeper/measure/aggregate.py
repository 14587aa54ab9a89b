"""The plant hour by hour: time-weighted means, and heat derived before averaging."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from loopkeeper.errors import UnmappedPointError
from loopkeeper.measure.admitted import Admitted, Segments
from loopkeeper.measure.averaging import HourAxis, hourly_mean
from loopkeeper.measure.derived import loop_fluid, loop_heat
from loopkeeper.measure.series import Channel, ChannelKey, Floats, PlantHours
from loopkeeper.plant.plant import Plant

LOOPS: Final = ("source", "load", "hot-water")
"""The loops whose heat is derived."""


def hourly(admitted: Admitted, plant: Plant) -> PlantHours:
    """
    Return every channel of a plant on one gap-free hourly axis in UTC.

    Beside the measured channels each loop gets ``heat_power`` (source: extracted positive; load:
    heating positive, cooling negative) from its heat meter — ``heat_power``, or ``heat_energy``
    less ``cooling_energy`` — else from flow and temperatures; the latter is always kept as
    ``heat_power_calculated`` where it can be had. A loop with a ``heat_energy`` counter only,
    which cannot count cold, takes its cold from flow and temperatures.

    Parameters
    ----------
    admitted : Admitted
        Admitted readings.
    plant : Plant
        Its points and the fluid of its source loop.

    Returns
    -------
    PlantHours
        Hourly means in SI with coverage; empty when nothing was admitted.
    """
    segments = admitted.segments()
    if not segments:
        return PlantHours(np.zeros(0, "datetime64[s]"), {})
    axis = HourAxis.spanning(
        min(int(s.start[0]) for s in segments.values() if len(s.start)),
        max(int(s.end[-1]) for s in segments.values() if len(s.end)),
    )
    channels: dict[ChannelKey, Channel] = {}
    chosen: dict[ChannelKey, Segments] = {}
    for point in admitted.points:
        if point.id not in segments:
            continue
        key = (point.quantity, point.of)
        channel = Channel(*hourly_mean(segments[point.id], axis), point)
        if key in channels and channels[key].coverage.sum() >= channel.coverage.sum():
            continue
        channels[key], chosen[key] = channel, segments[point.id]
    for loop in LOOPS:
        channels |= _loop_channels(plant, loop, channels, chosen, axis)
    return PlantHours(axis.time, channels)


def total(admitted: Admitted, identifier: str) -> float:
    """
    Return what a counter or a rate adds up to over all its usable stretches.

    Parameters
    ----------
    admitted : Admitted
        Admitted readings.
    identifier : str
        Id of the point.

    Returns
    -------
    float
        Integral over time: J of an energy, m3 of a volume, a number of starts. [SI unit × s]

    Raises
    ------
    UnmappedPointError
        When the point has no readings.
    """
    segments = admitted.segments().get(identifier)
    if segments is None:
        raise UnmappedPointError(f"point {identifier} has no readings")
    usable = segments.usable()
    return float(usable.value @ usable.seconds)


def _loop_channels(
    plant: Plant,
    loop: str,
    channels: Mapping[ChannelKey, Channel],
    chosen: Mapping[ChannelKey, Segments],
    axis: HourAxis,
) -> dict[ChannelKey, Channel]:
    """Heat of a loop by its meter, and by flow and temperatures."""
    found: dict[ChannelKey, Channel] = {}
    names = ("flow", "supply_temperature", "return_temperature")
    parts = [chosen[name, loop] for name in names if (name, loop) in chosen]
    calculated: Channel | None = None
    if len(parts) == len(names):
        heat = loop_heat(parts[0], parts[1], parts[2], loop_fluid(plant, loop))
        calculated = Channel(*hourly_mean(heat, axis))
        found["heat_power_calculated", loop] = calculated
    if ("heat_power", loop) not in channels:
        metered = _metered(channels, loop, calculated) or calculated
        if metered is not None:
            found["heat_power", loop] = metered
    return found


def _metered(
    channels: Mapping[ChannelKey, Channel], loop: str, calculated: Channel | None
) -> Channel | None:
    """Signed heat of a loop from the counters of its heat meter."""
    heat = channels.get(("heat_energy", loop))
    cold = channels.get(("cooling_energy", loop))
    if heat is None:
        return None
    if cold is not None:
        return Channel(
            heat.values - cold.values, np.minimum(heat.coverage, cold.coverage), heat.point
        )
    if calculated is None:
        return heat
    return Channel(
        np.where(heat.values > 0, heat.values, _cold(calculated, heat)),
        heat.coverage,
        heat.point,
    )


def _cold(calculated: Channel, heat: Channel) -> Floats:
    """Return the calculated cold while the heat meter stands still."""
    return heat.values + np.minimum(np.nan_to_num(calculated.values), 0.0)
