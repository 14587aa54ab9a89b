"""Forms of what is answered about commissioning."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import EstimateForm, VerdictForm


class PlannedTrialForm(TypedDict):
    """
    A trial that acceptance asks for, and how it stands.

    ``unmeasured`` of the ``wanted`` points, each as ``quantity @ part``, the plant has none of;
    ``due`` the first day on which it can be made, or until when what failed is to be mended;
    ``state`` passed, failed, not_proven, open or postponed.
    """

    trial: str
    name: str
    of: str
    season: str
    hours_h: float
    load_low_share: float | None
    load_high_share: float | None
    wanted: list[str]
    unmeasured: list[str]
    clause: str
    confidence: str
    state: str
    runs: int
    last: str | None
    due: str
    overdue: bool
    owner: str
    note: str


class TrialPlanForm(TypedDict):
    """The trials of a plant on a day, in the order in which they are made."""

    on: str
    trials: list[PlannedTrialForm]
    files: list[str]


class TrialsRecordedForm(TypedDict):
    """Rows of a filled form that are new, and such that were known."""

    new: int
    known: int


class ComparedForm(TypedDict):
    """A figure of a trial, measured beside what the plant's model gives there, in ``unit``."""

    quantity: str
    of: str
    unit: str
    measured: EstimateForm
    expected: EstimateForm
    agrees: bool | None


class TrialResultForm(TypedDict):
    """What a run of a trial proved: passed, failed or not_proven; times in UTC."""

    trial: str
    name: str
    clause: str
    confidence: str
    judged: str
    began: str
    ended: str
    steady_from: str | None
    steady_until: str | None
    compared: list[ComparedForm]
    findings: list[VerdictForm]
    reasons: list[VerdictForm]


class TrialsEvaluatedForm(TypedDict):
    """What the trials of a plant proved; ``written`` rows of its records, 0 unless asked for."""

    results: list[TrialResultForm]
    verdicts: list[VerdictForm]
    written: int
