"""Evaluating a plant from its folder, and explaining its shortfall."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loopkeeper.app.answers.forms.loop import (
    DiagnosisForm,
    EvaluationForm,
    EvaluationRefusedForm,
)
from loopkeeper.app.answers.loop import diagnosis_json, evaluated_json
from loopkeeper.app.closing_the_loop import diagnose_plant, evaluate_plant
from loopkeeper.app.closing_the_loop import evaluated as evaluated_or_why
from loopkeeper.app.daily import begun
from loopkeeper.app.outside import Dossiers, Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.app.reviewing import Made
from loopkeeper.app.use_cases.opening import OpenPlant, open_plant
from loopkeeper.errors import DataError
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation, measured_factor
from loopkeeper.measure.kpi_basis import KpiValue
from loopkeeper.measure.series import Period
from loopkeeper.plant.site import Site
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

__all__ = [
    "Diagnosis",
    "Evaluated",
    "Evaluation",
    "Explained",
    "KpiValue",
    "evaluated",
    "explained",
    "explained_case",
    "keep",
    "measured_factor",
    "printed_diagnosis",
]
EVALUATED = 0.4
"""Share of the time of a diagnosis that goes before it. [-]"""


@dataclass(frozen=True)
class Evaluated:
    """A plant and its evaluation, or why there is none; key figures stand without it."""

    case: OpenPlant
    answer: Evaluation | DataError

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What has to be said beside the answer or its refusal."""
        if isinstance(self.answer, DataError):
            return self.case.groundwork.verdicts
        return self.answer.cautions

    def as_json(self, language: Language) -> EvaluationForm | EvaluationRefusedForm:
        """Return it as plain data."""
        return evaluated_json(self.case.groundwork, self.answer, language)


@dataclass(frozen=True)
class Explained:
    """A plant, its evaluation, and why it used more than promised."""

    case: OpenPlant
    evaluation: Evaluation
    diagnosis: Diagnosis

    def as_json(self, language: Language) -> DiagnosisForm:
        """Return it as plain data."""
        case = self.case
        return diagnosis_json(case.plant, self.evaluation, self.diagnosis, language, case.files)


def evaluated(
    dossiers: Dossiers, folder: Path, period: Callable[[Site], Period | None]
) -> Evaluated:
    """
    Evaluate a plant.

    Parameters
    ----------
    dossiers, folder, period
        As for :func:`loopkeeper.app.use_cases.opening.open_plant`.

    Returns
    -------
    Evaluated

    Raises
    ------
    DossierError, DataError
        As :func:`loopkeeper.app.use_cases.opening.open_plant`.
    """
    case = open_plant(dossiers, folder, period)
    return Evaluated(case, evaluated_or_why(case.groundwork))


def explained(
    dossiers: Dossiers,
    folder: Path,
    period: Callable[[Site], Period | None],
    progress: Callable[[float], None] = lambda _: None,
) -> Explained:
    """
    Evaluate a plant and explain its shortfall.

    Parameters
    ----------
    dossiers, folder, period
        As for :func:`loopkeeper.app.use_cases.opening.open_plant`.
    progress : callable
        Told the share done.

    Returns
    -------
    Explained

    Raises
    ------
    DossierError, DataError
        When the dossier or its data do not carry an answer; the reasons are named.
    """
    return explained_case(open_plant(dossiers, folder, period), progress)


def explained_case(
    case: OpenPlant, progress: Callable[[float], None] = lambda _: None
) -> Explained:
    """Evaluate a plant that is open and explain its shortfall; see :func:`explained`."""
    evaluation = evaluate_plant(case.groundwork)
    progress(EVALUATED)
    diagnosis = diagnose_plant(
        case.groundwork, evaluation, lambda share: progress(EVALUATED + (1 - EVALUATED) * share)
    )
    return Explained(case, evaluation, diagnosis)


def keep(dossiers: Dossiers, found: Explained, language: Language) -> None:
    """Keep a diagnosis in its dossier, for the fleet and the daily update."""
    folder = found.case.folder
    dossiers.keep_diagnosis(folder, found.as_json(language))
    dossiers.keep_state(folder, begun(found.case.groundwork, found.evaluation))


def printed_diagnosis(outside: Outside, found: Explained, order: PrintOrder) -> bytes:
    """Print a diagnosis; its last line names the data and the program it rests on."""
    made = Made(outside.dossiers.data_version(found.case.folder), order.code_version, "–")
    pair = found.evaluation, found.diagnosis
    return outside.printer.diagnosis(found.case.plant, pair, made, order)
