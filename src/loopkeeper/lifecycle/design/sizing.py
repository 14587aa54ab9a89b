"""Length of borehole fields: the shortest that keeps its fluid within limits over the years."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InfeasibleError, InputError, NotConvergedError
from loopkeeper.measure.series import Floats
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.hole_resistance import NO_CHANGE, FlowTable
from loopkeeper.physics.many_years import (
    COARSE,
    FINE,
    Extremes,
    Hole,
    extremes,
    field_table,
    wall_drop,
    wall_response,
)
from loopkeeper.physics.neighbour import Neighbour, Surroundings, neighbours_drop
from loopkeeper.units import YEAR

FIRST_GUESS = 45.0
"""Heat rate that the first look assumes. [W m-1]"""
TOLERANCE = 2e-4
"""Relative change of length below which the search ends. [-]"""
QUICK = 0.02
"""As much for a quick search: what is left of it is the error of its slope. [-]"""
CLOSE = 0.08
"""Relative change below which the g-function is worth its full accuracy. [-]"""
ROUGH = 0.01
"""How closely a first look finds the length that its g-function asks for. [-]"""
ROUNDS, MATCHES = 12, 16
"""Looks at other lengths before the search gives up; lengths tried with one g-function. [-]"""
SHORTEST, LONGEST = 3.0, 1000.0
"""Holes are not sized shorter (the field has far too many), and none is looked at beyond. [m]"""


@dataclass(frozen=True, slots=True)
class GroundValues:
    """
    Ground as sizing takes it.

    ``conductivity`` [W m-1 K-1], ``heat_capacity`` [J m-3 K-1], ``undisturbed_temperature`` mean
    over the hole, at ``at_length`` [°C], [m], with ``gradient`` [K m-1]; ``groundwater`` moves
    with a Darcy flux [m s-1] and heads to an angle from the x axis [rad].
    """

    conductivity: float
    heat_capacity: float
    undisturbed_temperature: float
    gradient: float = 0.0
    at_length: float = 100.0
    groundwater: tuple[float, float] = (0.0, 0.0)

    def temperature(self, length: float) -> float:
        """Return the mean over a hole of another length. [m] → [°C]"""
        return self.undisturbed_temperature + self.gradient * (length - self.at_length) / 2


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Limits of the fluid over ``years``.

    ``low`` and ``high`` [°C] hold for the mean fluid, or for the water to the machines when
    ``capacity_flow`` of the field [W K-1] is given; ``field_low`` for the water to the field
    while heat is drawn [°C].
    """

    low: float
    high: float
    years: int = 25
    capacity_flow: float | None = None
    field_low: float | None = None


@dataclass(frozen=True)
class Running:
    """
    How the water of a field runs, shape (n,) or (1,).

    ``flow`` of the field while machines run [m3 s-1] and ``share`` of the hour that they do [-];
    ``capacity`` of the fluid [J m-3 K-1]; ``by_flow`` change of R_b* by the flow of one hole and
    fluid temperature; ``in_series`` holes passed by the same water [-]; ``cycling`` extra drop per
    W m-1 above the hourly mean [m K W-1].
    """

    flow: Floats
    share: Floats
    capacity: float
    by_flow: FlowTable
    in_series: int = 1
    cycling: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FieldSize:
    """
    A sized field.

    ``length`` of each hole and ``total_length`` [m]; ``decided_by`` ``cold`` or ``warm`` water to
    the machines or cold water to the ``field`` in ``year``; ``coldest`` and ``warmest`` water to
    the machines and ``coldest_entering`` the field, infinite when no heat is drawn [°C];
    ``numerical_error`` of the length, relative [-]; ``yearly_mean`` water to the machines of each
    year [°C].
    """

    length: float
    total_length: float
    decided_by: str
    year: int
    coldest: float
    warmest: float
    coldest_entering: float
    numerical_error: float
    yearly_mean: Floats


