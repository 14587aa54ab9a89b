"""Boreholes that resist other than designed: grout, spacers, contact."""

from loopkeeper.lifecycle.diagnose.cause import Cause, SeenAt
from loopkeeper.lifecycle.diagnose.evidence import ledger
from loopkeeper.lifecycle.diagnose.scene import Scene
from loopkeeper.lifecycle.diagnose.suspect import Suspect
from loopkeeper.lifecycle.diagnose.suspects.ground import of_ground
from loopkeeper.plant.deviation import DeviationKind


def _look(scene: Scene) -> Suspect | None:
    if scene.on_water:
        return None
    designed = scene.listed.field.resistance
    return of_ground(
        scene, "resistance", DeviationKind.CONSTRUCTION, "construction.resistance", designed
    )


CAUSES = (
    Cause(
        "construction.resistance",
        _look,
        ledger("grout_volume_ratio", "grout_conductivity"),
        (
            "action.loop_check",
            "action.raise_flow",
        ),
        SeenAt.SOURCE,
    ),
)
