"""What a trial is judged by, and what it proved: passed, failed or not proven."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from loopkeeper.lifecycle.commission.planned import PlannedTrial
from loopkeeper.measure.series import ChannelKey, Floats, Period, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict


class Judged(StrEnum):
    """What a trial proved."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """
    Readings of a trial on one regular grid.

    ``time`` [UTC] is the start of each ``step`` [s]; ``values`` are means over it in SI, shape
    (n,), NaN where nothing good was read; ``points`` the meters behind them.
    """

    time: Times
    step: float
    values: Mapping[ChannelKey, Floats] = field(default_factory=dict)
    points: Mapping[ChannelKey, Point] = field(default_factory=dict)

    def of(self, quantity: str, place: str) -> Floats:
        """Return a channel, all NaN where the plant has none."""
        nothing = np.full(len(self.time), np.nan)
        return self.values.get((quantity, place), nothing)

    def within(self, period: Period) -> "Logged":
        """Return the steps that begin in a period."""
        keep = (self.time >= period.start) & (self.time < period.end)
        values = {key: one[keep] for key, one in self.values.items()}
        return replace(self, time=self.time[keep], values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
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
    """A trial as it was made: of a plant as designed, with what was logged in its window."""

    plant: Plant
    model: PlantModel
    planned: PlannedTrial
    logged: Logged


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """
    What readings of a trial tell.

    ``steady`` part of it, where one is needed; ``findings`` name what is wrong, ``reasons`` why
    nothing is proven.
    """

    steady: Period | None = None
    compared: tuple[Compared, ...] = ()
    findings: tuple[Verdict, ...] = ()
    reasons: tuple[Verdict, ...] = ()

    @property
    def judged(self) -> Judged:
        """What is wrong counts first, then what is not known."""
        if self.findings:
            return Judged.FAILED
        return Judged.NOT_PROVEN if self.reasons else Judged.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """A trial and what it proved; ``began`` and ``ended`` of its window [UTC]."""

    planned: PlannedTrial
    began: datetime
    ended: datetime
    proved: Proved
