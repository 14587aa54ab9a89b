"""Machines that all run at once although designed to follow each other."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import trials
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect, lasting
from loopkeeper.physics.system import StagingOrder, System
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _all_at_once(system: System) -> System:
    return replace(system, controls=replace(system.controls, staging=StagingOrder.EQUAL))


def _look(scene: Scene) -> Suspect | None:
    staged, together = scene.staging
    if staged is scene.listed.system:
        return None
    return Suspect(
        kind=DeviationKind.COMMISSIONING,
        cause="commissioning.staging",
        apply=lasting(_all_at_once),
        value=np.zeros(1),
        draws=scene.dice.nothing(),
        finding=Verdict("diagnose.commissioning.staging", {"percent": 100 * min(together, 1.0)}),
    )


CAUSES = (Cause("commissioning.staging", _look, trials, ("action.recommission",), SeenAt.STAGING),)
