"""Use cases of design: a dossier checked, and its field sized."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.app.accounts import cooling_capacity
from loopkeeper.app.design_year import design_year, likely_loads, of_design, told
from loopkeeper.errors import (
    DataError,
    InconsistentPlantError,
    InfeasibleError,
    InputError,
    ModelError,
)
from loopkeeper.lifecycle.design.consistency import Consistency, check_design, water_limits
from loopkeeper.lifecycle.design.covering import sized_for_demand
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.lifecycle.design.hybrid import Demand, Hybrid, hybrid
from loopkeeper.lifecycle.design.inputs import echoed
from loopkeeper.lifecycle.design.load_checks import unlikely_loads
from loopkeeper.lifecycle.design.plant_sizing import PlantSize, field_task, size_plant
from loopkeeper.lifecycle.design.plume import plume_verdicts
from loopkeeper.lifecycle.design.promise import promise_of
from loopkeeper.lifecycle.design.reliability import Doubts, Reliability, reliability
from loopkeeper.lifecycle.design.selection import (
    CatalogueRow,
    Choice,
    Need,
    example_catalogue,
    select,
)
from loopkeeper.lifecycle.design.size_verdicts import no_length, size_verdicts
from loopkeeper.lifecycle.design.sizing import Limits
from loopkeeper.lifecycle.design.wet_sizing import WetSize, WetTask, size_wet
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.carbon import GridFactor, grid_factor
from loopkeeper.plant.model import GroundModel
from loopkeeper.plant.season import summer_months
from loopkeeper.plant.site import Promise
from loopkeeper.plant.source import Basis
from loopkeeper.plant.verdict import GRAVE, Severity, Verdict
from loopkeeper.plant.years import mode_energy
from loopkeeper.units import HOUR

GUESSED = Doubts(conductivity=0.25, resistance=0.15, temperature=1.0, load=0.10)
"""Where the ground is a regional guess."""
TESTED = Doubts(conductivity=0.07, resistance=0.10, temperature=0.3, load=0.10)
"""Where a response test was made."""


@dataclass(frozen=True)
class Sized:
    """A sized plant with its reliability and what to say of it."""

    found: PlantSize
    reliability: Reliability
    verdicts: tuple[Verdict, ...]


def checked(dossier: Dossier, years: int = 25) -> Consistency:
    """
    Check the design of a dossier over some years.

    Figures and verdicts, those of reading and assembling among them; InsufficientDataError when
    there is no design year.
    """
    plant, design = dossier.plant, design_year(dossier)
    model, assumed = assemble(plant)
    found = check_design(plant, design, horizon(plant, model.system, design, years=years))
    field = model.ground if isinstance(model.ground, GroundModel) else None
    carried = [] if field is None else plume_verdicts(field, found.horizon)
    unlikely = unlikely_loads(plant, design)
    return Consistency(
        found.horizon,
        (
            *unlikely,
            *found.verdicts,
            *carried,
            *of_design(dossier),
            *assumed,
            *echoed(plant, design),
        ),
    )


def sized(
    dossier: Dossier,
    *,
    low: float | None,
    high: float | None,
    years: int,
    deepest: float,
    field_low: float | None = None,
) -> Sized:
    """
    Size the field of a dossier.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field, machines and a design year.
    low, high, field_low : float or None
        Limits of the water to the machines and, the lowest, to the field; the promised ones, else
        those of GB 50366. [°C]
    years : int
        [year]
    deepest : float
        Depth allowed. [m]

    Returns
    -------
    Sized
        Length, probability, and what to measure next.
    """
    usual = water_limits(dossier.plant)
    coldest = usual.low if low is None else low
    warmest = usual.high if high is None else high
    entering = usual.field_low if field_low is None else field_low
    design, unlikely = likely_loads(dossier)
    found, short = sized_for_demand(
        dossier.plant,
        design,
        lambda plant: size_plant(
            plant, design, low=coldest, high=warmest, years=years, field_low=entering
        ),
        lambda size: size.plant,
    )
    ground = dossier.plant.source.ground
    tested = ground is not None and ground.basis is Basis.TEST
    sure = reliability(found.task, found.size, TESTED if tested else GUESSED)
    said = size_verdicts(found, sure, deepest)
    told_of = (*of_design(dossier), *echoed(dossier.plant, design))
    return Sized(found, sure, (*short, *unlikely, *said, *told_of))


def surety(dossier: Dossier, years: int) -> Sized | None:
    """Return how surely the field of a dossier keeps its limits; None where there is no field."""
    if dossier.plant.source.field is None:
        return None
    try:
        return sized(dossier, low=None, high=None, years=years, deepest=200.0)
    except (DataError, ModelError):
        return None


def sized_wet(dossier: Dossier, *, low: float | None, high: float | None, years: int) -> WetSize:
    """
    Size the wells or the exchanger of a dossier.

    Parameters
    ----------
    dossier : Dossier
        On single wells, a well group or surface water, with a design year.
    low, high : float or None
        Limits of the water to the machines; the promised ones, else of GB 50366. [°C]
    years : int
        [year]

    Returns
    -------
    WetSize
    """
    usual = water_limits(dossier.plant)
    design, unlikely = likely_loads(dossier)
    task = WetTask(
        design,
        usual.low if low is None else low,
        usual.high if high is None else high,
        years,
    )
    found, short = sized_for_demand(
        dossier.plant, design, lambda plant: size_wet(plant, task), lambda size: size.plant
    )
    told_of = (*of_design(dossier), *echoed(dossier.plant, design))
    return replace(found, verdicts=(*short, *unlikely, *found.verdicts, *told_of))


@dataclass(frozen=True)
class Selected:
    """Choices of units, the best first, for what is needed."""

    need: Need
    choices: tuple[Choice, ...]


def selected(dossier: Dossier, rows: Sequence[CatalogueRow] | None = None) -> Selected:
    """
    Select units for a dossier's loads.

    Parameters
    ----------
    dossier : Dossier
        With a design year.
    rows : sequence of CatalogueRow, optional
        The catalogue; the example that comes with the program otherwise.

    Returns
    -------
    Selected
        For the coldest water that the design's years bring.
    """
    design, _ = likely_loads(dossier)
    plant = dossier.plant
    model, _ = assemble(plant)
    run = horizon(plant, model.system, design, years=10)
    need = Need(
        float((design.heating + design.hot_water).max()),
        float(design.cooling.max()),
        float(run.coldest.min()),
        plant.source.kind,
        ground=plant.source.constant_layer,
    )
    return Selected(need, select(example_catalogue() if rows is None else rows, need))


@dataclass(frozen=True)
class Hybridised:
    """
    The cheapest split and its rivals, prices and grid they rest on, yearly heat, cold [J].

    ``capacity`` of a unit's cooling, for the reference chiller; None when not known [W].
    """

    found: Hybrid
    prices: Prices
    grid: GridFactor
    heat: float
    cold: float
    capacity: float | None


def hybridised(
    dossier: Dossier, *, prices: Prices, region: str = "china", years: int = 20
) -> Hybridised:
    """
    Search the split of least life-cycle cost for a dossier's loads.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field and a design year.
    prices : Prices
        Of things and energy.
    region : str
        Of the grid.
    years : int
        [year]

    Returns
    -------
    Hybridised
    """
    (design, _), plant = likely_loads(dossier), dossier.plant
    model, _ = assemble(plant)
    last = horizon(plant, model.system, design, years=2).last
    energy = mode_energy(last)
    pumps = last.energy("source_pump_electricity", "load_pump_electricity")
    served = max(energy.heating + energy.cooling, 1.0)
    month = local_calendar(design.time, plant.site.timezone)[0]
    demand = Demand(
        heating=design.heating + design.hot_water,
        cooling=design.cooling,
        cop=_efficiency(energy.heating, last.energy("machine_heating_electricity"), 4.0),
        eer=_efficiency(energy.cooling, last.energy("machine_cooling_electricity"), 5.0),
        pumps=pumps / served,
        summer=np.isin(month, list(summer_months(plant.site))),
        network=any(b.kind == "heat_network" for b in plant.backups),
    )
    limits = water_limits(plant)
    asked = Limits(limits.low, limits.high, years, field_low=limits.field_low)
    task = field_task(plant, demand.heating, asked)
    grid = grid_factor(region)
    found = hybrid(task, demand, prices, grid=grid.factor)
    heat, cold = (float(w.sum() * HOUR) for w in (demand.heating, demand.cooling))
    return Hybridised(found, prices, grid, heat, cold, cooling_capacity(plant))


def _efficiency(useful: float, spent: float, otherwise: float) -> float:
    return useful / spent if useful > 0 and spent > 0 else otherwise


def promised(dossier: Dossier, found: Consistency) -> Promise:
    """
    Return what a checked design may promise.

    Parameters
    ----------
    dossier : Dossier
        The design.
    found : Consistency
        Its check.

    Returns
    -------
    Promise

    Raises
    ------
    InconsistentPlantError
        When the design does not pass: nothing may be promised.
    """
    if not found.passes:
        grave = [v.sentence() for v in found.verdicts if v.severity is Severity.PROBLEM]
        raise InconsistentPlantError(
            "the design does not pass, nothing is promised:\n  - " + "\n  - ".join(grave)
        )
    return promise_of(dossier.plant, design_year(dossier), found.horizon)


@dataclass(frozen=True)
class DesignBook:
    """All that a design report shows; None where the plant gives no ground for it."""

    check: Consistency
    promise: Promise | None
    size: Sized | None
    units: Selected | None
    costs: Hybridised | None


def designed(
    dossier: Dossier,
    *,
    years: int = 25,
    prices: Prices,
    region: str = "china",
    rows: Sequence[CatalogueRow] | None = None,
) -> DesignBook:
    """
    Check, size, select and price a design.

    Parameters
    ----------
    dossier : Dossier
        With a design year.
    years : int
        [year]
    prices : Prices
        Of things and energy.
    region : str
        Of the grid.
    rows : sequence of CatalogueRow, optional
        The catalogue.

    Returns
    -------
    DesignBook
        Sizing and split for borehole fields only, and where a length is enough.
    """
    check = checked(dossier, years)
    likely = not any(v.severity in GRAVE for v in told(dossier))
    field = dossier.plant.source.field is not None and likely
    try:
        units = selected(dossier, rows) if likely else None
    except InputError:
        units = None
    size = costs = None
    try:
        if field:
            size = sized(dossier, low=None, high=None, years=years, deepest=200.0)
            costs = hybridised(dossier, prices=prices, region=region)
    except InfeasibleError:
        check = replace(check, verdicts=(no_length(dossier.plant, years), *check.verdicts))
    if size is not None:
        new = tuple(v for v in size.verdicts if v not in check.verdicts)
        size = replace(size, verdicts=new)
    return DesignBook(
        check,
        promised(dossier, check) if check.passes else None,
        size,
        units,
        costs,
    )
