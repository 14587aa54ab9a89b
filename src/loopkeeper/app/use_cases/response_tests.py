"""Thermal response tests, from the files of loggers to the ground's properties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from loopkeeper.app.answers.forms.survey import ResponseForm, ResponsesForm
from loopkeeper.app.answers.survey import response_json, together_json
from loopkeeper.app.outside import FieldTests, Outside
from loopkeeper.app.paper import PrintOrder
from loopkeeper.lifecycle.survey.clocks import clock_verdicts
from loopkeeper.lifecycle.survey.regional_guess import (
    CONDUCTIVITY,
    HEAT_CAPACITY,
    nearest_city,
    regional_guess,
)
from loopkeeper.lifecycle.survey.test_fluid import Fluid
from loopkeeper.lifecycle.survey.thermal_response_test import (
    Holes,
    ThermalResponse,
    combined,
    interpret,
)
from loopkeeper.physics.fluid import FLUIDS
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language

__all__ = [
    "CONDUCTIVITY",
    "FLUIDS",
    "HEAT_CAPACITY",
    "ResponseOrder",
    "Responses",
    "ThermalResponse",
    "keep_responses",
    "nearest_city",
    "printed_response",
    "regional_guess",
    "responded",
]


@dataclass(frozen=True, kw_only=True)
class ResponseOrder:
    """
    Logs of response tests, and what they do not tell themselves.

    ``length`` of the holes [m], ``radius`` [m], ``heat_capacity`` of the ground, assumed
    [J/(m³ K)], ``undisturbed`` temperature where it was measured apart [°C], ``fluid`` and its
    mass ``fraction`` of antifreeze (water where not named), hours of the logs that count
    (``until``) [h], ``area`` the plant serves [m²], names of ``columns`` by role, and logs of
    other loggers ``beside`` the first, for its clock.
    """

    files: tuple[Path, ...]
    length: float
    radius: float
    heat_capacity: float = 2.4e6
    undisturbed: float | None = None
    fluid: str | None = None
    fraction: float = 0.0
    until: float | None = None
    area: float | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Responses:
    """Response tests by their files, and what they give together."""

    files: tuple[Path, ...]
    tests: tuple[ThermalResponse, ...]
    together: Holes

    def each_as_json(self, language: Language) -> list[ResponseForm]:
        """Return each test as plain data."""
        pairs = zip(self.files, self.tests, strict=True)
        return [response_json(file, test, language) for file, test in pairs]

    def as_json(self, language: Language) -> ResponseForm | ResponsesForm:
        """Return them as plain data: one alone, several with their mean."""
        answers = self.each_as_json(language)
        if len(answers) == 1:
            return answers[0]
        return together_json(answers, self.together, language)


def responded(logs: FieldTests, order: ResponseOrder) -> Responses:
    """
    Interpret response tests.

    Parameters
    ----------
    logs : FieldTests
        Who reads logs.
    order : ResponseOrder
        Files and what is known of them.

    Returns
    -------
    Responses

    Raises
    ------
    DossierError
        When a log cannot be understood; every problem is listed.
    DataError
        When a log does not carry an answer.
    """
    fluid = None if order.fluid is None else Fluid(order.fluid, order.fraction)
    clocks = _clocks(logs, order.files[0], order.beside)
    tests = []
    for file in order.files:
        log, said = logs.read_response_test(file, order.columns, order.until)
        test = interpret(
            replace(log, fluid=fluid),
            length=order.length,
            radius=order.radius,
            heat_capacity=order.heat_capacity,
            undisturbed_temperature=order.undisturbed,
        )
        heard = clocks if file == order.files[0] else ()
        tests.append(replace(test, verdicts=(*said, *heard, *test.verdicts)))
    return Responses(order.files, tuple(tests), combined(tests, area=order.area))


def _clocks(logs: FieldTests, file: Path, beside: Sequence[Path]) -> tuple[Verdict, ...]:
    """Clocks of what was logged beside a test, against its own."""
    if not beside:
        return ()
    return clock_verdicts(logs.read_logger(file), [logs.read_logger(other) for other in beside])


def keep_responses(outside: Outside, folder: Path, found: Responses, language: Language) -> None:
    """Keep response tests in a dossier, each beside its log."""
    for file, answer in zip(found.files, found.each_as_json(language), strict=True):
        outside.dossiers.keep_result(folder, file, "thermal_response", answer)


def printed_response(outside: Outside, found: Responses, order: PrintOrder) -> bytes:
    """Print the first of some response tests."""
    return outside.printer.response_test(found.tests[0], found.files[0].name, order)
