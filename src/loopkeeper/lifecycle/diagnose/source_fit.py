"""Wells and surface water as found: other water, or a source that gives way under load."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.case import Case, Setting
from loopkeeper.lifecycle.diagnose.change_point import Level, LevelPrior, find_level
from loopkeeper.lifecycle.diagnose.suspects import Dice, Suspect
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.surface import yearly_water
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import run_years

ENOUGH_DAYS = 20
"""Fewest days with running machines. [d]"""
OFFSET_PRIOR, SLOPE_PRIOR = 3.0, 0.5
"""Standard deviations of what may be wrong: water temperature [K]; the drop under load, as a share
of the design spread [-]."""
METER_OFFSET = 0.15
"""Thermometers of a healthy plant and the model's own error. [K]"""
MILD_YEAR = 1.0
"""Surface water of one year may differ from the design's mean by as much. [K]"""
LEAST_OFFSET, LEAST_SLOPE = 0.5, 0.08
"""Smaller deviations are not named: [K], share of the design spread [-]."""
_GIVING_WAY = {
    SourceKind.SINGLE_WELL: (DeviationKind.CONSTRUCTION, "construction.seal"),
    SourceKind.WELL_GROUP: (DeviationKind.RESOURCE, "resource.breakthrough"),
    SourceKind.SURFACE_WATER: (DeviationKind.OPERATION, "operation.exchanger_fouling"),
}
"""What a source that gives way under load means, by kind."""
_BYPASS = (DeviationKind.RESOURCE, "resource.well_bypass")
"""Single wells that give way in water of another temperature: the aquifer does not bring enough,
and more of what was returned comes back. A leaking seal leaves the water itself as it was."""


