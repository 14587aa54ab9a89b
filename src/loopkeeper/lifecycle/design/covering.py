"""Whether machines carry the building's demand; and the plant with machines that do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from loopkeeper.errors import InsufficientDataError, LoopkeeperError
from loopkeeper.lifecycle.design.consistency import UNMET
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.series import LoadYear
from loopkeeper.physics.system import simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.machines import MachineRecord
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

T = TypeVar("T")
ROUNDS = 3
"""Times that machines are enlarged and the source is sized anew. [-]"""
MATCHED = 1.05
"""Rated capacity of enlarged machines over the peak; GB 50736-2012 8.2.2 allows up to 1.1. [-]"""
MORE = 1.25
"""Put on machines that the source's water leaves too small at their rating. [-]"""


@dataclass(frozen=True)
class LoadCoverage:
    """
    What machines and others beside them leave of a year's heat and cold.

    ``unmet`` share [-], ``peak`` [W] and ``missing`` [W] of the mode and hour they lack most.
    """

    mode: str
    unmet: float
    peak: float
    missing: float

    @property
    def enough(self) -> bool:
        """Whether what is missing is within what a design may leave."""
        return self.unmet <= UNMET


def covered(plant: Plant, design: LoadYear) -> LoadCoverage:
    """Run the first year of the building's demand and return what machines leave uncovered."""
    model, _ = assemble(plant)
    load, boundary = design_case(plant, design)
    run = simulate(model.system, load, boundary, HOUR)
    lacks = {"heating": run["heating_unmet"], "cooling": run["cooling_unmet"]}
    wanted = {"heating": load.heating, "cooling": load.cooling}
    asked = sum(float(one.sum()) for one in wanted.values())
    unmet = sum(float(one.sum()) for one in lacks.values())
    mode = max(lacks, key=lambda name: float(lacks[name].sum()))
    return LoadCoverage(
        mode,
        unmet / asked if asked > 0 else 0.0,
        float(wanted[mode].max()),
        float(lacks[mode].max()),
    )


def _matching(plant: Plant, design: LoadYear) -> float:
    """The enlargement by which ratings match the peaks that others beside machines leave. [-]"""
    factor = 1.0
    for mode, load in (
        ("heating", design.heating + design.hot_water),
        ("cooling", design.cooling),
    ):
        rated = sum(_rated(m, mode) for m in plant.machines)
        beside = sum(getattr(b, mode) or 0.0 for b in plant.backups)
        if rated > 0:
            factor = max(factor, MATCHED * (float(load.max()) - beside) / rated)
    return factor


def _rated(machine: MachineRecord, mode: str) -> float:
    """Nameplate capacity, or the largest of the map where there is none. [W]"""
    stated: float | None = getattr(machine, f"rated_{mode}")
    return stated or max((p.capacity for p in machine.map if str(p.mode) == mode), default=0.0)


def enlarged(plant: Plant, factor: float) -> Plant:
    """
    Return a plant whose machines, pumps and flows of wells are so many times as large.

    Parameters
    ----------
    plant : Plant
        As designed.
    factor : float
        [-]

    Returns
    -------
    Plant
        Capacities, electricity and flows with it; temperatures, efficiencies and heads as before.
    """

    def times(value: float | None) -> float | None:
        return None if value is None else factor * value

    machines = tuple(
        replace(
            m,
            rated_heating=times(m.rated_heating),
            rated_cooling=times(m.rated_cooling),
            map=tuple(
                replace(p, capacity=factor * p.capacity, electricity=factor * p.electricity)
                for p in m.map
            ),
        )
        for m in plant.machines
    )
    pumps = tuple(replace(p, flow=factor * p.flow, power=factor * p.power) for p in plant.pumps)
    source = replace(
        plant.source,
        design_flow=times(plant.source.design_flow),
        wells=tuple(replace(w, design_flow=factor * w.design_flow) for w in plant.source.wells),
        single_wells=tuple(
            replace(w, design_flow=factor * w.design_flow) for w in plant.source.single_wells
        ),
    )
    return replace(plant, machines=machines, pumps=pumps, source=source)


def sized_for_demand(
    plant: Plant, design: LoadYear, size: Callable[[Plant], T], plant_of: Callable[[T], Plant]
) -> tuple[T, tuple[Verdict, ...]]:
    """
    Size a source for the building's demand, whatever its machines carry of it.

    Parameters
    ----------
    plant : Plant
        As designed.
    design : LoadYear
        The building's demand.
    size : callable
        Sizes the source of a plant.
    plant_of : callable
        The plant of what was sized.

    Returns
    -------
    size
        With machines as drawn where they carry the demand, else with machines enlarged until they
        do.
    tuple of Verdict
        A problem when the machines as drawn do not.

    Raises
    ------
    InsufficientDataError
        When nothing can be sized for the demand; first says what the machines leave of it.
    """
    found = size(plant)
    own = cover = covered(plant_of(found), design)
    if own.enough:
        return found, ()
    drawn = covered(plant, design)
    factor = 1.0
    figures = {
        "percent": f"{100 * drawn.unmet:.1f}",
        "sized": f"{100 * own.unmet:.1f}",
        "mode": own.mode,
        "peak": f"{own.peak / 1e3:,.0f}",
        "missing": f"{own.missing / 1e3:,.0f}",
    }
    if not any(_rated(m, own.mode) for m in plant.machines):
        return found, (Verdict("design.size.mode_absent", figures),)
    for n in range(ROUNDS):
        matching = _matching(plant, design) if n == 0 else 1.0
        more = matching if matching > 1 else MORE
        factor *= more
        figures["factor"] = f"{factor:.2f}"
        try:
            found = size(enlarged(plant_of(found), more))
        except LoopkeeperError as error:
            said = Verdict("design.size.not_covered", figures).sentence()
            raise InsufficientDataError(said, [str(error)]) from error
        cover = covered(plant_of(found), design)
        if cover.enough:
            break
    code = "not_covered" if cover.enough else "never_covered"
    return found, (Verdict(f"design.size.{code}", figures),)
