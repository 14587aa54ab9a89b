"""Use cases of design: a dossier checked, and its field sized."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InconsistentPlantError, InputError, InsufficientDataError
from loopkeeper.lifecycle.design.consistency import Consistency, check_design, water_limits
from loopkeeper.lifecycle.design.economy import Prices
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.lifecycle.design.hybrid import Demand, Hybrid, hybrid
from loopkeeper.lifecycle.design.plant_sizing import PlantSize, field_task, size_plant
from loopkeeper.lifecycle.design.plume import plume_verdicts
from loopkeeper.lifecycle.design.promise import promise_of
from loopkeeper.lifecycle.design.selection import (
    CatalogueRow,
    Choice,
    Need,
    example_catalogue,
    select,
)
from loopkeeper.lifecycle.design.sizing import Doubts, Reliability, reliability, size_field
from loopkeeper.lifecycle.design.wet_sizing import WetSize, WetTask, size_wet
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.series import LoadYear
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.carbon import GridFactor, grid_factor
from loopkeeper.plant.model import GroundModel
from loopkeeper.plant.site import Promise
from loopkeeper.plant.source import Basis
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.plant.years import mode_energy
from loopkeeper.units import DAY, HOUR

GUESSED = Doubts(conductivity=0.25, resistance=0.15, temperature=1.0, load=0.10)
"""Where the ground is a regional guess."""
DOUBTFUL = {
    "conductivity": "导热系数",
    "resistance": "钻孔热阻",
    "temperature": "岩土温度",
    "load": "负荷",
}
"""What a length rests on, in Chinese."""
TESTED = Doubts(conductivity=0.07, resistance=0.10, temperature=0.3, load=0.10)
"""Where a response test was made."""


SHALLOW, USUAL = 20.0, 100.0
"""Length below which a field has too many holes, and a usual one. [m]"""


@dataclass(frozen=True)
class Sized:
    """A sized plant with its reliability and what to say of it."""

    found: PlantSize
    reliability: Reliability
    verdicts: tuple[Verdict, ...]


def checked(dossier: Dossier, years: int = 25) -> Consistency:
    """
    Check the design of a dossier.

    Parameters
    ----------
    dossier : Dossier
        With a design year.
    years : int
        [year]

    Returns
    -------
    Consistency
        Figures and verdicts, those of reading and assembling among them.

    Raises
    ------
    InsufficientDataError
        When there is no design year.
    """
    plant, design = dossier.plant, _design(dossier)
    model, assumed = assemble(plant)
    found = check_design(plant, design, horizon(plant, model.system, design, years=years))
    field = model.ground if isinstance(model.ground, GroundModel) else None
    carried = [] if field is None else plume_verdicts(field, found.horizon)
    return Consistency(found.horizon, (*found.verdicts, *carried, *dossier.verdicts, *assumed))


def sized(
    dossier: Dossier, *, low: float | None, high: float | None, years: int, deepest: float
) -> Sized:
    """
    Size the field of a dossier.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field, machines and a design year.
    low, high : float or None
        Limits of the water to the machines; the promised ones, else 4 and 33 °C (GB 50366). [°C]
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
    coldest = usual[0] if low is None else low
    warmest = usual[1] if high is None else high
    found = size_plant(dossier.plant, dossier.design_loads, low=coldest, high=warmest, years=years)
    ground = dossier.plant.source.ground
    tested = ground is not None and ground.basis is Basis.TEST
    sure = reliability(found.task, found.size, TESTED if tested else GUESSED)
    measured = (v for v in dossier.verdicts if v.code == "design.survey.measured")
    return Sized(found, sure, (*measured, *_said(found, sure, deepest), *_at_rest(found)))


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
    task = WetTask(
        _design(dossier),
        usual[0] if low is None else low,
        usual[1] if high is None else high,
        years,
    )
    return size_wet(dossier.plant, task)


def _at_rest(found: PlantSize) -> tuple[Verdict, ...]:
    """What the field would need if the groundwater did not move as stated."""
    task = found.task
    if task.ground.groundwater[0] <= 0:
        return ()
    still = replace(task, ground=replace(task.ground, groundwater=(0.0, 0.0)))
    figures = {
        "flux": f"{task.ground.groundwater[0] * DAY:g}", "length": f"{found.size.length:.1f}",
        "still": f"{size_field(still, quick=True).length:.1f}",
    }  # fmt: skip
    return (Verdict("design.size.groundwater", figures),)


