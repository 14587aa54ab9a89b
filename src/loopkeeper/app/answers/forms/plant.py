"""Forms of fleet, points, alarms, standards, reports, bills, stores and virtual plants."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import EstimateForm, ReasonsForm, VerdictForm


class WithinForm(EstimateForm):
    """A figure at another boundary than the others'."""

    boundary: str


class FleetMemberForm(TypedDict):
    """A plant of a fleet; its figures are ratios, null where refused."""

    id: str
    climate_zone: str
    use: str
    source: str
    coverage: float
    reasons: list[str]
    figures: dict[str, EstimateForm | None]
    within: dict[str, WithinForm]


class SpreadForm(TypedDict):
    """How a figure spreads over a group."""

    low: float
    median: float
    high: float


class OutlierForm(TypedDict):
    """A plant that stands out, and by how many robust deviations."""

    plant: str
    figure: str
    value: float
    score: float


class KindsForm(TypedDict):
    """Shares of the kinds of deviation over the plants that have a diagnosis."""

    by_plant: dict[str, float]
    by_energy: dict[str, float]
    diagnosed: int


class FleetForm(TypedDict):
    """Plants side by side."""

    plants: list[FleetMemberForm]
    spread: dict[str, list[SpreadForm]]
    outliers: list[OutlierForm]
    kinds: KindsForm


class SuggestionForm(TypedDict):
    """What a name says of its point."""

    point: str
    quantity: str
    of: str
    unit: str
    statistic: str
    confidence: float
    reason: str
    address: str


class SuggestionsForm(TypedDict):
    """A point list that was suggested; ``unclear`` of them need a look."""

    points: list[SuggestionForm]
    unclear: int


class MissingPointsForm(TypedDict):
    """Points of the minimum list that a plant lacks."""

    missing: list[VerdictForm]


class AlarmsCheckedForm(TypedDict):
    """A table of alarms, counted by priority."""

    alarms: int
    priorities: dict[str, int]


class SuggestedAlarmForm(TypedDict):
    """An alarm that a plant's points allow; ``limit`` in ``unit``, null where the site sets it."""

    id: str
    name: str
    point: str
    condition: str
    limit: float | None
    unit: str
    priority: str
    action: str


class SuggestedAlarmsForm(TypedDict):
    """A table of alarms that was written."""

    file: str
    alarms: list[SuggestedAlarmForm]


class DiscoveredForm(TypedDict):
    """Points that a peer offers, under the columns of the table that was written."""

    file: str
    points: list[dict[str, str]]


class WrittenForm(TypedDict):
    """A file that was written, and how many points or readings it holds."""

    file: str
    count: int


class FilesForm(TypedDict):
    """Files or folders that were written."""

    files: list[str]


class PlayedForm(TypedDict):
    """How many readings of a plant were sent to a broker."""

    plant: str
    broker: str
    count: int


class ClockForm(TypedDict):
    """The time that is right from now on."""

    time: str


class TokenForm(TypedDict):
    """A token: the secret is shown once, its hash and scopes go into the settings."""

    name: str
    secret: str
    sha256: str
    scopes: list[str]


class PackForm(TypedDict):
    """A standard; one that is not filled grades nothing."""

    id: str
    filled: bool
    indices: int


class PacksForm(TypedDict):
    """The standards of the program."""

    packs: list[PackForm]


class PackCheckedForm(PackForm):
    """A standard of one's own that is sound, and what its holder has yet to fill in."""

    checklist: list[str]


class FiguresForm(TypedDict):
    """Figures of a plant by name, in SI or plain numbers, as indices of packs read them."""

    figures: dict[str, EstimateForm | ReasonsForm]


class JudgedForm(TypedDict):
    """An index of a standard: what the plant has, in the index's unit, and what it reaches."""

    id: str
    outcome: str
    grade: str | None
    grades: list[str]
    value: EstimateForm | None
    unit: str
    clause: str
    confidence: str
    reasons: list[VerdictForm]


class GradedForm(TypedDict):
    """What a plant makes of a standard; ``scores`` in points by branch."""

    standard: str
    grade: str | None
    between: list[str]
    verified: bool
    scores: dict[str, EstimateForm]
    reasons: list[VerdictForm]
    indices: list[JudgedForm]


class GradesForm(TypedDict):
    """Standards that could be applied."""

    graded: list[GradedForm]


class ReportForm(TypedDict):
    """A report that was written."""

    report: str
    lang: str
    kind: str


class BillLineForm(TypedDict):
    """A line of a bill: own energy and its part of the shared, amount in the tariff's currency."""

    room: str
    line: str
    kWh: float
    shared_kWh: float
    amount: float
    measured: float


class BillsForm(TypedDict):
    """Bills of a period; totals by room in the tariff's currency."""

    period: str
    lines: list[BillLineForm]
    totals: dict[str, float]


class StoreCheckForm(TypedDict):
    """What is wrong with a store."""

    problems: list[str]


class StoreDoneForm(TypedDict):
    """What was done to a store, step by step."""

    done: list[str]


class StoreCompactedForm(TypedDict):
    """How many days of a store were put in order, and the damaged ones that were left."""

    count: int
    damaged: list[str]


class StoreExportedForm(WrittenForm):
    """Readings of a store in a dossier; days of which some are damaged and not there."""

    damaged: list[str]


class VirtualForm(TypedDict):
    """A virtual plant and the truth beside it."""

    plant: str
    truth: str
