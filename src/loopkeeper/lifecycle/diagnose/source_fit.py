"""Wells and surface water as found: other water, or a source that gives way under load."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.change_point import Level, LevelPrior, find_level
from loopkeeper.lifecycle.diagnose.hypothesis import Setting
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Site
from loopkeeper.plant.source import SurfaceWater
from loopkeeper.plant.surface import yearly_water
from loopkeeper.plant.years import run_years

FULL_DAY, RUNNING = 3, 0.3
"""Usable hours of a day that counts [h], and how much of them machines run [-]."""

ENOUGH_DAYS = 20
"""Fewest days with running machines. [d]"""
OFFSET_PRIOR, SLOPE_PRIOR = 3.0, 0.5
"""Standard deviations of what may be wrong: water temperature [K]; the drop under load, as a share
of the design spread [-]."""
METER_OFFSET = 0.15
"""Thermometers of a healthy plant. [K]"""
MODEL_OFFSET = 0.5
"""Two sound models of the same wells or water differ by so much by mode. [K]"""
MILD_YEAR = 1.0
"""Surface water of one year may differ from the design's in a season by as much. [K]"""
WHOLE_YEAR, ENDS = 330 * 24, (1.0, 99.0)
"""Hours that show both ends of a year's course, and the percentiles these are read at. [%]"""
STRONG, FIRST_DAYS, LAST_DAYS, AT_ONCE = 0.3, 12, 30, 0.7
"""Days of this share of the design heat [-] tell of a fall; its first and last ones of a season
[d]; the share of the last that must be there in the first [-]."""
OUT_OF_DOUBT = 2.0
"""
Other water is named when it is off by more than so many standard deviations [-]; least falls under
load stand by kind.
"""


@dataclass(frozen=True)
class WaterShift:
    """By how much source water is warmer than designed while plants heat and while they cool."""

    heating: float = 0.0
    cooling: float = 0.0

    def moved(self, system: System, sign: float = 1.0) -> System:
        """Return the system on water so much warmer, or colder for a ``sign`` of -1."""
        return replace(
            system,
            source_offset=system.source_offset + sign * self.heating,
            cooling_offset=system.cooling_offset + sign * (self.cooling - self.heating),
        )


@dataclass(frozen=True)
class WaterFit:
    """
    Wells or surface water as found.

    ``offset`` of the water's temperature and its standard deviation [K]; ``drop`` by which it
    gives way at the ``design`` heat [W] more than designed, likewise [K]; None where there is
    none; ``at_once`` whether it does so from the first days of every season on; ``onset`` of the
    drop as hour of the period, None when it was there before.
    """

    offset: tuple[WaterShift, float] | None
    drop: tuple[float, float] | None
    design: float
    onset: int | None
    at_once: bool = False


def water_shift(plant: Plant, operation: Operation) -> WaterShift:
    """
    Return by how much surface water was warmer than the design took it, while machines ran.

    Parameters
    ----------
    plant : Plant
        Its design states the yearly range.
    operation : Operation
        Measured hours.

    Returns
    -------
    WaterShift
        Nothing for other sources, and within what a mild or hard year may do. [K]
    """
    body = plant.source.surface
    if body is None or not np.isfinite(operation.natural).all():
        return WaterShift()
    off = operation.natural - _designed_course(body, plant.site, operation)
    running = operation.run_share > 0
    seasons = (running & (operation.heating > 0), running & (operation.cooling > 0))
    shift = [float(off[season].mean()) if season.any() else 0.0 for season in seasons]
    return WaterShift(*shift) if max(map(abs, shift)) > MILD_YEAR else WaterShift()


def _designed_course(body: SurfaceWater, site: Site, operation: Operation) -> Floats:
    """A whole year's own course on the range of the design; else the design's sinusoid. [°C]"""
    usual = yearly_water(body, site, operation.time)
    if operation.hours < WHOLE_YEAR:
        return usual
    low, high = np.percentile(operation.natural, ENDS)
    bottom, top = np.percentile(usual, ENDS)
    stretch = (top - bottom) / max(high - low, MILD_YEAR)
    return np.asarray(bottom + stretch * (operation.natural - low))


