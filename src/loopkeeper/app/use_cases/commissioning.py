"""Commissioning: a plan of trials, what is written down of them, what their logs prove."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from loopkeeper import __version__
from loopkeeper.app.answers.commissioning import (
    evaluated_json,
    planned_json,
    recorded_json,
)
from loopkeeper.app.outside import Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.telling.places import sentence_of
from loopkeeper.errors import DossierError, InsufficientDataError
from loopkeeper.lifecycle.commission.evaluate import Run, evaluate_trials, runs_of
from loopkeeper.lifecycle.commission.judged import ComparedFigure, TrialOutcome, TrialResult
from loopkeeper.lifecycle.commission.plan import blank_rows, trial_plan
from loopkeeper.lifecycle.commission.planned import TrialPlan
from loopkeeper.lifecycle.commission.rows import contradictions, judged_by_program, strange_parts
from loopkeeper.lifecycle.commission.status import TrialState, TrialStatus, trial_status
from loopkeeper.measure.admit import admit
from loopkeeper.measure.admitted import SECOND
from loopkeeper.measure.aggregate import hourly
from loopkeeper.measure.nameplates import highest_rates
from loopkeeper.measure.series import PlantHours
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

__all__ = [
    "ComparedFigure",
    "Planned",
    "TrialOutcome",
    "TrialState",
    "TrialsJudged",
    "evaluated",
    "evaluated_json",
    "planned",
    "planned_json",
    "printed_plan",
    "recorded",
    "recorded_json",
    "trial_form",
    "written",
]

MINUTE: Final = 60 * SECOND
"""Trials are looked at by the minute. [µs]"""
AHEAD: Final = timedelta(days=30)
"""What ran before a trial, as far as a ground at hand-over remembers it."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plant, the plan of its trials, and how they stand."""

    plant: Plant
    plan: TrialPlan
    status: tuple[TrialStatus, ...]


def planned(outside: Outside, folder: Path, on: date) -> Planned:
    """
    Return which trials acceptance of a plant asks for, and how they stand on a day.

    Raises
    ------
    DossierError
        When the plant is none.
    """
    plant = outside.dossiers.read_dossier(folder).plant
    plan = trial_plan(plant, on)
    return Planned(plant=plant, plan=plan, status=trial_status(plan, plant.trials))


def printed_plan(outside: Outside, folder: Path, found: Planned, order: PrintOrder) -> bytes:
    """Print a plan of trials: the file."""
    foot = f"{outside.dossiers.data_version(folder)} · {order.code_version}"
    return outside.printer.trial_plan(found.plant, (found.plan, found.status), foot, order)


def trial_form(outside: Outside, found: Planned, suffix: str, language: Language) -> bytes:
    """Return a form of the plan's trials to fill in, ``.csv`` or ``.xlsx``."""
    rows = [row for one in found.plan.trials for row in blank_rows(found.plant, one)]
    return outside.work_forms.trial_form(rows, suffix, language)


def recorded(outside: Outside, folder: Path, file: Path) -> tuple[int, int]:
    """
    Take a filled form into the trials of a plant: all of it, or nothing.

    Parameters
    ----------
    outside : Outside
        Who reads forms and keeps trials.
    folder : Path
        The dossier.
    file : Path
        As :func:`trial_form` made it, filled.

    Returns
    -------
    new, known : int
        Rows that were added, and such that stand there as they are.

    Raises
    ------
    DossierError
        When a cell is wrong, contradicts what stands, or names a part that the plant has not: all
        of them are named.
    OutsideError
        When somebody else wrote to the trials meanwhile.
    """
    plant = outside.dossiers.read_dossier(folder).plant
    rows, said = outside.work_forms.read_trials(file, plant.site.timezone)
    if said:
        raise DossierError(f"{file.name}: nothing is taken", [one.sentence() for one in said])
    told = [row for row in rows if _tells(row)]
    new = [row for row in dict.fromkeys(told) if row not in plant.trials]
    if wrong := [*contradictions(new, plant.trials), *strange_parts(new, plant.parts)]:
        raise DossierError(f"{file.name}: nothing is taken", [one.sentence() for one in wrong])
    if new:
        outside.dossiers.keep_trials(folder, plant, (*plant.trials, *new))
    return len(new), len(told) - len(new)


def _tells(row: Trial) -> bool:
    """Whether anything of a row was filled in."""
    return row.started_at is not None or row.found is not None or row.accepted is not None


