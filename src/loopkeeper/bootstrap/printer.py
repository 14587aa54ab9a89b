"""Reports as bytes, as the report room composes and prints them."""

from collections.abc import Sequence

from loopkeeper.adapters.report.bills import bills_document
from loopkeeper.adapters.report.charts import waterfall as _waterfall
from loopkeeper.adapters.report.design import design_document
from loopkeeper.adapters.report.design import years as _years
from loopkeeper.adapters.report.diagnosis import diagnosis_document
from loopkeeper.adapters.report.document import Document, Picture
from loopkeeper.adapters.report.fleet import fleet_document
from loopkeeper.adapters.report.handover import handover_document
from loopkeeper.adapters.report.printing import TEMPLATES, printed
from loopkeeper.adapters.report.printing import template_text as _template_text
from loopkeeper.adapters.report.pumping_test import pumping_document
from loopkeeper.adapters.report.records import commissioning_document, survey_document
from loopkeeper.adapters.report.response_test import response_document
from loopkeeper.adapters.report.review import review_document
from loopkeeper.adapters.report.trials import trial_plan_document
from loopkeeper.adapters.report.works import works_document
from loopkeeper.app.billing import Statement
from loopkeeper.app.designing import DesignBook
from loopkeeper.app.handover_ports import HandoverState
from loopkeeper.app.outside import Verdicts
from loopkeeper.app.paper import Plot, PrintOrder
from loopkeeper.app.reviewing import Made, Review
from loopkeeper.lifecycle.build.reconcile import Reconciled
from loopkeeper.lifecycle.build.seal import Verified
from loopkeeper.lifecycle.commission.planned import TrialPlan
from loopkeeper.lifecycle.commission.status import TrialStatus
from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.fleet import Member
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.survey.pumping_test import AquiferTest
from loopkeeper.lifecycle.survey.thermal_response_test import ThermalResponse
from loopkeeper.measure.case import Surveyed
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language


def template_names() -> tuple[str, ...]:
    """Return the names of templates that may be changed."""
    return TEMPLATES


def template_text(name: str) -> str:
    """Return a template of the program."""
    return _template_text(name)


def diagnosis(
    plant: Plant, found: tuple[Evaluation, Diagnosis], made: Made, order: PrintOrder
) -> bytes:
    """Print a diagnosis."""
    document = diagnosis_document(plant, *found, order.language, made)
    return _printed(document, order, plant.site.timezone)


def waterfall(diagnosis: Diagnosis, language: Language) -> Plot:
    """Draw how promised electricity becomes measured, each cause a step."""
    return _plot(_waterfall(diagnosis, language))


def course(run: Horizon, language: Language) -> Plot:
    """Draw the water of a design over its years."""
    return _plot(_years(run, language))


def _plot(picture: Picture) -> Plot:
    return Plot(picture.svg, picture.png)


def review(review: Review, made: Made, order: PrintOrder) -> bytes:
    """Print a periodic report."""
    document = review_document(review, order.language, made)
    return _printed(document, order, review.plant.site.timezone)


def survey(
    dossier: Dossier, found: tuple[Surveyed, Verdicts], foot: str, order: PrintOrder
) -> bytes:
    """Print the survey of a dossier."""
    document = survey_document(dossier, *found, (order.language, foot))
    return _printed(document, order, dossier.plant.site.timezone)


def design(dossier: Dossier, book: DesignBook, foot: str, order: PrintOrder) -> bytes:
    """Print the design of a dossier."""
    document = design_document(dossier, book, order.language, foot)
    return _printed(document, order, dossier.plant.site.timezone)


def commissioning(
    plant: Plant, status: Sequence[TrialStatus], foot: str, order: PrintOrder
) -> bytes:
    """Print the commissioning of a plant."""
    document = commissioning_document(plant, status, order.language, foot)
    return _printed(document, order, plant.site.timezone)


def trial_plan(
    plant: Plant,
    found: tuple[TrialPlan, tuple[TrialStatus, ...]],
    foot: str,
    order: PrintOrder,
) -> bytes:
    """Print a plan of trials."""
    document = trial_plan_document(plant, found, (order.language, foot))
    return _printed(document, order, plant.site.timezone)


def works(
    plant: Plant,
    found: tuple[Reconciled, Verified | None],
    verdicts: tuple[Verdict, ...],
    foot: str,
    order: PrintOrder,
) -> bytes:
    """Print hidden works against the drawings."""
    document = works_document(plant, found, verdicts, (order.language, foot))
    return _printed(document, order, plant.site.timezone)


def handover(state: HandoverState, order: PrintOrder) -> bytes:
    """Print a hand-over; of its day, not of the hour, so that it is the same once more."""
    document = handover_document(state, order.language)
    return _printed(document, order, state.plant.site.timezone)


def fleet(members: Sequence[Member], period: str, order: PrintOrder) -> bytes:
    """Print a fleet."""
    document = fleet_document(tuple(members), period, order.language, order.code_version)
    return _printed(document, order)


def bills(
    plant: Plant, when: str, found: Sequence[Statement], foot: str, order: PrintOrder
) -> bytes:
    """Print statements of rooms."""
    document = bills_document(plant, when, found, order.language, foot)
    return _printed(document, order, plant.site.timezone)


def response_test(test: ThermalResponse, name: str, order: PrintOrder) -> bytes:
    """Print a thermal response test."""
    return _printed(response_document(test, name, order.language, order.code_version), order)


def pumping_test(
    test: AquiferTest, verdicts: Sequence[Verdict], name: str, order: PrintOrder
) -> bytes:
    """Print a pumping test."""
    document = pumping_document(test, verdicts, name, order.language, order.code_version)
    return _printed(document, order)


def _printed(document: Document, order: PrintOrder, zone: str = "") -> bytes:
    return printed(
        document,
        order.suffix,
        templates=order.templates,
        code_version=order.code_version,
        generated_on=order.generated_on(zone),
    )
