"""Evaluation of trials: each by its law, in the order in which they rest on one another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.balance import balance
from loopkeeper.lifecycle.commission.continuous import continuous
from loopkeeper.lifecycle.commission.control import control
from loopkeeper.lifecycle.commission.judged import (
    ComparedFigure,
    Proved,
    TrialResult,
    Tried,
)
from loopkeeper.lifecycle.commission.means import ratio
from loopkeeper.lifecycle.commission.meters import meters
from loopkeeper.lifecycle.commission.performance import performance
from loopkeeper.lifecycle.commission.planned import PlannedTrial, TrialPlan
from loopkeeper.lifecycle.commission.points import points
from loopkeeper.lifecycle.commission.reinjection import reinjection
from loopkeeper.lifecycle.commission.rotation import rotation
from loopkeeper.lifecycle.commission.sisters import beside_sisters
from loopkeeper.lifecycle.commission.status import RowsOfRun, made_runs, runs_of_planned
from loopkeeper.lifecycle.commission.valves import valves
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.trials import JudgedBy
from loopkeeper.plant.verdict import Verdict

Law = Callable[[Tried], Proved]


def stated(tried: Tried) -> Proved:
    """Judge a trial by what somebody wrote down of it."""
    told = [row.accepted for row in tried.stated]
    if False in told:
        refused = Verdict("commission.refused", {"trial": tried.planned.name})
        return Proved(findings=(refused,))
    if told and None not in told:
        return Proved()
    return Proved(reasons=(Verdict("commission.not_stated"),))


LAWS: Final[Mapping[JudgedBy, Law]] = {
    JudgedBy.POINTS: points,
    JudgedBy.ROTATION: rotation,
    JudgedBy.METERS: meters,
    JudgedBy.BALANCE: balance,
    JudgedBy.VALVES: valves,
    JudgedBy.CONTROL: control,
    JudgedBy.PERFORMANCE: performance,
    JudgedBy.CONTINUOUS: continuous,
    JudgedBy.REINJECTION: reinjection,
    JudgedBy.STATED: stated,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a planned trial: its window [UTC] and the rows that somebody wrote down."""

    planned: PlannedTrial
    began: datetime
    ended: datetime
    rows: tuple[Trial, ...]


def runs_of(plan: TrialPlan, trials: Sequence[Trial]) -> tuple[Run, ...]:
    """
    Return the runs on file of planned trials, in the order of the plan and of time.

    Parameters
    ----------
    plan : TrialPlan
        Of the plant.
    trials : sequence of Trial
        Rows on file; those without a window tell of no run.

    Returns
    -------
    tuple of Run
        Rows of one trial that began together are one run; one under a name of its own is of the
        planned trial whose mode and load it has.
    """
    windowed = [row for row in trials if row.started_at is not None and row.ended_at is not None]
    made = made_runs(windowed)
    return tuple(run for one in plan.trials for run in _runs_of(one, made))


def _runs_of(planned: PlannedTrial, made: Mapping[str, list[RowsOfRun]]) -> Iterator[Run]:
    for began, rows in runs_of_planned(planned, made):
        ends = [row.ended_at for row in rows if row.ended_at is not None]
        if began is not None:
            yield Run(planned=planned, began=began, ended=max(ends), rows=rows)


def evaluate_trials(
    plant: Plant, model: PlantModel, runs: Sequence[Run], minutes: PlantHours
) -> tuple[TrialResult, ...]:
    """
    Judge the runs of trials by what was logged.

    Parameters
    ----------
    plant : Plant
        As designed.
    model : PlantModel
        The same, to be simulated.
    runs : sequence of Run
        In the order in which they rest on one another.
    minutes : PlantHours
        Every channel by the minute, over all runs.

    Returns
    -------
    tuple of TrialResult
        Where a trial found its sensors wrong, those that rest on it are withheld.
    """
    results: list[TrialResult] = []
    for run in runs:
        before = _rests_on(run, results)
        proved = Proved(reasons=before)
        if not before:
            tried = Tried(
                plant=plant,
                model=model,
                planned=run.planned,
                minutes=minutes.within(_window(run)),
                before=minutes.within(Period(_first(minutes), _instant(run.began))),
                stated=run.rows,
                led=_led(results),
            )
            proved = LAWS[run.planned.kind.judged_by](tried)
        results.append(
            TrialResult(planned=run.planned, began=run.began, ended=run.ended, proved=proved)
        )
    if not results:
        return ()
    whole = Tried(
        plant=plant, model=model, planned=results[-1].planned, minutes=minutes, before=minutes
    )
    results = [_not_the_meter(one, results) for one in beside_sisters(whole, results)]
    return tuple(_told_once(one, results) for one in results)