@dataclass(frozen=True, kw_only=True)
class TrialsJudged:
    """What the trials of a plant proved, and what was said while they were read."""

    plant: Plant
    results: tuple[TrialResult, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> bool:
        """Whether the last run of any trial failed."""
        last = {one.planned.name: one for one in self.results}
        return any(one.proved.judged is TrialOutcome.FAILED for one in last.values())


def evaluated(
    outside: Outside,
    folder: Path,
    files: Sequence[Path] = (),
    told: Callable[[float], None] = lambda _: None,
) -> TrialsJudged:
    """
    Judge the trials of a plant by what was logged.

    Parameters
    ----------
    outside : Outside
        Who reads dossiers.
    folder : Path
        The dossier; ``commissioning.csv`` gives the window of each trial.
    files : sequence of Path
        Logs; the dossier's telemetry when there are none.
    told : callable
        Told the share done.

    Returns
    -------
    TrialsJudged
        A result a run, in the order in which trials rest on one another.

    Raises
    ------
    DossierError
        When the plant is none.
    InsufficientDataError
        When no trial has a window, or nothing was logged in any.
    LoopkeeperError
        When the plant cannot be simulated.
    """
    plant = outside.dossiers.read_dossier(folder).plant
    runs = runs_of(trial_plan(plant, _day(plant)), plant.trials)
    if not runs:
        raise InsufficientDataError(
            "no trial of the plan has a window", ["commissioning.csv: started_at and ended_at"]
        )
    readings, said = _readings(outside, folder, plant, files)
    told(0.3)
    minutes = _laid(plant, readings, runs)
    model, assumed = assemble(plant)
    told(0.7)
    return TrialsJudged(
        plant=plant,
        results=evaluate_trials(plant, model, runs, minutes),
        verdicts=(*said, *assumed),
    )


def _day(plant: Plant) -> date:
    """The day of the last run: a plan of what was made is not of today."""
    days = [row.started_at.date() for row in plant.trials if row.started_at is not None]
    return max(days, default=date(2000, 1, 1))


def _readings(
    outside: Outside, folder: Path, plant: Plant, files: Sequence[Path]
) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    if not files:
        found = outside.dossiers.gather_telemetry(folder, plant)
        return found.frame, tuple(found.verdicts)
    read = [outside.dossiers.read_export(file, file.name, plant) for file in files]
    frame = pl.concat([one for one, _ in read], how="diagonal_relaxed")
    return frame, tuple(v for _, said in read for v in said)


def _laid(plant: Plant, readings: pl.DataFrame, runs: Sequence[Run]) -> PlantHours:
    """Every channel by the minute, over all windows and the month before the first."""
    first, last = min(run.began for run in runs) - AHEAD, max(run.ended for run in runs)
    time = pl.col("time")
    ends = [pl.lit(one.astimezone(UTC)) for one in (first, last + timedelta(hours=1))]
    within = readings.filter((time >= ends[0]) & (time <= ends[1]))
    admitted = admit(within, plant.points, fastest=highest_rates(plant))
    minutes = hourly(admitted, plant, MINUTE)
    if not len(minutes.time):
        raise InsufficientDataError("nothing was logged in any trial", ["telemetry"])
    return minutes


def written(
    outside: Outside, folder: Path, found: TrialsJudged, now: datetime, language: Language
) -> int:
    """
    Write what trials proved into the records of a plant; return how many rows.

    Each run gets a row a compared figure, its judgement and what was found in ``note``; rows of
    an earlier evaluation of the same run are replaced, those that people wrote stay.
    """
    by = f"loopkeeper {__version__} {now:%Y-%m-%d}"
    fresh = [row for one in found.results for row in _rows(found.plant, one, by, language)]
    own = {(row.trial, row.started_at) for row in fresh}
    kept = [
        row
        for row in found.plant.trials
        if (row.trial, row.started_at) not in own or not _superseded(row)
    ]
    outside.dossiers.keep_trials(folder, found.plant, (*kept, *fresh))
    return len(fresh)


def _superseded(row: Trial) -> bool:
    """Whether a row of a run is of an earlier evaluation, or gives its window only."""
    return judged_by_program(row) or (row.found is None and row.accepted is None)


def _rows(plant: Plant, one: TrialResult, by: str, language: Language) -> list[Trial]:
    proved = one.proved
    accepted = {TrialOutcome.PASSED: True, TrialOutcome.FAILED: False}.get(proved.judged)
    said = [sentence_of(plant, v, language) for v in (*proved.findings, *proved.reasons)]
    base = Trial(
        trial=one.planned.name,
        mode=one.planned.kind.mode,
        load_fraction=one.planned.kind.load_low,
        started_at=one.began,
        ended_at=one.ended,
        quantity="",
        of=one.planned.of,
        expected=None,
        found=None,
        accepted=accepted,
        by=by,
        note=" ".join(said),
    )
    figures = [
        replace(
            base,
            quantity=c.quantity,
            of=c.of,
            expected=round(c.expected.value, 3),
            found=round(c.measured.value, 3),
            unit=c.unit,
            accepted=accepted if c.agrees is None else c.agrees,
            note="",
        )
        for c in proved.compared
    ]
    return [base, *figures]