def water_shift(plant: Plant, operation: Operation) -> float:
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
    float
        Nothing for other sources, and within what a mild or hard year may do. [K]
    """
    body = plant.source.surface
    running = operation.run_share > 0
    if body is None or not running.any() or not np.isfinite(operation.natural).all():
        return 0.0
    designed = yearly_water(body.low, body.high, operation.time)
    shift = float((operation.natural - designed)[running].mean())
    return shift if abs(shift) > MILD_YEAR else 0.0


def water_suspects(plant: Plant, system: System, setting: Setting, dice: Dice) -> list[Suspect]:
    """
    Return what is wrong with a plant's wells or surface water.

    Parameters
    ----------
    plant : Plant
        Its kind of source.
    system : System
        As designed, with the staging it really has.
    setting : Setting
        The measured period.
    dice : Dice
        For the draws.

    Returns
    -------
    list of Suspect
        Water of another temperature, and a temperature that falls more with the heat drawn than
        designed: leaking seal or exchanger of a single well, breakthrough of a group, fouling
        before surface water. Empty with fewer than twenty days of evidence.

    Notes
    -----
    The machines' inlet temperature is measured minus simulated, under the measured loads; its
    daily means are explained by a constant and by the heat drawn while running. An additional drop
    that began within the period is dated.
    """
    shift = water_shift(plant, setting.operation)
    days = _daily_residuals(replace(system, source_offset=system.source_offset + shift), setting)
    if days is None:
        return []
    residual, heat, hour = days
    design = float(np.percentile(np.abs(heat), 90))
    mean, covariance = _explained(residual, heat / design)
    kind, cause = _GIVING_WAY[plant.source.kind]
    suspects = []
    if shift:
        suspects.append(_offset_suspect(shift, METER_OFFSET, dice))
    elif abs(mean[0]) > max(LEAST_OFFSET, 2 * covariance[0, 0] ** 0.5):
        suspects.append(_offset_suspect(mean[0], covariance[0, 0] ** 0.5, dice))
        residual = residual - mean[0]
        if plant.source.kind is SourceKind.SINGLE_WELL:
            kind, cause = _BYPASS
    drop = -residual / (heat / design)
    pumps = system.source_pumps
    spread = design / (system.source_heat_capacity * pumps.flow * pumps.count)
    strong = np.abs(heat) > 0.3 * design
    # a model that is off is off by a share: heating and cooling need not agree to the last tenth
    scale = float(np.median(np.abs(drop[strong]))) if strong.any() else 0.0
    prior = LevelPrior(
        offset=max(METER_OFFSET, 0.2 * scale),
        effect=max(SLOPE_PRIOR * spread, scale),
        noise=max(0.1, 0.1 * scale),
    )
    level = find_level(np.where(strong, drop, np.nan), np.where(heat > 0, 0.0, 1.0), prior)
    if level.present and level.value > LEAST_SLOPE * spread:
        onset = None if level.onset is None else int(hour[level.onset])
        suspects.append(_giving_way(kind, cause, level, design, onset, dice))
    return suspects


def _daily_residuals(system: System, setting: Setting) -> tuple[Floats, Floats, Floats] | None:
    """Daily means of measured minus simulated inlet [K], heat drawn [W], first hour."""
    op = setting.operation
    run = run_years([(0, system)], setting.years(sized=True, unbalanced=True))
    usable = _usable(op, run["run_share"])
    shares = np.where(usable, np.maximum(op.run_share, 0.05), 1.0)
    heat = np.where(usable, op.source_heat / shares, 0.0)
    residual = np.where(usable, op.source_supply - run["source_supply"], 0.0)
    day = np.arange(op.hours) // 24
    count = np.bincount(day, usable)
    enough = count >= 3
    if enough.sum() < ENOUGH_DAYS:
        return None
    number = np.maximum(count, 1)
    means = [np.bincount(day, values)[enough] / number[enough] for values in (residual, heat)]
    kept = np.abs(means[1]) > 0
    hours = np.asarray(24.0 * np.flatnonzero(enough)[kept], dtype=np.float64)
    return means[0][kept], means[1][kept], hours


def _usable(op: Operation, simulated: Floats) -> np.ndarray:
    return np.asarray(
        op.good
        & np.isfinite(op.source_supply)
        & np.isfinite(op.source_heat)
        & (np.abs(op.source_heat) > 0)
        & (op.run_share > 0.3)
        & (simulated > 0.0)
    )


def _explained(residual: Floats, heat: Floats) -> tuple[Floats, Floats]:
    """Constant and slope of the residuals, ridge-regularised by their priors."""
    design = np.column_stack([np.ones(len(heat)), -heat])
    noise = max(float(np.std(residual - np.median(residual))), 0.1)
    # days in a row err alike: a fortnight's weather counts as one piece of evidence
    weight = 14.0
    prior = np.diag([1 / OFFSET_PRIOR**2, 1 / OFFSET_PRIOR**2])
    covariance = np.linalg.inv(design.T @ design / (weight * noise**2) + prior)
    mean = covariance @ (design.T @ residual) / (weight * noise**2)
    covariance[0, 0] += METER_OFFSET**2
    return np.asarray(mean), np.asarray(covariance, dtype=np.float64)


def _offset_suspect(value: float, deviation: float, dice: Dice) -> Suspect:
    def apply(case: Case, shift: Floats) -> Case:
        return case.changed(
            lambda s: replace(s, source_offset=s.source_offset + float(shift[0])), 0
        )

    return Suspect(
        DeviationKind.RESOURCE,
        "resource.water_temperature",
        apply,
        np.array([value]),
        dice.normal(np.array([value]), np.array([deviation])),
        Verdict(
            "diagnose.resource.water_temperature",
            {"shift": value, "half_width": 1.645 * deviation},
        ),
    )


def _giving_way(
    kind: DeviationKind, cause: str, level: Level, design: float, onset: int | None, dice: Dice
) -> Suspect:  # fmt: skip
    def apply(case: Case, drop: Floats) -> Case:
        extra = max(float(drop[0]), 0.0) / design
        return case.changed(
            lambda s: replace(s, source_resistance=s.source_resistance + extra), onset or 0
        )

    width = float(np.hypot(level.deviation, METER_OFFSET))
    return Suspect(
        kind,
        cause,
        apply,
        np.array([level.value]),
        dice.normal(np.array([level.value]), np.array([width])),
        Verdict(f"diagnose.{cause}", {"drop": level.value, "half_width": 1.645 * width}),
        onset,
    )
