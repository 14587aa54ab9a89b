"""The cheapest way to bring the lowest water of a field back while the rig is still on site."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq
from scipy.spatial import cKDTree

from loopkeeper.lifecycle.build.as_found import Floats
from loopkeeper.lifecycle.build.running import RunCourse, YearlyDuty, run
from loopkeeper.physics.ground import FieldResponse
from loopkeeper.physics.system import Load, System
from loopkeeper.plant.holes import FieldHoles
from loopkeeper.plant.model import PlantModel
from loopkeeper.units import HOUR, KWH

CLOSE = 0.02
"""A lowest water so near to the promise keeps it. [K]"""
ROOM = 0.9
"""An extra hole stands no nearer to others than this share of the usual spacing. [-]"""
MOST = 1.0
"""Extra holes at most, of those there are; recharge at most, of the heat of the year. [-]"""
LEAST_LOAD = 0.3
"""Deepest cap that is looked at, of the peak. [-]"""
BOILER = 0.9
"""Efficiency of what heats above a cap (A). [-]"""
NEAR = 0.125
"""Part of the most of a measure that is usually more than enough, looked at first. [-]"""
ROUNDS = 4
"""Times that extra holes are counted anew where the first count falls short. [-]"""


class CureKind(StrEnum):
    """What can be done."""

    EXTRA_HOLES = "extra_holes"
    RECHARGE = "recharge"
    CAP = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurePrices:
    """
    What a cure costs, in the currency of the tariff.

    ``hole_metre`` with pipe and grout [m-1], ``hole`` each; ``recharge`` plant by yearly heat
    [kWh-1]; ``boiler`` for what is above a cap [W-1] and its ``fuel`` [kWh-1]; ``electricity``
    where no tariff is [kWh-1]; ``upkeep`` share a year [-]; ``annuity`` worth now of one a year
    [year].
    """

    hole_metre: float
    hole: float
    recharge: float
    boiler: float
    fuel: float
    electricity: float
    upkeep: float
    annuity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """
    Something that brings the lowest water back.

    ``amount`` holes [-], heat put in a year [J], or highest heating [W], by ``kind``; the
    ``course`` with it; ``invested``, ``yearly`` against none and ``life_cycle``, their present
    value, in the currency of the prices.
    """

    kind: CureKind
    amount: float
    course: RunCourse
    invested: float
    yearly: float
    life_cycle: float


@dataclass(frozen=True, kw_only=True)
class Ill:
    """A plant as found: its ``model``, ``holes``, ``course`` and ``duty``; ``target`` [°C]."""

    model: PlantModel
    holes: FieldHoles
    course: RunCourse
    duty: YearlyDuty
    target: float

    def misses(self, course: RunCourse) -> float:
        """How far the lowest water stays below the target. [K]"""
        return self.target - course.coldest


def cures(ill: Ill, prices: CurePrices) -> tuple[Cure, ...]:
    """
    Return what brings the lowest water back to a target, the cheapest first.

    Parameters
    ----------
    ill : Ill
        The plant as found.
    prices : CurePrices
        Of things and energy.

    Returns
    -------
    tuple of Cure
        None where nothing is to be cured; a cure that cannot reach the target is not among them.
    """
    if ill.misses(ill.course) <= CLOSE:
        return ()
    found = [one for one in (_holes(ill), _recharge(ill), _cap(ill)) if one is not None]
    priced = [_priced(ill, prices, *one) for one in found]
    return tuple(sorted(priced, key=lambda cure: cure.life_cycle))


Found = tuple[CureKind, float, RunCourse, float]
"""Kind, amount, course, and heat that something else has to give in a year [J]."""


def _priced(
    ill: Ill, prices: CurePrices, kind: CureKind, amount: float, course: RunCourse, other: float
) -> Cure:
    capped = float(ill.duty.load.heating.max()) - amount
    invested = {
        CureKind.EXTRA_HOLES: amount
        * (prices.hole + prices.hole_metre * ill.holes.total_length / ill.holes.count),
        CureKind.RECHARGE: amount / KWH * prices.recharge,
        CureKind.CAP: capped * prices.boiler,
    }[kind]
    if course.money is None or ill.course.money is None:
        spent = (course.electricity - ill.course.electricity) / KWH * prices.electricity
    else:
        spent = course.money - ill.course.money
    yearly = spent + other / KWH / BOILER * prices.fuel + prices.upkeep * invested
    return Cure(
        kind=kind,
        amount=amount,
        course=course,
        invested=invested,
        yearly=yearly,
        life_cycle=invested + prices.annuity * yearly,
    )


def _holes(ill: Ill) -> Found | None:
    """Fewest extra holes of the mean length; None where twice as many are not enough."""
    had = ill.holes.count

    def stretched(more: float) -> RunCourse:
        return run(_stretched(ill.model, had, more), ill.duty)

    guess = _least(ill, stretched, MOST * had)
    if guess is None:
        return None
    count = int(np.ceil(guess))
    if ill.model.field.field.geometry.tilt is not None:
        return CureKind.EXTRA_HOLES, float(count), stretched(count), 0.0
    more = apart_from_even(ill.model)
    for _ in range(ROUNDS):
        course = run(with_more(ill.model, ill.holes, count, more).system, ill.duty)
        if ill.misses(course) <= CLOSE:
            return CureKind.EXTRA_HOLES, float(count), course, 0.0
        gained = max(course.coldest - ill.course.coldest, CLOSE)
        count += max(1, int(np.ceil(count * ill.misses(course) / gained)))
    return None


def _stretched(model: PlantModel, count: int, more: float) -> System:
    """A plant with more metres of the same response: what extra holes far out would be."""
    factor = (count + more) / count
    ground = model.field_source
    stretched = replace(
        ground,
        total_length=factor * ground.total_length,
        by_flow=ground.by_flow.per_flow(factor),
    )
    return replace(model.system, ground=stretched)


def apart_from_even(model: PlantModel) -> Floats:
    """Return what the g-function of unequal holes has beyond that of even ones. [-]"""
    own = model.field.field
    return own.interaction - FieldResponse.of(replace(own.geometry, lengths=None)).interaction


def with_more(model: PlantModel, holes: FieldHoles, more: int, apart: Floats) -> PlantModel:
    """
    Return a plant with extra holes of the mean length beside the others.

    Parameters
    ----------
    model : PlantModel
        As found, of upright holes.
    holes : FieldHoles
        As found.
    more : int
        Extra holes.
    apart : array, shape (n,)
        What unequal holes differ by from even ones. [-]

    Returns
    -------
    PlantModel
        What unequal holes differ by from even ones is kept from the plant as found.
    """
    own = model.field
    had = replace(own.field.geometry, lengths=None)
    x, y = (
        np.append(a, b) for a, b in zip((had.x, had.y), beside_field(holes, more).T, strict=True)
    )
    enlarged = FieldResponse.of(replace(had, x=x, y=y))
    response = replace(
        enlarged,
        interaction=enlarged.interaction + apart,
        groundwater=own.field.groundwater,
    )
    factor = len(x) / holes.count
    return model.with_ground(
        replace(own, field=response, flow_table=own.flow_table.per_flow(factor))
    )


def beside_field(holes: FieldHoles, more: int) -> Floats:
    """
    Return places for extra holes: the usual spacing off, the nearest to the middle first.

    Parameters
    ----------
    holes : FieldHoles
        As they stand.
    more : int
        How many are added.

    Returns
    -------
    array, shape (more, 2)
        On no land in particular: whether there is room, the site knows. [m]
    """
    stand = np.stack([holes.x, holes.y], axis=1)
    middle, spacing = stand.mean(axis=0), usual_spacing(holes)
    ring = spacing * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    added: list[Floats] = []
    while len(added) < more:
        every = np.vstack([stand, *added])
        asked = (every[:, None, :] + ring).reshape(-1, 2)
        free = asked[cKDTree(every).query(asked)[0] >= ROOM * spacing]
        for place in free[np.argsort(np.hypot(*(free - middle).T), kind="stable")]:
            if len(added) == more:
                break
            if all(np.hypot(*(place - other)) >= ROOM * spacing for other in added):
                added.append(place)
    return np.array(added).reshape(-1, 2)


def usual_spacing(holes: FieldHoles) -> float:
    """Return the middle distance of a hole to its nearest; 5 m of a single one. [m]"""
    if holes.count < 2:
        return 5.0
    places = np.stack([holes.x, holes.y], axis=1)
    return float(np.median(cKDTree(places).query(places, k=2)[0][:, 1]))


def _recharge(ill: Ill) -> Found | None:
    """Least heat put in evenly while nothing is heated; None where it is never enough."""
    load = ill.duty.load
    idle = load.heating <= 0
    if not idle.any():
        return None
    before = np.zeros(len(load.heating)) if load.recharge is None else load.recharge

    def with_heat(heat: float) -> RunCourse:
        rate = before + idle * heat / (idle.sum() * HOUR)
        return run(ill.model.system, _with_load(ill, replace(load, recharge=rate)))

    most = MOST * float(load.heating.sum()) * HOUR
    heat = _least(ill, with_heat, most)
    return None if heat is None else (CureKind.RECHARGE, heat, with_heat(heat), 0.0)


def _cap(ill: Ill) -> Found | None:
    """Highest cap on heating that is enough; None where even a deep one is not."""
    load = ill.duty.load
    peak = float(load.heating.max())

    def capped(shaved: float) -> RunCourse:
        heating = np.minimum(load.heating, peak - shaved)
        return run(ill.model.system, _with_load(ill, replace(load, heating=heating)))

    shaved = _least(ill, capped, (1 - LEAST_LOAD) * peak)
    if shaved is None:
        return None
    withheld = float(np.maximum(load.heating - (peak - shaved), 0.0).sum()) * HOUR
    return CureKind.CAP, peak - shaved, capped(shaved), withheld


def _with_load(ill: Ill, load: Load) -> YearlyDuty:
    return replace(ill.duty, load=load)


def _least(ill: Ill, course: Callable[[float], RunCourse], most: float) -> float | None:
    """Least of a measure that reaches the target, to a hundredth of a kelvin or so."""
    best = ill.misses(course(most)) if most > 0 else np.inf
    if best > 0:
        return None
    known = {0.0: ill.misses(ill.course) + CLOSE / 2, most: best + CLOSE / 2}

    def beyond(amount: float) -> float:
        if amount not in known:
            known[amount] = ill.misses(course(amount)) + CLOSE / 2
        return known[amount]

    if known[most] >= 0:
        return most
    near = min(most, NEAR * most)
    top = near if beyond(near) < 0 else most
    return float(brentq(beyond, 0.0, top, xtol=1e-3 * top, rtol=1e-2))
