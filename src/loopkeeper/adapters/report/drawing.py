"""How charts are drawn: one dress, SVG for pages and PDF, PNG for Word, texts at the pointer."""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure

from loopkeeper.adapters.report.document import Picture, Readout
from loopkeeper.adapters.report.fonts import families
from loopkeeper.measure.series import Floats, Times

INK, MUTED, GRID = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, GREY, RED, GREEN, AMBER = "#2563eb", "#94a3b8", "#dc2626", "#059669", "#d97706"
COURSES = (BLUE, RED, GREEN, AMBER, INK, GREY)
"""Of lines that stand for places."""
WIDTH, HALF = 8.6, 4.2
"""Of a chart, and of one of two beside each other. [inch]"""
_NAMELESS = re.compile(r'<g id="[\w.]+_\d+"')
"""Names that a page with several charts would hold several times, and nothing refers to."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: values over the common axis, NaN where not known."""

    name: str  # an empty one stays out of the legend
    values: Floats
    colour: str = BLUE
    dashed: bool = False


@contextmanager
def dress() -> Iterator[None]:
    """Draw in the reports' dress."""
    style: dict[Any, Any] = {
        "font.family": families(),
        "font.size": 8.5,
        "svg.fonttype": "none",
        "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "text.color": INK,
        "axes.grid": True,
        "grid.color": GRID,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.hashsalt": "loopkeeper",
        "axes.unicode_minus": False,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "axes.spines.left": False,
        "lines.solid_capstyle": "round",
    }
    with mpl.rc_context(style):
        yield


def sheet(width: float, height: float) -> Figure:
    """Return an empty figure of this size. [inch]"""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def legend(figure: Figure, axes: Axes) -> None:
    """Name the lines above the chart, in one row where they fit."""
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        columns = 4 if figure.get_figwidth() > HALF else 2
        figure.legend(handles, labels, loc="outside upper left", ncols=columns, fontsize=8)


def picture(figure: Figure, caption: str, readouts: Sequence[Readout] = ()) -> Picture:
    """Return a figure as a block."""
    vector, raster = io.BytesIO(), io.BytesIO()
    with warnings.catch_warnings():
        # a page brings its own fonts; what needs them here is refused where it is printed
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(
            vector, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
        figure.savefig(raster, format="png", dpi=160)
    text = vector.getvalue().decode()
    drawn = _NAMELESS.sub("<g", text[text.index("<svg") :])
    return Picture(drawn, raster.getvalue(), caption, tuple(readouts))


def readout(
    axes: Axes,
    place: Times | Floats,
    labels: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[str]]],
) -> Readout:
    """
    Return what a page says at the pointer.

    Parameters
    ----------
    axes : Axes
        Of a figure that is ready.
    place : array, shape (n,)
        Along the horizontal axis.
    labels : sequence of str, length n
        What each place is called.
    series : sequence of (str, str, sequence of str)
        Name, colour and n texts of each course.
    """
    figure = cast("Figure", axes.get_figure(root=True))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.draw_without_rendering()  # the layout is settled by it
    across = axes.convert_xunits(place)  # type: ignore[no-untyped-call]
    points = np.column_stack([np.asarray(across, float), np.full(len(across), axes.get_ylim()[0])])
    shares = axes.transData.transform(points)[:, 0] / figure.bbox.width
    box = axes.get_position()
    return Readout(
        box=tuple(round(v, 4) for v in (box.x0, 1 - box.y1, box.x1, 1 - box.y0)),
        places=tuple(np.round(shares, 4).tolist()),
        labels=tuple(labels),
        series=tuple((name, colour, tuple(texts)) for name, colour, texts in series),
    )


def calendar_axis(axes: Axes, time: Times | Floats) -> bool:
    """Mark months, or days of a short course; tells whether the axis is one of times."""
    if not np.issubdtype(time.dtype, np.datetime64):
        return False
    places = AutoDateLocator(  # type: ignore[no-untyped-call]
        minticks=3, maxticks=8, interval_multiples=False
    )
    axes.xaxis.set_major_locator(places)
    short = time[-1] - time[0] < np.timedelta64(100, "D")
    axes.xaxis.set_major_formatter(
        DateFormatter("%m-%d" if short else "%Y-%m")  # type: ignore[no-untyped-call]
    )
    return True


def texts(values: Floats, digits: int, unit: str = "") -> list[str]:
    """Return figures as the pointer tells them, a dash for what is not known."""
    return [f"{v:,.{digits}f} {unit}".strip() if np.isfinite(v) else "–" for v in values]
