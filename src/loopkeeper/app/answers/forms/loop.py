"""Forms of check, evaluate, diagnose, watch and demo."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import (
    EstimateForm,
    PeriodForm,
    RefusalForm,
    VerdictForm,
)


class CheckedForm(TypedDict):
    """What is wrong with a dossier."""

    plant: str
    problems: int
    verdicts: list[VerdictForm]


class PerformanceForm(TypedDict):
    """Energies of a period and the factors of the whole system."""

    heating_kWh: EstimateForm
    cooling_kWh: EstimateForm
    electricity_kWh: EstimateForm
    electricity_heating_kWh: EstimateForm
    electricity_cooling_kWh: EstimateForm
    machines_kWh: EstimateForm
    source_pumps_kWh: EstimateForm
    load_pumps_kWh: EstimateForm
    system_cop_heating: float | None
    system_cop_cooling: float | None


class KpiForm(TypedDict):
    """A key figure in its unit, SI."""

    name: str
    boundary: str
    mode: str
    value: EstimateForm
    unit: str
    coverage: float
    estimated: float
    clause: str
    confidence: str


class QualityForm(TypedDict):
    """How much of a point's data could be used; shares by flag."""

    point: str
    quantity: str
    of: str
    coverage: float
    flags: dict[str, float]


class EvaluationForm(TypedDict):
    """Promised, expected and measured performance at the same delivered heat."""

    site: str
    version: str
    period: PeriodForm
    boundary: str
    promised: PerformanceForm | None
    expected: PerformanceForm
    measured: PerformanceForm
    kpis: list[KpiForm]
    quality: list[QualityForm]
    cautions: list[VerdictForm]


class EvaluationRefusedForm(TypedDict):
    """Why a plant cannot be judged, and the key figures that stand nevertheless."""

    site: str
    version: str
    period: PeriodForm
    error: str
    reasons: list[str]
    kpis: list[KpiForm]
    quality: list[QualityForm]
    cautions: list[VerdictForm]


class WeatherChangeForm(TypedDict):
    """What the design year had and what the period had, in the part's unit."""

    designed: float | None
    period: float | None


class WeatherPartForm(TypedDict):
    """A part of what weather and use changed."""

    part: str
    name: str
    energy_kWh: float
    unit: str
    heating: WeatherChangeForm
    cooling: WeatherChangeForm


class CostForm(TypedDict):
    """From, and up to."""

    low: float
    high: float


class EffortForm(TypedDict):
    """What a measurement takes."""

    sentence: str
    site_days: float
    elapsed_days: float
    cost_CNY: CostForm
    stop: str
    stop_days: float
    basis: str
    confidence: str


class SettlingForm(TypedDict):
    """A measurement that would tell causes apart."""

    code: str
    sentence: str
    effort: EffortForm | None


class WitnessForm(TypedDict):
    """The reading that shows a deviation, month by month in its unit."""

    quantity: str
    name: str
    unit: str
    measured: list[float | None]
    designed: list[float | None]
    if_repaired: list[float | None]


class CourseForm(TypedDict):
    """Electricity by local calendar months at the delivered heat."""

    months: list[str]
    measured_kWh: list[float]
    expected_kWh: list[float]
    if_repaired_kWh: list[float]
    witness: WitnessForm | None


class ReadingForm(TypedDict):
    """A point that a deviation rests on, and a file that holds it."""

    point: str
    quantity: str
    of: str
    file: str | None


class DeviationForm(TypedDict):
    """A cause with its energy, evidence and what to do."""

    kind: str
    kind_zh: str
    cause: str
    finding: str
    energy_kWh: EstimateForm
    saving_if_fixed_kWh: EstimateForm
    if_alone_kWh: EstimateForm
    share: float
    confidence: float
    onset: str | None
    merged_with: list[str]
    evidence: list[str]
    settles_by: list[str]
    settling: list[SettlingForm]
    actions: list[str]
    course: CourseForm | None
    readings: list[ReadingForm]


class DiagnosisForm(TypedDict):
    """The shortfall by causes; ``measured`` is ``measured_kWh`` as dossier/1 names it."""

    site: str
    version: str
    period: PeriodForm
    boundary: str
    healthy: bool
    promised: PerformanceForm
    expected: PerformanceForm
    measured: EstimateForm
    measured_kWh: EstimateForm
    weather_and_use_kWh: EstimateForm
    weather_and_use_parts: list[WeatherPartForm]
    shortfall_kWh: EstimateForm
    deviations: list[DeviationForm]
    unexplained_kWh: EstimateForm
    unexplained_share: float
    cautions: list[VerdictForm]


class DemoForm(TypedDict):
    """The plant that comes with the program: its reports by language, and its diagnosis."""

    reports: dict[str, str]
    diagnosis: DiagnosisForm


class ChartForm(TypedDict):
    """A control chart of a mode: logarithm of measured over modelled, day by day."""

    mode: str
    days: list[str]
    log_ratio: list[float]
    average: list[float]
    limit: float
    memory: float
    signals: list[str]


class DayForm(TypedDict):
    """What a day said."""

    day: str
    known_hours: int
    judged: bool
    verdicts: list[VerdictForm]


class DaysForm(TypedDict):
    """Day by day on top of a diagnosis; ``standing`` how far each chart has come to its limit."""

    diagnosed: list[str]
    days: list[DayForm]
    standing: dict[str, float]


class WatchForm(TypedDict):
    """Early warning against the plant's own model."""

    modes: list[ChartForm]
    verdicts: list[VerdictForm]
    daily: DaysForm | RefusalForm
    shifted: bool
