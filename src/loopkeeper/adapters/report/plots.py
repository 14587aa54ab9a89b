"""Charts for print: SVG for pages, PNG for Word, drawn without a screen."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from loopkeeper.adapters.report.document import Picture
from loopkeeper.adapters.report.fonts import families
from loopkeeper.measure.series import Floats, Times

GOOD, FAIR = 80, 60
"""Scores of 100 from which on a pillar is good, and fair. [-]"""

INK, MUTED, GRID = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, GREY, RED, GREEN, AMBER = "#2563eb", "#94a3b8", "#dc2626", "#059669", "#d97706"
COURSES = (BLUE, RED, GREEN, AMBER, INK, GREY)
"""Of lines that stand for places."""
WIDTH = 8.0
"""Of every chart. [inch]"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: values over the common axis, NaN where not known."""

    name: str  # an empty one stays out of the legend
    values: Floats
    colour: str = BLUE
    dashed: bool = False


@contextmanager
def _dress() -> Iterator[None]:
    style: dict[Any, Any] = {
        "font.family": families(), "font.size": 9, "svg.fonttype": "none", "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED, "xtick.color": MUTED, "ytick.color": MUTED, "text.color": INK,
        "axes.grid": True, "grid.color": GRID, "axes.axisbelow": True, "legend.frameon": False,
        "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "loopkeeper",
        "axes.unicode_minus": False,
    }  # fmt: skip
    with mpl.rc_context(style):
        yield


def _picture(figure: Figure, caption: str) -> Picture:
    vector, raster = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings():
        # a page brings its own fonts; what needs them here is refused where it is printed
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(vector, format="svg", metadata={"Date": None}, bbox_inches="tight")
        figure.savefig(raster, format="png", dpi=160, bbox_inches="tight")
    text = vector.getvalue().decode()
    return Picture(text[text.index("<svg") :], raster.getvalue(), caption)


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def lines(
    time: Times | Floats, drawn: Sequence[Line], unit: str, caption: str, *, height: float = 2.0
) -> Picture:
    """
    Draw lines over time.

    Parameters
    ----------
    time : array, shape (n,)
        Times, or years.
    drawn : sequence of Line
        What to draw.
    unit, caption : str
        Of the vertical axis, and below the chart.
    height : float
        [inch]

    Returns
    -------
    Picture
    """
    with _dress():
        figure, axes = _axes(height)
        for line in drawn:
            style = "--" if line.dashed else "-"
            axes.plot(time, line.values, style, color=line.colour, lw=1.3, label=line.name or "_")
        axes.set_ylabel(unit)
        axes.legend(loc="lower center", ncols=4, bbox_to_anchor=(0.5, 1.0), fontsize=8)
        if np.issubdtype(time.dtype, np.datetime64):
            places = AutoDateLocator(  # type: ignore[no-untyped-call]
                minticks=3, maxticks=8, interval_multiples=False
            )
            axes.xaxis.set_major_locator(places)
            short = time[-1] - time[0] < np.timedelta64(100, "D")
            axes.xaxis.set_major_formatter(
                DateFormatter("%m-%d" if short else "%Y-%m")  # type: ignore[no-untyped-call]
            )
        else:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return _picture(figure, caption)


def bars(
    names: Sequence[str], drawn: Sequence[Line], unit: str, caption: str, *, height: float = 2.5
) -> Picture:
    """Draw groups of bars side by side; see :func:`lines`."""
    with _dress():
        figure, axes = _axes(height)
        place, width = np.arange(len(names)), 0.8 / max(1, len(drawn))
        for n, line in enumerate(drawn):
            offset = (n - (len(drawn) - 1) / 2) * width
            axes.bar(place + offset, line.values, width, color=line.colour, label=line.name)
        axes.set_xticks(place, list(names))
        axes.set_ylabel(unit)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=False, axis="x")
        if len(drawn) > 1:
            axes.legend(loc="upper center", ncols=4, bbox_to_anchor=(0.5, 1.2), fontsize=8)
        return _picture(figure, caption)


