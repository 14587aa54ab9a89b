"""The daily update: a state made by a full diagnosis, moved by a day's readings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import numpy as np

from loopkeeper.app.closing_the_loop import Investigation, evaluate_plant, investigated
from loopkeeper.app.groundwork import Measured, lay_groundwork
from loopkeeper.errors import InsufficientDataError, LoopkeeperError
from loopkeeper.lifecycle.diagnose.hypothesis import Counterfactuals, Hypothesis
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.monitor.daily import (
    DailyState,
    DayTold,
    Found,
    after_day,
    founded,
    spoken,
)
from loopkeeper.lifecycle.monitor.early_warning import CALLED_FOR_NOTHING
from loopkeeper.measure.calendar import local_days
from loopkeeper.measure.case import Case
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.operation import operation
from loopkeeper.measure.periods import local_minute, reach_text
from loopkeeper.measure.series import Bools, Period, PlantHours, Times
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

CONTEXT = timedelta(days=8)
"""Readings before a day that its admission needs: counters, habits, gaps to be filled."""
YEAR = 365
"""Days a state is begun from where nobody asked for a diagnosis: both seasons. [day]"""
LONGEST_GAP = 30
"""After so many days without readings the ground's memory is no longer known. [day]"""


@dataclass(frozen=True)
class Advance:
    """The state after some days, and what each said."""

    state: DailyState
    days: tuple[DayTold, ...]


def begun(
    case: Case, evaluation: Evaluation, run_length: float = CALLED_FOR_NOTHING
) -> DailyState:
    """
    Return the state that a full diagnosis leaves.

    Parameters
    ----------
    case : Case
        The prepared plant over the diagnosed period.
    evaluation : Evaluation
        Its evaluation.
    run_length : float
        Days of a mode between two false alarms of all its charts on average. [day]

    Returns
    -------
    DailyState
        At the end of the period; the plant as found is the designed one with every suspect at its
        best estimate.

    Raises
    ------
    InsufficientDataError
        When the plant cannot be diagnosed, or no chart has 30 days to stand on.
    """
    found = _as_found(investigated(case, evaluation))
    plant = case.plant
    gauges = founded(found, case.operation, plant.site.timezone, run_length)
    if not gauges:
        raise InsufficientDataError(
            "the plant cannot be watched from day to day",
            ["no chart has 30 days with heat and electricity that vary"],
        )
    return DailyState(
        plant=plant.site.id,
        basis=basis_of(plant),
        diagnosed=case.period,
        until=case.operation.time[-1] + np.timedelta64(1, "h"),
        system=found.phases[-1][1],
        memory=found.run.state.modes,
        gauges=gauges,
        run_length=run_length,
    )


def _as_found(found: Investigation) -> Found:
    """The plant as designed with every suspect in it, under the loads it really had."""
    scene = found.inquiry.scene
    hypothesis = Hypothesis.of(scene.model)
    for suspect in found.suspects:
        hypothesis = suspect.apply(hypothesis, suspect.value)
    hypothesis = replace(hypothesis, sized=True, unbalanced=True)
    court = Counterfactuals(scene.setting)
    return Found(court.phases(hypothesis), court.run(hypothesis))


def basis_of(plant: Plant) -> str:
    """Return a digest of the records that a plant's model is made from."""
    records = (plant.site.id, plant.source, plant.machines, plant.pumps, plant.controls)
    return sha256(repr(records).encode()).hexdigest()[:16]


def check_state(state: DailyState, plant: Plant) -> None:
    """
    Refuse the state of another plant, or of one whose records have changed since.

    Parameters
    ----------
    state : DailyState
        To go on from.
    plant : Plant
        That is to be watched.

    Raises
    ------
    InsufficientDataError
        With what to do about it.
    """
    if state.plant != plant.site.id:
        reason = f"the state is of plant {state.plant}, this is {plant.site.id}"
    elif state.basis != basis_of(plant):
        reason = "source, machines, pumps or controls in the dossier have changed since"
    else:
        return
    raise InsufficientDataError(
        "the daily update cannot go on from this state", [reason, "run the full diagnosis again"]
    )


def advanced(state: DailyState, dossier: Dossier, hours: PlantHours) -> Advance:
    """
    Move a state by every whole local day that the hours hold after it.

    Parameters
    ----------
    state : DailyState
        As it stands.
    dossier : Dossier
        Of the plant.
    hours : PlantHours
        Admitted hours, from some days before the new ones on (:data:`CONTEXT`).

    Returns
    -------
    Advance
        The same state where no whole day is new.

    Raises
    ------
    InsufficientDataError
        When the state is of another plant, heat, electricity or weather are not measured at all,
        or no readings came for longer than a month.
    """
    plant = dossier.plant
    check_state(state, plant)
    whole, _ = operation(hours, plant, dossier.weather, dossier.water)
    if whole.lacking:
        raise InsufficientDataError("the days cannot be judged", whole.lacking)
    told: list[DayTold] = []
    for period in _new_days(state, whole.time, plant.site.timezone):
        _refuse_gap(state, period)
        state, day = after_day(state, whole.within(period), plant.site.timezone)
        told.append(day)
    return Advance(state, tuple(told))


