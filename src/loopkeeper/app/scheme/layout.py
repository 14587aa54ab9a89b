"""
Where the parts of a schematic stand and how water runs between them.

Five columns: source, its pumps, machines, load pumps, building; water goes from the left to the
right on top and comes back below. Everything is in pixels of a picture `WIDTH` wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loopkeeper.app.scheme.parts import PartShape, SchemePart, SchemeParts, ShownValue

WIDTH, TOP, BOTTOM = 960.0, 62.0, 62.0
"""Of the picture, and of the bands above and below for water that goes and comes back. [px]"""
PITCH, TIGHT, LEAST = 66.0, 40.0, 330.0
"""Height of a part's place, and of one in a full column; least height of the columns. [px]"""
FULL = 6
"""Columns with more parts are tight."""
BOX, PUMP_BOX, GAP = 164.0, 104.0, 10.0
"""Width of a box, of a pump's place, and room between boxes. [px]"""
SOURCE, S_PUMPS, MACHINES, L_PUMPS, BUILDING = 8.0, 214.0, 398.0, 638.0, 788.0
"""Left edges of the columns. [px]"""
S_HEAD, S_SUPPLY, S_RETURN = 193.0, 338.0, 372.0
"""Vertical pipes on the left: to the pumps, from them to the machines, and back. [px]"""
L_SUPPLY, L_PUMPED, L_HEAD = 588.0, 618.0, 764.0
"""Vertical pipes on the right: to the building, pumped to the machines, and to the pumps. [px]"""
BOX_TEXT, PUMP_TEXT, LINE = 30.0, 44.0, 15.0
"""Room left of the texts in a box and at a pump, and height of a line of them. [px]"""
SMALL, PLAIN = 11.0, 13.0
"""Sizes of letters. [px]"""
WIDE = 0x2E80
"""Characters from here on are as wide as they are high."""
NARROW = 0.58
"""Width of the others over their height."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width and height. [px]"""

    x: float
    y: float
    width: float
    height: float

    @property
    def whole(self) -> tuple[int, int, int, int]:
        """The same in whole pixels."""
        return round(self.x), round(self.y), round(self.width), round(self.height)

    @property
    def middle(self) -> float:
        """Half its height down. [px]"""
        return self.y + self.height / 2

    def meets(self, other: "Box") -> bool:
        """Whether two of them lie over each other."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class SchemeText:
    """Letters in a box of their own; ``role`` says how they are set."""

    text: str
    box: Box
    role: str


@dataclass(frozen=True, slots=True)
class Pipe:
    """A line through points; ``water`` is warm or cold by the side of the machines it is on."""

    points: tuple[tuple[float, float], ...]
    water: str

    @property
    def path(self) -> str:
        """Its points in whole pixels, as a picture has them."""
        return " ".join(f"{round(x)},{round(y)}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part where it stands, with the texts in it."""

    part: SchemePart
    box: Box
    texts: tuple[SchemeText, ...]

    @property
    def way(self) -> int:
        """1 where its water goes to the right, -1 to the left: it goes to the machines."""
        return 1 if self.box.x < MACHINES else -1


@dataclass(frozen=True, slots=True)
class Scheme:
    """A schematic ready to be drawn."""

    width: float
    height: float
    parts: tuple[PlacedPart, ...]
    pipes: tuple[Pipe, ...]
    texts: tuple[SchemeText, ...]


def text_width(text: str, size: float) -> float:
    """Return how wide letters of a size are. [px]"""
    return sum(size if ord(c) >= WIDE else NARROW * size for c in text)


