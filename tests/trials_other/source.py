"""Waters of the ground: holes as lines with a slow grout, wells that mix, a river that drifts."""

import numpy as np
from scipy.special import exp1

TENTH = 600.0
"""Seconds between steps of heat that the ground remembers. [s]"""


class Ground:
    """What enters the machines, by the heat that was taken since the first trial."""

    def __init__(self, plant, rng: np.random.Generator) -> None:
        self.plant = plant
        self.ages: list[float] = []
        self.taken: list[float] = []
        self.filling = float(rng.uniform(0.6, 1.8)) * 3600
        self.mixed = float(rng.uniform(0.04, 0.10)) + plant.wrong.get("seal_leak", 0.0)
        self.slow = float(rng.uniform(0.2, 0.7))
        self.tide = float(rng.uniform(0.1, 0.4))
        self.fall = 0.0

    def remember(self, time: float, heat: float) -> None:
        """Note the heat taken from a time on, and look how far the ground fell. [s], [W]"""
        self.ages.append(time)
        self.taken.append(heat)
        if self.plant.kind == "borehole_field":
            self.fall = self._line(time)
        elif self.plant.kind == "single_well":
            self.fall = self._near_well(time)

    def _line(self, time: float) -> float:
        """Fall of the mean fluid below rest. [K]"""
        plant = self.plant
        steps = np.diff(np.concatenate([[0.0], self.taken]))
        age = np.maximum(time + TENTH / 2 - np.array(self.ages), 1.0)
        alpha = plant.conductivity / plant.heat_capacity
        line = exp1(plant.bore**2 / 16 / alpha / age) / (4 * np.pi * plant.conductivity)
        grout = plant.resistance * (1 - np.exp(-age / self.filling))
        return float((steps * (line + grout)).sum() / (plant.holes * plant.length))

    def _near_well(self, time: float) -> float:
        """Cooling of the ground round a well that takes its own water. [K]"""
        age = time + TENTH / 2 - np.array(self.ages)
        steps = np.diff(np.concatenate([[0.0], self.taken]))
        full = self.plant.count * self.plant.machine.heat * 0.75
        return float((steps / full * self.slow * (1 - np.exp(-age / 30e3))).sum())

    def inlet(self, time: float, back: float, spread: float) -> float:
        """Water towards the machines, by what they sent back and by how much they change it."""
        plant = self.plant
        if plant.kind == "borehole_field":
            return plant.rest - self.fall + spread / 2
        if plant.kind == "single_well":
            return (1 - self.mixed) * (plant.rest - self.fall) + self.mixed * back
        if plant.kind == "surface_water":
            days = time / 86400
            return plant.rest + self.tide * np.sin(2 * np.pi * days) - 0.05 * days
        return plant.rest


def theis(transmissivity: float, storage: float, radius: float, flow: float, seconds: np.ndarray):
    """Drawdown of a well. [m]"""
    u = radius**2 * storage / (4 * transmissivity * np.maximum(seconds, 1.0))
    return flow / (4 * np.pi * transmissivity) * exp1(u)
