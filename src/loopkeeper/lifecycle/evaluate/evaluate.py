"""Promised, expected and measured performance at the same delivered heat."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.outlook import Outlook, outlook
from loopkeeper.lifecycle.evaluate.result import Evaluation, Performance, Traces, of_key_figures
from loopkeeper.measure.case import Case, MeterDoubt, Models
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import Past, design_past
from loopkeeper.measure.recharge_year import Shown, design_recharge
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.system import BoundaryConditions, Load, Trajectory
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import Years, cooling_share, mode_energy, run_years
from loopkeeper.units import HOUR

FLOWING = 0.2
"""Share of an hour from which on its water tells a temperature. [-]"""

BOUNDARY = "GB/T 50801"
MACHINES_ONLY = "GB/T 50801 without backups"
"""What model and meters are held against each other at where backups draw electricity as well."""
LEAST_COVERAGE = 0.5
"""Below this share of good hours a period is not evaluated. [-]"""
TRIFLE = 0.01
"""A mode that delivers less than this share of all needs no promise of its own. [-]"""
EXPECTED_DOUBT = 0.03
"""Standard deviation of expected electricity for what the model leaves out. [-]"""


@dataclass(frozen=True)
class _Runs:
    """The simulations: as built under measured loads, as designed under the design year."""

    expected: Trajectory
    design: Trajectory | None


def evaluate(case: Case, models: Models, design: LoadYear | None) -> Evaluation:
    """
    Evaluate a case.

    Parameters
    ----------
    case : Case
        Plant, measured hours, meters, and what was said so far.
    models : Models
        The plant on its promise.
    design : LoadYear or None
        The design year, with weather.

    Returns
    -------
    Evaluation
        Three performances, traces, ground outlook, key figures and point quality.

    Raises
    ------
    InsufficientDataError
        When heat, electricity or weather are withheld or not measured, or less than half of the
        hours carry heat and electricity.
    """
    operation = case.operation
    refuse_lacking(operation)
    coverage = float(operation.good.mean()) if operation.hours else 0.0
    if coverage < LEAST_COVERAGE:
        reason = f"heat and electricity are measured in {coverage:.0%} of hours"
        raise InsufficientDataError(
            "the period cannot be evaluated", [f"{reason}; {LEAST_COVERAGE:.0%} are needed"]
        )
    measured = of_key_figures(measured_performance(operation, case.doubt), case.kpis)
    runs = _Runs(_expected_run(case, models), _design_run(case, models, design))
    promised, said = promised_performance(case, measured, runs.design)
    return Evaluation(
        period=case.period,
        boundary=BOUNDARY if case.plant.unaided else MACHINES_ONLY,
        promised=promised,
        expected=_modelled(runs.expected, measured, EXPECTED_DOUBT),
        measured=measured,
        kpis=case.kpis,
        traces=_traces(operation, runs),
        ground=_outlook(case, models, design, runs),
        quality=case.quality,
        cautions=(*case.verdicts, *said),
    )


def measured_performance(operation: Operation, doubt: MeterDoubt) -> Performance:
    """
    Return what was measured, gaps filled in proportion to the load they carried.

    Parameters
    ----------
    operation : Operation
        The period.
    doubt : MeterDoubt
        Relative standard deviations of the meters.

    Returns
    -------
    Performance
        Energies with meter uncertainty. [J]
    """
    heating, cooling = (float(v.sum() * HOUR) for v in (operation.heating, operation.cooling))
    share = cooling_share(operation.heating, operation.cooling)
    load = operation.heating + operation.cooling
    good = operation.good
    lifted = float(load.sum() / load[good].sum()) if load[good].sum() > 0 else 1.0

    def energy(power: Floats) -> float:
        return float(power[good].sum() * HOUR) * lifted

    parts = (
        operation.machine_electricity,
        operation.source_pump_electricity,
        operation.load_pump_electricity,
    )
    total = operation.electricity
    cold = energy(total * share)

    def electric(value: float, guessed: float = 0.0) -> Estimate:
        spread = np.hypot(doubt.electricity * value, doubt.pumps * guessed)
        return Estimate.normal(value, float(spread))

    machines, source, moved = (energy(p) for p in parts)
    return Performance(
        heating=Estimate.normal(heating, doubt.heat * heating),
        cooling=Estimate.normal(cooling, doubt.heat * cooling),
        electricity=electric(energy(total)),
        electricity_heating=electric(energy(total) - cold),
        electricity_cooling=electric(cold),
        machines=electric(machines, source + moved),
        source_pumps=electric(source, source),
        load_pumps=electric(moved, moved),
    )


def promised_performance(
    case: Case, measured: Performance, design: Trajectory | None
) -> tuple[Performance | None, tuple[Verdict, ...]]:
    """
    Return the promise at the heat and cold that were delivered.

    Parameters
    ----------
    case : Case
        The promise stands in its plant.
    measured : Performance
        What was delivered.
    design : Trajectory or None
        The design plant under its design year: splits the promise into machines and pumps, and
        stands in for system COPs that were not promised.

    Returns
    -------
    Performance or None
        Promised energies; its intervals carry the heat meter's doubt only [J]. None when a mode
        that delivered was not promised and no design year lets it be computed.
    verdicts : tuple of Verdict
        What was not promised.
    """
    promise = case.plant.promise
    modelled = mode_energy(design) if design is not None else None
    verdicts: list[Verdict] = []
    parts = []
    for mode, heat, stated in (
        ("heating", measured.heating, promise.system_cop_heating),
        ("cooling", measured.cooling, promise.system_cop_cooling),
    ):
        cop = stated
        if cop is None and modelled is not None:
            delivered = getattr(modelled, mode)
            used = getattr(modelled, f"{mode}_electricity")
            cop = delivered / used if used > 0 and delivered > 0 else None
            verdicts.append(Verdict("evaluate.promise.computed", {"mode": mode}))
        if cop is None:
            if heat.value <= TRIFLE * (measured.heating.value + measured.cooling.value):
                parts.append(0.0)
                continue
            return None, (*verdicts, Verdict("evaluate.promise.none", {"mode": mode}))
        parts.append(heat.value / cop)
    return _split(design, parts[0], parts[1], measured, case.doubt), tuple(verdicts)


def _split(
    design: Trajectory | None,
    heating: float,
    cooling: float,
    measured: Performance,
    doubt: MeterDoubt,
) -> Performance:
    """Split promised electricity into machines and pumps as the design plant does."""
    shares = (1.0, 0.0, 0.0)
    if design is not None:
        energies = [
            design.energy("machine_heating_electricity", "machine_cooling_electricity"),
            design.energy("source_pump_electricity"),
            design.energy("load_pump_electricity"),
        ]
        shares = tuple(e / sum(energies) for e in energies)  # type: ignore[assignment]

    def electric(value: float) -> Estimate:
        return Estimate.normal(value, doubt.heat * value)

    total = heating + cooling
    return Performance(
        heating=measured.heating,
        cooling=measured.cooling,
        electricity=electric(total),
        electricity_heating=electric(heating),
        electricity_cooling=electric(cooling),
        machines=electric(total * shares[0]),
        source_pumps=electric(total * shares[1]),
        load_pumps=electric(total * shares[2]),
    )


def _modelled(run: Trajectory, measured: Performance, doubt: float) -> Performance:
    """Performance of a simulated period at the measured heat and cold."""
    energy = mode_energy(run)
    total = energy.at_delivered_heat(measured.heating.value, measured.cooling.value)
    cold = energy.at_delivered_heat(0.0, measured.cooling.value)
    simulated = energy.heating_electricity + energy.cooling_electricity
    lift = total / simulated if simulated > 0 else 1.0

    def electric(value: float) -> Estimate:
        return Estimate.normal(value, doubt * value)

    return Performance(
        heating=measured.heating,
        cooling=measured.cooling,
        electricity=electric(total),
        electricity_heating=electric(total - cold),
        electricity_cooling=electric(cold),
        machines=electric(
            lift * run.energy("machine_heating_electricity", "machine_cooling_electricity")
        ),
        source_pumps=electric(lift * run.energy("source_pump_electricity")),
        load_pumps=electric(lift * run.energy("load_pump_electricity")),
    )


def _expected_run(case: Case, models: Models) -> Trajectory:
    """The plant as built under measured loads and weather."""
    return run_years([(0, models.built.system)], lived_years(case.operation, case.past))


def lived_years(operation: Operation, past: Past) -> Years:
    """
    Return what a plant really had to do.

    Parameters
    ----------
    operation : Operation
        The period.
    past : Past
        The years before it.

    Returns
    -------
    Years
        Measured loads and weather.
    """
    return Years(
        Load(past.heating, past.cooling, past.recharge),
        BoundaryConditions(past.outdoor, (past.heating + past.cooling) > 0),
        Load(operation.heating, operation.cooling, operation.recharge),
        operation.boundary(),
    )


def refuse_lacking(operation: Operation) -> None:
    """Raise InsufficientDataError with what a plant's hours lack to be judged by, if anything."""
    if operation.lacking:
        raise InsufficientDataError(
            "the operation of the plant cannot be judged", operation.lacking
        )


