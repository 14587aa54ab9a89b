"""Pumps that go on while no machine runs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import trials
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect, lasting
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict

LEAST_IDLE = 0.15
"""Pumps that go on by this share more than designed run for nothing. [-]"""


def _on(loop: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        fit, bank = scene.known.pumps.get(loop), scene.listed.system.pumps_of(loop)
        if fit is None or fit.otherwise(bank) or fit.idle - bank.goes_on <= LEAST_IDLE:
            return None
        share = fit.idle
        return Suspect(
            kind=DeviationKind.COMMISSIONING,
            cause=f"commissioning.{loop}_pumps_idle",
            apply=lasting(lambda s: s.with_pumps(loop, replace(s.pumps_of(loop), idle=share))),
            value=np.zeros(1),
            draws=scene.dice.nothing(),
            finding=Verdict(
                "diagnose.commissioning.pumps_idle", {"loop": loop, "percent": 100 * share}
            ),
        )

    return look


CAUSES = tuple(
    Cause(
        f"commissioning.{loop}_pumps_idle",
        _on(loop),
        trials,
        ("action.recommission",),
        SeenAt(f"{loop}_pumps"),
    )
    for loop in ("source", "load")
)
