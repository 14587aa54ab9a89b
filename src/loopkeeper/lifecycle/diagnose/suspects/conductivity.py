"""Ground that conducts other than designed."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import survey
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground
from loopkeeper.plant.deviation import DeviationKind


def _look(scene: Scene) -> Suspect | None:
    if scene.on_water:
        return None
    designed = scene.listed.field.conductivity
    return of_ground(
        scene, "conductivity", DeviationKind.RESOURCE, "resource.conductivity", designed
    )


CAUSES = (
    Cause("resource.conductivity", _look, survey, ("action.reduce_ground_load",), SeenAt.SOURCE),
)
