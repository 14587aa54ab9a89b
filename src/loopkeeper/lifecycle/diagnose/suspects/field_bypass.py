"""A by-pass on the source side: water returns to the machines without passing the ground."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import no_balance
from loopkeeper.lifecycle.diagnose.pump_fit import found_bypass
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict

LEAST_BYPASS = 0.06
"""Flow meters of mains and field may differ by this share without a leak. [-]"""


def _look(scene: Scene) -> Suspect | None:
    found = found_bypass(scene.operation)
    if found is None or found[0] <= LEAST_BYPASS:
        return None
    share, deviation = np.array(found[:1]), np.array(found[1:])
    return Suspect(
        DeviationKind.HYDRAULIC,
        "hydraulic.bypass",
        lambda case, value: case.changed(
            lambda s: replace(s, bypass=float(np.clip(value[0], 0.0, 0.95))), 0
        ),
        share,
        scene.dice.normal(share, deviation),
        Verdict("diagnose.hydraulic.bypass", {"percent": 100 * found[0]}),
    )


CAUSES = (Cause("hydraulic.bypass", _look, no_balance, ("action.close_bypass",), SeenAt.FIELD),)
