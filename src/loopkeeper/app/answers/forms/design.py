"""Forms of the answers of design."""

from typing import NotRequired

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import VerdictForm


class DesignYearForm(TypedDict):
    """A year of a design."""

    year: int
    coldest_C: float
    warmest_C: float
    coldest_to_field_C: float | None
    mean_C: float
    extracted_MWh: float
    injected_MWh: float
    electricity_MWh: float
    unmet_share: float


class DesignCheckForm(TypedDict):
    """Resource, load and system against each other; lengths by probability."""

    passes: bool
    length_for_probability_m: dict[str, float | None]
    years: int
    balance_ratio: float
    drift_K: float
    late_drift_K_per_year: float
    yearly: list[DesignYearForm]
    verdicts: list[VerdictForm]
    verdict: str


class SizeForm(TypedDict):
    """The shortest field that keeps its limits."""

    count: int
    length_m: float
    total_length_m: float
    decided_by: str
    year: int
    coldest_C: float
    warmest_C: float
    coldest_to_field_C: float | None
    numerical_error: float
    resistance_mK_W: float
    rounds: int
    probability: float
    length_for_probability_m: dict[str, float | None]
    no_length_is_enough: float
    what_moves_it: dict[str, float]
    verdicts: list[VerdictForm]


class WetSizeForm(TypedDict):
    """Wells or an exchanger that are enough; a source has the keys that are its own."""

    kind: str
    count: NotRequired[int]
    spacing_m: NotRequired[float]
    flow_m3_h: NotRequired[float]
    exchanger_kW_K: NotRequired[float]
    coldest_C: float
    warmest_C: float
    verdicts: list[VerdictForm]


class LayoutForm(TypedDict):
    """A layout on the land; cost in the currency of the prices."""

    count: int
    length_m: float
    total_length_m: float
    spacing_m: float
    bearing_deg: float
    cost: int
    positions_m: list[list[float]]


class LayoutsForm(TypedDict):
    """Layouts, the cheapest first."""

    tried: int
    too_deep: int
    best: list[LayoutForm]
    verdicts: list[VerdictForm]


class UnitGradeForm(TypedDict):
    """The efficiency grade of a unit by a standard's metric."""

    grade: int
    metric: str
    value: float
    standard: str
    confidence: str


class ChoiceForm(TypedDict):
    """So many modules of a row of the catalogue; prices by level in its currency."""

    family: str
    circulation: str
    module: str
    type: str
    count: int
    margin: float
    flow_m3_h: float
    grade: UnitGradeForm | None
    prices: dict[str, float]


class SelectionForm(TypedDict):
    """Units from a catalogue for a plant's peaks."""

    heating_kW: float
    cooling_kW: float
    coldest_C: float
    ground_C: float | None
    type: str | None
    choices: list[ChoiceForm]
    verdicts: list[VerdictForm]


class GridForm(TypedDict):
    """Carbon of the grid's electricity."""

    region: str
    year: int
    kg_kWh: float
    confidence: str


class AccountForm(TypedDict):
    """Money in the currency of the prices, energy and carbon of a system in a year."""

    name: str
    investment: int
    yearly: int
    life_cycle: int
    primary_MWh: float
    carbon_t: float
    coal_saved_t: float


class SplitForm(AccountForm):
    """A split between the ground and others."""

    heating_share: float
    cooling_share: float
    field_m: float
    length_m: float
    balance: float
    covered: float
    recharge_MWh: float
    rejected_MWh: float
    measures: list[str]


class HybridForm(TypedDict):
    """Splits of least life-cycle cost, and other systems."""

    grid: GridForm
    splits: list[SplitForm]
    others: list[AccountForm]
    coal_replaced_t: float
    refused: dict[str, int]
    verdicts: list[VerdictForm]


class DesignReportForm(TypedDict):
    """A design report that was written."""

    report: str
    lang: str
    passes: bool
    promise: bool
    promise_before: str | None
    verdicts: list[VerdictForm]


class PhaseForm(TypedDict):
    """Holes of a phase of building."""

    share: float
    count: int
    added: int
    margin: float
    positions_m: list[list[float]]


class PhasesForm(TypedDict):
    """Phases that stand on their own each."""

    length_m: float
    phases: list[PhaseForm]
    verdicts: list[VerdictForm]


class LoadForm(TypedDict):
    """Figures of a load over its year; by area where that is known."""

    peak_kW: float
    p99_kW: float
    energy_MWh: float
    full_load_hours: float
    peak_W_m2: float | None
    energy_kWh_m2: float | None


class LoadsForm(TypedDict):
    """A design year that was written; ``columns`` it was read from, none when it was built."""

    loads: str
    model: bool
    heating: LoadForm
    cooling: LoadForm
    hot_water: LoadForm
    columns: dict[str, list[str]]
    verdicts: list[VerdictForm]


class NextStepForm(TypedDict):
    """A part of a dossier and what it makes possible."""

    part: str
    possible: str


class BegunForm(TypedDict):
    """A dossier that was begun, what was assumed for it, what to add next."""

    plant: str
    id: str
    name: str
    timezone: str
    latitude: float
    longitude: float
    use: str
    area_m2: float
    source: str
    heating_kW: float
    cooling_kW: float
    ground_C: float
    count: int
    length_m: float
    assumed: dict[str, object]
    next: list[NextStepForm]
