"""The page of a pumping test: diagnostic plot with derivative, sorts of aquifer, doubts."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from loopkeeper.adapters.report import charts
from loopkeeper.adapters.report.render import page
from loopkeeper.lifecycle.survey.pumping_test import (
    AquiferFit,
    AquiferTest,
    derivative,
)
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Language, word
from loopkeeper.units import DAY, MINUTE

COLOURS = (charts.BLUE, charts.AMBER, charts.GREEN, charts.RED)


def render_pumping(
    test: AquiferTest, verdicts: Sequence[Verdict], name: str, *, language: Language,
    generated_on: str, code_version: str,
) -> str:  # fmt: skip
    """
    Render a pumping test.

    Parameters
    ----------
    test : AquiferTest
        All sorts of aquifer tried.
    verdicts : sequence of Verdict
        What is doubted.
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
    best = test.best
    figure = diagnostic(test, language)
    return page("pumping.html").render(
        title=word("document.pumping_test", language),
        name=name,
        basis=" · ".join(f"r = {o.distance:g} m" for o in test.observations),
        w=lambda key: word(key, language),
        language=language,
        tiles=_tiles(best, language),
        chart=Markup(charts.as_html(figure, "diagnostic")),  # noqa: S704
        rows=[_row(fit, language, chosen=fit is best) for fit in test.tried],
        verdicts=[(str(v.severity), v.sentence(language)) for v in verdicts],
        plotly=Markup(get_plotlyjs()),  # noqa: S704 - the library's own script
        generated_on=generated_on,
        code_version=code_version,
    )


def _tiles(best: AquiferFit, language: Language) -> list[tuple[str, str, str]]:
    daily = best.transmissivity.scaled(DAY)
    return [
        (word("report.aquifer_sort", language), word(f"aquifer.{best.sort}", language), ""),
        (word("property.transmissivity", language), f"{daily.value:,.4g} m²/d", _span(daily)),
        (word("property.storage", language), f"{best.storage.value:.3g}", _span(best.storage)),
        ("RMSE", f"{100 * best.rmse:.2g} cm", ""),
    ]


def _span(estimate: Estimate) -> str:
    return f"90 %: {estimate.low:,.4g} … {estimate.high:,.4g}"


def _row(fit: AquiferFit, language: Language, *, chosen: bool) -> dict[str, str | bool]:
    return {
        "chosen": chosen,
        "sort": word(f"aquifer.{fit.sort}", language),
        "transmissivity": f"{fit.transmissivity.value * DAY:,.4g}",
        "storage": f"{fit.storage.value:.3g}",
        "extra": ", ".join(f"{e.value:,.4g}" for e in fit.extras),
        "rmse": f"{100 * fit.rmse:.2g}",
        "aicc": f"{fit.aicc:,.0f}",
    }


def diagnostic(test: AquiferTest, language: Language) -> go.Figure:
    """Return drawdown and its derivative over time, both axes logarithmic, with the choice. [m]"""
    figure = go.Figure()
    several = len(test.observations) > 1
    pairs = zip(test.observations, test.best.modelled, COLOURS, strict=False)
    for place, modelled, colour in pairs:
        shown = (place.time > 0) & (place.drawdown > 0)
        minutes = place.time[shown] / MINUTE
        suffix = f" {place.distance:g} m" if several else ""
        common = {"legendgroup": suffix, "hovertemplate": "%{y:.3g} m"}
        figure.add_scatter(
            x=minutes, y=place.drawdown[shown], mode="markers",
            marker={"color": colour, "size": 7}, name=word("report.drawdown", language) + suffix,
            **common,
        )  # fmt: skip
        figure.add_scatter(
            x=minutes, y=modelled[shown], mode="lines", line={"color": colour, "width": 1.8},
            name=word("report.modelled", language) + suffix, **common,
        )  # fmt: skip
        time, slope = _rising(place.time[shown], place.drawdown[shown])
        figure.add_scatter(
            x=time / MINUTE, y=slope, mode="markers",
            marker={"color": colour, "size": 6, "symbol": "cross-thin-open"},
            name=word("report.derivative", language) + suffix, **common,
        )  # fmt: skip
    charts.style(figure, 420, "m")
    figure.update_layout(hovermode="closest", margin={"t": 60})
    figure.update_xaxes(type="log", title="min", tickformat="~g", hoverformat="~g", dtick="D2")
    figure.update_yaxes(type="log", tickformat="~g", dtick="D2")
    return figure


def _rising(time: Floats, drawdown: Floats) -> tuple[Floats, Floats]:
    """The derivative where it can stand on a logarithmic axis."""
    order = np.argsort(time, kind="stable")
    first = np.concatenate([[True], np.diff(time[order]) > 0])
    at, slope = derivative(time[order][first], drawdown[order][first])
    return at[slope > 0], slope[slope > 0]