def fit_water(plant: Plant, system: System, setting: Setting) -> WaterFit | None:
    """
    Return how a plant's wells or surface water differ from the design's.

    Parameters
    ----------
    plant : Plant
        Its kind of source.
    system : System
        As designed, with the staging it really has.
    setting : Setting
        The measured period.

    Returns
    -------
    WaterFit or None
        None with fewer than twenty days of evidence.

    Notes
    -----
    The machines' inlet temperature is measured minus simulated, under the measured loads; its
    daily means are explained by a constant and by the heat drawn while running. An additional drop
    that began within the period is dated.
    """
    shift = water_shift(plant, setting.operation)
    days = _daily_residuals(shift.moved(system), setting)
    if days is None:
        return None
    residual, heat, hour = days
    design = float(np.percentile(np.abs(heat), 90))
    mean, covariance = _explained(residual, heat / design)
    offset: tuple[WaterShift, float] | None = None
    if shift != WaterShift():
        offset = (shift, METER_OFFSET)
    elif plant.source.surface is None and abs(mean[0]) > OUT_OF_DOUBT * covariance[0, 0] ** 0.5:
        offset = (WaterShift(float(mean[0]), float(mean[0])), float(covariance[0, 0] ** 0.5))
        residual = residual - mean[0]
    pumps = system.source_pumps
    spread = design / (system.source_heat_capacity * pumps.flow * pumps.count)
    level = _giving_way(residual, heat, design, spread)
    if not level.present or level.value <= plant.source.traits.least_fall * spread:
        return WaterFit(offset, None, design, None)
    onset = None if level.onset is None else int(hour[level.onset])
    width = float(np.hypot(level.deviation, MODEL_OFFSET))
    return WaterFit(offset, (level.value, width), design, onset, _at_once(residual, heat / design))


def _at_once(residual: Floats, load: Floats) -> bool:
    """Whether the first strong days of heating and of cooling fall as deep as the last ones."""
    shares = []
    for season in (load > STRONG, load < -STRONG):
        drop = (-residual / load)[season]
        if len(drop) < FIRST_DAYS + LAST_DAYS:
            return False
        early, late = np.median(drop[:FIRST_DAYS]), np.median(drop[-LAST_DAYS:])
        shares.append(early / late if late > 0 else 0.0)
    return bool(min(shares) > AT_ONCE)


def _giving_way(residual: Floats, heat: Floats, design: float, spread: float) -> Level:
    """By how much more the source gives way at the design heat, and since when. [K]"""
    drop = -residual / (heat / design)
    strong = np.abs(heat) > STRONG * design
    # a model that is off is off by a share: heating and cooling need not agree to the last tenth
    scale = float(np.median(np.abs(drop[strong]))) if strong.any() else 0.0
    prior = LevelPrior(
        offset=max(MODEL_OFFSET, 0.2 * scale),
        effect=max(SLOPE_PRIOR * spread, scale),
        noise=max(0.1, 0.1 * scale),
    )
    return find_level(np.where(strong, drop, np.nan), np.where(heat > 0, 0.0, 1.0), prior)


def _daily_residuals(system: System, setting: Setting) -> tuple[Floats, Floats, Floats] | None:
    """Daily means of measured minus simulated inlet [K], heat drawn [W], first hour."""
    op = setting.operation
    run = run_years([(0, system)], setting.years(sized=True, unbalanced=True))
    usable = _usable(op, run["run_share"])
    shares = np.where(usable, op.run_share, 1.0)
    heat = np.where(usable, op.source_heat / shares, 0.0)
    residual = np.where(usable, op.source_supply - run["source_supply"], 0.0)
    day = np.arange(op.hours) // 24
    count = np.bincount(day, usable)
    enough = count >= FULL_DAY
    if enough.sum() < ENOUGH_DAYS:
        return None
    means = [np.bincount(day, values)[enough] / count[enough] for values in (residual, heat)]
    kept = np.abs(means[1]) > 0
    hours = np.asarray(24.0 * np.flatnonzero(enough)[kept], dtype=np.float64)
    return means[0][kept], means[1][kept], hours


def _usable(op: Operation, simulated: Floats) -> np.ndarray:
    return np.asarray(
        op.good
        & np.isfinite(op.source_supply)
        & np.isfinite(op.source_heat)
        & (np.abs(op.source_heat) > 0)
        & (op.run_share > RUNNING)
        & (simulated > 0.0)
    )


def _explained(residual: Floats, heat: Floats) -> tuple[Floats, Floats]:
    """Constant and slope of the residuals, ridge-regularised by their priors."""
    design = np.column_stack([np.ones(len(heat)), -heat])
    left = residual - design @ np.linalg.lstsq(design, residual, rcond=None)[0]
    noise = max(float(left.std()), 0.1)
    # days in a row err alike: a fortnight's weather counts as one piece of evidence
    weight = 14.0
    prior = np.diag([1 / OFFSET_PRIOR**2, 1 / OFFSET_PRIOR**2])
    covariance = np.linalg.inv(design.T @ design / (weight * noise**2) + prior)
    mean = covariance @ (design.T @ residual) / (weight * noise**2)
    covariance[0, 0] += METER_OFFSET**2 + MODEL_OFFSET**2
    return np.asarray(mean), np.asarray(covariance, dtype=np.float64)
