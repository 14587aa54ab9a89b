"""Machines that draw more electricity than their maps at the same temperatures."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import service
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict

LEAST_WEAR = 0.03
"""Machines this near to their maps are sound. [-]"""
METER_OR_MACHINE = 0.5
"""
Standard deviation of what wear costs where the meter may be what is wrong, of that energy: its
90 % interval reaches from almost nothing on. [-]
"""


def _look(scene: Scene) -> Suspect | None:
    level = scene.wear
    if not level.likely or level.value <= LEAST_WEAR:
        return None
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
    return Suspect(
        kind=DeviationKind.OPERATION,
        cause="operation.wear",
        apply=apply,
        value=value,
        draws=value + common * width,
        finding=Verdict("diagnose.operation.wear", {"percent": 100 * (np.exp(value.mean()) - 1)}),
        onset=onset,
        doubt=METER_OR_MACHINE if doubted else 0.0,
        settles=(Verdict("settles.clamp_meter", {}),) if doubted else (),
    )


CAUSES = (Cause("operation.wear", _look, service, ("action.clean_and_charge",), SeenAt.MACHINES),)
