"""Ground that conducts other than designed."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import survey
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground

_look = of_ground(
    GroundParameter.CONDUCTIVITY, "resource.conductivity", lambda ground: ground.conductivity
)

CAUSES = (
    Cause("resource.conductivity", _look, survey, ("action.reduce_ground_load",), SeenAt.SOURCE),
)
