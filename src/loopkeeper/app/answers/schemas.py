"""Which command answers in which form, and in which version of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loopkeeper.app.answers.forms import (
    access,
    commissioning,
    common,
    design,
    handover,
    loop,
    plant,
    survey,
    works,
    works_cost,
)


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """
    The form of a command's answer.

    ``form`` is a declared dictionary, or a union of those it may be; ``version`` is raised
    whenever anything in it changes.
    """

    form: object
    version: int = 1


SCHEMAS: Final[Mapping[str, AnswerSchema]] = {
    "refusal": AnswerSchema(common.RefusalForm),
    "access end": AnswerSchema(access.AccessForm, version=2),
    "access invite": AnswerSchema(access.InvitedForm),
    "access list": AnswerSchema(access.AccessForm, version=2),
    "access member": AnswerSchema(access.AccessForm, version=2),
    "access token": AnswerSchema(access.IssuedTokenForm),
    "alarms check": AnswerSchema(plant.AlarmsCheckedForm),
    "alarms suggest": AnswerSchema(plant.SuggestedAlarmsForm),
    "bill": AnswerSchema(plant.BillsForm),
    "build check": AnswerSchema(works.ReconciledForm, version=2),
    "build cost": AnswerSchema(works_cost.WorksCostForm),
    "build form": AnswerSchema(plant.FilesForm),
    "build forget": AnswerSchema(works.ForgottenForm),
    "build import": AnswerSchema(works.ImportedForm),
    "build map": AnswerSchema(works.MappedForm),
    "build prove": AnswerSchema(works.ProvedForm),
    "build verify": AnswerSchema(works.VerifiedForm, version=2),
    "check": AnswerSchema(loop.CheckedForm),
    "commission evaluate": AnswerSchema(commissioning.TrialsEvaluatedForm),
    "commission plan": AnswerSchema(commissioning.TrialPlanForm),
    "commission record": AnswerSchema(commissioning.TrialsRecordedForm),
    "commission status": AnswerSchema(commissioning.TrialPlanForm),
    "demo": AnswerSchema(loop.DemoForm),
    "design check": AnswerSchema(design.DesignCheckForm),
    "design hybrid": AnswerSchema(design.HybridForm),
    "design loads": AnswerSchema(design.LoadsForm),
    "design phases": AnswerSchema(design.PhasesForm),
    "design report": AnswerSchema(design.DesignReportForm),
    "design select": AnswerSchema(design.SelectionForm),
    "design size": AnswerSchema(design.SizeForm | design.WetSizeForm | design.LayoutsForm),
    "diagnose": AnswerSchema(loop.DiagnosisForm),
    "evaluate": AnswerSchema(loop.EvaluationForm | loop.EvaluationRefusedForm),
    "fleet": AnswerSchema(plant.FleetForm),
    "handover check": AnswerSchema(handover.PackageCheckedForm, 2),
    "handover make": AnswerSchema(handover.HandedOverForm, 2),
    "init": AnswerSchema(design.BegunForm),
    "play": AnswerSchema(plant.PlayedForm),
    "points check": AnswerSchema(plant.MissingPointsForm),
    "points discover": AnswerSchema(plant.DiscoveredForm),
    "points suggest": AnswerSchema(plant.SuggestionsForm),
    "points tags": AnswerSchema(plant.WrittenForm),
    "report": AnswerSchema(plant.ReportForm),
    "standards check": AnswerSchema(plant.PackCheckedForm),
    "standards edit": AnswerSchema(plant.PackCheckedForm),
    "standards figures": AnswerSchema(plant.FiguresForm),
    "standards grade": AnswerSchema(plant.GradesForm),
    "standards list": AnswerSchema(plant.PacksForm),
    "standards new": AnswerSchema(plant.FilesForm),
    "standards templates": AnswerSchema(plant.FilesForm),
    "store backup": AnswerSchema(plant.FilesForm),
    "store check": AnswerSchema(plant.StoreCheckForm),
    "store compact": AnswerSchema(plant.StoreCompactedForm),
    "store export": AnswerSchema(plant.StoreExportedForm),
    "store repair": AnswerSchema(plant.StoreDoneForm),
    "store trust-clock": AnswerSchema(plant.ClockForm),
    "store upgrade": AnswerSchema(plant.StoreDoneForm),
    "survey guess": AnswerSchema(survey.GuessForm),
    "survey pumping": AnswerSchema(survey.PumpingForm),
    "survey reinjection": AnswerSchema(survey.ReinjectionForm),
    "survey trt": AnswerSchema(survey.ResponseForm | survey.ResponsesForm),
    "survey water": AnswerSchema(survey.WaterForm),
    "token": AnswerSchema(plant.TokenForm),
    "virtual": AnswerSchema(plant.VirtualForm),
    "watch": AnswerSchema(loop.WatchForm),
}
"""By command; ``refusal`` is what any of them prints that cannot answer."""
