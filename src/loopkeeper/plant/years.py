"""Running a plant over the years before a period, and through the period itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.ground import Floats
from loopkeeper.physics.system import (
    BoundaryConditions,
    Load,
    System,
    Trajectory,
    simulate,
    simulate_phases,
)
from loopkeeper.units import DAY, HOUR

Water = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Years:
    """
    What a plant had to do: daily means before a period, hourly values in it.

    ``before`` and ``before_boundary`` step by days (the ground's memory needs no more), ``load``
    and ``boundary`` by hours.
    """

    before: Load
    before_boundary: BoundaryConditions
    load: Load
    boundary: BoundaryConditions


def run_years(phases: Sequence[tuple[int, System]], years: Years) -> Trajectory:
    """
    Return the period's trajectory, with the ground as the years before it left it.

    Parameters
    ----------
    phases : sequence of (int, System)
        First hour of each phase within the period and the plant from then on; the first starts
        at 0 and also served the years before.
    years : Years
        Loads before and within the period.

    Returns
    -------
    Trajectory
        Hourly trajectory of the period.
    """
    state = None
    if len(years.before.heating):
        state = simulate(phases[0][1], years.before, years.before_boundary, DAY).state
    return simulate_phases(phases, years.load, years.boundary, HOUR, state)


@dataclass(frozen=True, slots=True)
class ModeEnergy:
    """Heat and cold delivered and the electricity each took. [J]"""

    heating: float
    cooling: float
    heating_electricity: float
    cooling_electricity: float

    def at_delivered_heat(self, heating: float, cooling: float) -> float:
        """
        Return the electricity these machines would take for another amount of heat and cold.

        Parameters
        ----------
        heating, cooling : float
            Heat and cold delivered. [J]

        Returns
        -------
        float
            Electricity at the same consumption per unit of heat and of cold. [J]
        """
        total = 0.0
        if self.heating > 0:
            total += heating * self.heating_electricity / self.heating
        if self.cooling > 0:
            total += cooling * self.cooling_electricity / self.cooling
        return total


def cooling_share(heating: Floats, cooling: Floats) -> Floats:
    """
    Return the share of each step's common electricity (pumps) that belongs to cooling.

    Parameters
    ----------
    heating, cooling : array, shape (n,)
        Loads. [W]

    Returns
    -------
    array, shape (n,)
        By heat where there is load; idle steps follow the last active one. [-]
    """
    total = heating + cooling
    active = total > 0
    if not active.any():
        return np.zeros(len(total))
    share = np.divide(cooling, total, out=np.zeros(len(total)), where=active)
    last = np.maximum.accumulate(np.where(active, np.arange(len(total)), -1))
    last[last < 0] = np.flatnonzero(active)[0]
    return np.asarray(share[last])


def mode_energy(run: Trajectory) -> ModeEnergy:
    """
    Return heat, cold and the electricity of each, within machines and all water pumps.

    Parameters
    ----------
    run : Trajectory
        A simulated period.

    Returns
    -------
    ModeEnergy
        Sums over the period; backup heat and unmet load do not count.
    """
    heating, cooling = run["heating_delivered"], run["cooling_delivered"]
    share = cooling_share(heating, cooling)
    pumps = run["source_pump_electricity"] + run["load_pump_electricity"]
    return ModeEnergy(
        heating=float(heating.sum() * run.step),
        cooling=float(cooling.sum() * run.step),
        heating_electricity=float(
            (run["machine_heating_electricity"] + (1 - share) * pumps).sum() * run.step
        ),
        cooling_electricity=float(
            (run["machine_cooling_electricity"] + share * pumps).sum() * run.step
        ),
    )


def source_water(run: Trajectory, steps: slice | NDArray[np.int64] = slice(None)) -> Water:
    """
    Return the water to the machines while any runs, and the water back to the source.

    Parameters
    ----------
    run : Trajectory
        A simulated period.
    steps : slice or int array
        Which of its steps; all of them by default.

    Returns
    -------
    mean, coldest, warmest : float
        To the machines; of all steps where no machine runs. [°C]
    entering : float
        Coldest water back to the source while heat is drawn; NaN when none is. [°C]
    """
    supply, back = run["source_supply"][steps], run["source_return"][steps]
    running = run["run_share"][steps] > 0
    seen = supply[running] if running.any() else supply
    drawing = running & (back < supply)
    entering = float(back[drawing].min()) if drawing.any() else np.nan
    return float(seen.mean()), float(seen.min()), float(seen.max()), entering