def _new_days(state: DailyState, time: Times, timezone: str) -> Sequence[Period]:
    """The whole local days after a state; an axis of hours has no gaps."""
    new = time[time >= state.until]
    days = local_days(np.append(new, new[-1:] + np.timedelta64(1, "h")), timezone)
    first: Bools = np.append(True, days[1:] != days[:-1]) if len(days) else np.zeros(0, bool)
    starts = np.flatnonzero(first)
    ends = np.append(new, new[-1:] + np.timedelta64(1, "h"))[starts[1:]]
    return [Period(new[a], end) for a, end in zip(starts[:-1], ends, strict=True)]


def _refuse_gap(state: DailyState, period: Period) -> None:
    days = int((period.start - state.until) / np.timedelta64(1, "D"))
    if days > LONGEST_GAP:
        raise InsufficientDataError(
            "the daily update cannot go on from this state",
            [f"no readings for {days} days; run the full diagnosis again"],
        )


def standing_verdicts(advance: Advance) -> tuple[Verdict, ...]:
    """
    Return what stands after some days.

    Parameters
    ----------
    advance : Advance
        Days taken.

    Returns
    -------
    tuple of Verdict
        Calls that stand, or that all is as found; why the last day says nothing.
    """
    state = advance.state
    standing = tuple(spoken(one, state.run_length) for one in state.calls())
    if not standing:
        end = str(local_days(np.array([state.diagnosed.end]), "UTC")[0])
        figures = {"charts": len(state.gauges), "end": end, "run": f"{state.run_length:.0f}"}
        standing = (Verdict("monitor.daily.quiet", figures),)
    last = advance.days[-1].verdicts if advance.days else ()
    return (*standing, *(v for v in last if v.code == "monitor.daily.too_few"))


def replayed(
    dossier: Dossier,
    measured: Measured,
    since: np.datetime64 | None = None,
    run_length: float = CALLED_FOR_NOTHING,
) -> Advance:
    """
    Replay a record day by day, as if each day had been judged when it was over.

    Parameters
    ----------
    dossier : Dossier
        Of the plant.
    measured : Measured
        Its whole record.
    since : datetime64, optional
        Local midnight (UTC) the replay begins at; the year before it is diagnosed. The first year
        of the record is when omitted.
    run_length : float
        Days of a mode between two false alarms of all its charts on average. [day]

    Returns
    -------
    Advance

    Raises
    ------
    InsufficientDataError
        When the record does not reach beyond its first year, or its plant cannot be diagnosed.
    """
    time, year = measured.hours.time, np.timedelta64(24 * YEAR, "h")
    if not len(time):
        raise InsufficientDataError("there are no measured hours", ["telemetry is empty"])
    days = local_days(time[:48], dossier.plant.site.timezone)
    midnight = time[int(np.argmax(days != days[0]))]
    begin = midnight + year if since is None else since
    period = Period(max(begin - year, midnight), begin)
    if not midnight < begin < time[-1]:
        zone = dossier.plant.site.timezone
        reach, start = reach_text(time, zone), local_minute(begin, zone)
        raise InsufficientDataError(
            "nothing can be replayed",
            [f"{reach}; days are judged from {start} on, after {YEAR} days of diagnosis"],
        )
    case = lay_groundwork(dossier, measured, period)
    state = begun(case, evaluate_plant(case), run_length)
    return advanced(state, dossier, measured.hours)


def carried_on(
    dossier: Dossier, measured: Measured, state: DailyState | None
) -> tuple[DailyState | None, tuple[Verdict, ...]]:
    """
    Move the state of a running plant to the last whole day; begin one where there is none.

    Parameters
    ----------
    dossier : Dossier
        Of the plant.
    measured : Measured
        Its hours, the newest at least; a whole year where a state has to be begun.
    state : DailyState or None
        As it was kept.

    Returns
    -------
    DailyState or None
        None where there is too little to begin from.
    tuple of Verdict
        What stands, or why nothing can be said.
    """
    said: tuple[Verdict, ...] = ()
    if state is not None:
        try:
            advance = advanced(state, dossier, measured.hours)
            return advance.state, standing_verdicts(advance)
        except InsufficientDataError as error:
            said = (Verdict("monitor.daily.none", {"reason": _sentence(error)}),)
    days = len(measured.hours.time) // 24
    if days < YEAR:
        short = Verdict("monitor.daily.short", {"days": days, "needed": YEAR})
        return state, said or (short,)
    try:
        case = lay_groundwork(dossier, measured)
        fresh = begun(case, evaluate_plant(case))
    except LoopkeeperError as error:
        return state, (*said, Verdict("monitor.daily.none", {"reason": _sentence(error)}))
    return fresh, (*said, *standing_verdicts(Advance(fresh, ())))


def _sentence(error: LoopkeeperError) -> str:
    return " ".join(str(error).split())
