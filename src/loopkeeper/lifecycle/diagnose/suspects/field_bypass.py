"""A by-pass on the source side: water returns to the machines without passing the ground."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import no_balance
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.pump_fit import found_bypass
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict

LEAST_BYPASS, LEAST_FOUND = 0.06, 0.35
"""Flow meters of mains and field may differ by this share without a leak; what temperatures alone
tell of one below is none. [-]"""


def _look(scene: Scene) -> Suspect | None:
    found = found_bypass(scene.operation)
    column = slice(GroundParameter.BYPASS, GroundParameter.BYPASS + 1)
    if found is not None:
        share, deviation = np.array(found[:1]), np.array(found[1:])
        least, draws = LEAST_BYPASS, scene.dice.normal(share, deviation)
    elif scene.ground is not None and scene.ground_draws is not None:
        share, draws, least = scene.ground.mean[column], scene.ground_draws[:, column], LEAST_FOUND
    else:
        return None
    if share[0] <= least:
        return None
    return Suspect(
        kind=DeviationKind.HYDRAULIC,
        cause="hydraulic.bypass",
        apply=lambda hypothesis, value: hypothesis.changed(
            lambda s: replace(s, bypass=float(np.clip(value[0], 0.0, 0.95))), 0
        ),
        value=share,
        draws=draws,
        finding=Verdict("diagnose.hydraulic.bypass", {"percent": 100 * float(share[0])}),
    )


CAUSES = (Cause("hydraulic.bypass", _look, no_balance, ("action.close_bypass",), SeenAt.FIELD),)