def _said(found: PlantSize, sure: Reliability, deepest: float) -> tuple[Verdict, ...]:
    size = found.size
    cold = size.decided_by == "cold"
    most = max(sure.ranking, key=lambda name: sure.ranking[name])
    verdicts = [
        Verdict("design.size.numerical", {
            "length": f"{size.length:.1f}", "count": found.task.geometry.count,
            "error": f"{100 * size.numerical_error:.2g}",
        }),
        Verdict("design.size.decided", {
            "side": size.decided_by, "side_zh": "冷" if cold else "热", "year": size.year,
        }),
        Verdict("design.size.probability", {
            "length": f"{size.length:.1f}", "probability": f"{100 * sure.probability:.0f}",
            "sure": f"{sure.length_for[0.95]:.1f}",
            "doubt": most, "doubt_zh": DOUBTFUL[most],
        }),
    ]  # fmt: skip
    if size.length < SHALLOW:
        usual = min(USUAL, deepest)
        fewer = int(np.ceil(size.total_length / usual))
        figures = {
            "length": f"{size.length:.1f}", "count": found.task.geometry.count,
            "fewer": fewer, "usual": f"{usual:g}",
        }  # fmt: skip
        verdicts.append(Verdict("design.size.shallow", figures))
    if size.length > deepest:
        figures = {"length": f"{size.length:.0f}", "limit": f"{deepest:g}"}
        verdicts.append(Verdict("design.size.too_deep", figures))
    return tuple(verdicts)


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
    design = _design(dossier)
    plant = dossier.plant
    model, _ = assemble(plant)
    run = horizon(plant, model.system, design, years=10)
    need = Need(
        float((design.heating + design.hot_water).max()),
        float(design.cooling.max()),
        float(run.coldest.min()),
        plant.source.kind,
    )
    return Selected(need, select(example_catalogue() if rows is None else rows, need))


@dataclass(frozen=True)
class Hybridised:
    """The cheapest split and its rivals, prices and grid they rest on, yearly heat [J]."""

    found: Hybrid
    prices: Prices
    grid: GridFactor
    heat: float


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
    design, plant = _design(dossier), dossier.plant
    model, _ = assemble(plant)
    last = horizon(plant, model.system, design, years=2).last
    energy = mode_energy(last)
    pumps = last.energy("source_pump_electricity", "load_pump_electricity")
    served = max(energy.heating + energy.cooling, 1.0)
    month = local_calendar(design.time, plant.site.timezone)[0]
    demand = Demand(
        design.heating + design.hot_water,
        design.cooling,
        _efficiency(energy.heating, last.energy("machine_heating_electricity"), 4.0),
        _efficiency(energy.cooling, last.energy("machine_cooling_electricity"), 5.0),
        pumps / served,
        (month >= 5) & (month <= 9),
        any(b.kind == "heat_network" for b in plant.backups),
    )
    low, high = water_limits(plant)
    task = field_task(plant, demand.heating, (low, high, years))
    grid = grid_factor(region)
    found = hybrid(task, demand, prices, grid=grid.factor)
    return Hybridised(found, prices, grid, float(demand.heating.sum() * HOUR))


def _efficiency(useful: float, spent: float, otherwise: float) -> float:
    return useful / spent if useful > 0 and spent > 0 else otherwise


def _design(dossier: Dossier) -> LoadYear:
    if dossier.design_loads is None:
        raise InsufficientDataError(
            "the design cannot be checked", ["design/loads.csv holds no hourly design year"]
        )
    return dossier.design_loads


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
    return promise_of(dossier.plant, _design(dossier), found.horizon)


@dataclass(frozen=True)
class DesignBook:
    """All that a design report shows; None where the plant gives no ground for it."""

    check: Consistency
    promise: Promise | None
    size: Sized | None
    units: Selected | None
    costs: Hybridised | None


def designed(
    dossier: Dossier, *, years: int = 25, prices: Prices, region: str = "china",
    rows: Sequence[CatalogueRow] | None = None,
) -> DesignBook:  # fmt: skip
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
        Sizing and split for borehole fields only.
    """
    check = checked(dossier, years)
    field = dossier.plant.source.field is not None
    try:
        units = selected(dossier, rows)
    except InputError:
        units = None
    return DesignBook(
        check,
        promised(dossier, check) if check.passes else None,
        sized(dossier, low=None, high=None, years=years, deepest=200.0) if field else None,
        units,
        hybridised(dossier, prices=prices, region=region) if field else None,
    )
