"""What a trial is judged by, and what it proved: passed, failed or not proven."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict


class TrialOutcome(StrEnum):
    """What a trial proved."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """
    A quantity measured beside what the plant's own model gives at the conditions of the trial.

    Both in ``unit``, with intervals; ``agrees`` is None where the two cannot be told apart from
    what they would be in a sick plant.
    """

    quantity: str
    of: str
    unit: str
    measured: Estimate
    expected: Estimate
    agrees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """
    A trial as it was made: of a plant as designed, with what was logged in its window.

    ``minutes`` has every channel of the window by the minute, ``before`` what was logged ahead of
    it; ``stated`` are the rows that somebody wrote down of it. ``led`` tells that a trial of the
    controls found the supply at its set-point.
    """

    plant: Plant
    model: PlantModel
    planned: PlannedTrial
    minutes: PlantHours
    before: PlantHours
    stated: tuple[Trial, ...] = ()
    led: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """
    What readings of a trial tell.

    ``steady`` part of it, where one is needed; ``findings`` name what is wrong, ``reasons`` why
    nothing is proven.
    """

    steady: Period | None = None
    compared: tuple[ComparedFigure, ...] = ()
    findings: tuple[Verdict, ...] = ()
    reasons: tuple[Verdict, ...] = ()

    @property
    def judged(self) -> TrialOutcome:
        """What is wrong counts first, then what is not known."""
        if self.findings:
            return TrialOutcome.FAILED
        return TrialOutcome.NOT_PROVEN if self.reasons else TrialOutcome.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """A trial and what it proved; ``began`` and ``ended`` of its window [UTC]."""

    planned: PlannedTrial
    began: datetime
    ended: datetime
    proved: Proved
