"""Heat drawn and returned over the years other than designed: one-sided use, recharge lost."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import nothing
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.load_size import by_weather
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict

HISTORY = "thermal_balance.history"
RECHARGE_KEPT = 0.25
"""Recharge and relief further from the design's than this are no matter of weather. [-]"""


def _look(scene: Scene) -> Suspect | None:
    if scene.plant.source.traits.renewed:
        return None  # a river remembers nothing: how it is used is weather and use
    scales = scene.setting.scales
    weather = by_weather(scene.known.weather_doubt, scales.heating, scales.cooling)
    return Suspect(
        kind=DeviationKind.THERMAL_BALANCE,
        cause=HISTORY,
        apply=lambda hypothesis, _: replace(hypothesis, unbalanced=True),
        value=np.zeros(1),
        draws=scene.dice.nothing(),
        finding=Verdict(
            "diagnose.thermal_balance.history",
            {"heating_percent": 100 * scales.heating, "cooling_percent": 100 * scales.cooling},
        ),
        doubt=weather,
    )


CAUSES = (Cause(HISTORY, _look, nothing, ("action.recharge",), SeenAt.SOURCE),)
