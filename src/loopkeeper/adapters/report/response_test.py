"""The page of a thermal response test: course, stepwise evaluation, results, doubts."""

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from loopkeeper.adapters.report import charts
from loopkeeper.adapters.report.render import page
from loopkeeper.lifecycle.survey.thermal_response_test import ThermalResponse
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.words import Language, word
from loopkeeper.units import HOUR


def render_response(
    test: ThermalResponse, name: str, *, language: Language, generated_on: str, code_version: str
) -> str:
    """
    Render a thermal response test.

    Parameters
    ----------
    test : ThermalResponse
        As interpreted.
    name : str
        Of the test, e.g. its file.
    language : Language
        Of every word.
    generated_on, code_version : str
        When and by which version it was made.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    hole, power = test.hole, test.record.mean_power
    figures = {"course": course(test, language), "stepwise": stepwise(test, language)}
    return page("response.html").render(
        title=word("document.response_test", language),
        name=name,
        basis=f"{hole.length:g} m · Ø {2000 * hole.radius:.0f} mm · {power:,.0f} W",
        w=lambda key: word(key, language),
        language=language,
        tiles=_tiles(test, language),
        charts={key: Markup(charts.as_html(f, key)) for key, f in figures.items()},  # noqa: S704
        verdicts=[(str(v.severity), v.sentence(language)) for v in test.verdicts],
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - the library's own script
        generated_on=generated_on,
        code_version=code_version,
    )


def _tiles(test: ThermalResponse, language: Language) -> list[tuple[str, str, str]]:
    fit, line = test.fit, test.line_source
    rows = [
        ("conductivity", "report.to_design_with", test.conductivity, 2),
        ("conductivity", "report.line_source", None if line is None else line.conductivity, 2),
        ("conductivity", "report.full_fit", fit.conductivity, 2),
        ("resistance", "report.line_source", None if line is None else line.resistance, 3),
        ("resistance", "report.full_fit", fit.resistance, 3),
        ("undisturbed_temperature", "report.full_fit", fit.undisturbed_temperature, 1),
    ]
    tiles = [
        _tile(
            f"{word(f'property.{what}', language)}, {word(how, language)}", e, digits, UNITS[what]
        )
        for what, how, e, digits in rows
    ]
    if len(test.steps) > 1:
        tiles += [
            _tile(
                f"{word('property.resistance', language)}, {s.flow * HOUR:.3g} m³/h", e, 3, "m·K/W"
            )
            for s, e in zip(test.steps, fit.resistances, strict=False)
        ]
    return tiles


UNITS = {"conductivity": "W/(m·K)", "resistance": "m·K/W", "undisturbed_temperature": "°C"}


def _tile(name: str, found: Estimate | None, digits: int, unit: str) -> tuple[str, str, str]:
    if found is None:
        return name, "–", ""
    return name, f"{found.value:.{digits}f} {unit}", _span(found, digits)


def _span(estimate: Estimate, digits: int) -> str:
    return f"90 %: {estimate.low:.{digits}f} … {estimate.high:.{digits}f}"


def course(test: ThermalResponse, language: Language) -> go.Figure:
    """Return the mean water temperature, measured and by the full fit. [°C]"""
    fit = test.fit
    keep = slice(None, None, max(1, len(fit.time) // 1500))
    figure = go.Figure()
    for values, name, colour, width in (
        (fit.measured, "report.measured", charts.GREY, 3.0),
        (fit.modelled, "report.full_fit", charts.BLUE, 1.6),
    ):
        figure.add_scatter(
            x=np.round(fit.time[keep] / HOUR, 2), y=np.round(values[keep], 3),
            name=word(name, language), line={"color": colour, "width": width},
            hovertemplate="%{y:.2f} °C",
        )  # fmt: skip
    charts.style(figure, 320, "°C")
    figure.update_xaxes(title="h", tickformat="d", hoverformat=".1f")
    return figure


def stepwise(test: ThermalResponse, language: Language) -> go.Figure:
    """Return the conductivity by the end of evaluation. [W m-1 K-1]"""
    line = test.line_source
    figure = go.Figure()
    lines = [(test.fit.conductivity.value, "report.full_fit", charts.AMBER)]
    if line is not None:
        lines.append((line.conductivity.value, "report.line_source", charts.BLUE))
        figure.add_scatter(
            x=np.round(line.stepwise_end / HOUR, 1), y=np.round(line.stepwise, 4),
            name=word("report.line_source", language), mode="lines+markers",
            line={"color": charts.BLUE, "width": 2}, hovertemplate="%{y:.3f} W/(m·K)",
        )  # fmt: skip
    for value, name, colour in lines:
        figure.add_hline(
            y=value, line={"color": colour, "dash": "dot", "width": 1.4},
            annotation_text=word(name, language), annotation_position="top left",
        )  # fmt: skip
    charts.style(figure, 300, "W/(m·K)")
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title=word("report.evaluated_to", language), tickformat="d")
    return figure
