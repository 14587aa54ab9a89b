"""
A small plant under trial, by textbook: machines, two loops, pumps, ground or water.

Nothing of the program is imported here. Heating only: a Carnot machine of a fixed quality, pumps
with a parabola on a parabola, an infinite line source below the field, a short circuit in a well.
"""

from dataclasses import dataclass, field

import numpy as np

RHO_C = 4.18e6
"""Heat that warms a cubic metre of water by a kelvin. [J m-3 K-1]"""
EULER = 0.5772156649
STEP = 20.0
"""Seconds between readings. [s]"""
KINDS = ("borehole_field", "well_group", "single_well", "surface_water")


@dataclass
class Build:
    """What a plant is, as designed and as it was delivered."""

    kind: str
    machines: int
    rated: float
    quality: float
    supply: float
    reset: float
    reset_from: float
    spread: float
    source_spread: float
    variable: bool
    common: float
    rest: float
    holes: int = 0
    length: float = 0.0
    spacing: float = 5.0
    conductivity: float = 2.0
    resistance: float = 0.09
    leak: float = 0.0
    branches: tuple[float, ...] = (1.0, 1.0, 1.0)
    wrong: dict[str, float] = field(default_factory=dict)

    @property
    def load(self) -> float:
        """Heat that the building takes at most. [W]"""
        return 0.93 * self.machines * self.rated

    @property
    def load_flow(self) -> float:
        """Of one load pump. [m3 s-1]"""
        return self.machines * self.rated / (RHO_C * self.spread) / self.machines

    @property
    def source_flow(self) -> float:
        """Of one source pump. [m3 s-1]"""
        return 0.78 * self.rated / (RHO_C * self.source_spread)


def capacity(build: Build, source: float, outlet: float) -> float:
    """Heat of one machine at full load, by the water that enters and leaves it. [W]"""
    return build.rated * (1 + 0.024 * (source - 10.0)) * (1 - 0.006 * (outlet - 45.0))


def cop(build: Build, source: float, outlet: float, part: float) -> float:
    """A share of Carnot between refrigerant temperatures; a little better below full load."""
    hot, cold = outlet + 3.0 + 273.15, source - 6.0 + 273.15
    return build.quality * hot / (hot - cold) * (1 + 0.06 * (1 - part))


def pump(running: int, count: int, common: float) -> tuple[float, float]:
    """Flow and draw of one of some equal pumps, over its rating: parabola on parabola."""
    low, high = 0.0, 2.2
    for _ in range(60):
        x = (low + high) / 2
        loss = (1 - common) * x**2 + common * (x * running / count) ** 2
        low, high = (x, high) if 1.25 - 0.25 * x**2 > loss else (low, x)
    return low, 1 + 0.45 * (low - 1)


def ground_drop(build: Build, heat: np.ndarray, hours: np.ndarray) -> float:
    """Fall of the fluid's mean below rest, by steps of heat and an infinite line source. [K]"""
    metres = build.holes * build.length
    if not metres or not len(heat):
        return 0.0
    steps = np.diff(np.concatenate([[0.0], heat]))
    alpha, radius = build.conductivity / 2.3e6, 0.075
    age = np.maximum((hours[-1] - hours + (hours[1] - hours[0] if len(hours) > 1 else 1.0)), 0.05)
    rise = np.log(4 * alpha * age * 3600 / radius**2) - EULER
    line = np.maximum(rise, 0.0) / (4 * np.pi * build.conductivity)
    return float((steps * line).sum() / metres + heat[-1] * build.resistance / metres)
