"""Witnesses: whether other points of the plant move when one leaves its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.measure.admitted import Flag, Microseconds, Segments
from loopkeeper.measure.excursions import Bools, Runs, course_of
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.units import MAJORITY

LIFT: Final = 0.3
"""A witness explains excursions when this share of them is not chance. [-]"""
_MOVE_SHARE: Final = 0.2
_LEAST_READINGS: Final = 24
_SELDOM: Final = 0.2
_SIGMAS: Final = 4.0

HEAT: Final = frozenset({"heat_power", "heat_energy", "cooling_energy"})
DRAW: Final = frozenset({"electricity_power", "electricity_energy", "running"})


@dataclass(frozen=True)
class MovingPoint:
    """
    A point and the instants at which it moves by a fifth of its usual range. [µs]

    ``middle`` of that range tells its two states apart, ``reach`` is half of it [SI].
    """

    point: Point
    moves: Microseconds
    steady: bool
    stretch: Segments
    middle: float
    reach: float

    def high_at(self, instants: Microseconds) -> Bools:
        """Tell at which instants it reads more than its middle."""
        return self._over(instants, self.middle)

    def running_at(self, instants: Microseconds) -> Bools:
        """Tell at which instants it reads more than a fifth of what it reaches."""
        return self._over(instants, 0.2 * (self.middle + self.reach))

    def _over(self, instants: Microseconds, least: float) -> Bools:
        """Tell at which instants it reads more, yet not far beyond its range."""
        value = np.nan_to_num(self.stretch.at(instants), nan=-np.inf)
        return np.asarray((value > least) & (value < self.middle + 3 * self.reach))


def witness_of(point: Point, stretch: Segments) -> MovingPoint | None:
    """Return a point's moves; None when it says too little."""
    usable = stretch.flag <= Flag.SPREAD
    value, start = stretch.value[usable], stretch.start[usable]
    if len(value) < _LEAST_READINGS:
        return None
    low, high = np.quantile(value, (0.05, 0.95))
    least = 1.0 if point.quantity.endswith("temperature") else 0.05 * float(np.abs(high))
    limit = max(_MOVE_SHARE * float(high - low), least)
    moves = start[1:][np.abs(np.diff(value)) > limit]
    course = course_of(value)
    steady = len(moves) < 0.02 * len(value) and float(np.quantile(course, 0.05)) > 0.2 * high
    middle = float(max(low, 0.0) + high) / 2 if low < high / 2 else float(high) / 2
    return MovingPoint(point, moves, bool(steady), stretch.usable(), middle, float(high) - middle)


def related(point: Point, plant: Plant, witnesses: Sequence[MovingPoint]) -> list[MovingPoint]:
    """Return the witnesses of flow, heat and draw that stop when a point stops."""
    return [w for w in witnesses if _goes_with(point, w.point, plant)]


def partners(point: Point, plant: Plant, witnesses: Sequence[MovingPoint]) -> list[MovingPoint]:
    """
    Return the witnesses that run if and only if a point does.

    The draw of a loop's only pump for its flow, and the flow for that draw; for the draw of an
    only machine, without backup, the heat.
    """
    alone = {
        str(p.loop): p.id for p in plant.pumps if [q.loop for q in plant.pumps].count(p.loop) == 1
    }
    pairs = {("flow", loop, "electricity_power", pump) for loop, pump in alone.items()}
    pairs |= {(b, pump, a, loop) for a, loop, b, pump in pairs}
    if len(plant.machines) == 1 and not plant.backups:
        machine = ("electricity_power", plant.machines[0].id)
        pairs |= {(*machine, heat, loop) for heat in HEAT for loop in ("load", "source")}
    own = (point.quantity, point.of)
    return [w for w in witnesses if (*own, w.point.quantity, w.point.of) in pairs]


def _goes_with(point: Point, other: Point, plant: Plant) -> bool:
    """Tell whether one meter stops with another."""
    machines = {m.id for m in plant.machines} | {"machines"}
    loops = {p.id: str(p.loop) for p in plant.pumps}
    heat, draw = other.quantity in HEAT, other.quantity in DRAW and other.of in machines
    if point.quantity == "flow":
        own = loops.get(other.of) == point.of or (heat and other.of == point.of)
        return own or draw
    if point.quantity in HEAT:
        return draw or heat
    if point.of in loops:
        return other.quantity == "flow" and other.of == loops[point.of]
    return heat or (draw and other.of == point.of)


def explained(
    start: Microseconds, runs: Runs, witnesses: Sequence[MovingPoint], *, whole: bool = False
) -> tuple[Bools, Bools]:
    """
    Tell which excursions of a point coincide with moves of the witness that explains most.

    Breakdown: a witness with random moves of its own explains nothing beyond chance.

    Parameters
    ----------
    start : array, shape (n,)
        Times of the point's readings. [µs]
    runs : Runs
        Its excursions.
    witnesses : sequence of MovingPoint
        Who may explain them.
    whole : bool, optional
        Whether both ends have to coincide.

    Returns
    -------
    found : bool array, shape (r,)
        True for those that coincide, if enough do beyond chance.
    moved : bool array, shape (n,)
        Readings at which that witness moves.
    """
    best, found = LIFT, np.zeros(len(runs.first), dtype=bool)
    marks = np.zeros(len(start), dtype=bool)
    after = np.minimum(runs.last + 1, len(start) - 1)
    for witness in witnesses:
        for late in (0, 1, -1):
            moved = _moved(start, witness.moves, late)
            share = float(np.mean(moved))
            one, other = moved[runs.first], moved[after]
            ways = [(one & other, share**2), (one, share), (other, share)]
            for hit, chance in ways[:1] if whole else ways:
                lift = _beyond_chance(hit, chance)
                if lift > best:
                    best, found, marks = lift, hit, moved
    return found, marks


def informative(start: Microseconds, witnesses: Sequence[MovingPoint]) -> bool:
    """Tell whether a witness moves seldom enough for its silence to mean something."""
    return any(len(w.moves) < _SELDOM * len(start) for w in witnesses)


def _beyond_chance(hit: Bools, chance: float) -> float:
    """Share of hits that chance does not make; 0 when it may make them all."""
    n, seen = len(hit), float(np.mean(hit))
    spread = np.sqrt(max(chance * (1 - chance), 1e-6) / n)
    if chance > MAJORITY or seen - chance < _SIGMAS * spread:
        return 0.0
    return (seen - chance) / (1 - chance)


def _moved(start: Microseconds, moves: Microseconds, late: int) -> Bools:
    """Tell at which readings a witness moves, so many readings late."""
    mark = np.zeros(len(start) + 1, dtype=bool)
    place = np.searchsorted(start, moves, side="right") - 1 + late
    mark[np.clip(place, -1, len(start))] = True
    return np.asarray(mark[:-1])
