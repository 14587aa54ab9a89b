"""The promise: what the design says the plant will do; operation is measured against it."""

from dataclasses import replace

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.consistency import water_limits
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Promise
from loopkeeper.plant.years import mode_energy
from loopkeeper.units import HOUR


def promise_of(plant: Plant, design: LoadYear, run: Horizon) -> Promise:
    """
    Return what a checked design may promise.

    Parameters
    ----------
    plant : Plant
        As designed; rooms and the file of loads stay as its promise has them.
    design : LoadYear
        Its year.
    run : Horizon
        That year over decades: electricity is its mean, efficiency the last year's, the worst.

    Returns
    -------
    Promise
        Peaks and annual energies, system efficiency, the limits it was checked against, drift.
    """
    energy = mode_energy(run.last)
    limits = water_limits(plant)
    heating = design.heating + design.hot_water
    return replace(
        plant.promise,
        peak_heating=float(heating.max()),
        peak_cooling=float(design.cooling.max()),
        annual_heating=float(heating.sum() * HOUR),
        annual_cooling=float(design.cooling.sum() * HOUR),
        annual_electricity=float(run.electricity.mean()),
        system_cop_heating=_ratio(energy.heating, energy.heating_electricity),
        system_cop_cooling=_ratio(energy.cooling, energy.cooling_electricity),
        source_inlet_min=limits.low,
        source_inlet_max=limits.high,
        field_inlet_min=limits.field_low,
        ground_drift_per_year=abs(run.drift) / max(run.years - 1, 1),
        loads=plant.promise.loads or "design/loads.csv",
    )


def _ratio(useful: float, spent: float) -> float | None:
    return useful / spent if spent > 0 and useful > 0 else None


def refuse_silent_change(plant: Plant, named: str) -> None:
    """
    Refuse to replace the promise that a plant in operation is measured against.

    Parameters
    ----------
    plant : Plant
        With its hand-over and the promise it has.
    named : str
        Id of the plant whose promise shall be replaced, empty where nobody asks for it.

    Raises
    ------
    InputError
        When another plant is named, or none and this one was handed over with a promise.
    """
    site, promise = plant.site, plant.promise
    if named and named != site.id:
        raise InputError(f"this plant is {site.id!r}, not {named!r}: its promise stays as it is")
    figures = (
        promise.annual_electricity,
        promise.system_cop_heating,
        promise.system_cop_cooling,
        promise.source_inlet_min,
        promise.source_inlet_max,
    )
    if named or site.handed_over_on is None or all(f is None for f in figures):
        return
    raise InputError(
        f"plant {site.id!r} was handed over on {site.handed_over_on} and is measured against its "
        f"promise, which stays as it is; to replace it (the old one is kept): "
        f"--replace-promise {site.id}"
    )
