"""The chart of a deviation: measured, as promised, and if repaired, by months; and its witness."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from loopkeeper.adapters.report import plots
from loopkeeper.adapters.report.charts import BLUE, GREEN, GREY, GRID, MWH, style
from loopkeeper.adapters.report.document import Picture
from loopkeeper.lifecycle.diagnose.result import Monthly, MonthlyCourse, WitnessMonths
from loopkeeper.plant.words import Language, word
from loopkeeper.units import HOUR

LINES = (
    ("report.measured", BLUE), ("report.as_promised", GREY), ("report.if_repaired", GREEN)
)  # fmt: skip
"""What every panel compares, and its colour."""
_SHOWN = {"J": ("MWh", MWH), "m3 s-1": ("m³/h", 1 / HOUR), "°C": ("°C", 1.0)}


@dataclass(frozen=True)
class Panel:
    """One quantity by months: title with its unit, its three rows in the order of LINES."""

    title: str
    rows: tuple[list[float], ...]
    summed: bool


def panels_of(course: MonthlyCourse, language: Language) -> list[Panel]:
    """Return electricity and, where there is one, the witness, in units of people."""
    energies = [
        [v / MWH for v in row] for row in (course.measured, course.expected, course.repaired)
    ]
    panels = [
        Panel(
            f"{word('report.electricity_at_heat', language)} [MWh]", tuple(energies), summed=True
        )
    ]
    if course.witness is not None:
        panels.append(_witness(course.witness, language))
    return panels


def _witness(witness: WitnessMonths, language: Language) -> Panel:
    unit, size = _unit_of(witness)
    rows = (witness.measured, witness.designed, witness.repaired)
    name = word(f"course.{witness.quantity}", language)
    title = name[:1].upper() + name[1:] + (f" [{unit}]" if unit else "")
    return Panel(title, tuple(_scaled(row, size) for row in rows), summed=witness.unit == "J")


def _unit_of(witness: WitnessMonths) -> tuple[str, float]:
    if witness.quantity == "machine_consumption":
        return "kWh/kWh", 1.0
    return _SHOWN.get(witness.unit, ("", 1.0))


def _scaled(row: Monthly, size: float) -> list[float]:
    return [np.nan if v is None else v / size for v in row]


def figure(course: MonthlyCourse, language: Language) -> go.Figure:
    """Return the chart for the page."""
    panels = panels_of(course, language)
    drawn = make_subplots(1, len(panels), subplot_titles=[p.title for p in panels],
                          horizontal_spacing=0.1)  # fmt: skip
    for column, panel in enumerate(panels, 1):
        for (name, colour), row in zip(LINES, panel.rows, strict=True):
            common = {
                "x": [f"{m}-01" for m in course.months], "y": np.round(row, 4),
                "name": word(name, language), "legendgroup": name, "showlegend": column == 1,
                "hovertemplate": "%{y:,.4~g}",
            }  # fmt: skip
            line = {"mode": "lines+markers", "marker": {"size": 5}, "line": {"color": colour}}
            trace = (
                go.Bar(**common, marker={"color": colour})
                if panel.summed
                else go.Scatter(**common, **line)
            )
            drawn.add_trace(trace, row=1, col=column)
    style(drawn, 270)
    drawn.update_layout(legend={"y": 1.42}, margin={"t": 78}, bargap=0.25)
    drawn.update_xaxes(tickformat="%Y-%m", hoverformat="%Y-%m", gridcolor="white")
    drawn.update_yaxes(gridcolor=GRID, zeroline=False)
    drawn.update_annotations(font={"size": 13})
    return drawn


def picture(course: MonthlyCourse, language: Language) -> Picture:
    """Return the chart for paper."""
    names = [word(name, language) for name, _ in LINES]
    drawn = [
        (panel.title, panel.summed, [
            plots.Line(name, np.array(row), colour)
            for name, (_, colour), row in zip(names, LINES, panel.rows, strict=True)
        ])
        for panel in panels_of(course, language)
    ]  # fmt: skip
    return plots.compared(course.months, drawn, word("report.by_months", language))
