"""
The source side of the inner loop: what the machines see, and what the ground will remember.

Two sorts: ground and still water driven by heat, and wells whose returned water comes back.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.compiled import compiled, inlined
from loopkeeper.physics.hole_resistance import bracket, fluid_with
from loopkeeper.physics.returned_water import moved, passed

Floats = NDArray[np.float64]


class GroundArrays(NamedTuple):
    """
    Modal source per watt of the whole plant: decay [-], memory [-], gains [K W-1].

    ``returned`` tells wells that return their water (1) from ground driven by heat (0): their
    modes live in circulated ``volume`` [m3] with ``weight`` [-], ``exchange`` is the share of the
    water that passes the ground [-], and ``step`` [s] turns flow into volume.
    ``flow_resistance`` [K W-1] by flow [m3 s-1] and fluid temperature [°C], of wells by flow only.
    ``middle`` is where between return (0) and outlet (1) the source's temperature stands.
    """

    decay: Floats
    memory: Floats
    gain: Floats
    push: Floats
    flow_axis: Floats
    temperature_axis: Floats
    flow_resistance: Floats
    middle: float
    cycling: float
    returned: int
    volume: Floats
    weight: Floats
    exchange: float
    step: float


class SourceStep(NamedTuple):
    """
    Source loop of a step: ground heat [W], supply and return [°C].

    Of wells also the deficit of the water returned [K] and its volume [m3].
    """

    ground_heat: float
    supply: float
    back: float
    entering: float
    volume: float


@inlined
def recall(ground: GroundArrays, modes: Floats) -> tuple[float, float]:
    """Drop by what the ground remembers [K] and rise per watt of this step [K W-1]."""
    drop, gain = 0.0, 0.0
    if ground.returned == 1:
        return drop, gain
    for k in range(modes.size):
        drop += ground.memory[k] * modes[k]
        gain += ground.gain[k]
    return drop, gain


@inlined
def remember(ground: GroundArrays, modes: Floats, loop: SourceStep) -> None:
    """Advance the modes by a solved step."""
    if ground.returned == 1:
        for k in range(modes.size):
            modes[k] *= ground.decay[k]
        if loop.volume > 0.0:
            moved(ground.volume, ground.weight, modes, loop.volume, loop.entering)
    else:
        for k in range(modes.size):
            modes[k] = ground.decay[k] * modes[k] + ground.push[k] * loop.ground_heat


@inlined
def _interpolated(ground: GroundArrays, flow: float) -> float:
    """Resistance at a flow through the source. [K W-1]"""
    k, c = bracket(ground.flow_axis, flow)
    value = ground.flow_resistance[k, 0]
    if c > 0.0:
        value += c * (ground.flow_resistance[k + 1, 0] - value)
    return float(value)


@compiled
def _returned_loop(
    ground: GroundArrays,
    modes: Floats,
    natural: float,
    heat: tuple[float, float, float],
    water: tuple[float, float, float],
) -> SourceStep:
    """Temperatures of a loop on wells that return their water."""
    mean, share, recharge = heat
    bypass, capacity, flow = water
    if share <= 0.0:
        standing = 0.0
        for k in range(modes.size):
            standing += modes[k]
        rest = natural - ground.exchange * standing
        return SourceStep(-recharge, rest, rest, 0.0, 0.0)
    running = (mean - recharge) / share
    through = max(flow * (1.0 - bypass), 1e-9)
    volume = through * share * ground.step
    spread = running / (through * capacity)
    memory, gain = passed(ground.volume, ground.weight, modes, volume)
    direct = min(1.0 - ground.exchange + ground.exchange * gain, 0.999)
    deficit = (direct * spread + ground.exchange * memory) / (1.0 - direct)
    inlet = natural - deficit - _interpolated(ground, through) * running
    supply = inlet - bypass / (1.0 - bypass) * running / (flow * capacity)
    back = supply - (mean / share) / (flow * capacity)
    return SourceStep(mean - recharge, supply, back, deficit + spread, volume)


@inlined
def source_loop(
    ground: GroundArrays,
    modes: Floats,
    memory: tuple[float, float, float],
    heat: tuple[float, float, float],
    water: tuple[float, float, float],
) -> SourceStep:
    """
    Temperatures of the source loop while machines run.

    memory = natural temperature [°C], drop [K], gain [K W-1]; heat = machine mean [W], share of
    the step they run [-], recharge [W]; water = by-pass [-], heat capacity [J m-3 K-1] and flow
    [m3 s-1].
    """
    if ground.returned == 1:
        return _returned_loop(ground, modes, memory[0], heat, water)
    natural, drop, gain = memory
    mean, share, recharge = heat
    bypass, capacity, flow = water
    running = mean / share if share > 0.0 else 0.0
    average = mean - recharge
    now = running - recharge
    through = max(flow * (1.0 - bypass), 1e-9)
    fluid = natural - drop - gain * average - ground.cycling * (now - average)
    fluid = fluid_with(
        ground.flow_axis, ground.temperature_axis, ground.flow_resistance, through, fluid, now
    )
    inlet = fluid - ground.middle * now / (through * capacity)
    supply = inlet + now / (flow * capacity)
    return SourceStep(average, supply, supply - running / (flow * capacity), 0.0, 0.0)
