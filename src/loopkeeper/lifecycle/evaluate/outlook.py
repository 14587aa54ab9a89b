"""
Where the source goes: the years since hand-over as designed, as they went, and as they will go.

The forecast runs the plant as built on from the end of the record, repeating its last year. Years
are marched in daily steps; what an hourly year differs from a daily one is taken from the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import daily_means
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.measure.told import UNTOLD, silent_share
from loopkeeper.physics.system import (
    BoundaryConditions,
    GroundState,
    Load,
    System,
    Trajectory,
    simulate,
)
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Promise
from loopkeeper.plant.years import source_water
from loopkeeper.units import DAY, HOUR

YEAR = 8760
"""Hours of a year. [h]"""
NEARLY = 0.98
"""Share of a year that stands for the whole one. [-]"""
AHEAD = 20
"""Years looked ahead. [a]"""


@dataclass(frozen=True, slots=True)
class SourceYears:
    """
    Water to the machines while they run, by year, shape (years,). [°C]

    ``entering`` is the coldest water back to the source while heat is drawn.
    """

    mean: Floats
    coldest: Floats
    warmest: Floats
    entering: Floats


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    The source year by year since hand-over, shape (years,).

    ``design`` under the design load from untouched ground; ``found`` the plant as built, NaN
    before the record, under measured loads for the ``lived`` years of the record and repeating
    its last year from then on; ``shift`` is how much warmer the water was measured than modelled
    in that year. [K]
    """

    year: Floats
    design: SourceYears
    found: SourceYears
    lived: int
    shift: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """
    When the water passes a promised limit [°C].

    ``limit`` names the promise; ``year`` since hand-over, None where it is kept to the end.
    """

    limit: str
    value: float
    year: int | None


def outlook(
    plant: Plant,
    systems: tuple[System, System],
    design: LoadYear,
    operation: Operation,
    run: Trajectory,
    lived: float,
) -> Outlook | None:
    """
    Return the years of a source.

    Parameters
    ----------
    plant : Plant
        Its promise and design recharge.
    systems : tuple of System
        As designed, and as built.
    design : LoadYear
        The design year.
    operation : Operation
        Measured hours up to now.
    run : Trajectory
        The plant as built over those hours.
    lived : float
        Years from hand-over to the end of the hours. [a]

    Returns
    -------
    Outlook or None
        None where the record holds less than a year, or the last one is half told: what nobody
        knows cannot be repeated. Daily marching is
        within 0.1 K of hourly (tests/validation/test_outlook.py).
    """
    if operation.hours < NEARLY * YEAR or silent_share(~operation.filled[-YEAR:]) > UNTOLD:
        return None
    before = max(1, round(lived))
    years = before + AHEAD
    designed = design_case(plant, design, operation.recharged)
    meant = repeated_years(systems[0], *designed, None, years)
    last = slice(-YEAR, None)
    load = Load(
        *(
            np.resize(v[last], YEAR)
            for v in (operation.heating, operation.cooling, operation.recharge)
        )
    )
    outside = BoundaryConditions(
        np.resize(operation.outdoor[last], YEAR), np.resize(operation.enabled[last], YEAR)
    )
    ahead = repeated_years(systems[1], load, outside, run.state, AHEAD)
    been = _recorded(run, before)
    found = (np.concatenate(pair) for pair in zip(_columns(been), _columns(ahead), strict=True))
    return Outlook(
        np.arange(1, years + 1, dtype=np.float64),
        meant,
        SourceYears(*found),
        before,
        _shift(operation, run),
    )


def crossings(found: Outlook, promise: Promise) -> tuple[Crossing, ...]:
    """
    Return when the water leaves what was promised, from the last year of the record on.

    Parameters
    ----------
    found : Outlook
        The years.
    promise : Promise
        Lowest and highest water to the machines and lowest to the field, where promised.

    Returns
    -------
    tuple of Crossing
        For each promised limit; what was measured off the model is added to the forecast.
    """
    return tuple(_crossings(found, promise))


def _crossings(found: Outlook, promise: Promise) -> Iterator[Crossing]:
    ends = (
        ("source_inlet_min", promise.source_inlet_min, found.found.coldest, -1.0),
        ("source_inlet_max", promise.source_inlet_max, found.found.warmest, 1.0),
        ("field_inlet_min", promise.field_inlet_min, found.found.entering, -1.0),
    )
    for name, limit, values, side in ends:
        if limit is not None:
            beyond = side * (values + found.shift - limit) > 0
            beyond[: found.lived - 1] = False
            first = int(found.year[beyond.argmax()]) if beyond.any() else None
            yield Crossing(name, limit, first)


def _columns(years: SourceYears) -> tuple[Floats, Floats, Floats, Floats]:
    return years.mean, years.coldest, years.warmest, years.entering


def repeated_years(
    system: System, load: Load, outside: BoundaryConditions, state: GroundState | None, years: int
) -> SourceYears:
    """
    Return the water of a plant that lives one year over and over.

    Parameters
    ----------
    system : System
        The plant.
    load, outside : Load, BoundaryConditions
        The hourly year, shape (8760,).
    state : GroundState or None
        Of the source at its start; untouched where None.
    years : int
        How many. [a]

    Returns
    -------
    SourceYears
        Marched in daily steps; by how much the hours of a year leave its days is taken from the
        first, which is marched both ways. [°C]
    """
    hourly = source_water(simulate(system, load, outside, HOUR, state))
    recharge = np.zeros(YEAR) if load.recharge is None else load.recharge
    day = [
        np.tile(daily_means(v), years)
        for v in (load.heating, load.cooling, recharge, outside.outdoor_temperature)
    ]
    run = simulate(
        system, Load(*day[:3]), BoundaryConditions(day[3], (day[0] + day[1]) > 0), DAY, state
    )
    daily = np.array([source_water(run, n) for n in np.split(np.arange(len(day[0])), years)])
    return SourceYears(*(daily + (np.array(hourly) - daily[0])).T)


def _recorded(run: Trajectory, before: int) -> SourceYears:
    """The plant as built in the whole years of the record, the last one at its end."""
    count = len(run["source_supply"])
    whole = min(before, max(1, count // YEAR))
    rows = [[np.nan] * 4] * (before - whole)
    rows += [
        list(source_water(run, np.arange(max(0, count - (n + 1) * YEAR), count - n * YEAR)))
        for n in reversed(range(whole))
    ]
    return SourceYears(*np.array(rows).T)


def _shift(operation: Operation, run: Trajectory) -> float:
    """How much warmer the water was measured than modelled in the last year. [K]"""
    last = slice(-YEAR, None)
    measured, modelled = operation.source_supply[last], run["source_supply"][last]
    both = (operation.run_share[last] > 0) & np.isfinite(measured) & (run["run_share"][last] > 0)
    return float(np.median(measured[both] - modelled[both])) if both.any() else 0.0
