"""A building that takes other than its design load."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import nothing
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def by_weather(doubt: float, *ratios: float) -> float:
    """Return what weather of a ``doubt`` may be of the largest of some ratios, one at most. [-]"""
    largest = max(abs(float(np.log(r))) for r in ratios)
    return min(doubt / largest, 1.0) if largest > 0 else 1.0


def _look(scene: Scene) -> Suspect:
    size = scene.setting.scales.size
    return Suspect(
        kind=DeviationKind.DESIGN,
        cause="design.load_size",
        apply=lambda hypothesis, _: replace(hypothesis, sized=True),
        value=np.zeros(1),
        draws=scene.dice.nothing(),
        finding=Verdict("diagnose.design.load_size", {"percent": 100 * size}),
        doubt=by_weather(scene.known.weather_doubt, size),
    )


CAUSES = (Cause("design.load_size", _look, nothing, ("action.resize_operation",), SeenAt.LOAD),)
