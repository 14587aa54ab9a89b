"""Form of the answer of what hidden works as found cost."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import EstimateForm


class CostCourseForm(TypedDict):
    """A plant over its years: electricity and money of a mean year, extremes of all."""

    electricity_kWh: float
    money: float | None
    coldest_C: float
    coldest_year: int
    warmest_C: float
    unmet_share: float


class CostChangeForm(TypedDict):
    """What changes against the drawing, electricity and money a year; None without a tariff."""

    electricity_kWh: EstimateForm
    money: EstimateForm | None
    coldest_K: EstimateForm
    warmest_K: EstimateForm


class CostReachedForm(TypedDict):
    """What is reached, electricity and money a year; None without a tariff."""

    electricity_kWh: EstimateForm
    money: EstimateForm | None
    coldest_C: EstimateForm
    warmest_C: EstimateForm


class IgnoranceForm(TypedDict):
    """Share of an interval's width that goes when what nobody recorded were recorded."""

    electricity_share: float
    money_share: float | None
    coldest_share: float
    warmest_share: float


class HolesFoundForm(TypedDict):
    """Holes of a field and what is recorded of them; metres as expected where nothing is."""

    drawn: int
    drawn_total_length_m: float
    found_total_length_m: float
    recorded: dict[str, int]
    unrecorded: int
    unread: int
    beyond_drawing: list[str]
    resistance_drawn_mK_W: float
    resistance_found_mK_W: float


class PriorForm(TypedDict):
    """What is thought of found over drawn before anything is recorded."""

    worth_holes: float
    common_sd: float
    single_sd: float


class CureForm(TypedDict):
    """A cure; amount in the unit its kind says: holes, MWh a year, kW."""

    kind: str
    amount: float
    unit: str
    coldest_C: float
    invested: float
    yearly: float
    life_cycle: float


class CurePricesForm(TypedDict):
    """What cures are priced by: currency, and how far to be believed."""

    currency: str
    confidence: str


class WorksCostForm(TypedDict):
    """What hidden works as found cost; temperatures in °C, changes in K, money in currency."""

    years: int
    currency: str
    holes: HolesFoundForm
    drawn: CostCourseForm
    found: CostCourseForm
    change: CostChangeForm
    reached: CostReachedForm
    of_unrecorded: CostChangeForm
    ignorance: dict[str, IgnoranceForm]
    priors: dict[str, PriorForm]
    promised_coldest_C: float | None
    target_coldest_C: float
    cures: list[CureForm]
    cure_prices: CurePricesForm
