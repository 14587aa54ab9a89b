"""Forms of the answers of survey."""

from typing import NotRequired

from typing_extensions import TypedDict

from loopkeeper.app.answers.forms.common import EstimateForm, VerdictForm


class OutageForm(TypedDict):
    """A gap in the heating of a response test."""

    after_h: float
    minutes: float


class DesignConductivityForm(TypedDict):
    """The conductivity to design with."""

    conductivity_W_mK: float
    conductivity_interval_W_mK: list[float]


class StepwiseForm(TypedDict):
    """Conductivity by the end of the evaluated window."""

    end_h: list[float]
    conductivity_W_mK: list[float | None]


class LineSourceForm(TypedDict):
    """Evaluation by the line source."""

    conductivity_W_mK: float
    conductivity_interval_W_mK: list[float]
    resistance_mK_W: float | None
    resistance_interval_mK_W: list[float] | None
    window_h: list[float]
    superposed: bool
    stepwise: StepwiseForm


class ResponseFitForm(TypedDict):
    """Evaluation by the fit of the whole course."""

    conductivity_W_mK: float
    conductivity_interval_W_mK: list[float]
    resistance_mK_W: float | None
    resistance_interval_mK_W: list[float] | None
    undisturbed_C: float | None
    undisturbed_interval_C: list[float] | None
    heat_capacity_MJ_m3K: float
    heat_capacity_interval_MJ_m3K: list[float]
    rmse_K: float


class FlowStepForm(TypedDict):
    """Resistance at one of several flows."""

    from_h: float
    to_h: float
    flow_m3_h: float
    resistance_mK_W: float | None
    resistance_interval_mK_W: list[float] | None


class ResponseForm(TypedDict):
    """A thermal response test."""

    file: str
    mean_power_W: float
    heat_rate_W_m: float
    outages: list[OutageForm]
    undisturbed_origin: str | None
    design: DesignConductivityForm
    line_source: LineSourceForm | None
    fit: ResponseFitForm
    flows: list[FlowStepForm]
    verdicts: list[VerdictForm]


class ResponsesForm(TypedDict):
    """Several holes and their mean."""

    tests: list[ResponseForm]
    conductivity_W_mK: float
    conductivity_interval_W_mK: list[float]
    verdicts: list[VerdictForm]


class AquiferFitForm(TypedDict):
    """A sort of aquifer fitted to a pumping test, with what that sort has beside the rest."""

    transmissivity_m2_s: float
    transmissivity_m2_d: float
    transmissivity_interval_m2_d: list[float]
    storage: float
    storage_interval: list[float]
    rmse_m: float
    aicc: float
    leakage_factor_m: NotRequired[float]
    casing_radius_m: NotRequired[float]
    image_distance_m: NotRequired[float]
    specific_yield: NotRequired[float]
    drainage_1_m2: NotRequired[float]
    leakage_resistance_d: NotRequired[float]


class DerivativeForm(TypedDict):
    """Slope of the drawdown by the logarithm of time."""

    time_s: list[float]
    ds_dlnt_m: list[float]


class StepTestForm(TypedDict):
    """Losses of aquifer and well."""

    B_d_m2: float
    C_d2_m5: float
    C_min2_m5: float
    walton: str
    efficiency: list[float]
    rmse_m: float


class PumpingForm(AquiferFitForm):
    """A pumping test: the chosen sort of aquifer, all sorts tried, the derivative."""

    files: list[str]
    chosen: str
    models: dict[str, AquiferFitForm]
    derivative: DerivativeForm
    verdicts: list[VerdictForm]
    step_test: NotRequired[StepTestForm]


class ReinjectionForm(TypedDict):
    """A reinjection test: flow per metre of head, as measured and at 20 °C."""

    files: list[str]
    head_rise_m: float
    specific_injectivity_m2_h: float
    at_20_C_m2_h: float
    stable_h: float
    verdicts: list[VerdictForm]


NewestForm = TypedDict("NewestForm", {"class": str, "on": str, "decided_by": list[str]})
"""Class by the newest results, and what decides it."""


class MedianForm(TypedDict):
    """A median in the unit of its index."""

    value: float
    unit: str
    below_limit: bool


WaterPlaceForm = TypedDict(
    "WaterPlaceForm",
    {
        "place": str,
        "samples": int,
        "class": str,
        "newest": NewestForm,
        "decided_by": list[str],
        "undecided": list[str],
        "indices_measured": int,
        "medians": dict[str, MedianForm],
        "charge_balance_percent": list[float],
        "lsi": float | None,
        "rsi": float | None,
        "verdicts": list[VerdictForm],
    },
)
"""A place over its samples."""


class ChargeBalanceForm(TypedDict):
    """Charge balance errors of all complete samples."""

    mean: float
    std: float
    min: float
    max: float
    samples: int


class WaterForm(TypedDict):
    """Water quality baselines."""

    files: list[str]
    standard: str
    places: list[WaterPlaceForm]
    verdicts: list[VerdictForm]
    charge_balance_percent: NotRequired[ChargeBalanceForm]


class GuessForm(TypedDict):
    """Typical ground of a city."""

    city: str
    basis: str
    undisturbed_C: EstimateForm
    confidence: str
    conductivity_W_mK: EstimateForm
    heat_capacity_MJ_m3K: EstimateForm
    verdicts: list[VerdictForm]
