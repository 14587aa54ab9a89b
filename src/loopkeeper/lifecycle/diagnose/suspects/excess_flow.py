"""Drives in automatic that move far more than needed: by-passes, branches out of balance."""

from collections.abc import Callable

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import no_balance
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect, lasting
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _on(loop: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        fit, bank = scene.known.pumps.get(loop), scene.listed.system.pumps_of(loop)
        if fit is None or not fit.in_automatic(bank):
            return None
        half = 100 * (fit.law.base_flow + 0.5 * fit.law.slope)
        return Suspect(
            kind=DeviationKind.HYDRAULIC,
            cause=f"hydraulic.{loop}_excess_flow",
            apply=lasting(lambda s: s.with_pumps(loop, fit.driven(s.pumps_of(loop)))),
            value=np.zeros(1),
            draws=scene.dice.nothing(),
            finding=Verdict("diagnose.hydraulic.excess_flow", {"loop": loop, "percent": half}),
        )

    return look


CAUSES = tuple(
    Cause(
        f"hydraulic.{loop}_excess_flow",
        _on(loop),
        no_balance,
        ("action.close_bypass", "action.balance_branches"),
        SeenAt(f"{loop}_pumps"),
    )
    for loop in ("source", "load")
)
