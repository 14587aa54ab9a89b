"""Forms that many answers are made of."""

from typing import NotRequired

from typing_extensions import TypedDict


class EstimateForm(TypedDict):
    """A value and the ends of its 90 % interval, in the unit that its name or ``unit`` says."""

    value: float
    low: float
    high: float


class VerdictForm(TypedDict):
    """What has to be said: its code, how grave it is, the sentence, and the figures in it."""

    code: str
    severity: str
    sentence: str
    figures: dict[str, object]


class RefusalForm(TypedDict):
    """What any command answers that cannot answer; the exit code is 1."""

    error: str
    reasons: list[str]
    verdicts: NotRequired[list[VerdictForm]]


class PeriodForm(TypedDict):
    """A half-open period as local times with offset."""

    start: str
    end: str


class ReasonsForm(TypedDict):
    """Why there is no value."""

    reasons: list[VerdictForm]
