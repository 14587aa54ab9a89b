"""Holes of which a part only works: drilled short, or loops shut or blocked."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground
from loopkeeper.plant.deviation import DeviationKind


def _look(scene: Scene) -> Suspect | None:
    if scene.on_water:
        return None
    designed = scene.listed.field.length_factor
    return of_ground(
        scene, "length", DeviationKind.CONSTRUCTION, "construction.active_length", designed
    )


CAUSES = (
    Cause(
        "construction.active_length",
        _look,
        ledger("active_length", "depth"),
        ("action.loop_check",),
        SeenAt.SOURCE,
    ),
)
