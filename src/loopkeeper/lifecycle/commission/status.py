"""How the trials of a plant stand: made, passed, failed, repeated, still to be made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from loopkeeper.lifecycle.commission.planned import PlannedTrial, TrialPlan
from loopkeeper.plant.records import Trial


class TrialState(StrEnum):
    """How a trial stands."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVEN = "not_proven"
    OPEN = "open"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStatus:
    """
    A planned trial and what became of it.

    ``runs`` how often it was made, ``last`` when; ``note``, ``owner`` and ``due`` of its last rows
    where it is not closed, the plan's own date where it was never made; ``overdue`` when that day
    has gone by, or the latest of a trial that was never made.
    """

    planned: PlannedTrial
    state: TrialState
    runs: int
    last: date | None
    note: str
    owner: str
    due: date
    overdue: bool

    @property
    def closed(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is TrialState.PASSED


def trial_status(plan: TrialPlan, trials: Sequence[Trial]) -> tuple[TrialStatus, ...]:
    """
    Return how every planned trial stands.

    Parameters
    ----------
    plan : TrialPlan
        Of the plant, on the day it is asked for.
    trials : sequence of Trial
        Rows on file. Rows of one trial that began together are one run; the last run counts, so
        that a failed trial stays failed until a repetition is accepted.

    Returns
    -------
    tuple of TrialStatus
        In the order of the plan.
    """
    runs = made_runs(trials)
    return tuple(_status(plan.on, one, runs_of_planned(one, runs)) for one in plan.trials)


RowsOfRun = tuple[datetime | None, tuple[Trial, ...]]
"""Begin and rows of one run of a trial."""


def made_runs(trials: Sequence[Trial]) -> Mapping[str, list[RowsOfRun]]:
    """Return runs by the name of the trial, in order of time; rows that tell nothing are none."""
    found: dict[str, dict[datetime | None, list[Trial]]] = defaultdict(lambda: defaultdict(list))
    for row in trials:
        if row.started_at is not None or row.accepted is not None or row.found is not None:
            found[row.trial][row.started_at].append(row)
    return {
        name: [(begun, tuple(rows)) for begun, rows in sorted(one.items(), key=_begun)]
        for name, one in found.items()
    }


def _begun(item: tuple[datetime | None, list[Trial]]) -> float:
    return item[0].timestamp() if item[0] else float("-inf")


def runs_of_planned(
    planned: PlannedTrial, runs: Mapping[str, list[RowsOfRun]]
) -> Sequence[RowsOfRun]:
    """Return runs of a planned trial; those under a name of one's own by their mode and load."""
    kind, own = planned.kind, runs.get(planned.name)
    if own:
        return own
    if kind.each != "plant":
        return []
    found = []
    for one in runs.values():
        row = one[0][1][0]
        if row.mode == kind.mode and _of_load(planned, row):
            found += one
    return sorted(found, key=lambda run: run[0].timestamp() if run[0] else float("-inf"))


def _of_load(planned: PlannedTrial, row: Trial) -> bool:
    low, high = planned.kind.load_low, planned.kind.load_high
    if low is None or planned.kind.mode not in {"heating", "cooling"}:
        return True
    return row.load_fraction is not None and low <= row.load_fraction <= (
        high or row.load_fraction
    )


def _status(on: date, planned: PlannedTrial, runs: Sequence[RowsOfRun]) -> TrialStatus:
    if not runs:
        state = TrialState.POSTPONED if planned.postponed else TrialState.OPEN
        return TrialStatus(
            planned=planned,
            state=state,
            runs=0,
            last=None,
            note="",
            owner="",
            due=planned.due,
            overdue=planned.latest is not None and planned.latest < on,
        )
    begun, rows = runs[-1]
    state = _state(rows)
    due = next((row.due for row in rows if row.due), planned.due)
    return TrialStatus(
        planned=planned,
        state=state,
        runs=len(runs),
        last=begun.date() if begun else None,
        note="; ".join(dict.fromkeys(row.note for row in rows if row.note)),
        owner=next((row.owner for row in rows if row.owner), ""),
        due=due,
        overdue=state is not TrialState.PASSED and due < on,
    )


def _state(rows: Sequence[Trial]) -> TrialState:
    told = [row.accepted for row in rows]
    if False in told:
        return TrialState.FAILED
    return TrialState.PASSED if told and None not in told else TrialState.NOT_PROVEN
