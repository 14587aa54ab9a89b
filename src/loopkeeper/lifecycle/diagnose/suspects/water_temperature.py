"""Source water of another temperature than the design took."""

import numpy as np

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import survey
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.source_fit import WaterShift
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.plant.deviation import DeviationKind
from loopkeeper.plant.verdict import Verdict


def _look(scene: Scene) -> Suspect | None:
    fit = scene.water
    if fit is None or fit.offset is None:
        return None
    shift, deviation = fit.offset
    value = np.array([shift.heating, shift.cooling])
    return Suspect(
        kind=DeviationKind.RESOURCE,
        cause="resource.water_temperature",
        apply=lambda hypothesis, by: hypothesis.changed(
            WaterShift(float(by[0]), float(by[1])).moved, 0
        ),
        value=value,
        draws=value + scene.dice.normal(np.zeros(1), np.array([deviation])),
        finding=Verdict(
            "diagnose.resource.water_temperature",
            {
                "heating": shift.heating,
                "cooling": shift.cooling,
                "half_width": 1.645 * deviation,
            },
        ),
    )


CAUSES = (
    Cause(
        "resource.water_temperature", _look, survey, ("action.reduce_ground_load",), SeenAt.SOURCE
    ),
)
