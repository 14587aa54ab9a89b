"""A plant's whole record, read and evaluated once, and what any period of it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.app.groundwork import Measured, lay_groundwork
from loopkeeper.app.watching import charted
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.case import Case
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.kpi_basis import Answer, KpiValue
from loopkeeper.measure.kpi_counts import operating_counts
from loopkeeper.measure.kpi_system import (
    hot_water_energy,
    pump_work,
    system_factor,
    water_transport_factor,
)
from loopkeeper.measure.kpi_table import key_figures
from loopkeeper.measure.kpi_water import reinjection_ratio, water_taken
from loopkeeper.measure.periods import as_datetime
from loopkeeper.measure.series import Period
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import PlantEvent
from loopkeeper.plant.verdict import Verdict

FAULTS = frozenset({"outage", "fault", "alarm", "complaint"})
"""Kinds of events that a month's report lists."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A plant whose whole record is admitted and, where it can be, evaluated once."""

    measured: Measured
    case: Case
    evaluation: Evaluation | None
    charts: tuple[ModeChart, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def dossier(self) -> Dossier:
        """The plant and its records."""
        return self.case.dossier


def prepared(dossier: Dossier, measured: Measured) -> Prepared:
    """
    Prepare a plant for its reviews.

    Parameters
    ----------
    dossier : Dossier
        The plant.
    measured : Measured
        All its admitted readings.

    Returns
    -------
    Prepared
        With the reason where the plant cannot be held against its model.

    Raises
    ------
    InsufficientDataError
        When there are no hours at all.
    """
    time = measured.hours.time
    whole = None if not len(time) else Period(time[0], time[-1] + np.timedelta64(1, "h"))
    case = lay_groundwork(dossier, measured, whole)
    try:
        evaluation = evaluate_plant(case)
        charts, said = charted(case, evaluation)
    except DataError as error:
        reason = Verdict("monitor.round.none", {"reason": str(error)})
        return Prepared(
            measured=measured, case=case, evaluation=None, charts=(), verdicts=(reason,)
        )
    return Prepared(
        measured=measured, case=case, evaluation=evaluation, charts=charts, verdicts=said
    )


def answers_of(base: Prepared, period: Period) -> tuple[Answer, ...]:
    """Return every key figure of a period; none where it lies outside the record."""
    plant, hours = base.dossier.plant, base.measured.hours
    if not len(hours.within(period).time):
        return ()
    found: list[Answer] = [*key_figures(hours, plant, period)]
    for loop in ("source", "load"):
        found.append(pump_work(hours, plant, period, loop))
        found.append(water_transport_factor(hours, plant, period, loop))
    found.append(system_factor(hours, plant, period))
    found += operating_counts(hours, period)
    if hours.places("heat_power") and "hot-water" in hours.places("heat_power"):
        found += hot_water_energy(hours, plant, period)
    if plant.source.traits.groundwater:
        closed = plant.source.traits.section is Section.SINGLE_WELL
        found.append(reinjection_ratio(hours, period, closed=closed))
        found.append(water_taken(hours, period, closed=closed))
    return tuple(found)


def find(answers: Sequence[Answer], key: tuple[str, str, str]) -> KpiValue | None:
    """Return the figure of a name, boundary and mode; None where it was refused."""
    for answer in answers:
        if isinstance(answer, KpiValue) and (answer.name, answer.boundary, answer.mode) == key:
            return answer
    return None


def events_of(plant: Plant, period: Period) -> tuple[PlantEvent, ...]:
    """Return the faults, outages, alarms and complaints written down in a period."""
    start, end = (as_datetime(t) for t in (period.start, period.end))
    return tuple(e for e in plant.events if e.kind in FAULTS and start <= e.time < end)
