"""A thermal response test as a document: results, course, stepwise evaluation, doubts."""

from collections.abc import Iterator, Sequence

import numpy as np

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Picture,
    Tile,
    Tiles,
)
from loopkeeper.adapters.report.drawing import AMBER, BLUE, GREY, WIDTH, Line
from loopkeeper.lifecycle.survey.thermal_response_test import ThermalResponse
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, listed, word
from loopkeeper.units import HOUR

UNITS = {"conductivity": "W/(m·K)", "resistance": "m·K/W", "undisturbed_temperature": "°C"}
SHOWN = 1500
"""Points of the course that are drawn, at most."""


def response_document(test: ThermalResponse, name: str, language: Language, foot: str) -> Document:
    """
    Return a response test as a document.

    ``name`` of the test, e.g. its file; ``foot`` is the last line.
    """
    hole, power = test.hole, test.record.mean_power
    blocks: list[Block] = [
        Tiles(tuple(_tiles(test, language))),
        Heading(word("report.water_course", language)),
        course(test, language),
        Heading(word("report.stepwise", language)),
        stepwise(test, language),
        Heading(word("report.cautions", language)),
        said(test.verdicts, language),
    ]
    basis = f"{hole.length:g} m · Ø {2000 * hole.radius:.0f} mm · {power:,.0f} W"
    title = f"{name} · {word('document.response_test', language)}"
    return Document(title, basis, language, tuple(blocks), foot)


def said(verdicts: Sequence[Verdict], language: Language) -> Bullets:
    """Return what is doubted, or that nothing is."""
    lines = tuple((v.sentence(language), str(v.severity)) for v in verdicts)
    return Bullets(lines or ((word("report.none", language), "note"),))


def _tiles(test: ThermalResponse, language: Language) -> Iterator[Tile]:
    fit, line = test.fit, test.line_source
    for what, how, found, digits in (
        ("conductivity", "report.to_design_with", test.conductivity, 2),
        ("conductivity", "report.line_source", None if line is None else line.conductivity, 2),
        ("conductivity", "report.full_fit", fit.conductivity, 2),
        ("resistance", "report.line_source", None if line is None else line.resistance, 3),
        ("resistance", "report.full_fit", fit.resistance, 3),
        ("undisturbed_temperature", "report.full_fit", fit.undisturbed_temperature, 1),
    ):
        names = (word(f"property.{what}", language), word(how, language))
        yield _tile(listed(names, language, "mark.comma"), found, digits, UNITS[what])
    if len(test.steps) < 2:
        return
    for step, found in zip(test.steps, fit.resistances, strict=False):
        names = (word("property.resistance", language), f"{step.flow * HOUR:.3g} m³/h")
        yield _tile(listed(names, language, "mark.comma"), found, 3, UNITS["resistance"])


def _tile(name: str, found: Estimate | None, digits: int, unit: str) -> Tile:
    if found is None:
        return Tile(name, "–")
    between = f"90 %: {found.low:.{digits}f} … {found.high:.{digits}f}"
    return Tile(name, f"{found.value:.{digits}f} {unit}", between)


def course(test: ThermalResponse, language: Language) -> Picture:
    """Return the mean water temperature, measured and by the full fit. [°C]"""
    fit = test.fit
    keep = slice(None, None, max(1, len(fit.time) // SHOWN))
    drawn = [
        Line(word("report.measured", language), fit.measured[keep], GREY),
        Line(word("report.full_fit", language), fit.modelled[keep], BLUE),
    ]
    hours = word("report.hours_axis", language)
    return plots.lines(fit.time[keep] / HOUR, drawn, "°C", across=hours, size=(WIDTH, 2.6))


def stepwise(test: ThermalResponse, language: Language) -> Picture:
    """Return the conductivity by the end of evaluation. [W m-1 K-1]"""
    line, fit = test.line_source, test.fit
    full = word("report.full_fit", language)
    if line is None:
        ends = np.array([fit.time[0], fit.time[-1]]) / HOUR
        drawn = []
    else:
        ends = line.stepwise_end / HOUR
        name = word("report.line_source", language)
        drawn = [
            Line(name, line.stepwise, BLUE),
            Line("", np.full(len(ends), line.conductivity.value), BLUE, dashed=True),
        ]
    drawn.append(Line(full, np.full(len(ends), fit.conductivity.value), AMBER, dashed=True))
    to = word("report.evaluated_to", language)
    return plots.lines(ends, drawn, "W/(m·K)", across=to, size=(WIDTH, 2.4))
