"""Pumps that were never put into the control they were designed for."""

from collections.abc import Callable

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import trials
from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect, lasting
from loopkeeper.physics.pump import PumpBank, PumpMode
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def hardly_varies(fit: PumpFit, bank: PumpBank) -> bool:
    """Whether a drive that should follow its load moves far more than that."""
    return fit.mode is PumpMode.VARIABLE and fit.law != bank.law and not fit.follows


def in_automatic(fit: PumpFit, bank: PumpBank) -> bool:
    """Whether such a drive is turned with the load all the same: the water runs astray."""
    return hardly_varies(fit, bank) and fit.turned


def otherwise(fit: PumpFit, bank: PumpBank) -> bool:
    """Whether pumps run under another control than their bank's."""
    return fit.mode is not bank.mode or hardly_varies(fit, bank)


def _on(loop: str) -> Callable[[Scene], Suspect | None]:
    def look(scene: Scene) -> Suspect | None:
        fit, bank = scene.known.pumps.get(loop), scene.listed.system.pumps_of(loop)
        if fit is None or not otherwise(fit, bank) or in_automatic(fit, bank):
            return None
        found = "STUCK" if hardly_varies(fit, bank) else fit.mode.name
        return Suspect(
            DeviationKind.COMMISSIONING,
            f"commissioning.{loop}_pump_control",
            lasting(lambda s: s.with_pumps(loop, fit.driven(s.pumps_of(loop)))),
            np.zeros(1),
            scene.dice.nothing(),
            Verdict(
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
