"""
A schematic as SVG: shapes and words only, its colours come from the page's style sheet.

States are told by shape and word as well as by colour; what no meter holds is dashed.
"""

from collections.abc import Sequence
from html import escape

from loopkeeper.app.scheme.layout import MACHINES, WIDTH, Box, Pipe, PlacedPart, Scheme, SchemeText
from loopkeeper.app.scheme.parts import PartState, SchemePart, Shape
from loopkeeper.plant.words import Language, listed, word

BASE = 4.0
"""From the top of a line's box to what its letters stand on, up from the foot. [px]"""
ROUND, DOT = 13.0, 5.0
"""Radius of a pump and of a mark of state. [px]"""


def scheme_svg(scheme: Scheme, language: Language) -> str:
    """
    Draw a schematic.

    Parameters
    ----------
    scheme : Scheme
        Laid out.
    language : Language
        Of what is read aloud of it.

    Returns
    -------
    str
        One ``svg`` element; everything of the plant in it is escaped.
    """
    told = word("scheme.title", language)
    drawn = [
        *(_pipe(one) for one in scheme.pipes),
        *(_part(one, language) for one in scheme.parts),
        *(_text(one) for one in scheme.texts),
    ]
    size = f'viewBox="0 0 {WIDTH:.0f} {scheme.height:.0f}"'
    title = f"<title>{escape(told)}</title>"
    return f'<svg class="scheme" {size} role="img">{title}{"".join(drawn)}</svg>'


def _pipe(pipe: Pipe) -> str:
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in pipe.points)
    return f'<polyline class="pipe {pipe.water}" points="{points}"/>'


def _text(text: SchemeText) -> str:
    y = text.box.y + text.box.height - BASE
    return f'<text class="{text.role}" x="{text.box.x:.0f}" y="{y:.0f}">{escape(text.text)}</text>'


def _part(placed: PlacedPart, language: Language) -> str:
    """A group of a part, with what a screen reader says of it."""
    part, box = placed.part, placed.box
    classes = f"part {part.shape} {part.state}" + ("" if part.metered else " unmetered")
    shape = _pump(box) if part.shape is Shape.PUMP else _box(part, box)
    inside = "".join(_text(one) for one in placed.texts)
    said = escape(spoken(part, language))
    return f'<g class="{classes}"><title>{said}</title>{shape}{_state(part, box)}{inside}</g>'


def spoken(part: SchemePart, language: Language) -> str:
    """Return what is said of a part: its name, its state, and whether it is metered."""
    sort = word(f"scheme.{part.shape}", language)
    words = [f"{sort} {part.title}".strip(), word(f"part_state.{part.state}", language)]
    if not part.metered:
        words.append(word("scheme.unmetered", language))
    words += [f"{one.name} {one.text}" for one in part.values]
    return listed(words, language)


def _box(part: SchemePart, box: Box) -> str:
    corner = 14 if part.shape in {Shape.GROUND, Shape.WATER} else 4
    frame = (
        f'<rect class="body" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="{corner}"/>'
    )
    if part.shape is not Shape.EXCHANGER:
        return frame
    foot = box.y + box.height
    across = f"M{box.x:.0f} {foot:.0f}L{box.x + box.width:.0f} {box.y:.0f}"
    return f'{frame}<path class="mark" d="{across}"/>'


def _pump(box: Box) -> str:
    """A circle with a blade that points where the water goes: left of the machines to them."""
    x, y = box.x + ROUND + 12.0, box.middle
    way = 1.0 if box.x < MACHINES else -1.0
    tip = _points([(x - 6 * way, y - 9), (x + ROUND * way, y), (x - 6 * way, y + 9)])
    return (
        f'<circle class="body" cx="{x:.0f}" cy="{y:.0f}" r="{ROUND:.0f}"/>'
        f'<polygon class="blade" points="{tip}"/>'
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)


def _state(part: SchemePart, box: Box) -> str:
    """A mark by its form: full runs, hollow rests, a bar stands by, a cross is not known."""
    if part.shape in {Shape.GROUND, Shape.WATER, Shape.BUILDING, Shape.EXCHANGER}:
        return ""
    x, y = box.x + (6.0 if part.shape is Shape.PUMP else 16.0), box.middle
    if part.shape is Shape.PUMP:
        y -= ROUND + 1.0
    if part.state is PartState.UNKNOWN:
        d = DOT - 1.0
        return f'<path class="mark" d="M{x - d:.0f} {y - d:.0f}l8 8m0 -8l-8 8"/>'
    if part.state is PartState.STANDBY:
        return f'<path class="mark" d="M{x - DOT:.0f} {y:.0f}h{2 * DOT:.0f}"/>'
    return f'<circle class="mark" cx="{x:.0f}" cy="{y:.0f}" r="{DOT:.0f}"/>'
