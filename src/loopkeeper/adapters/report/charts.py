"""The charts of the report, as Plotly figures without any network."""

from zoneinfo import ZoneInfo

import numpy as np
import plotly.graph_objects as go

from loopkeeper.app.telling.headlines import left_over
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.evaluate.outlook import Outlook
from loopkeeper.lifecycle.evaluate.result import Evaluation, promised_of
from loopkeeper.measure.series import Floats, Times
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.words import Language, word
from loopkeeper.units import HOUR, KWH

HALF_A_DAY = 12
"""Fewer hours make no day's mean. [h]"""

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
                "displayModeBar": False,
                "responsive": True,
            },
        )
    )


def style(figure: go.Figure, height: int, title: str = "") -> go.Figure:
    """Return a figure in the report's dress; ``title`` of its y axis."""
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
        xaxis={
            "gridcolor": "white",
            "linecolor": GRID,
            "tickformat": "%Y-%m",
            "hoverformat": "%Y-%m-%d",
        },
    )
    return figure


def waterfall(diagnosis: Diagnosis, language: Language) -> go.Figure:
    """Return promised → weather and use → each deviation → unexplained → measured. [MWh]"""
    steps = _steps(diagnosis, language)
    names = [name.replace(" ", "<br>") for name, _, _ in steps]
    values = [s.value / MWH for _, s, _ in steps]
    ends = np.array([*np.cumsum(values[:-1]), values[-1]])
    above = np.array([(s.high - s.value) / MWH for _, s, _ in steps])
    below = np.array([(s.value - s.low) / MWH for _, s, _ in steps])
    starts = np.array([ends[0], *ends[:-2], ends[-1]])
    figure = go.Figure(
        go.Waterfall(
            x=names,
            y=values,
            measure=[kind for _, _, kind in steps],
            connector={"line": {"color": GREY, "width": 1}},
            increasing={"marker": {"color": RED}},
            decreasing={"marker": {"color": GREEN}},
            totals={"marker": {"color": BLUE}},
            customdata=np.round(np.column_stack([np.array(values) - below, values + above]), 1),
            hovertemplate="%{x}: %{y:,.1f} MWh<br>90 %: %{customdata[0]} … %{customdata[1]}"
            "<extra></extra>",
        )
    )
    whiskers = {"type": "data", "symmetric": False, "array": above, "arrayminus": below,
                "color": INK, "thickness": 1.1, "width": 4}  # fmt: skip
    figure.add_scatter(
        x=names, y=ends, mode="markers", marker={"size": 1, "color": INK}, error_y=whiskers,
        hoverinfo="skip",
    )  # fmt: skip
    tops = np.maximum(np.maximum(ends, starts), ends + above)
    for name, value, top, (_, _, kind) in zip(names, values, tops, steps, strict=True):
        text = f"<b>{value:+,.1f}</b>" if kind == "relative" else f"<b>{value:,.0f}</b>"
        figure.add_annotation(x=name, y=top, text=text, showarrow=False, yshift=11)
    low, high = float(np.min([ends, starts, ends - below])), float(np.max(tops))
    span = max(high - low, 0.05 * high)
    style(figure, 380, "MWh")
    figure.update_layout(hovermode="closest", showlegend=False, margin={"b": 64})
    figure.update_xaxes(tickangle=0)
    figure.update_yaxes(range=[max(0.0, low - 0.25 * span), high + 0.14 * span])
    return figure


def _steps(diagnosis: Diagnosis, language: Language) -> list[tuple[str, Estimate, str]]:
    """Name, energy and sort of each bar; a kind that comes twice is numbered."""
    steps: list[tuple[str, Estimate, str]] = [
        (word("report.promised", language), diagnosis.promised, "absolute"),
        (word("report.weather_use", language), diagnosis.exogenous, "relative"),
    ]
    seen: dict[str, int] = {}
    for one in diagnosis.deviations:
        name = word(f"kind.{one.kind}", language)
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name} {seen[name]}"
        steps.append((label, one.energy, "relative"))
    steps.append((word("report.unexplained", language), left_over(diagnosis), "relative"))
    steps.append((word("report.measured", language), diagnosis.measured, "total"))
    return steps


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
        return np.where(count >= HALF_A_DAY, sums * hours / np.maximum(count, 1), np.nan)
    return np.where(count >= 1, sums / np.maximum(count, 1), np.nan)


