"""
The source's part of the promise: the design's water is as warm as was promised.

What no document tells to a tenth is moved; a field that is far colder or warmer than promised on
its own design load is too short for its promise.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import brentq

from loopkeeper.measure.series import Bools, Floats
from loopkeeper.physics.system import System, Trajectory
from loopkeeper.plant.model import GroundModel, PlantModel, WaterModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

RESISTANCE_DOUBT, GROUND_DOUBT, WATER_DOUBT, GIVING_DOUBT = 0.2, 0.4, 1.0, 10.0
"""Standard deviations of the design's own source about ours: log of the borehole resistance [-],
temperature of ground and of water [K], fall of wells and water under the peak load [K]."""
WORSE = np.array([-1.0, 1.0])
"""Colder water is worse in winter, warmer in summer."""
STRIDE, ROUNDS = 0.5, 3
"""Slopes are taken over this share of a standard deviation, and walked so often. [-]"""
LIMIT_DOUBT = 2.0
"""Wells were designed for a usual limit to within this. [K]"""
EXTREME = 0.6
"""A year's coldest hour differs by so much between sound models. [K]"""
COLD_LIMITS = frozenset({-5.0, -3.0, 0.0, 2.0, 3.0, 4.0, 5.0})
WARM_LIMITS = frozenset({30.0, 32.0, 33.0, 35.0, 38.0, 40.0})
"""What is promised as a limit by habit or code says nothing of the design. [°C]"""
PLAUSIBLE = 2.0
"""An extreme further off than so many standard deviations is a limit, nothing foreseen. [-]"""
LONGEST_NEED = 4.0
"""No field is found shorter than a quarter of its need. [-]"""


@dataclass(frozen=True)
class InletFit:
    """
    How a source is brought onto its promised water.

    ``moved`` does it to a plant, designed or built; ``short`` needed over listed length of a field
    that is too short for its promise, one otherwise [-]; ``verdicts`` say what no length brings.
    """

    moved: Callable[[PlantModel], PlantModel]
    short: float = 1.0
    verdicts: tuple[Verdict, ...] = ()


def fit_inlet(plant: Plant, model: PlantModel, run: Callable[[System], Trajectory]) -> InletFit:
    """
    Find what no document tells to a tenth, so that the design's water is as warm as was promised.

    Parameters
    ----------
    plant : Plant
        Promised coldest and warmest water into the machines.
    model : PlantModel
        The plant as designed.
    run : callable
        Simulates a system under its design year.

    Returns
    -------
    InletFit
        Gives the plant another borehole resistance and ground temperature, or water so much warmer
        that gives way so much more; or the length its promise needs. Leaves it as it is where
        nothing was promised, or limits only that it keeps: the usual ones, and those further off
        than two sound models are.
    """
    stated = np.array(
        [
            np.nan if x is None else x
            for x in (plant.promise.source_inlet_min, plant.promise.source_inlet_max)
        ]
    )
    moves = _moves_of(plant, model)
    if not np.isfinite(stated).any():
        return InletFit(_unmoved)

    def moved(other: PlantModel, steps: Floats) -> PlantModel:
        for (move, doubt), step in zip(moves, steps, strict=True):
            other = move(other, doubt * float(step))
        return other

    def at(steps: Floats) -> Floats:
        return _extremes(run(moved(model, steps).system))

    steps, each = np.zeros(len(moves)), STRIDE * np.eye(len(moves))
    now = at(steps)
    slopes = np.column_stack([at(one) - now for one in each]) / STRIDE
    spread = PLAUSIBLE * np.sqrt(EXTREME**2 + (slopes**2).sum(axis=1))
    worse = (WORSE * (now - stated) > spread).any()
    if worse and isinstance(model.ground, GroundModel):
        return _too_short(model, run, stated)
    asked = _foreseen(model, stated)
    known = np.isfinite(asked - now) & (np.abs(asked - now) < spread)
    if not known.any():
        return InletFit(_unmoved)
    doubt = np.where(_usual(stated), LIMIT_DOUBT, EXTREME)[known]
    weighed = slopes[known] / doubt[:, None]
    normal = weighed.T @ weighed + np.eye(len(moves))
    for _ in range(ROUNDS):
        missed = (asked - now)[known] / doubt
        steps = steps + np.linalg.solve(normal, weighed.T @ missed - steps)
        now = at(steps)
    return InletFit(lambda other: moved(other, steps))


