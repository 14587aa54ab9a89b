"""Length of borehole fields: the shortest that keeps its fluid within limits over the years."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InputError, NotConvergedError
from loopkeeper.measure.series import Floats
from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.many_years import (
    COARSE,
    FINE,
    Extremes,
    extremes,
    field_table,
    wall_response,
)

FIRST_GUESS = 45.0
"""Heat rate that the first look assumes. [W m-1]"""
SHORTEST = 3.0
"""Holes are not sized shorter: the field has far too many. [m]"""
TOLERANCE = 2e-4
"""Relative change of length below which the search ends. [-]"""
CLOSE = 0.05
"""Relative change below which the g-function is worth its full accuracy. [-]"""
ROUNDS = 12
"""Looks at other lengths before the search gives up. [-]"""


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

    ``low`` and ``high`` [°C] hold for the mean fluid, or for the fluid to the machines when
    ``capacity_flow`` of the field [W K-1] is given.
    """

    low: float
    high: float
    years: int = 25
    capacity_flow: float | None = None


@dataclass(frozen=True)
class FieldSize:
    """
    A sized field.

    ``length`` of each hole and ``total_length`` [m]; ``decided_by`` ``cold`` or ``warm`` in
    ``year``; ``coldest`` and ``warmest`` fluid [°C]; ``numerical_error`` of the length, relative
    [-]; ``yearly_mean`` fluid temperature of each year [°C].
    """

    length: float
    total_length: float
    decided_by: str
    year: int
    coldest: float
    warmest: float
    numerical_error: float
    yearly_mean: Floats


@dataclass(frozen=True)
class FieldTask:
    """
    What a field has to do.

    ``geometry`` places, depth of the heads and radius (its length does not count); ``heat`` drawn
    from the ground in each hour of a year, negative when put in, shape (n,) [W]; ``resistance``
    effective borehole resistance R_b* [m K W-1].
    """

    geometry: FieldGeometry
    ground: GroundValues
    heat: Floats
    resistance: float
    limits: Limits

    def __post_init__(self) -> None:
        """Refuse a field without anything to do, or with a resistance that cannot be."""
        if not np.any(self.heat):
            raise InputError("nothing is drawn from the ground or put into it: no field to size")
        if not 0 <= self.resistance <= 2:
            raise InputError(f"borehole resistance {self.resistance:g} m K/W: allowed 0 to 2")


def size_field(task: FieldTask, *, quick: bool = False) -> FieldSize:
    r"""
    Return the shortest length of the holes of a field that keeps its limits, hour by hour.

    Parameters
    ----------
    task : FieldTask
        What it has to do.
    quick : bool
        Stop after one g-function of full accuracy (error about 0.1 %), as for layout searches.

    Returns
    -------
    FieldSize
        The same to the last digit for the same question: nothing is remembered between calls.

    Raises
    ------
    InputError
        When the undisturbed ground lies outside the limits.
    NotConvergedError
        When the length does not settle.

    Notes
    -----
    At a given length the fluid's distance from the undisturbed ground is proportional to 1/L once
    the g-function is fixed, so every look gives the length that this g-function asks for; only the
    slow change of g with length is searched. All years count, the first as well as the last. Where
    three metres are enough, three metres are the answer.
    """
    length = max(float(np.abs(task.heat).max()) / FIRST_GUESS / task.geometry.count, 10.0)
    looks: list[tuple[float, float]] = []
    points = COARSE
    for _ in range(ROUNDS):
        wanted, run = wanted_length(task, table_at(task, length, points))
        if wanted <= length <= SHORTEST:
            return _answer(task, length, run, 0.0)
        looks.append((length, wanted))
        error = abs(wanted / length - 1)
        if points == FINE and (error < TOLERANCE or (quick and len(looks) > 2)):
            return _answer(task, _settled(looks), run, error)
        length = max(_settled(looks), SHORTEST)
        if points == COARSE and error < CLOSE:
            points, looks = FINE, looks[-1:]
    raise NotConvergedError(
        f"the length of the holes does not settle: {looks[-2][1]:.1f} and {looks[-1][1]:.1f} m"
    )


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


