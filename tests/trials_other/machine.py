"""Heat pumps: a Carnot share that falls with the lift, a part load that is best at six tenths."""

import math
from dataclasses import dataclass

BEST_PART = 0.6
"""Part load at which a machine draws least for its heat. [-]"""
LEAST_LIFT = 18.0
"""No compressor works against less. [K]"""


@dataclass(frozen=True)
class Machine:
    """
    A machine by its rating: heat at 10/45 °C, cold at 25/7 °C [W].

    ``share`` of Carnot at a lift of 45 K, ``fall`` of it a kelvin more; ``by_source`` and
    ``by_load`` what a kelvin of either water does to the heat; ``gain`` of the best part load.
    """

    heat: float
    cold: float
    share: float
    fall: float
    by_source: float
    by_load: float
    gain: float

    def capacity(self, mode: str, source: float, outlet: float) -> float:
        """Heat, or cold, at full load by the water that enters and leaves. [W]"""
        if mode == "cooling":
            return (
                self.cold
                * math.exp(-0.4 * self.by_source * (source - 25))
                * (1 + 0.03 * (outlet - 7))
            )
        return (
            self.heat
            * math.exp(self.by_source * (source - 10))
            * (1 - self.by_load * (outlet - 45))
        )

    def draw(self, mode: str, source: float, outlet: float, part: float) -> float:
        """Electricity at a part load. [W]"""
        hot, cold = (source + 9, outlet - 3) if mode == "cooling" else (outlet + 3, source - 8)
        lift = max(hot - cold, LEAST_LIFT)
        useful = (cold if mode == "cooling" else hot) + 273.15
        full = (self.share - self.fall * (lift - 45)) * useful / lift
        bend = self.gain / (1 - BEST_PART) ** 2
        factor = 1 - self.gain + bend * (part - BEST_PART) ** 2
        return part * self.capacity(mode, source, outlet) / full * factor