def _too_short(model: PlantModel, run: Callable[[System], Trajectory], stated: Floats) -> InletFit:
    """A field that its own design load takes further than promised."""
    short = _needed_length(model, run, stated)
    if short is None:
        figures = {"low": float(stated[0]), "high": float(stated[1])}
        said = Verdict("diagnose.promise.water_unreachable", figures)
        return InletFit(_unmoved, verdicts=(said,))
    return InletFit(partial(_longer, factor=short), short)


def _needed_length(
    model: PlantModel, run: Callable[[System], Trajectory], stated: Floats
) -> float | None:
    """How much longer a field has to be for its promised water; None where no length helps. [-]"""

    def worst(log: float) -> float:
        now = _extremes(run(_longer(model, float(np.exp(log))).system))
        return float(np.nanmax(WORSE * (now - stated)))

    longest = float(np.log(LONGEST_NEED))
    if worst(longest) > 0:
        return None
    return float(np.exp(brentq(worst, 0.0, longest, xtol=0.02)))


def _longer(model: PlantModel, factor: float) -> PlantModel:
    ground = model.field
    return model.with_ground(replace(ground, length_factor=ground.length_factor * factor))


def _unmoved(model: PlantModel) -> PlantModel:
    return model


def _foreseen(model: PlantModel, stated: Floats) -> Floats:
    """
    Promised extremes that say something of the source. [°C]

    Usual limits say nothing of a field; nor of wells and water, unless the other extreme is a
    forecast: then both are.
    """
    usual = _usual(stated)
    forecast = bool((np.isfinite(stated) & ~usual).any())
    if isinstance(model.ground, WaterModel) and forecast:
        return stated
    return np.where(usual, np.nan, stated)


def _usual(stated: Floats) -> Bools:
    return np.array([stated[0] in COLD_LIMITS, stated[1] in WARM_LIMITS])


Move = Callable[[PlantModel, float], PlantModel]


def _moves_of(plant: Plant, model: PlantModel) -> tuple[tuple[Move, float], ...]:
    """What of a source may be moved, and its standard deviation beforehand."""
    if isinstance(model.ground, WaterModel):
        promise = plant.promise
        peak = max(promise.peak_heating or 0.0, promise.peak_cooling or 0.0, 1.0)
        giving = (_giving_way, GIVING_DOUBT / peak)
        surveyed = plant.source.surface is not None  # its temperature is on record
        return (giving,) if surveyed else ((_warmer_water, WATER_DOUBT), giving)
    return ((_other_resistance, RESISTANCE_DOUBT), (_warmer_ground, GROUND_DOUBT))


def _warmer_water(model: PlantModel, shift: float) -> PlantModel:
    offset = model.system.source_offset + shift
    return model.with_system(replace(model.system, source_offset=offset))


def _giving_way(model: PlantModel, resistance: float) -> PlantModel:
    more = max(model.system.source_resistance + resistance, 0.0)
    return model.with_system(replace(model.system, source_resistance=more))


def _other_resistance(model: PlantModel, log: float) -> PlantModel:
    ground = model.field
    return model.with_ground(ground.with_resistance(ground.resistance * float(np.exp(log))))


def _warmer_ground(model: PlantModel, shift: float) -> PlantModel:
    warmer = model.field.undisturbed_temperature + shift
    return model.with_ground(replace(model.field, undisturbed_temperature=warmer))


def _extremes(run: Trajectory) -> Floats:
    """Coldest water into the machines while heating, warmest while cooling. [°C]"""
    supply = run["source_supply"]
    ends = []
    for name, end in (("heating_delivered", np.min), ("cooling_delivered", np.max)):
        on = (run["run_share"] > 0) & (run[name] > 0)
        ends.append(float(end(supply[on])) if on.any() else np.nan)
    return np.array(ends)