@dataclass(frozen=True, kw_only=True)
class FieldTask:
    """
    What a field has to do.

    ``geometry`` places, depth of the heads and radius (its length does not count); ``heat`` drawn
    from the ground in each hour of a year, negative when put in, shape (n,) [W]; ``resistance``
    effective borehole resistance R_b* of design [m K W-1], which stays when nothing tells how the
    water is ``running``; ``neighbours`` are fields in the same ground.
    """

    geometry: FieldGeometry
    ground: GroundValues
    heat: Floats
    resistance: float
    limits: Limits
    running: Running | None = None
    neighbours: tuple[Neighbour, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a field without anything to do, or with a resistance that cannot be."""
        if not np.any(self.heat):
            raise InputError("nothing is drawn from the ground or put into it: no field to size")
        if not 0 <= self.resistance <= 2:
            raise InputError(f"borehole resistance {self.resistance:g} m K/W: allowed 0 to 2")

    def rest(self, length: float) -> Floats:
        """Return the ground without this field at the ends of its years, (years + 1,). [°C]"""
        ends, g = YEAR * np.arange(self.limits.years + 1.0), self.ground
        geometry = replace(self.geometry, length=length)
        here = Surroundings(geometry, g.conductivity, g.heat_capacity, g.groundwater)
        return g.temperature(length) - neighbours_drop(here, self.neighbours, ends)

    def hole(self) -> Hole:
        """Return the resistance and flow of one of its holes, hour by hour."""
        count, run = len(self.heat), self.running
        if run is None:
            flow = self.limits.capacity_flow
            spread = np.zeros(count) if flow is None else self.heat / (2 * flow)
            return Hole(self.resistance, NO_CHANGE, 0.0, np.ones(count), np.ones(count), spread)
        share, flow_rate = (np.broadcast_to(a, (count,)) for a in (run.share, run.flow))
        rate = self.heat / np.where(share > 0, share, 1.0)
        own = flow_rate * run.in_series / self.geometry.count
        spread = rate / (2 * flow_rate * run.capacity)
        return Hole(self.resistance, run.by_flow, run.cycling, own, np.asarray(share), spread)


def size_field(task: FieldTask, *, quick: bool = False) -> FieldSize:
    r"""
    Return the shortest length of the holes of a field that keeps its limits, hour by hour.

    Parameters
    ----------
    task : FieldTask
        What it has to do.
    quick : bool
        Stop as soon as a g-function of full accuracy asks for nearly its own length (error about
        0.1 %), as for layout searches.

    Returns
    -------
    FieldSize
        The same to the last digit for the same question: nothing is remembered between calls.

    Raises
    ------
    InfeasibleError
        When the undisturbed ground lies outside the limits.
    NotConvergedError
        When the length does not settle.

    Notes
    -----
    Once the g-function is fixed the wall's distance from the undisturbed ground is proportional to
    1/L, so every look gives the length that this g-function asks for; only the slow change of g
    with length is searched. All years count, the first as well as the last. Where three metres are
    enough, three metres are the answer.
    """
    length = max(float(np.abs(task.heat).max()) / FIRST_GUESS / task.geometry.count, 10.0)
    looks: list[tuple[float, float]] = []
    points, slope, enough = COARSE, 0.0, QUICK if quick else TOLERANCE
    for _ in range(ROUNDS):
        table = table_at(task, length, points)
        wanted, run = wanted_length(task, table, close=points == FINE)
        if wanted <= length <= SHORTEST:
            return _answer(task, length, _runs(task, table)(length)[1], 0.0)
        looks.append((length, wanted))
        slope = _slope(looks, slope)
        error, settled = abs(wanted / length - 1), _settled(length, wanted, slope)
        if points == FINE and error < enough:
            return _answer(task, settled, run, error)
        length = max(_within(settled, length, task), SHORTEST)
        if points == COARSE and error < CLOSE:
            points, looks = FINE, []
    raise NotConvergedError(f"the length of the holes does not settle, last {length:.1f} m")


def table_at(task: FieldTask, length: float, points: int) -> FieldResponse:
    """
    Return the g-function of a task's field with holes of some length.

    Parameters
    ----------
    task : FieldTask
        Field and ground.
    length : float
        [m]
    points : int
        Accuracy, see :func:`loopkeeper.physics.many_years.field_table`. [-]

    Returns
    -------
    FieldResponse
    """
    table = field_table(
        replace(task.geometry, length=length),
        diffusivity=task.ground.conductivity / task.ground.heat_capacity,
        years=task.limits.years,
        points=points,
    )
    return replace(table, groundwater=task.ground.groundwater)


def wanted_length(
    task: FieldTask, table: FieldResponse, *, close: bool = True
) -> tuple[float, Extremes]:
    """
    Return the length that one g-function asks for.

    Parameters
    ----------
    task : FieldTask
        What the field has to do.
    table : FieldResponse
        g-function at some length.
    close : bool
        To the last digit, or to a hundredth as a first look.

    Returns
    -------
    length : float
        Of each hole. [m]
    run : Extremes
        Of the fluid at that length.

    Raises
    ------
    InfeasibleError
        When the undisturbed ground lies outside the limits.
    """
    enough = TOLERANCE / 4 if close else ROUGH
    return _solved(_runs(task, table), table.geometry.length, enough)


def _runs(task: FieldTask, table: FieldResponse) -> Callable[[float], tuple[float, Extremes]]:
    """How much of the room holes of a length use on one g-function, and how far the fluid gets."""
    length = table.geometry.length
    response = wall_response(
        table,
        conductivity=task.ground.conductivity,
        heat_capacity=task.ground.heat_capacity,
        years=task.limits.years,
    )
    heat = task.heat / table.geometry.total_length
    wall = wall_drop(response, heat, task.limits.years)
    rest, hole = task.rest(length), task.hole()

    def at(wanted: float) -> tuple[float, Extremes]:
        scale = length / wanted
        run = extremes(wall, hole, heat, rest=rest, scale=scale)
        return use(task.limits, run, rest)[0], run

    return at


def _solved(
    at: Callable[[float], tuple[float, Extremes]], length: float, enough: float
) -> tuple[float, Extremes]:
    """Length at which all room is used and no more, by secants in the logarithm."""
    low, high, safe = 0.0, np.inf, None
    slope, before = -1.0, (0.0, 0.0)
    for n in range(MATCHES):
        used, run = at(length)
        if abs(used - 1) < enough:
            return length, run
        low, high, safe = (length, high, safe) if used > 1 else (low, length, (length, run))
        place = (float(np.log(length)), float(np.log(used)))
        if n and place[0] != before[0]:
            slope = float(np.clip((place[1] - before[1]) / (place[0] - before[0]), -4.0, -0.25))
        before = place
        length = float(np.exp(place[0] - place[1] / slope))
        if not low < length < high:
            length = float(np.sqrt(low * high))
    if safe is None and low <= LONGEST:
        raise NotConvergedError(f"no length found with one g-function, last {length:.1f} m")
    # the shortest that keeps them: flow that turns laminar makes a jump; or one beyond all holes
    return safe or (low, at(low)[1])


def use(limits: Limits, run: Extremes, rest: Floats) -> tuple[float, str]:
    """
    Return how much of the room between undisturbed ground and limits a run uses.

    Parameters
    ----------
    limits : Limits
        Of the water.
    run : Extremes
        How far the water gets.
    rest : array, shape (years + 1,)
        Ground without this field at the ends of the years. [°C]

    Returns
    -------
    used : float
        1 when a limit is just reached. [-]
    side : str
        ``cold``, ``warm`` or ``field``, the limit that is nearest.

    Raises
    ------
    InfeasibleError
        When the undisturbed ground lies outside the limits.
    """
    years = (run.coldest_year, run.warmest_year, run.entering_year)
    cold, warm, entering = (0.5 * float(rest[y - 1] + rest[y]) for y in years)
    sides = [("cold", cold - run.coldest, cold - limits.low)]
    sides.append(("warm", run.warmest - warm, limits.high - warm))
    if limits.field_low is not None and np.isfinite(run.coldest_entering):
        sides.append(("field", entering - run.coldest_entering, entering - limits.field_low))
    if any(used > 0 and room <= 0 for _, used, room in sides):
        low = max(limits.low, limits.low if limits.field_low is None else limits.field_low)
        raise InfeasibleError(
            f"undisturbed ground of {rest[-1]:.1f} °C lies outside the limits {low:g} … "
            f"{limits.high:g} °C: no length can keep them"
        )
    return max((used / room, side) for side, used, room in sides if used > 0)


def _slope(looks: list[tuple[float, float]], before: float) -> float:
    """How wanted length follows length, by the last two looks of like accuracy, else as before."""
    if len(looks) < 2 or looks[-1][0] == looks[-2][0]:
        return before
    (length, wanted), (at, then) = looks[-1], looks[-2]
    return float(np.clip((wanted - then) / (length - at), -0.9, 0.9))


def _settled(length: float, wanted: float, slope: float) -> float:
    """Where length and wanted length would agree."""
    return max(length + (wanted - length) / (1 - slope), 0.3 * length)


def _within(length: float, before: float, task: FieldTask) -> float:
    """The next length to look at; refused when even the longest hole is not enough."""
    if length > LONGEST and before >= LONGEST:
        low = task.limits.low if task.limits.field_low is None else task.limits.field_low
        raise InfeasibleError(
            f"{task.geometry.count} holes would have to be longer than {LONGEST:.0f} m: ground of "
            f"{task.rest(before)[-1]:.1f} °C leaves too little room to {low:g} … "
            f"{task.limits.high:g} °C; more holes, more flow, antifreeze or another source beside"
        )
    return min(length, LONGEST)


def _answer(task: FieldTask, length: float, run: Extremes, error: float) -> FieldSize:
    _, side = use(task.limits, run, task.rest(length))
    year = {"cold": run.coldest_year, "warm": run.warmest_year, "field": run.entering_year}[side]
    return FieldSize(
        length=length,
        total_length=length * task.geometry.count,
        decided_by=side,
        year=year,
        coldest=run.coldest,
        warmest=run.warmest,
        coldest_entering=run.coldest_entering,
        numerical_error=error,
        yearly_mean=run.yearly,
    )
