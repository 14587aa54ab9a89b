"""
Groundwork: a dossier and its readings brought into the form that the stages read.

Who reads the files is decided outside; here they are values.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from loopkeeper.app.surveying import interpret_survey
from loopkeeper.errors import InsufficientDataError, LoopkeeperError
from loopkeeper.lifecycle.build.field_works import field_works, on_found_holes
from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import Admitted
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.case import UNRECORDED, Case, FieldWorks, MeterDoubt, Models, Surveyed
from loopkeeper.measure.consistency import judged_hours
from loopkeeper.measure.derived import loop_fluid, water_meter_error
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.drawdown import drawdown
from loopkeeper.measure.energies import electric_energy, thermal_energy
from loopkeeper.measure.kpi_basis import KpiRefusal, KpiValue
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.meter_error import accuracy_cautions
from loopkeeper.measure.metered import machines
from loopkeeper.measure.nameplates import highest_rates
from loopkeeper.measure.operation import Operation, last_full_year, operation
from loopkeeper.measure.past import measured_past, recorded
from loopkeeper.measure.periods import reach_text
from loopkeeper.measure.quality import check_readings, summarise
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.spent import NAMEPLATE_DOUBT, spent_electricity
from loopkeeper.measure.standstill import without_standstills
from loopkeeper.measure.told import Completeness, told, untold
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.built import as_built
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import GRAVE, Verdict, once

LEAST_HOURS = 24
"""A period is judged by at least this many hours. [h]"""


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
        Long: time (UTC), point, value in the meter's unit, and optionally known_at and quality.
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
    admitted, stood = without_standstills(admitted, hours, plant)
    if stood:
        hours = hourly(admitted, plant)
    before = (*verdicts, *admitted.verdicts, *hours.verdicts)
    hours, checked = judged_hours(hours, plant, before)
    brine = water_meter_error(loop_fluid(plant, "source"))
    said = (*before, *checked, *accuracy_cautions(plant.points, brine))
    return Measured(admitted, hours, said)


def lay_groundwork(dossier: Dossier, measured: Measured, period: Period | None = None) -> Case:
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
    Case
        Ready for :func:`evaluate_plant` and :func:`diagnose_plant`.

    Raises
    ------
    InsufficientDataError
        When there are hardly any hours.
    """
    plant, hours = dossier.plant, measured.hours
    if len(hours.time) == 0:
        raise InsufficientDataError("there are no measured hours", ["telemetry is empty"])
    whole, said = operation(hours, plant, dossier.weather, dossier.water)
    chosen = period or last_full_year(hours.time, plant.site.timezone)
    inside = whole.within(chosen)
    refuse_short(hours, chosen, plant.site.timezone)
    surveyed, tested = interpret_survey(dossier)
    simulated, works, assumed = _simulated(plant, surveyed)
    past, supposed = measured_past(plant, whole, chosen)
    answers = key_figures(hours, plant, chosen)
    half = untold(told_of(whole, hours, chosen), plant.site.timezone)
    refused = [
        v
        for a in answers
        if isinstance(a, KpiRefusal)
        for v in a.reasons
        if not half or v.code != "measure.kpi.half_told"
    ]
    every = (
        *half,
        *dossier.verdicts,
        *measured.verdicts,
        *said,
        *assumed,
        *tested,
        *supposed,
        *refused,
    )
    return Case(
        dossier=dossier,
        period=chosen,
        simulated=simulated,
        operation=inside,
        past=past,
        record=recorded(plant, whole, chosen, past),
        surveyed=surveyed,
        works=works,
        doubt=meter_doubt(hours.within(chosen), plant),
        kpis=tuple(a for a in answers if isinstance(a, KpiValue)),
        quality=summarise(measured.admitted, chosen),
        verdicts=gravest_first(once(every)),
        drawdown=drawdown(plant, hours.within(chosen)),
        withheld=hours.withheld,
    )


def _simulated(
    plant: Plant, surveyed: Surveyed
) -> tuple[Models | str, FieldWorks, tuple[Verdict, ...]]:
    """The plant to be simulated, or why it cannot be, and what its ledger tells."""
    measured_temperature = surveyed.undisturbed_temperature
    try:
        designed, assumed = assemble(plant)
        works = field_works(plant, designed)
        built = as_built(
            designed,
            conductivity=None if surveyed.conductivity is None else surveyed.conductivity.value,
            undisturbed_temperature=None
            if measured_temperature is None
            else measured_temperature.value,
            length_factor=works.length.of_field if works.as_drawn else 1.0,
        )
        if not works.as_drawn:
            built = on_found_holes(plant, built)
    except LoopkeeperError as error:
        return str(error), UNRECORDED, ()
    return Models(designed=designed, built=built), works, assumed


def refuse_short(hours: PlantHours, period: Period, timezone: str) -> None:
    """Refuse a period with less than a day of data, and say how much there is."""
    count = len(hours.within(period).time)
    if count >= LEAST_HOURS:
        return
    found = f"{count} hours; {LEAST_HOURS} are needed" if count else "no data"
    raise InsufficientDataError(f"the period holds {found}", [reach_text(hours.time, timezone)])


def told_of(whole: Operation, hours: PlantHours, period: Period) -> Completeness:
    """
    Return how much of a period is told: hours with heat and electricity.

    Where the plant never meters these, hours in which anything is measured.
    """
    if whole.good.any():
        return told(whole.time, whole.good, period)
    spoken = [np.isfinite(c.values) for c in hours.channels.values()]
    return told(hours.time, np.any(spoken, axis=0), period)


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
    everywhere, heat = np.ones(len(hours.time), bool), 0.0
    if hours.has("heat_power", "load"):
        load = np.nan_to_num(hours.values("heat_power", "load"))
        modes = [thermal_energy(hours, plant, "load", where) for where in (load > 0, load < 0)]
        heat = max(modes, key=lambda energy: abs(energy.value)).relative
    spent = spent_electricity(hours, plant)
    metered = electric_energy(hours, machines(hours, plant), everywhere).relative
    electricity = float(np.hypot(metered, NAMEPLATE_DOUBT * spent.supposed))
    guessed = spent.split or spent.supposed > 0
    return MeterDoubt(heat, electricity, NAMEPLATE_DOUBT * guessed)


def gravest_first(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Name problems first; otherwise in the order in which things were said."""
    return tuple(sorted(verdicts, key=lambda v: v.severity not in GRAVE))
