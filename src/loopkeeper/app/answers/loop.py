"""Answers as stable JSON: the objects of ``dossier/1``, energies in kWh, times local."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from loopkeeper import __version__
from loopkeeper.app.answers.common import estimate_json, verdicts_json
from loopkeeper.app.answers.forms.common import EstimateForm, PeriodForm
from loopkeeper.app.answers.forms.loop import (
    CheckedForm,
    CourseForm,
    DeviationForm,
    DiagnosisForm,
    EffortForm,
    EvaluationForm,
    EvaluationRefusedForm,
    KpiForm,
    PerformanceForm,
    QualityForm,
    ReadingForm,
    SettlingForm,
    WeatherChangeForm,
    WeatherPartForm,
    WitnessForm,
)
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
from loopkeeper.plant.settling import Effort, Settling
from loopkeeper.plant.verdict import GRAVE, Verdict
from loopkeeper.plant.words import Language, chosen, word
from loopkeeper.units import HOUR, KWH

UNITS = {
    "J": ("kWh", KWH),
    "W": ("kW", 1000.0),
    "m3 s-1": ("m3/h", 1 / HOUR),
    "°C": ("°C", 1.0),
    "-": ("-", 1.0),
}
"""Units of people for those of the program: name and size."""


def period_json(period: Period, timezone: str) -> PeriodForm:
    """Return a half-open period as local ISO times."""

    def local(moment: np.datetime64) -> str:
        seconds = int(moment.astype("datetime64[s]").astype(np.int64))
        return datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(timezone)).isoformat()

    return {"start": local(period.start), "end": local(period.end)}


def energy_json(estimate: Estimate) -> EstimateForm:
    """Return an energy and its 90 % interval. [kWh]"""
    return {
        "value": round(estimate.value / KWH, 1),
        "low": round(estimate.low / KWH, 1),
        "high": round(estimate.high / KWH, 1),
    }


def checked_json(plant: str, said: Sequence[Verdict], language: Language) -> CheckedForm:
    """Return what is wrong with a dossier as plain data."""
    problems = sum(v.severity in GRAVE for v in said)
    return {"plant": plant, "problems": problems, "verdicts": verdicts_json(said, language)}


def performance_json(performance: Performance) -> PerformanceForm:
    """Return a performance with its parts [kWh] and system COPs [-]."""
    return {
        "heating_kWh": energy_json(performance.heating),
        "cooling_kWh": energy_json(performance.cooling),
        "electricity_kWh": energy_json(performance.electricity),
        "electricity_heating_kWh": energy_json(performance.electricity_heating),
        "electricity_cooling_kWh": energy_json(performance.electricity_cooling),
        "machines_kWh": energy_json(performance.machines),
        "source_pumps_kWh": energy_json(performance.source_pumps),
        "load_pumps_kWh": energy_json(performance.load_pumps),
        "system_cop_heating": _rounded(performance.cop_heating),
        "system_cop_cooling": _rounded(performance.cop_cooling),
    }


def evaluation_json(plant: Plant, evaluation: Evaluation, language: Language) -> EvaluationForm:
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
        "promised": None if promise is None else performance_json(promise),
        "expected": performance_json(evaluation.expected),
        "measured": _measured_json(evaluation),
        "kpis": [_kpi_json(k) for k in evaluation.kpis],
        "quality": [_quality_json(q) for q in evaluation.quality],
        "cautions": verdicts_json(evaluation.cautions, language),
    }


def evaluated_json(
    case: Case, answer: Evaluation | DataError, language: Language
) -> EvaluationForm | EvaluationRefusedForm:
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
    plant = case.dossier.plant
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
        "cautions": verdicts_json(case.verdicts, language),
    }


def _quality_json(quality: PointSummary) -> QualityForm:
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
) -> DiagnosisForm:
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
        "measured_kWh": energy_json(diagnosis.measured),
        "weather_and_use_kWh": energy_json(diagnosis.exogenous),
        "weather_and_use_parts": [_weather_json(p, language) for p in diagnosis.weather_parts],
        "shortfall_kWh": energy_json(diagnosis.shortfall),
        "deviations": [
            _deviation_json(d, language, _readings_json(plant, d, files or {}))
            for d in diagnosis.deviations
        ],
        "unexplained_kWh": energy_json(diagnosis.unexplained),
        "unexplained_share": round(diagnosis.unexplained_share, 4),
        "cautions": verdicts_json(diagnosis.cautions, language),
    }


def _weather_json(part: WeatherPart, language: Language) -> WeatherPartForm:
    """Energy of a part, and what changed from the design year to the period, by mode."""
    unit, size = UNITS[part.unit]

    def told(pair: Pair) -> WeatherChangeForm:
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


def _deviation_json(
    deviation: Deviation, language: Language, readings: list[ReadingForm]
) -> DeviationForm:
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
        "course": _course_json(deviation.course, language),
        "readings": readings,
    }


def _settling_json(settling: Settling, language: Language) -> SettlingForm:
    """A measurement and its effort; null where not known."""
    return {
        "code": settling.test.code,
        "sentence": settling.test.sentence(language),
        "effort": None if settling.effort is None else _effort_json(settling.effort, language),
    }


def _effort_json(effort: Effort, language: Language) -> EffortForm:
    """Days, CNY, whether the plant stops."""
    return {
        "sentence": effort.said().sentence(language),
        "site_days": effort.site_days,
        "elapsed_days": effort.elapsed_days,
        "cost_CNY": {"low": effort.cost[0], "high": effort.cost[1]},
        "stop": effort.stop,
        "stop_days": effort.stop_days,
        "basis": chosen(effort.basis, effort.basis_zh, language),
        "confidence": effort.confidence,
    }


def _course_json(course: MonthlyCourse | None, language: Language) -> CourseForm | None:
    """By local calendar months, at delivered heat [kWh]; the witness in its own unit."""
    if course is None:
        return None
    witness = course.witness
    return {
        "months": list(course.months),
        "measured_kWh": _kwh(course.measured),
        "expected_kWh": _kwh(course.expected),
        "if_repaired_kWh": _kwh(course.repaired),
        "witness": None if witness is None else _witness_json(witness, language),
    }


def _kwh(row: Iterable[float]) -> list[float]:
    return [round(value / KWH, 1) for value in row]


def _witness_json(witness: WitnessMonths, language: Language) -> WitnessForm:
    unit, size = UNITS[witness.unit]

    def scaled(row: Iterable[float | None]) -> list[float | None]:
        return [None if v is None else round(v / size, 4) for v in row]

    return {
        "quantity": witness.quantity,
        "name": word(f"course.{witness.quantity}", language),
        "unit": unit,
        "measured": scaled(witness.measured),
        "designed": scaled(witness.designed),
        "if_repaired": scaled(witness.repaired),
    }


def _readings_json(
    plant: Plant, deviation: Deviation, files: Mapping[str, Sequence[str]]
) -> list[ReadingForm]:
    """Points with quantity and place, and the files of the dossier that hold them."""
    points = {p.id: p for p in plant.points}
    return [
        {"point": name, "quantity": points[name].quantity, "of": points[name].of, "file": file}
        for name in deviation.readings
        for file in files.get(name) or (None,)
    ]


def _kpi_json(kpi: KpiValue) -> KpiForm:
    return {
        "name": kpi.name,
        "boundary": kpi.boundary,
        "mode": kpi.mode,
        "value": estimate_json(kpi.value),
        "unit": kpi.unit,
        "coverage": round(kpi.coverage, 4),
        "estimated": round(kpi.estimated, 4),
        "clause": kpi.clause,
        "confidence": kpi.confidence,
    }


def _measured_json(evaluation: Evaluation) -> PerformanceForm:
    """What was measured, with the factors of the hours that were."""
    return {
        **performance_json(evaluation.measured),
        "system_cop_heating": _rounded(measured_factor(evaluation, "heating")),
        "system_cop_cooling": _rounded(measured_factor(evaluation, "cooling")),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