def wanted_length(task: FieldTask, table: FieldResponse) -> tuple[float, Extremes]:
    """
    Return the length that one g-function asks for.

    Parameters
    ----------
    task : FieldTask
        What the field has to do.
    table : FieldResponse
        g-function at some length.

    Returns
    -------
    length : float
        Of each hole. [m]
    run : Extremes
        Of the fluid at the table's own length.

    Raises
    ------
    InputError
        When the undisturbed ground lies outside the limits.
    """
    limits, length = task.limits, table.geometry.length
    response = wall_response(
        table, conductivity=task.ground.conductivity, heat_capacity=task.ground.heat_capacity,
        years=limits.years,
    )  # fmt: skip
    flow = limits.capacity_flow
    run = extremes(
        response,
        resistance=task.resistance,
        heat_per_metre=task.heat / table.geometry.total_length,
        years=limits.years,
        spread=None if flow is None else -task.heat / (2 * flow),
    )
    rest = task.ground.temperature(length)
    pairs = [(run.drop, rest - limits.low), (run.rise, limits.high - rest)]
    if any(use > 0 and room <= 0 for use, room in pairs):
        raise InputError(
            f"undisturbed ground of {rest:.1f} °C lies outside the limits {limits.low:g} … "
            f"{limits.high:g} °C: no length can keep them"
        )
    return length * max(use / room for use, room in pairs if use > 0), run


def _settled(looks: list[tuple[float, float]]) -> float:
    """Where length and wanted length would agree, by the last two looks."""
    length, wanted = looks[-1]
    if len(looks) < 2:
        return wanted
    before, then = looks[-2]
    slope = (wanted - then) / (length - before) if length != before else 0.0
    slope = float(np.clip(slope, -0.9, 0.9))
    return max(length + (wanted - length) / (1 - slope), 0.3 * length)


def _answer(task: FieldTask, length: float, run: Extremes, error: float) -> FieldSize:
    limits, rest = task.limits, task.ground.temperature(length)
    cold = run.drop / (rest - limits.low) if run.drop > 0 else 0.0
    warm = run.rise / (limits.high - rest) if run.rise > 0 else 0.0
    by_cold = cold >= warm
    return FieldSize(
        length=length,
        total_length=length * task.geometry.count,
        decided_by="cold" if by_cold else "warm",
        year=run.drop_year if by_cold else run.rise_year,
        coldest=rest - run.drop,
        warmest=rest + run.rise,
        numerical_error=error,
        yearly_mean=rest - run.yearly,
    )


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    Standard deviations of what a sizing rests on.

    ``conductivity``, ``resistance`` and ``load`` relative [-]; ``temperature`` [K].
    """

    conductivity: float = 0.10
    resistance: float = 0.10
    temperature: float = 0.3
    load: float = 0.10


@dataclass(frozen=True)
class Reliability:
    """
    How surely a length keeps the limits.

    ``probability`` at the length asked about [-]; ``length_for`` length by probability [m];
    ``ranking`` share of the variance of the length by what is doubtful [-].
    """

    length: float
    probability: float
    length_for: dict[float, float]
    ranking: dict[str, float]


def reliability(
    task: FieldTask, size: FieldSize, doubts: Doubts, *, draws: int = 200, seed: int = 1
) -> Reliability:
    """
    Return the probability that a length keeps the limits, and the length for other probabilities.

    Parameters
    ----------
    task : FieldTask
        As sized.
    size : FieldSize
        Its answer.
    doubts : Doubts
        Of ground, hole and load.
    draws : int
        Worlds drawn. [-]
    seed : int
        Of the draws: the same question has the same answer.

    Returns
    -------
    Reliability
        With what to measure next: the doubt that moves the length most.
    """
    rng = np.random.default_rng(seed)
    table = table_at(task, size.length, FINE)
    normal = rng.standard_normal((draws, 4))
    lengths = np.array([wanted_length(_drawn(task, doubts, z), table)[0] for z in normal])
    names = ("conductivity", "resistance", "temperature", "load")
    moved = {
        name: wanted_length(_drawn(task, doubts, row), table)[0] - size.length
        for name, row in zip(names, np.eye(4), strict=True)
    }
    total = sum(m**2 for m in moved.values()) or 1.0
    return Reliability(
        size.length,
        float(np.mean(lengths <= size.length)),
        {p: float(np.quantile(lengths, p)) for p in (0.5, 0.8, 0.9, 0.95)},
        {name: m**2 / total for name, m in moved.items()},
    )


def _drawn(task: FieldTask, doubts: Doubts, z: Floats) -> FieldTask:
    """The task in another world, so many standard deviations off."""
    ground = replace(
        task.ground,
        conductivity=task.ground.conductivity * float(np.exp(doubts.conductivity * z[0])),
        undisturbed_temperature=task.ground.undisturbed_temperature + doubts.temperature * z[2],
    )
    return replace(
        task,
        ground=ground,
        resistance=task.resistance * float(np.exp(doubts.resistance * z[1])),
        heat=task.heat * float(np.exp(doubts.load * z[3])),
    )