TAINTS: Final = frozenset(
    {
        "commission.points.apart",
        "commission.points.pair_apart",
        "commission.meter.swapped",
        "commission.meter.heat",
        "commission.meter.heat_wrong",
        "commission.meter.heat_factor",
        "commission.meter.flow_wrong",
    }
)
"""Findings about sensors: what is measured by them says nothing until they are mended."""
BY_HEAT: Final = frozenset(
    {JudgedBy.METERS, JudgedBy.CONTROL, JudgedBy.PERFORMANCE, JudgedBy.CONTINUOUS}
)
"""Laws that read thermometers and heat meters."""
DOUBTED: Final = frozenset({"commission.meter.electricity", "commission.meter.transformer"})
"""Findings about electricity: the meter or the machines."""
SHORT: Final = frozenset({"commission.machine.capacity"})
FULL_SPEED: Final = frozenset({"commission.control.full_speed"})
OF_A_PUMP: Final = frozenset({"commission.pump.draw", "commission.pump.transformer"})
AGAIN: Final = (
    (
        DOUBTED,
        frozenset({"commission.machine.draw", "commission.meter.balance_open"}),
        "commission.doubted",
    ),
    (
        SHORT,
        frozenset({"commission.machine.staging", "commission.machine.draw"}),
        "commission.follows",
    ),
    (DOUBTED, DOUBTED, "commission.doubted"),
    (FULL_SPEED, frozenset({"commission.flow.low_spread"}), "commission.follows"),
    (OF_A_PUMP, FULL_SPEED, "commission.doubted"),
)
"""
Findings, those of other trials that say the same once more or follow from them, and the reason
that is given instead: machines that give little run early and draw more for it, drives at full
speed leave a small spread, and their speed is told by the meter of the pumps. What says the same
is told of the first trial.
"""
HELD: Final = ("supply_temperature", "load")
"""What a trial of controls compares with its set-point."""


def _rests_on(run: Run, results: Sequence[TrialResult]) -> tuple[Verdict, ...]:
    """
    Name the trial before a run that found its sensors wrong, or was withheld for that itself.

    The last one before it in time counts, the first after it where there is none. What people
    state and what flows alone tell does not rest on thermometers.
    """
    kind = run.planned.kind
    if kind.judged_by not in BY_HEAT:
        return ()
    found = []
    for name in kind.after:
        made = sorted(
            (one for one in results if one.planned.kind.name == name), key=lambda one: one.began
        )
        before = [one for one in made if one.began <= run.began]
        counts = before[-1:] or made[:1]
        found += [one for one in counts if _tainted(one.proved)]
    return tuple(Verdict("commission.rests_on", {"trial": one.planned.name}) for one in found)


def _tainted(proved: Proved) -> bool:
    withheld = any(one.code == "commission.rests_on" for one in proved.reasons)
    return withheld or any(one.code in TAINTS for one in proved.findings)


DRAWN: Final = ("electricity_power", "machines")
"""What a wrong transformer multiplies, and nothing else."""


def _not_the_meter(one: TrialResult, results: Sequence[TrialResult]) -> TrialResult:
    """
    Take a doubt off a meter that another trial found right: machines draw so much at this load.

    A wrong transformer is one factor at any load.
    """
    doubts = [v for v in one.proved.findings if v.code in DOUBTED]
    own = _read(one)
    if not doubts or own is None:
        return one
    factor = ratio(own.measured, own.expected)
    others = [f for r in results if (f := _read(r)) is not None and f.agrees is True]
    told = [ratio(f.measured, f.expected) for f in others]
    if not any(r.high < factor.low or r.low > factor.high for r in told):
        return one
    said = Verdict("commission.machine.draw", {"percent": 100 * factor.value})
    findings = tuple(said if v in doubts else v for v in one.proved.findings)
    return replace(one, proved=replace(one.proved, findings=findings))


def _read(one: TrialResult) -> ComparedFigure | None:
    """The electricity of all machines beside what their maps say."""
    return next((f for f in one.proved.compared if (f.quantity, f.of) == DRAWN), None)


def _told_once(one: TrialResult, results: Sequence[TrialResult]) -> TrialResult:
    """What the last run of another trial found, or what follows from that, is told once."""
    others = {r.planned.name: r for r in results if r.planned.name != one.planned.name}.values()
    proved = one.proved
    for first, again, code in AGAIN:
        found = [
            r
            for r in others
            if any(v.code in first for v in r.proved.findings)
            and (first is not again or r.began < one.began)
        ]
        told = [v for v in proved.findings if v.code in again]
        if found and told:
            proved = replace(
                proved,
                findings=tuple(v for v in proved.findings if v not in told),
                reasons=(*proved.reasons, Verdict(code, {"trial": found[-1].planned.name})),
            )
    return replace(one, proved=proved)


def _led(results: Sequence[TrialResult]) -> bool:
    """Whether the last trial of the controls found the supply at its set-point."""
    made = [one for one in results if one.planned.kind.judged_by is JudgedBy.CONTROL]
    figures = made[-1].proved.compared if made else ()
    return any((one.quantity, one.of) == HELD and one.agrees is True for one in figures)


def _window(run: Run) -> Period:
    return Period(_instant(run.began), _instant(run.ended))


def _instant(time: datetime) -> np.datetime64:
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")


def _first(minutes: PlantHours) -> np.datetime64:
    return minutes.time[0] if len(minutes.time) else np.datetime64(0, "s")
