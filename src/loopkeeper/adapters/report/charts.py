"""The charts of the report, as Plotly figures without any network."""

from zoneinfo import ZoneInfo

import numpy as np
import plotly.graph_objects as go

from loopkeeper.adapters.report.words import word
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.result import Evaluation, GroundOutlook
from loopkeeper.measure.series import Floats, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR, KWH

MWH = 1000 * KWH
INK, MUTED, GRID = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, GREY, RED, GREEN, AMBER = "#2563eb", "#94a3b8", "#dc2626", "#059669", "#d97706"
FONT = 'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", sans-serif'


def as_html(figure: go.Figure, name: str) -> str:
    """Return a figure as an HTML fragment; the library itself is embedded once by the page."""
    return str(
        figure.to_html(
            full_html=False,
            include_plotlyjs=False,
            div_id=name,
            config={
                "displaylogo": False,
                "responsive": True,
                "modeBarButtonsToRemove": ["lasso2d"],
            },
        )
    )


def _style(figure: go.Figure, height: int, title: str = "") -> go.Figure:
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 56, "r": 16, "t": 12, "b": 40},
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="white",
        plot_bgcolor="white",
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.12, "x": 0},
        yaxis={"gridcolor": GRID, "zeroline": False, "title": {"text": title}},
        xaxis={"gridcolor": "white", "linecolor": GRID},
    )
    return figure


def waterfall(diagnosis: Diagnosis, language: str) -> go.Figure:
    """Return promised → weather and use → each deviation → unexplained → measured. [MWh]"""
    steps: list[tuple[str, Estimate, str]] = [
        (word("promised", language), diagnosis.promised, "absolute"),
        (word("weather_use", language), diagnosis.exogenous, "relative"),
    ]
    names: dict[str, int] = {}
    for one in diagnosis.deviations:
        name = word(str(one.kind), language)
        names[name] = names.get(name, 0) + 1
        label = name if names[name] == 1 else f"{name} {names[name]}"
        steps.append((label, one.energy, "relative"))
    steps.append((word("unexplained", language), diagnosis.unexplained, "relative"))
    steps.append((word("measured", language), diagnosis.measured, "total"))
    values = [s.value / MWH for _, s, _ in steps]
    tops = np.cumsum([values[0], *values[1:-1]])
    ends = [*tops, values[-1]]
    figure = go.Figure(
        go.Waterfall(
            x=[name for name, _, _ in steps],
            y=values,
            measure=[kind for _, _, kind in steps],
            text=[f"{v:,.0f}" if k != "relative" else f"{v:+,.1f}"
                  for v, (_, _, k) in zip(values, steps, strict=True)],
            textposition="outside",
            connector={"line": {"color": GRID}},
            increasing={"marker": {"color": RED}},
            decreasing={"marker": {"color": GREEN}},
            totals={"marker": {"color": BLUE}},
            hovertemplate="%{x}: %{y:,.1f} MWh<extra></extra>",
        )
    )  # fmt: skip
    figure.add_scatter(
        x=[name for name, _, _ in steps],
        y=ends,
        mode="markers",
        marker={"size": 1, "color": INK},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(s.high - s.value) / MWH for _, s, _ in steps],
            "arrayminus": [(s.value - s.low) / MWH for _, s, _ in steps],
            "color": INK,
            "thickness": 1.2,
            "width": 5,
        },
        hoverinfo="skip",
        showlegend=False,
    )
    low = min(float(np.min(tops)), values[-1], values[0])
    high = max(float(np.max(tops)), values[-1], values[0])
    span = max(high - low, 0.05 * high)
    _style(figure, 380, "MWh")
    figure.update_layout(hovermode="closest", showlegend=False)
    figure.update_yaxes(range=[max(0.0, low - 0.8 * span), high + 0.5 * span])
    return figure


def _days(time: Times, zone: str) -> tuple[np.ndarray, list[str]]:
    """Index of the local day of each hour, and the days' names."""
    place = ZoneInfo(zone)
    stamps = time.astype("datetime64[s]").astype(object)
    names = [
        s.replace(tzinfo=ZoneInfo("UTC")).astimezone(place).strftime("%Y-%m-%d") for s in stamps
    ]
    unique, index = np.unique(names, return_inverse=True)
    return index, unique.tolist()