def electricity(evaluation: Evaluation, zone: str, language: Language) -> go.Figure:
    """Return daily electricity, measured and expected. [MWh]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    figure = go.Figure()
    for values, name, colour, width in (
        (traces.electricity_expected, "report.expected", GREY, 2.5),
        (traces.electricity_measured, "report.measured", BLUE, 1.6),
    ):
        y = _daily(values, index, total=True) * HOUR / MWH
        figure.add_scatter(
            x=days, y=np.round(y, 4), name=word(name, language),
            line={"color": colour, "width": width}, hovertemplate="%{y:.2f}",
        )  # fmt: skip
    return style(figure, 300, word("report.mwh_a_day", language))


def source_water(evaluation: Evaluation, zone: str, language: Language) -> go.Figure:
    """Return daily mean source temperatures while running. [°C]"""
    traces = evaluation.traces
    index, days = _days(traces.time, zone)
    figure = go.Figure()
    for values, name, colour, dash in (
        (traces.source_supply_design, "report.as_designed", AMBER, "dot"),
        (traces.source_supply_expected, "report.expected", GREY, "solid"),
        (traces.source_supply_measured, "report.measured", BLUE, "solid"),
    ):
        figure.add_scatter(
            x=days, y=np.round(_daily(values, index, total=False), 3), name=word(name, language),
            line={"color": colour, "width": 1.8, "dash": dash}, connectgaps=False,
            hovertemplate="%{y:.1f} °C",
        )  # fmt: skip
    return style(figure, 300, "°C")


def ground(outlook: Outlook, language: Language) -> go.Figure:
    """Return the yearly mean of the source water: designed, as it went, and if it goes on. [°C]"""
    lived = outlook.lived
    figure = go.Figure()
    for span, values, name, line in (
        (slice(None), outlook.design.mean, "report.as_designed", {"color": AMBER, "dash": "dot"}),
        (
            slice(max(0, lived - 1), None),
            outlook.found.mean,
            "report.forecast",
            {"color": BLUE, "dash": "dash"},
        ),
        (slice(lived), outlook.found.mean, "report.found", {"color": BLUE, "width": 3}),
    ):
        figure.add_scatter(
            x=outlook.year[span], y=np.round(values[span], 3), name=word(name, language),
            mode="lines+markers" if name == "report.found" else "lines", line=line,
            hovertemplate="%{y:.2f} °C",
        )  # fmt: skip
    style(figure, 300, "°C")
    figure.update_xaxes(title=word("report.year", language))
    both = np.concatenate([outlook.design.mean, outlook.found.mean])
    low, high = float(np.nanmin(both)), float(np.nanmax(both))
    middle, spread = (low + high) / 2, (high - low) / 2
    figure.update_yaxes(range=[middle - max(1.0, 1.3 * spread), middle + max(1.0, 1.3 * spread)])
    return figure


def split(evaluation: Evaluation, language: Language) -> go.Figure:
    """Return electricity of machines and pumps at the three levels. [MWh]"""
    figure = go.Figure()
    levels = (
        ("report.promised", promised_of(evaluation)),
        ("report.expected", evaluation.expected),
        ("report.measured", evaluation.measured),
    )
    parts = {"machines": BLUE, "source_pumps": AMBER, "load_pumps": GREEN}
    for part, colour in parts.items():
        figure.add_bar(
            y=[word(name, language) for name, _ in levels],
            x=[round(getattr(level, part).value / MWH, 2) for _, level in levels],
            name=word(f"place.{part.replace('_', '-')}", language),
            orientation="h",
            marker={"color": colour},
            hovertemplate="%{x:,.1f} MWh",
        )
    style(figure, 300)
    figure.update_layout(barmode="stack", hovermode="closest", legend={"traceorder": "normal"})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title="MWh", gridcolor=GRID)
    figure.update_layout(margin={"l": 130, "t": 40})
    return figure
