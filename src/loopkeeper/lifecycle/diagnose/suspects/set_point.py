"""
Supply temperatures off their set-points.

Moved after hand-over: operation. Never right, or not proven at hand-over: commissioning.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.evidence import set_point_changes, trials
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.machine_fit import designed_supply
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.past import days_since_hand_over
from loopkeeper.measure.series import Floats
from loopkeeper.physics.system import System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.records import Trial
from loopkeeper.plant.verdict import Verdict

ALIKE = (0.5, 2.0)
"""A trial's offset over the fitted one while both speak of the same. [-]"""

LEAST_SET_POINT = 0.8
"""Deviations within the dead band of a control are none. [K]"""
MODES, TOLD = ("heating", "cooling"), ("supply_temperature", "setpoint")
"""Modes of trials in the order of levels, and the quantities that tell of a set-point."""
FULL = 0.8
"""Share of the load from which on a trial is one at full load. [-]"""
YEAR, SEASON = 8766.0, 240.0
"""Hours of a year, and those about a date whose weather stands for it. [h]"""
EARLY_DAYS = 90
"""A deviation present in a record that starts this soon after hand-over was always there. [d]"""


def _of_kind(kind: DeviationKind) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        found = (scene.set_points.heating, scene.set_points.cooling)
        levels = [one if _counts(one) else None for one in found]
        onset = _onset(levels)
        if not any(levels) or _kind(scene, levels, onset) is not kind:
            return None
        return _suspect(kind, levels, onset, scene)

    return look


def _counts(level: Level) -> bool:
    return level.present and abs(level.value) > LEAST_SET_POINT


def _onset(levels: list[Level | None]) -> int | None:
    onsets = [24 * one.onset for one in levels if one is not None and one.onset is not None]
    return min(onsets) if onsets else None


def _kind(scene: Scene, levels: list[Level | None], onset: int | None) -> DeviationKind:
    """Decide between drift in operation and never commissioned, by onset and by the records."""
    plant = scene.plant
    if onset is None and _off_at_hand_over(scene, levels):
        return DeviationKind.COMMISSIONING
    if onset is not None or any(e.kind == "setpoint_change" for e in plant.events):
        return DeviationKind.OPERATION
    early = days_since_hand_over(plant, scene.case.period) <= EARLY_DAYS
    tried = any(t.mode == "control" and t.accepted is not False for t in plant.trials)
    return DeviationKind.OPERATION if tried and not early else DeviationKind.COMMISSIONING


def _off_at_hand_over(scene: Scene, levels: list[Level | None]) -> bool:
    """Whether trials met supplies or set-points that were off at hand-over already, and alike."""
    for trial in scene.plant.trials:
        if trial.found is None or trial.of != "load" or trial.quantity not in TOLD:
            continue
        mode = _mode_of(scene, trial, trial.found)
        level, asked = levels[mode], trial.expected
        if asked is None:
            asked = _asked_then(scene, trial, mode)
        if level is not None and ALIKE[0] < (trial.found - asked) / level.value < ALIKE[1]:
            return True
    return False


def _mode_of(scene: Scene, trial: Trial, found: float) -> int:
    """0 where a trial tells of heating, 1 of cooling: by its mode, else by what it found."""
    if trial.mode in MODES:
        return MODES.index(trial.mode)
    controls = scene.listed.system.controls
    return int(abs(found - controls.cooling_supply) < abs(found - controls.heating_supply))


def _asked_then(scene: Scene, trial: Trial, mode: int) -> float:
    """
    Set-point as designed for the outdoor air of a trial of part load or none. [°C]

    The air of that time of the year in the period stands for it, else that of the whole period; at
    full load, and without a date, the design's own set-point does.
    """
    controls, operation = scene.listed.system.controls, scene.operation
    asked = (controls.heating_supply, controls.cooling_supply)[mode]
    if trial.started_at is None or (trial.load_fraction or 0.0) > FULL:
        return asked
    then = np.datetime64(trial.started_at.replace(tzinfo=None), "h")
    apart = np.abs((operation.time - then) / np.timedelta64(1, "h")) % YEAR
    near = np.minimum(apart, YEAR - apart) <= SEASON
    outdoor = operation.outdoor[near] if near.any() else operation.outdoor
    return float(np.median(designed_supply(scene.listed.system, outdoor)[mode]))


def _suspect(
    kind: DeviationKind, levels: list[Level | None], onset: int | None, scene: Scene
) -> Suspect:
    value = np.array([one.value if one else 0.0 for one in levels])
    width = np.array([one.deviation if one else 0.0 for one in levels])

    def apply(hypothesis: Hypothesis, shift: Floats) -> Hypothesis:
        return hypothesis.changed(_shifted(float(shift[0]), float(shift[1])), onset or 0)

    return Suspect(
        kind=kind,
        cause=f"{kind}.set_point",
        apply=apply,
        value=value,
        draws=scene.dice.normal(value, width),
        finding=Verdict(f"diagnose.{kind}.set_point", {"heating": value[0], "cooling": value[1]}),
        onset=onset,
    )


def _shifted(heating: float, cooling: float) -> Callable[[System], System]:
    def change(system: System) -> System:
        c = system.controls
        moved = replace(
            c,
            heating_supply=c.heating_supply + heating,
            heating_supply_min=c.heating_supply_min + heating,
            cooling_supply=c.cooling_supply + cooling,
            cooling_supply_max=c.cooling_supply_max + cooling,
        )
        return replace(system, controls=moved)

    return change


CAUSES = (
    Cause(
        "operation.set_point",
        _of_kind(DeviationKind.OPERATION),
        set_point_changes,
        ("action.restore_set_point",),
        SeenAt.SUPPLY,
    ),
    Cause(
        "commissioning.set_point",
        _of_kind(DeviationKind.COMMISSIONING),
        trials,
        ("action.restore_set_point", "action.recommission"),
        SeenAt.SUPPLY,
    ),
)
