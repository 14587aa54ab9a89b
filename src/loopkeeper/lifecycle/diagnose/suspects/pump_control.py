"""Pumps that were never put into the control they were designed for."""

from collections.abc import Callable

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import trials
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect, lasting
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _on(loop: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        fit, bank = scene.known.pumps.get(loop), scene.listed.system.pumps_of(loop)
        if fit is None or not fit.otherwise(bank) or fit.in_automatic(bank):
            return None
        found = "STUCK" if fit.hardly_varies(bank) else fit.mode.name
        return Suspect(
            kind=DeviationKind.COMMISSIONING,
            cause=f"commissioning.{loop}_pump_control",
            apply=lasting(lambda s: s.with_pumps(loop, fit.driven(s.pumps_of(loop)))),
            value=np.zeros(1),
            draws=scene.dice.nothing(),
            finding=Verdict(
                "diagnose.commissioning.pump_control",
                {"loop": loop, "control": bank.mode.name, "run_as": found},
            ),
        )

    return look


CAUSES = tuple(
    Cause(
        f"commissioning.{loop}_pump_control",
        _on(loop),
        trials,
        ("action.recommission",),
        SeenAt(f"{loop}_pumps"),
    )
    for loop in ("source", "load")
)
