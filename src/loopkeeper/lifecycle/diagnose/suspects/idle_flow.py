"""Load water that passes idle machines and mixes into the supply: their valves stay open."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import trials
from loopkeeper.lifecycle.diagnose.hypothesis import Hypothesis
from loopkeeper.lifecycle.diagnose.idle_fit import SHARES
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.measure.series import Floats
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _look(scene: Scene) -> Suspect | None:
    found = scene.idle_flow
    if found is None or not found.present:
        return None
    dice = scene.dice
    drawn = dice.rng.choice(SHARES, size=(dice.count, 1), p=found.weights)
    return Suspect(
        kind=DeviationKind.HYDRAULIC,
        cause="hydraulic.idle_flow",
        apply=_apply,
        value=np.array([found.value]),
        draws=drawn,
        finding=Verdict("diagnose.hydraulic.idle_flow", {"percent": 100 * found.value}),
    )


def _apply(hypothesis: Hypothesis, share: Floats) -> Hypothesis:
    return hypothesis.changed(lambda s: replace(s, idle_flow=float(share[0])), 0)


CAUSES = (
    Cause(
        "hydraulic.idle_flow",
        _look,
        trials,
        ("action.close_idle_machines",),
        SeenAt.MACHINES,
    ),
)
