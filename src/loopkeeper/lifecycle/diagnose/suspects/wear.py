"""
Machines that draw more electricity than their maps at the same temperatures.

Seen at hand-over already, in trials: commissioning. Else: operation.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.change_point import Level
from loopkeeper.lifecycle.diagnose.evidence import at_hand_over, service, trials
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

LEAST_WEAR = 0.03
"""Machines this near to their maps are sound. [-]"""
DELIVERED_SO = 0.5
"""Share of what machines draw too much from which on trials that saw it say it was there. [-]"""
METER_OR_MACHINE = 0.5
"""
Standard deviation of what wear costs where the meter may be what is wrong, of that energy: its
90 % interval reaches from almost nothing on. [-]
"""
_CODES = {
    DeviationKind.OPERATION: "operation.wear",
    DeviationKind.COMMISSIONING: "commissioning.machine_draw",
}


def _of_kind(kind: DeviationKind) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        level = scene.wear
        if not level.likely or level.value <= LEAST_WEAR or _kind(scene.plant, level) is not kind:
            return None
        return _suspect(kind, level, scene)

    return look


def _kind(plant: Plant, level: Level) -> DeviationKind:
    """What trials saw at hand-over is no fault of operation; what began later is."""
    machines = {"machines", *(one.id for one in plant.machines)}
    then = at_hand_over(plant, "electricity_power", machines)
    seen = then is not None and then >= DELIVERED_SO * level.value
    return DeviationKind.COMMISSIONING if seen and level.onset is None else DeviationKind.OPERATION


def _suspect(kind: DeviationKind, level: Level, scene: Scene) -> Suspect:
    onset = None if level.onset is None else 24 * level.onset
    value, width = np.array([level.of(0.0), level.of(1.0)]).T
    common = scene.dice.normal(np.zeros(1), np.ones(1))

    def apply(hypothesis: Hypothesis, logs: Floats) -> Hypothesis:
        heating, cooling = (float(f) for f in np.exp(logs))
        return hypothesis.changed(
            lambda s: replace(
                s, machines=tuple(m.drawing(heating=heating, cooling=cooling) for m in s.machines)
            ),
            onset or 0,
        )

    doubted = scene.known.meter_doubted
    figures = {"percent": 100 * (np.exp(value.mean()) - 1)}
    return Suspect(
        kind=kind,
        cause=_CODES[kind],
        apply=apply,
        value=value,
        draws=value + common * width,
        finding=Verdict(f"diagnose.{_CODES[kind]}", figures),
        onset=onset,
        doubt=METER_OR_MACHINE if doubted else 0.0,
        settles=(Verdict("settles.clamp_meter", {}),) if doubted else (),
    )


CAUSES = (
    Cause(
        _CODES[DeviationKind.OPERATION],
        _of_kind(DeviationKind.OPERATION),
        service,
        ("action.clean_and_charge",),
        SeenAt.MACHINES,
    ),
    Cause(
        _CODES[DeviationKind.COMMISSIONING],
        _of_kind(DeviationKind.COMMISSIONING),
        trials,
        ("action.clean_and_charge", "action.recommission"),
        SeenAt.MACHINES,
    ),
)
