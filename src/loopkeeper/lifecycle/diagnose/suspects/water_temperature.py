"""Source water of another temperature than the design took."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import survey
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _look(scene: Scene) -> Suspect | None:
    fit = scene.water
    if fit is None or fit.offset is None:
        return None
    value, deviation = (np.array([x]) for x in fit.offset)
    return Suspect(
        DeviationKind.RESOURCE,
        "resource.water_temperature",
        lambda case, shift: case.changed(
            lambda s: replace(s, source_offset=s.source_offset + float(shift[0])), 0
        ),
        value,
        scene.dice.normal(value, deviation),
        Verdict(
            "diagnose.resource.water_temperature",
            {"shift": fit.offset[0], "half_width": 1.645 * fit.offset[1]},
        ),
    )


CAUSES = (
    Cause(
        "resource.water_temperature", _look, survey, ("action.reduce_ground_load",), SeenAt.SOURCE
    ),
)
