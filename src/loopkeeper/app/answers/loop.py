"""Answers as stable JSON: the objects of ``dossier/1``, energies in kWh, times local."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper import __version__
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.diagnose.result import (
    Deviation,
    Diagnosis,
    MonthlyCourse,
    Pair,
    WeatherPart,
    WitnessMonths,
)
from loopkeeper.lifecycle.evaluate.result import (
    Evaluation,
    Performance,
    measured_factor,
    promised_of,
)
from loopkeeper.measure.case import Case
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.quality import PointSummary
from loopkeeper.measure.series import Period
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.settling import Settling
from loopkeeper.plant.words import Language, chosen, word
from loopkeeper.units import HOUR, KWH

Json = dict[str, Any]
UNITS = {
    "J": ("kWh", KWH),
    "W": ("kW", 1000.0),
    "m3 s-1": ("m3/h", 1 / HOUR),
    "°C": ("°C", 1.0),
    "-": ("-", 1.0),
}
"""Units of people for those of the program: name and size."""


def period_json(period: Period, timezone: str) -> Json:
    """Return a half-open period as local ISO times."""

    def local(moment: np.datetime64) -> str:
        seconds = int(moment.astype("datetime64[s]").astype(np.int64))
        return datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(timezone)).isoformat()

    return {"start": local(period.start), "end": local(period.end)}


def energy_json(estimate: Estimate) -> Json:
    """Return an energy and its 90 % interval. [kWh]"""
    return {name: round(value / KWH, 1) for name, value in estimate.as_dict().items()}


def performance_json(performance: Performance) -> Json:
    """Return a performance with its parts [kWh] and system COPs [-]."""
    parts = (
        "heating", "cooling", "electricity", "electricity_heating", "electricity_cooling",
        "machines", "source_pumps", "load_pumps",
    )  # fmt: skip
    answer: Json = {f"{name}_kWh": energy_json(getattr(performance, name)) for name in parts}
    answer["system_cop_heating"] = _rounded(performance.cop_heating)
    answer["system_cop_cooling"] = _rounded(performance.cop_cooling)
    return answer


def evaluation_json(plant: Plant, evaluation: Evaluation, language: Language) -> Json:
    """
    Return an evaluation as plain JSON data.

    Parameters
    ----------
    plant : Plant
        The plant.
    evaluation : Evaluation
        Its evaluation.
    language : Language
        ``en`` or ``zh``, for sentences.

    Returns
    -------
    dict
        ``site, period, boundary, promised, expected, measured, kpis, quality, cautions``.
    """
    promise = evaluation.promised
    return {
        "site": plant.site.id,
        "version": __version__,
        "period": period_json(evaluation.period, plant.site.timezone),
        "boundary": evaluation.boundary,
        "promised": promise and performance_json(promise),
        "expected": performance_json(evaluation.expected),
        "measured": performance_json(evaluation.measured) | _measured_factors(evaluation),
        "kpis": [_kpi_json(k) for k in evaluation.kpis],
        "quality": [_quality_json(q) for q in evaluation.quality],
        "cautions": [c.as_dict(language) for c in evaluation.cautions],
    }


def evaluated_json(case: Case, answer: Evaluation | DataError, language: Language) -> Json:
    """
    Return an evaluation, or what stands where the plant cannot be judged, as plain JSON data.

    Parameters
    ----------
    case : Case
        The prepared plant.
    answer : Evaluation or DataError
        Its evaluation, or why there is none.
    language : Language
        ``en`` or ``zh``, for sentences.

    Returns
    -------
    dict
        As :func:`evaluation_json`; of a refusal ``site, version, period, error, reasons, kpis,
        quality, cautions``, problems first.
    """
    plant = case.plant
    if not isinstance(answer, DataError):
        return evaluation_json(plant, answer, language)
    return {
        "site": plant.site.id,
        "version": __version__,
        "period": period_json(case.period, plant.site.timezone),
        "error": str(answer),
        "reasons": list(getattr(answer, "reasons", ())),
        "kpis": [_kpi_json(k) for k in case.kpis],
        "quality": [_quality_json(q) for q in case.quality],
        "cautions": [c.as_dict(language) for c in case.verdicts],
    }


def _quality_json(quality: PointSummary) -> Json:
    return {
        "point": quality.point,
        "quantity": quality.quantity,
        "of": quality.of,
        "coverage": round(quality.coverage, 4),
        "flags": {name: round(share, 5) for name, share in quality.flags.items()},
    }


def diagnosis_json(
    plant: Plant,
    evaluation: Evaluation,
    diagnosis: Diagnosis,
    language: Language,
    files: Mapping[str, Sequence[str]] | None = None,
) -> Json:
    """
    Return a diagnosis as the object that ``dossier/1`` describes.

    Parameters
    ----------
    plant : Plant
        The plant.
    evaluation : Evaluation
        The evaluation it rests on.
    diagnosis : Diagnosis
        The explained shortfall.
    language : Language
        ``en`` or ``zh``, for sentences.
    files : mapping, optional
        Files that hold each point, where they are known.

    Returns
    -------
    dict
        Shares sum to one over deviations and unexplained.
    """
    return {
        "site": plant.site.id,
        "version": __version__,
        "period": period_json(diagnosis.period, plant.site.timezone),
        "boundary": diagnosis.boundary,
        "healthy": diagnosis.healthy,
        "promised": performance_json(promised_of(evaluation)),
        "expected": performance_json(evaluation.expected),
        "measured": energy_json(diagnosis.measured),
        "weather_and_use_kWh": energy_json(diagnosis.exogenous),
        "weather_and_use_parts": [_weather_json(p, language) for p in diagnosis.weather_parts],
        "shortfall_kWh": energy_json(diagnosis.shortfall),
        "deviations": [
            _deviation_json(d, language) | {"readings": _readings_json(plant, d, files or {})}
            for d in diagnosis.deviations
        ],
        "unexplained_kWh": energy_json(diagnosis.unexplained),
        "unexplained_share": round(diagnosis.unexplained_share, 4),
        "cautions": [c.as_dict(language) for c in diagnosis.cautions],
    }


def _weather_json(part: WeatherPart, language: Language) -> Json:
    """Energy of a part, and what changed from the design year to the period, by mode."""
    unit, size = UNITS[part.unit]

    def told(pair: Pair) -> Json:
        was, found = (None if v is None else round(v / size, 5) for v in pair)
        return {"designed": was, "period": found}

    return {
        "part": part.name,
        "name": word(f"weather.{part.name}", language),
        "energy_kWh": round(part.energy / KWH, 1),
        "unit": unit,
        "heating": told(part.heating),
        "cooling": told(part.cooling),
    }


def _deviation_json(deviation: Deviation, language: Language) -> Json:
    return {
        "kind": str(deviation.kind),
        "kind_zh": word(f"kind.{deviation.kind}", Language.CHINESE),
        "cause": deviation.cause,
        "finding": deviation.finding.sentence(language),
        "energy_kWh": energy_json(deviation.energy),
        "saving_if_fixed_kWh": energy_json(deviation.saving_if_fixed),
        "if_alone_kWh": energy_json(deviation.if_alone),
        "share": round(deviation.share, 4),
        "confidence": round(deviation.confidence, 3),
        "onset": deviation.onset.isoformat() if deviation.onset else None,
        "merged_with": [str(kind) for kind in deviation.merged],
        "evidence": [v.sentence(language) for v in deviation.evidence],
        "settles_by": [s.test.sentence(language) for s in deviation.settles_by],
        "settling": [_settling_json(s, language) for s in deviation.settles_by],
        "actions": [v.sentence(language) for v in deviation.actions],
        "course": deviation.course and _course_json(deviation.course, language),
    }


def _settling_json(settling: Settling, language: Language) -> Json:
    """A measurement and its effort: days, CNY, whether the plant stops; null where not known."""
    effort = settling.effort
    told = effort and {
        "sentence": effort.said().sentence(language),
        "site_days": effort.site_days,
        "elapsed_days": effort.elapsed_days,
        "cost_CNY": {"low": effort.cost[0], "high": effort.cost[1]},
        "stop": effort.stop,
        "stop_days": effort.stop_days,
        "basis": chosen(effort.basis, effort.basis_zh, language),
        "confidence": effort.confidence,
    }
    return {
        "code": settling.test.code,
        "sentence": settling.test.sentence(language),
        "effort": told,
    }


def _course_json(course: MonthlyCourse, language: Language) -> Json:
    """By local calendar months, at delivered heat [kWh]; the witness in its own unit."""
    rows = {"measured": course.measured, "expected": course.expected,
            "if_repaired": course.repaired}  # fmt: skip
    return {
        "months": list(course.months),
        **{f"{name}_kWh": [round(v / KWH, 1) for v in row] for name, row in rows.items()},
        "witness": course.witness and _witness_json(course.witness, language),
    }


def _witness_json(witness: WitnessMonths, language: Language) -> Json:
    unit, size = UNITS[witness.unit]
    rows = {"measured": witness.measured, "designed": witness.designed,
            "if_repaired": witness.repaired}  # fmt: skip
    return {
        "quantity": witness.quantity,
        "name": word(f"course.{witness.quantity}", language),
        "unit": unit,
        **{k: [None if v is None else round(v / size, 4) for v in r] for k, r in rows.items()},
    }


def _readings_json(
    plant: Plant, deviation: Deviation, files: Mapping[str, Sequence[str]]
) -> list[Json]:
    """Points with quantity and place, and the files of the dossier that hold them."""
    points = {p.id: p for p in plant.points}
    return [
        {"point": name, "quantity": points[name].quantity, "of": points[name].of, "file": file}
        for name in deviation.readings
        for file in files.get(name) or (None,)
    ]


def _kpi_json(kpi: KpiValue) -> Json:
    return {
        "name": kpi.name,
        "boundary": kpi.boundary,
        "mode": kpi.mode,
        "value": kpi.value.as_dict(),
        "unit": kpi.unit,
        "coverage": round(kpi.coverage, 4),
        "estimated": round(kpi.estimated, 4),
        "clause": kpi.clause,
        "confidence": kpi.confidence,
    }


def _measured_factors(evaluation: Evaluation) -> Json:
    return {
        f"system_cop_{mode}": _rounded(measured_factor(evaluation, mode))
        for mode in ("heating", "cooling")
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
