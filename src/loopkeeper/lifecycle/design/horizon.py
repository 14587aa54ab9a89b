"""The design run for decades: what the ground gives, how warm it stays, what falls short."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.physics.system import Load, System, Trajectory, simulate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.years import source_water
from loopkeeper.units import HOUR


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """
    A design over its years, shape (years,) each.

    ``extracted`` and ``injected`` heat of the source [J]; ``mean``, ``coldest`` and ``warmest``
    water to the machines while they run [°C]; ``entering`` coldest water back to the source while
    heat is drawn, NaN when none is [°C]; ``electricity`` [J]; ``unmet`` share of the heat and cold
    asked for [-]; ``last`` trajectory of the last year.
    """

    extracted: Floats
    injected: Floats
    mean: Floats
    coldest: Floats
    warmest: Floats
    entering: Floats
    electricity: Floats
    unmet: Floats
    last: Trajectory

    @property
    def years(self) -> int:
        """How many. [year]"""
        return len(self.mean)

    @property
    def balance_ratio(self) -> float:
        """Heat put in over heat drawn in all years; recharge is put in, relief drawn. [-]"""
        drawn = float(self.extracted.sum())
        return float(self.injected.sum()) / drawn if drawn > 0 else np.inf

    @property
    def drift(self) -> float:
        """Change of the yearly mean from the first year to the last. [K]"""
        return float(self.mean[-1] - self.mean[0])

    @property
    def late_drift(self) -> float:
        """Change a year over the last third: does it settle? [K year-1]"""
        late = max(1, self.years // 3)
        return float((self.mean[-1] - self.mean[-1 - late]) / late) if self.years > late else 0.0


def horizon(plant: Plant, system: System, design: LoadYear | None, *, years: int = 25) -> Horizon:
    """
    Run the design year for decades with machines, controls and ground coupled.

    Parameters
    ----------
    plant : Plant
        As designed.
    system : System
        Its simulation.
    design : LoadYear or None
        The design year.
    years : int
        20 to 50 are asked for. [year]

    Returns
    -------
    Horizon
        Year by year.

    Raises
    ------
    InsufficientDataError
        When the dossier holds no design year.
    """
    if design is None:
        raise InsufficientDataError(
            "the design cannot be checked", ["design/loads.csv holds no hourly design year"]
        )
    load, boundary = design_case(plant, design)
    state, run = None, None
    rows = []
    for _ in range(years):
        run = simulate(system, load, boundary, HOUR, state)
        state = run.state
        rows.append(_year(run, load))
    if run is None:
        raise InsufficientDataError("the design cannot be checked", ["no year was asked for"])
    table = np.array(rows)
    names = (
        "extracted",
        "injected",
        "mean",
        "coldest",
        "warmest",
        "entering",
        "electricity",
        "unmet",
    )
    return Horizon(**{name: table[:, n] for n, name in enumerate(names)}, last=run)


def _year(run: Trajectory, load: Load) -> tuple[float, ...]:
    rate = run["ground_heat_rate"]
    recharge = np.zeros(len(rate)) if load.recharge is None else load.recharge
    from_machines = rate + recharge
    asked = float(load.heating.sum() + load.cooling.sum())
    unmet = float(run["heating_unmet"].sum() + run["cooling_unmet"].sum())
    electric = run.energy(
        "machine_heating_electricity",
        "machine_cooling_electricity",
        "source_pump_electricity",
        "load_pump_electricity",
    )
    return (
        float((np.maximum(from_machines, 0.0) + np.maximum(-recharge, 0.0)).sum() * HOUR),
        float((np.maximum(-from_machines, 0.0) + np.maximum(recharge, 0.0)).sum() * HOUR),
        *source_water(run),
        electric,
        unmet / asked if asked > 0 else 0.0,
    )
