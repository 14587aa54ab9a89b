"""Kinds of charts: lines over time, bars, stacks, panels, scores, two logarithmic axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from loopkeeper.adapters.report.document import Picture
from loopkeeper.adapters.report.drawing import (
    AMBER,
    COURSES,
    GREEN,
    INK,
    RED,
    WIDTH,
    Line,
    calendar_axis,
    dress,
    legend,
    picture,
    readout,
    sheet,
    texts,
)
from loopkeeper.measure.series import Floats, Times

GOOD, FAIR = 80, 60
"""Scores of 100 from which on a pillar is good, and fair. [-]"""
WHOLE = 100
"""Totals from here on are told without decimals."""
FEW = 40
"""Values of a line that are marked one by one, at most."""
POINTER = 800
"""Places of a chart at which a page tells its figures, at most."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course with places of its own; ``mark`` is ``-`` for a line, ``o`` or ``+``."""

    name: str
    place: Floats
    values: Floats
    colour: str
    mark: str


def lines(
    time: Times | Floats,
    drawn: Sequence[Line],
    unit: str,
    caption: str = "",
    *,
    across: str = "",
    size: tuple[float, float] = (WIDTH, 2.2),
) -> Picture:
    """
    Draw lines over time.

    Parameters
    ----------
    time : array, shape (n,)
        Times, or years.
    drawn : sequence of Line
        What to draw.
    unit, caption, across : str
        Of the vertical axis, below the chart, and of the horizontal axis.
    size : tuple of (float, float)
        Width and height. [inch]

    Returns
    -------
    Picture
    """
    with dress():
        figure = sheet(*size)
        axes = figure.add_subplot()
        for line in drawn:
            style = "--" if line.dashed else "-"
            few = np.isfinite(line.values).sum() <= FEW and not line.dashed
            axes.plot(
                time,
                line.values,
                style,
                color=line.colour,
                lw=1.4,
                label=line.name or "_",
                marker="o" if few else "",
                ms=3,
            )
        axes.set_ylabel(unit)
        axes.set_xlabel(across)
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.grid(visible=False, axis="x")
        axes.margins(x=0.01)
        legend(figure, axes)
        dated = calendar_axis(axes, time)
        if not dated:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        kept = slice(None, None, -(-len(time) // POINTER))
        labels = [str(t)[:10] if dated else f"{t:g}" for t in time[kept]]
        told = [
            (line.name, line.colour, texts(line.values[kept], 2, unit))
            for line in drawn
            if line.name
        ]
        return picture(figure, caption, [readout(axes, time[kept], labels, told)])


def bars(
    names: Sequence[str],
    drawn: Sequence[Line],
    unit: str,
    caption: str = "",
    *,
    across: str = "",
    size: tuple[float, float] = (WIDTH, 2.5),
) -> Picture:
    """Draw groups of bars side by side; see :func:`lines`."""
    with dress():
        figure = sheet(*size)
        axes = figure.add_subplot()
        place, wide = np.arange(float(len(names))), 0.8 / max(1, len(drawn))
        for n, line in enumerate(drawn):
            offset = (n - (len(drawn) - 1) / 2) * wide
            axes.bar(place + offset, line.values, wide, color=line.colour, label=line.name)
        axes.set_xticks(place, list(names))
        axes.set_xlabel(across)
        axes.set_ylabel(unit)
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.grid(visible=False, axis="x")
        if len(drawn) > 1:
            legend(figure, axes)
        told = [(line.name, line.colour, texts(line.values, 1)) for line in drawn]
        return picture(figure, caption, [readout(axes, place, names, told)])


def stacks(
    names: Sequence[str],
    drawn: Sequence[Line],
    unit: str,
    caption: str = "",
    *,
    size: tuple[float, float] = (WIDTH, 2.5),
) -> Picture:
    """Draw lying bars of several parts, the first on top, the sum at the end of each."""
    with dress():
        figure = sheet(*size)
        axes = figure.add_subplot()
        place, reached = np.arange(len(names))[::-1], np.zeros(len(names))
        for line in drawn:
            axes.barh(place, line.values, 0.62, left=reached, color=line.colour, label=line.name)
            reached = reached + line.values
        for at, total in zip(place, reached, strict=True):
            digits = 0 if total >= WHOLE else 2
            axes.text(total, at, f" {total:,.{digits}f}", va="center", fontsize=8)
        axes.set_yticks(place, list(names))
        axes.set_xlabel(unit)
        axes.set_xlim(0, 1.12 * max(float(reached.max()), 1e-9))
        axes.grid(visible=False, axis="y")
        legend(figure, axes)
        return picture(figure, caption)


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
    with dress():
        figure = sheet(WIDTH, 0.4 + 1.25 * rows)
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
        return picture(figure, caption)


def compared(
    months: Sequence[str], drawn: Sequence[tuple[str, bool, Sequence[Line]]], caption: str = ""
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
    place = np.arange(float(len(months)))
    with dress():
        figure = sheet(WIDTH, 2.0)
        grid = figure.subplots(1, max(2, len(drawn)), squeeze=False).ravel()
        for axes, (title, summed, courses) in zip(grid, drawn, strict=False):
            _monthly(axes, courses, summed=summed)
            axes.set_title(title, fontsize=8, loc="left", color=INK)
            axes.set_xticks(place[::2], [month[2:] for month in months[::2]], fontsize=7)
        for axes in grid[len(drawn) :]:
            axes.set_axis_off()
        marks = [Line2D([], [], color=c.colour, lw=3, label=c.name) for c in drawn[0][2]]
        figure.legend(handles=marks, loc="outside upper left", ncols=4, fontsize=8)
        told = [
            readout(axes, place, months, [(c.name, c.colour, texts(c.values, 2)) for c in courses])
            for axes, (_, _, courses) in zip(grid, drawn, strict=False)
        ]
        return picture(figure, caption, told)


def _monthly(axes: Axes, courses: Sequence[Line], *, summed: bool) -> None:
    """One value a month of each course: bars for sums, lines for the rest."""
    place = np.arange(len(courses[0].values))
    for n, line in enumerate(courses):
        if summed:
            axes.bar(place + 0.27 * (n - 1), line.values, 0.27, color=line.colour)
        else:
            axes.plot(place, line.values, "o-", color=line.colour, ms=2.6, lw=1.1)
    axes.tick_params(axis="y", labelsize=7)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(visible=False, axis="x")


def score_bars(
    names: Sequence[str], scores: Sequence[float | None], caption: str, *, height: float = 1.8
) -> Picture:
    """Draw scores of 0 to 100 as lying bars; what could not be judged stays empty."""
    with dress():
        figure = sheet(WIDTH, height)
        axes = figure.add_subplot()
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
        return picture(figure, caption)


def logarithmic(
    drawn: Sequence[Course], across: str, unit: str, caption: str = "", *, height: float = 3.4
) -> Picture:
    """Draw courses over two logarithmic axes, named ``across`` and ``unit``."""
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    with dress():
        figure = sheet(WIDTH, height)
        axes = figure.add_subplot()
        for one in drawn:
            line = one.mark == "-"
            style: dict[str, Any] = {"lw": 1.6} if line else {"ls": "", "ms": 4.5}
            axes.plot(one.place, one.values, one.mark, color=one.colour, label=one.name, **style)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(plain)
            axis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(across)
        axes.set_ylabel(unit)
        legend(figure, axes)
        return picture(figure, caption)
