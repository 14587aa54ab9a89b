"""The investigation: which causes the measured hours speak for, and how large they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.diagnose.case import Setting
from loopkeeper.lifecycle.diagnose.evidence import Surveyed, ground_prior
from loopkeeper.lifecycle.diagnose.ground_fit import fit_ground
from loopkeeper.lifecycle.diagnose.machine_fit import (
    LEAST_SET_POINT,
    LEAST_WEAR,
    SetPoints,
    as_staged,
    set_points,
    wear,
)
from loopkeeper.lifecycle.diagnose.pump_fit import ENOUGH_HOURS, PumpFit, found_bypass
from loopkeeper.lifecycle.diagnose.source_fit import water_suspects
from loopkeeper.lifecycle.diagnose.suspects import (
    Dice,
    Suspect,
    ground_suspects,
    load_suspects,
    set_point_suspect,
    staging_suspect,
    wear_suspect,
)
from loopkeeper.lifecycle.diagnose.water_side import bypass_suspect, pump_suspects
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.past import days_since_hand_over
from loopkeeper.measure.series import Period
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.model import PlantModel, WaterModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

LEAST_BYPASS = 0.06
"""Flow meters of mains and field may differ by this share without a leak. [-]"""
EARLY_DAYS = 90
"""A deviation present in a record that starts this soon after hand-over was always there. [d]"""


@dataclass(frozen=True)
class Findings:
    """Suspects with their sizes, and what could not be looked at."""

    suspects: tuple[Suspect, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Prior:
    """
    What is known before the machines are looked at.

    Response tests; ``pumps`` as measured, by loop, and the ``doubt`` of the log of what the
    design's draw, in the same order [-]; ``weather_doubt`` of the log of a year's loads [-].
    """

    surveyed: Surveyed
    pumps: Mapping[str, PumpFit | None]
    doubt: tuple[float, ...]
    weather_doubt: float


def investigate(
    plant: Plant,
    model: PlantModel,
    setting: Setting,
    known: Prior,
    *,
    period: Period,
    dice: Dice,
) -> Findings:
    """
    Look at every kind of deviation in turn.

    Parameters
    ----------
    plant, model : Plant, PlantModel
        Records, and the plant as designed.
    setting : Setting
        The measured period.
    known : Prior
        Results of response tests, and the pumps.
    period : Period
        The period.
    dice : Dice
        For posterior draws.

    Returns
    -------
    Findings
        Suspects in the order source, process, long-term.
    """
    operation = setting.operation
    suspects: list[Suspect] = []
    verdicts: list[Verdict] = []
    found = model.system
    bypass = found_bypass(operation)
    if bypass is None:
        verdicts.append(Verdict("diagnose.no_field_flow", {}))
    elif bypass[0] > LEAST_BYPASS:
        suspects.append(bypass_suspect(*bypass, dice))
    found, together = as_staged(found, operation)
    if found is not model.system:
        suspects.append(staging_suspect(together, dice))
    if isinstance(model.ground, WaterModel):
        suspects += water_suspects(plant, found, setting, dice)
    else:
        below, said = _below_ground(plant, model, setting, known.surveyed, dice)
        suspects += below
        verdicts += said
    suspects += load_suspects(setting, dice, known.weather_doubt)
    suspects += _machines(plant, found, operation, period, dice)
    suspects += _water_side(found, known, dice, verdicts)
    return Findings(tuple(suspects), tuple(verdicts))


def _below_ground(
    plant: Plant, model: PlantModel, setting: Setting, surveyed: Surveyed, dice: Dice
) -> tuple[list[Suspect], list[Verdict]]:
    fit = fit_ground(model, setting.operation, setting.past, ground_prior(plant, surveyed))
    if fit is None:
        return [], [Verdict("diagnose.ground.too_few_hours", {})]
    said = Verdict("diagnose.ground.fitted", {"hours": fit.hours, "misfit": round(fit.misfit, 2)})
    tested = surveyed.undisturbed_temperature
    draws = fit.draw(dice.rng, dice.count)
    return ground_suspects(model, fit, draws, tested.value if tested else None), [said]


def _machines(
    plant: Plant, system: System, operation: Operation, period: Period, dice: Dice
) -> list[Suspect]:
    suspects = []
    level, daily = wear(system, operation)
    if level.present and abs(level.value) > LEAST_WEAR:
        onset = None if level.onset is None else int(daily.hour[level.onset])
        suspects.append(wear_suspect(level, onset, dice))
    points = set_points(system, operation)
    present = [
        one for one in (points.heating, points.cooling)
        if one.present and abs(one.value) > LEAST_SET_POINT
    ]  # fmt: skip
    if present:
        onsets = [24 * one.onset for one in present if one.onset is not None]
        onset = min(onsets) if onsets else None
        kind = _set_point_kind(plant, onset, period)
        suspects.append(set_point_suspect(kind, _only(points), onset, dice))
    return suspects


def _only(points: SetPoints) -> SetPoints:
    """Deviations within the dead band of a control are none."""
    kept = [
        one if abs(one.value) > LEAST_SET_POINT else replace(one, odds=-np.inf)
        for one in (points.heating, points.cooling)
    ]
    return SetPoints(*kept)


def _set_point_kind(plant: Plant, onset: int | None, period: Period) -> DeviationKind:
    """Decide between drift in operation and never commissioned, by onset and by the records."""
    if onset is not None or any(e.kind == "setpoint_change" for e in plant.events):
        return DeviationKind.OPERATION
    early = days_since_hand_over(plant, period) <= EARLY_DAYS
    tried = any(t.mode == "control" and t.accepted is not False for t in plant.trials)
    return DeviationKind.OPERATION if tried and not early else DeviationKind.COMMISSIONING


def _water_side(
    system: System, known: Prior, dice: Dice, verdicts: list[Verdict]
) -> list[Suspect]:
    suspects: list[Suspect] = []
    for (loop, fit), doubt in zip(known.pumps.items(), known.doubt, strict=True):
        if fit is None:
            verdicts.append(
                Verdict("diagnose.pumps.unknown", {"loop": loop, "hours": ENOUGH_HOURS})
            )
        else:
            suspects += pump_suspects(loop, system.pumps_of(loop), fit, doubt, dice)
    return suspects
