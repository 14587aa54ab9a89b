"""
Groundwork: a dossier and its readings brought into the form that the stages read.

Who reads the files is decided outside; here they are values.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from loopkeeper.app.surveying import interpret_survey
from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.diagnose.evidence import Surveyed
from loopkeeper.lifecycle.evaluate.evaluate import MeterDoubt
from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Admitted
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.consistency import check_hours
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.kpi_basis import KpiRefusal, KpiValue
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.meter_error import accuracy_cautions
from loopkeeper.measure.metered import machines
from loopkeeper.measure.nameplates import highest_rates
from loopkeeper.measure.operation import Operation, last_full_year, operation
from loopkeeper.measure.past import Past, measured_past
from loopkeeper.measure.quality import PointSummary, check_readings, summarise
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.built import as_built
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True)
class Groundwork:
    """What evaluation and diagnosis share: models, operation, past, survey, and what was said."""

    dossier: Dossier
    period: Period
    designed: PlantModel
    built: PlantModel
    operation: Operation
    past: Past
    surveyed: Surveyed
    doubt: MeterDoubt
    kpis: tuple[KpiValue, ...]
    quality: tuple[PointSummary, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Measured:
    """Admitted readings and their hours, with what was said of them."""

    admitted: Admitted
    hours: PlantHours
    verdicts: tuple[Verdict, ...]


def admit_readings(
    dossier: Dossier, readings: pl.DataFrame, verdicts: tuple[Verdict, ...] = ()
) -> Measured:
    """
    Admit a plant's readings, check them, and lay them on hours.

    Parameters
    ----------
    dossier : Dossier
        Its plant lists the points.
    readings : DataFrame
        Long: time (UTC), point, value in the meter's unit, known_at.
    verdicts : tuple of Verdict
        Said while reading.

    Returns
    -------
    Measured
        Ready for :func:`lay_groundwork`.
    """
    plant = dossier.plant
    admitted = check_readings(admit(readings, plant.points, fastest=highest_rates(plant)), plant)
    hours = hourly(admitted, plant)
    checked = check_hours(hours, plant)
    said = (*verdicts, *admitted.verdicts, *checked, *accuracy_cautions(plant.points))
    return Measured(admitted, hours, said)


def lay_groundwork(
    dossier: Dossier, measured: Measured, period: Period | None = None
) -> Groundwork:
    """
    Bring a dossier and its measured hours into the form that the stages read.

    Parameters
    ----------
    dossier : Dossier
        The plant and its records.
    measured : Measured
        Its admitted readings.
    period : Period, optional
        The period; the last full year of data when omitted.

    Returns
    -------
    Groundwork
        Ready for :func:`evaluate_plant` and :func:`diagnose_plant`.

    Raises
    ------
    InsufficientDataError
        When the hours cannot carry an answer; the reasons are named.
    InconsistentPlantError
        When the plant cannot be simulated.
    """
    plant, hours = dossier.plant, measured.hours
    if len(hours.time) == 0:
        raise InsufficientDataError("there are no measured hours", ["telemetry is empty"])
    whole, said = operation(hours, plant, dossier.weather, dossier.water)
    chosen = period or last_full_year(hours.time, plant.site.timezone)
    inside = whole.within(chosen)
    if inside.hours < 24:
        first, last = hours.time[0], hours.time[-1]
        raise InsufficientDataError(
            "the period holds no data", [f"data reach from {first} to {last} UTC"]
        )
    designed, assumed = assemble(plant)
    surveyed, tested = interpret_survey(dossier)
    built = as_built(
        plant,
        designed,
        conductivity=None if surveyed.conductivity is None else surveyed.conductivity.value,
        undisturbed_temperature=surveyed.undisturbed_temperature,
    )
    past, supposed = measured_past(plant, whole, chosen)
    answers = key_figures(hours, plant, chosen)
    refused = [v for a in answers if isinstance(a, KpiRefusal) for v in a.reasons]
    every = (
        *dossier.verdicts, *measured.verdicts, *said, *assumed, *tested, *supposed, *refused
    )  # fmt: skip
    return Groundwork(
        dossier=dossier,
        period=chosen,
        designed=designed,
        built=built,
        operation=inside,
        past=past,
        surveyed=surveyed,
        doubt=meter_doubt(hours.within(chosen), plant),
        kpis=tuple(a for a in answers if isinstance(a, KpiValue)),
        quality=summarise(measured.admitted, chosen),
        verdicts=once(every),
    )


def meter_doubt(hours: PlantHours, plant: Plant) -> MeterDoubt:
    """
    Return the relative standard deviations of the heat and electricity of a period.

    Parameters
    ----------
    hours : PlantHours
        The period.
    plant : Plant
        Its fluids and machines.

    Returns
    -------
    MeterDoubt
        Heat by the larger of the two modes' energies; electricity of the machines. [-]
    """
    load = hours.values("heat_power", "load")
    with np.errstate(invalid="ignore"):
        modes = [thermal_energy(hours, plant, "load", where) for where in (load > 0, load < 0)]
    heat = max(modes, key=lambda energy: abs(energy.value))
    group = machines(hours, plant)
    return MeterDoubt(
        heat.relative, electric_energy(hours, group, np.ones(len(load), bool)).relative
    )


def once(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Say everything once, in the order it was first said."""
    seen: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        seen.setdefault((verdict.code, repr(sorted(verdict.figures.items()))), verdict)
    return tuple(seen.values())