def panels(
    drawn: Sequence[tuple[str, Sequence[tuple[str, Sequence[np.datetime64], Sequence[float]]]]],
    caption: str,
) -> Picture:
    """
    Draw small charts side by side, each on a scale of its own.

    Parameters
    ----------
    drawn : sequence of (str, sequence of (str, times, values))
        Title of a panel, and its courses by name.
    caption : str
        Below the chart.

    Returns
    -------
    Picture
    """
    columns = min(4, max(1, len(drawn)))
    rows = -(-len(drawn) // columns)
    names = list(dict.fromkeys(name for _, courses in drawn for name, _, _ in courses))
    colours = {name: COURSES[n % len(COURSES)] for n, name in enumerate(names)}
    with _dress():
        figure = Figure(figsize=(WIDTH, 0.4 + 1.25 * rows), layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
        for axes, (title, courses) in zip(grid, drawn, strict=False):
            for name, times, values in courses:
                axes.plot(times, values, "o-", color=colours[name], ms=2.2, lw=0.9)
            axes.set_title(title, fontsize=7.5, loc="left", color=INK)
            axes.tick_params(labelsize=6.5)
            axes.xaxis.set_major_locator(MaxNLocator(3))
            axes.xaxis.set_major_formatter(DateFormatter("%y-%m"))  # type: ignore[no-untyped-call]
            axes.yaxis.set_major_locator(MaxNLocator(3))
        for axes in grid[len(drawn) :]:
            axes.set_axis_off()
        marks = [
            Line2D([], [], color=colours[name], marker="o", ms=3, label=name) for name in names
        ]
        figure.legend(handles=marks, loc="outside upper center", ncols=8, fontsize=7.5)
        return _picture(figure, caption)


def compared(
    months: Sequence[str], drawn: Sequence[tuple[str, bool, Sequence[Line]]], caption: str
) -> Picture:
    """
    Draw the same courses by months in panels side by side, sums as bars and the rest as lines.

    Parameters
    ----------
    months : sequence of str
        Such as ``2024-01``.
    drawn : sequence of (str, bool, sequence of Line)
        Title of a panel, whether it holds sums, and its courses.
    caption : str
        Below the chart.

    Returns
    -------
    Picture
    """
    place = np.arange(len(months))
    with _dress():
        figure = Figure(figsize=(WIDTH, 1.75), layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(1, max(2, len(drawn)), squeeze=False).ravel()
        for axes, (title, summed, courses) in zip(grid, drawn, strict=False):
            for n, line in enumerate(courses):
                if summed:
                    axes.bar(place + 0.27 * (n - 1), line.values, 0.27, color=line.colour)
                else:
                    axes.plot(place, line.values, "o-", color=line.colour, ms=2.4, lw=1.0)
            axes.set_title(title, fontsize=8, loc="left", color=INK)
            axes.set_xticks(place[::2], [month[2:] for month in months[::2]], fontsize=6.5)
            axes.tick_params(axis="y", labelsize=7)
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.grid(visible=False, axis="x")
        for axes in grid[len(drawn) :]:
            axes.set_axis_off()
        marks = [Line2D([], [], color=c.colour, lw=3, label=c.name) for c in drawn[0][2]]
        figure.legend(handles=marks, loc="outside upper center", ncols=4, fontsize=7.5)
        return _picture(figure, caption)


def waterfalls(
    drawn: Sequence[tuple[str, Sequence[str], Sequence[float]]], caption: str, *,
    height: float = 2.1,
) -> Picture:  # fmt: skip
    """
    Draw how performance factors fall step by step, from the machine to the system.

    Parameters
    ----------
    drawn : sequence of (str, sequence of str, sequence of float)
        Title, names of the steps and factor after each, one panel each.
    caption : str
        Below the chart.
    height : float
        [inch]

    Returns
    -------
    Picture
    """
    with _dress():
        figure = Figure(figsize=(WIDTH, height), layout="tight")
        FigureCanvasAgg(figure)
        top = 1.18 * max(max(factors) for _, _, factors in drawn)
        panels = figure.subplots(1, max(2, len(drawn)), sharey=True)
        for axes, (title, names, factors) in zip(panels, drawn, strict=False):
            _waterfall(axes, names, factors)
            axes.set_title(title, fontsize=9, loc="left", color=INK)
            axes.set_ylim(0, top)
        for axes in panels[len(drawn) :]:
            axes.set_axis_off()
        return _picture(figure, caption)


def _waterfall(axes: Axes, names: Sequence[str], factors: Sequence[float]) -> None:
    for n, factor in enumerate(factors):
        before = factors[n - 1] if n else factor
        if before > factor:
            axes.bar(n, before - factor, 0.6, bottom=factor, color=RED, alpha=0.25)
        axes.bar(n, factor, 0.6, color=BLUE if n in {0, len(factors) - 1} else GREY)
        axes.text(n, max(before, factor), f"{factor:.2f}", ha="center", va="bottom", fontsize=9)
    axes.set_xticks(np.arange(len(names)), [_two_lines(name) for name in names], fontsize=7.5)
    axes.grid(visible=False, axis="x")


def _two_lines(name: str) -> str:
    """A name with what stands in brackets below it."""
    return name.replace(" (", "\n(").replace("（", "\n（")


def score_bars(
    names: Sequence[str], scores: Sequence[float | None], caption: str, *, height: float = 1.8
) -> Picture:
    """Draw scores of 0 to 100 as lying bars; what could not be judged stays empty."""
    with _dress():
        figure, axes = _axes(height)
        place = np.arange(len(names))[::-1]
        axes.barh(place, [100.0] * len(names), 0.55, color="#f1f5f9")
        for n, score in zip(place, scores, strict=True):
            if score is None:
                axes.text(1, n, "–", va="center")
                continue
            colour = GREEN if score >= GOOD else AMBER if score >= FAIR else RED
            axes.barh(n, score, 0.55, color=colour)
            axes.text(score + 1, n, f"{score:.0f}", va="center", fontsize=9)
        axes.set_yticks(place, list(names))
        axes.set_xlim(0, 108)
        axes.grid(visible=False)
        return _picture(figure, caption)


def steps(
    first: tuple[str, float], between: Sequence[tuple[str, float]], last: tuple[str, float],
    unit: str, caption: str,
) -> Picture:  # fmt: skip
    """
    Draw how one amount becomes another, step by step.

    Parameters
    ----------
    first, last : tuple of (str, float)
        Name and amount at both ends.
    between : sequence of (str, float)
        Names of the steps and what each adds.
    unit, caption : str
        Of the vertical axis, and below the chart.

    Returns
    -------
    Picture
    """
    with _dress():
        figure, axes = _axes(2.6)
        axes.bar(0, first[1], 0.6, color=BLUE)
        level = first[1]
        for n, (_, added) in enumerate(between, 1):
            axes.bar(n, added, 0.6, bottom=level, color=RED if added > 0 else GREEN)
            top = max(level, level + added)
            axes.text(n, top, f"{added:+.1f}", ha="center", va="bottom", fontsize=8)
            level += added
        end = len(between) + 1
        axes.bar(end, last[1], 0.6, color=INK)
        for place, amount in ((0, first[1]), (end, last[1])):
            axes.text(place, amount, f"{amount:,.1f}", ha="center", va="bottom", fontsize=9)
        names = [first[0], *(name for name, _ in between), last[0]]
        axes.set_xticks(np.arange(len(names)), names)
        low = min(first[1], last[1], level)
        axes.set_ylim(0.8 * low if low > 0 else None, None)
        axes.margins(y=0.15)
        axes.set_ylabel(unit)
        axes.grid(visible=False, axis="x")
        return _picture(figure, caption)
