"""Form of the answer of what hidden works as found cost."""

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import EstimateForm


class CostCourseForm(TypedDict):
    """A plant over its years: means of a year, extremes of all."""

    electricity_kWh_a: float
    money_a: float | None
    coldest_C: float
    coldest_year: int
    warmest_C: float
    unmet_share: float


class CostFiguresForm(TypedDict):
    """Estimates, 90 % intervals; money None without a tariff."""

    electricity_kWh_a: EstimateForm
    money_a: EstimateForm | None
    coldest: EstimateForm
    warmest: EstimateForm


class IgnoranceForm(TypedDict):
    """Share of an interval's width that goes when what nobody recorded were recorded."""

    electricity: float
    money: float | None
    coldest: float
    warmest: float


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


class WorksCostForm(TypedDict):
    """What hidden works as found cost; temperatures in °C, changes in K, money in currency."""

    years: int
    currency: str
    holes: HolesFoundForm
    drawn: CostCourseForm
    found: CostCourseForm
    change: CostFiguresForm
    reached: CostFiguresForm
    of_unrecorded: CostFiguresForm
    ignorance: dict[str, IgnoranceForm]
    priors: dict[str, PriorForm]
    promised_coldest_C: float | None
    target_coldest_C: float
    cures: list[CureForm]
