"""Waterfalls: how one amount becomes another, and how a factor falls step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from loopkeeper.adapters.report.document import Picture
from loopkeeper.adapters.report.drawing import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    RED,
    WIDTH,
    dress,
    picture,
    readout,
    sheet,
)
from loopkeeper.measure.series import Floats


@dataclass(frozen=True, slots=True)
class Stair:
    """One step of a waterfall: what it adds, its 90 % interval, and whether a cause adds it."""

    name: str
    added: float
    low: float
    high: float
    blamed: bool = True


def steps(
    first: Stair,
    between: Sequence[Stair],
    last: Stair,
    unit: str,
    caption: str = "",
) -> Picture:
    """
    Draw how one amount becomes another, step by step, each with its interval.

    Parameters
    ----------
    first, last : Stair
        The amounts at both ends.
    between : sequence of Stair
        What each adds; what nobody is blamed for is grey.
    unit, caption : str
        Of the vertical axis, and below the chart.

    Returns
    -------
    Picture
    """
    shown = (first, *between, last)
    ends = np.array([*np.cumsum([s.added for s in shown[:-1]]), last.added])
    starts = np.array([0.0, *ends[:-2], 0.0])
    with dress():
        figure = sheet(WIDTH, 3.0)
        axes = figure.add_subplot()
        for n, one in enumerate(shown):
            total = n in {0, len(shown) - 1}
            axes.bar(n, one.added, 0.62, bottom=starts[n], color=_colour(one, total=total))
        tops = _whiskers(axes, shown, starts, ends)
        axes.set_xticks(np.arange(len(shown)), [_broken(one.name) for one in shown])
        low = float(min(ends.min(), (ends - [s.added - s.low for s in shown]).min()))
        span = max(float(tops.max()) - low, 0.05 * float(tops.max()))
        axes.set_ylim(max(0.0, low - 0.25 * span), tops.max() + 0.12 * span)
        axes.set_ylabel(unit)
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.grid(visible=False, axis="x")
        ranges = [f"{s.added:,.1f} ({s.low:,.1f} … {s.high:,.1f}) {unit}" for s in shown]
        names = [one.name for one in shown]
        told = readout(axes, np.arange(float(len(shown))), names, [("90 %", INK, ranges)])
        return picture(figure, caption, [told])


def _colour(one: Stair, *, total: bool) -> str:
    if total:
        return BLUE
    if not one.blamed:
        return GREY
    return RED if one.added > 0 else GREEN


def _whiskers(axes: Axes, shown: Sequence[Stair], starts: Floats, ends: Floats) -> Floats:
    """Intervals, lines from bar to bar, and figures above; returns the tops of the bars."""
    above = np.array([s.high - s.added for s in shown])
    below = np.array([s.added - s.low for s in shown])
    place = np.arange(len(shown))
    axes.errorbar(place, ends, (below, above), fmt="none", ecolor=INK, elinewidth=0.9, capsize=3)
    for n, level in enumerate(ends[:-1]):
        axes.plot([n + 0.31, n + 0.69], [level, level], color=MUTED, lw=0.7)
    tops: Floats = np.maximum(np.maximum(ends, starts), ends + above)
    for n, one in enumerate(shown):
        text = f"{one.added:,.1f}" if n in {0, len(shown) - 1} else f"{one.added:+z,.1f}"
        axes.annotate(text, (n, tops[n]), (0, 3), textcoords="offset points", ha="center")
    return tops


def _broken(name: str) -> str:
    """A name of several words on several lines."""
    return name.replace(" ", "\n")


def waterfalls(
    drawn: Sequence[tuple[str, Sequence[str], Sequence[float]]],
    caption: str,
    *,
    height: float = 2.1,
) -> Picture:
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
    with dress():
        figure = sheet(WIDTH, height)
        top = 1.18 * max(max(factors) for _, _, factors in drawn)
        panels = figure.subplots(1, max(2, len(drawn)), sharey=True)
        for axes, (title, names, factors) in zip(panels, drawn, strict=False):
            _waterfall(axes, names, factors)
            axes.set_title(title, fontsize=9, loc="left", color=INK)
            axes.set_ylim(0, top)
        for axes in panels[len(drawn) :]:
            axes.set_axis_off()
        return picture(figure, caption)


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