def _daily(values: Floats, index: np.ndarray, *, total: bool) -> Floats:
    known = np.isfinite(values)
    count = np.bincount(index, known)
    sums = np.bincount(index, np.where(known, values, 0.0))
    if total:  # a day with gaps is lifted to its full length
        hours = np.bincount(index)
        return np.where(count >= 12, sums * hours / np.maximum(count, 1), np.nan)
    return np.where(count >= 1, sums / np.maximum(count, 1), np.nan)


def electricity(evaluation: Evaluation, zone: str, language: str) -> go.Figure:
    """Return daily electricity, measured and expected. [MWh]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    figure = go.Figure()
    for values, name, colour, width in (
        (traces.electricity_expected, "expected", GREY, 2.5),
        (traces.electricity_measured, "measured", BLUE, 1.6),
    ):
        y = _daily(values, index, total=True) * HOUR / MWH
        figure.add_scatter(
            x=days, y=np.round(y, 4), name=word(name, language),
            line={"color": colour, "width": width}, hovertemplate="%{y:.2f}",
        )  # fmt: skip
    return _style(figure, 300, word("daily", language))


def source_water(evaluation: Evaluation, zone: str, language: str) -> go.Figure:
    """Return daily mean source temperatures while running. [°C]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    figure = go.Figure()
    for values, name, colour, dash in (
        (traces.source_supply_design, "design", AMBER, "dot"),
        (traces.source_supply_expected, "expected", GREY, "solid"),
        (traces.source_supply_measured, "measured", BLUE, "solid"),
    ):
        figure.add_scatter(
            x=days, y=np.round(_daily(values, index, total=False), 3), name=word(name, language),
            line={"color": colour, "width": 1.8, "dash": dash}, connectgaps=False,
            hovertemplate="%{y:.1f} °C",
        )  # fmt: skip
    return _style(figure, 300, "°C")


def ground(outlook: GroundOutlook, language: str) -> go.Figure:
    """Return the yearly mean fluid temperature, as designed and as it went. [°C]"""
    figure = go.Figure()
    for values, name, colour, dash in (
        (outlook.design, "design", AMBER, "dot"),
        (outlook.found, "found", BLUE, "solid"),
    ):
        figure.add_scatter(
            x=outlook.year, y=np.round(values, 3), name=word(name, language),
            mode="lines+markers", line={"color": colour, "dash": dash},
            hovertemplate="%{y:.2f} °C",
        )  # fmt: skip
    _style(figure, 280, "°C")
    figure.update_xaxes(title=word("year", language), dtick=1)
    middle = float(np.nanmean(np.concatenate([outlook.design, outlook.found])))
    spread = float(np.nanmax(np.abs(np.concatenate([outlook.design, outlook.found]) - middle)))
    figure.update_yaxes(range=[middle - max(1.0, 1.3 * spread), middle + max(1.0, 1.3 * spread)])
    return figure


def split(evaluation: Evaluation, language: str) -> go.Figure:
    """Return electricity of machines and pumps at the three levels. [MWh]"""
    figure = go.Figure()
    levels = (("promised", evaluation.promised), ("expected", evaluation.expected),
              ("measured", evaluation.measured))  # fmt: skip
    for part, colour in (("machines", BLUE), ("source_pumps", AMBER), ("load_pumps", GREEN)):
        figure.add_bar(
            y=[word(name, language) for name, _ in levels],
            x=[round(getattr(level, part).value / MWH, 2) for _, level in levels],
            name=word(part, language), orientation="h", marker={"color": colour},
            hovertemplate="%{x:,.1f} MWh",
        )  # fmt: skip
    _style(figure, 220)
    figure.update_layout(barmode="stack", hovermode="closest")
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="MWh", gridcolor=GRID)
    figure.update_layout(margin={"l": 130})
    return figure
