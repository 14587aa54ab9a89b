"""Results of field tests as plain data."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np

from loopkeeper.app.answers.common import estimate_json, verdicts_json
from loopkeeper.app.answers.forms.survey import (
    AquiferFitForm,
    FlowStepForm,
    GuessForm,
    LineSourceForm,
    PumpingForm,
    ReinjectionForm,
    ResponseForm,
    ResponsesForm,
    WaterForm,
    WaterPlaceForm,
)
from loopkeeper.lifecycle.survey.hydrochemistry import Baseline
from loopkeeper.lifecycle.survey.line_source import LineSource
from loopkeeper.lifecycle.survey.pumping_test import (
    AquiferFit,
    AquiferTest,
    Observations,
    derivative,
)
from loopkeeper.lifecycle.survey.regional_guess import CONDUCTIVITY, HEAT_CAPACITY, Region
from loopkeeper.lifecycle.survey.step_test import Injectivity, StepTest
from loopkeeper.lifecycle.survey.thermal_response_test import Holes, ThermalResponse
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.measure.water_quality import index_of
from loopkeeper.plant.source import Ground
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language
from loopkeeper.units import DAY, HOUR

ExtraName = Literal[
    "leakage_factor_m", "casing_radius_m", "image_distance_m", "specific_yield", "drainage_1_m2"
]
"""A key that only some sorts of aquifer have."""


def interval(estimate: Estimate, digits: int) -> list[float]:
    """Return the 90 % interval as a list of two. [unit of the estimate]"""
    return [round(estimate.low, digits), round(estimate.high, digits)]


def response_json(file: Path, test: ThermalResponse, language: Language) -> ResponseForm:
    """Return a thermal response test as plain data."""
    line, fit = test.line_source, test.fit
    return {
        "file": file.name,
        "mean_power_W": round(test.record.mean_power, 1),
        "heat_rate_W_m": round(test.record.mean_power / test.hole.length, 2),
        "outages": [
            {"after_h": round(a / HOUR, 2), "minutes": round(b / 60, 1)}
            for a, b in test.record.outages
        ],
        "undisturbed_origin": None if fit.undisturbed is None else fit.undisturbed.origin,
        "design": {
            "conductivity_W_mK": round(test.conductivity.value, 5),
            "conductivity_interval_W_mK": interval(test.conductivity, 4),
        },
        "line_source": None if line is None else _line_json(line),
        "fit": {
            "conductivity_W_mK": round(fit.conductivity.value, 5),
            "conductivity_interval_W_mK": interval(fit.conductivity, 4),
            "resistance_mK_W": _middle(fit.resistance, 6),
            "resistance_interval_mK_W": _ends(fit.resistance, 5),
            "undisturbed_C": _middle(fit.undisturbed_temperature, 3),
            "undisturbed_interval_C": _ends(fit.undisturbed_temperature, 3),
            "heat_capacity_MJ_m3K": round(fit.heat_capacity.value / 1e6, 4),
            "heat_capacity_interval_MJ_m3K": interval(fit.heat_capacity.scaled(1e-6), 3),
            "rmse_K": round(fit.rmse, 5),
        },
        "flows": _flows_json(test),
        "verdicts": verdicts_json(test.verdicts, language),
    }


def _flows_json(test: ThermalResponse) -> list[FlowStepForm]:
    """Resistance at each of several flows; empty when there was one."""
    if len(test.steps) == 1:
        return []
    return [
        {
            "from_h": round(step.start / HOUR, 2),
            "to_h": round(step.end / HOUR, 2),
            "flow_m3_h": round(step.flow * HOUR, 4),
            "resistance_mK_W": _middle(found, 6),
            "resistance_interval_mK_W": _ends(found, 5),
        }
        for step, found in zip(
            test.steps, test.fit.resistances or (None,) * len(test.steps), strict=True
        )
    ]


def _line_json(line: LineSource) -> LineSourceForm:
    return {
        "conductivity_W_mK": round(line.conductivity.value, 5),
        "conductivity_interval_W_mK": interval(line.conductivity, 4),
        "resistance_mK_W": _middle(line.resistance, 6),
        "resistance_interval_mK_W": _ends(line.resistance, 5),
        "window_h": [round(t / HOUR, 2) for t in line.window],
        "superposed": line.superposed,
        "stepwise": {
            "end_h": [round(t / HOUR, 2) for t in line.stepwise_end],
            "conductivity_W_mK": [
                None if np.isnan(k) else round(float(k), 4) for k in line.stepwise
            ],
        },
    }


def _middle(estimate: Estimate | None, digits: int) -> float | None:
    """A value, null where it is withheld."""
    return None if estimate is None else round(estimate.value, digits)


def _ends(estimate: Estimate | None, digits: int) -> list[float] | None:
    """Its interval, null where it is withheld."""
    return None if estimate is None else interval(estimate, digits)


def together_json(
    answers: Sequence[ResponseForm], together: Holes, language: Language
) -> ResponsesForm:
    """Return several holes and their mean as plain data."""
    return {
        "tests": list(answers),
        "conductivity_W_mK": round(together.conductivity.value, 5),
        "conductivity_interval_W_mK": interval(together.conductivity, 4),
        "verdicts": verdicts_json(together.verdicts, language),
    }


def aquifer_json(
    files: Sequence[Path],
    observations: Sequence[Observations],
    test: AquiferTest,
    steps: StepTest | None,
    verdicts: Sequence[Verdict],
    language: Language,
) -> PumpingForm:
    """Return a pumping test as plain data: the choice, all sorts tried, the derivative."""
    first = observations[0]
    positive = first.time > 0
    time, slope = derivative(first.time[positive], first.drawdown[positive])
    answer: PumpingForm = {
        "files": [f.name for f in files],
        "chosen": test.best.sort,
        **cast("PumpingForm", _fit_json(test.best)),
        "models": {f.sort: _fit_json(f) for f in test.tried},
        "derivative": {
            "time_s": [round(float(t), 1) for t in time],
            "ds_dlnt_m": [round(float(d), 5) for d in slope],
        },
        "verdicts": verdicts_json(verdicts, language),
    }
    if steps is not None:
        answer["step_test"] = {
            "B_d_m2": steps.aquifer_loss.value / DAY,
            "C_d2_m5": steps.well_loss.value / DAY**2,
            "C_min2_m5": round(steps.well_loss.value / 3600.0, 4),
            "walton": steps.walton,
            "efficiency": [round(float(e), 4) for e in steps.efficiency],
            "rmse_m": round(steps.rmse, 4),
        }
    return answer


EXTRA_NAMES: Mapping[str, tuple[ExtraName, ...]] = {
    "leaky": ("leakage_factor_m",),
    "well_storage": ("casing_radius_m",),
    "barrier": ("image_distance_m",),
    "recharge_boundary": ("image_distance_m",),
    "unconfined": ("specific_yield", "drainage_1_m2"),
}
"""What a sort of aquifer has beside transmissivity and storage."""


def _fit_json(fit: AquiferFit) -> AquiferFitForm:
    """One sort of aquifer as plain data."""
    daily = fit.transmissivity.scaled(DAY)
    answer: AquiferFitForm = {
        "transmissivity_m2_s": fit.transmissivity.value,
        "transmissivity_m2_d": round(daily.value, 4),
        "transmissivity_interval_m2_d": interval(daily, 3),
        "storage": fit.storage.value,
        "storage_interval": [fit.storage.low, fit.storage.high],
        "rmse_m": round(fit.rmse, 6),
        "aicc": round(fit.aicc, 2),
    }
    for name, extra in zip(EXTRA_NAMES.get(fit.sort, ()), fit.extras, strict=True):
        answer[name] = float(f"{extra.value:.5g}")
    if fit.leakage_resistance is not None:
        answer["leakage_resistance_d"] = round(fit.leakage_resistance / DAY, 3)
    return answer


def reinjection_json(
    files: Sequence[Path],
    rise: float,
    found: Injectivity,
    said: Sequence[Verdict],
    language: Language,
) -> ReinjectionForm:
    """Return a reinjection test as plain data; ``rise`` of the head at its end [m]."""
    return {
        "files": [f.name for f in files],
        "head_rise_m": round(rise, 4),
        "specific_injectivity_m2_h": round(found.specific * HOUR, 4),
        "at_20_C_m2_h": round(found.at_reference * HOUR, 4),
        "stable_h": round(found.stable, 2),
        "verdicts": verdicts_json(said, language),
    }


def guess_json(ground: Ground, region: Region, verdict: Verdict, language: Language) -> GuessForm:
    """Return the typical ground of a city as plain data."""
    return {
        "city": region.city,
        "basis": str(ground.basis),
        "undisturbed_C": estimate_json(region.temperature),
        "confidence": region.confidence,
        "conductivity_W_mK": estimate_json(CONDUCTIVITY),
        "heat_capacity_MJ_m3K": estimate_json(HEAT_CAPACITY.scaled(1e-6)),
        "verdicts": verdicts_json([verdict], language),
    }


def water_json(
    files: Sequence[Path],
    found: Sequence[Baseline],
    verdicts: Sequence[Verdict],
    edition: str,
    language: Language,
) -> WaterForm:
    """Return water quality baselines as plain data."""
    every = [b for one in found for b in one.balances]
    answer: WaterForm = {
        "files": [f.name for f in files],
        "standard": f"GB/T 14848-{edition}",
        "places": [_place_json(one, edition, language) for one in found],
        "verdicts": verdicts_json(verdicts, language),
    }
    if every:
        answer["charge_balance_percent"] = {
            "mean": round(float(np.mean(every)), 3),
            "std": round(float(np.std(every)), 3),
            "min": round(min(every), 3),
            "max": round(max(every), 3),
            "samples": len(every),
        }
    return answer


def _place_json(one: Baseline, edition: str, language: Language) -> WaterPlaceForm:
    return {
        "place": one.place,
        "samples": one.samples,
        "class": one.class_name,
        "newest": {
            "class": one.newest_name,
            "on": one.newest_on,
            "decided_by": list(one.newest.decided_by),
        },
        "decided_by": list(one.grade.decided_by),
        "undecided": [c.index for c in one.grade.undecided],
        "indices_measured": one.grade.measured,
        "medians": {
            name: {"value": value, "unit": _unit(name, edition), "below_limit": below}
            for name, (value, below) in one.medians.items()
        },
        "charge_balance_percent": [round(b, 3) for b in one.balances],
        "lsi": None if one.lsi is None else round(one.lsi, 3),
        "rsi": None if one.rsi is None else round(one.rsi, 3),
        "verdicts": verdicts_json(one.verdicts, language),
    }


def _unit(name: str, edition: str) -> str:
    """Unit of an index of groundwater."""
    index = index_of(name, edition)
    return "" if index is None else index.unit