def fitted(text: str, width: float, size: float) -> str:
    """Return a text cut to a width, with an ellipsis where something is missing."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def scheme(parts: SchemeParts) -> Scheme:
    """
    Lay out a schematic.

    Parameters
    ----------
    parts : SchemeParts
        Columns with what is read at them.

    Returns
    -------
    Scheme
        No box and no text over another.
    """
    left = (*parts.sources, *parts.recharge)
    middle = (*parts.machines, *parts.backups)
    columns = (left, parts.source_pumps, middle, parts.load_pumps)
    inner = max(LEAST, *(_pitch(column) * len(column) for column in columns))
    height = TOP + inner + BOTTOM
    placed = [
        _column(left, SOURCE, BOX, inner),
        _column(parts.source_pumps, S_PUMPS, PUMP_BOX, inner),
        _column(middle, MACHINES, BOX, inner),
        _column(parts.load_pumps, L_PUMPS, PUMP_BOX, inner),
    ]
    building = _placed(parts.building, Box(BUILDING, TOP + inner / 4, BOX, inner / 2))
    pipes = [*_source_side(placed, height), *_load_side(placed, building, height)]
    everything = [one for column in placed for one in column]
    if parts.exchanger is not None:
        tall = Box(SOURCE + BOX + 2.0, TOP + inner / 2 - 24.0, 26.0, 48.0)
        everything.append(PlacedPart(parts.exchanger, tall, ()))
    return Scheme(
        WIDTH, height, (*everything, building), tuple(pipes), tuple(_water(parts, height))
    )


def _pitch(column: Sequence[SchemePart]) -> float:
    return TIGHT if len(column) > FULL else PITCH


def _column(
    column: Sequence[SchemePart], left: float, width: float, inner: float
) -> list[PlacedPart]:
    """Parts of a column, spread evenly."""
    if not column:
        return []
    place = inner / len(column)
    tall = min(place - GAP, _pitch(column) - GAP + 8.0)
    return [
        _placed(part, Box(left, TOP + place * (n + 0.5) - tall / 2, width, tall))
        for n, part in enumerate(column)
    ]


def _placed(part: SchemePart, box: Box) -> PlacedPart:
    """A part with its title, its size, and values as far as there is room."""
    lines = [(part.title, "title", PLAIN)]
    if part.size:
        lines.append((part.size, "size", SMALL))
    lines += [(one.text, "stale" if one.stale else "value", SMALL) for one in part.values]
    lines = lines[: max(1, int((box.height - 4.0) // LINE))]
    if part.shape is PartShape.PUMP:  # its pipe runs through the middle: one line above, one below
        left, top = box.x + PUMP_TEXT, box.middle - LINE - 1.0
        lines, step = lines[:2], LINE + 2.0
    else:
        left, top, step = box.x + BOX_TEXT, box.middle - LINE * len(lines) / 2, LINE
    room = box.x + box.width - left - 4.0
    texts = []
    for n, (text, role, size) in enumerate(lines):
        cut = fitted(text, room, size)
        place = Box(left, top + n * step, text_width(cut, size), LINE)
        texts.append(SchemeText(cut, place, role))
    return PlacedPart(part, box, tuple(texts))


def _source_side(placed: Sequence[Sequence[PlacedPart]], height: float) -> list[Pipe]:
    """Water from the source through its pumps to the machines and back."""
    sources, pumps, machines = placed[0], placed[1], _machines(placed[2])
    above, below = TOP - 22.0, height - BOTTOM + 22.0
    pipes: list[Pipe] = []
    if not sources or not machines:
        return pipes
    right = SOURCE + BOX
    giving = [one.box.middle - 8.0 for one in sources if one.part.gives]
    pipes += [Pipe(((right, y), (S_HEAD, y)), "source_supply") for y in giving]
    ends = [one.box.middle + 8.0 for one in sources if one.part.takes] or [below]
    pipes += [Pipe(((right, y), (right + 8.0, y)), "source_return") for y in ends]
    pipes.append(Pipe(((right + 8.0, min(ends)), (right + 8.0, below)), "source_return"))
    through = [one.box.middle for one in pumps] or [above]
    pipes.append(_upright(S_HEAD, [*giving, *through], "source_supply"))
    taking = [one.box.middle - 10.0 for one in machines]
    for y in through:
        points = ((S_HEAD, y), (S_SUPPLY, y))
        pipes.append(Pipe(points, "source_supply"))
    pipes.append(_upright(S_SUPPLY, [*through, *taking], "source_supply"))
    giving_back = [one.box.middle + 10.0 for one in machines]
    pipes += [Pipe(((S_SUPPLY, y), (MACHINES, y)), "source_supply") for y in taking]
    pipes += [Pipe(((S_RETURN, y), (MACHINES, y)), "source_return") for y in giving_back]
    down = ((S_RETURN, min(giving_back)), (S_RETURN, below), (right + 8.0, below))
    pipes.append(Pipe(down, "source_return"))
    return pipes


def _machines(column: Sequence[PlacedPart]) -> list[PlacedPart]:
    return [one for one in column if one.part.shape is PartShape.MACHINE]


def _load_side(
    placed: Sequence[Sequence[PlacedPart]], building: PlacedPart, height: float
) -> list[Pipe]:
    """Water from the machines to the building and through the pumps back."""
    machines, pumps = placed[2], placed[3]
    above, below = TOP - 22.0, height - BOTTOM + 22.0
    if not machines:
        return []
    right = MACHINES + BOX
    giving = [one.box.middle - 10.0 for one in machines]
    taking = [one.box.middle + 10.0 for one in machines]
    pipes = [Pipe(((right, y), (L_SUPPLY, y)), "load_supply") for y in giving]
    top = building.box.x + building.box.width / 2
    up = ((L_SUPPLY, max(giving)), (L_SUPPLY, above), (top, above), (top, building.box.y))
    pipes.append(Pipe(up, "load_supply"))
    through = [one.box.middle for one in pumps] or [below]
    pipes += [Pipe(((right, y), (L_PUMPED, y)), "load_return") for y in taking]
    pipes.append(_upright(L_PUMPED, [*taking, *through], "load_return"))
    pipes += [Pipe(((L_PUMPED, y), (L_HEAD, y)), "load_return") for y in through]
    foot = building.box.y + building.box.height
    pipes.append(
        Pipe(((top, foot), (top, below), (L_HEAD, below), (L_HEAD, min(through))), "load_return")
    )
    return pipes


def _upright(x: float, ys: Sequence[float], water: str) -> Pipe:
    return Pipe(((x, min(ys)), (x, max(ys))), water)


def _water(parts: SchemeParts, height: float) -> list[SchemeText]:
    """What is read of both loops' water: what goes above, what comes back below."""
    above, below = 10.0, height - BOTTOM + 30.0
    texts = []
    for x, values in ((S_HEAD + 4.0, parts.source_water), (L_SUPPLY + 4.0, parts.load_water)):
        by_name = {one.quantity: one for one in values}
        going = [by_name[q] for q in ("supply_temperature", "flow") if q in by_name]
        coming = [by_name[q] for q in ("return_temperature",) if q in by_name]
        texts += _line(going, x, above)
        texts += _line(coming, x, below)
    return texts


def _line(values: Sequence[ShownValue], x: float, y: float) -> list[SchemeText]:
    """Values after one another."""
    texts = []
    for one in values:
        text = f"{one.name} {one.text}"
        wide = text_width(text, PLAIN)
        texts.append(SchemeText(text, Box(x, y, wide, 18.0), "stale" if one.stale else "water"))
        x += wide + 14.0
    return texts
