"""The plant hour by hour: time-weighted means, and heat derived before averaging."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from loopkeeper.errors import UnmappedPointError
from loopkeeper.measure.admitted import Admitted, Segments
from loopkeeper.measure.averaging import HOUR_STEP, StepAxis, step_mean
from loopkeeper.measure.derived import loop_fluid, loop_heat
from loopkeeper.measure.loop_heat import LOOPS, with_heat
from loopkeeper.measure.recharge import with_recharge
from loopkeeper.measure.running import calculated_running
from loopkeeper.measure.series import Channel, ChannelKey, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Statistic

_SUMMED = frozenset({Statistic.COUNTER, Statistic.SUM})
"""Statistics whose last minutes are energy."""
FLOAT_NOISE: Final = 1e-4
"""Increments closer than this share of the largest are the same increment: readings are long
numbers, and a step so much smaller than what is counted hides nothing (A). [-]"""


def hourly(admitted: Admitted, plant: Plant, step: int = HOUR_STEP) -> PlantHours:
    """
    Return every channel of a plant on one gap-free axis of hours, or of other steps, in UTC.

    Beside the measured channels each loop gets ``heat_power`` (source: extracted positive; load:
    heating positive, cooling negative) from its heat meter — a power, a register of both seasons
    with or without sign, registers of heat and of cold — else from flow and temperatures; the
    latter is always kept as ``heat_power_calculated`` where it can be had. Machines without a
    ``running`` point get ``running_calculated`` by their draw. Heat of backups that
    the load's meter holds too is taken off; ``heat_power`` of ``recharge`` is what others put into
    the ground. A register of volume is a flow.

    Parameters
    ----------
    admitted : Admitted
        Admitted readings.
    plant : Plant
        Its points, parts and the fluid of its source loop.
    step : int
        Hours are meant where none is given; trials are looked at by the minute. [µs]

    Returns
    -------
    PlantHours
        Means of steps in SI with coverage; empty when nothing was admitted.
    """
    segments = {k: s for k, s in admitted.segments().items() if len(s.start)}
    if not segments:
        return PlantHours(np.zeros(0, "datetime64[s]"), {})
    axis = _axis(segments, admitted, step)
    channels: dict[ChannelKey, Channel] = {}
    chosen: dict[ChannelKey, Segments] = {}
    for point in admitted.points:
        if point.id not in segments:
            continue
        key = ("flow" if point.quantity == "volume" else point.quantity, point.of)
        stretch = segments[point.id]
        if point.statistic not in _SUMMED:
            stretch = stretch.bridged()
        hidden = register_step(stretch) if point.statistic in _SUMMED else 0.0
        channel = Channel(*step_mean(stretch, axis), point, resolution=hidden)
        if key in channels and channels[key].coverage.sum() >= channel.coverage.sum():
            continue
        channels[key], chosen[key] = channel, stretch
    calculated = {
        ("heat_power_calculated", loop): heat
        for loop in LOOPS
        if (heat := _calculated(plant, loop, chosen, axis)) is not None
    }
    running = calculated_running(plant, chosen, axis)
    laid = PlantHours(axis.time, channels | calculated | running)
    return with_recharge(with_heat(laid, plant), plant)


def register_step(stretch: Segments) -> float:
    """
    Return what the readings of a register are rounded to, 0 where that is not seen. [SI x s]

    Increments of rounded readings are multiples of one step: the smallest difference between any
    two of them, a standstill among them, is the step of a register that was read often enough.
    """
    usable = stretch.usable()
    moved = np.unique(np.concatenate([[0.0], usable.value * usable.seconds]))
    apart = np.diff(moved)
    apart = apart[apart > FLOAT_NOISE * np.abs(moved).max()]
    return float(apart.min()) if len(apart) else 0.0


def _axis(segments: Mapping[str, Segments], admitted: Admitted, step: int = HOUR_STEP) -> StepAxis:
    """The steps of a record; less than half a one of a last value makes none of its own."""
    first = min(int(s.start[0]) for s in segments.values())
    last = first + 1
    for name, stretch in segments.items():
        end = int(stretch.end[-1])
        scrap = end % step
        if admitted.point(name).statistic not in _SUMMED and scrap < step // 2:
            end -= scrap
        last = max(last, end)
    return StepAxis.spanning(first, last, step)


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


def _calculated(
    plant: Plant, loop: str, chosen: Mapping[ChannelKey, Segments], axis: StepAxis
) -> Channel | None:
    """Heat of a loop by flow and temperatures, multiplied before it is averaged."""
    keys = [(name, loop) for name in ("flow", "supply_temperature", "return_temperature")]
    if not all(k in chosen for k in keys):
        return None
    flow, supply, back = (chosen[k] for k in keys)
    heat = loop_heat(flow, supply, back, loop_fluid(plant, loop))
    return Channel(*step_mean(heat, axis), rests_on=tuple(keys))
