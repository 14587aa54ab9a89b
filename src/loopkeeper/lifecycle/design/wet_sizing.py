"""Sizing of wells and exchangers: the least that keeps the water within limits over the years."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, sqrt

import numpy as np

from loopkeeper.errors import InconsistentPlantError, InputError, LoopkeeperError
from loopkeeper.lifecycle.design.consistency import UNMET
from loopkeeper.lifecycle.design.horizon import Horizon, horizon
from loopkeeper.measure.series import LoadYear
from loopkeeper.physics.returned_water import WellGround
from loopkeeper.physics.system import System
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.plant.well_capacity import capacity_verdicts

FOUND = 0.01
"""A search ends with so much between its ends. [-]"""

SPACINGS = (30.0, 50.0, 80.0)
"""Distances of single wells tried. [m]"""
MOST_WELLS = 24
"""Single wells tried at most. [-]"""
STRETCHES = (0.4, 0.5, 0.65, 0.8, 1.0, 1.3, 1.7, 2.2)
"""Distances of a well group tried, by those drawn. [-]"""
GRAVE = 99.0
"""Miss of wells that the assembly finds a problem with, as a head that lifts the cover. [K]"""
EXCHANGERS = (2e4, 4e6)
"""Conductances of a plate exchanger searched, the largest at least. [W K-1]"""
CLOSEST = 0.5
"""Mean difference across an exchanger below which nobody builds a larger one. [K]"""


@dataclass(frozen=True, kw_only=True)
class WetSize:
    """
    A sized wet source.

    ``count`` of wells, ``spacing`` nearest neighbours [m], ``flow`` of each well [m3 s-1],
    ``exchanger`` conductance [W K-1]; what does not apply is None. ``run`` over the years.
    """

    plant: Plant
    count: int | None
    spacing: float | None
    flow: float | None
    exchanger: float | None
    run: Horizon
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class WetTask:
    """What a wet source has to keep: water to the machines [°C] over ``years`` [year]."""

    design: LoadYear
    low: float
    high: float
    years: int


def size_wet(plant: Plant, task: WetTask) -> WetSize:
    """
    Return the least wells, distance or exchanger that keeps the limits.

    Parameters
    ----------
    plant : Plant
        On single wells, a well group or surface water.
    task : WetTask
        Limits and years.

    Returns
    -------
    WetSize
        Single wells: fewest, then nearest together; a group: its wells as near as heat breaking
        through allows; surface water: the smallest exchanger.

    Raises
    ------
    InputError
        When nothing that was tried keeps the limits; the nearest miss is named.
    InconsistentPlantError
        When the plant stands on boreholes, trenches or standing columns.
    """
    sizers: dict[Section, Callable[[Plant, WetTask], WetSize]] = {
        Section.SINGLE_WELL: _single_wells,
        Section.WELL: _group,
        Section.SURFACE_WATER: _exchanger,
    }
    section = plant.source.traits.section
    if section is Section.BOREHOLE_FIELD:
        raise InconsistentPlantError(f"plant {plant.site.id}: boreholes are sized by size_plant")
    if section not in sizers:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: sizing knows boreholes, wells and surface water; `design "
            "check` judges other sources"
        )
    return sizers[section](plant, task)


@dataclass(frozen=True)
class _Trial:
    """
    A candidate run over the years.

    ``miss`` of the water's limits, above 0 when missed or a head is beyond its own [K]; ``short``
    share of heat and cold missing because of the source, not of the machines [-].
    """

    plant: Plant
    run: Horizon
    verdicts: tuple[Verdict, ...]
    miss: float
    short: float

    @property
    def kept(self) -> bool:
        """Whether limits are kept and the source carries what the machines can."""
        return self.miss <= 0 and self.short <= UNMET


def _tried(plant: Plant, task: WetTask) -> _Trial:
    model, said = assemble(plant)
    run = horizon(plant, model.system, task.design, years=task.years)
    miss = max(task.low - float(run.coldest.min()), float(run.warmest.max()) - task.high)
    grave = any(v.severity in {Severity.PROBLEM, Severity.DISQUALIFICATION} for v in said)
    able = _unmet_by_machines(plant, model.system, task)
    short = float(run.unmet.max()) - able
    if able > UNMET:
        figures = {"percent": f"{100 * able:.1f}", "year": 1}
        said = (Verdict("design.machines.short", figures), *said)
    return _Trial(plant, run, said, miss if not grave else max(miss, GRAVE), short)


def _unmet_by_machines(plant: Plant, system: System, task: WetTask) -> float:
    """Share of heat and cold that is missing even on water that never changes. [-]"""
    if not isinstance(system.ground, WellGround):
        return 0.0
    still = replace(system.ground, coefficients=0.0 * system.ground.coefficients, exchange=1.0)
    endless = replace(system, ground=still)
    return float(horizon(plant, endless, task.design, years=1).unmet.max())


def with_single_wells(plant: Plant, count: int, spacing: float) -> Plant:
    """
    Return the plant with so many of its first well, in a square, sharing the flow.

    Parameters
    ----------
    plant : Plant
        With a single well.
    count : int
        Wells. [-]
    spacing : float
        [m]

    Returns
    -------
    Plant
    """
    first = plant.source.single_wells[0]
    total = plant.source.design_flow or sum(w.design_flow for w in plant.source.single_wells)
    side = ceil(sqrt(count))
    wells = tuple(
        replace(
            first,
            id=f"sw{n + 1}",
            x=spacing * (n % side),
            y=spacing * (n // side),
            design_flow=total / count,
        )
        for n in range(count)
    )
    return replace(plant, source=replace(plant.source, single_wells=wells))


def _single_wells(plant: Plant, task: WetTask) -> WetSize:
    if not plant.source.single_wells:
        raise InconsistentPlantError(f"plant {plant.site.id}: no [[source.single_well]] to repeat")
    most = _attempt(with_single_wells(plant, MOST_WELLS, SPACINGS[-1]), task)
    if most is None or not most.kept:
        raise InputError(
            f"up to {MOST_WELLS} wells do not keep {task.low:g} … {task.high:g} °C; "
            + _missed(most)
        )
    best = (MOST_WELLS, SPACINGS[-1], most)
    for spacing in SPACINGS:
        low, high, found = 0, best[0], None
        while high - low > 1:
            middle = (low + high) // 2
            trial = _attempt(with_single_wells(plant, middle, spacing), task)
            if trial is not None and trial.kept:
                high, found = middle, trial
            else:
                low = middle
        if found is not None:
            best = (high, spacing, found)
    count, spacing, trial = best
    flow = trial.plant.source.single_wells[0].design_flow
    said = (*trial.verdicts, *capacity_verdicts(trial.plant))
    return WetSize(
        plant=trial.plant,
        count=count,
        spacing=spacing,
        flow=flow,
        exchanger=None,
        run=trial.run,
        verdicts=said,
    )


def _nearer(one: _Trial | None, other: _Trial | None) -> _Trial | None:
    """The trial that misses less: first by what is not delivered, then by temperature."""
    known = [trial for trial in (one, other) if trial is not None]
    return min(known, key=lambda t: (round(t.short, 2), t.miss), default=None)


def _missed(nearest: _Trial | None) -> str:
    """By how much the nearest trial misses, in words; what is not delivered comes first."""
    if nearest is None:
        return "none of them can be built"
    missing = f"{100 * nearest.short:.3g} % of heat and cold are not delivered; "
    said = missing if nearest.short > UNMET else ""
    graves = [v for v in nearest.verdicts if v.severity is Severity.PROBLEM]
    if nearest.miss >= GRAVE and graves:
        return f"{said}the nearest: {graves[-1].sentence()}"
    return f"{said}the nearest misses by {max(nearest.miss, 0.0):.1f} K"


def _attempt(plant: Plant, task: WetTask) -> _Trial | None:
    """A trial, or None where the wells cannot be built so (overlap, heads, ranges)."""
    try:
        return _tried(plant, task)
    except LoopkeeperError:
        return None


def _group(plant: Plant, task: WetTask) -> WetSize:
    wells = plant.source.wells
    if len(wells) < 2:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: a well group needs two wells or more"
        )
    middle = (sum(w.x for w in wells) / len(wells), sum(w.y for w in wells) / len(wells))
    nearest: _Trial | None = None
    for stretch in STRETCHES:
        moved = tuple(
            replace(
                w,
                x=middle[0] + stretch * (w.x - middle[0]),
                y=middle[1] + stretch * (w.y - middle[1]),
            )
            for w in wells
        )
        trial = _attempt(replace(plant, source=replace(plant.source, wells=moved)), task)
        nearest = _nearer(nearest, trial)
        if trial is not None and trial.kept:
            gap = min(
                sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
                for n, a in enumerate(moved)
                for b in moved[:n]
            )
            return WetSize(
                plant=trial.plant,
                count=len(moved),
                spacing=gap,
                flow=None,
                exchanger=None,
                run=trial.run,
                verdicts=trial.verdicts,
            )
    raise InputError(
        f"no distance up to {STRETCHES[-1]:g} times the drawn one keeps {task.low:g} … "
        f"{task.high:g} °C; " + _missed(nearest)
    )


def _exchanger(plant: Plant, task: WetTask) -> WetSize:
    low, high = EXCHANGERS
    peak = float(np.maximum(task.design.heating, task.design.cooling).max())
    high = max(high, peak / CLOSEST)
    task = replace(task, years=1 if plant.source.surface is None else min(task.years, 2))
    trial = _tried(_with_exchanger(plant, high), task)
    if trial.miss > 0:
        raise InputError(
            f"the water itself is {trial.miss:.1f} K beyond {task.low:g} … {task.high:g} °C: no "
            "exchanger helps"
        )
    while high / low > 1 + FOUND:
        middle = sqrt(low * high)
        attempt = _tried(_with_exchanger(plant, middle), task)
        if attempt.miss <= 0:
            high, trial = middle, attempt
        else:
            low = middle
    return WetSize(
        plant=trial.plant,
        count=None,
        spacing=None,
        flow=None,
        exchanger=high,
        run=trial.run,
        verdicts=trial.verdicts,
    )


def _with_exchanger(plant: Plant, conductance: float) -> Plant:
    return replace(plant, source=replace(plant.source, exchanger=conductance))