def design_years(plant: Plant, design: LoadYear, days: int, shown: Shown | None = None) -> Years:
    """
    Return the design year after as many design years as the plant has behind it.

    Parameters
    ----------
    plant : Plant
        Recharge of the design.
    design : LoadYear
        The design year.
    days : int
        Days since hand-over. [d]
    shown : tuple of arrays, optional
        Hours of a record and the recharge measured in them: they tell when the design's happens.

    Returns
    -------
    Years
        Loads as designed.
    """
    load, boundary = design_case(plant, design, shown)
    past = design_past(design, design_recharge(plant, design, shown), days)
    return Years(
        Load(past.heating, past.cooling, past.recharge),
        BoundaryConditions(past.outdoor, (past.heating + past.cooling) > 0),
        load,
        boundary,
    )


def _design_run(case: Case, models: Models, design: LoadYear | None) -> Trajectory | None:
    if design is None:
        return None
    years = design_years(case.plant, design, len(case.past.heating), case.operation.recharged)
    return run_years([(0, models.designed.system)], years)


def _traces(op: Operation, runs: _Runs) -> Traces:
    run = runs.expected
    flowing = op.run_share > FLOWING
    design = np.full(op.hours, np.nan)
    if runs.design is not None:
        supply = runs.design["source_supply"]
        design = supply[np.arange(op.hours) % len(supply)]
    return Traces(
        time=op.time,
        outdoor_temperature=op.outdoor,
        load=op.heating - op.cooling,
        electricity_measured=np.where(op.good, op.electricity, np.nan),
        electricity_expected=run["machine_heating_electricity"]
        + run["machine_cooling_electricity"]
        + run["source_pump_electricity"]
        + run["load_pump_electricity"],
        source_supply_measured=np.where(flowing, op.source_supply, np.nan),
        source_supply_expected=np.where(run["run_share"] > 0, run["source_supply"], np.nan),
        source_supply_design=design,
        load_supply_measured=np.where(flowing, op.load_supply, np.nan),
        load_supply_expected=np.where(run["run_share"] > 0, run["load_supply"], np.nan),
    )


def _outlook(case: Case, models: Models, design: LoadYear | None, runs: _Runs) -> Outlook | None:
    """Where the source goes; what weather renews remembers nothing."""
    if design is None or case.plant.source.traits.renewed:
        return None
    days = len(case.past.heating) + case.operation.hours / 24
    systems = (models.designed.system, models.built.system)
    return outlook(case.plant, systems, design, case.operation, runs.expected, days / 365)
